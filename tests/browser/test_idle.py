"""Nobody was here: the page asks, covers itself, keeps what was typed, and offers it again to whose it is.

The server is the real one and reads its own clock and sessions; the browser's clock is moved on, for nobody waits half an hour.
"""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from django.urls import reverse
from django.utils import translation
from playwright.sync_api import Browser, Page, expect

from kesher import settings as production
from kesher.accounts.models import User
from kesher.base.rows import acting_for
from kesher.casework.models import Note
from kesher.www.idle import SEEN
from tests.browser.axe import axe_violations
from tests.browser.conftest import NARROWEST, sideways
from tests.casework.people import Case, a_case
from tests.writing import name_the_tests

MINUTE = 60
PASSWORD = "a-long-password-of-the-tests-7"
WORDS = {
    "en": "She can begin on Monday, in the morning.",
    "he": "אפשר להתחיל ביום שני בבוקר.",
    "ar": "يمكن البدء يوم الاثنين صباحًا.",
}
SIZES = {"phone": {"width": 390, "height": 844}, "desk": {"width": 1280, "height": 900}}
Opens = Callable[..., Page]


@pytest.fixture
def case(live_server: Any, settings: Any) -> Case:
    """With the hours of a real portal, which those of the tests are not."""
    name_the_tests()
    settings.IDLE_STAFF_MINUTES, settings.IDLE_MINUTES = production.IDLE_STAFF_MINUTES, production.IDLE_MINUTES
    made = a_case(called="Almaz", language="am")
    made.worker.set_password(PASSWORD)
    made.worker.save()
    EmailAddress.objects.create(user=made.worker, email=made.worker.email, verified=True, primary=True)
    return made


@pytest.fixture
def opens(browser: Browser, live_server: Any, case: Case) -> Iterator[Opens]:
    """The caseworker's notes, opened just now: ``opens(language, size)``; the key of the session stands in ``page.session``."""
    contexts = []

    def open_(language: str = "en", size: str = "phone", *, script: bool = True) -> Page:
        client = Client()
        client.force_login(case.worker)
        key = client.cookies["kesher_session"].value
        context = browser.new_context(viewport=SIZES[size], reduced_motion="reduce", java_script_enabled=script)
        contexts.append(context)
        context.add_cookies([{"name": "kesher_session", "value": key, "url": live_server.url}])
        page = context.new_page()
        page.clock.install()
        with translation.override(language):
            page.goto(live_server.url + reverse("person_notes", args=[case.person.pk]))
        page.locator("main [name=text]").first.fill(WORDS[language])
        page.session = key  # type: ignore[attr-defined]
        return page

    yield open_
    for context in contexts:
        context.close()


def passes(page: Page, minutes: float, *, here: bool = True) -> None:
    """So long nobody does anything: for the server, which reads its sessions, and (``here``) for the open page."""
    session = SessionStore(page.session)  # type: ignore[attr-defined]
    session[SEEN] = int(time.time() - minutes * MINUTE)
    session.save()
    if here:
        page.clock.fast_forward(int(minutes * MINUTE * 1000) + 2000)


def looks_right(page: Page) -> None:
    assert not (found := axe_violations(page)), found
    before = page.viewport_size
    page.set_viewport_size({"width": NARROWEST, "height": 700})
    assert not sideways(page), sideways(page)
    if before:
        page.set_viewport_size(before)


def logs_in(page: Page, user: User) -> None:
    page.locator("[name=login]").fill(user.email)
    page.locator("[name=password]").fill(PASSWORD)
    with page.expect_navigation():
        page.locator("main form button[type=submit], main form button:not([type])").first.click()


def notes_of(case: Case) -> list[str]:
    with acting_for(user_id=case.worker.pk, organisation_ids=[case.keeper.pk]):
        return list(Note.objects.filter(person=case.person).values_list("text", flat=True))


def seconds_since(page: Page) -> float:
    return time.time() - SessionStore(page.session)[SEEN]  # type: ignore[attr-defined, no-any-return]


@pytest.mark.parametrize("language", ["en", "he", "ar"])
def test_it_asks_in_time_and_whoever_is_here_stays(opens: Opens, language: str) -> None:
    page = opens(language)
    box = page.locator("dialog.idle")
    passes(page, 20)
    expect(box).to_be_hidden()
    passes(page, 26)
    expect(box).to_be_visible()
    expect(page.locator("#idle-title")).to_be_visible()
    expect(page.locator("#idle-over")).to_be_hidden()
    looks_right(page)
    page.keyboard.press("Escape")
    expect(box).to_be_visible()  # it is answered, not put away
    assert seconds_since(page) > 20 * MINUTE, "asking is not being here"
    box.locator("form button").click()
    expect(box).to_be_hidden()
    expect(page.locator("main [name=text]").first).to_have_value(WORDS[language])
    assert seconds_since(page) < MINUTE
    passes(page, 24)
    expect(box).to_be_hidden()


def test_who_was_busy_in_another_window_is_not_asked(opens: Opens) -> None:
    page = opens()
    page.clock.fast_forward(26 * MINUTE * 1000)  # nothing here; the server has seen them a moment ago
    expect(page.locator("dialog.idle")).to_be_hidden()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["en", "he", "ar"])
def test_covered_what_was_typed_is_kept_and_offered_after_logging_in(
    opens: Opens, case: Case, language: str, size: str
) -> None:
    page = opens(language, size)
    passes(page, 31)
    box = page.locator("dialog.idle")
    expect(page.locator("#idle-over")).to_be_visible()
    expect(box.locator("form")).to_be_hidden()
    looks_right(page)
    alpha = box.evaluate("box => getComputedStyle(box, '::backdrop').opacity")
    assert float(alpha) == 1, "nobody who comes by reads through it"
    with page.expect_navigation():
        box.locator("[data-idle-covers] button").click()
    assert f"/{language}/" in page.url
    assert notes_of(case) == [], "nothing is sent by itself"
    logs_in(page, case.worker)
    with translation.override(language):
        assert page.url.endswith(reverse("kept_form"))
    expect(page.get_by_text(WORDS[language])).to_be_visible()
    assert page.locator("main input[name=kept_and_sent]").count() == 0, "no button was pressed, so none is offered"
    looks_right(page)
    with page.expect_navigation():
        page.locator("main a[href*='/notes/']").click()
    expect(page.locator("main [name=text]").first).to_be_visible()
    assert notes_of(case) == []


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("language", ["en", "he", "ar"])
def test_pressed_too_late_it_is_read_again_and_sent_by_hand(
    opens: Opens, case: Case, language: str, script: bool
) -> None:
    page = opens(language, script=script)
    passes(page, 31, here=False)
    with page.expect_navigation():
        page.locator("main form:has([name=text]) button:not([type=button]) >> nth=-1").click()
    assert notes_of(case) == []
    logs_in(page, case.worker)
    expect(page.get_by_text(WORDS[language])).to_be_visible()
    if script:
        looks_right(page)
    with page.expect_navigation():
        page.locator("main form:has([name=kept_and_sent]) button").click()
    assert notes_of(case) == [WORDS[language]]
    with translation.override(language):
        page.goto(page.url.split(f"/{language}/")[0] + reverse("kept_form"))
        assert not page.url.endswith(reverse("kept_form")), "it is kept no longer"
