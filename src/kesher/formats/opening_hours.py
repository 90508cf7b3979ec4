"""The plain part of OpenStreetMap's opening hours.

https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification

Weekly rules with days and spans of hours become schedules. Whatever says more (months, open on holidays, sunrise,
comments) is kept as words: half a rule understood would tell people wrong hours.
"""

import re
from datetime import time

from kesher.formats.records import ScheduleRecord, Weekday

DAYS = {"mo": "MO", "tu": "TU", "we": "WE", "th": "TH", "fr": "FR", "sa": "SA", "su": "SU"}
_ORDER = list(Weekday)
_DAY = r"(?:mo|tu|we|th|fr|sa|su)"
_RULE = re.compile(
    rf"(?P<days>{_DAY}(?:-{_DAY})?(?:\s*,\s*{_DAY}(?:-{_DAY})?)*)?\s*"
    r"(?P<hours>\d{1,2}:\d\d\s*-\s*\d{1,2}:\d\d(?:\s*,\s*\d{1,2}:\d\d\s*-\s*\d{1,2}:\d\d)*)",
    re.IGNORECASE,
)
_CLOSED = re.compile(
    rf"(?:(?:ph|sh|{_DAY}(?:-{_DAY})?)(?:\s*,\s*(?:ph|sh|{_DAY}(?:-{_DAY})?))*)\s+(?:off|closed)", re.I
)
MANY_RULES = 50


def parse_opening_hours(text: str) -> tuple[ScheduleRecord, ...] | None:
    """``Mo-Fr 08:30-12:30,14:00-17:00; PH off`` as weekly schedules; ``None`` when it says more than we understand.

    A later rule for a day replaces an earlier one, as the specification asks; ``off`` takes a day away.
    """
    spans: dict[Weekday, list[tuple[time, time]]] = {}
    rules = [rule.strip() for rule in text.strip().rstrip(";").split(";")]
    if len(rules) > MANY_RULES:
        return None
    for rule in rules:
        if _CLOSED.fullmatch(rule):
            for day in _days(rule.rsplit(None, 1)[0]):
                spans.pop(day, None)
            continue
        found = _RULE.fullmatch(rule)
        if not found:
            return None
        hours: list[tuple[time, time]] = []
        for span in found["hours"].split(","):
            opens, _, closes = span.partition("-")
            start, end = _hour(opens), _hour(closes)
            if start is None or end is None or (end <= start and end != time(0)):
                return None
            hours.append((start, end))
        for day in _days(found["days"] or "mo-su"):
            spans[day] = hours
    return schedules(spans)


def schedules(spans: dict[Weekday, list[tuple[time, time]]]) -> tuple[ScheduleRecord, ...]:
    """One weekly schedule per span of hours, with all the days that share it, in the order of the week."""
    days_of: dict[tuple[time, time], list[Weekday]] = {}
    for day in _ORDER:
        for span in spans.get(day, ()):
            days = days_of.setdefault(span, [])
            if day not in days:
                days.append(day)
    return tuple(
        ScheduleRecord(byday=tuple(days), opens_at=span[0], closes_at=span[1], freq="WEEKLY", interval=1)
        for span, days in days_of.items()
    )


def _days(text: str) -> list[Weekday]:
    days: list[Weekday] = []
    for part in text.lower().split(","):
        first, _, last = part.strip().partition("-")
        if first not in DAYS:
            continue  # ph, sh: holidays have no weekday
        start = _ORDER.index(Weekday(DAYS[first]))
        end = _ORDER.index(Weekday(DAYS[last])) if last else start
        days += [_ORDER[(start + step) % 7] for step in range((end - start) % 7 + 1)]
    return days


def _hour(text: str) -> time | None:
    hour, minute = (int(part) for part in text.strip().split(":"))
    if (hour, minute) == (24, 0):
        return time(0)
    return time(hour, minute) if hour < 24 and minute < 60 else None
