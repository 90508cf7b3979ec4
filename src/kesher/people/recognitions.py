"""Having a qualification from elsewhere recognised: two routes, each with an authority, steps, fees, and a day of an answer.

    way = begin(qualification, route="licence", by=caseworker)          without papers the route by interview is taken
    change(way, authority="Ministry of Health", fee=350, by=caseworker)
    move(way, "apply", by=caseworker)
    add_step(way, kind="translate", due_on=friday, by=caseworker)
    finish_step(step, by=caseworker)

The states are data (:data:`RECOGNITION_STATES`); who acts for the file moves them, the person on their own page too.
"""

from datetime import date
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kesher.base.events import emit
from kesher.base.history import acting
from kesher.base.transitions import Actor, Refused, Transition, TransitionTable
from kesher.people import files
from kesher.people.consents import PERSON, acts_for_file
from kesher.people.models import FILE_ROLES, Person, Qualification, Recognition, RecognitionStep

State, Way, Route = Recognition.State, Recognition.Way, Recognition.Route
#: What may be changed without moving it.
CHANGEABLE: Final = ("way", "authority", "fee", "fee_paid_by", "applied_on", "expected_on", "bridging")


def _open_to(way: Recognition, by: Actor) -> str | Promise | None:
    return None if acts_for_file(way.person, by) else _("This file is not open to you.")


def _row(event: str, sources: set[Recognition.State], target: Recognition.State) -> Transition:
    return Transition(event, sources=sources, target=target, roles={*FILE_ROLES, PERSON}, guard=_open_to)


_BEFORE = {State.THINKING, State.GATHERING}
_WAITING = {State.APPLIED, State.ASKED}
RECOGNITION_STATES: Final = TransitionTable(
    name="recognition",
    field="state",
    stamps=True,
    transitions=(
        _row("gather", {State.THINKING, State.ASKED}, State.GATHERING),
        _row("apply", _BEFORE | {State.ASKED, State.PARTLY}, State.APPLIED),
        _row("ask_more", {State.APPLIED}, State.ASKED),
        _row("recognise_part", _WAITING, State.PARTLY),
        _row("recognise", _WAITING | {State.PARTLY}, State.RECOGNISED),
        _row("refuse", _WAITING | {State.PARTLY}, State.REFUSED),
        _row("stop", _BEFORE | _WAITING | {State.PARTLY}, State.STOPPED),
        _row("take_up", {State.REFUSED, State.STOPPED}, State.THINKING),
    ),
)
#: What each event is called on its button.
VERBS: Final[dict[str, str | Promise]] = {
    "gather": _("We gather papers"),
    "apply": _("It is applied for"),
    "ask_more": _("They ask for more"),
    "recognise_part": _("Recognised in part"),
    "recognise": _("It is recognised"),
    "refuse": _("It is refused"),
    "stop": _("The person stops it"),
    "take_up": _("Take it up again"),
}


def way_for(qualification: Qualification) -> str:
    """With papers where there are some, even a copy; else by an interview."""
    proof = Qualification.Proof
    return Way.PAPERS if qualification.proof in (proof.HELD, proof.COPY) else Way.INTERVIEW


def begin(qualification: Qualification, *, route: str, by: Actor, way: str = "") -> Recognition:
    """Take up a route for a qualification. Raises :class:`Refused`, and ValidationError where it is noted already."""
    person: Person = qualification.person
    _may(person, by)
    row = Recognition(
        person=person,
        qualification=qualification,
        route=route,
        way=way or way_for(qualification),
        noted_by_id=by.user_id,
    )
    row.full_clean()
    with transaction.atomic(), acting(actor=by, reason="recognition begun"):
        row.save(force_insert=True)
        _happened(row, by, "recognition.begun")
    return row


def change(row: Recognition, *, by: Actor, seen: str | None, **values: Any) -> None:
    """Write down what has become known. ``seen``: the :func:`stamp` of what was read before.

    Raises :class:`~kesher.people.files.Changed` where something else stands there by now, :class:`Refused`, and
    ValidationError for what cannot be.
    """
    _may(row.person, by)
    if set(values) - set(CHANGEABLE):
        raise ValueError(f"these are not changed here: {sorted(set(values) - set(CHANGEABLE))}")
    with transaction.atomic(), acting(actor=by, reason="recognition written"):
        locked = Recognition.objects.select_for_update(of=("self",)).get(pk=row.pk)
        differs = any(getattr(locked, name) != value for name, value in values.items())
        if seen is not None and seen != stamp(locked) and differs:
            raise files.Changed(locked)
        for name, value in values.items():
            setattr(locked, name, value)
        locked.noted_by_id = by.user_id
        locked.full_clean()
        locked.save()
        _happened(locked, by, "recognition.changed")
    row.refresh_from_db()


def stamp(row: Recognition) -> str:
    """What tells one state of what may be changed from another."""
    return files.stamp_of(row, CHANGEABLE)


def move(row: Recognition, event: str, *, by: Actor, on: date | None = None) -> None:
    """One step of :data:`RECOGNITION_STATES`; with "apply" the day it was applied is kept, today where none is said."""
    fields: dict[str, Any] = {}
    if event == "apply":
        fields["applied_on"] = on or row.applied_on or timezone.localdate()
        if row.expected_on is not None and row.expected_on < fields["applied_on"]:
            fields["expected_on"] = None  # an answer that was expected before is expected no more
    with transaction.atomic():
        RECOGNITION_STATES.apply(row, event, by=by, fields=fields, person=str(row.person_id))
        files.something_happened(row.person)


def add_step(row: Recognition, *, kind: str, by: Actor, text: str = "", due_on: date | None = None) -> RecognitionStep:
    """Something to do on the way. Raises :class:`Refused`, and ValidationError for "something else" without words."""
    _may(row.person, by)
    step = RecognitionStep(
        person=row.person, recognition=row, kind=kind, text=text.strip(), due_on=due_on, noted_by_id=by.user_id
    )
    step.full_clean()
    with transaction.atomic(), acting(actor=by, reason="step to recognition"):
        step.save(force_insert=True)
        _happened(row, by, "recognition.step_added")
    return step


def finish_step(step: RecognitionStep, *, by: Actor) -> None:
    """It is done. Twice is once. Raises :class:`Refused` for whoever may not write into the file."""
    _may(step.person, by)
    with transaction.atomic(), acting(actor=by, reason="step to recognition done"):
        locked = RecognitionStep.objects.select_for_update(of=("self",)).get(pk=step.pk)
        if locked.done_on is None:
            locked.done_on = timezone.localdate()
            locked.save(update_fields=["done_on", "updated_at"])
            _happened(step.recognition, by, "recognition.step_done")
    step.done_on = locked.done_on


def _may(person: Person, by: Actor) -> None:
    if not acts_for_file(person, by):
        raise Refused(_("This file is not open to you."), "role")


def _happened(row: Recognition, by: Actor, name: str) -> None:
    files.something_happened(row.person)
    emit(name, row, by=by, data={"person": str(row.person_id)})
