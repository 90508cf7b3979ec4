"""Least squares with errors that allow for unequal spread or for groups: a thin, typed face of statsmodels."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from statsmodels.regression.linear_model import WLS

from kesher.engine.evaluation.values import EvaluationError, Floats


@dataclass(frozen=True, slots=True)
class Fit:
    """Coefficients (k,), their robust covariance (k, k), residuals (n,) and residual degrees of freedom."""

    coefficients: Floats
    covariance: Floats
    residuals: Floats
    df: float

    def se(self, place: int) -> float:
        """The standard error of one coefficient."""
        return float(np.sqrt(max(self.covariance[place, place], 0.0)))


def least_squares(
    outcome: Floats, design: Floats, *, weights: Floats | None = None, groups: NDArray[np.int64] | None = None
) -> Fit:
    """Weighted least squares of ``outcome`` (n,) on ``design`` (n, k), its constant included by the caller.

    The covariance is HC1, n/(n-k) times White's (MacKinnon and White 1985; Stata's "robust", which the published
    values use); with ``groups`` (n,) it is clustered by them. Columns that others explain get the least-norm solution.
    Raises EvaluationError where there are no more rows than columns.
    """
    n, k = design.shape
    if n <= k:
        raise EvaluationError(f"there are {n} rows for {k} coefficients; give more rows or fewer covariates")
    model = WLS(outcome, design, weights=np.ones(n) if weights is None else weights)
    if groups is None:
        fitted = model.fit(cov_type="HC1")
        df = float(n - k)
    else:
        fitted = model.fit(cov_type="cluster", cov_kwds={"groups": groups})
        df = float(np.unique(groups).size - 1)
    return Fit(
        np.asarray(fitted.params, dtype=np.float64),
        np.asarray(fitted.cov_params(), dtype=np.float64),
        np.asarray(fitted.resid, dtype=np.float64),
        df,
    )


def with_constant(*columns: Floats) -> Floats:
    """A matrix (n, 1 + …): ones, then the columns or matrices given."""
    return np.column_stack([np.ones(len(columns[0])), *columns])


def independent(columns: Floats) -> NDArray[np.intp]:
    """Which columns of (n, k) are explained neither by a constant nor by the columns before them."""
    kept: list[int] = []
    basis = [np.full(len(columns), 1 / np.sqrt(len(columns)))]
    for place in range(columns.shape[1]):
        column = columns[:, place].astype(np.float64)
        rest = column.copy()
        for _ in range(2):  # twice is enough (Kahan): once leaves rounding errors
            for one in basis:
                rest -= (one @ rest) * one
        length = float(np.linalg.norm(rest))
        if length > 1e-8 * max(float(np.linalg.norm(column)), 1e-300):
            kept.append(place)
            basis.append(rest / length)
    return np.array(kept, dtype=np.intp)
