"""What somebody wants, read from their words: one wish, or several with marks between them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

import numpy as np

from kesher.directory.orienting import Asked, needs_of
from kesher.engine.orientation import Catalogue
from kesher.engine.orientation.catalogue import Mask
from kesher.www.front.orientation.answers import Answers
from kesher.www.front.orientation.topics import words_of

MOST_WISHES: Final = 4
#: Of how well the best service answers the words: what answers them less stands below, whatever its colour. Without this,
#: what is open to everybody and hardly meant would come before what is meant and waits for an answer. On the hundred
#: situations (tests/orientation_quality): 67 right among the first five instead of 58 before anything is answered, and as
#: many as without once everything is.
ANSWERS: Final = 0.4
_MARKS: Final = re.compile(r"[,;.!?\n،؛؟。፣፤።]+")


@dataclass(frozen=True, slots=True)
class Wish:
    """One thing somebody wants, in their words, and what the directory understands by it."""

    text: str
    asked: Asked

    def answered_by(self, catalogue: Catalogue) -> Mask:
        """Shape (n,): the services that answer it."""
        mask = np.zeros(len(catalogue), dtype=bool)
        numbers = (catalogue.number_of.get(key) for key, score in self.asked.found.items() if score >= ANSWERS)
        mask[[number for number in numbers if number is not None]] = True
        return mask


@dataclass(frozen=True, slots=True)
class Meant:
    """What somebody's words speak of: ``codes`` of themes, the best of each wish first; ``found``: services by key, with how
    well each answers the wish it answers best."""

    wishes: tuple[Wish, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        turns = zip_longest(*(wish.asked.codes for wish in self.wishes))
        return tuple(dict.fromkeys(code for codes in turns for code in codes if code))

    @property
    def found(self) -> Mapping[str, float]:
        found: dict[str, float] = {}
        for wish in self.wishes:
            for key, score in wish.asked.found.items():
                found[key] = max(score, found.get(key, 0.0))
        return found


def parts_of(words: str) -> list[str]:
    """The wishes in somebody's words. What has more parts than anybody wishes at a time is a story, and stays whole."""
    parts = [part for part in map(str.strip, _MARKS.split(words)) if part]
    return parts if len(parts) <= MOST_WISHES else [words.strip()]


def meant(answers: Answers) -> Meant:
    """Understand what was said, each wish by itself: of all together the longest would speak for all."""
    parts = parts_of(answers.words or words_of(answers.topic))
    return Meant(tuple(Wish(part, needs_of(part)) for part in parts))
