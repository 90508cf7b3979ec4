"""Tables of what situations are most about: written for somebody who sees no result, and read back."""

import csv
from pathlib import Path

import pytest

from kesher.directory.concerns import CONCERN_OF
from tests.orientation_quality.needs import COLUMNS, NONE, Answer, Refused, read_answers, write_questions
from tests.orientation_quality.sets import FOLDER, Written, load_set

ROW = Written(7, "en", "person", "no money, the lights go off", {"age": 34}, frozenset({"secret"}))
OPTIONS = [("bills", "Electricity, water"), ("debts", "Debts and the bank")]


def table(path: Path, **change: str) -> Path:
    write_questions(path, [(ROW, 1, OPTIONS)])
    with path.open(encoding="utf-8", newline="") as file:
        row = next(iter(csv.DictReader(file)))
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, COLUMNS)
        out.writeheader()
        out.writerow(row | change)
    return path


def test_a_table_tells_the_words_and_the_choices_alone(tmp_path: Path) -> None:
    path = tmp_path / "asked.csv"
    assert write_questions(path, [(ROW, 1, OPTIONS)]) == 1
    written = path.read_text(encoding="utf-8")
    assert "bills = Electricity, water | debts = Debts and the bank" in written
    assert "secret" not in written
    assert read_answers([path], [ROW]) == {}  # nobody has answered yet


def test_answers_are_read_in_their_rounds(tmp_path: Path) -> None:
    second = table(tmp_path / "second.csv", answer="debts", round="2")
    first = table(tmp_path / "first.csv", answer=NONE)
    assert read_answers([second, first], [ROW]) == {
        7: [Answer(("bills", "debts"), NONE), Answer(("bills", "debts"), "debts")]
    }


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"answer": "food"}, "row 2, answer: 'food' was not offered"),
        ({"words": "other"}, "row 2, n, words: no such situation"),
        ({"round": "4"}, "row 2, round: '4' is none of 1, 2 and 3"),
    ],
)
def test_what_was_not_asked_is_refused_with_its_row(tmp_path: Path, change: dict[str, str], why: str) -> None:
    with pytest.raises(Refused, match=why):
        read_answers([table(tmp_path / "asked.csv", **change)], [ROW])


@pytest.mark.parametrize("path", sorted((FOLDER / "needs").glob("*.csv")), ids=lambda path: path.stem)
def test_what_was_answered_is_of_its_set_and_of_concerns_that_there_are(path: Path) -> None:
    """Every row answered, and at its own door."""
    which, _, _round = path.stem.partition(".round-")
    situations = load_set(which)
    given = read_answers([path], situations)
    with path.open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == len(given)
    for row in situations:
        for answer in given.get(row.number, ()):
            assert {CONCERN_OF[code].door for code in answer.offered} == {row.who}
