"""Two have the same page open, and both write: the second reads what the first wrote, loses nothing, and writes over nothing.

All forms of people, casework and referrals that write over what stands there. Those that only add (a note, a step, a date, a
paper), and those that move something from one state to another (a table refuses the second), write over nothing.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from kesher.accounts.models import User
from kesher.accounts.roles import Role
from kesher.base.models import Event
from kesher.casework import plans
from kesher.casework.models import (
    Appointment,
    Caseworker,
    Interpreter,
    Mentor,
    Plan,
    Safeguarding,
    Step,
    TrainingAgreement,
    TrainingCertificate,
)
from kesher.people import files, mandates
from kesher.people.files import READ_NOTHING
from kesher.people.models import Person
from kesher.referrals.models import Cohort, Referral
from kesher.www.jobseeker.access import as_the_person
from tests import mentoring
from tests.casework.people import Case, a_case, in_days, worker
from tests.factories import (
    AppointmentFactory,
    InterpreterFactory,
    LoopFactory,
    MembershipFactory,
    ReferralFactory,
    ServiceFactory,
    UserFactory,
)
from tests.hosting import certified, three

pytestmark = pytest.mark.django_db
CHANGED = "Nothing is written yet"


@dataclass
class Desk:
    """Two colleagues, the person whose file is open before both, and the person themselves."""

    case: Case = field(default_factory=lambda: a_case(called="Almaz"))
    colleague: User = field(init=False)

    def __post_init__(self) -> None:
        self.colleague = worker(self.case.keeper)

    @property
    def person(self) -> Person:
        return self.case.person

    def of_person(self, name: str, **more: str) -> str:
        return reverse(name, kwargs={"pk": self.person.pk, **more})

    def themselves(self) -> User:
        user: User = UserFactory()
        files.claim(files.claim_key(self.person), user=user)
        self.case.person = Person.objects.get(pk=self.person.pk)
        return user


@dataclass(frozen=True)
class Form:
    """``sent``: what is in it whoever writes; ``first`` and ``second``: what each says; ``stored``: what stands there, and
    ``shown``: how the second reads what the first wrote. ``form``: its name on the page."""

    address: Callable[[Desk], str]
    sent: dict[str, Any]
    first: dict[str, Any]
    second: dict[str, Any]
    shown: str
    stored: Callable[[], Any]
    form: str | Callable[[Any], Any] = "form"  # or how it is found in what the page shows
    at: Callable[[Desk], str] | None = None  # where the other page is, of one's own
    themselves: bool = False


def a_meeting(desk: Desk) -> str:
    return reverse("appointment", kwargs={"pk": AppointmentFactory(person=desk.person).pk})


def a_step(desk: Desk) -> str:
    return reverse("step", kwargs={"pk": desk.case.step().pk})


def an_interpreter(desk: Desk) -> str:
    return reverse("interpreter", kwargs={"pk": InterpreterFactory(organisation=desk.case.keeper).pk})


def a_draft(desk: Desk) -> str:
    loop = LoopFactory(person=desk.person, organisation=desk.case.keeper)
    begun = ReferralFactory(loop=loop, sender=desk.case.keeper, why="", state="draft", sent_at=None, consent=None)
    return reverse("referral", kwargs={"pk": begun.pk})


def a_written_draft(desk: Desk) -> str:
    address = a_draft(desk)
    Referral.objects.update(why="Needs a course")
    return address


def a_group(desk: Desk) -> str:
    for user in (desk.case.worker, desk.colleague):
        MembershipFactory(user=user, organisation=desk.case.keeper, role=Role.COLLEGE)
        user.forget_memberships()
    cohort = Cohort.objects.create(
        service=ServiceFactory(published=True, organisation=desk.case.keeper),
        name="Morning",
        starts_on=in_days(9),
        seats=3,
    )
    return reverse("college_cohort", kwargs={"pk": cohort.pk})


def a_placement(desk: Desk) -> str:
    return reverse("training", kwargs={"pk": three("active", organisation=desk.case.keeper).agreement.pk})


def a_certificate(desk: Desk) -> str:
    return reverse("training", kwargs={"pk": certified(desk.case.keeper).pk})


def act_of(key: str) -> Callable[[Any], Any]:
    return lambda context: next(one.form for one in context["acts"] if one.key == key)


def check_of(context: Any) -> Any:
    return next(one["form"] for one in context["asked"] if one["key"] == "vet")


def a_mentor(desk: Desk) -> str:
    return reverse("mentor", kwargs={"pk": mentoring.ready(desk.case.keeper).pk})


def someone_named(desk: Desk) -> str:
    mentoring.named(desk.case.keeper)
    for user in (desk.case.worker, desk.colleague):
        MembershipFactory(user=user, organisation=desk.case.keeper, role=Role.ORGANISATION_ADMIN)
        user.forget_memberships()
    return reverse("mentors_safeguarding")


def worries() -> list[str]:
    (person,) = Person.objects.all()
    return sorted(person.worries.now().values_list("kind", flat=True))


MEETING = {"day": in_days(3).isoformat(), "minutes": "45", "with_whom": "Noa", "where": "place", "place": "Room 3"}
MEETING |= {"language": "am", "interpreting": "none", "interpreter_gender": "any", "event": "move"}
INTERPRETER = {"phone": "050-555-0199", "languages": ["am"], "gender": "woman", "by_phone": "on", "of_age": "on"}
DRAFT = {"event": "save", "carries": ["contact"], "language": "am", "interpreter": "none"}
REACH = {"language": "am", "reach_by": "visit"}

FORMS: dict[str, Form] = {
    "another tutor": Form(
        a_placement,
        {"do": "tutor"},
        {"tutor": "Huda"},
        {"tutor": "Boris"},
        "Huda",
        lambda: TrainingAgreement.objects.get().tutor,
        form=act_of("tutor"),
    ),
    "certificate": Form(
        a_certificate,
        {"do": "certificate", "name": "Almaz T.", "hours": "200"},
        {"work": "baking bread"},
        {"work": "baking cakes"},
        "baking bread",
        lambda: TrainingCertificate.objects.get().work,
        form=act_of("certificate"),
    ),
    "check of a mentor": Form(
        a_mentor,
        {"do": "vet", "vetting": "police"},
        {"on": in_days(-3).isoformat()},
        {"on": in_days(-2).isoformat()},
        date_format(in_days(-3), "DATE_FORMAT"),
        lambda: Mentor.objects.get().vetted_on,
        form=check_of,
    ),
    "aim of the plan": Form(
        lambda desk: desk.of_person("person_plan"),
        {"do": "aim"},
        {"aim": "Cook for a hundred"},
        {"aim": "Drive a bus"},
        "Cook for a hundred",
        lambda: Plan.objects.get().aim,
        form="aim",
    ),
    "another day of a step": Form(
        a_step,
        {"event": "postpone"},
        {"due_on": in_days(9).isoformat()},
        {"due_on": in_days(12).isoformat()},
        str(in_days(9).day),
        lambda: Step.objects.get().due_on,
    ),
    "appointment": Form(
        a_meeting,
        MEETING,
        {"time": "11:00"},
        {"time": "12:30"},
        "11",
        lambda: timezone.localtime(Appointment.objects.get().starts_at).strftime("%H:%M"),
    ),
    "place of an appointment": Form(
        a_meeting,
        MEETING | {"time": "11:00"},
        {"place": "Room 8"},
        {"place": "Room 9"},
        "Room 8",
        lambda: Appointment.objects.get().place,
    ),
    "interpreter": Form(
        an_interpreter,
        INTERPRETER,
        {"name": "Tirunesh"},
        {"name": "Tiru"},
        "Tirunesh",
        lambda: Interpreter.objects.get().name,
    ),
    "worries": Form(
        lambda desk: desk.of_person("caseworker_worries"),
        {},
        {"worries": ["money", "health"]},
        {"worries": ["home"]},
        "money",
        worries,
    ),
    "worries of one's own": Form(
        lambda desk: reverse("my_worries"),
        {},
        {"worries": ["health"]},
        {"worries": ["home"]},
        "health",
        worries,
        at=lambda desk: desk.of_person("caseworker_worries"),
        themselves=True,
    ),
    "worries of the interview": Form(
        lambda desk: desk.of_person("caseworker_interview_section", section="worries"),
        {},
        {"worries": ["health"]},
        {"worries": ["home"]},
        "health",
        worries,
        at=lambda desk: desk.of_person("caseworker_worries"),
    ),
    "referral begun": Form(
        a_draft,
        DRAFT,
        {"why": "She needs a morning course"},
        {"why": "She needs a job"},
        "She needs a morning course",
        lambda: Referral.objects.get().why,
    ),
    "referral written": Form(
        a_written_draft,
        DRAFT | {"why": "Needs a course"},
        {"safe_contact": "mornings only"},
        {"safe_contact": "at work"},
        "mornings only",
        lambda: Referral.objects.get().safe_contact,
    ),
    "group of a course": Form(
        a_group,
        {"do": "change", "name": "Morning", "starts_on": in_days(9).isoformat(), "taken_elsewhere": "0"},
        {"seats": "12"},
        {"seats": "16"},
        "12",
        lambda: Cohort.objects.get().seats,
    ),
    "the person": Form(
        lambda desk: desk.of_person("caseworker_person_edit"),
        REACH,
        {"called": "Almaz of the hill"},
        {"called": "Almi"},
        "Almaz of the hill",
        lambda: Person.objects.get().called,
    ),
    "wishes": Form(
        lambda desk: desk.of_person("caseworker_part", part="wishes"),
        {"would_move": "unknown"},
        {"care": "two children"},
        {"care": "a mother"},
        "two children",
        lambda: Person.objects.get().wish.care,
    ),
    "goal": Form(
        lambda desk: desk.of_person("caseworker_part", part="goal"),
        {"sure": "3"},
        {"goal": "a nurse"},
        {"goal": "a cook", "change": "other"},
        "a nurse",
        lambda: Person.objects.get().aspirations.order_by("-said_at", "-id")[0].goal,
    ),
}


def form_of(response: Any, form: str | Callable[[Any], Any]) -> Any:
    return form(response.context) if callable(form) else response.context[form]


def seen(response: Any, form: str | Callable[[Any], Any]) -> dict[str, str]:
    return {"seen": form_of(response, form)["seen"].value() or ""}


def main_of(response: Any) -> str:
    page = response.content.decode().split("<main")[1].split("</main")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


@pytest.mark.parametrize("name", sorted(FORMS))
def test_the_second_reads_the_first_and_loses_nothing(name: str) -> None:
    form, desk = FORMS[name], Desk()
    here, there = Client(), Client()
    address = form.address(desk)
    here.force_login(desk.themselves() if form.themselves else desk.case.worker)
    there.force_login(desk.colleague)
    at = form.at(desk) if form.at else address
    mine, theirs = seen(here.get(address), form.form), seen(there.get(at), form.form)

    wrote = there.post(at, form.sent | form.first | theirs)
    assert wrote.status_code == 302, main_of(wrote)
    stands = form.stored()
    assert there.post(at, form.sent | form.first | theirs).status_code == 302, "pressed twice is once"
    assert form.stored() == stands

    told = here.post(address, form.sent | form.second | mine)
    assert told.status_code == 409, main_of(told) if told.status_code != 302 else "written over"
    assert form.stored() == stands
    assert CHANGED in main_of(told)
    said = main_of(told).split(CHANGED)[1].split("Look, change")[0]
    assert form.shown.casefold() in said.casefold()
    for key, value in form.second.items():
        kept = form_of(told, form.form)[key].value()
        assert str(kept) == str(value), f"{key}: what was typed is gone"

    again = here.post(address, form.sent | form.second | seen(told, form.form))
    assert again.status_code == 302, main_of(again)
    assert form.stored() != stands, "whoever has read it may write it"


@pytest.mark.parametrize("name", sorted(FORMS))
def test_a_page_that_does_not_say_what_it_showed_writes_over_nothing(name: str) -> None:
    form, desk = FORMS[name], Desk()
    page = Client()
    address = form.address(desk)
    page.force_login(desk.themselves() if form.themselves else desk.case.worker)
    page.post(address, form.sent | form.first | seen(page.get(address), form.form))
    stands = form.stored()
    assert page.post(address, form.sent | form.second | {"seen": ""}).status_code in (400, 409)
    assert form.stored() == stands


def moved_meanwhile(desk: Desk, **more: Any) -> Appointment:
    """An appointment of today (it has begun: whatever came of it may be said), or of ``more``."""
    told = {"person": desk.person, "starts_at": timezone.now() - timedelta(minutes=5), **more}
    made: Appointment = AppointmentFactory(**told)
    return Appointment.objects.get(pk=made.pk)


@pytest.mark.parametrize("event", ["cancel", "keep", "miss", "told"])
def test_a_worker_ends_no_appointment_that_a_colleague_has_changed_meanwhile(event: str) -> None:
    desk, page = Desk(), Client()
    page.force_login(desk.case.worker)
    meeting = moved_meanwhile(desk)
    address = reverse("appointment", kwargs={"pk": meeting.pk})
    sent = {"event": event, "reason": "us"}
    first = page.get(address).context["seen"]
    Appointment.objects.update(place="Room 8", sequence=1)
    for seen in (first, ""):
        told = page.post(address, sent | {"seen": seen})
        assert told.status_code == 409, main_of(told)
        assert CHANGED in main_of(told)
        assert "Room 8" in main_of(told)
    assert Appointment.objects.get().state == "booked"
    assert page.post(address, sent | {"seen": told.context["seen"]}).status_code == 302


@pytest.mark.parametrize("who", ["themselves", "a helper"])
def test_nobody_cancels_another_day_than_they_have_read(who: str) -> None:
    desk, page = Desk(), Client()
    meeting = moved_meanwhile(desk, starts_at=timezone.now() + timedelta(days=3))
    if who == "themselves":
        page.force_login(desk.themselves())
        address = reverse("my_plan")
    else:
        friend: User = UserFactory()
        owner = as_the_person(desk.themselves())
        asked = mandates.ask(desk.person, "friend", by=owner)
        mandates.accept(mandates.key_of(asked), user=friend)
        page.force_login(friend)
        address = desk.of_person("helped")
    ((_one, seen),) = page.get(address).context["meetings"]
    Appointment.objects.update(starts_at=timezone.now() + timedelta(days=5), place="Room 8", sequence=1)
    for read in (seen, ""):
        told = page.post(address, {"cancel": str(meeting.pk), "seen": read})
        assert told.status_code == 409, main_of(told)
        assert "Nothing is cancelled yet" in main_of(told)
        assert "Room 8" in main_of(told)
    assert Appointment.objects.get().state == "booked"
    ((_one, seen),) = told.context["meetings"]
    assert page.post(address, {"cancel": str(meeting.pk), "seen": seen}).status_code == 302
    assert Appointment.objects.get().state == "cancelled"


def test_of_two_who_look_after_somebody_the_second_learns_of_the_first() -> None:
    desk = Desk()
    address = desk.of_person("person_plan")
    here, there = Client(), Client()
    here.force_login(desk.case.worker)
    there.force_login(desk.colleague)
    before = {"do": "mine", "before": here.get(address).context["ours_before"]}
    assert there.post(address, before).status_code == 302
    told = here.post(address, before)
    assert told.status_code == 409
    assert str(desk.colleague) in main_of(told)
    assert Caseworker.objects.get().user == desk.colleague
    assert here.post(address, before | {"before": told.context["ours_before"]}).status_code == 302
    assert Caseworker.objects.get().user == desk.case.worker


def test_what_was_typed_in_a_draft_that_a_colleague_sent_meanwhile_is_still_there_to_read() -> None:
    desk = Desk()
    address, page = a_draft(desk), Client()
    page.force_login(desk.case.worker)
    mine = seen(page.get(address), "form")
    sent = {"state": "requested", "sent_at": timezone.now(), "consent": ReferralFactory().consent}
    Referral.objects.filter(state="draft").update(why="Learns quickly", **sent)
    told = page.post(address, DRAFT | {"why": "She sings at night"} | mine)
    assert told.status_code == 400
    assert "She sings at night" in main_of(told)
    assert Referral.objects.get(sender=desk.case.keeper).why == "Learns quickly"


def test_a_day_that_stands_already_is_agreed_on_once() -> None:
    desk = Desk()
    step = desk.case.step(due=9)
    plans.postpone(step, due_on=in_days(9), by=desk.case.by, seen=READ_NOTHING)
    assert not Event.objects.filter(name="step.postpone").exists()


def test_of_two_who_name_somebody_for_safeguarding_the_second_learns_of_the_first() -> None:
    desk = Desk()
    address = someone_named(desk)
    here, there = Client(), Client()
    here.force_login(desk.case.worker)
    there.force_login(desk.colleague)
    before = {"seen": here.get(address).context["form"]["seen"].value()}
    assert there.post(address, before | {"user": str(desk.colleague.pk)}).status_code == 302
    assert there.post(address, before | {"user": str(desk.colleague.pk)}).status_code == 302, "pressed twice is once"
    told = here.post(address, before | {"user": str(desk.case.worker.pk)})
    assert told.status_code == 409
    assert str(desk.colleague) in main_of(told).split(CHANGED)[1].split("Look, change")[0]
    assert here.post(address, {"user": str(desk.case.worker.pk)}).status_code == 409, "nor without saying what was read"
    assert Safeguarding.objects.get().user == desk.colleague
    again = {"user": str(desk.case.worker.pk), "seen": told.context["form"]["seen"].value()}
    assert here.post(address, again).status_code == 302
    assert Safeguarding.objects.get().user == desk.case.worker


def test_of_two_who_take_people_over_in_a_list_the_second_learns_of_the_first() -> None:
    desk = Desk()
    address, key = reverse("caseworker_people"), str(desk.person.pk)
    here, there = Client(), Client()
    here.force_login(desk.case.worker)
    there.force_login(desk.colleague)

    def before(response: Any) -> dict[str, str]:
        return {f"before-{key}": response.context["rows"][0]["before"]}

    mine = {"do": "mine", "chosen": [key]} | before(here.get(address))
    there.post(address, {"do": "mine", "chosen": [key]} | before(there.get(address)))
    told = here.post(address, mine, follow=True)
    assert Caseworker.objects.get().user == desk.colleague
    assert f"{desk.colleague} looks after them since you opened this list" in main_of(told)
    here.post(address, {"do": "mine", "chosen": [key]})  # a page that does not say what it showed
    assert Caseworker.objects.get().user == desk.colleague
    here.post(address, mine | before(told))
    assert Caseworker.objects.get().user == desk.case.worker


def test_of_two_who_set_another_day_for_steps_in_a_list_the_second_learns_of_the_first() -> None:
    desk = Desk()
    moved, stays = desk.case.step(due=3), desk.case.step(due=5)
    address = reverse("caseworker_steps")
    here, there = Client(), Client()
    here.force_login(desk.case.worker)
    there.force_login(desk.colleague)

    def as_drawn(response: Any) -> dict[str, str]:
        stamps = dict(re.findall(r'name="(seen-[^"]+)" value="([^"]+)"', response.content.decode()))
        assert set(stamps) == {f"seen-{moved.pk}", f"seen-{stays.pk}"}
        return stamps

    def days() -> list[date]:
        return [Step.objects.get(pk=one.pk).due_on for one in (moved, stays)]

    def postpone(page: Client, to: int, *steps: Step, **seen: str) -> Any:
        told = {"do": "postpone", "chosen": [str(one.pk) for one in steps], "postpone-due_on": in_days(to).isoformat()}
        return page.post(address, told | seen, follow=True)

    mine = as_drawn(here.get(address))
    postpone(there, 9, moved, **as_drawn(there.get(address)))
    told = postpone(here, 20, moved, stays, **mine)
    assert days() == [in_days(9), in_days(20)], "what was changed since stays, the other is done"
    assert [one["done"] for one in told.context["told"]] == [False, True]
    assert told.context["told"][0]["name"] == desk.person.called
    assert f"By now {date_format(in_days(9), 'DATE_FORMAT')} is agreed" in main_of(told)
    postpone(here, 21, moved)  # a page that does not say what it showed
    assert days()[0] == in_days(9)
    postpone(here, 20, moved, **as_drawn(told))
    assert days() == [in_days(20), in_days(20)]
