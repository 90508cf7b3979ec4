"""Points of time as charts and tables write them. Time runs from left to right in every language (decision 0061)."""

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from django.utils import dateformat
from django.utils.translation import gettext as _


class Every(StrEnum):
    """How often a figure is taken."""

    YEAR = "year"
    QUARTER = "quarter"
    MONTH = "month"

    def said(self, day: date) -> str:
        """The period that begins on ``day``, as the reader's language writes it."""
        if self is Every.YEAR:
            return str(day.year)
        if self is Every.QUARTER:
            return _("quarter %(number)s of %(year)s") % {"number": (day.month + 2) // 3, "year": day.year}
        return dateformat.format(day, "F Y")

    @property
    def months(self) -> int:
        return {Every.YEAR: 12, Every.QUARTER: 3, Every.MONTH: 1}[self]


def milliseconds(day: date) -> int:
    """Since 1970, as browsers count; in UTC, so that no reader's clock moves a month."""
    return round(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000)


def time_axis(first: date, last: date, most: int, *, height: int | None = None) -> dict[str, Any]:
    """The axis of a time from ``first`` to ``last`` with at most ``most`` labels: years where they are enough, else months."""
    months = (last.year - first.year) * 12 + last.month - first.month
    if months >= 24 or first.month == last.month == 1:
        years = [year for year in range(first.year, last.year + 1) if date(year, 1, 1) >= first.replace(day=1)]
        step = next(step for step in (1, 2, 5, 10, 20, 50, 100) if len(years[::step]) <= most or step == 100)
        # counted back from the last: the newest year is the one people look for
        shown = sorted(date(year, 1, 1) for year in years[::-1][::step])
        form = "%Y"
    else:
        step = next(step for step in (1, 2, 3, 6, 12) if months // step + 1 <= most or step == 12)
        counted = [first.month - 1 + number for number in range(0, months + 1, step)]
        shown = [date(first.year + number // 12, number % 12 + 1, 1) for number in counted]
        form = "%b %Y"
    return {
        "values": [milliseconds(day) for day in shown],
        "labelExpr": f"utcFormat(datum.value, '{form}')",
        "grid": False,
        "ticks": True,
        "tickSize": 5,
        "domain": True,
        "labelFlush": True,
        "labelOverlap": False,
        "orient": "bottom",
    }
