"""What is answered, and that what is hidden stays hidden."""

import csv
import io
import json
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from jsonschema import Draft202012Validator

from kesher.engine.indicators import Family, registry
from kesher.formats.statistics import Status
from kesher.insights.models import Observation
from tests.api.insights.conftest import Insights, Land, vintage

pytestmark = pytest.mark.django_db


@pytest.fixture
def described(api: Insights) -> Any:
    return api.json("/openapi.json")


def assert_as_described(described: Any, path: str, found: Any) -> None:
    schema = described["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    Draft202012Validator(schema | {"components": described["components"]}).validate(found)


def test_it_says_where_everything_is(api: Insights, land: Land, described: Any) -> None:
    about = api.json("/")
    assert_as_described(described, "/", about)
    for name in ("indicators", "places", "observations", "datasets", "catalogue", "openapi_url"):
        assert api.client.get(about[name]).status_code == 200, name


# --- indicators ------------------------------------------------------------------------------------------------------


def test_each_indicator_says_all_that_is_declared(api: Insights, land: Land, described: Any) -> None:
    page = api.json("/indicators", per_page=200)
    assert_as_described(described, "/indicators", page)
    assert [one["code"] for one in page["contents"]] == list(registry())
    for found in page["contents"]:
        declared = registry()[found["code"]]
        for name in ("name", "question", "formula", "unit", "source", "caveat", "minimum"):
            assert found[name] == getattr(declared, name)
        assert (found["direction"], found["uncertainty"]) == (declared.direction.value, declared.uncertainty.value)
        assert found["check"] == {
            "standing": declared.check.standing.value,
            "against": declared.check.against,
            "note": declared.check.note,
            "golden": declared.check.golden,
        }
        assert_as_described(described, "/indicators/{code}", found)
    assert api.json("/indicators/unemployment-rate") in page["contents"]


def test_indicators_by_family_and_those_that_have_figures(api: Insights, land: Land) -> None:
    of_family = api.json("/indicators", family="activity", per_page=200)["contents"]
    assert [one["code"] for one in of_family] == [one.code for one in registry().of(Family.ACTIVITY)]
    shown = {one["code"] for one in api.json("/indicators", shown="true")["contents"]}
    assert shown == {"unemployment-rate", "work-by-industry", "median-age"}


def test_indicators_speak_the_language_asked_for(api: Insights, land: Land) -> None:
    response = api.get("/indicators/median-age", language="he")
    assert response["Content-Language"] == "he"
    assert response.json()["code"] == "median-age"


# --- places ----------------------------------------------------------------------------------------------------------


def test_places_have_codes_a_level_and_what_they_lie_in(api: Insights, land: Land, described: Any) -> None:
    page = api.json("/places", language="he")
    assert_as_described(described, "/places", page)
    assert [one["code"] for one in page["contents"]] == ["L", "0", "1", "2"]
    country, arad = page["contents"][:2]
    assert (country["name"], country["parent"]) == ("ארץ", None)
    assert arad["parent"]["id"] == country["id"]
    assert (arad["scheme"], arad["level"], arad["latitude"], arad["population"]) == (
        "land-town",
        "authority",
        31.0,
        1000,
    )
    assert api.json(f"/places/{arad['id']}", language="he") == arad
    assert len(api.json("/places", level="authority")["contents"]) == 3
    assert [one["name"] for one in api.json("/places", scheme="land-town", code="2")["contents"]] == ["Dimona"]
    assert len(api.json("/places", within=str(land.country.pk))["contents"]) == 4
    assert api.json("/places", within=str(land.first.pk))["contents"] == []


# --- observations ----------------------------------------------------------------------------------------------------


def test_figures_are_those_of_the_latest_vintages(api: Insights, land: Land, described: Any) -> None:
    page = api.json("/observations")
    assert_as_described(described, "/observations", page)
    assert page["total_items"] == 8
    found = {(one["indicator"], one["code"], one["period"]): one for one in page["contents"]}
    arad = found["unemployment-rate", "0", "2024"]
    assert (arad["value"], arad["low"], arad["high"], arad["behind"]) == (4.75, 4.0, 5.5, 900)
    assert (arad["status"], arad["dataset"]) == (["provisional"], "LAND:WORK(1.0)")
    assert arad["vintage"] == str(land.second.pk)


@pytest.mark.parametrize("form", ["json", "ndjson", "csv"])
def test_what_is_hidden_has_no_value_and_nothing_that_would_tell_it(api: Insights, land: Land, form: str) -> None:
    response = api.get("/observations", place=str(land.towns[2].pk), format=form)
    text = response.getvalue().decode()
    if form == "json":
        (found,) = json.loads(text)["contents"]
    elif form == "ndjson":
        found = json.loads(text)
    else:
        (found,) = csv.DictReader(io.StringIO(text))
        found = {name: value or None for name, value in found.items()} | {"status": [found["status"]]}
    assert found["status"] == ["suppressed"]
    assert [found[name] for name in ("value", "low", "high", "behind")] == [None] * 4


def test_what_a_source_hides_later_is_hidden_in_its_earlier_vintages(api: Insights, land: Land) -> None:
    found = {one["code"]: one for one in api.figures(vintage=str(land.first.pk))}
    assert (found["0"]["value"], found["1"]["value"]) == (4.5, 6.0)
    assert (found["2"]["value"], found["2"]["status"]) == (None, ["suppressed"])
    told = {one["code"]: one for one in api.json("/revisions", dataset=land.work.code)["contents"]}
    assert (told["2"]["before"], told["2"]["before_status"], told["2"]["status"]) == (
        None,
        ["suppressed"],
        ["suppressed"],
    )
    assert "3.0" not in api.get("/revisions", dataset=land.work.code).content.decode()


def test_what_is_hidden_two_vintages_later_is_no_revision(api: Insights, land: Land) -> None:
    rows = [("unemployment-rate", land.towns[0], "2024", None, {"status": int(Status.SUPPRESSED)})]
    third = vintage(land.work, date(2026, 3, 1), rows)
    assert [one["code"] for one in api.json("/revisions", vintage=str(land.second.pk))["contents"]] == ["2"]
    assert [one["before"] for one in api.json("/revisions", vintage=str(third.pk))["contents"]] == [None]


def test_a_figure_that_few_stand_behind_is_hidden_whoever_loaded_it(api: Insights, land: Land) -> None:
    Observation.objects.create(
        vintage=land.second,
        indicator="unemployment-rate",
        area=land.towns[1],
        period="2023",
        start=date(2023, 1, 1),
        value=9,
        behind=4,
    )
    (found,) = api.figures(until="2023")
    assert (found["value"], found["behind"], found["status"]) == (None, None, ["suppressed"])
    rows = [("unemployment-rate", land.towns[1], "2023", 8.0, {})]
    third = vintage(land.work, date(2026, 3, 1), rows)
    (revised,) = api.json("/revisions", vintage=str(third.pk))["contents"]
    assert (revised["before"], revised["before_status"], revised["value"]) == (None, ["suppressed"], 8.0)


def test_figures_by_what_they_are(api: Insights, land: Land) -> None:
    one, two, _three = (str(town.pk) for town in land.towns)

    def count(**asked: Any) -> int:
        return len(api.figures(**asked))

    assert count(indicator="median-age") == 2
    assert count(indicator=["median-age", "work-by-industry"]) == 3
    assert count(indicator="employment-rate") == 0
    assert count(place=one) == 4
    assert count(place=[one, two], indicator="median-age") == 2
    assert count(part="=cmd") == 1
    assert count(part="") == 7
    assert count(from_="2025") == 4
    assert count(from_="2024-07", until="2024-12") == 0
    assert count(from_="2024", until="2024") == 4
    assert count(until="2024-01-01") == 4
    assert count(dataset="ages") == 2
    assert count(vintage=str(land.first.pk)) == 4


def test_pages_and_lines_hold_the_same(api: Insights, land: Land) -> None:
    pages = [one for number in range(1, 5) for one in api.figures(page=number, per_page=2)]
    lines = [json.loads(one) for one in api.get("/observations", format="ndjson").getvalue().splitlines()]
    assert pages == lines
    assert len(pages) == 8
    rows = list(csv.DictReader(io.StringIO(api.get("/observations", format="csv").getvalue().decode())))
    assert [row["value"] for row in rows] == ["" if one["value"] is None else str(one["value"]) for one in lines]
    assert [row["part"] for row in rows if row["part"]] == ["'=cmd"]  # no formula in a spreadsheet


def test_lines_are_read_some_at_a_time(api: Insights, land: Land, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = api.get("/observations", format="ndjson").getvalue()
    monkeypatch.setattr("kesher.api.insights.tables.AT_A_TIME", 3)
    assert api.get("/observations", format="ndjson").getvalue() == whole


# --- data sets and revisions -----------------------------------------------------------------------------------------


def test_data_sets_say_where_each_vintage_is_from(api: Insights, land: Land, described: Any) -> None:
    page = api.json("/datasets")
    assert_as_described(described, "/datasets", page)
    assert [one["code"] for one in page["contents"]] == ["LAND:WORK(1.0)", "ages"]
    work = page["contents"][0]
    assert [one["released"] for one in work["vintages"]] == ["2026-02-01", "2026-01-01"]
    assert [one["current"] for one in work["vintages"]] == [True, False]
    second = work["vintages"][0]
    assert second["breaks"] == [{"from": "2025", "reason": "another question was asked"}]
    assert second["files"][0]["file"] == "work.csv"  # not the folder it lay in
    assert second["files"][0]["licence"] == "CC BY 4.0"
    assert api.json(f"/datasets/{work['id']}") == work
    assert api.json("/datasets", code="ages")["total_items"] == 1
    assert "loaded_by" not in json.dumps(page)


def test_revisions_are_what_a_vintage_says_otherwise(api: Insights, land: Land, described: Any) -> None:
    page = api.json("/revisions", dataset=land.work.code)
    assert_as_described(described, "/revisions", page)
    assert page["total_items"] == 2
    arad = page["contents"][0]
    assert (arad["code"], arad["before"], arad["value"]) == ("0", 4.5, 4.75)
    assert arad["status"] == ["provisional"]
    assert api.json("/revisions", vintage=str(land.first.pk))["total_items"] == 0
    assert [
        one["code"] for one in api.json("/revisions", vintage=str(land.second.pk), per_page=1, page=2)["contents"]
    ] == ["2"]
    beyond = api.json("/revisions", vintage=str(land.second.pk), page=9)
    assert (beyond["total_items"], beyond["contents"]) == (2, [])


def test_an_older_vintage_that_comes_later_is_no_revision_of_newer_ones(api: Insights, land: Land) -> None:
    rows = [("unemployment-rate", land.towns[0], "2024", 1.0, {})]
    old = vintage(land.work, date(2025, 6, 1), rows)
    assert api.json("/revisions", vintage=str(old.pk))["total_items"] == 0
    (found,) = api.json("/revisions", vintage=str(land.first.pk))["contents"]
    assert (found["before"], found["value"]) == (1.0, 4.5)


# --- how many queries ------------------------------------------------------------------------------------------------


def more_of_everything(land: Land) -> None:
    for n in range(12):
        rows = [("median-age", town, str(1990 + n), 20.0 + n, {}) for town in land.towns]
        vintage(land.work, date(2026, 3, 1 + n), rows)


@pytest.mark.parametrize(
    "path", ["/indicators?shown=true", "/places", "/observations", "/datasets", "/revisions?dataset=LAND:WORK(1.0)"]
)
def test_as_many_queries_whatever_there_is(api: Insights, land: Land, path: str) -> None:
    def count() -> int:
        api.client.get(f"/api/insights{path}")
        with CaptureQueriesContext(connection) as asked:
            assert api.client.get(f"/api/insights{path}").status_code == 200
        return len(asked)

    few = count()
    more_of_everything(land)
    assert count() == few
