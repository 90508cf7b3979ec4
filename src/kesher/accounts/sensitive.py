"""Marking an organisation of which nobody else is told that somebody is known there: shelters, clinics, help with addictions.

    mark(shelter, sensitive=True, why="a shelter for women", by=administrator)

Whoever is of a kind that says so by itself (a health service) needs no mark (:meth:`OrganisationQuerySet.sensitive`).
"""

from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kesher.accounts.models import Organisation
from kesher.accounts.roles import Role
from kesher.base.events import emit
from kesher.base.history import acting
from kesher.base.transitions import Actor, Refused

MARKED: Final = "organisation.marked_sensitive"
#: Who says so.
MARKERS: Final = frozenset({Role.PLATFORM_ADMIN, Role.MODERATOR})


def is_sensitive(organisation: Organisation) -> bool:
    """The same of one organisation as :meth:`OrganisationQuerySet.sensitive`."""
    return organisation.sensitive or organisation.kind == Organisation.Kind.HEALTH


def mark(organisation: Organisation, *, sensitive: bool, why: str, by: Actor) -> None:
    """Set the mark or take it away; the trail keeps who, when and why. Raises :class:`Refused` and changes nothing."""
    if not by.roles & MARKERS:
        raise Refused(_("Your role does not allow this."), "role")
    if not why.strip():
        raise Refused(_("Please give a reason."), "reason")
    with transaction.atomic(), acting(actor=by, reason="sensitive" if sensitive else "not sensitive"):
        locked = Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
        locked.sensitive, locked.sensitive_why = sensitive, why.strip()[:200]
        locked.save(update_fields=["sensitive", "sensitive_why", "updated_at"])
        emit(MARKED, locked, by=by, reason=locked.sensitive_why, data={"sensitive": sensitive})
    organisation.sensitive, organisation.sensitive_why = locked.sensitive, locked.sensitive_why
