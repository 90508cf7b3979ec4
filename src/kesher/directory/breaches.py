"""Breaches of personal data: written down when one knows, the 72 hours counted, who was told or why not (decision 0056).

    breach = record(aware_at=now, happened="…", whose="…", people=None, likely="…", by=officer)
    note(breach, kind="done", words="The link was closed", by=officer)
    note(breach, kind="reported", on=now, words="By its form, number 12", by=officer)
    clock(breach, now)                 how many hours are left, or how late it is

    assessed(made_on=day, author="…", kept_at="…", review_on=day, by=admin)      the impact assessment

Nothing here finds, lists or names whose data it was: people are told by hand, by whoever works with their files.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, TypeVar
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kesher.accounts.models import User
from kesher.accounts.roles import Role
from kesher.base.events import emit, on
from kesher.base.history import acting
from kesher.base.models import AppendOnly, Event, Notification
from kesher.base.notifications import notify
from kesher.base.rows import OWN_USER, acting_for
from kesher.base.tasks import every
from kesher.base.transitions import Actor, Refused
from kesher.directory.legal import officer
from kesher.directory.models.breaches import Breach, BreachNote, ImpactAssessment
from kesher.directory.models.legal import NamedOfficer

Row = TypeVar("Row", bound=AppendOnly)
#: The second wall: the register shows to the data-protection officer and to whoever runs the platform.
_OFFICER: Final = (
    "EXISTS (SELECT FROM directory_namedofficer AS officer"
    f" WHERE officer.kind = 'privacy' AND officer.until IS NULL AND officer.user_id = {OWN_USER})"
)
KEEPERS: Final = (
    f"{_OFFICER} OR EXISTS (SELECT FROM accounts_membership AS held"
    f" WHERE held.user_id = {OWN_USER} AND held.role = '{Role.PLATFORM_ADMIN}'"
    " AND held.since <= CURRENT_DATE + 1 AND (held.until IS NULL OR held.until >= CURRENT_DATE - 1))"
)
#: The officer is reminded once so long before the time is over.
REMINDED_BEFORE: Final = timedelta(hours=24)
PAGE: Final = "office/data-protection/{breach}/"
_HOUR: Final = timedelta(hours=1)


class Stands(StrEnum):
    """How a breach stands with the authority."""

    RUNS = "runs"
    OVERDUE = "overdue"
    IN_TIME = "in time"
    LATE = "late"
    NOT_NEEDED = "not needed"


@dataclass(frozen=True, slots=True)
class Clock:
    """``hours``: whole hours that are left, or by which it is or was late (a begun one counts); 0 where nothing is counted."""

    stands: Stands
    hours: int
    due_at: datetime


def clock(breach: Breach, now: datetime, notes: Iterable[BreachNote] | None = None) -> Clock:
    """The 72 hours. What was told first counts; that it need not be told holds as long as nothing was told."""
    told = list(breach.notes.all() if notes is None else notes)
    reports = [one.on for one in told if one.kind == BreachNote.Kind.REPORTED and one.on is not None]
    due = breach.due_at
    if reports:
        late = min(reports) - due
        return Clock(Stands.LATE, _begun(late), due) if late > timedelta() else Clock(Stands.IN_TIME, 0, due)
    if any(one.kind == BreachNote.Kind.UNLIKELY for one in told):
        return Clock(Stands.NOT_NEEDED, 0, due)
    if now > due:
        return Clock(Stands.OVERDUE, _begun(now - due), due)
    return Clock(Stands.RUNS, (due - now) // _HOUR, due)


def _begun(time: timedelta) -> int:
    return -(-time // _HOUR)


def people_know(notes: Iterable[BreachNote]) -> bool:
    """Whether it was decided that the people are told, or why not."""
    return any(one.kind in (BreachNote.Kind.TOLD, BreachNote.Kind.NOT_TOLD) for one in notes)


def is_keeper(user: User) -> bool:
    """Whether this user reads and writes the register."""
    found = officer(NamedOfficer.Kind.PRIVACY)
    return user.has_role(Role.PLATFORM_ADMIN) or (found is not None and found.user_id == user.pk)


def record(*, aware_at: datetime, happened: str, whose: str, people: int | None, likely: str, by: Actor) -> Breach:
    """Write it down as soon as one knows, before all is known."""
    breach = Breach(
        aware_at=aware_at,
        happened=happened.strip(),
        whose=whose.strip(),
        people=people,
        likely=likely.strip(),
        recorded_by_id=_keeper_only(by),
    )
    _not_to_come(aware_at)
    return _write(breach, "breach.recorded", by)


def note(
    breach: Breach,
    *,
    kind: str,
    words: str,
    by: Actor,
    on: datetime | None = None,
    why_late: str = "",
    people: int | None = None,
    ground: str = "",
) -> BreachNote:
    """One line more. Told to the authority after 72 hours, it says why so late (article 33(1))."""
    made = BreachNote(
        breach=breach,
        kind=kind,
        words=words.strip(),
        on=on,
        why_late=why_late.strip(),
        people=people,
        ground=ground,
        recorded_by_id=_keeper_only(by),
    )
    if on is not None:
        _not_to_come(on)
        if on < breach.aware_at:
            raise Refused(_("Nobody was told before it was known."), "day")
    if kind == BreachNote.Kind.REPORTED and on is not None and (on > breach.due_at) != bool(made.why_late):
        raise Refused(
            _("After 72 hours the authority is also told why it is so late; within them nothing is late."), "late"
        )
    return _write(made, f"breach.{kind.replace('_', ' ')}", by)


def assessed(*, made_on: date, author: str, kept_at: str, review_on: date, by: Actor) -> ImpactAssessment:
    """The impact on people was assessed (article 35); the newest counts."""
    if made_on > timezone.localdate():
        raise Refused(_("That day is still to come."), "day")
    made = ImpactAssessment(
        made_on=made_on,
        author=author.strip(),
        kept_at=kept_at.strip(),
        review_on=review_on,
        recorded_by_id=_keeper_only(by),
    )
    return _write(made, "assessment.recorded", by)


# --- whoever must know ---------------------------------------------------------------------------------------------------


@on("breach.recorded")
def tell_the_officer(event_id: UUID) -> None:
    """That one was written down, where somebody else did it. What it is stands behind the link."""
    event = Event.objects.get(pk=event_id)
    found = officer(NamedOfficer.Kind.PRIVACY)
    if found is not None and found.user_id != event.actor_id:
        _tell(found.user_id, "breach_recorded", event.about_id)


@every("20 * * * *")
def remind_before_it_is_late() -> None:
    """Each hour: what is to be told to the authority within a day, and was not."""
    remind(timezone.now())


def remind(now: datetime) -> int:
    """Remind the officer once of each; returns of how many."""
    found = officer(NamedOfficer.Kind.PRIVACY)
    if found is None:
        return 0
    reminded = 0
    with acting_for(user_id=found.user_id):
        young = Breach.objects.filter(aware_at__gt=now - timedelta(days=30)).prefetch_related("notes").order_by("id")
        for breach in young:
            stands = clock(breach, now)
            runs_out = stands.stands == Stands.RUNS and stands.due_at - now <= REMINDED_BEFORE
            if runs_out or stands.stands == Stands.OVERDUE:
                reminded += _tell(found.user_id, "breach_due", breach.pk)
    return reminded


def _tell(user_id: UUID, kind: str, breach_id: UUID) -> bool:
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return False
    link = f"/{user.language}/{PAGE.format(breach=breach_id)}"
    with acting_for(user_id=user.pk):
        if Notification.objects.filter(recipient_id=user.pk, kind=kind, link__endswith=PAGE.format(breach=breach_id)):
            return False
        notify(user.pk, kind, language=user.language, link=link)
    return True


def _keeper_only(by: Actor) -> UUID:
    found = officer(NamedOfficer.Kind.PRIVACY)
    is_officer = found is not None and by.user_id is not None and found.user_id == by.user_id
    if by.user_id is None or not (is_officer or Role.PLATFORM_ADMIN in by.roles):
        raise Refused(_("The data-protection officer and administrators of the platform alone keep this."), "role")
    return by.user_id


def _not_to_come(at: datetime) -> None:
    if at > timezone.now():
        raise Refused(_("That is still to come."), "day")


def _write(row: Row, event: str, by: Actor) -> Row:
    with transaction.atomic(), acting(actor=by, reason=event):
        row.full_clean()
        row.save(force_insert=True)
        emit(event, row, by=by)
    return row
