"""Tables of services that a town keeps itself: CSV or .xlsx, one service per row, with or without a mapping file.

Without a mapping the columns are those of :func:`template_csv`. With one (see :mod:`kesher.formats.table_mapping`) any
table can be read. Organisations, programmes and locations are made from the rows, each once.
"""

import csv
import io
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from kesher.formats.files import LIMITS, Files, Ledger, Limits, open_files
from kesher.formats.records import (
    Reading,
    TaxonomyRecord,
    UnreadableFile,
)
from kesher.formats.remarks import say
from kesher.formats.sheets import Sheet, csv_sheet, is_workbook, workbook_sheets
from kesher.formats.table_mapping import TableMapping, default_mapping, load_mapping, proposed_rules
from kesher.formats.table_rows import TableRows
from kesher.formats.table_words import TEMPLATES, template_in

#: Characters of an example cell.
EXAMPLE_LENGTH = 60
_TEMPLATE_COLUMNS = [
    "name_en",
    "name_he",
    "name_ar",
    "description_en",
    "description_he",
    "description_ar",
    "organisation",
    "phone",
    "email",
    "url",
    "address",
    "city",
    "latitude",
    "longitude",
    "languages",
    "cost",
    "theme",
    "days",
    "opens",
    "closes",
    "who_may_refer",
]
_TEMPLATE_ROW = (
    "Job search help",
    "סיוע בחיפוש עבודה",
    "مساعدة في البحث عن عمل",
    "A counsellor helps you write a CV and look for work.",
    "יועצת עוזרת לכתוב קורות חיים ולחפש עבודה.",
    "مستشارة تساعدك في كتابة السيرة الذاتية والبحث عن عمل.",
    "Town employment centre",
    "08-9000000",
    "jobs@example.org",
    "https://example.org/jobs",
    "1 Main Street",
    "Arad",
    "31.2589",
    "35.2126",
    "he; ar; en",
    "free",
    "Work",
    "Sun-Thu",
    "08:30",
    "16:00",
    "self; professional",
)


def template_csv(language: str = "en") -> str:
    """The plain table for a first ten services: header and one example row, to be saved as CSV UTF-8.

    In Hebrew and Arabic with headings in that language; for other languages in English.
    """
    if language in TEMPLATES:
        return template_in(language)
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(_TEMPLATE_COLUMNS)
    writer.writerow(_TEMPLATE_ROW)
    return stream.getvalue()


@dataclass(frozen=True, slots=True)
class Peek:
    """What a table looks like: its columns in order, a few cells of each, and how many rows are below the header."""

    columns: list[str]
    examples: dict[str, list[str]]
    rows: int


def peek(path: str | Path, *, examples: int = 3, limits: Limits = LIMITS) -> Peek:
    """Look at a table before anybody has said what its columns are. Raises :class:`UnreadableFile`."""
    files, ledger = open_files(path, limits), Ledger()
    names = list(files)
    if len(names) != 1:
        raise UnreadableFile(Path(path).name, say.ONE_TABLE(count=len(names)))
    name = names[0]
    sheets = (
        workbook_sheets(files, name, ledger, limits) if is_workbook(name) else [csv_sheet(files, name, ledger, limits)]
    )
    if not sheets:
        raise UnreadableFile(name, say.NO_HEADER_ROW())
    sheet = max(
        sheets, key=lambda one: len(proposed_rules(one.columns, "en"))
    )  # of a workbook: the one like a directory
    columns = [column for column in sheet.columns if column]
    for column in columns:
        if columns.count(column) > 1:
            raise UnreadableFile(sheet.file, say.COLUMN_TWICE(column=column))
    found: dict[str, list[str]] = {column: [] for column in columns}
    rows = 0
    for _number, cells in sheet.named_rows():
        if not any(cell is not None and str(cell).strip() for cell in cells.values()):
            continue
        rows += 1
        for column, cell in cells.items():
            if cell is not None and str(cell).strip() and len(found[column]) < examples:
                found[column].append(str(cell).strip()[:EXAMPLE_LENGTH])
    if not columns or not rows:
        raise UnreadableFile(sheet.file, say.NO_SERVICE())
    return Peek(columns, found, rows)


def read(path: str, /, *, language: str | None = None, mapping: str | Path | None = None) -> Reading:
    """Services of a table. ``path``: a .csv or .xlsx, or a folder or zip with one of them and its mapping file.

    ``mapping``: path of the mapping file; without one a file ``mapping.yaml``, ``.yml`` or ``.json`` beside the table
    in the folder is taken. Raises :class:`UnreadableFile`, for a faulty mapping with its line.
    """
    files = open_files(path)
    ledger = Ledger()
    names = [name for name in files if is_workbook(name) or PurePosixPath(name).suffix.lower() in {".csv", ".tsv"}]
    if len(files) == 1 and PurePosixPath(next(iter(files))).suffix.lower() == ".txt":
        names = list(files)
    if len(names) != 1:
        raise UnreadableFile(Path(path).name, say.ONE_TABLE(count=len(names)))
    beside = [name for name in files if PurePosixPath(name).stem.lower() == "mapping" and name not in names]
    if mapping is None and beside and Path(path).is_dir():
        mapping = Path(path) / beside[0]
    sheet, rules = _sheet_and_rules(files, names[0], language, mapping, ledger)
    rows = TableRows(sheet.file, rules, ledger)
    for column in sheet.columns:
        if column and column not in rules.columns and column not in rules.ignore:
            ledger.refuse(sheet.file, 1, column, say.COLUMN_UNKNOWN(column=column), fatal=False)
    for number, cells in sheet.named_rows():
        rows.add(number, cells)
    if not rows.services and not any(refusal.fatal for refusal in ledger.refusals):
        # a table cut after its header must not be taken for a town without services
        raise UnreadableFile(sheet.file, say.NO_SERVICE())
    return Reading(
        source=rules.source,
        language=rules.language,
        taxonomies=(TaxonomyRecord(slug=slug, name=name) for slug, name in rules.taxonomies.items()),
        terms=iter(rows.terms.values()),
        organisations=iter(rows.organisations.values()),
        programmes=iter(rows.programmes.values()),
        locations=iter(rows.locations.values()),
        services=iter(rows.services),
        refusals=ledger.refusals,
        origin=rows.origin(),
        word_taxonomies=frozenset(rules.taxonomies),
    )


def _sheet_and_rules(
    files: Files, name: str, language: str | None, mapping: str | Path | None, ledger: Ledger
) -> tuple[Sheet, TableMapping]:
    rules: TableMapping | None = None
    if mapping is not None:
        rules, document, mapping_file = load_mapping(mapping)
        if language is not None:
            rules = rules.model_copy(update={"language": language})
    if is_workbook(name):
        sheets = workbook_sheets(files, name, ledger)
        if rules is not None and rules.sheet is not None:
            sheets = [sheet for sheet in sheets if sheet.name == rules.sheet]
            if not sheets:
                raise UnreadableFile(name, say.NO_SHEET(sheet=rules.sheet))
    else:
        sheets = [csv_sheet(files, name, ledger)]
    if not sheets:
        raise UnreadableFile(name, say.NO_HEADER_ROW())
    if rules is not None:
        mapped = rules.columns
        sheet = max(sheets, key=lambda one: len(mapped.keys() & set(one.columns)))
        missing = [column for column in rules.columns if column not in sheet.columns]
        if missing:
            line = document.line(("columns", missing[0]))
            gone = say.MAPPED_COLUMN_MISSING(column=missing[0], file=mapping_file, line=line)
            raise UnreadableFile(sheet.file, gone)
    else:
        found = [(sheet, default_mapping(sheet.columns, language)) for sheet in sheets]
        chosen = next(((sheet, default) for sheet, default in found if default is not None), None)
        if chosen is None:
            raise UnreadableFile(sheets[0].file, say.NO_NAME_COLUMN())
        sheet, rules = chosen
    _unambiguous(sheet, rules)
    # the refusals of sheets that are not read are no news
    ledger.refusals[:] = [refusal for refusal in ledger.refusals if refusal.file == sheet.file]
    return sheet, rules


def _unambiguous(sheet: Sheet, rules: TableMapping) -> None:
    for column in rules.columns:
        if sheet.columns.count(column) > 1:
            raise UnreadableFile(sheet.file, say.COLUMN_TWICE(column=column))
