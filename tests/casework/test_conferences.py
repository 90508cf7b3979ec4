"""Those around a person meet: kept whole or not at all, who does what by when, and nobody promises for who was not there."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from kesher.accounts.models import Organisation
from kesher.base.keys import uuid7
from kesher.base.models import Event
from kesher.base.rows import acting_for
from kesher.base.transitions import Actor, Refused
from kesher.casework import conferences, plans
from kesher.casework.conferences import Line
from kesher.casework.models import Attendance, Conference, Plan, Step
from kesher.people import files
from kesher.people.consents import give, withdraw
from kesher.people.export import as_data
from kesher.people.files import READ_NOTHING
from kesher.people.merging import merge, undo
from kesher.people.models import Access, Consent
from tests.casework.people import Case, a_case, in_days, worker
from tests.casework.test_plans import a_case_as_application
from tests.factories import OrganisationFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db


def held(case: Case, *, by: Actor | None = None, **said: Any) -> Conference:
    told: dict[str, Any] = {
        "form_key": uuid7(),
        "how": "present",
        "agreed": "Mornings, near the nursery.",
        "with_": [case.partner],
        "lines": three_lines(case),
        "seen": READ_NOTHING,
    }
    return conferences.hold(case.person, by=by or case.by, **told | said)


def three_lines(case: Case) -> list[Line]:
    return [
        Line("person", "Bring the passport", in_days(2)),
        Line("caseworker", "Call the nursery", in_days(3), owner_user_id=case.worker.pk),
        Line("partner", "Hold a place in the course", in_days(9), organisation=case.partner),
    ]


def counted() -> list[int]:
    return [one.objects.count() for one in (Conference, Attendance, Step, Event)]


def test_each_line_is_a_step_of_the_one_plan() -> None:
    case = a_case()
    one = held(case, held_on=in_days(-1), place=" Room  7 ")
    assert (one.organisation, one.place, one.called_by_id) == (case.keeper, "Room 7", case.worker.pk)
    steps = list(one.steps.order_by("due_on"))
    assert [(step.owner, step.text, step.organisation, step.agreed_how, step.agreed_by_id) for step in steps] == [
        ("person", "Bring the passport", None, "present", case.worker.pk),
        ("caseworker", "Call the nursery", case.keeper, "present", case.worker.pk),
        ("partner", "Hold a place in the course", case.partner, "present", case.worker.pk),
    ]
    assert Plan.objects.get().next_on == in_days(2)
    assert set(Organisation.objects.filter(pk__in=one.attended.values("organisation"))) == {case.keeper, case.partner}
    plans.finish(steps[0], by=case.by)
    assert Plan.objects.get().next_on == in_days(3), "it is done as every step is"
    told = Event.objects.get(name="conference.held")
    assert (told.about_id, told.data["steps"]) == (one.pk, 3)
    assert "nursery" not in str(told.data), "a trail of events says no words of the file"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda case: {"held_on": in_days(1)}, "has not come yet"),
        (lambda case: {"agreed": " \n"}, "what was agreed"),
        (lambda case: {"how": "dreamt"}, "how the person took part"),
        (lambda case: {"with_": [OrganisationFactory(approved=True)]}, "shares the file"),
        (lambda case: {"with_": [], "how": "apart", "lines": []}, "no conference"),
        (lambda case: {"lines": [Line("person", "x", in_days(1))] * 6}, "too many"),
        (lambda case: {"lines": [Line("person", " ", in_days(1))]}, "what is to be done"),
        (lambda case: {"how": "apart"}, "promises for who was not there"),
        (lambda case: {"with_": []}, "promises for who was not there"),
        (lambda case: {"lines": [Line("partner", "x", in_days(1))]}, "promises for who was not there"),
        # the last of several lines is wrong: nothing of the others is written
        (
            lambda case: {
                "lines": [
                    *three_lines(case),
                    Line("caseworker", "x", in_days(1), owner_user_id=case.partner_worker.pk),
                ]
            },
            "do not work with files",
        ),
    ],
)
def test_whole_or_not_at_all(wrong: Callable[[Case], dict[str, Any]], said: str) -> None:
    case = a_case()
    before = counted()
    with pytest.raises(Refused, match=said):
        held(case, **wrong(case))
    assert counted() == before


def test_what_comes_twice_from_one_form_is_written_once() -> None:
    case = a_case()
    key = uuid7()
    first, second = held(case, form_key=key), held(case, form_key=key, agreed="Something else")
    assert first == second
    assert [Conference.objects.count(), Attendance.objects.count(), Step.objects.count()] == [1, 2, 3]


def test_of_two_who_write_it_down_at_once_the_second_reads_the_first() -> None:
    case = a_case()
    seen = conferences.stamp_of_latest(case.person, by=case.by)
    assert seen == conferences.stamp_of_latest(case.person, by=case.partner_by) == ""
    first = held(case, seen=seen)
    told = {"seen": seen, "by": case.partner_by, "with_": [case.keeper], "lines": [Line("person", "x", in_days(1))]}
    before = counted()
    with pytest.raises(files.Changed) as changed:
        held(case, **told)
    assert changed.value.rows == (first,)
    assert counted() == before
    now = conferences.stamp_of_latest(case.person, by=case.partner_by)
    assert held(case, **told | {"seen": now}).organisation == case.partner


def test_organisations_among_themselves_promise_for_themselves_alone() -> None:
    case = a_case()
    lines = [one for one in three_lines(case) if one.owner != "person"]
    one = held(case, how="apart", lines=lines)
    assert set(one.steps.values_list("agreed_how", flat=True)) == {"apart"}
    for owner in ("person", "caseworker"):  # and no step outside a conference is agreed so
        with pytest.raises(Refused, match="agreed with the person"):
            case.step(owner=owner, how="apart")
    with pytest.raises(DatabaseError, match="step_of_the_person_agreed_with_them"), transaction.atomic():
        Step.objects.filter(pk=case.step().pk).update(agreed_how="apart")


def test_nobody_without_the_file_holds_one_or_reads_of_one() -> None:
    case = a_case()
    one = held(case)
    there = OrganisationFactory(approved=True)
    helper, stranger = UserFactory(), worker(there)
    Access.objects.create(person=case.person, kind="helper", user=helper)
    before = counted()
    for by in (stranger.as_actor(there.pk), Actor(helper.pk, roles=frozenset({"helper"})), Actor.the_system()):
        with pytest.raises(Refused):
            held(case, by=by)
    assert counted() == before
    user = UserFactory()
    files.claim(files.claim_key(case.person), user=user)
    for reads, who in (
        (True, case.worker),
        (True, case.partner_worker),
        (True, user),
        (False, helper),
        (False, stranger),
    ):
        assert Conference.objects.visible_to(who).filter(pk=one.pk).exists() is reads
        assert Attendance.objects.visible_to(who).exists() is reads
    withdraw(Consent.objects.get(purpose="share"), by=case.by)
    assert not Conference.objects.visible_to(case.partner_worker).exists()


@pytest.mark.usefixtures("as_application")
def test_the_database_itself_shows_them_to_those_with_the_file_alone() -> None:
    with transaction.atomic():
        case = a_case_as_application()
    user, helper = UserFactory(), UserFactory()
    tables = (Conference, Attendance, Conference.pgh_event_model, Attendance.pgh_event_model)  # type: ignore[attr-defined]

    def seen(user_id: Any, *organisations: Any) -> bool:
        with acting_for(user_id=user_id, organisation_ids=organisations):
            found = {model.objects.exists() for model in tables}
        assert len(found) == 1, "all four or none"
        return found.pop()

    with acting_for(user_id=case.worker.pk, organisation_ids=[case.keeper.pk]):
        held(case)
        key = files.claim_key(case.person)
    files.claim(key, user=user)
    with acting_for(user_id=helper.pk):
        Access.objects.create(person_id=case.person.pk, kind="helper", user=helper)
    assert seen(case.worker.pk, case.keeper.pk)
    assert seen(case.partner_worker.pk, case.partner.pk)
    assert seen(user.pk)
    assert not seen(None)
    assert not seen(helper.pk)
    assert not seen(None, OrganisationFactory().pk)


def test_a_house_of_which_nobody_is_told_is_named_to_the_person_and_to_who_knows() -> None:
    case = a_case()
    house = OrganisationFactory(approved=True, sensitive=True, sensitive_why="a shelter")
    user = UserFactory()
    files.claim(files.claim_key(case.person), user=user)
    give(case.person, "share", with_=house, how="present", language="am", by=case.by)  # the keeper was told
    line = Line("partner", "A bed for the children", in_days(1), organisation=house)
    one = held(case, with_=[case.partner, house], lines=[line])

    def named(reader: Any) -> set[Any]:
        return set(Attendance.objects.visible_to(reader).filter(conference=one).values_list("organisation", flat=True))

    everybody = {case.keeper.pk, case.partner.pk, house.pk}
    there = worker(house)
    assert named(case.worker) == named(there) == named(user) == everybody
    assert named(case.partner_worker) == everybody - {house.pk}
    assert not Step.objects.visible_to(case.partner_worker).filter(conference=one).exists()
    # one that the house calls is not even there, for who may not know of it; nor can they be made to ask for it
    theirs = held(case, by=there.as_actor(house.pk), with_=[], lines=[])
    assert theirs not in Conference.objects.visible_to(case.partner_worker)
    assert set(Attendance.objects.visible_to(case.partner_worker)) == set(
        Attendance.objects.filter(conference=one).exclude(organisation=house)
    )
    assert conferences.latest(case.person, by=case.partner_by) == one
    assert conferences.latest(case.person, by=case.by) == theirs
    with pytest.raises(Refused, match="shares the file"):
        held(case, by=case.partner_by, with_=[house], lines=[])


def test_the_person_takes_it_along() -> None:
    case, user = a_case(), UserFactory()
    one = held(case)
    files.claim(files.claim_key(case.person), user=user)
    case.person.refresh_from_db()
    said = as_data(case.person)
    assert said["casework.Conference"]["rows"][0]["agreed"] == "Mornings, near the nursery."
    assert len(said["casework.Attendance"]["rows"]) == 2
    assert {row["conference"] for row in said["casework.Step"]["rows"]} == {str(one.pk)}


def test_it_goes_along_when_two_files_become_one() -> None:
    case = a_case()
    other = PersonFactory(keeper=case.keeper)
    line = Line("person", "Bring the passport", in_days(2))
    one = conferences.hold(
        other, form_key=uuid7(), how="phone", agreed="Mornings", lines=[line], seen=READ_NOTHING, by=case.by
    )

    def whose() -> set[Any]:
        return {
            person
            for rows in (Conference.objects, Attendance.objects, Step.objects.filter(conference=one))
            for person in rows.values_list("person", flat=True)
        }

    done = merge(case.person, other, by=case.by)
    assert whose() == {case.person.pk}
    undo(done, by=case.by)
    assert whose() == {other.pk}


def test_with_the_file_everything_of_it_goes() -> None:
    case = a_case()
    held(case, how="apart", lines=[Line("caseworker", "x", in_days(1))])
    case.person.delete()
    assert [Conference.objects.count(), Attendance.objects.count(), Step.objects.count()] == [0, 0, 0]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM casework_conferenceevent")
        assert cursor.fetchone()[0] > 0, "that it was there stays in the history until its own time is over"
