"""How long "Today" and the lists take in a town of 50,000 people and 200,000 referrals, and how they grow from 5,000.

Run: ``python benchmarks/today_speed.py [--people N] [--explain] [--seconds 0]``. Generates, deterministic and in a database
of its own, people whose files are kept by 40 of 500 organisations, a third of them shared with a second, each with two or
three open steps, a plan, a date to see to, every third an appointment, and four referrals in all their states; 200
caseworkers look after four in five. Then each caseworker's list of today is asked for once in this process as the
application's role, with row-level security; then every page of :data:`PAGES`, printed with its queries and its CPU time in
this process and in PostgreSQL; then 200 distinct requests, each caseworker's with one of the pages in turn, over HTTP under
the load that ``benchmarks/common/load.py`` describes. Bars: at most 15 queries a page, p95 of the pages below 200 ms. Exits
with 1 where missed. Queries and CPU time mean the same on a busy machine; seconds do not.
"""

import argparse
import logging
import os
import random
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from benchmarks.common import load
from benchmarks.search_speed import copy_rows, database_url
from django.conf import settings
from django.contrib.auth import login
from django.db import connection
from django.http import HttpRequest
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests import database

from kesher.accounts.models import Membership, Organisation, User
from kesher.base.rows import acting_for
from kesher.casework.models import Appointment, Caseworker, Plan, Review, Step
from kesher.casework.today import today
from kesher.directory.models import Service
from kesher.people.models import Access, Consent, ConsentText, Person
from kesher.people.name_keys import keys as name_keys
from kesher.referrals.models import Loop, Referral

SEED, PORT = 20261128, 8767
ORGANISATIONS, KEEPERS, WORKERS = 500, 40, 200
BATCH = 5_000
REFERRALS_EACH = 4
#: The pages of a caseworker whose organisation keeps files, sends and receives.
PAGES = (
    "/en/caseworker/today/",
    "/en/caseworker/people/",
    "/en/caseworker/steps/",
    "/en/referrals/",
    "/en/referrals/?show=waits",
    "/en/referrals/?show=done",
    "/en/provider/referrals/",
    "/en/provider/referrals/?show=done",
)
#: How referrals stand: most have ended.
STATES = ("requested", "accepted", "in-progress", "rejected", *("completed",) * 5, "cancelled")
GIVEN = ("Almaz", "Bogdan", "Fatma", "Yosef", "Olena", "Ahmad", "Sara", "Dmitri", "Miriam", "Tesfaye")


def generate(people: int) -> list[User]:
    """Write the town; gives its caseworkers."""
    draw = random.Random(SEED)
    organisations = [Organisation(name={"en": f"Office {n}"}, state="approved") for n in range(ORGANISATIONS)]
    users = [User(email=f"worker{n}@example.org", name=f"Worker {n}", language="en") for n in range(WORKERS)]
    keepers = organisations[:KEEPERS]
    members = [
        Membership(user=user, organisation=keepers[n % KEEPERS], role="caseworker") for n, user in enumerate(users)
    ]
    texts = {text.purpose: text for text in ConsentText.objects.all()}
    with connection.cursor() as cursor:  # neither history nor the order of keys is what is measured
        cursor.execute("SET session_replication_role = replica")
    copy_rows(Organisation, organisations)
    copy_rows(User, users)
    copy_rows(Membership, members)
    services = [
        Service(organisation=one, name={"en": f"Service {n}"}, state="published") for n, one in enumerate(organisations)
    ]
    copy_rows(Service, services)
    now, day = timezone.now(), timezone.localdate()
    for begin in range(0, people, BATCH):
        rows: dict[type, list] = {
            kind: [] for kind in (Person, Consent, Access, Caseworker, Plan, Step, Review, Appointment, Loop, Referral)
        }
        for number in range(begin, min(begin + BATCH, people)):
            called = f"{GIVEN[number % len(GIVEN)]} {number}"
            person = Person(called=called, language="am", phone=f"050-555-{number % 10_000:04}")
            person.name_keys = sorted(name_keys(called))
            person.last_step_at = now - timedelta(days=draw.randint(0, 300))
            rows[Person].append(person)
            keeper = number % KEEPERS
            others = [draw.randrange(KEEPERS)] if number % 3 == 0 else []
            for place, kind, purpose in [
                (keeper, "keeper", "file"),
                *((other, "shared", "share") for other in others if other != keeper),
            ]:
                consent = Consent(
                    person=person,
                    purpose=purpose,
                    organisation=keepers[place],
                    text=texts[purpose],
                    language="am",
                    how="present",
                )
                rows[Consent].append(consent)
                rows[Access].append(
                    Access(person=person, kind=kind, organisation=keepers[place], consent=consent, since=now)
                )
            if draw.random() < 0.8:
                worker = users[keeper + KEEPERS * draw.randrange(WORKERS // KEEPERS)]
                rows[Caseworker].append(Caseworker(person=person, organisation=keepers[keeper], user=worker))
            dues = sorted(day + timedelta(days=draw.randint(-10, 120)) for _ in range(draw.choice((0, 2, 2, 3))))
            moved = now - timedelta(days=draw.randint(0, 40))
            rows[Plan].append(Plan(person=person, next_on=dues[0] if dues else None, moved_at=moved))
            rows[Step] += [
                Step(person=person, kind="papers", text="Passport", due_on=due, agreed_on=day) for due in dues
            ]
            rows[Step] += [
                Step(person=person, kind="call", due_on=day, state="done", ended_at=now)
                for _ in range(draw.randint(0, 4))
            ]
            rows[Review].append(
                Review(
                    person=person,
                    kind=draw.choice(("permit", "plan", "course")),
                    on=day + timedelta(days=draw.randint(-5, 400)),
                )
            )
            if number % 3 == 0:
                rows[Appointment].append(
                    Appointment(
                        person=person,
                        organisation=keepers[keeper],
                        with_whom="Worker",
                        place="Room 3",
                        language="am",
                        interpreting=draw.choice(("none", "phone")),
                        starts_at=now + timedelta(hours=draw.randint(-2000, 1000)),
                    )
                )
            agreed = rows[Consent][-1]
            for _ in range(REFERRALS_EACH):
                place, state = draw.randrange(ORGANISATIONS), draw.choice(STATES)
                ended = {"completed": "met", "cancelled": "withdrawn"}.get(state, "")
                rows[Loop].append(
                    Loop(
                        person=person,
                        organisation=keepers[keeper],
                        wish="a Hebrew course",
                        closing=ended,
                        closed_at=now if ended else None,
                    )
                )
                sent = now - timedelta(days=draw.randint(0, 300))
                rows[Referral].append(
                    Referral(
                        person=person,
                        loop=rows[Loop][-1],
                        service=services[place],
                        sender=keepers[keeper],
                        receiver=organisations[place],
                        sender_user_id=users[0].pk,
                        worker_name="" if state in ("requested", "rejected", "cancelled") else "Worker",
                        state=state,
                        why="Knows no Hebrew yet.",
                        carries=["contact"],
                        language="am",
                        consent=agreed,
                        sent_at=sent,
                        answered_at=None if state in ("requested", "cancelled") else sent + timedelta(days=2),
                        closed_at=sent + timedelta(days=9) if state in ("rejected", "completed", "cancelled") else None,
                        reason={"rejected": "no_capacity", "cancelled": "started_work"}.get(state, ""),
                        outcome="met" if state == "completed" else "",
                        attended=True if state == "completed" else None,
                        done="the course" if state == "completed" else "",
                    )
                )
        for meeting in rows[Appointment]:
            if meeting.starts_at < now:
                meeting.state = draw.choice(("kept", "kept", "kept", "missed"))
        for kind, made in rows.items():
            copy_rows(kind, made)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("ANALYZE")
    return list(User.objects.filter(memberships__role="caseworker").order_by("email"))


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


def page_costs(users: list[User], times: int = 10) -> bool:
    """Each page: its queries, and its CPU time over several caseworkers' requests. False where a page asks too often."""
    good = True
    clients = []
    for user in users[:times]:
        client = Client()
        client.force_login(user)
        clients.append(client)
    for path in PAGES:
        for client in clients[:2]:  # templates are compiled once
            assert client.get(path, headers={"host": "localhost"}).status_code == 200, path
        with CaptureQueriesContext(connection) as asked:
            clients[0].get(path, headers={"host": "localhost"})
        count = sum(not one["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")) for one in asked)
        here, there = time.process_time(), postgres_cpu()
        for client in clients:
            client.get(path, headers={"host": "localhost"})
        here, there = (time.process_time() - here) / len(clients), (postgres_cpu() - there) / len(clients)
        print(
            f"  {path:38} {count:3} queries, CPU {1000 * here:4.0f} ms here, {1000 * there:4.0f} ms in PostgreSQL each"
        )
        good = good and count <= 15
    return good


def cookie(user: User) -> str:
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore()
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session.save()
    return f"{settings.SESSION_COOKIE_NAME}={request.session.session_key}"


def explain(user: User) -> None:
    """The plans of the two dearest queries of each page."""
    client = Client()
    client.force_login(user)
    for path in PAGES:
        with CaptureQueriesContext(connection) as asked:
            client.get(path, headers={"host": "localhost"})
        reads = [one for one in asked if one["sql"].startswith("SELECT")]
        for one in sorted(reads, key=lambda one: -float(one["time"]))[:2]:
            print(f"  {path}: {float(one['time']) * 1000:.0f} ms")
            fresh = User.objects.get(pk=user.pk)
            with acting_for(user_id=user.pk, organisation_ids=fresh.organisation_ids), connection.cursor() as cursor:
                cursor.execute("EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) " + one["sql"])
                print(one["sql"][:300], *[line for (line,) in cursor.fetchall()][-30:], sep="\n    ")


def town(people: int, arguments: argparse.Namespace) -> bool:
    name = database.make_test_database("today")
    begin = time.perf_counter()
    users = generate(people)
    print(f"{people:,} people in {time.perf_counter() - begin:.0f} s")
    with as_application():
        half, most = lists(users)
        print(f"  the list of Today itself: median {half:.0f} ms, p95 {most:.0f} ms")
        good = page_costs(users)
        if arguments.explain:
            explain(users[0])
    if people == arguments.people and arguments.seconds:
        cookies = [cookie(user) for user in users]
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
        paths = [(PAGES[number % len(PAGES)], one) for number, one in enumerate(cookies)]
        with load.serving(PORT, environment) as server:
            found = load.measure(PORT, paths, server=server, seconds=arguments.seconds)
        print(f"  pages over HTTP, {len(paths)} distinct: {found}")
        good = good and found.at(0.95) < 200 and not found.errors
    connection.close()
    database.drop_test_database(name)
    return good


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=50_000)
    parser.add_argument("--seconds", type=float, default=load.FOR_SECONDS, help="how long to load the server (0: not)")
    parser.add_argument("--explain", action="store_true", help="print the plans of the queries")
    arguments = parser.parse_args()
    logging.disable(logging.INFO)  # a line for each request would be written among the figures
    database.server().start()
    good = [town(people, arguments) for people in sorted({min(5_000, arguments.people), arguments.people})]
    print("bars: at most 15 queries, p95 of the pages below 200 ms, no errors")
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
