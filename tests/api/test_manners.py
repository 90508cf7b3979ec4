"""Languages, caching, other origins, limits, and what happens when something wrong is asked."""

import json
from typing import Any

import pytest
from django.test import Client

from kesher.directory.models import Service
from tests import factories as make
from tests.api.conftest import Api

pytestmark = pytest.mark.django_db


# --- languages -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "header", "answered"),
    [
        (None, "", "en"),
        (None, "ar", "ar"),
        (None, "he-IL,he;q=0.9,en;q=0.5", "he"),
        (None, "xx, ar;q=0.3, he;q=0.7", "he"),
        (None, "he;q=0, ar", "ar"),
        (None, "*", "en"),
        (None, "nonsense;;q=x", "en"),
        ("he", "ar", "he"),
        ("HE", "", "he"),
        ("es", "", "es"),
    ],
)
def test_the_language_asked_for_is_spoken(api: Api, asked: str | None, header: str, answered: str) -> None:
    service = make.ServiceFactory(published=True, name={"en": "Course", "he": "קורס", "ar": "دورة", "es": "Curso"})
    extra = {"language": asked} if asked else {}
    response = api.get(f"/services/{service.pk}", headers={"accept-language": header}, **extra)
    assert response["Content-Language"] == answered
    assert response.json()["name"] == service.name[answered]
    assert response.json()["content_language"] == answered
    assert "Accept-Language" in response["Vary"]


def test_a_cookie_of_the_pages_changes_nothing(api: Api) -> None:
    api.client.cookies["kesher_language"] = "ar"
    service = make.ServiceFactory(published=True)
    response = api.get(f"/services/{service.pk}", headers={"accept-language": "he"})
    assert response["Content-Language"] == "he"
    assert "Cookie" not in response["Vary"]


def test_a_text_that_is_missing_comes_in_the_nearest_language(each_api: Api) -> None:
    service = make.ServiceFactory(published=True, name={"he": "קורס", "ru": "Курс"})
    assert each_api.json(f"/services/{service.pk}", language="uk")["name"] == "Курс"
    assert each_api.json(f"/services/{service.pk}", language="ar")["name"] == "קורס"


# --- caching ---------------------------------------------------------------------------------------------------------


def test_what_did_not_change_is_not_sent_again(api: Api) -> None:
    service = make.ServiceFactory(complete=True)
    first = api.get(f"/services/{service.pk}")
    assert first["Cache-Control"] == "public, max-age=60"
    assert first["Last-Modified"].endswith("GMT")
    again = api.get(f"/services/{service.pk}", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["Access-Control-Allow-Origin"] == "*"
    service.phones.all().delete()  # leaves no date behind
    headers = {"if-none-match": first["ETag"], "if-modified-since": first["Last-Modified"]}
    assert api.get(f"/services/{service.pk}", headers=headers).status_code == 200
    headers = {"if-modified-since": first["Last-Modified"]}
    assert api.get(f"/services/{service.pk}", headers=headers).status_code == 200


def test_lists_have_an_etag_too(each_api: Api) -> None:
    make.ServiceFactory(published=True)
    first = each_api.get("/services")
    assert each_api.get("/services", headers={"if-none-match": first["ETag"]}).status_code == 304
    make.ServiceFactory(published=True)
    assert each_api.get("/services", headers={"if-none-match": first["ETag"]}).status_code == 200


def test_head_is_get_without_the_body(each_api: Api) -> None:
    make.ServiceFactory(published=True)
    path = f"/api/hsds/{each_api.version}/services"
    got, head = each_api.client.get(path), each_api.client.head(path)
    assert head.content == b""
    assert int(head["Content-Length"]) == len(got.content)
    assert head["ETag"] == got["ETag"]
    assert each_api.client.head(path + "?format=ndjson").status_code == 200


# --- origins ---------------------------------------------------------------------------------------------------------


def test_pages_of_other_origins_may_read_without_credentials(each_api: Api) -> None:
    for path in ("/", "/services", "/nothing"):
        response = each_api.get(path, headers={"origin": "https://elsewhere.example.org"})
        assert response["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in response
        assert "ETag" in response["Access-Control-Expose-Headers"]
    asked = {"origin": "https://elsewhere.example.org", "access-control-request-method": "GET"}
    preflight = each_api.client.options(f"/api/hsds/{each_api.version}/services", headers=asked)
    assert preflight.status_code == 204
    assert preflight["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"


def test_the_pages_for_people_stay_closed_to_other_origins(client: Client) -> None:
    assert "Access-Control-Allow-Origin" not in client.get("/en/", headers={"origin": "https://elsewhere.example.org"})


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(each_api: Api, method: str) -> None:
    response = getattr(each_api.client, method)(f"/api/hsds/{each_api.version}/services")
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD, OPTIONS"
    assert problem_of(response)["status"] == 405


# --- marks and limits ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/services", "/services/none", "/nowhere", "/openapi.json", "/profile/"])
def test_demo_data_say_so_in_every_answer(api: Api, settings: Any, path: str) -> None:
    assert "X-Kesher-Data" not in api.get(path)
    settings.DEMO = True
    assert api.get(path)["X-Kesher-Data"] == "demo"


def test_too_many_requests_are_asked_to_wait(api: Api, settings: Any) -> None:
    settings.API_REQUESTS_PER_MINUTE = 3
    statuses = [api.get("/").status_code for _ in range(4)]
    if statuses == [200] * 4:  # the minute turned in between
        statuses = [api.get("/").status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    refused = api.get("/services")
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert problem_of(refused)["status"] == 429
    assert api.client.get("/api/hsds/3.1.1/", REMOTE_ADDR="192.0.2.7").status_code == 200
    assert api.client.get("/en/").status_code == 200  # people are not counted with machines


def test_behind_a_proxy_its_word_on_the_address_counts(api: Api, settings: Any) -> None:
    settings.API_REQUESTS_PER_MINUTE = 1
    settings.HTTPS = True

    def status(told: str, claimed: str = "") -> int:
        return int(api.get("/", headers={"x-real-ip": told, "x-forwarded-for": claimed}).status_code)

    assert status("192.0.2.1") == 200
    assert status("192.0.2.2") == 200
    assert status("192.0.2.2", "198.51.100.9") == 429  # what the caller claims to be does not count


# --- wrong questions -------------------------------------------------------------------------------------------------

WRONG = [
    ("page", "0"), ("page", "-1"), ("page", "1.5"), ("page", "57363523544408866816"), ("page", "1_000"), ("page", ""),
    ("per_page", "0"), ("per_page", "99999999999999999999999"), ("per_page", "ten"),
    ("search", "a\x00b"), ("search", "a" * 201),
    ("taxonomy_term_id", "1"), ("taxonomy_term_id", "{3f7b145d-84af-42d7-8fae-eaca714b02b2}"),
    ("taxonomy_id", "\x00"), ("organization_id", "x" * 5000), ("organization_id", "' OR 1=1 --"),
    ("modified_after", "yesterday"), ("modified_after", "0"), ("modified_after", "2026-02-30"),
    ("modified_after", "99999-01-01"), ("modified_after", "2026-01-01T25:00:00Z"),
    ("full", "yes"), ("minimal", "2"), ("format", "xml"), ("language", "../en"), ("language", "e\x00n"),
]  # fmt: skip


def problem_of(response: Any) -> Any:
    assert response["Content-Type"] == "application/problem+json"
    found = json.loads(response.content)
    assert found.keys() >= {"type", "title", "status", "detail"}
    assert found["status"] == response.status_code
    return found


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_what_is_not_as_described_is_refused(each_api: Api, name: str, value: str) -> None:
    response = each_api.get("/services", **{name: value})
    assert response.status_code == 400
    found = problem_of(response)
    assert name in found["detail"]
    assert found["errors"][0]["parameter"] == name
    assert found["errors"][0]["detail"]
    if len(value) > 5:
        assert value not in response.content.decode()


@pytest.mark.parametrize(
    "moment",
    [
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-12:00",
        "7284-10-26T23:06:56+18:19",
        "2026-01-01",
        "2026-01-01T10:00",
    ],
)
def test_the_edges_of_time_can_be_asked_for(api: Api, moment: str) -> None:
    assert api.get("/services", modified_after=moment).status_code == 200
    assert api.get("/service_at_locations", modified_after=moment).status_code == 200


@pytest.mark.parametrize("kind", ["services", "organizations", "service_at_locations", "taxonomies", "taxonomy_terms"])
@pytest.mark.parametrize(
    ("identifier", "status"),
    [("1", 400), ("%00", 400), ("x" * 3000, 400), ("3f7b145d84af42d78faeeaca714b02b2", 400),
     ("3f7b145d-84af-42d7-8fae-eaca714b02b2", 404), ("3f7b145d-84af-42d7-8fae-eaca714b02b2/more", 404)],
)  # fmt: skip
def test_ids_that_are_none_or_of_nothing(each_api: Api, kind: str, identifier: str, status: int) -> None:
    response = each_api.get(f"/{kind}/{identifier}")
    assert response.status_code == status
    problem_of(response)


def test_a_term_may_be_asked_for_ten_times_and_no_more(api: Api) -> None:
    identifier = "3f7b145d-84af-42d7-8fae-eaca714b02b2"
    assert api.get("/services", taxonomy_term_id=[identifier] * 10).status_code == 200
    assert problem_of(api.get("/services", taxonomy_term_id=[identifier] * 11))["status"] == 400
    assert (
        problem_of(api.get("/services", taxonomy_term_id=[identifier, "x"]))["errors"][0]["parameter"]
        == "taxonomy_term_id"
    )


@pytest.mark.parametrize("path", ["/api/", "/api/nothing", "/api/hsds/2.0/services", "/api/hsds/3.1.1/services/"])
def test_addresses_that_are_none(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    problem_of(response)


def test_a_host_that_is_not_ours_is_told_so_as_a_problem(api: Api) -> None:
    response = api.client.get("/api/hsds/3.1.1/", HTTP_HOST="evil.example.org")
    assert response.status_code == 400
    problem_of(response)


def test_ids_are_ours(each_api: Api) -> None:
    service: Service = make.ServiceFactory(published=True, external_id="row-1")
    assert b"row-1" not in each_api.get(f"/services/{service.pk}").content
