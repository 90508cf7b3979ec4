"""Whom a caseworker looks after, and who is on their list, said in one line of SQL, is what the tables say."""

from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from kesher.accounts.models import Organisation, User
from kesher.accounts.roles import Role
from kesher.casework.models import looked_after
from kesher.casework.models.plans import Caseworker
from kesher.casework.today import Ask
from kesher.people.models import FILE_ROLES, Access, Person
from tests.factories import MembershipFactory, OrganisationFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db


def by_the_tables(user: User, person: str) -> Q:
    """Whose caseworker this user is, and who has none where they work."""
    here = Caseworker.objects.filter(organisation__in=user.organisation_ids_as(FILE_ROLES), person=OuterRef(person))
    return Q(Exists(here.filter(user=user))) | ~Q(Exists(here))


@pytest.fixture
def users() -> list[User]:
    """People with a file at none, one or two of three organisations, looked after by one of us, a colleague, or nobody."""
    first, second, elsewhere = (OrganisationFactory(approved=True) for _ in range(3))
    noa, dan, both, mentor = (UserFactory() for _ in range(4))
    for user, organisation, role in (
        (noa, first, Role.CASEWORKER),
        (dan, first, Role.REFERRER),
        (both, first, Role.CASEWORKER),
        (both, second, Role.CASEWORKER),
        (mentor, first, Role.MENTOR),
    ):
        MembershipFactory(user=user, organisation=organisation, role=role)
    here = (None, (first, noa), (first, dan), (second, both))
    for looks, whole, shared, ended in product(here, (True, False), (None, second, elsewhere), (True, False)):
        person = PersonFactory(keeper=first)
        if shared:
            consent = person.accesses.get().consent
            Access.objects.create(person=person, organisation=shared, kind="shared", consent=consent)
        now = timezone.now()
        since = now - timedelta(days=2)
        person.accesses.filter(organisation=first).update(whole=whole, since=since, until=now if ended else None)
        if looks:
            Caseworker.objects.create(person=person, organisation=looks[0], user=looks[1])
    Organisation.objects.filter(pk=elsewhere.pk).update(state=Organisation.State.SUSPENDED)
    return [noa, dan, both, mentor]


def keys(rows: Any) -> set[Any]:
    return set(rows.values_list("pk", flat=True))


def test_whom_one_looks_after(users: list[User]) -> None:
    for user in users:
        said, meant = (Person.objects.filter(of(user, "pk")) for of in (looked_after, by_the_tables))
        assert keys(said) == keys(meant), user
        accesses = Access.objects.filter(looked_after(user)), Access.objects.filter(by_the_tables(user, "person"))
        assert keys(accesses[0]) == keys(accesses[1]), user


@pytest.mark.parametrize("own", [True, False])
def test_who_is_on_the_list(users: list[User], own: bool) -> None:
    seen = 0
    for user in users:
        ask = Ask(user, timezone.localdate(), own)
        files = Access.objects.in_force().filter(
            person=OuterRef("pk"),
            organisation__in=user.organisation_ids_as(FILE_ROLES),
            organisation__state=Organisation.State.APPROVED,
            whole=True,
        )
        meant = Person.objects.filter(Exists(files))
        meant = meant.filter(by_the_tables(user, "pk")) if own else meant
        assert keys(Person.objects.filter(ask.people("pk"))) == keys(meant), user
        assert keys(Person.objects.filter(ask.people("pk")).visible_to(user)) == keys(meant), "nobody one may not see"
        seen += meant.count()
    assert seen
