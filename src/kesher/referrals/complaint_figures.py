"""How many complaints, what they were about, what was found, and whether the day was kept: for the table. Nobody is named.

Counted from the trail of events, which holds codes and keys alone. Counts below five are not shown, nor what they could be
reckoned from (:mod:`kesher.base.suppression`). A complaint that was taken back is counted: it was made.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from kesher.base.models import Event
from kesher.base.suppression import MINIMUM, Shown, shown, shown_table, sum_may_be_shown
from kesher.referrals.complaints import ANSWERED, MADE
from kesher.referrals.models import Complaint

LATE: Final = ("late", "in time", "open")


@dataclass(frozen=True, slots=True)
class Figures:
    """``made``: all of them, hidden where it would give a hidden part away. The three tables each sum up to it."""

    made: Shown
    about: Mapping[str, Shown]
    findings: Mapping[str, Shown]
    kept: Mapping[str, Shown]
    organisations: Mapping[UUID, Shown]


def _without_parts(cells: Mapping[str, int]) -> dict[str, Shown]:
    """Every count hidden but those that are none: nothing of it can be reckoned from what stands beside it."""
    return {key: Shown(None) if count else shown(0) for key, count in cells.items()}


def figures(*, since: datetime) -> Figures:
    """Of complaints made since then. Two queries."""
    made = {
        about: (kind, organisation)
        for about, kind, organisation in Event.objects.filter(name=MADE, at__gte=since)
        .order_by("id")
        .values_list("about_id", "data__about", "data__organisation")
    }
    answered: dict[UUID, tuple[str, int]] = {}
    told = Event.objects.filter(name=ANSWERED, at__gte=since).order_by("id")
    for about, finding, late in told.values_list("about_id", "data__finding", "data__late"):
        if about in made:
            answered[about] = (finding, late)  # the last answer is the one that stands
    about_count = dict.fromkeys(Complaint.About.values, 0) | Counter(kind for kind, _one in made.values())
    found = {"open": len(made) - len(answered), **dict.fromkeys(Complaint.Finding.values, 0)}
    found |= Counter(finding for finding, _late in answered.values())
    days: dict[str, int] = {"open": len(made) - len(answered)}
    days["late"] = sum(late for _finding, late in answered.values())
    days["in time"] = len(answered) - days["late"]
    named = Counter(UUID(one) for _kind, one in made.values() if one)
    tables = (about_count, found, days)
    may_sum = all(sum_may_be_shown(table) for table in tables)
    # One and the same complaints twice, and "open" in both: what one table hides, the other would give away.
    small = any(0 < count < MINIMUM for table in (found, days) for count in table.values())
    return Figures(
        made=shown(len(made)) if may_sum else Shown(None),
        about=shown_table(about_count) if may_sum else _without_parts(about_count),  # it sums up to what is hidden
        findings=_without_parts(found) if small else shown_table(found),
        kept=_without_parts(days) if small else shown_table(days),
        # shown alone, never beside their sum: those that name no organisation are not among them
        organisations={one: shown(count) for one, count in named.most_common() if not shown(count).hidden},
    )
