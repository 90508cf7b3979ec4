"""Why here, why not there: the reasons, and that nobody is dropped whatever the input."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from kesher.engine.placement import Reason, explain, problem, propose, scarcest, solve
from tests.engine.placement.rounds import rounds

nan = float("nan")


def explained(round_):
    found = solve(round_)
    return explain(round_, found.placement, found.prices)


def test_each_reason_of_those_without_a_place():
    round_ = problem(
        [[nan, nan], [0.5, nan], [0.9, nan], [0.4, nan], [nan, 0.3], [nan, 0.3]],
        [[1, 0], [5, 0], [2, 1], [2, 1], [1, 0], [1, 0]],
        [[3, 4], [1, 0]],
        fixed=[-1, -1, -1, -1, 0, -1],
        services=["persons", "school seats"],
    )
    said = explained(round_)
    assert said[0].reason is Reason.NO_PLACE
    assert (said[1].reason, said[1].service, said[1].other) == (Reason.TOO_LARGE, 0, 0)
    assert (said[2].place, said[2].reason) == (0, Reason.BEST)
    assert (said[3].reason, said[3].service) == (Reason.NO_ROOM, 0)
    assert (said[4].reason, said[4].at) == (Reason.FIXED_NOT_ALLOWED, 0)
    assert said[5].place == 1


def test_a_fixed_placement_that_does_not_fit_is_not_moved_elsewhere():
    """The first in the list stays; the second comes back with the service that lacks."""
    round_ = problem([[0.5, 0.9]] * 2, [[2, 1]] * 2, [[3, 9], [9, 9]], fixed=[0, 0], services=["persons", "seats"])
    found = solve(round_)
    assert found.placement.tolist() == [0, -1]
    said = explain(round_, found.placement, found.prices)
    assert said[0].reason is Reason.FIXED
    assert (said[1].reason, said[1].service, said[1].at) == (Reason.FIXED_NO_ROOM, 0, 0)


def test_who_gives_way_is_told_what_is_scarce():
    """One seat at the better place: 0.9 − 0.2 is lost by the first, 0.8 − 0.5 by the second, so the second gives way."""
    round_ = problem([[0.9, 0.2], [0.8, 0.5]], [1, 1], [1, 5], services=["persons"])
    said = explained(round_)
    assert (said[0].place, said[0].reason, said[0].other) == (0, Reason.BEST, 1)
    assert (said[1].place, said[1].reason, said[1].service, said[1].at) == (1, Reason.SCARCE, 0, 0)
    assert 0.3 - 1e-6 <= said[0].price <= 0.7 + 1e-6
    assert said[1].price == pytest.approx(0.0, abs=1e-9)
    found = solve(round_)
    scarce = scarcest(round_, found.placement, found.prices)
    assert [(one.place, one.service, one.used, one.capacity) for one in scarce] == [(0, 0, 1.0, 1.0)]


@given(round_=rounds())
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_everybody_comes_back_with_a_reason(round_):
    made = propose(round_, np.random.default_rng(0), draws=10)
    assert len(made.explanations) == round_.households
    for household, said in enumerate(made.explanations):
        assert said.place == made.placement[household]
        assert (said.place >= 0) == (
            said.reason in {Reason.BEST, Reason.SCARCE, Reason.FULL, Reason.WISH, Reason.FIXED}
        )
        if said.reason is Reason.BEST:
            needs = round_.needs[household]
            could = np.isfinite(round_.prospects[household]) & (needs <= round_.room).all(axis=1)
            assert said.prospect >= round_.prospects[household][could].max() - 1e-12
        if said.other >= 0:
            assert said.other != said.place
            assert np.isfinite(round_.prospects[household, said.other])


@pytest.mark.parametrize(
    ("prospects", "needs", "hard"),
    [
        (np.full((3, 2), nan), np.ones((3, 1)), np.ones((2, 1))),
        (np.ones((3, 2)), np.ones((3, 1)), np.zeros((2, 1))),
        (np.ones((3, 2)), np.full((3, 1), 9.0), np.ones((2, 1))),
        (np.zeros((3, 2)), np.ones((3, 1)), np.ones((2, 1))),
        (np.ones((1, 1)), np.zeros((1, 1)), np.zeros((1, 1))),
    ],
)
def test_what_cannot_be_placed_never_crashes(prospects, needs, hard):
    made = propose(problem(prospects, needs, hard), np.random.default_rng(0), draws=5)
    assert len(made.explanations) == prospects.shape[0]
    assert 0.0 <= made.gap <= 1.0
