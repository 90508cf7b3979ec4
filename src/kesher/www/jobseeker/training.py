"""My work placement: what is proposed, what I sign, how each week was, whom I tell when I am worried, my certificates."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views import View

from kesher.casework.models import TrainingAgreement, TrainingCertificate
from kesher.www.caseworker.access import signed_in
from kesher.www.employer.acts import PERSON, Acts
from kesher.www.employer.certificates import as_pdf, can_print, page_of
from kesher.www.jobseeker.access import OwnFile

#: Whoever was hurt often says so only when it is over: so long the concern button stays.
STILL_HEARD: Final = timedelta(days=365)


class MyTrainingView(OwnFile, View):
    """Every agreement of mine that is open or ended lately, and all that have a certificate."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._draw(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            pk = UUID(request.POST.get("agreement", ""))
        except ValueError:
            raise Http404 from None
        agreement = self._mine(request).filter(pk=pk).first()
        if agreement is None:
            raise Http404
        acts = Acts(request, agreement, by=self.by, side=PERSON)
        return redirect("my_training") if acts.post() else self._draw(request, acts, status=acts.status)

    def _mine(self, request: HttpRequest) -> QuerySet[TrainingAgreement]:
        mine: QuerySet[TrainingAgreement] = TrainingAgreement.objects.visible_to(signed_in(request))
        ended = Q(state=TrainingAgreement.State.ENDED)
        lately = ended & (Q(ended_on__gte=timezone.localdate() - STILL_HEARD) | Q(certificate__isnull=False))
        # those that go on come first
        shown = mine.filter(Q(state__in=TrainingAgreement.OPEN) | lately, person=self.person)
        ordered = shown.order_by(F("ended_on").desc(nulls_first=True), "id")
        return ordered.select_related("caseworker", "organisation", "host", "person", "certificate")

    def _draw(self, request: HttpRequest, tried: Acts | None = None, status: int = 200) -> HttpResponse:
        shown = []
        for agreement in self._mine(request):
            same = tried is not None and tried.agreement.pk == agreement.pk
            acts = tried if same and tried is not None else Acts(request, agreement, by=self.by, side=PERSON)
            shown.append(acts.context() | {"certificate": getattr(agreement, "certificate", None)})
        return render(request, "jobseeker/training.html", {"shown": shown}, status=status)


class MyCertificateView(OwnFile, View):
    """To show and to print."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        certificate = self.certificate(pk)
        context = {"paper": page_of(certificate), "agreement": certificate.agreement, "can_print": can_print()}
        return render(request, "jobseeker/certificate.html", context)

    def certificate(self, pk: UUID) -> TrainingCertificate:
        mine = TrainingCertificate.objects.filter(person=self.person, agreement=pk)
        found: TrainingCertificate | None = mine.select_related("agreement__host", "agreement__organisation").first()
        if found is None:
            raise Http404
        return found


class MyCertificateFileView(MyCertificateView):
    def without(self, request: HttpRequest) -> HttpResponse:
        return redirect("my_file")

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return as_pdf(self.certificate(pk))
