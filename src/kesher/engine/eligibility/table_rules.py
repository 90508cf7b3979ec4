"""Decision tables as rules, and back.

A table becomes a chain, the rows from the top: ``if row 1 then its verdict else if row 2 …``. A row is the "and" of its
cells, a cell one comparison, list or interval. `table_of` reads that shape again, so that a rule written as a table is
shown as the same table; a rule of another shape is refused with the place that does not fit.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from kesher.engine.eligibility.facts import Fact, Kind, Vocabulary, facts_in
from kesher.engine.eligibility.rule import Rule
from kesher.engine.eligibility.tables import (
    ANYTHING,
    Cell,
    Comparison,
    DecisionTable,
    HitPolicy,
    Interval,
    Output,
    Row,
    TableError,
    Test,
)
from kesher.engine.eligibility.values import Json, tag

_TIME: Final = {"<": "before", "<=": "not-after", ">": "after", ">=": "not-before"}
_SIZE: Final = {time: size for size, time in _TIME.items()}


def expression_of(table: DecisionTable, *, output: str | None = None, yes: Iterable[Json] = (True,)) -> Json:
    """The rule a table stands for: yes where `output` (the first, if not named) is one of `yes`.

    Under hit policy collect, yes where any row that matches says so. Raises `TableError` for an output the table has not.

    >>> age = Fact("age", Kind.NUMBER)
    >>> table = DecisionTable((age,), (Row((Cell((Comparison(">=", 18),)),), (True,)),))
    >>> expression_of(table)
    {'if': [{'>=': [{'var': 'age'}, 18]}, True, False]}
    """
    names = [column.name for column in table.outputs]
    if output is not None and output not in names:
        raise TableError(f"the table has no output {output!r}; it has {', '.join(names)}")
    place = 0 if output is None else names.index(output)
    wanted = {tag(value) for value in yes}
    collect = table.policy is HitPolicy.COLLECT
    found: Json = not collect and tag(table.outputs[place].default) in wanted
    for row in reversed(table.rows):
        verdict = tag(row.outputs[place]) in wanted
        if verdict or not collect:
            found = {"if": [_row(row.cells, table.inputs), verdict, found]}
    return found


def table_of(expression: Json, inputs: Sequence[Fact], *, policy: HitPolicy = HitPolicy.FIRST) -> DecisionTable:
    """The table a rule stands for, with these facts as columns; `expression_of` of it is the rule again.

    Raises `TableError` where the rule is no chain of rows of cells on these facts.
    """
    columns = {fact.path: place for place, fact in enumerate(inputs)}
    rows: list[Row] = []
    while isinstance(expression, dict):
        guard, verdict, expression = _operands(expression, "if", len(rows) + 1)
        if not isinstance(verdict, bool):
            raise TableError(f"row {len(rows) + 1} says neither yes nor no")
        cells = [ANYTHING] * len(inputs)
        for part in _cell_parts(guard, columns):
            fact = _one_fact(part, columns, len(rows) + 1)
            if cells[columns[fact]] != ANYTHING:
                raise TableError(f"row {len(rows) + 1} has two conditions on {fact}")
            cells[columns[fact]] = _read_cell(part, inputs[columns[fact]], len(rows) + 1)
        rows.append(Row(tuple(cells), (verdict,)))
    if not isinstance(expression, bool):
        raise TableError("the rule ends neither in yes nor in no")
    return DecisionTable(tuple(inputs), tuple(rows), (Output("eligible", default=expression),), policy)


def outline_of(table: DecisionTable) -> dict[str, Json]:
    """What a table has and its rule has not, as JSON to keep in `Rule.table`: the columns in order (also those no row
    uses), the hit policy, and the words of each row."""
    return {
        "columns": [fact.path for fact in table.inputs],
        "policy": str(table.policy),
        "labels": [dict(row.labels) for row in table.rows],
    }


def table_of_rule(rule: Rule, vocabulary: Vocabulary) -> DecisionTable:
    """The table a rule is shown as: by its outline, or for a rule without one with its facts as columns. Raises
    `TableError` for a rule of another shape, or a column that is no fact of the vocabulary."""
    outline = rule.table or {}
    columns = outline.get("columns", rule.facts)
    strange = [path for path in columns if path not in vocabulary]
    if strange:
        raise TableError(f"no fact of the vocabulary: {', '.join(map(str, strange))}")
    policy = outline.get("policy", HitPolicy.FIRST)
    if policy not in list(HitPolicy):
        raise TableError(f"{policy!r} is no hit policy: {', '.join(HitPolicy)}")
    table = table_of(rule.when, [vocabulary[path] for path in columns], policy=HitPolicy(policy))
    words = outline.get("labels", [])
    if len(words) != len(table.rows):
        return table
    rows = (Row(row.cells, row.outputs, labels) for row, labels in zip(table.rows, words, strict=True))
    return replace(table, rows=tuple(rows))


# --- to a rule ------------------------------------------------------------------------------------------------------


def _row(cells: Sequence[Cell], inputs: Sequence[Fact]) -> Json:
    parts = [_cell(cell, fact) for cell, fact in zip(cells, inputs, strict=True) if cell.tests]
    return True if not parts else parts[0] if len(parts) == 1 else {"and": parts}


def _cell(cell: Cell, fact: Fact) -> Json:
    values = [test.value for test in cell.tests if isinstance(test, Comparison) and test.operator == "="]
    if len(cell.tests) > 1 and len(values) == len(cell.tests) and fact.kind is not Kind.DATE:
        found: Json = {"in": [{"var": fact.path}, values]}
    elif len(cell.tests) == 1:
        found = _test(cell.tests[0], fact)
    else:
        found = {"!": [{"and": [{"!": [_test(test, fact)]} for test in cell.tests]}]}
    return {"!": [found]} if cell.negated else found


def _test(test: Test, fact: Fact) -> Json:
    if fact.kind is Kind.DATE:
        asked: Json = {"plusTime": [{"var": fact.path}, 0, "day"]}
    else:
        asked = {"var": fact.path}
    if isinstance(test, Comparison):
        value = _value(test.value, fact)
        if test.operator != "=":
            return {_named(test.operator, fact): [asked, value]}
        if fact.kind is Kind.DATE:
            return {"and": [{"not-before": [asked, value]}, {"not-after": [asked, value]}]}
        return {"===": [asked, value]}
    low, high = _value(test.low, fact), _value(test.high, fact)
    if test.closed[0] == test.closed[1]:
        return {_named("<=" if test.closed[0] else "<", fact): [low, asked, high]}
    first = {_named("<=" if test.closed[0] else "<", fact): [low, asked]}
    return {"and": [first, {_named("<=" if test.closed[1] else "<", fact): [asked, high]}]}


def _named(comparison: str, fact: Fact) -> str:
    return _TIME[comparison] if fact.kind is Kind.DATE else comparison


def _value(value: Json, fact: Fact) -> Json:
    return {"plusTime": [value, 0, "day"]} if fact.kind is Kind.DATE else value


# --- and back -------------------------------------------------------------------------------------------------------


def _operands(expression: Mapping[str, Any], operation: str, row: int) -> list[Json]:
    if operation not in expression:
        raise TableError(f"row {row}: {', '.join(expression)} where an if was expected: the rule is no table")
    found: list[Json] = expression[operation]
    return found


def _cell_parts(guard: Json, columns: Mapping[str, int]) -> list[Json]:
    if guard is True:
        return []
    if isinstance(guard, dict) and "and" in guard and len(facts_in(guard)) > 1:
        return list(guard["and"])
    return [guard]


def _one_fact(part: Json, columns: Mapping[str, int], row: int) -> str:
    facts = facts_in(part)
    if len(facts) != 1 or facts[0] not in columns:
        said = ", ".join(facts) or "no fact"
        raise TableError(f"row {row}: a condition on {said}; a cell asks for one of {', '.join(columns)}")
    return facts[0]


def _read_cell(part: Json, fact: Fact, row: int) -> Cell:
    if isinstance(part, dict) and "!" in part:
        inner = part["!"][0]
        if isinstance(inner, dict) and "and" in inner and all(isinstance(p, dict) and "!" in p for p in inner["and"]):
            return Cell(tuple(_read_test(p["!"][0], fact, row) for p in inner["and"]))
        plain = _read_cell(inner, fact, row)
        if plain.negated:
            raise TableError(f"row {row}, {fact.path}: not within not")
        return Cell(plain.tests, negated=True)
    if isinstance(part, dict) and "in" in part and isinstance(part["in"][1], list):
        return Cell(tuple(Comparison("=", value) for value in part["in"][1]))
    return Cell((_read_test(part, fact, row),))


def _read_test(part: Json, fact: Fact, row: int) -> Test:
    if isinstance(part, dict):
        ((operation, operands),) = part.items()
        if operation == "and" and len(operands) == 2:
            return _read_pair(operands, fact, row)
        comparison = _SIZE.get(operation, operation)
        if comparison == "===" and _asks(operands[0], fact):
            return Comparison("=", operands[1])
        if comparison in _TIME and len(operands) == 2 and _asks(operands[0], fact):
            return Comparison(comparison, _plain(operands[1], fact))
        if comparison in ("<", "<=") and len(operands) == 3 and _asks(operands[1], fact):
            closed = comparison == "<="
            return Interval(_plain(operands[0], fact), _plain(operands[2], fact), (closed, closed))
    raise TableError(f"row {row}, {fact.path}: this condition is no comparison, list or interval")


def _read_pair(operands: list[Json], fact: Fact, row: int) -> Test:
    """An "and" of two: an interval with one end closed and one open, or a day."""
    ((one, first),), ((other, second),) = (operand.items() for operand in operands)
    if (one, other) == ("not-before", "not-after") and first == second:
        return Comparison("=", _plain(first[1], fact))
    ends = _SIZE.get(one, one), _SIZE.get(other, other)
    if set(ends) == {"<", "<="} and _asks(first[1], fact) and _asks(second[0], fact):
        return Interval(_plain(first[0], fact), _plain(second[1], fact), (ends[0] == "<=", ends[1] == "<="))
    raise TableError(f"row {row}, {fact.path}: this condition is no comparison, list or interval")


def _asks(operand: Json, fact: Fact) -> bool:
    asked: Json = {"var": fact.path}
    return bool(operand == ({"plusTime": [asked, 0, "day"]} if fact.kind is Kind.DATE else asked))


def _plain(value: Json, fact: Fact) -> Json:
    if fact.kind is Kind.DATE and isinstance(value, dict) and value.get("plusTime", [None])[1:] == [0, "day"]:
        return value["plusTime"][0]
    return value
