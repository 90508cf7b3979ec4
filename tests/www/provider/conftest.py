"""A partner who looks after one service."""

import pytest
from django.test import Client

from kesher.accounts.models import User
from kesher.directory.models import Service
from tests.factories import MembershipFactory, ServiceFactory


@pytest.fixture
def service() -> Service:
    made: Service = ServiceFactory(complete=True, name={"en": "Evening Hebrew", "he": "עברית בערב", "es": "Hebreo"})
    return made


@pytest.fixture
def provider(client: Client, service: Service) -> User:
    user: User = MembershipFactory(organisation=service.organisation, user__name="Dana").user
    client.force_login(user)
    return user
