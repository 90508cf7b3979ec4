"""What a file says in the words of the directory's rules, and where each comes from: on a person's page, and on their own."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from kesher.accounts.models import User
from kesher.base.transitions import Actor
from kesher.people.models import Person, Told
from kesher.people.telling import ASKED, forget
from kesher.referrals.known import Known, known_of
from kesher.www.caseworker.access import signed_in
from kesher.www.caseworker.people import panels
from kesher.www.caseworker.people.access import CHANGED, FilesOnly, opened
from kesher.www.rule_words.values import said


def rows_of(person: Person) -> list[dict[str, Any]]:
    """In words, in the reader's language."""
    return _in_words(known_of(person))


def _in_words(found: Mapping[str, Known]) -> list[dict[str, Any]]:
    return [
        {"fact": path, "words": _said(path, known), "source": known.source, "on": known.on}
        for path, known in sorted(found.items())
    ]


def _said(path: str, known: Known) -> str:
    words = said(path, known.value)
    return _("%(fact)s, perhaps more") % {"fact": words} if len(known.may_be(path)) > 1 else words


def answers_and_others(person: Person, user: User) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Each answer that stands in the file, "counts" or not, for what was kept can be taken out; and what else is known."""
    others, today = known_of(person, answers=False), timezone.localdate()
    answers = [
        {
            "fact": row.fact,
            "words": said(row.fact, row.said),
            "source": row.get_where_display(),
            "on": timezone.localdate(row.told_at),
            "counts": row.holds(today) and row.fact not in others,
        }
        for row in Told.objects.visible_to(user).filter(person=person).order_by("fact")
    ]
    return answers, _in_words(others)


def context(person: Person, user: User, by: Actor) -> Mapping[str, Any] | None:
    answers, others = answers_and_others(person, user)
    rows = sorted([*others, *(row for row in answers if row["counts"])], key=lambda row: str(row["fact"]))
    old = [row for row in answers if not row["counts"]]
    return {"rows": rows, "old": old} if rows or old else None


class AnswersView(FilesOnly, View):
    """What somebody answered, for whoever works with their file: it is taken out when they ask for it."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        person, _by = opened(request, pk)
        rows, _others = answers_and_others(person, signed_in(request))
        return render(request, "referrals/answers.html", {"person": person, "rows": rows})

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        person, by = opened(request, pk, purpose=CHANGED)
        forget(person, request.POST.get("forget", "")[:40], by=by, reason=ASKED)
        messages.success(request, _("Taken out."))
        return redirect("caseworker_answers", pk=person.pk)


def register() -> None:
    take_out = panels.Verb(gettext_lazy("Take an answer out"), "caseworker_answers")
    title = gettext_lazy("What conditions are held against")
    panels.register(panels.Panel("known", 60, title, "referrals/known.html", context, take_out))
