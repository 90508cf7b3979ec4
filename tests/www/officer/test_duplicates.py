"""Pages for deciding whether two records are one: who may, what they show, and what they do, without JavaScript."""

import re
import uuid

import pytest
from django.conf import settings
from django.test import Client

from kesher.accounts.models import Organisation
from kesher.accounts.roles import Role
from kesher.directory.duplicates import merge, undo
from kesher.directory.models import DuplicateCandidate, Kind, Location, Merge, Service
from kesher.directory.models.duplicates import DECIDERS
from tests.factories import (
    LocationFactory,
    MembershipFactory,
    OrganisationFactory,
    OrganisationProfileFactory,
    ServiceAtLocationFactory,
    ServiceFactory,
)

pytestmark = pytest.mark.django_db


def log_in(client: Client, role: str) -> None:
    client.force_login(MembershipFactory(role=role).user)


def pair(kind: Kind = Kind.SERVICE) -> DuplicateCandidate:
    made: list[Service | Organisation | Location]
    match kind:
        case Kind.SERVICE:
            made = [ServiceFactory(published=True, with_phone=True), ServiceFactory(published=True)]
        case Kind.ORGANISATION:
            made = [OrganisationProfileFactory().organisation, OrganisationFactory(approved=True)]
        case Kind.LOCATION:
            made = [LocationFactory(complete=True), LocationFactory(name={}, latitude=31.3)]
            ServiceAtLocationFactory(location=made[1])
    first, second = sorted(one.pk for one in made)
    evidence = [
        {"code": "name", "value": 0.8, "first": "a", "second": "b"},
        {"code": "phone", "value": 1.0, "first": "1", "second": "1"},
        {"code": "distance", "value": 0.0, "first": "900", "second": ""},
    ]
    return DuplicateCandidate.objects.create(kind=kind, first=first, second=second, score=0.9, evidence=evidence)


@pytest.mark.parametrize("role", [role for role in Role if role not in DECIDERS])
def test_other_roles_are_refused(client: Client, role: Role) -> None:
    row = pair()
    log_in(client, role)
    for address in ("/en/officer/duplicates/", f"/en/officer/duplicates/{row.pk}/"):
        assert client.get(address).status_code == 403
    answer = client.post(f"/en/officer/duplicates/{row.pk}/", {"decision": "merge", "reason": "same"})
    assert answer.status_code == 403
    assert not Merge.objects.exists()


def test_strangers_are_asked_to_log_in(client: Client) -> None:
    row = pair()
    for address in ("/en/officer/duplicates/", f"/en/officer/duplicates/{row.pk}/"):
        answer = client.get(address)
        assert answer.status_code == 302
        assert "/login/" in answer["Location"]


@pytest.mark.parametrize("role", DECIDERS)
def test_those_who_decide_see_why(client: Client, role: Role) -> None:
    row = pair()
    log_in(client, role)
    page = client.get("/en/officer/duplicates/").content.decode()
    for words in ("names alike", "same telephone", "far apart", f"/en/officer/duplicates/{row.pk}/"):
        assert words in page
    assert client.get(f"/en/officer/duplicates/{uuid.uuid4()}/").status_code == 404


@pytest.mark.parametrize("language", settings.COMPLETE_LANGUAGES)
@pytest.mark.parametrize("kind", Kind)
def test_pages_are_whole_in_every_language(client: Client, language: str, kind: Kind) -> None:
    row = pair(kind)
    log_in(client, Role.OFFICER)
    for address in (f"duplicates/?kind={kind}", f"duplicates/{row.pk}/", f"duplicates/?kind={kind}&state=merged"):
        answer = client.get(f"/{language}/officer/{address}")
        page = answer.content.decode()
        assert answer.status_code == 200
        assert "undefined:" not in page
        assert not re.search(r"\{[{%#]|[%#}]\}", page)
        assert page.count("<h1") == 1
        if language != "en":
            assert "Possible duplicates" not in page
            assert "same telephone" not in page
            assert "Side by side" not in page


def test_merge_with_choices_then_undo(client: Client) -> None:
    row = pair()
    log_in(client, Role.MODERATOR)
    address = f"/en/officer/duplicates/{row.pk}/"
    missing = client.post(address, {"decision": "merge", "keep": row.second})
    assert missing.status_code == 400
    assert not Merge.objects.exists()
    first, second = Service.objects.get(pk=row.first), Service.objects.get(pk=row.second)
    answer = client.post(
        address, {"decision": "merge", "keep": row.second, "take-name": "other", "reason": "one course"}
    )
    assert answer.status_code == 302
    kept = Service.objects.get(pk=row.second)
    assert kept.name == first.name
    assert Service.objects.get(pk=row.first).state == Service.State.ARCHIVED
    assert "Undo the merge" in client.get(address).content.decode()
    assert client.post(address, {"decision": "undo", "reason": "a slip"}).status_code == 302
    kept.refresh_from_db()
    assert kept.name == second.name
    assert Service.objects.get(pk=row.first).state == Service.State.PUBLISHED


def test_two_places_side_by_side_merged_with_choices_and_parted(client: Client) -> None:
    row = pair(Kind.LOCATION)
    log_in(client, Role.OFFICER)
    address = f"/en/officer/duplicates/{row.pk}/"
    page = client.get(address).content.decode()
    named, nameless = Location.objects.get(pk=row.first), Location.objects.get(pk=row.second)
    there = nameless.services_here.get()
    for words in (
        str(named.addresses.get()),
        "31.25000, 34.79000",
        "31.30000, 34.79000",
        "Sunday 17:30–20:45",
        "Evening Hebrew course",  # the service at the other: who decides sees what would move
        "entered here",
        "The services of the other move",
    ):
        assert words in page
    listed = client.get("/en/officer/duplicates/?kind=location").content.decode()
    assert str(named.addresses.get()) in listed
    assert nameless.organisation is not None
    assert nameless.organisation.name["en"] in listed, "a place without a name is called like whose it is"
    answer = client.post(
        address,
        {"decision": "merge", "keep": row.second, "take-schedules": "other", "take-name": "other", "reason": "x"},
    )
    assert answer.status_code == 302
    nameless.refresh_from_db()
    assert (nameless.name, nameless.schedules.count(), nameless.latitude) == (named.name, 1, 31.3)
    assert nameless.services_here.get() == there
    assert client.post(address, {"decision": "undo", "reason": "a slip"}).status_code == 302
    nameless.refresh_from_db()
    assert (nameless.name, nameless.schedules.count()) == ({}, 0)


@pytest.mark.parametrize("kind", Kind)
def test_the_list_of_every_kind_asks_a_fixed_number_of_questions(
    client: Client, kind: Kind, django_assert_max_num_queries
) -> None:
    for _number in range(8):
        pair(kind)
    log_in(client, Role.OFFICER)
    client.get(f"/en/officer/duplicates/?kind={kind}")
    with django_assert_max_num_queries(16):
        client.get(f"/en/officer/duplicates/?kind={kind}")


def test_an_undo_that_is_no_longer_exact_says_so(client: Client) -> None:
    row = pair()
    log_in(client, Role.OFFICER)
    address = f"/en/officer/duplicates/{row.pk}/"
    client.post(address, {"decision": "merge", "keep": row.first, "reason": "one"})
    Service.objects.filter(pk=row.second).update(state=Service.State.DRAFT)
    answer = client.post(address, {"decision": "undo", "reason": "a slip"})
    assert answer.status_code == 400
    assert "somebody has changed" in answer.content.decode()


def test_what_was_merged_last_is_taken_back_first_and_the_page_leads_there(client: Client) -> None:
    row = pair()
    log_in(client, Role.OFFICER)
    kept = Service.objects.get(pk=row.first)
    other = Service.objects.get(pk=row.second)
    officer = MembershipFactory(role=Role.OFFICER).user.as_actor()
    merge(kept, other, by=officer, reason="one")
    later = merge(ServiceFactory(published=True), kept, by=officer, reason="one course too")
    address = f"/en/officer/duplicates/{row.pk}/"
    page = client.get(address).content.decode()
    assert "Undo that merge first" in page
    assert f"/en/officer/duplicates/{later.candidate_id}/" in page
    assert 'value="undo"' not in page
    refused = client.post(address, {"decision": "undo", "reason": "a slip"})
    assert refused.status_code == 400
    assert "Undo that merge first" in refused.content.decode()
    undo(later, by=officer)
    assert 'value="undo"' in client.get(address).content.decode()


def test_not_the_same_leaves_the_list(client: Client) -> None:
    row = pair()
    log_in(client, Role.PLATFORM_ADMIN)
    answer = client.post(f"/en/officer/duplicates/{row.pk}/", {"decision": "not_the_same", "reason": "Two groups"})
    assert answer.status_code == 302
    assert f"duplicates/{row.pk}/" not in client.get("/en/officer/duplicates/").content.decode()
    assert "Two groups" in client.get("/en/officer/duplicates/?state=not_the_same").content.decode()
