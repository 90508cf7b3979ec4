"""Rates with their uncertainty: Wilson's interval for one, Newcombe's for a difference, and a minimum behind each.

Sources: Wilson, "Probable inference, the law of succession, and statistical inference" (JASA 22, 1927); Newcombe,
"Interval estimation for the difference between independent proportions" (Statistics in Medicine 17, 1998), method 10;
Brown, Cai and DasGupta, "Interval estimation for a binomial proportion" (Statistical Science 16, 2001), on why not the
normal interval.
"""

from dataclasses import dataclass
from statistics import NormalDist

from kesher.engine.indicators.arrays import IndicatorError


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its interval. ``n``: what stands behind it. ``confidence`` is that of the interval, 0.95."""

    value: float
    low: float
    high: float
    n: float
    confidence: float = 0.95


def _normal(confidence: float) -> float:
    if not 0.0 < confidence < 1.0:
        raise IndicatorError(f"confidence must lie between 0 and 1, without them; it is {confidence}")
    return NormalDist().inv_cdf(0.5 + confidence / 2)


def wilson(part: float, whole: float, *, confidence: float = 0.95, design_effect: float = 1.0) -> Estimate:
    """The share ``part / whole`` with Wilson's score interval, which never leaves 0 to 1 and holds at small counts.

    centre = (p + z²/2n) / (1 + z²/n); half width = z/(1 + z²/n) · √(p(1 − p)/n + z²/4n²). ``design_effect``: of a
    survey that is no simple random sample (Kish); n is divided by it.

    >>> share = wilson(10, 50)
    >>> round(share.value, 3), round(share.low, 4), round(share.high, 4)
    (0.2, 0.1124, 0.3304)
    """
    if not 0 <= part <= whole or whole <= 0:
        raise IndicatorError(f"part must lie between 0 and whole, and whole above 0; they are {part} and {whole}")
    if design_effect <= 0:
        raise IndicatorError(f"design_effect must be above 0; it is {design_effect}")
    z = _normal(confidence)
    n = whole / design_effect
    p = part / whole
    scale = 1.0 + z * z / n
    centre = (p + z * z / (2 * n)) / scale
    half = z / scale * (p * (1 - p) / n + z * z / (4 * n * n)) ** 0.5
    low = 0.0 if part == 0 else max(0.0, centre - half)
    high = 1.0 if part == whole else min(1.0, centre + half)
    return Estimate(p, low, high, whole, confidence)


def difference(one: Estimate, other: Estimate) -> Estimate:
    """``one − other`` for two independent shares, by Newcombe's square-and-add of their Wilson intervals.

    An interval that holds 0 says that the two may be the same. ``n`` is the smaller of the two.
    """
    if one.confidence != other.confidence:
        raise IndicatorError("the two shares must have intervals of the same confidence")
    gap = one.value - other.value
    low = gap - ((one.value - one.low) ** 2 + (other.high - other.value) ** 2) ** 0.5
    high = gap + ((one.high - one.value) ** 2 + (other.value - other.low) ** 2) ** 0.5
    return Estimate(gap, max(-1.0, low), min(1.0, high), min(one.n, other.n), one.confidence)


def ratio(part: float, whole: float) -> float:
    """``part / whole`` of two counts that are no shares of each other (vacancies for each unemployed person)."""
    if part < 0 or whole <= 0:
        raise IndicatorError(f"part must not be negative and whole above 0; they are {part} and {whole}")
    return part / whole


def representation(part_here: float, all_here: float, part_there: float, all_there: float) -> float:
    """Share of a group here against its share there: 1 is even, 2 twice as many (migrants in key occupations).

    (part_here / all_here) / (part_there / all_there).
    """
    return ratio(part_here, all_here) / ratio(part_there, all_there)


def per_thousand(count: float, population: float) -> float:
    """Places or courses for each 1,000 people."""
    return 1000.0 * ratio(count, population)
