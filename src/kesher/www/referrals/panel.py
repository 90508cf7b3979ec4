"""What stands of referrals on a person's page: what they wish for, and who is on the way with it."""

from collections.abc import Mapping
from typing import Any

from kesher.accounts.models import User
from kesher.base.transitions import Actor
from kesher.people.models import Person
from kesher.referrals.models import Loop, Referral
from kesher.www.referrals.words import LOOKS

TEMPLATE = "referrals/panel.html"


def context(person: Person, user: User, by: Actor) -> Mapping[str, Any] | None:
    """For the template; None where nothing has been wished for yet and nothing sent. Two queries."""
    referrals = list(
        Referral.objects.visible_to(user)
        .filter(person=person)
        .select_related("service", "receiver", "loop")
        .order_by("-id")[:20]
    )
    own = frozenset(Referral.objects.sent_by(user).filter(person=person).values_list("pk", flat=True))
    loops = list(Loop.objects.visible_to(user).filter(person=person).without_next_step().order_by("-id")[:20])
    if not referrals and not loops:
        return None
    rows = [{"referral": one, "look": LOOKS[one.state], "own": one.pk in own} for one in referrals]
    return {"rows": rows, "loops": loops}
