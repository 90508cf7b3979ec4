"""A caseworker opens a file for a newcomer, in Amharic beside Hebrew, on a phone; she takes it over, and takes it back."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from kesher.accounts.models import User
from kesher.accounts.roles import Role
from kesher.base.models import AccessLog
from kesher.people import claiming
from kesher.people.models import Consent, Person
from tests.browser.axe import axe_violations
from tests.browser.conftest import NARROWEST, sideways
from tests.browser.town import Town
from tests.browser.visiting import PHONE
from tests.factories import MembershipFactory

pytestmark = pytest.mark.xdist_group("people journeys")  # one worker, one town
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


def stands(page: Page, how: str) -> None:
    """Nothing for axe, and nothing wider than the narrowest window. Without a script axe cannot look."""
    if how == "with scripts":
        assert not (found := axe_violations(page)), f"{page.url}: {found}"
        page.set_viewport_size({"width": NARROWEST, "height": 700})
        assert not sideways(page), page.url
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]


@pytest.mark.parametrize("how", HOW)
def test_a_newcomer_gets_a_file_takes_it_over_and_closes_it(goes: Goes, built: Town, how: str) -> None:
    number = f"08-555-016{HOW.index(how)}"
    noa, newcomer = goes("caseworker"), goes(("careless", "refused")[HOW.index(how)])
    noa.goto(f"{built.address}/he/caseworker/people/")
    presses(noa, 'main a[href$="/people/new/"]')
    for worry in ("language", "children"):
        noa.locator(f"[value={worry}]").check()
    noa.locator("[name=called]").fill("ትዕግስት")
    noa.locator("[name=language]").select_option("am")
    noa.locator("[name=phone]").fill(number)
    stands(noa, how)
    presses(noa, "main form.form button >> nth=-1")

    amharic = noa.locator("main .two-languages__one[lang=am]").first
    expect(amharic).to_contain_text("ይህ ድርጅት")
    assert amharic.get_attribute("dir") == "ltr"
    expect(noa.locator("main .two-languages__one[dir=rtl][lang=he]").first).to_contain_text("הארגון הזה שומר תיק")
    stands(noa, how)
    assert not Person.objects.filter(called="ትዕግስት", state="active", user=None, phone_index__matches=number).exists()
    noa.locator("[name=agreed]").check()
    presses(noa, "main button[value=agree]")

    consent = Consent.objects.filter(person__called="ትዕግስት").order_by("-id")[0]
    person = consent.person
    expect(noa.locator("main .receipt")).to_have_text(consent.receipt)
    stands(noa, how)
    link = noa.locator("main .link").inner_text().strip()
    assert re.search(r"/am/me/claim/", link), "in the language we write to her in"

    newcomer.goto(link)
    stands(newcomer, how)
    presses(newcomer, "main form button")
    stands(newcomer, how)
    number = newcomer.locator("main .receipt").inner_text().strip()
    colleague = MembershipFactory(organisation=consent.organisation, role=Role.CASEWORKER).user
    claiming.confirm(person, number, by=colleague.as_actor(consent.organisation.pk))
    newcomer.goto(link)
    presses(newcomer, "main form button")
    expect(newcomer.locator("main h2", has_text="ትዕግስት")).to_be_visible()
    stands(newcomer, how)
    noa.goto(f"{built.address}/he/caseworker/people/{person.pk}/")
    expect(noa.locator("main h1")).to_have_text("ትዕግስት")
    newcomer.goto(f"{built.address}/am/me/who-looked/")
    expect(newcomer.locator("main .trail")).to_contain_text("Noa Levi")

    newcomer.goto(f"{built.address}/am/me/consents/")
    presses(newcomer, "main button[name=take_back]")
    answer = noa.goto(f"{built.address}/he/caseworker/people/{person.pk}/")
    assert answer
    assert answer.status == 404, "in this moment the office sees it no more"
    newcomer.goto(f"{built.address}/am/me/")
    expect(newcomer.locator("main h2", has_text="ትዕግስት")).to_be_visible()
    user = User.objects.get(email="noa@demo.example")
    assert AccessLog.objects.filter(about_id=person.pk, actor_id=user.pk).exists()
