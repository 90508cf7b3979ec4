"""Services for a situation: colours, order, score, and which question settles most."""

from datetime import date, timedelta
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kesher.engine.distance import kilometres
from kesher.engine.eligibility import Fact, Kind, Vocabulary
from kesher.engine.orientation import (
    WEIGHTS,
    Catalogue,
    Colour,
    Service,
    Situation,
    answers_to_try,
    next_question,
    orient,
)

TODAY = date(2026, 11, 22)
ADULT = {">=": [{"var": "age"}, 18]}
VOCABULARY = Vocabulary(
    [
        Fact("age", Kind.NUMBER, whole=True),
        Fact("resident", Kind.BOOLEAN),
        Fact("work", Kind.TEXT, choices=("employed", "unemployed")),
        Fact("languages", Kind.LIST, choices=("he", "am")),
        Fact("born", Kind.DATE),
    ]
)


def situation(**given: Any) -> Situation:
    return Situation(today=TODAY, **given)


def test_of_two_alike_what_fits_comes_first_and_what_does_not_fit_last() -> None:
    far, near = (32.03, 34.81), (32.0, 34.81)
    catalogue = Catalogue(
        [
            Service("no", {"<": [{"var": "age"}, 18]}, places=(near,)),
            Service("perhaps", {"var": "resident"}, places=(near,)),
            Service("far", ADULT, places=(far,)),
            Service("near", ADULT, places=(near,)),
        ]
    )
    result = orient(catalogue, situation(facts={"age": 30}, place=(32.0, 34.8)))
    assert [(one.service.key, one.colour) for one in result.results()] == [
        ("near", Colour.FITS),
        ("far", Colour.FITS),
        ("perhaps", Colour.MAY_FIT),
        ("no", Colour.DOES_NOT_FIT),
    ]
    assert result.counts() == {Colour.FITS: 2, Colour.MAY_FIT: 1, Colour.DOES_NOT_FIT: 1}
    assert [one.service.key for one in result.results(colour=Colour.MAY_FIT)] == ["perhaps"]
    perhaps, no = result.results()[2:]
    assert perhaps.explanation().missing == ("resident",)
    assert [c.operator for c in no.explanation().changes[0].conditions] == ["<"]
    assert result.results(1)[0].distance == pytest.approx(0.943, abs=0.01)


def test_what_was_asked_for_and_may_fit_comes_before_what_fits_and_was_hardly_meant() -> None:
    catalogue = Catalogue([Service("no", False), Service("open to all"), Service("meant", {"var": "resident"})])
    result = orient(catalogue, situation(found={"meant": 1.0, "open to all": 0.6, "no": 1.0}))
    assert [one.service.key for one in result.results()] == ["meant", "open to all", "no"]
    closer = orient(catalogue, situation(found={"meant": 1.0, "open to all": 0.9}))
    assert [one.service.key for one in closer.results()] == ["open to all", "meant"]


def test_the_best_place_of_each_kind_stands_before_the_second_of_another() -> None:
    places = {"here": (32.0, 34.8), "there": (32.0, 34.82), "beyond": (32.0, 34.84)}
    catalogue = Catalogue(
        [Service(f"course {name}", kind="course", places=(place,)) for name, place in places.items()]
        + [Service("club", places=((32.0, 34.9),)), Service("desk", places=((32.0, 34.9),))]
    )
    result = orient(catalogue, situation(place=(32.0, 34.8)))
    assert [one.service.key for one in result.results()] == [
        "course here", "club", "desk", "course there", "course beyond",
    ]  # fmt: skip
    assert [one.service.key for one in result.results(1)] == ["course here"]
    only = result.only(np.array([False, True, True, True, True]))
    assert only.results(1)[0].service.key == "course there", "the best of those looked at"


def test_the_score_is_the_sum_of_its_parts_and_each_part_says_what_it_promises() -> None:
    assert sum(WEIGHTS.values()) == pytest.approx(1)
    day = timedelta(days=1)
    catalogue = Catalogue(
        [
            Service("best", None, frozenset({"work"}), ((32.0, 34.8),), False, frozenset({"he"}), TODAY, 3, TODAY),
            Service("worst", None, frozenset({"debts"}), ((33.0, 35.5),), False, frozenset({"ru"}), TODAY + 120 * day, 0, None),
            Service("remote", None, frozenset({"debts"}), ((33.0, 35.5),), True, frozenset(), TODAY - day, None,
                    TODAY - 272.5 * day),
        ]
    )  # fmt: skip
    result = orient(
        catalogue, situation(needs=("work", "debts"), place=(32.0, 34.8), languages=frozenset({"he", "am"}))
    )
    shown = {one.service.key: {part.name: part.value for part in one.parts} for one in result.results()}
    assert shown["best"] == {"need": 1, "distance": 1, "language": 1, "start": 1, "places": 1, "checked": 1}
    assert shown["worst"] == pytest.approx(
        {"need": 0.8, "distance": 0.0376, "language": 0, "start": 1 / 3, "places": 0, "checked": 0}, abs=1e-3
    )
    assert shown["remote"] == pytest.approx(
        {"need": 0.8, "distance": 0.8, "language": 0.5, "start": 0.5, "places": 0.5, "checked": 0.5}, abs=2e-3
    )
    for one in result.results():
        assert one.score == pytest.approx(sum(part.points for part in one.parts))
    nothing_said = orient(catalogue, situation()).results()
    assert {one.distance for one in nothing_said} == {None}
    assert {part.value for one in nothing_said for part in one.parts if part.name in ("language", "need")} == {0.5, 1}


@pytest.mark.parametrize(("latitude", "value"), [(32.0, 1.0), (34.2, 0.02), (34.3, 0.5), (-34.0, 0.5), (None, 0.5)])
def test_a_place_that_nobody_travels_to_says_as_little_as_none(latitude: float | None, value: float) -> None:
    """Two degrees and a quarter to the north are 250 km."""
    places = ((latitude, 34.8),) if latitude is not None else ()
    catalogue = Catalogue([Service("one", None, frozenset({"work"}), places)])
    (result,) = orient(catalogue, situation(needs=("work",), place=(32.0, 34.8))).results()
    assert {part.name: part.value for part in result.parts}["distance"] == pytest.approx(value, abs=1e-3)


@pytest.mark.parametrize(("latitude", "remote", "first"), [
    (32.5, False, "meant"),  # 56 km
    (32.6, False, "nearer"),  # 67 km: nobody goes there when something as good is nearer
    (32.6, True, "meant"),  # it is had from here
    (34.3, False, "meant"),  # 256 km: nobody goes there at all, it is rung up
])  # fmt: skip
def test_what_is_an_hour_away_and_more_stands_lower(latitude: float, remote: bool, first: str) -> None:
    catalogue = Catalogue(
        [
            Service("meant", places=((latitude, 34.8),), remote=remote),
            Service("nearer", places=((32.4, 34.8),)),
        ]
    )
    result = orient(catalogue, situation(found={"meant": 1.0, "nearer": 0.9}, place=(32.0, 34.8)))
    assert result.results()[0].service.key == first
    # Only the order knows: the score, which is shown in parts, does not.
    assert result.results()[0].score == pytest.approx(sum(part.points for part in result.results()[0].parts))
    assert (result.only(np.ones(2, dtype=bool)).order() == result.order()).all()


def test_services_are_grouped_by_the_needs_asked_for() -> None:
    catalogue = Catalogue(
        [Service("both", None, frozenset({"work", "debts"})), Service("work", None, frozenset({"work"})),
         Service("other", None, frozenset({"health"}))]
    )  # fmt: skip
    groups = orient(catalogue, situation(needs=("debts", "work", "unheard of"))).groups(limit=1)
    assert [(group.need, [one.service.key for one in group.results], group.total) for group in groups] == [
        ("debts", ["both"], 1),
        ("work", ["both"], 2),
    ]
    assert [group.need for group in orient(catalogue, situation()).groups()] == ["debts", "health", "work"]


def test_an_answer_moves_services_between_colours_and_keeps_the_scores() -> None:
    before = orient(Catalogue([Service("a", ADULT), Service("b")]), situation())
    after = before.with_answer("age", 12)
    assert [one.colour for one in before.results()] == [Colour.FITS, Colour.MAY_FIT]
    assert [one.colour for one in after.results()] == [Colour.FITS, Colour.DOES_NOT_FIT]
    assert np.array_equal(before.scores, after.scores)
    assert after.situation.facts == {"age": 12}


def test_the_question_is_the_one_that_settles_most_and_never_one_that_changes_nothing() -> None:
    unemployed = {"===": [{"var": "work"}, "unemployed"]}
    catalogue = Catalogue(
        [Service("a", {"and": [ADULT, {"var": "resident"}]}), Service("b", {"and": [ADULT, unemployed]}),
         Service("c", ADULT), *(Service(f"open {number}") for number in range(10)),
         Service("below the tenth", {"in": ["am", {"var": "languages"}]})]
    )  # fmt: skip
    shares = answers_to_try(catalogue.rules, VOCABULARY)
    result = orient(catalogue, situation())
    question = next_question(result, shares)
    assert question is not None
    assert (question.fact, question.open_now) == ("age", 3)
    assert [catalogue.services[index].key for index in question.waiting] == ["a", "b", "c"]
    assert next_question(result, shares, skipped=["age", "resident", "work"]) is None
    after = result.with_answer("age", 10)
    assert after.settled()
    assert next_question(after, shares) is None


def test_answers_are_tried_on_both_sides_of_what_rules_ask() -> None:
    catalogue = Catalogue([Service("a", ADULT), Service("b", {"<": [{"var": "age"}, 30]})])
    shares = answers_to_try(catalogue.rules, VOCABULARY)
    assert [value for value, _ in shares["age"]] == [17, 18, 19, 30, 31]
    assert [value for value, _ in shares["languages"]] == [[], ["he"], ["am"]]
    assert "born" in shares


def test_nothing_to_show_is_no_fault() -> None:
    nothing = orient(Catalogue([]), situation(needs=("work",), place=(0.0, 0.0)))
    assert (nothing.results(), nothing.groups(), nothing.settled(), next_question(nothing, {})) == ([], [], True, None)


FACTS = "abcd"
RULES = st.lists(
    st.one_of(
        st.none(),
        st.lists(st.sampled_from(FACTS), min_size=1, max_size=3, unique=True).map(
            lambda names: {"and": [True, *({"var": name} for name in names)]}
        ),
        st.sampled_from(FACTS).map(lambda name: {"!": [{"var": name}]}),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=200, deadline=None)
@given(RULES, st.permutations(range(12)), st.dictionaries(st.sampled_from(FACTS), st.booleans()), st.integers(1, 4))
def test_settled_means_no_answers_can_change_the_first_that_fit(
    rules: list[Any], days: list[int], known: dict[str, bool], top: int
) -> None:
    """Against trying all answers to all open facts."""
    services = [
        Service(str(number), rule, next_start=TODAY + timedelta(days=15 + days[number]))
        for number, rule in enumerate(rules)
    ]
    result = orient(Catalogue(services), situation(facts=known))

    def first(facts: dict[str, bool]) -> list[str]:
        whole = orient(result.catalogue, situation(facts=facts))
        return [one.service.key for one in whole.results(top, colour=Colour.FITS)]

    missing = [name for name in FACTS if name not in known]
    outcomes = {
        tuple(first({**known, **dict(zip(missing, values, strict=True))}))
        for values in product([True, False], repeat=len(missing))
    }
    if result.settled(top):
        assert len(outcomes) == 1
        assert outcomes == {tuple(first(known))}
    question = next_question(result, {name: [(True, 1.0), (False, 1.0)] for name in FACTS}, top=top)
    assert (question is None) is result.settled(top)
    assert question is None or question.fact in missing


def test_the_nearest_of_several_places_counts() -> None:
    catalogue = Catalogue([Service("two", places=((31.0, 34.0), (32.0, 34.8))), Service("none")])
    result = orient(catalogue, situation(place=(32.0, 34.8)))
    assert result.distances[0] == pytest.approx(0.0, abs=1e-6)
    assert np.isnan(result.distances[1])


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.booleans(), st.booleans())
def test_scores_of_those_asked_for_are_those_they_have_among_all(seed: int, somewhere: bool, words: bool) -> None:
    """Only what a question speaks of is computed. Against all of it, and distances against one service after the other."""
    draw = np.random.default_rng(seed)
    size = int(draw.integers(1, 40))
    points = draw.uniform((31.0, 34.0), (33.0, 36.0), (size, 3, 2))
    catalogue = Catalogue(
        Service(
            str(number),
            needs=frozenset(draw.choice(["work", "debts", "health"], draw.integers(0, 3))),
            places=tuple(map(tuple, points[number, : draw.integers(0, 4)].tolist())),
            remote=bool(draw.integers(2)),
            languages=frozenset(draw.choice(["he", "ar"], draw.integers(0, 2))),
            next_start=TODAY + timedelta(days=int(draw.integers(-9, 99))) if draw.integers(2) else None,
            free_places=int(draw.integers(3)) if draw.integers(2) else None,
            checked=TODAY - timedelta(days=int(draw.integers(500))) if draw.integers(2) else None,
        )
        for number in range(size)
    )
    asked = situation(
        needs=("work", "debts"),
        place=(32.0, 34.8) if somewhere else None,
        languages=frozenset({"he"}),
        found={str(number): float(draw.random()) for number in draw.integers(0, size, 5)} if words else {},
    )
    result = orient(catalogue, asked)
    every = result.parts_of(np.arange(size))
    whole = sum(weight * every[name] for name, weight in WEIGHTS.items())
    assert np.array_equal(result.scores, np.where(result.relevant, whole, -np.inf))
    for number, one in enumerate(orient(catalogue, asked).results_of(range(size))):
        near = (
            [kilometres(32.0, 34.8, *place).item() for place in catalogue.services[number].places] if somewhere else []
        )
        assert one.index == number
        assert one.distance == (pytest.approx(min(near)) if near else None)
        assert one.score == whole[number]
        assert {part.name: part.value for part in one.parts} == {name: every[name][number] for name in WEIGHTS}
    mask = draw.integers(0, 2, size).astype(bool)
    for some in (mask, mask & result.relevant):
        alone, of_all = orient(catalogue, asked).only(some), result.only(some)
        assert np.array_equal(alone.scores[alone.relevant], of_all.scores[alone.relevant])
        assert np.array_equal(of_all.distances, result.distances, equal_nan=True)
        assert of_all.order().tolist() == alone.order().tolist()
    assert orient(catalogue, asked).results_of([]) == []


def test_what_answers_the_words_best_comes_first_also_where_no_theme_was_named() -> None:
    catalogue = Catalogue(
        [Service("words"), Service("theme", needs=frozenset({"work"})), Service("other", needs=frozenset({"debts"}))]
    )
    result = orient(catalogue, situation(needs=("work",), found={"words": 0.4, "theme": 1.0, "gone": 0.9}))
    assert [one.service.key for one in result.results()] == ["theme", "words"]
    assert [one.service.key for one in result.by_words().results] == ["words"]
    assert [one.service.key for one in result.with_answer("age", 3).results()] == ["theme", "words"]
    alone = orient(catalogue, situation(found={"words": 1.0}))
    assert [one.service.key for one in alone.results()] == ["words"]


def test_looking_at_fewer_services_leaves_the_rest_out_of_everything() -> None:
    catalogue = Catalogue(
        [Service("one", rule=ADULT, needs=frozenset({"work"})), Service("two", rule=ADULT), Service("three")]
    )
    everything = orient(catalogue, situation())
    assert len(everything.order()) == 3
    fewer = everything.only(np.array([True, False, True]))
    assert [one.service.key for one in fewer.results()] == ["three", "one"]
    assert sum(fewer.counts().values()) == 2
    assert fewer.open_above_top().tolist() == [0]
    assert [one.service.key for one in fewer.with_answer("age", 20).results()] == ["one", "three"]
    assert len(everything.results()) == 3


@settings(max_examples=100, deadline=None)
@given(RULES, st.lists(st.booleans(), min_size=12, max_size=12), st.lists(st.booleans(), min_size=12, max_size=12))
def test_some_of_what_is_in_order_is_in_the_order_it_would_have_alone(
    rules: list[Any], first: list[bool], second: list[bool]
) -> None:
    needs = [frozenset({"work"}) if place % 3 else frozenset({"debts"}) for place in range(len(rules))]
    catalogue = Catalogue(
        Service(str(place), rule, needs[place], next_start=TODAY + timedelta(days=20 + place % 4))
        for place, rule in enumerate(rules)
    )
    asked = situation(needs=("work",), facts={"a": True})
    outer, inner = (np.array(mask[: len(rules)]) for mask in (first, second))
    ordered = orient(catalogue, asked).only(outer)
    assert set(ordered.order().tolist()) == set(np.flatnonzero(ordered.relevant).tolist())
    for mask in (inner, inner & ordered.relevant):
        alone = orient(catalogue, asked).only(mask)
        again = ordered.only(mask)
        assert again.order().tolist() == alone.order().tolist()
        assert again.relevant.tolist() == alone.relevant.tolist()
        assert again.open_above_top(2).tolist() == alone.open_above_top(2).tolist()
