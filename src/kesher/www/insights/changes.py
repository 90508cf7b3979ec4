"""What changed: data sets that came in, and figures that their source revised, each with what it was before."""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone
from django.views.generic import TemplateView

from kesher.engine.indicators import Indicator, registry
from kesher.insights.models import Vintage
from kesher.www.insights import saying

#: Back to here where nobody says since when.
DAYS = 90
#: Revised figures that are listed of one data set; all are counted.
SHOWN = 20

_REVISED = """
SELECT now.area_id, area.name, now.indicator, now.part, now.period, was.value, was.status, now.value, now.status
FROM insights_observation AS now
JOIN insights_observation AS was USING (area_id, indicator, part, period)
JOIN areas_area AS area ON area.id = now.area_id
WHERE now.vintage_id = %s AND was.vintage_id = %s AND now.value IS DISTINCT FROM was.value
ORDER BY now.indicator, area.path, now.part, now.start
"""


@dataclass(frozen=True, slots=True)
class Revision:
    """One figure that is another now."""

    area: Any
    name: dict[str, str]
    indicator: Indicator
    part: str
    period: str
    before: str
    now: str


@dataclass(frozen=True, slots=True)
class Change:
    """A vintage that came in, and what it says otherwise than the one before it."""

    vintage: Vintage
    first: bool
    count: int
    revisions: list[Revision]


def changes(since: date) -> list[Change]:
    """The vintages loaded since that day, the latest first. Two queries for each."""
    start = timezone.make_aware(datetime.combine(since, datetime.min.time()))
    found = []
    for vintage in (
        Vintage.objects.filter(created_at__gte=start).select_related("dataset").order_by("-created_at", "-id")
    ):
        earlier = vintage.dataset.vintages.filter(created_at__lt=vintage.created_at).order_by("-created_at").first()
        rows = [] if earlier is None else _revised(vintage, earlier)
        found.append(Change(vintage, earlier is None, len(rows), rows[:SHOWN]))
    return found


def _revised(vintage: Vintage, earlier: Vintage) -> list[Revision]:
    with connection.cursor() as cursor:
        cursor.execute(_REVISED, [vintage.pk, earlier.pk])
        rows = cursor.fetchall()
    return [
        Revision(
            area,
            _names(name),
            registry()[code],
            saying.part(part),
            saying.period(period),
            _said(old, was),
            _said(new, status),
        )
        for area, name, code, part, period, old, was, new, status in rows
        if code in registry()
    ]


def _names(name: Any) -> dict[str, str]:
    """A name as the driver gives it: JSON, read or not."""
    found: dict[str, str] = json.loads(name) if isinstance(name, str) else name
    return found


def _said(value: float | None, status: int) -> str:
    return saying.not_there(status) if value is None else saying.number(value)


class ChangesView(TemplateView):
    """What changed since we last looked? ``?since=2026-09-01``."""

    template_name = "insights/changes.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        text = self.request.GET.get("since", "")
        since, wrong = timezone.localdate() - timedelta(days=DAYS), False
        if text:
            try:
                since = date.fromisoformat(text)
            except ValueError:
                wrong = True
        found = changes(since)
        return super().get_context_data(**kwargs) | {"since": since, "wrong": wrong, "text": text, "changes": found}
