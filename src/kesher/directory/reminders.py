""" "Is it still right?" Asked of partners at the frequency they chose, once per organisation, never nagging.

A service nobody confirms is marked, never hidden: for a reader an old page that says it is old is better than none.
"""

import logging
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from kesher.accounts.models import Membership, Organisation, User
from kesher.base.events import emit
from kesher.base.models import Event
from kesher.base.notifications import notify
from kesher.base.tasks import every
from kesher.base.transitions import Actor
from kesher.directory.models import Service
from kesher.directory.states import EDITORS
from kesher.directory.still_right import token_for

logger = logging.getLogger(__name__)

AHEAD = timedelta(days=14)  # asked this long before the check is due
PAUSE = timedelta(days=14)  # and not again for this long
REMINDED = "organisation.reminded"
#: The page, behind the language, on which the one who was asked answers without logging in.
PAGE = "still-right/"


@every("7 4 * * *")
def ask_whether_still_right() -> None:
    """Nightly: remind the organisations whose services wait for a check."""
    count = remind(now=timezone.now())
    logger.info("asked %s organisations whether their services are still right", count)


def waiting_for_a_check(today: date) -> "dict[Organisation, int]":
    """Approved organisations -> how many of their published services were to be checked by today or soon are."""
    counts: dict[Organisation, int] = {}
    services = (
        Service.objects.published()
        .filter(check_by__lte=today + AHEAD, organisation__state=Organisation.State.APPROVED)
        .select_related("organisation")
        .order_by("organisation_id", "id")
    )
    for service in services.iterator():
        if service.organisation is not None:
            counts[service.organisation] = counts.get(service.organisation, 0) + 1
    return counts


def remind(*, now: datetime) -> int:
    """Tell those who edit there, once per organisation and ``PAUSE``; returns how many organisations were told.

    Each organisation is a transaction of its own in which the notifications and the event that remembers them are written
    together: run twice, or cut short and run again, nobody is told twice.
    """
    today = timezone.localdate(now)
    told = 0
    for organisation, count in waiting_for_a_check(today).items():
        with transaction.atomic():
            Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
            if Event.objects.filter(name=REMINDED, about_id=organisation.pk, at__gt=now - PAUSE).exists():
                continue
            members = Membership.objects.in_force().filter(organisation=organisation, role__in=EDITORS)
            users = list(User.objects.filter(pk__in=members.values("user_id"), is_active=True).order_by("id"))
            if not users:  # came from a dataset: nobody here to ask
                continue
            for user in users:
                notify(
                    user.pk,
                    "still_right",
                    language=user.language,
                    link=f"/{user.language}/{PAGE}{token_for(user, organisation, on=today)}/",
                    context={"count": count, "organisation": organisation.name},
                )
            emit(REMINDED, organisation, by=Actor.the_system(), data={"services": count, "users": len(users)})
            told += 1
    return told
