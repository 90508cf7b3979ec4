"""Two files of one person: side by side, made one, and two again."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views import View

from kesher.base.transitions import Refused
from kesher.people import merging
from kesher.people.models import FileMerge, Person
from kesher.www.caseworker.people.access import MERGED, FilesOnly, acting_towards, opened, people_of
from kesher.www.languages import language_name


class MergeView(FilesOnly, View):
    """Looking changes nothing; a button merges the second file into the first."""

    def get(self, request: HttpRequest, pk: UUID, other: UUID) -> HttpResponse:
        return self._draw(request, *self._both(request, pk, other))

    def post(self, request: HttpRequest, pk: UUID, other: UUID) -> HttpResponse:
        kept, second, by = self._both(request, pk, other)
        try:
            merging.merge(kept, second, by=by)
        except Refused as refused:
            return self._draw(request, kept, second, by, refused=str(refused.message), status=400)
        messages.success(request, _("One file now. You can undo it on this page."))
        return redirect("caseworker_person", pk=kept.pk)

    @staticmethod
    def _both(request: HttpRequest, pk: UUID, other: UUID) -> tuple[Person, Person, Any]:
        kept, by = opened(request, pk, purpose=MERGED, merged=True)
        second, _by = opened(request, other, purpose=MERGED, merged=True)
        return kept, second, by

    @staticmethod
    def _draw(
        request: HttpRequest, kept: Person, other: Person, by: Any, *, refused: str = "", status: int = 200
    ) -> HttpResponse:
        context = {
            "kept": kept,
            "other": other,
            "refused": refused or merging.why_not(kept, other, by=by) or "",
            "lines": [
                {"label": label, "kept": first, "other": second}
                for label, first, second in (
                    (_("Name"), kept.called, other.called),
                    (_("Other names and spellings"), kept.other_names, other.other_names),
                    (_("Language"), language_name(kept.language), language_name(other.language)),
                    (_("Telephone number"), kept.phone, other.phone),
                    (_("E-mail address"), kept.email, other.email),
                    (_("Born"), _day(kept.born), _day(other.born)),
                    (_("File opened"), _day(kept.created_at), _day(other.created_at)),
                    (_("Last step"), _day(kept.last_step_at), _day(other.last_step_at)),
                )
            ],
        }
        return render(request, "caseworker/people/merge.html", context, status=status)


def _day(moment: date | None) -> str:
    return date_format(moment, "DATE_FORMAT") if moment else ""


class UndoMergeView(FilesOnly, View):
    """Two files again."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        done = FileMerge.objects.filter(pk=pk, person__in=people_of(request)).select_related("person").first()
        if done is None:
            raise Http404
        try:
            merging.undo(done, by=acting_towards(request, done.person))
        except Refused as refused:
            messages.error(request, str(refused.message))
        else:
            messages.success(request, _("Two files again, as before."))
        return redirect("caseworker_person", pk=done.person_id)
