"""The other direction: whom to propose for a vacancy, by the same scores and the same limits."""

import numpy as np

from kesher.engine.matching.market import Market
from kesher.engine.matching.model import Floats, Integers, MatchingError
from kesher.engine.matching.nearest import best_of


def candidates(market: Market, vacancy: int, *, k: int = 20, unknown: bool = True) -> tuple[Integers, Floats]:
    """The k best people of a vacancy by P × Q: numbers (≤ k,) and scores, best first; ties go to the first by id.

    For the caseworker who introduces people, not for the employer: who they are is said after they say yes.
    """
    if not 0 <= vacancy < len(market.vacancies):
        raise MatchingError(f"there is no vacancy {vacancy}; there are {len(market.vacancies)}")
    everybody, one = np.arange(len(market.people)), np.array([vacancy])
    allowed = market.limits.meets(everybody[:, None], one[None, :], sure=not unknown)[:, 0]
    passing = np.flatnonzero(allowed)
    if not passing.size:
        return passing, np.zeros(0, dtype=np.float32)
    scores = market.scores.block(passing, one).T
    found, best = best_of(np.ascontiguousarray(scores), k)
    real = found[0] >= 0
    return passing[found[0][real]], best[0][real]
