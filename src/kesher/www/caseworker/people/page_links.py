"""The link by which a file becomes its person's page, to their own e-mail address or telephone: nobody else holds it."""

import logging
from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from kesher.adapters.text_messages import Unsure
from kesher.base.events import on
from kesher.base.models import Event
from kesher.base.rows import acting_for
from kesher.people import files
from kesher.people.claiming import SENT
from kesher.people.models import Person
from kesher.referrals.follow_ups import number_of
from kesher.www.front.texts import gateway

logger = logging.getLogger(__name__)


@on(SENT)
def send_the_link(event_id: UUID) -> None:
    """A gateway that has not taken it is asked again; one that may have is not: they ask for another one."""
    event = Event.objects.get(pk=event_id)
    with acting_for(organisation_ids=[UUID(event.data["organisation"])]):
        person = Person.objects.active().filter(pk=event.about_id, user=None).first()
        if person is None:
            return
        email, number, language = person.email, number_of(person), person.language
        key = files.claim_key(person)
    with translation.override(language):
        link = settings.PUBLIC_URL + reverse("claim_file", kwargs={"key": key})
        text = render_to_string("notifications/own_page_link.txt", {"link": link})
    if event.data["way"] == "email":
        subject, _rest, body = text.strip().partition("\n")
        send_mail(subject.strip(), body.strip() + "\n", settings.NEUTRAL_FROM, [email])
        return
    plugged_in = gateway(neutral=True)
    if plugged_in is None or not number:
        return
    try:
        with translation.override(language):
            plugged_in.send(number, render_to_string("notifications/text_own_page.txt", {"link": link}).strip())
    except Unsure:
        logger.warning("the text message gateway did not answer; the link of file %s is not sent again", event.about_id)
