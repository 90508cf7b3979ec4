"""``kesher demo``: a whole demo town on this machine, with one command and nothing to install beside it.

The parent starts the private PostgreSQL, prepares the database, starts a web server and a worker, and waits. Whatever
ends it (Ctrl-C, SIGTERM, a closed terminal, a child that died), it stops them in the opposite order. After a
``kill -9`` the next start finds what was left by the file ``demo.json`` and ends it first.
"""

import argparse
import errno
import fcntl
import hashlib
import json
import os
import re
import shutil
import signal
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import kesher
from kesher.adapters.errors import explained
from kesher.adapters.local_postgres import LocalPostgres
from kesher.cli.environment import Environment, Subparsers, port_number, say
from kesher.cli.errors import CommandError
from kesher.cli.processes import Child, ProcessMark, Running, began

READY_SECONDS = 60.0
#: Together below ten seconds, with PostgreSQL's five.
WEB_SECONDS, WORKER_SECONDS, POSTGRES_SECONDS = 2.0, 2.0, 4.0
#: How many people the demo town is to hold when nobody says a number. Kept in its stamp; their tables are to come.
PEOPLE = 2000
MIGRATING_PACKAGES = ("Django", "django-allauth", "django-pghistory", "django-pgtrigger", "procrastinate")


class Stopped(Exception):
    """Somebody asked us to end."""


def add_parser(subparsers: Subparsers) -> None:
    """Adds the command."""
    parser = subparsers.add_parser("demo", help="run a demo town on this machine", description=__doc__)
    parser.add_argument(
        "--people",
        type=int,
        metavar="N",
        help=f"how many people the town is to hold, once it holds any (default {PEOPLE})",
    )
    parser.add_argument("--port", metavar="P", help="port of the web server (default $PORT, or 8000)")
    parser.add_argument("--fresh", action="store_true", help="throw the demo town away and build it anew")
    parser.add_argument("--no-worker", action="store_true", help="start no worker for background tasks")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Runs until stopped; 0 when it was asked to end, 1 when something failed."""
    environment = Environment.read()
    if args.people is not None and not 1 <= args.people <= 1_000_000:
        raise CommandError("--people must be a number from 1 to 1000000.", exit_code=2)
    port = environment.port if args.port is None else port_number(args.port, "--port")
    if os.environ.get("DATABASE_URL"):
        say("DATABASE_URL is set; the demo leaves that database alone and uses a private one.")
    with explained(environment.data):
        environment.data.mkdir(parents=True, exist_ok=True)
        with _only_one(environment.data):
            demo = Demo(environment.data, port, people=args.people, with_worker=not args.no_worker)
            return demo.run(fresh=args.fresh)


@contextmanager
def _only_one(data: Path) -> Iterator[None]:
    """Held for as long as the demo runs; the system lets go of it however the process ends."""
    handle = os.open(data / "demo.lock", os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            running = Running.read(data / "demo.json")
            where = f" at {running.address} (process {running.parent.process_id})" if running else ""
            raise CommandError(
                f"The demo already runs{where}. Open it there, or stop it with Ctrl-C in its window; "
                "to run a second one beside it, give it a folder and a port of its own: "
                f"KESHER_DATA={data}-2 kesher demo --port 8001"
            )
        yield
    finally:
        os.close(handle)


@dataclass(frozen=True)
class Stamp:
    """What the database and the static files were prepared for; when nothing differs, preparing is skipped."""

    code: str
    database: str
    people: int | None
    logins: str

    @classmethod
    def read(cls, path: Path) -> "Stamp | None":
        """The stamp of the last start; None when there is none."""
        try:
            return cls(**json.loads(path.read_text()))
        except (OSError, ValueError, TypeError):
            return None


class Demo:
    """One run of the demo town."""

    def __init__(self, data: Path, port: int, *, people: int | None, with_worker: bool) -> None:
        self.data = data
        self.port = port
        self.people = people
        self.with_worker = with_worker
        self.address = f"http://127.0.0.1:{port}/"
        self.postgres = LocalPostgres(data / "postgres")
        self.started_postgres = False
        self.children: list[Child] = []
        self._stop = threading.Event()
        self._file = data / "demo.json"
        self._stamp = data / "demo_stamp.json"

    def run(self, *, fresh: bool) -> int:
        """Starts everything, waits, and stops everything."""
        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(sign, lambda *_: self._stop.set())
        self._clean_up_after_a_crash()
        self._refuse_a_taken_port()
        try:
            self._write_running()
            if fresh:
                self._throw_away()
            logins = self._prepare()
            self._start_children()
            self._wait_until_ready()
            say(f"\nThe demo town is open: {self.address}\n\n{logins}\nCtrl-C stops it.")
            self._wait()
            return 0
        except Stopped:
            return 0
        finally:
            self._end()

    # Starting.

    def _clean_up_after_a_crash(self) -> None:
        before = Running.read(self._file)
        if before is None:
            return
        left = before.clean_up()
        self.started_postgres = before.started_postgres
        if left:
            say(f"The last run was killed; ended what it left behind ({', '.join(left)}).")

    def _refuse_a_taken_port(self) -> None:
        try:
            _try_port(self.port)
        except OSError as problem:
            if problem.errno == errno.EACCES:
                raise CommandError(f"Port {self.port} is reserved for root. Choose another: kesher demo --port 8000")
            free = next((port for port in range(self.port + 1, min(self.port + 50, 65536)) if _is_free(port)), 8000)
            if self.started_postgres:
                self.postgres.stop(seconds=POSTGRES_SECONDS)
                self._file.unlink(missing_ok=True)
            raise CommandError(
                f"Port {self.port} is taken by another program. Choose another: kesher demo --port {free} "
                f"(or PORT={free} make demo)."
            )

    def _throw_away(self) -> None:
        if self.postgres.cluster.exists() and not self._stamp.exists():
            raise CommandError(
                f"The database in {self.data} was not made by the demo, so --fresh does not remove it. "
                "Set KESHER_DATA to another folder."
            )
        say("Throwing the old demo town away …")
        self._stamp.unlink(missing_ok=True)
        self.postgres.destroy()
        shutil.rmtree(self.data / "static", ignore_errors=True)

    def _prepare(self) -> str:
        """Database, tables, static files and the town; the text with the demo log-ins."""
        say("Starting PostgreSQL …")
        self.started_postgres = self.postgres.start() or self.started_postgres
        self._write_running()
        self._check_stopped()
        with self.postgres.connect("owner", "postgres") as connection:
            row = connection.execute("SELECT system_identifier FROM pg_control_system()").fetchone()
        database = str(row[0]) if row else ""
        before, code = Stamp.read(self._stamp), _fingerprint()
        same_database = before is not None and before.database == database
        if before is not None and same_database and before.code == code and (self.data / "static").is_dir():
            if self.people not in (None, before.people):
                raise CommandError(
                    f"The demo town stands already, built for another number of people. "
                    f"To build it anew: kesher demo --fresh --people {self.people}"
                )
            return before.logins
        say("Preparing the database …")
        self._do("migrate", ["migrate", "--quiet"])
        people = self.people
        if self._town_stands():
            people = before.people if before is not None and same_database else None
            say("The demo town stands already; `kesher demo --fresh` builds it anew.")
        else:
            say("Building the demo town …")
            people = people or PEOPLE
            self._do("build_demo", ["manage", "--owner", "build_demo", "--people", str(people)], show=True)
        logins = self._do("demo_logins", ["manage", "demo_logins"])
        stamp = Stamp(code, database, people, logins)
        unfinished = self._stamp.with_name(".demo_stamp.part")
        unfinished.touch(mode=0o600)
        unfinished.write_text(json.dumps(asdict(stamp)))
        unfinished.replace(self._stamp)
        return logins

    def _town_stands(self) -> bool:
        # Asked of the database, not of the stamp: a start killed in between must not build a second town.
        with self.postgres.connect("owner") as connection:
            portals = connection.execute("SELECT is_demo FROM base_portal").fetchall()
        if any(not is_demo for (is_demo,) in portals):
            raise CommandError(
                f"The data in {self.data} is a real portal's, not a demo town's. Set KESHER_DATA to another folder."
            )
        return bool(portals)

    def _do(self, name: str, arguments: Sequence[str], *, show: bool = False) -> str:
        """Runs one step in a child and returns what it wrote; `show` passes it on to the terminal as it comes."""
        child = self._child(name, arguments)
        self.children.append(child)
        self._write_running()
        shown = 0
        while True:
            code = child.exit_code()
            if show:
                shown = _pass_on(child.log, shown)
            if code is not None:
                break
            self._check_stopped()
            self._stop.wait(0.05)
        child.stop(0)
        self.children.remove(child)
        if code != 0:
            words = child.last_words()
            if "No space left on device" in words or "DiskFull" in words:
                raise CommandError(
                    f"The disk that holds {self.data} is full. Free some space (1 GB is comfortable), "
                    "or set KESHER_DATA to a folder on another disk."
                )
            raise CommandError(f"The step {name} failed. Its last words (all in {child.log}):\n{words}")
        return child.log.read_text(errors="replace")

    def _start_children(self) -> None:
        say("Starting the web server …")
        bind = f"127.0.0.1:{self.port}"
        self.children.append(self._child("web", ["serve", "--bind", bind, "--patience", "1"]))
        if self.with_worker:
            self.children.append(self._child("worker", ["worker", "--patience", "1"]))
        self._write_running()

    def _child(self, name: str, arguments: Sequence[str]) -> Child:
        dropped = ("DATABASE_URL", "DATABASE_OWNER_URL", "KESHER_DB_ROLE")
        environment = {key: value for key, value in os.environ.items() if key not in dropped}
        environment |= {
            "KESHER_DATA": str(self.data),
            "KESHER_DEMO": "1",
            "PORT": str(self.port),
            "PYTHONUNBUFFERED": "1",
        }
        logs = self.data / "logs"
        logs.mkdir(exist_ok=True)
        return Child(name, [sys.executable, "-m", "kesher", *arguments], environment, logs / f"{name}.log")

    def _write_running(self) -> None:
        me = ProcessMark("demo", os.getpid(), began(os.getpid()))
        Running(self.address, me, tuple(child.mark for child in self.children), self.started_postgres).write(self._file)

    def _wait_until_ready(self) -> None:
        end = time.monotonic() + READY_SECONDS
        answer = "nothing"
        while time.monotonic() < end:
            self._check_stopped()
            self._check_children()
            ready, answer = _ask(f"{self.address}health/ready")
            if ready:
                return
            self._stop.wait(0.1)
        raise CommandError(
            f"The web server does not become ready (it answers {answer}). Its last words "
            f"(all in {self.children[0].log}):\n{self.children[0].last_words()}"
        )

    # Running and ending.

    def _wait(self) -> None:
        while not self._stop.wait(0.5):
            self._check_children()

    def _check_stopped(self) -> None:
        if self._stop.is_set():
            raise Stopped

    def _check_children(self) -> None:
        for child in self.children:
            code = child.exit_code()
            if code is not None:
                raise CommandError(
                    f"The {child.name} ended by itself (code {code}). Its last words (all in {child.log}):\n"
                    f"{child.last_words()}"
                )

    def _end(self) -> None:
        if self._stop.is_set():
            say("\nStopping …")
        for child in self.children:
            child.stop(WORKER_SECONDS if child.name == "worker" else WEB_SECONDS)
        if self.started_postgres:
            self.postgres.stop(seconds=POSTGRES_SECONDS)
        self._file.unlink(missing_ok=True)
        if self._stop.is_set():
            say("Stopped.")


def _pass_on(log: Path, begin: int) -> int:
    """Writes what is new in the log, whole lines only; on a terminal a line such as "  [2/5] …" draws a bar."""
    with log.open("rb") as written:
        written.seek(begin)
        new = written.read()
    new = new[: new.rfind(b"\n") + 1]
    for line in new.decode(errors="replace").splitlines():
        sys.stdout.write(shown_line(line, terminal=sys.stdout.isatty(), width=shutil.get_terminal_size().columns))
    sys.stdout.flush()
    return begin + len(new)


def shown_line(line: str, *, terminal: bool, width: int) -> str:
    """A line of progress as it is to be written: itself, or on a terminal the bar that takes the last one's place."""
    step = re.match(r"\s*\[(\d+)/(\d+)\] (.*)", line)
    if not (terminal and step):
        return line + "\n"
    done, of = int(step[1]), int(step[2])
    filled = round(24 * done / of)
    bar = f"  [{'█' * filled}{'░' * (24 - filled)}] {done}/{of}  {step[3]}"
    # Erase to the end of the line first: the bar before may have been longer.
    return f"\r\x1b[2K{bar[: width - 1]}" + ("\n" if done == of else "")


def _ask(address: str) -> tuple[bool, str]:
    try:
        # Straight to this machine, whatever proxy the environment names.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(address, timeout=5) as answer:
            return answer.status == 200, str(answer.status)
    except urllib.error.HTTPError as problem:
        with problem:
            return False, f"{problem.code}: {problem.read(300).decode(errors='replace')}"
    except OSError as problem:
        return False, str(problem)


def _try_port(port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))


def _is_free(port: int) -> bool:
    try:
        _try_port(port)
    except OSError:
        return False
    return True


def _fingerprint() -> str:
    """A hash of all that preparing depends on: version, migrations of ours and of others, static and demo files."""
    package = Path(kesher.__file__).parent
    digest = hashlib.sha256(f"{kesher.__version__} {sys.version_info[:2]}".encode())
    for name in MIGRATING_PACKAGES:
        digest.update(f"{name} {_version(name)}".encode())
    wanted: list[tuple[str, Callable[[Path], bytes]]] = [
        ("*/migrations/*.py", Path.read_bytes),
        ("demo/**/*.py", Path.read_bytes),
        # Static files are many and large; that they changed shows in size and time.
        ("**/static/**/*", lambda path: f"{path.stat().st_size} {path.stat().st_mtime_ns}".encode()),
    ]
    for pattern, content in wanted:
        for path in sorted(package.glob(pattern)):
            if path.is_file():
                digest.update(str(path.relative_to(package)).encode())
                digest.update(content(path))
    return digest.hexdigest()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
