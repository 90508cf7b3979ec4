"""The goal of a person, in their own words: said, asked again at three and six months, never lowered by somebody else.

    said = say(person, "I want to cook for many people", sure=3, language="en", by=by)
    mean(said, uri, coding=coding, seen=meaning_of(said), by=by, said=True)

Which occupation is meant stands beside the words and never for them. It is a proposal of :mod:`kesher.words` until the person
and a caseworker have said yes, each for themselves; that none of the lists is meant is an answer, too.
"""

from datetime import date
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kesher.base.events import emit
from kesher.base.history import acting
from kesher.base.transitions import Actor, Refused
from kesher.engine.coding import Coding
from kesher.people import abilities, files
from kesher.people.consents import HELPER, OWN_FILE, PERSON, acts_for_file, is_their_own
from kesher.people.models import Aspiration, Person
from kesher.people.models.wishes import ASKED_AFTER, ASKED_TIMES
from kesher.words import proposals
from kesher.words.models import LONGEST_WORDS, Kind, Proposal

#: How a goal differs from the one before.
DIFFERENT: Final = (Aspiration.Change.RAISED, Aspiration.Change.OTHER, Aspiration.Change.LOWERED)
OTHER_MEANT: Final = _("Somebody has chosen something else meanwhile: look at it first.")
WHICH_WAY: Final = _("The goal is another than before: is it higher, lower, or something else?")


def latest(person: Person) -> Aspiration | None:
    """What they said last."""
    last: Aspiration | None = person.aspirations.order_by("-said_at", "-id").first()
    return last


def asked_again_on(said: Aspiration) -> date | None:
    """The day on which a goal is to be asked again; None where it has been often enough."""
    return timezone.localdate(said.said_at) + ASKED_AFTER if said.times_same < ASKED_TIMES else None


def say(
    person: Person,
    goal: str,
    *,
    sure: int,
    by: Actor,
    language: str,
    in_the_way: str = "",
    change: str = "",
    why: str = "",
    seen: str | None = None,
) -> Aspiration:
    """Write down what they want to do. ``change``: how it differs from what they said before, in their own judgement.

    The first is the first, whatever ``change`` says; saying the same words again is the same. Of another goal it must be
    said whether it is higher, lower or something else: nobody lowers one by leaving that open. What was said before stays.
    ``seen``: the :func:`~kesher.people.files.stamp_of` the goal that was read before; raises
    :class:`~kesher.people.files.Changed` where another stands there by now, unless it is the same (pressed twice).
    Raises :class:`Refused` for whoever may not write into the file, and ValidationError for a goal lowered without their
    own words.
    """
    if not acts_for_file(person, by):
        raise Refused(_("This file is not open to you."), "role")
    with transaction.atomic(), acting(actor=by, reason="goal said"):
        Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
        before = latest(person)
        goal, in_the_way, why = (" ".join(words.split()) for words in (goal, in_the_way, why))
        if seen is not None and seen != files.stamp_of(before):
            if before is not None and (before.goal, before.sure, before.in_the_way) == (goal, sure, in_the_way):
                return before
            raise files.Changed(before or Aspiration(person=person))
        if before is None:
            change = Aspiration.Change.FIRST
        elif goal == before.goal:
            change = Aspiration.Change.SAME
        elif change not in DIFFERENT:
            raise ValidationError({"change": WHICH_WAY})
        said = Aspiration(
            person=person,
            goal=goal,
            language=language,
            sure=sure,
            in_the_way=in_the_way,
            change=change,
            why=why,
            times_same=before.times_same + 1 if before is not None and change == Aspiration.Change.SAME else 0,
            noted_by_id=by.user_id,
        )
        if before is not None and change == Aspiration.Change.SAME:  # the same words still mean the same
            for name in Aspiration.NOT_SAID:
                setattr(said, name, getattr(before, name))
        said.full_clean()
        said.save(force_insert=True)
        files.something_happened(person)
        emit("file.goal_said", person, by=by, data={"change": change, "sure": sure})
    return said


def meaning_of(said: Aspiration) -> str:
    """A stamp of which occupation is meant: another for another one, whoever has said yes to it."""
    return files.said_in(said, ("id", "occupation", "none_fits"))


def mean(
    aspiration: Aspiration,
    uri: str,
    *,
    seen: str,
    by: Actor,
    coding: Coding | None = None,
    said: bool = False,
    judged: bool = True,
) -> None:
    """Say which occupation is meant by a goal; ``uri`` "" = none of the lists. The words stay as they were said.

    ``coding``: what was proposed, kept where an organisation keeps words (of whom ``by`` acts for); None says yes to what
    stands there. ``said`` and ``judged`` as in :func:`kesher.people.work.confirm`: the person's yes and a caseworker's are
    kept apart, and who chooses another takes the other's back. ``seen``: the :func:`meaning_of` what was read before.

    Raises :class:`Refused` for a goal that is another by now, for another meaning than was read, for an address no list has,
    where nobody said anything, for a helper, and for whoever may not write into the file.
    """
    person = aspiration.person
    if not acts_for_file(person, by) or HELPER in by.roles:
        raise Refused(_("This file is not open to you."), "role")
    if is_their_own(person, by):
        raise Refused(OWN_FILE, "conflict")
    own = PERSON in by.roles
    if not own and not said and not judged:
        raise Refused(_("Say who thinks so: the person, you, or both."), "who")
    concept = proposals.concept_of(Kind.OCCUPATION, uri) if uri else None
    if uri and concept is None:
        raise Refused(_("Please choose one of the list."), "choice")
    with transaction.atomic(), acting(actor=by, reason="goal meant"):
        Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
        locked = latest(person)
        if locked is None or locked.pk != aspiration.pk:
            raise Refused(_("The goal is another by now: look at it first."), "goal")
        same = locked.occupation == uri and locked.none_fits == (not uri)
        if not same and meaning_of(locked) != seen:
            raise Refused(OTHER_MEANT, "seen")
        if not same:
            locked.occupation, locked.isco08 = uri, concept.isco08 if concept is not None else ""
            locked.none_fits = not uri
            locked.person_confirmed_at = locked.caseworker_confirmed_at = None
            locked.person_confirmed_by_id = locked.caseworker_id = None
            _proposed(locked, coding, by)
        abilities.stamp(locked, by, said=own or said, judged=judged and not own)
        if judged and not own and uri:
            abilities.decided(locked.proposal_id, uri, by)
        locked.save()
        files.something_happened(person)
        emit("file.goal_meant", person, by=by, data={"goal": str(locked.pk), "uri": uri})
    aspiration.refresh_from_db()


def _proposed(locked: Aspiration, coding: Coding | None, by: Actor) -> None:
    """What was proposed, for which words, by what: the proposal itself where an organisation keeps it."""
    locked.proposal_id, locked.looked_for, locked.proposed_by = None, "", ""
    if coding is None:
        return
    locked.looked_for = coding.text[:300]
    locked.proposed_by = f"{coding.embedder}, {coding.vocabulary}"[:200]
    if by.organisation_id is None or not coding.text.strip() or len(coding.text) > LONGEST_WORDS:
        return
    proposal = proposals.record(
        coding, kind=Kind.OCCUPATION, purpose=Proposal.Purpose.GOAL, language=locked.language, by=by
    )
    locked.proposal_id = proposal.pk
    if locked.none_fits:
        proposals.none_fits(proposal, by=by)


def heading_for(person: Person) -> str:
    """The ISCO-08 unit group of what they want in the end, where they have said themselves that it is meant; else ""."""
    last = latest(person)
    return last.isco08 if last is not None and last.person_confirmed_at is not None else ""
