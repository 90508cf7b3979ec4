"""Files, encodings and CSV rows, as every reader of tables meets them."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kesher.formats.files import Ledger, find_encoding, open_files, open_tables, read_csv
from kesher.formats.records import UnreadableFile

ENCODED = [
    ("utf-8", "שלום", "utf-8-sig"),
    ("utf-8-sig", "שלום", "utf-8-sig"),
    ("utf-16", "שלום", "utf-16"),
    ("windows-1255", "שלום לכולם, מרכז תעסוקה", "windows-1255"),
    ("cp1252", "Café à Orléans, élève, où", "cp1252"),
    ("ascii", "hello", "utf-8-sig"),
]


@pytest.mark.parametrize(("encoding", "words", "found"), ENCODED)
def test_encodings_are_found(encoding, words, found):
    content = f'id,name\n1,"{words}"\n'.encode(encoding)
    assert find_encoding(io.BytesIO(content), "x.csv").name == found
    assert list(read_csv(io.BytesIO(content), "x.csv")) == [(2, {"id": "1", "name": words})]


def test_a_utf8_file_with_one_broken_byte_is_not_taken_for_another_encoding():
    content = "id,name\n1,{}\n".format("מרכז תעסוקה " * 5).encode() + b"2,a\xffb\n"
    rows = list(read_csv(io.BytesIO(content), "x.csv"))
    assert rows[0][1]["name"].startswith("מרכז תעסוקה")
    assert rows[1][1]["name"] == "a\ufffdb"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_found(delimiter):
    content = f"id{delimiter}name\n1{delimiter}a\n".encode()
    assert list(read_csv(io.BytesIO(content), "x.csv")) == [(2, {"id": "1", "name": "a"})]


def test_rows_are_counted_as_a_spreadsheet_shows_them():
    content = b'id,name\n1,"two\nlines"\n\n3,short\n4\n5,long,er\n'
    ledger = Ledger()
    rows = list(read_csv(io.BytesIO(content), "x.csv", ledger=ledger))
    assert [number for number, _ in rows] == [2, 4, 5]
    assert rows[2][1] == {"id": "4", "name": ""}
    assert [(refusal.row, refusal.reason) for refusal in ledger.refusals] == [(6, "The row has 3 cells, the header 2.")]


cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)


@given(st.lists(st.tuples(cells, cells, cells), max_size=8))
def test_what_csv_writes_is_read(rows):
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(["a", "b", "c"])
    writer.writerows(rows)
    ledger = Ledger()
    read = [tuple(row.values()) for _, row in read_csv(io.BytesIO(text.getvalue().encode()), "x.csv", ledger=ledger)]
    assert read == rows
    assert not ledger.refusals


@given(st.binary(max_size=300))
def test_any_bytes_are_rows_or_unreadable(content):
    try:
        for number, row in read_csv(io.BytesIO(content), "x.csv", ledger=Ledger()):
            assert number > 1
            assert row
    except UnreadableFile:
        pass


def test_tables_of_a_folder(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "Phones.CSV").write_text("id\n1\n")
    (tmp_path / ".hidden.csv").write_text("id\n1\n")
    (tmp_path / "readme.md").write_text("x")
    tables = open_tables(tmp_path)
    assert list(tables) == ["phones"]
    assert tables["phones"].columns == ["id"]
    assert list(tables["phones"]) == list(tables["phones"]) == [(2, {"id": "1"})]


def test_the_same_table_twice_is_refused(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "phones.csv").write_text("id\n1\n")
    with pytest.raises(UnreadableFile, match="same table"):
        open_tables(tmp_path)


def test_an_empty_table_is_told(tmp_path):
    (tmp_path / "phones.csv").touch()
    with pytest.raises(UnreadableFile, match="empty"):
        open_tables(tmp_path)
    with pytest.raises(KeyError), open_files(tmp_path).open("nothing.csv"):
        pass
