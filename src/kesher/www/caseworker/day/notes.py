"""What was talked about: written for everybody with the file, or for one's own organisation."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from kesher.accounts.models import User
from kesher.base.transitions import Refused
from kesher.casework import plans
from kesher.casework.models import Caseworker, Note, Step
from kesher.casework.moving import team
from kesher.people.models import Person
from kesher.www.caseworker.access import signed_in
from kesher.www.caseworker.day.access import NOTES, TEAM
from kesher.www.caseworker.day.conferences import conferences_of
from kesher.www.caseworker.day.forms import NoteForm
from kesher.www.caseworker.day.plan import as_rows
from kesher.www.caseworker.people.access import FilesOnly, opened

PAGE_SIZE = 30


class NotesView(FilesOnly, View):
    """The latest first; writing one is the main thing."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        person, _by = opened(request, pk, purpose=NOTES)
        return self._draw(request, person, NoteForm())

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        person, by = opened(request, pk, purpose=NOTES)
        form = NoteForm(request.POST)
        if not form.is_valid():
            return self._draw(request, person, form, status=400)
        try:
            plans.write_note(person, by=by, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused.message))
            return self._draw(request, person, form, status=400)
        messages.success(request, _("Written down."))
        return redirect("person_notes", pk=person.pk)

    @staticmethod
    def _draw(request: HttpRequest, person: Person, form: NoteForm, status: int = 200) -> HttpResponse:
        mine = Note.objects.visible_to(signed_in(request)).filter(person=person).select_related("organisation")
        page = Paginator(mine.order_by("-id"), PAGE_SIZE).get_page(request.GET.get("page"))
        notes = list(page.object_list)
        writers = User.objects.filter(pk__in={one.written_by_id for one in notes}).order_by("id")
        names = {one.pk: str(one) for one in writers}
        context = {
            "person": person,
            "form": form,
            "page": page,
            "notes": [{"note": one, "who": names.get(one.written_by_id, "")} for one in notes],
        }
        return render(request, "caseworker/day/notes.html", context, status=status)


class TeamView(FilesOnly, View):
    """Who is around this person, who does what by when, and what was agreed as they met."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        person, by = opened(request, pk, purpose=TEAM)
        user = signed_in(request)
        mine = Step.objects.visible_to(user).filter(person=person).open().select_related("organisation")
        rows = as_rows(person, list(mine.order_by("due_on", "id")))
        looking = Caseworker.objects.visible_to(user).filter(person=person).select_related("user").order_by("id")
        named = {one.organisation_id: str(one.user) for one in looking}
        around: list[dict[str, Any]] = [
            {
                "organisation": one,
                "caseworker": named.get(one.pk, ""),
                "own": one.pk == by.organisation_id,
                "rows": [row for row in rows if row["step"].organisation_id == one.pk],
            }
            for one in team(person, by=by)
        ]
        context = {
            "person": person,
            "team": around,
            "own_steps": [row for row in rows if row["step"].owner == Step.Owner.PERSON],
            "without": [one for one in around if not one["rows"]],
            "conferences": conferences_of(user, person),
        }
        return render(request, "caseworker/day/team.html", context)
