"""From points to chances, area by area, and to "likely", "unlikely" or "cannot tell".

Arrays: ``logits`` and ``outcome`` (n,), outcome 0 or 1, from people the points were not learnt from (out of fold).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

Floats = NDArray[np.float64]
#: Share of each outcome that its label must be given to.
COVERAGE = 0.9
_ROUNDS = 50


@dataclass(frozen=True, slots=True)
class Line:
    """chance = 1 / (1 + exp(-(intercept + slope × x)))."""

    intercept: float
    slope: float

    def logits(self, x: Floats) -> Floats:
        """The line's values (n,)."""
        return np.asarray(self.intercept + self.slope * x, dtype=np.float64)


def line(x: Floats, outcome: Floats) -> Line:
    """Logistic regression of the outcome on one figure (Platt 1999), unpenalised, to the last digit."""
    spread = float(x.std()) or 1.0
    scaled = ((x - x.mean()) / spread)[:, None]
    model = LogisticRegression(C=np.inf, tol=1e-12, max_iter=1000).fit(scaled, outcome)
    slope = float(model.coef_[0, 0]) / spread
    return Line(float(model.intercept_[0]) - slope * float(x.mean()), slope)


def area_offsets(logits: Floats, outcome: Floats, areas: Sequence[str]) -> Mapping[str, float]:
    """How much better or worse each area does than its people's points say, drawn towards none where it has few people.

    Empirical Bayes on the logit scale: offsets are drawn from N(0, τ²); an area's is the mode given its people,
    Newton's method on Σ(y - p) = offset / τ², and τ² is the mean of offset² plus its variance (Laplace's
    approximation, iterated). An area with a handful of people gets nearly nothing; τ² = 0 gives all of them none.
    """
    names, place = np.unique(np.array(areas, dtype=object).astype(str), return_inverse=True)
    offsets, tau2 = np.zeros(len(names)), 0.25
    for _ in range(_ROUNDS):
        for _ in range(5):
            chance = 1 / (1 + np.exp(-(logits + offsets[place])))
            pull = np.bincount(place, outcome - chance, len(names)) - offsets / tau2
            push = np.bincount(place, chance * (1 - chance), len(names)) + 1 / tau2
            offsets = offsets + pull / push
        after = float((offsets**2 + 1 / push).mean())
        if abs(after - tau2) < 1e-8:
            break
        tau2 = max(after, 1e-9)
    if len(names) < 2 or tau2 < 1e-6:
        offsets = np.zeros(len(names))
    return {str(name): float(one) for name, one in zip(names, offsets, strict=True)}


def limits(chance: Floats, outcome: Floats, coverage: float = COVERAGE) -> tuple[float, float]:
    """(likely_from, unlikely_to): who is at or above the first may be labelled 1, at or below the second 0.

    Class-conditional split conformal prediction (Vovk 2012): of n people with outcome 1 the limit is the
    ⌊(1 - coverage)(n + 1)⌋-th smallest chance, so that a next one is at or above it with at least ``coverage``; likewise
    for outcome 0 from above. Both labels, or neither, is "cannot tell".
    """
    ones, zeros = np.sort(chance[outcome == 1]), np.sort(chance[outcome == 0])[::-1]
    places = [int(np.floor((1 - coverage) * (len(side) + 1))) for side in (ones, zeros)]
    low = float(ones[places[0] - 1]) if places[0] > 0 else 0.0
    high = float(zeros[places[1] - 1]) if places[1] > 0 else 1.0
    return low, high


def coverage_of(chance: Floats, outcome: Floats, low: float, high: float) -> tuple[float, float, float]:
    """Share of outcome 1 that may be labelled 1, of outcome 0 that may be labelled 0, and of "cannot tell" in all."""
    ones, zeros = chance >= low, chance <= high
    return (
        float(ones[outcome == 1].mean()),
        float(zeros[outcome == 0].mean()),
        float((ones == zeros).mean()),
    )


def calibration_slope(chance: Floats, outcome: Floats) -> float:
    """The slope of outcome on the logit of the chance: 1 when chances are neither too bold nor too timid."""
    inside = np.clip(chance, 1e-9, 1 - 1e-9)
    return line(np.log(inside / (1 - inside)), outcome).slope


def brier(chance: Floats, outcome: Floats) -> float:
    """The mean squared distance of chance and outcome."""
    return float(((chance - outcome) ** 2).mean())


def auc(chance: Floats, outcome: Floats) -> float:
    """The chance that a person with the outcome scores above one without; ties count half."""
    from scipy.stats import rankdata

    ranks = rankdata(chance)
    ones = int((outcome == 1).sum())
    zeros = len(outcome) - ones
    return float((ranks[outcome == 1].sum() - ones * (ones + 1) / 2) / (ones * zeros))
