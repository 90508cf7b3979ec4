"""One referral to its end: a caseworker sends, a partner without an account answers by link in Arabic, the person says by a
face whether it helped, and the caseworker sees it. On a phone."""

import re
from collections.abc import Callable, Iterator

import pytest
from django.utils import translation
from playwright.sync_api import Browser, Page, expect

from kesher.accounts.models import Organisation
from kesher.base.keys import uuid7
from kesher.base.models import OutgoingMail
from kesher.base.transitions import Actor
from kesher.directory.agreements import record
from kesher.directory.models import OrganisationProfile, Service
from kesher.directory.search import index
from kesher.people.models import Person
from kesher.referrals.models import Loop, Referral
from tests.browser.axe import axe_violations
from tests.browser.conftest import sideways
from tests.browser.town import Town
from tests.browser.visiting import PHONE
from tests.worker import work_off_tasks

pytestmark = pytest.mark.xdist_group("referral journey")  # one worker, one town
OFFICE = "office@songbird.example"
Goes = Callable[[str], Page]


@pytest.fixture(autouse=True)
def portal() -> None:
    """The town brings its own portal."""


@pytest.fixture
def goes(browser: Browser, built: Town) -> Iterator[Goes]:
    contexts = []

    def set_out(visitor: str) -> Page:
        context = browser.new_context(viewport=PHONE, reduced_motion="reduce")
        contexts.append(context)
        if key := built.sessions.get(visitor):
            context.add_cookies([{"name": "kesher_session", "value": key, "url": built.address}])
        return context.new_page()

    yield set_out
    for context in contexts:
        context.close()


@pytest.fixture
def service(built: Town) -> Service:
    """Of an association where nobody has an account, and whose office has an address."""
    association = Organisation.objects.create(name={"en": "Songbird", "ar": "طائر الغناء"}, state="approved")
    OrganisationProfile.objects.create(organisation=association, email=OFFICE)
    record(association, document="Agreement", by=Actor(uuid7(), None, frozenset({"officer"})))
    made = Service.objects.create(
        organisation=association,
        name={"en": "Songbird choir for newcomers", "ar": "جوقة طائر الغناء"},
        description={"en": "Singing together in Hebrew."},
        email=OFFICE,
        state=Service.State.PUBLISHED,
    )
    index([made.pk])
    return made


def presses(page: Page, selector: str) -> None:
    with page.expect_navigation():
        page.locator(selector).first.click()


def sound(page: Page) -> None:
    assert not sideways(page), page.url
    assert not axe_violations(page)


def link_in_mail(to: str, language: str, seen: set[str]) -> str:
    """The path of the link in the newest mail to this address that has not been opened yet."""
    work_off_tasks()
    for message in OutgoingMail.objects.filter(to=to).order_by("-id"):
        found = re.search(rf"/{language}/answer/\S+/", message.body)
        assert found, message.body
        if found.group() not in seen:
            seen.add(found.group())
            assert "Almaz" not in message.body + message.subject
            return found.group()
    raise AssertionError(f"no new mail to {to}")


def test_a_referral_goes_out_is_answered_in_arabic_and_comes_back(goes: Goes, built: Town, service: Service) -> None:
    person = Person.objects.get(pk=built.things["person to refer"]["pk"])
    # Hours that only a human understands ("mornings, not on Sunday") are left to a human: here she may be written to at any.
    person.email, person.reach_by, person.reach_when = "almaz@home.example", "mail", ""
    person.save()
    seen: set[str] = set()

    noa = goes("caseworker")
    noa.goto(f"{built.address}/en/referrals/new/{person.pk}/")
    noa.locator("#wish").fill("Songbird choir")
    presses(noa, "main form[role=search] button")
    sound(noa)
    presses(noa, f"main li:has(a[href*='{service.pk}']) button[value=begin]")
    noa.locator("[name=how][value=present]").check()
    presses(noa, "main button[value=consent]")
    noa.locator("[name=why]").fill("Sings well and knows nobody here yet.")
    noa.locator("[name=wait_list]").check()
    sound(noa)
    presses(noa, "main button[value=send]")
    referral = Referral.objects.get(service=service)
    assert referral.state == "requested"

    office = goes("anonymous")
    office.goto(built.address + link_in_mail(OFFICE, "ar", seen))
    expect(office.locator("html")).to_have_attribute("dir", "rtl")
    expect(office.locator("h1")).to_have_text("Almaz Tessema")
    sound(office)
    office.locator("#name").fill("سمير")
    presses(office, "main button[value=accept]")
    sound(office)
    office.go_back()
    with translation.override("ar"):
        office.reload()
        expect(office.locator("h1")).to_have_text(translation.gettext("This has been answered already"))

    report = built.address + link_in_mail(OFFICE, "ar", seen)
    office.goto(report)
    presses(office, "main button[value='first contact']")
    office.goto(report)
    sound(office)
    office.locator("#came-yes").check()
    office.locator("#outcome-met").check()
    office.locator("#done").fill("غنّت معنا ثلاث مرات.")
    presses(office, "main button[value=finish]")
    referral.refresh_from_db()
    assert (referral.state, referral.worker_name, referral.outcome) == ("completed", "سمير", "met")
    assert Loop.objects.get(pk=referral.loop_id).closing == "met"

    almaz = goes("anonymous")
    almaz.goto(built.address + link_in_mail("almaz@home.example", "am", seen))
    expect(almaz.locator("main svg")).to_have_count(3)
    sound(almaz)
    presses(almaz, "main button[value=no]")

    noa.goto(f"{built.address}/en/referrals/{referral.pk}/")
    expect(noa.locator("main")).to_contain_text("غنّت معنا ثلاث مرات.")
    expect(noa.locator("#next")).to_be_visible()  # it did not help: the wish is open again
    sound(noa)
