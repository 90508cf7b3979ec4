"""The facts rules may ask about: their names, kinds and words, and the reading of a rule for the facts it needs.

A fact is named by a path of fragments with full stops between (`residence.status`), as CertLogic's `var` has it. The
facts of a visitor are JSON: ``{"age": 34, "residence": {"status": "citizen"}, "languages": ["he", "am"]}``. A fact that
is not there, or null, is unknown. The day the question is asked on is a fact too (`today`): the engine has no clock.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from kesher.engine.eligibility.values import Json, is_number, moment

#: The fact that holds the day the question is asked on, as YYYY-MM-DD.
TODAY: Final = "today"

Labels = Mapping[str, str]


class Kind(StrEnum):
    """What the value of a fact may be."""

    NUMBER = "number"
    TEXT = "text"  # one of `choices`, where there are some
    BOOLEAN = "boolean"
    DATE = "date"
    LIST = "list"  # of texts, each one of `choices` where there are some


@dataclass(frozen=True)
class Fact:
    """One thing rules may ask about.

    `labels`: its name, `question`: how a visitor is asked, both by language code. `whole`: a number without decimals.
    `changeable`: whether somebody can change it (an age one cannot), for what the pages say would change a "no".
    """

    path: str
    kind: Kind
    choices: tuple[str, ...] = ()
    labels: Labels = field(default_factory=lambda: MappingProxyType({}))
    question: Labels = field(default_factory=lambda: MappingProxyType({}))
    whole: bool = False
    changeable: bool = True

    def problem(self, value: Json) -> str:
        """Why `value` cannot be this fact's, in words; empty when it can. None (not known) always can."""
        if value is None:
            return ""
        match self.kind:
            case Kind.NUMBER:
                if not is_number(value):
                    return f"{self.path} must be a number, it is {value!r}"
                return f"{self.path} must be a whole number, it is {value!r}" if self.whole and value % 1 else ""
            case Kind.BOOLEAN:
                return "" if isinstance(value, bool) else f"{self.path} must be true or false, it is {value!r}"
            case Kind.DATE:
                fits = isinstance(value, str) and moment(value) is not None
                return "" if fits else f"{self.path} must be a date such as 2026-11-22, it is {value!r}"
            case Kind.TEXT:
                return self._text_problem(value)
            case Kind.LIST:
                if not isinstance(value, list | tuple):
                    return f"{self.path} must be a list, it is {value!r}"
                return next((said for item in value if (said := self._text_problem(item))), "")

    def _text_problem(self, value: Json) -> str:
        if not isinstance(value, str):
            return f"{self.path} must be a text, it is {value!r}"
        if self.choices and value not in self.choices:
            return f"{self.path} must be one of {', '.join(self.choices)}; it is {value!r}"
        return ""


class Vocabulary(Mapping[str, Fact]):
    """The facts a portal knows, by path.

    >>> known = Vocabulary([Fact("age", Kind.NUMBER), Fact("resident", Kind.BOOLEAN)])
    >>> known.problems({"age": "old"})
    ["age must be a number, it is 'old'"]
    """

    def __init__(self, facts: Iterable[Fact]) -> None:
        self._facts = {fact.path: fact for fact in facts}

    def __getitem__(self, path: str) -> Fact:
        return self._facts[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self._facts)

    def __len__(self) -> int:
        return len(self._facts)

    def problems(self, facts: Mapping[str, Json]) -> list[str]:
        """What is wrong with a visitor's facts, each in a sentence; facts that are not in the vocabulary are passed over."""
        found = (fact.problem(look_up(facts, fact.path)) for fact in self._facts.values())
        return [said for said in found if said]

    def nearest(self, path: str) -> list[str]:
        """Known paths written like this one, for "did you mean"."""
        return get_close_matches(path, self._facts, n=3)


def look_up(facts: Mapping[str, Json], path: str) -> Json:
    """The value at a path through objects, or None where there is none."""
    found: Json = facts
    for fragment in path.split("."):
        if not isinstance(found, Mapping) or fragment not in found:
            return None
        found = found[fragment]
    return found


def with_fact(facts: Mapping[str, Json], path: str, value: Json) -> dict[str, Json]:
    """A copy of `facts` in which the fact at `path` is `value`; objects on the way are copied or made, never changed.

    >>> with_fact({"a": {"b": 1}}, "a.c", 2)
    {'a': {'b': 1, 'c': 2}}
    """
    head, _, rest = path.partition(".")
    inner = facts.get(head)
    if rest:
        value = with_fact(inner if isinstance(inner, Mapping) else {}, rest, value)
    return {**facts, head: value}


def fact_of(path: str) -> str:
    """The fact a `var` path reads from: the part before the first place in a list (`children.0.age` reads `children`)."""
    fragments = path.split(".")
    for place, fragment in enumerate(fragments):
        if fragment.isdecimal():
            return ".".join(fragments[:place])
    return path


def facts_in(expression: Json) -> tuple[str, ...]:
    """The facts an expression reads, in the order they stand in it, each once. The whole context (`""`) is ``""``."""
    return tuple(dict.fromkeys(_facts_in(expression, depth=0)))


def _facts_in(expression: Json, depth: int) -> Iterator[str]:
    if isinstance(expression, list):
        for item in expression:
            yield from _facts_in(item, depth)
    elif isinstance(expression, dict):
        for operation, operands in expression.items():
            if operation == "var":
                yield from _outside(operands, depth)
            elif operation == "reduce":
                items, function, initial = operands
                yield from _facts_in([items, initial], depth)
                yield from _facts_in(function, depth + 1)
            else:
                yield from _facts_in(operands, depth)


def _outside(path: str, depth: int) -> Iterator[str]:
    """The fact behind a path inside `depth` reduce functions, where `data.` leads one step out."""
    for _ in range(depth):
        head, _, path = path.partition(".")
        if head != "data":
            return
    yield fact_of(path)
