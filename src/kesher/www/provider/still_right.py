"""The page behind the link in the mail: "yes, still right", one click each, without logging in."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from kesher.directory.editing import confirm
from kesher.directory.reminders import AHEAD
from kesher.directory.still_right import Asked, Expired, answered, asked_by, waiting
from kesher.www.key_pages import guarded


class StillRightView(View):
    """Looking changes nothing (programs of mail servers open links, too); a button confirms."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        asked = self._asked(token)
        if asked is None:
            return self._draw(request, {"asked": None}, status=410)
        left = waiting(asked, timezone.localdate() + AHEAD)
        return self._draw(request, {"asked": asked, "waiting": left, "answered": answered(asked)})

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        asked = self._asked(token)
        if asked is None:
            return self._draw(request, {"asked": None}, status=410)
        today = timezone.localdate()
        chosen = request.POST.get("service", "")
        # One that is answered already (a second click, a colleague) is not asked again, and that is no error.
        for service in waiting(asked, today + AHEAD):
            if str(service.pk) == chosen:
                confirm(service, by=asked.actor, today=today)
                messages.success(request, _("Thank you. We will ask again when it is time."))
        return redirect("still_right", token=token)

    @staticmethod
    def _draw(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
        return guarded(render(request, "provider/still_right.html", context, status=status))

    @staticmethod
    def _asked(token: str) -> Asked | None:
        """Who is answering; None when the link is no longer good; no such page when it never was."""
        try:
            asked = asked_by(token)
        except Expired:
            return None
        if asked is None:
            raise Http404
        return asked
