"""The words that people agree to: what is in use, a next version, and the second person who puts it into use."""

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from kesher.accounts.models import User
from kesher.accounts.roles import Role
from kesher.base.transitions import Refused
from kesher.people import wording
from kesher.people.models import ConsentText
from kesher.people.models.consents import Purpose
from kesher.www.forms import Typed
from kesher.www.referrals.access import InARole, signed_in


class WordsForm(Typed, forms.Form):
    """The words in every language, and whether they change what it is for."""

    asks_again = forms.BooleanField(
        label=gettext_lazy("What people agree to has changed: ask those again who agreed before"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, name in settings.LANGUAGES:
            self.fields[f"words_{code}"] = forms.CharField(
                label=name,
                max_length=wording.LONGEST,
                widget=forms.Textarea(attrs={"rows": 5, "lang": code, "dir": "auto"}),
            )
        self.order_fields([*(f"words_{code}" for code, _name in settings.LANGUAGES), "asks_again"])


class WordingView(InARole, View):
    """Each purpose with its words in use; ?change= opens the form of one."""

    roles_let_in = frozenset({*wording.KEEPERS, Role.AUDITOR})

    def get(self, request: HttpRequest) -> HttpResponse:
        purpose = request.GET.get("change", "")
        if purpose not in Purpose.values or not self._keeps(request):
            return self._draw(request)
        said = ConsentText.current(purpose).text
        return self._draw(request, purpose, WordsForm(initial={f"words_{code}": text for code, text in said.items()}))

    def post(self, request: HttpRequest) -> HttpResponse:
        if not self._keeps(request):
            raise Http404
        user, verb = signed_in(request), request.POST.get("verb", "")
        by = user.as_actor()
        purpose, form = request.POST.get("purpose", ""), WordsForm(request.POST)
        try:
            if verb == "propose" and purpose in Purpose.values:
                if not form.is_valid():
                    return self._draw(request, purpose, form, status=400)
                told = form.cleaned_data
                words = {code: told[f"words_{code}"] for code, _name in settings.LANGUAGES}
                wording.propose(purpose, words, asks_again=told["asks_again"], by=by)
                messages.success(request, _("Written down. Somebody else puts it into use."))
            elif verb in ("publish", "discard"):
                text = self._proposed(request.POST.get("text", ""))
                {"publish": wording.publish, "discard": wording.discard}[verb](text, by=by)
                messages.success(request, _("Written down."))
            else:
                raise Http404
        except Refused as refused:
            return self._draw(request, purpose, form if purpose else None, refused=str(refused.message), status=400)
        return redirect("consent_texts")

    @staticmethod
    def _keeps(request: HttpRequest) -> bool:
        return signed_in(request).has_role(*wording.KEEPERS)

    @staticmethod
    def _proposed(key: str) -> ConsentText:
        try:
            text = ConsentText.objects.filter(pk=UUID(key), published_at=None).first()
        except ValueError:
            text = None
        if text is None:
            raise Http404
        return text

    def _draw(
        self,
        request: HttpRequest,
        purpose: str = "",
        form: WordsForm | None = None,
        *,
        refused: str = "",
        status: int = 200,
    ) -> HttpResponse:
        rows = []
        for one in Purpose:
            proposed = ConsentText.objects.filter(purpose=one, published_at=None).order_by("-version").first()
            proposal = wording.proposal_of(proposed) if proposed is not None else None
            rows.append(
                {
                    "purpose": one.value,
                    "label": one.label,
                    "text": ConsentText.current(one),
                    "proposed": proposed,
                    "asks_again": proposal is not None and proposal.data["asks_again"],
                    "who": User.objects.filter(pk=proposal.actor_id).first()
                    if proposal is not None and proposal.actor_id is not None
                    else None,
                    "own": proposal is not None and proposal.actor_id == signed_in(request).pk,
                }
            )
        context = {
            "rows": rows,
            "purpose": purpose,
            "purpose_label": Purpose(purpose).label if purpose in Purpose.values else "",
            "form": form,
            "refused": refused,
            "keeps": self._keeps(request),
        }
        return render(request, "officer/consent_texts.html", context, status=status)
