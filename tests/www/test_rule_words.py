"""Rules in words: every operator on every kind of fact, in the complete languages, nothing raw; numbers as each language
counts."""

import re
from itertools import product
from typing import Any

import pytest
from django.utils import translation

from kesher.directory import facts as vocabulary
from kesher.directory.facts import VOCABULARY, WORDS, FactWords
from kesher.engine.eligibility import Condition, Fact, Kind, Vocabulary, explain
from kesher.engine.eligibility.conditions import read
from kesher.www.rule_words import conditions, values
from kesher.www.rule_words.conditions import depends_on, phrase
from kesher.www.rule_words.lines import Line, rule_in_words
from kesher.www.rule_words.values import all_of, beside, listed, name_of, one_of, said, value_in_words

KINDS = {
    Kind.NUMBER: ("age", (18, 66)),
    Kind.TEXT: ("status", ("newcomer", "permanent")),
    Kind.BOOLEAN: ("rents", (True, False)),
    Kind.DATE: ("arrived", ("2020-01-01", "2025-12-31")),
    Kind.LIST: ("speaks", ("he", "am")),
}
OPERATORS = [
    "<",
    "<=",
    ">",
    ">=",
    "before",
    "not-before",
    "after",
    "not-after",
    "===",
    "in",
    "between",
    "holds",
    "is",
    "always",
    "computed",
]
#: What a program calls things, or how it writes values down.
RAW = re.compile(r"\b(None|True|False|newcomer|child_under_3|arrived|speaks|not-before)\b|===|<|>|\{|\}|\[|\]|_|'")


@pytest.fixture
def more_facts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Dates and lists, which the rules of today do not ask for and those of tomorrow may."""
    more = [Fact("arrived", Kind.DATE), Fact("speaks", Kind.LIST, choices=("he", "am"))]
    known = Vocabulary([*VOCABULARY.values(), *more])
    words = {**WORDS, "arrived": FactWords("day 1"), "speaks": FactWords("day 2", {"he": "day 3", "am": "day 4"})}
    for module in (conditions, vocabulary):
        monkeypatch.setattr(module, "VOCABULARY", known)
    for module in (conditions, values, vocabulary):
        monkeypatch.setattr(module, "WORDS", words)


def condition(kind: Kind, operator: str, *, negated: bool, **more: Any) -> Condition:
    fact, values = KINDS[kind]
    expected = values if operator in ("in", "between") else values[:1]
    return Condition("", {"var": fact}, negated, operator, (fact,), fact, expected, **more)


@pytest.mark.parametrize("language", ["en", "he", "ar"])
@pytest.mark.parametrize("kind", Kind)
def test_every_condition_has_a_sentence(more_facts: None, language: str, kind: Kind) -> None:
    with translation.override(language):
        for operator, negated in product(OPERATORS, (False, True)):
            one = condition(kind, operator, negated=negated)
            sentence = phrase(one)
            if operator == "computed":
                assert sentence is None, "has to be read as it is written"
                sentence = depends_on(one)
            assert sentence
            assert sentence.strip(), (operator, negated)
            assert not RAW.search(sentence), (operator, negated, sentence)
            if language != "en":
                assert not re.search(r"[a-z]{3}", sentence.replace("day", "")), (operator, negated, sentence)
        for closed in product((True, False), repeat=2):
            assert phrase(condition(kind, "between", negated=False, closed=closed))
        moved = phrase(condition(kind, "<=", negated=False, offset=(2, "year")))
        assert moved
        assert not RAW.search(moved)


@pytest.mark.parametrize("language", ["en", "he", "ar"])
def test_every_answer_has_words(language: str) -> None:
    with translation.override(language):
        for path, fact in VOCABULARY.items():
            values = {Kind.NUMBER: [0, 34], Kind.BOOLEAN: [True, False], Kind.TEXT: list(fact.choices)}[fact.kind]
            for value in [*values, None]:
                for sentence in (said(path, value), value_in_words(path, value)):
                    assert sentence
                    assert not re.search(r"None|True|False|_", sentence), sentence


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ({">=": [{"var": "age"}, 18]}, "age: at least 18 years"),
        ({"!": [{">=": [{"var": "age"}, 18]}]}, "age: less than 18 years"),
        ({"<=": [18, {"var": "age"}, 66]}, "age: from 18 to 66 years"),
        ({"!": [{"<=": [18, {"var": "age"}, 66]}]}, "age: less than 18 years or more than 66 years"),
        ({"<": [18, {"var": "age"}, 66]}, "age: more than 18 years and less than 66 years"),
        ({"===": [{"var": "status"}, "permanent"]}, "status in the country: permanent resident"),
        ({"!": [{"===": [{"var": "status"}, "permanent"]}]}, "status in the country: anything but permanent resident"),
        ({"in": [{"var": "hebrew"}, ["none", "some"]]}, "Hebrew: none yet or a few words"),
        ({"var": "rents"}, "rents a home"),
        ({"!": [{"var": "rents"}]}, "does not rent a home"),
        ({"===": [{"var": "rents"}, False]}, "does not rent a home"),
        ({"in": [{"var": "rents"}, [True, False]]}, "rents a home: any"),
        ({"!": [{"in": [{"var": "hebrew"}, ["none", "some"]]}]}, "Hebrew: anything but none yet or a few words"),
        ({">=": [{"var": "employees"}, 1200]}, "people employed: at least 1,200 people"),
        ({"!": [False]}, "open to everybody"),
        ({"!": [True]}, "closed to everybody for now"),
        ({"===": [1, 2]}, "closed to everybody for now"),
        (False, "closed to everybody for now"),
        (True, "open to everybody"),
    ],
)
def test_conditions_in_english(rule: Any, sentence: str) -> None:
    negated = isinstance(rule, dict) and "!" in rule
    with translation.override("en"):
        assert phrase(read(rule["!"][0] if negated else rule, "", negated=negated)) == sentence


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ({"+": [{"var": "age"}, {"var": "years_here"}]}, "depends on: age, years in the country"),
        ({"var": "secret.thing"}, "depends on: something the office asks itself"),
        ({"===": [{"var": "age"}, {"+": [{"var": "years_here"}, 1]}]}, "depends on: age, years in the country"),
    ],
)
def test_what_cannot_be_said_in_a_line_is_named_by_what_it_depends_on(rule: Any, sentence: str) -> None:
    with translation.override("en"):
        assert phrase(read(rule, "", negated=False)) is None
        assert depends_on(read(rule, "", negated=False)) == sentence


@pytest.mark.parametrize(
    ("language", "alone"),
    [
        ("ar", {0: "0 سنة", 1: "سنة واحدة", 2: "سنتان", 3: "3 سنوات", 18: "18 سنة", 103: "103 سنوات", 100: "100 سنة"}),
        ("he", {1: "שנה אחת", 2: "שנתיים", 5: "5 שנים", 18: "18 שנים"}),
        ("ru", {1: "1 год", 2: "2 года", 18: "18 лет", 21: "21 год"}),
        ("uk", {1: "1 рік", 2: "2 роки", 18: "18 років", 21: "21 рік"}),
        ("fr", {1: "1 an", 18: "18 ans"}),
        ("am", {1: "1 ዓመት", 18: "18 ዓመት"}),
        ("en", {1: "1 year", 18: "18 years", 17.5: "17.5 years"}),
    ],
)
def test_years_are_counted_as_the_language_counts(language: str, alone: dict[float, str]) -> None:
    with translation.override(language):
        for number, words in alone.items():
            assert value_in_words("age", number) == words


@pytest.mark.parametrize(
    ("language", "number", "sentence"),
    [
        ("ar", 18, "العمر: على الأقل 18 سنة"),
        ("ar", 2, "العمر: على الأقل سنتين"),
        ("ru", 21, "возраст: не меньше 21 года"),
        ("ru", 18, "возраст: не меньше 18 лет"),
        ("uk", 21, "вік: не менше 21 року"),
        ("he", 18, "גיל: לפחות 18 שנים"),
    ],
)
def test_after_at_least_the_word_for_years_takes_the_form_that_it_takes_there(
    language: str, number: int, sentence: str
) -> None:
    with translation.override(language):
        assert phrase(read({">=": [{"var": "age"}, number]}, "", negated=False)) == sentence


def test_lists_in_words() -> None:
    with translation.override("en"):
        assert [one_of(list("abc")[:n]) for n in range(4)] == ["none", "a", "a or b", "a, b or c"]
        assert [all_of(list("abc")[:n]) for n in range(4)] == ["", "a", "a and b", "a, b and c"]
        assert (listed("abc"), beside("abc")) == ("a, b, c", "a; b; c")
    with translation.override("ar"):
        assert (listed("ab"), beside("ab")) == ("a، b", "a؛ b")


RULE = {"and": [{">=": [{"var": "age"}, 18]}, {"var": "low_income"}]}


def test_a_rule_in_words_keeps_all_and_any_apart() -> None:
    either = {"!": [{"and": [{"!": [{"var": "child_under_3"}]}, {"!": [{"var": "child_3_to_6"}]}]}]}
    with translation.override("en"):
        assert rule_in_words(RULE)[0] == Line("Age: at least 18 years")
        (any_of,) = rule_in_words(either)
        assert any_of.any
        assert [line.text for line in any_of.lines] == ["Has a child under 3", "Has a child of 3 to 6"]
        choice = rule_in_words({"if": [{"var": "rents"}, {">": [{"var": "age"}, 18]}, {">": [{"var": "age"}, 30]}]})
        assert [line.text for line in choice] == ["If: Rents a home", "Else"]
        assert rule_in_words(None) == (Line("Open to everybody"),)


def test_what_has_no_words_is_shown_as_it_stands_only_to_whom_it_is_told() -> None:
    """Those who write rules read the program's own words, in a place of their own; visitors never do."""
    (line,) = rule_in_words({"!": [{"===": [{"var": "shoe.size"}, 43]}]})
    assert "shoe" not in line.text
    assert (line.denied, line.code) == (True, '{"===": [{"var": "shoe.size"}, 43]}')
    assert name_of("shoe.size", otherwise="shoe.size") == "shoe.size"


def test_every_fact_that_the_engine_may_miss_has_a_name() -> None:
    told = explain({"and": [{">": [{"var": path}, 1]} for path in VOCABULARY]}, {})
    with translation.override("en"):
        assert all(name_of(fact) == str(WORDS[fact].name) for fact in told.missing)
