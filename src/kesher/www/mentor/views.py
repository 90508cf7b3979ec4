"""What a mentor sees: their matches, each with what the person lets them know; their offer; a button for what worries."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from kesher.accounts.models import User
from kesher.base.transitions import Actor, Refused
from kesher.casework.mentoring import concerns, offers
from kesher.casework.mentoring.offers import MENTOR_STATES, OF_THEMSELVES
from kesher.casework.models import Match, Mentor, WhyNotMentor
from kesher.www.caseworker.access import signed_in
from kesher.www.coding import Coded
from kesher.www.jobseeker.access import not_kept
from kesher.www.mentor.acts import MENTOR, Acts
from kesher.www.mentor.forms import ConcernForm, OfferForm
from kesher.www.mentor.words import named_at, spoken, times, trade_name


def own_offer(user: User) -> Mentor | None:
    """The offer that counts: the latest that is not over."""
    over = [Mentor.State.REFUSED, Mentor.State.LEFT]
    return (
        Mentor.objects.filter(user=user).exclude(state__in=over).select_related("organisation").order_by("-id").first()
    )


def as_mentor(user: User, organisation_id: Any) -> Actor:
    """This user as the mentor, and as nothing else they may be there."""
    return Actor(user.pk, organisation_id, OF_THEMSELVES)


class MentorHomeView(LoginRequiredMixin, View):
    """My match: with whom I go along, what waits for me, whom I call when I am worried."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._draw(request, ConcernForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        user = signed_in(request)
        mentor = own_offer(user)
        if mentor is None:
            raise Http404
        by, do = as_mentor(user, mentor.organisation_id), request.POST.get("do", "")
        if do == "concern":
            form = ConcernForm(request.POST)
            if form.is_valid():
                try:
                    concerns.raise_concern(mentor.organisation, side=MENTOR, by=by, **form.cleaned_data)
                except Refused as refused:
                    form.add_error(None, str(refused.message))
                else:
                    messages.success(request, _("Sent. Only the named person reads it."))
                    return redirect("mentor_home")
            return self._draw(request, form, status=400)
        try:
            offers.end_offer(mentor, do, by=by, reason=WhyNotMentor.UNWANTED if do == "leave" else "")
        except Refused as refused:
            messages.error(request, str(refused.message))
            return self._draw(request, ConcernForm(), status=400)
        messages.success(request, _("Written down."))
        return redirect("mentor_home")

    @staticmethod
    def _draw(request: HttpRequest, form: ConcernForm, status: int = 200) -> HttpResponse:
        user = signed_in(request)
        mentor = own_offer(user)
        possible: set[str] = set()
        if mentor is not None:
            by = as_mentor(user, mentor.organisation_id)
            possible = {one.event for one in MENTOR_STATES.possible(mentor, by=by)}
        context = {
            "mentor": mentor,
            "matches": list(Match.objects.of_mentor(user).select_related("caseworker").order_by("id")),
            "trade": trade_name(mentor.trade) if mentor else {},
            "spoken": spoken(mentor.languages) if mentor else [],
            "times": times(mentor.times) if mentor else [],
            "possible": possible,
            "named": named_at(mentor.organisation_id) if mentor else "",
            "form": form,
        }
        return not_kept(render(request, "mentor/home.html", context, status=status))


class OfferView(LoginRequiredMixin, View):
    """Offer to be a mentor, or say anew what I can and when."""

    def get(self, request: HttpRequest) -> HttpResponse:
        user = signed_in(request)
        mentor = own_offer(user)
        if mentor is None:
            return self._draw(request, OfferForm(initial={"called": user.name}), mentor)
        initial = {name: getattr(mentor, name, None) for name in OfferForm.base_fields}
        initial |= {"organisation": str(mentor.organisation_id), "of_age": True}
        initial["trade"] = Coded(text=mentor.trade_words, choice=mentor.trade)
        return self._draw(request, OfferForm(initial=initial, again=True), mentor)

    def post(self, request: HttpRequest) -> HttpResponse:
        user = signed_in(request)
        mentor = own_offer(user)
        form = OfferForm(request.POST, again=mentor is not None)
        if not form.is_valid():
            return self._draw(request, form, mentor, status=200 if form.is_looking else 400)
        try:
            if mentor is None:
                offers.offer(form.organisations[form.cleaned_data["organisation"]], user=user, **form.told)
            else:
                offers.change(mentor, by=as_mentor(user, mentor.organisation_id), **form.told)
        except Refused as refused:
            form.add_error(None, str(refused.message))
            return self._draw(request, form, mentor, status=400)
        messages.success(request, _("Thank you. A caseworker will call you.") if mentor is None else _("Written down."))
        return redirect("mentor_home")

    @staticmethod
    def _draw(request: HttpRequest, form: OfferForm, mentor: Mentor | None, status: int = 200) -> HttpResponse:
        context = {"form": form, "mentor": mentor, "possible": bool(form.organisations)}
        return not_kept(render(request, "mentor/offer.html", context, status=status))


class MentorMatchView(LoginRequiredMixin, View):
    """One match, as the mentor may see it: never the file."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return self._draw(request, self._acts(request, pk))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        acts = self._acts(request, pk)
        if not acts.post():
            return self._draw(request, acts, status=400)
        still = Match.objects.of_mentor(signed_in(request)).filter(pk=pk).exists()
        return redirect("mentor_match", pk=pk) if still else redirect("mentor_home")

    @staticmethod
    def _acts(request: HttpRequest, pk: UUID) -> Acts:
        user = signed_in(request)
        match = (
            Match.objects.of_mentor(user).filter(pk=pk).select_related("caseworker", "organisation", "mentor").first()
        )
        if match is None:
            raise Http404
        return Acts(request, match, by=as_mentor(user, match.organisation_id), side=MENTOR)

    @staticmethod
    def _draw(request: HttpRequest, acts: Acts, status: int = 200) -> HttpResponse:
        return not_kept(render(request, "mentor/match.html", acts.context(), status=status))
