"""A page of their own: the link is sent to them alone, or printed and then seen by a second person (decision 0056)."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from kesher.base.transitions import Actor, Refused
from kesher.people import claiming
from kesher.people.models import Person
from kesher.referrals.follow_ups import number_of, texts_are_sent
from kesher.www.caseworker.people.access import FilesOnly, not_kept, opened
from kesher.www.caseworker.people.new import claim_link
from kesher.www.forms import Typed

WAYS: dict[str, str | Promise] = {
    "email": gettext_lazy("Send the link to their e-mail address"),
    "phone": gettext_lazy("Send the link to their telephone"),
}


class NumberForm(Typed, forms.Form):
    """What stands on their screen."""

    number = forms.CharField(
        label=gettext_lazy("The number on their screen"),
        max_length=10,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "dir": "ltr"}),
    )


class PageAskedView(FilesOnly, View):
    """Somebody asks for this file, or nobody does yet."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        person, by = opened(request, pk, purpose="consent")
        return self._draw(request, person, by, NumberForm())

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        person, by = opened(request, pk, purpose="consent")
        form = NumberForm(request.POST)
        try:
            match request.POST.get("verb", ""):
                case "confirm" if form.is_valid():
                    claiming.confirm(person, form.cleaned_data["number"], by=by)
                    messages.success(request, _("The file is theirs now."))
                case "confirm":
                    return self._draw(request, person, by, form, status=400)
                case "refuse":
                    claiming.refuse(person, by=by)
                    messages.success(request, _("Written down: the account that asked gets nothing."))
                case "email" | "phone" as way if way in ways(person):
                    claiming.send(person, way, by=by)
                    messages.success(request, _("The link is on its way to them."))
                case _:
                    raise Http404
        except Refused as refused:
            return self._draw(request, person, by, NumberForm(), refused=str(refused.message), status=400)
        return redirect("caseworker_page_asked", pk=person.pk)

    @staticmethod
    def _draw(
        request: HttpRequest, person: Person, by: Actor, form: NumberForm, *, refused: str = "", status: int = 200
    ) -> HttpResponse:
        asked = claiming.waiting(person.pk) if person.user_id is None else None
        context: dict[str, Any] = {
            "person": person,
            "form": form,
            "refused": refused,
            "asked": asked,
            "ways": [] if asked is not None else [(way, WAYS[way]) for way in ways(person)],
            "claim": claim_link(request, person) if person.user_id is None and asked is None else "",
        }
        if asked is not None:
            context |= {"why_not": claiming.why_not_by(asked, person, by), "opens_on": claiming.opens_on(asked)}
        return not_kept(render(request, "caseworker/people/page_asked.html", context, status=status))


def ways(person: Person) -> list[str]:
    """Those of :func:`kesher.people.claiming.ways` that the town can send by."""
    found = claiming.ways(person, timezone.now())
    return [way for way in found if way == "email" or (texts_are_sent() and number_of(person))]
