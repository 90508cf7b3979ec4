"""Partners: which organisations are here, and how to invite one that is not."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from kesher.accounts import invitations
from kesher.accounts.models import Organisation
from kesher.accounts.roles import Role
from kesher.base.history import acting
from kesher.directory.registration import folded_names
from kesher.www.admin.colleagues import link_pattern
from kesher.www.forms import Typed

PAGE_SIZE = 30


class PartnerForm(Typed, forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name of the organisation"), max_length=200, widget=forms.TextInput(attrs={"dir": "auto"})
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Organisation.Kind.choices, initial="charity")
    email = forms.EmailField(
        label=gettext_lazy("E-mail address of whoever will keep its pages"),
        max_length=254,
        widget=forms.EmailInput(attrs={"dir": "ltr", "autocomplete": "off"}),
        help_text=gettext_lazy("They get a link, and become administrator of their organisation."),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the name and of the invitation"), choices=settings.LANGUAGES
    )

    def clean_name(self) -> str:
        """One organisation, one row: somebody may have registered it, or a list may have brought it."""
        name: str = self.cleaned_data["name"].strip()
        key = folded_names([name])
        for found in Organisation.objects.only("name"):
            if key & folded_names(found.name.values()):
                raise ValidationError(
                    _("An organisation of this name is here already: invite its people under Colleagues.")
                )
        return name


class PartnersView(LoginRequiredMixin, View):
    """For the platform's administrators."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not request.user.has_role(Role.PLATFORM_ADMIN):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._draw(request, PartnerForm(initial={"language": translation.get_language() or "en"}))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = PartnerForm(request.POST)
        if not form.is_valid():
            return self._draw(request, form, status=400)
        said, user = form.cleaned_data, request.user
        assert user.is_authenticated  # the administrators' page
        with transaction.atomic(), acting(actor=user.pk, reason="invite partner"):
            organisation = Organisation.objects.create(
                name={said["language"]: said["name"]}, kind=said["kind"], state=Organisation.State.APPROVED
            )
            invitations.invite(
                organisation,
                said["email"],
                Role.ORGANISATION_ADMIN,
                by=user.as_actor(organisation.pk),
                language=said["language"],
                link_pattern=link_pattern(said["language"]),
            )
        messages.success(request, _("The organisation is here, and the invitation is on its way."))
        return redirect("partners")

    @staticmethod
    def _draw(request: HttpRequest, form: PartnerForm, status: int = 200) -> HttpResponse:
        user: Any = request.user
        today = timezone.localdate()
        in_force = Q(memberships__since__lte=today) & (Q(memberships__until=None) | Q(memberships__until__gte=today))
        waiting = Q(
            invitations__accepted_at=None, invitations__withdrawn_at=None, invitations__expires_at__gt=timezone.now()
        )
        found = (
            Organisation.objects.visible_to(user)
            .annotate(
                people=Count("memberships__user", filter=in_force, distinct=True),
                invited=Count("invitations", filter=waiting, distinct=True),
            )
            .order_by("-people", "-invited", "id")
        )
        page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
        return render(request, "admin/partners.html", {"form": form, "page": page}, status=status)
