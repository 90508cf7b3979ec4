"""How far a vacancy is for a person: as the crow flies, or by a table of travel times that the caller has."""

from dataclasses import dataclass, replace
from typing import Protocol, Self

import numpy as np
from numpy.typing import ArrayLike

from kesher.engine.distance import EARTH_RADIUS
from kesher.engine.matching.model import Booleans, Floats, Integers, MatchingError


class Travel(Protocol):
    """Amounts of travel between people and vacancies; NaN where a place is not known."""

    @property
    def unit(self) -> str: ...

    def amount(self, rows: Integers, cols: Integers) -> Floats:
        """In ``unit``; NaN unknown."""
        ...

    def within(self, rows: Integers, cols: Integers, most: Floats, *, sure: bool) -> Booleans:
        """Whether it is at most ``most`` (of each person; inf: any amount, also an unknown one)."""
        ...

    def of_people(self, rows: slice | Integers) -> Self: ...


@dataclass(frozen=True)
class CrowFlies:
    """Points on the unit sphere: ``people`` (n, 3), ``vacancies`` (m, 3), NaN unknown. The chord between two is compared.

    In float32 a chord is right to a metre; a product of vectors would not be, for the cosine of some kilometres is almost 1.
    """

    people: Floats
    vacancies: Floats
    unit: str = "km"

    def chords(self, rows: Integers, cols: Integers) -> Floats:
        """The squares of the chords."""
        found: Floats = np.square(self.people[rows, 0] - self.vacancies[cols, 0])
        for axis in (1, 2):
            apart = self.people[rows, axis] - self.vacancies[cols, axis]
            np.square(apart, out=apart)
            found += apart
        return found

    def amount(self, rows: Integers, cols: Integers) -> Floats:
        half = np.sqrt(self.chords(rows, cols)) / np.float32(2)
        return np.asarray(2 * np.float32(EARTH_RADIUS) * np.arcsin(np.minimum(half, 1)), dtype=np.float32)

    def within(self, rows: Integers, cols: Integers, most: Floats, *, sure: bool) -> Booleans:
        turn = np.minimum(most.astype(np.float64) / (2 * EARTH_RADIUS), np.pi / 2)
        longest = np.where(np.isinf(most), np.inf, np.square(2 * np.sin(turn))).astype(np.float32)
        chords, here = self.chords(rows, cols), longest[rows]
        if sure:
            found: Booleans = chords <= here
            found |= np.isinf(here)
            return found
        return ~(chords > here)  # NaN is not greater

    def of_people(self, rows: slice | Integers) -> "CrowFlies":
        return replace(self, people=self.people[rows])


def crow_flies(people: ArrayLike, vacancies: ArrayLike) -> CrowFlies:
    """From degrees (n, 2) and (m, 2): latitude and longitude, NaN unknown."""
    return CrowFlies(_points(people), _points(vacancies))


def _points(degrees: ArrayLike) -> Floats:
    turned = np.radians(np.asarray(degrees, dtype=np.float64).reshape(-1, 2))
    up, round_ = turned[:, 0], turned[:, 1]
    points = np.stack([np.cos(up) * np.cos(round_), np.cos(up) * np.sin(round_), np.sin(up)], axis=1)
    return points.astype(np.float32)


@dataclass(frozen=True)
class TravelTable:
    """Travel between areas: ``table`` (areas, areas), NaN unknown; ``people`` (n,) and ``vacancies`` (m,) their areas, -1."""

    table: Floats
    people: Integers
    vacancies: Integers
    unit: str = "min"

    def __post_init__(self) -> None:
        most = len(self.table)
        if self.table.ndim != 2 or self.table.shape[1] != most:
            raise MatchingError(f"a table of travel must be areas × areas; its shape is {self.table.shape}")
        for name, areas in (("people", self.people), ("vacancies", self.vacancies)):
            if areas.size and not (areas.min() >= -1 and areas.max() < most):
                raise MatchingError(f"{name} must be in one of {most} areas, or in none (-1)")

    def amount(self, rows: Integers, cols: Integers) -> Floats:
        here, there = self.people[rows], self.vacancies[cols]
        found = self.table[here, there]
        return np.where((here < 0) | (there < 0), np.float32(np.nan), found).astype(np.float32)

    def within(self, rows: Integers, cols: Integers, most: Floats, *, sure: bool) -> Booleans:
        far, here = self.amount(rows, cols), most[rows]
        found: Booleans = ((far <= here) | np.isinf(here)) if sure else ~(far > here)
        return found

    def of_people(self, rows: slice | Integers) -> "TravelTable":
        return replace(self, people=self.people[rows])
