"""A small directory with one of everything in it, and things beside it that nobody may see."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from kesher.directory.models import Service
from tests import factories as make


@pytest.fixture(autouse=True)
def _no_requests_counted_yet() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


class Api:
    """Asks the API of one version."""

    def __init__(self, version: str) -> None:
        self.version, self.client = version, Client()

    def get(self, path: str, **asked: Any) -> Any:
        headers = asked.pop("headers", None)
        return self.client.get(f"/api/hsds/{self.version}{path}", asked, headers=headers)

    def json(self, path: str, **asked: Any) -> Any:
        response = self.get(path, **asked)
        assert response.status_code == 200, response.content
        return response.json()


@pytest.fixture
def api() -> Api:
    return Api("3.1.1")


@pytest.fixture(params=["3.1.1", "3.0"])
def each_api(request: pytest.FixtureRequest) -> Api:
    return Api(request.param)


@pytest.fixture
def service(db: None) -> Service:
    """A service with everything a service can have."""
    return make.ServiceFactory(complete=True)
