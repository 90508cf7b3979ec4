"""Where a cutoff decides who takes part: regression discontinuity (Hahn, Todd and van der Klaauw 2001, Econometrica 69)."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from kesher.engine.evaluation.instrument import ratio_of_jumps, strength
from kesher.engine.evaluation.regression import least_squares
from kesher.engine.evaluation.values import Design, Effect, EvaluationError, Floats, effect

#: Fewest rows on each side of the cutoff, and fewest different values there.
LEAST = 20
_DISTINCT = 5


@dataclass(frozen=True, slots=True)
class Discontinuity:
    """``jump``: the bias-corrected estimate, on which words rest. ``plain``: the local line at the same bandwidth.

    ``bandwidth`` in units of the running variable; ``n_left`` and ``n_right`` rows within it; ``fuzzy`` when the cutoff
    moves only some, and then ``f`` is the strength of its push. ``half`` and ``twice`` are ``jump`` at other bandwidths.
    """

    jump: Effect
    plain: Effect
    bandwidth: float
    n_left: int
    n_right: int
    fuzzy: bool
    f: float
    half: float | None
    twice: float


def discontinuity(
    outcome: Floats, treatment: Floats, running: Floats, cutoff: float, *, bandwidth: float | None = None
) -> Discontinuity:
    """The jump of the outcome at the cutoff, over the jump of treatment where that is below one (fuzzy).

    Lines are fitted on either side with weights that fall to 0 at the bandwidth (triangular, best at a boundary). The
    bandwidth is that of Imbens and Kalyanaraman (2012, Review of Economic Studies 79), which makes the mean squared
    error least and so leaves a bias in the interval. The estimate is therefore corrected by fitting parabolas at the
    same bandwidth, which is the robust correction of Calonico, Cattaneo and Titiunik (2014, Econometrica 82) with equal
    bandwidths; its error is HC1. Raises EvaluationError where a side holds fewer than 20 rows or 5 different values.
    """
    away = running - cutoff
    above = away >= 0
    for side, word in ((~above, "below"), (above, "at or above")):
        count, distinct = int(side.sum()), np.unique(running[side]).size
        if count < LEAST or distinct < _DISTINCT:
            raise EvaluationError(
                f"{count} rows with {distinct} different values lie {word} the cutoff {cutoff:g}; "
                f"{LEAST} rows and {_DISTINCT} values are the least"
            )
    shares = float(treatment[above].mean()), float(treatment[~above].mean())
    if shares[0] == shares[1]:
        raise EvaluationError("as many take part on either side of the cutoff: it decides nothing")
    sharp = set(shares) == {0.0, 1.0}
    width = optimal_bandwidth(outcome, away) if bandwidth is None else bandwidth
    width = _wide_enough(away, width)
    jump, f = _jump(outcome, treatment, away, width, 2, sharp=sharp)
    plain, _ = _jump(outcome, treatment, away, width, 1, sharp=sharp)
    narrow = _wide_enough(away, width / 2)
    half = None if narrow > 0.75 * width else _jump(outcome, treatment, away, narrow, 2, sharp=sharp)[0].estimate
    twice = _jump(outcome, treatment, away, 2 * width, 2, sharp=sharp)[0].estimate
    near = np.abs(away) < width
    return Discontinuity(
        jump, plain, width, int((near & ~above).sum()), int((near & above).sum()), not sharp, f, half, twice
    )


def optimal_bandwidth(outcome: Floats, away: Floats) -> float:
    """The bandwidth of Imbens and Kalyanaraman (2012), section 4.3, for a triangular kernel; ``away`` is from the cutoff."""
    n, above = len(away), away >= 0
    pilot = 1.84 * float(away.std(ddof=1)) * n**-0.2
    inside = [np.abs(away) < pilot, above]
    left, right = inside[0] & ~above, inside[0] & above
    if min(left.sum(), right.sum()) < 2:
        pilot = float(max(np.sort(-away[~above])[min(LEAST, (~above).sum()) - 1], np.sort(away[above])[LEAST - 1]))
        left, right = (np.abs(away) <= pilot) & ~above, (np.abs(away) <= pilot) & above
    density = (left.sum() + right.sum()) / (2 * n * pilot)
    spread = [float(outcome[side].var(ddof=1)) for side in (left, right)]
    middle = [float(np.median(away[~above])), float(np.median(away[above]))]
    kept = (away >= middle[0]) & (away <= middle[1])
    cubic = np.column_stack([np.ones(kept.sum()), above[kept], *(away[kept] ** power for power in (1, 2, 3))])
    third = 6 * float(np.linalg.lstsq(cubic, outcome[kept], rcond=None)[0][4])
    bends, penalties = [], []
    for side, variance in ((~above, spread[0]), (above, spread[1])):
        count = int(side.sum())
        reach = float(np.abs(away[side]).max())
        width = 3.56 * (variance / (density * max(third**2, 1e-12))) ** (1 / 7) * count ** (-1 / 7)
        width = min(max(width, float(np.sort(np.abs(away[side]))[min(LEAST, count) - 1])), reach)
        near = side & (np.abs(away) <= width)
        square = np.column_stack([np.ones(near.sum()), away[near], away[near] ** 2])
        bends.append(2 * float(np.linalg.lstsq(square, outcome[near], rcond=None)[0][2]))
        penalties.append(2160 * variance / (near.sum() * width**4))
    curve = (bends[1] - bends[0]) ** 2 + sum(penalties)
    if curve <= 0 or density <= 0 or sum(spread) <= 0:
        return float(np.abs(away).max())
    return float(3.4375 * (sum(spread) / (density * curve)) ** 0.2 * n**-0.2)


def density_jump(away: Floats, width: float) -> tuple[int, int, float]:
    """Rows just below and just above the cutoff, and the p-value of their being equally many (binomial).

    People who can shift themselves over a cutoff leave a gap below and a heap above. Rows within a tenth of the
    bandwidth are counted, or within the least distance that holds 20 (Cattaneo, Titiunik and Vazquez-Bare 2017).
    """
    distance = np.sort(np.abs(away))
    reach = max(width / 10, float(distance[min(LEAST, len(distance)) - 1]))
    below, above = int(((away < 0) & (away >= -reach)).sum()), int(((away >= 0) & (away <= reach)).sum())
    return below, above, float(stats.binomtest(above, below + above, 0.5).pvalue)


def _wide_enough(away: Floats, width: float) -> float:
    """The width, or as much more as lets :data:`LEAST` rows and enough different values on each side into it."""
    needed = width
    for side in (away[away < 0], away[away >= 0]):
        needed = max(needed, float(np.sort(np.abs(side))[LEAST - 1]), float(np.unique(np.abs(side))[_DISTINCT - 1]))
    return needed if needed == width else needed * (1 + 1e-9)


def _jump(
    outcome: Floats, treatment: Floats, away: Floats, width: float, degree: int, *, sharp: bool
) -> tuple[Effect, float]:
    kernel = np.clip(1 - np.abs(away) / (width * (1 + 1e-9)), 0, None)
    near = kernel > 0
    over = (away[near] >= 0).astype(np.float64)
    scaled = away[near] / width
    powers = [scaled**power for power in range(1, degree + 1)]
    columns = [np.ones(near.sum()), over, *powers, *(over * power for power in powers)]
    count = int(near.sum())
    design, weights = np.column_stack(columns), kernel[near]
    if sharp:
        fit = least_squares(outcome[near], design, weights=weights)
        sign = 1.0 if treatment[near][over == 1].mean() == 1 else -1.0
        return effect(sign * fit.coefficients[1], fit.se(1), count, Design.RDD, fit.df), float("inf")
    ratio, _, first, combined = ratio_of_jumps(outcome[near], treatment[near], design, weights=weights)
    se = combined.se(1) / abs(float(first.coefficients[1]))
    return effect(ratio, se, count, Design.RDD, combined.df), strength(first)
