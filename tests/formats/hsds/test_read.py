"""HSDS read from the published examples, from Miami's real directory, and from small files with one trait each."""

import json
import zipfile
from collections import Counter
from datetime import date, time
from decimal import Decimal

import pytest

from kesher.formats.hsds import read
from kesher.formats.hsds.conformance import Everything, conformance
from kesher.formats.hsds.languages import language_named, language_tag
from kesher.formats.hsds.taxonomies import permitted
from kesher.formats.records import LocationType, ServiceStatus, Weekday
from tests.shared import SHARED, shared

SERVICE = {"id": "s1", "name": "Course", "status": "active"}


def written(tmp_path, tables):
    for name, content in tables.items():
        (tmp_path / f"{name}.csv").write_text(content)
    return Everything(read(tmp_path))


def from_json(tmp_path, value, name="a.json", **options):
    path = tmp_path / name
    path.write_text(value if isinstance(value, str) else json.dumps(value))
    return Everything(read(path, **options))


@pytest.mark.conformance
def test_all_checks_of_the_standard_pass():
    """Among them: every Miami service is written valid under the published schemas, and comes back as it was."""
    shared("conformance/hsds")
    results = conformance(SHARED)
    assert [(name, detail) for name, passed, detail in results if not passed] == []
    seen = {name: detail for name, _, detail in results}
    assert len(results) == 51
    assert seen["Miami: what we write is valid HSDS 3.1.1"].endswith("objects of 4089 services")
    assert seen["Miami: round trip"] == "9252 records"


@pytest.mark.conformance
def test_a_check_that_fails_is_told_and_stops_nothing(tmp_path):
    (tmp_path / "conformance/hsds/3.0/examples").mkdir(parents=True)
    (tmp_path / "conformance/hsds/3.0/examples/broken.json").write_text("{")
    results = conformance(tmp_path)
    assert results[0][:2] == ("3.0: example broken is read", False)
    assert "cut short" in results[0][2]
    assert not any(passed for _, passed, _ in results)


@pytest.mark.conformance
def test_the_full_example_is_read_in_full():
    found = Everything(read(shared("conformance/hsds/3.1/examples/service_full.json")))
    service = found.services[0]
    assert service.name == {"en": "Community Counselling"}
    assert service.status is ServiceStatus.ACTIVE
    assert (service.minimum_age, service.maximum_age) == (12, 100)
    assert service.schedules[0].byday == (Weekday.THURSDAY, Weekday.FRIDAY)
    assert (service.schedules[0].opens_at, service.schedules[0].closes_at) == (time(10), time(18))
    assert service.costs[0].amount == Decimal(35)
    assert service.costs[0].currency == "GBP"
    assert service.costs[0].valid_from == date(2020, 1, 1)
    assert service.phones[0].number == "+44 1234 234567"
    assert service.phones[0].extension == "100"
    assert service.phones[0].languages == ("ur",)
    assert service.capacities[0].unit == "Kilogram"
    assert service.documents[0].uri == "http://example.com"
    assert service.organisation_id in found.organisations
    assert service.programme_id in found.programmes
    assert [site.location_id for site in service.at_locations] == list(found.locations)
    location = found.locations[service.at_locations[0].location_id]
    assert location.latitude is None  # the example says 100
    assert location.addresses[0].address_type is LocationType.POSTAL
    organisation = found.organisations[service.organisation_id]
    assert organisation.identifiers == (("GB-COH", "1234567"),)
    assert organisation.year_incorporated == 2011
    assert found.terms == []  # its taxonomy is not known to be free
    assert {refusal.field for refusal in found.refusals} == {"latitude", "taxonomy"}


@pytest.mark.conformance
def test_the_tables_say_what_the_json_says():
    """The same example as CSV: a child stands under the most particular of the parents it names."""
    found = Everything(read(shared("conformance/hsds/3.1/examples/csv")))
    service = found.services[0]
    assert service.at_locations[0].schedules[0].byday == (Weekday.THURSDAY, Weekday.FRIDAY)
    assert service.documents[0].document["en"].startswith("Any official")
    assert service.costs[0].amount == Decimal(35)
    assert found.locations[service.at_locations[0].location_id].addresses[0].city == "MyCity"


@pytest.mark.conformance
def test_miami_is_read_with_its_faults():
    found = Everything(read(shared("data/us_miami_open211_hsds")))
    assert (len(found.services), len(found.organisations), len(found.locations)) == (4089, 1074, 4089)
    missing = Counter(
        refusal.file for refusal in found.refusals if refusal.field == "organization_id" and not refusal.fatal
    )
    assert missing == {"services.csv": 447, "locations.csv": 3015}
    assert sum(service.organisation_id is None for service in found.services) == 447
    girls = next(service for service in found.services if service.external_id == "136")
    assert girls.url == "https://www.girlscoutsfl.org"
    assert "\\n" not in girls.description["en"]
    assert [language.code for language in girls.languages][:2] == ["en", "es"]
    monday_to_friday = girls.schedules[0]
    assert [day.value for day in monday_to_friday.byday] == ["MO", "TU", "WE", "TH", "FR"]
    assert (monday_to_friday.opens_at, monday_to_friday.closes_at) == (time(9), time(17))
    assert girls.at_locations[0].phones[0].number == "305-253-4841"
    assert not any(service.terms for service in found.services)


@pytest.mark.conformance
def test_miami_as_a_zip_is_the_same(tmp_path):
    folder = shared("data/us_miami_open211_hsds")
    with zipfile.ZipFile(tmp_path / "miami.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for table in folder.glob("*.csv"):
            archive.write(table, f"data/{table.name}")
    assert Everything(read(tmp_path / "miami.zip")).services == Everything(read(folder)).services


@pytest.mark.conformance
def test_the_package_as_published_is_read():
    name = "conformance/hsds/datasets/open211-miami/open211-miami-2019-hsds1.1-reduced.zip"
    assert len(Everything(read(shared(name))).services) == 4089


@pytest.mark.parametrize(
    "value",
    [
        SERVICE,
        [SERVICE],
        {"total_items": 1, "contents": [SERVICE]},
        {"contents": [SERVICE], "total_items": 1},
        json.dumps(SERVICE) + "\n",
        "\n".join(json.dumps(SERVICE | {"id": f"s{number}"}) for number in range(1, 4)),
        "\ufeff" + json.dumps(SERVICE),
        {"services.csv": [SERVICE]},
    ],
)
def test_every_form_of_json(value, tmp_path):
    found = from_json(tmp_path, value)
    assert found.services[0].name == {"en": "Course"}
    assert found.refusals == []


def test_objects_longer_than_one_block_are_read(tmp_path):
    """The text is parsed as it comes: what begins in one block and ends in another is still one object."""
    many = [SERVICE | {"id": f"s{number}", "description": "א" * (number * 37_000 % 90_000)} for number in range(80)]
    found = from_json(tmp_path, json.dumps(many, ensure_ascii=False))
    assert [len(service.description.get("en", "")) for service in found.services] == [
        len(service["description"]) for service in many
    ]


def test_what_is_nested_is_given_once(tmp_path):
    nested = SERVICE | {
        "organization": {"id": "o1", "name": "Town"},
        "service_at_locations": [{"id": "x", "location": {"id": "l1", "location_type": "physical"}}],
    }
    other = nested | {
        "id": "s2",
        "service_at_locations": [{"id": "y", "location": {"id": "l1", "location_type": "physical"}}],
    }
    found = from_json(tmp_path, [nested, other])
    assert (list(found.organisations), list(found.locations), len(found.services)) == (["o1"], ["l1"], 2)
    assert found.refusals == []


def test_a_folder_of_objects_that_point_at_each_other(tmp_path):
    with zipfile.ZipFile(tmp_path / "api.zip", "w") as archive:
        archive.writestr("services/1.json", json.dumps(SERVICE | {"organization_id": "o1"}))
        archive.writestr("organizations/1.json", json.dumps({"id": "o1", "name": "Town", "description": "x"}))
        archive.writestr("locations/1.json", json.dumps({"id": "l1", "location_type": "virtual"}))
        archive.writestr(
            "service_at_locations/1.json", json.dumps({"id": "x", "service_id": "s1", "location_id": "l1"})
        )
    found = Everything(read(tmp_path / "api.zip"))
    assert found.services[0].organisation_id == "o1"
    assert found.services[0].at_locations[0].location_id == "l1"
    assert found.refusals == []


def test_the_language_of_texts_is_as_given(tmp_path):
    assert from_json(tmp_path, SERVICE, language="iw").services[0].name == {"he": "Course"}
    with pytest.raises(ValueError, match="BCP 47"):
        read(tmp_path, language="not a tag")


def test_only_taxonomies_free_to_pass_on_are_read(tmp_path):
    tables = {
        "services": "id,name\ns1,Course\n",
        "taxonomy": "id,name,parent_id,vocabulary\n"
        "PH-100,Job training,,AIRS\n1104,Work,,Open Eligibility\n1130,Skills,1104,openeligibility\n",
        "services_taxonomy": "id,service_id,taxonomy_id\n1,s1,PH-100\n2,s1,1130\n",
    }
    found = written(tmp_path, tables)
    assert [(term.code, term.parent_code) for term in found.terms] == [("1104", None), ("1130", "1104")]
    assert [(term.taxonomy, term.code) for term in found.services[0].terms] == [("open-eligibility", "1130")]
    assert [taxonomy.slug for taxonomy in found.taxonomies] == ["open-eligibility"]
    assert len(found.refusals) == 1
    assert "AIRS" in found.refusals[0].reason
    assert permitted("211 LA County Taxonomy of Human Services") is None
    assert permitted(None) is None


def test_days_with_the_same_hours_become_one_rule(tmp_path):
    tables = {
        "services": "id,name\ns1,Course\n",
        "regular_schedules": "service_id,weekday,opens_at,closes_at\n"
        "s1,1,9:00,17:00\ns1,Tuesday,9:00,17:00\ns1,Sun,10am,1pm\ns1,Friday,9:00,late\n",
        "holiday_schedules": "service_id,closed,start_date,end_date\ns1,true,2024-12-24,2024-12-26\n",
    }
    found = written(tmp_path, tables)
    week, sunday, holiday = found.services[0].schedules
    assert week.byday == (Weekday.MONDAY, Weekday.TUESDAY)
    assert (sunday.byday, sunday.opens_at) == ((Weekday.SUNDAY,), time(10))
    assert (holiday.valid_from, holiday.notes) == (date(2024, 12, 24), "closed")
    # A rule whose end cannot be read is left out whole: half of it would promise an open door.
    assert [(refusal.row, refusal.fatal) for refusal in found.refusals] == [(5, False)]


def test_children_that_name_several_parents_are_given_once(tmp_path):
    tables = {
        "services": "id,name,organization_id\ns1,Course,o1\n",
        "organizations": "id,name,url\no1,Town,example.org\n",
        "locations": "id,organization_id\nl1,o1\n",
        "phones": 'id,service_id,location_id,organization_id,number,language\np1,s1,l1,o1,106,"he, ar"\n'
        "p2,,l1,o1,107,\np3,,,o1,108,Amharic\np4,,,o9,109,\n",
    }
    found = written(tmp_path, tables)
    assert [phone.number for phone in found.services[0].phones] == ["106"]
    assert found.services[0].phones[0].languages == ("he", "ar")
    assert [phone.number for phone in found.locations["l1"].phones] == ["107"]
    assert [(phone.number, phone.languages) for phone in found.organisations["o1"].phones] == [("108", ("am",))]
    assert found.organisations["o1"].website == "https://example.org"
    assert [(refusal.file, refusal.row, refusal.field) for refusal in found.refusals] == [
        ("phones.csv", 5, "organization_id")
    ]


def test_eligibility_of_1_x_joins_its_service(tmp_path):
    tables = {"services": "id,name\ns1,Course\n", "eligibility": "id,service_id,eligibility\n1,s1,Adults\n2,s1,Olim\n"}
    assert written(tmp_path, tables).services[0].eligibility_description == {"en": "Adults\nOlim"}


def test_a_hebrew_table_of_an_old_spreadsheet_is_read(tmp_path):
    (tmp_path / "services.csv").write_bytes("id;name\ns1;מרכז תעסוקה\n".encode("windows-1255"))
    assert Everything(read(tmp_path, language="he")).services[0].name == {"he": "מרכז תעסוקה"}


def test_a_thousand_children_of_one_parent(tmp_path):
    rows = "".join(f"s1,{number}\n" for number in range(1000))
    found = written(tmp_path, {"services": "id,name\ns1,Course\n", "phones": "service_id,number\n" + rows})
    assert [phone.number for phone in found.services[0].phones] == [str(number) for number in range(1000)]


@pytest.mark.parametrize(
    ("code", "tag"),
    [
        ("HE", "he"),
        ("eng", "en"),
        ("iw", "he"),
        ("zh-hant", "zh-Hant"),
        ("pt_br", "pt-BR"),
        ("klingon", None),
        ("", None),
    ],
)
def test_language_tags(code, tag):
    assert language_tag(code) == tag


def test_language_names():
    assert language_named(" Haitian-Creole ") == "ht"
    assert language_named("אמהרית") == "am"
    assert language_named("Others available upon request") is None
