"""A file in which nothing happens: said a month before, once, and gone after two years with all that belongs to it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from kesher.accounts.models import User
from kesher.accounts.roles import Role
from kesher.base import retention
from kesher.base.models import Event, Notification
from kesher.base.notifications import render
from kesher.base.rows import acting_for
from kesher.people import files, worries
from kesher.people.models import Person, Worry
from kesher.people.silence import tell_all
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
