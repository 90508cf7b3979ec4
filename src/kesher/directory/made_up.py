"""Ten thousand made-up visitors, to sketch whom a rule lets in before any real person is asked.

Nobody here is drawn from data about people, and no share is taken from statistics: every answer to a question is as
frequent as every other, and one answer in ten is left open. So the counts say how a rule cuts, not how many people of a
town it lets in. When there are real figures for a town, this module is where they go, each with its source.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kesher.directory.facts import VOCABULARY
from kesher.engine.eligibility import Kind, RuleSet
from kesher.engine.eligibility.rule_set import NO, YES
from kesher.engine.eligibility.values import Json

SIZE: Final = 10_000
SEED: Final = 1948
#: Of all answers, those that are left open: visitors skip questions.
OPEN_SHARE: Final = 0.1
#: The numbers a fact may be, both included, each as frequent as the next.
RANGES: Final[Mapping[str, tuple[int, int]]] = {"age": (0, 99), "years_here": (0, 99), "employees": (0, 199)}
#: A number that is never above another fact's: nobody has lived here for longer than they have lived.
AT_MOST: Final[Mapping[str, str]] = {"years_here": "age"}

NOT_SAID: Final = -1
Codes = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Counts:
    """Of :data:`SIZE` made-up visitors: how many a rule lets in, how many not, and for how many an answer is missing."""

    yes: int
    no: int
    unknown: int


@cache
def visitors() -> Mapping[str, Codes]:
    """Fact -> shape (SIZE,): a number, the place among the fact's choices, 0 or 1 for no and yes; ``NOT_SAID`` = open.

    The same in every process and every year.
    """
    random = np.random.default_rng(SEED)
    found: dict[str, Codes] = {}
    for path, fact in VOCABULARY.items():
        if fact.kind is Kind.NUMBER:
            low, high = RANGES[path]
            codes = random.integers(low, high, size=SIZE, endpoint=True)
            if path in AT_MOST:
                codes = codes * found[AT_MOST[path]] // high
        else:
            codes = random.integers(0, len(fact.choices) if fact.kind is Kind.TEXT else 2, size=SIZE)
        found[path] = codes
    for codes in found.values():
        codes[random.random(SIZE) < OPEN_SHARE] = NOT_SAID
    return found


def facts_of(place: int, paths: Sequence[str]) -> dict[str, Json]:
    """What the visitor at ``place`` says about these facts; open ones are left out."""
    said: dict[str, Json] = {}
    for path in paths:
        code = int(visitors()[path][place])
        if code != NOT_SAID:
            fact = VOCABULARY[path]
            said[path] = (
                fact.choices[code] if fact.kind is Kind.TEXT else bool(code) if fact.kind is Kind.BOOLEAN else code
            )
    return said


def count(expressions: Sequence[Json]) -> list[Counts]:
    """For each valid condition, whom it lets in.

    All conditions are asked at once, and only once for visitors between whom no condition can tell: numbers count by
    the bounds they fall between. With each of twenty rows left out once: a fifth of a second for three columns, three quarters
    for the largest table the form holds.
    """
    rules = RuleSet.compile(expressions)
    paths = [path for path in rules.facts if path in visitors()]
    if paths:
        alike = np.stack([_alike(visitors()[path], path, expressions) for path in paths], axis=1)
        _distinct, first, weights = np.unique(alike, axis=0, return_index=True, return_counts=True)
    else:
        first, weights = np.zeros(1, dtype=np.int64), np.full(1, SIZE)
    verdicts = rules.verdicts_of([facts_of(place, paths) for place in first.tolist()])
    yes, no = weights @ (verdicts == YES), weights @ (verdicts == NO)
    return [
        Counts(int(yes[number]), int(no[number]), SIZE - int(yes[number]) - int(no[number]))
        for number in range(len(expressions))
    ]


def _alike(codes: Codes, path: str, expressions: Sequence[Json]) -> Codes:
    """The same number for values that no condition tells apart."""
    if VOCABULARY[path].kind is not Kind.NUMBER:
        return codes
    parts = [part for expression in expressions for part in _parts(expression)]
    if any(part in ("+", "reduce", "plusTime") for part in parts):  # computed from the number: each may differ
        return codes
    bounds = np.unique([part for part in parts if isinstance(part, int | float) and not isinstance(part, bool)] or [0])
    # Below, at, between: one number for each, the same for all values there.
    place = np.searchsorted(bounds, codes, "left") + np.searchsorted(bounds, codes, "right")
    return np.where(codes == NOT_SAID, NOT_SAID, place)


def _parts(expression: Json) -> Iterator[Json]:
    """Every operation and every single value in an expression."""
    if isinstance(expression, dict):
        for operation, operands in expression.items():
            yield operation
            yield from _parts(operands)
    elif isinstance(expression, list):
        for item in expression:
            yield from _parts(item)
    else:
        yield expression
