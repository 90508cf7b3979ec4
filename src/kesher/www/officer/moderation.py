"""The moderators' desk: who asks to be let in, who was sent away for a time, what visitors report."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.mixins import AccessMixin
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from kesher.accounts.conflicts import belonging, belongs_to
from kesher.accounts.models import Organisation
from kesher.accounts.states import DECIDERS, ORGANISATION_STATES
from kesher.base.models import Event
from kesher.base.transitions import Refused
from kesher.directory.models import MistakeReport
from kesher.directory.registration import possible_duplicates
from kesher.directory.states import OVERSEERS

PAGE_SIZE = 20
VERBS = {
    "approve": gettext_lazy("Approve"),
    "refuse": gettext_lazy("Refuse"),
    "suspend": gettext_lazy("Suspend"),
    "restore": gettext_lazy("Let in again"),
}


class OverseersOnly(AccessMixin):
    """Log in first; for anybody else there is no such page."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user: Any = request.user
        if not user.is_authenticated:
            return self.handle_no_permission()
        if not user.has_role(*OVERSEERS):
            raise Http404
        response: HttpResponse = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return response


class ModerationView(OverseersOnly, View):
    """``?show=``: waiting (default), suspended, refused, reports."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.draw(request)

    def draw(self, request: HttpRequest, *, refused: dict[str, str] | None = None, status: int = 200) -> HttpResponse:
        user: Any = request.user
        organisations = Organisation.objects.visible_to(user).select_related("profile")
        lists: dict[str, tuple[Any, QuerySet[Any]]] = {
            "waiting": (_("Asking to be let in"), organisations.waiting_for_approval().order_by("id")),
            "reports": (
                _("Reports of mistakes"),
                MistakeReport.objects.visible_to(user).open().select_related("service__organisation").order_by("id"),
            ),
            "suspended": (_("Suspended"), organisations.filter(state=Organisation.State.SUSPENDED).order_by("id")),
            "refused": (_("Refused"), organisations.filter(state=Organisation.State.REFUSED).order_by("id")),
        }
        show = request.GET.get("show", "")
        show = show if show in lists else "waiting"
        counts = {key: found.count() for key, (_label, found) in lists.items()}
        page = Paginator(lists[show][1], PAGE_SIZE).get_page(request.GET.get("page"))
        context = {
            "show": show,
            "query": f"show={show}",
            "page": page,
            "tabs": [
                {"label": label, "count": counts[key], "query": f"?show={key}", "current": key == show}
                for key, (label, _found) in lists.items()
            ],
            "cards": self._cards(user, list(page.object_list)) if show != "reports" else [],
            "refused": refused or {},
        }
        return render(request, "officer/moderation.html", context, status=status)

    @staticmethod
    def _cards(user: Any, asking: list[Organisation]) -> list[dict[str, Any]]:
        like = possible_duplicates(asking)
        told = {}
        keys = [organisation.pk for organisation in asking]
        for event in Event.objects.filter(about_id__in=keys, about_type="accounts.organisation").order_by("id"):
            if event.reason:
                told[event.about_id] = event.reason
        own = belonging(user.pk)
        return [
            {
                "organisation": organisation,
                "profile": getattr(organisation, "profile", None),
                "like": like[organisation.pk],
                "reason": told.get(organisation.pk, ""),
                "verbs": [
                    {"event": t.event, "label": VERBS[t.event], "reason_required": t.reason_required}
                    for t in ORGANISATION_STATES.possible(
                        organisation, by=user.as_actor(organisation.pk), guards=organisation.pk in own
                    )
                    if t.event in VERBS
                ],
            }
            for organisation in asking
        ]


class DecideView(OverseersOnly, View):
    """Approve, refuse, suspend, let in again."""

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        user: Any = request.user
        organisation = Organisation.objects.visible_to(user).filter(pk=pk).first()
        if organisation is None or not user.has_role(*DECIDERS):
            raise Http404
        event, reason = request.POST.get("event", ""), request.POST.get("reason", "")[:1000]
        if event not in VERBS:
            raise Http404
        try:
            own = int(belongs_to(user.pk, pk))  # only where nobody else could decide
            ORGANISATION_STATES.apply(organisation, event, by=user.as_actor(pk), reason=reason, own=own)
        except Refused as refused:
            kept = {"pk": str(pk), "message": str(refused.message), "typed": reason}
            return ModerationView().draw(request, refused=kept, status=400)
        messages.success(request, _("Done. It is now: %(state)s.") % {"state": organisation.get_state_display()})
        return redirect("moderation")
