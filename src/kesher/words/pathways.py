"""Occupations and their skills as the pathways engine takes them: from ESCO where it is loaded, else from the starter taxonomy.

No Django here: the command answers without a server or a database, from the same arrays as the pages.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final, overload

import numpy as np

from kesher.engine.pathways import Graph, graph
from kesher.engine.text import fold
from kesher.formats import esco, isco

#: What must be said where answers come from the starter taxonomy.
COARSE: Final = (
    "Coarse: ESCO is not loaded. Occupations are the 436 unit groups of ISCO-08 with 8 to 15 skills each, written by a machine "
    "and not reviewed; a unit group holds many occupations, and skills that matter may be missing."
)
#: Skills of the starter list from this weight on are useful, not essential: 1 heart of the work, 2 usual, 3 often.
OFTEN: Final = 3


#: language → name
Names = dict[str, str]


@dataclass(frozen=True, eq=False)
class Atlas:
    """The graph with the names of its occupations and skills. names: number → language → name; other_names: of occupations."""

    graph: Graph
    source: str
    notice: str
    names: Sequence[Names]
    skill_names: Sequence[Names]
    other_names: Sequence[tuple[str, ...]]
    #: ESCO's code of each occupation, or the unit group's.
    codes: tuple[str, ...]

    def name(self, occupation: int, language: str = "en") -> str:
        """In the language, else in English, else in any."""
        return _in(self.names[occupation], language) or self.graph.occupations[occupation]

    def skill_name(self, skill: int, language: str = "en") -> str:
        return _in(self.skill_names[skill], language) or self.graph.skills[skill]

    @cached_property
    def _by_name(self) -> dict[str, set[int]]:
        found: dict[str, set[int]] = {}
        for number, texts in enumerate(self.other_names):
            for text in texts:
                found.setdefault(fold(text), set()).add(number)
        return found

    @cached_property
    def _by_preferred(self) -> dict[str, set[int]]:
        found: dict[str, set[int]] = {}
        for number, names in enumerate(self.names):
            for text in names.values():
                found.setdefault(fold(text), set()).add(number)
        return found

    @cached_property
    def _by_code(self) -> dict[str, set[int]]:
        found: dict[str, set[int]] = {}
        for number, code in enumerate(self.codes):
            found.setdefault(code, set()).add(number)
            if self.graph.isco[number] != code:
                found.setdefault(self.graph.isco[number], set()).add(number)
        return found

    @cached_property
    def _skills_by_name(self) -> dict[str, set[int]]:
        found: dict[str, set[int]] = {}
        for number, names in enumerate(self.skill_names):
            for text in names.values():
                found.setdefault(fold(text), set()).add(number)
        return found

    def occupations(self, asked: str) -> list[int]:
        """Those meant by an address, a code or a name: several where it is not clear, none where it is not known."""
        text = asked.strip()
        if text in self.graph.occupation_of:
            return [self.graph.occupation_of[text]]
        found = self._by_code.get(text) or self._by_preferred.get(fold(text)) or self._by_name.get(fold(text))
        return sorted(found or ())

    def skills(self, asked: str) -> list[int]:
        """As :meth:`occupations`."""
        text = asked.strip()
        if text in self.graph.skill_of:
            return [self.graph.skill_of[text]]
        return sorted(self._skills_by_name.get(fold(text), ()))


def _in(names: Names, language: str) -> str:
    return names.get(language) or names.get("en") or next(iter(names.values()), "")


def atlas(index: Path | None) -> Atlas:
    """From an index of ESCO, or None for the starter taxonomy. Raises what opening either raises."""
    return from_starter(isco.read()) if index is None else from_esco(esco.open_index(index))


def from_esco(taxonomy: esco.Taxonomy) -> Atlas:
    """Occupations, their skills, reuse levels, and as groups of near misses the narrowest groups above each skill."""
    occupations = taxonomy.of_kind(esco.ConceptKind.OCCUPATION)
    skills = taxonomy.of_kind(esco.ConceptKind.SKILL)
    uris = list(taxonomy.concepts.uri)
    pairs = taxonomy.relations.occupation_skill.astype(np.int64) - [occupations.start, skills.start]
    built = graph(
        uris[occupations.start : occupations.stop],
        uris[skills.start : skills.stop],
        pairs,
        taxonomy.relations.occupation_essential,
        isco=[taxonomy.concepts.isco[one] for one in occupations],
        skill_groups=_groups(taxonomy),
        reuse=taxonomy.concepts.reuse_level[skills.start : skills.stop],
    )
    return Atlas(
        built,
        f"ESCO {taxonomy.version}",
        taxonomy.notice,
        _Called(taxonomy, occupations),
        _Called(taxonomy, skills),
        [_others(taxonomy, one) for one in occupations],
        tuple(taxonomy.concepts.code[one] for one in occupations),
    )


def _others(taxonomy: esco.Taxonomy, concept: int) -> tuple[str, ...]:
    return tuple(label.text for label in taxonomy.labels_of(concept) if label.role is esco.LabelRole.ALTERNATIVE)


class _Called(Sequence[Names]):
    """Preferred labels of a range of concepts, read when asked for: an answer names some dozens of ESCO's 17,000."""

    def __init__(self, taxonomy: esco.Taxonomy, concepts: range) -> None:
        self._taxonomy, self._concepts = taxonomy, concepts

    def __len__(self) -> int:
        return len(self._concepts)

    @overload
    def __getitem__(self, index: int) -> Names: ...
    @overload
    def __getitem__(self, index: slice) -> list[Names]: ...
    def __getitem__(self, index: int | slice) -> Names | list[Names]:
        if isinstance(index, slice):
            return [self[one] for one in range(*index.indices(len(self)))]
        labels = self._taxonomy.labels_of(self._concepts[index])
        return {label.language: label.text for label in labels if label.role is esco.LabelRole.PREFERRED}


def _groups(taxonomy: esco.Taxonomy) -> list[tuple[int, int]]:
    """(skill, group): the groups directly above a skill, or above the skills it is a kind of."""
    skills = taxonomy.of_kind(esco.ConceptKind.SKILL)
    groups = taxonomy.of_kind(esco.ConceptKind.SKILL_GROUP)
    above: dict[int, list[int]] = {}
    for narrow, broad in taxonomy.relations.broader.tolist():
        above.setdefault(narrow, []).append(broad)
    known: dict[int, frozenset[int]] = {}

    def groups_of(one: int) -> frozenset[int]:
        if one not in known:
            known[one] = frozenset(
                group
                for broad in above.get(one, ())
                for group in ((broad,) if broad in groups else groups_of(broad) if broad in skills else ())
            )
        return known[one]

    return [(one - skills.start, group - groups.start) for one in skills for group in sorted(groups_of(one))]


def from_starter(lists: isco.StarterTaxonomy) -> Atlas:
    """Unit groups as occupations; near misses are skills of one kind that stand together in a minor group of ISCO."""
    groups = lists.unit_groups
    number = {code: place for place, code in enumerate(groups)}
    skill = {one.id: place for place, one in enumerate(lists.skills)}
    rows = [(number[code], skill[one], weight) for code, one, weight in lists.unit_skills]
    minor = {code: place for place, code in enumerate(sorted({code[:3] for code in groups}))}
    special = {skill[one.id] for one in lists.skills if one.kind != "transferable"}
    built = graph(
        [isco.ESCO_GROUP + code for code in groups],
        [isco.OWN_SKILL + one.id for one in lists.skills],
        [(place, one) for place, one, _ in rows],
        [weight < OFTEN for _, _, weight in rows],
        isco=groups,
        skill_groups=sorted({(one, minor[groups[place][:3]]) for place, one, _ in rows if one in special}),
        reuse=[1 if one.kind in ("transferable", "language") else 3 for one in lists.skills],
        coarse=True,
    )
    titles: list[list[str]] = [[] for _ in groups]
    for text, code in zip(lists.titles.text, lists.titles.isco08, strict=True):
        titles[number[code]].append(text)
    return Atlas(
        built,
        "starter taxonomy (ISCO-08)",
        COARSE,
        tuple(lists.group[code] for code in groups),
        tuple(one.label for one in lists.skills),
        tuple(tuple(one) for one in titles),
        groups,
    )
