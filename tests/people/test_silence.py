"""A file in which nothing happens: said a month before, once, and gone after two years with all that belongs to it."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from kesher.accounts.models import User
from kesher.accounts.roles import Role
from kesher.base import retention
from kesher.base.models import Event, Notification
from kesher.base.notifications import render, send_notification
from kesher.base.rows import acting_for
from kesher.casework.today import Ask, told_by
from kesher.casework.today_of_files import OF_FILES
from kesher.people import files, worries
from kesher.people.models import Person, Worry
from kesher.people.silence import tell_all, tell_owner
from kesher.referrals.silence import write_to_all
from tests.factories import MembershipFactory, OrganisationFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db


def silent(person: Person, days: int) -> None:
    Person.objects.filter(pk=person.pk).update(last_step_at=timezone.now() - timedelta(days=days))


def told() -> list[Notification]:
    return list(Notification.objects.order_by("id"))


def test_whoever_keeps_it_and_its_person_are_told_once_and_nobody_is_named() -> None:
    person, busy, other = PersonFactory(called="Almaz"), PersonFactory(), PersonFactory()
    keeper = person.accesses.get().organisation
    noa: User = MembershipFactory(organisation=keeper, role=Role.CASEWORKER).user
    MembershipFactory(organisation=keeper, role=Role.MANAGER)
    own = UserFactory()
    files.claim(files.claim_key(person), user=own)
    for one, days in ((person, 705), (busy, 600), (other, 740)):
        silent(one, days)
    tell_all(timezone.now())
    assert {one.recipient_id for one in told()} == {noa.pk, own.pk}
    for notification in told():
        subject, body = render(notification)
        assert "Almaz" not in subject + body
        assert notification.context == {}
    tell_all(timezone.now())
    assert len(told()) == 2, "once"
    worries.say(person, ["home"], by=noa.as_actor(keeper.pk))
    tell_all(timezone.now())
    silent(person, 703)
    Event.objects.filter(name="file.ends_soon").update(at=timezone.now() - timedelta(days=720))
    tell_all(timezone.now())
    assert len(told()) == 4, "and again after a next silence"


def test_it_is_told_behind_the_second_wall(as_application: None) -> None:
    organisation, own = OrganisationFactory(approved=True), UserFactory()
    MembershipFactory(organisation=organisation, role=Role.REFERRER)
    with acting_for(organisation_ids=[organisation.pk]):
        person = PersonFactory(keeper=organisation)
        silent(person, 705)
        key = files.claim_key(person)
    files.claim(key, user=own)
    tell_all(timezone.now())
    with acting_for(user_id=own.pk):
        assert Notification.objects.filter(kind="own_file_ends_soon").count() == 1
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
    assert Notification.objects.count() == 2


def test_who_works_somewhere_and_has_a_file_hears_too_and_from_a_sender_that_says_nothing(settings: Any) -> None:
    settings.DEFAULT_FROM_EMAIL, settings.NEUTRAL_FROM = "Job office <jobs@town.example>", "Info <info@town.example>"
    person, mentor = PersonFactory(), UserFactory()
    MembershipFactory(user=mentor, role=Role.MENTOR)
    files.claim(files.claim_key(person), user=mentor)
    silent(person, 705)
    for discreet, sender in ((True, settings.NEUTRAL_FROM), (False, settings.DEFAULT_FROM_EMAIL)):
        Person.objects.filter(pk=person.pk).update(discreet=discreet)
        Event.objects.filter(name="file.ends_soon").update(at=timezone.now() - timedelta(days=720))
        Notification.objects.all().delete()
        mail.outbox.clear()
        tell_owner(mentor, timezone.now())
        (notice,) = told()
        send_notification.func(notification_id=str(notice.pk), recipient_id=str(mentor.pk))
        assert [one.from_email for one in mail.outbox] == [sender]


def test_who_has_no_account_gets_a_mail_in_their_hours_once_or_somebody_is_to_ask_them(settings: Any) -> None:
    settings.NEUTRAL_FROM = "Info <info@town.example>"
    here = OrganisationFactory(approved=True)
    noa = MembershipFactory(organisation=here, role=Role.CASEWORKER).user
    by_mail, hidden, called, owner = (
        PersonFactory(keeper=here, called="Almaz", reach_by=reach, email=email, discreet=discreet, reach_when=hours)
        for reach, email, discreet, hours in (
            ("mail", "almaz@example.org", False, "18-20"),
            ("mail", "other@example.org", True, ""),
            ("call", "third@example.org", False, ""),
            ("mail", "own@example.org", False, ""),
        )
    )
    files.claim(files.claim_key(owner), user=UserFactory())
    for one in (by_mail, hidden, called, owner):
        silent(one, 705)
    mail.outbox.clear()
    tell_all(timezone.now())
    noon = timezone.localtime().replace(hour=12, minute=0)
    assert write_to_all(noon) == 0, "not in their hours"
    evening = noon.replace(hour=18, minute=30)
    assert (write_to_all(evening), write_to_all(evening)) == (1, 0)
    (sent,) = mail.outbox
    assert (sent.to, sent.from_email) == (["almaz@example.org"], settings.NEUTRAL_FROM)
    assert "Almaz" not in sent.subject + sent.body
    assert "http" not in sent.body
    shown = [
        row for row in told_by(Ask(noa, timezone.localdate(), own=False), OF_FILES)[0] if row.reason.code == "file_ends"
    ]
    assert {row.person_id for row in shown} == {by_mail.pk, hidden.pk, called.pk}
    assert {row.on for row in shown} == {timezone.localdate(by_mail.last_step_at - timedelta(days=705 - 730))}


def test_after_two_years_it_is_gone_with_all_that_belongs_to_it() -> None:
    gone, stays = PersonFactory(), PersonFactory()
    keeper = gone.accesses.get().organisation
    by = MembershipFactory(organisation=keeper, role=Role.CASEWORKER).user.as_actor(keeper.pk)
    worries.say(gone, ["home"], by=by)
    worries.say(gone, ["work"], by=by)
    silent(gone, 731)
    silent(stays, 729)
    retention.run()
    assert list(Person.objects.all()) == [stays]
    assert not Worry.objects.exists()
    with connection.cursor() as cursor:
        for table in ("people_worryevent", "people_consentevent", "people_accessevent"):
            cursor.execute(f"SELECT count(*) FROM {table} WHERE person_id = %s", [gone.pk])
            assert cursor.fetchone() == (0,), table
