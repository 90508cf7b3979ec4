"""Has the world moved away from a card? A monitor by area and period, with false alarms held below a stated share.

For every period after the reference ones: are outcomes still what the chances say? An alarm stops the card there
(``Refusal.DRIFTED``) until it is learnt anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Floats = NDArray[np.float64]
#: The share of false alarms over all periods and areas watched together, fixed beforehand.
FALSE_ALARMS = 0.05
#: Fewer people than this in a period and area are not judged: too few to tell, and too few to show.
LEAST = 30
#: With thousands of people a shift of no account is beyond chance too: an alarm is one of at least 5 persons in 100, which is
#: what an effect must be to matter (kesher.engine.evaluation.answers).
MATTERS = 0.05


@dataclass(frozen=True, slots=True)
class Watch:
    """One area in one period: people, outcomes expected and seen, the p-value, the mean shift of chances, and whether it
    is an alarm."""

    area: str
    period: str
    people: int
    expected: float
    seen: float
    p: float
    shift: float
    alarm: bool


def watch(
    chance: Floats,
    outcome: Floats,
    periods: Sequence[str],
    *,
    areas: Sequence[str] | None = None,
    watched: int | None = None,
    false_alarms: float = FALSE_ALARMS,
) -> list[Watch]:
    """Every area and period with at least 30 people, in order of their names.

    Under the card, outcomes of a period are independent with the chances said, so their sum less the chances' is about
    normal with variance Σp(1 - p) (the calibration-in-the-large test of Cox 1958). The shape matters too: the same is
    asked of how outcomes go with the logit of the chance, and both are one χ² of two degrees of freedom. An alarm is a
    departure beyond chance whose mean shift of chances is at least :data:`MATTERS`. ``watched`` cells share
    ``false_alarms`` (Šidák); it defaults to those at hand and is fixed beforehand where periods come one by one.
    """
    where = [""] * len(outcome) if areas is None else list(areas)
    cells = sorted({(area, period) for area, period in zip(where, periods, strict=True)})
    named, spans = np.array(where, dtype=object), np.array(list(periods), dtype=object)
    members = {cell: np.flatnonzero((named == cell[0]) & (spans == cell[1])) for cell in cells}
    judged = [cell for cell in cells if len(members[cell]) >= LEAST]
    limit = 1 - (1 - false_alarms) ** (1 / max(watched or len(judged), 1))
    found = []
    for area, period in judged:
        rows = members[area, period]
        p, shift = departure(chance[rows], outcome[rows])
        expected, seen = float(chance[rows].sum()), float(outcome[rows].sum())
        found.append(Watch(area, period, len(rows), expected, seen, p, shift, p < limit and shift >= MATTERS))
    return found


def departure(chance: Floats, outcome: Floats) -> tuple[float, float]:
    """The p-value of outcomes (n,) under the chances (n,), level and slope together (score test, χ² with 2 df), and how far
    chances set right by one step of Newton's method lie from those said, on average."""
    inside = np.clip(chance, 1e-6, 1 - 1e-6)
    logit = np.log(inside / (1 - inside))
    weight, rest = inside * (1 - inside), outcome - inside
    columns = np.column_stack([np.ones(len(chance)), logit - np.average(logit, weights=weight)])
    scores = columns.T @ rest
    information = (columns.T * weight) @ columns
    step = np.linalg.pinv(information) @ scores
    p = float(stats.chi2.sf(float(scores @ step), int(np.linalg.matrix_rank(information))))
    moved = 1 / (1 + np.exp(-(logit + columns @ step)))
    return p, float(np.abs(moved - inside).mean())
