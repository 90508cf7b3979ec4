"""Checks, the ladder of words, pooling: laws they must keep."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from kesher.engine.evaluation import answers, checks
from kesher.engine.evaluation.network import network
from kesher.engine.evaluation.pooling import Method, pool
from kesher.engine.evaluation.study import study
from kesher.engine.evaluation.values import (
    Check,
    Design,
    EvaluationError,
    Question,
    State,
    Verdict,
    Words,
    effect,
)

NAMES = ("placebo", "balance", "overlap", "attrition", "sensitivity", "multiple_testing", "parallel_trends")
STATES = st.fixed_dictionaries({name: st.sampled_from(State) for name in NAMES})
LADDER = list(Words)


def made(states):
    return {name: Check(name, state, "") for name, state in states.items()}


@given(STATES, st.sampled_from(Design))
def test_a_failed_placebo_forbids_the_first_two_words(states, design):
    allowed = answers.words(design, Verdict.HIGHER, made(states | {"placebo": State.FAILED}))
    assert allowed in (Words.ASSOCIATED, Words.CANNOT_BE_SAID)


@given(STATES, st.sampled_from(Design), st.sampled_from(NAMES))
def test_a_check_that_fails_never_makes_words_stronger(states, design, name):
    passed = answers.words(design, Verdict.HIGHER, made(states | {name: State.PASSED}))
    failed = answers.words(design, Verdict.HIGHER, made(states | {name: State.FAILED}))
    assert LADDER.index(failed) >= LADDER.index(passed)


@given(STATES, st.sampled_from(Design))
def test_only_lots_offers_and_cutoffs_may_say_caused(states, design):
    if answers.words(design, Verdict.LOWER, made(states)) is Words.CAUSED:
        assert design in (Design.RCT, Design.IV, Design.RDD)
        assert State.FAILED not in states.values()


@given(STATES, st.sampled_from([Verdict.TOO_SMALL_TO_TELL, Verdict.MONITORING, Verdict.NO_EFFECT_THAT_MATTERS]))
def test_what_cannot_be_told_from_zero_is_not_said(states, shown):
    assert answers.words(Design.RCT, shown, made(states)) is Words.CANNOT_BE_SAID


def test_a_sample_that_would_do_does():
    """Effects of the size that matters are found in 80 of 100 samples of the size named."""
    rng = np.random.default_rng(0)
    found = effect(0.02, 0.05, 400, Design.RCT)
    needed = answers.sample_that_would_do(found, 0.1)
    assert needed > 400
    se = 0.05 * np.sqrt(400 / needed)
    power = (np.abs(rng.normal(0.1, se, 100_000)) > 1.959964 * se).mean()
    assert power == pytest.approx(0.8, abs=0.01)


def test_cost_of_one_more():
    cost = answers.cost_of_one_more(effect(0.1, 0.02, 1000, Design.RCT), 1000)
    assert cost.each == pytest.approx(10_000)
    assert cost.low < 10_000 < cost.high
    assert answers.cost_of_one_more(effect(0.01, 0.02, 1000, Design.RCT), 1000).high is None
    assert answers.cost_of_one_more(effect(-0.1, 0.02, 1000, Design.RCT), 1000) is None


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_multiple_testing_against_statsmodels(p_values):
    assert checks.holm(p_values) == pytest.approx(multipletests(p_values, method="holm")[1].tolist())
    assert checks.benjamini_hochberg(p_values) == pytest.approx(multipletests(p_values, method="fdr_bh")[1].tolist())


def test_attrition_that_differs_is_found_and_bounded():
    rng = np.random.default_rng(1)
    took = np.arange(1000) % 2 * 1.0
    outcome = rng.normal(size=1000) + took
    lost = outcome.copy()
    lost[(took == 1) & (outcome < 0.5)] = np.nan
    check = checks.attrition(lost, took)
    assert check.state is State.FAILED
    # those who are known either way gain exactly 1, and losing the lowest only makes that the lower bound
    assert check.figures["lee_low"] == pytest.approx(1, abs=0.2)
    assert check.figures["lee_high"] > 1.5
    lost = np.where(rng.random(1000) < 0.1, np.nan, outcome)
    assert checks.attrition(lost, took).state is not State.FAILED


def test_placebo_leaves_out_what_only_repeats_it():
    rng = np.random.default_rng(2)
    before = np.maximum(rng.normal(size=500), 0)
    assert checks.derived_from((before == 0) * 1.0, before)
    assert checks.derived_from(2 * before + 1, before)
    assert not checks.derived_from(before + rng.normal(size=500), before)
    assert not checks.derived_from((rng.random(500) < 0.5) * 1.0, before)


def test_many_tests_take_the_words_away():
    rng = np.random.default_rng(3)
    took = np.arange(400) % 2 * 1.0
    data = {"d": took, "y": rng.normal(size=400) + 0.28 * took, "x": rng.normal(size=400)}
    alone = study(Question("y", "d", Design.RCT, placebo="x"), data, rng)
    among = study(Question("y", "d", Design.RCT, placebo="x", tests=40), data, rng)
    assert alone.words is Words.CAUSED
    assert among.words is Words.CANNOT_BE_SAID


@pytest.mark.parametrize("column", ["unit", None])
def test_difference_in_differences_through_the_study(column):
    rng = np.random.default_rng(4)
    unit, time = np.repeat(np.arange(200.0), 2), np.tile([2019.0, 2020.0], 200)
    group = (unit < 100) * 1.0
    data = {"unit": unit, "time": time, "d": group, "y": rng.normal(size=400) + (time == 2020) * (1 + 2 * group)}
    found = study(Question("y", "d", Design.DID, unit=column, time="time"), data, rng)
    mean = {(g, t): data["y"][(group == g) & (time == t)].mean() for g in (0, 1) for t in (2019, 2020)}
    by_hand = mean[1, 2020] - mean[1, 2019] - mean[0, 2020] + mean[0, 2019]
    assert found.effect.estimate == pytest.approx(by_hand)
    assert abs(found.effect.estimate - 2) < 3 * found.effect.se
    assert found.words is Words.ASSOCIATED  # nobody looked at trends or a placebo
    assert found.effect.n == 400


def test_monitoring_is_never_an_effect():
    rng = np.random.default_rng(5)
    after = np.arange(300) % 2 * 1.0
    data = {"d": after, "y": rng.normal(size=300) + 3 * after, "t": after}
    found = study(Question("y", "d", Design.MONITORING, time="t"), data, rng)
    assert found.verdict is Verdict.MONITORING
    assert found.words is Words.CANNOT_BE_SAID


numbers = st.lists(st.tuples(st.floats(-2, 2), st.floats(0.01, 2)), min_size=2, max_size=15)


@given(numbers, st.sampled_from(Method))
def test_pooling_keeps_its_laws(rows, method):
    estimates, errors = (np.array(column) for column in zip(*rows, strict=True))
    found = pool(estimates, errors, method)
    assert estimates.min() - 1e-9 <= found.estimate <= estimates.max() + 1e-9
    assert found.tau2 >= 0
    assert 0 <= found.i2 <= 1
    shifted = pool(estimates + 5, errors, method)
    assert shifted.estimate == pytest.approx(found.estimate + 5, abs=1e-3)
    if found.prediction_low is not None:
        assert found.prediction_low <= found.low + 1e-9


def test_estimates_that_agree_pool_like_one():
    found = pool(np.full(5, 0.3), np.full(5, 0.1))
    assert found.tau2 == 0
    assert found.se == pytest.approx(0.1 / np.sqrt(5))


def test_a_network_of_pairs_is_pooling_and_closes_its_triangle():
    estimates, errors = np.array([0.2, 0.4, 0.3]), np.array([0.1, 0.1, 0.1])
    star = network(estimates, errors, ["a"] * 3, ["usual"] * 3, reference="usual")
    plain = pool(estimates, errors)
    assert star.against("a", "usual")[:2] == pytest.approx((plain.estimate, plain.se))
    triangle = network(np.array([1.0, 0.4, 0.6]), errors, ["a", "b", "a"], ["usual", "usual", "b"], reference="usual")
    assert triangle.against("a", "b")[0] == pytest.approx(0.6)
    with pytest.raises(EvaluationError, match="nothing leads"):
        network(estimates, errors, ["a", "b", "b"], ["usual", "c", "c"], reference="usual")
    with pytest.raises(EvaluationError, match="with itself"):
        network(estimates, errors, ["a", "a", "b"], ["usual", "a", "a"], reference="usual")
