"""Complaints that must not be forgotten: who answers is told, reminded, and told of to others when the day has passed; the
person is told that there is an answer. Mails say that something waits, never what.
"""

import logging
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import timezone, translation

from kesher.accounts.conflicts import belong_to
from kesher.accounts.models import Membership, User
from kesher.accounts.roles import Role
from kesher.base.events import emit, on
from kesher.base.models import Event
from kesher.base.notifications import notify
from kesher.base.rows import acting_for
from kesher.base.tasks import enqueue, every, task
from kesher.base.transitions import Actor
from kesher.referrals.complaints import ANSWERED, MADE, OPEN, choose, is_about, key_of, remind
from kesher.referrals.models import HANDLERS, Complaint

logger = logging.getLogger(__name__)
TOLD, MAILED = "complaint.told", "complaint.mailed"
#: Pages, behind the language.
DESK, FIGURES, LINK = "office/complaints/", "office/complaints/figures/", "complaint/"
HALFWAY, NEAR, OVER = 1, 2, 3
#: So many days before the last day they are reminded again.
BEFORE: Final = 7
#: An event older than this is of a complaint that has been erased.
LOOK_BACK: Final = timedelta(days=2 * 365)


@on(MADE, "complaint.choose")
def tell_who_answers(event_id: UUID) -> None:
    """Somebody of the organisation that was chosen; where there is none, those who can give somebody the role."""
    event = Event.objects.get(pk=event_id)
    with acting_for(user_id=UUID(event.data["holder"])):
        complaint = _of(event)
        if complaint is None or complaint.state not in OPEN or _was_told(event):
            return
        if complaint.answerer_id is None:
            _notify(_holders({Role.PLATFORM_ADMIN}), "complaint_nobody", FIGURES)
        else:
            _notify(_answerers(complaint), "complaint_waits", DESK)
        emit(TOLD, complaint, by=Actor.the_system(), data={"of": str(event.pk)})


@on("complaint.reminder due")
def tell_again(event_id: UUID) -> None:
    """Whoever looks into it, else all who could; when the day has passed, also those who answer for the whole portal."""
    event = Event.objects.get(pk=event_id)
    with acting_for(user_id=UUID(event.data["holder"])):
        complaint = _of(event)
        if complaint is None or complaint.state not in OPEN or _was_told(event):
            return
        _notify(_answerers(complaint), "complaint_waits", DESK)
        if event.data["stage"] >= OVER:
            _notify(_holders({Role.PLATFORM_ADMIN, Role.CONVENOR}), "complaint_late", FIGURES)
        emit(TOLD, complaint, by=Actor.the_system(), data={"of": str(event.pk)})


@on(ANSWERED)
def tell_the_person(event_id: UUID) -> None:
    """By mail with their link, where they gave an address; on their own page, where they have an account."""
    event = Event.objects.get(pk=event_id)
    with acting_for(user_id=UUID(event.data["holder"])):
        complaint = _of(event)
        if complaint is None or _was_told(event):
            return
        if complaint.user_id is not None:
            _notify(
                User.objects.filter(pk=complaint.user_id, is_active=True).order_by("id"), "complaint_answered", LINK
            )
        if complaint.email:
            enqueue(mail_the_link, complaint=str(complaint.pk), holder=str(complaint.holder_id))
        emit(TOLD, complaint, by=Actor.the_system(), data={"of": str(event.pk)})


@task(queue="mail")
def mail_the_link(*, complaint: str, holder: str) -> None:
    """One mail in their language: that there is an answer, and the link. Nothing of what it is about."""
    with acting_for(user_id=UUID(holder)):
        found = Complaint.objects.filter(pk=complaint, state=Complaint.State.ANSWERED).first()
        if found is None or not found.email:
            return
        with translation.override(found.language):
            link = f"{settings.PUBLIC_URL}/{found.language}/{LINK}{key_of(found)}/"
            text = render_to_string("notifications/complaint_answered.txt", {"link": link})
        subject, _rest, body = text.strip().partition("\n")
        send_mail(subject.strip(), body.strip() + "\n", settings.NEUTRAL_FROM, [found.email])
        emit(MAILED, found, by=Actor.the_system())


@on("organisation.merge")
def follow_a_merge(event_id: UUID) -> None:
    """Two organisations are one: what was about the one is about both, and those who belong to the other are involved now."""
    event = Event.objects.get(pk=event_id)
    told = Event.objects.filter(name__in=[MADE, "complaint.choose"], data__organisation=event.data["merged"])
    for about, holder in set(told.order_by().values_list("about_id", "data__holder")):
        with acting_for(user_id=UUID(holder)):
            complaint = Complaint.objects.open().filter(pk=about, organisation=event.data["merged"]).first()
        if complaint is not None:
            is_about(complaint, event.about_id)


@every("53 5 * * *")
def look_after_complaints() -> None:
    """Every morning: whose day comes near or has passed, and which nobody could answer yet."""
    logger.info("reminded of %s complaints, found who answers %s", *look_after())


def look_after() -> tuple[int, int]:
    """How many reminders were written, and for how many somebody who answers was found. Twice a day is once."""
    reminded = chosen = 0
    made = Event.objects.filter(name=MADE, at__gte=timezone.now() - LOOK_BACK).order_by("id")
    for about, holder in made.values_list("about_id", "data__holder"):
        with acting_for(user_id=UUID(holder)):
            complaint = Complaint.objects.open().filter(pk=about).first()
        if complaint is None:
            continue
        chosen += choose(complaint)
        if stage := due_stage(complaint):
            reminded += remind(complaint, stage)
    return reminded, chosen


def due_stage(complaint: Complaint) -> int:
    """How near the day is: 0, or :data:`HALFWAY`, :data:`NEAR`, :data:`OVER`."""
    left = (complaint.due_on - timezone.localdate()).days
    if left < 0:
        return OVER
    if left <= min(BEFORE, settings.COMPLAINT_DAYS // 2):
        return NEAR
    return HALFWAY if left <= settings.COMPLAINT_DAYS // 2 else 0


# --- who ----------------------------------------------------------------------------------------------------------------


def _of(event: Event) -> Complaint | None:
    return Complaint.objects.select_for_update(of=("self",)).filter(pk=event.about_id).first()


def _was_told(event: Event) -> bool:
    return Event.objects.filter(name=TOLD, about_id=event.about_id, data__of=str(event.pk)).exists()


def _holders(roles: set[Role] | frozenset[Role], organisation_id: UUID | None = None) -> "QuerySet[User]":
    held = Membership.objects.in_force().filter(role__in=roles)
    if organisation_id is not None:
        held = held.filter(organisation=organisation_id)
    return User.objects.filter(pk__in=held.values("user_id"), is_active=True).order_by("id")


def _answerers(complaint: Complaint) -> "QuerySet[User]":
    there = _holders(HANDLERS, complaint.answerer_id)
    if complaint.handler_id is not None and (own := there.filter(pk=complaint.handler_id)).exists():
        return own
    involved = belong_to(complaint.organisation_id) if complaint.organisation_id else set()
    return there.exclude(pk__in=[*involved, *complaint.passed_by])


def _notify(users: "QuerySet[User]", kind: str, path: str) -> None:
    for user in users:
        notify(user.pk, kind, language=user.language, link=f"/{user.language}/{path}")
