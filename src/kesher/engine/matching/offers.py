"""The vacancies of a market as arrays, compiled once: whoever comes is then held against them in milliseconds."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy import sparse

from kesher.engine.matching.limits import packed
from kesher.engine.matching.model import (
    LEVELS,
    SKILLS_OF_LANGUAGE,
    Booleans,
    Doubles,
    Floats,
    Integers,
    MatchingError,
    Vacancy,
)
from kesher.engine.matching.nearness import Skills, greatest, occupation_closeness
from kesher.engine.matching.weights import Weights

Closeness = Callable[[Sequence[str], Sequence[str], Mapping[str, float]], Floats]
#: A language, the number of one of its skills, and a level: "at least B1 in writing Hebrew".
LanguageAtom = tuple[str, int, int]
#: What stands for every shift that no vacancy names.
OTHER = "other"


@dataclass(frozen=True)
class Asked:
    """Things that vacancies ask for: ``every`` of them in order, their ``labels``, and ``bits`` (m, atoms) who asks what."""

    every: tuple[Any, ...]
    labels: tuple[str, ...]
    bits: Booleans

    @classmethod
    def of(cls, sets: Sequence[frozenset[Any]], words: Callable[[Any], str]) -> "Asked":
        every: list[Hashable] = sorted({atom for atoms in sets for atom in atoms}, key=words)
        number = {atom: at for at, atom in enumerate(every)}
        bits = np.zeros((len(sets), len(every)), dtype=bool)
        for row, atoms in enumerate(sets):
            bits[row, [number[atom] for atom in atoms]] = True
        return cls(tuple(every), tuple(words(atom) for atom in every), bits)

    @cached_property
    def words(self) -> Any:
        """The bits packed."""
        return packed(self.bits)


def language_atoms(languages: Mapping[str, tuple[int, ...]]) -> frozenset[LanguageAtom]:
    """What levels of languages ask for, one skill at a time."""
    return frozenset(
        (language, skill, level)
        for language, levels in languages.items()
        for skill, level in enumerate(levels)
        if level > 0
    )


def language_words(atom: LanguageAtom) -> str:
    """Such as "he writing B1"."""
    language, skill, level = atom
    return f"{language} {SKILLS_OF_LANGUAGE[skill]} {LEVELS[level]}"


@dataclass(frozen=True)
class Offers:
    """Vacancies sorted by id, with what scores and limits need of them. Everything is worked out when first wanted."""

    vacancies: tuple[Vacancy, ...]
    skills: Skills
    weights: Weights
    closeness: Closeness = occupation_closeness

    def column(self, name: str) -> Doubles:
        """A number of each vacancy, (m,), NaN unknown."""
        if name not in self._columns:
            self._columns[name] = np.array([getattr(one, name) for one in self.vacancies], dtype=np.float64)
        return self._columns[name]

    def single(self, name: str) -> Floats:
        """The same in float32."""
        return self.column(name).astype(np.float32)

    @cached_property
    def _columns(self) -> dict[str, Doubles]:
        return {}

    @cached_property
    def remote(self) -> Booleans:
        """(m,)"""
        return np.array([vacancy.remote for vacancy in self.vacancies], dtype=bool)

    @cached_property
    def permits(self) -> Asked:
        """Any of some permits is one thing to have."""
        sets = [frozenset({vacancy.permits}) if vacancy.permits else frozenset() for vacancy in self.vacancies]
        return Asked.of(sets, lambda permits: " or ".join(sorted(permits)))

    @cached_property
    def licences(self) -> Asked:
        return Asked.of([vacancy.licences for vacancy in self.vacancies], str)

    @cached_property
    def languages(self) -> Asked:
        return Asked.of([language_atoms(vacancy.languages) for vacancy in self.vacancies], language_words)

    @cached_property
    def languages_wished(self) -> Asked:
        return Asked.of([language_atoms(vacancy.languages_wished) for vacancy in self.vacancies], language_words)

    @cached_property
    def shifts(self) -> tuple[str, ...]:
        """Every shift that a vacancy names."""
        return tuple(sorted({name for vacancy in self.vacancies for name in vacancy.shifts or ()}))

    @cached_property
    def free_of_shifts(self) -> tuple[Booleans, Booleans]:
        """(m, shifts + 1): whether each is surely, and maybe, without a shift; the last is any that none names."""
        names = (*self.shifts, OTHER)
        free = [[vacancy.shifts is None or name not in vacancy.shifts for name in names] for vacancy in self.vacancies]
        maybe = np.array(free, dtype=bool).reshape(len(self.vacancies), len(names))
        told = np.array([vacancy.shifts is not None for vacancy in self.vacancies], dtype=bool)
        return maybe & told[:, None], maybe

    @cached_property
    def pay_worth(self) -> Floats:
        """(m,), see :func:`pay_worth`."""
        return pay_worth(self.single("pay"), self.single("pay_minimum"), self.single("pay_median"))

    @cached_property
    def contract_worth(self) -> Floats:
        """(m,), NaN unknown."""
        known = self.weights.contract
        for vacancy in self.vacancies:
            if vacancy.contract and vacancy.contract not in known:
                raise MatchingError(
                    f"vacancy {vacancy.id!r}: the contract {vacancy.contract!r} is none of {', '.join(known)}"
                )
        return np.array([known.get(vacancy.contract, np.nan) for vacancy in self.vacancies], dtype=np.float32)

    @cached_property
    def predictable(self) -> Floats:
        return _yes_no([vacancy.predictable for vacancy in self.vacancies])

    @cached_property
    def training(self) -> Floats:
        return _yes_no([vacancy.training for vacancy in self.vacancies])

    @cached_property
    def years(self) -> Floats:
        """Years of experience that count in full, above 0."""
        asked = self.single("years")
        usual = np.float32(self.weights.scale["years"])
        return np.where(np.isnan(asked), usual, np.maximum(asked, np.float32(1e-3)))

    @cached_property
    def occupations(self) -> tuple[str, ...]:
        """Codes of occupations, each once."""
        return tuple(sorted({vacancy.occupation for vacancy in self.vacancies if vacancy.occupation}))

    @cached_property
    def occupation(self) -> Integers:
        """The number of each vacancy's occupation, (m,); of those without one the number after the last."""
        number = {code: at for at, code in enumerate(self.occupations)}
        last = len(self.occupations)
        return np.array([number.get(vacancy.occupation, last) for vacancy in self.vacancies], dtype=np.int64)

    @cached_property
    def asked_skills(self) -> tuple[str, ...]:
        """Skills that any vacancy asks for."""
        return tuple(sorted({skill for one in self.vacancies for skill in (*one.essential, *one.optional)}))

    @cached_property
    def essential(self) -> sparse.csr_array:
        """(m, skills): 1 / number asked, of those asked."""
        return self._shares([one.essential for one in self.vacancies])

    @cached_property
    def optional(self) -> sparse.csr_array:
        return self._shares([one.optional for one in self.vacancies])

    def _shares(self, lists: Sequence[tuple[str, ...]]) -> sparse.csr_array:
        column = {skill: at for at, skill in enumerate(self.asked_skills)}
        rows = np.array([row for row, one in enumerate(lists) for _ in set(one)], dtype=np.int64)
        cols = np.array([column[skill] for one in lists for skill in sorted(set(one))], dtype=np.int64)
        values = np.array([1 / len(set(one)) for one in lists for _ in set(one)], dtype=np.float64)
        return greatest(rows, cols, values, (len(lists), len(self.asked_skills)))


def pay_worth(pay: Floats, minimum: Floats, median: Floats) -> Floats:
    """0 at the legal minimum and below, 0.5 at the local median, 1 as far above it again; NaN where one is missing."""
    step = np.maximum(median - minimum, np.float32(1e-6))
    return np.asarray(np.clip(np.float32(0.5) * (pay - minimum) / step, 0, 1), dtype=np.float32)


def _yes_no(answers: Sequence[bool | None]) -> Floats:
    return np.array([np.nan if answer is None else float(answer) for answer in answers], dtype=np.float32)
