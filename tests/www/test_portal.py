"""The portal's name and whom to ask, as an administrator says them."""

import pytest
from django.test import Client

from kesher.accounts.models import Membership, Organisation, User
from kesher.accounts.roles import Role
from kesher.base.models import Portal

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client: Client) -> User:
    office = Organisation.objects.create(name={"en": "Office"}, state=Organisation.State.APPROVED)
    user = User.objects.create_user("admin@town.example", "a long password")
    Membership.objects.create(user=user, organisation=office, role=Role.PLATFORM_ADMIN)
    client.force_login(user)
    return user


def test_named_for_the_first_time_and_seen_by_everybody(client: Client, administrator: User) -> None:
    assert "Kesher" in client.get("/en/office/portal/").content.decode()
    said = {"name_en": "Work in Arad", "name_he": "עבודה בערד"}
    said |= {"contact_en": "Town hall, room 3", "contact_phone": "08-995 0000"}
    assert client.post("/en/office/portal/", said)["Location"] == "/en/office/portal/"
    portal = Portal.objects.get()
    assert portal.name == {"en": "Work in Arad", "he": "עבודה בערד"}
    assert portal.history.latest("pgh_id").pgh_context.metadata["actor"] == str(administrator.pk)  # type: ignore[attr-defined]
    for language, name in (("en", "Work in Arad"), ("he", "עבודה בערד")):
        page = Client().get(f"/{language}/").content.decode()
        assert name in page
        assert "tel:08-995 0000" in page


def test_what_is_wrong_is_said_and_what_was_typed_stays(client: Client, administrator: User) -> None:
    said = {"name_he": "", "contact_phone": "call us", "contact_email": "nobody", "contact_en": "Room 3"}
    response = client.post("/en/office/portal/", said)
    page = response.content.decode()
    assert response.status_code == 400
    for words in ("Fill in at least one language", "as one dials it", "Room 3", "call us"):
        assert words in page
    assert not Portal.objects.exists()


def test_what_the_form_does_not_ask_stays(client: Client, administrator: User) -> None:
    Portal.objects.create(name={"en": "Old", "es": "Viejo"}, home_area_code="2560", is_demo=True)
    client.post("/en/office/portal/", {"name_en": "New"})
    portal = Portal.objects.get()
    assert (portal.name, portal.home_area_code, portal.is_demo) == ({"en": "New", "es": "Viejo"}, "2560", True)
