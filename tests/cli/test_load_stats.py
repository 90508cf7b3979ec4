"""``kesher load stats``: what it keeps, that the same again changes nothing, and that what cannot be read writes nothing."""

import gzip
import json

import numpy as np
import pytest

from kesher.cli import main
from kesher.formats.statistics import Status
from kesher.formats.statistics.keeping import open_vintage, vintages

MAPPING = """
dataset: towns
source: A town
licence: CC BY 4.0
period: {column: month}
dimensions:
  town: {column: code, pad: 4, labels: name}
measures: [jobs]
nothing: {s: suppressed}
"""
TABLE = "name,code,month,jobs\nArad,7,2024-02,10\nArad,7,2024-03,s\nYeruham,31,2024-02,4\n"


@pytest.fixture
def laid(tmp_path, monkeypatch):
    """A table with its mapping, and a data folder of its own; gives (arguments, folder of the vintages)."""
    monkeypatch.setenv("KESHER_DATA", str(tmp_path / "data"))
    (tmp_path / "mapping.yaml").write_text(MAPPING)
    (tmp_path / "towns.csv").write_text(TABLE)
    named = ["load", "stats", str(tmp_path / "towns.csv"), "--mapping", str(tmp_path / "mapping.yaml")]
    return named, tmp_path / "data" / "statistics"


def everything(folder):
    return sorted(path.relative_to(folder) for path in folder.rglob("*")) if folder.exists() else []


def test_figures_are_kept_with_their_provenance(laid, capsys):
    arguments, folder = laid
    assert main([*arguments, "--retrieved", "2024-05-01"]) == 0
    said = capsys.readouterr().out
    assert "in all: 3 observations, 0 left out" in said
    assert "kept: towns, 3 figures" in said
    (path,) = vintages(folder, "towns")
    assert path.name.startswith("2024-05-01.")
    found = open_vintage(path)
    assert found.codes("town").tolist() == ["0007", "0007", "0031"]
    assert found.periods.tolist() == ["2024-02", "2024-03", "2024-02"]
    assert found.measures.tolist() == ["jobs"] * 3
    np.testing.assert_array_equal(found.values, [10, np.nan, 4])
    assert found.status.tolist() == [0, Status.SUPPRESSED, 0]
    assert found.about["labels"] == {"town": {"0007": "Arad", "0031": "Yeruham"}}
    (source,) = found.about["sources"]
    assert (source["source"], source["licence"], source["file"]) == ("A town", "CC BY 4.0", "towns.csv")
    assert (source["dialect"], source["retrieved"], len(source["sha256"])) == ("table", "2024-05-01", 64)


def test_the_same_again_changes_nothing_and_a_revision_stands_beside_it(laid, tmp_path, capsys):
    arguments, folder = laid
    main([*arguments, "--retrieved", "2024-05-01"])
    (first,) = vintages(folder, "towns")
    before = first.read_bytes()
    capsys.readouterr()
    assert main([*arguments, "--retrieved", "2024-06-01"]) == 0
    assert "unchanged: towns, 3 figures" in capsys.readouterr().out
    assert vintages(folder, "towns") == [first]
    (tmp_path / "towns.csv").write_text(TABLE.replace("10", "11"))
    assert main([*arguments, "--retrieved", "2024-06-01", "--dry-run"]) == 0
    assert "would keep: towns" in capsys.readouterr().out
    assert vintages(folder, "towns") == [first]
    assert main([*arguments, "--retrieved", "2024-06-01"]) == 0
    old, new = vintages(folder, "towns")
    assert old == first
    assert old.read_bytes() == before
    assert open_vintage(new).values[0] == 11


def test_rows_left_out_are_told_with_file_row_and_field(laid, tmp_path, capsys):
    arguments, folder = laid
    (tmp_path / "towns.csv").write_text(TABLE + "Arad,7,soon,3\nArad,7,2024-04,many\n")
    report = tmp_path / "remarks.json"
    assert main([*arguments, "--strict", "--report", str(report)]) == 2
    caught = capsys.readouterr()
    assert "left out: towns.csv, row 5, period: “soon” is not a period" in caught.out
    assert "2 rows would be left out, so nothing was written" in caught.err
    assert [one["row"] for one in json.loads(report.read_text())] == [5, 6]
    assert everything(folder) == []
    assert main(arguments) == 0
    assert len(open_vintage(vintages(folder, "towns")[0])) == 3


def test_a_key_that_is_there_twice_is_kept_once(laid, tmp_path, capsys):
    arguments, folder = laid
    (tmp_path / "towns.csv").write_text(TABLE + "Arad,7,2024-02,10\nArad,7,2024-02,12\n")
    assert main(arguments) == 0
    said = capsys.readouterr().out
    assert "read twice: 1 with another value, 1 the same" in said
    assert "kept: towns, 3 figures, 2 repeated ones left out" in said
    assert open_vintage(vintages(folder, "towns")[0]).values[0] == 10


def test_several_files_of_one_data_set_are_one_vintage(laid, tmp_path):
    arguments, folder = laid
    with gzip.open(tmp_path / "more.csv.gz", "wt") as stream:
        stream.write("name,code,month,jobs\nDimona,2200,2024-02,8\n")
    assert main([*arguments[:3], str(tmp_path / "more.csv.gz"), *arguments[3:]]) == 0
    (path,) = vintages(folder, "towns")
    found = open_vintage(path)
    assert found.values[-1] == 8
    assert [one["file"] for one in found.about["sources"]] == ["towns.csv", "more.csv"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("jobs\n", "posts\n"), "towns.csv: The column “jobs” of the mapping is not in the table"),
        (("10", "ten"), None),
        ((TABLE, ""), "towns.csv"),
    ],
)
def test_what_cannot_be_read_ends_with_2_and_writes_nothing(laid, tmp_path, capsys, change, words):
    """One good file and one that is not: neither is kept. A single bad cell is a row left out, told, and no more."""
    arguments, folder = laid
    (tmp_path / "bad.csv").write_text(TABLE.replace(*change))
    code = main([*arguments[:3], str(tmp_path / "bad.csv"), *arguments[3:]])
    caught = capsys.readouterr()
    if words is None:
        assert code == 0
        assert "left out: bad.csv, row 2" in caught.out
        return
    assert code == 2
    assert words.replace("towns", "bad") in caught.err
    assert "Traceback" not in caught.err
    assert everything(folder) == []


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--dialect", "ilostat"], "towns.csv: it is in the form table, not ilostat"),
        (["--mapping", "/nowhere/m.yaml"], "/nowhere/m.yaml is not there"),
        (["--retrieved", "yesterday"], "'yesterday' is not a day"),
        (["--dialect", "dbase"], "invalid choice: 'dbase'"),
    ],
)
def test_what_is_asked_for_wrongly_is_said(laid, capsys, more, words):
    arguments, folder = laid
    try:
        code = main([*arguments, *more])
    except SystemExit as stopped:  # argparse
        code = stopped.code
    assert code == 2
    assert words in capsys.readouterr().err
    assert everything(folder) == []


def test_a_folder_that_cannot_be_written_is_said(laid, tmp_path, capsys):
    arguments, _ = laid
    (tmp_path / "file").write_text("")
    assert main([*arguments, "--folder", str(tmp_path / "file")]) == 1
    assert "Nothing was written" in capsys.readouterr().err
