"""Somebody without an account wants their file erased: written down here, confirmed by a colleague; and what we were asked
to erase of files that others, or the people themselves, have erased."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from kesher.accounts.models import Organisation, User
from kesher.base.transitions import Actor, Refused
from kesher.people import erased, erasing
from kesher.people.models import FILE_ROLES, Person
from kesher.www.caseworker.access import signed_in
from kesher.www.caseworker.people.access import FilesOnly, opened, organisations_with_files
from kesher.www.caseworker.people.forms import HOW


class TheyAskForm(forms.Form):
    """How they said so, and that they know what it means."""

    how = forms.ChoiceField(label=gettext_lazy("How did they ask for it?"), choices=HOW, widget=forms.RadioSelect)
    sure = forms.BooleanField(
        label=gettext_lazy("They know that it cannot be brought back"),
        error_messages={"required": gettext_lazy("Tick this when you have told them. Nothing is erased yet.")},
    )


class ErasureView(FilesOnly, View):
    """They asked; a colleague confirms, or somebody says that they want to keep it."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        person, by = opened(request, pk, purpose="consent")
        return self._draw(request, person, by, TheyAskForm())

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        person, by = opened(request, pk, purpose="consent")
        form = TheyAskForm(request.POST)
        try:
            match request.POST.get("verb", ""):
                case "ask" if form.is_valid():
                    erasing.ask_for(person, how=form.cleaned_data["how"], by=by)
                    messages.success(
                        request, _("Written down. A colleague confirms it; within a week it is done anyway.")
                    )
                case "ask":
                    return self._draw(request, person, by, form, status=400)
                case "confirm":
                    erasing.confirm(person, by=by)
                    messages.success(request, _("The file is erased. Organisations that had it are told now."))
                    return redirect("caseworker_people")
                case "keep":
                    erasing.keep_after_all(person, by=by)
                    messages.success(request, _("The file stays."))
                case _:
                    raise Http404
        except Refused as refused:
            return self._draw(request, person, by, TheyAskForm(), refused=str(refused.message), status=400)
        return redirect("caseworker_erase", pk=person.pk)

    @staticmethod
    def _draw(
        request: HttpRequest, person: Person, by: Actor, form: TheyAskForm, *, refused: str = "", status: int = 200
    ) -> HttpResponse:
        asked = erasing.waiting(person)
        context: dict[str, Any] = {"person": person, "form": form, "refused": refused, "asked": asked}
        context["why_not"] = erasing.why_not(person, by)
        if asked is not None:
            context["asker"] = User.objects.filter(pk=asked.actor_id).first() if asked.actor_id is not None else None
            context["own"] = asked.actor_id == by.user_id
            context["by_itself"] = asked.at + erasing.TO_CONFIRM
        return render(request, "caseworker/people/erase.html", context, status=status)


class ErasedView(FilesOnly, View):
    """Files we were asked to erase what we have of: their numbers, and where we say that it is done."""

    def get(self, request: HttpRequest) -> HttpResponse:
        own = [one.pk for one in organisations_with_files(signed_in(request))]
        rows = erased.asked_of(own)
        names = {one.pk: one.name for one in Organisation.objects.filter(pk__in=own)}
        for row in rows:
            row["name"] = names[row["organisation"]]
        return render(request, "caseworker/people/erased.html", {"rows": rows, "several": len(own) > 1})

    def post(self, request: HttpRequest) -> HttpResponse:
        user = signed_in(request)
        try:
            number, organisation = UUID(request.POST.get("number", "")), UUID(request.POST.get("organisation", ""))
            if organisation not in user.organisation_ids_as(FILE_ROLES):
                raise Http404
            erased.confirm_erased(number, by=user.as_actor(organisation))
        except (ValueError, Refused):
            raise Http404 from None
        messages.success(request, _("Thank you. It is written down."))
        return redirect("caseworker_erased")
