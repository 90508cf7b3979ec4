"""Pages of figures: places, the profile of one, one figure of it, and where all figures come from."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from kesher.areas.models import Area
from kesher.engine.indicators import Indicator, registry
from kesher.formats.statistics import Status
from kesher.insights.latest import Figure, Latest, Place, latest
from kesher.insights.models import Annotation, Observation, Vintage
from kesher.insights.shortage import ON_THE_BOARD, has_board, places_with_boards
from kesher.insights.showing import too_few
from kesher.www.charts import Picture, as_csv, as_png, as_svg, can_draw
from kesher.www.insights import saying
from kesher.www.insights.loop_parts import labels
from kesher.www.insights.noting import may_note
from kesher.www.insights.pictures import PICTURES, picture_of
from kesher.www.insights.profile import ancestors, by_name, item_of, places_like, sections
from kesher.www.insights.tables import table

#: Ending of a file -> how it is made, and what it is.
FILES: Final[Mapping[str, tuple[Callable[[Picture], bytes], str]]] = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "png": (as_png, "image/png"),
    "svg": (as_svg, "image/svg+xml"),
}
#: Seconds a drawn picture is kept.
KEPT = 24 * 3600


class PlacesView(TemplateView):
    """Which place? One's own first, then all by district."""

    template_name = "insights/places.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = latest()
        homes = [one for one in Area.objects.home() if one.pk in now.places]
        districts = [(place, by_name(now.level(Area.Level.AUTHORITY, place.path))) for place in _districts(now)]
        return super().get_context_data(**kwargs) | {
            "homes": homes,
            "districts": [(place, inside) for place, inside in districts if inside],
            "countries": now.level(Area.Level.COUNTRY),
            "count": len(now.places),
            "q": "",
        }


def _districts(now: Latest) -> list[Area]:
    return list(Area.objects.of_level(Area.Level.DISTRICT).order_by("path"))


class OfPlaceView(TemplateView):
    """Base of pages about one place; 404 where there is no figure for it."""

    @cached_property
    def now(self) -> Latest:
        return latest()

    @cached_property
    def area(self) -> Area:
        area: Area = get_object_or_404(Area.objects.select_related("parent__parent__parent"), pk=self.kwargs["pk"])
        if area.pk not in self.now.places:
            raise Http404
        return area

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "area": self.area,
            "above": ancestors(self.now, self.area)[::-1],
            "there": self.now.places,
        }


class ProfileView(OfPlaceView):
    """How is the place doing, beside places like it?"""

    template_name = "insights/profile.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = sections(self.now, self.area)
        shown = {item.figure.vintage for section in found for item in section.items}
        return super().get_context_data(**kwargs) | {
            "sections": found,
            "alike": places_like(self.now, self.area),
            "inside": by_name(self.now.level(Area.Level.AUTHORITY, self.area.path))
            if self.area.level != Area.Level.AUTHORITY
            else (),
            "vintages": Vintage.objects.filter(pk__in=shown).select_related("dataset").in_time(),
            "notes": Annotation.objects.shown().filter(area=self.area).select_related("organisation"),
            "has_board": has_board(self.now, self.area.path),
        }


class FigureView(OfPlaceView):
    """One figure of a place: over time, beside others, with everything that must be known of it. ``?format=csv`` as a table."""

    template_name = "insights/figure.html"

    @cached_property
    def indicator(self) -> Indicator:
        try:
            return registry()[self.kwargs["code"]]
        except KeyError:
            raise Http404 from None

    @cached_property
    def series(self) -> list[Observation]:
        """All its periods in the current vintages, the earliest first."""
        rows = Observation.objects.filter(
            vintage__in=self.now.vintages, area=self.area, indicator=self.indicator.code
        ).select_related("vintage__dataset")
        found = list(rows.order_by("part", "start", "vintage__released"))
        if not found:
            raise Http404
        for one in found:
            if too_few(one.indicator, one.behind):
                one.value = one.low = one.high = None
                one.status |= Status.SUPPRESSED
        return found

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.GET.get("format") == "csv":
            return self.as_csv()
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        vintages = {one.vintage for one in self.series}
        return super().get_context_data(**kwargs) | {
            "indicator": self.indicator,
            "item": item_of(self.now, self.area, self.indicator),
            "rows": self.beside(),
            "pictures": self.pictures(),
            "over_time": self.over_time(),
            "parts": self.parts(),
            "vintages": sorted(vintages, key=lambda one: one.released, reverse=True),
            "standing": saying.STANDINGS[self.indicator.check.standing],
            "uncertainty": saying.UNCERTAINTIES[self.indicator.uncertainty],
            "notes": Annotation.objects.shown()
            .filter(area=self.area, indicator=self.indicator.code)
            .select_related("organisation"),
            "may_note": may_note(self.request.user, self.area),
        }

    def pictures(self) -> dict[str, dict[str, Any]]:
        """Those there are, each with the addresses of its files."""
        found = {}
        for kind in PICTURES:
            picture = picture_of(kind, self.now, self.area, self.indicator, self.series)
            if picture is not None:
                files = {ending: self.file_of(kind, ending) for ending in FILES if ending == "csv" or can_draw()}
                found[kind] = {"picture": picture, "files": files}
        return found

    def file_of(self, kind: str, ending: str) -> str:
        return reverse("insights_picture", args=[self.area.pk, self.indicator.code, kind, ending])

    def beside(self) -> list[dict[str, Any]]:
        """The place, places like it by their names, and what it lies in; in the order of their likeness, not of the figure."""
        code = self.indicator.code
        rows = []
        here = self.now.figure(code, self.area.pk)
        if here is not None:
            rows.append(_row(self.area, self.area.pk, here) | {"here": True})
            beside: list[tuple[Area | Place, uuid.UUID]] = [(one, one.key) for one in places_like(self.now, self.area)]
            beside += [(one, one.pk) for one in ancestors(self.now, self.area)]
            for place, key in beside:
                figure = self.now.figure(code, key)
                if figure is not None:
                    rows.append(_row(place, key, figure))
        return rows

    def over_time(self) -> list[dict[str, Any]]:
        """(period, value, remarks) where there is more than one period."""
        rows = [one for one in self.series if not one.part]
        if len(rows) < 2:
            return []
        return [
            {
                "period": saying.period(one.period),
                "said": saying.number(one.value) if one.value is not None else saying.not_there(one.status),
                "remarks": saying.remarks(one.status),
            }
            for one in rows
        ]

    def parts(self) -> list[dict[str, Any]]:
        """Each part of an indicator that has some, here and in the nation."""
        found = self.now.parts(self.indicator.code, self.area.pk)
        names = labels(found)
        return [
            {"part": part, "label": names[part], "figure": one, "said": saying.said(one)} for part, one in found.items()
        ]

    def as_csv(self) -> HttpResponse:
        """All observations with their data set, vintage and status; opened by a spreadsheet, nothing in it runs."""
        rows: list[Sequence[object]] = []
        rows.append(
            [
                "indicator",
                "part",
                "area_scheme",
                "area_code",
                "period",
                "value",
                "low",
                "high",
                "status",
                "dataset",
                "released",
            ]
        )
        for one in self.series:
            row = [one.indicator, one.part, self.area.scheme, self.area.code, one.period, one.value, one.low, one.high]
            row += [one.status, one.vintage.dataset.code, one.vintage.released.isoformat()]
            rows.append(row)
        return table(f"{self.area.code}-{self.indicator.code}.csv", rows)


class PictureView(FigureView):
    """A picture to take along: its table (CSV), itself (PNG), or to set into a paper (SVG)."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        kind, ending = self.kwargs["kind"], self.kwargs["ending"]
        if kind not in PICTURES or ending not in FILES or (ending != "csv" and not can_draw()):
            raise Http404
        picture = picture_of(kind, self.now, self.area, self.indicator, self.series)
        if picture is None:
            raise Http404
        make, content_type = FILES[ending]
        # Drawing takes half a second: the same picture is drawn once, whoever asks.
        key = f"insights-picture-{ending}-{picture.digest}"
        content = cache.get(key)
        if content is None:
            content = make(picture)
            cache.set(key, content, KEPT)
        answer = HttpResponse(content, content_type=content_type)
        name = f"{self.area.code}-{self.indicator.code}-{kind}.{ending}"
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer


def _row(place: Area | Place, key: uuid.UUID, figure: Figure) -> dict[str, Any]:
    return {"place": place, "pk": key, "said": saying.said(figure), "period": saying.period(figure.period)}


class NumbersView(TemplateView):
    """Where do our numbers come from? Every declared indicator, with what it was checked by, and every data set."""

    template_name = "insights/numbers.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = latest()
        shown = now.codes | (ON_THE_BOARD if places_with_boards(now) else set())
        families = [
            {
                "heading": heading,
                "indicators": [
                    {
                        "declared": one,
                        "standing": saying.STANDINGS[one.check.standing],
                        "uncertainty": saying.UNCERTAINTIES[one.uncertainty],
                        "shown": one.code in shown,
                    }
                    for one in registry().of(family)
                ],
            }
            for family, heading in saying.FAMILIES.items()
        ]
        return super().get_context_data(**kwargs) | {
            "families": families,
            "vintages": Vintage.objects.current().select_related("dataset"),
            "count": len(registry()),
            "title": _("Where our numbers come from"),
        }
