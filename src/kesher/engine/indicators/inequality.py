"""How unequal places are: Gini, Theil with its parts between and within groups, Hoover, Palma.

Sources: Theil, "Economics and Information Theory" (1967); Shorrocks, "The class of additively decomposable inequality
measures" (Econometrica 48, 1980); OECD, "Regions and Cities at a Glance", annex C (its Theil does not weight regions by
their people); Lerman and Yitzhaki (1989) for the weighted Gini.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from kesher.engine.indicators.arrays import Floats, IndicatorError, same_length, total, vector


def _weighted(values: ArrayLike, weights: ArrayLike | None) -> tuple[Floats, Floats]:
    x = vector(values, "values")
    w = np.ones_like(x) if weights is None else vector(weights, "weights")
    same_length(values=x, weights=w)
    w = w / total(w, "weights")
    if float(x @ w) <= 0:
        raise IndicatorError("values are zero in all: inequality of nothing is not defined")
    return x, w


def gini(values: ArrayLike, weights: ArrayLike | None = None, *, corrected: bool = False) -> float:
    """Gini coefficient, 0 (all equal) to 1. ``values``: shape (n,), per head; ``weights``: shape (n,), people.

    G = Σ_i Σ_j w_i w_j |x_i − x_j| / (2 μ), by sorting: area between the Lorenz curve and the diagonal. ``corrected``:
    times n/(n − 1), so that one that has everything among n gives 1; only for unweighted values.

    >>> gini([20, 50, 20, 10]), round(gini([20, 50, 20, 10], corrected=True), 12)
    (0.3, 0.4)
    """
    x, w = _weighted(values, weights)
    order = np.argsort(x, kind="stable")
    x, w = x[order], w[order]
    mean = float(x @ w)
    below = np.cumsum(w) - w / 2  # rank of the middle of each
    found = 2 * float((w * x) @ (below - 0.5)) / mean
    if corrected:
        if weights is not None:
            raise IndicatorError("the correction for few values holds for unweighted ones only")
        if x.shape[0] < 2:
            raise IndicatorError("the correction for few values needs two at least")
        found *= x.shape[0] / (x.shape[0] - 1)
    return min(1.0, max(0.0, round(found, 15)))


def theil_t(values: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Theil's T = Σ w_i (x_i/μ) ln(x_i/μ), 0 to ln(1/smallest weight); sensitive at the top. 0 ln 0 is 0.

    ``weights``: people of each place. Without them each place counts once, which is the OECD's way: T/n summed.
    """
    x, w = _weighted(values, weights)
    r = x / float(x @ w)
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(r > 0, r * np.log(r), 0.0)
    return max(0.0, float(w @ terms))


def theil_l(values: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Theil's L, the mean logarithmic deviation: Σ w_i ln(μ/x_i); sensitive at the bottom. Needs values above 0.

    >>> round(theil_l([10, 10, 10, 20, 50]), 7)
    0.2326302
    """
    x, w = _weighted(values, weights)
    if (x[w > 0] <= 0).any():
        raise IndicatorError("the mean logarithmic deviation needs values above 0; use theil_t")
    used = w > 0
    return max(0.0, float(w[used] @ np.log(float(x @ w) / x[used])))


@dataclass(frozen=True, slots=True)
class Decomposition:
    """T in two parts that add up to it. ``groups`` in the order of ``between_of`` and ``within_of``, each group's own
    part.

    A group's part between may be negative: it lies below the mean. The sum may not.
    """

    total: float
    between: float
    within: float
    groups: tuple[str, ...]
    between_of: Floats
    within_of: Floats

    @property
    def share_between(self) -> float:
        return self.between / self.total if self.total else 0.0


def theil_decomposition(values: ArrayLike, groups: Sequence[str], weights: ArrayLike | None = None) -> Decomposition:
    """T = Σ_g s_g ln(μ_g/μ) + Σ_g s_g T_g, with s_g = w_g μ_g/μ the group's share of the whole.

    ``groups``: the district of each place. How much of the gap lies between districts, how much between neighbours.
    """
    x, w = _weighted(values, weights)
    if len(groups) != x.shape[0]:
        raise IndicatorError(f"groups has {len(groups)} names for {x.shape[0]} values")
    names, index = np.unique(np.asarray(groups, dtype=str), return_inverse=True)
    mean = float(x @ w)
    weight = np.bincount(index, weights=w)
    income = np.bincount(index, weights=w * x)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(weight > 0, income / weight / mean, 0.0)
        between = np.where(income > 0, income / mean * np.log(ratio), 0.0)
    within = np.zeros(names.shape[0])
    for place in range(names.shape[0]):
        chosen = (index == place) & (w > 0)
        if income[place] > 0:
            within[place] = income[place] / mean * theil_t(x[chosen], w[chosen])
    both = float(between.sum()), float(within.sum())
    return Decomposition(both[0] + both[1], max(0.0, both[0]), both[1], tuple(map(str, names)), between, within)


def hoover(values: ArrayLike, population: ArrayLike) -> float:
    """½ Σ |share of the whole − share of the people|: what would have to move for all to have as much, 0 to 1."""
    x, p = vector(values, "values"), vector(population, "population")
    same_length(values=x, population=p)
    return 0.5 * float(np.abs(x / total(x, "values") - p / total(p, "population")).sum())


def palma_ratio(access: ArrayLike, income: ArrayLike, population: ArrayLike) -> float:
    """Mean access of the richest tenth of people over that of the poorest four tenths; NaN where one of them has nobody.

    Shapes (places,); NaN in ``access`` or ``income``: not known, left out of the mean or of the ranking. Places are sorted by
    income and taken whole: a place belongs to the richest tenth when the people of poorer places and its own make more than
    nine tenths, to the poorest four when they make four tenths at most.
    """
    a = vector(access, "access", missing=True)
    i, p = vector(income, "income", missing=True), vector(population, "population")
    same_length(access=a, income=i, population=p)
    ranked = ~np.isnan(i)
    a, i, p = a[ranked], i[ranked], p[ranked]
    order = np.argsort(i, kind="stable")
    a, p = a[order], p[order]
    upto = np.cumsum(p) / total(p, "population")
    poor, rich = (upto <= 0.4) & ~np.isnan(a), (upto > 0.9) & ~np.isnan(a)
    if p[poor].sum() <= 0 or p[rich].sum() <= 0:
        return float("nan")
    low = float(a[poor] @ p[poor]) / float(p[poor].sum())
    return float(a[rich] @ p[rich]) / float(p[rich].sum()) / low if low > 0 else float("nan")
