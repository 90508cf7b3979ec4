"""Whether something is open in a minute of the week, until when, and when it opens next: the same for a card and a page.

``spans``: as ``documents.weekly_minutes`` makes them, half-open, in minutes since Monday 00:00; ``minute`` is one of these.
"""

from collections.abc import Sequence
from datetime import datetime, time
from typing import NamedTuple

from kesher.directory.search.documents import MINUTES_OF_DAY, MINUTES_OF_WEEK

Spans = Sequence[tuple[int, int]]


class Opening(NamedTuple):
    """When it opens next: so many days from today, and the time."""

    days: int
    at: time


def minute_of_week(local: datetime) -> int:
    return local.weekday() * MINUTES_OF_DAY + local.hour * 60 + local.minute


def is_open(spans: Spans, minute: int) -> bool:
    return any(begin <= minute < end for begin, end in spans)


def until(spans: Spans, minute: int) -> time | None:
    """When what is open in this minute of the week closes, within a day. Two spans a minute apart are one: a day that is
    written down as ending at 23:59 ends at midnight."""
    end = next((end for begin, end in spans if begin <= minute < end), None)
    if end is None:
        return None
    weeks = sorted((begin + week, over + week) for begin, over in spans for week in (0, MINUTES_OF_WEEK))
    for begin, over in weeks:
        if minute < begin <= end + 1:
            end = max(end, over)
    return None if end - minute > MINUTES_OF_DAY else _time(end)


def opens_next(spans: Spans, minute: int) -> Opening | None:
    """When what is closed in this minute opens, within a week; None where it is open, or where no hours are known."""
    if not spans or is_open(spans, minute):
        return None
    begin = min(begin if begin > minute else begin + MINUTES_OF_WEEK for begin, _ in spans)
    return Opening(begin // MINUTES_OF_DAY - minute // MINUTES_OF_DAY, _time(begin))


def _time(minute: int) -> time:
    return time(minute % MINUTES_OF_DAY // 60, minute % 60)
