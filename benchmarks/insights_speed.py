"""Loading published figures, and how fast the profile of a place answers beside them.

    python benchmarks/insights_speed.py [observations, default 1000000] [--served SHARE] [--seconds 0] [--keep]

Makes an SDMX-CSV file of so many observations: years of declared indicators for 3,000 places of 30 districts, some hidden,
some missing. Reads it, keeps the vintage in a folder, and takes it into a database of its own by COPY, in a process of its
own whose peak memory is printed; the same with a tenth of the figures before, so that growth can be seen. ``--served``: the
share of the indicators that pages serve (all of them at a million; at ten million an eighth is what pages show). Then 200
distinct profiles over HTTP under the load that ``benchmarks/common/load.py`` describes. Bars: 1,000,000 in 60 s, p95 of the
profiles below 200 ms, 2 GB at the peak. Exits with 1 where one is missed. CPU time means the same on a busy machine; seconds
do not.
"""

import argparse
import logging
import math
import multiprocessing
import os
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Final

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from benchmarks.common import load
from benchmarks.search_speed import database_url
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests import database

from kesher.areas.models import Area
from kesher.base.history import System, acting
from kesher.engine.indicators import registry
from kesher.formats.statistics import read
from kesher.formats.statistics.keeping import Keeper
from kesher.formats.statistics.report import counted
from kesher.insights.latest import ALIKE
from kesher.insights.serving import Places, Serving
from kesher.insights.taking_in import take_in

PORT = 8769
PLACES, DISTRICTS, SCHEME = 3_000, 30, "bench-town"
DATASET, FLOW = "FIGURES", "KESHER:FIGURES(1.0)"
BAR_SECONDS, BAR_MEGABYTES, BAR_P95 = 60, 2048, 200
#: Indicators that figures are made of: what makes places alike is among them.
INDICATORS: Final = tuple(dict.fromkeys([*ALIKE, *registry()]))[:40]


def write_figures(path: Path, count: int) -> None:
    """Every place has the same years of every indicator; the last years are cut off where the count says so."""
    years = math.ceil(count / (PLACES * len(INDICATORS)))
    written = 0
    with path.open("w") as stream:
        stream.write("DATAFLOW,LAST UPDATE,freq,indic,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG,CONF_STATUS\n")
        for year in range(2025, 2025 - years, -1):
            for at, code in enumerate(INDICATORS):
                for place in range(PLACES):
                    if written == count:
                        return
                    number = (place * 7919 + at * 104_729 + year * 31) % 10_000
                    value, secret = (
                        ("", "C") if number % 97 == 0 else (":" if number % 89 == 0 else f"{number / 10}", "")
                    )
                    flag = "p" if year == 2025 and number % 5 == 0 else ""
                    head = f"{FLOW},01/11/26 11:00:00,A,{code},T{place:04d},{year}"
                    stream.write(f"{head},{value},{flag},{secret}\n")
                    written += 1


def make_places() -> None:
    with acting(actor=System("benchmark"), reason="made up"):
        country = Area.objects.create(scheme="bench", code="L", level="country", name={"en": "Land"}, path="b.L/")
        districts = Area.objects.bulk_create(
            Area(
                scheme="bench-district",
                code=str(n),
                level="district",
                name={"en": f"District {n}"},
                parent=country,
                path=f"b.L/{n:02}/",
            )
            for n in range(DISTRICTS)
        )
        Area.objects.bulk_create(
            Area(
                scheme=SCHEME,
                code=f"T{n:04d}",
                level="authority",
                name={"en": f"Town {n}", "he": f"עיר {n}", "ar": f"بلدة {n}"},
                parent=districts[n % DISTRICTS],
                path=f"b.L/{n % DISTRICTS:02}/{n:04}/",
                population=1000 + n * 37 % 90_000,
            )
            for n in range(PLACES)
        )


#: What was done, how many, seconds, CPU seconds here and in PostgreSQL, megabytes at the peak so far.
Measured = tuple[str, int, float, float, float, float]


def postgres_cpu() -> float:
    """CPU seconds of the database's process behind this connection, since it began."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()  # type: ignore[misc]
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def loaded(path: str, home: str, name: str, served: float) -> list[Measured]:
    """Reads, keeps, takes in. In a process of its own, so that its peak is its own."""
    found: list[Measured] = []

    def told(what: str, count: int, begin: tuple[float, float]) -> None:
        wall, cpu = time.perf_counter() - begin[0], time.process_time() - begin[1]
        there = postgres_cpu() if what.endswith("database") else 0.0
        found.append((what, count, wall, cpu, there, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))

    begin = (time.perf_counter(), time.process_time())
    keeper = Keeper(date(2026, 11, 1))
    report = counted(read(path), sink=keeper)
    told("read and looked through", report.observations, begin)
    begin = (time.perf_counter(), time.process_time())
    (written,) = keeper.write(Path(home))
    told("vintage kept", written.figures, begin)
    del keeper, report
    database.use(name)
    places = Places("geo", SCHEME)
    chosen = INDICATORS[: max(len(ALIKE), round(served * len(INDICATORS)))]
    servings = [Serving(written.dataset, places, code, where={"indic": code}) for code in chosen]
    begin = (time.perf_counter(), time.process_time())
    with acting(actor=System("benchmark"), reason="made up"):
        taken = take_in(written.path, servings)
    told("taken into the database", taken.observations, begin)
    connection.close()
    return found


def measured(count: int, name: str, served: float) -> tuple[float, float]:
    """Seconds in all, and megabytes at the peak."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "figures.csv"
        write_figures(path, count)
        print(f"{count:,} observations, {path.stat().st_size / 1e6:,.0f} MB of SDMX-CSV, {len(INDICATORS)} indicators")
        context = multiprocessing.get_context("spawn")
        with context.Pool(1) as pool:
            steps = pool.apply(loaded, (str(path), f"{folder}/kept", name, served))
        kept = sum(one.stat().st_size for one in Path(folder, "kept").rglob("*.npz"))
    for what, number, wall, cpu, peak in steps:
        each = 1e6 * cpu / max(1, number)
        print(
            f"  {what:<26} {number:>12,} {wall:>8.1f} s {cpu:>8.1f} CPU s {each:>7.2f} µs each {peak:>7,.0f} MB",
            flush=True,
        )
    print(f"  the vintage as it is kept: {kept / 1e6:,.0f} MB, {kept / count:.1f} bytes each")
    return sum(step[2] for step in steps), max(step[5] for step in steps)


def profiles(name: str, seconds: float) -> bool:
    """200 profiles: their costs one after another, then under load."""
    keys = Area.objects.filter(scheme=SCHEME).order_by("code").values_list("pk", flat=True)[::15]
    paths: Sequence[str] = [f"/{('en', 'he', 'ar')[at % 3]}/insights/{key}/" for at, key in enumerate(keys)]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    client = Client(headers={"host": "localhost"})
    begin, cpu = time.perf_counter(), time.process_time()
    assert client.get(paths[0]).status_code == 200
    print(
        f"  the first profile of a process: {time.perf_counter() - begin:.1f} s, {time.process_time() - cpu:.1f} CPU s,"
        f" {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB at the peak"
    )
    with CaptureQueriesContext(connection) as asked:
        client.get(paths[3])
    queries = len(asked)  # the next request empties the list
    for again in ("first", "second"):
        begin, cpu = time.perf_counter(), time.process_time()
        for path in paths[4:24]:
            client.get(path)
        spent = ((time.perf_counter() - begin) / 20, (time.process_time() - cpu) / 20)
        print(
            f"  a profile, {again} look: {queries} queries, {1000 * spent[0]:.0f} ms, {1000 * spent[1]:.0f} ms of CPU here"
        )
    machines(client, keys[7])
    if not seconds:
        return True
    connection.close()
    environment = {
        "DATABASE_URL": database_url(name),
        "KESHER_DB_ROLE": "owner",
        "KESHER_SECRET_KEY": settings.SECRET_KEY,
        "KESHER_FIELD_KEYS": "YSBrZXkgZm9yIHRlc3RzIG9ubHksIDMyIGJ5dGVzISE=",
        "KESHER_HOSTS": "127.0.0.1",
        "DJANGO_SETTINGS_MODULE": "kesher.settings",
        "KESHER_LOG": "json",
    }
    with load.serving(PORT, environment) as server:
        before = ", ".join(f"{one:,.0f}" for one in load.memory(server))
        found = load.measure(PORT, paths, server=server, seconds=seconds)
        held = ", ".join(f"{one:,.0f}" for one in load.memory(server))
    print(f"  profiles over HTTP, {len(paths)} distinct: {found}")
    print(f"  MB held by the server's processes: {before} before, {held} after")
    return found.at(0.95) < BAR_P95 and not found.errors


def machines(client: Client, place: object) -> None:
    """What the API answers, one after another."""
    asked = (
        "observations",
        f"observations?place={place}",
        "datasets",
        "places",
        "catalogue.jsonld",
        "observations?format=csv",
    )
    for path in asked:
        begin, cpu, size = time.perf_counter(), time.process_time(), 0
        answer = client.get(f"/api/insights/{path}")
        for piece in answer.streaming_content if answer.streaming else [answer.content]:
            size += len(piece)
        spent = f"{time.perf_counter() - begin:.2f} s, {time.process_time() - cpu:.2f} CPU s here"
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"  /api/insights/{path}: {answer.status_code}, {size / 1000:,.0f} kB, {spent}, {peak:,.0f} MB at the peak",
            flush=True,
        )


def size(count: int, arguments: argparse.Namespace, *, last: bool) -> tuple[bool, float]:
    name = database.make_test_database(f"insights_speed_{os.getpid()}")
    make_places()
    good = True
    wall, peak = measured(count, name, arguments.served)
    good = peak <= BAR_MEGABYTES and (count > 1_000_000 or wall <= BAR_SECONDS)
    print(f"  in all {wall:.1f} s, {peak:,.0f} MB at the peak")
    if last:
        good = profiles(name, arguments.seconds) and good
    connection.close()
    if last and arguments.keep:
        print(f"  kept: {name}")
    else:
        database.drop_test_database(name)
    return good, wall


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("observations", nargs="?", type=int, default=1_000_000)
    parser.add_argument("--served", type=float, default=1.0, help="share of the indicators that pages serve")
    parser.add_argument("--seconds", type=float, default=load.FOR_SECONDS, help="how long to load the server (0: not)")
    parser.add_argument("--only", action="store_true", help="not a tenth of it before")
    parser.add_argument("--profiles", metavar="DATABASE", help="only the profiles, of a database that was kept")
    parser.add_argument("--keep", action="store_true", help="keep the database")
    arguments = parser.parse_args()
    logging.disable(logging.INFO)  # a line for each request would be written among the figures
    print(f"load of the machine: {', '.join(f'{one:.1f}' for one in os.getloadavg())}")
    database.server().start()
    if arguments.profiles:
        database.use(arguments.profiles)
        good = [profiles(arguments.profiles, arguments.seconds)]
    else:
        counts = [arguments.observations] if arguments.only else [arguments.observations // 10, arguments.observations]
        done = [size(count, arguments, last=count == counts[-1]) for count in counts]
        good = [one for one, _wall in done]
        if len(done) == 2:
            print(f"growth: ten times as many took {done[1][1] / done[0][1]:.1f} times as long")
    print(
        f"bars: 1,000,000 in {BAR_SECONDS} s, p95 of profiles below {BAR_P95} ms, at most {BAR_MEGABYTES:,} MB, no errors"
    )
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
