"""A picture of figures: the chart, the table that says the same, and the sentence that says it in short, from the same rows.

A builder of this room (:func:`kesher.www.charts.bars` and its neighbours) makes *rows* once: ``{"id": "0", "value": 5.2, …}``.
The chart draws them, the table (:class:`Twin`) writes them, the sentence reads them. No builder has a second source, so the
three cannot differ; ``tests/www/charts`` takes each chart apart and compares it with its table all the same.
"""

import csv
import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final, Self

from django.utils import translation

from kesher.www.charts.figures import Missing, Reading, Unit
from kesher.www.charts.look import configuration

Spec = dict[str, Any]
Rows = list[dict[str, Any]]
#: Changed when the same rows are drawn otherwise, so that kept files are made anew.
EDITION: Final = 1
#: Cells a spreadsheet would take for a formula begin so.
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Heading:
    """Of a column."""

    text: str
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a table: words; of a number the number too; of a missing one why."""

    text: str
    value: float | None = None
    missing: Missing | None = None
    #: ``row id + "." + field`` of the datum it shows: what the tests compare it with.
    shows: str = ""

    @property
    def raw(self) -> str:
        """For machines: a number with a full stop and no grouping."""
        if self.value is not None:
            return repr(int(self.value)) if float(self.value).is_integer() else repr(self.value)
        return f"'{self.text}" if self.text.startswith(FORMULA) else self.text


def number_cell(unit: Unit, reading: Reading, shows: str) -> Cell:
    """A figure as a cell."""
    return Cell(unit.told(reading), reading.value, reading.missing, shows)


def interval_cells(unit: Unit, reading: Reading, row: str) -> tuple[Cell, Cell]:
    """The ends of a figure's interval; empty where there is none."""
    if reading.low is None or reading.high is None:
        return Cell("–" if reading.is_known else ""), Cell("–" if reading.is_known else "")
    return (
        Cell(unit.said(reading.low), reading.low, shows=f"{row}.low"),
        Cell(unit.said(reading.high), reading.high, shows=f"{row}.high"),
    )


@dataclass(frozen=True, slots=True)
class Twin:
    """The table that says what the chart says. The first cell of each row is its heading."""

    headings: tuple[Heading, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def marked_rows(self) -> list[dict[str, Any]]:
        """For a template: the first cell of each row, and the others with whether their column is one of numbers."""
        columns = [heading.is_number for heading in self.headings[1:]]
        return [{"first": row[0], "others": list(zip(row[1:], columns, strict=True))} for row in self.rows]

    def as_csv(self) -> str:
        """For spreadsheets: UTF-8, lines as RFC 4180 wants them, a missing figure by its word, never 0."""
        stream = io.StringIO()
        writer = csv.writer(stream, lineterminator="\r\n")
        writer.writerow([heading.text for heading in self.headings])
        writer.writerows([cell.raw for cell in row] for row in self.rows)
        return stream.getvalue()


@dataclass(frozen=True, slots=True)
class Key:
    """A line of the legend: a mark as the chart draws it, and what it means."""

    word: str
    #: Which drawing of ``components/chart_key.html``: bar, line, dash, dots, dot, ring, diamond, square, rule, step, hatch.
    mark: str
    #: The colour's name in ``charts.css``.
    colour: str


@dataclass(frozen=True, slots=True)
class Panel:
    """One drawing, in two layouts: for a desk and for a phone. The script chooses by the room there is."""

    wide: Spec
    narrow: Spec
    title: str = ""
    label: str = ""

    @property
    def height_wide(self) -> int:
        return int(self.wide.get("height", 240)) + 40

    @property
    def height_narrow(self) -> int:
        return int(self.narrow.get("height", 240)) + 40


@dataclass(frozen=True)
class Picture:
    """See the module."""

    kind: str
    title: str
    sentence: str
    unit: str
    twin: Twin
    panels: tuple[Panel, ...]
    datasets: Mapping[str, Rows]
    keys: tuple[Key, ...] = ()
    #: Whether the wide layout names its marks itself, so that the keys are for phones only.
    names_itself: bool = False
    #: What numbers drawn in the chart stand for.
    notes: tuple[str, ...] = ()
    source: str = ""
    caveat: str = ""
    language: str = field(default_factory=lambda: translation.get_language() or "en")

    def with_words(self, *, source: str = "", caveat: str = "") -> Self:
        """The same with what stands under it."""
        return replace(self, source=source, caveat=caveat)

    @cached_property
    def payload(self) -> dict[str, Any]:
        """What the script of the page draws from: data, no code. Goes into the page as a data block."""
        return {
            "config": configuration(self.language),
            "datasets": dict(self.datasets),
            "panels": [{"wide": panel.wide, "narrow": panel.narrow} for panel in self.panels],
        }

    @cached_property
    def digest(self) -> str:
        """Of all that is drawn and written: the name under which a file of it is kept."""
        told = [EDITION, self.language, self.title, self.sentence, self.unit, self.source, self.caveat, self.notes]
        rows = [[cell.text for cell in row] for row in self.twin.rows]
        drawn = [[panel.title, panel.wide] for panel in self.panels]
        whole = json.dumps([told, drawn, dict(self.datasets), rows], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(whole.encode()).hexdigest()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw: every figure is missing."""
        return not any(cell.value is not None for row in self.twin.rows for cell in row)


def headings(*texts: str | Sequence[str]) -> tuple[Heading, ...]:
    """Columns: a word is one of words, a list of one word is one of numbers."""
    return tuple(Heading(text) if isinstance(text, str) else Heading(text[0], is_number=True) for text in texts)
