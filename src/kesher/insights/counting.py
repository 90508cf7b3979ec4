"""Our own loop as a source of figures: each room above registers what it counts of a month; here it becomes what is published.

    @counts("loop-referrals")                                     # an indicator of the family "our loop"
    def sent(first: date, last: date) -> Iterable[Counted]: ...

    count_month(date(2026, 10, 1))                                # once, and never again

A month is counted when it is over, once: a second count beside the first would tell who took back, between the two, that they
may be counted (docs/decisions/0062). The database refuses it, too: the mark of such a vintage is its month. What was hidden
is kept nowhere. Every vintage holds all months counted before, as they stand in the one before it.
"""

import hashlib
import json
import logging
from calendar import monthrange
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from kesher.areas.models import Area
from kesher.base.tasks import every
from kesher.engine.indicators import Family, registry
from kesher.insights.models import Dataset, Observation, Vintage
from kesher.insights.monthly import Counted, Figure, How, Places, figures

logger = logging.getLogger(__name__)

DATASET: Final = "our-loop"
TITLE: Final = "What we do together, by month"
SOURCE: Final = "This portal: counted by area and month, never a person."
Counts = Callable[[date, date], Iterable[Counted]]


class CannotBeCounted(ValueError):
    """The month is counted already, or not over; the message says which."""


@dataclass(frozen=True, slots=True)
class Counter:
    """``counts``: from the first to the last day of a month, the rows of it."""

    indicator: str
    how: How
    counts: Counts


_counters: dict[str, Counter] = {}


def counts(indicator: str, how: How = How.COUNT) -> Callable[[Counts], Counts]:
    """Decorator: count this for each month. One counter for an indicator; two of the same rows must be one, or what the one
    hides the other gives away."""
    if indicator not in registry() or registry()[indicator].family is not Family.OUR_LOOP:
        raise ValueError(f"{indicator!r} is no declared indicator of our own loop")

    def register(function: Counts) -> Counts:
        if indicator in _counters and _counters[indicator].counts is not function:
            raise ValueError(f"{indicator} is counted by {_counters[indicator].counts.__qualname__} already")
        _counters[indicator] = Counter(indicator, how, function)
        return function

    return register


def registered() -> tuple[Counter, ...]:
    """All that are counted."""
    return tuple(_counters[code] for code in sorted(_counters))


# --- months -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CountedMonth:
    """What came of it: ``figures`` are published, ``hidden`` are told to be there and nothing more."""

    month: str
    figures: int
    hidden: int

    def __str__(self) -> str:
        return f"{self.month}: {self.figures:,} figures, {self.hidden:,} of them hidden"


def month_of(first_day: date) -> str:
    return f"{first_day:%Y-%m}"


def first_of_next(first_day: date) -> date:
    return (first_day + timedelta(days=31)).replace(day=1)


def first_of_before(day: date) -> date:
    """The first day of the month before."""
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def counted_months() -> list[str]:
    """Those that were counted, the earliest first."""
    return sorted(Vintage.objects.filter(dataset__code=DATASET).values_list("mark", flat=True))


def due(today: date) -> list[date]:
    """First days of months to count: the month before, and what was missed since the last that was counted."""
    last, done = first_of_before(today), counted_months()
    found = []
    first = first_of_next(date.fromisoformat(f"{done[-1]}-01")) if done else last
    while first <= last:
        found.append(first)
        first = first_of_next(first)
    return found


@every("35 4 2 * *")
def count_months_that_are_over() -> None:
    """On the second of each month."""
    for first_day in due(timezone.localdate()):
        logger.info("counted %s", count_month(first_day))


def count_month(
    first_day: date, *, counters: Iterable[Counter] | None = None, today: date | None = None
) -> CountedMonth:
    """Counts a month for all time: a vintage of its own, with all months before. Call inside ``acting``.

    Raises :class:`CannotBeCounted` and changes nothing.
    """
    day, month = today or timezone.localdate(), month_of(first_day)
    if first_day.day != 1:
        raise CannotBeCounted(f"{first_day} is not the first day of a month.")
    if first_of_next(first_day) > day:
        raise CannotBeCounted(f"{month} is not over: it is counted when it is.")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"vintages of {DATASET}"])
        dataset, _new = Dataset.objects.get_or_create(code=DATASET, defaults={"title": TITLE, "source": SOURCE})
        before = dataset.vintages.in_time().first()
        if dataset.vintages.filter(mark=month).exists():
            raise CannotBeCounted(
                f"{month} is counted already. A second count would tell who took back their agreement."
            )
        used = registered() if counters is None else tuple(counters)
        if before is not None and before.observations.filter(period=month).exists():
            raise CannotBeCounted(f"There are figures of {month} already.")
        found = _counted(first_day, used, before)
        earlier = [] if before is None else list(before.files)
        vintage = Vintage.objects.create(
            dataset=dataset,
            mark=month,
            released=day if before is None else max(day, before.released),  # the clock may have been set back
            files=[*earlier, _told(month, day, used, found)],
            breaks=[] if before is None else before.breaks,
            figures=sum(len(those) for those in found.values()) + (0 if before is None else before.figures),
        )
        Observation.objects.bulk_create(_kept(before, vintage), batch_size=2000)
        Observation.objects.bulk_create(_rows(found, vintage, first_day), batch_size=2000)
    everything = [one for those in found.values() for one in those]
    return CountedMonth(month, len(everything), sum(one.value is None for one in everything))


def _counted(first_day: date, counters: Iterable[Counter], before: Vintage | None) -> dict[str, list[Figure]]:
    """By indicator. What had a figure in another month has one in this, be it nought: else the old one would seem the last."""
    last_day = first_day.replace(day=monthrange(first_day.year, first_day.month)[1])
    rows = {one: list(one.counts(first_day, last_day)) for one in counters}
    earlier = Observation.objects.filter(vintage=before).order_by() if before else Observation.objects.none()
    parts: dict[str, set[str]] = defaultdict(set)
    for indicator, part in earlier.exclude(part="").values_list("indicator", "part").distinct():
        parts[indicator].add(part)
    areas = set(earlier.values_list("area", flat=True).distinct())
    places = Places.of(_paths({row.area for those in rows.values() for row in those} | areas))
    month = month_of(first_day)
    return {
        one.indicator: figures(those, one.how, places, month=month, parts=parts[one.indicator])
        for one, those in rows.items()
    }


def _paths(named: set[UUID]) -> dict[UUID, str]:
    """Of areas in which something was counted, the portal's own, and those between: further up nobody could tell what part of
    a district comes here."""
    homes = dict(Area.objects.home().values_list("pk", "path"))
    there = dict(Area.objects.filter(pk__in=named).values_list("pk", "path"))
    between = {
        "/".join(path.split("/")[:end]) + "/"
        for path in there.values()
        for home in homes.values()
        if path.startswith(home)
        for end in range(home.count("/"), path.count("/"))
    }
    return homes | there | dict(Area.objects.filter(path__in=between).values_list("pk", "path"))


def _told(month: str, day: date, counters: Iterable[Counter], found: Mapping[str, list[Figure]]) -> dict[str, object]:
    said = {code: [[str(one.area), one.part, one.value, one.status] for one in those] for code, those in found.items()}
    return {
        "file": month,
        "sha256": hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest(),
        "dialect": DATASET,
        "source": SOURCE,
        "licence": "",
        "url": "",
        "retrieved": day.isoformat(),
        "indicators": [one.indicator for one in counters],
    }


def _kept(before: Vintage | None, vintage: Vintage) -> Iterator[Observation]:
    """The months before, as they stand in the vintage before."""
    if before is None:
        return
    fields = ("indicator", "part", "area_id", "period", "start", "value", "low", "high", "behind", "status")
    for row in Observation.objects.filter(vintage=before).order_by("pk").values(*fields).iterator(chunk_size=5000):
        yield Observation(vintage=vintage, **row)


def _rows(found: Mapping[str, list[Figure]], vintage: Vintage, first_day: date) -> Iterator[Observation]:
    for indicator, those in found.items():
        for one in those:
            yield Observation(
                vintage=vintage,
                indicator=indicator,
                part=one.part,
                area_id=one.area,
                period=month_of(first_day),
                start=first_day,
                value=one.value,
                behind=one.behind,
                status=one.status,
            )
