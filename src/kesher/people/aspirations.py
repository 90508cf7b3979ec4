"""The goal of a person, in their own words: said, asked again at three and six months, never lowered by somebody else."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kesher.base.events import emit
from kesher.base.history import acting
from kesher.base.transitions import Actor, Refused
from kesher.people import files
from kesher.people.consents import acts_for_file
from kesher.people.models import Aspiration, Person


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
) -> Aspiration:
    """Write down what they want to do. ``change``: how it differs from what they said before, in their own judgement.

    The first is the first, whatever ``change`` says; saying the same words again is the same. What was said before stays.
    Raises :class:`Refused` for whoever may not write into the file, and ValidationError for a goal lowered without their
    own words.
    """
    if not acts_for_file(person, by):
        raise Refused(_("This file is not open to you."), "role")
    with transaction.atomic(), acting(actor=by.user_id, reason="goal said"):
        Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
        before = person.aspirations.order_by("-said_at", "-id").first()
        goal = " ".join(goal.split())
        if before is None:
            change = Aspiration.Change.FIRST
        elif goal == before.goal:
            change = Aspiration.Change.SAME
        elif change in ("", Aspiration.Change.FIRST):
            change = Aspiration.Change.OTHER
        said = Aspiration(
            person=person,
            goal=goal,
            language=language,
            sure=sure,
            in_the_way=" ".join(in_the_way.split()),
            change=change,
            why=" ".join(why.split()),
            times_same=before.times_same + 1 if before is not None and change == Aspiration.Change.SAME else 0,
            noted_by_id=by.user_id,
        )
        said.full_clean()
        said.save(force_insert=True)
        files.something_happened(person)
        emit("file.goal_said", person, by=by, data={"change": change, "sure": sure})
    return said
