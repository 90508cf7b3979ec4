"""What a visitor does without a mouse, without a script, or in a hurry."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import sideways
from tests.browser.pages import LANGUAGES


def focused(page: Page) -> dict[str, str]:
    return page.evaluate(
        "() => { const e = document.activeElement; return {tag: e.tagName, text: e.textContent.trim(), lang: e.lang,"
        " href: e.getAttribute('href') || '', id: e.id, outline: getComputedStyle(e).outlineStyle} }"
    )


def test_first_tab_is_the_skip_link_and_it_skips(open_page) -> None:
    page = open_page("/he/")
    page.keyboard.press("Tab")
    link = focused(page)
    assert link["href"] == "#main"
    assert link["outline"] != "none", "the focus must be seen"
    box = page.locator(".skip-link").bounding_box()
    assert box
    assert box["y"] >= 0, "on the screen once it has the focus"
    page.keyboard.press("Enter")
    assert focused(page)["id"] == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("document.getElementById('main').contains(document.activeElement)")


def test_language_switch_by_keyboard_stays_on_the_page(open_page) -> None:
    page = open_page("/en/person/")
    for _ in range(20):
        page.keyboard.press("Tab")
        if focused(page)["lang"] == "ar":
            break
    assert focused(page)["text"] == "العربية"
    page.keyboard.press("Enter")
    page.wait_for_url("**/ar/person/")
    assert page.evaluate("document.documentElement.dir") == "rtl"


# The calendar button inside a date field is the browser's own and draws its own ring: the field then is not :focus.
STOP = """() => {
    const e = document.activeElement;
    if (e === document.body) return null;
    const s = getComputedStyle(e);
    const seen = !e.matches(':focus') || s.outlineStyle !== 'none' || s.boxShadow !== 'none';
    return {html: e.outerHTML.slice(0, 120), seen};
}"""


def test_every_stop_of_the_tab_key_is_seen(open_page) -> None:
    page = open_page("/ar/design/")
    page.evaluate("document.activeElement.blur(); getSelection().removeAllRanges(); scrollTo(0, 0)")
    stops = rounds = 0
    for _ in range(300):
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if stop is None:
            # The page opens at its error summary: once past the end, go on from the top.
            rounds += 1
            if rounds == 2:
                break
            continue
        stops += 1
        assert stop["seen"], f"no focus to be seen: {stop['html']}"
    assert stops > 40


def test_leaving_quickly_replaces_the_page(open_page) -> None:
    page = open_page("/en/")

    def passes_on(route: Route) -> None:
        """The way out is ours, which sends one elsewhere: a browser that is not on the net gets there at once."""
        there = route.fetch(max_redirects=0).headers["location"]
        route.fulfill(body=f'<meta charset="utf-8"><p>{there}</p>', content_type="text/html")

    page.context.route("**/find/leave/", passes_on)
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.wait_for_url("**/find/leave/")
    expect(page.locator("p")).to_have_text(re.compile(r"^https://www\.wikipedia\.org/"))
    assert page.evaluate("history.length") <= 2, "the place in the history was taken, none was added"


def test_without_script_everything_is_there(open_page) -> None:
    page = open_page("/he/", script=False)
    expect(page.locator("[data-quick-exit]")).to_have_attribute("href", re.compile("/he/find/leave/$"))
    expect(page.locator("[data-scheme]")).to_be_hidden()
    page.locator(".door h2 a").first.click()
    page.wait_for_url("**/he/person/")
    page.locator('.languages a[lang="en"]').click()
    page.wait_for_url("**/en/person/")


def test_colour_scheme_is_chosen_and_kept(open_page) -> None:
    page = open_page("/en/", scheme="light")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.get_by_label("Dark", exact=True).check()
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert dark != light
    page.goto(page.url.replace("/en/", "/en/privacy/"))
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == dark


def test_dialog_opens_and_closes_by_keyboard(open_page) -> None:
    page = open_page("/he/design/")
    button = page.locator("[data-opens]")
    button.focus()
    page.keyboard.press("Enter")
    dialog = page.locator("#example-dialog")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert page.evaluate("document.activeElement.hasAttribute('data-opens')"), "the focus returns to where it was"


@pytest.mark.parametrize("language", LANGUAGES)
def test_paper(open_page, language: str) -> None:
    """Printed, a page is its words: no navigation, nothing dark, nothing wider than the sheet."""
    page = open_page(f"/{language}/person/", width=760, scheme="dark")
    page.emulate_media(media="print")
    expect(page.locator(".top-band")).to_be_hidden()
    expect(page.locator(".site-name")).to_be_visible()
    expect(page.locator("h1")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).color") == "rgb(0, 0, 0)"
    assert not sideways(page)
