"""What of people's files comes up on Today, and when it goes away again."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from kesher.accounts.models import Organisation, User
from kesher.accounts.roles import Role
from kesher.base.transitions import Actor
from kesher.casework import plans
from kesher.casework.models import Step
from kesher.casework.today import PARTS, Ask, Row, today, told_by
from kesher.casework.today_of_files import OF_FILES
from kesher.people import mandates, parts, recognitions
from kesher.people.files import READ_NOTHING, claim, claim_key
from kesher.people.models import Aspiration, Person, Qualification, RightToWork, Youth
from kesher.people.models.wishes import ASKED_AFTER
from kesher.referrals.loops import open_loop
from tests.casework.people import same_as_apart
from tests.factories import MembershipFactory, OrganisationFactory, PersonFactory

pytestmark = pytest.mark.django_db
DAY = date(2030, 6, 1)


@pytest.fixture
def by() -> Actor:
    organisation = OrganisationFactory(approved=True)
    actor: Actor = MembershipFactory(organisation=organisation, role=Role.CASEWORKER).user.as_actor(organisation.pk)
    return actor


@pytest.fixture
def person(by: Actor) -> Person:
    made: Person = PersonFactory(keeper=Organisation.objects.get(pk=by.organisation_id))
    return made


def ask(by: Actor) -> Ask:
    return Ask(User.objects.get(pk=by.user_id), DAY, own=True)


def a_stranger() -> Ask:
    user = MembershipFactory(organisation=OrganisationFactory(approved=True), role=Role.CASEWORKER).user
    return Ask(user, DAY, own=False)


def rows(ask: Ask, code: str) -> list[Row]:
    same_as_apart(ask.user, own=ask.own, day=ask.day)
    return [row for row in told_by(ask, OF_FILES)[0] if row.reason.code == code]


def test_they_are_asked_in_one_query_with_all_that_other_rooms_add(by: Actor, django_assert_num_queries: Any) -> None:
    assert set(OF_FILES) < set(PARTS)
    asking = ask(by)
    assert not rows(asking, "permit")  # memberships are read
    told_by(asking, PARTS)  # it is prepared once a connection
    with django_assert_num_queries(1):
        told_by(asking, PARTS)


@pytest.mark.parametrize(("days", "shown"), [(-61, False), (-60, True), (0, True), (60, True), (61, False)])
def test_a_permit_comes_up_before_it_runs_out(person: Person, by: Actor, days: int, shown: bool) -> None:
    parts.keep(RightToWork(person=person, kind="permit", until=DAY + timedelta(days=days)), by=by)
    assert [row.person_id for row in rows(ask(by), "permit")] == ([person.pk] if shown else [])
    assert not rows(a_stranger(), "permit")
    plans.set_date(person, kind="permit", on=DAY + timedelta(days=30), by=by)
    # the date that was set speaks for both
    assert [row.on for row in rows(ask(by), "permit")] == [DAY + timedelta(days=30)]


@pytest.mark.parametrize(("born", "shown"), [
    (date(2012, 6, 1), True),  # 18 today
    (date(2012, 11, 20), True),  # in half a year
    (date(2012, 12, 20), False),
    (date(2012, 5, 5), True),
    (date(2012, 4, 20), False),
    (None, False),
])  # fmt: skip
def test_eighteen_comes_up_until_something_is_agreed(person: Person, by: Actor, born: date | None, shown: bool) -> None:
    person.born = born
    person.save()
    found = rows(ask(by), "of_age")
    assert [row.person_id for row in found] == ([person.pk] if shown else [])
    assert all(row.on == date(2030, born.month, born.day) for row in found if born)
    assert not rows(a_stranger(), "of_age")
    parts.keep(Youth(person=person, school="goes"), by=by)
    assert bool(rows(ask(by), "of_age")) == shown
    youth = person.youth
    youth.at_18 = "a flat with her sister"
    parts.keep(youth, by=by)
    assert not rows(ask(by), "of_age")


def test_an_answer_and_a_step_come_up_and_go(person: Person, by: Actor) -> None:
    held = Qualification.objects.create(person=person, title="Nurse", proof="lost")
    track = recognitions.begin(held, route="licence", by=by)
    step = recognitions.add_step(track, kind="exam", due_on=DAY + timedelta(days=7), by=by)
    recognitions.change(track, by=by, expected_on=DAY + timedelta(days=7), seen=READ_NOTHING)
    assert [row.text for row in rows(ask(by), "recognition")] == ["Nurse"]
    assert [row.about_id for row in rows(ask(by), "recognition_step")] == [step.pk]
    assert not told_by(a_stranger(), OF_FILES)[0]
    recognitions.finish_step(step, by=by)
    assert not rows(ask(by), "recognition_step")
    recognitions.move(track, "stop", by=by)
    assert not rows(ask(by), "recognition")


@pytest.mark.parametrize("own", [True, False])
def test_whom_a_worker_only_helps_or_is_stands_on_no_list_of_work(person: Person, by: Actor, own: bool) -> None:
    """Somebody who works with files elsewhere helps this person, and has a file of their own: neither is their work."""
    helper = MembershipFactory(organisation=OrganisationFactory(approved=True), role=Role.CASEWORKER).user
    mandate = mandates.ask_for(person, "family", how="present", by=by)
    mandates.accept(mandates.key_of(mandate, by.organisation_id), user=helper)
    themselves = PersonFactory(keeper=Organisation.objects.get(pk=by.organisation_id))
    claim(claim_key(themselves), user=helper)
    now = timezone.localdate()
    for one in (person, themselves):
        parts.keep(RightToWork(person=one, kind="permit", until=now), by=by)
        plans.set_date(one, kind="course", on=now, by=by)
        plans.agree(one, kind="papers", due_on=now, by=by)
        open_loop(one, "housing", by=by)
        Aspiration.objects.create(person=one, goal="A bakery", sure=2, said_at=timezone.now() - ASKED_AFTER)
    assert Step.objects.visible_to(helper).count() == 2, "on the pages for it they are seen"
    assert not today(helper, day=now, own=own)[0]
    here, _full = today(User.objects.get(pk=by.user_id), day=now, own=own)
    assert {one.main.person_id for one in here} == {person.pk, themselves.pk}
