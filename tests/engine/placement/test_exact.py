"""The engine against published values and against every placement there is."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from kesher.engine.placement.model import Problem, problem
from kesher.engine.placement.prices import Columns
from kesher.engine.placement.programme import relax
from kesher.engine.placement.rounding import rounded
from kesher.engine.placement.solving import let_go, solve
from tests.engine.placement.brute import every_placement, objective
from tests.engine.placement.hias import load_hias
from tests.engine.placement.rounds import rounds

USUAL, LONG = 40, 500
OPTIMUM, RELAXED = 286.0815, 286.2195


@pytest.fixture(scope="module")
def hias() -> Problem:
    """One service, persons; capacity is who was taken in."""
    real = load_hias()
    return problem(real.prospects, real.sizes, real.capacity, services=["persons"])


def test_hias_has_the_published_optimum_and_proves_it(hias):
    """286.0815, of 1,304 persons for 1,252 places; ten households have no allowed place."""
    assert (hias.households, hias.places) == (499, 20)
    assert (hias.needs.sum(), hias.hard.sum()) == (1304, 1252)
    assert np.isnan(hias.prospects).all(axis=1).sum() == 10
    found = solve(hias, time_limit=600)  # it takes seconds; other work on the machine must not make it another number
    assert found.value == pytest.approx(OPTIMUM, abs=1e-4)
    assert found.exact
    assert found.bound == pytest.approx(OPTIMUM, abs=1e-4)
    assert found.gap == 0.0
    assert hias.feasible(found.placement)


def test_hias_relaxed_over_all_pairs_has_the_published_value(hias):
    """286.2195 with pairs whose need exceeds the place; ours leaves those out and lies lower, above the optimum."""
    rows, places = np.nonzero(np.isfinite(hias.prospects))
    gains = hias.prospects[rows, places]
    everything = relax(hias, Columns(rows, places, gains, gains), hias.room, time_limit=60, vertex=True)
    assert everything.solved
    assert everything.gain == pytest.approx(RELAXED, abs=1e-4)
    ours = solve(hias, prove=False)
    assert ours.relaxed is not None
    assert OPTIMUM - 1e-4 < ours.relaxed < RELAXED
    assert ours.bound >= OPTIMUM - 1e-4
    assert ours.value <= OPTIMUM + 1e-4


def test_when_every_need_is_one_the_relaxation_is_whole(hias):
    """A transportation problem: bound, relaxation and placement are one number without an integer programme."""
    real = load_hias()
    found = solve(problem(real.prospects, np.ones(499), real.capacity // 3), prove=False)
    assert found.relaxed == pytest.approx(found.value, abs=1e-4)
    assert found.gap < 1e-6


def equals_every_placement(round_: Problem) -> None:
    found = solve(round_)
    assert round_.feasible(found.placement)
    gone = let_go(round_)
    # Of fixed households the first come stay, whatever better there were: the rest is then the best there is.
    kept = np.setdiff1d(np.flatnonzero(round_.fixed >= 0), gone)
    assert (found.placement[gone] == -1).all()
    assert (found.placement[kept] == round_.fixed[kept]).all()
    every = every_placement(round_)
    every = every[(every[:, kept] == round_.fixed[kept]).all(axis=1) & (every[:, gone] == -1).all(axis=1)]
    best = objective(round_, every).max()
    reached = objective(round_, found.placement[None])[0]
    assert reached == pytest.approx(best, abs=1e-7)
    assert found.gain + round_.constant == pytest.approx(reached, abs=1e-9)
    assert found.bound + round_.constant >= best - 1e-7
    assert found.exact
    for household in np.flatnonzero(found.placement < 0):  # nobody is left out where there is room
        if round_.fixed[household] < 0:
            room = (round_.usage(found.placement) + round_.needs[household] <= round_.room).all(axis=1)
            assert not (room & np.isfinite(round_.prospects[household])).any()


@given(round_=rounds(households=6))
@settings(max_examples=USUAL, deadline=None, suppress_health_check=list(HealthCheck))
def test_small_rounds_equal_brute_force(round_):
    equals_every_placement(round_)


@pytest.mark.long
@given(round_=rounds())
@settings(max_examples=LONG, deadline=None, suppress_health_check=list(HealthCheck))
def test_small_rounds_equal_brute_force_in_500_cases(round_):
    equals_every_placement(round_)


def test_shares_that_are_whole_up_to_rounding_never_exceed_a_capacity():
    """A solver's tolerance lets in 1.0000003 persons where 1 has room: the smallest household goes elsewhere."""
    round_ = problem([[1.0, 0.2], [0.9, 0.2], [0.8, 0.2]], [0.4, 0.2, 0.4000003], [1.0, 1.0])
    rows, gains = np.arange(3), np.array([1.0, 0.9, 0.8])
    placement = rounded(round_, Columns(rows, np.zeros(3, np.int64), gains, gains), np.ones(3), np.zeros((2, 1)))
    assert round_.feasible(placement)
    assert placement.tolist() == [0, 1, 0]
