"""Asking to be called, taking it back, and calling back.

    key = ask(service, called="Almaz", phone="050-5550123", language="am", when=["evening"])
    take_back(asked_with(key))                                     the visitor, with the link of the thank-you page
    answer(call_back, "reach", by=actor)                           somebody of the organisation that was asked

Whoever asks has no account, and sees nothing of what is kept: row-level security shows a request to the organisation that
was asked alone. So these functions say for whom they work, and tasks do.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from unicodedata import decimal
from uuid import UUID

from django.core import signing
from django.db import models, transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kesher.accounts.models import Membership, Organisation, User
from kesher.base.events import emit
from kesher.base.history import Visitor, acting
from kesher.base.keys import uuid7
from kesher.base.models import Event
from kesher.base.rows import acting_for
from kesher.base.transitions import Actor, Refused, Transition, TransitionTable
from kesher.directory.models import CALLERS, CallBack, Kind, Merge, Service
from kesher.directory.models.call_backs import GONE

State = CallBack.State
WAITING = (State.ASKED, State.NOT_REACHED)
AGAIN = timedelta(days=1)  # the same number asking the same service within this time is the same request
SALT = "kesher.directory.call_backs"
TEXT_WANTED, TEXT_TRIED, TEXT_NOT_TAKEN = "call_back.text_wanted", "call_back.text_tried", "call_back.text_not_taken"
TEXT_TOO_LATE = "call_back.text_too_late"
#: How long after asking a text message about it can be had, for whoever wants one is still before the page; and how long it
#: is tried to send: a message that comes at night, or when one has been there already, only frightens.
TEXT_WITHIN = timedelta(hours=1)
#: The page, behind the language, on which an organisation finds who waits for a call.
PAGE = "provider/call-backs/"


class WhyClosed(models.TextChoices):
    """Codes, not words of one's own: they stay in the trail of events when the request has long been erased."""

    NO_ANSWER = "no_answer", _("Called several times, nobody answered")
    WRONG_NUMBER = "wrong_number", _("The number is wrong")
    SPOKEN = "spoken", _("They came or wrote meanwhile")
    NOT_NEEDED = "not_needed", _("They no longer need it")
    ELSEWHERE = "elsewhere", _("Something else is right for them, and they know")
    NO_REQUEST = "no_request", _("Nobody asked in earnest")


# --- calling back -------------------------------------------------------------------------------------------------------


def was_asked(call_back: CallBack, by: Actor) -> str | Promise | None:
    """A role in one organisation says nothing about who asked another, and one in a suspended one nothing at all."""
    if by.organisation_id != call_back.organisation_id:
        return _("Another organisation was asked.")
    approved = call_back.organisation.state == Organisation.State.APPROVED
    return None if approved else _("Your organisation is not approved.")


#: Spoken with is spoken with, and closed is closed: who needs more asks again.
CALL_BACK_STATES = TransitionTable(
    name="call_back",
    field="state",
    transitions=(
        Transition("reach", sources=WAITING, target=State.REACHED, roles=CALLERS, guard=was_asked),
        Transition("miss", sources=WAITING, target=State.NOT_REACHED, roles=CALLERS, guard=was_asked),
        Transition("close", sources=WAITING, target=State.CLOSED, roles=CALLERS, guard=was_asked, reason_required=True),
    ),
)


def answer(call_back: CallBack, event: str, *, by: Actor, reason: str = "", now: datetime | None = None) -> None:
    """Record what came of it, or raise :class:`Refused` and change nothing. ``reason``: of closing, a :class:`WhyClosed`."""
    if event == "close" and reason not in WhyClosed.values:
        raise Refused(_("Please choose a reason."), "reason")
    with transaction.atomic(), acting(actor=by, reason=reason or event):
        locked = CallBack.objects.select_for_update(of=("self",)).get(pk=call_back.pk)
        if refusal := CALL_BACK_STATES.refusal(locked, event, by=by, reason=reason):
            raise refusal
        # Who answers is written first: the database lets nothing be answered by nobody.
        locked.answered_by_id, locked.answered_at = by.user_id, now or timezone.now()
        locked.save(update_fields=["answered_by_id", "answered_at", "updated_at"])
        CALL_BACK_STATES.apply(locked, event, by=by, reason=reason)
    for field in ("state", "answered_by_id", "answered_at"):
        setattr(call_back, field, getattr(locked, field))


def erase(call_back: CallBack, *, by: Actor) -> None:
    """Who asked wants it gone, and said so to the organisation: erased at once, whatever came of it."""
    if not by.roles & CALLERS or (why_not := was_asked(call_back, by)):
        raise Refused(_("Your role does not allow this.") if not by.roles & CALLERS else why_not or "", "role")
    with transaction.atomic(), acting(actor=by, reason="erased on request"):
        emit("call_back.erased", call_back, by=by)
        CallBack.objects.filter(pk=call_back.pk).delete()


# --- asking -------------------------------------------------------------------------------------------------------------


class CannotBeAsked(Exception):
    """Nobody would call back: the service is not public, or nobody of its organisation could answer."""


def callers_of(organisation_id: UUID) -> models.QuerySet[User]:
    """Who could call back today, each once."""
    there = Membership.objects.in_force().filter(organisation=organisation_id, role__in=CALLERS)
    return User.objects.filter(pk__in=there.values("user_id"), is_active=True).order_by("id")


def that_can_be_asked() -> models.Q:
    """Of services: those for which a number left here would be called. Public, and of an approved organisation with
    somebody who calls back today."""
    callers = Membership.objects.in_force().filter(
        organisation=models.OuterRef("organisation"),
        organisation__state=Organisation.State.APPROVED,
        role__in=CALLERS,
        user__is_active=True,
    )
    return models.Q(models.Exists(callers), state=Service.State.PUBLISHED)


def can_be_asked(service: Service) -> bool:
    """Whether a number left here would be called."""
    return Service.objects.filter(that_can_be_asked(), pk=service.pk).exists()


def somebody_calls(asked: "Asked") -> bool:
    """Whether there is anybody, with whom this request may lie, who could call today: an organisation may have been suspended
    since, or all who call back there have left. Says nothing of whether there is such a request."""
    callers = Membership.objects.in_force().filter(
        organisation__in=may_lie_with(asked.organisation_id),
        organisation__state=Organisation.State.APPROVED,
        role__in=CALLERS,
        user__is_active=True,
    )
    return callers.exists()


def digits_of(phone: str) -> str:
    """What one dials: the digits, in whatever script they were typed, behind the plus of a foreign number.

    >>> digits_of("+972 (50) 555-0123"), digits_of("٠٥٠-٥٥٥٠١٢٣")
    ('+972505550123', '0505550123')
    """
    digits = "".join(str(decimal(sign)) for sign in phone if sign.isdecimal())
    return f"+{digits}" if phone.strip().startswith("+") else digits


def line_of(phone: str) -> str:
    """The end of a number, which is the same with the country's code and without: what tells one telephone from another.

    >>> line_of("050-555-0123") == line_of("+972505550123") == line_of("00972505550123")
    True
    """
    return digits_of(phone).removeprefix("+")[-8:]


def ask(
    service: Service,
    *,
    called: str,
    phone: str,
    language: str,
    when: Iterable[str] = (),
    note: str = "",
    now: datetime | None = None,
) -> str:
    """Keep the request and tell the organisation; returns what stands in the link that takes it back.

    Raises :class:`CannotBeAsked`. A number that waits for this service's call already is not kept twice; the answer is the
    same then: nobody finds out here whether somebody else's number has asked. But the link then given opens nothing, or
    whoever knows a number could erase what its owner has asked; the page behind the link says so.
    """
    now = now or timezone.now()
    with transaction.atomic(), acting(actor=Visitor("call-back"), reason="asked to be called"):
        # The lock makes two presses of one button one request; key columns are not touched, so others may refer to it.
        services = Service.objects.select_for_update(of=("self",), no_key=True).select_related("organisation")
        locked = services.get(pk=service.pk)
        organisation = locked.organisation
        if organisation is None or not can_be_asked(locked):
            raise CannotBeAsked
        with acting_for(organisation_ids=[organisation.pk]):
            lately = CallBack.objects.waiting().filter(service=locked, created_at__gt=now - AGAIN)
            if line_of(phone) in {line_of(known) for known in lately.values_list("phone", flat=True)}:
                return _key(uuid7(), organisation.pk, locked.pk)
            call_back = CallBack.objects.create(
                service=locked,
                organisation=organisation,
                called=called,
                phone=phone,
                language=language,
                when=list(when),
                note=note,
                consent_at=now,
                created_at=now,
            )
            ids = {"organisation": str(organisation.pk), "service": str(locked.pk)}
            emit("call_back.asked", call_back, by=Actor.the_system(), data=ids)
            return _key(call_back.pk, organisation.pk, locked.pk)


# --- taking it back -----------------------------------------------------------------------------------------------------


class Expired(Exception):
    """The link was good once; what it was for has been erased."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the link of a thank-you page is about."""

    call_back_id: UUID
    organisation_id: UUID
    service_id: UUID


def _key(*ids: UUID) -> str:
    return signing.dumps([one.hex for one in ids], salt=SALT)


def asked_with(key: str) -> Asked | None:
    """What was asked with this link; None for one that was never ours. Raises :class:`Expired`, as the record does."""
    try:
        return Asked(*map(UUID, signing.loads(key, salt=SALT, max_age=GONE)))
    except signing.SignatureExpired:
        raise Expired from None
    except signing.BadSignature:
        return None


def may_lie_with(*organisation_ids: UUID) -> set[UUID]:
    """Those that were asked, and those they were ever merged into: there their requests went, and stay after an undo."""
    found, more = set[UUID](), set(organisation_ids)
    while more := more - found:
        found |= more
        more = set(Merge.objects.filter(kind=Kind.ORGANISATION, merged__in=more).values_list("kept", flat=True))
    return found


def asked_about(service_id: UUID) -> set[UUID]:
    """All with whom a request about this service may lie. Known from the history, which names no person: the requests
    themselves are seen only by those who say for which organisation they look."""
    kept: Any = CallBack._meta.get_field("history").related_model
    return may_lie_with(
        *kept.objects.filter(service=service_id).order_by().values_list("organisation", flat=True).distinct()
    )


def take_back(asked: Asked) -> None:
    """Erase the request at once, whatever came of it; one that is gone already stays gone."""
    with (
        acting_for(organisation_ids=may_lie_with(asked.organisation_id)),
        acting(actor=Visitor("call-back"), reason="taken back"),
    ):
        call_back = CallBack.objects.select_for_update(of=("self",)).filter(pk=asked.call_back_id).first()
        if call_back is not None:
            emit("call_back.taken_back", call_back, by=Actor.the_system())
            call_back.delete()


# --- a text message about it --------------------------------------------------------------------------------------------


def phone_of(asked: Asked) -> str:
    """The number of a request; "" when it is gone, or the link opens nothing."""
    with acting_for(organisation_ids=may_lie_with(asked.organisation_id)):
        numbers = CallBack.objects.filter(pk=asked.call_back_id).order_by("pk").values_list("phone", flat=True)
        return numbers.first() or ""


def may_want_text(asked: Asked) -> bool:
    """Whether it was asked within the hour and no text message about it has been wanted yet."""
    with acting_for(organisation_ids=may_lie_with(asked.organisation_id)):
        recent = CallBack.objects.filter(pk=asked.call_back_id, created_at__gte=timezone.now() - TEXT_WITHIN)
        wanted = Event.objects.filter(name=TEXT_WANTED, about_id=asked.call_back_id)
        return recent.exists() and not wanted.exists()


def want_text(asked: Asked, *, language: str) -> None:
    """Whoever asked wants name, number and address of the service on their telephone. Once for each request."""
    with (
        acting_for(organisation_ids=may_lie_with(asked.organisation_id)),
        acting(actor=Visitor("call-back"), reason="wants a text"),
    ):
        call_back = CallBack.objects.select_for_update(of=("self",)).filter(pk=asked.call_back_id).first()
        if call_back is None or Event.objects.filter(name=TEXT_WANTED, about_id=call_back.pk).exists():
            return
        data = {"organisation": str(call_back.organisation_id), "language": language}
        emit(TEXT_WANTED, call_back, by=Actor.the_system(), data=data)


def begin_text(event: Event) -> CallBack | None:
    """The request, once it is written down that its message is about to be handed over; None where it was already, or the
    request has gone; and where it is too late, which is written down too.

    Inside :func:`acting_for`, which must have ended before the message leaves: whatever comes in between, nobody gets it
    twice.
    """
    call_back = CallBack.objects.select_for_update(of=("self",)).filter(pk=event.about_id).first()
    told = Event.objects.filter(about_id=event.about_id)
    if call_back is None or told.filter(name=TEXT_TRIED).count() > told.filter(name=TEXT_NOT_TAKEN).count():
        return None
    if timezone.now() - event.at > TEXT_WITHIN:
        if not told.filter(name=TEXT_TOO_LATE).exists():
            data = {"tried": told.filter(name=TEXT_TRIED).count()}
            emit(TEXT_TOO_LATE, call_back, by=Actor.the_system(), data=data)
        return None
    emit(TEXT_TRIED, call_back, by=Actor.the_system())
    return call_back


def text_not_taken(event: Event) -> None:
    """It may be tried again. Inside :func:`acting_for`; nothing where the request has gone meanwhile."""
    call_back = CallBack.objects.filter(pk=event.about_id).first()
    if call_back is not None:
        emit(TEXT_NOT_TAKEN, call_back, by=Actor.the_system())
