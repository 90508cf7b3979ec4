"""What is to be placed where: the arrays of one round, checked, and the objective that is maximised.

n households, m places, K services. Household i at place j has the prospect w_ij (expected jobs, or whatever the caller
counts; NaN = incompatible) and uses D_ik of service k (persons, school seats, course seats …). Place j offers up to
c_jk (hard), and would rather stay below s_jk (soft). With x_ij = 1 where i is placed at j:

    maximise   Σ_ij v_ij x_ij − p Σ_jk max(0, Σ_i D_ik x_ij − s_jk) − p Σ_ik∈S D_ik (1 − Σ_j x_ij)
    subject to Σ_j x_ij ≤ 1,   Σ_i D_ik x_ij ≤ c_jk,   x binary                                             (1)
    v_ij = g_i w_ij − ν max(0, L_i − w_ij),   and −ν L_i for a household without a place

g_i are the weights of households (1), ν the no-harm penalty (0), L_i the household's lottery expectation
(:mod:`kesher.engine.placement.chance`), p the price of one unit above a soft capacity. S are the services of which
some place has a soft capacity: there a need that is not met costs as much as crowding, so that nobody is left without a
place to spare a soft limit. Without soft capacities, no-harm and weights the objective is the sum of the prospects.

Adding the constants −ν L_i and −p Σ_k∈S D_ik to both sides leaves ``gains`` u_ij = g_i w_ij + ν min(w_ij, L_i) + p
Σ_k∈S D_ik, zero for a household without a place: what the solvers work with.

The sum over i of several persons makes (1) a multiple knapsack: an integer programme even with one service. Bansak et
al., Science 359 (2018) and Ahani et al., Operations Research 69 (2021) set the problem so.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Reals = NDArray[np.floating]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

#: Above so many pairs the prospects are kept in half the room (float32); bounds are summed in float64 all the same.
LARGE = 5_000_000
#: Rows looked at together, so that what is computed of them stays in the processor's cache.
BLOCK = 1 << 17
UNPLACED = -1
#: What a sum of needs may exceed a capacity by, relative to it: needs may be fractions that are no binary numbers.
ROUNDING = 1e-9


class PlacementError(ValueError):
    """The arrays cannot be what they are said to be; the message names array, row and column, counted from 0."""


@dataclass(frozen=True)
class Problem:
    """One round. Build it by :func:`problem`, which checks.

    ``prospects`` (n, m), NaN = incompatible; ``needs`` (n, K), ``hard`` and ``soft`` (m, K), in units of the service;
    ``weights`` (n,) g_i; ``lottery`` (n,) L_i in prospects; ``fixed`` (n,) a place's number or -1; ``crowded`` (K,) the
    set S; ``soft_price`` p and ``no_harm`` ν in prospects per unit and per prospect lost.
    """

    prospects: Reals
    needs: Floats
    hard: Floats
    soft: Floats
    weights: Floats
    lottery: Floats
    fixed: Integers
    crowded: Booleans
    soft_price: float = 0.0
    no_harm: float = 0.0
    services: tuple[str, ...] = ()

    @property
    def households(self) -> int:
        """n."""
        return int(self.prospects.shape[0])

    @property
    def places(self) -> int:
        """m."""
        return int(self.prospects.shape[1])

    @cached_property
    def room(self) -> Floats:
        """``hard`` with what rounding may add, (m, K): what usage is compared with."""
        room: Floats = self.hard * (1.0 + ROUNDING) + ROUNDING
        return room

    @cached_property
    def plain(self) -> bool:
        """Whether the objective is the sum of the prospects and nothing else."""
        return self.no_harm == 0 and not self.crowded.any() and bool((self.weights == 1).all())

    def gains_of(self, rows: slice | Integers) -> Reals:
        """u_ij for some rows, -inf where i may not be at j: incompatible, or a need larger than the place."""
        prospects = self.prospects[rows]
        gains = np.where(np.isnan(prospects), prospects.dtype.type(-np.inf), prospects)
        for service in range(self.needs.shape[1]):
            gains[self.needs[rows, service, None] > self.room[:, service]] = -np.inf
        if self.plain:
            return gains
        kind = gains.dtype.type
        extra = self.no_harm * np.minimum(gains, self.lottery[rows, None].astype(kind)) if self.no_harm else kind(0)
        unmet = self.soft_price * self.needs[rows][:, self.crowded].sum(axis=1)
        weighted: Reals = gains * self.weights[rows, None].astype(kind) + extra + unmet[:, None].astype(kind)
        return weighted

    @cached_property
    def gains(self) -> Reals:
        """u_ij of all, (n, m). Twice the room of the prospects: the solvers of large rounds go by :meth:`gains_of`."""
        return self.gains_of(slice(None))

    def usage(self, placement: Integers) -> Floats:
        """Σ_i D_ik x_ij, (m, K), of a placement (n,) of place numbers and -1."""
        placed = placement >= 0
        return usage_of(placement[placed], self.needs[placed], self.places)

    def value(self, placement: Integers) -> float:
        """The sum of the prospects of those placed."""
        rows = np.flatnonzero(placement >= 0)
        return float(self.prospects[rows, placement[rows]].astype(np.float64).sum())

    def gain(self, placement: Integers) -> float:
        """What the solvers maximise: Σ u_ij x_ij − p × the usage above soft."""
        rows = np.flatnonzero(placement >= 0)
        # One row at a time would be slow, all rows at once large: only the pairs that are chosen are looked at.
        prospects = self.prospects[rows, placement[rows]].astype(np.float64)
        total = self.weights[rows] * prospects
        if self.no_harm:
            total = total + self.no_harm * np.minimum(prospects, self.lottery[rows])
        if self.crowded.any():
            total = total + self.soft_price * self.needs[rows][:, self.crowded].sum(axis=1)
            return float(total.sum()) - self.soft_price * self.overflow(placement)
        return float(total.sum())

    def overflow(self, placement: Integers) -> float:
        """Units of all services above the soft capacities."""
        return float(np.maximum(self.usage(placement) - self.soft, 0.0).sum())

    @cached_property
    def constant(self) -> float:
        """What lies between gain and objective: −ν Σ L_i − p Σ_k∈S D_ik."""
        return -self.no_harm * float(self.lottery.sum()) - self.soft_price * float(self.needs[:, self.crowded].sum())

    def feasible(self, placement: Integers) -> bool:
        """Whether everybody is at an allowed place and nothing exceeds a hard capacity."""
        rows = np.flatnonzero(placement >= 0)
        allowed = np.isfinite(self.prospects[rows, placement[rows]])
        kept = (self.fixed[rows] < 0) | (self.fixed[rows] == placement[rows])
        return bool(allowed.all() and kept.all() and (self.usage(placement) <= self.room).all())

    def but(self, **changes: object) -> "Problem":
        """The same round with other options."""
        return replace(self, **changes)  # type: ignore[arg-type]


def usage_of(places: Integers, needs: Floats, count: int) -> Floats:
    """Sums of ``needs`` (rows, K) by ``places`` (rows,), as (count, K)."""
    sums = [np.bincount(places, weights=needs[:, service], minlength=count) for service in range(needs.shape[1])]
    return np.stack(sums, axis=1).astype(np.float64)


def problem(
    prospects: ArrayLike,
    needs: ArrayLike,
    hard: ArrayLike,
    *,
    soft: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    lottery: ArrayLike | None = None,
    fixed: ArrayLike | None = None,
    soft_price: float | None = None,
    no_harm: float = 0.0,
    services: Sequence[str] = (),
) -> Problem:
    """The checked :class:`Problem` of these arrays. ``needs`` and capacities may be vectors where there is one service.

    ``soft_price``: None takes a twentieth of the mean best prospect per unit needed (:func:`usual_soft_price`). Raises
    :class:`PlacementError` for shapes that do not fit, prospects that are negative or infinite, needs or capacities
    that are negative or NaN, a soft capacity above the hard one, a fixed place that does not exist.
    """
    w = np.asarray(prospects)
    if w.ndim != 2:
        raise PlacementError(f"prospects must be households × places; they have the shape {w.shape}")
    w = w if w.dtype == np.float32 else w.astype(np.float32 if w.size > LARGE else np.float64)
    n, m = w.shape
    _refuse("prospects", w, (w < 0) | np.isinf(w), "must be at least 0 and finite (NaN where incompatible)")
    d = _columns("needs", needs, n)
    c = _columns("hard", hard, m)
    if c.shape[1] != d.shape[1]:
        raise PlacementError(f"needs are of {d.shape[1]} services, capacities of {c.shape[1]}")
    s = c if soft is None else _columns("soft", soft, m)
    if s.shape != c.shape:
        raise PlacementError(f"soft capacities have the shape {s.shape}, hard ones {c.shape}")
    _refuse("soft", s, s > c, "must not exceed the hard capacity")
    places = np.full(n, UNPLACED) if fixed is None else np.asarray(fixed, dtype=np.int64)
    if places.shape != (n,):
        raise PlacementError(f"fixed must name a place or -1 for each of {n} households; its shape is {places.shape}")
    _refuse("fixed", places, (places < UNPLACED) | (places >= m), f"must be -1 or one of {m} places")
    names = tuple(services) or tuple(f"service {number}" for number in range(d.shape[1]))
    if len(names) != d.shape[1]:
        raise PlacementError(f"{len(names)} names for {d.shape[1]} services")
    if no_harm < 0 or not np.isfinite(no_harm):
        raise PlacementError(f"no_harm must be at least 0; it is {no_harm}")
    if no_harm > 0 and lottery is None:
        raise PlacementError("no_harm compares with the lottery: pass lottery (kesher.engine.placement.chance)")
    price = float(usual_soft_price(w, d) if soft_price is None else soft_price)
    if price < 0 or not np.isfinite(price):
        raise PlacementError(f"soft_price must be at least 0; it is {price}")
    return Problem(
        prospects=w,
        needs=d,
        hard=c,
        soft=s,
        weights=_vector("weights", weights, n, 1.0),
        lottery=_vector("lottery", lottery, n, 0.0),
        fixed=places,
        crowded=np.logical_and((s < c).any(axis=0), price > 0),
        soft_price=price,
        no_harm=float(no_harm),
        services=names,
    )


def usual_soft_price(prospects: Reals, needs: Floats) -> float:
    """A twentieth of the mean best prospect per unit needed: enough to prefer a place with room among like ones."""
    units = float(needs.sum())
    if not units or not prospects.size:
        return 0.0
    best = np.fmax.reduce(prospects, axis=1, initial=0.0)
    return 0.05 * float(best.astype(np.float64).sum()) / units


def _columns(name: str, values: ArrayLike, rows: int) -> Floats:
    array = np.asarray(values, dtype=np.float64)
    array = array[:, None] if array.ndim == 1 else array
    if array.ndim != 2 or array.shape[0] != rows or array.shape[1] < 1:
        raise PlacementError(f"{name} must have {rows} rows and a column per service; its shape is {array.shape}")
    _refuse(name, array, ~np.isfinite(array) | (array < 0), "must be at least 0 and finite")
    return array


def _vector(name: str, values: ArrayLike | None, rows: int, default: float) -> Floats:
    array = np.full(rows, default) if values is None else np.asarray(values, dtype=np.float64)
    if array.shape != (rows,):
        raise PlacementError(f"{name} must hold a number for each of {rows} households; its shape is {array.shape}")
    _refuse(name, array, ~np.isfinite(array) | (array < 0), "must be at least 0 and finite")
    return array


def _refuse(name: str, array: NDArray[np.generic], wrong: NDArray[np.bool_], what: str) -> None:
    if wrong.any():
        where = tuple(int(part) for part in np.argwhere(wrong)[0])
        column = f", column {where[1]}" if len(where) > 1 else ""
        raise PlacementError(f"{name} {what}; row {where[0]}{column} is {array[where]}")
