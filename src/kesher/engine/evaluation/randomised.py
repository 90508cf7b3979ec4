"""Designs for comparisons of persons: a lot, regression, and an outcome model.

``outcome`` and ``treatment`` are (n,), treatment 0 or 1; ``covariates`` is (n, k) of what was known before.
"""

import numpy as np

from kesher.engine.evaluation.regression import independent, least_squares, with_constant
from kesher.engine.evaluation.values import Design, Effect, EvaluationError, Floats, effect


def difference(outcome: Floats, treatment: Floats) -> Effect:
    """The difference of the two means, with the error of :func:`least_squares`. Where a lot decided: intention to treat."""
    _both_arms(treatment)
    fit = least_squares(outcome, with_constant(treatment))
    return effect(fit.coefficients[1], fit.se(1), len(outcome), Design.RCT, fit.df)


def lin_adjusted(outcome: Floats, treatment: Floats, covariates: Floats) -> Effect:
    """Adjusted for covariates without any assumption about their part (Lin 2013, Annals of Applied Statistics 7).

    Regression on treatment, centred covariates and the products of both; the coefficient of treatment is the average
    effect, never less exact than the plain difference in large samples. Products come after their covariates, so that
    a covariate that varies in one arm alone loses its product and not itself.
    """
    _both_arms(treatment)
    centred = covariates - covariates.mean(axis=0)
    centred = centred[:, independent(centred)]
    products = centred * treatment[:, None]
    both = np.column_stack([treatment, centred, products])
    kept = independent(both)
    if 0 not in kept:
        raise EvaluationError("the covariates say exactly who took part; leave that one out")
    fit = least_squares(outcome, with_constant(both[:, kept]))
    return effect(fit.coefficients[1], fit.se(1), len(outcome), Design.RCT, fit.df)


def regression(outcome: Floats, treatment: Floats, covariates: Floats) -> Effect:
    """The coefficient of treatment in a regression on treatment and covariates: one effect for everybody, assumed."""
    _both_arms(treatment)
    kept = covariates[:, independent(covariates)]
    both = np.column_stack([kept, treatment])
    if both.shape[1] - 1 not in independent(both):
        raise EvaluationError("the covariates say exactly who took part; leave that one out")
    fit = least_squares(outcome, with_constant(treatment, kept))
    return effect(fit.coefficients[1], fit.se(1), len(outcome), Design.REGRESSION, fit.df)


def outcome_model(outcome: Floats, treatment: Floats, covariates: Floats) -> Effect:
    """What those who took part got, against what a regression among the others says they would have got.

    The effect is on those who took part. The error is the published convention (Imbens and Xu 2024): actual and
    predicted outcomes compared like two samples. It leaves out the error of the regression itself, which
    :func:`outcome_model_full_error` holds; the engine's words go by the wider one.
    """
    predicted, took = _predicted(outcome, treatment, covariates)
    stacked = np.concatenate([outcome[took], predicted])
    arm = np.repeat([1.0, 0.0], len(predicted))
    fit = least_squares(stacked, with_constant(arm))
    return effect(fit.coefficients[1], fit.se(1), len(outcome), Design.OUTCOME_MODEL, fit.df)


def outcome_model_full_error(outcome: Floats, treatment: Floats, covariates: Floats) -> float:
    """The standard error of :func:`outcome_model` with the regression's own: spread of the differences among those who
    took part over their number, plus the variance of the prediction at their mean (HC1)."""
    predicted, took = _predicted(outcome, treatment, covariates)
    gaps = outcome[took] - predicted
    kept = covariates[:, independent(covariates[~took])]
    fit = least_squares(outcome[~took], with_constant(kept[~took]))
    mean = np.concatenate([[1.0], kept[took].mean(axis=0)])
    return float(np.sqrt(gaps.var(ddof=1) / len(gaps) + mean @ fit.covariance @ mean))


def _predicted(outcome: Floats, treatment: Floats, covariates: Floats) -> tuple[Floats, "np.ndarray"]:
    _both_arms(treatment)
    took = treatment == 1
    kept = covariates[:, independent(covariates[~took])]
    fit = least_squares(outcome[~took], with_constant(kept[~took]))
    return with_constant(kept[took]) @ fit.coefficients, took


def _both_arms(treatment: Floats) -> None:
    took = int((treatment == 1).sum())
    if took < 2 or len(treatment) - took < 2:
        raise EvaluationError(
            f"{took} took part and {len(treatment) - took} did not; at least two of each are needed to compare"
        )
