"""The question whether it helped, by text message: in safe hours, once, and with nothing but a link in it."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from kesher.adapters.text_messages import HttpGateway, NotSent
from kesher.base.events import emit
from kesher.base.models import Event
from kesher.base.tasks import ATTEMPTS
from kesher.base.transitions import Actor
from kesher.people.models import Person
from kesher.referrals import answering, follow_ups, sending
from kesher.referrals.models import FollowUp, Referral
from kesher.referrals.safe_hours import safe_hours
from kesher.www.referrals.texts import text_the_question
from tests.referrals.conftest import Two
from tests.text_gateway import Gateway
from tests.text_gateway import gateway as serving
from tests.worker import work_off_tasks

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("said", "hours"),
    [
        ("", (time(9), time(20))),
        ("9–14", (time(9), time(14))),
        (" 09:30 - 17:00 ", (time(9, 30), time(17))),
        ("١٨-٢٠", (time(18), time(20))),
        ("mornings", None),
        ("18–9", None),
        ("25-26", None),
        ("9-14, not on Sunday", None),
        ("после 18:00", None),
    ],
)
def test_hours_that_can_be_read(said: str, hours: Any) -> None:
    assert safe_hours(said) == hours


@pytest.fixture
def town_gateway(settings: Any) -> Any:
    with serving() as running:
        settings.DEMO = False
        settings.TEXT_GATEWAY = HttpGateway(f"http://{running.address}/send")
        yield running


def finished(two: Two, reach_when: str = "18-20") -> Referral:
    two.agree()
    referral = two.draft()
    sending.send(referral, by=two.by_sender)
    answering.accept(referral, by=two.by_receiver)
    answering.first_contact(referral, by=two.by_receiver, on=timezone.localdate())
    Person.objects.filter(pk=referral.person_id).update(reach_by="text", reach_when=reach_when)
    answering.finish(referral, by=two.by_receiver, outcome="met", attended=True, done="Sang with us.")
    return referral


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """What time it is, as the text messages see it."""

    def set_to(now: datetime) -> datetime:
        monkeypatch.setattr(timezone, "now", lambda: now)
        return now

    return set_to


def at(hour: int, days: int) -> datetime:
    """So many days from today, whatever the clock of a test is set to."""
    day = timezone.localdate(datetime.now(UTC)) + timedelta(days=days)
    return timezone.make_aware(datetime.combine(day, time(hour, 30)))


@pytest.mark.django_db(transaction=True)
def test_thirty_days_later_in_the_evening_once_and_it_says_nothing(two: Two, town_gateway: Gateway, clock: Any) -> None:
    referral = finished(two)
    work_off_tasks()
    follow_ups.ask_all(now=at(10, 30))
    work_off_tasks()
    asked = FollowUp.objects.get(referral=referral, day=30)
    assert asked.asked_at is None, "not in the morning"
    follow_ups.ask_all(now=clock(at(18, 30)))
    follow_ups.ask_all(now=clock(at(19, 30)))
    work_off_tasks()
    asked.refresh_from_db()
    assert (asked.how, asked.asked_at is not None) == ("text", True)
    bodies = [body.decode() for _path, _headers, body in town_gateway.got]
    of_thirty = [body for body in bodies if "answer" in body]
    assert len(of_thirty) == Event.objects.filter(name=follow_ups.TEXTED).count()
    assert Event.objects.filter(name=follow_ups.TEXTED, about_id=asked.pk).count() == 1
    for body in of_thirty:
        for secret in (two.person.called, "Sang", "course", "Hebrew"):
            assert secret not in body


@pytest.mark.django_db(transaction=True)
def test_a_gateway_that_refuses_is_asked_again_and_sends_once(two: Two, town_gateway: Gateway, clock: Any) -> None:
    referral = finished(two, "")
    work_off_tasks()
    town_gateway.status = 500
    follow_ups.ask_all(now=clock(at(10, 30)))
    work_off_tasks()
    asked = FollowUp.objects.filter(referral=referral, how="text").latest("day")
    failed = Event.objects.filter(name=follow_ups.NOT_TAKEN, about_id=asked.pk).count()
    assert failed >= 1
    town_gateway.status = 200
    town_gateway.got.clear()
    event = Event.objects.filter(name=follow_ups.ASKED, about_id=asked.pk).latest("id")
    text_the_question(event.pk)
    text_the_question(event.pk)
    assert len(town_gateway.got) == 1


def test_without_a_gateway_or_with_hours_nobody_can_read_a_human_asks(two: Two, settings: Any) -> None:
    person = two.person
    person.reach_by, person.phone = Person.Reach.TEXT, "050-555-0142"
    settings.DEMO, settings.TEXT_GATEWAY = False, None
    assert follow_ups.way_to(person) == FollowUp.How.SENDER
    settings.DEMO = True
    assert follow_ups.way_to(person) == FollowUp.How.TEXT
    person.reach_when = "when the children sleep"
    assert follow_ups.way_to(person) == FollowUp.How.SENDER
    person.reach_when = "18:00-18:30"
    assert follow_ups.way_to(person) == FollowUp.How.SENDER, "the hourly run would never meet it"
    person.reach_when = "18:00-19:00"
    assert follow_ups.way_to(person) == FollowUp.How.TEXT
    person.reach_when = "when the children sleep"
    person.reach_by, person.email = Person.Reach.MAIL, "almaz@home.example.org"
    assert follow_ups.way_to(person) == FollowUp.How.SENDER, "nor by mail, at hours nobody can read"
    person.reach_by = Person.Reach.TEXT
    person.reach_when, person.phone = "", "+1 212 555 0100"
    assert follow_ups.way_to(person) == FollowUp.How.SENDER, "the town does not pay for that number"


def not_taken(two: Two, running: Gateway, clock: Any) -> tuple[FollowUp, Event]:
    """The question after 30 days, asked at half past six, which the gateway has refused once."""
    referral = finished(two)
    work_off_tasks()
    running.status = 500
    follow_ups.ask_all(now=clock(at(18, 30)))
    asked = FollowUp.objects.get(referral=referral, day=30)
    event = Event.objects.filter(name=follow_ups.ASKED, about_id=asked.pk).latest("id")
    with pytest.raises(NotSent):
        text_the_question(event.pk)
    running.status = 200
    running.got.clear()
    return asked, event


@pytest.mark.django_db(transaction=True)
def test_what_is_tried_again_at_night_waits_for_the_next_safe_hour(two: Two, town_gateway: Gateway, clock: Any) -> None:
    asked, event = not_taken(two, town_gateway, clock)
    clock(at(22, 30))
    text_the_question(event.pk)
    assert town_gateway.got == []
    asked.refresh_from_db()
    assert (asked.how, asked.asked_at) == ("", None), "the hourly run asks again"
    follow_ups.ask_all(now=clock(at(19, 31)))
    text_the_question(event.pk)
    again = Event.objects.filter(name=follow_ups.ASKED, about_id=asked.pk).latest("id")
    text_the_question(again.pk)
    sent = [body for _path, _headers, body in town_gateway.got]
    assert len(sent) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("changed", [{"reach_by": "call"}, {"reach_when": "when nobody is at home"}, {"phone": ""}])
def test_who_says_meanwhile_that_it_is_not_safe_is_asked_by_a_human(
    two: Two, town_gateway: Gateway, clock: Any, changed: dict[str, str]
) -> None:
    asked, event = not_taken(two, town_gateway, clock)
    person = asked.referral.person
    for name, value in changed.items():
        setattr(person, name, value)
    person.save()
    text_the_question(event.pk)
    follow_ups.ask_all(now=clock(at(19, 30)))
    text_the_question(event.pk)
    assert town_gateway.got == []
    asked.refresh_from_db()
    assert (asked.how, asked.asked_at) == ("sender", at(19, 30))


@pytest.mark.django_db(transaction=True)
def test_a_town_that_gives_up_its_gateway_lets_a_human_ask(
    two: Two, town_gateway: Gateway, clock: Any, settings: Any
) -> None:
    asked, event = not_taken(two, town_gateway, clock)
    settings.TEXT_GATEWAY = None
    text_the_question(event.pk)
    follow_ups.ask_all(now=clock(at(18, 30)))
    asked.refresh_from_db()
    assert asked.how == "sender"


@pytest.mark.django_db(transaction=True)
def test_a_gateway_that_never_takes_it_leaves_it_to_a_human(two: Two, town_gateway: Gateway, clock: Any) -> None:
    asked, event = not_taken(two, town_gateway, clock)
    town_gateway.status = 500
    for _more in range(ATTEMPTS - 1):
        with pytest.raises(NotSent):
            text_the_question(event.pk)
    asked.refresh_from_db()
    assert (asked.how, asked.asked_at is not None) == ("sender", True)
    town_gateway.status = 200
    town_gateway.got.clear()
    text_the_question(event.pk)
    assert town_gateway.got == [], "nobody is asked by a machine and a human"


@pytest.mark.django_db(transaction=True)
def test_a_gateway_that_takes_it_and_says_nothing_leaves_it_to_a_human_once(
    two: Two, town_gateway: Gateway, clock: Any, settings: Any
) -> None:
    settings.TEXT_GATEWAY = HttpGateway(f"http://{town_gateway.address}/send", seconds=0.2)
    asked, event = not_taken(two, town_gateway, clock)
    town_gateway.status = 0
    text_the_question(event.pk)
    now = datetime.now(UTC)  # events are written by the clock of the machine
    assert follow_ups.hand_over_unsure(now=now + timedelta(minutes=30)) == 0, "a worker may still be at it"
    assert follow_ups.hand_over_unsure(now=now + timedelta(minutes=90)) == 1
    assert follow_ups.hand_over_unsure(now=now + timedelta(minutes=150)) == 0
    asked.refresh_from_db()
    assert (asked.how, asked.asked_at is not None) == ("sender", True)
    town_gateway.status = 200
    text_the_question(event.pk)
    assert len(town_gateway.got) == 1, "it is not sent again"


def test_a_mail_keeps_to_the_hours_somebody_said(two: Two) -> None:
    referral = finished(two)
    Person.objects.filter(pk=referral.person_id).update(reach_by="mail", email="almaz@home.example.org")
    FollowUp.objects.create(referral=referral, day=30, due_on=timezone.localdate() + timedelta(days=30))
    assert follow_ups.ask_all(now=at(10, 30)) == 0
    assert follow_ups.ask_all(now=at(18, 30)) == 1
    assert FollowUp.objects.get(referral=referral, day=30).how == "mail"


def test_after_an_upgrade_and_whatever_happens_to_text_messages_the_others_are_asked(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    referral = finished(two)
    Person.objects.filter(pk=referral.person_id).update(reach_by="mail", reach_when="", email="almaz@home.example.org")
    due = FollowUp.objects.create(referral=referral, day=30, due_on=timezone.localdate())
    # as it was written before there was a sender in it
    with transaction.atomic():
        emit(follow_ups.TEXTED, due, by=Actor.the_system())
    now = timezone.now() + timedelta(hours=2)
    assert follow_ups.hand_over_unsure(now=now) == 0

    def fails(*, now: datetime) -> int:
        raise RuntimeError("a row nobody has thought of")

    monkeypatch.setattr(follow_ups, "hand_over_unsure", fails)
    follow_ups.ask_whether_it_helped.func(0)
    due.refresh_from_db()
    assert due.asked_at is not None
