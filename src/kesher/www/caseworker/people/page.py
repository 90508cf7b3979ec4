"""A person's page: who this is, how to reach them safely, what worries them, who sees the file; and what rooms above add."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from kesher.base.transitions import Actor, Refused
from kesher.people import files, worries
from kesher.people.files import stamp
from kesher.people.finding import similar
from kesher.people.models import Consent, FileMerge, Person, Worry
from kesher.www.caseworker.access import signed_in
from kesher.www.caseworker.people import panels
from kesher.www.caseworker.people.access import CHANGED, FilesOnly, opened, people_of
from kesher.www.caseworker.people.forms import PersonForm, WorriesForm, beginning_of_worries
from kesher.www.caseworker.people.words import reasons
from kesher.www.languages import language_name
from kesher.www.overwriting import differences, with_stamp


class PersonView(FilesOnly, View):
    """One person. Whoever opens it is written down."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        person, by = opened(request, pk)
        user = signed_in(request)
        known = {name: getattr(person, name) for name in ("called", "phone", "email", "identity_number")}
        twins = similar(people_of(request).exclude(pk=person.pk), **known)
        context = {
            "person": person,
            "spoken": language_name(person.language),
            "panels": panels.drawn(person, user, by),
            "twins": [{"person": one.person, "because": reasons(one.because)} for one in twins],
            "merges": FileMerge.objects.standing().filter(person=person).select_related("other").order_by("-id"),
        }
        return render(request, "caseworker/people/person.html", context)


class EditView(FilesOnly, View):
    """What is said of the person. Of two who change it at once the second sees what the first wrote, and loses nothing."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        person, _by = opened(request, pk, purpose=CHANGED)
        initial = {name: getattr(person, name) for name in PersonForm.base_fields if name != "seen"}
        return self._draw(request, person, PersonForm(initial=initial | {"seen": stamp(person)}))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        person, by = opened(request, pk, purpose=CHANGED)
        form = PersonForm(request.POST)
        if not form.is_valid():
            return self._draw(request, person, form, status=400)
        told = {name: value for name, value in form.cleaned_data.items() if name != "seen"}
        try:
            files.correct(person, told, seen=form.cleaned_data["seen"], by=by)
        except files.Changed as changed:
            person.refresh_from_db()
            again = PersonForm(with_stamp(request, stamp(person)))
            again.is_valid()
            return self._draw(request, person, again, status=409, theirs=differences(changed.rows, told, form.fields))
        messages.success(request, _("Written down."))
        return redirect("caseworker_person", pk=person.pk)

    @staticmethod
    def _draw(
        request: HttpRequest,
        person: Person,
        form: PersonForm,
        status: int = 200,
        theirs: list[dict[str, Any]] | None = None,
    ) -> HttpResponse:
        context = {"person": person, "form": form, "theirs": theirs}
        return render(request, "caseworker/people/edit.html", context, status=status)


class WorriesView(FilesOnly, View):
    """What worries them most now."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        person, _by = opened(request, pk, purpose=CHANGED)
        return self._draw(request, person, WorriesForm(initial=beginning_of_worries(person)))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        person, by = opened(request, pk, purpose=CHANGED)
        form = WorriesForm(request.POST)
        if not form.is_valid():
            return self._draw(request, person, form, status=400)
        try:
            worries.say(person, form.cleaned_data["worries"], by=by, seen=form.cleaned_data["seen"])
        except files.Changed as changed:
            again = WorriesForm(with_stamp(request, worries.stamp(person)))
            theirs = differences(changed.rows, form.told, form.fields)
            return self._draw(request, person, again, status=409, theirs=theirs)
        except Refused as refused:
            form.add_error(None, str(refused.message))
            return self._draw(request, person, form, status=400)
        messages.success(request, _("Written down."))
        return redirect("caseworker_person", pk=person.pk)

    @staticmethod
    def _draw(
        request: HttpRequest,
        person: Person,
        form: WorriesForm,
        status: int = 200,
        theirs: list[dict[str, Any]] | None = None,
    ) -> HttpResponse:
        context = {"person": person, "form": form, "theirs": theirs}
        return render(request, "caseworker/people/worries.html", context, status=status)


# --- the panels that stand here already ------------------------------------------------------------------------------


def _worries(person: Person, user: Any, by: Actor) -> dict[str, Any]:
    return {"worries": Worry.objects.visible_to(user).now().filter(person=person).order_by("id")}


def _shared(person: Person, user: Any, by: Actor) -> dict[str, Any]:
    agreed = Consent.objects.visible_to(user).in_force().filter(person=person).select_related("organisation")
    return {"consents": agreed.order_by("id")}


panels.register(
    panels.Panel(
        "worries",
        10,
        gettext_lazy("What worries them most"),
        "caseworker/people/panel_worries.html",
        _worries,
        panels.Verb(gettext_lazy("Ask again"), "caseworker_worries"),
    )
)
panels.register(
    panels.Panel(
        "shared",
        90,
        gettext_lazy("What they agreed to, and who sees this file"),
        "caseworker/people/panel_shared.html",
        _shared,
        panels.Verb(gettext_lazy("Agree to more, or take back"), "caseworker_consents"),
    )
)
