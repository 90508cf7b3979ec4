"""Which question to ask next, so that the first ten services settle soonest.

A question is worth what it is expected to settle. For each fact that an open service above the tenth waits for, every
answer is tried (with how likely it is, where that is known), and the fact is chosen after which least is expected to stay
open:

    expected(fact) = Σ over answers of P(answer) · services still open above the tenth when that is the answer

One step ahead, not to the end: the exact best plan is a decision tree whose size doubles with each question, and a
person's next answer is worth waiting for. Why not the fact most rules mention: rules that are already decided, or stand
below the tenth, do not need it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from kesher.engine.eligibility import Fact, Kind, SharedAnswers, SharedRules, Vocabulary
from kesher.engine.eligibility.rule_set import NO
from kesher.engine.eligibility.values import Json
from kesher.engine.orientation.ranking import TOP, Orientation, open_above

#: How many services, by score, a plan looks at; those below come into play when these settle as "no".
LOOKED_AT: Final = 120
#: The answers to a fact that are tried, each with its share of the people (shares need not add up to 1).
Shares = Sequence[tuple[Json, float]]


@dataclass(frozen=True)
class Question:
    """The fact to ask for next. `waiting`: the open services (indexes into the catalogue, best first) that wait for it.
    `open_now`: services open above the tenth; `expected`: how many are expected to be open after the answer."""

    fact: str
    waiting: tuple[int, ...]
    open_now: int
    expected: float


def next_question(
    orientation: Orientation,
    shares: Mapping[str, Shares],
    *,
    top: int = TOP,
    skipped: Iterable[str] = (),
) -> Question | None:
    """The question after which the first `top` are settled soonest; None when no answer could change them, or all that
    could were skipped. Facts without `shares` are not asked; of equally good ones that which more wait for, then that which
    stands first in `shares`. `skipped`: facts the visitor would rather not say."""
    candidates = orientation.by_score[orientation.verdicts[orientation.by_score] != NO][:LOOKED_AT]
    rules = orientation.catalogue.rules.select(candidates)
    answers = rules.answers(orientation.answers.facts)
    still_open = open_above(answers.verdicts, top)
    waiting = _waiting(answers, still_open)
    refused = set(skipped)
    may_ask = [fact for fact in shares if fact in waiting and fact not in refused]
    if not may_ask:
        return None
    worth = {fact: _expected(answers, fact, shares[fact], top) for fact in may_ask}
    chosen = min(may_ask, key=lambda fact: (worth[fact], -len(waiting[fact])))
    return Question(
        chosen, tuple(candidates[waiting[chosen]].tolist()), len(orientation.open_above_top(top)), worth[chosen]
    )  # fmt: skip


def _waiting(answers: SharedAnswers, still_open: Iterable[int]) -> dict[str, list[int]]:
    """For each missing fact the open places that wait for it, in order."""
    wanted = set(map(int, still_open))
    found: dict[str, list[int]] = {}
    for place, fact in zip(*(part.tolist() for part in answers.waiting()), strict=True):
        if place in wanted:
            found.setdefault(answers.rules.facts[fact], []).append(place)
    return found


def _expected(answers: SharedAnswers, fact: str, shares: Shares, top: int) -> float:
    """How many services are expected to be open above the tenth once the fact is known."""
    total = sum(share for _, share in shares) or 1.0
    left = (share * len(open_above(answers.with_fact(fact, value).verdicts, top)) for value, share in shares)
    return sum(left) / total


def answers_to_try(rules: SharedRules, vocabulary: Vocabulary) -> dict[str, Shares]:
    """Answers worth trying for each fact of the vocabulary, all equally likely: one on each side of every bound that rules
    have for a number or a date, each choice of a text, each single choice (and none) of a list. Pass shares of the town's
    people instead where they are known."""
    found: dict[str, Shares] = {}
    for fact in vocabulary.values():
        values = _values(fact, rules)
        if values:
            found[fact.path] = [(value, 1.0) for value in values]
    return found


#: With more bounds than this, answers are tried at evenly spread ones.
MOST_ANSWERS: Final = 8


def _values(fact: Fact, rules: SharedRules) -> list[Json]:
    match fact.kind:
        case Kind.BOOLEAN:
            return [True, False]
        case Kind.TEXT:
            return list(fact.choices)
        case Kind.LIST:
            return [[], *([choice] for choice in fact.choices)] if fact.choices else []
        case Kind.NUMBER:
            bounds = rules.bounds(fact.path)
            if not bounds:
                return []
            step = 1 if fact.whole else (bounds[-1] - bounds[0]) / 100 or 1
            return _spread([bounds[0] - step, *(value for bound in bounds for value in (bound, bound + step))])
        case Kind.DATE:
            return [f"{year}-07-01" for year in range(1945, 2030, 10)]


def _spread(values: list[float]) -> list[Json]:
    ordered = sorted(set(values))
    if len(ordered) <= MOST_ANSWERS:
        return list(ordered)
    return [ordered[place] for place in np.linspace(0, len(ordered) - 1, MOST_ANSWERS).round().astype(int)]
