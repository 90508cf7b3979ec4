"""The demo as a person meets it: real processes, one data folder for the whole file."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

import psycopg
import pytest

from kesher.adapters.local_postgres import LocalPostgres
from kesher.cli.processes import ProcessMark, Running, began

ROOT = Path(__file__).resolve().parents[2]


pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Town:
    """A data folder and a port, and the command run on them."""

    def __init__(self, data, port):
        self.data, self.port = data, port
        self.address = f"http://127.0.0.1:{port}/"
        foreign = ("KESHER_", "DATABASE_", "DJANGO_")
        self.environment = {key: value for key, value in os.environ.items() if not key.startswith(foreign)}
        if "KESHER_PG_BIN" in os.environ:
            self.environment["KESHER_PG_BIN"] = os.environ["KESHER_PG_BIN"]
        self.environment |= {"KESHER_DATA": str(data), "PORT": str(port), "PYTHONPATH": str(ROOT / "src")}
        # What the worker reads into vectors meanwhile has tests of its own (tests/words/test_encoding.py), and takes a core.
        self.environment |= {"KESHER_ENCODER": "ngrams"}

    def kesher(self, *arguments, seconds=60):
        return subprocess.run(
            [sys.executable, "-m", "kesher", *arguments],
            env=self.environment, capture_output=True, text=True, timeout=seconds, check=False,
        )  # fmt: skip

    def demo(self, *arguments):
        return RunningDemo(self, arguments)

    def answers(self):
        try:
            with urllib.request.urlopen(f"{self.address}health/ready", timeout=30) as answer:
                return answer.status == 200
        except OSError:
            return False


class RunningDemo:
    def __init__(self, town, arguments):
        self.town = town
        self.process = subprocess.Popen(
            [sys.executable, "-m", "kesher", "demo", *arguments],
            env=town.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
        )  # fmt: skip
        self.said = ""
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self):
        for line in self.process.stdout:
            self.said += line

    def wait_until_open(self, seconds=300):
        begun = time.monotonic()
        while "Ctrl-C stops it" not in self.said:
            assert self.process.poll() is None, self.said
            assert time.monotonic() - begun < seconds, self.said
            time.sleep(0.05)
        return time.monotonic() - begun

    def end(self, sign=signal.SIGINT, seconds=15):
        """The exit code and how long it took; like a terminal, to the whole process group."""
        begun = time.monotonic()
        os.killpg(self.process.pid, sign)
        code = self.process.wait(seconds)
        self._reader.join()
        self.process.stdout.close()
        return code, time.monotonic() - begun


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    town = Town(tmp_path_factory.mktemp("demo") / "data", free_port())
    yield town
    left = Running.read(town.data / "demo.json")
    if left:
        left.clean_up()
    LocalPostgres(town.data / "postgres").destroy()


def processes_of(data):
    """The numbers of living processes that were given this data folder, or are its database."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
            environment = (folder / "environ").read_bytes()
        except OSError:
            continue
        if b"kesher" in command and f"KESHER_DATA={data}".encode() in environment:
            found.append(int(folder.name))
    return found


def test_first_start_second_start_and_ctrl_c(town):
    demo = town.demo()
    demo.wait_until_open()
    assert town.address in demo.said
    assert "noa@demo.example" in demo.said
    assert town.answers()
    # A second start while one runs.
    second = town.kesher("demo")
    assert second.returncode == 1
    assert f"already runs at {town.address}" in second.stderr
    assert town.answers(), "the second start must not disturb the first"

    code, _seconds = demo.end()
    assert code == 0
    assert not town.answers()
    assert processes_of(town.data) == []
    assert not LocalPostgres(town.data / "postgres").is_running()

    again = town.demo()
    again.wait_until_open()
    assert "Building" not in again.said
    assert again.end(signal.SIGTERM)[0] == 0
    assert processes_of(town.data) == []


def test_the_worker_erases_what_is_due_though_it_works_as_the_application(town):
    """Rows that the application's role may not touch: a log's, a protected one's, an account's with all its history."""
    demo = town.demo()
    demo.wait_until_open()
    server = LocalPostgres(town.data / "postgres")
    with server.connect("owner") as connection:
        connection.execute(
            "SELECT set_config('pghistory.context_id', gen_random_uuid()::text, false),"
            """ set_config('pghistory.context_metadata', '{"actor": "system: tests", "reason": "tests"}', false)"""
        )
        key = "00000000-0000-7000-8000-00000000000"
        stamps = "now() - interval '8 years', now()"
        connection.execute(
            f"""INSERT INTO base_event (id, at, name, about_type, about_id, reason, data)
                VALUES ('{key}1', now() - interval '8 years', 'x', 'x', '{key}1', 'old', '{{}}'),
                       ('{key}2', now() - interval '6 years', 'x', 'x', '{key}1', 'young', '{{}}')"""
        )
        connection.execute(
            f"""INSERT INTO base_notification (id, created_at, updated_at, recipient_id, kind, language, link, context)
                VALUES ('{key}1', {stamps}, '{key}1', 'x', 'en', '/', '{{}}')"""
        )
        columns = "created_at, email, name, language, password, is_active, closed_at"
        connection.execute(
            f"INSERT INTO accounts_user (id, {columns}) VALUES"
            f" ('{key}3', now(), 'gone@demo.example', 'Gone', 'en', '!', false, now() - interval '31 days')"
        )
        connection.execute(
            f"""INSERT INTO directory_callback (id, created_at, updated_at, service_id, organisation_id, state, called, phone,
                       language, "when", note, consent_at)
                SELECT '{key}4', day, day, id, organisation_id, 'asked', 'Gone', '08-555-0101', 'am', '{{}}', '', day
                  FROM directory_service, (SELECT now() - interval '91 days' AS day) AS days
                 WHERE organisation_id IS NOT NULL LIMIT 1"""
        )
        asked = "SELECT (SELECT count(*) FROM {}) FROM (SELECT) AS one"
        left = {
            "base_event WHERE name = 'x'": 1,
            "base_notification WHERE kind = 'x'": 0,
            "accounts_user WHERE email = 'gone@demo.example'": 0,
            "directory_callback WHERE called = 'Gone'": 0,
            f"directory_callbackevent WHERE id = '{key}4'": 0,
            "accounts_userevent WHERE email = 'gone@demo.example'": 0,
        }
        before = {what: connection.execute(asked.format(what)).fetchone()[0] for what in left}
        assert all(before[what] > left[what] for what in left), before
    with server.connect("app") as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("DELETE FROM base_event")
    # The task of the night, asked for now: the running worker takes it.
    now = "from kesher.base.tasks import erase_what_is_due; erase_what_is_due.defer(timestamp=0)"
    deferred = town.kesher("manage", "shell", "-c", now)
    assert deferred.returncode == 0, deferred.stderr
    begun = time.monotonic()
    with server.connect("owner") as connection:
        connection.autocommit = True
        while True:
            after = {what: connection.execute(asked.format(what)).fetchone()[0] for what in left}
            if after == left:
                break
            assert time.monotonic() - begun < 30, (after, (town.data / "logs" / "worker.log").read_text())
            time.sleep(0.2)
    log = (town.data / "logs" / "worker.log").read_text()
    assert "gone@demo.example" not in log
    assert demo.end()[0] == 0


def test_after_kill_9_the_next_start_ends_what_was_left(town):
    demo = town.demo()
    demo.wait_until_open()
    left = Running.read(town.data / "demo.json")
    demo.process.kill()
    demo.process.wait()
    demo._reader.join()
    demo.process.stdout.close()
    assert {child.name for child in left.children if child.is_alive()} == {"web", "worker"}
    again = town.demo("--no-worker")
    again.wait_until_open()
    assert "ended what it left behind" in again.said
    assert not any(child.is_alive() for child in left.children)
    assert again.end()[0] == 0
    assert processes_of(town.data) == []
    assert not LocalPostgres(town.data / "postgres").is_running(), "the killed run's database is ours to stop"


def test_a_taken_port_names_a_free_one(town):
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", town.port))
        taken.listen()
        refused = town.kesher("demo")
    assert refused.returncode == 1
    assert f"Port {town.port} is taken" in refused.stderr
    assert "--port" in refused.stderr


def test_a_web_server_that_dies_ends_the_demo_and_says_why(town):
    demo = town.demo()
    demo.wait_until_open()
    web = next(child for child in Running.read(town.data / "demo.json").children if child.name == "web")
    os.kill(web.process_id, signal.SIGKILL)
    assert demo.process.wait(15) == 1
    demo._reader.join()
    demo.process.stdout.close()
    assert "The web ended by itself" in demo.said
    assert processes_of(town.data) == []


def test_data_of_another_version_is_refused(town):
    version = LocalPostgres(town.data / "postgres").cluster / "PG_VERSION"
    kept = version.read_text()
    version.write_text("12\n")
    try:
        refused = town.kesher("demo")
    finally:
        version.write_text(kept)
    assert refused.returncode == 1
    assert "PostgreSQL 12" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_check_backup_and_restore(town, tmp_path):
    checked = town.kesher("check")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "FAIL" not in checked.stdout
    dump = tmp_path / "copy.dump"
    made = town.kesher("backup", str(dump))
    assert made.returncode == 0, made.stderr
    manifest = json.loads((tmp_path / "copy.dump.json").read_text())
    rows = manifest["rows"]
    assert rows["accounts_user"] > 0
    papers = sorted(path for path in (town.data / "attachments").rglob("*") if path.is_file())
    assert manifest["papers"]["count"] == rows["people_attachment"] == len(papers) > 0
    before = [path.read_bytes() for path in papers]
    shutil.rmtree(town.data / "attachments")
    broken = town.kesher("papers")
    assert (broken.returncode, broken.stderr.count("has no file")) == (1, len(papers))

    server = LocalPostgres(town.data / "postgres")
    server.start()
    try:
        with server.connect("owner") as connection:
            connection.execute("CREATE TABLE made_since (a int)")
        refused = town.kesher("restore", str(dump))
        assert refused.returncode == 1
        assert "--yes" in refused.stderr
        # Somebody connected must not stop it, and must be cut off.
        busy = server.connect("app")
        restored = town.kesher("restore", str(dump), "--yes")
        busy.close()
        assert restored.returncode == 0, restored.stderr
        with server.connect("app") as connection:
            assert connection.execute("SELECT to_regclass('made_since')").fetchone() == (None,)
            assert connection.execute("SELECT count(*) FROM django_migrations").fetchone() == (
                rows["django_migrations"],
            )
            names = connection.execute("SELECT datname FROM pg_database ORDER BY 1").fetchall()
        assert names == [("kesher",), ("postgres",), ("template0",), ("template1",)], "nothing is left over"
        assert [path.read_bytes() for path in papers] == before
        assert town.kesher("papers", "--apply").returncode == 0
    finally:
        server.stop()
    assert town.kesher("check").returncode == 0, "rights and extensions came back with the data"


def test_a_backup_of_a_server_named_by_its_address(town, tmp_path):
    server = LocalPostgres(town.data / "postgres")
    server.start()
    elsewhere = Town(tmp_path / "data", town.port)
    elsewhere.environment |= {
        "DATABASE_URL": f"postgresql://kesher_app@/kesher?host={server.socket_folder}",
        "DATABASE_OWNER_URL": f"postgresql://kesher@/kesher?host={server.socket_folder}",
        "KESHER_SECRET_KEY": "0123456789 0123456789 0123456789 0123456789 0123456789",
        "KESHER_FIELD_KEYS": (town.data / "field_keys").read_text(),
        "KESHER_ATTACHMENTS": str(town.data / "attachments"),  # the papers are where they were kept
    }
    try:
        assert elsewhere.kesher("backup", str(tmp_path / "copy.dump")).returncode == 0
        restored = elsewhere.kesher("restore", str(tmp_path / "copy.dump"), "--yes")
        assert restored.returncode == 0, restored.stderr
        assert elsewhere.kesher("check").returncode == 0
    finally:
        server.stop()


def test_a_changed_backup_or_wrong_counts_change_nothing(town, tmp_path):
    dump, manifest = tmp_path / "copy.dump", tmp_path / "copy.dump.json"
    assert town.kesher("backup", str(dump)).returncode == 0
    content = json.loads(manifest.read_text())
    content["rows"]["accounts_user"] += 1
    manifest.write_text(json.dumps(content))
    refused = town.kesher("restore", str(dump), "--yes")
    assert refused.returncode == 1
    assert "accounts_user" in refused.stderr
    with dump.open("ab") as handle:
        handle.write(b"x")
    assert town.kesher("restore", str(dump), "--yes").returncode == 2
    manifest.unlink()
    assert town.kesher("restore", str(dump), "--yes").returncode == 2
    assert town.kesher("check").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["demo", "--port", "abc"], "must be a number"),
        (["demo", "--people", "0"], "--people"),
        (["restore", "/no/such/file"], "is not there"),
        (["load", "services", "/no/such/file"], "is not there"),
        (["dance"], "invalid choice"),
    ],
)
def test_bad_input_is_exit_code_2_in_a_sentence(town, arguments, says):
    answer = town.kesher(*arguments)
    assert answer.returncode == 2
    assert says in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_full_disk_is_said():
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    # As root the database would go beside a closed folder, on the large disk: the way to the small one is open.
    small = Path(tempfile.mkdtemp(prefix="kesher-small-"))
    small.chmod(0o755)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", small], check=False).returncode:
        pytest.skip("this machine lets nobody mount a small disk")
    try:
        refused = Town(small / "data", free_port()).kesher("demo")
        assert refused.returncode == 1
        assert "MB free" in refused.stderr
        assert "KESHER_DATA" in refused.stderr
    finally:
        subprocess.run(["umount", "--lazy", small], check=True)
        shutil.rmtree(small, ignore_errors=True)


def test_a_process_is_told_apart_from_a_later_one_with_its_number():
    me = ProcessMark("me", os.getpid(), began(os.getpid()))
    assert me.is_alive()
    assert not ProcessMark("earlier", os.getpid(), "1").is_alive()
