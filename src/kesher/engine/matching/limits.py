"""The hard limits of a match, each with its name, as arrays: who may be proposed what, and what nobody knows yet.

Three kinds suffice. :class:`Atoms`: one side asks for things that the other has or lacks, as bits (licences, permits, shifts,
and languages, where "B1 in writing" is a thing that somebody with B2 has, too). :class:`Ordinal`: a fact of one side against
a limit of the other (hours, care, pay, start). :class:`Distance`: travel against what a person can travel.

Each holds what is surely so and what may be so. A pair passes *surely* where every limit is met by what is known, and *maybe*
where no limit is known to be broken. Between the two lies what has to be asked.

``rows`` number people and ``cols`` vacancies. They are arrays that broadcast: (B, 1) and (1, M) for a block, (N,) and (N,) for
pairs.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from kesher.engine.matching.model import Booleans, Doubles, Floats, Integers, Verdict
from kesher.engine.matching.travel import Travel

#: Bits of one word.
WORD = 64


@dataclass(frozen=True, slots=True)
class Change:
    """A limit that is broken or not known to be met: what is ``asked``, what is ``had`` ("" unknown), and of whom."""

    limit: str
    verdict: Verdict
    asked: str
    had: str
    of_person: bool


class Limit(Protocol):
    """One named reason why a pair may not be proposed."""

    @property
    def name(self) -> str: ...

    def meets(self, rows: Integers, cols: Integers, *, sure: bool) -> Booleans:
        """Whether the limit is met: by what is known (``sure``), or not known to be broken."""
        ...

    def changes(self, row: int, col: int) -> list[Change]:
        """What would have to be otherwise, or known, for this pair to meet it."""
        ...

    def of_people(self, rows: slice | Integers) -> Self:
        """The same limit for some of the people."""
        ...


def packed(bits: Booleans) -> NDArray[Any]:
    """Bits (things, atoms) as words (things, words) of the narrowest kind that holds them: less to read for each pair."""
    count, atoms = bits.shape
    width = next((size for size in (8, 16, 32) if atoms <= size), WORD)
    words = max(1, -(-atoms // width))
    padded = np.zeros((count, words * width), dtype=bool)
    padded[:, :atoms] = bits
    kind = {8: np.uint8, 16: np.uint16, 32: np.uint32, 64: np.uint64}[width]
    return np.packbits(padded, axis=1, bitorder="little").view(kind)


@dataclass(frozen=True)
class Atoms:
    """Things asked for by one side: ``asked`` (askers, words), and of the other side what it ``lacks`` surely and maybe.

    ``labels`` name the bits. ``of_person``: vacancies ask and people have; otherwise people ask and vacancies have.
    """

    name: str
    labels: tuple[str, ...]
    asked: NDArray[Any]
    lacks_sure: NDArray[Any]  # bit set: it is not sure that they have it
    lacks_maybe: NDArray[Any]  # bit set: they surely lack it
    of_person: bool

    @classmethod
    def of(
        cls, name: str, labels: Sequence[str], asked: Booleans, sure: Booleans, maybe: Booleans, *, of_person: bool
    ) -> "Atoms":
        """From bits: ``asked`` (askers, atoms), ``sure`` ≤ ``maybe`` (havers, atoms)."""
        return cls(name, tuple(labels), packed(asked), packed(~sure), packed(~maybe), of_person)

    def meets(self, rows: Integers, cols: Integers, *, sure: bool) -> Booleans:
        lacks = self.lacks_sure if sure else self.lacks_maybe
        askers, havers = (cols, rows) if self.of_person else (rows, cols)
        found: Booleans = (self.asked[askers, 0] & lacks[havers, 0]) == 0
        for word in range(1, self.asked.shape[1]):
            found &= (self.asked[askers, word] & lacks[havers, word]) == 0
        return found

    def missing(self, row: int, col: int) -> list[tuple[int, Verdict]]:
        """Numbers of the atoms asked for that are not surely there."""
        asker, haver = (col, row) if self.of_person else (row, col)
        asked, unsure, lacking = (
            np.unpackbits(words.view(np.uint8), bitorder="little")[: len(self.labels)].astype(bool)
            for words in (self.asked[asker], self.lacks_sure[haver], self.lacks_maybe[haver])
        )
        return [(int(at), Verdict.NO if lacking[at] else Verdict.UNKNOWN) for at in np.flatnonzero(asked & unsure)]

    def changes(self, row: int, col: int) -> list[Change]:
        return [
            Change(self.name, verdict, self.labels[at], "" if verdict is Verdict.UNKNOWN else "no", self.of_person)
            for at, verdict in self.missing(row, col)
        ]

    def of_people(self, rows: slice | Integers) -> "Atoms":
        if self.of_person:
            return replace(self, lacks_sure=self.lacks_sure[rows], lacks_maybe=self.lacks_maybe[rows])
        return replace(self, asked=self.asked[rows])


@dataclass(frozen=True)
class Ordinal:
    """``fact`` ≥ ``limit``, one of each side. NaN facts are unknown, NaN limits ask nothing.

    Where a fact may be at most a limit, both come with their signs turned (``sign`` -1). ``unit`` says how to write a number.
    """

    name: str
    limit: Doubles  # as it came
    fact: Doubles
    limit_of_person: bool
    unit: str = ""
    sign: int = 1

    # float32 keeps the order of any two numbers, and half as much is read for each pair.
    @cached_property
    def _limit(self) -> Floats:
        return np.where(np.isnan(self.limit), -np.inf, self.sign * self.limit).astype(np.float32)

    @cached_property
    def _sure(self) -> Floats:
        return np.where(np.isnan(self.fact), -np.inf, self.sign * self.fact).astype(np.float32)

    @cached_property
    def _maybe(self) -> Floats:
        return np.where(np.isnan(self.fact), np.inf, self.sign * self.fact).astype(np.float32)

    def meets(self, rows: Integers, cols: Integers, *, sure: bool) -> Booleans:
        fact = self._sure if sure else self._maybe
        limits, facts = (rows, cols) if self.limit_of_person else (cols, rows)
        found: Booleans = fact[facts] >= self._limit[limits]
        return found

    def changes(self, row: int, col: int) -> list[Change]:
        limit, fact = (row, col) if self.limit_of_person else (col, row)
        asked, had = self.limit[limit], self.fact[fact]
        if np.isnan(asked) or (self.sign * had >= self.sign * asked):
            return []
        words = f"{'at least' if self.sign > 0 else 'at most'} {self._said(asked)}"
        verdict = Verdict.UNKNOWN if np.isnan(had) else Verdict.NO
        return [Change(self.name, verdict, words, "" if np.isnan(had) else self._said(had), not self.limit_of_person)]

    def _said(self, value: float) -> str:
        if self.unit == "day":
            return date.fromordinal(int(value)).isoformat()
        if self.unit == "clock":
            return f"{int(value):02d}:{round(value % 1 * 60):02d}"
        return f"{value:g}{self.unit and ' ' + self.unit}"

    def of_people(self, rows: slice | Integers) -> "Ordinal":
        if self.limit_of_person:
            return replace(self, limit=self.limit[rows])
        return replace(self, fact=self.fact[rows])


@dataclass(frozen=True)
class Distance:
    """Travel within what a person can travel: ``most`` (n,) inf = any. Whoever would move, and remote work, pass."""

    name: str
    travel: Travel
    most: Floats
    relocates: Booleans
    remote: Booleans

    def meets(self, rows: Integers, cols: Integers, *, sure: bool) -> Booleans:
        found = self.travel.within(rows, cols, self.most, sure=sure)
        found |= self.relocates[rows]
        found |= self.remote[cols]
        return found

    def changes(self, row: int, col: int) -> list[Change]:
        at = np.array([row]), np.array([col])
        if self.meets(*at, sure=True)[0]:
            return []
        far = float(self.travel.amount(*at)[0])
        unknown = bool(np.isnan(far))
        had = "" if unknown else f"{far:.1f} {self.travel.unit}"
        asked = f"at most {self.most[row]:g} {self.travel.unit}"
        return [Change(self.name, Verdict.UNKNOWN if unknown else Verdict.NO, asked, had, of_person=False)]

    def of_people(self, rows: slice | Integers) -> "Distance":
        return replace(self, travel=self.travel.of_people(rows), most=self.most[rows], relocates=self.relocates[rows])


@dataclass(frozen=True)
class Limits:
    """All limits of a market."""

    all: tuple[Limit, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Each name once, in order."""
        return tuple(dict.fromkeys(limit.name for limit in self.all))

    def meets(self, rows: Integers, cols: Integers, *, sure: bool) -> Booleans:
        """Whether every limit is met, surely or maybe."""
        found = np.ones(np.broadcast_shapes(rows.shape, cols.shape), dtype=bool)
        for limit in self.all:
            found &= limit.meets(rows, cols, sure=sure)
        return found

    def verdicts(self, rows: Integers, cols: Integers) -> NDArray[np.int8]:
        """What is known of each name: (names, *pairs) of :class:`Verdict`."""
        names = self.names
        found = np.full((len(names), *np.broadcast_shapes(rows.shape, cols.shape)), Verdict.YES, dtype=np.int8)
        for limit in self.all:
            known = limit.meets(rows, cols, sure=True).astype(np.int8) + limit.meets(rows, cols, sure=False)
            at = names.index(limit.name)
            np.minimum(found[at], known, out=found[at])
        return found

    def changes(self, row: int, col: int) -> list[Change]:
        """Everything that is broken or unknown of a pair."""
        return [change for limit in self.all for change in limit.changes(row, col)]

    def of_people(self, rows: slice | Integers) -> "Limits":
        return Limits(tuple(limit.of_people(rows) for limit in self.all))
