"""What somebody was sending as their session had ended: kept for them until they are back, never sent by itself.

In the session of the browser it came from, encrypted, for half an hour, for the same account alone. Files, passwords and codes
are not kept; nor is what is too long.
"""

import json
import time
from typing import Any, Final, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import View

from kesher.base.encrypted import Unreadable, decrypt, encrypt

KEY: Final = "kept_form"
WITHIN: Final = 30 * 60
LONGEST: Final = 100_000
#: The page's own script sends what was typed as it covers the page: nobody pressed a button, so there is none to press again.
COVERED: Final = "kept_as_covered"
#: With what was kept and is sent again: then it is kept no longer.
SENT: Final = "kept_and_sent"
_NEVER: Final = frozenset({
    "csrfmiddlewaretoken", "password", "password1", "password2", "oldpassword", "code", COVERED, SENT
})  # fmt: skip
#: Not of the account itself: such pages ask for who one is.
_NOT_FOR: Final = ("account_", "mfa_", "usersessions_", "socialaccount_", "kept_form", "still_here")


def taken_from(request: HttpRequest) -> dict[str, Any] | None:
    """What a form that was sent holds, as far as it may be kept."""
    route = request.resolver_match.view_name if request.resolver_match else ""
    if request.method != "POST" or route.startswith(_NOT_FOR):
        return None
    fields = [(name, value) for name, values in request.POST.lists() for value in values if name not in _NEVER]
    if not fields or sum(len(name) + len(value) for name, value in fields) > LONGEST:
        return None
    page = request.headers.get("Referer", "")
    own = url_has_allowed_host_and_scheme(page, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return {
        "to": request.get_full_path(),
        "fields": fields,
        "page": page if own else request.get_full_path(),
        "pressed": COVERED not in request.POST and not request.headers.get("HX-Request"),
        "files": bool(request.FILES),
    }


def keep(request: HttpRequest, kept: dict[str, Any], *, user_id: UUID) -> None:
    """Put it into the session, which is nobody's by now."""
    told = json.dumps({**kept, "user": str(user_id), "at": int(time.time())}, ensure_ascii=False)
    request.session[KEY] = encrypt(told)


def kept_for(request: HttpRequest) -> dict[str, Any] | None:
    """What is kept for whoever is logged in now; of another account, or too late, it is gone."""
    token = request.session.get(KEY)
    if token is None:
        return None
    try:
        kept = cast("dict[str, Any]", json.loads(str(decrypt(token))))
    except (Unreadable, ValueError):
        kept = {}
    if kept.get("user") == str(request.user.pk) and time.time() - kept["at"] <= WITHIN:
        return kept
    del request.session[KEY]
    return None


class KeptFormView(View):
    """What was kept, to read, to copy and, where a button had been pressed, to send. Sending goes where it was going."""

    def get(self, request: HttpRequest) -> HttpResponse:
        kept = kept_for(request)
        if kept is None:
            return redirect("home")
        typed = [value for name, value in kept["fields"] if len(value.split()) > 1]
        answer = render(request, "account/kept_form.html", {"kept": kept, "typed": typed})
        answer["Cache-Control"] = "no-store"
        return answer

    def post(self, request: HttpRequest) -> HttpResponse:
        """It is not wanted any more."""
        request.session.pop(KEY, None)
        return redirect("home")
