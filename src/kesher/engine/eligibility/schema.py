"""Whether a rule's expression may be used: its shape, its size and, where a vocabulary is given, its facts and values.

The language is CertLogic's (specification 1.3.3, eu-dcc-business-rules) without its two operations for health passes,
and with decimal numbers. `validate` names every fault with the place it stands at (a JSON Pointer, RFC 6901), what is
wrong and what is allowed. An expression without faults is *valid*: the interpreter never raises on it.

The limits bound the cost: at most `MOST_PARTS` parts, each looked at once, plus `MOST_REDUCES` reduces of
`interpreter.REDUCE_STEPS` each.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

from kesher.engine.eligibility.facts import Fact, Kind, Vocabulary, fact_of
from kesher.engine.eligibility.values import UNITS, Json, is_number, moment

DEEPEST: Final = 80
MOST_PARTS: Final = 4000
MOST_REDUCES: Final = 4
DEEPEST_REDUCE: Final = 2

#: Each operation: how many operands it takes, as (least, most).
OPERATIONS: Final[dict[str, tuple[int, int]]] = {
    "if": (3, 3),
    "and": (2, 1000),
    "!": (1, 1),
    "===": (2, 2),
    "in": (2, 2),
    **dict.fromkeys(("<", ">", "<=", ">=", "after", "before", "not-after", "not-before"), (2, 3)),
    "+": (2, 2),
    "plusTime": (3, 3),
    "reduce": (3, 3),
}
_PATH = re.compile(r"[^.]+(\.[^.]+)*")
NUMBER_COMPARISONS: Final = ("<", ">", "<=", ">=")
TIME_COMPARISONS: Final = ("after", "before", "not-after", "not-before")


class Dialect(Enum):
    """Whose literals are allowed."""

    KESHER = "kesher"  # decimals too
    CERTLOGIC = "certlogic"  # whole numbers only, as the standard has it
    JSONLOGIC = "jsonlogic"  # decimals and null: what `jsonlogic.from_jsonlogic` writes


@dataclass(frozen=True)
class Issue:
    """One fault: where (`/when/and/0`), what is wrong, what is allowed there, and the part itself. `code`: which kind of
    hindrance it is (`rule.Hindrance`), for those who say it in other languages; "" for a fault of the expression."""

    path: str
    message: str
    allowed: str = ""
    expression: Json = None
    code: str = ""

    def __str__(self) -> str:
        return f"{self.path or '/'}: {self.message}" + (f" (allowed: {self.allowed})" if self.allowed else "")


def validate(
    expression: Json, *, path: str = "", dialect: Dialect = Dialect.KESHER, vocabulary: Vocabulary | None = None
) -> list[Issue]:
    """Every fault of an expression, in the order of reading; none when it is valid. Stops at a part that is too deep.

    >>> [str(issue) for issue in validate({"and": [{"var": "age"}, {"or": [1, 2]}]}, path="/when")]
    ['/when/and/1: unrecognised operator: "or" (allowed: var, if, and, !, ===, in, <, >, <=, >=, after, before, \
not-after, not-before, +, plusTime, reduce)']
    """
    return list(_Validation(dialect, vocabulary).issues(expression, path))


class _Validation:
    def __init__(self, dialect: Dialect, vocabulary: Vocabulary | None) -> None:
        self.dialect = dialect
        self.vocabulary = vocabulary
        self.parts = 0
        self.reduces = 0

    def issues(self, expression: Json, path: str, depth: int = 0, inside: int = 0) -> Iterator[Issue]:
        """`depth`: parts around this one; `inside`: reduce functions around it."""
        self.parts += 1
        if depth >= DEEPEST:
            yield Issue(path, "the rule is nested too deeply", f"at most {DEEPEST} levels", expression)
        elif self.parts == MOST_PARTS + 1:
            yield Issue(path, "the rule has too many parts", f"at most {MOST_PARTS}", expression)
        elif self.parts > MOST_PARTS:
            return
        elif isinstance(expression, dict):
            yield from self._operation(expression, path, depth, inside)
        elif isinstance(expression, list):
            for place, item in enumerate(expression):
                yield from self.issues(item, f"{path}/{place}", depth + 1, inside)
        elif isinstance(expression, bool | str) or (expression is None and self.dialect is Dialect.JSONLOGIC):
            return
        elif isinstance(expression, int | float):
            yield from self._number(expression, path)
        else:
            yield Issue(path, "invalid CertLogic expression", "true, false, a number, a text, a list or an operation")

    def _number(self, number: float, path: str) -> Iterator[Issue]:
        if not is_number(number):
            yield Issue(path, f"{number!r:.40} is too large or not finite", "numbers between -2^53 and 2^53", number)
        elif isinstance(number, float) and self.dialect is Dialect.CERTLOGIC:
            yield Issue(path, f"{number} is a non-integer number", "whole numbers", number)

    def _operation(self, expression: dict[str, Json], path: str, depth: int, inside: int) -> Iterator[Issue]:
        if len(expression) != 1:
            said = f"expression object must have exactly one key, but it has {len(expression)}"
            yield Issue(path, said, '{ "<operation>": [ … ] }', expression)
            return
        ((operation, operands),) = expression.items()
        if operation == "var":
            yield from self._variable(operands, path, expression, inside)
            return
        if not isinstance(operands, list):
            said = 'operation not of the form { "<operator>": [ <values...> ] }'
            yield Issue(path, said, "a list of operands", expression)
            return
        if operation not in OPERATIONS:
            yield Issue(path, f'unrecognised operator: "{operation}"', ", ".join(("var", *OPERATIONS)), expression)
            return
        least, most = OPERATIONS[operation]
        if not least <= len(operands) <= most:
            allowed = str(least) if least == most else f"{least} to {most}"
            said = f'an operation "{operation}" has {len(operands)} operand(s)'
            yield Issue(path, said, f"{allowed} operand(s)", expression)
            return
        here = f"{path}/{_escaped(operation)}"
        if operation == "plusTime":
            yield from self._offset(operands, here)
            operands = operands[:1]
        if operation == "reduce":
            yield from self._reduce(path, inside, expression)
        for place, operand in enumerate(operands):
            within = inside + 1 if operation == "reduce" and place == 1 else inside
            yield from self.issues(operand, f"{here}/{place}", depth + 1, within)
        if self.vocabulary is not None and not inside:
            yield from self._values(operation, operands, here, self.vocabulary)

    def _variable(self, name: Json, path: str, expression: Json, inside: int) -> Iterator[Issue]:
        if not isinstance(name, str):
            yield Issue(path, 'not of the form { "var": "<path>" }', "a text", expression)
        elif name and not _PATH.fullmatch(name):
            said = f"data access path doesn't have a valid format: {name}"
            yield Issue(path, said, "names with single full stops between", expression)
        elif inside:
            head, _, rest = name.partition(".")
            if head not in ("current", "accumulator", "data"):
                said = f"within reduce there is no {head!r}"
                yield Issue(path, said, "current, accumulator, or data.<fact> for a fact outside", expression)
            elif inside == 1 and head == "data":
                yield from self._known(rest, path, expression)
        else:
            yield from self._known(name, path, expression)

    def _known(self, name: str, path: str, expression: Json) -> Iterator[Issue]:
        if self.vocabulary is None or not name or fact_of(name) in self.vocabulary:
            return
        near = self.vocabulary.nearest(fact_of(name))
        yield Issue(path, f"there is no fact {name!r}", ", ".join(near) or "a fact of the vocabulary", expression)

    def _offset(self, operands: list[Json], path: str) -> Iterator[Issue]:
        text, amount, unit = operands
        if isinstance(text, bool | int | float | list) or (isinstance(text, str) and moment(text) is None):
            yield Issue(f"{path}/0", f"{text!r:.40} is not a date", "a date such as 2026-11-22, or a fact", text)
        if isinstance(amount, bool) or not isinstance(amount, int) or not is_number(amount):
            yield Issue(f"{path}/1", f"{amount!r:.40} is not a whole number", "a whole number of units", amount)
        if unit not in UNITS:
            yield Issue(f"{path}/2", f"{unit!r:.40} is not a unit of time", ", ".join(UNITS), unit)

    def _reduce(self, path: str, inside: int, expression: Json) -> Iterator[Issue]:
        self.reduces += 1
        if self.reduces == MOST_REDUCES + 1:
            yield Issue(path, "the rule has too many reduce operations", f"at most {MOST_REDUCES}", expression)
        if inside >= DEEPEST_REDUCE:
            yield Issue(path, "reduce within reduce within reduce", f"at most {DEEPEST_REDUCE} deep", expression)

    def _values(self, operation: str, operands: list[Json], path: str, known: Vocabulary) -> Iterator[Issue]:
        """Whether a fact of the vocabulary is compared with values it can have."""
        facts = [known.get(item["var"]) if _is_variable(item) else None for item in operands]
        if operation in NUMBER_COMPARISONS:
            for place, fact in enumerate(facts):
                if fact is not None and fact.kind is not Kind.NUMBER:
                    said = f"{fact.path} is a {fact.kind}, and {operation} compares numbers"
                    yield Issue(f"{path}/{place}", said, "a number; for dates: before, after and plusTime")
        elif operation in TIME_COMPARISONS:
            for place, fact in enumerate(facts):
                if fact is not None:
                    yield Issue(f"{path}/{place}", f"{operation} compares dates made by plusTime", "plusTime")
        elif operation == "plusTime" and facts[0] is not None and facts[0].kind is not Kind.DATE:
            yield Issue(f"{path}/0", f"{facts[0].path} is a {facts[0].kind}, not a date", "a fact that is a date")
        elif operation == "===":
            for fact, other, place in ((facts[0], operands[1], 1), (facts[1], operands[0], 0)):
                yield from _fitting(fact, other, f"{path}/{place}")
        elif operation == "in":
            if facts[0] is not None and isinstance(operands[1], list):
                for place, item in enumerate(operands[1]):
                    yield from _fitting(facts[0], item, f"{path}/1/{place}")
            if facts[1] is not None and facts[1].kind is not Kind.LIST:
                yield Issue(f"{path}/1", f"{facts[1].path} is a {facts[1].kind}, not a list", "a fact that is a list")
            elif facts[1] is not None and not isinstance(operands[0], dict):
                yield from _issue(facts[1].problem([operands[0]]), f"{path}/0")


def _fitting(fact: Fact | None, value: Json, path: str) -> Iterator[Issue]:
    if fact is None or isinstance(value, dict):
        return
    if fact.kind is Kind.LIST:
        yield Issue(path, f"{fact.path} is a list and equals no single value", 'in: [value, { "var": … }]')
    elif fact.kind is Kind.DATE:
        yield Issue(path, f"{fact.path} is a date; dates are compared with before and after", "before, after")
    else:
        yield from _issue(fact.problem(value), path)


def _issue(said: str, path: str) -> Iterator[Issue]:
    if said:
        yield Issue(path, said)


def _is_variable(expression: Json) -> bool:
    return isinstance(expression, dict) and isinstance(expression.get("var"), str)


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
