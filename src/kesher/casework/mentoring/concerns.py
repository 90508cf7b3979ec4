"""Raising a concern, and what becomes of it. It goes to the person an organisation has named, and to nobody else.

concern = raise_concern(organisation, match=match, kind="uneasy", words="…", side="person", by=almaz)
take(concern, by=ruth)                          somebody looks into it; until then it is due
settle(concern, done="…", by=ruth)
"""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kesher.accounts.conflicts import belong_to, belongs_to
from kesher.accounts.models import Membership, Organisation, User
from kesher.accounts.roles import Role
from kesher.base.events import emit
from kesher.base.history import acting
from kesher.base.models import Event
from kesher.base.transitions import SYSTEM, Actor, Refused, Transition, TransitionTable
from kesher.casework.models import Concern, Match, Safeguarding, TrainingAgreement

State = Concern.State
#: Role without a membership: whom the organisation has named.
SAFEGUARDING: Final = "safeguarding"
#: A concern is looked into within a day; danger at once, that is within two hours.
WITHIN: Final[dict[str, timedelta]] = {Concern.Kind.DANGER: timedelta(hours=2)}
WITHIN_OTHERWISE: Final = timedelta(days=1)
#: The hourly run looks no further back: what was late then has been told.
LOOKED_BACK: Final = timedelta(days=60)
FAR: Final = "9999-01-01T00:00:00+00:00"


def is_named(concern: Any, by: Actor) -> str | Promise | None:
    """Guard: the organisation has named whoever acts, and it is not about a workplace they belong to."""
    named = Safeguarding.objects.in_force().filter(organisation=concern.organisation_id, user=by.user_id).exists()
    return None if named and not belongs_to(by.user_id, concern.host_id) else _("Your role does not allow this.")


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
    organisation: Organisation,
    *,
    side: str,
    kind: str,
    by: Actor,
    words: str = "",
    match: Match | None = None,
    training: TrainingAgreement | None = None,
) -> Concern:
    """Tell the named person; where they have left, the administrators, who name another: they read nothing of it.

    Whoever belongs to the workplace it is about counts as not named, and as no administrator.
    Raises :class:`Refused` where there is neither: then nobody would read it.
    """
    if by.user_id is None or kind not in Concern.Kind.values:
        raise Refused(_("Say what it is about."), "kind")
    named = Safeguarding.objects.in_force().filter(organisation=organisation).values_list("user", flat=True).first()
    host_id = training.host_id if training is not None else None
    if belongs_to(named, host_id):
        named = None
    tell: dict[str, Any] = {"tell": str(named), "side": "safeguarding"}
    if named is None:
        tell = {"tell_all": [str(pk) for pk in administrators(organisation.pk, not_of=host_id)], "side": "unnamed"}
    if not (named or tell["tell_all"]):
        raise Refused(_("Nobody is named there: call the portal's office, or the police."), "organisation")
    with transaction.atomic(), acting(actor=by, reason="concern"):
        concern = Concern.objects.create(
            organisation=organisation,
            match=match,
            training=training,
            host_id=host_id,
            side=side,
            raised_by_id=by.user_id,
            kind=kind,
            words=words.strip()[:2000],
            answer_by=timezone.now() + WITHIN.get(kind, WITHIN_OTHERWISE),
        )
        # the day by which it is looked into stands here, too: the hourly run reads no concern
        facts = {"organisation": str(organisation.pk), "answer_by": concern.answer_by.isoformat()}
        if host_id is not None:
            facts["host"] = str(host_id)
        emit("concern.raise", concern, by=by, data=tell | facts)
    return concern


def administrators(organisation_id: UUID, *, not_of: UUID | None = None) -> list[UUID]:
    """Who administers the organisation now: they name whom concerns go to. Nobody who belongs to the workplace ``not_of``."""
    members = Membership.objects.in_force().filter(organisation=organisation_id, role=Role.ORGANISATION_ADMIN)
    if not_of is not None:
        members = members.exclude(user__in=belong_to(not_of))
    return list(members.filter(user__is_active=True).order_by("id").values_list("user", flat=True))


def tell_of_late(now: datetime) -> int:
    """Administrators learn, once, that a concern was not looked into in time; returns how many concerns.

    By the trail of events, which says when and where, and nothing of what: the system sees no concern.
    """
    about = Event.objects.filter(about_id=OuterRef("about_id"), name__in=["concern.take", "concern.late"])
    raised = Event.objects.filter(name="concern.raise", at__lt=now, at__gt=now - LOOKED_BACK).exclude(Exists(about))
    late = [one for one in raised.order_by("id") if datetime.fromisoformat(one.data.get("answer_by", FAR)) < now]
    for one in late:
        here = UUID(one.data["organisation"])
        host = UUID(one.data["host"]) if "host" in one.data else None
        tell = {"tell_all": [str(pk) for pk in administrators(here, not_of=host)], "side": "late"}
        with transaction.atomic():
            emit("concern.late", Concern(pk=one.about_id), by=Actor(None, here, frozenset({SYSTEM})), data=tell)
    return len(late)


def take(concern: Concern, *, by: Actor) -> None:
    """The named person looks into it."""
    CONCERN_STATES.apply(concern, "take", by=by, fields={"taken_at": timezone.now(), "taken_by_id": by.user_id})


def settle(concern: Concern, *, done: str, by: Actor) -> None:
    """What was done; whoever raised it reads that it is settled, not what was done."""
    if not done.strip():
        raise Refused(_("Say what was done."), "done")
    fields = {"done": done.strip()[:2000], "closed_at": timezone.now()}
    CONCERN_STATES.apply(concern, "settle", by=by, fields=fields)
