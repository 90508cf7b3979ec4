"""The receiver's inbox: what came in, what we owe; one referral, and what came of it; "do you have a place?"."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_POST

from kesher.base.transitions import Actor, Refused
from kesher.people.models import Access, Person
from kesher.referrals import answering, places, recalls, sending
from kesher.referrals.carried import carried
from kesher.referrals.models import PlaceQuestion, Referral
from kesher.referrals.moving import goes_on
from kesher.referrals.states import REFERRAL_STATES
from kesher.referrals.vocabularies import OF_FAILURE, OF_REFUSAL, Outcome, Reason
from kesher.www.referrals.access import ReceiversOnly, drawn, note_read, signed_in, trail, typed
from kesher.www.referrals.words import LOOKS


class ReceivedView(ReceiversOnly, View):
    """One referral: what it carries, and what one can do about it now. Whoever opens it is noted."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return self._draw(request, self._found(request, pk))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        referral = self._found(request, pk)
        by = signed_in(request).as_actor(referral.receiver_id)
        try:
            act(referral, request, by=by)
        except Refused as refused:
            referral.refresh_from_db()
            event = request.POST.get("event", "")
            return self._draw(request, referral, refused=str(refused.message), event=event, status=400)
        messages.success(request, _("Recorded: %(what)s.") % {"what": referral.get_state_display()})
        return redirect("provider_referral", pk=referral.pk)

    @staticmethod
    def _found(request: HttpRequest, pk: UUID) -> Referral:
        mine = Referral.objects.received_by(signed_in(request)).select_related("service", "sender", "receiver")
        referral = mine.filter(pk=pk).first()
        if referral is None:
            raise Http404
        return referral

    def _draw(
        self, request: HttpRequest, referral: Referral, *, refused: str = "", event: str = "", status: int = 200
    ) -> HttpResponse:
        by = signed_in(request).as_actor(referral.receiver_id)
        person = what_they_may_see(referral)
        if person is not None:
            note_read(person, by, "referral")
        context = shown(referral, person, by) | {"refused": refused, "event": event, "trail": trail(referral)}
        return drawn(request, "referrals/received.html", context, status=status)


def what_they_may_see(referral: Referral) -> Person | None:
    """The person, while the receiver's access lasts and this referral is one of those it reads; None afterwards."""
    if not recalls.still_read([referral]):
        return None
    open_ = Access.objects.in_force().filter(person=referral.person_id, organisation=referral.receiver_id)
    if not open_.exists():
        return None
    return Person.objects.active().select_related("area").filter(pk=referral.person_id).first()


def shown(referral: Referral, person: Person | None, by: Actor) -> dict[str, Any]:
    """What the receiver's page and the page behind a link say of a referral, and offer to do."""
    may = {t.event for t in REFERRAL_STATES.transitions if referral.state in t.sources and t.roles & by.roles}
    return {
        "referral": referral,
        "person": person,
        "look": LOOKS[referral.state],
        "asked_back": recalls.is_asked_back(referral),
        "sections": carried(person, referral.carries) if person is not None else [],
        "may": {name.replace(" ", "_") for name in may},
        "refusals": [(one.value, one.label) for one in OF_REFUSAL],
        "failures": [(one.value, one.label) for one in OF_FAILURE],
        "pauses": Reason.choices,
        "outcomes": Outcome.choices,
        "today": timezone.localdate(),
    }


def act(referral: Referral, request: HttpRequest, *, by: Actor) -> None:
    """Do what the form asks. Raises :class:`Refused`; 404 for a verb there is none of."""
    said = {name: request.POST.get(name, "") for name in ("reason", "on", "outcome", "attended")}
    said |= {name: typed(request, name, most) for name, most in (("words", 1000), ("done", 2000), ("name", 120))}
    match request.POST.get("event", ""):
        case "accept":
            answering.accept(referral, by=by, worker_name=said["name"])
        case "reject":
            answering.reject(referral, by=by, reason=said["reason"], words=said["words"])
        case "first contact":
            answering.first_contact(referral, by=by, on=_day(said["on"]))
        case "pause":
            answering.pause(referral, by=by, reason=said["reason"], words=said["words"], review_on=_day(said["on"]))
        case "resume":
            answering.resume(referral, by=by)
        case "goes on":
            goes_on(referral, by=by)
        case "finish":
            came = {"yes": True, "no": False}.get(said["attended"])
            answering.finish(referral, by=by, outcome=said["outcome"], attended=came, done=said["done"])
        case "cannot finish":
            answering.cannot_finish(referral, by=by, reason=said["reason"], words=said["words"])
        case "entered in error":
            sending.entered_in_error(referral, by=by, note=said["words"])
        case "recalled":
            recalls.confirm_recall(referral, by=by)
        case _:
            raise Http404


def _day(text: str) -> date:
    try:
        found = parse_date(text)
    except ValueError:
        found = None
    if found is None:
        raise Refused(_("Write the day, please."), "day")
    return found


@method_decorator(require_POST, name="dispatch")
class AnswerPlaceView(ReceiversOnly, View):
    """ "Do you have a place?" Yes, later, no."""

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        user = signed_in(request)
        question = PlaceQuestion.objects.visible_to(user).filter(pk=pk).first()
        if question is None or question.receiver_id not in user.organisation_ids:
            raise Http404
        try:
            places.answer(question, request.POST.get("answer", ""), by=user.as_actor(question.receiver_id))
        except Refused as refused:
            messages.error(request, str(refused.message))
        else:
            messages.success(request, _("Thank you. They are told."))
        return redirect("provider_referrals")
