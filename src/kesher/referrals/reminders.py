"""A referral that nobody answers: reminders after 3 and 10 days, escalation after 14. Never refused by itself."""

import logging
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.utils import timezone

from kesher.base.models import Event
from kesher.base.rows import acting_for
from kesher.base.tasks import every
from kesher.base.transitions import Actor, Refused
from kesher.referrals.models import Referral
from kesher.referrals.moving import move

logger = logging.getLogger(__name__)

#: After so many days without an answer; on the last it is escalated.
DAYS: Final = (3, 10, 14)
#: What was sent longer ago has been escalated, or was answered.
LOOK_BACK: Final = timedelta(days=90)


@every("41 5 * * *")
def remind_of_silent_referrals() -> None:
    """Every morning."""
    logger.info("reminded of %s referrals without an answer", remind(now=timezone.now()))


def remind(*, now: datetime) -> int:
    """Write one reminder for each referral for which one is due; returns how many.

    Each is a transaction of its own: run twice, or cut short and run again, a day's reminder is written once. Where several
    are due (nobody ran this for a week) the latest counts.
    """
    written = 0
    for sender in _senders(now):
        with acting_for(organisation_ids=[sender]):
            late = Referral.objects.waiting_for_answer().filter(
                sender=sender, sent_at__lte=now - timedelta(days=DAYS[0])
            )
            waiting = list(late.exclude(reminded_day__gte=DAYS[-1]))
        for referral in waiting:
            written += _remind(referral, sender, now)
    return written


def _remind(referral: Referral, sender: UUID, now: datetime) -> bool:
    assert referral.sent_at is not None
    due = max(day for day in DAYS if now - referral.sent_at >= timedelta(days=day))
    with acting_for(organisation_ids=[sender]):
        locked = Referral.objects.select_for_update(of=("self",)).get(pk=referral.pk)
        if locked.reminded_day >= due:
            return False
        try:
            move(locked, "reminder due", by=Actor.the_system(), fields={"reminded_day": due}, day=due)
        except Refused:
            return False  # answered meanwhile
    return True


def _senders(now: datetime) -> list[UUID]:
    """Whose referrals to look at: the events say who has sent something lately."""
    sent = Event.objects.filter(name="referral.send", at__gt=now - LOOK_BACK).order_by()
    return sorted({UUID(key) for key in sent.values_list("data__sender", flat=True).distinct()})
