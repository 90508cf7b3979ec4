"""The profile as a caseworker prints it, and how the person reads of that."""

import pytest
from django.test import Client
from django.urls import reverse

from kesher.accounts.models import Organisation, User
from kesher.accounts.roles import Role
from kesher.base.models import AccessLog
from kesher.base.transitions import Actor
from kesher.people import files, work
from kesher.people.models import Person
from kesher.people.profile import concept_name
from kesher.words.models import Kind
from tests.factories import MembershipFactory, OrganisationFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db
MECHANIC = "http://data.europa.eu/esco/isco/C7231"


@pytest.fixture
def by() -> Actor:
    organisation = OrganisationFactory(approved=True)
    actor: Actor = MembershipFactory(organisation=organisation, role=Role.CASEWORKER).user.as_actor(organisation.pk)
    return actor


@pytest.fixture
def person(by: Actor) -> Person:
    made: Person = PersonFactory(keeper=Organisation.objects.get(pk=by.organisation_id), language="ar")
    return made


@pytest.fixture
def page(client: Client, by: Actor) -> Client:
    client.force_login(User.objects.get(pk=by.user_id))
    return client


def test_an_occupation_is_named_on_the_persons_yes_only(page: Client, person: Person, by: Actor) -> None:
    work.tell(person, "car mechanic", kind="paid", language="en", by=by)
    row, named = person.experiences.get(), concept_name(Kind.OCCUPATION, MECHANIC, "ar")
    path = reverse("caseworker_profile", kwargs={"pk": person.pk})
    assert named
    work.confirm(row, MECHANIC, by=by)
    shown = page.get(path).content.decode()
    assert "car mechanic" in shown
    assert named not in shown
    work.confirm(row, MECHANIC, by=by, said=True)
    assert named in page.get(path).content.decode()


def test_the_person_reads_that_it_was_printed_or_taken_along(page: Client, person: Person) -> None:
    page.get(reverse("caseworker_profile", kwargs={"pk": person.pk}))
    page.get(reverse("caseworker_profile_file", kwargs={"pk": person.pk, "file": "resume.json"}))
    purposes = list(AccessLog.objects.filter(about_id=person.pk).values_list("purpose", flat=True))
    assert purposes == ["profile", "profile"]
    user = UserFactory()
    files.claim(files.claim_key(person), user=user)
    page.force_login(user)
    read = page.get(reverse("who_looked")).content.decode()
    assert read.count("printed or took along your profile") == 2
    assert "talked with you about work" not in read
