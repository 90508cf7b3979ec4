"""News about an appointment as a text message, through the town's gateway: a link, and nothing of whom or when."""

import logging
from uuid import UUID

from django.template.loader import render_to_string
from django.utils import translation

from kesher.adapters.text_messages import NotSent, Unsure
from kesher.base.events import on
from kesher.casework.appointment_notices import TOLD, begin_text, link_to, text_not_taken, text_taken
from kesher.www.front.texts import gateway

logger = logging.getLogger(__name__)


@on(TOLD)
def text_of_the_appointment(event_id: UUID) -> None:
    """Send it, once: one that the gateway may have taken is not tried again. No transaction is open while it is handed over."""
    plugged_in = gateway(neutral=True)
    text = begin_text(event_id)
    if text is None or plugged_in is None:
        return
    with translation.override(text.language):
        link = link_to(text.appointment, text.language)
        words = render_to_string("notifications/text_appointment.txt", {"link": link}).strip()
    try:
        plugged_in.send(text.number, words)
    except Unsure:
        logger.warning(
            "the text message gateway did not answer; appointment %s is told by a human", text.appointment.pk
        )
    except NotSent:
        text_not_taken(event_id, text)
        raise
    else:
        text_taken(event_id, text)
