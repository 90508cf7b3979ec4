"""What the answers look like, and how they are written."""

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any, Literal

from django.utils import translation
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field

from kesher.api.describing import Json
from kesher.areas.models import Area
from kesher.base.translated import in_language
from kesher.engine.indicators import Indicator
from kesher.formats.statistics import Status
from kesher.insights.models import Dataset, Observation, Vintage
from kesher.insights.revisions import Revision
from kesher.insights.showing import too_few

#: Words that stand for the flags of a figure, in the order of their numbers.
WORDS: Mapping[int, str] = {int(one): (one.name or "").lower().replace("_", " ") for one in Status if one}
Word = Literal[
    "missing",
    "suppressed",
    "not applicable",
    "break",
    "provisional",
    "estimated",
    "forecast",
    "revised",
    "unreliable",
    "definition",
    "other",
]
STATUS = Field(
    description="What is to be known of the figure. Where there is no value, one of the first three says why."
)


class Check(Schema):
    standing: Literal["verified", "recomputed", "laws", "published"] = Field(
        description="verified: a published value is met; recomputed: only computed again; laws: held against its laws "
        "alone; published: nothing is computed, it is shown as its source printed it."
    )
    against: str = Field(description="The publication it was held against.")
    note: str = Field(description="What differs, where something does.")
    golden: str


class IndicatorShape(Schema):
    code: str
    family: str
    name: str
    question: str
    formula: str
    unit: str
    direction: Literal["more-is-better", "less-is-better", "neither"]
    source: str
    uncertainty: str = Field(description="How the interval comes about.")
    caveat: str
    check: Check
    minimum: int = Field(description="People or firms that must stand behind a figure before it is shown.")


class PlaceHead(Schema):
    id: str
    scheme: str
    code: str
    level: str
    name: str


class PlaceShape(PlaceHead):
    names: dict[str, str] = Field(description="In every language there is.")
    parent: PlaceHead | None
    latitude: float | None
    longitude: float | None
    population: int | None


class ObservationShape(Schema):
    indicator: str
    part: str = Field(description="Such as an industry; empty: the whole.")
    place: str
    scheme: str
    code: str
    period: str = Field(description="As SDMX writes it: 2024, 2024-Q1, 2024-05.")
    value: float | None
    low: float | None
    high: float | None
    behind: int | None = Field(description="How many people or firms stand behind it, where known.")
    status: list[Word] = STATUS
    dataset: str
    vintage: str


class Origin(Schema):
    file: str
    sha256: str
    dialect: str
    source: str
    licence: str
    url: str
    retrieved: str | None
    released: str | None


class Broken(Schema):
    from_: str = Field(alias="from")
    reason: str


class VintageShape(Schema):
    id: str
    released: str
    loaded: str
    mark: str = Field(description="Hash of its content.")
    figures: int = Field(description="Figures that were read; some of them are served.")
    current: bool
    files: list[Origin]
    breaks: list[Broken] = Field(description="From which period figures are not comparable with those before, and why.")


class DatasetShape(Schema):
    id: str
    code: str
    title: str
    source: str
    licence: str
    url: str
    vintages: list[VintageShape] = Field(description="The latest first.")


class RevisionShape(Schema):
    indicator: str
    part: str
    place: str
    scheme: str
    code: str
    period: str
    before: float | None
    before_status: list[Word]
    value: float | None
    status: list[Word]
    vintage: str


class About(Schema):
    title: str
    openapi_url: str
    catalogue: str
    indicators: str
    places: str
    observations: str
    datasets: str
    revisions: str
    data: Literal["demo"] | None = None


def words(status: int) -> list[str]:
    return [word for flag, word in WORDS.items() if status & flag]


def indicator(one: Indicator, language: str) -> Json:
    """In the language asked for as far as the catalogues have it."""

    def said(text: str) -> str:
        return _(text) if text else ""

    with translation.override(language):
        return {
            "code": one.code,
            "family": one.family.value,
            "name": said(one.name),
            "question": said(one.question),
            "formula": said(one.formula),
            "unit": said(one.unit),
            "direction": one.direction.value,
            "source": said(one.source),
            "uncertainty": one.uncertainty.value,
            "caveat": said(one.caveat),
            "check": {
                "standing": one.check.standing.value,
                "against": said(one.check.against),
                "note": said(one.check.note),
                "golden": one.check.golden,
            },
            "minimum": one.minimum,
        }


def place(one: Area, language: str) -> Json:
    return _head(one, language) | {
        "names": one.name,
        "parent": _head(one.parent, language) if one.parent is not None else None,
        "latitude": one.latitude,
        "longitude": one.longitude,
        "population": one.population,
    }


def _head(one: Area, language: str) -> Json:
    return {
        "id": str(one.pk),
        "scheme": one.scheme,
        "code": one.code,
        "level": one.level,
        "name": in_language(one.name, language).text,
    }


#: Columns of a figure as they are read: its data set's code is known by its vintage.
FIGURE = (
    "pk",
    "indicator",
    "part",
    "area_id",
    "area__scheme",
    "area__code",
    "period",
    "value",
    "low",
    "high",
    "behind",
    "told",  # the status, with what was hidden since
    "vintage_id",
)


def observation(row: tuple[Any, ...], datasets: Mapping[Any, str]) -> Json:
    """Of a row of :data:`FIGURE`. Where its value is hidden, so is what would tell it."""
    _pk, code, part, area, scheme, place_code, period, value, low, high, behind, status, vintage = row
    if too_few(code, behind):
        status |= int(Status.SUPPRESSED)
    if status & Observation.WITHOUT_VALUE:
        value = low = high = behind = None
    return {
        "indicator": code,
        "part": part,
        "place": str(area),
        "scheme": scheme,
        "code": place_code,
        "period": period,
        "value": value,
        "low": low,
        "high": high,
        "behind": behind,
        "status": words(status),
        "dataset": datasets.get(vintage, ""),
        "vintage": str(vintage),
    }


def dataset(one: Dataset, vintages: list[Vintage]) -> Json:
    """``vintages``: its own, the latest first."""
    return {
        "id": str(one.pk),
        "code": one.code,
        "title": one.title,
        "source": one.source,
        "licence": one.licence,
        "url": one.url,
        "vintages": [_vintage(each, current=at == 0) for at, each in enumerate(vintages)],
    }


def _vintage(one: Vintage, *, current: bool) -> Json:
    return {
        "id": str(one.pk),
        "released": one.released.isoformat(),
        "loaded": one.created_at.date().isoformat(),
        "mark": one.mark,
        "figures": one.figures,
        "current": current,
        "files": [origin(each) for each in one.files],
        "breaks": [{"from": str(each.get("from", "")), "reason": str(each.get("reason", ""))} for each in one.breaks],
    }


def origin(file: Mapping[str, Any]) -> Json:
    """Of a file that a vintage was read from, without the folder it lay in."""
    texts = {name: str(file.get(name) or "") for name in ("sha256", "dialect", "source", "licence", "url")}
    days = {name: file.get(name) or None for name in ("retrieved", "released")}
    return {"file": PurePath(str(file.get("file") or "")).name} | texts | days


def revision(one: Revision) -> Json:
    return {
        "indicator": one.indicator,
        "part": one.part,
        "place": str(one.area),
        "scheme": one.scheme,
        "code": one.code,
        "period": one.period,
        "before": one.before,
        "before_status": words(one.was),
        "value": one.value,
        "status": words(one.status),
        "vintage": str(one.vintage),
    }
