"""Who has chosen a language comes back to it; who only follows a link has chosen nothing."""

import re

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
HEBREW_PHONE = {"accept-language": "he,en;q=0.5"}


def link_to(client: Client, page: str, code: str) -> str:
    shown = client.get(page, headers=HEBREW_PHONE).content.decode().split('class="languages"')[1].split("</nav>")[0]
    found = re.search(rf'<a href="([^"]+)" lang="{code}"', shown)
    assert found
    return found.group(1).replace("&amp;", "&")


@pytest.mark.parametrize(
    ("page", "there"), [("/he/", "/am/"), ("/he/services/?q=x&page=1", "/am/services/?q=x&page=1")]
)
def test_who_chose_a_language_comes_back_to_it(client: Client, page: str, there: str) -> None:
    assert client.get("/", headers=HEBREW_PHONE)["Location"] == "/he/"
    answer = client.get(link_to(client, page, "am"), headers=HEBREW_PHONE)
    assert (answer.status_code, answer["Location"]) == (302, there), "the same page, and a clean address"
    cookie = answer.cookies["kesher_language"]
    assert cookie.value == "am"
    assert cookie["httponly"]
    assert cookie["path"] == "/"
    assert "no-store" in answer["Cache-Control"]
    assert client.get("/", headers=HEBREW_PHONE)["Location"] == "/am/", "the town's plain address"


def test_who_follows_a_link_has_chosen_nothing(client: Client) -> None:
    client.get("/am/", headers=HEBREW_PHONE)
    assert "kesher_language" not in client.cookies
    assert client.get("/", headers=HEBREW_PHONE)["Location"] == "/he/"


@pytest.mark.parametrize(
    "address", ["/?keep=language", "/xx/?keep=language", "/am/?keep=everything", "/am/?k%65ep=language"]
)
def test_nothing_else_sets_it(client: Client, address: str) -> None:
    client.get(address)
    assert "kesher_language" not in client.cookies


def test_it_is_not_chosen_by_sending_a_form(client: Client) -> None:
    assert (
        "kesher_language" not in client.post("/am/find/person/?keep=language", {"do": "say", "words": "work"}).cookies
    )


def test_a_cookie_of_no_language_is_passed_over(client: Client) -> None:
    client.cookies["kesher_language"] = "klingon"
    assert client.get("/", headers=HEBREW_PHONE)["Location"] == "/he/"
