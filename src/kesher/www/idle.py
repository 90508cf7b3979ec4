"""A session ends when nobody is there: after 30 minutes for who works for an organisation, two hours for others, twelve in all.

When one was here last stands in the session, which the database keeps: it holds for all processes and over restarts. It is
written once a minute at most. What was being sent when the session had ended is not lost: it is kept, encrypted, for whoever
logs in to the same account from the same browser within the half hour, who reads it and sends it, or not
(:mod:`kesher.www.kept_forms`).
"""

import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View
from django_htmx.http import HttpResponseClientRedirect

from kesher.accounts import log_ins
from kesher.accounts.log_ins import device_of
from kesher.accounts.models import LogIn, User
from kesher.www import kept_forms
from kesher.www.closed import PUBLIC, PUBLIC_NAMESPACES

SEEN, BEGAN = "seen_at", "began_at"
#: How long before the end the page asks whether somebody is there, in seconds; and how exactly it is known when one was.
WARNED_BEFORE: Final = 5 * 60
WRITTEN_EVERY: Final = 60
#: Asks, and says, how long there is; asking alone does not count as being there.
ASKS: Final = "still_here"


def seconds_of(user: Any) -> int:
    """After how many seconds without a page this account is logged out."""
    minutes = settings.IDLE_STAFF_MINUTES if user.all_memberships else settings.IDLE_MINUTES
    return int(minutes) * 60


def left(request: HttpRequest) -> int:
    """How many seconds of this session are left, if nobody does anything."""
    now = time.time()
    seen, began = request.session.get(SEEN, now), request.session.get(BEGAN, now)
    return max(0, int(min(seen + seconds_of(request.user), began + settings.SESSION_COOKIE_AGE) - now))


@receiver(user_logged_in)
def begins(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """A new session: from now on somebody is here."""
    if hasattr(request, "session"):
        request.session[SEEN] = request.session[BEGAN] = int(time.time())


def _needs_no_account(request: HttpRequest) -> bool:
    try:
        match = resolve(request.path_info)
    except Resolver404:
        return True
    return match.view_name in PUBLIC or match.namespace.startswith(PUBLIC_NAMESPACES)


class Idle:
    """Middleware, after what knows the user and before whatever acts for them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        if not user.is_authenticated:
            return self.get_response(request)
        now = int(time.time())
        if left(request) == 0 and not _only_asks(request):
            if _needs_no_account(request):
                _end(request, user)
            else:
                request.idle_over = True  # type: ignore[attr-defined]
        elif BEGAN not in request.session:  # from before there was this rule
            request.session[SEEN] = request.session[BEGAN] = now
        elif now - request.session.get(SEEN, 0) >= WRITTEN_EVERY and not _only_asks(request):
            request.session[SEEN] = now
        response = self.get_response(request)
        if (
            request.method == "POST"
            and kept_forms.SENT in request.POST
            and response.status_code < HTTPStatus.BAD_REQUEST
        ):
            request.session.pop(kept_forms.KEY, None)  # it has arrived: what was refused, whyever, is still theirs
        return response

    def process_view(
        self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any
    ) -> HttpResponse | None:
        """After the form's token was looked at: another site's form is not kept for anybody."""
        if not getattr(request, "idle_over", False):
            return None
        user: Any = request.user
        kept = kept_forms.taken_from(request)
        _end(request, user)
        if kept is not None:
            kept_forms.keep(request, kept, user_id=user.pk)
        minutes = seconds_of(user) // 60
        words = ngettext(
            "You were logged out, because nobody was here for %(minutes)s minute.",
            "You were logged out, because nobody was here for %(minutes)s minutes.",
            minutes,
        ) % {"minutes": minutes}
        if kept is not None:
            words += " " + _("What you were sending is kept: log in again, here, and you find it.")
        messages.warning(request, words)
        afterwards = reverse("kept_form") if kept is not None else _page_of(request)
        there = f"{reverse('account_login')}?{urlencode({'next': afterwards})}"
        return HttpResponseClientRedirect(there) if request.headers.get("HX-Request") else redirect(there)


def _only_asks(request: HttpRequest) -> bool:
    return request.method == "GET" and request.path_info == reverse(ASKS)


def _page_of(request: HttpRequest) -> str:
    return request.get_full_path() if request.method == "GET" and not request.headers.get("HX-Request") else "/"


def _end(request: HttpRequest, user: User) -> None:
    log_ins.record(user, LogIn.Kind.TIMED_OUT, device=device_of(request.META.get("HTTP_USER_AGENT", "")))
    logout(request)


class StillHereView(View):
    """How many seconds there are; whoever posts says that they are here."""

    def get(self, request: HttpRequest) -> JsonResponse:
        answer = JsonResponse({"left": left(request) if request.user.is_authenticated else 0})
        answer["Cache-Control"] = "no-store"
        return answer

    def post(self, request: HttpRequest) -> JsonResponse:
        if request.user.is_authenticated:
            request.session[SEEN] = int(time.time())
        return self.get(request)
