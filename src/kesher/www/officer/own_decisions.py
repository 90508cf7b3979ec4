"""What somebody decided for their own organisation because nobody else could, for those who look after it (decision 0031)."""

from typing import Any, Final

from django.utils.translation import gettext_lazy

from kesher.accounts.models import Organisation, User
from kesher.base.models import Event
from kesher.directory.own_decisions import OWN_DECIDED, READERS

MOST: Final = 50
DECIDED: Final = {
    "organisation.approve": gettext_lazy("approved"),
    "organisation.restore": gettext_lazy("let in again"),
    "agreement.recorded": gettext_lazy("an agreement of the partners recorded"),
}


def for_their_own(user: Any) -> list[dict[str, Any]]:
    """The latest first; nothing for whoever does not read it."""
    if not user.has_role(*READERS):
        return []
    events = list(Event.objects.filter(name=OWN_DECIDED).order_by("-id")[:MOST])
    organisations = Organisation.objects.filter(pk__in={one.about_id for one in events}).order_by("id")
    names = dict(organisations.values_list("pk", "name"))
    users = User.objects.filter(pk__in={one.actor_id for one in events if one.actor_id}).order_by("id")
    who = {one.pk: str(one) for one in users}
    return [
        {
            "at": one.at,
            "what": DECIDED.get(one.data["what"], one.data["what"]),
            "organisation": names.get(one.about_id, {}),
            "who": who.get(one.actor_id, "") if one.actor_id else "",
        }
        for one in events
    ]
