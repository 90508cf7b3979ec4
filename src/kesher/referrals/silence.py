"""A file ends in a month and its person has no account: a mail as they said it is safe, or those who keep the file ask them.

Hourly, for some may be written to in the evening only. The mail names neither who writes nor what about, and leads nowhere: it
asks them to get in touch. Whom no mail may reach stands on the Today page of those who keep the file.
"""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import timezone, translation

from kesher.base.events import emit
from kesher.base.models import Event
from kesher.base.rows import acting_for
from kesher.base.tasks import every
from kesher.base.transitions import Actor
from kesher.people.models import Person
from kesher.people.silence import BEFORE, TOLD
from kesher.referrals.follow_ups import is_the_hour, way_to
from kesher.referrals.models import FollowUp

logger = logging.getLogger(__name__)
PERSON_TOLD = "file.person_told"


@every("22 * * * *")
def write_to_people_of_silent_files() -> None:
    logger.info("wrote to %s people of silent files", write_to_all(timezone.now()))


def write_to_all(now: datetime) -> int:
    """Write to those of whose files the keepers were told within the month; returns to how many."""
    told = Event.objects.filter(name=TOLD, at__gt=now - BEFORE, organisation_id__isnull=False).order_by("id")
    pairs = dict.fromkeys(told.values_list("about_id", "organisation_id"))
    return sum(_write(person, organisation, now) for person, organisation in pairs if organisation is not None)


def _write(key: UUID, organisation: UUID, now: datetime) -> bool:
    with acting_for(organisation_ids=[organisation]):
        person = Person.objects.active().select_for_update(of=("self",)).filter(pk=key, user=None).first()
        if person is None:
            return False
        if Event.objects.filter(name=PERSON_TOLD, about_id=key, at__gte=person.last_step_at).exists():
            return False
        if not asks_by_mail(person) or not is_the_hour(person, FollowUp.How.MAIL, now):
            return False
        with translation.override(person.language):
            text = render_to_string("notifications/get_in_touch.txt", {"days": BEFORE // timedelta(days=1)})
        subject, _rest, body = text.strip().partition("\n")
        send_mail(subject.strip(), body.strip() + "\n", settings.NEUTRAL_FROM, [person.email])
        emit(PERSON_TOLD, person, by=Actor(None, organisation, frozenset({"system"})))
    return True


def asks_by_mail(person: Person) -> bool:
    """Whether a mail may reach them as they said; where somebody else may read it, a human asks instead."""
    return not person.discreet and way_to(person) == FollowUp.How.MAIL
