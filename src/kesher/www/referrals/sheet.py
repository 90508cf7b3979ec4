"""A referral on paper, for a partner whom nothing else reaches: to send or to hand over.

Folded, its outside says who gets it, and nothing of who sent it or what it is. Inside stand a number, what a link would show,
the link itself as words and as a picture, and the answers as boxes to tick. What was ticked, or said on the telephone, whoever
sent it writes down (:func:`kesher.referrals.answering.write_down`).
"""

from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views import View

from kesher.directory.call_backs import callers_of
from kesher.people.models import Person
from kesher.referrals.carried import carried
from kesher.referrals.links import LASTS, PAGE, Purpose, key_for
from kesher.referrals.models import Referral
from kesher.referrals.vocabularies import OF_REFUSAL, State
from kesher.www.front.orientation.carrying import picture_of
from kesher.www.referrals.access import SendersOnly, drawn, note_read, signed_in


def by_hand(referral: Referral) -> bool:
    """Whether it waits for an answer that nobody there can give with an account."""
    return referral.state == State.REQUESTED and not callers_of(referral.receiver_id).exists()


class SheetView(SendersOnly, View):
    """The sheet. Printing it is a look at the file."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        sent = Referral.objects.sent_by(signed_in(request)).select_related("service", "sender", "receiver")
        referral = sent.filter(pk=pk).first()
        if referral is None or not by_hand(referral):
            raise Http404
        person = Person.objects.kept_by(referral.sender_id).active().filter(pk=referral.person_id).first()
        if person is not None:
            note_read(person, signed_in(request).as_actor(referral.sender_id), "referral")
        key = key_for(Purpose.ANSWER, referral.pk, referral.receiver_id)
        link = f"{settings.PUBLIC_URL}/{request.LANGUAGE_CODE}/{PAGE}{key}/"
        context = {
            "referral": referral,
            "person": person,
            "sections": carried(person, referral.carries) if person is not None else [],
            "link": link,
            "code": picture_of(link),
            "until": timezone.localdate() + LASTS[Purpose.ANSWER],
            "refusals": [one.label for one in OF_REFUSAL],
        }
        return drawn(request, "referrals/sheet.html", context)
