"""Nobody can be read out of a table: small counts hidden, others hidden so that they cannot be worked out, and a proof
of it.

A table is its cells and its sums. What is published is a set of equations: each printed sum is the sum of its cells. A
hidden cell is safe when the equations leave it a range that is wide enough; the widest range they allow is found by two
linear programmes for each hidden cell (the auditor's problem). Complementary cells are chosen by a heuristic and then
audited, so that a wrong choice shows: it is never trusted, it is checked.

The same audit holds for differences between tables: two totals, two vintages, an area and the same area without a
village. What was published before are more equations over the same cells (:func:`differences`, :class:`Published`).

Source: Hundepool et al., "Statistical Disclosure Control" (2012), chapters 4.2 to 4.4; Fischetti and Salazar, "Models
and algorithms for the cell suppression problem" (Management Science 47, 2001).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, sparse

from kesher.engine.indicators.arrays import Floats, IndicatorError, matrix, vector

MINIMUM = 5
#: Rounds of choosing complementary cells before all that could help are hidden.
_ROUNDS = 200


@dataclass(frozen=True, slots=True)
class Sums:
    """Which cells add up to which: each row of ``signs`` is one equation Σ signs · cells = 0, shape (equations, cells).

    The sum itself is a cell, with sign −1.
    """

    signs: Floats

    @classmethod
    def of_table(cls, rows: int, columns: int) -> "Sums":
        """A table with a sum beside each row, below each column, and of all: (rows + 1) · (columns + 1) cells, row by
        row.
        """
        width = columns + 1
        equations = []
        for row in range(rows + 1):
            line = np.zeros((rows + 1, width))
            line[row, :columns], line[row, columns] = 1, -1
            equations.append(line.ravel())
        for column in range(width):
            line = np.zeros((rows + 1, width))
            line[:rows, column], line[rows, column] = 1, -1
            equations.append(line.ravel())
        return cls(np.array(equations))

    @classmethod
    def of_tree(cls, parents: Sequence[int | None]) -> "Sums":
        """Areas within areas: ``parents[i]`` is the place of the area that ``i`` is part of, None for the whole."""
        equations = []
        for place in range(len(parents)):
            children = [child for child, parent in enumerate(parents) if parent == place]
            if children:
                line = np.zeros(len(parents))
                line[children], line[place] = 1, -1
                equations.append(line)
        return cls(np.array(equations) if equations else np.zeros((0, len(parents))))

    def with_more(self, other: "Sums") -> "Sums":
        """Both sets of equations over the same cells: sums by area and sums by sex, or an earlier table."""
        if self.signs.shape[1] != other.signs.shape[1]:
            raise IndicatorError("both must be about the same cells")
        return Sums(np.vstack([self.signs, other.signs]))


@dataclass(frozen=True, slots=True)
class Range:
    """What anybody can work out of one hidden cell: it lies between ``low`` and ``high``."""

    cell: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Suppression:
    """``hidden``: shape (cells,). ``primary``: hidden because the count is small; the others protect those. ``ranges``:
    of the hidden cells whose own count is small, as audited.
    """

    hidden: np.ndarray
    primary: np.ndarray
    ranges: tuple[Range, ...]

    @property
    def complementary(self) -> int:
        return int((self.hidden & ~self.primary).sum())


def is_small(counts: Floats, minimum: int = MINIMUM) -> np.ndarray:
    """Above 0 and below the minimum. Nought is shown: that nobody did something singles nobody out."""
    return (counts > 0) & (counts < minimum)


def feasible_range(counts: ArrayLike, sums: Sums, hidden: np.ndarray, cell: int) -> Range:
    """The least and the largest that a hidden cell can be, given all cells that are shown and that no count is
    negative.
    """
    values, unknown = _checked(counts, sums), np.flatnonzero(hidden)
    if not hidden[cell]:
        return Range(cell, float(values[cell]), float(values[cell]))
    left = sums.signs[:, unknown]
    right = -sums.signs[:, ~hidden] @ values[~hidden]
    used = np.abs(left).sum(axis=1) > 0
    found = []
    objective = (unknown == cell).astype(np.float64)
    for direction in (1.0, -1.0):
        answer = optimize.linprog(
            direction * objective,
            A_eq=sparse.csr_matrix(left[used]) if used.any() else None,
            b_eq=right[used] if used.any() else None,
            bounds=(0, None),
            method="highs",
        )
        if answer.status == 3:  # without a bound
            found.append(np.inf)
        elif answer.status == 0:
            found.append(direction * float(answer.fun))
        else:
            raise IndicatorError(f"the sums do not hold: {answer.message}")
    return Range(cell, max(0.0, found[0]), found[1])


def audited(counts: ArrayLike, sums: Sums, hidden: np.ndarray, *, minimum: int = MINIMUM) -> tuple[Range, ...]:
    """The range of each hidden small cell. :func:`is_safe` says whether it is wide enough."""
    values = _checked(counts, sums)
    return tuple(
        feasible_range(values, sums, hidden, int(cell)) for cell in np.flatnonzero(hidden & is_small(values, minimum))
    )


def is_safe(found: Range, *, minimum: int = MINIMUM) -> bool:
    """Nobody can tell that it is below the minimum, and the range is as wide as the minimum.

    A cell of which everybody knows that it lies from 1 to 4 is as good as published.
    """
    return found.high >= minimum and found.high - found.low >= minimum - 1e-6


def suppressed(counts: ArrayLike, sums: Sums, *, minimum: int = MINIMUM, keep: ArrayLike | None = None) -> Suppression:
    """Which cells to hide so that no small count can be worked out.

    ``counts``: shape (cells,), sums among them, whole and not negative; they must add up. ``keep``: cells that are
    better shown (totals): shape (cells,), larger is dearer; by default a cell costs what it holds. Heuristic: while a
    small cell is not safe, hide the cheapest other cell of each equation through it, the smallest first; then try to
    show each complementary cell again, the dearest first. Every answer is audited; if nothing can make a cell safe, all
    cells of its equations are hidden.
    """
    values = _checked(counts, sums)
    cost = values + 1.0 if keep is None else vector(keep, "keep") + values / (values.max() + 1.0)
    primary = is_small(values, minimum)
    hidden = primary.copy()
    for _ in range(_ROUNDS):
        unsafe = [one for one in audited(values, sums, hidden, minimum=minimum) if not is_safe(one, minimum=minimum)]
        if not unsafe:
            break
        changed = False
        for one in unsafe:
            for equation in np.flatnonzero(sums.signs[:, one.cell]):
                others = (sums.signs[equation] != 0) & (np.arange(values.shape[0]) != one.cell)
                slack = float(values[others & hidden].sum())
                candidates = np.flatnonzero(others & ~hidden & (values > 0))
                if slack >= minimum and (others & hidden).sum() >= 1:
                    continue
                if candidates.size:
                    hidden[candidates[np.argmin(cost[candidates])]] = True
                    changed = True
        if (
            not changed
        ):  # each equation has a partner, and yet together they give it away: the cheapest of all is hidden
            near = (
                np.abs(sums.signs[np.abs(sums.signs[:, [one.cell for one in unsafe]]).sum(axis=1) > 0]).sum(axis=0) > 0
            )
            candidates = np.flatnonzero(near & ~hidden & (values > 0))
            if not candidates.size:
                candidates = np.flatnonzero(~hidden & (values > 0))
            if not candidates.size:
                break
            hidden[candidates[np.argmin(cost[candidates])]] = True
    for cell in sorted(np.flatnonzero(hidden & ~primary), key=lambda place: -cost[place]):
        hidden[cell] = False
        if not all(is_safe(one, minimum=minimum) for one in audited(values, sums, hidden, minimum=minimum)):
            hidden[cell] = True
    return Suppression(hidden, primary, audited(values, sums, hidden, minimum=minimum))


def _checked(counts: ArrayLike, sums: Sums) -> Floats:
    values = vector(counts, "counts")
    signs = matrix(sums.signs, "sums")
    if signs.shape[1] != values.shape[0]:
        raise IndicatorError(f"there are {values.shape[0]} counts for sums over {signs.shape[1]} cells")
    gap = np.abs(signs @ values)
    if (gap > 1e-6).any():
        raise IndicatorError(f"equation {int(np.argmax(gap))} does not add up: it is off by {gap.max():g}")
    return values


# --- differences -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Published:
    """One figure that stands, or stood, somewhere: the count of people in ``members`` (areas, months, groups as small
    as they come).

    ``where``: page, vintage, answer of the API; for the message.
    """

    where: str
    members: frozenset[str]
    count: int


@dataclass(frozen=True, slots=True)
class Difference:
    """Two figures whose difference is about a few people: ``larger`` less ``smaller`` is ``count`` of ``members``."""

    larger: Published
    smaller: Published
    members: frozenset[str]
    count: int


def differences(published: Sequence[Published], *, minimum: int = MINIMUM) -> tuple[Difference, ...]:
    """Pairs where one figure lies within the other and what is left is a small count: a total less its printed parts,
    two vintages of one table by different areas, neighbouring districts that share all but a village.

    Also the sum of disjoint figures within a larger one: all areas of a district but one.
    """
    found: list[Difference] = []
    by_size = sorted(published, key=lambda one: (len(one.members), one.where))
    for large in by_size:
        inside = [one for one in by_size if one.members < large.members]
        for small in inside:
            count = large.count - small.count
            if 0 < count < minimum:
                found.append(Difference(large, small, large.members - small.members, count))
        taken: set[str] = set()
        parts: list[Published] = []
        for one in sorted(inside, key=lambda one: (-len(one.members), one.where)):
            if not taken & one.members:
                taken |= one.members
                parts.append(one)
        left = large.members - taken
        count = large.count - sum(one.count for one in parts)
        if len(parts) > 1 and left and 0 < count < minimum:
            where = " + ".join(one.where for one in parts)
            summed = Published(where, frozenset(taken), large.count - count)
            found.append(Difference(large, summed, frozenset(left), count))
    return tuple(found)


def may_be_published(
    new: Published, before: Sequence[Published], *, minimum: int = MINIMUM
) -> tuple[bool, tuple[Difference, ...]]:
    """Whether a figure can stand beside all that was published, and what it would give away if not.

    Pairs are looked at first; then the whole system of figures, by linear programmes: can any group be shown to hold a
    small count?
    """
    if 0 < new.count < minimum:
        return False, ()
    told = tuple(
        one
        for one in differences([*before, new], minimum=minimum)
        if new in (one.larger, one.smaller) or new.where in one.smaller.where.split(" + ")
    )
    if told:
        return False, told
    return not small_cells_known([*before, new], minimum=minimum) - small_cells_known(before, minimum=minimum), ()


def given_away(new: Sequence[Published], before: Sequence[Published] = (), *, minimum: int = MINIMUM) -> frozenset[str]:
    """Whose small count becomes known when all of ``new`` stand beside one another and beside what was published before:
    :func:`may_be_published` of many figures at once. What has no member in common with them cannot tell of them.
    """
    members = frozenset[str]().union(*(one.members for one in new))
    beside = [one for one in before if one.members & members]
    told = frozenset[str]().union(
        *(one.members for one in new if 0 < one.count < minimum),
        *(one.members for one in differences([*beside, *new], minimum=minimum)),
    )
    known = small_cells_known([*beside, *new], minimum=minimum) - small_cells_known(beside, minimum=minimum)
    return (told & members) | known


def small_cells_known(published: Sequence[Published], *, minimum: int = MINIMUM) -> frozenset[str]:
    """Members whose own count the figures together pin below ``minimum`` and above 0. Exact, by two programmes for each
    member.

    Counts are what is true: a solution exists. Members that always go together are one cell, and known together.
    """
    if not published:
        return frozenset()
    names = sorted(set().union(*(one.members for one in published)))
    patterns: dict[tuple[bool, ...], list[str]] = {}
    for name in names:
        patterns.setdefault(tuple(name in one.members for one in published), []).append(name)
    table = np.array(list(patterns), dtype=np.float64).T
    counts = np.array([one.count for one in published], dtype=np.float64)
    known: set[str] = set()
    for place, members in enumerate(patterns.values()):
        objective = np.zeros(table.shape[1])
        objective[place] = 1.0
        ends = []
        for direction in (1.0, -1.0):
            answer = optimize.linprog(direction * objective, A_eq=table, b_eq=counts, bounds=(0, None), method="highs")
            if answer.status != 0:
                raise IndicatorError(f"the published figures contradict each other: {answer.message}")
            ends.append(direction * float(answer.fun))
        if ends[0] > 1e-6 and ends[1] < minimum - 1e-6:
            known.update(members)
    return frozenset(known)
