"""Reasons, what would change it, who may not enter, job fairs and the audit: on cases small enough to read."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kesher.engine.matching import (
    MatchingError,
    Person,
    SensitiveInput,
    Skills,
    TravelTable,
    Vacancy,
    Verdict,
    assign,
    explain,
    explain_candidates,
    exposure_by_group,
    market,
    refuse_sensitive,
    sensitive_attribute,
    usual_weights,
    weights_of,
    what_would_open,
    what_would_widen,
)
from kesher.formats.matching import PEOPLE, VACANCIES

BAKER = Person(
    "baker",
    {"7512": 12.0},
    ("7512",),
    frozenset({"bake bread"}),
    frozenset(),
    frozenset({"A5"}),
    {"he": (2, 2, 3, 3, 1), "ar": (6,) * 5},
    latitude=31.25,
    longitude=34.79,
    distance=30.0,
)
BAKERY = Vacancy("bakery", "7512", ("bake bread", "decorate cakes"), latitude=31.26, longitude=34.80)
OFFICE = Vacancy(
    "office", "4110", ("write letters",), languages={"he": (0, 0, 0, 0, 4)}, latitude=31.26, longitude=34.80
)
LORRY = Vacancy("lorry", "8332", ("drive",), licences=frozenset({"C", "CE"}), latitude=31.26, longitude=34.80)
FAR = Vacancy("far", "7512", ("bake bread",), latitude=32.79, longitude=34.99)


def test_a_reason_names_what_is_asked_what_is_there_and_what_would_change_it():
    matched = market([BAKER], [BAKERY, OFFICE, LORRY, FAR])
    said = {one.vacancy: one for one in explain(matched, 0, np.arange(4), trainable={"decorate cakes"})}
    assert said["bakery"].verdict is Verdict.YES
    assert said["bakery"].parts[0].name == "wish"
    (missing,) = said["bakery"].missing
    assert (missing.skill, missing.essential, missing.trainable) == ("decorate cakes", True, True)
    (writing,) = said["office"].changes
    assert (writing.limit, writing.asked, writing.verdict) == ("language", "he writing B2", Verdict.NO)
    assert {(one.limit, one.asked, one.had) for one in said["lorry"].changes} == {
        ("licence", "C", "no"),
        ("licence", "CE", "no"),
    }
    (away,) = said["far"].changes
    assert (away.limit, away.asked) == ("distance", "at most 30 km")
    assert said["far"].travel == pytest.approx(172.3, abs=1)


def test_what_would_open_more_counts_only_what_a_single_thing_keeps_apart():
    matched = market([BAKER], [BAKERY, OFFICE, LORRY, FAR])
    reach = what_would_open(matched, 0)
    assert (reach.sure, reach.maybe) == (1, 0)
    found = {(one.limit, one.what): one.more for one in reach.openings}
    assert found == {
        ("distance", ""): 1,
        ("language", ""): 1,
        ("language", "he writing B2"): 1,
        ("licence", ""): 1,  # both licences together: neither alone would do
    }


def test_a_requirement_that_halves_who_fits_is_told_in_counts():
    speakers = [Person(f"p{at}", languages={"he": (4, 4, 4, 4, 4 if at % 2 else 2)}) for at in range(40)]
    matched = market(speakers, [Vacancy("v", languages={"he": (0, 0, 3, 0, 4)})])
    reach = what_would_widen(matched, 0)
    assert reach.sure == 20
    assert {(one.what, one.more) for one in reach.openings} == {("", 20), ("he writing B2", 20)}


def test_both_directions_explain_a_pair_alike():
    matched = market([BAKER], [BAKERY, OFFICE])
    (one,), (other,) = explain(matched, 0, np.array([0])), explain_candidates(matched, 0, np.array([0]))
    assert one == other


def test_near_misses_by_hierarchy_and_by_meaning():
    vectors = np.array([[1, 0], [0, 1], [0.98, 0.2], [0, 0]], dtype=np.float32)
    vectors[:3] /= np.linalg.norm(vectors[:3], axis=1, keepdims=True)
    skills = Skills(("bake bread", "bake", "make bread", "cook"), np.array([[0, 1]]), vectors)
    near = usual_weights().near
    cosine = float(vectors[0] @ vectors[2])
    meaning = near["meaning"] * (cosine - near["alike"]) / (1 - near["alike"])
    asked = {"bake": near["narrower"], "make bread": meaning, "cook": 0.0, "bake bread": 1.0}
    for skill, credit in asked.items():
        matched = market([BAKER], [Vacancy("v", essential=(skill,))], skills=skills)
        said = explain(matched, 0, np.array([0]))[0]
        part = next(one for one in said.parts if one.name == "essential")
        assert part.value == pytest.approx(credit, abs=1e-5)
        assert [one.nearest for one in said.missing] == ([] if credit == 1 else ["bake bread" if credit else ""])


def test_travel_may_be_a_table_of_minutes():
    table = np.array([[5, 40], [40, 5]], dtype=np.float32)

    def travel(people, vacancies):
        return TravelTable(table, np.zeros(len(people), dtype=np.int64), np.array([1, -1]))

    matched = market([BAKER], [BAKERY, OFFICE], travel=travel)
    said = {one.vacancy: one for one in explain(matched, 0, np.arange(2))}
    assert [change.had for change in said["bakery"].changes] == ["40.0 min"]
    assert "distance" in said["office"].unknown


# --- who may not enter -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "column",
    [
        "sex",
        "Gender",
        "nationality",
        "country_of_origin",
        "religion",
        "age",
        "birthDate",
        "photo",
        "מין",
        "גיל",
        "الجنسية",
    ],
)
def test_sensitive_columns_are_refused_by_name(column):
    with pytest.raises(SensitiveInput, match="may not enter") as refusal:
        refuse_sensitive(["id", column])
    assert refusal.value.column == column


def test_none_of_our_own_columns_is_sensitive():
    assert [name for name in (*PEOPLE, *VACANCIES) if sensitive_attribute(name)] == []


# --- weights and records ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("was", "becomes", "words"),
    [("wish = 0.30", "wish = 0.31", "must add up to 1"), ("wish = 0.30", "wish = -1", "at least 0"),
     ("wish = 0.30", "sex = 0.30", "the keys of"), ("kilometres = 50.0", "kilometres = 0", "cannot be"),
     ("[near]", "[nearly]", "the tables must be")],
)  # fmt: skip
def test_weights_that_cannot_be_are_refused_by_table_and_key(was, becomes, words):
    from importlib.resources import files

    text = (files("kesher.engine.matching") / "weights.toml").read_text(encoding="utf-8")
    assert was in text
    with pytest.raises(MatchingError, match=words):
        weights_of(text.replace(was, becomes))


@pytest.mark.parametrize(
    ("people", "vacancies", "words"),
    [([BAKER, BAKER], [], "'baker' is there twice"), ([], [BAKERY, BAKERY], "'bakery' is there twice"),
     ([], [Vacancy("v", places=0)], "at least 1 place"), ([Person("p", latitude=99.0)], [], "no place on the earth"),
     ([Person("p", languages={"he": (1, 2)})], [], "five levels"), ([], [Vacancy("v", contract="forever")], "forever")],
)  # fmt: skip
def test_records_that_cannot_be_are_refused_by_id(people, vacancies, words):
    with pytest.raises(MatchingError, match=words):
        market(people, vacancies)


# --- fairs and audit -------------------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 5), st.integers(1, 4))
def test_a_fair_is_the_best_of_all_there_are(seed, n, m):
    rng = np.random.default_rng(seed)
    mutual = rng.random((n, m)).astype(np.float32)
    allowed, capacity = rng.random((n, m)) < 0.7, rng.integers(0, 3, m)
    best = 0.0
    for choice in itertools.product(range(-1, m), repeat=n):
        taken = np.bincount([one for one in choice if one >= 0], minlength=m)
        if (taken <= capacity).all() and all(one < 0 or allowed[row, one] for row, one in enumerate(choice)):
            best = max(best, sum(float(mutual[row, one]) for row, one in enumerate(choice) if one >= 0))
    found = assign(mutual, allowed, capacity)
    assert found.value == pytest.approx(best, abs=1e-5)
    assert found.bound >= found.first - 1e-6


def test_several_talks_never_bring_the_same_two_together_twice():
    rng = np.random.default_rng(1)
    found = assign(rng.random((12, 4)).astype(np.float32), np.ones((12, 4), bool), np.full(4, 6), talks=3)
    for talks in found.talks:
        real = talks[talks >= 0]
        assert len(set(real)) == len(real)
    assert (np.bincount(found.talks[found.talks >= 0], minlength=4) <= 6).all()


def test_the_audit_says_nothing_of_fewer_than_five():
    lists = np.array([[0, 1]] * 9 + [[-1, -1]])
    scores = np.where(lists >= 0, 0.5, -np.inf).astype(np.float32)
    groups = ["a"] * 4 + ["b"] * 6
    few, many = exposure_by_group(groups, lists, scores, np.arange(10.0), np.zeros(10))
    assert (few.group, few.people, few.worth) == ("a", None, None)
    assert (many.people, many.without) == (6, pytest.approx(1 / 6))
    assert many.ratio == pytest.approx(6.5 / 4.5)
