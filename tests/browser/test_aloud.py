""" "Read to me": what is said, in which order, in which language, and when it falls silent.

Chromium without a screen has no voices, so where somebody reads, its ``speechSynthesis`` is a double inside the page that has
voices, writes down what it is given to say, and says when it is done. What it cannot show is the sound. Without the double,
as Chromium is here, the button must stay hidden: that is looked at with the browser's own.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from kesher.directory.models import Service
from kesher.directory.search import index
from tests import factories as make
from tests.browser.axe import axe_violations
from tests.browser.conftest import NARROWEST, sideways
from tests.directory.rules.test_orienting import with_rule

pytestmark = pytest.mark.django_db(transaction=True)

#: ``holds``: nothing that was begun ends, as a voice in the middle of a sentence. ``heard``: what was said, "" for silence.
DOUBLE = """(() => {
  const listeners = [];
  let voices = %s, now = null;
  window.heard = [];
  window.holds = false;
  window.brings = (more) => { voices = more; listeners.forEach((listener) => listener()); };
  window.fails = () => now.onerror({});
  Object.defineProperty(window, "speechSynthesis", { value: {
    getVoices: () => voices.slice(),
    addEventListener: (name, listener) => { if (name === "voiceschanged") listeners.push(listener); },
    cancel: () => { now = null; heard.push({ text: "" }); sessionStorage.silent = "yes"; },
    speak: (one) => {
      now = one;
      heard.push({ text: one.text, lang: one.lang, voice: one.voice.name });
      if (!holds) setTimeout(() => { if (now === one) one.onend({}); });
    },
  } });
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
})()"""


def voice(lang: str, *, local: bool = True) -> dict[str, Any]:
    return {"lang": lang, "name": f"{lang} {'here' if local else 'elsewhere'}", "localService": local, "default": False}


#: The buttons of services; that of the question is looked at by itself.
TELLS = "[data-aloud-of]:not([data-aloud-of^=question])"
HEBREW, ENGLISH, OLD_HEBREW = voice("he-IL"), voice("en_US"), voice("iw_IL")


@pytest.fixture
def service() -> Service:
    made: Service = make.ServiceFactory(
        complete=True,
        name={"en": "Evening Hebrew", "he": "עברית בערב"},
        description={"he": "קורס לעולים חדשים. שתי פגישות בשבוע."},
        application_process={"en": "Come to the office and register."},
        eligibility_description={"en": "For everybody who came in the last ten years."},
        phone__number="08-999-0001",
    )
    return made


@pytest.fixture
def opens(browser: Browser, live_server: Any) -> Iterator[Any]:
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_(path: str, *voices: dict[str, Any], double: bool = True) -> Page:
        context = browser.new_context(viewport={"width": NARROWEST, "height": 700}, reduced_motion="reduce")
        contexts.append(context)
        if double:
            context.add_init_script(DOUBLE % json.dumps(voices))
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(f"{error}"))
        page.goto(live_server.url + path)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert not complaints, complaints


def heard(page: Page) -> list[dict[str, str]]:
    return [one for one in page.evaluate("heard") if one["text"]]


def presses(page: Page) -> None:
    """By keyboard: the focus, then Enter."""
    button = page.locator(TELLS).first
    expect(button).to_be_visible()
    button.focus()
    page.keyboard.press("Enter")


def listens(page: Page) -> list[dict[str, str]]:
    """Press, and hear it to its end."""
    words = page.locator(f"{TELLS} span").first
    before = words.inner_text()
    presses(page)
    falls_silent(page)
    expect(words).to_have_text(before)
    return heard(page)


def falls_silent(page: Page) -> None:
    """Looked at again and again from here: the page's own policy lets nobody wait inside it by a string of script."""
    for _ in range(200):
        if page.evaluate("heard.length > 0 && heard[heard.length - 1].text === ''"):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"still speaking: {heard(page)[-1:]}")


def button_that_says(page: Page, words: str) -> Locator:
    return page.get_by_role("button", name=re.compile(rf"^{words} ?: Evening Hebrew$"))


def test_a_browser_without_voices_offers_nothing(opens: Any, service: Service) -> None:
    page = opens(f"/en/services/{service.pk}/", double=False)
    assert page.evaluate("speechSynthesis.getVoices().length") == 0, "this Chromium has no voices"
    expect(page.locator("[data-aloud-of]")).to_have_count(1)
    expect(page.locator("[data-aloud-of]")).to_be_hidden()


def test_a_browser_without_a_voice_for_the_language_offers_nothing(opens: Any, service: Service) -> None:
    page = opens(f"/en/services/{service.pk}/", HEBREW, voice("ru-RU"))
    expect(page.locator("[data-aloud-of]")).to_be_hidden()
    page.evaluate("voice => brings([voice])", ENGLISH)  # voices come late, and go when somebody takes them off
    expect(page.locator("[data-aloud-of]")).to_be_visible()
    page.evaluate("brings([])")
    expect(page.locator("[data-aloud-of]")).to_be_hidden()


def test_what_for_whom_when_where_and_how_to_enter_in_this_order(opens: Any, service: Service) -> None:
    said = [one["text"] for one in listens(opens(f"/en/services/{service.pk}/", ENGLISH, HEBREW))]
    order = [
        "Evening Hebrew",
        "What it is",
        "For whom",
        "When",
        "Where",
        "How to enter",
        "What to bring",
        "Who to call",
    ]
    assert [said.index(words) for words in order] == sorted(said.index(words) for words in order)
    assert "For everybody who came in the last ten years." in said
    assert any("08-999-0001" in one for one in said)
    assert not any(
        words in one for words in ("Print", "Share", "Ask for a call back", "Is something wrong") for one in said
    )


@pytest.mark.parametrize("hebrew", [HEBREW, OLD_HEBREW], ids=["he", "iw"])
def test_each_text_in_its_own_language(opens: Any, service: Service, hebrew: dict[str, Any]) -> None:
    said = listens(opens(f"/en/services/{service.pk}/", ENGLISH, hebrew))
    spoken = {one["text"]: one for one in said}
    assert spoken["קורס לעולים חדשים."]["voice"] == hebrew["name"]
    assert spoken["קורס לעולים חדשים."]["lang"] == hebrew["lang"].replace("_", "-")
    assert spoken["What it is"] == {"text": "What it is", "lang": "en-US", "voice": "en_US here"}
    assert "שתי פגישות בשבוע." in spoken, "a sentence at a time"


def test_what_no_voice_can_read_is_said_to_be_there(opens: Any, service: Service) -> None:
    said = [one["text"] for one in listens(opens(f"/en/services/{service.pk}/", ENGLISH))]
    assert said[said.index("What it is") + 1] == "Here is a part in another language."
    assert not any("קורס" in one for one in said)


def test_a_second_press_is_silence(opens: Any, service: Service) -> None:
    page = opens(f"/en/services/{service.pk}/", ENGLISH, HEBREW)
    page.evaluate("holds = true")
    presses(page)
    button = button_that_says(page, "Stop reading")
    expect(button).to_be_focused()
    assert len(heard(page)) == 1
    page.keyboard.press("Space")
    expect(button_that_says(page, "Read to me")).to_be_focused()
    assert page.evaluate("heard").pop()["text"] == ""
    page.keyboard.press("Enter")
    assert [one["text"] for one in heard(page)] == ["Evening Hebrew", "Evening Hebrew"], "from the beginning"
    page.evaluate("fails()")
    expect(button_that_says(page, "Read to me")).to_be_visible()


def test_no_voice_follows_who_leaves_quickly(opens: Any, service: Service) -> None:
    """It is silent before the next page is there, however slow the network is; the first Escape of two is enough."""
    page = opens(f"/en/services/{service.pk}/", ENGLISH, HEBREW)
    page.evaluate("holds = true")
    presses(page)
    page.keyboard.press("Escape")
    falls_silent(page)
    page.wait_for_timeout(1600)  # two within a second and a half leave
    presses(page)
    assert heard(page)[-1]["text"] == "Evening Hebrew"
    page.evaluate("holds = true; sessionStorage.clear()")
    page.context.route("**/find/leave/", lambda route: route.fulfill(body="<p>left</p>", content_type="text/html"))
    page.locator("[data-quick-exit]").click()
    page.wait_for_url("**/find/leave/")
    assert page.evaluate("sessionStorage.silent") == "yes"


def test_nothing_of_the_answers_goes_to_a_voice_elsewhere(opens: Any, service: Service) -> None:
    """A card says why it fits: a voice on this device reads it, one on its maker's server is not given it."""
    path = "/en/find/person/"
    card = f"s-{service.pk}"
    page = opens(path, ENGLISH, voice("en-GB", local=False), HEBREW)
    own = page.locator(f"#{card} [data-own]").first.inner_text().strip()
    here = listens(page)
    assert own in " ".join(one["text"] for one in here)
    assert {one["voice"] for one in here} <= {"en_US here", "he-IL here"}, "the voice of the device first"
    page = opens(path, voice("en-GB", local=False), HEBREW)
    elsewhere = listens(page)
    assert "Evening Hebrew" in [one["text"] for one in elsewhere]
    told = " ".join(one["text"] for one in elsewhere)
    assert own not in told
    assert not any(text in told for text in page.locator(f"#{card} .because").all_inner_texts())


@pytest.mark.parametrize("language", ["en", "he", "ar"])
def test_the_button_is_sound_where_it_is_offered(opens: Any, service: Service, language: str) -> None:
    voices = [HEBREW, ENGLISH, voice("ar-EG")]
    for path in (f"/{language}/services/{service.pk}/", f"/{language}/find/person/"):
        page = opens(path, *voices)
        expect(page.locator("[data-aloud-of]").first).to_be_visible()
        assert not axe_violations(page)
        assert not sideways(page)
        box = page.locator("[data-aloud-of]").first.bounding_box()
        assert box
        assert box["height"] >= 44, "a finger hits it"


def test_a_card_says_whom_to_call_on_paper_and_aloud(opens: Any, service: Service) -> None:
    """Its buttons are of no use there: the number itself stands, and is said."""
    page = opens("/en/find/person/", ENGLISH, HEBREW)
    number = page.locator(f"#s-{service.pk} .offer__ring")
    expect(number).to_be_hidden()
    assert any("08-999-0001" in one["text"] for one in listens(page))
    page.emulate_media(media="print")
    expect(number).to_be_visible()
    expect(page.locator(".offer__doing")).to_be_hidden()
    assert not sideways(page)


def test_a_question_is_read_with_its_answers_by_a_voice_of_the_device_alone(opens: Any, service: Service) -> None:
    """Who reads little hears what is asked, and what one can answer. Which question it is depends on what was answered."""
    with_rule(service, {"===": [{"var": "status"}, "newcomer"]})
    Service.objects.update(minimum_age=None, maximum_age=None)
    index()
    page = opens("/en/find/person/", ENGLISH, HEBREW)
    button = page.locator("[data-aloud-of=question-top]")
    expect(button).to_be_visible()
    button.click()
    falls_silent(page)
    said = [one["text"] for one in heard(page)]
    assert said[:2] == ["Question 1 of at most 5", "What is your status in the country?"]
    choices = page.locator("#question .ask__choice").all_inner_texts()
    assert len(choices) > 2
    assert [one for one in said if one in choices] == choices, "each by itself, in their order"
    assert "Skip this question" not in said
    card = f"#s-{service.pk}"
    page.evaluate("heard.length = 0")
    page.locator(f"{card} [data-aloud-of]").last.click()
    falls_silent(page)
    assert not any(one["text"] in choices for one in heard(page)), "a card is read without what can be answered in it"
    elsewhere = opens("/en/find/person/", voice("en-GB", local=False), HEBREW)
    expect(elsewhere.locator("[data-aloud-of=question-top]")).to_be_hidden()


def test_the_first_page_and_what_one_agrees_to_are_read(opens: Any, service: Service) -> None:
    """Who reads little hears where they are, and what becomes of their number before they give it."""
    page = opens("/en/", ENGLISH)
    page.locator("[data-aloud-of=main]").click()
    falls_silent(page)
    said = " ".join(one["text"] for one in heard(page))
    assert said.startswith("What do you need?")
    assert "I have a business" in said
    assert "Nobody asks who you are." in said
    assert axe_violations(page) == []
    make.MembershipFactory(organisation=service.organisation)  # somebody who calls back
    page = opens(f"/en/services/{service.pk}/call-back/", ENGLISH, HEBREW)
    page.locator("[data-aloud-of=main]").click()
    falls_silent(page)
    said = " ".join(one["text"] for one in heard(page))
    assert said.startswith("Ask for a call back")
    assert "What you agree to" in said
    assert "and nobody else." in said
