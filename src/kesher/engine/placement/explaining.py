"""Why here, why not there: for every household the price of its place, its best other place, and one reason.

Prices are the explanation: household i pays D_i·λ_j at place j, and what it has left, u_ij − D_i·λ_j, decides. Where it
is not at the place that is best for it, the scarce service there is the one it would pay most for.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from kesher.engine.placement.model import UNPLACED, Floats, Integers, Problem
from kesher.engine.placement.solving import let_go


class Reason(StrEnum):
    """Why a household is where it is, or nowhere."""

    BEST = "best"  # no allowed place has a higher prospect for it
    SCARCE = "scarce"  # another has, but a service there is worth more to others: `service`, `at`
    FULL = "full"  # another would be better even at its price, but what it needs is taken in whole households: `service`, `at`
    WISH = "wish"  # it asked for this place
    FIXED = "fixed"  # somebody decided on this place
    NO_PLACE = "no-allowed-place"  # no place is compatible
    TOO_LARGE = "need-exceeds-every-place"  # at every compatible place it needs more of `service` than there is
    NO_ROOM = "no-room"  # every place that could hold it is full; `service` is what lacks at most of them
    FIXED_NOT_ALLOWED = "fixed-not-allowed"  # the place decided on is not compatible
    FIXED_NO_ROOM = "fixed-no-room"  # the place decided on cannot hold it: `service`


@dataclass(frozen=True)
class Explanation:
    """Of one household: ``price`` of what it uses, ``other`` the best other place (-1: none) and its ``prospect``
    there.

    ``service`` and ``at`` say which service at which place the reason speaks of (-1: none).
    """

    place: int
    prospect: float
    price: float
    other: int
    other_prospect: float
    reason: Reason
    service: int = -1
    at: int = -1


def explain(
    round_: Problem, placement: Integers, prices: Floats, *, wished: Integers | None = None
) -> list[Explanation]:
    """One :class:`Explanation` per household. ``wished`` (n,): the rank of a wish that was granted, 0 for none."""
    gone = set(let_go(round_).tolist())
    used = round_.usage(placement)
    found = []
    height = max(1, (1 << 18) // max(round_.places, 1))
    for first in range(0, round_.households, height):
        rows = np.arange(first, min(first + height, round_.households))
        gains = round_.gains_of(rows)
        left = gains - round_.needs[rows] @ prices.T
        for row, household in enumerate(rows):
            place = int(placement[household])
            if place == UNPLACED:
                found.append(_without(round_, int(household), used, household in gone))
            else:
                rank = 0 if wished is None else int(wished[household])
                found.append(_placed(round_, int(household), place, left[row], prices, rank))
    return found


def _placed(round_: Problem, household: int, place: int, left: Floats, prices: Floats, rank: int) -> Explanation:
    prospects, needs = round_.prospects[household], round_.needs[household]
    others = np.where(np.arange(round_.places) == place, -np.inf, left)
    other = int(others.argmax())
    has_other = bool(np.isfinite(others[other]))
    here = float(prospects[place])
    reason, service, at = Reason.BEST, -1, -1
    allowed = np.where(np.isfinite(left), prospects, -np.inf)
    best = int(allowed.argmax())
    if round_.fixed[household] == place:
        reason = Reason.FIXED
    elif rank > 0:
        reason = Reason.WISH
    elif allowed[best] > here:
        paid = needs * prices[best]
        service, at = int(paid.argmax()), best
        # At these prices it would rather be elsewhere: what keeps it here is that households are whole.
        if has_other and others[other] > left[place] + 1e-9:
            reason, at = Reason.FULL, other
            service = int((needs * prices[other]).argmax())
        else:
            reason = Reason.SCARCE
    return Explanation(
        place,
        here,
        float(needs @ prices[place]),
        other if has_other else UNPLACED,
        float(prospects[other]) if has_other else float("nan"),
        reason,
        service,
        at,
    )


def _without(round_: Problem, household: int, used: Floats, gone: bool) -> Explanation:
    prospects, needs = round_.prospects[household], round_.needs[household]
    compatible = np.flatnonzero(np.isfinite(prospects))
    nan = float("nan")
    fixed = int(round_.fixed[household])
    if gone:
        if not np.isfinite(prospects[fixed]):
            return Explanation(UNPLACED, 0.0, 0.0, UNPLACED, nan, Reason.FIXED_NOT_ALLOWED, at=fixed)
        lacks = int((used[fixed] + needs - round_.room[fixed]).argmax())
        return Explanation(UNPLACED, 0.0, 0.0, UNPLACED, nan, Reason.FIXED_NO_ROOM, lacks, fixed)
    if not compatible.size:
        return Explanation(UNPLACED, 0.0, 0.0, UNPLACED, nan, Reason.NO_PLACE)
    best = int(compatible[prospects[compatible].argmax()])
    large = needs > round_.room[compatible]
    if large.any(axis=1).all():
        return Explanation(
            UNPLACED, 0.0, 0.0, best, float(prospects[best]), Reason.TOO_LARGE, int(large.sum(axis=0).argmax())
        )
    could = compatible[~large.any(axis=1)]
    best = int(could[prospects[could].argmax()])
    short = used[could] + needs > round_.room[could]
    lacks = int(short.sum(axis=0).argmax())
    return Explanation(UNPLACED, 0.0, 0.0, best, float(prospects[best]), Reason.NO_ROOM, lacks)


@dataclass(frozen=True)
class Scarcity:
    """What one more unit of a service at a place would add to the total, and how full it is."""

    place: int
    service: int
    price: float
    used: float
    capacity: float


def scarcest(round_: Problem, placement: Integers, prices: Floats, most: int = 10) -> list[Scarcity]:
    """Where capacity is worth most, highest price first; what costs nothing is left out."""
    used = round_.usage(placement)
    order = np.argsort(-prices, axis=None, kind="stable")[:most]
    cells = [divmod(int(number), prices.shape[1]) for number in order]
    return [
        Scarcity(
            place,
            service,
            float(prices[place, service]),
            float(used[place, service]),
            float(round_.hard[place, service]),
        )
        for place, service in cells
        if prices[place, service] > 1e-9
    ]
