"""The placement itself: prices, relaxation, whole households and, where it can be had, the proof of the best.

1. Price ascent (:mod:`prices`) gives prices and a first bound.
2. Column pricing: the relaxation on each household's few best columns at those prices. Its prices are tried on *all*
   columns, and what turns out worth having is added, until bound and relaxation meet (or rounds and time are up).
3. Whole households (:mod:`rounding`): an incumbent of gain z.
4. The proof. Let B be the bound at prices λ, r_ij = u_ij − D_i·λ_j and r_i = max(0, max_j r_ij). A placement that puts i
   at j gains at most B − (r_i − r_ij). So a placement better than z uses only pairs with r_i − r_ij < B − z: the integer
   programme on those alone is exact. With one service it is tried on up to MANY_COLUMNS, with several on FEW_COLUMNS.
   Past the time limit the gap is what is proven.

When every need is 1 the relaxation itself is whole (transportation problem; its matrix is totally unimodular).
"""

import time
from dataclasses import dataclass

import numpy as np

from kesher.engine.placement.model import UNPLACED, Floats, Integers, Problem
from kesher.engine.placement.prices import Columns, Market, joined
from kesher.engine.placement.programme import Relaxed, choose, relax
from kesher.engine.placement.rounding import Board, mended, rounded, size_order
from kesher.engine.scale import Executor

#: What a difference of gains must exceed, relative to the bound, to be one.
TOLERANCE = 1e-9
#: How near the integer programme's bound comes when it has ended: its own tolerance is for a row or a column, not for
#: the sum.
PROVEN = 1e-7
#: Columns of which an integer programme is tried with one service, and with several.
MANY_COLUMNS, FEW_COLUMNS = 200_000, 10_000
#: How near bound and relaxation count as met, relative to the bound: of small rounds, and of large ones.
NEAR, NEAR_ENOUGH, SMALL = 1e-7, 5e-4, 2_000
#: The part of the slack that the integer programme is tried on first, and seconds for that.
FIRST, TRY = 40, 8.0
#: Rounds of column pricing; the most columns per household in each; and how near to its best column, as a share of the mean
#: gain, a household's others must be at the first prices to count: those are the choices that prices leave open.
PRICINGS, BEST, TIES = 8, 5, 0.015
#: Seconds for a relaxation.
RELAXING = 400.0


@dataclass(frozen=True)
class Solution:
    """What was found: ``placement`` (n,) place numbers and -1; prices λ (m, K), in gain per unit of the service.

    ``gain`` is what the placement gains and ``bound`` what none can exceed (both without the problem's constant);
    ``relaxed`` the optimum of the linear relaxation where it was reached; ``rounds`` the price rounds; ``exact``
    whether nothing better exists.
    """

    problem: Problem
    placement: Integers
    prices: Floats
    gain: float
    bound: float
    relaxed: float | None
    exact: bool
    rounds: int
    seconds: float

    @property
    def value(self) -> float:
        """The sum of the prospects of those placed."""
        return self.problem.value(self.placement)

    @property
    def gap(self) -> float:
        """(bound − gain) / bound: how much better another placement could at most be."""
        return max(0.0, self.bound - self.gain) / self.bound if self.bound > 0 else 0.0


def solve(
    round_: Problem,
    *,
    executor: Executor | None = None,
    start: Floats | None = None,
    time_limit: float = 120.0,
    prove: bool = True,
) -> Solution:
    """The best placement of ``round_`` that can be found, with its proven bound.

    ``start``: prices (m, K) of yesterday's round, which save rounds. ``executor``: who computes the price rounds.
    ``time_limit``: seconds for the integer programme. ``prove`` False leaves it out. The answer is the same on every
    executor.
    """
    begun = time.perf_counter()
    rest, settled = _rest(round_)
    market = Market(rest, executor)
    prices, _ = market.ascend(start)
    bound, _ = market.ask(prices, exactly=True)
    columns = market.columns(prices, most=BEST, within=TIES * bound / max(1, rest.households))
    columns, relaxed, prices, bound, met = _price_columns(market, columns, prices, bound)
    whole_shares = relaxed.shares if relaxed.solved else np.zeros(len(columns))
    placement = mended(rest, rounded(rest, columns, whole_shares, prices), prices)
    exact = bound - rest.gain(placement) <= TOLERANCE * max(1.0, bound)
    if prove and not exact:
        placement, bound, exact = _prove(market, prices, placement, bound, time_limit)
    placement = filled(rest, placement, prices)
    already = round_.gain(settled)
    whole = np.where(settled >= 0, settled, placement)
    gain = round_.gain(whole)
    return Solution(
        problem=round_,
        placement=whole,
        prices=prices,
        gain=gain,
        bound=gain if exact else max(bound + already, gain),
        relaxed=relaxed.gain + already if met else None,
        exact=exact,
        rounds=market.rounds,
        seconds=time.perf_counter() - begun,
    )


def let_go(round_: Problem) -> Integers:
    """Fixed households (numbers) that their place cannot hold: not allowed there, or those before them in the list
    filled it.

    They are not placed elsewhere, because somebody decided on that place; they come back without one, and with the
    reason.
    """
    if not (round_.fixed >= 0).any():
        return np.zeros(0, np.int64)
    used = np.zeros_like(round_.room)
    gone = []
    for household in np.flatnonzero(round_.fixed >= 0):
        place = int(round_.fixed[household])
        wanted = used[place] + round_.needs[household]
        if np.isnan(round_.prospects[household, place]) or (wanted > round_.room[place]).any():
            gone.append(int(household))
        else:
            used[place] = wanted
    return np.array(gone, dtype=np.int64)


def _rest(round_: Problem) -> tuple[Problem, Integers]:
    """The round without its fixed households: what they use is taken off the capacities. And where they are, (n,), -1
    for all others.

    What a place then has above its soft capacity is what it had less what is already there, so gains add up:
    gain(all) = gain(fixed) + gain(rest).
    """
    if not (round_.fixed >= 0).any():
        return round_, np.full(round_.households, UNPLACED)
    settled = round_.fixed.copy()
    settled[let_go(round_)] = UNPLACED
    used = round_.usage(settled)
    prospects = round_.prospects.copy()
    prospects[round_.fixed >= 0] = np.nan
    hard = np.maximum(round_.hard - used, 0.0)
    rest = round_.but(
        prospects=prospects,
        hard=hard,
        soft=np.minimum(np.maximum(round_.soft - used, 0.0), hard),
        fixed=np.full(round_.households, UNPLACED),
    )
    return rest, settled


def _price_columns(
    market: Market, columns: Columns, prices: Floats, bound: float
) -> tuple[Columns, Relaxed, Floats, float, bool]:
    """Relaxation and pricing in turns. The last flag: bound and relaxation met, so the relaxation is that of all
    columns.
    """
    round_ = market.problem
    until = time.perf_counter() + RELAXING
    # Rounding a large round loses more than what the last pricings could win.
    near = NEAR if round_.households <= SMALL else NEAR_ENOUGH
    relaxed = relax(round_, columns, round_.room, time_limit=RELAXING)
    for _ in range(PRICINGS):
        tried, _usage = market.ask(relaxed.prices, exactly=True)
        if tried < bound:
            bound, prices = tried, relaxed.prices
        if bound - relaxed.gain <= near * max(1.0, bound):
            return columns, relaxed, prices, bound, True
        if time.perf_counter() > until:
            break
        known = set((columns.rows * round_.places + columns.places).tolist())
        more = market.columns(relaxed.prices, most=BEST, within=max(1e-9, (bound - relaxed.gain)))
        fresh = np.array([key not in known for key in (more.rows * round_.places + more.places).tolist()], dtype=bool)
        if not fresh.any():
            break
        columns = joined([columns, more.where(fresh)])
        again = relax(round_, columns, round_.room, time_limit=max(1.0, until - time.perf_counter()))
        if not again.solved:
            break
        relaxed = again
    return columns, relaxed, prices, bound, False


def _prove(
    market: Market, prices: Floats, placement: Integers, bound: float, time_limit: float
) -> tuple[Integers, float, bool]:
    """The integer programme on what could be better. Tried first on little of the slack: a better z leaves fewer
    columns to prove.
    """
    round_ = market.problem
    gain, until = round_.gain(placement), time.perf_counter() + time_limit
    least = TOLERANCE * max(1.0, bound)
    within = (bound - gain) / FIRST + least
    while True:
        columns = market.columns(prices, most=round_.places, within=within)
        if len(columns) > (MANY_COLUMNS if round_.needs.shape[1] == 1 else FEW_COLUMNS):
            return placement, bound, False
        complete = within >= bound - gain
        now = np.flatnonzero(placement[columns.rows] == columns.places)
        left = until - time.perf_counter()
        known = None if now.size < (placement >= 0).sum() else now
        whole = choose(round_, columns, round_.room, time_limit=left if complete else min(left / 4, TRY), start=known)
        found = np.full(round_.households, UNPLACED)
        found[columns.rows[whole.chosen]] = columns.places[whole.chosen]
        if whole.chosen.size and round_.feasible(found) and round_.gain(found) > gain:
            placement, gain = found, round_.gain(found)
        if complete or (whole.proven and bound - gain <= within):
            # Whatever is better than what we have lies among these columns, and of them none exceeds the programme's
            # bound.
            bound = min(bound, max(gain, whole.bound))
            return placement, bound, bound - gain <= PROVEN * max(1.0, bound)
        if time.perf_counter() > until:
            return placement, bound, False
        within = bound - gain + least


def filled(round_: Problem, placement: Integers, prices: Floats) -> Integers:
    """Nobody stays without a place while one that is allowed has room, even when nothing is gained by it."""
    board = Board(round_, placement)
    for household in size_order(round_, np.flatnonzero(placement < 0)):
        board.place_best(int(household), prices)
    return board.placement
