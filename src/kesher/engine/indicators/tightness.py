"""Vacancies against unemployed people: tightness, the Netherlands' five classes, the Beveridge path, efficient
unemployment.

Sources: UWV, "Spanningsindicator Arbeidsmarkt" (open vacancies for each person on unemployment benefit for less than
six months; classes at 0.25, 0.67, 1.5 and 4.0); Michaillat and Saez, "Beveridgean unemployment gap" (Journal of Public
Economics Plus 2, 2021), equations (5) and (6); Blanchard and Diamond, "The Beveridge curve" (Brookings Papers 1989:1)
for the two kinds of movement.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from kesher.engine.indicators.arrays import Floats, IndicatorError, same_length, vector


class TightnessClass(StrEnum):
    """UWV's names, from the side of who looks for staff."""

    VERY_SLACK = "very-slack"
    SLACK = "slack"
    BALANCED = "balanced"
    TIGHT = "tight"
    VERY_TIGHT = "very-tight"


#: Upper bounds of the first four classes; a value on a bound belongs to the class above it (UWV: "4.0 or more").
UWV_BOUNDS = (0.25, 0.67, 1.5, 4.0)
_CLASSES = tuple(TightnessClass)


def tightness(vacancies: ArrayLike, unemployed: ArrayLike) -> Floats:
    """θ = V / U, shape (n,). Infinite where there are vacancies and nobody unemployed, NaN where there is neither."""
    v, u = vector(vacancies, "vacancies"), vector(unemployed, "unemployed")
    same_length(vacancies=v, unemployed=u)
    with np.errstate(divide="ignore", invalid="ignore"):
        return v / u


def tightness_class(theta: float) -> TightnessClass | None:
    """The class of one θ; ``None`` for NaN.

    >>> tightness_class(1.5), tightness_class(0.2)
    (<TightnessClass.TIGHT: 'tight'>, <TightnessClass.VERY_SLACK: 'very-slack'>)
    """
    if np.isnan(theta):
        return None
    if theta < 0:
        raise IndicatorError(f"theta must not be negative; it is {theta}")
    return _CLASSES[int(np.searchsorted(UWV_BOUNDS, theta, side="right"))]


@dataclass(frozen=True, slots=True)
class BeveridgePath:
    """The way from period to period in the plane of unemployment (x) and vacancies (y). Shapes (n,) and (n − 1,).

    ``along``: movement on one curve, positive towards tightness. ``shift``: movement of the curve, positive outwards:
    more of both, so people and jobs find each other less well. Both in log points.
    """

    unemployment: Floats
    vacancies: Floats
    along: Floats
    shift: Floats

    @property
    def shifted(self) -> float:
        """Whole shift from the first to the last period, in log points: 0.1 is about 10 per cent more of both."""
        return float(self.shift.sum())


def beveridge_path(unemployment_rate: ArrayLike, vacancy_rate: ArrayLike, *, elasticity: float = 1.0) -> BeveridgePath:
    """Each step split into a movement along a curve and a shift of it.

    The curve is ln v = const − ε ln u, with ``elasticity`` ε: 1 is a rectangular hyperbola; Michaillat and Saez find
    0.84 to 1.02 for the United States. A step (Δ ln u, Δ ln v) has shift (ε Δ ln u + Δ ln v)/(1 + ε), and along is what
    is left of it: (Δ ln v − Δ ln u)/2 at ε = 1, that is half the change of ln θ.
    """
    u, v = vector(unemployment_rate, "unemployment_rate"), vector(vacancy_rate, "vacancy_rate")
    if same_length(unemployment_rate=u, vacancy_rate=v) < 2:
        raise IndicatorError("a path needs two periods at least")
    if (u <= 0).any() or (v <= 0).any():
        raise IndicatorError("rates must be above 0 to lie on a Beveridge curve")
    if elasticity <= 0:
        raise IndicatorError(f"elasticity must be above 0; it is {elasticity}")
    du, dv = np.diff(np.log(u)), np.diff(np.log(v))
    shift = (elasticity * du + dv) / (1 + elasticity)
    return BeveridgePath(u, v, (dv - du) / (1 + elasticity), shift)


def efficient_tightness(elasticity: float, *, recruiting_cost: float = 0.92, social_value: float = 0.26) -> float:
    """θ* = (1 − ζ)/(κ ε): the tightness at which neither unemployment nor recruiting wastes more labour than it saves.

    ``recruiting_cost`` κ: recruiters for each vacancy; ``social_value`` ζ: of an unemployed person's time against an
    employed one's. Defaults are the authors' for the United States, and are assumptions anywhere else.
    """
    if elasticity <= 0 or recruiting_cost <= 0 or not 0 <= social_value < 1:
        raise IndicatorError("elasticity and recruiting_cost must be above 0, social_value from 0 to below 1")
    return (1 - social_value) / (recruiting_cost * elasticity)


def efficient_unemployment(
    unemployment_rate: ArrayLike,
    vacancy_rate: ArrayLike,
    elasticity: ArrayLike,
    *,
    recruiting_cost: float = 0.92,
    social_value: float = 0.26,
) -> Floats:
    """u* = (κ ε/(1 − ζ) · v · u^ε)^(1/(1 + ε)), shape (n,): where the curve through (u, v) crosses θ*."""
    u, v = vector(unemployment_rate, "unemployment_rate"), vector(vacancy_rate, "vacancy_rate")
    epsilon = np.broadcast_to(np.asarray(elasticity, dtype=np.float64), u.shape)
    same_length(unemployment_rate=u, vacancy_rate=v)
    factor = recruiting_cost * epsilon / (1 - social_value)
    return np.asarray((factor * v * u**epsilon) ** (1 / (1 + epsilon)), dtype=np.float64)
