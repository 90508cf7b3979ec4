"""A pack is taken in: places and figures with where they come from, twice the same, revised without a trace being lost."""

import csv
from datetime import date

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from kesher.areas.models import Area
from kesher.formats.records import UnreadableFile
from kesher.insights.latest import latest
from kesher.insights.models import Dataset, Observation, Vintage
from kesher.insights.packs import NoSuchPack, load_pack, manifest, names
from kesher.insights.serving import NotServed, Serving, servings
from tests.shared import shared

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 29)


def figures():
    rows = Observation.objects.values_list("area__code", "indicator", "period", "value", "status", "vintage__released")
    return {
        (code, indicator, period, released): (value, status)
        for code, indicator, period, value, status, released in rows
    }


def test_figures_come_in_with_their_place_and_where_they_are_from(land, pack, home):
    report = load_pack(pack, land, home=home, today=TODAY)
    assert report.succeeded
    assert report.areas.created == 4
    (taken,) = report.tables
    assert (taken.new, taken.observations, taken.elsewhere) == (True, 8, {"9": 2})
    day = date(2026, 5, 1)
    assert figures() == {
        ("1", "unemployment-rate", "2020", day): (4.5, 0),
        ("1", "unemployment-rate", "2021", day): (5.5, 8),  # 8: not comparable with what was before
        ("1", "income-per-head", "2020", day): (100, 0),
        ("1", "income-per-head", "2021", day): (110, 8),
        ("2", "unemployment-rate", "2020", day): (None, 2),  # 2: hidden by its source, never nought
        ("2", "unemployment-rate", "2021", day): (7.25, 8),
        ("2", "income-per-head", "2020", day): (90, 0),
        ("2", "income-per-head", "2021", day): (None, 9),
    }
    vintage = Vintage.objects.get()
    assert (vintage.dataset.code, vintage.dataset.source, vintage.dataset.licence) == (
        "land-work",
        "Office of the land",
        "CC BY 4.0",
    )
    assert vintage.breaks == [{"from": "2021", "reason": "another question was asked"}]
    (file,) = vintage.files
    assert (file["file"], len(file["sha256"]), file["retrieved"]) == ("work.csv", 64, "2026-05-01")


def test_the_same_again_changes_nothing(land, pack, home):
    load_pack(pack, land, home=home, today=TODAY)
    before = list(Observation.objects.values_list("pk", flat=True))
    report = load_pack(pack, land, home=home, today=TODAY)
    assert [(one.new, one.observations) for one in report.tables] == [(False, 0)]
    assert report.areas.unchanged == 4
    assert list(Observation.objects.values_list("pk", flat=True)) == before


def test_a_revised_figure_stands_beside_the_first_and_is_the_one_that_is_shown(land, pack, home):
    load_pack(pack, land, home=home, today=TODAY)
    (land / "work.csv").write_text("code,year,rate,income,people\n1,2021,5.75,110,9\n")
    later = pack.model_copy(update={"table": (pack.table[0].model_copy(update={"retrieved": date(2026, 8, 1)}),)})
    load_pack(later, land, home=home, today=TODAY)
    arad = Area.objects.get(scheme="land-town", code="1")
    of_2021 = Observation.objects.of("unemployment-rate").filter(area=arad, period="2021")
    assert sorted(of_2021.values_list("value", flat=True)) == [5.5, 5.75]
    assert latest().figure("unemployment-rate", arad.pk).value == 5.75
    assert set(Observation.objects.current().values_list("period", flat=True)) == {"2021"}


def test_what_is_served_later_is_added_to_a_vintage_that_is_here(land, pack, home):
    table = pack.table[0]
    less = table.model_copy(update={"serves": {"rate": "unemployment-rate"}})
    load_pack(pack.model_copy(update={"table": (less,)}), land, home=home, today=TODAY)
    assert set(Observation.objects.values_list("indicator", flat=True)) == {"unemployment-rate"}
    assert latest().codes == {"unemployment-rate"}
    report = load_pack(pack, land, home=home, today=TODAY)
    assert [(one.new, one.observations) for one in report.tables] == [(False, 4)]
    assert Vintage.objects.count() == 1
    assert latest().codes == {"unemployment-rate", "income-per-head"}  # who had them in memory sees it


def test_a_table_that_is_not_there_is_told_and_the_others_come_in(land, pack, home):
    gone = pack.table[0].model_copy(update={"file": "gone.csv", "dataset": "gone"})
    report = load_pack(pack.model_copy(update={"table": (gone, *pack.table)}), land, home=home, today=TODAY)
    assert not report.succeeded
    assert [one.dataset for one in report.tables] == ["land-work"]
    assert report.failed[0].startswith("gone.csv")


def test_places_that_cannot_be_read_keep_everything_out(land, pack, home):
    (land / "towns.csv").unlink()
    with pytest.raises(UnreadableFile):
        load_pack(pack, land, home=home, today=TODAY)
    assert not Dataset.objects.exists()
    assert not Area.objects.exists()


def test_an_indicator_that_nobody_declared_is_refused(pack):
    table = pack.table[0].model_copy(update={"serves": {"rate": "happiness"}})
    with pytest.raises(NotServed, match="happiness"):
        servings([table])


def test_a_dimension_that_is_not_there_is_named_and_nothing_is_written(land, pack, home):
    table = pack.table[0]
    wrong = table.model_copy(update={"places": table.places.model_copy(update={"dimension": "village"})})
    with pytest.raises(NotServed, match="village"):
        load_pack(pack.model_copy(update={"table": (wrong,)}), land, home=home, today=TODAY)
    assert not Vintage.objects.exists()


def test_packs_are_known_by_name():
    assert {"il", "us", "fr", "international"} <= set(names())
    with pytest.raises(NoSuchPack, match="il"):
        manifest("atlantis")


def test_all_that_packs_serve_is_declared():
    for name in names():
        for one in servings(manifest(name).table):
            assert isinstance(one, Serving)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("observation_says_why_it_is_not_there", {"value": None, "status": 0}),
        ("observation_within_its_interval", {"value": 5, "low": 6}),
        ("observation_within_its_interval", {"value": 5, "high": 4}),
    ],
)
def test_the_database_takes_no_figure_that_says_nothing(land, pack, home, name, change):
    load_pack(pack, land, home=home, today=TODAY)
    one = Observation.objects.first()
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Observation.objects.create(
            vintage=one.vintage, area=one.area, indicator=one.indicator, period="1999", start=date(1999, 1, 1), **change
        )


@pytest.mark.parametrize("table", ["vintage", "observation"])
def test_the_database_itself_refuses_to_change_what_a_source_said(land, pack, home, table):
    load_pack(pack, land, home=home, today=TODAY)
    with (
        pytest.raises(ProgrammingError, match="Cannot update rows"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE insights_{table} SET id = id")


def test_israel_comes_in_with_the_figures_of_its_files(home):
    folder = shared("data")
    whole = manifest("il")
    pack = whole.model_copy(update={"table": tuple(one for one in whole.table if "stat-areas" not in one.dataset)})
    report = load_pack(pack, folder, home=home, today=TODAY)
    assert report.succeeded, list(report.lines())
    assert Area.objects.filter(level="authority").count() == 255
    with (folder / "il_cbs_socioeconomic_2019" / "local_authorities_2019.csv").open(encoding="utf-8-sig") as stream:
        rows = {row["authority_code"]: row for row in csv.DictReader(stream)}
    now = latest()
    for column, indicator in (
        ("avg_monthly_income_per_capita_nis", "income-per-head"),
        ("pct_income_support_20plus", "income-support"),
        ("median_age", "median-age"),
    ):
        shown = {place.code: now.figure(indicator, place.key) for place in now.level("authority")}
        assert set(shown) == set(rows)
        for code, row in rows.items():
            assert shown[code].value == (float(row[column]) if row[column] else None)
    beer_sheva = Area.objects.get(scheme="il-cbs-locality", code="9000")
    assert "unemployment-rate" not in now.indicators(beer_sheva.pk)
    country = Area.objects.get(scheme="iso-3166-1", code="IL")
    (series,) = (folder / "il_time_series").glob("*_monthly_*2013_2021.csv")
    with series.open(encoding="utf-8-sig") as stream:
        last = list(csv.DictReader(stream))[-1]
    shown = now.figure("unemployment-rate", country.pk)
    assert (shown.period, shown.value) == (last["dt"][:7], float(last["percent"]))
    assert len(now.similar(beer_sheva.pk)) == 8
