"""Areas: walked through, searched in any script, and chosen as the portal's own."""

import pytest
from django.test import Client

from kesher.accounts.models import Organisation, User
from kesher.accounts.roles import Role
from kesher.areas.models import Area
from kesher.base.models import Portal

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(client: Client) -> Area:
    office = Organisation.objects.create(name={"en": "Office"}, state=Organisation.State.APPROVED)
    user = User.objects.create_user("officer@town.example", "a long password")
    office.memberships.create(user=user, role=Role.OFFICER)
    client.force_login(user)
    above = Area.objects.create(scheme="d", code="6", level="district", name={"en": "South", "he": "דרום"}, path="6/")
    facts = {"population": {"value": 27582, "year": 2021, "source": "CBS"}}
    return Area.objects.create(
        scheme="l", code="2560", level="authority", name={"en": "Arad", "he": "ערד", "ar": "عراد"}, path="6/2560/",
        parent=above, population=27582, latitude=31.25, longitude=35.2, facts=facts,
    )  # fmt: skip


def test_from_the_largest_to_ones_own(client: Client, town: Area) -> None:
    page = client.get("/en/officer/areas/").content.decode()
    assert "South" in page
    assert "Arad" not in page
    assert "No area has been chosen yet" in page
    assert "Arad" in client.get(f"/en/officer/areas/{town.parent_id}/").content.decode()
    page = client.get(f"/en/officer/areas/{town.pk}/").content.decode()
    assert "27,582" in page
    assert "2021" in page
    assert "CBS" in page


@pytest.mark.parametrize("asked", ["Arad", "ara", "ערד", "عراد", "2560"])
def test_found_by_name_in_any_script_or_by_code(client: Client, town: Area, asked: str) -> None:
    found = client.get("/en/officer/areas/", {"q": asked}).context["page"]
    assert [area.pk for area in found] == [town.pk]


def test_nothing_found_and_nothing_there_are_said(client: Client, town: Area) -> None:
    assert "No area has this name" in client.get("/en/officer/areas/", {"q": "Paris"}).content.decode()
    Area.objects.all().delete()
    assert "/en/officer/areas/import/" in client.get("/en/officer/areas/").content.decode()


def test_chosen_and_no_longer(client: Client, town: Area) -> None:
    client.post(f"/en/officer/areas/{town.pk}/choose/")
    client.post(f"/en/officer/areas/{town.parent_id}/choose/")
    assert [area.code for area in Area.objects.home().order_by("home__id")] == ["2560", "6"]
    assert Portal.objects.get().home_area_code == "2560"
    assert town.home.history.count() == 1  # type: ignore[attr-defined]
    client.post(f"/en/officer/areas/{town.pk}/choose/", {"not": "1"})
    assert [area.code for area in Area.objects.home()] == ["6"]
    assert Portal.objects.get().home_area_code == "6"


def test_the_rooms_lead_to_one_another(client: Client, town: Area) -> None:
    for room in ("moderation", "duplicates", "imports", "areas"):
        page = client.get(f"/en/officer/{room}/").content.decode()
        for other in ("moderation", "duplicates", "imports", "areas"):
            assert f'href="/en/officer/{other}/"' in page, (room, other)
