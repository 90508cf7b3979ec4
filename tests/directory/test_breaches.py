"""The register of breaches: the 72 hours are counted, who was told or why not is written, it only grows, and few read it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from kesher.accounts.models import User
from kesher.accounts.roles import Role
from kesher.base import retention
from kesher.base.models import Event, Notification
from kesher.base.notifications import render
from kesher.base.rows import acting_for
from kesher.base.transitions import Actor, Refused
from kesher.directory import breaches, legal
from kesher.directory.breaches import Stands, clock
from kesher.directory.models import Breach, BreachNote, ImpactAssessment
from tests.factories import BreachFactory, MembershipFactory, UserFactory

HOUR = timedelta(hours=1)
SAID: dict[str, Any] = {
    "happened": "A list was left on a bus",
    "whose": "People of the course: names, telephones",
    "people": None,
    "likely": "Calls from strangers",
}


@pytest.fixture
def chief(db: None) -> User:
    user: User = MembershipFactory(role=Role.PLATFORM_ADMIN).user
    return user


@pytest.fixture
def dana(chief: User) -> User:
    user: User = UserFactory()
    legal.appoint(kind="privacy", user=user, name="Dana Levi", contact="08-999-0001", by=chief.as_actor())
    return user


def by(user: User) -> Actor:
    return Actor(user.pk)


def known(ago: timedelta, dana: User) -> Breach:
    return breaches.record(aware_at=timezone.now() - ago, by=by(dana), **SAID)


# --- the 72 hours --------------------------------------------------------------------------------------------------------

FIRST = datetime(2026, 3, 25, tzinfo=UTC)  # the clocks are put on two days later
MOMENTS = st.integers(0, 300 * 60).map(lambda minutes: FIRST + timedelta(minutes=minutes))


@given(
    aware=MOMENTS, now=MOMENTS, told=st.lists(st.tuples(st.sampled_from(BreachNote.Kind.values), MOMENTS), max_size=4)
)
def test_the_clock_by_counting_hours_one_by_one(
    aware: datetime, now: datetime, told: list[tuple[str, datetime]]
) -> None:
    """Against an oracle that takes hour after hour, and knows no division."""
    notes = [BreachNote(kind=kind, on=at if kind in ("reported", "told") else None) for kind, at in told]
    found = clock(Breach(aware_at=aware), now, notes)
    due = aware
    for _hour in range(72):
        due += HOUR
    assert found.due_at == due
    reports = sorted(one.on for one in notes if one.kind == "reported" and one.on is not None)

    def hours_past(moment: datetime) -> int:
        late, at = 0, due
        while at < moment:
            late, at = late + 1, at + HOUR
        return late

    if reports:
        late = hours_past(reports[0])
        assert (found.stands, found.hours) == ((Stands.LATE, late) if late else (Stands.IN_TIME, 0))
    elif any(one.kind == "unlikely" for one in notes):
        assert (found.stands, found.hours) == (Stands.NOT_NEEDED, 0)
    elif now > due:
        assert (found.stands, found.hours) == (Stands.OVERDUE, hours_past(now))
    else:
        left, at = 0, now + HOUR
        while at <= due:
            left, at = left + 1, at + HOUR
        assert (found.stands, found.hours) == (Stands.RUNS, left)


@pytest.mark.django_db
def test_told_in_time_or_late_and_then_why(dana: User) -> None:
    now = timezone.now()
    breach = known(80 * HOUR, dana)
    assert (clock(breach, now).stands, clock(breach, now).hours) == (Stands.OVERDUE, 8)
    with pytest.raises(Refused, match="why it is so late"):
        breaches.note(breach, kind="reported", on=now, words="By its form", by=by(dana))
    with pytest.raises(Refused, match="nothing is late"):
        breaches.note(breach, kind="reported", on=now - 10 * HOUR, words="x", why_late="slept", by=by(dana))
    breaches.note(breach, kind="reported", on=now, words="By its form", why_late="Nobody knew whom", by=by(dana))
    assert clock(breach, now).stands == Stands.LATE
    other, now = known(2 * HOUR, dana), timezone.now()
    assert (clock(other, now).stands, clock(other, now).hours) == (Stands.RUNS, 69)
    breaches.note(other, kind="unlikely", words="It was encrypted", by=by(dana))
    assert clock(other, now).stands == Stands.NOT_NEEDED
    breaches.note(other, kind="reported", on=now, words="After all", by=by(dana))
    assert clock(other, now).stands == Stands.IN_TIME


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "done", "words": " "},
        {"kind": "reported", "words": "By its form"},
        {"kind": "done", "words": "x", "on": timezone.now() - 2 * HOUR},
        {"kind": "not_told", "words": "They need not know"},
        {"kind": "told", "words": "By letter", "on": timezone.now() - 2 * HOUR, "ground": "low"},
        {"kind": "done", "words": "x", "people": 3},
        {"kind": "done", "words": "x", "why_late": "x"},
        {"kind": "whatever", "words": "x"},
    ],
)
def test_a_line_that_does_not_fit_is_refused_by_form_and_by_database(dana: User, wrong: dict[str, Any]) -> None:
    breach = known(10 * HOUR, dana)
    with pytest.raises(ValidationError):
        breaches.note(breach, by=by(dana), **wrong)
    if wrong["kind"] != "whatever":
        made = BreachNote(breach=breach, recorded_by_id=dana.pk, **{**wrong, "words": wrong["words"].strip()})
        with pytest.raises(DatabaseError), transaction.atomic():
            made.save(force_insert=True)
    assert not BreachNote.objects.exists()


@pytest.mark.django_db
def test_nothing_is_known_or_told_in_the_future_or_told_before_it_was_known(dana: User) -> None:
    with pytest.raises(Refused, match="still to come"):
        breaches.record(aware_at=timezone.now() + HOUR, by=by(dana), **SAID)
    breach = known(10 * HOUR, dana)
    for on, words in ((timezone.now() + HOUR, "still to come"), (breach.aware_at - HOUR, "before it was known")):
        with pytest.raises(Refused, match=words):
            breaches.note(breach, kind="told", on=on, words="By letter", by=by(dana))
    with pytest.raises(ValidationError, match="cannot be blank"):
        breaches.record(aware_at=timezone.now(), by=by(dana), **{**SAID, "likely": ""})


# --- who reads and writes ------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("role", [*Role.values])
def test_the_officer_and_administrators_of_the_platform_alone(dana: User, role: str) -> None:
    breach = known(HOUR, dana)
    user = MembershipFactory(role=role).user
    keeps = role == Role.PLATFORM_ADMIN
    assert Breach.objects.visible_to(user).exists() == keeps
    assert breaches.is_keeper(user) == keeps
    if keeps:
        breaches.note(breach, kind="done", words="Locked it", by=user.as_actor())
    else:
        with pytest.raises(Refused, match="alone keep this"):
            breaches.note(breach, kind="done", words="Locked it", by=user.as_actor())
    legal_only = UserFactory()
    chief = MembershipFactory(role=Role.PLATFORM_ADMIN).user
    legal.appoint(kind="legal", user=legal_only, name="Omar", contact="1", by=chief.as_actor())
    assert not Breach.objects.visible_to(legal_only).exists(), "the legal officer is another one"


@pytest.mark.django_db
def test_the_second_wall_shows_it_to_the_same(dana: User, chief: User, as_application: None) -> None:
    auditor, caseworker = (MembershipFactory(role=role).user for role in (Role.AUDITOR, Role.CASEWORKER))
    with acting_for(user_id=dana.pk):
        breach = known(HOUR, dana)
        breaches.note(breach, kind="done", words="Locked it", by=by(dana))
    for user, sees in ((dana, True), (chief, True), (auditor, False), (caseworker, False)):
        with acting_for(user_id=user.pk, organisation_ids=user.organisation_ids):
            assert Breach.objects.filter(pk=breach.pk).exists() == sees
            assert BreachNote.objects.filter(breach=breach.pk).exists() == sees
    with pytest.raises(DatabaseError), acting_for(user_id=auditor.pk, organisation_ids=auditor.organisation_ids):
        BreachFactory()


@pytest.mark.django_db
def test_it_only_grows_whoever_writes(dana: User, chief: User) -> None:
    breach = known(HOUR, dana)
    breaches.note(breach, kind="done", words="Locked it", by=by(dana))
    today = timezone.localdate()
    breaches.assessed(
        made_on=today, author="Dana", kept_at="binder 3", review_on=today + timedelta(days=9), by=chief.as_actor()
    )
    for model in (Breach, BreachNote, ImpactAssessment):
        for change in ("UPDATE {} SET at = now()", "DELETE FROM {}"):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(change.format(model._meta.db_table))


def test_nobody_is_named_in_it_by_a_key() -> None:
    for model in (Breach, BreachNote):
        related = {field.related_model._meta.label for field in model._meta.concrete_fields if field.is_relation}
        assert related <= {"directory.Breach"}


@pytest.mark.django_db
def test_after_seven_years_it_is_erased_with_its_lines() -> None:
    old = timezone.now() - timedelta(days=7 * 365 + 1)
    breach = BreachFactory(at=old, aware_at=old)
    BreachNote.objects.create(breach=breach, at=old, kind="done", words="x", recorded_by_id=breach.recorded_by_id)
    young = BreachFactory()
    retention.run()
    assert list(Breach.objects.all()) == [young]
    assert not BreachNote.objects.exists()


# --- who is told ---------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_officer_hears_of_what_somebody_else_wrote_down_and_is_reminded_once(dana: User, chief: User) -> None:
    breach = breaches.record(aware_at=timezone.now() - 50 * HOUR, by=chief.as_actor(), **SAID)
    own = known(71 * HOUR, dana)
    for event in Event.objects.filter(name="breach.recorded"):
        breaches.tell_the_officer(event.pk)
    told = Notification.objects.filter(kind="breach_recorded")
    assert [(one.recipient_id, str(breach.pk) in one.link) for one in told] == [(dana.pk, True)]
    subject, body = render(told.get())
    assert "bus" not in subject + body, "what happened stands behind the link"
    assert breaches.remind(timezone.now()) == 2
    assert breaches.remind(timezone.now()) == 0, "once"
    assert Notification.objects.filter(kind="breach_due", recipient_id=dana.pk).count() == 2
    late = known(10 * HOUR, dana)
    assert breaches.remind(timezone.now()) == 0, "there is time"
    breaches.note(late, kind="reported", on=timezone.now(), words="By its form", by=by(dana))
    breaches.note(own, kind="unlikely", words="Found unopened", by=by(dana))
    assert breaches.remind(timezone.now() + 100 * HOUR) == 0, "answered, or reminded of before"


# --- the impact assessment -----------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_newest_assessment_counts_and_is_looked_at_again(dana: User, chief: User) -> None:
    today = timezone.localdate()
    assert ImpactAssessment.objects.newest() is None
    said: dict[str, Any] = {"author": "Dana", "kept_at": "binder 3"}
    with pytest.raises(Refused, match="still to come"):
        breaches.assessed(
            made_on=today + timedelta(days=1), review_on=today + timedelta(days=9), by=chief.as_actor(), **said
        )
    with pytest.raises(ValidationError, match="after it was made"):
        breaches.assessed(made_on=today, review_on=today, by=chief.as_actor(), **said)
    with pytest.raises(Refused):
        breaches.assessed(
            made_on=today, review_on=today + timedelta(days=9), by=MembershipFactory().user.as_actor(), **said
        )
    old = breaches.assessed(
        made_on=today - timedelta(days=400), review_on=today - timedelta(days=1), by=by(dana), **said
    )
    assert old.is_past()
    new = breaches.assessed(made_on=today, review_on=today + timedelta(days=365), by=chief.as_actor(), **said)
    assert ImpactAssessment.objects.newest() == new
    assert not new.is_past()
