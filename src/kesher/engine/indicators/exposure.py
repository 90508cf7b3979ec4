"""Exposure of a place's work to automation and generative AI: several scores side by side, as a range.

No score is a forecast, and they disagree: Frey and Osborne ask experts about whole occupations, the ILO and Eloundou et
al. rate tasks, Felten et al. link abilities to applications, Microsoft counts conversations. So a place is shown by the
lowest and the highest of them, on one scale: the rank of an occupation among all that a score covers.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from kesher.engine.indicators.arrays import Floats, IndicatorError, same_length, vector

#: Below this share of employment with a score, a score says nothing of the place.
COVERAGE = 0.6


def percentile_ranks(scores: ArrayLike) -> Floats:
    """Mid-ranks from 0 to 1, equal scores alike, NaN where there is no score. Shape (occupations,).

    >>> percentile_ranks([1, 5, 5, 9]).tolist()
    [0.125, 0.5, 0.5, 0.875]
    """
    array = vector(scores, "scores", negative=True, missing=True)
    known = array[~np.isnan(array)]
    ranks = np.full(array.shape, np.nan)
    if known.size:
        ordered = np.sort(known)
        low, high = np.searchsorted(ordered, known, "left"), np.searchsorted(ordered, known, "right")
        ranks[~np.isnan(array)] = (low + high) / 2 / known.size
    return ranks


@dataclass(frozen=True, slots=True)
class ExposureRange:
    """``by_score``: mean rank of the place's jobs by each score that covers enough of them; 0.5 is the middle.
    ``covered``: share of jobs that each score covers.
    """

    by_score: Mapping[str, float]
    covered: Mapping[str, float]

    @property
    def low(self) -> float | None:
        return min(self.by_score.values(), default=None)

    @property
    def high(self) -> float | None:
        return max(self.by_score.values(), default=None)


def exposure_range(employment: ArrayLike, scores: Mapping[str, ArrayLike]) -> ExposureRange:
    """``employment``: shape (occupations,), jobs of the place. ``scores``: name → shape (occupations,), NaN where it
    says nothing.
    """
    jobs = vector(employment, "employment")
    if jobs.sum() <= 0:
        raise IndicatorError("employment is zero in all: there is nothing to be exposed")
    by_score: dict[str, float] = {}
    covered: dict[str, float] = {}
    for name, values in scores.items():
        ranks = percentile_ranks(values)
        same_length(employment=jobs, **{name: ranks})
        known = ~np.isnan(ranks)
        covered[name] = float(jobs[known].sum() / jobs.sum())
        if covered[name] >= COVERAGE:
            by_score[name] = float(jobs[known] @ ranks[known] / jobs[known].sum())
    return ExposureRange(by_score, covered)


def share_above(scores: ArrayLike, threshold: float, employment: ArrayLike | None = None) -> float:
    """Share of occupations, or with ``employment`` of jobs, whose score reaches ``threshold``; those without a score
    left out.

    Frey and Osborne's 47 per cent is the share of US employment of 2010 at 0.7 or more. Unweighted over the same 702
    occupations it is 45.6 per cent, weighted by the employment of 2016 50.4: the weights and their year make the
    difference.
    """
    array = vector(scores, "scores", negative=True, missing=True)
    weights = np.ones_like(array) if employment is None else vector(employment, "employment", missing=True)
    same_length(scores=array, employment=weights)
    known = ~np.isnan(array) & ~np.isnan(weights)
    if weights[known].sum() <= 0:
        raise IndicatorError("no occupation with a score has employment")
    return float(weights[known & (array >= threshold)].sum() / weights[known].sum())
