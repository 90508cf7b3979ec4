"""A rule as it is kept: its words, its law, its dates, its condition and its own tests.

A rule is read from JSON (`Rule.from_json`), which names every fault at once and where it stands. It may be published
when it has tests, at least one for yes and one for no, and all of them pass (`Rule.hindrances`): a rule that its own
author's examples contradict says something else than was meant.

    {"id": "ulpan", "version": 3, "labels": {"en": "Hebrew course", "he": "אולפן"},
     "valid_from": "2026-01-01", "valid_until": null,
     "source": {"title": "Absorption Regulations", "section": "4(b)", "url": "https://…"},
     "when": {"and": [{">=": [{"var": "age"}, 18]}, {"===": [{"var": "status"}, "newcomer"]}]},
     "tests": [{"name": "a newcomer of 30", "facts": {"age": 30, "status": "newcomer"}, "verdict": "yes"}, …]}
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from kesher.engine.eligibility.explanation import Explanation, explain
from kesher.engine.eligibility.facts import Labels, Vocabulary, facts_in
from kesher.engine.eligibility.interpreter import verdict
from kesher.engine.eligibility.schema import Issue, validate
from kesher.engine.eligibility.values import Json, Verdict

_FIELDS: Final = ("id", "version", "labels", "valid_from", "valid_until", "source", "when", "tests", "table")
_NEEDED: Final = ("id", "version", "labels", "valid_from", "source", "when")
_SOURCE: Final = ("title", "section", "url", "language")
_TEST: Final = ("name", "facts", "verdict")


class Hindrance(StrEnum):
    """What stands against publishing besides faults of the condition itself: the `code` of an issue."""

    NO_YES = "no test for yes"
    NO_NO = "no test for no"
    STRANGE_FACTS = "facts of a test"
    FAILED_TEST = "failed test"


class RuleError(ValueError):
    """A rule that cannot be used; `issues` names each fault with its place."""

    def __init__(self, issues: Iterable[Issue]) -> None:
        self.issues = tuple(issues)
        super().__init__("; ".join(map(str, self.issues)))


@dataclass(frozen=True)
class LegalSource:
    """Where the rule comes from: the law, regulation or decision, its section, where to read it, and the language it is
    written in (BCP 47; "" = nobody said)."""

    title: str
    section: str = ""
    url: str = ""
    language: str = ""


@dataclass(frozen=True)
class RuleTest:
    """An example that belongs to the rule: with these facts it must give this verdict."""

    name: str
    facts: Mapping[str, Json]
    verdict: Verdict


@dataclass(frozen=True)
class FailedTest:
    """A test of a rule that gave something else than its author expects, with the reasons."""

    test: RuleTest
    explanation: Explanation

    def __str__(self) -> str:
        return f"{self.test.name!r} should be {self.test.verdict} and is {self.explanation.verdict}"


@dataclass(frozen=True)
class Rule:
    """One version of a rule. `labels`: its name by language code. In force from `valid_from` to `valid_until`, both days
    included. `table`: how to show `when` as a decision table (`table_rules.outline_of`), or None."""

    id: str
    version: int
    labels: Labels
    valid_from: date
    source: LegalSource
    when: Json
    valid_until: date | None = None
    tests: tuple[RuleTest, ...] = ()
    table: Mapping[str, Json] | None = None

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts the rule asks for."""
        return facts_in(self.when)

    def in_force(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)

    def verdict(self, facts: Mapping[str, Json]) -> Verdict:
        """Yes, no or unknown. Does not look at the dates: which version is asked is `version_in_force`'s to say."""
        return verdict(self.when, facts)

    def explain(self, facts: Mapping[str, Json]) -> Explanation:
        """The verdict with its reasons."""
        return explain(self.when, facts)

    def failed_tests(self) -> list[FailedTest]:
        """The rule's own tests that fail."""
        told = ((test, self.explain(test.facts)) for test in self.tests)
        return [FailedTest(test, explanation) for test, explanation in told if explanation.verdict is not test.verdict]

    def hindrances(self, vocabulary: Vocabulary | None = None) -> list[Issue]:
        """What stands against publishing the rule: faults, facts nobody knows, missing or failing tests; none when it may
        be published (by a second person: that is not the engine's to know)."""
        found = validate(self.when, path="/when", vocabulary=vocabulary)
        if found:
            return found
        for wanted, code in ((Verdict.YES, Hindrance.NO_YES), (Verdict.NO, Hindrance.NO_NO)):
            if not any(test.verdict is wanted for test in self.tests):
                said = f'no test expects "{wanted}"'
                found.append(Issue("/tests", said, "at least one test for yes and one for no", code=code))
        for number, test in enumerate(self.tests):
            for said in () if vocabulary is None else vocabulary.problems(test.facts):
                found.append(Issue(f"/tests/{number}/facts", said, code=Hindrance.STRANGE_FACTS))
        places = {id(test): number for number, test in enumerate(self.tests)}
        found += [
            Issue(f"/tests/{places[id(failed.test)]}", str(failed), code=Hindrance.FAILED_TEST)
            for failed in self.failed_tests()
        ]
        return found

    @classmethod
    def from_json(cls, given: Json, *, vocabulary: Vocabulary | None = None) -> "Rule":
        """Reads a rule; raises `RuleError` with every fault. Tests that fail are no fault here, only when publishing."""
        issues = list(_issues(given, vocabulary))
        if issues:
            raise RuleError(issues)
        until, source = given.get("valid_until"), given["source"]
        return cls(
            id=given["id"],
            version=given["version"],
            labels=dict(given["labels"]),
            valid_from=date.fromisoformat(given["valid_from"]),
            valid_until=date.fromisoformat(until) if until else None,
            source=LegalSource(**source),
            when=given["when"],
            tests=tuple(
                RuleTest(test["name"], test["facts"], Verdict(test["verdict"])) for test in given.get("tests", ())
            ),
            table=given.get("table"),
        )

    def to_json(self) -> dict[str, Json]:
        """The rule as `from_json` reads it."""
        return {
            "id": self.id,
            "version": self.version,
            "labels": dict(self.labels),
            "valid_from": self.valid_from.isoformat(),
            "valid_until": self.valid_until.isoformat() if self.valid_until else None,
            "source": {
                "title": self.source.title,
                "section": self.source.section,
                "url": self.source.url,
                "language": self.source.language,
            },
            "when": self.when,
            "tests": [
                {"name": test.name, "facts": dict(test.facts), "verdict": str(test.verdict)} for test in self.tests
            ],
            "table": None if self.table is None else dict(self.table),
        }


def version_in_force(versions: Iterable[Rule], on: date) -> Rule | None:
    """The version that counts on a day: the highest of those in force, or None."""
    return max((rule for rule in versions if rule.in_force(on)), key=lambda rule: rule.version, default=None)


def _issues(given: Json, vocabulary: Vocabulary | None) -> Iterator[Issue]:
    if not isinstance(given, dict):
        yield Issue("", "a rule is an object", ", ".join(_FIELDS))
        return
    yield from _fields(given, "", _FIELDS, _NEEDED)
    checks: dict[str, Callable[[Json], str]] = {
        "id": lambda value: "" if isinstance(value, str) and value.strip() else "a text that is not empty",
        "version": lambda value: "" if type(value) is int and value >= 1 else "a whole number from 1 on",
        "labels": _labels_wrong,
        "valid_from": _date_wrong,
        "valid_until": lambda value: "" if value is None else _date_wrong(value),
        "table": lambda value: "" if value is None or isinstance(value, dict) else "an object, or null",
    }
    good = {}
    for name, wrong in checks.items():
        if name in given:
            allowed = wrong(given[name])
            good[name] = not allowed
            if allowed:
                yield Issue(f"/{name}", f"{given[name]!r:.60} cannot be the {name.replace('_', ' ')}", allowed)
    until = given.get("valid_until") if good.get("valid_from") and good.get("valid_until") else None
    if until and until < given["valid_from"]:
        yield Issue("/valid_until", "the rule would end before it begins", f"{given['valid_from']} or later")
    if "source" in given:
        yield from _source_issues(given["source"])
    if "when" in given:
        yield from validate(given["when"], path="/when", vocabulary=vocabulary)
    yield from _test_issues(given.get("tests", []))


def _source_issues(source: Json) -> Iterator[Issue]:
    if not isinstance(source, dict):
        yield Issue("/source", "the legal source is an object", ", ".join(_SOURCE))
        return
    yield from _fields(source, "/source", _SOURCE, ("title",))
    for name in _SOURCE:
        if name in source and not isinstance(source[name], str):
            yield Issue(f"/source/{name}", f"{source[name]!r:.60} is not a text", "a text")
    url = source.get("url")
    if isinstance(url, str) and url and not url.startswith(("https://", "http://")):
        yield Issue("/source/url", f"{url!r:.60} is not an address of the web", "https://…")


def _test_issues(tests: Json) -> Iterator[Issue]:
    if not isinstance(tests, list):
        yield Issue("/tests", "tests are a list", "[{name, facts, verdict}, …]")
        return
    for number, test in enumerate(tests):
        path = f"/tests/{number}"
        if not isinstance(test, dict):
            yield Issue(path, "a test is an object", ", ".join(_TEST))
            continue
        yield from _fields(test, path, _TEST, _TEST)
        if "name" in test and not isinstance(test["name"], str):
            yield Issue(f"{path}/name", f"{test['name']!r:.60} is not a text", "a text")
        if "facts" in test and not isinstance(test["facts"], dict):
            yield Issue(f"{path}/facts", "facts are an object", '{"age": 30, …}')
        if "verdict" in test and test["verdict"] not in [str(verdict) for verdict in Verdict]:
            yield Issue(f"{path}/verdict", f"{test['verdict']!r:.60} is not a verdict", ", ".join(Verdict))


def _fields(given: Mapping[str, Any], path: str, allowed: Iterable[str], needed: Iterable[str]) -> Iterator[Issue]:
    for name in needed:
        if name not in given:
            yield Issue(f"{path}/{name}", f"{name} is missing")
    for name in given:
        if name not in allowed:
            yield Issue(f"{path}/{name}", f"there is no field {name!r} here", ", ".join(allowed))


def _labels_wrong(value: Json) -> str:
    if isinstance(value, dict) and value and all(isinstance(text, str) and text.strip() for text in value.values()):
        return ""
    return 'a name in at least one language, {"en": "…"}'


def _date_wrong(value: Json) -> str:
    try:
        date.fromisoformat(value)
    except (TypeError, ValueError):
        return "a day such as 2026-11-22"
    return "" if len(value) == 10 else "a day such as 2026-11-22"
