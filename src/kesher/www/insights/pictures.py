"""The pictures of one figure of a place: beside places like it, over time, on the map, and among all by how many live there.

Each is made from the same figures as its table (decision 0061). A picture that says nothing (one place, one year, no
boundaries) is not there. What is hidden is handed over as hidden.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from threading import Lock
from typing import Any, Final

from django.utils import translation
from django.utils.translation import gettext as _

from kesher.areas.models import Area
from kesher.base.translated import in_language
from kesher.engine.indicators import Indicator
from kesher.formats.statistics import Frequency, Status, parse_period
from kesher.insights.latest import Figure, Latest, Place
from kesher.insights.models import Observation
from kesher.www.charts import (
    CannotDraw,
    Every,
    Happened,
    Mark,
    Missing,
    Picture,
    Reading,
    Role,
    Series,
    Unit,
    bars,
    choropleth,
    dots,
    lines,
)
from kesher.www.charts import Place as Drawn
from kesher.www.insights.profile import ancestors, is_of_people, places_like

#: How often a figure is taken that can be drawn as a line.
EVERY: Final[Mapping[Frequency, Every]] = {
    Frequency.YEAR: Every.YEAR,
    Frequency.QUARTER: Every.QUARTER,
    Frequency.MONTH: Every.MONTH,
}
#: Fewer places make no map, and no cloud of dots.
FEW = 5


def unit_of(indicator: Indicator, values: Iterable[float | None]) -> Unit:
    """With as many decimals as say something."""
    known = [abs(one) for one in values if one is not None]
    decimals = 0 if not known or max(known) >= 1000 or all(one == int(one) for one in known) else 1
    return Unit(_(indicator.unit), decimals=decimals)


def reading(figure: Figure | Observation) -> Reading:
    """A figure as pictures take it."""
    if figure.value is not None:
        whole = figure.low is not None and figure.high is not None
        return Reading(figure.value, figure.low if whole else None, figure.high if whole else None)
    if figure.status & Status.SUPPRESSED:
        return Reading(missing=Missing.TOO_FEW)
    return Reading(missing=Missing.NOT_APPLICABLE if figure.status & Status.NOT_APPLICABLE else Missing.UNKNOWN)


def _named(name: Mapping[str, str]) -> str:
    return in_language(name, translation.get_language() or "en").text


def beside(now: Latest, area: Area, indicator: Indicator) -> Picture | None:
    """The place, those like it, and what it lies in."""
    asked: list[tuple[Area | Place, Any, Role]] = [(area, area.pk, Role.OURS)]
    asked += [(one, one.key, Role.SIMILAR) for one in places_like(now, area)]
    if not is_of_people(indicator):
        asked += [
            (one, one.pk, Role.NATION if one.level == Area.Level.COUNTRY else Role.DISTRICT)
            for one in ancestors(now, area)
        ]
    found = [
        Drawn(_named(place.name), reading(figure), role)
        for place, key, role in asked
        if (figure := now.figure(indicator.code, key)) is not None
    ]
    if len(found) < 2:
        return None
    return bars(_("Beside places like it"), unit_of(indicator, (one.reading.value for one in found)), found)


def over_time(series: Sequence[Observation], area: Area, indicator: Indicator) -> Picture | None:
    """All periods of one length; breaks as the source tells them."""
    rows = [(parse_period(one.period), one) for one in series if not one.part]
    lengths = {period.frequency for period, _one in rows}
    every = EVERY.get(next(iter(lengths))) if len(lengths) == 1 else None
    if every is None or len(rows) < 2:
        return None
    points = tuple((period.start, reading(one)) for period, one in rows)
    told = {
        (one["from"], one["reason"]) for _period, row in rows for one in row.vintage.breaks if one["from"] <= row.period
    }
    marks = [
        Mark(Happened.BREAK, parse_period(start).start, reason)
        for start, reason in sorted(told)
        if any(period.start < parse_period(start).start for period, _one in rows)
    ]
    unit = unit_of(indicator, (one.value for _period, one in rows))
    return lines(_("Over time"), unit, every, [Series(_named(area.name), points, Role.OURS)], marks)


def _peers(now: Latest, area: Area, indicator: Indicator) -> list[Drawn]:
    """The places of its level in the district, or in the nation where it is one; those like it are named."""
    above = {one.level: one for one in [area, *ancestors(now, area)]}
    within = above.get(Area.Level.DISTRICT) or above.get(Area.Level.COUNTRY)
    if within is None:
        return []
    alike = {one.key for one in places_like(now, area)}
    found = []
    for place in now.level(Area.Level.AUTHORITY, within.path):
        figure = now.figure(indicator.code, place.key)
        if figure is not None:
            role = Role.OURS if place.key == area.pk else Role.SIMILAR if place.key in alike else Role.OTHER
            found.append(Drawn(_named(place.name), reading(figure), role, place.population, str(place.key)))
    return found


def on_the_map(now: Latest, area: Area, indicator: Indicator) -> Picture | None:
    """Those that have a boundary, in the district."""
    places = _peers(now, area, indicator)
    shapes = dict(
        Area.objects.filter(pk__in=[one.code for one in places]).exclude(boundary=None).values_list("pk", "boundary")
    )
    drawn = [one for one in places if any(str(key) == one.code for key in shapes)]
    if len(drawn) < FEW or sum(one.reading.is_known for one in drawn) < FEW:
        return None
    boundaries = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": {"code": str(key)}, "geometry": shape} for key, shape in shapes.items()
        ],
    }
    return choropleth(_("On the map"), unit_of(indicator, (one.reading.value for one in drawn)), drawn, boundaries)


def among_all(now: Latest, area: Area, indicator: Indicator) -> Picture | None:
    """One circle for each place, as large as it has people: how many people live with which figure."""
    drawn = [one for one in _peers(now, area, indicator) if one.people]
    if len(drawn) < FEW or sum(one.reading.is_known for one in drawn) < FEW:
        return None
    return dots(_("Among all places"), unit_of(indicator, (one.reading.value for one in drawn)), drawn)


#: Name in the address of a file -> how it is made.
PICTURES: Final[Mapping[str, Callable[[Latest, Area, Indicator, Sequence[Observation]], Picture | None]]] = {
    "beside": lambda now, area, indicator, _series: beside(now, area, indicator),
    "time": lambda _now, area, indicator, series: over_time(series, area, indicator),
    "map": lambda now, area, indicator, _series: on_the_map(now, area, indicator),
    "places": lambda now, area, indicator, _series: among_all(now, area, indicator),
}


#: Pictures that were made: a map of a nation takes half a second. Of what is current alone, for its key holds the vintages.
_made: OrderedDict[Hashable, Picture | None] = OrderedDict()
_lock = Lock()
MOST_KEPT: Final = 200


def picture_of(
    kind: str, now: Latest, area: Area, indicator: Indicator, series: Sequence[Observation]
) -> Picture | None:
    """One of them with its source and caveat; None where there is nothing to draw, or nothing that can be."""
    key = (kind, now.vintages, area.pk, area.updated_at, indicator.code, translation.get_language())
    with _lock:
        if key in _made:
            _made.move_to_end(key)
            return _made[key]
    made = _picture(kind, now, area, indicator, series)
    with _lock:
        _made[key] = made
        while len(_made) > MOST_KEPT:
            _made.popitem(last=False)
    return made


def _picture(kind: str, now: Latest, area: Area, indicator: Indicator, series: Sequence[Observation]) -> Picture | None:
    try:
        found = PICTURES[kind](now, area, indicator, series)
    except CannotDraw:
        return None
    if found is None:
        return None
    sources = dict.fromkeys(one.vintage.dataset.source for one in series if one.vintage.dataset.source)
    return found.with_words(source="; ".join(sources), caveat=_(indicator.caveat))
