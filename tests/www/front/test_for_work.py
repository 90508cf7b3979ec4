"""Somebody says what they worked at: it is shown as understood, with courses and recognition for it, and may be removed."""

import pytest
from django.core import signing
from django.test import Client
from django.utils import translation

from kesher.directory.models import Service
from kesher.directory.search import index
from kesher.directory.taxonomies import load_open_eligibility
from kesher.www.front.orientation.answers import COOKIE, SALT, _Compact
from kesher.www.front.services.for_work import REASONS, Way
from tests.directory.search.town import service

pytestmark = pytest.mark.django_db

FURTHER = "human_services:education:further_education"
LANGUAGES = "human_services:education:more_education:foreign_languages"
VOCATIONAL = "human_services:work:skills_training:vocational_courses"


@pytest.fixture
def town() -> dict[str, Service]:
    load_open_eligibility()
    made = {
        "nurses": service("עברית לאחים ולאחיות", language="he", terms=(FURTHER,)),
        "papers": service("הכרה בתעודות מחוץ לארץ", language="he", terms=(FURTHER,)),
        "welding": service("Welder course", terms=(VOCATIONAL,)),
        "test": service("מבחן מקצועי מעשי", language="he", terms=(VOCATIONAL,)),
        "spoken": service("Spoken Arabic for nurses and welders", terms=(LANGUAGES,)),
        "clinic": service("Nurse at the clinic", terms=("human_services:health",)),
    }
    index()
    return made


def asked(client: Client, language: str, words: str, **more: str):
    return client.get(f"/{language}/services/", {"q": words, **more})


@pytest.mark.parametrize(
    ("language", "words", "understood", "first", "why"),
    [
        ("en", "I was a nurse in Addis", "Nursing professionals", ["papers", "nurses"], "recognition of what you"),
        ("he", "በአዲስ አበባ ነርስ ነበርኩ", "אחים ואחיות מוסמכים", ["papers", "nurses"], ""),
        ("ar", "كنت ممرضة في حلب", "اختصاصيو التمريض", ["papers", "nurses"], ""),
        ("ru", "ניקיתי בתים", "Уборщики и домашняя прислуга", ["test"], ""),
        # It is a course and names the work; a test is for every trade.
        ("en", "I worked as a welder", "Welders and flamecutters", ["welding", "test"], "a trade test or a course"),
    ],
)
def test_what_somebody_worked_at_leads_to_learning_and_recognition(
    client, town, language, words, understood, first, why
):
    page = asked(client, language, words)
    work = page.context["work"]
    assert language == "ru" or work.names[language] == understood
    keys = [card.pk for card in work.cards]
    assert keys[: len(first)] == [town[name].pk for name in first], "what shows it comes before what only names it"
    assert town["spoken"].pk not in keys, "spoken Arabic leads nobody back into nursing"
    if language == "en":
        assert why in work.cards[0].for_work
        assert all(card.for_work and not card.because for card in work.cards), "no words of another language as reasons"
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


# The result page of the front door

FIND = "/{}/find/person/"


def told(client: Client, language: str, words: str) -> str:
    client.post(FIND.format(language), {"do": "say", "words": words})
    return client.get(FIND.format(language)).content.decode()


@pytest.mark.parametrize(
    ("language", "words", "understood", "first"),
    [
        ("en", "I was a nurse in Addis", "Nursing professionals", ["papers", "nurses"]),
        ("he", "הייתי אחות בבית חולים", "אחים ואחיות מוסמכים", ["papers", "nurses"]),
        ("ar", "كنت ممرضة في حلب", "اختصاصيو التمريض", ["papers", "nurses"]),
        ("fr", "በአዲስ አበባ ነርስ ነበርኩ", "", ["papers", "nurses"]),
    ],
)
def test_the_front_door_shows_work_as_understood_and_what_helps_on_first(
    client, town, language, words, understood, first
):
    page = told(client, language, words)
    head, *rest = client.get(FIND.format(language)).context["found"].needs
    assert understood in page.partition('id="your-work"')[2].partition("</form>")[0]
    assert head.why == "work"
    assert [card.pk for card in head.cards][: len(first)] == [town[name].pk for name in first]
    assert all(card.for_work for card in head.cards)
    assert town["spoken"].pk not in [card.pk for card in head.cards]
    assert not {card.pk for card in head.cards} & {card.pk for need in rest for card in need.cards}, "each stands once"
    with translation.override(language):
        assert str(REASONS[Way.PAPERS]) in page


def test_what_was_understood_is_taken_away_by_one_press_and_read_anew_with_other_words(client, town):
    page = told(client, "en", "I was a nurse in Addis")
    assert 'value="not_my_work"' in page
    client.post(FIND.format("en"), {"do": "not_my_work"})
    without = client.get(FIND.format("en"))
    assert without.context["found"].work is None
    assert "We understood" not in without.content.decode()
    assert all(need.why != "work" for need in without.context["found"].needs)
    assert "I was a nurse in Addis" in without.content.decode(), "the words themselves stay"
    assert "We understood" in told(client, "en", "I was a welder")


@pytest.mark.parametrize("words", ["I need a nurse", "my husband was a nurse", "Hebrew course", "nursery"])
def test_who_speaks_of_no_work_of_their_own_is_shown_none(client, town, words):
    assert "We understood" not in told(client, "en", words)


def test_a_business_that_names_a_trade_is_not_taken_for_somebody_who_looks_for_work(client, town):
    client.post("/en/find/business/", {"do": "say", "words": "I was a welder"})
    assert client.get("/en/find/business/").context["found"].work is None


def test_what_is_asked_for_comes_before_what_helps_on_with_a_work(client, town):
    client.post(FIND.format("en"), {"do": "say", "words": "I was a welder for ten years, I need a clinic"})
    found = client.get(FIND.format("en")).context["found"]
    assert [need.why for need in found.needs][:2] == ["wish", "work"]
    assert [card.pk for card in found.needs[0].cards] == [town["clinic"].pk]
    client.post(FIND.format("he"), {"do": "say", "words": "עבדתי כרתך, צריכה מעון לילד"})
    found = client.get(FIND.format("he")).context["found"]
    assert found.wishes == ["עבדתי כרתך", "צריכה מעון לילד"]
    assert [(need.why, need.words) for need in found.needs][:2] == [("wish", "צריכה מעון לילד"), ("work", "")]
    client.post(FIND.format("en"), {"do": "say", "words": "I was a welder for ten years"})
    assert [need.why for need in client.get(FIND.format("en")).context["found"].needs][:1] == ["work"]


def test_a_cookie_of_before_work_was_understood_still_counts(client, town):
    told(client, "en", "I was a nurse")
    kept = signing.loads(client.cookies[COOKIE].value, salt=SALT, serializer=_Compact)
    assert kept.pop("x") == 0
    client.cookies[COOKIE] = signing.dumps(kept, salt=SALT, serializer=_Compact, compress=True)
    assert "We understood" in client.get(FIND.format("en")).content.decode()
