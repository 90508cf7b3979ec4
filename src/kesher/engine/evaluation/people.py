"""Persons compared with persons: the designs by lot, by offer, by covariates, with the checks of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kesher.engine.evaluation import checks, randomised, weighting
from kesher.engine.evaluation.instrument import WEAK, Instrumented, late
from kesher.engine.evaluation.values import (
    Check,
    Design,
    Effect,
    EvaluationError,
    Floats,
    Found,
    Question,
    State,
)


@dataclass(frozen=True, slots=True)
class _Sides:
    """Rows of known outcome: (n,), (n,), (n, k) and the names of the k."""

    outcome: Floats
    treatment: Floats
    covariates: Floats
    names: Sequence[str]


def compared_people(
    question: Question, columns: Mapping[str, Floats], design: Design, generator: np.random.Generator
) -> Found:
    """Effect and checks of a design without time or cutoff."""
    outcome, treatment = columns[question.outcome], columns[question.treatment]
    known = ~np.isnan(outcome)
    if design is Design.IV:
        return _by_offer(question, columns, known)
    sides = _sides(question, columns, known, question.covariates)
    found, weights, wider = _effect(design, sides, generator)
    every = [
        checks.balance(design, sides.treatment, sides.covariates, sides.names, weights),
        checks.attrition(outcome, treatment),
        _placebo(question, columns, design, generator),
    ]
    if design is Design.RCT:
        every.append(Check("overlap", State.PASSED, "A lot gives everybody both chances.", {}))
        said = "Where a lot decided, no hidden factor can have."
        plain = randomised.difference(sides.outcome, sides.treatment)
        figures = {"unadjusted": plain.estimate, "unadjusted_se": plain.se}
        every.append(Check("sensitivity", State.PASSED, said, dict(figures)))
    else:
        every.append(checks.overlap(sides.treatment, sides.covariates, weights))
        every.append(checks.hidden_factor(sides.outcome, sides.treatment, sides.covariates, sides.names))
    if wider is not None:
        said = (
            f"With the error of the outcome model itself the standard error is {wider:.4g}; verdict and words go by it."
        )
        state = State.WARNED if wider > 1.1 * found.se else State.PASSED
        every.append(Check("outcome_model_error", state, said, {"se": wider}))
    return Found(found, every, wider)


def _effect(
    design: Design, sides: _Sides, generator: np.random.Generator
) -> tuple[Effect, Floats | None, float | None]:
    outcome, treatment, covariates = sides.outcome, sides.treatment, sides.covariates
    match design:
        case Design.RCT if covariates.shape[1] == 0:
            return randomised.difference(outcome, treatment), None, None
        case Design.RCT:
            return randomised.lin_adjusted(outcome, treatment, covariates), None, None
        case Design.REGRESSION:
            return randomised.regression(outcome, treatment, covariates), None, None
        case Design.OUTCOME_MODEL:
            wider = randomised.outcome_model_full_error(outcome, treatment, covariates)
            return randomised.outcome_model(outcome, treatment, covariates), None, wider
        case Design.ENTROPY_BALANCING:
            try:
                balanced = weighting.entropy_balancing(outcome, treatment, covariates)
            except EvaluationError as fault:
                name = None if fault.row is None else sides.names[fault.row]
                raise EvaluationError(str(fault), column=name) from None
            return balanced.effect, balanced.weights, None
        case Design.AIPW:
            fitted = weighting.aipw(outcome, treatment, covariates, generator)
            return fitted.effect, fitted.weights, None
    raise EvaluationError(f"{design.value!r} does not compare persons")


def _placebo(
    question: Question, columns: Mapping[str, Floats], design: Design, generator: np.random.Generator
) -> Check:
    """The same method on the placebo outcome, without the covariates that only repeat it."""
    if question.placebo is None:
        return checks.placebo(None, "")
    other = columns[question.placebo]
    dropped = [
        name for name in question.covariates if name == question.placebo or checks.derived_from(columns[name], other)
    ]
    left = tuple(name for name in question.covariates if name not in dropped)
    if design is not Design.RCT and not left:
        # with nothing left to adjust for, the raw difference is what the design comes to
        design = Design.RCT
    sides = _sides(question, {**columns, question.outcome: other}, ~np.isnan(other), left)
    return checks.placebo(_effect(design, sides, generator)[0], question.placebo, dropped)


def _by_offer(question: Question, columns: Mapping[str, Floats], known: "np.ndarray") -> Found:
    assert question.instrument is not None
    sides = _sides(question, columns, known, question.covariates)
    offered = columns[question.instrument]
    some = sides.covariates if sides.names else None
    found = late(sides.outcome, sides.treatment, offered[known], some)
    sorted_by = offered if np.isin(offered, (0.0, 1.0)).all() else (offered > np.median(offered)).astype(np.float64)
    every = [
        _instrument(found),
        checks.balance(Design.IV, sorted_by[known], sides.covariates, sides.names),
        checks.attrition(columns[question.outcome], sorted_by),
        Check("overlap", State.PASSED, "The offer reaches both those who took part and those who did not.", {}),
    ]
    if question.placebo is None:
        every.append(checks.placebo(None, ""))
    else:
        other = columns[question.placebo]
        there = ~np.isnan(other)
        dropped = [
            name
            for name in question.covariates
            if name == question.placebo or checks.derived_from(columns[name], other)
        ]
        left = tuple(name for name in question.covariates if name not in dropped)
        tried = _sides(question, {**columns, question.outcome: other}, there, left)
        reduced = late(tried.outcome, tried.treatment, offered[there], tried.covariates if left else None).itt
        every.append(checks.placebo(reduced, question.placebo, dropped))
    excludes = not any(one <= 0 <= other for one, other in found.anderson_rubin)
    every.append(
        Check(
            "sensitivity",
            State.PASSED if excludes or abs(found.late.estimate) <= 1.96 * found.late.se else State.FAILED,
            _bounded(found.anderson_rubin),
            {"anderson_rubin": [[float(one), float(other)] for one, other in found.anderson_rubin]},
        )
    )
    return Found(found.late, every)


def _bounded(pieces: Sequence[tuple[float, float]]) -> str:
    if len(pieces) == 1 and np.isfinite(pieces[0]).all():
        low, high = pieces[0]
        return f"However weak the offer's push, the effect lies between {low:.4g} and {high:.4g} (Anderson-Rubin)."
    return "The offer pushes too little to bound the effect (Anderson-Rubin)."


def _instrument(found: Instrumented) -> Check:
    figures = {
        "f": found.f,
        "first_stage": found.first_stage.estimate,
        "first_stage_se": found.first_stage.se,
        "itt": found.itt.estimate,
        "itt_se": found.itt.se,
        "itt_low": found.itt.low,
        "itt_high": found.itt.high,
    }
    said = (
        f"The offer moved {100 * found.first_stage.estimate:.1f} of 100 to take part (F = {found.f:.1f}); the effect of "
        f"the offer itself is {found.itt.estimate:.4g} ± {found.itt.se:.3g}."
    )
    if found.weak:
        return Check("instrument", State.FAILED, f"Weak instrument: F is below {WEAK:g}. {said}", dict(figures))
    return Check("instrument", State.PASSED, said, dict(figures))


def _sides(question: Question, columns: Mapping[str, Floats], known: "np.ndarray", names: Sequence[str]) -> _Sides:
    matrix = np.column_stack([columns[name][known] for name in names]) if names else np.empty((int(known.sum()), 0))
    return _Sides(columns[question.outcome][known], columns[question.treatment][known], matrix, list(names))
