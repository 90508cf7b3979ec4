"""A question is moved towards what was right for those who said something like it."""

import math

import numpy as np
import pytest

from kesher.directory.search.meaning import FILE, PRECEDENTS
from kesher.engine.coding.embedding import unit
from kesher.engine.orientation.precedents import NEAREST, SHARPNESS, Precedents
from kesher.engine.orientation.themes import POINTS, Question, ThemeModel, middle


def drawn(seed, sayings=60, services=20, points=POINTS):
    draw = np.random.default_rng(seed)
    places = [unit(draw.normal(size=(size, points)).astype(np.float32)) for size in (sayings, services, 1)]
    return Precedents(places[0], places[1], draw.integers(0, services, sayings)), places[2][0]


def plainly(precedents, place):
    """The formula of the module's head, number by number."""
    near = [math.fsum(float(a) * float(b) for a, b in zip(one, place, strict=True)) for one in precedents.sayings]
    best = sorted(range(len(near)), key=lambda number: -near[number])[:NEAREST]
    answer = [0.0] * len(place)
    for number in best:
        weight = math.exp((near[number] - near[best[0]]) / SHARPNESS)
        answer = [a + weight * float(b) for a, b in zip(answer, precedents.answers[precedents.of[number]], strict=True)]
    length = math.sqrt(math.fsum(a * a for a in answer))
    turned = [float(p) + a / length for p, a in zip(place, answer, strict=True)]
    length = math.sqrt(math.fsum(a * a for a in turned))
    return [a / length for a in turned]


@pytest.mark.parametrize("seed", range(5))
def test_a_question_is_moved_by_the_formula(seed):
    precedents, place = drawn(seed)
    moved = precedents.moved(place)
    assert moved == pytest.approx(plainly(precedents, place), abs=1e-5)
    assert np.linalg.norm(moved) == pytest.approx(1, abs=1e-6)


def test_what_was_said_before_leads_to_what_was_right_then():
    precedents, _ = drawn(7)
    for number in range(len(precedents.sayings)):
        said, right = precedents.sayings[number], precedents.answers[precedents.of[number]]
        assert precedents.moved(said) @ right > said @ right


def test_the_order_of_precedents_and_their_being_few_change_nothing():
    precedents, place = drawn(3)
    order = np.random.default_rng(0).permutation(len(precedents.sayings))
    again = Precedents(precedents.sayings[order], precedents.answers, precedents.of[order])
    assert again.moved(place) == pytest.approx(precedents.moved(place), abs=1e-6)
    few, place = drawn(4, sayings=3)
    assert few.moved(place) == pytest.approx(plainly(few, place), abs=1e-5)
    none = Precedents(precedents.sayings[:0], precedents.answers, precedents.of[:0])
    assert (none.moved(place) == place).all()


def test_a_question_without_precedents_stands_where_it_stood():
    draw = np.random.default_rng(5)
    model = ThemeModel(
        "m", "e", ("a", "b"), *(draw.normal(size=size).astype(np.float32) for size in (8, (8, 3), 3, (8, POINTS)))
    )
    vectors = draw.normal(size=(3, 8)).astype(np.float32)
    precedents, _ = drawn(6)
    alone, moved = Question.of(model, vectors), Question.of(model, vectors, precedents)
    assert (alone.place == middle(model.places(vectors))).all()
    assert (moved.place == precedents.moved(alone.place)).all()
    assert (moved.chances == alone.chances).all()


def test_the_precedents_that_come_with_kesher_are_places_of_the_model_that_comes_with_it():
    with np.load(PRECEDENTS) as held, np.load(FILE) as model:
        assert str(held["model"]) == str(model["name"])
        sayings, answers, of = held["sayings"], held["answers"], held["of"]
    assert sayings.shape == (len(of), POINTS)
    assert answers.shape == (of.max() + 1, POINTS)
    lengths = np.linalg.norm(np.concatenate((sayings, answers)).astype(np.float64), axis=1)
    assert lengths == pytest.approx(np.full(len(lengths), 127), rel=0.02)
