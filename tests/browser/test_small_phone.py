"""What a small phone shows of the front door: whole sentences where one types, whole numbers, one line of where one is."""

import pytest
from django.core.cache import cache
from playwright.sync_api import Page

from kesher.directory.models import ServiceTerm, Term
from kesher.directory.search import index
from kesher.directory.taxonomies import load_taxonomies
from kesher.www.front.themes import CACHE_KEY, PICTURES
from tests import factories as make
from tests.browser.conftest import NARROWEST, OpenPage, sideways

pytestmark = pytest.mark.django_db(transaction=True)

LINES = """element => new Set([...element.getClientRects()].map(box => Math.round(box.top))).size"""


def lines_of(page: Page, selector: str) -> list[int]:
    """On how many lines each element stands."""
    return [one.evaluate(LINES) for one in page.locator(selector).all() if one.is_visible()]


@pytest.mark.parametrize("language", ["en", "he", "ar", "ru", "uk", "fr", "am"])
def test_what_one_types_has_the_whole_width(open_page: OpenPage, language: str) -> None:
    page = open_page(f"/{language}/find/person/", width=NARROWEST, height=640)
    form, field, button = (
        page.locator(f"main form[role=search]{inner}").bounding_box() for inner in ("", " input[name=words]", " button")
    )
    assert form
    assert field
    assert button
    assert field["width"] >= 0.98 * form["width"]
    assert button["y"] >= field["y"] + field["height"]
    assert not sideways(page)


@pytest.mark.parametrize("language", ["en", "ar", "ru", "uk", "fr"])
def test_where_one_is_takes_one_line_and_ends_with_no_arrow(open_page: OpenPage, language: str) -> None:
    page = open_page(f"/{language}/find/person/", width=NARROWEST, height=640)
    shown = [one for one in page.locator(".breadcrumb li").all() if one.is_visible()]
    tops = {round((one.bounding_box() or {"y": 0})["y"]) for one in shown}
    assert len(shown) == 2
    assert len(tops) == 1
    after = "element => getComputedStyle(element, '::after').display"
    assert [one.evaluate(after) for one in shown] == ["inline-block", "none"]
    page.set_viewport_size({"width": 1000, "height": 700})
    assert page.locator(".breadcrumb li").last.is_visible(), "with room, the page itself stands there too"


@pytest.mark.parametrize("language", ["uk", "fr", "he"])
def test_no_telephone_number_is_broken(open_page: OpenPage, language: str) -> None:
    service = make.ServiceFactory(complete=True, phone__number="+972-8-999-0001")
    page = open_page(f"/{language}/services/{service.pk}/", width=NARROWEST, height=640)
    numbers = lines_of(page, "a[href^='tel:'] bdi")
    assert numbers
    assert set(numbers) == {1}
    assert not sideways(page)


@pytest.mark.parametrize("language", ["en", "he", "ar", "ru", "uk", "fr", "am"])
def test_the_way_out_does_not_touch_the_name(open_page: OpenPage, language: str) -> None:
    page = open_page(f"/{language}/", width=NARROWEST, height=640)
    name, leave = (page.locator(one).bounding_box() for one in (".site-name", ".quick-exit a"))
    assert name
    assert leave
    between = max(leave["x"] - name["x"] - name["width"], name["x"] - leave["x"] - leave["width"])
    assert between >= 4, "pixels between them"


#: Common phones, between the narrowest and a desk: two tiles abreast have least room there.
PHONES = (360, 390, 412, 600)
SPILT = """tiles => tiles.filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.innerText)"""


@pytest.fixture
def themes() -> None:
    """A service under every theme, so that every tile stands there."""
    cache.delete(CACHE_KEY)
    load_taxonomies()
    for term in Term.objects.filter(code__in=PICTURES, taxonomy__slug="open-eligibility"):
        ServiceTerm.objects.create(service=make.ServiceFactory(published=True), term=term)
    index()


@pytest.mark.parametrize("language", ["en", "he", "ar", "ru", "uk", "fr", "am"])
def test_the_names_of_themes_stay_inside_their_tiles(open_page: OpenPage, themes: None, language: str) -> None:
    page = open_page(f"/{language}/", width=NARROWEST, height=700)
    assert page.locator(".theme").count() == len(PICTURES)
    for width in (NARROWEST, *PHONES):
        page.set_viewport_size({"width": width, "height": 700})
        assert not page.locator(".theme").evaluate_all(SPILT), width
        assert not sideways(page), width
