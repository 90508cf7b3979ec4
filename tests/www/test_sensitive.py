"""Marking an organisation of which nobody is told: with a reason, by whoever may, remembered; and what follows from it."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from kesher.accounts.models import Organisation, User
from kesher.accounts.roles import Role
from kesher.base.models import Event
from kesher.people.consents import give
from tests.factories import MembershipFactory, OrganisationFactory
from tests.referrals.conftest import Two, two  # noqa: F401

pytestmark = pytest.mark.django_db
PAGE = "/en/office/sensitive/"


@pytest.fixture
def shelter() -> Organisation:
    return OrganisationFactory(approved=True, name={"en": "Desert Rose"})


@pytest.fixture
def page(client: Client) -> Client:
    user: User = MembershipFactory(role=Role.PLATFORM_ADMIN).user
    client.force_login(user)
    return client


def test_marked_with_a_reason_and_taken_away_with_one_and_both_are_remembered(
    page: Client, shelter: Organisation
) -> None:
    said = {"organisation": str(shelter.pk), "sensitive": "yes"}
    assert page.post(PAGE, said | {"why": " "}).status_code == 400
    assert not Organisation.objects.sensitive().exists()
    page.post(PAGE, said | {"why": "a shelter for women"})
    assert list(Organisation.objects.sensitive()) == [shelter]
    assert "a shelter for women" in page.get(PAGE).content.decode()
    page.post(PAGE, said | {"sensitive": "no", "why": "it has moved to another house"})
    assert not Organisation.objects.sensitive().exists()
    trail = Event.objects.filter(name="organisation.marked_sensitive").order_by("id")
    assert [(one.data["sensitive"], one.reason) for one in trail] == [
        (True, "a shelter for women"),
        (False, "it has moved to another house"),
    ]
    history = Organisation.pgh_event_model.objects.filter(pgh_obj=shelter.pk).order_by("pgh_id")  # type: ignore[attr-defined]
    assert list(history.values_list("sensitive", flat=True))[-2:] == [True, False]


def test_nobody_else_sees_the_page(client: Client, shelter: Organisation) -> None:
    for role in (Role.ORGANISATION_ADMIN, Role.CASEWORKER, Role.OFFICER, Role.AUDITOR):
        client.force_login(MembershipFactory(role=role).user)
        assert client.get(PAGE).status_code == 404, role
        assert client.post(PAGE, {"organisation": str(shelter.pk), "sensitive": "yes", "why": "x"}).status_code == 404


def test_the_database_takes_no_mark_without_a_reason(shelter: Organisation) -> None:
    with pytest.raises(IntegrityError, match="organisation_sensitive_because"), transaction.atomic():
        Organisation.objects.filter(pk=shelter.pk).update(sensitive=True)


def test_figures_of_others_do_not_tell_who_is_sent_there(client: Client, two: Two) -> None:  # noqa: F811
    two.agree()
    give(
        two.person, "statistics", how="present", language="am", by=two.by_sender
    )  # else nobody is counted for the town
    from kesher.referrals import sending

    sending.send(two.draft(), by=two.by_sender)
    convenor = MembershipFactory(role=Role.CONVENOR).user
    name = next(iter(two.service.name.values()))
    sees = {"convenor": convenor, "sender": two.caseworker, "receiver": two.provider}

    def told() -> set[str]:
        found = set()
        for who, user in sees.items():
            client.force_login(user)
            if name in client.get("/en/referrals/figures/").content.decode():
                found.add(who)
        return found

    assert told() == set(sees)
    Organisation.objects.filter(pk=two.receiver.pk).update(sensitive=True, sensitive_why="a shelter")
    assert told() == {"receiver"}
    MembershipFactory(organisation=two.receiver, user=two.provider, role=Role.PARTNER)
    assert told() == set(), "a member reads the town's figures as everybody reads them, and their own work apart"
    client.force_login(two.provider)
    assert name in client.get("/en/referrals/figures/?of=ours").content.decode()
