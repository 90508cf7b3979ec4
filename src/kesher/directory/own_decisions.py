"""Decided for one's own organisation, because nobody else could: never silently (decision 0031).

Whoever belongs to an organisation decides nothing about it while somebody else can. Where nobody can, they may; then it stands
in a list of its own, which auditors and the administrators of the platform read, and each of them is told at once.
"""

from typing import Final
from uuid import UUID

from django.db import transaction

from kesher.accounts.conflicts import belongs_to
from kesher.accounts.models import Membership, Organisation, User
from kesher.accounts.roles import Role
from kesher.base.events import emit, on
from kesher.base.models import Event
from kesher.base.notifications import notify
from kesher.base.transitions import Actor

OWN_DECIDED: Final = "own.decided"
#: Who reads the list, and is told.
READERS: Final = frozenset({Role.AUDITOR, Role.PLATFORM_ADMIN})
#: The page, behind the language, on which the list stands.
PAGE: Final = "officer/agreements/"


@on("organisation.approve", "organisation.restore", "agreement.recorded")
def look_for_whom_it_was_decided(event_id: UUID) -> None:
    """Once for each decision, however often this runs."""
    event = Event.objects.get(pk=event_id)
    named = (
        [event.data.get(side) or None for side in ("organisation", "other")]
        if event.name == "agreement.recorded"
        else []
    )
    theirs = [UUID(one) for one in named if one] or [event.about_id]
    own = [one for one in theirs if belongs_to(event.actor_id, one)]
    if not own:
        return
    with transaction.atomic():
        organisation = Organisation.objects.select_for_update(of=("self",)).get(pk=own[0])
        told = Event.objects.filter(name=OWN_DECIDED, about_id=organisation.pk, data__of=str(event.pk))
        if told.exists():
            return
        by = Actor(event.actor_id, event.organisation_id)
        emit(OWN_DECIDED, organisation, by=by, data={"of": str(event.pk), "what": event.name})
        readers = Membership.objects.in_force().filter(role__in=READERS)
        for user in User.objects.filter(pk__in=readers.values("user_id"), is_active=True).order_by("id"):
            notify(user.pk, "own_decided", language=user.language, link=f"/{user.language}/{PAGE}")
