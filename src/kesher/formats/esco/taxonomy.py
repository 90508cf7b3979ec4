"""A release of ESCO as arrays: what the engines compute with, and what an index file holds.

Concepts are numbered from 0, sorted by kind and then by address (URI), so that equal releases give equal arrays in
whatever order the rows of the files stood. Everything else points at concepts by these numbers.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kesher.formats.esco.sources import Source
from kesher.formats.esco.texts import Texts
from kesher.formats.esco.vocabulary import (
    ADAPTED,
    NOTICE,
    ConceptKind,
    LabelRole,
    NoteKind,
    ReuseLevel,
    SkillType,
)

Int = NDArray[np.int32]
Byte = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Label:
    """One name of a concept in one language. `release`: the version of ESCO it comes from."""

    text: str
    language: str
    role: LabelRole
    release: str


@dataclass(frozen=True, slots=True)
class Concept:
    """One concept, put together for reading; computing is done on the arrays."""

    index: int
    uri: str
    kind: ConceptKind
    code: str
    isco: str  # four digits for an occupation, one to four for an ISCO group, with the zeros they begin with
    status: str
    skill_type: SkillType
    reuse_level: ReuseLevel
    regulated: bool
    modified: str  # ISO 8601, "" where ESCO does not say
    labels: tuple[Label, ...]
    broader: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Concepts:
    """One entry per concept in each column."""

    uri: Texts
    kind: Byte  # ConceptKind
    code: Texts
    isco: Texts
    isco_group: Int  # number of the ISCO group of an occupation; -1 for what has none
    status: Int  # into Taxonomy.statuses
    skill_type: Byte  # SkillType
    reuse_level: Byte  # ReuseLevel
    regulated: Byte  # 1: the profession is regulated somewhere in the EU
    modified: Texts


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Labels:
    """One entry per label, sorted by concept, language and role; `text` holds each distinct text once."""

    text: Texts  # distinct, in the order in which labels first use them
    text_id: Int  # into `text`
    concept: Int
    language: Byte  # into Taxonomy.languages
    role: Byte  # LabelRole
    release: Byte  # into Taxonomy.releases

    def __len__(self) -> int:
        return len(self.concept)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Notes:
    """One entry per longer text, sorted by concept, language and kind."""

    text: Texts
    concept: Int
    language: Byte
    kind: Byte  # NoteKind
    release: Byte


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Relations:
    """Pairs of concept numbers, shape (n, 2), each pair once, sorted."""

    broader: Int  # (narrower, broader); a concept may have several broader ones
    occupation_skill: Int  # (occupation, skill)
    occupation_essential: Byte  # 1: essential, 0: optional; beside `occupation_skill`
    skill_skill: Int  # (skill, the skill it asks for)
    skill_essential: Byte
    in_scheme: Int  # (concept, scheme)
    top_concept: Int  # (scheme, concept)
    member: Int  # (collection, concept): the first into Taxonomy.collections


@dataclass(frozen=True, kw_only=True, eq=False)
class Taxonomy:
    """One release of ESCO, or one whose languages were completed from older releases."""

    version: str  # of concepts, relations and codes; "" when no file said it
    releases: tuple[str, ...]  # versions that labels and notes come from; the first is `version`
    languages: tuple[str, ...]  # sorted
    statuses: tuple[str, ...]
    collections: tuple[str, ...]
    sources: tuple[Source, ...]
    concepts: Concepts
    labels: Labels
    notes: Notes
    relations: Relations
    #: kinds whose own table was read; others are known only because something points at them
    complete: tuple[ConceptKind, ...] = field(default=())

    @property
    def notice(self) -> str:
        """What must be said where people use this; a second sentence when releases were mixed."""
        return NOTICE if len(self.releases) == 1 else f"{NOTICE} {ADAPTED}"

    def __len__(self) -> int:
        return len(self.concepts.uri)

    @cached_property
    def index_of(self) -> dict[str, int]:
        """Address (URI) -> number of the concept."""
        return {uri: index for index, uri in enumerate(self.concepts.uri)}

    def of_kind(self, kind: ConceptKind) -> range:
        """The numbers of all concepts of a kind; they follow each other."""
        begin, end = np.searchsorted(self.concepts.kind, [kind, kind + 1])
        return range(int(begin), int(end))

    def labels_of(self, index: int) -> tuple[Label, ...]:
        """All labels of a concept, by language, the preferred one of each language first."""
        labels = self.labels
        begin, end = np.searchsorted(labels.concept, [index, index + 1])
        return tuple(
            Label(
                labels.text[int(labels.text_id[one])],
                self.languages[labels.language[one]],
                LabelRole(int(labels.role[one])),
                self.releases[labels.release[one]],
            )
            for one in range(int(begin), int(end))
        )

    def preferred(self, index: int, *languages: str) -> str:
        """The preferred label in the first of `languages` that has one, else in English, else in any, else the code."""
        found = {label.language: label.text for label in self.labels_of(index) if label.role is LabelRole.PREFERRED}
        for language in (*languages, "en"):
            if language in found:
                return found[language]
        return next(iter(found.values()), "") or self.concepts.code[index] or self.concepts.uri[index]

    def note(self, index: int, kind: NoteKind, *languages: str) -> str:
        """A longer text of a concept in the first of `languages` that has it; "" for none."""
        notes = self.notes
        begin, end = np.searchsorted(notes.concept, [index, index + 1])
        places = {self.languages[notes.language[one]]: one for one in range(begin, end) if notes.kind[one] == kind}
        return next((notes.text[places[one]] for one in languages if one in places), "")

    def broader(self, index: int) -> tuple[int, ...]:
        """The concepts directly above; several in the skills pillar, and since 1.2.0 of some occupations."""
        pairs = self.relations.broader
        begin, end = np.searchsorted(pairs[:, 0], [index, index + 1])
        return tuple(int(one) for one in pairs[begin:end, 1])

    def skills_of(self, index: int) -> tuple[tuple[int, bool], ...]:
        """The skills of an occupation, each with whether it is essential."""
        pairs = self.relations.occupation_skill
        begin, end = np.searchsorted(pairs[:, 0], [index, index + 1])
        essential = self.relations.occupation_essential
        return tuple((int(pairs[one, 1]), bool(essential[one])) for one in range(begin, end))

    def members(self, collection: str) -> Int:
        """The concepts of a collection, such as "green skills". Raises ValueError for a name that is none."""
        if collection not in self.collections:
            raise ValueError(f"There is no collection {collection!r}; there are {', '.join(self.collections)}.")
        pairs = self.relations.member
        members: Int = pairs[pairs[:, 0] == self.collections.index(collection), 1]
        return members

    def concept(self, index: int) -> Concept:
        """Everything about one concept but its relations to skills."""
        table = self.concepts
        return Concept(
            index=index,
            uri=table.uri[index],
            kind=ConceptKind(int(table.kind[index])),
            code=table.code[index],
            isco=table.isco[index],
            status=self.statuses[table.status[index]],
            skill_type=SkillType(int(table.skill_type[index])),
            reuse_level=ReuseLevel(int(table.reuse_level[index])),
            regulated=bool(table.regulated[index]),
            modified=table.modified[index],
            labels=self.labels_of(index),
            broader=self.broader(index),
        )

    def __iter__(self) -> Iterator[Concept]:
        return (self.concept(index) for index in range(len(self)))

    def counts(self) -> dict[str, int]:
        """Plural of each kind -> how many there are, for reports."""
        return {kind.plural: len(self.of_kind(kind)) for kind in ConceptKind}


#: The groups of columns of a taxonomy, as an index file names them.
GROUPS: Final = {"concepts": Concepts, "labels": Labels, "notes": Notes, "relations": Relations}


def columns(taxonomy: Taxonomy) -> Iterator[tuple[str, "Texts | NDArray[np.generic]"]]:
    """Every column with its name, such as ``labels.concept``: what an index stores and what equality means."""
    for group in GROUPS:
        held = getattr(taxonomy, group)
        for column in fields(held):
            yield f"{group}.{column.name}", getattr(held, column.name)


def same(one: Taxonomy, other: Taxonomy) -> bool:
    """Whether two taxonomies hold the same, entry by entry; where they were read from does not matter."""
    plain = ("version", "releases", "languages", "statuses", "collections", "complete")
    if any(getattr(one, name) != getattr(other, name) for name in plain):
        return False
    for (_, left), (_, right) in zip(columns(one), columns(other), strict=True):
        equal = left == right if isinstance(left, Texts) else np.array_equal(left, right)
        if not equal:
            return False
    return True
