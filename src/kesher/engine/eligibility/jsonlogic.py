"""JSONLogic rules of other systems, written anew in the operations kept here.

JSONLogic (jsonlogic.com) forgives more than CertLogic: operands without a list, chains of if, several summands, numbers
written as texts, a default in ``var``. `from_jsonlogic` writes all that out, so that one strict language is evaluated.
What has no equal here (``or``, ``cat``, ``map`` …) is refused with its place. A missing "else" becomes null, which a
rule for eligibility then has to spell out (`schema.validate` says where).
"""

import re
from typing import Any, Final

from kesher.engine.eligibility.schema import OPERATIONS, Issue
from kesher.engine.eligibility.values import Json

_NUMBER: Final = re.compile(r"\s*-?\d+(\.\d+)?\s*")
_COMPARISONS: Final = ("<", "<=", ">", ">=")
#: JSONLogic's operations that stay; CertLogic's for dates are not JSONLogic's.
KEPT: Final = ("var", "if", "and", "!", "===", "in", *_COMPARISONS, "+", "reduce")


class JsonLogicError(ValueError):
    """A JSONLogic rule that cannot be written in the operations kept; `issue` says where and why."""

    def __init__(self, issue: Issue) -> None:
        self.issue = issue
        super().__init__(str(issue))


def from_jsonlogic(rule: Json) -> Json:
    """The same rule in CertLogic's form, null allowed (``Dialect.JSONLOGIC``); raises `JsonLogicError`.

    >>> from_jsonlogic({"if": [{"!": {"var": ["age", 0]}}, "young", {">": [{"var": "age"}, "67"]}, "old"]})["if"][2]
    {'if': [{'>': [{'var': 'age'}, 67]}, 'old', None]}
    """
    return _written(rule, "")


def _written(rule: Json, path: str) -> Json:
    if isinstance(rule, list):
        return [_written(item, f"{path}/{place}") for place, item in enumerate(rule)]
    if not isinstance(rule, dict):
        return rule
    if len(rule) != 1:
        raise JsonLogicError(Issue(path, f"an operation has one key, this has {len(rule)}", "one operation", rule))
    ((operation, given),) = rule.items()
    if operation not in KEPT:
        raise JsonLogicError(Issue(path, f'the operation "{operation}" is not kept', ", ".join(KEPT), rule))
    operands = given if isinstance(given, list) else [given]
    if operation == "var":
        return _variable(operands, path)
    parts = [_written(operand, f"{path}/{operation}/{place}") for place, operand in enumerate(operands)]
    if operation == "if":
        return _chain(parts)
    if operation == "+":
        return _sum([_as_number(part) for part in parts], path)
    if operation == "and" and len(parts) == 1:
        return parts[0]
    if operation in _COMPARISONS:
        parts = [_as_number(part) for part in parts]
    if operation == "in" and len(parts) == 2 and isinstance(parts[1], str):
        if isinstance(parts[0], str):
            return parts[0] in parts[1]
        raise JsonLogicError(Issue(path, "a search within a text", "a list to search in", rule))
    least, most = OPERATIONS[operation]
    if not least <= len(parts) <= most:
        raise JsonLogicError(Issue(path, f'"{operation}" has {len(parts)} operand(s)', f"{least} to {most}", rule))
    return {operation: parts}


def _variable(operands: list[Any], path: str) -> Json:
    name = operands[0] if operands else ""
    if isinstance(name, dict | list):
        raise JsonLogicError(Issue(path, "the name of a fact is computed", "a name", name))
    found: Json = {"var": "" if name is None else str(name)}
    if len(operands) < 2:
        return found
    return {"if": [{"===": [found, None]}, _written(operands[1], f"{path}/var/1"), found]}


def _chain(parts: list[Json]) -> Json:
    """``if a then b else if c then d … else e``; a single operand is itself, nothing is null."""
    if len(parts) < 2:
        return parts[0] if parts else None
    return {"if": [parts[0], parts[1], _chain(parts[2:])]}


def _sum(parts: list[Json], path: str) -> Json:
    if not parts or isinstance(parts[0], bool | list | str) or parts[0] is None:
        raise JsonLogicError(Issue(path, "this cannot be added up", "numbers and facts", parts))
    total = parts[0]
    for part in parts[1:]:
        total = {"+": [total, part]}
    return total


def _as_number(part: Json) -> Json:
    if isinstance(part, str) and _NUMBER.fullmatch(part):
        return float(part) if "." in part else int(part)
    return part
