"""Who is shown how much, by group: looked at after matching, with labels of those who agreed. No label enters a match."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kesher.engine.matching.model import Doubles, Floats, Integers, MatchingError
from kesher.engine.matching.spreading import attention

#: Groups smaller than this are not told: HOUSE.md, small counts.
LEAST: int = 5


@dataclass(frozen=True, slots=True)
class Exposure:
    """One group: people, the share without any vacancy, the mean score of their first and what their lists are worth, the mean
    attention on them in lists of candidates, what they give up so that lists spread, and ``ratio`` of that attention to
    everybody's mean. None: fewer than five."""

    group: str
    people: int | None
    without: float | None
    first: float | None
    worth: float | None
    exposure: float | None
    loss: float | None
    ratio: float | None


def exposure_by_group(
    groups: Sequence[str], vacancies: Integers, scores: Floats, exposure: Doubles, loss: Doubles
) -> list[Exposure]:
    """A row for each label, sorted. ``groups`` (n,) "" = did not agree; lists and scores (n, k); exposure and loss (n,)."""
    n = len(groups)
    if not all(len(array) == n for array in (vacancies, scores, exposure, loss)):
        raise MatchingError(f"there are {n} labels; every array must have as many rows")
    labels = np.array(groups, dtype=object)
    real = vacancies >= 0
    values = np.where(real, scores, 0.0)
    worth = values @ attention(vacancies.shape[1]) if vacancies.shape[1] else np.zeros(n)
    mean = float(exposure.mean()) if n else 0.0
    found = []
    for label in sorted(set(groups)):
        inside = labels == label
        if inside.sum() < LEAST:
            found.append(Exposure(label, None, None, None, None, None, None, None))
            continue
        shown = float(exposure[inside].mean())
        found.append(
            Exposure(
                label,
                int(inside.sum()),
                float((~real[inside].any(axis=1)).mean()),
                float(values[inside, 0].mean()) if values.shape[1] else 0.0,
                float(worth[inside].mean()),
                shown,
                float(loss[inside].mean()),
                shown / mean if mean else None,
            )
        )
    return found
