"""Occupations inside a piece of text: which of its words are a title, and what the coder makes of them.

Two ways, the sure one first. A row of words that *is* a title of the vocabulary (also with "as", "the" or "in" glued to its
front, also in another Slavic case) is found by looking it up. For the rest, windows of one to four words are given to the
coder: the whole piece would not do, because words that are no title ("in Aleppo", "every morning") make its similarity
small.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from kesher.engine.coding.coder import Answer, Candidate, Coder, Coding
from kesher.engine.coding.ngrams import normal
from kesher.engine.coding.pieces import Piece
from kesher.engine.coding.said_settings import STOPS
from kesher.engine.coding.said_text import SaidText
from kesher.engine.coding.said_times import Time
from kesher.engine.coding.said_words import Small, group_of, without_glued
from kesher.engine.inflection import is_stop_word
from kesher.engine.text import tokens

#: Words of the longest title looked up, and of the widest window that is coded.
LONGEST_TITLE: Final = 7
WIDEST: Final = 4
#: From this confidence on a window that is no title counts as work all the same; below the least it counts for nothing.
CERTAIN: Final = 0.5
LEAST: Final = 0.3
#: From here on a window says which of a vague title's occupations is meant; and from here on, that it is another one.
FULLER: Final = 0.45
ANOTHER: Final = 0.6
#: Letters at the front of two words by which they count as one word in two forms.
SAME: Final = 4
#: How much a further word with meaning is worth: "driver of a lorry" before "lorry".
PER_WORD: Final = 0.08
#: What a likeness to a label of another language of the same script has less: "dementia" is near "déménageur".
FOREIGN: Final = 0.15
#: Unit groups of those who care for relatives without pay: home-based personal care, child care (ISCO-08).
CARE_AT_HOME: Final = "5322"
CARE_OF_CHILDREN: Final = "5311"
#: Windows of one piece that are kept, none of which overlap.
KEPT: Final = 4
#: Slavic titles are said in the instrumental ("работала медсестрой"), lists have the nominative. No other case: математику is
#: what was taught, not who taught.
_INSTRUMENTAL: Final = ("ами", "ями", "ыми", "ими", "ой", "ою", "ей", "ею", "єю", "ью", "ом", "ем", "єм", "ым", "им")
_NOMINATIVE: Final = ("ая", "яя", "ий", "ый", "ій", "а", "я", "ь", "и")
_ENDINGS: Final = (*_INSTRUMENTAL, *_NOMINATIVE)


@dataclass(frozen=True, slots=True)
class Found:
    """Words `first` to before `behind` as an occupation.

    exact: they are a title · content: words with meaning among them · foreign: the label is of
    another language of the same script, where likeness is mostly chance · fuller: no title, but says more than the vague title
    in it ("assistant cook") · reach: from where to before where the words stand that a wider
    window with the same answer has ("cashier" in "cashier in a supermarket").
    """

    first: int
    behind: int
    coding: Coding
    exact: bool
    content: int
    foreign: bool = False
    fuller: bool = False
    reach: tuple[int, int] = (0, 0)

    @property
    def weight(self) -> float:
        """What decides between windows: titles first, of these the longest; else confidence and words."""
        if self.exact or self.fuller:
            return 1 + PER_WORD * self.content - (PER_WORD / 2) * self.fuller
        first = self.coding.candidates[0].confidence + PER_WORD * (self.content - 1)
        return min(0.99, first - FOREIGN * self.foreign)

    @property
    def certain(self) -> bool:
        """Whether somebody did this work, as far as can be told."""
        return self.exact or self.coding.candidates[0].confidence - FOREIGN * self.foreign >= CERTAIN

    @property
    def concepts(self) -> frozenset[int]:
        """The concepts it may mean: those not much less likely than the first."""
        best = self.coding.candidates[0].confidence
        return frozenset(one.concept for one in self.coding.candidates if one.confidence >= best / 2)


class Finder:
    """The titles of a coder's vocabulary, to be found inside texts."""

    def __init__(self, coder: Coder) -> None:
        self._coder = coder
        vocabulary = coder.vocabulary
        #: Normal form of a title -> languages it is a title in -> the title as the coder knows it.
        self._titles: dict[str, dict[str, str]] = {}
        self._in_case: dict[str, dict[str, str]] = {}
        named = [(label.text, label.language) for label in vocabulary.labels]
        named += [(one.title, one.language) for one in vocabulary.ambiguous]
        for text, language in named:
            words = normal(text)
            if 0 < words.count(" ") + 1 <= LONGEST_TITLE:
                self._titles.setdefault(words, {}).setdefault(language, text)
                if language in ("ru", "uk"):
                    self._in_case.setdefault(_stems(words, _NOMINATIVE), {}).setdefault(language, text)
        self._code = lru_cache(maxsize=20_000)(self._coded)
        self._group = {one.isco08: number for number, one in reversed(list(enumerate(vocabulary.concepts)))}

    def _coded(self, text: str, language: str) -> Coding:
        return self._coder.code(text, language=language)

    def is_small(self, said: SaidText, place: int) -> bool:
        """Whether a word says nothing of what somebody did: it joins, or tells of time and setting."""
        if not said.folded[place] or is_stop_word(said.folded[place]):
            return True
        return place in _small_places(said)

    def title_at(self, said: SaidText, place: int, *, without: int = 0) -> int:
        """Words of the longest title that begins at `place`; `without` letters of its first word."""
        words: list[str] = []
        longest = 0
        for behind in range(place + 1, min(place + LONGEST_TITLE, len(said)) + 1):
            if behind - place > 1 and said.gap(behind - 1).strip(" -־'’"):
                break
            word = said.folded[behind - 1]
            words.append(word[without:] if behind == place + 1 else word)
            if self._title(said, words) is not None and not all(map(is_stop_word, words)):
                longest = behind - place
        return longest

    def _title(self, said: SaidText, words: Sequence[str]) -> str | None:
        """The title that these folded words are in the text's language (or, in another script than it, in any)."""
        joined = " ".join(filter(None, words))
        if not joined:
            return None
        ways = [(self._titles, joined)]
        if said.group == "cyrillic":
            ways.append((self._in_case, _stems(joined, _ENDINGS)))
        for known, key in ways:
            titles = known.get(key)
            if titles is None:
                continue
            if said.language in titles:
                return titles[said.language]
            if said.group == "cyrillic" and titles.keys() & {"ru", "uk"}:
                return titles["uk"] if "uk" in titles else titles["ru"]
            if joined.isascii() and said.group not in ("en", "fr"):
                return next(iter(titles.values()))
        return None

    def _title_glued(self, said: SaidText, words: Sequence[str]) -> str | None:
        """The same, also without what is glued to the first word: כאחות, كممرضة, የታክሲ."""
        found = self._title(said, words)
        if found is not None or not words:
            return found
        for first in without_glued(words[0], said.group):
            if (found := self._title(said, [first, *words[1:]])) is not None:
                return found
        if said.group == "ar" and words[-1].endswith("ا") and len(words[-1]) > 3:  # خبازًا: the accusative
            return self._title(said, [*words[:-1], words[-1][:-1]])
        return None

    def care(self, found: Found, said: SaidText, *, children: bool) -> Found:
        """The same words as care of relatives at home, which has a group of its own and no title: a rule, not a likeness.

        What the words are most like stands behind it. A title among them is left as it is.
        """
        number = self._group.get(CARE_OF_CHILDREN if children else CARE_AT_HOME)
        if found.exact or number is None:
            return found
        concept = self._coder.vocabulary.concepts[number]
        name = concept.name(said.language)
        confidence = max(self._coder.trust.sure, *(one.confidence for one in found.coding.candidates))
        first = Candidate(number, concept.uri, concept.isco08, name, name, said.language, confidence)
        others = tuple(one for one in found.coding.candidates if one.concept != number)
        candidates = (first, *others)[: max(1, len(found.coding.candidates))]
        return replace(found, coding=replace(found.coding, answer=Answer.CODE, candidates=candidates))

    def unknown(self, said: SaidText, piece: Piece) -> Found:
        """Words nothing is near, as work nobody has named yet: the answer is "none", or a question."""
        coding = self._code(said.part(piece.first, piece.behind), said.language)
        answer = Answer.QUESTION if coding.candidates else Answer.NONE
        return Found(
            piece.first, piece.behind, replace(coding, answer=answer), False, 0, reach=(piece.first, piece.first)
        )

    def find(self, said: SaidText, piece: Piece, when: Sequence[Time]) -> list[Found]:
        """Occupations in a piece, outside its times, the likeliest first; none of them overlap."""
        if piece.wish or piece.study or piece.apart or not piece.content:
            return []
        timed = {place for time in when for place in range(time.first, time.behind)}
        found = _in_fuller(list(self._windows(said, piece, timed)))
        found.sort(key=lambda one: (-one.weight, one.first, one.behind))
        kept: list[Found] = []
        for one in found:
            if len(kept) < KEPT and all(one.behind <= other.first or other.behind <= one.first for other in kept):
                kept.append(_reaching(one, found, said))
        return kept

    def _windows(self, said: SaidText, piece: Piece, timed: set[int]) -> Iterator[Found]:
        for first in range(piece.first, piece.behind):
            for behind in range(first + 1, min(first + LONGEST_TITLE, piece.behind) + 1):
                if behind - 1 in timed or (behind - first > 1 and said.gap(behind - 1).strip(" -־'’+#.")):
                    break
                found = self._window(said, first, behind)
                if found is not None:
                    yield found

    def _window(self, said: SaidText, first: int, behind: int) -> Found | None:
        places = range(first, behind)
        caring = any(said.does(place, Small.CARE, Small.RAISE) for place in places)
        content = sum(not self.is_small(said, place) for place in places) + caring
        title = self._title_glued(said, [said.folded[place] for place in places])
        if (
            title is not None
            and (content or behind - first > 1)
            and not all(map(is_stop_word, said.folded[first:behind]))
        ):
            coding = self._code(title, said.language)
            if coding.candidates:
                return Found(first, behind, replace(coding, text=said.part(first, behind)), True, max(content, 1))
        if not content or behind - first > (LONGEST_TITLE if caring else WIDEST):
            return None
        if self.is_small(said, behind - 1) and not (caring and _ends_relative(said, first, behind)):
            return None
        if self.is_small(said, first) and not said.does(first, Small.WORK, Small.CARE, Small.RAISE):
            return None
        if _is_name(said, first, behind):
            return None
        coding = self._code(said.part(first, behind), said.language)
        if not coding.candidates or coding.candidates[0].confidence < LEAST:
            return None
        return Found(first, behind, coding, False, content, foreign=_foreign(coding.candidates[0], said))


def _foreign(candidate: Candidate, said: SaidText) -> bool:
    matched = candidate.matched_language
    return (
        matched != said.language
        and {matched, said.language} != {"ru", "uk"}
        and group_of(matched) in ("en", "fr", said.group)
    )


def _in_fuller(found: Sequence[Found]) -> list[Found]:
    """Windows round a title of several occupations that say which: they go before it."""
    vague = [one for one in found if one.exact and one.coding.answer is Answer.QUESTION]

    def says_more(one: Found) -> bool:
        first = one.coding.candidates[0]
        return not one.exact and any(
            one.first <= other.first
            and other.behind <= one.behind
            and one.content > other.content
            and first.confidence >= (FULLER if first.concept in other.concepts else ANOTHER)
            for other in vague
        )

    return [replace(one, fuller=True) if says_more(one) else one for one in found]


def _reaching(one: Found, others: Sequence[Found], said: SaidText) -> Found:
    first, behind = one.first, one.behind
    for other in others:
        around = other.first <= one.first and one.behind <= other.behind
        if around and other.certain and other.coding.candidates[0].concept in one.concepts:
            # The further words must be words of the label: a name beside a title is none.
            heads = {word[:SAME] for word in tokens(other.coding.candidates[0].matched)}
            further = (place for place in range(other.first, other.behind) if not one.first <= place < one.behind)
            if all(said.folded[place][:SAME] in heads or is_stop_word(said.folded[place]) for place in further):
                first, behind = min(first, other.first), max(behind, other.behind)
    return replace(one, reach=(first, behind))


def _is_name(said: SaidText, first: int, behind: int) -> bool:
    """Whether words are names, where a script tells: capitals inside a sentence, behind a word without one."""
    words = [said.part(place, place + 1) for place in range(first, behind)]
    if said.group not in ("en", "fr", "cyrillic") or not all(
        word[0].isupper() and word[1:].islower() for word in words
    ):
        return False
    before = said.gap(first)
    if not first or STOPS & set(before) or not before.isspace():
        return False
    previous = said.part(first - 1, first)
    return previous[0].islower() or len(previous) == 1 or bool(said.does(first - 1, Small.FILLER, Small.IN))


def _ends_relative(said: SaidText, first: int, behind: int) -> bool:
    """Whether the last words of a window name a relative: "looked after my mother"."""
    return any(said.small[place].get(Small.RELATIVE) == behind - place for place in range(first, behind))


@lru_cache(maxsize=64)
def _small_places(said: SaidText) -> frozenset[int]:
    """The words that any small phrase covers."""
    return frozenset(
        at
        for place in range(len(said))
        for small, steps in said.small[place].items()
        if small not in (Small.PERSON, Small.LEARNED)  # "computer" heads a line, and is what a technician repairs
        for at in range(place, place + steps)
    )


def _stems(words: str, endings: Sequence[str]) -> str:
    """Slavic words without the first of these endings that each has."""

    def stem(word: str) -> str:
        ending = next((one for one in endings if word.endswith(one) and len(word) - len(one) >= 4), "")
        return word.removesuffix(ending)

    return " ".join(map(stem, words.split(" ")))


def together(found: Sequence[Found]) -> Found:
    """Several windows as one proposal, at the words that say most.

    A title stands. Where a title may mean several occupations, and where there is no title, all windows vote with their
    confidences: "my husband's bakery" sells or bakes; "bread" beside it bakes. The first keeps the confidence it had by itself.
    """
    best = max(found, key=lambda one: (one.certain, one.weight))
    listed = best.exact and best.coding.answer is Answer.QUESTION
    if best.exact and not listed:
        return best
    votes: dict[int, float] = {}
    known: dict[int, Candidate] = {}
    for one in found:
        for candidate in one.coding.candidates:
            votes[candidate.concept] = votes.get(candidate.concept, 0.0) + candidate.confidence
            if candidate.concept not in known or known[candidate.concept].confidence < candidate.confidence:
                known[candidate.concept] = candidate
    allowed = {one.concept for one in best.coding.candidates} if listed else set(votes)
    order = sorted(allowed, key=lambda concept: (-votes[concept], known[concept].uri))[: len(best.coding.candidates)]
    scale = known[order[0]].confidence / votes[order[0]]
    candidates = tuple(replace(known[concept], confidence=round(scale * votes[concept], 6)) for concept in order)
    return replace(best, coding=replace(best.coding, candidates=candidates))
