"""Names of people as their files keep them: the keys by which they are found in another script, and how alike two are.

What :mod:`kesher.engine.names` says, fitted to a column. Whole names are found by keys of two words each, and somebody of whom
only one word is known by the keys of that word.
"""

from typing import Final

from kesher.engine import names

LONGEST: Final = 40  # characters of a key that are kept: a column's width


ALONE: Final = "="  # before a key of somebody of whom only one word is known


def keys(name: str) -> frozenset[str]:
    """What stands in the column of a name in any script; none for a name without letters."""
    words = names.word_keys(name)
    found = names.keys(name)
    return _kept(found | words | ({ALONE + one for one in words} if found == words else set()))


def asked_keys(name: str) -> frozenset[str]:
    """What files of somebody of this name share one of: of two words together, or of the one word a file knows.

    Not of each word: half a town shares a first name.
    """
    return _kept(names.keys(name) | {ALONE + one for one in names.word_keys(name)})


def likeness(first: str, second: str) -> float:
    """How alike two names are, 0..1; 0 where one of them holds no letter."""
    return names.likeness(first, second).value


def _kept(found: frozenset[str]) -> frozenset[str]:
    return frozenset(key[:LONGEST] for key in found)
