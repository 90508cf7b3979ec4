"""What one asked about, as a text message through the town's gateway.

It goes to one number only, that of a request to be called which the visitor has just made, and once: nobody makes other
people's telephones ring from here, and no number is typed or kept beside the request's own.
"""

import logging
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils import translation

from kesher.adapters.text_messages import TextMessages, Unsure
from kesher.base.events import on
from kesher.base.mail import OutboxTexts
from kesher.base.models import Event
from kesher.base.rows import acting_for
from kesher.directory import call_backs
from kesher.directory.models import Service
from kesher.www.front.services.in_a_text import words_of
from kesher.www.front.services.views import article, with_all_a_page_shows
from kesher.www.limits import too_often

logger = logging.getLogger(__name__)
DAY = 24 * 3600
MOST_PER_NUMBER = 2  # a day: who asks several services for a call needs no more on the telephone than that


def gateway() -> TextMessages | None:
    """In the demo the page of mails, whatever is set: it sends nothing. Else the town's gateway, or none at all."""
    if settings.DEMO:
        return OutboxTexts()
    town: TextMessages | None = settings.TEXT_GATEWAY
    return town


def ask_for_text(asked: call_backs.Asked) -> None:
    """Somebody wants what they asked about on their telephone.

    What comes of it is not told: nobody finds out here whether somebody else's number has asked.
    """
    number = settings.TEXT_NUMBERS.international(call_backs.digits_of(call_backs.phone_of(asked)))
    if number and not too_often(call_backs.line_of(number), "texted", most=MOST_PER_NUMBER, seconds=DAY):
        call_backs.want_text(asked, language=translation.get_language() or settings.LANGUAGE_CODE)


@on(call_backs.TEXT_WANTED)
def send_the_text(event_id: UUID) -> None:
    """Send it, once. A gateway that has not taken it is asked again later; one that may have taken it is not."""
    plugged_in = gateway()
    event = Event.objects.get(pk=event_id)
    with acting_for(organisation_ids=call_backs.may_lie_with(UUID(event.data["organisation"]))):
        call_back = call_backs.waiting_for_text(event)
        if plugged_in is None or call_back is None:
            return  # taken back meanwhile, or sent already
        public = with_all_a_page_shows(Service.objects.filter(pk=call_back.service_id))
        service = public.visible_to(AnonymousUser()).first()  # type: ignore[attr-defined]
        number = settings.TEXT_NUMBERS.international(call_backs.digits_of(call_back.phone))
        if service is None or not number:
            return
        try:
            plugged_in.send(number, words_of(article(service), event.data["language"]))
        except Unsure:
            logger.warning("the text message gateway did not answer; request %s is not tried again", call_back.pk)
        call_backs.text_sent(call_back)
