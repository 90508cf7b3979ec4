"""``kill -9`` while papers are taken in and out: no row is ever without its file, and what is left over is swept."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from kesher.base.stored_files import StoredFiles
from kesher.people.models.attachments import MOST_PAPERS
from tests import database

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.xdist_group("kill")]


@pytest.fixture
def url(db: None) -> Iterator[str]:
    """A database of its own: what is killed here commits for real."""
    with database.copied(f"test_kesher_papers_{os.getpid()}") as address:
        yield address


def begun(url: str, folder: Path, *keys: str) -> "tuple[subprocess.Popen[str], list[str]]":
    """The process, and the keys of what it works on."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.people.killed", *keys],
        env=os.environ | {"DATABASE_URL": url, "KESHER_ATTACHMENTS": str(folder)},
        cwd=database.ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    ready, *keys_there = process.stdout.readline().split()
    assert ready == "ready"
    return process, keys_there


def rounds_until_killed(url: str, folder: Path, seconds: float) -> int:
    """How many rounds were done within so many seconds."""
    process, _keys = begun(url, folder)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("round\n" * 10_000)
    process.stdin.flush()
    time.sleep(seconds)
    os.kill(process.pid, signal.SIGKILL)
    done = len(process.stdout.readlines())
    process.stdin.close()
    process.stdout.close()
    process.wait()
    return done


def named(url: str) -> set[str]:
    """Once the database has ended what its dead client had begun."""
    with psycopg.connect(url, autocommit=True) as connection:
        deadline = time.monotonic() + 10
        others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        while connection.execute(others).fetchone() != (0,) and time.monotonic() < deadline:
            time.sleep(0.05)
        return {name for (name,) in connection.execute("SELECT stored_as FROM people_attachment").fetchall()}


def kill(url: str, folder: Path, times: int, chance: random.Random) -> int:
    """Killed so often, at any moment; returns how many files were left over in all."""
    store, left_over = StoredFiles(folder), 0
    for _time in range(times):
        rounds_until_killed(url, folder, chance.uniform(0.02, 0.4))
        rows, lying = named(url), set(store.names())
        assert rows <= lying, "a row without its file"
        assert all(store.path(name).stat().st_size > 100_000 for name in lying), "half a file under a whole one's name"
        left_over += len(lying - rows)
        for name in lying - rows:
            store.remove(name)
    assert rows, "nothing was ever kept: the test kills too early"
    return left_over


def test_killed_at_any_moment_no_row_is_without_its_file(url: str, tmp_path: Path) -> None:
    kill(url, tmp_path, 3, random.Random(3))


@pytest.mark.long
def test_killed_sixty_times(url: str, tmp_path: Path) -> None:
    left_over = kill(url, tmp_path, 60, random.Random(60))
    print(f"killed 60 times: {left_over} files left over for the sweep")


def test_two_who_fill_one_file_at_once_find_room_for_twenty_together(url: str, tmp_path: Path) -> None:
    first, keys = begun(url, tmp_path)
    second, _same = begun(url, tmp_path, *keys)
    for process in (first, second):  # written to both before either is read: they run at the same time
        assert process.stdin is not None
        process.stdin.write("keep\n" * 15)
        process.stdin.close()
    said = [line for process in (first, second) if process.stdout for line in process.stdout]
    for process in (first, second):
        assert process.wait(30) == 0
        assert process.stdout is not None
        process.stdout.close()
    assert Counter(said) == {"kept\n": MOST_PAPERS, "most\n": 30 - MOST_PAPERS}
    assert named(url) == set(StoredFiles(tmp_path).names())
    assert len(named(url)) == MOST_PAPERS
