"""My file: what stands in it, to correct and to add to; the link by which it becomes mine."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from kesher.casework.models import Appointment, Step
from kesher.people import claiming, erasing, files, worries
from kesher.people.files import stamp
from kesher.people.models import Consent, Worry
from kesher.www.caseworker.access import signed_in
from kesher.www.caseworker.day.talks import goal_of
from kesher.www.caseworker.people.forms import beginning_of_worries
from kesher.www.jobseeker.access import OwnFile
from kesher.www.jobseeker.forms import OwnFileForm, OwnWorriesForm
from kesher.www.key_pages import guarded
from kesher.www.languages import language_name
from kesher.www.overwriting import differences, with_stamp


class MyFileView(OwnFile, View):
    """What stands there, and the doors to everything one may do with it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        user = signed_in(request)
        written_down = erasing.written_down(self.person)
        meetings = (
            Appointment.objects.visible_to(user).booked().filter(person=self.person, starts_at__gt=timezone.now())
        )
        steps = Step.objects.visible_to(user).open().filter(person=self.person, owner=Step.Owner.PERSON)
        context = {
            "meeting": meetings.select_related("organisation").order_by("starts_at", "id").first(),
            "step": steps.order_by("due_on", "id").first(),
            "written_down": written_down,
            "is_waiting": written_down is not None and written_down.name == erasing.ASKED,
            "person": self.person,
            "spoken": language_name(self.person.language),
            "goal_is_due": goal_of(self.person)["is_due"],
            "worries": Worry.objects.visible_to(user).now().filter(person=self.person).order_by("id"),
            "consents": Consent.objects.in_force()
            .filter(person=self.person)
            .select_related("organisation")
            .order_by("id"),
        }
        return render(request, "jobseeker/file.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        """They do not want it erased, whatever somebody wrote down."""
        if request.POST.get("verb") != "keep":
            raise Http404
        erasing.keep_after_all(self.person, by=self.by)
        messages.success(request, _("The file stays."))
        return redirect("my_file")


class MyFileEditView(OwnFile, View):
    """Correct it oneself. Where a caseworker changed it meanwhile, one sees what, and loses nothing."""

    def get(self, request: HttpRequest) -> HttpResponse:
        initial = {name: getattr(self.person, name) for name in OwnFileForm.base_fields if name != "seen"}
        return self._draw(request, OwnFileForm(initial=initial | {"seen": stamp(self.person)}))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = OwnFileForm(request.POST)
        if not form.is_valid():
            return self._draw(request, form, status=400)
        told = {name: value for name, value in form.cleaned_data.items() if name != "seen"}
        reason = "file corrected by the person"
        try:
            files.correct(self.person, told, seen=form.cleaned_data["seen"], by=self.by, reason=reason)
        except files.Changed as changed:
            self.person.refresh_from_db()
            again = OwnFileForm(with_stamp(request, stamp(self.person)))
            again.is_valid()
            return self._draw(request, again, status=409, theirs=differences(changed.rows, told, form.fields))
        messages.success(request, _("Written down."))
        return redirect("my_file")

    def _draw(
        self, request: HttpRequest, form: OwnFileForm, status: int = 200, theirs: list[dict[str, Any]] | None = None
    ) -> HttpResponse:
        return render(request, "jobseeker/edit.html", {"form": form, "theirs": theirs}, status=status)


class MyWorriesView(OwnFile, View):
    """What worries me most now."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._draw(request, OwnWorriesForm(initial=beginning_of_worries(self.person)))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = OwnWorriesForm(request.POST)
        if not form.is_valid():
            return self._draw(request, form, status=400)
        try:
            worries.say(self.person, form.cleaned_data["worries"], by=self.by, seen=form.cleaned_data["seen"])
        except files.Changed as changed:
            again = OwnWorriesForm(with_stamp(request, worries.stamp(self.person)))
            theirs = differences(changed.rows, form.told, form.fields)
            return self._draw(request, again, status=409, theirs=theirs)
        messages.success(request, _("Written down."))
        return redirect("my_file")

    def _draw(
        self, request: HttpRequest, form: OwnWorriesForm, status: int = 200, theirs: list[dict[str, Any]] | None = None
    ) -> HttpResponse:
        return render(request, "jobseeker/worries.html", {"form": form, "theirs": theirs}, status=status)


class ClaimView(LoginRequiredMixin, View):
    """Whoever has the link and an account takes the file over. Looking changes nothing; a button does."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        return guarded(render(request, "jobseeker/claim.html"))

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        user = signed_in(request)
        try:
            try:
                files.claim(key, user=user)
            except files.Waits as waits:
                number = claiming.ask(waits, user=user)
                asked = claiming.waiting(waits.person.pk)
                told = {"number": number, "opens_on": claiming.opens_on(asked) if asked is not None else None}
                return guarded(render(request, "jobseeker/claim.html", told))
        except files.NotClaimable as over:
            return guarded(render(request, "jobseeker/claim.html", {"why": over.why}, status=410))
        messages.success(request, _("The file is yours now."))
        return redirect("find_keep")  # where answers of this browser are offered; with none it leads to the file
