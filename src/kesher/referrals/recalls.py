"""The person takes back what they agreed to: what rests on it is withdrawn, and the receiver is asked to erase what it has.

Runs as a task after ``consent.withdrawn``. The access of the receiver has ended already, in the transaction of the
withdrawal itself; this takes the referral out of their list and out of the sender's. Whoever kept the file by that agreement
follows nothing any more. What had ended already stays in the counts as it was, and its receiver, who has what was sent to them
all the same, is asked to erase it, too; so is every receiver once the whole file is erased, whatever became of the agreement.
"""

from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kesher.base.events import emit, on
from kesher.base.history import acting
from kesher.base.models import Event
from kesher.base.rows import acting_for
from kesher.base.transitions import SYSTEM, Actor, Refused
from kesher.people.models import Access, Consent
from kesher.people.models.consents import Purpose
from kesher.referrals.loops import write_closing
from kesher.referrals.models import Loop, Referral
from kesher.referrals.moving import STAYS, both_sides, close_access, move
from kesher.referrals.states import was_asked
from kesher.referrals.vocabularies import OPEN, Closing, State

RECALL, CONFIRMED = "referral.recall_requested", "referral.recall_confirmed"
#: Ended otherwise than by being withdrawn: the receiver may have kept what was sent.
ENDED: Final = (State.COMPLETED, State.FAILED, State.REJECTED, State.ENTERED_IN_ERROR)
#: Where somebody may be asked to erase what they have.
ASKED_BACK_IN: Final = frozenset({State.CANCELLED, *ENDED})


def is_asked_back(referral: Referral) -> bool:
    """Whether the receiver is to erase what was sent: it was withdrawn, or the person took back that it was sent."""
    if referral.state == State.CANCELLED:
        return True
    return referral.state in ASKED_BACK_IN and Event.objects.filter(name=RECALL, about_id=referral.pk).exists()


def asked_back_of(referrals: Collection[Referral]) -> set[UUID]:
    """The same of many: the keys of those whose receivers are to erase them. One query, none where none has ended."""
    cancelled = {one.pk for one in referrals if one.state == State.CANCELLED}
    ended = [one.pk for one in referrals if one.state in ENDED]
    if not ended:
        return cancelled
    return cancelled | set(Event.objects.filter(name=RECALL, about_id__in=ended).values_list("about_id", flat=True))


def still_read(referrals: Collection[Referral]) -> set[UUID]:
    """The keys of those whose receivers may read what they carry: open ones, and for some days those that ended with a word of
    theirs and were not asked back. It is asked of each referral: what lets a receiver see a person now may be another one, with
    which less goes along. One query at most."""
    now = timezone.now()
    lately = [
        one
        for one in referrals
        if (stays := STAYS.get(State(one.state))) and one.closed_at is not None and one.closed_at + stays > now
    ]
    going_on = {one.pk for one in referrals if one.state in OPEN and one.sent_at is not None}
    return going_on | {one.pk for one in lately} - asked_back_of(lately)


@on("consent.withdrawn")
def withdraw_what_rests_on_it(event_id: UUID) -> None:
    """Run twice, the second finds nothing open."""
    event = Event.objects.get(pk=event_id)
    organisation = event.data.get("organisation")
    if not organisation or event.data.get("purpose") not in (Purpose.REFERRAL, Purpose.SHARE, Purpose.FILE):
        return
    by = Actor(event.actor_id, None, frozenset({SYSTEM}))
    with acting_for(organisation_ids=[UUID(organisation)]):
        found = list(_resting_on(event, UUID(organisation)))
    for referral in found:
        _cancel(referral, by, event)
    if event.data["purpose"] == Purpose.REFERRAL:
        with acting_for(organisation_ids=[UUID(organisation)]):
            ended = list(_ended().filter(consent=event.about_id, receiver=organisation))
        for referral in ended:
            _ask_back(referral, by)
    if event.data["purpose"] == Purpose.REFERRAL:
        _close_what_senders_kept(event, UUID(organisation), by)
    else:
        _close_what_they_followed(event, UUID(organisation), by)


def _resting_on(event: Event, organisation: UUID) -> "list[Referral]":
    of_person = Referral.objects.open().filter(person=event.data["person"]).order_by("id")
    if event.data["purpose"] == Purpose.REFERRAL:
        # What is still a draft rests on nothing yet; _cancel asks whether another agreement is there.
        return list(of_person.filter(Q(consent=event.about_id) | Q(state=State.DRAFT), receiver=organisation))
    kept = Access.objects.in_force().filter(person=event.data["person"], organisation=organisation, whole=True)
    return [] if kept.exists() else list(of_person.filter(sender=organisation))


@on("file.erased")
def ask_back_all_that_was_sent(event_id: UUID) -> None:
    """Whoever ever got a referral of this person; those who were asked already are not asked again."""
    event = Event.objects.get(pk=event_id)
    by = Actor(event.actor_id, None, frozenset({SYSTEM}))
    for organisation in event.data.get("receivers", []):
        with acting_for(organisation_ids=[UUID(organisation)]):
            ended = list(_ended().filter(person=event.about_id, receiver=organisation))
        for referral in ended:
            _ask_back(referral, by)


def _ended() -> Any:
    return Referral.objects.filter(state__in=ENDED, sent_at__isnull=False).order_by("id")


def _ask_back(referral: Referral, by: Actor) -> None:
    """What was carried is not theirs to read any more, also where they had some days left to write up what they did."""
    with both_sides(referral, by), acting(actor=by, reason="asked back"):
        locked = Referral.objects.select_for_update(of=("self",)).filter(pk=referral.pk, state__in=ENDED).first()
        if locked is None or is_asked_back(locked):
            return
        others = Referral.objects.filter(person=locked.person_id, receiver=locked.receiver_id, state__in=OPEN)
        if not others.exclude(state=State.DRAFT).exists():
            now = timezone.now()
            theirs = Access.objects.in_force().filter(person=locked.person_id, organisation=locked.receiver_id)
            theirs.filter(kind=Access.Kind.REFERRAL).update(until=now, updated_at=now)
        sides = {"sender": str(locked.sender_id), "receiver": str(locked.receiver_id)}
        emit(RECALL, locked, by=by, data=sides)


def _cancel(referral: Referral, by: Actor, event: Event) -> None:
    with both_sides(referral, by):
        locked = Referral.objects.select_for_update(of=("self",)).filter(pk=referral.pk, state__in=OPEN).first()
        if locked is None:
            return
        if event.data["purpose"] == Purpose.REFERRAL and locked.consent_id is None:
            agreed = Consent.objects.in_force().filter(
                person=locked.person_id, purpose=Purpose.REFERRAL, organisation=locked.receiver_id
            )
            if agreed.exists():
                return
        was_sent = locked.sent_at is not None
        move(locked, "consent withdrawn", by=by, fields={"closed_at": timezone.now()})
        close_access(locked)
        # What they wished for stays open: they may still want it, from somebody else.
        if was_sent:
            emit(RECALL, locked, by=by, data={"receiver": str(locked.receiver_id)})


def _close_what_senders_kept(event: Event, organisation: UUID, by: Actor) -> None:
    """A file that came with a Bundle is kept by its sender on that one agreement: it ends for them, too, whatever became of
    the referral. Whoever withdrew did not see their access, nor does the receiver."""
    with acting_for(organisation_ids=[organisation]):
        referrals = list(Referral.objects.filter(consent=event.about_id).order_by("id"))
    for sender, referral in {referral.sender_id: referral for referral in referrals}.items():
        with both_sides(referral, by), acting(actor=by, reason="agreement taken back"):
            now = timezone.now()
            Access.objects.in_force().filter(consent=event.about_id).update(until=now, updated_at=now)
        _close_what_they_followed(event, sender, by)


def _close_what_they_followed(event: Event, organisation: UUID, by: Actor) -> None:
    """Whoever no longer sees the file follows nothing in it. What others follow for the same person stays open."""
    with acting_for(organisation_ids=[organisation]):
        kept = Access.objects.in_force().filter(person=event.data["person"], organisation=organisation, whole=True)
        if kept.exists():
            return
        loops = Loop.objects.open().filter(person=event.data["person"], organisation=organisation)
        for loop in loops.select_for_update(of=("self",)).order_by("id"):
            write_closing(loop, Closing.WITHDRAWN, by=by)


def confirm_recall(referral: Referral, *, by: Actor) -> None:
    """The receiver says that it has erased what it was sent. Twice is once."""
    if why_not := was_asked(referral, by):
        raise Refused(why_not, "role")
    with both_sides(referral, by), transaction.atomic(), acting(actor=by, reason="recall confirmed"):
        locked = Referral.objects.select_for_update(of=("self",)).get(pk=referral.pk)
        if not is_asked_back(locked):
            raise Refused(_("This is not possible in the present state."), "state")
        if locked.recall_confirmed_at is None:
            locked.recall_confirmed_at = timezone.now()
            locked.save(update_fields=["recall_confirmed_at", "updated_at"])
            emit(CONFIRMED, locked, by=by)
    referral.recall_confirmed_at = locked.recall_confirmed_at


# --- when the row is gone with the file -----------------------------------------------------------------------------------


def was_asked_back(number: UUID, organisation: UUID) -> bool:
    """Whether this organisation got a referral of this number and was to erase it. Of the trail, which outlives the file."""
    asked = (RECALL, "referral.withdraw", "referral.consent withdrawn")
    return Event.objects.filter(name__in=asked, about_id=number, data__receiver=str(organisation)).exists()


def said_gone(number: UUID) -> bool:
    """Whether its receiver has said that it has erased what it was sent."""
    return Event.objects.filter(name=CONFIRMED, about_id=number).exists()


def confirm_gone(number: UUID, *, by: Actor) -> None:
    """As :func:`confirm_recall`, of a referral whose row is gone. Twice is once. Raises :class:`Refused`."""
    if by.organisation_id is None or not was_asked_back(number, by.organisation_id):
        raise Refused(_("Your organisation was not asked for this."), "role")
    with transaction.atomic(), connection.cursor() as cursor:
        # there is no row to lock: of two presses the second waits for the first
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{CONFIRMED} {number}"])
        if not said_gone(number):
            emit(CONFIRMED, Referral(pk=number), by=by)
