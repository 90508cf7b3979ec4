"""Sent at the very moment in which the person takes it back, or has their file erased; and what of older referrals is read."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kesher.accounts.roles import Role
from kesher.accounts.states import ORGANISATION_STATES
from kesher.base.models import Event
from kesher.base.transitions import Refused
from kesher.people import erasing
from kesher.people.consents import withdraw
from kesher.people.models import Access, Person
from kesher.people.models.consents import Purpose
from kesher.referrals import answering, follow_ups, recalls, sending, suspended
from kesher.referrals.models import FollowUp, Loop, Referral
from tests.factories import MembershipFactory
from tests.referrals.conftest import Two, two  # noqa: F401
from tests.writing import name_the_tests


def theirs(two: Two) -> Any:  # noqa: F811
    return Access.objects.in_force().filter(organisation=two.receiver, kind=Access.Kind.REFERRAL)


def meanwhile(act: Callable[[], object]) -> tuple[threading.Thread, list[str]]:
    """In another connection, as far as it comes."""
    told: list[str] = []

    def run() -> None:
        try:
            name_the_tests()
            act()
            told.append("done")
        except Refused as refused:
            told.append(refused.code)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(timeout=1.5)
    return thread, told


@pytest.mark.django_db(transaction=True)
def test_taken_back_while_it_leaves_it_is_recalled(two: Two) -> None:  # noqa: F811
    consent = two.agree()
    draft = two.draft()
    with transaction.atomic():
        sending.send(draft, by=two.by_sender)
        thread, told = meanwhile(lambda: withdraw(consent, by=two.by_sender))
        assert told == [], "it waits until that has left"
    thread.join(timeout=30)
    assert told == ["done"]
    assert not theirs(two).exists(), "what it opened is closed by whoever waited"
    recalls.withdraw_what_rests_on_it(Event.objects.get(name="consent.withdrawn").pk)
    assert Referral.objects.get(pk=draft.pk).state == "cancelled"


@pytest.mark.django_db(transaction=True)
def test_it_does_not_leave_once_it_is_taken_back(two: Two) -> None:  # noqa: F811
    consent = two.agree()
    draft = two.draft()
    with transaction.atomic():
        withdraw(consent, by=two.by_sender)
        thread, told = meanwhile(lambda: sending.send(Referral.objects.get(pk=draft.pk), by=two.by_sender))
        assert told == []
    thread.join(timeout=30)
    assert told == ["guard"]
    assert not theirs(two).exists()


@pytest.mark.django_db(transaction=True)
def test_erased_while_it_leaves_nothing_stays_open_and_the_file_goes(two: Two) -> None:  # noqa: F811
    two.agree()
    draft = two.draft()
    person = Person.objects.get(pk=two.person.pk)
    with transaction.atomic():
        sending.send(draft, by=two.by_sender)
        thread, told = meanwhile(lambda: erasing._erase(person, by=two.by_sender, reason="erased by the person"))
        assert told == []
    thread.join(timeout=30)
    assert told == ["done"]
    assert not theirs(two).exists()
    assert Person.objects.get(pk=two.person.pk).state == "closed"


# --- what a receiver reads ------------------------------------------------------------------------------------------------


def shown(client: Client, two: Two, referral: Referral) -> str:  # noqa: F811
    client.force_login(two.provider)
    return client.get(reverse("provider_referral", args=[referral.pk])).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["withdrawn", "taken back", "refused", "ended long ago"])
def test_a_later_referral_does_not_open_what_an_earlier_one_carried(client: Client, two: Two, how: str) -> None:  # noqa: F811
    Person.objects.filter(pk=two.person.pk).update(called="Almaz")
    earlier = two.send(why="She told us of her debts.", carries=["contact"], wait_list=True)
    assert two.person.phone in shown(client, two, earlier)
    match how:
        case "withdrawn":
            sending.withdraw(earlier, by=two.by_sender, reason="duplicate")
        case "taken back":
            withdraw(two.person.consents.get(purpose=Purpose.REFERRAL), by=two.by_sender)
            recalls.withdraw_what_rests_on_it(Event.objects.get(name="consent.withdrawn").pk)
        case "refused":
            answering.reject(earlier, by=two.by_receiver, reason="no_capacity")
        case _:
            answering.accept(earlier, by=two.by_receiver)
            answering.first_contact(earlier, by=two.by_receiver, on=timezone.localdate())
            answering.finish(earlier, by=two.by_receiver, outcome="met", attended=True, done="All of it.")
            Referral.objects.filter(pk=earlier.pk).update(closed_at=timezone.now() - timedelta(days=15))
    later = two.send(wish="something else", why="A course.", carries=[], wait_list=True)
    assert "Almaz" in shown(client, two, later)
    assert two.person.phone not in shown(client, two, later)
    page = shown(client, two, earlier)
    assert two.person.phone not in page, "what goes along with the later one is less"
    assert "her debts" not in page
    assert client.get(reverse("referral_bundle", args=[earlier.pk])).status_code == 404
    table = client.post(reverse("provider_referrals") + "?show=done", {"export": "1"})
    assert two.person.phone.encode() not in _cells(table.content)


def _cells(workbook: bytes) -> bytes:
    from io import BytesIO
    from zipfile import ZipFile

    with ZipFile(BytesIO(workbook)) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())


@pytest.mark.django_db
def test_written_up_for_some_days_after_an_ordinary_end(client: Client, two: Two) -> None:  # noqa: F811
    referral = two.send()
    answering.accept(referral, by=two.by_receiver)
    answering.first_contact(referral, by=two.by_receiver, on=timezone.localdate())
    answering.finish(referral, by=two.by_receiver, outcome="met", attended=True, done="All of it.")
    assert two.person.phone in shown(client, two, referral)


# --- and what is asked afterwards -----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_that_it_did_not_help_opens_no_wish_where_the_file_is_closed(two: Two) -> None:  # noqa: F811
    referral = two.send()
    answering.accept(referral, by=two.by_receiver)
    answering.first_contact(referral, by=two.by_receiver, on=timezone.localdate())
    answering.finish(referral, by=two.by_receiver, outcome="not_met", attended=True, done="She came once.")
    asked = FollowUp.objects.create(referral=referral, day=0, due_on=timezone.localdate())
    withdraw(two.person.consents.get(purpose=Purpose.FILE), by=two.by_sender)
    recalls.withdraw_what_rests_on_it(Event.objects.filter(name="consent.withdrawn").latest("id").pk)
    assert not Loop.objects.get().is_open
    by = recalls.Actor(None, two.sender.pk, frozenset({"link"}))
    follow_ups.answer(asked, "no", by=by)
    assert FollowUp.objects.get().answer == "no"
    assert not Loop.objects.get().is_open, "whoever no longer sees the file follows nothing in it"


@pytest.mark.django_db
@pytest.mark.parametrize("day", ["abc", "", "-1", "9" * 30, "30"])
def test_a_day_that_is_none_is_no_question(client: Client, two: Two, day: str) -> None:  # noqa: F811
    referral = two.send()
    client.force_login(two.caseworker)
    sent = {"event": "follow-up", "day": day, "answer": "yes"}
    assert client.post(reverse("referral", args=[referral.pk]), sent).status_code == 404


@pytest.mark.django_db
def test_let_back_in_they_need_not_be_called(two: Two) -> None:  # noqa: F811
    """Until then the list of the day said that nobody reads it there."""
    referral, called = two.send(), two.send(wish="another", to_call=True, wait_list=True)
    moderator = MembershipFactory(role=Role.MODERATOR).user
    by = moderator.as_actor(moderator.memberships.get().organisation_id)
    ORGANISATION_STATES.apply(two.receiver, "suspend", by=by, reason="It has closed.")
    suspended.tell_who_sent(Event.objects.get(name="organisation.suspend").pk)
    referral.refresh_from_db()
    assert referral.to_call
    ORGANISATION_STATES.apply(two.receiver, "restore", by=by)
    for _time in range(2):
        suspended.they_answer_again(Event.objects.get(name="organisation.restore").pk)
    referral.refresh_from_db()
    called.refresh_from_db()
    assert not referral.to_call
    assert called.to_call, "what the sender said themselves stays"
