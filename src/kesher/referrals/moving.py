"""What every move of a referral needs: the rows of both sides in sight, who acts in history, the row and its event together.

A receiver does not see the loop of the sender, nor the sender the access of the receiver: row-level security shows each its
own. Whoever may move a referral has been judged by its table; what goes with the move is done for both.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final

from django.utils import timezone

from kesher.base.rows import acting_for
from kesher.base.transitions import Actor
from kesher.people.models import Access
from kesher.referrals.models import Referral
from kesher.referrals.states import REFERRAL_STATES
from kesher.referrals.vocabularies import OPEN, State, in_trail

#: How long a receiver can still read what was carried after the end, to write up what they did. Otherwise it ends at once.
STAYS: Final = {State.COMPLETED: timedelta(days=14), State.FAILED: timedelta(days=14)}


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
