"""The exposure floor: people who need most support are not left at the end of every list of candidates. It only raises.

A person's exposure is the attention that falls on them in the lists of candidates of all vacancies, Σ 1 / log2(1 + rank). Those
at intensive and wrap-around level have at least ``floor`` × the mean exposure of everybody who stands in a pool, as far as the
vacancies they pass allow it. To raise somebody, they change places with one person of another level in one list: so nobody at
the two levels is ever lowered by it, and no list gets longer.
"""

from dataclasses import dataclass

import numpy as np

from kesher.engine.matching.model import INTENSIVE, Booleans, Doubles, Floats, Integers, MatchingError
from kesher.engine.matching.spreading import attention


@dataclass(frozen=True)
class Raised:
    """``lists`` (m, k) after the floor; ``before`` and ``after`` (n,) exposures; ``floor`` in their unit; ``short``: those who
    could not be raised to it, for they pass too few vacancies."""

    lists: Integers
    before: Doubles
    after: Doubles
    floor: float
    short: Integers


def exposures(lists: Integers, people: int) -> Doubles:
    """The attention on each person, (n,), of lists (m, k) of people, -1 = none."""
    weight = np.broadcast_to(attention(lists.shape[1]), lists.shape)
    real = lists >= 0
    return np.bincount(lists[real], weights=weight[real], minlength=people).astype(np.float64)


def raise_exposure(lists: Integers, worth: Floats, support: Integers, *, floor: float = 0.5) -> Raised:
    """Raises. ``worth`` (n, m): what each would be worth to each vacancy, 0 or less where they do not pass; ``support`` (n,).

    Worst off first; for each their best vacancies first; in a list the lowest place that suffices, so that as few as possible
    notice.
    """
    n, m = worth.shape
    if support.shape != (n,) or lists.shape[0] != m:
        raise MatchingError(f"worth is {worth.shape}, support {support.shape} and lists {lists.shape}; they do not fit")
    if not 0 <= floor <= 1:
        raise MatchingError(f"the floor is a share of the mean exposure, 0 to 1; it is {floor}")
    weight = attention(lists.shape[1])
    found, before = lists.copy(), exposures(lists, n)
    inside: Booleans = np.asarray((worth > 0).any(axis=1))
    least = floor * float(before[inside].mean()) if inside.any() else 0.0
    after = before.copy()
    held: Booleans = np.asarray(support >= INTENSIVE)
    for person in np.argsort(before, kind="stable"):
        if held[person] and inside[person]:
            _raise_one(found, after, int(person), worth[person], held, least, weight)
    short = np.flatnonzero(held & inside & (after < least - 1e-9))
    return Raised(found, before, after, least, short)


def _raise_one(
    lists: Integers, exposure: Doubles, person: int, worth: Floats, held: Booleans, least: float, weight: Doubles
) -> None:
    for vacancy in np.argsort(-worth, kind="stable"):
        lacking = least - exposure[person]
        if worth[vacancy] <= 0 or lacking <= 1e-12:
            return
        row = lists[vacancy]
        now = np.flatnonzero(row == person)
        at = int(now[0]) if now.size else len(row)
        has = weight[at] if now.size else 0.0
        others = np.flatnonzero(
            np.where(row[:at] < 0, True, ~held.take(row[:at]))
        )  # a place that is free counts as one that gives way
        if not others.size:
            continue
        enough = others[weight[others] - has >= lacking]
        place = int(enough[-1] if enough.size else others[0])
        other = int(row[place])
        row[place] = person
        exposure[person] += weight[place] - has
        if now.size:
            row[at] = other
        if other >= 0:
            exposure[other] += (has if now.size else 0.0) - weight[place]
