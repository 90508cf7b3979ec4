"""The query set keeps the promises of its README."""

import re
from collections import Counter

import pytest
import yaml

from kesher.engine.text import query_tokens
from tests.search_quality.queries import SearchQuery, load_queries
from tests.shared import shared

QUERIES = load_queries()
SCRIPT = {"en": re.compile(r"[A-Za-z]"), "he": re.compile(r"[א-ת]"), "ar": re.compile(r"[\u0621-\u064a]")}


def test_every_need_is_asked_once_in_each_language():
    assert len(QUERIES) == 450
    asked = Counter((query.need, query.language) for query in QUERIES)
    assert len({need for need, _ in asked}) == 150
    assert set(asked.values()) == {1}
    assert {language for _, language in asked} == {"en", "he", "ar"}


def test_no_two_queries_are_the_same():
    assert [text for text, times in Counter(query.query for query in QUERIES).items() if times > 1] == []


def test_a_need_is_one_need_in_all_its_languages():
    facts = {(query.need, query.theme, query.split, query.codes) for query in QUERIES}
    assert len(facts) == 150


def test_the_split_is_half_of_every_theme():
    sides = Counter((query.theme, query.split) for query in QUERIES if query.language == "en")
    assert {split for _, split in sides} == {"train", "test"}
    for theme in {theme for theme, _ in sides}:
        assert abs(sides[theme, "train"] - sides[theme, "test"]) <= 1, theme
    assert len(load_queries("train")) == len(load_queries("test")) == 225


def test_the_ways_of_asking_vary():
    kinds = Counter(query.kind for query in QUERIES)
    assert set(kinds) == {"plain", "inflected", "misspelt", "colloquial", "two-word", "question"}
    assert 0.10 <= kinds["misspelt"] / len(QUERIES) <= 0.15
    for language in SCRIPT:
        assert len({query.kind for query in QUERIES if query.language == language}) >= 5, language


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: f"{query.need}-{query.language}")
def test_a_query_is_in_its_language_and_asks_something(query):
    letters = [letter for letter in query.query if letter.isalpha()]
    assert letters
    assert all(SCRIPT[query.language].match(letter) for letter in letters), query.query
    assert query_tokens(query.query)
    assert all(code.startswith("human_services:" + query.theme) for code in query.codes[:1])


def test_relevance_counts_terms_below_and_no_others():
    query = SearchQuery("n", "money", "train", "en", "plain", "loan", ("human_services:money:loans",))
    assert query.relevant({"human_services:money:loans"})
    assert query.relevant({"human_services:money:loans:business_loan", "human_services:food"})
    assert not query.relevant({"human_services:money"})
    assert not query.relevant({"human_services:money:loans_of_tools"})
    assert not query.relevant(set())


def taxonomy_codes() -> set[str]:
    path = shared("data/il_services_kolsherut/openeligibility_taxonomy_he_en.yaml")
    found: set[str] = set()
    waiting = list(yaml.safe_load(path.read_text(encoding="utf-8")))
    while waiting:
        term = waiting.pop()
        found.add(term["slug"])
        waiting.extend(term.get("items") or [])
    return found


@pytest.mark.conformance
def test_every_code_is_a_term_of_the_taxonomy():
    assert {code for query in QUERIES for code in query.codes} - taxonomy_codes() == set()
