"""For many people at once: where could everyone of an occupation go, which training opens most doors, which skills are
missing.

Counts of people are as given; who shows them suppresses the small ones (:func:`told_count` does for what is printed).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import sparse

from kesher.engine.pathways.courses import Course
from kesher.engine.pathways.graph import Facts, Floats, Graph, Integers, Nearness, PathwayError
from kesher.engine.pathways.moves import Person, moves, person

#: Fewer people than this are not told (HOUSE.md: small-count suppression).
FEWEST: Final = 5


@dataclass(frozen=True, slots=True)
class Door:
    """What one training would open. number: of the offer · opened: desirable moves that were not there before, the most
    vacancies first · vacancies: behind them, NaN where none is known.
    """

    number: int
    opened: tuple[int, ...]
    vacancies: float


def doors(
    graph: Graph,
    facts: Facts,
    who: Person,
    offers: Sequence[frozenset[int]],
    nearness: Nearness,
    *,
    area: str | None = None,
) -> list[Door]:
    """Every offer (a set of skills) with the desirable moves it opens: the most vacancies first, then the most moves, then
    by number. Offers that open nothing are left out.
    """
    found = moves(graph, facts, who, nearness)
    here = vacancies_in(facts, area)
    known, sought = ~np.isnan(here), -np.nan_to_num(here)
    fits = found.level_fits & found.wage_fits
    fits[list(who.had)] = False
    fits[found.viable] = False
    # Only what could open is looked at: often a third of all occupations.
    rows = np.flatnonzero(fits)
    close = found.closeness[rows, None] + _gains(graph, who.held, offers, nearness, rows)
    offer_of, row_of = np.nonzero((close > nearness.viable).T)
    ends = np.cumsum(np.bincount(offer_of, minlength=len(offers)))
    opened = []
    for number, at in enumerate(np.split(rows[row_of], ends[:-1])):
        if at.size:
            order = np.argsort(sought[at], kind="stable")
            total = float(np.nansum(here[at])) if known[at].any() else float("nan")
            opened.append(Door(number, tuple(at[order].tolist()), total))
    return sorted(opened, key=_most_first)


def _most_first(one: Door) -> tuple[float, int, int]:
    return 0.0 if math.isnan(one.vacancies) else -one.vacancies, -len(one.opened), one.number


def single_skills(graph: Graph, who: Person, targets: Integers, *, most: int = 100) -> list[frozenset[int]]:
    """Each skill by itself that is essential in some of ``targets`` and not held, those asked for most often first: offers
    for :func:`doors` where no course is known.
    """
    if not targets.size:
        return []
    asked = np.concatenate([graph.asked(one) for one in targets.tolist()])
    counts = np.bincount(asked[who.held[asked] < 1], minlength=len(graph.skills))
    order = np.argsort(-counts, kind="stable")[:most]
    return [frozenset([one]) for one in order[counts[order] > 0].tolist()]


def _gains(graph: Graph, held: Floats, offers: Sequence[frozenset[int]], nearness: Nearness, rows: Integers) -> Floats:
    """What each offer adds to the closeness of each occupation of ``rows``, (rows, offers): equal to computing it anew."""
    count = len(offers)
    skills = np.array([skill for offer in offers for skill in offer], np.int64)
    offer_of = np.repeat(np.arange(count), [len(offer) for offer in offers])
    more = sparse.csr_array((1.0 - held[skills], (skills, offer_of)), shape=(len(graph.skills), count))
    reached = sparse.csr_array((np.ones(len(skills)), (skills, offer_of)), shape=(len(graph.skills), count))
    doing = sparse.coo_array(graph.of_group @ reached)
    wider = sparse.csr_array((1.0 - graph.by_group(held)[doing.row], (doing.row, doing.col)), shape=doing.shape)
    gains: Floats = (graph.needs[rows] @ more).toarray()
    gains /= np.maximum(graph.whole[rows], 1e-12)[:, None]
    gains *= nearness.essential
    kinds = (graph.activities[rows] @ wider).toarray()
    kinds *= 1.0 - nearness.essential
    gains += kinds
    return gains


def vacancies_in(facts: Facts, area: str | None) -> Floats:
    """(n,) of an area, or of all areas together where none is named; NaN where it is not known."""
    return _in_area(facts, facts.vacancies, area)


def seekers_in(facts: Facts, area: str | None) -> Floats:
    """(n,) as :func:`vacancies_in`."""
    return _in_area(facts, facts.seekers, area)


def _in_area(facts: Facts, table: Floats, area: str | None) -> Floats:
    if area is None:
        known = (~np.isnan(table)).any(axis=0)
        return np.where(known, np.nansum(table, axis=0), np.nan)
    if area not in facts.areas:
        raise PathwayError(f"nothing is known of the area {area!r}; known: {', '.join(facts.areas) or 'none'}")
    row: Floats = table[facts.areas.index(area)]
    return row


@dataclass(frozen=True, eq=False)
class Balance:
    """Of every skill (S,). asked: vacancies for which it is essential · having: people looking who have it (those who may
    have it by half) · missing: people looking who lack it on some viable move to an occupation with vacancies · behind:
    vacancies of those moves.
    """

    asked: Floats
    having: Floats
    missing: Floats
    behind: Floats

    def most_missing(self, top: int = 20) -> list[int]:
        """Skills by people × vacancies, ties by number; none that nobody misses."""
        weight = self.missing * self.behind
        order = np.lexsort((np.arange(len(weight)), -weight))
        return [int(one) for one in order[:top] if weight[one] > 0]


def balance(graph: Graph, facts: Facts, nearness: Nearness, *, area: str | None = None) -> Balance:
    """Supply and demand of skills: people by the occupation they had last (``facts.seekers``), vacancies by theirs.

    One look at every occupation with people: some milliseconds each, a task rather than a page.
    """
    open_ = np.nan_to_num(vacancies_in(facts, area))
    looking = np.nan_to_num(seekers_in(facts, area))
    needs = graph.needs
    asked = np.asarray((needs > 0).astype(np.float64).T @ open_)
    having = np.asarray(graph.strengths.T @ looking)
    missing = np.zeros(len(graph.skills))
    lacking_somewhere = np.zeros(needs.nnz, bool)
    for one in np.flatnonzero(looking > 0).tolist():
        who = person(graph, facts, [one])
        found = moves(graph, facts, who, nearness)
        lacking = np.zeros(len(graph.skills), bool)
        for move in found.viable[open_[found.viable] > 0].tolist():
            begin, end = needs.indptr[move : move + 2]
            here = who.held[needs.indices[begin:end]] < 1.0
            lacking_somewhere[begin:end] |= here
            lacking[needs.indices[begin:end][here]] = True
        missing[lacking] += looking[one]
    row = np.repeat(np.arange(graph.n), np.diff(needs.indptr))
    behind = np.bincount(
        needs.indices[lacking_somewhere], weights=open_[row[lacking_somewhere]], minlength=len(graph.skills)
    )
    return Balance(asked, having, missing, behind.astype(np.float64))


@dataclass(frozen=True, slots=True)
class Idle:
    """A course and those of its skills that no vacancy asks for, essential or optional. all_of: none of its skills is asked
    for.
    """

    course: str
    skills: tuple[int, ...]
    all_of: bool


def unasked(courses: Mapping[str, Course], graph: Graph, facts: Facts, *, area: str | None = None) -> list[Idle]:
    """Courses that teach something nobody asks for, those of which nothing is asked first, then by id. Where no vacancy is
    known at all, nothing is said: that is no lack of demand.
    """
    open_ = np.nan_to_num(vacancies_in(facts, area))
    if not open_.any():
        return []
    wanted = np.asarray((graph.strengths > 0).astype(np.float64).T @ open_)
    found = [
        Idle(one, idle, len(idle) == len(course.teaches))
        for one, course in courses.items()
        if (idle := tuple(sorted(skill for skill in course.teaches if wanted[skill] <= 0)))
    ]
    return sorted(found, key=lambda one: (not one.all_of, one.course))


def told_count(people: float) -> int | None:
    """A count of people as it may be shown: None for 1 to 4."""
    whole = round(people)
    return None if 0 < whole < FEWEST else whole
