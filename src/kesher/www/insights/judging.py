"""For those at the table: how short is this occupation, what did I say, what do the others say?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views import View

from kesher.accounts.models import User
from kesher.areas.models import Area
from kesher.base.translated import in_language
from kesher.engine.indicators.shortage import PanelJudgement, panel
from kesher.insights import judging
from kesher.insights.judging import SaidOtherwise, is_ours
from kesher.insights.models import JUDGES, Judgement
from kesher.insights.shortage import ISCO, VOICES
from kesher.www.coding import CodingField, WithCoding
from kesher.www.forms import Typed
from kesher.www.insights.access import InAnOrganisationAs
from kesher.www.insights.occupations import is_unit_group, names
from kesher.www.insights.shortage import VERDICTS
from kesher.www.lists.tables import Table, as_response
from kesher.www.overwriting import Seen, differences, with_stamp

PAGE_SIZE: Final = 20
#: −2 … 2 in words.
IN_WORDS: Final = dict(Judgement._meta.get_field("score").choices or ())


class JudgementForm(WithCoding, Typed, Seen):
    """Which occupation, how short, why."""

    occupation = CodingField(
        label=gettext_lazy("Which occupation?"), help_text=gettext_lazy("In your own words, in any language.")
    )
    score = forms.TypedChoiceField(
        label=gettext_lazy("How short is it here?"),
        choices=list(IN_WORDS.items()),
        coerce=int,
        widget=forms.RadioSelect,
    )
    why = forms.CharField(
        label=gettext_lazy("Why do you say so?"),
        help_text=gettext_lazy("Those at the table read it with your name. Name no person."),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )

    def __init__(self, *args: Any, of: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if of:
            del self.fields["occupation"]


@dataclass(frozen=True, slots=True)
class Said:
    """What those at the table said of one occupation: each their last word, the latest first."""

    occupation: str
    voices: Sequence[Judgement]
    mine: Judgement | None

    @property
    def names(self) -> Any:
        return names(ISCO + self.occupation)

    @property
    def public(self) -> str:
        """What everybody reads of it on the board; "" while too few have spoken."""
        if len(self.voices) < VOICES:
            return ""
        result = panel([PanelJudgement(0, one.score) for one in self.voices], 1, minimum=VOICES)
        shape, word = VERDICTS[result.verdict[0]]
        return f"{shape} {word}"

    @property
    def missing(self) -> int:
        return max(VOICES - len(self.voices), 0)


class JudgeView(InAnOrganisationAs, View):
    """``?of=2221``: of this occupation. ``?format=xlsx``: what one has said oneself, to take along."""

    roles_let_in = JUDGES

    @cached_property
    def area(self) -> Area:
        area: Area = get_object_or_404(Area, pk=self.kwargs["pk"])
        if not is_ours(area):
            raise Http404
        return area

    @cached_property
    def of(self) -> str:
        """The occupation in the address; "" where none is, or none that there is."""
        code = self.request.GET.get("of", "")
        return code if len(code) == 4 and is_unit_group(code) else ""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if request.GET.get("format") == "xlsx":
            return as_response(own_table(self.user, self.area))
        initial: dict[str, Any] = {}
        if self.of:
            there = judging.of_today(self.area, self.of, self.user.pk, timezone.localdate())
            last = there or self._mine().filter(occupation=self.of).first()
            if last is not None:
                initial = {"score": last.score, "why": last.why}
            initial["seen"] = judging.stamp(there)
        return self._draw(JudgementForm(of=self.of, initial=initial))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if request.POST.get("do") == "take back":
            return self._take_back()
        form = JudgementForm(request.POST, of=self.of)
        if not form.is_valid():
            return self._draw(form, status=200 if form.is_looking else 400)
        occupation = self.of or self._chosen(form)
        if not occupation:
            form.add_error(
                "occupation", _("What is not on the list cannot stand on the board. Choose what comes nearest.")
            )
            return self._draw(form, status=400)
        told = {name: form.cleaned_data[name] for name in ("score", "why")}
        today, seen = timezone.localdate(), form.cleaned_data["seen"]
        try:
            judging.say(self.area, occupation, by=self.by, today=today, seen=seen, **told)
        except SaidOtherwise as otherwise:
            theirs = differences([otherwise.judgement], told, form.fields)
            again = JudgementForm(with_stamp(request, judging.stamp(otherwise.judgement)), of=self.of)
            return self._draw(again, theirs=theirs, status=409)
        messages.success(request, _("Written down, with your name and today's date."))
        return redirect("insights_judge", pk=self.area.pk)

    @staticmethod
    def _chosen(form: JudgementForm) -> str:
        coded = form.cleaned_data.get("occupation")
        candidate = coded.candidate if coded is not None else None
        return candidate.isco08 if candidate is not None else ""

    def _take_back(self) -> HttpResponse:
        occupation = self.request.POST.get("occupation", "")
        if judging.take_back(self.area, occupation[:4], by=self.by):
            messages.success(self.request, _("What you said of it no longer counts."))
        return redirect("insights_judge", pk=self.area.pk)

    def _mine(self) -> Any:
        return Judgement.objects.filter(area=self.area, judge=self.user).order_by("-given_on", "-id")

    def _draw(self, form: JudgementForm, *, theirs: Any = None, status: int = 200) -> HttpResponse:
        page = Paginator(self._said(), PAGE_SIZE).get_page(self.request.GET.get("page"))
        context = {
            "area": self.area,
            "form": form,
            "of": names(ISCO + self.of) if self.of else None,
            "theirs": theirs,
            "page": page,
            "today": timezone.localdate(),
            "voices": VOICES,
            "mine": self._mine().exists(),
        }
        response = render(self.request, "insights/judge.html", context, status=status)
        response["Cache-Control"] = "no-store"
        return response

    def _said(self) -> list[Said]:
        """Each occupation of which somebody said something, by its name."""
        rows = Judgement.objects.visible_to(self.user).filter(area=self.area).last_words()
        last = sorted(rows.select_related("judge", "organisation"), key=lambda one: one.given_on, reverse=True)
        language = get_language() or "en"
        found = [
            Said(code, voices, next((one for one in voices if one.judge_id == self.user.pk), None))
            for code, voices in judging.by_occupation(last).items()
        ]
        return sorted(found, key=lambda one: in_language(one.names, language).text.casefold())


def own_table(user: User, area: Area) -> Table:
    """All that one has said oneself of occupations here, the latest first."""
    language = get_language() or "en"
    rows = Judgement.objects.filter(area=area, judge=user).select_related("organisation").order_by("-given_on", "-id")
    return Table(
        "what-i-said",
        _("What I said at the table"),
        [_("When"), _("Occupation"), _("ISCO-08"), _("How short"), _("Why"), _("For")],
        [
            [
                one.given_on,
                in_language(names(ISCO + one.occupation), language).text,
                one.occupation,
                str(IN_WORDS[one.score]),
                one.why,
                in_language(one.organisation.name, language).text,
            ]
            for one in rows
        ],
    )
