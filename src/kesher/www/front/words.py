"""Try how words of one's work are understood: proposals with their reasons, and what stands behind them.

Nothing is kept, and no words stand in an address: forms and proposals are sent by POST, and answers are not stored by
browsers.
"""

import re
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from kesher.words.coders import loaded
from kesher.words.models import LONGEST_WORDS
from kesher.words.typical import skills_of
from kesher.words.vocabularies import KINDS, OCCUPATION, SKILL
from kesher.www.coding import CodingField, WithCoding, answers_of
from kesher.www.languages import language_name
from kesher.www.limits import too_many
from kesher.www.rule_words.values import listed

#: Questions of one connection in ten minutes; one address may be a whole library, and each pause in typing is a question.
MOST, SECONDS = 900, 600
MOST_SKILLS: Final = 8
_NAME: Final = re.compile(r"[A-Za-z][\w-]{0,60}", re.ASCII)


class WordsForm(WithCoding, forms.Form):
    """What somebody does, and whether that is work or something they can."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What do you look for?"),
        choices=[
            (OCCUPATION, gettext_lazy("An occupation: what somebody works as")),
            (SKILL, gettext_lazy("A skill: what somebody can do")),
        ],
        widget=forms.RadioSelect,
        initial=OCCUPATION,
    )
    words = CodingField(
        label=gettext_lazy("What is the work?"),
        help_text=gettext_lazy(
            "In your own words, in any language: “I baked bread in Aleppo”, “manoeuvre sur un chantier”."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.data.get(self.add_prefix("kind"), "")
        field: Any = self.fields["words"]
        field.look_for(kind if kind in KINDS else OCCUPATION, chosen_in=self.add_prefix("kind"))


class WordsView(View):
    """The page: a field, what it proposes, and what was chosen."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._draw(request, WordsForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        if too_many(request, "words", most=MOST, seconds=SECONDS):
            return self._draw(request, WordsForm(), status=429)
        form = WordsForm(request.POST)
        if form.is_valid():
            return self._draw(request, form, chosen=form.cleaned_data["words"])
        return self._draw(request, form, status=200 if form.is_looking else 400)

    @staticmethod
    def _draw(request: HttpRequest, form: WordsForm, *, chosen: Any = None, status: int = 200) -> HttpResponse:
        field: Any = form.fields["words"]
        context = {
            "form": form,
            "too_many": status == 429,
            "active": about(field.kind),
            "chosen": chosen,
            "concept": concept_for(chosen, field.kind) if chosen else None,
        }
        response = render(request, "front/words.html", context, status=status)
        add_never_cache_headers(response)
        return response


def about(kind: str) -> dict[str, Any]:
    """Which encoder and which lists answer now, and what must be said of them."""
    now = loaded(kind)
    return {
        "encoder": how_compared(now.coder.embedder.name),
        "encoder_name": now.coder.embedder.name,
        "vocabulary": lists_of(now.coder.vocabulary.name),
        "vocabulary_name": now.coder.vocabulary.name,
        "labels": len(now.coder.vocabulary.labels),
        "concepts": len(now.coder.vocabulary.concepts),
        "languages": [language_name(code) for code in now.languages],
    }


def how_compared(encoder: str) -> str:
    """What compares words here, said plainly; its own name is for those who run it."""
    if encoder.startswith("n-grams"):
        return _("by their spelling: the more letters two names share, the nearer they are")
    return _("by what they mean and by their spelling")


def lists_of(vocabulary: str) -> str:
    """The names of the lists, ours in the reader's language; "starter taxonomy, local words 3f2a" is for logs."""
    ours = {"starter taxonomy": _("our own list of everyday names"), "local words": _("words of this town")}
    names = (
        next((told for name, told in ours.items() if part.startswith(name)), part) for part in vocabulary.split(", ")
    )
    return listed(list(names))


def concept_for(chosen: Any, kind: str) -> dict[str, Any] | None:
    """What was chosen, by its names and, for an occupation, what people in it often can; None for "none of these"."""
    one = chosen.candidate
    if one is None:
        return None
    concept = loaded(kind).concept(one.uri)
    if concept is None:
        return None
    return {"names": concept.names, "isco08": concept.isco08, "skills": skills_of(concept.isco08)[:MOST_SKILLS]}


@sensitive_post_parameters()
@require_POST
def suggest(request: HttpRequest) -> HttpResponse:
    """The proposals alone, for a field whose words are being typed. Anybody may ask; nothing is kept."""
    kind, name = request.POST.get("kind", ""), request.POST.get("name", "")
    identity, text = request.POST.get("id", ""), request.POST.get("text", "")
    if kind not in KINDS or not _NAME.fullmatch(name) or not _NAME.fullmatch(identity):
        return HttpResponseBadRequest(_("This is no field of ours."))
    if len(text) > LONGEST_WORDS:
        return HttpResponseBadRequest(_("That is a lot of words."))
    if too_many(request, "words", most=MOST, seconds=SECONDS):
        return HttpResponse(_("That was a lot of questions. Please try again in a few minutes."), status=429)
    context = answers_of(text, kind=kind, name=name, identity=identity)
    response = render(request, "forms/coding_answers.html", context)
    add_never_cache_headers(response)
    return response
