"""Asking to be called and taking it back, as the application's own role does it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.core import signing
from django.utils import timezone

from kesher.accounts.models import Organisation, User
from kesher.accounts.roles import Role
from kesher.base import retention, rows
from kesher.base.keys import uuid7
from kesher.base.models import Event
from kesher.directory import call_backs
from kesher.directory.call_backs import CannotBeAsked, Expired, ask, asked_with, can_be_asked, digits_of, take_back
from kesher.directory.models import CALLERS, CallBack, Service
from kesher.directory.models.call_backs import KEPT
from tests import factories as make
from tests.directory.call_backs.conftest import Kept, asked_with_it

pytestmark = pytest.mark.django_db
Asks = Callable[..., str]


def test_what_was_asked_is_kept_for_the_organisation_alone(as_application: None, asks: Asks, kept: Kept) -> None:
    asks(when=["evening"])
    assert CallBack.objects.count() == 0, "nobody has said for whom"
    with rows.acting_for(organisation_ids=[uuid7()]):
        assert CallBack.objects.count() == 0
    (one,) = kept()
    assert (one.called, one.phone, one.language, one.when, one.note, one.state) == (
        "Almaz", "050-555-0123", "am", ["evening"], "My son is ill.", "asked",
    )  # fmt: skip
    assert one.consent_at == one.created_at


def test_asking_leaves_the_rows_of_a_request_as_they_were(as_application: None, asks: Asks, kept: Kept) -> None:
    """A view is one transaction: what asking may see, the rest of the view may not."""
    asks()
    assert rows.settings_of_connection() == {"user": "", "organisations": ""}
    assert CallBack.objects.count() == 0
    take_back(asked_with_it(asks()))
    assert rows.settings_of_connection() == {"user": "", "organisations": ""}


@pytest.mark.parametrize("state", [state for state in Service.State.values if state != Service.State.PUBLISHED])
def test_only_what_is_public_can_be_asked(as_application: None, asks: Asks, service: Service, state: str) -> None:
    Service.objects.filter(pk=service.pk).update(state=state)
    with pytest.raises(CannotBeAsked):
        asks()


@pytest.mark.parametrize("state", [state for state in Organisation.State.values if state != "approved"])
def test_only_approved_organisations_can_be_asked(asks: Asks, service: Service, state: str) -> None:
    Organisation.objects.filter(pk=service.organisation_id).update(state=state)
    with pytest.raises(CannotBeAsked):
        asks()


def test_a_service_of_nobody_cannot_be_asked() -> None:
    service = make.ServiceFactory(complete=True)
    Service.objects.filter(pk=service.pk).update(organisation=None)
    service.refresh_from_db()
    with pytest.raises(CannotBeAsked):
        ask(service, called="x", phone="050-555-0123", language="en")


@pytest.mark.parametrize("role", list(Role))
def test_only_where_somebody_would_call(service: Service, role: str) -> None:
    assert not can_be_asked(service)
    member = make.MembershipFactory(organisation=service.organisation, role=role)
    assert can_be_asked(service) is (role in CALLERS)
    if role in CALLERS:
        User.objects.filter(pk=member.user_id).update(is_active=False)
        assert not can_be_asked(service)
        User.objects.filter(pk=member.user_id).update(is_active=True)
        if role == Role.ORGANISATION_ADMIN:
            return  # the last one stays: tests/accounts/test_memberships.py
        member.until = timezone.localdate() - timedelta(days=1)
        member.since = member.until - timedelta(days=1)
        member.save()
        assert not can_be_asked(service)


@pytest.mark.parametrize("again", ["050-555-0123", "0505550123", "+972 50 555 0123", "٠٥٠٥٥٥٠١٢٣"])
def test_the_same_number_within_a_day_is_one_request(as_application: None, asks: Asks, kept: Kept, again: str) -> None:
    asks()
    asks(phone=again, called="Somebody", note="another word")
    (one,) = kept()
    assert (one.called, one.note) == ("Almaz", "My son is ill."), "nobody changes what another has asked"
    assert Event.objects.filter(name="call_back.asked").count() == 1
    asks(phone="050-555-0124")
    assert len(kept()) == 2


def test_the_answer_does_not_tell_whether_a_number_has_asked(as_application: None, asks: Asks, kept: Kept) -> None:
    first, second = asks(), asks()
    one, two = asked_with_it(first), asked_with_it(second)
    assert one.call_back_id != two.call_back_id
    assert (one.organisation_id, one.service_id) == (two.organisation_id, two.service_id)
    take_back(two)
    assert len(kept()) == 1, "who knows a number cannot erase what its owner has asked"


def test_after_a_day_or_an_answer_one_may_ask_again(as_application: None, asks: Asks, kept: Kept, samir: User) -> None:
    asks(now=timezone.now() - timedelta(hours=25))
    asks()
    assert len(kept()) == 2
    with rows.acting_for(organisation_ids=[kept()[1].organisation_id]):
        call_backs.answer(kept()[1], "reach", by=samir.as_actor(kept()[1].organisation_id))
    asks()
    assert len(kept()) == 3


def test_another_service_is_another_request(as_application: None, asks: Asks, service: Service, kept: Kept) -> None:
    asks()
    other = make.ServiceFactory(complete=True, organisation=service.organisation)
    ask(other, called="Almaz", phone="050-555-0123", language="am")
    assert len(kept()) == 2


def test_taken_back_is_erased_at_once(as_application: None, asks: Asks, kept: Kept) -> None:
    key = asks()
    asked = asked_with_it(key)
    take_back(asked)
    assert kept() == []
    take_back(asked)  # a second press
    assert [e.name for e in Event.objects.order_by("id")] == ["call_back.asked", "call_back.taken_back"]


def test_a_link_ends_with_what_it_is_for(asks: Asks, monkeypatch: pytest.MonkeyPatch) -> None:
    key = asks()
    monkeypatch.setattr("time.time", lambda: (timezone.now() + timedelta(days=90, hours=23)).timestamp())
    assert asked_with(key), "the night that erases it may not have come"
    monkeypatch.setattr("time.time", lambda: (timezone.now() + timedelta(days=91, minutes=1)).timestamp())
    with pytest.raises(Expired):
        asked_with(key)


@pytest.mark.parametrize("change", ["x", lambda key: key[:-1], lambda key: signing.dumps([uuid7().hex] * 3, salt="x")])
def test_no_other_key_opens_anything(asks: Asks, change: object) -> None:
    key = asks()
    assert asked_with(change(key) if callable(change) else str(change)) is None


def test_history_of_what_was_taken_back_ends_when_the_request_would_have(asks: Asks) -> None:
    """Name, number and words are in no history; what is (that somebody asked in Amharic) goes with the ninety days."""
    now = timezone.now()
    for days in (91, 89):
        take_back(asked_with_it(asks(now=now - timedelta(days=days))))
    history = CallBack.pgh_event_model.objects  # type: ignore[attr-defined]
    assert history.count() == 4
    assert retention.run(now)["directory_callbackevent"] == 2
    assert {now - event.created_at < timedelta(days=90) for event in history.all()} == {True}
    assert "directory_callbackevent" not in retention.run(now)


def test_nothing_personal_in_events_history_or_tasks(as_application: None, asks: Asks, samir: User, kept: Kept) -> None:
    from django.db import connection

    asks()
    (one,) = kept()
    by = samir.as_actor(one.organisation_id)
    with rows.acting_for(organisation_ids=[one.organisation_id]):
        call_backs.answer(one, "miss", by=by)
        call_backs.answer(one, "close", by=by, reason="wrong_number")
    with connection.cursor() as cursor:
        for table in ("base_event", "directory_callbackevent", "pghistory_context", "procrastinate_jobs"):
            cursor.execute(f"SELECT string_agg(t::text, ' ') FROM {table} AS t")
            (told,) = cursor.fetchone()
            assert told, table
            for word in ("Almaz", "555-0123", "5550123", "My son"):
                assert word not in told, table


@pytest.mark.parametrize("hour", range(24))
def test_on_the_day_that_was_named_it_is_gone(asks: Asks, kept: Kept, hour: int) -> None:
    """Erased at 02:31 UTC: the first night after ninety days, and not before they have passed."""
    asks(now=datetime(2026, 7, 1, hour, 30, tzinfo=UTC))
    (one,) = kept()
    nights = [datetime(2026, 9, 26, 2, 31, tzinfo=UTC) + timedelta(days=n) for n in range(10)]
    erasing = next(night for night in nights if retention.run(night).get("directory_callback"))
    assert one.created_at + KEPT <= erasing <= one.erased_on


@pytest.mark.parametrize(
    ("typed", "dialled"),
    [
        ("050-555 0123", "0505550123"),
        ("+972 (50) 555.0123", "+972505550123"),
        ("٠٥٠-٥٥٥٠١٢٣", "0505550123"),
        (" +7 900 555 01 23 ", "+79005550123"),
        ("no number", ""),
    ],
)
def test_digits_of_a_number(typed: str, dialled: str) -> None:
    assert digits_of(typed) == dialled
