"""What people do to services: write them, change them, say "still right", move them, settle what visitors reported.

Every function takes the one who acts (:class:`~kesher.base.transitions.Actor`) and writes history with who and why, an
event; the search listens to the events. May this actor do it at all? ``may_edit`` says so, and every
function asks it: a caller that forgot ``editable_by`` is refused here.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kesher.accounts.models import Organisation
from kesher.base.events import emit
from kesher.base.history import acting
from kesher.base.transitions import Actor, Refused
from kesher.directory.models import (
    Address,
    Capacity,
    Contact,
    Cost,
    Link,
    Location,
    MistakeReport,
    Phone,
    RequiredDocument,
    Schedule,
    Service,
    ServiceArea,
    ServiceAtLocation,
    ServiceLanguage,
    ServiceTerm,
    Term,
)
from kesher.directory.states import EDITORS, OVERSEERS, SERVICE_STATES, belongs_to
from kesher.directory.taxonomies import THEMES

#: What a form may change; state, dataset and dates of checking have verbs of their own.
EDITABLE = (
    "name", "alternate_name", "description", "eligibility_description", "open_to_all", "minimum_age", "maximum_age",
    "application_process", "referral_modes", "wait_time", "remote", "fees_description", "weekly_hours", "weeks",
    "learning_outcomes", "interpretation_services", "url", "email", "alert", "status", "check_every_months",
    "human_languages", "machine_languages",
)  # fmt: skip

#: The kinds of rows that hang on a service and are edited with it, by their name on the service.
DETAILS: Mapping[str, type[models.Model]] = {
    "phones": Phone,
    "contacts": Contact,
    "links": Link,
    "service_areas": ServiceArea,
    "capacities": Capacity,
    "languages": ServiceLanguage,
    "costs": Cost,
    "required_documents": RequiredDocument,
}

WEEKDAYS = ("SU", "MO", "TU", "WE", "TH", "FR", "SA")
Span = tuple[time, time]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a kind of detail as typed. ``id`` None = new; ``remove`` = take it away. Rows not named stay as they are."""

    values: Mapping[str, Any]
    id: UUID | None = None
    remove: bool = False


@dataclass(frozen=True, slots=True)
class Changes:
    """What somebody wants a service to be.

    ``fields``: of ``EDITABLE``. ``details``: by the names of ``DETAILS``. ``places``: rows with the keys name, address_1,
    address_2, postal_code, city, area (an Area or None), latitude, longitude, and hours as below, those of the service at
    this place; ``id`` is that of the service-at-location.
    ``hours``: weekday ("SU") -> spans, replacing the plain weekly hours; None = leave the hours alone.
    ``themes``: the terms of ``theme_taxonomies`` the service stands under; None = leave them alone.
    """

    fields: Mapping[str, Any]
    details: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    places: Sequence[Row] = ()
    hours: Mapping[str, Sequence[Span]] | None = None
    themes: Sequence[Term] | None = None
    theme_taxonomies: Collection[str] = THEMES


class SavedMeanwhile(Exception):
    """Somebody else has saved since this page was opened; ``service`` is as they left it."""

    def __init__(self, service: Service) -> None:
        super().__init__(f"service {service.pk} was changed meanwhile")
        self.service = service


def may_edit(service: Service, by: Actor) -> bool:
    return bool(by.roles & (EDITORS | OVERSEERS)) and belongs_to(service, by) is None


def _require(service: Service, by: Actor) -> None:
    if not may_edit(service, by):
        raise Refused(_("Your role does not allow this."), "role")


# --- writing ---------------------------------------------------------------------------------------------------------


def create_service(organisation: Organisation, changes: Changes, *, by: Actor, today: date) -> Service:
    """A new draft. Who writes it down today has checked it today."""
    service = Service(organisation=organisation)
    _require(service, by)
    with transaction.atomic(), acting(actor=by, reason="create"):
        _set_fields(service, changes.fields)
        service.confirm(today)
        service.full_clean(exclude=["dataset"])
        service.save()
        _write_details(service, changes)
        emit("service.create", service, by=by)
    return service


def change_service(
    service: Service, changes: Changes, *, by: Actor, seen: datetime | None, reason: str = "", still_right: bool = False
) -> Service:
    """Save what was typed. ``seen``: the ``updated_at`` of the row the form was filled from.

    Raises :class:`SavedMeanwhile` when the row has been saved since, and changes nothing; None skips that question.
    ``still_right``: the editor says that the whole page has been looked at today.
    """
    _require(service, by)
    with transaction.atomic(), acting(actor=by, reason=reason.strip() or "change"):
        locked = Service.objects.select_for_update(of=("self",)).get(pk=service.pk)
        if seen is not None and locked.updated_at != seen:
            raise SavedMeanwhile(locked)
        months = locked.check_every_months
        _set_fields(locked, changes.fields)
        if still_right:
            locked.confirm(timezone.localdate())
        elif locked.check_every_months != months and locked.assured_date:
            checked = locked.assured_date
            locked.confirm(checked)
        locked.edited_here = locked.edited_here or locked.dataset_id is not None
        locked.full_clean()
        locked.save()
        _write_details(locked, changes)
        emit("service.change", locked, by=by, reason=reason)
    return locked


def _set_fields(service: Service, fields: Mapping[str, Any]) -> None:
    for name in fields:
        if name not in EDITABLE:
            raise ValueError(f"{name!r} is not changed by a form")
        setattr(service, name, fields[name])


def _write_details(service: Service, changes: Changes) -> None:
    for kind, rows in changes.details.items():
        _write_rows(service, DETAILS[kind], rows)
    for row in changes.places:
        _write_place(service, row)
    if changes.hours is not None:
        _write_hours(changes.hours, service=service)
    if changes.themes is not None:
        _write_themes(service, changes.themes, changes.theme_taxonomies)


def _write_rows(service: Service, model: type[models.Model], rows: Sequence[Row]) -> None:
    own = {detail.pk: detail for detail in model._default_manager.filter(service=service)}
    for row in rows:
        detail = own.get(row.id)
        if row.remove:
            if detail:
                detail.delete()
            continue
        # A row somebody else has taken away meanwhile comes back as a new one: what was typed is not lost.
        detail = detail or model(service=service)
        before = {name: getattr(detail, name) for name in row.values}
        if detail._state.adding or before != dict(row.values):
            for name, value in row.values.items():
                setattr(detail, name, value)
            if isinstance(detail, Capacity):
                detail.updated = timezone.now()
            # Of its possible owners a detail has one; that the others are empty is the database's own check.
            detail.full_clean(exclude=[column.name for column in model._meta.concrete_fields if column.is_relation])
            detail.save()


# --- hours -----------------------------------------------------------------------------------------------------------


def is_plain(schedule: Schedule) -> bool:
    """Weekly hours without an end or a rule of their own: what seven rows of a form can say."""
    return (
        schedule.freq in ("", "WEEKLY")
        and schedule.interval in (None, 1)
        and schedule.valid_to is None
        and bool(schedule.byday)
        and all(day in WEEKDAYS for day in schedule.byday.split(","))
        and schedule.opens_at is not None
        and schedule.closes_at is not None
    )


def plain_hours(schedules: Sequence[Schedule]) -> dict[str, list[Span]]:
    """Weekday -> its spans, earliest first, of the schedules that are plain."""
    spans: dict[str, set[Span]] = {day: set() for day in WEEKDAYS}
    for schedule in schedules:
        if is_plain(schedule) and schedule.opens_at and schedule.closes_at:
            for day in schedule.byday.split(","):
                spans[day].add((schedule.opens_at, schedule.closes_at))
    return {day: sorted(times) for day, times in spans.items()}


def _write_hours(wanted: Mapping[str, Sequence[Span]], **owner: models.Model) -> None:
    """``owner``: ``service=`` or ``service_at_location=``."""
    own = [schedule for schedule in Schedule.objects.filter(**owner) if is_plain(schedule)]
    wanted = {day: sorted(set(wanted.get(day, ()))) for day in WEEKDAYS}
    if plain_hours(own) == wanted:
        return
    words: dict[str, str] = next((schedule.description for schedule in own if schedule.description), {})
    for schedule in own:
        schedule.delete()
    days_of: dict[Span, list[str]] = {}
    for day in WEEKDAYS:
        for span in wanted[day]:
            days_of.setdefault(span, []).append(day)
    for (opens, closes), days in sorted(days_of.items()):
        Schedule.objects.create(
            **owner, freq="WEEKLY", byday=",".join(days), opens_at=opens, closes_at=closes, description=words
        )
        words = {}  # said once


# --- themes and places -------------------------------------------------------------------------------------------------


def _write_themes(service: Service, themes: Sequence[Term], taxonomies: Collection[str]) -> None:
    wanted = {term.pk for term in themes}
    own = ServiceTerm.objects.filter(service=service, term__taxonomy__slug__in=taxonomies)
    here = {attribute.term_id for attribute in own}
    for attribute in own:
        if attribute.term_id not in wanted:
            attribute.delete()
    for term in themes:
        if term.pk not in here:
            ServiceTerm.objects.create(service=service, term=term)


LOCATION_FIELDS = ("name", "area", "latitude", "longitude")
ADDRESS_FIELDS = ("address_1", "address_2", "postal_code", "city")


def _write_place(service: Service, row: Row) -> None:
    site = None
    if row.id:
        site = ServiceAtLocation.objects.select_related("location").filter(service=service, pk=row.id).first()
    if row.remove:
        if site:
            site.delete()  # the location stays: others may be there
        return
    if site is None or not _stands_as_typed(site.location, row):
        location = _write_location(service, site.location if site else None, row)
        if site is None:
            site = ServiceAtLocation.objects.create(service=service, location=location)
        elif site.location_id != location.pk:
            site.location = location
            site.save()
    if row.values.get("hours") is not None:
        _write_hours(row.values["hours"], service_at_location=site)


def _stands_as_typed(location: Location, row: Row) -> bool:
    address = location.addresses.order_by("id").first() or Address()
    names = ADDRESS_FIELDS if location.area is None else tuple(n for n in ADDRESS_FIELDS if n != "city")
    return not _differs(location, LOCATION_FIELDS, row.values) and not _differs(address, names, row.values)


def _write_location(service: Service, location: Location | None, row: Row) -> Location:
    """The location with what was typed; a new one where others use the one that stood there."""
    address = location.addresses.order_by("id").first() if location else None
    shared = location is not None and (
        location.dataset_id is not None or location.services_here.exclude(service=service).exists()
    )
    if location is None or shared:
        # A place that others use, or that its dataset keeps, is left to them: this service gets its own.
        own = Location(organisation=service.organisation)
        if location is not None:
            for name in ("transportation", "description", "url"):
                setattr(own, name, getattr(location, name))
        copied = Address(country=address.country, city=address.city) if address else Address()
        location, address = own, copied
    for name in LOCATION_FIELDS:
        setattr(location, name, row.values.get(name))
    location.full_clean(exclude=["organisation", "dataset"])
    location.save()
    address = address or Address()
    address.location = location
    for name in ADDRESS_FIELDS:
        setattr(address, name, row.values.get(name) or "")
    address.full_clean(exclude=["location"])
    address.save()
    return location


def _differs(instance: models.Model, names: Sequence[str], values: Mapping[str, Any]) -> bool:
    return any((getattr(instance, name) or None) != (values.get(name) or None) for name in names)


#: Events by which an overseer takes a page from the public (1) or gives it back (0): ``states.held_by_overseers``.
HOLDS = {"suspend": 1, "archive": 1, "publish": 0, "restore": 0}


# --- verbs -----------------------------------------------------------------------------------------------------------


def confirm(service: Service, *, by: Actor, today: date) -> None:
    """Somebody who knows says: still right."""
    _require(service, by)
    with transaction.atomic(), acting(actor=by, reason="confirm"):
        service.confirm(today)
        service.save(update_fields=["assured_date", "check_by"])
        emit("service.confirm", service, by=by)


def move(service: Service, event: str, *, by: Actor, reason: str = "") -> None:
    """Publish, suspend, restore, archive or reopen. What an overseer took away only an overseer gives back."""
    facts: dict[str, Any] = {}
    if event in HOLDS and by.roles & OVERSEERS and not by.roles & EDITORS:
        facts["held"] = HOLDS[event]
    with transaction.atomic():
        SERVICE_STATES.apply(service, event, by=by, reason=reason, **facts)
        if service.dataset_id is not None and not service.edited_here:
            # The next import of its dataset would otherwise undo the decision.
            with acting(actor=by, reason=reason or event):
                service.edited_here = True
                service.save(update_fields=["edited_here"])


def settle(report: MistakeReport, *, by: Actor) -> None:
    """What a visitor reported has been looked at. A second time changes nothing."""
    _require(report.service, by)
    with transaction.atomic(), acting(actor=by, reason="settle"):
        locked = MistakeReport.objects.select_for_update(of=("self",)).get(pk=report.pk)
        if locked.settled_at is None:
            locked.settled_at, locked.settled_by_id = timezone.now(), by.user_id
            locked.save(update_fields=["settled_at", "settled_by_id"])
            emit("service.report_settled", locked.service, by=by, data={"report": str(locked.pk)})
