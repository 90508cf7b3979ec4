"""The examples of a rule: made-up people and what the rule is to say about each, tried whenever the page is drawn."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext as _

from kesher.directory.facts import VOCABULARY, WORDS
from kesher.engine.eligibility import Kind, RuleTest, Verdict, explain
from kesher.engine.eligibility.values import Json
from kesher.www.officer.rules.grid import LARGEST, readable
from kesher.www.officer.rules.words import fact_name, person_words, reasons, verdict_words
from kesher.www.rule_words.values import beside

MOST_EXAMPLES: Final = 20


@dataclass(frozen=True, slots=True)
class TypedExample:
    """``facts``: path -> as typed: a choice, "yes" or "no", digits; "" is not known."""

    name: str = ""
    verdict: str = Verdict.YES
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_blank(self) -> bool:
        return not self.name and not any(self.facts.values())


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of an example, for the template. ``kind``: text, boolean or number; ``choices``: value and words."""

    path: str
    name: str
    kind: str
    value: str
    choices: Sequence[tuple[str, str]]


def typed(data: Any, columns: Iterable[str]) -> list[TypedExample]:
    """What a form sent; ``columns``: the facts asked for besides those an example has already."""
    try:
        count = min(int(data.get("tests", "0")), MOST_EXAMPLES)
    except ValueError:
        count = 0
    found = []
    for number in range(count):
        key = f"t{number}"
        facts = {path: data.get(f"{key}-f-{path}", "").strip()[:40] for path in VOCABULARY}
        verdict = data.get(f"{key}-verdict", "")
        found.append(
            TypedExample(
                name=readable(data.get(f"{key}-name", "")),
                verdict=verdict if verdict in list(Verdict) else Verdict.YES,
                facts={path: value for path, value in facts.items() if value},
            )
        )
    return found


def stored(tests: Iterable[Mapping[str, Any]]) -> list[TypedExample]:
    """The examples of a version as a form shows them."""
    return [
        TypedExample(
            name=test["name"],
            verdict=test["verdict"],
            facts={path: _as_typed(value) for path, value in test["facts"].items() if value is not None},
        )
        for test in tests
    ]


def _as_typed(value: Json) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def value_of(path: str, typed_value: str) -> Json:
    """What was typed as a value of its fact; None for what it cannot be."""
    fact = VOCABULARY[path]
    if fact.kind is Kind.TEXT:
        return typed_value if typed_value in fact.choices else None
    if fact.kind is Kind.BOOLEAN:
        return {"yes": True, "no": False}.get(typed_value)
    if not typed_value.isdecimal() or len(typed_value) > 7:
        return None
    return int(typed_value) if int(typed_value) <= LARGEST else None


def facts_of(example: TypedExample) -> dict[str, Json]:
    """What is known of the example's person."""
    known = {path: value_of(path, value) for path, value in example.facts.items() if path in VOCABULARY}
    return {path: value for path, value in known.items() if value is not None}


def kept(examples: Iterable[TypedExample]) -> list[dict[str, Json]]:
    """The examples as a version keeps them; blank ones are none."""
    return [
        {
            "name": example.name,
            "facts": facts_of(example),
            "verdict": str(example.verdict),
        }
        for example in examples
        if not example.is_blank
    ]


def faults(examples: Sequence[TypedExample]) -> list[dict[str, str]]:
    """What cannot be read: ``anchor`` of the field, ``label`` and ``message``."""
    return [
        {
            "anchor": f"t{number}-f-{path}",
            "label": _("Example %(n)s, %(fact)s") % {"n": number + 1, "fact": fact_name(path)},
            "message": _("Write a whole number from 0 to a million, in digits."),
        }
        for number, example in enumerate(examples)
        for path, value in example.facts.items()
        if path in VOCABULARY and value and value_of(path, value) is None
    ]


def questions(example: TypedExample, columns: Sequence[str]) -> list[Asked]:
    """What is asked about an example's person: the table's facts, and what is known besides."""
    paths = [*columns, *(path for path in example.facts if path in VOCABULARY and path not in columns)]
    found = []
    for path in paths:
        fact = VOCABULARY[path]
        if fact.kind is Kind.TEXT:
            choices = [(choice, str(WORDS[path].choices[choice])) for choice in fact.choices]
        elif fact.kind is Kind.BOOLEAN:
            choices = [("yes", _("yes")), ("no", _("no"))]
        else:
            choices = []
        found.append(Asked(path, fact_name(path), str(fact.kind), example.facts.get(path, ""), choices))
    return found


@dataclass(frozen=True, slots=True)
class Tried:
    """An example and what came of it. ``name``: "" where nobody gave one, the person then says enough. ``sentence``: what
    is wrong, "" when it came out as expected."""

    name: str
    person: str
    expected: str
    passes: bool
    sentence: str


def tried(when: Json, name: str, facts: Mapping[str, Json], expected: str) -> Tried:
    """Run one example."""
    test = RuleTest(name, facts, Verdict(expected))
    told = explain(when, facts)
    person = person_words(facts)
    said = ""
    if told.verdict is not test.verdict:
        because = beside(reasons(told))
        words = {"expected": verdict_words(expected), "found": verdict_words(told.verdict), "because": because}
        said = (
            _("Should be “%(expected)s” and is “%(found)s”, because: %(because)s.") % words
            if because
            else _("Should be “%(expected)s” and is “%(found)s”.") % words
        )
    return Tried(name, person, verdict_words(expected), told.verdict is test.verdict, said)
