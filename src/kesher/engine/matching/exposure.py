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


def candidates_of_pools(vacancies: Integers, scores: Floats, count: int, k: int) -> Integers:
    """The k best people of each vacancy among those in whose pool it stands, (count, k), -1 none; ties by number."""
    row, place = np.nonzero(vacancies >= 0)
    vacancy, score = vacancies[row, place], scores[row, place]
    order = np.lexsort((row, -score, vacancy))
    row, vacancy = row[order], vacancy[order]
    rank = np.arange(row.size) - np.searchsorted(vacancy, np.arange(count))[vacancy]
    found = np.full((count, k), -1, dtype=np.int64)
    found[vacancy[rank < k], rank[rank < k]] = row[rank < k]
    return found


def raise_exposure(
    lists: Integers, vacancies: Integers, scores: Floats, support: Integers, *, floor: float = 0.5
) -> Raised:
    """Raises in ``lists`` (m, k). The pools say whom each may be proposed to: ``vacancies`` (n, c), -1 none, with ``scores``.

    Worst off first; for each their best vacancies first; in a list the lowest place that suffices, so that as few as possible
    notice.
    """
    n = len(vacancies)
    if support.shape != (n,) or scores.shape != vacancies.shape or (n and vacancies.max(initial=-1) >= len(lists)):
        raise MatchingError(
            f"pools are {vacancies.shape} and {scores.shape}, support {support.shape}, lists {lists.shape}; they do not fit"
        )
    if not 0 <= floor <= 1:
        raise MatchingError(f"the floor is a share of the mean exposure, 0 to 1; it is {floor}")
    weight = attention(lists.shape[1])
    found, before = lists.copy(), exposures(lists, n)
    inside: Booleans = np.asarray((vacancies >= 0).any(axis=1))
    least = floor * float(before[inside].mean()) if inside.any() else 0.0
    after = before.copy()
    held: Booleans = np.asarray(support >= INTENSIVE)
    for person in np.argsort(before, kind="stable"):
        if held[person] and inside[person]:
            real = vacancies[person] >= 0
            order = np.argsort(-scores[person][real], kind="stable")
            _raise_one(found, after, int(person), vacancies[person][real][order], held, least, weight)
    short = np.flatnonzero(held & inside & (after < least - 1e-9))
    return Raised(found, before, after, least, short)


def _raise_one(
    lists: Integers, exposure: Doubles, person: int, vacancies: Integers, held: Booleans, least: float, weight: Doubles
) -> None:
    for vacancy in vacancies:
        lacking = least - exposure[person]
        if lacking <= 1e-12:
            return
        row = lists[vacancy]
        now = np.flatnonzero(row == person)
        at = int(now[0]) if now.size else len(row)
        has = weight[at] if now.size else 0.0
        above = row[:at]  # a place that is free counts as one that gives way
        others = np.flatnonzero(np.where(above < 0, True, ~held[above]))
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
            exposure[other] += has - weight[place]
