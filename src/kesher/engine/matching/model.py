"""Who and what is matched: the records that come in, and the words for what is known of a limit.

**Empty means two things, and never a yes.** What a side *asks* and does not say, it does not ask: a vacancy without
licences asks for none, a person without a wage floor takes any. What a side *has* and does not say is unknown: None, NaN or
a level of -1. A limit against something unknown is itself unknown, and stays so until somebody has been asked.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]
Words = NDArray[np.uint64]

NAN: Final = math.nan
#: The five language skills of the framework, in the order in which levels are given.
SKILLS_OF_LANGUAGE: Final = ("listening", "reading", "spoken_interaction", "spoken_production", "writing")
LEVELS: Final = ("", "A1", "A2", "B1", "B2", "C1", "C2")
#: Levels of a language of which nothing is said.
UNSAID: Final = (-1, -1, -1, -1, -1)
#: A support level (HOUSE.md: self-service, supported, intensive, wrap-around) from which the exposure floor holds.
INTENSIVE: Final = 2


class MatchingError(ValueError):
    """What was handed over cannot be what it is said to be; the message names what, and which record or row."""


class Verdict(IntEnum):
    """What is known of a limit. ``UNKNOWN`` lies between: the least of several limits is what is known of all."""

    NO = 0
    UNKNOWN = 1
    YES = 2


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of a person, by a pseudonymous ``id``. None, NaN and -1: not known (of what they have).

    ``occupations`` code → years (NaN unknown); ``wishes`` codes; ``languages`` code → five levels 0 to 6 (0 none). Limits:
    ``distance`` in the unit of travel, ``hours_*`` a week, ``refused_shifts``, ``care_from`` and ``care_until`` the hours of
    the day between which others look after whom they care for, ``pay`` per hour. ``available`` is a day's ordinal.
    ``qualification`` 1 to 8 (EQF); ``support`` 0 to 3.
    """

    id: str
    occupations: Mapping[str, float] | None = None
    wishes: tuple[str, ...] = ()
    skills: frozenset[str] | None = None
    licences: frozenset[str] | None = None
    permits: frozenset[str] | None = None
    languages: Mapping[str, tuple[int, ...]] | None = None
    latitude: float = NAN
    longitude: float = NAN
    distance: float = NAN
    relocates: bool = False
    hours_least: float = NAN
    hours_most: float = NAN
    hours_wished: float = NAN
    refused_shifts: frozenset[str] = frozenset()
    care_from: float = NAN
    care_until: float = NAN
    pay: float = NAN
    available: float = NAN
    qualification: float = NAN
    support: int = 0


@dataclass(frozen=True, slots=True)
class Vacancy:
    """What is known of a vacancy. Asked: skills, licences, ``permits`` (one of them suffices; none: any), languages, years.

    Facts: place, hours, shifts (None unknown), ``begins`` and ``ends`` the earliest and latest hour of the day, pay per hour
    with the legal minimum and the local median, ``start`` the last day to begin, contract, ``predictable``, ``training``.
    """

    id: str
    occupation: str = ""
    essential: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    licences: frozenset[str] = frozenset()
    permits: frozenset[str] = frozenset()
    languages: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    languages_wished: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    years: float = NAN
    latitude: float = NAN
    longitude: float = NAN
    remote: bool = False
    hours_least: float = NAN
    hours_most: float = NAN
    shifts: frozenset[str] | None = None
    begins: float = NAN
    ends: float = NAN
    pay: float = NAN
    pay_minimum: float = NAN
    pay_median: float = NAN
    start: float = NAN
    contract: str = ""
    predictable: bool | None = None
    training: bool | None = None
    level: float = NAN
    places: int = 1


def check(people: Sequence[Person], vacancies: Sequence[Vacancy]) -> None:
    """Raises :class:`MatchingError` for an id that is there twice, and for numbers that cannot be."""
    for what, ids in (("person", [one.id for one in people]), ("vacancy", [one.id for one in vacancies])):
        seen: set[str] = set()
        for identity in ids:
            if identity in seen:
                raise MatchingError(f"{what} {identity!r} is there twice")
            seen.add(identity)
    for vacancy in vacancies:
        if vacancy.places < 1:
            raise MatchingError(f"vacancy {vacancy.id!r}: it must have at least 1 place; it has {vacancy.places}")
    everybody: list[Person | Vacancy] = [*people, *vacancies]
    for one in everybody:
        if abs(one.latitude) > 90 or abs(one.longitude) > 180:
            raise MatchingError(f"{one.id!r}: {one.latitude}, {one.longitude} is no place on the earth")
        for language, levels in (one.languages or {}).items():
            if len(levels) != len(SKILLS_OF_LANGUAGE) or not all(-1 <= level <= 6 for level in levels):
                raise MatchingError(f"{one.id!r}: {language!r} must have five levels of -1 to 6; it has {levels}")
