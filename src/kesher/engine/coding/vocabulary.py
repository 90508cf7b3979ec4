"""What the engine knows of a classification: concepts, the labels they go by in any language, and titles that need a question.

Whoever composes fills it (from the starter taxonomy, from ESCO, from local words); the engine never sees where it came from.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import IntEnum


class Role(IntEnum):
    """How a label belongs to its concept."""

    NAME = 0  # what the concept is called
    ALTERNATIVE = 1  # what it is also called: spoken words, spelling variants, ESCO's alternative labels


@dataclass(frozen=True, slots=True)
class Concept:
    """What a text can be coded to.

    uri: its address, unique in a vocabulary · isco08: four digits, "" for a skill · names: language -> what to show.
    """

    uri: str
    isco08: str
    names: Mapping[str, str]

    def name(self, *languages: str) -> str:
        """The name in the first of `languages` that has one, else in English, else in any, else the address."""
        for language in (*languages, "en"):
            if self.names.get(language):
                return self.names[language]
        return next(iter(self.names.values()), "") or self.uri


@dataclass(frozen=True, slots=True)
class Label:
    """One label: its text as people read it, the number of its concept, its language (BCP 47) and role."""

    text: str
    concept: int
    language: str
    role: Role = Role.NAME


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """A title of several concepts, the likeliest first, and what to ask the person, by language."""

    title: str
    language: str
    concepts: tuple[int, ...]
    question: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Concepts, labels and ambiguous titles. `name` says which lists these are, for provenance."""

    name: str
    concepts: tuple[Concept, ...]
    labels: tuple[Label, ...]
    ambiguous: tuple[Ambiguous, ...] = field(default=())

    def only(self, languages: Collection[str]) -> "Vocabulary":
        """The same concepts with the labels in some languages alone: what is indexed, not what is shown."""
        kept = tuple(label for label in self.labels if label.language in languages)
        return Vocabulary(self.name, self.concepts, kept, self.ambiguous)
