"""The portal itself: its name in each language, and whom one may ask."""

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from kesher.accounts.roles import Role
from kesher.base.history import acting
from kesher.base.models import Portal
from kesher.www.translated_forms import Said, TranslatedForm

_PHONE = re.compile(r"[+*]?[\d\s().\-/]*\d[\d\s().\-/]*")


class PortalForm(TranslatedForm):
    translated: ClassVar[Mapping[str, Said]] = {
        "name": Said(
            gettext_lazy("Name of the portal"),
            gettext_lazy("What people call it: “Work in Arad”. It stands at the top of every page."),
            required=True,
            longest=80,
        ),
        "contact": Said(
            gettext_lazy("Whom to ask"),
            gettext_lazy("An office, its address and hours. It stands at the foot of every page."),
            longest=300,
        ),
    }
    contact_phone = forms.CharField(
        label=gettext_lazy("Telephone"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "dir": "ltr", "autocomplete": "off"}),
    )
    contact_email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )

    def clean_contact_phone(self) -> str:
        number: str = self.cleaned_data["contact_phone"]
        if number and not _PHONE.fullmatch(number):
            raise ValidationError(_("Write the number as one dials it: digits, with + or * before them if need be."))
        return number


class PortalView(LoginRequiredMixin, View):
    """For the platform's administrators."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not request.user.has_role(Role.PLATFORM_ADMIN):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        portal = _portal()
        initial = {"contact_phone": portal.contact_phone, "contact_email": portal.contact_email}
        return self._draw(request, PortalForm(stored=_texts(portal), initial=initial))

    def post(self, request: HttpRequest) -> HttpResponse:
        portal = _portal()
        form = PortalForm(request.POST, stored=_texts(portal))
        if not form.is_valid():
            return self._draw(request, form, status=400)
        for name in ("name", "contact", "contact_phone", "contact_email"):
            setattr(portal, name, form.cleaned_data[name])
        assert request.user.is_authenticated  # the administrators' page
        with acting(actor=request.user.pk, reason="portal"):
            portal.save()
        messages.success(request, _("Saved."))
        return redirect("portal")

    @staticmethod
    def _draw(request: HttpRequest, form: PortalForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "texts": form.groups(), "errors": form.told()}
        return render(request, "admin/portal.html", context, status=status)


def _portal() -> Portal:
    """As it is stored, not as it is remembered; the nameless one before anybody named it."""
    return Portal.objects.first() or Portal.current()


def _texts(portal: Portal) -> dict[str, dict[str, str]]:
    return {"name": portal.name, "contact": portal.contact}
