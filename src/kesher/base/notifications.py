"""Telling people that something waits for them: a row now, a mail in the background, the same words in the portal."""

import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import timezone, translation

from kesher.base.models import Notification
from kesher.base.rows import acting_for
from kesher.base.tasks import enqueue, task

#: Of rooms above: whether this user's messages must not show who they come from. Asked where their own rows are seen.
Discreet = Callable[[uuid.UUID], bool]
_discreet: list[Discreet] = []


def asks_for_discretion(question: Discreet) -> Discreet:
    """Decorator: ask this before a mail leaves."""
    if question not in _discreet:
        _discreet.append(question)
    return question


def sender_for(user_id: uuid.UUID) -> str:
    """From whom a mail to this user comes."""
    neutral = any(question(user_id) for question in _discreet)
    return settings.NEUTRAL_FROM if neutral else settings.DEFAULT_FROM_EMAIL


def notify(
    recipient_id: uuid.UUID, kind: str, *, language: str, link: str, context: dict[str, Any] | None = None
) -> Notification:
    """Tell one user. ``link`` is the path of the page that says more; ``context`` must hold nothing about a person."""
    notification = Notification.objects.create(
        recipient_id=recipient_id, kind=kind, language=language, link=link, context=context or {}
    )
    enqueue(send_notification, notification_id=str(notification.pk), recipient_id=str(recipient_id))
    return notification


def render(notification: Notification) -> tuple[str, str]:
    """Subject and body, in the recipient's language. First line of the template = subject."""
    with translation.override(notification.language):
        text = render_to_string(
            f"notifications/{notification.kind}.txt",
            {**notification.context, "link": settings.PUBLIC_URL + notification.link},
        )
    subject, _, body = text.strip().partition("\n")
    return subject.strip(), body.strip() + "\n"


@task(queue="mail")
def send_notification(*, notification_id: str, recipient_id: str) -> None:
    """Mail the notification once; a second run finds it sent."""
    from django.contrib.auth import get_user_model

    with acting_for(user_id=uuid.UUID(recipient_id)):
        notification = Notification.objects.select_for_update().filter(pk=notification_id, sent_at=None).first()
        recipient = get_user_model()._default_manager.filter(pk=recipient_id, is_active=True).first()
        if notification is None or recipient is None:
            return
        subject, body = render(notification)
        send_mail(subject, body, sender_for(recipient.pk), [recipient.email])
        notification.sent_at = timezone.now()
        notification.save(update_fields=["sent_at"])
