"""From a title to skills: the shares worked out by hand."""

import math

import numpy as np
import pytest

from kesher.engine.coding import CharacterNgrams, Needed
from kesher.engine.coding.needed import NEIGHBOURS, TEMPERATURE

LABELS = ["baker", "pastry baker", "bakery hand", "truck driver"]
OWNER = [0, 1, 1, 2]
NEEDS = [[(0, 1.0), (1, 0.3)], [(0, 1.0), (2, 1.0)], [(3, 1.0)]]


@pytest.fixture(scope="module")
def needed():
    return Needed.of(CharacterNgrams().take_in(LABELS), OWNER, NEEDS, 5)


def test_skills_of_near_occupations_count_by_nearness(needed):
    similar = CharacterNgrams().take_in(LABELS).similarities("baker of bread")
    best = [max(similar[place] for place, owner in enumerate(OWNER) if owner == one) for one in range(3)]
    shares = [math.exp((one - max(best)) / TEMPERATURE) for one in best]
    total = sum(shares)
    one, two, three = (share / total for share in shares)
    assert needed.scores("baker of bread").tolist() == pytest.approx([one + two, 0.3 * one, two, three, 0], abs=1e-4)


def test_an_occupation_can_be_left_out(needed):
    scores = needed.scores("baker", without=0)
    assert scores[1] == 0
    assert scores[0] == pytest.approx(scores[2])


def test_the_likeliest_stand_first_and_nothing_that_nobody_needs(needed):
    found = needed.likeliest("baker", 3)
    assert next(number for number, _ in found) == 0
    assert len(found) == 3
    assert 4 not in [number for number, _ in needed.likeliest("baker")]


def test_only_so_many_occupations_are_asked():
    texts = [f"baker {number}" for number in range(2 * NEIGHBOURS)]
    many = Needed.of(
        CharacterNgrams().take_in(texts),
        range(len(texts)),
        [[(number, 1.0)] for number in range(len(texts))],
        len(texts),
    )
    assert np.count_nonzero(many.scores("baker")) == NEIGHBOURS


def test_without_occupations_nothing_is_needed():
    nothing = Needed.of(CharacterNgrams().take_in([]), [], [], 3)
    assert nothing.scores("baker").tolist() == [0, 0, 0]
    assert nothing.likeliest("baker") == []
