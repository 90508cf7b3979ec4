"""Writing a part of a file down, and taking one out: by whoever may, with a trace, and the file stays alive by it.

    keep(LanguageSkill(person=person, language="he", judge="person", listening="A2"), by=actor)
    remove(qualification, by=actor)

What a part must be stands in its constraints; they are checked here, with their message, before the database does.
"""

from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kesher.base.events import emit
from kesher.base.history import acting
from kesher.base.transitions import Actor, Refused
from kesher.people import files
from kesher.people.consents import OWN_FILE, PERSON, acts_for_file, is_their_own
from kesher.people.models import Aspiration, DigitalSkill, LanguageSkill, Person


def keep(row: Any, *, by: Actor, seen: str | None = None) -> None:
    """Write a new or changed part down.

    ``seen``, of what a person has once: the :func:`kesher.people.files.stamp_of` what was read before. Raises
    :class:`~kesher.people.files.Changed` where something else stands there by now, unless it is the same (pressed twice).
    Raises :class:`Refused` for whoever may not write into the file, and
    :class:`~django.core.exceptions.ValidationError` for what cannot be.
    """
    person: Person = row.person
    _may(person, by)
    # a caseworker writes down what the person says of themselves; the person never writes the caseworker's judgement
    judged = isinstance(row, LanguageSkill | DigitalSkill) and row.judge == LanguageSkill.Judge.CASEWORKER
    if judged and PERSON in by.roles:
        raise Refused(_("That is the caseworker's judgement, beside your own."), "judge")
    if judged and is_their_own(person, by):
        raise Refused(OWN_FILE, "conflict")
    with transaction.atomic(), acting(actor=by, reason="file written"):
        if seen is not None and _stands_already(row, seen):
            return
        row.full_clean()
        row.noted_by_id = by.user_id
        row.save()
        _happened(person, row, by, "file.part_kept")


def _stands_already(row: Any, seen: str) -> bool:
    """Whether somebody has written the same since; raises :class:`~kesher.people.files.Changed` where it is something else."""
    Person.objects.select_for_update(of=("self",)).get(pk=row.person_id)
    there = type(row)._base_manager.filter(person=row.person_id).first()
    if seen == files.stamp_of(there):
        return False
    if there is None or files.said_in(row) != files.said_in(there):
        raise files.Changed(there or type(row)(person=row.person))
    return True


def remove(row: Any, *, by: Actor) -> None:
    """Take a part out: what was wrong, or is not to be there. Its history goes with the file.

    A goal is taken out by the person alone, or on the same day by whoever mistook what they said: else the goal before
    could be made to have never been said, and a lower one would be the first.
    """
    person: Person = row.person
    _may(person, by)
    if isinstance(row, Aspiration) and PERSON not in by.roles and not _just_noted(row, by):
        raise Refused(_("A goal that was said stays. If it is another now, write down what they say."), "goal")
    with transaction.atomic(), acting(actor=by, reason="taken out of the file"):
        _happened(person, row, by, "file.part_removed")
        row.delete()


def _just_noted(goal: Aspiration, by: Actor) -> bool:
    return goal.noted_by_id == by.user_id and timezone.localdate(goal.said_at) == timezone.localdate()


def _may(person: Person, by: Actor) -> None:
    if not acts_for_file(person, by):
        raise Refused(_("This file is not open to you."), "role")


def _happened(person: Person, row: models.Model, by: Actor, name: str) -> None:
    files.something_happened(person)
    emit(name, person, by=by, data={"part": row._meta.label, "id": str(row.pk)})
