"""The pool for a judge tells nothing of who found what, and what comes back is read as it is meant."""

import csv
import json

import pytest
from benchmarks import orientation_pool
from benchmarks.orientation_pool import Described, Refused, bpref, pool, read_judgement, write_pool, write_right

from tests.orientation_quality.sets import Written, load_file

ROWS = [
    Written(1, "en", "person", "no milk, no money", {"age": 30}, frozenset()),
    Written(2, "he", "person", "אין חלב", {}, frozenset({"7"})),
]
FOUND = {
    "page": [["1", "2", "3"], ["7"]],
    "words": [["3", "9", "1"], ["8", "7"]],
}
TEXTS = {key: Described(f"Service {key}", "Office", "Town", "What it does") for key in "1234789"}


def situations(path):
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["n", "language", "who", "words", "facts", "right"])
        for row in ROWS:
            table.writerow(
                [row.number, row.language, row.who, row.words, json.dumps(dict(row.facts)), "|".join(row.right)]
            )
    return path


def test_a_pool_holds_what_any_way_puts_first_once_and_tells_nothing_else(tmp_path):
    rows = pool(ROWS, FOUND, first=2, seed=1, judged={})
    assert {(row.number, key) for row, key in rows} == {(1, "1"), (1, "2"), (1, "3"), (1, "9"), (2, "7"), (2, "8")}
    assert len(rows) == len({(row.number, key) for row, key in rows})
    # The order hangs on the seed and on the services, not on the ways or on how high anything stood.
    turned = {way: [list(reversed(keys)) for keys in lists] for way, lists in reversed(FOUND.items())}
    assert pool(ROWS, turned, first=9, seed=1, judged={}) == pool(ROWS, FOUND, first=9, seed=1, judged={})
    orders = {tuple(key for _, key in pool(ROWS[:1], FOUND, first=9, seed=seed, judged={})) for seed in range(20)}
    assert len(orders) > 5
    write_pool(tmp_path / "pool.csv", rows, TEXTS)
    with (tmp_path / "pool.csv").open(encoding="utf-8", newline="") as file:
        written = list(csv.DictReader(file))
    assert tuple(written[0]) == orientation_pool.COLUMNS
    assert {row["right"] for row in written} == {""}
    assert [row["service"] for row in written] == [key for _, key in rows]


def test_what_is_judged_is_read_and_the_rest_is_left_to_judge(tmp_path):
    path = tmp_path / "pool.csv"
    rows = pool(ROWS, FOUND, first=2, seed=1, judged={})
    write_pool(path, rows, TEXTS)
    lines = path.read_text(encoding="utf-8").splitlines()
    said = dict(zip([key for _, key in rows], "10 10 ", strict=True))
    path.write_text(
        "\n".join([lines[0], *(line + said[key].strip() for line, (_, key) in zip(lines[1:], rows, strict=True))])
        + "\n",
        encoding="utf-8",
    )
    judged = read_judgement(path, ROWS)
    assert {key: right for (_, key), right in judged.items()} == {
        key: mark == "1" for key, mark in said.items() if mark.strip()
    }
    left = pool(ROWS, FOUND, first=2, seed=1, judged=judged)
    assert {key for _, key in left} == {key for key, mark in said.items() if not mark.strip()}


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (
            '1,en,person,"no milk, no money",{},1,a,b,c,d,perhaps',
            "row 2, right: 'perhaps' is neither 1 nor 0 nor empty",
        ),
        ("1,en,person,something else,{},1,a,b,c,d,1", "row 2, n, words: no such situation"),
        ('x,en,person,"no milk, no money",{},1,a,b,c,d,1', "row 2, n, words: no such situation"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_place(tmp_path, row, problem):
    path = tmp_path / "pool.csv"
    path.write_text(",".join(orientation_pool.COLUMNS) + "\n" + row + "\n", encoding="utf-8")
    with pytest.raises(Refused, match=problem.replace("(", r"\(")):
        read_judgement(path, ROWS)


def test_the_situations_are_completed_with_what_was_judged(tmp_path):
    before = situations(tmp_path / "before.csv")
    after = tmp_path / "after.csv"
    write_right(before, after, {(1, "3"): True, (1, "2"): False, (2, "8"): True, (2, "7"): False})
    assert [row.right for row in load_file(after)] == [frozenset({"3"}), frozenset({"8"})]
    assert [row.words for row in load_file(after)] == [row.words for row in ROWS]


def test_bpref_counts_what_is_wrong_above_what_is_right():
    judged = {(1, "a"): True, (1, "b"): True, (1, "x"): False, (1, "y"): False}
    assert bpref(1, ["a", "b", "x", "y"], judged) == 1
    assert bpref(1, ["x", "y", "a", "b"], judged) == 0
    assert bpref(1, ["a", "x", "b"], judged) == pytest.approx((1 + 0.5) / 2)
    assert bpref(1, ["?", "a", "?", "?", "b"], judged) == 1  # what was not judged plays no part
    assert bpref(1, ["a"], judged) == 0.5  # what is not found counts as last
    assert bpref(2, ["a"], judged) is None
