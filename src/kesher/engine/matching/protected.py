"""What may not enter a match: sex, origin, nationality, religion, disability, family status, age, health, looks.

The records have no such fields. Columns of a file are refused by their names before anything else is read of them. A name
is no proof: a postcode can stand for an origin; the audit of exposure (:mod:`kesher.engine.matching.audit`) is there for
that, with labels of those who agreed.
"""

import re
from collections.abc import Iterable
from typing import Final

from kesher.engine.matching.model import MatchingError
from kesher.engine.needs.card.sensitive import sensitive

#: Beginnings of words beyond those that :mod:`kesher.engine.needs.card.sensitive` knows.
_MORE: Final = {
    "age": ("age", "ages", "birth", "birthday", "birthdate", "dob", "גיל", "عمر", "возраст", "вік", "ዕድሜ"),
    "health": ("health", "illness", "diagnos", "בריאות", "صحه", "здоров", "ጤና"),
    "looks": ("photo", "portrait", "height", "weight", "accent", "תמונה", "صوره", "фото", "ፎቶ"),
    "army service": ("army", "military", "צבא", "الجيش", "арми", "армі"),
}  # fmt: skip
_WHOLE: Final = frozenset({"age", "ages", "weight", "height"})


class SensitiveInput(MatchingError):
    """A column that may not be an input; ``column`` is its name and ``attribute`` what it says."""

    def __init__(self, column: str, attribute: str) -> None:
        super().__init__(
            f"The column {column!r} says {attribute}, which may not enter a match. Leave it out; with the consent of the "
            "people it may be a group of the audit of exposure."
        )
        self.column, self.attribute = column, attribute


def sensitive_attribute(column: str) -> str | None:
    """What a column of this name says that may not enter, or None."""
    if (found := sensitive(column)) is not None:
        return found
    for word in re.findall(r"[^\W\d_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column).casefold()):
        for attribute, stems in _MORE.items():
            if any(word == stem or (stem not in _WHOLE and word.startswith(stem)) for stem in stems):
                return attribute
    return None


def refuse_sensitive(columns: Iterable[str]) -> None:
    """Raises :class:`SensitiveInput` for the first column that may not be an input."""
    for column in columns:
        if (attribute := sensitive_attribute(column)) is not None:
            raise SensitiveInput(column, attribute)
