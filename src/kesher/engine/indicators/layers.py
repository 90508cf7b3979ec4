"""Several counts over the same cells, of which each cell is shown in all or hidden in all.

A share is two counts: those it is about, and the rest. Where some did not agree to be counted, whoever knows the whole by name
knows their number too, once the others' is shown. So what is hidden must be safe in each of these *layers*, by the same sums
(:class:`~kesher.engine.indicators.disclosure.Sums`): who is shown one layer is taken to know them all.

Stricter than :func:`~kesher.engine.indicators.disclosure.suppressed` in one thing. There a hidden cell may be nought. Whoever
reads a table of ours knows that nought is shown, and so that what is hidden is one at least: of five hidden cells that add up
to five each is then known. Here the audit knows it too.

Heuristic as there: while a cell that needs it is not safe, the cheapest other cell of each equation through it is hidden; then
each that was hidden for others' sake is shown again where the audit allows it, the dearest first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, sparse
from scipy.sparse.csgraph import connected_components

from kesher.engine.indicators.arrays import Floats, IndicatorError
from kesher.engine.indicators.disclosure import MINIMUM, Range, Sums, is_safe

_ROUNDS = 200


def tables(areas: Sums, parts: Sums) -> Sums:
    """Sums of a table of areas and parts, area by area: those of the parts for each area, those of the areas for each part."""
    rows, columns = areas.signs.shape[1], parts.signs.shape[1]
    down, across = np.kron(areas.signs, np.eye(columns)), np.kron(np.eye(rows), parts.signs)
    return Sums(np.vstack([down, across]))


@dataclass(slots=True)
class _Audit:
    """``layers``: shape (layers, cells). What was found of a set of hidden cells that hang together is kept."""

    layers: Floats
    sums: Sums
    minimum: int
    _found: dict[tuple[int, int, bytes], Range] = field(default_factory=dict)

    def together(self, hidden: np.ndarray) -> list[np.ndarray]:
        """Hidden cells, by what hangs together through equations: nothing is told of one by another."""
        touched = (self.sums.signs != 0) & hidden
        graph = sparse.csr_matrix(touched.astype(np.float64))
        _count, label = connected_components(graph.T @ graph, directed=False)
        cells = np.flatnonzero(hidden)
        return [cells[label[cells] == one] for one in np.unique(label[cells])]

    def range(self, layer: int, cell: int, among: np.ndarray) -> Range:
        """What the shown cells tell of a hidden one, ``among`` the hidden ones that hang together with it."""
        key = (layer, cell, among.tobytes())
        if key not in self._found:
            self._found[key] = self._worked_out(layer, cell, among)
        return self._found[key]

    def _worked_out(self, layer: int, cell: int, among: np.ndarray) -> Range:
        values, signs = self.layers[layer], self.sums.signs
        used = (signs[:, among] != 0).any(axis=1)
        left = signs[np.ix_(used, among)]
        # what is shown of an equation is what is hidden of it, the other way round: they add up to nought
        right = left @ values[among]
        least = np.minimum(values[among], 1.0)
        ends = []
        for direction in (1.0, -1.0):
            answer = optimize.linprog(
                direction * (among == cell).astype(np.float64),
                A_eq=sparse.csr_matrix(left) if used.any() else None,
                b_eq=right if used.any() else None,
                bounds=np.column_stack([least, np.full(among.size, np.inf)]),
                method="highs",
            )
            if answer.status == 3:  # without a bound
                ends.append(np.inf)
            elif answer.status == 0:
                ends.append(direction * float(answer.fun))
            else:
                raise IndicatorError(f"the sums do not hold: {answer.message}")
        return Range(cell, ends[0], ends[1])

    def unsafe(
        self, hidden: np.ndarray, guarded: np.ndarray, only: np.ndarray | None = None
    ) -> Iterable[tuple[int, int]]:
        """Of the guarded cells those of which too much is told, as (layer, cell). ``only``: what hangs together with these."""
        for among in self.together(hidden):
            if only is not None and not only[among].any():
                continue
            for layer in range(self.layers.shape[0]):
                for cell in among[guarded[layer, among]]:
                    found = self.range(layer, int(cell), among)
                    if not is_safe(found, minimum=self.minimum):
                        yield layer, int(cell)


def hidden_together(
    layers: ArrayLike, sums: Sums, *, hidden: ArrayLike, guarded: ArrayLike, minimum: int = MINIMUM
) -> np.ndarray:
    """Which cells to hide in all layers so that of no guarded cell of any layer more is told than a wide range.

    ``layers``: shape (layers, cells), whole and not negative, each adds up. ``hidden``: shape (cells,), hidden whatever comes.
    ``guarded``: shape (layers, cells), what must not be worked out; each of them is hidden. Returns shape (cells,). Where
    nothing else makes them safe, all cells are hidden.
    """
    values = np.asarray(layers, dtype=np.float64)
    first, guard = np.asarray(hidden, dtype=bool), np.asarray(guarded, dtype=bool)
    if values.ndim != 2 or first.shape != values.shape[1:] or guard.shape != values.shape:
        raise IndicatorError("layers and guarded are (layers, cells), hidden is (cells,)")
    if (values < 0).any() or (np.abs(sums.signs @ values.T) > 1e-6).any():
        raise IndicatorError("each layer is of counts that add up")
    if (guard & ~first).any():
        raise IndicatorError("what is guarded is hidden")
    audit, now = _Audit(values, sums, minimum), first.copy()
    cost = values.sum(axis=0) + 1.0
    for _ in range(_ROUNDS):
        unsafe = list(audit.unsafe(now, guard))
        if not unsafe:
            break
        if not _hide_more(values, sums, now, unsafe, cost, minimum):
            return np.ones_like(first)
    else:
        return np.ones_like(first)
    for cell in sorted(np.flatnonzero(now & ~first), key=lambda place: -cost[place]):
        now[cell] = False
        near = (np.abs(sums.signs[sums.signs[:, cell] != 0]) > 0).any(axis=0)
        if next(iter(audit.unsafe(now, guard, near)), None) is not None:
            now[cell] = True
    return now


def _hide_more(
    values: Floats, sums: Sums, hidden: np.ndarray, unsafe: Sequence[tuple[int, int]], cost: Floats, minimum: int
) -> bool:
    """Hides a cell of each equation through an unsafe one that has too little hidden beside it; else the cheapest near them,
    else the cheapest of all. False where nothing is left to hide.
    """
    changed = False
    for layer, cell in unsafe:
        for equation in np.flatnonzero(sums.signs[:, cell]):
            others = sums.signs[equation] != 0
            others[cell] = False
            if float(values[layer, others & hidden].sum()) <= minimum:
                changed = _hide_cheapest(others & (values[layer] > 0), hidden, cost) or changed
    if changed:
        return True
    cells = [cell for _layer, cell in unsafe]
    through = (sums.signs[:, cells] != 0).any(axis=1)
    there = values.sum(axis=0) > 0
    near = (sums.signs[through] != 0).any(axis=0)
    return _hide_cheapest(near & there, hidden, cost) or _hide_cheapest(there, hidden, cost)


def _hide_cheapest(among: np.ndarray, hidden: np.ndarray, cost: Floats) -> bool:
    candidates = np.flatnonzero(among & ~hidden)
    if not candidates.size:
        return False
    hidden[candidates[np.argmin(cost[candidates])]] = True
    return True
