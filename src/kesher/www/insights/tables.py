"""Figures as a table for a spreadsheet: CSV in UTF-8 with its mark, and nothing in it runs, whatever a source has called it."""

import csv
import io
from collections.abc import Iterable, Sequence

from django.http import HttpResponse

from kesher.formats.workbooks import harmless


def table(name: str, rows: Iterable[Sequence[object]]) -> HttpResponse:
    """``rows``, headings first, as the file ``name``; None is an empty cell, texts are no formulas."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    for row in rows:
        writer.writerow([harmless(cell) if isinstance(cell, str) else "" if cell is None else cell for cell in row])
    answer = HttpResponse("\ufeff" + stream.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
