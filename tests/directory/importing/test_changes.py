"""What a second reading of a changed source does: only what changed, and never what was decided here."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from django.db import IntegrityError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kesher.areas.models import Area
from kesher.directory.importing import NothingToLoad, load_reading
from kesher.directory.importing.rows import COLUMNS
from kesher.directory.models import Contact, Cost, Dataset, Location, Phone, Schedule, Service, ServiceAtLocation
from kesher.formats import records as r
from kesher.formats.remarks import say

pytestmark = pytest.mark.django_db


@dataclass
class Source:
    """A small directory in memory that can be read again and again."""

    services: list[r.ServiceRecord] = field(default_factory=list)
    organisations: list[r.OrganisationRecord] = field(default_factory=list)
    locations: list[r.LocationRecord] = field(default_factory=list)
    programmes: list[r.ProgrammeRecord] = field(default_factory=list)
    refusals: list[r.Refusal] = field(default_factory=list)

    def read(self) -> r.Reading:
        return r.Reading(
            source="test",
            language="en",
            services=iter(self.services),
            organisations=iter(self.organisations),
            locations=iter(self.locations),
            programmes=iter(self.programmes),
            refusals=list(self.refusals),
        )


def everything(name: str = "Evening Hebrew", **changes: object) -> r.ServiceRecord:
    """A service with every kind of detail."""
    phone = r.PhoneRecord(number="08-555-0100", languages=("he", "am"))
    record = r.ServiceRecord(
        external_id="s1",
        organisation_id="o1",
        programme_id="p1",
        name={"en": name, "he": "עברית בערב"},
        description={"en": "A course."},
        url="https://example.org/course",
        additional_urls=(r.LinkRecord(url="https://example.org/more"),),
        minimum_age=18,
        assured_date=date(2026, 10, 1),
        phones=(phone,),
        contacts=(r.ContactRecord(name="Office", phones=(phone,)),),
        schedules=(r.ScheduleRecord(byday=(r.Weekday.SUNDAY,), opens_at=time(17), closes_at=time(20)),),
        languages=(r.LanguageRecord(code="he", cefr_minimum="A1"),),
        areas=(r.AreaRecord(name={"en": "Beer Sheva"}, code="9000", scheme="il-cbs-locality"),),
        costs=(r.CostRecord(amount=Decimal("20.50"), currency="ILS"),),
        documents=(r.DocumentRecord(document={"en": "Identity card"}),),
        funding=(r.FundingRecord(source="The town"),),
        capacities=(r.CapacityRecord(unit="seat", available=3, maximum=20, updated=datetime(2026, 11, 1, tzinfo=UTC)),),
        at_locations=(
            r.ServiceAtLocationRecord(
                external_id="sal1",
                location_id="l1",
                phones=(phone,),
                contacts=(r.ContactRecord(title="Porter", phones=(phone,)),),
                schedules=(r.ScheduleRecord(byday=(r.Weekday.MONDAY,), opens_at=time(9), closes_at=time(12)),),
            ),
        ),
        referral_modes=(r.ReferralMode.SELF,),
        weekly_hours=Decimal(6),
        weeks=20,
        learning_outcomes={"en": "Level A2"},
        human_languages=("en",),
        machine_languages=("he",),
    )
    return record.model_copy(update=changes)


@pytest.fixture
def source(db: None) -> Source:
    Area.objects.create(
        scheme="il-cbs-locality", code="9000", level="authority", name={"en": "Be'er Sheva", "he": "באר שבע"}, path="il/9000/",
        latitude=31.25, longitude=34.79,
    )  # fmt: skip
    return Source(
        services=[everything()],
        organisations=[
            r.OrganisationRecord(
                external_id="o1", name={"en": "Bridge"}, parent_id="o0", phones=(r.PhoneRecord(number="1"),)
            ),
            r.OrganisationRecord(external_id="o0", name={"en": "Town"}),
        ],
        programmes=[r.ProgrammeRecord(external_id="p1", organisation_id="o1", name={"en": "Language"})],
        locations=[
            r.LocationRecord(
                external_id="l1",
                organisation_id="o1",
                name={"en": "House"},
                latitude=31.252,
                longitude=34.791,
                addresses=(r.AddressRecord(address_1="1 Demo St", country="IL"),),
                schedules=(r.ScheduleRecord(byday=(r.Weekday.SUNDAY,), opens_at=time(8), closes_at=time(16)),),
                accessibility=(r.AccessibilityRecord(description={"en": "Ramp"}),),
            )
        ],
    )


def detail_counts() -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in COLUMNS}


def test_every_detail_is_written_and_tied_to_its_place(source: Source) -> None:
    report = load_reading(source.read())
    assert report.succeeded
    assert not report.refusals
    assert all(detail_counts().values()) or not Service.objects.get().terms.exists()
    service = Service.objects.get()
    assert service.organisation is not None
    assert service.organisation.name == {"en": "Bridge"}
    assert service.organisation.parent is not None
    assert service.organisation.parent.name == {"en": "Town"}
    assert service.programme is not None
    assert service.state == Service.State.PUBLISHED
    assert service.check_by is not None
    assert Location.objects.get().area == Area.objects.get()  # by coordinates: the address names no town
    assert service.service_areas.get().area == Area.objects.get()
    assert Phone.objects.count() == 5
    assert service.at_locations.get().schedules.get().byday == "MO"
    assert Cost.objects.get().amount == Decimal("20.50")


def test_a_change_replaces_the_details_and_keeps_the_keys(source: Source) -> None:
    load_reading(source.read())
    before = detail_counts()
    key, place = Service.objects.get().pk, ServiceAtLocation.objects.get().pk
    source.services = [everything("Morning Hebrew")]
    report = load_reading(source.read())
    assert report.counts["service"].changed == 1
    assert report.counts["organisation"].unchanged == 2
    assert detail_counts() == before
    service = Service.objects.get()
    assert (service.pk, ServiceAtLocation.objects.get().pk) == (key, place)
    assert service.name["en"] == "Morning Hebrew"
    assert [event.pgh_label for event in service.history.order_by("pgh_id")] == ["insert", "update"]


def test_a_changed_organisation_and_location_keep_theirs(source: Source) -> None:
    load_reading(source.read())
    before = detail_counts()
    source.organisations[0] = source.organisations[0].model_copy(update={"name": {"en": "New Bridge"}})
    source.locations[0] = source.locations[0].model_copy(update={"name": {"en": "New House"}})
    report = load_reading(source.read())
    assert (report.counts["organisation"].changed, report.counts["location"].changed) == (1, 1)
    assert report.counts["service"].unchanged == 1
    assert detail_counts() == before
    service = Service.objects.get()
    assert service.organisation is not None
    assert service.organisation.name == {"en": "New Bridge"}
    assert service.organisation.parent is not None


def test_what_the_source_drops_is_archived_and_comes_back(source: Source) -> None:
    load_reading(source.read())
    only = source.services.pop()
    report = load_reading(source.read())
    assert report.counts["service"].closed == 1
    service = Service.objects.get()
    assert (service.state, service.absent_since is not None) == (Service.State.ARCHIVED, True)
    assert load_reading(source.read()).counts["service"].closed == 0
    source.services.append(only)
    load_reading(source.read())
    service.refresh_from_db()
    assert (service.state, service.absent_since) == (Service.State.PUBLISHED, None)


def test_a_refused_record_is_not_taken_for_a_dropped_one(source: Source) -> None:
    load_reading(source.read())
    source.services.pop()
    source.refusals = [r.Refusal("f.csv", 2, "name", say.NO_SERVICE_NAME(), record="s1")]
    report = load_reading(source.read())
    assert (report.counts["service"].closed, report.counts["service"].refused) == (0, 1)
    assert Service.objects.published().count() == 1


def test_what_was_suspended_or_edited_here_stays(source: Source) -> None:
    load_reading(source.read())
    Service.objects.update(state=Service.State.SUSPENDED)
    source.services = [everything("Changed")]
    load_reading(source.read())
    assert Service.objects.get().state == Service.State.SUSPENDED
    Service.objects.update(edited_here=True)
    source.services = [everything("Changed again")]
    report = load_reading(source.read())
    assert report.counts["service"].kept == 1
    assert Service.objects.get().name["en"] == "Changed"
    assert [refusal.fatal for refusal in report.refusals] == [False]


def test_a_file_that_would_close_most_of_the_directory_is_doubted(source: Source) -> None:
    source.services = [everything(external_id=f"s{i}", at_locations=()) for i in range(40)]
    load_reading(source.read())
    source.services = source.services[:10]
    with pytest.raises(NothingToLoad, match="close 30 of the 40"):
        load_reading(source.read())
    assert Service.objects.published().count() == 40
    assert load_reading(source.read(), close_anyway=True).counts["service"].closed == 30


def test_nothing_is_written_when_the_reader_breaks_in_the_middle(source: Source) -> None:
    def broken() -> Iterable[r.ServiceRecord]:
        yield everything()
        raise r.UnreadableFile("f.csv", say.FILE_EMPTY())

    reading = source.read()
    reading.services = iter(broken())
    with pytest.raises(r.UnreadableFile):
        load_reading(reading)
    assert not any(detail_counts().values())
    assert not Dataset.objects.exists()


def test_what_cannot_be_true_is_left_out_and_said(source: Source) -> None:
    full = r.CapacityRecord(unit="bed", available=12, maximum=10, updated=datetime(2026, 1, 1, tzinfo=UTC))
    source.services = [
        everything(
            minimum_age=60,
            maximum_age=18,
            costs=(r.CostRecord(amount=Decimal(-5)), r.CostRecord(amount=Decimal(5))),
            capacities=(full, full.model_copy(update={"available": -1})),
            email="a" * 300 + "@example.org",
        )
    ]
    report = load_reading(source.read())
    service = Service.objects.get()
    assert (service.minimum_age, service.maximum_age, service.email) == (None, None, "")
    assert sorted(service.costs.values_list("amount", flat=True), key=str) == [Decimal(5), None]
    assert list(service.capacities.values_list("available", "maximum")) == [(12, None)]
    said = {(refusal.field, refusal.code) for refusal in report.refusals}
    assert said == {
        ("maximum_age", "ages-crossed"),
        ("cost_options", "not-a-price"),
        ("capacities", "places-crossed"),
        ("capacities", "not-a-count-of-places"),
        ("service.email", "cut"),
    }
    assert load_reading(source.read()).written == 0


def test_the_same_id_twice_is_taken_once_and_said(source: Source) -> None:
    source.services = [everything(), everything("Another")]
    report = load_reading(source.read())
    assert Service.objects.get().name["en"] == "Evening Hebrew"
    assert report.refusals[0].code == "record-twice"


def test_an_unknown_term_is_said_once_and_the_service_loaded(source: Source) -> None:
    term = r.TermRef(taxonomy="open-eligibility", code="human_services:nothing")
    source.services = [everything(external_id=f"s{i}", terms=(term,), at_locations=()) for i in range(3)]
    report = load_reading(source.read())
    assert Service.objects.count() == 3
    assert [one.code for one in report.refusals] == ["unknown-term"]
    again = load_reading(source.read())  # nothing has changed, and it is said all the same
    assert (again.written, [one.code for one in again.refusals]) == (0, ["unknown-term"])


def test_a_detail_has_exactly_one_owner(source: Source) -> None:
    load_reading(source.read())
    service, location = Service.objects.get(), Location.objects.get()
    with pytest.raises(IntegrityError, match="schedule_belongs_to_one"):
        Schedule.objects.create(service=service, location=location)


names = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=30).filter(str.strip)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.dictionaries(st.integers(0, 5), names, max_size=6), min_size=1, max_size=4))
def test_after_any_history_the_directory_says_what_the_source_said_last(
    db: None, versions: list[dict[int, str]]
) -> None:
    dataset = str(uuid.uuid4())
    for version in versions:
        records = [everything(name, external_id=f"s{i}", at_locations=()) for i, name in version.items()]
        load_reading(Source(services=records).read(), dataset=dataset)
    here = Service.objects.filter(dataset__slug=dataset).published()
    assert {service.external_id: service.name["en"] for service in here} == {
        f"s{i}": name for i, name in versions[-1].items()
    }
    assert Contact.objects.filter(service__in=here).count() == len(versions[-1])
