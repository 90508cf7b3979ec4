"""The state table: written out once more as HOUSE section 5 has it; every (state, role, event) is in it or refused; and no
path, of thousands made up, leaves a person without an open loop unless something closed it."""

from collections import Counter
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kesher.accounts.roles import Role
from kesher.base.keys import uuid7
from kesher.base.models import Event
from kesher.base.transitions import Actor, Refused
from kesher.directory.models import Service
from kesher.people.consents import withdraw as take_back
from kesher.people.files import READ_NOTHING
from kesher.people.models import Access, Consent
from kesher.referrals import answering, loops, recalls, sending
from kesher.referrals.models import Loop, Referral
from kesher.referrals.states import REFERRAL_STATES
from kesher.referrals.vocabularies import CAME_BACK, HELPED, OPEN, Closing, Outcome, Reason, State
from tests.factories import ServiceFactory
from tests.referrals.conftest import Two

pytestmark = pytest.mark.django_db

SENDER = {"caseworker", "referrer"}
RECEIVER = {"provider", "college", "organisation_admin", "caseworker", "link"}
#: From -> event -> (to, who): HOUSE section 5, by hand.
TABLE: dict[str, dict[str, tuple[str, set[str]]]] = {
    "draft": {
        "send": ("requested", SENDER),
        "discard": ("deleted", SENDER),
        "consent withdrawn": ("cancelled", {"person", "helper", "system"}),
        "entered in error": ("entered-in-error", SENDER),
    },
    "requested": {
        "accept": ("accepted", RECEIVER),
        "reject": ("rejected", RECEIVER),
        "withdraw": ("cancelled", SENDER),
        "reminder due": ("requested", {"system"}),
        "consent withdrawn": ("cancelled", {"person", "helper", "system"}),
        "entered in error": ("entered-in-error", SENDER | RECEIVER),
    },
    "accepted": {
        "withdraw": ("cancelled", SENDER),
        "first contact": ("in-progress", RECEIVER),
        "consent withdrawn": ("cancelled", {"person", "helper", "system"}),
        "entered in error": ("entered-in-error", SENDER | RECEIVER),
    },
    "in-progress": {
        "withdraw": ("cancelled", SENDER),
        "pause": ("on-hold", RECEIVER),
        "finish": ("completed", RECEIVER),
        "cannot finish": ("failed", RECEIVER),
        "consent withdrawn": ("cancelled", {"person", "helper", "system"}),
        "entered in error": ("entered-in-error", SENDER | RECEIVER),
    },
    "on-hold": {
        "withdraw": ("cancelled", SENDER),
        "resume": ("in-progress", RECEIVER),
        "finish": ("completed", RECEIVER),
        "cannot finish": ("failed", RECEIVER),
        "consent withdrawn": ("cancelled", {"person", "helper", "system"}),
        "entered in error": ("entered-in-error", SENDER | RECEIVER),
    },
    "rejected": {
        "next best": ("rejected", SENDER),
        "entered in error": ("entered-in-error", SENDER | RECEIVER),
    },
    "failed": {
        "next best": ("failed", SENDER),
        "entered in error": ("entered-in-error", SENDER | RECEIVER),
    },
    "completed": {"entered in error": ("entered-in-error", SENDER | RECEIVER)},
    "cancelled": {"entered in error": ("entered-in-error", SENDER | RECEIVER)},
    "deleted": {},
    "entered-in-error": {},
}
EVENTS = [*sorted({event for row in TABLE.values() for event in row}), "invented"]
ROLES = [*Role.values, "link", "person", "helper", "system", "nobody"]


def everything() -> dict[str, Any]:
    """A row with which every guard is content, but for the constraints of the state."""
    return {
        "why": "why",
        "places_shown": 3,
        "worker_name": "Samir",
        "reason": "no_capacity",
        "contacted_on": timezone.localdate(),
        "review_on": timezone.localdate() + timedelta(days=3),
        "outcome": "met",
        "attended": True,
        "done": "taught",
    }


@pytest.mark.parametrize("state", State.values)
def test_every_state_role_and_event_is_in_the_table_or_refused(two: Two, state: str) -> None:
    consent = two.agree()
    referral = two.draft()
    sent: dict[str, Any] = {"sent_at": timezone.now() - timedelta(hours=1), "consent": consent}
    if state == "draft":
        sent = {"sent_at": None, "consent": None}

    def put_back() -> None:
        Referral.objects.filter(pk=referral.pk).update(state=state, **(everything() | sent))
        referral.refresh_from_db()

    put_back()
    for role, event in product(ROLES, EVENTS):
        row = TABLE[state].get(event)
        for side, organisation in (("sender", two.sender.pk), ("receiver", two.receiver.pk), ("neither", uuid7())):
            allowed = row is not None and role in row[1]
            if allowed and event not in ("reminder due", "consent withdrawn"):
                # for whom they act decides besides: the one side's roles say nothing on the other
                sides = {"sender": role in SENDER, "receiver": role in RECEIVER and state != "draft", "neither": False}
                if event in ("send", "discard", "withdraw", "next best"):
                    sides["receiver"] = False
                elif event != "entered in error":
                    sides["sender"] = False
                allowed = sides[side]
            by = Actor(uuid7(), organisation, frozenset({role}))
            if not allowed:
                assert REFERRAL_STATES.refusal(referral, event, by=by, reason="because"), (role, event, side)
                continue
            assert row is not None
            before = Event.objects.count()
            fields = {"sent_at": timezone.now(), "consent": consent} if event == "send" else {}
            REFERRAL_STATES.apply(referral, event, by=by, reason="because", fields=fields)
            referral.refresh_from_db()
            assert referral.state == row[0]
            assert Event.objects.count() == before + 1
            put_back()
    with pytest.raises(Refused):
        REFERRAL_STATES.apply(referral, "invented", by=two.by_sender)
    referral.refresh_from_db()
    assert referral.state == state


def test_the_table_holds_no_more_than_house_says() -> None:
    found = {
        (source, row.event, row.target, frozenset(row.roles))
        for row in REFERRAL_STATES.transitions
        for source in row.sources
    }
    written = {
        (source, event, target, frozenset(who) if source != "draft" or event != "entered in error" else None)
        for source, row in TABLE.items()
        for event, (target, who) in row.items()
    }
    # who may say "by mistake" of a draft is the guard's: the receiver knows nothing of it
    assert {(*row[:3], None if row[:2] == ("draft", "entered in error") else row[3]) for row in found} == written


# --- any path -----------------------------------------------------------------------------------------------------------

STEPS = (
    "agree", "draft", "send", "discard", "withdraw", "error by sender", "error by receiver", "accept", "reject",
    "first contact", "pause", "resume", "finish", "cannot finish", "next best", "take back", "close", "reopen", "remind",
)  # fmt: skip
step = st.tuples(
    st.sampled_from(STEPS),
    st.integers(0, 3),
    st.sampled_from(Outcome.values),
    st.sampled_from(Reason.values),
    st.sampled_from(Closing.values),
)


class Walk:
    """Somebody tries anything, in any order, on any referral there ever was; what must hold is looked at after each step.

    ``open``: by the book kept here by hand, the loops that nothing has closed.
    """

    def __init__(self, two: Two, other: Service) -> None:
        self.two, self.other = two, other
        self.open: set[Any] = set()
        self.closed: set[Any] = set()
        self.done: Counter[str] = Counter()

    def take(self, name: str, number: int, outcome: str, reason: str, closing: str) -> None:
        """One step, and a look at all that must hold after it; what was refused has changed nothing."""
        referrals = list(Referral.objects.order_by("-id"))
        referral = referrals[number % len(referrals)] if referrals else None
        try:
            with transaction.atomic():
                self._do(name, referral, outcome, reason, closing)
        except Refused:
            self.done["refused"] += 1
        else:
            self.done[name] += 1
            self.look()

    def _do(self, name: str, referral: Referral | None, outcome: str, reason: str, closing: str) -> None:
        two, today = self.two, timezone.localdate()
        sender, receiver = two.by_sender, two.by_receiver
        if name == "agree":
            two.agree()
            return
        if name == "take back":
            for consent in Consent.objects.in_force().filter(purpose="referral"):
                take_back(consent, by=sender)
                event = Event.objects.filter(name="consent.withdrawn").order_by("-id")[:1].get()
                recalls.withdraw_what_rests_on_it(event.pk)
                recalls.withdraw_what_rests_on_it(event.pk)  # a task may run twice
            return
        if name == "draft":
            loose = Loop.objects.without_next_step().first()
            self.open.add(two.draft(loose or "work", wait_list=True).loop_id)
            return
        if referral is None:
            return
        words = "in words"
        if name == "send":
            sending.send(referral, by=sender)
        elif name == "discard":
            sending.discard(referral, by=sender)
        elif name == "withdraw":
            sending.withdraw(referral, by=sender, reason=reason, words=words)
        elif name == "error by sender":
            sending.entered_in_error(referral, by=sender, note=words)
        elif name == "error by receiver":
            sending.entered_in_error(referral, by=receiver, note=words)
        elif name == "accept":
            answering.accept(referral, by=receiver)
        elif name == "reject":
            answering.reject(referral, by=receiver, reason=reason, words=words)
        elif name == "first contact":
            answering.first_contact(referral, by=receiver, on=today)
        elif name == "pause":
            answering.pause(referral, by=receiver, reason=reason, words=words, review_on=today + timedelta(days=9))
        elif name == "resume":
            answering.resume(referral, by=receiver)
        elif name == "finish":
            answering.finish(referral, by=receiver, outcome=outcome, attended=True, done=words)
            if outcome in HELPED:
                self._closes(referral.loop_id)
        elif name == "cannot finish":
            answering.cannot_finish(referral, by=receiver, reason=reason, words=words)
        elif name == "next best":
            again = sending.next_best(referral, self.other, by=sender)
            assert again.loop_id == referral.loop_id
            assert again.replaces_id == referral.pk
            sending.write(again, by=sender, wait_list=True, seen=READ_NOTHING)
        elif name == "close":
            loops.close(referral.loop, Closing(closing), by=sender, words=words)
            self._closes(referral.loop_id)
        elif name == "reopen":
            loops.reopen(referral.loop, by=sender)
            self.closed.discard(referral.loop_id)
            self.open.add(referral.loop_id)
        elif name == "remind":
            REFERRAL_STATES.apply(referral, "reminder due", by=Actor.the_system(), fields={"reminded_day": 3})

    def _closes(self, key: Any) -> None:
        self.open.discard(key)
        self.closed.add(key)

    def look(self) -> None:
        everyone = {loop.pk: loop for loop in Loop.objects.all()}
        # no loop vanishes, and none is closed but by what closes
        assert set(everyone) == self.open | self.closed
        assert {key for key, loop in everyone.items() if loop.is_open} == self.open
        assert all(everyone[key].closing and everyone[key].closed_at for key in self.closed)
        referrals = list(Referral.objects.all())
        assert not [referral for referral in referrals if referral.state == State.DELETED]
        under_way = {referral.loop_id for referral in referrals if referral.state in OPEN}
        # whatever is open has somebody on the way, or stands in the list of those who must act
        loose = {loop.pk for loop in Loop.objects.without_next_step()}
        assert self.open == under_way | loose
        assert not under_way & (loose | self.closed)
        back = {one.pk for one in Referral.objects.came_back()}
        assert back == {one.pk for one in referrals if one.state in CAME_BACK and one.loop_id in loose}
        # the receiver sees something exactly while something of theirs is open, or was until lately
        sent = any(one.state in OPEN and one.state != State.DRAFT for one in referrals)
        accesses = list(Access.objects.in_force().filter(kind="referral"))
        assert any(access.until is None for access in accesses) == sent
        assert len(accesses) <= 1 + sum(one.state in ("completed", "failed") for one in referrals)


def walk(two: Two, other: Service, steps: list[tuple[str, int, str, str, str]]) -> Counter[str]:
    with transaction.atomic():
        taken = Walk(two, other)
        for one in steps:
            taken.take(*one)
        transaction.set_rollback(True)
    return taken.done


ANY_PATH = st.lists(step, min_size=4, max_size=22)
SLOW = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large]


def paths(two: Two, number: int) -> Counter[str]:
    """Walk so many paths, each undone again; what was done on them, and how often. The town is committed, so that its
    catalogue is read once."""
    other = ServiceFactory(published=True, organisation=two.receiver)
    done: Counter[str] = Counter()

    @settings(max_examples=number, deadline=None, suppress_health_check=SLOW, database=None, derandomize=True)
    @given(steps=ANY_PATH)
    def try_it(steps: Any) -> None:
        done.update(walk(two, other, steps))
        done["paths"] += 1

    try_it()
    return done


@pytest.mark.django_db(transaction=True)
def test_no_path_leaves_a_person_without_an_open_loop_unless_something_closed_it(two: Two) -> None:
    done = paths(two, 200)
    assert done["paths"] >= 200
    assert all(done[name] for name in ("send", "accept", "reject", "withdraw", "take back", "close")), done


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_two_thousand_paths(two: Two) -> None:
    done = paths(two, 2_000)
    print(dict(done))
    assert done["paths"] >= 2_000
    assert all(done[name] for name in STEPS), done  # every step was really taken somewhere
