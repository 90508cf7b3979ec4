"""The plain interpreter: one expression, one set of facts, one value. Everything faster is proven equal to it.

Two readings of what is missing, one code:

* ``Missing.UNKNOWN`` (eligibility): a fact that is not there, or null, is unknown; what does not fit is unknown with a
  problem; nothing is raised. All operations are monotone (see `values`).
* ``Missing.NULL`` (CertLogic 1.3.3 as written): a missing value is null, what does not fit raises `EvaluationError`.

Cost: outside ``reduce`` each part of the expression is looked at no more than once, and no list longer than
`values.LONGEST_LIST`; an outermost ``reduce`` gets `REDUCE_STEPS` looks in all, then is unknown.
"""

from collections.abc import Callable, Mapping
from enum import Enum
from itertools import pairwise
from typing import Any, Final

from kesher.engine.eligibility.values import (
    LONGEST_LIST,
    SOMETHING_FALSE,
    SOMETHING_TRUE,
    UNKNOWN,
    Json,
    Moment,
    Unknown,
    Verdict,
    is_number,
    plus_time,
    tag,
    truth,
)

#: Parts looked at within one outermost `reduce`, nested ones included.
REDUCE_STEPS: Final = 20_000


class Missing(Enum):
    """What a fact that is not there counts as."""

    UNKNOWN = "unknown"
    NULL = "null"


class EvaluationError(ValueError):
    """The values do not fit the operation (only where a missing fact counts as null, as CertLogic has it)."""


class _OutOfSteps(Exception):
    """An outermost `reduce` has used up its steps."""


def evaluate(expression: Json, data: Json, *, missing: Missing = Missing.UNKNOWN) -> Any:
    """The value of a *valid* expression (`schema.validate`) on `data`: JSON, a `Moment`, or an `Unknown`.

    >>> evaluate({"and": [{">=": [{"var": "age"}, 18]}, {"var": "resident"}]}, {"age": 17})
    False
    >>> evaluate({">=": [{"var": "age"}, 18]}, {})
    Unknown(truth=None, problem='')
    """
    return Evaluation(missing).value(expression, data)


def verdict(expression: Json, facts: Mapping[str, Json]) -> Verdict:
    """Yes, no or unknown. Never raises on a valid expression, whatever the facts hold.

    >>> verdict({"in": [{"var": "district"}, ["north", "south"]]}, {"district": "north"})
    <Verdict.YES: 'yes'>
    """
    return Verdict.of(truth(evaluate(expression, facts), missing_is_unknown=True))


class Evaluation:
    """One run; `steps` counts the parts looked at."""

    def __init__(self, missing: Missing = Missing.UNKNOWN) -> None:
        self.lenient = missing is Missing.UNKNOWN
        self.steps = 0
        self._limit: int | None = None  # set while inside a reduce

    def value(self, expression: Json, data: Json) -> Any:
        self.steps += 1
        if self._limit is not None and self.steps > self._limit:
            raise _OutOfSteps
        if isinstance(expression, dict):
            ((operation, operands),) = expression.items()
            return _OPERATIONS[operation](self, operation, operands, data)
        if isinstance(expression, list):
            return [self.value(item, data) for item in expression]
        return expression

    def truth(self, value: object) -> bool | None:
        found = truth(value, missing_is_unknown=self.lenient)
        if found is None and not self.lenient:
            raise EvaluationError(f"{value!r} is neither true nor false")
        return found

    def problem(self, said: str) -> Unknown:
        if not self.lenient:
            raise EvaluationError(said)
        return Unknown(problem=said)

    def _undecided(self, value: object) -> Unknown:
        if isinstance(value, Unknown):
            return Unknown(problem=value.problem)
        return UNKNOWN if isinstance(value, Mapping) else self.problem(f"{value!s:.40} is neither true nor false")

    # --- one method per operation: (name, operands, data) -> value -------------------------------------------------

    def variable(self, _: str, path: Json, data: Json) -> Any:
        if path == "":
            return UNKNOWN if data is None and self.lenient else data
        absent = UNKNOWN if self.lenient else None
        found = data
        for fragment in path.split("."):
            if isinstance(found, list | tuple):
                if not (fragment.isdecimal() and fragment.isascii()):
                    return absent
                if len(fragment) > 9 or int(fragment) >= len(found):
                    return None  # a list that is given is given whole: there is no such item, and that is known
                found = found[int(fragment)]
            elif isinstance(found, Mapping):
                if fragment not in found:
                    return absent
                found = found[fragment]
            elif found is None or isinstance(found, Unknown) or not self.lenient:
                return absent
            else:
                return Unknown(problem=f"the fact before .{fragment} in {path!r} is a single value and has no parts")
        return absent if found is None else found

    def condition(self, _: str, operands: list[Json], data: Json) -> Any:
        guard, then, otherwise = operands
        decided = self.truth(self.value(guard, data))
        if decided is not None:
            return self.value(then if decided else otherwise, data)
        return self._agreed(self.value(then, data), self.value(otherwise, data))

    def _agreed(self, one: Any, other: Any) -> Any:
        """What two branches agree on while nobody knows which is taken: the value, or its truth, or nothing."""
        if type(one) is not Unknown and type(other) is not Unknown:
            key = tag(one)
            if key is not None and key == tag(other):
                return one
        truths = self.truth(one), self.truth(other)
        if truths[0] is None or truths[0] is not truths[1]:
            return UNKNOWN
        return SOMETHING_TRUE if truths[0] else SOMETHING_FALSE

    def conjunction(self, _: str, operands: list[Json], data: Json) -> Any:
        last: Any = None
        unknown: Unknown | None = None
        for operand in operands:
            last = self.value(operand, data)
            decided = self.truth(last)
            if decided is False:
                return last if unknown is None else SOMETHING_FALSE
            if decided is None and (unknown is None or not unknown.problem):
                unknown = self._undecided(last)
        return last if unknown is None else unknown

    def negation(self, _: str, operands: list[Json], data: Json) -> Any:
        value = self.value(operands[0], data)
        decided = self.truth(value)
        if decided is None:
            return self._undecided(value)
        return not decided

    def equality(self, _: str, operands: list[Json], data: Json) -> Any:
        one, other = (self.value(operand, data) for operand in operands)
        for value in (one, other):
            if isinstance(value, Unknown):
                return Unknown(problem=value.problem)
        keys = tag(one), tag(other)
        if None in keys:
            return self.problem("only single values can be compared with ===")
        return keys[0] == keys[1]

    def membership(self, _: str, operands: list[Json], data: Json) -> Any:
        sought, among = (self.value(operand, data) for operand in operands)
        for value in (sought, among):
            if isinstance(value, Unknown):
                return Unknown(problem=value.problem)
        if among is None and not self.lenient:
            return False
        if not isinstance(among, list | tuple):
            return self.problem("the second operand of in is not a list")
        if len(among) > LONGEST_LIST and not isinstance(operands[1], list):
            return self.problem(f"the list has {len(among)} items; at most {LONGEST_LIST} are looked at")
        key = tag(sought)
        if key is None:
            return self.problem("only single values can be looked for with in")
        undecided = False
        for item in among:
            other = None if item is None and self.lenient else tag(item)  # null within a list: an item not known
            if other is None:
                undecided = True
            elif other == key:
                return True
        return UNKNOWN if undecided else False

    def comparison(self, operation: str, operands: list[Json], data: Json) -> Any:
        return self._ordered([self.value(operand, data) for operand in operands], _ORDER[operation], moments=False)

    def time_comparison(self, operation: str, operands: list[Json], data: Json) -> Any:
        return self._ordered([self.value(operand, data) for operand in operands], _ORDER[operation], moments=True)

    def _ordered(self, values: list[Any], holds: Callable[[Any, Any], bool], *, moments: bool) -> Any:
        """Whether each neighbour pair is in order: the conjunction of the pairs, as in `a <= b <= c`."""
        unknown: Unknown | None = None
        for one, other in pairwise(values):
            pair = self._pair(one, other, moments=moments)
            if pair is not None:
                unknown = unknown if unknown is not None and unknown.problem else pair
            elif not holds(one, other):
                return False
        return True if unknown is None else unknown

    def _pair(self, one: Any, other: Any, *, moments: bool) -> Unknown | None:
        for value in (one, other):
            if isinstance(value, Unknown):
                return Unknown(problem=value.problem)
        if moments:
            fits = isinstance(one, Moment) and isinstance(other, Moment)
            return None if fits else self.problem("only dates made by plusTime can be before or after one another")
        fits = is_number(one) and is_number(other)
        return None if fits else self.problem("only numbers can be smaller or larger than one another")

    def addition(self, _: str, operands: list[Json], data: Json) -> Any:
        one, other = (self.value(operand, data) for operand in operands)
        for value in (one, other):
            if isinstance(value, Unknown):
                return Unknown(problem=value.problem)
        if not (is_number(one) and is_number(other)):
            return self.problem("only numbers can be added")
        total = one + other
        return total if is_number(total) else self.problem("the sum is too large")

    def offset(self, _: str, operands: list[Json], data: Json) -> Any:
        text, amount, unit = self.value(operands[0], data), operands[1], operands[2]
        if isinstance(text, Unknown):
            return Unknown(problem=text.problem)
        found = plus_time(text, amount, unit) if isinstance(text, str) else None
        if found is not None:
            return found
        return self.problem(f"{text!r} is not a date that exists" if isinstance(text, str) else "a date is needed here")

    def reduction(self, _: str, operands: list[Json], data: Json) -> Any:
        items = self.value(operands[0], data)
        if isinstance(items, Unknown):
            return Unknown(problem=items.problem)
        if items is None and not self.lenient:
            return self.value(operands[2], data)
        if not isinstance(items, list | tuple):
            return self.problem("the first operand of reduce is not a list")
        if len(items) > LONGEST_LIST:
            return self.problem(f"the list has {len(items)} items; at most {LONGEST_LIST} are looked at")
        outermost = self._limit is None
        if outermost:
            self._limit = self.steps + REDUCE_STEPS
        try:
            accumulator = self.value(operands[2], data)
            for item in items:
                scope = {"accumulator": accumulator, "current": item, "data": data}
                accumulator = self.value(operands[1], scope)
                if isinstance(accumulator, list | tuple | Mapping):
                    return self.problem("reduce must carry a single value, not a list")
            return accumulator
        except _OutOfSteps:
            if not outermost:
                raise
            return self.problem(f"reduce needs more than {REDUCE_STEPS} steps on these facts")
        finally:
            if outermost:
                self._limit = None


_ORDER: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "<": lambda one, other: one < other,
    "<=": lambda one, other: one <= other,
    ">": lambda one, other: one > other,
    ">=": lambda one, other: one >= other,
    "before": lambda one, other: one < other,
    "not-after": lambda one, other: one <= other,
    "after": lambda one, other: one > other,
    "not-before": lambda one, other: one >= other,
}

_OPERATIONS: Final[dict[str, Callable[[Evaluation, str, Any, Json], Any]]] = {
    "var": Evaluation.variable,
    "if": Evaluation.condition,
    "and": Evaluation.conjunction,
    "!": Evaluation.negation,
    "===": Evaluation.equality,
    "in": Evaluation.membership,
    "+": Evaluation.addition,
    "reduce": Evaluation.reduction,
    "plusTime": Evaluation.offset,
    **dict.fromkeys(("<", "<=", ">", ">="), Evaluation.comparison),
    **dict.fromkeys(("before", "not-after", "after", "not-before"), Evaluation.time_comparison),
}
