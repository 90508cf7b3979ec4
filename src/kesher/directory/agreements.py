"""Recording what partners signed, and asking whether one organisation may send people to another.

record(charity, document="Table agreement 2026", by=officer)              with the whole table
record(charity, other=college, document="Letter of 3 May", by=officer)    between the two of them
in_force(sender_id, receiver_id)
"""

from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kesher.accounts.conflicts import belongs_to, own_organisation
from kesher.accounts.models import Organisation
from kesher.base.events import emit
from kesher.base.history import acting
from kesher.base.transitions import Actor, Refused
from kesher.directory.models import AGREEMENT_KEEPERS, PartnerAgreement

RECORDED, ENDED = "agreement.recorded", "agreement.ended"


def in_force(sender: UUID, receiver: UUID, today: date | None = None) -> bool:
    """Whether both sit at the table under its agreement, or have one with each other. Within one organisation none is needed.

    One query.
    """
    if sender == receiver:
        return True
    both = {sender, receiver}
    signed = set(
        PartnerAgreement.objects.in_force(today)
        .filter(Q(other=None) | Q(other__in=both), organisation__in=both)  # nobody signs with themselves
        .order_by()
        .values_list("organisation", "other")
    )
    return any(other for _one, other in signed) or {(sender, None), (receiver, None)} <= signed


def partners_of(sender: UUID, today: date | None = None) -> set[UUID]:
    """To whom this organisation may send, itself included. Two queries."""
    agreements = PartnerAgreement.objects.in_force(today).order_by()
    ours = agreements.filter(Q(organisation=sender) | Q(other=sender)).values_list("organisation", "other")
    found, at_the_table = {sender}, False
    for organisation, other in ours:
        if other is None:
            at_the_table = True
        else:
            found |= {organisation, other}
    if at_the_table:
        found.update(agreements.filter(other=None).values_list("organisation", flat=True))
    return found


def record(
    organisation: Organisation,
    *,
    document: str,
    by: Actor,
    other: Organisation | None = None,
    since: date | None = None,
    until: date | None = None,
) -> PartnerAgreement:
    """Write down what was signed. Raises :class:`Refused` for whoever does not keep these, or belongs to one who signed
    (decision 0031); ``ValidationError`` for the rest."""
    _keepers_only(by)
    signed = (organisation.pk, other.pk if other else None)
    if why_not := own_organisation(by, *signed, roles=AGREEMENT_KEEPERS):
        raise Refused(why_not, "conflict")
    agreement = PartnerAgreement(
        organisation=organisation,
        other=other,
        document=document.strip(),
        since=since or timezone.localdate(),
        until=until,
        recorded_by_id=by.user_id,
    )
    with transaction.atomic(), acting(actor=by, reason="agreement recorded"):
        Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)  # two presses are one agreement
        agreement.full_clean()
        agreement.save(force_insert=True)
        ids = {"organisation": str(organisation.pk), "other": str(other.pk) if other else ""}
        if belongs_to(by.user_id, *signed):
            ids["own"] = "nobody else could"
        emit(RECORDED, agreement, by=by, data=ids)
    return agreement


def end(agreement: PartnerAgreement, *, by: Actor, on: date | None = None) -> None:
    """It holds to the end of that day, today's if nothing else is said; ended earlier, it stays so.

    Nothing is sent under it from then on; what is on its way goes on to its end.
    """
    _keepers_only(by)
    day = on or timezone.localdate()
    with transaction.atomic(), acting(actor=by, reason="agreement ended"):
        locked = PartnerAgreement.objects.select_for_update(of=("self",)).get(pk=agreement.pk)
        if locked.until is not None and locked.until <= day:
            return
        if day < locked.since:
            raise ValidationError(_("An agreement cannot end before it begins."))
        locked.until = day
        locked.save(update_fields=["until", "updated_at"])
        emit(ENDED, locked, by=by, data={"organisation": str(locked.organisation_id)})
    agreement.until = day


def _keepers_only(by: Actor) -> None:
    if not by.roles & AGREEMENT_KEEPERS:
        raise Refused(_("Your role does not allow this."), "role")
