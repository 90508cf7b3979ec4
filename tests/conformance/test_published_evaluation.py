"""Published values that the evaluation engine must give (data in KESHER_SHARED, data/evaluation; see its SOURCES.md).

LaLonde's programme as re-analysed by Imbens and Xu (2024); the Pennsylvania re-employment bonus (Bilias 2000); the
network meta-analysis of youth employment programmes (Taylor and others 2024); the robustness value of Cinelli and
Hazlett (2020).
"""

import csv
import re

import numpy as np
import openpyxl
import pytest

from kesher.engine.evaluation import checks, randomised, weighting
from kesher.engine.evaluation.network import network
from kesher.engine.evaluation.pooling import Method, pool
from kesher.engine.evaluation.study import study
from kesher.engine.evaluation.values import Design, Question, State, Words
from tests.shared import shared

pytestmark = pytest.mark.conformance

KNOWN_BEFORE = ("age", "education", "black", "hispanic", "married", "nodegree", "re74", "re75", "u74", "u75")
SAMPLES = {"ldw_cps": 0, "ldw_psid": 3, "ldw_cps_trim": 6, "ldw_psid_trim": 9}


def lalonde(name):
    with shared(f"data/evaluation/lalonde_imbens_xu/{name}.csv").open() as file:
        rows = list(csv.DictReader(file))
    return {column: np.array([float(row[column]) for row in rows]) for column in ("treat", "re78", *KNOWN_BEFORE)}


def published(row, table="published_ldw"):
    with shared(f"data/evaluation/lalonde_imbens_xu/{table}.csv").open() as file:
        cells = list(csv.reader(file))[1 + row]
    return {name: (float(cells[at]), float(cells[at + 1].strip("()"))) for name, at in SAMPLES.items()}


def matrix(data, names=KNOWN_BEFORE):
    return np.column_stack([data[name] for name in names])


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize(
    ("row", "design"),
    [
        (1, lambda y, d, x: randomised.difference(y, d)),
        (2, randomised.regression),
        (3, randomised.outcome_model),
    ],
    ids=["difference", "regression", "outcome model"],
)
def test_lalonde_to_the_dollar(sample, row, design):
    data, wanted = lalonde(sample), published(row)[sample]
    found = design(data["re78"], data["treat"], matrix(data))
    assert found.estimate == pytest.approx(wanted[0], abs=1)
    assert found.se == pytest.approx(wanted[1], abs=1)


def test_the_figures_themselves_are_those_of_the_issue():
    assert published(1)["ldw_cps"] == (-8498, 582)
    assert published(2)["ldw_cps"] == (1066, 627)
    assert published(3)["ldw_cps"] == (1133, 624)
    assert published(9)["ldw_cps"] == (1406, 655)
    assert [published(row)["ldw_psid"][0] for row in (1, 2, 3)] == [-15205, 4, 688]


def test_lalonde_experiment():
    data = lalonde("ldw")
    found = randomised.difference(data["re78"], data["treat"])
    assert found.estimate == pytest.approx(1794, abs=1)
    assert found.se == pytest.approx(671, abs=1)


@pytest.mark.parametrize(
    ("sample", "near"), [("ldw_cps", 1), ("ldw_cps_trim", 1), ("ldw_psid_trim", 1), ("ldw_psid", 6)]
)
def test_lalonde_entropy_balancing(sample, near):
    """To the dollar on three samples; on PSID the published 2420 (877) rests on weights that miss their targets a little."""
    data, wanted = lalonde(sample), published(9)[sample]
    found = weighting.entropy_balancing(data["re78"], data["treat"], matrix(data))
    assert found.effect.estimate == pytest.approx(wanted[0], abs=near)
    assert found.effect.se == pytest.approx(wanted[1], abs=1)
    took = data["treat"] == 1
    balanced = found.weights[~took] @ matrix(data)[~took] / took.sum()
    assert balanced == pytest.approx(matrix(data)[took].mean(axis=0), rel=1e-5, abs=1e-5)


@pytest.mark.long
def test_lalonde_doubly_robust_is_near_the_published_one():
    """1550 (721) with R's forests; another library's draw others, so within one standard error."""
    data = lalonde("ldw_cps")
    found = weighting.aipw(data["re78"], data["treat"], matrix(data), np.random.default_rng(42), repetitions=1).effect
    assert abs(found.estimate - 1550) < 721


@pytest.mark.parametrize("design", [Design.RCT, Design.REGRESSION, Design.OUTCOME_MODEL, Design.ENTROPY_BALANCING])
@pytest.mark.parametrize("sample", ["ldw_cps", "ldw_psid"])
def test_a_placebo_forbids_the_strong_words_without_the_experiment(sample, design):
    question = Question("re78", "treat", design, () if design is Design.RCT else KNOWN_BEFORE, placebo="re75")
    answer = study(question, lalonde(sample), np.random.default_rng(42))
    assert answer.checks["placebo"].state is State.FAILED
    assert answer.words in (Words.ASSOCIATED, Words.CANNOT_BE_SAID)


def test_the_published_placebos():
    """Row 0 and 2 and 9 of the published placebo table: re75 as if it came after, re75 and u75 left out."""
    data, placebo = lalonde("ldw_cps"), "published_ldw_placebo"
    for row, design in ((2, Design.REGRESSION), (9, Design.ENTROPY_BALANCING)):
        question = Question("re78", "treat", design, KNOWN_BEFORE, placebo="re75")
        check = study(question, data, np.random.default_rng(42)).checks["placebo"]
        assert sorted(check.figures["left_out"]) == ["re75", "u75"]
        assert check.figures["estimate"] == pytest.approx(published(row, placebo)["ldw_cps"][0], abs=1)
        assert check.figures["se"] == pytest.approx(published(row, placebo)["ldw_cps"][1], abs=1)


@pytest.mark.parametrize("covariates", [(), KNOWN_BEFORE], ids=["plain", "adjusted"])
def test_the_experiment_may_say_caused(covariates):
    question = Question("re78", "treat", Design.RCT, covariates, placebo="re75")
    answer = study(question, lalonde("ldw"), np.random.default_rng(42))
    assert answer.words is Words.CAUSED
    assert answer.checks["placebo"].state is State.PASSED
    if not covariates:
        assert answer.checks["placebo"].figures["estimate"] == pytest.approx(265, abs=1)
        assert answer.checks["placebo"].figures["se"] == pytest.approx(305, abs=1)


def penn():
    """Groups 0 and 4, as in the published analyses: log duration, bonus, and what was known before (15 columns)."""
    lines = shared("data/evaluation/penn_bonus/penn_jae.dat").read_text().splitlines()
    heading = {name: place for place, name in enumerate(lines[0].split())}
    table = np.array([[float(cell) for cell in line.split()] for line in lines[1:] if line.strip()])
    table = table[np.isin(table[:, heading["tg"]], (0, 4))]
    names = [
        "female",
        "black",
        "othrace",
        "q2",
        "q3",
        "q4",
        "q5",
        "q6",
        "agelt35",
        "agegt54",
        "durable",
        "lusd",
        "husd",
    ]
    dependants = [(table[:, heading["dep"]] == number).astype(float) for number in (1, 2)]
    known = np.column_stack([*(table[:, heading[name]] for name in names), *dependants])
    return np.log(table[:, heading["inuidur1"]]), (table[:, heading["tg"]] == 4).astype(float), known


def test_penn_bonus():
    outcome, bonus, _ = penn()
    assert len(outcome) == 5099
    plain = randomised.difference(outcome, bonus)
    assert plain.estimate == pytest.approx(-0.0855, abs=5e-5)
    assert plain.se == pytest.approx(0.036, abs=5e-4)


@pytest.mark.parametrize(
    ("repetitions", "near"),
    # One draw of folds scatters around the median of five, which is what is held to the published value.
    [(1, 0.01), pytest.param(5, 0.002, marks=pytest.mark.long)],
)
def test_penn_bonus_doubly_robust(repetitions, near):
    outcome, bonus, known = penn()
    learnt = weighting.aipw(outcome, bonus, known, np.random.default_rng(42), repetitions=repetitions).effect
    assert learnt.estimate == pytest.approx(-0.074, abs=near)
    assert learnt.se == pytest.approx(0.035, abs=0.002)


def youth():
    with shared("data/evaluation/youth_nma/employment_analysis_data.csv").open() as file:
        rows = list(csv.DictReader(file))
    return rows, np.array([float(row["es"]) for row in rows]), np.array([float(row["se"]) for row in rows])


def test_youth_pooled():
    _, estimates, errors = youth()
    found = pool(estimates, errors)
    assert found.k == 55
    assert found.estimate == pytest.approx(0.1532, abs=5e-5)
    assert found.se == pytest.approx(0.0291, abs=5e-5)
    assert found.tau2 == pytest.approx(0.0388, abs=5e-5)
    assert 100 * found.i2 == pytest.approx(98.3, abs=0.05)
    assert found.prediction_low < 0 < found.prediction_high  # the next programme can well be zero


def test_youth_restricted_likelihood_satisfies_its_equation():
    _, estimates, errors = youth()
    tau2 = pool(estimates, errors, Method.REML).tau2
    weights = 1 / (errors**2 + tau2)
    mean = weights @ estimates / weights.sum()
    step = (weights**2 * ((estimates - mean) ** 2 - errors**2)).sum() / (weights**2).sum() + 1 / weights.sum()
    assert step == pytest.approx(tau2, abs=1e-7)  # Viechtbauer 2005, equation for REML: a fixed point


CELL = re.compile(r"(-?\d+\.\d\d) \[ ?(-?\d+\.\d\d); ? ?(-?\d+\.\d\d)\]")


def test_youth_league_table():
    """The 19 cells against services as usual, to two decimals, and all other cells of the lower half."""
    rows, estimates, errors = youth()
    found = network(
        estimates,
        errors,
        [row["intervention"] for row in rows],
        [row["comparison"] for row in rows],
        reference="SAU",
    )
    book = openpyxl.load_workbook(shared("data/evaluation/youth_nma/nma_employment_results.xlsx"))
    table = [list(row) for row in book.active.iter_rows(values_only=True)]
    book.close()
    names = [table[place][place] for place in range(len(table))]
    assert len(names) == 20
    assert names[-1] == "SAU"
    for row, one in enumerate(names):
        for column in range(row):
            published_cell = tuple(float(part) for part in CELL.fullmatch(table[row][column]).groups())
            estimate, _, low, high = found.against(names[column], one)
            wanted = pytest.approx(published_cell, abs=0.00501)
            assert (estimate, low, high) == wanted, (names[column], one)


def test_robustness_value_of_darfur():
    """Cinelli and Hazlett's example: t = 4.18 with 783 degrees of freedom gives 13.9 %, and 7.6 % for significance."""
    assert checks.robustness_value(4.184, 783) == pytest.approx(0.139, abs=5e-4)
    assert checks.robustness_value(4.184, 783, alpha=0.05) == pytest.approx(0.076, abs=5e-4)
