"""What changed: shock and recovery, gaps between groups with their interval, supply against demand of skills, training
places.

COVID-19 is the worked case: a shock is measured from the mean of the year before it, and a recovery lasts, or it is
none.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from kesher.engine.indicators.arrays import Floats, IndicatorError, same_length, vector
from kesher.engine.indicators.rates import Estimate, difference, wilson


@dataclass(frozen=True, slots=True)
class Recovery:
    """``base``: mean of the periods before; ``depth``: worst relative change, −0.2 is a fifth below; ``worst``: its
    place; ``recovered``: first place from which on the series stays at the base for ``lasting`` periods, None when it
    did not; ``lost``: area below the base, in periods of base (1.5 is a month and a half of everything).
    """

    base: float
    depth: float
    worst: int
    recovered: int | None
    lost: float


def shock_recovery(values: ArrayLike, shock: int, *, before: int = 12, lasting: int = 3) -> Recovery:
    """``values``: shape (periods,), seasonally adjusted, where more is better; ``shock``: place of its first period."""
    series = vector(values, "values")
    n = series.shape[0]
    if not before <= shock < n:
        raise IndicatorError(f"the shock at {shock} needs {before} periods before it, within the series of {n}")
    base = float(series[shock - before : shock].mean())
    if base <= 0:
        raise IndicatorError("the periods before the shock are zero: there is nothing to fall from")
    relative = series[shock:] / base - 1
    worst = int(np.argmin(relative))
    recovered = None
    for place in range(worst, relative.shape[0] - lasting + 1):
        if (relative[place : place + lasting] >= 0).all():
            recovered = shock + place
            break
    until = n if recovered is None else recovered
    lost = float(np.maximum(0.0, -(series[shock:until] / base - 1)).sum())
    return Recovery(base, float(relative[worst]), shock + worst, recovered, lost)


def rate_gap(part_one: float, whole_one: float, part_other: float, whole_other: float) -> Estimate:
    """Gap of two rates with its interval: employment of migrants less that of the born here, for example."""
    return difference(wilson(part_one, whole_one), wilson(part_other, whole_other))


class Quadrant(StrEnum):
    """Supply on one axis, demand on the other, each against what is usual."""

    SOUGHT_AND_SCARCE = "sought-and-scarce"  # much demand, little supply
    SOUGHT_AND_THERE = "sought-and-there"
    THERE_UNUSED = "there-unused"  # little demand, much supply
    QUIET = "quiet"


def skill_quadrants(
    supply: ArrayLike, demand: ArrayLike, *, reference: ArrayLike | None = None
) -> tuple[Quadrant, ...]:
    """``supply``: people of the place who have each skill; ``demand``: vacancies that ask for it; shapes (skills,).

    "Much" is above the median skill of the place, or above the share that ``reference`` (shape (2, skills): supply and
    demand of the district or nation) lets expect.
    """
    s, d = vector(supply, "supply"), vector(demand, "demand")
    same_length(supply=s, demand=d)
    if reference is None:
        many_people, many_jobs = s > np.median(s), d > np.median(d)
    else:
        there = np.asarray(reference, dtype=np.float64)
        if there.shape != (2, s.shape[0]) or (there.sum(axis=1) <= 0).any():
            raise IndicatorError(f"reference must have shape (2, {s.shape[0]}) and hold people and vacancies")
        many_people = s / max(s.sum(), 1e-300) > there[0] / there[0].sum()
        many_jobs = d / max(d.sum(), 1e-300) > there[1] / there[1].sum()
    names = {
        (False, True): Quadrant.SOUGHT_AND_SCARCE,
        (True, True): Quadrant.SOUGHT_AND_THERE,
        (True, False): Quadrant.THERE_UNUSED,
        (False, False): Quadrant.QUIET,
    }
    return tuple(names[bool(people), bool(jobs)] for people, jobs in zip(many_people, many_jobs, strict=True))


def training_gap(openings: ArrayLike, places: ArrayLike, completion: ArrayLike) -> Floats:
    """Yearly openings less those who will finish a course: openings − places · completion, shape (occupations,).

    Above 0 courses are missing. ``completion``: share that finishes, 0 to 1.
    """
    o, p, c = vector(openings, "openings"), vector(places, "places"), vector(completion, "completion")
    same_length(openings=o, places=p, completion=c)
    if (c > 1).any():
        raise IndicatorError("completion is a share and lies from 0 to 1")
    return o - p * c
