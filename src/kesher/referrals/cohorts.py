"""Groups of a course: opened, filled, closed; what the town asks for in vain; and what became of those who sat in one.

    cohort = open_cohort(service, name="Morning group", starts_on=day, seats=16, by=college)
    seat(referral, cohort, by=college)          somebody who was accepted sits there
    leave_seat(referral, by=college)

Free places have one truth, the directory's ``Capacity``: each group has a row of it, which is written here whenever a
seat is taken or given back (and by :func:`recounted` when a referral ends), so that whoever sends somebody, and every
page and feed, sees the same number.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kesher.base.events import emit, on
from kesher.base.history import THE_SYSTEM, acting
from kesher.base.models import Event
from kesher.base.rows import acting_for
from kesher.base.suppression import MINIMUM, Shown, shown, shown_table
from kesher.base.transitions import Actor, Refused
from kesher.directory.models import Capacity, Service, ServiceTerm
from kesher.directory.states import EDITORS
from kesher.people.files import must_be_as_seen, stamp_of
from kesher.referrals.models import Cohort, Referral
from kesher.referrals.vocabularies import DEMAND, SEATED, TAKEN_ON, State

FIELDS: Final = ("name", "starts_on", "ends_on", "seats", "taken_elsewhere")


def _require(service: Service, by: Actor) -> None:
    if not by.roles & EDITORS or service.organisation_id is None or by.organisation_id != service.organisation_id:
        raise Refused(_("Your role does not allow this."), "role")


def open_cohort(
    service: Service,
    *,
    name: str,
    starts_on: date,
    seats: int,
    by: Actor,
    ends_on: date | None = None,
    taken_elsewhere: int = 0,
) -> Cohort:
    """A new group of a service of the organisation ``by`` acts for. Raises :class:`Refused` and changes nothing."""
    _require(service, by)
    cohort = Cohort(
        service=service,
        name=name.strip(),
        starts_on=starts_on,
        ends_on=ends_on,
        seats=seats,
        taken_elsewhere=taken_elsewhere,
    )
    with transaction.atomic(), acting(actor=by, reason="group opened"):
        _valid(cohort)
        cohort.save()
        _count(cohort)
        emit("cohort.open", cohort, by=by, data={"service": str(service.pk), "seats": seats})
    return cohort


def change(cohort: Cohort, *, by: Actor, seen: str | None, **said: Any) -> None:
    """Other days, more seats. Never fewer seats than are taken: raises :class:`Refused`. ``seen``: the :func:`stamp` of what
    was read before; raises :class:`~kesher.people.files.Changed` where a colleague has changed it since."""
    _require(cohort.service, by)
    with transaction.atomic(), acting(actor=by, reason="group changed"):
        locked = _locked(cohort)
        must_be_as_seen(locked, said, seen=seen, now=stamp(locked))
        for field in FIELDS:
            setattr(locked, field, said.get(field, getattr(locked, field)))
        if _seated(locked) + locked.taken_elsewhere > locked.seats:
            raise Refused(_("More seats are taken than there are."), "seats")
        _valid(locked)
        locked.save()
        _count(locked)
        emit("cohort.change", locked, by=by, data={"seats": locked.seats})
    for field in FIELDS:
        setattr(cohort, field, getattr(locked, field))


def stamp(cohort: Cohort) -> str:
    """What tells one state of what is said of a group from another."""
    return stamp_of(cohort, FIELDS)


def close(cohort: Cohort, *, by: Actor) -> None:
    """Nobody can join any more: its free places are none. Twice is once."""
    _require(cohort.service, by)
    with transaction.atomic(), acting(actor=by, reason="group closed"):
        locked = _locked(cohort)
        if locked.closed_at is None:
            locked.closed_at = timezone.now()
            locked.save(update_fields=["closed_at", "updated_at"])
            _count(locked)
            emit("cohort.close", locked, by=by)
    cohort.closed_at = locked.closed_at


def seat(referral: Referral, cohort: Cohort, *, by: Actor) -> None:
    """Somebody who was accepted sits in a group of the service they were sent to; from another group they move."""
    _require(cohort.service, by)
    if referral.service_id != cohort.service_id or referral.receiver_id != by.organisation_id:
        raise Refused(_("They were sent to another service."), "service")
    with transaction.atomic(), acting(actor=by, reason="seat taken"):
        before = Referral.objects.filter(pk=referral.pk).values_list("cohort_id", flat=True).first()
        # both groups in one order, so that of two who change places neither waits for the other
        groups = Cohort.objects.select_related("service").select_for_update(of=("self",))
        both = {one.pk: one for one in groups.filter(pk__in=[cohort.pk, before or cohort.pk]).order_by("pk")}
        locked = both[cohort.pk]
        mine = Referral.objects.select_for_update(of=("self",)).get(pk=referral.pk)
        if mine.cohort_id != before:
            raise Refused(_("This is not possible in the present state."), "state")
        if mine.state not in TAKEN_ON:
            raise Refused(_("Only somebody you have accepted can take a seat."), "state")
        if before == locked.pk:
            return
        if not locked.is_open:
            raise Refused(_("This group is closed."), "closed")
        if _free(locked) < 1:
            raise Refused(_("No seat is free in this group."), "full")
        mine.cohort = locked
        mine.save(update_fields=["cohort", "updated_at"])
        _count(locked)
        if before is not None:
            _count(both[before])
        emit("cohort.seat", mine, by=by, data={"cohort": str(locked.pk)})
    referral.cohort = locked


def leave_seat(referral: Referral, *, by: Actor) -> None:
    """The seat is given back; they wait for another."""
    if referral.cohort is None:
        return
    cohort = referral.cohort
    _require(cohort.service, by)
    with transaction.atomic(), acting(actor=by, reason="seat given back"):
        locked = _locked(cohort)
        sat_there = Referral.objects.filter(pk=referral.pk, cohort=locked)
        if not sat_there.update(cohort=None, updated_at=timezone.now()):  # moved to another group since
            raise Refused(_("This is not possible in the present state."), "state")
        _count(locked)
        emit("cohort.leave", referral, by=by, data={"cohort": str(locked.pk)})
    referral.cohort = None


def _valid(cohort: Cohort) -> None:
    if not cohort.name.strip():
        raise Refused(_("Give the group a name."), "name")
    try:
        cohort.validate_constraints()
    except ValidationError as error:
        raise Refused(error.messages[0], "cohort") from None


def _locked(cohort: Cohort) -> Cohort:
    return Cohort.objects.select_related("service").select_for_update(of=("self",)).get(pk=cohort.pk)


def _seated(cohort: Cohort) -> int:
    return Referral.objects.filter(cohort=cohort, state__in=SEATED).count()


def _free(cohort: Cohort) -> int:
    return max(cohort.seats - cohort.taken_elsewhere - _seated(cohort), 0)


def _count(cohort: Cohort) -> None:
    """Write the free places to the directory."""
    said = {
        "service": cohort.service,
        "available": _free(cohort) if cohort.is_open else 0,
        "maximum": cohort.seats,
        "updated": timezone.now(),
    }
    if cohort.capacity_id is None:
        cohort.capacity = Capacity.objects.create(**said)
        Cohort.objects.filter(pk=cohort.pk).update(capacity=cohort.capacity)
    else:
        Capacity.objects.filter(pk=cohort.capacity_id).update(**said)


@on("referral.withdraw", "referral.consent withdrawn", "referral.cannot finish", "referral.entered in error")
def recounted(event_id: UUID) -> None:
    """Whoever was withdrawn, or could not go on, gives their seat back."""
    event = Event.objects.get(pk=event_id)
    receiver = UUID(event.data["receiver"])
    with acting_for(organisation_ids=[receiver]), acting(actor=THE_SYSTEM, reason="seat given back"):
        referral = Referral.objects.filter(pk=event.about_id, cohort__isnull=False).first()
        if referral is not None and referral.cohort_id is not None:
            _count(Cohort.objects.select_for_update(of=("self",)).select_related("service").get(pk=referral.cohort_id))


# --- what the college learns from it ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Demand:
    """How often people were refused because there was no place, or no such service, since a moment. ``key``: a service's
    or a term's."""

    key: UUID
    refused: Shown


def demand(*, since: datetime) -> tuple[list[Demand], list[Demand]]:
    """By service and by subject, the most first; of the whole town, for who lacks a place stands in no list of anybody.

    Below five nothing is said. Subjects are rounded down to fives, and said where their services that are not shown are none,
    or five refusals together: a subject less its services that are shown would tell how often one was asked for that is
    not (Hundepool et al., Statistical Disclosure Control, 2012, section 5.4).
    """
    refused = Event.objects.filter(name="referral.reject", reason__in=DEMAND, at__gte=since)
    counted = refused.order_by().values_list("data__service").annotate(Count("pk"))
    services = Counter({UUID(key): count for key, count in counted if key})
    terms: Counter[UUID] = Counter()
    hidden: Counter[UUID] = Counter()
    about = ServiceTerm.objects.filter(service__in=services).order_by().values_list("service_id", "term_id").distinct()
    for service, term in about:
        terms[term] += services[service]
        if services[service] < MINIMUM:
            hidden[term] += services[service]
    told = {key: count - count % MINIMUM for key, count in terms.items() if not 0 < hidden[key] < MINIMUM}
    return _shown(services), _shown(Counter(told))


def _shown(counts: Counter[UUID]) -> list[Demand]:
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return [Demand(key, shown(count)) for key, count in ordered if count >= MINIMUM]


def results(cohort: Cohort) -> Mapping[str, Shown]:
    """What became of those who sat in a group: outcomes, failed, still there. Nothing of groups below five."""
    rows = Referral.objects.filter(cohort=cohort).order_by().values_list("state", "outcome")
    found: Counter[str] = Counter()
    for state, outcome in rows:
        if state == State.COMPLETED:
            found[outcome] += 1
        elif state in (State.FAILED, State.CANCELLED):
            found["left"] += 1
        elif state in TAKEN_ON:
            found["there"] += 1
    return shown_table(found) if sum(found.values()) >= MINIMUM else {}
