"""A list as a table to take along (.xlsx): for the day's work, never to enforce anything.

What is in it is what the reader may see on the screen, row by row and column by column. Left out always: notes, identity
numbers, permits and what anybody is allowed or not, reasons that could be held against a person, and needs.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.utils import timezone, translation

from kesher.formats.workbooks import TYPE, Cell, workbook

#: More than this is no list to work through but a copy of the town.
MOST_ROWS = 2_000


@dataclass(frozen=True, slots=True)
class Table:
    """``name``: the file's, ASCII, without anything about anybody; ``title``: the sheet's."""

    name: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def as_response(table: Table) -> HttpResponse:
    """The file to keep, never shown in the browser and never kept on the way."""
    content = workbook(
        table.title, columns=table.columns, rows=table.rows, right_to_left=translation.get_language_bidi()
    )
    response = HttpResponse(content, content_type=TYPE)
    name = f"{table.name}-{timezone.localdate():%Y-%m-%d}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
