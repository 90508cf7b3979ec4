"""A complaint is answered by somebody who is not involved, by a day; nobody of whom it is about reads it."""

from collections import Counter
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from kesher.accounts.models import Organisation, User
from kesher.accounts.roles import SECOND_STEP, Role
from kesher.base import retention
from kesher.base.events import emit
from kesher.base.keys import uuid7
from kesher.base.models import Event, Notification
from kesher.base.rows import acting_for
from kesher.base.transitions import Actor, Refused
from kesher.referrals import complaints
from kesher.referrals.complaint_figures import figures
from kesher.referrals.complaint_notices import follow_a_merge, look_after
from kesher.referrals.complaints import COMPLAINT_STATES, WhyPassed
from kesher.referrals.models import HANDLERS, Complaint
from tests.factories import MembershipFactory, OrganisationFactory, ServiceFactory
from tests.worker import work_off_tasks

pytestmark = pytest.mark.django_db
WORDS = "They laughed at my accent."


class Town:
    """An office people complain about, and two tables beside it with somebody who could answer each."""

    def __init__(self) -> None:
        self.office, self.table, self.other = (OrganisationFactory(approved=True) for _one in range(3))
        self.of_office: User = MembershipFactory(organisation=self.office, role=Role.MODERATOR).user
        self.noa: User = MembershipFactory(organisation=self.table, role=Role.CONVENOR).user
        self.samir: User = MembershipFactory(organisation=self.other, role=Role.MODERATOR).user

    def complain(self, **said: Any) -> Complaint:
        told: dict[str, Any] = {"about": "treatment", "organisation": self.office, "words": WORDS, "language": "am"}
        held = complaints.held_by(complaints.make(**(told | said)))
        assert held is not None
        with acting_for(user_id=held.holder_id):
            return Complaint.objects.get(pk=held.complaint_id)

    def by(self, user: User, complaint: Complaint) -> Actor:
        return user.as_actor(complaint.answerer_id)


@pytest.fixture
def town(db: None) -> Town:
    return Town()


THE_PERSON = Actor(None, roles=frozenset({"person"}))


@pytest.mark.django_db(transaction=True)
def test_it_goes_to_others_is_answered_and_may_be_asked_again_once(town: Town) -> None:
    complaint = town.complain(email="almaz@example.org")
    assert complaint.answerer_id == town.table.pk
    assert complaint.due_on == timezone.localdate() + timedelta(days=settings.COMPLAINT_DAYS)
    by = town.by(town.noa, complaint)
    complaints.take(complaint, by=by)
    with pytest.raises(Refused, match="Say what you found"):
        complaints.answer(complaint, finding="right", reply="  ", by=by)
    complaints.answer(complaint, finding="right", reply="ይቅርታ", by=by)
    complaint.refresh_from_db()
    assert (complaint.state, complaint.reply) == ("answered", "ይቅርታ")
    work_off_tasks()
    (told,) = [one for one in mail.outbox if one.to == ["almaz@example.org"]]
    for kept in (WORDS, "ይቅርታ", str(town.office)):
        assert kept not in told.subject + told.body
    assert "/am/complaint/" in told.body
    complaints.ask_again(complaint, by=THE_PERSON)
    assert (complaint.state, complaint.answerer_id) == ("received", town.other.pk)  # nobody else is at the first table
    with pytest.raises(Refused):
        complaints.take(complaint, by=town.by(town.noa, complaint))
    again = town.by(town.samir, complaint)
    complaints.take(complaint, by=again)
    complaints.answer(complaint, finding="not", reply="We see it otherwise.", by=again)
    with pytest.raises(Refused, match="asked again already"):
        complaints.ask_again(complaint, by=THE_PERSON)


def test_nobody_who_belongs_to_whom_it_is_about_reads_or_answers_it(town: Town) -> None:
    """Neither a colleague, nor one of the body it is part of, nor one who left last month, nor one who works elsewhere now."""
    department = OrganisationFactory(approved=True)
    Organisation.objects.filter(pk=department.pk).update(parent=town.office)
    left = MembershipFactory(
        organisation=town.office,
        role=Role.PROVIDER,
        since=timezone.localdate() - timedelta(days=400),
        until=timezone.localdate() - timedelta(days=30),
    ).user
    for user in (left, MembershipFactory(organisation=department, role=Role.CASEWORKER).user):
        MembershipFactory(user=user, organisation=town.table, role=Role.MODERATOR)
        complaint = town.complain()
        assert complaint.answerer_id == town.table.pk
        user.work_for(town.table.pk)
        assert complaint not in Complaint.objects.visible_to(user)
        with pytest.raises(Refused, match="You belong to this organisation"):
            complaints.take(complaint, by=town.by(user, complaint))
    assert complaint not in Complaint.objects.visible_to(town.of_office)
    assert complaint in Complaint.objects.visible_to(town.noa)
    about_department = town.complain(organisation=department)
    assert about_department.answerer_id not in (department.pk, town.office.pk)


@pytest.mark.django_db(transaction=True)
def test_where_all_who_could_answer_are_involved_nobody_does_and_it_is_said(town: Town) -> None:
    for organisation in (town.table, town.other):
        day = timezone.localdate() - timedelta(days=1)
        organisation.memberships.update(since=day, until=day)
    chief = MembershipFactory(organisation=town.office, role=Role.PLATFORM_ADMIN).user
    complaint = town.complain()
    assert complaint.answerer_id is None
    work_off_tasks()
    assert Notification.objects.get(recipient_id=chief.pk).kind == "complaint_nobody"
    assert complaint not in Complaint.objects.visible_to(chief)
    assert look_after() == (0, 0)
    MembershipFactory(organisation=town.other, role=Role.CONVENOR)
    assert look_after() == (0, 1)
    complaint.refresh_from_db()
    assert complaint.answerer_id == town.other.pk


def test_the_database_lets_nobody_involved_answer(town: Town) -> None:
    complaint = town.complain()
    rows = Complaint.objects.filter(pk=complaint.pk)
    with pytest.raises(IntegrityError, match="complaint_nobody_involved"), transaction.atomic():
        rows.update(state="taken", handler_id=town.of_office.pk)
    with pytest.raises(IntegrityError, match="complaint_answered_by_others"), transaction.atomic():
        rows.update(answerer=town.office)
    with pytest.raises(IntegrityError, match="complaint_looked_into_by_somebody"), transaction.atomic():
        rows.update(state="taken", handler_id=None)
    with pytest.raises(IntegrityError, match="complaint_answered_with_a_finding"), transaction.atomic():
        rows.update(state="answered", handler_id=town.noa.pk)


def test_the_second_wall(town: Town, as_application: None) -> None:
    complaint = town.complain(user_id=town.samir.pk)
    involved = MembershipFactory(user=town.noa, organisation=town.office, role=Role.OBSERVER, until=None).user

    def seen(user_id: Any = None, *organisations: Any) -> bool:
        with acting_for(user_id=user_id, organisation_ids=organisations):
            return Complaint.objects.filter(pk=complaint.pk).exists()

    assert not seen()
    assert not seen(town.of_office.pk, town.office.pk)
    assert not seen(involved.pk, town.table.pk)  # whichever they work for now
    assert seen(uuid7(), town.table.pk)
    assert seen(complaint.holder_id)
    assert seen(town.samir.pk)  # their own page
    assert not seen(uuid7(), town.other.pk)


def test_what_was_written_is_encrypted_and_not_in_history(town: Town) -> None:
    complaint = town.complain(called="Almaz", email="almaz@example.org")
    with connection.cursor() as cursor:
        cursor.execute("SELECT words, called, email FROM referrals_complaint WHERE id = %s", [complaint.pk])
        stored = "".join(cursor.fetchone())
        assert not any(word in stored for word in (WORDS, "Almaz", "example.org"))
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'referrals_complaintevent'"
        )
        assert not {name for (name,) in cursor.fetchall()} & {"words", "reply", "called", "email"}
    trail = str(list(Event.objects.filter(about_id=complaint.pk).values()))
    assert WORDS not in trail
    assert "Almaz" not in trail


def test_who_complained_with_an_account_does_not_stand_in_the_trail(town: Town) -> None:
    user = MembershipFactory(organisation=town.other).user
    complaint = town.complain(user_id=user.pk)
    assert str(user.pk) not in str(list(Event.objects.filter(about_id=complaint.pk).values()))


def test_passed_on_it_goes_to_others_and_to_whom_it_is_really_about_never(town: Town) -> None:
    complaint = town.complain(organisation=None)
    first = complaint.answerer_id
    assert first == town.office.pk  # nobody was named: the oldest that could
    by = town.by(town.of_office, complaint)
    with pytest.raises(Refused):
        complaints.pass_on(complaint, why=WhyPassed.ABOUT_ANOTHER, by=by)
    complaints.pass_on(complaint, why=WhyPassed.ABOUT_ANOTHER, about=town.office, by=by)
    assert (complaint.organisation_id, complaint.answerer_id) == (town.office.pk, town.table.pk)
    complaints.pass_on(complaint, why=WhyPassed.CANNOT, by=town.by(town.noa, complaint))
    assert complaint.answerer_id == town.other.pk
    complaints.pass_on(complaint, why=WhyPassed.INVOLVED, by=town.by(town.samir, complaint))
    assert complaint.answerer_id is None
    assert complaint.state == "received"


def test_passed_on_as_about_another_it_never_lands_with_whom_the_person_named(town: Town) -> None:
    """Neither with the office they complained about, nor with what it is part of, nor with its people elsewhere."""
    body = OrganisationFactory(approved=True)
    of_body = MembershipFactory(organisation=body, role=Role.MODERATOR).user
    Organisation.objects.filter(pk=town.office.pk).update(parent=body)
    MembershipFactory(user=town.of_office, organisation=town.table, role=Role.MODERATOR)
    complaint = town.complain(service=ServiceFactory(published=True, organisation=town.office))
    assert complaint.service is not None
    for about in (town.other, OrganisationFactory(approved=True)):  # found out twice
        by = town.by(town.noa, complaint)
        complaints.pass_on(complaint, why=WhyPassed.ABOUT_ANOTHER, about=about, by=by)
        complaint.refresh_from_db()
        assert complaint.answerer_id == town.table.pk
        assert (complaint.organisation_id, complaint.service) == (about.pk, None)
        assert not complaints.who_could_answer(about.pk, without=[*complaint.passed_by, town.table.pk])
        for user, at in ((town.of_office, town.office), (town.of_office, town.table), (of_body, body)):
            assert complaint not in Complaint.objects.visible_to(User.objects.get(pk=user.pk))
            with pytest.raises(Refused):
                complaints.take(complaint, by=user.as_actor(at.pk))
    assert complaint in Complaint.objects.visible_to(User.objects.get(pk=town.noa.pk))


def test_the_second_wall_stands_between_it_and_whom_the_person_named(town: Town, as_application: None) -> None:
    MembershipFactory(user=town.of_office, organisation=town.table, role=Role.MODERATOR)
    complaint = town.complain()
    with acting_for(user_id=town.noa.pk, organisation_ids=[town.table.pk]):
        by = town.by(town.noa, complaint)
        complaints.pass_on(complaint, why=WhyPassed.ABOUT_ANOTHER, about=town.other, by=by)
    for user_id, seen in ((town.of_office.pk, False), (town.noa.pk, True), (None, True)):
        with acting_for(user_id=user_id, organisation_ids=[town.table.pk]):
            assert Complaint.objects.filter(pk=complaint.pk).exists() == seen


def test_a_service_of_another_organisation_than_the_chosen_is_dropped(town: Town) -> None:
    service = ServiceFactory(published=True, organisation=town.office)
    complaint = town.complain(organisation=town.other, service=service)
    assert (complaint.organisation_id, complaint.service) == (town.other.pk, None)
    assert town.complain(organisation=town.office, service=service).service == service


@pytest.mark.django_db(transaction=True)
def test_reminders_come_halfway_near_the_day_and_after_it_once_each(town: Town) -> None:
    complaint = town.complain()
    chief = MembershipFactory(organisation=town.other, role=Role.PLATFORM_ADMIN).user
    days = settings.COMPLAINT_DAYS
    for left, stage in ((days, 0), (days // 2, 1), (7, 2), (0, 2), (-1, 3)):
        Complaint.objects.filter(pk=complaint.pk).update(due_on=timezone.localdate() + timedelta(days=left))
        look_after()
        assert look_after()[0] == 0
        complaint.refresh_from_db()
        assert complaint.reminded == stage
    work_off_tasks()
    kinds = Counter(Notification.objects.values_list("recipient_id", "kind"))
    assert kinds[town.noa.pk, "complaint_waits"] == 4  # made, and three reminders
    assert kinds[chief.pk, "complaint_late"] == 1
    assert not any(WORDS in one.body for one in mail.outbox)


def test_where_who_looks_into_it_has_gone_somebody_else_is_found(town: Town) -> None:
    complaint = town.complain()
    complaints.take(complaint, by=town.by(town.noa, complaint))
    assert look_after() == (0, 0)
    town.noa.is_active = False
    town.noa.save()
    assert look_after() == (0, 1)
    complaint.refresh_from_db()
    assert (complaint.state, complaint.answerer_id, complaint.handler_id) == ("received", town.other.pk, None)


def test_where_organisations_become_one_those_of_both_are_involved(town: Town) -> None:
    """The officer's own merge: what was about the office is about the table now, and the table answers no more."""
    complaint, answered = town.complain(), town.complain()
    for one in (complaint, answered):
        complaints.take(one, by=town.by(town.noa, one))
    complaints.answer(answered, finding="right", reply="Yes.", by=town.by(town.noa, answered))
    town.office.memberships.update(organisation=town.table)  # as the merge does
    by = MembershipFactory(role=Role.OFFICER).user.as_actor()
    with transaction.atomic():
        event = emit("organisation.merge", town.table, by=by, data={"merged": str(town.office.pk), "merge": "x"})
    follow_a_merge(event.pk)
    for one in (complaint, answered):
        one.refresh_from_db()
    assert (complaint.organisation_id, complaint.answerer_id, complaint.state) == (
        town.table.pk,
        town.other.pk,
        "received",
    )
    assert (answered.state, answered.organisation_id) == ("answered", town.office.pk)  # what was answered stays


def test_taken_back_it_is_gone_and_still_counted(town: Town) -> None:
    complaint = town.complain()
    complaints.take_back(complaint, by=THE_PERSON)
    assert not Complaint.objects.filter(pk=complaint.pk).exists()
    assert Event.objects.filter(name="complaint.take back", about_id=complaint.pk).exists()


def test_after_two_years_it_is_erased_with_its_history(town: Town) -> None:
    complaint = town.complain(now=timezone.now() - timedelta(days=731))
    retention.run()
    assert not Complaint.objects.filter(pk=complaint.pk).exists()
    assert not Complaint.pgh_event_model.objects.filter(pgh_obj_id=complaint.pk).exists()


def test_small_counts_are_not_shown(town: Town) -> None:
    for number in range(6):
        complaint = town.complain(about="service" if number < 5 else "decision")
        if number < 5:
            by = town.by(town.noa, complaint)
            complaints.take(complaint, by=by)
            complaints.answer(complaint, finding="right", reply="Yes.", by=by)
    found = figures(since=timezone.now() - timedelta(days=1))
    assert found.about["decision"].hidden
    assert found.about["service"].hidden  # else the sum would tell
    assert found.made.value is None or found.made.value == 6
    assert found.organisations[town.office.pk].value == 6
    assert found.about["privacy"].value == 0


def tell(made: int, findings: dict[str, tuple[int, int]], about: str = "service") -> None:
    """The trail of so many complaints; per finding how many were answered in time, and how many late."""
    ids = [uuid7() for _one in range(made)]
    told = {"about_type": "referrals.complaint", "at": timezone.now()}
    answers = [
        (finding, late)
        for finding, counts in findings.items()
        for late, count in enumerate(counts)
        for _ in range(count)
    ]
    rows = [
        Event(name="complaint.made", about_id=one, data={"about": about, "organisation": ""}, **told) for one in ids
    ]
    rows += [
        Event(name="complaint.answer", about_id=one, data={"finding": finding, "late": late}, **told)
        for one, (finding, late) in zip(ids, answers, strict=False)
    ]
    Event.objects.bulk_create(rows)


def test_what_one_table_hides_the_other_does_not_tell() -> None:
    """6 open, 20 right, 3 in part: the open ones stood in the second table, and with them the three were a difference."""
    tell(29, {"right": (20, 0), "partly": (3, 0)})
    found = figures(since=timezone.now() - timedelta(days=1))
    for key in ("open", "right", "partly"):
        assert found.findings[key].hidden
    assert found.findings["not"].value == 0
    assert found.kept["open"].hidden
    assert found.kept["in time"].hidden
    assert found.kept["late"].value == 0


def test_two_small_ones_take_a_third_along_and_where_there_is_none_the_sum() -> None:
    """2 in part and 2 seen differently: the sum less what is shown would be four, so the open ones are hidden with them."""
    tell(30, {"right": (20, 0), "partly": (2, 0), "not": (2, 0)})
    found = figures(since=timezone.now() - timedelta(days=1))
    assert found.made.value == 30
    assert all(found.findings[key].hidden for key in ("open", "partly", "not"))
    assert found.kept["open"].hidden
    Event.objects.all().delete()
    tell(4, {"partly": (2, 0), "not": (2, 0)})
    found = figures(since=timezone.now() - timedelta(days=1))
    assert found.made.hidden
    assert found.about["service"].hidden
    assert found.about["privacy"].value == 0


def test_large_counts_are_all_shown() -> None:
    tell(30, {"right": (10, 5), "not": (10, 0)})
    found = figures(since=timezone.now() - timedelta(days=1))
    assert (found.made.value, found.about["service"].value) == (30, 30)
    assert [found.findings[key].value for key in ("open", "right", "not")] == [5, 15, 10]
    assert [found.kept[key].value for key in ("open", "late", "in time")] == [5, 5, 20]


def test_whoever_reads_complaints_logs_in_with_a_second_step() -> None:
    assert HANDLERS <= SECOND_STEP


def test_a_service_names_its_organisation(town: Town) -> None:
    service = ServiceFactory(published=True, organisation=town.office)
    assert town.complain(organisation=None, service=service).organisation_id == town.office.pk


# --- the table of states ------------------------------------------------------------------------------------------------

HANDLER = {role.value for role in HANDLERS}
TABLE: dict[str, dict[str, tuple[str, set[str]]]] = {
    "received": {
        "take": ("taken", HANDLER),
        "pass on": ("received", HANDLER),
        "reminder due": ("received", {"system"}),
        "choose": ("received", {"system"}),
        "take back": ("taken back", {"person"}),
    },
    "taken": {
        "pass on": ("received", HANDLER),
        "answer": ("answered", HANDLER),
        "let go": ("received", {"system"}),
        "reminder due": ("taken", {"system"}),
        "take back": ("taken back", {"person"}),
    },
    "answered": {"ask again": ("received", {"person"}), "take back": ("taken back", {"person"})},
    "taken back": {},
}


@pytest.mark.parametrize("state", Complaint.State.values)
def test_every_state_role_and_event_is_in_the_table_or_refused(town: Town, state: str) -> None:
    complaint = town.complain()
    told = {"handler_id": town.noa.pk, "reply": "Yes.", "finding": "right", "answered_at": timezone.now()}
    events = [*sorted({event for row in TABLE.values() for event in row}), "invented"]
    for role, event in product([*Role.values, "system", "person", "nobody"], events):
        for organisation in (town.table, town.office):
            Complaint.objects.filter(pk=complaint.pk).update(state=state, **told)
            complaint.refresh_from_db()
            row = TABLE[state].get(event)
            theirs = organisation == town.table or not (row and row[1] & HANDLER)
            allowed = row is not None and role in row[1] and theirs
            by = Actor(town.noa.pk, organisation.pk, frozenset({role}))
            try:
                COMPLAINT_STATES.apply(complaint, event, by=by, reason="because")
            except Refused:
                assert not allowed, (role, event)
            else:
                assert allowed, (role, event)
                assert row is not None
                assert complaint.state == row[0]


ACTS = st.lists(
    st.tuples(st.sampled_from(["take", "answer", "pass", "again", "night"]), st.integers(0, 2)), max_size=12
)


@hypothesis_settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(acts=ACTS)
def test_whatever_happens_nobody_involved_answers_and_it_is_never_lost(town: Town, acts: list[tuple[str, int]]) -> None:
    """Of any path: who answers is not of the office; and without an answer somebody is asked, unless nobody is left."""
    users = [town.of_office, town.noa, town.samir]
    with transaction.atomic():
        complaint = town.complain()
        for act, who in acts:
            by = town.by(users[who], complaint)
            try:
                match act:
                    case "take":
                        complaints.take(complaint, by=by)
                    case "answer":
                        complaints.answer(complaint, finding="partly", reply="Partly.", by=by)
                    case "pass":
                        complaints.pass_on(complaint, why=WhyPassed.CANNOT, by=by)
                    case "again":
                        complaints.ask_again(complaint, by=THE_PERSON)
                    case "night":
                        look_after()
            except Refused:
                pass
            complaint.refresh_from_db()
            assert complaint.answerer_id != town.office.pk
            assert complaint.handler_id != town.of_office.pk
            if complaint.is_open and complaint.answerer_id is None:
                assert not complaints.who_could_answer(town.office.pk, without=complaint.passed_by)
        transaction.set_rollback(True)
