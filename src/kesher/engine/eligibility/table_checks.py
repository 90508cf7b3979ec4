"""What can be wrong with a decision table as a whole: rows that match at once, people no row speaks of, rows never reached.

Every column is cut into the regions its cells tell apart (below 18, 18, between 18 and 25, …; a text among those named,
or any other). Within a region all values are alike, so the questions are about finitely many boxes and have an exact
answer. The search for gaps may have to look at very many boxes; after `MOST_BOXES` it says so instead of guessing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from kesher.engine.eligibility.facts import Fact, Kind
from kesher.engine.eligibility.tables import Cell, Comparison, DecisionTable, HitPolicy
from kesher.engine.eligibility.values import Json, moment, tag

MOST_BOXES: Final = 50_000
_DAY: Final = 86_400_000


@dataclass(frozen=True)
class Overlap:
    """Two rows (indexes) that can match at once, and an example. `contradicting`: they say different things."""

    rows: tuple[int, int]
    example: Mapping[str, Json]
    contradicting: bool


@dataclass(frozen=True)
class TableCheck:
    """`overlaps`: pairs of rows that can match at once. `gap`: facts that no row matches, or None. `unreached`: rows
    (indexes) that never count since the rows above them match first. `decided`: False when there were too many boxes to
    look at, and `gap` and `unreached` may be incomplete. `wrong`: sentences, what the hit policy forbids."""

    overlaps: tuple[Overlap, ...]
    gap: Mapping[str, Json] | None
    unreached: tuple[int, ...]
    decided: bool
    wrong: tuple[str, ...]


@dataclass(frozen=True)
class _Region:
    """Values of one fact that all cells treat alike; `example` is one of them. Any text but those named is None."""

    example: Json
    rows: int  # bits: the rows whose cell the region meets


def check(table: DecisionTable) -> TableCheck:
    """Overlaps, gaps and rows that are never reached; what of it the hit policy forbids, in sentences.

    Unique forbids any overlap, any forbids overlaps that contradict; a gap is forbidden by neither (the output's default
    speaks there), and is there to be shown.
    """
    columns = [_regions(fact, [row.cells[place] for row in table.rows]) for place, fact in enumerate(table.inputs)]
    overlaps = tuple(_overlaps(table, columns))
    search = _Search(columns)
    everything = (1 << len(table.rows)) - 1
    gap = search.uncovered(everything, within=None)
    unreached = tuple(
        number for number in range(len(table.rows)) if search.uncovered((1 << number) - 1, within=number) is None
    )  # fmt: skip
    names = [fact.path for fact in table.inputs]
    return TableCheck(
        overlaps,
        None if gap is None else dict(zip(names, gap, strict=True)),
        unreached if search.left > 0 else (),
        search.left > 0,
        tuple(_wrong(table, overlaps, unreached if search.left > 0 else ())),
    )


def _wrong(table: DecisionTable, overlaps: Sequence[Overlap], unreached: Sequence[int]) -> Iterator[str]:
    for overlap in overlaps:
        rows = " and ".join(str(number + 1) for number in overlap.rows)
        example = ", ".join(f"{name} = {value}" for name, value in overlap.example.items() if value is not None)
        if table.policy is HitPolicy.UNIQUE:
            yield f"rows {rows} match at once ({example or 'anybody'}), but only one row may"
        elif table.policy is HitPolicy.ANY and overlap.contradicting:
            yield f"rows {rows} match at once ({example or 'anybody'}) and say different things"
    if table.policy is HitPolicy.FIRST:
        for number in unreached:
            yield f"row {number + 1} never counts: the rows above it always match first"


def _overlaps(table: DecisionTable, columns: Sequence[Sequence[_Region]]) -> Iterator[Overlap]:
    for two in range(len(table.rows)):
        for one in range(two):
            both = 1 << one | 1 << two
            example = []
            for regions in columns:
                shared = next((region for region in regions if region.rows & both == both), None)
                if shared is None:
                    break
                example.append(shared.example)
            else:
                outputs = [list(map(tag, table.rows[number].outputs)) for number in (one, two)]
                names = [fact.path for fact in table.inputs]
                yield Overlap((one, two), dict(zip(names, example, strict=True)), outputs[0] != outputs[1])


class _Search:
    """Looks for a box that none of some rows covers, column after column, keeping the rows still matching."""

    def __init__(self, columns: Sequence[Sequence[_Region]]) -> None:
        self.columns = columns
        self.left = MOST_BOXES

    def uncovered(self, rows: int, *, within: int | None) -> list[Json] | None:
        """An example of what no row of `rows` (bits) matches, within the row `within`; None when there is none, or when
        the boxes have run out (`left` is 0 then)."""
        self._covered: set[tuple[int, int]] = set()
        return self._look(0, rows, within)

    def _look(self, place: int, rows: int, within: int | None) -> list[Json] | None:
        if self.left <= 0 or (place, rows) in self._covered:
            return None
        self.left -= 1
        if place == len(self.columns):
            return None if rows else []
        for region in self.columns[place]:
            if within is None or region.rows >> within & 1:
                rest = self._look(place + 1, rows & region.rows, within)
                if rest is not None:
                    return [region.example, *rest]
        self._covered.add((place, rows))
        return None


def _regions(fact: Fact, cells: Sequence[Cell]) -> list[_Region]:
    examples = list(_examples(fact, cells))
    other = fact.kind is Kind.TEXT and not fact.choices
    found = [_Region(example, _meeting(cells, example, fact.kind)) for example in examples]
    if other:
        unlike = "".join(map(str, examples)) + "\x00"  # a text that no cell names
        found.append(_Region(None, _meeting(cells, unlike, fact.kind)))
    return found


def _meeting(cells: Sequence[Cell], value: Json, kind: Kind) -> int:
    return sum(1 << number for number, cell in enumerate(cells) if cell.holds(value, kind))


def _examples(fact: Fact, cells: Sequence[Cell]) -> Iterator[Json]:
    if fact.kind is Kind.BOOLEAN:
        yield from (True, False)
        return
    named = [
        value
        for cell in cells
        for test in cell.tests
        for value in ([test.value] if isinstance(test, Comparison) else [test.low, test.high])
    ]
    if fact.kind is Kind.TEXT:
        yield from dict.fromkeys([*fact.choices, *named])
        return
    if fact.kind is Kind.DATE:
        moments = [found.milliseconds for value in named if (found := moment(value))]
        for day in _between([found / _DAY for found in sorted(set(moments))], whole=True):
            yield (date(1970, 1, 1) + timedelta(days=day)).isoformat()
        return
    yield from _between(sorted(set(named)), whole=fact.whole)


def _between(bounds: Sequence[float], *, whole: bool) -> Iterator[float]:
    """One value below all bounds, each bound, one within each two neighbours, and one above all."""
    if not bounds:
        yield 0
        return
    yield (bounds[0] // 1 - 1) if whole else bounds[0] - 1
    for place, bound in enumerate(bounds):
        if not whole or bound == bound // 1:
            yield bound
        if place + 1 < len(bounds):
            after = bounds[place + 1]
            if not whole:
                yield (bound + after) / 2
            elif bound // 1 + 1 < after:
                yield bound // 1 + 1
    yield (bounds[-1] // 1 + 1) if whole else bounds[-1] + 1
