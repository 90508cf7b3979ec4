"""My work and my skills, for me to say that they are right; my profile; and how far the recognition of my papers is."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from kesher import words
from kesher.base.transitions import Refused
from kesher.people import abilities, parts, recognitions, work
from kesher.people.models import Experience, Person, PersonSkill, RecognitionStep
from kesher.people.profile import concept_name
from kesher.words.models import Kind
from kesher.www.caseworker.people.bringing import bring
from kesher.www.caseworker.people.profile import as_file, files, page_of
from kesher.www.caseworker.people.recognition import tracks_of
from kesher.www.coding import suggestions
from kesher.www.forms import Typed
from kesher.www.jobseeker.access import OwnFile

PROPOSED = 3


class MyWorkForm(Typed, forms.Form):
    """Work I have done, written by myself."""

    words = forms.CharField(
        label=gettext_lazy("Which work have you done?"),
        help_text=gettext_lazy("One kind of work at a time, in your own words and language. Also what nobody paid."),
        max_length=work.LONGEST,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What kind of work was it?"),
        choices=Experience.Kind,
        widget=forms.RadioSelect,
        initial=Experience.Kind.PAID,
    )


class MySkillsView(OwnFile, View):
    """What stands there of my work and skills. ``do``: tell, work, not-my-work, skill, not-mine, step."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._draw(request, MyWorkForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            match request.POST.get("do", ""):
                case "tell":
                    form = MyWorkForm(request.POST)
                    if not form.is_valid():
                        return self._draw(request, form, status=400)
                    language = translation.get_language() or self.person.language
                    told = {"words": " ".join(form.cleaned_data["words"].split()), "kind": form.cleaned_data["kind"]}
                    parts.keep(Experience(person=self.person, language=language, **told), by=self.by)
                case "work":
                    row = self._mine(self.person.experiences.all(), request.POST.get("row", ""))
                    work.confirm(row, request.POST.get("choice", ""), by=self.by)
                case "not-my-work":
                    parts.remove(self._mine(self.person.experiences.all(), request.POST.get("row", "")), by=self.by)
                case "skill":
                    abilities.confirm(self._mine(self.person.skills.all(), request.POST.get("row", "")), by=self.by)
                case "not-mine":
                    parts.remove(self._mine(self.person.skills.all(), request.POST.get("row", "")), by=self.by)
                case "step":
                    step = self._mine(self.person.recognition_steps.all(), request.POST.get("row", ""))
                    assert isinstance(step, RecognitionStep)
                    recognitions.finish_step(step, by=self.by)
                case _:
                    raise Refused(_("This is not possible in the present state."), "do")
        except Refused as refused:
            return self._draw(request, MyWorkForm(), refused=str(refused.message), status=400)
        messages.success(request, _("Written down."))
        return redirect("my_skills")

    def _mine(self, rows: Any, key: str) -> Any:
        try:
            row = rows.filter(pk=UUID(key)).first()
        except ValueError:
            row = None
        if row is None:
            raise Http404
        return row

    def _draw(self, request: HttpRequest, form: MyWorkForm, *, refused: str = "", status: int = 200) -> HttpResponse:
        language = translation.get_language() or self.person.language
        context = {
            "form": form,
            "refused": refused,
            "works": [_work(row, language) for row in self.person.experiences.order_by("-id")],
            "skills": [_skill(row, language) for row in self.person.skills.proposed().order_by("id")],
            "tracks": tracks_of(self.person),
        }
        return render(request, "jobseeker/skills.html", context, status=status)


def _work(row: Experience, language: str) -> dict[str, Any]:
    """One work with what it may be called: what stands there, else what its words mean now. Nothing of that is kept."""
    found: dict[str, str] = {}
    if row.occupation:
        found[row.occupation] = concept_name(Kind.OCCUPATION, row.occupation, language)
    elif row.words:
        coding = words.code(row.words, language=row.language or language, kind=Kind.OCCUPATION, top=PROPOSED)
        for one in suggestions(coding, Kind.OCCUPATION):
            found[one.uri] = concept_name(Kind.OCCUPATION, one.uri, language)
    return {"row": row, "choices": [{"uri": uri, "name": name} for uri, name in found.items() if name]}


def _skill(row: PersonSkill, language: str) -> dict[str, Any]:
    return {"row": row, "name": concept_name(Kind.SKILL, row.uri, language) or row.words}


def _language(person: Person) -> str:
    return translation.get_language() or person.language


class MyProfileView(OwnFile, View):
    """What I can do, on one page: to print, or as a file."""

    def get(self, request: HttpRequest) -> HttpResponse:
        context = {
            "person": self.person,
            "profile": page_of(self.person, _language(self.person)),
            "files": files(),
        }
        return render(request, "jobseeker/profile.html", context)


class MyProfileFileView(OwnFile, View):
    """The same for another office or for a programme."""

    def without(self, request: HttpRequest) -> HttpResponse:
        return redirect("my_file")

    def get(self, request: HttpRequest, file: str) -> HttpResponse:
        return as_file(self.person, file, _language(self.person))


class MyBringView(OwnFile, View):
    """I have a CV already."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.post(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        return bring(
            request, self.person, self.by, back=redirect("my_skills"), context={"person": self.person, "is_own": True}
        )
