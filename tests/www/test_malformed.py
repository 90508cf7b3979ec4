"""What cannot be shown as it is stored is refused in every form of people, casework and referrals; nothing else happens.

Each form is sent with each of some fifty malformed texts, in its fields for words in turn: the answer is a page that says
why, in Hebrew, and neither an event nor a row of history is written. Texts that are only hostile (markup, formulas, SQL)
are somebody's words: they are kept as typed and shown as text.
"""

import pkgutil
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from importlib import import_module
from typing import Any
from urllib.parse import quote, urlencode

import pghistory.models
import pytest
from django.conf import settings
from django.forms import BaseForm, CharField, Field
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from kesher.accounts.models import Organisation, User
from kesher.accounts.roles import Role
from kesher.base.models import Event
from kesher.casework.models import Appointment, Interpreter, Note, Plan, Review, Step
from kesher.casework.plans import agree
from kesher.people.models import ConsentText, Person
from kesher.people.models.digital import AREAS
from kesher.referrals.models import Cohort, Referral
from tests.casework.people import in_days, worker
from tests.factories import (
    AppointmentFactory,
    InterpreterFactory,
    LoopFactory,
    MembershipFactory,
    OrganisationFactory,
    PersonFactory,
    ReferralFactory,
    ServiceFactory,
    taken_over,
)
from tests.hosting import three
from tests.mentoring import pair

pytestmark = pytest.mark.django_db

#: Signs that stand nowhere in a text somebody types, each in the middle of a word.
SIGNS = [
    *"\x01\x02\x05\x07\x08\x0b\x0c\x0e\x10\x1a\x1b\x1c\x1f\x7f\x80\x85\x90\x9f",
    *"\u2028\u2029\u202d\u202e\ufeff\ufff9\ufffa\ufffb\ufffc\ufffd\ufffe\uffff",
]
MALFORMED: dict[str, str] = {
    **{f"U+{ord(sign):04X}": f"al{sign}maz" for sign in SIGNS},
    "colours of a terminal": "al\x1b[31mmaz\x1b[0m",
    "a name turned round": "\u202ezamla",
    "isolates that turn round": "\u2067\u202dalmaz",
    "nothing to be seen": "\u200b\u200b",
    "only marks of direction": "\u200f\u200e",
    "only isolates": "\u2066\u2069",
    "control signs alone": "\x01\x02",
    "a bell at the end": "almaz\x07",
    "an escape at the beginning": "\x1balmaz",
    "Hebrew and an override": "שלום\u202eםולש",
    "a formula behind a control": "sum\x0b=1+1",
    "markup behind a control": "page\x0c<script>",
}
#: Bytes that are no UTF-8, as a browser with another encoding, or a machine, would send them.
WRONG_BYTES = {
    "no UTF-8 at all": b"\xff\xfe",
    "Latin-1": "café".encode("latin-1"),
    "Hebrew of Windows": "שלום".encode("windows-1255"),
    "Arabic of Windows": "سلام".encode("windows-1256"),
    "Cyrillic": "Олена".encode("koi8-r"),
    "half of a pair": b"\xed\xa0\x80",
    "a slash too long": b"\xc0\xaf",
    "cut off": "ש".encode()[:1] + b"x",
}
#: The rooms that know of people, and those who look after what is told of them.
ROOMS = frozenset(
    {"admin", "caseworker", "college", "complaints", "employer", "insights", "jobseeker", "mentor", "referrals"}
)
HOSTILE = [
    "'; DROP TABLE people_person; --",
    '" OR 1=1 --',
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "{{ settings.SECRET_KEY }}",
    "{% load x %}",
    '=HYPERLINK("https://example.org","x")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "../../etc/passwd",
    "%s%s%n",
    "${jndi:ldap://example.org/a}",
    "&#x3C;script&#x3E;",
]


@dataclass
class World:
    here: Organisation
    user: User
    person: Person = field(init=False)
    #: What a form says besides, of things that are made with its page.
    told: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.person = PersonFactory(keeper=self.here)

    @property
    def by(self) -> Any:
        return self.user.as_actor(self.here.pk)

    def of_person(self, name: str, **more: str) -> str:
        return reverse(name, kwargs={"pk": self.person.pk, **more})


@dataclass(frozen=True)
class Form:
    """``sent``: what a good form holds; ``fields``: where words are typed, and how many letters each takes."""

    address: Callable[[World], str]
    sent: dict[str, Any]
    fields: dict[str, int]
    #: These take what cannot be seen away instead of refusing it.
    cleaned: frozenset[str] = frozenset()

    def good(self, world: World) -> dict[str, Any]:
        """What a good form holds, once its page was made."""
        return {**self.sent, **world.told}


DAY = "2031-05-03"
TODAY = timezone.localdate().isoformat()
MEETING = {
    "day": DAY,
    "time": "10:00",
    "minutes": "30",
    "with_whom": "Noa",
    "where": "place",
    "place": "Room 3",
    "language": "am",
    "interpreting": "none",
}
PLACEMENT = {
    "trade": "baker",
    "trade-choice": "none",
    "where": "Market street 3",
    "tutor": "Rami",
    "starts_on": TODAY,
    "ends_on": in_days(60).isoformat(),
    "hours_a_day": "6",
    "hours_a_week": "30",
    "day_from": "08:00",
    "day_to": "15:00",
    "pay": "40",
    "goals": "Bake bread",
}
REACH = {"called": "Almaz", "language": "am", "reach_by": "visit"}
NAMES = frozenset({"called", "reach_when", "other_names"})


def the_log(world: World) -> str:
    world.user.memberships.all().delete()  # whoever audits opens no files there
    MembershipFactory(user=world.user, organisation=world.here, role=Role.AUDITOR)
    world.user.forget_memberships()
    return reverse("audit")


def received(world: World, **state: Any) -> str:
    """A referral to an organisation of this user's."""
    MembershipFactory(user=world.user, organisation=world.here, role=Role.PROVIDER)
    world.user.forget_memberships()
    referral = ReferralFactory(receiver=world.here, **state)
    return reverse("provider_referral", kwargs={"pk": referral.pk})


def sent(world: World, **state: Any) -> str:
    loop = LoopFactory(person=world.person, organisation=world.here)
    return reverse("referral", kwargs={"pk": ReferralFactory(loop=loop, sender=world.here, **state).pk})


def a_group(world: World) -> str:
    """A group of a course of this user's organisation."""
    MembershipFactory(user=world.user, organisation=world.here, role=Role.COLLEGE)
    world.user.forget_memberships()
    cohort = Cohort.objects.create(
        service=ServiceFactory(published=True, organisation=world.here), name="Morning", starts_on=in_days(9), seats=3
    )
    return reverse("college_cohort", kwargs={"pk": cohort.pk})


def a_step(world: World) -> str:
    return reverse("step", kwargs={"pk": agree(world.person, kind="papers", due_on=in_days(3), by=world.by).pk})


def my_own(world: World, name: str) -> str:
    """A page of the person's own: the file is claimed by whoever is logged in."""
    taken_over(world.person, world.user)
    return reverse(name)


def of_training(world: World, name: str, state: str) -> str:
    agreement = three(
        state, organisation=world.here, person=PersonFactory(keeper=world.here, born=date(1990, 5, 1))
    ).agreement
    return reverse(name, kwargs={"pk": agreement.pk})


def of_match(world: World) -> str:
    return reverse("match", kwargs={"pk": pair("active", organisation=world.here).match.pk})


def of_words(world: World) -> str:
    MembershipFactory(user=world.user, organisation=world.here, role=Role.PLATFORM_ADMIN)
    world.user.forget_memberships()
    return reverse("consent_texts")


FORMS: dict[str, Form] = {
    "new person": Form(
        lambda world: reverse("caseworker_person_new"),
        {**REACH, "worries": ["money"], "step": "agree", "agreed": "on", "how": "present"},
        {"called": 120, "phone": 40, "email": 254, "reach_when": 120},
        NAMES,
    ),
    "correct a person": Form(
        lambda world: world.of_person("caseworker_person_edit"),
        {**REACH, "seen": ""},
        {"called": 120, "phone": 40, "email": 254, "reach_when": 120, "other_names": 300},
        NAMES,
    ),
    "language": Form(
        lambda world: world.of_person("caseworker_part", part="languages"),
        {"language": "am", "judge": "person"},
        {"certificate": 120},
    ),
    "qualification": Form(
        lambda world: world.of_person("caseworker_part", part="schooling"),
        {"title": "Nurse", "proof": "held"},
        {"title": 200, "institution": 200, "country": 2, "field_code": 4},
    ),
    "digital": Form(
        lambda world: world.of_person("caseworker_part", part="digital"), {"judge": "person"}, dict.fromkeys(AREAS, 1)
    ),
    "goal": Form(
        lambda world: world.of_person("caseworker_part", part="goal"),
        {"goal": "nurse", "sure": "3"},
        {"goal": 300, "in_the_way": 300},
    ),
    "work": Form(
        lambda world: world.of_person("caseworker_part", part="work"), {"kind": "paid", "words": "x"}, {"words": 2000}
    ),
    "wishes": Form(
        lambda world: world.of_person("caseworker_part", part="wishes"),
        {},
        {"care": 200, "sectors": 200, "hours_least": 3, "wage_floor": 6},
    ),
    "aim of the plan": Form(lambda world: world.of_person("person_plan"), {"do": "aim", "aim": "work"}, {"aim": 500}),
    "a date": Form(
        lambda world: world.of_person("person_plan"),
        {"do": "date", "date-kind": "plan", "date-on": DAY},
        {"date-text": 200, "date-on": 10},
    ),
    "a new step": Form(
        lambda world: world.of_person("person_step_new"),
        {"kind": "papers", "who": "person", "due_on": DAY, "how": "present"},
        {"text": 300, "due_on": 10},
    ),
    "another day": Form(a_step, {"event": "postpone", "due_on": DAY}, {"due_on": 10}),
    "a note": Form(lambda world: world.of_person("person_notes"), {"scope": "shared"}, {"text": 4000}),
    "a conference": Form(
        lambda world: world.of_person("person_conference"),
        {
            "held_on": TODAY,
            "how": "present",
            "agreed": "Mornings",
            "who-1": "person",
            "what-1": "Bring the passport",
            "due-1": DAY,
        },
        {"place": 120, "agreed": 2000, "what-1": 300, "due-1": 10},
    ),
    "an appointment": Form(
        lambda world: world.of_person("person_appointments"),
        {
            "day": DAY,
            "time": "10:00",
            "minutes": "30",
            "with_whom": "Noa",
            "where": "place",
            "place": "Room 3",
            "language": "am",
            "interpreting": "none",
            "gender": "any",
        },
        {"with_whom": 120, "place": 300, "day": 10, "time": 8, "minutes": 3},
    ),
    "an interpreter": Form(
        lambda world: reverse("interpreters"),
        {
            "name": "Sara",
            "phone": "050-555-0199",
            "languages": ["am"],
            "by_phone": "on",
            "gender": "any",
            "of_age": "on",
        },
        {"name": 120, "phone": 40, "note": 200},
    ),
    "an appointment moved": Form(
        lambda world: reverse(
            "appointment", kwargs={"pk": AppointmentFactory(person=world.person, organisation=world.here).pk}
        ),
        {"event": "move", **MEETING, "interpreter_gender": "any"},
        {"with_whom": 120, "place": 300, "day": 10, "time": 8, "minutes": 3},
    ),
    "a time without a file": Form(
        lambda world: reverse("bookings"),
        {"called": "Almaz", **MEETING, "interpreter_gender": "any", "agreed": "on"},
        {"called": 80, "phone": 40, "with_whom": 120, "place": 300, "day": 10},
    ),
    "an interpreter changed": Form(
        lambda world: reverse("interpreter", kwargs={"pk": InterpreterFactory(organisation=world.here).pk}),
        {
            "name": "Sara",
            "phone": "050-555-0199",
            "languages": ["am"],
            "by_phone": "on",
            "gender": "any",
            "of_age": "on",
        },
        {"name": 120, "phone": 40, "note": 200},
    ),
    "a talk": Form(
        lambda world: world.of_person("person_talks"),
        {
            "do": "talk",
            "talk-purpose": "strengths",
            "talk-experience": "taster",
            "talk-due_on": DAY,
            "talk-held_on": TODAY,
            "talk-how": "present",
        },
        {"talk-about": 300, "talk-more": 1000, "talk-where": 300},
    ),
    "a goal in a talk": Form(
        lambda world: world.of_person("person_talks"),
        {
            "do": "talk",
            "talk-purpose": "goal",
            "talk-experience": "none",
            "talk-held_on": TODAY,
            "talk-how": "present",
            "talk-goal": "nurse",
            "talk-sure": "3",
        },
        {"talk-goal": 300, "talk-in_the_way": 300},
    ),
    "my goal": Form(
        lambda world: my_own(world, "my_goal"),
        {"do": "goal", "goal": "nurse", "sure": "3"},
        {"goal": 300, "in_the_way": 300},
    ),
    "my work": Form(lambda world: my_own(world, "my_skills"), {"do": "tell", "kind": "paid"}, {"words": 2000}),
    "young and new here": Form(
        lambda world: world.of_person("caseworker_part", part="young"),
        {"ready": "ready"},
        {"at_18": 300, "here_since": 4},
    ),
    "terms of a work placement": Form(
        lambda world: of_training(world, "training_terms", "proposed"),
        {**PLACEMENT, "terms": "1"},
        {"trade": 300, "about": 500, "where": 200, "tutor": 120, "goals": 2400, "pay": 9},
    ),
    "a work placement signed": Form(
        lambda world: of_training(world, "training", "proposed"),
        {"do": "sign-told", "called": "Almaz", "how": "present", "terms": "1"},
        {"called": 120, "words": 300},
    ),
    "another tutor": Form(lambda world: of_training(world, "training", "active"), {"do": "tutor"}, {"tutor": 120}),
    "a concern about a placement": Form(
        lambda world: of_training(world, "training", "active"), {"do": "concern", "kind": "uneasy"}, {"words": 2000}
    ),
    "a certificate": Form(
        lambda world: of_training(world, "training", "ended"),
        {"do": "certificate", "name": "Almaz", "work": "baker", "hours": "200"},
        {"name": 120, "work": 300, "hours": 6},
    ),
    "a goal of mentoring": Form(of_match, {"do": "goal"}, {"text": 300}),
    "a meeting of mentoring": Form(of_match, {"do": "meet", "on": TODAY, "place": "cafe"}, {"where": 200, "note": 500}),
    "a concern about mentoring": Form(of_match, {"do": "concern", "kind": "uneasy"}, {"words": 2000}),
    "words of a consent": Form(
        of_words,
        {
            "verb": "propose",
            "purpose": "statistics",
            **{f"words_{code}": "words" for code, _name in settings.LANGUAGES},
        },
        {f"words_{code}": 2000 for code, _name in settings.LANGUAGES},
    ),
    "a draft of a referral": Form(
        lambda world: sent(world, state="draft", sent_at=None, consent=None),
        {"event": "save", "why": "x", "language": "am", "interpreter": "none"},
        {"why": 2000, "safe_contact": 300},
    ),
    "looking further beside a service": Form(
        lambda world: reverse("referral_new", args=[world.person.pk]),
        {"event": "look", "proposed": "not a key"},
        {"wish": 300},
    ),
    "filters of people": Form(lambda world: reverse("caseworker_people"), {}, {"words": 120}),
    "filters of the log": Form(the_log, {}, {"words": 120}),
    "filters of steps": Form(lambda world: reverse("caseworker_steps"), {}, {"words": 120}),
    "filters of referrals": Form(lambda world: reverse("referrals_sent"), {}, {"words": 120}),
    "a group of a course": Form(
        a_group,
        {"do": "change", "name": "Morning", "starts_on": DAY, "seats": "3"},
        {"name": 120, "starts_on": 10, "seats": 4, "taken_elsewhere": 4},
    ),
    "a referral refused": Form(received, {"event": "reject", "reason": "other", "words": "x"}, {"words": 1000}),
    "a referral accepted": Form(received, {"event": "accept"}, {"name": 120}),
    "a referral finished": Form(
        lambda world: received(world, state="in-progress", worker_name="Sara"),
        {"event": "finish", "outcome": "met", "attended": "yes", "done": "x"},
        {"done": 2000},
    ),
    "a referral withdrawn": Form(sent, {"event": "withdraw", "reason": "other", "words": "x"}, {"words": 1000}),
    "a wish closed": Form(
        lambda world: sent(world, state="rejected", reason="no_capacity"),
        {"event": "close", "closing": "met"},
        {"words": 1000},
    ),
}

from tests.www.malformed_more import EXCUSED, MORE, TRIES  # rows of these are made of what stands above

FORMS |= MORE


@pytest.fixture
def world(client: Client) -> World:
    here = OrganisationFactory(approved=True)
    user = worker(here)
    client.force_login(user)
    return World(here, user)


def written() -> tuple[int, int]:
    """How much has been written down: any change of a tracked row, and any event."""
    return pghistory.models.Context.objects.count(), Event.objects.count()


def said(response: Any) -> str:
    """What the page says of the mistake, without the form itself."""
    found = re.findall(
        r'(?s)<div class="ds-error-summary".*?</ul>|data-color="danger".*?</div>|ds-alert.*?</div>',
        response.content.decode(),
    )
    return " ".join(found)


def refused(response: Any, before: tuple[int, int], what: str) -> None:
    assert response.status_code == 400, f"{what}: {response.status_code}"
    assert written() == before, f"{what}: something was written"
    assert re.search("[א-ת]{2}", said(response)), f"{what}: no word in Hebrew says why"


@pytest.mark.parametrize("every", [4, pytest.param(1, marks=pytest.mark.long)])
@pytest.mark.parametrize("name", FORMS)
def test_malformed_words_are_refused_in_ones_own_language_and_nothing_is_written(
    client: Client, world: World, name: str, every: int
) -> None:
    """In each run a fourth of the texts for each form, all of them among four forms; in the long one all for each."""
    form = FORMS[name]
    with translation.override("he"):
        address = form.address(world)
    assert address.startswith("/he/")
    assert len(MALFORMED) + len(WRONG_BYTES) >= 40
    before = written()
    fields = [one for one in form.fields.items() if one[0] not in form.cleaned]
    texts = {**MALFORMED, **{f"bytes: {what}": raw for what, raw in WRONG_BYTES.items()}, "too long": "", "huge": ""}
    first = list(FORMS).index(name) % every
    for number, (what, text) in enumerate(list(texts.items())[first::every]):  # each in the next of the fields in turn
        where, longest = fields[number % len(fields)]
        if isinstance(text, bytes):
            body = urlencode({**form.good(world), where: ""}, doseq=True)
            body = body.replace(f"{quote(where)}=", f"{quote(where)}=ab{quote(text)}")
            response = client.post(address, body, content_type="application/x-www-form-urlencoded")
        else:
            typed = text or "א" * (longest + 1 if what == "too long" else 200_000)
            response = client.post(address, {**form.good(world), where: typed})
        refused(response, before, f"{where}: {what}")


@pytest.mark.parametrize("where", sorted(NAMES))
def test_names_lose_what_cannot_be_seen(client: Client, world: World, where: str) -> None:
    """A name is often copied from a message, with marks of direction around it: it is taken, and they are not."""
    address = world.of_person("caseworker_person_edit")
    for what, text in MALFORMED.items():
        response = client.post(
            address, {**REACH, where: text, "seen": client.get(address).context["form"]["seen"].value()}
        )
        assert response.status_code in (302, 400), what
        world.person.refresh_from_db()
        assert getattr(world.person, where).isprintable(), what


def as_shown(client: Client, address: str) -> dict[str, str]:
    """The stamp of what stands in the form now, without which a second change of the same row is a conflict."""
    if address == reverse("caseworker_person_new"):  # where it is the words they agree to
        return {"words": str(ConsentText.current("file").pk)}
    stamp = re.search(r'name="seen" value="([^"]+)"', client.get(address).content.decode())
    return {"seen": stamp[1]} if stamp else {}


@pytest.fixture
def cleaned(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The forms that have looked at something sent, by their names."""
    found: set[str] = set()
    really = BaseForm.full_clean

    def looks(self: BaseForm) -> None:
        if self.is_bound:
            found.add(named(type(self)))
        really(self)

    monkeypatch.setattr(BaseForm, "full_clean", looks)
    return found


def named(form: type[BaseForm]) -> str:
    return f"{form.__module__}.{form.__qualname__}".removeprefix("kesher.www.")


def of_the_rooms() -> Iterator[type[BaseForm]]:
    """Every form in which words are typed, of the rooms that know of people."""
    for room in ROOMS:
        package = import_module(f"kesher.www.{room}")
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            import_module(module.name)
    waiting: list[type[BaseForm]] = [BaseForm]
    while waiting:
        for form in waiting.pop().__subclasses__():
            waiting.append(form)
            asked: dict[str, Field] = getattr(form, "base_fields", {})
            words = [one for one in asked.values() if isinstance(one, CharField) and not one.widget.is_hidden]
            if words and form.__module__.removeprefix("kesher.www.").split(".")[0] in ROOMS:
                yield form


def test_every_form_that_takes_words_is_tried_here() -> None:
    known = {named(form) for form in of_the_rooms()}
    tried = {one for forms in TRIES.values() for one in forms}
    assert set(TRIES) == set(FORMS), "each row says which form it is"
    assert known - tried - set(EXCUSED) == set(), "forms nobody sends anything malformed: FORMS and TRIES, or EXCUSED"
    assert (tried | set(EXCUSED)) - known == set(), "no such form, or no words in it"
    assert tried & set(EXCUSED) == set()


@pytest.mark.parametrize("name", FORMS)
def test_hostile_words_are_words(client: Client, world: World, cleaned: set[str], name: str) -> None:
    form = FORMS[name]
    address = form.address(world)
    fields = list(form.fields)
    for number, text in enumerate(HOSTILE):
        where = fields[number % len(fields)]
        response = client.post(address, {**form.good(world), **as_shown(client, address), where: text}, follow=True)
        # 404, 409: the object has gone on; 429: enough from one connection
        assert response.status_code in (200, 400, 404, 409, 429), f"{where}: {text}"
        shown = response.content.decode()
        assert "<script>alert" not in shown
        assert "<img src=x" not in shown
        if number == 0:
            assert set(TRIES[name]) <= cleaned, "this row sends to another form than it says"
    assert Person.objects.filter(pk=world.person.pk).exists()


@pytest.mark.parametrize("name", list(FORMS)[::5])
def test_more_than_a_form_holds_is_refused(client: Client, world: World, name: str) -> None:
    form = FORMS[name]
    address = form.address(world)
    before = written()
    where = next(iter(form.fields))
    for body in (
        {**form.good(world), where: "x" * 3_000_000},
        {**form.good(world), **{f"f{n}": "x" for n in range(1_500)}},
    ):
        assert client.post(address, urlencode(body), content_type="application/x-www-form-urlencoded").status_code in (
            400,
            413,
        )
    response = client.post(address, b"a=b", content_type="application/x-www-form-urlencoded; charset=utf-7")
    assert response.status_code in (400, 404)
    for broken in (b"--x", b'--x\r\nContent-Disposition: form-data; name="a', b""):
        response = client.post(address, broken, content_type="multipart/form-data; boundary=x")
        # an empty form of filters shows all; a verb that nobody has named is not possible now (409)
        assert response.status_code in (302, 400, 404, 409), broken
    # where all may be left open, an empty form is an answer; of an interview, that one goes on
    if form.sent and not name.startswith("interview: "):
        assert written() == before
    kinds = (Appointment, Interpreter, Note, Plan, Review, Step, Referral)
    assert all(kind._default_manager.count() < 3 for kind in kinds)
