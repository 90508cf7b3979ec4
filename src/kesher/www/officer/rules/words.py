"""Rules in the reader's words: facts, cells, rows, reasons, people made up for an example, and what is wrong with a table.

Every sentence is put together from whole parts with a colon between ("age: 18 or more"), so that no language has to bend
a word for it. ``WORDS`` in :mod:`kesher.directory.facts` has the words of each fact.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kesher.directory.facts import VOCABULARY, WORDS
from kesher.engine.eligibility import (
    Cell,
    Comparison,
    Condition,
    DecisionTable,
    Explanation,
    Fact,
    Kind,
    Step,
    TableCheck,
    Unknown,
    Verdict,
    check,
)
from kesher.engine.eligibility.explanation import StepKind
from kesher.engine.eligibility.values import Json

MOST_REASONS = 6
MOST_OVERLAPS = 4


def verdict_words(verdict: str) -> str:
    return {"yes": _("yes"), "no": _("no")}.get(verdict, _("not known"))


def fact_name(path: str) -> str:
    """What a fact is called; one that nobody knows keeps its own name."""
    return str(WORDS[path].name) if path in WORDS else path


def value_words(path: str, value: Json) -> str:
    """A value by itself, as in a cell: "30", "yes", "employed"."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, str) and path in WORDS:
        return str(WORDS[path].choices.get(value, value))
    return str(value)


def said_words(path: str, value: Json) -> str:
    """A fact with its value, as a part of a sentence: "age: 30", "has a child under 3"."""
    if isinstance(value, bool) and path in WORDS and WORDS[path].yes:
        return str(WORDS[path].yes if value else WORDS[path].no)
    return _("%(fact)s: %(value)s") % {"fact": fact_name(path), "value": value_words(path, value)}


def person_words(facts: Mapping[str, Json]) -> str:
    """Somebody made up, in a line: "age: 30; has a child under 3". In the order of the vocabulary: JSON keeps none."""
    places = {path: place for place, path in enumerate(VOCABULARY)}
    said = [
        said_words(path, facts[path])
        for path in sorted(facts, key=lambda path: (places.get(path, len(places)), path))
        if facts[path] is not None and not _below_all(facts[path])
    ]
    return listed(said) or _("anybody")


def listed(parts: Sequence[str]) -> str:
    """Parts of a line beside one another, with the mark between that the language has for it."""
    said = parts[0] if parts else ""
    for part in parts[1:]:
        said = _("%(one)s; %(other)s") % {"one": said, "other": part}
    return said


def _below_all(value: Json) -> bool:
    """A number nobody has: how the engine names those below every bound."""
    return isinstance(value, int | float) and value < 0


def any_of(parts: Sequence[str]) -> str:
    """One of several: "a or b or c"."""
    said = parts[0]
    for part in parts[1:]:
        said = _("%(one)s or %(other)s") % {"one": said, "other": part}
    return said


def compared(operator: str, value: str, other: str = "") -> str:
    """A bound in words."""
    said = {
        ">=": _("%(n)s or more"), "<=": _("at most %(n)s"), "<": _("less than %(n)s"), ">": _("more than %(n)s"),
        "between": _("%(n)s to %(m)s"),
    }  # fmt: skip
    return said[operator] % {"n": value, "m": other} if operator in said else value


def cell_words(cell: Cell, fact: Fact) -> str:
    """A cell in words; "" for one that asks for nothing."""
    if not cell.tests:
        return ""
    if fact.kind is Kind.BOOLEAN and len(cell.tests) == 1 and isinstance(cell.tests[0], Comparison):
        return value_words(fact.path, cell.tests[0].value is not cell.negated)
    parts = []
    for test in cell.tests:
        if isinstance(test, Comparison):
            parts.append(compared(test.operator, value_words(fact.path, test.value)))
        elif test.closed == (True, True):
            parts.append(compared("between", str(test.low), str(test.high)))
        else:
            ends = (
                compared(">=" if test.closed[0] else ">", str(test.low)),
                compared("<=" if test.closed[1] else "<", str(test.high)),
            )
            parts.append(_("%(one)s and %(other)s") % {"one": ends[0], "other": ends[1]})
    said = any_of(parts)
    return _("anything but %(this)s") % {"this": said} if cell.negated else said


def row_words(cells: Sequence[Cell], facts: Sequence[Fact]) -> str:
    """A row as a line: "age: 18 or more; has a child under 3"."""
    said = []
    for cell, fact in zip(cells, facts, strict=True):
        words = cell_words(cell, fact)
        if not words:
            continue
        if fact.kind is Kind.BOOLEAN and len(cell.tests) == 1 and isinstance(cell.tests[0], Comparison):
            said.append(said_words(fact.path, cell.tests[0].value is not cell.negated))
        else:
            said.append(_("%(fact)s: %(value)s") % {"fact": fact_name(fact.path), "value": words})
    return listed(said) or _("everybody")


# --- conditions, and why ----------------------------------------------------------------------------------------------


def condition_words(condition: Condition) -> str | None:
    """A condition of any rule in words; None for one that has to be read as it is written."""
    path, values = condition.fact, condition.expected
    if condition.operator == "always":
        return _("everybody") if _holds_always(condition) else _("nobody")
    if path is None or condition.offset is not None or any(isinstance(value, dict | list) for value in values):
        return None  # held against something computed
    if condition.operator == "is" or (condition.operator == "===" and isinstance(values[0], bool)):
        wanted = (not values or values[0] is True) is not condition.negated
        return said_words(path, wanted) if path in VOCABULARY and VOCABULARY[path].kind is Kind.BOOLEAN else None
    if condition.operator in ("===", "in") and values:
        said = any_of([value_words(path, value) for value in values])
    elif condition.operator in ("<", "<=", ">", ">="):
        said = compared(condition.operator, str(values[0]))
    elif condition.operator == "between" and condition.closed == (True, True):
        said = compared("between", str(values[0]), str(values[1]))
    else:
        return None
    if condition.negated:
        said = _("anything but %(this)s") % {"this": said}
    return _("%(fact)s: %(value)s") % {"fact": fact_name(path), "value": said}


def _holds_always(condition: Condition) -> bool:
    return (condition.expression is True) is not condition.negated


def reasons(told: Explanation) -> list[str]:
    """What decides, each in a line; what is missing, for an "unknown". At most ``MOST_REASONS``."""
    if told.verdict is Verdict.UNKNOWN:
        return [_("not known: %(fact)s") % {"fact": fact_name(path)} for path in told.missing][:MOST_REASONS]
    found = dict.fromkeys(filter(None, (_reason(step, told.verdict) for step in told.because)))
    return list(found)[:MOST_REASONS]


def _reason(step: Step, verdict: Verdict) -> str | None:
    assert step.condition is not None
    said = condition_words(step.condition)
    if said is None or step.condition.operator == "always":
        return None
    if verdict is Verdict.YES:
        return said
    here = [value_words(path, value) for path, value in step.found if not isinstance(value, Unknown)]
    return _("asked for is “%(condition)s”, here it is “%(value)s”") % {"condition": said, "value": ", ".join(here)}


@dataclass(frozen=True, slots=True)
class Line:
    """A part of a rule no table shows. ``code``: of a condition that cannot be said in words, else "";
    ``below``: its parts, for those that join others."""

    words: str
    code: str = ""
    below: list["Line"] = field(default_factory=list)


def lines_of(trace: Step) -> Line:
    """A rule of any shape, as lines within lines."""
    if trace.kind is StepKind.CONDITION:
        assert trace.condition is not None
        said = condition_words(trace.condition)
        if said is not None:
            return Line(said)
        words = _("It must not be so:") if trace.condition.negated else ""
        return Line(words, code=trace.condition.key)
    below = [lines_of(step) for step in trace.steps]
    words = {
        StepKind.ALL: _("All of this:"), StepKind.ANY: _("One of these:"),
        StepKind.CHOICE: _("If the first holds, the second counts; if not, the third:"),
    }[trace.kind]  # fmt: skip
    return Line(words, below=below)


# --- what is to be said about a table ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TableRemark:
    """``kind``: "warning" where it is hardly meant so, "info" where it is to be known, "good" where nothing is wrong."""

    kind: str
    words: str


def remarks(table: DecisionTable) -> list[TableRemark]:
    """Rows that meet, rows that never count, people no row speaks of, and cells that ask without need."""
    if not table.rows or not any(row.outputs[0] is True for row in table.rows):
        return [TableRemark("warning", _("No row lets anybody in: the answer is always no."))]
    found = check(table)
    said = [*_asking(table), *_unreached(found), *_overlaps(found, table), *_gap(found)]
    if not found.decided:
        said.append(TableRemark("info", _("The table is so large that not all people it could meet were looked at.")))
    return sorted(said, key=lambda remark: remark.kind != "warning")


def _asking(table: DecisionTable) -> Iterator[TableRemark]:
    for number, row in enumerate(table.rows, 1):
        if not any(cell.tests for cell in row.cells):
            yield TableRemark("warning", _("Row %(row)s asks for nothing: it fits everybody.") % {"row": number})
        for cell, fact in zip(row.cells, table.inputs, strict=True):
            if fact.kind is Kind.TEXT and cell.tests and all(cell.holds(value, fact.kind) for value in fact.choices):
                yield TableRemark(
                    "warning",
                    _("Row %(row)s, %(column)s: everything is ticked. Where it does not matter, tick nothing; "
                      "then nobody is asked.") % {"row": number, "column": fact_name(fact.path)},
                )  # fmt: skip
    for place, fact in enumerate(table.inputs):
        if not any(row.cells[place].tests for row in table.rows):
            name = fact_name(fact.path)
            yield TableRemark(
                "info", _("No row asks for “%(column)s”: the column can be taken away.") % {"column": name}
            )


def _unreached(found: TableCheck) -> Iterable[TableRemark]:
    for number in found.unreached:
        yield TableRemark(
            "warning", _("Row %(row)s never counts: whoever fits it fits a row above it.") % {"row": number + 1}
        )


def _overlaps(found: TableCheck, table: DecisionTable) -> Iterator[TableRemark]:
    quiet = set(found.unreached)
    overlaps = [one for one in found.overlaps if not quiet & set(one.rows)]
    against = [one for one in overlaps if one.contradicting]
    for one in against[:MOST_OVERLAPS]:
        first, second = (number + 1 for number in one.rows)
        yield TableRemark(
            "info",
            _("Rows %(one)s and %(two)s can fit the same person and say different things. Row %(one)s counts, since it "
              "stands first. For example: %(person)s.")
            % {"one": first, "two": second, "person": person_words(one.example)},
        )  # fmt: skip
    alike = [one for one in overlaps if not one.contradicting]
    for one in alike[:MOST_OVERLAPS]:
        first, second = (number + 1 for number in one.rows)
        yield TableRemark(
            "info",
            _("Rows %(one)s and %(two)s can fit the same person and say the same: no harm in it. "
              "For example: %(person)s.") % {"one": first, "two": second, "person": person_words(one.example)},
        )  # fmt: skip
    if more := len(overlaps) - len(against[:MOST_OVERLAPS]) - len(alike[:MOST_OVERLAPS]):
        yield TableRemark(
            "info",
            ngettext("%(n)s more pair of rows can fit the same person.", "%(n)s more pairs of rows can fit the same "
                     "person.", more) % {"n": more},
        )  # fmt: skip


def _gap(found: TableCheck) -> Iterator[TableRemark]:
    if found.gap is None:
        if found.decided:
            yield TableRemark("info", _("Every person fits some row."))
        return
    if any(_below_all(value) for value in found.gap.values()):
        return  # there is no such person
    yield TableRemark(
        "info",
        _("Whom no row fits, the rule does not let in. For example: %(person)s.") % {"person": person_words(found.gap)},
    )


def shown_table(table: DecisionTable) -> dict[str, Any]:
    """A table for the template: ``heads``, ``rows`` of cells in words (with ``says`` and ``note``), ``decides``: whether
    some row keeps people out, so that each row's answer has to be shown."""
    return {
        "heads": [fact_name(fact.path) for fact in table.inputs],
        "rows": [
            {
                "cells": [cell_words(cell, fact) for cell, fact in zip(row.cells, table.inputs, strict=True)],
                "says": row.outputs[0] is True,
                "note": dict(row.labels),
            }
            for row in table.rows
        ],
        "decides": any(row.outputs[0] is not True for row in table.rows),
    }
