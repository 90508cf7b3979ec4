"""A person asks for their file to be erased: now to everybody's eyes, and within two days in the history of the tables, too.

erase(person, by=them)                                      on their own page
ask_for(person, how="present", by=caseworker)               they have no account: a caseworker writes down that they asked
confirm(person, by=colleague)                               a second person says so, and it is done
keep_after_all(person, by=colleague)                        they have changed their mind

What was agreed ends first, so that whoever listens to ``consent.withdrawn`` recalls what is on its way; for that rooms above
keep their rows a day longer. Then what the file says is emptied, its parts go, nobody has access any more. The nightly run of
:mod:`kesher.base.retention`, which alone may take rows out of history, then finds the emptied file past its time, and takes
with it what rooms above know of the person. Who had it is told by :mod:`kesher.people.erased`.

A file that nobody holds any more is seen by nobody, so nobody could ask for it: :func:`sweep` empties it a week later.
"""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections, models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kesher.base.events import emit
from kesher.base.history import acting
from kesher.base.models import Event
from kesher.base.rows import acting_for
from kesher.base.tasks import every
from kesher.base.transitions import Actor, Refused
from kesher.people.consents import acts_for_file, end_now, file_closes
from kesher.people.mandates import end_for_good, is_their_own
from kesher.people.models import FILE_ROLES, Access, Consent, Person
from kesher.people.models.consents import Purpose
from kesher.people.models.persons import KEPT

#: So long other rooms have to recall what is on its way, before their rows go with the file.
TO_RECALL: Final = timedelta(days=1)
#: So long a second person has to confirm what a caseworker wrote down. A right does not wait for a colleague: then it is done.
TO_CONFIRM: Final = timedelta(days=7)
#: So long a file stands that nobody holds any more.
UNHELD: Final = timedelta(days=7)
NO_NAME: Final = "–"
#: Events: what was asked and of whom it was told. They name the file by its key alone.
ASKED, STOPPED, ERASED = "file.erasure_asked", "file.erasure_stopped", "file.erased"
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
    _erase(person, by=by, reason="erased by the person")


def _erase(person: Person, *, by: Actor, reason: str) -> None:
    with transaction.atomic(), acting(actor=by.user_id, reason=reason):
        locked = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
        if locked.state == Person.State.CLOSED:
            return
        had = _whoever_had(locked)
        for mandate in locked.mandates.filter(ended_at=None).order_by("pk"):
            end_for_good(mandate, by=by)
        for consent in Consent.objects.in_force().filter(person=locked).order_by("pk"):
            end_now(consent, by=by, closing=False)  # while we still see the rest
        file_closes(locked.pk, None)
        emit(ERASED, locked, by=by, data=had)
        _empty(locked)
        # last: with it the file is closed to ourselves as well
        now = timezone.now()
        Access.objects.in_force().filter(person=locked).update(until=now, updated_at=now)
        person.state = locked.state


def _whoever_had(person: Person) -> dict[str, list[str]]:
    """The organisations that were ever let in, as the person agreed: to the file, and to what a referral carries."""
    agreed = Consent.objects.filter(person=person, organisation__isnull=False)
    pairs = set(agreed.values_list("purpose", "organisation"))
    return {
        "organisations": sorted({str(one) for purpose, one in pairs if purpose in (Purpose.FILE, Purpose.SHARE)}),
        "receivers": sorted({str(one) for purpose, one in pairs if purpose == Purpose.REFERRAL}),
    }


def _empty(locked: Person, using: str = DEFAULT_DB_ALIAS) -> None:
    """Take out of the row what it says, and all its parts; the night takes the row."""
    for model in parts():
        model._base_manager.using(using).filter(person=locked).delete()
    locked.called, locked.state = NO_NAME, Person.State.CLOSED
    locked.last_step_at = timezone.now() - KEPT + TO_RECALL
    for name in ("other_names", "phone", "email", "identity_number", "reach_when"):
        setattr(locked, name, "")
    locked.born = locked.area = locked.user = locked.merged_into = None
    locked.save(using=using)


# --- for somebody without an account -------------------------------------------------------------------------------------


def waiting(person: Person) -> Event | None:
    """That they asked for it and nobody has confirmed or stopped it yet."""
    last = Event.objects.filter(about_id=person.pk, name__in=[ASKED, STOPPED, ERASED]).order_by("-id").first()
    return last if last is not None and last.name == ASKED else None


def why_not(person: Person, by: Actor) -> Any:
    """Why it cannot be asked for here, or None."""
    if not (by.roles & FILE_ROLES and by.organisation_id is not None and acts_for_file(person, by)):
        return _("This file is not open to you.")
    if person.user_id is not None:
        return _("They have an account: they have their file erased on their own page.")
    others = Consent.objects.in_force().filter(person=person, purpose=Purpose.FILE)
    if others.exclude(organisation=by.organisation_id).exists():
        return _("Another organisation keeps this file, too. Take back the agreement with yours; they ask the other.")
    ours = Access.objects.in_force().filter(person=person, organisation=by.organisation_id, kind=Access.Kind.KEEPER)
    if not ours.exists():
        return _("The organisation that keeps this file is asked; with yours it is only shared.")
    return None


def ask_for(person: Person, *, how: str, by: Actor) -> Event:
    """Write down that a person without an account wants their file erased. Asked twice is once.

    Raises :class:`Refused` and changes nothing. ``how``: present, phone or paper (:class:`Consent.How`).
    """
    if how not in (Consent.How.PRESENT, Consent.How.PHONE, Consent.How.PAPER):
        raise Refused(_("Say how they asked for it."), "how")
    with transaction.atomic(), acting(actor=by.user_id, reason="erasure asked"):
        locked = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
        if refusal := why_not(locked, by):
            raise Refused(refusal, "erase")
        there = waiting(locked)
        return there or emit(ASKED, locked, by=by, data={"how": how, "organisation": str(by.organisation_id)})


def confirm(person: Person, *, by: Actor) -> None:
    """A second person of the organisation says that it is so: erased now. Raises :class:`Refused` and changes nothing."""
    with transaction.atomic():
        locked = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
        asked = waiting(locked)
        if asked is None:
            raise Refused(_("Nobody has asked for this, or it was stopped."), "state")
        if refusal := why_not(locked, by):
            raise Refused(refusal, "erase")
        if by.user_id is None or by.user_id == asked.actor_id:
            raise Refused(_("Somebody else confirms it than who wrote it down."), "second")
        _erase(locked, by=by, reason="erased on the person's word")


def keep_after_all(person: Person, *, by: Actor) -> None:
    """They have changed their mind, or it was a mistake: whoever works with the file may say so. Twice is once."""
    with transaction.atomic(), acting(actor=by.user_id, reason="erasure stopped"):
        locked = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
        if not acts_for_file(locked, by):
            raise Refused(_("This file is not open to you."), "role")
        if waiting(locked) is not None:
            emit(STOPPED, locked, by=by)


@every("15 3 * * *")
def erase_what_was_asked() -> None:
    """Each night: what nobody has confirmed within a week is done all the same, and what nobody holds is emptied."""
    now = timezone.now()
    erase_unconfirmed(now)
    sweep(now)


def erase_unconfirmed(now: datetime) -> int:
    """Erase what was asked a week ago and neither confirmed nor stopped; returns of how many."""
    asked = Event.objects.filter(name=ASKED, at__lt=now - TO_CONFIRM, at__gt=now - KEPT).order_by("id")
    done = 0
    for event in asked:
        organisation = uuid.UUID(event.data["organisation"])
        with acting_for(organisation_ids=[organisation]):
            person = Person.objects.active().filter(pk=event.about_id).first()
            last = waiting(person) if person is not None else None
            if person is None or last is None or last.at >= now - TO_CONFIRM:
                continue
            system = Actor(None, organisation, frozenset({"system"}))
            _erase(person, by=system, reason="erased on the person's word")
            done += 1
    return done


def sweep(now: datetime) -> int:
    """Empty files that nobody has held for a week: no organisation, nobody of their own. Returns of how many.

    As the database's owner, for nobody else sees them.
    """
    using = settings.RETENTION_DATABASE
    try:
        keys = list(_unheld(now, using).order_by("pk").values_list("pk", flat=True))
        return sum(_empty_unheld(key, using) for key in keys)
    finally:
        if using != DEFAULT_DB_ALIAS:
            connections[using].close()


def _unheld(now: datetime, using: str) -> models.QuerySet[Person]:
    whole = Access._base_manager.using(using).filter(whole=True, person=OuterRef("pk"))
    lately = whole.filter(Q(until=None) | Q(until__gt=now - UNHELD))
    kept = Person._base_manager.using(using).filter(pk=OuterRef("merged_into"), state=Person.State.ACTIVE)
    left = Person._base_manager.using(using).exclude(state=Person.State.CLOSED)
    # a merged file lives as long as the one it is part of
    of_merged = Q(state=Person.State.MERGED) & ~Exists(kept)
    return left.filter(of_merged | Q(state=Person.State.ACTIVE) & ~Exists(lately))


def _empty_unheld(key: uuid.UUID, using: str) -> int:
    system = Actor(None, roles=frozenset({"system"}))
    with transaction.atomic(), transaction.atomic(using=using), acting(actor=None, reason="held by nobody"):
        person = Person._base_manager.using(using).select_for_update(of=("self",)).filter(pk=key).first()
        if person is None or person.state == Person.State.CLOSED:
            return 0
        agreed: Iterable[Any] = Consent._base_manager.using(using).filter(person=person, organisation__isnull=False)
        pairs = {(one.purpose, str(one.organisation_id)) for one in agreed}
        had = {
            "organisations": sorted({one for purpose, one in pairs if purpose in (Purpose.FILE, Purpose.SHARE)}),
            "receivers": sorted({one for purpose, one in pairs if purpose == Purpose.REFERRAL}),
        }
        emit(ERASED, person, by=system, data=had)
        _empty(person, using)
    return 1
