"""The engine's reasons in words: every operator on every kind of fact, in the complete languages, nothing raw."""

import re
from itertools import product
from typing import Any

import pytest
from django.utils import translation

from kesher.directory import facts as vocabulary
from kesher.directory.facts import VOCABULARY, WORDS, FactWords
from kesher.engine.eligibility import Condition, Fact, Kind, Vocabulary, explain
from kesher.engine.eligibility.conditions import read
from kesher.engine.orientation import Catalogue, Service, Situation, orient
from kesher.www.front.orientation import reasons
from kesher.www.front.orientation.reasons import Line, phrase, rule_in_words, said, value_in_words, why
from tests.engine.orientation.test_orientation import TODAY

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
    for module in (reasons, vocabulary):
        monkeypatch.setattr(module, "VOCABULARY", known)
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
            sentence = phrase(condition(kind, operator, negated=negated))
            assert sentence.strip(), (operator, negated)
            assert not RAW.search(sentence), (operator, negated, sentence)
            if language != "en":
                assert not re.search(r"[a-z]{3}", sentence.replace("day", "")), (operator, negated, sentence)
        for closed in product((True, False), repeat=2):
            assert phrase(condition(kind, "between", negated=False, closed=closed))
        moved = phrase(condition(kind, "<=", negated=False, offset=(2, "year")))
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
        ({"!": [{"===": [{"var": "status"}, "permanent"]}]}, "status in the country: not permanent resident"),
        ({"in": [{"var": "hebrew"}, ["none", "some"]]}, "Hebrew: none yet or a few words"),
        ({"var": "rents"}, "rents a home"),
        ({"!": [{"var": "rents"}]}, "does not rent a home"),
        ({"===": [{"var": "rents"}, False]}, "does not rent a home"),
        ({"in": [{"var": "rents"}, [True, False]]}, "rents a home: any"),
        ({"+": [{"var": "age"}, {"var": "years_here"}]}, "depends on: age, years in the country"),
        ({"var": "secret.thing"}, "depends on: something the office asks itself"),
        (False, "closed to everybody for now"),
        (True, "open to everybody"),
    ],
)
def test_conditions_in_english(rule: Any, sentence: str) -> None:
    negated = isinstance(rule, dict) and "!" in rule
    with translation.override("en"):
        assert phrase(read(rule["!"][0] if negated else rule, "", negated=negated)) == sentence


RULE = {"and": [{">=": [{"var": "age"}, 18]}, {"===": [{"var": "status"}, "newcomer"]}, {"var": "low_income"}]}


def result(**facts: Any) -> Any:
    return orient(Catalogue([Service("one", rule=RULE)]), Situation(TODAY, facts)).results()[0]


def test_what_fits_says_why_what_may_fit_what_is_missing_and_what_does_not_what_would_change_it() -> None:
    with translation.override("en"):
        fits = why(result(age=30, status="newcomer", low_income=True))
        assert fits.kind == "fits"
        assert fits.lines == (
            "age: at least 18 years",
            "status in the country: citizen who came in the last ten years",
            "has a low income",
        )
        may = why(result(age=30))
        assert (may.kind, may.missing) == ("ask", ("status in the country", "low income"))
        assert may.open == ("status", "low_income")
        no = why(result(age=30, status="newcomer", low_income=False))
        assert (no.kind, no.said, no.changes) == ("no", ("has no low income",), ("has a low income",))
        young = why(result(age=16, status="newcomer", low_income=True))
        assert young.said == ("age: 16 years",)
        assert young.changes == (), "nobody is told to be older"


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


def test_every_fact_that_the_engine_may_miss_has_a_name() -> None:
    told = explain({"and": [{">": [{"var": path}, 1]} for path in VOCABULARY]}, {})
    with translation.override("en"):
        assert all(reasons.name_of(fact) == str(WORDS[fact].name) for fact in told.missing)
