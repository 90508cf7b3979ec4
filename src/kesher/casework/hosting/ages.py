"""How old somebody is at a workplace, as their file says it: each night, and whenever the agreement is opened.

as_old_as_the_file_says(organisation_id, today)      every open agreement of this sender; returns of how many it was otherwise
as_the_file_says(agreement)                          of one that somebody opens or does something about

A birthday passes, or it is found out that somebody is younger than they said. Where the terms fit the age, what the law says is
written anew. Where hours, night or guardian do not fit, the agreement does not go on silently: it says so on every page and on
Today until a guardian is told, other terms are agreed, or it ends; and all three are told.
"""

from collections.abc import Iterable
from copy import copy
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone

from kesher.base.history import THE_SYSTEM, acting
from kesher.base.rows import acting_for
from kesher.base.transitions import Actor
from kesher.casework import moving
from kesher.casework.hosting import agreements, hosts, limits
from kesher.casework.models import TrainingAgreement, WhyTrainingEnded
from kesher.casework.models.matches import age_on
from kesher.casework.models.training import HOST_SEES

#: So long after its last day an agreement that nobody ended is over: talks about what comes next have been held by then.
RUNS_OUT: Final = timedelta(days=28)
_KEYS: Final = ["person", "organisation", "host", "caseworker", "permit"]
#: What is written about an age.
_SAID: Final = (
    "country",
    "band",
    "minor",
    "limit_day",
    "limit_week",
    "night_from",
    "night_to",
    "minimum",
    "currency",
    "too_young_since",
)


def as_old_as_the_file_says(organisation_id: UUID, day: date, *, only: Iterable[UUID] | None = None) -> int:
    """What the files say of ages on this ``day`` holds for the agreements of this organisation (of these keys ``only``), too.

    Returns of how many it was otherwise. By the system, as the organisation: a host sees no file. No change of a plan: what
    the clock does keeps no file in use.
    """
    with acting_for(organisation_ids=[organisation_id]):
        known = TrainingAgreement.objects.open().filter(organisation=organisation_id, person__born__isnull=False)
        if only is not None:
            known = known.filter(pk__in=only)
        # whoever lives longer than so many days is of age: most rows are not read
        maybe_young = Q(person__born__gt=day - timedelta(days=limits.OF_AGE * 366))
        rows = known.filter(Q(minor=True) | Q(too_young_since__isnull=False) | maybe_young)
        with acting(actor=THE_SYSTEM, reason="as old as the file says"):
            return sum(
                _written(agreement, day)
                for agreement in rows.select_related("person").select_for_update(of=("self",)).order_by("id")
            )


def as_the_file_says(agreement: TrainingAgreement) -> None:
    """The same of one agreement. By itself, so that it stands whatever is refused then."""
    only = [agreement.pk]
    if agreement.is_open and as_old_as_the_file_says(agreement.organisation_id, timezone.localdate(), only=only):
        agreement.refresh_from_db(fields=list(_SAID))


def _written(agreement: TrainingAgreement, day: date) -> bool:
    """Whether something was otherwise than the file says."""
    band = _band(agreement, day)
    fits = band is not None and _fits(agreement, band)
    fields: dict[str, Any] = {"too_young_since": None if fits else agreement.too_young_since or day}
    if fits and band is not None and band.code != agreement.band:
        fields |= agreements.of_law(band, agreement.starts_on)
    was = {name: getattr(agreement, name) for name in fields}
    if was == fields:
        return False
    for name, value in fields.items():
        setattr(agreement, name, value)
    agreement.save(update_fields=[*fields, "updated_at"])
    if not fits:
        _tell_all(agreement)
    return True


def _band(agreement: TrainingAgreement, day: date) -> limits.Band | None:
    """What the law says on this day, or on the first one; None where it allows no work. Nobody was asked about school: then
    as of somebody who still goes there."""
    born = agreement.person.born
    assert born is not None  # asked for
    law, age = agreements.law_here(), age_on(born, max(day, agreement.starts_on))
    try:
        in_school = law.by_code(agreement.band).in_school
    except limits.NoLaw:
        in_school = None
    try:
        band = law.band(age=age, in_school=in_school)
    except limits.Ask:
        band = law.band(age=age, in_school=True)
    return band if band.may_work else None


def _fits(agreement: TrainingAgreement, band: limits.Band) -> bool:
    """Whether these terms, and who was told of them, are allowed: the row's own constraints say."""
    trial = copy(agreement)
    for name, value in agreements.of_law(band, agreement.starts_on).items():
        setattr(trial, name, value)
    try:
        trial.validate_constraints(exclude=_KEYS)
    except ValidationError:
        return False
    return True


def _tell_all(agreement: TrainingAgreement) -> None:
    system = Actor.the_system()
    for told in (("worker", agreement.caseworker_id), agreements.the_person(agreement.person)):
        agreements.let_know(agreement, "too young", told, by=system)
    if agreement.state in TrainingAgreement.SEEN_BY_HOST:
        agreements.tell_host(agreement, "too young", system)


def run_out(organisation_id: UUID, day: date) -> int:
    """End what nobody ended :data:`RUNS_OUT` after its last day, and count it for the host. Returns how many."""
    with acting_for(organisation_ids=[organisation_id]):
        over = TrainingAgreement.objects.filter(
            organisation=organisation_id, state=TrainingAgreement.State.ACTIVE, ends_on__lt=day - RUNS_OUT
        )
        count = 0
        for agreement in over.select_related("person").select_for_update(of=("self",)).order_by("id"):
            with acting(actor=THE_SYSTEM, reason="learning at work: its time is over"):
                _over(agreement, until=day + HOST_SEES)
            count += 1
        return count


def _over(agreement: TrainingAgreement, *, until: date) -> None:
    """It ended on its last day."""
    system, reason = Actor.the_system(), str(WhyTrainingEnded.DONE)
    fields = {"ended_on": agreement.ends_on, "reason": reason, "host_until": until, "moved_at": timezone.now()}
    moving.move(agreements.TRAINING_STATES, agreement, "run out", by=system, reason=reason, fields=fields)
    for told in (("worker", agreement.caseworker_id), agreements.the_person(agreement.person)):
        agreements.let_know(agreement, "run out", told, by=system)
    agreements.tell_host(agreement, "end", system)
    # the system knows of no work: whoever does says so later
    hosts.count_ended(agreement, by_host=True)
