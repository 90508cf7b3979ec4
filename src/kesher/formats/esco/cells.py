"""The bytes of one table as columns of clean text: fast when the file is well made, careful when it is not.

Three ways lead to the same columns:

* no quote mark in the file (the relations): cut at line ends and commas, no parser at all;
* well-made CSV: :func:`csv.reader`, whose cells are taken as they are;
* anything else (a quote never closed, a row too long): :func:`kesher.formats.files.read_rows`, which tells each row's
  fault; and for cells beyond the 131,072 characters that ``csv`` takes in this process (``conceptSchemes`` has one of
  627,354) a cutter of our own.

The text is cleaned whole, before it is cut: NFC, no control characters, ``\\n`` as the only line end. Row numbers count as
a spreadsheet does: the header is row 1, a cell with line breaks is still one row.
"""

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from kesher.formats.esco.remarks import Remarks, quoted, unreadable
from kesher.formats.files import encoding_unknown, find_encoding, read_rows

#: Bytes of one table. The largest of ESCO 1.2.0 has 21 MB.
LARGEST: Final = 256 << 20

_CONTROLS: Final = bytes(code for code in range(32) if code not in (9, 10, 13)) + b"\x7f"  # all but tab and line ends
#: in UTF-8: C1 controls; U+2028, U+2029 and the overrides of direction; byte order marks and what follows them
_UNWANTED_BYTES: Final = (
    re.compile(rb"\xc2[\x80-\x9f]"),
    re.compile(rb"\xe2\x80[\xa8\xa9\xad\xae]"),
    re.compile(rb"\xef\xbb\xbf"),
    re.compile(rb"\xef\xbf[\xb9-\xbb\xbe\xbf]"),
)
_SPACES: Final = re.compile("[\x0b\x0c\x85\u2028\u2029]")
_UNWANTED: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202d\u202e\ufeff\ufff9-\ufffb\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Cells:
    """The columns of a table, all as long as `numbers`, the rows as a person counts them."""

    numbers: Sequence[int]
    columns: dict[str, Sequence[str]]
    #: rows that ended before the header did; what is missing is empty
    short: int = 0

    def __getitem__(self, column: str) -> Sequence[str]:
        """A column; one that the table does not have is empty in each row."""
        return self.columns[column] if column in self.columns else ("",) * len(self.numbers)


def read_cells(data: bytes, file: str, remarks: Remarks) -> Cells:
    """The table in `data`. Raises UnreadableFile when it has no header, a column twice, or is not text."""
    text = clean_whole(data, file, remarks)
    header, delimiter = read_header(text, file)
    body = text.partition("\n")[2]
    if '"' not in text:
        cells = _plain(body, header, delimiter)
        if cells is not None:
            return cells
    if text.count('"') % 2 == 0:
        try:
            rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
        except csv.Error:  # a cell too large for it
            return _squared(list(_cut(text, file, delimiter, remarks)), header, file, remarks)
        if all(len(row) <= len(header) for row in rows[1:]):
            return _squared(rows, header, file, remarks)
    careful = read_rows(io.StringIO(text, newline=""), file, remarks.ledger)[1]
    kept = [(number, row) for number, row in careful if any(row)]
    turned: list[Sequence[str]] = list(zip(*(cells for _, cells in kept), strict=True)) or [()] * len(header)
    return Cells([number for number, _ in kept], dict(zip(header, turned, strict=True)))


def read_header(text: str, file: str) -> tuple[list[str], str]:
    """Column names, and the character between them. Raises UnreadableFile for none at all, or a column twice."""
    head = text.partition("\n")[0]
    delimiter = max(",;\t|", key=head.count)
    if '"' in head:
        return read_rows(io.StringIO(text, newline=""), file)[0], delimiter
    header = [" ".join(name.split()) for name in head.split(delimiter)]
    while header and not header[-1]:
        header.pop()
    if not header:
        raise unreadable("no header", file)
    twice = next((name for name in header if header.count(name) > 1), None)
    if twice is not None:
        raise unreadable("column twice", file, column=quoted(twice))
    return header, delimiter


def clean_whole(data: bytes, file: str, remarks: Remarks) -> str:
    """The file's text without what no cell may hold, in NFC. Raises UnreadableFile for an encoding not known."""
    if len(data) > LARGEST:
        raise unreadable("too large", file, size=len(data), limit=LARGEST)
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        text = data.decode()
    except UnicodeDecodeError:
        encoding = find_encoding(io.BytesIO(data), file)
        try:
            text = data.decode(encoding.name, encoding.errors)
        except UnicodeDecodeError:  # it says that it is UTF-16, and is cut in the middle of a letter
            raise encoding_unknown(file) from None
        remarks.tell("letters", file, encoding=encoding.name)
        data = text.encode()
    if b"\r" in data:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    plain = text.isascii()
    unwanted = len(data.translate(None, _CONTROLS)) != len(data)
    if unwanted or (not plain and any(one.search(data) for one in _UNWANTED_BYTES)):
        text = _UNWANTED.sub("", _SPACES.sub(" ", text))
    if not plain and not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    return text


def _plain(body: str, header: list[str], delimiter: str) -> Cells | None:
    """The columns of a table without quotes, or None when a row is empty, or not as long as the header."""
    width = len(header)
    if not body or f"\n{delimiter * (width - 1)}\n" in f"\n{body}\n":
        return None
    cells = body.removesuffix("\n").replace("\n", f"{delimiter}\n").split(delimiter)
    rows, odd = divmod(len(cells), width)
    # Each line end now stands at the beginning of a cell; in a square table, of every first cell but the first.
    if odd or body.removesuffix("\n").count("\n") != rows - 1:
        return None
    first = cells[width::width]
    if not all(cell.startswith("\n") for cell in first):
        return None
    columns: dict[str, Sequence[str]] = {name: cells[place::width] for place, name in enumerate(header)}
    columns[header[0]] = [cells[0], *(cell[1:] for cell in first)]
    return Cells(range(2, rows + 2), columns)


def _squared(rows: list[list[str]], header: list[str], file: str, remarks: Remarks) -> Cells:
    """The columns of `rows` (header included), short rows filled up, empty ones left out, long ones told."""
    width, short = len(header), 0
    numbers: list[int] = []
    kept: list[list[str]] = []
    for number, row in enumerate(rows[1:], 2):
        if not any(row):
            continue
        if len(row) < width:
            short += 1
            row = row + [""] * (width - len(row))
        elif len(row) > width:
            remarks.tell("row cells", file, number, cells=len(row), width=width)
            continue
        numbers.append(number)
        kept.append(row)
    turned: list[Sequence[str]] = list(zip(*kept, strict=True)) or [()] * width
    return Cells(numbers, dict(zip(header, turned, strict=True)), short)


def _cut(text: str, file: str, delimiter: str, remarks: Remarks) -> Iterator[list[str]]:
    """The rows of CSV text (RFC 4180), cells of any size; stops, with a remark, at a quote out of place."""
    mark = re.escape(delimiter)
    cell = re.compile(f'(?:"([^"]*(?:""[^"]*)*)"|([^{mark}\n"]*))({mark}|\n|\\Z)')
    row: list[str] = []
    place, number = 0, 1
    while place < len(text):
        match = cell.match(text, place)
        if match is None:
            remarks.tell("row quotes", file, number)
            return
        quoted_cell, plain, end = match.groups()
        row.append(plain if quoted_cell is None else quoted_cell.replace('""', '"'))
        place = match.end()
        if end != delimiter:
            yield [] if row == [""] else row
            row, number = [], number + 1
    if row:  # the file ends with a delimiter
        yield [*row, ""]
