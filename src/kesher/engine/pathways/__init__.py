"""From one occupation to another: what is within reach, what is missing, which courses close the gap, how long to a first
wage.

    town = Town(graph(...), facts(...), Nearness(), courses=catalogue(...), area="0831")
    who = Traveller(person(town.graph, town.facts, [baker]), speaks={"he": all_at(2)})
    roads(town, who, goal)                      # straight, then by stepping stones
    moves(town.graph, town.facts, who.person, town.nearness).viable

Arrays in, dataclasses out; weeks are counted from now, so nothing here knows what day it is. It proposes: a person decides,
with whoever helps them. Formulas, sources and what was measured: docs/models/pathways.md.
"""

from kesher.engine.pathways.bundles import Bundle, Line, Want, bundle
from kesher.engine.pathways.courses import Course, Limits, catalogue
from kesher.engine.pathways.graph import Facts, Graph, Nearness, PathwayError, facts, graph, isco_levels
from kesher.engine.pathways.languages import FIRST, LanguageGap, Levels, Speaks, all_at, language_gap
from kesher.engine.pathways.moves import (
    Lacking,
    Move,
    Moves,
    Person,
    Safety,
    after,
    demand,
    describe,
    describe_in,
    gap,
    moves,
    person,
    ranked,
    safety,
)
from kesher.engine.pathways.roads import Road, Step, Town, Traveller, direct, roads, step, stones, way_back
from kesher.engine.pathways.timetable import Timetable, timetable
from kesher.engine.pathways.town import Balance, Door, Idle, balance, doors, single_skills, told_count, unasked

__all__ = [
    "FIRST",
    "Balance",
    "Bundle",
    "Course",
    "Door",
    "Facts",
    "Graph",
    "Idle",
    "Lacking",
    "LanguageGap",
    "Levels",
    "Limits",
    "Line",
    "Move",
    "Moves",
    "Nearness",
    "PathwayError",
    "Person",
    "Road",
    "Safety",
    "Speaks",
    "Step",
    "Timetable",
    "Town",
    "Traveller",
    "Want",
    "after",
    "all_at",
    "balance",
    "bundle",
    "catalogue",
    "demand",
    "describe",
    "describe_in",
    "direct",
    "doors",
    "facts",
    "gap",
    "graph",
    "isco_levels",
    "language_gap",
    "moves",
    "person",
    "ranked",
    "roads",
    "safety",
    "single_skills",
    "step",
    "stones",
    "timetable",
    "told_count",
    "unasked",
    "way_back",
]
