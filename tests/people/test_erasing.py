"""Erased on the word of somebody without an account; told to all who had it; and files that nobody holds any more."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kesher.accounts.models import Organisation
from kesher.accounts.roles import Role
from kesher.base import retention
from kesher.base.models import Event, Notification, OutgoingMail
from kesher.base.notifications import render
from kesher.base.rows import acting_for
from kesher.base.transitions import Refused
from kesher.directory.models import OrganisationProfile
from kesher.people import erased, erasing, worries
from kesher.people.consents import give, withdraw
from kesher.people.models import Access, Person, Worry
from kesher.people.models.consents import Purpose
from tests.factories import MembershipFactory, OrganisationFactory, PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Organisation:
    organisation: Organisation = OrganisationFactory(approved=True)
    return organisation


def test_a_caseworker_writes_it_down_a_colleague_confirms_and_all_who_had_it_are_asked(here: Organisation) -> None:
    noa, dan = (MembershipFactory(organisation=here, role=Role.CASEWORKER).user for _ in range(2))
    person = PersonFactory(keeper=here, called="Almaz")
    worries.say(person, ["home"], by=noa.as_actor(here.pk))
    charity, letters, shelter = (OrganisationFactory(approved=True) for _ in range(3))
    theirs = MembershipFactory(organisation=charity, role=Role.REFERRER).user
    OrganisationProfile.objects.update_or_create(organisation=letters, defaults={"email": "office@letters.example"})
    for with_ in (charity, letters):
        give(person, Purpose.SHARE, with_=with_, how="present", language="am", by=noa.as_actor(here.pk))
    page, second = Client(), Client()
    page.force_login(noa)
    second.force_login(dan)
    path = reverse("caseworker_erase", kwargs={"pk": person.pk})
    assert page.post(path, {"verb": "ask", "how": "phone"}).status_code == 400, "they must know"
    assert page.post(path, {"verb": "confirm"}).status_code == 400, "nobody has asked"
    assert page.post(path, {"verb": "ask", "how": "phone", "sure": "on"}).status_code == 302
    assert page.post(path, {"verb": "confirm"}).status_code == 400, "a second person"
    assert second.post(path, {"verb": "keep"}).status_code == 302
    assert second.post(path, {"verb": "confirm"}).status_code == 400, "stopped"
    page.post(path, {"verb": "ask", "how": "phone", "sure": "on"})
    erased.tell_colleagues(Event.objects.filter(name=erasing.ASKED).order_by("-id")[0].pk)
    assert [one.recipient_id for one in Notification.objects.all()] == [dan.pk]
    assert second.post(path, {"verb": "confirm"}).status_code == 302
    assert second.get(path).status_code == 404
    for user in (noa, dan, theirs):
        assert not Person.objects.visible_to(user).exists()
    left = Person.objects.get()
    assert (left.called, left.phone, left.state) == ("–", "", "closed")
    assert not Worry.objects.exists()

    event = Event.objects.get(name="file.erased")
    assert set(event.data["organisations"]) == {str(one.pk) for one in (here, charity, letters)}
    erased.tell_whoever_had_it(event.pk)
    erased.tell_whoever_had_it(event.pk)
    of_it = Notification.objects.filter(kind="file_erased")
    assert {one.recipient_id for one in of_it} == {noa.pk, dan.pk, theirs.pk}
    assert of_it.count() == 3, "once"
    for notification in Notification.objects.all():
        assert "Almaz" not in "".join(render(notification))
    erased.mail_it.func(number=str(person.pk), organisation=str(letters.pk))
    erased.mail_it.func(number=str(person.pk), organisation=str(letters.pk))
    (sent,) = [(one.to[0], one.body) for one in mail.outbox]
    assert sent[0] == "office@letters.example"
    assert str(person.pk) in sent[1]
    assert "Almaz" not in sent[1]
    assert not OutgoingMail.objects.exists()

    partner, stranger = Client(), Client()
    partner.force_login(theirs)
    stranger.force_login(MembershipFactory(organisation=shelter, role=Role.CASEWORKER).user)
    said = {"number": str(person.pk), "organisation": str(charity.pk)}
    assert str(person.pk) in partner.get(reverse("caseworker_erased")).content.decode()
    assert str(person.pk) not in stranger.get(reverse("caseworker_erased")).content.decode()
    for _twice in range(2):
        assert partner.post(reverse("caseworker_erased"), said).status_code == 302
    assert stranger.post(reverse("caseworker_erased"), said).status_code == 404
    assert stranger.post(reverse("caseworker_erased"), said | {"organisation": str(shelter.pk)}).status_code == 404
    assert Event.objects.filter(name="file.erasure_confirmed").count() == 1

    retention.run(timezone.now() + timedelta(days=1, minutes=1))
    assert not Person.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM people_personevent WHERE pgh_obj_id = %s", [person.pk])
        assert cursor.fetchone() == (0,)


def test_a_right_does_not_wait_for_a_colleague(as_application: None) -> None:
    here, noa = OrganisationFactory(approved=True), None
    noa = MembershipFactory(organisation=here, role=Role.CASEWORKER).user
    with acting_for(organisation_ids=[here.pk]):
        person, stays = PersonFactory(keeper=here), PersonFactory(keeper=here)
        for one in (person, stays):
            erasing.ask_for(one, how="paper", by=noa.as_actor(here.pk))
        erasing.keep_after_all(stays, by=noa.as_actor(here.pk))
    assert erasing.erase_unconfirmed(timezone.now() + timedelta(days=6)) == 0
    assert erasing.erase_unconfirmed(timezone.now() + timedelta(days=8)) == 1
    with acting_for(organisation_ids=[here.pk]):
        assert list(Person.objects.all()) == [stays]


def test_only_whoever_keeps_the_file_and_for_whom_there_is_no_account(here: Organisation) -> None:
    other = OrganisationFactory(approved=True)
    noa = MembershipFactory(organisation=here, role=Role.CASEWORKER).user
    theirs = MembershipFactory(organisation=other, role=Role.CASEWORKER).user.as_actor(other.pk)
    person = PersonFactory(keeper=here)
    give(person, Purpose.SHARE, with_=other, how="present", language="am", by=noa.as_actor(here.pk))
    with pytest.raises(Refused):
        erasing.ask_for(person, how="present", by=theirs)
    with pytest.raises(Refused):
        erasing.ask_for(person, how="self", by=noa.as_actor(here.pk))
    person.user = theirs_own = MembershipFactory().user
    person.save()
    with pytest.raises(Refused):
        erasing.ask_for(person, how="present", by=noa.as_actor(here.pk))
    assert theirs_own.person == person


def test_a_file_that_was_taken_back_and_nobody_holds_is_gone_within_nine_days(here: Organisation) -> None:
    by = MembershipFactory(organisation=here, role=Role.CASEWORKER).user.as_actor(here.pk)
    person, held = PersonFactory(keeper=here, called="Almaz"), PersonFactory(keeper=here)
    withdraw(person.consents.get(), by=by)
    now = timezone.now()
    assert erasing.sweep(now + timedelta(days=6)) == 0
    assert erasing.sweep(now + timedelta(days=8)) == 1
    assert erasing.sweep(now + timedelta(days=8)) == 0
    assert Person.objects.get(pk=person.pk).called == "–"
    assert Event.objects.get(name="file.erased").data["organisations"] == [str(here.pk)]
    retention.run(now + timedelta(days=9))
    assert list(Person.objects.all()) == [held]
    assert Access.objects.in_force().count() == 1
