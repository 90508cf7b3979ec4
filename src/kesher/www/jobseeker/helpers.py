"""Who helps me, and whom I help: asked by the person, accepted with the link, ended by either with one press."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from kesher.base import logs
from kesher.base.transitions import Actor
from kesher.people import files, mandates
from kesher.people.consents import HELPER
from kesher.people.models import Mandate, Worry
from kesher.www.caseworker.access import signed_in
from kesher.www.jobseeker.access import OwnFile, not_kept
from kesher.www.jobseeker.forms import AskHelpForm
from kesher.www.key_pages import guarded
from kesher.www.languages import language_name


class MyHelpersView(OwnFile, View):
    """Who may act for me; ask one more; end it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._draw(request, AskHelpForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        if key := request.POST.get("end", ""):
            mandates.end(self._standing(key), by=self.by)
            messages.success(request, _("It has ended. They see nothing any more."))
            return redirect("my_helpers")
        form = AskHelpForm(request.POST)
        if not form.is_valid():
            return self._draw(request, form, status=400)
        mandate = mandates.ask(self.person, form.cleaned_data["relation"], by=self.by)
        return self._draw(request, AskHelpForm(), asked=mandate)

    def _standing(self, key: str) -> Mandate:
        try:
            found = Mandate.objects.filter(person=self.person, pk=UUID(key))
            mandate: Mandate | None = found.select_related("person").first()
        except ValueError:
            mandate = None
        if mandate is None:
            raise Http404
        return mandate

    def _draw(
        self, request: HttpRequest, form: AskHelpForm, status: int = 200, asked: Mandate | None = None
    ) -> HttpResponse:
        link = ""
        if asked is not None:
            link = request.build_absolute_uri(reverse("help_accept", kwargs={"key": mandates.key_of(asked)}))
        context = {
            "form": form,
            "link": link,
            "mandates": Mandate.objects.standing().filter(person=self.person).select_related("user").order_by("-id"),
        }
        return render(request, "jobseeker/helpers.html", context, status=status)


class AcceptHelpView(LoginRequiredMixin, View):
    """Whoever was handed the link and has an account says yes. Looking changes nothing; a button does."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        return guarded(render(request, "jobseeker/help_accept.html"))

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        try:
            mandate = mandates.accept(key, user=signed_in(request))
        except files.NotClaimable as over:
            return guarded(render(request, "jobseeker/help_accept.html", {"why": over.why}, status=410))
        return redirect("helped", pk=mandate.person_id)


class HelpedView(LoginRequiredMixin, View):
    """What a helper sees of the file: enough to help, never what the person fears at home. And the way out."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        mandate, by = self._mandate(request, pk)
        person = mandate.person
        files.read(person, by=by, purpose="help", request_id=logs.request_id.get())
        context = {
            "person": person,
            "spoken": language_name(person.language),
            "worries": Worry.objects.visible_to(signed_in(request)).now().filter(person=person).order_by("id"),
        }
        return not_kept(render(request, "jobseeker/helped.html", context))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        mandate, by = self._mandate(request, pk)
        mandates.end(mandate, by=by)
        messages.success(request, _("It has ended. You see this file no more."))
        return redirect("front")

    @staticmethod
    def _mandate(request: HttpRequest, pk: UUID) -> tuple[Mandate, Actor]:
        user = signed_in(request)
        mandate = Mandate.objects.of_helper(user).visible_to(user).filter(person=pk).select_related("person").first()
        if mandate is None:
            raise Http404
        return mandate, Actor(user.pk, roles=frozenset({HELPER}))
