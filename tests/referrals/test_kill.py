"""``kill -9`` of a server in the middle of a send: row, event, access and tasks are all there, or none of them. Of a worker in
the middle of a mail: it goes out at least once, and the referral has moved once. Of one in the middle of a text message: that
goes out at most once, and where nobody knows a human asks. And two people who act at once."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection, transaction

from kesher.base.models import Event
from kesher.base.transitions import Refused
from kesher.people.models import Access
from kesher.referrals import answering, sending
from kesher.referrals.models import Referral
from tests import database
from tests.referrals.conftest import Two
from tests.text_gateway import Gateway
from tests.text_gateway import gateway as serving

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.xdist_group("kill")]


class Server:
    """The process of :mod:`tests.referrals.killed`, spoken with by lines."""

    def __init__(self, url: str, mailed: Path, gateway: str) -> None:
        environment = os.environ | {
            "DATABASE_URL": url,
            "GATEWAY": gateway,
            "KESHER_DATA": str(settings.ENVIRONMENT.data),
            "MAILED": str(mailed),
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.referrals.killed"],
            env=environment,
            cwd=database.ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._answer() == "ready"

    def ask(self, line: str) -> str:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()
        return self._answer()

    def _answer(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def takes(self, what: str, key: str) -> float:
        """Seconds of one that is left alone."""
        begun = time.monotonic()
        assert self.ask(f"wait {self.ask(f'{what} {key}')}") == "0"
        return time.monotonic() - begun

    def killed_after(self, what: str, key: str, seconds: float) -> None:
        worker = int(self.ask(f"{what} {key}"))
        time.sleep(seconds)
        os.kill(worker, signal.SIGKILL)
        self.ask(f"wait {worker}")


@pytest.fixture
def url(db: None) -> Iterator[str]:
    """A database of its own: what is killed here commits for real."""
    with database.copied(f"test_kesher_send_{os.getpid()}") as address:
        yield address


@pytest.fixture
def town_gateway() -> Iterator[Gateway]:
    with serving() as running:
        yield running


@pytest.fixture
def server(url: str, tmp_path: Path, town_gateway: Gateway) -> Iterator[Server]:
    made = Server(url, tmp_path, town_gateway.address)
    yield made
    made.process.terminate()
    made.process.communicate(timeout=30)  # and both pipes are closed


def what_is_there(url: str, key: str) -> tuple[str, int, int, int]:
    """State; events, tasks for it, and open accesses that rest on the consent of this referral."""
    with psycopg.connect(url) as database_:
        (state, consent) = database_.execute(
            "SELECT state, consent_id FROM referrals_referral WHERE id = %s", [key]
        ).fetchone()
        events = database_.execute(
            "SELECT count(*) FROM base_event WHERE about_id = %s AND name = 'referral.send'", [key]
        ).fetchone()[0]
        tasks = database_.execute(
            "SELECT count(*) FROM procrastinate_jobs AS job JOIN base_event AS event"
            " ON job.args->>'event_id' = event.id::text WHERE event.about_id = %s AND event.name = 'referral.send'",
            [key],
        ).fetchone()[0]
        accesses = database_.execute(
            "SELECT count(*) FROM people_access WHERE kind = 'referral' AND until IS NULL AND consent_id = %s",
            [consent],
        ).fetchone()[0]
    return state, events, tasks, accesses


def mails_in(folder: Path) -> int:
    """How many have left. Not the number of files: workers of one second write into one."""
    return sum(path.read_text().count("Message-ID:") for path in folder.iterdir())


def kill_at_random_moments(server: Server, url: str, times: int, chance: random.Random) -> Counter[str]:
    first = server.ask("draft")
    server.takes("send", first)  # warms what a first request warms
    again = server.ask("draft")
    seconds = server.takes("send", again)
    whole = what_is_there(url, again)
    assert whole[:2] == ("requested", 1)
    assert whole[2] >= 1
    assert whole[3] == 1
    outcomes: Counter[str] = Counter()
    for _time in range(times):
        key = server.ask("draft")
        server.killed_after("send", key, chance.uniform(0, seconds * 1.1))
        deadline = time.monotonic() + 10
        while (found := what_is_there(url, key)) not in (whole, ("draft", 0, 0, 0)) and time.monotonic() < deadline:
            time.sleep(0.1)  # the database ends what its dead client had begun
        assert found in (whole, ("draft", 0, 0, 0)), found
        outcomes[found[0]] += 1
    return outcomes


def test_a_send_that_is_killed_is_all_or_nothing(server: Server, url: str) -> None:
    kill_at_random_moments(server, url, 5, random.Random(5))


@pytest.mark.long
def test_killed_a_hundred_times(server: Server, url: str) -> None:
    outcomes = kill_at_random_moments(server, url, 100, random.Random(100))
    print(f"killed 100 times: not sent {outcomes['draft']} times, sent whole {outcomes['requested']} times")
    assert outcomes["draft"]


def test_a_worker_killed_while_mailing_mails_again_and_moves_nothing_twice(
    server: Server, url: str, tmp_path: Path
) -> None:
    key = server.ask("draft")
    server.takes("send", key)
    seconds = server.takes("mail", key)
    chance = random.Random(7)
    for _time in range(4):
        before = mails_in(tmp_path)
        server.killed_after("mail", key, chance.uniform(0, seconds))
        server.takes("mail", key)  # the sweep starts the job again
        assert mails_in(tmp_path) >= before + 1  # at least once
        assert what_is_there(url, key)[:2] == ("requested", 1)


def what_is_known(url: str, event: str) -> tuple[str, Counter[str], int]:
    """Of the text message that this event asks for: the way by which the question goes; what was noted of it; notices to those
    who referred the person."""
    with psycopg.connect(url) as database_:
        (key, how) = database_.execute(
            "SELECT one.id, one.how FROM referrals_followup AS one JOIN base_event AS event ON event.about_id = one.id"
            " WHERE event.id = %s",
            [event],
        ).fetchone()
        noted = database_.execute(
            "SELECT name FROM base_event WHERE about_id = %s AND name LIKE 'follow_up.text%%'", [key]
        ).fetchall()
        notices = database_.execute(
            "SELECT count(*) FROM base_notification WHERE kind = 'follow_up_due' AND link LIKE '%%' || ("
            "SELECT referral_id FROM referrals_followup WHERE id = %s) || '%%'",
            [key],
        ).fetchone()[0]
    return how, Counter(name for (name,) in noted), notices


def test_a_worker_killed_while_texting_texts_once_at_most_and_where_nobody_knows_a_human_asks(
    server: Server, url: str, town_gateway: Gateway
) -> None:
    whole = server.ask("finished")
    seconds = server.takes("text", whole)
    server.takes("later", whole)
    assert what_is_known(url, whole) == ("text", Counter(["follow_up.texted", "follow_up.text_taken"]), 0)
    chance = random.Random(11)
    for time_ in range(4):
        event = server.ask("finished")
        town_gateway.got.clear()
        # the first dies while the gateway holds its message and is silent: begun for sure, and nothing more is known
        town_gateway.status = 0 if time_ == 0 else 200
        worker = int(server.ask(f"text {event}"))
        if time_ == 0:
            while not town_gateway.got:
                time.sleep(0.01)
        else:
            time.sleep(chance.uniform(0, seconds))
        os.kill(worker, signal.SIGKILL)
        server.ask(f"wait {worker}")
        town_gateway.status = 200
        server.takes("text", event)  # the sweep starts the job again
        server.takes("later", event)
        server.takes("later", event)
        how, noted, notices = what_is_known(url, event)
        assert len(town_gateway.got) <= 1
        assert noted["follow_up.texted"] == 1
        if noted["follow_up.text_taken"]:
            assert (how, len(town_gateway.got), notices) == ("text", 1, 0)
        else:
            assert (how, noted["follow_up.text_unsure"], notices) == ("sender", 1, 1)
            assert time_ != 0 or len(town_gateway.got) == 1
    assert what_is_known(url, whole)[0] == "text"


# --- two at once --------------------------------------------------------------------------------------------------------


def at_once(*acts) -> list[str]:
    """Each in a thread of its own, begun together; "done", or why it was refused."""
    gate, told = threading.Barrier(len(acts)), [""] * len(acts)

    def run(number: int) -> None:
        try:
            gate.wait()
            acts[number]()
            told[number] = "done"
        except Refused as refused:
            told[number] = refused.code
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[number]) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return told


@pytest.mark.django_db(transaction=True)
def test_of_two_referrals_that_end_at_once_the_last_one_closes_the_file(two: Two) -> None:
    """Each alone finds the other still open; so one waits for the other, and neither leaves what was carried open for good."""
    two.agree()
    first, second = (two.draft(f"wish {number}", wait_list=True) for number in range(2))
    for one in (first, second):
        sending.send(one, by=two.by_sender)
    theirs = Access.objects.filter(organisation=two.receiver, kind=Access.Kind.REFERRAL)
    assert theirs.in_force().count() == 1
    told: list[str] = []
    by = two.by_sender
    with transaction.atomic():
        sending.withdraw(first, by=by, reason="started_work")
        other = threading.Thread(
            target=lambda: told.extend(at_once(partial(sending.withdraw, second, by=by, reason="started_work")))
        )
        other.start()
        other.join(timeout=1)  # it has come as far as it can before this is committed
    other.join(timeout=30)
    assert told == ["done"]
    assert not theirs.in_force().exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_act_at_once_the_second_is_judged_by_what_the_first_has_done(two: Two) -> None:
    two.agree()
    for number in range(5):
        draft = two.draft(f"wish {number}", wait_list=True)
        same = [Referral.objects.get(pk=draft.pk) for _copy in range(4)]
        by_sender, by_receiver = two.by_sender, two.by_receiver
        sent = at_once(*(partial(sending.send, one, by=by_sender) for one in same[:2]))
        assert sorted(sent) == ["done", "state"]
        answered = at_once(
            partial(answering.accept, same[2], by=by_receiver),
            partial(sending.withdraw, same[3], by=by_sender, reason="started_work"),
        )
        # accepted first, it may still be withdrawn; withdrawn first, it cannot be accepted
        assert answered in (["done", "done"], ["state", "done"])
        names = list(Event.objects.filter(about_id=draft.pk).order_by("id").values_list("name", flat=True))
        assert names.count("referral.send") == 1
        assert names[-1] == "referral.withdraw"
        assert Referral.objects.get(pk=draft.pk).state == "cancelled"
