"""Logging in with an authority's own account (OpenID Connect): who is let in, and as whom.

The issuer proves who somebody is; what they may do here comes from invitations alone. An account is found by an address
that the issuer says it has verified, in a domain it was configured to vouch for; an account is made only for such an
address that was invited, and has no role until its owner accepts. Everybody else meets a page that says what is missing.
"""

from collections.abc import Callable
from typing import Any, NoReturn

import requests
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from kesher.accounts.invitations import is_backed
from kesher.accounts.models import Invitation
from kesher.base.history import Visitor, acting

#: What is kept of what the issuer says; the rest (pictures, birthdays, numbers) is nothing we need.
KEPT = ("iss", "sub", "email", "email_verified")
SECONDS = 8


def claims_of(login: SocialLogin) -> dict[str, Any]:
    """What the issuer says of the person: from the token it signed and, where that is silent, from its user page."""
    told = login.account.extra_data
    claims: dict[str, Any] = {**told.get("userinfo", {}), **told.get("id_token", {})}
    return claims or told


def vouched_address(login: SocialLogin) -> str:
    """The address, in small letters, if the issuer has verified it and may vouch for its domain; else ""."""
    claims = claims_of(login)
    email = claims.get("email")
    # `is True`: some issuers send "false" as a text, which a laxer test would take for true
    if not isinstance(email, str) or claims.get("email_verified") is not True:
        return ""
    domain = email.rpartition("@")[2].lower()
    return email.lower() if domain in login.provider.app.settings.get("domains", ()) else ""


def invitation_for(email: str) -> Invitation | None:
    """An invitation this address can still accept."""
    waiting = Invitation.objects.waiting().for_address(email).order_by("-id")
    return next((invitation for invitation in waiting if is_backed(invitation)), None)


class _Session(requests.Session):
    """Requests to an issuer: bounded in time, and whatever goes wrong is one kind of error, which has its page."""

    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        kwargs.setdefault("timeout", SECONDS)
        # An issuer says where its parts are; nothing else is followed. Not by default: `get` sets it to True.
        kwargs["allow_redirects"] = False
        try:
            response = super().request(*args, **kwargs)
            if response.status_code >= 500 or response.is_redirect:
                raise requests.HTTPError(f"answered {response.status_code}", response=response)
            return response
        except requests.RequestException as problem:
            raise OAuth2Error(f"the issuer cannot be asked: {type(problem).__name__}") from problem


class IssuerTrouble:
    """Middleware: an issuer that cannot be asked while one is sent to it has the same page as one whose answer is wrong."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        match = request.resolver_match
        if not isinstance(exception, OAuth2Error) or match is None or "provider_id" not in match.kwargs:
            return None
        provider = OpenIdAdapter(request).get_provider(request, match.kwargs["provider_id"])
        answer: HttpResponse = render_authentication_error(request, provider, exception=exception)
        return answer


class OpenIdAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """allauth asks it at each step; see the module."""

    def get_requests_session(self) -> requests.Session:
        return _Session()

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> Any:
        user = super().populate_user(request, sociallogin, data)
        user.name = str(data.get("name") or "")[:120]
        user.email = user.email.lower()
        claims = claims_of(sociallogin)
        sociallogin.account.extra_data = {name: claims[name] for name in KEPT if name in claims}
        return user

    def can_authenticate_by_email(self, login: SocialLogin, email: str) -> bool:
        return email.lower() == vouched_address(login)

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        if sociallogin.state.get("process") == AuthProcess.CONNECT:
            user: Any = request.user
            if user.is_authenticated and vouched_address(sociallogin) != user.email.lower():
                self.refuse(request, sociallogin, "other")
        elif not sociallogin.is_existing:
            email = vouched_address(sociallogin)
            if not email:
                self.refuse(request, sociallogin, "not_vouched")
            if invitation_for(email) is None:
                self.refuse(request, sociallogin, "not_invited")

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        email = vouched_address(sociallogin)
        return bool(email) and invitation_for(email) is not None

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> Any:
        """Only the account: an invitation is accepted by pressing a button, as by everybody."""
        user: Any = sociallogin.user
        user.language = translation.get_language() or user.language
        with acting(actor=Visitor("openid"), reason="openid"):
            return super().save_user(request, sociallogin, form)

    @staticmethod
    def refuse(request: HttpRequest, sociallogin: SocialLogin, case: str) -> NoReturn:
        context = {"case": case, "authority": sociallogin.provider.app.name}
        raise ImmediateHttpResponse(render(request, "account/openid_refused.html", context, status=403))
