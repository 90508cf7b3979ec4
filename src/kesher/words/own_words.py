"""What somebody tells freely of all they did: experiences with their occupations, lengths, settings and skills.

    reading = read("ten years in my uncle's garage, then taxi", language="en")
    proposals = record(reading, by=actor)           # where an organisation keeps them; a person decides each

The engine is :mod:`kesher.engine.coding.experiences`; this module gives it the lists and the encoder this process codes with
(:mod:`kesher.words.coders`), and reads them anew beside when those change. Skills are found by spelling, and where an
encoder stands behind them by meaning as well: each has its own least score from which one is proposed.

Nothing is kept unless :func:`record` is called.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from django.db import connection

from kesher.base.transitions import Actor
from kesher.engine.coding import Answer, Candidate, CharacterNgrams, Coder, Coding
from kesher.engine.coding.experiences import Experience, ExperienceReader, Reading, Span
from kesher.engine.coding.fusion import Together
from kesher.engine.coding.language import Detector
from kesher.engine.coding.skills_by_meaning import SkillsBothWays, SkillsByMeaning
from kesher.engine.coding.skills_in_text import FindsSkills, SkillFinder, SkillFound
from kesher.words import proposals
from kesher.words.coders import loaded
from kesher.words.models import LONGEST_WORDS, Proposal
from kesher.words.vocabularies import OCCUPATION, SKILL

logger = logging.getLogger(__name__)

#: Characters that are read of one account: three pages of a CV. It takes some three seconds of one core,
#: with an encoder about twice that.
LONGEST_ACCOUNT: Final = 8_000


def read(text: str, *, language: str = "") -> Reading:
    """What a text tells. language: what it is written in as far as anybody said, or that of the page (BCP 47)."""
    return _keeper.current().read(text, language=language)


def warm() -> None:
    """Read the lists before anybody asks; those of :func:`kesher.words.coders.warm` come first."""
    try:
        _keeper.current()
    finally:
        connection.close()


def provide(detector: Callable[[], Detector | None]) -> None:
    """How languages are told apart that share a script; asked for when a text needs it first. A room never chooses one."""
    _keeper.detector = detector


@dataclass(frozen=True, slots=True)
class _Held:
    coder: Coder
    skills: Coder
    reader: ExperienceReader


class _Keeper:
    """The reader in use. `_held` is replaced whole, never changed."""

    def __init__(self) -> None:
        self.detector: Callable[[], Detector | None] = lambda: None
        self._held: _Held | None = None
        self._lock = threading.Lock()
        self._builder: threading.Thread | None = None

    def current(self) -> ExperienceReader:
        coder, skills = loaded(OCCUPATION).coder, loaded(SKILL).coder
        held = self._held
        if held is not None and held.coder is coder and held.skills is skills:
            return held.reader
        if held is None:
            with self._lock:  # of several who ask first, one reads and the others wait
                held = self._held
                if held is None:
                    held = self._held = self._made(coder, skills)
            return held.reader
        with self._lock:
            if self._builder is None or not self._builder.is_alive():
                self._builder = threading.Thread(
                    target=self._make_beside, args=(coder, skills), name="own words", daemon=True
                )
                self._builder.start()
        return held.reader

    def _made(self, coder: Coder, skills: Coder) -> _Held:
        held = self._held
        known = held.skills is skills if held is not None else False
        finder = held.reader.skills if held is not None and known else _finder(skills)
        return _Held(coder, skills, ExperienceReader(coder, finder, self._tell))

    def _make_beside(self, coder: Coder, skills: Coder) -> None:
        try:
            self._held = self._made(coder, skills)
        except Exception:
            logger.exception("the reader of own words could not be made anew; the one before stays in use")

    def _tell(self, text: str) -> str:
        detector = self.detector()
        return detector(text) if detector is not None else ""


def _finder(skills: Coder) -> FindsSkills:
    if isinstance(skills.compared, Together):
        return SkillsBothWays(SkillsByMeaning(skills), SkillFinder(skills.vocabulary))
    if isinstance(skills.embedder, CharacterNgrams):
        return SkillFinder.sharing(skills)
    return SkillFinder(skills.vocabulary)


_keeper: Final = _Keeper()


# Keeping what was proposed


def record(
    reading: Reading, *, by: Actor, purpose: str = Proposal.Purpose.INTERVIEW, skills: bool = True
) -> list[Proposal]:
    """Keep a proposal for each experience of a reading, and with `skills` for each skill found in one.

    Each keeps its words, the characters among them that were coded, what read them (encoder and lists), and the candidates;
    a person then decides, and is named. Of a long account only what stands round the words is kept, at most
    :data:`LONGEST_WORDS` characters. What no candidate was found for is kept, too: it waits for a caseworker.
    """
    made = []
    for experience in reading.experiences:
        made.append(_kept(reading, experience, experience.occupation, experience.title, OCCUPATION, by, purpose))
        if skills:
            made += [
                _kept(reading, experience, _as_coding(reading, one), one.span, SKILL, by, purpose)
                for one in experience.skills
            ]
    return made


def _kept(
    reading: Reading, experience: Experience, coding: Coding, words: Span, kind: str, by: Actor, purpose: str
) -> Proposal:
    if len(coding.text) > LONGEST_WORDS:  # a whole page without a mark that nothing was found in
        coding, words = (
            replace(coding, text=coding.text[:LONGEST_WORDS]),
            Span(words.start, words.start + LONGEST_WORDS),
        )
    round_it = excerpt(reading.text, experience.span, words)
    return proposals.record(
        coding,
        kind=kind,
        by=by,
        purpose=purpose,
        language=reading.language,
        text=reading.text[round_it.start : round_it.end],
        start=words.start - round_it.start,
    )


def excerpt(text: str, whole: Span, words: Span, longest: int = LONGEST_WORDS) -> Span:
    """The part of `whole` round `words`, at most `longest` characters, which `words` are not longer than; cut between words."""
    if whole.end - whole.start <= longest:
        return whole
    room = longest - (words.end - words.start)
    start = max(whole.start, words.start - room // 2)
    end = min(whole.end, start + longest)
    start = max(whole.start, end - longest)
    while start > whole.start and start < words.start and not text[start - 1].isspace():
        start += 1
    while end < whole.end and end > words.end and not text[end].isspace():
        end -= 1
    return Span(start, end)


def _as_coding(reading: Reading, skill: SkillFound) -> Coding:
    """A skill found in a text as a proposal: it is a question, and as sure as such finds have been right."""
    held = _keeper._held
    assert held is not None  # there is a reading
    finder = held.reader.skills
    assert finder is not None  # it found one
    candidate = Candidate(
        concept=skill.concept,
        uri=skill.uri,
        isco08="",
        label=skill.label,
        matched=skill.matched,
        matched_language=skill.matched_language,
        confidence=finder.precision,
    )
    return Coding(
        text=reading.text[skill.span.start : skill.span.end],
        answer=Answer.QUESTION,
        candidates=(candidate,),
        question="",
        vocabulary=held.skills.vocabulary.name,
        embedder=finder.embedder.name,
    )
