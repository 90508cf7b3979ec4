"""Keeping a time for somebody without a file, saying what came of it, and making an appointment of it when there is a file.

booking = book(called="Almaz", phone="050-555-0123", language="am", starts_at=…, with_whom="Noa", place="Room 3", by=actor)
end(booking, "keep", by=actor)                  they came; "miss", "cancel"
appointment = into_file(booking, person, by=actor)      the booking is gone, and an appointment stands in the file
erase(booking, by=actor)                        they do not want it kept
"""

from datetime import datetime
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kesher.accounts.models import Organisation
from kesher.base.events import emit
from kesher.base.history import acting
from kesher.base.transitions import Actor, Refused, Transition, TransitionTable
from kesher.casework import appointments
from kesher.casework.models import Appointment, Booking
from kesher.casework.moving import WORKERS
from kesher.people.models import Person

State = Booking.State
#: What goes over into the appointment of a file.
TAKEN_OVER: Final = (
    "starts_at", "minutes", "where", "place", "with_whom", "language", "interpreting", "interpreter_gender",
)  # fmt: skip


def ours(booking: Any, by: Actor) -> str | Promise | None:
    """Guard of the whole table: booked at the organisation for which one acts, and that may work."""
    if by.organisation_id != booking.organisation_id:
        return _("Another organisation has booked this.")
    approved = Organisation.objects.approved().filter(pk=by.organisation_id).exists()
    return None if approved else _("Your organisation is not approved.")


def begun(booking: Any, by: Actor) -> str | Promise | None:
    return ours(booking, by) or (None if booking.has_begun else _("It has not begun yet."))


BOOKING_STATES: Final = TransitionTable(
    name="booking",
    field="state",
    transitions=(
        Transition("keep", sources={State.BOOKED, State.MISSED}, target=State.KEPT, roles=WORKERS, guard=begun),
        Transition("miss", sources={State.BOOKED, State.KEPT}, target=State.MISSED, roles=WORKERS, guard=begun),
        Transition("cancel", sources={State.BOOKED}, target=State.CANCELLED, roles=WORKERS, guard=ours),
    ),
)


def book(*, by: Actor, called: str, starts_at: datetime, with_whom: str, **said: Any) -> Booking:
    """Keep the time, for whoever agreed to it. ``said``: other fields of :class:`Booking`. Raises :class:`Refused`."""
    if not by.roles & WORKERS or by.organisation_id is None:
        raise Refused(_("Your role does not allow this."), "role")
    organisation = Organisation.objects.approved().filter(pk=by.organisation_id).first()
    if organisation is None:
        raise Refused(_("Your organisation is not approved."), "organisation")
    if starts_at <= timezone.now():
        raise Refused(_("That time has passed."), "starts_at")
    if said.get("where") == Appointment.Where.PHONE and not said.get("phone"):
        raise Refused(_("Without a number nobody can call."), "phone")  # encrypted: the database cannot see it
    booking = Booking(
        organisation=organisation,
        called=called.strip(),
        starts_at=starts_at,
        with_whom=with_whom.strip(),
        booked_by_id=by.user_id,
        **said,
    )
    try:
        booking.clean_fields(exclude=["organisation"])
        booking.validate_constraints(exclude=["organisation"])
    except ValidationError as wrong:
        raise Refused(" ".join(wrong.messages), "field") from wrong
    with transaction.atomic(), acting(actor=by, reason="booked without a file"):
        booking.save(force_insert=True)
        emit("booking.book", booking, by=by)
    return booking


def end(booking: Booking, event: str, *, by: Actor) -> None:
    """ "keep", "miss" or "cancel". Raises :class:`Refused`."""
    with transaction.atomic(), acting(actor=by, reason=f"booking: {event}"):
        Booking.objects.select_for_update(of=("self",)).filter(pk=booking.pk).first()
        booking.refresh_from_db(fields=["state"])
        BOOKING_STATES.apply(booking, event, by=by)


def erase(booking: Booking, *, by: Actor) -> None:
    """Name and number are gone at once, whatever came of it."""
    _must_be_ours(booking, by)
    with transaction.atomic(), acting(actor=by, reason="erased on request"):
        emit("booking.erased", booking, by=by)
        Booking.objects.filter(pk=booking.pk).delete()


def into_file(booking: Booking, person: Person, *, by: Actor) -> Appointment | None:
    """The time stands in their file from now on, and nowhere else; None where it is past or was cancelled. Twice is once."""
    _must_be_ours(booking, by)
    with transaction.atomic(), acting(actor=by, reason="booking went into a file"):
        locked = Booking.objects.select_for_update(of=("self",)).filter(pk=booking.pk).first()
        if locked is None:
            return None
        made = None
        if locked.is_booked and not locked.has_begun:
            told = {name: getattr(locked, name) for name in TAKEN_OVER}
            made = appointments.book(person, by=by, **told)
        emit("booking.filed", locked, by=by, data={"person": str(person.pk)})
        locked.delete()
    return made


def _must_be_ours(booking: Booking, by: Actor) -> None:
    if not by.roles & WORKERS:
        raise Refused(_("Your role does not allow this."), "role")
    if refused := ours(booking, by):
        raise Refused(refused, "organisation")
