"""The rows of a data·inclusion dataset, however it is stored: a workbook, JSON, NDJSON, or several of them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from data_inclusion.schema import v1

from kesher.formats import data_inclusion_v0 as v0
from kesher.formats.building import name_key
from kesher.formats.files import Files, Ledger, open_files
from kesher.formats.records import UnreadableFile
from kesher.formats.remarks import say, standards
from kesher.formats.sheets import Sheet, is_workbook, workbook_sheets

Kind = Literal["structures", "services"]

_MODELS: dict[Kind, tuple[Any, Any]] = {
    "structures": (v1.Structure, v0.Structure),
    "services": (v1.Service, v0.Service),
}
_TRUE = {"true", "vrai", "1", "oui", "x"}


@dataclass(frozen=True, slots=True)
class Row:
    file: str
    kind: Kind
    number: int
    fields: dict[str, Any]


def open_rows(path: Path, ledger: Ledger) -> list[Row]:
    """All rows of the dataset in the order of its files. Raises :class:`UnreadableFile` when there is none to read."""
    files = open_files(path)
    names = [name for name in files if is_workbook(name) or _suffix(name) in {".json", ".ndjson", ".jsonl", ".geojson"}]
    if not names:
        raise UnreadableFile(path.name, standards.NOT_A_DATASET())
    rows: list[Row] = []
    for name in names:
        if is_workbook(name):
            rows += _workbook(files, name, ledger)
        else:
            rows += _json(files, name, ledger)
    return rows


def _suffix(name: str) -> str:
    return PurePosixPath(name).suffix.lower()


# --- workbooks -------------------------------------------------------------------------------------------------------


def _workbook(files: Files, name: str, ledger: Ledger) -> Iterator[Row]:
    sheets = {name_key(sheet.name): sheet for sheet in workbook_sheets(files, name, ledger)}
    wanted: list[Kind] = ["structures", "services"]
    if not any(kind in sheets for kind in wanted):
        there = [sheet.name for sheet in sheets.values()] or "0"
        raise UnreadableFile(name, standards.NO_SHEET_OF_SERVICES(sheets=there))
    rows: list[Row] = []
    for kind in wanted:
        if kind in sheets:
            rows += _sheet_rows(sheets[kind], kind, ledger)
    return iter(rows)


def _sheet_rows(sheet: Sheet, kind: Kind, ledger: Ledger) -> Iterator[Row]:
    required = [
        field for field, info in _MODELS[kind][0].model_fields.items() if info.is_required() and field != "source"
    ]
    columns = _columns(sheet, kind, ledger)
    missing = [field for field in required if field not in columns.values()]
    old = set(_MODELS[kind][1].model_fields) - set(_MODELS[kind][0].model_fields)
    if missing and not old & set(columns.values()):
        raise UnreadableFile(sheet.file, say.COLUMN_MISSING(column=missing[0]))
    for number, cells in sheet.rows:
        fields = {field: cells[place] for place, field in columns.items() if cells[place] is not None}
        if _marked(fields.pop("__ignore__", None)) or not any(str(value).strip() for value in fields.values()):
            continue
        yield Row(sheet.file, kind, number, fields)


def _marked(value: object) -> bool:
    return value is not None and str(value).strip().lower() in _TRUE


def _columns(sheet: Sheet, kind: Kind, ledger: Ledger) -> dict[int, str]:
    """Place -> field. What is not a field of the schema, or is there twice, is told and left out."""
    known = {"__ignore__"} | {field for model in _MODELS[kind] for field in model.model_fields}
    columns: dict[int, str] = {}
    dated: list[int] = []
    for place, column in enumerate(sheet.columns):
        field = column.strip().lower()
        if isinstance(sheet.header[place], date):
            dated.append(place)
        elif field in columns.values():
            ledger.refuse(sheet.file, 1, column, standards.FIRST_COLUMN_READ(column=column), fatal=False)
        elif field in known:
            columns[place] = field
        elif column:
            ledger.refuse(sheet.file, 1, column, standards.COLUMN_NOT_OF_SCHEMA(column=column), fatal=False)
    if "date_maj" not in columns.values() and len(dated) == 1 and _all_dates(sheet, dated[0]):
        # a date typed over the header of the one column of dates: the schema has only one such column
        heading = standards.HEADED_BY_A_DATE(number=dated[0] + 1, date=f"{sheet.header[dated[0]]:%Y-%m-%d}")
        ledger.refuse(sheet.file, 1, "date_maj", heading, fatal=False)
        columns[dated[0]] = "date_maj"
    return columns


def _all_dates(sheet: Sheet, place: int) -> bool:
    return all(cells[place] is None or isinstance(cells[place], datetime | date) for _, cells in sheet.rows)


# --- JSON ------------------------------------------------------------------------------------------------------------


def _json(files: Files, name: str, ledger: Ledger) -> list[Row]:
    try:
        text = files.read(name).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFile(name, say.NOT_UTF8(byte=error.start)) from None
    if _suffix(name) in {".ndjson", ".jsonl"}:
        return _lines(text, name, ledger)
    try:
        content = json.loads(text)
    except RecursionError:
        raise UnreadableFile(name, standards.JSON_TOO_DEEP()) from None
    except ValueError as error:
        return _lines_or_fault(text, name, ledger, error)
    return list(_records(content, name, ledger))


def _lines_or_fault(text: str, name: str, ledger: Ledger, error: ValueError) -> list[Row]:
    """NDJSON is often named .json: its first line is a whole record."""
    first, _, rest = text.strip().partition("\n")
    try:
        if rest.strip() and isinstance(json.loads(first), dict):
            return _lines(text, name, ledger)
    except (ValueError, RecursionError):
        pass
    raise UnreadableFile(name, standards.JSON_BROKEN(why=str(error)[:120])) from None


def _lines(text: str, name: str, ledger: Ledger) -> list[Row]:
    rows: list[Row] = []
    broken = 0
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = _record(json.loads(line), name, number, ledger)
        except (ValueError, RecursionError) as error:
            broken += 1
            ledger.refuse(name, number, None, standards.LINE_NOT_JSON(why=str(error)[:120]))
            continue
        if row is not None:
            rows.append(row)
    if broken and not rows:
        raise UnreadableFile(name, standards.NO_JSON_LINE())
    return rows


def _records(content: Any, name: str, ledger: Ledger) -> Iterator[Row]:
    if isinstance(content, dict) and ("structures" in content or "services" in content):
        kinds: list[Kind] = ["structures", "services"]
        for kind in kinds:
            listed = content.get(kind) or []
            if not isinstance(listed, list):
                raise UnreadableFile(name, standards.NOT_A_LIST(name=kind))
            for number, found in enumerate(listed, start=1):
                row = _record(found, f"{name} [{kind}]", number, ledger, kind)
                if row is not None:
                    yield row
        return
    if isinstance(content, dict) and isinstance(content.get("items"), list):
        content = content["items"]  # a page of the API
    if isinstance(content, dict) and "id" in content:
        content = [content]
    if not isinstance(content, list):
        raise UnreadableFile(name, standards.NO_RECORD_LIST())
    embedded: set[str] = set()
    for number, found in enumerate(content, start=1):
        if isinstance(found, dict) and isinstance(found.get("service"), dict):
            found = found["service"]  # a search result: the service and its distance
        if isinstance(found, dict) and isinstance(found.get("structure"), dict) and "structure_id" in found:
            structure = found["structure"]
            if isinstance(structure.get("id"), str) and structure["id"] not in embedded:
                embedded.add(structure["id"])
                yield Row(name, "structures", number, structure)
        row = _record(found, name, number, ledger)
        if row is not None:
            yield row


def _record(found: Any, name: str, number: int, ledger: Ledger, kind: Kind | None = None) -> Row | None:
    if not isinstance(found, dict):
        ledger.refuse(name, number, None, standards.NOT_A_RECORD(value=found))
        return None
    if kind is None:
        stem = PurePosixPath(name).stem.lower()
        kind = "services" if "structure_id" in found or "service" in stem else "structures"
    return Row(name, kind, number, found)
