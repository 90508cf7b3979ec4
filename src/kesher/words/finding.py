"""Occupations and skills in what somebody wrote freely: "nurse in Addis for ten years, then I looked after my mother".

Three ways, the surest first; words that one way has used are not looked at by the next:

1. a run of words that *is* a title on the lists, the longest first; where that title means several things, it and the
   words that follow it, if the engine is sure of them ("worked as a driver" and "of a lorry");
2. a part of a sentence, between marks, that the engine is sure of as a whole;
3. a run of two or three words in it that the engine is sure of and that has every word of the title in some form
   ("водителем такси"): a run that is only half a title ("a Hebrew" of "a Hebrew teacher") says something else.

What is not sure is not found: whoever searches with this has the words themselves as well. Years and what was where are not
read here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from kesher.engine.coding import Answer, Candidate, Coder, Coding, normal
from kesher.words.coders import loaded
from kesher.words.vocabularies import OCCUPATION, SKILL

#: Characters read; more is a pasted page.
FURTHEST: Final = 500
LONGEST_TITLE: Final = 6
LONGEST_RUN: Final = 3
#: Words behind a title of several meanings that may decide which.
MOST_FOLLOWING: Final = 2
#: Letters two forms of a word share at their beginning, at least; shorter words are the same or not.
STEM: Final = 4
#: How much a title counts that is only part of what was said.
INSIDE: Final = 0.8
#: Comparisons with the whole index for one text, of about 4 ms each.
MOST_COMPARISONS: Final = 40
_WORD: Final = re.compile(r"[\w'’׳״\"+#-]+")
_MARKS: Final = re.compile(
    r"[,;:.!?\n،؛؟。፣፤።]+|\s(?:and|then|et|puis|и|потом|та|потім|і|እና|وكذلك|ثم|וגם|ואז|ו?אחר כך)\s"
)


@dataclass(frozen=True, slots=True)
class Said:
    """Something found: characters [start, end) of the text, and what they mean, the likeliest first."""

    start: int
    end: int
    coding: Coding

    @property
    def best(self) -> Candidate:
        return self.coding.candidates[0]


@dataclass(frozen=True, slots=True)
class Found:
    """All that was found, in the order of the text; each concept once."""

    occupations: tuple[Said, ...]
    skills: tuple[Said, ...]

    @property
    def isco08(self) -> tuple[str, ...]:
        """The unit groups: the likeliest of each occupation, or all of a title that means several."""
        groups = [one.isco08 for said in self.occupations for one in _meant(said.coding)]
        return tuple(dict.fromkeys(groups))

    @property
    def skill_uris(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(said.best.uri for said in self.skills))


def code_words(text: str, *, language: str = "", kind: str = OCCUPATION, top: int = 5) -> Coding:
    """What a text means as a whole; where the engine is not sure of that, what the longest title in it means.

    "በአዲስ አበባ ነርስ ነበርኩ", I was a nurse in Addis Ababa, is near many words that name flowers (አበባ); the title inside it is
    on the lists. Its proposals count :data:`INSIDE` of what they would alone, for the rest may say something else.
    """
    coder = loaded(kind).coder
    whole = coder.code(text, language=language, top=top)
    if whole.answer is Answer.CODE or coder.knows(text):
        return whole
    inside = [said for part in _parts(text[:FURTHEST]) for said in _titles(text, part, coder, language, top=top)]
    longest = max(inside, key=lambda said: (said.end - said.start, -said.start), default=None)
    if longest is None:
        return whole
    candidates = tuple(replace(one, confidence=INSIDE * one.confidence) for one in longest.coding.candidates)
    if whole.candidates and whole.candidates[0].confidence >= candidates[0].confidence:
        return whole
    return replace(longest.coding, text=text, candidates=candidates)


def found_in(text: str, *, language: str = "") -> Found:
    """The occupations and skills that `text` names. Takes at most about a third of a second, however long the text."""
    text = text[:FURTHEST]
    return Found(
        occupations=_found(text, loaded(OCCUPATION).coder, language), skills=_found(text, loaded(SKILL).coder, language)
    )


def _meant(coding: Coding) -> tuple[Candidate, ...]:
    """What a person would be asked to choose among: the first, and those nearly as likely."""
    first = coding.candidates[0]
    if coding.answer is Answer.CODE:
        return (first,)
    return tuple(one for one in coding.candidates if one.confidence >= first.confidence / 4)


def _found(text: str, coder: Coder, language: str) -> tuple[Said, ...]:
    found: dict[str, Said] = {}
    left = MOST_COMPARISONS
    for part in _parts(text):
        said = list(_titles(text, part, coder, language))
        if not said:
            whole, *runs = [(part[0][0], part[-1][1]), *_runs(part)][: max(left, 1)]
            left -= 1 + len(runs)
            # the whole part if the engine is sure of it, else the surest run
            if sure := _sure(text, whole, coder, language):
                said = [sure]
            else:
                likely = (_sure(text, run, coder, language) for run in runs)
                said = sorted((one for one in likely if one and _is_whole(text, one)), key=_surest)[:1]
        for one in said:
            found.setdefault(one.best.uri, one)
    return tuple(sorted(found.values(), key=lambda one: one.start))


def _surest(said: Said) -> tuple[float, int]:
    return -said.best.confidence, said.start


Words = list[tuple[int, int]]  # where each word begins and ends


def _parts(text: str) -> Iterator[Words]:
    begin = 0
    ends = [(mark.start(), mark.end()) for mark in _MARKS.finditer(text)]
    for end, after in [*ends, (len(text), len(text))]:
        words = [(begin + word.start(), begin + word.end()) for word in _WORD.finditer(text[begin:end])]
        if words:
            yield words
        begin = after


def _titles(text: str, words: Words, coder: Coder, language: str, *, top: int = 5) -> Iterator[Said]:
    """Runs that are titles, from left to right, of those that begin at one word the longest."""
    number = 0
    while number < len(words):
        for length in range(min(LONGEST_TITLE, len(words) - number), 0, -1):
            start, end = words[number][0], words[number + length - 1][1]
            if coder.knows(text[start:end]):
                said = Said(start, end, coder.code(text[start:end], language=language, top=top))
                if said.coding.answer is Answer.QUESTION:
                    for more in range(number + length + 1, min(number + length + MOST_FOLLOWING, len(words)) + 1):
                        longer = _sure(text, (start, words[more - 1][1]), coder, language)
                        if longer and _is_whole(text, longer):
                            said, length = longer, more - number
                            break
                if said.coding.candidates:
                    yield said
                number += length
                break
        else:
            number += 1


def _runs(words: Words) -> list[tuple[int, int]]:
    """Longer runs first: they say more."""
    return [
        (words[number][0], words[number + length - 1][1])
        for length in range(min(LONGEST_RUN, len(words) - 1), 1, -1)
        for number in range(len(words) - length + 1)
    ]


def _is_whole(text: str, said: Said) -> bool:
    """Whether every word of the title that spoke for it stands in the run, in whatever form."""
    run = normal(text[said.start : said.end]).split()
    return all(any(_alike(word, other) for other in run) for word in normal(said.best.matched).split())


def _alike(word: str, other: str) -> bool:
    return word == other or (len(word) >= STEM and other.find(word[:STEM]) in (0, 1))  # 1: a letter glued before it


def _sure(text: str, run: tuple[int, int], coder: Coder, language: str) -> Said | None:
    coding = coder.code(text[slice(*run)], language=language)
    return Said(*run, coding) if coding.answer is Answer.CODE else None
