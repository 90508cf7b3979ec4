"""A table of areas: CSV or .xlsx, one area per row, with its code, what it lies in, its level and its names.

Columns: ``code``, ``level`` and one ``name_…`` are needed; ``scheme`` (the list the codes are of), ``parent_code``,
``parent_scheme``, ``latitude``, ``longitude``, ``population``, ``population_year`` and ``source`` may follow. Rows may stand
in any order: a district after its towns is found all the same.
"""

import csv
import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

from kesher.formats.files import LIMITS, Ledger, Limits, open_files
from kesher.formats.records import Refusal, UnreadableFile
from kesher.formats.remarks import Said, say
from kesher.formats.sheets import Cell, Sheet, csv_sheet, is_workbook, workbook_sheets
from kesher.formats.values import Unclean, clean_text, parse_integer, parse_number

#: From the smallest to the largest; an area lies in one of a later word.
LEVELS = ("locality", "authority", "sub-district", "district", "country")
NEEDED = ("code", "level")
PLAIN: tuple[str, ...] = (*NEEDED, "scheme", "parent_code", "parent_scheme", "latitude", "longitude", "population")
PLAIN += ("population_year", "source")
DEFAULT_SCHEME = "local"
_NAME = re.compile(r"name_([a-z]{2,3})")
_CODE = re.compile(r"[^\s/]+")
_SCHEME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
Value = TypeVar("Value")

_EXAMPLE = (
    ("country", "IL", "", "Israel", "ישראל", "إسرائيل", "", "", "", "", ""),
    ("district", "6", "IL", "Southern District", "מחוז הדרום", "لواء الجنوب", "", "", "", "", ""),
    ("authority", "2560", "6", "Arad", "ערד", "عراد", "31.2589", "35.2139", "27582", "2021", "CBS"),
)
_EXAMPLE_COLUMNS: tuple[str, ...] = (
    "level",
    "code",
    "parent_code",
    "name_en",
    "name_he",
    "name_ar",
    "latitude",
    "longitude",
)
_EXAMPLE_COLUMNS += ("population", "population_year", "source")


@dataclass(frozen=True, slots=True)
class AreaRow:
    """One area as the file has it. ``parent``: (scheme, code) of what it lies in; the scheme ``""`` when nobody said it."""

    row: int
    scheme: str
    code: str
    level: str
    name: dict[str, str]
    parent: tuple[str, str] | None = None
    latitude: float | None = None
    longitude: float | None = None
    population: int | None = None
    population_year: int | None = None
    source: str = ""
    boundary: Mapping[str, Any] | None = None  # the geometry of a GeoJSON feature, WGS84


@dataclass(slots=True)
class AreaReading:
    """The rows that could be read, in the order of the file, and what could not."""

    file: str
    rows: list[AreaRow] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)


def template_csv() -> str:
    """Header and three example rows: a country, a district in it, a town in that."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(_EXAMPLE_COLUMNS)
    writer.writerows(_EXAMPLE)
    return stream.getvalue()


def read(path: str | Path, *, scheme: str | None = None, limits: Limits = LIMITS) -> AreaReading:
    """The areas of a table. ``scheme``: of codes whose row says none (default ``local``).

    Raises :class:`UnreadableFile` when nothing can be read.
    """
    files, ledger = open_files(path, limits), Ledger(kind="area")
    names = [name for name in files if is_workbook(name) or PurePosixPath(name).suffix.lower() in {".csv", ".tsv"}]
    if len(names) != 1:
        raise UnreadableFile(Path(path).name, say.ONE_TABLE(count=len(names)))
    name = names[0]
    sheets = workbook_sheets(files, name, ledger) if is_workbook(name) else [csv_sheet(files, name, ledger)]
    sheet = next((one for one in sheets if _can_be_read(_columns(one.columns))), None)
    if sheet is None:
        raise UnreadableFile(name, say.NO_AREA_TABLE())
    return _Areas(sheet, scheme or DEFAULT_SCHEME, ledger).reading()


def _columns(columns: list[str]) -> dict[str, str]:
    """Our name of a column -> the one in the file."""
    found: dict[str, str] = {}
    for column in columns:
        word = re.sub(r"[\s-]+", "_", column.strip().lower())
        if word in PLAIN or _NAME.fullmatch(word):
            found.setdefault(word, column)
    return found


def _can_be_read(columns: Mapping[str, str]) -> bool:
    return all(name in columns for name in NEEDED) and any(_NAME.fullmatch(name) for name in columns)


class _Areas:
    def __init__(self, sheet: Sheet, scheme: str, ledger: Ledger) -> None:
        self.sheet, self.scheme, self.ledger = sheet, scheme, ledger
        self.columns = _columns(sheet.columns)
        self.seen: dict[tuple[str, str], int] = {}

    def reading(self) -> AreaReading:
        for column in self.sheet.columns:
            if column and column not in self.columns.values():
                self._tell(1, column, say.AREA_COLUMN_UNKNOWN(column=column), fatal=False)
        rows = []
        for number, cells in self.sheet.named_rows():
            if any(cell is not None and str(cell).strip() for cell in cells.values()):
                row = self._row(number, cells)
                if row is not None:
                    rows.append(row)
        if not rows and not any(refusal.fatal for refusal in self.ledger.refusals):
            raise UnreadableFile(self.sheet.file, say.NO_AREA())
        return AreaReading(self.sheet.file, rows, self.ledger.refusals)

    def _row(self, number: int, cells: Mapping[str, Cell]) -> AreaRow | None:
        before = len(self.ledger.refusals)

        def take(name: str, parse: Callable[[object], Value | None]) -> Value | None:
            column = self.columns.get(name)
            value = cells.get(column) if column else None
            if value is None or value == "":
                return None
            try:
                return parse(value)
            except Unclean as fault:
                self._tell(number, column or name, fault.said)
                return None

        scheme = take("scheme", _scheme) or self.scheme
        code, parent = take("code", _code), take("parent_code", _code)
        parent_scheme = take("parent_scheme", _scheme) or ""
        level = take("level", _level)
        name = {}
        for column in self.columns:
            if (match := _NAME.fullmatch(column)) and (words := take(column, lambda value: clean_text(value, 200))):
                name[match.group(1)] = words
        latitude = take("latitude", lambda value: parse_number(value, lowest=-90, highest=90))
        longitude = take("longitude", lambda value: parse_number(value, lowest=-180, highest=180))
        population = take("population", lambda value: parse_integer(value, lowest=0, highest=2_000_000_000))
        year = take("population_year", lambda value: parse_integer(value, lowest=1800, highest=2200))
        source = take("source", lambda value: clean_text(value, 300)) or ""
        if len(self.ledger.refusals) == before:
            self._complete(number, cells, name=name, centre=(latitude, longitude))
        if len(self.ledger.refusals) > before or code is None or level is None:
            return None
        if (first := self.seen.setdefault((scheme, code), number)) != number:
            self._tell(number, self.columns["code"], say.AREA_CODE_TWICE(code=code, row=first))
            return None
        return AreaRow(
            row=number,
            scheme=scheme,
            code=code,
            level=level,
            name=name,
            parent=(parent_scheme, parent) if parent else None,
            latitude=None if latitude is None else float(latitude),
            longitude=None if longitude is None else float(longitude),
            population=population,
            population_year=year,
            source=source,
        )

    def _complete(
        self,
        number: int,
        cells: Mapping[str, Cell],
        *,
        name: dict[str, str],
        centre: tuple[Decimal | None, Decimal | None],
    ) -> None:
        for column in NEEDED:
            if not str(cells.get(self.columns[column]) or "").strip():
                self._tell(number, self.columns[column], say.REQUIRED())
        if not name:
            column = next(ours for word, ours in self.columns.items() if _NAME.fullmatch(word))
            self._tell(number, column, say.NO_AREA_NAME())
        if (centre[0] is None) != (centre[1] is None):
            column = "longitude" if centre[1] is None else "latitude"
            self._tell(number, self.columns.get(column, column), say.HALF_A_CENTRE())

    def _tell(self, number: int, column: str, said: Said, *, fatal: bool = True) -> None:
        self.ledger.refuse(self.sheet.file, number, column, said, fatal=fatal)


def _code(value: object) -> str | None:
    """A code; one that a spreadsheet program made a number is its digits again."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    code = clean_text(value, 40)
    if code is not None and not _CODE.fullmatch(code):
        raise Unclean(say.NOT_AN_AREA_CODE(value=code))
    return code


def _scheme(value: object) -> str | None:
    scheme = clean_text(value, 60)
    if scheme is not None and not _SCHEME.fullmatch(scheme):
        raise Unclean(say.NOT_A_LIST_OF_CODES(value=scheme))
    return scheme


def _level(value: object) -> str | None:
    level = (clean_text(value, 40) or "").lower().replace(" ", "-").replace("_", "-")
    if level and level not in LEVELS:
        raise Unclean(say.NOT_A_LEVEL(value=level, choices=LEVELS))
    return level or None
