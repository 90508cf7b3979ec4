"""Who can reach what: cumulative opportunities, two-step floating catchment areas, self-containment of commuting.

Sources: Luo and Wang, "Measures of spatial accessibility to health care in a GIS environment" (Environment and Planning
B 30, 2003) for 2SFCA; Paez, Higgins and Vivona (PLoS ONE 14(6), 2019) for its balanced form; Goodman, "The definition
and analysis of local labour markets" (British Journal of Industrial Relations 8, 1970) for self-containment.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from kesher.engine.indicators.arrays import Floats, IndicatorError, matrix, vector

Decay = Callable[[Floats], Floats]


def within(minutes: float) -> Decay:
    """1 up to this cost of travel, the bound with it, 0 beyond."""
    if minutes < 0:
        raise IndicatorError(f"minutes must not be negative; they are {minutes}")
    return lambda cost: (cost <= minutes).astype(np.float64)


def exponential(rate: float) -> Decay:
    """exp(−rate · cost)."""
    if rate <= 0:
        raise IndicatorError(f"rate must be above 0; it is {rate}")
    return lambda cost: np.asarray(np.exp(-rate * cost), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Trips:
    """Costs of travel between places, one row for each pair that is connected: shapes (pairs,). Places are numbers from
    0.

    Pairs that are not there cannot be reached. Long form, because a matrix of 10,000 places has 100 million cells.
    """

    origin: np.ndarray
    destination: np.ndarray
    cost: Floats
    places: int

    def __post_init__(self) -> None:
        shapes = {self.origin.shape, self.destination.shape, self.cost.shape}
        if len(shapes) != 1 or self.cost.ndim != 1:
            raise IndicatorError("origin, destination and cost must be one-dimensional and equally long")
        for name, ends in (("origin", self.origin), ("destination", self.destination)):
            if ends.size and (ends.min() < 0 or ends.max() >= self.places):
                raise IndicatorError(f"{name} names a place outside 0 to {self.places - 1}")

    def sum_at(self, ends: np.ndarray, values: Floats) -> Floats:
        return np.asarray(np.bincount(ends, weights=values, minlength=self.places), dtype=np.float64)


def cumulative(trips: Trips, opportunities: ArrayLike, decay: Decay) -> Floats:
    """Opportunities that each place reaches: A_i = Σ_j O_j f(c_ij), shape (places,). Jobs within 45 minutes, for
    example.
    """
    there = _of(trips, opportunities, "opportunities")
    return trips.sum_at(trips.origin, there[trips.destination] * decay(trips.cost))


def two_step(trips: Trips, opportunities: ArrayLike, demand: ArrayLike, decay: Decay) -> Floats:
    """2SFCA, opportunities for each person who competes for them, shape (places,).

    Step 1: R_j = O_j / Σ_k P_k f(c_kj). Step 2: A_i = Σ_j R_j f(c_ij). So Σ_i P_i A_i is the number of opportunities
    that anybody reaches: nothing is counted twice.
    """
    there, people = _of(trips, opportunities, "opportunities"), _of(trips, demand, "demand")
    f = decay(trips.cost)
    seekers = trips.sum_at(trips.destination, people[trips.origin] * f)
    with np.errstate(divide="ignore", invalid="ignore"):
        supply = np.where(seekers > 0, there / seekers, 0.0)
    return trips.sum_at(trips.origin, supply[trips.destination] * f)


def balanced(trips: Trips, opportunities: ArrayLike, demand: ArrayLike, decay: Decay) -> Floats:
    """BFCA: as :func:`two_step`, with each person divided among the destinations and each opportunity among the origins
    that reach it, so that neither demand nor supply is inflated where catchments overlap.
    """
    there, people = _of(trips, opportunities, "opportunities"), _of(trips, demand, "demand")
    f = decay(trips.cost)
    by_origin, by_destination = trips.sum_at(trips.origin, f), trips.sum_at(trips.destination, f)
    with np.errstate(divide="ignore", invalid="ignore"):
        of_origin = np.where(by_origin[trips.origin] > 0, f / by_origin[trips.origin], 0.0)
        of_destination = np.where(by_destination[trips.destination] > 0, f / by_destination[trips.destination], 0.0)
        seekers = trips.sum_at(trips.destination, people[trips.origin] * of_origin)
        supply = np.where(seekers > 0, there / seekers, 0.0)
    return trips.sum_at(trips.origin, supply[trips.destination] * of_destination)


def _of(trips: Trips, values: ArrayLike, name: str) -> Floats:
    array = vector(values, name)
    if array.shape[0] != trips.places:
        raise IndicatorError(f"{name} has {array.shape[0]} places, trips have {trips.places}")
    return array


@dataclass(frozen=True, slots=True)
class SelfContainment:
    """Shapes (places,), 0 to 1; NaN where nobody lives or works. ``residence``: of those who live there, who work
    there; ``workplace``: of those who work there, who live there. Below 0.75 both, a place is no labour market of its
    own.
    """

    residence: Floats
    workplace: Floats


def self_containment(flows: ArrayLike) -> SelfContainment:
    """``flows``: shape (places, places), people by where they live (row) and work (column)."""
    table = matrix(flows, "flows")
    if table.shape[0] != table.shape[1] or (table < 0).any():
        raise IndicatorError("flows must be square and not negative: the same places live and work")
    stay = np.diag(table)
    with np.errstate(divide="ignore", invalid="ignore"):
        return SelfContainment(stay / table.sum(axis=1), stay / table.sum(axis=0))
