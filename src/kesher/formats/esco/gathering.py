"""Concepts, labels and notes of one release, gathered table by table and turned into arrays at the end."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kesher.formats.esco.cells import Cells
from kesher.formats.esco.remarks import Remarks, quoted
from kesher.formats.esco.sources import Table
from kesher.formats.esco.taxonomy import Concepts, Int, Labels, Notes
from kesher.formats.esco.texts import Texts
from kesher.formats.esco.vocabulary import (
    ISCO,
    KIND_OF_WORD,
    REUSE_LEVELS,
    SKILL_TYPES,
    ConceptKind,
    LabelRole,
    NoteKind,
)

#: Characters; the longest label of ESCO 1.1.1 has 173.
LONGEST_LABEL: Final = 1_000
REGULATED: Final = "http://data.europa.eu/esco/regulated-professions/regulated"
#: The columns that say the same in each language.
FACTS: Final = ("code", "iscoGroup", "status", "skillType", "reuseLevel", "regulatedProfessionNote", "modifiedDate")
_NOTES: Final = (
    ("description", NoteKind.DESCRIPTION),
    ("scopeNote", NoteKind.SCOPE),
    ("definition", NoteKind.DEFINITION),
)
_NO_FACTS: Final = ("",) * len(FACTS)


@dataclass(slots=True)
class Tally:
    """What stood in the tables, before anything was left out: for reports, and to be held to published numbers."""

    rows: Counter[str] = field(default_factory=Counter)  # table -> rows, of the first language
    short: Counter[str] = field(default_factory=Counter)  # table -> rows that ended early
    #: (table, column) -> value -> rows, for the columns with few values
    values: dict[tuple[str, str], Counter[str]] = field(default_factory=dict)
    languages: dict[str, list[str]] = field(default_factory=dict)  # table -> languages it came in

    def count(self, table: Table, cells: Cells) -> None:
        tongues = self.languages.setdefault(table.table, [])
        if not tongues or not table.language:
            self.rows[table.table] += len(cells.numbers)
            self.short[table.table] += cells.short
            for column in ("skillType", "relationType", "status"):
                if column in cells.columns:
                    self.values.setdefault((table.table, column), Counter()).update(cells[column])
        tongues.append(table.language)


class Numbers:
    """Names -> numbers from 0, in the order in which they are first met."""

    def __init__(self) -> None:
        self.of: dict[str, int] = {}

    def __call__(self, name: str) -> int:
        return self.of.setdefault(name, len(self.of))

    def sorted(self) -> tuple[tuple[str, ...], NDArray[np.uint8]]:
        """The names in order, and for each number met so far its place in that order."""
        names = tuple(sorted(self.of))
        place = {name: number for number, name in enumerate(names)}
        return names, np.array([place[name] for name in self.of], np.uint8)


class Gatherer:
    """The concepts of one release. Numbers given here are by order of reading; `order` turns them into final ones."""

    def __init__(self, remarks: Remarks) -> None:
        self.remarks = remarks
        self.tally = Tally()
        self.known: dict[str, int] = {}  # address -> number
        self.kinds: list[ConceptKind] = []
        self.facts: list[tuple[str, ...]] = []
        self.told: list[tuple[str, int] | None] = []  # file and row a concept's facts come from
        self.complete: set[ConceptKind] = set()
        self.schemes: set[tuple[int, str]] = set()  # (concept, address of the scheme)
        self.tops: list[tuple[str, int, int, str]] = []  # (file, row, scheme, address of the concept)
        self._languages, self._texts = Numbers(), Numbers()
        self._labels: tuple[list[int], ...] = ([], [], [], [])  # concept, language, role, text
        self._notes: tuple[list[int], ...] = ([], [], [])  # concept, language, kind
        self._note_texts: list[str] = []

    # --- reading -----------------------------------------------------------------------------------------------------

    def concepts(self, table: Table, cells: Cells) -> None:
        """One table of concepts: `Layout.kind` says of which kind."""
        kind = table.layout.kind
        if kind is None:
            raise TypeError(f"{table.table} is no table of concepts")
        self.complete.add(kind)
        places, rows = [], []
        for place, index in self._rows(table, cells, kind):
            places.append(place)
            rows.append(index)
        facts = list(zip(*(cells[column] for column in FACTS), strict=True))
        schemes: dict[str, list[str]] = {}
        for place, index in zip(places, rows, strict=True):
            first = self.told[index]
            if first is not None:
                if facts[place] != self.facts[index]:
                    self._compare(table, cells.numbers[place], index, facts[place], first[0])
                continue
            self.facts[index], self.told[index] = facts[place], (table.file, cells.numbers[place])
            cell = cells["inScheme"][place]
            if cell not in schemes:
                schemes[cell] = addresses(cell)
            self.schemes.update((index, scheme) for scheme in schemes[cell])
            if kind is ConceptKind.SCHEME:
                row = cells.numbers[place]
                self.tops += [(table.file, row, index, uri) for uri in addresses(cells["hasTopConcept"][place])]
        self._label_rows(table, cells, places, rows)
        self._note_rows(table, cells, places, rows)

    def _rows(self, table: Table, cells: Cells, kind: ConceptKind) -> Iterator[tuple[int, int]]:
        """(place in the columns, number of the concept) of each row that can be taken."""
        seen: dict[int, int] = {}
        column = table.layout.needed[0]
        for place, (row, uri, word) in enumerate(zip(cells.numbers, cells[column], cells["conceptType"], strict=True)):
            if word and word != kind.esco:
                known = KIND_OF_WORD.get(word)
                value = known.plural if known is not None else quoted(word)
                self.remarks.tell("other kind", table.file, row, "conceptType", value=value, kind=kind.plural)
                continue
            index = self.known.get(uri)
            if index is None:
                index = self.add(uri, kind)
                if index is None:
                    self.remarks.tell("not an address", table.file, row, column, value=quoted(uri))
                    continue
            elif self.kinds[index] is not kind:
                first = self.told[index]
                where, plural = first[0] if first else "another table", self.kinds[index].plural
                self.remarks.tell("two kinds", table.file, row, column, record=uri, kind=plural, first=where)
                continue
            if index in seen:
                self.remarks.tell("row twice", table.file, row, column, record=uri, first=seen[index])
                continue
            seen[index] = row
            yield place, index

    def add(self, uri: str, kind: ConceptKind) -> int | None:
        """A number for a new address, or None when it is none (RFC 3986: http or https, and no blanks)."""
        if not uri.startswith(("http://", "https://")) or len(uri.split()) != 1 or len(uri) > 255:
            return None
        self.known[uri] = index = len(self.kinds)
        self.kinds.append(kind)
        self.facts.append(_NO_FACTS)
        self.told.append(None)
        return index

    def _compare(self, table: Table, row: int, index: int, facts: tuple[str, ...], first: str) -> None:
        for column, value, kept in zip(FACTS, facts, self.facts[index], strict=True):
            if value and value != kept and column != "modifiedDate":
                said, stays = quoted(value), quoted(kept)
                self.remarks.tell("other value", table.file, row, column, value=said, kept=stays, first=first)

    def label(self, index: int, language: str, text: str) -> None:
        """A preferred label from elsewhere than a table of concepts."""
        self._append(index, self._languages(language), LabelRole.PREFERRED, self._texts(text))

    def _append(self, index: int, language: int, role: int, text: int) -> None:
        for column, value in zip(self._labels, (index, language, role, text), strict=True):
            column.append(value)

    def _label_rows(self, table: Table, cells: Cells, places: Sequence[int], rows: Sequence[int]) -> None:
        language, text_of = self._languages(table.language), self._texts
        concepts, languages, roles, texts = self._labels
        preferred, others = cells["preferredLabel"], (cells["altLabels"], cells["hiddenLabels"])
        without: list[int] = []
        for place, index in zip(places, rows, strict=True):
            row: dict[str, LabelRole] = {}
            words = " ".join(preferred[place].split())
            if words:
                row[words] = LabelRole.PREFERRED
            else:
                without.append(place)
            for role, column in zip((LabelRole.ALTERNATIVE, LabelRole.HIDDEN), others, strict=True):
                if column[place]:
                    for words in column[place].split("\n"):
                        row.setdefault(" ".join(words.split()), role)
            row.pop("", None)
            for words, role in row.items():
                if len(words) > LONGEST_LABEL:
                    self._too_long(table, cells.numbers[place], role, len(words))
                    continue
                concepts.append(index)
                languages.append(language)
                roles.append(role)
                texts.append(text_of(words))
        if without:
            first = cells.numbers[without[0]]
            tongue, count = table.language, len(without)
            self.remarks.tell("no preferred label", table.file, first, "preferredLabel", rows=count, language=tongue)

    def _too_long(self, table: Table, row: int, role: LabelRole, length: int) -> None:
        column = ("preferredLabel", "altLabels", "hiddenLabels")[role]
        self.remarks.tell("label too long", table.file, row, column, length=length, limit=LONGEST_LABEL)

    def _note_rows(self, table: Table, cells: Cells, places: Sequence[int], rows: Sequence[int]) -> None:
        language = self._languages(table.language)
        concepts, languages, kinds = self._notes
        for column, kind in _NOTES:
            if column not in cells.columns:
                continue
            texts = cells[column]
            for place, index in zip(places, rows, strict=True):
                words = texts[place].strip()
                if words:
                    concepts.append(index)
                    languages.append(language)
                    kinds.append(kind)
                    self._note_texts.append(words)

    # --- turning into arrays -----------------------------------------------------------------------------------------

    def order(self) -> tuple[list[str], Int]:
        """Addresses in their final order (by kind, then by address), and for each number of reading its final one."""
        uris = list(self.known)
        order = sorted(range(len(uris)), key=lambda index: (self.kinds[index], uris[index]))
        final = np.empty(len(uris), np.int32)
        final[order] = np.arange(len(uris), dtype=np.int32)
        return [uris[index] for index in order], final

    def table(self, uris: list[str], final: Int) -> tuple[tuple[str, ...], Concepts]:
        """The statuses, and the columns of the concepts."""
        self._lost_zeros()
        old = np.argsort(final)  # final number -> number of reading
        facts = [self.facts[index] for index in old]
        statuses = tuple(sorted({one[2] for one in facts} | {""}))
        status = {word: number for number, word in enumerate(statuses)}
        kind = np.array([self.kinds[index] for index in old], np.uint8)
        isco = [one[1] for one in facts]
        groups = [
            self.known.get(ISCO + code, -1) if which == ConceptKind.OCCUPATION and code else -1
            for code, which in zip(isco, kind, strict=True)
        ]
        words = [self._word(int(index), one) for index, one in zip(old, facts, strict=True)]
        concepts = Concepts(
            uri=Texts.of(uris),
            kind=kind,
            code=Texts.of(one[0] for one in facts),
            isco=Texts.of(isco),
            isco_group=np.array([final[group] if group >= 0 else -1 for group in groups], np.int32),
            status=np.array([status[one[2]] for one in facts], np.int32),
            skill_type=np.array([word[0] for word in words], np.uint8),
            reuse_level=np.array([word[1] for word in words], np.uint8),
            regulated=np.array([one[5] == REGULATED for one in facts], np.uint8),
            modified=Texts.of(one[6] for one in facts),
        )
        return statuses, concepts

    def _word(self, index: int, facts: tuple[str, ...]) -> tuple[int, int]:
        """Skill type and reuse level; a word not known is told, and read as none."""
        kinds, levels = SKILL_TYPES.get(facts[3]), REUSE_LEVELS.get(facts[4])
        where = self.told[index] or ("", 0)
        for column, value, word in (("skillType", kinds, facts[3]), ("reuseLevel", levels, facts[4])):
            if value is None:
                self.remarks.tell("unknown word", *where, column, value=quoted(word))
        return kinds or 0, levels or 0

    def _lost_zeros(self) -> None:
        """ISCO codes as four digits (of groups: as their address says), told where a spreadsheet program cut them."""
        given = ConceptKind.ISCO_GROUP in self.complete
        for uri, index in self.known.items():
            kind, facts, (file, row) = self.kinds[index], list(self.facts[index]), self.told[index] or ("", 0)
            if kind is ConceptKind.ISCO_GROUP:
                code = uri.removeprefix(ISCO) if uri.startswith(ISCO) else facts[0]
                if facts[0] and facts[0] != code:
                    fault = "zero lost" if facts[0].zfill(len(code)) == code else "other value"
                    value = quoted(facts[0])
                    self.remarks.tell(fault, file, row, "code", value=value, code=code, kept=code, first="its address")
                facts[0] = facts[1] = code
            elif kind is ConceptKind.OCCUPATION and facts[1]:
                code = facts[1]
                if len(code) < 4 and code.isdecimal() and (ISCO + code.zfill(4) in self.known or not given):
                    facts[1] = code.zfill(4)
                    self.remarks.tell("zero lost", file, row, "iscoGroup", value=quoted(code), code=facts[1])
                elif given and ISCO + code not in self.known:
                    self.remarks.tell("no such code", file, row, "iscoGroup", value=quoted(code))
                head, dot, tail = facts[0].partition(".")
                if head != facts[1] and head.zfill(4) == facts[1]:
                    full = facts[1] + dot + tail
                    self.remarks.tell("zero lost", file, row, "code", value=quoted(facts[0]), code=full)
                    facts[0] = full
            self.facts[index] = tuple(facts)

    def labels(self, final: Int) -> tuple[tuple[str, ...], Labels, Notes]:
        """The languages, and the columns of labels and notes."""
        languages, place = self._languages.sorted()
        concept, language, role, text = (np.array(column, np.int32) for column in self._labels)
        concept = final[concept] if len(concept) else concept
        tongue = place[language] if len(language) else language.astype(np.uint8)
        order = np.lexsort((np.arange(len(concept)), role, tongue, concept))
        used, rank = first_use(text[order])
        distinct = list(self._texts.of)
        labels = Labels(
            text=Texts.of(distinct[index] for index in used),
            text_id=rank,
            concept=concept[order],
            language=tongue[order],
            role=role[order].astype(np.uint8),
            release=np.zeros(len(order), np.uint8),
        )
        of, spoken, kinds = (np.array(column, np.int32) for column in self._notes)
        of = final[of] if len(of) else of
        tongues = place[spoken] if len(spoken) else spoken.astype(np.uint8)
        order = np.lexsort((kinds, tongues, of))
        notes = Notes(
            text=Texts.of(self._note_texts[index] for index in order),
            concept=of[order],
            language=tongues[order],
            kind=kinds[order].astype(np.uint8),
            release=np.zeros(len(order), np.uint8),
        )
        return languages, labels, notes


def first_use(ids: Int) -> tuple[NDArray[np.int64], Int]:
    """The distinct values of `ids` in the order of first use, and for each id its place among them."""
    values, first, inverse = np.unique(ids, return_index=True, return_inverse=True)
    order = np.argsort(first)
    place = np.empty(len(order), np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    return values[order].astype(np.int64), place[inverse] if len(order) else np.empty(0, np.int32)


def addresses(cell: str) -> list[str]:
    """The addresses in a cell: by line in one table, by comma and line in another, by bar in collections.

    >>> addresses("http://a/1,\\nhttp://a/2"), addresses("http://a/1 | http://a/2")
    (['http://a/1', 'http://a/2'], ['http://a/1', 'http://a/2'])
    """
    return [part for part in cell.replace(",", " ").replace("|", " ").split() if part]
