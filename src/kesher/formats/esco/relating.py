"""Relations of one release: pairs of concepts, from tables whose rows name both by their addresses.

An address that no table of concepts lists is dangling: ESCO 1.1.1 itself has 67 rows of an occupation it withdrew. Its
rows are left out and told, by address, with the first row and how many there are.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kesher.formats.esco.cells import Cells
from kesher.formats.esco.gathering import Gatherer
from kesher.formats.esco.remarks import quoted
from kesher.formats.esco.sources import Table
from kesher.formats.esco.taxonomy import Int, Relations
from kesher.formats.esco.vocabulary import (
    COLLECTION,
    ESSENTIAL,
    HIERARCHY,
    ISCO,
    KIND_OF_WORD,
    LAYOUTS,
    MODEL_WORDS,
    OCCUPATION_BROADER,
    OCCUPATION_SKILLS,
    SKILL_SKILLS,
    ConceptKind,
    collection_name,
)

#: Dangling addresses told one by one, of one column; the others together.
TOLD_SINGLY: Final = 100
OCCUPATION, ISCO_GROUP, SKILL, SKILL_GROUP, SCHEME = ConceptKind
_TABLE_OF: Final = {layout.kind: layout.name for layout in LAYOUTS if layout.kind is not None}
_EMPTY: Final = np.empty(0, np.int32)


@dataclass(frozen=True, slots=True)
class Dangling:
    """An address that relations name and no table of concepts lists."""

    file: str
    field: str
    uri: str
    rows: tuple[int, ...]  # as a person counts them


class Relator:
    """Reads relations once all tables of concepts were gathered; numbers are those of the gatherer."""

    def __init__(self, gathered: Gatherer) -> None:
        self.gathered, self.remarks = gathered, gathered.remarks
        self.dangling: list[Dangling] = []
        self.collections: list[str] = []
        self._broader: list[Int] = []
        self._occupation_skill: list[tuple[Int, NDArray[np.bool_]]] = []
        self._skill_skill: list[tuple[Int, NDArray[np.bool_]]] = []
        self._member: list[Int] = []
        self._only_here: set[int] = set()  # groups that only the hierarchy lists
        self._derived = True  # the occupations' hierarchy has to be read from their codes

    # --- tables ------------------------------------------------------------------------------------------------------

    def hierarchy(self, table: Table, cells: Cells) -> None:
        """``skillsHierarchy``: a row is a group with all that lies above it, one level per pair of columns.

        Groups that the table of skill groups does not list are kept (1.1.1 has seven, all without skills).
        """
        gathered = self.gathered
        gathered.complete.add(SKILL_GROUP)
        pairs = []
        levels = list(zip(*(cells[f"Level {level} URI"] for level in range(4)), strict=True))
        for place, (row, uris) in enumerate(zip(cells.numbers, levels, strict=True)):
            depth = sum(1 for uri in uris if uri)
            column = f"Level {max(depth - 1, 0)} URI"
            if not depth or not all(uris[:depth]):
                self.remarks.tell("not an address", table.file, row, column, value=quoted(""))
                continue
            uri = uris[depth - 1]
            term = " ".join(cells[f"Level {depth - 1} preferred term"][place].split())
            index = gathered.known.get(uri)
            if index is None:
                index = gathered.add(uri, SKILL_GROUP)
                if index is None:
                    self.remarks.tell("not an address", table.file, row, column, value=quoted(uri))
                    continue
                self._only_here.add(index)
                code = cells[f"Level {depth - 1} code"][place].strip()
                gathered.facts[index] = (code, *gathered.facts[index][1:])
                gathered.told[index] = (table.file, row)
                value = quoted(term or uri)
                self.remarks.tell("only in hierarchy", table.file, row, column, record=uri, value=value)
            if index in self._only_here and term:
                gathered.label(index, table.language, term)
            if depth > 1:
                pairs.append((index, uris[depth - 2], row))
        above = self._numbers(
            table, "Level 0 URI", [pair[1] for pair in pairs], [pair[2] for pair in pairs], repeat(SKILL_GROUP)
        )
        below = np.array([pair[0] for pair in pairs], np.int32)
        self._broader.append(_pairs(below, above))

    def relation(self, table: Table, cells: Cells) -> None:
        """A table of pairs: broader relations, skills of occupations, skills of skills, members of a collection."""
        if table.layout is OCCUPATION_SKILLS:
            self._occupation_skill.append(self._with_type(table, cells, "occupationUri", OCCUPATION, "skillUri"))
        elif table.layout is SKILL_SKILLS:
            self._skill_skill.append(self._with_type(table, cells, "originalSkillUri", SKILL, "relatedSkillUri"))
        elif table.layout is COLLECTION:
            self._collect(table, cells)
        else:
            self._derived = self._derived and table.layout is not OCCUPATION_BROADER
            below = self._numbers(table, "conceptUri", cells["conceptUri"], cells.numbers, _kinds(cells["conceptType"]))
            above = self._numbers(table, "broaderUri", cells["broaderUri"], cells.numbers, _kinds(cells["broaderType"]))
            self._broader.append(self._apart(table, "broaderUri", _pairs(below, above, False), cells.numbers))

    def _with_type(
        self, table: Table, cells: Cells, left: str, kind: ConceptKind, right: str
    ) -> tuple[Int, NDArray[np.bool_]]:
        """The pairs of a table with a ``relationType``, and which of them are essential."""
        one = self._numbers(table, left, cells[left], cells.numbers, repeat(kind))
        other = self._numbers(table, right, cells[right], cells.numbers, repeat(SKILL))
        words = cells["relationType"]
        essential = np.fromiter(map(ESSENTIAL.get, words, repeat(2)), np.uint8, len(words))
        for place in np.flatnonzero(essential > 1).tolist():
            self.remarks.tell(
                "unknown relation", table.file, cells.numbers[place], "relationType", value=quoted(words[place])
            )
        pairs = self._apart(table, right, _pairs(one, other, False), cells.numbers)
        pairs = self._of_kinds(table, pairs, cells.numbers, (left, kind), (right, SKILL))
        pairs[essential > 1] = -1
        kept = (pairs >= 0).all(axis=1)
        return pairs[kept], essential[kept] == 1

    def _collect(self, table: Table, cells: Cells) -> None:
        name = collection_name(table.table) or table.table
        if name not in self.collections:
            self.collections.append(name)
        members = self._numbers(table, "conceptUri", cells["conceptUri"], cells.numbers, _kinds(cells["conceptType"]))
        self._member.append(_pairs(np.full(len(members), self.collections.index(name), np.int32), members))

    # --- addresses to numbers ----------------------------------------------------------------------------------------

    def _numbers(
        self,
        table: Table,
        column: str,
        uris: Sequence[str],
        rows: Sequence[int],
        kinds: "Iterator[ConceptKind | None] | repeat[ConceptKind]",
    ) -> Int:
        """The numbers of a column's concepts, -1 for those not known, which are told."""
        found = np.fromiter(map(self.gathered.known.get, uris, repeat(-1)), np.int32, len(uris))
        lost = np.flatnonzero(found < 0).tolist()
        if lost:
            expected = list(kinds) if not isinstance(kinds, repeat) else [next(kinds)] * len(uris)
            self._lost(table.file, column, [(uris[place], rows[place], expected[place]) for place in lost])
        return found

    def _lost(self, file: str, column: str, lost: list[tuple[str, int, ConceptKind | None]]) -> None:
        without: dict[ConceptKind, list[int]] = {}
        dangling: dict[str, list[int]] = {}
        for uri, row, kind in lost:
            if kind is not None and kind not in self.gathered.complete:
                without.setdefault(kind, []).append(row)
            else:
                dangling.setdefault(uri, []).append(row)
        for kind, rows in without.items():
            self.remarks.tell(
                "no table", file, rows[0], column, rows=len(rows), kind=kind.plural, table=_TABLE_OF[kind]
            )
        for number, (uri, rows) in enumerate(dangling.items()):
            self.dangling.append(Dangling(file, column, uri, tuple(rows)))
            if number < TOLD_SINGLY:
                self.remarks.tell(
                    "dangling", file, rows[0], column, record=uri[:255], value=quoted(uri), rows=len(rows)
                )
        if len(dangling) > TOLD_SINGLY:
            rest = list(dangling.values())[TOLD_SINGLY:]
            lines = sum(map(len, rest))
            self.remarks.tell("more dangling", file, rest[0][0], column, addresses=len(rest), rows=lines)

    def _apart(self, table: Table, column: str, pairs: Int, rows: Sequence[int]) -> Int:
        """Pairs of a concept with itself are told and marked -1 (ESCO 1.1.1 has one among skills)."""
        for place in np.flatnonzero((pairs[:, 0] == pairs[:, 1]) & (pairs[:, 0] >= 0)).tolist():
            self.remarks.tell("itself", table.file, rows[place], column)
            pairs[place] = -1
        return pairs

    def _of_kinds(self, table: Table, pairs: Int, rows: Sequence[int], *sides: tuple[str, ConceptKind]) -> Int:
        kinds = np.array([*self.gathered.kinds, 255], np.uint8)  # the last is what -1 points at
        for side, (column, kind) in enumerate(sides):
            for place in np.flatnonzero((pairs[:, side] >= 0) & (kinds[pairs[:, side]] != kind)).tolist():
                index = int(pairs[place, side])
                value = quoted(list(self.gathered.known)[index])
                plural = self.gathered.kinds[index].plural
                self.remarks.tell("wrong kinds", table.file, rows[place], column, value=value, kind=plural)
                pairs[place] = -1
        return pairs

    # --- turning into arrays -----------------------------------------------------------------------------------------

    def schemes(self) -> tuple[Int, Int]:
        """(concept, scheme) and (scheme, top concept). A scheme no table lists is known by its address."""
        gathered = self.gathered
        within = []
        for index, uri in sorted(gathered.schemes):
            scheme = gathered.known.get(uri)
            if scheme is None:
                scheme = gathered.add(uri, SCHEME)
            if scheme is not None and gathered.kinds[scheme] is SCHEME:
                within.append((index, scheme))
        tops: list[tuple[int, int]] = []
        lost: dict[str, list[tuple[str, int, ConceptKind | None]]] = {}
        for file, row, scheme, uri in gathered.tops:
            concept = gathered.known.get(uri)
            if concept is not None:
                tops.append((scheme, concept))
            elif not uri.startswith(MODEL_WORDS):
                lost.setdefault(file, []).append((uri, row, self._guess(uri)))
        for file, rows in lost.items():
            self._lost(file, "hasTopConcept", rows)
        return np.array(within, np.int32).reshape(-1, 2), np.array(tops, np.int32).reshape(-1, 2)

    def _guess(self, uri: str) -> ConceptKind | None:
        """The kind an address looks like: of ``esco/skill/`` are skills and groups, so either table will do."""
        part = uri.removeprefix("http://data.europa.eu/esco/").partition("/")[0]
        if part == "skill":
            return SKILL if SKILL_GROUP not in self.gathered.complete else None
        return {"occupation": OCCUPATION, "isco": ISCO_GROUP, "isced-f": SKILL_GROUP}.get(part)

    def arrays(self, final: Int, schemes: tuple[Int, Int]) -> tuple[tuple[str, ...], Relations]:
        """The names of the collections, and all pairs, renumbered, sorted, each once."""
        if self._derived:
            self._broader.append(self._from_codes())
        names = tuple(sorted(self.collections))
        place = np.array([names.index(name) for name in self.collections], np.int32)
        member = _joined(self._member)
        if len(member):
            member = np.stack([place[member[:, 0]], final[member[:, 1]]], axis=1)
        broader = self._without_circles(_joined(self._broader))
        occupation_skill, occupation_essential = _typed(self._occupation_skill, final)
        skill_skill, skill_essential = _typed(self._skill_skill, final)
        return names, Relations(
            broader=_sorted(_renumbered(broader, final)),
            occupation_skill=occupation_skill,
            occupation_essential=occupation_essential,
            skill_skill=skill_skill,
            skill_essential=skill_essential,
            in_scheme=_sorted(_renumbered(schemes[0], final)),
            top_concept=_sorted(_renumbered(schemes[1], final)),
            member=_sorted(member),
        )

    def _from_codes(self) -> Int:
        """What lies above occupations and ISCO groups, read from their codes, for releases without that table.

        2654.1.7 lies in 2654.1, that in ISCO group 2654, that in 265. In 1.1.1 this gives the table's 3,616 pairs exactly.
        """
        gathered = self.gathered
        of_code = {gathered.facts[index][0]: index for index, kind in enumerate(gathered.kinds) if kind <= ISCO_GROUP}
        pairs = []
        for code, index in of_code.items():
            if gathered.kinds[index] is ISCO_GROUP:
                above = gathered.known.get(ISCO + code[:-1]) if len(code) > 1 else None
            else:
                above = of_code.get(code.rpartition(".")[0])
            if above is not None:
                pairs.append((index, above))
        return np.array(pairs, np.int32).reshape(-1, 2)

    def _without_circles(self, pairs: Int) -> Int:
        """`pairs` without those that lead round in a circle, which would never let a walk upwards end."""
        pairs = pairs[(pairs >= 0).all(axis=1)]
        rest = np.ones(len(pairs), bool)
        while rest.any():
            begins, ends = pairs[rest, 0], pairs[rest, 1]
            inner = np.isin(begins, ends) & np.isin(ends, begins)
            if inner.all():
                break
            rest[np.flatnonzero(rest)[~inner]] = False
        for index in dict.fromkeys(pairs[rest, 0].tolist()):
            uri = next(uri for uri, number in self.gathered.known.items() if number == index)
            file, row = self.gathered.told[index] or (HIERARCHY.name, None)
            self.remarks.tell("in a circle", file, row, None, record=uri, value=quoted(uri))
        return pairs[~rest]


def _kinds(words: Sequence[str]) -> Iterator[ConceptKind | None]:
    return map(KIND_OF_WORD.get, words)


def _pairs(one: Int, other: Int, known_only: bool = True) -> Int:
    pairs = np.stack([one, other], axis=1) if len(one) else _EMPTY.reshape(0, 2)
    return pairs[(pairs >= 0).all(axis=1)] if known_only else pairs


def _joined(parts: list[Int]) -> Int:
    return np.concatenate(parts) if parts else _EMPTY.reshape(0, 2)


def _renumbered(pairs: Int, final: Int) -> Int:
    return final[pairs] if len(pairs) else pairs


def _sorted(pairs: Int) -> Int:
    return np.unique(pairs, axis=0) if len(pairs) else pairs


def _typed(parts: list[tuple[Int, NDArray[np.bool_]]], final: Int) -> tuple[Int, NDArray[np.uint8]]:
    """Pairs with their type, sorted, each once; a pair that stands as both is essential."""
    pairs = _renumbered(_joined([pairs for pairs, _ in parts]), final)
    essential = np.concatenate([flags for _, flags in parts]) if parts else np.empty(0, bool)
    order = np.lexsort((~essential, pairs[:, 1], pairs[:, 0]))
    pairs, essential = pairs[order], essential[order]
    first = np.ones(len(pairs), bool)
    first[1:] = (pairs[1:] != pairs[:-1]).any(axis=1)
    return pairs[first], essential[first].astype(np.uint8)
