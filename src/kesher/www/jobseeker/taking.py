"""All of my file to take along: on one page to print, as PDF in my language, and as data for another office."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views import View

from kesher.accounts.models import Organisation, User
from kesher.base.models import AccessLog
from kesher.base.privacy import PersonalData, declaration
from kesher.base.translated import in_language
from kesher.formats import paper
from kesher.people import export
from kesher.people import looks as looks_at
from kesher.people.files import LOOKED_FOR
from kesher.people.models import Attachment, Person, Qualification
from kesher.www.jobseeker.access import OwnFile, not_kept
from kesher.www.languages import language_name
from kesher.www.studies import field_name

MOST_LOOKS: Final = 100


class TakeAlongView(OwnFile, View):
    """All of it on one page to print, in one's language; and the way to have it as data."""

    def get(self, request: HttpRequest) -> HttpResponse:
        parts = list(in_words(self.person))
        has_papers = Attachment.objects.openable().filter(person=self.person).exists()
        context = {"person": self.person, "parts": parts, "now": timezone.now(), "has_papers": has_papers}
        context["can_print"] = paper.can_print()
        return render(request, "jobseeker/take.html", context)


class FileAsDataView(OwnFile, View):
    """The same as JSON, with a name that says nothing."""

    def without(self, request: HttpRequest) -> HttpResponse:
        return redirect("my_file")

    def get(self, request: HttpRequest) -> HttpResponse:
        response = JsonResponse(export.as_data(self.person), json_dumps_params={"ensure_ascii": False, "indent": 2})
        response["Content-Disposition"] = 'attachment; filename="file.json"'
        return not_kept(response)


class FileOnPaperView(OwnFile, View):
    """The same as PDF, in the language in which we write to the person; who looked at the file stands at its end."""

    def without(self, request: HttpRequest) -> HttpResponse:
        return redirect("my_file")

    def get(self, request: HttpRequest) -> HttpResponse:
        if not paper.can_print():
            raise Http404
        response = HttpResponse(paper.pdf("file", as_paper(self.person)), content_type="application/pdf")
        response["Content-Disposition"] = 'attachment; filename="file.pdf"'
        return not_kept(response)


def in_words(person: Person) -> Iterator[dict[str, Any]]:
    """Each part of the file with its rows, in the language that is set: what a field is called, and what stands in it."""
    for part in export.parts_of(person):
        named = part.model._meta
        yield {
            "title": named.verbose_name if len(part.rows) == 1 else named.verbose_name_plural,
            "rows": [
                [{"label": _called(part, field), "value": _shown(row, field)} for field in part.fields()]
                for row in part.rows
            ],
        }


def as_paper(person: Person) -> dict[str, Any]:
    """What :func:`kesher.formats.paper.pdf` sets: in the person's language, words alone, and nothing that is empty."""
    with translation.override(person.language):
        parts = [
            {"heading": capfirst(str(part["title"])), "rows": [row for row in map(_cells, part["rows"]) if row]}
            for part in in_words(person)
        ]
        looks = [_look(one) for one in looked(looks_at.everything(person)[:MOST_LOOKS])]
        if looks:
            if len(looks) == MOST_LOOKS:
                only = _("Only the latest %(number)s lines stand here.") % {"number": MOST_LOOKS}
                looks.append([{"label": "–", "value": only}])
            parts.append({"heading": _("Who looked at my file"), "rows": looks})
        return {
            "language": person.language,
            "heading": _("My file"),
            "called": person.called,
            "lead": _("All that stands in it, as you may read it yourself."),
            "parts": [part for part in parts if part["rows"]],
            "date": _("As it stood on %(date)s.") % {"date": date_format(timezone.localtime(), "DATETIME_FORMAT")},
        }


def _cells(row: list[dict[str, Any]]) -> list[dict[str, str]]:
    cells = [{"label": capfirst(str(cell["label"])), "value": _plain(cell["value"])} for cell in row]
    return [cell for cell in cells if cell["value"]]


def _plain(value: Any) -> str:
    """A value as one writes it, without mark-up."""
    if value is None or value == "":
        return ""
    if isinstance(value, dict):  # words in several languages
        return in_language(value, translation.get_language() or "en").text
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "DATETIME_FORMAT")
    if isinstance(value, date):
        return date_format(value, "DATE_FORMAT")
    return str(value)


def looked(log: Iterable[AccessLog]) -> list[dict[str, Any]]:
    """These looks in words: when, of which organisation, who, and what for."""
    looks = list(log)
    people = {one.pk: str(one) for one in User.objects.filter(pk__in={x.actor_id for x in looks if x.actor_id})}
    keys = {one.organisation_id for one in looks if one.organisation_id}
    organisations = {one.pk: one.name for one in Organisation.objects.filter(pk__in=keys)}
    return [
        {
            "at": one.at,
            "organisation": organisations.get(one.organisation_id, {}) if one.organisation_id else {},
            "who": people.get(one.actor_id, "") if one.actor_id else "",
            "what": LOOKED_FOR.get(one.purpose, LOOKED_FOR["file"]),
        }
        for one in looks
    ]


def _look(one: dict[str, Any]) -> list[dict[str, str]]:
    who = ", ".join(
        words for words in (one["who"], _plain(one["organisation"]) if one["organisation"] else "") if words
    )
    said = f"{who}: {one['what']}" if who else str(one["what"])
    return [{"label": _plain(one["at"]), "value": said}]


#: How a row that another names is called: a user, a qualification, a wish, a mentor, a service; a talk by its day.
_CALLED: Final = ("title", "wish", "called", "name", "held_on")


def _called(part: export.Part, field: Any) -> str:
    """What a field is called on a page: its own name where somebody gave it one, else what its declaration says it is."""
    if field.name == "organisation":
        return str(Organisation._meta.verbose_name)
    if field._verbose_name is not None:  # some are called in English as they are written: "language"
        return str(field.verbose_name)
    declared = declaration(part.model)
    assert isinstance(declared, PersonalData)
    words: str = declared.fields.get(field.name, str(field.verbose_name))
    return "; ".join(str(_(word)) for word in words.split("; "))


def _shown(row: Any, field: Any) -> Any:
    """A value in words: the choice's label, an organisation's name, a date as one writes it."""
    if field.name == "organisation":
        return row.organisation.name if row.organisation_id else None
    if field.name == "language":
        return language_name(getattr(row, field.name))
    if field.name == "field_code":
        return field_name(row.field_code)
    if field.choices:
        return getattr(row, f"get_{field.name}_display")()
    value = getattr(row, field.name)
    if isinstance(value, Qualification):
        return value.title
    if isinstance(value, list):
        labels = dict(getattr(field, "base_field", field).choices or ())
        return ", ".join(str(labels.get(one, one)) for one in value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, models.Model):  # what it is called, for its key says nothing
        said = next((said for name in _CALLED if (said := getattr(value, name, None))), str(value))
        return None if str(value.pk) in str(said) else said
    if isinstance(value, UUID):
        return str(User.objects.filter(pk=value).first() or "")  # whoever wrote it down
    return value
