"""Whether to ask "what is it most about?" when own words leave it open, and what to offer.

A good front-desk worker's first question is no question of eligibility: "Is it about debts, the rent or the bills?" A
*concern* is such a thing, in plain words. What is offered are the concerns the words speak of most; asked is only
where an answer would change what stands first:

    chance(c) = exp((p_c - max p) / SURE), as shares of 1     p_c: how well the words speak of the concern, between 0 and 1
    worth     = Σ over those offered of chance(c) · |first(c) without first| / |first|

first are the services that stand first now, first(c) those that would if c were chosen. Where the words are clear,
one concern has all the chance and its services stand first already: the worth is near 0, and nobody is asked.

An answer is a second thing said. It is found as words are, and both are put together, each as a share of its best:

    found(s) = (1 - SHARE) · words(s) + SHARE · concern(s)

A service that only one of them found counts in the other as much as the last one found there: better it cannot be.
One step ahead, as questions of eligibility are (:mod:`kesher.engine.orientation.questions`).
"""

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kesher.engine.orientation.catalogue import Floats

OFFERED: Final = 5
#: Fewer are no choice.
FEWEST: Final = 2
FIRST: Final = 5
#: How much less well words must speak of a concern for it to be e times less likely.
SURE: Final = 0.05
#: How much of the first services must be expected to change: nearly one of five.
WORTH: Final = 0.18
#: The same for parts of what has been chosen: who has answered once has begun to tell.
WORTH_PART: Final = 0.18
#: How much what was chosen counts beside the words.
SHARE: Final = 0.6


def to_offer(
    plausible: Floats, standing: Floats, after: Floats, *, most: int = OFFERED
) -> tuple[NDArray[np.int64], float]:
    """The concerns to offer, likeliest first, and what asking is worth; none where they are fewer than two.

    plausible: shape (concerns,), p_c · standing: shape (services,), as they stand now, the highest first when ordered · after:
    shape (concerns, services), as they would stand · most: how many are offered.
    """
    order = np.argsort(-plausible, kind="stable")
    if len(order) < FEWEST or not len(standing):
        return np.empty(0, np.int64), 0.0
    chance = np.exp((plausible[order] - plausible[order[0]]) / SURE)
    offered: NDArray[np.int64] = order[:most]
    chance = chance[: len(offered)] / chance.sum()
    first = np.argsort(-standing, kind="stable")[:FIRST]
    then = np.argsort(-after[offered], axis=1, kind="stable")[:, : len(first)]
    changed = (~np.isin(then, first)).mean(axis=1)
    return offered, float(chance @ changed)


def together(words: Mapping[str, float], concern: Mapping[str, float], *, share: float = SHARE) -> dict[str, float]:
    """How well each service answers what was said and what was chosen, as a share of the best, best first.

    Both: between 0 and 1, by key. What was chosen and finds nothing changes nothing.
    """
    least, least_chosen = (min(found.values(), default=0.0) for found in (words, concern))
    share = share if words and concern else float(bool(concern))
    both = {
        key: (1 - share) * words.get(key, least) + share * concern.get(key, least_chosen)
        for key in dict.fromkeys((*words, *concern))
    }
    best = max(both.values(), default=1.0) if words and concern else 1.0
    return {key: score / best for key, score in sorted(both.items(), key=lambda one: (-one[1], one[0]))}
