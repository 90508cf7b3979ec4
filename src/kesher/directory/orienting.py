"""From a visitor's words and answers to services in three colours: the directory as the engine's catalogue.

    asked = needs_of("אני מחפשת קורס עברית")        words -> needs (themes) and services found by the words themselves
    known = catalogue()                              the public services with their rules, as they are now
    result = orient(known, Situation(today, facts, needs=asked.codes, found=asked.found, place=town.centre, …))
    offered, worth = concerns_to_offer(asked, result, Who.PERSON)     "what is it most about?", where the words leave it open
    asked = about(asked, offered[0], Who.PERSON)     what was answered
    question = next_question_for(result, Who.PERSON, skipped={"age"})

Nothing of what a visitor says is kept here, or anywhere they have not asked to have it kept.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

import numpy as np

from kesher.directory.catalogue import catalogue
from kesher.directory.concerns import CONCERN_OF, CONCERNS, NUMBER_OF, Concern, as_question, offers
from kesher.directory.doors import BUSINESS_THEMES, doors
from kesher.directory.facts import AREA_QUESTIONS, QUESTION_OF, QUESTIONS, VOCABULARY, Question, Who, question_of
from kesher.directory.search import LONGEST_TEXT, PUBLIC, find_alike, find_scores, meaning
from kesher.directory.search.columns import columns
from kesher.directory.search.finding import agreeing
from kesher.directory.search.understanding import Understood, understand
from kesher.directory.served import path_of
from kesher.engine.orientation import WEIGHTS, Orientation, answers_to_try, next_question
from kesher.engine.orientation.catalogue import Mask
from kesher.engine.orientation.clarifying import OFFERED, SHARE, to_offer, together
from kesher.engine.orientation.questions import Shares
from kesher.engine.orientation.themes import Question as Said
from kesher.engine.orientation.themes import weighed

__all__ = [
    "CONCERN_OF",
    "Asked",
    "Concern",
    "Spoken",
    "about",
    "catalogue",
    "concerns_to_offer",
    "needs_of",
    "next_question_for",
    "speaks_of",
    "spoken_of",
]

MOST_NEEDS = 4
MOST_FOUND = 300
#: Of the best theme's score: what scores less was hardly meant.
MEANT = 0.55
#: How much less likely it is that somebody at one door means a theme of the other's.
OTHER_DOOR = 0.2


@dataclass(frozen=True, slots=True)
class Asked:
    """``codes``: of the themes that the words speak of, best first; ``found``: services by key, each with how well it
    answers the words, between 0 and 1 (the best of all); ``said``: what the words speak of by their meaning, where something
    reads it."""

    codes: tuple[str, ...] = ()
    found: Mapping[str, float] = field(default_factory=dict)
    said: Said | None = field(default=None, compare=False)


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
    found = {str(key): score for key, score in scores.items()}
    return Asked(tuple(codes)[:MOST_NEEDS], found, understood.question)


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


# --- what it is most about -------------------------------------------------------------------------------------------

#: So many concerns, the likeliest, and so many services, the first, are looked at.
CONCERNS_TRIED, SERVICES_TRIED = 12, 200


def about(asked: Asked, concern: Concern, door: Who) -> Asked:
    """What was asked when it is known to be about this: the concern is looked for as well, and both are put together. Of a
    part the whole first, then the part with that."""
    if concern.of:
        asked = about(asked, CONCERN_OF[concern.of], door)
    said = as_question(concern)
    if said is None:
        return asked
    known = catalogue()
    closest = [code for code in concern.themes[:1] if code in known.needs]
    codes = tuple(dict.fromkeys([*closest, *asked.codes]))[:MOST_NEEDS]
    first = doors(known).keys[door]
    alike = find_alike(said, concern.text, PUBLIC, most=MOST_FOUND, first=first)
    return replace(asked, codes=codes, found=together(asked.found, {str(key): score for key, score in alike.items()}))


def speaks_of(asked: Asked, concern: Concern) -> float:
    """How well words speak of a concern, between 0 and 1; 0 where nothing reads meaning."""
    held = offers()
    if held is None or asked.said is None:
        return 0.0
    return float(agreeing(asked.said, held.at(np.array([NUMBER_OF[concern.code]])))[0])


def concerns_to_offer(
    wishes: Sequence[Asked],
    result: Orientation,
    among_concerns: Sequence[Concern],
    *,
    among: Mask | None = None,
    most: int = OFFERED,
) -> tuple[Sequence[Concern], float]:
    """The concerns to offer, the likeliest first, and how much of the first services an answer is expected to change (0 to 1).

    ``wishes``: all that was said; a concern is as likely as that speaks of it which speaks of it most.
    ``among_concerns``: those it may be. ``among``: shape (n,), the services that answer it; None for all. None are
    offered where nothing reads meaning here: words alone know no concern that they do not name.
    """
    held = offers()
    saying = [one.said for one in wishes if one.said is not None]
    numbers = result.order()
    numbers = numbers[result.verdicts[numbers] >= 0]
    if among is not None:
        numbers = numbers[among[numbers]]
    here = np.array([NUMBER_OF[one.code] for one in among_concerns], np.int64)
    if held is None or not saying or not len(numbers) or not len(here):
        return (), 0.0
    numbers = numbers[:SERVICES_TRIED]
    plausible = np.max([agreeing(one, held.at(here)) for one in saying], axis=0)
    likeliest = np.argsort(-plausible, kind="stable")[:CONCERNS_TRIED]
    here, plausible = here[likeliest], plausible[likeliest]
    services = result.catalogue.services
    now = columns()
    at = {now.rows[place].key: place for place in now.positions(_keys([services[number].key for number in numbers]))}
    places = np.array([at.get(UUID(services[number].key), -1) for number in numbers], np.int64)
    numbers, places = numbers[places >= 0], places[places >= 0]  # what came a moment ago stands in no document yet
    if not len(numbers):
        return (), 0.0
    offered = now.offers.at(places)
    meant = [one for number in here.tolist() if (one := as_question(CONCERNS[number])) is not None]
    answering = np.stack([agreeing(one, offered) for one in meant])
    answering /= np.maximum(answering.max(axis=1, keepdims=True), np.finfo(np.float32).tiny)
    standing = result.standing_of(numbers)
    after = standing + WEIGHTS["need"] * SHARE * (answering - result.found[numbers])
    chosen, worth = to_offer(plausible, standing, after, most=most)
    return tuple(CONCERNS[number] for number in here[chosen].tolist()), worth


def _keys(keys: Sequence[str]) -> bytes:
    return bytes.fromhex("".join(keys).replace("-", ""))


# --- questions -------------------------------------------------------------------------------------------------------


def next_question_for(
    result: Orientation, who: Who, *, skipped: Collection[str] = (), top: int = 10
) -> tuple[Question, tuple[str, ...]] | None:
    """What to ask next, and the keys of the services that wait for it, best first; None when nothing could change the top.

    ``skipped``: keys of questions the visitor would rather not answer.
    """
    askable = {fact for question in QUESTIONS if question.who is who for fact in question.facts}
    shares: dict[str, Shares] = {
        fact: answers
        for fact, answers in answers_to_try(result.catalogue.rules, VOCABULARY).items()
        if fact in askable and QUESTION_OF[fact].key not in skipped
    }
    if AREA_QUESTIONS[who].key not in skipped:
        shares |= {fact: ((True, 1.0), (False, 1.0)) for fact in result.catalogue.rules.facts if path_of(fact)}
    found = next_question(result, shares, top=top)
    question = question_of(found.fact, who) if found is not None else None
    if found is None or question is None:
        return None
    services = result.catalogue.services
    return question, tuple(services[number].key for number in found.waiting)
