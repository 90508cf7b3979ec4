"""Whom do we train for what, and did they get work?"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from kesher.accounts.models import User
from kesher.base.transitions import Refused
from kesher.base.translated import in_language
from kesher.directory.models import Service, Term
from kesher.directory.states import EDITORS
from kesher.people import files
from kesher.referrals import cohorts
from kesher.referrals.models import Cohort, Referral
from kesher.referrals.vocabularies import SEATED, TAKEN_ON, Outcome, State
from kesher.www.forms import Typed
from kesher.www.overwriting import Seen, differences, with_stamp
from kesher.www.referrals.access import PAGE_SIZE, InARole, drawn, signed_in
from kesher.www.referrals.words import LOOKS

YEAR = timedelta(days=365)
#: The most lines of what is asked for in vain.
MOST = 12
ENDS = {**dict(Outcome.choices), "left": gettext_lazy("left before the end"), "there": gettext_lazy("are still there")}


class KeepersOnly(InARole):
    """Those who run services: what a group is, they say."""

    roles_let_in = frozenset(str(role) for role in EDITORS)


def own_services(user: User) -> Any:
    """What a group can be of."""
    return Service.objects.filter(organisation__in=user.organisation_ids_as(EDITORS)).order_by("id")


class CohortForm(Typed, Seen):
    """A group: of what, when, how many seats."""

    service = forms.ChoiceField(label=gettext_lazy("Of which service?"))
    name = forms.CharField(
        label=gettext_lazy("Name of the group"),
        help_text=gettext_lazy("Morning group, say."),
        max_length=120,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
    starts_on = forms.DateField(
        label=gettext_lazy("begins"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    ends_on = forms.DateField(
        label=gettext_lazy("ends"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    seats = forms.IntegerField(label=gettext_lazy("Seats in all"), min_value=1, max_value=1000)
    taken_elsewhere = forms.IntegerField(
        label=gettext_lazy("Seats taken by people who came another way"),
        help_text=gettext_lazy("A number; nobody is named."),
        min_value=0,
        max_value=1000,
        required=False,
    )

    def __init__(self, *args: Any, services: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["service"]
        field.choices = services

    def clean_taken_elsewhere(self) -> int:
        return self.cleaned_data["taken_elsewhere"] or 0


def _named(services: Any) -> list[tuple[str, str]]:
    language = translation.get_language() or settings.LANGUAGE_CODE
    return [(str(one.pk), in_language(one.name, language).text) for one in services]


class CohortsView(KeepersOnly, View):
    """One's groups, the next to begin first; then what people are refused for, and what became of those who came."""

    def get(self, request: HttpRequest) -> HttpResponse:
        user = signed_in(request)
        # Any: each carries "seated"
        mine: Any = Cohort.objects.visible_to(user).with_seats_taken().select_related("service")
        page = Paginator(mine.order_by("closed_at", "starts_on", "id"), PAGE_SIZE).get_page(request.GET.get("page"))
        unseated = Referral.objects.received_by(user).filter(state__in=TAKEN_ON, cohort=None)
        waiting = dict.fromkeys({one.service_id for one in page.object_list}, 0)
        for service in unseated.order_by().filter(service__in=waiting).values_list("service", flat=True):
            waiting[service] += 1
        services, terms = cohorts.demand(since=timezone.now() - YEAR)
        names = Service.objects.in_bulk([one.key for one in services[:MOST]])
        subjects = Term.objects.in_bulk([one.key for one in terms[:MOST]])
        context = {
            "page": page,
            "rows": [
                {
                    "cohort": one,
                    "free": max(one.seats - one.taken_elsewhere - one.seated, 0) if one.is_open else 0,
                    "taken": one.seated + one.taken_elsewhere,
                    "waiting": waiting[one.service_id],
                }
                for one in page.object_list
            ],
            "new": Referral.objects.received_by(user).filter(state=State.REQUESTED).count(),
            "services": [
                {"name": names[one.key].name, "refused": one.refused} for one in services[:MOST] if one.key in names
            ],
            "subjects": [
                {"name": subjects[one.key].name, "refused": one.refused} for one in terms[:MOST] if one.key in subjects
            ],
            "since": (timezone.now() - YEAR).date(),
        }
        return drawn(request, "college/cohorts.html", context)


class NewCohortView(KeepersOnly, View):
    """Open a group."""

    def get(self, request: HttpRequest) -> HttpResponse:
        services = own_services(signed_in(request))
        return self._draw(request, CohortForm(services=_named(services), initial={"taken_elsewhere": 0}))

    def post(self, request: HttpRequest) -> HttpResponse:
        user = signed_in(request)
        services = own_services(user)
        form = CohortForm(request.POST, services=_named(services))
        if not form.is_valid():
            return self._draw(request, form, status=400)
        said = form.told
        service = services.get(pk=said.pop("service"))
        try:
            cohort = cohorts.open_cohort(service, by=user.as_actor(service.organisation_id), **said)
        except Refused as refused:
            form.add_error(None, str(refused.message))
            return self._draw(request, form, status=400)
        messages.success(request, _("The group is open: its seats stand in the directory."))
        return redirect("college_cohort", pk=cohort.pk)

    @staticmethod
    def _draw(request: HttpRequest, form: CohortForm, status: int = 200) -> HttpResponse:
        return drawn(request, "college/new.html", {"form": form, "any": bool(form.fields["service"].choices)}, status)  # type: ignore[attr-defined]


class CohortView(KeepersOnly, View):
    """One group: who sits in it, who waits for a seat, what became of those who came. No names: those stand behind the
    referrals, where it is written down who reads them."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return self._draw(request, self._found(request, pk))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        cohort = self._found(request, pk)
        user = signed_in(request)
        by = user.as_actor(cohort.service.organisation_id)
        form = None
        try:
            match request.POST.get("do", ""):
                case "seat":
                    cohorts.seat(self._referral(request), cohort, by=by)
                case "leave":
                    cohorts.leave_seat(self._referral(request), by=by)
                case "close":
                    cohorts.close(cohort, by=by)
                case "change":
                    form = self._form(cohort, request.POST)
                    if not form.is_valid():
                        return self._draw(request, cohort, form=form, status=400)
                    said = {name: value for name, value in form.told.items() if name != "service"}
                    cohorts.change(cohort, by=by, seen=form.cleaned_data["seen"], **said)
                case _:
                    raise Refused(_("This is not possible in the present state."), "do")
        except files.Changed as changed:
            cohort = self._found(request, pk)
            theirs = differences(changed.rows, said, CohortForm.base_fields)
            form = self._form(cohort, with_stamp(request, cohorts.stamp(cohort)))
            return self._draw(request, cohort, form=form, theirs=theirs, status=409)
        except Refused as refused:
            return self._draw(request, cohort, form=form, refused=str(refused.message), status=400)
        messages.success(request, _("Written down."))
        return redirect("college_cohort", pk=cohort.pk)

    @staticmethod
    def _found(request: HttpRequest, pk: UUID) -> Cohort:
        cohort = Cohort.objects.visible_to(signed_in(request)).select_related("service").filter(pk=pk).first()
        if cohort is None:
            raise Http404
        return cohort

    @staticmethod
    def _referral(request: HttpRequest) -> Referral:
        try:
            key = UUID(request.POST.get("referral", ""))
        except ValueError:
            raise Refused(_("Choose a referral."), "referral") from None
        mine = Referral.objects.received_by(signed_in(request)).select_related("cohort__service")
        referral = mine.filter(pk=key).first()
        if referral is None:
            raise Refused(_("Choose a referral."), "referral")
        return referral

    @staticmethod
    def _form(cohort: Cohort, data: Any = None) -> CohortForm:
        initial = {name: getattr(cohort, name) for name in cohorts.FIELDS} | {"seen": cohorts.stamp(cohort)}
        sent = {**data.dict(), "service": str(cohort.service_id)} if data is not None else None
        form = CohortForm(sent, services=_named([cohort.service]), initial=initial)
        form.fields["service"].widget = forms.HiddenInput()
        form.fields["service"].initial = str(cohort.service_id)
        return form

    def _draw(
        self,
        request: HttpRequest,
        cohort: Cohort,
        *,
        form: CohortForm | None = None,
        theirs: list[dict[str, Any]] | None = None,
        refused: str = "",
        status: int = 200,
    ) -> HttpResponse:
        mine = Referral.objects.received_by(signed_in(request)).filter(service=cohort.service).select_related("sender")
        seated = list(mine.filter(cohort=cohort).order_by("answered_at", "id")[: cohort.seats + 200])
        waiting = list(mine.filter(cohort=None, state__in=TAKEN_ON).order_by("answered_at", "id")[:100])
        taken = sum(one.state in SEATED for one in seated) + cohort.taken_elsewhere
        context = {
            "cohort": cohort,
            "taken": taken,
            "free": max(cohort.seats - taken, 0) if cohort.is_open else 0,
            "seated": [{"referral": one, "look": LOOKS[one.state], "there": one.state in TAKEN_ON} for one in seated],
            "waiting": waiting,
            "results": [(ENDS[end], count) for end, count in cohorts.results(cohort).items() if end in ENDS],
            "form": form or self._form(cohort),
            "form_open": form is not None,
            "theirs": theirs,
            "refused": refused,
        }
        return drawn(request, "college/cohort.html", context, status)
