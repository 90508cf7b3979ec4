"""The question whether it helped, by text message: in safe hours, once, and with nothing but a link in it."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.utils import timezone

from kesher.adapters.text_messages import HttpGateway
from kesher.base.models import Event
from kesher.people.models import Person
from kesher.referrals import answering, follow_ups, sending
from kesher.referrals.models import FollowUp, Referral
from kesher.referrals.safe_hours import safe_hours
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


def at(hour: int, days: int) -> datetime:
    day = timezone.localdate() + timedelta(days=days)
    return timezone.make_aware(datetime.combine(day, time(hour, 30)))


@pytest.mark.django_db(transaction=True)
def test_thirty_days_later_in_the_evening_once_and_it_says_nothing(two: Two, town_gateway: Gateway) -> None:
    referral = finished(two)
    work_off_tasks()
    follow_ups.ask_all(now=at(10, 30))
    work_off_tasks()
    asked = FollowUp.objects.get(referral=referral, day=30)
    assert asked.asked_at is None, "not in the morning"
    follow_ups.ask_all(now=at(18, 30))
    follow_ups.ask_all(now=at(19, 30))
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
def test_a_gateway_that_refuses_is_asked_again_and_sends_once(two: Two, town_gateway: Gateway) -> None:
    referral = finished(two, "")
    work_off_tasks()
    town_gateway.status = 500
    follow_ups.ask_all(now=at(10, 30))
    work_off_tasks()
    asked = FollowUp.objects.filter(referral=referral, how="text").latest("day")
    failed = Event.objects.filter(name=follow_ups.NOT_TAKEN, about_id=asked.pk).count()
    assert failed >= 1
    town_gateway.status = 200
    town_gateway.got.clear()
    event = Event.objects.filter(name=follow_ups.ASKED, about_id=asked.pk).latest("id")
    from kesher.www.referrals.texts import text_the_question

    text_the_question(event.pk)
    text_the_question(event.pk)
    assert len(town_gateway.got) == 1


def test_without_a_gateway_or_with_hours_nobody_can_read_a_human_asks(two: Two, settings: Any) -> None:
    person = two.person
    person.reach_by, person.phone = Person.Reach.TEXT, "050-555-0142"
    settings.DEMO, settings.TEXT_GATEWAY = False, None
    assert follow_ups._way_to(person) == FollowUp.How.SENDER
    settings.DEMO = True
    assert follow_ups._way_to(person) == FollowUp.How.TEXT
    person.reach_when = "when the children sleep"
    assert follow_ups._way_to(person) == FollowUp.How.SENDER
    person.reach_when, person.phone = "", "+1 212 555 0100"
    assert follow_ups._way_to(person) == FollowUp.How.SENDER, "the town does not pay for that number"
