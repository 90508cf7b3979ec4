"""What referrals bring to a caseworker's day: who has heard nothing, and with whom nobody is on the way any more."""

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kesher.casework.today import MOST, OPEN_LOOPS, Ask, Row, reason, source
from kesher.referrals.models import Referral
from kesher.referrals.reminders import DAYS
from kesher.referrals.vocabularies import OPEN, State

SILENT = reason(
    "referral_silent",
    _("A referral has no answer"),
    _("the day it was sent"),
    _("Ask there"),
    "referral",
    points=45,
    per_day=2,
    after=20,
)
CAME_BACK = reason(
    "referral_back",
    _("A referral came back"),
    _("the day it came back"),
    _("Try the next service"),
    "referral",
    points=65,
    per_day=2,
    after=15,
)


@source
def referrals(ask: Ask) -> list[Row]:
    """Of one's organisation: sent and silent since the first reminder was due, or back while nothing else is under way."""
    mine = Referral.objects.sent_by(ask.user).filter(ask.people())
    silent = Q(state=State.REQUESTED, sent_at__lt=ask.at(1 - DAYS[0]))
    back = Q(pk__in=mine.came_back().values("pk"))
    rows = mine.filter(silent | back).select_related("person").order_by("sent_at", "id")[:MOST]
    return [
        Row(
            SILENT if one.state == State.REQUESTED else CAME_BACK,
            one.pk,
            timezone.localdate(one.sent_at if one.state == State.REQUESTED else one.closed_at),
            one.person_id,
            one.person.called,
        )
        for one in rows
    ]


def under_way(person: OuterRef) -> Exists:
    """A referral that somebody is on the way with is a next step."""
    return Exists(Referral.objects.filter(person=person, state__in=OPEN))


OPEN_LOOPS.append(under_way)
