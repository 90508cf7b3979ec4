"""Roles end, and an organisation keeps an administrator: whoever leaves, however, and however many at once."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from kesher.accounts.memberships import RULE, StillNeeded, end_membership, leave
from kesher.accounts.models import Membership, Organisation, User
from kesher.accounts.roles import Role
from kesher.base.models import Event
from kesher.base.transitions import Actor
from tests.writing import name_the_tests

SYSTEM = Actor.the_system()


@pytest.fixture
def school(db: None) -> Organisation:
    return Organisation.objects.create(name={"en": "School"}, state=Organisation.State.APPROVED)


def member(role: str, organisation: Organisation, email: str = "one@school.example") -> User:
    user = User.objects.filter(email=email).first() or User.objects.create_user(email, "a long password")
    organisation.memberships.create(user=user, role=role)
    return user


def judged() -> None:
    """What the end of the transaction would say."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@pytest.mark.parametrize("role", [Role.ORGANISATION_ADMIN, Role.PLATFORM_ADMIN])
def test_the_last_administrator_stays_and_the_last_but_one_may_go(school: Organisation, role: str) -> None:
    first = member(role, school)
    membership = first.memberships.get()
    with pytest.raises(StillNeeded):
        end_membership(membership, by=first.as_actor())
    with pytest.raises(StillNeeded):
        leave(school, first)
    assert first.memberships.get() == membership
    assert not Event.objects.filter(name="membership.end").exists(), "nothing half done"
    member(role, school, "second@school.example")
    leave(school, first)
    judged()
    assert not User.objects.get(pk=first.pk).roles
    assert Event.objects.filter(name="membership.end").count() == 1


def test_leaving_ends_all_roles_or_none(school: Organisation) -> None:
    user = member(Role.CASEWORKER, school)
    member(Role.ORGANISATION_ADMIN, school)
    with pytest.raises(StillNeeded):
        leave(school, user)
    assert user.memberships.count() == 2
    other = Organisation.objects.create(name={"en": "Other"})
    member(Role.MENTOR, other)
    member(Role.ORGANISATION_ADMIN, school, "second@school.example")
    leave(school, user)
    assert [m.organisation for m in user.memberships.all()] == [other]


def test_an_administrator_of_another_organisation_does_not_count(school: Organisation) -> None:
    other = Organisation.objects.create(name={"en": "Other"})
    user = member(Role.ORGANISATION_ADMIN, school)
    member(Role.ORGANISATION_ADMIN, other, "second@school.example")
    with pytest.raises(StillNeeded):
        leave(school, user)


def successor(school: Organisation, **fields: object) -> None:
    user = User.objects.create_user("next@school.example", is_active=fields.pop("is_active", True))
    school.memberships.create(user=user, role=Role.ORGANISATION_ADMIN, **fields)


TODAY = timezone.localdate


@pytest.mark.parametrize(
    "fields",
    [
        {"is_active": False},
        {"until": TODAY() + timedelta(days=30)},
        {"since": TODAY() + timedelta(days=30)},
        {"since": TODAY() - timedelta(days=30), "until": TODAY() - timedelta(days=1)},
    ],
)
def test_who_cannot_administer_for_good_is_no_successor(school: Organisation, fields: dict[str, object]) -> None:
    user = member(Role.ORGANISATION_ADMIN, school)
    successor(school, **fields)
    with pytest.raises(StillNeeded):
        leave(school, user)


WAYS: dict[str, Callable[[Membership], object]] = {
    "deleted": lambda m: Membership.objects.filter(pk=m.pk).delete(),
    "demoted": lambda m: Membership.objects.filter(pk=m.pk).update(role=Role.PROVIDER),
    "ended today": lambda m: Membership.objects.filter(pk=m.pk).update(until=TODAY()),
    "ended in a year": lambda m: Membership.objects.filter(pk=m.pk).update(until=TODAY() + timedelta(days=365)),
    "moved": lambda m: Membership.objects.filter(pk=m.pk).update(
        organisation=Organisation.objects.create(name={"en": "Elsewhere"})
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_the_database_itself_refuses_every_way(school: Organisation, way: str) -> None:
    user = member(Role.ORGANISATION_ADMIN, school)
    membership = user.memberships.get()

    def go() -> None:
        with transaction.atomic():
            WAYS[way](membership)
            judged()

    with pytest.raises(IntegrityError, match=RULE):
        go()
    successor(school)
    go()


def test_what_changes_nothing_about_who_administers_is_free(school: Organisation) -> None:
    user = member(Role.ORGANISATION_ADMIN, school)
    user.memberships.update(since=TODAY() - timedelta(days=1))
    judged()
    other = member(Role.PROVIDER, school, "other@school.example")
    leave(school, other)
    judged()


def test_a_closed_account_and_a_closed_organisation_keep_nobody(school: Organisation) -> None:
    user = member(Role.ORGANISATION_ADMIN, school)
    User.objects.filter(pk=user.pk).update(is_active=False)  # a stolen account must be closed at once
    end_membership(user.memberships.get(), by=SYSTEM)
    again = member(Role.ORGANISATION_ADMIN, school, "again@school.example")
    again.delete()
    judged()
    member(Role.ORGANISATION_ADMIN, school, "third@school.example")
    school.delete()
    judged()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("role", [Role.ORGANISATION_ADMIN, Role.PLATFORM_ADMIN])
def test_of_two_who_leave_at_once_one_stays(role: str) -> None:
    """Both delete before either commits: each alone would see the other still there."""
    school = Organisation.objects.create(name={"en": "School"}, state=Organisation.State.APPROVED)
    users = [member(role, school, f"{name}@school.example") for name in ("one", "two")]
    both_have_deleted = threading.Barrier(2, timeout=20)
    said: list[str] = []

    def go(user: User) -> None:
        name_the_tests()
        try:
            with transaction.atomic():
                Membership.objects.filter(user=user).delete()
                both_have_deleted.wait()
            said.append("gone")
        except IntegrityError as refusal:
            said.append("refused" if RULE in str(refusal) else str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=(user,)) for user in users]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(said) == ["gone", "refused"]
    assert Membership.objects.filter(role=role).count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_press_leave_at_once_one_is_told(school: Organisation) -> None:
    users = [member(Role.ORGANISATION_ADMIN, school, f"{name}@school.example") for name in ("one", "two")]
    at_once, said = threading.Barrier(2, timeout=20), list[str]()

    def go(user: User) -> None:
        try:
            at_once.wait()
            leave(school, user)
            said.append("gone")
        except StillNeeded:
            said.append("told")
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=(user,)) for user in users]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(said) == ["gone", "told"]


def test_working_for_one_narrows_what_counts(school: Organisation) -> None:
    user = member(Role.CASEWORKER, school)
    other = Organisation.objects.create(name={"en": "Other"})
    member(Role.OFFICER, other)
    user = User.objects.get(pk=user.pk)
    assert user.roles == {Role.CASEWORKER, Role.OFFICER}, "a task or a command sees all"
    assert user.working_for is None
    user.work_for(school.pk)
    assert (user.roles, user.organisation_ids) == ({Role.CASEWORKER}, {school.pk})
    assert user.as_actor(school.pk).roles == {Role.CASEWORKER}, (
        "the officer's role reaches everywhere, but not from here"
    )
    assert user.as_actor(other.pk).roles == frozenset()
    assert user.working_for == school
    user.work_for(other.pk)
    assert user.roles == {Role.OFFICER}
    assert user.organisations == [school, other]
    assert user.work_for(Organisation.objects.create(name={"en": "Strange"}).pk) == school.pk
    user.memberships.filter(organisation=school).delete()
    user.forget_memberships()
    assert user.working_for == other, "one that was left is not worked for"
