"""Telling each side that something waits: an id and a link, never what it says. Runs as tasks after the event.

Who has an account gets a notification; a partner where nobody has one gets a link by mail, to the address on record. Each
task is a transaction in which what was told is written down: run twice, nobody is told twice; killed while mailing, the mail
goes out again, and the referral moves once.
"""

from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import timezone, translation

from kesher.accounts.models import Membership, Organisation, User
from kesher.accounts.roles import Role
from kesher.base.events import emit, on
from kesher.base.history import THE_SYSTEM, acting
from kesher.base.models import Event
from kesher.base.notifications import notify
from kesher.base.rows import acting_for
from kesher.base.tasks import enqueue, task
from kesher.base.transitions import Actor
from kesher.base.translated import in_language
from kesher.directory.call_backs import callers_of
from kesher.referrals.links import LASTS, PAGE, Link, Purpose, address_on_record, is_closed_to, key_for
from kesher.referrals.models import FollowUp, PlaceQuestion, Referral
from kesher.referrals.vocabularies import SENDERS, TAKEN_ON, State

TOLD, LINK_SENT, NOWHERE = "referral.told", "referral.link_sent", "referral.no_address"
#: Pages, behind the language.
INBOX, SENT, FIGURES = "provider/referrals/", "referrals/", "referrals/figures/"
PLACES: Final = "provider/referrals/?show=places"
ESCALATED: Final = 14  # days
LAST_NUDGE: Final = 45  # days


@on("referral.send")
def tell_the_receiver(event_id: UUID) -> None:
    """Somebody is sent to them."""
    _tell_receiver(event_id, "referral_asked", Purpose.ANSWER, {State.REQUESTED})


@on("referral.accept")
def give_the_next_link(event_id: UUID) -> None:
    """A partner without an account gets the link on which they will say what became of it."""
    event, (sender, receiver) = _of(event_id)
    with acting_for(organisation_ids=[sender, receiver]):
        referral = Referral.objects.filter(pk=event.about_id, state__in=TAKEN_ON).select_related("service").first()
        if referral is not None and not callers_of(receiver).exists():
            _link_once(referral, event, Purpose.REPORT)


@on("referral.reminder due")
def remind(event_id: UUID) -> None:
    """After 3 and 10 days the receiver; after 14 those of the sender who can do something about it, and the convenor."""
    event, (sender, receiver) = _of(event_id)
    if event.data["day"] < ESCALATED:
        _tell_receiver(event_id, "referral_waits", Purpose.ANSWER, {State.REQUESTED})
        return
    with acting_for(organisation_ids=[sender, receiver]):
        referral = Referral.objects.filter(pk=event.about_id, state=State.REQUESTED).first()
        if referral is None or _was_told(event):
            return
        notify_all(senders_of(referral), "referral_silent", f"{SENT}{referral.pk}/")
        overseers = _holders(Role.ORGANISATION_ADMIN, sender) | _holders(Role.CONVENOR)
        notify_all(overseers.distinct(), "referral_silent_counted", FIGURES)
        _remember(referral, event)


@on("referral.nudged")
def ask_what_becomes_of_it(event_id: UUID) -> None:
    """Whoever accepted it; and when they were asked for the last time whoever sent it, and their administrators."""
    _tell_receiver(event_id, "referral_owed", Purpose.REPORT, set(TAKEN_ON))
    event, (sender, receiver) = _of(event_id)
    if event.data["day"] < LAST_NUDGE:
        return
    with acting_for(organisation_ids=[sender, receiver]):
        referral = Referral.objects.filter(pk=event.about_id, state__in=TAKEN_ON).first()
        if referral is None or _was_told(event, "sender"):
            return
        notify_all(senders_of(referral), "referral_unheard", f"{SENT}{referral.pk}/")
        notify_all(_holders(Role.ORGANISATION_ADMIN, sender), "referral_unheard_counted", FIGURES)
        _remember(referral, event, "sender")


@on("referral.recall_requested", "referral.withdraw")
def ask_the_receiver_to_erase(event_id: UUID) -> None:
    ended = {
        State.COMPLETED,
        State.FAILED,
        State.REJECTED,
        State.ENTERED_IN_ERROR,
    }  # what they have they have all the same
    _tell_receiver(event_id, "referral_recall", Purpose.RECALL, {State.CANCELLED, *ended})


@on(
    "referral.accept",
    "referral.reject",
    "referral.first contact",
    "referral.pause",
    "referral.finish",
    "referral.cannot finish",
    "referral.consent withdrawn",
)
def tell_the_sender(event_id: UUID) -> None:
    """Something has happened to what they sent; what, the page says."""
    event, (sender, receiver) = _of(event_id)
    with acting_for(organisation_ids=[sender, receiver]):
        referral = Referral.objects.filter(pk=event.about_id).first()
        if referral is not None and not _was_told(event):
            notify_all(senders_of(referral), "referral_news", f"{SENT}{referral.pk}/")
            _remember(referral, event)


@on("place.asked", "place.answered")
def tell_of_the_question(event_id: UUID) -> None:
    event, (sender, receiver) = _of(event_id)
    with acting_for(organisation_ids=[sender, receiver]):
        question = PlaceQuestion.objects.select_for_update(of=("self",)).filter(pk=event.about_id).first()
        if question is None or _was_told(event):
            return
        if event.name == "place.answered":
            asker = _holders_of(SENDERS, sender).filter(pk=question.asked_by_id)
            notify_all(asker, "place_answered", f"services/{question.service_id}/")
        elif question.answered_at is None:
            users = callers_of(receiver)
            if users.exists():
                notify_all(users, "place_asked", PLACES)
            else:
                enqueue_link(Link(Purpose.PLACE, question.pk, receiver))
        _remember(question, event)


# --- by account ---------------------------------------------------------------------------------------------------------


def _of(event_id: UUID) -> tuple[Event, tuple[UUID, UUID]]:
    event = Event.objects.get(pk=event_id)
    if "sender" in event.data:
        return event, (UUID(event.data["sender"]), UUID(event.data["receiver"]))
    receiver = UUID(event.data["receiver"])
    return event, (receiver, receiver)


def _tell_receiver(event_id: UUID, kind: str, purpose: Purpose, while_in: set[State]) -> None:
    event, (sender, receiver) = _of(event_id)
    with acting_for(organisation_ids=[sender, receiver]):
        found = Referral.objects.select_for_update(of=("self",)).select_related("service")
        referral = found.filter(pk=event.about_id, state__in=while_in).first()
        if referral is None or _was_told(event):
            return  # answered or withdrawn meanwhile
        link = Link(purpose, referral.pk, receiver)
        if is_closed_to(link):
            return  # nobody there can answer now; whoever sent it knows (kesher.referrals.suspended)
        users = callers_of(receiver)
        if users.exists() and Organisation.objects.approved().filter(pk=receiver).exists():
            notify_all(users, kind, f"{INBOX}{referral.pk}/", which=referral if purpose == Purpose.RECALL else None)
            _remember(referral, event)
        else:
            _link_once(referral, event, purpose)


def _link_once(referral: Referral, event: Event, purpose: Purpose) -> None:
    if not _was_told(event, purpose):
        enqueue_link(Link(purpose, referral.pk, referral.receiver_id))
        _remember(referral, event, purpose)


def _was_told(event: Event, purpose: str = "") -> bool:
    told = Event.objects.filter(name=TOLD, about_id=event.about_id)
    return told.filter(data__of=str(event.pk), data__link=purpose).exists()


def _remember(about: Any, event: Event, purpose: str = "") -> None:
    emit(TOLD, about, by=Actor.the_system(), data={"of": str(event.pk), "link": purpose})


def notify_all(users: "QuerySet[User]", kind: str, path: str, *, which: Referral | None = None) -> None:
    for user in users:
        said = _which(which, user.language) if which else None
        notify(user.pk, kind, language=user.language, link=f"/{user.language}/{path}", context=said)


def _which(referral: Any, language: str) -> dict[str, Any]:
    """By what a partner finds it in their own papers, when its page here is gone with the file: nothing of the person."""
    return {
        "number": str(referral.pk),
        "service": in_language(referral.service.name, language).text,
        "sent_on": timezone.localdate(referral.sent_at).isoformat() if getattr(referral, "sent_at", None) else "",
    }


def _holders_of(roles: Any, organisation_id: UUID | None = None) -> "QuerySet[User]":
    held = Membership.objects.in_force().filter(role__in=roles)
    if organisation_id is not None:
        held = held.filter(organisation=organisation_id)
    return User.objects.filter(pk__in=held.values("user_id"), is_active=True).order_by("id")


def _holders(role: str, organisation_id: UUID | None = None) -> "QuerySet[User]":
    return _holders_of([role], organisation_id)


def senders_of(referral: Referral) -> "QuerySet[User]":
    """Whoever sent it, while they are there; else all who send for their organisation."""
    all_of_them = _holders_of(SENDERS, referral.sender_id)
    own = all_of_them.filter(pk=referral.sender_user_id)
    return own if own.exists() else all_of_them


# --- by link ------------------------------------------------------------------------------------------------------------


def enqueue_link(link: Link) -> None:
    """Mail this link to the address on record, after commit."""
    enqueue(mail_link, purpose=link.purpose.value, about=str(link.about), organisation=str(link.organisation))


@task(queue="mail")
def mail_link(*, purpose: str, about: str, organisation: str) -> None:
    """One mail in the languages every page is complete in, for nobody knows which the office reads."""
    link = Link(Purpose(purpose), UUID(about), UUID(organisation))
    with acting_for(organisation_ids=[link.organisation]):
        thing: Any = _about(link)
        if thing is None or is_closed_to(link):
            return
        address = address_on_record(thing.service)
        if not address:
            _nobody_is_reached(thing, purpose)
            return
        subject, body = written(link, thing)
        send_mail(subject, body, None, [address])
        emit(LINK_SENT, thing, by=Actor.the_system(), data={"purpose": purpose})


def _nobody_is_reached(thing: Referral | PlaceQuestion, purpose: str) -> None:
    """There is nobody to whom it could be said: whoever sent it is told now, and has it on the list of the day."""
    emit(NOWHERE, thing, by=Actor.the_system(), data={"purpose": purpose})
    with (
        acting_for(organisation_ids=[thing.sender_id, thing.receiver_id]),
        acting(actor=THE_SYSTEM, reason="nobody is reached"),
    ):
        if isinstance(thing, PlaceQuestion):
            asker = _holders_of(SENDERS, thing.sender_id).filter(pk=thing.asked_by_id)
            notify_all(asker, "place_nowhere", f"services/{thing.service_id}/")
            return
        told = Referral.objects.select_for_update(of=("self",)).get(pk=thing.pk)
        if not told.to_call:
            told.to_call = True
            told.save(update_fields=["to_call", "updated_at"])
        notify_all(senders_of(told), "referral_nowhere", f"{SENT}{told.pk}/")


def _about(link: Link) -> Referral | PlaceQuestion | None:
    if link.purpose == Purpose.PLACE:
        waiting = PlaceQuestion.objects.waiting().select_related("service")
        return waiting.filter(pk=link.about, receiver=link.organisation).first()
    sent = Referral.objects.select_related("service").filter(pk=link.about, receiver=link.organisation)
    return sent.filter(sent_at__isnull=False).first()


def written(link: Link, thing: Referral | PlaceQuestion) -> tuple[str, str]:
    """Subject and body: the link and how long it holds, in each language, nothing of whom it is about."""
    key = key_for(link.purpose, link.about, link.organisation)
    subjects, bodies = [], []
    for language in settings.COMPLETE_LANGUAGES:
        with translation.override(language):
            said: dict[str, Any] = {"link": f"{settings.PUBLIC_URL}/{language}/{PAGE}{key}/"}
            said["days"] = LASTS[link.purpose].days
            if link.purpose == Purpose.RECALL:
                said |= _which(thing, language)
            text = render_to_string(f"notifications/link_{link.purpose.name.lower()}.txt", said)
        subject, _rest, body = text.strip().partition("\n")
        subjects.append(subject.strip())
        bodies.append(body.strip())
    return " · ".join(subjects), "\n\n---\n\n".join(bodies) + "\n"


def follow_up_mail(follow_up: FollowUp, address: str, language: str) -> None:
    """One question to the person. It names neither who asks nor what about: somebody else may see the screen."""
    key = key_for(Purpose.FOLLOW_UP, follow_up.pk, follow_up.referral.sender_id)
    with translation.override(language):
        said = {"link": f"{settings.PUBLIC_URL}/{language}/{PAGE}{key}/", "days": LASTS[Purpose.FOLLOW_UP].days}
        text = render_to_string("notifications/link_follow_up.txt", said)
    subject, _rest, body = text.strip().partition("\n")
    send_mail(subject.strip(), body.strip() + "\n", settings.NEUTRAL_FROM, [address])
