"""``kesher card fit`` and ``kesher card score``."""

import csv
import io
import json

import numpy as np
import pytest

from kesher.cli import main
from tests.cli.test_evaluate import spoilt, write


@pytest.fixture(scope="module")
def history():
    rng = np.random.default_rng(3)
    months = rng.integers(0, 40, 900)
    course = rng.choice(["without", "short"], 900)
    outcome = rng.random(900) < 1 / (1 + np.exp(1.5 - 0.1 * months + 1.0 * (course == "short")))
    return {
        "id": [f"p{number}" for number in range(900)],
        "months": months.tolist(),
        "course": course.tolist(),
        "district": rng.choice(["north", "south"], 900).tolist(),
        "y": outcome.astype(int).tolist(),
    }


@pytest.fixture(scope="module")
def card(history, tmp_path_factory):
    folder = tmp_path_factory.mktemp("card")
    path = write(folder / "history.csv", history)
    assert main(["card", "fit", path, "--target", "y", "--area", "district", "--out", str(folder / "card.json")]) == 0
    return folder / "card.json"


def scored(capsys, *arguments):
    capsys.readouterr()
    assert main(["card", "score", *arguments]) == 0
    return list(csv.DictReader(io.StringIO(capsys.readouterr().out)))


def test_scores_reasons_and_refusals(card, history, tmp_path, capsys):
    people = {name: list(cells[:6]) for name, cells in history.items() if name != "y"}
    people["months"][0], people["months"][1], people["course"][2], people["district"][3] = "", 99, "juggling", "west"
    people["objected"] = [0, 0, 0, 0, 1, 0]
    path = write(tmp_path / "people.csv", people)
    rows = scored(capsys, str(card), path, "--objected", "objected")
    assert list(rows[0]) == ["row", "id", "points", "chance", "band", "refusal", "reasons"]
    assert [row["row"] for row in rows] == ["2", "3", "4", "5", "6", "7"]
    assert [row["refusal"] for row in rows] == [
        "an answer is missing",
        "a figure is out of range",
        "an answer is not among those known",
        "no local history",
        "the person objected",
        "",
    ]
    assert all(row["chance"] == row["points"] == row["band"] == "" for row in rows[:5])
    last = rows[5]
    assert last["id"] == "p5"
    assert 0 < float(last["chance"]) < 1
    assert last["band"] in ("likely", "unlikely", "cannot tell")
    given = [int(reason.rpartition(": ")[2]) for reason in last["reasons"].split("; ") if reason]
    assert sum(given) == int(last["points"])


def test_uses_that_take_away_are_refused(card, history, tmp_path, capsys):
    path = write(tmp_path / "people.csv", {name: cells[:2] for name, cells in history.items()})
    assert {row["refusal"] for row in scored(capsys, str(card), path, "--use", "cut benefits")} == {
        "this use is not allowed"
    }
    assert {row["refusal"] for row in scored(capsys, str(card), path, "--off")} == {"scoring is switched off"}


def test_demo_weights_and_changed_cards_refuse_everybody(card, history, tmp_path, capsys):
    path = write(tmp_path / "people.csv", {name: cells[:2] for name, cells in history.items()})
    data = json.loads(card.read_text())
    (tmp_path / "changed.json").write_text(json.dumps(data | {"intercept": 5.0}))
    rows = scored(capsys, str(tmp_path / "changed.json"), path)
    assert {row["refusal"] for row in rows} == {"the card is not as it was published"}
    whole = write(tmp_path / "history.csv", history)
    demo = tmp_path / "demo.json"
    arguments = ["card", "fit", whole, "--target", "y", "--ignore", "district", "--demo", "--out", str(demo)]
    assert main([*arguments, "--max-questions", "1"]) == 0
    assert "refuses to score" in capsys.readouterr().out
    assert len(json.loads(demo.read_text())["questions"]) == 1
    assert {row["refusal"] for row in scored(capsys, str(demo), path)} == {"demonstration weights"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda h: h | {"female": h["y"]}, ["history.csv", "column 'female'", "never asks for sex"]),
        (lambda h: spoilt(h, "y", 7, "2"), ["history.csv", "row 9", "column 'y'", "neither 0 nor 1"]),
        (lambda h: spoilt(h, "y", 7, ""), ["row 9", "column 'y'", "empty"]),
        (lambda h: spoilt(h, "months", 1, "many"), ["row 3", "column 'months'", "'many' is not a number"]),
        (lambda h: {name: cells[:150] for name, cells in h.items()}, ["at least 100 of each"]),
        (lambda h: {name: h[name] for name in ("id", "y")}, ["no column to ask"]),
        (lambda h: {name: h[name] for name in ("id", "months")}, ["column 'y'", "no such column"]),
    ],
)
def test_history_that_will_not_do(history, tmp_path, capsys, change, said):
    path, out = write(tmp_path / "history.csv", change(history)), tmp_path / "card.json"
    assert main(["card", "fit", path, "--target", "y", "--out", str(out)]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    for part in said:
        assert part in printed.err
    assert not out.exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda p: spoilt(p, "months", 1, "long ago"), ["people.csv", "row 3", "column 'months'", "'long ago'"]),
        (lambda p: {name: cells for name, cells in p.items() if name != "months"}, ["column 'months'"]),
        (lambda p: {name: cells for name, cells in p.items() if name != "district"}, ["column 'district'"]),
    ],
)
def test_people_who_cannot_be_read(card, history, tmp_path, capsys, change, said):
    people = change({name: cells[:3] for name, cells in history.items()})
    path, out = write(tmp_path / "people.csv", people), tmp_path / "scores.csv"
    assert main(["card", "score", str(card), path, "--out", str(out)]) == 2
    printed = capsys.readouterr()
    for part in said:
        assert part in printed.err
    assert not out.exists()


@pytest.mark.parametrize(
    ("text", "said"), [("{", "not JSON"), ("[]", "not a points card"), ("{}", "not a points card")]
)
def test_a_file_that_is_no_card(history, tmp_path, capsys, text, said):
    (tmp_path / "card.json").write_text(text)
    path = write(tmp_path / "people.csv", {name: cells[:2] for name, cells in history.items()})
    assert main(["card", "score", str(tmp_path / "card.json"), path]) == 2
    assert said in capsys.readouterr().err
    assert main(["card", "score", str(tmp_path / "none.json"), path]) == 2
