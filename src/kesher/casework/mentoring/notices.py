"""Who is told that something waits: a link, and nothing about anybody. And what is done each night."""

import uuid
from typing import Final

from django.utils import timezone

from kesher.accounts.models import Organisation, User
from kesher.base.events import on
from kesher.base.history import acting
from kesher.base.models import Event
from kesher.base.notifications import notify
from kesher.base.rows import acting_for
from kesher.base.tasks import every
from kesher.casework.mentoring.concerns import tell_of_late
from kesher.casework.mentoring.matches import grown_up

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
    for user in User.objects.filter(pk__in=[one for one in told if one], is_active=True).order_by("pk"):
        kind, path = NOTICES[event.data["side"]]
        with acting_for(user_id=user.pk):
            notify(user.pk, kind, language=user.language, link=f"/{user.language}/{path.format(pk=event.about_id)}")


@every("40 * * * *")
def what_nobody_looked_into() -> None:
    """Concerns past their time: the administrators are told that there is one, once."""
    tell_of_late(timezone.now())


@every("25 3 * * *")
def who_came_of_age() -> None:
    """Each organisation by itself: the database shows each only its own."""
    with acting(actor=None, reason="came of age"):
        for organisation_id in Organisation.objects.approved().order_by("id").values_list("pk", flat=True):
            grown_up(organisation_id, timezone.localdate())
