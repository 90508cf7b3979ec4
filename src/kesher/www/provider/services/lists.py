"""The services of one's own organisations: what needs a look first."""

from datetime import date
from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.paginator import Paginator
from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from kesher.accounts.models import Organisation
from kesher.accounts.roles import Role
from kesher.base.models import Event
from kesher.directory.models import MistakeReport, Service
from kesher.directory.reminders import AHEAD
from kesher.directory.states import EDITORS, OVERSEERS

PAGE_SIZE = 30

#: What ?show= may be: its word, and which services it leaves.
SHOWN = {
    "": _("All"),
    "due": _("To be checked"),
    "reports": _("With reports"),
    "draft": _("Drafts"),
    "archived": _("Archived"),
}


def in_order_of_need(services: QuerySet[Service], today: date) -> QuerySet[Service]:
    """Stale ones first, then by the day the check is due; what is archived last. With the number of open reports."""
    return services.annotate(
        open_reports=Count("mistake_reports", filter=Q(mistake_reports__settled_at=None)),
        rank=Case(
            When(state=Service.State.ARCHIVED, then=Value(2)),
            When(check_by__lt=today, then=Value(0)),
            default=Value(1),
            output_field=IntegerField(),
        ),
    ).order_by("rank", F("check_by").asc(nulls_last=True), "id")


class ProviderServicesView(LoginRequiredMixin, TemplateView):
    """My services: state, when they were checked, what visitors reported."""

    template_name = "provider/services.html"

    @cached_property
    def today(self) -> date:
        return timezone.localdate()

    @cached_property
    def organisations(self) -> list[Organisation]:
        """Where the user edits services, each once; those who oversee all have no list of their own."""
        own: dict[Any, Organisation] = {}
        for membership in self.request.user.memberships_in_force:  # type: ignore[union-attr]
            if membership.role in EDITORS:
                own[membership.organisation_id] = membership.organisation
        return list(own.values())

    def narrowed(self, services: QuerySet[Service], show: str, organisation: Organisation | None) -> QuerySet[Service]:
        if organisation:
            services = services.filter(organisation=organisation)
        match show:
            case "due":
                return services.filter(state=Service.State.PUBLISHED, check_by__lte=self.today + AHEAD)
            case "reports":
                return services.filter(Exists(MistakeReport.objects.open().filter(service=OuterRef("pk"))))
            case "draft" | "archived":
                return services.filter(state=show)
        return services

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        show = self.request.GET.get("show", "")
        show = show if show in SHOWN else ""
        wanted = self.request.GET.get("organisation", "")
        organisation = next((o for o in self.organisations if str(o.pk) == wanted), None)
        mine = in_order_of_need(Service.objects.editable_by(user).select_related("organisation", "dataset"), self.today)
        page = Paginator(self.narrowed(mine, show, organisation), PAGE_SIZE).get_page(self.request.GET.get("page"))
        kept = f"&organisation={organisation.pk}" if organisation else ""
        return super().get_context_data(
            **kwargs,
            page=page,
            rows=[
                {"service": service, "stale": service.is_stale(self.today), "soon": self._soon(service)}
                for service in page.object_list
            ],
            tabs=[
                {"label": label, "query": f"?show={key}{kept}", "current": key == show} for key, label in SHOWN.items()
            ],
            show=show,
            query=f"show={show}{kept}",
            organisations=self.organisations,
            organisation=organisation,
            waiting=[o for o in self.organisations if o.state == Organisation.State.PENDING],
            not_in=self._not_in(),
            may_write=bool(self.organisations),
            oversees=user.has_role(*OVERSEERS),
            stranger=not self.organisations and not user.has_role(*OVERSEERS),
        )

    def _soon(self, service: Service) -> bool:
        return (
            service.state == Service.State.PUBLISHED
            and service.check_by is not None
            and self.today <= service.check_by <= self.today + AHEAD
        )

    def _not_in(self) -> list[dict[str, Any]]:
        """One's organisations that were refused or suspended, with the reason given; their administrators may ask again."""
        user: Any = self.request.user
        out = {
            o.pk: o for o in self.organisations if o.state in (Organisation.State.REFUSED, Organisation.State.SUSPENDED)
        }
        reasons: dict[Any, str] = {}
        if out:
            names = ("organisation.refuse", "organisation.suspend")
            for event in Event.objects.filter(about_id__in=out, name__in=names).order_by("id"):
                reasons[event.about_id] = event.reason
        return [
            {
                "organisation": organisation,
                "reason": reasons.get(key, ""),
                "may_ask": organisation.state == Organisation.State.REFUSED
                and Role.ORGANISATION_ADMIN in user.roles_in(key),
            }
            for key, organisation in out.items()
        ]
