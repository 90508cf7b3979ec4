"""People say what they did, in their own words and languages, and a caseworker decides what is not sure: on a phone.

With scripts and without, by keyboard alone, at 320 px; axe finds nothing.
"""

from collections.abc import Callable, Iterator

import pytest
from django.utils import translation
from playwright.sync_api import Browser, Page, expect

from kesher.accounts.models import User
from kesher.base.rows import acting_for
from kesher.words import coders
from kesher.words.models import LocalWord, Proposal
from tests.browser.axe import axe_violations
from tests.browser.conftest import NARROWEST, sideways
from tests.browser.town import Town
from tests.browser.visiting import PHONE

pytestmark = pytest.mark.xdist_group("words")  # one worker, one town
HOW = ("with scripts", "without a script")
Goes = Callable[[str], Page]

#: Who, in which language of the page, what they say, and the unit group that comes first.
PEOPLE = {
    "a nurse from Addis Ababa": ("en", "I was a nurse in Addis Ababa", "2221"),
    "a nurse, in Amharic on a Hebrew page": ("he", "በአዲስ አበባ ነርስ ነበርኩ", "2221"),
    "a baker from Aleppo": ("ar", "خباز من حلب، عشرين سنة", "7512"),
    "a crane driver from Kharkiv": ("he", "працювала на баштовому крані в Харкові", "8343"),
    "a carer who never had a contract": ("en", "I took care of my mother for ten years, never had a contract", "5322"),
    "a carer, in Hebrew": ("he", "טיפלתי באמא שלי עשר שנים בלי חוזה", "5322"),
}


@pytest.fixture(autouse=True)
def portal() -> None:
    """The town brings its own portal."""


@pytest.fixture
def goes(browser: Browser, built: Town, how: str) -> Iterator[Goes]:
    contexts = []

    def set_out(visitor: str) -> Page:
        context = browser.new_context(
            viewport=PHONE, reduced_motion="reduce", java_script_enabled=how == "with scripts"
        )
        contexts.append(context)
        if key := built.sessions.get(visitor):
            context.add_cookies([{"name": "kesher_session", "value": key, "url": built.address}])
        return context.new_page()

    yield set_out
    for context in contexts:
        context.close()


def good(page: Page, how: str) -> None:
    """Axe finds nothing, and nothing is wider than the narrowest window."""
    if how == "without a script":
        return  # neither can be asked without one; test_every_page asks both
    assert not axe_violations(page), page.url
    page.set_viewport_size({"width": NARROWEST, "height": 700})
    assert not sideways(page), page.url
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]


def finds(page: Page, how: str, words: str, field: str = "words") -> None:
    """Write the words; with a script the proposals come by themselves, without one a press brings them."""
    page.locator(f"[name={field}]").fill(words)
    if how == "without a script":
        with page.expect_navigation():
            page.locator(f"[name={field}-find]").click()
    expect(page.locator(f"[name={field}-choice]").first).to_be_visible()


def presses(page: Page, selector: str) -> None:
    with page.expect_navigation():
        page.locator(selector).click()


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("who", PEOPLE)
def test_somebody_is_understood_in_their_own_words(goes: Goes, built: Town, how: str, who: str) -> None:
    language, said, group = PEOPLE[who]
    page = goes("anonymous")
    page.goto(f"{built.address}/{language}/words/")
    finds(page, how, said)
    first = page.locator("[name=words-choice]").first
    assert first.get_attribute("value") == f"http://data.europa.eu/esco/isco/C{group}"
    with translation.override(language):
        reason = page.locator(".coding__why").first
        expect(reason).to_contain_text(translation.gettext("matched:"))
        expect(reason).to_contain_text(f"ISCO {group}")
    assert page.locator("[name=words-choice]:checked").count() == 0, "a person chooses"
    good(page, how)
    first.check()
    presses(page, "main form .form__actions button")
    expect(page.locator(".coded__name")).to_contain_text(group)
    expect(page.locator(".coded bdi").nth(1)).to_be_visible()
    assert said not in page.url
    good(page, how)


@pytest.mark.parametrize("how", HOW[:1])
def test_by_keyboard_alone_and_said_aloud(goes: Goes, built: Town, how: str) -> None:
    """Enter finds, arrows choose, and what came is told to whoever does not see it."""
    page = goes("anonymous")
    page.goto(f"{built.address}/he/words/")
    page.locator("[name=words]").focus()
    page.keyboard.type("נגר")
    expect(page.locator("[data-coding-said]")).not_to_be_empty()
    assert page.locator("[data-coding-said]").get_attribute("role") == "status"
    page.keyboard.press("Enter")
    expect(page.locator("[name=words-choice]").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    second = page.locator("[name=words-choice]").nth(1)
    expect(second).to_be_focused()
    expect(second).to_be_checked()
    chosen = second.get_attribute("value")
    page.locator("[name=words]").focus()
    page.keyboard.press("End")
    page.keyboard.type("ים")
    expect(page.locator(f'[name=words-choice][value="{chosen}"]')).to_be_checked()
    page.locator("[name=words]").fill("")
    expect(page.locator("[name=words-choice]")).to_have_count(0)
    page.locator("[name=kind][value=skill]").check()
    page.locator("[name=words]").fill("לנהוג במשאית")
    expect(page.locator('[name=words-choice][value="urn:kesher:skill:drive-lorry"]')).to_be_visible()


@pytest.mark.parametrize("how", HOW[:1])
def test_words_that_are_typed_on_are_asked_once(goes: Goes, built: Town, how: str) -> None:
    """No question for each letter, and a late answer never covers a newer one."""
    page = goes("anonymous")
    page.goto(f"{built.address}/en/words/")
    asked = []
    page.on("request", lambda request: asked.append(request) if request.url.endswith("/suggest/") else None)
    page.locator("[name=words]").press_sequentially("baker", delay=20)
    expect(page.locator("[name=words-choice]").first).to_have_attribute(
        "value", "http://data.europa.eu/esco/isco/C7512"
    )
    assert len(asked) == 1
    assert "baker" not in asked[0].url


@pytest.mark.parametrize("how", HOW)
def test_a_caseworker_decides_and_a_second_person_agrees(goes: Goes, built: Town, how: str) -> None:
    """Noa writes down what an economa of a hotel said, proposes the word; Rana agrees; everybody is understood."""
    local = "אקונומית"
    LocalWord.objects.update(state="refused")  # the demo's own, or the other round's
    coders.refresh()
    office = User.objects.get(email="noa@demo.example").memberships_in_force[0].organisation_id
    noa = goes("caseworker")
    noa.goto(f"{built.address}/he/caseworker/words/new/")
    finds(noa, how, "אקונומית בבית הבראה")
    good(noa, how)
    presses(noa, "main button[name=later]")
    with acting_for(organisation_ids=[office]):
        one = Proposal.objects.unsure().filter(text="אקונומית בבית הבראה").get()
    waits = int(noa.locator(".site-nav__count").inner_text().split()[0])
    presses(noa, f'main h2 a[href*="{one.pk}"]')
    expect(noa.locator("h1")).to_contain_text("אקונומית בבית הבראה")
    noa.locator(".coding__other > summary").click()
    finds(noa, how, "אחראית משק במלון", "other-words")
    noa.locator('[name=other-words-choice][value$="C5151"]').check()
    good(noa, how)
    presses(noa, ".coding__other .form__actions button")
    expect(noa.locator(".coded__name")).to_contain_text("5151")
    assert int(noa.locator(".site-nav__count").inner_text().split()[0]) == waits - 1
    noa.locator("[name=local-text]").fill(local)
    presses(noa, "section[aria-labelledby=local] button")

    rana = goes("officer")
    rana.goto(f"{built.address}/ar/caseworker/local-words/")
    good(rana, how)
    presses(rana, f'main article:has-text("{local}") button[value=accept]')
    coders.refresh()
    visitor = goes("anonymous")
    visitor.goto(f"{built.address}/he/words/")
    finds(visitor, how, local)
    expect(visitor.locator("[name=words-choice]").first).to_have_attribute(
        "value", "http://data.europa.eu/esco/isco/C5151"
    )
    coders.look_again()
