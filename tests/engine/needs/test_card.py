"""The points card: what it learns, that it adds up, and when it does not answer."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression

from kesher.engine.needs.card import calibration
from kesher.engine.needs.card.card import (
    LEAST_LOCAL,
    MOST_POINTS,
    Band,
    Card,
    CardError,
    Circumstances,
    Question,
    as_data,
    chance_of,
    from_data,
    points_of,
    score,
    sealed,
)
from kesher.engine.needs.card.fitting import Settings, choose, fit
from kesher.engine.needs.card.refusals import MEANING, Refusal, Use

TODAY = date(2026, 11, 28)
NOW = Circumstances(TODAY)


def history(n=3000, seed=1):
    rng = np.random.default_rng(seed)
    months = rng.integers(0, 40, n).astype(float)
    course = rng.choice(["none", "short", "long"], n)
    distance = rng.normal(30, 10, n)
    where = rng.choice(["north", "south"], n)
    logit = -1.0 + 0.08 * months - 1.2 * (course == "long") + 0.5 * (where == "south")
    outcome = (rng.random(n) < 1 / (1 + np.exp(-logit))).astype(float)
    return {"months": months, "course": course, "distance": distance}, outcome, where.tolist()


@pytest.fixture(scope="module")
def learnt():
    answers, outcome, areas = history()
    return fit("y", outcome, answers, TODAY, np.random.default_rng(0), areas=areas, area_column="area")


def test_it_finds_what_was_put_in(learnt):
    questions = {one.column: one for one in learnt.questions}
    points = dict(zip(questions["course"].choices, questions["course"].points, strict=True))
    assert points["long"] < min(points["none"], points["short"])
    assert list(questions["months"].points) == sorted(questions["months"].points)
    assert learnt.areas["south"][0] > 0 > learnt.areas["north"][0]
    assert learnt.slope > 0
    assert 0.85 < learnt.measures["calibration_slope"] < 1.2
    assert all(isinstance(one, int) and abs(one) <= MOST_POINTS for q in learnt.questions for one in q.points)


def test_new_people_get_the_chances_promised(learnt):
    answers, outcome, areas = history(20_000, seed=2)
    found = score(learnt, answers, NOW, areas=areas)
    known = ~np.isnan(found.chance)
    assert known.mean() > 0.95
    chance, outcome = found.chance[known], outcome[known]
    assert abs(chance.mean() - outcome.mean()) < 0.02
    assert calibration.calibration_slope(chance, outcome) == pytest.approx(1, abs=0.15)
    ones, zeros, _ = calibration.coverage_of(chance, outcome, learnt.likely_from, learnt.unlikely_to)
    assert ones == pytest.approx(0.9, abs=0.03)
    assert zeros == pytest.approx(0.9, abs=0.03)


def test_reasons_add_up_exactly(learnt):
    answers, _, areas = history(200, seed=3)
    found = score(learnt, answers, NOW, areas=areas)
    for person in range(200):
        if found.refusal[person] is None:
            assert sum(points for *_, points in found.reasons(learnt, person)) == found.points[person]
        else:
            assert found.reasons(learnt, person) == ()


def test_the_numpy_path_is_the_training_librarys():
    """To 1e-9 on 10,000 rows: one-hot answers with the card's points, through scikit-learn's own prediction."""
    answers, outcome, _ = history(10_000, seed=4)
    card = fit("y", outcome, answers, TODAY, np.random.default_rng(0))
    points, _ = points_of(card, answers)
    spread = points.std()
    scaled = ((points - points.mean()) / spread)[:, None]
    library = LogisticRegression(C=np.inf, tol=1e-12, max_iter=1000).fit(scaled, outcome)
    ours = calibration.line(points.astype(float), outcome)
    chance = chance_of(replace(card, intercept=ours.intercept, slope=ours.slope), points)
    assert np.abs(library.predict_proba(scaled)[:, 1] - chance).max() < 1e-9


def test_the_file_holds_the_whole_card(learnt):
    again = from_data(as_data(learnt))
    assert again == learnt
    assert not again.damaged


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda data: data.pop("questions"), "not a points card"),
        (lambda data: data.update(format=2), "format 2"),
        (lambda data: data.update(questions=[]), "no question"),
        (lambda data: data["questions"][0]["points"].append(1), "points for"),
        (lambda data: data["questions"][0]["points"].__setitem__(0, 11), "beyond ±10"),
        (lambda data: data.update(learnt="soon"), "not a points card"),
    ],
)
def test_a_broken_file_is_refused(learnt, change, said):
    data = as_data(learnt)
    change(data)
    with pytest.raises(CardError, match=said):
        from_data(data)


SMALL = sealed(
    Card(
        target="y",
        questions=(
            Question("months", (0, 4), (100, 20), (12.0,), 0.0, 60.0),
            Question("course", (-2, 0), (80, 40), choices=("long", "none")),
        ),
        intercept=-1.0,
        slope=0.5,
        likely_from=0.6,
        unlikely_to=0.3,
        learnt=TODAY,
        valid_until=TODAY + timedelta(days=365),
        areas={"north": (0.0, LEAST_LOCAL), "east": (0.0, LEAST_LOCAL - 1)},
        area_column="area",
    )
)


def one(months=3.0, course="long", area="north", card=SMALL, circumstances=NOW, objected=False):
    answers = {"months": np.array([months]), "course": [course]}
    return score(card, answers, circumstances, areas=[area], objected=np.array([objected]))


@pytest.mark.parametrize(
    ("kind", "case"),
    [
        (Refusal.SWITCHED_OFF, {"circumstances": Circumstances(TODAY, switched_off=True)}),
        (Refusal.USE_NOT_ALLOWED, {"circumstances": Circumstances(TODAY, use="cut benefits")}),
        (Refusal.DAMAGED, {"card": replace(SMALL, intercept=0.0)}),
        (Refusal.DEMO_WEIGHTS, {"card": sealed(replace(SMALL, demo=True))}),
        (Refusal.EXPIRED, {"circumstances": Circumstances(TODAY + timedelta(days=366))}),
        (Refusal.DRIFTED, {"circumstances": Circumstances(TODAY, drifted_areas=frozenset({"north"}))}),
        (Refusal.OBJECTED, {"objected": True}),
        (Refusal.NO_LOCAL_HISTORY, {"area": "west"}),
        (Refusal.NO_LOCAL_HISTORY, {"area": "east"}),
        (Refusal.MISSING_ANSWER, {"months": np.nan}),
        (Refusal.MISSING_ANSWER, {"course": ""}),
        (Refusal.UNKNOWN_ANSWER, {"course": "juggling"}),
        (Refusal.OUT_OF_RANGE, {"months": 61.0}),
        (Refusal.GROUP_NOT_REPRESENTED, {"months": 20.0}),
    ],
)
def test_twelve_refusals(kind, case):
    found = one(**case)
    assert found.refusal == (kind,)
    assert found.band == (None,)
    assert np.isnan(found.chance[0])


def test_there_are_twelve_each_with_its_meaning():
    assert len(Refusal) == 12
    assert set(MEANING) == set(Refusal)


def test_an_answer_that_is_given_is_scored():
    found = one()
    assert found.refusal == (None,)
    assert found.points[0] == -2
    assert found.chance[0] == pytest.approx(1 / (1 + np.exp(2)))
    assert found.band == (Band.UNLIKELY,)
    assert one(circumstances=Circumstances(TODAY, use=Use.EARLIER_SUPPORT)).refusal == (None,)


@pytest.mark.parametrize(
    ("name", "attribute"),
    [
        ("female", "sex"),
        ("isFemale", "sex"),
        ("מין", "sex"),
        ("nonwhite", "origin"),
        ("country_of_birth", "origin"),
        ("nationality", "nationality"),
        ("الجنسية", "nationality"),
        ("Religion", "religion"),
        ("disability_flag", "disability"),
        ("nChildren75", "family status"),
        ("marrstatus", "family status"),
        ("Familienstand marital", "family status"),
    ],
)
def test_sensitive_columns_are_refused_by_name(name, attribute):
    answers, outcome, _ = history(600)
    with pytest.raises(CardError, match=attribute) as refused:
        fit("y", outcome, {**answers, name: answers["months"]}, TODAY, np.random.default_rng(0))
    assert refused.value.column == name


@pytest.mark.parametrize("name", ["whitecollar", "childcare_hours", "tenure", "national_exam", "agegt54", "original"])
def test_names_that_only_look_alike_are_not(name):
    answers, outcome, _ = history(600)
    fit("y", outcome, {"months": answers["months"], name: answers["distance"]}, TODAY, np.random.default_rng(0))


def test_too_few_outcomes_are_refused():
    answers, outcome, _ = history(150)
    with pytest.raises(CardError, match="at least 100 of each"):
        fit("y", outcome, answers, TODAY, np.random.default_rng(0))


def test_nothing_to_learn_is_said():
    rng = np.random.default_rng(0)
    outcome = (np.arange(1000) % 2).astype(float)
    with pytest.raises(CardError, match="says anything"):
        fit("y", outcome, {"same": np.ones(1000)}, TODAY, rng)


def test_at_most_twelve_questions():
    rng = np.random.default_rng(0)
    many = rng.normal(size=(1500, 20))
    outcome = (rng.random(1500) < 1 / (1 + np.exp(-many.sum(axis=1) / 3))).astype(float)
    answers = {f"q{number}": many[:, number] for number in range(20)}
    card = fit("y", outcome, answers, TODAY, rng)
    assert len(card.questions) <= 12
    few = choose(outcome, answers, rng, most_questions=3)
    assert len(fit("y", outcome, answers, TODAY, rng, settings=few).questions) <= 3
    with pytest.raises(CardError, match="1 to 12"):
        fit("y", outcome, answers, TODAY, rng, settings=Settings(most_questions=13))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(30, 400), st.floats(0.2, 3))
def test_limits_cover_the_next_person(seed, people, apart):
    """Split conformal's guarantee, on average over draws: tried as the share of fresh people within the limits."""
    rng = np.random.default_rng(seed)
    outcome = np.repeat([0.0, 1.0], people)
    chance = 1 / (1 + np.exp(-(rng.normal(size=2 * people) + apart * outcome)))
    low, high = calibration.limits(chance, outcome)
    ones = chance[outcome == 1]
    assert (ones < low).sum() <= 0.1 * (people + 1)
    assert (chance[outcome == 0] > high).sum() <= 0.1 * (people + 1)


def test_area_offsets_shrink():
    rng = np.random.default_rng(5)
    areas = ["big"] * 2000 + ["small"] * 8 + ["plain"] * 2000
    logits = np.zeros(len(areas))
    lift = {"big": 0.8, "small": 0.8, "plain": 0.0}
    outcome = (rng.random(len(areas)) < 1 / (1 + np.exp(-np.array([lift[one] for one in areas])))).astype(float)
    outcome[2000:2008] = 1.0  # all eight had it: alone that would be an infinite offset
    offsets = calibration.area_offsets(logits, outcome, areas)
    assert offsets["big"] == pytest.approx(0.8, abs=0.12)
    assert abs(offsets["plain"]) < 0.12
    assert 0 < offsets["small"] < 2
