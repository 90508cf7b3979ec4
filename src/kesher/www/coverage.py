"""How far each language is: translated, and read by a person. Computed from the catalogues, never written by hand.

An entry whose translator comment says ``origin: machine`` was worded by a machine and not yet read by a person who speaks
the language. Whoever reads it and finds it good (or mends it) deletes that line.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import polib
from django.conf import settings

from kesher.www.messages import LOCALE

MACHINE = "origin: machine"


@dataclass(frozen=True, slots=True)
class Coverage:
    """Counts of one language's catalogue."""

    code: str
    name: str
    direction: str
    total: int
    translated: int
    machine: int

    @property
    def percent_translated(self) -> int:
        """0 to 100, rounded down: 100 means all."""
        return 100 * self.translated // self.total if self.total else 100

    @property
    def percent_reviewed(self) -> int:
        """Of all entries, those translated and read by a person."""
        return 100 * (self.translated - self.machine) // self.total if self.total else 100


def count(catalogue: polib.POFile) -> tuple[int, int, int]:
    """Entries in use, translated (not fuzzy) ones, and those of machine origin among them."""
    entries = [entry for entry in catalogue if not entry.obsolete]
    translated = [entry for entry in entries if entry.translated()]
    return len(entries), len(translated), sum(MACHINE in entry.tcomment for entry in translated)


@lru_cache(maxsize=1)
def coverage(locale: Path = LOCALE) -> tuple[Coverage, ...]:
    """One row per language; the source language (English) is complete by definition."""
    rows = []
    for code, name in settings.LANGUAGES:
        direction = "rtl" if code in settings.LANGUAGES_BIDI else "ltr"
        path = locale / code / "LC_MESSAGES" / "django.po"
        total, translated, machine = count(polib.pofile(str(path))) if path.exists() else (0, 0, 0)
        rows.append(Coverage(code, name, direction, total, translated, machine))
    total = max(row.total for row in rows)
    return tuple(
        Coverage(row.code, row.name, row.direction, total, total, 0) if row.code == settings.LANGUAGE_CODE else row
        for row in rows
    )
