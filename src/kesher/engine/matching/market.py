"""People and vacancies as arrays: their limits and their scores, compiled once.

Both are sorted by id, so that the order of the rows that come in changes nothing but the order of the answers.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from kesher.engine.matching.limits import Atoms, Distance, Limit, Limits, Ordinal, packed
from kesher.engine.matching.model import SKILLS_OF_LANGUAGE, Booleans, Floats, Integers, Person, Vacancy, check
from kesher.engine.matching.nearest import Best, top
from kesher.engine.matching.nearness import Skills, greatest, occupation_closeness, skill_credits
from kesher.engine.matching.offers import OTHER, Asked, Closeness, LanguageAtom, Offers
from kesher.engine.matching.parts import (
    Closest,
    Covered,
    Experience,
    HoursPart,
    LevelPart,
    Nearness,
    OfVacancy,
    Part,
    Scores,
    Side,
    Wished,
)
from kesher.engine.matching.travel import Travel, crow_flies
from kesher.engine.matching.weights import Weights, usual_weights

#: Names of the limits, in the order in which a person reads them.
LIMITS: Final = ("permit", "licence", "language", "distance", "hours", "shifts", "care", "pay", "start")
#: Makes travel of sorted records; where there is none, it is as the crow flies.
TravelOf = Callable[[Sequence[Person], Sequence[Vacancy]], Travel]


@dataclass(frozen=True)
class Market:
    """What :func:`market` compiled. Numbers of people and vacancies are places in ``people`` and ``vacancies``."""

    people: tuple[Person, ...]
    offers: Offers
    limits: Limits
    scores: Scores
    travel: Travel
    travel_of: TravelOf

    @property
    def vacancies(self) -> tuple[Vacancy, ...]:
        """Sorted by id."""
        return self.offers.vacancies

    @property
    def skills(self) -> Skills:
        """What is known of skills."""
        return self.offers.skills

    @property
    def weights(self) -> Weights:
        """Those of the scores."""
        return self.offers.weights

    @property
    def places(self) -> Integers:
        """People each vacancy is for, (m,)."""
        return np.array([vacancy.places for vacancy in self.vacancies], dtype=np.int64)

    @property
    def support(self) -> Integers:
        """The support level of each person, (n,)."""
        return np.array([person.support for person in self.people], dtype=np.int64)

    def top(self, k: int = 20, *, unknown: bool = True, threads: int | None = None) -> Best:
        """The best k vacancies of each person by P × Q."""
        return top(
            self.scores, self.limits, len(self.people), len(self.vacancies), k=k, unknown=unknown, threads=threads
        )

    def with_people(self, people: Iterable[Person]) -> "Market":
        """The same vacancies with other people: what they are made of is not worked out again."""
        return _joined(people, self.offers, self.travel_of)


def market(
    people: Iterable[Person],
    vacancies: Iterable[Vacancy],
    *,
    skills: Skills | None = None,
    weights: Weights | None = None,
    travel: TravelOf | None = None,
    closeness: Closeness = occupation_closeness,
) -> Market:
    """Compiles. ``travel`` makes travel of the sorted records (as the crow flies where None); ``closeness`` of occupations.

    Raises :class:`~kesher.engine.matching.model.MatchingError` for records that cannot be.
    """
    sorted_ = tuple(sorted(vacancies, key=lambda vacancy: vacancy.id))
    check([], sorted_)
    offers = Offers(sorted_, skills or Skills(), weights or usual_weights(), closeness)
    return _joined(people, offers, travel or _as_the_crow_flies)


def _joined(people: Iterable[Person], offers: Offers, travel_of: TravelOf) -> Market:
    some = tuple(sorted(people, key=lambda person: person.id))
    check(some, [])
    travel = travel_of(some, offers.vacancies)
    least = offers.weights.scale["least"]
    scores = Scores(Side(_gain(some, offers, travel), least), Side(_fit(some, offers), least))
    return Market(some, offers, Limits(tuple(_limits(some, offers, travel))), scores, travel, travel_of)


def _as_the_crow_flies(people: Sequence[Person], vacancies: Sequence[Vacancy]) -> Travel:
    return crow_flies(
        [(one.latitude, one.longitude) for one in people], [(one.latitude, one.longitude) for one in vacancies]
    )


# --- limits ----------------------------------------------------------------------------------------------------------


def _limits(people: Sequence[Person], offers: Offers, travel: Travel) -> list[Limit]:
    def of(name: str) -> Any:
        return np.array([getattr(person, name) for person in people], dtype=np.float64)

    most = of("distance")
    return [
        _atoms("permit", offers.permits, people, lambda wanted, person: _any_of(wanted, person.permits)),
        _atoms("licence", offers.licences, people, lambda licence, person: _any_of({licence}, person.licences)),
        _atoms("language", offers.languages, people, speaks),
        Distance(
            "distance",
            travel,
            np.where(np.isnan(most), np.inf, most).astype(np.float32),
            np.array([person.relocates for person in people], dtype=bool),
            offers.remote,
        ),
        Ordinal("hours", of("hours_least"), offers.column("hours_most"), True, "hours a week"),
        Ordinal("hours", of("hours_most"), offers.column("hours_least"), True, "hours a week", -1),
        _refused_shifts(people, offers),
        Ordinal("care", of("care_from"), offers.column("begins"), True, "clock"),
        Ordinal("care", of("care_until"), offers.column("ends"), True, "clock", -1),
        Ordinal("pay", of("pay"), offers.column("pay"), True, "an hour"),
        Ordinal("start", offers.column("start"), of("available"), False, "day", -1),
    ]


def _any_of(wanted: Iterable[str], known: frozenset[str] | None) -> bool | None:
    return None if known is None else not known.isdisjoint(wanted)


def _atoms(name: str, asked: Asked, people: Sequence[Person], has: Callable[[Any, Person], bool | None]) -> Atoms:
    """What vacancies ask for by name, and whether each person has it: True, False or None."""
    sure, maybe = known_of(asked, people, has)
    return Atoms(name, asked.labels, asked.words, packed(~sure), packed(~maybe), of_person=True)


def known_of(
    asked: Asked, people: Sequence[Person], has: Callable[[Any, Person], bool | None]
) -> tuple[Booleans, Booleans]:
    """(n, atoms) twice: who surely has what, and who may have it."""
    sure = np.zeros((len(people), len(asked.every)), dtype=bool)
    maybe = np.zeros_like(sure)
    for row, person in enumerate(people):
        for at, atom in enumerate(asked.every):
            answer = has(atom, person)
            sure[row, at], maybe[row, at] = answer is True, answer is not False
    return sure, maybe


def speaks(atom: LanguageAtom, person: Person) -> bool | None:
    """Whether somebody has a level of a language skill; None where nobody knows."""
    language, skill, level = atom
    if person.languages is None:
        return None
    has = person.languages.get(language, (0,) * len(SKILLS_OF_LANGUAGE))[skill]
    return None if has < 0 else has >= level


def _refused_shifts(people: Sequence[Person], offers: Offers) -> Atoms:
    names = offers.shifts
    asked = np.zeros((len(people), len(names) + 1), dtype=bool)
    for row, person in enumerate(people):
        asked[row, :-1] = [name in person.refused_shifts for name in names]
        asked[row, -1] = not person.refused_shifts.issubset(names)
    labels = [f"no {name} shift" for name in (*names, OTHER)]
    return Atoms.of("shifts", labels, asked, *offers.free_of_shifts, of_person=False)


# --- parts -----------------------------------------------------------------------------------------------------------


def _gain(people: Sequence[Person], offers: Offers, travel: Travel) -> tuple[tuple[Part, float], ...]:
    def of(name: str) -> Floats:
        return np.array([getattr(person, name) for person in people], dtype=np.float32)

    scale = offers.weights.scale
    wishes, _ = _closest("wish", [dict.fromkeys(person.wishes, 0.0) for person in people], offers)
    reach = scale["minutes" if travel.unit == "min" else "kilometres"]
    hours = offers.single("hours_least"), offers.single("hours_most")
    parts: list[Part] = [
        wishes,
        Nearness("travel", travel, offers.remote, reach),
        OfVacancy("pay", offers.pay_worth),
        OfVacancy("contract", offers.contract_worth),
        HoursPart("hours", of("hours_wished"), *hours, scale["hours"]),
        LevelPart("level", of("qualification"), offers.single("level"), scale["levels"]),
        OfVacancy("predictability", offers.predictable),
        OfVacancy("training", offers.training),
    ]
    return tuple((part, offers.weights.gain[part.name]) for part in parts)


def _fit(people: Sequence[Person], offers: Offers) -> tuple[tuple[Part, float], ...]:
    closest, years = _closest("occupation", [person.occupations or {} for person in people], offers)
    parts: list[Part] = [
        *_covered(people, offers),
        closest,
        Experience("experience", closest, years, offers.years),
        _wished(people, offers),
    ]
    return tuple((part, offers.weights.fit[part.name]) for part in parts)


def _closest(name: str, codes: Sequence[Mapping[str, float]], offers: Offers) -> tuple[Closest, Floats]:
    """The part, and the years of each code (n, h)."""
    held = sorted({code for one in codes for code in one})
    table = np.full((len(held) + 1, len(offers.occupations) + 1), np.nan, dtype=np.float32)
    if held and offers.occupations:
        table[:-1, :-1] = offers.closeness(held, offers.occupations, offers.weights.occupation)
    row = {code: at for at, code in enumerate(held)}
    widest = max(1, *(len(one) for one in codes)) if codes else 1
    numbers = np.full((len(codes), widest), len(held), dtype=np.int64)
    years = np.zeros((len(codes), widest), dtype=np.float32)
    for at, one in enumerate(codes):
        if one:
            inside = [(row[code], 0.0 if np.isnan(count) else count) for code, count in sorted(one.items())]
            inside += [inside[0]] * (widest - len(inside))
            numbers[at], years[at] = zip(*inside, strict=True)
    return Closest(name, table, numbers, offers.occupation), years


def _covered(people: Sequence[Person], offers: Offers) -> tuple[Covered, Covered]:
    asked = offers.asked_skills
    held = sorted({skill for person in people for skill in person.skills or ()})
    number = {skill: at for at, skill in enumerate(held)}
    owner = np.array([row for row, person in enumerate(people) for _ in person.skills or ()], dtype=np.int64)
    which = np.array([number[skill] for person in people for skill in person.skills or ()], dtype=np.int64)
    if which.size:
        towards = skill_credits(held, asked, offers.skills, offers.weights.near)[which].tocoo()
        rows, cols, values = owner[towards.row], towards.col.astype(np.int64), towards.data
    else:
        rows = cols = owner
        values = np.zeros(0)
    credit = greatest(rows, cols, values, (len(people), len(asked)))
    unknown: Booleans = np.array([person.skills is None for person in people], dtype=bool)
    # A vacancy that names no essential skill does not say who fits; one that wishes for none is content.
    return (
        Covered("essential", credit, offers.essential, float("nan"), unknown),
        Covered("optional", credit, offers.optional, 1.0, unknown),
    )


def _wished(people: Sequence[Person], offers: Offers) -> Wished:
    asked = offers.languages_wished
    sure, _ = known_of(asked, people, speaks)
    return Wished("language", packed(sure), asked.words, asked.bits.sum(axis=1).astype(np.float32))
