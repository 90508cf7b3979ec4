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

import logging
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections, models, transaction
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kesher.base import retention
from kesher.base.events import emit, on
from kesher.base.history import THE_SYSTEM, acting
from kesher.base.models import Event
from kesher.base.rows import acting_for
from kesher.base.tasks import every
from kesher.base.transitions import Actor, Refused
from kesher.people.consents import acts_for_file, end_now, file_closes
from kesher.people.mandates import end_for_good, is_their_own
from kesher.people.models import FILE_ROLES, Access, Aspiration, Consent, Experience, Mandate, Person, PersonSkill
from kesher.people.models.consents import Purpose
from kesher.people.models.persons import KEPT
from kesher.words.models import Proposal

logger = logging.getLogger(__name__)

#: So long other rooms have to recall what is on its way, before their rows go with the file.
TO_RECALL: Final = timedelta(days=1)
#: So long a second person has to confirm what a caseworker wrote down. A right does not wait for a colleague: then it is done.
TO_CONFIRM: Final = timedelta(days=7)
#: So long a file stands that nobody holds any more.
UNHELD: Final = timedelta(days=7)
#: So long before its own end a merged file is looked at.
LOOKS_AHEAD: Final = timedelta(days=60)
NO_NAME: Final = "–"
#: Events: what was asked and of whom it was told. They name the file by its key alone.
ASKED, STOPPED, ERASED = "file.erasure_asked", "file.erasure_stopped", "file.erased"
#: Why it was stopped, where nobody said so: whoever has an account says it themselves.
CLAIMED: Final = "claimed"
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
    with transaction.atomic(), acting(actor=by, reason=reason):
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


def _whoever_had(person: Person, using: str = DEFAULT_DB_ALIAS) -> dict[str, list[str]]:
    """The organisations that were ever let in: to the file, as the person agreed, or because they opened it, or sent somebody
    (a file that came as a Bundle rests on the agreement to the referral); and to what a referral carries."""
    agreed = Consent._base_manager.using(using).filter(person=person, organisation__isnull=False)
    pairs = set(agreed.values_list("purpose", "organisation"))
    opened = Event.objects.using(using).filter(name="file.opened", about_id=person.pk)
    sent = Event.objects.using(using).filter(name="referral.send", data__person=str(person.pk))
    held = {str(one) for purpose, one in pairs if purpose in (Purpose.FILE, Purpose.SHARE)}
    held |= {one for one in opened.values_list("data__organisation", flat=True) if one}
    held |= {one for one in sent.values_list("data__sender", flat=True) if one}
    return {
        "organisations": sorted(held),
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


@retention.goes_along(Person._meta.label)
def words_that_were_read(keys: list[uuid.UUID], using: str) -> list[models.QuerySet[Proposal]]:
    """What they said of their work and their goal, where it was read: a proposal names nobody, the history of their parts
    knows it.

    Not what stands in somebody else's file by now: two files that were merged have been parted.
    """
    said: set[uuid.UUID] = set()
    others: set[uuid.UUID] = set()
    read: tuple[Any, ...] = (Experience, PersonSkill, Aspiration)
    for model in read:
        known = model.pgh_event_model._base_manager.using(using).filter(person__in=keys, proposal_id__isnull=False)
        said |= set(known.values_list("proposal_id", flat=True))
        stands = model._base_manager.using(using).filter(proposal_id__in=said).exclude(person__in=keys)
        others |= set(stands.values_list("proposal_id", flat=True))
    return [Proposal._base_manager.using(using).filter(pk__in=said - others)]


# --- for somebody without an account -------------------------------------------------------------------------------------


def waiting(person: Person) -> Event | None:
    """That they asked for it and nobody has confirmed or stopped it yet."""
    last = Event.objects.filter(about_id=person.pk, name__in=[ASKED, STOPPED, ERASED]).order_by("-id").first()
    return last if last is not None and last.name == ASKED else None


def why_not(person: Person, by: Actor) -> Any:
    """Why it cannot be asked for here, or None."""
    if not (by.roles & FILE_ROLES and by.organisation_id is not None and acts_for_file(person, by)):
        return _("This file is not open to you.")
    return not_by(person, by.organisation_id)


def not_by(person: Person, organisation_id: uuid.UUID) -> Any:
    """Why this organisation cannot have this file erased on the person's word, or None."""
    here = Access.objects.in_force().filter(person=person, organisation=organisation_id, whole=True)
    if not here.exists():
        return _("This file is not open to you.")
    if person.user_id is not None:
        return _("They have an account: they have their file erased on their own page.")
    kept = Consent.objects.in_force().filter(person=person, purpose=Purpose.FILE)
    if kept.exclude(organisation=organisation_id).exists():
        return _("Another organisation keeps this file, too. Take back the agreement with yours; they ask the other.")
    if not here.filter(kind=Access.Kind.KEEPER).exists() and _somebody_keeps(person):
        return _("The organisation that keeps this file is asked; with yours it is only shared.")
    return None


def _somebody_keeps(person: Person) -> bool:
    """Whether an organisation keeps it: by an agreement to that, or, of a file that came as a Bundle, to a referral."""
    return Consent.objects.in_force().filter(person=person, purpose__in=_keeping(person)).exists()


def _keeping(person: Person) -> list[Purpose]:
    came_as_bundle = Event.objects.filter(name="file.opened", about_id=person.pk, data__by="fhir").exists()
    return [Purpose.FILE, Purpose.REFERRAL] if came_as_bundle else [Purpose.FILE]


def nobody_else_has(person: Person, organisation_id: uuid.UUID) -> bool:
    """Whether the file is nobody's any more once this organisation has gone: not shared, not kept, not their own."""
    others = Consent.objects.in_force().filter(person=person, purpose__in=[*_keeping(person), Purpose.SHARE])
    return not others.exclude(organisation=organisation_id).exists() and not_by(person, organisation_id) is None


def _is_at_somebody_else(asked: Event, person: Person, by: Actor) -> bool:
    """Whether it was written down elsewhere, where they have the file still: there it is answered."""
    if asked.data["organisation"] == str(by.organisation_id):
        return False
    theirs = Consent.objects.in_force().filter(person=person, organisation=asked.data["organisation"])
    return theirs.filter(purpose__in=(Purpose.FILE, Purpose.SHARE)).exists()


def ask_for(person: Person, *, how: str, by: Actor) -> Event:
    """Write down that a person without an account wants their file erased. Asked twice is once.

    Raises :class:`Refused` and changes nothing. ``how``: present, phone or paper (:class:`Consent.How`).
    """
    if how not in (Consent.How.PRESENT, Consent.How.PHONE, Consent.How.PAPER):
        raise Refused(_("Say how they asked for it."), "how")
    with transaction.atomic(), acting(actor=by, reason="erasure asked"):
        locked = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
        if refusal := why_not(locked, by):
            raise Refused(refusal, "erase")
        there = waiting(locked)
        ours = there is not None and there.data["organisation"] == str(by.organisation_id)
        if there is not None and (ours or _is_at_somebody_else(there, locked, by)):
            return there
        return emit(ASKED, locked, by=by, data={"how": how, "organisation": str(by.organisation_id)})


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
    """They have changed their mind, or it was a mistake: so say they themselves, or somebody where it was written down. Twice
    is once. With whom the file is only shared stops no other organisation's. Raises :class:`Refused`."""
    with transaction.atomic(), acting(actor=by, reason="erasure stopped"):
        locked = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
        if not acts_for_file(locked, by):
            raise Refused(_("This file is not open to you."), "role")
        asked = waiting(locked)
        if asked is None:
            return
        if not is_their_own(locked, by) and _is_at_somebody_else(asked, locked, by):
            raise Refused(
                _("Where they asked for it they say so, too: at the organisation that wrote it down."), "role"
            )
        emit(STOPPED, locked, by=by)


@on("file.claimed")
def stop_when_it_becomes_their_own(event_id: uuid.UUID) -> None:
    """Whoever has an account has it erased alone and at once, and is shown what was written down (:func:`written_down`)."""
    event = Event.objects.get(pk=event_id)
    with acting_for(user_id=event.actor_id), acting(actor=THE_SYSTEM, reason="erasure stopped: file claimed"):
        person = Person.objects.select_for_update(of=("self",)).filter(pk=event.about_id).first()
        if person is not None and waiting(person) is not None:
            emit(STOPPED, person, by=Actor.the_system(), data={"why": CLAIMED})


def written_down(person: Person) -> Event | None:
    """For the person's own page: that somebody wrote down they want it erased, which they have not answered themselves: it
    still waits, or it stopped within the month as the file became their own."""
    last = Event.objects.filter(about_id=person.pk, name__in=[ASKED, STOPPED, ERASED]).order_by("-id").first()
    if last is None or last.name == ERASED:
        return None
    if last.name == ASKED or (last.data.get("why") == CLAIMED and last.at > timezone.now() - timedelta(days=30)):
        return last
    return None


@every("27 2 * * *")
def prepare_merged_files() -> None:
    """Just before what is due is erased (:func:`kesher.base.tasks.erase_what_is_due`)."""
    logger.info("%s merged files end with the one they are part of", merged_files_end_together(timezone.now()))


def merged_files_end_together(now: datetime) -> int:
    """A merged file, in which nothing happens, ends when the one it is part of does, and not before: what was agreed about it
    is the proof of what stands in the other by now. Returns how many end now, emptied, with the one they are part of.

    As the database's owner, as :func:`sweep`.
    """
    using = settings.RETENTION_DATABASE
    people = Person._base_manager.using(using)
    kept = people.filter(pk=OuterRef("merged_into")).exclude(state=Person.State.CLOSED)
    merged = people.filter(state=Person.State.MERGED, last_step_at__lt=now - KEPT + LOOKS_AHEAD)
    as_kept = Subquery(kept.values("last_step_at")[:1])
    merged = merged.annotate(as_kept=as_kept)
    try:
        with transaction.atomic(using=using), acting(actor=THE_SYSTEM, reason="part of another file"):
            while merged.filter(as_kept__gt=F("last_step_at")).update(last_step_at=as_kept):
                pass  # of what was merged into a merged one in the next turn
            ending = list(merged.filter(as_kept__lt=now - KEPT).order_by("pk").select_for_update(of=("self",)))
            for one in ending:
                _empty(one, using)
                people.filter(pk=one.pk).update(last_step_at=now - KEPT - timedelta(seconds=1))
    finally:
        if using != DEFAULT_DB_ALIAS:
            connections[using].close()
    return len(ending)


@every("15 3 * * *")
def erase_what_was_asked() -> None:
    """Each night: what nobody has confirmed within a week is done all the same, and what nobody holds is emptied."""
    now = timezone.now()
    logger.info("erased %s files as asked", erase_unconfirmed(now))
    logger.info("emptied %s files that nobody holds", sweep(now))


def erase_unconfirmed(now: datetime) -> int:
    """Erase what was asked a week ago and neither confirmed nor stopped; returns of how many.

    Of which it cannot be asked any more (they have an account by now, another organisation keeps it, too) stays as it is, and
    its page says why. One file that cannot be erased keeps no other from it: it is logged, and tried again the next night.
    """
    asked = Event.objects.filter(name=ASKED, at__lt=now - TO_CONFIRM, at__gt=now - KEPT).order_by("id")
    done = 0
    for event in asked:
        try:
            done += _erase_unconfirmed(event, now)
        except Exception:
            logger.exception("the file %s was to be erased, and is not", event.about_id)
    return done


def _erase_unconfirmed(event: Event, now: datetime) -> bool:
    organisation = uuid.UUID(event.data["organisation"])
    with acting_for(organisation_ids=[organisation]), transaction.atomic():
        person = Person.objects.select_for_update(of=("self",)).active().filter(pk=event.about_id).first()
        last = waiting(person) if person is not None else None
        if person is None or last is None or last.pk != event.pk or not_by(person, organisation) is not None:
            return False
        system = Actor(None, organisation, frozenset({"system"}))
        _erase(person, by=system, reason="erased on the person's word")
    return True


def sweep(now: datetime) -> int:
    """Empty files that nobody has held for a week: no organisation, nobody of their own. Returns of how many. Who helps with
    such a file does not hold it: that ends the first night.

    As the database's owner, for nobody else sees them.
    """
    using = settings.RETENTION_DATABASE
    try:
        helped = Mandate._base_manager.using(using).filter(ended_at=None).values("person")
        for key in list(_unheld(now, using, for_=timedelta(0)).filter(pk__in=helped).values_list("pk", flat=True)):
            _one(_end_help, key, using, now)
        done, tried = 0, set[uuid.UUID]()
        # again, until there is none: with a file goes what was merged into it, and then what was merged into that
        while keys := list(_unheld(now, using).exclude(pk__in=tried).order_by("pk").values_list("pk", flat=True)):
            tried.update(keys)
            done += sum(_one(_empty_unheld, key, using, now) for key in keys)
        return done
    finally:
        if using != DEFAULT_DB_ALIAS:
            connections[using].close()


def _one(do: Callable[[Person, str, datetime], None], key: uuid.UUID, using: str, now: datetime) -> bool:
    """Do it with the locked file, in a transaction of its own; one that fails is logged and keeps no other from it."""
    try:
        with transaction.atomic(), transaction.atomic(using=using), acting(actor=THE_SYSTEM, reason="held by nobody"):
            person = Person._base_manager.using(using).select_for_update(of=("self",)).filter(pk=key).first()
            if person is None or person.state == Person.State.CLOSED:
                return False
            do(person, using, now)
    except Exception:
        logger.exception("the file %s is held by nobody, and was not emptied", key)
        return False
    return True


def _unheld(now: datetime, using: str, for_: timedelta = UNHELD) -> models.QuerySet[Person]:
    """Files that nobody has held for so long. Whoever only helps by a mandate holds nothing."""
    whole = Access._base_manager.using(using).filter(whole=True, person=OuterRef("pk")).exclude(kind=Access.Kind.HELPER)
    lately = whole.filter(Q(until=None) | Q(until__gt=now - for_))
    # a merged file lives as long as the one it is part of, which may be part of a third by now
    kept = Person._base_manager.using(using).filter(pk=OuterRef("merged_into")).exclude(state=Person.State.CLOSED)
    left = Person._base_manager.using(using).exclude(state=Person.State.CLOSED)
    of_merged = Q(state=Person.State.MERGED) & ~Exists(kept)
    return left.filter(of_merged | Q(state=Person.State.ACTIVE) & ~Exists(lately))


def _end_help(person: Person, using: str, now: datetime) -> None:
    mandates = Mandate._base_manager.using(using).filter(person=person, ended_at=None)
    for mandate in mandates.select_for_update(of=("self",)).order_by("pk"):
        mandate.ended_at = now
        mandate.save(using=using, update_fields=["ended_at", "updated_at"])
        emit("mandate.ended", mandate, by=Actor.the_system())
    _end_accesses(person, using, now, kind=Access.Kind.HELPER)


def _end_accesses(person: Person, using: str, now: datetime, **of: Any) -> None:
    theirs = Access._base_manager.using(using).filter(Q(until=None) | Q(until__gt=now), person=person, **of)
    theirs.update(until=now, updated_at=now)


def _empty_unheld(person: Person, using: str, now: datetime) -> None:
    _end_help(person, using, now)
    emit(ERASED, person, by=Actor.the_system(), data=_whoever_had(person, using))
    _empty(person, using)
    _end_accesses(person, using, now)
