"""Small counts are not shown: with fewer than five people behind a number, a neighbour knows who they are."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import TypeVar

MINIMUM = 5
Key = TypeVar("Key")
Name = TypeVar("Name")


@dataclass(frozen=True, slots=True)
class Shown:
    """A count as it may be shown: ``value`` is None when it is hidden."""

    value: int | None
    minimum: int = MINIMUM

    @property
    def hidden(self) -> bool:
        return self.value is None


def shown(count: int, *, minimum: int = MINIMUM) -> Shown:
    """``count`` itself when it is 0 or at least ``minimum``, else hidden.

    Zero is shown: that nobody did something singles nobody out, and hiding it would hide what is missing.
    """
    if count < 0:
        raise ValueError(f"a count cannot be negative: {count}")
    return Shown(count if count == 0 or count >= minimum else None, minimum)


def shown_table(cells: Mapping[Key, int], *, minimum: int = MINIMUM) -> dict[Key, Shown]:
    """Counts that stand beside their sum: when one is hidden, the smallest other non-zero ones are hidden too, until at least
    two are and there are at least ``minimum`` behind them together.

    Otherwise they are the sum less the rest (complementary suppression; Hundepool et al., Statistical Disclosure
    Control, 2012, section 4.2). Where nothing else can be hidden, the caller must not print the sum: see
    :func:`sum_may_be_shown`.
    """
    result = {key: shown(count, minimum=minimum) for key, count in cells.items()}
    hidden = [key for key, cell in result.items() if cell.hidden]
    others = sorted(
        (key for key, count in cells.items() if count > 0 and key not in hidden), key=lambda key: cells[key]
    )
    while hidden and others and (len(hidden) == 1 or sum(cells[key] for key in hidden) < minimum):
        hidden.append(others.pop(0))
        result[hidden[-1]] = Shown(None, minimum)
    return result


def sum_may_be_shown(cells: Mapping[Key, int], *, minimum: int = MINIMUM) -> bool:
    """Whether the sum can stand beside :func:`shown_table` without giving a hidden count away."""
    hidden = [cells[key] for key, cell in shown_table(cells, minimum=minimum).items() if cell.hidden]
    return not hidden or (len(hidden) > 1 and sum(hidden) >= minimum)


def shown_sums(
    cells: Mapping[Key, int], sums: Mapping[Name, Collection[Key]], *, minimum: int = MINIMUM
) -> dict[Name, Shown]:
    """Several sums over the same disjoint counts, as many as can stand side by side without giving a small one away.

    ``sums``: which cells each adds up, the most telling first: those are shown before the others. What must not be reckoned
    from what is shown are the cells, the sums, and the difference of any two of them of which one is part of the other,
    where that count is from 1 to ``minimum`` - 1: a sum is hidden when with those shown before it, and with what is known
    to be nobody, such a count would follow from them by adding and subtracting.
    """
    order = list(cells)
    rows = {name: _row(order, of) for name, of in sums.items()}
    counts = [cells[key] for key in order]
    watched = {row: sum(counts[place] for place in _places(row)) for row in _watched(tuple(rows.values()))}
    guarded = [row for row, count in watched.items() if 0 < count < minimum]
    empty = [row for row, count in watched.items() if not count]
    hidden = _hidden(tuple(rows.values()), tuple(guarded), tuple(empty))
    return {
        name: Shown(None if hides else watched[row], minimum)
        for (name, row), hides in zip(rows.items(), hidden, strict=True)
    }


@lru_cache(maxsize=1024)
def _hidden(rows: "tuple[_Row, ...]", guarded: "tuple[_Row, ...]", empty: "tuple[_Row, ...]") -> tuple[bool, ...]:
    """Which of these sums are hidden: it follows from which counts are small and which are none, not from how many they are.

    Kept, for a page asks of twenty lines, and most are alike: none of them has a small count.
    """
    if not guarded:
        return (False,) * len(rows)
    found: list[bool] = []
    span = _Span()
    for row in rows:
        further = span.with_row(row)
        grown = True
        while grown:  # where a difference is nobody, each of its cells is
            grown = False
            for nobody in [one for one in empty if one in further]:
                for place in _places(nobody):
                    alone = tuple(int(place == other) for other in range(len(row)))
                    if alone not in further:
                        further, grown = further.with_row(alone), True
        hides = any(one in further for one in guarded)
        found.append(hides)
        span = span if hides else further
    return tuple(found)


_Row = tuple[int, ...]


def _row(order: list[Key], of: Collection[Key]) -> _Row:
    return tuple(int(key in of) for key in order)


def _places(row: _Row) -> list[int]:
    return [place for place, sign in enumerate(row) if sign]


@lru_cache(maxsize=64)
def _watched(rows: tuple[_Row, ...]) -> tuple[_Row, ...]:
    """Each cell, the sums, and each of them less another that is part of it."""
    length = len(rows[0]) if rows else 0
    found = dict.fromkeys([*rows, *(tuple(int(one == other) for other in range(length)) for one in range(length))])
    for one, other in combinations(list(found), 2):
        for whole, part in ((one, other), (other, one)):
            rest = tuple(a - b for a, b in zip(whole, part, strict=True))
            if min(rest) >= 0 and any(rest):
                found[rest] = None
    return tuple(found)


#: Reckoning is done in whole numbers modulo a prime: exact here, for no determinant of a few rows of 0 and 1 comes near it.
_PRIME = 2_147_483_647


class _Span:
    """What follows from some sums by adding and subtracting: their row space, kept in echelon form."""

    def __init__(self, rows: Mapping[int, _Row] | None = None) -> None:
        self._rows = dict(sorted((rows or {}).items()))  # by their first place that is not 0

    def _rest(self, row: _Row) -> _Row:
        for place, known in self._rows.items():
            if factor := row[place]:
                row = tuple((a - factor * b) % _PRIME for a, b in zip(row, known, strict=True))
        return row

    def __contains__(self, row: _Row) -> bool:
        return not any(self._rest(row))

    def with_row(self, row: _Row) -> "_Span":
        rest = self._rest(row)
        first = next((place for place, one in enumerate(rest) if one), None)
        if first is None:
            return self
        inverse = pow(rest[first], -1, _PRIME)
        return _Span({**self._rows, first: tuple(one * inverse % _PRIME for one in rest)})
