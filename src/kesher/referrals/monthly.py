"""What this room counts of a month, for :mod:`kesher.insights.counting`: sent, refused, what became of it; seats free.

Counted from the trail of events, which names no person, of those alone who agree to be counted on the day it is counted
(decision 0040). How many more there were goes along as ``left``: whoever received them knows the whole by name. That anybody
was sent to a shelter or a clinic is counted nowhere, and neither is what was entered by mistake.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from kesher.accounts.models import Organisation
from kesher.base.models import Event
from kesher.directory.models import Capacity
from kesher.directory.monthly import areas_of, subjects_of
from kesher.insights.counting import counts
from kesher.insights.monthly import Counted, How
from kesher.referrals.models import Cohort
from kesher.referrals.statistics import ENDS
from kesher.referrals.vocabularies import DEMAND

#: Names of the events that are counted; all that end a referral: :data:`kesher.referrals.statistics.ENDS`.
SENT, ERROR, ACCEPT = "referral.send", "referral.entered in error", "referral.accept"
REFUSE, FINISH = "referral.reject", "referral.finish"
#: Ended without having been finished: it could not be, or was withdrawn. What was refused has figures of its own.
UNFINISHED: Final = "unfinished"
ENDED: Final = frozenset(ENDS) - {REFUSE}


@dataclass(frozen=True, slots=True)
class _Happened:
    """An event of a referral. ``what``: its reason or outcome."""

    referral: UUID
    service: UUID
    name: str
    what: str


@counts("loop-referrals")
def sent(first: date, last: date) -> Iterable[Counted]:
    """Referrals sent in the month, by what the service is mostly about."""
    yield from _tallied(_happened([SENT], first, last), subjects=True)


@counts("loop-refusals", How.SHARE)
def refused(first: date, last: date) -> Iterable[Counted]:
    """Of referrals answered in the month those refused as there is no place, or no such service."""
    answered = _once(_happened([ACCEPT, REFUSE], first, last))
    yield from _tallied(answered, subjects=True, counts=lambda one: one.name == REFUSE and one.what in DEMAND)


@counts("loop-outcomes", How.MAKE_UP)
def ended(first: date, last: date) -> Iterable[Counted]:
    """What became of referrals that ended in the month after they were sent."""
    found = _once(_happened(sorted(ENDED), first, last))
    ever_sent = set(_in(Event.objects.filter(name=SENT), [one.referral for one in found]))
    yield from _tallied([one for one in found if one.referral in ever_sent], subjects=False)


@counts("loop-training-places")
def seats(first: date, last: date) -> Iterable[Counted]:
    """Seats free in groups at the end of the month, as the directory showed them then."""
    _begin, end = _bounds(first, last)
    groups = Cohort.objects.filter(capacity__isnull=False, created_at__lt=end)
    groups = groups.exclude(ends_on__lte=last).exclude(service__organisation__in=Organisation.objects.sensitive())
    service_of = dict(groups.order_by().values_list("capacity", "service"))
    kept: Any = Capacity._meta.get_field("history").related_model  # the class that @tracked made
    as_of_then = kept.objects.filter(pgh_obj_id__in=service_of, pgh_created_at__lt=end)
    as_of_then = as_of_then.order_by("pgh_obj_id", "-pgh_created_at", "-pgh_id").distinct("pgh_obj_id")
    where, about = areas_of(set(service_of.values())), subjects_of(set(service_of.values()))
    for capacity, free in as_of_then.values_list("pgh_obj_id", "available"):
        service = service_of[capacity]
        if service in where:
            yield Counted(where[service], about[service], free)


# --- the trail ----------------------------------------------------------------------------------------------------------


def _bounds(first: date, last: date) -> tuple[datetime, datetime]:
    """From midnight to midnight, where the portal is."""
    begin, end = (datetime.combine(day, time()) for day in (first, last + timedelta(days=1)))
    return timezone.make_aware(begin), timezone.make_aware(end)


def _happened(names: Collection[str], first: date, last: date) -> list[_Happened]:
    """In the order it happened, without what was sent to those of whom it is not told, and what was a mistake."""
    begin, end = _bounds(first, last)
    rows = Event.objects.filter(name__in=names, at__gte=begin, at__lt=end).order_by("id")
    untold = {str(key) for key in Organisation.objects.sensitive().values_list("pk", flat=True)}
    found = [
        _Happened(about, UUID(service), name, outcome or reason)
        for about, name, reason, receiver, service, outcome in rows.values_list(
            "about_id", "name", "reason", "data__receiver", "data__service", "data__outcome"
        )
        if service and receiver not in untold
    ]
    mistakes = set(_in(Event.objects.filter(name=ERROR), [one.referral for one in found]))
    return [one for one in found if one.referral not in mistakes]


def _in(events: QuerySet[Event], keys: Collection[UUID]) -> Iterable[UUID]:
    return events.filter(about_id__in=keys).order_by().values_list("about_id", flat=True)


def _once(found: Iterable[_Happened]) -> list[_Happened]:
    """Of each referral what happened last."""
    return list({one.referral: one for one in found}.values())


def _who(referrals: Collection[UUID]) -> Mapping[UUID, tuple[int, bool]]:
    """Of referrals a number for each person, drawn for this once, and whether they agree to be counted today. Of a file that is
    erased nothing is known: each of its referrals is left out as one of a person of their own."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT referral, person, agreed FROM referrals_counted_by_person(%s)", [list(referrals)])
        known = {referral: (person, agreed) for referral, person, agreed in cursor.fetchall()}
    return {one: known.get(one, (-number, False)) for number, one in enumerate(referrals, start=1)}


#: Whether it is about this one, and whether the person agreed.
_Side = tuple[bool, bool]


def _tallied(
    found: Collection[_Happened], *, subjects: bool, counts: Callable[[_Happened], bool] | None = None
) -> Iterator[Counted]:
    """By area, and by subject or by what came of it. ``counts``: of a share, whether it is about this one."""
    services = {one.service for one in found}
    where, about = areas_of(services), subjects_of(services)
    who = _who([one.referral for one in found])
    tallies: dict[tuple[UUID, str], dict[_Side, list[int]]] = defaultdict(lambda: defaultdict(list))
    for one in found:
        if one.service in where:
            part = about[one.service] if subjects else (one.what if one.name == FINISH else UNFINISHED)
            person, agreed = who[one.referral]
            tallies[where[one.service], part][counts is None or counts(one), agreed].append(person)
    for (area, part), sides in sorted(tallies.items()):
        mine, rest, left, left_rest = (
            sides[one] for one in ((True, True), (False, True), (True, False), (False, False))
        )
        share = counts is not None
        yield Counted(
            area,
            part,
            len(mine),
            len(mine) + len(rest) if share else None,
            len(left),
            len(left) + len(left_rest) if share else 0,
            people=frozenset(mine),
            people_of_rest=frozenset(rest),
            people_left=frozenset(left),
            people_left_of_rest=frozenset(left_rest),
        )
