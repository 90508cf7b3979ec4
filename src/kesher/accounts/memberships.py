"""Roles end: one taken away by an administrator, or all of one's own. An organisation keeps an administrator, always.

The rule is the database's own (a trigger of ``Membership``), so that it holds for two who leave at once, and for whoever
writes past this module. What is asked here first is asked for a sentence that a person understands.
"""

from django.db import IntegrityError, connection, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kesher.accounts.models import KEEPS_AN_ADMIN, Membership, Organisation, User
from kesher.accounts.roles import Role
from kesher.base.events import emit
from kesher.base.history import acting
from kesher.base.transitions import Actor

#: What the database says of it, and what it calls the trigger.
RULE = "organisation_keeps_an_admin"
TRIGGER = KEEPS_AN_ADMIN.get_pgid(Membership)


class StillNeeded(Exception):
    """Why a role cannot end. ``message`` is for the person."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(str(message))
        self.message = message


def _refusal(role: str) -> StillNeeded:
    if role == Role.PLATFORM_ADMIN:
        return StillNeeded(_("Somebody must administer the platform: bring another one first."))
    return StillNeeded(_("Somebody must administer the organisation: make somebody else administrator first."))


def _end(membership: Membership, *, by: Actor) -> None:
    """Within a transaction. Raises :class:`StillNeeded`."""
    # the row is gone when somebody reads this: whose it was, and where, stands here
    ids = {"user": str(membership.user_id), "organisation": str(membership.organisation_id)}
    emit("membership.end", membership, by=by, data={"role": membership.role, **ids})
    try:
        with transaction.atomic():
            # deleted, not dated: "until today" would leave them in until midnight; history keeps that it was there
            Membership.objects.filter(pk=membership.pk).delete()
            with connection.cursor() as cursor:
                cursor.execute(
                    f"SET CONSTRAINTS {TRIGGER} IMMEDIATE"
                )  # asked now and not at the end, where nobody answers
                cursor.execute(f"SET CONSTRAINTS {TRIGGER} DEFERRED")
    except IntegrityError as problem:
        if RULE in str(problem):
            raise _refusal(membership.role) from problem
        raise


def end_membership(membership: Membership, *, by: Actor) -> None:
    """Take a role away from today on. Raises :class:`StillNeeded` for the last administrator."""
    with transaction.atomic(), acting(actor=by, reason="end membership"):
        _end(membership, by=by)


def leave(organisation: Organisation, user: User) -> None:
    """End all of ``user``'s roles in ``organisation``, or none of them: raises :class:`StillNeeded`."""
    with transaction.atomic(), acting(actor=user.pk, reason="leave"):
        by = user.as_actor(organisation.pk)
        for membership in Membership.objects.filter(user=user, organisation=organisation).order_by("id"):
            _end(membership, by=by)
