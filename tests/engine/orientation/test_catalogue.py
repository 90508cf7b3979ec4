"""A catalogue that takes in what has changed is the one that would have been made anew."""

from datetime import date, timedelta
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kesher.engine.eligibility import Fact, Kind, Vocabulary
from kesher.engine.orientation import Catalogue, Service, Situation, answers_to_try, next_question, orient

TODAY = date(2026, 11, 22)
ADULT: Any = {">=": [{"var": "age"}, 18]}
FEW: Any = {"and": [{"<": [{"var": "employees"}, 5]}, {"===": [{"var": "rents"}, True]}]}
OLD: Any = {"and": [{">=": [{"var": "age"}, 60]}, {"!": [{"var": "rents"}]}]}
VOCABULARY = Vocabulary(
    [Fact("age", Kind.NUMBER, whole=True), Fact("employees", Kind.NUMBER, whole=True), Fact("rents", Kind.BOOLEAN)]
)
RULES = st.sampled_from([None, True, ADULT, FEW, OLD, {"and": [FEW, OLD]}, {"and": [FEW, ADULT, {"var": "rents"}]}])
KEYS = [f"{number:02}" for number in range(12)]


@st.composite
def services(draw: st.DrawFn, key: str) -> Service:
    return Service(
        key,
        draw(RULES),
        draw(st.frozensets(st.sampled_from(["work", "debts", "health"]), max_size=2)),
        tuple(draw(st.lists(st.sampled_from([(32.0, 34.8), (32.1, 34.9), (31.0, 35.0)]), max_size=2))),
        draw(st.booleans()),
        draw(st.frozensets(st.sampled_from(["he", "ar"]), max_size=2)),
        draw(st.sampled_from([None, TODAY, TODAY + timedelta(days=40)])),
        draw(st.sampled_from([None, 0, 3])),
        draw(st.sampled_from([None, TODAY - timedelta(days=120)])),
        draw(st.sampled_from(["", "course"])),
    )


@st.composite
def directories(draw: st.DrawFn) -> list[Service]:
    return [draw(services(key)) for key in KEYS if draw(st.booleans())]


SITUATIONS = st.builds(
    lambda facts, needs, place, languages: Situation(TODAY, facts, needs, {}, place, frozenset(languages)),
    st.fixed_dictionaries(
        {}, optional={"age": st.integers(10, 70), "employees": st.integers(0, 9), "rents": st.booleans()}
    ),
    st.sampled_from([(), ("work",), ("debts", "work")]),
    st.sampled_from([None, (32.0, 34.8)]),
    st.sampled_from([(), ("he",)]),
)


@settings(max_examples=150, deadline=None)
@given(directories(), st.lists(directories(), min_size=1, max_size=3), SITUATIONS)
def test_taking_in_changes_is_making_it_anew(
    first: list[Service], later: list[list[Service]], situation: Situation
) -> None:
    held = Catalogue(first)
    now = {one.key: one for one in first}
    for directory in later:
        # of each further directory, the first half replaces what it names, and the rest of its keys are gone
        changed, gone = directory[: len(directory) // 2], [one.key for one in directory[len(directory) // 2 :]]
        assert held.number_of is not None
        held = held.changed(changed, gone)
        now = {key: one for key, one in {**now, **{one.key: one for one in changed}}.items() if key not in gone}
        _same(held, Catalogue(now[key] for key in sorted(now)), situation)


def _same(one: Catalogue, other: Catalogue, situation: Situation) -> None:
    assert one.services == other.services
    assert one.number_of == other.number_of
    for name in ("remote", "speaks", "starts", "checks", "free", "place_of", "latitude", "longitude"):
        assert np.array_equal(
            getattr(one, name), getattr(other, name), equal_nan=name in ("starts", "checks", "free")
        ), name
    for mine, theirs in ((one.needs, other.needs), (one.languages, other.languages)):
        assert sorted(mine) == sorted(theirs)
        assert len(mine) == len(theirs)
        assert all(np.array_equal(mine[code], theirs[code]) and code in mine for code in theirs)
        assert "gone" not in mine
    found, anew = orient(one, situation), orient(other, situation)
    assert [(result.service, result.colour, result.score) for result in found.results(20)] == [
        (result.service, result.colour, result.score) for result in anew.results(20)
    ]
    shares, again = (answers_to_try(catalogue.rules, VOCABULARY) for catalogue in (one, other))
    assert shares == again
    assert next_question(found, shares, top=3) == next_question(anew, again, top=3)


def test_what_is_out_of_use_does_not_pile_up() -> None:
    held = Catalogue([Service("0", ADULT)])
    for bound in range(400):
        held = held.changed([Service("0", {">=": [{"var": "age"}, bound]})])
    assert len(held.rules.parts) < 150
    assert orient(held, Situation(TODAY, {"age": 399})).verdicts.tolist() == [1]
    assert orient(held, Situation(TODAY, {"age": 398})).verdicts.tolist() == [-1]
