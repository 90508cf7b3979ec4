"""Who helps me, and whom I help: asked by the person, accepted with the link, ended by either with one press."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from kesher.accounts.models import Organisation
from kesher.base import logs
from kesher.base.transitions import Actor, Refused
from kesher.casework import appointments, plans
from kesher.casework.models import Appointment, Step, WhyCancelled
from kesher.people import files, mandates
from kesher.people.consents import HELPER
from kesher.people.models import Mandate, Person, Worry
from kesher.www.caseworker.access import signed_in
from kesher.www.jobseeker.access import CHANGED_MEANWHILE, OwnFile, not_kept
from kesher.www.jobseeker.forms import HELPED_WITH, AskHelpForm, ContactForm
from kesher.www.key_pages import guarded
from kesher.www.languages import language_name
from kesher.www.overwriting import differences, with_stamp


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


class HelpingView(LoginRequiredMixin, View):
    """Whom I help: the way back, whatever else one is."""

    def get(self, request: HttpRequest) -> HttpResponse:
        user = signed_in(request)
        mandates_ = Mandate.objects.of_helper(user).visible_to(user).filter(person__state=Person.State.ACTIVE)
        rows = mandates_.select_related("person").defer(*(f"person__{one}" for one in Person.ENCRYPTED))
        return not_kept(render(request, "jobseeker/helping.html", {"mandates": rows.order_by("id")}))


class Helping(LoginRequiredMixin, View):
    """One person by the mandate one holds; that one looked is written down. No such page without a mandate."""

    mandate: Mandate
    person: Person
    by: Actor

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        user = signed_in(request)
        standing = Mandate.objects.of_helper(user).visible_to(user).filter(person__state=Person.State.ACTIVE)
        mandate = standing.filter(person=kwargs["pk"]).select_related("person").first()
        if mandate is None:
            raise Http404
        self.mandate, self.person, self.by = mandate, mandate.person, Actor(user.pk, roles=frozenset({HELPER}))
        files.read(self.person, by=self.by, purpose="help", request_id=logs.request_id.get())
        return not_kept(super().dispatch(request, *args, **kwargs))  # type: ignore[arg-type]


class HelpedView(Helping):
    """What a helper sees and may do: reach them, what is agreed and when they meet whom. Never what the person fears at home,
    nor that a shelter or a clinic knows them; no notes, no agreements. And the way out."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return self._draw(request)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        steps, meetings = self._rows(request)
        try:
            if key := request.POST.get("done", ""):
                plans.finish(self._one(steps, key), by=self.by)
                messages.success(request, _("Well done. It is noted."))
            elif key := request.POST.get("cancel", ""):
                meeting, seen = self._one(meetings, key), request.POST.get("seen", "")
                appointments.end(meeting, "cancel", by=self.by, seen=seen, reason=WhyCancelled.PERSON)
                messages.success(request, _("The appointment is cancelled."))
            elif request.POST.get("end", ""):
                mandates.end(self.mandate, by=self.by)
                messages.success(request, _("It has ended. You see this file no more."))
                return redirect("home")
            else:
                raise Http404
        except files.Changed:
            return self._draw(request, refused=str(CHANGED_MEANWHILE), status=409)
        except Refused as refused:
            return self._draw(request, refused=str(refused.message), status=400)
        return redirect("helped", pk=self.person.pk)

    def _rows(self, request: HttpRequest) -> tuple[Any, Any]:
        """Open steps and booked appointments, without those of organisations of which it is told to nobody else that somebody
        is known there."""
        user, telling = signed_in(request), Organisation.objects.sensitive()
        steps = Step.objects.visible_to(user).open().shown_to_helpers().filter(person=self.person)
        meetings = (
            Appointment.objects.visible_to(user).booked().filter(person=self.person, starts_at__gt=timezone.now())
        )
        return (
            steps.select_related("organisation").order_by("due_on", "id"),
            meetings.exclude(organisation__in=telling).select_related("organisation").order_by("starts_at", "id"),
        )

    def _one(self, rows: Any, key: str) -> Any:
        try:
            row = rows.filter(pk=UUID(key)).first()
        except ValueError:
            row = None
        if row is None or (isinstance(row, Step) and row.owner != Step.Owner.PERSON):
            raise Http404
        row.person = self.person
        return row

    def _draw(self, request: HttpRequest, *, refused: str = "", status: int = 200) -> HttpResponse:
        steps, meetings = self._rows(request)
        context = {
            "refused": refused,
            "person": self.person,
            "spoken": language_name(self.person.language),
            "worries": Worry.objects.visible_to(signed_in(request)).now().filter(person=self.person).order_by("id"),
            "open": list(steps),
            "meetings": [(one, files.stamp_of(one)) for one in meetings],
        }
        return render(request, "jobseeker/helped.html", context, status=status)


class HelpedContactView(Helping):
    """Correct a number, an address or the language; not how and when it is safe to reach them, which is the person's word."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        initial = {name: getattr(self.person, name) for name in HELPED_WITH} | {"seen": files.stamp(self.person)}
        return self._draw(request, ContactForm(initial=initial, reach_by=self.person.reach_by))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        form = ContactForm(request.POST, reach_by=self.person.reach_by)
        if not form.is_valid():
            return self._draw(request, form, status=400)
        told = {name: form.cleaned_data[name] for name in HELPED_WITH}
        try:
            reason = "contact corrected by who helps"
            files.correct(self.person, told, seen=form.cleaned_data["seen"], by=self.by, reason=reason)
        except files.Changed as changed:
            self.person.refresh_from_db()
            again = ContactForm(with_stamp(request, files.stamp(self.person)), reach_by=self.person.reach_by)
            again.is_valid()
            return self._draw(request, again, status=409, theirs=differences(changed.rows, told, form.fields))
        messages.success(request, _("Written down."))
        return redirect("helped", pk=self.person.pk)

    def _draw(
        self, request: HttpRequest, form: ContactForm, status: int = 200, theirs: list[dict[str, Any]] | None = None
    ) -> HttpResponse:
        context = {"person": self.person, "form": form, "theirs": theirs}
        return render(request, "jobseeker/helped_contact.html", context, status=status)
