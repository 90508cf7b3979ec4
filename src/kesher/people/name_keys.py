"""One name in several scripts: keys that two writings of it share, and how alike two writings are.

Both functions are the seam to :mod:`kesher.engine`: whatever reads names across scripts there stands behind them.
"""

from typing import Final

from kesher.engine.text import tokens
from kesher.engine.transliteration import transliterations

LONGEST: Final = 40  # characters of a key that are kept: a column's width


def keys(name: str) -> frozenset[str]:
    """The keys of each word of a name in any script; none for a name without letters. Names that share one may be one."""
    return frozenset(key[:LONGEST] for word in tokens(name) for key in transliterations(word))


def likeness(first: str, second: str) -> float:
    """How much of two names meets, from 0 (no word) to 1 (each word of the longer one finds another of the shorter)."""
    ours, theirs = ([transliterations(word) for word in tokens(name)] for name in (first, second))
    if not ours or not theirs:
        return 0.0
    met, left = 0, list(theirs)
    for word in ours:
        if (found := next((other for other in left if word & other), None)) is not None:
            left.remove(found)
            met += 1
    return met / max(len(ours), len(theirs))
