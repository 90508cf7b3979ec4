"""How many referrals a second are sent, whole: row, event, history, access of the receiver, and the tasks that tell them.

Run: ``python benchmarks/referral_speed.py [--sends N] [--clients N]``. In a database of its own, two organisations with a
partner agreement and people who agreed: each has a draft, written before the clock starts. Then, as the application's role
with row-level security, each is sent (:func:`kesher.referrals.sending.send`), closed loop: a client sends its next as soon as
its last is written. First by one client, then by as many as this machine has cores, each a process with a connection, as a
server has them. Beside it, in the same run and the same way, the very rows that were sent (referral, event, access, task) are
inserted bare: taken out again, and written back by plain SQL, those of each referral in a transaction, with the tables'
triggers. Printed: sends a second, statements of a send, CPU of the client and of its PostgreSQL process per send, and the
ratio to the bare rows. Bar: 50 a second, by all clients. Exits with 1 where missed. On a busy machine the ratio and the CPU
time mean more than the seconds.
"""

import argparse
import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from benchmarks.today_speed import as_application, postgres_cpu
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from tests import database
from tests.factories import PersonFactory
from tests.referrals.conftest import Two, between_two

from kesher.base.history import acting
from kesher.base.rows import acting_for
from kesher.people.consents import give
from kesher.people.models.consents import Purpose
from kesher.referrals import sending
from kesher.referrals.models import Referral

BAR, WARM = 50, 5
#: The rows of one send: table, and which of its rows belong to the referral %(pk)s.
WRITTEN = (
    ("referrals_referral", "id = %(pk)s"),
    ("base_event", "about_id = %(pk)s AND name = 'referral.send'"),
    (
        "people_access",
        "kind = 'referral' AND person_id = (SELECT person_id FROM referrals_referral WHERE id = %(pk)s)",
    ),
    (
        "procrastinate_jobs",
        "args->>'event_id' = (SELECT id::text FROM base_event WHERE about_id = %(pk)s AND name = 'referral.send')",
    ),
)
Work = Callable[[int], None]
#: A table's columns and values, as they are written.
Row = tuple[str, Sequence[str], Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Pace:
    """How many a second by all clients together; CPU milliseconds each of a client and of its PostgreSQL process."""

    rate: float
    here: float
    there: float


def drafts(two: Two, count: int) -> list[Referral]:
    """So many people who agreed, each with a draft that can be sent."""
    found = []
    for _ in range(count):
        two.person = PersonFactory(keeper=two.sender)
        give(two.person, Purpose.REFERRAL, with_=two.receiver, how="present", language="am", by=two.by_sender)
        found.append(two.draft(wait_list=True))
    return found


def closed_loop(clients: int, warm: int, count: int, work: Work, *, application: bool) -> Pace:
    """``work`` for each number below ``warm`` before the clock starts and for each below ``count`` after; each client takes
    its share, one after the other."""
    connection.close()  # each process has its own
    context = multiprocessing.get_context("fork")
    ready, found = context.Barrier(clients), context.SimpleQueue()

    def client(number: int) -> None:
        if application:
            with as_application():
                found.put(_paced(range(number, warm, clients), range(warm + number, count, clients), work, ready))
        else:
            found.put(_paced(range(number, warm, clients), range(warm + number, count, clients), work, ready))
        connection.close()

    processes = [context.Process(target=client, args=(number,)) for number in range(clients)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    if any(process.exitcode for process in processes):
        raise SystemExit("a client failed: see above")
    begins, ends, here, there = zip(*(found.get() for _ in processes), strict=True)
    done = count - warm
    return Pace(done / (max(ends) - min(begins)), 1000 * sum(here) / done, 1000 * sum(there) / done)


def _paced(warm: range, share: range, work: Work, ready: Any) -> tuple[float, float, float, float]:
    for number in warm:
        work(number)
    there = postgres_cpu()
    ready.wait()
    here, begin = time.process_time(), time.perf_counter()
    for number in share:
        work(number)
    end = time.perf_counter()
    return begin, end, time.process_time() - here, postgres_cpu() - there


def rows_of(referrals: list[Referral]) -> list[list[Row]]:
    """The rows that were written as each was sent; taken out of the tables."""
    found = []
    with connection.cursor() as cursor:
        for one in referrals:
            rows: list[Row] = []
            for table, which in WRITTEN:
                cursor.execute(f"SELECT * FROM {table} WHERE {which}", {"pk": one.pk})
                columns = [column.name for column in cursor.description]
                (values,) = cursor.fetchall()
                rows.append((table, columns, values))
            found.append(rows)
        cursor.execute("SET session_replication_role = replica")  # nothing that hangs on them goes with them
        for one in referrals:
            for table, which in reversed(WRITTEN):
                cursor.execute(f"DELETE FROM {table} WHERE {which}", {"pk": one.pk})
        cursor.execute("SET session_replication_role = DEFAULT")
    return found


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sends", type=int, default=500, help="by each number of clients")
    parser.add_argument("--clients", type=int, default=len(os.sched_getaffinity(0)), help="default: cores")
    arguments = parser.parse_args()
    count: int = arguments.sends
    database.server().start()
    name = database.make_test_database("sends")
    two = between_two()
    by = two.by_sender
    by_clients: dict[int, tuple[Pace, Pace]] = {}
    statements = 0
    for clients in sorted({1, arguments.clients}):
        warm = WARM * clients
        waiting = drafts(two, count + warm + 1)
        last = waiting.pop()

        def send(number: int, *, of: list[Referral] = waiting) -> None:
            with acting_for(user_id=by.user_id, organisation_ids=[two.sender.pk]):
                sending.send(of[number], by=by)

        sent = closed_loop(clients, warm, len(waiting), send, application=True)
        rows = rows_of(waiting)

        def bare(number: int, *, of: list[list[Row]] = rows) -> None:
            with transaction.atomic(), acting(actor=by, reason="bare"), connection.cursor() as cursor:
                for table, columns, values in of[number]:
                    places = ", ".join(["%s"] * len(columns))
                    cursor.execute(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})", values)

        by_clients[clients] = sent, closed_loop(clients, warm, len(waiting), bare, application=False)
        with as_application(), CaptureQueriesContext(connection) as asked:
            send(0, of=[last])
        statements = len(asked)
    for clients, (sent, plain) in by_clients.items():
        print(f"{count} referrals, closed loop, {clients} {'client' if clients == 1 else 'clients'}")
        for label, pace in (("sent", sent), ("bare insert of the same rows", plain)):
            print(
                f"  {label:30} {pace.rate:6.0f} a second; CPU {pace.here:5.1f} ms in the client and"
                f" {pace.there:5.1f} ms in PostgreSQL each"
            )
        print(f"  a send takes {plain.rate / sent.rate:.1f} times the bare insert")
    print(f"{statements} statements a send, those of the transaction included; bar: {BAR} a second by all clients")
    connection.close()
    database.drop_test_database(name)
    return 0 if by_clients[max(by_clients)][0].rate >= BAR else 1


if __name__ == "__main__":
    sys.exit(main())
