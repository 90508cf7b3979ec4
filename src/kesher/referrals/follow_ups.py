""" "Did it help?" One question to the person: when it is finished, and after 30 and 90 days.

The person answers by link, without an account: by mail or text message, as they said it is safe, and in the hours they said
(:mod:`kesher.referrals.safe_hours`): held when the question is asked, and again when a text message leaves, for a gateway may
take it hours later only. Of whom no hours were said, a text message comes by day; a mail wakes nobody. Who cannot be written to
safely, or was not reached, is asked by those who referred them. An answer that it did not help opens again what was closed.
"""

import logging
from datetime import datetime, time, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kesher.base.events import emit, on
from kesher.base.history import THE_SYSTEM, acting
from kesher.base.models import Event
from kesher.base.notifications import notify
from kesher.base.rows import acting_for
from kesher.base.tasks import ATTEMPTS, every
from kesher.base.transitions import Actor, Refused
from kesher.directory.call_backs import digits_of
from kesher.people.models import Access, Person
from kesher.referrals import loops
from kesher.referrals.models import FollowUp, Loop, Referral
from kesher.referrals.notices import SENT, follow_up_mail, senders_of
from kesher.referrals.safe_hours import is_safe_now, safe_hours
from kesher.referrals.vocabularies import LINK, SENDERS, State

logger = logging.getLogger(__name__)

DAYS: Final = (0, 30, 90)
ASKED, ANSWERED = "follow_up.asked", "follow_up.answered"
#: Of a text message: begun; then taken by the gateway, or not taken; or nobody ever said which.
TEXTED, TAKEN, NOT_TAKEN = "follow_up.texted", "follow_up.text_taken", "follow_up.text_not_taken"
UNSURE = "follow_up.text_unsure"
#: Sending takes seconds. What was begun so long ago, and came to nothing that is known, no worker is at any more.
SENDING_IS_OVER: Final = timedelta(hours=1)
#: After the last question somebody may be ill or away; then it is not asked any more.
LOOK_BACK: Final = timedelta(days=180)


@on("referral.finish")
def plan(event_id: UUID) -> None:
    """Write down the three questions, and ask the first. Run twice, there are three."""
    event = Event.objects.get(pk=event_id)
    sender = UUID(event.data["sender"])
    with acting_for(organisation_ids=[sender]), acting(actor=THE_SYSTEM, reason="follow-up planned"):
        referral = Referral.objects.filter(pk=event.about_id, state=State.COMPLETED).first()
        if referral is None or referral.closed_at is None:
            return
        ended = timezone.localdate(referral.closed_at)
        for day in DAYS:
            FollowUp.objects.get_or_create(referral=referral, day=day, defaults={"due_on": ended + timedelta(days=day)})
    ask_what_is_due(sender, timezone.now())


@every("52 * * * *")
def ask_whether_it_helped() -> None:
    """Every hour: some may be written to in the evening only."""
    now = timezone.now()
    try:
        if unsure := hand_over_unsure(now=now):
            logger.warning("of %s text messages nobody knows whether they were sent: a human asks", unsure)
    except Exception:  # the others are asked all the same
        logger.exception("text messages of which nobody knows whether they were sent are not handed over")
    logger.info("asked %s people whether it helped", ask_all(now=now))


def ask_all(*, now: datetime) -> int:
    """Ask what is due; returns how many questions. Each is a transaction of its own, and asked once."""
    finished = Event.objects.filter(name="referral.finish", at__gt=now - LOOK_BACK).order_by()
    senders = sorted({UUID(key) for key in finished.values_list("data__sender", flat=True).distinct()})
    return sum(ask_what_is_due(sender, now) for sender in senders)


def ask_what_is_due(sender: UUID, now: datetime) -> int:
    with acting_for(organisation_ids=[sender]):
        due = FollowUp.objects.unanswered().filter(asked_at=None, due_on__lte=timezone.localdate(now))
        of_finished = due.filter(referral__sender=sender, referral__state=State.COMPLETED)
        keys = list(of_finished.order_by("due_on", "id").values_list("pk", flat=True))
    return sum(_ask(key, sender, now) for key in keys)


def _ask(key: UUID, sender: UUID, now: datetime) -> bool:
    with acting_for(organisation_ids=[sender]), acting(actor=THE_SYSTEM, reason="asked whether it helped"):
        rows = FollowUp.objects.select_for_update(of=("self",)).select_related("referral")
        follow_up = rows.filter(pk=key, asked_at=None).first()
        if follow_up is None:
            return False
        # The file may be closed to the sender meanwhile: then nobody is left who may ask.
        person = Person.objects.active().filter(pk=follow_up.referral.person_id).first()
        if person is None:
            return False
        how = way_to(person)
        if not is_the_hour(person, how, now):
            return False  # it will come
        if how == FollowUp.How.MAIL:
            follow_up.how = FollowUp.How.MAIL
            follow_up_mail(follow_up, person.email, person.language)
        elif how == FollowUp.How.TEXT:
            follow_up.how = FollowUp.How.TEXT  # sent after this is written, by what listens to the event
        else:
            # A mail to somebody who said "only call me" may be read by whom they fear.
            follow_up.how = FollowUp.How.SENDER
            _tell_senders(follow_up.referral, "follow_up_due")
        _write_asked(follow_up, now)
    return True


def _about(follow_up: FollowUp) -> dict[str, str]:
    """Whose question it is, for figures that are counted from the trail."""
    return {"referral": str(follow_up.referral_id), "sender": str(follow_up.referral.sender_id)}


def _write_asked(follow_up: FollowUp, now: datetime) -> None:
    follow_up.asked_at = now
    follow_up.save(update_fields=["how", "asked_at", "updated_at"])
    said = {"day": follow_up.day, "how": follow_up.how} | _about(follow_up)
    emit(ASKED, follow_up, by=Actor.the_system(), data=said)


def way_to(person: Person) -> FollowUp.How:
    """How a question may reach the person: as they said, where that is possible here; else by those who referred them.

    A number for which the town does not pay, hours that nobody but a human understands, or so few minutes that what runs every
    hour may miss them: then a human asks.
    """
    hours = safe_hours(person.reach_when)
    if hours is None or _minute(hours[1]) - _minute(hours[0]) < 60:
        return FollowUp.How.SENDER
    if person.reach_by == Person.Reach.MAIL and person.email:
        return FollowUp.How.MAIL
    if person.reach_by == Person.Reach.TEXT and texts_are_sent() and number_of(person):
        return FollowUp.How.TEXT
    return FollowUp.How.SENDER


def _minute(of_day: time) -> int:
    return of_day.hour * 60 + of_day.minute


def is_the_hour(person: Person, how: FollowUp.How, now: datetime) -> bool:
    """Whether a question may go out this way now. A mail waits for hours only where somebody said some."""
    if how == FollowUp.How.SENDER or (how == FollowUp.How.MAIL and not person.reach_when.strip()):
        return True
    return is_safe_now(person.reach_when, now)


def texts_are_sent() -> bool:
    """Whether the town has a gateway; a demo shows on a page what would have been sent."""
    return bool(settings.DEMO) or settings.TEXT_GATEWAY is not None


def number_of(person: Person) -> str:
    """In the international form, where the town sends to numbers like it; else ""."""
    found: str = settings.TEXT_NUMBERS.international(digits_of(person.phone))
    return found


def begin_text(event_id: UUID) -> tuple[str, str, FollowUp] | None:
    """Number, language and question for a text message that is now to be sent; None: nothing is, or it was sent already.

    Held against what the person says now: by another way, or in other hours, it is not sent, and stands there as not asked, so
    that the hourly run asks when and as it may. What is begun is written down first: a worker killed while sending does not
    send twice. Whether it had sent once nobody knows then: a human asks (:func:`hand_over_unsure`).
    """
    event = Event.objects.get(pk=event_id)
    if event.data.get("how") != FollowUp.How.TEXT:
        return None
    sender = UUID(event.data["sender"])
    with acting_for(organisation_ids=[sender]), acting(actor=THE_SYSTEM, reason="question texted"):
        rows = FollowUp.objects.select_for_update(of=("self",)).select_related("referral").unanswered()
        follow_up = rows.filter(pk=event.about_id, how=FollowUp.How.TEXT, asked_at__isnull=False).first()
        of_it = Event.objects.filter(about_id=event.about_id)
        begun, failed = of_it.filter(name=TEXTED).count(), of_it.filter(name=NOT_TAKEN).count()
        if follow_up is None or begun > failed:
            return None
        person = Person.objects.active().filter(pk=follow_up.referral.person_id).first()
        if person is None:
            return None
        if way_to(person) != FollowUp.How.TEXT or not is_safe_now(person.reach_when, timezone.now()):
            follow_up.how, follow_up.asked_at = "", None
            follow_up.save(update_fields=["how", "asked_at", "updated_at"])
            return None
        emit(TEXTED, follow_up, by=Actor.the_system(), data={"sender": str(sender)})
        return number_of(person), person.language, follow_up


def text_taken(follow_up: FollowUp) -> None:
    """The gateway has it. What becomes of it on the way we are not told."""
    with transaction.atomic():
        emit(TAKEN, follow_up, by=Actor.the_system())


def hand_over_unsure(*, now: datetime) -> int:
    """Text messages that were begun and of which nobody said what came of it: the worker died, or the gateway did not answer.

    They may have left or not, and are not sent again. Those who referred the person are told to ask: at worst somebody is
    asked twice, once by a machine and once by a human, and nobody is forgotten. Returns how many.
    """
    known = Event.objects.filter(
        about_id=OuterRef("about_id"), name__in=[TAKEN, NOT_TAKEN, UNSURE], at__gte=OuterRef("at")
    )
    begun = Event.objects.filter(name=TEXTED, at__lt=now - SENDING_IS_OVER, at__gt=now - LOOK_BACK).exclude(
        Exists(known)
    )
    # events of before there was a sender in them name nobody who could be asked to ask
    left = list(begun.filter(data__has_key="sender").order_by("id").values_list("about_id", "data__sender"))
    return sum(_hand_over(key, UUID(sender)) for key, sender in left)


def _hand_over(key: UUID, sender: UUID) -> bool:
    with acting_for(organisation_ids=[sender]), acting(actor=THE_SYSTEM, reason="nobody knows whether it was texted"):
        rows = FollowUp.objects.select_for_update(of=("self",)).select_related("referral").unanswered()
        follow_up = rows.filter(pk=key, how=FollowUp.How.TEXT, asked_at__isnull=False).first()
        emit(UNSURE, follow_up or FollowUp(pk=key), by=Actor.the_system())  # looked at once
        if follow_up is None:
            return False
        _a_human_asks(follow_up)
    return True


def _a_human_asks(follow_up: FollowUp) -> None:
    follow_up.how = FollowUp.How.SENDER
    _tell_senders(follow_up.referral, "follow_up_due")
    _write_asked(follow_up, timezone.now())


def text_not_taken(follow_up: FollowUp) -> None:
    """The gateway has not taken it: it is begun again, later; as often as tasks are tried, then those who referred them ask."""
    with acting_for(organisation_ids=[follow_up.referral.sender_id]), acting(actor=THE_SYSTEM, reason="text not taken"):
        rows = FollowUp.objects.select_for_update(of=("self",)).select_related("referral").unanswered()
        locked = rows.filter(pk=follow_up.pk, how=FollowUp.How.TEXT).first()
        emit(NOT_TAKEN, follow_up, by=Actor.the_system())
        failed = Event.objects.filter(name=NOT_TAKEN, about_id=follow_up.pk).count()
        if locked is not None and failed >= ATTEMPTS:
            _a_human_asks(locked)


def answer(follow_up: FollowUp, said: str, *, by: Actor) -> None:
    """The person by their link, or somebody who referred them and was told. The first answer counts.

    Inside what sees the sender's rows. Raises :class:`Refused` and changes nothing.
    """
    if said not in FollowUp.Answer.values:
        raise Refused(_("Choose an answer."), "answer")
    by_link = LINK in by.roles
    if by.organisation_id != follow_up.referral.sender_id or not (by_link or by.roles & SENDERS):
        raise Refused(_("Another organisation sent this."), "role")
    with transaction.atomic(), acting(actor=by, reason="said whether it helped"):
        locked = FollowUp.objects.select_for_update(of=("self",)).select_related("referral").get(pk=follow_up.pk)
        if locked.answered_at is not None:
            raise Refused(_("This has been answered already."), "state")
        if locked.referral.state != State.COMPLETED:
            raise Refused(_("This is not possible in the present state."), "state")
        locked.answer, locked.answered_at, locked.recorded_by_id = said, timezone.now(), by.user_id
        locked.asked_at = locked.asked_at or locked.answered_at
        locked.save(update_fields=["answer", "answered_at", "recorded_by_id", "asked_at", "updated_at"])
        emit(ANSWERED, locked, by=by, data={"day": locked.day, "answer": said} | _about(locked))
        if said == FollowUp.Answer.NO and _have_the_file(locked.referral):
            loop = Loop.objects.get(pk=locked.referral.loop_id)
            loops.reopen(loop, by=Actor.the_system())
            _tell_senders(locked.referral, "referral_news")
    for field in ("answer", "answered_at", "recorded_by_id", "asked_at"):
        setattr(follow_up, field, getattr(locked, field))


def _have_the_file(referral: Referral) -> bool:
    """Whether those who sent them still have their file: else nobody there may follow anything in it."""
    theirs = Access.objects.in_force().filter(person=referral.person_id, organisation=referral.sender_id, whole=True)
    return theirs.exists()


def _tell_senders(referral: Referral, kind: str) -> None:
    for user in senders_of(referral):
        notify(user.pk, kind, language=user.language, link=f"/{user.language}/{SENT}{referral.pk}/")
