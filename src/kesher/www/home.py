"""Where one lands after logging in: each role in its own room."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from kesher.accounts.models import Invitation
from kesher.accounts.roles import Role
from kesher.directory.states import EDITORS, OVERSEERS
from kesher.people.models import FILE_ROLES
from kesher.www.admin.first_week import tasks
from kesher.www.navigation import has_own_file, helps_somebody

#: Tried in order; a room adds its line here with the pull request that opens it.
HOMES: tuple[tuple[frozenset[str], str], ...] = (
    (frozenset(OVERSEERS), "moderation"),
    (FILE_ROLES, "caseworker_today"),
    (frozenset({Role.COLLEGE}), "college_cohorts"),
    (frozenset({Role.PROVIDER}), "provider_referrals"),
    (frozenset(EDITORS), "provider_services"),
    (frozenset({Role.EMPLOYER}), "employer_home"),
    (frozenset({Role.MENTOR}), "mentor_home"),
    (frozenset({Role.AUDITOR}), "audit"),
)


@login_required
def home(request: HttpRequest) -> HttpResponse:
    roles: frozenset[str] = getattr(request.user, "roles", frozenset())
    if not roles and Invitation.objects.waiting().for_address(request.user.email).exists():  # type: ignore[union-attr]
        return redirect("working_for")
    if Role.PLATFORM_ADMIN in roles and not all(task.done for task in tasks(request.user)):  # type: ignore[arg-type]
        return redirect("first_week")
    if not roles and has_own_file(request.user):
        return redirect("my_file")
    if not roles and helps_somebody(request.user):
        return redirect("helping")
    return redirect(next((url for wanted, url in HOMES if wanted & roles), "front"))
