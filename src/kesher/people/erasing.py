"""A person asks for their file to be erased: now to everybody's eyes, and within two days in the history of the tables, too.

What was agreed ends first, so that whoever listens to ``consent.withdrawn`` recalls what is on its way; for that rooms above
keep their rows a day longer. Then what the file says is emptied, its parts go, nobody has access any more. The nightly run of
:mod:`kesher.base.retention`, which alone may take rows out of history, then finds the emptied file past its time, and takes
with it what rooms above know of the person.
"""

from datetime import timedelta
from typing import Any, Final

from django.apps import apps
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kesher.base.events import emit
from kesher.base.history import acting
from kesher.base.transitions import Actor, Refused
from kesher.people.consents import file_closes, withdraw
from kesher.people.mandates import end, is_their_own
from kesher.people.models import Access, Consent, Person
from kesher.people.models.persons import KEPT

#: So long other rooms have to recall what is on its way, before their rows go with the file.
TO_RECALL: Final = timedelta(days=1)
NO_NAME: Final = "–"
#: These go through their own doors above, and with the row itself.
_NOT_PARTS: Final = frozenset({"people.Access", "people.Consent", "people.Mandate"})


def parts() -> list[type[models.Model]]:
    """The models of this room whose rows belong to a file: they name a ``person`` and go with it."""
    found = []
    for model in apps.get_app_config("people").get_models():
        if hasattr(model, "pgh_tracked_model") or model._meta.label in _NOT_PARTS:
            continue
        for field in model._meta.concrete_fields:
            goes_along = getattr(field.remote_field, "on_delete", None) is models.CASCADE
            if field.name == "person" and field.related_model is Person and goes_along:
                found.append(model)
    return found


def erase(person: Person, *, by: Actor) -> None:
    """Erase the file on the person's own word. Raises :class:`Refused` for everybody else and changes nothing."""
    if not is_their_own(person, by):
        raise Refused(_("Only the person themselves can have their file erased here."), "role")
    with transaction.atomic(), acting(actor=by.user_id, reason="erased by the person"):
        locked = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
        for mandate in locked.mandates.filter(ended_at=None).order_by("pk"):
            end(mandate, by=by)
        for consent in Consent.objects.in_force().filter(person=locked).order_by("pk"):
            withdraw(consent, by=by)
        file_closes(locked.pk, None)
        emit("file.erased", locked, by=by)
        for model in parts():
            _rows(model).filter(person=locked).delete()
        now = timezone.now()
        locked.called, locked.state, locked.last_step_at = NO_NAME, Person.State.CLOSED, now - KEPT + TO_RECALL
        for name in ("other_names", "phone", "email", "identity_number", "reach_when"):
            setattr(locked, name, "")
        locked.born = locked.area = locked.user = None
        locked.save()
        # last: with it the file is closed to ourselves as well
        Access.objects.in_force().filter(person=locked, user=by.user_id).update(until=now, updated_at=now)


def _rows(model: type[models.Model]) -> models.QuerySet[Any]:
    return model._base_manager.all()
