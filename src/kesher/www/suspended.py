"""Whoever works for a suspended organisation: a page that says so, and nothing of its work, until a moderator lets it back in.

Closed by default: what is not on the list below is closed, every page added later among it. Open stay what everybody may read,
one's own account, and one's own file, for that is the person's and not the organisation's.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django_htmx.http import HttpResponseClientRefresh

from kesher.accounts.models import Organisation
from kesher.accounts.roles import Role
from kesher.base.models import Event
from kesher.www.closed import is_public
from kesher.www.context import in_own_file
from kesher.www.working_for import OF_THE_ACCOUNT

#: Routes of the account itself, beside those that every form knows as such.
OPEN = (*(one for one in OF_THE_ACCOUNT if one != "invitation"), "second_step", "log_ins", "kept_form", "my_complaints")


class Suspended:
    """Middleware, after what knows for which organisation one works."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any
    ) -> HttpResponse | None:
        user: Any = request.user
        if not user.is_authenticated or is_public(request):
            return None
        organisation = user.working_for
        if organisation is None or organisation.state != Organisation.State.SUSPENDED:
            return None
        route = request.resolver_match.view_name if request.resolver_match else ""
        # who runs the platform is not shut out of it by an organisation of theirs
        if route.startswith(OPEN) or in_own_file(request) or user.has_role(Role.PLATFORM_ADMIN):
            return None
        if request.headers.get("HX-Request"):
            return HttpResponseClientRefresh()
        decided = Event.objects.filter(about_id=organisation.pk, name="organisation.suspend").order_by("-id").first()
        context = {
            "organisation": organisation,
            "reason": decided.reason if decided is not None else "",
            "others": len(user.organisations) > 1,
            "wrote": request.method == "POST",
        }
        answer = render(request, "account/suspended.html", context, status=403)
        answer["Cache-Control"] = "no-store"
        return answer
