"""Publishing, suspending and archiving services: the table, its conditions, and what follows."""

import itertools

import pytest

from kesher.accounts.models import Organisation
from kesher.accounts.roles import PORTAL_WIDE, Role
from kesher.base.keys import uuid7
from kesher.base.models import Event
from kesher.base.transitions import Actor, Refused
from kesher.directory.editing import move
from kesher.directory.models import Service
from kesher.directory.states import SERVICE_STATES
from tests.factories import OrganisationFactory, PhoneFactory, ServiceFactory

pytestmark = pytest.mark.django_db

EVENTS = [*sorted({transition.event for transition in SERVICE_STATES.transitions}), "invented"]
OTHER = uuid7()


@pytest.mark.parametrize("state", Service.State.values)
@pytest.mark.parametrize("role", [*Role.values, "system", "nobody"])
def test_every_state_role_and_event_is_in_the_table_or_refused(state: str, role: str) -> None:
    service = ServiceFactory(with_phone=True)
    assert service.organisation is not None
    for event, own in itertools.product(EVENTS, (True, False)):
        row = SERVICE_STATES.find(event, state)
        allowed = row is not None and role in row.roles and (own or role in PORTAL_WIDE)
        Service.objects.update(state=state)
        service.refresh_from_db()
        by = Actor(uuid7(), service.organisation.pk if own else OTHER, frozenset({role}))
        try:
            SERVICE_STATES.apply(service, event, by=by, reason="because")
        except Refused:
            assert not allowed, (event, own)
            service.refresh_from_db()
            assert service.state == state
        else:
            assert allowed, (event, own)
            assert row is not None
            assert service.state == row.target


def provider(service: Service) -> Actor:
    return Actor(uuid7(), service.organisation_id, frozenset({Role.PROVIDER}))


MODERATOR = Actor(uuid7(), None, frozenset({Role.MODERATOR}))


@pytest.mark.parametrize(
    ("lacks", "why"),
    [
        ({"description": {}}, "Describe"),
        ({"email": "", "url": ""}, "reach"),
    ],
)
def test_a_page_that_helps_nobody_is_not_published(lacks: dict[str, object], why: str) -> None:
    service = ServiceFactory(**lacks)
    with pytest.raises(Refused, match=why):
        move(service, "publish", by=provider(service))
    if "email" in lacks:
        PhoneFactory(service=service)
        move(service, "publish", by=provider(service))
        assert Service.objects.get().state == Service.State.PUBLISHED


@pytest.mark.parametrize("state", [s for s in Organisation.State.values if s != Organisation.State.APPROVED])
@pytest.mark.parametrize("role", [Role.PROVIDER, Role.ORGANISATION_ADMIN, Role.OFFICER, Role.MODERATOR])
def test_services_of_an_organisation_nobody_approved_stay_drafts(state: str, role: str) -> None:
    service = ServiceFactory(organisation=OrganisationFactory(state=state))
    with pytest.raises(Refused, match="not approved"):
        move(service, "publish", by=Actor(uuid7(), service.organisation_id, frozenset({role})))


@pytest.mark.parametrize("event", ["suspend", "archive"])
def test_a_reason_is_owed(event: str) -> None:
    service = ServiceFactory(published=True)
    with pytest.raises(Refused, match="reason"):
        move(service, event, by=provider(service), reason="  ")
    assert not Event.objects.exists()


@pytest.mark.parametrize("way", [("suspend", "restore"), ("archive", "reopen", "publish")])
def test_what_a_moderator_took_down_only_a_moderator_gives_back(way: tuple[str, ...]) -> None:
    service = ServiceFactory(published=True)
    first, *middle, last = way
    move(service, first, by=MODERATOR, reason="wrong")
    for event in middle:
        move(service, event, by=provider(service))
    with pytest.raises(Refused, match="officer or moderator"):
        move(service, last, by=provider(service))
    move(service, last, by=MODERATOR)
    # given back: from now on it is the organisation's own affair again
    move(service, "suspend", by=provider(service), reason="holiday")
    move(service, "restore", by=provider(service))
    assert service.state == Service.State.PUBLISHED
