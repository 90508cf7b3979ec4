"""Who is told that something waits: a link, and nothing about anybody. And what is done each night."""

import uuid
from typing import Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from kesher.accounts.models import Membership, Organisation, User
from kesher.base.events import on
from kesher.base.history import THE_SYSTEM, acting
from kesher.base.models import Event
from kesher.base.notifications import notify
from kesher.base.rows import acting_for
from kesher.base.tasks import every
from kesher.casework.mentoring.concerns import tell_of_late
from kesher.casework.mentoring.matches import as_old_as_the_file_says
from kesher.people.models import FILE_ROLES

#: As whom somebody is told -> the notice and the page behind its link.
NOTICES: Final[dict[str, tuple[str, str]]] = {
    "person": ("mentor_news", "me/mentor/"),
    "mentor": ("mentor_news", "mentor/"),
    "worker": ("mentor_news", "caseworker/mentoring/{pk}/"),
    # whoever is named has left, or has not looked: an administrator names somebody, and reads nothing of it
    "unnamed": ("concern_unheard", "caseworker/mentors/named/"),
    "late": ("concern_unheard", "caseworker/mentors/named/"),
    "safeguarding": ("concern_raised", "caseworker/concerns/{pk}/"),
}


@on("match.propose", "match.tell", "concern.raise", "concern.late")
def tell(event_id: uuid.UUID) -> None:
    """As whoever is told: the database shows each only their own notices."""
    event = Event.objects.get(pk=event_id)
    told = event.data.get("tell_all") or [event.data.get("tell")]
    users = User.objects.filter(pk__in=[one for one in told if one], is_active=True)
    if event.data.get("side") == "worker":
        users = there_or_colleagues(users, UUID(event.data["organisation"]))
    for user in users.order_by("pk"):
        kind, path = NOTICES[event.data["side"]]
        with acting_for(user_id=user.pk):
            notify(user.pk, kind, language=user.language, link=f"/{user.language}/{path.format(pk=event.about_id)}")


def there_or_colleagues(caseworker: "QuerySet[User]", organisation_id: UUID) -> "QuerySet[User]":
    """The caseworker while they work there; else all who do: a link opens nothing to whoever has left."""
    held = Membership.objects.in_force().filter(organisation=organisation_id, role__in=FILE_ROLES)
    there = User.objects.filter(pk__in=held.values("user_id"), is_active=True)
    own = there & caseworker
    return own if own.exists() else there


@every("40 * * * *")
def what_nobody_looked_into() -> None:
    """Concerns past their time: the administrators are told that there is one, once."""
    tell_of_late(timezone.now())


@every("25 3 * * *")
def how_old_they_are() -> None:
    """Each organisation by itself: the database shows each only its own. All of them: a child is one where an organisation
    has lost its approval, too.
    """
    with acting(actor=THE_SYSTEM, reason="ages"):
        for organisation_id in Organisation.objects.order_by("id").values_list("pk", flat=True):
            as_old_as_the_file_says(organisation_id, timezone.localdate())
