"""How good a ranked list is: success and gain at k, and whether one ranking is better than another beyond chance.

What goes in: for each query the relevance of the results *in the order shown* (1-d array, best first; 0 = not
relevant), and where it matters the relevances of everything that could have been shown. What comes out: numbers between
0 and 1, and intervals. Pure functions on numpy arrays; randomness only through a passed generator.

Sources: Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques" (ACM TOIS 20(4), 2002) for nDCG;
Sakai, "Evaluating evaluation metrics based on the bootstrap" (SIGIR 2006) and Efron and Tibshirani, "An Introduction to
the Bootstrap" (1993, chapter 13) for the paired percentile interval.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


class RankingError(ValueError):
    """The arrays handed to a metric cannot be what it says on them; the message names the argument."""


def _vector(values: ArrayLike, name: str) -> Floats:
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 1:
        raise RankingError(f"{name} must be one-dimensional, one number per result; it has shape {array.shape}")
    if not np.isfinite(array).all():
        raise RankingError(f"{name} must hold finite numbers; position {int(np.argmin(np.isfinite(array)))} does not")
    return array


def _relevances(values: ArrayLike, name: str) -> Floats:
    array = _vector(values, name)
    if (array < 0).any():
        raise RankingError(f"{name} must not be negative; position {int(np.argmax(array < 0))} is")
    return array


def _positive(k: int) -> int:
    if k < 1:
        raise RankingError(f"k must be at least 1, the number of results looked at; it is {k}")
    return k


def success_at(relevances: ArrayLike, k: int) -> float:
    """1.0 when at least one of the first ``k`` results is relevant, else 0.0. Its mean over queries is success@k.

    ``relevances``: shape (results,), in the order shown, 0 = not relevant. Fewer than ``k`` results is no fault.

    >>> success_at([0, 0, 1], k=3), success_at([0, 0, 1], k=2), success_at([], k=10)
    (1.0, 0.0, 0.0)
    """
    return float((_relevances(relevances, "relevances")[: _positive(k)] > 0).any())


def discounted_gain_at(relevances: ArrayLike, k: int) -> float:
    """DCG@k = Σ_{i=1..k} rel_i / log2(i + 1), with the gain linear in the relevance (Järvelin and Kekäläinen, 2002).

    The linear gain, not 2^rel − 1: for yes/no relevance, used here, they agree, and graded judgements keep their scale.
    """
    gains = _relevances(relevances, "relevances")[: _positive(k)]
    return float(gains @ (1.0 / np.log2(np.arange(2, gains.size + 2))))


def ndcg_at(relevances: ArrayLike, k: int, *, possible: ArrayLike | None = None) -> float:
    """nDCG@k = DCG@k / IDCG@k, between 0 and 1; IDCG@k is the DCG@k of the best possible order.

    ``relevances``: shape (results,), in the order shown. ``possible``: shape (documents,), the relevance of *every*
    document for the query in any order. Without it the best order of the results shown is the ideal, which flatters a
    search that leaves relevant documents out: pass it wherever it is known.

    Raises :class:`RankingError` when no document is relevant (the query says nothing about a ranking and must be left
    out, not counted as 0 or 1), or when the list shown gains more than the possible documents can.
    """
    shown = _relevances(relevances, "relevances")
    everything = shown if possible is None else _relevances(possible, "possible")
    ideal = discounted_gain_at(np.sort(everything)[::-1], k)
    if ideal == 0.0:
        raise RankingError("no document is relevant: nDCG is not defined for this query, leave it out")
    value = discounted_gain_at(shown, k) / ideal
    if value > 1.0 + 1e-9:
        raise RankingError(
            "the list shown gains more than the best order of the possible documents: "
            "`possible` misses documents that were shown, or a document is shown twice"
        )
    return min(value, 1.0)


@dataclass(frozen=True)
class Difference:
    """Mean of (treatment − baseline) over queries, its interval, and how sure the interval is (``confidence``)."""

    mean: float
    low: float
    high: float
    confidence: float
    queries: int
    groups: int

    @property
    def excludes_zero(self) -> bool:
        """Whether the two differ beyond what the choice of queries explains."""
        return self.low > 0.0 or self.high < 0.0


def paired_difference(
    treatment: ArrayLike,
    baseline: ArrayLike,
    generator: np.random.Generator,
    *,
    groups: ArrayLike | None = None,
    resamples: int = 10_000,
    confidence: float = 0.95,
) -> Difference:
    """Percentile bootstrap interval of the mean difference between two rankings on the same queries.

    ``treatment``, ``baseline``: shape (queries,), a metric's value per query, in the same order. Each resample draws
    as many units with replacement as there are and averages their differences d_i = treatment_i − baseline_i; the
    interval runs between the (1 − confidence)/2 and (1 + confidence)/2 quantiles of those averages (Efron and
    Tibshirani, 1993). Pairing removes how hard a query is for everybody. Memory grows with resamples × units: 12 MB for
    10,000 × 150.

    ``groups``: shape (queries,), any labels; queries of one group are drawn together. Pass the need when one need is
    asked in several languages: its queries succeed and fail together, and drawn apart they would make the interval
    too narrow. Without it every query is a unit of its own.
    """
    treated = _vector(treatment, "treatment")
    reference = _vector(baseline, "baseline")
    if treated.shape != reference.shape:
        raise RankingError(f"treatment has {treated.size} queries, baseline {reference.size}; they must be the same")
    if treated.size == 0:
        raise RankingError("treatment and baseline hold no query; a difference needs at least one")
    if resamples < 1:
        raise RankingError(f"resamples must be at least 1; it is {resamples}")
    if not 0.0 < confidence < 1.0:
        raise RankingError(f"confidence must lie between 0 and 1, without them; it is {confidence}")
    differences = treated - reference
    labels = np.arange(differences.size) if groups is None else np.asarray(groups)
    if labels.shape != differences.shape:
        raise RankingError(
            f"groups has shape {labels.shape}; it must name a group for each of {differences.size} queries"
        )
    names, group_of = np.unique(labels, return_inverse=True)
    sums = np.bincount(group_of, weights=differences, minlength=names.size)
    sizes = np.bincount(group_of, minlength=names.size).astype(np.float64)
    # How often each group is drawn in each resample: a multinomial is the draw with replacement, counted at once.
    drawn = generator.multinomial(names.size, np.full(names.size, 1.0 / names.size), size=resamples)
    means = (drawn @ sums) / (drawn @ sizes)
    tail = (1.0 - confidence) / 2.0
    low, high = np.quantile(means, [tail, 1.0 - tail])
    return Difference(
        mean=float(differences.mean()),
        low=float(low),
        high=float(high),
        confidence=confidence,
        queries=int(differences.size),
        groups=int(names.size),
    )
