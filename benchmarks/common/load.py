"""What a page's p95 means everywhere, measured: 20 clients over HTTP against the real server, both on this machine.

Not a benchmark of its own: those that load a page import :func:`measure`. Each of 20 clients sends one request every two
seconds (10 a second in all), drawn from a list of distinct requests, for 120 s after a warm-up, to ``kesher serve`` with
two processes on the loopback. The time is from sending until the last byte. Printed beside it: CPU time of the server and
of the database per request, errors (any answer but 200), bytes, and the closed-loop throughput, which is reported and not
gated.
"""

import http.client
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
CLIENTS, EVERY_SECONDS, FOR_SECONDS, CLOSED_SECONDS = 20, 2.0, 120.0, 10.0
TICKS = os.sysconf("SC_CLK_TCK")
#: A path, or a path and the cookies that a browser would send with it.
Request = str | tuple[str, str]


@dataclass(frozen=True, slots=True)
class Load:
    """Times in milliseconds, sorted; CPU milliseconds per request of the server's and of the database's processes."""

    times: Sequence[float]
    errors: int
    server_cpu: float
    database_cpu: float
    bytes: float
    throughput: float

    def at(self, share: float) -> float:
        """The time that this share of the requests stayed below."""
        return self.times[min(int(share * len(self.times)), len(self.times) - 1)]

    def __str__(self) -> str:
        points = ", ".join(f"p{100 * share:g} {self.at(share):.0f} ms" for share in (0.5, 0.9, 0.95, 0.99))
        return (
            f"{len(self.times)} requests, {self.errors} errors: {points}; CPU {self.server_cpu:.0f} ms in the server and"
            f" {self.database_cpu:.0f} ms in the database each; {self.bytes / 1000:.0f} kB each;"
            f" closed loop {self.throughput:.0f} requests/s"
        )


@contextmanager
def serving(port: int, environment: Mapping[str, str]) -> Iterator[int]:
    """``kesher serve`` with two processes; gives the process id, and ends it."""
    kesher = [sys.executable, "-m", "kesher"]
    with tempfile.TemporaryDirectory() as data, (Path(data) / "log").open("w") as log:
        every = {**os.environ, **environment, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "KESHER_DATA": data}
        subprocess.run([*kesher, "manage", "collectstatic", "--no-input", "-v0"], env=every, check=True, stdout=log)
        command = [*kesher, "serve", "--workers", "2", "--bind", f"127.0.0.1:{port}"]
        server = subprocess.Popen(command, env=every, stdout=log, stderr=log)
        try:
            for _ in range(240):
                if server.poll() is not None:
                    raise SystemExit(f"the server ended with {server.returncode}")
                try:
                    if _ask(port, "/health/ready")[0] == 200:
                        break
                except OSError:
                    pass
                time.sleep(0.25)
            yield server.pid
        finally:
            server.terminate()
            server.wait(60)


def _ask(port: int, request: Request, timeout: float = 60) -> tuple[int, int]:
    path, cookie = (request, "") if isinstance(request, str) else request
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        sent = {"Accept-Encoding": "identity"} | ({"Cookie": cookie} if cookie else {})
        connection.request("GET", path, headers=sent)
        answer = connection.getresponse()
        return answer.status, len(answer.read())
    finally:
        connection.close()


def measure(port: int, paths: Sequence[Request], *, server: int, seconds: float = FOR_SECONDS, seed: int = 1) -> Load:
    """Load the server that listens on ``port``; ``paths``: 200 distinct requests. Each is asked once before."""
    for path in paths:
        status, _size = _ask(port, path, timeout=600)  # the first wait for what a process reads when it starts
        if status != 200:
            raise SystemExit(f"{path if isinstance(path, str) else path[0]} answers {status}: nothing to measure")
    cpu = _cpu(server)
    lock, times, sizes, errors = threading.Lock(), [], [], [0]
    begin = time.perf_counter() + 0.5

    def client(number: int) -> None:
        draw = random.Random(seed * 1000 + number)
        due = begin + number * EVERY_SECONDS / CLIENTS
        while due < begin + seconds:
            time.sleep(max(0.0, due - time.perf_counter()))
            sent = time.perf_counter()
            try:
                status, size = _ask(port, draw.choice(paths))
            except OSError:
                status, size = 0, 0
            took = (time.perf_counter() - sent) * 1000
            with lock:
                times.append(took)
                sizes.append(size)
                errors[0] += status != 200
            due += EVERY_SECONDS

    _together(client, CLIENTS)
    used = [(after - before) * 1000 / len(times) for before, after in zip(cpu, _cpu(server), strict=True)]
    done, end = [0] * 4, time.perf_counter() + CLOSED_SECONDS

    def pressing(number: int) -> None:
        draw = random.Random(seed * 2000 + number)
        while time.perf_counter() < end:
            _ask(port, draw.choice(paths))
            done[number] += 1

    _together(pressing, len(done))
    return Load(sorted(times), errors[0], used[0], used[1], sum(sizes) / len(sizes), sum(done) / CLOSED_SECONDS)


def _together(work: Callable[[int], None], count: int) -> None:
    threads = [threading.Thread(target=work, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _cpu(server: int) -> tuple[float, float]:
    """Seconds of processor time used so far by the server and its children, and by all PostgreSQL processes."""
    mine = databases = 0.0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            name, _, rest = (folder / "stat").read_text().rpartition(")")
        except OSError:
            continue
        fields = rest.split()
        seconds = (int(fields[11]) + int(fields[12])) / TICKS
        if int(folder.name) == server or int(fields[1]) == server:
            mine += seconds
        elif "postgres" in name:
            databases += seconds
    return mine, databases


def memory(server: int) -> list[float]:
    """Megabytes that each of the server's processes holds, its share of what they have in common counted once (PSS)."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            if server not in (int(folder.name), parent):
                continue
            lines = (folder / "smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        found += [int(line.split()[1]) / 1000 for line in lines if line.startswith("Pss:")]
    return sorted(found, reverse=True)
