"""Learning a points card from an office's history.

1. Each column becomes a question: figures are cut where a small tree would cut them, words are their own answers.
2. A logistic regression on all answers; the question that says least is left out and the rest learnt anew until few
   enough are left.
3. Its coefficients become whole points: the scale is tried, then each point moved by one as long as the fit gains.
4. The same is done with each fifth of the history held out; on those the chances, the areas' offsets and the limits of
   "likely" and "unlikely" are set, so that nothing is judged by people it was learnt from.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeClassifier
from threadpoolctl import threadpool_limits

from kesher.engine.needs.card.calibration import (
    area_offsets,
    auc,
    brier,
    calibration_slope,
    coverage_of,
    limits,
    line,
)
from kesher.engine.needs.card.card import MOST_POINTS, Answers, Card, CardError, Floats, Question, sealed
from kesher.engine.needs.card.sensitive import first_sensitive

#: Figures with NaN, or texts with "", for an answer not given.
Column: TypeAlias = Floats | NDArray[np.str_]
MOST_QUESTIONS = 12
#: Answers of one question; fewest people an answer must have, as a share of the history and in number.
MOST_ANSWERS, LEAST_SHARE, LEAST_PEOPLE = 5, 0.02, 30
#: Fewest people with, and without, the outcome that a card may be learnt from.
LEAST_OUTCOMES = 100
#: Strength of the pull of all points towards each other (sklearn's C, on answers).
PENALTY = 0.1
FOLDS = 5
#: How long a card holds.
VALID = timedelta(days=365)
_OTHER = "other"
_SWEEPS = 3


@dataclass(frozen=True, slots=True)
class Settings:
    """How a card is learnt; the defaults are those of the command."""

    most_questions: int = MOST_QUESTIONS
    most_answers: int = MOST_ANSWERS
    penalty: float = PENALTY


#: Tried by :func:`choose`: few answers where history is short or outcomes are hard to tell, more where it pays.
TRIED = (Settings(most_answers=3), Settings(most_answers=5), Settings(most_answers=5, penalty=1.0))


def choose(
    outcome: Floats,
    answers: Answers,
    generator: np.random.Generator,
    *,
    tried: Sequence[Settings] = TRIED,
    most_questions: int = MOST_QUESTIONS,
) -> Settings:
    """Of the settings tried, learnt on three quarters of the history, the one with the least log loss on the fourth."""
    _valid(outcome, answers, Settings(most_questions))
    columns = {name: _column(values) for name, values in answers.items()}
    held = np.zeros(len(outcome), dtype=bool)
    for one in (0, 1):
        places = generator.permutation(np.flatnonzero(outcome == one))
        held[places[: len(places) // 4]] = True
    losses = []
    for settings in tried:
        settings = replace(settings, most_questions=most_questions)
        points = learn(outcome[~held], {name: values[~held] for name, values in columns.items()}, settings)
        logits = points.logits({name: values[held] for name, values in columns.items()})
        losses.append(float((np.logaddexp(0, logits) - outcome[held] * logits).mean()))
    return replace(tried[int(np.argmin(losses))], most_questions=most_questions)


def fit(
    target: str,
    outcome: Floats,
    answers: Answers,
    today: date,
    generator: np.random.Generator,
    *,
    areas: Sequence[str] | None = None,
    area_column: str | None = None,
    settings: Settings | None = None,
    demo: bool = False,
) -> Card:
    """A sealed card. ``outcome`` (n,) is 0 or 1; each column of ``answers`` holds n figures or n texts.

    Raises CardError: a sensitive column, an outcome that is neither 0 nor 1, too few of either, nothing to ask.
    """
    settings = settings or Settings()
    _valid(outcome, answers, settings)
    columns = {name: _column(values) for name, values in answers.items()}
    points = learn(outcome, columns, settings)
    out_of_fold = np.empty(len(outcome))
    fold = np.empty(len(outcome), dtype=np.int64)
    for one in (0, 1):
        fold[outcome == one] = generator.permutation(int((outcome == one).sum())) % FOLDS
    for one in range(FOLDS):
        learnt, held = fold != one, fold == one
        part = learn(outcome[learnt], {name: values[learnt] for name, values in columns.items()}, settings)
        out_of_fold[held] = part.logits({name: values[held] for name, values in columns.items()})
    calibrated = line(out_of_fold, outcome)
    where = [""] * len(outcome) if areas is None else list(areas)
    offsets = area_offsets(calibrated.logits(out_of_fold), outcome, where)
    logits = calibrated.logits(out_of_fold) + np.array([offsets[one] for one in where])
    chance = 1 / (1 + np.exp(-logits))
    low, high = limits(chance, outcome)
    ones, zeros, cannot = coverage_of(chance, outcome, low, high)
    counts = {one: where.count(one) for one in offsets}
    return sealed(
        Card(
            target=target,
            questions=points.questions,
            intercept=calibrated.intercept + calibrated.slope * points.intercept,
            slope=calibrated.slope * points.slope,
            likely_from=low,
            unlikely_to=high,
            learnt=today,
            valid_until=today + VALID,
            areas={one: (offset, counts[one]) for one, offset in offsets.items()},
            area_column=area_column,
            demo=demo,
            measures={
                "people": float(len(outcome)),
                "share": float(outcome.mean()),
                "auc": auc(chance, outcome),
                "brier": brier(chance, outcome),
                "calibration_slope": calibration_slope(chance, outcome),
                "coverage_with": ones,
                "coverage_without": zeros,
                "cannot_tell": cannot,
            },
        )
    )


@dataclass(frozen=True, slots=True)
class Points:
    """Questions with whole points, and the line from their sum to the logit as it was when they were learnt."""

    questions: tuple[Question, ...]
    intercept: float
    slope: float

    def logits(self, columns: Mapping[str, Column]) -> Floats:
        """The line's value (n,); an answer without a place adds nothing."""
        total = np.zeros(len(next(iter(columns.values()))))
        for one in self.questions:
            place = one.places(columns[one.column])
            total += np.where(place >= 0, np.array(one.points, dtype=np.float64)[np.maximum(place, 0)], 0.0)
        return self.intercept + self.slope * total


def learn(outcome: Floats, columns: Mapping[str, Column], settings: Settings) -> Points:
    """Questions and points (steps 1 to 3 above), on one thread: matrices here are small, and threads of the linear algebra
    would wait for each other longer than they work."""
    with threadpool_limits(limits=1):
        return _learn(outcome, columns, settings)


def _learn(outcome: Floats, columns: Mapping[str, Column], settings: Settings) -> Points:
    questions = [one for name, values in columns.items() if (one := _cut(name, values, outcome, settings)) is not None]
    if not questions:
        raise CardError("no column says anything of the outcome")
    places = {one.column: _places(one, columns[one.column]) for one in questions}
    while True:
        coefficients = _regress(outcome, questions, places, settings.penalty)
        if len(questions) <= settings.most_questions:
            break
        says = [float(part[places[one.column]].std()) for one, part in zip(questions, coefficients, strict=True)]
        # many at once while there are many: each round costs a regression
        spare = max(1, (len(questions) - settings.most_questions) // 3)
        dropped = set(np.argsort(says)[:spare].tolist())
        questions = [one for place, one in enumerate(questions) if place not in dropped]
    return _whole(outcome, questions, places, coefficients)


def _places(one: Question, values: Column) -> NDArray[np.int64]:
    """Places (n,); an answer not given counts as the one most gave, which has no points: nothing is added for it."""
    found = one.places(values)
    return np.where(found >= 0, found, int(np.argmax(one.people)))


def _regress(
    outcome: Floats, questions: Sequence[Question], places: Mapping[str, NDArray[np.int64]], penalty: float
) -> list[Floats]:
    """One coefficient per answer, centred on people."""
    sizes = [len(one.people) for one in questions]
    starts = np.concatenate([[0], np.cumsum(sizes)])
    design = np.zeros((len(outcome), int(starts[-1])))
    rows = np.arange(len(outcome))
    for one, start in zip(questions, starts, strict=False):
        design[rows, start + places[one.column]] = 1.0
    model = LogisticRegression(C=penalty, max_iter=500).fit(design, outcome)
    parts = np.split(model.coef_[0], starts[1:-1])
    return [part - part[places[one.column]].mean() for one, part in zip(questions, parts, strict=True)]


def _whole(
    outcome: Floats,
    questions: Sequence[Question],
    places: Mapping[str, NDArray[np.int64]],
    coefficients: Sequence[Floats],
) -> Points:
    """Whole points from coefficients: the answer most people gave to each question has none."""
    anchored = [part - part[int(np.argmax(one.people))] for one, part in zip(questions, coefficients, strict=True)]
    largest = max(float(np.abs(part).max()) for part in anchored)
    if largest == 0:
        raise CardError("no column says anything of the outcome")
    best: tuple[float, list[NDArray[np.int64]]] | None = None
    for most in range(4, MOST_POINTS + 1):
        points = [np.rint(part * most / largest).astype(np.int64) for part in anchored]
        loss = _loss(outcome, _total(points, questions, places))
        if best is None or loss < best[0] - 1e-12:
            best = loss, points
    assert best is not None
    loss, points = best
    _refine(outcome, questions, places, points, loss)
    asked = [
        Question(
            one.column,
            tuple(int(number) for number in part),
            one.people,
            one.edges,
            one.lowest,
            one.highest,
            one.choices,
        )
        for one, part in zip(questions, points, strict=True)
        if part.any()
    ]
    if not asked:
        raise CardError("no column says anything of the outcome")
    fitted = line(_total(points, questions, places).astype(np.float64), outcome)
    return Points(tuple(asked), fitted.intercept, fitted.slope)


def _refine(
    outcome: Floats,
    questions: Sequence[Question],
    places: Mapping[str, NDArray[np.int64]],
    points: list[NDArray[np.int64]],
    loss: float,
) -> None:
    """Moves one point by one, in place, as long as the loss falls; an answer's people shift in the counts of totals."""
    span = MOST_POINTS * len(questions) + 1  # totals lie strictly between minus and plus this
    total = _total(points, questions, places) + span
    people = np.bincount(total, minlength=2 * span + 1).astype(np.float64)
    ones = np.bincount(total, outcome, minlength=2 * span + 1).astype(np.float64)
    for _ in range(_SWEEPS):
        moved = False
        for one, part in zip(questions, points, strict=True):
            for answer in range(len(one.people)):
                if answer == int(np.argmax(one.people)):
                    continue
                rows = np.flatnonzero(places[one.column] == answer)
                theirs = np.bincount(total[rows], minlength=2 * span + 1).astype(np.float64)
                their_ones = np.bincount(total[rows], outcome[rows], minlength=2 * span + 1).astype(np.float64)
                for step in (1, -1):
                    if abs(part[answer] + step) > MOST_POINTS:
                        continue
                    shifted = people - theirs + np.roll(theirs, step), ones - their_ones + np.roll(their_ones, step)
                    tried = _counted_loss(*shifted)
                    if tried < loss - 1e-7:
                        loss, moved = tried, True
                        people, ones = shifted
                        part[answer] += step
                        total[rows] += step
                        break
        if not moved:
            return


def _total(
    points: Sequence[NDArray[np.int64]], questions: Sequence[Question], places: Mapping[str, NDArray[np.int64]]
) -> NDArray[np.int64]:
    total = np.zeros(len(places[questions[0].column]), dtype=np.int64)
    for one, part in zip(questions, points, strict=True):
        total += part[places[one.column]]
    return total


def _loss(outcome: Floats, total: NDArray[np.int64]) -> float:
    """Mean log loss of the best logistic line through whole totals (n,)."""
    shifted = total - int(total.min())
    return _counted_loss(np.bincount(shifted).astype(np.float64), np.bincount(shifted, outcome).astype(np.float64))


def _counted_loss(people: Floats, ones: Floats) -> float:
    """The same from people, and people with the outcome, by total: Newton's method on the counts."""
    there = np.flatnonzero(people > 0)
    people, ones = people[there[0] : there[-1] + 1], ones[there[0] : there[-1] + 1]
    x = np.arange(len(people), dtype=np.float64)
    centre = float(people @ x / people.sum())
    x = x - centre
    share = float(ones.sum() / people.sum())
    a, b = float(np.log(share / (1 - share))), 0.0
    for _ in range(25):
        chance = 1 / (1 + np.exp(-np.clip(a + b * x, -30, 30)))
        rest, weight = ones - people * chance, people * chance * (1 - chance)
        g0, g1 = float(rest.sum()), float(rest @ x)
        h00, h01, h11 = float(weight.sum()), float(weight @ x), float(weight @ x**2) + 1e-9
        det = h00 * h11 - h01**2
        da, db = (h11 * g0 - h01 * g1) / det, (h00 * g1 - h01 * g0) / det
        a, b = a + da, b + db
        if abs(da) + abs(db) < 1e-10:
            break
    chance = np.clip(1 / (1 + np.exp(-np.clip(a + b * x, -30, 30))), 1e-12, 1 - 1e-12)
    return float(-(ones @ np.log(chance) + (people - ones) @ np.log(1 - chance)) / people.sum())


def _cut(name: str, values: Column, outcome: Floats, settings: Settings) -> Question | None:
    """A column as a question without points yet; None where all people give one answer."""
    least = max(LEAST_PEOPLE, int(np.ceil(LEAST_SHARE * len(outcome))))
    if values.dtype.kind != "f":
        kinds, counts = np.unique(values.astype(str), return_counts=True)
        kept = [(str(kind), int(count)) for kind, count in zip(kinds, counts, strict=True) if kind]
        if len(kept) < 2:
            return None
        return Question(
            name, (0,) * len(kept), tuple(count for _, count in kept), choices=tuple(kind for kind, _ in kept)
        )
    figures = values.astype(np.float64)
    known = ~np.isnan(figures)
    if known.sum() < 2 * least or np.ptp(figures[known]) == 0:
        return None
    tree = DecisionTreeClassifier(
        criterion="entropy", max_leaf_nodes=settings.most_answers, min_samples_leaf=least, random_state=0
    ).fit(figures[known, None], outcome[known])
    edges = sorted(float(one) for one in tree.tree_.threshold[tree.tree_.feature >= 0])
    if not edges:
        return None
    edges = [_between(figures[known], edge) for edge in edges]
    counts = np.bincount(np.searchsorted(edges, figures[known], side="right"), minlength=len(edges) + 1)
    return Question(
        name,
        (0,) * len(counts),
        tuple(int(one) for one in counts),
        tuple(edges),
        float(figures[known].min()),
        float(figures[known].max()),
    )


def _between(figures: Floats, edge: float) -> float:
    """An edge people can read: the shortest decimal that parts the same people; the next value itself when none is."""
    below, above = float(figures[figures <= edge].max()), float(figures[figures > edge].min())
    for digits in range(-3, 7):
        tried = round(edge, digits)
        if below < tried <= above:
            return float(tried)
    return above


def _column(values: "Sequence[str] | Floats | NDArray[np.str_]") -> Column:
    if isinstance(values, np.ndarray) and values.dtype.kind in "fiub":
        return values.astype(np.float64)
    return np.array([str(one).strip() for one in values], dtype=np.str_)


def _valid(outcome: Floats, answers: Answers, settings: Settings) -> None:
    if (found := first_sensitive(answers)) is not None:
        name, attribute = found
        raise CardError(
            f"a card never asks for {attribute}; leave the column out, or name it for the audit alone", column=name
        )
    if not 1 <= settings.most_questions <= MOST_QUESTIONS:
        raise CardError(f"a card has from 1 to {MOST_QUESTIONS} questions")
    wrong = ~np.isin(outcome, (0.0, 1.0))
    if wrong.any():
        raise CardError(f"{outcome[wrong][0]:g} is neither 0 nor 1", row=int(wrong.argmax()))
    ones = int(outcome.sum())
    if min(ones, len(outcome) - ones) < LEAST_OUTCOMES:
        raise CardError(
            f"{ones} people have the outcome and {len(outcome) - ones} do not; "
            f"a card is learnt from at least {LEAST_OUTCOMES} of each"
        )
