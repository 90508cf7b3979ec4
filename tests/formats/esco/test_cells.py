"""Bytes to columns: the fast ways say what the careful one says."""

import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kesher.formats.esco.cells import _cut, read_cells
from kesher.formats.esco.remarks import Remarks
from kesher.formats.esco.texts import Texts
from kesher.formats.records import UnreadableFile

CELL = st.text(st.sampled_from('ab\n", é\t;'), max_size=6)


def table(columns, rows, **dialect):
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n", **dialect)
    writer.writerow([f"c{number}" for number in range(columns)])
    writer.writerows(rows)
    return stream.getvalue()


@given(st.integers(2, 4).flatmap(lambda n: st.lists(st.lists(CELL, min_size=n, max_size=n), min_size=1, max_size=6)))
def test_what_csv_writes_is_read(rows):
    cells = read_cells(table(len(rows[0]), rows).encode(), "x.csv", remarks := Remarks())
    wanted = [(number, row) for number, row in enumerate(rows, 2) if any(row)]
    assert remarks.ledger.refusals == []
    assert list(cells.numbers) == [number for number, _ in wanted]
    assert list(zip(*cells.columns.values(), strict=True)) == [tuple(row) for _, row in wanted]


@given(st.integers(1, 4).flatmap(lambda n: st.lists(st.lists(CELL, min_size=n, max_size=n), min_size=1, max_size=6)))
def test_the_cutter_of_large_cells_says_what_csv_says(rows):
    text = table(len(rows[0]), rows)
    assert list(_cut(text, "x.csv", ",", Remarks())) == [
        [] if row == [""] else row for row in csv.reader(io.StringIO(text, newline=""))
    ]


@given(st.text(st.sampled_from('ab,"\n\r'), max_size=30))
def test_any_text_is_columns_of_one_length_or_unreadable(body):
    try:
        cells = read_cells(("c0,c1\n" + body).encode(), "x.csv", Remarks())
    except UnreadableFile:
        return
    assert {len(column) for column in cells.columns.values()} == {len(cells.numbers)}
    assert list(cells.numbers) == sorted(set(cells.numbers))


@pytest.mark.parametrize(
    "body", ["a,b\nc,d\n", "a,b\nc,d", "a,b\n\nc,d\n", "a,b\r\nc,d\r\n", "a,b\nc\n", "a\nb\nc,d,,\n"]
)
def test_tables_without_quotes(body):
    data = ("c0,c1\n" + body).encode()
    cells = read_cells(data, "x.csv", Remarks())
    rows = [row[:2] + [""] * (2 - len(row)) for row in csv.reader(io.StringIO(body, newline="")) if any(row)]
    assert list(map(list, zip(*cells.columns.values(), strict=True))) == rows
    ends = [number for number, line in enumerate(re.split("\r?\n", body), 2) if line.strip(",")]
    assert list(cells.numbers) == ends


@pytest.mark.parametrize(("content", "said"), [(b"", "first row"), (b",,\n1,2\n", "first row"), (b"a,a\n", "twice")])
def test_no_header(content, said):
    with pytest.raises(UnreadableFile, match=said):
        read_cells(content, "x.csv", Remarks())


def test_letters_of_another_encoding_are_told():
    cells = read_cells("c0,c1\nélève à Orléans,1\n".encode("cp1252"), "x.csv", remarks := Remarks())
    assert cells["c0"] == ["élève à Orléans"]
    assert [one.fatal for one in remarks.ledger.refusals] == [False]


@given(st.lists(st.text(max_size=8), max_size=8))
def test_texts_give_back_what_they_were_made_of(texts):
    column = Texts.of(texts)
    assert list(column) == texts == [column[number] for number in range(len(column))] == column[:]
    assert column == Texts.of(texts)
    if texts:
        assert column[-1] == texts[-1]
    with pytest.raises(IndexError):
        column[len(texts)]
