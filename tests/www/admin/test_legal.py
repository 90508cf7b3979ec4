"""The page of legal demands: to whom, for everybody; the log for the officer and auditors; the names for administrators."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from kesher.accounts.models import User
from kesher.accounts.roles import Role
from kesher.directory import legal
from kesher.directory.models import LegalDecision, LegalDemand, NamedOfficer
from tests.factories import LegalDemandFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


def address(name: str, *args: object) -> str:
    with translation.override("en"):
        return reverse(name, args=args)


@pytest.fixture
def dana(client: Client) -> User:
    """Named on the page, by an administrator of the platform."""
    user: User = UserFactory(email="dana@example.org")
    client.force_login(MembershipFactory(role=Role.PLATFORM_ADMIN).user)
    said = {"verb": "name", "kind": "legal", "email": user.email, "name": "Dana Levi", "contact": "08-999-0001"}
    assert client.post(address("legal"), said | {"email": "nobody@example.org"}).status_code == 400
    assert client.post(address("legal"), said).status_code == 302
    assert NamedOfficer.objects.get().user_id == user.pk
    return user


def test_everybody_with_an_account_is_told_to_whom_and_reads_no_log(client: Client, dana: User) -> None:
    demand = LegalDemandFactory()
    for role in Role.values:
        client.force_login(MembershipFactory(role=role).user)
        page = client.get(address("legal")).content.decode()
        assert "Dana Levi" in page
        assert (demand.authority in page) == (role == Role.AUDITOR)
        assert client.post(address("legal"), {"verb": "demand"}).status_code == 404


def test_the_officer_writes_decides_and_says_whether_the_person_knows(client: Client, dana: User) -> None:
    client.force_login(dana)
    today = timezone.localdate().isoformat()
    asked = {"verb": "demand", "received_on": today, "authority": "Police", "basis": "Letter", "asked": "Who came"}
    assert client.post(address("legal"), asked | {"basis": ""}).status_code == 400
    response = client.post(address("legal"), asked)
    demand = LegalDemand.objects.get()
    path = address("legal_demand", demand.pk)
    assert response.headers["Location"] == path
    for wrong in (
        {"verb": "decide", "outcome": "given", "why": "x"},
        {"verb": "decide", "outcome": "refused", "why": "x", "given": "all"},
        {"verb": "tell"},
        {"verb": "tell", "why": "not yet", "look_again_on": today},
    ):
        assert client.post(path, wrong).status_code == 400
    assert not LegalDecision.objects.exists()
    assert client.post(path, {"verb": "decide", "outcome": "refused", "why": "No order of a court"}).status_code == 302
    assert client.post(path, {"verb": "tell", "informed_on": today}).status_code == 302
    page = client.get(path)
    assert "No order of a court" in page.content.decode()
    assert page["Cache-Control"] == "no-store"
    client.force_login(MembershipFactory(role=Role.AUDITOR).user)
    assert client.get(path).status_code == 200
    assert client.post(path, {"verb": "decide", "outcome": "refused", "why": "x"}).status_code == 404


def test_who_is_no_longer_it_reads_nothing(client: Client, dana: User) -> None:
    demand = LegalDemandFactory()
    chief = MembershipFactory(role=Role.PLATFORM_ADMIN).user
    legal.appoint(kind="legal", user=UserFactory(), name="Omar", contact="1", by=chief.as_actor())
    client.force_login(dana)
    assert client.get(address("legal_demand", demand.pk)).status_code == 404
