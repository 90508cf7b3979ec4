"""Fields of study: ISCED-F 2013, the list of ``kesher/data/isced`` with the names of its fields.

    for broad in fields(): …            Field("06", …), with the fields within it
    names_of("0611")                    {"en": "Computer use", "he": …, "ar": …}

Names that are not English are ours and not official; each row of the list says where it comes from.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

#: Where the list lies that comes with Kesher.
FILE: Final = Path(__file__).resolve().parent.parent / "data" / "isced" / "fields.tsv"
LANGUAGES: Final = ("en", "he", "ar")
_HEADINGS: Final = ("code", *LANGUAGES, "status", "origin")
_NONE: Final[Mapping[str, str]] = MappingProxyType({})


class BrokenList(ValueError):
    """The list does not hold what its headings promise; the message names the line."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field. ``code``: two digits broad, three narrow, four detailed; ``names`` by language."""

    code: str
    names: Mapping[str, str]


def read(text: str) -> dict[str, Field]:
    """The fields of a list by their codes, each after the one it is within."""
    lines = text.removesuffix("\n").split("\n")
    if tuple(lines[0].split("\t")) != _HEADINGS:
        raise BrokenList(f"line 1: the headings are {', '.join(_HEADINGS)}")
    found: dict[str, Field] = {}
    for number, line in enumerate(lines[1:], 2):
        cells = line.split("\t")
        if len(cells) != len(_HEADINGS) or not all(cell.strip() == cell != "" for cell in cells):
            raise BrokenList(f"line {number}: {len(_HEADINGS)} cells, none of them empty")
        code = cells[0]
        if not (code.isascii() and code.isdigit() and 2 <= len(code) <= 4):
            raise BrokenList(f"line {number}: “{code}” is no code of two to four digits")
        if code in found or (len(code) > 2 and code[:-1] not in found):
            raise BrokenList(f"line {number}: {code} stands twice, or before the field it is within")
        found[code] = Field(code, MappingProxyType(dict(zip(LANGUAGES, cells[1:4], strict=True))))
    return found


@cache
def listed() -> Mapping[str, Field]:
    """The fields of the list that comes with Kesher, in the order of their codes."""
    return MappingProxyType(read(FILE.read_text(encoding="utf-8")))


def broad() -> Iterator[Field]:
    """The broad fields."""
    return (one for one in listed().values() if len(one.code) == 2)


def within(code: str) -> Iterator[Field]:
    """What may be chosen within a broad field: its narrow fields, each with the detailed ones that say more than it does."""
    for one in listed().values():
        if len(one.code) > 2 and one.code.startswith(code):
            above = listed()[one.code[:-1]]
            if len(one.code) == 3 or one.names != above.names:
                yield one


def names_of(code: str) -> Mapping[str, str]:
    """What a field is called; for a code that the list leaves out, what the nearest field above it is called; else nothing."""
    while len(code) > 1:
        if (one := listed().get(code)) is not None:
            return one.names
        code = code[:-1]
    return _NONE
