"""From a visitor's words and answers to services in three colours: the directory as the engine's catalogue.

    asked = needs_of("אני מחפשת קורס עברית")        words -> needs (themes) and services found by the words themselves
    known = catalogue()                              the public services with their rules, as they are now
    result = orient(known, Situation(today, facts, needs=asked.codes, found=asked.found, place=town.centre, …))
    question = next_question_for(result, Who.PERSON, skipped={"age"})

Nothing of what a visitor says is kept here, or anywhere they have not asked to have it kept.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from kesher.directory.catalogue import catalogue
from kesher.directory.doors import BUSINESS_THEMES, doors
from kesher.directory.facts import QUESTION_OF, QUESTIONS, VOCABULARY, Question, Who
from kesher.directory.search import LONGEST_TEXT, PUBLIC, find_scores, meaning
from kesher.directory.search.understanding import Understood, understand
from kesher.engine.orientation import Orientation, answers_to_try, next_question
from kesher.engine.orientation.themes import weighed

__all__ = ["Asked", "Spoken", "catalogue", "needs_of", "next_question_for", "spoken_of"]

MOST_NEEDS = 4
MOST_FOUND = 300
#: Of the best theme's score: what scores less was hardly meant.
MEANT = 0.55
#: How much less likely it is that somebody at one door means a theme of the other's.
OTHER_DOOR = 0.2


@dataclass(frozen=True, slots=True)
class Asked:
    """``codes``: of the themes that the words speak of, best first; ``found``: services by key, each with how well it
    answers the words, between 0 and 1 (the best of all)."""

    codes: tuple[str, ...] = ()
    found: Mapping[str, float] = field(default_factory=dict)


def needs_of(text: str, door: Who | None = None) -> Asked:
    """What a visitor needs, in their own words, in any language. Coding may answer in the same form later.

    ``door``: where they stand; words mean what services behind it can answer. What is found behind the other is found too,
    after these, so that it can be told how much stands there.
    """
    text = text.replace("\x00", "")[:LONGEST_TEXT]
    if not text.strip():
        return Asked()
    behind = doors(catalogue()) if door is not None else None
    themes = behind.themes[door] if behind and door else None
    understood = _at(door, understand(text))
    codes = _meant(understood, themes)
    first = behind.keys[door] if behind and door else None
    scores = find_scores(text, PUBLIC, most=MOST_FOUND, understood=understood, first=first)
    return Asked(tuple(codes)[:MOST_NEEDS], {str(key): score for key, score in scores.items()})


def _at(door: Who | None, understood: Understood) -> Understood:
    """What the same words mean at this door: "two guys for the kitchen" are staff at one, and a meal at the other."""
    if door is None or understood.question is None:
        return understood
    of_business = np.array([code.startswith(BUSINESS_THEMES) for code in meaning.codes()])
    here = of_business if door is Who.BUSINESS else ~of_business
    weights = np.where(here, 1.0, OTHER_DOOR).astype(np.float32)
    question = replace(understood.question, chances=weighed(understood.question.chances, weights))
    return replace(understood, question=question)


@dataclass(frozen=True, slots=True)
class Spoken:
    """What words speak of, without looking for services. ``themes``: codes, best first, each with how well the words speak
    of it, 1 = in its very words; ``words``: how many tell something; ``known``: whether all of those stand in services."""

    themes: Mapping[str, float] = field(default_factory=dict)
    words: int = 0
    known: bool = False


def spoken_of(text: str) -> Spoken:
    """Cheaper than `needs_of`: three statements, and by the words alone: what tells wishes apart must be said."""
    text = text.replace("\x00", "")[:LONGEST_TEXT]
    if not text.strip():
        return Spoken()
    understood = understand(text, by_words=True)
    known = all(group.known and group.documents for group in understood.groups)
    return Spoken(_meant(understood), len(understood.groups), bool(understood.groups) and known)


def _meant(understood: Understood, within: Collection[str] | None = None) -> Mapping[str, float]:
    """Codes with their scores, best first. ``within``: only these; None for all."""
    terms = [term for term in understood.terms if within is None or term.code in within]
    best = max((term.score for term in terms), default=0.0)
    return {term.code: term.score for term in terms if term.score >= MEANT * best}


# --- questions -------------------------------------------------------------------------------------------------------


def next_question_for(
    result: Orientation, who: Who, *, skipped: Collection[str] = (), top: int = 10
) -> tuple[Question, tuple[str, ...]] | None:
    """What to ask next, and the keys of the services that wait for it, best first; None when nothing could change the top.

    ``skipped``: keys of questions the visitor would rather not answer.
    """
    askable = {fact for question in QUESTIONS if question.who is who for fact in question.facts}
    shares = {
        fact: answers
        for fact, answers in answers_to_try(result.catalogue.rules, VOCABULARY).items()
        if fact in askable and QUESTION_OF[fact].key not in skipped
    }
    found = next_question(result, shares, top=top)
    if found is None:
        return None
    services = result.catalogue.services
    return QUESTION_OF[found.fact], tuple(services[number].key for number in found.waiting)
