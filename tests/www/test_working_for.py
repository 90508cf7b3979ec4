"""Several organisations, one at a time: the page that changes over, the header, forms from another window, leaving."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from kesher.accounts.invitations import invite, token_of
from kesher.accounts.models import Membership, Organisation, User
from kesher.accounts.roles import Role
from kesher.base.transitions import Actor
from kesher.directory.models import CallBack, Service

pytestmark = pytest.mark.django_db
HEADER = "top-band__organisation"


@pytest.fixture
def two(client: Client) -> tuple[Organisation, Organisation]:
    """Acacia and Bridge; the client is caseworker in both, logged in, and works for Acacia."""
    user = User.objects.create_user("noa@two.example")
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    found = []
    for name in ("Acacia", "Bridge"):
        organisation = Organisation.objects.create(name={"en": name}, state=Organisation.State.APPROVED)
        organisation.memberships.create(user=user, role=Role.CASEWORKER)
        found.append(organisation)
    client.force_login(user)
    return found[0], found[1]


def change_over(client: Client, organisation: Organisation):
    return client.post(reverse("working_for"), {"organisation": str(organisation.pk)}, follow=True)


def header(page: str) -> str:
    return page[page.index(HEADER) :].split("</a>")[0] if HEADER in page else ""


def test_the_header_says_for_which_and_the_page_changes_over(client: Client, two) -> None:
    acacia, bridge = two
    page = client.get(reverse("working_for")).content.decode()
    assert "Acacia" in header(page)
    assert page.count("Work for this one") == 1
    assert "Bridge" in header(change_over(client, bridge).content.decode())
    assert "Bridge" in header(client.get(reverse("coding_queue")).content.decode()), "kept in the session"
    assert "Acacia" in header(change_over(client, acacia).content.decode())


def test_who_has_one_organisation_is_told_nothing_of_it(client: Client, two) -> None:
    _acacia, bridge = two
    bridge.memberships.all().delete()
    assert not header(client.get(reverse("working_for")).content.decode())


def test_only_ones_own_can_be_chosen(client: Client, two) -> None:
    strange = Organisation.objects.create(name={"en": "Strange"}, state=Organisation.State.APPROVED)
    for value in (str(strange.pk), "", "x", "0" * 32):
        assert client.post(reverse("working_for"), {"organisation": value}).status_code == 404, value


def call_for(organisation: Organisation) -> CallBack:
    service = Service.objects.create(organisation=organisation, name={"en": "Open"}, state="published")
    told = {"called": "Almaz", "phone": "050-555-0123", "language": "am", "consent_at": timezone.now()}
    return CallBack.objects.create(service=service, organisation=organisation, **told)


def test_what_belongs_to_the_other_is_not_found_and_the_page_says_how_to_change_over(client: Client, two) -> None:
    _acacia, bridge = two
    call = reverse("provider_call_back", args=[call_for(bridge).pk])
    lost = client.get(call)
    assert lost.status_code == 404
    assert "another of your organisations is not shown" in lost.content.decode()
    assert reverse("working_for") in lost.content.decode()
    change_over(client, bridge)
    assert client.get(call).status_code == 200


@pytest.mark.parametrize("language", ["en", "he", "ar"])
def test_a_form_from_another_window_writes_nothing(client: Client, two, language: str) -> None:
    acacia, bridge = two
    with translation.override(language):
        page = reverse("call_back", args=[call_for(acacia).service_id])  # any page with a form of ours
        opened = client.get(page).content.decode()
        assert f'name="working_for" value="{acacia.pk}"' in opened
        change_over(client, bridge)
        before = CallBack.objects.count()
        answer = client.post(page, {"working_for": str(acacia.pk), "called": "Dov", "phone": "050-5550199"})
    assert answer.status_code == 409
    said = answer.content.decode()
    assert "Acacia" in said
    assert "Bridge" in said
    assert f'lang="{language}"' in said
    assert CallBack.objects.count() == before
    assert client.post(page, {"working_for": str(bridge.pk)}).status_code == 400, (
        "asked for what is missing: it got through"
    )


def test_leaving(client: Client, two) -> None:
    acacia, bridge = two
    user = User.objects.get(email="noa@two.example")
    page = reverse("leave_organisation", args=[acacia.pk])
    asked = client.get(page)
    assert asked.status_code == 200
    assert Membership.objects.filter(user=user).count() == 2, "asking ends nothing"
    assert client.post(page).status_code == 302
    assert [m.organisation for m in Membership.objects.filter(user=user)] == [bridge]
    assert client.get(page).status_code == 404
    assert client.get(reverse("home")).wsgi_request.user.working_for == bridge


def test_the_last_administrator_is_told_why_not(client: Client, two) -> None:
    acacia, _bridge = two
    acacia.memberships.update(role=Role.ORGANISATION_ADMIN)
    page = reverse("leave_organisation", args=[acacia.pk])
    answer = client.post(page)
    assert answer.status_code == 409
    assert "make somebody else administrator first" in answer.content.decode()
    other = User.objects.create_user("other@two.example")
    acacia.memberships.create(user=other, role=Role.ORGANISATION_ADMIN)
    assert client.post(page).status_code == 302


def test_an_invitation_waits_on_the_page_and_accepting_changes_over(client: Client, two) -> None:
    third = Organisation.objects.create(name={"en": "Cedar"}, state=Organisation.State.APPROVED)
    mine = invite(third, "Noa@two.example", Role.MENTOR, by=Actor.the_system(), language="en")
    invite(third, "somebody@else.example", Role.MENTOR, by=Actor.the_system(), language="en")
    assert round((mine.expires_at - mine.created_at) / timedelta(days=1)) == 14
    page = client.get(reverse("working_for")).content.decode()
    there = reverse("invitation", args=[token_of(mine)])
    assert page.count("/en/invitation/") == 1
    assert there in page
    client.post(there)
    assert "Cedar" in header(client.get(reverse("working_for")).content.decode())
