"""Telling a person of their appointment, when it is made, moved or cancelled: a link, and nothing of whom, when or why.

Who has an account gets a notice there. Who has none is written to as they said it is safe, and in the hours they said
(:func:`kesher.referrals.follow_ups.way_to`): what comes at another hour waits, and is one message then, for the link shows
what stands there. Whom no machine may write to, a human tells: the page of the appointment says so (:func:`stands`); no machine
writes to who asked for discretion, not to their account either. Who cancels their own is not told of it; whoever invited them
is.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.template.loader import render_to_string
from django.utils import timezone, translation

from kesher.accounts.models import User
from kesher.base.events import emit, on
from kesher.base.history import THE_SYSTEM, acting
from kesher.base.models import Event
from kesher.base.notifications import notify
from kesher.base.rows import acting_for
from kesher.base.tasks import ATTEMPTS, every
from kesher.base.transitions import Actor
from kesher.casework.appointment_links import PAGE, key_for
from kesher.casework.mentoring.notices import there_or_colleagues
from kesher.casework.models import Appointment
from kesher.casework.moving import must_work_with_files
from kesher.people import files
from kesher.people.consents import PERSON
from kesher.people.models import Person
from kesher.referrals.follow_ups import is_the_hour, number_of, way_to
from kesher.referrals.models import FollowUp
from kesher.referrals.safe_hours import is_safe_now
from kesher.referrals.vocabularies import LINK

logger = logging.getLogger(__name__)

TELL, TOLD = "appointment.tell", "appointment.told"
#: Of a text message: begun; then taken by the gateway, or not.
TEXTED, TAKEN, NOT_TAKEN = "appointment.texted", "appointment.text_taken", "appointment.text_not_taken"
#: It was tried, and failed: an address that is refused, say.
NOT_TOLD: Final = "appointment.not_told"
#: A worker hears when the person cannot come.
TELL_WORKER = "appointment.tell_worker"
#: Nothing waits longer for an hour in which it is safe: those who have some have one each day.
WAITS: Final = timedelta(days=8)
#: And not until it is too late for a human to tell them.
BEFORE_IT: Final = timedelta(days=1)
#: Sending takes seconds; what was begun so long ago, and of which nobody knows what came, a human tells.
SENDING_IS_OVER: Final = timedelta(hours=1)
How = FollowUp.How
ACCOUNT: Final = "account"
BY_US: Final = "by us"


def tell_of(appointment: Appointment, about: str, *, by: Actor) -> None:
    """Something has changed: whoever does not know it is told. In the transaction of the change."""
    of_it = {"about": about, "person": str(appointment.person_id), "organisation": str(appointment.organisation_id)}
    if by.roles & {PERSON, LINK}:
        asked = [str(one) for one in (appointment.with_user_id, appointment.booked_by_id) if one]
        emit(TELL_WORKER, appointment, by=by, data=of_it | {"tell": asked})
        return
    user = None if appointment.person.discreet else appointment.person.user_id
    emit(TELL, appointment, by=by, data=of_it | {"tell": str(user) if user else ""})


def way_of(person: Person) -> FollowUp.How:
    """How a message may reach them; whoever asked for discretion is told by a human."""
    return How.SENDER if person.discreet else way_to(person)


@on(TELL_WORKER)
def tell_whoever_invited(event_id: UUID) -> None:
    """They cannot come: whoever was to meet them, or booked it, while they work there."""
    event = Event.objects.get(pk=event_id)
    users = there_or_colleagues(
        User.objects.filter(pk__in=event.data["tell"], is_active=True), UUID(event.data["organisation"])
    )
    for user in users.order_by("pk"):
        link = f"/{user.language}/caseworker/appointments/{event.about_id}/"
        with acting_for(user_id=user.pk):
            notify(user.pk, "appointment_news", language=user.language, link=link)


@on(TELL)
def tell(event_id: UUID) -> None:
    event = Event.objects.get(pk=event_id)
    told = event.data["tell"]
    user = User.objects.filter(pk=told, is_active=True).first() if told else None
    if user is None or _asks_for_discretion(user):
        try_to_tell(event, now=timezone.now())
        return
    with acting_for(user_id=user.pk):
        if _is_told(event):
            return
        notify(user.pk, "own_appointment_news", language=user.language, link=f"/{user.language}/me/plan/")
        emit(TOLD, Appointment(pk=event.about_id), by=Actor.the_system(), data={"how": ACCOUNT})


def _asks_for_discretion(user: User) -> bool:
    """They may have said so since."""
    with acting_for(user_id=user.pk):
        return Person.objects.filter(user=user, discreet=True).exists()


@every("17 * * * *")
def tell_whoever_waits() -> None:
    """Every hour: some may be written to in the evening only; and of some text messages nobody knows what came."""
    logger.info("told %s people of an appointment", tell_all(now=timezone.now()))


def tell_all(*, now: datetime) -> int:
    """Tell whoever waits and may be written to in this hour; of how many something was done."""
    later = Event.objects.filter(name=TOLD, about_id=OuterRef("about_id"), at__gte=OuterRef("at"))
    waiting = Event.objects.filter(name=TELL, at__gt=now - WAITS).exclude(Exists(later))
    return sum(try_to_tell(event, now=now) for event in waiting.order_by("id"))


def try_to_tell(event: Event, *, now: datetime) -> bool:
    """As :func:`tell_now`. One that fails keeps no other from it: it is tried again in an hour, as often as tasks are; then a
    human tells them."""
    try:
        return tell_now(event, now=now)
    except Exception:
        logger.exception("nobody could tell of the appointment %s", event.about_id)
    about, here = Appointment(pk=event.about_id), event.data["organisation"]
    with acting_for(organisation_ids=[UUID(here)]):
        emit(NOT_TOLD, about, by=Actor.the_system(), data={"of": str(event.pk)})
        failed = Event.objects.filter(name=NOT_TOLD, about_id=event.about_id, data__of=str(event.pk)).count()
        if failed >= ATTEMPTS and not _is_told(event):
            emit(TOLD, about, by=Actor.the_system(), data={"how": How.SENDER.value, "organisation": here})
    return False


def _is_told(event: Event) -> bool:
    return Event.objects.filter(name=TOLD, about_id=event.about_id, at__gte=event.at).exists()


def tell_now(event: Event, *, now: datetime) -> bool:
    """Tell the person, where this hour is safe; whether something was done. Twice is once."""
    here = UUID(event.data["organisation"])
    with acting_for(organisation_ids=[here]), acting(actor=THE_SYSTEM, reason="told of an appointment"):
        rows = Appointment.objects.select_for_update(of=("self",)).filter(organisation=here)
        appointment = rows.filter(pk=event.about_id, starts_at__gt=now).first()
        if appointment is None or _is_told(event):
            return False
        # The file may be closed to whoever invited meanwhile: then nobody is left who may write.
        person = Person.objects.active().kept_by(here).filter(pk=appointment.person_id).first()
        if person is None:
            return False
        how = way_of(person)
        if not is_the_hour(person, how, now):
            return False  # it will come
        if how == How.MAIL:
            _mail(appointment, person)
        emit(TOLD, appointment, by=Actor.the_system(), data={"how": how.value, "organisation": str(here)})
    return True


def link_to(appointment: Appointment, language: str) -> str:
    return f"{settings.PUBLIC_URL}/{language}/{PAGE}{key_for(appointment)}/"


def _mail(appointment: Appointment, person: Person) -> None:
    """It names neither who writes nor what about: somebody else may see the screen."""
    with translation.override(person.language):
        text = render_to_string("notifications/link_appointment.txt", {"link": link_to(appointment, person.language)})
    subject, _rest, body = text.strip().partition("\n")
    send_mail(subject.strip(), body.strip() + "\n", settings.NEUTRAL_FROM, [person.email])


# --- by text message: whoever sends it is above this floor ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Text:
    """What is to be sent to which number, in which language."""

    number: str
    language: str
    appointment: Appointment


def begin_text(event_id: UUID) -> Text | None:
    """The message that this event asks for, once it is written down that it is about to be handed over; None: it was already,
    or is not wanted any more. A worker killed while sending does not send twice: nobody knows then, and a human tells them.
    """
    event = Event.objects.get(pk=event_id)
    if event.data.get("how") != How.TEXT:
        return None
    here = UUID(event.data["organisation"])
    with acting_for(organisation_ids=[here]), acting(actor=THE_SYSTEM, reason="text message of an appointment"):
        rows = Appointment.objects.select_for_update(of=("self",)).filter(organisation=here)
        appointment = rows.filter(pk=event.about_id, starts_at__gt=timezone.now()).first()
        of_it = Event.objects.filter(about_id=event.about_id, data__of=str(event.pk))
        begun, failed = of_it.filter(name=TEXTED).count(), of_it.filter(name=NOT_TAKEN).count()
        newer = Event.objects.filter(about_id=event.about_id, name__in=[TELL, TOLD], at__gt=event.at)
        if appointment is None or begun > failed or failed >= ATTEMPTS or newer.exists():
            return None
        person = Person.objects.active().kept_by(here).filter(pk=appointment.person_id).first()
        if person is None:
            return None
        if way_of(person) != How.TEXT or not is_safe_now(person.reach_when, timezone.now()):
            # by another way, or in other hours: the hourly run tells them when and as it may
            data = {"about": "again", "person": str(person.pk), "organisation": str(here), "tell": ""}
            emit(TELL, appointment, by=Actor.the_system(), data=data)
            return None
        emit(TEXTED, appointment, by=Actor.the_system(), data={"of": str(event.pk)})
        return Text(number_of(person), person.language, appointment)


def text_taken(event_id: UUID, text: Text) -> None:
    with transaction.atomic():
        emit(TAKEN, text.appointment, by=Actor.the_system(), data={"of": str(event_id)})


def text_not_taken(event_id: UUID, text: Text) -> None:
    """It is tried again, as often as tasks are; then a human tells them (:func:`stands`)."""
    with transaction.atomic():
        emit(NOT_TAKEN, text.appointment, by=Actor.the_system(), data={"of": str(event_id)})


def told_by_us(appointment: Appointment, *, by: Actor, seen: str | None) -> None:
    """A worker has told them what they have read themselves (``seen``: its stamp). Raises :class:`files.Changed`."""
    must_work_with_files(appointment.person, by)
    with transaction.atomic(), acting(actor=by, reason="told of an appointment"):
        locked = Appointment.objects.select_for_update(of=("self",)).get(pk=appointment.pk)
        if seen is not files.READ_NOTHING and seen != files.stamp_of(locked):
            locked.person = appointment.person
            raise files.Changed(locked)
        emit(TOLD, appointment, by=by, data={"how": BY_US})


# --- whether they know it -------------------------------------------------------------------------------------------------


class Stands(StrEnum):
    """Whether the person knows how an appointment stands, as far as we do."""

    NOTICE = "notice"  # in their account
    MAIL = "mail"
    TEXT = "text"
    WAITS = "waits"  # for an hour in which it is safe
    HUMAN = "human"  # somebody must tell them
    UNSURE = "unsure"  # a text message of which nobody knows whether it has left
    THEY_SAID = "they said"  # they cancelled it themselves
    BY_US = "by us"  # a worker has told them
    UNTOLD = "untold"  # of before anybody was told


def stands(appointment: Appointment, *, now: datetime) -> Stands:
    """As the trail has it; whoever asks sees the appointment."""
    named: Any = Event.objects.filter(about_id=appointment.pk, name__in=[TELL, TOLD, TELL_WORKER])
    last = named.order_by("-at", "-id").first()
    if last is None:
        return Stands.UNTOLD
    if last.name == TELL_WORKER:
        return Stands.THEY_SAID
    if last.name == TELL:
        # what is booked for tomorrow has an hour, too
        too_late = max(appointment.starts_at - BEFORE_IT, last.at + SENDING_IS_OVER)
        return Stands.WAITS if now < min(last.at + WAITS, too_late) else Stands.HUMAN
    match last.data["how"]:
        case "account":
            return Stands.NOTICE
        case "by us":
            return Stands.BY_US
        case How.MAIL:
            return Stands.MAIL
        case How.TEXT:
            return _text_stands(last, now)
    return Stands.HUMAN


def _text_stands(told: Event, now: datetime) -> Stands:
    of_it = set(Event.objects.filter(about_id=told.about_id, data__of=str(told.pk)).values_list("name", flat=True))
    if TAKEN in of_it:
        return Stands.TEXT
    if now - told.at < SENDING_IS_OVER:
        return Stands.WAITS
    return Stands.HUMAN if NOT_TAKEN in of_it or TEXTED not in of_it else Stands.UNSURE
