"""Where I was sent, what went along, what came back; and my plan: what is next, and when I meet whom.

All of it is the person's own to read, reasons too: they are for sender, receiver and the person, and for nobody else.
"""

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from kesher.base.transitions import Refused
from kesher.casework import appointments, plans
from kesher.casework.models import Appointment, Plan, Step, WhyCancelled
from kesher.people import files
from kesher.people.aspirations import latest
from kesher.people.consents import withdraw
from kesher.people.models import Consent
from kesher.people.models.consents import Purpose
from kesher.referrals.carried import carried
from kesher.referrals.links import Purpose as LinkFor
from kesher.referrals.links import key_for
from kesher.referrals.models import FollowUp, Loop, Referral
from kesher.referrals.vocabularies import OPEN, Closing, Outcome, State
from kesher.www.caseworker.access import signed_in
from kesher.www.caseworker.day.conferences import conferences_of
from kesher.www.jobseeker.access import CHANGED_MEANWHILE, OwnFile

Said = str | Promise

#: How it stands, said to the person; with a colour and a picture.
STANDS: Final[dict[str, tuple[Said, str, str]]] = {
    State.REQUESTED: (gettext_lazy("They have it, and have not answered yet."), "", "clock"),
    State.ACCEPTED: (gettext_lazy("They said yes. They will be in touch with you."), "fits", ""),
    State.IN_PROGRESS: (gettext_lazy("You are in touch with them."), "fits", ""),
    State.ON_HOLD: (gettext_lazy("It is paused for now."), "ask", ""),
    State.COMPLETED: (gettext_lazy("It is finished."), "fits", ""),
    State.REJECTED: (gettext_lazy("They could not take it on. We look for another way."), "no", ""),
    State.FAILED: (gettext_lazy("It could not be finished. We look for another way."), "no", ""),
    State.CANCELLED: (gettext_lazy("It was taken back."), "", "x"),
    State.ENTERED_IN_ERROR: (gettext_lazy("It was sent by mistake, and does not count."), "", "x"),
}
OUTCOMES: Final[dict[str, Said]] = {
    Outcome.MET: gettext_lazy("You got what you came for."),
    Outcome.PARTLY: gettext_lazy("You got part of it."),
    Outcome.WORK: gettext_lazy("You have work."),
    Outcome.TRAINING: gettext_lazy("You are in a course."),
    Outcome.PASSED_ON: gettext_lazy("Another service is right for you."),
    Outcome.NOT_MET: gettext_lazy("It did not help."),
}
CLOSINGS: Final[dict[str, Said]] = {
    Closing.MET: gettext_lazy("You have it."),
    Closing.NO_LONGER_WANTED: gettext_lazy("You no longer want it."),
    Closing.GONE: gettext_lazy("Nobody follows it any more."),
    Closing.WITHDRAWN: gettext_lazy("You took back that you agreed."),
    Closing.CANNOT_BE_MET: gettext_lazy("It cannot be done here."),
}


class MyReferralsView(OwnFile, View):
    """Wish by wish, the newest first; and taking back that something was sent."""

    def get(self, request: HttpRequest) -> HttpResponse:
        user = signed_in(request)
        wishes = list(Loop.objects.visible_to(user).filter(person=self.person).order_by("-id"))
        sent = (
            Referral.objects.visible_to(user)
            .filter(person=self.person, sent_at__isnull=False)
            .select_related("service", "sender", "receiver", "consent")
            .order_by("-id")
        )
        asked: dict[UUID, FollowUp] = {}
        for one in FollowUp.objects.unanswered().filter(referral__in=sent, asked_at__isnull=False).order_by("day"):
            asked[one.referral_id] = one
        by_wish: dict[UUID, list[dict[str, Any]]] = {}
        for referral in sent:
            by_wish.setdefault(referral.loop_id, []).append(self._row(referral, asked.get(referral.pk)))
        rows = [
            {"wish": wish, "closing": CLOSINGS.get(wish.closing, ""), "referrals": by_wish.get(wish.pk, [])}
            for wish in wishes
        ]
        return render(request, "jobseeker/referrals.html", {"wishes": rows})

    def post(self, request: HttpRequest) -> HttpResponse:
        """I take it back: whoever has it sees nothing any more, and is asked to erase what it has noted."""
        consent = self._consent(request.POST.get("take_back", ""))
        if consent is None:
            raise Http404
        withdraw(consent, by=self.by)
        messages.success(
            request, _("Taken back. They see nothing of you any more, and are asked to erase what they have.")
        )
        return redirect("my_referrals")

    def _consent(self, key: str) -> Consent | None:
        """One under which something was sent."""
        try:
            mine = Consent.objects.filter(person=self.person, purpose=Purpose.REFERRAL, pk=UUID(key))
        except ValueError:
            return None
        return mine.first()

    def _row(self, referral: Referral, asked: FollowUp | None) -> dict[str, Any]:
        words, kind, icon = STANDS[referral.state]
        consent = referral.consent
        is_open = referral.state in OPEN
        ending = is_open and consent is not None and consent.withdrawn_at is not None
        return {
            "referral": referral,
            "stands": _("You took it back. It ends now.") if ending else words,
            "kind": "" if ending else kind,
            "icon": "x" if ending else icon,
            "sections": carried(self.person, referral.carries),
            "outcome": OUTCOMES.get(referral.outcome, ""),
            "because": referral.get_reason_display() if referral.reason else "",
            "takes_back": consent.pk if consent is not None and is_open and not ending else None,
            "erased": referral.recall_confirmed_at,
            "ask": key_for(LinkFor.FOLLOW_UP, asked.pk, referral.sender_id) if asked is not None else "",
        }


class MyAppointmentView(OwnFile, View):
    """An appointment of mine as a file for my own calendar: it says when and where, never with whom or why."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        mine = Appointment.objects.visible_to(signed_in(request)).filter(person=self.person, pk=pk).first()
        if mine is None:
            raise Http404
        mine.person = self.person
        body = appointments.as_calendar(mine, made=timezone.now())
        response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="appointment.ics"'
        return response

    def without(self, request: HttpRequest) -> HttpResponse:
        return redirect("my_file")


class MyPlanView(OwnFile, View):
    """What is agreed, whom I meet, and what I have done already."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._draw(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        """A step of mine is done; or I cannot come."""
        user = signed_in(request)
        try:
            if key := request.POST.get("done", ""):
                step = self._mine(Step.objects.visible_to(user).open().filter(owner=Step.Owner.PERSON), key)
                plans.finish(step, by=self.by)
                messages.success(request, _("Well done. It is noted."))
            else:
                meeting = self._mine(Appointment.objects.visible_to(user).booked(), request.POST.get("cancel", ""))
                seen = request.POST.get("seen", "")
                appointments.end(meeting, "cancel", by=self.by, seen=seen, reason=WhyCancelled.PERSON)
                messages.success(request, _("The appointment is cancelled. You can ask for another one."))
        except files.Changed:
            return self._draw(request, refused=str(CHANGED_MEANWHILE), status=409)
        except Refused as refused:
            return self._draw(request, refused=str(refused.message), status=400)
        return redirect("my_plan")

    def _mine(self, rows: Any, key: str) -> Any:
        try:
            row = rows.filter(person=self.person, pk=UUID(key)).first()
        except ValueError:
            row = None
        if row is None:
            raise Http404
        row.person = self.person
        return row

    def _draw(self, request: HttpRequest, *, refused: str = "", status: int = 200) -> HttpResponse:
        user = signed_in(request)
        steps = Step.objects.visible_to(user).filter(person=self.person).select_related("organisation")
        coming = Appointment.objects.visible_to(user).booked().filter(person=self.person, starts_at__gt=timezone.now())
        context = {
            "refused": refused,
            "goal": latest(self.person),
            "plan": Plan.objects.visible_to(user).filter(person=self.person).first(),
            "open": list(steps.open().order_by("due_on", "id")),
            "done": list(steps.filter(state=Step.State.DONE).order_by("-ended_at", "-id")[:20]),
            "conferences": conferences_of(user, self.person),
            "meetings": [
                (one, files.stamp_of(one)) for one in coming.select_related("organisation").order_by("starts_at", "id")
            ],
        }
        return render(request, "jobseeker/plan.html", context, status=status)
