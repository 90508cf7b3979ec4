"""Figures from prepared rows are those of the whole trail (``figures_of_the_trail``), to the last digit: over random histories,
over what the rooms' own functions write, as the application's role, and when two write at once."""

import random
import threading
from collections.abc import Collection
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kesher.base import retention
from kesher.base.keys import uuid7
from kesher.base.models import Event
from kesher.base.rows import acting_for
from kesher.base.transitions import Actor
from kesher.people import erasing, merging
from kesher.people.consents import give, withdraw
from kesher.people.models import Consent, ConsentText, Person
from kesher.referrals import answering, follow_ups, sending, statistics
from kesher.referrals.models import FigureRow, FollowUp, Loop, Referral
from tests.factories import MembershipFactory, OrganisationFactory, PersonFactory, ServiceFactory
from tests.referrals import figures_of_the_trail as trail
from tests.referrals.conftest import Two, between_two
from tests.writing import name_the_tests

WEEK = timedelta(days=7)
#: What may happen to a referral, in whatever order: more than the table of its states lets through.
MOVES = (trail.ACCEPT, trail.CONTACT, *trail.ENDS, "referral.pause", trail.ERROR)
REASONS = ("no_capacity", "cannot_travel", "private", "no longer a word of ours", "")


def same(now: datetime, among: Collection[UUID] | None = None, without: Collection[UUID] = ()) -> None:
    """The lines, their order, who is left out; and what stands behind each line, before anything is hidden."""
    asked: dict[str, Any] = {"since": now - 52 * WEEK, "now": now, "among": among}
    was = trail.told(**asked, without=without)
    found = statistics.figures(**asked, without=without)
    assert list(found) == was.lines
    assert found.left_out == was.left_out
    behind = statistics._tallies(list(was.behind), asked["since"], now, None if among is None else list(among))
    for key, both in was.behind.items():
        for mine, theirs in zip(behind[key], both, strict=True):
            assert (mine.cells, mine.reasons, mine.helped) == (theirs.cells, theirs.reasons, theirs.helped)
        assert sorted(behind[key][0].waited) == sorted(both[0].waited)  # of those left out nobody asks it


def everywhere(now: datetime, organisations: Collection[UUID]) -> None:
    """The town's; without one of them; and the own work of each, and of all."""
    same(now)
    some = sorted(organisations)
    same(now, without=some[:1])
    for one in some:
        same(now, [one])
    same(now, some, without=some[1:2])
    same(now, [])


# --- random histories -----------------------------------------------------------------------------------------------------


class Town:
    """Two who send, two who receive with two services each; few people, many referrals."""

    def __init__(self) -> None:
        self.senders = [OrganisationFactory(approved=True) for _ in range(2)]
        self.receivers = [OrganisationFactory(approved=True) for _ in range(2)]
        self.services = [
            ServiceFactory(published=True, organisation=one) for one in self.receivers for _twice in range(2)
        ]
        self.text = ConsentText.current("statistics")
        self.agreed_to_be_sent = ConsentText.current("referral")

    def organisations(self) -> list[UUID]:
        return [one.pk for one in (*self.senders, *self.receivers)]

    def live(self, draw: random.Random, now: datetime) -> None:
        people = [PersonFactory() for _ in range(6)]
        for person in people:
            for _ in range(draw.randint(0, 2)):
                self._agrees(person, draw, now)
        for _ in range(draw.choice((5, 30, 70))):
            self._referral(draw.choice(people), draw, now)
        self._questions(draw, now)
        for _ in range(draw.randint(0, 3)):
            one, other = draw.sample(people, 2)
            what = draw.choice(("merged", "parted", "erased", "agrees", "takes it back"))
            if what == "merged":
                Referral.objects.filter(person=one).update(person=other)
            elif what == "parted":  # some go back
                keys = list(Referral.objects.filter(person=other).order_by("id").values_list("pk", flat=True))
                Referral.objects.filter(pk__in=keys[::2]).update(person=one)
            elif what == "erased":
                Referral.objects.filter(person=one).delete()
            elif what == "agrees":
                self._agrees(one, draw, now)
            else:
                Consent.objects.filter(person=one, purpose="statistics").update(withdrawn_at=now)

    def _agrees(self, person: Person, draw: random.Random, now: datetime) -> None:
        Consent.objects.create(
            person=person,
            purpose=draw.choice(("statistics", "statistics", "matching")),
            text=self.text,
            language="am",
            how="present",
            given_at=now - timedelta(days=500),
            until=draw.choice((None, None, now - timedelta(days=1), now + timedelta(days=1))),
            withdrawn_at=draw.choice((None, None, None, now - timedelta(days=1))),
        )

    def _referral(self, person: Person, draw: random.Random, now: datetime) -> None:
        service, sender = draw.choice(self.services), draw.choice(self.senders)
        sent_at = now - timedelta(days=draw.choice((1, 13, 14, 15, 100, 363, 364, 365)), seconds=draw.randint(-9, 9))
        loop = Loop.objects.create(person=person, organisation=sender, wish="a course")
        referral = Referral.objects.create(
            person=person,
            loop=loop,
            service=service,
            sender=sender,
            receiver=service.organisation,
            sender_user_id=uuid7(),
            state="cancelled",
            language="am",
            sent_at=sent_at,
        )
        data = {"sender": str(sender.pk), "receiver": str(referral.receiver_id), "service": str(service.pk)}
        at = sent_at
        for name in (trail.SENT, *draw.choices(MOVES[:-1] * 3 + MOVES[-1:], k=draw.randint(0, 4))):
            reason = draw.choice(REASONS) if name in (trail.REFUSE, "referral.cannot finish") else ""
            Event.objects.create(
                name=name, about_type="referrals.referral", about_id=referral.pk, at=at, reason=reason, data=data
            )
            at += timedelta(microseconds=draw.randint(0, 10**12))

    def _questions(self, draw: random.Random, now: datetime) -> None:
        keys = list(Referral.objects.order_by("id").values_list("pk", flat=True))
        for key in draw.choices(keys, k=2 * len(keys)):
            data: dict[str, Any] = {"referral": str(key), "day": draw.choice((0, 30, 90, 7)), "sender": "x"}
            name = draw.choice((trail.ASKED, trail.ANSWERED))
            if name == trail.ANSWERED:
                data["answer"] = draw.choice(FollowUp.Answer.values)
            Event.objects.create(
                name=name, about_type="referrals.followup", about_id=uuid7(), at=now, data=draw.choice((data, data, {}))
            )


@pytest.mark.django_db
@settings(  # a seed does not get simpler
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=(Phase.generate,),
)
@given(seed=st.integers(0, 2**32))
def test_prepared_and_gone_through_are_one_over_random_histories(seed: int) -> None:
    """Agreements given, taken back, run out; files made one and parted, erased; mistakes; questions answered twice."""
    now = timezone.now()
    with transaction.atomic():
        town = Town()
        town.live(random.Random(seed), now)
        everywhere(now, town.organisations())
        before = list(FigureRow.objects.order_by("pk").values())
        with connection.cursor() as cursor:
            cursor.execute("SELECT referrals_figures_anew()")
        assert list(FigureRow.objects.order_by("pk").values()) == before, "told anew they are what they were"
        transaction.set_rollback(True)


def test_every_event_that_figures_go_by_changes_the_row() -> None:
    written = import_module("kesher.referrals.migrations.0011_figures_prepared")
    assert set(written.OF_REFERRAL) == {trail.SENT, trail.ACCEPT, trail.CONTACT, trail.ERROR, *statistics.ENDS}
    assert set(written.OF_QUESTION) == {follow_ups.ASKED, follow_ups.ANSWERED}
    assert statistics.ENDS == trail.ENDS
    assert statistics.DAYS == trail.DAYS


# --- what the rooms write -------------------------------------------------------------------------------------------------


def _many(two: Two, many: int, wish: str) -> list[Referral]:
    give(two.person, "referral", with_=two.receiver, how="present", language="am", by=two.by_sender)
    drafts = [two.draft(f"{wish} {number}", wait_list=True) for number in range(many)]
    for one in drafts:
        sending.send(one, by=two.by_sender)
    return drafts


def _finish(two: Two, referral: Referral) -> FollowUp:
    answering.accept(referral, by=two.by_receiver, worker_name="Samir")
    answering.first_contact(referral, by=two.by_receiver, on=timezone.localdate())
    answering.finish(referral, by=two.by_receiver, outcome="met", attended=True, done="the course")
    follow_ups.plan(Event.objects.filter(name="referral.finish", about_id=referral.pk).latest("id").pk)
    return FollowUp.objects.select_related("referral").get(referral=referral, day=0)


def test_what_becomes_of_referrals_and_files_is_counted_at_once(two: Two) -> None:
    """One after the other, as the rooms do it; after each step both are the same, and the town's number is the one meant."""
    office = two.sender.pk

    def town() -> tuple[int | None, int | None]:
        now = timezone.now()
        everywhere(now, [office, two.receiver.pk])
        found = statistics.figures(since=now - WEEK, now=now)
        return (found[0].counts["sent"].value if len(found) else None), found.left_out.value

    assert town() == (None, 0)
    consent = give(two.person, "statistics", how="present", language="am", by=two.by_sender)
    first = _many(two, 7, "first")
    assert town() == (7, 0)
    for one in first[:5]:
        question = _finish(two, one)
        if question.asked_at:
            follow_ups.answer(question, "no", by=two.by_sender)
    answering.reject(first[5], by=two.by_receiver, reason="no_capacity", words="full")
    sending.entered_in_error(first[6], by=two.by_sender, note="twice")
    assert town() == (6, 0)
    withdraw(consent, by=two.by_sender)
    assert town() == (None, None), "taken back, it ends at once, and for the past"
    give(two.person, "statistics", how="present", language="am", by=two.by_sender)
    assert town() == (6, 0)

    kept, by = two.person, two.by_sender
    two.person = PersonFactory(keeper=two.sender)
    _many(two, 5, "other")
    assert town() == (6, 5), "who was not asked is left out"
    for agreed in kept.consents.filter(purpose="referral"):  # else another organisation sees it, and they stay two
        withdraw(agreed, by=by)
    done = merging.merge(two.person, kept, by=by)
    assert town() == (None, None), "the words said in the other file do not speak for the one that stayed"
    merging.undo(done, by=by)
    assert town() == (6, 5)

    Person.objects.filter(pk=kept.pk).update(user=MembershipFactory().user)
    kept.refresh_from_db()
    themselves = Actor(kept.user_id, None, frozenset({"person"}))
    erasing.erase(kept, by=themselves)
    assert town() == (None, None), "with the file goes the agreement"
    retention.run(timezone.now() + timedelta(days=1, minutes=1))
    assert not Referral.objects.filter(person=kept).exists()
    assert FigureRow.objects.filter(person_id=None).count() == 6
    assert not FigureRow.objects.filter(person_id=kept.pk).exists(), "nothing here says whose they were"
    assert town() == (None, None)


def test_rows_go_after_two_years(two: Two) -> None:
    two.send()
    assert FigureRow.objects.count() == 1
    retention.run(timezone.now() + timedelta(days=729))
    assert FigureRow.objects.count() == 1
    retention.run(timezone.now() + timedelta(days=731))
    assert not FigureRow.objects.exists()


def test_the_application_is_told_counts_and_sees_no_row(two: Two, as_application: None) -> None:
    with acting_for(user_id=two.caseworker.pk, organisation_ids=[two.sender.pk]):
        two.send()
        give(two.person, "statistics", how="present", language="am", by=two.by_sender)
        assert not FigureRow.objects.exists()
    now = timezone.now()
    found = statistics.figures(since=now - WEEK, now=now)
    assert (len(found), found.left_out.value) == (1, 0)
    assert found[0].counts["sent"].hidden
    assert not FigureRow.objects.exists()
    for forbidden in ("DELETE FROM referrals_figurerow", "UPDATE referrals_figurerow SET person_id = NULL"):
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(forbidden)


@pytest.mark.django_db(transaction=True)
def test_two_who_write_at_once_lose_nothing() -> None:
    """One has written and not yet ended; another, who cannot see that, waits and then tells both."""
    two = between_two()
    referral = two.send()
    waits, error = threading.Event(), []

    def event(name: str, **data: object) -> None:
        about = referral.pk if name.startswith("referral.") else uuid4()
        Event.objects.create(name=name, about_type="x", about_id=about, data=data)

    def other() -> None:
        name_the_tests()
        try:
            waits.set()
            event(follow_ups.ANSWERED, referral=str(referral.pk), day=0, answer="yes")
        except Exception as problem:  # told below, in the test's own thread
            error.append(problem)
        finally:
            connection.close()

    thread = threading.Thread(target=other)
    with transaction.atomic():
        event(trail.ACCEPT)
        thread.start()
        waits.wait(10)
        thread.join(0.5)
        assert thread.is_alive(), "it waits"
    thread.join(30)
    assert not error
    row = FigureRow.objects.get(pk=referral.pk)
    assert (row.accepted, row.helped) == (True, {"0": "yes"})
