"""Somebody says what they worked at: it is shown as understood, with courses and recognition for it, and may be removed."""

import pytest
from django.test import Client

from kesher.directory.models import Service
from kesher.directory.search import index
from kesher.directory.taxonomies import load_open_eligibility
from tests.directory.search.town import service

pytestmark = pytest.mark.django_db

FURTHER = "human_services:education:further_education"
VOCATIONAL = "human_services:work:skills_training:vocational_courses"


@pytest.fixture
def town() -> dict[str, Service]:
    load_open_eligibility()
    made = {
        "nurses": service("עברית לאחים ולאחיות", language="he", terms=(FURTHER,)),
        "papers": service("הכרה בתעודות מחוץ לארץ", language="he", terms=(FURTHER,)),
        "welding": service("Welder course", terms=(VOCATIONAL,)),
        "test": service("מבחן מקצועי מעשי", language="he", terms=(VOCATIONAL,)),
        "clinic": service("Nurse at the clinic", terms=("human_services:health",)),
    }
    index()
    return made


def asked(client: Client, language: str, words: str, **more: str):
    return client.get(f"/{language}/services/", {"q": words, **more})


@pytest.mark.parametrize(
    ("language", "words", "understood", "first", "path"),
    [
        ("en", "I was a nurse in Addis", "Nursing professionals", "nurses", "papers"),
        ("he", "በአዲስ አበባ ነርስ ነበርኩ", "אחים ואחיות מוסמכים", "nurses", "papers"),
        ("ar", "كنت ممرضة في حلب", "اختصاصيو التمريض", "nurses", "papers"),
        ("ru", "ניקיתי בתים", "Уборщики и домашняя прислуга", None, "test"),
        ("en", "I worked as a welder", "Welders and flamecutters", "welding", "test"),
    ],
)
def test_what_somebody_worked_at_leads_to_learning_and_recognition(
    client, town, language, words, understood, first, path
):
    page = asked(client, language, words)
    work = page.context["work"]
    assert language == "ru" or work.names[language] == understood
    keys = [card.pk for card in work.cards]
    if first:
        assert keys[0] == town[first].pk
    assert town[path].pk in keys
    assert town["clinic"].pk not in keys, "a nurse at a clinic teaches nobody nursing"
    assert work.names[language] in page.content.decode()


def test_what_was_understood_is_removed_by_one_press_and_read_anew_with_other_words(client, town):
    page = asked(client, "en", "I was a nurse", free="1")
    assert page.context["without_work"] == "q=I+was+a+nurse&free=1&work=no"
    without = client.get("/en/services/?" + page.context["without_work"])
    assert without.context["work"] is None
    assert "We understood" not in without.content.decode()
    by_words, by_filters = without.content.decode().split('class="filters"')
    assert 'name="work"' not in by_words, "the next words are read anew"
    assert 'name="work"' in by_filters, "the same words with another filter are not"
    assert [pill["label"] for pill in without.context["pills"]] == ["Free of charge"]


@pytest.mark.parametrize("words", ["I need a nurse", "Hebrew course", "nursery"])
def test_who_asks_for_something_else_sees_nothing_of_it(client, town, words):
    assert asked(client, "en", words).context["work"] is None


def test_it_stands_on_the_first_page_alone_and_a_theme_that_was_chosen_stays(client, town):
    assert asked(client, "en", "I was a nurse", page="2").context["work"] is None
    chosen = asked(client, "en", "I was a nurse", theme="human_services:health").context["work"]
    assert chosen is not None
    assert chosen.cards == []


def test_both_lists_may_show_one_service_and_no_two_parts_of_the_page_have_one_name(client, town):
    page = asked(client, "he", "הייתי אחות").content.decode()
    key = f'id="service-{town["nurses"].pk}"'
    assert page.count(key) == 1
    assert f'id="work-service-{town["nurses"].pk}"' in page
