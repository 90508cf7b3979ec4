"""A public service whose organisation has somebody who calls back, and a way to look at what is kept."""

from collections.abc import Callable
from typing import Any

import pytest

from kesher.accounts.models import User
from kesher.accounts.roles import Role
from kesher.base.rows import acting_for
from kesher.directory.call_backs import Asked, ask, asked_with
from kesher.directory.models import CallBack, Service
from tests import factories as make


def asked_with_it(key: str) -> Asked:
    """What was asked with a key that is good."""
    asked = asked_with(key)
    assert asked
    return asked


Kept = Callable[[], list[CallBack]]


@pytest.fixture
def service(db: None) -> Service:
    made: Service = make.ServiceFactory(complete=True, name={"en": "Evening Hebrew", "he": "עברית בערב"})
    return made


@pytest.fixture
def samir(service: Service) -> User:
    user: User = make.MembershipFactory(organisation=service.organisation, role=Role.PROVIDER, user__name="Samir").user
    return user


@pytest.fixture
def kept(service: Service) -> Kept:
    """What the organisation that was asked sees, by the database's own wall."""

    def look() -> list[CallBack]:
        with acting_for(organisation_ids=[service.organisation_id]):
            return list(CallBack.objects.order_by("id"))

    return look


@pytest.fixture
def asks(service: Service, samir: User) -> Callable[..., str]:
    """Somebody asks; returns the key of the link that takes it back."""

    def ask_(**more: Any) -> str:
        told: dict[str, Any] = {"called": "Almaz", "phone": "050-555-0123", "language": "am", "note": "My son is ill."}
        return ask(service, **(told | more))

    return ask_
