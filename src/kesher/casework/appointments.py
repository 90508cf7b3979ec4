"""Booking, moving and ending appointments; the list of those who interpret.

meeting = book(person, starts_at=…, with_whom="Noa", place="Room 3", language="am", interpreting="phone", by=actor)
move(meeting, starts_at=…, by=actor)
end(meeting, "keep", seen=stamp, by=actor)          they came; "miss": they did not
end(meeting, "cancel", reason="person", seen=stamp, by=actor)
"""

import uuid
from datetime import datetime, timedelta
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from kesher.accounts.models import Organisation
from kesher.base.events import emit
from kesher.base.history import acting
from kesher.base.transitions import SYSTEM, Actor, Refused, Transition, TransitionTable
from kesher.casework import moving
from kesher.casework.appointment_notices import tell_of
from kesher.casework.models import Appointment, Gender, Interpreter, Interpreting, WhyCancelled
from kesher.casework.moving import THEMSELVES, WORKERS, changing, has_the_file, must_work_with_files
from kesher.formats import icalendar
from kesher.people import files
from kesher.people.consents import HELPER, ends_with_the_file
from kesher.people.models import Person
from kesher.referrals.vocabularies import LINK

State = Appointment.State
#: How long before an appointment a calendar rings.
REMIND: Final = timedelta(hours=2)


def of_own_organisation(appointment: Any, by: Actor) -> str | Promise | None:
    """What came of a meeting is said by those who invited; that they cannot come, by the person, too, if by link."""
    if LINK in by.roles and by.organisation_id == appointment.organisation_id:
        approved = Organisation.objects.approved().filter(pk=by.organisation_id).exists()
        return None if approved else _("Your organisation is not approved.")
    if refused := has_the_file(appointment, by):
        return refused
    theirs = by.organisation_id == appointment.organisation_id or by.roles & (THEMSELVES | {HELPER})
    return None if theirs else _("Another organisation has booked this.")


def has_begun(appointment: Any, by: Actor) -> str | Promise | None:
    if refused := of_own_organisation(appointment, by):
        return refused
    return None if appointment.starts_at <= timezone.now() else _("It has not begun yet.")


APPOINTMENT_STATES: Final = TransitionTable(
    name="appointment",
    field="state",
    transitions=(
        Transition("keep", sources={State.BOOKED, State.MISSED}, target=State.KEPT, roles=WORKERS, guard=has_begun),
        Transition("miss", sources={State.BOOKED, State.KEPT}, target=State.MISSED, roles=WORKERS, guard=has_begun),
        Transition(
            "cancel",
            sources={State.BOOKED},
            target=State.CANCELLED,
            roles=WORKERS | THEMSELVES | {HELPER, LINK},
            guard=of_own_organisation,
            reason_required=True,
        ),
        # whoever invited sees the file no more
        Transition("close", sources={State.BOOKED}, target=State.CANCELLED, roles={SYSTEM}),
    ),
)


def book(
    person: Person,
    *,
    starts_at: datetime,
    with_whom: str,
    by: Actor,
    language: str,
    minutes: int = 30,
    where: str = Appointment.Where.PLACE,
    place: str = "",
    interpreting: str = Interpreting.NONE,
    interpreter_gender: str = Gender.ANY,
    interpreter: Interpreter | None = None,
    with_user_id: uuid.UUID | None = None,
) -> Appointment:
    """Book a meeting, or raise :class:`Refused`: in the past, with nobody, nowhere, or with an interpreter who cannot."""
    own = must_work_with_files(person, by)
    appointment = Appointment(
        person=person,
        organisation=own,
        starts_at=starts_at,
        minutes=minutes,
        with_whom=with_whom.strip(),
        with_user_id=with_user_id,
        booked_by_id=by.user_id,
        where=where,
        place=place.strip(),
        language=language,
        interpreting=interpreting,
        interpreter_gender=interpreter_gender,
        interpreter=interpreter,
    )
    _check(appointment)
    with changing(person, by=by, reason="appointment booked"):
        appointment.save(force_insert=True)
        emit("appointment.book", appointment, by=by, data={"person": str(person.pk)})
        tell_of(appointment, "book", by=by)
    return appointment


def move(appointment: Appointment, *, by: Actor, seen: str | None, **changed: Any) -> None:
    """Change when, where or who interprets, as long as it is booked. ``changed``: fields of :class:`Appointment`.

    ``seen``: the :func:`kesher.people.files.stamp_of` the appointment that was read before; raises
    :class:`~kesher.people.files.Changed` where something else stands there by now. What stands there already is no change.
    """
    with changing(appointment.person, by=by, reason="appointment moved"):
        locked = Appointment.objects.select_for_update(of=("self",)).get(pk=appointment.pk)
        if not locked.is_booked:
            raise Refused(_("This is not possible in the present state."), "state")
        if not by.roles & WORKERS:
            raise Refused(_("Your role does not allow this."), "role")
        if why_not := of_own_organisation(locked, by):
            raise Refused(why_not, "guard")
        files.must_be_as_seen(locked, changed, seen=seen, now=files.stamp_of(locked))
        if all(getattr(locked, name) == value for name, value in changed.items()):
            return
        for name, value in changed.items():
            setattr(locked, name, value)
        locked.sequence += 1
        _check(locked)
        locked.save(update_fields=[*changed, "sequence", "updated_at"])
        emit("appointment.move", locked, by=by, data={"person": str(locked.person_id)})
        locked.person = appointment.person
        tell_of(locked, "move", by=by)
    appointment.refresh_from_db()


def end(appointment: Appointment, event: str, *, by: Actor, seen: str | None, reason: str = "") -> None:
    """Say what came of it: "keep", "miss" or "cancel" with a :class:`WhyCancelled`.

    ``seen``: as for :func:`move`: nobody cancels a day of which they have not read. Raises
    :class:`~kesher.people.files.Changed`, unless it is over already.
    """
    if event == "cancel" and reason not in WhyCancelled.values:
        raise Refused(_("Please choose a reason."), "reason")
    reason = reason if event == "cancel" else ""
    with changing(appointment.person, by=by, reason=f"appointment: {event}"):
        locked = Appointment.objects.select_for_update(of=("self",)).get(pk=appointment.pk)
        locked.person = appointment.person
        other = seen is not files.READ_NOTHING and seen != files.stamp_of(locked)
        if other and APPOINTMENT_STATES.refusal(locked, event, by=by, reason=reason) is None:
            raise files.Changed(locked)
        fields = {"reason": reason, "sequence": locked.sequence + 1}
        moving.move(APPOINTMENT_STATES, appointment, event, by=by, reason=reason, fields=fields)
        if event == "cancel":
            tell_of(appointment, "cancel", by=by)


@ends_with_the_file
def cancel_all(person_id: uuid.UUID, organisation_id: uuid.UUID | None) -> None:
    """What this organisation (None: whichever) has booked, still to come: nobody would be there, and nobody could say so."""
    to_come = Appointment.objects.booked().filter(person=person_id, starts_at__gt=timezone.now())
    if organisation_id is not None:
        to_come = to_come.filter(organisation=organisation_id)
    for one in to_come.select_related("person").order_by("id"):
        fields = {"reason": WhyCancelled.PERSON, "sequence": one.sequence + 1}
        moving.move(APPOINTMENT_STATES, one, "close", by=Actor.the_system(), fields=fields)
        tell_of(one, "cancel", by=Actor.the_system())


def _check(appointment: Appointment) -> None:
    if appointment.starts_at <= timezone.now():
        raise Refused(_("That time has passed."), "starts_at")
    if not appointment.with_whom:
        raise Refused(_("Say whom the person meets."), "with_whom")
    if interpreter := appointment.interpreter:
        if appointment.language not in interpreter.languages:
            raise Refused(_("This interpreter does not speak that language."), "interpreter")
        fits = {Interpreting.IN_PERSON: interpreter.in_person, Interpreting.PHONE: interpreter.by_phone}
        if not fits.get(Interpreting(appointment.interpreting), False):
            raise Refused(_("This interpreter does not interpret in that way."), "interpreter")
        if appointment.interpreter_gender not in (Gender.ANY, interpreter.gender):
            raise Refused(_("The person asked for somebody else."), "interpreter")
        if _is_taken(appointment, interpreter):
            raise Refused(_("This interpreter has another appointment then."), "interpreter")
    try:
        appointment.clean_fields(exclude=["person", "organisation", "interpreter"])
        appointment.validate_constraints(exclude=["person", "organisation"])
    except ValidationError as wrong:
        raise Refused(" ".join(wrong.messages), "field") from wrong


def _is_taken(appointment: Appointment, interpreter: Interpreter) -> bool:
    """Whether they are booked at that time, as far as the database shows it to us."""
    near = Appointment.objects.booked().filter(interpreter=interpreter, starts_at__lt=appointment.ends_at)
    return any(
        other.ends_at > appointment.starts_at for other in near.exclude(pk=appointment.pk).order_by("-starts_at")[:20]
    )


# --- interpreters -------------------------------------------------------------------------------------------------------


def list_interpreter(*, by: Actor, **known: Any) -> Interpreter:
    """Put somebody of age, who agreed, on the organisation's list. Raises :class:`Refused`."""
    interpreter = Interpreter(organisation=_own(by), **known)
    _check_interpreter(interpreter)
    with transaction.atomic(), acting(actor=by, reason="interpreter listed"):
        interpreter.save(force_insert=True)
        emit("interpreter.list", interpreter, by=by)
    return interpreter


def change_interpreter(interpreter: Interpreter, *, by: Actor, seen: str | None, **known: Any) -> None:
    """Only whoever keeps the list changes it. ``seen``: as for :func:`move`."""
    if _own(by).pk != interpreter.organisation_id:
        raise Refused(_("They stand on the list of another organisation."), "organisation")
    with transaction.atomic(), acting(actor=by, reason="interpreter changed"):
        locked = Interpreter.objects.select_for_update(of=("self",)).get(pk=interpreter.pk)
        files.must_be_as_seen(locked, known, seen=seen, now=files.stamp_of(locked))
        for row in (locked, interpreter):
            for name, value in known.items():
                setattr(row, name, value)
        _check_interpreter(locked)
        locked.save()


def unlist_interpreter(interpreter: Interpreter, *, by: Actor) -> None:
    """They leave the list: name and number are gone."""
    if _own(by).pk != interpreter.organisation_id:
        raise Refused(_("They stand on the list of another organisation."), "organisation")
    with transaction.atomic(), acting(actor=by, reason="interpreter unlisted"):
        emit("interpreter.unlist", interpreter, by=by)
        interpreter.delete()


def _own(by: Actor) -> Organisation:
    if not by.roles & WORKERS or by.organisation_id is None:
        raise Refused(_("Your role does not allow this."), "role")
    organisation = Organisation.objects.approved().filter(pk=by.organisation_id).first()
    if organisation is None:
        raise Refused(_("Your organisation is not approved."), "organisation")
    return organisation


def _check_interpreter(interpreter: Interpreter) -> None:
    try:
        interpreter.clean_fields(exclude=["organisation"])
        interpreter.validate_constraints(exclude=["organisation"])
    except ValidationError as wrong:
        raise Refused(" ".join(wrong.messages), "field") from wrong


# --- for calendars ------------------------------------------------------------------------------------------------------


def as_calendar(appointment: Appointment, *, made: datetime, with_place: bool = True) -> bytes:
    """The appointment for the person's own calendar, in their language: never who they are, whom they meet, or why."""
    with override(appointment.person.language):
        entry = icalendar.Appointment(
            uid=str(appointment.pk),
            starts=appointment.starts_at,
            ends=appointment.ends_at,
            summary=capfirst(gettext("appointment")),
            language=appointment.person.language,
            location=appointment.place if with_place else "",
            cancelled=appointment.state == State.CANCELLED,
            sequence=appointment.sequence,
            remind=REMIND,
        )
    return icalendar.write([entry], made=made)
