"""Colleagues and partners: invited by mail, let in by the link, their roles ended."""

import re
from typing import Any
from urllib.parse import quote

import pytest
from django.core import mail
from django.test import Client

from kesher.accounts import invitations
from kesher.accounts.models import Invitation, Membership, Organisation, User
from kesher.accounts.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def school() -> Organisation:
    return Organisation.objects.create(name={"en": "School"}, state=Organisation.State.APPROVED)


def member(role: str, organisation: Organisation, email: str) -> User:
    user = User.objects.create_user(email, "a long password")
    organisation.memberships.create(user=user, role=role)
    return user


@pytest.fixture
def admin(client: Client, school: Organisation) -> User:
    user = member(Role.ORGANISATION_ADMIN, school, "admin@school.example")
    client.force_login(user)
    return user


@pytest.fixture(autouse=True)
def _mail_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(invitations, "enqueue", lambda task, **arguments: task(**arguments))


def link(number: int = -1) -> str:
    found = re.search(r"http://[^/]+(/\S+)", mail.outbox[number].body)
    assert found
    return found.group(1)


PASSWORD = {"name": "Noa", "password": "a sentence of words", "again": "a sentence of words"}


def test_a_colleague_is_invited_comes_in_and_goes(client: Client, admin: User, school: Organisation) -> None:
    address = f"/en/office/colleagues/{school.pk}/"
    assert client.get("/en/office/colleagues/")["Location"] == address
    answer = client.post(address, {"email": "noa@school.example", "role": Role.PROVIDER, "language": "he"}, follow=True)
    assert "noa@school.example" in answer.content.decode()
    assert mail.outbox[0].to == ["noa@school.example"]
    assert "School" in mail.outbox[0].subject

    newcomer = Client()
    page = newcomer.get(link())
    assert "noa@school.example" in page.content.decode()
    assert page["Referrer-Policy"] == "strict-origin"
    assert newcomer.post(link(), PASSWORD).status_code == 302
    assert newcomer.get("/he/provider/services/").status_code == 200
    membership = Membership.objects.get(user__email="noa@school.example")
    assert membership.organisation == school

    client.post(f"/en/office/memberships/{membership.pk}/end/")
    assert not Membership.objects.filter(pk=membership.pk).exists()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"password": "short", "again": "short"}, "password"),
        ({"again": "another sentence"}, "again"),
        ({"name": ""}, "name"),
        ({"password": "noa@school.example", "again": "noa@school.example"}, "password"),
    ],
)
def test_answers_that_do_not_do(admin: User, school: Organisation, changed: dict[str, str], field: str) -> None:
    made = invitations.invite(
        school, "noa@school.example", Role.PROVIDER, by=admin.as_actor(school.pk), language="en"
    )  # fmt: skip
    response = Client().post(f"/en/invitation/{invitations.token_of(made)}/", PASSWORD | changed)
    assert response.status_code == 400
    assert field in response.context["form"].errors
    assert not User.objects.filter(email="noa@school.example").exists()


def test_with_an_account_one_logs_in_first(client: Client, admin: User, school: Organisation) -> None:
    old = User.objects.create_user("old@school.example", "a long password")
    made = invitations.invite(school, old.email, Role.PROVIDER, by=admin.as_actor(school.pk), language="en")
    path = f"/en/invitation/{invitations.token_of(made)}/"
    stranger = Client()
    assert f"next={quote(path)}" in stranger.get(path).content.decode()
    stranger.post(path, PASSWORD)  # no second account, no new password
    assert not Membership.objects.filter(user=old).exists()
    assert User.objects.get(pk=old.pk).check_password("a long password")
    client.post(path)  # the administrator, whose address it is not
    assert not Membership.objects.filter(user=admin, role=Role.PROVIDER).exists()
    stranger.force_login(old)
    stranger.post(path)
    assert Membership.objects.filter(user=old, role=Role.PROVIDER).exists()


def test_one_invites_only_into_ones_own_and_gives_only_what_one_may(
    client: Client, admin: User, school: Organisation
) -> None:
    other = Organisation.objects.create(name={"en": "Other"}, state=Organisation.State.APPROVED)
    asked: dict[str, Any] = {"email": "noa@school.example", "role": Role.PROVIDER, "language": "en"}
    assert client.post(f"/en/office/colleagues/{other.pk}/", asked).status_code == 404
    response = client.post(f"/en/office/colleagues/{school.pk}/", asked | {"role": Role.OFFICER})
    assert response.status_code == 400
    theirs = other.memberships.create(user=User.objects.create_user("t@other.example", "x" * 12), role=Role.PROVIDER)
    assert client.post(f"/en/office/memberships/{theirs.pk}/end/").status_code == 404
    own = admin.memberships.get()
    client.post(f"/en/office/memberships/{own.pk}/end/")  # one's own stays
    assert Membership.objects.filter(pk=own.pk).exists()
    assert not Invitation.objects.exists()


def test_taken_back_the_link_is_dead(client: Client, admin: User, school: Organisation) -> None:
    made = invitations.invite(school, "noa@school.example", Role.PROVIDER, by=admin.as_actor(school.pk), language="en")
    client.post(f"/en/office/invitations/{made.pk}/withdraw/")
    assert Client().get(f"/en/invitation/{invitations.token_of(made)}/").status_code == 410


def test_when_who_invited_has_left_the_page_says_so_and_gives_nothing(
    client: Client, admin: User, school: Organisation
) -> None:
    made = invitations.invite(school, "noa@school.example", Role.PROVIDER, by=admin.as_actor(school.pk), language="en")
    path = f"/en/invitation/{invitations.token_of(made)}/"
    assert Client().get(path).status_code == 200
    member(Role.ORGANISATION_ADMIN, school, "dov@school.example")  # or the last one could not leave
    admin.memberships.all().delete()
    for answer in (Client().get(path), Client().post(path, PASSWORD)):
        assert answer.status_code == 410
        assert "can no longer give this role" in answer.content.decode()
    assert not User.objects.filter(email="noa@school.example").exists()
    noa = User.objects.create_user("noa@school.example", "a long password")
    theirs = Client()
    theirs.force_login(noa)
    assert theirs.post(path).status_code == 410
    assert not Membership.objects.filter(user=noa).exists()


def test_a_partner_is_made_and_its_administrator_invited(client: Client, school: Organisation) -> None:
    client.force_login(member(Role.PLATFORM_ADMIN, school, "town@school.example"))
    asked = {"name": "עמותת גשר", "kind": "charity", "email": "rina@bridge.example", "language": "he"}
    assert client.post("/en/office/partners/", asked).status_code == 302
    partner = Organisation.objects.exclude(pk=school.pk).get()
    assert (partner.name, partner.state) == ({"he": "עמותת גשר"}, Organisation.State.APPROVED)
    assert Client().post(link(), PASSWORD).status_code == 302
    assert Membership.objects.get(organisation=partner).role == Role.ORGANISATION_ADMIN
    again = client.post("/en/office/partners/", asked | {"name": "גשר עמותת"})  # the same words turned round
    assert again.status_code == 400
    assert client.get("/en/office/partners/").status_code == 200


def test_the_list_of_partners_asks_a_fixed_number_of_questions(
    client: Client, school: Organisation, django_assert_max_num_queries: Any
) -> None:
    client.force_login(member(Role.PLATFORM_ADMIN, school, "town@school.example"))
    for number in range(30):
        other = Organisation.objects.create(name={"en": f"Partner {number}"}, state=Organisation.State.APPROVED)
        member(Role.PROVIDER, other, f"p{number}@example.org")
    client.get("/en/office/partners/")
    with django_assert_max_num_queries(14):
        client.get("/en/office/partners/")
