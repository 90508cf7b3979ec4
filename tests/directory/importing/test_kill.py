"""``kill -9`` in the middle of an import: the whole file is in, or nothing; and the next run completes it."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import psycopg
import pytest
from django.conf import settings

from tests import database

SERVICES = 1500
TABLES = (
    "directory_service",
    "directory_phone",
    "directory_schedule",
    "directory_serviceatlocation",
    "directory_serviceevent",
)
pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.xdist_group("kill")]


@pytest.fixture
def url(db: None) -> Iterator[str]:
    """A database of its own: what is killed here commits for real."""
    name = f"test_kesher_kill_{os.getpid()}"
    with database.copied(name) as address:
        yield address


def start(url: str) -> subprocess.Popen[str]:
    environment = os.environ | {"DATABASE_URL": url, "KESHER_DATA": str(settings.ENVIRONMENT.data)}
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.directory.importing.killed", str(SERVICES)],
        env=environment,
        cwd=database.ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "loading\n"
    return child


def counts(url: str) -> set[int]:
    with psycopg.connect(url) as connection:
        return {connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in TABLES}


def empty(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("TRUNCATE directory_service, directory_serviceevent, directory_dataset CASCADE")


def how_long(url: str) -> float:
    begun = time.monotonic()
    child = start(url)
    told, _ = child.communicate(timeout=120)
    assert told.split() == [str(SERVICES), "0"]
    assert counts(url) == {SERVICES}
    empty(url)
    return time.monotonic() - begun


def kill_at_random_moments(url: str, times: int, chance: random.Random) -> tuple[int, int]:
    """How often nothing, and how often everything, was in."""
    seconds, outcomes = how_long(url), []
    for _ in range(times):
        child = start(url)
        time.sleep(chance.uniform(0, seconds))
        child.send_signal(signal.SIGKILL)
        child.communicate(timeout=30)
        time.sleep(0.3)  # the server notices that its client is gone
        found = counts(url)
        assert found in ({0}, {SERVICES}), found
        outcomes.append(found.pop())
        told, _ = start(url).communicate(timeout=120)
        assert sorted(map(int, told.split())) == [0, SERVICES]
        assert counts(url) == {SERVICES}
        empty(url)
    return outcomes.count(0), outcomes.count(SERVICES)


def test_killed_in_the_middle_it_is_all_or_nothing(url: str) -> None:
    kill_at_random_moments(url, 5, random.Random(5))


@pytest.mark.long
def test_killed_fifty_times(url: str) -> None:
    nothing, everything = kill_at_random_moments(url, 50, random.Random(50))
    print(f"killed 50 times: nothing was in {nothing} times, everything {everything} times")
    assert nothing
