"""Several estimates of one thing made into one, with how much they differ and what the next one may be.

``estimates`` and ``errors`` are (k,), errors being standard errors in the same unit, above 0.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy import optimize, stats

from kesher.engine.evaluation.values import LEVEL, EvaluationError, Floats


class Method(StrEnum):
    """How the variance between programmes is found."""

    DERSIMONIAN_LAIRD = "dl"
    REML = "reml"


@dataclass(frozen=True, slots=True)
class Pooled:
    """``estimate`` with its ``se`` and 95 % interval; ``tau2``, the variance of true effects between programmes; ``i2``, the
    share (0 to 1) of what the estimates differ by that chance does not explain; ``q``, their weighted squared deviations.

    ``prediction_low`` to ``prediction_high`` is where the true effect of the next programme lies with 95 % (None for
    fewer than three estimates).
    """

    estimate: float
    se: float
    low: float
    high: float
    tau2: float
    i2: float
    q: float
    prediction_low: float | None
    prediction_high: float | None
    k: int


def pool(estimates: Floats, errors: Floats, method: Method = Method.DERSIMONIAN_LAIRD) -> Pooled:
    """Random-effects mean: weights 1 / (se² + τ²).

    τ² by moments (DerSimonian and Laird 1986, Controlled Clinical Trials 7) or by restricted maximum likelihood
    (Viechtbauer 2005), I² after Higgins and Thompson (2002), the prediction interval after Higgins, Thompson and
    Spiegelhalter (2009): estimate ± t(k-2) √(τ² + se²). Raises EvaluationError for no estimate or an error not above 0.
    """
    checked(estimates, errors)
    k = len(estimates)
    design = np.ones((k, 1))
    tau2 = between(estimates, errors, design, method)
    mean, covariance = weighted(estimates, errors, design, tau2)
    estimate, se = float(mean[0]), float(np.sqrt(covariance[0, 0]))
    q = heterogeneity(estimates, errors, design)
    half = float(stats.norm.ppf(0.5 + LEVEL / 2)) * se
    reach = None
    if k > 2:
        reach = float(stats.t.ppf(0.5 + LEVEL / 2, k - 2)) * float(np.sqrt(tau2 + se**2))
    return Pooled(
        estimate,
        se,
        estimate - half,
        estimate + half,
        tau2,
        share_unexplained(q, k - 1),
        q,
        None if reach is None else estimate - reach,
        None if reach is None else estimate + reach,
        k,
    )


def checked(estimates: Floats, errors: Floats) -> None:
    """Raises EvaluationError, with the row, where there is nothing to pool or a figure cannot be one."""
    if len(estimates) == 0:
        raise EvaluationError("there is no estimate to pool")
    if not np.isfinite(estimates).all():
        raise EvaluationError(
            "an estimate is not a finite number", column="estimate", row=int((~np.isfinite(estimates)).argmax())
        )
    wrong = ~(np.isfinite(errors) & (errors > 0))
    if wrong.any():
        raise EvaluationError("a standard error must be above 0", column="se", row=int(wrong.argmax()))


def heterogeneity(estimates: Floats, errors: Floats, design: Floats) -> float:
    """Cochran's Q: weighted squared deviations from the fit without τ²."""
    mean, _ = weighted(estimates, errors, design, 0.0)
    return float(((estimates - design @ mean) ** 2 / errors**2).sum())


def share_unexplained(q: float, df: int) -> float:
    """I²: (Q - df) / Q, not below 0."""
    return max(0.0, (q - df) / q) if q > 0 and df > 0 else 0.0


def weighted(estimates: Floats, errors: Floats, design: Floats, tau2: float) -> tuple[Floats, Floats]:
    """Coefficients (p,) and covariance (p, p) of generalised least squares with weights 1 / (se² + τ²)."""
    weights = 1 / (errors**2 + tau2)
    covariance: Floats = np.linalg.inv((design.T * weights) @ design).astype(np.float64)
    return covariance @ ((design.T * weights) @ estimates), covariance


def between(estimates: Floats, errors: Floats, design: Floats, method: Method) -> float:
    """τ² for estimates explained by ``design`` (k, p); a column of ones for plain pooling."""
    k, p = design.shape
    if k <= p:
        return 0.0
    moment = _by_moments(estimates, errors, design)
    if method is Method.DERSIMONIAN_LAIRD:
        return moment
    return _most_likely(_restricted(estimates, errors, design), max(moment, float(np.var(estimates))))


def _by_moments(estimates: Floats, errors: Floats, design: Floats) -> float:
    k, p = design.shape
    weights = 1 / errors**2
    covariance = np.linalg.inv((design.T * weights) @ design)
    spread = float(weights.sum() - np.trace(covariance @ ((design.T * weights**2) @ design)))
    return max(0.0, (heterogeneity(estimates, errors, design) - (k - p)) / spread) if spread > 0 else 0.0


def _restricted(estimates: Floats, errors: Floats, design: Floats) -> Callable[[float], float]:
    """Minus the restricted log likelihood, up to a constant."""

    def minus(tau2: float) -> float:
        mean, covariance = weighted(estimates, errors, design, tau2)
        variances = errors**2 + tau2
        rest = (estimates - design @ mean) ** 2 / variances
        return 0.5 * float(np.log(variances).sum() - np.linalg.slogdet(covariance)[1] + rest.sum())

    return minus


def _most_likely(minus: Callable[[float], float], scale: float) -> float:
    """The minimum over τ² ≥ 0, looked for on a grid first because the likelihood may have two tops."""
    grid = np.concatenate([[0.0], scale * np.logspace(-6, 2, 81)])
    values = [minus(float(one)) for one in grid]
    best = int(np.argmin(values))
    if best == 0 and values[0] <= minus(float(grid[1]) / 2):
        return 0.0
    low, high = float(grid[max(best - 1, 0)]), float(grid[min(best + 1, len(grid) - 1)])
    found = optimize.minimize_scalar(minus, bounds=(low, high), method="bounded", options={"xatol": 1e-12 * scale})
    return float(found.x)
