"""What one asked about, as a text message through the town's gateway.

It goes to one number only, that of a request to be called made within the hour, and once; no number is typed or kept beside
the request's own. Nobody proves that a number is theirs: that is why one number gets two a day at most, one connection may
ask for three an hour, and the words are a published service's and never the visitor's.
"""

import logging
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils import translation

from kesher.adapters.text_messages import NotSent, TextMessages, Unsure
from kesher.base.events import on
from kesher.base.mail import OutboxTexts
from kesher.base.models import Event
from kesher.base.rows import acting_for
from kesher.directory import call_backs
from kesher.directory.models import Service
from kesher.www.front.services.in_a_text import words_of
from kesher.www.front.services.views import article, with_all_a_page_shows
from kesher.www.limits import too_often, used_up

logger = logging.getLogger(__name__)
DAY = 24 * 3600
MOST_PER_NUMBER = 2  # a day: who asks several services for a call needs no more on the telephone than that
MOST_IN_ALL = 300  # a day for the whole town, which pays for them


def gateway(*, neutral: bool = False) -> TextMessages | None:
    """In the demo the page of mails, whatever is set: it sends nothing. Else the town's gateway, or none at all.

    ``neutral``: with the sender that says nothing of who writes."""
    if settings.DEMO:
        return OutboxTexts()
    town: TextMessages | None = settings.TEXT_GATEWAY
    if neutral and town is not None and settings.NEUTRAL_TEXT_GATEWAY is not None:
        town = settings.NEUTRAL_TEXT_GATEWAY
    return town


def used_up_for_today() -> bool:
    return used_up("all", "texts", most=MOST_IN_ALL, seconds=DAY)


def ask_for_text(asked: call_backs.Asked) -> None:
    """Somebody wants what they asked about on their telephone. Counted is only what is really about to be sent.

    What comes of it is not told: nobody finds out here whether somebody else's number has asked.
    """
    number = settings.TEXT_NUMBERS.international(call_backs.digits_of(call_backs.phone_of(asked)))
    if not number or not call_backs.may_want_text(asked):
        return
    if too_often(call_backs.line_of(number), "texted", most=MOST_PER_NUMBER, seconds=DAY):
        return
    if not too_often("all", "texts", most=MOST_IN_ALL, seconds=DAY):
        call_backs.want_text(asked, language=translation.get_language() or settings.LANGUAGE_CODE)


@on(call_backs.TEXT_WANTED)
def send_the_text(event_id: UUID) -> None:
    """Send it, once. A gateway that has not taken it is asked again within the hour; one that may have taken it is not.

    It is handed over while no transaction is open: nobody who takes the request back waits for the gateway.
    """
    plugged_in = gateway()
    event = Event.objects.get(pk=event_id)
    mine = call_backs.may_lie_with(UUID(event.data["organisation"]))
    if plugged_in is None:
        return
    with acting_for(organisation_ids=mine):
        call_back = call_backs.begin_text(event)
        if call_back is None:
            return  # taken back meanwhile, sent already, or too late
        public = with_all_a_page_shows(Service.objects.filter(pk=call_back.service_id))
        service = public.visible_to(AnonymousUser()).first()  # type: ignore[attr-defined]
        number = settings.TEXT_NUMBERS.international(call_backs.digits_of(call_back.phone))
        if service is None or not number:
            return
        words = words_of(article(service), event.data["language"])
    try:
        plugged_in.send(number, words)
    except Unsure:
        logger.warning("the text message gateway did not answer; request %s is not tried again", event.about_id)
    except NotSent:
        with acting_for(organisation_ids=mine):
            call_backs.text_not_taken(event)
        raise
