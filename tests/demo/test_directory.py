"""What the demo town says: real places with published facts, invented everything else, complete in three languages."""

import csv
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from pydantic import BaseModel

from kesher.accounts.models import Organisation
from kesher.demo import district, figures, subjects
from kesher.demo.directory import FIRST_DAY, SOURCE, phone_number, reading, service_id, suspended_ids
from kesher.demo.offers import Price
from kesher.demo.organisations import MARK, OFFICES
from kesher.demo.services import OFFERS
from kesher.demo.texts import COMPLETE, LANGUAGES, joined, words
from kesher.demo.visitors import EVERYBODY, KEEPERS, VISITORS
from kesher.directory.taxonomies import DATA
from kesher.formats.records import (
    LocationRecord,
    OrganisationRecord,
    ReferralMode,
    ServiceRecord,
    ServiceStatus,
    Weekday,
)
from kesher.insights.packs import manifest
from tests.shared import shared

SEEDS = (1, 1948)
SCRIPTS = {
    "he": r"[\u05d0-\u05ea]",
    "ar": r"[\u0620-\u064a]",
    "ru": r"[а-яё]",
    "uk": r"[а-яіїєґ]",
    "am": r"[\u1200-\u137f]",
}


def read(seed: int = 1948, today: date = FIRST_DAY) -> tuple[list[Any], list[Any], list[Any]]:
    found = reading(seed, today=today)
    return list(found.organisations), list(found.locations), list(found.services)


def texts(value: Any, where: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    """Every translated text inside a record, with the path to it."""
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from texts(getattr(value, name), f"{where}.{name}")
    elif isinstance(value, tuple):
        for item in value:
            yield from texts(item, where)
    elif isinstance(value, dict) and value:
        yield where, value


# --- the real places --------------------------------------------------------------------------------------------------
@pytest.mark.conformance
def test_facts_equal_the_published_ones() -> None:
    with shared("data/il_localities/localities_2021.csv").open(encoding="utf-8-sig") as file:
        localities = {row["id"]: row for row in csv.DictReader(file)}
    with shared("data/il_cbs_socioeconomic_2019/local_authorities_2019.csv").open(encoding="utf-8-sig") as file:
        classed = {row["authority_code"]: row for row in csv.DictReader(file)}
    southern = {
        code for code, row in localities.items() if row["district_id"] == district.REGIONS["6"].code and code in classed
    }
    assert set(district.AUTHORITIES) == southern, "every municipality and local council of the district, no other"
    for code, town in district.AUTHORITIES.items():
        place, index = localities[code], classed[code]
        assert town.name["he"] == place["name"]
        assert town.sub_district == place["sub_district_id"]
        assert town.population == int(place["population"])
        assert town.latitude == float(place["coordinates_wgs84_latitude"])
        assert town.longitude == float(place["coordinates_wgs84_longitude"])
        assert town.cluster == int(index["cluster_2019"])
        assert town.rank == int(index["rank_2019"])
        assert town.index == pytest.approx(float(index["index_value_2019"]), abs=0.0005)

    def people(key: str, value: str) -> int:
        return sum(int(row["population"] or 0) for row in localities.values() if not key or row[key] == value)

    assert district.REGIONS["61"].population == people("sub_district_id", "61")
    assert district.REGIONS["62"].population == people("sub_district_id", "62")
    assert district.REGIONS["6"].population == people("district_id", "6")
    assert district.REGIONS["il"].population == people("", "")
    names = {row["sub_district_id"]: row["sub_district_name"] for row in localities.values()}
    for code in ("61", "62"):
        assert names[code] in district.REGIONS[code].name["he"]


# --- the records ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("seed", SEEDS)
def test_same_seed_same_records(seed: int) -> None:
    assert read(seed) == read(seed)
    assert read(seed)[1] != read(seed + 1)[1]


def test_dates_move_with_the_day() -> None:
    now, later = read()[2], read(today=FIRST_DAY + timedelta(days=400))[2]
    for service, same in zip(now, later, strict=True):
        assert same.assured_date - service.assured_date == timedelta(days=400)


def test_enough_and_of_every_sort() -> None:
    organisations, locations, services = read()
    assert len(organisations) == len(locations) == len(OFFICES) >= 45
    assert len(services) == sum(len(offer.at) for offer in OFFERS) >= 120
    assert len({s.external_id for s in services}) == len(services)
    assert len({(s.name["en"], s.organisation_id) for s in services}) == len(services)
    assert {s.organisation_id for s in services} | {"municipality"} == set(OFFICES)
    assert sum(not s.phones for s in services) >= 5
    assert sum(bool(s.remote) for s in services) >= 5
    assert sum(s.assured_date < FIRST_DAY - timedelta(days=183) for s in services) >= 10
    assert sum(s.referral_modes == (ReferralMode.PROFESSIONAL,) for s in services) >= 5
    assert sum(s.status != ServiceStatus.ACTIVE for s in services) >= 1
    assert sum(any(language.cefr_minimum for language in s.languages) for s in services) >= 20
    assert sum(bool(s.weeks and s.weekly_hours) for s in services) >= 30
    assert len(suspended_ids()) == 1
    assert suspended_ids() < {s.external_id for s in services}
    for code in ("he", "ar", "ru", "uk", "fr", "am", "en"):
        assert sum(any(language.code == code for language in s.languages) for s in services) >= 5, code


def test_every_service_can_be_reached_and_stands_somewhere() -> None:
    _, locations, services = read()
    places = {location.external_id for location in locations}
    for service in services:
        assert service.email
        assert service.schedules
        assert service.languages
        assert service.areas
        assert service.costs
        assert service.terms
        assert service.referral_modes
        assert service.application_process
        assert service.eligibility_description
        assert {at.location_id for at in service.at_locations} <= places
        assert bool(service.at_locations) != service.remote
        for capacity in service.capacities:
            assert 0 <= capacity.available <= capacity.maximum


def test_places_lie_in_their_towns() -> None:
    for location in read()[1]:
        town = district.AUTHORITIES[OFFICES[location.external_id].place]
        assert abs(location.latitude - town.latitude) < 0.006
        assert abs(location.longitude - town.longitude) < 0.006
        assert location.addresses[0].city == town.name["he"]


def test_week_is_that_of_the_country() -> None:
    for service in read()[2]:
        for schedule in service.schedules:
            assert schedule.opens_at < schedule.closes_at
            round_the_clock = len(schedule.byday) == 7
            assert round_the_clock or Weekday.SATURDAY not in schedule.byday
            assert round_the_clock or Weekday.FRIDAY not in schedule.byday or schedule.closes_at.hour <= 13


# --- the words --------------------------------------------------------------------------------------------------------
def records() -> list[Any]:
    return [record for kind in read() for record in kind]


def test_every_text_is_complete_in_three_languages() -> None:
    for record in records():
        for where, text in texts(record):
            assert set(COMPLETE) <= set(text), f"{record.external_id}{where}"
            assert set(text) <= set(LANGUAGES)
            for language, said in text.items():
                assert said == said.strip()
                if pattern := SCRIPTS.get(language):
                    assert re.search(pattern, said.lower()), f"{record.external_id}{where} is not in {language}: {said}"


def test_names_and_descriptions_are_in_all_seven() -> None:
    for record in records():
        assert set(record.name) == set(LANGUAGES), record.external_id
        if isinstance(record, ServiceRecord):
            assert set(record.description) == set(LANGUAGES), record.external_id
    for place in (*district.AUTHORITIES.values(), *district.REGIONS.values()):
        assert set(place.name) == set(LANGUAGES)


def test_for_whom_how_and_with_what_is_said_in_all_seven_and_marked_where_a_machine_said_it() -> None:
    for record in records():
        if isinstance(record, ServiceRecord):
            texts = (record.eligibility_description, record.application_process)
            costs = [text for cost in record.costs for text in (cost.option, cost.amount_description)]
            told = [record.wait_time, record.alert, record.learning_outcomes, record.interpretation_services]
            said = [*costs, *told, record.fees_description, *(one.document for one in record.documents)]
            for text in filter(None, (*texts, *said)):
                assert set(text) == set(LANGUAGES), (record.external_id, text)
                # a few words may be the same in Russian and Ukrainian, and in no other two
                alike = text["ru"] == text["uk"] and len(text["ru"]) < 20
                assert len(set(text.values())) == len(LANGUAGES) - alike, (record.external_id, text)
            assert all(texts)
            assert record.machine_languages == ("ru", "uk", "fr", "am")
        if isinstance(record, LocationRecord):
            for text in filter(None, (record.transportation, *(one.description for one in record.accessibility))):
                assert set(text) == set(LANGUAGES), (record.external_id, text)
                assert len(set(text.values())) == len(LANGUAGES), (record.external_id, text)


def test_visitors_speak_the_three_languages() -> None:
    assert [visitor.key for visitor in VISITORS] == [
        "newcomer",
        "caseworker",
        "convenor",
        "partner",
        "employer",
        "college",
        "mentor",
    ]
    for visitor in EVERYBODY:
        for text in (visitor.title, visitor.task, visitor.shows):
            assert set(COMPLETE) <= set(text)
        assert visitor.office in OFFICES or not visitor.office
    assert len({visitor.email for visitor in EVERYBODY}) == len(VISITORS) + len(KEEPERS)


# --- nothing of it can be taken for real ------------------------------------------------------------------------------
def test_no_real_number_address_or_name() -> None:
    told = "\n".join(record.model_dump_json() for record in records()) + "\n".join(v.email for v in EVERYBODY)
    for address in re.findall(r"[\w.+-]+@[\w.-]+", told):
        assert address.endswith("@demo.example"), address
    for host in re.findall(r"https?://([\w.-]+)", told):
        assert host.endswith(".demo.example"), host
    for number in re.findall(r"\b0\d[\d-]{6,}", told):
        assert re.fullmatch(r"08-555-01\d\d", number), number
    numbers = [phone_number(office) for office in OFFICES.values()]
    assert len(set(numbers)) == len(numbers)


def test_every_office_is_called_invented() -> None:
    for record in records():
        if isinstance(record, OrganisationRecord | LocationRecord):
            for language, name in record.name.items():
                assert name.endswith(MARK[language])


def test_kinds_are_those_of_organisations() -> None:
    assert {office.kind for office in OFFICES.values()} <= set(Organisation.Kind.values)
    assert {office.place for office in OFFICES.values()} <= set(district.AUTHORITIES)


def test_subjects_are_in_their_taxonomies() -> None:
    codes = set()
    for taxonomy, name in (("open-eligibility", "open_eligibility.csv"), ("kesher-business", "business.csv")):
        with (DATA / name).open(encoding="utf-8", newline="") as file:
            codes |= {(taxonomy, row["code"]) for row in csv.DictReader(file)}
    named = {v for k, v in vars(subjects).items() if k.isupper() and not k.startswith("_")}
    assert named <= {code for _taxonomy, code in codes}
    for service in read()[2]:
        assert {(term.taxonomy, term.code) for term in service.terms} <= codes, service.external_id
        assert any(term.link_type == "service_type" for term in service.terms), service.external_id


# --- the small tools --------------------------------------------------------------------------------------------------
def test_words_are_refused_when_one_of_the_three_is_missing() -> None:
    for wrong in (("Work", "עבודה"), ("Work", "", "عمل"), ("a",) * 8):
        with pytest.raises(ValueError, match="none empty"):
            words(*wrong)


def test_joined_keeps_only_languages_all_parts_have() -> None:
    assert joined("{} – {}", words("a", "b", "c", "d"), words("x", "y", "z")) == {
        "en": "a – x",
        "he": "b – y",
        "ar": "c – z",
    }


def test_ids_say_offer_and_office() -> None:
    assert service_id(OFFERS[0], OFFERS[0].at[0]) == f"{OFFERS[0].key}.{OFFERS[0].at[0]}"
    assert reading(1).source == SOURCE
    assert Price(480, words("a", "b", "c")).decimal == 480


@pytest.mark.conformance
def test_figures_of_the_towns_equal_the_published_ones() -> None:
    folder = shared("data/il_cbs_socioeconomic_2019")
    served = {
        what: measure
        for table in manifest("il").table
        if table.dataset == "il-cbs-authorities-2019"
        for measure, what in table.serves.items()
    }
    with (folder / "local_authorities_2019.csv").open(encoding="utf-8-sig") as file:
        published = {row["authority_code"]: row for row in csv.DictReader(file)}
    with (folder / "national_values_2019.csv").open(encoding="utf-8-sig") as file:
        published["IL"] = next(row for row in csv.DictReader(file) if row["name_he"] != "ממוצע")
    typed = {row[0]: row[1:] for row in figures.rows()}
    assert set(typed) == {*district.AUTHORITIES, "IL"}
    assert set(served) == set(figures.INDICATORS)
    for code, cells in typed.items():
        for name, cell in zip(figures.INDICATORS, cells, strict=True):
            if code == "IL" and name in figures.NOT_OF_A_NATION:
                assert cell == ""
            else:
                cut = 0.51 if name == "population" else 0.0006
                assert float(cell) == pytest.approx(float(published[code][served[name]]), abs=cut), (code, name)
