"""What the words are most about is asked where they leave it open, then openly, then in part; and re-sorts what is found."""

import re
from collections.abc import Iterator
from itertools import combinations

import pytest
from django.test import Client

from kesher.adapters.encoders import tuned
from kesher.directory.concerns import BROAD, CONCERN_OF, PARTS_OF
from kesher.directory.facts import Who
from kesher.directory.search import index, meaning, tend
from kesher.directory.taxonomies import load_taxonomies
from kesher.www.apps import _encoder
from tests.directory.search.town import service
from tests.www.front.test_find import kept

pytestmark = pytest.mark.django_db
PERSON = "/en/find/person/"
#: One service each for any two of what an unclear sentence may be about.
ABOUT = ("debts", "bills", "eviction", "cash", "jobless_money", "fraud")
WORDS = "we have no money"
OPENLY = "Not what you meant? Choose what it is about"


@pytest.fixture(autouse=True)
def town(db: None) -> Iterator[None]:
    encoder = tuned()
    assert encoder is not None
    meaning.provide(lambda: encoder)
    load_taxonomies()
    for one, other in combinations(ABOUT, 2):
        service(f"{one} and {other}", text=f"{CONCERN_OF[one].says}. {CONCERN_OF[other].says}.")
    service("gambling", text=f"{CONCERN_OF['gambling'].says}.")
    index()
    tend()
    yield
    meaning.provide(_encoder)


def says(client: Client, words: str) -> str:
    client.post(PERSON, {"do": "say", "words": words})
    return page(client)


def page(client: Client, address: str = PERSON) -> str:
    return client.get(address).content.decode()


def offered(shown: str) -> list[str]:
    return re.findall(r'name="offered" value="(\w+)"', shown)


def choices(shown: str) -> list[str]:
    """All that may be answered, but "none"."""
    return re.findall(r'ask__choice"[^>]*name="value" value="(\w+)"', shown)


def names(shown: str) -> list[str]:
    """Of the cards, in order."""
    return re.findall(r'class="offer__name"[^>]*><a[^>]*><bdi[^>]*>([^<]*)<', shown)


def choose(client: Client, shown: str, code: str) -> str:
    answered = client.post(PERSON, {"do": "about", "offered": offered(shown), "value": code})
    assert answered.status_code == 302
    assert "debts" not in answered["Location"]
    return page(client)


def test_an_answer_brings_what_helps_with_it_to_the_top_and_is_taken_back(client: Client) -> None:
    shown = says(client, WORDS)
    assert "What is it most about?" in shown
    assert "Question 1 of at most 5" in shown
    choices = offered(shown)
    assert len(choices) == 5
    first = names(shown)
    last = next(code for code in reversed(choices) if code in ABOUT)
    after = choose(client, shown, last)
    assert all(last in name for name in names(after)[:3])
    assert not all(last in name for name in first[:3])
    assert "What is it most about?" not in after
    assert CONCERN_OF[last].name["en"] in after.partition('id="about"')[2][:600]
    client.post(PERSON, {"do": "about_anything"})
    again = page(client)
    assert (names(again), offered(again)) == (first, choices)


def test_after_none_of_these_all_there_are_stand_under_their_headings_and_then_nothing_more_is_asked(
    client: Client,
) -> None:
    shown = says(client, WORDS)
    seen = offered(shown)
    shown = choose(client, shown, "")
    assert "Then choose yourself: what is it most about?" in shown
    others = [one.code for one in BROAD if one.door is Who.PERSON and one.code not in seen]
    assert sorted(choices(shown)) == sorted(others)
    assert "Food, bills and money" in shown
    chosen = choose(client, shown, "food")
    assert CONCERN_OF["food"].name["en"] in chosen.partition('id="about"')[2][:600]
    client.post(PERSON, {"do": "about_anything"})
    shown = choose(client, choose(client, page(client), ""), "")
    assert choices(shown) == []
    answers = kept(client)
    assert (answers.passed, answers.questions, answers.unsaid) == (tuple(seen), 2, True)


def test_who_is_not_asked_and_does_not_find_it_may_choose_from_all_there_are(client: Client) -> None:
    shown = says(client, "help for compulsive gamblers")
    assert offered(shown) == []
    assert OPENLY in shown
    client.post(PERSON, {"do": "about_openly"})
    shown = page(client)
    assert sorted(choices(shown)) == sorted(one.code for one in BROAD if one.door is Who.PERSON)
    assert OPENLY not in shown
    chosen = choose(client, shown, "debts")
    assert all("debts" in name for name in names(chosen)[:3])
    assert OPENLY not in chosen
    assert OPENLY not in page(client, PERSON + "?need=human_services:money")
    meaning.provide(None)
    assert OPENLY not in says(client, "help for compulsive gamblers")  # words alone know no concern


def test_of_what_was_chosen_a_part_may_be_chosen_and_brings_its_services_to_the_top(client: Client) -> None:
    for part in PARTS_OF["drugs"]:
        service(f"part {part.code}", text=f"{part.says}.")
    index()
    tend()
    shown = says(client, "my brother drinks and takes things")
    client.post(PERSON, {"do": "about", "offered": ["drugs"], "value": "drugs"})
    shown = page(client)
    assert "Alcohol or drugs</bdi>: what exactly?" in shown
    assert set(choices(shown)) == {part.code for part in PARTS_OF["drugs"]}
    detox = choose(client, shown, "detox")
    assert names(detox)[0] == "part detox"
    assert "what exactly?" not in detox
    client.post(PERSON, {"do": "about_anything"})
    client.post(PERSON, {"do": "about", "offered": ["drugs"], "value": "drugs"})
    whole = choose(client, page(client), "")
    assert "what exactly?" not in whole
    assert (kept(client).about, kept(client).whole) == ("drugs", True)


def test_who_skips_is_not_asked_again_until_something_else_is_said(client: Client) -> None:
    says(client, WORDS)
    client.post(PERSON, {"do": "about_unsaid"})
    shown = page(client)
    assert offered(shown) == []
    assert "Skipped: What is it most about?" in shown
    says(client, "food")
    assert offered(says(client, WORDS))
    assert kept(client).questions == 1  # that it was asked counts among the five, whatever is said next


def test_clear_words_and_themes_are_not_asked_about(client: Client) -> None:
    assert offered(says(client, "help for compulsive gamblers")) == []
    assert offered(page(client, PERSON + "?need=human_services:money")) == []


@pytest.mark.parametrize("odd", ["", "nonsense", "hire"], ids=["nothing offered", "unknown", "of the other door"])
def test_what_nobody_offered_is_no_answer(client: Client, odd: str) -> None:
    says(client, WORDS)
    assert client.post(PERSON, {"do": "about", "value": odd}).status_code == 302
    assert kept(client).about == ""
    assert kept(client).passed == ()


def test_it_is_asked_in_the_language_of_the_page_and_not_at_all_where_nothing_reads_meaning(client: Client) -> None:
    codes = offered(says(client, WORDS))
    for language in ("he", "ar", "ru", "uk", "fr", "am"):
        shown = page(client, PERSON.replace("/en/", f"/{language}/"))
        assert offered(shown) == codes
        assert all(
            CONCERN_OF[code].name[language].replace("'", "&#x27;").replace('"', "&quot;") in shown for code in codes
        )
    meaning.provide(None)
    assert offered(says(client, WORDS)) == []
