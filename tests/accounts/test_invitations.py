"""Invitations: who may give which role, and that a link is for one person, one role and one time."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from kesher.accounts.invitations import (
    NotInvited,
    accept,
    find,
    invite,
    is_backed,
    roles_to_give,
    token_of,
    withdraw,
)
from kesher.accounts.memberships import end_membership
from kesher.accounts.models import Invitation, Membership, Organisation, User
from kesher.accounts.roles import PORTAL_WIDE, Role
from kesher.base.models import Event
from kesher.base.transitions import Actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def school() -> Organisation:
    return Organisation.objects.create(name={"en": "School"}, state=Organisation.State.APPROVED)


def member(role: str, organisation: Organisation, email: str = "admin@school.example") -> User:
    user = User.objects.create_user(email, "a long password")
    organisation.memberships.create(user=user, role=role)
    return user


@pytest.mark.parametrize("role", Role.values)
def test_who_may_give_which_role(school: Organisation, role: str) -> None:
    giver = member(role, school).as_actor(school.pk)
    if role == Role.PLATFORM_ADMIN:
        assert set(roles_to_give(giver)) == set(Role.values)
    elif role == Role.ORGANISATION_ADMIN:
        assert set(roles_to_give(giver)) == set(Role.values) - PORTAL_WIDE
    else:
        assert roles_to_give(giver) == []
    for wanted in Role.values:
        if wanted not in roles_to_give(giver):
            with pytest.raises(NotInvited):
                invite(school, "new@school.example", wanted, by=giver, language="en")
    assert not Invitation.objects.exists()


def test_an_administrator_of_one_organisation_invites_to_no_other(school: Organisation) -> None:
    other = Organisation.objects.create(name={"en": "Other"}, state=Organisation.State.APPROVED)
    admin = member(Role.ORGANISATION_ADMIN, school)
    with pytest.raises(NotInvited):
        invite(other, "new@school.example", Role.PROVIDER, by=admin.as_actor(other.pk), language="en")


def test_accepting_gives_the_role_once_to_that_address_alone(school: Organisation) -> None:
    admin = member(Role.ORGANISATION_ADMIN, school)
    invitation = invite(school, " New@School.example ", Role.PROVIDER, by=admin.as_actor(school.pk), language="en")
    stranger = User.objects.create_user("stranger@example.org", "a long password")
    with pytest.raises(NotInvited):
        accept(invitation, stranger)
    new = User.objects.create_user("new@school.example", "a long password")
    accept(invitation, new)
    assert new.roles_in(school.pk) == {Role.PROVIDER}
    with pytest.raises(NotInvited):
        accept(invitation, new)
    assert list(Event.objects.order_by("id").values_list("name", flat=True)) == [
        "invitation.invite",
        "invitation.accept",
    ]


@pytest.mark.parametrize("over", ["withdrawn", "run out", "replaced"])
def test_what_is_over_opens_nothing(school: Organisation, over: str) -> None:
    actor = member(Role.ORGANISATION_ADMIN, school).as_actor(school.pk)
    invitation = invite(school, "new@school.example", Role.PROVIDER, by=actor, language="en")
    if over == "withdrawn":
        withdraw(invitation, by=actor)
    elif over == "run out":
        Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    else:
        invite(school, "NEW@school.example", Role.PROVIDER, by=actor, language="en")
    new = User.objects.create_user("new@school.example", "a long password")
    with pytest.raises(NotInvited):
        accept(invitation, new)
    assert not new.memberships.exists()


@pytest.mark.parametrize("how", ["role ended", "ran out", "account closed", "gone", "lesser role"])
def test_an_invitation_falls_with_the_right_to_give_it(school: Organisation, how: str) -> None:
    admin = member(Role.ORGANISATION_ADMIN, school)
    member(Role.ORGANISATION_ADMIN, school, "stays@school.example")  # an organisation keeps an administrator
    invitation = invite(school, "new@school.example", Role.PROVIDER, by=admin.as_actor(school.pk), language="en")
    assert is_backed(invitation)
    match how:
        case "role ended":
            end_membership(admin.memberships.get(), by=Actor.the_system())
        case "ran out":
            yesterday = timezone.localdate() - timedelta(days=1)
            admin.memberships.update(since=yesterday, until=yesterday)
        case "account closed":
            User.objects.filter(pk=admin.pk).update(is_active=False)
        case "gone":
            admin.delete()
        case "lesser role":
            admin.memberships.update(role=Role.PROVIDER)
    new = User.objects.create_user("new@school.example", "a long password")
    with pytest.raises(NotInvited, match="no longer"):
        accept(invitation, new)
    assert not new.memberships.exists()
    assert Invitation.objects.get().accepted_at is None


def test_an_administrator_of_the_platform_who_became_one_of_another_organisation_backs_nothing(
    school: Organisation,
) -> None:
    town = member(Role.PLATFORM_ADMIN, school)
    invitation = invite(school, "new@school.example", Role.OFFICER, by=town.as_actor(school.pk), language="en")
    other = Organisation.objects.create(name={"en": "Other"}, state=Organisation.State.APPROVED)
    for number, (role, place) in enumerate(
        [(Role.PLATFORM_ADMIN, school), (Role.ORGANISATION_ADMIN, school), (Role.ORGANISATION_ADMIN, other)]
    ):
        member(role, place, f"stays-{number}@school.example")  # so that whoever we look at may change roles at all
    town.memberships.update(role=Role.ORGANISATION_ADMIN, organisation=other)
    assert not is_backed(invitation)
    town.memberships.update(role=Role.ORGANISATION_ADMIN, organisation=school)
    assert not is_backed(invitation), "an organisation's administrator makes no officer"
    town.memberships.update(role=Role.PLATFORM_ADMIN, organisation=other)
    assert is_backed(invitation), "the platform's administrator gives every role everywhere"


def test_a_key_made_elsewhere_or_changed_opens_nothing(school: Organisation) -> None:
    invitation = invite(school, "new@school.example", Role.PROVIDER, by=Actor.the_system(), language="en")
    token = token_of(invitation)
    assert find(token) == invitation
    other = Invitation(organisation=school, email="x@y.example", role=Role.PROVIDER, expires_at=timezone.now())
    forged = other.pk.hex + token[token.index(":") :]
    for wrong in (token[:-1] + ("A" if token[-1] != "A" else "B"), forged, invitation.pk.hex, "", "a:b"):
        assert find(wrong) is None


def test_what_cannot_be_invited(school: Organisation) -> None:
    actor = Actor.the_system()
    with pytest.raises(ValidationError):
        invite(school, "no address", Role.PROVIDER, by=actor, language="en")
    member(Role.PROVIDER, school, "here@school.example")
    with pytest.raises(NotInvited):
        invite(school, "here@school.example", Role.PROVIDER, by=actor, language="en")
    pending = Organisation.objects.create(name={"en": "Asks"})
    with pytest.raises(NotInvited):
        invite(pending, "new@school.example", Role.PROVIDER, by=actor, language="en")


def test_a_role_that_ended_can_be_given_again(school: Organisation) -> None:
    user = member(Role.PROVIDER, school, "again@school.example")
    yesterday = timezone.localdate() - timedelta(days=1)
    Membership.objects.update(since=yesterday, until=yesterday)
    accept(invite(school, user.email, Role.PROVIDER, by=Actor.the_system(), language="en"), user)
    assert Membership.objects.in_force().filter(user=user).count() == 1
