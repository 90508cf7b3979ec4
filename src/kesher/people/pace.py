"""How long the interview takes, in fact: each section's median beside our guess. Nobody is timed as a person.

    count("work", timedelta(minutes=6), today=day)      one more in a count; whose it was is told to nobody, not even here
    medians(day)["work"]                                Typical(minutes=5.5, interviews=17), of five interviews and more

Kept are counts alone: how many interviews of a month took so many half minutes for a section. They carry no file, no
organisation, no user, no history and no time of writing, and go after a year. A section that was skipped, that was done
before, or that took more than an hour (it lay about) is not counted.
"""

import math
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db.models import F, Sum
from django.utils import timezone

from kesher.base.suppression import MINIMUM
from kesher.base.tasks import every
from kesher.people.models import InterviewPace, InterviewSection

HALF_MINUTE: Final = timedelta(seconds=30)
#: The most half minutes that are a talk; what took longer lay about.
LONGEST: Final = 120
#: So long a month is counted with, and kept.
KEPT: Final = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Typical:
    """Half of ``interviews`` took at most so many minutes (to half a minute) for a section."""

    minutes: float
    interviews: int


def count(section: str, took: timedelta, *, today: date) -> bool:
    """One more interview took so long for this section; False where that is nothing that is counted."""
    half_minutes = max(1, math.ceil(took / HALF_MINUTE))
    if section not in InterviewSection.Section.values or took < timedelta() or half_minutes > LONGEST:
        return False
    month = InterviewPace.objects.filter(section=section, month=today.replace(day=1))
    if not month.filter(half_minutes=half_minutes).update(times=F("times") + 1):
        # all at once: when the first of a month was counted would else stand beside how long it took
        rows = (InterviewPace(section=section, month=today.replace(day=1), half_minutes=n + 1) for n in range(LONGEST))
        InterviewPace.objects.bulk_create(rows, ignore_conflicts=True)
        month.filter(half_minutes=half_minutes).update(times=F("times") + 1)
    return True


def medians(today: date) -> dict[str, Typical]:
    """Of each section of which five interviews or more were counted within a year. One query."""
    rows = (
        InterviewPace.objects.filter(month__gt=today - KEPT, times__gt=0)
        .order_by("section", "half_minutes")
        .values_list("section", "half_minutes")
        .annotate(interviews=Sum("times"))
    )
    by_section: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for section, half_minutes, interviews in rows:
        by_section[section].append((half_minutes, interviews))
    found = {}
    for section, counts in by_section.items():
        whole = sum(interviews for _half, interviews in counts)
        if whole >= MINIMUM:
            found[section] = Typical(_middle(counts, whole) / 2, whole)
    return found


def _middle(counts: list[tuple[int, int]], whole: int) -> int:
    """The least number of half minutes within which half of them were over."""
    over = 0
    for half_minutes, interviews in counts:
        over += interviews
        if 2 * over >= whole:
            return half_minutes
    raise AssertionError


@every("25 4 * * *")
def forget_old_counts() -> None:
    """Each night."""
    forget_older(timezone.localdate())


def forget_older(today: date) -> None:
    """What is older than a year goes."""
    InterviewPace.objects.filter(month__lte=today - KEPT).delete()
