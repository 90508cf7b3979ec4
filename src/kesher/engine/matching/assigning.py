"""Whom to bring together at a job fair: everybody one talk (or several), each vacancy as many as it can talk to.

The best for all together, by the machinery of :mod:`kesher.engine.placement` (prices, then HiGHS, with a proven bound): people
are its households, vacancies its places, and a talk is the one service. With one service and needs of 1 the relaxation is
whole. Several talks are rounds: in each, pairs that have met are left out and capacities are what is left.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kesher.engine.matching.model import Booleans, Floats, Integers, MatchingError
from kesher.engine.placement import problem, solve


@dataclass(frozen=True)
class Fair:
    """``talks`` (n, rounds): the vacancy of each, -1 none; ``value`` Σ benefit, ``first`` of one round, ``bound`` its most."""

    talks: Integers
    value: float
    first: float
    bound: float


def assign(
    mutual: Floats,
    allowed: Booleans,
    capacity: Sequence[int] | Integers,
    *,
    talks: int = 1,
    time_limit: float = 60.0,
) -> Fair:
    """``mutual`` (n, m) ≥ 0, ``allowed`` (n, m), ``capacity`` (m,) talks of each vacancy in all."""
    room = np.asarray(capacity, dtype=np.float64)
    if mutual.shape != allowed.shape or room.shape != mutual.shape[1:]:
        raise MatchingError(
            f"benefits are {mutual.shape}, allowed {allowed.shape}, capacities {room.shape}; they do not fit"
        )
    if talks < 1 or (room < 0).any():
        raise MatchingError("there must be at least one talk, and no capacity below 0")
    n = len(mutual)
    open_ = allowed.copy()
    found = np.full((n, talks), -1, dtype=np.int64)
    value = first = bound = 0.0
    for round_ in range(talks):
        if not n or not (open_ & (room > 0)).any():
            break
        prospects = np.where(open_, mutual.astype(np.float64), np.nan)
        solved = solve(problem(prospects, np.ones(n), room, services=["talks"]), time_limit=time_limit)
        placed = np.flatnonzero(solved.placement >= 0)
        found[placed, round_] = solved.placement[placed]
        open_[placed, solved.placement[placed]] = False
        room = room - np.bincount(solved.placement[placed], minlength=len(room))
        value += solved.value
        if round_ == 0:
            first, bound = solved.value, solved.bound
    return Fair(found, value, first, bound)
