"""How badly unemployed people and vacancies are spread over the same occupations, industries or places.

Source: Şahin, Song, Topa and Violante, "Mismatch unemployment" (American Economic Review 104, 2014), equations (4) and
(9); the dissimilarity is that of Duncan and Duncan (1955).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from kesher.engine.indicators.arrays import Floats, IndicatorError, same_length, total, vector


@dataclass(frozen=True, slots=True)
class Mismatch:
    """``lost_hires``: share of hires that are not made because people look where the vacancies are not, 0 to 1 (M of
    the paper).

    ``misplaced``: share of the unemployed who would have to look elsewhere for the two to be spread alike, 0 to 1.
    """

    lost_hires: float
    misplaced: float


def mismatch(
    unemployed: ArrayLike,
    vacancies: ArrayLike,
    *,
    vacancy_share: float = 0.5,
    efficiency: ArrayLike | None = None,
) -> Mismatch:
    """M = 1 − Σ (φ_i/φ̄) (v_i/v)^α (u_i/u)^(1 − α), with φ̄ = [Σ φ_i^(1/α) (v_i/v)]^α.

    ``unemployed``, ``vacancies``: shape (markets,), counts in the same markets. ``vacancy_share`` α: elasticity of
    hires with respect to vacancies (the paper's 0.5). ``efficiency`` φ: how easily each market makes matches; all alike
    without it, and then φ̄ = φ and M is the paper's M_h. M is 0 just when tightness is the same in all markets
    (weighted by efficiency).
    """
    u, v = vector(unemployed, "unemployed"), vector(vacancies, "vacancies")
    same_length(unemployed=u, vacancies=v)
    if not 0 < vacancy_share < 1:
        raise IndicatorError(f"vacancy_share must lie between 0 and 1, without them; it is {vacancy_share}")
    u_share, v_share = u / total(u, "unemployed"), v / total(v, "vacancies")
    if efficiency is None:
        phi: Floats = np.ones_like(u)
    else:
        phi = vector(efficiency, "efficiency")
        same_length(unemployed=u, efficiency=phi)
    mean = float((phi ** (1 / vacancy_share) @ v_share) ** vacancy_share)
    if mean <= 0:
        raise IndicatorError("efficiency must be above 0 in some market that has vacancies")
    hires = float((phi / mean) @ (v_share**vacancy_share * u_share ** (1 - vacancy_share)))
    misplaced = 0.5 * float(np.abs(u_share - v_share).sum())
    return Mismatch(max(0.0, 1.0 - hires), min(1.0, misplaced))
