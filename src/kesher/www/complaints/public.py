"""Complaining, without an account if one likes; and the page behind the link on which the answer stands."""

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from kesher.accounts.models import Organisation
from kesher.base.rows import acting_for
from kesher.base.transitions import Refused
from kesher.directory.models import Service
from kesher.referrals import complaints
from kesher.referrals.models import Complaint
from kesher.www.forms import Typed
from kesher.www.key_pages import guarded
from kesher.www.limits import too_many
from kesher.www.officer.agreements import OrganisationField

HOUR = 3600
MOST_PER_CONNECTION = 10  # an hour; one address may be a whole library


class ComplaintForm(Typed, forms.Form):
    """What happened, in one's own words. Everything else may stay empty."""

    about = forms.ChoiceField(
        label=gettext_lazy("What is it about?"), choices=Complaint.About.choices, widget=forms.RadioSelect
    )
    organisation = OrganisationField(
        label=gettext_lazy("Which office or organisation?"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=gettext_lazy("I do not know, or none of these"),
        help_text=gettext_lazy("Nobody of this organisation reads your complaint here, and nobody of it answers."),
    )
    words = forms.CharField(
        label=gettext_lazy("What happened?"),
        help_text=gettext_lazy("In your own words and your own language. What should change?"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 8, "dir": "auto"}),
        error_messages={"required": gettext_lazy("Say what happened, in your own words.")},
    )
    language = forms.ChoiceField(
        label=gettext_lazy("In which language shall we answer?"), choices=lambda: settings.LANGUAGES
    )
    called = forms.CharField(
        label=gettext_lazy("How shall we call you?"),
        help_text=gettext_lazy("You need not say who you are."),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "given-name"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        help_text=gettext_lazy("If you give one, we write to you when there is an answer. The mail says nothing else."),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"dir": "ltr", "autocomplete": "email"}),
    )
    service = forms.UUIDField(required=False, widget=forms.HiddenInput)
    # People do not see this field; programs that fill in every field do.
    website = forms.CharField(required=False, label=gettext_lazy("Leave this empty"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        approved = Organisation.objects.approved().only("name").order_by("id")
        self.fields["organisation"].queryset = approved  # type: ignore[attr-defined]

    @property
    def is_a_program(self) -> bool:
        return bool(self.data.get("website"))


class ComplainView(View):
    """``?service=``: from the page of a service."""

    def get(self, request: HttpRequest) -> HttpResponse:
        initial: dict[str, Any] = {"language": translation.get_language()}
        if service := _service(request.GET.get("service", "")):
            initial |= {"about": "service", "service": service.pk, "organisation": service.organisation_id}
        return self._draw(request, ComplaintForm(initial=initial), service)

    def post(self, request: HttpRequest) -> HttpResponse:
        """What was typed is never lost, and never in an address."""
        form = ComplaintForm(request.POST)
        if form.is_a_program:
            return redirect("front")
        service = _service(request.POST.get("service", ""))
        if not form.is_valid():
            return self._draw(request, form, service, status=400)
        if too_many(request, "complaint", most=MOST_PER_CONNECTION, seconds=HOUR):
            form.add_error(None, _("That was a lot from one connection. Please try again later."))
            return self._draw(request, form, service, status=429)
        said = {name: form.cleaned_data[name] for name in ("about", "organisation", "words", "language")}
        said |= {"called": form.cleaned_data["called"], "email": form.cleaned_data["email"], "service": service}
        user_id = request.user.pk if request.user.is_authenticated else None
        return redirect("complaint", key=complaints.make(user_id=user_id, **said))

    @staticmethod
    def _draw(request: HttpRequest, form: ComplaintForm, service: Service | None, status: int = 200) -> HttpResponse:
        context = {"form": form, "service": service, "days": settings.COMPLAINT_DAYS}
        return render(request, "complaints/complain.html", context, status=status)


def _service(key: str) -> Service | None:
    """A public one; None for whatever else was typed."""
    try:
        return Service.objects.published().select_related("organisation").filter(pk=UUID(key)).first()
    except ValueError:
        return None


class ComplaintView(View):
    """Where it stands, and the answer. Looking changes nothing; a button does."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        return self._answer(request, key)

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        return self._answer(request, key)

    def _answer(self, request: HttpRequest, key: str) -> HttpResponse:
        try:
            held = complaints.held_by(key)
        except complaints.Expired:
            return self._gone(request)
        if held is None:
            raise Http404
        with acting_for(user_id=held.holder_id):
            found = Complaint.objects.select_related("organisation", "service", "answerer")
            complaint = found.filter(pk=held.complaint_id).first()
        if complaint is None:
            return self._gone(request)
        refused = ""
        if request.method == "POST":
            try:
                match request.POST.get("event", ""):
                    case "ask again":
                        complaints.ask_again(complaint, by=held.actor)
                        return redirect("complaint", key=key)
                    case "take back":
                        complaints.take_back(complaint, by=held.actor)
                        return self._gone(request, status=200)
                    case _:
                        raise Http404
            except Refused as error:
                refused = str(error.message)
        context = {"complaint": complaint, "key": key, "refused": refused, "link": request.build_absolute_uri()}
        context["may_ask"] = complaint.state == Complaint.State.ANSWERED and complaint.asked_again_at is None
        return guarded(render(request, "complaints/complaint.html", context, status=409 if refused else 200))

    @staticmethod
    def _gone(request: HttpRequest, status: int = 410) -> HttpResponse:
        return guarded(render(request, "complaints/gone.html", {"taken_back": status == 200}, status=status))


class MineView(LoginRequiredMixin, View):
    """Those one made with one's account."""

    def get(self, request: HttpRequest) -> HttpResponse:
        mine = Complaint.objects.of(request.user).select_related("organisation").order_by("-created_at", "-id")[:50]
        rows = [{"complaint": one, "key": complaints.key_of(one)} for one in mine]
        return guarded(render(request, "complaints/mine.html", {"rows": rows}))
