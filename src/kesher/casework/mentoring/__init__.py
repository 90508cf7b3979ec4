"""Mentoring: who offers to be a mentor, who suits whom, how two agree, how they go along, and who hears a concern.

mentor = offers.offer(organisation, user=dina, called="Dina", …)      offers.vet, offers.train: ready
found = proposals.proposals_for(person, by=…, isco08="5120")          with reasons; a human decides
match = matches.propose(person, mentor, by=noa)                       the person agrees, then the mentor; then it begins
concerns.raise_concern(match, kind="uneasy", …)                       to the named person alone
"""
