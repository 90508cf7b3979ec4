"""The best ``k`` vacancies of each person, exactly: blocked, in float32, looking only at what passes the limits.

Each block of people is first held against the limits, which are cheap; what is left decides how it is scored. Where few
pairs pass, those pairs alone; where few vacancies pass for anybody of the block, those vacancies; else the whole block. Then
the best are found by the maxima of groups: the k-th greatest maximum is reached by at least k pairs, so nothing below it can
be among the best, and only groups that reach it are looked into. A partition of all scores would take longer than the scores.

Ties go to the vacancy that comes first. The answer is the same for every size of block and number of threads.
"""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Final, Protocol

import numpy as np
from threadpoolctl import threadpool_limits

from kesher.engine.matching.limits import Limits
from kesher.engine.matching.model import Booleans, Floats, Integers, MatchingError
from kesher.engine.scale import Executor, InProcess

#: Pairs of a block: scores and what is made of them stay in the processor's caches.
PAIRS: Final = 1 << 21
#: Below this share of pairs that pass, single pairs are scored, which costs more each.
FEW: Final = 0.04
#: Below this share of vacancies that pass for anybody of a block, those vacancies only.
SOME: Final = 0.6
#: Scores of one group, of which the greatest is looked at first.
GROUP: Final = 32


class Scorer(Protocol):
    """What gives scores: :class:`~kesher.engine.matching.parts.Scores` or an inner product."""

    def block(self, rows: Integers, cols: Integers) -> Floats: ...

    def pairs(self, rows: Integers, cols: Integers) -> Floats: ...

    def of_people(self, rows: slice | Integers) -> "Scorer": ...


@dataclass(frozen=True)
class Best:
    """``vacancies`` (n, k), best first, -1 where there is none; ``scores`` (n, k), -inf there; ``passing`` (n,) how many do."""

    vacancies: Integers
    scores: Floats
    passing: Integers


@dataclass(frozen=True)
class _Part:
    """What a partition of people is scored by."""

    scorer: Scorer
    limits: Limits
    people: int


def top(
    scorer: Scorer,
    limits: Limits,
    people: int,
    vacancies: int,
    *,
    k: int = 20,
    unknown: bool = True,
    threads: int | None = None,
) -> Best:
    """The best k of each person. ``unknown``: also those of which a limit is not known to be met; never those it breaks."""
    if k < 1:
        raise MatchingError(f"k must be at least 1; it is {k}")
    size = max(1, min(512, PAIRS // max(1, vacancies)))
    blocks = [np.arange(first, min(people, first + size)) for first in range(0, people, size)]
    work = partial(_block, scorer, limits, np.arange(vacancies), k, unknown)
    count = min(threads or os.cpu_count() or 1, max(1, len(blocks)))
    with _one_thread_each(count):
        if count == 1:
            found = [work(block) for block in blocks]
        else:
            with ThreadPoolExecutor(count) as pool:
                found = list(pool.map(work, blocks))
    return joined(found, k)


def joined(found: list[Best], k: int) -> Best:
    """The answers of several parts of the people as one."""
    none = Best(np.zeros((0, k), dtype=np.int64), np.zeros((0, k), dtype=np.float32), np.zeros(0, dtype=np.int64))
    parts = [none, *found]
    return Best(
        np.concatenate([part.vacancies for part in parts]),
        np.concatenate([part.scores for part in parts]),
        np.concatenate([part.passing for part in parts]),
    )


def top_in_parts(
    scorer: Scorer,
    limits: Limits,
    people: int,
    vacancies: int,
    *,
    k: int = 20,
    unknown: bool = True,
    executor: Executor | None = None,
    parts: int = 1,
) -> Best:
    """:func:`top` with the people cut into ``parts`` that an executor works through: one process each, here or elsewhere."""
    edges = np.linspace(0, people, max(1, min(parts, people)) + 1).astype(int)
    cut = [slice(int(first), int(last)) for first, last in pairwise(edges)]
    work = [_Part(scorer.of_people(one), limits.of_people(one), one.stop - one.start) for one in cut]
    run = partial(_top_of_part, vacancies=vacancies, k=k, unknown=unknown)
    return joined((executor or InProcess()).map(run, work), k)


def _top_of_part(part: _Part, *, vacancies: int, k: int, unknown: bool) -> Best:
    return top(part.scorer, part.limits, part.people, vacancies, k=k, unknown=unknown, threads=1)


@contextmanager
def _one_thread_each(threads: int) -> Iterator[None]:
    """Threads of blocks beside threads of products would wait for each other."""
    if threads == 1:
        yield
        return
    with threadpool_limits(1, user_api="blas"):
        yield


def _block(scorer: Scorer, limits: Limits, cols: Integers, k: int, unknown: bool, rows: Integers) -> Best:
    allowed = limits.meets(rows[:, None], cols[None, :], sure=not unknown)
    passing = np.count_nonzero(allowed, axis=1)
    total = int(passing.sum())
    if total <= FEW * allowed.size:
        numbers, scores = _of_pairs(scorer, allowed, rows, passing, k)
        return Best(numbers, scores, passing)
    chosen = None
    if total <= SOME * allowed.size:
        somebody = allowed.any(axis=0)
        if np.count_nonzero(somebody) <= SOME * cols.size:
            chosen = np.flatnonzero(somebody)
            allowed = allowed[:, chosen]
    scores = scorer.block(rows, cols if chosen is None else chosen)
    np.copyto(scores, np.float32(-np.inf), where=~allowed)
    numbers, best = best_of(scores, k)
    if chosen is not None:
        numbers = np.where(numbers >= 0, chosen[np.maximum(numbers, 0)], -1)
    return Best(numbers, best, passing)


def _of_pairs(scorer: Scorer, allowed: Booleans, rows: Integers, passing: Integers, k: int) -> tuple[Integers, Floats]:
    at = np.flatnonzero(allowed)
    here, there = np.divmod(at, allowed.shape[1])
    widest = max(int(passing.max(initial=0)), 1)
    place = np.arange(at.size) - np.repeat(np.cumsum(passing) - passing, passing)
    numbers = np.full((len(rows), widest), -1, dtype=np.int64)
    scores = np.full((len(rows), widest), -np.inf, dtype=np.float32)
    numbers[here, place] = there
    if at.size:
        scores[here, place] = scorer.pairs(rows[here], there)
    chosen, best = best_of(scores, k)
    return np.where(chosen >= 0, np.take_along_axis(numbers, np.maximum(chosen, 0), axis=1), -1), best


def best_of(scores: Floats, k: int) -> tuple[Integers, Floats]:
    """The k best of each row of ``scores`` (n, m), -inf = none: numbers of columns (-1) and scores, both (n, k)."""
    n, m = scores.shape
    numbers = np.full((n, k), -1, dtype=np.int64)
    best = np.full((n, k), -np.inf, dtype=np.float32)
    groups = m // GROUP
    if groups < 2 * k:
        order = np.argsort(-scores, axis=1, kind="stable")[:, :k]
        found = np.take_along_axis(scores, order, axis=1)
        best[:, : order.shape[1]] = found
        numbers[:, : order.shape[1]] = np.where(found > -np.inf, order, -1)
        return numbers, best
    # Group g holds the columns g, g + groups, …: maxima of whole rows at a time, which the processor does many at once.
    inside = scores[:, : groups * GROUP].reshape(n, GROUP, groups)
    most = inside.max(axis=1)
    edge = np.partition(most, groups - k, axis=1)[:, groups - k]
    edge = np.maximum(edge, np.finfo(np.float32).min)
    here, group = np.nonzero(most >= edge[:, None])
    values = inside[here, :, group]
    one, member = np.nonzero(values >= edge[here, None])
    row, col, value = here[one], member * groups + group[one], values[one, member]
    if groups * GROUP < m:
        last = scores[:, groups * GROUP :]
        more, over = np.nonzero(last >= edge[:, None])
        row = np.concatenate([row, more])
        col = np.concatenate([col, groups * GROUP + over])
        value = np.concatenate([value, last[more, over]])
    order = np.lexsort((col, -value, row))
    row, col, value = row[order], col[order], value[order]
    starts = np.searchsorted(row, np.arange(n))
    place = np.arange(row.size) - starts[row]
    kept = place < k
    numbers[row[kept], place[kept]] = col[kept]
    best[row[kept], place[kept]] = value[kept]
    return numbers, best
