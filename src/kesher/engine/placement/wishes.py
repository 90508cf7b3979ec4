"""Wishes for places, granted in turn as long as the whole does not fall below a floor: constrained priority.

Households with wishes come in an order (drawn by lot, unless the caller has a better one). Each gets the first place on
its list for which the others can still be placed so that the total of prospects stays at or above ``floor`` × the best
total, nobody who had a place in the best proposal loses it, and all earlier wishes hold (Acharya, Bansak and
Hainmueller, "Combining Outcome-Based and Preference-Based Matching", Political Analysis 30, 2022). A household without
a granted wish stays where the total puts it.

Whether the others *can still be placed* is an integer programme per question. In rounds of up to :data:`EXACT`
households it is solved. Larger ones are asked less: the household moves if there is room, or if one other, not yet
decided, can go elsewhere or change places with it. What is granted then is right all the same; something may be refused
that could have been granted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kesher.engine.placement.model import UNPLACED, Integers, PlacementError, Problem
from kesher.engine.placement.rounding import Board
from kesher.engine.placement.solving import solve

#: Up to so many households every question is answered exactly.
EXACT = 40


@dataclass(frozen=True)
class Granted:
    """The placement (n,) with the wishes granted, and for each household the rank granted: 1 the first on its list, 0
    none.
    """

    placement: Integers
    rank: Integers


def grant(
    round_: Problem,
    best: Integers,
    wishes: Mapping[int, Sequence[int]],
    *,
    order: Sequence[int] | Integers,
    floor: float = 0.95,
) -> Granted:
    """Grants ``wishes`` (household → places, most wanted first) over the proposal ``best`` (n,).

    ``order``: who chooses when (households). ``floor``: the share of ``best``'s total prospects that must be left, 0 to
    1. Wishes for places that are not allowed are passed over, and those of fixed households: a decision stands above a
    wish.
    """
    if not 0.0 <= floor <= 1.0:
        raise PlacementError(f"floor is a share of the best total, 0 to 1; it is {floor}")
    plain = round_.but(
        weights=np.ones(round_.households), no_harm=0.0, soft=round_.hard, crowded=np.zeros_like(round_.crowded)
    )
    least = floor * plain.value(best) - 1e-9
    plan, rank = best.copy(), np.zeros(round_.households, dtype=np.int64)
    decided = round_.fixed >= 0
    must = best >= 0
    for household in order:
        listed = wishes.get(int(household), ())
        if decided[household]:
            continue
        for number, place in enumerate(listed, 1):
            if np.isnan(round_.prospects[household, place]):
                continue
            changed = _moved(plain, plan, int(household), int(place), decided, must, least)
            if changed is not None:
                plan, rank[household] = changed, number
                decided[household] = must[household] = True
                break
    return Granted(plan, rank)


def _moved(
    plain: Problem, plan: Integers, household: int, place: int, decided: np.ndarray, must: np.ndarray, least: float
) -> Integers | None:
    """A plan with the household at the place that keeps all conditions, or None."""
    if plan[household] == place:
        return plan
    if plain.households <= EXACT:
        return _solved(plain, plan, household, place, decided, must, least)
    board = Board(plain, plan)
    before = int(plan[household])
    board.put(household, UNPLACED)
    total = plain.value(board.placement) + float(plain.prospects[household, place])
    if board.fits(household)[place]:
        board.put(household, place)
        return board.placement if total >= least else None
    there = np.flatnonzero((board.placement == place) & ~decided)
    needs = plain.needs
    there = there[(board.used[place] - needs[there] + needs[household] <= plain.room[place]).all(axis=1)]
    if not there.size:
        return None
    # The household's old place is free again: another may take it.
    fits = (board.used[None] + needs[there][:, None] <= plain.room[None]).all(axis=2)
    fits[:, place] = False
    elsewhere = np.where(fits & np.isfinite(plain.prospects[there]), plain.prospects[there], -np.inf)
    to = elsewhere.argmax(axis=1)
    change = elsewhere[np.arange(there.size), to] - plain.prospects[there, place]
    one = int(change.argmax())
    if not np.isfinite(change[one]) or total + change[one] < least:
        board.put(household, before)
        return None
    board.put(int(there[one]), int(to[one]))
    board.put(household, place)
    return board.placement


def _solved(
    plain: Problem, plan: Integers, household: int, place: int, decided: np.ndarray, must: np.ndarray, least: float
) -> Integers | None:
    fixed = np.where(decided & (plan >= 0), plan, UNPLACED)
    fixed[household] = place
    # Who must have a place counts more than all prospects together: if all of them can, the optimum places all of them.
    above = 1.0 + float(np.nan_to_num(plain.prospects).max(axis=1).sum())
    needed = must.copy()
    needed[household] = True
    lifted = plain.but(prospects=plain.prospects + np.where(needed, above, 0.0)[:, None], fixed=fixed)
    found = solve(lifted).placement
    if (found[needed] < 0).any() or (found[fixed >= 0] != fixed[fixed >= 0]).any() or plain.value(found) < least:
        return None
    return found
