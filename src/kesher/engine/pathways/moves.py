"""From one occupation to others: which moves are viable, which desirable, which safe, and what is missing for each.

After Kanders, Djumalieva, Sleeman and Orlik, *Mapping Career Causeways: supporting workers at risk* (Nesta 2020): a move is
*viable* when the two are near enough and the preparation they ask for differs by at most one level; *desirable* when it
also keeps three quarters of the wage; *safe* when it leads away from automation. Here several scores of exposure stand side
by side, so a move is safe, exposed, or the scores disagree. Where wage, level or score are not known the answer says so and
forbids nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

import numpy as np

from kesher.engine.pathways.graph import Facts, Floats, Graph, Integers, Nearness, PathwayError

#: The quarter of occupations that a score exposes most.
EXPOSED: Final = 0.75
#: Efforts below this are rounding.
ROUNDING: Final = 1e-9


class Safety(StrEnum):
    """What scores of exposure say of an occupation."""

    SAFE = "safe"  # no score has it in its most exposed quarter
    EXPOSED = "exposed"  # every score has
    DISAGREE = "scores disagree"
    UNKNOWN = "not known"


@dataclass(frozen=True, eq=False)
class Person:
    """Who sets out. had: occupations, the latest first · held (S,): strengths of skills · level: of their own
    qualification, on the scale of the facts; NaN: that of the occupations they had · wage: what they earned; NaN: that of
    the latest occupation.
    """

    had: tuple[int, ...]
    held: Floats
    level: float = float("nan")
    wage: float = float("nan")


def person(
    graph: Graph,
    facts: Facts,
    had: Sequence[int],
    *,
    skills: Iterable[int] = (),
    level: float = float("nan"),
    wage: float = float("nan"),
) -> Person:
    """A :class:`Person` who had these occupations and has these skills besides."""
    for one in had:
        if not 0 <= one < graph.n:
            raise PathwayError(f"there is no occupation {one}; there are {graph.n}")
    known = [float(facts.level[one]) for one in had if not np.isnan(facts.level[one])]
    if np.isnan(level) and known:
        level = max(known)
    if np.isnan(wage) and had:
        wage = float(facts.wage[had[0]])
    return Person(tuple(had), graph.held(*had, skills=skills), level, wage)


def after(graph: Graph, facts: Facts, who: Person, occupation: int) -> Person:
    """The same person once they have worked in an occupation: its essential skills are theirs, and so is its level."""
    held = graph.learnt(who.held, occupation)
    level = np.fmax(who.level, facts.level[occupation])
    return Person((occupation, *who.had), held, float(level), who.wage)


@dataclass(frozen=True, eq=False)
class Moves:
    """Where a person could go. closeness, effort, level_fits, wage_fits (n,) · viable, likely (highly viable), desirable:
    numbers of occupations, sorted. What is not known fits.
    """

    closeness: Floats
    effort: Floats
    viable: Integers
    likely: Integers
    desirable: Integers
    level_fits: np.ndarray[tuple[int], np.dtype[np.bool_]]
    wage_fits: np.ndarray[tuple[int], np.dtype[np.bool_]]
    wage_known: bool

    @property
    def highly(self) -> Integers:
        """Desirable and highly viable."""
        return np.intersect1d(self.desirable, self.likely)


def moves(graph: Graph, facts: Facts, who: Person, nearness: Nearness) -> Moves:
    """Every move; sets are sorted by number. Occupations one had are none."""
    closeness = graph.closeness(who.held, nearness)
    # As far down as up: what is lower is told as such (`below`), with its way back.
    level_fits = np.isnan(facts.level) | np.isnan(who.level) | (np.abs(facts.level - who.level) <= nearness.preparation)
    unknown = np.isnan(facts.wage) | np.isnan(who.wage)
    wage_fits = unknown | (facts.wage > nearness.wage * who.wage)
    other = np.ones(graph.n, bool)
    other[list(who.had)] = False
    viable = (closeness > nearness.viable) & level_fits & other
    return Moves(
        closeness,
        graph.effort(who.held),
        np.flatnonzero(viable),
        np.flatnonzero(viable & (closeness > nearness.likely)),
        np.flatnonzero(viable & wage_fits),
        level_fits,
        wage_fits,
        not np.isnan(who.wage),
    )


def safety(facts: Facts, occupation: int) -> Safety:
    """By all scores that know the occupation."""
    ranks = exposure(facts, occupation)
    if not ranks:
        return Safety.UNKNOWN
    exposed = [rank >= EXPOSED for rank in ranks.values()]
    return Safety.EXPOSED if all(exposed) else Safety.DISAGREE if any(exposed) else Safety.SAFE


def exposure(facts: Facts, occupation: int) -> dict[str, float]:
    """Name of each score that knows the occupation → its rank among all it covers, 0…1."""
    ranks = {name: float(scores[occupation]) for name, scores in facts.exposure.items()}
    return {name: rank for name, rank in ranks.items() if not np.isnan(rank)}


@dataclass(frozen=True, slots=True)
class Lacking:
    """A skill to learn. weight: w_s of (1) · perhaps: many in the person's occupation have it, ask · near: a skill they
    have in the same group, or -1.
    """

    skill: int
    weight: float
    perhaps: bool
    near: int


def gap(graph: Graph, who: Person, occupation: int) -> tuple[Lacking, ...]:
    """The essential skills that are not surely there, the heaviest first, ties by number."""
    asked = graph.asked(occupation)
    missing = asked[who.held[asked] < 1.0]
    order, first = _surest(graph, who.held)
    found = [
        Lacking(one, weight, held > 0, _nearest(graph, first, order, one))
        for one, weight, held in zip(
            missing.tolist(), graph.weight[missing].tolist(), who.held[missing].tolist(), strict=True
        )
    ]
    return tuple(sorted(found, key=lambda one: (-one.weight, one.skill)))


def _surest(graph: Graph, held: Floats) -> tuple[list[int], dict[int, list[int]]]:
    """The skills that are held, the surest first, then the rarest, then by number; and of each group with one of them the
    places of its first two in that order."""
    skills = np.flatnonzero(held > 0)
    order = skills[np.lexsort((skills, -graph.weight[skills], -held[skills]))].tolist()
    first: dict[int, list[int]] = {}
    for place, skill in enumerate(order):
        for group in graph.groups_of[skill]:
            places = first.setdefault(group, [])
            if len(places) < 2:  # the second is for who asks what is near to the first
                places.append(place)
    return order, first


def _nearest(graph: Graph, first: dict[int, list[int]], order: list[int], skill: int) -> int:
    """The first in the order of :func:`_surest` that is in one of the same groups; -1 for none."""
    places = (place for group in graph.groups_of[skill] for place in first.get(group, ()) if order[place] != skill)
    best = min(places, default=-1)
    return order[best] if best >= 0 else -1


@dataclass(frozen=True, slots=True)
class Demand:
    """Of an occupation in an area; NaN where it is not known."""

    vacancies: float
    seekers: float

    @property
    def per_seeker(self) -> float:
        """Vacancies for each who looks for such work; NaN where either is not known or nobody looks."""
        return self.vacancies / self.seekers if self.seekers > 0 else float("nan")


def demand(facts: Facts, occupation: int, area: str | None) -> Demand:
    """In an area, or summed over all that are known where none is named. Raises PathwayError for an unknown area."""
    if area is None:
        return Demand(_sum(facts.vacancies[:, occupation]), _sum(facts.seekers[:, occupation]))
    if area not in facts.areas:
        known = ", ".join(facts.areas) or "none"
        raise PathwayError(f"nothing is known of the area {area!r}; known: {known}")
    row = facts.areas.index(area)
    return Demand(float(facts.vacancies[row, occupation]), float(facts.seekers[row, occupation]))


def _sum(values: Floats) -> float:
    known = values[~np.isnan(values)]
    return float(known.sum()) if known.size else float("nan")


@dataclass(frozen=True, slots=True)
class Move:
    """One move, with everything a person needs to judge it. Wages and demand are NaN where they are not known.

    below: it asks for less than the person's qualification · gap: what to learn · licence: weeks, 0 none, NaN not known.
    """

    occupation: int
    closeness: float
    effort: float
    viable: bool
    likely: bool
    desirable: bool
    below: bool
    wage: float
    wage_ratio: float
    safety: Safety
    exposure: dict[str, float]
    demand: Demand
    licence: float
    gap: tuple[Lacking, ...] = field(repr=False)


def describe(
    graph: Graph, facts: Facts, who: Person, occupation: int, nearness: Nearness, *, area: str | None = None
) -> Move:
    """One move in full; it need not be viable."""
    return describe_in(graph, facts, who, occupation, moves(graph, facts, who, nearness), area=area)


def describe_in(
    graph: Graph, facts: Facts, who: Person, occupation: int, found: Moves, *, area: str | None = None
) -> Move:
    """One of the moves already found."""
    ratio = float(facts.wage[occupation] / who.wage) if who.wage > 0 else float("nan")
    return Move(
        occupation,
        float(found.closeness[occupation]),
        float(found.effort[occupation]),
        _within(occupation, found.viable),
        _within(occupation, found.likely),
        _within(occupation, found.desirable),
        bool(facts.level[occupation] < who.level),
        float(facts.wage[occupation]),
        ratio,
        safety(facts, occupation),
        exposure(facts, occupation),
        demand(facts, occupation, area),
        float(facts.licence[occupation]),
        gap(graph, who, occupation),
    )


def _within(one: int, numbers: Integers) -> bool:
    """Whether it is among numbers that are sorted."""
    place = int(np.searchsorted(numbers, one))
    return place < len(numbers) and int(numbers[place]) == one


def ranked(facts: Facts, found: Moves, *, area: str | None = None, top: int = 10) -> list[int]:
    """The viable moves to show first: desirable, then not exposed, then with vacancies here, then the nearest; ties by
    number.

    Vacancies count as there or not: a hundred instead of ten must not send everybody to the same occupation.
    """

    def key(one: int) -> tuple[bool, bool, bool, float, int]:
        here = demand(facts, one, area).vacancies
        return (
            one not in wanted,
            safety(facts, one) is Safety.EXPOSED,
            not np.isnan(here) and here <= 0,
            -found.closeness[one],
            one,
        )

    wanted = set(found.desirable.tolist())
    return sorted(found.viable.tolist(), key=key)[:top]
