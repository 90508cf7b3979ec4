"""A private PostgreSQL for one machine: made once, started, attached to and stopped; no network port, no administrator.

The folder of one server::

    data_folder/
      lock        held while starting or stopping, so that many processes may start at once
      cluster/    PostgreSQL's own data folder
      ready       written when roles, extensions and rights are in place
      run/        the socket (mode 0700: log-in is by trust, so whoever reaches the socket is in)
      server.log  the server's messages, without data (see `_configuration`)
      binaries/   copies of PostgreSQL's programs, only where the server's user cannot reach the originals
      home        only as root in a closed folder: a link to where all but the lock lives instead (see `placement`)
"""

import fcntl
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg.conninfo import make_conninfo

from kesher.adapters import placement
from kesher.adapters.errors import (
    LocalPostgresError,
    NotWritable,
    OtherUser,
    OtherVersion,
    StartFailed,
    disk_full,
    explained,
    not_writable,
    user_name,
)
from kesher.adapters.postgres_binaries import CLEAN_ENVIRONMENT, Binaries, copy_for_another_user, find_binaries
from kesher.adapters.postgres_tools import dump_database, restore_database

OWNER: Final = "kesher"
APPLICATION: Final = "kesher_app"
DATABASE: Final = "kesher"

#: Row-level security must hold for the application's role, so it is neither superuser nor exempt; only the owner is.
REQUIRED_EXTENSIONS: Final = ("pg_trgm", "unaccent")
WELCOME_EXTENSIONS: Final = ("fuzzystrmatch",)

#: A fresh cluster takes about 40 MB and its write-ahead log grows to 80 MB before it is recycled.
ROOM_FOR_A_NEW_CLUSTER: Final = 150 * 1024 * 1024
LOG_LIMIT: Final = 5 * 1024 * 1024
START_SECONDS: Final = 60.0
LOCK_SECONDS: Final = 120.0


class LocalPostgres:
    """The private server of one data folder.

    Any number of processes may hold one of these for the same folder: `start` attaches when the server already runs.
    `fast` turns durability off and is for servers that are thrown away, such as a test's.
    Every method raises LocalPostgresError when it cannot do its work.
    """

    def __init__(self, data_folder: Path, *, fast: bool = False) -> None:
        self.data_folder = Path(data_folder).resolve()
        self.fast = fast

    # Where things are. None of this starts or writes anything.

    @property
    def home(self) -> Path:
        """Where cluster, log and copies live: the data folder itself, except as root in a closed folder."""
        return placement.home_of(self.data_folder)

    @property
    def cluster(self) -> Path:
        """PostgreSQL's own data folder."""
        return self.home / "cluster"

    @property
    def socket_folder(self) -> Path:
        """What clients connect to as `host`; the same answer before the first start and after."""
        return placement.socket_folder(self.data_folder)

    def dsn(self, role: str = APPLICATION, dbname: str = DATABASE) -> dict[str, str]:
        """Connection parameters for ``psycopg.connect(**dsn)``: host, user and dbname.

        `role` is the role's name, or ``"owner"`` or ``"app"``, as KESHER_DB_ROLE says it.
        """
        role = {"owner": OWNER, "app": APPLICATION}.get(role, role)
        return {"host": str(self.socket_folder), "user": role, "dbname": dbname}

    def connect(self, role: str = APPLICATION, dbname: str = DATABASE) -> "psycopg.Connection[tuple[Any, ...]]":
        """A connection in autocommit mode; raises psycopg.OperationalError when the server is down."""
        return psycopg.connect(make_conninfo(**self.dsn(role, dbname), connect_timeout=5), autocommit=True)

    def program(self, name: str) -> Path:
        """The full path of one of PostgreSQL's programs, such as ``pg_dump``, of this server's version."""
        return find_binaries().program(name)

    # Life.

    def is_running(self) -> bool:
        """True when this folder's server is up, or coming up."""
        return self._process_id() is not None

    def start(self) -> bool:
        """Makes the server if there is none, starts it if it is down, and waits until it takes connections.

        Returns True when this call started it, False when it was up already: who started it stops it.
        """
        with explained(self.data_folder), self._locked():
            home = placement.make_home(self.data_folder)
            self._refuse_other_user()
            binaries = find_binaries()
            self._refuse_other_version(binaries)
            started = False
            while True:
                if not self.is_running():
                    user = placement.server_user(self.data_folder)
                    binaries = self._runnable(binaries, user, home)
                    self._make_folder(self.socket_folder, user)
                    if not self.cluster.exists():
                        self._create_cluster(binaries, user)
                    self._configure(user)
                    self._start_server(binaries, user)
                    started = True
                problem = self._wait_until_it_answers()
                if problem is None:
                    break
                if started or self.is_running():
                    raise self._explain(str(problem), "PostgreSQL runs but takes no connection")
                # Going as we looked, killed or stopped a moment ago: now it is down, and started like any other.
            if not (home / "ready").exists():
                self._bootstrap()
                (home / "ready").write_text(f"PostgreSQL {binaries.major}\n")
            return started

    def stop(self, seconds: float = 30.0) -> None:
        """Stops the server and waits until it has gone; harmless when it is down.

        Clients are cut off ("fast" shutdown). A server that does not finish within `seconds` is ended at once; it
        loses nothing, but repeats its log at the next start.
        """
        if not self.data_folder.is_dir():
            return
        with explained(self.data_folder), self._locked():
            for sign, patience in ((signal.SIGINT, seconds), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
                process_id = self._process_id()
                if process_id is None:
                    return
                try:
                    os.kill(process_id, sign)
                except ProcessLookupError:
                    return
                except PermissionError:
                    raise self._other_user(self.cluster.stat().st_uid)
                end = time.monotonic() + patience
                while self._process_id() is not None and time.monotonic() < end:
                    time.sleep(0.02)

    def destroy(self) -> None:
        """Stops the server and removes everything of it, the data included."""
        self.stop()
        with explained(self.data_folder):
            home, sockets = self.home, self.socket_folder
            for name in ("cluster", "run", "binaries"):
                shutil.rmtree(home / name, ignore_errors=True)
            for name in ("ready", "server.log", "server.log.old", "lock"):
                (home / name).unlink(missing_ok=True)
            shutil.rmtree(sockets, ignore_errors=True)
            placement.remove_home(self.data_folder)
            (self.data_folder / "lock").unlink(missing_ok=True)

    # Copies.

    def dump(self, path: Path) -> None:
        """Writes the whole database to `path` in pg_dump's custom format; the server must be up."""
        dump_database(self.dsn(OWNER), Path(path), program=self.program("pg_dump"))

    def restore(self, path: Path, dbname: str = DATABASE) -> None:
        """Reads a dump into the database `dbname`, which must exist and be empty; all or nothing."""
        restore_database(self.dsn(OWNER, dbname), Path(path), program=self.program("pg_restore"))

    # How.

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self.data_folder.mkdir(parents=True, exist_ok=True)
        # Opened for reading, so that a lock made by root can be taken by the folder's ordinary user too.
        handle = os.open(self.data_folder / "lock", os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            end = time.monotonic() + LOCK_SECONDS
            while True:
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > end:
                        raise StartFailed(
                            f"Another process has held {self.data_folder / 'lock'} for two minutes.",
                            "See which one with `fuser` or `lsof`, end it, and try again.",
                        )
                    time.sleep(0.05)
            yield
        finally:
            os.close(handle)

    def _refuse_other_user(self) -> None:
        if not self.cluster.exists():
            return
        owner, here = self.cluster.stat().st_uid, os.geteuid()
        if here not in (0, owner):
            raise self._other_user(owner)

    def _other_user(self, owner: int) -> OtherUser:
        return OtherUser(
            f"The database in {self.data_folder} belongs to {user_name(owner)}, and you are {user_name(os.geteuid())}.",
            "Work as that user, or set KESHER_DATA to a folder of your own.",
        )

    def _refuse_other_version(self, binaries: Binaries) -> None:
        if not self.cluster.exists():
            return
        made_by = (self.cluster / "PG_VERSION").read_text().strip()
        if made_by != str(binaries.major):
            raise OtherVersion(
                f"The data in {self.data_folder} was made by PostgreSQL {made_by}; the programs here are PostgreSQL "
                f"{binaries.major} and must not touch it.",
                f"Set KESHER_PG_BIN to the bin folder of a PostgreSQL {made_by}, make a copy with `kesher backup`, and "
                "restore it into a new data folder with `kesher restore`; or set KESHER_DATA to a new, empty folder.",
            )

    def _runnable(self, binaries: Binaries, user: placement.ServerUser, home: Path) -> Binaries:
        if user.changes and _run([binaries.program("postgres"), "--version"], user).returncode != 0:
            return copy_for_another_user(binaries, home / "binaries")
        return binaries

    def _make_folder(self, folder: Path, user: placement.ServerUser) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # A socket folder below /tmp has a name others can guess: it must be ours before it is trusted.
        if folder.is_symlink() or folder.stat().st_uid not in (os.geteuid(), user.uid):
            raise OtherUser(
                f"{folder} was made by {user_name(folder.lstat().st_uid)} and cannot be trusted.",
                "Remove it, or set KESHER_DATA to another folder.",
            )
        if user.changes:
            os.chown(folder, user.uid, user.gid)
        folder.chmod(0o700)

    def _create_cluster(self, binaries: Binaries, user: placement.ServerUser) -> None:
        home = self.home
        free = shutil.disk_usage(home).free
        if free < ROOM_FOR_A_NEW_CLUSTER:
            error = disk_full(home)
            raise type(error)(
                f"The disk that holds {home} has {free // 2**20} MB free; a new database needs "
                f"{ROOM_FOR_A_NEW_CLUSTER // 2**20} MB.",
                error.remedy,
            )
        # Made under another name: a process killed half-way leaves no folder that looks like a database.
        unfinished = home / "cluster.part"
        shutil.rmtree(unfinished, ignore_errors=True)
        (home / "ready").unlink(missing_ok=True)
        unfinished.mkdir(mode=0o700)
        if user.changes:
            os.chown(unfinished, user.initdb_uid, user.initdb_gid)
        arguments: list[str | Path] = [
            binaries.program("initdb"),
            "-D",
            unfinished,
            "-U",
            OWNER,
            *_locale(binaries.major),
            "--no-sync",
        ]
        arguments += ["--encoding=UTF8", "--auth-local=trust", "--auth-host=scram-sha-256", "--data-checksums"]
        answer = _run(arguments, user, for_initdb=True)
        if answer.returncode != 0:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise self._explain(answer.stderr, "PostgreSQL's initdb could not make the database")
        with (unfinished / "postgresql.conf").open("a") as settings:
            settings.write("\ninclude 'kesher.conf'\n")
        if user.changes:
            for folder, folders, files in os.walk(unfinished):
                for name in (".", *folders, *files):
                    os.chown(Path(folder, name), user.uid, user.gid, follow_symlinks=False)
        if not self.fast:
            os.sync()
        unfinished.rename(self.cluster)

    def _configure(self, user: placement.ServerUser) -> None:
        path = self.cluster / "kesher.conf"
        lines = "".join(f"{name} = {value}\n" for name, value in self._configuration().items())
        if not path.exists() or path.read_text() != lines:
            path.write_text(lines)
            if user.changes:
                os.chown(path, user.uid, user.gid)
        # Only reached when no server of this folder runs. PostgreSQL itself would stumble over these when the number in
        # them has meanwhile gone to another process of the same user, or to one that nobody has buried yet.
        for stale in (self.cluster / "postmaster.pid", self.socket_folder / ".s.PGSQL.5432.lock"):
            stale.unlink(missing_ok=True)

    def _configuration(self) -> dict[str, str]:
        folder = str(self.socket_folder).replace("'", "''")
        settings = {
            "listen_addresses": "''",
            "unix_socket_directories": f"'\"{folder}\"'",
            "unix_socket_permissions": "0700",
            "shared_buffers": "'128MB'",
            "timezone": "'UTC'",
            "log_timezone": "'UTC'",
            "log_line_prefix": "'%m [%p] '",
            # The log must hold no personal data: neither the failing statement nor the values an error would quote.
            "log_min_error_statement": "panic",
            "log_error_verbosity": "terse",
            "log_parameter_max_length": "0",
            "log_parameter_max_length_on_error": "0",
            "fsync": "on",
            "synchronous_commit": "on",
            "full_page_writes": "on",
        }
        if self.fast:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        return settings

    def _start_server(self, binaries: Binaries, user: placement.ServerUser) -> None:
        log = self.home / "server.log"
        if log.exists() and log.stat().st_size > LOG_LIMIT:
            log.replace(log.with_suffix(".log.old"))
        deadline = time.monotonic() + START_SECONDS
        while True:
            with log.open("ab") as output:
                begin = output.tell()
                # The shell ends at once and leaves the server to the system: it is not our child, does not die with
                # our terminal, and its arguments pass unquoted (pg_ctl would paste them into a command line).
                launch = ["/bin/sh", "-c", '"$@" </dev/null >&2 & echo $!', "sh", str(binaries.program("postgres"))]
                answer = subprocess.run(
                    [*launch, "-D", self.cluster],
                    stdout=subprocess.PIPE,
                    stderr=output,
                    cwd="/",
                    env=CLEAN_ENVIRONMENT,
                    start_new_session=True,
                    umask=0o077,
                    check=True,
                    **user.process_options(),
                )
            process_id = int(answer.stdout)
            if self._comes_up(process_id, deadline):
                return
            said = log.read_bytes()[begin:].decode(errors="replace")
            # The children of a killed server need a moment to notice and go.
            if "shared memory block" in said and time.monotonic() < deadline - START_SECONDS / 2:
                time.sleep(0.2)
                continue
            raise self._explain(said, f"PostgreSQL did not start (its log is {log})")

    def _comes_up(self, process_id: int, deadline: float) -> bool:
        pid_file = self.cluster / "postmaster.pid"
        while time.monotonic() < deadline:
            lines = pid_file.read_text().splitlines() if pid_file.exists() else []
            if len(lines) >= 8 and lines[0] == str(process_id) and lines[7].strip() == "ready":
                return True
            if not _alive(process_id):
                return False
            time.sleep(0.01)
        return False

    def _wait_until_it_answers(self) -> psycopg.OperationalError | None:
        """None once it takes connections; else what it said, when it is gone or has had its time."""
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                self.connect(OWNER, "postgres").close()
                return None
            except psycopg.OperationalError as problem:
                if time.monotonic() > end or self._process_id() is None:
                    return problem
                time.sleep(0.05)

    def _bootstrap(self) -> None:
        """Roles, database, extensions and rights. May be repeated: a kill half-way is mended by the next start."""
        with self.connect(OWNER, "postgres") as connection:
            if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APPLICATION]).fetchone() is None:
                connection.execute(
                    f"CREATE ROLE {APPLICATION} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION"
                )
        # In the template, so that every database made later (a test's, a restored one) is born with the same.
        with self.connect(OWNER, "template1") as connection:
            prepare_database(connection)
        with self.connect(OWNER, "postgres") as connection:
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone() is None:
                connection.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")

    def _process_id(self) -> int | None:
        try:
            first = (self.cluster / "postmaster.pid").read_text().splitlines()[0]
        except PermissionError:
            raise self._other_user(self.cluster.stat().st_uid)
        except (OSError, IndexError):
            return None
        process_id = abs(int(first)) if first.lstrip("-").isdigit() else 0
        return process_id if process_id and _alive(process_id) and self._serves_here(process_id) else None

    def _serves_here(self, process_id: int) -> bool:
        """A server works inside its data folder, which tells it from whoever got its number after a crash."""
        try:
            return os.path.samefile(f"/proc/{process_id}/cwd", self.cluster)
        except PermissionError:
            return False  # not ours to look at, so not ours at all
        except OSError:
            return not Path("/proc/self").exists() or (_alive(process_id) and _is_starting(process_id))

    def _explain(self, said: str, what: str) -> LocalPostgresError:
        if "No space left on device" in said or "Disk quota exceeded" in said:
            return disk_full(self.home)
        if "Permission denied" in said or "Read-only file system" in said:
            return not_writable(self.home)
        if "could not look up effective user ID" in said:
            return StartFailed(
                f"PostgreSQL cannot make a database for {user_name(os.geteuid())}: this user has no name here.",
                "Add it to /etc/passwd, run as a user that has a name, or set DATABASE_URL to a server.",
            )
        quoted = " ".join(said.split())[-600:] or "it said nothing"
        return StartFailed(f"{what}: {quoted}", "Mend what it names; with nothing to lose, remove the data folder.")


def prepare_database(connection: "psycopg.Connection[tuple[Any, ...]]") -> None:
    """Gives a database its extensions and the application role its rights; `connection` is the owner's, autocommit.

    The application reads and writes rows and nothing else: it makes no table and changes no rule. Raises
    LocalPostgresError when text search would be blind to other scripts than Latin.
    """
    available = {str(row[0]) for row in connection.execute("SELECT name FROM pg_available_extensions").fetchall()}
    for extension in (*REQUIRED_EXTENSIONS, *(name for name in WELCOME_EXTENSIONS if name in available)):
        if extension not in available:
            raise StartFailed(
                f"This PostgreSQL lacks the extension {extension}.", "Install its contrib package and start again."
            )
        connection.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}".encode())
    for statement in (
        f"GRANT USAGE ON SCHEMA public TO {APPLICATION}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {APPLICATION}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {APPLICATION}",
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {APPLICATION}",
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {APPLICATION}",
    ):
        connection.execute(statement.encode())
    if connection.execute("SELECT similarity('אבג', 'אבג')").fetchone() != (1.0,):
        raise StartFailed(
            "This database's text search sees no Hebrew, Arabic or Cyrillic (its LC_CTYPE is wrong).",
            "Make the database with LC_CTYPE C.UTF-8; a private one is made anew when its data folder is removed.",
        )


def _locale(major: int) -> Sequence[str]:
    # With LC_CTYPE=C every letter beyond ASCII is a stranger to pg_trgm, whatever the locale provider.
    if major >= 17:
        return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--lc-collate=C", "--lc-ctype=C.UTF-8"]
    return ["--locale=C.UTF-8"]


def _run(
    arguments: Sequence[str | Path], user: placement.ServerUser, *, for_initdb: bool = False
) -> "subprocess.CompletedProcess[str]":
    try:
        return subprocess.run(
            [str(argument) for argument in arguments],
            capture_output=True,
            text=True,
            cwd="/",
            env=CLEAN_ENVIRONMENT | {"TMPDIR": tempfile.gettempdir()},
            umask=0o077,
            timeout=300,
            check=False,
            **user.process_options(for_initdb=for_initdb),
        )
    except PermissionError as problem:  # the other user may not enter the programs' folder
        return subprocess.CompletedProcess([str(argument) for argument in arguments], 126, "", str(problem))
    except subprocess.TimeoutExpired:
        raise StartFailed(f"{arguments[0]} did not end within five minutes.", "See whether the disk answers at all.")


def _alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        state = re.search(r"^State:\s+(\S)", Path(f"/proc/{process_id}/status").read_text(), re.MULTILINE)
    except OSError:
        return True
    return state is None or state.group(1) != "Z"


def _is_starting(process_id: int) -> bool:
    try:
        return "postgres" in Path(f"/proc/{process_id}/cmdline").read_text()
    except OSError:
        return False


__all__ = ["APPLICATION", "DATABASE", "OWNER", "LocalPostgres", "LocalPostgresError", "NotWritable", "prepare_database"]
