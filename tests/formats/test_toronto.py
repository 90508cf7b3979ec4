"""Toronto's list, against a reading by another way."""

import csv
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kesher.formats.toronto import parse_address, read, split_name
from tests.formats.malformed import exhaust
from tests.shared import shared

FILE = "data/ca_toronto_newcomer/refugee_services_211.csv"


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    with shared(FILE).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def whole() -> dict[str, list]:
    reading = read(str(shared("data/ca_toronto_newcomer")))
    return {**exhaust(reading), "refusals": reading.refusals}


def test_every_row_is_a_service(rows: list[dict[str, str]], whole: dict) -> None:
    assert len(rows) == 234
    assert [service.external_id for service in whole["services"]] == [row["ID"] for row in rows]
    assert whole["refusals"] == []


def test_each_is_where_the_list_says(rows: list[dict[str, str]], whole: dict) -> None:
    locations = {one.external_id: one for one in whole["locations"]}
    for row, service in zip(rows, whole["services"], strict=True):
        location = locations[service.at_locations[0].location_id]
        address = location.addresses[0]
        assert (location.latitude, location.longitude) == (float(row["LATITUDE"]), float(row["LONGITUDE"]))
        lines = row["ADDRESS"].split("\n")
        assert address.address_1 == lines[-2].strip()
        assert (address.city, address.country) == ("Toronto", "CA")
        assert address.postal_code is not None
        assert row["ADDRESS"].endswith(address.postal_code)
        assert address.state_province == ("ON" if ", ON " in lines[-1] else None)
        assert (address.address_2 is not None) == (len(lines) == 3)


def test_an_agency_is_one_organisation(rows: list[dict[str, str]], whole: dict) -> None:
    names = Counter(one.name["en"] for one in whole["organisations"])
    assert names.most_common(1)[0][1] == 1
    # by the words before the first comma, as a person would sort the list
    assert {name.removeprefix("The ").split(",")[0] for name in names} == {row["NAME"].split(",")[0] for row in rows}
    organisations = {one.external_id: one.name["en"] for one in whole["organisations"]}
    alliance = [s for s in whole["services"] if organisations[s.organisation_id].startswith("Access Alliance")]
    assert len(alliance) == sum(row["NAME"].startswith("Access Alliance") for row in rows)


def test_no_word_of_a_name_is_lost(rows: list[dict[str, str]]) -> None:
    for row in rows:
        agency, site, programme = split_name(row["NAME"])
        words = Counter(f"{agency} {site or ''} {programme or ''}".replace(",", "").split())
        assert not Counter(set(row["NAME"].replace(",", "").split())) - words


@given(st.text(max_size=200))
def test_any_name_is_split_without_a_crash(name: str) -> None:
    agency, site, programme = split_name(name)
    assert isinstance(agency, str)
    assert site != ""
    assert programme != ""


@given(st.text(max_size=200))
def test_any_address_is_parsed_or_not(text: str) -> None:
    address = parse_address(text)
    assert address is None or address.postal_code


@pytest.mark.parametrize(
    ("column", "value", "fatal"),
    [
        ("ID", "", True),
        ("NAME", "", True),
        ("LATITUDE", "95", False),
        ("LONGITUDE", "x", False),
        ("ADDRESS", "?", False),
    ],
)
def test_a_fault_is_told_with_its_place(column: str, value: str, fatal: bool, tmp_path: Path) -> None:
    good = {"ID": "A", "NAME": "B", "ADDRESS": "1 St\nToronto, ON  M5S 2P1", "LATITUDE": "43", "LONGITUDE": "-79"}
    path = tmp_path / "list.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(good))
        writer.writeheader()
        writer.writerows([good, {**good, "ID": "C", column: value}])
    reading = read(str(path))
    assert len(list(reading.services)) == (1 if fatal else 2)
    assert [(one.file, one.row, one.field, one.fatal) for one in reading.refusals] == [("list.csv", 3, column, fatal)]
