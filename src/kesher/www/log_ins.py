"""What is written down around logging in, and the page on which whose account it is reads it."""

from datetime import timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed, authenticator_used
from allauth.usersessions.models import UserSession
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views import View

from kesher.accounts import log_ins
from kesher.accounts.log_ins import device_of
from kesher.accounts.models import LogIn, User
from kesher.base.rows import acting_for
from kesher.base.tasks import ends_with_sessions
from kesher.www.caseworker.access import signed_in
from kesher.www.idle import seconds_of


def _device(request: HttpRequest | None) -> str:
    return device_of(request.META.get("HTTP_USER_AGENT", "")) if request is not None else ""


@receiver(user_logged_in)
def _logged_in(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    log_ins.record(user, LogIn.Kind.LOGGED_IN, device=_device(request))


@receiver(user_login_failed)
def _wrong_password(
    sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any
) -> None:
    """Of an address without an account nothing is written down."""
    if user := _account_of(credentials):
        log_ins.record(user, LogIn.Kind.WRONG_PASSWORD, device=_device(request))


def closed_to(credentials: dict[str, Any], request: HttpRequest) -> None:
    """Too many wrong tries: written down once for as long as it is closed."""
    user = _account_of(credentials)
    if user is None:
        return
    with acting_for(user_id=user.pk):
        lately = LogIn.objects.filter(user=user, kind=LogIn.Kind.CLOSED, at__gt=timezone.now() - timedelta(minutes=5))
        known = lately.exists()
    if not known:
        log_ins.record(user, LogIn.Kind.CLOSED, device=_device(request))


def _account_of(credentials: dict[str, Any]) -> User | None:
    email = str(credentials.get("email") or "").strip()
    return User.objects.filter(email__iexact=email).first() if email and "\x00" not in email else None


@receiver(authenticator_used)
def _second_step(request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    log_ins.record(user, LogIn.Kind.SECOND_STEP, device=_device(request))


@receiver(authentication_failed)
def _wrong_second_step(request: HttpRequest, user: User, **kwargs: Any) -> None:
    log_ins.record(user, LogIn.Kind.WRONG_SECOND_STEP, device=_device(request))


@ends_with_sessions
def forget_where_they_were() -> None:
    """allauth keeps the address of a connection beside each session until its owner looks: no longer than the session, here."""
    going_on = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=timezone.now())
    UserSession.objects.exclude(Exists(going_on)).delete()


class LogInsView(View):
    """The latest of one's own account."""

    def get(self, request: HttpRequest) -> HttpResponse:
        user = signed_in(request)
        rows = [{"log_in": one, "failed": one.kind in log_ins.FAILED} for one in log_ins.recent(user)]
        context = {"rows": rows, "minutes": seconds_of(user) // 60}
        return render(request, "account/log_ins.html", context)
