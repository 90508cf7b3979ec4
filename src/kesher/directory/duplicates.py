"""Two records that are one: found at night, decided by a person, merged, and taken back when that was wrong.

:func:`find_duplicates` proposes, :func:`merge` and :func:`not_the_same` dispose, :func:`undo` restores. A merge moves what
hangs on the other record, remembers under which names its sources know it (``ExternalAlias``: imports look there), and
writes what stood in every row it touched; an undo puts exactly that back, or refuses where somebody has changed one since.
"""

import logging
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from kesher.accounts.models import Invitation, Membership, Organisation
from kesher.base.events import emit
from kesher.base.history import acting
from kesher.base.tasks import every
from kesher.base.transitions import Actor, Refused
from kesher.directory import search
from kesher.directory.merging import Ledger, Snapshot, Stale
from kesher.directory.models import (
    Address,
    DuplicateCandidate,
    ExternalAlias,
    Kind,
    Location,
    Merge,
    OrganisationProfile,
    Phone,
    Programme,
    Service,
    ServiceAtLocation,
)
from kesher.directory.models.duplicates import DECIDERS
from kesher.engine import duplicates as engine

Kept = TypeVar("Kept", Service, Organisation)
logger = logging.getLogger(__name__)

#: What one may choose from the other record. A field of the organisation's page is ``profile.<name>``.
CHOICES: Mapping[str, tuple[str, ...]] = {
    Kind.SERVICE: (
        "name", "alternate_name", "description", "organisation", "url", "email", "eligibility_description",
        "application_process", "fees_description", "wait_time", "interpretation_services", "learning_outcomes",
        "minimum_age", "maximum_age", "referral_modes", "remote", "weekly_hours", "weeks",
    ),
    Kind.ORGANISATION: (
        "name", "kind", "registration_number", "profile.alternate_name", "profile.description", "profile.email",
        "profile.website", "profile.legal_status", "profile.tax_status", "profile.tax_id", "profile.year_incorporated",
        "profile.uri",
    ),
}  # fmt: skip


# --- finding ----------------------------------------------------------------------------------------------------------


def entries(kind: Kind) -> Iterator[engine.Entry]:
    """The records of a kind as the engine compares them. What was merged, and services that ended, are left out."""
    gone = Merge.objects.in_force().filter(kind=kind).values("merged")
    return _service_entries(gone) if kind == Kind.SERVICE else _organisation_entries(gone)


def _service_entries(gone: Any) -> Iterator[engine.Entry]:
    phones: dict[uuid.UUID, list[str]] = defaultdict(list)
    for service, through, number in Phone.objects.filter(
        Q(service__isnull=False) | Q(service_at_location__isnull=False)
    ).values_list("service_id", "service_at_location__service_id", "number"):
        phones[service or through].append(number)
    located: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    for service, location in ServiceAtLocation.objects.values_list("service_id", "location_id"):
        located[service].append(location)
    points, addresses, towns = _places()
    for key, organisation, dataset, name, alternate, email, url in (
        Service.objects.exclude(state=Service.State.ARCHIVED)
        .exclude(pk__in=gone)
        .order_by("pk")
        .values_list("pk", "organisation_id", "dataset_id", "name", "alternate_name", "email", "url")
    ):
        here = located.get(key, ())
        yield engine.Entry(
            key,
            (*name.values(), *alternate.values()),
            Kind.SERVICE.value,
            source=dataset,
            organisation=organisation,
            phones=tuple(phones.get(key, ())),
            addresses=tuple(text for place in here for text in addresses.get(place, ())),
            towns=tuple(town for place in here for town in towns.get(place, ())),
            points=tuple(points[place] for place in here if place in points),
            emails=(email,) if email else (),
            websites=(url,) if url else (),
        )


def _organisation_entries(gone: Any) -> Iterator[engine.Entry]:
    phones: dict[uuid.UUID, list[str]] = defaultdict(list)
    for organisation, number in Phone.objects.filter(organisation__isnull=False).values_list(
        "organisation_id", "number"
    ):
        phones[organisation].append(number)
    located: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    for organisation, location in Location.objects.filter(organisation__isnull=False).values_list(
        "organisation_id", "pk"
    ):
        located[organisation].append(location)
    points, addresses, towns = _places()
    for key, name, dataset, alternate, email, website in (
        Organisation.objects.exclude(pk__in=gone)
        .order_by("pk")
        .values_list(
            "pk", "name", "profile__dataset_id", "profile__alternate_name", "profile__email", "profile__website"
        )
    ):
        here = located.get(key, ())
        yield engine.Entry(
            key,
            (*name.values(), *(alternate or {}).values()),
            Kind.ORGANISATION.value,
            source=dataset,
            phones=tuple(phones.get(key, ())),
            addresses=tuple(text for place in here for text in addresses.get(place, ())),
            towns=tuple(town for place in here for town in towns.get(place, ())),
            points=tuple(points[place] for place in here if place in points),
            emails=(email,) if email else (),
            websites=(website,) if website else (),
        )


def _places() -> tuple[dict[uuid.UUID, tuple[float, float]], dict[uuid.UUID, list[str]], dict[uuid.UUID, list[str]]]:
    """Points, street addresses and towns by location."""
    points = {
        key: (latitude, longitude)
        for key, latitude, longitude in Location.objects.filter(latitude__isnull=False).values_list(
            "pk", "latitude", "longitude"
        )
        if latitude is not None and longitude is not None
    }
    addresses: dict[uuid.UUID, list[str]] = defaultdict(list)
    towns: dict[uuid.UUID, list[str]] = defaultdict(list)
    for location, street, town in Address.objects.values_list("location_id", "address_1", "city"):
        if street:
            addresses[location].append(street)
        if town:
            towns[location].append(town)
    return points, addresses, towns


def find_duplicates(*, threshold: float = engine.THRESHOLD) -> dict[str, int]:
    """Compare the whole directory and bring the open proposals up to date; returns kind -> open proposals.

    What a person has decided stays decided. A proposal nobody has decided and that no longer holds is forgotten.
    """
    counts: dict[str, int] = {}
    for kind in Kind:
        found = {_in_order(one): one for one in engine.candidates(entries(kind), threshold=threshold)}
        with transaction.atomic(), acting(actor=None, reason="duplicates"):
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
    logger.info("possible duplicates %s", counts)
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
    find_duplicates()


# --- deciding ---------------------------------------------------------------------------------------------------------


def _may_decide(by: Actor) -> None:
    if not by.roles & {str(role) for role in DECIDERS}:
        raise Refused(_("Your role does not allow this."), "role")


def not_the_same(candidate: DuplicateCandidate, *, by: Actor, reason: str) -> None:
    """Somebody says that these are two. Kept, so that nobody is asked again. Raises :class:`Refused`."""
    _may_decide(by)
    if not reason.strip():
        raise Refused(_("Please give a reason."), "reason")
    with transaction.atomic(), acting(actor=by.user_id, reason=reason):
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
    kept: Service | Organisation,
    other: Service | Organisation,
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
    kind = Kind.SERVICE if isinstance(kept, Service) else Kind.ORGANISATION
    chosen = list(choices)
    if unknown := set(chosen) - set(CHOICES[kind]):
        raise ValueError(f"no such fields to choose: {', '.join(sorted(unknown))}")
    with transaction.atomic(), acting(actor=by.user_id, reason=reason):
        ledger = Ledger()
        if kind == Kind.SERVICE:
            _merge_services(*_locked(Service, kept.pk, other.pk, kind), chosen, ledger)
        else:
            _merge_organisations(*_locked(Organisation, kept.pk, other.pk, kind), chosen, ledger)
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


def _locked(model: type[Kept], kept: UUID, other: UUID, kind: Kind) -> tuple[Kept, Kept]:
    """The two as they stand now, and nobody else's until we are done. Raises :class:`Refused` when one is gone into another."""
    rows = {row.pk: row for row in model._base_manager.select_for_update().filter(pk__in=[kept, other]).order_by("pk")}
    if Merge.objects.in_force().filter(kind=kind, merged__in=list(rows)).exists():
        raise Refused(_("One of the two has been merged already. Look at the record it became."), "state")
    return rows[kept], rows[other]


def undo(done: Merge, *, by: Actor, reason: str = "") -> None:
    """Put back every row as it stood before the merge. Raises :class:`Refused` when one has been changed since."""
    _may_decide(by)
    with transaction.atomic(), acting(actor=by.user_id, reason=reason or "undo merge"):
        locked = Merge.objects.select_for_update().get(pk=done.pk)
        if locked.undone_at:
            raise Refused(_("This merge has been undone already."), "state")
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
        model: Any = Service if locked.kind == Kind.SERVICE else Organisation
        kept = model._base_manager.get(pk=locked.kept)
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


def _merge_services(kept: Service, other: Service, chosen: list[str], ledger: Ledger) -> None:
    ledger.take(kept, other, chosen)
    here = set(kept.at_locations.values_list("location_id", flat=True))
    for place in other.at_locations.order_by("pk"):
        if place.location_id not in here:
            ledger.change(place, service=kept)
    ledger.move_details(kept, other, "service")
    for report in other.mistake_reports.order_by("pk"):
        ledger.change(report, service=kept)
    for alias in other.aliases.order_by("pk"):
        ledger.change(alias, service=kept)
    if other.dataset_id and other.external_id:
        ledger.add(
            ExternalAlias(dataset_id=other.dataset_id, external_id=other.external_id, service=kept, digest=other.digest)
        )
    ledger.change(other, state=Service.State.ARCHIVED)
    ledger.changed_now(kept, other)


def _merge_organisations(kept: Organisation, other: Organisation, chosen: list[str], ledger: Ledger) -> None:
    if kept.parent_id == other.pk:  # a department cannot swallow its own body and stay inside it
        ledger.change(kept, parent=other.parent if other.parent_id != kept.pk else None)
    ledger.take(kept, other, [name for name in chosen if not name.startswith("profile.")])
    theirs = OrganisationProfile.objects.filter(organisation=other).first()
    ours = OrganisationProfile.objects.filter(organisation=kept).first()
    page = [name.removeprefix("profile.") for name in chosen if name.startswith("profile.")]
    if theirs and page:
        if ours is None:
            ours = OrganisationProfile(organisation=kept)
            ledger.add(ours)
        ledger.take(ours, theirs, page)
    for model in (Service, Programme, Location):
        for row in model.objects.filter(organisation=other).order_by("pk"):
            ledger.change(row, organisation=kept)
            ledger.changed_now(row)
    for department in other.departments.exclude(pk=kept.pk).order_by("pk"):
        ledger.change(department, parent=kept)
    has = set(Membership.objects.filter(organisation=kept).values_list("user_id", "role"))
    for member in Membership.objects.filter(organisation=other).order_by("pk"):
        if (member.user_id, member.role) not in has:
            ledger.change(member, organisation=kept)
    invited = {(one.email.lower(), one.role) for one in Invitation.objects.filter(organisation=kept, accepted_at=None)}
    for invitation in Invitation.objects.waiting().filter(organisation=other).order_by("pk"):
        if (invitation.email.lower(), invitation.role) not in invited:
            ledger.change(invitation, organisation=kept)
    ledger.move_details(kept, other, "organisation")
    for alias in other.aliases.order_by("pk"):
        ledger.change(alias, organisation=kept)
    if theirs and theirs.dataset_id and theirs.external_id:
        ledger.add(
            ExternalAlias(
                dataset_id=theirs.dataset_id, external_id=theirs.external_id, organisation=kept, digest=theirs.digest
            )
        )
    ledger.change(other, state=Organisation.State.SUSPENDED)
    ledger.changed_now(kept, other)


def _make_findable(done: Merge) -> None:
    if done.kind == Kind.SERVICE:
        search.index_later(done.kept, done.merged)
    else:
        search.index_later(
            *Service.objects.filter(organisation__in=[done.kept, done.merged]).values_list("pk", flat=True)
        )
