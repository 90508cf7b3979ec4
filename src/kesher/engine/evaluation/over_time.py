"""Designs over time: difference-in-differences, two by two and staggered, and before-after for monitoring.

Rows are one per unit and period: ``outcome`` (n,), ``unit`` (n,) and ``period`` (n,) as whole numbers, ``cohort`` (n,)
the period in which the row's unit was first treated, ``NEVER`` for those that never were.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from kesher.engine.evaluation.regression import independent, least_squares, with_constant
from kesher.engine.evaluation.values import Design, Effect, EvaluationError, Floats, effect

Whole = NDArray[np.int64]
NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class GroupTime:
    """The effect on one cohort in one period, and its influence on every unit (units,), whose square sum is its variance."""

    cohort: int
    period: int
    estimate: float
    influence: Floats


@dataclass(frozen=True, slots=True)
class Staggered:
    """``overall``: all effects after the start, each weighted by the size of its cohort. ``curve``: by periods since the
    start, before it too (those should be zero). ``before_p``: the chance of such a "before" if trends were parallel,
    None where no earlier period exists. ``worst_before``: the largest deviation before.
    """

    overall: Effect
    curve: tuple[tuple[int, Effect], ...]
    before_p: float | None
    worst_before: float | None
    units: int
    compared_with: str


def staggered(
    outcome: Floats, unit: Whole, period: Whole, cohort: Whole, covariates: Floats | None = None
) -> Staggered:
    """Callaway and Sant'Anna (2021, Journal of Econometrics 225): effects by cohort and period, then their average.

    A cohort's change since its last period before the start is set against the same change of units never treated, or
    where there are none, of those not treated yet. Plain regressions with unit and period effects compare the newly
    treated with the already treated too, and can have the wrong sign. Before the start each period is compared with the
    one before it. With covariates (n, k), taken from a unit's first row, the change is predicted by a regression among
    the compared. Two periods and one cohort make the classic two by two. Errors come from influence functions summed by
    unit, so that a unit's rows need not be independent; the weights' own error is in them.
    """
    numbers, first_row, place = np.unique(unit, return_index=True, return_inverse=True)
    starts = cohort[first_row]
    if (cohort != starts[place]).any():
        raise EvaluationError("a unit has two different cohorts", row=int((cohort != starts[place]).argmax()))
    periods = np.unique(period)
    values = np.full((len(numbers), len(periods)), np.nan)
    where = np.searchsorted(periods, period)
    if len(np.unique(place * len(periods) + where)) < len(place):
        raise EvaluationError("a unit has two rows of one period")
    values[place, where] = outcome
    known = None if covariates is None else covariates[first_row]
    cohorts = [int(one) for one in np.unique(starts) if one != NEVER and periods[0] < one <= periods[-1]]
    if not cohorts:
        raise EvaluationError("no unit starts after the first period and by the last, so there is no before and after")
    never = starts == NEVER
    plain = never | (starts > periods[-1])
    effects = []
    for start in cohorts:
        for at in range(1, len(periods)):
            base = at - 1 if periods[at] < start else int(np.searchsorted(periods, start)) - 1
            latest = max(periods[at], periods[base], start - 1)
            compared = plain if plain.any() else (starts > latest) & (starts != start)
            change = values[:, at] - values[:, base]
            parts = _group_time(change, starts == start, compared, known)
            if parts is not None:
                effects.append(GroupTime(start, int(periods[at]), *parts))
    after = [one for one in effects if one.period >= one.cohort]
    if not after:
        raise EvaluationError("nobody is left to compare with: give units that were never, or later, treated")
    sizes = {start: int((starts == start).sum()) for start in cohorts}
    average = _averages(starts, sizes)
    overall, _ = average(after)
    index = {int(one): number for number, one in enumerate(periods)}
    since = [index[one.period] - int(np.searchsorted(periods, one.cohort)) for one in effects]
    curve, before = [], []
    for distance in sorted(set(since)):
        found, influence = average([one for one, far in zip(effects, since, strict=True) if far == distance])
        curve.append((distance, found))
        if distance < 0:
            before.append((found.estimate, influence))
    return Staggered(
        overall,
        tuple(curve),
        _jointly(before),
        max((abs(estimate) for estimate, _ in before), default=None),
        len(numbers),
        "units never treated" if plain.any() else "units not treated yet",
    )


def two_by_two(outcome: Floats, group: Floats, after: Floats, clusters: Whole | None = None) -> Effect:
    """Repeated cross-sections: (after - before) of the group, minus that of the others; both are (n,) of 0 and 1."""
    for one in (0, 1):
        for other in (0, 1):
            if ((group == one) & (after == other)).sum() < 2:
                raise EvaluationError("each of the two groups needs at least two rows before and two after")
    fit = least_squares(outcome, with_constant(group, after, group * after), groups=clusters)
    return effect(fit.coefficients[3], fit.se(3), len(outcome), Design.DID, fit.df)


def before_after(outcome: Floats, after: Floats, clusters: Whole | None = None) -> Effect:
    """The mean after minus the mean before. Monitoring only: what would have changed anyway is in it."""
    if after.sum() < 2 or (1 - after).sum() < 2:
        raise EvaluationError("at least two rows before and two after are needed")
    fit = least_squares(outcome, with_constant(after), groups=clusters)
    return effect(fit.coefficients[1], fit.se(1), len(outcome), Design.MONITORING, fit.df)


def _group_time(
    change: Floats, treated: NDArray[np.bool_], compared: NDArray[np.bool_], known: Floats | None
) -> tuple[float, Floats] | None:
    there = ~np.isnan(change)
    treated, compared = treated & there, compared & there
    if not treated.any() or compared.sum() < 2:
        return None
    total = len(change)
    influence = np.zeros(total)
    if known is None:
        expected = np.full(total, change[compared].mean())
        influence[compared] = -(change[compared] - expected[compared]) / compared.sum()
    else:
        kept = known[:, independent(known[compared])]
        design = with_constant(kept)
        if compared.sum() <= design.shape[1]:
            raise EvaluationError("fewer units to compare with than covariates")
        fit = least_squares(change[compared], design[compared])
        expected = design @ fit.coefficients
        bread = np.linalg.pinv(design[compared].T @ design[compared])
        influence[compared] = -(design[compared] @ bread @ design[treated].mean(axis=0)) * fit.residuals
    gaps = change[treated] - expected[treated]
    estimate = float(gaps.mean())
    influence[treated] = (gaps - estimate) / treated.sum()
    return estimate, influence


def _averages(starts: Whole, sizes: dict[int, int]) -> "Callable[[list[GroupTime]], tuple[Effect, Floats]]":
    """A function that averages effects by size of cohort, with the error of the weights themselves."""

    def average(effects: list[GroupTime]) -> tuple[Effect, Floats]:
        weights = np.array([sizes[one.cohort] for one in effects], dtype=np.float64)
        total = float(weights.sum())
        estimates = np.array([one.estimate for one in effects])
        mean = float(weights @ estimates / total)
        influence = sum((w / total * one.influence for w, one in zip(weights, effects, strict=True)), np.zeros(1))
        for one in effects:
            member = (starts == one.cohort).astype(np.float64)
            influence = influence + (member - member.mean()) * (one.estimate - mean) / total
        units = int((influence != 0).sum())
        se = float(np.sqrt((influence**2).sum()))
        correction = np.sqrt(units / (units - 1)) if units > 1 else 1.0
        return effect(mean, se * correction, len(starts), Design.DID), influence

    return average


def _jointly(before: list[tuple[float, Floats]]) -> float | None:
    if not before:
        return None
    estimates = np.array([one for one, _ in before])
    stacked = np.column_stack([influence for _, influence in before])
    covariance = stacked.T @ stacked
    rank = int(np.linalg.matrix_rank(covariance))
    if rank == 0:
        return 1.0 if not estimates.any() else 0.0
    wald = float(estimates @ np.linalg.pinv(covariance) @ estimates)
    return float(stats.chi2.sf(wald, rank))
