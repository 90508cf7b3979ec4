"""The mentors of an organisation: offers to check, who has room, who rests; and whom it has named for safeguarding."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from kesher.accounts.models import Organisation
from kesher.accounts.roles import Role
from kesher.base.transitions import Actor, Refused
from kesher.casework.mentoring import offers
from kesher.casework.mentoring.offers import MENTOR_STATES
from kesher.casework.models import Match, Mentor, Safeguarding
from kesher.people import files
from kesher.www.caseworker.access import signed_in
from kesher.www.caseworker.mentoring.forms import LeaveForm, NamedForm, TrainForm, VetForm
from kesher.www.caseworker.people.access import FilesOnly, organisations_with_files
from kesher.www.mentor.words import named_at, spoken, times, trade_name
from kesher.www.overwriting import differences, with_stamp

#: What ?show= may be -> its word and the states.
SHOWN: dict[str, tuple[str | Promise, tuple[str, ...]]] = {
    "here": (gettext_lazy("Ready"), ("ready", "paused")),
    "waiting": (gettext_lazy("Offers"), ("offered", "vetted")),
    "over": (gettext_lazy("No longer"), ("refused", "left")),
}


class MentorsView(FilesOnly, View):
    """Who offers, who goes along with how many."""

    def get(self, request: HttpRequest) -> HttpResponse:
        user = signed_in(request)
        show = request.GET.get("show", "here")
        show = show if show in SHOWN else "here"
        ours = Mentor.objects.of_organisations(user)
        taken = Count("matches", filter=Q(matches__state__in=Match.TAKES_A_PLACE))
        listed: Any = ours.filter(state__in=SHOWN[show][1]).annotate(mentees=taken).order_by("called", "id")
        own = organisations_with_files(user)
        context = {
            "show": show,
            "tabs": [
                {
                    "label": label,
                    "query": f"?show={key}",
                    "current": key == show,
                    "count": ours.filter(state__in=states).count(),
                }
                for key, (label, states) in SHOWN.items()
            ],
            "rows": [
                {
                    "mentor": one,
                    "trade": trade_name(one.trade),
                    "languages": spoken(one.languages),
                    "times": times(one.times),
                    "left": max(0, one.mentees_at_most - one.mentees),
                }
                for one in listed[:200]
            ],
            "nobody_named": [one.name for one in own if not named_at(one.pk)],
            "named": ", ".join(filter(None, (named_at(one.pk) for one in own))),
        }
        return render(request, "caseworker/mentoring/mentors.html", context)


class MentorView(FilesOnly, View):
    """One mentor: check, train, rest, leave; with whom they go along."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return self._draw(request, *self._own(request, pk))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        mentor, by = self._own(request, pk)
        do = request.POST.get("do", "")
        asked: dict[str, type[forms.Form]] = {
            "vet": VetForm,
            "train": TrainForm,
            "refuse": LeaveForm,
            "leave": LeaveForm,
        }
        form = asked.get(do, forms.Form)(request.POST, auto_id=f"{do}-%s")
        if not form.is_valid():
            return self._draw(request, mentor, by, wrong=(do, form), status=400)
        try:
            if do == "vet":
                offers.vet(mentor, by=by, **form.cleaned_data)
            elif do == "train":
                offers.train(mentor, by=by, **form.cleaned_data)
            else:
                offers.end_offer(mentor, do, by=by, reason=form.cleaned_data.get("reason", ""))
        except files.Changed as changed:
            return self._changed_meanwhile(request, changed.rows[0], by, form)
        except Refused as refused:
            form.add_error(None, str(refused.message))
            return self._draw(request, mentor, by, wrong=(do, form), status=400)
        messages.success(request, _("Written down."))
        return redirect("mentor", pk=mentor.pk)

    def _changed_meanwhile(self, request: HttpRequest, now: Mentor, by: Actor, form: Any) -> HttpResponse:
        """A colleague has written down another check since the page was opened."""
        again = VetForm(with_stamp(request, offers.stamp_of_check(now)), auto_id="vet-%s")
        again.is_valid()
        told = {"vetting": form.told["vetting"], "vetted_on": form.told["on"]}
        theirs = differences([now], told, {"vetting": form.fields["vetting"], "vetted_on": form.fields["on"]})
        return self._draw(request, now, by, wrong=("vet", again), status=409, theirs=theirs)

    @staticmethod
    def _own(request: HttpRequest, pk: UUID) -> tuple[Mentor, Actor]:
        user = signed_in(request)
        mentor = Mentor.objects.of_organisations(user).filter(pk=pk).select_related("organisation").first()
        if mentor is None:
            raise Http404
        return mentor, user.as_actor(mentor.organisation_id)

    @staticmethod
    def _draw(
        request: HttpRequest,
        mentor: Mentor,
        by: Actor,
        wrong: tuple[str, forms.Form] = ("", forms.Form()),
        status: int = 200,
        theirs: list[dict[str, Any]] | None = None,
    ) -> HttpResponse:
        beginning = {"vet": {"seen": offers.stamp_of_check(mentor)}}
        possible = {one.event for one in MENTOR_STATES.possible(mentor, by=by)}
        asked = [
            ("vet", _("Check them"), _("Checked"), VetForm, "vet" in possible),
            ("vet", _("Check them again"), _("Checked again"), VetForm, "vet again" in possible),
            ("train", _("Train them"), _("Trained: they are ready"), TrainForm, "train" in possible),
            ("refuse", _("They are not taken on"), _("Do not take them on"), LeaveForm, "refuse" in possible),
            ("leave", _("They leave"), _("They leave now"), LeaveForm, "leave" in possible),
        ]
        matches = Match.objects.visible_to(signed_in(request)).filter(mentor=mentor).open().select_related("person")
        context = {
            "mentor": mentor,
            "trade": trade_name(mentor.trade),
            "spoken": spoken(mentor.languages),
            "times": times(mentor.times),
            "matches": matches.order_by("id"),
            "refused": wrong[1].non_field_errors() if wrong[0] in ("pause", "resume") else [],
            "possible": possible,
            "asked": [
                {
                    "key": key,
                    "heading": title,
                    "verb": verb,
                    "form": wrong[1] if key == wrong[0] else form(auto_id=f"{key}-%s", initial=beginning.get(key)),
                    "theirs": theirs if key == wrong[0] else None,
                    "open": key == wrong[0] or (number == 0 and key == "vet") or key == "train",
                }
                for number, (key, title, verb, form, may) in enumerate(asked)
                if may
            ],
        }
        return render(request, "caseworker/mentoring/mentor.html", context, status=status)


class NamedView(LoginRequiredMixin, View):
    """Whom my organisation names: an administrator says so."""

    def get(self, request: HttpRequest) -> HttpResponse:
        organisation = self._administered(request)
        named = Safeguarding.objects.filter(organisation=organisation).first()
        beginning = {"seen": offers.stamp_of_named(named)}
        return self._draw(request, organisation, NamedForm(organisation=organisation, initial=beginning))

    def post(self, request: HttpRequest) -> HttpResponse:
        organisation = self._administered(request)
        form = NamedForm(request.POST, organisation=organisation)
        if not form.is_valid():
            return self._draw(request, organisation, form, status=400)
        user = signed_in(request)
        try:
            offers.name_safeguarding(
                organisation,
                user=form.users[form.cleaned_data["user"]],
                by=user.as_actor(organisation.pk),
                seen=form.cleaned_data["seen"],
            )
        except files.Changed as changed:
            now = changed.rows[0]
            again = NamedForm(with_stamp(request, offers.stamp_of_named(now)), organisation=organisation)
            again.is_valid()
            theirs = [{"label": form.fields["user"].label, "value": str(now.user)}]
            return self._draw(request, organisation, again, status=409, theirs=theirs)
        except Refused as refused:
            form.add_error(None, str(refused.message))
            return self._draw(request, organisation, form, status=400)
        messages.success(request, _("Written down. Open concerns are theirs from now on."))
        return redirect("mentors_safeguarding")

    @staticmethod
    def _administered(request: HttpRequest) -> Organisation:
        found = [
            one.organisation
            for one in signed_in(request).memberships_in_force
            if one.role == Role.ORGANISATION_ADMIN and one.organisation.state == Organisation.State.APPROVED
        ]
        if not found:
            raise Http404
        return found[0]

    @staticmethod
    def _draw(
        request: HttpRequest,
        organisation: Organisation,
        form: NamedForm,
        status: int = 200,
        theirs: list[dict[str, Any]] | None = None,
    ) -> HttpResponse:
        context = {
            "theirs": theirs,
            "organisation": organisation,
            "form": form,
            "named": named_at(organisation.pk),
            "possible": bool(form.users),
        }
        return render(request, "caseworker/mentoring/named.html", context, status=status)
