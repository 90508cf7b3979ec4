"""Designs that weigh those who did not take part until they resemble those who did: entropy balancing and AIPW."""

from dataclasses import dataclass

import numpy as np
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

from kesher.engine.evaluation.regression import independent, least_squares, with_constant
from kesher.engine.evaluation.values import Design, Effect, EvaluationError, Floats, effect

#: Cross-fitting: folds, and repetitions whose median is taken so that no one split decides.
FOLDS, REPETITIONS = 5, 5
TREES, LEAF = 200, 10
#: Chances of taking part are kept this far from 0 and 1, so that no one person outweighs all others.
TRIM = 0.01
_STEPS = 200
_BALANCED = 1e-7


@dataclass(frozen=True, slots=True)
class Weighted:
    """An effect and the weights (n,) behind it: 1 for those who took part, for the others a sum as large."""

    effect: Effect
    weights: Floats


def balancing_weights(covariates: Floats, target: Floats) -> Floats:
    """Weights (n,) of sum 1, as near to equal as can be, under which the mean of covariates (n, k) is ``target`` (k,).

    Entropy balancing (Hainmueller 2012, Political Analysis 20): w ∝ exp(x·λ), with λ the minimum of the convex
    log Σ exp((x - target)·λ), found by Newton's method with a halved step where a whole one does not improve.
    Raises EvaluationError with ``row`` = the column farthest off where no such weights exist.
    """
    scale = covariates.std(axis=0)
    scale[scale == 0] = 1.0
    centred = (covariates - target) / scale
    multipliers = np.zeros(centred.shape[1])

    def value(at: Floats) -> tuple[float, Floats]:
        exponent = centred @ at
        top = float(exponent.max(initial=-np.inf))
        weights = np.exp(exponent - top)
        total = float(weights.sum())
        return top + float(np.log(total)), weights / total

    best, weights = value(multipliers)
    for _ in range(_STEPS):
        gradient = centred.T @ weights
        if np.abs(gradient).max(initial=0.0) < _BALANCED:
            return weights
        hessian = (centred.T * weights) @ centred - np.outer(gradient, gradient)
        hessian[np.diag_indices_from(hessian)] += 1e-12 + 1e-10 * float(np.trace(hessian)) / max(len(hessian), 1)
        step = np.linalg.solve(hessian, gradient)
        size = 1.0
        while True:
            tried, next_weights = value(multipliers - size * step)
            if tried <= best - 1e-4 * size * float(gradient @ step) or size < 1e-10:
                break
            size /= 2
        multipliers = multipliers - size * step
        best, weights = tried, next_weights
    raise EvaluationError(
        "no weights make those who did not take part resemble those who did: nobody among them is like some who did",
        row=int(np.abs(centred.T @ weights).argmax()),
    )


def entropy_balancing(outcome: Floats, treatment: Floats, covariates: Floats) -> Weighted:
    """The effect on those who took part, against the others weighted to the same means of all covariates.

    The error is that of the weighted difference (HC1), as published. Raises EvaluationError as
    :func:`balancing_weights` does, its ``row`` being the place of the covariate in ``covariates``.
    """
    took = treatment == 1
    if took.sum() < 2 or (~took).sum() < 2:
        raise EvaluationError("at least two who took part and two who did not are needed to compare")
    kept = independent(covariates[~took])
    try:
        weights = balancing_weights(covariates[~took][:, kept], covariates[took][:, kept].mean(axis=0))
    except EvaluationError as fault:
        raise EvaluationError(str(fault), row=int(kept[fault.row or 0])) from None
    everyone = np.ones(len(outcome))
    everyone[~took] = weights * int(took.sum())
    fit = least_squares(outcome, with_constant(treatment), weights=everyone)
    found = effect(fit.coefficients[1], fit.se(1), len(outcome), Design.ENTROPY_BALANCING, fit.df)
    return Weighted(found, everyone)


def aipw(
    outcome: Floats,
    treatment: Floats,
    covariates: Floats,
    generator: np.random.Generator,
    *,
    repetitions: int = REPETITIONS,
) -> Weighted:
    """Cross-fitted augmented inverse-probability weighting: the effect on those who took part.

    With m(x) the outcome expected without the programme, e(x) the chance of taking part and p its mean, each learnt by
    a random forest on the other folds (Robins, Rotnitzky and Zhao 1994; Chernozhukov et al. 2018, Econometrics Journal
    21: "double machine learning", interactive model):

        θ = mean of  (d - (1 - d) e / (1 - e)) (y - m) / p

    Right when either forest is. The folds are drawn anew ``repetitions`` times and the median taken; its error adds the
    spread over repetitions: median of √(se² + (θ - median)²). The weights are those of the repetition nearest to it.
    """
    took = treatment == 1
    if took.sum() < 2 * FOLDS or (~took).sum() < 2 * FOLDS:
        raise EvaluationError(
            f"cross-fitting wants at least {2 * FOLDS} who took part and {2 * FOLDS} who did not; "
            f"there are {int(took.sum())} and {int((~took).sum())}"
        )
    found, errors, weights = [], [], []
    for _ in range(repetitions):
        estimate, se, one = _cross_fitted(outcome, treatment, covariates, generator)
        found.append(estimate)
        errors.append(se)
        weights.append(one)
    middle = float(np.median(found))
    se = float(np.median(np.hypot(errors, np.array(found) - middle)))
    nearest = int(np.abs(np.array(found) - middle).argmin())
    return Weighted(effect(middle, se, len(outcome), Design.AIPW), weights[nearest])


def _cross_fitted(
    outcome: Floats, treatment: Floats, covariates: Floats, generator: np.random.Generator
) -> tuple[float, float, Floats]:
    n, took = len(outcome), treatment == 1
    fold = np.empty(n, dtype=np.int64)
    for arm in (took, ~took):  # folds of equal make-up, so that none lacks an arm
        fold[arm] = generator.permutation(int(arm.sum())) % FOLDS
    expected, chance = np.empty(n), np.empty(n)
    for one in range(FOLDS):
        inside = fold == one
        seed = int(generator.integers(2**31))
        forest = RandomForestRegressor(TREES, min_samples_leaf=LEAF, max_features=1 / 3, random_state=seed)
        learnt = ~inside & ~took
        expected[inside] = forest.fit(covariates[learnt], outcome[learnt]).predict(covariates[inside])
        chooser = RandomForestClassifier(TREES, min_samples_leaf=LEAF, max_features=1 / 3, random_state=seed)
        chance[inside] = chooser.fit(covariates[~inside], took[~inside]).predict_proba(covariates[inside])[:, 1]
    chance = np.clip(chance, TRIM, 1 - TRIM)
    share = float(took.mean())
    odds = np.where(took, 1.0, -chance / (1 - chance))
    parts = odds * (outcome - expected) / share
    estimate = float(parts.mean())
    influence = parts - treatment * estimate / share
    weights = np.where(took, 1.0, chance / (1 - chance))
    weights[~took] *= took.sum() / weights[~took].sum()
    return estimate, float(influence.std(ddof=1) / np.sqrt(n)), weights
