"""Papers in a person's file: taken in, opened, taken out; looked through by an antivirus program; and none left behind.

    paper = attach(person, kind="proof", content=data, name="diploma.pdf", by=actor)
    content = opened(paper)                    raises NotOpen before it was looked through
    parts.remove(paper, by=actor)              as any part of a file; its bytes go after the commit

What is taken in is told from its bytes (:func:`kesher.formats.documents.keepable`). Its file is on the disk before the row
that names it is written, and is taken away after the row is gone, however it went (erasure, retention, a cascade): whatever is
killed between leaves a file without a row for an hour, until :func:`sweep`. Decision 0035.
"""

import logging
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.core.cache import cache
from django.db import DEFAULT_DB_ALIAS, connections, models, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from kesher.base.encrypted import Unreadable
from kesher.base.events import emit
from kesher.base.history import THE_SYSTEM, acting
from kesher.base.key_rotation import Counted, also_rotates
from kesher.base.rows import acting_for
from kesher.base.stored_files import STILL, Missing, StoredFiles
from kesher.base.tasks import every
from kesher.base.transitions import Actor, Refused
from kesher.formats.documents import keepable
from kesher.people import files
from kesher.people.consents import HELPER, acts_for_file
from kesher.people.models import Access, Attachment, Person, Qualification
from kesher.people.models.attachments import MOST_PAPERS

logger = logging.getLogger(__name__)

State = Attachment.State
#: A file without a row is left so long: its row may be about to be written.
GRACE: Final = timedelta(hours=1)
#: Files that one run has looked through; the next comes five minutes later.
SCANNED_AT_ONCE: Final = 200
#: What waits so long for the antivirus program is told to whoever runs the portal.
LONG: Final = timedelta(hours=1)
#: So long it is remembered that one was tried in vain: the others come first.
_TRIED: Final = 24 * 3600


class NotOpen(Exception):
    """The paper cannot be opened now: ``code`` is ``waiting``, ``refused`` or ``missing``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def store() -> StoredFiles:
    """Where papers lie."""
    return StoredFiles(settings.ATTACHMENTS)


# --- taking in, opening ---------------------------------------------------------------------------------------------------


def attach(
    person: Person, *, kind: str, content: bytes, name: str, by: Actor, qualification: Qualification | None = None
) -> Attachment:
    """Keep a paper; sent twice, it is kept once.

    Raises :class:`~kesher.formats.records.UnreadableFile` for what is no paper we keep, with what to do, and
    :class:`Refused` for whoever may not write into the file, a helper among them, for more than :data:`MOST_PAPERS`, and for
    what holds something harmful. Then nothing is kept.
    """
    if not acts_for_file(person, by) or HELPER in by.roles:
        raise Refused(_("This file is not open to you."), "role")
    if qualification is not None and qualification.person_id != person.pk:
        raise Refused(_("This file is not open to you."), "other")
    paper = keepable(content, name)
    digest = salted_hmac("kesher.people.attachments", content, algorithm="sha256").hexdigest()
    state = _looked_through(content)
    with transaction.atomic(), acting(actor=by, reason="paper given"):
        # One after the other for each file: two at once would both find room for the last one.
        locked = Person.objects.select_for_update(of=("self",)).filter(pk=person.pk).first()
        # It took a while to look at it: the file may have closed to whoever sends, or become one with another.
        if locked is not None and locked.state == Person.State.MERGED:
            raise Refused(
                _("This file became one with another meanwhile. Open that one, and send the paper there."), "state"
            )
        if locked is None or locked.state != Person.State.ACTIVE or not acts_for_file(locked, by):
            raise Refused(_("This file is not open to you."), "role")
        there: Attachment | None = Attachment.objects.filter(person=locked, digest=digest).first()
        if there is not None:
            if there.stored_as and not store().has(there.stored_as):
                _kept_again(there, paper.content, state)
            return there
        if Attachment.objects.filter(person=locked).count() >= MOST_PAPERS:
            raise Refused(_("There are %(n)d papers in the file: take one out first.") % {"n": MOST_PAPERS}, "most")
        row = Attachment(
            person=locked,
            kind=kind,
            qualification=qualification,
            name=paper.name,
            media_type=paper.kind.value,
            size=len(paper.content),
            digest=digest,
            state=state,
            scanned_at=timezone.now() if state == State.CLEAN else None,
            noted_by_id=by.user_id,
        )
        row.stored_as = store().keep(paper.content)
        try:
            row.full_clean()
            row.save(force_insert=True)
            files.something_happened(locked)
            emit("file.part_kept", locked, by=by, data={"part": row._meta.label, "id": str(row.pk)})
        except BaseException:
            store().remove(row.stored_as)
            raise
    return row


def _kept_again(row: Attachment, content: bytes, state: str) -> None:
    """Its file was lost, and here it is again: under a new name, for what is left of the old one is swept."""
    row.stored_as, row.size, row.state = store().keep(content), len(content), state
    row.scanned_at = timezone.now() if state == State.CLEAN else None
    try:
        row.save(update_fields=["stored_as", "size", "state", "scanned_at", "updated_at"])
    except BaseException:
        store().remove(row.stored_as)
        raise


def opened(row: Attachment) -> bytes:
    """The paper itself. Raises :class:`NotOpen`."""
    if not row.may_be_opened or row.stored_as is None:
        raise NotOpen(State(row.state).value)
    try:
        return store().read(row.stored_as)
    except (Missing, Unreadable) as problem:
        # No page can mend it: whoever runs the portal reads it here and in `kesher check`.
        logger.error("paper %s cannot be opened: %s", row.pk, type(problem).__name__)
        raise NotOpen("missing") from None


# --- taking away ----------------------------------------------------------------------------------------------------------


def _row_is_gone(sender: type[models.Model], instance: Attachment, using: str, **kwargs: Any) -> None:
    if instance.stored_as:
        _remove_after_commit(instance.stored_as, using)


models.signals.post_delete.connect(_row_is_gone, sender=Attachment, dispatch_uid="kesher.people.attachments")


def _remove_after_commit(name: str, using: str) -> None:
    # robust: what cannot be removed now is swept later, and what was committed stands
    transaction.on_commit(lambda: _remove(name, using), using=using, robust=True)


def _remove(name: str, using: str) -> None:
    with _taking_away(using) as may:
        if may:
            store().remove(name)


@contextmanager
def _taking_away(using: str) -> Iterator[bool]:
    """Whether files may be taken away now: not while a backup copies those that its rows name."""
    with transaction.atomic(using=using):
        with connections[using].cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock_shared(%s)", [STILL])
            may = bool((cursor.fetchone() or (False,))[0])
        yield may


@dataclass(frozen=True, slots=True)
class Swept:
    """What :func:`sweep` found. ``left_over``: files no row names; ``missing``: keys of rows whose file is not there;
    ``waiting_long``: of those that wait for the antivirus program, how many for longer than :data:`LONG`."""

    papers: int
    left_over: tuple[str, ...]
    missing: tuple[uuid.UUID, ...]
    waiting: int
    waiting_long: int = 0
    busy: bool = False


@every("13 * * * *")
def sweep_papers() -> None:
    """Each hour."""
    found = sweep(apply=True)
    if found.left_over:
        logger.info("%d stored files without a row were taken away", len(found.left_over))
    for key in found.missing:
        logger.error("paper %s has no file", key)


def sweep(*, apply: bool) -> Swept:
    """Files without a row, older than :data:`GRACE`, are taken away (with ``apply``); rows without a file are counted.

    Works as the database's owner. A role that does not see every row would find all files left over: the database refuses
    its question (``row_security = off``).
    """
    using = settings.RETENTION_DATABASE
    lying = set(
        store().names(older_than=GRACE.total_seconds(), tidy=apply)
    )  # before the rows are read: what comes later is younger
    try:
        with _taking_away(using) as may:
            with connections[using].cursor() as cursor:
                cursor.execute("SET LOCAL row_security = off")
            rows = Attachment._base_manager.using(using)
            named = {str(name): key for name, key in rows.exclude(stored_as=None).values_list("stored_as", "pk")}
            left_over = sorted(lying - named.keys())
            if apply and may:
                for name in left_over:
                    store().remove(name)
            return Swept(
                papers=len(named),
                left_over=tuple(left_over),
                missing=tuple(key for name, key in sorted(named.items()) if not store().has(name)),
                waiting=rows.filter(state=State.WAITING).count(),
                waiting_long=rows.filter(state=State.WAITING, created_at__lt=timezone.now() - LONG).count(),
                busy=not may,
            )
    finally:
        _close(using)


# --- the antivirus program ------------------------------------------------------------------------------------------------


def _looked_through(content: bytes) -> str:
    """The state of what was sent. Raises :class:`Refused` where something was found; unanswered, it waits."""
    if settings.ANTIVIRUS is None:
        return State.WAITING
    try:
        found = settings.ANTIVIRUS.scan(content)
    except OSError as problem:
        logger.warning("the antivirus program did not look through a paper: %s", problem)
        return State.WAITING
    if found:
        logger.warning("the antivirus program found %s in what was sent; it was not kept", found)
        raise Refused(
            _("Something harmful is in this file: it is not kept. Use another device, or photograph it."), "harmful"
        )
    return State.CLEAN


@every("*/5 * * * *")
def look_through_waiting() -> None:
    """What could not be looked through when it came, and what lay there before there was a program."""
    look_through()


def look_through() -> dict[str, int]:
    """Have those that wait looked through, those first that were not tried yet; returns state -> how many.

    Ends where the program is away; one that it cannot look through, or whose file is lost, holds up no other.
    """
    program = settings.ANTIVIRUS
    if program is None:
        return {}
    using = settings.RETENTION_DATABASE
    counted: dict[str, int] = {}
    try:
        with transaction.atomic(using=using):
            with connections[using].cursor() as cursor:
                cursor.execute("SET LOCAL row_security = off")
            # As one of those who see it, none of whom only helps: of a file that is closed to all nobody opens anything.
            open_ = models.Q(until=None) | models.Q(until__gt=timezone.now())
            accesses = Access._base_manager.using(using).filter(open_, whole=True).exclude(kind=Access.Kind.HELPER)
            seen = models.Exists(accesses.filter(person=models.OuterRef("person")))
            waiting = Attachment._base_manager.using(using).filter(seen, state=State.WAITING).order_by("pk")
            rows = _longest_untried(list(waiting.values_list("pk", "stored_as", "person_id")))
            people = {person for _key, _name, person in rows}
            seen_by = {one.person_id: one for one in accesses.filter(person__in=people)}
    finally:
        _close(using)
    for key, name, person in rows:
        cache.set(_tried(key), time.time(), _TRIED)
        try:
            found = program.scan(store().read(str(name)))
        except (Missing, Unreadable):
            continue  # said by sweep
        except ValueError:  # this one it cannot look through; an OSError alone: it is away
            logger.warning("the antivirus program cannot look through paper %s", key)
            continue
        except OSError as problem:
            logger.warning("the antivirus program does not answer: %s", problem)
            break
        state = _write_down(key, seen_by[person], found)
        counted[state] = counted.get(state, 0) + 1
    return counted


_Waiting = tuple[uuid.UUID, str | None, uuid.UUID]


def _longest_untried(rows: list[_Waiting]) -> list[_Waiting]:
    """Those of one run: never tried first, then by when they were tried. Not in the table: its history would tell each try."""
    tried = cache.get_many([_tried(key) for key, _name, _person in rows])
    return sorted(rows, key=lambda row: (tried.get(_tried(row[0]), 0.0), row[0]))[:SCANNED_AT_ONCE]


def _tried(key: uuid.UUID) -> str:
    return f"paper-tried-{key.hex}"


def _write_down(key: uuid.UUID, access: Access, found: str) -> str:
    """Where something was found, the file goes and the row stays, to say so."""
    state = State.REFUSED if found else State.CLEAN
    now = timezone.now()
    written: dict[str, Any] = {"state": state, "scanned_at": now, "updated_at": now}
    orgs = [access.organisation_id] if access.organisation_id else []
    with (
        acting_for(user_id=access.user_id, organisation_ids=orgs),
        acting(actor=THE_SYSTEM, reason="looked through by the antivirus program"),
    ):
        row = Attachment._base_manager.select_for_update(of=("self",)).filter(pk=key, state=State.WAITING).first()
        if row is not None:
            if found:
                logger.warning("the antivirus program found %s in paper %s", found, key)
                written |= {"stored_as": None, "digest": None}
                _remove_after_commit(str(row.stored_as), DEFAULT_DB_ALIAS)
            Attachment._base_manager.filter(pk=key).update(**written)
    return str(state)


def _close(using: str) -> None:
    if using != DEFAULT_DB_ALIAS:
        connections[using].close()  # the owner's connection is open no longer than it is needed


# --- keys -----------------------------------------------------------------------------------------------------------------


@also_rotates("attachments")
def _rotate(apply: bool) -> Counted:
    counted = Counted("stored papers")
    for name in store().names():
        counted.texts += 1
        try:
            counted.older += store().renew(name, apply=apply)
        except Unreadable:
            counted.unreadable += 1
        except Missing:  # taken out meanwhile
            counted.texts -= 1
    return counted
