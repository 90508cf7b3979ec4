"""The Israeli directories as they are, against counts and look-ups made another way."""

import csv
import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

from kesher.formats.kolsherut import read
from kesher.formats.kolsherut_places import split_address
from kesher.formats.kolsherut_services import weeks_in_words
from kesher.formats.phones import israeli_phones
from tests.formats.malformed import ITERATED, exhaust
from tests.shared import shared

FOLDER = "data/il_services_kolsherut"
NO_DATA = "אין נתונים"


def table(name: str) -> list[dict[str, str]]:
    with shared(f"{FOLDER}/{name}.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def whole() -> dict[str, list]:
    reading = read(str(shared(FOLDER)))
    return {**exhaust(reading), "refusals": reading.refusals}


def test_every_row_is_a_service_but_the_one_that_is_there_twice(whole: dict) -> None:
    departments, clinics = table("social_service_departments"), table("mental_health_clinics")
    different = {tuple(cell.strip() for cell in row.values()) for row in clinics}
    assert (len(departments), len(clinics), len(different)) == (323, 867, 866)
    ids = [service.external_id for service in whole["services"]]
    assert sum(key.startswith("department-") for key in ids) == len(departments)
    assert sum(key.startswith("clinic-") for key in ids) == len(different)
    assert len(set(ids)) == len(ids)
    assert [(one.row, one.file) for one in whole["refusals"] if one.fatal] == [(419, "mental_health_clinics.csv")]
    rows = [tuple(row.values()) for row in clinics]
    assert rows[419 - 2] == rows[418 - 2]


def test_references_hold(whole: dict) -> None:
    organisations = {one.external_id for one in whole["organisations"]}
    locations = {one.external_id for one in whole["locations"]}
    codes = {one.code for one in whole["terms"]}
    assert len(organisations) == len(whole["organisations"])
    assert len(locations) == len(whole["locations"])
    for service in whole["services"]:
        assert service.organisation_id is None or service.organisation_id in organisations
        assert {at.location_id for at in service.at_locations} <= locations
        assert {term.code for term in service.terms} <= codes
        assert {term.taxonomy for term in service.terms} == {"open-eligibility"}
    for one in whole["organisations"]:
        assert one.parent_id is None or one.parent_id in organisations


def test_each_health_fund_is_one_organisation(whole: dict) -> None:
    owners = Counter(row["בעלות"].strip() for row in table("mental_health_clinics"))
    assert {"כללית", "מכבי", "מאוחדת", "לאומית"} <= owners.keys()
    funds = [one for one in whole["organisations"] if one.external_id.startswith("health-fund-")]
    assert len(funds) == 4
    names = Counter(one.name["he"] for one in whole["organisations"])
    assert names.most_common(1)[0][1] == 1


def test_one_authority_per_number(whole: dict) -> None:
    numbers = {row["authority_num"] for row in table("social_service_departments") if row["authority_num"]}
    authorities = [one for one in whole["organisations"] if one.external_id.startswith("authority-")]
    # the one department without a number is Jerusalem's, which the others have made already
    assert len(authorities) == len(numbers) == 256
    jerusalem = {
        service.organisation_id
        for service in whole["services"]
        if "ירושלים" in service.name["he"] and service.external_id.startswith("department-")
    }
    assert len(jerusalem) == 1
    found = {one.external_id: one for one in authorities}[jerusalem.pop()]
    assert found.name["he"] == "עיריית ירושלים"


def test_a_number_is_nobody_elses(whole: dict) -> None:
    """The list of authorities gives Yesud HaMaala the number and full name of Hevel Yavne."""
    names = {one.name["he"]: one for one in whole["organisations"]}
    assert names["מועצה אזורית חבל יבנה"].identifiers == (("il-authority", "500244298"),)
    assert names["יסוד המעלה"].identifiers == ()
    assert names["מועצה אזורית חבל יבנה"].website == "https://www.hevel-yavne.org.il/"


def test_missing_is_missing(whole: dict) -> None:
    for service in whole["services"]:
        assert NO_DATA not in service.model_dump_json()
    for location in whole["locations"]:
        assert NO_DATA not in location.model_dump_json()
    waits = {row_key for row_key in table("mental_health_clinics")[0] if row_key.startswith("המתנה")}
    told = {
        tuple(cell.strip() for cell in row.values())
        for row in table("mental_health_clinics")
        if any(row[column].strip() not in {"", NO_DATA} for column in waits)
    }
    assert sum(bool(service.wait_time) for service in whole["services"]) == len(told)


def test_no_name_of_staff_in_a_phone(whole: dict) -> None:
    for kind in ("services", "organisations"):
        for one in whole[kind]:
            for phone in one.phones:
                assert re.fullmatch(r"0\d{1,2}-\d{7}|\*\d{3,5}|1-\d{3}-\d{6}", phone.number), phone
    assert not any("אריאלה" in one.reason for one in whole["refusals"])


def test_every_whole_number_of_the_departments_is_read(whole: dict) -> None:
    """By a plain pattern over the file: what has the form of a number is among the phones of that row's service."""
    services = [one for one in whole["services"] if one.external_id.startswith("department-")]
    for row, service in zip(table("social_service_departments"), services, strict=True):
        plain = set(re.findall(r"(?<!\d)0\d{1,2}-\d{7}(?!\d)", row["machlaka_phone"]))
        assert plain <= {phone.number for phone in service.phones}


def test_localities_have_the_codes_of_the_list(whole: dict) -> None:
    codes = {row["city"]: row["city_code"] for row in table("cities_to_local_authorities")}
    areas = [area for service in whole["services"] for area in service.areas]
    assert sum(area.code is not None for area in areas) / len(areas) > 0.97
    names = Counter(row["city"] for row in table("cities_to_local_authorities"))
    twice = {name for name, count in names.items() if count > 1}
    for area in areas:
        if area.code is not None and area.name["he"] in codes and area.name["he"] not in twice:
            assert area.code == codes[area.name["he"]]
        assert (area.scheme == "il-cbs-locality") == (area.code is not None)


def test_the_taxonomy_is_the_yaml_whole(whole: dict) -> None:
    def walk(items: list[dict], parent: str | None):
        for item in items:
            yield item["slug"], item["name"]["source"], item["name"]["tx"]["he"], parent
            yield from walk(item.get("items") or [], item["slug"])

    text = shared(f"{FOLDER}/openeligibility_taxonomy_he_en.yaml").read_text("utf-8")
    expected = list(walk(yaml.safe_load(text), None))
    assert [(t.code, t.name["en"], t.name["he"], t.parent_code) for t in whole["terms"]] == expected
    assert len(expected) == text.count("slug:")
    for kind in ("services", "situations", "places"):
        # other columns hold commas without quotes; the slug is the first
        lines = shared(f"{FOLDER}/openeligibility_{kind}.csv").read_text("utf-8").splitlines()[1:]
        listed = {line.partition(",")[0] for line in lines}
        assert listed == {term.code for term in whole["terms"] if term.code.split(":")[0] == f"human_{kind}"}


def test_twice_the_same_and_one_file_alone_the_same_ids(whole: dict) -> None:
    again = exhaust(read(str(shared(FOLDER))))
    assert {name: again[name] for name in ITERATED} == {name: whole[name] for name in ITERATED}
    alone = exhaust(read(str(shared(f"{FOLDER}/mental_health_clinics.csv"))))
    clinics = [one.external_id for one in whole["services"] if one.external_id.startswith("clinic-")]
    assert [one.external_id for one in alone["services"]] == clinics


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        ("08-6748109, 08-6748199", ["08-6748109", "08-6748199"]),
        ("02-5457930, 02-5457930", ["02-5457930"]),
        (" 03-5151125/44  ", ["03-5151125", "03-5151144"]),
        ("04-9835373-4-5", ["04-9835373", "04-9835374", "04-9835375"]),
        ("04-6969641 04-6969646", ["04-6969641", "04-6969646"]),
        ("7641230 - 09 ", ["09-7641230"]),
        ("29911411", ["02-9911411"]),
        ("732170430", ["073-2170430"]),
        ("8243", ["*8243"]),
        ("6412*", ["*6412"]),
        ("1599-510-550 ", ["1-599-510550"]),
        ("09 8869474", ["09-8869474"]),
        ("04-624000", []),
        ("9911411", []),
        ("0", []),
        ("", []),
        (None, []),
    ],
)
def test_phones(cell: str | None, numbers: list[str]) -> None:
    phones, faults = israeli_phones(cell)
    assert [phone.number for phone in phones] == numbers
    assert bool(faults) == (not numbers and bool(cell))


def test_extension_and_fax() -> None:
    (phone,), _ = israeli_phones("טלפון- 1599-510-550   שלוחה 2  ")
    assert (phone.number, phone.extension) == ("1-599-510550", "2")
    assert [phone.type for phone in israeli_phones("04-8452269\nפקס 04-9126220")[0]] == ["voice", "fax"]


@pytest.mark.parametrize(
    ("line", "city", "expected"),
    [
        ("שדרות אברהם עופר 1, שכונת שמשון, אשקלון  78289", "אשקלון", ("שדרות אברהם עופר 1, שכונת שמשון", "78289")),
        ('ת"ד 90000, מירון 13910, מושב מירון', None, ('ת"ד 90000, מירון, מושב מירון', "13910")),
        ("כהנמן 107, בני ברק", "בני ברק", ("כהנמן 107", None)),
        ("", None, (None, None)),
    ],
)
def test_addresses(line: str, city: str | None, expected: tuple) -> None:
    assert split_address(line, city) == expected


def test_weeks() -> None:
    assert [weeks_in_words(n) for n in ("0", "1", "2", "3.5")] == ["ללא המתנה", "שבוע", "שבועיים", "3.5 שבועות"]


def test_another_folder(tmp_path: Path) -> None:
    from kesher.formats.records import UnreadableFile

    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    with pytest.raises(UnreadableFile, match="social_service_departments"):
        read(str(tmp_path))
