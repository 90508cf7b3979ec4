"""Who looked at the file of somebody without an account: a sheet to print with them, in their language and in one's own.

What may not be told to whoever prints is not on it (:mod:`kesher.people.looks`); the sheet says the same words to
everybody about where such looks are read.
"""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views import View

from kesher.accounts.roles import Role
from kesher.base.translated import in_language
from kesher.people import looks
from kesher.people.files import LOOKED_FOR
from kesher.people.looks import Look
from kesher.www.caseworker.people.access import FilesOnly, opened
from kesher.www.caseworker.people.new import claim_link
from kesher.www.languages import language_name
from kesher.www.templatetags.kesher import direction_of


class LookedView(FilesOnly, View):
    """The sheet. Printing it is a look like any other, and stands on it."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        person, by = opened(request, pk, purpose="looks")
        lines = looks.on_paper(person, by=by)
        reader = translation.get_language() or settings.LANGUAGE_CODE
        context = {
            "person": person,
            "columns": [
                column(code, lines, own_page=person.user_id is not None)
                for code in dict.fromkeys([person.language, reader])
            ],
            "theirs": language_name(person.language),
            "claim": claim_link(request, person) if person.user_id is None else "",
        }
        return render(request, "caseworker/people/looked.html", context)


def column(code: str, lines: list[Look], *, own_page: bool) -> dict[str, Any]:
    """All that the sheet says, in one language."""
    with translation.override(code):
        return {
            "language": code,
            "direction": direction_of(code),
            "heading": _("Who looked at my file"),
            "date": _("As it stood on %(date)s.") % {"date": date_format(timezone.localdate(), "DATE_FORMAT")},
            "lines": [line(one, code) for one in lines],
            "rest": _("Only the latest %(number)s lines stand here.") % {"number": looks.MOST_LINES}
            if len(lines) == looks.MOST_LINES
            else "",
            "wrong": _("If a look seems wrong to you, say so: to us, or as a complaint."),
            "left_out_title": _("What never stands on this sheet"),
            "left_out": _(
                "Others may see a sheet of paper. So looks by places where being known says something about you,"
                " a shelter or a clinic, are on no sheet of another office, whether there were any or not."
            ),
            "where": _("You alone read all looks on your own page: log in, and open “Who looked at my file”.")
            if own_page
            else _("You alone read all looks on your own page. This link makes it yours; it works once, for 14 days:"),
            "second": _(
                "As others hold this link, too, a second person at the office looks at the number it shows you."
            ),
            "or_there": _("Or ask at that place: it can print its own sheet for you."),
        }


def line(one: Look, code: str) -> dict[str, str]:
    """One line, in the language that is set."""
    labels = {role.value: str(role.label) for role in Role}
    return {
        "day": date_format(one.day, "DATE_FORMAT"),
        "who": in_language(one.organisation.name, code).text if one.organisation else _("somebody who helps you"),
        "as_what": ", ".join(labels.get(role, role) for role in one.roles),
        "what": "; ".join(str(LOOKED_FOR.get(purpose, LOOKED_FOR["file"])) for purpose in one.purposes),
    }
