"""Who agrees on steps, who may end them, and what everybody else sees of it."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kesher.accounts.roles import Role
from kesher.base.keys import uuid7
from kesher.base.models import Event
from kesher.base.rows import acting_for
from kesher.base.transitions import Actor, Refused
from kesher.casework import plans
from kesher.casework.models import Caseworker, Note, Plan, Review, Step
from kesher.casework.moving import team
from kesher.casework.tasks import count_anew
from kesher.people import files
from kesher.people.consents import withdraw
from kesher.people.export import as_data
from kesher.people.files import READ_NOTHING
from kesher.people.merging import merge, undo
from kesher.people.models import Access, Consent
from tests.casework.people import a_case, in_days, worker
from tests.factories import OrganisationFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_a_step_is_agreed_done_and_opened_again() -> None:
    case = a_case()
    late, soon = case.step(due=9), case.step(due=2)
    plan = Plan.objects.get()
    assert plan.next_on == in_days(2)
    plans.finish(soon, by=case.by)
    plan.refresh_from_db()
    assert (soon.state, plan.next_on) == ("done", in_days(9))
    plans.drop(late, reason="unwanted", by=case.by)
    plan.refresh_from_db()
    assert (late.reason, plan.next_on) == ("unwanted", None)
    plans.reopen(late, by=case.by)
    plan.refresh_from_db()
    assert (late.state, late.reason, plan.next_on) == ("open", "", in_days(9))
    plans.postpone(late, due_on=in_days(20), by=case.by, seen=READ_NOTHING)
    plan.refresh_from_db()
    assert plan.next_on == in_days(20)
    told = Event.objects.filter(name__startswith="step.").order_by("id").values_list("name", flat=True)
    assert list(told) == [
        *["step.agree"] * 2,
        "step.finish",
        "step.drop",
        "step.reopen",
        "step.postpone",
    ]


def test_what_has_ended_ends_once() -> None:
    case = a_case()
    step = case.step()
    plans.finish(step, by=case.by)
    for again in (
        lambda: plans.finish(step, by=case.by),
        lambda: plans.drop(step, reason="met", by=case.by),
        lambda: plans.postpone(step, due_on=in_days(1), by=case.by, seen=READ_NOTHING),
    ):
        with pytest.raises(Refused):
            again()
    assert Event.objects.filter(name="step.finish").count() == 1


def test_dropping_needs_one_of_the_reasons() -> None:
    case = a_case()
    step = case.step()
    for reason in ("", "because", "x" * 4000):
        with pytest.raises(Refused):
            plans.drop(step, reason=reason, by=case.by)
    assert Step.objects.get().state == "open"


def test_nobody_without_the_file_touches_the_plan() -> None:
    case = a_case()
    step = case.step()
    there = OrganisationFactory(approved=True)
    others = [
        worker(there).as_actor(there.pk),
        worker(case.keeper, Role.MANAGER).as_actor(case.keeper.pk),
        worker(case.keeper, Role.ORGANISATION_ADMIN).as_actor(case.keeper.pk),
        Actor(UserFactory().pk, roles=frozenset({"person"})),
        Actor.the_system(),
    ]
    for by in others:
        for act in (
            lambda by=by: plans.agree(case.person, kind="call", due_on=in_days(1), by=by),
            lambda by=by: plans.finish(step, by=by),
            lambda by=by: plans.drop(step, reason="met", by=by),
            lambda by=by: plans.postpone(step, due_on=in_days(1), by=by, seen=READ_NOTHING),
            lambda by=by: plans.head_for(case.person, "x", by=by, seen=READ_NOTHING),
            lambda by=by: plans.write_note(case.person, text="x", scope="shared", by=by),
            lambda by=by: plans.set_date(case.person, kind="plan", on=in_days(1), by=by),
            lambda by=by: plans.look_after(case.person, user=case.worker, by=by),
        ):
            with pytest.raises(Refused):
                act()
    assert [Step.objects.count(), Note.objects.count(), Review.objects.count()] == [1, 0, 0]
    for user in (worker(there), worker(case.keeper, Role.MANAGER), UserFactory()):
        assert not Step.objects.visible_to(user).exists()
        assert not Plan.objects.visible_to(user).exists()


def test_the_person_says_themselves_that_they_have_done_it() -> None:
    case = a_case()
    user = UserFactory()
    files.claim(files.claim_key(case.person), user=user)
    themselves = Actor(user.pk, roles=frozenset({"person"}))
    first, second = case.step(), case.step()
    plans.finish(first, by=themselves)
    plans.drop(second, reason="unwanted", by=themselves)
    with pytest.raises(Refused):
        plans.agree(case.person, kind="call", due_on=in_days(1), by=themselves)
    assert Step.objects.visible_to(user).count() == 2


def test_a_partner_takes_a_step_only_where_the_person_shares_the_file() -> None:
    case = a_case()
    assert team(case.person) == [case.keeper, case.partner]
    step = case.step(owner="partner", organisation=case.partner)
    assert step.organisation == case.partner
    for organisation in (None, OrganisationFactory(approved=True)):
        with pytest.raises(Refused, match="shares the file"):
            case.step(owner="partner", organisation=organisation)
    withdraw(Consent.objects.get(purpose="share"), by=case.by)
    assert team(case.person) == [case.keeper]
    assert not Step.objects.visible_to(case.partner_worker).exists()


def test_a_caseworker_of_another_organisation_is_given_no_step_and_no_person() -> None:
    case = a_case()
    with pytest.raises(Refused):
        case.step(owner="caseworker", owner_user_id=case.partner_worker.pk)
    with pytest.raises(Refused):
        plans.look_after(case.person, user=case.partner_worker, by=case.by)
    plans.look_after(case.person, user=case.worker, by=case.by)
    colleague = worker(case.keeper)
    plans.look_after(case.person, user=colleague, by=case.by)
    assert Caseworker.objects.get().user == colleague


def test_a_private_note_is_its_organisations_and_a_shared_one_everybodys() -> None:
    case = a_case()
    user, helper = UserFactory(), UserFactory()
    files.claim(files.claim_key(case.person), user=user)
    Access.objects.create(person=case.person, kind="helper", user=helper)
    private = plans.write_note(case.person, text="Tired today", scope="private", by=case.by)
    shared = plans.write_note(case.person, text="Wants mornings", scope="shared", by=case.by)
    theirs = plans.write_note(case.person, text="Called", scope="private", by=case.partner_by)
    assert set(Note.objects.visible_to(case.worker)) == {private, shared}
    assert set(Note.objects.visible_to(case.partner_worker)) == {theirs, shared}
    assert set(Note.objects.visible_to(user)) == {shared}
    assert not Note.objects.visible_to(helper).exists()


@pytest.mark.usefixtures("as_application")
def test_the_database_itself_keeps_private_notes_apart() -> None:
    with transaction.atomic():
        case = a_case_as_application()
    told = (Note, Note.pgh_event_model)
    with acting_for(user_id=case.worker.pk, organisation_ids=[case.keeper.pk]):
        plans.write_note(case.person, text="Tired today", scope="private", by=case.by)
        plans.write_note(case.person, text="Wants mornings", scope="shared", by=case.by)
        key = files.claim_key(case.person)
        assert [model.objects.count() for model in told] == [2, 2]
    assert [model.objects.count() for model in told] == [0, 0]
    with acting_for(user_id=case.partner_worker.pk, organisation_ids=[case.partner.pk]):
        assert [model.objects.count() for model in told] == [1, 1]
        with pytest.raises(DatabaseError), transaction.atomic():  # in the name of another organisation
            Note.objects.create(
                person=case.person,
                organisation=case.keeper,
                scope="private",
                text="x",
                written_by_id=case.partner_worker.pk,
            )
    user, helper = UserFactory(), UserFactory()
    files.claim(key, user=user)
    with acting_for(user_id=user.pk):
        assert [model.objects.count() for model in told] == [1, 1]
    with acting_for(user_id=helper.pk):
        Access.objects.create(person_id=case.person.pk, kind="helper", user=helper)
        assert [model.objects.count() for model in told] == [0, 0]


@pytest.mark.usefixtures("as_application")
def test_whoever_has_only_what_a_referral_carries_sees_no_plan() -> None:
    with transaction.atomic():
        case = a_case_as_application()
    there = OrganisationFactory(approved=True)
    reader = worker(there)
    told = (Step, Step.pgh_event_model, Plan, Plan.pgh_event_model, Review, Review.pgh_event_model, Caseworker)
    with acting_for(user_id=case.worker.pk, organisation_ids=[case.keeper.pk]):
        case.step()
        plans.set_date(case.person, kind="permit", on=in_days(5), by=case.by)
        plans.look_after(case.person, user=case.worker, by=case.by)
        assert all(model.objects.exists() for model in told)
    assert not any(model.objects.exists() for model in told)
    with acting_for(user_id=reader.pk, organisation_ids=[there.pk]):
        Access.objects.create(person=case.person, kind="referral", organisation=there, whole=False)
        assert not any(model.objects.exists() for model in told)
        assert not Step.objects.visible_to(reader).exists()
    with acting_for(user_id=case.partner_worker.pk, organisation_ids=[case.partner.pk]):
        assert Step.objects.count() == 1


def a_case_as_application():  # type: ignore[no-untyped-def]
    """As :func:`a_case`, for the role that sees nothing of what it was not told to work for."""
    from kesher.people.consents import give
    from tests.casework.people import Case

    here, there = OrganisationFactory(approved=True), OrganisationFactory(approved=True)
    user, partner_user = worker(here), worker(there)
    with acting_for(user_id=user.pk, organisation_ids=[here.pk]):
        by = user.as_actor(here.pk)
        person = files.open_file(called="Almaz", language="am", how="present", by=by)
        give(person, "share", with_=there, how="present", language="am", by=by)
    return Case(person, here, there, user, partner_user)


def test_dates_are_seen_to_once() -> None:
    case = a_case()
    review = plans.set_date(case.person, kind="permit", on=in_days(5), by=case.by)
    plans.see_to(review, by=case.by)
    plans.see_to(review, by=case.by)
    assert not Review.objects.open().exists()
    assert Event.objects.filter(name="review.done").count() == 1


def test_a_file_in_which_something_happens_is_in_use() -> None:
    case = a_case()
    type(case.person).objects.update(last_step_at=timezone.now() - timedelta(days=100))
    case.step()
    case.person.refresh_from_db()
    assert timezone.now() - case.person.last_step_at < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"kind": "other", "text": ""}, "step_says_what"),
        ({"owner": "partner", "organisation": None}, "step_has_an_owner"),
        ({"state": "done"}, "step_ended_when"),
        ({"state": "dropped", "ended_at": timezone.now()}, "step_dropped_why"),
    ],
)
def test_a_step_is_whole(fields: dict[str, object], name: str) -> None:
    case = a_case()
    case.step()
    with pytest.raises(DatabaseError, match=name), transaction.atomic():
        Step.objects.update(**fields)


def test_a_note_says_something() -> None:
    case = a_case()
    with pytest.raises(Refused):
        plans.write_note(case.person, text=" \n", scope="shared", by=case.by)
    note = plans.write_note(case.person, text="x", scope="shared", by=case.by)
    with pytest.raises(DatabaseError, match="note_says_something"), transaction.atomic():
        Note.objects.filter(pk=note.pk).update(text="")


def test_in_one_organisation_a_person_has_one_caseworker() -> None:
    case = a_case()
    plans.look_after(case.person, user=case.worker, by=case.by)
    with pytest.raises(DatabaseError, match="caseworker_one_per_organisation"), transaction.atomic():
        Caseworker.objects.create(person=case.person, organisation=case.keeper, user=worker(case.keeper))


@given(
    events=st.lists(st.tuples(st.sampled_from(["agree", "finish", "drop", "reopen"]), st.integers(0, 3)), max_size=8)
)
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_plan_always_tells_the_next_open_step(events: list[tuple[str, int]]) -> None:
    """Whatever happens in whatever order, possible or refused: the plan's date is that of its soonest open step."""
    with transaction.atomic():
        case = a_case()
        steps = [case.step(due=1)]
        for event, number in events:
            step = steps[number % len(steps)]
            try:
                if event == "agree":
                    steps.append(case.step(due=number + 2))
                elif event == "finish":
                    plans.finish(step, by=case.by)
                elif event == "drop":
                    plans.drop(step, reason="met", by=case.by)
                else:
                    plans.reopen(step, by=case.by)
            except Refused:
                pass
            still = [one.due_on for one in Step.objects.filter(person=case.person) if one.state == "open"]
            assert Plan.objects.get(person=case.person).next_on == min(still, default=None)
        transaction.set_rollback(True)


def test_what_is_planned_goes_along_when_two_files_become_one() -> None:
    case = a_case()
    other = PersonFactory(keeper=case.keeper)
    plans.agree(other, kind="call", due_on=in_days(4), by=case.by)
    plans.write_note(other, text="x", scope="private", by=case.by)
    done = merge(case.person, other, by=case.by)
    count_anew(Event.objects.get(name="file.merged").pk)
    assert Plan.objects.get(person=case.person).next_on == in_days(4)
    assert (case.person.steps.count(), case.person.notes.count()) == (1, 1)
    with pytest.raises(Refused, match="not in use"):
        plans.agree(other, kind="call", due_on=in_days(4), by=case.by)
    undo(done, by=case.by)
    count_anew(Event.objects.get(name="file.merge_undone").pk)
    assert Plan.objects.get(person=case.person).next_on is None
    assert Plan.objects.get(person=other).next_on == in_days(4)


def test_what_a_person_takes_along_holds_the_shared_note_and_not_the_private_one() -> None:
    person, user = PersonFactory(), UserFactory()
    files.claim(files.claim_key(person), user=user)
    keeper = person.accesses.get(kind="keeper").organisation
    for scope in ("shared", "private"):
        Note.objects.create(
            person=person, organisation=keeper, written_by_id=uuid7(), scope=scope, text=f"a {scope} note"
        )
    person.refresh_from_db()
    said = str(as_data(person))
    assert "a shared note" in said
    assert "a private note" not in said
