"""Pictures of one figure: drawn from what the database holds, hidden where it hides, and files to take along."""

import csv
import io
from datetime import date

import pytest
from django.urls import reverse
from django.utils import translation

from kesher.base.history import System, acting
from kesher.engine.indicators import registry
from kesher.insights import latest
from kesher.insights.models import Observation, Vintage
from kesher.www.insights import pictures
from tests.insights.conftest import many_towns  # noqa: F401
from tests.insights.test_latest import said

pytestmark = pytest.mark.django_db
SQUARE = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0], [0.0, 0.0]]


@pytest.fixture(autouse=True)
def nothing_held():
    latest.forget()
    yield
    latest.forget()


@pytest.fixture
def towns(many_towns):  # noqa: F811
    """Twelve towns side by side on the map, one without a boundary, with figures; the second one's is hidden."""
    with acting(actor=System("tests"), reason="places"):
        for at, town in enumerate(many_towns):
            town.population = 1000 * (at + 1)
            if at != 5:
                ring = [[x + 2 * at, y] for x, y in SQUARE]
                town.boundary = {"type": "Polygon", "coordinates": [ring]}
            town.save()
    rows = [
        (name, town, None if at == 1 and name == "median-age" else 20.0 + at + n)
        for at, town in enumerate(many_towns)
        for n, name in enumerate(latest.ALIKE)
    ]
    said("ages", [*rows, ("median-age", many_towns[0].parent, 30)])
    return many_towns


def made(kind, town, code="median-age"):
    now = latest.latest()
    series = list(
        Observation.objects.filter(area=town, indicator=code).select_related("vintage__dataset").order_by("start")
    )
    with translation.override("en"):
        return pictures.picture_of(kind, now, town, registry()[code], series)


def cells(picture):
    return {row[0]: row for row in ([cell.text for cell in row] for row in picture.twin.rows)}


def test_beside_stand_the_place_those_like_it_and_the_nation_with_their_own_figures(towns):
    rows = cells(made("beside", towns[0]))
    now = latest.latest()
    for town in towns:
        if town.name["en"] in rows:
            figure = now.figure("median-age", town.pk)
            said_so = "too few to show" if figure.value is None else f"{figure.value:.0f}"
            assert said_so in rows[town.name["en"]]
    assert "30" in rows["Country"]
    assert len(rows) == 10  # the place, eight like it, the country


def test_a_number_of_people_does_not_stand_beside_the_nation(towns):
    assert "Country" not in cells(made("beside", towns[0], "population"))


def test_on_the_map_are_those_with_a_boundary_and_what_is_hidden_has_no_colour(towns):
    picture = made("map", towns[0])
    assert len(picture.twin.rows) == 11
    hidden = [row for row in picture.datasets["rows"] if row.get("value") is None]
    assert len(hidden) == 1


def test_among_all_each_place_is_a_circle_and_strangers_have_no_name(towns):
    picture = made("places", towns[0])
    text = str(picture.datasets) + str(picture.twin.rows)
    alike = {place.name["en"] for place, _ in latest.latest().similar(towns[0].pk)}
    for town in towns[1:]:
        name = town.name["en"]
        assert (f"'{name}'" in text or f"{name}\n" in text or f"{name}," in text) == (name in alike) or name == "Town 1"


def test_over_time_needs_more_than_one_year_and_tells_breaks(towns):
    assert made("time", towns[0]) is None
    vintage = Vintage.objects.get()
    later = Vintage.objects.create(
        dataset=vintage.dataset,
        mark="later",
        released=date(2026, 4, 1),
        figures=3,
        breaks=[{"from": "2024", "reason": "another question was asked"}],
    )
    Observation.objects.bulk_create(
        Observation(
            vintage=later, indicator="median-age", area=towns[0], period=str(year), start=date(year, 1, 1), value=value
        )
        for year, value in ((2022, 30.5), (2023, 31), (2024, 33))
    )
    latest.forget()
    rows = Observation.objects.filter(vintage=later).select_related("vintage__dataset").order_by("start")
    with translation.override("en"):
        picture = pictures.over_time(list(rows), towns[0], registry()["median-age"])
    assert [row[0].text for row in picture.twin.rows] == ["2022", "2023", "2024"]
    assert "another question was asked" in " ".join(picture.notes)


@pytest.mark.parametrize("kind", ["beside", "map", "places"])
def test_each_picture_stands_on_the_page_and_can_be_taken_along(client, towns, kind):
    with translation.override("en"):
        page = client.get(reverse("insights_figure", args=[towns[0].pk, "median-age"])).content.decode()
        addresses = {
            ending: reverse("insights_picture", args=[towns[0].pk, "median-age", kind, ending])
            for ending in ("csv", "svg", "png")
        }
        files = {ending: client.get(address) for ending, address in addresses.items()}
    assert f'id="{kind}"' in page
    assert all(address in page for address in addresses.values())
    table = list(csv.reader(io.StringIO(files["csv"].content.decode("utf-8-sig"))))
    assert len(table) > 5
    assert files["svg"].content.startswith(b"<svg")
    assert files["png"].content.startswith(b"\x89PNG")


@pytest.mark.parametrize(("kind", "ending"), [("time", "png"), ("beside", "exe"), ("nothing", "csv")])
def test_what_is_no_picture_is_not_there(client, towns, kind, ending):
    with translation.override("en"):
        address = reverse("insights_picture", args=[towns[0].pk, "median-age", kind, ending])
    assert client.get(address).status_code == 404
