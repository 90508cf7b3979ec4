"""Words that wait for a person: what was said, what was proposed and why, and what somebody decides."""

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.generic.base import ContextMixin

from kesher import words as room
from kesher.accounts.models import User
from kesher.base import logs
from kesher.base.access import record_read
from kesher.base.models import Event
from kesher.base.transitions import Refused
from kesher.base.translated import in_language
from kesher.engine.coding.coder import script_language
from kesher.words import local_words, proposals
from kesher.words.models import CODERS, LONGEST_LOCAL_WORD, Kind, LocalWord, Proposal
from kesher.www.caseworker.access import CodersOnly, signed_in
from kesher.www.coding import NONE, CodingField, Suggestion, WithCoding, suggestion
from kesher.www.forms import Typed

PAGE_SIZE = 30
PURPOSE = "coding"

#: What ?show= may be, and its word.
SHOWN: dict[str, str | Promise] = {
    "unsure": gettext_lazy("Not sure"),
    "open": gettext_lazy("All that wait"),
    "decided": gettext_lazy("Decided"),
}

#: What has happened to a proposal, as its page tells it.
HAPPENED: dict[str, str | Promise] = {
    "proposal.made": gettext_lazy("written down"),
    "proposal.choose": gettext_lazy("decided"),
    "proposal.none": gettext_lazy("none of these"),
    "proposal.reconsider": gettext_lazy("opened again"),
}


class NewWordsForm(WithCoding, forms.Form):
    """What a person said of their work, written down by whoever talks with them."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What do you look for?"),
        choices=Kind.choices,
        widget=forms.RadioSelect,
        initial="occupation",
    )
    words = CodingField(
        label=gettext_lazy("What did they say?"),
        help_text=gettext_lazy("In their own words and language. No names, please."),
    )
    purpose = forms.ChoiceField(label=gettext_lazy("What is it for?"), choices=Proposal.Purpose.choices)
    organisation = forms.ChoiceField(label=gettext_lazy("For which organisation?"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.data.get("kind", "")
        field: Any = self.fields["words"]
        field.look_for(kind if kind in Kind.values else Kind.OCCUPATION.value, chosen_in="kind")
        language = translation.get_language() or settings.LANGUAGE_CODE
        choices = [(str(one.pk), in_language(one.name, language).text) for one in user.organisations_as(CODERS)]
        organisation: Any = self.fields["organisation"]
        organisation.choices = choices
        if len(choices) == 1:
            organisation.widget = forms.HiddenInput()
            organisation.initial = choices[0][0]


class CodingQueueView(CodersOnly, View):
    """The longest wait first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        user = signed_in(request)
        show = request.GET.get("show", "")
        show = show if show in SHOWN else "unsure"
        mine = Proposal.objects.visible_to(user)
        lists = {"unsure": mine.unsure(), "open": mine.open(), "decided": mine.decided()}
        page = Paginator(lists[show], PAGE_SIZE).get_page(request.GET.get("page"))
        context = {
            "show": show,
            "query": f"show={show}",
            "page": page,
            "tabs": [
                {"label": label, "count": lists[key].count(), "query": f"?show={key}", "current": key == show}
                for key, label in SHOWN.items()
            ],
            "rows": [{"proposal": one, "first": next(iter(candidates_of(one)), None)} for one in page.object_list],
            "local_words": LocalWord.objects.visible_to(user).waiting().count(),
        }
        return render(request, "caseworker/coding_queue.html", context)


class NewWordsView(CodersOnly, View):
    """Write words down: decide now, or let them wait."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._draw(request, NewWordsForm(user=signed_in(request)))

    def post(self, request: HttpRequest) -> HttpResponse:
        user = signed_in(request)
        form = NewWordsForm(request.POST, user=user)
        later = "later" in request.POST
        if not form.is_valid() and not (later and self._only_undecided(form)):
            return self._draw(request, form, status=200 if form.is_looking else 400)
        told = form.cleaned_data
        coded = told.get("words")
        text = " ".join(request.POST.get("words", "").split())
        language = translation.get_language() or ""
        coding = coded.coding if coded else room.code(text, language=language, kind=told["kind"])
        by = user.as_actor(UUID(told["organisation"]))
        said_in = written_in(text, language)
        proposal = proposals.record(coding, kind=told["kind"], purpose=told["purpose"], by=by, language=said_in)
        if coded is None:
            messages.success(request, _("Kept. It waits for a decision."))
            return redirect("coding_queue")
        decide(proposal, coded.choice, by=by)
        return redirect("coding_decide", pk=proposal.pk)

    @staticmethod
    def _only_undecided(form: NewWordsForm) -> bool:
        """Nothing is wrong but that no choice was made."""
        return not form.is_looking and set(form.errors) == {"words"} and form.has_error("words", "choose")

    @staticmethod
    def _draw(request: HttpRequest, form: NewWordsForm, status: int = 200) -> HttpResponse:
        return _not_kept(render(request, "caseworker/coding_new.html", {"form": form}, status=status))


class LocalWordForm(Typed, forms.Form):
    """The words as they shall stand on the town's list."""

    text = forms.CharField(
        label=gettext_lazy("The words people use"),
        help_text=gettext_lazy("The name of the work alone: no names of people, places or firms."),
        max_length=LONGEST_LOCAL_WORD,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
    language = forms.ChoiceField(label=gettext_lazy("In which language?"), choices=settings.LANGUAGES)


class OtherForm(WithCoding, forms.Form):
    """Something that was not proposed, looked for in other words."""

    words = CodingField(
        label=gettext_lazy("Other words"), help_text=gettext_lazy("What would others call this work?"), required=True
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["words"]
        field.kind = field.widget.kind = kind


class DecideView(CodersOnly, ContextMixin, View):
    """One proposal. Whoever opens it is noted in the log of reads."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return self._draw(request, found(request, pk))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        proposal = found(request, pk)
        step = {
            "decide": self._decide,
            "other": self._other,
            "reconsider": self._reconsider,
            "local": self._local,
        }.get(request.POST.get("do", ""), self._nothing)
        return step(request, proposal)

    def _decide(self, request: HttpRequest, proposal: Proposal) -> HttpResponse:
        return self._chosen(request, proposal, request.POST.get("choice", ""))

    def _chosen(self, request: HttpRequest, proposal: Proposal, choice: str) -> HttpResponse:
        by = signed_in(request).as_actor(proposal.organisation_id)
        try:
            if not choice:
                raise Refused(_("Choose what is meant, or “none of these”."), "choice")
            decide(proposal, choice, by=by)
        except Refused as refused:
            return self._draw(request, proposal, refused=str(refused.message), status=400)
        messages.success(request, _("Recorded."))
        return redirect("coding_decide", pk=proposal.pk)

    def _other(self, request: HttpRequest, proposal: Proposal) -> HttpResponse:
        form = OtherForm(request.POST, prefix="other", kind=proposal.kind)
        if form.is_valid():
            return self._chosen(request, proposal, form.cleaned_data["words"].choice)
        return self._draw(request, proposal, other=form, status=200 if form.is_looking else 400)

    def _reconsider(self, request: HttpRequest, proposal: Proposal) -> HttpResponse:
        by = signed_in(request).as_actor(proposal.organisation_id)
        try:
            proposals.reconsider(proposal, by=by, reason=request.POST.get("reason", "").strip()[:500])
        except Refused as refused:
            return self._draw(request, proposal, refused=str(refused.message), status=400)
        messages.success(request, _("It waits for a decision again."))
        return redirect("coding_decide", pk=proposal.pk)

    def _local(self, request: HttpRequest, proposal: Proposal) -> HttpResponse:
        form = LocalWordForm(request.POST, prefix="local")
        if not form.is_valid() or proposal.state != Proposal.State.CHOSEN:
            return self._draw(request, proposal, local=form, status=400)
        by = signed_in(request).as_actor(proposal.organisation_id)
        try:
            local_words.suggest(
                form.cleaned_data["text"],
                uri=proposal.chosen_uri,
                kind=proposal.kind,
                language=form.cleaned_data["language"],
                by=by,
                proposal_id=proposal.pk,
            )
        except Refused as refused:
            form.add_error("text", str(refused.message))
            return self._draw(request, proposal, local=form, status=400)
        messages.success(request, _("Proposed. When a second person agrees, these words are understood everywhere."))
        return redirect("coding_decide", pk=proposal.pk)

    def _nothing(self, request: HttpRequest, proposal: Proposal) -> HttpResponse:
        return self._draw(request, proposal, status=400)

    def _draw(
        self,
        request: HttpRequest,
        proposal: Proposal,
        *,
        refused: str = "",
        other: OtherForm | None = None,
        local: LocalWordForm | None = None,
        status: int = 200,
    ) -> HttpResponse:
        user = signed_in(request)
        record_read(
            proposal,
            by=user.as_actor(proposal.organisation_id),
            purpose=PURPOSE,
            request_id=logs.request_id.get(),
        )
        shown = proposal.words[:LONGEST_LOCAL_WORD]
        language = proposal.language or translation.get_language()
        context = {
            "proposal": proposal,
            "before": proposal.text[: proposal.start],
            "after": proposal.text[proposal.end :],
            "candidates": candidates_of(proposal),
            "none": NONE,
            "refused": refused,
            "other": other or OtherForm(prefix="other", kind=proposal.kind, initial={"words": proposal.words}),
            "other_open": other is not None,
            "local": local or LocalWordForm(prefix="local", initial={"text": shown, "language": language}),
            "chosen": name_of(proposal.kind, proposal.chosen_uri) if proposal.chosen_uri else None,
            "trail": trail_of(proposal),
            "next": Proposal.objects.visible_to(user).unsure().exclude(pk=proposal.pk).first(),
        }
        return _not_kept(render(request, "caseworker/coding_decide.html", context, status=status))


def written_in(text: str, page: str) -> str:
    """The language that words are probably in: what their script says, and the page's where that script has several."""
    found = script_language(text)
    same_script = {"en": ("en", "fr"), "ru": ("ru", "uk")}
    return page if page in same_script.get(found, ()) else found


def decide(proposal: Proposal, choice: str, *, by: Any) -> None:
    """Write down what was chosen: an address, or that none fits. Raises :class:`Refused`."""
    if choice == NONE:
        proposals.none_fits(proposal, by=by)
    else:
        proposals.choose(proposal, choice, by=by)


def found(request: HttpRequest, pk: UUID) -> Proposal:
    proposal = Proposal.objects.visible_to(request.user).filter(pk=pk).first()
    if proposal is None:
        raise Http404
    return proposal


def name_of(kind: str, uri: str) -> dict[str, str]:
    """What an address is called, by language; the address itself when the lists now in use do not have it."""
    concept = proposals.concept_of(kind, uri)
    return dict(concept.names) if concept else {"und": uri}


def candidates_of(proposal: Proposal) -> list[Suggestion]:
    """What was proposed then, in the reader's language where the lists still have it."""
    return [
        suggestion(
            uri=one["uri"],
            isco08=one["isco08"],
            names=names
            if (names := name_of(proposal.kind, one["uri"])) != {"und": one["uri"]}
            else {"und": one["label"]},
            matched=one["matched"],
            language=one["language"],
            confidence=one["confidence"],
            # Proposals of before this was kept have none.
            narrower={"und": label} if (label := one.get("narrower_label", "")) else {},
        )
        for one in proposal.candidates
    ]


def trail_of(proposal: Proposal) -> list[dict[str, Any]]:
    """What happened, when, by which colleague, and why."""
    events = list(Event.objects.filter(about_id=proposal.pk, name__in=HAPPENED).order_by("id"))
    people = User.objects.filter(pk__in={one.actor_id for one in events if one.actor_id}).order_by("id")
    names = {user.pk: str(user) for user in people}
    return [
        {
            "at": one.at,
            "what": HAPPENED[one.name],
            "who": names.get(one.actor_id, "") if one.actor_id else "",
            "why": one.reason,
            "chosen": name_of(proposal.kind, one.data["uri"]) if one.data.get("uri") else None,
        }
        for one in events
    ]


def _not_kept(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"  # a screen that others use after us
    return response
