"""Small areas: where a survey asked too few, its figure is drawn towards what similar areas let expect (Fay–Herriot).

Sources: Fay and Herriot, "Estimates of income for small places" (JASA 74, 1979); Rao and Molina, "Small Area
Estimation" (2nd ed., 2015), sections 6.1 and 6.2: REML by Fisher scoring, the EBLUP and its mean squared error g1 + g2
+ 2 g3.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize

from kesher.engine.indicators.arrays import Floats, IndicatorError, matrix, same_length, vector
from kesher.engine.indicators.rates import _normal

_ROUNDS, _PRECISION = 200, 1e-12


@dataclass(frozen=True, slots=True)
class SmallAreaEstimates:
    """Shapes (areas,) and (predictors,).

    ``value``: the estimate; ``error``: root of its mean squared error; ``own_weight`` γ: how much of it is the area's
    own survey figure, 0 to 1. ``coefficients``: of the predictors; ``variance`` A: between areas, beyond the
    predictors; ``synthetic``: what the predictors alone let expect, also for areas without a figure of their own.
    """

    value: Floats
    error: Floats
    own_weight: Floats
    synthetic: Floats
    coefficients: Floats
    variance: float
    #: The survey's own scatter explains all that is seen, REML says A = 0, and the adjusted maximum was taken instead.
    adjusted: bool = False

    def interval(self, confidence: float = 0.95) -> tuple[Floats, Floats]:
        half = _normal(confidence) * self.error
        return self.value - half, self.value + half


def fay_herriot(direct: ArrayLike, sampling_variance: ArrayLike, predictors: ArrayLike) -> SmallAreaEstimates:
    """Model: direct_i = x_i β + u_i + e_i, u_i ~ (0, A), e_i ~ (0, D_i) with D_i known.

    ``direct``: shape (areas,), the survey's figure, NaN where it asked nobody; ``sampling_variance`` D: shape (areas,),
    above 0 where there is a figure; ``predictors``: shape (areas, predictors), a column of ones among them. A is found
    by REML. Areas without a figure get the synthetic estimate, with its error.

    Where REML finds A = 0 (often with few areas) all own figures would count nothing and the errors would be far too
    small; A then is where A times the restricted likelihood is highest, which is above 0 (Li and Lahiri).
    """
    y = vector(direct, "direct", negative=True, missing=True)
    d = vector(sampling_variance, "sampling_variance", missing=True)
    x = matrix(predictors, "predictors")
    same_length(direct=y, sampling_variance=d, predictors=x)
    known = ~np.isnan(y)
    if (np.isnan(d[known]) | (d[known] <= 0)).any():
        raise IndicatorError("sampling_variance must be above 0 for each area that has a figure")
    areas, columns = int(known.sum()), x.shape[1]
    if areas <= columns + 1:
        raise IndicatorError(f"{areas} areas with a figure cannot carry {columns} predictors; leave some out")
    if np.linalg.matrix_rank(x[known]) < columns:
        raise IndicatorError("predictors say the same twice; leave one out")
    variance = _reml(y[known], d[known], x[known])
    adjusted = variance == 0.0
    if adjusted:
        variance = _adjusted(y[known], d[known], x[known])
    v = variance + d[known]
    information = x[known].T @ (x[known] / v[:, None])
    inverse = np.linalg.inv(information)
    beta = inverse @ (x[known].T @ (y[known] / v))
    synthetic = x @ beta
    gamma = np.zeros(y.shape[0])
    gamma[known] = variance / v
    value = np.where(known, gamma * np.where(known, y, 0.0) + (1 - gamma) * synthetic, synthetic)
    leverage = np.einsum("ij,jk,ik->i", x, inverse, x)
    g1 = np.where(known, gamma * np.where(known, d, 0.0), variance)
    g2 = (1 - gamma) ** 2 * leverage
    g3 = np.zeros(y.shape[0])
    spread = 2 / float((1 / v**2).sum())  # asymptotic variance of the estimate of A
    g3[known] = d[known] ** 2 / v**3 * spread
    return SmallAreaEstimates(value, np.sqrt(g1 + g2 + 2 * g3), gamma, synthetic, beta, variance, adjusted)


def _likelihood(variance: float, y: Floats, d: Floats, x: Floats) -> float:
    """The restricted log-likelihood, without its constant, with the sign turned."""
    v = variance + d
    information = x.T @ (x / v[:, None])
    residual = y - x @ np.linalg.solve(information, x.T @ (y / v))
    return 0.5 * float(np.log(v).sum() + np.linalg.slogdet(information)[1] + (residual**2 / v).sum())


def _adjusted(y: Floats, d: Floats, x: Floats) -> float:
    """Where A · restricted likelihood is highest, sought over ln A."""
    highest = float(np.log(d.max() + y.var() + 1e-12)) + 3.0
    found = optimize.minimize_scalar(
        lambda logarithm: _likelihood(float(np.exp(logarithm)), y, d, x) - logarithm,
        bounds=(highest - 25.0, highest),
        method="bounded",
    )
    return float(np.exp(found.x))


def _reml(y: Floats, d: Floats, x: Floats) -> float:
    """A by Fisher scoring on the restricted likelihood, not below 0."""
    found = float(np.median(d))
    for _ in range(_ROUNDS):
        weights = 1 / (found + d)
        inverse = np.linalg.inv(x.T @ (x * weights[:, None]))
        # P = V⁻¹ − V⁻¹X(X'V⁻¹X)⁻¹X'V⁻¹
        projected = np.diag(weights) - (x * weights[:, None]) @ inverse @ (x * weights[:, None]).T
        residual = projected @ y
        score = -0.5 * float(np.trace(projected)) + 0.5 * float(residual @ residual)
        information = 0.5 * float((projected * projected).sum())
        step = score / information
        found = max(0.0, found + step)
        if abs(step) < _PRECISION * max(1.0, found):
            break
        if found == 0.0 and step < 0:
            return _within_or_none(y, d, x)  # one step too long may have jumped over a peak
    return found


def _within_or_none(y: Floats, d: Floats, x: Floats) -> float:
    """The A above 0 at which the restricted likelihood is highest, or 0 where it is higher still."""
    highest = float(np.log(d.max() + y.var() + 1e-12)) + 3.0
    grid = np.linspace(highest - 25.0, highest, 200)
    heights = [_likelihood(float(np.exp(logarithm)), y, d, x) for logarithm in grid]
    best = int(np.argmin(heights))
    found = optimize.minimize_scalar(
        lambda logarithm: _likelihood(float(np.exp(logarithm)), y, d, x),
        bounds=(grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)]),
        method="bounded",
    )
    return float(np.exp(found.x)) if found.fun < _likelihood(0.0, y, d, x) - _PRECISION else 0.0
