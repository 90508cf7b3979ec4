"""The pages for when something is not as it should be."""

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.utils import translation

from kesher.base.models import Portal
from kesher.base.transitions import Refused
from kesher.www import context, errors

FACTORY = RequestFactory()


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "he", "am"])
@pytest.mark.parametrize("view", ["bad_request", "forbidden", "not_found", "gone", "csrf_failure"])
def test_error_says_what_to_do(view: str, language: str) -> None:
    with translation.override(language):
        request = FACTORY.get(f"/{language}/somewhere/")
        page = getattr(errors, view)(request)
    text = page.content.decode()
    assert page.status_code >= 400
    assert f'<html lang="{language}"' in text
    assert "undefined:" not in text
    assert str(page.status_code) in text


@pytest.mark.django_db
def test_server_error_needs_no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(context, "_last_seen", Portal(name={"en": "Work in Demo Town"}))

    def refuse(*args, **kwargs):
        raise AssertionError("the error page asked the database")

    monkeypatch.setattr(connection, "cursor", refuse)
    page = errors.server_error(FACTORY.get("/en/"))
    text = page.content.decode()
    assert page.status_code == 500
    assert "Work in Demo Town" in text
    assert "Staff log-in" in text
    assert "undefined:" not in text


def test_server_error_survives_broken_templates(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(errors, "render_to_string", broken)
    with translation.override("he"):
        page = errors.server_error(FACTORY.get("/he/"))
    assert page.status_code == 500
    assert 'dir="rtl"' in page.content.decode()


@pytest.mark.django_db
def test_unknown_address_is_a_page_in_the_visitors_language(client: Client) -> None:
    page = client.get("/ar/no-such-page/")
    assert page.status_code == 404
    assert '<html lang="ar" dir="rtl"' in page.content.decode()
    # the names of the languages lead to the same address in each
    assert 'href="/he/no-such-page/"' in page.content.decode()


@pytest.mark.django_db
def test_what_a_page_did_not_foresee_is_refused_in_words() -> None:
    """A file that closes between two presses, say: the room refuses, and no page caught it."""
    anywhere = errors.RefusedAnywhere(lambda request: errors.not_found(request))
    request = FACTORY.post("/en/somewhere/")
    page = anywhere.process_exception(request, Refused("This file is not open to you.", "role"))
    assert page is not None
    assert page.status_code == 409
    assert "This file is not open to you." in page.content.decode()
    assert anywhere.process_exception(request, ValueError()) is None, "what is broken is broken"
