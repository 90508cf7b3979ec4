"""Raising a concern, and what becomes of it. It goes to the person an organisation has named, and to nobody else.

concern = raise_concern(organisation, match=match, kind="uneasy", words="…", side="person", by=almaz)
take(concern, by=ruth)                          somebody looks into it; until then it is due
settle(concern, done="…", by=ruth)
"""

from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kesher.accounts.models import Organisation, User
from kesher.base.events import emit
from kesher.base.history import acting
from kesher.base.transitions import Actor, Refused, Transition, TransitionTable
from kesher.casework.mentoring.offers import takes_mentors
from kesher.casework.models import Concern, Match, Safeguarding

State = Concern.State
#: Role without a membership: whom the organisation has named.
SAFEGUARDING: Final = "safeguarding"
#: A concern is looked into within a day; danger at once, that is within two hours.
WITHIN: Final[dict[str, timedelta]] = {Concern.Kind.DANGER: timedelta(hours=2)}
WITHIN_OTHERWISE: Final = timedelta(days=1)


def is_named(concern: Any, by: Actor) -> str | Promise | None:
    """Guard: the organisation has named whoever acts."""
    named = Safeguarding.objects.filter(organisation=concern.organisation_id, user=by.user_id).exists()
    return None if named else _("Your role does not allow this.")


CONCERN_STATES: Final = TransitionTable(
    name="concern",
    field="state",
    transitions=(
        Transition("take", sources={State.OPEN}, target=State.TAKEN, roles={SAFEGUARDING}, guard=is_named),
        Transition("settle", sources={State.TAKEN}, target=State.CLOSED, roles={SAFEGUARDING}, guard=is_named),
    ),
)


def as_named(user: User, organisation_id: Any) -> Actor:
    """This user as the one whom the organisation has named; the guard asks whether it has."""
    return Actor(user.pk, organisation_id, frozenset({SAFEGUARDING}))


def raise_concern(
    organisation: Organisation, *, side: str, kind: str, by: Actor, words: str = "", match: Match | None = None
) -> Concern:
    """Tell the named person. Raises :class:`Refused` where nobody is named: then nobody would read it."""
    if by.user_id is None or kind not in Concern.Kind.values:
        raise Refused(_("Say what it is about."), "kind")
    if not takes_mentors(organisation):
        raise Refused(_("Nobody is named there: call the portal's office, or the police."), "organisation")
    with transaction.atomic(), acting(actor=by.user_id, reason="concern"):
        concern = Concern.objects.create(
            organisation=organisation,
            match=match,
            side=side,
            raised_by_id=by.user_id,
            kind=kind,
            words=words.strip()[:2000],
            answer_by=timezone.now() + WITHIN.get(kind, WITHIN_OTHERWISE),
        )
        named = Safeguarding.objects.get(organisation=organisation)
        emit("concern.raise", concern, by=by, data={"tell": str(named.user_id), "side": "safeguarding"})
    return concern


def take(concern: Concern, *, by: Actor) -> None:
    """The named person looks into it."""
    CONCERN_STATES.apply(concern, "take", by=by, fields={"taken_at": timezone.now(), "taken_by_id": by.user_id})


def settle(concern: Concern, *, done: str, by: Actor) -> None:
    """What was done; whoever raised it reads that it is settled, not what was done."""
    if not done.strip():
        raise Refused(_("Say what was done."), "done")
    fields = {"done": done.strip()[:2000], "closed_at": timezone.now()}
    CONCERN_STATES.apply(concern, "settle", by=by, fields=fields)
