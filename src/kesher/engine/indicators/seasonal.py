"""Seasonal adjustment: STL by statsmodels, with breaks and months of an outside shock taken out before and put back
after.

STL spreads a jump over the years around it, and takes a shock of one spring for the season of every spring. So known
breaks are fitted as steps first, and the periods of a known shock (COVID-19, when people on unpaid leave were counted
as employed) are not shown to it at all. Which they are is said by whoever knows the series, and stands beside the
chart.

Source: Cleveland et al., "STL: A seasonal-trend decomposition procedure based on loess" (Journal of Official Statistics
6, 1990).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from kesher.engine.indicators.arrays import Floats, IndicatorError, vector

#: Whole cycles that a series must have.
CYCLES = 3


@dataclass(frozen=True, slots=True)
class Adjusted:
    """Shapes (periods,), in the order of time, in the unit of the series.

    ``adjusted`` = observed without the season; ``trend`` holds the breaks; ``strength``: 0 no season … 1 nothing but
    season (Wang, Smith and Hyndman, 2006). ``steps``: size of each break, in the unit of the series (as a factor when
    multiplicative).
    """

    observed: Floats
    seasonal: Floats
    trend: Floats
    adjusted: Floats
    strength: float
    steps: tuple[float, ...]


def seasonally_adjusted(
    values: ArrayLike,
    cycle: int,
    *,
    breaks: Sequence[int] = (),
    shocks: Sequence[tuple[int, int]] = (),
    multiplicative: bool = False,
) -> Adjusted:
    """``values``: shape (periods,), no gaps; ``cycle``: 12 for months, 4 for quarters, 52 for weeks.

    ``breaks``: places from which on the level is another; ``shocks``: (first, last) places of periods that say nothing
    about the season. ``multiplicative``: the season grows with the level; the series must be above 0. Raises
    :class:`IndicatorError` when fewer than three whole cycles are left to learn the season from.
    """
    from statsmodels.tsa.seasonal import STL  # a second to import: only who adjusts pays for it

    series = vector(values, "values", negative=True)
    if multiplicative and (series <= 0).any():
        raise IndicatorError("a multiplicative season needs values above 0")
    if cycle < 2:
        raise IndicatorError(f"cycle must be at least 2; it is {cycle}")
    n = series.shape[0]
    for place in breaks:
        if not 0 < place < n:
            raise IndicatorError(f"a break must lie within the series, from 1 to {n - 1}; it is at {place}")
    told = np.ones(n, dtype=bool)
    for first, last in shocks:
        if not 0 <= first <= last < n:
            raise IndicatorError(f"a shock must lie within the series of {n}; it is from {first} to {last}")
        told[first : last + 1] = False
    if told.sum() < CYCLES * cycle:
        raise IndicatorError(f"{int(told.sum())} ordinary periods are fewer than {CYCLES} cycles of {cycle}")
    observed = np.log(series) if multiplicative else series
    steps = _steps(observed, cycle, breaks, told)
    level = np.zeros(n)
    for place, size in zip(breaks, steps, strict=True):
        level[place:] += size
    flat = observed - level
    filled = _filled(flat, told, cycle)
    fit = STL(filled, period=cycle, robust=True).fit()
    seasonal = np.asarray(fit.seasonal, dtype=np.float64)
    trend = np.asarray(fit.trend, dtype=np.float64) + level
    rest = (observed - seasonal - trend)[told]
    detrended = (observed - trend)[told]
    strength = max(0.0, 1 - float(rest.var() / detrended.var())) if detrended.var() > 0 else 0.0
    without = observed - seasonal
    if multiplicative:
        return Adjusted(
            series,
            np.exp(seasonal),
            np.exp(trend),
            np.exp(without),
            strength,
            tuple(float(np.exp(size)) for size in steps),
        )
    return Adjusted(series, seasonal, trend, without, strength, steps)


def _design(n: int, cycle: int) -> Floats:
    """A line and a dummy for each place in the cycle."""
    time = np.arange(n)
    dummies = (time[:, None] % cycle == np.arange(cycle)).astype(np.float64)
    return np.column_stack([dummies, time / n])


def _steps(observed: Floats, cycle: int, breaks: Sequence[int], told: np.ndarray) -> tuple[float, ...]:
    """Size of each break, by least squares beside a line and a season, over one cycle and a half around it at most."""
    sizes: list[float] = []
    n = observed.shape[0]
    done = np.zeros(n)
    for at, place in enumerate(breaks):
        before = breaks[at - 1] if at else 0
        after = breaks[at + 1] if at + 1 < len(breaks) else n
        around = np.zeros(n, dtype=bool)
        around[max(before, place - 3 * cycle) : min(after, place + 3 * cycle)] = True
        around &= told
        if around[:place].sum() < cycle or around[place:].sum() < cycle:
            raise IndicatorError(f"the break at {place} needs a whole cycle of ordinary periods on both sides")
        step = (np.arange(n) >= place).astype(np.float64)
        design = np.column_stack([_design(n, cycle), step])[around]
        solution, *_ = np.linalg.lstsq(design, (observed - done)[around], rcond=None)
        sizes.append(float(solution[-1]))
        done += solution[-1] * step
    return tuple(sizes)


def _filled(flat: Floats, told: np.ndarray, cycle: int) -> Floats:
    """Shocked periods replaced by what the ordinary ones let expect: a line between their neighbours plus the mean
    season.
    """
    if told.all():
        return flat
    n = flat.shape[0]
    time = np.arange(n)
    line = np.interp(time, time[told], flat[told])
    season = np.zeros(cycle)
    window = np.convolve(line, np.ones(cycle) / cycle, mode="same")
    inner = told & (time >= cycle) & (time < n - cycle)
    for place in range(cycle):
        chosen = inner & (time % cycle == place)
        season[place] = float(np.mean((flat - window)[chosen])) if chosen.any() else 0.0
    season -= season.mean()
    ordinary = flat - season[time % cycle]
    expected = np.interp(time, time[told], ordinary[told]) + season[time % cycle]
    return np.where(told, flat, expected)
