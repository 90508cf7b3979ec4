"""Metrics against values worked by hand, their bounds, and a bootstrap whose interval is known exactly."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kesher.engine.ranking import RankingError, discounted_gain_at, ndcg_at, paired_difference, success_at


def test_success_asks_only_whether_one_is_there():
    assert success_at([0, 0, 1, 1], 3) == 1.0
    assert success_at([0, 0, 1, 1], 2) == 0.0
    assert success_at([2], 10) == 1.0
    assert success_at([], 10) == 0.0


def test_discounted_gain_worked_by_hand():
    # The example of Wikipedia's article on discounted cumulative gain: 3, 2, 3, 0, 1, 2 gives DCG6 = 6.861.
    by_hand = 3 / 1 + 2 / math.log2(3) + 3 / 2 + 0 + 1 / math.log2(6) + 2 / math.log2(7)
    assert discounted_gain_at([3, 2, 3, 0, 1, 2], 6) == pytest.approx(by_hand)
    assert by_hand == pytest.approx(6.861, abs=5e-4)


def test_normalised_gain_worked_by_hand():
    # The same example: two more documents (3 and 2) exist; the ideal is 3 3 3 2 2 2: IDCG6 = 8.740, nDCG6 = 0.785.
    possible = [3, 2, 3, 0, 1, 2, 3, 2]
    ideal = 3 + 3 / math.log2(3) + 3 / 2 + 2 / math.log2(5) + 2 / math.log2(6) + 2 / math.log2(7)
    assert ideal == pytest.approx(8.740, abs=5e-4)
    assert ndcg_at([3, 2, 3, 0, 1, 2], 6, possible=possible) == pytest.approx(0.785, abs=5e-4)
    # Without the other two the ideal is 3 3 2 2 1 0: 7.141, and 0.961.
    assert ndcg_at([3, 2, 3, 0, 1, 2], 6) == pytest.approx(0.961, abs=5e-4)


@pytest.mark.parametrize(
    ("shown", "k", "possible", "expected"),
    [
        ([1, 0, 0], 3, [1], 1.0),
        ([0, 1, 0], 3, [1], 1 / math.log2(3)),
        ([0, 0, 1], 3, [1], 0.5),
        ([0, 0, 1], 2, [1], 0.0),
        ([], 10, [1, 1], 0.0),
        ([1], 10, [1, 1], 1 / (1 + 1 / math.log2(3))),
        ([1, 1], 1, [1, 1, 1], 1.0),
        ([0, 1, 1], 10, [1, 1, 0, 0], (1 / math.log2(3) + 0.5) / (1 + 1 / math.log2(3))),
    ],
)
def test_normalised_gain_of_small_lists(shown, k, possible, expected):
    assert ndcg_at(shown, k, possible=possible) == pytest.approx(expected)


def test_the_best_of_all_orders_gains_one_and_no_order_gains_more():
    relevances = [2, 0, 1, 3]
    values = {order: ndcg_at(order, 4) for order in itertools.permutations(relevances)}
    assert max(values.values()) == pytest.approx(1.0)
    assert [order for order, value in values.items() if value > 1 - 1e-12] == [(3, 2, 1, 0)]
    assert min(values, key=values.__getitem__) == (0, 1, 2, 3)


@given(arrays(np.int64, st.integers(1, 12), elements=st.integers(0, 3)), st.integers(1, 15))
def test_gain_is_within_bounds_and_swapping_a_better_one_up_never_hurts(relevances, k):
    if not relevances.any():
        with pytest.raises(RankingError, match="leave it out"):
            ndcg_at(relevances, k)
        return
    before = ndcg_at(relevances, k)
    assert 0.0 <= before <= 1.0
    for place in range(relevances.size - 1):
        if relevances[place] < relevances[place + 1]:
            swapped = relevances.copy()
            swapped[[place, place + 1]] = swapped[[place + 1, place]]
            assert ndcg_at(swapped, k) >= before - 1e-12


def test_a_document_shown_twice_is_noticed():
    with pytest.raises(RankingError, match="shown twice"):
        ndcg_at([1, 1], 2, possible=[1])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: success_at([1], 0), "k must be at least 1"),
        (lambda: success_at([[1]], 1), "one-dimensional"),
        (lambda: success_at([0, -1], 1), "position 1"),
        (lambda: ndcg_at([0, math.nan], 1), "position 1"),
        (lambda: ndcg_at([0], 1, possible=[-1]), "possible must not be negative"),
        (lambda: paired_difference([1, 0], [1], np.random.default_rng(0)), "2 queries, baseline 1"),
        (lambda: paired_difference([], [], np.random.default_rng(0)), "no query"),
        (lambda: paired_difference([1], [1], np.random.default_rng(0), confidence=1.0), "confidence"),
        (lambda: paired_difference([1], [1], np.random.default_rng(0), resamples=0), "resamples"),
        (lambda: paired_difference([1, 0], [1, 0], np.random.default_rng(0), groups=["a"]), "groups"),
    ],
)
def test_what_cannot_be_is_refused_with_its_name(call, message):
    with pytest.raises(RankingError, match=message):
        call()


def test_a_constant_difference_has_an_interval_of_one_point():
    found = paired_difference([0.75, 1.0, 0.5], [0.5, 0.75, 0.25], np.random.default_rng(1))
    assert (found.mean, found.low, found.high) == (0.25, 0.25, 0.25)
    assert found.excludes_zero
    assert (found.queries, found.groups, found.confidence) == (3, 3, 0.95)


def test_the_interval_has_the_quantiles_of_the_exact_bootstrap_distribution():
    # Three differences 0, 0, 1: the mean of a resample is Binomial(3, 1/3) / 3, so P(0) = 8/27 and P(1) = 1/27 = 0.037.
    # The 2.5 % quantile is therefore 0, the 97.5 % quantile 1; at 90 % the upper end is 2/3 (P(<=2/3) = 0.963).
    treatment, baseline = [0.0, 0.0, 1.0], [0.0, 0.0, 0.0]
    wide = paired_difference(treatment, baseline, np.random.default_rng(7), resamples=20_000)
    assert (wide.low, wide.high) == (0.0, 1.0)
    narrow = paired_difference(treatment, baseline, np.random.default_rng(7), resamples=20_000, confidence=0.9)
    assert (narrow.low, narrow.high) == (0.0, pytest.approx(2 / 3))
    assert not wide.excludes_zero


def test_the_interval_agrees_with_the_normal_one_for_many_queries():
    generator = np.random.default_rng(3)
    treatment, baseline = generator.random(400), generator.random(400)
    found = paired_difference(treatment, baseline, generator)
    differences = treatment - baseline
    half = 1.96 * differences.std() / math.sqrt(differences.size)
    assert found.mean == pytest.approx(differences.mean())
    assert found.low == pytest.approx(differences.mean() - half, abs=0.1 * half)
    assert found.high == pytest.approx(differences.mean() + half, abs=0.1 * half)


def test_queries_of_one_need_are_drawn_together():
    generator = np.random.default_rng(5)
    per_need = generator.normal(0.0, 1.0, 50)
    thrice = np.repeat(per_need, 3)
    needs = np.repeat(np.arange(50), 3)
    apart = paired_difference(thrice, np.zeros(150), np.random.default_rng(9))
    together = paired_difference(thrice, np.zeros(150), np.random.default_rng(9), groups=needs)
    once = paired_difference(per_need, np.zeros(50), np.random.default_rng(9))
    assert (together.low, together.high) == pytest.approx((once.low, once.high))
    assert together.high - together.low > 1.5 * (apart.high - apart.low)
    assert together.groups == 50


def test_the_same_generator_gives_the_same_interval_and_exchanged_rankings_its_mirror():
    one, other = np.random.default_rng(2).random((2, 60))
    first = paired_difference(one, other, np.random.default_rng(4))
    assert first == paired_difference(one, other, np.random.default_rng(4))
    mirrored = paired_difference(other, one, np.random.default_rng(4))
    assert (mirrored.mean, mirrored.low, mirrored.high) == pytest.approx((-first.mean, -first.high, -first.low))


def test_the_interval_covers_the_truth_about_as_often_as_it_says():
    generator = np.random.default_rng(11)
    covered = 0
    for _ in range(300):
        sample = generator.normal(0.1, 0.5, 80)
        found = paired_difference(sample, np.zeros(80), generator, resamples=500)
        covered += found.low <= 0.1 <= found.high
    assert 0.90 <= covered / 300 <= 0.98
