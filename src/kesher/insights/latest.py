"""The latest figure of each indicator for each place, held in memory while no newer vintage comes.

    now = latest()
    now.figure("income-per-head", area.pk)              # Figure or None
    now.spread("income-per-head", places)               # the middle of several places, and how far the middle half reaches

One short query asks which vintages are current; only where these, or what is served of them, have changed are figures read
again.
"""

import sys
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from threading import Lock
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import Exists, OuterRef

from kesher.areas.models import Area
from kesher.engine.indicators import registry
from kesher.engine.indicators.similar import Neighbour, similar_places
from kesher.insights.models import Observation, Vintage
from kesher.insights.showing import too_few

#: What makes places alike, besides how many people live there: who they are, not how well they fare in work.
ALIKE = ("population", "median-age", "dependency-ratio", "large-families", "years-of-schooling", "academic-degree")
BY_LOGARITHM = frozenset({"population"})
SIMILAR = 8
#: Places of which a middle is told: of fewer it would be somebody's own figure.
PLACES = 5
#: Of each current vintage: when it was released, its key, when something of its data set changed.
Marks = tuple[tuple[date, uuid.UUID, datetime], ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """One observation as it is shown. ``value`` is None just where ``status`` says why."""

    value: float | None
    low: float | None
    high: float | None
    period: str
    start: date
    status: int
    vintage: uuid.UUID
    behind: int | None = None

    @property
    def too_few(self) -> bool:
        return bool(self.status & 2)


@dataclass(frozen=True, slots=True)
class Spread:
    """Of ``places`` places: the middle one, and between what the middle half lies."""

    places: int
    middle: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class Place:
    """What is needed of an area to compare it, without asking for each."""

    key: uuid.UUID
    code: str
    level: str
    path: str
    name: Mapping[str, str]
    population: int | None


@dataclass(slots=True)
class Latest:
    """``figures``: indicator -> area -> figure of the whole. Of figures of parts only which indicators have some is held
    (``parted``): they are looked at one place at a time, and there can be ten times as many.
    """

    marks: Marks
    figures: dict[str, dict[uuid.UUID, Figure]]
    parted: frozenset[str]
    places: dict[uuid.UUID, Place]
    _levels: dict[str, tuple[Place, ...]] = field(default_factory=dict, repr=False)
    _ends: dict[tuple[str, str, str], tuple[float, float] | None] = field(default_factory=dict, repr=False)
    _alike: dict[uuid.UUID, tuple[Neighbour, ...]] = field(default_factory=dict, repr=False)
    _parted: dict[frozenset[str], frozenset[uuid.UUID]] = field(default_factory=dict, repr=False)

    @property
    def vintages(self) -> tuple[uuid.UUID, ...]:
        """The earliest first."""
        return tuple(vintage for _released, vintage, _changed in self.marks)

    @property
    def codes(self) -> frozenset[str]:
        """Indicators of which there is any figure, of a whole or of parts."""
        return frozenset(self.figures) | self.parted

    def figure(self, indicator: str, area: uuid.UUID) -> Figure | None:
        return self.figures.get(indicator, {}).get(area)

    def parts(self, indicator: str, area: uuid.UUID) -> dict[str, Figure]:
        """Part -> figure, of an indicator that has parts. One query where any place has some."""
        return self.parts_of([indicator], area).get(indicator, {})

    def parts_of(self, indicators: Collection[str], area: uuid.UUID) -> dict[str, dict[str, Figure]]:
        """Indicator -> part -> figure, of several. One query where any place has some."""
        wanted = sorted(self.parted & set(indicators))
        if not wanted:
            return {}
        rows = _figures(_PARTS, self.vintages, indicators=wanted, area=area)
        found: dict[str, dict[str, Figure]] = {}
        for (code, part, _area), figure in rows.items():
            found.setdefault(code, {})[part] = figure
        return found

    def with_parts(self, indicators: Collection[str]) -> frozenset[uuid.UUID]:
        """The places that have a figure of a part of one of these. One query for as long as no newer vintage comes."""
        key = frozenset(indicators)
        if key not in self._parted:
            rows = Observation.objects.filter(vintage__in=self.vintages, indicator__in=key & self.parted).exclude(
                part=""
            )
            self._parted[key] = frozenset(rows.order_by().values_list("area", flat=True).distinct())
        return self._parted[key]

    def indicators(self, area: uuid.UUID) -> tuple[str, ...]:
        """Those with a figure of the whole place, in the order of the registry."""
        return tuple(code for code in registry() if area in self.figures.get(code, {}))

    def level(self, level: str, within: str = "") -> tuple[Place, ...]:
        """The places of a level, in the order of their paths; ``within``: the path of what they lie in."""
        if level not in self._levels:
            self._levels[level] = tuple(one for one in self.places.values() if one.level == level)
        return tuple(one for one in self._levels[level] if one.path.startswith(within))

    def values(self, indicator: str, places: Iterable[uuid.UUID]) -> list[float]:
        """Those that there are."""
        by_area = self.figures.get(indicator, {})
        return [value for one in places if one in by_area and (value := by_area[one].value) is not None]

    def ends(self, indicator: str, level: str, within: str) -> tuple[float, float] | None:
        """The lowest and the highest of a level; None of fewer than two. They are worked out once."""
        key = (indicator, level, within)
        if key not in self._ends:
            known = self.values(indicator, (one.key for one in self.level(level, within)))
            self._ends[key] = (min(known), max(known)) if len(known) > 1 else None
        return self._ends[key]

    def spread(self, indicator: str, places: Iterable[uuid.UUID]) -> Spread | None:
        """None where fewer than :data:`PLACES` of them have a figure."""
        known = np.array(self.values(indicator, places), dtype=np.float64)
        if known.size < PLACES:
            return None
        lower, middle, upper = np.quantile(known, [0.25, 0.5, 0.75])
        return Spread(int(known.size), float(middle), float(lower), float(upper))

    def similar(self, area: uuid.UUID) -> tuple[tuple[Place, Neighbour], ...]:
        """The places most like this one, among those of its level with the same nation; none where too little is known."""
        here = self.places.get(area)
        if here is None:
            return ()
        if area not in self._alike:
            self._alike[area] = self._nearest(here)
        return tuple((self.places[uuid.UUID(one.code)], one) for one in self._alike[area])

    def _nearest(self, here: Place) -> tuple[Neighbour, ...]:
        nation = here.path.split("/", 1)[0] + "/"
        keys = [one.key for one in self.level(here.level, nation)]
        codes = [str(key) for key in keys]
        variables = {}
        for name in ALIKE:
            by_area = self.figures.get(name, {})
            column = [by_area[key].value if key in by_area else None for key in keys]
            known = [one for one in column if one is not None]
            if len(known) >= PLACES and len(set(known)) > 1:
                variables[name] = [np.nan if one is None else one for one in column]
        if str(here.key) not in codes or len(variables) < 3:
            return ()
        return similar_places(codes, variables, str(here.key), count=SIMILAR, logarithm=BY_LOGARITHM & variables.keys())


_held: Latest | None = None
_lock = Lock()


def latest() -> Latest:
    """Those of the vintages that are current now. One query where nothing has changed."""
    global _held
    rows = Vintage.objects.current().values_list("released", "pk", "dataset__updated_at")
    marks = tuple(sorted(rows))
    held = _held
    if held is None or held.marks != marks:
        with _lock:
            held = _held
            if held is None or held.marks != marks:  # nobody else has read them meanwhile
                held = _held = _read(marks)
    return held


def forget() -> None:
    """For tests: what is held is of a database that is gone."""
    global _held
    _held = None


#: The last period of each place and indicator by hashing: to sort a million rows by their texts takes several times as long.
_WHOLES = """
SELECT one.area_id, one.indicator, one.part, one.vintage_id, one.value, one.low, one.high, one.period, one.start,
    one.status, one.behind
FROM insights_observation AS one
JOIN (
    SELECT area_id, indicator, max(start) AS start FROM insights_observation
    WHERE vintage_id = ANY(%(vintages)s) AND part = '' GROUP BY area_id, indicator
) AS last ON last.area_id = one.area_id AND last.indicator = one.indicator AND last.start = one.start
WHERE one.vintage_id = ANY(%(vintages)s) AND one.part = ''
"""
_PARTS = """
SELECT one.area_id, one.indicator, one.part, one.vintage_id, one.value, one.low, one.high, one.period, one.start,
    one.status, one.behind
FROM insights_observation AS one
WHERE one.vintage_id = ANY(%(vintages)s) AND one.area_id = %(area)s AND one.indicator = ANY(%(indicators)s) AND one.part <> ''
"""


def _figures(statement: str, vintages: Sequence[uuid.UUID], **asked: Any) -> dict[tuple[str, str, uuid.UUID], Figure]:
    """(indicator, part, area) -> its latest figure. ``vintages``: the earliest first; of two the later is right."""
    rank = {vintage: at for at, vintage in enumerate(vintages)}
    found: dict[tuple[str, str, uuid.UUID], Figure] = {}
    one_of: dict[Any, Any] = {}  # a place, a day, a period stand in thousands of rows: each is held once
    with connection.cursor() as cursor:
        cursor.execute(statement, {"vintages": list(vintages), **asked})
        while rows := cursor.fetchmany(20_000):
            for area, indicator, part, vintage, value, low, high, period, start, status, behind in rows:
                if indicator not in registry():
                    continue
                key = (sys.intern(indicator), part, one_of.setdefault(area, area))
                before = found.get(key)
                if before is not None and (before.start, rank[before.vintage]) >= (start, rank[vintage]):
                    continue
                if too_few(indicator, behind):
                    value, low, high, status = None, None, None, status | 2
                found[key] = Figure(
                    value,
                    low,
                    high,
                    sys.intern(period),
                    one_of.setdefault(start, start),
                    status,
                    one_of.setdefault(vintage, vintage),
                    behind,
                )
    return found


def _read(marks: Marks) -> Latest:
    vintages = [vintage for _released, vintage, _changed in marks]
    figures: dict[str, dict[uuid.UUID, Figure]] = {}
    for (indicator, _part, area), figure in _figures(_WHOLES, vintages).items():
        figures.setdefault(indicator, {})[area] = figure
    those = Observation.objects.filter(vintage__in=vintages)
    parted = frozenset(those.exclude(part="").order_by().values_list("indicator", flat=True).distinct())
    with_some = Area.objects.filter(Exists(those.filter(area=OuterRef("pk")))).order_by("path")
    places = with_some.values_list("pk", "code", "level", "path", "name", "population")
    return Latest(marks, figures, parted & registry().keys(), {row[0]: Place(*row) for row in places})
