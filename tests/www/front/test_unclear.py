"""What the words are most about is asked where they leave it open, at most twice, and re-sorts what is found."""

import re
from collections.abc import Iterator
from itertools import combinations

import pytest
from django.test import Client

from kesher.adapters.encoders import tuned
from kesher.directory.concerns import CONCERN_OF
from kesher.directory.search import index, meaning, tend
from kesher.directory.taxonomies import load_taxonomies
from kesher.www.apps import _encoder
from kesher.www.front.orientation.answers import MOST_ASKED_ABOUT
from tests.directory.search.town import service
from tests.www.front.test_find import kept

pytestmark = pytest.mark.django_db
PERSON = "/en/find/person/"
#: One service each for any two of what an unclear sentence may be about.
ABOUT = ("debts", "bills", "eviction", "cash", "jobless_money", "fraud")
WORDS = "we have no money"


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


def test_none_of_these_offers_others_once_and_then_nothing(client: Client) -> None:
    shown = says(client, WORDS)
    seen = offered(shown)
    for _ in range(MOST_ASKED_ABOUT):
        now = offered(shown)
        shown = choose(client, shown, "")
        assert not set(now) & set(offered(shown))
    assert offered(shown) == []
    answers = kept(client)
    assert answers.passed[: len(seen)] == tuple(seen)
    assert answers.questions <= MOST_ASKED_ABOUT


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
