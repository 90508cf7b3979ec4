"""A time kept for somebody without a file: who sees it, what becomes of it, when it is gone; and how it goes into a file."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kesher.accounts.models import Organisation, User
from kesher.accounts.roles import Role
from kesher.base import retention
from kesher.base.models import AccessLog, Event
from kesher.base.rows import acting_for
from kesher.base.transitions import Refused
from kesher.casework import bookings
from kesher.casework.models import Appointment, Booking
from kesher.casework.today import today
from kesher.people.models import ConsentText, Person
from tests.casework.people import in_days, worker
from tests.factories import MembershipFactory, OrganisationFactory, PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Organisation:
    made: Organisation = OrganisationFactory(approved=True)
    return made


@pytest.fixture
def noa(here: Organisation) -> User:
    return worker(here)


def booked(noa: User, here: Organisation, **said: Any) -> Booking:
    told = {
        "called": "Almaz",
        "phone": "050-555-0142",
        "language": "am",
        "starts_at": timezone.now() + timedelta(days=2),
        "with_whom": "Noa",
        "place": "Room 3",
        "interpreting": "phone",
        "interpreter_gender": "woman",
        **said,
    }
    return bookings.book(by=noa.as_actor(here.pk), **told)


def form(**said: str) -> dict[str, str]:
    right = {"called": "Almaz", "phone": "050-555-0142", "language": "am", "day": in_days(3).isoformat()}
    right |= {"time": "10:30", "minutes": "45", "with_whom": "Noa", "where": "place", "place": "Room 3"}
    return right | {"interpreting": "phone", "interpreter_gender": "woman", "agreed": "on"} | said


def test_from_the_counter_to_a_file_without_typing_twice(client: Client, noa: User, here: Organisation) -> None:
    client.force_login(noa)
    address = reverse("bookings")
    assert client.post(address, form(agreed="")).status_code == 400, "nothing is kept of whoever has not agreed"
    assert not Booking.objects.exists()
    assert client.post(address, form()).status_code == 302
    booking = Booking.objects.get()
    shown = client.get(address).content.decode()
    assert reverse("booking", kwargs={"pk": booking.pk}) in shown
    assert "Almaz" not in shown, "who opens it is written down"
    page = client.get(reverse("booking", kwargs={"pk": booking.pk})).content.decode()
    assert "Almaz" in page
    assert "050-555-0142" in page
    assert AccessLog.objects.filter(about_id=booking.pk, actor_id=noa.pk).exists()
    new = reverse("caseworker_person_new") + f"?booking={booking.pk}"
    begins = client.get(new).context["form"]
    assert (begins["called"].value(), begins["phone"].value(), begins["language"].value()) == (
        "Almaz",
        "050-555-0142",
        "am",
    )
    told = {"called": "Almaz", "phone": "050-555-0142", "language": "am", "reach_by": "call"}
    assert client.post(new, told).status_code == 200
    assert (
        client.post(
            new,
            told | {"step": "agree", "agreed": "on", "how": "present", "words": str(ConsentText.current("file").pk)},
        ).status_code
        == 302
    )
    meeting = Appointment.objects.get()
    assert (meeting.person, meeting.place, meeting.interpreting) == (Person.objects.get(), "Room 3", "phone")
    assert meeting.interpreter_gender == "woman"
    assert meeting.starts_at == booking.starts_at
    assert not Booking.objects.exists(), "it stands in one place"


@pytest.mark.parametrize(
    "wrong",
    [
        {"called": " "},
        {"called": "x" * 81},
        {"phone": "call me"},
        {"phone": "", "where": "phone"},
        {"day": "2020-01-01"},
        {"time": "25:00"},
        {"minutes": "1"},
        {"place": ""},
        {"language": "xx"},
        {"interpreting": "child"},
        {"with_whom": ""},
        {"where": "moon"},
    ],
)
def test_a_wrong_booking_keeps_nothing(client: Client, noa: User, wrong: dict[str, str]) -> None:
    client.force_login(noa)
    assert client.post(reverse("bookings"), form(**wrong)).status_code == 400
    assert not Booking.objects.exists()


def test_it_stands_on_today_without_a_name_until_it_is_seen_to(noa: User, here: Organisation) -> None:
    booking = booked(noa, here)

    def found(user: User) -> list[Any]:
        entries, _full = today(user, day=timezone.localdate(), own=False)
        return [entry.main for entry in entries if entry.main.reason.code == "booking"]

    (row,) = found(noa)
    assert (row.about_id, row.called, row.text) == (booking.pk, "", "Noa")
    assert found(worker(OrganisationFactory(approved=True))) == []
    bookings.end(booking, "cancel", by=noa.as_actor(here.pk))
    assert found(noa) == []


def test_what_came_of_it_is_said_once_it_has_begun(client: Client, noa: User, here: Organisation) -> None:
    booking = booked(noa, here)
    client.force_login(noa)
    address = reverse("booking", kwargs={"pk": booking.pk})
    assert client.post(address, {"event": "keep"}).status_code == 400
    Booking.objects.update(starts_at=timezone.now() - timedelta(hours=1))
    assert client.post(address, {"event": "miss"}).status_code == 302
    assert client.post(address, {"event": "keep"}).status_code == 302, "put right"
    assert Booking.objects.get().state == "kept"
    assert client.post(address, {"event": "cancel"}).status_code == 400
    assert client.post(address, {"event": "fly"}).status_code == 400
    assert client.post(address, {"event": "erase"}).status_code == 302
    assert not Booking.objects.exists()


def test_nobody_else_sees_or_moves_it(client: Client, noa: User, here: Organisation) -> None:
    booking = booked(noa, here)
    other = OrganisationFactory(approved=True)
    stranger = worker(other)
    client.force_login(stranger)
    assert client.get(reverse("booking", kwargs={"pk": booking.pk})).status_code == 404
    assert (
        client.get(reverse("caseworker_person_new") + f"?booking={booking.pk}").context["form"]["called"].value()
        is None
    )
    for act in (bookings.erase, lambda one, by: bookings.end(one, "cancel", by=by)):
        with pytest.raises(Refused):
            act(booking, by=stranger.as_actor(other.pk))
    with pytest.raises(Refused):
        bookings.book(
            by=MembershipFactory(organisation=here, role=Role.PROVIDER).user.as_actor(here.pk),
            called="x", starts_at=timezone.now() + timedelta(days=1), with_whom="y", place="z", language="am",
        )  # fmt: skip


def test_the_database_itself_shows_it_to_nobody_else(as_application: None, noa: User, here: Organisation) -> None:
    with acting_for(user_id=noa.pk, organisation_ids=[here.pk]):
        booked(noa, here)
        assert Booking.objects.count() == 1
    with acting_for(user_id=noa.pk, organisation_ids=[OrganisationFactory(approved=True).pk]):
        assert Booking.objects.count() == 0
    with acting_for():
        assert Booking.objects.count() == 0


def test_a_month_after_that_day_nothing_is_left_of_it(noa: User, here: Organisation) -> None:
    booking = booked(noa, here)
    Booking.objects.update(starts_at=timezone.now() - timedelta(days=29))
    retention.run()
    assert Booking.objects.exists()
    Booking.objects.update(starts_at=timezone.now() - timedelta(days=31))
    retention.run()
    assert not Booking.objects.exists()
    kept: Any = Booking._meta.get_field("history").related_model
    assert not kept.objects.filter(pgh_obj_id=booking.pk).exists()


def test_no_name_and_no_number_is_in_events_or_history(noa: User, here: Organisation) -> None:
    booking = booked(noa, here)
    bookings.end(booking, "cancel", by=noa.as_actor(here.pk))
    said = str(list(Event.objects.values_list("name", "reason", "data")))
    assert "Almaz" not in said
    assert "0142" not in said
    kept: Any = Booking._meta.get_field("history").related_model
    assert not {"called", "phone"} & {one.name for one in kept._meta.fields}


@pytest.mark.parametrize("gone", ["erased", "into a file"])
def test_what_is_erased_on_request_is_gone_from_history_at_once(gone: str, noa: User, here: Organisation) -> None:
    booking = booked(noa, here, place="Her flat, Herzl 5, ring at Tesfaye", with_whom="Rut of the flat")
    key, by = booking.pk, noa.as_actor(here.pk)
    if gone == "erased":
        bookings.erase(booking, by=by)
    else:
        bookings.into_file(booking, PersonFactory(keeper=here), by=by)
    assert not Booking.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(one) FROM casework_bookingevent one WHERE pgh_obj_id = %s", [key])
        rows = [row[0] for row in cursor.fetchall()]
    assert rows, "that a time was kept, and by whom, is known"
    for said in ("Herzl", "Tesfaye", "Rut of", "Almaz", "050-555", '"am"', "woman"):
        assert said not in str(rows).replace("'", '"'), said


def test_by_telephone_there_is_a_number(noa: User, here: Organisation) -> None:
    with pytest.raises(Refused, match="Without a number"):
        booked(noa, here, where="phone", phone="")
    assert not Booking.objects.exists()


def test_into_a_file_is_once_and_a_time_that_is_past_only_goes(noa: User, here: Organisation) -> None:
    person, by = PersonFactory(keeper=here), noa.as_actor(here.pk)
    booking = booked(noa, here)
    assert bookings.into_file(booking, person, by=by) is not None
    assert bookings.into_file(booking, person, by=by) is None
    assert Appointment.objects.count() == 1
    late = booked(noa, here)
    Booking.objects.update(starts_at=timezone.now() - timedelta(hours=2))
    late.refresh_from_db()
    assert bookings.into_file(late, person, by=by) is None
    assert not Booking.objects.exists()
    assert Appointment.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"minutes": 1}, "booking_has_a_length"),
        ({"place": ""}, "booking_has_a_place"),
    ],
)
def test_a_booking_is_whole(noa: User, here: Organisation, fields: dict[str, Any], name: str) -> None:
    told = {"organisation": here, "called": "A", "language": "am", "with_whom": "N", "place": "Room 3"}
    with pytest.raises(DatabaseError, match=name), transaction.atomic():
        Booking.objects.create(starts_at=timezone.now(), **told | fields)
