"""What every move of a referral needs: the rows of both sides in sight, who acts in history, the row and its event together.

A receiver does not see the loop of the sender, nor the sender the access of the receiver: row-level security shows each its
own. Whoever may move a referral has been judged by its table; what goes with the move is done for both.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kesher.base.events import emit
from kesher.base.history import acting
from kesher.base.rows import acting_for
from kesher.base.transitions import Actor, Refused
from kesher.people.models import Access
from kesher.referrals.models import Referral
from kesher.referrals.states import REFERRAL_STATES, is_either
from kesher.referrals.vocabularies import OPEN, State, in_trail

#: How long a receiver can still read what was carried after the end, to write up what they did. Otherwise it ends at once.
STAYS: Final = {State.COMPLETED: timedelta(days=14), State.FAILED: timedelta(days=14)}

#: Of these nothing is heard of what becomes of the person.
UNMOVED: Final = frozenset({"reminder due", "next best"})


@contextmanager
def both_sides(referral: Referral, by: Actor) -> Iterator[None]:
    """A transaction in which the rows of sender and receiver are seen."""
    sides = {referral.sender_id, referral.receiver_id}
    with acting_for(user_id=by.user_id, organisation_ids=sides):
        yield


def move(
    referral: Referral,
    event: str,
    *,
    by: Actor,
    reason: str = "",
    fields: dict[str, Any] | None = None,
    related: dict[str, Any] | None = None,
    **facts: Any,
) -> None:
    """Apply one row of the table. ``reason``: a code, which stands in the trail unless it is private.

    ``related``: see :meth:`~kesher.base.transitions.TransitionTable.apply`. Raises :class:`~kesher.base.transitions.Refused`
    and changes nothing.
    """
    said = in_trail(reason)
    if event not in UNMOVED:
        fields = (fields or {}) | {"moved_at": timezone.now(), "nudged_day": 0}
    REFERRAL_STATES.apply(
        referral,
        event,
        by=by,
        reason=said,
        fields=fields,
        related=related,
        sender=str(referral.sender_id),
        receiver=str(referral.receiver_id),
        service=str(referral.service_id),
        **facts,
    )


def goes_on(referral: Referral, *, by: Actor) -> None:
    """It is under way, and nothing else is to be said: either side has asked, or was asked. Its time begins anew.

    No move of the table: the state stays. Raises :class:`Refused` for whoever is neither side, and for all that is not under
    way.
    """
    with both_sides(referral, by), acting(actor=by, reason="referral goes on"):
        locked = Referral.objects.select_for_update(of=("self",)).get(pk=referral.pk)
        if why_not := is_either(locked, by):
            raise Refused(why_not, "guard")
        if locked.state != State.IN_PROGRESS:
            raise Refused(_("This is not possible in the present state."), "state")
        locked.moved_at, locked.nudged_day = timezone.now(), 0
        locked.save(update_fields=["moved_at", "nudged_day", "updated_at"])
        data = {"sender": str(locked.sender_id), "receiver": str(locked.receiver_id)}
        emit("referral.goes on", locked, by=by, data=data)
    referral.moved_at, referral.nudged_day = locked.moved_at, 0


def close_access(referral: Referral) -> None:
    """What the receiver may see ends, at once or after :data:`STAYS`, unless another referral to them is still open.

    Inside :func:`both_sides`, after the move.
    """
    theirs = Access.objects.filter(person=referral.person_id, organisation=referral.receiver_id, until=None)
    theirs = theirs.filter(kind=Access.Kind.REFERRAL)
    # of two that end at once each would find the other still open, and leave the file open for good: one waits here
    list(theirs.select_for_update(of=("self",)).order_by("id"))
    others = Referral.objects.filter(person=referral.person_id, receiver=referral.receiver_id, state__in=OPEN)
    if others.exclude(pk=referral.pk).exclude(state=State.DRAFT).exists():
        return
    now = timezone.now()
    until = now + STAYS.get(State(referral.state), timedelta())
    theirs.update(until=until, updated_at=now)
