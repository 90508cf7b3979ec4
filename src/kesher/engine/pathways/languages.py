"""A language is a gap like a skill: levels of the CEFR, per language and kind of use.

Levels are numbers 0 (none), 1 (A1) … 6 (C2), for the five kinds of use of the CEFR (Council of Europe 2001, 2020). Who
speaks at B1 may write at A1; a job may ask for the one and not for the other, so no level stands for all five unless
somebody says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

USES: Final = ("listening", "reading", "interaction", "production", "writing")
LEVELS: Final = ("", "A1", "A2", "B1", "B2", "C1", "C2")

#: Five levels, in the order of USES.
Levels = tuple[int, int, int, int, int]
#: Language (BCP 47) → levels.
Speaks = Mapping[str, Levels]
NONE: Final[Levels] = (0, 0, 0, 0, 0)
#: Somebody's first language: nothing can ask for more.
FIRST: Final[Levels] = (6, 6, 6, 6, 6)


def all_at(level: int) -> Levels:
    """The same level for every use."""
    return (level, level, level, level, level)


def level(text: str) -> int:
    """The number of "B1"; 0 for "". Raises ValueError for anything else."""
    found = text.strip().upper()
    if found not in LEVELS:
        raise ValueError(f"{text!r} is no level of the CEFR; write A1, A2, B1, B2, C1 or C2")
    return LEVELS.index(found)


def better(one: Levels, other: Levels) -> Levels:
    """The higher of two in each use."""
    if one == other:
        return one
    a, b, c, d, e = map(max, one, other)
    return (a, b, c, d, e)


def lower(one: Levels, other: Levels) -> Levels:
    """The lower of two in each use."""
    a, b, c, d, e = (min(pair) for pair in zip(one, other, strict=True))
    return (a, b, c, d, e)


def together(*many: Speaks) -> dict[str, Levels]:
    """What somebody can after all of these."""
    found: dict[str, Levels] = {}
    for speaks in many:
        for language, levels in speaks.items():
            found[language] = better(found.get(language, NONE), levels)
    return found


@dataclass(frozen=True, slots=True)
class LanguageGap:
    """One use of one language that is not good enough yet."""

    language: str
    use: str
    has: int
    needs: int

    def __str__(self) -> str:
        return f"{self.language} {self.use}: {LEVELS[self.has] or 'none'}, {LEVELS[self.needs]} is needed"


def language_gap(speaks: Speaks, needs: Speaks) -> tuple[LanguageGap, ...]:
    """What is missing, by language and use."""
    return tuple(
        LanguageGap(language, use, has, wanted)
        for language in sorted(needs)
        for use, has, wanted in zip(USES, speaks.get(language, NONE), needs[language], strict=True)
        if has < wanted
    )


def enough(speaks: Speaks, needs: Speaks) -> bool:
    """Whether nothing is missing."""
    return all(
        has >= wanted
        for language, levels in needs.items()
        for has, wanted in zip(speaks.get(language, NONE), levels, strict=True)
    )
