"""``kesher evaluate`` and ``kesher pool``: their keys, their refusals, and that nothing is written where they refuse."""

import gzip
import io
import json

import numpy as np
import pytest

from kesher.cli import main

EVALUATE_KEYS = ["estimate", "se", "low", "high", "n", "design", "checks", "verdict", "words"]
POOL_KEYS = ["estimate", "se", "tau2", "i2", "low", "high", "prediction_low", "prediction_high", "k"]


def write(path, columns):
    rows = zip(*columns.values(), strict=True)
    path.write_text("\n".join([",".join(columns), *(",".join(map(str, row)) for row in rows)]) + "\n")
    return str(path)


@pytest.fixture
def people(tmp_path):
    """300 persons by lot: work (0/1) likelier by 30 of 100, age before, wage before untouched."""
    rng = np.random.default_rng(7)
    took = np.arange(300) % 2
    age = rng.integers(18, 60, 300)
    return {
        "took": took.tolist(),
        "work": (rng.random(300) < 0.3 + 0.3 * took).astype(int).tolist(),
        "age": age.tolist(),
        "town": [["north", "south", "east"][one] for one in rng.integers(0, 3, 300)],
        "before": rng.normal(size=300).round(3).tolist(),
    }


def test_keys_and_words(people, tmp_path, capsys):
    path = write(tmp_path / "data.csv", people)
    arguments = ["evaluate", path, "--outcome", "work", "--treatment", "took", "--design", "rct", "--json"]
    assert main([*arguments, "--placebo", "before", "--covariates", "age,town", "--cost", "2000"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert list(found) == EVALUATE_KEYS
    assert found["n"] == 300
    assert found["design"] == "rct"
    assert found["low"] < 0.3 < found["high"]
    assert found["verdict"] == "higher"
    assert found["words"] == "caused"
    assert {"balance", "overlap", "placebo", "attrition", "sensitivity", "multiple_testing"} <= set(found["checks"])
    assert set(found["checks"]["balance"]["differences_before"]) == {"age", "town=north", "town=south"}
    assert found["checks"]["size"]["per_100"] == pytest.approx(100 * found["estimate"])
    assert found["checks"]["cost"]["each"] == pytest.approx(2000 / found["estimate"])


def test_without_a_design_named_no_cause_is_claimed(people, tmp_path, capsys):
    path = write(tmp_path / "data.csv", people)
    assert main(["evaluate", path, "--outcome", "work", "--treatment", "took", "--placebo", "before", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["words"] == "is consistent with"


def test_in_words_and_out(people, tmp_path, capsys):
    path, out = write(tmp_path / "data.csv", people), tmp_path / "answer.json"
    assert main(["evaluate", path, "--outcome", "work", "--treatment", "took", "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert "not run  placebo:" in said
    assert list(json.loads(out.read_text())) == EVALUATE_KEYS


def test_gzip_and_standard_input(people, tmp_path, capsys, monkeypatch):
    plain = write(tmp_path / "data.csv", people)
    packed = tmp_path / "data.csv.gz"
    packed.write_bytes(gzip.compress((tmp_path / "data.csv").read_bytes()))
    answers = []
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO((tmp_path / "data.csv").read_bytes())))
    for path in (plain, str(packed), "-"):
        assert main(["evaluate", path, "--outcome", "work", "--treatment", "took", "--json"]) == 0
        answers.append(capsys.readouterr().out)
    assert answers[0] == answers[1] == answers[2]


def spoilt(people, column, row, cell):
    return people | {column: [cell if place == row else old for place, old in enumerate(people[column])]}


@pytest.mark.parametrize(
    ("change", "arguments", "said"),
    [
        (lambda p: spoilt(p, "work", 4, "yes"), [], ["data.csv", "row 6", "column 'work'", "'yes' is not a number"]),
        (lambda p: spoilt(p, "took", 0, "2"), [], ["data.csv", "row 2", "column 'took'", "neither 0"]),
        (lambda p: spoilt(p, "took", 9, ""), [], ["data.csv", "row 11", "column 'took'", "empty"]),
        (lambda p: spoilt(p, "age", 3, "old"), ["--covariates", "age"], ["row 5", "column 'age'", "'old'"]),
        (lambda p: spoilt(p, "age", 3, "inf"), ["--covariates", "age"], ["row 5", "column 'age'", "'inf'"]),
        (lambda p: spoilt(p, "town", 2, ""), ["--covariates", "town"], ["row 4", "column 'town'", "empty"]),
        (lambda p: p, ["--covariates", "height"], ["data.csv", "column 'height'", "there is no such column"]),
        (lambda p: p, ["--covariates", "work"], ["column 'work'", "cannot be a covariate"]),
        (lambda p: p, ["--design", "iv"], ["'iv' needs --instrument"]),
        (lambda p: p, ["--design", "rdd", "--running", "age"], ["'rdd' needs --cutoff"]),
        (lambda p: p, ["--running", "age", "--cutoff", "90"], ["0 rows", "at or above the cutoff 90"]),
        (lambda p: p, ["--design", "ebal"], ["'ebal' needs --covariates"]),
        (lambda p: p | {"took": [1] * 300}, [], ["column 'took'", "nobody to compare with"]),
        (lambda p: p, ["--placebo", "work"], ["column 'work'", "the placebo must be another column"]),
    ],
)
def test_bad_input_is_named_and_nothing_is_written(people, tmp_path, capsys, change, arguments, said):
    path, out = write(tmp_path / "data.csv", change(people)), tmp_path / "answer.json"
    asked = ["evaluate", path, "--outcome", "work", "--treatment", "took", "--out", str(out), *arguments]
    assert main(asked) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    for part in said:
        assert part in printed.err
    assert [one.name for one in tmp_path.iterdir()] == ["data.csv"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file is empty"),
        ("work,took\n", "row 2: there is a heading but no row below it"),
        ("work,took\n1,0,5\n", "row 2"),
        ("work,work\n1,0\n", "work"),
        ("took,age\n1,0\n", "column 'work': there is no such column"),
    ],
)
def test_files_that_are_no_tables(tmp_path, capsys, text, said):
    (tmp_path / "data.csv").write_text(text)
    assert main(["evaluate", str(tmp_path / "data.csv"), "--outcome", "work", "--treatment", "took"]) == 2
    assert said in capsys.readouterr().err


def test_a_file_that_is_not_there(tmp_path, capsys):
    assert main(["evaluate", str(tmp_path / "none.csv"), "--outcome", "y", "--treatment", "d"]) == 2
    assert "none.csv is not there" in capsys.readouterr().err


STUDIES = {
    "id": ["a", "b", "c", "d"],
    "estimate": [0.2, 0.4, 0.1, 0.5],
    "se": [0.1, 0.2, 0.05, 0.3],
    "group": ["x", "x", "y", "y"],
    "quality": ["high", "low", "high", "low"],
}


def test_pool_is_split_by_quality_or_what_is_named(tmp_path, capsys):
    path = write(tmp_path / "studies.csv", STUDIES)
    assert main(["pool", path, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert list(found) == [*POOL_KEYS, "by"]
    assert list(found["by"]) == ["high", "low"]
    assert list(found["by"]["high"]) == POOL_KEYS
    assert found["by"]["high"]["k"] == 2
    assert found["by"]["high"]["prediction_low"] is None
    assert main(["pool", path, "--by", "group", "--json"]) == 0
    both = json.loads(capsys.readouterr().out)
    assert list(both["by"]) == ["x", "y"]
    assert both["by_quality"] == found["by"]  # whatever else is asked for
    assert main(["pool", path, "--by", "group", "--method", "reml"]) == 0
    said = capsys.readouterr().out
    assert "group = x" in said
    assert "quality = low" in said
    assert "the next programme: between" in said


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"se": [0.1, 0, 0.05, 0.3]}, ["studies.csv", "row 3", "column 'se'", "above 0"]),
        ({"se": [0.1, -1, 0.05, 0.3]}, ["row 3", "column 'se'"]),
        ({"estimate": [0.2, 0.4, "about 1", 0.5]}, ["row 4", "column 'estimate'", "'about 1'"]),
        ({"estimate": [0.2, "", 0.1, 0.5]}, ["row 3", "column 'estimate'", "empty"]),
        ({"id": ["a", "b", "a", "d"]}, ["row 4", "column 'id'", "twice"]),
        ({"quality": ["high", "", "high", "low"]}, ["row 3", "column 'quality'"]),
    ],
)
def test_pool_names_what_is_wrong(tmp_path, capsys, change, said):
    path = write(tmp_path / "studies.csv", STUDIES | change)
    assert main(["pool", path, "--json"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    for part in said:
        assert part in printed.err


def test_pool_without_a_column(tmp_path, capsys):
    path = write(tmp_path / "studies.csv", {"id": ["a"], "estimate": [1]})
    assert main(["pool", path]) == 2
    assert "column 'se': there is no such column" in capsys.readouterr().err
    path = write(tmp_path / "studies.csv", {key: STUDIES[key] for key in ("id", "estimate", "se")})
    assert main(["pool", path, "--by", "country"]) == 2
    assert "column 'country'" in capsys.readouterr().err
