"""Whoever reads the log of an organisation's looks at files holds no role there by which they would stand in it."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kesher.accounts.invitations import NotInvited, accept, invite
from kesher.accounts.models import Membership, Organisation, User
from kesher.accounts.roles import OPENS_FILES, Role
from kesher.base.transitions import Actor
from kesher.people.models import FILE_ROLES
from kesher.referrals.vocabularies import RECEIVERS
from tests.factories import MembershipFactory, OrganisationFactory
from tests.writing import name_the_tests

SYSTEM = Actor.the_system()
RULE = "auditor_opens_no_files"


@pytest.fixture
def office(db: None) -> Organisation:
    return OrganisationFactory(approved=True)


def test_all_who_open_files_are_among_them() -> None:
    """Those of the rooms above, which accounts does not know: files, and what a referral carries. A manager sees its counts."""
    assert OPENS_FILES >= FILE_ROLES
    assert frozenset(RECEIVERS) - {Role.MANAGER} <= OPENS_FILES


@pytest.mark.parametrize("role", sorted(OPENS_FILES))
@pytest.mark.parametrize("auditor_first", [True, False])
def test_the_database_refuses_both_in_one_organisation(office: Organisation, role: str, auditor_first: bool) -> None:
    first, second = (Role.AUDITOR, role) if auditor_first else (role, Role.AUDITOR)
    user = MembershipFactory(organisation=office, role=first).user
    with pytest.raises(IntegrityError, match=RULE), transaction.atomic():
        Membership.objects.create(user=user, organisation=office, role=second)
    Membership.objects.create(user=user, organisation=OrganisationFactory(approved=True), role=second)
    with pytest.raises(IntegrityError, match=RULE), transaction.atomic():
        Membership.objects.filter(user=user, role=second).update(organisation=office)


@pytest.mark.parametrize("role", sorted(set(Role.values) - OPENS_FILES - {Role.AUDITOR}))
def test_beside_other_roles_one_may_audit(office: Organisation, role: str) -> None:
    user = MembershipFactory(organisation=office, role=role).user
    assert Membership.objects.create(user=user, organisation=office, role=Role.AUDITOR)


def test_one_after_the_other_is_no_both(office: Organisation) -> None:
    today = timezone.localdate()
    earlier = {"since": today - timedelta(days=30), "until": today - timedelta(days=1)}
    user = MembershipFactory(organisation=office, role=Role.CASEWORKER, **earlier).user
    audits = Membership.objects.create(user=user, organisation=office, role=Role.AUDITOR, since=today)
    with pytest.raises(IntegrityError, match=RULE), transaction.atomic():
        Membership.objects.filter(pk=audits.pk).update(since=earlier["until"])


def test_an_invitation_is_refused_with_a_sentence(office: Organisation) -> None:
    user = MembershipFactory(organisation=office, role=Role.CASEWORKER).user
    with pytest.raises(NotInvited, match="audits"):
        invite(office, user.email, Role.AUDITOR, by=SYSTEM, language="en")
    auditor = MembershipFactory(organisation=office, role=Role.AUDITOR).user
    with pytest.raises(NotInvited, match="audits"):
        invite(office, auditor.email.upper(), Role.REFERRER, by=SYSTEM, language="en")
    assert invite(office, auditor.email, Role.MANAGER, by=SYSTEM, language="en")


def test_two_invitations_that_wait_make_no_both(office: Organisation) -> None:
    user = User.objects.create_user("both@office.example", "a long password")
    one, other = (invite(office, user.email, role, by=SYSTEM, language="en") for role in (Role.AUDITOR, Role.PROVIDER))
    accept(one, user)
    with pytest.raises(NotInvited, match="audits"):
        accept(other, user)
    assert [m.role for m in user.memberships.all()] == [Role.AUDITOR]


def test_the_form_says_so(client: Client, office: Organisation) -> None:
    administrator = MembershipFactory(organisation=office, role=Role.PLATFORM_ADMIN).user
    worker = MembershipFactory(organisation=office, role=Role.CASEWORKER).user
    client.force_login(administrator)
    said = {"email": worker.email, "role": Role.AUDITOR.value, "language": "en"}
    answer = client.post(reverse("colleagues_of", kwargs={"pk": office.pk}), said)
    assert answer.status_code == 400
    assert "Whoever audits an organisation holds no role there" in answer.content.decode()
    assert not office.invitations.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_roles_given_at_once_the_second_is_refused() -> None:
    office = OrganisationFactory(approved=True)
    user = User.objects.create_user("both@office.example", "a long password")
    ready, refused = threading.Barrier(2, timeout=20), []

    def give(role: str) -> None:
        name_the_tests()
        try:
            with transaction.atomic():
                ready.wait()
                Membership.objects.create(user=user, organisation=office, role=role)
        except IntegrityError as problem:
            refused.append(RULE in str(problem))
        finally:
            connection.close()

    both = [threading.Thread(target=give, args=(role,)) for role in (Role.AUDITOR, Role.CASEWORKER)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert refused == [True]
    assert user.memberships.count() == 1
