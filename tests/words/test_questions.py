"""Whoever reads one of the seven languages is asked in it, whatever language the title is in."""

from collections import Counter

import pytest

from kesher.engine.coding import Answer, CharacterNgrams, Coder
from kesher.formats import isco
from kesher.words.questions import BETWEEN, between, questions
from kesher.words.vocabularies import vocabulary

LANGUAGES = ("en", "he", "ar", "ru", "uk", "fr", "am")


@pytest.fixture(scope="module")
def lists() -> isco.StarterTaxonomy:
    return isco.read()


def test_every_title_has_its_question_in_every_language_of_the_lists(lists: isco.StarterTaxonomy) -> None:
    assert sorted(BETWEEN) == sorted({one.language for one in lists.ambiguous}) == sorted(LANGUAGES)
    for one, asked in zip(lists.ambiguous, questions(lists), strict=True):
        assert set(asked) == set(LANGUAGES)
        assert all(said.endswith(("?", "؟")) and "{" not in said for said in asked.values()), (one.title, asked)


def test_what_was_written_for_a_title_stays(lists: isco.StarterTaxonomy) -> None:
    for one, asked in zip(lists.ambiguous, questions(lists), strict=True):
        assert one.question.items() <= asked.items()


def test_a_question_is_lent_only_by_a_title_of_exactly_the_same_groups(lists: isco.StarterTaxonomy) -> None:
    written: dict[tuple[str, str], set[frozenset[str]]] = {}
    for one in lists.ambiguous:
        for language, said in one.question.items():
            written.setdefault((language, said), set()).add(frozenset(one.isco08))
    how = Counter[str]()
    for one, asked in zip(lists.ambiguous, questions(lists), strict=True):
        for language, said in asked.items():
            if language in one.question:
                how["written"] += 1
            elif frozenset(one.isco08) in written.get((language, said), ()):
                how["lent"] += 1
            else:
                assert said == between(lists, one.isco08, language)
                how["by names"] += 1
    assert how["lent"] > how["by names"] / 2 > 0, how


def test_names_of_groups_are_those_of_the_language_each_once(lists: isco.StarterTaxonomy) -> None:
    said = between(lists, ("7411", "7412"), "ru")
    assert lists.group["7411"]["ru"] in said
    assert lists.group["7412"]["ru"] in said
    assert said.count(lists.group["7411"]["ru"]) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_coder_asks_in_the_language_of_the_reader(lists: isco.StarterTaxonomy, language: str) -> None:
    coder = Coder(vocabulary("occupation", None), CharacterNgrams())
    one = next(each for each in lists.ambiguous if each.language == ("uk" if language == "ru" else "ru"))
    coding = coder.code(one.title, language=language)
    assert coding.answer is Answer.QUESTION
    assert coding.question == questions(lists)[lists.ambiguous.index(one)][language]
