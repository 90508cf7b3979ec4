"""Those who call are told at once and reminded after two working days; nothing of who waits is in what they are told."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail

from kesher.accounts.models import User
from kesher.accounts.roles import Role
from kesher.base.models import Event, Notification
from kesher.base.rows import acting_for
from kesher.directory.call_back_notices import remind, tell_the_callers, working_days
from kesher.directory.call_backs import answer, take_back
from kesher.directory.models import Service
from tests import factories as make
from tests.directory.call_backs.conftest import Kept, asked_with_it
from tests.worker import work_off_tasks

Asks = Callable[..., str]
#: A Sunday, the first working day of the week.
SUNDAY = datetime(2026, 11, 1, 9, tzinfo=ZoneInfo("Asia/Jerusalem"))


def told(user: User) -> list[str]:
    with acting_for(user_id=user.pk):
        return list(Notification.objects.order_by("id").values_list("kind", flat=True))


@pytest.mark.django_db(transaction=True)
def test_after_commit_the_callers_are_told_and_nobody_else(asks: Asks, service: Service, samir: User) -> None:
    dana = make.MembershipFactory(organisation=service.organisation, role=Role.ORGANISATION_ADMIN).user
    make.MembershipFactory(organisation=service.organisation, role=Role.CASEWORKER, user=dana)  # two roles, one mail
    make.MembershipFactory(organisation=service.organisation, role=Role.MENTOR)
    make.MembershipFactory(role=Role.PROVIDER)
    asks()
    work_off_tasks()
    assert sorted(message.to[0] for message in mail.outbox) == sorted([samir.email, dana.email])
    for message in mail.outbox:
        text = f"{message.subject} {message.body} {message.extra_headers}"
        assert "/en/provider/call-backs/" in text
        for word in ("Almaz", "555-0123", "5550123", "My son", "am,", "Evening Hebrew", "evening"):
            assert word not in text


@pytest.mark.django_db
def test_told_once_however_often_the_task_runs(as_application: None, asks: Asks, samir: User) -> None:
    asks()
    event = Event.objects.get(name="call_back.asked")
    tell_the_callers(event.pk)
    tell_the_callers(event.pk)
    assert told(samir) == ["call_back_asked"]


@pytest.mark.django_db
def test_nobody_is_told_of_what_was_taken_back_meanwhile(as_application: None, asks: Asks, samir: User) -> None:
    take_back(asked_with_it(asks()))
    tell_the_callers(Event.objects.get(name="call_back.asked").pk)
    assert told(samir) == []


@pytest.mark.django_db
def test_reminded_after_two_working_days_and_once_a_day(
    as_application: None, asks: Asks, samir: User, kept: Kept
) -> None:
    asks(now=SUNDAY)
    assert remind(now=SUNDAY + timedelta(days=1)) == 0
    assert remind(now=SUNDAY + timedelta(days=2)) == 1
    assert remind(now=SUNDAY + timedelta(days=2, hours=3)) == 0, "once a day at most"
    assert told(samir) == ["call_backs_waiting"]
    (one,) = kept()
    with acting_for(organisation_ids=[one.organisation_id]):
        answer(one, "miss", by=samir.as_actor(one.organisation_id), now=SUNDAY + timedelta(days=2, hours=4))
    assert remind(now=SUNDAY + timedelta(days=3)) == 0, "somebody has tried"
    assert remind(now=SUNDAY + timedelta(days=4)) == 1
    with acting_for(organisation_ids=[one.organisation_id]):
        answer(kept()[0], "reach", by=samir.as_actor(one.organisation_id))
    assert remind(now=SUNDAY + timedelta(days=9)) == 0


@pytest.mark.django_db
def test_the_weekend_is_nobodys_fault(as_application: None, asks: Asks) -> None:
    asks(now=SUNDAY + timedelta(days=4))  # a Thursday
    for days in (5, 6, 7):  # Friday, Saturday, Sunday
        assert remind(now=SUNDAY + timedelta(days=days)) == 0
    assert remind(now=SUNDAY + timedelta(days=8)) == 1


@pytest.mark.django_db(transaction=True)
def test_a_reminder_says_how_many_and_not_who(asks: Asks, samir: User) -> None:
    asks(now=SUNDAY)
    asks(now=SUNDAY, phone="052-555-0199", called="Fatima")
    work_off_tasks()
    mail.outbox.clear()
    assert remind(now=SUNDAY + timedelta(days=2)) == 1
    work_off_tasks()
    (message,) = mail.outbox
    assert message.to == [samir.email]
    assert message.subject.startswith("2 people have waited for a call")
    for word in ("Almaz", "Fatima", "555-01", "5550123", "5550199", "My son"):
        assert word not in message.subject + message.body


@pytest.mark.parametrize(
    ("since", "until", "days"),
    [
        (date(2026, 11, 1), date(2026, 11, 1), 0),  # Sunday
        (date(2026, 11, 1), date(2026, 11, 3), 2),
        (date(2026, 11, 5), date(2026, 11, 7), 0),  # Thursday to Saturday
        (date(2026, 11, 5), date(2026, 11, 9), 2),
        (date(2026, 11, 6), date(2026, 11, 16), 7),
        (date(2026, 11, 3), date(2026, 11, 1), 0),
    ],
)
def test_working_days(since: date, until: date, days: int) -> None:
    assert working_days(since, until) == days
