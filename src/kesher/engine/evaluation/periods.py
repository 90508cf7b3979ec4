"""Changes compared with changes: difference-in-differences and monitoring, with the checks of each."""

from collections.abc import Mapping

import numpy as np

from kesher.engine.evaluation import checks
from kesher.engine.evaluation.over_time import NEVER, Staggered, Whole, before_after, staggered, two_by_two
from kesher.engine.evaluation.values import (
    Check,
    Design,
    Effect,
    EvaluationError,
    Figure,
    Floats,
    Found,
    Question,
    State,
)


def compared_periods(question: Question, columns: Mapping[str, Floats], design: Design) -> Found:
    """Effect and checks of a design over time."""
    assert question.time is not None
    outcome = columns[question.outcome]
    known = ~np.isnan(outcome)
    if design is Design.MONITORING:
        return _monitored(question, columns, known)
    if question.unit is None:
        return _cross_sections(question, columns, known)
    unit, period, cohort = _panel(question, columns)
    found = staggered(outcome[known], unit[known], period[known], cohort[known], _known(question, columns, known))
    treated = (cohort != NEVER).astype(np.float64)
    placebo = None
    if question.placebo is not None:
        other = columns[question.placebo]
        there = ~np.isnan(other)
        placebo = staggered(other[there], unit[there], period[there], cohort[there]).overall
    every = [
        _alike(),
        _trends(found),
        checks.placebo(placebo, question.placebo or ""),
        _unknown(outcome, treated),
        Check("overlap", State.PASSED, f"Compared with {found.compared_with}.", {"units": found.units}),
        _breakdown(found),
        _curve(found),
    ]
    effect = found.overall
    rows = Effect(effect.estimate, effect.se, effect.low, effect.high, int(known.sum()), Design.DID, effect.df)
    return Found(rows, every)


def _alike() -> Check:
    return Check(
        "balance", State.NOT_RUN, "Changes are compared here, not levels; see the trends before the start.", {}
    )


def _known(question: Question, columns: Mapping[str, Floats], known: "np.ndarray") -> Floats | None:
    if not question.covariates:
        return None
    return np.column_stack([columns[name][known] for name in question.covariates])


def _unknown(outcome: Floats, treated: Floats) -> Check:
    if np.ptp(treated) == 0:
        missing = float(np.isnan(outcome).mean())
        return Check("attrition", State.PASSED, f"{100 * missing:.1f} of 100 outcomes are not known.", {})
    return checks.attrition(outcome, treated)


def _panel(question: Question, columns: Mapping[str, Floats]) -> tuple[Whole, Whole, Whole]:
    """Unit, period and cohort as whole numbers; without a cohort column it is read from when treatment turns 1."""
    assert question.unit is not None
    assert question.time is not None
    unit = np.unique(columns[question.unit], return_inverse=True)[1].astype(np.int64)
    times, period = np.unique(columns[question.time], return_inverse=True)
    if len(times) < 2:
        raise EvaluationError("there is one period only; before and after are needed", column=question.time)
    period = period.astype(np.int64)
    treatment = columns[question.treatment]
    ever = np.zeros(unit.max() + 1, dtype=bool)
    np.logical_or.at(ever, unit, treatment == 1)
    if question.cohort is not None:
        given = columns[question.cohort]
        cohort = np.where(np.isfinite(given), np.searchsorted(times, np.nan_to_num(given, posinf=0)), NEVER)
        cohort = np.where(~np.isfinite(given) | ((given == 0) & ~ever[unit]), NEVER, cohort).astype(np.int64)
        wrong = (cohort <= period.max()) & ~ever[unit]
        if wrong.any():
            raise EvaluationError(
                f"the unit starts at {given[int(wrong.argmax())]:g} but its treatment is 0 throughout",
                column=question.cohort,
                row=int(wrong.argmax()),
            )
        return unit, period, cohort
    always = np.ones(unit.max() + 1, dtype=bool)
    np.logical_and.at(always, unit, treatment == 1)
    first = np.full(unit.max() + 1, NEVER, dtype=np.int64)
    if not (ever & ~always).any():
        if len(times) != 2:
            raise EvaluationError(
                "treatment never changes within a unit and there are more than two periods; name the column that says "
                "when each started (--cohort)",
                column=question.treatment,
            )
        first[ever] = 1
        return unit, period, first[unit]
    np.minimum.at(first, unit[treatment == 1], period[treatment == 1])
    back = (treatment == 0) & (period > first[unit])
    if back.any():
        raise EvaluationError(
            "treatment goes back to 0; designs here are for programmes that, once begun, stay begun",
            column=question.treatment,
            row=int(back.argmax()),
        )
    return unit, period, first[unit]


def _cross_sections(question: Question, columns: Mapping[str, Floats], known: "np.ndarray") -> Found:
    """Other persons in each of two periods: treatment says which group, time which period."""
    assert question.time is not None
    times = np.unique(columns[question.time])
    if len(times) != 2:
        raise EvaluationError(f"there are {len(times)} periods; without --unit there must be two", column=question.time)
    after = (columns[question.time] == times[1]).astype(np.float64)
    group = columns[question.treatment]
    if (group[after == 0] == 0).all():
        raise EvaluationError(
            "treatment is 0 in the whole first period, so the two groups cannot be told apart there; give --unit, or a "
            "treatment that is 1 for the group in both periods",
            column=question.treatment,
        )
    outcome = columns[question.outcome]
    found = two_by_two(outcome[known], group[known], after[known])
    placebo = None
    if question.placebo is not None:
        other = columns[question.placebo]
        there = ~np.isnan(other)
        placebo = two_by_two(other[there], group[there], after[there])
    every = [
        _alike(),
        Check("parallel_trends", State.NOT_RUN, "There is one period before only, so no trend to compare.", {}),
        checks.placebo(placebo, question.placebo or ""),
        checks.attrition(outcome, group),
        Check("overlap", State.PASSED, "Both groups are there in both periods.", {}),
        Check("sensitivity", State.NOT_RUN, "Without periods before, nothing measures how far trends may part.", {}),
    ]
    return Found(found, every)


def _monitored(question: Question, columns: Mapping[str, Floats], known: "np.ndarray") -> Found:
    """Treatment says after (1) or before (0)."""
    outcome, after = columns[question.outcome], columns[question.treatment]
    clusters = None
    if question.unit is not None:
        clusters = np.unique(columns[question.unit][known], return_inverse=True)[1].astype(np.int64)
    found = before_after(outcome[known], after[known], clusters)
    said = "Nobody is compared with: what would have changed anyway is in this figure. It is monitoring, not an effect."
    return Found(found, [Check("comparison", State.FAILED, said, {}), checks.attrition(outcome, after)])


def _trends(found: Staggered) -> Check:
    if found.before_p is None:
        return Check("parallel_trends", State.NOT_RUN, "There is one period before only, so no trend to compare.", {})
    figures: dict[str, Figure] = {"p": found.before_p, "largest_before": found.worst_before}
    if found.before_p < checks.ALPHA:
        said = f"The groups moved apart before the start already (p = {found.before_p:.3g})."
        return Check("parallel_trends", State.FAILED, said, figures)
    said = f"Before the start both groups moved alike (p = {found.before_p:.3g})."
    return Check("parallel_trends", State.PASSED, said, figures)


def _breakdown(found: Staggered) -> Check:
    """How many times the largest step apart before the start trends must part after it to undo the result.

    The first bound of Rambachan and Roth (2023, Review of Economic Studies 90), relative magnitudes, without their
    refinement of the interval: (|estimate| - 1.96 se) / largest deviation before.
    """
    if not found.worst_before:
        return Check(
            "sensitivity", State.NOT_RUN, "Without periods before, nothing measures how far trends may part.", {}
        )
    left = abs(found.overall.estimate) - 1.96 * found.overall.se
    times = max(0.0, left) / found.worst_before
    said = f"Trends would have to part {times:.1f} times as far as they ever did before the start to undo the result."
    return Check("sensitivity", State.FAILED if times < 1 else State.PASSED, said, {"breakdown": times})


def _curve(found: Staggered) -> Check:
    """Effects by periods since the start: a dip at first is the lock-in of a long programme."""
    figures: dict[str, Figure] = {
        "by_period": [
            {"since": since, "estimate": one.estimate, "se": one.se, "low": one.low, "high": one.high}
            for since, one in found.curve
        ]
    }
    after = [(since, one) for since, one in found.curve if since >= 0]
    lowest = min(after, key=lambda pair: pair[1].estimate)
    said = f"{len(after)} periods from the start on; the lowest, {lowest[1].estimate:.4g}, {lowest[0]} after the start."
    return Check("curve", State.PASSED, said, figures)
