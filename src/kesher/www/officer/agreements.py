"""Which organisations may send people to one another: what was signed, and when it ends."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import AccessMixin
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views import View

from kesher.accounts.models import Organisation
from kesher.accounts.roles import Role
from kesher.base.transitions import Refused
from kesher.base.translated import in_language
from kesher.directory import agreements
from kesher.directory.models import AGREEMENT_KEEPERS, PartnerAgreement
from kesher.www.officer.own_decisions import for_their_own

PAGE_SIZE = 30
READERS = AGREEMENT_KEEPERS | {Role.AUDITOR}


class OrganisationField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One of the approved organisations, by its name in the language of the page."""

    def label_from_instance(self, obj: Any) -> str:
        return in_language(obj.name, get_language() or "en").text


class AgreementForm(forms.Form):
    organisation = OrganisationField(
        label=gettext_lazy("Who signed"), queryset=Organisation.objects.none(), empty_label=gettext_lazy("Choose one")
    )
    other = OrganisationField(
        label=gettext_lazy("With whom"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=gettext_lazy("with the whole table of the town"),
    )
    document = forms.CharField(
        label=gettext_lazy("Name of the document"),
        max_length=200,
        help_text=gettext_lazy("As it is filed, so that others find it."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    since = forms.DateField(
        label=gettext_lazy("Holds from"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=gettext_lazy("Holds until"),
        required=False,
        help_text=gettext_lazy("Leave empty if no end was agreed."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        approved = Organisation.objects.approved().only("name").order_by("id")
        for name in ("organisation", "other"):
            self.fields[name].queryset = approved  # type: ignore[attr-defined]


class AgreementReadersOnly(AccessMixin):
    """Log in first; for anybody else there is no such page."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user: Any = request.user
        if not user.is_authenticated:
            return self.handle_no_permission()
        if not user.has_role(*READERS):
            raise Http404
        response: HttpResponse = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return response


class AgreementsView(AgreementReadersOnly, View):
    """``?show=``: those in force (default), or ended."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._draw(request, AgreementForm(initial={"since": timezone.localdate()}))

    def post(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        if not user.has_role(*AGREEMENT_KEEPERS):
            raise Http404
        form = AgreementForm(request.POST)
        if form.is_valid():
            try:
                agreements.record(by=user.as_actor(), **form.cleaned_data)
            except ValidationError as error:
                for message in error.messages:
                    form.add_error(None, message)
            except Refused as refused:  # they belong to one of those who signed
                form.add_error(None, str(refused.message))
            else:
                messages.success(request, _("Recorded."))
                return redirect("agreements")
        return self._draw(request, form, status=400)

    @staticmethod
    def _draw(request: HttpRequest, form: AgreementForm, status: int = 200) -> HttpResponse:
        user: Any = request.user
        seen = PartnerAgreement.objects.visible_to(user).select_related("organisation", "other")
        ended = Q(until__lt=timezone.localdate())
        lists = {"holds": (_("In force"), seen.exclude(ended)), "ended": (_("Ended"), seen.filter(ended))}
        show = request.GET.get("show", "")
        show = show if show in lists else "holds"
        context = {
            "form": form if user.has_role(*AGREEMENT_KEEPERS) else None,
            "show": show,
            "query": f"show={show}",
            "page": Paginator(lists[show][1].order_by("-since", "-id"), PAGE_SIZE).get_page(request.GET.get("page")),
            "tabs": [
                {"label": label, "count": found.count(), "query": f"?show={key}", "current": key == show}
                for key, (label, found) in lists.items()
            ],
            "for_their_own": for_their_own(user),
        }
        return render(request, "officer/agreements.html", context, status=status)


class EndAgreementView(AgreementReadersOnly, View):
    """Nothing is sent under it from tomorrow on."""

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        user: Any = request.user
        if not user.has_role(*AGREEMENT_KEEPERS):
            raise Http404
        agreement = get_object_or_404(PartnerAgreement.objects.visible_to(user), pk=pk)
        try:
            agreements.end(agreement, by=user.as_actor())
        except ValidationError as error:
            messages.error(request, error.messages[0])
        else:
            messages.success(request, _("It holds until the end of today."))
        return redirect("agreements")
