"""Decision tables: what they say, as rules and back, and what is wrong with them."""

import json
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kesher.engine.eligibility.facts import Fact, Kind, Vocabulary
from kesher.engine.eligibility.interpreter import verdict
from kesher.engine.eligibility.rule import Rule
from kesher.engine.eligibility.schema import validate
from kesher.engine.eligibility.table_checks import check
from kesher.engine.eligibility.table_rules import expression_of, outline_of, table_of, table_of_rule
from kesher.engine.eligibility.tables import (
    ANYTHING,
    Aggregation,
    Cell,
    Comparison,
    DecisionTable,
    HitPolicy,
    Interval,
    Output,
    Row,
    TableError,
)
from kesher.engine.eligibility.values import UNKNOWN, Verdict

from .strategies import LONG, USUAL, cases

AGE = Fact("age", Kind.NUMBER, whole=True)
INCOME = Fact("income", Kind.NUMBER)
STATUS = Fact("status", Kind.TEXT, choices=("newcomer", "citizen", "visitor"))
TOWN = Fact("town", Kind.TEXT)
RESIDENT = Fact("resident", Kind.BOOLEAN)
BORN = Fact("home.since", Kind.DATE)
FACTS = (AGE, INCOME, STATUS, TOWN, RESIDENT, BORN)
VOCABULARY = Vocabulary(FACTS)
VALUES: dict[str, list[Any]] = {
    "age": [0, 1, 2, 3, 4, 5],
    "income": [0, 0.5, 1, 2.5, 3],
    "status": ["newcomer", "citizen", "visitor"],
    "town": ["Lod", "Haifa", "Arad"],
    "resident": [True, False],
    "home.since": ["2020-01-01", "2020-01-02", "2021-06-30", "2022"],
}


def at_least(number: float) -> Cell:
    return Cell((Comparison(">=", number),))


def one_of(*values: Any) -> Cell:
    return Cell(tuple(Comparison("=", value) for value in values))


@st.composite
def cells(draw: st.DrawFn, fact: Fact) -> Cell:
    value = st.sampled_from(VALUES[fact.path])
    equal = st.builds(Comparison, st.just("="), value)
    if fact.kind in (Kind.NUMBER, Kind.DATE):
        size = st.builds(Comparison, st.sampled_from(["<", "<=", ">", ">="]), value)
        between = st.builds(Interval, value, value, st.tuples(st.booleans(), st.booleans()))
        tests = st.lists(st.one_of(equal, size, between), max_size=3)
    else:
        tests = st.lists(equal, max_size=3)
    chosen = tuple(draw(tests))
    return Cell(chosen, negated=bool(chosen) and draw(st.booleans()))


@st.composite
def tables(draw: st.DrawFn) -> DecisionTable:
    inputs = tuple(draw(st.lists(st.sampled_from(FACTS), min_size=1, max_size=4, unique_by=lambda fact: fact.path)))
    rows = st.builds(Row, st.tuples(*map(cells, inputs)), st.tuples(st.booleans()))
    default = Output("eligible", default=draw(st.booleans()))
    return DecisionTable(inputs, tuple(draw(st.lists(rows, max_size=5))), (default,), HitPolicy.FIRST)


PEOPLE = st.fixed_dictionaries(
    {}, optional={path: st.sampled_from(values) for path, values in VALUES.items() if "." not in path}
    | {"home": st.builds(lambda since: {"since": since}, st.sampled_from([*VALUES["home.since"], None]))}
)  # fmt: skip


@given(tables(), PEOPLE)
def a_table_as_a_rule_says_the_same_and_comes_back(table: DecisionTable, person: dict[str, Any]) -> None:
    expression = expression_of(table)
    assert validate(expression, vocabulary=VOCABULARY) == []
    assert table_of(expression, table.inputs) == table
    said = table.decide(person).outputs
    expected = Verdict.UNKNOWN if said is UNKNOWN else Verdict.of(said["eligible"])
    assert verdict(expression, person) is expected


@given(tables())
def overlaps_gaps_and_unreached_rows_are_those_of_trying_everybody(table: DecisionTable) -> None:
    """The values tried hold every bound, a value between each two, and one on each side."""
    wide = {
        "age": range(-1, 7), "income": [-1, 0, 0.25, 0.5, 0.75, 1, 2, 2.5, 2.75, 3, 4], "status": VALUES["status"],
        "town": [*VALUES["town"], "elsewhere"], "resident": [True, False],
        "home.since": ["2019-01-01", *VALUES["home.since"], "2020-03-01", "2021-07-01", "2022-12-31", "2023-01-01"],
    }  # fmt: skip
    found = check(table)
    assert found.decided
    overlaps, gaps, counting = set(), 0, set()
    for values in product(*(wide[fact.path] for fact in table.inputs)):
        matching = [
            number for number, row in enumerate(table.rows)
            if all(c.holds(v, f.kind) for c, v, f in zip(row.cells, values, table.inputs, strict=True))
        ]  # fmt: skip
        overlaps |= {(one, two) for one in matching for two in matching if one < two}
        counting |= set(matching[:1])
        gaps += not matching
    assert {overlap.rows for overlap in found.overlaps} == overlaps
    assert (found.gap is not None) is (gaps > 0)
    assert set(found.unreached) == set(range(len(table.rows))) - counting


@pytest.mark.parametrize("number", [USUAL, pytest.param(LONG, marks=pytest.mark.long)])
@pytest.mark.parametrize(
    "holds",
    [
        a_table_as_a_rule_says_the_same_and_comes_back,
        overlaps_gaps_and_unreached_rows_are_those_of_trying_everybody,
    ],
    ids=lambda holds: getattr(holds, "__name__", ""),
)
def test_holds(holds: Callable[[], None], number: int) -> None:
    cases(number)(holds)()


def test_unique_any_and_first_differ_where_rows_overlap() -> None:
    rows = (Row((at_least(18),), (True,)), Row((Cell((Comparison("<", 30),)),), (False,)))
    unique, first, either = (
        DecisionTable((AGE,), rows, policy=policy) for policy in (HitPolicy.UNIQUE, HitPolicy.FIRST, HitPolicy.ANY)
    )
    assert first.decide({"age": 20}).outputs == {"eligible": True}
    with pytest.raises(TableError, match="rows 1, 2 match at once, but only one row may"):
        unique.decide({"age": 20})
    with pytest.raises(TableError, match="say different things"):
        either.decide({"age": 20})
    assert check(unique).wrong == ("rows 1 and 2 match at once (age = 18), but only one row may",)
    assert check(either).wrong == ("rows 1 and 2 match at once (age = 18) and say different things",)
    assert check(first).wrong == ()
    assert unique.decide({}).outputs is UNKNOWN
    assert unique.decide({}).open_rows == (0, 1)


def test_a_row_below_one_that_always_matches_is_never_reached() -> None:
    table = DecisionTable((AGE,), (Row((ANYTHING,), (True,)), Row((at_least(3),), (False,))), policy=HitPolicy.FIRST)
    assert check(table).wrong == ("row 2 never counts: the rows above it always match first",)


def test_collecting_adds_counts_and_lists() -> None:
    rows = tuple(Row((at_least(age),), (amount,)) for age, amount in ((1, 100), (2, 200), (3, 50)))
    for aggregation, expected in (("sum", 300), ("min", 100), ("max", 200), ("count", 2)):
        table = DecisionTable((AGE,), rows, (Output("amount"),), HitPolicy.COLLECT, Aggregation(aggregation))
        assert table.decide({"age": 2}).outputs == expected
        assert table.decide({"age": 0}).outputs is None
        assert table.decide({}).outputs is UNKNOWN
    table = DecisionTable((AGE,), rows, (Output("amount"),), HitPolicy.COLLECT)
    assert table.decide({"age": 2}).outputs == [{"amount": 100}, {"amount": 200}]


def test_a_table_that_names_outcomes_says_which_of_them_means_yes() -> None:
    rows = (Row((at_least(18),), ("approved",)), Row((Cell((Comparison("<", 18),)),), ("declined",)))
    rule = expression_of(DecisionTable((AGE,), rows, (Output("status"),)), output="status", yes=["approved"])
    assert (verdict(rule, {"age": 18}), verdict(rule, {"age": 3}), verdict(rule, {})) == ("yes", "no", "unknown")
    with pytest.raises(TableError, match="no output 'state'; it has status"):
        expression_of(DecisionTable((AGE,), rows, (Output("status"),)), output="state")


@pytest.mark.parametrize(
    ("cell", "fact", "said"),
    [
        (one_of("abroad"), STATUS, "row 1, column 1 \\(status\\): status must be one of newcomer, citizen, visitor"),
        (Cell((Comparison(">=", "citizen"),)), STATUS, "a text has no order"),
        (one_of(2.5), AGE, "age must be a whole number"),
        (Cell((), negated=True), AGE, "nothing is negated here"),
        (one_of("2020-02-31"), BORN, "must be a date"),
        (Cell((Comparison("=", None),)), AGE, "there is no value"),
    ],
)  # fmt: skip
def test_a_cell_that_does_not_fit_its_column_is_refused_with_its_place(cell: Cell, fact: Fact, said: str) -> None:
    with pytest.raises(TableError, match=said):
        DecisionTable((fact,), (Row((cell,), (True,)),))


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ({"and": [{"var": "resident"}, True]}, "row 1: and where an if was expected"),
        ({"if": [{"var": "resident"}, True, False]}, "row 1, resident: this condition is no comparison"),
        ({"if": [{"===": [{"var": "age"}, {"var": "income"}]}, True, False]}, "a condition on age, income"),
        ({"if": [{">=": [{"var": "age"}, 3]}, "yes", False]}, "row 1 says neither yes nor no"),
        ({"if": [{">=": [{"var": "height"}, 3]}, True, False]}, "a condition on height; a cell asks for one of age"),
    ],
)
def test_a_rule_that_is_no_table_is_refused_with_the_place(expression: Any, said: str) -> None:
    with pytest.raises(TableError, match=said):
        table_of(expression, FACTS)


def test_a_rule_kept_with_its_outline_is_shown_as_the_table_it_was() -> None:
    cells = (one_of("newcomer"), ANYTHING)
    table = DecisionTable(
        (STATUS, AGE), (Row(cells, (True,), {"en": "newcomers", "he": "עולים"}),), policy=HitPolicy.ANY
    )
    given = {
        "id": "x", "version": 1, "labels": {"en": "x"}, "valid_from": "2026-01-01", "source": {"title": "law"},
        "when": expression_of(table), "table": outline_of(table),
    }  # fmt: skip
    rule = Rule.from_json(json.loads(json.dumps(given)), vocabulary=VOCABULARY)
    assert table_of_rule(rule, VOCABULARY) == table
    without = Rule.from_json({**given, "table": None})
    assert table_of_rule(without, VOCABULARY).inputs == (STATUS,)
    with pytest.raises(TableError, match="no fact of the vocabulary: status"):
        table_of_rule(rule, Vocabulary([AGE]))
