"""What is held in memory: the latest figures, the middle of several places, and which are alike."""

from datetime import date

import pytest

from kesher.base.history import System, acting
from kesher.insights.latest import ALIKE, PLACES, latest
from kesher.insights.models import Dataset, Observation, Vintage

pytestmark = pytest.mark.django_db


def said(code: str, figures, *, released=date(2026, 1, 1), period="2025"):
    """A vintage with (indicator, area, value) of one year."""
    with acting(actor=System("tests"), reason="figures"):
        dataset, _ = Dataset.objects.get_or_create(code=code)
    vintage = Vintage.objects.create(dataset=dataset, mark=f"{code}{released}{period}", released=released, figures=1)
    Observation.objects.bulk_create(
        Observation(
            vintage=vintage,
            indicator=indicator,
            area=area,
            period=period,
            start=date(int(period), 1, 1),
            value=value,
            status=2 if value is None else 0,
        )
        for indicator, area, value in figures
    )
    return vintage


def test_the_latest_period_of_the_latest_vintage_is_shown(many_towns):
    town = many_towns[0]
    said("a", [("median-age", town, 30)], period="2023")
    assert latest().figure("median-age", town.pk).value == 30
    said("a", [("median-age", town, 31)], released=date(2026, 2, 1), period="2024")
    said("b", [("median-age", town, 29)], period="2022")
    found = latest().figure("median-age", town.pk)
    assert (found.value, found.period) == (31, "2024")


def test_one_query_where_nothing_has_changed(many_towns, django_assert_num_queries):
    said("a", [("median-age", town, 30) for town in many_towns])
    latest()
    with django_assert_num_queries(1):
        latest()


def test_a_middle_is_told_of_five_places_and_more(many_towns):
    said("a", [("median-age", town, 20 + at) for at, town in enumerate(many_towns[:PLACES])])
    keys = [town.pk for town in many_towns]
    found = latest().spread("median-age", keys)
    assert (found.places, found.middle, found.lower, found.upper) == (5, 22, 21, 23)
    assert latest().spread("median-age", keys[: PLACES - 1]) is None
    assert latest().spread("income-per-head", keys) is None


def test_hidden_figures_are_no_noughts_in_a_middle(many_towns):
    values = [None, None, 10, 20, 30, 40, 50]
    said("a", [("median-age", town, value) for town, value in zip(many_towns, values, strict=False)])
    found = latest().spread("median-age", [town.pk for town in many_towns])
    assert (found.places, found.middle) == (5, 30)


def test_who_is_alike_comes_before_who_is_not(many_towns):
    rows = []
    for at, town in enumerate(many_towns):
        for n, name in enumerate(ALIKE):
            rows.append((name, town, (100 if at == 11 else 10) * (n + 1) + at % 3 + 1.0))
    said("a", rows)
    alike = latest().similar(many_towns[0].pk)
    assert len(alike) == 8
    assert alike[0][0].name["en"] in {"Town 3", "Town 6", "Town 9"}
    assert alike[0][1].distance == 0
    assert "Town 11" not in {place.name["en"] for place, _ in alike}
    assert latest().similar(many_towns[0].pk) == alike


def test_where_too_little_is_known_nobody_is_called_alike(many_towns):
    said("a", [("median-age", town, 20 + at) for at, town in enumerate(many_towns)])
    assert latest().similar(many_towns[0].pk) == ()


def parts(town, vintage, **figures):
    Observation.objects.bulk_create(
        Observation(
            vintage=vintage,
            indicator="work-by-industry",
            part=part.replace("_", "-"),
            area=town,
            period="2025",
            start=date(2025, 1, 1),
            value=value,
        )
        for part, value in figures.items()
    )


def test_figures_of_parts_are_asked_for_one_place_at_a_time(many_towns, django_assert_num_queries):
    vintage = said("a", [("median-age", many_towns[0], 30)])
    parts(many_towns[0], vintage, il_1993_a=10, il_1993_b=20)
    parts(many_towns[1], vintage, il_1993_a=30)
    now = latest()
    assert now.codes == {"median-age", "work-by-industry"}
    assert "work-by-industry" not in now.figures
    assert {place.key for place in now.places.values()} == {many_towns[0].pk, many_towns[1].pk}
    with django_assert_num_queries(1):
        found = now.parts("work-by-industry", many_towns[0].pk)
    assert {part: one.value for part, one in found.items()} == {"il-1993-a": 10, "il-1993-b": 20}
    with django_assert_num_queries(0):
        assert now.parts("median-age", many_towns[0].pk) == {}


def test_of_two_vintages_with_a_figure_of_one_period_the_later_is_right(many_towns):
    said("b", [("median-age", many_towns[0], 31)], released=date(2026, 3, 1))
    said("a", [("median-age", many_towns[0], 30), ("median-age", many_towns[1], 20)], released=date(2026, 2, 1))
    said("c", [("median-age", many_towns[0], 29)], released=date(2026, 1, 1))
    assert latest().figure("median-age", many_towns[0].pk).value == 31
    assert latest().figure("median-age", many_towns[1].pk).value == 20


def test_when_more_of_a_vintage_is_served_it_is_read_again(many_towns):
    vintage = said("a", [("median-age", many_towns[0], 30)])
    assert latest().figure("median-age", many_towns[1].pk) is None
    parts(many_towns[0], vintage, il_1993_a=10)
    assert latest().codes == {"median-age"}  # nobody said that anything changed
    with acting(actor=System("tests"), reason="figures"):
        vintage.dataset.save()
    assert latest().codes == {"median-age", "work-by-industry"}


def test_the_ends_of_a_level(many_towns):
    said("a", [("median-age", town, value) for town, value in zip(many_towns, [None, 10, 30, 20], strict=False)])
    assert latest().ends("median-age", "authority", "c.C/") == (10, 30)
    assert latest().ends("median-age", "authority", "elsewhere/") is None
    assert latest().ends("income-per-head", "authority", "c.C/") is None
