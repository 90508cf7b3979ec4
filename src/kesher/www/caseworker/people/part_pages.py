"""The parts of a file, one page each: what stands there, one more, and taking one out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views import View

from kesher.base.transitions import Actor, Refused
from kesher.people import aspirations, files, parts, work
from kesher.people.models import (
    Aspiration,
    DigitalSkill,
    Experience,
    LanguageSkill,
    Person,
    Qualification,
    RightToWork,
    Wish,
    Youth,
)
from kesher.people.models.digital import AREAS
from kesher.people.models.skills import FIVE
from kesher.words.models import Proposal
from kesher.www.caseworker.people import panels
from kesher.www.caseworker.people.access import CHANGED, FilesOnly, opened
from kesher.www.caseworker.people.goal_forms import GoalForm, told_of_goal
from kesher.www.caseworker.people.part_forms import (
    DigitalForm,
    LanguageForm,
    QualificationForm,
    RightForm,
    WishForm,
    WorkForm,
    YouthForm,
)
from kesher.www.caseworker.words import candidates_of, name_of
from kesher.www.languages import language_name
from kesher.www.overwriting import differences, with_stamp
from kesher.www.studies import field_name

YOUNG = 25  # years of age, up to which the panel of the young stands on the page


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of part: its model, its form, whether a person has several, and how one of them reads in a line."""

    key: str
    model: type[models.Model]
    form: Any  # a form, or a form of the model
    title: str | Promise
    lead: str | Promise
    line: Callable[[Any], list[Any]]
    several: bool = True


def _language(row: LanguageSkill) -> list[Any]:
    levels = [f"{row._meta.get_field(name).verbose_name}: {getattr(row, name)}" for name in FIVE if getattr(row, name)]  # type: ignore[union-attr]
    return [language_name(row.language), row.get_judge_display(), *levels, row.get_script_display(), row.certificate]


def _digital(row: DigitalSkill) -> list[Any]:
    answers = [
        f"{row._meta.get_field(name).verbose_name}: {getattr(row, f'get_{name}_display')()}"  # type: ignore[union-attr]
        for name in AREAS
        if getattr(row, name)
    ]
    return [row.get_judge_display(), *answers]


def _qualification(row: Qualification) -> list[Any]:
    years = "–".join(str(year) for year in (row.begun, row.ended) if year)
    level = row.get_level_display() if row.level else ""
    return [row.title, field_name(row.field_code), level, row.institution, row.country, years, row.get_proof_display()]


def _wish(row: Wish) -> list[Any]:
    """Each answered question with its answer."""
    found = []
    for field in WishForm.Meta.fields:
        value: Any = getattr(row, field)
        if value in (None, "", []):
            continue
        if isinstance(value, list):
            labels = dict(WishForm.base_fields[field].choices)  # type: ignore[attr-defined]
            value = ", ".join(str(labels.get(one, one)) for one in value)
        if isinstance(value, bool):
            value = _("yes") if value else _("no")
        found.append(f"{str(WishForm().fields[field].label).rstrip('?؟')}: {value}")
    return found


def _youth(row: Youth) -> list[Any]:
    since = _("here since %(year)s") % {"year": row.here_since} if row.here_since else ""
    missed = ngettext("%(n)d year of school is missing", "%(n)d years of school are missing", row.years_missed or 0)
    mentor: dict[bool | None, str] = {True: _("would like a mentor"), False: _("wants no mentor")}
    return [
        since,
        row.get_school_display(),
        missed % {"n": row.years_missed} if row.years_missed else "",
        row.get_guardian_display(),
        row.get_ready_display(),
        mentor.get(row.wants_mentor, ""),
        row.at_18,
    ]


def _right(row: RightToWork) -> list[Any]:
    return [row.get_kind_display(), row.until]


def _goal(row: Aspiration) -> list[Any]:
    return [row.goal, row.get_sure_display(), row.in_the_way, row.get_change_display(), row.why, row.said_at.date()]


def _work(row: Experience) -> list[Any]:
    name = name_of("occupation", row.occupation) if row.occupation else {}
    return [row.words, row.get_kind_display(), name]


PARTS: dict[str, Part] = {
    one.key: one
    for one in (
        Part(
            "languages",
            LanguageSkill,
            LanguageForm,
            gettext_lazy("Languages"),
            gettext_lazy("What they say of themselves and what you judge stand beside each other."),
            _language,
        ),
        Part(
            "digital",
            DigitalSkill,
            DigitalForm,
            gettext_lazy("Telephone and computer"),
            gettext_lazy("What they say of themselves and what you judge stand beside each other."),
            _digital,
        ),
        Part(
            "schooling",
            Qualification,
            QualificationForm,
            gettext_lazy("Schools and qualifications"),
            gettext_lazy("Whatever they have learnt, also where the paper is lost or never was."),
            _qualification,
        ),
        Part(
            "work",
            Experience,
            WorkForm,
            gettext_lazy("Work they have done"),
            gettext_lazy("Paid or not: in the family, on the land, caring for somebody. Their words come first."),
            _work,
        ),
        Part(
            "goal",
            Aspiration,
            GoalForm,
            gettext_lazy("What they want to do"),
            gettext_lazy("Their goal, in their own words. It is asked again after three and after six months."),
            _goal,
        ),
        Part(
            "wishes",
            Wish,
            WishForm,
            gettext_lazy("Wishes and limits"),
            gettext_lazy("Which work they can and want to take now. Leave open what does not matter."),
            _wish,
            several=False,
        ),
        Part(
            "permit",
            RightToWork,
            RightForm,
            gettext_lazy("May they work here?"),
            gettext_lazy(
                "Ask only where a rule needs it. It is never passed on; Today reminds you before it runs out."
            ),
            _right,
            several=False,
        ),
        Part(
            "young",
            Youth,
            YouthForm,
            gettext_lazy("Young and new here"),
            gettext_lazy(
                "School, a trade, who answers for them, and what comes at 18. Leave open what does not matter."
            ),
            _youth,
            several=False,
        ),
    )
}


class PartView(FilesOnly, View):
    """One kind of part of one file."""

    def get(self, request: HttpRequest, pk: UUID, part: str) -> HttpResponse:
        person, _by = opened(request, pk, purpose=CHANGED)
        kind = _kind(part)
        return self._draw(request, person, kind, _form(kind, person))

    def post(self, request: HttpRequest, pk: UUID, part: str) -> HttpResponse:
        person, by = opened(request, pk, purpose=CHANGED)
        kind = _kind(part)
        if key := request.POST.get("remove", ""):
            try:
                parts.remove(_row(kind, person, key), by=by)
            except Refused as refused:
                messages.error(request, str(refused.message))
            else:
                messages.success(request, _("Taken out."))
            return redirect("caseworker_part", pk=person.pk, part=part)
        if key := request.POST.get("confirm", ""):
            return self._confirm(request, person, kind, by, key)
        form = _form(kind, person, request.POST)
        if not form.is_valid():
            return self._draw(request, person, kind, form, status=400)
        try:
            _keep(kind, person, form, by)
        except files.Changed as changed:
            again = _form(kind, person, with_stamp(request, files.stamp_of(changed.rows[0])))
            again.is_valid()
            theirs = differences(changed.rows, form.told, form.fields)
            return self._draw(request, person, kind, again, status=409, theirs=theirs)
        except Refused as refused:
            form.add_error(None, str(refused.message))
        except ValidationError as wrong:
            show_wrong(form, wrong)
        else:
            messages.success(request, _("Written down."))
            return redirect("caseworker_part", pk=person.pk, part=part)
        return self._draw(request, person, kind, form, status=400)

    def _confirm(self, request: HttpRequest, person: Person, kind: Part, by: Actor, key: str) -> HttpResponse:
        if kind.model is not Experience:
            raise Http404
        try:
            work.confirm(_row(kind, person, key), request.POST.get("choice", ""), by=by)
        except Refused as refused:
            messages.error(request, str(refused.message))
        else:
            messages.success(request, _("Written down."))
        return redirect("caseworker_part", pk=person.pk, part=kind.key)

    @staticmethod
    def _draw(
        request: HttpRequest,
        person: Person,
        kind: Part,
        form: Any,
        status: int = 200,
        theirs: list[dict[str, Any]] | None = None,
    ) -> HttpResponse:
        rows = _rows(kind, person)
        proposals = {}
        if kind.model is Experience:
            keys = [row.proposal_id for row in rows if row.proposal_id and not row.occupation]
            proposals = {one.pk: one for one in Proposal.objects.visible_to(request.user).filter(pk__in=keys)}
        context = {
            "person": person,
            "part": kind,
            "form": form,
            "theirs": theirs,
            "rows": [
                {
                    "row": row,
                    "line": [one for one in kind.line(row) if one],
                    "candidates": candidates_of(proposals[row.proposal_id])
                    if getattr(row, "proposal_id", None) in proposals
                    else [],
                }
                for row in rows
            ],
        }
        return render(request, "caseworker/people/part.html", context, status=status)


def _kind(key: str) -> Part:
    if key not in PARTS:
        raise Http404
    return PARTS[key]


def _rows(kind: Part, person: Person) -> list[Any]:
    """What stands in the file, a goal's history the latest first."""
    return list(kind.model._base_manager.filter(person=person).order_by("-pk" if kind.key == "goal" else "pk"))


def _row(kind: Part, person: Person, key: str) -> Any:
    try:
        row = kind.model._base_manager.filter(person=person, pk=UUID(key)).first()
    except ValueError:
        row = None
    if row is None:
        raise Http404
    return row


def _form(kind: Part, person: Person, data: Any = None) -> Any:
    form: Any = kind.form
    if kind.model is Aspiration:
        return form(data, before=aspirations.latest(person))
    if kind.several:
        return form(data) if data is not None else form()
    there = kind.model._base_manager.filter(person=person).first()
    return form(data, instance=there) if data is not None else form(instance=there)


def _keep(kind: Part, person: Person, form: Any, by: Actor) -> None:
    told = form.cleaned_data
    language = translation.get_language() or "en"
    if kind.model is Experience:
        work.tell(person, told["words"], kind=told["kind"], language=person.language or language, by=by)
        return
    if kind.model is Aspiration:
        aspirations.say(person, language=person.language, by=by, seen=told["seen"], **(told_of_goal(told) or {}))
        return
    row = form.save(commit=False)
    row.person = person
    parts.keep(row, by=by, seen=told.get("seen"))


def show_wrong(form: Any, wrong: ValidationError) -> None:
    """What the constraints say: beside the field it is about, where the form has it, else above."""
    if not hasattr(wrong, "error_dict"):
        form.add_error(None, wrong)
        return
    for name, errors in wrong.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


def is_young(person: Person) -> bool:
    """Whether what matters for the young is asked: up to so many years of age, as far as it was said."""
    return person.born is not None and (timezone.localdate() - person.born).days < YOUNG * 365.25


def _panel(kind: Part) -> panels.Context:
    def context(person: Person, user: Any, by: Actor) -> dict[str, Any] | None:
        rows = _rows(kind, person)
        if kind.model is Youth and not rows and not is_young(person):
            return None  # of no interest to most
        return {"lines": [[one for one in kind.line(row) if one] for row in rows]}

    return context


for _order, _one in enumerate(PARTS.values()):
    if _one.key == "goal":  # stands with the talks about it (:mod:`kesher.www.caseworker.day.panels`)
        continue
    panels.register(
        panels.Panel(
            _one.key,
            50 + _order,
            _one.title,
            "caseworker/people/panel_lines.html",
            _panel(_one),
            panels.Verb(gettext_lazy("Write down"), "caseworker_part", {"part": _one.key}),
        )
    )
