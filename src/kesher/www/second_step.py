"""The second step of logging in: asked of everybody whose roles see people's files, or who can give such a role.

An account without one is let in as far as the pages that set it up; whoever has one and has not used it in this session
is asked for it. ``settings.SECOND_STEP_REQUIRED`` (``KESHER_SECOND_STEP``); the demo asks nobody, and says so.
"""

from collections.abc import Callable
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from django.conf import settings
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.generic import TemplateView
from django_htmx.http import HttpResponseClientRedirect

from kesher.accounts.roles import SECOND_STEP
from kesher.base.encrypted import Unreadable, decrypt, encrypt, is_token
from kesher.base.key_rotation import Counted, also_rotates, is_under_newest
from kesher.www.closed import is_public

#: What proves a second thing in one's hands; recovery codes only stand in for one.
STEPS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
#: Set in the session by whoever has just set a step up: they have used it in doing so.
SET_UP = "second_step_set_up"

#: Routes open to who has yet to set one up: what an account needs to do so, to log out, or to mend its password.
MEANWHILE = ("account_", "mfa_", "usersessions_", "second_step")


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of second steps are kept encrypted; whoever needs one cannot do without."""

    def encrypt(self, text: str) -> str:
        return encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        # of accounts from before there were keys; `kesher keys rotate` encrypts them
        return decrypt(encrypted_text) if is_token(encrypted_text) else encrypted_text

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        if authenticator.type not in STEPS or not is_asked_of(authenticator.user):
            return True
        others = Authenticator.objects.filter(user=authenticator.user, type__in=STEPS)
        return bool(others.exclude(pk=authenticator.pk).exists())


def is_asked_of(user: Any) -> bool:
    """Whether this account needs a second step, whichever organisation it works for now."""
    return settings.SECOND_STEP_REQUIRED and any(m.role in SECOND_STEP for m in user.all_memberships)


def has_one(user: Any) -> bool:
    """Whether this account has set a second step up."""
    return bool(Authenticator.objects.filter(user_id=user.pk, type__in=STEPS).exists())


def was_taken(request: HttpRequest) -> bool:
    """Whether it was taken in this session: at the log-in, since, or by setting it up."""
    user: Any = request.user
    if request.session.get(SET_UP) == str(user.pk):
        return True
    records = get_authentication_records(request, user)
    return any(
        record["method"] == "mfa"
        or (record["method"] == "socialaccount" and record.get("provider") in settings.OPENID_WITH_SECOND_STEP)
        for record in records
    )


@receiver(authenticator_added)
def remember_that_it_was_used(request: HttpRequest, user: Any, authenticator: Authenticator, **kwargs: Any) -> None:
    """Whoever sets one up has just typed its code or touched its key."""
    if authenticator.type in STEPS and request.user.pk == user.pk:
        request.session[SET_UP] = str(user.pk)


class SecondStep:
    """Middleware, after what closes pages to strangers: without the second step, staff go no further than setting it up."""

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
        route = request.resolver_match.view_name if request.resolver_match else ""
        if route.startswith(MEANWHILE) or not is_asked_of(user) or was_taken(request):
            return None
        page = "mfa_reauthenticate" if has_one(user) else "second_step"
        afterwards = request.get_full_path() if request.method == "GET" else reverse("home")
        there = f"{reverse(page)}?{urlencode({'next': afterwards})}"
        return HttpResponseClientRedirect(there) if request.headers.get("HX-Request") else redirect(there)


class SecondStepView(TemplateView):
    """Why it is asked, and the two ways to set it up."""

    template_name = "account/second_step.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if has_one(request.user):
            wanted = request.GET.get("next", "")
            own = url_has_allowed_host_and_scheme(
                wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
            )
            return redirect(wanted if own else "home")
        return super().get(request, *args, asked=is_asked_of(request.user), **kwargs)


@also_rotates("second steps")
def rotate_secrets(apply: bool) -> Counted:
    """Secrets of authenticators: their own table is allauth's, their data JSON."""
    counted = Counted("mfa_authenticator")
    using = settings.RETENTION_DATABASE
    for row in Authenticator.objects.using(using).order_by("pk").iterator():
        changed = dict(row.data)
        for name in ("secret", "seed"):
            kept = row.data.get(name)
            if not isinstance(kept, str):
                continue
            counted.texts += 1
            if is_token(kept) and is_under_newest(kept):
                continue
            try:
                text = decrypt(kept) if is_token(kept) else kept
            except Unreadable:
                counted.unreadable += 1
                continue
            counted.older += 1
            changed[name] = encrypt(str(text))
        if apply and changed != row.data:
            Authenticator.objects.using(using).filter(pk=row.pk, data=row.data).update(data=changed)
    return counted
