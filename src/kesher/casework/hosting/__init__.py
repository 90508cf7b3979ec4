"""Work-based training: an agreement of three, what the law allows, a question a week, a certificate; blocked hosts.

agreement = agreements.propose(person, terms, by=noa)        nothing is told to the host yet
agreements.person_signs, host_signs, start                   the person, then the host, then the sender
checks.answer(check, going="well", as_agreed=True, by=…)     person and tutor, each by themselves, once a week
agreements.end(agreement, reason="hired", by=…)              counted for the host: hosts.is_blocked
certificates.issue(agreement, name=…, hours=…, by=noa)
"""
