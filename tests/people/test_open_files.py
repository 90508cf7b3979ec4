"""To whom a file is open, said in one line of SQL, is what the accesses say."""

from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from kesher.accounts.models import Organisation, User
from kesher.accounts.roles import Role
from kesher.people.models import Access, Person
from kesher.people.models.open_files import FileOpen, Through
from kesher.people.models.persons import AccessQuerySet
from tests.factories import MembershipFactory, OrganisationFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db

#: On what grounds, as the accesses themselves are asked.
GROUNDS: dict[Through, Q] = {
    Through.ANY: Q(),
    Through.NOT_HELPING: Q(organisation__isnull=False) | Q(kind=Access.Kind.PERSON),
    Through.OWN: Q(kind=Access.Kind.PERSON, user__isnull=False),
    Through.NO_HELPER: ~Q(kind=Access.Kind.HELPER),
}


def accesses_of(user: User) -> AccessQuerySet:
    return Access.objects.in_force().of(user).filter(whole=True, person=OuterRef("pk"))


@pytest.fixture
def town() -> tuple[list[User], list[Organisation]]:
    """Files with every kind of access, to organisations in every state and to users, running, resting, ended."""
    now = timezone.now()
    approved, second = OrganisationFactory(approved=True), OrganisationFactory(approved=True)
    suspended = OrganisationFactory(approved=True)
    works, refers, mentor, both, nowhere = (UserFactory() for _ in range(5))
    for user, organisation, role in (
        (works, approved, Role.CASEWORKER),
        (refers, suspended, Role.REFERRER),
        (mentor, approved, Role.MENTOR),
        (both, approved, Role.CASEWORKER),
        (both, second, Role.REFERRER),
    ):
        MembershipFactory(user=user, organisation=organisation, role=role)
    users = [works, refers, mentor, both, nowhere]
    whom: list[dict[str, Any]] = [{"organisation": one} for one in (approved, second, suspended)]
    whom += [{"user": one} for one in users]
    for holder, kind, whole, until in product(
        whom, Access.Kind.values, (True, False), (None, now + timedelta(hours=1), now - timedelta(hours=1))
    ):
        if "user" in holder and kind not in ("person", "helper"):
            continue
        person = PersonFactory()
        consent = person.accesses.get().consent
        Access.objects.filter(person=person).delete()
        Access.objects.create(
            person=person, kind=kind, whole=whole, until=until, since=now - timedelta(days=1), consent=consent, **holder
        )
    Organisation.objects.filter(pk=suspended.pk).update(state=Organisation.State.SUSPENDED)
    return users, [approved, second, suspended]


def test_it_is_what_the_accesses_say(town: tuple[list[User], list[Organisation]]) -> None:
    users, _organisations = town
    seen = 0
    for user, (through, grounds) in product(users, GROUNDS.items()):
        said = set(Person.objects.filter(FileOpen(user, "pk", through=through)).values_list("pk", flat=True))
        meant = set(Person.objects.filter(Exists(accesses_of(user).filter(grounds))).values_list("pk", flat=True))
        assert said == meant, (user, through)
        seen += len(said)
    assert seen, "somebody sees something"


def test_and_of_an_organisation_that_the_row_names(town: tuple[list[User], list[Organisation]]) -> None:
    users, _organisations = town
    for user, or_self in product(users, (False, True)):
        # accesses stand for rows that name a person and an organisation
        said = Access.objects.filter(FileOpen(user, organisation="organisation", or_self=or_self))
        here = Q(organisation=OuterRef("organisation"))
        open_to = Access.objects.in_force().of(user).filter(whole=True, person=OuterRef("person"))
        meant = Access.objects.filter(Exists(open_to.filter(here | Q(user=user) if or_self else here)))
        assert set(said.values_list("pk", flat=True)) == set(meant.values_list("pk", flat=True)), (user, or_self)


def test_whoever_works_nowhere_is_asked_for_themselves_alone(town: tuple[list[User], list[Organisation]]) -> None:
    nowhere = town[0][-1]
    kinds = {"person", "helper"}
    found = Person.objects.filter(FileOpen(nowhere, "pk"))
    assert {one.accesses.get().kind for one in found} == kinds
    assert all(one.accesses.get().user_id == nowhere.pk for one in found)
