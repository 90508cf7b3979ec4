"""The latest figure of each indicator for each place, held in memory while no newer vintage comes.

    now = latest()
    now.figure("income-per-head", area.pk)              # Figure or None
    now.spread("income-per-head", places)               # the middle of several places, and how far the middle half reaches

One short query asks which vintages are current; only where these have changed are figures read again.
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from threading import Lock

import numpy as np

from kesher.areas.models import Area
from kesher.engine.indicators import registry
from kesher.engine.indicators.similar import Neighbour, similar_places
from kesher.insights.models import Observation, Vintage

#: What makes places alike, besides how many people live there: who they are, not how well they fare in work.
ALIKE = ("population", "median-age", "dependency-ratio", "large-families", "years-of-schooling", "academic-degree")
BY_LOGARITHM = frozenset({"population"})
SIMILAR = 8
#: Places of which a middle is told: of fewer it would be somebody's own figure.
PLACES = 5
Key = tuple[str, str]  # indicator, part


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
    """``figures``: (indicator, part) -> area -> figure. ``datasets``: vintage -> data set."""

    vintages: tuple[uuid.UUID, ...]
    figures: dict[Key, dict[uuid.UUID, Figure]]
    places: dict[uuid.UUID, Place]
    _alike: dict[uuid.UUID, tuple[Neighbour, ...]] = field(default_factory=dict, repr=False)

    def figure(self, indicator: str, area: uuid.UUID, part: str = "") -> Figure | None:
        return self.figures.get((indicator, part), {}).get(area)

    def parts(self, indicator: str, area: uuid.UUID) -> dict[str, Figure]:
        """Part -> figure, of an indicator that has parts."""
        return {
            part: by_area[area]
            for (code, part), by_area in self.figures.items()
            if code == indicator and part and area in by_area
        }

    def indicators(self, area: uuid.UUID) -> tuple[str, ...]:
        """Those with a figure for the place, in the order of the registry."""
        there = {code for (code, _part), by_area in self.figures.items() if area in by_area}
        return tuple(code for code in registry() if code in there)

    def level(self, level: str, within: str = "") -> tuple[Place, ...]:
        """The places of a level, in the order of their paths; ``within``: the path of what they lie in."""
        return tuple(one for one in self.places.values() if one.level == level and one.path.startswith(within))

    def spread(self, indicator: str, places: Iterable[uuid.UUID], part: str = "") -> Spread | None:
        """None where fewer than :data:`PLACES` of them have a figure."""
        by_area = self.figures.get((indicator, part), {})
        values = [by_area[one].value for one in places if one in by_area]
        known = np.array([one for one in values if one is not None], dtype=np.float64)
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
        by_key = {str(key): place for key, place in self.places.items()}
        return tuple((by_key[one.code], one) for one in self._alike[area])

    def _nearest(self, here: Place) -> tuple[Neighbour, ...]:
        nation = here.path.split("/", 1)[0] + "/"
        codes = [str(one.key) for one in self.level(here.level, nation)]
        variables = {}
        for name in ALIKE:
            by_area = self.figures.get((name, ""), {})
            column = [by_area[uuid.UUID(code)].value if uuid.UUID(code) in by_area else None for code in codes]
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
    vintages = tuple(sorted(Vintage.objects.current().values_list("pk", flat=True)))
    held = _held
    if held is None or held.vintages != vintages:
        with _lock:
            held = _held = _read(vintages)
    return held


def forget() -> None:
    """For tests: what is held is of a database that is gone."""
    global _held
    _held = None


def _read(vintages: tuple[uuid.UUID, ...]) -> Latest:
    found: dict[Key, dict[uuid.UUID, Figure]] = {}
    rows = (
        Observation.objects.filter(vintage__in=vintages)
        .order_by("area_id", "indicator", "part", "-start", "-vintage__released", "-vintage_id")
        .distinct("area_id", "indicator", "part")
        .values_list(
            "area", "indicator", "part", "value", "low", "high", "period", "start", "status", "vintage", "behind"
        )
    )
    for area, indicator, part, value, low, high, period, start, status, vintage, behind in rows.iterator(
        chunk_size=20_000
    ):
        if indicator in registry():
            figure = Figure(value, low, high, period, start, status, vintage, behind)
            found.setdefault((indicator, part), {})[area] = figure
    there = {area for by_area in found.values() for area in by_area}
    places = Area.objects.order_by("path").values_list("pk", "code", "level", "path", "name", "population")
    return Latest(vintages, found, {row[0]: Place(*row) for row in places if row[0] in there})
