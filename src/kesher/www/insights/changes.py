"""What changed: data sets that came in, and figures that their source revised, each with what it was before."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.views.generic import TemplateView

from kesher.engine.indicators import Indicator, registry
from kesher.insights.models import Vintage
from kesher.insights.revisions import NONE, befores, loaded_since, revised
from kesher.insights.revisions import Revision as Revised
from kesher.www.insights import saying

#: Back to here where nobody says since when.
DAYS = 90
#: Revised figures that are listed of one data set; all are counted.
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Revision:
    """One figure that is another now."""

    area: Any
    name: Mapping[str, str]
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
    """The vintages loaded since that day, the latest first. Three queries, however many there are."""
    found = loaded_since(timezone.make_aware(datetime.combine(since, datetime.min.time())))
    keys = [one.pk for one in found]
    earlier, others = befores(keys), revised(keys, most=SHOWN)
    return [
        Change(one, earlier[one.pk] is None, others.get(one.pk, NONE).count, _told(others.get(one.pk, NONE).shown))
        for one in found
    ]


def _told(found: Iterable[Revised]) -> list[Revision]:
    return [
        Revision(
            one.area,
            one.name,
            registry()[one.indicator],
            saying.part(one.part),
            saying.period(one.period),
            _said(one.before, one.was),
            _said(one.value, one.status),
        )
        for one in found
    ]


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
