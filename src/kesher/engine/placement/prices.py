"""Prices of scarce capacities, found round by round: dual decomposition.

With a price λ_jk ≥ 0 on each unit of service k at place j the households come apart, and every choice of λ gives an
upper bound on what any placement can gain (Lagrangian duality; Fisher, Management Science 27, 1981):

    B(λ) = Σ_i max(0, max_j (u_ij − Σ_k D_ik λ_jk)) + Σ_jk (λ_jk s_jk + max(0, λ_jk − p)(c_jk − s_jk))

The last term is what capacities are worth at these prices: above p a place opens what lies between soft and hard. B is
convex; its slope is capacity minus usage, where each household uses the place that is best for it at these prices. We
go down it by Adam (Kingma and Ba, 2015) with steps that shrink, which needs one number per service to be scaled, and
start from yesterday's prices where there are any. Why not HiGHS on everything: with 10,000 × 50 that takes many times
as long, and what it ends with, prices, is what we want.

One round needs from a partition of households only the sum and a places × K table of usage: that is all that travels.
Products and sums are done element by element, never by a matrix product, so every machine computes the same bits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kesher.engine.placement.model import BLOCK, Floats, Integers, Problem, Reals, usage_of
from kesher.engine.scale import Executor, InProcess

#: Households × places in a partition; what partitions there are does not depend on who computes them.
PARTITION = 1_500_000
#: The first step of a price, as a share of what a unit of its service is worth on average; and how it shrinks.
STEP, SHRINK = 0.4, 0.985
_FORGET, _FORGET_SQUARES = 0.9, 0.93


@dataclass(frozen=True)
class Partition:
    """Some households: their gains (rows, m), -inf where not allowed, needs (rows, K), and the number of the first."""

    gains: Reals
    needs: Reals
    first: int


@dataclass(frozen=True)
class Round:
    """What one partition says of one set of prices: Σ_i max(0, max_j …), and the usage (m, K) that this choice makes."""

    surplus: float
    usage: Floats


@dataclass(frozen=True)
class Columns:
    """Pairs of household and place that a solver looks at: numbers, gains, and gains less prices (all (pairs,))."""

    rows: Integers
    places: Integers
    gains: Floats
    reduced: Floats

    def __len__(self) -> int:
        return self.rows.size

    def where(self, chosen: NDArray[np.bool_]) -> "Columns":
        """Those of them."""
        return Columns(self.rows[chosen], self.places[chosen], self.gains[chosen], self.reduced[chosen])


def partitions_of(round_: Problem) -> list[Partition]:
    """The households in parts of about :data:`PARTITION` pairs, at least two."""
    parts = max(min(2, round_.households), -(-round_.prospects.size // PARTITION))
    edges = np.linspace(0, round_.households, parts + 1).astype(int)
    kind = round_.prospects.dtype
    return [Partition(round_.gains_of(slice(a, b)), round_.needs[a:b].astype(kind), int(a)) for a, b in pairwise(edges)]


def less_prices(gains: Reals, needs: Reals, prices: Reals) -> Reals:
    """u_ij − Σ_k D_ik λ_jk, element by element."""
    reduced = gains - needs[:, :1] * prices[:, 0]
    for service in range(1, needs.shape[1]):
        reduced -= needs[:, service, None] * prices[:, service]
    return reduced


def _blocks(partition: Partition, prices: Floats, kind: Any = None) -> Any:
    """(first row, gains, needs, gains less prices) in pieces that stay in the cache."""
    kind = kind or partition.gains.dtype
    at = prices.astype(kind)
    height = max(1, BLOCK // max(partition.gains.shape[1], 1))
    for first in range(0, partition.gains.shape[0], height):
        rows = slice(first, first + height)
        gains, needs = partition.gains[rows].astype(kind, copy=False), partition.needs[rows].astype(kind, copy=False)
        yield first, gains, needs, less_prices(gains, needs, at)


def price_round(partition: Partition, *, prices: Floats, exactly: bool = False) -> Round:
    """The households' best choices at ``prices`` (m, K). ``exactly`` computes in float64, for a bound that is proof."""
    places, services = prices.shape
    surplus, usage = 0.0, np.zeros((places, services))
    for _, _, needs, reduced in _blocks(partition, prices, np.float64 if exactly else None):
        best = reduced.argmax(axis=1)
        left = reduced[np.arange(best.size), best]
        taken = left > 0
        surplus += float(left[taken].sum(dtype=np.float64))
        usage += usage_of(best[taken], needs[taken].astype(np.float64), places)
    return Round(surplus, usage)


def near_best(partition: Partition, *, prices: Floats, most: int, within: float) -> Columns:
    """Each household's ``most`` best columns whose gain less prices lies within ``within`` of the best (or of no
    place).

    Those below zero by more than ``within`` are left out: no place is better for such a household.
    """
    found: list[tuple[Any, ...]] = []
    for first, gains, _, reduced in _blocks(partition, prices, np.float64):
        floor = np.maximum(reduced.max(axis=1), 0.0) - within
        near = reduced >= floor[:, None]
        if most < reduced.shape[1]:
            nth = np.partition(reduced, reduced.shape[1] - most, axis=1)[:, -most]
            near &= reduced >= nth[:, None]
        near &= np.isfinite(reduced)
        rows, places = np.nonzero(near)
        found.append((rows + first + partition.first, places, gains[rows, places], reduced[rows, places]))
    return joined(found)


def joined(parts: Sequence[tuple[Any, ...] | Columns]) -> Columns:
    """One set of columns of several."""
    tuples = [
        (part.rows, part.places, part.gains, part.reduced) if isinstance(part, Columns) else part for part in parts
    ]
    if not tuples:
        return Columns(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0), np.zeros(0))
    rows, places, gains, reduced = (np.concatenate(column) for column in zip(*tuples, strict=True))
    return Columns(rows, places, gains.astype(np.float64), reduced.astype(np.float64))


def worth_of_capacity(round_: Problem, prices: Floats) -> float:
    """Σ_jk (λ s + max(0, λ − p)(c − s)): what the capacities are worth at these prices."""
    spread = np.where(round_.crowded, round_.hard - round_.soft, 0.0)
    soft = round_.hard - spread
    return float((prices * soft + np.maximum(prices - round_.soft_price, 0.0) * spread).sum())


class Market:
    """One round's households, held by an executor, that can be asked for their choices at any prices."""

    def __init__(self, round_: Problem, executor: Executor | None = None) -> None:
        self.problem = round_
        self._executor = executor or InProcess()
        self._held = self._executor.hold(partitions_of(round_))
        self.rounds = 0

    def ask(self, prices: Floats, *, exactly: bool = False) -> tuple[float, Floats]:
        """B(λ) and the usage (m, K) at ``prices``."""
        self.rounds += 1
        answers: list[Round] = self._executor.map(partial(price_round, prices=prices, exactly=exactly), self._held)
        surplus = sum(answer.surplus for answer in answers)
        usage = sum((answer.usage for answer in answers), np.zeros_like(prices))
        return surplus + worth_of_capacity(self.problem, prices), usage

    def columns(self, prices: Floats, *, most: int, within: float = np.inf) -> Columns:
        """The columns of :func:`near_best`, of all households."""
        return joined(self._executor.map(partial(near_best, prices=prices, most=most, within=within), self._held))

    def ascend(self, start: Floats | None = None, *, rounds: int = 300, patience: int = 60) -> tuple[Floats, float]:
        """Prices (m, K) with a low bound, and that bound. Starts from ``start`` where given, else from nothing.

        Ends after ``rounds``, or when ``patience`` of them have lowered the bound by less than one part in 10,000.
        """
        round_ = self.problem
        worth = self._worth_of_units()
        prices = np.zeros((round_.places, round_.needs.shape[1])) if start is None else start.copy()
        mean, square = np.zeros_like(prices), np.zeros_like(prices)
        best, at = np.inf, prices
        # Steps begin shorter where yesterday's prices are known.
        length = STEP if start is None else STEP / 4
        since, mark = 0, np.inf
        for step in range(1, rounds + 1):
            bound, usage = self.ask(prices)
            if bound < best:
                best, at = bound, prices
            if best < mark * (1.0 - 1e-4) or mark == np.inf:
                since, mark = 0, best
            else:
                since += 1
                if since >= patience:
                    break
            open_ = np.where(
                prices > round_.soft_price, round_.hard, np.where(round_.crowded, round_.soft, round_.hard)
            )
            slope = (open_ - usage) / np.maximum(round_.hard, 1.0)
            mean = _FORGET * mean + (1.0 - _FORGET) * slope
            square = _FORGET_SQUARES * square + (1.0 - _FORGET_SQUARES) * slope * slope
            move = (mean / (1.0 - _FORGET**step)) / (np.sqrt(square / (1.0 - _FORGET_SQUARES**step)) + 1e-8)
            prices = np.maximum(prices - length * SHRINK ** (step - 1) * worth * move, 0.0)
        return at, best

    def _worth_of_units(self) -> Floats:
        """What a unit of each service would be worth if it alone were scarce: mean surplus over mean need, (K,)."""
        nothing = np.zeros((self.problem.places, self.problem.needs.shape[1]))
        bound, _ = self.ask(nothing)
        return np.asarray(bound / np.maximum(self.problem.needs.sum(axis=0), 1.0) / max(1, self.problem.needs.shape[1]))
