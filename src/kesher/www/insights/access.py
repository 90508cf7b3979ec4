"""Who comes in where somebody says something of figures: those with one of these roles in an approved organisation."""

from typing import Any

from django.contrib.auth.mixins import AccessMixin
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.functional import cached_property

from kesher.accounts.models import User
from kesher.base.transitions import Actor


class InAnOrganisationAs(AccessMixin):
    """Log in first; for anybody else there is no such page."""

    roles_let_in: frozenset[str] = frozenset()
    request: HttpRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        if not request.user.organisation_ids_as(self.roles_let_in):
            raise Http404
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return response

    @cached_property
    def user(self) -> User:
        assert self.request.user.is_authenticated
        return self.request.user

    @cached_property
    def by(self) -> Actor:
        """As whom one speaks: for the first of one's organisations in which one has such a role."""
        return self.user.as_actor(self.user.organisation_ids_as(self.roles_let_in)[0])
