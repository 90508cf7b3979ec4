"""What every change to a file's plan has in common: who may, what is locked, and what is counted anew."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import models, transaction
from django.db.models import Min
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kesher.accounts.models import Organisation
from kesher.base.events import emit
from kesher.base.history import acting
from kesher.base.transitions import Actor, Refused, TransitionTable
from kesher.casework.models import Plan, Step
from kesher.people import files
from kesher.people.consents import HELPER, PERSON, acts_for_file
from kesher.people.models import FILE_ROLES, Consent, Person
from kesher.people.models.consents import Purpose
from kesher.people.models.named import Named

Row = TypeVar("Row", bound=models.Model)
WORKERS = frozenset(str(role) for role in FILE_ROLES)
THEMSELVES = frozenset({PERSON})
ANYBODY = WORKERS | {PERSON, HELPER}


def has_the_file(row: Any, by: Actor) -> str | Promise | None:
    """Guard of all tables here: the row's person has opened their file to whoever acts."""
    return None if acts_for_file(row.person, by) else _("This file is not open to you.")


def must_work_with_files(person: Person, by: Actor) -> Organisation:
    """The organisation ``by`` acts for. Raises :class:`Refused` for whoever does not work with this file there."""
    if not by.roles & WORKERS or by.organisation_id is None:
        raise Refused(_("Your role does not allow this."), "role")
    if not acts_for_file(person, by):
        raise Refused(_("This file is not open to you."), "role")
    if person.state != Person.State.ACTIVE:
        raise Refused(_("This file is not in use any more."), "state")
    organisation = Organisation.objects.approved().filter(pk=by.organisation_id).first()
    if organisation is None:
        raise Refused(_("Your organisation is not approved."), "organisation")
    return organisation


def team(person: Person, *, by: Actor) -> list[Organisation]:
    """The organisations that have the file, as the person agreed, the first first; those that may be named to whoever asks."""
    mine = [by.organisation_id] if by.organisation_id else []
    agreed = Consent.objects.in_force().filter(Named(mine=mine, user_id=by.user_id), person=person)
    agreed = agreed.filter(purpose__in=[Purpose.FILE, Purpose.SHARE])
    keys = list(dict.fromkeys(agreed.order_by("id").values_list("organisation_id", flat=True)))
    found = Organisation.objects.approved().in_bulk(keys)
    return [found[key] for key in keys if key in found]


@contextmanager
def changing(person: Person, *, by: Actor, reason: str) -> Iterator[Plan]:
    """One change of a person's plan after the other; afterwards the plan tells the next date, and the file is in use."""
    with transaction.atomic(), acting(actor=by, reason=reason):
        Plan.objects.get_or_create(person=person)
        plan = Plan.objects.select_for_update(of=("self",)).get(person=person)
        yield plan
        plan.next_on = Step.objects.open().filter(person=person).aggregate(next=Min("due_on"))["next"]
        plan.moved_at = timezone.now()
        plan.save(update_fields=["next_on", "moved_at", "aim", "updated_at"])
        files.something_happened(person)


def move(
    table: TransitionTable, row: Row, event: str, *, by: Actor, reason: str = "", fields: dict[str, Any] | None = None
) -> None:
    """As :meth:`TransitionTable.apply`, and in the same statement what belongs to the new state. Inside :func:`changing`."""
    model = type(row)
    locked = model._base_manager.select_for_update(of=("self",)).get(pk=row.pk)
    if refusal := table.refusal(locked, event, by=by, reason=reason):
        raise refusal
    before = getattr(locked, table.field)
    transition = table.find(event, before)
    assert transition is not None  # refusal() has said so
    values = {table.field: transition.target, **(fields or {})}
    for name, value in values.items():
        setattr(locked, name, value)
        setattr(row, name, value)
    locked.save(update_fields=[*values, "updated_at"])
    data = {"from": before, "to": transition.target, "person": str(getattr(locked, "person_id", ""))}
    emit(f"{table.name}.{event}", row, by=by, reason=reason, data=data)
