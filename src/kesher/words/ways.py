"""From the work somebody has done to the work they want: what is there, what is missing, and quicker stepping stones.

    found = ways(["9412"], "3434")          ISCO-08 unit groups; None where the lists do not know the goal
    found.lacks, found.stones[0].names      names by language, for the filter ``words``

The goal comes first and stays, however far it is. A stone is work that is within reach now, takes less learning than the goal,
brings the goal nearer by :data:`NEARER` at least and teaches :data:`TEACHES` things it asks for, and asks for no less than what
the person has learnt. The engine is :mod:`kesher.engine.pathways`, asked here with the built-in list, which is coarse: a unit
group holds many occupations.

The seam: whoever knows more (wages, licences, vacancies, courses with their dates) hands over another ``town`` of the same
shape; then :func:`kesher.engine.pathways.roads` knows weeks, too. No clock, no database.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from kesher.engine.pathways import Nearness, Person, Town, after, facts, gap, moves, person, stones
from kesher.words.pathways import Atlas, Names, atlas

#: So much closer to the goal (0 to 1) a stone must bring, else it is a detour.
NEARER: Final = 0.1
TEACHES: Final = 2
#: So many of each are told: what weighs most in the goal comes first.
MOST_SKILLS, MOST_STONES = 6, 3
#: So many of the engine's stones are looked at.
_TRIED: Final = 12


@dataclass(frozen=True, slots=True)
class Stone:
    """Work on the way. ``lacks``: what to learn for it; ``teaches``: what the goal asks for and one learns there."""

    isco08: str
    names: Names
    lacks: tuple[Names, ...]
    teaches: tuple[Names, ...]


@dataclass(frozen=True, slots=True)
class Ways:
    """``has`` and ``lacks``: of what the goal asks for, the weightiest first, ``more`` = so many more are missing.

    ``reach``: it is near enough to begin with it now; ``done``: they have worked in it before.
    """

    goal: Names
    has: tuple[Names, ...]
    lacks: tuple[Names, ...]
    more: int
    reach: bool
    done: bool
    stones: tuple[Stone, ...]


@cache
def starter() -> tuple[Atlas, Town]:
    """The built-in list as the engine takes it; read once."""
    known = atlas(None)
    return known, Town(known.graph, facts(known.graph), Nearness())


def ways(had: Sequence[str], goal: str, *, skills: Iterable[str] = (), town: Town | None = None) -> Ways | None:
    """``had``: unit groups worked in, the latest first; ``skills``: addresses of skills they have besides. What the list does
    not know is left out; None where it does not know the goal, or nothing they have done."""
    known, whole = starter()
    town = town or whole
    graph = town.graph
    number = {code: place for place, code in enumerate(known.codes)}
    before = [number[code] for code in dict.fromkeys(had) if code in number]
    if goal not in number or not before:
        return None
    to = number[goal]
    who = person(graph, town.facts, before, skills=[graph.skill_of[one] for one in skills if one in graph.skill_of])
    found = moves(graph, town.facts, who, town.nearness)
    lacking = gap(graph, who, to)
    missing = {one.skill for one in lacking}
    asked = sorted(set(graph.asked(to).tolist()) - missing, key=lambda one: (-graph.weight[one], one))
    return Ways(
        goal=known.names[to],
        has=tuple(known.skill_names[one] for one in asked[:MOST_SKILLS]),
        lacks=tuple(known.skill_names[one.skill] for one in lacking[:MOST_SKILLS]),
        more=max(len(lacking) - MOST_SKILLS, 0),
        reach=to in found.viable,
        done=to in before,
        stones=() if to in before else tuple(_stones(known, town, who, to, missing))[:MOST_STONES],
    )


def _stones(known: Atlas, town: Town, who: Person, goal: int, missing: set[int]) -> Iterable[Stone]:
    """Of the engine's, in its order, those that are no detour and no step down."""
    graph = town.graph
    now = graph.closeness(who.held, town.nearness)[goal]
    for one in stones(town, who, goal, top=_TRIED):
        there = after(graph, town.facts, who, one)
        nearer = graph.closeness(there.held, town.nearness)[goal] - now
        teaches = [skill for skill in graph.asked(one).tolist() if skill in missing]
        if nearer < NEARER or town.facts.level[one] < who.level or len(teaches) < TEACHES:
            continue
        yield Stone(
            known.codes[one],
            known.names[one],
            tuple(known.skill_names[lack.skill] for lack in gap(graph, who, one)[:MOST_SKILLS]),
            tuple(known.skill_names[skill] for skill in teaches[:MOST_SKILLS]),
        )
