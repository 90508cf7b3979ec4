"""One function per operation. Each: what is asked → what is found → how it is written."""

from collections.abc import Sequence
from http import HTTPStatus

from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from ninja import Path, Query
from ninja.errors import HttpError

from kesher.api.answers import settled
from kesher.api.describing import Json
from kesher.api.hsds.pages import encode, page
from kesher.api.hsds.parameters import Identifier, Language
from kesher.api.insights import catalogue, queries, shapes, tables
from kesher.api.insights.parameters import (
    Code,
    DatasetListing,
    IndicatorListing,
    ObservationListing,
    Paged,
    PlaceListing,
    RevisionListing,
)
from kesher.areas.models import Area
from kesher.engine.indicators import registry
from kesher.insights import revisions as revising
from kesher.insights.coverage import coverage
from kesher.insights.models import Dataset, Vintage

NAMESPACE = "insights-api"
LISTS = ("indicators", "places", "observations", "datasets", "revisions")


def absolute(request: HttpRequest, name: str) -> str:
    return request.build_absolute_uri(reverse(f"{NAMESPACE}:{name}"))


def _answer(request: HttpRequest, asked: Language, found: Json) -> HttpResponseBase:
    return settled(request, encode(found), asked.of(request))


def _page(request: HttpRequest, asked: Paged, total: int, contents: Sequence[Json]) -> HttpResponseBase:
    return _answer(request, asked, page(total=total, number=asked.page, per_page=asked.size, contents=list(contents)))


def _cut(asked: Paged) -> slice:
    return slice((asked.page - 1) * asked.size, asked.page * asked.size)


def about(request: HttpRequest, asked: Query[Language]) -> HttpResponseBase:
    """What this is."""
    with override(asked.of(request)):
        found: Json = {"title": _("Places in numbers")}
    found |= {"openapi_url": absolute(request, "openapi-json"), "catalogue": absolute(request, "catalogue")}
    found |= {name: absolute(request, name) for name in LISTS}
    if settings.DEMO:
        found["data"] = "demo"
    return _answer(request, asked, found)


def indicators(request: HttpRequest, asked: Query[IndicatorListing]) -> HttpResponseBase:
    """What each figure is: every declared indicator, in the order of the registry."""
    shown = {code for one in coverage().values() for code in one.indicators} if asked.shown else None
    found = [
        one
        for one in registry().values()
        if (asked.family is None or one.family is asked.family) and (shown is None or one.code in shown)
    ]
    language = asked.of(request)
    return _page(request, asked, len(found), [shapes.indicator(one, language) for one in found[_cut(asked)]])


def indicator(request: HttpRequest, code: Path[Code], asked: Query[Language]) -> HttpResponseBase:
    """One indicator."""
    found = registry().get(code)
    if found is None:
        raise Http404("There is no indicator with this code.")
    return _answer(request, asked, shapes.indicator(found, asked.of(request)))


def places(request: HttpRequest, asked: Query[PlaceListing]) -> HttpResponseBase:
    """Places, each after what it lies in."""
    found, language = queries.places(asked), asked.of(request)
    rows = found[_cut(asked)]
    return _page(request, asked, found.count(), [shapes.place(one, language) for one in rows])


def place(request: HttpRequest, id: Path[Identifier], asked: Query[Language]) -> HttpResponseBase:
    """One place."""
    found = Area.objects.select_related("parent").filter(pk=id).first()
    if found is None:
        raise Http404("There is no place with this id.")
    return _answer(request, asked, shapes.place(found, asked.of(request)))


def observations(request: HttpRequest, asked: Query[ObservationListing]) -> HttpResponseBase:
    """Figures. Where one is hidden its value is null, and its status says why."""
    if problem := asked.nonsense():
        raise HttpError(HTTPStatus.BAD_REQUEST, problem)
    found = queries.Figures(asked)
    if asked.format != "json":
        response = tables.stream(found, asked.format)
        response["Content-Language"] = asked.of(request)
        response["Cache-Control"] = "no-store"
        return response
    rows = list(found.rows.order_by("pk").values_list(*shapes.FIGURE)[_cut(asked)])
    return _page(request, asked, found.rows.count(), tables.written(found, rows))


def datasets(request: HttpRequest, asked: Query[DatasetListing]) -> HttpResponseBase:
    """Data sets with their vintages, and where each was read from."""
    found = queries.datasets(asked.code)
    rows = list(found[_cut(asked)])
    return _page(request, asked, found.count(), _datasets(rows))


def dataset(request: HttpRequest, id: Path[Identifier], asked: Query[Language]) -> HttpResponseBase:
    """One data set."""
    found = _datasets(list(queries.datasets().filter(pk=id)))
    if not found:
        raise Http404("There is no data set with this id.")
    return _answer(request, asked, found[0])


def _datasets(rows: list[Dataset]) -> list[Json]:
    vintages = queries.vintages_of(rows)
    return [shapes.dataset(one, vintages[one.pk]) for one in rows]


def revisions(request: HttpRequest, asked: Query[RevisionListing]) -> HttpResponseBase:
    """Figures that a vintage says otherwise than the one of its data set that was released before."""
    if problem := asked.nonsense():
        raise HttpError(HTTPStatus.BAD_REQUEST, problem)
    chosen = (
        Vintage.objects.filter(pk=asked.vintage)
        if asked.vintage
        else Vintage.objects.filter(dataset__code=asked.dataset).in_time()
    )
    vintage = chosen.values_list("pk", flat=True).first()
    if vintage is None:
        raise Http404("There is no such vintage or data set.")
    skip = (asked.page - 1) * asked.size
    found = revising.revised([vintage], most=asked.size, skip=skip).get(vintage, revising.NONE)
    total = found.count
    if not found.shown and skip:  # beyond the last page: how many there are is asked for
        total = revising.revised([vintage], most=1).get(vintage, revising.NONE).count
    return _page(request, asked, total, [shapes.revision(one) for one in found.shown])


def catalogue_view(request: HttpRequest) -> HttpResponseBase:
    """The data sets as a catalogue: DCAT-AP 3.0.1 in JSON-LD."""
    found = catalogue.described(lambda name: absolute(request, name))
    return settled(request, encode(found), settings.LANGUAGE_CODE, kind="application/ld+json")
