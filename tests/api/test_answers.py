"""Every operation answers with what the standard's schemas describe, in both versions."""

import json
from typing import Any

import pytest

from kesher.api.hsds.conformance import SCHEMA_OF, conformance
from kesher.api.hsds.versions import Version
from kesher.directory.models import Service
from tests import factories as make
from tests.api.conftest import Api
from tests.api.standard import faults, keys_not_in
from tests.shared import shared

pytestmark = [pytest.mark.django_db, pytest.mark.conformance]

LISTS = list(SCHEMA_OF)
OURS = {
    "content_language", "translations", "referral_modes", "remote", "weekly_hours", "weeks", "learning_outcomes",
    "human_languages", "machine_languages", "open_to_all",
    "cefr_minimum", "extension_text", "code", "scheme", "licence", "slug", "parent_code",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _directory(service: Service) -> None:
    make.ServiceFactory(published=True, organisation=None)  # an import may not say whose a service is


@pytest.mark.parametrize("full", ["false", "true"])
@pytest.mark.parametrize("path", LISTS)
def test_lists_hold_valid_objects(each_api: Api, path: str, full: str) -> None:
    page = each_api.json(f"/{path}", full=full)
    assert page["contents"]
    for found in page["contents"]:
        assert faults(each_api.version, SCHEMA_OF[path], found) == []


@pytest.mark.parametrize("path", LISTS)
def test_single_objects_are_valid(each_api: Api, path: str) -> None:
    for listed in each_api.json(f"/{path}")["contents"]:
        found = each_api.json(f"/{path}/{listed['id']}")
        assert found["id"] == listed["id"]
        assert faults(each_api.version, SCHEMA_OF[path], found) == []


@pytest.mark.parametrize("path", LISTS)
def test_lines_are_the_objects_of_the_list(each_api: Api, path: str) -> None:
    response = each_api.get(f"/{path}", format="ndjson")
    assert response["Content-Type"] == "application/x-ndjson"
    lines = b"".join(response.streaming_content).decode().splitlines()
    assert [json.loads(line) for line in lines] == each_api.json(f"/{path}")["contents"]


@pytest.mark.parametrize("path", LISTS)
def test_3_0_holds_nothing_that_is_not_in_3_0(path: str) -> None:
    for asked in ({"full": "true"}, {}):
        for found in Api("3.0").json(f"/{path}", **asked)["contents"]:
            # the standard asks for these two though its schemas do not list them
            extra = {"organization.services", "service_at_location.service"}
            assert keys_not_in("3.0", SCHEMA_OF[path], found) <= extra


@pytest.mark.parametrize("path", LISTS)
def test_3_1_1_adds_only_what_the_profile_says(path: str) -> None:
    for found in Api("3.1.1").json(f"/{path}", full="true")["contents"]:
        extra = {key.rpartition(".")[2] for key in keys_not_in("3.1.1", SCHEMA_OF[path], found)}
        assert extra <= OURS | {"services", "service"}


def test_a_full_service_says_everything(api: Api, service: Service) -> None:
    found = api.json(f"/services/{service.pk}", language="he")
    assert found["name"] == service.name["he"]
    assert found["translations"]["ar"]["name"] == service.name["ar"]
    assert found["organization"]["id"] == str(service.organisation_id)
    assert found["organization"]["additional_websites"][0]["url"] == "https://more.example.org/"
    assert found["program"]["id"] == str(service.programme_id)
    assert found["weekly_hours"] == 7.5
    assert found["referral_modes"] == ["self", "professional"]
    for children in (
        "phones", "schedules", "service_areas", "service_at_locations", "languages", "funding", "cost_options",
        "required_documents", "contacts", "capacities", "attributes", "additional_urls",
    ):  # fmt: skip
        assert len(found[children]) == 1, children
    site = found["service_at_locations"][0]
    for children in ("phones", "schedules", "contacts", "service_areas"):
        assert len(site[children]) == 1, children
    for children in ("addresses", "phones", "schedules", "languages", "accessibility", "contacts"):
        assert len(site["location"][children]) == 1, children
    assert found["schedules"][0]["opens_at"] == "17:30:00"
    assert found["phones"][0]["extension_text"] == "012"
    assert found["attributes"][0]["taxonomy_term"]["id"] == str(service.terms.get().term_id)


def test_3_0_leaves_out_what_came_later(service: Service) -> None:
    found = Api("3.0").json(f"/services/{service.pk}")
    assert not {"additional_urls", "capacities", "translations", "content_language"} & found.keys()
    assert "additional_websites" not in found["organization"]
    assert "service_areas" not in found["service_at_locations"][0]
    assert found["service_areas"]  # those of the service itself are as old as the standard


def test_an_organisation_holds_its_services_places_and_programmes(each_api: Api, service: Service) -> None:
    found = each_api.json(f"/organizations/{service.organisation_id}")
    assert [inside["id"] for inside in found["services"]] == [str(service.pk)]
    assert "phones" not in found["services"][0]
    assert [place["id"] for place in found["locations"]] == [str(service.at_locations.get().location_id)]
    assert [programme["id"] for programme in found["programs"]] == [str(service.programme_id)]
    whole = each_api.json(f"/organizations/{service.organisation_id}", full_service="true")
    assert whole["services"][0]["phones"]
    assert faults(each_api.version, "service.json", whole["services"][0]) == []


def test_minimal_is_ids_and_moments_in_one_page(each_api: Api, service: Service) -> None:
    make.ServiceFactory.create_batch(60, published=True)
    page = each_api.json("/services", minimal="true")
    assert page["total_items"] == page["size"] == 62
    assert all(found.keys() == {"id", "last_modified"} for found in page["contents"])
    assert str(service.pk) in {found["id"] for found in page["contents"]}


def test_the_root_says_what_this_is(each_api: Api, settings: Any) -> None:
    found = each_api.json("/")
    assert found["version"] == each_api.version
    openapi = each_api.client.get(found["openapi_url"])
    assert openapi.json()["openapi"] == "3.1.0"
    assert ("profile" in found) == (each_api.version == "3.1.1")
    assert "data" not in found
    settings.DEMO = True
    assert each_api.json("/")["data"] == "demo"


def test_the_profile_is_there_with_its_patches(api: Api) -> None:
    found = api.client.get(api.json("/")["profile"]).json()
    assert "service.json" in found["merge_patches"]
    for url in found["merge_patches"].values():
        response = api.client.get(url)
        assert response["Content-Type"] == "application/merge-patch+json"
        assert response.json()["properties"]
    assert api.get("/profile/nothing.json").status_code == 404
    assert api.get("/profile/..%2F__init__.py").status_code == 404


def test_the_description_names_every_operation_of_the_standard(each_api: Api) -> None:
    ours, theirs = each_api.json("/openapi.json")["paths"], schemas_openapi(each_api.version)["paths"]
    assert ours.keys() - theirs.keys() <= {"/profile/", "/profile/{name}"}
    assert theirs.keys() <= ours.keys()
    known = schemas_openapi(each_api.version)["components"]["parameters"]
    for path, item in theirs.items():
        asked = {parameter["name"] for parameter in ours[path]["get"].get("parameters", [])}
        for parameter in item["get"].get("parameters", []):
            name = parameter.get("name") or known[parameter["$ref"].rpartition("/")[2]]["name"]
            # Of one service at one location the standard asks for them too, where they can narrow nothing.
            pointless = {"postcode", "proximity"} if "{id}" in path else set()
            assert name in asked | pointless, (path, name)


def schemas_openapi(version: str) -> Any:
    return json.loads(shared(f"conformance/hsds/{version}/schema/openapi.json").read_text())


@pytest.mark.parametrize("version", Version)
def test_the_conformance_command_checks_everything(version: Version) -> None:
    found = list(conformance(version, shared("conformance").parent))
    assert len(found) == 16
    assert [(name, said) for name, passed, said in found if not passed] == []
    assert not [name for name, _, said in found if said.startswith("0 ")]


def test_the_conformance_command_sees_what_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kesher.formats.hsds.write.Writer.words", lambda self, text: 7)
    found = list(conformance(Version.HSDS_3_1_1, shared("conformance").parent))
    assert len([name for name, passed, _ in found if not passed]) >= 15
