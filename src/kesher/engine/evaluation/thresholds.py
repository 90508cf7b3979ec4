"""Persons on either side of a cutoff, with the checks of that design."""

from collections.abc import Mapping

import numpy as np

from kesher.engine.evaluation import checks
from kesher.engine.evaluation.cutoff import Discontinuity, density_jump, discontinuity
from kesher.engine.evaluation.instrument import WEAK
from kesher.engine.evaluation.values import Check, EvaluationError, Figure, Floats, Found, Question, State

#: A heap at the cutoff less likely than this by chance is taken for people shifting themselves.
HEAPED = 0.01


def compared_at_cutoff(question: Question, columns: Mapping[str, Floats]) -> Found:
    """The jump at the cutoff; density, covariates, placebo, other bandwidths and attrition as checks."""
    assert question.running is not None
    assert question.cutoff is not None
    outcome, treatment = columns[question.outcome], columns[question.treatment]
    running, known = columns[question.running], ~np.isnan(outcome)
    found = discontinuity(outcome[known], treatment[known], running[known], question.cutoff)
    near = np.abs(running - question.cutoff) < found.bandwidth
    above = (running >= question.cutoff).astype(np.float64)
    every = [
        _density(running - question.cutoff, found.bandwidth),
        _covariates(question, columns, question.cutoff),
        checks.attrition(outcome[near], above[near]),
        Check(
            "overlap",
            State.PASSED,
            f"{found.n_left} rows below and {found.n_right} at or above the cutoff lie within {found.bandwidth:.4g} of it.",
            {"bandwidth": found.bandwidth, "below": found.n_left, "above": found.n_right},
        ),
        _placebo(question, columns, question.cutoff),
        _bandwidths(found),
    ]
    if found.fuzzy:
        said = f"The cutoff moves only some (F = {found.f:.1f}); the effect is on those it moves."
        every.append(Check("instrument", State.FAILED if found.f < WEAK else State.PASSED, said, {"f": found.f}))
    return Found(found.jump, every)


def _density(away: Floats, width: float) -> Check:
    below, above, p = density_jump(away, width)
    said = f"{below} rows lie just below the cutoff and {above} just above."
    if p < HEAPED:
        said += " So uneven a split is hardly chance: people may have shifted themselves over it."
    state = State.FAILED if p < HEAPED else State.PASSED
    return Check("density", state, said, {"just_below": below, "just_above": above, "p": p})


def _covariates(question: Question, columns: Mapping[str, Floats], cutoff: float) -> Check:
    """Does anything known before jump at the cutoff? P-values after Holm, for there may be many."""
    assert question.running is not None
    names, raw = [], []
    for name in question.covariates:
        try:
            jump = discontinuity(columns[name], columns[question.treatment], columns[question.running], cutoff).jump
        except EvaluationError:
            continue
        names.append(name)
        raw.append(jump.p)
    if not names:
        return Check("balance", State.NOT_RUN, "No covariates were given to look for other jumps at the cutoff.")
    adjusted = checks.holm(raw)
    worst = int(np.argmin(adjusted))
    state = State.FAILED if adjusted[worst] < checks.ALPHA else State.PASSED
    said = f"The likeliest other jump at the cutoff is in {names[worst]} (p = {adjusted[worst]:.3g}, of {len(names)})."
    figures: dict[str, Figure] = {"p": dict(zip(names, map(float, adjusted), strict=True))}
    return Check("balance", state, said, figures)


def _placebo(question: Question, columns: Mapping[str, Floats], cutoff: float) -> Check:
    if question.placebo is None or question.running is None:
        return checks.placebo(None, "")
    other = columns[question.placebo]
    there = ~np.isnan(other)
    jump = discontinuity(other[there], columns[question.treatment][there], columns[question.running][there], cutoff)
    return checks.placebo(jump.jump, question.placebo)


def _bandwidths(found: Discontinuity) -> Check:
    """The jump at half and twice the bandwidth should lie within the interval."""
    others = [one for one in (found.half, found.twice) if one is not None]
    inside = all(found.jump.low <= one <= found.jump.high for one in others)
    said = f"With another bandwidth the jump is {' or '.join(f'{one:.4g}' for one in others)}."
    figures: dict[str, Figure] = {
        "half": found.half,
        "twice": found.twice,
        "local_linear": found.plain.estimate,
        "local_linear_se": found.plain.se,
    }
    return Check("sensitivity", State.PASSED if inside else State.FAILED, said, figures)
