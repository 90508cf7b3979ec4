"""From shares to whole households: fix what is whole, place the rest big households first, then mend what can be
mended.

What comes out keeps every hard capacity. A corner of the relaxation splits at most as many households as there are
capacities that bind (m × K), so of a national round nearly everybody is fixed at once and the loss is theirs alone.
"""

import numpy as np

from kesher.engine.placement.model import UNPLACED, Floats, Integers, Problem, Reals
from kesher.engine.placement.prices import Columns

#: A share from which a household counts as whole.
WHOLE = 1.0 - 1e-6


class Board:
    """A placement that is being made, with the room left."""

    def __init__(self, round_: Problem, placement: Integers | None = None) -> None:
        self.problem = round_
        self.placement = np.full(round_.households, UNPLACED) if placement is None else placement.copy()
        self.used = round_.usage(self.placement)

    def gains(self, household: int) -> Reals:
        """u_ij of one household, (m,)."""
        gains: Reals = self.problem.gains_of(np.array([household]))[0]
        return gains

    def fits(self, household: int, without: Floats | None = None) -> np.ndarray:
        """Where there is room for the household, (m,); ``without`` (m, K) is taken to be free."""
        used = self.used if without is None else self.used - without
        room: np.ndarray = (used + self.problem.needs[household] <= self.problem.room).all(axis=1)
        return room

    def crowding(self, household: int) -> Floats | float:
        """What the household's coming would cost at each place above the soft capacities, (m,)."""
        round_ = self.problem
        if not round_.crowded.any():
            return 0.0
        before = np.maximum(self.used - round_.soft, 0.0)
        after = np.maximum(self.used + round_.needs[household] - round_.soft, 0.0)
        cost: Floats = round_.soft_price * (after - before).sum(axis=1)
        return cost

    def put(self, household: int, place: int) -> None:
        """Places, moves or (-1) takes away."""
        before = self.placement[household]
        if before >= 0:
            self.used[before] -= self.problem.needs[household]
        if place >= 0:
            self.used[place] += self.problem.needs[household]
        self.placement[household] = place

    def place_best(self, household: int, prices: Floats | None = None) -> bool:
        """Places it where there is room and gain less prices is highest; False where there is none."""
        gains = self.gains(household)
        open_ = self.fits(household) & np.isfinite(gains)
        if not open_.any():
            return False
        score = gains - self.crowding(household)
        if prices is not None:
            score = score - prices @ self.problem.needs[household]
        self.put(household, int(np.where(open_, score, -np.inf).argmax()))
        return True


def size_order(round_: Problem, households: Integers) -> Integers:
    """Households by what they need, largest first, each service measured by what there is of it."""
    total = np.maximum(round_.hard.sum(axis=0), 1.0)
    size = (round_.needs[households] / total).sum(axis=1)
    return households[np.argsort(-size, kind="stable")]


def rounded(round_: Problem, columns: Columns, shares: Floats, prices: Floats) -> Integers:
    """A placement (n,) near the relaxation's optimum."""
    board = Board(round_)
    whole = shares > WHOLE
    board.placement[columns.rows[whole]] = columns.places[whole]
    board.used = round_.usage(board.placement)
    _keep_to_room(board)
    rest = np.flatnonzero(board.placement < 0)
    for household in size_order(round_, rest):
        board.place_best(int(household), prices)
    return board.placement


def _keep_to_room(board: Board) -> None:
    """Shares that are whole up to rounding may add up to a little more than there is, where needs are fractions: the
    smallest households go, until the rest has room.
    """
    over = board.used > board.problem.room
    for place in np.flatnonzero(over.any(axis=1)):
        there = size_order(board.problem, np.flatnonzero(board.placement == place))[::-1]
        for household in there:
            exceeded = board.used[place] > board.problem.room[place]
            if not exceeded.any():
                break
            if board.problem.needs[household][exceeded].any():
                board.put(int(household), UNPLACED)


def greedy(round_: Problem, order: Integers) -> Integers:
    """First come, first served: in ``order`` each household takes the best place that has room for it, (n,)."""
    board = Board(round_)
    for household in order:
        board.place_best(int(household))
    return board.placement


def mended(round_: Problem, placement: Integers, prices: Floats, *, most: int = 4_000) -> Integers:
    """Improves by single moves, and by letting one household make room for another, until nothing is gained.

    Looks at the ``most`` households that lose most against their best place at ``prices``. Never lowers the gain.
    """
    board = Board(round_, placement)
    needs = round_.needs
    for _ in range(5):
        gained = False
        for household in _losers(round_, board.placement, prices, most):
            gained |= _improve(board, int(household), prices, needs)
        if not gained:
            break
    return board.placement


def _losers(round_: Problem, placement: Integers, prices: Floats, most: int) -> Integers:
    losses = np.empty(round_.households)
    height = max(1, (1 << 18) // max(round_.places, 1))
    for first in range(0, round_.households, height):
        rows = slice(first, first + height)
        reduced = round_.gains_of(rows) - round_.needs[rows] @ prices.T
        best = np.maximum(reduced.max(axis=1), 0.0)
        at = placement[rows]
        now = np.where(at >= 0, reduced[np.arange(at.size), np.maximum(at, 0)], 0.0)
        losses[rows] = best - now
    order = np.argsort(-losses, kind="stable")[:most]
    return order[losses[order] > 1e-9]


def _improve(board: Board, household: int, prices: Floats, needs: Floats) -> bool:
    round_ = board.problem
    before = int(board.placement[household])
    gains = board.gains(household)
    board.put(household, UNPLACED)
    now = gains[before] - _at(board.crowding(household), before) if before >= 0 else 0.0
    score = np.where(np.isfinite(gains), gains - board.crowding(household), -np.inf)
    free = np.where(board.fits(household), score, -np.inf)
    best = int(free.argmax())
    if free[best] > now + 1e-9:
        board.put(household, best)
        return True
    if not round_.crowded.any():
        # The places that are worth most to it first; who lives there and could go elsewhere for less than is won.
        for place in np.argsort(-score)[:6]:
            won = score[place] - now
            if won <= 1e-9:
                break
            swap = _who_could_go(board, household, int(place), won)
            if swap is not None:
                other, elsewhere = swap
                board.put(other, elsewhere)
                board.put(household, int(place))
                return True
    board.put(household, before)
    return False


def _who_could_go(board: Board, household: int, place: int, won: float) -> tuple[int, int] | None:
    round_ = board.problem
    there = np.flatnonzero(board.placement == place)
    enough = (board.used[place] - round_.needs[there] + round_.needs[household] <= round_.room[place]).all(axis=1)
    there = there[enough][:500]
    if not there.size:
        return None
    gains = round_.gains_of(there)
    fits = (board.used[None] + round_.needs[there][:, None] <= round_.room[None]).all(axis=2)
    fits[:, place] = False
    left = np.where(fits, gains, -np.inf)
    away = left.argmax(axis=1)
    loss = gains[:, place] - np.maximum(left[np.arange(there.size), away], 0.0)
    least = int(loss.argmin())
    if loss[least] >= won - 1e-9:
        return None
    goes = int(away[least]) if np.isfinite(left[least, away[least]]) else UNPLACED
    # Nobody loses their place that another may have a better one.
    return None if goes == UNPLACED and board.placement[household] != UNPLACED else (int(there[least]), goes)


def _at(cost: Floats | float, place: int) -> float:
    return float(cost[place]) if isinstance(cost, np.ndarray) else float(cost)
