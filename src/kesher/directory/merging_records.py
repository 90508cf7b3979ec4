"""What becomes of all that hangs on a service, an organisation or a location when it is merged into another.

Everything is done through a :class:`~kesher.directory.merging.Ledger`, so that it can be taken back exactly; only
requests to be called stay with the organisation to which a merge has brought them.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.db import models

from kesher.accounts.models import Invitation, Membership, Organisation
from kesher.base.rows import acting_for
from kesher.base.translated import translated_fields
from kesher.directory.call_backs import asked_about
from kesher.directory.merging import Ledger
from kesher.directory.models import (
    Accessibility,
    Address,
    CallBack,
    Contact,
    ExternalAlias,
    Kind,
    Location,
    OrganisationProfile,
    Phone,
    Programme,
    Schedule,
    Service,
    ServiceArea,
    ServiceAtLocation,
    ServiceLanguage,
)
from kesher.words.models import LocalWord, Proposal

Record = Service | Organisation | Location

MODELS: Mapping[Kind, type[Record]] = {
    Kind.SERVICE: Service,
    Kind.ORGANISATION: Organisation,
    Kind.LOCATION: Location,
}


def kind_of(record: Record) -> Kind:
    """The kind of a record. Raises :class:`StopIteration` for what is none."""
    return next(kind for kind, model in MODELS.items() if isinstance(record, model))


#: What one may choose from the other record. A field of the organisation's page is ``profile.<name>``.
CHOICES: Mapping[str, tuple[str, ...]] = {
    Kind.SERVICE: (
        "name", "alternate_name", "description", "organisation", "url", "email", "eligibility_description",
        "application_process", "fees_description", "wait_time", "interpretation_services", "learning_outcomes",
        "open_to_all", "minimum_age", "maximum_age", "referral_modes", "remote", "weekly_hours", "weeks",
    ),
    Kind.ORGANISATION: (
        "name", "kind", "registration_number", "profile.alternate_name", "profile.description", "profile.email",
        "profile.website", "profile.legal_status", "profile.tax_status", "profile.tax_id", "profile.year_incorporated",
        "profile.uri",
    ),
    # The last four go together, rows and all: see ``merge_locations``
    Kind.LOCATION: (
        "name", "alternate_name", "description", "transportation", "url", "organisation", "area", "point", "addresses",
        "schedules", "accessibility",
    ),
}  # fmt: skip


def merge_services(kept: Service, other: Service, chosen: list[str], ledger: Ledger) -> None:
    ledger.take(kept, other, chosen)
    if set(chosen) & set(translated_fields(Service)):  # texts of both: in doubt a machine's
        machine = sorted({*kept.machine_languages, *other.machine_languages})
        human = sorted({*kept.human_languages} & {*other.human_languages} - {*machine})
        ledger.change(kept, machine_languages=machine, human_languages=human)
    here = set(kept.at_locations.values_list("location_id", flat=True))
    for place in other.at_locations.order_by("pk"):
        if place.location_id not in here:
            ledger.change(place, service=kept)
    ledger.move_details(kept, other, "service")
    for report in other.mistake_reports.order_by("pk"):
        ledger.change(report, service=kept)
    # Whoever was asked still calls, for it is they who got the number; what it is about goes on under another key.
    ledger.bring(CallBack.objects.filter(service=other), "service_id", kept, organisations=asked_about(other.pk))
    for alias in other.aliases.order_by("pk"):
        ledger.change(alias, service=kept)
    if other.dataset_id and other.external_id:
        ledger.add(
            ExternalAlias(dataset_id=other.dataset_id, external_id=other.external_id, service=kept, digest=other.digest)
        )
    ledger.change(other, state=Service.State.ARCHIVED)
    ledger.changed_now(kept, other)


def merge_organisations(kept: Organisation, other: Organisation, chosen: list[str], ledger: Ledger) -> None:
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
    # People wait for a call, so somebody must see them. Past the ledger, for an undo needs rows as the merge left them, and
    # these are answered and erased meanwhile: after an undo they stay with the organisation whose people know of them.
    with acting_for(organisation_ids=[kept.pk, other.pk]):
        CallBack.objects.filter(organisation=other).update(organisation=kept)
        Proposal.objects.filter(organisation_id=other.pk).update(organisation_id=kept.pk)
    LocalWord.objects.filter(organisation_id=other.pk).update(organisation_id=kept.pk)
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


#: Of two sets of these only one is true: a house has one address, and hours of two lists added up are wrong.
WHOLE_SETS: Mapping[str, type[models.Model]] = {
    "addresses": Address,
    "schedules": Schedule,
    "accessibility": Accessibility,
}
#: Of these, more is more.
ADDED_UP: tuple[type[models.Model], ...] = (Contact, Phone, ServiceLanguage)


def merge_locations(kept: Location, other: Location, chosen: list[str], ledger: Ledger) -> None:
    """The services of ``other`` move to ``kept``.

    Telephones, contacts and languages are added up. Addresses, hours and accessibility come over where ``kept`` has none,
    or change places with those of ``kept`` where they were chosen. What is left stays with ``other``, out of sight.
    """
    services = list(Service.objects.filter(at_locations__location__in=[kept, other]).distinct().order_by("pk"))
    single = [name for name in chosen if name not in WHOLE_SETS and name != "point"]
    ledger.take(kept, other, [*single, *(("latitude", "longitude") if "point" in chosen else ())])
    for name, model in WHOLE_SETS.items():
        ours, theirs = (list(model._default_manager.filter(location=place).order_by("pk")) for place in (kept, other))
        if ours and name not in chosen:
            continue
        for row in theirs:
            ledger.change(row, location=kept)
        for row in ours:
            ledger.change(row, location=other)
    ledger.move_details(kept, other, "location", only=ADDED_UP)
    here = {site.service_id: site for site in kept.services_here.all()}
    for site in other.services_here.order_by("pk"):
        if site.service_id in here:
            _fold(site, here[site.service_id], ledger)
        else:
            ledger.change(site, location=kept)
            ledger.changed_now(site)
    for alias in other.aliases.order_by("pk"):
        ledger.change(alias, location=kept)
    if other.dataset_id and other.external_id:
        ledger.add(
            ExternalAlias(
                dataset_id=other.dataset_id, external_id=other.external_id, location=kept, digest=other.digest
            )
        )
    # A copy of the directory kept elsewhere asks for services that changed, not for places.
    ledger.changed_now(kept, other, *services)


def _fold(site: ServiceAtLocation, twin: ServiceAtLocation, ledger: Ledger) -> None:
    """One service stood at both places: what was said of it at one is said of it at the other, once.

    What both said, and hours where there were others, goes with the place that goes out of sight: nothing with a name in
    it is written into the ledger.
    """
    if site.description and not twin.description:
        ledger.change(twin, description=site.description)
    ledger.move_details(twin, site, "service_at_location", only=(Contact, Phone, ServiceArea))
    for model in (Schedule, Phone, Contact):
        left: Any = model._default_manager.filter(service_at_location=site).order_by("pk")
        if model is Schedule and not Schedule.objects.filter(service_at_location=twin).exists():
            for row in left:
                ledger.change(row, service_at_location=twin)
            continue
        for row in left:
            ledger.change(row, service_at_location=None, location=site.location)
    for area in ServiceArea.objects.filter(service_at_location=site).order_by("pk"):
        ledger.remove(area)
    ledger.remove(site, became=twin)
    ledger.changed_now(twin)


MERGERS: Mapping[Kind, Callable[[Any, Any, list[str], Ledger], None]] = {
    Kind.SERVICE: merge_services,
    Kind.ORGANISATION: merge_organisations,
    Kind.LOCATION: merge_locations,
}
