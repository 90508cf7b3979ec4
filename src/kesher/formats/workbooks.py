"""Tables written for a spreadsheet (.xlsx): what somebody typed stays text, whatever it begins with.

    written = workbook("People", columns=["Name", "Next step"], rows=[["=1+1", date(2026, 5, 3)]], right_to_left=True)

A cell that begins with ``=``, ``+``, ``-`` or ``@`` is a formula to a spreadsheet, if not here then when the table is saved
as CSV and opened again (https://owasp.org/www-community/attacks/CSV_Injection). Cells are therefore written as text, never
as formulas, and such a text gets an apostrophe before it, which is what a person would type to the same end.
"""

import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

Cell = str | int | float | bool | date | datetime | None

TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: The most letters a cell of a spreadsheet holds.
LONGEST: Final = 32_767
#: What a spreadsheet, or one that reads its CSV, may take for the beginning of a formula or cell; in full width, too.
DANGEROUS: Final = frozenset("=+-@|\t\r\n")
#: Letters that show a text in another order than it stands in, and those no XML may hold.
_UNSEEN: Final = re.compile(r"[\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]|[\x00-\x08\x0b\x0c\x0e-\x1f]")
_NOT_IN_A_TITLE: Final = re.compile(r"[\[\]:*?/\\']")
WIDEST, NARROWEST = 60, 8


def harmless(text: str) -> str:
    """``text`` as a spreadsheet may have it: without unseen letters, and no formula, whoever opens it and however."""
    seen = _UNSEEN.sub("", text)
    begins = unicodedata.normalize("NFKC", seen.lstrip(" \u00a0\u200b\u200e\u200f")[:1])
    if seen[:1] in DANGEROUS or begins[:1] in DANGEROUS:
        seen = "'" + seen
    return seen[:LONGEST]


def workbook(
    title: str, *, columns: Sequence[str], rows: Iterable[Sequence[Cell]], right_to_left: bool = False
) -> bytes:
    """One sheet: a bold header that stays in sight, then the rows. Moments with a zone are written as they stand there."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(_NOT_IN_A_TITLE.sub(" ", harmless(title)).strip()[:31] or "Sheet")
    sheet.freeze_panes = "A2"
    sheet.sheet_view.rightToLeft = right_to_left
    table = [[_plain(value) for value in row] for row in rows]
    for place, name in enumerate(columns):
        longest = max([len(name), *(len(str(row[place])) for row in table if row[place] is not None)])
        sheet.column_dimensions[get_column_letter(place + 1)].width = min(max(longest + 2, NARROWEST), WIDEST)
    sheet.append([_cell(sheet, harmless(name), bold=True) for name in columns])
    for row in table:
        sheet.append([_cell(sheet, value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _plain(value: Cell) -> Cell:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None, microsecond=0)
    if value is None or isinstance(value, bool | int | float | date):
        return value
    return harmless(str(value)) or None


def _cell(sheet: Any, value: Any, *, bold: bool = False) -> Any:
    cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, str):
        cell.data_type = "s"  # openpyxl takes "=…" for a formula
    if bold:
        cell.font = Font(bold=True)
    return cell
