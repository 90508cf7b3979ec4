"""A rule read as conditions: what of it is one question to one fact, and how that question can be said.

`read` takes the smallest parts of a rule that are true or false and gives the operator, the fact and the values it is
held against, with a "not" around it turned into the opposite operator, so that a page says "at most 4,000" and not
"not more than 4,000".
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from kesher.engine.eligibility.facts import facts_in
from kesher.engine.eligibility.interpreter import evaluate
from kesher.engine.eligibility.values import Json, Moment, Unknown, tag

_OPPOSITE: Final = {
    "<": ">=", ">=": "<", ">": "<=", "<=": ">",
    "before": "not-before", "not-before": "before", "after": "not-after", "not-after": "after",
}  # fmt: skip
_MIRRORED: Final = {
    "<": ">", ">": "<", ">=": "<=", "<=": ">=",
    "before": "after", "after": "before", "not-before": "not-after", "not-after": "not-before",
}  # fmt: skip
_RISING: Final = ("<", "<=", "before", "not-after")


@dataclass(frozen=True)
class Condition:
    """One condition of a rule.

    `operator`: ``<, <=, >, >=``, ``before, not-after, after, not-before``, ``===``, ``in``, ``between`` (from the first
    to the second of `expected`, `closed` says whether each end belongs to it), ``holds`` (the list `fact` holds the
    value), ``is`` (the fact is true, or there), ``always`` (no fact at all), or ``computed`` where it cannot be said in
    one line. `negated`: it must *not* be so. `expected`: the values held against, dates as ISO text. `offset`: the
    amount and unit added to a date fact before it is compared. `facts`: all facts read. `path`: where it stands in the
    rule (JSON Pointer). `expression`: the part itself, without the "not".
    """

    path: str
    expression: Json
    negated: bool
    operator: str
    facts: tuple[str, ...]
    fact: str | None = None
    expected: tuple[Json, ...] = ()
    closed: tuple[bool, bool] = (True, True)
    offset: tuple[int, str] | None = None

    @property
    def key(self) -> str:
        """The same for the same question, wherever it stands and however it is negated."""
        return json.dumps(self.expression, sort_keys=True, ensure_ascii=False)


def read(expression: Json, path: str, *, negated: bool) -> Condition:
    """The condition in one part of a rule."""
    facts = facts_in(expression)

    def said(operator: str, fact: str | None = None, expected: Iterable[Json] = (), **more: Any) -> Condition:
        still = negated
        if negated and operator in _OPPOSITE:
            operator, still = _OPPOSITE[operator], False
        return Condition(path, expression, still, operator, facts, fact, tuple(expected), **more)

    if not facts:
        return said("always")
    if not isinstance(expression, dict):
        return said("computed")
    ((operation, operands),) = expression.items()
    if operation == "var":
        return said("is", operands)
    if operation in _MIRRORED:
        return _compared(operation, operands, said)
    if operation in ("===", "in") and len(facts) == 1:
        left, right = operands
        if operation == "===" and _variable(right) and not _variable(left):
            left, right = right, left
        value = evaluate(right, {})
        if _variable(left) and not facts_in(right) and (operation == "===" or isinstance(value, list)):
            return said(operation, left["var"], value if operation == "in" else [_shown(value)])
        if operation == "in" and _variable(right) and not facts_in(left):
            return said("holds", right["var"], [_shown(evaluate(left, {}))])
    return said("computed")


def _compared(operation: str, operands: list[Json], said: Callable[..., Condition]) -> Condition:
    sides = [_side(operand) for operand in operands]
    if len(sides) == 2:
        (fact, value, offset), (other, bound, other_offset) = sides
        if fact is not None and other is None:
            return said(operation, fact, [bound], offset=offset)
        if other is not None and fact is None:
            return said(_MIRRORED[operation], other, [value], offset=other_offset)
    elif sides[1][0] is not None and sides[0][0] is None and sides[2][0] is None and operation in _RISING:
        closed = operation in ("<=", "not-after")
        ends = [sides[0][1], sides[2][1]]
        return said("between", sides[1][0], ends, closed=(closed, closed), offset=sides[1][2])
    return said("computed")


def _side(operand: Json) -> tuple[str | None, Json, tuple[int, str] | None]:
    """One side of a comparison as (fact, value, offset): a fact with the offset added to it, or a value without facts.

    What reads facts in another way is a value too: its own expression.
    """
    if _variable(operand):
        return operand["var"], None, None
    if isinstance(operand, dict) and "plusTime" in operand and _variable(operand["plusTime"][0]):
        inner, amount, unit = operand["plusTime"]
        if inner["var"] != "today":
            return inner["var"], None, (amount, unit) if amount else None
    return None, operand if facts_in(operand) else _shown(evaluate(operand, {})), None


def _variable(expression: Json) -> bool:
    return isinstance(expression, dict) and "var" in expression and bool(expression["var"])


def _shown(value: object) -> Json:
    if isinstance(value, Moment):
        return str(value)
    return None if isinstance(value, Unknown) else value


def possible_together(conditions: Iterable[Condition]) -> bool:
    """Whether one person could meet all these conditions, as far as single facts show it: a number within every bound, a
    text among every list. Conditions that are not so simple are taken as possible."""
    by_fact: dict[str, list[Condition]] = {}
    for condition in conditions:
        if condition.fact is not None and condition.offset is None:
            by_fact.setdefault(condition.fact, []).append(condition)
    return all(_possible(same) for same in by_fact.values())


def _possible(conditions: list[Condition]) -> bool:
    lower: tuple[float, bool] = (float("-inf"), False)  # (bound, strict)
    upper: tuple[float, bool] = (float("inf"), False)
    among: set[object] | None = None
    without: set[object] = set()
    for condition in conditions:
        values = condition.expected
        if condition.operator in ("===", "in"):
            tags: set[object] = {tag(value) for value in values}
            if condition.negated:
                without |= tags
            else:
                among = tags if among is None else among & tags
            continue
        if condition.negated or not all(isinstance(v, int | float) for v in values):
            continue
        if condition.operator == "between":
            lower = max(lower, (values[0], not condition.closed[0]))
            upper = min(upper, (values[1], not condition.closed[1]), key=_tightest)
        elif condition.operator in (">", ">="):
            lower = max(lower, (values[0], condition.operator == ">"))
        elif condition.operator in ("<", "<="):
            upper = min(upper, (values[0], condition.operator == "<"), key=_tightest)
    if among is not None:
        return any(_within(key, lower, upper) for key in among - without)
    return lower[0] < upper[0] or (lower[0] == upper[0] and not lower[1] and not upper[1])


def _tightest(bound: tuple[float, bool]) -> tuple[float, bool]:
    return bound[0], not bound[1]


def _within(key: object, lower: tuple[float, bool], upper: tuple[float, bool]) -> bool:
    if not isinstance(key, tuple) or key[0] != "number":
        return lower[0] == float("-inf") and upper[0] == float("inf")
    value = key[1]
    above = value > lower[0] or (value == lower[0] and not lower[1])
    return above and (value < upper[0] or (value == upper[0] and not upper[1]))
