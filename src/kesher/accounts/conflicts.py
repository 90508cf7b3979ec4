"""Nobody validates for an organisation they belong to: who belongs where, for every room that asks (decision 0031).

    if belongs_to(by.user_id, organisation.pk): raise Refused(OWN_ORGANISATION, "conflict")

One belongs to an organisation while one has a role in it and for a year afterwards, whichever one works for now; and so to
what it is part of, and to its departments. A role that is taken away is a row no more (:mod:`kesher.accounts.memberships`):
that it was there, and until when, stands in its history. The database asks the same (:func:`belongs`), past our code, too.
"""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import BooleanField, Exists, OuterRef, Q
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kesher.accounts.models import Membership, Organisation
from kesher.base.transitions import Actor

#: Who left so lately still has friends and a desk there.
STILL: Final = timedelta(days=365)
OWN_ORGANISATION: Final = _("You belong to this organisation, or did until lately. Somebody else decides this.")


def belongs(user: str, organisation: str) -> str:
    """The same as SQL, for policies and triggers: ``user`` and ``organisation`` are expressions that give a key, or NULL."""
    family_of = (
        " JOIN accounts_organisation AS theirs ON theirs.id = held.organisation_id"
        f" JOIN accounts_organisation AS named ON named.id = {organisation}"
        f" WHERE held.user_id = {user} AND (held.until IS NULL OR held.until >= CURRENT_DATE - {STILL.days})"
        " AND (theirs.id = named.id OR theirs.parent_id = named.id OR named.parent_id = theirs.id)"
    )
    return (
        f"(EXISTS (SELECT FROM accounts_membership AS held{family_of})"  # noqa: S608  # expressions of ours alone
        f" OR EXISTS (SELECT FROM accounts_membershipevent AS held{family_of}"
        f" AND held.pgh_label = 'delete' AND held.pgh_created_at >= now() - INTERVAL '{STILL.days} days'))"
    )


def family(organisation_id: UUID) -> set[UUID]:
    """The organisation, what it is part of, and its departments. One query."""
    one = Q(pk=organisation_id) | Q(parent=organisation_id) | Q(departments=organisation_id)
    return {organisation_id, *Organisation.objects.filter(one).order_by().values_list("pk", flat=True)}


def _still_from() -> datetime:
    """Who left since then still belongs: the whole day a year ago."""
    return timezone.make_aware(datetime.combine(timezone.localdate() - STILL, time.min))


def belong_to(organisation_id: UUID) -> set[UUID]:
    """The keys of all users who belong to it. Three queries."""
    there = Q(Q(until=None) | Q(until__gte=timezone.localdate() - STILL), organisation__in=family(organisation_id))
    held = Membership.objects.filter(there).order_by().values_list("user_id", flat=True)
    told: Any = Membership.pgh_event_model  # type: ignore[attr-defined]
    ended = told.objects.filter(there, pgh_label="delete", pgh_created_at__gte=_still_from())
    return {*held, *ended.order_by().values_list("user_id", flat=True)}


def belongs_to(user_id: UUID | None, *organisation_ids: UUID | None) -> bool:
    """Whether this user belongs to one of these organisations. Nobody, and no organisation, belong nowhere."""
    return user_id is not None and any(one is not None and user_id in belong_to(one) for one in organisation_ids)


def belonging(user_id: UUID) -> set[UUID]:
    """The keys of all organisations this user belongs to, as the database has it. One query."""
    condition = belongs(f"'{UUID(str(user_id))}'::uuid", '"accounts_organisation"."id"')
    own = Organisation.objects.filter(RawSQL(condition, (), output_field=BooleanField()))  # noqa: S611  of keys alone
    return set(own.order_by().values_list("pk", flat=True))


def of_own(user_id: UUID | None, field: str) -> Q:
    """Of rows whose ``field`` names an organisation, or nothing: of one this user belongs to. In the query of the rows."""
    named = OuterRef(field)
    related = Q(organisation=named) | Q(organisation__parent=named) | Q(organisation__departments=named)
    there = Q(Q(until=None) | Q(until__gte=timezone.localdate() - STILL), related, user=user_id)
    told: Any = Membership.pgh_event_model  # type: ignore[attr-defined]
    ended = told.objects.filter(there, pgh_label="delete", pgh_created_at__gte=_still_from())
    return Q(Exists(Membership.objects.filter(there))) | Q(Exists(ended))


def own_organisation(by: Actor, *organisation_ids: UUID | None, roles: Iterable[str]) -> str | Promise | None:
    """Why ``by`` may not decide for these organisations: they belong to one, and somebody with such a role does not.

    Where all who could decide belong there (a town with one office), one of them does, and the event says so
    (:func:`belongs_to` is kept in it): a rule that nobody can keep is kept by nobody.
    """
    if not belongs_to(by.user_id, *organisation_ids):
        return None
    involved = {user for one in organisation_ids if one is not None for user in belong_to(one)}
    others = Membership.objects.in_force().filter(role__in=list(roles), user__is_active=True).exclude(user__in=involved)
    return OWN_ORGANISATION if others.exists() else None
