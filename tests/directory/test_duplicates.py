"""Duplicates in the directory: found, decided, merged, met again by imports, and put back exactly."""

import uuid
from typing import Any

import pytest
from django.test import Client

from kesher.accounts.models import Membership
from kesher.accounts.roles import Role
from kesher.base.models import Event
from kesher.base.transitions import Actor, Refused
from kesher.directory.duplicates import find_duplicates, kept_instead_of, merge, not_the_same, undo
from kesher.directory.importing import load_reading
from kesher.directory.importing.rows import COLUMNS
from kesher.directory.models import DuplicateCandidate, ExternalAlias, Kind, Merge, Phone, Service
from kesher.formats import records as r
from tests.factories import MembershipFactory, OrganisationFactory, PhoneFactory, ServiceFactory

pytestmark = pytest.mark.django_db
OFFICER = Actor(user_id=uuid.uuid4(), roles=frozenset({str(Role.OFFICER)}))


def course(external_id: str, name: str, phone: str, **changes: object) -> r.ServiceRecord:
    return r.ServiceRecord(
        external_id=external_id,
        organisation_id="o",
        name={"he": name},
        phones=(r.PhoneRecord(number=phone),),
        at_locations=(r.ServiceAtLocationRecord(external_id=f"at-{external_id}", location_id="l"),),
    ).model_copy(update=changes)


def read(source: str, *services: r.ServiceRecord, organisation: str = "עמותת שלום רמלה") -> Any:
    return load_reading(
        r.Reading(
            source=source,
            language="he",
            organisations=iter(
                [
                    r.OrganisationRecord(
                        external_id="o", name={"he": organisation}, phones=(r.PhoneRecord(number="08-600-0009"),)
                    )
                ]
            ),
            locations=iter([r.LocationRecord(external_id="l", organisation_id="o", latitude=31.25, longitude=34.79)]),
            services=iter(services),
        ),
        close_anyway=True,
    )


OURS = course("a1", "אולפן ערב", "08-600-0001", description={"he": "עברית"})
THEIRS = course("b1", "אולפן ערב", "+972 8 600 0001", url="https://b.example.org/")


def two_sources() -> tuple[Service, Service]:
    read("first", OURS)
    read("second", THEIRS)
    first = Service.objects.get(dataset__slug="first")
    return first, Service.objects.get(dataset__slug="second")


def everything(*, without: tuple[str, ...] = ()) -> dict[str, list[dict[str, Any]]]:
    """The whole directory, every table and column, apart from when a row was last touched and those named."""
    models = [*COLUMNS, Membership, ExternalAlias]
    return {
        model.__name__: [
            {
                name: repr(bytes(v) if isinstance(v, memoryview) else v)
                for name, v in row.items()
                if name not in ("updated_at", *without)
            }
            for row in model._base_manager.order_by("pk").values()
        ]
        for model in models
    }


def test_found_by_name_and_phone_across_sources() -> None:
    first, second = two_sources()
    assert find_duplicates() == {"service": 1, "organisation": 1, "location": 1}
    row = DuplicateCandidate.objects.get(kind=Kind.SERVICE)
    assert (row.first, row.second) == tuple(sorted([first.pk, second.pk]))
    values = {evidence["code"]: evidence["value"] for evidence in row.evidence}
    assert values == {"name": 1.0, "phone": 1.0, "distance": 1.0}


def test_a_decision_stays_and_what_no_longer_holds_is_forgotten() -> None:
    _first, second = two_sources()
    find_duplicates()
    row = DuplicateCandidate.objects.get(kind=Kind.SERVICE)
    with pytest.raises(Refused, match="reason"):
        not_the_same(row, by=OFFICER, reason=" ")
    not_the_same(row, by=OFFICER, reason="Two groups")
    assert find_duplicates()["service"] == 0
    row.refresh_from_db()
    assert (row.state, row.reason, row.decided_by_id) == ("not_the_same", "Two groups", OFFICER.user_id)
    with pytest.raises(Refused, match="decided"):
        not_the_same(row, by=OFFICER, reason="again")
    DuplicateCandidate.objects.filter(pk=row.pk).update(state="open")
    Service.objects.filter(pk=second.pk).update(name={"he": "מועדון שחמט"})
    assert find_duplicates()["service"] == 0
    assert not DuplicateCandidate.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize(
    "role", [role for role in Role if role not in (Role.OFFICER, Role.MODERATOR, Role.PLATFORM_ADMIN)]
)
def test_others_decide_nothing(role: Role) -> None:
    first, second = ServiceFactory(), ServiceFactory()
    other = Actor(user_id=uuid.uuid4(), roles=frozenset({str(role)}))
    with pytest.raises(Refused, match="role"):
        merge(first, second, by=other, reason="the same")
    done = merge(first, second, by=OFFICER, reason="the same")
    with pytest.raises(Refused, match="role"):
        undo(done, by=other)
    with pytest.raises(Refused, match="role"):
        not_the_same(DuplicateCandidate.objects.get(), by=other, reason="two")


def test_both_sources_read_again_recreate_and_overwrite_nothing() -> None:
    kept, other = two_sources()
    merge(kept, other, by=OFFICER, reason="one course", choices=["url"])
    merge(kept.organisation, other.organisation, by=OFFICER, reason="one house")  # type: ignore[arg-type]
    # The digest of a row covers what it points to here, which the merge of the organisations has changed. Its details may
    # be written anew, word for word: their keys then differ.
    without = ("digest", "id", "created_at")
    before = everything(without=without)
    for source, record in (("first", OURS), ("second", THEIRS)):
        report = read(source, record)
        assert report.counts["service"].created == report.counts["organisation"].created == 0
        assert report.counts["service"].closed == 0
    assert everything(without=without) == before
    kept.refresh_from_db()
    assert (kept.url, kept.state) == ("https://b.example.org/", Service.State.PUBLISHED)
    # Both change: ours stays, and the report says so.
    for source, record in (("first", OURS), ("second", THEIRS)):
        report = read(source, record.model_copy(update={"name": {"he": "שם אחר"}}), organisation="ארגון אחר")
        assert report.counts["service"].kept == 1
        assert report.counts["organisation"].kept == 1
        assert any("merged" in refusal.reason for refusal in report.refusals)
    kept.refresh_from_db()
    assert kept.name == {"he": "אולפן ערב"}
    assert Service.objects.exclude(state=Service.State.ARCHIVED).count() == 1
    # A new service of the merged organisation comes to the kept one.
    read("second", THEIRS, course("b2", "קורס חדש", "08-600-0002"))
    assert Service.objects.get(external_id="b2").organisation_id == kept.organisation_id


def test_a_service_one_source_still_lists_has_not_ended() -> None:
    kept, other = two_sources()
    merge(kept, other, by=OFFICER, reason="one course")
    filler = course("a2", "מועדון", "08-600-0003")
    assert read("first", filler).counts["service"].closed == 0
    assert read("second", filler.model_copy(update={"external_id": "b9"})).counts["service"].closed == 0
    assert ExternalAlias.objects.get().absent_since is not None
    assert read("first", filler).counts["service"].closed == 1
    kept.refresh_from_db()
    assert kept.state == Service.State.ARCHIVED


def test_merge_moves_what_the_kept_one_lacks_and_tells() -> None:
    kept, other = ServiceFactory(complete=True), ServiceFactory(complete=True)
    PhoneFactory(service=kept, number="1", extension="")
    PhoneFactory(service=other, number="1", extension="")
    done = merge(kept, other, by=OFFICER, reason="one course", choices=["name", "organisation"])
    other.refresh_from_db()
    assert kept.name == other.name
    assert kept.organisation_id == other.organisation_id
    assert other.state == Service.State.ARCHIVED
    assert Phone.objects.filter(service=kept, number="1").count() == 1
    assert kept.at_locations.count() == 2
    event = Event.objects.get(name="service.merge")
    assert (event.about_id, event.reason, event.data["merged"]) == (kept.pk, "one course", str(other.pk))
    history = kept.history.order_by("-pgh_id").first()
    assert history.pgh_context.metadata["reason"] == "one course"
    assert kept_instead_of(Kind.SERVICE, other.pk) == kept.pk
    with pytest.raises(Refused, match="merged already"):
        merge(kept, other, by=OFFICER, reason="twice")
    assert DuplicateCandidate.objects.get().state == "merged"
    assert done.by_id == OFFICER.user_id


def test_undo_restores_the_directory_exactly() -> None:
    kept, other = two_sources()
    full = ServiceFactory(complete=True)
    MembershipFactory(organisation=other.organisation)
    department = OrganisationFactory(approved=True, parent=other.organisation)
    before = everything()
    merges = [
        merge(kept, other, by=OFFICER, reason="one", choices=["name", "url", "organisation", "weekly_hours"]),
        merge(kept, full, by=OFFICER, reason="one", choices=["weekly_hours", "referral_modes", "description"]),
        merge(kept.organisation, full.organisation, by=OFFICER, reason="one", choices=["name", "profile.email"]),  # type: ignore[arg-type]
    ]
    assert everything() != before
    department.refresh_from_db()
    for done in reversed(merges):
        undo(done, by=OFFICER)
    assert everything() == before
    assert {row.state for row in DuplicateCandidate.objects.all()} == {"open"}
    assert kept_instead_of(Kind.SERVICE, other.pk) is None
    with pytest.raises(Refused, match="undone already"):
        undo(merges[0], by=OFFICER)


def test_undo_out_of_order_and_after_an_edit_is_refused_and_changes_nothing() -> None:
    kept, other = two_sources()
    third = ServiceFactory(published=True)
    first = merge(kept, other, by=OFFICER, reason="one", choices=["url"])
    second = merge(third, kept, by=OFFICER, reason="one")
    before = everything()
    with pytest.raises(Refused, match="Undo that merge first"):
        undo(first, by=OFFICER)
    assert everything() == before
    assert kept_instead_of(Kind.SERVICE, other.pk) == third.pk
    undo(second, by=OFFICER)
    Service.objects.filter(pk=kept.pk).update(url="https://edited.example.org/")
    with pytest.raises(Refused, match="website"):
        undo(first, by=OFFICER)
    assert Merge.objects.in_force().get() == first


def test_a_department_may_swallow_its_body() -> None:
    body = OrganisationFactory(approved=True)
    department = OrganisationFactory(approved=True, parent=body)
    before = everything()
    done = merge(department, body, by=OFFICER, reason="one office")
    department.refresh_from_db()
    assert department.parent is None
    undo(done, by=OFFICER)
    assert everything() == before


def test_the_page_of_a_merged_service_leads_to_the_kept_one(client: Client) -> None:
    kept, other = ServiceFactory(published=True), ServiceFactory(published=True)
    merge(kept, other, by=OFFICER, reason="one course")
    response = client.get(f"/en/services/{other.pk}/")
    assert (response.status_code, response["Location"]) == (301, f"/en/services/{kept.pk}/")


@pytest.mark.parametrize("version", ["3.0", "3.1.1"])
def test_the_api_leads_from_what_was_merged_to_what_stays(client: Client, version: str) -> None:
    moderator = MembershipFactory(role=Role.MODERATOR).user.as_actor()
    kept, middle, other = (ServiceFactory(published=True) for _ in range(3))
    merge(middle, other, by=moderator, reason="same")
    merge(kept, middle, by=moderator, reason="same")
    found = client.get(f"/api/hsds/{version}/services/{other.pk}?language=he")
    assert found.status_code == 301
    assert found["Location"] == f"/api/hsds/{version}/services/{kept.pk}?language=he"
    assert "max-age" in found["Cache-Control"]  # a merge may be undone

    school, same = (OrganisationFactory(approved=True, with_page=True) for _ in range(2))
    merge(school, same, by=moderator, reason="same")
    assert client.get(f"/api/hsds/{version}/organizations/{same.pk}")["Location"].endswith(str(school.pk))
    Service.objects.filter(pk=kept.pk).update(state=Service.State.ARCHIVED)  # what stays is not public any more
    assert client.get(f"/api/hsds/{version}/services/{other.pk}").status_code == 404


@pytest.mark.parametrize("version", ["3.0", "3.1.1"])
def test_the_api_leads_nowhere_from_what_never_was_public(client: Client, version: str) -> None:
    kept, draft, ended = ServiceFactory(published=True), ServiceFactory(), ServiceFactory()
    merge(kept, draft, by=OFFICER, reason="same")
    Service.objects.filter(pk=ended.pk).update(state=Service.State.ARCHIVED)
    school, asked = OrganisationFactory(approved=True, with_page=True), OrganisationFactory()
    merge(school, asked, by=OFFICER, reason="same")
    answers = [
        client.get(f"/api/hsds/{version}/{path}")
        for path in (
            f"services/{draft.pk}",
            f"services/{ended.pk}",
            f"services/{uuid.uuid4()}",
            f"organizations/{asked.pk}",
        )
    ]
    assert [answer.status_code for answer in answers] == [404] * 4
    assert answers[0].json()["detail"] == answers[1].json()["detail"] == answers[2].json()["detail"]


def test_of_texts_taken_over_the_more_careful_origin_counts_and_an_undo_brings_back_what_was() -> None:
    kept = ServiceFactory(published=True, human_languages=["en", "he"], machine_languages=["ar"])
    other = ServiceFactory(published=True, human_languages=["he", "ru"], machine_languages=["fr"])
    plain = merge(kept, other, by=OFFICER, reason="one course", choices=["url"])
    kept.refresh_from_db()
    assert (kept.human_languages, kept.machine_languages) == (["en", "he"], ["ar"])
    undo(plain, by=OFFICER, reason="not one")
    kept, other = (Service.objects.get(pk=one.pk) for one in (kept, other))
    done = merge(kept, other, by=OFFICER, reason="one course", choices=["description"])
    kept.refresh_from_db()
    assert (kept.human_languages, kept.machine_languages) == (["he"], ["ar", "fr"])
    undo(done, by=OFFICER, reason="not one")
    kept.refresh_from_db()
    assert (kept.human_languages, kept.machine_languages) == (["en", "he"], ["ar"])
