"""Records to HSDS 3.1.1 and back: valid under the published schemas, nothing lost, ids that stay."""

import json
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import cache
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kesher.formats import records as r
from kesher.formats.files import Ledger
from kesher.formats.hsds.conformance import identify, schemas_of, service_back, validator
from kesher.formats.hsds.mapping import Mapper
from kesher.formats.hsds.profile import KESHER_PROFILE, build
from kesher.formats.hsds.write import Kind, Writer
from tests.shared import shared

HEBREW = r.ServiceRecord(
    external_id="6f1e3c6e-0000-4000-8000-000000000001",
    name={"he": "אולפן ערב", "ar": "دورة عبرية مسائية"},
    description={"he": "לימודי עברית"},
    phones=(r.PhoneRecord(number="*106", extension="012", languages=("he", "am")),),
    languages=(r.LanguageRecord(code="he", cefr_minimum="A2"), r.LanguageRecord(code="und", name="Bukhori")),
    referral_modes=(r.ReferralMode.SELF,),
    remote=False,
    weekly_hours=Decimal("4.5"),
    weeks=12,
    learning_outcomes={"he": "שיחה יומיומית"},
    human_languages=("he",),
    machine_languages=("ar",),
    at_locations=(r.ServiceAtLocationRecord(external_id="site", location_id="place"),),
)


@cache
def schemas(profile: bool = False):
    folder = shared("conformance/hsds/3.1.1/schema")
    if not profile:
        return schemas_of(folder)
    built = build(folder, KESHER_PROFILE)
    del built["openapi.json"]
    return built


def faults(name, found, *, profile=False):
    """Messages of the schema's faults in ``found``, after a trip through JSON text."""
    return [error.message for error in validator(schemas(profile), name).iter_errors(json.loads(json.dumps(found)))]


def test_a_language_is_chosen_with_fallback():
    hebrew = Writer(identify, language="he").service(HEBREW)
    assert hebrew["name"] == "אולפן ערב"
    assert hebrew["content_language"] == "he"
    arabic = Writer(identify, language="ar", fallback=("he",)).service(HEBREW)
    assert arabic["name"] == "دورة عبرية مسائية"
    assert arabic["description"] == "לימודי עברית"
    assert arabic["translations"]["he"]["description"] == "לימודי עברית"
    assert Writer(identify, language="ru", fallback=()).service(HEBREW)["name"] == "אולפן ערב"


def test_ids_stay_whatever_the_language_and_the_order():
    first = Writer(identify, language="he").service(HEBREW)
    second = Writer(identify, language="ar").service(
        HEBREW.model_copy(update={"languages": HEBREW.languages[::-1], "name": {"he": "שם חדש"}})
    )
    assert {child["id"] for child in first["languages"]} == {child["id"] for child in second["languages"]}
    assert first["phones"][0]["id"] == second["phones"][0]["id"]
    assert len({child["id"] for child in first["languages"] + first["phones"] + first["phones"][0]["languages"]}) == 5


def test_equal_children_have_ids_of_their_own():
    twins = HEBREW.model_copy(update={"funding": (r.FundingRecord(source="Town"),) * 2})
    first, second = Writer(identify).service(twins)["funding"]
    assert first["id"] != second["id"]


def test_the_caller_says_what_ids_records_have():
    asked = []

    def ours(kind, external_id):
        asked.append((kind, external_id))
        return UUID(int=len(asked))

    Writer(ours).service(HEBREW)
    assert set(asked) == {
        (Kind.SERVICE, HEBREW.external_id),
        (Kind.SERVICE_AT_LOCATION, "site"),
        (Kind.LOCATION, "place"),
    }


@pytest.mark.conformance
def test_a_hebrew_service_is_valid_with_and_without_the_profile():
    for profile in (False, True):
        found = Writer(identify, language="he", profile=profile).service(HEBREW)
        assert faults("service.json", found, profile=profile) == []
    plain = Writer(identify, language="he", profile=False).service(HEBREW)
    assert not plain.keys() - schemas()["service.json"]["properties"].keys()
    assert "cefr_minimum" not in plain["languages"][0]


@pytest.mark.conformance
def test_the_validator_does_see_faults():
    found = Writer(identify).service(HEBREW)
    assert faults("service.json", found | {"id": "7"})
    assert faults("service.json", found | {"status": "open"})
    assert faults("service.json", found | {"url": "no url"})
    assert faults("service.json", found | {"phones": [{"id": found["id"]}]})
    assert faults("service.json", found | {"last_modified": "yesterday"})
    assert faults("service.json", found | {"referral_modes": ["friend"]}, profile=True)


def test_taxonomies_and_terms():
    writer = Writer(identify, language="he")
    taxonomy = r.TaxonomyRecord(slug="open-eligibility", name={"en": "Open Eligibility"}, licence="CC BY-SA 3.0")
    parent = r.TermRecord(taxonomy="open-eligibility", code="1104", name={"en": "Work"})
    term = r.TermRecord(taxonomy="open-eligibility", code="1130", name={"he": "עבודה"}, parent_code="1104")
    assert writer.taxonomy_term(term)["parent_id"] == writer.taxonomy_term(parent)["id"]
    assert writer.taxonomy_term(term, taxonomy)["taxonomy_detail"]["id"] == writer.taxonomy(taxonomy)["id"]
    mapper = Mapper(Ledger(), "en")
    assert mapper.taxonomy(writer.taxonomy(taxonomy), "", 1) == taxonomy
    assert mapper.term(writer.taxonomy_term(term), "", 1, {}) == term
    assert mapper.ledger.refusals == []


# --- any record ------------------------------------------------------------------------------------------------------

words = st.text(st.sampled_from("abc dé שלום سلام, 12\n"), min_size=1, max_size=20).map(str.strip).filter(bool)
texts = st.dictionaries(st.sampled_from(["he", "ar", "en", "ru", "pt-BR"]), words, max_size=3)
named = st.dictionaries(st.sampled_from(["he", "ar", "en"]), words, min_size=1, max_size=3)
codes = st.from_regex(r"[a-z0-9][a-z0-9-]{0,8}", fullmatch=True)
urls = st.sampled_from(["https://example.org", "http://a.example.co.il/x?y=1"])
emails = st.sampled_from(["a@example.org", "b.c@town.example"])
days = st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 1, 1))
clocks = st.builds(time, st.integers(0, 23), st.integers(0, 59))
EARLIEST = datetime(1900, 1, 1)
amounts = st.decimals(min_value=0, max_value=99_999, places=2).map(lambda number: number.normalize() + 0)


def tuples(of, most=2):
    return st.lists(of, max_size=most, unique_by=repr).map(tuple)


def maybe(of):
    return st.none() | of


phones = st.builds(
    r.PhoneRecord,
    number=st.from_regex(r"[0-9*+][0-9 -]{2,9}[0-9]", fullmatch=True),
    extension=maybe(st.sampled_from(["1", "012", "x7"])),
    type=maybe(st.sampled_from(["voice", "fax"])),
    description=texts,
    languages=tuples(st.sampled_from(["he", "ar", "am"])),
)
contacts = st.builds(
    r.ContactRecord, name=words, title=maybe(words), department=maybe(words), email=maybe(emails), phones=tuples(phones)
)
schedules = st.builds(
    r.ScheduleRecord,
    byday=tuples(st.sampled_from(r.Weekday)),
    opens_at=maybe(clocks),
    closes_at=maybe(clocks),
    valid_from=maybe(days),
    valid_to=maybe(days),
    freq=maybe(st.sampled_from(["WEEKLY", "MONTHLY"])),
    interval=maybe(st.integers(1, 5)),
    bymonthday=maybe(st.just("1,15")),
    attending_type=maybe(words),
    description=texts,
    notes=maybe(words),
    schedule_link=maybe(urls),
)
areas = st.builds(
    r.AreaRecord, name=named, code=maybe(codes), scheme=maybe(codes), uri=maybe(urls), extent=maybe(words)
)
services = st.builds(
    r.ServiceRecord,
    external_id=st.uuids().map(str),
    organisation_id=maybe(st.uuids().map(str)),
    programme_id=maybe(st.uuids().map(str)),
    name=named,
    alternate_name=texts,
    description=texts,
    url=maybe(urls),
    additional_urls=tuples(st.builds(r.LinkRecord, url=urls, label=maybe(words))),
    email=maybe(emails),
    status=st.sampled_from(r.ServiceStatus),
    interpretation_services=texts,
    application_process=texts,
    fees_description=texts,
    eligibility_description=texts,
    wait_time=texts,
    accreditations=maybe(words),
    licenses=maybe(words),
    alert=texts,
    minimum_age=maybe(st.integers(0, 18)),
    maximum_age=maybe(st.integers(18, 120)),
    assured_date=maybe(days),
    assurer_email=maybe(emails),
    last_modified=maybe(st.datetimes(min_value=EARLIEST, timezones=st.just(UTC))),
    phones=tuples(phones),
    schedules=tuples(schedules),
    languages=tuples(
        st.builds(
            r.LanguageRecord,
            code=st.sampled_from(["he", "zh-Hant", "ase"]),
            name=maybe(words),
            cefr_minimum=maybe(st.sampled_from(["A1", "B2"])),
            note=maybe(words),
        )
    ),
    areas=tuples(areas),
    costs=tuples(
        st.builds(
            r.CostRecord,
            option=named,
            amount=maybe(amounts),
            currency=maybe(st.sampled_from(["ILS", "EUR"])),
            amount_description=texts,
            valid_from=maybe(days),
        )
    ),
    documents=tuples(st.builds(r.DocumentRecord, document=named, uri=maybe(urls))),
    funding=tuples(st.builds(r.FundingRecord, source=words)),
    contacts=tuples(contacts),
    capacities=tuples(
        st.builds(
            r.CapacityRecord,
            unit=words,
            available=st.integers(0, 10**6),
            maximum=maybe(st.integers(0, 10**6)),
            updated=st.datetimes(min_value=EARLIEST, timezones=st.just(UTC)),
            description=texts,
        )
    ),
    terms=tuples(
        st.builds(
            r.TermRef,
            taxonomy=st.sampled_from(["open-eligibility", "kesher"]),
            code=codes,
            link_type=maybe(codes),
            value=maybe(words),
        )
    ),
    at_locations=tuples(
        st.builds(
            r.ServiceAtLocationRecord,
            external_id=st.uuids().map(str),
            location_id=st.uuids().map(str),
            description=texts,
            phones=tuples(phones),
            schedules=tuples(schedules),
            contacts=tuples(contacts),
            areas=tuples(areas),
        )
    ),
    referral_modes=tuples(st.sampled_from(r.ReferralMode)),
    remote=maybe(st.booleans()),
    weekly_hours=maybe(st.decimals(min_value=0, max_value=168, places=1)),
    weeks=maybe(st.integers(0, 520)),
    learning_outcomes=texts,
    human_languages=st.sampled_from([(), ("he",), ("he", "en")]),
    machine_languages=st.sampled_from([(), ("ar",), ("ar", "ru")]),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(services, st.sampled_from(["he", "en", "ru"]))
def test_any_service_comes_back_from_json(record, language):
    written = json.loads(json.dumps(Writer(identify, language=language, fallback=("en",)).service(record)))
    mapper = Mapper(Ledger(), "fr")  # a default the object's own content_language must win over
    back = service_back(written, mapper)
    assert mapper.ledger.refusals == []
    assert back == record


@pytest.mark.conformance
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(services)
def test_any_service_is_written_valid(record):
    writer = Writer(identify, language="he")
    assert faults("service.json", writer.service(record)) == []
    assert faults("service.json", writer.service(record), profile=True) == []
    assert faults("service.json", writer.service_summary(record)) == []
