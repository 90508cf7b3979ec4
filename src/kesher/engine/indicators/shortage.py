"""Which occupations are short: four public methods side by side, what a panel of people says, and how far they agree.

No method is right; they answer different questions. UWV asks how many vacancies there are for each person newly on
benefit, DARES how hard employers expect and find it, the German Federal Employment Agency counts six signs, the OECD
looks for what prices and hours do. Where they disagree the board shows it (Kendall's τ), and a recorded judgement of
the table stands beside them.

Sources: UWV, "Spanningsindicator"; DARES and Pôle emploi, "Les tensions sur le marché du travail en 2019", methodology
(weights 0.5, 0.3, 0.2; figures centred and reduced over a period of reference); Bundesagentur für Arbeit,
"Engpassanalyse - Methodische Hinweise" (0 far from a sign, 1 none, 2 weak, 3 clear; mean of 2.0 and more: shortage, 1.5
to below 2.0: watched); OECD, "Getting Skills Right: The OECD Skills for Jobs Indicators" (2017), chapter 2.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from kesher.engine.indicators.arrays import Floats, IndicatorError, matrix, same_length, vector
from kesher.engine.indicators.tightness import TightnessClass, tightness, tightness_class

DARES_WEIGHTS = {"hiring_difficulty": 0.5, "offers_per_jobseeker": 0.3, "outflow": 0.2}
#: The Federal Employment Agency's signs of a shortage, and whether more of it is a sign (+1) or less (−1).
BA_SIGNS: Mapping[str, int] = {
    "vacancy_days": 1,
    "jobseekers_per_vacancy": -1,
    "unemployment_rate": -1,
    "change_in_foreign_workers": 1,
    "outflow_rate": 1,
    "change_in_pay": 1,
}
#: Signs that an occupation must have for the mean to be formed.
BA_AT_LEAST = 4
#: OECD's five, and their direction.
OECD_SIGNS: Mapping[str, int] = {
    "wage_growth": 1,
    "employment_growth": 1,
    "hours_growth": 1,
    "unemployment_rate": -1,
    "growth_of_underqualified": 1,
}


class Verdict(StrEnum):
    SHORTAGE = "shortage"
    WATCHED = "watched"
    NONE = "none"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class MethodResult:
    """One method over all occupations. ``score``: shape (occupations,), more is shorter, NaN where it cannot tell."""

    method: str
    score: Floats
    verdict: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """Mean and standard deviation of a figure over the occupations of a period of reference: what it is measured
    against.
    """

    mean: float
    deviation: float

    @classmethod
    def of(cls, values: ArrayLike) -> "Reference":
        array = vector(values, "values", negative=True, missing=True)
        known = array[~np.isnan(array)]
        if known.size < 2 or known.std() == 0:
            raise IndicatorError("a reference needs two different figures at least")
        return cls(float(known.mean()), float(known.std()))

    def standardised(self, values: Floats) -> Floats:
        return (values - self.mean) / self.deviation


def uwv(vacancies: ArrayLike, recently_unemployed: ArrayLike) -> MethodResult:
    """Vacancies for each person unemployed for less than six months; "tight" and "very tight" are a shortage."""
    theta = tightness(vacancies, recently_unemployed)
    return MethodResult("uwv", theta, uwv_verdicts(theta))


_OF_TIGHTNESS = {
    TightnessClass.VERY_TIGHT: Verdict.SHORTAGE,
    TightnessClass.TIGHT: Verdict.SHORTAGE,
    TightnessClass.BALANCED: Verdict.WATCHED,
}


def uwv_verdicts(theta: Floats) -> tuple[Verdict, ...]:
    """Of each θ, as UWV's five classes have it."""
    found = [tightness_class(float(one)) for one in theta]
    return tuple(Verdict.UNKNOWN if one is None else _OF_TIGHTNESS.get(one, Verdict.NONE) for one in found)


def _by_bounds(
    score: Floats, shortage: Callable[[float], bool], watched: Callable[[float], bool]
) -> tuple[Verdict, ...]:
    return tuple(
        Verdict.UNKNOWN
        if np.isnan(one)
        else Verdict.SHORTAGE
        if shortage(one)
        else Verdict.WATCHED
        if watched(one)
        else Verdict.NONE
        for one in score
    )


def dares(figures: Mapping[str, ArrayLike], reference: Mapping[str, Reference] | None = None) -> MethodResult:
    """0.5 z(hiring difficulty) + 0.3 z(offers for each new jobseeker) + 0.2 z(outflow of jobseekers).

    ``figures``: the three names of :data:`DARES_WEIGHTS` → shape (occupations,), NaN where unknown; ``reference``:
    their mean and deviation over a period of reference, without it of the figures given. Classes are fifths of a normal
    distribution: the top two are a shortage, the middle one watched. An occupation that lacks one of the three is
    unknown.
    """
    columns = _columns(figures, DARES_WEIGHTS)
    score: Floats = np.zeros(next(iter(columns.values())).shape[0])
    for name, weight in DARES_WEIGHTS.items():
        known = reference[name] if reference is not None else Reference.of(columns[name])
        score = score + weight * known.standardised(columns[name])
    return MethodResult("dares", score, dares_verdicts(score))


def dares_verdicts(score: Floats) -> tuple[Verdict, ...]:
    """Of each score, by the fifths of all of them. Raises :class:`IndicatorError` where none is known."""
    spread = score[~np.isnan(score)]
    if spread.size == 0:
        raise IndicatorError("no occupation has all three figures")
    low, high = np.quantile(spread, (0.4, 0.6))
    return _by_bounds(score, lambda one: one > high, lambda one: one > low)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where a sign begins: from ``weak`` on 2 points, from ``clear`` on 3, below ``far`` none, else 1. In the sign's
    own unit, and in its direction: for a sign where less is shorter, thresholds fall.
    """

    far: float
    weak: float
    clear: float


def thresholds_of(values: ArrayLike, direction: int) -> Thresholds:
    """Quartiles of a distribution of reference: the upper quarter is clear, the next weak, the lowest far from a sign.

    The Agency publishes fixed thresholds of its own in its methodical notes; give those where they are known.
    """
    array = vector(values, "values", negative=True, missing=True)
    known = direction * array[~np.isnan(array)]
    if known.size < 4:
        raise IndicatorError("thresholds by quartiles need four figures at least")
    far, weak, clear = np.quantile(known, (0.25, 0.5, 0.75))
    return Thresholds(float(direction * far), float(direction * weak), float(direction * clear))


def ba_points(values: ArrayLike, thresholds: Thresholds, direction: int = 1) -> Floats:
    """0 to 3 points for each occupation, NaN where the figure is unknown. Shape (occupations,)."""
    array = direction * vector(values, "values", negative=True, missing=True)
    bounds = direction * np.array([thresholds.far, thresholds.weak, thresholds.clear])
    if (np.diff(bounds) < 0).any():
        raise IndicatorError("thresholds must rise in the direction of a shortage: far, weak, clear")
    return np.where(np.isnan(array), np.nan, np.searchsorted(bounds, array, side="right").astype(np.float64))


def ba(figures: Mapping[str, ArrayLike], thresholds: Mapping[str, Thresholds] | None = None) -> MethodResult:
    """Mean of the points of the six signs. 2.0 and more: shortage; 1.5 to below 2.0: watched; fewer than four signs:
    unknown.
    """
    columns = _columns(figures, BA_SIGNS)
    points = np.array(
        [
            ba_points(
                column,
                thresholds[name] if thresholds is not None else thresholds_of(column, BA_SIGNS[name]),
                BA_SIGNS[name],
            )
            for name, column in columns.items()
        ]
    )
    known = (~np.isnan(points)).sum(axis=0)
    score = np.full(points.shape[1], np.nan)
    enough = known >= BA_AT_LEAST
    score[enough] = np.nansum(points[:, enough], axis=0) / known[enough]
    return MethodResult("ba", score, ba_verdicts(score))


def ba_verdicts(score: Floats) -> tuple[Verdict, ...]:
    return _by_bounds(score, lambda one: one >= 2.0, lambda one: one >= 1.5)


def oecd(figures: Mapping[str, ArrayLike], whole_economy: Mapping[str, float]) -> MethodResult:
    """Mean of five standardised gaps to the whole economy; above 0 the occupation is shorter than most, above 0.5
    short.

    In the OECD's manner, not its figures: the OECD smooths long series and weights by the variance of its parts, which
    a town cannot do. ``whole_economy``: the same figure for all occupations together.
    """
    columns = _columns(figures, OECD_SIGNS)
    gaps = []
    for name, column in columns.items():
        gap = OECD_SIGNS[name] * (column - whole_economy[name])
        spread = float(np.nanstd(gap))
        gaps.append(gap / spread if spread > 0 else np.zeros_like(gap))
    table = np.array(gaps)
    score = np.where(np.isnan(table).any(axis=0), np.nan, table.mean(axis=0))
    return MethodResult("oecd", score, oecd_verdicts(score))


def oecd_verdicts(score: Floats) -> tuple[Verdict, ...]:
    return _by_bounds(score, lambda one: one > 0.5, lambda one: one > 0)


@dataclass(frozen=True, slots=True)
class PanelJudgement:
    """What people at the table said of one occupation: −2 far too many … 0 balanced … 2 badly short; who said it is
    kept elsewhere.
    """

    occupation: int
    points: int

    def __post_init__(self) -> None:
        if not -2 <= self.points <= 2:
            raise IndicatorError(f"a judgement lies from -2 to 2; it is {self.points}")


def panel(judgements: Sequence[PanelJudgement], occupations: int, *, minimum: int = 3) -> MethodResult:
    """The median of what was said, where at least ``minimum`` people said something."""
    said: list[list[int]] = [[] for _ in range(occupations)]
    for one in judgements:
        if not 0 <= one.occupation < occupations:
            raise IndicatorError(f"a judgement names occupation {one.occupation} of {occupations}")
        said[one.occupation].append(one.points)
    score = np.array([float(np.median(points)) if len(points) >= minimum else np.nan for points in said])
    return MethodResult("panel", score, _by_bounds(score, lambda one: one >= 1, lambda one: one > 0))


@dataclass(frozen=True, slots=True)
class Agreement:
    """Kendall's τ-b of each pair of methods over the occupations both can tell of. ``tau``, ``occupations``: shape
    (methods, methods); NaN where there are fewer than three, or one of them ranks all alike.
    """

    methods: tuple[str, ...]
    tau: Floats
    occupations: np.ndarray

    @property
    def mean(self) -> float:
        """Over the pairs, each once; NaN when no pair can be told."""
        upper = self.tau[np.triu_indices(len(self.methods), 1)]
        return float(np.nanmean(upper)) if (~np.isnan(upper)).any() else float("nan")


def agreement(results: Sequence[MethodResult]) -> Agreement:
    """How alike the methods rank the occupations: 1 the same, 0 nothing in common, −1 the reverse."""
    scores = matrix([one.score for one in results], "scores", missing=True) if results else np.zeros((0, 0))
    count = len(results)
    tau = np.full((count, count), np.nan)
    both = np.zeros((count, count), dtype=np.int64)
    for i in range(count):
        for j in range(count):
            known = ~np.isnan(scores[i]) & ~np.isnan(scores[j])
            both[i, j] = int(known.sum())
            one, other = scores[i, known], scores[j, known]
            if both[i, j] >= 3 and np.ptp(one) > 0 and np.ptp(other) > 0:
                tau[i, j] = float(stats.kendalltau(one, other).statistic)
    return Agreement(tuple(one.method for one in results), tau, both)


def _columns(figures: Mapping[str, ArrayLike], wanted: Mapping[str, object]) -> dict[str, Floats]:
    missing = [name for name in wanted if name not in figures]
    if missing:
        raise IndicatorError(f"these figures are missing: {', '.join(missing)}; give NaN where they are unknown")
    columns = {name: vector(figures[name], name, negative=True, missing=True) for name in wanted}
    same_length(**columns)
    return columns
