"""The preview with its verbs, the history, and what visitors reported."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.http import require_POST

from kesher.base.transitions import Refused
from kesher.base.translated import missing_languages
from kesher.directory.editing import confirm, move, settle
from kesher.directory.models import MistakeReport, Service
from kesher.directory.states import SERVICE_STATES
from kesher.www.front.services.views import article, with_all_a_page_shows
from kesher.www.provider.services.history import history_of
from kesher.www.provider.services.writing import editable
from kesher.www.templatetags.kesher import direction_of

#: event -> the word on its button, and what it means for readers.
VERBS = {
    "publish": (gettext_lazy("Publish"), gettext_lazy("Everybody can find and read it.")),
    "suspend": (gettext_lazy("Take down for now"), gettext_lazy("Nobody finds it until it is put back.")),
    "restore": (gettext_lazy("Put back"), gettext_lazy("Everybody can find and read it again.")),
    "archive": (gettext_lazy("Archive"), gettext_lazy("The service has ended. Its address says so.")),
    "reopen": (gettext_lazy("Take out of the archive"), gettext_lazy("It becomes a draft again.")),
}


def verbs_for(service: Service, by: Any) -> list[dict[str, Any]]:
    """What the visitor could do with it now, and what stands in the way."""
    found = []
    for transition in SERVICE_STATES.transitions:
        if service.state not in transition.sources or not transition.roles & by.roles:
            continue
        refusal = SERVICE_STATES.refusal(service, transition.event, by=by, reason="-")
        label, meaning = VERBS[transition.event]
        found.append(
            {
                "event": transition.event,
                "label": label,
                "meaning": meaning,
                "reason_required": transition.reason_required,
                "refusal": refusal.message if refusal else "",
            }
        )
    return found


class PreviewView(LoginRequiredMixin, View):
    """How visitors will see it, in any language, and the way to the public."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return self.draw(request, pk)

    def draw(
        self, request: HttpRequest, pk: UUID, *, refused: str = "", event: str = "", reason: str = "", status: int = 200
    ) -> HttpResponse:
        editable(request, pk)
        service = with_all_a_page_shows(Service.objects.editable_by(request.user)).get(pk=pk)
        by = request.user.as_actor(service.organisation_id)  # type: ignore[union-attr]
        current = translation.get_language() or settings.LANGUAGE_CODE
        shown = request.GET.get("in", current)
        if shown not in dict(settings.LANGUAGES):
            shown = current
        with translation.override(shown):
            page = render_to_string("front/services/article.html", article(service) | {"heading": "h2"}, request)
        now = timezone.localdate()
        context = {
            "service": service,
            "page": page,
            "shown": shown,
            "shown_direction": direction_of(shown),
            "choices": [
                {"code": code, "own_name": name, "query": f"?in={code}", "current": code == shown}
                for code, name in settings.LANGUAGES
            ],
            "verbs": verbs_for(service, by),
            "missing": bool(missing_languages(service, [shown]).get(shown)),
            "stale": service.is_stale(now),
            "refused": refused,
            "event": event,
            "typed": reason,
        }
        return render(request, "provider/preview.html", context, status=status)


class HistoryView(LoginRequiredMixin, View):
    """Who changed what, when and why."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        service = editable(request, pk)
        own = service.organisation_id in request.user.organisation_ids  # type: ignore[union-attr]
        entries = history_of(service, names_may_be_seen=own)
        return render(request, "provider/history.html", {"service": service, "entries": entries})


class ReportsView(LoginRequiredMixin, View):
    """What visitors say is wrong with the page."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        service = editable(request, pk)
        reports = MistakeReport.objects.visible_to(request.user).filter(service=service)
        context = {
            "service": service,
            "open": list(reports.open()),
            "settled": list(reports.exclude(settled_at=None)[:20]),
        }
        return render(request, "provider/reports.html", context)


@login_required
@require_POST
def settle_report(request: HttpRequest, pk: UUID) -> HttpResponse:
    """It has been looked at."""
    report = MistakeReport.objects.visible_to(request.user).select_related("service").filter(pk=pk).first()
    if report is None:
        raise Http404
    settle(report, by=request.user.as_actor(report.service.organisation_id))  # type: ignore[union-attr]
    messages.success(request, _("Thank you. The report is settled."))
    if request.POST.get("next") == "moderation":
        return redirect("moderation")
    return redirect("provider_service_reports", pk=report.service_id)


@login_required
@require_POST
def confirm_service(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Still right."""
    service = editable(request, pk)
    by = request.user.as_actor(service.organisation_id)  # type: ignore[union-attr]
    confirm(service, by=by, today=timezone.localdate())
    messages.success(request, _("Thank you. We will ask again when it is time."))
    return redirect("provider_services")


@login_required
@require_POST
def move_service(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Publish, take down, put back, archive, reopen."""
    service = editable(request, pk)
    event, reason = request.POST.get("event", ""), request.POST.get("reason", "")[:500]
    by = request.user.as_actor(service.organisation_id)  # type: ignore[union-attr]
    try:
        move(service, event, by=by, reason=reason)
    except Refused as refused:
        return PreviewView().draw(request, pk, refused=str(refused.message), event=event, reason=reason, status=400)
    messages.success(request, _("Done. It is now: %(state)s.") % {"state": service.get_state_display()})
    return redirect("provider_service_preview", pk=pk)
