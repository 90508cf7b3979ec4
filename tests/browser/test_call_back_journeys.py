"""Somebody who reads Amharic asks to be called, a partner calls, and somebody takes a request back: on a phone."""

from collections.abc import Callable, Iterator

import pytest
from django.utils import translation
from playwright.sync_api import Browser, Page, expect

from kesher.accounts.models import User
from kesher.base.models import AccessLog
from kesher.directory.models import CallBack, Service
from tests.browser.axe import axe_violations
from tests.browser.conftest import NARROWEST, sideways
from tests.browser.test_journeys import Traveller
from tests.browser.town import Town
from tests.browser.visiting import PHONE

pytestmark = pytest.mark.xdist_group("call back journeys")  # one worker, one town
HOW = ("with scripts", "without a script")
Goes = Callable[[str], Page]


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


def presses(page: Page, selector: str) -> None:
    with page.expect_navigation():
        page.locator(selector).click()


def narrow(page: Page) -> None:
    """Nothing on the page is wider than the narrowest window."""
    page.set_viewport_size({"width": NARROWEST, "height": 700})
    assert not sideways(page), page.url
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]


def number_of(how: str) -> str:
    return f"08-555-01{30 + HOW.index(how)}"


@pytest.mark.parametrize("how", HOW)
def test_a_newcomer_asks_in_amharic_and_samir_calls(goes: Goes, built: Town, how: str) -> None:
    """«ዕብራይስጥ መማር እፈልጋለሁ፤ ማታ ይደውሉልኝ።» - and the record says that they have spoken."""
    samir = User.objects.get(email="samir@demo.example")
    organisation = samir.memberships_in_force[0].organisation_id
    service = Service.objects.published().filter(organisation=organisation).order_by("id").first()
    assert service

    newcomer = goes("anonymous")
    newcomer.goto(f"{built.address}/am/services/{service.pk}/")
    presses(newcomer, f'main a[href$="/services/{service.pk}/call-back/"]')
    assert newcomer.locator("[name=language]").input_value() == "am", "the language of the page"
    if how == "with scripts":  # without, axe cannot look; test_every_page does
        narrow(newcomer)
    newcomer.locator("[name=called]").fill("ትዕግስት")
    newcomer.locator("[name=note]").fill("ዕብራይስጥ መማር እፈልጋለሁ።")
    newcomer.locator("[name=when][value=evening]").check()
    presses(newcomer, "main form button")
    expect(newcomer.locator(".ds-error-summary")).to_be_visible()
    assert newcomer.locator("[name=called]").input_value() == "ትዕግስት", "what was typed stays"
    assert newcomer.locator("[name=when][value=evening]").is_checked()
    newcomer.locator("[name=phone]").fill(number_of(how))
    newcomer.locator("[name=consent]").check()
    presses(newcomer, "main form button")
    with translation.override("am"):
        expect(newcomer.locator("h1")).to_have_text(translation.gettext("Thank you. You will be called"))
    assert "5550123" not in newcomer.url.replace("-", "")

    partner = goes("partner")
    partner.goto(f"{built.address}/ar/home/")
    before = int(partner.locator("[href$='/call-backs/'] .site-nav__count").inner_text().split()[0])
    presses(partner, '.site-nav a[href$="/provider/call-backs/"]')
    assert "ትዕግስት" not in partner.locator("main").inner_text(), "no names in the list"
    asked = CallBack.objects.get(phone=number_of(how))
    presses(partner, f'main h2 a[href*="{asked.pk}"]')
    expect(partner.locator("h1")).to_have_text("ትዕግስት")
    number = partner.locator(".call__number a")
    assert number.get_attribute("href") == "tel:" + number_of(how).replace("-", "")
    expect(partner.locator(".facts")).to_contain_text("ዕብራይስጥ መማር እፈልጋለሁ።")
    assert AccessLog.objects.filter(about_id=asked.pk, actor_id=samir.pk).count() == 1
    presses(partner, "main button[value=miss]")
    presses(partner, f'main h2 a[href*="{asked.pk}"]')
    presses(partner, "main button[value=reach]")
    asked.refresh_from_db()
    assert asked.state == CallBack.State.REACHED
    assert asked.answered_by_id == samir.pk
    assert int(partner.locator("[href$='/call-backs/'] .site-nav__count").inner_text().split()[0]) == before - 1
    partner.goto(f"{built.address}/ar/provider/call-backs/?show=done")
    expect(partner.locator(f'main h2 a[href*="{asked.pk}"]')).to_be_visible()


@pytest.mark.parametrize("language", ["en", "he", pytest.param("ar", marks=pytest.mark.long)])
def test_somebody_asks_by_keyboard_on_the_narrowest_phone(browser: Browser, built: Town, language: str) -> None:
    service = built.things["service that calls back"]["pk"]
    number = {"en": "08-555-0141", "he": "08-555-0142", "ar": "08-555-0143"}[language]
    context = browser.new_context(viewport={"width": NARROWEST, "height": 640}, reduced_motion="reduce")
    try:
        asks = Traveller(context.new_page(), built.address)
        page = asks.page
        asks.opens(f"/{language}/services/{service}/")
        asks.goes(page.locator('main a[href$="/call-back/"]').first)
        assert not sideways(page)
        assert not axe_violations(page)
        asks.types(page.locator("[name=called]"), "Noa")
        asks.types(page.locator("[name=phone]"), number)
        asks.presses(page.locator("[name=consent]"), "Space")
        asks.goes(page.locator("main form button").first)
        with translation.override(language):
            expect(page.locator("h1")).to_have_text(translation.gettext("Thank you. You will be called"))
        assert not sideways(page)
        assert not axe_violations(page)
        assert CallBack.objects.filter(service=service, phone=number, language=language).count() == 1
        asks.goes(page.locator('main a[href$="/take-back/"]'))
        asks.goes(page.locator("main form button").first)
        assert not CallBack.objects.filter(service=service, phone=number).exists()
    finally:
        context.close()


@pytest.mark.parametrize("language", ["ar", pytest.param("en", marks=pytest.mark.long)])
def test_somebody_asks_without_a_script_on_the_narrowest_phone(browser: Browser, built: Town, language: str) -> None:
    """Axe is a script and cannot look here; test_every_page shows it the same pages. What is measured from outside may."""
    service = built.things["service that calls back"]["pk"]
    number = {"en": "08-555-0151", "ar": "08-555-0153"}[language]
    context = browser.new_context(viewport={"width": NARROWEST, "height": 640}, java_script_enabled=False)
    try:
        page = context.new_page()
        page.goto(f"{built.address}/{language}/services/{service}/")
        assert not page.locator("html.has-script").count()
        presses(page, 'main a[href$="/call-back/"] >> nth=0')
        assert not sideways(page)
        presses(page, "main form button >> nth=0")  # nothing is filled in
        expect(page.locator(".ds-error-summary")).to_be_visible()
        assert not CallBack.objects.filter(service=service, phone=number).exists()
        assert not sideways(page), "with the errors"
        page.locator("[name=called]").fill("Noa")
        page.locator("[name=phone]").fill(number)
        page.locator("[name=consent]").check()
        presses(page, "main form button >> nth=0")
        with translation.override(language):
            expect(page.locator("h1")).to_have_text(translation.gettext("Thank you. You will be called"))
        assert not sideways(page)
        assert CallBack.objects.filter(service=service, phone=number, language=language).count() == 1
        presses(page, 'main a[href$="/take-back/"]')
        assert not sideways(page)
        presses(page, "main form button >> nth=0")
        with translation.override(language):
            expect(page.locator("h1")).to_have_text(translation.gettext("It is deleted"))
        assert not CallBack.objects.filter(service=service, phone=number).exists()
        assert not sideways(page)
    finally:
        context.close()


@pytest.mark.parametrize("how", HOW)
def test_somebody_asks_and_takes_it_back(goes: Goes, built: Town, how: str) -> None:
    """A form sent from a page whose address is a key: the browser's own rules let it through."""
    service = built.things["service that calls back"]["pk"]
    page = goes("anonymous")
    page.goto(f"{built.address}/he/services/{service}/call-back/")
    page.locator("[name=called]").fill("נעמי")
    page.locator("[name=phone]").fill(number_of(how))
    page.locator("[name=consent]").check()
    presses(page, "main form button")
    assert CallBack.objects.filter(service=service, phone=number_of(how)).count() == 1
    presses(page, 'main a[href$="/take-back/"]')
    assert CallBack.objects.filter(service=service, phone=number_of(how)).count() == 1, "looking changes nothing"
    presses(page, "main form button")
    with translation.override("he"):
        expect(page.locator("h1")).to_have_text(translation.gettext("It is deleted"))
    assert not CallBack.objects.filter(service=service, phone=number_of(how)).exists()
