"""Rules as they are kept: reading them, their own tests, their dates, and the words when something is wrong."""

from datetime import date
from typing import Any

import pytest

from kesher.engine.eligibility import Fact, Kind, Rule, RuleError, Verdict, Vocabulary, validate, version_in_force

ULPAN: dict[str, Any] = {
    "id": "ulpan",
    "version": 2,
    "labels": {"en": "Hebrew course", "he": "אולפן"},
    "valid_from": "2026-01-01",
    "valid_until": None,
    "source": {
        "title": "Absorption Regulations",
        "section": "4(b)",
        "url": "https://example.org/law",
        "language": "en",
    },
    "when": {"and": [{">=": [{"var": "age"}, 18]}, {"===": [{"var": "status"}, "newcomer"]}]},
    "tests": [
        {"name": "a newcomer of 30", "facts": {"age": 30, "status": "newcomer"}, "verdict": "yes"},
        {"name": "a child", "facts": {"age": 8}, "verdict": "no"},
        {"name": "nobody asked", "facts": {}, "verdict": "unknown"},
    ],
    "table": None,
}
VOCABULARY = Vocabulary(
    [
        Fact("age", Kind.NUMBER, whole=True),
        Fact("status", Kind.TEXT, choices=("newcomer", "citizen")),
        Fact("born", Kind.DATE),
        Fact("languages", Kind.LIST, choices=("he", "am")),
        Fact("resident", Kind.BOOLEAN),
    ]
)


def test_a_rule_is_read_and_written_and_may_be_published() -> None:
    rule = Rule.from_json(ULPAN, vocabulary=VOCABULARY)
    assert rule.to_json() == ULPAN
    assert rule.hindrances(VOCABULARY) == []
    assert rule.verdict({"age": 30}) is Verdict.UNKNOWN
    assert rule.facts == ("age", "status")


def test_a_rule_whose_own_tests_fail_cannot_be_published() -> None:
    rule = Rule.from_json({**ULPAN, "when": {">": [{"var": "age"}, 30]}})
    said = [str(issue) for issue in rule.hindrances()]
    assert said == ["/tests/0: 'a newcomer of 30' should be yes and is no"]
    without = Rule.from_json({**ULPAN, "tests": ULPAN["tests"][1:]})
    assert [issue.message for issue in without.hindrances()] == ['no test expects "yes"']
    odd = {"name": "odd", "facts": {"age": "old", "status": "newcomer"}, "verdict": "unknown"}
    strange = Rule.from_json({**ULPAN, "tests": [*ULPAN["tests"], odd]})
    assert [str(issue) for issue in strange.hindrances(VOCABULARY)] == [
        "/tests/3/facts: age must be a number, it is 'old'"
    ]


def test_every_fault_is_named_at_once_with_its_place() -> None:
    broken = {
        **{key: value for key, value in ULPAN.items() if key != "source"},
        "version": 0, "labels": {}, "valid_from": "2026-02-30", "colour": "red",
        "when": {"and": [{"or": [1, 2]}, {"<": [{"var": "x."}]}, {"plusTime": ["2026-13-01", 1.5, "week"]}, None, {}]},
        "tests": [{"name": 3, "facts": [], "verdict": "maybe"}, "x"],
    }  # fmt: skip
    with pytest.raises(RuleError) as caught:
        Rule.from_json(broken)
    assert [issue.path for issue in caught.value.issues] == [
        "/source", "/colour", "/version", "/labels", "/valid_from",
        "/when/and/0", "/when/and/1", "/when/and/2/plusTime/0", "/when/and/2/plusTime/1", "/when/and/2/plusTime/2",
        "/when/and/3", "/when/and/4",
        "/tests/0/name", "/tests/0/facts", "/tests/0/verdict", "/tests/1",
    ]  # fmt: skip
    assert "allowed: year, month, day, hour" in str(caught.value)


def test_a_rule_does_not_end_before_it_begins_and_has_an_address() -> None:
    with pytest.raises(RuleError, match="would end before it begins"):
        Rule.from_json({**ULPAN, "valid_until": "2025-12-31"})
    with pytest.raises(RuleError, match="is not an address of the web"):
        Rule.from_json({**ULPAN, "source": {"title": "x", "url": "javascript:alert(1)"}})
    for given in (None, [], "rule"):
        with pytest.raises(RuleError, match="a rule is an object"):
            Rule.from_json(given)


def test_the_highest_version_in_force_counts() -> None:
    old = Rule.from_json({**ULPAN, "version": 1, "valid_until": "2026-06-30"})
    new = Rule.from_json({**ULPAN, "valid_from": "2026-06-01"})
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 6, 15), date(2027, 1, 1)]
    assert [version_in_force([new, old], day) for day in days] == [None, old, new, new]


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ({">": [{"var": "agee"}, 3]}, "/>/0: there is no fact 'agee' (allowed: age)"),
        ({">": [{"var": "status"}, 3]}, "/>/0: status is a text, and > compares numbers"),
        ({"===": [{"var": "status"}, "nomad"]}, "/===/1: status must be one of newcomer, citizen; it is 'nomad'"),
        ({"in": [{"var": "status"}, ["newcomer", 3]]}, "/in/1/1: status must be a text, it is 3"),
        ({"===": [{"var": "born"}, "2020-01-01"]}, "/===/1: born is a date; dates are compared with before and after"),
        (
            {"after": [{"var": "born"}, {"plusTime": ["2020", 0, "day"]}]},
            "/after/0: after compares dates made by plusTime",
        ),
        ({"plusTime": [{"var": "age"}, 0, "day"]}, "/plusTime/0: age is a number, not a date"),
        ({"in": ["ru", {"var": "languages"}]}, "/in/0: languages must be one of he, am; it is 'ru'"),
        ({"in": ["he", {"var": "status"}]}, "/in/1: status is a text, not a list"),
        ({"===": [{"var": "languages"}, "he"]}, "/===/1: languages is a list and equals no single value"),
        ({"===": [{"var": "resident"}, 1]}, "/===/1: resident must be true or false, it is 1"),
        ({"reduce": [{"var": "languages"}, {"+": [{"var": "age"}, 1]}, 0]}, "within reduce there is no 'age'"),
        ({"reduce": [{"var": "languages"}, {"+": [{"var": "data.agee"}, 1]}, 0]}, "there is no fact 'agee'"),
    ],
)
def test_with_a_vocabulary_facts_and_values_are_checked(expression: Any, said: str) -> None:
    assert any(said in str(issue) for issue in validate(expression, vocabulary=VOCABULARY))


def test_a_rule_may_not_be_too_deep_too_long_or_reduce_too_much() -> None:
    deep: Any = True
    for _ in range(100_000):
        deep = {"!": [deep]}
    assert [issue.message for issue in validate(deep)] == ["the rule is nested too deeply"]
    assert [issue.message for issue in validate(["x"] * 10_000)] == ["the rule has too many parts"]
    one = {"reduce": [[], 1, 0]}
    assert "the rule has too many reduce operations" in [issue.message for issue in validate({"and": [one] * 5})]
    assert "reduce within reduce within reduce" in [
        issue.message for issue in validate({"reduce": [[], {"reduce": [[], one, 0]}, 0]})
    ]
    for number in (float("nan"), float("inf"), 2**60):
        assert len(validate(number)) == 1
