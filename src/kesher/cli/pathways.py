"""``kesher pathways``: which occupations are within reach from one, what is missing for a goal, and how long it takes.

It needs no server and no database: it answers from ESCO where that is loaded, else, more coarsely, from the built-in list. It
proposes; it decides nothing.
"""

import argparse
import json
import math
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kesher.cli.environment import Subparsers
from kesher.cli.errors import CommandError
from kesher.cli.evaluate import count, positive

if TYPE_CHECKING:
    from kesher.cli.pathways_tables import Known
    from kesher.engine.pathways import Traveller
    from kesher.words.pathways import Atlas


def add_parser(subparsers: Subparsers) -> None:
    """Adds the command."""
    parser = subparsers.add_parser(
        "pathways",
        help="show occupations within reach from one, and the road to a goal",
        description="Occupations and skills by address, code or name; tables are CSV, .gz is unpacked, - is standard input.",
    )
    who = parser.add_argument_group("who sets out").add_argument
    who("--from", dest="had", required=True, action="append", metavar="OCC", help="occupation had; the latest first")
    who("--skills", default="", metavar="S;S", help="skills they have besides")
    who("--speaks", default="", metavar="L", help="languages, such as he=B1/A2/B1/B1/A1;ar=C2")
    who("--done", default="", metavar="ID;ID", help="courses they have done")
    who("--level", type=positive, metavar="N", help="of their qualification, on the scale of the facts")
    who("--wage", type=positive, metavar="N", help="what they earned, as the facts count it")
    who("--hours", type=positive, default=40.0, metavar="N", help="a week, for courses and ways (40)")
    who("--weeks", type=count, default=104, metavar="N", help="in which all courses must be over (104)")
    who("--money", type=positive, metavar="N", help="for fees of one step (no limit)")
    ask = parser.add_argument_group("what is asked for").add_argument
    ask("--to", metavar="GOAL", help="the occupation they want")
    ask("--area", metavar="A", help="where vacancies count, as the facts name it")
    ask("--doors", action="store_true", help="which training would open most of what is not within reach")
    ask("--provider", action="store_true", help="skills people here miss most, and courses nobody asks for")
    ask("--top", type=count, default=10, metavar="N", help="moves shown (10)")
    tables = parser.add_argument_group("what is known").add_argument
    tables("--facts", metavar="F.csv", help="of occupations: wage, licence, vacancies, language, exposure:NAME …")
    tables("--courses", metavar="C.csv", help="id, weeks, teaches, starts, before, together, excludes …")
    tables("--index", type=Path, metavar="FILE", help="another index of ESCO than that of the data folder")
    tables("--starter", action="store_true", help="answer from the built-in list though ESCO is loaded")
    tables("--today", type=_day, metavar="DATE", help="count weeks from this day (today)")
    parser.add_argument("--language", default="en", metavar="L", help="of the names shown (en)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date; write 2027-03-01") from None


def run(args: argparse.Namespace) -> int:
    """Answers; exit 2 for bad input, before anything is printed."""
    from kesher.engine.pathways import PathwayError
    from kesher.formats.columns import ColumnError

    try:
        data = answer(args)
    except (ColumnError, PathwayError) as refusal:
        raise CommandError(str(refusal), exit_code=2) from refusal
    if args.json:
        print(json.dumps(data, ensure_ascii=False, allow_nan=False, indent=1))
    else:
        from kesher.cli.pathways_report import told

        print(told(data))
    return 0


def answer(args: argparse.Namespace) -> dict[str, Any]:
    """The object of ``--json``."""
    import numpy as np

    from kesher.cli.pathways_tables import Known, read_courses, read_facts, speaks
    from kesher.engine import pathways as engine

    if [args.facts, args.courses].count("-") > 1:
        raise CommandError("Only one table can be read from standard input (-).", exit_code=2)
    today = args.today or datetime.now(UTC).astimezone().date()
    atlas = _atlas(args)
    graph = atlas.graph
    had = [_occupation(atlas, one, "--from", args.language) for one in args.had]
    goal = _occupation(atlas, args.to, "--to", args.language) if args.to else None
    known = read_facts(args.facts, atlas, args.area) if args.facts else Known(engine.facts(graph), {}, ())
    if args.area is not None:
        engine.demand(known.facts, had[0], args.area)  # raises for an area that is not known
    courses, days = read_courses(args.courses, atlas, today) if args.courses else ({}, {})
    try:
        languages = speaks(args.speaks)
    except ValueError as fault:
        raise CommandError(f"--speaks: {fault}.", exit_code=2) from fault
    nan = float("nan")
    person = engine.person(
        graph,
        known.facts,
        had,
        skills=[_skill(atlas, one) for one in args.skills.split(";") if one.strip()],
        level=nan if args.level is None else args.level,
        wage=nan if args.wage is None else args.wage,
    )
    done = frozenset(one.strip() for one in args.done.split(";") if one.strip())
    limits = engine.Limits(args.hours, args.weeks, math.inf if args.money is None else args.money)
    who = engine.Traveller(person, languages, done, limits)
    town = engine.Town(graph, known.facts, engine.Nearness(), courses, known.languages, args.area)
    teller = _Teller(atlas, town, today, days, args.language)
    found = engine.moves(graph, known.facts, person, town.nearness)
    shown = engine.ranked(known.facts, found, area=args.area, top=args.top)
    data: dict[str, Any] = {
        "source": atlas.source,
        "coarse": graph.coarse,
        "notice": atlas.notice,
        "remarks": [*_remarks(known, who), *known.remarks],
        "from": [teller.occupation(one) for one in had],
        "to": None if goal is None else teller.occupation(goal),
        "area": args.area,
        "today": today.isoformat(),
        "roads": [] if goal is None else [teller.road(one) for one in engine.roads(town, who, goal)],
        "viable": len(found.viable),
        "highly_viable": len(found.likely),
        "desirable": len(found.desirable),
        "moves": [
            teller.move(engine.describe_in(graph, known.facts, person, one, found, area=args.area), person)
            for one in shown
        ],
    }
    if args.doors:
        offers = (
            [one.teaches for one in courses.values()]
            if courses
            else engine.single_skills(
                graph,
                person,
                np.flatnonzero(found.level_fits & found.wage_fits & (found.closeness > town.nearness.viable / 2)),
            )
        )
        names = list(courses)
        data["doors"] = [
            {
                "course": names[one.number] if courses else None,
                "skills": [teller.skill(skill) for skill in sorted(offers[one.number])],
                "opens": len(one.opened),
                "vacancies": _number(one.vacancies),
                "occupations": [teller.occupation(each) for each in one.opened[: args.top]],
            }
            for one in engine.doors(graph, known.facts, person, offers, town.nearness, area=args.area)[: args.top]
        ]
    if args.provider:
        told = engine.balance(graph, known.facts, town.nearness, area=args.area)
        data["missing_skills"] = [
            {
                **teller.skill(one),
                "people_missing": engine.told_count(told.missing[one]),
                "vacancies_behind": round(float(told.behind[one]), 4),
                "people_having": engine.told_count(told.having[one]),
                "vacancies_asking": round(float(told.asked[one]), 4),
                "courses": sorted(each for each, course in courses.items() if one in course.teaches),
            }
            for one in told.most_missing(args.top)
        ]
        data["unasked"] = [
            {"course": one.course, "nothing_asked": one.all_of, "skills": [teller.skill(each) for each in one.skills]}
            for one in engine.unasked(courses, graph, known.facts, area=args.area)
        ]
    return data


def _atlas(args: argparse.Namespace) -> "Atlas":
    from kesher.cli.taxonomy import index_path
    from kesher.formats import esco
    from kesher.words.pathways import atlas

    path = index_path(args.index)
    if args.index is not None and not path.is_file():
        raise CommandError(f"{path} is not there.", exit_code=2)
    try:
        return atlas(None if args.starter or not path.exists() else path)
    except esco.UnreadableIndex as fault:
        raise CommandError(str(fault), exit_code=2) from fault


def _occupation(atlas: "Atlas", asked: str, option: str, language: str) -> int:
    meant = atlas.occupations(asked)
    if len(meant) == 1:
        return meant[0]
    if not meant:
        raise CommandError(
            f"{option}: {asked!r} is no occupation of the {atlas.source}; `kesher code` finds what words mean.",
            exit_code=2,
        )
    several = "\n".join(f"        {atlas.codes[one]}  {atlas.name(one, language)}" for one in meant[:30])
    raise CommandError(f"{option}: {asked!r} is several occupations; name one of them:\n{several}", exit_code=2)


def _skill(atlas: "Atlas", asked: str) -> int:
    meant = atlas.skills(asked)
    if len(meant) != 1:
        raise CommandError(
            f"--skills: {asked.strip()!r} is {'several skills' if meant else 'no skill'} of the {atlas.source}.",
            exit_code=2,
        )
    return meant[0]


def _remarks(known: "Known", who: "Traveller") -> list[str]:
    """What is not known and therefore forbade nothing."""
    import numpy as np

    said = []
    if math.isnan(who.person.wage) or np.isnan(known.facts.wage).all():
        said.append("Wages are not known: no move was left out for its wage.")
    if not known.facts.exposure:
        said.append("No score of exposure to automation was given.")
    if np.isnan(known.facts.vacancies).all():
        said.append("Vacancies are not known: being within reach does not mean that there is work.")
    return said


def _number(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 4)


class _Teller:
    """Numbers as names, weeks as dates."""

    def __init__(
        self, atlas: "Atlas", town: Any, today: date, days: dict[tuple[str, int], date], language: str
    ) -> None:
        self.atlas, self.town, self.today, self.days, self.language = atlas, town, today, days, language

    def occupation(self, one: int) -> dict[str, Any]:
        return {
            "uri": self.atlas.graph.occupations[one],
            "code": self.atlas.codes[one],
            "name": self.atlas.name(one, self.language),
        }

    def skill(self, one: int) -> dict[str, Any]:
        return {"uri": self.atlas.graph.skills[one], "name": self.atlas.skill_name(one, self.language)}

    def dates(self, line: Any, lines: Any) -> tuple[date, date]:
        """The day it begins, as the course says it where it says one, and the day after its last week."""
        beside = [self.dates(one, lines) for one in lines if line.course.id in one.course.together]
        if line.course.weeks is None and beside:  # as long as what it accompanies
            return min(first for first, _ in beside), max(last for _, last in beside)
        begins = self.days.get((line.course.id, line.start), self.today + timedelta(weeks=line.start))
        return begins, begins + timedelta(weeks=line.end - line.start)

    def move(self, move: Any, person: Any = None) -> dict[str, Any]:
        from kesher.engine.pathways import told_count, way_back

        data = {
            **self.occupation(move.occupation),
            "closeness": round(move.closeness, 4),
            "effort": round(move.effort, 4),
            "viable": move.viable,
            "highly_viable": move.likely,
            "desirable": move.desirable,
            "below_qualification": move.below,
            "wage": _number(move.wage),
            "wage_ratio": _number(move.wage_ratio),
            "exposure": {name: round(rank, 3) for name, rank in move.exposure.items()},
            "safety": str(move.safety),
            "vacancies": _number(move.demand.vacancies),
            "seekers": None if math.isnan(move.demand.seekers) else told_count(move.demand.seekers),
            "licence_weeks": _number(move.licence),
            "gap": [
                {**self.skill(one.skill), "weight": round(one.weight, 4), "perhaps": one.perhaps,
                 "near": self.skill(one.near)["name"] if one.near >= 0 else None}
                for one in move.gap
            ],
        }  # fmt: skip
        if move.below and person is not None:
            back = way_back(self.town, person, move.occupation)
            data["way_back"] = None if back is None else self.move(back)
        return data

    def road(self, road: Any) -> dict[str, Any]:
        return {
            "open": road.open,
            "effort": round(road.effort, 4),
            "below_qualification": road.below,
            "weeks_to_first_wage": road.first_wage,
            "weeks_to_goal_wage": road.goal_wage,
            "certain": all(step.certain for step in road.steps),
            "steps": [self.step(step) for step in road.steps],
        }

    def step(self, step: Any) -> dict[str, Any]:
        bundle = step.bundle
        return {
            "move": self.move(step.move),
            "languages": [str(one) for one in step.languages],
            "ready_weeks": bundle.ready,
            "waiting_weeks": _number(step.waiting),
            "weeks_to_wage": step.first_wage,
            "fees": bundle.fees,
            "income": bundle.income,
            "travel_hours": bundle.travel,
            "busiest_week_hours": bundle.busiest,
            "exact": bundle.exact,
            "conflicts": list(bundle.conflicts),
            "not_taught": [self.skill(one) for one in bundle.untaught],
            "languages_left": [str(one) for one in bundle.languages],
            "timetable": [
                {
                    "course": line.course.id,
                    "name": line.course.name or line.course.id,
                    "starts": self.dates(line, bundle.lines)[0].isoformat(),
                    "ends": self.dates(line, bundle.lines)[1].isoformat(),
                    "weeks": line.end - line.start,
                    "hours": line.course.hours,
                    "travel": line.course.travel,
                    "fee": line.course.fee,
                    "income": line.course.income,
                    "places": line.course.places,
                }
                for line in bundle.lines
            ],
        }
