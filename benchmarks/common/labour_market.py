"""A made-up labour market as arrays: vectors, and limits of every kind that let a wanted share of the vacancies pass.

People and vacancies lie around towns; permits, licences, languages by level, hours, shifts, pay and start are drawn. How far
people travel is set so that, together with all other limits, ``share`` of all pairs pass.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from kesher.engine.matching.limits import Atoms, Distance, Limits, Ordinal
from kesher.engine.matching.model import Person, Vacancy
from kesher.engine.matching.parts import InnerProduct
from kesher.engine.matching.travel import crow_flies

TOWNS, LICENCES, PERMITS, LANGUAGES, SHIFTS = 60, 12, 8, 24, 3


@dataclass(frozen=True)
class Drawn:
    """Vectors of length 1 and limits."""

    scores: InnerProduct
    limits: Limits


def _vectors(rng: np.random.Generator, count: int, width: int, centres: np.ndarray) -> np.ndarray:
    """Around centres, as vectors of occupations are."""
    found = centres[rng.integers(0, len(centres), count)] + rng.normal(0, 0.6, (count, width)).astype(np.float32)
    found /= np.linalg.norm(found, axis=1, keepdims=True)
    return np.ascontiguousarray(found, dtype=np.float32)


def labour_market(people: int, vacancies: int, share: float, *, width: int = 64, seed: int = 0) -> Drawn:
    """Draws one."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(0, 1, (300, width)).astype(np.float32)
    scores = InnerProduct(_vectors(rng, people, width, centres), _vectors(rng, vacancies, width, centres))

    def bits(name: str, count: int, asked: float, has: float, unknown: float, *, of_person: bool = True) -> Atoms:
        askers, havers = (vacancies, people) if of_person else (people, vacancies)
        sure = rng.random((havers, count)) < has
        maybe = sure | (rng.random((havers, count)) < unknown)
        labels = [f"{name} {number}" for number in range(count)]
        return Atoms.of(name, labels, rng.random((askers, count)) < asked, sure, maybe, of_person=of_person)

    def number(low: float, high: float, count: int, missing: float) -> Any:
        found = rng.uniform(low, high, count)
        found[rng.random(count) < missing] = np.nan
        return found

    towns = np.stack([rng.uniform(29.5, 33.3, TOWNS), rng.uniform(34.3, 35.6, TOWNS)], axis=1)
    size = rng.dirichlet(np.ones(TOWNS))
    where = [towns[rng.choice(TOWNS, count, p=size)] + rng.normal(0, 0.03, (count, 2)) for count in (people, vacancies)]
    far = rng.lognormal(0, 0.4, people)
    limits: list[Any] = [
        bits("permit", PERMITS, 0.02, 0.85, 0.05),
        bits("licence", LICENCES, 0.02, 0.3, 0.1),
        bits("language", LANGUAGES, 0.02, 0.6, 0.05),
        Distance(
            "distance", crow_flies(*where), far.astype(np.float32), rng.random(people) < 0.01, rng.random(vacancies) < 0.005
        ),
        Ordinal("hours", number(5, 25, people, 0.5), number(20, 45, vacancies, 0.1), True),
        bits("shifts", SHIFTS, 0.2, 0.85, 0.05, of_person=False),
        Ordinal("pay", number(32, 45, people, 0.5), number(33, 80, vacancies, 0.3), True),
        Ordinal("start", number(100, 200, vacancies, 0.5), number(50, 150, people, 0.1), False, "", -1),
    ]  # fmt: skip
    found = Limits(tuple(limits))
    some = np.arange(0, people, max(1, people // 1000))[:, None]
    low, high = 0.1, 2_000.0
    for _ in range(20):
        middle = (low * high) ** 0.5
        at = _with_reach(found, (far * middle).astype(np.float32))
        passing = at.meets(some, np.arange(vacancies)[None, :], sure=False).mean()
        low, high = (middle, high) if passing < share else (low, middle)
    return Drawn(scores, _with_reach(found, (far * low).astype(np.float32)))


def _with_reach(limits: Limits, most: Any) -> Limits:
    return Limits(tuple(replace(one, most=most) if isinstance(one, Distance) else one for one in limits.all))


def made_up_vacancies(rng: np.random.Generator, count: int) -> list[Vacancy]:
    """Records: some of everything is missing, as in real ones."""
    codes = [f"{code}" for code in rng.integers(1111, 9630, 400)]
    skills = [f"skill {number}" for number in range(3_000)]
    towns = np.stack([rng.uniform(29.5, 33.3, TOWNS), rng.uniform(34.3, 35.6, TOWNS)], axis=1)
    found = []
    for number in range(count):
        place = towns[rng.integers(TOWNS)] + rng.normal(0, 0.03, 2)
        pay = float(rng.uniform(33, 80)) if rng.random() < 0.7 else float("nan")
        found.append(
            Vacancy(
                f"v{number}",
                codes[rng.integers(len(codes))],
                tuple(skills[one] for one in rng.integers(0, 3_000, 6)),
                tuple(skills[one] for one in rng.integers(0, 3_000, 3)),
                licences=frozenset({f"licence {rng.integers(LICENCES)}"} if rng.random() < 0.15 else ()),
                permits=frozenset({"citizen", "resident"} if rng.random() < 0.2 else ()),
                languages={"he": (2, 2, int(rng.integers(0, 5)), 2, int(rng.integers(0, 4)))}
                if rng.random() < 0.6
                else {},
                latitude=float(place[0]),
                longitude=float(place[1]),
                remote=bool(rng.random() < 0.03),
                hours_least=float(rng.integers(10, 36)),
                hours_most=45.0,
                shifts=frozenset({"night"} if rng.random() < 0.2 else {"day"}) if rng.random() < 0.7 else None,
                begins=7.0 if rng.random() < 0.6 else float("nan"),
                ends=17.0,
                pay=pay,
                pay_minimum=32.3,
                pay_median=45.0,
                contract=str(rng.choice(["", "open-ended", "fixed-term", "casual"])),
                level=float(rng.integers(1, 7)),
            )
        )
    return found


def made_up_people(rng: np.random.Generator, count: int) -> list[Person]:
    """Records of people to go with them."""
    found = []
    for number in range(count):
        found.append(
            Person(
                f"p{number}",
                {f"{code}": float(rng.integers(0, 15)) for code in rng.integers(1111, 9630, 3)},
                tuple(f"{code}" for code in rng.integers(1111, 9630, 2)),
                frozenset(f"skill {one}" for one in rng.integers(0, 3_000, 25)),
                licences=frozenset({f"licence {rng.integers(LICENCES)}"}),
                permits=frozenset({"citizen"}) if rng.random() < 0.8 else None,
                languages={"he": (4, 3, 4, 3, int(rng.integers(0, 5)))},
                latitude=float(rng.uniform(29.5, 33.3)),
                longitude=float(rng.uniform(34.3, 35.6)),
                distance=float(rng.uniform(20, 120)),
                hours_wished=float(rng.integers(15, 44)),
                refused_shifts=frozenset({"night"} if rng.random() < 0.5 else ()),
                care_until=18.0,
                pay=float(rng.uniform(30, 45)),
                qualification=float(rng.integers(1, 8)),
            )
        )
    return found
