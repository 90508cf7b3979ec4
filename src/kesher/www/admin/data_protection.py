"""Data protection: whom to tell when something was lost or seen, for everybody with an account; and for the data-protection
officer and administrators of the platform the register of breaches with its 72 hours, the impact assessment, and how many
files say something highly sensitive.
"""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views import View

from kesher.accounts.models import User
from kesher.base.transitions import Refused
from kesher.casework import sensitivity
from kesher.directory import breaches, legal
from kesher.directory.breaches import Clock, Stands
from kesher.directory.models import Breach, BreachNote, ImpactAssessment, NamedOfficer
from kesher.www.admin.legal import PAGE_SIZE
from kesher.www.admin.legal import day as a_day
from kesher.www.admin.legal import words as some_words
from kesher.www.caseworker.access import signed_in
from kesher.www.forms import Typed

Kind, Ground = BreachNote.Kind, BreachNote.Ground
#: How the page says that it is to be told, while it is.
ALERTS: Final = {Stands.RUNS: "warning", Stands.OVERDUE: "error"}
NO_NAMES: Final = gettext_lazy("No names and no numbers of people: what stands here could be lost, too.")


def at_time(label: Any, *, required: bool = True) -> forms.TimeField:
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, required=required, widget=widget)


def people_field() -> forms.IntegerField:
    return forms.IntegerField(
        label=gettext_lazy("About how many people?"),
        help_text=gettext_lazy("Empty where it is not known yet."),
        required=False,
        min_value=0,
        max_value=10_000_000,
    )


def choices(enum: Any, *names: str) -> list[tuple[str, str | Promise]]:
    return [(one.value, one.label) for one in enum if not names or one.value in names]


def moment(told: dict[str, Any]) -> datetime | None:
    """Day and time together, as it is here."""
    if told.get("day") is None or told.get("time") is None:
        return None
    return timezone.make_aware(datetime.combine(told["day"], told["time"]))


class BreachForm(Typed, forms.Form):
    day = a_day(gettext_lazy("The day you knew"))
    time = at_time(gettext_lazy("The time you knew"))
    happened = some_words(gettext_lazy("What happened?"), NO_NAMES)
    whose = some_words(
        gettext_lazy("Whose data, and which?"),
        gettext_lazy("“People who came to the course; names and telephone numbers”."),
        longest=1000,
        rows=2,
    )
    people = people_field()
    likely = some_words(gettext_lazy("What may come of it for them?"), longest=1000, rows=2)


class DeedForm(Typed, forms.Form):
    """What was done, or learnt."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What is it?"), choices=choices(Kind, "done", "learnt"), widget=forms.RadioSelect
    )
    words = some_words(gettext_lazy("In words"), NO_NAMES)
    people = people_field()

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("kind") == Kind.DONE:
            told["people"] = None
        return told


class AuthorityForm(Typed, forms.Form):
    """That the authority was told, or why it need not be."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Was the authority told?"),
        choices=choices(Kind, "reported", "unlikely"),
        widget=forms.RadioSelect,
    )
    words = some_words(gettext_lazy("How, and under which number; or why no risk is likely"), longest=2000, rows=2)
    day = a_day(gettext_lazy("If so: on which day"), required=False)
    time = at_time(gettext_lazy("At what time"), required=False)
    why_late = some_words(gettext_lazy("If later than 72 hours: why"), longest=1000, rows=2, required=False)


class PeopleForm(Typed, forms.Form):
    """That the people were told, or why not."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Were the people told?"), choices=choices(Kind, "told", "not_told"), widget=forms.RadioSelect
    )
    words = some_words(gettext_lazy("How, and what was said; or why not"), NO_NAMES, rows=2)
    day = a_day(gettext_lazy("If so: on which day"), required=False)
    time = at_time(gettext_lazy("At what time"), required=False)
    people = people_field()
    ground = forms.ChoiceField(
        label=gettext_lazy("If not: on which ground"), choices=[("", "—"), *choices(Ground)], required=False
    )


class AssessmentForm(Typed, forms.Form):
    made_on = a_day(gettext_lazy("Made on"))
    author = forms.CharField(
        label=gettext_lazy("Who made it"), max_length=200, widget=forms.TextInput(attrs={"dir": "auto"})
    )
    kept_at = forms.CharField(
        label=gettext_lazy("Where it is kept"),
        help_text=gettext_lazy("An address, or the number of its binder."),
        max_length=300,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    review_on = a_day(gettext_lazy("Looked at again on"))


def told_of(clock: Clock) -> dict[str, str]:
    """The 72 hours in words, and how its pill looks."""
    hours = {"hours": clock.hours}
    said = {
        Stands.RUNS: ngettext("%(hours)s hour left", "%(hours)s hours left", clock.hours),
        Stands.OVERDUE: ngettext("%(hours)s hour late", "%(hours)s hours late", clock.hours),
        Stands.LATE: ngettext("told %(hours)s hour late", "told %(hours)s hours late", clock.hours),
        Stands.IN_TIME: _("told in time"),
        Stands.NOT_NEEDED: _("need not be told"),
    }[clock.stands]
    kinds = {Stands.RUNS: "ask", Stands.OVERDUE: "no", Stands.LATE: "no"}
    return {"words": said % hours if "%(" in said else said, "kind": kinds.get(clock.stands, "fits")}


class DataProtectionView(LoginRequiredMixin, View):
    """Whom to tell; and, for who keeps it, the register, the assessment and the count."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._draw(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        user = signed_in(request)
        kinds: dict[str, type[forms.Form]] = {"breach": BreachForm, "assessment": AssessmentForm}
        made = kinds.get(request.POST.get("verb", ""))
        if made is None or not breaches.is_keeper(user):
            raise Http404
        form = made(request.POST)
        if form.is_valid():
            said, by = form.cleaned_data, user.as_actor()
            try:
                if isinstance(form, AssessmentForm):
                    breaches.assessed(by=by, **said)
                    messages.success(request, _("Recorded."))
                    return redirect("data_protection")
                aware_at = moment(said)
                assert aware_at is not None  # both are required
                told = {name: said[name] for name in ("happened", "whose", "people", "likely")}
                breach = breaches.record(aware_at=aware_at, by=by, **told)
            except Refused as refused:
                form.add_error(None, str(refused.message))
            except ValidationError as wrong:
                form.add_error(None, wrong.messages)
            else:
                messages.success(request, _("Recorded."))
                return redirect("breach", pk=breach.pk)
        return self._draw(request, form=form, status=400)

    @staticmethod
    def _draw(request: HttpRequest, *, form: forms.Form | None = None, status: int = 200) -> HttpResponse:
        user = signed_in(request)
        context: dict[str, Any] = {"officer": legal.officer(NamedOfficer.Kind.PRIVACY)}
        if breaches.is_keeper(user):
            register = Breach.objects.visible_to(user).prefetch_related("notes").order_by("-aware_at", "-id")
            page = Paginator(register, PAGE_SIZE).get_page(request.GET.get("page"))
            now = timezone.now()
            assessment = ImpactAssessment.objects.visible_to(user).newest()
            context |= {
                "keeps": True,
                "page": page,
                "rows": [
                    {
                        "breach": one,
                        "clock": told_of(breaches.clock(one, now)),
                        "people_know": breaches.people_know(one.notes.all()),
                    }
                    for one in page
                ],
                "assessment": assessment,
                "is_past": assessment is not None and assessment.is_past(),
                "files": sensitivity.count_shown(),
                "many": sensitivity.MANY,
                "breach_form": form if isinstance(form, BreachForm) else BreachForm(initial=_now()),
                "assessment_form": form if isinstance(form, AssessmentForm) else AssessmentForm(),
            }
        response = render(request, "admin/data_protection.html", context, status=status)
        response["Cache-Control"] = "no-store"
        return response


class BreachView(LoginRequiredMixin, View):
    """One breach, with all that was done and told; nothing is ever changed, only written beneath."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return self._draw(request, self._found(request, pk))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        breach, user = self._found(request, pk), signed_in(request)
        kinds: dict[str, type[forms.Form]] = {"deed": DeedForm, "authority": AuthorityForm, "people": PeopleForm}
        made = kinds.get(request.POST.get("verb", ""))
        if made is None:
            raise Http404
        form = made(request.POST)
        if form.is_valid():
            try:
                self._write(breach, form.cleaned_data, user)
            except Refused as refused:
                form.add_error(None, str(refused.message))
            except ValidationError as wrong:
                form.add_error(None, wrong.messages)
            else:
                messages.success(request, _("Recorded."))
                return redirect("breach", pk=pk)
        return self._draw(request, breach, form=form, status=400)

    @staticmethod
    def _write(breach: Breach, said: dict[str, Any], user: User) -> None:
        told: dict[str, Any] = {
            name: said[name] for name in ("kind", "words", "why_late", "people", "ground") if name in said
        }
        if said["kind"] == Kind.NOT_TOLD:
            told["people"] = None
        if said["kind"] in (Kind.REPORTED, Kind.TOLD):
            told["on"] = moment(said)
        breaches.note(breach, by=user.as_actor(), **told)

    @staticmethod
    def _found(request: HttpRequest, pk: UUID) -> Breach:
        found: Breach | None = Breach.objects.visible_to(signed_in(request)).filter(pk=pk).first()
        if found is None:
            raise Http404
        return found

    @staticmethod
    def _draw(
        request: HttpRequest, breach: Breach, *, form: forms.Form | None = None, status: int = 200
    ) -> HttpResponse:
        notes = list(breach.notes.order_by("id"))
        clock = breaches.clock(breach, timezone.now(), notes)
        context = {
            "breach": breach,
            "notes": notes,
            "clock": told_of(clock),
            "due_at": clock.due_at,
            "counts": clock.stands in ALERTS,
            "alert": ALERTS.get(clock.stands, "info"),
            "people_know": breaches.people_know(notes),
            "forms": [
                ("deed", _("Write down what was done or learnt"), form if isinstance(form, DeedForm) else DeedForm()),
                (
                    "authority",
                    _("Was the authority told?"),
                    form if isinstance(form, AuthorityForm) else AuthorityForm(),
                ),
                ("people", _("Were the people told?"), form if isinstance(form, PeopleForm) else PeopleForm()),
            ],
        }
        response = render(request, "admin/breach.html", context, status=status)
        response["Cache-Control"] = "no-store"
        return response


def _now() -> dict[str, Any]:
    now = timezone.localtime()
    return {"day": now.date(), "time": now.time().replace(second=0, microsecond=0)}
