"""What every reader of outside files needs: safe opening, encodings, CSV rows with their numbers, and cleaned values.

Three layers, each usable alone:

* :func:`open_files` - a folder, a zip or one file as ``name -> bytes``, with limits (:class:`Limits`) that stop zip
  bombs, and no way out of the folder. Nothing is ever unpacked to disk.
* :func:`open_tables` and :func:`read_csv` - CSV as numbered rows. The encoding is found, the delimiter too.
* ``clean_*`` and ``parse_*`` (of :mod:`kesher.formats.values`) - one value: ``None`` for nothing, the clean value,
  or :class:`Unclean` with reason and remedy, which :meth:`Ledger.take` turns into a refusal of the field.
"""

import codecs
import csv
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import IO, Any, TypeVar

from kesher.formats.records import Refusal, UnreadableFile
from kesher.formats.remarks import Said, say
from kesher.formats.values import (
    Unclean,
    clean_email,
    clean_text,
    clean_url,
    parse_date,
    parse_datetime,
    parse_flag,
    parse_integer,
    parse_number,
    parse_time,
)

__all__ = [
    "LIMITS",
    "Encoding",
    "Files",
    "Ledger",
    "Limits",
    "Table",
    "Unclean",
    "clean_email",
    "clean_text",
    "clean_url",
    "find_encoding",
    "open_files",
    "open_table",
    "open_tables",
    "parse_date",
    "parse_datetime",
    "parse_flag",
    "parse_integer",
    "parse_number",
    "parse_time",
    "read_csv",
    "read_rows",
]

Value = TypeVar("Value")
KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one upload may hold. The defaults take a national directory and stop a bomb."""

    files: int = 50_000
    file_bytes: int = 2 * GIB
    total_bytes: int = 6 * GIB
    ratio: int = 400  # unpacked / packed of one zip member above 16 MiB; tables of text stay below 60
    workbook_bytes: int = 512 * MIB  # of one .xlsx, unpacked; openpyxl needs some three times that
    columns: int = 1_000
    cell_characters: int = csv.field_size_limit()  # 131,072; the csv module keeps this one for the whole process


LIMITS = Limits()


@dataclass(slots=True)
class Ledger:
    """The refusals of one reading, written down where they happen."""

    refusals: list[Refusal] = field(default_factory=list)
    #: the kind of record that is being read, for refusals that do not name theirs; readers set it as they go
    kind: str = "service"
    #: where each kind of record has a file of its own: what a row of a file stands for
    kind_of_file: "Callable[[str], str | None] | None" = None

    def refuse(
        self,
        file: str,
        row: int | None,
        field: str | None,
        said: Said,
        *,
        record: str | None = None,
        fatal: bool = True,
        kind: str | None = None,
    ) -> None:
        kind = kind or (self.kind_of_file(file) if self.kind_of_file else None) or self.kind
        self.refusals.append(Refusal(file, row, field, said, record, fatal, kind))

    def take(
        self,
        parse: "Callable[[Any], Value | None]",
        value: object,
        file: str,
        row: int | None,
        field: str,
        record: str | None = None,
    ) -> Value | None:
        """``parse(value)``, or ``None`` and a non-fatal refusal of the field when it cannot be taken."""
        if value is None or value == "":
            return None
        try:
            return parse(value)
        except Unclean as fault:
            self.refuse(file, row, field, fault.said, record=record, fatal=False)
            return None


# --- files -----------------------------------------------------------------------------------------------------------

_HIDDEN = re.compile(r"(^|/)(__MACOSX/|\.|Thumbs\.db$|~\$)")
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError)


class Files(Mapping[str, int]):
    """A folder, a zip or a single file, as names (POSIX paths relative to it, sorted) with their sizes in bytes."""

    def __init__(self, path: Path, sizes: Mapping[str, int], *, zipped: bool) -> None:
        self.path, self.zipped = path, zipped
        self._sizes = dict(sorted(sizes.items()))

    def __getitem__(self, name: str) -> int:
        return self._sizes[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._sizes)

    def __len__(self) -> int:
        return len(self._sizes)

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """The bytes of one file. A broken archive shows as :class:`UnreadableFile` wherever it breaks."""
        if name not in self._sizes:
            raise KeyError(name)
        try:
            if self.zipped:
                with zipfile.ZipFile(self.path) as archive, archive.open(name) as member:
                    yield io.BufferedReader(_Guarded(member, name), 256 * KIB)
            else:
                path = self.path / name if self.path.is_dir() else self.path
                with path.open("rb") as stream:
                    yield stream
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, OSError) as error:
            raise _broken(name, error) from error

    def read(self, name: str, limit: int = 256 * MIB) -> bytes:
        if self._sizes[name] > limit:
            raise UnreadableFile(name, say.FILE_TOO_LARGE(size=self._sizes[name], limit=limit))
        with self.open(name) as stream:
            return stream.read()


class _Guarded(io.RawIOBase):
    """A zip member whose faults while reading are told as faults of the file."""

    def __init__(self, member: IO[bytes], name: str) -> None:
        self._member, self._name = member, name

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        try:
            block = self._member.read(len(buffer))
        except _BROKEN as error:
            raise _broken(self._name, error) from error
        buffer[: len(block)] = block
        return len(block)


def _broken(name: str, error: Exception) -> UnreadableFile:
    return UnreadableFile(name, say.FILE_BROKEN(why=error))


def open_files(path: str | Path, limits: Limits = LIMITS) -> Files:
    """The files in a folder, in a zip, or the one file itself (under its own name).

    Raises :class:`UnreadableFile` for: nothing there, a broken, encrypted or oversized zip, a member or a link that
    leads out of the folder. Hidden files and what file managers leave behind are passed over.
    """
    path = Path(path)
    try:
        if path.is_dir():
            sizes = _folder(path, limits)
            return Files(path, sizes, zipped=False)
        size = path.stat().st_size
        with path.open("rb") as stream:
            head = stream.read(4)
    except (OSError, ValueError) as error:
        raise UnreadableFile(str(path), say.CANNOT_OPEN(why=error)) from error
    if size == 0:
        raise UnreadableFile(path.name, say.FILE_EMPTY())
    if head[:2] == b"PK" and path.suffix.lower() not in {".xlsx", ".xlsm", ".ods"}:
        return Files(path, _archive(path, limits), zipped=True)
    if path.suffix.lower() == ".zip":
        raise UnreadableFile(path.name, say.NOT_A_ZIP())
    if size > limits.file_bytes:
        raise UnreadableFile(path.name, say.FILE_TOO_LARGE(size=size, limit=limits.file_bytes))
    return Files(path, {path.name: size}, zipped=False)


def _folder(path: Path, limits: Limits) -> dict[str, int]:
    root = path.resolve()
    sizes: dict[str, int] = {}
    for found in path.rglob("*"):
        name = found.relative_to(path).as_posix()
        if _HIDDEN.search(name) or found.is_dir():
            continue
        if not found.resolve().is_relative_to(root):
            raise UnreadableFile(name, say.LINK_OUT())
        if found.is_file():  # not a pipe or a device, which would never end
            sizes[name] = found.stat().st_size
    _within(path.name, sizes, limits)
    return sizes


def _archive(path: Path, limits: Limits) -> dict[str, int]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except _BROKEN as error:
        raise UnreadableFile(path.name, say.ZIP_BROKEN(why=error)) from error
    sizes: dict[str, int] = {}
    for member in members:
        name = member.filename
        parts = PurePosixPath(name.replace("\\", "/")).parts
        if ".." in parts or name.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", name) or "\x00" in name:
            raise UnreadableFile(path.name, say.PATH_OUT(path=name))
        if member.is_dir() or _HIDDEN.search(name):
            continue
        if member.flag_bits & 1:
            raise UnreadableFile(path.name, say.MEMBER_LOCKED(name=name))
        if member.file_size > 16 * MIB and member.file_size > limits.ratio * max(1, member.compress_size):
            times = member.file_size // max(1, member.compress_size)
            raise UnreadableFile(path.name, say.MEMBER_PACKED(name=name, times=times))
        if name in sizes:
            raise UnreadableFile(path.name, say.MEMBER_TWICE(name=name))
        sizes[name] = member.file_size
    _within(path.name, sizes, limits)
    return sizes


def _within(file: str, sizes: Mapping[str, int], limits: Limits) -> None:
    if len(sizes) > limits.files:
        raise UnreadableFile(file, say.TOO_MANY_FILES(count=len(sizes), limit=limits.files))
    if sizes and max(sizes.values()) > limits.file_bytes:
        raise UnreadableFile(file, say.MEMBER_TOO_LARGE(limit=limits.file_bytes))
    if sum(sizes.values()) > limits.total_bytes:
        raise UnreadableFile(file, say.ALL_TOO_LARGE(limit=limits.total_bytes))


# --- encodings -------------------------------------------------------------------------------------------------------

_HEBREW_RUN = re.compile(rb"[\xe0-\xfa]{2,}")
_HEBREW = re.compile(rb"[\xe0-\xfa]")


@dataclass(frozen=True, slots=True)
class Encoding:
    """``errors`` is ``"replace"`` for a UTF-8 file with a few broken bytes: U+FFFD then marks them."""

    name: str
    errors: str = "strict"


def find_encoding(stream: IO[bytes], file: str) -> Encoding:
    """Read ``stream`` to its end and tell its encoding: UTF-8 (with or without mark), UTF-16, windows-1255 or cp1252.

    Hebrew in windows-1255 is told from Western text in cp1252 by its letters, which come in runs: words of Hebrew,
    against single accented letters.
    """
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    first = stream.read(MIB)
    if first.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):  # the first begins like UTF-16
        raise encoding_unknown(file)
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        name = "utf-16"
        try:
            codecs.getincrementaldecoder(name)("strict").decode(first[: len(first) // 2 * 2])
        except UnicodeDecodeError:
            raise encoding_unknown(file) from None
        return Encoding(name)
    if b"\x00" in first[:4096] and first[:4096].count(b"\x00") > len(first[:4096]) // 8:
        raise encoding_unknown(file)
    block = first
    try:
        while block:
            decoder.decode(block)
            block = stream.read(MIB)
        decoder.decode(b"", final=True)
        return Encoding("utf-8-sig")
    except UnicodeDecodeError:
        pass
    sample = block if block else first  # the block where UTF-8 ended; the fault lies in it or at the file's end
    loose = sample.decode("utf-8", "replace")
    faults = loose.count("\ufffd")
    if sum(1 for letter in loose if letter > "\x7f") - faults > 10 * faults:
        return Encoding("utf-8-sig", "replace")
    in_runs = sum(len(run) for run in _HEBREW_RUN.findall(sample))
    if in_runs >= 4 and in_runs > len(_HEBREW.findall(sample)) // 2:
        return Encoding("windows-1255", "replace")
    return Encoding("cp1252", "replace")


def encoding_unknown(file: str) -> UnreadableFile:
    return UnreadableFile(file, say.ENCODING_UNKNOWN())


# --- CSV -------------------------------------------------------------------------------------------------------------

Row = tuple[int, dict[str, str]]


class _Lines:
    """Lines of a text stream, counting the quote marks since the last record: an odd count is an unclosed quote."""

    def __init__(self, stream: Iterable[str]) -> None:
        self._stream = iter(stream)
        self.quotes = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = next(self._stream)
        self.quotes += line.count('"')
        return line


def read_rows(
    text: Iterable[str], file: str, ledger: Ledger | None = None, limits: Limits = LIMITS
) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    """Header, and the rows as ``(row number, cells)``, every row as long as the header.

    The header is row 1; a cell with line breaks is still one row, as a spreadsheet counts. Empty rows are passed over
    (and counted). A row with more cells than columns, an unclosed quote or an oversized cell is refused in ``ledger``.
    Raises :class:`UnreadableFile`: no header, a column twice, too many columns.
    """
    ledger = Ledger() if ledger is None else ledger
    lines = _Lines(text)
    first = next(lines, "")
    delimiter = max(",;\t|", key=first.count) if first.strip() else ","
    lines.quotes = 0
    reader = csv.reader(_chain_counted(first, lines), delimiter=delimiter)
    try:
        header = [" ".join((clean_text(name) or "").split()) for name in next(reader, [])]
    except csv.Error as error:
        raise UnreadableFile(file, say.FIRST_ROW_BROKEN(why=error)) from None
    while header and not header[-1]:
        header.pop()
    if not header:
        raise UnreadableFile(file, say.FIRST_ROW_EMPTY())
    if len(header) > limits.columns:
        raise UnreadableFile(file, say.TOO_MANY_COLUMNS(count=len(header), limit=limits.columns))
    twice = sorted({name for name in header if name and header.count(name) > 1})
    if twice:
        raise UnreadableFile(file, say.COLUMN_TWICE(column=twice[0]))
    return header, _rows(reader, lines, len(header), file, ledger)


def _chain_counted(first: str, lines: _Lines) -> Iterator[str]:
    lines.quotes += first.count('"')
    return chain([first], lines)


def _rows(
    reader: "Iterator[list[str]]", lines: _Lines, width: int, file: str, ledger: Ledger
) -> Iterator[tuple[int, list[str]]]:
    number = 1
    lines.quotes = 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            lines.quotes = 0
            ledger.refuse(file, number, None, say.ROW_BROKEN(why=error))
            continue
        odd, lines.quotes = lines.quotes & 1, 0
        if not cells:
            continue
        if odd and "\n" in cells[-1]:
            ledger.refuse(file, number, None, say.QUOTE_OPEN())
            continue
        length = len(cells)
        if length < width:
            if not any(cells):
                continue
            cells += [""] * (width - length)
        elif length > width:
            if any(cell.strip() for cell in cells[width:]):
                ledger.refuse(file, number, None, say.CELLS_TOO_MANY(count=length, width=width))
                continue
            del cells[width:]
        yield number, cells


def read_csv(stream: IO[bytes], file: str, *, ledger: Ledger | None = None, limits: Limits = LIMITS) -> Iterator[Row]:
    """Rows of a CSV as ``(row number, column -> cell)``, cells as they stand. ``stream`` must be seekable.

    Encoding and delimiter (comma, semicolon, tab, bar) are found. See :func:`read_rows` for rows and errors.
    """
    encoding = find_encoding(stream, file)
    stream.seek(0)
    text = io.TextIOWrapper(stream, encoding.name, encoding.errors, newline="")
    try:
        header, rows = read_rows(text, file, ledger, limits)
        for number, cells in rows:
            yield number, dict(zip(header, cells, strict=True))
    except UnicodeDecodeError:
        raise encoding_unknown(file) from None
    finally:
        text.detach()


@dataclass(slots=True)
class Table:
    """One CSV of a folder or zip: its columns are known at once, its rows are read anew at each iteration."""

    files: Files
    file: str  # name within the folder or zip, for refusals
    columns: list[str]
    encoding: Encoding
    ledger: Ledger
    limits: Limits = LIMITS

    def cells(self) -> Iterator[tuple[int, list[str]]]:
        """Rows as ``(row number, cells in the order of columns)``: the fast way."""
        with self.files.open(self.file) as stream:
            text = io.TextIOWrapper(stream, self.encoding.name, self.encoding.errors, newline="")
            try:
                yield from read_rows(text, self.file, self.ledger, self.limits)[1]
            except UnicodeDecodeError:
                raise encoding_unknown(self.file) from None
            finally:
                text.detach()

    def __iter__(self) -> Iterator[Row]:
        columns = self.columns
        for number, cells in self.cells():
            yield number, dict(zip(columns, cells, strict=True))


def open_tables(path: str | Path | Files, *, ledger: Ledger | None = None, limits: Limits = LIMITS) -> dict[str, Table]:
    """The CSV tables of a folder, a zip or one file: lower-case name without ``.csv`` -> :class:`Table`.

    Each is read through once here to find its encoding, so that a broken archive is known before the first row.
    A table that cannot be opened raises :class:`UnreadableFile`; so does a name that two folders of the zip share.
    """
    files = path if isinstance(path, Files) else open_files(path, limits)
    ledger = Ledger() if ledger is None else ledger
    tables: dict[str, Table] = {}
    for name in sorted(files, key=lambda name: (name.count("/"), name)):
        pure = PurePosixPath(name)
        if pure.suffix.lower() not in {".csv", ".tsv", ".txt"} or (pure.suffix == ".txt" and len(files) > 1):
            continue
        stem = pure.stem.lower()
        if stem in tables:
            if tables[stem].file.count("/") == name.count("/"):
                raise UnreadableFile(name, say.TABLE_TWICE(file=tables[stem].file))
            continue
        tables[stem] = open_table(files, name, ledger=ledger, limits=limits)
    return tables


def open_table(files: Files, name: str, *, ledger: Ledger | None = None, limits: Limits = LIMITS) -> Table:
    """One named CSV of ``files``. Raises :class:`UnreadableFile` (see :func:`read_rows`, :func:`find_encoding`)."""
    ledger = Ledger() if ledger is None else ledger
    if not files[name]:
        raise UnreadableFile(name, say.FILE_EMPTY())
    with files.open(name) as stream:
        encoding = find_encoding(stream, name)
    with files.open(name) as stream:
        text = io.TextIOWrapper(stream, encoding.name, encoding.errors, newline="")
        try:
            columns, _ = read_rows(text, name, limits=limits)
        except UnicodeDecodeError:
            raise encoding_unknown(name) from None
        finally:
            text.detach()
    return Table(files, name, columns, encoding, ledger, limits)
