"""Whoever leaves: an organisation that no longer has the file, a caseworker, a mentor. Nobody falls between."""

from datetime import timedelta

import pytest
from django.utils import timezone

from kesher.accounts.memberships import end_membership, leave
from kesher.accounts.models import Membership, Organisation, User
from kesher.accounts.roles import Role
from kesher.base import retention
from kesher.base.models import Event, Notification
from kesher.base.transitions import Actor
from kesher.casework import appointments, plans, tasks
from kesher.casework.mentoring import matches, notices, proposals
from kesher.casework.models import Appointment, Caseworker, Match, Mentor, Step
from kesher.casework.today import today
from kesher.people.consents import withdraw
from kesher.people.files import claim, claim_key
from kesher.people.models import Consent
from tests.casework.people import a_case, in_days, worker
from tests.factories import LoopFactory, MembershipFactory, PersonFactory, UserFactory
from tests.mentoring import pair, ready

pytestmark = pytest.mark.django_db


def reasons_of(user: User, *, own: bool = True) -> set[str]:
    entries, _full = today(user, day=timezone.localdate(), own=own)
    return {row.reason.code for one in entries for row in (one.main, *one.also)}


def left(user: User, organisation: Organisation) -> None:
    """All their roles there end, and the task that follows has run."""
    leave(organisation, user)
    for event in Event.objects.filter(name="membership.end").order_by("id"):
        tasks.whoever_has_left(event.pk)
        tasks.whoever_has_left(event.pk)  # twice is once


def tell_all() -> set[object]:
    Notification.objects.all().delete()
    for event in Event.objects.filter(name="match.tell").order_by("id"):
        notices.tell(event.pk)
    return set(Notification.objects.values_list("recipient_id", flat=True))


def test_a_partner_without_the_file_keeps_neither_appointment_nor_promise() -> None:
    case = a_case()
    loop = LoopFactory(person=case.person, organisation=case.keeper)
    told = {"with_whom": "Hiba", "place": "Room 3", "language": "am"}
    to_come, ours = (
        appointments.book(case.person, starts_at=timezone.now() + timedelta(days=2), by=by, **told)
        for by in (case.partner_by, case.by)
    )
    was = appointments.book(case.person, starts_at=timezone.now() + timedelta(days=1), by=case.partner_by, **told)
    Appointment.objects.filter(pk=was.pk).update(starts_at=timezone.now() - timedelta(days=1))
    promised = case.step(owner="partner", organisation=case.partner, loop=loop)
    own = case.step()
    assert "loop" not in reasons_of(case.worker, own=False)
    withdraw(Consent.objects.get(person=case.person, purpose="share"), by=case.by)
    states = dict(Appointment.objects.values_list("pk", "state"))
    assert states == {to_come.pk: "cancelled", ours.pk: "booked", was.pk: "booked"}
    assert dict(Step.objects.values_list("pk", "state")) == {promised.pk: "dropped", own.pk: "open"}
    assert "loop" in reasons_of(case.worker, own=False), "somebody sees to it again"
    case.person.refresh_from_db()
    assert case.person.plan.next_on == own.due_on


def test_people_of_a_caseworker_who_has_left_are_their_colleagues_again() -> None:
    case = a_case()
    noa, colleague = worker(case.keeper), case.worker
    plans.look_after(case.person, user=noa, by=case.by)
    case.step(due=-2)
    assert "step_late" not in reasons_of(colleague)
    left(noa, case.keeper)
    assert not Caseworker.objects.exists()
    assert "step_late" in reasons_of(colleague)


def test_who_holds_another_role_with_files_goes_on_looking_after_people() -> None:
    case = a_case()
    plans.look_after(case.person, user=case.worker, by=case.by)
    other = Membership.objects.create(user=case.worker, organisation=case.keeper, role=Role.REFERRER)
    end_membership(other, by=case.by)
    tasks.whoever_has_left(Event.objects.get(name="membership.end").pk)
    assert Caseworker.objects.get().user == case.worker


@pytest.mark.parametrize(("state", "after"), [("active", "ended"), ("asked", "declined")])
def test_whoever_is_no_mentor_any_more_sees_nobody_and_a_caseworker_looks_for_another(state: str, after: str) -> None:
    two = pair(state, shows=["called", "contact"])
    here, noa = two.organisation, User.objects.get(pk=two.by.user_id)
    left(two.mentor.user, here)
    match = Match.objects.get(pk=two.match.pk)
    assert (match.state, match.person_contact, match.wants_another) == (after, "", after == "ended")
    assert not Match.objects.of_mentor(two.mentor.user).exists()
    assert Mentor.objects.get(pk=two.mentor.pk).state == "left"
    assert proposals.proposals_for(PersonFactory(keeper=here), user=noa) == []
    assert noa.pk in tell_all()
    assert ("mentoring_waits" in reasons_of(noa, own=False)) == (after == "ended")


def test_who_is_told_works_there_still_and_all_are_told_of_the_end_but_whoever_says_so() -> None:
    two = pair("active", mentor=ready())
    here, noa = two.organisation, User.objects.get(pk=two.by.user_id)
    almaz: User = UserFactory()
    claim(claim_key(two.person), user=almaz)
    colleague = worker(here)
    MembershipFactory(organisation=here, role=Role.PROVIDER)  # works with no file
    left(noa, here)
    before = Event.objects.latest("id").pk
    match = Match.objects.get(pk=two.match.pk)
    matches.end(match, reason="time", by=Actor(almaz.pk, None, frozenset({"person"})))
    Notification.objects.all().delete()
    for event in Event.objects.filter(name="match.tell", pk__gt=before):
        notices.tell(event.pk)
    told = set(Notification.objects.values_list("recipient_id", flat=True))
    ruth = here.safeguarding.user
    workers = set(Membership.objects.filter(organisation=here, role=Role.CASEWORKER).values_list("user_id", flat=True))
    assert told == workers | {two.mentor.user_id}
    assert {colleague.pk, ruth.pk} <= told
    assert not {noa.pk, almaz.pk} & told
    assert in_days(0) == match.ended_on


def test_an_account_that_a_mentoring_names_keeps_nobody_elses_from_being_erased(
    caplog: pytest.LogCaptureFixture,
) -> None:
    found = pair("active")
    long_ago = timezone.now() - timedelta(days=31)
    for user in (found.match.caseworker, UserFactory(email="gone@office.example")):
        User.objects.filter(pk=user.pk).update(closed_at=long_ago, is_active=False)
    Notification.objects.all().delete()
    retention.run()
    assert not User.objects.filter(email="gone@office.example").exists()
    assert User.objects.filter(pk=found.match.caseworker.pk).exists(), "another takes over first"
    assert f"accounts.User {found.match.caseworker.pk} is due" in caplog.text
    assert found.match.caseworker.email not in caplog.text
