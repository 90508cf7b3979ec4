"""The question after 30 and 90 days as a text message, through the town's gateway: a link, and nothing of whom or what."""

import logging
from uuid import UUID

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from kesher.adapters.text_messages import NotSent, Unsure
from kesher.base.events import on
from kesher.referrals.follow_ups import ASKED, begin_text, text_not_taken, text_taken
from kesher.referrals.links import PAGE, Purpose, key_for
from kesher.www.front.texts import gateway

logger = logging.getLogger(__name__)


@on(ASKED)
def text_the_question(event_id: UUID) -> None:
    """Send it, once. A gateway that has not taken it is asked again; one that may have taken it is not: a human asks then.

    It is handed over while no transaction is open: nobody who answers waits for the gateway.
    """
    plugged_in = gateway(neutral=True)  # of some it is asked, and who reads along is never known
    begun = begin_text(event_id)  # of a town that has given up its gateway: None, and somebody is told to ask
    if begun is None or plugged_in is None:
        return
    number, language, follow_up = begun
    key = key_for(Purpose.FOLLOW_UP, follow_up.pk, follow_up.referral.sender_id)
    with translation.override(language):
        link = f"{settings.PUBLIC_URL}/{language}/{PAGE}{key}/"
        words = render_to_string("notifications/text_follow_up.txt", {"link": link}).strip()
    try:
        plugged_in.send(number, words)
    except Unsure:
        # nobody says what came of it: within two hours it is left to a human
        logger.warning("the text message gateway did not answer; question %s is not tried again", follow_up.pk)
    except NotSent:
        text_not_taken(follow_up)
        raise
    else:
        text_taken(follow_up)
