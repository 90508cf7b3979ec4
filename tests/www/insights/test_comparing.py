"""Places side by side, and what changed in their figures."""

import csv
import io
from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import translation

from kesher.insights import latest
from kesher.www.insights.comparing import MOST
from tests.insights.conftest import many_towns  # noqa: F401
from tests.insights.test_latest import said

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_held():
    latest.forget()
    yield
    latest.forget()


@pytest.fixture
def towns(many_towns):  # noqa: F811
    rows = [
        (name, town, 40.0 - at + n)
        for at, town in enumerate(many_towns)
        for n, name in enumerate(latest.ALIKE)
        if at or name != "median-age"
    ]
    said("ages", [*rows, ("median-age", many_towns[0], None)])
    return many_towns


def get(client, name, **query):
    with translation.override("en"):
        return client.get(reverse(name), query)


def test_figures_stand_in_the_order_of_the_places_and_of_the_registry(client, towns):
    page = get(client, "insights_compare", place=[towns[4].pk, towns[2].pk]).content.decode()
    assert page.index(">Town 4<") < page.index(">Town 2<")
    assert page.index("Population") < page.index("Median age") < page.index("Academic degree")


def test_what_is_hidden_stays_hidden_in_the_table_and_in_the_file(client, towns):
    query = {"place": [towns[0].pk, towns[1].pk]}
    assert "too few to show" in get(client, "insights_compare", **query).content.decode()
    text = get(client, "insights_compare", **query, format="csv").content.decode("utf-8-sig")
    rows = {(row["area_code"], row["indicator"]): row for row in csv.DictReader(io.StringIO(text))}
    assert (rows["0", "median-age"]["value"], rows["0", "median-age"]["status"]) == ("", "2")
    assert rows["1", "median-age"]["value"] == "40.0"


def test_what_is_no_place_is_passed_over_and_no_more_than_six_stand_there(client, towns):
    answer = get(client, "insights_compare", place=["x", str(uuid4()), *[str(town.pk) for town in towns]])
    assert len(answer.context["places"]) == MOST
    assert get(client, "insights_compare", place=["x"]).status_code == 200


def test_a_revised_figure_is_told_with_what_it_was(client, towns):
    said("ages", [("median-age", towns[3], 41)], released=date(2026, 5, 1))
    page = get(client, "insights_changes", since="2020-01-01").content.decode()
    assert "1 figure was revised." in page
    assert "It is here for the first time." in page
    row = page[page.index("Revised figures") :]
    assert row.index(">38<") < row.index(">41<")


def test_a_figure_that_is_hidden_now_was_revised_too(client, towns):
    said("ages", [("median-age", towns[3], None)], released=date(2026, 5, 1))
    assert "too few to show" in get(client, "insights_changes", since="2020-01-01").content.decode()


def test_nothing_new_is_said_and_a_wrong_day_is_told(client, towns):
    assert "Nothing came in since then" in get(client, "insights_changes", since="2200-01-01").content.decode()
    page = get(client, "insights_changes", since="yesterday").content.decode()
    assert "That is no day." in page
    assert "It is here for the first time." in page
