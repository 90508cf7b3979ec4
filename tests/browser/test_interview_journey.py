"""A caseworker who reads Hebrew and a man who reads Arabic go through the interview on one telephone, and find it again."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from kesher.people.models import Person
from tests.browser.axe import axe_violations
from tests.browser.conftest import NARROWEST, sideways
from tests.browser.town import Town
from tests.browser.visiting import PHONE

pytestmark = pytest.mark.xdist_group("people journeys")  # one worker, one town


@pytest.fixture(autouse=True)
def portal() -> None:
    """The town brings its own portal."""


@pytest.fixture
def noa(browser: Browser, built: Town) -> Iterator[Page]:
    context = browser.new_context(viewport=PHONE, reduced_motion="reduce")
    context.add_cookies([{"name": "kesher_session", "value": built.sessions["caseworker"], "url": built.address}])
    yield context.new_page()
    context.close()


def presses(page: Page, selector: str) -> None:
    with page.expect_navigation():
        page.locator(selector).first.click()


def stands(page: Page) -> None:
    assert not (found := axe_violations(page)), f"{page.url}: {found}"
    page.set_viewport_size({"width": NARROWEST, "height": 700})
    assert not sideways(page), page.url
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]


def test_an_interview_begun_skipped_left_and_found_again(noa: Page, built: Town) -> None:
    key = built.things["interviewed"]["pk"]
    Person.objects.get(pk=key).interview_sections.all().delete()
    overview = f"{built.address}/he/caseworker/people/{key}/interview/"
    noa.goto(overview)
    stands(noa)
    presses(noa, "main a.ds-button")

    # two languages at once, each with its own direction
    theirs = noa.locator("main h1 .pair__theirs")
    expect(theirs).to_have_attribute("lang", "ar")
    expect(theirs).to_have_attribute("dir", "rtl")
    expect(noa.locator("html")).to_have_attribute("lang", "he")
    noa.locator("[value=papers]").check()
    stands(noa)
    presses(noa, "main [name=do][value=on]")
    presses(noa, "main [name=do][value=skip]")  # about oneself: not today
    noa.locator("[name=goal]").fill("ورشة لي")
    presses(noa, "main [name=do][value=on]")  # another than before: which way is not said
    expect(noa).to_have_url(re.compile(r"/interview/expectations/$"))
    stands(noa)
    noa.locator("[name=change][value=raised]").check()
    noa.locator("[name=sure][value='3']").check()
    presses(noa, "main [name=do][value=on]")
    expect(noa).to_have_url(re.compile(r"/interview/languages/$"))

    # another day
    noa.goto(overview)
    expect(noa.locator("main .sections__next a")).to_have_attribute("href", re.compile("languages"))
    for _section in ("languages", "schooling", "work"):
        presses(noa, "main a.ds-button") if noa.url == overview else None
        presses(noa, "main [name=do][value=skip]")
    noa.locator("main .card input[value='4']").first.check()
    presses(noa, "main [name=do][value=on]")
    expect(noa).to_have_url(re.compile(r"/interview/digital/$"))
    stands(noa)
    presses(noa, "main [name=do][value=skip]")
    stands(noa)
    expect(noa.locator("main .both-columns__one[lang=ar]")).to_contain_text("ورشة لي")
    presses(noa, "main .interview__go [name=do][value=on]")
    assert noa.url == overview
    person = Person.objects.get(pk=key)
    states = dict(person.interview_sections.values_list("section", "state"))
    assert (states["worries"], states["personal"], states["next"]) == ("done", "skipped", "done")
    assert person.aspirations.order_by("-id")[0].goal == "ورشة لي"
