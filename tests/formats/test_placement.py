"""The tables of a placement round: what is read, and every refusal with file, row and column."""

import gzip
import io
import sys

import numpy as np
import pytest

from kesher.formats.placement import TableError, read, read_prices, write_prices

FILES = {
    "w": "household,Haifa,Arad\nh1,0.5,NA\nh2,,0.25\nh3, 1 ,0\n",
    "d": "id,school seats,persons\nh3,0,1\nh1,2,4\nh2,1,2.5\n",
    "c": "place,persons,school seats,persons:soft\nArad,9,3,7\nHaifa,20,4,\n",
    "g": "household,size,weight,language\nh2,small,2,am\nh1,large,,\n",
    "p": "household,place,rank\nh1,Arad,2\nh1,Haifa,1\nh3,Arad,1\n",
    "f": "household,place\nh3,Haifa\n",
}


def laid(folder, **changed):
    """The paths of the tables, with some of them other than usual."""
    paths = {}
    for name, text in {**FILES, **changed}.items():
        paths[name] = str(folder / f"{name}.csv")
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return paths


def taken(paths):
    return read(
        paths["w"], paths["d"], paths["c"], groups=paths["g"], preferences=paths["p"], fixed=paths["f"]
    )  # fmt: skip


def test_a_round_is_joined_by_names_in_any_order(tmp_path):
    tables = taken(laid(tmp_path))
    assert (tables.households, tables.places) == (("h1", "h2", "h3"), ("Haifa", "Arad"))
    assert tables.services == ("school seats", "persons")
    np.testing.assert_array_equal(tables.prospects, [[0.5, np.nan], [np.nan, 0.25], [1.0, 0.0]])
    np.testing.assert_array_equal(tables.needs, [[2, 4], [1, 2.5], [0, 1]])
    np.testing.assert_array_equal(tables.hard, [[4, 20], [3, 9]])
    np.testing.assert_array_equal(tables.soft, [[4, 20], [3, 7]])
    np.testing.assert_array_equal(tables.weights, [1, 2, 1])
    assert tables.groups == {"size": ("large", "small", "not stated"), "language": ("not stated", "am", "not stated")}
    assert tables.wishes == {0: (0, 1), 2: (1,)}
    assert tables.fixed.tolist() == [-1, -1, 0]


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_delimiters_marks_and_packed_files_are_read(tmp_path, delimiter):
    paths = laid(tmp_path)
    for name, text in FILES.items():
        packed = gzip.compress(("\ufeff" + text.replace(",", delimiter).replace("\n", "\r\n")).encode())
        (tmp_path / f"{name}.csv").write_bytes(packed)
    assert taken(paths).needs[0].tolist() == [2, 4]


def test_standard_input_is_a_dash(tmp_path, monkeypatch):
    paths = laid(tmp_path)
    for data in (FILES["d"].encode(), gzip.compress(FILES["d"].encode())):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(data))))
        assert taken({**paths, "d": "-"}).needs[0].tolist() == [2, 4]


#: The table that is other than usual, its text, and the row, column and words of the refusal.
REFUSED = [
    ("w", "household,Haifa,Arad,Eilat\nh1,1,1,1\n", 1, "Eilat", "this place is unknown"),
    ("w", "household,Haifa\nh1,1\nh2,1\nh3,1\n", 2, "place", "'Arad' is not in the columns of"),
    ("w", "household,Haifa,Arad\nh1,1,1\nh1,1,1\n", 3, "household", "'h1' is there already, in row 2"),
    ("w", "household,Haifa,Arad\nh1,1,many\n", 2, "Arad", "'many' is not a number"),
    ("w", "household,Haifa,Arad\nh1,-0.1,1\n", 2, "Haifa", "may not be negative"),
    ("w", "household,Haifa,Arad\nh1,inf,1\n", 2, "Haifa", "not a finite number"),
    ("w", "household,Haifa,Haifa\nh1,1,1\n", 1, "Haifa", "this column is there twice"),
    ("w", "household,Haifa,\nh1,1,1\n", 1, None, "the 3th column has no name"),
    ("w", "household,Haifa,Arad\nh1,1\n", 2, None, "the row has 2 cells, the names in row 1 are 3"),
    ("w", "household,Haifa,Arad\n,1,1\n", 2, "household", "the id is missing"),
    ("w", "household,Haifa,Arad\n", None, None, "there is no household"),
    ("w", "household\nh1\n", 1, None, "there is no place"),
    ("w", "", None, None, "the file is empty"),
    ("d", "id,persons,school seats\nh1,1,0\nh2,nan,0\nh3,1,0\n", 3, "persons", "the number is missing (nan)"),
    ("d", "id,persons,school seats\nh1,1,0\nh2,,0\nh3,1,0\n", 3, "persons", "the cell is empty"),
    ("d", "id,persons,school seats\nh1,1,0\nh2,-1,0\nh3,1,0\n", 3, "persons", "may not be negative"),
    ("d", "id,persons,school seats\nh1,1,0\nh2,1,0\nh9,1,0\n", 4, "id", "'h9' is not in"),
    ("d", "id,persons,school seats\nh1,1,0\nH2,1,0\nh3,1,0\n", 3, "id", "is 'h2' meant?"),
    ("d", "id,persons,school seats\nh1,1,0\nh2,1,0\nh2,1,0\n", 4, "id", "'h2' is there already, in row 3"),
    ("d", "id,persons,school seats\nh1,1,0\nh3,1,0\n", None, "id", "household 'h2' of"),
    ("d", "id\nh1\n", 1, None, "there is no service"),
    ("c", "place,persons\nArad,9\nHaifa,20\n", 1, "school seats", "this column is missing"),
    ("c", "place,persons,school seats,beds\nArad,9,3,1\nHaifa,20,4,1\n", 1, "beds", "has no service 'beds'"),
    ("c", "place,persons,school seats\nArad,9,3\nHaifa,x,4\n", 3, "persons", "'x' is not a number"),
    ("c", "place,persons,school seats\nArad,9,\nHaifa,2,4\n", 2, "school seats", "the number is missing"),
    ("c", "place,persons,school seats\nArad,9,3\nAtlantis,2,4\n", 3, "place", "'Atlantis' is not in the columns of"),
    (
        "c",
        "place,persons,school seats,persons:soft\nArad,9,3,10\nHaifa,2,4,1\n",
        2,
        "persons:soft",
        "above the hard one",
    ),
    ("g", "household,size\nh9,large\n", 2, "household", "'h9' is not in"),
    ("g", "household,weight\nh1,-2\n", 2, "weight", "may not be negative"),
    ("p", "household,place,rank\nh1,Atlantis,1\n", 2, "place", "the place 'Atlantis' is unknown"),
    ("p", "household,place,rank\nh9,Arad,1\n", 2, "household", "household 'h9' is not in"),
    ("p", "household,place,rank\nh1,Arad,1.5\n", 2, "rank", "a rank is a whole number"),
    ("p", "household,place,rank\nh1,Arad,0\n", 2, "rank", "may not be negative"),
    ("p", "household,place,rank\nh1,Arad,1\nh1,Arad,2\n", 3, "place", "has ranked 'Arad' already"),
    ("p", "household,place,rank\nh1,Arad,1\nh1,Haifa,1\n", 3, "rank", "has given rank 1 already"),
    ("p", "household,place\nh1,Arad\n", 1, None, "there must be 3 columns"),
    ("f", "household,place\nh1,Atlantis\n", 2, "place", "the place 'Atlantis' is unknown"),
    ("f", "household,place\nh1,Arad\nh1,Haifa\n", 3, "household", "'h1' is there already"),
    ("f", "household\nh1\n", 1, None, "there must be two columns"),
]


@pytest.mark.parametrize(("table", "text", "row", "column", "words"), REFUSED)
def test_what_cannot_be_taken_is_refused_with_its_place(tmp_path, table, text, row, column, words):
    with pytest.raises(TableError) as refused:
        taken(laid(tmp_path, **{table: text}))
    said = str(refused.value)
    assert words in said
    assert (refused.value.row, refused.value.column) == (row, column)
    assert row is None or f"row {row}" in said
    assert column is None or f"column {column!r}" in said
    assert ".csv" in refused.value.file


CUT = gzip.compress(b"household,Haifa,Arad\n" + b"".join(b"h%d,1,1\n" % row for row in range(999)))[:-9]
BROKEN = CUT[:60] + b"\xff" * 20 + CUT[80:]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        pytest.param(b"household,Haifa\nh\xff\xfe1,1\n", "not in UTF-8", id="letters"),
        pytest.param(CUT, "cannot be read", id="cut"),
        pytest.param(BROKEN, "cannot be read", id="broken"),
    ],
)
def test_bytes_that_are_no_table_are_refused(tmp_path, data, words):
    paths = laid(tmp_path)
    (tmp_path / "w.csv").write_bytes(data)
    with pytest.raises(TableError, match=words):
        taken(paths)


def test_prices_come_back_as_they_were_written(tmp_path):
    path = tmp_path / "prices.csv"
    prices = np.array([[0.125, 1 / 3], [0.0, 2.0]])
    with path.open("w", encoding="utf-8") as stream:
        write_prices(stream, ("Haifa", "Arad"), ("persons", "seats"), prices)
    back = read_prices(str(path), ("Arad", "new", "Haifa"), ("seats", "persons"))
    np.testing.assert_array_equal(back, [[2.0, 0.0], [0.0, 0.0], [1 / 3, 0.125]])
