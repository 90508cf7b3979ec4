"""Who helps somebody without an account: a child's guardian, a daughter. Written down on their word."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from kesher.base.transitions import Actor, Refused
from kesher.people import mandates
from kesher.people.models import Mandate, Person
from kesher.www.caseworker.people.access import FilesOnly, opened
from kesher.www.caseworker.people.forms import HOW


class WhoHelpsForm(forms.Form):
    """Who is to help, and how the person said so."""

    relation = forms.ChoiceField(
        label=gettext_lazy("Who helps them?"), choices=Mandate.Relation, widget=forms.RadioSelect
    )
    how = forms.ChoiceField(
        label=gettext_lazy("How did they say so?"),
        help_text=gettext_lazy("For a child: whoever decides for it."),
        choices=HOW,
        widget=forms.RadioSelect,
    )


class HelpersView(FilesOnly, View):
    """Who may help; one more, by a link; and the end of it, in a moment."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        person, _by = opened(request, pk, purpose="consent")
        return self._draw(request, person, WhoHelpsForm())

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        person, by = opened(request, pk, purpose="consent")
        form = WhoHelpsForm(request.POST)
        try:
            if key := request.POST.get("end", ""):
                mandates.end(self._standing(person, key), by=by)
                messages.success(request, _("It has ended. They see nothing any more."))
                return redirect("caseworker_helpers", pk=person.pk)
            if not form.is_valid():
                return self._draw(request, person, form, status=400)
            told = form.cleaned_data
            mandate = mandates.ask_for(person, told["relation"], how=told["how"], by=by)
        except Refused as refused:
            return self._draw(request, person, form, refused=str(refused.message), status=400)
        return self._draw(request, person, WhoHelpsForm(), link=self._link(request, mandate, by))

    @staticmethod
    def _link(request: HttpRequest, mandate: Mandate, by: Actor) -> str:
        key = mandates.key_of(mandate, by.organisation_id)
        return request.build_absolute_uri(reverse("help_accept", kwargs={"key": key}))

    @staticmethod
    def _standing(person: Person, key: str) -> Mandate:
        try:
            rows = Mandate.objects.standing().filter(person=person, pk=UUID(key))
            found: Mandate | None = rows.select_related("person").first()
        except ValueError:
            found = None
        if found is None:
            raise Http404
        return found

    @staticmethod
    def _draw(
        request: HttpRequest,
        person: Person,
        form: WhoHelpsForm,
        *,
        link: str = "",
        refused: str = "",
        status: int = 200,
    ) -> HttpResponse:
        standing = Mandate.objects.standing().filter(person=person).select_related("user").order_by("-id")
        context: dict[str, Any] = {
            "person": person,
            "form": form,
            "link": link,
            "refused": refused,
            "mandates": standing,
            "own": person.user_id is not None,  # then they say it on their own page
        }
        return render(request, "caseworker/people/helpers.html", context, status=status)
