"""A table of areas in the browser: tried out, loaded as it was tried, and nothing half."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from kesher.accounts.models import Organisation, User
from kesher.accounts.roles import Role
from kesher.areas.models import Area
from kesher.directory.search.areas import index_what_stands_in_areas
from kesher.formats.areas import template_csv
from kesher.www.officer import area_imports
from tests import factories as make

pytestmark = pytest.mark.django_db
HERE = "/en/officer/areas/import/"


def officer(client: Client, email: str = "officer@town.example") -> User:
    office = Organisation.objects.create(name={"en": "Office"}, state=Organisation.State.APPROVED)
    user = User.objects.create_user(email, "a long password")
    office.memberships.create(user=user, role=Role.OFFICER)
    client.force_login(user)
    return user


def send(client: Client, table: str, name: str = "areas.csv") -> str:
    response = client.post(HERE, {"file": SimpleUploadedFile(name, table.encode())})
    return response.content.decode()


def carried(page: str) -> str:
    found = re.search(r'name="tried" value="([^"]+)"', page)
    assert found
    return found.group(1)


def test_the_template_is_tried_and_then_loaded(client: Client) -> None:
    user = officer(client)
    page = send(client, template_csv())
    assert "3 areas are new" in page
    assert not Area.objects.exists()
    assert client.post(HERE, {"tried": carried(page)})["Location"] == "/en/officer/areas/"
    assert set(Area.objects.values_list("code", flat=True)) == {"IL", "6", "2560"}
    arad = Area.objects.get(code="2560")
    assert arad.path.startswith(arad.parent.path)  # type: ignore[union-attr]
    assert str(arad.history.get().pgh_context.metadata["actor"]) == str(user.pk)  # type: ignore[attr-defined]
    page = send(client, template_csv())
    assert "There is nothing to load" in page
    assert 'name="tried"' not in page


def test_one_bad_row_keeps_all_out_and_is_named(client: Client) -> None:
    officer(client)
    page = send(client, "name_en,code,level\nGood,1,district\nBad,2,village\n")
    assert "This table cannot be loaded yet" in page
    assert "row 3" in page
    assert "village" in page
    assert 'name="tried"' not in page
    assert not Area.objects.exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [("areas.pdf", b"%PDF"), ("areas.csv", b"a,b\n1,2\n"), ("areas.xlsx", b"no workbook"), ("areas.csv", b"")],
)
def test_what_is_no_table_of_areas_is_said_so(client: Client, name: str, content: bytes) -> None:
    officer(client)
    response = client.post(HERE, {"file": SimpleUploadedFile(name, content)})
    assert response.status_code == 400
    assert "undefined:" not in response.content.decode()


def test_too_much_for_a_browser_is_for_the_server(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    officer(client)
    monkeypatch.setattr(area_imports, "MOST_ROWS", 2)
    page = send(client, template_csv())
    assert "more than 2 areas" in page
    big = SimpleUploadedFile("areas.csv", b"x" * (area_imports.LARGEST + 1))
    assert "larger than 1 MB" in client.post(HERE, {"file": big}).content.decode()


def test_only_who_tried_it_loads_it_and_only_as_it_was(client: Client) -> None:
    officer(client)
    tried = carried(send(client, template_csv()))
    for forged in (tried[:-1] + ("A" if tried[-1] != "A" else "B"), "", "x:y:z"):
        assert client.post(HERE, {"tried": forged})["Location"] == HERE
    officer(client, "another@town.example")
    assert client.post(HERE, {"tried": tried})["Location"] == HERE
    assert not Area.objects.exists()


def test_what_has_changed_since_the_trial_is_told(client: Client) -> None:
    officer(client)
    parent = Area.objects.create(scheme="local", code="6", level="district", name={"en": "South"}, path="local-6/")
    tried = carried(send(client, "name_en,code,level,parent_code\nArad,2560,authority,6\n"))
    parent.delete()
    page = client.post(HERE, {"tried": tried}).content.decode()
    assert "This table cannot be loaded yet" in page
    assert not Area.objects.exists()


def test_an_old_trial_is_shown_again_where_it_would_do_something_else_by_now(client: Client) -> None:
    officer(client)
    tried = carried(send(client, "name_en,code,level\nSouth,6,district\n"))
    Area.objects.create(scheme="local", code="6", level="district", name={"en": "The South"}, path="local-6/")
    page = client.post(HERE, {"tried": tried}).content.decode()
    assert "have changed since you tried" in page
    assert Area.objects.get().name == {"en": "The South"}
    client.post(HERE, {"tried": carried(page)})
    assert Area.objects.get().name == {"en": "South"}


def test_services_in_an_area_that_moves_are_found_where_it_lies_now(client: Client) -> None:
    officer(client)
    client.post(HERE, {"tried": carried(send(client, "name_en,code,level\nNorth,1,district\nSouth,6,district\n"))})
    client.post(HERE, {"tried": carried(send(client, "name_en,code,level,parent_code\nArad,2560,authority,1\n"))})
    service = make.ServiceFactory(published=True)
    place = make.LocationFactory(area=Area.objects.get(code="2560"))
    make.ServiceAtLocationFactory(service=service, location=place)
    moved = carried(send(client, "name_en,code,level,parent_code\nArad,2560,authority,6\n"))
    client.post(HERE, {"tried": moved})
    assert ProcrastinateJob.objects.filter(task_name__endswith="areas_changed").count() == 1
    assert index_what_stands_in_areas() == 1
    south = Area.objects.get(code="6")
    assert client.get("/en/services/", {"area": str(south.pk)}).context["found"].total == 1
