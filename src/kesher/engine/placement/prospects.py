"""Prospects of adults at places from what is known of both, with an interval, each number open to its parts.

    logit(prospect) = base + Σ_f β_f z_f,    f = demand, language, wage, rent, transport

*Demand* is the log of vacancies per seeker in the adult's occupations. With few vacancies that ratio is mostly chance,
so it is pooled in part: in occupation group g the rate of place j is r_jg ~ Gamma(a_g, b_g), vacancies V_jg ~
Poisson(r_jg S_jg) given the seekers S_jg. Then

    E[r_jg] = (a_g + V_jg) / (b_g + S_jg)

which lies near the group's rate over all places where seekers are few, and near the place's own where they are many.
a_g and b_g by moments (Marshall, "Mapping disease and mortality rates using empirical Bayes estimators", Applied
Statistics 40, 1991). The interval is that of the gamma (Wilson and Hilferty's approximation, PNAS 17, 1931), taken
through the formula: it holds what is not known of demand, not what is not known of the coefficients.

The coefficients are judgements until outcomes of placements have been counted: the caller passes them, and shows them.
Nationality, ethnicity and religion are no features (:func:`kesher.engine.placement.protected.refuse_protected`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike

from kesher.engine.placement.model import Floats, PlacementError
from kesher.engine.placement.protected import refuse_protected

#: Judgements, to be shown beside every number: one natural-log unit of demand counts one logit, and so on.
COEFFICIENTS: Mapping[str, float] = {"demand": 1.0, "language": 0.5, "wage": 0.3, "rent": -0.3, "transport": 0.3}


@dataclass(frozen=True)
class Rates:
    """Vacancies per seeker, (m, groups): pooled ``mean`` and its interval; ``pooled`` (groups,) the rate over all
    places.
    """

    mean: Floats
    low: Floats
    high: Floats
    pooled: Floats


@dataclass(frozen=True)
class Prospects:
    """Of adults at places, (a, m): between 0 and 1, with interval; ``parts`` by feature in logits, which add up with
    ``base``.
    """

    mean: Floats
    low: Floats
    high: Floats
    base: float
    parts: Mapping[str, Floats]


def pooled_rates(vacancies: ArrayLike, seekers: ArrayLike, *, confidence: float = 0.8) -> Rates:
    """Partly pooled vacancies per seeker of ``vacancies`` and ``seekers``, both (m, groups) counts.

    A group without seekers anywhere has no rate: :class:`PlacementError` names it.
    """
    counted, sought = np.asarray(vacancies, dtype=np.float64), np.asarray(seekers, dtype=np.float64)
    if counted.ndim != 2 or counted.shape != sought.shape:
        raise PlacementError(f"vacancies and seekers are places × groups; they have {counted.shape} and {sought.shape}")
    for name, array in (("vacancies", counted), ("seekers", sought)):
        if not (np.isfinite(array) & (array >= 0)).all():
            raise PlacementError(f"{name} must be counts of at least 0")
    if not 0.0 < confidence < 1.0:
        raise PlacementError(f"confidence lies between 0 and 1; it is {confidence}")
    total = sought.sum(axis=0)
    if (total == 0).any():
        raise PlacementError(f"group {int(np.argmax(total == 0))} has no seekers at any place: it has no rate")
    # Half a vacancy is added to a group that has none: its rate is small, not zero.
    pooled = np.maximum(counted.sum(axis=0), 0.5) / total
    own = np.divide(counted, sought, out=np.zeros_like(counted), where=sought > 0)
    spread = (sought * (own - pooled) ** 2).sum(axis=0) / total
    between = np.maximum(spread - pooled / (total / counted.shape[0]), 0.0)
    # Places that differ no more than chance are pooled wholly: as many pseudo-seekers as there are seekers in all, at
    # least.
    b = np.where(between > 0, np.divide(pooled, between, out=np.zeros_like(pooled), where=between > 0), np.inf)
    b = np.minimum(b, total)
    shape, rate = pooled * b + counted, b + sought
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    low, high = (_gamma_quantile(shape, side * z) / rate for side in (-1.0, 1.0))
    return Rates(shape / rate, low, high, pooled)


def _gamma_quantile(shape: Floats, z: float) -> Floats:
    """Wilson and Hilferty: shape × (1 − 1/(9 shape) + z / (3 √shape))³, never below 0."""
    k = np.maximum(shape, 1e-9)
    return np.asarray(k * np.maximum(1 - 1 / (9 * k) + z / (3 * np.sqrt(k)), 0.0) ** 3)


def prospects(
    occupations: ArrayLike,
    rates: Rates,
    features: Mapping[str, ArrayLike],
    *,
    base: float = 0.0,
    coefficients: Mapping[str, float] = COEFFICIENTS,
) -> Prospects:
    """Prospects of adults, (a, m).

    ``occupations`` (a, groups): shares of each adult's coded experience, at least 0, adding up to 1. ``features`` by
    name, each (m,) or (a, m), standardised over places by the caller (0 is the mean place, 1 a standard deviation
    more). Each has its coefficient; :class:`PlacementError` names one that has none, and a feature that is protected.
    Multiplied out: expected jobs of an adult; :func:`kesher.engine.placement.protected.household_prospects` adds up a
    household's.
    """
    shares = np.asarray(occupations, dtype=np.float64)
    if shares.ndim != 2 or shares.shape[1] != rates.mean.shape[1]:
        raise PlacementError(f"occupations are adults × {rates.mean.shape[1]} groups; their shape is {shares.shape}")
    wrong = (shares < 0).any(axis=1) | ~np.isclose(shares.sum(axis=1), 1.0)
    if wrong.any():
        raise PlacementError(f"the shares of an adult's occupations add up to 1; row {int(np.argmax(wrong))} does not")
    refuse_protected(features)
    shape = (shares.shape[0], rates.mean.shape[0])
    parts: dict[str, Floats] = {}
    for name, values in features.items():
        if name not in coefficients or name == "demand":
            raise PlacementError(f"the feature {name!r} has no coefficient of its own")
        array = np.asarray(values, dtype=np.float64)
        if array.shape not in (shape, shape[1:]) or not np.isfinite(array).all():
            raise PlacementError(
                f"the feature {name!r} must be finite, of shape {shape[1:]} or {shape}; it has {array.shape}"
            )
        parts[name] = np.broadcast_to(coefficients[name] * array, shape)
    others = base + sum(parts.values(), np.zeros(shape))
    demand = [
        coefficients["demand"] * np.log(np.maximum(shares @ rate.T, 1e-12))
        for rate in (rates.mean, rates.low, rates.high)
    ]
    mean, low, high = (1.0 / (1.0 + np.exp(-(others + part))) for part in demand)
    return Prospects(mean, np.minimum(low, high), np.maximum(low, high), base, {"demand": demand[0], **parts})
