"""The table as it is typed: what comes back is what was typed, and says the same about everybody."""

import json
from datetime import date
from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from kesher.directory.facts import VOCABULARY
from kesher.engine.eligibility import (
    Cell,
    Comparison,
    DecisionTable,
    HitPolicy,
    Interval,
    LegalSource,
    Output,
    Row,
    Rule,
    Verdict,
    expression_of,
    outline_of,
    table_of_rule,
    validate,
)
from kesher.engine.eligibility.table_rules import table_of
from kesher.www.officer.rules.grid import MOST_ROWS, Grid, NotForTheForm, TypedCell, TypedRow
from kesher.www.officer.rules.words import remarks, row_words
from tests.engine.eligibility.strategies import LONG, USUAL, cases
from tests.www.officer.rules.strategies import PEOPLE, grids


def sent(grid: Grid, language: str = "en") -> QueryDict:
    """What a browser sends for a form that shows this table, written down field by field."""
    data = QueryDict(mutable=True)
    data.setlist("column", grid.columns)
    data["rows"] = str(len(grid.rows))
    for number, row in enumerate(grid.rows):
        data[f"r{number}-says"] = row.says
        data[f"r{number}-note"] = row.note.get(language, "")
        data[f"r{number}-words"] = json.dumps(dict(row.note))
        for path, cell in row.cells.items():
            data.setlist(f"r{number}-{path}", [*cell.ticked] or ([cell.holds] if cell.holds else []))
            data[f"r{number}-{path}-low"], data[f"r{number}-{path}-high"] = cell.low, cell.high
    return data


def rule_of(grid: Grid) -> Rule:
    table = grid.table()
    return Rule(
        id="r", version=1, labels={"en": "r"}, valid_from=date(2026, 1, 1), source=LegalSource("law"),
        when=expression_of(table), table=outline_of(table),
    )  # fmt: skip


@given(grids())
def what_is_typed_comes_back(grid: Grid) -> None:
    typed = Grid.typed(sent(grid), language="en")
    assert typed == grid
    assert typed.faults() == []
    rule = rule_of(typed)
    assert validate(rule.when, vocabulary=VOCABULARY) == []
    assert Grid.of_table(table_of_rule(rule, VOCABULARY)) == grid


@given(grids(), st.lists(PEOPLE, min_size=1, max_size=6))
def it_says_the_same_about_everybody(grid: Grid, people: list[dict[str, Any]]) -> None:
    table = grid.table()
    again = Grid.of_table(table_of_rule(rule_of(grid), VOCABULARY)).table()
    for person in people:
        decided = table.decide(person).outputs
        wanted = Verdict.UNKNOWN if not isinstance(decided, dict) else Verdict.of(decided["eligible"])
        assert rule_of(grid).verdict(person) is wanted
        assert Rule(**{**vars(rule_of(grid)), "when": expression_of(again)}).verdict(person) is wanted


@given(grids())
def everything_about_a_table_can_be_said(grid: Grid) -> None:
    table = grid.table()
    for remark in remarks(table):
        assert remark.words
        assert "%(" not in remark.words
    for row in table.rows:
        assert row_words(row.cells, table.inputs)


PROPERTIES = (what_is_typed_comes_back, it_says_the_same_about_everybody, everything_about_a_table_can_be_said)


@pytest.mark.parametrize("holds", PROPERTIES, ids=lambda holds: holds.__name__)
def test_property(holds: Any) -> None:
    cases(USUAL)(holds)()


@pytest.mark.long
@pytest.mark.parametrize("holds", PROPERTIES, ids=lambda holds: holds.__name__)
def test_property_at_length(holds: Any) -> None:
    cases(LONG)(holds)()


# --- one by one -------------------------------------------------------------------------------------------------------

AGE, WORK, RENTS = VOCABULARY["age"], VOCABULARY["work"], VOCABULARY["rents"]


def one_cell(fact: Any, *tests: Any, negated: bool = False) -> DecisionTable:
    return DecisionTable((fact,), (Row((Cell(tests, negated=negated),), (True,)),), policy=HitPolicy.FIRST)


@pytest.mark.parametrize(
    ("table", "cells"),
    [
        (one_cell(AGE, Comparison(">", 17)), [("18", "")]),
        (one_cell(AGE, Comparison("<", 18)), [("", "17")]),
        (one_cell(AGE, Interval(18, 67, (True, False))), [("18", "66")]),
        (one_cell(AGE, Comparison("=", 18)), [("18", "18")]),
        (one_cell(AGE, Comparison("<", 18), Comparison(">=", 60)), [("", "17"), ("60", "")]),
        (one_cell(AGE, Interval(18, 25), negated=True), [("", "17"), ("26", "")]),
        (one_cell(AGE, Comparison(">=", 0)), [("0", "")]),
        (one_cell(AGE, Comparison("<", 0)), []),
    ],
)
def test_bounds_of_other_tables_are_told_as_from_and_to(table: DecisionTable, cells: list[tuple[str, str]]) -> None:
    grid = Grid.of_table(table)
    assert [(row.cell("age").low, row.cell("age").high) for row in grid.rows] == cells
    for age in range(0, 90):
        told = table.decide({"age": age}).outputs
        assert grid.table().decide({"age": age}).outputs == told, age


def test_what_is_not_is_told_by_what_is() -> None:
    (row,) = Grid.of_table(one_cell(WORK, Comparison("=", "employed"), negated=True)).rows
    assert row.cell("work").ticked == ("self-employed", "unemployed", "not looking")
    (row,) = Grid.of_table(one_cell(RENTS, Comparison("=", True), negated=True)).rows
    assert row.cell("rents").holds == "no"


def test_a_default_of_yes_is_a_last_row() -> None:
    table = DecisionTable(
        (AGE,), (Row((Cell((Comparison("<", 18),)),), (False,)),), (Output("eligible", default=True),), HitPolicy.FIRST
    )
    assert [(row.says, dict(row.cells)) for row in Grid.of_table(table).rows] == [
        ("no", {"age": TypedCell(high="17")}),
        ("yes", {}),
    ]


@pytest.mark.parametrize(
    "table",
    [
        DecisionTable((AGE,), (), (Output("a"), Output("b"))),
        DecisionTable((AGE,), (), policy=HitPolicy.COLLECT),
        DecisionTable((AGE,), tuple(Row((Cell((Comparison("=", n),)),), (True,)) for n in range(MOST_ROWS + 1))),
        one_cell(AGE, Comparison("<", 10**9)),
    ],
)
def test_what_the_form_cannot_say_is_refused(table: DecisionTable) -> None:
    with pytest.raises(NotForTheForm):
        Grid.of_table(table)


@pytest.mark.parametrize("low", ["-1", "1.5", "old", "10000000", "1 8"])
def test_a_fault_names_its_row_its_column_and_where_to_mend_it(low: str) -> None:
    grid = Grid(["age"], [TypedRow(), TypedRow({"age": TypedCell(low=low)})])
    (fault,) = grid.faults()
    assert (fault.row, fault.column, fault.anchor) == (2, "age", "r1-age-low")
    assert fault.label == "Row 2, age"
    assert Grid.typed(sent(grid), language="en") == grid, "what was typed is not lost"


def test_from_is_not_above_to_and_digits_of_every_script_are_read() -> None:
    (fault,) = Grid(["age"], [TypedRow({"age": TypedCell(low="30", high="20")})]).faults()
    assert "greater" in fault.message
    (row,) = Grid(["age"], [TypedRow({"age": TypedCell(low="١٨", high="٦٦")})]).table().rows
    assert row.cells[0].tests == (Interval(18, 66),)


def test_rows_and_columns_come_and_go_and_nothing_else_is_lost() -> None:
    kept = TypedRow({"age": TypedCell(low="18")}, note={"he": "מבוגרים"})
    grid = Grid(["age", "work"], [kept, TypedRow({"work": TypedCell(ticked=("employed",))})])
    grid.add_row()
    grid.raise_row(1)
    assert grid.rows[1] == kept
    grid.remove_column("work")
    assert grid.columns == ["age"]
    assert grid.rows == [TypedRow(), kept, TypedRow()]
    grid.remove_row(0)
    assert grid.rows == [kept, TypedRow()]


def test_strange_forms_are_read_as_far_as_they_go() -> None:
    data = QueryDict("column=age&column=age&column=income&rows=many&r0-age-low=3")
    assert Grid.typed(data, language="en") == Grid(["age"], [])
    data = QueryDict('column=work&rows=1&r0-work=king&r0-words=["no"]&r0-says=perhaps')
    assert Grid.typed(data, language="en") == Grid(["work"], [TypedRow()])
    assert len(Grid.typed(QueryDict("rows=9999"), language="en").rows) == MOST_ROWS


def test_a_rule_without_rows_is_a_table_that_lets_nobody_in() -> None:
    assert table_of(False, [AGE]).rows == ()
    assert remarks(Grid(["age"], []).table())[0].kind == "warning"
