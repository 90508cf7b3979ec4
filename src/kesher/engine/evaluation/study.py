"""One question answered whole: which design, what effect, which checks hold, and what may therefore be said."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from kesher.engine.evaluation import answers, checks
from kesher.engine.evaluation.people import compared_people
from kesher.engine.evaluation.periods import compared_periods
from kesher.engine.evaluation.thresholds import compared_at_cutoff
from kesher.engine.evaluation.values import (
    Check,
    Design,
    Effect,
    EvaluationError,
    Floats,
    Question,
    State,
    Verdict,
    Words,
)


@dataclass(frozen=True, slots=True)
class Answer:
    """The effect, every compulsory check by name, what the figures show and the strongest words allowed."""

    effect: Effect
    checks: Mapping[str, Check]
    verdict: Verdict
    words: Words
    matters: float
    sample_needed: int
    cost: answers.Cost | None = field(default=None)


def design_of(question: Question) -> Design:
    """The design named, else the one that the columns given point to; a plain comparison otherwise."""
    if question.design is not None:
        return question.design
    if question.instrument is not None:
        return Design.IV
    if question.running is not None:
        return Design.RDD
    if question.time is not None or question.cohort is not None:
        return Design.DID
    return Design.RCT


def study(question: Question, columns: Mapping[str, Floats], generator: np.random.Generator) -> Answer:
    """Answers ``question`` from ``columns`` (n,) by name; NaN in the outcome means that it is not known.

    ``generator`` draws the folds of cross-fitting. Raises EvaluationError, with column and row where one is at fault.
    """
    design = design_of(question)
    _complete(question, design)
    _valid(question, columns, design)
    if design in (Design.DID, Design.MONITORING):
        found = compared_periods(question, columns, design)
    elif design is Design.RDD:
        found = compared_at_cutoff(question, columns)
    else:
        found = compared_people(question, columns, design, generator)
    outcome = columns[question.outcome]
    treatment = columns[question.treatment]
    known = ~np.isnan(outcome)
    matters = question.matters
    if matters is None:
        matters = answers.smallest_that_matters(outcome[known], treatment[known])
    every = {check.name: check for check in found.checks}
    every["multiple_testing"] = checks.multiple_testing(found.effect, question.tests)
    if question.design is None and design is Design.RCT:
        said = 'The design was not named: a lot earns stronger words, but only when it is said to be one ("rct").'
        every["design"] = Check("design", State.FAILED, said)
    shown = answers.verdict(found.effect, matters, wider_se=found.wider_se)
    needed = answers.sample_that_would_do(found.effect, matters)
    allowed = answers.words(design, shown, every)
    every["size"] = _size(found.effect, matters, needed, shown, binary=bool(np.isin(outcome[known], (0, 1)).all()))
    priced = None if question.cost is None else answers.cost_of_one_more(found.effect, question.cost)
    if priced is not None:
        every["cost"] = Check(
            "cost",
            State.PASSED if priced.high is not None else State.WARNED,
            f"One more costs {priced.each:,.0f} (from {priced.low:,.0f} to "
            f"{'no limit' if priced.high is None else format(priced.high, ',.0f')}).",
            {"each": priced.each, "low": priced.low, "high": priced.high},
        )
    return Answer(found.effect, every, shown, allowed, matters, needed, priced)


def _size(found: Effect, matters: float, needed: int, shown: Verdict, *, binary: bool) -> Check:
    each, low, high = answers.per_hundred(found)
    unit = "of 100 persons" if binary else "for 100 persons together"
    said = f"{each:+.3g} {unit} (from {low:+.3g} to {high:+.3g})."
    if shown is Verdict.TOO_SMALL_TO_TELL:
        said += f" Too small to tell; there are {found.n:,} rows, and {needed:,} like these would do."
    state = State.WARNED if shown is Verdict.TOO_SMALL_TO_TELL else State.PASSED
    figures = {"per_100": each, "per_100_low": low, "per_100_high": high, "matters": matters, "sample_needed": needed}
    return Check("size", state, said, dict(figures))


def _complete(question: Question, design: Design) -> None:
    def need(given: object, what: str) -> None:
        if given is None or given == ():
            raise EvaluationError(f"the design {design.value!r} needs {what}")

    match design:
        case Design.IV:
            need(question.instrument, "--instrument")
        case Design.RDD:
            need(question.running, "--running")
            need(question.cutoff, "--cutoff")
        case Design.DID | Design.MONITORING:
            need(question.time, "--time")
        case Design.REGRESSION | Design.OUTCOME_MODEL | Design.ENTROPY_BALANCING | Design.AIPW:
            need(question.covariates, "--covariates")


def _valid(question: Question, columns: Mapping[str, Floats], design: Design) -> None:
    treatment = columns[question.treatment]
    wrong = ~np.isin(treatment, (0.0, 1.0))
    if wrong.any():
        row = int(wrong.argmax())
        raise EvaluationError(
            f"{treatment[row]:g} is neither 0 (did not take part) nor 1 (took part)", column=question.treatment, row=row
        )
    if np.ptp(treatment) == 0 and design is not Design.MONITORING:
        raise EvaluationError(
            f"it is {treatment[0]:g} in every row, so there is nobody to compare with", column=question.treatment
        )
    roles = {
        "treatment": question.treatment,
        "instrument": question.instrument,
        "running variable": question.running,
    }
    for role, name in roles.items():
        if name is not None and name == question.outcome:
            raise EvaluationError(f"it cannot be both the outcome and the {role}", column=name)
    for name in question.covariates:
        if name in (question.outcome, question.treatment, question.instrument):
            raise EvaluationError("it has another part to play and cannot be a covariate too", column=name)
    if question.placebo in (question.outcome, question.treatment):
        raise EvaluationError("the placebo must be another column", column=question.placebo)
