"""Two journeys on a phone: from an offer to an ending, in Hebrew; somebody under 18 with a concern, in Arabic and English."""

from contextlib import closing
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from kesher.accounts.models import User
from kesher.casework.models import CheckIn, Concern, Match, Mentor
from kesher.people.consents import give
from kesher.people.files import open_file
from kesher.people.models import Person
from kesher.people.models.consents import Purpose
from tests.browser.axe import axe_violations
from tests.browser.conftest import NARROWEST, sideways
from tests.browser.town import Town
from tests.browser.visiting import PHONE

pytestmark = pytest.mark.xdist_group("mentoring")  # one worker, one town


@pytest.fixture(autouse=True)
def portal() -> None:
    """The town brings its own portal."""


def presses(page: Page, selector: str) -> None:
    with page.expect_navigation():
        page.locator(selector).click()


def sends(page: Page, act: str) -> None:
    """Send the form of one act: its button stands in it, or is itself."""
    form = page.locator(f"form:has([name=do][value={act}])")
    with page.expect_navigation():
        form.locator("button").last.click()


def unfolds(page: Page, key: str) -> None:
    page.locator(f"details[id^={key}]").evaluate("one => { one.open = true }")


def well(page: Page) -> None:
    """axe finds nothing, and nothing is wider than the narrowest window."""
    assert not axe_violations(page), page.url
    page.set_viewport_size({"width": NARROWEST, "height": 700})
    assert not sideways(page), page.url
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]


def somebody(browser: Browser, built: Town, who: str) -> Page:
    context = browser.new_context(viewport=PHONE, reduced_motion="reduce")
    context.add_cookies([{"name": "kesher_session", "value": built.sessions[who], "url": built.address}])
    return context.new_page()


def test_from_an_offer_to_an_ending(browser: Browser, built: Town) -> None:
    today = timezone.localdate()
    with closing(somebody(browser, built, "partner")) as samir, closing(somebody(browser, built, "caseworker")) as noa:
        samir.goto(f"{built.address}/he/mentor/")
        presses(samir, 'main a[href$="/mentor/offer/"]')
        well(samir)
        samir.locator("[name=trade]").fill("נגר")
        samir.locator("[data-coding-find]").click()
        samir.locator(".coding__choices input").first.check()
        for name, value in (("called", "Samir"), ("phone", "08-555-0175")):
            samir.locator(f"[name={name}]").fill(value)
        for value in ("he", "ar", "am"):
            samir.locator(f"[name=languages][value={value}]").check()
        samir.locator("[name=times][value=evening]").check()
        samir.locator("[name=of_age]").check()
        presses(samir, ".form__actions button >> nth=-1")
        assert samir.url.endswith("/he/mentor/")
        mentor = Mentor.objects.get(called="Samir")
        assert len(mentor.isco08) == 4

        noa.goto(f"{built.address}/he/caseworker/mentors/{mentor.pk}/")
        well(noa)
        noa.locator("[name=vetting][value=police]").check()
        noa.locator("#vet-on").fill(today.isoformat())
        sends(noa, "vet")
        noa.locator("#train-on").fill(today.isoformat())
        sends(noa, "train")
        mentor.refresh_from_db()
        assert mentor.state == "ready"

        person = _person("Meron")
        noa.goto(f"{built.address}/he/caseworker/people/{person.pk}/mentor/")
        well(noa)
        card = noa.locator("li", has=noa.locator(f"[name=mentor][value='{mentor.pk}']"))
        card.locator("[name=minor][value=no]").check()
        with noa.expect_navigation():
            card.locator("button").click()
        match = Match.objects.get(person=person)
        well(noa)
        sends(noa, "agree-told")
        samir.goto(f"{built.address}/he/mentor/{match.pk}/")
        expect(samir.locator("h1")).to_contain_text("Meron")
        well(samir)
        sends(samir, "accept")
        noa.goto(f"{built.address}/he/caseworker/mentoring/{match.pk}/")
        sends(noa, "start")
        well(noa)

        samir.goto(f"{built.address}/he/mentor/{match.pk}/")
        unfolds(samir, "meet")
        samir.locator("[name=on]").fill((today + timedelta(days=2)).isoformat())
        samir.locator("[name=place]").select_option("workplace")
        sends(samir, "meet")
        assert match.meetings.get().place == "workplace"
        CheckIn.objects.filter(match=match, side="mentor").update(due_on=today)
        samir.reload()
        samir.locator("[name=going][value=well]").check()
        sends(samir, "check-mentor")
        assert CheckIn.objects.get(match=match, answered_at__isnull=False).going == "well"
        well(samir)
        unfolds(samir, "end")
        samir.locator("[name=reason][value=reached]").check()
        sends(samir, "end")
        assert samir.url.endswith("/he/mentor/")
        match.refresh_from_db()
        assert (match.state, match.place) == ("ended", None)


def test_under_18_with_a_concern(browser: Browser, built: Town) -> None:
    mentor = Mentor.objects.get(user__email="mentor@demo.example")
    person = _person("Hanna")
    with closing(somebody(browser, built, "caseworker")) as noa, closing(somebody(browser, built, "mentor")) as batya:
        noa.goto(f"{built.address}/ar/caseworker/people/{person.pk}/mentor/")
        card = noa.locator("li", has=noa.locator(f"[name=mentor][value='{mentor.pk}']"))
        card.locator("[name=minor][value=yes]").check()
        with noa.expect_navigation():
            card.locator("button").click()
        match = Match.objects.get(person=person)
        assert noa.locator("[name=shows][value=contact]").count() == 0, "no number is offered"
        sends(noa, "agree-told")
        batya.goto(f"{built.address}/en/mentor/{match.pk}/")
        well(batya)
        sends(batya, "accept")
        noa.reload()
        assert noa.locator("button[value=start]").count() == 0, "a guardian is told first"
        noa.locator("[name=guardian]").fill("أمها")
        noa.locator("[name=on]").first.fill(timezone.localdate().isoformat())
        sends(noa, "guardian")
        sends(noa, "start")
        well(noa)
        batya.goto(f"{built.address}/en/mentor/{match.pk}/")
        unfolds(batya, "meet")
        assert batya.locator("[name=place] option[value=elsewhere]").count() == 0
        unfolds(batya, "concern")
        batya.locator("[name=kind][value=uneasy]").check()
        batya.locator("[id^=concern] [name=words]").fill("She is afraid to go home")
        sends(batya, "concern")
        expect(batya.locator("main")).not_to_contain_text("afraid")
        concern = Concern.objects.get(match=match)
        noa.goto(f"{built.address}/ar/caseworker/today/?whose=all")
        presses(noa, f'a[href$="/caseworker/concerns/{concern.pk}/"]')
        expect(noa.locator("main")).to_contain_text("She is afraid to go home")
        well(noa)
        presses(noa, "button[value=take]")
        noa.locator("[name=done]").fill("تحدثت معها")
        sends(noa, "settle")
        concern.refresh_from_db()
        assert concern.state == "closed"


def _person(name: str) -> Person:
    noa = User.objects.get(email="noa@demo.example")
    by = noa.as_actor(noa.memberships.get().organisation_id)
    person = open_file(called=name, language="am", how="present", by=by)
    give(person, Purpose.MATCHING, how="present", language="am", by=by)
    return person
