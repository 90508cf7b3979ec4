"""A referral that nobody answers: reminders after 3 and 10 days, escalation after 14. Never refused by itself.

And one that was accepted, of which nothing is heard: whoever accepted it is asked after 7, 21 and 45 days, and on the last of
them whoever sent it is told, too. Its state stays as it is; each movement (:mod:`kesher.referrals.moving`) begins anew.
"""

import logging
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.utils import timezone

from kesher.accounts.models import Organisation
from kesher.base.events import emit
from kesher.base.history import THE_SYSTEM, acting
from kesher.base.models import Event
from kesher.base.rows import acting_for
from kesher.base.tasks import every
from kesher.base.transitions import Actor, Refused
from kesher.referrals.models import Referral
from kesher.referrals.moving import move
from kesher.referrals.vocabularies import State

logger = logging.getLogger(__name__)

#: After so many days without an answer; on the last it is escalated.
DAYS: Final = (3, 10, 14)
#: What was sent longer ago has been escalated, or was answered.
LOOK_BACK: Final = timedelta(days=90)
#: The same of one that was accepted: after so many days without a word, of a paused one after the day it was to go on. Under
#: way nothing need be said each week.
OWED_DAYS: Final = {State.ACCEPTED: (7, 21, 45), State.IN_PROGRESS: (21, 45), State.ON_HOLD: (7, 21, 45)}
#: For so many organisations is looked at once.
AT_ONCE: Final = 100
NUDGED: Final = "referral.nudged"


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


@every("51 5 * * *")
def remind_of_accepted_referrals() -> None:
    """Every morning."""
    logger.info("asked about %s referrals of which nothing is heard", nudge(now=timezone.now()))


def nudge(*, now: datetime) -> int:
    """Ask whoever accepted a referral and has said nothing since; returns of how many. As :func:`remind`: each once a day that
    is due, run as often as one likes, and where several are due the latest counts."""
    asked = 0
    keys = list(Organisation.objects.order_by("pk").values_list("pk", flat=True))
    for first in range(0, len(keys), AT_ONCE):
        some = keys[first : first + AT_ONCE]
        with acting_for(organisation_ids=some):
            taken = list(Referral.objects.taken_on().filter(receiver__in=some).order_by("id"))
        asked += sum(_nudge(one, now) for one in taken if owed_day(one, now) > one.nudged_day)
    return asked


def owed_day(referral: Referral, now: datetime) -> int:
    """The last day of :data:`OWED_DAYS` that has come; 0 before the first."""
    since = referral.moved_at or referral.answered_at or referral.sent_at
    assert since is not None
    days = (timezone.localdate(now) - timezone.localdate(since)).days
    if referral.state == State.ON_HOLD and referral.review_on is not None:
        days = (timezone.localdate(now) - referral.review_on).days
    return max((day for day in OWED_DAYS[State(referral.state)] if day <= days), default=0)


def _nudge(referral: Referral, now: datetime) -> bool:
    sides = [referral.sender_id, referral.receiver_id]
    with acting_for(organisation_ids=sides), acting(actor=THE_SYSTEM, reason="asked about a referral"):
        locked = Referral.objects.taken_on().select_for_update(of=("self",)).filter(pk=referral.pk).first()
        if locked is None:
            return False  # it has ended meanwhile
        due = owed_day(locked, now)
        if due <= locked.nudged_day:
            return False
        locked.nudged_day = due
        locked.save(update_fields=["nudged_day"])
        data = {"sender": str(locked.sender_id), "receiver": str(locked.receiver_id), "day": due}
        emit(NUDGED, locked, by=Actor.the_system(), data=data)
    return True


def _senders(now: datetime) -> list[UUID]:
    """Whose referrals to look at: the events say who has sent something lately."""
    sent = Event.objects.filter(name="referral.send", at__gt=now - LOOK_BACK).order_by()
    return sorted({UUID(key) for key in sent.values_list("data__sender", flat=True).distinct()})
