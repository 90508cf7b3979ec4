"""Legal demands: whom to pass them to, for everybody with an account; the log, for the legal officer and auditors; and who the
named officers are, for administrators of the platform.
"""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from kesher.accounts.models import User
from kesher.accounts.roles import Role
from kesher.base.transitions import Refused
from kesher.directory import legal
from kesher.directory.models import LegalDecision, LegalDemand, NamedOfficer
from kesher.www.caseworker.access import signed_in
from kesher.www.forms import Typed

PAGE_SIZE = 30


def day(label: Any, *, required: bool = True) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget)


def words(label: Any, hint: Any = "", *, longest: int = 2000, rows: int = 4, required: bool = True) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows, "dir": "auto"})
    return forms.CharField(label=label, help_text=hint, max_length=longest, required=required, widget=widget)


class DemandForm(Typed, forms.Form):
    received_on = day(gettext_lazy("Received on"))
    authority = forms.CharField(label=gettext_lazy("Who asks?"), max_length=200)
    reference = forms.CharField(label=gettext_lazy("Their reference"), max_length=120, required=False)
    basis = forms.CharField(label=gettext_lazy("On what basis: law, order, date"), max_length=300)
    asked = words(
        gettext_lazy("What do they ask for?"),
        gettext_lazy("No name and no number of the person: their reference is enough to find the letter."),
    )


class DecisionForm(Typed, forms.Form):
    outcome = forms.ChoiceField(
        label=gettext_lazy("Decision"), choices=LegalDecision.Outcome.choices, widget=forms.RadioSelect
    )
    why = words(gettext_lazy("Why?"))
    given = words(
        gettext_lazy("What was given, exactly?"),
        gettext_lazy("Empty where nothing was. Kinds of data and of which time, not the data."),
        required=False,
    )


class NoticeForm(Typed, forms.Form):
    informed_on = day(gettext_lazy("The person was told on"), required=False)
    why = words(gettext_lazy("If not: why not yet?"), longest=1000, rows=2, required=False)
    look_again_on = day(gettext_lazy("If not: looked at again on"), required=False)


class OfficerForm(Typed, forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("For what?"), choices=NamedOfficer.Kind.choices)
    email = forms.EmailField(
        label=gettext_lazy("E-mail address of their account"),
        max_length=254,
        widget=forms.EmailInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=120, widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text=gettext_lazy("It stands on the privacy page."),
    )  # fmt: skip
    contact = forms.CharField(label=gettext_lazy("How to reach them"), max_length=200)

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        self.cleaned_data["user"] = User.objects.filter(email__iexact=email, is_active=True).first()
        if self.cleaned_data["user"] is None:
            raise ValidationError(_("There is no account with this address."))
        return email


class LegalView(LoginRequiredMixin, View):
    """What to do when an authority asks about somebody; and, by who one is, the log or the names."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._draw(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        user = signed_in(request)
        verb = request.POST.get("verb", "")
        form: forms.Form
        try:
            if verb == "name" and user.has_role(Role.PLATFORM_ADMIN):
                form = OfficerForm(request.POST)
                if form.is_valid():
                    said = {name: form.cleaned_data[name] for name in ("kind", "user", "name", "contact")}
                    legal.appoint(by=user.as_actor(), **said)
                    messages.success(request, _("Recorded."))
                    return redirect("legal")
            elif verb == "demand" and is_officer(user):
                form = DemandForm(request.POST)
                if form.is_valid():
                    demand = legal.receive(by=user.as_actor(), **form.cleaned_data)
                    messages.success(request, _("Recorded."))
                    return redirect("legal_demand", pk=demand.pk)
            else:
                raise Http404
        except Refused as refused:
            form.add_error(None, str(refused.message))
        return self._draw(request, form=form, status=400)

    @staticmethod
    def _draw(request: HttpRequest, *, form: forms.Form | None = None, status: int = 200) -> HttpResponse:
        user = signed_in(request)
        reads = is_officer(user) or user.has_role(Role.AUDITOR)
        demands = LegalDemand.objects.visible_to(user).order_by("-received_on", "-id")
        context: dict[str, Any] = {
            "officer": legal.officer(NamedOfficer.Kind.LEGAL),
            "page": Paginator(demands, PAGE_SIZE).get_page(request.GET.get("page")) if reads else None,
            "reads": reads,
            "demand_form": (form if isinstance(form, DemandForm) else DemandForm()) if is_officer(user) else None,
            "officer_form": None,
        }
        if user.has_role(Role.PLATFORM_ADMIN):
            context["officer_form"] = form if isinstance(form, OfficerForm) else OfficerForm()
        response = render(request, "admin/legal.html", context, status=status)
        response["Cache-Control"] = "no-store"
        return response


class DemandView(LoginRequiredMixin, View):
    """One demand, with all that was decided and told; nothing is ever changed, only written beneath."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return self._draw(request, self._found(request, pk))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        demand, user = self._found(request, pk), signed_in(request)
        if not is_officer(user):
            raise Http404
        kinds: dict[str, type[forms.Form]] = {"decide": DecisionForm, "tell": NoticeForm}
        made = kinds.get(request.POST.get("verb", ""))
        if made is None:
            raise Http404
        form = made(request.POST)
        if form.is_valid():
            try:
                self._write(demand, form, user)
            except Refused as refused:
                form.add_error(None, str(refused.message))
            except ValidationError as wrong:
                for message in wrong.messages:
                    form.add_error(None, message)
            else:
                messages.success(request, _("Recorded."))
                return redirect("legal_demand", pk=pk)
        return self._draw(request, demand, form=form, status=400)

    @staticmethod
    def _write(demand: LegalDemand, form: forms.Form, user: User) -> None:
        said, by = form.cleaned_data, user.as_actor()
        if isinstance(form, DecisionForm):
            legal.decide(demand, by=by, **said)
        elif said["informed_on"]:
            legal.told(demand, on=said["informed_on"], by=by)
        elif said["why"] and said["look_again_on"]:
            legal.not_told(demand, why=said["why"], look_again_on=said["look_again_on"], by=by)
        else:
            raise Refused(_("Either the day they were told, or why not yet and when you look again."), "day")

    @staticmethod
    def _found(request: HttpRequest, pk: UUID) -> LegalDemand:
        found: LegalDemand | None = LegalDemand.objects.visible_to(signed_in(request)).filter(pk=pk).first()
        if found is None:
            raise Http404
        return found

    @staticmethod
    def _draw(
        request: HttpRequest, demand: LegalDemand, *, form: forms.Form | None = None, status: int = 200
    ) -> HttpResponse:
        writes = is_officer(signed_in(request))
        context = {
            "demand": demand,
            "decisions": demand.decisions.order_by("id"),
            "notices": demand.notices.order_by("id"),
            "decision_form": (form if isinstance(form, DecisionForm) else DecisionForm()) if writes else None,
            "notice_form": (form if isinstance(form, NoticeForm) else NoticeForm()) if writes else None,
        }
        response = render(request, "admin/legal_demand.html", context, status=status)
        response["Cache-Control"] = "no-store"
        return response


def is_officer(user: User) -> bool:
    found = legal.officer(NamedOfficer.Kind.LEGAL)
    return found is not None and found.user_id == user.pk
