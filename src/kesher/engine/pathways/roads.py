"""The road to a person's goal, at most two steps, and from each step the way on.

The goal comes first: what is missing for it, and how long until its first wage. Then stepping stones: occupations that are
within reach now, bring the goal nearer, and pay on the way. No stone replaces the goal, and a step below the person's
qualification is called so and comes with its way back.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from kesher.engine.pathways.bundles import STEPS, Bundle, Want, bundle
from kesher.engine.pathways.courses import Course, Limits
from kesher.engine.pathways.graph import Facts, Graph, Nearness
from kesher.engine.pathways.languages import LanguageGap, Speaks, language_gap, together
from kesher.engine.pathways.moves import ROUNDING, Move, Person, after, describe_in, moves, ranked


@dataclass(frozen=True, eq=False)
class Town:
    """What a road is looked for in: occupations, what is known of them, courses, what languages occupations ask for (by
    number).
    """

    graph: Graph
    facts: Facts
    nearness: Nearness
    courses: Mapping[str, Course] = field(default_factory=dict)
    languages: Mapping[int, Speaks] = field(default_factory=dict)
    area: str | None = None


@dataclass(frozen=True, eq=False)
class Traveller:
    """A person, the languages they speak, the courses they have done, and what they can give."""

    person: Person
    speaks: Speaks = field(default_factory=dict)
    done: frozenset[str] = frozenset()
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, eq=False)
class Step:
    """One move with the timetable that leads to it. languages: what is missing before it."""

    move: Move
    languages: tuple[LanguageGap, ...]
    bundle: Bundle
    waiting: float

    @property
    def first_wage(self) -> float:
        """Weeks from its beginning to a first wage: courses, licence, looking for work. What is not known counts nothing:
        then it is "at least" (:attr:`certain`)."""
        return self.bundle.ready + sum(part for part in (self.move.licence, self.waiting) if not math.isnan(part))

    @property
    def certain(self) -> bool:
        """Whether licence and waiting are known and all of the gap is taught."""
        unknown = math.isnan(self.move.licence) or math.isnan(self.waiting)
        return not unknown and not self.bundle.untaught and not self.bundle.languages


@dataclass(frozen=True, eq=False)
class Road:
    """One step to the goal, or a stepping stone and then the goal. effort: of all steps, a length (2); ``open``: every step
    viable.
    """

    steps: tuple[Step, ...]

    @property
    def effort(self) -> float:
        return sum(step.move.effort for step in self.steps)

    @property
    def open(self) -> bool:
        return all(step.move.viable for step in self.steps)

    @property
    def first_wage(self) -> float:
        """Weeks to a first wage anywhere on it."""
        return self.steps[0].first_wage

    @property
    def goal_wage(self) -> float:
        """Weeks of learning and waiting of all its steps; years worked between are not in it."""
        return sum(step.first_wage for step in self.steps)

    @property
    def below(self) -> bool:
        """Whether a step is below the person's qualification."""
        return any(step.move.below for step in self.steps)


def step(town: Town, who: Traveller, occupation: int, *, steps: int = STEPS) -> tuple[Step, Traveller]:
    """A step to an occupation, and the person afterwards. ``steps`` bounds the search for a bundle."""
    found = moves(town.graph, town.facts, who.person, town.nearness)
    move = describe_in(town.graph, town.facts, who.person, occupation, found, area=town.area)
    needs = town.languages.get(occupation, {})
    want = Want({one.skill: one.weight for one in move.gap}, needs, who.speaks, who.done)
    learnt = bundle(town.courses, want, who.limits, steps=steps)
    there = Traveller(
        after(town.graph, town.facts, who.person, occupation),
        together(who.speaks, needs, *(line.course.gives for line in learnt.lines)),
        who.done | {line.course.id for line in learnt.lines if line.course.weeks is not None},
        who.limits,
    )
    waiting = float(town.facts.waiting[occupation])
    return Step(move, language_gap(who.speaks, needs), learnt, waiting), there


def direct(town: Town, who: Traveller, goal: int, *, steps: int = STEPS) -> Road:
    """Straight to the goal, viable or not."""
    return Road((step(town, who, goal, steps=steps)[0],))


def stones(town: Town, who: Person, goal: int, *, top: int = 3) -> list[int]:
    """Occupations that are viable now, from where the goal is viable, and that teach some of what it asks for with less
    effort than it takes: desirable ones first, then those at one's own level, then by the effort of both steps, ties by
    number.
    """
    graph, facts = town.graph, town.facts
    found = moves(graph, facts, who, town.nearness)
    tried = found.viable[found.viable != goal]
    if not tried.size:
        return []
    close, rest = graph.by_way(goal, who.held, tried, town.nearness)
    # Two levels at once are allowed by way of a stone, since each of its steps is at most one.
    level = np.fmax(facts.level[tried], who.level)
    fits = (
        np.isnan(level) | np.isnan(facts.level[goal]) | (np.abs(level - facts.level[goal]) <= town.nearness.preparation)
    )
    straight = found.effort[goal]
    good = (
        fits
        & (close > town.nearness.viable)
        & (rest < straight - ROUNDING)
        & (found.effort[tried] < straight - ROUNDING)
    )
    weakest = np.minimum(found.closeness[tried], close)
    order = np.lexsort((tried, -weakest, facts.level[tried] < who.level, ~np.isin(tried, found.desirable)))
    return [int(tried[one]) for one in order if good[one]][:top]


def roads(town: Town, who: Traveller, goal: int, *, top: int = 3, steps: int = STEPS) -> list[Road]:
    """The direct road first, then those by stepping stones, whose bundles are searched for a third as long each."""
    found = [direct(town, who, goal, steps=steps)]
    for stone in stones(town, who.person, goal, top=top):
        first, there = step(town, who, stone, steps=steps // 3)
        found.append(Road((first, step(town, there, goal, steps=steps // 3)[0])))
    return found


def way_back(town: Town, who: Person, below: int) -> Move | None:
    """From an occupation below one's qualification to one that is not: the own one first, else the best viable; None where
    none is known, which must then be said. Skills are kept; what stands between is licence, language and demand.
    """
    graph, facts = town.graph, town.facts
    there = after(graph, facts, who, below)
    # The occupations one had are among those one may go back to.
    again = Person((below,), there.held, who.level, who.wage)
    found = moves(graph, facts, again, town.nearness)
    own = [one for one in who.had if not facts.level[one] < who.level]
    fit = [int(one) for one in found.viable if not facts.level[one] < who.level]
    chosen = own[:1] or [one for one in ranked(facts, found, area=town.area, top=graph.n) if one in set(fit)][:1]
    return describe_in(graph, facts, again, chosen[0], found, area=town.area) if chosen else None
