"""What could not be taken from a file, told to the person who owns it: as lines, as a table, as JSON."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kesher.formats.records import Refusal
from kesher.formats.remarks import Said

COLUMNS = ("kind", "file", "row", "field", "record", "outcome", "code", "reason", "remedy")
LEFT_OUT, NOTED = "left out", "noted"
#: A cell that begins with one of these is a formula to a spreadsheet program.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def told(refusal: Refusal) -> str:
    """One line: ``left out: services.csv, row 6, name: The service has no name. Fill in its name.``"""
    where = ", ".join(
        part for part in (refusal.file, f"row {refusal.row}" if refusal.row else "", refusal.field or "") if part
    )
    return f"{LEFT_OUT if refusal.fatal else NOTED}: {where}: {refusal.reason} {refusal.remedy}"


def as_data(refusals: Iterable[Refusal]) -> list[dict[str, Any]]:
    """For JSON and for keeping; :func:`from_data` reads it back."""
    return [
        {
            "file": one.file,
            "row": one.row,
            "field": one.field,
            **said_as_data(one.said),
            "record": one.record,
            "fatal": one.fatal,
            "kind": one.kind,
        }
        for one in refusals
    ]


def said_as_data(said: Said) -> dict[str, Any]:
    """A remark with its code, its parameters and its English sentences: readable even when the code is known no more."""
    return {"code": said.code, "params": dict(said.params), "reason": said.reason, "remedy": said.remedy}


def from_data(found: Iterable[Mapping[str, Any]]) -> list[Refusal]:
    """The refusals that :func:`as_data` wrote, also those of a time before a field was added."""
    return [
        Refusal(
            one["file"],
            one["row"],
            one["field"],
            said_from_data(one),
            **{name: one[name] for name in ("record", "fatal", "kind") if name in one},
        )
        for one in found
    ]


def said_from_data(one: Mapping[str, Any]) -> Said:
    """The remark as it was kept; without a code, as long as there were none."""
    return Said(one.get("code", ""), one["reason"], one["remedy"], one.get("params", {}))


def as_csv(refusals: Iterable[Refusal]) -> str:
    """A table with the columns :data:`COLUMNS`, in English. For a table in another language see :func:`table`."""
    return table(COLUMNS, (cells(one, LEFT_OUT if one.fatal else NOTED, one.reason, one.remedy) for one in refusals))


def cells(one: Refusal, outcome: str, reason: str, remedy: str) -> tuple[object, ...]:
    """One row under :data:`COLUMNS`."""
    return (one.kind, one.file, one.row, one.field, one.record, outcome, one.code, reason, remedy)


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """CSV that is safe to open in a spreadsheet program."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(headings)
    for row in rows:
        writer.writerow(["" if cell is None else harmless(str(cell)) for cell in row])
    return stream.getvalue()


def harmless(cell: str) -> str:
    """The cell as text, never as a formula: what a file says may not run in the officer's spreadsheet program."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
