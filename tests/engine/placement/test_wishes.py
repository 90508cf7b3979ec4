"""Wishes in turn under a floor: against every placement there is, and on a real round."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kesher.engine.placement import Options, PlacementError, grant, problem, propose, solve
from tests.engine.placement.brute import every_placement
from tests.engine.placement.hias import load_hias
from tests.engine.placement.rounds import rounds


def ranks_by_looking_at_all(round_, best, wishes, order, floor):
    """The mechanism as it is defined: who is next gets the first place on the list that some placement still allows."""
    every = every_placement(round_)
    padded = np.column_stack([np.nan_to_num(round_.prospects), np.zeros(round_.households)])
    total = padded[np.arange(round_.households), every].sum(axis=1)
    kept = np.flatnonzero(round_.fixed >= 0)
    keeps = (total >= floor * round_.value(best) - 1e-9) & (every[:, best >= 0] >= 0).all(axis=1)
    every = every[keeps & (every[:, kept] == best[kept]).all(axis=1)]
    ranks = np.zeros(round_.households, dtype=int)
    for household in order:
        if round_.fixed[household] >= 0:
            continue
        for rank, place in enumerate(wishes.get(household, ()), 1):
            if (every[:, household] == place).any():
                every, ranks[household] = every[every[:, household] == place], rank
                break
    return ranks


@given(
    round_=rounds(households=5, places=3),
    seed=st.integers(0, 999),
    floor=st.sampled_from([0.0, 0.8, 0.95, 1.0]),
)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_small_rounds_grant_what_can_be_granted(round_, seed, floor):
    plain = round_.but(
        weights=np.ones(round_.households), no_harm=0.0, soft=round_.hard, crowded=np.zeros_like(round_.crowded)
    )
    draw = np.random.default_rng(seed)
    wishes = {
        household: tuple(draw.permutation(round_.places)[: draw.integers(1, round_.places + 1)].tolist())
        for household in range(round_.households)
        if draw.random() < 0.8
    }
    order = draw.permutation(sorted(wishes)).tolist()
    best = solve(plain).placement
    given_ = grant(plain, best, wishes, order=order, floor=floor)
    assert given_.rank.tolist() == ranks_by_looking_at_all(plain, best, wishes, order, floor).tolist()
    assert plain.feasible(given_.placement)
    assert plain.value(given_.placement) >= floor * plain.value(best) - 1e-9
    assert (given_.placement[best >= 0] >= 0).all()
    for household, rank in enumerate(given_.rank):
        if rank:
            assert given_.placement[household] == wishes[household][rank - 1]


def test_a_real_round_keeps_the_floor_and_places_all_it_placed():
    """Too many households to ask every question exactly: the conditions hold all the same, and a lower floor grants more."""
    real = load_hias()
    round_ = problem(real.prospects[:200], real.sizes[:200], np.floor(real.capacity * 0.4))
    draw = np.random.default_rng(5)
    wishes = {household: tuple(draw.permutation(20)[:3].tolist()) for household in range(0, 200, 2)}
    best = solve(round_, prove=False).placement
    granted = []
    for floor in (1.0, 0.95, 0.8):
        made = grant(round_, best, wishes, order=sorted(wishes), floor=floor)
        assert round_.feasible(made.placement)
        assert round_.value(made.placement) >= floor * round_.value(best) - 1e-6
        assert (made.placement[best >= 0] >= 0).all()
        granted.append(int((made.rank == 1).sum()))
    assert granted[0] < granted[1] < granted[2]


def test_what_wishes_cost_is_told_and_the_floor_is_of_the_best_total():
    """Two swap for what they want: 1.7 becomes 1.4, which 0.95 does not allow and 0.8 does."""
    round_ = problem([[0.9, 0.7], [0.7, 0.8]], [1, 1], [1, 1])
    wishes = {0: (1,), 1: (0,)}
    for floor, value, first in ((0.95, 1.7, 0), (0.8, 1.4, 2)):
        made = propose(round_, np.random.default_rng(0), options=Options(wishes=wishes, floor=floor), draws=5)
        assert made.value == pytest.approx(value)
        assert int((made.wished == 1).sum()) == first
        assert made.costs["preferences"] == pytest.approx(1.7 - value)
        assert made.bound == pytest.approx(1.7)


def test_a_floor_is_a_share():
    round_ = problem([[1.0]], [1], [1])
    with pytest.raises(PlacementError, match="floor is a share"):
        grant(round_, np.array([0]), {}, order=[], floor=1.5)
