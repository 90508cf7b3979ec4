"""Telling those who call back that somebody waits: at once, and again when two working days have passed.

Nothing of who waits is in a notification: the page behind its link says it, to those who may know. The tasks work as the
application, to whom row-level security shows no request: they say for which organisation they look.
"""

import logging
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils import timezone

from kesher.accounts.models import Organisation
from kesher.base.events import emit, on
from kesher.base.models import Event
from kesher.base.notifications import notify
from kesher.base.rows import acting_for
from kesher.base.tasks import every
from kesher.base.transitions import Actor
from kesher.directory.call_backs import PAGE, callers_of, may_lie_with
from kesher.directory.models import CallBack
from kesher.directory.models.call_backs import GONE

logger = logging.getLogger(__name__)

TOLD = "call_back.told"
REMINDED = "organisation.call_backs_waiting"
PATIENCE = 2  # working days without a call
WEEKEND = frozenset({4, 5})  # Friday and Saturday, as date.weekday() counts


def working_days(since: date, until: date) -> int:
    """How many working days have begun after the day ``since``, up to and with ``until``.

    Asked on Thursday, today is Monday: Sunday and Monday, 2. Feast days are not known here, and count.
    """
    return sum((since + timedelta(days=n)).weekday() not in WEEKEND for n in range(1, (until - since).days + 1))


@on("call_back.asked")
def tell_the_callers(event_id: UUID) -> None:
    """One notification per person who could call. Run twice, nobody is told twice."""
    event = Event.objects.get(pk=event_id)
    with acting_for(organisation_ids=may_lie_with(UUID(event.data["organisation"]))):
        rows = CallBack.objects.waiting().select_related("organisation").select_for_update(of=("self",))
        waiting = rows.filter(pk=event.about_id).first()
        if waiting is None or Event.objects.filter(name=TOLD, about_id=event.about_id).exists():
            return  # taken back, or called already
        count = _notify(waiting.organisation, "call_back_asked")
        emit(TOLD, waiting, by=Actor.the_system(), data={"users": count})


@every("23 5 * * *")
def remind_those_who_owe_a_call() -> None:
    """On the morning of each working day."""
    count = remind(now=timezone.now())
    logger.info("reminded %s organisations that somebody waits for their call", count)


def remind(*, now: datetime) -> int:
    """Remind each organisation in which somebody waits for longer than ``PATIENCE``, once a day at most.

    Returns how many organisations were reminded. Each is a transaction of its own, in which the notifications and the event
    that remembers them are written together.
    """
    today = timezone.localdate(now)
    if today.weekday() in WEEKEND:
        return 0
    reminded = 0
    for organisation in _asked_lately(now):
        with acting_for(organisation_ids=[organisation.pk]):
            Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
            if Event.objects.filter(name=REMINDED, about_id=organisation.pk, data__on=today.isoformat()).exists():
                continue
            waits = CallBack.objects.waiting().filter(organisation=organisation)
            long = sum(working_days(timezone.localdate(wait.waits_since), today) >= PATIENCE for wait in waits)
            if not long:
                continue
            users = _notify(organisation, "call_backs_waiting", count=long)
            counted = {"on": today.isoformat(), "waiting": long, "users": users}
            emit(REMINDED, organisation, by=Actor.the_system(), data=counted)
            reminded += 1
    return reminded


def _asked_lately(now: datetime) -> list[Organisation]:
    """Whom to look at: the events say who was asked since the oldest request that can still be there, and merges who has it."""
    asked = Event.objects.filter(name="call_back.asked", at__gt=now - GONE).order_by()
    keys = asked.values_list("data__organisation", flat=True).distinct()
    return list(Organisation.objects.approved().filter(pk__in=may_lie_with(*map(UUID, keys))).order_by("id"))


def _notify(organisation: Organisation, kind: str, **context: int) -> int:
    users = list(callers_of(organisation.pk))
    for user in users:
        notify(
            user.pk,
            kind,
            language=user.language,
            link=f"/{user.language}/{PAGE}",
            context={"organisation": organisation.name, **context},
        )
    return len(users)
