"""A person's mentoring, as caseworkers see it: who may suit and why, one match, and concerns for whom they are meant."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from kesher.base.transitions import Actor, Refused
from kesher.casework.mentoring import concerns, matches, proposals
from kesher.casework.models import CheckIn, Concern, Match, Mentor, TrainingAgreement
from kesher.people.models import Person
from kesher.people.purposes import may_be_matched
from kesher.www.caseworker.access import signed_in
from kesher.www.caseworker.day.access import thing_opened
from kesher.www.caseworker.mentoring.forms import LookForm
from kesher.www.caseworker.people.access import FilesOnly, opened
from kesher.www.jobseeker.access import not_kept
from kesher.www.mentor.acts import WORKER, Acts
from kesher.www.mentor.forms import NothingAsked, SettleForm
from kesher.www.mentor.words import reasons, spoken, times, trade_name

#: What stands in "who looked at my file".
MENTORING = "mentoring"


class PersonMentorView(FilesOnly, View):
    """Mentors of this person, and who may suit, each with the reasons; a caseworker chooses, the person agrees."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        person, _by = opened(request, pk, purpose=MENTORING)
        return self._draw(request, person, LookForm())

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        person, by = opened(request, pk, purpose=MENTORING)
        key = request.POST.get("mentor", "")
        if not key:
            form = LookForm(request.POST)
            right = form.is_valid()
            coded = form.cleaned_data.get("trade") if right else None
            isco08 = coded.candidate.isco08 if coded is not None and coded.candidate is not None else ""
            return self._draw(request, person, form, isco08=isco08, status=200 if right or form.is_looking else 400)
        mentor = self._chosen(request, key)
        isco08 = request.POST.get("isco08", "")
        because = [
            code
            for one, fit in proposals.proposals_for(person, user=signed_in(request), isco08=isco08)
            if one.pk == mentor.pk
            for code in fit.because
        ]
        minor = {"yes": True, "no": False}.get(request.POST.get("minor", ""))
        replaces = Match.objects.filter(person=person, wants_another=True, state="ended").order_by("-id").first()
        try:
            match = matches.propose(person, mentor, by=by, because=because, minor=minor, replaces=replaces)
        except Refused as refused:
            return self._draw(request, person, LookForm(), refused=str(refused.message), isco08=isco08, status=400)
        messages.success(request, _("Proposed. Talk with the person: nothing is told to the mentor before they agree."))
        return redirect("match", pk=match.pk)

    @staticmethod
    def _chosen(request: HttpRequest, key: str) -> Mentor:
        try:
            mentor = Mentor.objects.of_organisations(signed_in(request)).filter(pk=UUID(key)).first()
        except ValueError:
            mentor = None
        if mentor is None:
            raise Http404
        return mentor

    @staticmethod
    def _draw(
        request: HttpRequest,
        person: Person,
        form: LookForm,
        *,
        refused: str = "",
        isco08: str = "",
        status: int = 200,
    ) -> HttpResponse:
        user = signed_in(request)
        may_compare = may_be_matched(person)
        found = proposals.proposals_for(person, user=user, isco08=isco08) if may_compare else []
        context: dict[str, Any] = {
            "person": person,
            "may_compare": may_compare,
            "form": form,
            "refused": refused,
            "isco08": isco08,
            "ask_age": person.born is None,
            "matches": Match.objects.visible_to(user).filter(person=person).order_by("-id")[:20],
            "rows": [
                {
                    "mentor": mentor,
                    "trade": trade_name(mentor.trade),
                    "languages": spoken(mentor.languages),
                    "times": times(mentor.times),
                    "because": reasons(fit.because),
                    "points": fit.points,
                }
                for mentor, fit in found
            ],
        }
        return render(request, "caseworker/mentoring/person.html", context, status=status)


class MatchView(FilesOnly, View):
    """One match: what each agreed, what comes next, how it goes."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return self._draw(request, *self._opened(request, pk))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        match, by = self._opened(request, pk)
        acts = Acts(request, match, by=by, side=WORKER)
        if request.POST.get("do") == "take-over":
            return self._take_over(request, match, by)
        if key := request.POST.get("read", ""):
            return self._read(request, match, by, key)
        return redirect("match", pk=match.pk) if acts.post() else self._draw(request, match, by, acts, status=400)

    @staticmethod
    def _opened(request: HttpRequest, pk: UUID) -> tuple[Match, Actor]:
        match, by = thing_opened(
            request, Match.objects.select_related("caseworker", "organisation", "mentor"), pk, purpose=MENTORING
        )
        return match, by

    def _take_over(self, request: HttpRequest, match: Match, by: Actor) -> HttpResponse:
        try:
            matches.take_over(match, user=signed_in(request), by=by)
        except Refused as refused:
            messages.error(request, str(refused.message))
            return self._draw(request, match, by, status=400)
        messages.success(request, _("Written down."))
        return redirect("match", pk=match.pk)

    @staticmethod
    def _read(request: HttpRequest, match: Match, by: Actor, key: str) -> HttpResponse:
        try:
            check = CheckIn.objects.visible_to(signed_in(request)).filter(match=match, pk=UUID(key)).first()
        except ValueError:
            check = None
        if check is None:
            raise Http404
        check.match = match
        matches.read(check, by=by)
        return redirect("match", pk=match.pk)

    @staticmethod
    def _draw(
        request: HttpRequest, match: Match, by: Actor, acts: Acts | None = None, status: int = 200
    ) -> HttpResponse:
        acts = acts or Acts(request, match, by=by, side=WORKER)
        user = signed_in(request)
        answered = CheckIn.objects.visible_to(user).filter(match=match).exclude(answered_at=None)
        context = acts.context() | {
            "person": match.person,
            "because": reasons(match.because),
            "answers": answered.order_by("-answered_at", "-id")[:20],
            "mine": match.caseworker_id == user.pk,
            "ours": match.organisation_id == by.organisation_id,
        }
        return render(request, "caseworker/mentoring/match.html", context, status=status)


class ConcernView(LoginRequiredMixin, View):
    """A concern, for whom the organisation has named. For everybody else there is no such page."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return self._draw(request, self._entrusted(request, pk), SettleForm())

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        concern = self._entrusted(request, pk)
        by = concerns.as_named(signed_in(request), concern.organisation_id)
        settles = request.POST.get("do") == "settle"
        form: Any = (SettleForm if settles else NothingAsked)(request.POST)
        if not form.is_valid():
            return self._draw(request, concern, form, status=400)
        try:
            if settles:
                concerns.settle(concern, done=form.cleaned_data["done"], by=by)
            else:
                concerns.take(concern, by=by)
        except Refused as refused:
            form.add_error(None, str(refused.message))
            return self._draw(request, concern, form, status=400)
        messages.success(request, _("Written down."))
        return redirect("concern", pk=concern.pk)

    @staticmethod
    def _entrusted(request: HttpRequest, pk: UUID) -> Concern:
        concern = Concern.objects.entrusted_to(signed_in(request)).filter(pk=pk).select_related("organisation").first()
        if concern is None:
            raise Http404
        return concern

    @staticmethod
    def _draw(request: HttpRequest, concern: Concern, form: Any, status: int = 200) -> HttpResponse:
        match = None
        if concern.match_id is not None:
            match = Match.objects.visible_to(signed_in(request)).filter(pk=concern.match_id).first()
        seen = TrainingAgreement.objects.visible_to(signed_in(request)).filter(pk=concern.training_id)
        training = seen.select_related("host").first() if concern.training_id is not None else None
        context = {"concern": concern, "form": form, "match": match, "training": training}
        return not_kept(render(request, "caseworker/mentoring/concern.html", context, status=status))
