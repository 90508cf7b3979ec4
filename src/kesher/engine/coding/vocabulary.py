"""What the engine knows of a classification: concepts, the labels they go by in any language, and titles that need a question.

Whoever composes fills it (from the starter taxonomy, from ESCO, from local words); the engine never sees where it came from.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
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
        return name_in(self.names, *languages) or self.uri


def name_in(names: Mapping[str, str], *languages: str) -> str:
    """The name in the first of `languages` that has one, else in English, else in any, else ""."""
    return next((names[one] for one in (*languages, "en") if names.get(one)), "") or next(iter(names.values()), "")


@dataclass(frozen=True, slots=True)
class Label:
    """One label: its text as people read it, the number of its concept, its language (BCP 47) and role.

    narrower: the address of the one thing within the concept that it names (an occupation of ESCO in its unit group), or "".
    """

    text: str
    concept: int
    language: str
    role: Role = Role.NAME
    narrower: str = ""


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """A title of several concepts, the likeliest first, and what to ask the person, by language."""

    title: str
    language: str
    concepts: tuple[int, ...]
    question: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Concepts, labels and ambiguous titles. `name` says which lists these are, for provenance.

    narrower: what labels may name within a concept, address -> language -> what to show.
    """

    name: str
    concepts: tuple[Concept, ...]
    labels: tuple[Label, ...]
    ambiguous: tuple[Ambiguous, ...] = field(default=())
    narrower: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def texts(self) -> list[str]:
        """The texts of its labels, each once, in the order of the labels: what an embedder takes in."""
        return list(dict.fromkeys(label.text for label in self.labels))

    def only(self, languages: Collection[str]) -> "Vocabulary":
        """The same concepts with the labels in some languages alone: what is indexed, not what is shown."""
        kept = tuple(label for label in self.labels if label.language in languages)
        return replace(self, labels=kept)
