"""The points card beside a logistic regression, a random forest, LightGBM and an EBM; its chances; the speed of scoring.

Run: ``python benchmarks/needs.py [--only mccall|penn|austria|speed] [--splits N]`` with ``KESHER_SHARED`` and the extra
``bench`` (``make .venv/.installed-bench``). Targets, admissible columns, splits and bars: ``benchmarks/needs.toml``. All
learn from the same 70 % and are judged on the same 30 %, tuned by the same inner search. Exits with 1 where a bar is
missed.
"""

import argparse
import csv
import os
import sys
import time
import tomllib
import warnings
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from interpret.glassbox import ExplainableBoostingClassifier
from lightgbm import LGBMClassifier
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from kesher.engine.needs.card.calibration import auc, brier, calibration_slope, coverage_of, line
from kesher.engine.needs.card.card import Card, Circumstances, chance_of, points_of, score
from kesher.engine.needs.card.fitting import Settings, choose, fit

Floats = NDArray[np.float64]
DATA = Path(os.environ.get("KESHER_SHARED", ROOT.parent / "shared")) / "data" / "evaluation"
TODAY = date(2026, 11, 28)
SETS = ("mccall", "penn", "austria")
warnings.filterwarnings("ignore")  # the rivals' own


def load(plan: Mapping[str, Any]) -> tuple[dict[str, Any], Floats, Floats]:
    """Answers for the card, the same as a matrix for the rivals (words one column each), and the outcome."""
    path = DATA / plan["file"]
    if path.suffix == ".dat":
        lines = [line.split() for line in path.read_text().splitlines() if line.strip()]
        rows = [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]
    else:
        with path.open() as file:
            rows = list(csv.DictReader(file))
    column = {name: np.array([float(row[name]) for row in rows]) for name in rows[0]}
    long = column[plan["target"]] > plan["above"]
    known = long | (column[plan["cut_off"]] == 0) if "cut_off" in plan else np.ones(len(rows), dtype=bool)
    answers: dict[str, Any] = {name: column[name][known] for name in plan["columns"]}
    matrix = [column[name][known] for name in plan["columns"]]
    for name in plan.get("words", ()):
        answers[name] = np.array([f"{one:g}" for one in column[name][known]])
        matrix += [(column[name][known] == one) * 1.0 for one in np.unique(column[name])]
    for name, parts in plan.get("together", {}).items():
        flags = np.column_stack([column[part][known] for part in parts])
        answers[name] = np.array([(*parts, "another")[int(row.argmax()) if row.any() else -1] for row in flags])
        matrix += list(flags.T)
    return answers, np.column_stack(matrix), long[known].astype(float)


RIVALS: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
    "logit": lambda one: make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000, **one)),
    "forest": lambda one: RandomForestClassifier(300, random_state=0, n_jobs=1, **one),
    "lightgbm": lambda one: LGBMClassifier(learning_rate=0.05, random_state=0, n_jobs=1, verbose=-1, **one),
    "ebm": lambda one: ExplainableBoostingClassifier(interactions=0, outer_bags=4, random_state=0, n_jobs=1, **one),
}


def chances(card: Card, answers: Mapping[str, Any]) -> Floats:
    """What the card says of everybody; a person outside its range, whom it would refuse, counts with no points for that."""
    return chance_of(card, points_of(card, answers)[0])


def rows(answers: Mapping[str, Any], chosen: NDArray[np.bool_]) -> dict[str, Any]:
    return {name: values[chosen] for name, values in answers.items()}


def log_loss(chance: Floats, outcome: Floats) -> float:
    inside = np.clip(chance, 1e-6, 1 - 1e-6)
    return float(-(outcome * np.log(inside) + (1 - outcome) * np.log(1 - inside)).mean())


def halves(outcome: Floats, share: float, generator: np.random.Generator) -> NDArray[np.bool_]:
    """A share of each class at random."""
    chosen = np.zeros(len(outcome), dtype=bool)
    for one in (0, 1):
        places = generator.permutation(np.flatnonzero(outcome == one))
        chosen[places[: round(share * len(places))]] = True
    return chosen


def one_split(
    plan: Mapping[str, Any], data: tuple[dict[str, Any], Floats, Floats], number: int
) -> dict[str, tuple[float, ...]]:
    """(AUC, Brier) by rival; the card's with slope, coverage with, without, cannot tell, and share refused."""
    answers, matrix, outcome = data
    generator = np.random.default_rng([plan["seed"], number])
    learn = halves(outcome, plan["learn"], generator)
    inner = np.zeros(len(outcome), dtype=bool)
    inner[np.flatnonzero(learn)[halves(outcome[learn], 0.75, generator)]] = True
    judge = learn & ~inner
    found: dict[str, tuple[float, ...]] = {}
    for name, make in RIVALS.items():
        losses = []
        for setting in plan["search"][name]:
            tried = make(setting).fit(matrix[inner], outcome[inner])
            losses.append(log_loss(tried.predict_proba(matrix[judge])[:, 1], outcome[judge]))
        model = make(plan["search"][name][int(np.argmin(losses))]).fit(matrix[learn], outcome[learn])
        chance = model.predict_proba(matrix[~learn])[:, 1]
        found[name] = auc(chance, outcome[~learn]), brier(chance, outcome[~learn])
    tried = [Settings(**setting) for setting in plan["search"]["card"]]
    best = choose(outcome[learn], rows(answers, learn), generator, tried=tried)
    card = fit("y", outcome[learn], rows(answers, learn), TODAY, np.random.default_rng(number), settings=best)
    held = rows(answers, ~learn)
    chance = chances(card, held)
    refused = np.mean([one is not None for one in score(card, held, Circumstances(TODAY)).refusal])
    found["card"] = (
        auc(chance, outcome[~learn]),
        brier(chance, outcome[~learn]),
        calibration_slope(chance, outcome[~learn]),
        *coverage_of(chance, outcome[~learn], card.likely_from, card.unlikely_to),
        float(refused),
        float(len(card.questions)),
    )
    return found


def measure(name: str, plan: Mapping[str, Any], splits: int) -> bool:
    data = load(plan)
    outcome = data[2]
    print(
        f"\n{name}: {len(outcome):,} people, {100 * outcome.mean():.1f} % with the outcome, {splits} splits", flush=True
    )
    found = []
    for number in range(splits):
        found.append(one_split(plan, data, number))
        print(".", end="", flush=True)
    print()
    means = {one: np.mean([split[one] for split in found], axis=0) for one in found[0]}
    for one, (area, square, *_) in sorted(means.items(), key=lambda pair: -pair[1][0]):
        ranges = [
            (min(split[one][part] for split in found), max(split[one][part] for split in found)) for part in (0, 1)
        ]
        print(
            f"  {one:<9} AUC {area:.4f} ({ranges[0][0]:.3f}-{ranges[0][1]:.3f})   "
            f"Brier {square:.4f} ({ranges[1][0]:.3f}-{ranges[1][1]:.3f})"
        )
    bars = plan["bars"]
    card = means["card"]
    best_auc = max(means[one][0] for one in RIVALS)
    best_brier = min(means[one][1] for one in RIVALS)
    brier_bar = bars.get(f"brier_of_best_{name}", bars["brier_of_best"])
    spread = [
        (min(split["card"][part] for split in found), max(split["card"][part] for split in found)) for part in range(6)
    ]
    low, high = bars["coverage"] - bars["coverage_within"], bars["coverage"] + bars["coverage_within"]
    checks = [
        (
            "AUC over the best",
            card[0] / best_auc,
            f">= {bars['auc_of_best']}",
            card[0] / best_auc >= bars["auc_of_best"],
        ),
        ("Brier over the best", card[1] / best_brier, f"<= {brier_bar}", card[1] / best_brier <= brier_bar),
        ("calibration slope", card[2], f"{bars['slope']}", bars["slope"][0] <= card[2] <= bars["slope"][1]),
        ("coverage, outcome", card[3], f"{low:.2f}-{high:.2f}", low <= card[3] <= high),
        ("coverage, none", card[4], f"{low:.2f}-{high:.2f}", low <= card[4] <= high),
        ("cannot tell", card[5], f"<= {bars['cannot_tell']}", card[5] <= bars["cannot_tell"]),
    ]
    for place, (what, value, bar, held) in enumerate(checks):
        between = f" ({spread[place][0]:.3f}-{spread[place][1]:.3f})" if place >= 2 else ""
        print(f"  {'held  ' if held else 'MISSED'} {what:<20} {value:.4f}{between}  bar {bar}")
    print(f"  refused {100 * card[6]:.1f} %, {card[7]:.1f} questions")
    return all(held for *_, held in checks)


def speed(plan: Mapping[str, Any]) -> bool:
    """Scoring 100,000 rows and one person, and the numpy path against the training library's on 10,000."""
    answers, _, outcome = load({**plan, **plan["mccall"]})
    card = fit("y", outcome, answers, TODAY, np.random.default_rng(0))
    drawn = np.random.default_rng(42).integers(0, len(outcome), 100_000)
    many_outcome = outcome[drawn]
    many = {name: values[drawn] for name, values in answers.items()}
    score(card, many, Circumstances(TODAY))
    began = time.process_time()
    score(card, many, Circumstances(TODAY))
    rate = len(drawn) / (time.process_time() - began)
    person = {name: values[:1] for name, values in many.items()}
    began = time.process_time()
    for _ in range(1000):
        score(card, person, Circumstances(TODAY))
    each = time.process_time() - began
    points = points_of(card, {name: values[:10_000] for name, values in many.items()})[0]
    spread = points.std()
    library = LogisticRegression(C=np.inf, tol=1e-12, max_iter=1000)
    library.fit(((points - points.mean()) / spread)[:, None], many_outcome[:10_000])
    theirs = library.predict_proba(((points - points.mean()) / spread)[:, None])[:, 1]
    ours = line(points.astype(float), many_outcome[:10_000])
    apart = float(np.abs(theirs - chance_of(replace(card, intercept=ours.intercept, slope=ours.slope), points)).max())
    print(f"\nscoring (CPU time): {rate:,.0f} rows/s (bar 50,000); one person {each:.3f} ms (bar 1);", end=" ")
    print(f"against the training library {apart:.1e} (bar 1e-9)")
    return rate >= 50_000 and each < 1 and apart <= 1e-9


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", choices=(*SETS, "speed"))
    parser.add_argument("--splits", type=int)
    args = parser.parse_args()
    plan = tomllib.loads((ROOT / "benchmarks" / "needs.toml").read_text())
    shared = {key: plan[key] for key in ("seed", "learn", "bars", "search")}
    held = True
    for name in SETS:
        if args.only in (None, name):
            held &= measure(name, {**shared, **plan[name]}, args.splits or plan["splits"])
    if args.only in (None, "speed"):
        held &= speed(plan)
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
