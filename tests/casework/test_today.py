"""Who stands on today's list, why, and in what order."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kesher.accounts.models import User
from kesher.base.keys import uuid7
from kesher.base.rows import acting_for
from kesher.base.transitions import Refused
from kesher.casework import appointments, bookings, plans, talks, today, today_of_young
from kesher.casework.hosting import sources as hosting_sources
from kesher.casework.mentoring import sources
from kesher.casework.models import Appointment, Plan, Step, Talk
from kesher.casework.reasons import REASONS, Reason
from kesher.casework.today import Ask, Row
from kesher.directory.models import CallBack
from kesher.people import aspirations, recognitions
from kesher.people.files import READ_NOTHING
from kesher.people.models import Qualification
from kesher.referrals.loops import open_loop
from kesher.referrals.models import FollowUp
from tests.casework.people import a_case, in_days, same_as_apart, worker
from tests.factories import (
    AppointmentFactory,
    LoopFactory,
    PersonFactory,
    ReferralFactory,
    ServiceFactory,
    StepFactory,
)


def reasons(user: User, *, own: bool = True) -> list[tuple[str, str]]:
    same_as_apart(user, own=own)
    entries, _full = today.today(user, day=timezone.localdate(), own=own)
    return [(one.called, one.main.reason.code) for one in entries]


@pytest.mark.django_db
def test_each_reason_is_found() -> None:
    case = a_case()
    user = case.worker

    def person(name: str) -> object:
        one = PersonFactory(called=name, keeper=case.keeper)
        StepFactory(person=one, due_on=in_days(60))
        Plan.objects.create(person=one, next_on=in_days(60))
        return one

    case.step(due=60)
    assert reasons(user) == []
    now = timezone.now()
    StepFactory(person=person("late"), due_on=in_days(-1))
    StepFactory(person=person("soon"), due_on=in_days(2))
    AppointmentFactory(person=person("meeting"), starts_at=now + timedelta(days=2))
    AppointmentFactory(person=person("interpreter"), starts_at=now + timedelta(days=2), interpreting="in person")
    AppointmentFactory(person=person("came"), starts_at=now - timedelta(days=2))
    AppointmentFactory(person=person("missed"), starts_at=now - timedelta(days=2), state="missed")
    for kind in ("permit", "course", "plan"):
        plans.set_date(person(kind), kind=kind, on=in_days(5), by=case.by)
    Plan.objects.filter(person=person("quiet")).update(moved_at=now - timedelta(days=22))
    PersonFactory(called="new", keeper=case.keeper)
    service = ServiceFactory(published=True, organisation=case.keeper)
    told = {"called": "Somebody", "phone": "050-555-0123", "language": "am", "consent_at": now}
    CallBack.objects.create(service=service, organisation=case.keeper, **told)
    LoopFactory(person=person("loop"), organisation=case.keeper)
    silent = LoopFactory(person=person("silent"), organisation=case.keeper)
    ReferralFactory(loop=silent, sender=case.keeper, sent_at=now - timedelta(days=5))
    grown: Any = person("grown")
    grown.born = timezone.localdate() - timedelta(days=18 * 365)
    grown.save()
    for name in ("answer", "track"):
        held = Qualification.objects.create(person=person(name), title="Nurse", proof="lost")
        track = recognitions.begin(held, route="licence", by=case.by)
        if name == "answer":
            recognitions.change(track, by=case.by, expected_on=in_days(3), seen=READ_NOTHING)
        else:
            recognitions.add_step(track, kind="exam", due_on=in_days(3), by=case.by)
    whose: Any = person("goal")
    goal = aspirations.say(whose, "a nurse", sure=3, language="am", by=case.by)
    type(goal).objects.filter(pk=goal.pk).update(said_at=now - timedelta(days=92))
    read_back: Any = person("read back")
    read = talks.hold(read_back, form_key=uuid7(), purpose="goal", by=case.by)
    Talk.objects.filter(pk=read.pk).update(answer="not_right", answered_at=now)
    ending: Any = person("ends")
    type(ending).objects.filter(pk=ending.pk).update(last_step_at=now - timedelta(days=720))
    ReferralFactory(receiver=case.keeper)
    helped = LoopFactory(person=person("helped"), organisation=case.keeper, closed_at=now, closing="met")
    done = {"state": "completed", "worker_name": "Samir", "attended": True, "outcome": "met", "done": "Sang."}
    ended = ReferralFactory(loop=helped, sender=case.keeper, sent_at=now - timedelta(days=40), **done)
    FollowUp.objects.create(referral=ended, day=30, due_on=in_days(-1), how="sender", asked_at=now)
    expected = {"called": "Expected", "phone": "050-555-0142", "language": "am", "with_whom": "Noa", "place": "Room 3"}
    bookings.book(by=case.by, starts_at=now + timedelta(days=2), **expected)
    # begun and not sent; accepted, under way, paused, and nothing since: those we sent, and those who were sent to us
    of_us = {"sender": case.keeper, "worker_name": "Samir"}
    for name, state, days in (("begun", "draft", 4), ("forgotten", "accepted", 8), ("unheard", "in-progress", 46)):
        whose_loop = LoopFactory(person=person(name), organisation=case.keeper)
        back: Any = {"sent_at": None} if state == "draft" else {"sent_at": now - timedelta(days=50)}
        one = ReferralFactory(loop=whose_loop, state=state, moved_at=now - timedelta(days=days), **of_us, **back)
        type(one).objects.filter(pk=one.pk).update(created_at=now - timedelta(days=days))
    whose_loop = LoopFactory(person=person("paused"), organisation=case.keeper)
    ReferralFactory(loop=whose_loop, state="on-hold", review_on=in_days(-8), moved_at=now, **of_us)
    whose_loop = LoopFactory(person=person("to call"), organisation=case.keeper)
    ReferralFactory(loop=whose_loop, sender=case.keeper, sent_at=now, to_call=True)
    to_us = {"receiver": case.keeper, "worker_name": "Samir"}
    ReferralFactory(state="accepted", moved_at=now - timedelta(days=4), **to_us)
    ReferralFactory(state="in-progress", moved_at=now - timedelta(days=22), **to_us)
    ReferralFactory(state="on-hold", review_on=in_days(0), moved_at=now, **to_us)
    found = set(reasons(user))
    assert found == {
        ("", "booking"),
        ("begun", "begun"),
        ("forgotten", "forgotten"),
        ("unheard", "unheard"),
        ("paused", "paused_over"),
        ("to call", "to_call"),
        ("", "owed"),
        ("", "say_how"),
        ("", "take_up"),
        ("late", "step_late"),
        ("soon", "step_soon"),
        ("meeting", "meeting"),
        ("interpreter", "interpreter"),
        ("came", "came"),
        ("missed", "missed"),
        ("permit", "permit"),
        ("course", "course"),
        ("plan", "review"),
        ("quiet", "quiet"),
        ("loop", "loop"),
        ("silent", "silent"),
        ("new", "no_step"),
        ("", "call"),
        ("grown", "of_age"),
        ("answer", "recognition"),
        ("track", "recognition_step"),
        ("goal", "goal_again"),
        ("read back", "talk_not_right"),
        ("ends", "file_ends"),
        ("", "asked"),
        ("helped", "helped"),
    }
    # the others: test_mentoring.py, test_hosting.py
    assert {code for _name, code in found} == set(
        REASONS
    ) - sources.ADDED - hosting_sources.ADDED - today_of_young.ADDED
    assert reasons(worker(case.keeper, "manager")) == []


@pytest.mark.django_db
def test_whoever_has_several_reasons_stands_once_under_the_most_urgent() -> None:
    case = a_case()
    late = case.step(due=1)
    Step.objects.filter(pk=late.pk).update(due_on=in_days(-1))
    plans.set_date(case.person, kind="permit", on=in_days(2), by=case.by)
    entries, _full = today.today(case.worker, day=timezone.localdate())
    assert [(one.main.reason.code, [row.reason.code for row in one.also]) for one in entries] == [
        ("permit", ["step_late"])
    ]


@pytest.mark.django_db
def test_mine_are_whom_i_look_after_and_whom_nobody_does() -> None:
    case = a_case(called="mine")
    PersonFactory(called="nobody's", keeper=case.keeper)
    other = PersonFactory(called="a colleague's", keeper=case.keeper)
    colleague = worker(case.keeper)
    plans.look_after(case.person, user=case.worker, by=case.by)
    plans.look_after(other, user=colleague, by=case.by)
    assert {name for name, _code in reasons(case.worker)} == {"mine", "nobody's"}
    assert {name for name, _code in reasons(colleague)} == {"a colleague's", "nobody's"}
    assert {name for name, _code in reasons(case.worker, own=False)} == {"mine", "nobody's", "a colleague's"}
    # a step that I promised is mine, whoever looks after the person
    plans.agree(other, kind="call", due_on=in_days(1), owner="caseworker", owner_user_id=case.worker.pk, by=case.by)
    assert ("a colleague's", "step_soon") in reasons(case.worker)
    assert ("a colleague's", "step_soon") not in reasons(colleague)


@pytest.mark.django_db
def test_what_a_partner_promised_is_theirs_until_it_is_overdue() -> None:
    case = a_case()
    step = case.step(owner="partner", organisation=case.partner, due=2)
    case.step(due=60)
    assert [code for _name, code in reasons(case.worker)] == []
    assert [code for _name, code in reasons(case.partner_worker)] == ["step_soon"]
    Step.objects.filter(pk=step.pk).update(due_on=in_days(-1))
    assert [code for _name, code in reasons(case.worker)] == ["step_late"]


@pytest.mark.django_db
def test_nobody_of_another_organisation_stands_there() -> None:
    case = a_case()
    PersonFactory(called="elsewhere")
    StepFactory(due_on=in_days(-3))
    AppointmentFactory()
    assert len(reasons(case.worker, own=False)) == 1  # the person of the case, who has no step


@pytest.mark.django_db
def test_a_missed_appointment_is_answered_by_a_new_one() -> None:
    case = a_case()
    case.step(due=60)
    AppointmentFactory(person=case.person, starts_at=timezone.now() - timedelta(days=2), state="missed")
    assert [code for _name, code in reasons(case.worker)] == ["missed"]
    appointments.book(
        case.person,
        starts_at=timezone.now() + timedelta(days=30),
        with_whom="Noa",
        place="Room 3",
        language="am",
        by=case.by,
    )
    assert reasons(case.worker) == []
    assert Appointment.objects.count() == 2


@pytest.fixture
def own_source() -> Iterator[list[Row]]:
    """A source of another room, for as long as the test runs."""
    rows: list[Row] = []

    def from_elsewhere(ask: Ask) -> list[Row]:
        return rows

    today.source(from_elsewhere)
    yield rows
    today.SOURCES.remove(from_elsewhere)


@pytest.mark.django_db
def test_another_room_adds_its_rows(own_source: list[Row]) -> None:
    case = a_case()
    silent = Reason("silent", "A referral is silent", "the day it was sent", "Ask", "person_plan", points=200)
    own_source.append(Row(silent, case.person.pk, in_days(-5), case.person.pk, "Almaz"))
    entries, _full = today.today(case.worker, day=timezone.localdate())
    assert [one.main.reason.code for one in entries] == ["silent"]
    assert [row.reason.code for row in entries[0].also] == ["no_step"]


rules = st.builds(
    Reason,
    *(st.just("x") for _field in range(5)),
    points=st.integers(0, 100),
    per_day=st.integers(0, 20),
    before=st.integers(0, 60),
    after=st.integers(0, 60),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine draws slowly
@given(rule=rules, days=st.integers(-400, 400))
def test_nothing_gets_less_urgent_by_waiting(rule: Reason, days: int) -> None:
    assert rule.urgency(days) <= rule.urgency(days + 1)
    assert rule.urgency(0) == rule.points
    assert rule.points - rule.per_day * rule.before <= rule.urgency(days) <= rule.points + rule.per_day * rule.after


def test_a_permit_that_runs_out_today_comes_before_all_that_can_wait() -> None:
    today_points = {code: rule.urgency(0) for code, rule in REASONS.items()}
    # somebody's safety comes before everything
    assert today_points.pop("concern") > max(today_points.values())
    assert max(today_points, key=lambda code: today_points[code]) == "permit"
    assert today_points["quiet"] == min(today_points.values())


@pytest.mark.django_db
def test_a_step_takes_care_of_a_wish_until_it_has_ended() -> None:
    case = a_case()
    loop = open_loop(case.person, "a Hebrew course", by=case.by)
    assert "loop" in [code for _name, code in reasons(case.worker)]
    step = case.step(loop=loop, due=60)
    assert reasons(case.worker) == []
    plans.drop(step, reason="impossible", by=case.by)
    case.step(due=60)
    assert [code for _name, code in reasons(case.worker)] == ["loop"]
    with pytest.raises(Refused, match="somebody else"):
        plans.agree(PersonFactory(keeper=case.keeper), kind="call", due_on=in_days(1), loop=loop, by=case.by)


@pytest.mark.django_db
def test_a_referral_under_way_is_a_next_step() -> None:
    case = a_case()
    assert [code for _name, code in reasons(case.worker)] == ["no_step"]
    ReferralFactory(loop=LoopFactory(person=case.person, organisation=case.keeper), sender=case.keeper)
    assert reasons(case.worker) == []


@pytest.mark.django_db
def test_with_a_referral_under_way_nobody_is_without_a_step_and_nobody_is_forgotten() -> None:
    case = a_case()
    loop = LoopFactory(person=case.person, organisation=case.keeper)
    sent = ReferralFactory(loop=loop, sender=case.keeper, state="in-progress", worker_name="Samir")
    back = timezone.now() - timedelta(days=22)
    type(case.person).objects.filter(pk=case.person.pk).update(created_at=back)
    type(sent).objects.filter(pk=sent.pk).update(moved_at=timezone.now() - timedelta(days=20))
    assert reasons(case.worker) == []  # something has moved there
    type(sent).objects.filter(pk=sent.pk).update(moved_at=back)
    assert [code for _name, code in reasons(case.worker)] == ["quiet"]  # without a plan, as after a counter
    Plan.objects.create(person=case.person, moved_at=back)
    assert [code for _name, code in reasons(case.worker)] == ["quiet"]  # and not "has no next step"
    type(sent).objects.filter(pk=sent.pk).update(state="failed", reason="other", reason_words="x")
    assert "no_step" in {
        row.reason.code
        for one in today.today(case.worker, day=timezone.localdate())[0]
        for row in (one.main, *one.also)
    }


STILL = (
    ("draft", {"sent_at": None}, [None, None, "begun", "begun", "begun"], [None] * 5),
    ("requested", {}, [None, None, "silent", "silent", "silent"], ["asked"] * 5),
    ("accepted", {}, [None, None, None, "forgotten", "forgotten"], [None, None, "owed", "owed", "owed"]),
    ("in-progress", {}, [None, None, None, None, "unheard"], [None, None, None, None, "say_how"]),
)


@pytest.mark.django_db
@pytest.mark.parametrize(("state", "said", "sender", "receiver"), STILL)
def test_either_side_sees_what_stands_still_from_its_day_on(
    state: str, said: dict[str, Any], sender: list[str | None], receiver: list[str | None]
) -> None:
    case = a_case()
    case.step(due=400)
    there = worker(case.partner)
    loop = LoopFactory(person=case.person, organisation=case.keeper)
    one = ReferralFactory(
        loop=loop, sender=case.keeper, receiver=case.partner, state=state, worker_name="Samir", **said
    )
    of_it = {"begun", "silent", "forgotten", "unheard", "asked", "owed", "say_how"}

    def seen(user: User, days: int) -> str | None:
        back = timezone.now() - timedelta(days=days)
        type(one).objects.filter(pk=one.pk).update(created_at=back, moved_at=back, sent_at=said.get("sent_at", back))
        found, _full = today.today(user, day=timezone.localdate())
        codes = {row.reason.code for each in found for row in (each.main, *each.also)} & of_it
        assert len(codes) <= 1
        return codes.pop() if codes else None

    days = (0, 2, 3, 7, 45)
    assert [seen(case.worker, day) for day in days] == sender
    assert [seen(there, day) for day in days] == receiver


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("review", "moved", "sees"),
    [
        (1, 0, (False, False)),
        (0, 20, (False, True)),
        (-7, 20, (True, True)),
        (300, 89, (False, False)),
        (300, 97, (True, True)),
    ],
)
def test_what_is_paused_comes_up_on_its_day_and_after_ninety_days_whatever_was_named(
    review: int, moved: int, sees: tuple[bool, bool]
) -> None:
    case = a_case()
    there = worker(case.partner)
    back = timezone.now() - timedelta(days=moved)
    ReferralFactory(
        loop=LoopFactory(person=case.person, organisation=case.keeper), sender=case.keeper, receiver=case.partner,
        state="on-hold", worker_name="Samir", review_on=in_days(review), moved_at=back, sent_at=back,
    )  # fmt: skip
    codes = [{code for _name, code in reasons(user)} for user in (case.worker, there)]
    assert ("paused_over" in codes[0], "take_up" in codes[1]) == sees


@pytest.mark.django_db
def test_a_referral_stays_on_the_list_when_the_file_is_closed_and_nobody_is_named(
    request: pytest.FixtureRequest,
) -> None:
    """Whoever sent it is asked about it still; the name went with the file."""
    case = a_case()
    loop = LoopFactory(person=case.person, organisation=case.keeper)
    sent = ReferralFactory(loop=loop, sender=case.keeper, sent_at=timezone.now() - timedelta(days=5))
    case.person.accesses.all().update(until=timezone.now())
    request.getfixturevalue("as_application")
    with acting_for(user_id=case.worker.pk, organisation_ids=case.worker.organisation_ids):
        entries, _full = today.today(case.worker, day=timezone.localdate())
        assert [(one.called, one.main.reason.code) for one in entries] == [("", "silent")]
        assert entries[0].main.about_id == sent.pk


@pytest.mark.django_db
@pytest.mark.parametrize("own", [True, False])
def test_names_are_read_of_those_who_are_looked_at(own: bool, django_assert_num_queries: Any) -> None:
    case = a_case()
    for _ in range(5):
        PersonFactory(keeper=case.keeper)
    entries, _full = today.today(case.worker, day=timezone.localdate(), own=own)
    assert len(entries) == 6
    with django_assert_num_queries(1):
        first = entries[:2]
    assert all(one.called for one in first)
