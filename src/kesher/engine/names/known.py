"""Names that are known, from ``known.txt``: which are one name in several languages, which are short for another.

The file is data for review: one line a name, spellings in every script, ``~`` before short forms. It is read once, when this
module is. What it adds to sounds: יוחנן is Ivan although nothing sounds alike, and Hasan is *not* Hussein although almost
everything does.
"""

from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final, NamedTuple

from kesher.engine.text import tokens


class Group(NamedTuple):
    """The name a spelling stands for, and whether it is a short form of it."""

    name: str
    short: bool


def one_word(text: str) -> str:
    """A spelling as one folded word: ``Ze'ev`` and ``Зеев`` as they are, ``Ben-Ami`` as ``benami``."""
    return "".join(tokens(text))


def entries(text: str) -> Iterator[tuple[str, str, bool]]:
    """``(group, spelling, short)`` of each spelling of the file; a line that is no entry is a fault of ours and raises."""
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        group, colon, spellings = line.partition(": ")
        if not colon or not spellings.strip():
            raise ValueError(f"known.txt, line {number}: a name for the group, a colon and spellings are needed")
        for spelling in spellings.split():
            yield group, spelling.removeprefix("~"), spelling.startswith("~")


def _read() -> dict[str, tuple[Group, ...]]:
    found: dict[str, dict[str, bool]] = {}
    text = files(__package__).joinpath("known.txt").read_text(encoding="utf-8")
    for group, spelling, short in entries(text):
        of_word = found.setdefault(one_word(spelling), {})
        of_word[group] = of_word.get(group, True) and short
    return {word: tuple(Group(*pair) for pair in of_word.items()) for word, of_word in found.items()}


KNOWN: Final = MappingProxyType(_read())
"""Folded spelling -> the groups it stands for."""


@lru_cache(maxsize=200_000)
def groups(word: str) -> tuple[Group, ...]:
    """The names a folded word may stand for; none for what is not in the file."""
    return KNOWN.get(word, ())
