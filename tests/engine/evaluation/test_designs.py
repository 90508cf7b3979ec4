"""The designs on data whose effect is known, and against another way to the same figure."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.regression.linear_model import OLS
from statsmodels.sandbox.regression.gmm import IV2SLS

from kesher.engine.evaluation import randomised, weighting
from kesher.engine.evaluation.cutoff import density_jump, discontinuity
from kesher.engine.evaluation.instrument import late
from kesher.engine.evaluation.over_time import NEVER, before_after, staggered, two_by_two
from kesher.engine.evaluation.values import EvaluationError


def persons(n=2000, seed=0):
    rng = np.random.default_rng(seed)
    known = rng.normal(size=(n, 3))
    took = (rng.random(n) < 1 / (1 + np.exp(-known[:, 0]))).astype(float)
    outcome = 1.0 * took + known @ [2.0, -1.0, 0.5] + rng.normal(size=n)
    return outcome, took, known


def test_a_lot_adjusted_is_as_right_and_more_exact():
    outcome, _, known = persons()
    by_lot = (np.random.default_rng(9).random(len(outcome)) < 0.5).astype(float)
    shifted = outcome + 0.5 * by_lot
    plain = randomised.difference(shifted, by_lot)
    adjusted = randomised.lin_adjusted(shifted, by_lot, known)
    assert adjusted.se < 0.7 * plain.se
    assert adjusted.low < 0.5 < adjusted.high


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(20, 200))
def test_the_difference_is_that_of_the_means(seed, n):
    rng = np.random.default_rng(seed)
    outcome, took = rng.normal(size=n), np.arange(n) % 2 * 1.0
    found = randomised.difference(outcome, took)
    assert found.estimate == pytest.approx(outcome[took == 1].mean() - outcome[took == 0].mean())
    moved = randomised.difference(3 * outcome + 7, took)  # another unit is another number and nothing else
    assert moved.estimate == pytest.approx(3 * found.estimate)
    assert moved.se == pytest.approx(3 * found.se)
    swapped = randomised.difference(outcome, 1 - took)
    assert swapped.estimate == pytest.approx(-found.estimate)


@pytest.mark.parametrize("design", [randomised.regression, randomised.outcome_model])
def test_covariates_make_up_for_who_came(design):
    outcome, took, known = persons()
    assert abs(randomised.difference(outcome, took).estimate - 1) > 0.5
    found = design(outcome, took, known)
    assert abs(found.estimate - 1) < 0.2
    repeated = design(outcome, took, np.column_stack([known, known[:, 0], np.ones(len(took))]))
    assert repeated.estimate == pytest.approx(found.estimate)  # a column said twice says nothing new
    assert repeated.se == pytest.approx(found.se, rel=1e-6)


def test_weights_balance_exactly_and_do_not_exist_for_nobody():
    outcome, took, known = persons()
    found = weighting.entropy_balancing(outcome, took, known)
    weighted = found.weights[took == 0] @ known[took == 0] / found.weights[took == 0].sum()
    assert weighted == pytest.approx(known[took == 1].mean(axis=0), abs=1e-6)
    assert abs(found.effect.estimate - 1) < 0.2
    known[took == 1, 1] += 100
    with pytest.raises(EvaluationError, match="nobody among them") as refused:
        weighting.entropy_balancing(outcome, took, known)
    assert refused.value.row == 1


def test_doubly_robust_where_a_line_is_wrong():
    rng = np.random.default_rng(3)
    known = rng.uniform(-2, 2, (1500, 2))
    took = (rng.random(1500) < 0.2 + 0.5 * (known[:, 0] ** 2 > 1.5)).astype(float)
    outcome = took + 2 * known[:, 0] ** 2 + rng.normal(size=1500)
    assert abs(randomised.regression(outcome, took, known).estimate - 1) > 1
    found = weighting.aipw(outcome, took, known, np.random.default_rng(0), repetitions=1).effect
    assert abs(found.estimate - 1) < 0.3


def test_late_is_two_stage_least_squares():
    rng = np.random.default_rng(2)
    n = 1500
    offered, hidden, other = (rng.random(n) < 0.5) * 1.0, rng.normal(size=n), rng.normal(size=n)
    took = ((offered + 0.5 * hidden + rng.normal(size=n)) > 0.7) * 1.0
    outcome = 2 * took + hidden + 0.3 * other + rng.normal(size=n)
    found = late(outcome, took, offered, other[:, None])
    exogenous = np.column_stack([np.ones(n), other])
    library = IV2SLS(outcome, np.column_stack([exogenous, took]), np.column_stack([exogenous, offered])).fit()
    assert found.late.estimate == pytest.approx(library.params[2], rel=1e-9)
    assert found.late.se == pytest.approx(library.bse[2], rel=0.1)  # theirs assumes an equal spread
    assert found.late.low < 2 < found.late.high
    assert abs(randomised.regression(outcome, took, other[:, None]).estimate - 2) > 0.3
    assert not found.weak
    ((low, high),) = found.anderson_rubin
    assert low < 2 < high
    assert found.late.estimate == pytest.approx(found.itt.estimate / found.first_stage.estimate)


def test_a_weak_offer_is_called_weak_and_its_interval_is_open():
    rng = np.random.default_rng(4)
    offered, took, outcome = rng.random(400) < 0.5, rng.random(400) < 0.5, rng.normal(size=400)
    found = late(outcome, took.astype(float), offered.astype(float))
    assert found.weak
    assert any(np.isinf(edge) for piece in found.anderson_rubin for edge in piece)


def panel(units=300, periods=6, seed=0, *, drift=0.0):
    """Cohorts starting in 3 and 5, and some never; effects grow with time: 1 at once and 1 more each period."""
    rng = np.random.default_rng(seed)
    starts = rng.choice([3, 5, NEVER], units)
    unit, period = np.repeat(np.arange(units), periods), np.tile(np.arange(periods), units)
    cohort = starts[unit]
    since = np.where(cohort == NEVER, -1, period - np.where(cohort == NEVER, 0, cohort))
    level = rng.normal(size=units)[unit] + 0.5 * period
    outcome = level + np.where(since >= 0, 1.0 + since, 0.0) + drift * period * (cohort != NEVER)
    return outcome + rng.normal(scale=0.5, size=len(unit)), unit, period, cohort


def test_staggered_effects_are_found_where_plain_regression_is_off():
    outcome, unit, period, cohort = panel()
    found = staggered(outcome, unit, period, cohort)
    sizes = {start: len(set(unit[cohort == start])) for start in (3, 5)}
    cells = [(start, at) for start in (3, 5) for at in range(start, 6)]
    truth = np.average([1.0 + at - start for start, at in cells], weights=[sizes[start] for start, _ in cells])
    assert found.overall.low < truth < found.overall.high
    assert found.before_p > 0.01
    curve = dict(found.curve)
    for since in range(3):
        assert curve[since].estimate == pytest.approx(1 + since, abs=0.25)
    took = (period >= cohort) * 1.0
    dummies = np.column_stack([np.eye(300)[unit], np.eye(6)[period][:, 1:], took])
    assert OLS(outcome, dummies).fit().params[-1] < truth - 0.2  # two-way fixed effects, negative weights


def test_errors_of_staggered_effects_are_those_of_repetition():
    estimates, errors = [], []
    for seed in range(60):
        found = staggered(*panel(120, 6, seed)).overall
        estimates.append(found.estimate)
        errors.append(found.se)
    assert np.mean(errors) == pytest.approx(np.std(estimates), rel=0.25)


def test_trends_that_part_before_are_seen():
    assert staggered(*panel(drift=0.3)).before_p < 0.001


def test_without_units_never_treated_those_not_yet_are_compared_with():
    outcome, unit, period, cohort = panel()
    some = cohort != NEVER
    found = staggered(outcome[some], unit[some], period[some], cohort[some])
    assert found.compared_with == "units not treated yet"
    assert dict(found.curve)[0].estimate == pytest.approx(1, abs=0.3)


def test_two_periods_make_the_classic_design():
    outcome, unit, period, cohort = panel()
    rows = np.isin(period, (2, 3)) & (cohort != 5)
    late_start = np.where(cohort[rows] == NEVER, NEVER, 1)
    found = staggered(outcome[rows], unit[rows], period[rows] - 2, late_start)
    group, after = (late_start == 1) * 1.0, (period[rows] == 3) * 1.0
    by_hand = two_by_two(outcome[rows], group, after, unit[rows])
    assert found.overall.estimate == pytest.approx(by_hand.estimate)
    assert found.overall.se == pytest.approx(by_hand.se, rel=0.02)


def test_covariates_carry_the_trend():
    rng = np.random.default_rng(8)
    units = 800
    kind = rng.normal(size=units)
    group = (rng.random(units) < 1 / (1 + np.exp(-kind))) * 1
    unit, period = np.repeat(np.arange(units), 2), np.tile([0, 1], units)
    outcome = period * (2 * kind + group)[unit] + rng.normal(scale=0.3, size=2 * units)
    cohort = np.where(group == 1, 1, NEVER)[unit]
    assert staggered(outcome, unit, period, cohort).overall.estimate > 2
    found = staggered(outcome, unit, period, cohort, kind[unit][:, None]).overall
    assert found.low < 1 < found.high


def cutoff_data(n=3000, seed=0, *, jump=2.0):
    rng = np.random.default_rng(seed)
    running = rng.uniform(-1, 1, n)
    took = (running >= 0) * 1.0
    outcome = np.sin(2 * running) + running**2 + jump * took + rng.normal(scale=0.5, size=n)
    return outcome, took, running


def test_the_jump_is_found_and_its_interval_covers():
    inside = 0
    for seed in range(40):
        found = discontinuity(*cutoff_data(1000, seed), 0.0)
        inside += found.jump.low < 2 < found.jump.high
    assert inside >= 34
    assert not found.fuzzy


def test_a_cutoff_from_above_and_a_fuzzy_one():
    outcome, took, running = cutoff_data()
    below = discontinuity(outcome, 1 - took, running, 0.0)
    assert below.jump.estimate == pytest.approx(-discontinuity(outcome, took, running, 0.0).jump.estimate)
    rng = np.random.default_rng(1)
    some = (rng.random(len(took)) < 0.2 + 0.6 * took) * 1.0
    fuzzy = discontinuity(np.sin(2 * running) + 2 * some + rng.normal(scale=0.3, size=len(took)), some, running, 0.0)
    assert fuzzy.fuzzy
    assert fuzzy.jump.low < 2 < fuzzy.jump.high
    assert fuzzy.f > 10


def test_a_heap_at_the_cutoff_is_seen():
    _, _, running = cutoff_data()
    assert density_jump(running, 0.4)[2] > 0.01
    shifted = np.where((running < 0) & (running > -0.04), -running, running)
    assert density_jump(shifted, 0.4)[2] < 0.001


def test_too_few_rows_are_refused():
    known = np.random.default_rng(0).normal(size=(4, 2))
    with pytest.raises(EvaluationError, match="4 rows for 4 coefficients"):
        randomised.regression(np.arange(4.0), np.array([0.0, 0.0, 1.0, 1.0]), known)
    with pytest.raises(EvaluationError, match="at least two of each"):
        randomised.difference(np.ones(5), np.array([1.0, 0, 0, 0, 0]))
    with pytest.raises(EvaluationError, match="the least"):
        discontinuity(np.ones(30), (np.arange(30) > 20) * 1.0, np.arange(30.0), 21.0)
    with pytest.raises(EvaluationError, match="two after"):
        before_after(np.ones(3), np.array([0.0, 0.0, 1.0]))
