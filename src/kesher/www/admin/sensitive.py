"""Organisations of which nobody else is told that somebody is known there: which they are, marking one, and who did why."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from kesher.accounts.models import Organisation, User
from kesher.accounts.sensitive import MARKED, MARKERS, mark
from kesher.base.models import Event
from kesher.base.transitions import Actor
from kesher.base.translated import in_language
from kesher.www.forms import Typed

MOST_EVENTS = 50


class MarkForm(Typed, forms.Form):
    organisation = forms.ChoiceField(label=gettext_lazy("Organisation"))
    sensitive = forms.ChoiceField(
        label=gettext_lazy("Does being known there say something about a person?"),
        choices=[("yes", gettext_lazy("yes: tell nobody else")), ("no", gettext_lazy("no, not any more"))],
        widget=forms.RadioSelect,
        initial="yes",
    )
    why = forms.CharField(
        label=gettext_lazy("Why?"),
        help_text=gettext_lazy("A shelter, help with an addiction, a clinic, say. Nobody is named here."),
        max_length=200,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = translation.get_language() or settings.LANGUAGE_CODE
        named = [(str(one.pk), in_language(one.name, language).text) for one in Organisation.objects.approved()]
        self.fields["organisation"].choices = sorted(named, key=lambda one: one[1])  # type: ignore[attr-defined]


class SensitiveView(LoginRequiredMixin, View):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not request.user.has_role(*MARKERS):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._draw(request, MarkForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = MarkForm(request.POST)
        if not form.is_valid():
            return self._draw(request, form, status=400)
        said, user = form.cleaned_data, request.user
        by = Actor(user.pk, None, frozenset(user.roles))  # type: ignore[union-attr]
        organisation = Organisation.objects.get(pk=said["organisation"])
        mark(organisation, sensitive=said["sensitive"] == "yes", why=said["why"], by=by)
        messages.success(request, _("Written down."))
        return redirect("sensitive_organisations")

    @staticmethod
    def _draw(request: HttpRequest, form: MarkForm, status: int = 200) -> HttpResponse:
        events = list(Event.objects.filter(name=MARKED).order_by("-id")[:MOST_EVENTS])
        names = Organisation.objects.in_bulk({event.about_id for event in events})
        users = {one.pk: str(one) for one in User.objects.filter(pk__in={e.actor_id for e in events if e.actor_id})}
        context = {
            "form": form,
            "found": Organisation.objects.approved().sensitive().order_by("id"),
            "trail": [
                {
                    "at": event.at,
                    "name": names[event.about_id].name if event.about_id in names else {},
                    "sensitive": event.data["sensitive"],
                    "why": event.reason,
                    "who": users.get(event.actor_id, "") if event.actor_id else "",
                }
                for event in events
            ],
        }
        return render(request, "admin/sensitive.html", context, status=status)
