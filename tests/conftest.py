"""Fixtures every test may use, and the strictness every test lives under."""

import os
import sys
import time
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import translation
from pytest_django.plugin import DjangoDbBlocker

from kesher.www.messages import compile_catalogues
from tests import database, written_by_migrations

compile_catalogues()
# Which part of what takes turns is run this week: said once, so that all workers collect the same, and can be said again.
os.environ.setdefault("KESHER_TEST_WEEK", str(int(time.time()) // (7 * 24 * 3600)))


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """A file's bytes are no name of a test: packed ones hold the second they were made, and workers must collect the same."""
    return argname if isinstance(val, bytes) and len(val) > 60 else None


@pytest.fixture(scope="session")
def django_db_setup(request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A database of this worker's own, copied from a migrated template, on the private server unless DATABASE_URL says."""
    from django.conf import settings

    suffix = getattr(request.config, "workerinput", {}).get("workerid", "main")
    with django_db_blocker.unblock():
        if not settings.ENVIRONMENT.database_url:
            database.server().start()  # left running: the next run starts at once; see `make test`
        name = database.make_test_database(suffix)
        written_by_migrations.keep()
    yield
    with django_db_blocker.unblock():
        database.drop_test_database(name)


@pytest.fixture
def as_application(db: None) -> Iterator[None]:
    """Work as the application's database role, for which row-level security holds."""
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE kesher_app")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Counts of one test's requests must not limit the next one's, nor its language be the next one's, nor its services:
    a database emptied all at once is a change of everything, for which visitors are answered as of a minute ago."""
    yield
    cache.clear()
    translation.deactivate()
    if held := sys.modules.get("kesher.directory.catalogue"):
        held._keepers.clear()
