"""``kesher place``: the numbers, the files, and refusals that leave nothing behind."""

import csv
import gzip
import json

import pytest

from kesher.cli import main
from kesher.cli.place import COLUMNS
from tests.formats.test_placement import FILES, laid


@pytest.fixture
def called(tmp_path, capsys):
    """Runs the command on the usual tables, some of them changed; (exit code, printed, said on standard error)."""

    def call(*arguments, **changed):
        paths = laid(tmp_path, **changed)
        begin = ["place", "--prospects", paths["w"], "--needs", paths["d"], "--capacities", paths["c"]]
        named = [{"G": paths["g"], "P": paths["p"], "F": paths["f"]}.get(argument, argument) for argument in arguments]
        try:
            code = main([*begin, *named])
        except SystemExit as stopped:  # argparse
            code = stopped.code
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return call


def test_json_has_the_keys_and_numbers(called):
    code, out, _ = called("--json", "--groups", "G")
    data = json.loads(out)
    assert code == 0
    assert {"value", "bound", "gap", "unplaced", "worse_off", "placed"} <= set(data)
    assert data["value"] == pytest.approx(0.5 + 0.25 + 1.0)
    assert data["bound"] == pytest.approx(1.75)
    assert data["gap"] == pytest.approx(0.0, abs=1e-9)
    assert {row["household"]: row["place"] for row in data["placed"]} == {"h1": "Haifa", "h2": "Arad", "h3": "Haifa"}
    assert data["unplaced"] == []
    assert [(row["column"], row["label"]) for row in data["worse_off"]][:2] == [("", ""), ("size", "large")]
    assert set(data["costs"]) == {"soft-capacities", "weights"}


def test_the_allocation_has_price_alternative_and_reason(called, tmp_path):
    capacity = "place,persons,school seats\nArad,2,3\nHaifa,4,4\n"
    code, out, _ = called("--out", str(tmp_path / "out.csv"), c=capacity)
    assert code == 0
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as stream:
        rows = {row["household"]: row for row in csv.DictReader(stream)}
    assert tuple(next(iter(rows.values()))) == COLUMNS
    assert (rows["h2"]["place"], rows["h2"]["reason"]) == ("", "need-exceeds-every-place")
    assert rows["h2"]["why"] == "it needs more persons than any allowed place has"
    # One of h1 (4 persons, 0.5) and h3 (1 person, 1.0) can be at Haifa.
    assert (rows["h3"]["place"], rows["h3"]["best_alternative"], rows["h3"]["reason"]) == ("Haifa", "Arad", "best")
    assert (rows["h1"]["place"], rows["h1"]["reason"]) == ("", "no-room")
    assert "unplaced 2" in out
    assert float(rows["h3"]["price"]) == pytest.approx(0.125, abs=0.001)


def test_the_report_says_value_bound_gap_unplaced_and_who_is_worse_off(called):
    code, out, _ = called("--groups", "G", "--no-harm", "0.5", "--preferences", "P", "--fixed", "F")
    assert code == 0
    for word in ("value", "bound", "gap", "unplaced 0", "Worse off", "size = large", "no-harm", "wishes", "A proposal"):
        assert word in out


def test_the_same_seed_says_the_same(called):
    answers = [called("--json", "--preferences", "P", "--groups", "G", "--seed", "7")[1] for _ in range(2)]
    first, second = (json.loads(answer) for answer in answers)
    first.pop("seconds"), second.pop("seconds")
    assert first == second


def test_prices_of_one_round_start_the_next(called, tmp_path):
    prices = tmp_path / "prices.csv.gz"
    assert called("--save-prices", str(prices))[0] == 0
    with gzip.open(prices, "rt", encoding="utf-8") as stream:
        assert stream.readline().split(",") == ["place", "school seats", "persons\n"]
    assert called("--start-prices", str(prices), "--json")[0] == 0


@pytest.mark.slow
def test_the_distributed_engine_says_the_same(called):
    here, there = (json.loads(called("--json", "--engine", engine)[1]) for engine in ("local", "distributed"))
    assert there["value"] == pytest.approx(here["value"], abs=1e-6)
    assert there["placed"] == here["placed"]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (
            {"p": "household,place,rank\nh1,Atlantis,1\n"},
            "p.csv, row 2, column 'place': the place 'Atlantis' is unknown",
        ),
        ({"w": "household,Haifa,Arad,Eilat\nh1,1,1,1\n"}, "w.csv, row 1, column 'Eilat': this place is unknown"),
        ({"d": FILES["d"].replace("2.5", "-1")}, "d.csv, row 4, column 'persons': -1 is less than 0"),
        ({"d": FILES["d"].replace("2.5", "NaN")}, "d.csv, row 4, column 'persons': the number is missing"),
        ({"w": FILES["w"] + "h1,1,1\n"}, "w.csv, row 5, column 'household': 'h1' is there already"),
        ({"w": "household,Haifa,Arad,religion\nh1,1,1,1\n"}, "w.csv, row 1: The column 'religion' may not be an input"),
        (
            {
                "d": FILES["d"].replace("school seats", "ethnicity"),
                "c": FILES["c"].replace("school seats", "ethnicity"),
            },
            "d.csv, row 1: The column 'ethnicity' may not be an input",
        ),
    ],
)
def test_bad_input_ends_with_2_names_its_place_and_writes_nothing(called, tmp_path, changed, words):
    out, prices = tmp_path / "out.csv", tmp_path / "prices.csv"
    out.write_text("what was there")
    code, printed, said = called(
        "--preferences", "P", "--out", str(out), "--save-prices", str(prices), "--json", **changed
    )
    assert code == 2
    assert printed == ""
    assert words in said
    assert "Traceback" not in said
    assert out.read_text() == "what was there"
    assert not prices.exists()
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--no-harm", "-1"], "'-1' is not a number of at least 0"),
        (["--no-harm", "nan"], "'nan' is not a number of at least 0"),
        (["--floor", "2"], "'2' is not a share between 0 and 1"),
        (["--engine", "spark"], "invalid choice: 'spark'"),
        (["--groups", "/nowhere/g.csv"], "/nowhere/g.csv is not there."),
        (["--out", "/nowhere/out.csv"], "/nowhere/out.csv cannot be written"),
        (["--out", "same.csv", "--save-prices", "same.csv"], "name the same file"),
        (["--scheduler", "tcp://x"], "--scheduler belongs to --engine distributed"),
        (["--groups", "-", "--preferences", "-"], "Only one table can be read from standard input"),
    ],
)
def test_what_is_asked_for_wrongly_is_said_before_the_work(called, arguments, words):
    code, _, said = called(*arguments)
    assert code == 2
    assert words in said


def test_of_two_files_none_is_left_behind_when_the_second_cannot_be_written(called, tmp_path):
    """A name of 255 letters can be looked for and not be written under a longer name beside it."""
    out, prices = tmp_path / "out.csv", tmp_path / ("p" * 255)
    code, printed, said = called("--out", str(out), "--save-prices", str(prices), "--json")
    assert code != 0
    assert printed == ""
    assert "could not be written" in said
    assert not [path for path in tmp_path.iterdir() if path.name.startswith((".", "out"))]


def test_nobody_is_dropped_when_there_is_no_room_at_all(called):
    _, out, _ = called("--json", c="place,persons,school seats\nArad,0,0\nHaifa,0,0\n")
    data = json.loads(out)
    assert (data["value"], data["placed"], len(data["unplaced"])) == (0.0, [], 3)
    assert {row["reason"] for row in data["unplaced"]} == {"need-exceeds-every-place"}
