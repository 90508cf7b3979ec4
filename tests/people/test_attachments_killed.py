"""``kill -9`` while papers are taken in and out: no row is ever without its file, and what is left over is swept."""

import os
import random
import signal
import subprocess
import sys
import time
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


class Server:
    """The process of :mod:`tests.people.killed`, spoken with by lines."""

    def __init__(self, url: str, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.people.killed"],
            env=os.environ | {"DATABASE_URL": url, "KESHER_ATTACHMENTS": str(folder)},
            cwd=database.ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._answer() == "ready"

    def ask(self, line: str) -> str:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()
        return self._answer()

    def _answer(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()


@pytest.fixture
def server(url: str, tmp_path: Path) -> Iterator[Server]:
    made = Server(url, tmp_path)
    yield made
    made.process.terminate()
    made.process.communicate(timeout=30)  # and both pipes are closed


def named(url: str) -> set[str]:
    """Once the database has ended what its dead client had begun."""
    with psycopg.connect(url, autocommit=True) as connection:
        deadline = time.monotonic() + 10
        others = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND state <> 'idle'"
        )
        while connection.execute(others).fetchone() != (0,) and time.monotonic() < deadline:
            time.sleep(0.05)
        return {name for (name,) in connection.execute("SELECT stored_as FROM people_attachment").fetchall()}


def kill(server: Server, url: str, folder: Path, times: int, chance: random.Random) -> int:
    """Killed so often, at any moment; returns how many files were left over in all."""
    store, left_over, seen = StoredFiles(folder), 0, 0
    for _time in range(times):
        worker = int(server.ask("rounds"))
        time.sleep(chance.uniform(0.2, 1.0))
        os.kill(worker, signal.SIGKILL)
        assert server.ask(f"wait {worker}") == str(-signal.SIGKILL)
        rows, lying = named(url), set(store.names())
        assert rows <= lying, "a row without its file"
        assert all(store.path(name).stat().st_size > 100_000 for name in lying), "half a file under a whole one's name"
        seen += len(rows)
        left_over += len(lying - rows)
        for name in lying - rows:
            store.remove(name)
    assert seen, "nothing was ever kept: the test kills too early"
    return left_over


def test_killed_at_any_moment_no_row_is_without_its_file(server: Server, url: str, tmp_path: Path) -> None:
    kill(server, url, tmp_path, 5, random.Random(3))


@pytest.mark.long
def test_killed_sixty_times(server: Server, url: str, tmp_path: Path) -> None:
    left_over = kill(server, url, tmp_path, 60, random.Random(60))
    print(f"killed 60 times: {left_over} files left over for the sweep")


def test_two_who_fill_one_file_at_once_find_room_for_twenty_together(server: Server, url: str, tmp_path: Path) -> None:
    workers = [server.ask("keep 15") for _one in range(2)]
    assert sum(int(server.ask(f"wait {worker}")) for worker in workers) == MOST_PAPERS
    assert named(url) == set(StoredFiles(tmp_path).names())
    assert len(named(url)) == MOST_PAPERS
