"""Prices: every choice of them bounds what can be gained, whoever computes them, and only tables of usage travel."""

import pickle

import numpy as np
import pytest
from benchmarks.common.national import nation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kesher.engine.placement import Problem, problem, solve
from kesher.engine.placement.prices import Market, Round
from kesher.engine.scale import InProcess, Processes
from tests.engine.placement.brute import every_placement, objective
from tests.engine.placement.rounds import rounds


@pytest.fixture(scope="module")
def made_up() -> Problem:
    """300 households, 12 places, four services."""
    drawn = nation(300, 12)
    return problem(drawn.prospects, drawn.needs, drawn.capacities)


class Watched(InProcess):
    """Writes down the size of what goes out and of what comes back in each round."""

    def __init__(self):
        self.back, self.out = [], []

    def map(self, fn, partitions):
        answers = super().map(fn, partitions)
        if all(isinstance(answer, Round) for answer in answers):
            self.out.append(len(pickle.dumps(fn)))
            self.back += [len(pickle.dumps(answer)) for answer in answers]
        return answers


@given(round_=rounds(households=5), seed=st.integers(0, 99))
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_prices_bound_what_can_be_gained(round_, seed):
    round_ = round_.but(fixed=np.full(round_.households, -1))
    prices = np.random.default_rng(seed).random((round_.places, round_.needs.shape[1])) * 0.6
    bound, usage = Market(round_).ask(prices, exactly=True)
    best = objective(round_, every_placement(round_)).max()
    assert bound + round_.constant >= best - 1e-9
    assert usage.shape == prices.shape


def test_several_services_are_within_three_tenths_of_a_percent_of_a_proven_bound(made_up):
    found = solve(made_up, prove=False)
    assert made_up.feasible(found.placement)
    assert found.bound >= found.gain
    assert found.gap <= 0.003
    assert found.relaxed is not None
    assert found.relaxed >= found.gain - 1e-9


def test_yesterdays_prices_save_rounds_and_cost_no_quality(made_up):
    first = solve(made_up, prove=False)
    today = made_up.but(hard=made_up.hard * 1.01, soft=made_up.soft * 1.01)
    anew, warm = solve(today, prove=False), solve(today, start=first.prices, prove=False)
    assert warm.rounds < anew.rounds
    assert warm.gain >= anew.gain * 0.998
    assert warm.bound <= anew.bound * 1.0005


def test_only_a_table_of_usage_travels_in_a_round(made_up):
    """Whatever the number of households: prices out, the sum and places × services back."""
    watched = Watched()
    solve(made_up, executor=watched, prove=False)
    table = made_up.places * made_up.needs.shape[1] * 8
    assert len(watched.out) > 50
    assert max(watched.back) < table + 600
    assert max(watched.out) < table + 600


def test_processes_compute_the_same(made_up):
    here = solve(made_up, prove=False)
    with Processes(2) as processes:
        there = solve(made_up, executor=processes, prove=False)
    assert there.value == pytest.approx(here.value, abs=1e-6)
    assert (there.placement == here.placement).all()
    assert (there.prices == here.prices).all()


@pytest.mark.slow
def test_daskes_workers_compute_the_same(made_up):
    from kesher.adapters.distributed import Distributed

    here = solve(made_up, prove=False)
    with Distributed(workers=2) as cluster:
        there = solve(made_up, executor=cluster, prove=False)
    assert there.value == pytest.approx(here.value, abs=1e-6)
    assert (there.placement == here.placement).all()


@pytest.mark.slow
def test_a_worker_that_dies_between_two_rounds_changes_nothing(made_up):
    """What lay in its memory is laid out anew."""
    from kesher.adapters.distributed import Distributed

    prices = np.full((made_up.places, made_up.needs.shape[1]), 0.05)
    with Distributed(workers=2) as cluster:
        market = Market(made_up, cluster)
        before = market.ask(prices)
        worker = next(iter(cluster._cluster.workers.values()))
        worker.process.process.kill()
        after = market.ask(prices)
    assert after[0] == before[0]
    assert (after[1] == before[1]).all()
