"""Who waits for a call of one's organisation, and what came of it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.http import require_POST

from kesher.accounts.models import User
from kesher.base import logs
from kesher.base.access import record_read
from kesher.base.models import Event
from kesher.base.transitions import Refused
from kesher.directory import call_backs
from kesher.directory.call_back_notices import PATIENCE, working_days
from kesher.directory.models import CALLERS, CallBack
from kesher.www.caseworker.access import signed_in
from kesher.www.caseworker.people.access import organisations_with_files
from kesher.www.languages import language_name

PAGE_SIZE = 30
PURPOSE = "call back"

#: What ?show= may be, and its word.
SHOWN: dict[str, str | Promise] = {"waiting": gettext_lazy("Waiting"), "done": gettext_lazy("Done")}

#: What has happened to a request, as its page tells it.
HAPPENED: dict[str, str | Promise] = {
    "call_back.miss": gettext_lazy("called, not reached"),
    "call_back.reach": gettext_lazy("spoken with"),
    "call_back.close": gettext_lazy("closed without a call"),
}


class CallersOnly(View):
    """Those who call back in one of their organisations; for anybody else there is no such page."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user: Any = request.user
        if not user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not user.has_role(*CALLERS):
            raise Http404
        response: HttpResponse = super().dispatch(request, *args, **kwargs)  # type: ignore[assignment]
        return response


def waited(call_back: CallBack) -> int:
    """Working days since it was asked, or since somebody last tried."""
    return working_days(timezone.localdate(call_back.waits_since), timezone.localdate())


class ProviderCallBacksView(CallersOnly):
    """The longest wait first. No name and no number stands here: who opens a request is written down."""

    def get(self, request: HttpRequest) -> HttpResponse:
        show = request.GET.get("show", "")
        show = show if show in SHOWN else "waiting"
        mine = CallBack.objects.visible_to(request.user)
        lists: dict[str, QuerySet[CallBack]] = {
            "waiting": mine.waiting(),
            "done": mine.filter(state__in=[CallBack.State.REACHED, CallBack.State.CLOSED]).order_by(
                "-answered_at", "-id"
            ),
        }
        rows = lists[show].select_related("service", "organisation")
        page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
        context = {
            "show": show,
            "query": f"show={show}",
            "page": page,
            "tabs": [
                {"label": label, "count": lists[key].count(), "query": f"?show={key}", "current": key == show}
                for key, label in SHOWN.items()
            ],
            "rows": [
                {
                    "call_back": call_back,
                    "language": language_name(call_back.language),
                    "when": [CallBack.When(part).label for part in call_back.when if part in CallBack.When],
                    "days": waited(call_back),
                    "late": call_back.is_waiting and waited(call_back) >= PATIENCE,
                }
                for call_back in page.object_list
            ],
            "several": len({m.organisation_id for m in request.user.memberships_in_force if m.role in CALLERS}) > 1,  # type: ignore[union-attr]
        }
        return render(request, "provider/call_backs.html", context)


class ProviderCallBackView(CallersOnly):
    """One request: the number to press, and what came of it. Whoever opens it is noted in the log of reads."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return self._draw(request, self.found(request, pk))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        call_back = self.found(request, pk)
        event, reason = request.POST.get("event", ""), request.POST.get("reason", "")
        by = request.user.as_actor(call_back.organisation_id)  # type: ignore[union-attr]
        try:
            call_backs.answer(call_back, event, by=by, reason=reason if event == "close" else "")
        except Refused as refused:
            return self._draw(request, call_back, refused=str(refused.message), event=event, status=400)
        messages.success(request, _("Recorded: %(what)s.") % {"what": call_back.get_state_display()})
        return redirect("provider_call_backs")

    @staticmethod
    def found(request: HttpRequest, pk: UUID) -> CallBack:
        mine = CallBack.objects.visible_to(request.user).select_related("service", "organisation")
        call_back = mine.filter(pk=pk).first()
        if call_back is None:
            raise Http404
        return call_back

    def _draw(
        self, request: HttpRequest, call_back: CallBack, *, refused: str = "", event: str = "", status: int = 200
    ) -> HttpResponse:
        by = request.user.as_actor(call_back.organisation_id)  # type: ignore[union-attr]
        record_read(call_back, by=by, purpose=PURPOSE, request_id=logs.request_id.get())
        context = {
            "call_back": call_back,
            "number": call_backs.digits_of(call_back.phone),
            "spoken": language_name(call_back.language),
            "when": [CallBack.When(part).label for part in call_back.when if part in CallBack.When],
            "days": waited(call_back),
            "trail": self._trail(call_back),
            "reasons": call_backs.WhyClosed.choices,
            "refused": refused,
            "event": event,
            # once they have been spoken with; a shelter's worker who keeps no files is not offered one
            "keeps_files": not call_back.is_waiting and bool(organisations_with_files(signed_in(request))),
        }
        response = render(request, "provider/call_back.html", context, status=status)
        response["Cache-Control"] = "no-store"  # a number on a screen that others use after us
        return response

    @staticmethod
    def _trail(call_back: CallBack) -> list[dict[str, Any]]:
        """What happened, when, and by which colleague."""
        events = list(Event.objects.filter(about_id=call_back.pk, name__in=HAPPENED).order_by("id"))
        names = {
            user.pk: str(user)
            for user in User.objects.filter(pk__in={e.actor_id for e in events if e.actor_id}).order_by("id")
        }
        reasons = dict(call_backs.WhyClosed.choices)
        asked = {"at": call_back.created_at, "what": _("asked for a call"), "who": "", "why": ""}
        return [asked] + [
            {
                "at": event.at,
                "what": HAPPENED[event.name],
                "who": names.get(event.actor_id, "") if event.actor_id else "",
                "why": reasons.get(event.reason, ""),
            }
            for event in events
        ]


@login_required
@require_POST
def erase_call_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    """They asked for it to be erased."""
    call_back = ProviderCallBackView.found(request, pk)
    call_backs.erase(call_back, by=request.user.as_actor(call_back.organisation_id))  # type: ignore[union-attr]
    messages.success(request, _("The request is erased."))
    return redirect("provider_call_backs")
