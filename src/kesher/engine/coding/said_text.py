"""A text as words with their places, and what its small words do: what the readers of experiences share."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from kesher.engine.coding.said_words import GLUED, Small, group_of, lexicon
from kesher.engine.text import tokens

#: Marks that stand on letters, and characters nobody sees inside words: for Python's ``\\w`` they are no letters.
_ON_LETTERS: Final = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u0900-\u0903\u093a-\u094f\u135d-\u135f\u200b-\u200f\u202a-\u202e\u2060-\u2069\u00ad"
)
#: Digits alone, or letters with apostrophes between them; "ב5" and "12yrs" are two words.
_WORD: Final = re.compile(rf"\d+|[^\W\d_](?:[^\W\d_]|[{_ON_LETTERS}]|['’׳`´״\"](?=[^\W\d_]))*|[^\W_]")
#: Words of the longest phrase of :mod:`kesher.engine.coding.said_words`.
_LONGEST_PHRASE: Final = 6


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A part of a text, in characters: ``text[start:end]``."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Word:
    """A word: where it stands, and folded as labels are ("" where folding leaves nothing)."""

    start: int
    end: int
    folded: str


class SaidText:
    """A text in one language, cut into words."""

    def __init__(self, text: str, language: str) -> None:
        self.text, self.language, self.group = text, language, group_of(language)
        self.words: tuple[Word, ...] = tuple(
            Word(found.start(), found.end(), "".join(tokens(found[0]))) for found in _WORD.finditer(text)
        )
        self.folded: tuple[str, ...] = tuple(word.folded for word in self.words)

    def __len__(self) -> int:
        return len(self.words)

    def gap(self, place: int) -> str:
        """What stands between the word before `place` and it; before the first and behind the last, what is there."""
        start = self.words[place - 1].end if place else 0
        end = self.words[place].start if place < len(self.words) else len(self.text)
        return self.text[start:end]

    def span(self, first: int, behind: int) -> Span:
        """From the word `first` to the one before `behind`."""
        return Span(self.words[first].start, self.words[behind - 1].end)

    def part(self, first: int, behind: int) -> str:
        """The text of these words, with what stands between them."""
        return self.text[self.words[first].start : self.words[behind - 1].end]

    @cached_property
    def small(self) -> tuple[dict[Small, int], ...]:
        """For each word: what it and those behind it do, and how many of them do it."""
        known = lexicon(self.group)
        glued = tuple(front for front in ("ו", "و") if front in GLUED.get(self.group, ()))
        found = []
        for place, word in enumerate(self.folded):
            # No phrase goes over a stop or a comma.
            behind = place + 1
            while behind < min(len(self.words), place + _LONGEST_PHRASE) and not self.gap(behind).strip(" \t-־'’"):
                behind += 1
            here = known.at(self.folded[place:behind], 0) if word else {}
            for front in glued:
                if not here and word.startswith(front) and len(word) > 2:
                    here = known.at([word[1:], *self.folded[place + 1 : behind]], 0)
            found.append(here)
        return tuple(found)

    def does(self, place: int, *small: Small) -> int:
        """How many words from `place` on do one of these; 0 for none."""
        if not 0 <= place < len(self.words):
            return 0
        return max((self.small[place].get(one, 0) for one in small), default=0)


def words_of(said: SaidText, first: int, behind: int) -> Sequence[str]:
    """The folded words of a part, without empty ones."""
    return [word for word in said.folded[first:behind] if word]
