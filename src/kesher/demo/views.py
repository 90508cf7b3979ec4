"""Spend a day as somebody of the demo town: choose, log in with one press, and put everything back."""

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import TemplateView

from kesher.accounts.models import User
from kesher.base.models import Portal
from kesher.demo.build import reset
from kesher.demo.organisations import OFFICES
from kesher.demo.visitors import EVERYBODY, KEEPERS, VISITORS, Visitor
from kesher.formats.records import Text

LOG_IN_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
TEMPLATE = "demo/visitors.html"
RESET_EVERY = 60  # seconds
RESET_MARK = "demo-reset"


@dataclass(frozen=True, slots=True)
class Card:
    """A visitor as the page shows them; ``built`` = the room of their task exists."""

    visitor: Visitor
    office: Text
    built: bool


def _there(url_name: str) -> str | None:
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return None


def _cards(visitors: Iterable[Visitor]) -> list[Card]:
    return [
        Card(
            visitor=visitor,
            office=OFFICES[visitor.office].name if visitor.office else {},
            built=_there(visitor.room) is not None,
        )
        for visitor in visitors
    ]


def _page() -> dict[str, Any]:
    return {"visitors": _cards(VISITORS), "keepers": _cards(KEEPERS)}


class DemoOnly(View):
    """Both must say demo: the settings of this process and the portal in its database. Else there is no such page."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # Not the cached portal: nobody is logged in without a password on the word of a cache.
        if not settings.DEMO or not Portal.objects.filter(is_demo=True).exists():
            raise Http404
        return super().dispatch(request, *args, **kwargs)


class VisitorsView(DemoOnly, TemplateView):
    """Six visitors, each with one guided task; and those who keep the portal in order."""

    template_name = TEMPLATE
    http_method_names = ["get", "head", "options"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**_page(), **kwargs)


class LogInView(DemoOnly):
    """Log in as that visitor and go to where their task begins, in the language one is reading in."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        visitor = next((visitor for visitor in EVERYBODY if visitor.key == key), None)
        if visitor is None:
            raise Http404
        user = get_object_or_404(User, email=visitor.email, is_active=True)
        logout(request)  # a visitor leaves nothing behind for the next one
        login(request, user, backend=LOG_IN_BACKEND)
        task = visitor.task.get(translation.get_language() or "en", visitor.task["en"])
        messages.info(
            request,
            _("You are %(name)s now. Try this: %(task)s") % {"name": f"\u2068{visitor.name}\u2069", "task": task},
        )
        room = _there(visitor.room)
        if room is None:
            messages.warning(request, _("The room for this task is still being built. Look around meanwhile."))
        return redirect(room or _there(visitor.meanwhile) or reverse("front"))


class ResetView(DemoOnly):
    """Put the town back as it was built. At most once a minute, however many press."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        if not cache.add(RESET_MARK, True, RESET_EVERY):
            messages.warning(request, _("The town was put back a moment ago. Wait a minute before doing it again."))
            return render(request, TEMPLATE, _page(), status=HTTPStatus.TOO_MANY_REQUESTS)
        logout(request)  # first: the session's row is among those that go
        try:
            reset()
        except Exception:
            cache.delete(RESET_MARK)
            raise
        messages.success(request, _("The town is as it was on the first day. Everybody has been logged out."))
        return redirect("demo_visitors")
