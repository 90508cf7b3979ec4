"""Every page × English, Hebrew, Arabic, and in the dark: nothing for axe, sideways, clipped or forgotten. The public front door
in its four other languages too."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.urls import resolve, reverse
from django.utils import translation
from playwright.sync_api import Browser, Page

from kesher.www.leaving import QUICK_EXIT
from tests.browser.axe import axe_violations
from tests.browser.conftest import NARROWEST, sideways
from tests.browser.looks import CLIPPED, PSEUDO
from tests.browser.pages import FRONT, LANGUAGES, NOT_PAGES, OTHER_STATES, PAGES
from tests.browser.town import Town
from tests.browser.visiting import Visits, route_of
from tests.permissions.table import ROUTES
from tests.permissions.test_table import is_open_data, route_names
from tests.turns import takes_its_turn


@pytest.fixture(autouse=True)
def portal() -> None:
    """The town brings its own portal."""


@pytest.fixture(scope="module")
def visits(browser: Browser, built: Town) -> Iterator[Visits]:
    opened = Visits(browser, built)
    yield opened
    opened.close()


def test_every_route_has_a_row_here_or_is_no_page() -> None:
    names = {name for name in route_names() if not is_open_data(name)}
    shown = {row.shows for row in PAGES.values()} - {""}
    assert names - shown - set(NOT_PAGES) == set(), "these routes have no row in tests/browser/pages.py"
    assert shown & set(NOT_PAGES) == set()
    assert (shown | set(NOT_PAGES)) - names == set(), "these rows have no route"


@pytest.mark.parametrize("name", NOT_PAGES)
def test_what_is_said_to_be_no_page_is_none(built: Town, name: str) -> None:
    answers = NOT_PAGES[name]
    kwargs = dict(ROUTES[name].kwargs)
    if ROUTES[name].objects:
        of = {"import_remarks": "table loaded", "insights_picture": "place in numbers"}
        kwargs["pk"] = built.things[of.get(name, "own service")]["pk"]
    client = Client()
    if key := built.sessions["secured" if name.startswith("mfa") else "administrator"]:
        client.cookies["kesher_session"] = key
    with translation.override("en"):
        response = client.get(reverse(name, kwargs=kwargs or None))
    if answers == "post":
        assert response.status_code == 405
        assert "text/html" not in response["Content-Type"] or not response.content
    elif answers == "nothing":
        assert response.status_code == 404
    elif answers == "redirect":
        assert response.status_code == 302
    else:
        assert response.status_code == 200
        assert response["Content-Type"].startswith(answers)


#: The page without its scripts: allauth's names a field there that our form of a key does not have.
SHOWN = """() => { const page = document.documentElement.cloneNode(true);
  page.querySelectorAll("script").forEach(one => one.remove()); return page.outerHTML }"""


def looked_at(page: Page) -> list[str]:
    """What is wrong with how it stands there."""
    wrong = [f"sideways: {found}" for found in sideways(page)]
    return wrong + [f"clipped: {found}" for found in page.evaluate(CLIPPED)]


#: The languages of the front door alone, and its pages as a stranger meets them.
MORE_LANGUAGES = ("ru", "uk", "fr", "am")
OURS = ("design", "design-charts", "outbox")
PUBLIC = [name for name, row in FRONT.items() if row.visitor == "anonymous" and name not in OURS]
RIGHT_TO_LEFT = ("he", "ar")


def is_its_turn(name: str, language: str) -> bool:
    """Each page each week in English or in Hebrew, which shows it from right to left, the next week in the other; in Arabic a
    quarter of them. So do the languages of the front door, each another quarter of its pages, and the other states of a page,
    which stand in the same frame: a quarter of them in English."""
    if name in OTHER_STATES:
        return language == "en" and takes_its_turn(name, of=4)
    if language in ("en", "he"):
        return takes_its_turn(name, of=2) == (language == "en")
    return takes_its_turn(name if language == "ar" else f"{name} {language}", of=4)


def _looks() -> Iterator[Any]:
    """Each page in each language; what has its turn this week in the short run."""
    for name in PAGES:
        for language in LANGUAGES + (MORE_LANGUAGES if name in PUBLIC else ()):
            yield pytest.param(name, language, marks=[] if is_its_turn(name, language) else [pytest.mark.long])


def _in_four_weeks(monkeypatch: pytest.MonkeyPatch) -> list[set[tuple[str, str]]]:
    """What is looked at in the short run of each."""
    weeks = []
    for number in range(4):
        monkeypatch.setenv("KESHER_TEST_WEEK", str(number))
        weeks.append({(str(one.values[0]), str(one.values[1])) for one in _looks() if not one.marks})
    return weeks


def test_in_four_weeks_each_page_is_looked_at_in_english_hebrew_and_arabic(monkeypatch: pytest.MonkeyPatch) -> None:
    first = [name for name in PAGES if name not in OTHER_STATES]
    weeks = _in_four_weeks(monkeypatch)
    assert {one for each in weeks for one in each} >= {(name, language) for name in first for language in LANGUAGES}
    for each in weeks:
        assert {name for name, language in each if language in ("en", "he")} >= set(first), "every page every week"
        arabic = [name for name, language in each if language == "ar"]
        assert len(first) / 6 < len(arabic) < len(first) / 3, f"{len(arabic)} of {len(first)}"
        hebrew = [name for name, language in each if language == "he"]
        assert len(first) / 3 < len(hebrew) < len(first) * 2 / 3, f"{len(hebrew)} of {len(first)}"


def test_in_four_weeks_each_other_state_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    weeks = _in_four_weeks(monkeypatch)
    seen = [sorted(name for name, _language in each if name in OTHER_STATES) for each in weeks]
    assert sorted(name for each in seen for name in each) == sorted(OTHER_STATES)
    assert all(len(OTHER_STATES) / 6 < len(each) < len(OTHER_STATES) / 3 for each in seen)


def test_in_four_weeks_each_public_page_is_looked_at_in_the_languages_of_the_front_door(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert {"front", "person", "find", "services", "service", "call-back"} <= set(PUBLIC)
    assert sorted({*LANGUAGES, *MORE_LANGUAGES}) == sorted(code for code, _name in settings.LANGUAGES)
    every = [(name, language) for name in PUBLIC if name not in OTHER_STATES for language in MORE_LANGUAGES]
    weeks = [[one for one in each if one[1] in MORE_LANGUAGES] for each in _in_four_weeks(monkeypatch)]
    assert sorted(one for each in weeks for one in each) == sorted(every)
    assert all(len(every) / 8 < len(each) < len(every) / 2.5 for each in weeks), [len(each) for each in weeks]


@pytest.mark.parametrize(("name", "language"), list(_looks()))
def test_page(visits: Visits, name: str, language: str) -> None:
    row = PAGES[name]
    page, watch = visits.open(row, language)
    assert (watch.status, route_of(page)) == (row.status, row.shows)
    assert page.evaluate("document.documentElement.lang") == language
    assert page.evaluate("getComputedStyle(document.body).direction") == ("rtl" if language in RIGHT_TO_LEFT else "ltr")
    assert page.locator("h1").count() == 1
    assert page.title().strip(" ·")
    assert "undefined: " not in page.evaluate(SHOWN), f"{page.url}: the page shows what nobody handed to it"
    way_out = page.locator("[data-quick-exit]")
    assert (way_out.count(), way_out.is_visible()) == (1, True), f"{page.url}: no way to leave quickly"
    with translation.override(language):
        leads_to = QUICK_EXIT if row.status == 500 else reverse("leave")
    assert way_out.get_attribute("href") == leads_to

    # Another state of a page differs in its main part: header and footer were looked at with the first.
    within = "main" if name in OTHER_STATES else "html"
    found = axe_violations(page, within=within)
    assert not found, f"{page.url}: axe finds in light\n" + "\n".join(found)
    if language == "en":  # the colours of a page are those of every language
        page.emulate_media(color_scheme="dark")
        found = axe_violations(page, colours_only=True, within=within)
        assert not found, f"{page.url}: axe finds in dark\n" + "\n".join(found)

    page.set_viewport_size({"width": NARROWEST, "height": 700})
    page.evaluate("document.fonts.ready.then(() => null)")
    assert not (wrong := looked_at(page)), f"{page.url} at {NARROWEST} px: {wrong}"
    if language == "en":  # a third longer than English, with marks above the letters
        page.evaluate(PSEUDO)
        assert not (wrong := looked_at(page)), f"{page.url} at {NARROWEST} px with longer words: {wrong}"
        page.set_viewport_size({"width": 1280, "height": 900})
        assert not (wrong := looked_at(page)), f"{page.url} on a desk with longer words: {wrong}"
    assert not watch.complaints, f"{page.url}: {watch.complaints}"


def test_the_languages_of_a_page_are_one_page(visits: Visits) -> None:
    """The switch leads from every signed-out page to the same page in the other languages."""
    page, _watch = visits.open(PAGES["services-found"], "en")
    for code in LANGUAGES:
        href = page.locator(f'.languages a[lang="{code}"]').get_attribute("href")
        assert href
        with translation.override(code):  # addresses are read in the language they begin with
            assert resolve(urlsplit(href).path).view_name == "services"
        assert "q=" in href, "the search goes along"


@pytest.mark.parametrize("language", ["he", "ar", "en", "ru", "am"])
@pytest.mark.parametrize("name", ["front", "my-services"])
def test_the_frame_leaves_a_phone_its_first_screen(visits: Visits, name: str, language: str) -> None:
    """At 360 px the page begins within 180 px, and every language is still in sight and can be hit by a finger."""
    page, _watch = visits.open(PAGES[name], language)
    page.set_viewport_size({"width": 360, "height": 740})
    page.evaluate("document.fonts.ready.then(() => null)")
    end = page.locator(".site-header").evaluate("e => e.getBoundingClientRect().bottom")
    assert end <= 181, f"{page.url}: the frame ends at {end} px"  # a line's border is part of neither
    boxes = [link.bounding_box() for link in page.locator(".languages a").all()]
    assert len(boxes) == 7
    assert all(box and box["height"] >= 24 and box["width"] >= 24 and box["y"] < end for box in boxes), boxes
    if name == "front":
        exit_box = page.locator("[data-quick-exit]").bounding_box()
        assert exit_box
        assert exit_box["height"] >= 44
        assert exit_box["y"] + exit_box["height"] <= end
