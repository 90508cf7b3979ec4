"""The goal of a person, in their own words: said, asked again at three and six months, never lowered by somebody else."""

from datetime import date
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kesher.base.events import emit
from kesher.base.history import acting
from kesher.base.transitions import Actor, Refused
from kesher.people import files
from kesher.people.consents import acts_for_file
from kesher.people.models import Aspiration, Person
from kesher.people.models.wishes import ASKED_AFTER, ASKED_TIMES

#: How a goal differs from the one before.
DIFFERENT: Final = (Aspiration.Change.RAISED, Aspiration.Change.OTHER, Aspiration.Change.LOWERED)
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
        said.full_clean()
        said.save(force_insert=True)
        files.something_happened(person)
        emit("file.goal_said", person, by=by, data={"change": change, "sure": sure})
    return said
