"""Spreadsheets (.xlsx) and CSV read alike: numbered rows of cells under a header.

A workbook comes from outside: it may be a zip bomb, hold formulas, errors, a million empty rows or XML entities.
Formulas are never computed and their stored results never trusted: such a cell is refused with the remedy to paste its
value. Workbooks are read whole (sizes are limited), CSV row by row.
"""

import io
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import PurePosixPath
from typing import Any

import openpyxl

from kesher.formats.files import LIMITS, MIB, Files, Ledger, Limits, clean_text, open_table
from kesher.formats.records import UnreadableFile
from kesher.formats.remarks import say
from kesher.formats.values import Unclean

Cell = str | int | float | bool | date | datetime | time | None

WORKBOOK_RATIO = 400
WORKBOOK_ROWS = 200_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: ``columns`` as they stand in row 1 (an empty name is ``""``), ``rows`` as (row number, cells).

    ``file`` names the sheet too (``places.xlsx [Services]``), so that a refusal leads to the cell.
    """

    file: str
    name: str
    columns: list[str]
    header: list[Cell]
    rows: Iterable[tuple[int, list[Cell]]]

    def named_rows(self) -> Iterator[tuple[int, dict[str, Cell]]]:
        """Rows as (row number, column -> cell); columns without a name are left out, of two alike the first stands."""
        places: dict[str, int] = {}
        for place, column in enumerate(self.columns):
            if column:
                places.setdefault(column, place)
        for number, cells in self.rows:
            yield number, {column: cells[place] for column, place in places.items()}


def is_workbook(name: str) -> bool:
    return PurePosixPath(name).suffix.lower() in {".xlsx", ".xlsm"}


def csv_sheet(files: Files, name: str, ledger: Ledger, limits: Limits = LIMITS) -> Sheet:
    """A CSV as a sheet. Cells that a spreadsheet would run (``=…``) are refused, as formulas are."""
    table = open_table(files, name, ledger=ledger, limits=limits)

    def rows() -> Iterator[tuple[int, list[Cell]]]:
        for number, cells in table.cells():
            taken: list[Cell] = []
            for place, cell in enumerate(cells):
                if cell.startswith("=") and len(cell) > 1:
                    _refuse_formula(ledger, name, number, table.columns[place])
                    taken.append(None)
                else:
                    taken.append(cell)
            yield number, taken

    return Sheet(name, PurePosixPath(name).stem, table.columns, list(table.columns), rows())


def workbook_sheets(files: Files, name: str, ledger: Ledger, limits: Limits = LIMITS) -> list[Sheet]:
    """All sheets of a workbook that have a header row, read whole. Raises :class:`UnreadableFile`."""
    stream = io.BytesIO(files.read(name))
    _guard(stream, name, limits)
    try:
        # openpyxl warns of features it does not know (validation, drawings), none of which we read
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            workbook = openpyxl.load_workbook(stream, read_only=True, data_only=False, keep_links=False)
            sheets = [_sheet(worksheet, name, ledger, limits) for worksheet in workbook.worksheets]
            workbook.close()
    except UnreadableFile:
        raise
    except Exception as error:  # openpyxl lets a dozen kinds through: broken XML, zip, styles, indexes, entities
        raise _unreadable(name, error) from error
    return [sheet for sheet in sheets if sheet is not None]


def sheet_cells(
    files: Files, name: str, sheet: str | None, ledger: Ledger, limits: Limits = LIMITS
) -> list[tuple[int, list[Cell]]]:
    """All rows of one sheet (the first, without a name) from row 1 as (row number, cells): for tables whose header is not
    in row 1. Formulas and errors are refused as in :func:`workbook_sheets`. Raises :class:`UnreadableFile`.
    """
    stream = io.BytesIO(files.read(name))
    _guard(stream, name, limits)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            workbook = openpyxl.load_workbook(stream, read_only=True, data_only=False, keep_links=False)
            if sheet is not None and sheet not in workbook.sheetnames:
                raise UnreadableFile(name, say.NO_SHEET(sheet=sheet))
            worksheet = workbook[sheet] if sheet is not None else workbook.worksheets[0]
            worksheet.reset_dimensions()
            rows: list[tuple[int, list[Cell]]] = []
            width = 0
            for number, cells in enumerate(worksheet.iter_rows(), start=1):
                filled = [place for place, cell in enumerate(cells) if cell.value is not None]
                if not filled:
                    continue
                width = max(width, filled[-1] + 1)
                if width > limits.columns:
                    raise UnreadableFile(
                        name, say.SHEET_TOO_WIDE(sheet=worksheet.title, count=width, limit=limits.columns)
                    )
                if len(rows) >= WORKBOOK_ROWS:
                    raise UnreadableFile(name, say.SHEET_TOO_LONG(sheet=worksheet.title, limit=WORKBOOK_ROWS))
                rows.append((number, _cells(cells, [""] * width, name, number, ledger, limits)))
            workbook.close()
    except UnreadableFile:
        raise
    except Exception as error:  # as in workbook_sheets
        raise _unreadable(name, error) from error
    return [(number, cells + [None] * (width - len(cells))) for number, cells in rows]


def sheet_names(files: Files, name: str) -> list[str]:
    """The names of a workbook's sheets, without reading them. Raises :class:`UnreadableFile`."""
    stream = io.BytesIO(files.read(name))
    _guard(stream, name, LIMITS)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            workbook = openpyxl.load_workbook(stream, read_only=True, keep_links=False)
            names = [str(title) for title in workbook.sheetnames]
            workbook.close()
    except Exception as error:  # as in workbook_sheets
        raise _unreadable(name, error) from error
    return names


def _unreadable(name: str, error: Exception) -> UnreadableFile:
    return UnreadableFile(name, say.WORKBOOK_BROKEN(why=f"{type(error).__name__}: {str(error)[:120]}"))


def _guard(stream: io.BytesIO, name: str, limits: Limits) -> None:
    try:
        with zipfile.ZipFile(stream) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError) as error:
        raise UnreadableFile(name, say.NOT_A_WORKBOOK(why=error)) from error
    total = sum(member.file_size for member in members)
    if total > limits.workbook_bytes:
        raise UnreadableFile(name, say.WORKBOOK_TOO_LARGE(size=total))
    for member in members:
        if member.flag_bits & 1:
            raise UnreadableFile(name, say.WORKBOOK_LOCKED())
        if member.file_size > 16 * MIB and member.file_size > WORKBOOK_RATIO * max(1, member.compress_size):
            raise UnreadableFile(name, say.SHEET_PACKED(name=member.filename))
    stream.seek(0)


def _sheet(worksheet: Any, name: str, ledger: Ledger, limits: Limits) -> Sheet | None:
    if not hasattr(worksheet, "iter_rows"):
        return None  # a sheet that holds only a chart
    file = f"{name} [{worksheet.title}]"
    # what the file says of its own extent is often wrong, and may be a million columns wide
    worksheet.reset_dimensions()
    header: list[Cell] = []
    columns: list[str] = []
    rows: list[tuple[int, list[Cell]]] = []
    for number, cells in enumerate(worksheet.iter_rows(), start=1):
        if number == 1:
            header = [None if cell.data_type in "fe" else cell.value for cell in cells]
            columns = [_column_name(value) for value in header]
            while columns and not columns[-1]:
                columns.pop()
            if len(columns) > limits.columns:
                raise UnreadableFile(
                    name, say.SHEET_TOO_WIDE(sheet=worksheet.title, count=len(columns), limit=limits.columns)
                )
            continue
        if all(cell.value is None for cell in cells):
            continue
        if not columns:
            return None
        if len(rows) >= WORKBOOK_ROWS:
            raise UnreadableFile(name, say.SHEET_TOO_LONG(sheet=worksheet.title, limit=WORKBOOK_ROWS))
        rows.append((number, _cells(cells, columns, file, number, ledger, limits)))
    return Sheet(file, worksheet.title, columns, header[: len(columns)], rows) if columns else None


def _column_name(value: object) -> str:
    try:
        return " ".join((clean_text(value) or "").split())
    except Unclean:  # a date or a truth value: not a name
        return ""


def _cells(
    cells: Iterable[Any], columns: list[str], file: str, number: int, ledger: Ledger, limits: Limits
) -> list[Cell]:
    taken: list[Cell] = []
    for place, cell in enumerate(cells):
        value = cell.value
        if place >= len(columns):
            break
        field = columns[place] or None
        if value is None:
            taken.append(None)
        elif cell.data_type == "f":
            _refuse_formula(ledger, file, number, field)
            taken.append(None)
        elif cell.data_type == "e":
            ledger.refuse(file, number, field, say.CELL_ERROR(value=value), fatal=False)
            taken.append(None)
        elif isinstance(value, str) and len(value) > limits.cell_characters:
            long = say.TEXT_TOO_LONG(count=len(value), limit=limits.cell_characters)
            ledger.refuse(file, number, field, long, fatal=False)
            taken.append(None)
        elif isinstance(value, str | bool | int | float | datetime | date | time):
            taken.append(value)
        else:  # a duration
            taken.append(str(value))
    taken += [None] * (len(columns) - len(taken))
    return taken


def _refuse_formula(ledger: Ledger, file: str, row: int, field: str | None) -> None:
    ledger.refuse(file, row, field, say.FORMULA(), fatal=False)
