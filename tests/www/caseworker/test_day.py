"""The caseworker's day, page by page, through the browser's eyes without a browser."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kesher.base.models import AccessLog
from kesher.casework import plans
from kesher.casework.models import Appointment, Interpreter, Note, Plan, Review, Step
from tests.casework.people import Case, a_case, in_days, worker
from tests.factories import AppointmentFactory, InterpreterFactory, LoopFactory, PersonFactory, StepFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(client: Client) -> Case:
    one = a_case(called="Almaz")
    client.force_login(one.worker)
    return one


def text(response: Any) -> str:
    return str(response.content.decode())


# --- today --------------------------------------------------------------------------------------------------------------


def test_today_says_who_why_and_what_next(client: Client, case: Case) -> None:
    step = case.step()
    Step.objects.update(due_on=in_days(-4))
    page = text(client.get(reverse("caseworker_today")))
    assert "Almaz" in page
    assert "A step is overdue" in page
    assert "4 days ago" in page
    assert reverse("step", kwargs={"pk": step.pk}) in page


def test_home_is_today_and_today_is_the_first_word_of_the_navigation(client: Client, case: Case) -> None:
    response = client.get(reverse("home"))
    assert response["Location"] == reverse("caseworker_today")
    page = text(client.get(reverse("caseworker_today")))
    navigation = page[page.index('class="site-nav"') :]
    assert navigation.index("Today") < navigation.index("All services")


def test_an_empty_day_says_so(client: Client, case: Case) -> None:
    case.step(due=30)
    assert "Nobody waits for you" in text(client.get(reverse("caseworker_today")))


def test_whose_people_are_shown(client: Client, case: Case) -> None:
    plans.look_after(case.person, user=worker(case.keeper), by=case.by)
    assert "Almaz" not in text(client.get(reverse("caseworker_today")))
    assert "Almaz" in text(client.get(reverse("caseworker_today") + "?whose=all"))


def test_the_rules_can_be_read(client: Client, case: Case) -> None:
    from kesher.casework.reasons import REASONS

    page = text(client.get(reverse("caseworker_today_how")))
    for rule in REASONS.values():
        assert str(rule.label) in page
        assert f">{rule.points}<" in page


def test_today_asks_the_same_few_questions_however_many_people(client: Client, case: Case) -> None:
    def questions() -> int:
        """Statements that ask or tell something: a transaction's begin and end do not."""
        cache.clear()
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse("caseworker_today")).status_code == 200
        return sum(not one["sql"].startswith(("SAVEPOINT", "RELEASE")) for one in asked)

    case.step()
    few = questions()
    for number in range(40):
        person = PersonFactory(keeper=case.keeper)
        if number % 2:
            StepFactory(person=person, due_on=in_days(-number))
        AppointmentFactory(person=person, starts_at=timezone.now() + timedelta(hours=number), interpreting="phone")
        Review.objects.create(person=person, kind="permit", on=in_days(number))
    assert questions() == few <= 15


# --- the plan -----------------------------------------------------------------------------------------------------------


def test_a_step_is_agreed_done_and_the_next_one_asked_for(client: Client, case: Case) -> None:
    address = reverse("person_step_new", kwargs={"pk": case.person.pk})
    assert client.get(address).status_code == 200
    told = {"kind": "papers", "text": "ደብዳቤ", "who": "person", "due_on": in_days(2).isoformat(), "how": "present"}
    response = client.post(address, told)
    assert response.status_code == 302
    step = Step.objects.get()
    assert (step.text, step.owner, step.agreed_by_id) == ("ደብዳቤ", "person", case.worker.pk)
    assert "ደብዳቤ" in text(client.get(reverse("person_plan", kwargs={"pk": case.person.pk})))
    response = client.post(reverse("step", kwargs={"pk": step.pk}), {"event": "finish"})
    assert response["Location"] == address
    assert Step.objects.get().state == "done"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"due_on": "2020-01-01"}, "That day has passed"),
        ({"due_on": "soon"}, "Enter a valid date"),
        ({"due_on": ""}, "required"),
        ({"kind": "other", "text": " "}, "Say in a few words"),
        ({"kind": "fly"}, "valid choice"),
        ({"who": "partner:00000000-0000-7000-8000-000000000000"}, "valid choice"),
        ({"who": "caseworker:x"}, "valid choice"),
        ({"text": "x" * 301}, "at most 300"),
        ({"how": "'; DROP TABLE"}, "valid choice"),
    ],
)
def test_a_wrong_step_says_what_is_wrong_and_keeps_what_was_typed(
    client: Client, case: Case, wrong: dict[str, str], said: str
) -> None:
    right = {"kind": "papers", "text": "Your ‮passport", "who": "person", "due_on": in_days(2).isoformat()}
    response = client.post(
        reverse("person_step_new", kwargs={"pk": case.person.pk}), {**right, "how": "present", **wrong}
    )
    assert response.status_code == 400
    assert said in text(response)
    assert not Step.objects.exists()


def test_a_colleague_and_a_partner_can_be_given_a_step(client: Client, case: Case) -> None:
    colleague = worker(case.keeper)
    address = reverse("person_step_new", kwargs={"pk": case.person.pk})
    right = {"kind": "call", "due_on": in_days(2).isoformat(), "how": "phone"}
    for who in (f"caseworker:{colleague.pk}", f"partner:{case.partner.pk}"):
        assert client.post(address, {**right, "who": who}).status_code == 302
    assert Step.objects.get(owner="caseworker").owner_user_id == colleague.pk
    assert Step.objects.get(owner="partner").organisation == case.partner
    page = text(client.get(reverse("person_team", kwargs={"pk": case.person.pk})))
    assert case.partner.name["en"] in page
    assert str(colleague) in text(client.get(reverse("person_plan", kwargs={"pk": case.person.pk})))


def test_a_step_serves_a_wish_that_is_followed(client: Client, case: Case) -> None:
    address = reverse("person_step_new", kwargs={"pk": case.person.pk})
    assert "Which wish or need" not in text(client.get(address))
    loop = LoopFactory(person=case.person, organisation=case.keeper, wish="A Hebrew course near home")
    assert "A Hebrew course near home" in text(client.get(address))
    told = {"kind": "course", "who": "person", "due_on": in_days(2).isoformat(), "how": "present", "loop": str(loop.pk)}
    assert client.post(address, {**told, "loop": str(case.person.pk)}).status_code == 400
    assert client.post(address, told).status_code == 302
    assert Step.objects.get().loop == loop


def test_a_step_is_postponed_dropped_and_opened_again(client: Client, case: Case) -> None:
    step = case.step()
    address = reverse("step", kwargs={"pk": step.pk})
    assert client.post(address, {"event": "postpone", "due_on": "1999-01-01"}).status_code == 400
    seen = client.get(address).context["form"]["seen"].value()
    another = {"event": "postpone", "due_on": in_days(9).isoformat(), "seen": seen}
    assert client.post(address, another).status_code == 302
    assert Step.objects.get().due_on == in_days(9)
    refused = client.post(address, {"event": "drop"})
    assert refused.status_code == 400
    assert "Please choose a reason" in text(refused)
    assert client.post(address, {"event": "drop", "reason": "unwanted"}).status_code == 302
    assert "no longer wants it" in text(client.get(address))
    assert client.post(address, {"event": "finish"}).status_code == 400
    assert client.post(address, {"event": "reopen"}).status_code == 302
    assert client.post(address, {"event": "fly"}).status_code == 400
    assert Step.objects.get().state == "open"


def test_the_plan_keeps_aim_dates_and_who_looks_after_them(client: Client, case: Case) -> None:
    address = reverse("person_plan", kwargs={"pk": case.person.pk})
    client.post(address, {"do": "aim", "aim": "To cook for a hundred people"})
    client.post(address, {"do": "date", "date-kind": "permit", "date-on": in_days(20).isoformat(), "date-text": "A/5"})
    client.post(address, {"do": "mine"})
    page = text(client.get(address))
    assert "To cook for a hundred people" in page
    assert "A/5" in page
    assert str(case.worker) in page
    review = Review.objects.get()
    for wrong in ({}, {"review": "x"}, {"review": str(case.person.pk)}):
        assert client.post(address, {"do": "seen", **wrong}).status_code == 400
    client.post(address, {"do": "seen", "review": str(review.pk)})
    assert not Review.objects.open().exists()
    assert client.post(address, {"do": "date", "date-kind": "x", "date-on": "y"}).status_code == 400
    assert client.post(address, {"do": "aim", "aim": "x" * 501}).status_code == 400
    assert client.post(address, {"do": "fly"}).status_code == 400
    assert Plan.objects.get().aim == "To cook for a hundred people"


def test_the_plan_is_printed_in_the_persons_language_and_beside_it_in_the_readers(client: Client, case: Case) -> None:
    case.step(text="Almaz's passport")
    AppointmentFactory(person=case.person, place="Room 7")
    page = text(client.get(f"/he/caseworker/people/{case.person.pk}/plan/print/"))
    theirs, readers = (
        page.index('lang="am" dir="ltr" aria-labelledby'),
        page.index('lang="he" dir="rtl" aria-labelledby'),
    )
    assert theirs < readers
    amharic, hebrew = page[theirs:readers], page[readers:]
    from django.utils import translation

    for code, column in (("am", amharic), ("he", hebrew)):
        with translation.override(code):
            assert str(Step(kind="papers").what) in column
        assert "Room 7" in column
        assert "Almaz&#x27;s passport" in column
    assert amharic != hebrew


def test_whoever_looks_is_written_down(client: Client, case: Case) -> None:
    step, meeting = case.step(), AppointmentFactory(person=case.person)
    addresses = [reverse("step", kwargs={"pk": step.pk}), reverse("appointment", kwargs={"pk": meeting.pk})]
    for name in ("plan", "plan_print", "step_new", "notes", "team", "conference", "appointments"):
        addresses.append(reverse(f"person_{name}", kwargs={"pk": case.person.pk}))
    for address in addresses:
        before = AccessLog.objects.count()
        response = client.get(address)
        assert response["Cache-Control"] == "no-store", address
        read = AccessLog.objects.filter(about_id=case.person.pk, actor_id=case.worker.pk)
        assert AccessLog.objects.count() == read.count() == before + 1, address


# --- notes, appointments, interpreters ------------------------------------------------------------------------------------


def test_notes_show_to_whom_they_are_for(client: Client, case: Case) -> None:
    address = reverse("person_notes", kwargs={"pk": case.person.pk})
    for scope, said in (("private", "Tired today"), ("shared", "Wants mornings")):
        assert client.post(address, {"text": said, "scope": scope}).status_code == 302
    for wrong in (
        {"text": " ", "scope": "shared"},
        {"text": "x", "scope": "all"},
        {"text": "x" * 4001, "scope": "shared"},
    ):
        assert client.post(address, wrong).status_code == 400
    assert Note.objects.count() == 2
    client.force_login(case.partner_worker)
    page = text(client.get(address))
    assert "Wants mornings" in page
    assert "Tired today" not in page


def booking(**told: str) -> dict[str, str]:
    right = {"day": in_days(3).isoformat(), "time": "10:30", "minutes": "45", "with_whom": "Noa", "where": "place"}
    right |= {"place": "Room 3", "language": "am", "interpreting": "none", "interpreter_gender": "any"}
    return right | told


def test_an_appointment_is_booked_moved_and_ended(client: Client, case: Case) -> None:
    address = reverse("person_appointments", kwargs={"pk": case.person.pk})
    assert client.post(address, booking()).status_code == 302
    meeting = Appointment.objects.get()
    assert timezone.localtime(meeting.starts_at).strftime("%H:%M") == "10:30"
    page = reverse("appointment", kwargs={"pk": meeting.pk})
    assert "Room 3" in text(client.get(page))
    seen = client.get(page).context["form"]["seen"].value()
    assert client.post(page, booking(time="11:00", event="move", seen=seen)).status_code == 302
    meeting.refresh_from_db()
    assert (timezone.localtime(meeting.starts_at).strftime("%H:%M"), meeting.sequence) == ("11:00", 1)
    assert client.post(page, {"event": "keep"}).status_code == 400  # it has not begun
    assert client.post(page, {"event": "cancel"}).status_code == 400
    seen = client.get(page).context["seen"]
    assert client.post(page, {"event": "cancel", "reason": "person", "seen": seen}).status_code == 302
    assert client.post(page, booking(event="move")).status_code == 400
    past = AppointmentFactory(person=case.person, starts_at=timezone.now() - timedelta(hours=2))
    was = reverse("appointment", kwargs={"pk": past.pk})
    assert client.post(was, {"event": "keep", "seen": client.get(was).context["seen"]}).status_code == 302
    assert Appointment.objects.get(pk=past.pk).state == "kept"
    assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"day": "2020-01-01"},
        {"day": "99999-01-01"},
        {"time": "25:00"},
        {"minutes": "1"},
        {"minutes": "9" * 30},
        {"with_whom": ""},
        {"place": ""},
        {"language": "xx"},
        {"interpreting": "child"},
        {"interpreter": "00000000-0000-7000-8000-000000000000", "interpreting": "phone"},
        {"place": "x" * 301},
        {"where": "moon"},
    ],
)
def test_a_wrong_booking_books_nothing(client: Client, case: Case, wrong: dict[str, str]) -> None:
    response = client.post(reverse("person_appointments", kwargs={"pk": case.person.pk}), booking(**wrong))
    assert response.status_code == 400
    assert not Appointment.objects.exists()


def test_an_appointment_goes_into_a_calendar(client: Client, case: Case) -> None:
    meeting = AppointmentFactory(person=case.person)
    response = client.get(reverse("appointment_calendar", kwargs={"pk": meeting.pk}))
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response.content.startswith(b"BEGIN:VCALENDAR")
    assert case.person.called not in text(response)


def test_an_interpreter_is_asked_for_a_meeting(client: Client, case: Case) -> None:
    listed = InterpreterFactory(organisation=case.keeper)
    address = reverse("person_appointments", kwargs={"pk": case.person.pk})
    client.post(address, booking(interpreting="phone"))
    meeting = Appointment.objects.get()
    page = reverse("appointment", kwargs={"pk": meeting.pk})
    assert "nobody has been asked yet" in text(client.get(page))
    asked = booking(event="move", interpreting="phone", interpreter=str(listed.pk))
    client.post(page, asked | {"seen": client.get(page).context["form"]["seen"].value()})
    assert listed.name in text(client.get(page))
    seen = client.get(page).context["form"]["seen"].value()
    refused = client.post(page, asked | {"language": "ru", "seen": seen})
    assert refused.status_code == 400
    assert "does not speak that language" in text(refused)


def test_the_list_of_interpreters_is_kept(client: Client, case: Case) -> None:
    address = reverse("interpreters")
    told = {"name": "Tirunesh", "phone": "050-555-0199", "languages": ["am"], "gender": "woman", "by_phone": "on"}
    child = client.post(address, told)
    assert child.status_code == 400
    assert "A child never interprets" in text(child)
    assert client.post(address, {**told, "of_age": "on", "by_phone": ""}).status_code == 400
    assert client.post(address, {**told, "of_age": "on"}).status_code == 302
    one = Interpreter.objects.get()
    assert "Tirunesh" in text(client.get(address + "?language=am"))
    mine = reverse("interpreter", kwargs={"pk": one.pk})
    seen = client.get(mine).context["form"]["seen"].value()
    assert client.post(mine, {**told, "of_age": "on", "shared": "on", "name": "Tiru", "seen": seen}).status_code == 302
    client.force_login(case.partner_worker)
    assert "Tiru" in text(client.get(address))
    assert client.get(mine).status_code == 404
    client.force_login(case.worker)
    assert client.post(mine, {"do": "unlist"}).status_code == 302
    assert not Interpreter.objects.exists()


def test_the_persons_page_shows_steps_appointments_and_notes(client: Client, case: Case) -> None:
    case.step(text="To the clinic with the letter")
    AppointmentFactory(person=case.person, with_whom="Ruth Cohen")
    plans.write_note(case.person, text="Wants mornings", scope="shared", by=case.by)
    page = text(client.get(reverse("caseworker_person", kwargs={"pk": case.person.pk})))
    for said in ("To the clinic with the letter", "Ruth Cohen", "Wants mornings"):
        assert said in page
