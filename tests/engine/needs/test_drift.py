"""The drift monitor: on made-up people, and on the Pennsylvania bonus' last quarters."""

from datetime import date

import numpy as np
import pytest

from kesher.engine.needs.card.card import chance_of, points_of
from kesher.engine.needs.card.drift import FALSE_ALARMS, departure, watch
from kesher.engine.needs.card.fitting import fit
from tests.shared import shared

ASKED = ("recall", "agelt35", "agegt54", "durable", "nondurable", "lusd", "husd", "muld")


def test_true_chances_raise_few_alarms_and_wrong_ones_do():
    rng = np.random.default_rng(0)
    chance = rng.uniform(0.1, 0.6, 3000)
    p_values = [departure(chance, (rng.random(3000) < chance).astype(float))[0] for _ in range(400)]
    assert np.mean(np.array(p_values) < 0.05) == pytest.approx(0.05, abs=0.035)
    moved = (rng.random(3000) < chance + 0.1).astype(float)
    (found,) = watch(chance, moved, ["2026-01"] * 3000)
    assert found.alarm
    assert found.shift == pytest.approx(0.1, abs=0.03)


def test_a_turned_slope_is_seen_without_a_change_of_level():
    rng = np.random.default_rng(1)
    chance = rng.uniform(0.1, 0.9, 4000)
    (found,) = watch(chance, (rng.random(4000) < 1 - chance).astype(float), ["x"] * 4000)
    assert found.alarm


def test_few_people_are_not_judged():
    assert watch(np.full(29, 0.5), np.ones(29), ["x"] * 29) == []


def penn():
    lines = shared("data/evaluation/penn_bonus/penn_jae.dat").read_text().splitlines()
    heading = lines[0].split()
    table = np.array([[float(cell) for cell in line.split()] for line in lines[1:] if line.strip()])
    column = {name: table[:, place] for place, name in enumerate(heading)}
    quarter = np.column_stack([column[f"q{number}"] for number in range(1, 7)]).argmax(axis=1) + 1
    return {name: column[name] for name in ASKED}, (column["inuidur1"] > 25).astype(float), quarter


def alarms(answers, outcome, quarter):
    """A card from the first four quarters, then which of the last two raise an alarm."""
    before = quarter <= 4
    card = fit(
        "y", outcome[before], {name: one[before] for name, one in answers.items()}, date(1989, 7, 1),
        np.random.default_rng(0),
    )  # fmt: skip
    after = ~before
    chance = chance_of(card, points_of(card, {name: one[after] for name, one in answers.items()})[0])
    found = watch(chance, outcome[after], [str(one) for one in quarter[after]])
    return {one.period: one.alarm for one in found}


@pytest.mark.conformance
def test_penn_last_quarter():
    assert alarms(*penn()) == {"5": False, "6": True}


@pytest.mark.conformance
@pytest.mark.parametrize("shuffles", [8, pytest.param(200, marks=pytest.mark.long)])
def test_false_alarms_over_shuffled_quarters(shuffles):
    """Quarters dealt out anew among people: nothing has changed then, so an alarm is a false one."""
    answers, outcome, quarter = penn()
    rng = np.random.default_rng(42)
    false = sum(any(alarms(answers, outcome, rng.permutation(quarter)).values()) for _ in range(shuffles))
    assert false <= FALSE_ALARMS * shuffles
