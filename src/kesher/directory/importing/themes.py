"""Words of a table's theme column as themes of the portal: by code, by a name or an everyday word in any language.

A table's words make a list of their own (see :mod:`kesher.formats.table_mapping`). A word that the portal has a theme for is
that theme instead, so that the service stands on its shelf; what is left is kept as a word, and said.
"""

import uuid
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from kesher.directory.models import Term
from kesher.engine.text import fold
from kesher.formats.records import TermRecord, TermRef

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Known:
    """A term that is here."""

    key: uuid.UUID
    taxonomy: str
    code: str
    names: list[str]
    synonyms: list[str]

    def spelt(self) -> Iterator[str]:
        """What it is called, folded: its names, its code, and the last part of a code such as ``human_services:work``."""
        yield from (fold(name) for name in self.names)
        yield fold(self.code)
        yield fold(self.code.rpartition(":")[2])


class Themes:
    """The terms that were here before the file. ``own``: taxonomies whose terms are the words of the file."""

    def __init__(self, own: Collection[str]) -> None:
        self._own = frozenset(own)
        #: words of the file that are terms of the portal
        self.same: dict[Key, uuid.UUID] = {}
        self._words: dict[Key, str] = {}

    def unknown_of(self, records: Iterable[TermRecord]) -> Iterator[TermRecord]:
        """The records to be written: all but the words that the portal has a term for."""
        for record in records:
            key = (record.taxonomy, record.code)
            if record.taxonomy in self._own:
                self._words[key] = next(iter(record.name.values()))
                known = next((found for name in record.name.values() if (found := self._named.get(fold(name)))), None)
                if known is not None:
                    self.same[key] = known
                    continue
            yield record

    def word(self, ref: TermRef) -> str | None:
        """How the file writes it; ``None`` for a term that is no word of the file."""
        return self._words.get((ref.taxonomy, ref.code))

    def is_unknown(self, ref: TermRef) -> bool:
        """Whether it is a word of the file that the portal has no term for."""
        key = (ref.taxonomy, ref.code)
        return key in self._words and key not in self.same

    def codes_of(self, taxonomy: str) -> dict[str, str]:
        """Names and codes of a taxonomy's terms, folded -> the code."""
        return {folded: term.code for term in self._terms if term.taxonomy == taxonomy for folded in term.spelt()}

    @cached_property
    def spellings(self) -> dict[str, str]:
        """Names of all terms, folded -> as they are written."""
        return {fold(name): name for term in self._terms for name in term.names}

    @cached_property
    def _named(self) -> dict[str, uuid.UUID]:
        """What leads to a term, folded: its names and codes, else an everyday word that leads to no other.

        Of two of one name, the one higher up: the shelf before what stands on it.
        """
        said: dict[str, set[uuid.UUID]] = {}
        for term in self._terms:
            for word in term.synonyms:
                said.setdefault(fold(word), set()).add(term.key)
        found = {word: next(iter(keys)) for word, keys in said.items() if len(keys) == 1}
        for term in reversed(self._terms):
            found |= dict.fromkeys(term.spelt(), term.key)
        return found

    @cached_property
    def _terms(self) -> list[_Known]:
        """The higher up, the earlier."""
        rows = Term.objects.exclude(taxonomy__slug__in=self._own).values_list(
            "path", "pk", "taxonomy__slug", "code", "name", "synonyms"
        )
        return [
            _Known(key, slug, code, list(names.values()), [word for words in synonyms.values() for word in words])
            for _path, key, slug, code, names, synonyms in sorted(rows, key=lambda row: (row[0].count("/"), row[0]))
        ]
