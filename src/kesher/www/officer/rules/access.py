"""Who comes in: keepers of rules write and decide, auditors read, nobody else sees that there is such a page."""

from typing import Any
from uuid import UUID

from django.contrib.auth.mixins import AccessMixin
from django.http import Http404, HttpRequest, HttpResponseBase

from kesher.accounts.models import Organisation, User
from kesher.accounts.roles import Role
from kesher.directory.models import RULE_KEEPERS, EligibilityRule, RuleVersion

READERS = RULE_KEEPERS | {Role.AUDITOR}


class ReadersOnly(AccessMixin):
    """Log in first; for those who neither keep rules nor audit there is no such page."""

    roles: frozenset[str] = frozenset(READERS)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        if not request.user.has_role(*self.roles):
            raise Http404
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return response


class KeepersOnly(ReadersOnly):
    """Those who write rules, and publish what another has written."""

    roles = frozenset(RULE_KEEPERS)


def signed_in(request: HttpRequest) -> User:
    """The user; :class:`ReadersOnly` has let nobody else in."""
    assert request.user.is_authenticated
    return request.user


def keeps_rules(user: User) -> bool:
    return user.has_role(*RULE_KEEPERS)


def rule_of(request: HttpRequest, pk: UUID) -> EligibilityRule:
    rule = EligibilityRule.objects.visible_to(request.user).select_related("organisation").filter(pk=pk).first()
    if rule is None:
        raise Http404
    return rule


def version_of(request: HttpRequest, pk: UUID, number: int) -> RuleVersion:
    versions = RuleVersion.objects.visible_to(request.user).select_related("rule")
    version = versions.filter(rule=pk, number=number).first()
    if version is None:
        raise Http404
    return version


def draft_of(request: HttpRequest, pk: UUID) -> RuleVersion:
    """The version of a rule that is being written."""
    versions = RuleVersion.objects.visible_to(request.user).select_related("rule")
    draft = versions.filter(rule=pk, state=RuleVersion.State.DRAFT).first()
    if draft is None:
        raise Http404
    return draft


def own_organisation(user: User) -> Organisation | None:
    """For whom a keeper keeps: the organisation where they hold the role."""
    return next((one.organisation for one in user.memberships_in_force if one.role in RULE_KEEPERS), None)
