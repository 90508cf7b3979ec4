"""A person's agreements on learning at work: written down, changed while not all have signed, looked after, certified."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from kesher.accounts.models import Organisation, User
from kesher.base.transitions import Actor, Refused
from kesher.casework.hosting import agreements, going, hosts
from kesher.casework.models import TrainingAgreement, TrainingCertificate, WeeklyCheck
from kesher.people.models import Person
from kesher.www.caseworker.access import signed_in
from kesher.www.caseworker.day.access import thing_opened
from kesher.www.caseworker.people.access import FilesOnly, opened
from kesher.www.coding import Coded
from kesher.www.employer.acts import WORKER, Acts
from kesher.www.employer.certificates import as_pdf, can_print, page_of
from kesher.www.employer.forms import TermsForm

#: What stands in "who looked at my file".
TRAINING = "training"


def workplaces(user: User) -> list[Organisation]:
    """Where somebody can learn: approved employers, none of one's own."""
    own = [one.pk for one in user.organisations]
    found = Organisation.objects.approved().filter(kind=Organisation.Kind.EMPLOYER).exclude(pk__in=own)
    return list(found.order_by("id"))


class PersonTrainingView(FilesOnly, View):
    """This person's agreements, and a new one."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        person, _by = opened(request, pk, purpose=TRAINING)
        return self._draw(request, person, self._form(request, person))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        person, by = opened(request, pk, purpose=TRAINING)
        form = self._form(request, person, request.POST)
        if not form.is_valid():
            return self._draw(request, person, form, status=200 if form.is_looking else 400)
        try:
            agreement = agreements.propose(
                person,
                host=form.hosts[form.cleaned_data["host"]],
                terms=form.terms,
                goals=form.cleaned_data["goals"],
                by=by,
                **form.asked,
            )
        except Refused as refused:
            form.add_error(None, str(refused.message))
            return self._draw(request, person, form, status=400)
        messages.success(
            request, _("Written down. Talk with the person: nothing is told to the workplace before they sign.")
        )
        return redirect("training", pk=agreement.pk)

    @staticmethod
    def _form(request: HttpRequest, person: Person, data: Any = None) -> TermsForm:
        asks = agreements.asks_of(person, timezone.localdate())
        return TermsForm(data, hosts=workplaces(signed_in(request)), asks=asks)

    @staticmethod
    def _draw(request: HttpRequest, person: Person, form: TermsForm, status: int = 200) -> HttpResponse:
        user = signed_in(request)
        law, today = agreements.law_here(), timezone.localdate()
        blocked = hosts.blocked_among(one.pk for one in form.hosts.values())
        context = {
            "person": person,
            "form": form,
            "law": law,
            "minima": [(band, law.minimum(band, today)) for band in law.bands if band.may_work],
            "wage": law.wage_on(today),
            "today": today,
            "blocked": Organisation.objects.filter(pk__in=blocked).order_by("id"),
            "agreements": TrainingAgreement.objects.visible_to(user)
            .filter(person=person)
            .select_related("host")
            .order_by("-id")[:20],
        }
        return render(request, "caseworker/training/person.html", context, status=status)


class TrainingView(FilesOnly, View):
    """One agreement: what is agreed, who signed, how each week was, what comes next."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return self._draw(request, *agreement_opened(request, pk))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        agreement, by = agreement_opened(request, pk)
        if request.POST.get("do") == "take-over":
            return self._take_over(request, agreement, by)
        if key := request.POST.get("read", ""):
            return self._read(request, agreement, by, key)
        acts = Acts(request, agreement, by=by, side=WORKER)
        if acts.post():
            return redirect("training", pk=agreement.pk)
        return self._draw(request, agreement, by, acts, status=acts.status)

    def _take_over(self, request: HttpRequest, agreement: TrainingAgreement, by: Actor) -> HttpResponse:
        try:
            going.take_over(agreement, user=signed_in(request), by=by)
        except Refused as refused:
            messages.error(request, str(refused.message))
            return self._draw(request, agreement, by, status=400)
        messages.success(request, _("Written down."))
        return redirect("training", pk=agreement.pk)

    def _read(self, request: HttpRequest, agreement: TrainingAgreement, by: Actor, key: str) -> HttpResponse:
        try:
            check = WeeklyCheck.objects.visible_to(signed_in(request)).filter(agreement=agreement, pk=UUID(key)).first()
        except ValueError:
            check = None
        if check is None:
            raise Http404
        check.agreement = agreement
        try:
            going.read(check, by=by)
        except Refused as refused:
            messages.error(request, str(refused.message))
            return self._draw(request, agreement, by, status=400)
        return redirect("training", pk=agreement.pk)

    @staticmethod
    def _draw(
        request: HttpRequest, agreement: TrainingAgreement, by: Actor, acts: Acts | None = None, status: int = 200
    ) -> HttpResponse:
        acts = acts or Acts(request, agreement, by=by, side=WORKER)
        user = signed_in(request)
        answered = WeeklyCheck.objects.visible_to(user).filter(agreement=agreement).exclude(answered_at=None)
        possible = {one.event for one in agreements.TRAINING_STATES.possible(agreement, by=by)}
        ours = agreement.organisation_id == by.organisation_id
        context = acts.context() | {
            "person": agreement.person,
            "answers": answered.order_by("-answered_at", "-id")[:30],
            "mine": agreement.caseworker_id == user.pk,
            "ours": ours,
            "may_change": "change" in possible,
            "certificate": TrainingCertificate.objects.visible_to(user).filter(agreement=agreement).first(),
            "begin_refused": _why_not(agreement, by) if ours else "",
        }
        return render(request, "caseworker/training/agreement.html", context, status=status)


def _why_not(agreement: TrainingAgreement, by: Actor) -> str:
    """What is missing before the sender signs: said on the page, not found out by pressing."""
    if agreement.state != TrainingAgreement.State.SIGNED:
        return ""
    return str(agreements.may_begin(agreement, by) or "")


def agreement_opened(request: HttpRequest, pk: UUID) -> tuple[TrainingAgreement, Actor]:
    things = TrainingAgreement.objects.select_related("caseworker", "organisation", "host", "certificate")
    agreement, by = thing_opened(request, things, pk, purpose=TRAINING)
    return agreement, by


class TermsView(FilesOnly, View):
    """Other terms, while not all have signed: whoever had signed is asked anew."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        agreement, _by = self._changeable(request, pk)
        initial = {name: getattr(agreement, name) for name in TermsForm.base_fields if hasattr(agreement, name)}
        initial["goals"] = "\n".join(agreement.goals.order_by("id").values_list("text", flat=True))
        initial["trade"] = Coded(text=agreement.trade_words, choice=agreement.trade)
        return self._draw(request, agreement, self._form(agreement, initial=initial))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        agreement, by = agreement_opened(request, pk)  # what was typed is not lost when it cannot be changed any more
        form = self._form(agreement, request.POST)
        if not form.is_valid():
            return self._draw(request, agreement, form, status=200 if form.is_looking else 400)
        seen = request.POST.get("terms", "")
        try:
            agreements.change(
                agreement,
                seen=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 6 else 0,
                terms=form.terms,
                goals=form.cleaned_data["goals"],
                by=by,
                **form.asked,
            )
        except Refused as refused:
            form.add_error(None, str(refused.message))
            stale = refused.code == agreements.STALE
            return self._draw(request, agreement, form, status=409 if stale else 400)
        messages.success(request, _("Written down. All three are asked to sign these terms."))
        return redirect("training", pk=agreement.pk)

    @staticmethod
    def _changeable(request: HttpRequest, pk: UUID) -> tuple[TrainingAgreement, Actor]:
        agreement, by = agreement_opened(request, pk)
        if not any(one.event == "change" for one in agreements.TRAINING_STATES.possible(agreement, by=by)):
            raise Http404
        return agreement, by

    @staticmethod
    def _form(agreement: TrainingAgreement, data: Any = None, initial: Any = None) -> TermsForm:
        asks = agreements.asks_of(agreement.person, agreement.starts_on)
        return TermsForm(data, hosts=None, asks=asks, initial=initial)

    @staticmethod
    def _draw(request: HttpRequest, agreement: TrainingAgreement, form: TermsForm, status: int = 200) -> HttpResponse:
        fresh = TrainingAgreement.objects.get(pk=agreement.pk) if status == 409 else agreement
        context = {"agreement": fresh, "person": agreement.person, "form": form, "stale": status == 409}
        return render(request, "caseworker/training/terms.html", context, status=status)


class CertificateView(FilesOnly, View):
    """To print and to hand over, in the person's language."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        agreement, _by = agreement_opened(request, pk)
        certificate = certificate_of(request, agreement)
        context = {
            "person": agreement.person,
            "agreement": agreement,
            "paper": page_of(certificate),
            "can_print": can_print(),
        }
        return render(request, "caseworker/training/certificate.html", context)


class CertificateFileView(FilesOnly, View):
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        agreement, _by = agreement_opened(request, pk)
        return as_pdf(certificate_of(request, agreement))


def certificate_of(request: HttpRequest, agreement: TrainingAgreement) -> TrainingCertificate:
    theirs = TrainingCertificate.objects.visible_to(signed_in(request)).filter(agreement=agreement)
    found: TrainingCertificate | None = theirs.first()
    if found is None:
        raise Http404
    found.agreement = agreement
    return found
