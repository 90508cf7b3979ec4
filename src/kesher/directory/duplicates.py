"""Two records that are one: found at night, decided by a person, merged, and taken back when that was wrong.

:func:`find_duplicates` proposes, :func:`merge` and :func:`not_the_same` dispose, :func:`undo` restores. A merge moves what
hangs on the other record, remembers under which names its sources know it (``ExternalAlias``: imports look there), and
writes what stood in every row it touched; an undo puts exactly that back, or refuses where somebody has changed one since.
"""

import logging
import uuid
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kesher.accounts.models import Organisation
from kesher.base.events import emit
from kesher.base.history import THE_SYSTEM, acting
from kesher.base.tasks import every
from kesher.base.transitions import Actor, Refused
from kesher.directory import search
from kesher.directory.duplicate_entries import entries
from kesher.directory.merging import Ledger, Snapshot, Stale
from kesher.directory.merging_records import CHOICES, MERGERS, MODELS, Record, kind_of
from kesher.directory.models import DuplicateCandidate, Kind, Merge, Service, ServiceAtLocation
from kesher.directory.models.duplicates import DECIDERS
from kesher.engine import duplicates as engine

logger = logging.getLogger(__name__)

# --- finding ---------------------------------------------------------------------------------------------------------


def find_duplicates(*, threshold: float = engine.THRESHOLD) -> dict[str, int]:
    """Compare the whole directory and bring the open proposals up to date; returns kind -> open proposals.

    What a person has decided stays decided. A proposal nobody has decided and that no longer holds is forgotten.
    """
    counts: dict[str, int] = {}
    for kind in Kind:
        found = {_in_order(one): one for one in engine.candidates(entries(kind), threshold=threshold)}
        with transaction.atomic(), acting(actor=THE_SYSTEM, reason="duplicates"):
            here = {(row.first, row.second): row for row in DuplicateCandidate.objects.filter(kind=kind)}
            old = [row.pk for pair, row in here.items() if row.state == row.State.OPEN and pair not in found]
            DuplicateCandidate.objects.filter(pk__in=old).delete()
            new, changed = [], []
            for pair, one in found.items():
                row = here.get(pair)
                if row is None:
                    row = DuplicateCandidate(kind=kind, first=pair[0], second=pair[1], score=one.score)
                    new.append(row)
                elif row.state == row.State.OPEN and (row.score, row.evidence) != (one.score, _evidence(row, one)):
                    changed.append(row)
                else:
                    continue
                row.score, row.evidence = one.score, _evidence(row, one)
            DuplicateCandidate.objects.bulk_create(new, batch_size=2_000)
            DuplicateCandidate.objects.bulk_update(changed, ["score", "evidence"], batch_size=2_000)
        counts[kind.value] = DuplicateCandidate.objects.open().filter(kind=kind).count()
    return counts


def _in_order(one: engine.Candidate) -> tuple[uuid.UUID, uuid.UUID]:
    """The keys of a pair as the table keeps them."""
    first, second = sorted(uuid.UUID(str(key)) for key in (one.first, one.second))
    return first, second


def _evidence(row: DuplicateCandidate, one: engine.Candidate) -> list[dict[str, Any]]:
    """The evidence as it is kept, ``first`` and ``second`` in the order of the row."""
    turned = one.first != row.first
    return [
        {
            "code": evidence.code,
            "value": round(evidence.value, 3),
            "first": evidence.second if turned and evidence.code != "distance" else evidence.first,
            "second": evidence.first if turned and evidence.code != "distance" else evidence.second,
        }
        for evidence in one.evidence
    ]


@every("53 2 * * *")
def find_duplicates_at_night() -> None:
    """Nightly: look for records that may be one."""
    logger.info("possible duplicates %s", find_duplicates())


# --- deciding ---------------------------------------------------------------------------------------------------------


def _may_decide(by: Actor) -> None:
    if not by.roles & {str(role) for role in DECIDERS}:
        raise Refused(_("Your role does not allow this."), "role")


def not_the_same(candidate: DuplicateCandidate, *, by: Actor, reason: str) -> None:
    """Somebody says that these are two. Kept, so that nobody is asked again. Raises :class:`Refused`."""
    _may_decide(by)
    if not reason.strip():
        raise Refused(_("Please give a reason."), "reason")
    with transaction.atomic(), acting(actor=by, reason=reason):
        row = DuplicateCandidate.objects.select_for_update().get(pk=candidate.pk)
        if row.state != row.State.OPEN:
            raise Refused(_("Somebody has decided this already."), "state")
        _decide(row, DuplicateCandidate.State.NOT_THE_SAME, by, reason)
        emit(f"{row.kind}.not_the_same", row, by=by, reason=reason, data={"other": str(row.second)})


def _decide(row: DuplicateCandidate, state: str, by: Actor, reason: str) -> None:
    row.state, row.decided_by_id, row.reason = state, by.user_id, reason
    row.decided_at = None if state == DuplicateCandidate.State.OPEN else timezone.now()
    row.save()


def merge(
    kept: Record,
    other: Record,
    *,
    by: Actor,
    reason: str,
    choices: Iterable[str] = (),
) -> Merge:
    """Make one of two: what hangs on ``other`` goes to ``kept``, and ``other`` goes out of sight.

    ``choices``: the fields (:data:`CHOICES`) whose value is taken from ``other``; all others stay. Details that ``kept``
    already has word for word stay behind. Raises :class:`Refused`, with a message for people, and changes nothing.
    """
    _may_decide(by)
    if not reason.strip():
        raise Refused(_("Please give a reason."), "reason")
    if type(kept) is not type(other) or kept.pk == other.pk:
        raise Refused(_("Choose two different records of one kind."), "pair")
    kind = kind_of(kept)
    chosen = list(choices)
    if unknown := set(chosen) - set(CHOICES[kind]):
        raise ValueError(f"no such fields to choose: {', '.join(sorted(unknown))}")
    with transaction.atomic(), acting(actor=by, reason=reason):
        ledger = Ledger()
        MERGERS[kind](*_locked(kept.pk, other.pk, kind), chosen, ledger)
        first, second = sorted([kept.pk, other.pk])
        row = DuplicateCandidate.objects.filter(kind=kind, first=first, second=second).first()
        if row is None:
            row = DuplicateCandidate(kind=kind, first=first, second=second, score=0)
        _decide(row, DuplicateCandidate.State.MERGED, by, reason)
        done: Merge = Merge.objects.create(
            kind=kind, kept=kept.pk, merged=other.pk, candidate=row, snapshot=ledger.snapshot, reason=reason, by_id=by.user_id
        )  # fmt: skip
        emit(f"{kind.value}.merge", kept, by=by, reason=reason, data={"merged": str(other.pk), "merge": str(done.pk)})
        _make_findable(done)
    kept.refresh_from_db()
    other.refresh_from_db()
    return done


def _locked(kept: UUID, other: UUID, kind: Kind) -> tuple[Any, Any]:
    """The two as they stand now, and nobody else's until we are done. Raises :class:`Refused` when one is gone into another."""
    both = MODELS[kind]._base_manager.select_for_update().filter(pk__in=[kept, other])
    rows = {row.pk: row for row in both.order_by("pk")}
    if Merge.objects.in_force().filter(kind=kind, merged__in=list(rows)).exists():
        raise Refused(_("One of the two has been merged already. Look at the record it became."), "state")
    return rows[kept], rows[other]


def to_undo_first(done: Merge) -> Merge | None:
    """The later merge in which the one kept by ``done`` went into another.

    It has carried on what ``done`` had brought. Taken back before it, ``done`` would leave some of that with the record in
    the middle, as soon as the later one is taken back too.
    """
    return Merge.objects.in_force().filter(kind=done.kind, merged=done.kept).first()


def undo(done: Merge, *, by: Actor, reason: str = "") -> None:
    """Put back every row as it stood before the merge.

    Raises :class:`Refused` when one has been changed since, or the record that was kept has been merged further: what was
    merged last is taken back first.
    """
    _may_decide(by)
    with transaction.atomic(), acting(actor=by, reason=reason or "undo merge"):
        locked = Merge.objects.select_for_update().get(pk=done.pk)
        if locked.undone_at:
            raise Refused(_("This merge has been undone already."), "state")
        both = MODELS[Kind(locked.kind)]._base_manager.filter(pk__in=[locked.kept, locked.merged])
        list(
            both.select_for_update().order_by("pk").values_list("pk")
        )  # as merge() does: nobody merges either meanwhile
        if to_undo_first(locked):
            raise Refused(_("The one that was kept has itself been merged since. Undo that merge first."), "order")
        try:
            Snapshot(locked.snapshot).restore()
        except Stale as fault:
            raise Refused(
                _(
                    "Since the merge somebody has changed %(what)s (%(fields)s). An exact undo is no longer "
                    "possible: change it back first, or make a new record."
                )
                % {"what": fault.what, "fields": ", ".join(fault.fields)},
                "changed",
            ) from fault
        locked.undone_at, locked.undone_by_id = timezone.now(), by.user_id
        locked.save()
        if locked.candidate:
            _decide(locked.candidate, DuplicateCandidate.State.OPEN, by, "")
        kept = MODELS[Kind(locked.kind)]._base_manager.get(pk=locked.kept)
        data = {"merged": str(locked.merged), "merge": str(locked.pk)}
        emit(f"{locked.kind}.unmerge", kept, by=by, reason=reason, data=data)
        _make_findable(locked)
    done.refresh_from_db()


def kept_instead_of(kind: Kind, key: uuid.UUID) -> uuid.UUID | None:
    """The record that a merged one became, through as many merges as there were; None when it was not merged."""
    found: uuid.UUID | None = None
    for _step in range(20):
        following = (
            Merge.objects.in_force().filter(kind=kind, merged=found or key).values_list("kept", flat=True).first()
        )
        if following is None:
            break
        found = following
    return found


def site_kept_instead_of(key: UUID) -> UUID | None:
    """The service-at-location that one became when its service or its location was merged; None when it became none."""
    found = key
    for _step in range(20):
        after: str | None = Merge.objects.that_took(found).values_list(f"snapshot__became__{found}", flat=True).first()
        if after is None:
            break
        found = UUID(after)
    site = ServiceAtLocation.objects.filter(pk=found).first()
    if site is not None and (service := kept_instead_of(Kind.SERVICE, site.service_id)):
        site = ServiceAtLocation.objects.filter(service=service, location=site.location_id).first()
    return site.pk if site is not None and site.pk != key else None


def was_public(kind: Kind, key: UUID) -> bool:
    """Whether everybody could once see this record: what never was public does not exist for strangers."""
    if kind == Kind.SERVICE:
        return Service.objects.once_public().filter(pk=key).exists()
    if kind == Kind.ORGANISATION:
        return Organisation.objects.once_approved().filter(pk=key).exists()
    return True


def _make_findable(done: Merge) -> None:
    both = [done.kept, done.merged]
    match done.kind:
        case Kind.SERVICE:
            search.index_later(*both)
        case Kind.ORGANISATION:
            search.index_later(*Service.objects.filter(organisation__in=both).values_list("pk", flat=True))
        case Kind.LOCATION:
            here = Service.objects.filter(at_locations__location__in=both)
            search.index_later(*here.distinct().values_list("pk", flat=True))
