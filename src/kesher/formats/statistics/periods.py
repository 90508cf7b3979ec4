"""Periods of statistics: years, half-years, quarters, months, weeks, days; as each source writes them, as we write
them.

Source: SDMX 2.1, section 6, "Time and time format": ObservationalTimePeriod (standard and reporting periods); the older
forms of Eurostat (``2024M05``), the ILO (``2024Q1``) and Israel's CBS (``2024-05``, ``2024-1`` for a quarter is not
one).
"""

import re
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from kesher.formats.remarks import statistics as say
from kesher.formats.values import Unclean


class Frequency(StrEnum):
    """SDMX codes (CL_FREQ)."""

    YEAR = "A"
    HALF_YEAR = "S"
    TRIMESTER = "T"
    QUARTER = "Q"
    MONTH = "M"
    WEEK = "W"
    DAY = "D"


class Period(NamedTuple):
    """A span of time: sorts by its first day, then by its last. ``str()`` writes it as SDMX 2.1 does.

    >>> str(parse_period("2024M05")), str(parse_period("2024Q1")), str(parse_period("2024-W07")), str(parse_period(2024))
    ('2024-05', '2024-Q1', '2024-W07', '2024')
    """

    start: date
    end: date  # the last day, within the period
    frequency: Frequency

    def __str__(self) -> str:
        year, month = self.start.year, self.start.month
        match self.frequency:
            case Frequency.YEAR:
                return f"{year:04d}"
            case Frequency.HALF_YEAR:
                return f"{year:04d}-S{(month + 5) // 6}"
            case Frequency.TRIMESTER:
                return f"{year:04d}-T{(month + 3) // 4}"
            case Frequency.QUARTER:
                return f"{year:04d}-Q{(month + 2) // 3}"
            case Frequency.MONTH:
                return f"{year:04d}-{month:02d}"
            case Frequency.WEEK:
                iso = self.start.isocalendar()
                return f"{iso.year:04d}-W{iso.week:02d}"
            case _:
                return self.start.isoformat()


_MONTHS = {Frequency.YEAR: 12, Frequency.HALF_YEAR: 6, Frequency.TRIMESTER: 4, Frequency.QUARTER: 3, Frequency.MONTH: 1}
_FORM = re.compile(
    r"(?P<year>\d{4})(?:"
    r"-?(?P<letter>[ASTQMWDHBasqmwdhb])(?P<number>\d{1,3})"
    r"|-(?P<month>\d{1,2})(?:-(?P<day>\d{1,2})(?:[T ]\d{2}:\d{2}.*)?)?"
    r"|(?:\.0+)?"
    r")(?:Z|[+-]\d{2}:\d{2})?"
)
_LETTERS = {
    "A": Frequency.YEAR,
    "S": Frequency.HALF_YEAR,
    "H": Frequency.HALF_YEAR,
    "B": Frequency.HALF_YEAR,  # an older code of half-years
    "T": Frequency.TRIMESTER,
    "Q": Frequency.QUARTER,
    "M": Frequency.MONTH,
    "W": Frequency.WEEK,
    "D": Frequency.DAY,
}


def period_of(year: int, number: int = 1, frequency: Frequency = Frequency.YEAR) -> Period:
    """The ``number``-th period of its kind in a year. Raises :class:`ValueError` when the year has none such."""
    if frequency is Frequency.WEEK:
        start = date.fromisocalendar(year, number, 1)
        return Period(start, start + timedelta(days=6), frequency)
    if frequency is Frequency.DAY:
        start = date(year, 1, 1) + timedelta(days=number - 1)
        if number < 1 or start.year != year:
            raise ValueError(f"{year} has no day {number}")
        return Period(start, start, frequency)
    months = _MONTHS[frequency]
    if not 1 <= number <= 12 // months:
        raise ValueError(f"{year} has no {frequency}{number}")
    last = number * months
    start = date(year, last - months + 1, 1)
    end = date(year, 12, 31) if last == 12 else date(year, last + 1, 1) - timedelta(days=1)
    return Period(start, end, frequency)


def parse_period(value: object, frequency: Frequency | None = None) -> Period:
    """The period that ``value`` names. With a ``frequency``, a day stands for the period of that kind it lies in.

    Raises :class:`~kesher.formats.values.Unclean`.
    """
    period = _parse(str(value).strip())
    if frequency is None or frequency is period.frequency:
        return period
    if period.frequency is Frequency.DAY or (period.frequency is Frequency.MONTH and frequency in _MONTHS):
        return containing(period.start, frequency)
    raise Unclean(say.NOT_A_PERIOD(value=value))


def containing(day: date, frequency: Frequency) -> Period:
    """The period of this kind that a day lies in."""
    if frequency is Frequency.WEEK:
        iso = day.isocalendar()
        return period_of(iso.year, iso.week, frequency)
    if frequency is Frequency.DAY:
        return Period(day, day, frequency)
    return period_of(day.year, (day.month - 1) // _MONTHS[frequency] + 1, frequency)


@lru_cache(maxsize=4096)
def _parse(text: str) -> Period:
    found = _FORM.fullmatch(text)
    fault = Unclean(say.NOT_A_PERIOD(value=text))
    if not found:
        raise fault
    year = int(found["year"])
    try:
        if found["letter"]:
            return period_of(year, int(found["number"]), _LETTERS[found["letter"].upper()])
        if found["day"]:
            return containing(date(year, int(found["month"]), int(found["day"])), Frequency.DAY)
        if found["month"]:
            return period_of(year, int(found["month"]), Frequency.MONTH)
        return period_of(year)
    except (ValueError, OverflowError):
        raise fault from None
