"""Rules as those who write them read them: cells, rows, reasons, people made up for an example, and what is wrong with a
table. The words of facts, values and conditions are those everybody reads (:mod:`kesher.www.rule_words`)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kesher.directory.facts import VOCABULARY
from kesher.engine.eligibility import (
    Cell,
    Comparison,
    DecisionTable,
    Explanation,
    Fact,
    Interval,
    Kind,
    Step,
    TableCheck,
    Unknown,
    Verdict,
    check,
)
from kesher.engine.eligibility.values import Json
from kesher.www.rule_words.conditions import OPPOSITE, between, bound, phrase, unlike
from kesher.www.rule_words.values import beside, listed, name_of, one_of, said, value_in_words

MOST_REASONS = 6
MOST_OVERLAPS = 4


def verdict_words(verdict: str) -> str:
    return {"yes": _("yes"), "no": _("no")}.get(verdict, _("not known"))


def fact_name(path: str) -> str:
    """What a fact is called; one that nobody knows keeps its own name."""
    return name_of(path, otherwise=path)


def person_words(facts: Mapping[str, Json]) -> str:
    """Somebody made up, in a line: "age: 30 years; has a child under 3". In the order of the vocabulary: JSON keeps none."""
    places = {path: place for place, path in enumerate(VOCABULARY)}
    parts = [
        said(path, facts[path], otherwise=path)
        for path in sorted(facts, key=lambda path: (places.get(path, len(places)), path))
        if facts[path] is not None and not _below_all(facts[path])
    ]
    return beside(parts) or _("anybody")


def _below_all(value: Json) -> bool:
    """A number nobody has: how the engine names those below every bound."""
    return isinstance(value, int | float) and value < 0


def cell_words(cell: Cell, fact: Fact) -> str:
    """A cell in words; "" for one that asks for nothing."""
    if not cell.tests:
        return ""
    if (asked := _yes_or_no(cell, fact)) is not None:
        return value_in_words(fact.path, asked)
    if cell.negated and len(cell.tests) == 1 and (turned := _turned(cell.tests[0], fact)):
        return turned
    words = [_test_words(test, fact) for test in cell.tests]
    return unlike(words) if cell.negated else one_of(words)


def _yes_or_no(cell: Cell, fact: Fact) -> bool | None:
    """What a cell of one box asks for."""
    if fact.kind is not Kind.BOOLEAN or len(cell.tests) != 1 or not isinstance(cell.tests[0], Comparison):
        return None
    return cell.tests[0].value is not cell.negated


def _test_words(test: Comparison | Interval, fact: Fact) -> str:
    if isinstance(test, Interval):
        return between(fact.path, test.low, test.high, test.closed, kind=fact.kind)
    if test.operator == "=":
        return value_in_words(fact.path, test.value)
    return bound(test.operator, fact.path, test.value, kind=fact.kind)


def _turned(test: Comparison | Interval, fact: Fact) -> str:
    """What is left when a test must not hold; "" where only "anything but" says it."""
    if isinstance(test, Interval):
        return between(fact.path, test.low, test.high, test.closed, kind=fact.kind, negated=True)
    if test.operator in OPPOSITE:
        return bound(OPPOSITE[test.operator], fact.path, test.value, kind=fact.kind)
    return ""


def row_words(cells: Sequence[Cell], facts: Sequence[Fact]) -> str:
    """A row as a line: "age: at least 18 years; has a child under 3"."""
    parts = []
    for cell, fact in zip(cells, facts, strict=True):
        if not (words := cell_words(cell, fact)):
            continue
        asked = _yes_or_no(cell, fact)
        if asked is not None:
            parts.append(said(fact.path, asked))
        else:
            parts.append(_("%(name)s: %(what)s") % {"name": fact_name(fact.path), "what": words})
    return beside(parts) or _("everybody")


# --- why --------------------------------------------------------------------------------------------------------------


def reasons(told: Explanation) -> list[str]:
    """What decides, each in a line; what is missing, for an "unknown". At most ``MOST_REASONS``."""
    if told.verdict is Verdict.UNKNOWN:
        return [_("not known: %(fact)s") % {"fact": fact_name(path)} for path in told.missing][:MOST_REASONS]
    found = dict.fromkeys(filter(None, (_reason(step, told.verdict) for step in told.because)))
    return list(found)[:MOST_REASONS]


def _reason(step: Step, verdict: Verdict) -> str | None:
    assert step.condition is not None
    words = phrase(step.condition)
    if words is None or step.condition.operator == "always":
        return None
    if verdict is Verdict.YES:
        return words
    here = [value_in_words(path, value) for path, value in step.found if not isinstance(value, Unknown)]
    return _("asked for is “%(condition)s”, here it is “%(value)s”") % {"condition": words, "value": listed(here)}


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
