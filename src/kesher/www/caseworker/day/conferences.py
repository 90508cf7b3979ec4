"""Case conferences of a person: what was agreed at each, and one more, whole or not at all."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from kesher.accounts.models import User
from kesher.base.transitions import Actor, Refused
from kesher.casework import conferences
from kesher.casework.models import Attendance, Conference, Step
from kesher.people import files
from kesher.people.models import Person
from kesher.www.caseworker.day.access import TEAM
from kesher.www.caseworker.day.conference_forms import ConferenceForm
from kesher.www.caseworker.day.plan import as_rows
from kesher.www.caseworker.people.access import FilesOnly, opened
from kesher.www.overwriting import differences, with_stamp


def conferences_of(user: User, person: Person) -> list[dict[str, Any]]:
    """The conferences, the latest first, each with who was there and who does what, as far as it is told to this user."""
    rows = (
        Conference.objects.visible_to(user)
        .filter(person=person)
        .select_related("organisation")
        .prefetch_related(
            Prefetch("attended", Attendance.objects.visible_to(user).select_related("organisation").order_by("id")),
            Prefetch("steps", Step.objects.visible_to(user).select_related("organisation").order_by("due_on", "id")),
        )
        .order_by("-held_on", "-id")
    )
    found = list(rows)
    agreed = {row["step"].pk: row for row in as_rows(person, [step for one in found for step in one.steps.all()])}
    return [
        {
            "conference": one,
            "there": [row.organisation for row in one.attended.all()],
            "apart": one.how == Step.How.APART,
            "rows": [agreed[step.pk] for step in one.steps.all()],
        }
        for one in found
    ]


class ConferenceView(FilesOnly, View):
    """Hold a conference: who is here, what is agreed, who does what by when."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        person, by = opened(request, pk, purpose=TEAM)
        return self._draw(request, person, ConferenceForm(person=person, by=by))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        person, by = opened(request, pk, purpose=TEAM)
        form = ConferenceForm(request.POST, person=person, by=by)
        if not form.is_valid():
            return self._draw(request, person, form, status=400)
        try:
            conferences.hold(person, by=by, **form.conference)
        except files.Changed as changed:
            return self._changed_meanwhile(request, person, by, changed.rows[0])
        except Refused as refused:
            form.add_error(None, str(refused.message))
            return self._draw(request, person, form, status=400)
        messages.success(request, _("Written down. Each knows now what they do by when."))
        return redirect("person_team", pk=person.pk)

    def _changed_meanwhile(self, request: HttpRequest, person: Person, by: Actor, other: Conference) -> HttpResponse:
        """Somebody has written one down since this form was opened; it may be the same."""
        now = conferences.stamp_of_latest(person, by=by)
        again = ConferenceForm(with_stamp(request, now), person=person, by=by)
        again.is_valid()
        told = {name: again.cleaned_data.get(name) for name in ("held_on", "place", "agreed")}
        theirs = differences([other], told, again.fields)
        return self._draw(request, person, again, theirs=theirs, status=409)

    @staticmethod
    def _draw(
        request: HttpRequest,
        person: Person,
        form: ConferenceForm,
        *,
        theirs: list[dict[str, Any]] | None = None,
        status: int = 200,
    ) -> HttpResponse:
        context = {"person": person, "form": form, "theirs": theirs}
        return render(request, "caseworker/day/conference.html", context, status=status)
