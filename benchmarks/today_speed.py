"""How long "Today" and the lists take in a town of 50,000 people and 200,000 referrals, and how they grow from 5,000.

Run: ``python benchmarks/today_speed.py [--people N] [--only PART] [--explain] [--seconds 0] [--keep]``. Generates,
deterministic and in a database of its own (``benchmarks/common/files_town.py``), people whose files are kept by 40 of 500
organisations, a third of them shared with a second, each with two or three open steps, a plan, a date to see to, every third
an appointment, and four referrals in all their states, three in five counted for the town; 200 caseworkers look after four in
five. Besides them groups of courses, questions for places, questions whether it helped, complaints, mentors, views under a
name. Then each caseworker's list of today is asked for once
in this process as the application's role, with row-level security; then every page of :data:`PAGES`, printed with its
queries and its CPU time in this process and in PostgreSQL; then 200 distinct requests, each user's with one of the pages in
turn, over HTTP under the load that ``benchmarks/common/load.py`` describes. Bars: at most 15 queries a page, p95 of the pages
below 200 ms. Exits with 1 where missed. Queries and CPU time mean the same on a busy machine; seconds do not.

``--keep``: leaves the database, and takes one that was left by the same migrations; days in it are of the day it was made.
"""

import argparse
import logging
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Final

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from benchmarks.common import load
from benchmarks.common.files_town import Staff, generate, staff
from benchmarks.search_speed import database_url
from django.conf import settings
from django.contrib.auth import login
from django.contrib.sessions.backends.base import SessionBase
from django.db import connection
from django.http import HttpRequest
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests import database

from kesher.accounts.models import User
from kesher.base.rows import acting_for
from kesher.casework.today import today
from kesher.www.second_step import SET_UP

PORT = 8767
#: A page, and what one has chosen in its list: the list's name and its filters, as the session keeps them.
Page = tuple[str, str, dict[str, str]]
#: The pages of a caseworker whose organisation keeps files, sends and receives.
PAGES: Final[tuple[Page, ...]] = (
    ("caseworker/today/", "", {}),
    ("caseworker/today/?whose=all", "", {}),
    ("caseworker/people/", "", {}),
    ("caseworker/people/", "people", {"words": "Almaz"}),
    ("caseworker/people/", "people", {"words": "\u05d1\u05d5\u05d2\u05d3\u05df", "caseworker": "mine"}),
    ("caseworker/people/", "people", {"language": "ru", "worry": "papers", "grounds": "shared"}),
    ("caseworker/steps/", "", {}),
    ("caseworker/steps/", "steps", {"state": "late", "whose": "ours"}),
    ("caseworker/steps/", "steps", {"state": "done", "words": "Sara"}),
    ("referrals/", "", {}),
    ("referrals/?show=waits", "", {}),
    ("referrals/?show=done", "", {}),
    ("referrals/?show=done", "sent", {"words": "Olena", "reason": "started_work"}),
    ("provider/referrals/", "", {}),
    ("provider/referrals/?show=under_way", "inbox", {"language": "am"}),
    ("provider/referrals/?show=places", "", {}),
    ("provider/referrals/?show=done", "", {}),
    ("caseworker/mentors/", "", {}),
    ("caseworker/counter/", "", {}),
)
TEACHING: Final[tuple[Page, ...]] = (("college/", "", {}), ("provider/referrals/", "", {}))
CONVENING: Final[tuple[Page, ...]] = (("office/complaints/", "", {}), ("office/complaints/?show=answered", "", {}))
#: No list: counted of a year's referrals, those of one's own work, and for convenors those of the whole town.
FIGURES: Final[Page] = ("referrals/figures/", "", {})
MOST_QUERIES, P95 = 15, 200


@contextmanager
def as_application() -> Iterator[None]:
    """The role for which row-level security holds."""
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE kesher_app")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


def lists(users: list[User]) -> tuple[float, float]:
    """Median and p95 in milliseconds of the list itself, each caseworker's once."""
    times = []
    shown = []
    for user in users:
        user = User.objects.get(pk=user.pk)
        with acting_for(user_id=user.pk, organisation_ids=user.organisation_ids):
            begin = time.perf_counter()
            entries, _full = today(user, day=timezone.localdate())
            times.append((time.perf_counter() - begin) * 1000)
            shown.append(len(entries))
    times.sort()
    print(f"  {min(shown)} to {max(shown)} people on a list, in the middle {sorted(shown)[len(shown) // 2]}")
    return times[len(times) // 2], times[int(0.95 * len(times))]


def postgres_cpu() -> float:
    """CPU seconds of the database's process behind this connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]  # type: ignore[index]
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def choose(session: SessionBase, page: Page) -> None:
    """As if the filters of this page had been sent before."""
    _path, of, filters = page
    if of:
        session[f"list-{of}"] = filters
    session.save()


def visitor(user: User, page: Page) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    choose(client.session, page)
    return client


def whose(staff: Staff) -> list[tuple[list[User], Page]]:
    """Every page, and who looks at it."""
    of_each = (
        (staff.workers, (*PAGES, FIGURES)),
        (staff.teachers, TEACHING),
        (staff.convenors, (*CONVENING, FIGURES)),
    )
    return [(users, page) for users, pages in of_each for page in pages]


def said(page: Page) -> str:
    path, _of, filters = page
    return f"{path} {' '.join(f'{name}={value}' for name, value in filters.items())}"


def page_costs(staff: Staff, only: str = "", times: int = 10) -> bool:
    """Each page: its queries, and its CPU time over several users' requests. False where a page asks too often."""
    good = True
    for users, page in whose(staff):
        if only not in page[0]:
            continue
        path = f"/en/{page[0]}"
        clients = [visitor(user, page) for user in users[:times]]
        for client in clients[:2]:  # templates are compiled once
            assert client.get(path).status_code == 200, path
        with CaptureQueriesContext(connection) as asked:
            clients[0].get(path)
        count = sum(not one["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")) for one in asked)
        begin, here, there = time.perf_counter(), time.process_time(), postgres_cpu()
        for client in clients:
            client.get(path)
        spent = (time.perf_counter() - begin, time.process_time() - here, postgres_cpu() - there)
        took, here, there = (1000 * one / len(clients) for one in spent)
        whom = "" if users is staff.workers else f" ({'college' if users is staff.teachers else 'convenor'})"
        print(
            f"  {said(page) + whom:60} {count:3} queries, CPU {here:4.0f} ms here, {there:4.0f} ms in PostgreSQL,"
            f" {took:4.0f} ms on average",
            flush=True,
        )
        good = good and count <= MOST_QUERIES
    return good


def cookie(user: User, page: Page) -> str:
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore()
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    request.session[SET_UP] = str(user.pk)  # the server asks staff for a second step
    choose(request.session, page)
    return f"{settings.SESSION_COOKIE_NAME}={request.session.session_key}"


def distinct(staff: Staff, only: str = "", count: int = 200) -> list[load.Request]:
    """So many requests, no two of one user for the same page where there are users enough; each page as often as the others."""
    pages = [(users, page) for users, page in whose(staff) if only in page[0]]
    found: list[load.Request] = []
    for number in range(count):
        users, page = pages[number % len(pages)]
        found.append((f"/en/{page[0]}", cookie(users[(number // len(pages)) % len(users)], page)))
    return found


def explain(staff: Staff, only: str) -> None:
    """The plans of the two dearest queries of each page whose address holds ``only``."""
    for users, page in whose(staff):
        if only not in page[0]:
            continue
        user = users[0]
        client = visitor(user, page)
        client.get(f"/en/{page[0]}")
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/en/{page[0]}")
        reads = [one for one in asked if one["sql"].startswith("SELECT")]
        for one in sorted(reads, key=lambda one: -float(one["time"]))[:2]:
            print(f"  {said(page)}: {float(one['time']) * 1000:.0f} ms")
            fresh = User.objects.get(pk=user.pk)
            with acting_for(user_id=user.pk, organisation_ids=fresh.organisation_ids), connection.cursor() as cursor:
                cursor.execute("EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) " + one["sql"])
                print(one["sql"], *[line for (line,) in cursor.fetchall()], sep="\n    ")


def made(people: int, *, keep: bool) -> str:
    """The name of the database with so many people."""
    name = f"test_kesher_today_{people}_{database.migrations_fingerprint()[:8]}"
    if keep and database.is_there(name):
        database.use(name)
        print(f"{people:,} people, made before")
        return name
    begun = database.make_test_database("today_making")
    begin = time.perf_counter()
    generate(people)
    print(f"{people:,} people in {time.perf_counter() - begin:.0f} s")
    database.rename(begun, name)
    database.use(name)
    return name


def town(people: int, arguments: argparse.Namespace) -> bool:
    name = made(people, keep=arguments.keep)
    those = staff()
    with as_application():
        if not arguments.only:
            half, most = lists(those.workers)
            print(f"  the list of Today itself: median {half:.0f} ms, p95 {most:.0f} ms")
        good = page_costs(those, arguments.only)
        if arguments.explain is not None:
            explain(those, arguments.explain)
    if people == arguments.people and arguments.seconds:
        requests = distinct(those, arguments.only)
        address = database_url(name)
        connection.close()
        environment = {
            "DATABASE_URL": f"{address}&options=-c%20role%3Dkesher_app",
            "KESHER_SECRET_KEY": settings.SECRET_KEY,
            "KESHER_FIELD_KEYS": "YSBrZXkgZm9yIHRlc3RzIG9ubHksIDMyIGJ5dGVzISE=",
            "KESHER_HOSTS": "127.0.0.1",
            "DJANGO_SETTINGS_MODULE": "kesher.settings",
            "KESHER_LOG": "json",
        }
        with load.serving(PORT, environment) as server:
            found = load.measure(PORT, requests, server=server, seconds=arguments.seconds)
        print(f"  pages over HTTP, {len(requests)} distinct: {found}")
        good = good and found.at(0.95) < P95 and not found.errors
    connection.close()
    if not arguments.keep:
        database.drop_test_database(name)
    return good


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=50_000)
    parser.add_argument("--seconds", type=float, default=load.FOR_SECONDS, help="how long to load the server (0: not)")
    parser.add_argument(
        "--explain", nargs="?", const="", metavar="PART", help="print plans, of pages whose address holds this"
    )
    parser.add_argument(
        "--only", default="", metavar="PART", help="only pages whose address holds this, and no list of Today"
    )
    parser.add_argument("--keep", action="store_true", help="keep the database, and use one that was kept")
    arguments = parser.parse_args()
    logging.disable(logging.INFO)  # a line for each request would be written among the figures
    database.server().start()
    good = [town(people, arguments) for people in sorted({min(5_000, arguments.people), arguments.people})]
    print(f"bars: at most {MOST_QUERIES} queries, p95 of the pages below {P95} ms, no errors")
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
