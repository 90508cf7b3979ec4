"""The page where anybody tries how words of work are understood: nothing kept, not too often, and what must be said is said."""

import logging
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kesher.formats.isco import ESCO_GROUP
from kesher.words import coders
from kesher.words.models import LocalWord, Proposal
from kesher.www.front import words

pytestmark = pytest.mark.django_db
NURSE = "በአዲስ አበባ ነርስ ነበርኩ"
URL = "/en/words/"


def posts(client: Client, **data: str) -> Any:
    told = {"kind": "occupation"} | {name.replace("_", "-"): value for name, value in data.items()}
    return client.post(URL, told)


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_it_answers_in_every_language(client: Client, language: str) -> None:
    page = client.post(f"/{language}/words/", {"kind": "occupation", "words": NURSE, "words-find": "1"})
    assert page.status_code == 200
    assert ESCO_GROUP + "2221" in page.content.decode()


def test_a_choice_shows_what_it_is_and_what_people_in_it_can(client: Client) -> None:
    page = posts(client, words="baker", words_choice=ESCO_GROUP + "7512")
    told = page.content.decode()
    assert page.status_code == 200
    assert "Bakers, pastry-cooks and confectionery makers" in told
    assert "bake bread" in told
    assert posts(client, words="qwzx", words_choice="none").status_code == 200
    assert posts(client, words="baker").status_code == 400
    assert posts(client).status_code == 400


def test_skills_are_looked_for_when_asked(client: Client) -> None:
    told = posts(client, kind="skill", words="drive a lorry", words_find="1").content.decode()
    assert "urn:kesher:skill:drive-lorry" in told
    assert posts(client, kind="nonsense", words="x", words_find="1").status_code == 200


def test_nothing_is_kept_and_no_log_has_the_words(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    posts(client, words=NURSE, words_find="1")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        page = posts(client, words=NURSE, words_find="1")
        suggestion = client.post(reverse("words_suggest"), {"text": NURSE, "kind": "skill", "name": "w", "id": "id_w"})
    assert page.status_code == suggestion.status_code == 200
    assert not any(query["sql"].startswith(("INSERT", "UPDATE")) for query in asked.captured_queries)
    assert Proposal.objects.count() == LocalWord.objects.count() == 0
    assert NURSE not in caplog.text
    for response in (page, suggestion):
        assert "no-store" in response["Cache-Control"]


def test_what_stands_behind_it_is_said(client: Client) -> None:
    told = client.get(URL).content.decode()
    held = coders.loaded("occupation")
    assert held.coder.vocabulary.name in told
    assert held.coder.embedder.name in told
    assert "not official" in told
    assert "ESCO" not in told, "no notice where nothing of it is"


def test_the_fragment_is_that_of_the_page(client: Client) -> None:
    page = posts(client, words="driver", words_find="1").content.decode()
    told = {"text": "driver", "kind": "occupation", "name": "words", "id": "id_words"}
    fragment = client.post("/en/words/suggest/", told).content.decode()
    assert fragment.strip()
    assert fragment.strip() in page
    assert client.post("/en/words/suggest/", told | {"text": " "}).content.strip() == b""


@pytest.mark.parametrize(
    "changes", [{"kind": "job"}, {"name": "a b"}, {"id": '"><script>'}, {"id": ""}, {"text": "x" * 501}]
)
def test_the_fragment_refuses_what_no_field_asks(client: Client, changes: dict[str, str]) -> None:
    told = {"text": "driver", "kind": "occupation", "name": "words", "id": "id_words"} | changes
    assert client.post("/en/words/suggest/", told).status_code == 400


def test_not_too_often(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "MOST", 2)
    told = {"text": "driver", "kind": "occupation", "name": "words", "id": "id_words"}
    assert [client.post("/en/words/suggest/", told).status_code for _ in range(3)] == [200, 200, 429]
    page = posts(client, words="driver", words_find="1")
    assert page.status_code == 429
    assert "a few minutes" in page.content.decode()
    assert client.get(URL).status_code == 200, "the page itself is always there"


def test_it_needs_the_forms_own_token() -> None:
    strict = Client(enforce_csrf_checks=True)
    told = {"text": "driver", "kind": "occupation", "name": "words", "id": "id_words"}
    assert strict.post("/en/words/suggest/", told).status_code == 403
