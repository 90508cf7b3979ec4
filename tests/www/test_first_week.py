"""The first-week list counts what is there, and only for administrators."""

import pytest
from django.test import Client

from kesher.accounts.models import Membership, Organisation, User
from kesher.accounts.roles import Role
from kesher.areas.models import Area, choose_home
from kesher.base.models import Portal
from kesher.directory.models import Service
from kesher.formats.tables import template_csv
from kesher.www.admin.first_week import tasks

pytestmark = pytest.mark.django_db


def member(role: str, organisation: Organisation, email: str) -> User:
    user = User.objects.create_user(email, "a long password")
    Membership.objects.create(user=user, organisation=organisation, role=role)
    return user


@pytest.fixture
def office() -> Organisation:
    Portal.objects.create(name={"en": "Work in our town"})
    return Organisation.objects.create(name={"en": "Office"}, state=Organisation.State.APPROVED)


def counted(user: User) -> dict[str, tuple[int, bool]]:
    return {task.key: (task.count, task.done) for task in tasks(User.objects.get(pk=user.pk))}


def test_list_of_an_empty_portal_fills_as_the_office_works(office: Organisation) -> None:
    admin = member(Role.PLATFORM_ADMIN, office, "admin@town.example")
    assert counted(admin) == dict.fromkeys(("area", "services", "partners", "colleagues"), (0, False))

    town = Area.objects.create(
        scheme="il-cbs-locality", code="9000", level="authority", name={"en": "Town"}, path="il/9000/"
    )
    choose_home([town])
    for number in range(10):
        Service.objects.create(name={"en": f"Service {number}"}, state=Service.State.PUBLISHED, organisation=office)
    Service.objects.create(name={"en": "Draft"}, organisation=office)
    first = Organisation.objects.create(name={"en": "First"}, state=Organisation.State.APPROVED)
    member(Role.ORGANISATION_ADMIN, first, "partner@first.example")
    Organisation.objects.create(name={"en": "Came with a list"}, state=Organisation.State.APPROVED)
    member(Role.ORGANISATION_ADMIN, Organisation.objects.create(name={"en": "Asks"}), "asks@asks.example")
    member(Role.CASEWORKER, office, "one@town.example")
    assert counted(admin) == {
        "area": (1, True),
        "services": (10, True),
        "partners": (1, False),
        "colleagues": (3, True),
    }


def test_administrator_of_an_organisation_sees_their_own(office: Organisation) -> None:
    other = Organisation.objects.create(name={"en": "Other"}, state=Organisation.State.APPROVED)
    Service.objects.create(name={"en": "Theirs"}, state=Service.State.PUBLISHED, organisation=other)
    member(Role.CASEWORKER, other, "theirs@town.example")
    admin = member(Role.ORGANISATION_ADMIN, office, "admin@town.example")
    found = counted(admin)
    assert found["services"] == (0, False)
    assert found["colleagues"] == (0, False)
    assert found["partners"] == (1, False)


def test_each_thing_leads_to_where_it_is_done(client: Client, office: Organisation) -> None:
    admin = member(Role.PLATFORM_ADMIN, office, "admin@town.example")
    client.force_login(admin)
    for task in tasks(User.objects.get(pk=admin.pk)):
        assert client.get(task.url, follow=True).status_code == 200, task.key
    partner = member(Role.ORGANISATION_ADMIN, office, "partner@town.example")
    client.force_login(partner)
    found = {task.key: task.url for task in tasks(User.objects.get(pk=partner.pk))}
    assert (found["area"], found["partners"]) == ("", "")  # another does this, and the page says so
    for key in ("services", "colleagues"):
        assert client.get(found[key], follow=True).status_code == 200


def test_the_administrator_of_a_new_portal_lands_here(client: Client, office: Organisation) -> None:
    client.force_login(member(Role.PLATFORM_ADMIN, office, "admin@town.example"))
    assert client.get("/en/home/")["Location"] == "/en/first-week/"


@pytest.mark.parametrize("language", ["en", "he", "ar"])
def test_page(client: Client, office: Organisation, language: str) -> None:
    client.force_login(member(Role.PLATFORM_ADMIN, office, "admin@town.example"))
    response = client.get(f"/{language}/first-week/")
    assert response.status_code == 200
    assert "undefined:" not in response.content.decode()
    assert f"/{language}/first-week/services.csv" in response.content.decode()


def test_page_is_for_administrators(client: Client, office: Organisation) -> None:
    assert client.get("/en/first-week/").status_code == 302
    client.force_login(member(Role.CASEWORKER, office, "case@town.example"))
    assert client.get("/en/first-week/").status_code == 403


def test_table_to_fill_in_opens_in_a_spreadsheet(client: Client) -> None:
    response = client.get("/en/first-week/services.csv")
    assert response["Content-Type"].startswith("text/csv")
    assert response.content.decode("utf-8-sig") == template_csv().removeprefix("\ufeff")
    assert response.content.startswith(b"\xef\xbb\xbf")
