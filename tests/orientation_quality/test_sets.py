"""The sets of situations keep the promises of their README."""

import csv
import re
from collections import Counter

import pytest

from kesher.demo.services import OFFERS
from kesher.directory.facts import VOCABULARY, Who
from tests.orientation_quality.sets import FILES, FOLDER, load_set
from tests.shared import shared

SETS = {which: load_set(which) for which in FILES}
JUDGED = FOLDER / "miami_3_judged.csv"
HELD_OUT = ("held-out", "miami", "held-out-2", "miami-2", "miami-3")
SCRIPT = {"en": re.compile(r"[A-Za-z]"), "he": re.compile(r"[א-ת]"), "ar": re.compile(r"[\u0621-\u064a]")}
CELLS_OF_MIAMI = {
    "en person": 10,
    "en business": 4,
    "he person": 10,
    "he business": 3,
    "ar person": 10,
    "ar business": 3,
}
RUN = 4  # words in a row; three happen by chance ("i don't know")


def runs(words):
    """Every run of words; a saying shorter than one is a run of its own."""
    tokens = [word.casefold() for word in re.findall(r"\w+", words)]
    return {tuple(tokens[at : at + RUN]) for at in range(max(1, len(tokens) - RUN + 1))}


@pytest.mark.parametrize("which", FILES)
def test_every_row_is_whole(which):
    rows = SETS[which]
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))
    for row in rows:
        assert row.who in set(Who), row
        assert SCRIPT[row.language].search(row.words), row
        assert row.right, row
        assert all(row.right), row  # nothing named between two bars reads as an empty name


@pytest.mark.parametrize("which", FILES)
def test_facts_are_those_that_the_portal_asks(which):
    wrong = [
        (row.number, VOCABULARY[path].problem(value) if path in VOCABULARY else f"no fact {path}")
        for row in SETS[which]
        for path, value in row.facts.items()
    ]
    assert [one for one in wrong if one[1]] == []


@pytest.mark.parametrize("which", ["held-out", "held-out-2"])
def test_the_held_out_sets_over_the_demo_are_as_large_as_said(which):
    cells = Counter(row.cell for row in SETS[which])
    assert cells == {
        f"{language} {who}": count for language in SCRIPT for who, count in (("person", 14), ("business", 6))
    }


def test_the_held_out_sets_over_miami_are_as_large_as_said():
    assert Counter(row.language for row in SETS["miami"]) == {"en": 30, "he": 5, "ar": 5}
    for which in ("miami-2", "miami-3"):
        assert Counter(row.cell for row in SETS[which]) == CELLS_OF_MIAMI


@pytest.mark.parametrize("which", ["tuned", "held-out", "held-out-2"])
def test_what_is_right_in_the_demo_is_offered_there(which):
    offered = {offer.key for offer in OFFERS}
    assert {(row.number, key) for row in SETS[which] for key in row.right - offered} == set()


@pytest.mark.parametrize("which", ["miami", "miami-2", "miami-3"])
def test_what_is_right_in_miami_is_in_its_directory(which):
    with (shared("data/us_miami_open211_hsds") / "services.csv").open(encoding="utf-8", newline="") as file:
        there = {service["id"] for service in csv.DictReader(file)}
    assert {(row.number, key) for row in SETS[which] for key in row.right - there} == set()


def test_what_was_judged_of_the_third_set_over_miami_is_what_is_right_there():
    """Each pair of situation and service was judged once; what was judged right is named in its row, nothing else is."""
    with JUDGED.open(encoding="utf-8", newline="") as file:
        judged = [(int(row["situation"]), row["service"], row["right"]) for row in csv.DictReader(file)]
    assert len({pair[:2] for pair in judged}) == len(judged)
    assert {verdict for _, _, verdict in judged} == {"yes", "no"}
    named = {(row.number, key) for row in SETS["miami-3"] for key in row.right}
    disagreeing = [one for one in judged if (one[:2] in named) != (one[2] == "yes")]
    assert disagreeing == []
    assert {number for number, _, _ in judged} == {row.number for row in SETS["miami-3"]}


def test_nothing_said_in_the_tuned_set_is_said_again():
    tuned = set().union(*(runs(row.words) for row in SETS["tuned"]))
    again = {
        (which, row.number): found for which in HELD_OUT for row in SETS[which] if (found := runs(row.words) & tuned)
    }
    assert again == {}


def test_no_two_held_out_situations_say_the_same():
    said = Counter(run for which in HELD_OUT for row in SETS[which] for run in runs(row.words))
    assert [run for run, times in said.items() if times > 1] == []
