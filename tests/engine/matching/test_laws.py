"""What must hold whatever comes in."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kesher.engine.matching import (
    MatchingError,
    Verdict,
    candidate_lists,
    candidates_of_pools,
    digest_of_list,
    digest_of_market,
    exposures,
    market,
    raise_exposure,
    spread,
)
from kesher.engine.matching.model import INTENSIVE
from kesher.engine.matching.spreading import _first
from tests.engine.matching.drawing import SKILLS, markets, names, people, vacancies

ONE = np.array([0])


def _pair(person, vacancy):
    matched = market([person], [vacancy], skills=SKILLS)
    verdict = int(matched.limits.verdicts(ONE, ONE).min())
    return float(matched.scores.pairs(ONE, ONE)[0]), verdict


@settings(max_examples=150, deadline=None)
@given(people(), vacancies(), names)
def test_one_more_skill_never_lowers_a_score(person, vacancy, skill):
    assume(person.skills is not None)
    before, _ = _pair(person, vacancy)
    after, _ = _pair(replace(person, skills=person.skills | {skill}), vacancy)
    assert after >= before


FACTS_OF_PERSON = {"licences": None, "permits": None, "languages": None, "available": float("nan")}
FACTS_OF_VACANCY = {"shifts": None, "begins": float("nan"), "ends": float("nan"), "pay": float("nan")}
FACTS_OF_VACANCY |= {"hours_least": float("nan"), "hours_most": float("nan")}


@settings(max_examples=200, deadline=None)
@given(people(), vacancies(), st.sampled_from([*FACTS_OF_PERSON, *FACTS_OF_VACANCY]))
def test_what_is_not_known_never_becomes_a_yes_nor_a_better_score(person, vacancy, field):
    score, verdict = _pair(person, vacancy)
    if field in FACTS_OF_PERSON:
        person = replace(person, **{field: FACTS_OF_PERSON[field]})
    else:
        vacancy = replace(vacancy, **{field: FACTS_OF_VACANCY[field]})
    less, unknown = _pair(person, vacancy)
    assert less <= score + 1e-6
    assert unknown <= max(verdict, Verdict.UNKNOWN)
    if verdict == Verdict.NO:  # it may no longer be known to be broken, but it is not met
        assert unknown in (Verdict.NO, Verdict.UNKNOWN)


@settings(max_examples=100, deadline=None)
@given(markets(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(drawn, order):
    some, offers = drawn
    mixed = order.sample(some, len(some)), order.sample(offers, len(offers))
    one, other = (market(*both, skills=SKILLS) for both in (drawn, mixed))
    assert one.people == other.people
    first, second = (matched.top(3, threads=1) for matched in (one, other))
    assert (first.vacancies == second.vacancies).all()
    assert (first.scores == second.scores).all()
    assert digest_of_market(one) == digest_of_market(other)


@settings(max_examples=60, deadline=None)
@given(markets(), vacancies())
def test_the_hash_of_a_list_changes_with_what_it_was_made_from(drawn, another):
    some, offers = drawn
    matched = market(some, offers, skills=SKILLS)
    digest = digest_of_market(matched, knob=0.5)
    assert digest_of_list(some[0], digest) == digest_of_list(replace(some[0]), digest)
    assert digest_of_list(replace(some[0], support=(some[0].support + 1) % 4), digest) != digest_of_list(
        some[0], digest
    )
    assert digest_of_market(matched, knob=0.6) != digest
    assert digest_of_market(market(some, [*offers, replace(another, id="z")], skills=SKILLS), knob=0.5) != digest


# --- spreading -------------------------------------------------------------------------------------------------------


@st.composite
def pools(draw):
    seed, n, m = draw(st.integers(0, 2**32 - 1)), draw(st.integers(1, 12)), draw(st.integers(1, 30))
    rng = np.random.default_rng(seed)
    own = (rng.random((n, m)) + 0.01).astype(np.float32)
    mutual = own * (rng.random((n, m)) + 0.01).astype(np.float32)
    numbers = np.broadcast_to(np.arange(m), (n, m)).copy()
    numbers[rng.random((n, m)) < draw(st.sampled_from([0.0, 0.3, 1.0]))] = -1
    return numbers, own, mutual, rng.integers(1, 3, m)


@settings(max_examples=100, deadline=None)
@given(pools(), st.integers(1, 8))
def test_at_price_0_everybody_has_their_own_order(pool, k):
    numbers, own, mutual, places = pool
    lists = spread(numbers, own, mutual, places, k=k, knob=0.0)
    assert (lists.loss == 0).all()
    assert (lists.prices == 0).all()
    for row, list_ in enumerate(lists.vacancies):
        real = np.flatnonzero(numbers[row] >= 0)
        order = sorted(real, key=lambda at: (-np.log(np.float64(own[row, at])), at))[: len(list_)]
        assert [int(one) for one in list_ if one >= 0] == [int(numbers[row, at]) for at in order]


@settings(max_examples=100, deadline=None)
@given(pools(), st.integers(1, 8), st.sampled_from([0.25, 0.5, 1.0]), st.sampled_from([0.0, 0.02, 0.1, 1.0]))
def test_no_first_choice_is_hidden_and_nobody_loses_more_than_was_allowed(pool, k, knob, most_loss):
    numbers, own, mutual, places = pool
    lists = spread(numbers, own, mutual, places, k=k, knob=knob, most_loss=most_loss)
    assert (lists.loss <= most_loss + 1e-9).all()
    assert (lists.prices >= 0).all()
    worth = np.where(numbers >= 0, own, -1)
    for row, list_ in enumerate(lists.vacancies):
        real = [int(one) for one in list_ if one >= 0]
        assert len(real) == len(set(real)) == min(k, int((numbers[row] >= 0).sum()))
        if real:
            assert real[0] == numbers[row, worth[row].argmax()]
            assert lists.own_rank[row, 0] == 1


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 6), st.integers(1, 60), st.integers(1, 9), st.integers(1, 70))
def test_the_first_of_a_row_are_those_of_a_stable_sort(seed, rows, width, different, k):
    rng = np.random.default_rng(seed)
    score = rng.integers(0, different, (rows, width)).astype(np.float64)
    score[rng.random((rows, width)) < 0.2] = -np.inf
    assert (_first(score, k) == np.argsort(-score, axis=1, kind="stable")[:, :k]).all()


def test_prices_spread_what_all_would_be_shown():
    rng = np.random.default_rng(0)
    own = (0.75 * rng.random(50)[None, :] + 0.25 * rng.random((300, 50))).astype(np.float32) + 0.01
    pool, places = np.broadcast_to(np.arange(50), own.shape).copy(), np.ones(50, dtype=np.int64)
    shown = [
        np.unique(spread(pool, own, own, places, k=5, knob=knob, most_loss=0.2).vacancies).size for knob in (0.0, 1.0)
    ]
    assert shown[1] > 1.5 * shown[0]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"knob": 1.5}, "knob"),
        ({"most_loss": -1}, "most_loss"),
        ({"k": 0}, "at least 1"),
        ({"own": np.zeros((1, 2))}, "above 0"),
    ],
)
def test_a_pool_that_cannot_be_is_refused(changed, words):
    given_ = {"own": np.ones((1, 2)), "knob": 0.5, "most_loss": 0.05, "k": 2} | changed
    with pytest.raises(MatchingError, match=words):
        spread(np.array([[0, 1]]), given_.pop("own"), np.ones((1, 2)), np.array([1, 1]), **given_)


# --- the floor -------------------------------------------------------------------------------------------------------


@settings(max_examples=150, deadline=None)
@given(
    st.integers(0, 2**32 - 1),
    st.integers(1, 14),
    st.integers(1, 8),
    st.integers(1, 5),
    st.sampled_from([0.0, 0.5, 1.0]),
)
def test_the_floor_only_raises(seed, n, m, k, floor):
    rng = np.random.default_rng(seed)
    worth = np.where(rng.random((n, m)) < 0.6, rng.random((n, m)), 0).astype(np.float32)
    pool = np.where(worth > 0, np.arange(m), -1)
    lists = candidates_of_pools(pool, worth, m, k)
    assert (lists[:, : min(n, k)] == candidate_lists(worth, k)).all()
    support = rng.integers(0, 4, n)
    raised = raise_exposure(lists, pool, worth, support, floor=floor)
    held = support >= INTENSIVE
    assert (raised.after[held] >= raised.before[held] - 1e-9).all()
    assert raised.after == pytest.approx(exposures(raised.lists, n))
    for vacancy, list_ in enumerate(raised.lists):
        real = list_[list_ >= 0]
        assert len(set(real)) == len(real)
        assert (worth[real, vacancy] > 0).all()
    passes = (worth > 0).any(axis=1)
    reached = held & passes & ~np.isin(np.arange(n), raised.short)
    assert (raised.after[reached] >= raised.floor - 1e-9).all()
    if floor == 0:
        assert (raised.lists == lists).all()
