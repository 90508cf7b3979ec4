"""A person is told of their appointment as they said it is safe, in the hours they said; and nothing is said but a link."""

import re
import smtplib
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kesher.accounts.models import Organisation, User
from kesher.adapters.text_messages import HttpGateway
from kesher.base.models import Event, Notification
from kesher.base.tasks import ATTEMPTS
from kesher.base.transitions import Actor, Refused
from kesher.casework import appointment_notices as notices
from kesher.casework import appointments
from kesher.casework.appointment_links import key_for
from kesher.casework.appointment_notices import Stands
from kesher.casework.models import Appointment
from kesher.people import files
from kesher.people.models import Person
from kesher.people.models.consents import Purpose
from kesher.referrals.vocabularies import LINK
from kesher.www.caseworker.day.texts import text_of_the_appointment
from tests.casework.people import Case, a_case
from tests.factories import UserFactory
from tests.text_gateway import Gateway
from tests.text_gateway import gateway as serving
from tests.worker import work_off_tasks

SAID = ("Almaz", "Noa", "Room 3", "appointment", "Appointment")
pytestmark = pytest.mark.django_db(transaction=True)


def at(hour: int, days: int = 1) -> datetime:
    day = timezone.localdate(datetime.now(UTC)) + timedelta(days=days)
    return timezone.make_aware(datetime.combine(day, time(hour, 30)))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    def set_to(now: datetime) -> datetime:
        monkeypatch.setattr(timezone, "now", lambda: now)
        return now

    return set_to


@pytest.fixture
def town_gateway(settings: Any) -> Any:
    with serving() as running:
        settings.DEMO = False
        settings.TEXT_GATEWAY = HttpGateway(f"http://{running.address}/send")
        yield running


@pytest.fixture(autouse=True)
def _texts() -> None:
    """What a test that commits has emptied behind itself."""
    from tests.referrals.conftest import publish_texts

    publish_texts()


def booked(case: Case, days: int = 5) -> Appointment:
    told = {"with_whom": "Noa", "place": "Room 3", "language": "am"}
    return appointments.book(case.person, starts_at=timezone.now() + timedelta(days=days), by=case.by, **told)


def reached_by(case: Case, way: str, when: str = "", **told: Any) -> None:
    case.person.reach_by, case.person.reach_when = way, when
    for name, value in told.items():
        setattr(case.person, name, value)
    case.person.save()


def stamp(meeting: Appointment) -> str:
    return files.stamp_of(Appointment.objects.get(pk=meeting.pk))


def how(meeting: Appointment) -> Stands:
    return notices.stands(meeting, now=timezone.now())


def test_by_mail_with_a_link_and_nothing_else_once_for_each_change() -> None:
    case = a_case(called="Almaz", language="en")
    reached_by(case, "mail", email="almaz@home.example.org")
    meeting = booked(case)
    assert how(meeting) == Stands.WAITS
    work_off_tasks()
    (sent,) = mail.outbox
    assert sent.to == ["almaz@home.example.org"]
    link = re.search(r"/en/meet/\S+", sent.body)
    assert link is not None
    assert "Room 3" in Client().get(link[0]).content.decode()
    for said in SAID:
        assert said not in sent.subject + sent.body, f"{said} is read by whoever sees the screen"
    assert how(meeting) == Stands.MAIL
    notices.tell_all(now=timezone.now())
    work_off_tasks()
    assert len(mail.outbox) == 1, "told once"
    appointments.move(meeting, by=case.by, place="Room 8", seen=files.READ_NOTHING)
    work_off_tasks()
    assert len(mail.outbox) == 2
    appointments.end(meeting, "cancel", reason="us", by=case.by, seen=files.READ_NOTHING)
    work_off_tasks()
    assert len(mail.outbox) == 3


def test_in_the_hours_that_are_safe_and_what_came_before_is_one_message(clock: Any) -> None:
    case = a_case(language="en")
    reached_by(case, "mail", "18-20", email="almaz@home.example.org")
    clock(at(10))
    meeting = booked(case)
    appointments.move(meeting, by=case.by, place="Room 8", seen=files.READ_NOTHING)
    work_off_tasks()
    assert (mail.outbox, how(meeting)) == ([], Stands.WAITS)
    clock(at(18))
    notices.tell_all(now=timezone.now())
    notices.tell_all(now=timezone.now())
    assert len(mail.outbox) == 1


def test_whom_no_machine_may_write_to_a_human_tells() -> None:
    case = a_case()
    reached_by(case, "call", phone="050-555-0142")
    meeting = booked(case)
    work_off_tasks()
    assert (mail.outbox, how(meeting)) == ([], Stands.HUMAN)
    page = Client()
    page.force_login(case.worker)
    address = reverse("appointment", kwargs={"pk": meeting.pk})
    assert "Tell them yourself" in page.get(address).content.decode()
    assert page.post(address, {"event": "told"}).status_code == 409, "nothing was read"
    seen = page.get(address).context["seen"]
    assert page.post(address, {"event": "told", "seen": seen}).status_code == 302
    assert how(meeting) == Stands.BY_US
    assert "Tell them yourself" not in page.get(address).content.decode()
    appointments.move(meeting, by=case.by, place="Room 8", seen=files.READ_NOTHING)
    work_off_tasks()
    assert how(meeting) == Stands.HUMAN, "of a change they know nothing again"


def test_in_ones_own_account_and_whoever_cancels_is_not_told_of_it_but_whoever_invited_is() -> None:
    case = a_case()
    reached_by(case, "mail", email="almaz@home.example.org")
    user: User = UserFactory(language="en")
    files.claim(files.claim_key(case.person), user=user)
    case.person = Person.objects.get(pk=case.person.pk)
    meeting = booked(case)
    work_off_tasks()
    notice = Notification.objects.get(recipient_id=user.pk)
    assert (notice.link, notice.context) == ("/en/me/plan/", {})
    assert [one.to for one in mail.outbox] == [[user.email]], "to the account alone"
    assert how(meeting) == Stands.NOTICE
    mail.outbox.clear()
    page = Client()
    page.force_login(user)
    assert page.post(reverse("my_plan"), {"cancel": str(meeting.pk), "seen": stamp(meeting)}).status_code == 302
    work_off_tasks()
    assert [one.to for one in mail.outbox] == [[case.worker.email]]
    assert Notification.objects.get(recipient_id=case.worker.pk).link.endswith(
        f"/caseworker/appointments/{meeting.pk}/"
    )
    assert how(meeting) == Stands.THEY_SAID


def with_an_account(case: Case) -> User:
    user: User = UserFactory(language="en")
    files.claim(files.claim_key(case.person), user=user)
    case.person = Person.objects.get(pk=case.person.pk)
    return user


def test_the_mail_to_an_account_does_not_say_what_about() -> None:
    case = a_case(called="Almaz")
    with_an_account(case)
    booked(case)
    work_off_tasks()
    (sent,) = mail.outbox
    for said in SAID:
        assert said not in sent.subject + sent.body


@pytest.mark.parametrize("way", ["mail", "text"])
@pytest.mark.parametrize("account", [True, False])
def test_to_who_asked_for_discretion_no_machine_writes(way: str, account: bool, town_gateway: Gateway) -> None:
    case = a_case()
    if account:
        with_an_account(case)
    reached_by(case, way, email="almaz@home.example.org", phone="050-555-0142")
    Person.objects.update(discreet=True)
    case.person = Person.objects.get(pk=case.person.pk)
    meeting = booked(case)
    page = Client()
    page.force_login(case.worker)
    address = reverse("appointment", kwargs={"pk": meeting.pk})
    assert "Tell them yourself" in page.get(address).content.decode(), "at once"
    appointments.move(meeting, by=case.by, place="Room 8", seen=files.READ_NOTHING)
    appointments.end(meeting, "cancel", reason="us", by=case.by, seen=files.READ_NOTHING)
    work_off_tasks()
    notices.tell_all(now=timezone.now())
    work_off_tasks()
    assert (mail.outbox, town_gateway.got, Notification.objects.count()) == ([], [], 0)
    assert how(meeting) == Stands.HUMAN


def test_discretion_asked_for_between_the_booking_and_the_message_holds(town_gateway: Gateway) -> None:
    case = a_case()
    with_an_account(case)
    meeting = booked(case)
    Person.objects.update(discreet=True)
    work_off_tasks()
    assert (mail.outbox, Notification.objects.count(), how(meeting)) == ([], 0, Stands.HUMAN)
    reached_by(case, "text", phone="050-555-0142", user=None)  # discreet no more, and no account
    with transaction.atomic():
        notices.tell_of(meeting, "move", by=case.by)
    notices.tell_now(Event.objects.filter(name=notices.TELL).latest("id"), now=timezone.now())
    Person.objects.update(discreet=True)
    told = Event.objects.filter(name=notices.TOLD).latest("id")
    assert notices.begin_text(told.pk) is None, "also when the text message is to leave"


@pytest.mark.parametrize("why", ["a clinic", "marked", "discreet"])
def test_behind_the_link_no_place_stands_that_would_tell_by_itself(why: str, client: Client) -> None:
    case = a_case(language="en")
    reached_by(case, "mail", email="almaz@home.example.org")
    meeting = booked(case)
    work_off_tasks()
    if why == "discreet":
        Person.objects.update(discreet=True)
    else:
        marked = {"sensitive": True, "sensitive_why": "a shelter"}
        Organisation.objects.update(**({"kind": "health"} if why == "a clinic" else marked))
    shown = client.get(reverse("meeting_link", kwargs={"key": key_for(meeting)})).content.decode()
    assert "Room 3" not in shown
    assert "Whoever invited you tells you" in shown
    calendar = client.get(reverse("meeting_link_calendar", kwargs={"key": key_for(meeting)})).content.decode()
    assert "Room 3" not in calendar
    client.force_login(case.worker)
    page = client.get(reverse("appointment", kwargs={"pk": meeting.pk})).content.decode()
    assert "tell it to them yourself" in page
    assert "Room 3" in page


def test_one_refused_address_keeps_no_other_from_it_and_then_a_human_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    refused, other = a_case(language="en"), a_case(language="en")
    reached_by(refused, "mail", email="refused@home.example.org")
    reached_by(other, "mail", email="almaz@home.example.org")
    first, second = booked(refused), booked(other)
    send = notices.send_mail

    def refuse(subject: str, body: str, sender: str, to: list[str]) -> int:
        if to == ["refused@home.example.org"]:
            raise smtplib.SMTPRecipientsRefused({to[0]: (550, b"no such user")})
        return send(subject, body, sender, to)

    monkeypatch.setattr(notices, "send_mail", refuse)
    for hour in range(ATTEMPTS):
        assert how(first) == Stands.WAITS, hour
        notices.tell_all(now=timezone.now())
    assert [one.to for one in mail.outbox] == [["almaz@home.example.org"]]
    assert (how(first), how(second)) == (Stands.HUMAN, Stands.MAIL)
    monkeypatch.undo()
    assert notices.tell_all(now=timezone.now()) == 0, "not any more: a human does"


def test_what_waits_for_a_safe_hour_is_told_by_a_human_before_it_is_too_late(clock: Any) -> None:
    case = a_case(language="en")
    reached_by(case, "mail", "18-20", email="almaz@home.example.org")
    clock(at(10))
    meeting = booked(case, days=2)
    clock(at(9, 2))
    assert how(meeting) == Stands.WAITS
    clock(at(11, 2))
    assert how(meeting) == Stands.HUMAN, "a day before, and nobody has told them"


def test_of_what_is_booked_for_tomorrow_the_machine_has_an_hour_to_tell() -> None:
    case = a_case(language="en")
    reached_by(case, "mail", email="almaz@home.example.org")
    meeting, now = booked(case, days=1), timezone.now()
    assert how(meeting) == Stands.WAITS
    assert notices.stands(meeting, now=now + timedelta(hours=2)) == Stands.HUMAN


def test_by_text_message_once_in_safe_hours(town_gateway: Gateway, clock: Any) -> None:
    case = a_case(language="en")
    reached_by(case, "text", "18-20", phone="050-555-0142")
    clock(at(10))
    meeting = booked(case)
    work_off_tasks()
    assert town_gateway.got == []
    clock(at(18))
    notices.tell_all(now=timezone.now())
    work_off_tasks()
    ((_path, _headers, body),) = town_gateway.got
    assert "meet" in body.decode()
    for said in SAID:
        assert said not in body.decode()
    assert how(meeting) == Stands.TEXT
    text_of_the_appointment(Event.objects.filter(name=notices.TOLD).latest("id").pk)
    assert len(town_gateway.got) == 1


def test_a_text_message_of_which_nobody_knows_is_not_sent_again(town_gateway: Gateway, clock: Any) -> None:
    case = a_case(language="en")
    reached_by(case, "text", phone="050-555-0142")
    clock(at(10))
    meeting = booked(case)
    notices.tell_now(Event.objects.get(name=notices.TELL), now=timezone.now())
    told = Event.objects.get(name=notices.TOLD)
    begun = notices.begin_text(told.pk)
    assert begun is not None
    assert begun.number == "+972505550142"
    assert notices.begin_text(told.pk) is None, "a worker died while it sent"
    clock(at(12))
    assert how(meeting) == Stands.UNSURE


def test_after_the_hour_has_passed_it_waits_for_the_next(town_gateway: Gateway, clock: Any) -> None:
    case = a_case(language="en")
    reached_by(case, "text", "18-20", phone="050-555-0142")
    clock(at(18))
    meeting = booked(case)
    notices.tell_now(Event.objects.get(name=notices.TELL), now=timezone.now())
    clock(at(21))
    assert notices.begin_text(Event.objects.get(name=notices.TOLD).pk) is None
    assert how(meeting) == Stands.WAITS
    clock(at(18, 2))
    notices.tell_all(now=timezone.now())
    work_off_tasks()
    assert len(town_gateway.got) == 1


def test_when_the_file_has_closed_nobody_writes() -> None:
    from kesher.people.consents import withdraw

    case = a_case(language="en")
    reached_by(case, "mail", email="almaz@home.example.org")
    booked(case)
    for consent in case.person.consents.filter(purpose=Purpose.FILE):
        withdraw(consent, by=case.by)
    work_off_tasks()
    assert [one for one in mail.outbox if one.to == ["almaz@home.example.org"]] == []


def test_the_link_shows_when_and_where_and_that_they_cannot_come(client: Client) -> None:
    case = a_case(called="Almaz", language="en")
    meeting = booked(case)
    address = reverse("meeting_link", kwargs={"key": key_for(meeting)})
    page = client.get(address)
    shown = page.content.decode()
    assert page.status_code == 200, shown
    assert page["Referrer-Policy"] == "strict-origin"
    assert "Room 3" in shown
    for hidden in ("Almaz", "Noa", case.keeper.name["en"]):
        assert hidden not in shown.split("<main")[1].split("</main")[0]
    calendar = client.get(reverse("meeting_link_calendar", kwargs={"key": key_for(meeting)}))
    assert calendar.content.startswith(b"BEGIN:VCALENDAR")
    assert Appointment.objects.get().state == "booked", "looking changes nothing"
    assert client.post(address, {"do": "keep"}).status_code == 404
    seen = page.context["seen"]
    appointments.move(meeting, by=case.by, place="Room 8", seen=files.READ_NOTHING)
    moved = client.post(address, {"do": "cancel", "seen": seen})
    assert (moved.status_code, moved["Referrer-Policy"]) == (409, "strict-origin")
    assert "Nothing is cancelled yet" in moved.content.decode()
    assert "Room 8" in moved.content.decode()
    assert client.post(address, {"do": "cancel"}).status_code == 409, "nothing was read"
    assert Appointment.objects.get().state == "booked"
    seen = moved.context["seen"]
    assert client.post(address, {"do": "cancel", "seen": seen}).status_code == 302
    assert (Appointment.objects.get().state, Appointment.objects.get().reason) == ("cancelled", "person")
    assert client.post(address, {"do": "cancel", "seen": seen}).status_code == 302, "twice is once"
    assert "is cancelled" in client.get(address).content.decode()
    work_off_tasks()
    assert Notification.objects.get().recipient_id == case.worker.pk
    Appointment.objects.update(starts_at=timezone.now() - timedelta(days=1))
    over = client.get(address)
    assert (over.status_code, "Room 3" in over.content.decode()) == (410, False)
    assert client.get(reverse("meeting_link_calendar", kwargs={"key": key_for(meeting)})).status_code == 404
    assert client.get(reverse("meeting_link", kwargs={"key": key_for(meeting)[:-2] + "xx"})).status_code == 404


def test_the_link_of_a_suspended_organisation_shows_and_changes_nothing(client: Client) -> None:
    case = a_case(language="en")
    meeting = booked(case)
    address = reverse("meeting_link", kwargs={"key": key_for(meeting)})
    seen = client.get(address).context["seen"]
    Organisation.objects.filter(pk=case.keeper.pk).update(state="suspended")
    for page in (client.get(address), client.post(address, {"do": "cancel", "seen": seen})):
        assert page.status_code == 410
        assert "Room 3" not in page.content.decode()
        assert "Call us" in page.content.decode(), "it may still be to come"
    assert client.get(reverse("meeting_link_calendar", kwargs={"key": key_for(meeting)})).status_code == 404
    by = Actor(None, case.keeper.pk, frozenset({LINK}))
    with pytest.raises(Refused):
        appointments.end(meeting, "cancel", by=by, seen=seen, reason="person")
    assert Appointment.objects.get().state == "booked"


def test_one_connection_looks_and_presses_so_often(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from kesher.www.jobseeker import meeting as pages

    meeting = booked(a_case(language="en"))
    monkeypatch.setattr(pages, "MOST", 2)
    address = reverse("meeting_link", kwargs={"key": key_for(meeting)})
    seen = [client.get(address).status_code for _once in range(3)]
    assert seen == [200, 200, 429]
    assert client.post(address, {"do": "cancel"}).status_code == 429
    assert client.get(reverse("meeting_link_calendar", kwargs={"key": key_for(meeting)})).status_code == 429
