"""A file that is part of another: it ends with that one, neither sooner nor later; undone in any order; its looks are told."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kesher.accounts.models import Organisation, User
from kesher.accounts.roles import Role
from kesher.base import retention
from kesher.base.access import record_read
from kesher.base.models import Event
from kesher.base.transitions import Actor, Refused
from kesher.people import erasing, files, looks, worries
from kesher.people.consents import give, withdraw
from kesher.people.merging import merge, undo
from kesher.people.models import FileMerge, Person, Wish, Worry
from kesher.people.models.consents import Purpose
from kesher.people.models.persons import KEPT
from kesher.referrals import recalls, sending
from kesher.referrals.models import Referral
from tests.factories import MembershipFactory, OrganisationFactory, PersonFactory, UserFactory
from tests.referrals.conftest import Two, two  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Organisation:
    organisation: Organisation = OrganisationFactory(approved=True)
    return organisation


@pytest.fixture
def noa(here: Organisation) -> User:
    user: User = MembershipFactory(organisation=here, role=Role.CASEWORKER).user
    return user


@pytest.fixture
def by(here: Organisation, noa: User) -> Actor:
    return noa.as_actor(here.pk)


def days_ago(person: Person, days: int) -> None:
    Person.objects.filter(pk=person.pk).update(last_step_at=timezone.now() - timedelta(days=days))


# --- how long it lives ----------------------------------------------------------------------------------------------------


def test_it_lives_as_long_as_the_one_it_is_part_of(here: Organisation, by: Actor) -> None:
    kept, other = PersonFactory(keeper=here), PersonFactory(keeper=here, called="Almaz")
    merge(kept, other, by=by)
    days_ago(other, KEPT.days + 1)
    now = timezone.now()
    assert erasing.merged_files_end_together(now) == 0
    retention.run(now)
    assert Person.objects.get(pk=other.pk).called == "Almaz"
    undo(FileMerge.objects.get(), by=by)
    assert Person.objects.get(pk=other.pk).state == "active"


def test_both_go_in_the_same_night(here: Organisation, by: Actor) -> None:
    third, kept, other = (PersonFactory(keeper=here) for _ in range(3))
    merge(kept, other, by=by)
    merge(third, kept, by=by)
    bystander = PersonFactory(keeper=here)
    for one in (third, kept, other):
        days_ago(one, KEPT.days + 1)
    now = timezone.now()
    assert erasing.merged_files_end_together(now) == 2
    retention.run(now)
    assert list(Person.objects.all()) == [bystander]
    assert not Person.pgh_event_model.objects.exclude(pgh_obj_id=bystander.pk).exists()


def test_a_referral_that_went_over_does_not_stop_what_is_due_of_others(two: Two) -> None:  # noqa: F811
    """What they had agreed stays with their own file, and the referral, in the other one, rests on it."""
    kept = PersonFactory(keeper=two.sender)
    referral = two.send()
    withdraw(two.person.consents.get(purpose=Purpose.REFERRAL), by=two.by_sender)
    recalls.withdraw_what_rests_on_it(Event.objects.get(name="consent.withdrawn").pk)
    merge(kept, two.person, by=two.by_sender)
    assert Referral.objects.get(pk=referral.pk).person == kept
    stranger = PersonFactory()
    for one in (two.person, stranger):
        days_ago(one, KEPT.days + 1)
    retention.run()
    assert not Person.objects.filter(pk=stranger.pk).exists(), "one that cannot go keeps nobody else"
    assert Person.objects.filter(pk=two.person.pk).exists()
    erasing.merged_files_end_together(timezone.now())
    retention.run()
    assert Person.objects.filter(pk=two.person.pk).exists(), "its end is that of the other file"
    days_ago(kept, KEPT.days + 1)
    days_ago(two.person, KEPT.days + 2)
    erasing.merged_files_end_together(timezone.now())
    retention.run()
    assert not Person.objects.filter(pk__in=[kept.pk, two.person.pk]).exists()
    assert not Referral.objects.filter(pk=referral.pk).exists()


def test_one_in_one_in_one_is_not_emptied_while_the_outermost_is_in_use(here: Organisation, by: Actor) -> None:
    third, kept, other = (
        PersonFactory(keeper=here),
        PersonFactory(keeper=here),
        PersonFactory(keeper=here, called="Almaz"),
    )
    Wish.objects.create(person=kept, hours_most=30)
    Wish.objects.create(person=other, hours_most=20)
    first = merge(kept, other, by=by)
    second = merge(third, kept, by=by)
    assert erasing.sweep(timezone.now()) == 0
    assert not Event.objects.filter(name=erasing.ERASED).exists(), "nobody is told that it was erased"
    undo(second, by=by)
    undo(first, by=by)
    other.refresh_from_db()
    assert (other.state, other.called) == ("active", "Almaz")
    assert Wish.objects.get(person=other).hours_most == 20


def test_erased_all_that_is_part_of_it_goes_in_one_night(here: Organisation, by: Actor) -> None:
    colleague = MembershipFactory(organisation=here, role=Role.CASEWORKER).user.as_actor(here.pk)
    third, kept, other = (PersonFactory(keeper=here) for _ in range(3))
    merge(kept, other, by=by)
    merge(third, kept, by=by)
    erasing.ask_for(third, how="present", by=by)
    erasing.confirm(third, by=colleague)
    assert erasing.sweep(timezone.now()) == 2
    assert set(Person.objects.values_list("state", flat=True)) == {"closed"}
    retention.run(timezone.now() + timedelta(days=2))
    assert not Person.objects.exists()


# --- undone ---------------------------------------------------------------------------------------------------------------


def test_the_later_of_two_merges_is_undone_first(client: Client, here: Organisation, noa: User, by: Actor) -> None:
    third, kept, other = (PersonFactory(keeper=here) for _ in range(3))
    worries.say(other, ["papers"], by=by)
    first = merge(kept, other, by=by)
    second = merge(third, kept, by=by)
    with pytest.raises(Refused, match="undone first"):
        undo(first, by=by)
    client.force_login(noa)
    answer = client.post(reverse("caseworker_merge_undo", args=[first.pk]))
    assert answer.status_code == 302
    assert any("undone first" in str(one) for one in get_messages(answer.wsgi_request))
    undo(second, by=by)
    undo(first, by=by)
    assert [one.person for one in Worry.objects.now()] == [other]


def test_of_two_that_came_either_may_go_first_and_no_name_stays(here: Organisation, by: Actor) -> None:
    kept = PersonFactory(keeper=here, called="Almaz", other_names="Almaz T.")
    other = PersonFactory(keeper=here, called="Sara", other_names="Sara B.")
    third = PersonFactory(keeper=here, called="Rahel")
    first, second = merge(kept, other, by=by), merge(kept, third, by=by)
    undo(first, by=by)
    kept.refresh_from_db()
    assert kept.other_names == "Almaz T., Rahel"
    undo(second, by=by)
    kept.refresh_from_db()
    assert kept.other_names == "Almaz T."


def test_where_it_cannot_be_undone_the_page_says_so(client: Client, here: Organisation, noa: User, by: Actor) -> None:
    kept, other = PersonFactory(keeper=here), PersonFactory(keeper=here)
    done = merge(kept, other, by=by)
    withdraw(other.consents.get(), by=by)  # on the page of what was agreed about the second file
    client.force_login(noa)
    answer = client.post(reverse("caseworker_merge_undo", args=[done.pk]))
    assert answer.status_code == 302
    assert any("not open to you" in str(one) for one in get_messages(answer.wsgi_request))
    assert Person.objects.get(pk=other.pk).state == "merged"


def test_nobody_is_on_their_way_by_what_the_joined_file_says(two: Two) -> None:  # noqa: F811
    """Else the receiver would go on to see the file that stays, for good."""
    kept = PersonFactory(keeper=two.sender)
    draft = two.draft()
    done = merge(kept, two.person, by=two.by_sender)
    two.person = kept
    two.agree()
    draft.refresh_from_db()
    sending.send(draft, by=two.by_sender)
    with pytest.raises(Refused, match="was referred"):
        undo(done, by=two.by_sender)
    sending.withdraw(draft, by=two.by_sender, reason="duplicate")
    undo(done, by=two.by_sender)
    assert not kept.accesses.in_force().filter(organisation=two.receiver).exists()


def test_what_a_suspended_organisation_has_is_not_taken_from_it(here: Organisation, by: Actor) -> None:
    kept, other = PersonFactory(keeper=here), PersonFactory(keeper=here)
    charity = OrganisationFactory(approved=True)
    give(other, Purpose.SHARE, with_=charity, how="present", language="am", by=by)
    Organisation.objects.filter(pk=charity.pk).update(state="suspended")
    with pytest.raises(Refused, match="Another organisation sees"):
        merge(kept, other, by=by)


# --- who looked -----------------------------------------------------------------------------------------------------------


def test_who_looked_at_either_is_told(client: Client, here: Organisation, by: Actor) -> None:
    almaz = UserFactory()
    kept, other, third = (PersonFactory(keeper=here) for _ in range(3))
    files.claim(files.claim_key(kept), user=almaz)
    kept.refresh_from_db()
    record_read(other, by=by, purpose="notes")
    merge(other, third, by=by)
    record_read(third, by=by, purpose="papers")
    done = merge(kept, other, by=by)
    client.force_login(almaz)
    shown = client.get(reverse("who_looked")).content.decode()
    assert "looked at the notes about you" in shown
    assert "looked at your papers" in shown, "also at what had been made part of that one"
    assert {one.purpose for one in looks.everything(kept)} >= {"notes", "papers"}
    undo(done, by=by)
    assert "looked at the notes about you" not in client.get(reverse("who_looked")).content.decode()


def test_all_looks_are_told_however_many(client: Client, here: Organisation, by: Actor) -> None:
    almaz = UserFactory()
    person = PersonFactory(keeper=here)
    files.claim(files.claim_key(person), user=almaz)
    person.refresh_from_db()
    record_read(person, by=by, purpose="papers")
    for _time in range(100):
        record_read(person, by=by, purpose="notes")
    client.force_login(almaz)
    assert "looked at your papers" not in client.get(reverse("who_looked")).content.decode()
    assert "looked at your papers" in client.get(reverse("who_looked") + "?page=2").content.decode()


# --- erased at the same moment --------------------------------------------------------------------------------------------


def test_what_somebody_still_had_open_does_not_bring_an_erased_file_back(here: Organisation, by: Actor) -> None:
    person = PersonFactory(keeper=here)
    still = Person.objects.get(pk=person.pk)
    erasing._erase(person, by=by, reason="erased by the person")
    files.something_happened(still)
    retention.run(timezone.now() + timedelta(days=2))
    assert not Person.objects.exists()
