"""A caseworker on a phone: an overdue step is done, the next one agreed, and the plan printed; and a conference is held."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation
from playwright.sync_api import Browser, Page, expect

from kesher.casework.models import Step
from kesher.people.models import Person
from tests.browser.axe import axe_violations
from tests.browser.conftest import NARROWEST, sideways
from tests.browser.town import VISITORS, Town
from tests.browser.visiting import PHONE

pytestmark = pytest.mark.xdist_group("caseworker's day")  # one worker, one town


@pytest.fixture(autouse=True)
def portal() -> None:
    """The town brings its own portal."""


def presses(page: Page, selector: str) -> None:
    with page.expect_navigation():
        page.locator(selector).click()


def well(page: Page) -> None:
    """axe finds nothing, and nothing is wider than the narrowest window."""
    assert not axe_violations(page), page.url
    page.set_viewport_size({"width": NARROWEST, "height": 700})
    assert not sideways(page), page.url
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]


def test_from_today_to_a_plan_on_paper(browser: Browser, built: Town) -> None:
    late = Step.objects.open().filter(person__language="am").order_by("due_on")[0]
    almaz = Person.objects.get(pk=late.person_id)
    context = browser.new_context(viewport=PHONE, reduced_motion="reduce")
    context.add_cookies([{"name": "kesher_session", "value": built.sessions["caseworker"], "url": built.address}])
    page = context.new_page()

    page.goto(f"{built.address}/he/home/")
    assert page.url.endswith("/he/caseworker/today/"), "her home"
    card = page.locator("li", has_text=almaz.called).first
    expect(card).to_contain_text(late.text)
    well(page)
    card.locator("summary").click()  # the overdue step stands below what is more urgent
    presses(page, f'main a[href$="/caseworker/steps/{late.pk}/"]')
    well(page)
    presses(page, "main button[value=finish]")
    assert page.url.endswith(f"/he/caseworker/people/{almaz.pk}/plan/new/"), "asked for the next step"
    late.refresh_from_db()
    assert late.state == "done"

    well(page)
    presses(page, "main form button")
    expect(page.locator(".ds-error-summary")).to_be_visible()
    due = timezone.localdate() + timedelta(days=5)
    page.locator("[name=kind]").select_option("form")
    page.locator("[name=text]").fill("טופס 1514, בנק")
    page.locator("[name=who][value=person]").check()
    page.locator("[name=due_on]").fill(due.isoformat())
    presses(page, "main form button")
    assert page.url.endswith(f"/he/caseworker/people/{almaz.pk}/plan/")
    step = Step.objects.get(person=almaz, kind="form")
    assert (step.due_on, step.text, step.owner) == (due, "טופס 1514, בנק", "person")
    expect(page.locator("main")).to_contain_text("טופס 1514, בנק")
    well(page)

    presses(page, f'main a[href$="/caseworker/people/{almaz.pk}/plan/print/"] >> nth=-1')
    theirs = page.locator("[lang=am].both__one")
    with translation.override("am"):
        expect(theirs).to_contain_text(str(step.what))
    expect(theirs).to_contain_text("טופס 1514, בנק")
    expect(page.locator("[lang=he].both__one")).to_be_visible()
    well(page)
    page.emulate_media(media="print")
    expect(page.locator(".site-nav")).to_be_hidden()
    expect(theirs).to_be_visible()
    assert page.pdf()[:5] == b"%PDF-"
    context.close()


@pytest.mark.parametrize(
    ("language", "agreed", "what"),
    [
        ("en", "Work in the mornings, near the nursery.", "Bring the letter of the nursery"),
        ("he", "עבודה בבקרים, ליד הגן.", "להביא מכתב מהגן"),
        ("ar", "عمل في الصباح، قرب الروضة.", "إحضار رسالة من الروضة"),
    ],
)
def test_those_around_her_meet_and_each_says_what_they_do_by_when(
    browser: Browser, built: Town, language: str, agreed: str, what: str
) -> None:
    almaz = Person.objects.get(user__email=VISITORS["newcomer"])
    context = browser.new_context(viewport=PHONE, reduced_motion="reduce")
    context.add_cookies([{"name": "kesher_session", "value": built.sessions["caseworker"], "url": built.address}])
    page = context.new_page()
    page.goto(f"{built.address}/{language}/caseworker/people/{almaz.pk}/team/")
    well(page)
    presses(page, 'main a[href$="/team/conference/"]')
    well(page)
    page.locator("[name=what-1]").fill(what)
    presses(page, "main form.form .form__actions button")
    expect(page.locator(".ds-error-summary")).to_be_visible()
    expect(page.locator("[name=what-1]")).to_have_value(what)
    well(page)
    due = timezone.localdate() + timedelta(days=6)
    page.locator("[name=agreed]").fill(agreed)
    page.locator("[name=who-1]").select_option("person")
    page.locator("[name=due-1]").fill(due.isoformat())
    presses(page, "main form.form .form__actions button")
    assert page.url.endswith(f"/{language}/caseworker/people/{almaz.pk}/team/")
    card = page.locator(".conference", has_text=agreed)
    expect(card).to_contain_text(what)
    well(page)
    step = Step.objects.get(person=almaz, text=what)
    assert (step.owner, step.due_on, step.conference.agreed) == ("person", due, agreed)  # type: ignore[union-attr]
    context.close()
    # she reads it on her own page
    context = browser.new_context(viewport=PHONE, reduced_motion="reduce")
    context.add_cookies([{"name": "kesher_session", "value": built.sessions["newcomer"], "url": built.address}])
    page = context.new_page()
    page.goto(f"{built.address}/{language}/me/plan/")
    expect(page.locator(".conference", has_text=agreed)).to_contain_text(what)
    well(page)
    context.close()
