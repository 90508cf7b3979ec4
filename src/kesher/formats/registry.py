"""The formats a directory of services may come in, by name, and which of them a file is."""

import re
from pathlib import Path, PurePosixPath

from kesher.formats import data_inclusion, kolsherut, tables, toronto
from kesher.formats.files import Files, open_files, open_table
from kesher.formats.records import Reader, Reading, UnreadableFile
from kesher.formats.sheets import is_workbook, sheet_names
from kesher.formats.table_mapping import default_mapping


def _read_hsds(path: str, /, *, language: str | None = None) -> Reading:
    # imported when first used: it brings the standard's schemas with it
    from kesher.formats.hsds import read

    return read(path, language=language)


def _read_table(path: str, /, *, language: str | None = None) -> Reading:
    return tables.read(path, language=language)


READERS: dict[str, Reader] = {
    "hsds": _read_hsds,
    "hsds-1.1": _read_hsds,
    "data-inclusion": data_inclusion.read,
    "kolsherut": kolsherut.read,
    "toronto": toronto.read,
    "csv": _read_table,
}

DESCRIPTIONS: dict[str, str] = {
    "hsds": "HSDS 3.x of Open Referral: JSON, or a folder or zip of CSV tables",
    "hsds-1.1": "HSDS 1.1 of Open Referral: a folder or zip of CSV tables",
    "data-inclusion": "France's data·inclusion: a workbook, JSON or NDJSON of structures and services",
    "kolsherut": "Israel's social-service departments, mental-health clinics and Open Eligibility (he/en)",
    "toronto": "211 Toronto's list of services for newcomers (one CSV)",
    "csv": "A table of services, CSV or .xlsx, one per row: the plain template, or any with a mapping file",
}

_HSDS_1 = {"physical_addresses", "regular_schedules", "services_at_location", "holiday_schedules", "postal_addresses"}
_HSDS = {"organizations", "service_at_locations", "locations", "taxonomy_terms"}
_KOLSHERUT = {kolsherut.DEPARTMENTS, kolsherut.CLINICS}
_FRENCH = re.compile(rb'"(structure_id|date_maj|presentation_resume|zone_eligibilite)"\s*:')
_ENGLISH = re.compile(rb'"(organizations?|organization_id|services|service_at_locations?|services\.csv|name)"\s*:')
PEEK = 1 << 16


def sniff(path: str | Path) -> str | None:
    """The name in :data:`READERS` of the format of ``path``, judged by names and first lines; ``None`` if unknown.

    Never raises: what cannot be opened has no format.
    """
    try:
        return _format_of(open_files(path))
    except (UnreadableFile, OSError):
        return None


def _format_of(files: Files) -> str | None:
    stems = {PurePosixPath(name).stem.lower(): name for name in files if _suffix(name) in {".csv", ".tsv", ".txt"}}
    if _KOLSHERUT & stems.keys():
        return "kolsherut"
    workbooks = [name for name in files if is_workbook(name)]
    if workbooks:
        sheets = {sheet.strip().lower() for name in workbooks for sheet in sheet_names(files, name)}
        return "data-inclusion" if {"structures", "services"} & sheets else "csv"
    if _HSDS_1 & stems.keys():
        return "hsds-1.1"
    if _HSDS & stems.keys() or {"organizations", "services"} <= stems.keys():
        return "hsds"
    if len(stems) == 1:
        return _format_of_table(files, next(iter(stems.values())))
    for name in files:
        with files.open(name) as stream:
            head = stream.read(PEEK)
        if _suffix(name) in {".yaml", ".yml"} and b"slug: human_" in head:
            return "kolsherut"
        if _suffix(name) in {".json", ".ndjson", ".jsonl"}:
            if _FRENCH.search(head):
                return "data-inclusion"
            if _ENGLISH.search(head):
                return "hsds"
    return None


def _format_of_table(files: Files, name: str) -> str | None:
    columns = open_table(files, name).columns
    if set(toronto.COLUMNS) <= set(columns):
        return "toronto"
    mapped = any(PurePosixPath(other).stem.lower() == "mapping" for other in files)
    return "csv" if mapped or default_mapping(columns) is not None else None


def _suffix(name: str) -> str:
    return PurePosixPath(name).suffix.lower()
