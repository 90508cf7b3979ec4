"""Mail kept on a page instead of sent, for the demo and for portals without a mail server; text messages, for the demo."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from kesher.base.models import OutgoingMail


class OutboxBackend(BaseEmailBackend):
    """Writes each message to :class:`OutgoingMail`."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        OutgoingMail.objects.bulk_create(
            OutgoingMail(to=", ".join(message.recipients()), subject=str(message.subject), body=str(message.body))
            for message in email_messages
        )
        return len(email_messages)


class OutboxTexts:
    """The demo's gateway for text messages: each is kept there, too, of its number the last two digits only."""

    def send(self, number: str, text: str) -> None:
        OutgoingMail.objects.create(to=f"…{number[-2:]}", subject="", body=text)
