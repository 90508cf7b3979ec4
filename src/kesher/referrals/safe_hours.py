"""When it is safe to write to somebody, read from what they said; what cannot be read with certainty is left to a human.

safe_hours("9–14")                       from nine to two
safe_hours("")                           by day
safe_hours("mornings, not on Sunday")    None: ask whoever understands it
"""

import re
from datetime import datetime, time
from typing import Final

from django.utils import timezone

#: Of whom nothing was said: by day.
BY_DAY: Final = (time(9), time(20))
#: "9-14", "09:30 – 17:00": from, to. Anything more, or less, may mean what no programme knows.
_WINDOW: Final = re.compile(r"\s*(\d{1,2})(?::(\d{2}))?\s*[-\u2010-\u2015]\s*(\d{1,2})(?::(\d{2}))?\s*")


def safe_hours(said: str) -> tuple[time, time] | None:
    """From when to when, by the clock of the town; None where it cannot be read."""
    if not said.strip():
        return BY_DAY
    found = _WINDOW.fullmatch(said)
    if found is None:
        return None
    try:
        begins = time(int(found[1]), int(found[2] or 0))
        ends = time(int(found[3]), int(found[4] or 0))
    except ValueError:
        return None
    return (begins, ends) if begins < ends else None


def is_safe_now(said: str, now: datetime) -> bool:
    hours = safe_hours(said)
    return hours is not None and hours[0] <= timezone.localtime(now).time() < hours[1]
