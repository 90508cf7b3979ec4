"""From somebody's own words to occupations: read, proposed, and said to be right by the person and by a caseworker, apart.

    told = tell(person, "ten years in my uncle's garage, then taxi", kind="paid", language="en", by=caseworker)
    confirm(told[0], uri, by=caseworker)        both judgements are kept; a change of occupation takes back the other's

The proposals themselves are kept by :mod:`kesher.words`, with what read them and what was shown.
"""

from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kesher.base.events import emit
from kesher.base.history import acting
from kesher.base.transitions import Actor, Refused
from kesher.people import abilities, files
from kesher.people.consents import HELPER, OWN_FILE, PERSON, acts_for_file, is_their_own
from kesher.people.models import Experience, Person, PersonSkill
from kesher.words import own_words, proposals
from kesher.words.models import Kind, Proposal

LONGEST: Final = 500


def tell(person: Person, text: str, *, kind: str, language: str, by: Actor) -> list[Experience]:
    """Write down what a person tells freely, an experience for each that is read in it, each with its proposal.

    Skills that are read in it are proposed beside (:mod:`kesher.people.abilities`). Where nothing is read the words are
    kept whole. Raises :class:`Refused` for whoever may not write into the file.
    """
    if not acts_for_file(person, by):
        raise Refused(_("This file is not open to you."), "role")
    if by.organisation_id is None:
        raise Refused(_("An organisation keeps the words that are read."), "organisation")
    reading = own_words.read(text, language=language)
    with transaction.atomic(), acting(actor=by, reason="work told"):
        kept = own_words.record(reading, by=by)
        made = [_made(person, one, kind, by) for one in kept if one.kind == Kind.OCCUPATION]
        if not made:
            whole = " ".join(text.split())[:LONGEST]
            made = [Experience(person=person, kind=kind, words=whole, language=language, noted_by_id=by.user_id)]
        for one in made:
            one.full_clean()
            one.save(force_insert=True)
        for proposal in kept:
            if proposal.kind == Kind.SKILL and proposal.candidates:
                abilities.propose(
                    person,
                    proposal.candidates[0]["uri"],
                    source=PersonSkill.Source.WORDS,
                    words=proposal.words,
                    language=proposal.language,
                    proposal_id=proposal.pk,
                    by=by,
                )
        files.something_happened(person)
        emit("file.work_told", person, by=by, data={"experiences": len(made)})
    return made


def _made(person: Person, proposal: Proposal, kind: str, by: Actor) -> Experience:
    return Experience(
        person=person,
        kind=kind,
        words=proposal.words,
        language=proposal.language,
        proposal_id=proposal.pk,
        noted_by_id=by.user_id,
    )


def confirm(experience: Experience, uri: str, *, by: Actor, said: bool = False, judged: bool = True) -> None:
    """Say which occupation it was. The person's yes and the caseworker's are kept apart.

    On their own page it is the person's. Of a caseworker: ``said``: the person says so, to them; ``judged``: they think so
    too. Who chooses another occupation than stands there takes the other's yes back: it was for something else. Raises
    :class:`Refused` for an address no list has, where nobody said anything, and for whoever may not write into the file.
    """
    if not acts_for_file(experience.person, by) or HELPER in by.roles:
        raise Refused(_("This file is not open to you."), "role")
    if is_their_own(experience.person, by):
        raise Refused(OWN_FILE, "conflict")
    own = PERSON in by.roles
    if not own and not said and not judged:
        raise Refused(_("Say who thinks so: the person, you, or both."), "who")
    concept = proposals.concept_of(Kind.OCCUPATION, uri)
    if concept is None:
        raise Refused(_("Please choose one of the list."), "choice")
    with transaction.atomic(), acting(actor=by, reason="work confirmed"):
        locked = Experience.objects.select_for_update(of=("self",)).get(pk=experience.pk)
        if locked.occupation != uri:
            locked.occupation, locked.isco08 = uri, concept.isco08
            locked.person_confirmed_at = locked.caseworker_confirmed_at = None
            locked.person_confirmed_by_id = locked.caseworker_id = None
        abilities.stamp(locked, by, said=own or said, judged=judged and not own)
        if judged and not own:
            abilities.decided(locked.proposal_id, uri, by)
        locked.save()
        files.something_happened(experience.person)
        emit("file.work_confirmed", experience.person, by=by, data={"experience": str(locked.pk), "uri": uri})
    experience.refresh_from_db()
