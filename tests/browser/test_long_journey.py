"""One person from the first visit to the question after ninety days, over four organisations, by keyboard alone.

They come to the counter of the employment service, which speaks another language. A file is opened, with what they have said.
An association refuses for want of places; the next best, a language school, takes them and finishes; a clinic without account
answers by a link in its mail. After 30 and 90 days one question reaches the person by mail. Time passes as it does for the
portal: its tasks are told what day it is.
"""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from kesher.accounts.models import Organisation
from kesher.base.models import Event, OutgoingMail
from kesher.directory.models import Service
from kesher.people.models import Person, Told
from kesher.referrals import follow_ups, reminders
from kesher.referrals.models import FollowUp, Loop, Referral
from tests.browser.axe import axe_violations
from tests.browser.conftest import sideways
from tests.browser.town import Town, session_of
from tests.browser.visiting import PHONE
from tests.turns import week
from tests.worker import work_off_tasks

pytestmark = pytest.mark.xdist_group("long journey")  # one worker, one town
#: Of the staff -> of the visitor: both directions stand side by side.
TONGUES = {"en": "ar", "he": "ru", "ar": "am"}
NAMES = {"ar": "سلمى", "ru": "Вера", "am": "ሰላም"}
WORDS = {"ar": "أريد أن أتعلّم العبرية", "ru": "Хочу учить иврит", "am": "ዕብራይስጥ መማር እፈልጋለሁ"}
SCHOOL, CLINIC = "tamarisk-ulpan", "oasis-clinic"
MOST_STOPS = 500
Goes = Callable[[str], "Hands"]


class Hands:
    """Somebody at a keyboard: Tab until it is reached, then a key. There is no mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def opens(self, address: str) -> None:
        self.page.goto(address)

    def to(self, selector: str) -> None:
        """Tab onward until what is meant has the focus."""
        for _stop in range(MOST_STOPS):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("s => document.activeElement.matches(s)", selector):
                return
        raise AssertionError(f"{selector} is reached by no number of tabs on {self.page.url}")

    def presses(self, selector: str) -> None:
        self.to(selector)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def types(self, selector: str, words: str) -> None:
        self.to(selector)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(words)

    def ticks(self, selector: str) -> None:
        self.to(selector)
        self.page.keyboard.press("Space")

    def chooses(self, name: str, value: str) -> None:
        """One of several: Tab reaches the group, arrows go round in it."""
        self.to(f"input[type=radio][name={name}]")
        self.page.keyboard.press("Space")
        for _round in range(30):
            if self.page.evaluate("v => document.activeElement.value === v && document.activeElement.checked", value):
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{name} has no {value}")

    def unfolds(self, selector: str) -> None:
        """A part that is folded: its summary."""
        self.to(f"{selector} > summary")
        self.page.keyboard.press("Enter")

    def is_sound(self) -> None:
        assert not sideways(self.page), self.page.url
        assert not (found := axe_violations(self.page)), f"{self.page.url}: {found}"


@pytest.fixture(autouse=True)
def portal() -> None:
    """The town brings its own portal."""


@pytest.fixture
def goes(browser: Browser, built: Town) -> Iterator[Goes]:
    contexts = []

    def set_out(session: str) -> Hands:
        context = browser.new_context(viewport=PHONE, reduced_motion="reduce")
        contexts.append(context)
        if session:
            context.add_cookies([{"name": "kesher_session", "value": session, "url": built.address}])
        return Hands(context.new_page())

    yield set_out
    for context in contexts:
        context.close()


def link_in_mail(to: str, language: str, *, since: int) -> str:
    """The newest mail's link; ``since``: how many there were before. Nothing of the person stands in it."""
    work_off_tasks()
    mails = list(OutgoingMail.objects.filter(to=to).order_by("-id"))
    assert len(mails) > since, f"no new mail to {to}"
    found = re.search(rf"/{language}/answer/\S+/", mails[0].body)
    assert found, mails[0].body
    assert not any(name in mails[0].body + mails[0].subject for name in NAMES.values())
    return found.group()


def mails_to(address: str) -> int:
    return OutgoingMail.objects.filter(to=address).count()


def refers(noa: Hands, address: str, service: Service, language: str, why: str) -> Referral:
    """From the page where one looks for services to a referral that has left."""
    noa.opens(address)
    noa.types("#wish", service.name[language])
    noa.presses("main form[role=search] button[value=look]")
    noa.presses(f"main li:has(a[href*='{service.pk}']) button[value=begin]")
    noa.chooses("how", "present")
    noa.presses("main button[value=consent]")
    noa.types("[name=why]", why)
    if noa.page.locator("[name=wait_list]").count():
        noa.ticks("[name=wait_list]")
    noa.is_sound()
    noa.presses("main button[value=send]")
    return Referral.objects.filter(service=service).latest("id")


def finishes(partner: Hands, done: str) -> None:
    """First contact, then what came of it; each on the page one is on."""
    partner.presses("main button[value='first contact']")
    partner.is_sound()
    partner.chooses("attended", "yes")
    partner.chooses("outcome", "met")
    partner.types("#done", done)
    partner.presses("main button[value=finish]")


@pytest.mark.parametrize(
    "language",
    [
        pytest.param(one, marks=[] if at == week() % len(TONGUES) else [pytest.mark.long])
        for at, one in enumerate(TONGUES)
    ],
)
def test_from_the_first_visit_to_the_ninetieth_day(goes: Goes, built: Town, language: str) -> None:
    theirs = TONGUES[language]
    here, home = f"{built.address}/{language}", f"{language}@home.example"
    bridge = Organisation.objects.get(profile__external_id="bridge-association")
    asked_first = Service.objects.published().filter(organisation=bridge).order_by("id")[0]
    course = Service.objects.get(external_id=f"hebrew-medical.{SCHOOL}")
    doctor = Service.objects.get(external_id=f"family-doctor.{CLINIC}")

    # --- the first visit: two languages on one screen ---
    noa = goes(built.sessions["caseworker"])
    noa.opens(f"{here}/caseworker/today/")
    noa.is_sound()
    noa.presses("main a[href$='/caseworker/counter/']")
    noa.presses(f"button[name=visitor][value={theirs}]")
    noa.types(f"#words-{theirs}", WORDS[theirs])
    noa.presses(f"section[lang={theirs}] form:has(textarea) button")
    own, other = (noa.page.locator(f"section.both__one[lang={code}]") for code in (language, theirs))
    expect(own).to_have_attribute("dir", "ltr" if language == "en" else "rtl")
    expect(other).to_have_attribute("dir", "rtl" if theirs == "ar" else "ltr")
    noa.is_sound()
    while noa.page.locator(f"section[lang={theirs}] .ask").count():
        question = noa.page.locator(f"section[lang={theirs}] .ask input[name=question]").first.input_value()
        if question == "age":
            noa.types(f"section[lang={theirs}] .ask input[name=value]", "34")
            noa.presses(f"section[lang={theirs}] .ask__form button")
        else:
            noa.presses(f"section[lang={theirs}] .ask form:not(.ask__form) button")
    before = (Person.objects.count(), Told.objects.count())
    noa.is_sound()

    # --- they agree to a file, and what they said goes into it ---
    noa.presses("main a[href*='/people/new/']")
    noa.ticks("[name=worries][value=language]")
    noa.types("[name=called]", f"{NAMES[theirs]} {language}")
    noa.chooses("reach_by", "mail")
    noa.types("[name=email]", home)
    assert noa.page.locator("[name=language]").input_value() == theirs
    noa.is_sound()
    noa.presses("main form.form .form__actions button")
    assert (Person.objects.count(), Told.objects.count()) == before, "nothing is kept before they agree"
    noa.is_sound()
    noa.ticks("[name=agreed]")
    noa.presses("main button[value=agree]")
    noa.is_sound()
    noa.types("#wish", WORDS[theirs])
    noa.presses("main form.form .form__actions button")
    person = Person.objects.filter(called__startswith=NAMES[theirs]).latest("id")
    loop = Loop.objects.get(person=person)
    noa.is_sound()

    # --- the first organisation asked has no place ---
    search = f"{here}/referrals/new/{person.pk}/?loop={loop.pk}"
    first = refers(noa, search, asked_first, language, "Comes in the mornings.")
    work_off_tasks()
    samir = goes(built.sessions["partner"])
    samir.opens(f"{here}/provider/referrals/{first.pk}/")
    samir.is_sound()
    samir.unfolds("main details:has(button[value=reject])")
    samir.chooses("reason", "no_capacity")
    samir.presses("main button[value=reject]")
    samir.is_sound()

    # --- the next best takes them, and finishes ---
    noa.opens(f"{here}/referrals/{first.pk}/")
    noa.is_sound()
    second = refers(noa, search, course, language, "A nurse who wants to work again.")
    assert second.replaces_id == first.pk
    reminders.remind(now=timezone.now() + timedelta(days=3))
    second.refresh_from_db()
    assert second.reminded_day == 3, "three days without an answer"
    school = goes(session_of(f"{SCHOOL}@demo.example"))
    school.opens(f"{here}/provider/referrals/{second.pk}/")
    school.presses("main button[value=accept]")
    school.is_sound()
    finishes(school, "Five months, level A2.")
    loop.refresh_from_db()
    assert loop.closing == "met"

    # --- a clinic without an account, for another need, by link ---
    office = doctor.organisation.profile.email
    mails = mails_to(office)
    wish = f"{here}/referrals/new/{person.pk}/"
    third = refers(noa, wish, doctor, language, "Pain in the back.")
    answers = "ar" if language == "ar" else "he" if language == "he" else "en"
    clinic = goes("")
    clinic.opens(built.address + link_in_mail(office, answers, since=mails))
    clinic.is_sound()
    mails = mails_to(office)
    clinic.types("#name", "Dr Dugma")
    clinic.presses("main button[value=accept]")
    report = built.address + link_in_mail(office, answers, since=mails)
    clinic.opens(report)
    clinic.presses("main button[value='first contact']")
    clinic.opens(report)
    clinic.is_sound()
    clinic.chooses("attended", "yes")
    clinic.chooses("outcome", "met")
    clinic.types("#done", "Examined, and exercises shown.")
    clinic.presses("main button[value=finish]")
    clinic.is_sound()

    # --- at the end, after thirty and after ninety days: one question, by mail, in their language ---
    work_off_tasks()
    for day in (30, 90):
        mails = mails_to(home)
        follow_ups.ask_all(now=timezone.now() + timedelta(days=day))
        them = goes("")
        them.opens(built.address + link_in_mail(home, theirs, since=mails))
        assert them.page.evaluate("document.documentElement.lang") == theirs
        them.is_sound()
        them.presses("main button[name=answer][value=yes]")
        them.is_sound()
    answered = FollowUp.objects.filter(referral__person=person, answer="yes").values_list("day", flat=True)
    assert set(answered) == {30, 90}
    assert {first.receiver_id, second.receiver_id, third.receiver_id, first.sender_id} == set(
        Organisation.objects.filter(
            profile__external_id__in=["bridge-association", SCHOOL, CLINIC, "employment-service"]
        ).values_list("pk", flat=True)
    ), "four organisations"
    noa.opens(f"{here}/referrals/{second.pk}/")
    expect(noa.page.locator("main")).to_contain_text("Five months, level A2.")
    noa.is_sound()
    assert Event.objects.filter(name="follow_up.answered", about_id__in=FollowUp.objects.values("pk")).exists()
