"""Which figures of a data set pages serve: as what indicator, of which place.

    serving = Serving("il-cbs-authorities-2019", Places("geo", "il-cbs-locality"), "income-per-head", measure="avg_monthly_…")

A pack says it beside each table (``serves``). Everything else of a data set stays in its vintage, for tables of one's own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from kesher.engine.indicators import registry
from kesher.formats.statistics import OBS_VALUE, StatisticsMapping
from kesher.formats.statistics.keeping import Figures


class NotServed(ValueError):
    """What is to be served is not there; the message says what, and of which data set."""


@dataclass(frozen=True, slots=True)
class Places:
    """The dimension that is the place, and in which list of codes it stands (``Area.scheme``)."""

    dimension: str
    scheme: str


@dataclass(frozen=True, slots=True)
class Serving:
    """One measure of a data set, where each of ``where`` (dimension -> code) holds, as one part of one indicator; or as many
    parts as there are codes of ``part_of``, each with ``prefix`` before it.
    """

    dataset: str
    places: Places
    indicator: str
    part: str = ""
    measure: str = OBS_VALUE
    where: Mapping[str, str] = field(default_factory=dict)
    part_of: str = ""
    prefix: str = ""

    def __post_init__(self) -> None:
        if self.indicator not in registry():
            raise NotServed(f"{self.dataset}: there is no indicator {self.indicator!r} in the registry")


def servings(tables: Iterable[StatisticsMapping]) -> tuple[Serving, ...]:
    """What the tables of a pack serve. Raises :class:`NotServed` for an indicator that nobody declared."""
    found: list[Serving] = []
    for table in tables:
        if table.places is None:
            continue
        places = Places(table.places.dimension, table.places.scheme)
        for named, what in table.serves.items():
            indicator, _, part = what.partition(":")
            if table.parts is not None and table.melt is None:
                by, only = table.parts, table.parts.only
                found.append(Serving(table.dataset, places, indicator, part, named, only, by.dimension, by.prefix))
            elif table.melt is None:
                found.append(Serving(table.dataset, places, indicator, part, named))
            else:
                where = {table.melt.dimension: named}
                found.append(Serving(table.dataset, places, indicator, part, table.melt.measure, where))
    return tuple(found)


def rows_of(figures: Figures, serving: Serving) -> NDArray[np.int64]:
    """The places of the figures that are served, (m,). Raises :class:`NotServed` for a dimension that is not there."""
    chosen = _number(figures, "measure", serving.measure) == figures.numbers["measure"]
    for name, code in serving.where.items():
        chosen &= figures.numbers[_column(figures, name)] == _number(figures, _column(figures, name), code)
    _column(figures, serving.places.dimension)
    return np.flatnonzero(chosen)


def place_numbers(figures: Figures, serving: Serving) -> tuple[NDArray[np.int32], Sequence[str]]:
    """The number of the place's code of each figure, (n,), and the codes by number."""
    column = _column(figures, serving.places.dimension)
    return figures.numbers[column], figures.about["texts"][column]


def part_numbers(figures: Figures, serving: Serving) -> tuple[NDArray[np.int32] | None, Sequence[str]]:
    """The number of each figure's part, (n,), and the parts by number; None where there is one part alone. What the source
    calls the sum of all ("all") is that of any list.
    """
    if not serving.part_of:
        return None, (serving.part,)
    column = _column(figures, serving.part_of)
    codes: list[str] = figures.about["texts"][column]
    return figures.numbers[column], [code if code == "all" else f"{serving.prefix}{code}"[:60] for code in codes]


def _column(figures: Figures, dimension: str) -> str:
    if dimension not in figures.dimensions:
        dataset, there = figures.about["dataset"], ", ".join(figures.dimensions)
        raise NotServed(f"{dataset}: there is no dimension {dimension!r}; it has {there}")
    return f"dimension.{figures.dimensions.index(dimension)}"


def _number(figures: Figures, column: str, text: str) -> int:
    """The number of a text in a column; one that no figure has where it does not occur."""
    texts: list[str] = figures.about["texts"][column]
    return texts.index(text) if text in texts else len(texts) + 1
