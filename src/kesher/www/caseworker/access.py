"""Who comes in: those who decide what words mean, and for the list of local words those who agree to it."""

from typing import Any

from django.contrib.auth.mixins import AccessMixin
from django.http import Http404, HttpRequest, HttpResponseBase

from kesher.accounts.models import User
from kesher.words.models import CODERS, OVERSEERS


class CodersOnly(AccessMixin):
    """Log in first; for whoever codes for no approved organisation there is no such page."""

    overseers: frozenset[str] = frozenset()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        if not request.user.organisation_ids_as(CODERS) and not request.user.has_role(*self.overseers):
            raise Http404
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return response


class CodersAndOverseers(CodersOnly):
    """Those, and whoever oversees what the town's lists hold."""

    overseers = OVERSEERS


def signed_in(request: HttpRequest) -> User:
    """The user; :class:`CodersOnly` has let nobody else in."""
    assert request.user.is_authenticated
    return request.user


def codes(user: User) -> bool:
    return user.has_role(*CODERS)
