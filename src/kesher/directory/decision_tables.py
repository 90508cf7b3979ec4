"""Decision tables from elsewhere, as the engine's: what a DMN file says, ready to be read, checked and made a rule.

The engine does not know the file and the file does not know the engine; here they meet.

table_from_dmn(table)     the engine's table, whatever its columns and outputs are
rule_from_dmn(table)      a table on the facts we ask about, that says who may come: `Fitted`, with every misfit named
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from django.conf import settings
from django.utils import translation

from kesher.directory.facts import VOCABULARY, WORDS
from kesher.engine.eligibility.facts import Fact, Kind
from kesher.engine.eligibility.tables import (
    Aggregation,
    Cell,
    Comparison,
    DecisionTable,
    HitPolicy,
    Interval,
    Output,
    Row,
    Test,
)
from kesher.engine.eligibility.values import Json
from kesher.formats.dmn import DmnCell, DmnInput, DmnTable, DmnTest, DmnType

_KINDS = {
    DmnType.NUMBER: Kind.NUMBER,
    DmnType.STRING: Kind.TEXT,
    DmnType.BOOLEAN: Kind.BOOLEAN,
    DmnType.DATE: Kind.DATE,
}
_AGGREGATIONS = {None: Aggregation.LIST, "SUM": Aggregation.SUM, "MIN": Aggregation.LEAST, "MAX": Aggregation.GREATEST,
                 "COUNT": Aggregation.COUNT}  # fmt: skip
#: What tables of other systems say for yes and for no.
_SAID = {"yes": True, "true": True, "eligible": True, "no": False, "false": False, "not eligible": False}


def table_from_dmn(table: DmnTable) -> DecisionTable:
    """The engine's table for one read from DMN; raises `TableError` when rows and columns do not fit."""
    policy = HitPolicy.COLLECT if table.hit_policy == "RULE ORDER" else HitPolicy(table.hit_policy.lower())
    return DecisionTable(
        inputs=tuple(map(_fact, table.inputs)),
        rows=tuple(
            Row(tuple(map(_cell, row.cells)), row.outputs, {"en": row.annotation} if row.annotation else {})
            for row in table.rows
        ),
        outputs=tuple(Output(column.name, column.default) for column in table.outputs),
        policy=policy,
        aggregation=_AGGREGATIONS[table.aggregation],
    )


def _fact(column: DmnInput) -> Fact:
    return Fact(column.name, _KINDS[column.type], choices=column.allowed, labels={"en": column.label})


def _cell(cell: DmnCell) -> Cell:
    return Cell(tuple(map(_test, cell.tests)), negated=cell.negated)


def _test(test: DmnTest) -> Test:
    if test.operator == "interval":
        return Interval(test.low, test.high, test.closed)
    return Comparison(test.operator, test.value)


# --- as a rule on our own facts ---------------------------------------------------------------------------------------


class MisfitCode(StrEnum):
    """Why a table that could be read is none of ours."""

    OUTPUTS = "not one output"
    AGGREGATION = "an aggregation"
    NO_FACT = "no fact of that name"
    SAME_FACT = "two columns for one fact"
    KIND = "another kind than the fact's"
    NO_CHOICE = "no choice of the fact"
    OUTPUT = "neither yes nor no"


@dataclass(frozen=True, slots=True)
class Misfit:
    """``row``, ``column`` count from 1, 0 = the whole table, or the whole column. ``text``: what stands there.
    ``fact``: the path of the fact meant, if one is."""

    code: MisfitCode
    row: int = 0
    column: int = 0
    text: str = ""
    fact: str = ""


@dataclass(frozen=True, slots=True)
class Fitted:
    """``table`` is None where there are misfits."""

    table: DecisionTable | None
    misfits: tuple[Misfit, ...]


def rule_from_dmn(table: DmnTable) -> Fitted:
    """A DMN table as one on the vocabulary's facts, in which the first row that matches counts.

    A column is the fact of its path, or of its name in one of our languages. The one output says yes or no. A table that
    collects lets in whom any row lets in.
    """
    paths = [fact_called(column.name) or fact_called(column.label) for column in table.inputs]
    misfits = list(_misfits(table, paths))
    if misfits:
        return Fitted(None, tuple(misfits))
    read = table_from_dmn(table)
    collects = read.policy is HitPolicy.COLLECT
    rows = tuple(replace(row, outputs=(said(row.outputs[0]) is True,)) for row in read.rows)
    fitted = DecisionTable(
        inputs=tuple(VOCABULARY[path] for path in paths if path is not None),
        rows=tuple(row for row in rows if row.outputs[0] or not collects),
        outputs=(Output("eligible", default=not collects and said(read.outputs[0].default) is True),),
        policy=HitPolicy.FIRST,
    )
    return Fitted(fitted, ())


def said(value: Json) -> bool | None:
    """Yes or no, as an output says it; None for anything else."""
    return value if isinstance(value, bool) else _SAID.get(value.strip().lower()) if isinstance(value, str) else None


def fact_called(name: str) -> str | None:
    """The path of the fact with this path, or with this name in English, Hebrew or Arabic."""
    wanted = " ".join(name.replace("_", " ").casefold().split())
    for path in VOCABULARY:
        if wanted == path.replace("_", " "):
            return path
    for language in settings.COMPLETE_LANGUAGES:
        with translation.override(language):
            for path, words in WORDS.items():
                if wanted == str(words.name).casefold():
                    return path
    return None


def _misfits(table: DmnTable, paths: list[str | None]) -> Iterator[Misfit]:
    if len(table.outputs) != 1:
        yield Misfit(MisfitCode.OUTPUTS, text=str(len(table.outputs)))
        return
    if table.aggregation is not None:
        yield Misfit(MisfitCode.AGGREGATION, text=table.aggregation)
    for number, (column, path) in enumerate(zip(table.inputs, paths, strict=True), 1):
        if path is None:
            yield Misfit(MisfitCode.NO_FACT, column=number, text=column.name)
        elif path in paths[: number - 1]:
            yield Misfit(MisfitCode.SAME_FACT, column=number, text=column.name, fact=path)
        elif _KINDS[column.type] is not VOCABULARY[path].kind:
            yield Misfit(MisfitCode.KIND, column=number, text=column.name, fact=path)
        else:
            yield from _choices(table, number, VOCABULARY[path])
    for row in range(len(table.rows)):
        output = table.rows[row].outputs[0]
        if said(output) is None:
            yield Misfit(MisfitCode.OUTPUT, row=row + 1, column=len(table.inputs) + 1, text=str(output or ""))
    default = table.outputs[0].default
    if default is not None and said(default) is None:
        yield Misfit(MisfitCode.OUTPUT, column=len(table.inputs) + 1, text=str(default))


def _choices(table: DmnTable, column: int, fact: Fact) -> Iterator[Misfit]:
    for number, row in enumerate(table.rows, 1):
        for test in row.cells[column - 1].tests:
            for value in [test.low, test.high] if test.operator == "interval" else [test.value]:
                if fact.problem(value):
                    yield Misfit(MisfitCode.NO_CHOICE, number, column, str(value), fact.path)
