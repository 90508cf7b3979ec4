"""People tell all they have done, or send a CV, and correct what was read: on a phone, with scripts and without."""

from collections.abc import Iterator

import pytest
from django.utils import translation
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import axe_violations
from tests.browser.conftest import NARROWEST, sideways
from tests.browser.town import Town
from tests.browser.visiting import PHONE
from tests.browser.ways import each_way
from tests.formats.documents import hostile

pytestmark = pytest.mark.xdist_group("words")  # one worker, one town
HOW = ("with scripts", "without a script")

#: In which language of the page, what they say, and the unit group of each experience.
LIVES = {
    "en": ("I was a nurse in Addis Ababa for ten years, then I drove a taxi without a contract.", ["2221", "8322"]),
    "he": ("הייתי אחות באדיס אבבה עשר שנים, אחר כך נהגת מונית בלי חוזה.", ["2221", "8322"]),
    "ar": ("كنت ممرضة في أديس أبابا عشر سنين، بعدين سواقة تكسي بدون عقد.", ["2221", "8322"]),
}


@pytest.fixture(autouse=True)
def portal() -> None:
    """The town brings its own portal."""


@pytest.fixture
def page(browser: Browser, built: Town, how: str) -> Iterator[Page]:
    context = browser.new_context(viewport=PHONE, reduced_motion="reduce", java_script_enabled=how == "with scripts")
    yield context.new_page()
    context.close()


def good(page: Page, how: str) -> None:
    """Axe finds nothing, and nothing is wider than the narrowest window."""
    if how == "without a script":
        return  # neither can be asked without one
    assert not axe_violations(page), page.url
    page.set_viewport_size({"width": NARROWEST, "height": 700})
    assert not sideways(page), page.url
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]


def presses(page: Page, selector: str) -> None:
    with page.expect_navigation():
        page.locator(selector).last.click()


@pytest.mark.parametrize(("language", "how"), each_way(LIVES, HOW))
def test_a_life_is_read_corrected_and_shown(page: Page, built: Town, how: str, language: str) -> None:
    said, groups = LIVES[language]
    page.goto(f"{built.address}/{language}/words/account/")
    page.locator("[name=text]").fill(said)
    presses(page, "main form .form__actions button")
    expect(page.locator(".account__mark")).to_have_count(2)
    for number, group in enumerate(groups):
        first = page.locator(f"[name=e{number}-work-choice]").first
        assert first.get_attribute("value") == f"http://data.europa.eu/esco/isco/C{group}"
    assert page.locator("[name$=-work-choice]:checked").count() == 0, "a person chooses"
    expect(page.locator("[name=e0-years]")).to_have_value("10")
    expect(page.locator("[name=e1-settings][value=informal]")).to_be_checked()
    direction = page.locator(".account__text p").first.evaluate("one => getComputedStyle(one).direction")
    assert direction == ("ltr" if language == "en" else "rtl")
    good(page, how)

    page.locator("[name=e0-work-choice]").first.check()
    page.locator("[name=e0-years]").fill("11")
    page.locator("[name=e1-work]").fill("baker")  # other words bring other proposals
    if how == "without a script":
        with page.expect_navigation():
            page.locator("[name=e1-work-find]").click()
    baker = page.locator("[name=e1-work-choice][value$=C7512]")
    expect(baker).to_be_visible()
    expect(page.locator("[name=e0-work-choice]").first).to_be_checked()
    expect(page.locator("[name=e0-years]")).to_have_value("11")
    baker.check()
    presses(page, ".account__form .form__actions button")
    expect(page.locator(".account-told .coded__name").first).to_contain_text(groups[0])
    expect(page.locator(".account-told .coded__name").nth(1)).to_contain_text("7512")
    with translation.override(language):
        length = translation.ngettext("%(count)d year", "%(count)d years", 11) % {"count": 11}
    expect(page.locator(".account-told__facts").first).to_contain_text(length)
    assert page.url.endswith(f"/{language}/words/account/#answer")
    good(page, how)


@pytest.mark.parametrize("how", HOW[:1])
def test_by_keyboard_alone(page: Page, built: Town, how: str) -> None:
    """Enter in a field finds what that field says, and leaves the others as they are; a number leads to its experience."""
    page.goto(f"{built.address}/en/words/account/")
    page.locator("[name=text]").focus()
    page.keyboard.type(LIVES["en"][0])
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.locator(".account__number").nth(1).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#experience-2")).to_be_in_viewport()
    page.locator("[name=e1-work]").focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("carpenter")
    page.keyboard.press("Enter")
    expect(page.locator("[name=e1-work-choice]").first).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator("[name=e1-work-choice]:checked")).to_have_count(1)
    page.locator("[name=e0-left_out]").focus()
    page.keyboard.press("Space")
    page.locator(".account__form .form__actions button").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator(".account-told .coded__name")).to_have_count(1)


@pytest.mark.parametrize(("language", "how"), each_way(LIVES, HOW))
def test_a_cv_is_read_shown_and_only_then_coded(page: Page, built: Town, how: str, language: str) -> None:
    page.goto(f"{built.address}/{language}/words/file/")
    file = page.locator("main input[type=file]")
    file.set_input_files({"name": "cv.pdf", "mimeType": "application/pdf", "buffer": hostile.locked_pdf()})
    presses(page, "main form .form__actions button")
    expect(page.locator("[role=alert]")).to_be_visible()
    good(page, how)
    content = hostile.plain_docx(LIVES[language][0])
    file.set_input_files({"name": "cv.docx", "mimeType": "", "buffer": content})
    presses(page, "main form .form__actions button")
    expect(page.locator("[name=text]")).to_have_value(LIVES[language][0])
    good(page, how)
    page.locator("[name=text]").fill(LIVES[language][0].partition("،")[0].partition(",")[0])
    presses(page, "main form .form__actions button")
    expect(page.locator(".account__mark")).to_have_count(1)
