"""What a household could expect if seats were drawn by lot, and who is worse off than that.

A random feasible draw: households in random order; each goes to a place drawn among those that are allowed and have room
for it, with a chance in proportion to the room left there (in the first service: seats are what is drawn for); without
such a place it stays without. L_i is the mean over draws of the prospect, 0 without a place. A proposal harms a household
where its prospect is below L_i: the total gains by what that household loses. Groups are compared by the share harmed
(Freund et al., "Group fairness in dynamic refugee assignment", EC 2023, whose bound is the group's random expectation).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kesher.engine.placement.model import UNPLACED, Booleans, Floats, Integers, Problem

#: Random steps that an expectation may take: a step places one household in all draws at once.
_MOST_CELLS = 40_000_000
#: How much below L_i counts as worse off: what is less than rounding is no harm.
NOTICEABLE = 1e-9


def draws_for(round_: Problem, most: int = 200) -> int:
    """How many draws are affordable: 200 in a town's round, never fewer than 10."""
    return int(max(10, min(most, _MOST_CELLS // max(round_.prospects.size, 1))))


def random_placements(round_: Problem, draws: int, generator: np.random.Generator) -> Integers:
    """So many random feasible placements, (draws, n), of place numbers and -1. Fixed households are where they are
    fixed.
    """
    n, m = round_.prospects.shape
    allowed = np.isfinite(round_.prospects)
    placements = np.full((draws, n), UNPLACED)
    used = np.zeros((draws, m, round_.needs.shape[1]))
    free = round_.fixed < 0
    for household in np.flatnonzero(~free):
        place = round_.fixed[household]
        if allowed[household, place] and (used[0, place] + round_.needs[household] <= round_.room[place]).all():
            placements[:, household] = place
            used[:, place] += round_.needs[household]
    orders = generator.permuted(np.tile(np.flatnonzero(free), (draws, 1)), axis=1)
    every = np.arange(draws)
    for turn in range(orders.shape[1]):
        who = orders[:, turn]
        needs = round_.needs[who]
        open_ = allowed[who] & (used + needs[:, None, :] <= round_.room).all(axis=2)
        seats = np.where(open_, np.maximum(round_.hard[:, 0] - used[:, :, 0], 0.0) + 1e-12, 0.0)
        sums = seats.cumsum(axis=1)
        place = (sums < (generator.random(draws) * sums[:, -1])[:, None]).sum(axis=1)
        taken = open_.any(axis=1)
        placements[every[taken], who[taken]] = place[taken]
        used[every[taken], place[taken]] += needs[taken]
    return placements


def lottery(round_: Problem, generator: np.random.Generator, *, draws: int | None = None) -> tuple[Floats, Floats]:
    """L_i of each household, (n,), in prospects; and the total prospects of each draw, (draws,)."""
    count = draws_for(round_) if draws is None else draws
    total, totals = np.zeros(round_.households), []
    batch = max(1, min(count, 50))
    for first in range(0, count, batch):
        placements = random_placements(round_, min(batch, count - first), generator)
        for placement in placements:
            got = prospects_of(round_, placement)
            total += got
            totals.append(float(got.sum()))
    return total / count, np.array(totals)


def prospects_of(round_: Problem, placement: Integers) -> Floats:
    """The prospect each household has where it is placed, 0 without a place, (n,)."""
    got = np.zeros(round_.households)
    rows = np.flatnonzero(placement >= 0)
    got[rows] = round_.prospects[rows, placement[rows]]
    return got


def worse_off(round_: Problem, placement: Integers, expected: Floats) -> Booleans:
    """Which households have less than their lottery expectation ``expected`` (n,)."""
    return prospects_of(round_, placement) < expected - NOTICEABLE


@dataclass(frozen=True)
class Share:
    """Of one group (``column`` = ``label``): its households, and the shares of them worse off than by lot, and
    without a place.
    """

    column: str
    label: str
    households: int
    before: float
    after: float
    unplaced_before: float
    unplaced_after: float


def shares(
    round_: Problem, before: Integers, after: Integers, expected: Floats, groups: Mapping[str, Sequence[str]]
) -> list[Share]:
    """The share worse off, of all and by each group, under the placement ``before`` options were asked for and
    ``after``.

    ``groups``: for each column the label of every household. The first row is everybody, with column and label empty.
    Few households make unsteady shares; whether a number is too small to show is for the page that shows it.
    """
    harmed = [worse_off(round_, placement, expected) for placement in (before, after)]
    out = [placement < 0 for placement in (before, after)]
    rows = []
    parts = [("", "", np.ones(round_.households, dtype=bool))]
    for column, labels in groups.items():
        array = np.asarray(labels, dtype=object)
        parts += [(column, str(label), array == label) for label in sorted(set(labels))]
    for column, label, members in parts:
        count = int(members.sum())
        part = [float(what[members].mean()) if count else 0.0 for what in (*harmed, *out)]
        rows.append(Share(column, label, count, *part))
    return rows
