"""Erased on the word of somebody without an account; told to all who had it; and files that nobody holds any more."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kesher.accounts.models import Organisation
from kesher.accounts.roles import Role
from kesher.base import retention
from kesher.base.events import emit
from kesher.base.models import Event, Notification, OutgoingMail
from kesher.base.notifications import render
from kesher.base.rows import acting_for
from kesher.base.transitions import Refused
from kesher.directory.models import OrganisationProfile
from kesher.people import erased, erasing, mandates, worries
from kesher.people.consents import give, withdraw
from kesher.people.files import claim, claim_key
from kesher.people.models import Access, Mandate, Person, Worry
from kesher.people.models.consents import Purpose
from tests.factories import MembershipFactory, OrganisationFactory, PersonFactory, UserFactory

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


def test_at_night_it_is_asked_again_whether_it_may_be_erased_and_one_that_fails_keeps_no_other(
    here: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    noa = MembershipFactory(organisation=here, role=Role.CASEWORKER).user.as_actor(here.pk)
    theirs, kept_too, broken, last = (PersonFactory(keeper=here) for _ in range(4))
    for one in (theirs, kept_too, broken, last):
        erasing.ask_for(one, how="phone", by=noa)
    almaz, second = UserFactory(), OrganisationFactory(approved=True)
    claim(claim_key(theirs), user=almaz)
    give(kept_too, Purpose.FILE, with_=second, how="present", language="am", by=noa)
    mine = Client()
    mine.force_login(almaz)
    page = reverse("my_file")
    assert "has written down" in mine.get(page).content.decode()
    erasing.stop_when_it_becomes_their_own(Event.objects.get(name="file.claimed").pk)
    assert "nothing was erased" in mine.get(page).content.decode()
    erasing.ask_for(PersonFactory(keeper=here), how="phone", by=noa)  # somebody else's shows nothing here
    assert erasing.waiting(theirs) is None

    really = erasing._erase

    def fails(person: Person, **said: Any) -> None:
        if person.pk == broken.pk:
            raise RuntimeError("a disk is full")
        really(person, **said)

    monkeypatch.setattr(erasing, "_erase", fails)
    assert erasing.erase_unconfirmed(timezone.now() + timedelta(days=8)) == 2
    assert set(Person.objects.active()) == {theirs, kept_too, broken}
    assert erasing.waiting(kept_too) is not None, "nobody took it back: its page says why it waits"


def test_one_says_on_ones_own_page_that_it_is_kept(here: Organisation) -> None:
    """Asked before there was an account, and claimed where nothing has stopped it yet."""
    noa = MembershipFactory(organisation=here, role=Role.CASEWORKER).user.as_actor(here.pk)
    person, almaz, mine = PersonFactory(keeper=here), UserFactory(), Client()
    erasing.ask_for(person, how="phone", by=noa)
    claim(claim_key(person), user=almaz)
    mine.force_login(almaz)
    assert mine.post(reverse("my_file"), {"verb": "nonsense"}).status_code == 404
    for _twice in range(2):
        assert mine.post(reverse("my_file"), {"verb": "keep"}).status_code == 302
    assert erasing.waiting(person) is None
    assert "written down" not in mine.get(reverse("my_file")).content.decode()


def test_who_helps_does_not_hold_the_file_and_help_ends_with_the_last_who_does(here: Organisation) -> None:
    noa = MembershipFactory(organisation=here, role=Role.CASEWORKER).user.as_actor(here.pk)
    helper, charity = UserFactory(), OrganisationFactory(approved=True)
    taken_back, shared, left_over = (PersonFactory(keeper=here) for _ in range(3))
    for one in (taken_back, shared, left_over):
        mandate = mandates.ask_for(one, "family", how="phone", by=noa)
        mandates.accept(mandates.key_of(mandate, here.pk), user=helper)
    give(shared, Purpose.SHARE, with_=charity, how="present", language="am", by=noa)
    erasing.ask_for(shared, how="phone", by=noa)
    for one in (taken_back, shared):
        withdraw(one.consents.get(purpose="file"), by=noa)
    # as a Bundle's access ends: without the agreement to the file
    Access.objects.filter(person=left_over, organisation=here).update(until=timezone.now())
    assert set(Person.objects.visible_to(helper)) == {shared, left_over}
    now = timezone.now()
    assert erasing.sweep(now) == 0
    assert set(Person.objects.visible_to(helper)) == {shared}
    assert erasing.sweep(now + timedelta(days=8)) == 2
    assert set(Person.objects.active()) == {shared}
    assert Mandate.objects.filter(ended_at=None).count() == 1
    assert Access.objects.in_force().exclude(person=shared).count() == 0

    # with whom it is shared asks for it, for nobody keeps it any more
    theirs = MembershipFactory(organisation=charity, role=Role.CASEWORKER).user
    page = Client()
    page.force_login(theirs)
    path = reverse("caseworker_consents", kwargs={"pk": shared.pk})
    shown = page.get(path).content.decode()
    assert reverse("caseworker_erase", kwargs={"pk": shared.pk}) in shown
    assert "after a week it is erased" in shown
    asked = erasing.ask_for(shared, how="phone", by=theirs.as_actor(charity.pk))
    assert erasing.waiting(shared) == asked, "the first asker has it no more: the week is theirs now"
    assert page.post(path, {"take_back": str(shared.consents.in_force().get().pk)})["Location"].endswith("/people/")


def test_while_it_is_shared_nobody_is_told_that_it_will_be_erased_and_who_shares_it_stops_nothing(
    here: Organisation,
) -> None:
    user, charity = MembershipFactory(organisation=here, role=Role.CASEWORKER).user, OrganisationFactory(approved=True)
    theirs = MembershipFactory(organisation=charity, role=Role.CASEWORKER).user.as_actor(charity.pk)
    noa, page, person = user.as_actor(here.pk), Client(), PersonFactory(keeper=here)
    page.force_login(user)
    path = reverse("caseworker_consents", kwargs={"pk": person.pk})
    assert "after a week it is erased" in page.get(path).content.decode()
    give(person, Purpose.SHARE, with_=charity, how="present", language="am", by=noa)
    shown = page.get(path).content.decode()
    assert "after a week it is erased" not in shown
    assert reverse("caseworker_erase", kwargs={"pk": person.pk}) in shown, "they may ask for it all the same"
    erasing.ask_for(person, how="phone", by=noa)
    with pytest.raises(Refused):
        erasing.keep_after_all(person, by=theirs)
    assert erasing.waiting(person) is not None
    erasing.keep_after_all(person, by=noa)
    assert erasing.waiting(person) is None


def test_whoever_sent_a_bundle_is_told_too(here: Organisation) -> None:
    sender, by = OrganisationFactory(approved=True), MembershipFactory(organisation=here, role=Role.CASEWORKER).user
    person = PersonFactory(keeper=here)
    with transaction.atomic():
        emit("file.opened", person, by=by.as_actor(here.pk), data={"organisation": str(sender.pk), "by": "fhir"})
    withdraw(person.consents.get(), by=by.as_actor(here.pk))
    assert erasing.sweep(timezone.now() + timedelta(days=8)) == 1
    assert set(Event.objects.get(name="file.erased").data["organisations"]) == {str(here.pk), str(sender.pk)}
