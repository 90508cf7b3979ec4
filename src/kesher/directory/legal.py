"""Legal demands: one named officer decides, and what was asked and given stays written down (decision 0032).

    appoint(kind="legal", user=dana, name="Dana Levi", contact="…", by=platform_admin)
    demand = receive(received_on=day, authority="…", basis="…", asked="…", by=dana)
    decide(demand, outcome="refused", why="no order of a court", by=dana)
    told(demand, on=day, by=dana)    or    not_told(demand, why="…", look_again_on=day, by=dana)

Nothing here finds, lists or exports people. What is given is gathered by hand, and written down in words.
"""

from datetime import date
from typing import Final, TypeVar
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kesher.accounts.models import User
from kesher.accounts.roles import Role
from kesher.base.events import emit
from kesher.base.history import acting
from kesher.base.models import AppendOnly
from kesher.base.rows import OWN_USER
from kesher.base.transitions import Actor, Refused
from kesher.directory.models.legal import LegalDecision, LegalDemand, LegalNotice, NamedOfficer

Row = TypeVar("Row", bound=AppendOnly)
#: The second wall: the log shows to the legal officer and to auditors.
OFFICER: Final = (
    "EXISTS (SELECT FROM directory_namedofficer AS officer"
    f" WHERE officer.kind = 'legal' AND officer.until IS NULL AND officer.user_id = {OWN_USER})"
)
READABLE: Final = (
    f"{OFFICER} OR EXISTS (SELECT FROM accounts_membership AS held"
    f" WHERE held.user_id = {OWN_USER} AND held.role = '{Role.AUDITOR}'"
    " AND held.since <= CURRENT_DATE + 1 AND (held.until IS NULL OR held.until >= CURRENT_DATE - 1))"
)


def officer(kind: str) -> NamedOfficer | None:
    """Who it is now."""
    return NamedOfficer.objects.in_force().filter(kind=kind).first()


def appoint(*, kind: str, user: User, name: str, contact: str, by: Actor) -> NamedOfficer:
    """Name somebody; whoever was it before is so no longer. Both stay in history."""
    if Role.PLATFORM_ADMIN not in by.roles or by.user_id is None:
        raise Refused(_("Your role does not allow this."), "role")
    if user.pk == by.user_id and kind == NamedOfficer.Kind.LEGAL:
        raise Refused(_("Nobody makes themselves the legal officer: name somebody else."), "conflict")
    with transaction.atomic(), acting(actor=by, reason="officer named"):
        today = timezone.localdate()
        NamedOfficer.objects.in_force().filter(kind=kind).update(until=today, updated_at=timezone.now())
        made = NamedOfficer(
            kind=kind, user_id=user.pk, name=name.strip(), contact=contact.strip(), appointed_by_id=by.user_id
        )
        made.full_clean()
        made.save(force_insert=True)
        emit("officer.named", made, by=by, data={"kind": kind, "user": str(user.pk)})
    return made


def receive(
    *, received_on: date, authority: str, basis: str, asked: str, by: Actor, reference: str = ""
) -> LegalDemand:
    """Write a demand down as it came, before anything is decided."""
    if received_on > timezone.localdate():
        raise Refused(_("That day is still to come."), "day")
    return _write(
        LegalDemand(
            received_on=received_on,
            authority=authority.strip(),
            reference=reference.strip(),
            basis=basis.strip(),
            asked=asked.strip(),
            recorded_by_id=_officer_only(by),
        ),
        "legal.received",
        by,
    )


def decide(demand: LegalDemand, *, outcome: str, why: str, by: Actor, given: str = "") -> LegalDecision:
    """Refuse, or say exactly what was given."""
    decision = LegalDecision(
        demand=demand, outcome=outcome, why=why.strip(), given=given.strip(), decided_by_id=_officer_only(by)
    )
    return _write(decision, "legal.decided", by)


def told(demand: LegalDemand, *, on: date, by: Actor) -> LegalNotice:
    """The person knows."""
    if on > timezone.localdate():
        raise Refused(_("That day is still to come."), "day")
    return _write(LegalNotice(demand=demand, informed_on=on, recorded_by_id=_officer_only(by)), "legal.told", by)


def not_told(demand: LegalDemand, *, why: str, look_again_on: date, by: Actor) -> LegalNotice:
    """The person does not know yet: why, and when that is looked at again."""
    if look_again_on <= timezone.localdate():
        raise Refused(_("Say on which day to come you will look at it again."), "day")
    notice = LegalNotice(
        demand=demand, why_not=why.strip(), look_again_on=look_again_on, recorded_by_id=_officer_only(by)
    )
    return _write(notice, "legal.not told", by)


def _officer_only(by: Actor) -> UUID:
    found = officer(NamedOfficer.Kind.LEGAL)
    if by.user_id is None or found is None or found.user_id != by.user_id:
        raise Refused(_("The legal officer alone answers legal demands."), "role")
    return by.user_id


def _write(row: Row, event: str, by: Actor) -> Row:
    with transaction.atomic(), acting(actor=by, reason=event):
        row.full_clean()
        row.save(force_insert=True)
        emit(event, row, by=by)
    return row
