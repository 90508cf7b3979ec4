"""The organisation that was asked is merged into another: whoever waits is still seen, called, and can take it back."""

from collections.abc import Callable
from datetime import timedelta

import pytest

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
