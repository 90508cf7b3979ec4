"""What people at the table say of an occupation: one voice each, the latest counts; today's own may be said anew.

    say(area, "2221", score=2, why="Two wards are closed.", by=user.as_actor(office.pk), today=today, seen=stamp)

What was said on earlier days stays; the last word of each is what counts.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from kesher.areas.models import Area
from kesher.base.history import acting
from kesher.base.transitions import Actor, Refused
from kesher.insights.models import JUDGES, Judgement


class SaidOtherwise(Exception):
    """Today's own judgement says something else than what was read before: nothing is written. ``judgement``: as it stands."""

    def __init__(self, judgement: Judgement) -> None:
        super().__init__("said otherwise meanwhile")
        self.judgement = judgement


def is_ours(area: Area) -> bool:
    """Whether the portal is for this place: one of its home areas, or within one."""
    return any(area.path.startswith(home) for home in Area.objects.home().values_list("path", flat=True))


def stamp(judgement: Judgement | None) -> str:
    """What tells what was said from what else could be; "" where nothing was."""
    return "" if judgement is None else f"{judgement.score}.{judgement.updated_at.isoformat()}"


def of_today(area: Area, occupation: str, user_id: Any, today: date) -> Judgement | None:
    return Judgement.objects.filter(area=area, occupation=occupation, judge_id=user_id, given_on=today).first()


def say(
    area: Area, occupation: str, *, score: int, why: str, by: Actor, today: date, seen: str | None = None
) -> Judgement:
    """Write down what ``by`` says. ``seen``: the :func:`stamp` of today's own that was read before, None: it is not asked.

    Raises :class:`Refused` for who is not at the table and a place that is not ours, :class:`SaidOtherwise` where today's own
    says something else by now.
    """
    if by.organisation_id is None or not by.roles & JUDGES:
        raise Refused(_("Only those at the table say how short an occupation is."), "role")
    if not is_ours(area):
        raise Refused(_("This portal is not for that place."), "place")
    told = {"score": score, "why": " ".join(why.split())}
    with acting(actor=by, reason="judgement of the table"), transaction.atomic():
        key = {"area": area, "occupation": occupation, "judge_id": by.user_id, "given_on": today}
        there = Judgement.objects.select_for_update().filter(**key).first()
        if there is None:
            fresh = Judgement(**key, organisation_id=by.organisation_id, **told)
            fresh.full_clean(exclude=["area", "judge", "organisation"], validate_constraints=False)
            try:
                with transaction.atomic():
                    fresh.save()
            except IntegrityError:  # the same from another window, in the same moment
                raise SaidOtherwise(Judgement.objects.get(**key)) from None
            return fresh
        if seen is not None and seen != stamp(there) and any(getattr(there, name) != one for name, one in told.items()):
            raise SaidOtherwise(there)
        for name, value in told.items():
            setattr(there, name, value)
        there.organisation_id = by.organisation_id
        there.full_clean(exclude=["area", "judge", "organisation"], validate_constraints=False)
        there.save()
        return there


def take_back(area: Area, occupation: str, *, by: Actor) -> int:
    """All that one said of an occupation no longer counts. Returns how many judgements went."""
    with acting(actor=by, reason="judgement taken back"), transaction.atomic():
        count, _by_model = Judgement.objects.filter(area=area, occupation=occupation, judge_id=by.user_id).delete()
    return int(count)


def by_occupation(judgements: Iterable[Judgement]) -> Mapping[str, list[Judgement]]:
    """Those of each occupation, in the order given."""
    found: dict[str, list[Judgement]] = {}
    for one in judgements:
        found.setdefault(one.occupation, []).append(one)
    return found
