"""Places in numbers: what a citizen reads, that no figure is made up, and that every text of the registry can be translated."""

import csv
import io
from datetime import date
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from kesher.base.history import System, acting
from kesher.engine.indicators import registry
from kesher.insights import latest
from kesher.insights.models import Annotation, Observation
from kesher.www.insights import saying, texts
from kesher.www.insights.strips import EDGE, strip
from tests.factories import OrganisationFactory
from tests.insights.conftest import many_towns  # noqa: F401
from tests.insights.test_latest import said
from tests.www.insights.texts import FILE, written

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_held():
    latest.forget()
    yield
    latest.forget()


@pytest.fixture
def towns(many_towns):  # noqa: F811
    """Twelve towns with a median age each, the second one's hidden, and what is known of who is alike."""
    said(
        "ages",
        [
            (name, town, None if at == 1 and name == "median-age" else 20.0 + at + n)
            for at, town in enumerate(many_towns)
            for n, name in enumerate(latest.ALIKE)
        ]
        + [("median-age", many_towns[0].parent, 30)],
    )
    return many_towns


def page(client: Client, name: str, *args) -> str:
    with translation.override("en"):
        answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_place_is_found_and_its_figures_stand_beside_those_of_places_like_it(client, towns):
    assert reverse("insights_place", args=[towns[0].parent.pk]) in page(client, "insights")
    profile = page(client, "insights_place", towns[0].pk)
    assert "How old are the people here?" in profile
    assert "<strong>21 years</strong>" in profile
    assert "Places like it, the middle one" in profile
    assert "The whole country" in profile


def test_what_is_hidden_is_said_to_be_and_is_no_nought(client, towns):
    figure = page(client, "insights_figure", towns[1].pk, "median-age")
    assert "too few to show" in figure
    assert "strip__here" not in figure


def test_no_place_is_ranked(client, towns):
    """Beside it stand places in the order of their likeness, whatever the order of the figures."""
    figure = page(client, "insights_figure", towns[0].pk, "median-age")
    at = [figure.index(f">Town {n}<") for n in range(2, 9)]
    assert at == sorted(at)  # Town 2 is the nearest, Town 8 the farthest


def test_a_place_without_figures_and_an_indicator_that_is_none_are_not_there(client, towns):
    for args in ([uuid4()], [towns[0].pk, "happiness"], [towns[0].pk, "income-per-head"]):
        name = "insights_place" if len(args) == 1 else "insights_figure"
        assert client.get(reverse(name, args=args)).status_code == 404


def test_the_table_for_a_spreadsheet_holds_every_period_with_its_source(client, towns):
    said("ages", [("median-age", towns[0], 19)], period="2023", released=date(2026, 3, 1))
    latest.forget()
    answer = client.get(reverse("insights_figure", args=[towns[0].pk, "median-age"]) + "?format=csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["period"], row["value"], row["dataset"], row["released"]) for row in rows] == [
        ("2023", "19.0", "ages", "2026-03-01")
    ]


def test_the_numbers_of_a_page_are_those_of_the_database(client, towns):
    for town in (towns[0], towns[5]):
        profile = page(client, "insights_place", town.pk)
        for one in Observation.objects.filter(area=town):
            assert (
                f"<strong>{saying.said(latest.latest().figure(one.indicator, town.pk), one.declared)}</strong>"
                in profile
            )


def test_what_the_place_says_stands_beside_its_figure_until_it_is_taken_back(client, towns):
    with acting(actor=System("tests"), reason="note"):
        note = Annotation.objects.create(
            area=towns[0],
            indicator="median-age",
            text="A college opened <b>here</b>.",
            language="en",
            organisation=OrganisationFactory(),
            written_by_id=uuid4(),
        )
    assert "A college opened &lt;b&gt;here&lt;/b&gt;." in page(client, "insights_place", towns[0].pk)
    assert "A college opened" in page(client, "insights_figure", towns[0].pk, "median-age")
    assert "A college opened" not in page(client, "insights_figure", towns[0].pk, "population")
    with acting(actor=System("tests"), reason="taken back"):
        Annotation.objects.filter(pk=note.pk).update(withdrawn_at="2026-01-02T00:00:00Z")
    assert "A college opened" not in page(client, "insights_place", towns[0].pk)


def test_a_profile_asks_the_same_few_questions_however_many_places_there_are(
    client, towns, django_assert_max_num_queries
):
    page(client, "insights_place", towns[0].pk)
    with django_assert_max_num_queries(15):
        page(client, "insights_place", towns[3].pk)


def test_every_indicator_is_told_where_it_comes_from_and_what_it_was_checked_by(client, towns):
    numbers = page(client, "insights_numbers")
    for one in registry().values():
        assert f'id="{one.code}"' in numbers
    assert "Recomputed, not verified." in numbers
    assert "45.6" in numbers  # the difference to Frey and Osborne's own figure is explained


def test_without_figures_the_pages_say_so(client):
    assert "There are no figures yet" in page(client, "insights")
    assert "None has been loaded yet." in page(client, "insights_numbers")


def test_the_marked_texts_are_those_of_the_registry():
    assert FILE.read_text(encoding="utf-8") == written(), "run python -m tests.www.insights.texts"
    assert len(texts.TEXTS) == len(set(texts.TEXTS))


def test_every_family_and_standing_has_its_words():
    for one in registry().values():
        assert str(saying.FAMILIES[one.family])
        assert str(saying.STANDINGS[one.check.standing])
        assert str(saying.UNCERTAINTIES[one.uncertainty])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2019", "2019"),
        ("2021-12", "December 2021"),
        ("2024-Q3", "quarter 3 of 2024"),
        ("2020-04-04", "April 4, 2020"),
        ("2020-S1", "2020-S1"),
    ],
)
def test_periods_are_said(text, words):
    with translation.override("en"):
        assert saying.period(text).replace("4 April 2020", "April 4, 2020") == words


@pytest.mark.parametrize(
    ("value", "words"),
    [(5.46, "5.5"), (41.0, "41"), (0.126, "0.13"), (7614.59, "7,615"), (225084.0, "225,084"), (-3.2, "-3.2")],
)
def test_numbers_have_the_decimals_that_say_something(value, words):
    with translation.override("en"):
        assert saying.number(value) == words


def test_a_strip_keeps_its_marks_within_its_edges_and_in_order():
    drawn = strip(5, [1, 2, 9], latest.Spread(5, 2, 1, 4), 9)
    at = [float(text.rstrip("%")) for text in (drawn.middle, drawn.here, drawn.nation)]
    assert at == sorted(at)
    assert min(at) >= EDGE
    assert max(at) <= 100 - EDGE
    assert strip(5, [5, 5], None, 5) is None


def test_a_figure_with_too_few_people_behind_it_is_shown_nowhere(client, towns):
    vintage = said("few", [])
    Observation.objects.create(
        vintage=vintage,
        indicator="earning-little",
        area=towns[0],
        period="2025",
        start=date(2025, 1, 1),
        value=77,
        behind=4,
    )
    latest.forget()
    figure = page(client, "insights_figure", towns[0].pk, "earning-little")
    table = client.get(
        reverse("insights_figure", args=[towns[0].pk, "earning-little"]) + "?format=csv"
    ).content.decode()
    assert "too few to show" in figure
    assert "77" not in table
    assert "<strong>77" not in page(client, "insights_place", towns[0].pk)


def test_nothing_a_source_wrote_runs_in_a_spreadsheet(client, towns):
    said("=cmd|calc", [("earning-little", towns[0], 5)])
    latest.forget()
    answer = client.get(reverse("insights_figure", args=[towns[0].pk, "earning-little"]) + "?format=csv")
    (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert row["dataset"] == "'=cmd|calc"
