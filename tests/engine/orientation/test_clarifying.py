"""What to offer as what words are most about, and when it is worth asking."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kesher.engine.orientation.clarifying import FIRST, OFFERED, SHARE, SURE, WORTH, to_offer, together


def plainly(plausible, standing, after):
    """The formula of the module's head, service by service."""
    order = sorted(range(len(plausible)), key=lambda concern: -plausible[concern])
    chance = {concern: math.exp((plausible[concern] - max(plausible)) / SURE) for concern in order}
    first = sorted(range(len(standing)), key=lambda service: -standing[service])[:FIRST]
    worth = 0.0
    for concern in order[:OFFERED]:
        then = sorted(range(len(standing)), key=lambda service: -after[concern][service])[:FIRST]
        worth += chance[concern] / sum(chance.values()) * len(set(then) - set(first)) / len(first)
    return order[:OFFERED], worth


@pytest.mark.parametrize("seed", range(20))
def test_what_is_offered_and_its_worth_are_the_formula(seed):
    draw = np.random.default_rng(seed)
    concerns, services = draw.integers(2, 12), draw.integers(1, 30)
    plausible, standing = draw.random(concerns) * 0.3, draw.random(services)
    after = standing + draw.random((concerns, services)) * draw.random()
    offered, worth = to_offer(plausible, standing, after)
    expected, by_hand = plainly(plausible.tolist(), standing.tolist(), after.tolist())
    assert offered.tolist() == expected
    assert worth == pytest.approx(by_hand, abs=1e-12)


def test_clear_words_are_worth_no_question_and_open_ones_are():
    """Ten services, five for each of two concerns; those of the first stand first."""
    standing = np.array([0.9] * 5 + [0.6] * 5) - np.arange(10) / 1000
    after = standing + 0.5 * np.array([[1] * 5 + [0] * 5, [0] * 5 + [1] * 5])
    clear, open_ = np.array([0.8, 0.3]), np.array([0.8, 0.79])
    assert to_offer(clear, standing, after)[1] < WORTH / 100
    assert to_offer(open_, standing, after)[1] > WORTH
    assert to_offer(open_, standing, np.stack([standing] * 2))[1] == 0  # whatever is answered, the same stands first


def test_one_concern_is_no_choice_and_no_services_need_none():
    assert to_offer(np.array([0.8]), np.ones(3), np.ones((1, 3)))[0].tolist() == []
    assert to_offer(np.array([0.8, 0.7]), np.ones(0), np.ones((2, 0)))[0].tolist() == []


scores = st.lists(st.none() | st.integers(1, 100), min_size=4, max_size=4).map(
    lambda given: {key: score / 100 for key, score in zip("abcd", given, strict=True) if score}
)


@given(scores, scores)
def test_together_nothing_is_lost_and_the_best_has_one(words, concern):
    both = together(words, concern)
    assert set(both) == set(words) | set(concern)
    if both:
        assert list(both.values()) == sorted(both.values(), reverse=True)
    if words and concern:
        assert max(both.values()) == pytest.approx(1)


@given(scores)
def test_a_choice_that_finds_nothing_changes_nothing(words):
    assert together(words, {}) == words


def test_what_both_find_stands_before_what_one_finds():
    both = together({"here": 1.0, "both": 0.9, "last": 0.5}, {"there": 1.0, "both": 0.9, "least": 0.4})
    assert next(iter(both)) == "both"
    best = 0.9
    assert both["here"] == pytest.approx(((1 - SHARE) + SHARE * 0.4) / best)
    assert both["there"] == pytest.approx(((1 - SHARE) * 0.5 + SHARE) / best)
