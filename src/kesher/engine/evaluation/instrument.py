"""Where not all who were offered took part: the effect on those whom the offer moved."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from kesher.engine.evaluation.regression import Fit, independent, least_squares, with_constant
from kesher.engine.evaluation.values import LEVEL, Design, Effect, EvaluationError, Floats, effect

#: Below this an instrument is called weak (Staiger and Stock 1997, Econometrica 65).
WEAK = 10.0


@dataclass(frozen=True, slots=True)
class Instrumented:
    """``late``: the effect on those moved (2SLS). ``itt``: of the offer, taken up or not. ``first_stage``: take-up moved by
    the offer, with its robust ``f``. ``anderson_rubin``: an interval that holds however weak the instrument: a list of
    (low, high), of two open pieces or the whole line where the data say little.
    """

    late: Effect
    itt: Effect
    first_stage: Effect
    f: float
    anderson_rubin: tuple[tuple[float, float], ...]

    @property
    def weak(self) -> bool:
        """True when two-stage least squares and its interval are not to be trusted."""
        return self.f < WEAK


def late(outcome: Floats, treatment: Floats, instrument: Floats, covariates: Floats | None = None) -> Instrumented:
    """Two-stage least squares with one instrument (n,) and covariates (n, k) in both stages.

    With one instrument the estimate is the ratio of two regressions, effect of the offer on the outcome over its effect
    on taking part (Imbens and Angrist 1994, Econometrica 62). Errors are HC1. The interval of Anderson and Rubin (1949)
    inverts the test "the offer has no effect on outcome - b × treatment", a quadratic in b.
    """
    if np.ptp(instrument) == 0:
        raise EvaluationError("the instrument is the same for everybody")
    if np.ptp(treatment) == 0:
        raise EvaluationError("everybody, or nobody, took part")
    n = len(outcome)
    others = np.empty((n, 0)) if covariates is None else covariates[:, independent(covariates)]
    design = with_constant(instrument, others)
    if others.shape[1] not in independent(np.column_stack([others, instrument])):
        raise EvaluationError("the covariates say exactly who was offered; leave that one out")
    ratio, reduced, first, combined = ratio_of_jumps(outcome, treatment, design)
    v_yy, v_dd = float(reduced.covariance[1, 1]), float(first.covariance[1, 1])
    apart = least_squares(outcome - treatment, design)
    v_yd = (v_yy + v_dd - float(apart.covariance[1, 1])) / 2
    a_y, a_d = float(reduced.coefficients[1]), float(first.coefficients[1])
    return Instrumented(
        late=effect(ratio, combined.se(1) / abs(a_d), n, Design.IV, reduced.df),
        itt=effect(a_y, reduced.se(1), n, Design.RCT, reduced.df),
        first_stage=effect(a_d, first.se(1), n, Design.RCT, first.df),
        f=strength(first),
        anderson_rubin=_inverted(a_y, a_d, v_yy, v_yd, v_dd, reduced.df),
    )


def ratio_of_jumps(
    outcome: Floats, treatment: Floats, design: Floats, *, weights: Floats | None = None
) -> tuple[float, Fit, Fit, Fit]:
    """Coefficient 1 of ``outcome`` on ``design`` over that of ``treatment``; the two fits, and that of outcome - ratio x
    treatment, whose standard error over the second coefficient is the ratio's (two-stage least squares, just identified)."""
    reduced = least_squares(outcome, design, weights=weights)
    first = least_squares(treatment, design, weights=weights)
    if abs(first.coefficients[1]) < 1e-12:
        raise EvaluationError("what should have moved people to take part moved nobody")
    ratio = float(reduced.coefficients[1] / first.coefficients[1])
    return ratio, reduced, first, least_squares(outcome - ratio * treatment, design, weights=weights)


def strength(first: Fit) -> float:
    """The robust F of the first stage; infinite where everybody did as offered."""
    variance = float(first.covariance[1, 1])
    return float(first.coefficients[1] ** 2) / variance if variance > 1e-24 else float("inf")


def _inverted(
    a_y: float, a_d: float, v_yy: float, v_yd: float, v_dd: float, df: float
) -> tuple[tuple[float, float], ...]:
    """All b with (a_y - b a_d)² ≤ F (v_yy - 2 b v_yd + b² v_dd)."""
    bound = float(stats.f.ppf(LEVEL, 1, df))
    square, linear, constant = (
        a_d**2 - bound * v_dd,
        -2 * (a_y * a_d - bound * v_yd),
        a_y**2 - bound * v_yy,
    )
    under = linear**2 - 4 * square * constant
    infinite = float("inf")
    if square > 0:
        root = float(np.sqrt(max(under, 0.0)))
        return (((-linear - root) / (2 * square), (-linear + root) / (2 * square)),)
    if under <= 0:
        return ((-infinite, infinite),)
    if square == 0:
        edge = -constant / linear
        return ((-infinite, edge),) if linear > 0 else ((edge, infinite),)
    low, high = sorted(((-linear - np.sqrt(under)) / (2 * square), (-linear + np.sqrt(under)) / (2 * square)))
    return ((-infinite, float(low)), (float(high), infinite))
