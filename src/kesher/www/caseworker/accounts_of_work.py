"""All that somebody told of their work, taken over at once: each experience becomes words to decide, with its own words.

Two steps: the account is sent and what was read in it is shown, nothing kept yet; then what is ticked is kept, each with its
part of the text, its place in it, what read it and what was proposed (:func:`kesher.words.own_words.record`).
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.decorators import method_decorator
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views import View
from django.views.decorators.debug import sensitive_post_parameters

from kesher.accounts.models import User
from kesher.base.translated import in_language
from kesher.engine.coding.experiences import Reading, WordKind
from kesher.words import own_words
from kesher.words.coders import loaded
from kesher.words.models import CODERS
from kesher.words.vocabularies import OCCUPATION, SKILL
from kesher.www.caseworker.access import CodersOnly, signed_in
from kesher.www.coding import suggestions
from kesher.www.front.accounts_of_work import AccountForm, closed
from kesher.www.front.own_words import left_over, marked, spans_of

#: What no experience was made of, as it is headed for somebody else than who told it.
HEADINGS: Final[Mapping[WordKind, str | Promise]] = {
    WordKind.NOT_UNDERSTOOD: gettext_lazy("We made nothing of these words"),
    WordKind.WISH: gettext_lazy("What they look for"),
    WordKind.EDUCATION: gettext_lazy("What they learned, or are learning now"),
    WordKind.ABOUT_PERSON: gettext_lazy("About the person"),
}


class TakenOverForm(AccountForm):
    """An account, and who keeps it."""

    organisation = forms.ChoiceField(label=gettext_lazy("For which organisation?"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = gettext_lazy("What did they tell?")
        self.fields["text"].help_text = gettext_lazy(
            "All of it, in their own words and language. No names, addresses or numbers, please."
        )
        language = translation.get_language() or settings.LANGUAGE_CODE
        choices = [(str(one.pk), in_language(one.name, language).text) for one in user.organisations_as(CODERS)]
        organisation: Any = self.fields["organisation"]
        organisation.choices = choices
        if len(choices) == 1:
            organisation.widget = forms.HiddenInput()
            organisation.initial = choices[0][0]


@method_decorator(sensitive_post_parameters(), name="dispatch")
class AccountView(CodersOnly, View):
    """Read an account; then keep what is ticked."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._draw(request, TakenOverForm(user=signed_in(request)))

    def post(self, request: HttpRequest) -> HttpResponse:
        user = signed_in(request)
        form = TakenOverForm(request.POST, user=user)
        if not form.is_valid():
            return self._draw(request, form, status=400)
        told = form.cleaned_data
        reading = own_words.read(told["text"], language=told["language"] or translation.get_language() or "")
        if "spans" not in request.POST:
            return self._draw(request, form, reading)
        if request.POST["spans"] != spans_of(reading):  # the lists have changed between two pages
            return self._draw(request, form, reading, is_read_anew=True)
        ticked = set(request.POST.getlist("keep"))
        kept = tuple(one for number, one in enumerate(reading.experiences, 1) if str(number) in ticked)
        if not kept:
            return self._draw(request, form, reading, refused=_("Tick at least one."), status=400)
        made = own_words.record(replace(reading, experiences=kept), by=user.as_actor(UUID(told["organisation"])))
        said = ngettext("Kept: %(n)d waits for a decision.", "Kept: %(n)d wait for a decision.", len(made))
        messages.success(request, said % {"n": len(made)})
        return redirect(reverse("coding_queue") + "?show=open")

    @staticmethod
    def _draw(
        request: HttpRequest,
        form: TakenOverForm,
        reading: Reading | None = None,
        *,
        is_read_anew: bool = False,
        refused: str = "",
        status: int = 200,
    ) -> HttpResponse:
        context: dict[str, Any] = {"form": form, "is_read_anew": is_read_anew, "refused": refused}
        if reading is not None:
            # What stands inside an experience is kept with it.
            outside = tuple(one for one in reading.not_understood if one.experience is None)
            context |= {
                "reading": reading,
                "spans": spans_of(reading),
                "lines": marked(reading),
                "experiences": _shown(reading, request.POST.getlist("keep") if refused or is_read_anew else None),
                "left_over": list(left_over(replace(reading, not_understood=outside), HEADINGS)),
            }
        response = render(request, "caseworker/coding_account.html", context, status=status)
        response["Cache-Control"] = "no-store"  # a screen that others use after us
        return response


def _shown(reading: Reading, ticked: list[str] | None) -> list[dict[str, Any]]:
    """Each experience as the page shows it; all are ticked at first."""
    known = loaded(SKILL)
    return [
        {
            "number": number,
            "words": reading.text[one.span.start : closed(reading.text, one.span)],
            "first": next(iter(suggestions(one.occupation, OCCUPATION)), None),
            "skills": [
                concept.names if (concept := known.concept(skill.uri)) else {"und": skill.label} for skill in one.skills
            ],
            "ticked": ticked is None or str(number) in ticked,
        }
        for number, one in enumerate(reading.experiences, 1)
    ]
