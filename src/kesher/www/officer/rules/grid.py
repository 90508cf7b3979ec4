"""A decision table as one types it: columns are facts, each row is a group of people, each cell ticks or bounds.

``Grid`` holds what stands in the form, also what cannot be right, so that nothing typed is ever lost.

    grid = Grid.of_table(table)        shown in the form      raises NotForTheForm for what the form cannot say
    grid = Grid.typed(request.POST)    what came back
    grid.faults()                      what cannot be read, each with its row, its column and where to mend it
    grid.table()                       the engine's table, when there are no faults

The first row that fits counts; whom no row fits, the rule does not let in.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any, Final

from django.utils.translation import gettext as _

from kesher.directory.facts import VOCABULARY, WORDS
from kesher.engine.eligibility import (
    ANYTHING,
    Cell,
    Comparison,
    DecisionTable,
    Fact,
    HitPolicy,
    Interval,
    Kind,
    Row,
)
from kesher.engine.eligibility.tables import Test
from kesher.formats.values import UNREADABLE

MOST_ROWS: Final = 20
#: Cells a form holds: a browser's form has at most a thousand fields here (Django's own limit).
MOST_CELLS: Final = 100
LARGEST: Final = 1_000_000
LONGEST_NOTE: Final = 200
YES, NO = "yes", "no"


class NotForTheForm(ValueError):
    """A table the form cannot show: it is too large, or says more than who is let in."""


@dataclass(frozen=True, slots=True)
class TypedCell:
    """``ticked``: of a text; ``low``, ``high``: of a number, as typed; ``holds``: "yes", "no" or "" of a yes-or-no."""

    ticked: tuple[str, ...] = ()
    low: str = ""
    high: str = ""
    holds: str = ""


EMPTY: Final = TypedCell()


@dataclass(frozen=True, slots=True)
class TypedRow:
    """``says``: "yes" lets in, "no" keeps out. ``note``: what the row is about, by language."""

    cells: Mapping[str, TypedCell] = field(default_factory=dict)
    says: str = YES
    note: Mapping[str, str] = field(default_factory=dict)

    def cell(self, path: str) -> TypedCell:
        return self.cells.get(path, EMPTY)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that cannot be read: ``row`` counts from 1, ``anchor`` is the id of the field to mend."""

    row: int
    column: str
    message: str
    anchor: str

    @property
    def label(self) -> str:
        name = WORDS[self.column].name if self.column in WORDS else self.column
        return _("Row %(row)s, %(column)s") % {"row": self.row, "column": name}


@dataclass
class Grid:
    columns: list[str] = field(default_factory=list)
    rows: list[TypedRow] = field(default_factory=list)

    # --- in and out of the form ---

    @classmethod
    def typed(cls, data: Any, *, language: str) -> "Grid":
        """What a form sent. ``language``: in which its notes were typed."""
        columns = [path for path in dict.fromkeys(data.getlist("column")) if path in VOCABULARY]
        columns = columns[:MOST_CELLS]
        count = min(_number(data.get("rows", "")) or 0, MOST_ROWS)
        return cls(columns, [_typed_row(data, number, columns, language) for number in range(count)])

    @classmethod
    def of_table(cls, table: DecisionTable) -> "Grid":
        """The form's rows for a table of the engine. A cell that needs several is told in as many rows.

        Raises :class:`NotForTheForm`.
        """
        if len(table.outputs) != 1 or table.policy is HitPolicy.COLLECT:
            raise NotForTheForm("only tables that say one thing, by the first row that fits")
        columns = [fact.path for fact in table.inputs]
        if any(fact.kind not in (Kind.TEXT, Kind.NUMBER, Kind.BOOLEAN) for fact in table.inputs):
            raise NotForTheForm("a column of dates or lists")
        if any(len(cell.tests) > MOST_CELLS for row in table.rows for cell in row.cells):
            # Before they are laid out: each number a cell names is tried against all the others.
            raise NotForTheForm("a cell that says too much")
        rows: list[TypedRow] = []
        for row in table.rows:
            ways = [_ways(cell, fact) for cell, fact in zip(row.cells, table.inputs, strict=True)]
            for cells in product(*ways):
                kept = {path: cell for path, cell in zip(columns, cells, strict=True) if cell != EMPTY}
                note = {code: said for code, words in row.labels.items() if (said := readable(words))}
                rows.append(TypedRow(kept, YES if row.outputs[0] is True else NO, note))
                if len(rows) > MOST_ROWS:
                    raise NotForTheForm("too many rows")
        if table.outputs[0].default is True:
            rows.append(TypedRow(says=YES))
        if len(rows) > MOST_ROWS or len(columns) * len(rows) > MOST_CELLS:
            raise NotForTheForm("too many rows")
        return cls(columns, rows)

    # --- what the buttons do ---

    @property
    def may_grow(self) -> bool:
        """Whether another row has room, and another column."""
        return len(self.rows) < MOST_ROWS and (len(self.columns) + 1) * (len(self.rows) + 1) <= MOST_CELLS

    def add_row(self) -> None:
        self.rows.append(TypedRow())

    def remove_row(self, number: int) -> None:
        del self.rows[number]

    def raise_row(self, number: int) -> None:
        """One place up: the first row that fits counts."""
        self.rows[number - 1], self.rows[number] = self.rows[number], self.rows[number - 1]

    def add_column(self, path: str) -> None:
        if path in VOCABULARY and path not in self.columns:
            self.columns.append(path)

    def remove_column(self, path: str) -> None:
        self.columns.remove(path)
        self.rows = [replace(row, cells={p: c for p, c in row.cells.items() if p != path}) for row in self.rows]

    # --- what it says ---

    def faults(self) -> list[Fault]:
        return list(self._faults())

    def _faults(self) -> Iterator[Fault]:
        for number, row in enumerate(self.rows):
            for path in self.columns:
                cell, anchor = row.cell(path), f"r{number}-{path}"
                if VOCABULARY[path].kind is not Kind.NUMBER:
                    continue
                for typed, end in ((cell.low, "low"), (cell.high, "high")):
                    if typed and _number(typed) is None:
                        said = _("Write a whole number from 0 to a million, in digits.")
                        yield Fault(number + 1, path, said, f"{anchor}-{end}")
                low, high = _number(cell.low), _number(cell.high)
                if low is not None and high is not None and low > high:
                    said = _("“From” is greater than “to”: nobody could fit.")
                    yield Fault(number + 1, path, said, f"{anchor}-low")

    def table(self) -> DecisionTable:
        """The engine's table; what is a fault asks for nothing."""
        facts = [VOCABULARY[path] for path in self.columns]
        return DecisionTable(
            inputs=tuple(facts),
            rows=tuple(
                Row(tuple(_cell(row.cell(fact.path), fact) for fact in facts), (row.says != NO,), dict(row.note))
                for row in self.rows
            ),
            policy=HitPolicy.FIRST,
        )

    def without(self, number: int) -> "Grid":
        """The same without one row."""
        return Grid(self.columns, [row for place, row in enumerate(self.rows) if place != number])


# --- from the form ----------------------------------------------------------------------------------------------------

_DIGITS = re.compile(r"\d{1,7}")


def readable(typed: str) -> str:
    """A line of words as it may be kept: without control signs and marks that turn text round, and not too long."""
    return " ".join(UNREADABLE.sub("", typed).split())[:LONGEST_NOTE]


def _number(typed: str) -> int | None:
    """Digits of any script as a number; None for anything else, and for what is too large."""
    text = typed.strip()
    if not _DIGITS.fullmatch(text):
        return None
    number = int(text)
    return number if number <= LARGEST else None


def _typed_row(data: Any, number: int, columns: Sequence[str], language: str) -> TypedRow:
    name = f"r{number}"
    cells = {}
    for path in columns:
        fact, key = VOCABULARY[path], f"{name}-{path}"
        if fact.kind is Kind.TEXT:
            ticked = set(data.getlist(key))
            cell = TypedCell(ticked=tuple(choice for choice in fact.choices if choice in ticked))
        elif fact.kind is Kind.NUMBER:
            cell = TypedCell(low=data.get(f"{key}-low", "").strip()[:20], high=data.get(f"{key}-high", "").strip()[:20])
        else:
            cell = TypedCell(holds=data.get(key) if data.get(key) in (YES, NO) else "")
        if cell != EMPTY:
            cells[path] = cell
    note = _words(data.get(f"{name}-words", ""))
    typed = readable(data.get(f"{name}-note", ""))
    note = {code: words for code, words in note.items() if code != language} | ({language: typed} if typed else {})
    return TypedRow(cells, NO if data.get(f"{name}-says") == NO else YES, note)


def _words(carried: str) -> dict[str, str]:
    """The notes in the languages the form does not show, as it carries them along."""
    try:
        found = json.loads(carried or "{}")
    except (ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {
        code: readable(words)
        for code, words in found.items()
        if isinstance(words, str) and readable(words) and re.fullmatch(r"[a-z]{2,3}(-\w+)?", code)
    }


def _cell(typed: TypedCell, fact: Fact) -> Cell:
    if fact.kind is Kind.TEXT:
        return Cell(tuple(Comparison("=", choice) for choice in typed.ticked))
    if fact.kind is Kind.BOOLEAN:
        return Cell((Comparison("=", typed.holds == YES),)) if typed.holds else ANYTHING
    low, high = _number(typed.low), _number(typed.high)
    tests: tuple[Test, ...] = ()
    if low is not None and high is not None:
        tests = (Comparison("=", low) if low == high else Interval(low, high),)
    elif low is not None:
        tests = (Comparison(">=", low),)
    elif high is not None:
        tests = (Comparison("<=", high),)
    return Cell(tests)


# --- from the engine --------------------------------------------------------------------------------------------------


def _ways(cell: Cell, fact: Fact) -> list[TypedCell]:
    """A cell of the engine as cells of the form, any of which may be met; none where nothing meets it."""
    if not cell.tests:
        return [EMPTY]
    if fact.kind is Kind.TEXT:
        ticked = tuple(choice for choice in fact.choices if cell.holds(choice, fact.kind))
        return [TypedCell(ticked=ticked)] if ticked else []
    if fact.kind is Kind.BOOLEAN:
        held = [value for value in (True, False) if cell.holds(value, fact.kind)]
        return [TypedCell(holds=YES if value else NO) for value in held]
    return [_bounds(low, high) for low, high in _stretches(cell, fact)]


def _bounds(low: int | None, high: int | None) -> TypedCell:
    return TypedCell(low="" if low is None else str(low), high="" if high is None else str(high))


def _stretches(cell: Cell, fact: Fact) -> list[tuple[int | None, int | None]]:
    """The whole numbers from 0 that meet a cell, as stretches; None = no bound at that end."""
    if not fact.whole:
        raise NotForTheForm("a column of numbers with decimals")
    named = [
        value for test in cell.tests
        for value in ([test.value] if isinstance(test, Comparison) else [test.low, test.high])
    ]  # fmt: skip
    # Between two neighbours of the numbers named, all are alike: one of each stretch is asked.
    edges = sorted({0, *(max(0, int(value // 1) + step) for value in named for step in (0, 1, 2))})
    if max(named) > LARGEST:
        raise NotForTheForm("a number that is too large")
    found: list[list[int]] = []
    for place, edge in enumerate(edges):
        last = edges[place + 1] - 1 if place + 1 < len(edges) else -1
        if not cell.holds(edge, fact.kind):
            continue
        if found and found[-1][1] == edge - 1:
            found[-1][1] = last
        else:
            found.append([edge, last])
    open_below = cell.holds(-1, fact.kind)
    return [(None if low == 0 and open_below else low, None if high == -1 else high) for low, high in found]
