"""What stands of referrals on a person's page: what they wish for, and who is on the way with it."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from kesher.accounts.models import User
from kesher.base.transitions import Actor
from kesher.people.models import Person
from kesher.referrals.models import Loop, Referral
from kesher.www.caseworker.people import panels
from kesher.www.referrals.words import LOOKS


def context(person: Person, user: User, by: Actor) -> Mapping[str, Any]:
    """For the template: three queries."""
    referrals = list(
        Referral.objects.visible_to(user)
        .filter(person=person)
        .select_related("service", "receiver", "loop")
        .order_by("-id")[:20]
    )
    own = frozenset(Referral.objects.sent_by(user).filter(person=person).values_list("pk", flat=True))
    loops = list(Loop.objects.visible_to(user).filter(person=person).without_next_step().order_by("-id")[:20])
    rows = [{"referral": one, "look": LOOKS[one.state], "own": one.pk in own} for one in referrals]
    return {"rows": rows, "loops": loops}


def register() -> None:
    """Put it on the page, after the next steps."""
    verb = panels.Verb(_("Refer"), "referral_new")
    panels.register(panels.Panel("referrals", 10, _("Referrals"), "referrals/panel.html", context, verb))
