"""Opening hours as people read them: the days in the order of their week, and whether it is open now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils import formats
from django.utils.dates import WEEKDAYS
from django.utils.functional import Promise

from kesher.directory.models import Schedule
from kesher.directory.search import Opening, opening
from kesher.directory.search.documents import Hours, weekly_minutes

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True, slots=True)
class Day:
    """One line of the table: the day's name and its spans, earliest first."""

    label: str | Promise
    spans: tuple[tuple[time, time], ...]
    today: bool


def in_force(schedules: Iterable[Schedule], on: date) -> list[Schedule]:
    return [s for s in schedules if (not s.valid_from or s.valid_from <= on) and (not s.valid_to or s.valid_to >= on)]


def week(schedules: Iterable[Schedule], on: date) -> list[Day]:
    """The weekly hours, from the first day of the reader's week; empty when no weekly hours are known."""
    spans: dict[str, set[tuple[time, time]]] = {day: set() for day in DAYS}
    for schedule in in_force(schedules, on):
        if schedule.opens_at is None or schedule.closes_at is None or schedule.freq == "MONTHLY":
            continue
        for day in schedule.byday.split(","):
            if day in spans:
                spans[day].add((schedule.opens_at, schedule.closes_at))
    if not any(spans.values()):
        return []
    first = (
        int(formats.get_format("FIRST_DAY_OF_WEEK")) - 1
    ) % 7  # Django counts from Sunday = 0, WEEKDAYS from Monday
    order = [(first + step) % 7 for step in range(7)]
    return [Day(WEEKDAYS[n], tuple(sorted(spans[DAYS[n]])), n == on.weekday()) for n in order]


def in_words(schedules: Iterable[Schedule], on: date) -> list[dict[str, str]]:
    """Hours that only words tell ("by appointment", "first Monday of the month")."""
    told = []
    for schedule in in_force(schedules, on):
        if schedule.description and schedule.description not in told:
            told.append(schedule.description)
    return told


@dataclass(frozen=True, slots=True)
class Now:
    """How it stands at one moment. ``open``: None where the hours are not known; ``until``: where it is open, None where it
    does not close within a day; ``opens``: where it is closed."""

    open: bool | None
    until: time | None = None
    opens: Opening | None = None


def at(schedules: Iterable[Schedule], now: datetime) -> Now:
    """How it stands at ``now`` (local time), by the same arithmetic as the search: hours go on over midnight."""
    rules = [
        Hours(one.byday, one.opens_at, one.closes_at, one.valid_from, one.valid_to, one.freq, one.interval)
        for one in schedules
    ]
    spans = weekly_minutes(rules, now.date())
    if spans is None:
        return Now(None)
    minute = opening.minute_of_week(now)
    return Now(opening.is_open(spans, minute), opening.until(spans, minute), opening.opens_next(spans, minute))
