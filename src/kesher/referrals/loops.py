"""Opening and closing what a person wishes for or needs. Nothing but these closes a loop, each with a reason.

loop = open_loop(person, "a Hebrew course near home", by=caseworker)
close(loop, Closing.NO_LONGER_WANTED, by=caseworker)
reopen(loop, by=actor)                             the person says that it was not met after all
"""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kesher.base.events import emit
from kesher.base.history import acting
from kesher.base.transitions import SYSTEM, Actor, Refused
from kesher.people.consents import acts_for_file
from kesher.people.models import Person
from kesher.referrals.models import Loop, Referral
from kesher.referrals.vocabularies import SENDERS, Closing

OPENED, CLOSED, REOPENED = "loop.opened", "loop.closed", "loop.reopened"


def open_loop(person: Person, wish: str, *, by: Actor) -> Loop:
    """Begin to follow what somebody wishes for. Raises :class:`Refused` for whoever does not work with this file."""
    if not by.roles & SENDERS or by.organisation_id is None or not acts_for_file(person, by):
        raise Refused(_("This file is not open to you."), "role")
    if not wish.strip():
        raise Refused(_("Say what they wish for or need."), "wish")
    with transaction.atomic(), acting(actor=by, reason="wish followed"):
        loop = Loop.objects.create(
            person=person, organisation_id=by.organisation_id, wish=wish.strip()[:300], opened_by_id=by.user_id
        )
        emit(OPENED, loop, by=by)
    return loop


def close(loop: Loop, closing: Closing, *, by: Actor, words: str = "") -> None:
    """Record why nothing more need follow. Raises :class:`Refused`; a closed one stays as it was closed."""
    if by.organisation_id != loop.organisation_id or not by.roles & SENDERS:
        raise Refused(_("Another organisation follows this."), "role")
    if closing not in Closing.values:
        raise Refused(_("Say why nothing more need follow."), "reason")
    if closing == Closing.CANNOT_BE_MET and not words.strip():
        raise Refused(_("Say why it cannot be met."), "reason")
    with transaction.atomic():
        locked = Loop.objects.select_for_update(of=("self",)).get(pk=loop.pk)
        if locked.is_open and Referral.objects.open().filter(loop=locked).exists():
            raise Refused(_("A referral for this is still open: withdraw it first."), "state")
        write_closing(locked, closing, by=by, words=words)
    loop.refresh_from_db()


def write_closing(loop: Loop, closing: Closing, *, by: Actor, words: str = "") -> None:
    """As part of a move that closes it. Inside a transaction, with the row locked; closed before, nothing changes."""
    if not loop.is_open:
        return
    with acting(actor=by, reason=f"closed: {closing}"):
        loop.closing, loop.closing_words = closing, words.strip()[:1000]
        loop.closed_at, loop.closed_by_id = timezone.now(), by.user_id
        loop.save(update_fields=["closing", "closing_words", "closed_at", "closed_by_id", "updated_at"])
        emit(CLOSED, loop, by=by, reason=str(closing))


def reopen(loop: Loop, *, by: Actor) -> None:
    """It is not over after all. Whoever follows it finds it again among what has no next step."""
    if not (by.organisation_id == loop.organisation_id and by.roles & SENDERS) and SYSTEM not in by.roles:
        raise Refused(_("Another organisation follows this."), "role")
    with transaction.atomic(), acting(actor=by, reason="opened again"):
        locked = Loop.objects.select_for_update(of=("self",)).get(pk=loop.pk)
        if locked.is_open:
            return
        locked.closing, locked.closing_words, locked.closed_at, locked.closed_by_id = "", "", None, None
        locked.save(update_fields=["closing", "closing_words", "closed_at", "closed_by_id", "updated_at"])
        emit(REOPENED, locked, by=by)
    loop.refresh_from_db()
