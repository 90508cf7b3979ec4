"""How many referrals a second are sent, whole: row, event, history, access of the receiver, and the tasks that tell them.

Run: ``python benchmarks/referral_speed.py [--sends N]``. In a database of its own, two organisations with a partner agreement
and N people who agreed: each has a draft, written before the clock starts. Then, as the application's role with row-level
security, each is sent (:func:`kesher.referrals.sending.send`), one after the other on one connection, as fast as they go;
and beside it, in the same run, N bare rows are inserted into the same tables, each in a transaction of its own. Printed:
sends a second, CPU of this process and of PostgreSQL per send, and the ratio to the bare rows. Bar: 50 a second. Exits with
1 where missed. On a busy machine the ratio and the CPU time mean more than the seconds.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from benchmarks.today_speed import as_application, postgres_cpu
from django.db import connection, transaction
from django.utils import timezone
from tests import database
from tests.factories import PersonFactory
from tests.referrals.conftest import Two, between_two

from kesher.base.history import acting
from kesher.base.keys import uuid7
from kesher.base.models import Event
from kesher.base.rows import acting_for
from kesher.people.consents import give
from kesher.people.models import Access
from kesher.people.models.consents import Purpose
from kesher.referrals import sending
from kesher.referrals.models import Referral

BAR = 50


def drafts(two: Two, count: int) -> list[Referral]:
    """So many people who agreed, each with a draft that can be sent."""
    found = []
    for _ in range(count):
        two.person = PersonFactory(keeper=two.sender)
        give(two.person, Purpose.REFERRAL, with_=two.receiver, how="present", language="am", by=two.by_sender)
        found.append(two.draft(wait_list=True))
    return found


def timed(count: int, what: Callable[[int], None]) -> tuple[float, float, float]:
    """How many a second; CPU milliseconds each of this process and of PostgreSQL."""
    begin, here, there = time.perf_counter(), time.process_time(), postgres_cpu()
    for number in range(count):
        what(number)
    seconds = time.perf_counter() - begin
    return (
        count / seconds,
        1000 * (time.process_time() - here) / count,
        1000 * (postgres_cpu() - there) / count,
    )


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sends", type=int, default=500)
    count: int = parser.parse_args().sends
    database.server().start()
    name = database.make_test_database("sends")
    two = between_two()
    waiting = drafts(two, count)
    warm = drafts(two, 5)
    by = two.by_sender
    accesses = [
        Access(person=one.person, kind="referral", organisation=two.receiver, consent=one.consent, whole=False)
        for one in waiting
    ]

    def send(number: int) -> None:
        with acting_for(user_id=by.user_id, organisation_ids=[two.sender.pk]):
            sending.send(waiting[number], by=by)

    def bare(number: int) -> None:
        """What a send writes, without asking anything: the row's change, its event, the receiver's access."""
        one = waiting[number]
        with transaction.atomic(), acting(actor=by.user_id, reason="bare"):
            Referral.objects.filter(pk=one.pk).update(state="requested", sent_at=timezone.now())
            Event.objects.create(
                name="referral.send", about_type="referrals.referral", about_id=one.pk, actor_id=uuid7()
            )
            Access.objects.bulk_create([accesses[number]])

    with as_application():
        for one in warm:
            with acting_for(user_id=by.user_id, organisation_ids=[two.sender.pk]):
                sending.send(one, by=by)
        sent = timed(count, send)
    rows = timed(count, bare)
    print(f"{count} referrals, one after the other on one connection")
    for label, (rate, here, there) in (("sent", sent), ("bare rows of the same tables", rows)):
        print(f"  {label:30} {rate:6.0f} a second; CPU {here:5.1f} ms here and {there:5.1f} ms in PostgreSQL each")
    print(f"  a send takes {rows[0] / sent[0]:.1f} times a bare write; bar: {BAR} a second")
    connection.close()
    database.drop_test_database(name)
    return 0 if sent[0] >= BAR else 1


if __name__ == "__main__":
    sys.exit(main())
