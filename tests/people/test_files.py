"""Who sees a file: nobody, until there is an access in force; and not a moment longer."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from kesher.accounts.models import Organisation, User
from kesher.accounts.roles import Role
from kesher.base.models import AccessLog, Event
from kesher.base.rows import acting_for
from kesher.base.transitions import Actor, Refused
from kesher.people import files
from kesher.people.consents import give, has_agreed, open_to, withdraw
from kesher.people.models import Access, Consent, ConsentText, Person
from kesher.people.models.consents import Purpose
from tests.factories import MembershipFactory, OrganisationFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db


def worker(organisation: Organisation, role: str = Role.CASEWORKER) -> User:
    return MembershipFactory(organisation=organisation, role=role).user


def their_own(person: Person, user: User) -> Actor:
    return Actor(user.pk, roles=frozenset({"person"}))


def test_whoever_opens_a_file_sees_it_and_nobody_else() -> None:
    here, there = OrganisationFactory(approved=True), OrganisationFactory(approved=True)
    almaz, other = worker(here), worker(there)
    person = files.open_file(called="Almaz", language="am", how="present", by=almaz.as_actor(here.pk))
    assert list(Person.objects.visible_to(almaz)) == [person]
    assert list(Person.objects.visible_to(worker(here, Role.REFERRER))) == [person]
    for stranger in (other, worker(here, Role.MANAGER), worker(here, Role.ORGANISATION_ADMIN), UserFactory()):
        assert not Person.objects.visible_to(stranger).exists()
    assert has_agreed(person, Purpose.FILE, with_=here.pk)
    consent = Consent.objects.get()
    assert (consent.text.purpose, consent.language, consent.how) == ("file", "am", "present")
    assert consent.receipt.replace("-", "").isalnum()


@pytest.mark.parametrize("role", sorted(set(Role.values) - {Role.CASEWORKER, Role.REFERRER}))
def test_only_those_who_work_with_files_open_them(role: str) -> None:
    here = OrganisationFactory(approved=True)
    with pytest.raises(Refused):
        files.open_file(called="A", language="en", how="present", by=worker(here, role).as_actor(here.pk))
    assert not Person.objects.exists()


def test_an_organisation_that_is_not_approved_opens_nothing() -> None:
    here = OrganisationFactory(approved=True)
    user = worker(here)
    Organisation.objects.filter(pk=here.pk).update(state="suspended")
    with pytest.raises(Refused):
        files.open_file(called="A", language="en", how="present", by=user.as_actor(here.pk))


def test_a_suspended_organisation_sees_nothing_of_the_files_it_opened() -> None:
    person = PersonFactory()
    user = worker(person.accesses.get().organisation)
    assert Person.objects.visible_to(user).exists()
    Organisation.objects.update(state="suspended")
    assert not Person.objects.visible_to(user).exists()


def test_sharing_opens_the_file_and_taking_it_back_closes_it_at_once() -> None:
    person, charity = PersonFactory(), OrganisationFactory(approved=True)
    keeper = person.accesses.get().organisation
    by, theirs = worker(keeper).as_actor(keeper.pk), worker(charity)
    assert not Person.objects.visible_to(theirs).exists()
    consent = give(person, Purpose.SHARE, with_=charity, how="present", language="am", by=by)
    assert list(Person.objects.visible_to(theirs)) == [person]
    give(person, Purpose.SHARE, with_=charity, how="phone", language="am", by=by)  # agreed again: still one access
    assert Access.objects.filter(organisation=charity).count() == 1
    withdraw(consent, by=by)  # the older one: the access rests on the newer
    assert list(Person.objects.visible_to(theirs)) == [person]
    withdraw(Consent.objects.get(how="phone"), by=by)
    assert not Person.objects.visible_to(theirs).exists()
    assert Event.objects.filter(name="consent.withdrawn", about_id=consent.pk).count() == 1
    withdraw(consent, by=by)  # twice is once
    assert Event.objects.filter(name="consent.withdrawn", about_id=consent.pk).count() == 1


def test_whoever_has_no_access_writes_down_no_agreement() -> None:
    person, charity = PersonFactory(), OrganisationFactory(approved=True)
    for by in (
        worker(charity).as_actor(charity.pk),  # another organisation
        Actor(UserFactory().pk, roles=frozenset({"person"})),  # somebody else's file
        Actor(None, roles=frozenset({"person"})),
    ):
        with pytest.raises(Refused):
            give(person, Purpose.SHARE, with_=charity, how="present", language="en", by=by)
        with pytest.raises(Refused):
            withdraw(person.consents.get(), by=by)
    assert person.consents.get().withdrawn_at is None


def test_nobody_agrees_in_the_persons_place_on_the_persons_own_page() -> None:
    person = PersonFactory()
    keeper = person.accesses.get().organisation
    with pytest.raises(Refused):
        give(person, Purpose.MATCHING, how="self", language="en", by=worker(keeper).as_actor(keeper.pk))


def test_a_text_that_was_used_stays_as_it_was() -> None:
    text = ConsentText.current(Purpose.FILE)
    with pytest.raises(DatabaseError), transaction.atomic():
        ConsentText.objects.filter(pk=text.pk).update(text={"en": "something else"})


def test_there_is_a_text_for_each_purpose_in_every_language_of_the_portal() -> None:
    for purpose in Purpose.values:
        assert {"en", "he", "ar", "ru", "uk", "fr", "am"} <= set(ConsentText.current(purpose).text)


# --- the file becomes its owner's ---------------------------------------------------------------------------------------


def test_a_person_takes_over_their_file_once_with_the_link() -> None:
    person, user, other = PersonFactory(), UserFactory(), UserFactory()
    key = files.claim_key(person)
    assert files.claim(key, user=user) == person
    assert list(Person.objects.visible_to(user)) == [person]
    assert files.claim(key, user=user) == person  # a second press
    with pytest.raises(files.NotClaimable, match="used"):
        files.claim(key, user=other)
    assert not Person.objects.visible_to(other).exists()
    consent = person.consents.get()
    person.refresh_from_db()
    withdraw(consent, by=their_own(person, user))
    assert not Person.objects.visible_to(worker(consent.organisation)).exists()
    assert list(Person.objects.visible_to(user)) == [person]  # their own stays theirs


@pytest.mark.parametrize("key", ["", "nonsense", "a:b:c", "\x00"])
def test_a_link_that_was_never_ours_opens_nothing(key: str) -> None:
    with pytest.raises(files.NotClaimable, match="unknown"):
        files.claim(key, user=UserFactory())


def test_a_link_runs_out(monkeypatch: pytest.MonkeyPatch) -> None:
    person = PersonFactory()
    key = files.claim_key(person)
    monkeypatch.setattr(files, "CLAIM_WITHIN", timedelta(seconds=-1))
    with pytest.raises(files.NotClaimable, match="expired"):
        files.claim(key, user=UserFactory())


def test_nobody_has_two_files() -> None:
    user = UserFactory()
    files.claim(files.claim_key(PersonFactory()), user=user)
    with pytest.raises(files.NotClaimable, match="other file"):
        files.claim(files.claim_key(PersonFactory()), user=user)


# --- the second wall ----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("as_application")
def test_the_database_itself_shows_a_file_only_to_those_with_access() -> None:
    here, there = OrganisationFactory(approved=True), OrganisationFactory(approved=True)
    user, charity_worker = worker(here), worker(there)
    with acting_for(user_id=user.pk, organisation_ids=[here.pk]):
        person = files.open_file(called="Almaz", language="am", how="present", by=user.as_actor(here.pk))
        assert [Person.objects.count(), Consent.objects.count(), Access.objects.count()] == [1, 1, 1]
    told = (Person, Consent, Access, Person.pgh_event_model, Consent.pgh_event_model, Access.pgh_event_model)
    assert [model.objects.count() for model in told] == [0] * 6
    with acting_for(user_id=charity_worker.pk, organisation_ids=[there.pk]):
        assert [model.objects.count() for model in told] == [0] * 6
    with acting_for(user_id=user.pk, organisation_ids=[here.pk]):
        give(person, Purpose.SHARE, with_=there, how="present", language="am", by=user.as_actor(here.pk))
    with acting_for(user_id=charity_worker.pk, organisation_ids=[there.pk]):
        assert Person.objects.get() == person
        assert Access.objects.count() == 1  # its own alone
    with acting_for(user_id=user.pk, organisation_ids=[here.pk]):
        withdraw(Consent.objects.get(purpose="share"), by=user.as_actor(here.pk))
    with acting_for(user_id=charity_worker.pk, organisation_ids=[there.pk]):
        assert not Person.objects.exists()


@pytest.mark.usefixtures("as_application")
def test_whoever_gets_a_referral_sees_the_person_and_nothing_else_of_the_file() -> None:
    here, there = OrganisationFactory(approved=True), OrganisationFactory(approved=True)
    user, receiver = worker(here), worker(there)
    with acting_for(user_id=user.pk, organisation_ids=[here.pk]):
        person = files.open_file(called="Almaz", language="am", how="present", by=user.as_actor(here.pk))
        consent = give(person, Purpose.REFERRAL, with_=there, how="present", language="am", by=user.as_actor(here.pk))
        open_to(person, there, kind=Access.Kind.REFERRAL, consent=consent, whole=False)
    with acting_for(user_id=receiver.pk, organisation_ids=[there.pk]):
        assert Person.objects.get() == person
        assert not Person.objects.visible_to(receiver).exists()
        assert not Consent.objects.exists()
        assert not Person.pgh_event_model.objects.exists()


@pytest.mark.usefixtures("as_application")
def test_the_person_keeps_their_file_when_the_keeper_loses_it() -> None:
    here, owner = OrganisationFactory(approved=True), UserFactory()
    user = worker(here)
    with acting_for(user_id=user.pk, organisation_ids=[here.pk]):
        person = files.open_file(called="Almaz", language="am", how="present", by=user.as_actor(here.pk))
        key = files.claim_key(person)
    files.claim(key, user=owner)
    with acting_for(user_id=owner.pk):
        assert Person.objects.get() == person
        withdraw(Consent.objects.get(purpose="file"), by=their_own(person, owner))
        assert Person.objects.get() == person
    with acting_for(user_id=user.pk, organisation_ids=[here.pk]):
        assert not Person.objects.exists()


def test_an_access_that_has_run_out_shows_nothing() -> None:
    person = PersonFactory()
    user = worker(person.accesses.get().organisation)
    Access.objects.update(until=timezone.now() + timedelta(minutes=1))
    assert Person.objects.visible_to(user).exists()
    Access.objects.update(since=timezone.now() - timedelta(days=1), until=timezone.now() - timedelta(seconds=1))
    assert not Person.objects.visible_to(user).exists()


# --- constraints, each violated once ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value", "name"),
    [("called", "", "person_has_a_name"), ("state", "merged", "person_merged_into_another")],
)
def test_a_person_is_whole(field: str, value: str, name: str) -> None:
    person = PersonFactory()
    with pytest.raises(DatabaseError, match=name), transaction.atomic():
        Person.objects.filter(pk=person.pk).update(**{field: value})
    with pytest.raises(DatabaseError, match="person_not_merged_into_itself"), transaction.atomic():
        Person.objects.filter(pk=person.pk).update(state="merged", merged_into=person)


def test_an_access_is_whole() -> None:
    access = PersonFactory().accesses.get()
    for fields, name in (
        ({"organisation": None}, "access_of_one"),
        ({"consent": None}, "access_by_consent"),
        ({"until": access.since - timedelta(days=1)}, "access_ends_after_it_begins"),
    ):
        with pytest.raises(DatabaseError, match=name), transaction.atomic():
            Access.objects.filter(pk=access.pk).update(**fields)
    with pytest.raises(DatabaseError, match="access_once"), transaction.atomic():
        Access.objects.create(
            person=access.person, kind="keeper", organisation=access.organisation, consent=access.consent
        )


def test_an_agreement_is_whole() -> None:
    consent = PersonFactory().consents.get()
    for fields, name in (
        ({"organisation": None}, "consent_towards_whom"),
        ({"withdrawn_at": consent.given_at - timedelta(days=1)}, "consent_withdrawn_after_given"),
    ):
        with pytest.raises(DatabaseError, match=name), transaction.atomic():
            Consent.objects.filter(pk=consent.pk).update(**fields)


def test_nobody_looks_for_a_purpose_that_is_not_in_words() -> None:
    person = PersonFactory()
    by = Actor(user_id=UserFactory().pk)
    with pytest.raises(ValueError, match="curiosity"):
        files.read(person, by=by, purpose="curiosity")
    assert not AccessLog.objects.exists()
    files.read(person, by=by, purpose="plan")
    assert AccessLog.objects.get().purpose == "plan"


def test_whoever_works_with_the_file_elsewhere_does_not_take_it_over_either() -> None:
    """On the person's page they would read that a shelter looked, which is told to the person alone."""
    person = PersonFactory()
    keeper = person.accesses.get().organisation
    noa = MembershipFactory(organisation=keeper, role=Role.CASEWORKER).user
    charity = OrganisationFactory(approved=True)
    theirs = MembershipFactory(organisation=charity, role=Role.REFERRER).user
    key = files.claim_key(person)
    give(person, Purpose.SHARE, with_=charity, how="present", language="am", by=noa.as_actor(keeper.pk))
    with pytest.raises(files.NotClaimable, match="works with it"):
        files.claim(key, user=theirs)
    stranger = MembershipFactory(organisation=OrganisationFactory(approved=True), role=Role.REFERRER).user
    assert files.claim(key, user=stranger) == person, "a caseworker of another office may have a file of their own"
