"""Families that arrive one by one: each placed at once, with the prices that those who are still to come would make.

Before an arrival (or every few) the rest of the year is imagined ``futures`` times: as many households as are still
expected are drawn from those known (last year's), and the prices at which they would share the capacities that are left
are found by price ascent. The household takes the place where its prospect less the mean of these prices is highest,
among those that have room now. Ahani et al. (Operations Research 72, 2024, "Dynamic placement in refugee resettlement")
place by such potentials; Bansak and Paulson (Operations Research 72, 2024) measure the same against hindsight. Why not
the greedy choice: it fills the best places with those who come first.
"""

import numpy as np

from kesher.engine.placement.model import UNPLACED, Floats, Integers, PlacementError, Problem, Reals
from kesher.engine.placement.prices import Market
from kesher.engine.placement.rounding import Board

#: Futures imagined at a time, and arrivals between two times.
FUTURES, EVERY = 5, 5
_FIRST_ROUNDS, _LATER_ROUNDS = 300, 80


def future_prices(
    round_: Problem,
    left: Floats,
    expected: int,
    known: tuple[Reals, Floats],
    generator: np.random.Generator,
    *,
    futures: int = FUTURES,
    start: Floats | None = None,
) -> Floats:
    """Mean prices (m, K) over ``futures`` in which ``expected`` households share the capacities ``left`` (m, K).

    ``known``: prospects (h, m), NaN where incompatible, and needs (h, K) of the households that futures are drawn from.
    ``start``: the prices of the last time. Nobody expected: nothing costs anything.
    """
    prospects, needs = known
    if futures < 1:
        raise PlacementError(f"futures must be at least 1; it is {futures}")
    if expected < 1 or not prospects.shape[0]:
        return np.zeros_like(left)
    total = np.zeros_like(left)
    for _ in range(futures):
        drawn = generator.integers(0, prospects.shape[0], expected)
        nobody = np.full(expected, UNPLACED)
        future = round_.but(
            prospects=prospects[drawn],
            needs=needs[drawn],
            hard=left,
            soft=left,
            weights=np.ones(expected),
            lottery=np.zeros(expected),
            fixed=nobody,
            crowded=np.zeros_like(round_.crowded),
            no_harm=0.0,
        )
        prices, _ = Market(future).ascend(start, rounds=_FIRST_ROUNDS if start is None else _LATER_ROUNDS)
        total += prices
    return total / futures


def place_arrivals(
    round_: Problem,
    order: Integers,
    known: tuple[Reals, Floats],
    generator: np.random.Generator,
    *,
    futures: int = FUTURES,
    every: int = EVERY,
) -> Integers:
    """Places the households of ``round_`` in ``order`` as if each were seen only when it comes, (n,).

    Who is still to come is known in number, not in kind: kinds are drawn from ``known``. A household for which no
    allowed place has room stays without one, as greedy would leave it.
    """
    board = Board(round_)
    prices: Floats | None = None
    for turn, household in enumerate(order):
        if turn % every == 0:
            left = np.maximum(round_.hard - board.used, 0.0)
            prices = future_prices(round_, left, len(order) - turn - 1, known, generator, futures=futures, start=prices)
        board.place_best(int(household), prices)
    return board.placement
