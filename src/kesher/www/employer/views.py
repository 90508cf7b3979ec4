"""A business at home: what waits for an answer, who learns here, the tutors, what the town has for it.

It sees agreements that name it, and of a person what stands in them; it never looks for people.
"""

from typing import Any
from uuid import UUID

from django.contrib.auth.mixins import AccessMixin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views import View

from kesher.accounts.models import Organisation, User
from kesher.accounts.roles import Role
from kesher.base.transitions import Actor
from kesher.casework.hosting import families, hosts
from kesher.casework.models import TrainingAgreement, WeeklyCheck
from kesher.casework.models.hosts import UNPAID_IN_A_ROW
from kesher.casework.models.training import HOSTS
from kesher.directory.models import OrganisationProfile
from kesher.www.caseworker.access import signed_in
from kesher.www.employer.acts import HOST, Acts
from kesher.www.employer.sections import sections_of
from kesher.www.jobseeker.access import not_kept
from kesher.www.navigation import referrals_owed

#: So many ended ones stand on the page.
MOST_ENDED = 50


def as_host(user: User, host_id: Any) -> Actor:
    """This user as the workplace, and as nothing else they may be there."""
    return Actor(user.pk, host_id, frozenset(map(str, HOSTS)))


class EmployersOnly(AccessMixin):
    """Log in first; for whoever acts for no approved business there is no such page."""

    host: Organisation

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        found = request.user.organisations_as(HOSTS)
        if not found:
            raise Http404
        self.host = found[0]  # whoever serves several works for one of them now
        response: HttpResponse = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return not_kept(response)


class EmployerHomeView(EmployersOnly, View):
    """What waits, what goes on, what has ended."""

    def get(self, request: HttpRequest) -> HttpResponse:
        user, host = signed_in(request), self.host
        seen = TrainingAgreement.objects.of_host(user).filter(host=host).select_related("organisation", "caseworker")
        agreements = list(seen.order_by("starts_on", "id"))
        due = WeeklyCheck.objects.visible_to(user).filter(
            host=host, side=WeeklyCheck.Side.TUTOR, answered_at=None, agreement__state="active"
        )
        asked = [one for one in due.select_related("agreement").order_by("due_on", "id") if one.is_due]
        now = [
            one for one in agreements if one.state in (TrainingAgreement.State.SIGNED, TrainingAgreement.State.ACTIVE)
        ]
        tutors: dict[str, int] = {}
        for one in now:
            tutors[one.tutor] = tutors.get(one.tutor, 0) + 1
        more = sections_of(user, host)
        to_sign = [one for one in agreements if one.state == TrainingAgreement.State.ASKED]
        sent = referrals_owed(user)
        ended = [one for one in reversed(agreements) if one.state == TrainingAgreement.State.ENDED]
        context = {
            "host": host,
            "profile": OrganisationProfile.objects.filter(organisation=host).first(),
            "to_sign": to_sign,
            "due": asked,
            "sent": sent,
            "now": now,
            "ended": ended[:MOST_ENDED],
            "tutors": sorted(tutors.items()),
            "sections": more,
            "waiting": len(to_sign) + len(asked) + sent + sum(one.waiting for one in more),
            "unpaid": families.unpaid_in_a_row([host.pk])[host.pk],
            "in_a_row": UNPAID_IN_A_ROW,
            "days": hosts.RAN_AT_LEAST.days,
            "record": hosts.record_of(host),
            "administers": Role.ORGANISATION_ADMIN in user.roles_in(host.pk),
            "today": timezone.localdate(),
        }
        return render(request, "employer/home.html", context)


class EmployerAgreementView(EmployersOnly, View):
    """One agreement, as the workplace may see it: never the file."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return self._draw(request, self._acts(request, pk))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        acts = self._acts(request, pk)
        if not acts.post():
            return self._draw(request, acts, status=acts.status)
        still = TrainingAgreement.objects.of_host(signed_in(request)).filter(pk=pk).exists()
        return redirect("employer_agreement", pk=pk) if still else redirect("employer_home")

    def _acts(self, request: HttpRequest, pk: UUID) -> Acts:
        user = signed_in(request)
        agreement = (
            TrainingAgreement.objects.of_host(user)
            .filter(pk=pk, host=self.host)
            .select_related("caseworker", "organisation", "host")
            .first()
        )
        if agreement is None:
            raise Http404
        return Acts(request, agreement, by=as_host(user, self.host.pk), side=HOST)

    @staticmethod
    def _draw(request: HttpRequest, acts: Acts, status: int = 200) -> HttpResponse:
        return render(request, "employer/agreement.html", acts.context(), status=status)
