"""The skills profile: on one page to print, in the person's language, and as files for other offices."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views import View

from kesher.formats import paper
from kesher.people import profile
from kesher.people.models import Experience, LanguageSkill, Person, PersonSkill, Qualification
from kesher.people.models.skills import FIVE
from kesher.words.models import Kind
from kesher.www.caseworker.people.access import FilesOnly, opened
from kesher.www.languages import language_name
from kesher.www.studies import field_name
from kesher.www.templatetags.kesher import direction_of

PURPOSE = "profile"
PDF = "profile.pdf"


def page_of(person: Person, language: str) -> dict[str, Any]:
    """Everything the page says, in one language; words that somebody typed stand as they were typed. Seven queries."""
    with translation.override(language):
        goal = person.aspirations.order_by("-said_at", "-id").first()
        own = person.languages.filter(judge=LanguageSkill.Judge.PERSON).order_by("id")
        return {
            "language": language,
            "direction": direction_of(language),
            "heading": _("What I can do"),
            "goal": goal.goal if goal is not None else "",
            "parts": [
                {"heading": title, "lines": lines}
                for title, lines in (
                    (
                        _("Work I have done"),
                        [_work(row, language) for row in person.experiences.order_by("-begun", "id")],
                    ),
                    (_("What I have learnt"), [_school(row) for row in person.qualifications.order_by("-ended", "id")]),
                    (_("Languages"), [_language(row) for row in own]),
                    (_("Telephone and computer"), _digital(person)),
                    (_("Driving licence"), _licences(person)),
                    (_("Skills"), [_skill(row, language) for row in person.skills.confirmed().order_by("id")]),
                )
                if lines
            ],
            "goal_title": _("What I want to do"),
            "reach": [one for one in (person.phone, person.email) if one],
            "nothing": _("Nothing is noted."),
            "date": _("As it stood on %(date)s.") % {"date": date_format(timezone.localdate(), "DATE_FORMAT")},
        }


def _years(begun: int | None, ended: int | None) -> str:
    return "–".join(str(year) for year in (begun, ended) if year)


def _work(row: Experience, language: str) -> dict[str, str]:
    name = profile.occupation_name(row, language)
    more = [row.words if name else "", row.get_kind_display(), row.country, _years(row.begun, row.ended)]
    return {"main": name or row.words, "more": " · ".join(one for one in more if one)}


def _school(row: Qualification) -> dict[str, str]:
    level = str(row.get_level_display()) if row.level else ""
    more = [field_name(row.field_code), level, row.institution, row.country, _years(row.begun, row.ended)]
    return {"main": row.title, "more": " · ".join(one for one in more if one)}


def _language(row: LanguageSkill) -> dict[str, str]:
    levels = [
        f"{row._meta.get_field(name).verbose_name}: {level}"  # type: ignore[union-attr]
        for name in FIVE
        if (level := getattr(row, name))
    ]
    return {
        "main": language_name(row.language),
        "more": " · ".join([*levels, *([row.certificate] if row.certificate else [])]),
    }


def _digital(person: Person) -> list[dict[str, str]]:
    return [{"main": capfirst(area), "more": level} for area, level in profile.digital_skills(person)]


def _licences(person: Person) -> list[dict[str, str]]:
    """Those they have, and in a line below that they are still to be converted, where they are."""
    wish = profile.wish_of(person)
    still = str(_("from abroad, still to be converted")) if wish.licence_abroad else ""
    return [{"main": str(name), "more": still} for name in profile.licences(wish)]


def _skill(row: PersonSkill, language: str) -> dict[str, str]:
    name = profile.concept_name(Kind.SKILL, row.uri, language) or row.words
    return {"main": name, "more": str(_("a caseworker says so too")) if row.caseworker_confirmed_at else ""}


def files() -> list[str]:
    """What the profile may be had as; a PDF where this machine can print one."""
    return [*([PDF] if paper.can_print() else []), *profile.FILES]


def as_file(person: Person, file: str, language: str) -> HttpResponse:
    """One of the files, by its name, which says nothing of the person."""
    if file not in files():
        raise Http404
    if file == PDF:
        kind, data = "application/pdf", paper.pdf("profile", page_of(person, language) | {"called": person.called})
    else:
        kind, data = profile.written(profile.profile_of(person, language=language), file)
    response = HttpResponse(data, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{file}"'
    response["Cache-Control"] = "no-store"
    return response


class ProfileView(FilesOnly, View):
    """To print, in the person's language."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        person, _by = opened(request, pk, purpose=PURPOSE)
        context = {
            "person": person,
            "profile": page_of(person, person.language),
            "theirs": language_name(person.language),
            "files": files(),
        }
        return render(request, "caseworker/people/profile.html", context)


class ProfileFileView(FilesOnly, View):
    """As a file of another format."""

    def get(self, request: HttpRequest, pk: UUID, file: str) -> HttpResponse:
        person, _by = opened(request, pk, purpose=PURPOSE)
        return as_file(person, file, person.language)
