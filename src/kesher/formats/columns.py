"""A CSV of figures, as columns: for the commands that estimate, pool and score. Every fault names file, row and column.

The file may be gzipped, or ``-`` for standard input. The header is row 1, so that a row number leads to the cell in a
spreadsheet. Nothing is guessed: a cell that is no number where one is needed is a fault, and the first one ends it.
"""

import gzip
import io
import math
import sys
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kesher.formats.files import MIB, Ledger, find_encoding, read_rows
from kesher.formats.records import UnreadableFile

#: Cells that say "not known".
BLANK = frozenset({"", ".", "na", "n/a", "nan", "null", "none"})
#: Bytes of one table, unpacked.
LARGEST = 512 * MIB


class ColumnError(Exception):
    """The table is not fit for what is asked. ``row`` counts from 1, the header; ``column`` is its heading."""

    def __init__(self, file: str, what: str, *, row: int | None = None, column: str | None = None) -> None:
        places = [file]
        if row is not None:
            places.append(f"row {row}")
        if column is not None:
            places.append(f"column {column!r}")
        super().__init__(f"{', '.join(places)}: {what}")
        self.file, self.row, self.column, self.what = file, row, column, what


@dataclass(frozen=True, slots=True)
class Columns:
    """``headings`` (k,) and ``cells``, one list of n texts for each; ``rows`` (n,) are the numbers of the rows."""

    file: str
    headings: tuple[str, ...]
    cells: dict[str, list[str]] = field(repr=False)
    rows: list[int] = field(repr=False)

    def __len__(self) -> int:
        return len(self.rows)

    def texts(self, column: str) -> list[str]:
        """The cells of a column, stripped. Raises ColumnError where there is no such column."""
        if column not in self.cells:
            raise ColumnError(
                self.file, f"there is no such column; the columns are {', '.join(self.headings)}", column=column
            )
        return self.cells[column]

    def numbers(self, column: str, *, blank: bool = False) -> NDArray[np.float64]:
        """The column as finite numbers (n,); with ``blank``, NaN where a cell says that it is not known."""
        texts = self.texts(column)
        found = np.empty(len(texts))
        for place, text in enumerate(texts):
            number = as_number(text)
            if number is None:
                if is_blank(text):
                    if blank:
                        found[place] = math.nan
                        continue
                    raise self.fault("the cell is empty; a number is needed", place, column)
                raise self.fault(f"{text!r} is not a number", place, column)
            found[place] = number
        return found

    def is_numeric(self, column: str) -> bool:
        """True when more than half of what is filled in is a number: the rest are then faults, not words."""
        filled = [text for text in self.texts(column) if not is_blank(text)]
        return 2 * sum(as_number(text) is not None for text in filled) > len(filled) or not filled

    def fault(self, what: str, place: int, column: str | None = None) -> ColumnError:
        """A fault of the row at ``place``, counted from 0."""
        return ColumnError(self.file, what, row=self.rows[place], column=column)


def is_blank(text: str) -> bool:
    """True for a cell that says nothing."""
    return text.strip().casefold() in BLANK


def as_number(text: str) -> float | None:
    """The finite number a cell holds, with a decimal point; None for anything else, such as 1_000 and inf."""
    if "_" in text:
        return None
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def read_columns(path: str | Path, *, needed: Sequence[str] = ()) -> Columns:
    """Reads a CSV, ``.gz`` too, or standard input for ``-``.

    Raises ColumnError: the file is not there, is empty or broken, has a row too long or too short, lacks a ``needed``
    column or all rows.
    """
    name = "standard input" if str(path) == "-" else Path(path).name
    content = io.BytesIO(_bytes(path, name))
    ledger = Ledger()
    try:
        encoding = find_encoding(content, name)
        content.seek(0)
        text = io.TextIOWrapper(content, encoding.name, encoding.errors, newline="")
        headings, rows = read_rows(text, name, ledger)
        numbered = list(rows)
    except UnreadableFile as fault:
        raise ColumnError(name, f"{fault.reason} {fault.remedy}".strip()) from None
    except UnicodeDecodeError:
        raise ColumnError(name, "the file is not text that can be read; save it as CSV UTF-8") from None
    if ledger.refusals:
        first = ledger.refusals[0]
        raise ColumnError(name, f"{first.reason} {first.remedy}".strip(), row=first.row, column=first.field)
    if "" in headings:
        raise ColumnError(name, f"column {headings.index('') + 1} has no heading", row=1)
    for column in needed:
        if column not in headings:
            raise ColumnError(name, f"there is no such column; the columns are {', '.join(headings)}", column=column)
    if not numbered:
        raise ColumnError(name, "there is a heading but no row below it", row=2)
    cells = {heading: [row[place].strip() for _, row in numbered] for place, heading in enumerate(headings)}
    return Columns(name, tuple(headings), cells, [number for number, _ in numbered])


def _bytes(path: str | Path, name: str) -> bytes:
    try:
        if str(path) == "-":
            content = sys.stdin.buffer.read(LARGEST + 1)
        elif str(path).endswith(".gz"):
            with gzip.open(path) as stream:
                content = stream.read(LARGEST + 1)
        else:
            with Path(path).open("rb") as stream:
                content = stream.read(LARGEST + 1)
    except FileNotFoundError:
        raise ColumnError(name, f"{path} is not there") from None
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise ColumnError(name, "the file is not a whole gzip") from None
    except OSError as problem:
        raise ColumnError(name, f"the file cannot be read: {problem.strerror or problem}") from None
    if len(content) > LARGEST:
        raise ColumnError(name, f"the table is larger than {LARGEST // MIB} MiB")
    if not content.strip():
        raise ColumnError(name, "the file is empty")
    return content
