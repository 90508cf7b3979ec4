"""The seam for a gateway that sends text messages. A town plugs in its own; without one the portal only opens the telephone's
own message with the words in it (``sms:``), and nothing is sent by us."""

from typing import Protocol


class TextMessages(Protocol):
    """A gateway."""

    def send(self, number: str, text: str) -> None:
        """Send ``text`` (at most 1,000 characters) to ``number`` in the international form, "+97281234567".

        Returns once the gateway has taken it over; raises :class:`OSError` when it has not. Whoever writes one keeps
        neither number nor text in logs.
        """
