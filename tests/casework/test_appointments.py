"""Meetings: booked, moved, kept or missed; and whoever interprets is of age, able and free."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from kesher.accounts.models import Organisation
from kesher.base.rows import acting_for
from kesher.base.transitions import Actor, Refused
from kesher.casework import appointments
from kesher.casework.models import Appointment, Interpreter
from kesher.formats import icalendar
from kesher.people import files
from tests.casework.people import Case, a_case, worker
from tests.factories import OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


def booked(case: Case, *, hours: float = 24, **said: Any) -> Appointment:
    told = {"with_whom": "Noa", "place": "Room 3", "language": "am", **said}
    return appointments.book(case.person, starts_at=timezone.now() + timedelta(hours=hours), by=case.by, **told)


def begun(meeting: Appointment) -> Appointment:
    Appointment.objects.filter(pk=meeting.pk).update(starts_at=timezone.now() - timedelta(hours=1))
    meeting.refresh_from_db()
    return meeting


def listed(case: Case, **known: Any) -> Interpreter:
    told = {"name": "Tirunesh", "phone": "050-555-0100", "languages": ["am", "he"], "of_age": True, **known}
    return appointments.list_interpreter(by=case.by, **told)


def test_booked_moved_kept() -> None:
    case = a_case()
    meeting = booked(case)
    later = timezone.now() + timedelta(days=3)
    appointments.move(meeting, by=case.by, starts_at=later, place="Room 5", seen=files.READ_NOTHING)
    assert (meeting.starts_at, meeting.place, meeting.sequence) == (later, "Room 5", 1)
    with pytest.raises(Refused, match="not begun"):
        appointments.end(meeting, "keep", by=case.by, seen=files.READ_NOTHING)
    appointments.end(begun(meeting), "keep", by=case.by, seen=files.READ_NOTHING)
    assert Appointment.objects.get().state == "kept"
    with pytest.raises(Refused):
        appointments.move(meeting, by=case.by, starts_at=later, seen=files.READ_NOTHING)
    appointments.end(meeting, "miss", by=case.by, seen=files.READ_NOTHING)  # put right
    assert Appointment.objects.get().state == "missed"


@pytest.mark.parametrize(
    "wrong",
    [
        {"hours": -1},
        {"with_whom": " "},
        {"place": ""},
        {"minutes": 0},
        {"minutes": 481},
        {"language": "xx"},
        {"where": "video", "place": ""},
        {"place": "x" * 301},
    ],
)
def test_what_cannot_be_is_not_booked(wrong: dict[str, Any]) -> None:
    case = a_case()
    with pytest.raises(Refused):
        booked(case, **wrong)
    assert not Appointment.objects.exists()


def test_an_interpreter_can_and_is_free() -> None:
    case = a_case()
    tirunesh = listed(case, gender="woman", in_person=False)
    meeting = booked(case, interpreting="phone", interpreter=tirunesh, interpreter_gender="woman")
    assert not meeting.lacks_interpreter
    for wrong in (
        {"interpreting": "phone", "language": "ru", "hours": 90},
        {"interpreting": "in person", "hours": 90},
        {"interpreting": "none", "hours": 90},
        {"interpreting": "phone", "interpreter_gender": "man", "hours": 90},
        {"interpreting": "phone"},  # at the same time as the first
    ):
        with pytest.raises(Refused):
            booked(case, interpreter=tirunesh, **wrong)
    booked(case, interpreter=tirunesh, interpreting="phone", hours=24.6)  # half an hour later she is free again
    assert booked(case, interpreting="phone", hours=50).lacks_interpreter


def test_a_child_never_interprets() -> None:
    case = a_case()
    with pytest.raises(Refused, match="child"):
        listed(case, of_age=False)
    tirunesh = listed(case)
    with pytest.raises(Refused, match="child"):
        appointments.change_interpreter(tirunesh, by=case.by, of_age=False, seen=files.READ_NOTHING)
    with pytest.raises(DatabaseError, match="interpreter_of_age"), transaction.atomic():
        Interpreter.objects.update(of_age=False)


def test_a_list_is_its_organisations_and_shared_where_it_says_so() -> None:
    case = a_case()
    private, shared = listed(case), listed(case, shared=True)
    assert set(Interpreter.objects.visible_to(case.worker)) == {private, shared}
    assert set(Interpreter.objects.visible_to(case.partner_worker)) == {shared}
    assert not Interpreter.objects.visible_to(worker(case.keeper, "manager")).exists()
    assert not Interpreter.objects.visible_to(UserFactory()).exists()
    for act in (
        lambda: appointments.change_interpreter(shared, by=case.partner_by, name="X", seen=files.READ_NOTHING),
        lambda: appointments.unlist_interpreter(shared, by=case.partner_by),
    ):
        with pytest.raises(Refused):
            act()
    Organisation.objects.filter(pk=case.keeper.pk).update(state="suspended")
    assert not Interpreter.objects.visible_to(case.partner_worker).exists()


def test_whoever_leaves_the_list_takes_their_name_along() -> None:
    case = a_case()
    tirunesh = listed(case)
    meeting = booked(case, interpreting="phone", interpreter=tirunesh)
    appointments.unlist_interpreter(tirunesh, by=case.by)
    meeting.refresh_from_db()
    assert meeting.lacks_interpreter


def test_that_somebody_did_not_come_is_told_to_nobody_else() -> None:
    case = a_case()
    user = UserFactory()
    files.claim(files.claim_key(case.person), user=user)
    meeting = booked(case)
    assert Appointment.objects.visible_to(case.partner_worker).exists()
    appointments.end(begun(meeting), "miss", by=case.by, seen=files.READ_NOTHING)
    assert not Appointment.objects.visible_to(case.partner_worker).exists()
    assert Appointment.objects.visible_to(case.worker).exists()
    assert Appointment.objects.visible_to(user).exists()


def test_what_came_of_a_meeting_is_said_by_those_who_invited() -> None:
    case = a_case()
    meeting = begun(booked(case))
    for event, reason in (("keep", ""), ("miss", ""), ("cancel", "us")):
        with pytest.raises(Refused, match="Another organisation"):
            appointments.end(meeting, event, by=case.partner_by, reason=reason, seen=files.READ_NOTHING)
    with pytest.raises(Refused, match="Another organisation"):
        appointments.move(
            meeting, by=case.partner_by, starts_at=timezone.now() + timedelta(days=1), seen=files.READ_NOTHING
        )


def test_the_person_cancels_what_they_cannot_come_to() -> None:
    case = a_case()
    user = UserFactory()
    files.claim(files.claim_key(case.person), user=user)
    meeting = booked(case)
    with pytest.raises(Refused):
        appointments.end(
            meeting, "cancel", by=Actor(user.pk, roles=frozenset({"person"})), reason="cannot", seen=files.READ_NOTHING
        )
    appointments.end(
        meeting, "cancel", by=Actor(user.pk, roles=frozenset({"person"})), reason="person", seen=files.READ_NOTHING
    )
    assert Appointment.objects.get().state == "cancelled"


def test_a_calendar_is_told_neither_who_nor_why() -> None:
    meeting = booked(a_case(called="Almaz"), with_whom="Noa Levi")
    data = appointments.as_calendar(meeting, made=timezone.now())
    (entry,) = icalendar.read(data)
    assert (entry.uid, entry.sequence, entry.location, entry.language) == (str(meeting.pk), 0, "Room 3", "am")
    assert isinstance(entry.starts, datetime)
    assert abs(entry.starts - meeting.starts_at) < timedelta(seconds=1)
    for secret in ("Almaz", "Noa", str(meeting.person_id)):
        assert secret not in data.decode()


@pytest.mark.usefixtures("as_application")
def test_the_database_itself_hides_what_came_of_it() -> None:
    here, there = OrganisationFactory(approved=True), OrganisationFactory(approved=True)
    user, other = worker(here), worker(there)
    with acting_for(user_id=user.pk, organisation_ids=[here.pk]):
        by = user.as_actor(here.pk)
        person = files.open_file(called="Almaz", language="am", how="present", by=by)
        from kesher.people.consents import give

        give(person, "share", with_=there, how="present", language="am", by=by)
        case = Case(person, here, there, user, other)
        listed(case)
        meeting = booked(case)
    told = (Appointment, Interpreter)
    assert [model.objects.count() for model in told] == [0, 0]
    with acting_for(user_id=other.pk, organisation_ids=[there.pk]):
        assert [model.objects.count() for model in told] == [1, 0]
    with acting_for(user_id=user.pk, organisation_ids=[here.pk]):
        appointments.end(begun(meeting), "miss", by=by, seen=files.READ_NOTHING)
    with acting_for(user_id=other.pk, organisation_ids=[there.pk]):
        assert [model.objects.count() for model in told] == [0, 0]
        assert not Appointment.pgh_event_model.objects.filter(state="missed").exists()


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"minutes": 1}, "appointment_has_a_length"),
        ({"place": ""}, "appointment_has_a_place"),
        ({"state": "cancelled"}, "appointment_cancelled_why"),
    ],
)
def test_an_appointment_is_whole(fields: dict[str, Any], name: str) -> None:
    booked(a_case())
    with pytest.raises(DatabaseError, match=name), transaction.atomic():
        Appointment.objects.update(**fields)


def test_an_interpreter_is_whole() -> None:
    case = a_case()
    tirunesh = listed(case)
    meeting = booked(case, interpreting="phone", interpreter=tirunesh)
    with pytest.raises(DatabaseError, match="appointment_interpreter_needed"), transaction.atomic():
        Appointment.objects.filter(pk=meeting.pk).update(interpreting="none")
    for fields, name in (
        ({"in_person": False, "by_phone": False}, "interpreter_can_be_reached"),
        ({"languages": []}, "interpreter_speaks"),
    ):
        with pytest.raises(DatabaseError, match=name), transaction.atomic():
            Interpreter.objects.update(**fields)
