"""Charts in a browser: drawn under our policy, in each language and at each width, and nothing lost without them."""

import pytest
from django.utils import translation
from playwright.sync_api import expect

from kesher.www.front.design_charts import samples
from tests.browser.conftest import WATCHED, OpenPage

PAGE = "/{language}/design/charts/"
DRAWN = "html[data-charts=drawn]"
#: The words of a drawing that stick out of it.
CUT_OFF = """() => [...document.querySelectorAll('.chart__canvas')].flatMap(canvas => {
    const room = canvas.getBoundingClientRect();
    return [...canvas.querySelectorAll('text')].filter(text => text.textContent.trim()).filter(text => {
        const box = text.getBoundingClientRect();
        return box.left < room.left - 1 || box.right > room.right + 1 || box.top < room.top - 1 || box.bottom > room.bottom + 1;
    }).map(text => text.textContent);
})"""


@pytest.mark.parametrize("language", ["en", "he", "ar"])
def test_every_kind_is_drawn_at_every_width(open_page: OpenPage, language: str) -> None:
    page = open_page(PAGE.format(language=language))
    page.locator(DRAWN).wait_for(state="attached")
    with translation.override(language):
        made = samples()
    panels = sum(len(picture.panels) for picture in made.values() if not picture.is_empty)
    for width in (1280, 390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        page.wait_for_function(
            """() => [...document.querySelectorAll('.chart__canvas')].every(c => c.drawnAt === Math.floor(c.clientWidth)
                && c.querySelector('.chart__drawn svg'))"""
        )
        assert page.locator(".chart__drawn svg").count() == panels
        assert page.locator(".chart--failed").count() == 0
        assert page.evaluate(CUT_OFF) == [], f"cut off at {width} px"
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert WATCHED[id(page)].complaints == []


def test_a_change_of_scheme_draws_nothing_anew(open_page: OpenPage) -> None:
    page = open_page(PAGE.format(language="en"))
    page.locator(DRAWN).wait_for(state="attached")
    page.evaluate("document.querySelector('.chart__drawn').dataset.mine = 'yes'")
    bar = page.locator("#chart-bars path[fill='var(--chart-ours)']").first
    light = bar.evaluate("e => getComputedStyle(e).fill")
    page.emulate_media(color_scheme="dark")
    dark = bar.evaluate("e => getComputedStyle(e).fill")
    assert (light, dark) == ("rgb(6, 109, 118)", "rgb(80, 151, 159)")
    assert page.locator(".chart__drawn[data-mine]").count() == 1
    page.emulate_media(media="print")  # another width: it may be drawn anew
    assert bar.evaluate("e => getComputedStyle(e).fill") == light, "paper is white"
    assert page.locator("#chart-bars .chart__drawn svg").is_visible()


def test_the_table_is_reached_by_keyboard_and_left_again(open_page: OpenPage) -> None:
    page = open_page(PAGE.format(language="en"))
    page.locator(DRAWN).wait_for(state="attached")
    summary = page.locator("#chart-bars summary")
    table = page.locator("#chart-bars table")
    expect(table).to_be_hidden()
    summary.focus()
    page.keyboard.press("Enter")
    expect(table).to_be_visible()
    for _press in range(3):
        page.keyboard.press("Tab")
    assert page.evaluate("!document.getElementById('chart-bars').contains(document.activeElement)")
    assert page.locator(".chart__canvas :is(a, button, [tabindex])").count() == 0


def test_without_a_script_the_table_is_open_and_no_chart_is_missed(open_page: OpenPage) -> None:
    page = open_page(PAGE.format(language="he"), script=False)
    tables = page.locator(".chart table")
    assert tables.count() == len(samples())
    assert all(table.is_visible() for table in tables.all())
    assert not page.locator(".chart__canvas").first.is_visible()
    assert page.locator(".chart__sentence").first.is_visible()


def test_where_the_library_does_not_come_the_table_is_open(open_page: OpenPage) -> None:
    page = open_page("/en/design/")
    page.route("**/vega/charts*.js", lambda route: route.abort())
    page.goto(page.url + "charts/")
    page.locator(DRAWN).wait_for(state="attached")
    assert page.locator(".chart--failed").count() == len(samples()) - 1
    assert page.locator("#chart-bars table").is_visible()
    assert not page.locator("#chart-bars .chart__canvas").is_visible()


def test_what_one_points_at_is_said(open_page: OpenPage) -> None:
    page = open_page(PAGE.format(language="he"))
    page.locator(DRAWN).wait_for(state="attached")
    page.locator("#chart-bars path[fill='var(--chart-ours)']").first.hover()
    tip = page.locator(".chart__tip")
    assert "6.4%" in tip.inner_text()
    box, window = tip.bounding_box(), page.viewport_size
    assert box
    assert window
    assert 0 <= box["x"] <= window["width"] - box["width"]
    assert WATCHED[id(page)].complaints == [], "the policy lets the tip be placed"
