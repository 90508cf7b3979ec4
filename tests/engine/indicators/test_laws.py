"""Laws that hold whatever the figures: parts add up, the whole is 1, bounds are kept, scale and order change nothing."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from kesher.engine.indicators import (
    IndicatorError,
    access,
    change,
    exposure,
    inequality,
    mismatch,
    rates,
    structure,
    tightness,
)

counts = st.integers(0, 10**6).map(float)


def vectors(least: int = 1, most: int = 12, low: float = 0.0, high: float = 1e6) -> st.SearchStrategy[np.ndarray]:
    elements = st.floats(low, high, allow_nan=False).map(lambda value: round(value, 3))
    return arrays.arrays(np.float64, st.integers(least, most), elements=elements)


def pairs(number: int, low: float = 0.0, high: float = 1e6) -> st.SearchStrategy[tuple[np.ndarray, ...]]:
    elements = st.floats(low, high, allow_nan=False).map(lambda value: round(value, 3))
    return st.integers(1, 10).flatmap(
        lambda size: st.tuples(*[arrays.arrays(np.float64, size, elements=elements) for _ in range(number)])
    )


# --- rates -----------------------------------------------------------------------------------------------------------


@settings(deadline=None)  # what is slow is no counterexample
@given(st.integers(1, 10_000), st.data())
def test_an_interval_holds_its_share_and_stays_within_0_and_1(whole: int, data: Any) -> None:
    part = data.draw(st.integers(0, whole))
    found = rates.wilson(part, whole)
    assert 0 <= found.low <= found.value <= found.high <= 1
    mirrored = rates.wilson(whole - part, whole)
    assert mirrored.low == pytest.approx(1 - found.high)
    wider = rates.wilson(part, whole, confidence=0.99)
    assert wider.low <= found.low
    assert wider.high >= found.high
    clustered = rates.wilson(part, whole, design_effect=2.0)
    assert clustered.high - clustered.low >= found.high - found.low - 1e-12


@settings(deadline=None)  # what is slow is no counterexample
@given(st.integers(1, 500), st.integers(1, 500), st.data())
def test_a_difference_turns_its_sign_with_its_order(one: int, other: int, data: Any) -> None:
    first = rates.wilson(data.draw(st.integers(0, one)), one)
    second = rates.wilson(data.draw(st.integers(0, other)), other)
    found, turned = rates.difference(first, second), rates.difference(second, first)
    assert found.low <= found.value <= found.high
    assert (turned.value, turned.low) == (pytest.approx(-found.value), pytest.approx(-found.high))


def test_wilson_covers_as_often_as_it_says() -> None:
    """Brute force over all outcomes: the mean coverage over shares from 0.05 to 0.95 at n = 40 is near 0.95."""
    shares = np.linspace(0.05, 0.95, 181)
    intervals = [rates.wilson(part, 40) for part in range(41)]
    coverage = [
        sum(
            math.comb(40, k) * p**k * (1 - p) ** (40 - k)
            for k in range(41)
            if intervals[k].low <= p <= intervals[k].high
        )
        for p in shares
    ]
    assert np.mean(coverage) == pytest.approx(0.95, abs=0.005)


# --- structure -------------------------------------------------------------------------------------------------------


@settings(deadline=None)  # what is slow is no counterexample
@given(pairs(1))
def test_the_quotient_of_the_whole_is_1(table: tuple[np.ndarray]) -> None:
    (jobs,) = table
    assume(jobs.sum() > 0)
    found = structure.location_quotient(jobs, jobs.sum(), jobs, jobs.sum())
    assert np.allclose(found[jobs > 0], 1.0)
    assert np.isnan(found[jobs == 0]).all()


@settings(deadline=None)  # what is slow is no counterexample
@given(pairs(2))
def test_quotients_average_to_1_by_the_shares_of_the_whole(table: tuple[np.ndarray, np.ndarray]) -> None:
    here, whole = table[0], table[0] + table[1]
    assume(here.sum() > 0)
    known = whole > 0
    found = structure.location_quotient(here, here.sum(), whole, whole.sum())
    assert float(found[known] @ whole[known] / whole.sum()) == pytest.approx(1.0)


@settings(deadline=None)  # what is slow is no counterexample
@given(pairs(4, low=0.0))
def test_shift_share_adds_up_to_the_change(table: tuple[np.ndarray, ...]) -> None:
    before, after, nation_before, nation_after = table
    assume(nation_before.sum() > 1 and nation_after.sum() > 1)
    assume(not ((nation_before > 0) & (nation_before < 0.5)).any())
    found = structure.shift_share(before, after, nation_before, nation_after)
    parts = found.national + found.mix + found.local
    assert parts == pytest.approx(after - before, rel=1e-6, abs=1e-3)
    alike = structure.shift_share(nation_before, nation_after, nation_before, nation_after)
    known = nation_before > 0
    assert alike.local[known] == pytest.approx(np.zeros(known.sum()), abs=1e-3)  # the nation has no part of its own
    assert float(alike.mix[known].sum()) == pytest.approx(-float(nation_after[~known].sum()), rel=1e-6, abs=1e-2)


@settings(deadline=None)  # what is slow is no counterexample
@given(vectors(), st.floats(0.01, 100))
def test_concentration_lies_between_equal_and_one(values: np.ndarray, scale: float) -> None:
    assume(values.sum() > 1)
    found = structure.concentration(values)
    assert 1 / values.size - 1e-12 <= found.hhi <= 1 + 1e-12
    assert -1e-12 <= found.normalised <= 1 + 1e-12
    assert structure.concentration(values * scale).hhi == pytest.approx(found.hhi)
    assert structure.concentration([*values, 0.0]).hhi == pytest.approx(found.hhi)


@settings(deadline=None)  # what is slow is no counterexample
@given(pairs(2))
def test_specialisation_is_a_distance(table: tuple[np.ndarray, np.ndarray]) -> None:
    here, there = table
    assume(here.sum() > 0 and there.sum() > 0)
    found = structure.krugman_specialisation(here, there)
    assert 0 <= found <= 2 + 1e-12
    assert found == pytest.approx(structure.krugman_specialisation(there, here))
    assert structure.krugman_specialisation(here, here * 3) == pytest.approx(0, abs=1e-12)


# --- inequality ------------------------------------------------------------------------------------------------------


def gini_by_pairs(x: np.ndarray, w: np.ndarray) -> float:
    w = w / w.sum()
    return float((w[:, None] * w[None, :] * np.abs(x[:, None] - x[None, :])).sum() / (2 * (w @ x)))


@settings(deadline=None)  # what is slow is no counterexample
@given(pairs(2, low=0.0), st.floats(0.01, 100))
def test_gini_is_that_of_all_pairs_whatever_the_scale(table: tuple[np.ndarray, np.ndarray], scale: float) -> None:
    values, people = table[0], table[1] + 1
    assume(values.sum() > 1)
    found = inequality.gini(values, people)
    assert found == pytest.approx(gini_by_pairs(values, people), abs=1e-9)
    assert 0 <= found <= 1
    assert inequality.gini(values * scale, people) == pytest.approx(found, abs=1e-9)
    assert inequality.gini(values[::-1], people[::-1]) == pytest.approx(found, abs=1e-9)
    doubled = inequality.gini(np.tile(values, 2), np.tile(people, 2))  # a second, equal country changes nothing
    assert doubled == pytest.approx(found, abs=1e-9)


@settings(deadline=None)  # what is slow is no counterexample
@given(pairs(2, low=1.0), st.data())
def test_theil_splits_between_and_within(table: tuple[np.ndarray, np.ndarray], data: Any) -> None:
    values, people = table
    districts = data.draw(st.lists(st.sampled_from("abc"), min_size=values.size, max_size=values.size))
    found = inequality.theil_decomposition(values, districts, people)
    assert found.total == pytest.approx(inequality.theil_t(values, people), abs=1e-9)
    assert found.between >= 0
    assert found.within >= -1e-12
    assert found.between + found.within == pytest.approx(found.total, abs=1e-12)
    assert inequality.theil_decomposition(values, ["all"] * values.size, people).between == pytest.approx(0, abs=1e-9)
    alone = inequality.theil_decomposition(values, [str(place) for place in range(values.size)], people)
    assert alone.within == pytest.approx(0, abs=1e-12)


@settings(deadline=None)  # what is slow is no counterexample
@given(vectors(least=1, low=1.0), st.floats(0.01, 100))
def test_theil_is_nought_when_all_are_equal_and_never_below(values: np.ndarray, scale: float) -> None:
    for measure in (inequality.theil_t, inequality.theil_l):
        assert measure(values) >= 0
        assert measure(values * scale) == pytest.approx(measure(values), abs=1e-9)
        assert measure(np.full(values.size, 7.0)) == pytest.approx(0, abs=1e-12)
    assert inequality.theil_t(values) <= math.log(values.size) + 1e-12


@settings(deadline=None)  # what is slow is no counterexample
@given(vectors(least=2, low=1.0), st.data())
def test_a_gift_from_rich_to_poor_lowers_inequality(values: np.ndarray, data: Any) -> None:
    rich, poor = int(np.argmax(values)), int(np.argmin(values))
    assume(values[rich] - values[poor] > 0.01)
    gift = data.draw(st.floats(0.001, float(values[rich] - values[poor]) / 2))
    after = values.copy()
    after[rich] -= gift
    after[poor] += gift
    assert inequality.gini(after) <= inequality.gini(values) + 1e-12
    assert inequality.theil_t(after) <= inequality.theil_t(values) + 1e-12


def test_hoover_of_two() -> None:
    assert inequality.hoover([75, 25], [50, 50]) == pytest.approx(0.25)
    assert inequality.hoover([1, 0], [0, 1]) == pytest.approx(1.0)


# --- tightness and mismatch ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("theta", "expected"),
    [(0, "very-slack"), (0.2499, "very-slack"), (0.25, "slack"), (0.67, "balanced"), (1.5, "tight"), (3.99, "tight")],
)
def test_classes_begin_at_their_bound(theta: float, expected: str) -> None:
    assert tightness.tightness_class(theta) == expected
    assert tightness.tightness_class(math.inf) == "very-tight"
    assert tightness.tightness_class(math.nan) is None


@settings(deadline=None)  # what is slow is no counterexample
@given(pairs(2, low=0.001, high=1.0), st.floats(0.2, 3))
def test_a_step_is_along_and_shift(table: tuple[np.ndarray, np.ndarray], elasticity: float) -> None:
    u, v = table
    assume(u.size >= 2)
    path = tightness.beveridge_path(u, v, elasticity=elasticity)
    du, dv = np.diff(np.log(u)), np.diff(np.log(v))
    # along the curve v moves by −ε du', and both move out by the shift
    assert path.shift - path.along == pytest.approx(du, abs=1e-9)
    assert path.shift + elasticity * path.along == pytest.approx(dv, abs=1e-9)
    still = tightness.beveridge_path(u, u ** (-elasticity), elasticity=elasticity)  # all on one curve
    assert still.shift == pytest.approx(np.zeros(u.size - 1), abs=1e-9)


@settings(deadline=None)  # what is slow is no counterexample
@given(pairs(2, low=0.0), st.floats(0.1, 0.9))
def test_mismatch_lies_between_0_and_1_and_is_0_when_spread_alike(
    table: tuple[np.ndarray, np.ndarray], share: float
) -> None:
    unemployed, vacancies = table
    assume(unemployed.sum() > 0 and vacancies.sum() > 0)
    found = mismatch.mismatch(unemployed, vacancies, vacancy_share=share)
    assert 0 <= found.lost_hires <= 1
    assert 0 <= found.misplaced <= 1
    alike = mismatch.mismatch(unemployed, unemployed * 3, vacancy_share=share)
    assert alike.lost_hires == pytest.approx(0, abs=1e-9)
    assert alike.misplaced == pytest.approx(0, abs=1e-9)
    same = mismatch.mismatch(unemployed, vacancies, vacancy_share=share, efficiency=np.full(unemployed.size, 2.5))
    assert same.lost_hires == pytest.approx(found.lost_hires, abs=1e-9)


# --- access ----------------------------------------------------------------------------------------------------------


@settings(deadline=None)  # what is slow is no counterexample
@given(st.integers(1, 8), st.data())
def test_two_steps_count_no_opportunity_twice(places: int, data: Any) -> None:
    cost = np.array(data.draw(st.lists(st.integers(0, 90), min_size=places**2, max_size=places**2)), dtype=float)
    origin, destination = np.divmod(np.arange(places**2), places)
    trips = access.Trips(origin, destination, cost, places)
    jobs = np.array(data.draw(st.lists(counts, min_size=places, max_size=places)))
    people = np.array(data.draw(st.lists(counts, min_size=places, max_size=places)))
    for method in (access.two_step, access.balanced):
        found = method(trips, jobs, people, access.within(45))
        reached = np.bincount(destination, weights=people[origin] * (cost <= 45), minlength=places) > 0
        if method is access.two_step:
            assert float(found @ people) == pytest.approx(float(jobs[reached].sum()), rel=1e-9, abs=1e-6)
        assert (found >= 0).all()
    near, far = (access.cumulative(trips, jobs, access.within(minutes)) for minutes in (30, 60))
    assert (near <= far).all()


def test_self_containment() -> None:
    found = access.self_containment([[60, 40], [10, 90]])
    assert found.residence == pytest.approx([0.6, 0.9])
    assert found.workplace == pytest.approx([60 / 70, 90 / 130])
    assert np.isnan(access.self_containment([[0, 0], [0, 5]]).residence[0])


# --- exposure and change ---------------------------------------------------------------------------------------------


def test_exposure_is_a_range_of_the_scores_that_cover_enough() -> None:
    found = exposure.exposure_range(
        [10, 30, 60],
        {"a": [0.1, 0.5, 0.9], "b": [0.9, 0.5, 0.1], "c": [0.5, np.nan, np.nan]},
    )
    assert found.by_score.keys() == {"a", "b"}
    assert found.covered["c"] == pytest.approx(0.1)
    assert (found.low, found.high) == (pytest.approx(1 - found.by_score["a"]), pytest.approx(found.by_score["a"]))
    nothing = exposure.exposure_range([1, 1], {"c": [np.nan, np.nan]})
    assert nothing.low is None


@settings(deadline=None)  # what is slow is no counterexample
@given(vectors(least=1, low=-1e3))
def test_ranks_average_to_a_half(scores: np.ndarray) -> None:
    assert float(np.mean(exposure.percentile_ranks(scores))) == pytest.approx(0.5)


def test_a_recovery_must_last() -> None:
    before = [100.0] * 12
    found = change.shock_recovery([*before, 70, 80, 101, 99, 100, 100, 100, 102], 12)
    assert (found.base, found.depth, found.worst) == (100.0, pytest.approx(-0.3), 12)
    assert found.recovered == 16
    assert found.lost == pytest.approx(0.3 + 0.2 + 0.01)
    assert change.shock_recovery([*before, 70, 80, 90], 12).recovered is None


def test_four_corners() -> None:
    corners = change.skill_quadrants([1, 9, 9, 1], [9, 9, 1, 1])
    assert corners == ("sought-and-scarce", "sought-and-there", "there-unused", "quiet")
    against = change.skill_quadrants([5, 5], [5, 5], reference=[[9, 1], [1, 9]])
    assert against == (change.Quadrant.SOUGHT_AND_SCARCE, change.Quadrant.THERE_UNUSED)


def test_training_gap() -> None:
    assert change.training_gap([100, 20], [50, 50], [0.8, 1.0]) == pytest.approx([60, -30])


# --- what cannot be computed -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("compute", "told"),
    [
        (lambda: structure.concentration([0, 0]), "values is zero in all"),
        (lambda: structure.concentration([-1, 2]), "place 0 holds -1.0"),
        (lambda: structure.shift_share([1], [1, 2], [1], [1]), "local_after has 2"),
        (lambda: inequality.gini([1, math.nan]), "place 1 holds nan"),
        (lambda: inequality.theil_l([0, 1]), "use theil_t"),
        (lambda: inequality.gini([1, 2], [1, 1], corrected=True), "unweighted"),
        (lambda: rates.wilson(6, 5), "part must lie between 0 and whole"),
        (lambda: mismatch.mismatch([1], [0]), "vacancies is zero"),
        (lambda: access.self_containment([[1, 2]]), "square"),
        (lambda: change.shock_recovery([1.0] * 5, 3), "needs 12 periods before"),
        (lambda: tightness.beveridge_path([0.0, 1.0], [1.0, 1.0]), "above 0"),
    ],
)
def test_an_error_names_what_is_wrong(compute: Any, told: str) -> None:
    with pytest.raises(IndicatorError, match=told):
        compute()
