"""Every placement of a small round, one after the other: what the engine must equal."""

import numpy as np
from numpy.typing import NDArray

from kesher.engine.placement.model import Problem


def every_placement(round_: Problem) -> NDArray[np.int64]:
    """All feasible placements, (count, n), by letting each household in turn stay out or go to each place that has
    room.
    """
    placements = np.zeros((1, 0), dtype=np.int64)
    usage = np.zeros((1, *round_.hard.shape))
    for household in range(round_.households):
        kept, used = [], []
        for place in range(-1, round_.places):
            after = usage.copy()
            if place >= 0:
                if np.isnan(round_.prospects[household, place]) or round_.fixed[household] not in (-1, place):
                    continue
                after[:, place] += round_.needs[household]
            fits = (after <= round_.hard + 1e-9).all(axis=(1, 2))
            kept.append(np.column_stack([placements[fits], np.full(int(fits.sum()), place)]))
            used.append(after[fits])
        placements, usage = np.concatenate(kept), np.concatenate(used)
    return placements


def objective(round_: Problem, placements: NDArray[np.int64]) -> NDArray[np.float64]:
    """The objective (1) of :mod:`kesher.engine.placement.model`, written down again, of many placements (count, n)."""
    n = round_.households
    padded = np.column_stack([np.nan_to_num(round_.prospects), np.zeros(n)])  # the last column: no place
    prospects = padded[np.arange(n), placements]
    lost = np.maximum(round_.lottery - prospects, 0.0)
    total = (round_.weights * prospects).sum(axis=1) - round_.no_harm * lost.sum(axis=1)
    for service in np.flatnonzero((round_.soft < round_.hard).any(axis=0)):
        for place in range(round_.places):
            used = ((placements == place) * round_.needs[:, service]).sum(axis=1)
            total -= round_.soft_price * np.maximum(used - round_.soft[place, service], 0.0)
        total -= round_.soft_price * ((placements < 0) * round_.needs[:, service]).sum(axis=1)
    return total
