"""Decision tables: conditions as rows an officer can read, and what each row says.

A cell holds tests on one fact, any of which may be met (`<18, >=60`), perhaps negated; an empty cell (``-``) asks for
nothing. A row matches when all its cells do. The hit policy says which matching row counts, as in DMN 1.5 (OMG),
section 8.2.8: unique (only one can match), first (the highest), any (all that match say the same), collect (all, as a
list, or their sum, least, greatest or count). Facts that are not known make a row unknown; the table is then known only
as far as all rows that may still match agree.
"""

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from kesher.engine.eligibility.facts import Fact, Kind, Labels
from kesher.engine.eligibility.interpreter import Missing, evaluate
from kesher.engine.eligibility.values import UNKNOWN, Json, Unknown, is_number, moment, tag


class TableError(ValueError):
    """A table that does not say one thing: the message names the row and column, counted from 1."""


class HitPolicy(StrEnum):
    """Which of the matching rows counts."""

    UNIQUE = "unique"
    FIRST = "first"
    ANY = "any"
    COLLECT = "collect"


class Aggregation(StrEnum):
    """What a collecting table does with what it collects."""

    LIST = "list"
    SUM = "sum"
    LEAST = "min"
    GREATEST = "max"
    COUNT = "count"


@dataclass(frozen=True)
class Comparison:
    """``= value``, ``< value``, ``<= value``, ``> value`` or ``>= value``; dates are ISO text."""

    operator: str
    value: Json


@dataclass(frozen=True)
class Interval:
    """From `low` to `high`; `closed` says whether each end belongs to it."""

    low: Json
    high: Json
    closed: tuple[bool, bool] = (True, True)


Test = Comparison | Interval
COMPARISONS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "=": operator.eq, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


_AGGREGATES: Final[dict[str, Callable[[list[Any]], Any]]] = {"sum": sum, "min": min, "max": max}


@dataclass(frozen=True)
class Cell:
    """Tests any of which may be met; `negated`: none may. Without tests it asks for nothing."""

    tests: tuple[Test, ...] = ()
    negated: bool = False

    def __str__(self) -> str:
        said = ", ".join(map(_said, self.tests)) or "-"
        return f"not({said})" if self.negated else said

    def holds(self, value: Any, kind: Kind) -> bool | None:
        """Whether a value meets the cell; None when it is not known, or not of the fact's kind."""
        if not self.tests:
            return True
        if isinstance(value, Unknown):
            return None
        found = _sized(value, kind)
        if found is None:
            return None
        return any(_meets(test, found, kind) for test in self.tests) is not self.negated


ANYTHING: Final = Cell()


@dataclass(frozen=True)
class Row:
    """One row: a cell for each input, a value for each output, and words for it by language."""

    cells: tuple[Cell, ...]
    outputs: tuple[Json, ...]
    labels: Labels = field(default_factory=dict)


@dataclass(frozen=True)
class Output:
    """One output column: its name, and what it says when no row matches (None: nothing)."""

    name: str
    default: Json = None


#: The output of a table that says who is eligible.
ELIGIBLE: Final = Output("eligible", default=False)


@dataclass(frozen=True)
class Decision:
    """What a table says. `outputs`: a value by output name (a list of such for a list), a single number for an
    aggregation, None where no row matches and there is no default, `UNKNOWN` where open facts leave it open. `rows`:
    indexes of the rows that match; `open_rows`: of those that may."""

    outputs: Any
    rows: tuple[int, ...]
    open_rows: tuple[int, ...]


@dataclass(frozen=True)
class DecisionTable:
    """A table: inputs (facts), outputs, rows, hit policy. Raises `TableError` when rows and columns do not fit."""

    inputs: tuple[Fact, ...]
    rows: tuple[Row, ...]
    outputs: tuple[Output, ...] = (ELIGIBLE,)
    policy: HitPolicy = HitPolicy.UNIQUE
    aggregation: Aggregation = Aggregation.LIST

    def __post_init__(self) -> None:
        for said in self._faults():
            raise TableError(said)

    def _faults(self) -> Iterator[str]:
        paths = [fact.path for fact in self.inputs]
        if len(set(paths)) < len(paths):
            yield "two columns ask for the same fact: put both conditions into one cell"
        for number, row in enumerate(self.rows, 1):
            if len(row.cells) != len(self.inputs) or len(row.outputs) != len(self.outputs):
                yield f"row {number} has {len(row.cells)} cells and {len(row.outputs)} outputs; the table has " \
                      f"{len(self.inputs)} and {len(self.outputs)}"  # fmt: skip
            for column, (cell, fact) in enumerate(zip(row.cells, self.inputs, strict=False), 1):
                for said in _cell_faults(cell, fact):
                    yield f"row {number}, column {column} ({fact.path}): {said}"

    def decide(self, facts: Mapping[str, Json], *, missing: Missing = Missing.UNKNOWN) -> Decision:
        """What the table says about `facts`. Raises `TableError` when rows contradict the hit policy.

        With ``Missing.NULL`` a fact that is not there meets no cell but an empty one, as in DMN.
        """
        values = [evaluate({"var": fact.path}, facts) for fact in self.inputs]
        matching: list[int] = []
        still_open: list[int] = []
        for number, row in enumerate(self.rows):
            truths = [
                cell.holds(value, fact.kind) for cell, value, fact in zip(row.cells, values, self.inputs, strict=True)
            ]
            if missing is Missing.NULL:
                truths = [bool(truth) for truth in truths]
            if False not in truths:
                (still_open if None in truths else matching).append(number)
        outputs = (
            self._collected(matching, still_open)
            if self.policy is HitPolicy.COLLECT
            else self._one(matching, still_open)
        )
        return Decision(outputs, tuple(matching), tuple(still_open))

    def _one(self, matching: Sequence[int], still_open: Sequence[int]) -> Any:
        said = [self._said(number) for number in matching]
        if self.policy is HitPolicy.UNIQUE and len(said) > 1:
            raise TableError(f"rows {_counted(matching)} match at once, but only one row may (hit policy unique)")
        if self.policy is HitPolicy.ANY and any(not _same(said[0], other) for other in said[1:]):
            raise TableError(f"rows {_counted(matching)} match at once and say different things (hit policy any)")
        if matching and self.policy is not HitPolicy.FIRST:
            return said[0]
        before = [number for number in still_open if not matching or number < matching[0]]
        possible = [self._said(number) for number in before] + [said[0] if said else self._default()]
        return possible[-1] if all(_same(one, possible[-1]) for one in possible) else UNKNOWN

    def _collected(self, matching: Sequence[int], still_open: Sequence[int]) -> Any:
        if still_open:
            return UNKNOWN
        if not matching:
            return self._default()
        if self.aggregation is Aggregation.COUNT:
            return len(matching)
        if self.aggregation is Aggregation.LIST:
            return [self._said(number) for number in matching]
        numbers = [self.rows[number].outputs[0] for number in matching]
        if not all(map(is_number, numbers)):
            raise TableError(f"rows {_counted(matching)}: only numbers can be put together by {self.aggregation}")
        return _AGGREGATES[self.aggregation](numbers)

    def _said(self, number: int) -> dict[str, Json]:
        return dict(zip([output.name for output in self.outputs], self.rows[number].outputs, strict=True))

    def _default(self) -> dict[str, Json] | None:
        if all(output.default is None for output in self.outputs):
            return None
        return {output.name: output.default for output in self.outputs}


def _counted(numbers: Sequence[int]) -> str:
    return ", ".join(str(number + 1) for number in numbers)


def _same(one: Any, other: Any) -> bool:
    if not (isinstance(one, dict) and isinstance(other, dict)):
        return one is other
    return {key: tag(value) for key, value in one.items()} == {key: tag(value) for key, value in other.items()}


def _said(test: Test) -> str:
    if isinstance(test, Interval):
        return f"{'[' if test.closed[0] else '('}{test.low}..{test.high}{']' if test.closed[1] else ')'}"
    value = f'"{test.value}"' if isinstance(test.value, str) else str(test.value).lower()
    return value if test.operator == "=" else f"{test.operator} {value}"


def _meets(test: Test, found: Any, kind: Kind) -> bool:
    if isinstance(test, Comparison):
        return COMPARISONS[test.operator](found, _sized(test.value, kind))
    low, high = _sized(test.low, kind), _sized(test.high, kind)
    above = low <= found if test.closed[0] else low < found
    return bool(above and (found <= high if test.closed[1] else found < high))


def _sized(value: Json, kind: Kind) -> Any:
    """A value as its kind is compared: dates as milliseconds, truth values apart from numbers; None when it does not fit."""
    if kind is Kind.NUMBER:
        return value if is_number(value) else None
    if kind is Kind.DATE:
        found = moment(value) if isinstance(value, str) else None
        return None if found is None else found.milliseconds
    if kind is Kind.BOOLEAN:
        return value if isinstance(value, bool) else None
    return value if isinstance(value, str) else None


def _cell_faults(cell: Cell, fact: Fact) -> Iterator[str]:
    if fact.kind is Kind.LIST:
        yield "a list cannot be an input of a table"
    for test in cell.tests:
        values = [test.value] if isinstance(test, Comparison) else [test.low, test.high]
        for value in values:
            said = "there is no value" if value is None else fact.problem(value)
            if said:
                yield said
        ordered = isinstance(test, Interval) or test.operator != "="
        if isinstance(test, Comparison) and test.operator not in COMPARISONS:
            yield f"{test.operator!r} is not one of {', '.join(COMPARISONS)}"
        if ordered and fact.kind not in (Kind.NUMBER, Kind.DATE):
            yield f"a {fact.kind} has no order; name the values"
    if cell.negated and not cell.tests:
        yield "nothing is negated here"
