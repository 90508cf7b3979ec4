"""Words in every script find what an office wrote."""

import pytest

from kesher.directory.search import SearchQuery, find, index
from kesher.directory.taxonomies import load_open_eligibility
from tests.directory.search.town import service

pytestmark = pytest.mark.django_db


def names(text: str, **filters: object) -> list[str]:
    from kesher.directory.models import Service

    found = find(SearchQuery(text=text, **filters))
    by_id = Service.objects.in_bulk(found.service_ids)
    return [str(by_id[key]) for key in found.service_ids]


@pytest.mark.parametrize(
    ("written", "language", "asked"),
    [
        ("אולפן ערב", "he", "לאולפן"),  # a prefix on the question
        ("עזרה לקשישים", "he", "קשישים"),  # a prefix in the name
        ("שָׁלוֹם בַּיִת", "he", "שלום"),  # niqqud
        ("מקלט לנשים", "he", "נשים"),
        ("חדר אוכל", "he", "חדרי"),
        ('דו"ח צה"ל', "he", "צהל"),
        ("بيت الأمل", "ar", "امل"),  # article and alef with hamza
        ("مدرسة مسائية", "ar", "مدرسه"),  # teh marbuta
        ("مستشفى", "ar", "مستشفي"),  # alef maksura
        ("دَوْرَة", "ar", "دورة"),  # vowel marks
        ("Ёлка", "ru", "елка"),
        ("Юридическая помощь", "ru", "юридической"),
        ("Допомога сім'ї", "uk", "сім’ї"),
        ("ሥራ ፍለጋ", "am", "ስራ"),  # homophones
        ("Café für Eltern", "de", "cafe"),
        ("Women's centre", "en", "women"),
    ],
)
def test_one_spelling_finds_the_other(written, language, asked):
    service("Something else altogether")
    service(written, language=language)
    index()
    assert names(asked) == [written]


@pytest.mark.parametrize("asked", ["counceling", "couseling", "counselnig", "counselingg"])
def test_slips_of_the_finger_are_read_as_the_nearest_word(asked):
    service("Counseling for families")
    service("Football club")
    index()
    found = find(SearchQuery(text=asked))
    assert len(found.hits) == 1
    assert found.words[0].word == asked
    assert not found.words[0].known
    assert found.words[0].read_as == ("counseling",)


def test_a_question_in_one_language_finds_services_in_another_through_the_taxonomy():
    load_open_eligibility()
    wanted = service("Neighbourhood pantry", terms=("human_services:food:food_pantry",))
    service("Neighbourhood loans", terms=("human_services:money:loans",))
    index()
    for asked in ("סלי מזון", "قروض", "loan", "כסף"):
        found = find(SearchQuery(text=asked))
        assert len(found.hits) == 1, asked
        assert (found.hits[0].service_id == wanted.pk) == (asked == "סלי מזון"), asked
        assert {match.where for match in found.hits[0].because} >= {"theme"}, asked
