"""What could not be taken from a file, told to the person who owns it: as lines, as a table, as JSON."""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from typing import Any

from kesher.formats.records import Refusal

COLUMNS = ("kind", "file", "row", "field", "record", "outcome", "reason", "remedy")
LEFT_OUT, NOTED = "left out", "noted"
#: A cell that begins with one of these is a formula to a spreadsheet program.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_FIELDS = tuple(field.name for field in fields(Refusal))


def told(refusal: Refusal) -> str:
    """One line: ``left out: services.csv, row 6, name: The service has no name. Fill in its name.``"""
    where = ", ".join(
        part for part in (refusal.file, f"row {refusal.row}" if refusal.row else "", refusal.field or "") if part
    )
    return f"{LEFT_OUT if refusal.fatal else NOTED}: {where}: {refusal.reason} {refusal.remedy}"


def as_data(refusals: Iterable[Refusal]) -> list[dict[str, Any]]:
    """For JSON and for keeping; :func:`from_data` reads it back."""
    return [asdict(refusal) for refusal in refusals]


def from_data(found: Iterable[Mapping[str, Any]]) -> list[Refusal]:
    """The refusals that :func:`as_data` wrote, also those of a time before a field was added."""
    return [Refusal(**{name: one[name] for name in _FIELDS if name in one}) for one in found]


def as_csv(refusals: Iterable[Refusal]) -> str:
    """A table with the columns :data:`COLUMNS`, safe to open in a spreadsheet program."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for one in refusals:
        outcome = LEFT_OUT if one.fatal else NOTED
        cells = (one.kind, one.file, one.row, one.field, one.record, outcome, one.reason, one.remedy)
        writer.writerow(["" if cell is None else harmless(str(cell)) for cell in cells])
    return stream.getvalue()


def harmless(cell: str) -> str:
    """The cell as text, never as a formula: what a file says may not run in the officer's spreadsheet program."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
