"""Why, what is missing, and what would change a "no"."""

from itertools import combinations, product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kesher.engine.eligibility import UNKNOWN, StepKind, Verdict, explain, verdict
from kesher.engine.eligibility.conditions import read

from .strategies import USUAL, cases

AGE, POOR, LOCAL, STUDENT = (
    {">=": [{"var": "age"}, 18]},
    {"<=": [{"var": "income"}, 4000]},
    {"in": [{"var": "district"}, ["north", "south"]]},
    {"var": "student"},
)


def either(*parts: Any) -> Any:
    return {"!": [{"and": [{"!": [part]} for part in parts]}]}


def said(conditions: Any) -> list[Any]:
    return [(c.fact, c.operator, c.expected, c.negated) for c in conditions]


def test_a_no_names_what_fails_and_what_would_change_it() -> None:
    told = explain({"and": [AGE, either(POOR, LOCAL)]}, {"age": 17, "income": 5000, "district": "west"})
    assert told.verdict is Verdict.NO
    assert [(step.condition.fact, step.found, step.path) for step in told.because] == [
        ("age", (("age", 17),), "/and/0"),
        ("income", (("income", 5000),), "/and/1/!/0/and/0/!/0"),
        ("district", (("district", "west"),), "/and/1/!/0/and/1/!/0"),
    ]
    assert [said(change.conditions) for change in told.changes] == [
        [("age", ">=", (18,), False), ("income", "<=", (4000,), False)],
        [("age", ">=", (18,), False), ("district", "in", ("north", "south"), False)],
    ]


def test_what_would_change_it_also_names_what_would_have_to_be_known() -> None:
    told = explain({"and": [AGE, POOR, {"!": [STUDENT]}]}, {"age": 17, "student": False})
    (change,) = told.changes
    assert said(change.conditions) == [("age", ">=", (18,), False)]
    assert said(change.unknown) == [("income", "<=", (4000,), False)]


def test_ways_no_one_person_can_take_are_left_out() -> None:
    young, old = {"<": [{"var": "age"}, 30]}, {">": [{"var": "age"}, 67]}
    assert explain({"and": [young, old]}, {"age": 40}).changes == ()
    assert explain({"and": [STUDENT, {"!": [STUDENT]}]}, {"student": False}).changes == ()
    told = explain({"and": [either(young, old), {">=": [{"var": "age"}, 60]}]}, {"age": 40})
    assert [said(change.conditions) for change in told.changes] == [
        [("age", ">", (67,), False), ("age", ">=", (60,), False)]
    ]


def test_an_unknown_names_the_facts_it_waits_for_and_not_those_that_no_longer_matter() -> None:
    rule = {"and": [AGE, either(POOR, {"and": [LOCAL, STUDENT]})]}
    told = explain(rule, {"age": 30, "district": "west"})
    assert told.verdict is Verdict.UNKNOWN
    assert told.missing == ("income",)
    assert told.because[0].found == (("income", UNKNOWN),)
    assert told.changes == ()
    assert explain(rule, {"income": 1}).missing == ("age",)


def test_a_fact_that_does_not_fit_is_unknown_and_says_so() -> None:
    told = explain(AGE, {"age": "old"})
    assert told.verdict is Verdict.UNKNOWN
    assert told.problems == ("only numbers can be smaller or larger than one another",)
    born = {"before": [{"plusTime": [{"var": "born"}, 0, "day"]}, {"plusTime": ["2020", 0, "day"]}]}
    assert explain(born, {"born": "1990-02-30"}).problems == ("'1990-02-30' is not a date that exists",)


@pytest.mark.parametrize(
    ("rule", "kind", "facts_shown"),
    [
        ({"if": [{"var": "a"}, True, {"if": [{"var": "b"}, True, False]}]}, StepKind.ANY, ["a", "b"]),
        ({"and": [{"var": "a"}, True, {"var": "b"}]}, StepKind.ALL, ["a", "b"]),
        ({"and": [{"var": "a"}, True]}, StepKind.CONDITION, ["a"]),
        ({"and": [True, True]}, StepKind.CONDITION, []),
        ({"and": [{"var": "a"}, False]}, StepKind.ALL, ["a"]),
    ],
)
def test_what_is_so_for_everybody_is_not_shown_where_it_decides_nothing(
    rule: Any, kind: StepKind, facts_shown: list[str]
) -> None:
    trace = explain(rule, {}).trace
    assert trace.kind is kind
    assert [s.condition.fact for s in trace.steps or (trace,) if s.condition and s.condition.fact] == facts_shown
    for a, b in product((True, False), repeat=2):
        told = explain(rule, {"a": a, "b": b})
        assert told.verdict is verdict(rule, {"a": a, "b": b})
        if len(facts_shown) == 2:
            assert {step.condition.fact for step in told.because if step.condition} <= {"a", "b"}


def test_a_choice_shows_the_branch_that_counts() -> None:
    rule = {"if": [STUDENT, AGE, POOR]}
    assert [step.condition.fact for step in explain(rule, {"student": True, "age": 20}).because] == ["student", "age"]
    assert explain(rule, {}).missing == ("student", "age", "income")
    both = explain(rule, {"age": 20, "income": 1})
    assert both.verdict is Verdict.YES
    assert [step.condition.fact for step in both.because] == ["age", "income"]


@pytest.mark.parametrize(
    ("expression", "negated", "expected"),
    [
        ({"<": [{"var": "x"}, 3]}, True, ("x", ">=", (3,), False)),
        ({"<": [3, {"var": "x"}]}, False, ("x", ">", (3,), False)),
        ({"<=": [1, {"var": "x"}, 3]}, True, ("x", "between", (1, 3), True)),
        ({"===": ["a", {"var": "x"}]}, True, ("x", "===", ("a",), True)),
        ({"in": ["he", {"var": "x"}]}, False, ("x", "holds", ("he",), False)),
        ({"after": [{"plusTime": [{"var": "x"}, 18, "year"]}, {"plusTime": ["2020-05-01", 0, "day"]}]}, False,
         ("x", "after", ("2020-05-01",), False)),
        ({"<": [{"var": "x"}, {"var": "y"}]}, False, (None, "computed", (), False)),
        ({"===": [1, 1]}, False, (None, "always", (), False)),
    ],
)  # fmt: skip
def test_a_condition_is_read_so_that_it_can_be_said(expression: Any, negated: bool, expected: Any) -> None:
    assert said([read(expression, "", negated=negated)]) == [expected]


LETTERS = "abcde"
BOOLEAN = st.recursive(
    st.sampled_from(LETTERS).map(lambda name: {"var": name}),
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: {"and": parts}),
        inner.map(lambda part: {"!": [part]}),
        st.tuples(inner, inner, inner).map(lambda parts: {"if": list(parts)}),
    ),
    max_leaves=6,
)


@cases(USUAL)
@given(BOOLEAN, st.fixed_dictionaries({name: st.booleans() for name in LETTERS}))
def test_changes_are_the_smallest_sets_of_facts_that_turn_a_no_into_a_yes(rule: Any, facts: dict[str, bool]) -> None:
    """Against trying every set of facts turned round, on rules of plain facts, all known."""
    if verdict(rule, facts) is not Verdict.NO:
        return
    smallest: list[set[str]] = []
    for size in range(1, len(LETTERS) + 1):
        for turned in map(set, combinations(LETTERS, size)):
            changed = {name: value is not (name in turned) for name, value in facts.items()}
            if verdict(rule, changed) is Verdict.YES and not any(before <= turned for before in smallest):
                smallest.append(turned)
    found = [{condition.fact for condition in change.conditions} for change in explain(rule, facts).changes]
    assert sorted(map(sorted, found)) == sorted(map(sorted, smallest))
