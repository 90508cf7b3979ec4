"""Decision tables from elsewhere, as the engine's: what a DMN file says, ready to be read, checked and made a rule.

The engine does not know the file and the file does not know the engine; here they meet.
"""

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
from kesher.formats.dmn import DmnCell, DmnInput, DmnTable, DmnTest, DmnType

_KINDS = {
    DmnType.NUMBER: Kind.NUMBER,
    DmnType.STRING: Kind.TEXT,
    DmnType.BOOLEAN: Kind.BOOLEAN,
    DmnType.DATE: Kind.DATE,
}
_AGGREGATIONS = {None: Aggregation.LIST, "SUM": Aggregation.SUM, "MIN": Aggregation.LEAST, "MAX": Aggregation.GREATEST,
                 "COUNT": Aggregation.COUNT}  # fmt: skip


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
