"""The directory as records (:mod:`kesher.formats.records`), for whatever writes them: the API, open data, pages.

Only what everybody may see leaves: the callers' querysets say which services and organisations, and what hangs on them
(parents, programmes, places) is checked here. However many rows there are, the number of queries is the same.

Our own UUIDs are the records' external ids; taxonomies and terms keep their slug and code, and :meth:`Export.identify`
knows their UUIDs.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from kesher.accounts.models import Organisation
from kesher.directory import exporting_details as details
from kesher.directory.models import (
    Kind,
    Location,
    Merge,
    OrganisationProfile,
    Programme,
    Service,
    ServiceAtLocation,
    ServiceQuerySet,
    ServiceTerm,
    Taxonomy,
    Term,
)
from kesher.formats.hsds.write import Kind as RecordKind
from kesher.formats.records import (
    LinkRecord,
    LocationRecord,
    LocationType,
    OrganisationRecord,
    ProgrammeRecord,
    ReferralMode,
    ServiceAtLocationRecord,
    ServiceRecord,
    ServiceStatus,
    TaxonomyRecord,
    TermRecord,
    TermRef,
)


def public_services() -> ServiceQuerySet:
    """What everybody may see: published services of approved organisations."""
    return Service.objects.visible_to(AnonymousUser())


def public_organisations() -> QuerySet[Organisation]:
    """Approved organisations that the directory speaks of: with a page in it, or with a service everybody may see.

    An employer who only has an account is a legal body, not an entry in a directory.
    """
    page = OrganisationProfile.objects.filter(organisation=OuterRef("pk"))
    services = public_services().filter(organisation=OuterRef("pk"))
    return Organisation.objects.visible_to(AnonymousUser()).filter(Exists(page) | Exists(services))


def public_sites() -> QuerySet[ServiceAtLocation]:
    """Services everybody may see, at their locations."""
    return ServiceAtLocation.objects.filter(service__in=public_services())


def _public_locations() -> QuerySet[Location]:
    """Places where a public service is, and such as no service is at: a place known only from a draft stays with it.

    One that was merged has left its services to another, and is seen no more.
    """
    sites = ServiceAtLocation.objects.filter(location=OuterRef("pk"))
    here = Location.objects.filter(Exists(sites.filter(service__in=public_services())) | ~Exists(sites))
    return here.exclude(pk__in=Merge.objects.gone(Kind.LOCATION))


def _public_programmes() -> QuerySet[Programme]:
    services = Service.objects.filter(programme=OuterRef("pk"))
    public = public_services().filter(programme=OuterRef("pk"))
    return Programme.objects.filter(Exists(public) | ~Exists(services))


@dataclass(slots=True)
class Export:
    """Records, and what they point at, by the ids they are pointed at with."""

    services: list[ServiceRecord] = field(default_factory=list)
    #: (service, site) in the order asked for; only of :func:`export_sites`
    sites: list[tuple[str, ServiceAtLocationRecord]] = field(default_factory=list)
    organisations: dict[str, OrganisationRecord] = field(default_factory=dict)
    programmes: dict[str, ProgrammeRecord] = field(default_factory=dict)
    locations: dict[str, LocationRecord] = field(default_factory=dict)
    taxonomies: dict[str, TaxonomyRecord] = field(default_factory=dict)
    terms: dict[tuple[str, str], TermRecord] = field(default_factory=dict)
    identities: dict[tuple[RecordKind, str], UUID] = field(default_factory=dict)
    #: the latest change to any row that is in here
    modified: datetime | None = None

    def identify(self, kind: RecordKind, external_id: str) -> UUID:
        """The UUID of a record: its own id, except for taxonomies and terms, which go by slug and code."""
        if kind in (RecordKind.TAXONOMY, RecordKind.TERM):
            return self.identities[kind, external_id]
        return UUID(external_id)

    def find_term(self, reference: TermRef) -> TermRecord | None:
        return self.terms.get((reference.taxonomy, reference.code))

    def services_of(self, organisation_id: str) -> list[ServiceRecord]:
        return [service for service in self.services if service.organisation_id == organisation_id]

    # --- taking rows in ----------------------------------------------------------------------------------------------

    def _saw(self, *rows: Any) -> None:
        for row in rows:
            if row is not None and (self.modified is None or row.updated_at > self.modified):
                self.modified = row.updated_at

    def take_taxonomy(self, row: Taxonomy) -> TaxonomyRecord:
        if row.slug not in self.taxonomies:
            self._saw(row)
            self.identities[RecordKind.TAXONOMY, row.slug] = row.pk
            self.taxonomies[row.slug] = TaxonomyRecord(
                slug=row.slug,
                name=row.name,
                description=row.description,
                version=row.version or None,
                uri=row.uri or None,
                licence=row.licence or None,
            )
        return self.taxonomies[row.slug]

    def take_term(self, row: Term) -> TermRecord:
        slug = row.taxonomy.slug
        if (slug, row.code) not in self.terms:
            self._saw(row)
            self.take_taxonomy(row.taxonomy)
            self.identities[RecordKind.TERM, f"{slug}:{row.code}"] = row.pk
            if row.parent is not None:
                self.identities[RecordKind.TERM, f"{slug}:{row.parent.code}"] = row.parent.pk
            self.terms[slug, row.code] = TermRecord(
                taxonomy=slug,
                code=row.code,
                name=row.name,
                description=row.description,
                parent_code=row.parent.code if row.parent else None,
                uri=row.uri or None,
            )
        return self.terms[slug, row.code]

    def take_organisation(self, row: Organisation, *, full: bool) -> OrganisationRecord:
        key = str(row.pk)
        if key not in self.organisations:
            saved: OrganisationProfile | None = getattr(row, "profile", None)
            self._saw(row, saved)
            page = saved or OrganisationProfile(organisation=row)
            parent = row.parent
            self.organisations[key] = OrganisationRecord(
                external_id=key,
                name=row.name,
                alternate_name=page.alternate_name,
                description=page.description,
                email=page.email or None,
                website=page.website or None,
                legal_status=page.legal_status or None,
                tax_status=page.tax_status or None,
                tax_id=page.tax_id or None,
                year_incorporated=page.year_incorporated,
                logo=page.logo or None,
                uri=page.uri or None,
                parent_id=str(parent.pk) if parent is not None and _approved(parent) else None,
                identifiers=tuple((str(scheme), str(identifier)) for scheme, identifier in page.identifiers),
                additional_websites=tuple(
                    LinkRecord(url=link.url, label=link.label or None) for link in row.links.all()
                )
                if full
                else (),
                phones=details.phones(row.phones.all()) if full else (),
                contacts=details.contacts(row.contacts.all()) if full else (),
            )
        return self.organisations[key]

    def take_programme(self, row: Programme) -> ProgrammeRecord:
        self._saw(row)
        record = ProgrammeRecord(
            external_id=str(row.pk),
            organisation_id=str(row.organisation_id) if row.organisation_id else None,
            name=row.name,
            alternate_name=row.alternate_name,
            description=row.description,
        )
        return self.programmes.setdefault(record.external_id, record)

    def take_location(self, row: Location, *, full: bool) -> LocationRecord:
        key = str(row.pk)
        if key not in self.locations:
            self._saw(row)
            owner = row.organisation
            self.locations[key] = LocationRecord(
                external_id=key,
                organisation_id=str(owner.pk) if owner is not None and _approved(owner) else None,
                location_type=LocationType(row.location_type),
                name=row.name,
                alternate_name=row.alternate_name,
                description=row.description,
                transportation=row.transportation,
                url=row.url or None,
                latitude=row.latitude,
                longitude=row.longitude,
                external_identifier=row.external_identifier or None,
                external_identifier_type=row.external_identifier_type or None,
                addresses=details.addresses(row.addresses.all()) if full else (),
                phones=details.phones(row.phones.all()) if full else (),
                schedules=details.schedules(row.schedules.all()) if full else (),
                languages=details.languages(row.languages.all()) if full else (),
                accessibility=details.accessibility(row.accessibility.all()) if full else (),
                contacts=details.contacts(row.contacts.all()) if full else (),
            )
        return self.locations[key]

    def take_site(self, row: ServiceAtLocation, *, full: bool) -> ServiceAtLocationRecord:
        self._saw(row)
        self.take_location(row.location, full=full)
        return ServiceAtLocationRecord(
            external_id=str(row.pk),
            location_id=str(row.location_id),
            description=row.description,
            phones=details.phones(row.phones.all()) if full else (),
            schedules=details.schedules(row.schedules.all()) if full else (),
            contacts=details.contacts(row.contacts.all()) if full else (),
            areas=details.areas(row.service_areas.all()) if full else (),
        )

    def take_service(self, row: Service, *, full: bool, with_sites: bool = True) -> ServiceRecord:
        self._saw(row)
        programme = row.programme
        if programme is not None and programme.organisation is not None and not _approved(programme.organisation):
            programme = None
        if row.organisation is not None:
            self.take_organisation(row.organisation, full=full)
        if programme is not None:
            self.take_programme(programme)
        record = ServiceRecord(
            external_id=str(row.pk),
            organisation_id=str(row.organisation_id) if row.organisation_id else None,
            programme_id=str(programme.pk) if programme else None,
            name=row.name,
            alternate_name=row.alternate_name,
            description=row.description,
            url=row.url or None,
            email=row.email or None,
            status=ServiceStatus(row.status),
            interpretation_services=row.interpretation_services,
            application_process=row.application_process,
            fees_description=row.fees_description,
            eligibility_description=row.eligibility_description,
            wait_time=row.wait_time,
            accreditations=row.accreditations or None,
            licenses=row.licenses or None,
            alert=row.alert,
            open_to_all=row.open_to_all,
            minimum_age=row.minimum_age,
            maximum_age=row.maximum_age,
            assured_date=row.assured_date,
            assurer_email=row.assurer_email or None,
            last_modified=last_modified(row),
            referral_modes=tuple(ReferralMode(mode) for mode in row.referral_modes),
            remote=row.remote,
            weekly_hours=row.weekly_hours,
            weeks=row.weeks,
            learning_outcomes=row.learning_outcomes,
            human_languages=tuple(row.human_languages),
            machine_languages=tuple(row.machine_languages),
            **(self._children(row, with_sites=with_sites) if full else {}),
        )
        self.services.append(record)
        return record

    def _children(self, row: Service, *, with_sites: bool) -> dict[str, Any]:
        said = list(row.terms.all())
        for link in said:
            self.take_term(link.term)
        sites: Iterable[ServiceAtLocation] = row.at_locations.all() if with_sites else ()
        return {
            "at_locations": tuple(self.take_site(site, full=True) for site in sites),
            "additional_urls": tuple(LinkRecord(url=link.url, label=link.label or None) for link in row.links.all()),
            "phones": details.phones(row.phones.all()),
            "schedules": details.schedules(row.schedules.all()),
            "languages": details.languages(row.languages.all()),
            "areas": details.areas(row.service_areas.all()),
            "costs": details.costs(row.costs.all()),
            "documents": details.documents(row.required_documents.all()),
            "funding": details.funding(row.funding.all()),
            "contacts": details.contacts(row.contacts.all()),
            "capacities": details.capacities(row.capacities.all()),
            "terms": tuple(
                TermRef(
                    taxonomy=link.term.taxonomy.slug,
                    code=link.term.code,
                    link_type=link.link_type or None,
                    value=link.value or None,
                )
                for link in said
            ),
        }


def _approved(organisation: Organisation) -> bool:
    return organisation.state == Organisation.State.APPROVED


def last_modified(service: Service) -> datetime:
    """When the service last changed: at its source, or here, whichever is later (see :func:`modified_since`)."""
    return max(service.updated_at, service.last_modified or service.updated_at)


def modified_since(moment: datetime) -> Q:
    """Services whose :func:`last_modified` is at or after a moment: what a copy kept elsewhere has to fetch anew."""
    return Q(updated_at__gte=moment) | Q(last_modified__gte=moment)


# --- what is fetched -------------------------------------------------------------------------------------------------

_HEADS = ("organisation__profile", "organisation__parent", "programme__organisation")


def _terms() -> QuerySet[ServiceTerm]:
    return ServiceTerm.objects.select_related("term__taxonomy", "term__parent")


def _under(prefix: str, *names: str) -> tuple[str, ...]:
    return tuple(f"{prefix}__{name}" for name in names)


_ORGANISATION = ("links", "phones", "contacts__phones")
_LOCATION = ("addresses", "phones", "schedules", "languages", "accessibility", "contacts__phones")
_SITE = ("phones", "schedules", "contacts__phones", "service_areas")
_SERVICE = (
    "links",
    "phones",
    "schedules",
    "languages",
    "service_areas",
    "costs",
    "required_documents",
    "funding",
    "contacts__phones",
    "capacities",
)


def _sites() -> QuerySet[ServiceAtLocation]:
    """Sites with their places, in full."""
    # select_related before prefetch_related: the places' details hang on places already there
    return ServiceAtLocation.objects.select_related("location__organisation").prefetch_related(
        *_SITE, *_under("location", *_LOCATION)
    )


def export_services(queryset: QuerySet[Service], *, full: bool) -> Export:
    """The services of a queryset (a page of one), in its order: with everything that hangs on them, or heads only."""
    found = Export()
    rows = queryset.select_related(*_HEADS)
    if full:
        rows = rows.prefetch_related(
            *_SERVICE,
            Prefetch("terms", _terms()),
            *_under("organisation", *_ORGANISATION),
            Prefetch("at_locations", _sites()),
        )
    for row in rows:
        found.take_service(row, full=full)
    return found


def export_sites(queryset: QuerySet[ServiceAtLocation], *, full: bool) -> Export:
    """Services at locations, in the order of the queryset: each with its service and its place."""
    found = Export()
    rows = queryset.select_related("location__organisation", *_under("service", *_HEADS))
    if full:
        rows = rows.prefetch_related(
            *_SITE,
            *_under("location", *_LOCATION),
            *_under("service", *_SERVICE),
            Prefetch("service__terms", _terms()),
            *_under("service__organisation", *_ORGANISATION),
        )
    taken: set[UUID] = set()
    for row in rows:
        if row.service_id not in taken:
            taken.add(row.service_id)
            found.take_service(row.service, full=full, with_sites=False)
        found.sites.append((str(row.service_id), found.take_site(row, full=full)))
    return found


def export_organisations(queryset: QuerySet[Organisation], *, full: bool, services: bool = False) -> Export:
    """Organisations, in the order of the queryset.

    ``full``: with their details, their programmes and places, and the heads of their services; ``services``: these in
    full too. In :attr:`Export.organisations` further ones may follow: none that is not public.
    """
    found = Export()
    rows = queryset.select_related("profile", "parent")
    if full:
        rows = rows.prefetch_related(
            *_ORGANISATION,
            Prefetch("programmes", _public_programmes()),
            Prefetch("locations", _public_locations().select_related("organisation").prefetch_related(*_LOCATION)),
        )
    taken = list(rows)
    for row in taken:
        found.take_organisation(row, full=full)
        if full:
            for programme in row.programmes.all():
                found.take_programme(programme)
            for location in row.locations.all():
                found.take_location(location, full=True)
    if full:
        theirs = export_services(public_services().filter(organisation__in=taken).order_by("pk"), full=services)
        found.services = theirs.services
        found.programmes |= theirs.programmes
        found.locations = theirs.locations | found.locations
        found.terms, found.taxonomies, found.identities = theirs.terms, theirs.taxonomies, theirs.identities
        found.modified = max(filter(None, (found.modified, theirs.modified)), default=None)
    return found


def export_taxonomies(queryset: QuerySet[Taxonomy]) -> Export:
    found = Export()
    for row in queryset:
        found.take_taxonomy(row)
    return found


def export_terms(queryset: QuerySet[Term]) -> Export:
    """Terms with their taxonomies, in the order of the queryset."""
    found = Export()
    for row in queryset.select_related("taxonomy", "parent"):
        found.take_term(row)
    return found
