"""For which of one's organisations one works now: kept in the session, chosen on a page, said in the header.

Whoever serves two charities must not mix them: lists, exports, what one may do and what the database shows (row-level
security) are those of one organisation at a time. Decision 0024.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views import View

from kesher.accounts import memberships
from kesher.accounts.invitations import is_backed, token_of
from kesher.accounts.models import Invitation, Organisation, User
from kesher.base.translated import in_language
from kesher.www import kept_forms

KEY = "working_for"
#: What a form says it was opened for, so that a page left open in another window writes nothing for the wrong one.
FIELD = "working_for"
#: Forms that are about the account itself and not about an organisation's work.
OF_THE_ACCOUNT = (
    "account_",
    "mfa_",
    "usersessions_",
    "socialaccount_",
    "working_for",
    "leave_organisation",
    "invitation",
)


class WorksFor:
    """Middleware: this request is made for one organisation. Stands before what tells the database whose rows to show."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        if user.is_authenticated:
            user.work_for(_as_key(request.session.get(KEY)))
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any
    ) -> HttpResponse | None:
        user: Any = request.user
        if request.method != "POST" or not user.is_authenticated or len(user.organisations) < 2:
            return None
        route = request.resolver_match.view_name if request.resolver_match else ""
        opened_for = _as_key(request.POST.get(FIELD))
        if opened_for is None or opened_for == user.working_for_id or route.startswith(OF_THE_ACCOUNT):
            return None
        return _opened_for_another(request, user, opened_for)


def _as_key(value: object) -> UUID | None:
    try:
        return UUID(str(value)) if value else None
    except ValueError:
        return None


def _opened_for_another(request: HttpRequest, user: User, opened_for: UUID) -> HttpResponse:
    """Nothing was written; what was typed is a step back in the browser."""
    theirs = {organisation.pk: organisation for organisation in user.organisations}
    context = {"opened_for": theirs.get(opened_for), "now": user.working_for}
    return render(request, "account/opened_for_another.html", context, status=409)


def change_to(request: HttpRequest, organisation_id: UUID) -> None:
    """From now on, in this session, work for this organisation."""
    user: Any = request.user
    user.forget_memberships()
    user.work_for(organisation_id)
    request.session[KEY] = str(user.working_for_id) if user.working_for_id else ""


class WorkingForView(View):
    """One's organisations, what one is in each, and the way to change over or to leave."""

    def get(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        rows = [
            {
                "organisation": organisation,
                "now": organisation.pk == user.working_for_id,
                "roles": [m.get_role_display() for m in user.all_memberships if m.organisation_id == organisation.pk],
            }
            for organisation in user.organisations
        ]
        # Who is logged in has proven the address, and may see what was sent to it.
        waiting = Invitation.objects.waiting().for_address(user.email).select_related("organisation").order_by("id")
        invited = [{"invitation": one, "token": token_of(one)} for one in waiting if is_backed(one)]
        return render(request, "account/working_for.html", {"rows": rows, "invited": invited})

    def post(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        wanted = _as_key(request.POST.get("organisation"))
        if wanted not in {organisation.pk for organisation in user.organisations}:
            raise Http404
        assert wanted is not None
        change_to(request, wanted)
        said = in_language(user.working_for.name, get_language() or "en").text
        messages.success(request, _("You work for %(organisation)s now.") % {"organisation": f"\u2068{said}\u2069"})
        # what was being sent for it, as a session ended: on to it, for nothing else leads there
        return redirect("kept_form" if kept_forms.kept_for(request) is not None else "home")


class LeaveOrganisationView(View):
    """End all of one's own roles in an organisation. Its last administrator stays."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return self._draw(request, self._own(request, pk))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        organisation, user = self._own(request, pk), request.user
        assert isinstance(user, User)
        try:
            memberships.leave(organisation, user)
        except memberships.StillNeeded as refusal:
            return self._draw(request, organisation, refusal=str(refusal.message), status=409)
        user.forget_memberships()
        messages.success(request, _("You have left. Your roles there have ended."))
        return redirect("working_for")

    @staticmethod
    def _own(request: HttpRequest, pk: UUID) -> Organisation:
        user: Any = request.user
        found: Organisation | None = next(
            (organisation for organisation in user.organisations if organisation.pk == pk), None
        )
        if found is None:
            raise Http404
        return found

    @staticmethod
    def _draw(request: HttpRequest, organisation: Organisation, refusal: str = "", status: int = 200) -> HttpResponse:
        user: Any = request.user
        roles = [m.get_role_display() for m in user.all_memberships if m.organisation_id == organisation.pk]
        context = {"organisation": organisation, "roles": roles, "refusal": refusal}
        return render(request, "account/leave_organisation.html", context, status=status)
