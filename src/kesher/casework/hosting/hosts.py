"""Which hosts are blocked, and who lets one go on all the same.

The rule, as people read it: **when the last three placements of a host that ran for a week or longer were unpaid, and none led
to work, nobody is sent there.** Pay at any one of them (not below what the law says, where
that is known), or work after any one of them, begins the count anew. Of organisations that are one family (what one is part of,
its departments, theirs, and what was merged with any of them) the counts are added up: pay at one department is no pay at
another. An administrator or manager of an organisation may let a host take one more person, by name and with a reason.

Why counts and not a look at the agreements: each organisation sees only its own files, and a host that is sent people by three
offices would be blocked at none of them.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kesher.accounts.conflicts import OWN_ORGANISATION, belongs_to
from kesher.accounts.models import Organisation, User
from kesher.accounts.roles import Role
from kesher.base.events import emit
from kesher.base.history import acting
from kesher.base.transitions import Actor, Refused
from kesher.casework.hosting import families, limits
from kesher.casework.models import HostPermit, HostRecord, TrainingAgreement
from kesher.casework.models.hosts import UNPAID_IN_A_ROW, HostPermitQuerySet
from kesher.casework.models.training import LED_TO_WORK

__all__ = ["UNPAID_IN_A_ROW"]
#: What ended sooner says nothing of a host: somebody came, looked and left.
RAN_AT_LEAST: Final = timedelta(days=7)
_COUNTS: Final = ("ended", "unpaid", "led_to_work", "unpaid_in_a_row", "row_after")
#: Who may let a blocked host take one more: never whoever looks after the person.
PERMITTERS: Final = frozenset({str(Role.ORGANISATION_ADMIN), str(Role.MANAGER)})
BLOCKED: Final = _(
    "Nobody is sent there now: the last placements were unpaid and led to no work. An administrator or manager of your"
    " organisation may let them take one more person, with a reason."
)


def record_of(host: Organisation) -> HostRecord:
    """Its record; one that was never written for a host of which nothing is known."""
    return HostRecord.objects.filter(host=host).first() or HostRecord(host=host)


def is_blocked(host: Organisation) -> bool:
    return families.unpaid_in_a_row([host.pk])[host.pk] >= UNPAID_IN_A_ROW


def blocked_among(host_ids: Iterable[UUID]) -> set[UUID]:
    """Those of them that are blocked, itself or by their family. One query."""
    return families.of_at_least(UNPAID_IN_A_ROW, among=host_ids)


def counts(agreement: TrainingAgreement) -> bool:
    """Whether how it ended says something of the host: it ran for a week at least, or began and led to work."""
    if not agreement.has_begun:
        return False
    if agreement.reason in LED_TO_WORK:
        return True
    return agreement.ended_on is not None and agreement.ended_on - agreement.starts_on >= RAN_AT_LEAST


def count_ended(agreement: TrainingAgreement, *, by_host: bool) -> None:
    """A placement ended: its host's record is written. In the transaction of the ending, once.

    ``by_host``: that somebody was hired is not taken from the host, whose own record it would mend: see :func:`count_work`.
    """
    if not counts(agreement):
        return
    record = _locked(agreement)
    worked, unpaid = agreement.reason in LED_TO_WORK and not by_host, agreement.unpaid
    record.ended += 1
    record.unpaid += unpaid
    record.led_to_work += worked
    if worked or not (unpaid or _paid_too_little(agreement)):
        record.unpaid_in_a_row, record.row_after = 0, record.ended
    else:  # less than the law says is neither unpaid nor pay: the count stays
        record.unpaid_in_a_row += unpaid
    record.save(update_fields=[*_COUNTS, "updated_at"])
    agreement.counted_as = record.ended
    agreement.save(update_fields=["counted_as", "updated_at"])


def _paid_too_little(agreement: TrainingAgreement) -> bool:
    """Below the law's lowest pay; where that of its first day is not known here, below the last one that is: a coin an hour
    begins no count anew."""
    if agreement.minimum is not None:
        return agreement.below_minimum
    try:
        law = limits.limits_of(agreement.country)
        last = law.last_minimum(law.by_code(agreement.band), agreement.starts_on)
    except limits.NoLaw:
        return False
    return last is not None and agreement.pay < last


def count_work(agreement: TrainingAgreement) -> None:
    """It did lead to work, as the person or the sender says later: the count of the host begins anew. Once, by the caller.

    What was never counted changes no count, and what came before the present row does not end it.
    """
    if agreement.counted_as is None:
        return
    record = _locked(agreement)
    record.led_to_work += 1
    if agreement.counted_as > record.row_after:
        record.unpaid_in_a_row, record.row_after = 0, record.ended
    record.save(update_fields=[*_COUNTS, "updated_at"])


def _locked(agreement: TrainingAgreement) -> HostRecord:
    families.wait_for_others(agreement.host_id)
    HostRecord.objects.get_or_create(host_id=agreement.host_id)
    found: HostRecord = HostRecord.objects.select_for_update(of=("self",)).get(host_id=agreement.host_id)
    return found


def permit(host: Organisation, *, why: str, user: User, by: Actor) -> HostPermit:
    """Let a blocked host take one more person of ``by``'s organisation. Raises :class:`Refused`."""
    if not by.roles & PERMITTERS or by.organisation_id is None:
        raise Refused(_("Only an administrator or manager of the organisation may do this."), "role")
    if by.user_id != user.pk:
        raise Refused(_("Your role does not allow this."), "role")
    if belongs_to(user.pk, host.pk):
        raise Refused(OWN_ORGANISATION, "conflict")
    if not why.strip():
        raise Refused(_("Say why, in a few words."), "why")
    if not is_blocked(host):
        raise Refused(_("This workplace is not blocked."), "state")
    if HostPermit.objects.unused().filter(host=host, organisation=by.organisation_id).exists():
        raise Refused(_("There is a permit that nobody has used yet."), "state")
    with transaction.atomic(), acting(actor=by, reason="host permitted"):
        given = HostPermit.objects.create(
            host=host,
            organisation_id=by.organisation_id,
            given_by_id=user.pk,
            given_by=str(user)[:120],
            why=" ".join(why.split())[:300],
        )
        emit("host.permitted", given, by=by, data={"host": str(host.pk)})
    return given


def permit_for(host: Organisation, by: Actor) -> HostPermit | None:
    """The permit an agreement with this host uses up; None where none is needed. Inside a transaction.

    Raises :class:`Refused` where one is needed and there is none.
    """
    if not is_blocked(host):
        return None
    # one after the other: what another has used up meanwhile is seen only by asking again
    list(HostPermit.objects.select_for_update(of=("self",)).filter(host=host, organisation=by.organisation_id))
    found: HostPermit | None = _usable(host, by).first()
    if found is None:
        raise Refused(BLOCKED, "blocked")
    return found


def may_take(host: Organisation, by: Actor) -> bool:
    """Whether :func:`permit_for` would let somebody be sent there."""
    return not is_blocked(host) or _usable(host, by).exists()


def _usable(host: Organisation, by: Actor) -> HostPermitQuerySet:
    """Never by whoever gave it: two people stand behind it."""
    waiting = HostPermit.objects.unused().filter(host=host, organisation=by.organisation_id).order_by("id")
    return waiting if by.user_id is None else waiting.exclude(given_by_id=by.user_id)
