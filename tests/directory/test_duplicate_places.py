"""One place entered twice: found, merged, met again by imports, and put back exactly, whatever hung on the two."""

import json
import random
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from kesher.accounts.roles import Role
from kesher.base.models import Event
from kesher.base.transitions import Actor, Refused
from kesher.directory import search
from kesher.directory.duplicates import find_duplicates, kept_instead_of, merge, site_kept_instead_of, undo
from kesher.directory.importing import load_reading
from kesher.directory.models import (
    Accessibility,
    Address,
    Contact,
    DuplicateCandidate,
    ExternalAlias,
    Kind,
    Location,
    Merge,
    Phone,
    Schedule,
    Service,
    ServiceArea,
    ServiceAtLocation,
    ServiceLanguage,
)
from kesher.formats import records as r
from tests.directory.test_duplicates import everything
from tests.factories import (
    AccessibilityFactory,
    AddressFactory,
    AreaServedFactory,
    ContactFactory,
    LanguageFactory,
    LocationFactory,
    PhoneFactory,
    ScheduleFactory,
    ServiceAtLocationFactory,
    ServiceFactory,
)
from tests.worker import work_off_tasks

pytestmark = pytest.mark.django_db
OFFICER = Actor(user_id=uuid.uuid4(), roles=frozenset({str(Role.OFFICER)}))


def house(external_id: str, name: dict[str, str], street: str, **changes: object) -> r.LocationRecord:
    return r.LocationRecord(
        external_id=external_id,
        organisation_id="o",
        name=name,
        latitude=31.732,
        longitude=34.7455,
        addresses=(r.AddressRecord(address_1=street, city="קריית מלאכי"),),
    ).model_copy(update=changes)


def course(external_id: str, *at: str, name: str = "אולפן ערב", **changes: object) -> r.ServiceRecord:
    return r.ServiceRecord(
        external_id=external_id,
        organisation_id="o",
        name={"he": name},
        at_locations=tuple(
            r.ServiceAtLocationRecord(
                external_id=f"{external_id}-{place}",
                location_id=place,
                phones=(r.PhoneRecord(number=f"08-600-00{len(place):02}"),),
            )
            for place in at
        ),
    ).model_copy(update=changes)


def read(source: str, places: list[r.LocationRecord], *services: r.ServiceRecord) -> Any:
    return load_reading(
        r.Reading(
            source=source,
            language="he",
            organisations=iter([r.OrganisationRecord(external_id="o", name={"he": f"ארגון {source}"})]),
            locations=iter(places),
            services=iter(services),
        ),
        close_anyway=True,
    )


OURS = house("a", {"he": "בית טספה"}, "הרצל 12")
THEIRS = house("b", {"en": "Beit Tesfa"}, "12 Herzl St", latitude=31.7321, description={"en": "Ground floor"})


def two_sources() -> tuple[Location, Location]:
    read("first", [OURS], course("s1", "a"))
    read("second", [THEIRS], course("s2", "b", name="חוג שחמט"))
    return Location.objects.get(dataset__slug="first"), Location.objects.get(dataset__slug="second")


def sites(place: Location) -> set[str]:
    return {str(name) for name in place.services_here.values_list("service__external_id", flat=True)}


def queued() -> set[uuid.UUID]:
    """The services whose documents are waiting to be written anew."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT args -> 'service_ids' FROM procrastinate_jobs WHERE task_name LIKE '%%index_services'")
        found = [row[0] for row in cursor.fetchall()]
    lists = [json.loads(ids) if isinstance(ids, str) else ids for ids in found]
    return {uuid.UUID(key) for ids in lists for key in ids}


# --- found -----------------------------------------------------------------------------------------------------------


def test_found_by_name_street_and_distance_across_scripts() -> None:
    first, second = two_sources()
    assert find_duplicates()["location"] == 1
    row = DuplicateCandidate.objects.get(kind=Kind.LOCATION)
    assert (row.first, row.second) == tuple(sorted([first.pk, second.pk]))
    values = {evidence["code"]: evidence["value"] for evidence in row.evidence}
    assert values["distance"] == values["town"] == 1.0
    assert values["name"] >= 0.9
    merge(first, second, by=OFFICER, reason="one house")
    assert find_duplicates()["location"] == 0
    row.refresh_from_db()
    assert row.state == "merged"


def test_a_provider_with_many_services_at_one_address_makes_no_pair() -> None:
    places = [house(f"row-{number}", {"he": "בית טספה"}, "הרצל 12") for number in range(12)]
    read("first", places, *(course(f"s{number}", f"row-{number}", name=f"חוג {number}") for number in range(12)))
    made_here = LocationFactory(name={"he": "מרכז צעירים"}, latitude=31.0, longitude=35.0).organisation
    for _number in range(5):  # as a form makes them: a place of its own for each service
        LocationFactory(name={"he": "מרכז צעירים"}, organisation=made_here, latitude=31.0, longitude=35.0)
    assert find_duplicates()["location"] == 0
    LocationFactory(name={"he": "בית טספה"}, latitude=31.732, longitude=34.7455)
    assert find_duplicates()["location"] == 1, "another's row meets one of the twelve, not each of them"


def test_a_place_without_a_name_is_called_like_its_organisation_and_no_street_is_a_mailbox() -> None:
    first = LocationFactory(name={}, organisation__name={"he": "בית טספה"})
    LocationFactory(name={"he": "בית טספה"}, url="")
    LocationFactory(name={"he": "בית טספה"}, url="", location_type=Location.Type.POSTAL)
    assert find_duplicates()["location"] == 1
    assert first.pk in DuplicateCandidate.objects.values_list("first", flat=True)


# --- merged ----------------------------------------------------------------------------------------------------------


def test_services_move_and_none_stands_there_twice() -> None:
    kept, other = LocationFactory(complete=True), LocationFactory(complete=True)
    both = ServiceFactory(published=True)
    here, there = (ServiceAtLocationFactory(service=both, location=place, description={}) for place in (kept, other))
    moving = ServiceAtLocationFactory(location=other)
    PhoneFactory(service_at_location=here, number="1", extension="")
    PhoneFactory(service_at_location=there, number="1", extension="")
    PhoneFactory(service_at_location=there, number="2", extension="")
    ScheduleFactory(service_at_location=there)
    ContactFactory(service_at_location=there, title="Desk", with_phone=True)
    AreaServedFactory(service_at_location=there)
    addresses = set(kept.addresses.values_list("pk", flat=True))
    merge(kept, other, by=OFFICER, reason="one house", choices=["description"])
    assert set(kept.services_here.values_list("pk", flat=True)) == {here.pk, moving.pk}
    assert not other.services_here.exists()
    assert sorted(here.phones.values_list("number", flat=True)) == ["1", "2"]
    assert here.schedules.count() == here.service_areas.count() == here.contacts.count() == 1
    # one house has one address and one set of hours; telephones are added up
    assert set(kept.addresses.values_list("pk", flat=True)) == addresses
    assert kept.schedules.count() == 1
    assert kept.phones.count() == 2
    assert (site_kept_instead_of(there.pk), site_kept_instead_of(moving.pk)) == (here.pk, None)
    event = Event.objects.get(name="location.merge")
    assert (event.about_id, event.data["merged"]) == (kept.pk, str(other.pk))
    told = there.history.order_by("-pgh_id").first()
    assert (told.pgh_label, told.pgh_context.metadata["reason"]) == ("delete", "one house")
    with pytest.raises(Refused, match="merged already"):
        merge(kept, other, by=OFFICER, reason="again")


def test_what_is_chosen_of_the_other_changes_places_with_what_was_here() -> None:
    kept, other = LocationFactory(complete=True), LocationFactory(complete=True, latitude=31.3, name={"en": "Other"})
    wanted = [set(rows.values_list("pk", flat=True)) for rows in (other.addresses, other.schedules)]
    mine = set(kept.addresses.values_list("pk", flat=True))
    before = everything()
    done = merge(
        kept, other, by=OFFICER, reason="one", choices=["name", "point", "addresses", "schedules", "organisation"]
    )
    assert (kept.name, kept.latitude, kept.organisation_id) == ({"en": "Other"}, 31.3, other.organisation_id)
    assert [set(rows.values_list("pk", flat=True)) for rows in (kept.addresses, kept.schedules)] == wanted
    assert set(other.addresses.values_list("pk", flat=True)) == mine
    undo(done, by=OFFICER)
    assert everything() == before


def test_an_empty_place_gets_address_hours_and_accessibility() -> None:
    kept, other = LocationFactory(), LocationFactory(complete=True)
    merge(kept, other, by=OFFICER, reason="one")
    assert kept.addresses.count() == kept.schedules.count() == kept.accessibility.count() == 1
    assert not other.addresses.exists()


# --- put back ----------------------------------------------------------------------------------------------------------

MAKERS: tuple[tuple[Any, tuple[str, ...], tuple[dict[str, Any], ...]], ...] = (
    (PhoneFactory, ("location", "service_at_location"), ({"number": "1", "extension": ""}, {"number": "2"})),
    (ScheduleFactory, ("location", "service_at_location"), ({"byday": "SU"}, {"byday": "MO", "valid_from": None})),
    (ContactFactory, ("location", "service_at_location"), ({"title": "Desk", "with_phone": True}, {"title": "Office"})),
    (AreaServedFactory, ("service_at_location",), ({}, {"name": {"he": "ערד"}})),
    (LanguageFactory, ("location",), ({"code": "he"}, {"code": "am"})),
    (AddressFactory, ("location",), ({"address_1": "הרצל 12"}, {"address_1": "12 Herzl"})),
    (AccessibilityFactory, ("location",), ({}, {"details": "a ramp"})),
)
CHOOSABLE = ("name", "alternate_name", "description", "transportation", "url", "organisation", "area", "point")
ROWS = (Address, Accessibility, Contact, Phone, Schedule, ServiceArea, ServiceLanguage, ServiceAtLocation)


def a_town(chance: random.Random) -> list[Location]:
    """Four places with anything on them, and services at any of them, said alike or differently."""
    places = [
        LocationFactory(
            name={"en": f"House {number}"},
            latitude=chance.choice([None, 31.25, 31.3]),
            longitude=34.79,
            url=chance.choice(["", "https://place.example.org/"]),
        )
        if chance.random() < 0.8
        else LocationFactory(name={}, latitude=None, longitude=None)
        for number in range(4)
    ]
    Location.objects.filter(latitude=None).update(longitude=None)
    pairs = [
        ServiceAtLocationFactory(service=service, location=place, description=chance.choice([{}, {"en": "Up"}]))
        for service in [ServiceFactory(published=chance.random() < 0.7) for _ in range(3)]
        for place in places
        if chance.random() < 0.6
    ]
    for make, owners, kinds in MAKERS:
        for owner in owners:
            for one in places if owner == "location" else pairs:
                for facts in kinds:
                    if chance.random() < 0.4:
                        make(**{owner: one}, **facts)
    return places


@pytest.mark.parametrize("seed", range(12))
def test_any_merges_taken_back_leave_every_row_as_it_was(seed: int) -> None:
    chance = random.Random(seed)
    places = a_town(chance)
    search.index()
    states, done = [everything()], []
    for kept, other in ((0, 1), (2, 3), (2, 0)) if chance.random() < 0.5 else ((0, 1), (0, 2), (3, 0)):
        choices = [name for name in (*CHOOSABLE, "addresses", "schedules", "accessibility") if chance.random() < 0.4]
        kept_place, other_place = (Location.objects.get(pk=places[at].pk) for at in (kept, other))
        carried = {model: model._base_manager.count() for model in ROWS}
        before = dict(ServiceAtLocation.objects.values_list("pk", "service_id"))
        done.append(merge(kept_place, other_place, by=OFFICER, reason="one house", choices=choices))
        assert not other_place.services_here.exists()
        for model in set(ROWS) - {ServiceAtLocation, ServiceArea}:
            assert model._base_manager.count() == carried[model], "nothing that somebody wrote is lost"
        for key, service in before.items():  # each is where it was, or leads to its service at the place that was kept
            now = ServiceAtLocation.objects.get(pk=site_kept_instead_of(key) or key)
            assert now.service_id == service
        assert set(search.differing(Service.objects.values_list("pk", flat=True))) <= queued()
        states.append(everything())
    search.index()
    for undone in reversed(done):
        assert everything() == states.pop()
        undo(undone, by=OFFICER)
        assert set(search.differing(Service.objects.values_list("pk", flat=True))) <= queued()
    assert everything() == states.pop()
    assert not Merge.objects.in_force().exists()


def test_an_undo_is_refused_where_the_row_that_went_has_a_successor() -> None:
    kept, other = LocationFactory(), LocationFactory()
    service = ServiceFactory(published=True)
    for place in (kept, other):
        ServiceAtLocationFactory(service=service, location=place)
    done = merge(kept, other, by=OFFICER, reason="one house")
    ServiceAtLocationFactory(service=service, location=other)
    before = everything()
    with pytest.raises(Refused, match="entered anew"):
        undo(done, by=OFFICER)
    assert everything() == before
    ServiceAtLocation.objects.filter(location=other).delete()
    service.delete()
    with pytest.raises(Refused, match="exact undo"):
        undo(done, by=OFFICER)


@pytest.mark.django_db(transaction=True)
def test_the_search_follows_there_and_back() -> None:
    near, far = LocationFactory(latitude=31.25, longitude=34.79), LocationFactory(latitude=29.55, longitude=34.95)
    service = ServiceAtLocationFactory(location=far).service
    search.index()
    query = search.SearchQuery(near=(31.25, 34.79), within_km=5)
    assert search.find(query).total == 0
    done = merge(near, far, by=OFFICER, reason="its point was wrong")
    work_off_tasks()
    assert search.find(query).service_ids == (service.pk,)
    undo(done, by=OFFICER)
    work_off_tasks()
    assert search.find(query).total == 0
    assert search.differing([service.pk]) == []


# --- met again by imports ------------------------------------------------------------------------------------------------


def test_both_sources_read_again_change_nothing_and_the_undo_is_still_exact() -> None:
    kept, other = two_sources()
    before = everything()
    done = merge(kept, other, by=OFFICER, reason="one house", choices=["description"])
    merged = everything()
    for _time in range(2):
        for source, place, service in (
            ("first", OURS, course("s1", "a")),
            ("second", THEIRS, course("s2", "b", name="חוג שחמט")),
        ):
            report = read(source, [place], service)
            for kind in ("location", "service"):
                counts = report.counts[kind]
                assert (counts.created, counts.changed, counts.kept, counts.unchanged) == (0, 0, 0, 1)
        assert everything() == merged
    undo(done, by=OFFICER)
    assert everything() == before


def test_a_source_that_changes_its_place_is_kept_out_and_its_services_follow() -> None:
    kept, other = two_sources()
    done = merge(kept, other, by=OFFICER, reason="one house")
    site = ServiceAtLocation.objects.get(service__external_id="s2").pk
    changed = THEIRS.model_copy(update={"name": {"en": "Tesfa House"}})
    new = [course("s2", "b", name="שחמט לכולם"), course("s3", "b", name="קורס חדש")]
    report = read("second", [changed], *new)
    assert report.counts["location"].kept == 1
    assert any("merged" in refusal.reason and refusal.kind == "location" for refusal in report.refusals)
    assert (report.counts["service"].changed, report.counts["service"].created) == (1, 1)
    assert sites(kept) == {"s1", "s2", "s3"}
    assert not other.services_here.exists()
    assert ServiceAtLocation.objects.get(service__external_id="s2").pk == site, "its address in the API stays"
    kept.refresh_from_db()
    assert kept.name == {"he": "בית טספה"}
    assert read("second", [changed], *new).counts["location"].unchanged == 1
    assert (
        read("first", [OURS.model_copy(update={"url": "https://x.example/"})], course("s1", "a"))
        .counts["location"]
        .kept
    )
    undo(done, by=OFFICER)
    assert sites(other) == {"s2"}
    assert not ExternalAlias.objects.exists()


def test_a_source_that_names_both_says_all_of_it_at_the_one_that_was_kept() -> None:
    far = house("bb", {"he": "בית טספה - כניסה אחורית"}, "הרצל 12")
    read("first", [OURS, far], course("s1", "a", "bb"))
    kept, other = Location.objects.get(external_id="a"), Location.objects.get(external_id="bb")
    stays, goes = (ServiceAtLocation.objects.get(location=place).pk for place in (kept, other))
    merge(kept, other, by=OFFICER, reason="one house")
    # also when the source turns their order round
    read("first", [OURS, far], course("s1", "bb", "a", name="שם חדש"))
    site = ServiceAtLocation.objects.get(service__external_id="s1")
    assert (site.pk, site.location_id, site_kept_instead_of(goes)) == (stays, kept.pk, stays)
    assert sorted(site.phones.values_list("number", flat=True)) == ["08-600-0001", "08-600-0002"]


def test_a_place_merged_on_leads_its_source_to_the_last_one() -> None:
    first, second = two_sources()
    last = LocationFactory()
    merge(first, second, by=OFFICER, reason="one")
    merge(last, first, by=OFFICER, reason="one")
    assert kept_instead_of(Kind.LOCATION, second.pk) == last.pk
    read("second", [THEIRS], course("s2", "b", name="שם חדש"))
    assert sites(last) == {"s1", "s2"}


# --- for machines --------------------------------------------------------------------------------------------------------


@pytest.fixture(params=["3.0", "3.1.1"])
def api(request: pytest.FixtureRequest) -> str:
    return f"/api/hsds/{request.param}"


def test_the_api_leads_to_the_place_that_was_kept(client: Client, api: str) -> None:
    kept, middle, other = (LocationFactory() for _ in range(3))
    service = ServiceFactory(published=True, organisation=other.organisation)
    here, between, there = (ServiceAtLocationFactory(service=service, location=at) for at in (kept, middle, other))
    merges = [merge(middle, other, by=OFFICER, reason="one"), merge(kept, middle, by=OFFICER, reason="one")]
    for gone in (between, there):
        found = client.get(f"{api}/service_at_locations/{gone.pk}?language=he")
        assert (found.status_code, found["Location"]) == (301, f"{api}/service_at_locations/{here.pk}?language=he")
        assert "max-age" in found["Cache-Control"]
    nested = client.get(f"{api}/services/{service.pk}").json()["service_at_locations"]
    assert [site["location"]["id"] for site in nested] == [str(kept.pk)]
    body = client.get(f"{api}/organizations/{other.organisation_id}?full=true").json()
    assert str(other.pk) not in {place["id"] for place in body.get("locations", [])}, "seen no more"
    listed = client.get(f"{api}/service_at_locations").json()["contents"]
    assert [site["id"] for site in listed] == [str(here.pk)]
    for done in reversed(merges):
        undo(done, by=OFFICER)
    assert client.get(f"{api}/service_at_locations/{there.pk}").status_code == 200


def test_the_api_leads_from_a_merged_service_at_its_place_to_the_kept_one(client: Client, api: str) -> None:
    place = LocationFactory()
    kept, other, secret = ServiceFactory(published=True), ServiceFactory(published=True), ServiceFactory()
    here, there, hidden = (ServiceAtLocationFactory(service=one, location=place) for one in (kept, other, secret))
    for one in (other, secret):
        merge(kept, one, by=OFFICER, reason="one course")
    assert client.get(f"{api}/service_at_locations/{there.pk}")["Location"].endswith(str(here.pk))
    assert client.get(f"{api}/service_at_locations/{hidden.pk}").status_code == 404, "a draft never was there"
    Service.objects.filter(pk=kept.pk).update(state=Service.State.SUSPENDED)
    assert client.get(f"{api}/service_at_locations/{there.pk}").status_code == 404


def test_a_key_made_up_by_a_stranger_is_looked_up_by_index() -> None:
    Merge.objects.bulk_create(
        Merge(
            kind=Kind.LOCATION,
            kept=uuid.uuid4(),
            merged=uuid.uuid4(),
            snapshot={"became": {str(uuid.uuid4()): str(uuid.uuid4())}},
        )
        for _number in range(3_000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE directory_merge")
        statement, parameters = Merge.objects.that_took(uuid.uuid4()).order_by().values("pk").query.sql_with_params()
        cursor.execute("SET LOCAL enable_seqscan = off")  # a table this small is read whole faster
        cursor.execute("EXPLAIN " + statement, parameters)
        assert "merges_became" in "\n".join(row[0] for row in cursor.fetchall())
