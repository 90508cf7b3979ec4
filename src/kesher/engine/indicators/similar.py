"""Places like ours: nearest neighbours on standardised variables, the same answer every time.

A place is never ranked by its deficit; it is shown beside its district, the nation and the places most like it. Which
variables make places alike is a choice, so it is an argument, and each neighbour comes with the distance by variable.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from kesher.engine.indicators.arrays import Floats, IndicatorError, same_length, vector

#: Of the variables, so many must be known of both places for a distance.
KNOWN = 0.75


@dataclass(frozen=True, slots=True)
class Neighbour:
    """``distance``: root of the mean squared difference, in standard deviations. ``gaps``: variable → their figure less
    ours.
    """

    code: str
    distance: float
    gaps: Mapping[str, float]


def similar_places(
    codes: Sequence[str],
    variables: Mapping[str, ArrayLike],
    code: str,
    *,
    count: int = 8,
    weights: Mapping[str, float] | None = None,
    logarithm: frozenset[str] = frozenset(),
) -> tuple[Neighbour, ...]:
    """The ``count`` places nearest to ``code``, the nearest first; equal distances by code.

    ``variables``: name → shape (places,), NaN where unknown; each is centred on its median and divided by 1.4826 times
    its median absolute deviation, so that one very large city does not make all others alike. ``logarithm``: those to
    be taken by their logarithm, such as population. ``weights``: 1 for each without them.
    """
    if code not in codes:
        raise IndicatorError(f"there is no place {code}")
    if len(set(codes)) != len(codes):
        raise IndicatorError("a code stands twice among the places")
    if count < 1:
        raise IndicatorError(f"count must be at least 1; it is {count}")
    names = sorted(variables)
    columns = {}
    for name in names:
        column = vector(variables[name], name, negative=name not in logarithm, missing=True)
        if name in logarithm:
            with np.errstate(divide="ignore"):
                column = np.where(column > 0, np.log(np.where(column > 0, column, 1.0)), np.nan)
        columns[name] = _standardised(column, name)
    places = same_length(**columns)
    if places != len(codes):
        raise IndicatorError(f"there are {len(codes)} codes for {places} places")
    weight = np.array([1.0 if weights is None else weights.get(name, 0.0) for name in names])
    if (weight < 0).any() or weight.sum() <= 0:
        raise IndicatorError("weights must not be negative, and one of them above 0")
    table = np.array([columns[name] for name in names])
    here = list(codes).index(code)
    gaps = table - table[:, [here]]
    known = ~np.isnan(gaps)
    share = (weight[:, None] * known).sum(axis=0) / weight.sum()
    squares = np.where(known, gaps, 0.0) ** 2 * weight[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        distance = np.sqrt(squares.sum(axis=0) / (weight[:, None] * known).sum(axis=0))
    distance[share < KNOWN] = np.nan
    found = sorted(
        (float(distance[at]), codes[at], at) for at in range(places) if at != here and not np.isnan(distance[at])
    )
    return tuple(
        Neighbour(
            name, far, {one: float(gap) for one, gap in zip(names, gaps[:, at], strict=True) if not np.isnan(gap)}
        )
        for far, name, at in found[:count]
    )


def _standardised(column: Floats, name: str) -> Floats:
    known = column[~np.isnan(column)]
    if known.size < 3:
        raise IndicatorError(f"{name} is known of {known.size} places; leave it out")
    median = float(np.median(known))
    spread = 1.4826 * float(np.median(np.abs(known - median)))
    if spread == 0:  # more than half are alike
        spread = float(known.std())
    if spread == 0:
        raise IndicatorError(f"{name} is the same everywhere; leave it out")
    return (column - median) / spread
