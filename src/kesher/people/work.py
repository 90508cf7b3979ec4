"""From somebody's own words to occupations: read, proposed, and said to be right by the person and by a caseworker, apart.

    told = tell(person, "ten years in my uncle's garage, then taxi", kind="paid", language="en", by=caseworker)
    confirm(told[0], uri, by=caseworker)        both judgements are kept; a change of occupation takes back the other's

The proposals themselves are kept by :mod:`kesher.words`, with what read them and what was shown.
"""

from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kesher.base.events import emit
from kesher.base.history import acting
from kesher.base.transitions import Actor, Refused
from kesher.people import files
from kesher.people.consents import HELPER, OWN_FILE, PERSON, acts_for_file, is_their_own
from kesher.people.models import Experience, Person
from kesher.words import own_words, proposals
from kesher.words.models import Kind, Proposal

LONGEST: Final = 500


def tell(person: Person, text: str, *, kind: str, language: str, by: Actor) -> list[Experience]:
    """Write down what a person tells freely, an experience for each that is read in it, each with its proposal.

    Where nothing is read the words are kept whole. Raises :class:`Refused` for whoever may not write into the file.
    """
    if not acts_for_file(person, by):
        raise Refused(_("This file is not open to you."), "role")
    if by.organisation_id is None:
        raise Refused(_("An organisation keeps the words that are read."), "organisation")
    reading = own_words.read(text, language=language)
    with transaction.atomic(), acting(actor=by.user_id, reason="work told"):
        kept = own_words.record(reading, by=by, skills=False)
        made = [_made(person, proposal, kind, by) for proposal in kept]
        if not made:
            whole = " ".join(text.split())[:LONGEST]
            made = [Experience(person=person, kind=kind, words=whole, language=language, noted_by_id=by.user_id)]
        for one in made:
            one.full_clean()
            one.save(force_insert=True)
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


def _decide(experience: Experience, uri: str, by: Actor) -> None:
    """The proposal it came from is decided with it, where it waits at the caseworker's own organisation."""
    if experience.proposal_id is None or by.organisation_id is None:
        return
    kept = Proposal.objects.filter(pk=experience.proposal_id, organisation_id=by.organisation_id)
    waiting = kept.open().first()
    if waiting is not None:
        proposals.choose(waiting, uri, by=by)


def confirm(experience: Experience, uri: str, *, by: Actor) -> None:
    """Say which occupation it was. The person's yes and the caseworker's are kept apart.

    Who chooses another occupation than stands there takes the other's yes back: it was for something else. Raises
    :class:`Refused` for an address no list has, and for whoever may not write into the file.
    """
    if not acts_for_file(experience.person, by) or HELPER in by.roles:
        raise Refused(_("This file is not open to you."), "role")
    if is_their_own(experience.person, by):
        raise Refused(OWN_FILE, "conflict")
    concept = proposals.concept_of(Kind.OCCUPATION, uri)
    if concept is None:
        raise Refused(_("Please choose one of the list."), "choice")
    with transaction.atomic(), acting(actor=by.user_id, reason="work confirmed"):
        locked = Experience.objects.select_for_update(of=("self",)).get(pk=experience.pk)
        now = timezone.now()
        if locked.occupation != uri:
            locked.occupation, locked.isco08 = uri, concept.isco08
            locked.person_confirmed_at = locked.caseworker_confirmed_at = locked.caseworker_id = None
        if PERSON in by.roles:
            locked.person_confirmed_at = now
        else:
            locked.caseworker_confirmed_at, locked.caseworker_id = now, by.user_id
            _decide(locked, uri, by)
        locked.save()
        files.something_happened(experience.person)
        emit("file.work_confirmed", experience.person, by=by, data={"experience": str(locked.pk), "uri": uri})
    experience.refresh_from_db()
