"""Several places side by side: the same figures in the same order, never sorted by one of them."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from kesher.areas.models import Area
from kesher.base.translated import in_language
from kesher.engine.indicators import Indicator, registry
from kesher.insights.latest import Figure, Latest, Place, latest
from kesher.www.insights import saying
from kesher.www.insights.asking import home
from kesher.www.insights.profile import by_name
from kesher.www.insights.tables import table

MOST = 6
#: Similar places that stand beside one's own until somebody chooses.
AT_FIRST = 3


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator: its figures in the order of the places."""

    indicator: Indicator
    figures: Sequence[Figure | None]
    nation: Figure | None

    @property
    def cells(self) -> list[str]:
        return [saying.said(one) for one in self.figures]

    @property
    def of_nation(self) -> str:
        return saying.said(self.nation)

    @property
    def periods(self) -> str:
        """When; several where they differ."""
        found = dict.fromkeys(saying.period(one.period) for one in self.figures if one is not None)
        return ", ".join(found)


def chosen(now: Latest, keys: Sequence[str]) -> list[Place]:
    """The places asked for, each once, those without figures left out; without any, one's own and some like it."""
    found: list[Place] = []
    for text in keys:
        try:
            place = now.places.get(uuid.UUID(text))
        except ValueError:
            continue
        if place is not None and place not in found:
            found.append(place)
    if not found and not keys and (own := home(now)) is not None:
        found = [own, *(place for place, _neighbour in now.similar(own.key)[:AT_FIRST])]
    return found[:MOST]


def lines(now: Latest, places: Sequence[Place]) -> list[Line]:
    """The indicators of which at least one of the places has a figure."""
    codes = {code for place in places for code in now.indicators(place.key)}
    nations = {place.path.split("/", 1)[0] + "/" for place in places}
    nation = next((one.key for one in now.level(Area.Level.COUNTRY) if {one.path} == nations), None)
    return [
        Line(
            registry()[code],
            [now.figure(code, place.key) for place in places],
            None if nation is None or registry()[code].unit.startswith("people") else now.figure(code, nation),
        )
        for code in registry()
        if code in codes
    ]


class CompareView(TemplateView):
    """How do several places stand beside one another? ``?place=KEY&place=KEY``, ``&format=csv`` as a table."""

    template_name = "insights/compare.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.GET.get("format") == "csv":
            return self.as_csv()
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = latest()
        places = chosen(now, self.request.GET.getlist("place"))
        left = by_name(one for one in now.level(Area.Level.AUTHORITY) if one not in places)
        rows = lines(now, places)
        return super().get_context_data(**kwargs) | {
            "places": [
                {"place": one, "without": "&".join(f"place={other.key}" for other in places if other != one)}
                for one in places
            ],
            "choices": left if len(places) < MOST else [],
            "rows": rows,
            "has_nation": any(row.nation is not None for row in rows),
            "most": MOST,
            "query": "&".join(f"place={one.key}" for one in places),
        }

    def as_csv(self) -> HttpResponse:
        """One row for each figure: indicator, unit, place, period, value, status."""
        now = latest()
        places = chosen(now, self.request.GET.getlist("place"))
        rows: list[Sequence[object]] = []
        rows.append(["indicator", "name", "unit", "area_code", "area", "period", "value", "status"])
        for line in lines(now, places):
            for place, figure in zip(places, line.figures, strict=True):
                if figure is not None:
                    name = in_language(place.name, "en").text
                    value = "" if figure.value is None else figure.value
                    row = [line.indicator.code, _(line.indicator.name), _(line.indicator.unit), place.code, name]
                    rows.append([*row, figure.period, value, figure.status])
        return table("places.csv", rows)
