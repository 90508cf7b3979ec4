"""Places out of tables that somebody else made: what they lie in, what is looked up, and what is refused with its cell."""

import csv
import json
from collections import Counter
from importlib.resources import files as package_files

import pytest
from pydantic import ValidationError

from kesher.formats.area_tables import AreaTable, read_area_tables
from kesher.formats.records import UnreadableFile
from kesher.formats.statistics.mapping import parse_pack
from tests.shared import shared

TOWNS = "code,name,kind,people\n1,Arad,town,100\n2,Yeruham,town,50\n71,Ramat Negev,council,9\n"
VILLAGES = "id,council,district,people\n10,71,A,3\n11,71,B,5\n12,71,A,4\n1,,A,\n2,,B,50\n"
TOWN = {"level": "authority", "scheme": "towns", "file": "towns.csv", "code": "code", "names": {"en": "name"}}
SQUARE = {"type": "Polygon", "coordinates": [[[34.0, 31.0], [34.1, 31.0], [34.1, 31.1], [34.0, 31.0]]]}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "towns.csv").write_text(TOWNS)
    (tmp_path / "villages.csv").write_text(VILLAGES)
    features = [{"type": "Feature", "properties": {"code": 2}, "geometry": SQUARE}]
    (tmp_path / "map.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return tmp_path


def test_rows_become_places_with_what_they_lie_in_looked_up(folder):
    table = AreaTable(
        **TOWN,
        only={"column": "kind", "values": ["town"]},
        population="people",
        population_year=2021,
        words={"1": {"he": "ערד"}},
        boundaries={"file": "map.geojson", "property": "code"},
        parent={"scheme": "districts", "file": "villages.csv", "match": {"code": "id"}, "column": "district"},
    )
    arad, yeruham = read_area_tables(folder, [table]).rows
    assert (arad.code, arad.name, arad.parent) == ("1", {"en": "Arad", "he": "ערד"}, ("districts", "A"))
    assert (arad.population, arad.population_year, arad.boundary) == (100, 2021, None)
    assert (yeruham.parent, yeruham.boundary) == (("districts", "B"), SQUARE)


def test_of_several_it_lies_where_most_of_its_people_are(folder):
    rule = {"scheme": "districts", "file": "villages.csv", "match": {"code": "council"}, "column": "district"}
    heavy = AreaTable(**TOWN, only={"column": "code", "values": ["71"]}, parent=rule | {"weight": "people"})
    assert read_area_tables(folder, [heavy]).rows[0].parent == ("districts", "A")  # 3 + 4 against 5


def test_a_table_of_villages_gives_each_district_once(folder):
    table = AreaTable(
        level="district", scheme="districts", file="villages.csv", code="district", names={"en": "district"}
    )
    assert [one.code for one in read_area_tables(folder, [table]).rows] == ["A", "B"]


def test_places_without_a_file_are_said_in_words(folder):
    table = AreaTable(level="country", scheme="iso-3166-1", words={"IL": {"en": "Israel"}})
    (one,) = read_area_tables(folder, [table]).rows
    assert (one.level, one.code, one.name) == ("country", "IL", {"en": "Israel"})


def test_a_place_whose_parent_is_not_found_is_told_and_stays(folder):
    rule = {"scheme": "districts", "file": "villages.csv", "match": {"name": "id"}, "column": "district"}
    reading = read_area_tables(folder, [AreaTable(**TOWN, parent=rule)])
    assert [one.parent for one in reading.rows] == [None, None, None]
    assert {(one.file, one.row, one.field, one.code, one.fatal) for one in reading.refusals} == {
        ("towns.csv", row, "name", "no-such-area", False) for row in (2, 3, 4)
    }


@pytest.mark.parametrize(
    ("change", "file", "code"),
    [
        ({"file": "gone.csv"}, "gone.csv", "pack-file-missing"),
        ({"code": "number"}, "towns.csv", "pack-column-missing"),
        ({"population": "souls"}, "towns.csv", "pack-column-missing"),
        ({"boundaries": {"file": "map.geojson", "property": "key"}}, "map.geojson", "boundaries-wrong"),
        ({"boundaries": {"file": "towns.csv", "property": "key"}}, "towns.csv", "boundaries-wrong"),
        ({"boundaries": {"file": "no.geojson", "property": "key"}}, "no.geojson", "pack-file-missing"),
    ],
)
def test_what_the_folder_does_not_hold_is_named(folder, change, file, code):
    with pytest.raises(UnreadableFile) as told:
        read_area_tables(folder, [AreaTable(**TOWN | change)])
    assert (told.value.file, told.value.said.code) == (file, code)


@pytest.mark.parametrize(
    "change",
    [
        {"code": None},
        {"file": None, "code": None, "words": {}},
        {"names": {}},
        {"level": "village"},
        {"parent": {"scheme": "districts"}},
        {"parent": {"scheme": "districts", "column": "a", "constant": "b"}},
        {"parent": {"scheme": "districts", "column": "a", "file": "villages.csv"}},
        {"surprise": 1},
    ],
)
def test_a_wrong_rule_is_refused(change):
    with pytest.raises(ValidationError):
        AreaTable(**TOWN | change)


def test_israel_has_its_255_authorities_each_in_its_district():
    folder = shared("data")
    text = (package_files("kesher.data") / "packs" / "il.toml").read_text(encoding="utf-8")
    reading = read_area_tables(folder, parse_pack(text, "il.toml").areas)
    assert reading.refusals == []
    assert Counter(one.level for one in reading.rows) == {
        "authority": 255,
        "sub-district": 25,
        "district": 7,
        "country": 1,
    }
    by_code = {(one.scheme, one.code): one for one in reading.rows}
    assert sum(one.boundary is not None for one in reading.rows) == 251
    with (folder / "il_localities" / "localities_2021.csv").open(encoding="utf-8-sig", newline="") as stream:
        for town in csv.DictReader(stream):
            area = by_code.get(("il-cbs-locality", town["id"]))
            if area is not None:
                assert area.parent == ("il-cbs-sub-district", town["sub_district_id"])
                assert by_code[area.parent].parent == ("il-cbs-district", town["district_id"])
