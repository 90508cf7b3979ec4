"""What was asked about, or who was asked, is merged: whoever waits is still seen, called, and can take it back."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from kesher.accounts.models import Membership, Organisation, User
from kesher.accounts.roles import Role
from kesher.base import rows
from kesher.base.keys import uuid7
from kesher.base.models import Event
from kesher.base.transitions import Actor
from kesher.directory import call_back_notices, call_backs
from kesher.directory.duplicates import merge, undo
from kesher.directory.models import CallBack, Merge, Service
from tests import factories as make
from tests.directory.call_backs.conftest import Kept, asked_with_it
from tests.directory.call_backs.test_notices import SUNDAY, told

pytestmark = pytest.mark.django_db
Asks = Callable[..., str]
OFFICER = Actor(user_id=uuid7(), roles=frozenset({str(Role.OFFICER)}))


@pytest.fixture
def rut(db: None) -> User:
    user: User = make.MembershipFactory(role=Role.PROVIDER, user__name="Rut").user
    return user


def house_of(user: User) -> Organisation:
    return Membership.objects.get(user=user).organisation


def merged(service: Service, into: Organisation) -> Merge:
    other = Organisation.objects.get(pk=service.organisation_id)
    return merge(into, other, by=OFFICER, reason="one house")


def seen_by(user: User) -> list[CallBack]:
    with rows.acting_for(user_id=user.pk, organisation_ids=[house_of(user).pk]):
        return list(CallBack.objects.visible_to(user))


@pytest.fixture
def asked(as_application: None, rut: User, asks: Asks, samir: User, service: Service) -> str:
    """One request that waits, and one that was answered."""
    asks(phone="050-555-0199")
    with rows.acting_for(organisation_ids=[service.organisation_id]):
        call_backs.answer(CallBack.objects.get(), "reach", by=samir.as_actor(service.organisation_id))
    return asks(now=SUNDAY)


def test_the_callers_of_the_one_kept_see_them_all(asked: str, rut: User, service: Service, kept: Kept) -> None:
    assert seen_by(rut) == []
    merged(service, house_of(rut))
    assert CallBack.objects.count() == 0, "and the rest of the view sees no more than before"
    assert sorted(one.state for one in seen_by(rut)) == ["asked", "reached"]
    assert kept() == []


@pytest.mark.parametrize("undone", [False, True])
def test_the_link_still_erases(asked: str, rut: User, service: Service, undone: bool) -> None:
    done = merged(service, house_of(rut))
    if undone:
        undo(done, by=OFFICER)
    assert len(seen_by(rut)) == 2, "after an undo they stay with those who know of them"
    call_backs.take_back(asked_with_it(asked))
    assert [one.state for one in seen_by(rut)] == ["reached"]


def test_through_two_merges_too(asked: str, rut: User, service: Service) -> None:
    between = make.OrganisationFactory()
    merged(service, between)
    merge(house_of(rut), between, by=OFFICER, reason="one house")
    assert len(seen_by(rut)) == 2
    call_backs.take_back(asked_with_it(asked))
    assert [one.state for one in seen_by(rut)] == ["reached"]


def test_who_has_them_now_is_told_and_reminded(asked: str, rut: User, service: Service) -> None:
    merged(service, house_of(rut))
    call_back_notices.tell_the_callers(Event.objects.filter(name="call_back.asked").latest("id").pk)
    assert len(told(rut)) == 1
    assert call_back_notices.remind(now=SUNDAY + timedelta(days=2)) == 1
    assert len(told(rut)) == 2


# --- the service itself -------------------------------------------------------------------------------------------------


def into_another(service: Service) -> tuple[Merge, Service]:
    """The service is merged into one that another organisation offers."""
    twin: Service = make.ServiceFactory(complete=True)
    return merge(twin, service, by=OFFICER, reason="one course"), twin


def about(kept: Kept) -> dict[str, Service]:
    return {one.state: one.service for one in kept()}


def test_requests_follow_the_service_and_stay_with_who_was_asked(asked: str, service: Service, kept: Kept) -> None:
    _, twin = into_another(service)
    assert about(kept) == {"asked": twin, "reached": twin}
    with rows.acting_for(organisation_ids=[twin.organisation_id]):
        assert CallBack.objects.count() == 0, "nobody agreed that these get the number"


def test_an_undo_brings_back_those_that_came_and_no_others(
    asked: str, asks: Asks, rut: User, samir: User, service: Service, kept: Kept
) -> None:
    done, twin = into_another(service)
    make.MembershipFactory(organisation=twin.organisation, role=Role.PROVIDER)
    call_backs.ask(twin, called="Olena", phone="050-555-0777", language="uk")
    with rows.acting_for(organisation_ids=[service.organisation_id]):
        waiting = CallBack.objects.get(state="asked")
        call_backs.answer(waiting, "miss", by=samir.as_actor(service.organisation_id))
        call_backs.erase(CallBack.objects.get(state="reached"), by=samir.as_actor(service.organisation_id))
    undo(done, by=OFFICER)
    assert about(kept) == {"not reached": service}, "answered or erased meanwhile: neither stands against an undo"
    with rows.acting_for(organisation_ids=[twin.organisation_id]):
        assert CallBack.objects.get().service == twin


def test_through_two_merges_of_services_and_back(asked: str, service: Service, kept: Kept) -> None:
    first, twin = into_another(service)
    second, third = into_another(twin)
    assert set(about(kept).values()) == {third}
    undo(second, by=OFFICER)
    assert set(about(kept).values()) == {twin}
    undo(first, by=OFFICER)
    assert set(about(kept).values()) == {service}


def test_also_when_the_organisation_has_been_merged_between(asked: str, rut: User, service: Service) -> None:
    done, twin = into_another(service)
    merge(house_of(rut), Organisation.objects.get(pk=service.organisation_id), by=OFFICER, reason="one house")
    assert {one.service for one in seen_by(rut)} == {twin}
    undo(done, by=OFFICER)
    assert {one.service for one in seen_by(rut)} == {service}


def test_the_history_says_that_it_was_moved_and_why(asked: str, service: Service, kept: Kept) -> None:
    done, twin = into_another(service)
    undo(done, by=OFFICER, reason="two courses")
    told_of = kept()[1].history.order_by("pgh_id")  # type: ignore[attr-defined]
    assert [(row.service_id, row.pgh_context.metadata["reason"]) for row in told_of] == [
        (service.pk, "asked to be called"),
        (twin.pk, "one course"),
        (service.pk, "two courses"),
    ]


def test_the_link_erases_and_the_page_names_the_service_kept(
    asked: str, client: Client, service: Service, kept: Kept
) -> None:
    _, twin = into_another(service)
    page = client.get(reverse("call_back_thanks", kwargs={"key": asked}))
    assert page.context["service"] == twin
    call_backs.take_back(asked_with_it(asked))
    assert list(about(kept)) == ["reached"]
