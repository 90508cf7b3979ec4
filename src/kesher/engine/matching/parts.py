"""The parts a score is made of, each between 0 and 1 and each with a name a person can read; NaN where it is not known.

``values(rows, cols)`` is of arrays that broadcast, as in :mod:`kesher.engine.matching.limits`: (B, 1) and (1, M) for a block,
(N,) and (N,) for pairs. Every value is worked out for its pair alone, in the same order of additions wherever it stands, so
that equal pairs have equal scores to the last bit.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kesher.engine.matching.model import Booleans, Doubles, Floats, Integers
from kesher.engine.matching.travel import Travel


class Part(Protocol):
    """One part of P or Q."""

    @property
    def name(self) -> str: ...

    def values(self, rows: Integers, cols: Integers) -> Floats:
        """0 to 1, NaN unknown."""
        ...

    def of_people(self, rows: slice | Integers) -> Self: ...


def is_block(rows: Integers, cols: Integers) -> bool:
    """Whether they are a column and a row, and so name every pair of some people and some vacancies."""
    return rows.ndim == 2 and cols.ndim == 2 and rows.shape[1] == 1 and cols.shape[0] == 1


def looked_up(table: Floats, here: Integers, there: Integers) -> Floats:
    """``table[here, there]``; of a block by rows and then by columns, which is several times as fast."""
    if is_block(here, there):
        return np.asarray(np.take(np.take(table, here[:, 0], axis=0), there[0], axis=1))
    return np.asarray(table[here, there])


@dataclass(frozen=True)
class OfVacancy:
    """What a vacancy is by itself: ``worth`` (m,)."""

    name: str
    worth: Floats

    def values(self, rows: Integers, cols: Integers) -> Floats:
        return np.broadcast_to(self.worth[cols], np.broadcast_shapes(rows.shape, cols.shape))

    def of_people(self, rows: slice | Integers) -> "OfVacancy":
        return self


@dataclass(frozen=True)
class Nearness:
    """1 − travel / ``scale``, at least 0; 1 where nobody has to travel."""

    name: str
    travel: Travel
    remote: Booleans
    scale: float

    def values(self, rows: Integers, cols: Integers) -> Floats:
        far = self.travel.amount(rows, cols)
        found = np.maximum(np.float32(1) - far / np.float32(self.scale), np.float32(0))
        return np.where(self.remote[cols], np.float32(1), found)

    def of_people(self, rows: slice | Integers) -> "Nearness":
        return replace(self, travel=self.travel.of_people(rows))


@dataclass(frozen=True)
class HoursPart:
    """1 − hours a week between what is wished for and the nearest that is offered, over ``scale``; at least 0."""

    name: str
    wished: Floats
    least: Floats
    most: Floats
    scale: float

    def values(self, rows: Integers, cols: Integers) -> Floats:
        wished = self.wished[rows]
        away = np.maximum(self.least[cols] - wished, wished - self.most[cols])
        found = np.float32(1) - np.maximum(away, np.float32(0)) / np.float32(self.scale)
        return np.asarray(np.maximum(found, np.float32(0)))

    def of_people(self, rows: slice | Integers) -> "HoursPart":
        return replace(self, wished=self.wished[rows])


@dataclass(frozen=True)
class LevelPart:
    """1 where the level of the work is that of the person's qualification or above, less for each level below."""

    name: str
    qualification: Floats
    level: Floats
    scale: float

    def values(self, rows: Integers, cols: Integers) -> Floats:
        below = np.maximum(self.qualification[rows] - self.level[cols], np.float32(0))
        return np.asarray(np.maximum(np.float32(1) - below / np.float32(self.scale), np.float32(0)))

    def of_people(self, rows: slice | Integers) -> "LevelPart":
        return replace(self, qualification=self.qualification[rows])


@dataclass(frozen=True)
class Closest:
    """The closest of a person's occupations (or wishes): ``table`` (codes + 1, codes of vacancies), the last row NaN.

    ``codes`` (n, h): numbers of rows; whoever has fewer than h is filled up with the first of theirs, whoever has none with
    the last row. ``occupation`` (m,): numbers of columns.
    """

    name: str
    table: Floats
    codes: Integers
    occupation: Integers

    def values(self, rows: Integers, cols: Integers) -> Floats:
        there = self.occupation[cols]
        if is_block(rows, cols):  # by kind of occupation first: there are fewer kinds than vacancies
            mine = self.table[self.codes[rows[:, 0]]].max(axis=1)
            return np.asarray(np.take(mine, there[0], axis=1), dtype=np.float32)
        return np.asarray(self.table[self.codes[rows], there[..., None]].max(axis=-1), dtype=np.float32)

    def of_people(self, rows: slice | Integers) -> "Closest":
        return replace(self, codes=self.codes[rows])


@dataclass(frozen=True)
class Experience:
    """The greatest of closeness × min(1, years / years asked) over a person's occupations."""

    name: str
    closest: Closest
    years: Floats  # (n, h), as the codes; 0 where unknown
    asked: Floats  # (m,)

    def values(self, rows: Integers, cols: Integers) -> Floats:
        there, asked = self.closest.occupation[cols], self.asked[cols]
        found: Floats | None = None
        for at in range(self.years.shape[1]):
            close = looked_up(self.closest.table, self.closest.codes[rows, at], there)
            share = self.years[rows, at] / asked
            np.minimum(share, np.float32(1), out=share)
            share *= close
            found = share if found is None else np.maximum(found, share, out=found)
        assert found is not None  # codes have at least one column
        return found

    def of_people(self, rows: slice | Integers) -> "Experience":
        return replace(self, closest=self.closest.of_people(rows), years=self.years[rows])


@dataclass(frozen=True)
class Covered:
    """The share of the skills asked for that a person covers, near misses in part.

    ``credit`` (n, s): what each person has towards each skill; ``asked`` (m, s): 1 / number asked, of those asked.
    ``nothing_asked`` (m,): the value where a vacancy names none. ``unknown`` (n,): nobody knows of their skills.
    """

    name: str
    credit: sparse.csr_array
    asked: sparse.csr_array
    nothing_asked: float
    unknown: Booleans

    @cached_property
    def empty(self) -> Booleans:
        """Vacancies that ask for none."""
        return np.asarray(np.diff(self.asked.indptr) == 0)

    def values(self, rows: Integers, cols: Integers) -> Floats:
        found: Floats
        if is_block(rows, cols):
            here = np.ascontiguousarray(self.credit[rows[:, 0]].toarray().T)
            whole = cols.shape[1] == self.asked.shape[0]
            found = np.ascontiguousarray(((self.asked if whole else self.asked[cols[0]]) @ here).T)
        else:
            rows, cols = np.broadcast_arrays(rows, cols)
            found = np.asarray(
                self.credit[rows.ravel()].multiply(self.asked[cols.ravel()]).sum(axis=1), dtype=np.float32
            )
            found = found.reshape(rows.shape)
        # A sum of tenths may end a hair above 1.
        np.minimum(found, np.float32(1), out=found)
        if self.unknown[rows].any():
            found = np.where(self.unknown[rows], np.float32(np.nan), found)
        return np.where(self.empty[cols], np.float32(self.nothing_asked), found)

    def of_people(self, rows: slice | Integers) -> "Covered":
        return replace(self, credit=self.credit[rows], unknown=self.unknown[rows])


@dataclass(frozen=True)
class Wished:
    """The share of the things wished for that a person surely has; 1 where none is wished for."""

    name: str
    has: NDArray[Any]  # (n, words)
    wished: NDArray[Any]  # (m, words)
    count: Floats  # (m,)

    def values(self, rows: Integers, cols: Integers) -> Floats:
        found = np.zeros(np.broadcast_shapes(rows.shape, cols.shape), dtype=np.float32)
        for word in range(self.wished.shape[1]):
            found += np.bitwise_count(self.has[rows, word] & self.wished[cols, word])
        count = self.count[cols]
        return np.asarray(np.where(count > 0, found / np.maximum(count, np.float32(1)), np.float32(1)))

    def of_people(self, rows: slice | Integers) -> "Wished":
        return replace(self, has=self.has[rows])


@dataclass(frozen=True)
class Side:
    """P or Q: ``least`` + (1 − ``least``) × Σ weight × part, where what is unknown adds nothing."""

    parts: tuple[tuple[Part, float], ...]
    least: float

    def values(self, rows: Integers, cols: Integers) -> Floats:
        """(*pairs) in float32."""
        total = np.zeros(np.broadcast_shapes(rows.shape, cols.shape), dtype=np.float32)
        alone = np.zeros(cols.shape, dtype=np.float32)  # what a vacancy is by itself is added up once for all people
        for part, weight in self.parts:
            if isinstance(part, OfVacancy):
                alone += np.float32(weight) * np.fmax(part.worth[cols], np.float32(0))
        for part, weight in self.parts:
            if not isinstance(part, OfVacancy) and weight:
                total += np.float32(weight) * np.fmax(part.values(rows, cols), np.float32(0))
        total += alone
        total *= np.float32(1 - self.least)
        total += np.float32(self.least)
        return total

    def said(self, rows: Integers, cols: Integers) -> dict[str, Floats]:
        """Each part by its name, NaN unknown."""
        return {part.name: part.values(rows, cols) for part, _ in self.parts}

    def total(self, said: Mapping[str, Floats], unknown: float) -> Doubles:
        """The sum of parts that :meth:`said` gave, what is not known taken as ``unknown``: 1 is the most it could be."""
        cleaned = [
            weight * np.where(np.isnan(said[part.name]), unknown, said[part.name]) for part, weight in self.parts
        ]
        return np.asarray(self.least + (1 - self.least) * np.sum(cleaned, axis=0), dtype=np.float64)

    def of_people(self, rows: slice | Integers) -> "Side":
        return replace(self, parts=tuple((part.of_people(rows), weight) for part, weight in self.parts))


@dataclass(frozen=True)
class Scores:
    """P × Q."""

    gain: Side
    fit: Side

    def block(self, rows: Integers, cols: Integers) -> Floats:
        """Of some people and some vacancies, numbered: (rows, cols)."""
        return self.pairs(rows[:, None], cols[None, :])

    def pairs(self, rows: Integers, cols: Integers) -> Floats:
        """Of pairs, or of whatever broadcasts."""
        found = self.gain.values(rows, cols)
        found *= self.fit.values(rows, cols)
        return found

    def of_people(self, rows: slice | Integers) -> "Scores":
        return Scores(self.gain.of_people(rows), self.fit.of_people(rows))


@dataclass(frozen=True)
class InnerProduct:
    """The score of two tables of vectors: ``people`` (n, d), ``vacancies`` (m, d)."""

    people: Floats
    vacancies: Floats

    def block(self, rows: Integers, cols: Integers) -> Floats:
        whole = cols.size == len(self.vacancies)
        there = self.vacancies if whole else self.vacancies[cols]
        found: Floats = self.people[rows] @ there.T
        return found

    def pairs(self, rows: Integers, cols: Integers) -> Floats:
        found: Floats = np.einsum("nd,nd->n", self.people[rows], self.vacancies[cols])
        return found

    def of_people(self, rows: slice | Integers) -> "InnerProduct":
        return replace(self, people=self.people[rows])
