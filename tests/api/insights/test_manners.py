"""Caching, other origins, and what happens when something wrong is asked."""

from typing import Any

import pytest
from django.test import Client

from tests.api.insights.conftest import Insights, Land
from tests.api.test_manners import problem_of

pytestmark = pytest.mark.django_db

NOBODY = "3f7b145d-84af-42d7-8fae-eaca714b02b2"
EVERYWHERE = ["/", "/indicators", "/places", "/observations", "/datasets", "/catalogue.jsonld"]


@pytest.mark.parametrize("path", EVERYWHERE)
def test_what_did_not_change_is_not_sent_again(api: Insights, land: Land, path: str) -> None:
    first = api.get(path)
    assert first["Cache-Control"] == "public, max-age=60"
    again = api.get(path, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", [*EVERYWHERE, "/nothing"])
def test_pages_of_other_origins_may_read_without_credentials(api: Insights, land: Land, path: str) -> None:
    response = api.get(path, headers={"origin": "https://elsewhere.example.org"})
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in response
    assert "Accept-Language" in response["Vary"]
    assert "Cookie" not in response["Vary"]


@pytest.mark.parametrize("path", EVERYWHERE)
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(api: Insights, path: str, method: str) -> None:
    response = getattr(api.client, method)(f"/api/insights{path}")
    assert response.status_code == 405
    problem_of(response)


def test_head_is_get_without_the_body(api: Insights, land: Land) -> None:
    assert api.client.head("/api/insights/observations").content == b""
    assert api.client.head("/api/insights/observations?format=csv").status_code == 200


def test_what_is_streamed_is_kept_by_nobody(api: Insights, land: Land) -> None:
    response = api.get("/observations", format="csv")
    assert response["Cache-Control"] == "no-store"
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert "observations.csv" in response["Content-Disposition"]


WRONG = [
    *((path, name, value)
      for path in ("/indicators", "/places", "/observations", "/datasets", "/revisions")
      for name, value in (("page", "0"), ("page", "x"), ("page", "99999999999999999999"), ("per_page", "-1"),
                          ("language", "../en"), ("page", "\u0661"))),
    ("/indicators", "family", "wealth"), ("/indicators", "shown", "yes"), ("/indicators", "family", "\x00"),
    ("/places", "level", "planet"), ("/places", "within", "1"), ("/places", "code", "a\x00b"), ("/places", "scheme", "x" * 201),
    ("/observations", "indicator", "No Such"), ("/observations", "indicator", "a\x00b"),
    ("/observations", "indicator", "x" * 61),
    ("/observations", "place", "1"), ("/observations", "place", "' OR 1=1 --"), ("/observations", "part", "\x00"),
    ("/observations", "part", "x" * 61), ("/observations", "from", "yesterday"), ("/observations", "from", "2024-13"),
    ("/observations", "from", "0000"), ("/observations", "until", "2024-Q5"),
    ("/observations", "until", "\u0662\u0660\u0662\u0664"),
    ("/observations", "until", "99999"), ("/observations", "from", ""), ("/observations", "vintage", "latest"),
    ("/observations", "format", "xml"), ("/observations", "dataset", "\x00"),
    ("/revisions", "vintage", "1"), ("/revisions", "dataset", "a\x00b"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "name", "value"), WRONG)
def test_what_is_not_as_described_is_refused(api: Insights, land: Land, path: str, name: str, value: str) -> None:
    asked = {name: value} | ({"dataset": land.work.code} if path == "/revisions" and name != "dataset" else {})
    if path == "/revisions" and name == "vintage":
        del asked["dataset"]
    response = api.get(path, **asked)
    assert response.status_code == 400, response.content
    found = problem_of(response)
    assert found["errors"][0]["parameter"] == name
    if len(value) > 5:
        assert value not in response.content.decode()


@pytest.mark.parametrize("name", ["indicator", "place", "part"])
def test_a_filter_takes_fifty_values_and_no_more(api: Insights, land: Land, name: str) -> None:
    value = NOBODY if name == "place" else "median-age"
    assert api.get("/observations", **{name: [value] * 50}).status_code == 200
    problem_of(api.get("/observations", **{name: [value] * 51}))


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/observations", {"from": "2025", "until": "2024"}),
        ("/observations", {"page": 101, "per_page": 1000}),
        ("/revisions", {}),
        ("/revisions", {"vintage": NOBODY, "dataset": "ages"}),
        ("/revisions", {"dataset": "ages", "page": 101, "per_page": 100_000}),
    ],
)
def test_what_makes_no_sense_is_said_in_a_sentence(api: Insights, land: Land, path: str, asked: dict[str, Any]) -> None:
    found = problem_of(api.get(path, **asked))
    assert found["status"] == 400
    assert found["detail"].endswith(".")


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/indicators/no-such-thing", {}),
        (f"/places/{NOBODY}", {}),
        (f"/datasets/{NOBODY}", {}),
        ("/observations", {"vintage": NOBODY}),
        ("/observations", {"dataset": "nothing"}),
        ("/observations", {"dataset": "empty"}),
        ("/revisions", {"vintage": NOBODY}),
        ("/revisions", {"dataset": "nothing"}),
        ("/nothing", {}),
    ],
)
def test_what_is_not_there(api: Insights, land: Land, path: str, asked: dict[str, str]) -> None:
    response = api.get(path, **asked)
    assert response.status_code == 404
    problem_of(response)


@pytest.mark.parametrize("path", ["/indicators/A%00", "/places/1", "/datasets/x", "/places/%00"])
def test_ids_that_are_none(api: Insights, land: Land, path: str) -> None:
    response = api.get(path)
    assert response.status_code == 400
    problem_of(response)


def test_pages_are_no_longer_than_they_may_be(api: Insights, land: Land) -> None:
    assert api.json("/observations", per_page=1_000, page=100)["contents"] == []
    assert api.json("/indicators", per_page=1_000_000)["size"] <= 200


def test_without_figures_everything_is_empty_and_answers(api: Insights, client: Client) -> None:
    for path in EVERYWHERE:
        assert api.get(path).status_code == 200, path
    assert api.get("/observations", format="csv").getvalue().count(b"\n") == 1
    assert api.get("/observations", format="ndjson").getvalue() == b""
