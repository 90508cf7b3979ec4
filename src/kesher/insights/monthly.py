"""What may be published of a month's counts: by area and part, so that nobody can be worked out of it.

    figures(rows, How.COUNT, Places.of(paths), month="2026-10")      Counted ... -> Figure ..., hidden ones without a value

Pure: rows and places in, figures out. Hidden is what fewer than five stand behind (or fewer than five people), what would tell
whoever knows the whole how few did not agree to be counted, and whatever else those could be worked out from, by
:func:`kesher.engine.indicators.layers.hidden_together`. At last all that is to be published is held against itself
by another reckoning (:func:`~kesher.engine.indicators.disclosure.given_away`).
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

import numpy as np

from kesher.engine.indicators.arrays import Floats
from kesher.engine.indicators.disclosure import MINIMUM, Published, Sums, given_away
from kesher.engine.indicators.layers import hidden_together, tables
from kesher.formats.statistics import Status

logger = logging.getLogger(__name__)


class How(StrEnum):
    """What a figure is."""

    COUNT = "count"  # as many as there are
    SHARE = "share"  # per cent: of each part its own, count / of
    MAKE_UP = "make-up"  # per cent: each part among all parts of its area


@dataclass(frozen=True, slots=True)
class Counted:
    """Some rows of one area and part; of one area and part there may be several.

    ``of``: of a share, among how many. ``left``, ``left_of``: as many again of people who did not agree to be counted, who
    stand in no figure. ``people``, ``people_of_rest``: who stands behind ``count``, and behind ``of`` - ``count``, by numbers
    drawn for this once; None where rows are no people's, or each is of another person. ``people_left`` and
    ``people_left_of_rest``: the same of those left out.
    """

    area: UUID
    part: str
    count: int
    of: int | None = None
    left: int = 0
    left_of: int = 0
    people: frozenset[int] | None = None
    people_of_rest: frozenset[int] | None = None
    people_left: frozenset[int] | None = None
    people_left_of_rest: frozenset[int] | None = None

    def __post_init__(self) -> None:
        whole = self.count if self.of is None else self.of
        left_whole = self.left if self.of is None else self.left_of
        if not (0 <= self.count <= whole and 0 <= self.left <= left_whole):
            raise ValueError(f"{self.part}: {self.count} of {self.of}, {self.left} of {self.left_of} left out")
        if not self.part:
            raise ValueError("what is counted is of a part: that of no other is called something, too")


@dataclass(frozen=True, slots=True)
class Figure:
    """``value`` is None just where ``status`` says why. ``behind``: among how many a share is."""

    area: UUID
    part: str
    value: float | None
    behind: int | None
    status: int


@dataclass(frozen=True, slots=True)
class Places:
    """The areas of which figures are published: each with the next one above it of which figures are published, too."""

    above: Mapping[UUID, UUID | None]

    @classmethod
    def of(cls, paths: Mapping[UUID, str]) -> "Places":
        """``paths``: of each area, such as "il/6/62/9000/"."""
        by_path = {path: key for key, path in paths.items()}
        above: dict[UUID, UUID | None] = {}
        for key, path in sorted(paths.items(), key=lambda one: one[1]):
            steps = path.rstrip("/").split("/")
            higher = ("/".join(steps[:end]) + "/" for end in range(len(steps) - 1, 0, -1))
            above[key] = next((by_path[one] for one in higher if one in by_path), None)
        return cls(above)


def figures(
    rows: Iterable[Counted], how: How, places: Places, *, month: str, parts: Iterable[str] = ()
) -> list[Figure]:
    """Of every area of ``places`` and every part that occurs in the month. ``parts``: further ones, nought where nothing is."""
    table = _Table.of(rows, how, places, parts)
    hidden = table.hidden()
    if given_away(table.published(hidden, how, month)):
        logger.warning("figures of %s would have told of somebody: none of them is published", month)
        hidden = np.ones_like(hidden)
    return table.figures(hidden, how)


def members(month: str, area: UUID, part: str, layer: int) -> str:
    """The name of the smallest group there is, as :class:`Published` has members."""
    return f"{month} {layer} {area} {part}"


# --- the table ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Table:
    """``layers``: (layers, cells), the counts and, in the second half, those left out, in the same order. Cells are areas by
    parts, the last part all of them. ``nodes``: the areas, then the rests: what lies in an area and in none of its parts, of
    which nothing is published. ``people``: how many stand behind a cell of a layer, where it is known; else as many as are
    counted.
    """

    nodes: Sequence[UUID]
    parents: Sequence[int | None]
    areas: int
    parts: Sequence[str]
    layers: Floats
    people: Floats

    @classmethod
    def of(cls, rows: Iterable[Counted], how: How, places: Places, further: Iterable[str]) -> "_Table":
        own = list(rows)
        if any((one.of is None) is (how is How.SHARE) for one in own):
            raise ValueError("a share is among how many, and nothing else is")
        if strange := {one.area for one in own} - places.above.keys():
            raise ValueError(f"{len(strange)} areas are none of those that are counted")
        areas = list(places.above)
        number = {key: place for place, key in enumerate(areas)}
        parents = [None if key is None else number[key] for key in places.above.values()]
        inner = sorted({place for place in parents if place is not None})
        rest = {place: len(areas) + at for at, place in enumerate(inner)}
        nodes, all_parents = [*areas, *(areas[place] for place in inner)], [*parents, *inner]
        parts = sorted({one.part for one in own}.union(further))
        width, count = len(parts) + 1, 2 if how is How.SHARE else 1
        layers = np.zeros((2 * count, len(nodes), width))
        people = np.zeros((2 * count, len(nodes), width))
        named: dict[tuple[int, int, int], set[int]] = {}
        for one in own:
            place = number[one.area]
            for layer, counted, who in _split(one, count):
                for at in _upwards(rest.get(place, place), all_parents):
                    for part in (parts.index(one.part), width - 1):
                        layers[layer, at, part] += counted
                        if who is None:
                            people[layer, at, part] += counted
                        else:
                            named.setdefault((layer, at, part), set()).update(who)
        for cell, who_all in named.items():
            people[cell] += len(who_all)
        flat = (2 * count, len(nodes) * width)
        return cls(nodes, all_parents, len(areas), parts, layers.reshape(flat), people.reshape(flat))

    @property
    def width(self) -> int:
        return len(self.parts) + 1

    def hidden(self) -> np.ndarray:
        """Shape (cells,). Of the rests, which are not there, that are taken to be known in which there is nobody."""
        half = self.layers.shape[0] // 2
        few = (self.people > 0) & (self.people < MINIMUM)
        nobody_agreed = np.zeros_like(few)
        nobody_agreed[:half] = (self.layers[:half] == 0) & (self.layers[half:] > 0)
        guarded = few | nobody_agreed
        first = np.asarray(guarded.any(axis=0))
        there = (self.layers != 0).any(axis=0)
        first[self.areas * self.width :] |= there[self.areas * self.width :]
        used = (self.layers != 0).any(axis=1)
        used[:half] = True
        columns: list[int | None] = [*([len(self.parts)] * len(self.parts)), None]
        sums = tables(Sums.of_tree(self.parents), Sums.of_tree(columns))
        return hidden_together(self.layers[used], sums, hidden=first, guarded=guarded[used])

    def figures(self, hidden: np.ndarray, how: How) -> list[Figure]:
        found = []
        for place in range(self.areas):
            for column, part in enumerate((*self.parts, "")):
                if how is How.MAKE_UP and not part:
                    continue  # the whole of the whole is a hundred
                count, whole = self._numbers(place, column, how)
                if not self._is_shown(place, column, hidden, how):
                    found.append(Figure(self.nodes[place], part, None, None, int(Status.SUPPRESSED)))
                elif whole is None:
                    found.append(Figure(self.nodes[place], part, float(count), None, 0))
                elif whole == 0:
                    found.append(Figure(self.nodes[place], part, None, None, int(Status.NOT_APPLICABLE)))
                else:
                    found.append(Figure(self.nodes[place], part, 100 * count / whole, whole, 0))
        return found

    def _numbers(self, place: int, column: int, how: How) -> tuple[int, int | None]:
        """The count of a cell, and of a share among how many."""
        cell, all_parts = place * self.width + column, (place + 1) * self.width - 1
        count = round(float(self.layers[0, cell]))
        if how is How.COUNT:
            return count, None
        return count, round(float(self.layers[0, all_parts] if how is How.MAKE_UP else self.layers[:2, cell].sum()))

    def _is_shown(self, place: int, column: int, hidden: np.ndarray, how: How) -> bool:
        cell, all_parts = place * self.width + column, (place + 1) * self.width - 1
        return not hidden[cell] and not (how is How.MAKE_UP and hidden[all_parts])

    def published(self, hidden: np.ndarray, how: How, month: str) -> list[Published]:
        """Every count that follows from the figures: of a share those it is about, and the rest."""
        below: list[list[int]] = [[] for _ in self.nodes]
        inner = {place for place in self.parents if place is not None}
        for leaf in (place for place in range(len(self.nodes)) if place not in inner):
            for at in _upwards(leaf, self.parents):
                below[at].append(leaf)
        found = []
        for layer in range(self.layers.shape[0] // 2):
            for place in range(self.areas):
                for column, part in enumerate((*self.parts, "")):
                    if self._is_shown(place, column, hidden, how):
                        parts = [part] if part else self.parts
                        leaves = [self.nodes[leaf] for leaf in below[place]]
                        names = frozenset(members(month, leaf, one, layer) for leaf in leaves for one in parts)
                        count = round(float(self.layers[layer, place * self.width + column]))
                        if names:
                            found.append(Published(f"{month} {place} {part}", names, count))
        return found


def _split(one: Counted, half: int) -> Iterable[tuple[int, int, frozenset[int] | None]]:
    """Layer, how many, who."""
    yield 0, one.count, one.people
    yield half, one.left, one.people_left
    if one.of is not None:
        yield 1, one.of - one.count, one.people_of_rest
        yield half + 1, one.left_of - one.left, one.people_left_of_rest


def _upwards(place: int, parents: Sequence[int | None]) -> Iterable[int]:
    at: int | None = place
    while at is not None:
        yield at
        at = parents[at]
