"""What a place lives on: location quotient, shift-share, concentration, specialisation.

Sources: Isard, "Methods of Regional Analysis" (1960) for the location quotient; Dunn, "A statistical and analytical
technique for regional analysis" (1960) for shift-share; Herfindahl (1950) and Hirschman (1945); Krugman, "Geography and
Trade" (1991).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from kesher.engine.indicators.arrays import Floats, IndicatorError, matrix, same_length, total, vector


def location_quotient(
    local: ArrayLike, local_total: ArrayLike, reference: ArrayLike, reference_total: ArrayLike
) -> Floats:
    """LQ = (local / local_total) / (reference / reference_total); arguments broadcast against each other.

    1: the place has as large a share of this industry or occupation as the whole; 2: twice as large. NaN where the
    whole has none.

    >>> round(float(location_quotient(1714, 79006, 879213, 15593224)), 7)
    0.3847623
    """
    here, here_all = np.asarray(local, dtype=np.float64), np.asarray(local_total, dtype=np.float64)
    there, there_all = np.asarray(reference, dtype=np.float64), np.asarray(reference_total, dtype=np.float64)
    if any((array < 0).any() for array in (here, here_all, there, there_all)):
        raise IndicatorError("counts must not be negative")
    with np.errstate(divide="ignore", invalid="ignore"):
        quotient = (here / here_all) / (there / there_all)
    return np.where(np.isfinite(quotient), quotient, np.nan)


@dataclass(frozen=True, slots=True)
class ShiftShare:
    """Change of employment by industry, split into three parts that add up to it. Shapes (industries,), in jobs.

    ``national``: had each industry grown as the whole economy; ``mix``: more or less, because the place has fast or
    slow industries; ``local``: the rest, what is of the place itself.
    """

    national: Floats
    mix: Floats
    local: Floats

    @property
    def total(self) -> float:
        return float(self.national.sum() + self.mix.sum() + self.local.sum())


def shift_share(
    local_before: ArrayLike, local_after: ArrayLike, nation_before: ArrayLike, nation_after: ArrayLike
) -> ShiftShare:
    """Classical shift-share. Each argument: shape (industries,), jobs by the same industries.

    national_i = e_i G; mix_i = e_i (G_i − G); local_i = e_i (g_i − G_i), with e local jobs before, g_i local growth,
    G_i the nation's growth of the industry and G that of all. An industry that the nation did not have before is
    counted as local.
    """
    e0, e1 = vector(local_before, "local_before"), vector(local_after, "local_after")
    n0, n1 = vector(nation_before, "nation_before"), vector(nation_after, "nation_after")
    same_length(local_before=e0, local_after=e1, nation_before=n0, nation_after=n1)
    growth = total(n1, "nation_after") / total(n0, "nation_before") - 1
    with np.errstate(divide="ignore", invalid="ignore"):
        own = np.where(n0 > 0, n1 / n0 - 1, growth)
    return ShiftShare(e0 * growth, e0 * (own - growth), e1 - e0 * (1 + own))


@dataclass(frozen=True, slots=True)
class Concentration:
    """``hhi``: Σ s², 1/n to 1. ``normalised``: 0 when all are equal, 1 when there is one. ``equivalent``: so many equal
    ones would be as concentrated.
    """

    hhi: float
    normalised: float
    equivalent: float


def concentration(values: ArrayLike) -> Concentration:
    """Herfindahl–Hirschman of jobs by employer, or of anything by anything. ``values``: shape (n,), not negative.

    >>> found = concentration([20, 50, 20, 10])
    >>> round(found.hhi, 2), round(found.normalised, 2), round(found.equivalent, 2)
    (0.34, 0.12, 2.94)
    """
    array = vector(values, "values")
    shares = array / total(array, "values")
    hhi = float(shares @ shares)
    n = array.shape[0]
    normalised = 1.0 if n == 1 else (hhi - 1 / n) / (1 - 1 / n)
    return Concentration(hhi, max(0.0, normalised), 1 / hhi)


def krugman_specialisation(local: ArrayLike, reference: ArrayLike) -> float:
    """K = Σ |s_i − s̄_i|, 0 to 2: 0 the same structure, 2 nothing in common. Both arguments: shape (industries,), jobs.

    >>> krugman_specialisation([1, 0], [0, 5])
    2.0
    """
    here, there = vector(local, "local"), vector(reference, "reference")
    same_length(local=here, reference=there)
    return float(np.abs(here / total(here, "local") - there / total(there, "reference")).sum())


def krugman_to_others(jobs: ArrayLike) -> Floats:
    """K of each place against all others together. ``jobs``: shape (places, industries)."""
    table = matrix(jobs, "jobs")
    whole = table.sum(axis=0)
    return np.array([krugman_specialisation(row, whole - row) for row in table])
