"""A vocabulary of 30 facts for the benchmark of the find page: the portal's own 19, and 11 more of the same kinds.

Not a script. Call :func:`extend` before anything else of Kesher is imported: modules take the vocabulary as it is then.
``benchmarks.common.thirty_facts_settings`` does so for the server that is measured.
"""

import random
from collections.abc import Mapping
from typing import Any

from kesher.directory import facts
from kesher.engine.eligibility import Fact, Kind, Vocabulary

#: How many of each: numbers, texts with six choices, and facts that hold or do not.
MORE = ((Kind.NUMBER, 3), (Kind.TEXT, 3), (Kind.BOOLEAN, 5))
CHOICES = tuple(f"choice {letter}" for letter in "abcdef")
BOUNDS: Mapping[str, tuple[int, ...]] = {
    "age": (18, 18, 21, 25, 30, 45, 60, 67),
    "years_here": (1, 2, 5, 10),
    "employees": (1, 5, 10, 50),
}
OTHER_BOUNDS = (1, 2, 3, 5, 10, 20)


def extend() -> None:
    """The portal of this process asks about 30 facts from now on."""
    if len(facts.VOCABULARY) >= 30:
        return
    kinds = [kind for kind, count in MORE for _ in range(count)]
    added = [
        Fact(f"more_{number}", kind, whole=kind is Kind.NUMBER, choices=CHOICES if kind is Kind.TEXT else ())
        for number, kind in enumerate(kinds)
    ]
    questions = tuple(
        facts.Question(fact.path, "search", f"About {fact.path}?", "Some rules ask it.", (fact.path,)) for fact in added
    )
    facts.VOCABULARY = Vocabulary([*facts.VOCABULARY.values(), *added])
    facts.QUESTIONS = (*facts.QUESTIONS, *questions)
    facts.QUESTION_OF = {fact: question for question in facts.QUESTIONS for fact in question.facts}
    facts.WORDS = {
        **facts.WORDS,
        **{fact.path: facts.FactWords(fact.path, {one: one for one in fact.choices}) for fact in added},
    }


def condition(path: str, chance: random.Random) -> Any:
    """One condition on a fact, as an officer would write it."""
    fact = facts.VOCABULARY[path]
    match fact.kind:
        case Kind.NUMBER:
            return {
                chance.choice((">=", ">=", "<", "<=")): [{"var": path}, chance.choice(BOUNDS.get(path, OTHER_BOUNDS))]
            }
        case Kind.TEXT:
            several = chance.randrange(1, len(fact.choices))
            return {"in": [{"var": path}, sorted(chance.sample(fact.choices, several))]}
        case _:
            return {"===": [{"var": path}, chance.random() < 0.75]}


def rule(chance: random.Random) -> Any:
    """One to eleven conditions, median 6; every second of the longer ones ends in an "or". One in eight is for businesses."""
    business = chance.random() < 1 / 8
    who = facts.Who.BUSINESS if business else facts.Who.PERSON
    paths = [path for path, question in facts.QUESTION_OF.items() if question.who is who]
    count = min(max(round(chance.gauss(6, 2)), 1), 11, len(paths))
    parts = [condition(path, chance) for path in chance.sample(paths, count)]
    if count > 3 and chance.random() < 0.5:
        parts = [*parts[:-2], {"!": [{"and": [{"!": [part]} for part in parts[-2:]]}]}]
    return {"and": parts} if len(parts) > 1 else parts[0]


def answer(path: str, chance: random.Random) -> Any:
    """What somebody might answer."""
    fact = facts.VOCABULARY[path]
    match fact.kind:
        case Kind.NUMBER:
            return chance.randrange(16, 80) if path == "age" else chance.randrange(0, 25)
        case Kind.TEXT:
            return chance.choice(fact.choices)
        case _:
            return chance.random() < 0.4
