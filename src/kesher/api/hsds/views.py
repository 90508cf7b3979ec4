"""One function per operation of the standard. Each: what is asked → what is found → how it is written."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from ninja import Path, Query
from ninja.errors import HttpError

from kesher.api.answers import FRESH, settled
from kesher.api.hsds import pages, queries
from kesher.api.hsds.parameters import (
    Identifier,
    Language,
    Listing,
    OneOrganisation,
    OrganisationListing,
    ServiceListing,
    SiteListing,
    TermListing,
    fallbacks,
)
from kesher.api.hsds.versions import Version, as_version
from kesher.directory import exporting
from kesher.directory.duplicates import kept_instead_of, site_kept_instead_of, was_public
from kesher.directory.exporting import Export
from kesher.directory.models import Kind, ServiceAtLocation, Taxonomy, Term
from kesher.formats.hsds.profile import KESHER_PROFILE
from kesher.formats.hsds.write import Json, Writer
from kesher.formats.records import ServiceRecord


@dataclass(frozen=True, slots=True)
class Speaker:
    """Answers one request, in its version and its language."""

    request: HttpRequest
    language: str

    @classmethod
    def of(cls, request: HttpRequest, asked: Language) -> "Speaker":
        return cls(request, asked.of(request))

    @property
    def version(self) -> Version:
        match = self.request.resolver_match
        assert match is not None
        return next(version for version in Version if version.namespace == match.namespace)

    def writer(self, found: Export) -> Writer:
        return Writer(
            found.identify,
            language=self.language,
            fallback=fallbacks(self.language),
            profile=self.version.has_profile,
            find_term=found.find_term,
        )

    def one(self, found: Json, modified: datetime | None) -> HttpResponseBase:
        return self._answer(as_version(found, self.version), modified)

    def listing(self, asked: Listing, queryset: QuerySet[Any], write: pages.Write) -> HttpResponseBase:
        version = self.version

        def written(rows: QuerySet[Any]) -> list[Json]:
            return [as_version(found, version) for found in write(rows)]

        if asked.format == "ndjson":
            response = pages.stream(queryset, written)
            response["Content-Language"] = self.language
            response["Cache-Control"] = "no-store"
            return response
        size = min(asked.per_page, asked.largest)
        return self._answer(pages.cut(queryset, number=asked.page, per_page=size, write=written), None)

    def _answer(self, found: Json, modified: datetime | None) -> HttpResponseBase:
        return settled(self.request, pages.encode(found), self.language, modified)


def _one(queryset: QuerySet[Any], identifier: UUID) -> QuerySet[Any]:
    return queryset.filter(pk=identifier)


def _moved(
    request: HttpRequest, kept: UUID | None, public: QuerySet[Any], what: str, *, once_public: bool
) -> HttpResponseBase:
    """What was merged into another is at that one's address; everything else is not here.

    What never was public is not here either, whatever became of it: its key tells a stranger nothing.
    """
    if kept is None or not once_public or not public.filter(pk=kept).exists():
        raise _gone(what)
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    moved = HttpResponsePermanentRedirect(f"{request.path.rpartition('/')[0]}/{kept}{query}")
    moved["Cache-Control"] = f"public, max-age={FRESH}"  # a merge may be undone
    return moved


def _gone(kind: str) -> Http404:
    return Http404(f"There is no {kind} with this id, or it is not public.")


# --- about -----------------------------------------------------------------------------------------------------------


def about(request: HttpRequest, asked: Query[Language]) -> HttpResponseBase:
    """What this is."""
    speak = Speaker.of(request, asked)
    version = speak.version

    def absolute(name: str) -> str:
        return request.build_absolute_uri(reverse(f"{version.namespace}:{name}"))

    found: Json = {"version": version.value, "openapi_url": absolute("openapi-json")}
    if version.has_profile:
        found["profile"] = absolute("profile")
    if settings.DEMO:
        found["data"] = "demo"
    return speak.one(found, None)


def profile(request: HttpRequest, asked: Query[Language]) -> HttpResponseBase:
    """Kesher's profile of HSDS: which schemas it changes, and the changes."""
    own = reverse(f"{Version.HSDS_3_1_1.namespace}:profile")
    names = sorted(entry.name for entry in KESHER_PROFILE.iterdir() if entry.name.endswith(".json"))
    found: Json = {
        "title": "Kesher's profile of HSDS",
        "description": "What Kesher adds to HSDS: each text in every language there is, who may refer, hours and weeks "
        "of a service, the language level needed, learning outcomes. Nothing of the standard is taken away. Each "
        "file is a JSON merge patch (RFC 7386) on the standard's schema of the same name.",
        "hsds_version": Version.HSDS_3_1_1.value,
        "schemas": Version.HSDS_3_1_1.schemas,
        "merge_patches": {name: request.build_absolute_uri(own + name) for name in names},
    }
    return Speaker.of(request, asked).one(found, None)


def profile_patch(request: HttpRequest, name: str) -> HttpResponseBase:
    """One merge patch of the profile."""
    # looked up among the names there are, never joined to a path
    for entry in KESHER_PROFILE.iterdir():
        if entry.name == name and name.endswith(".json"):
            response = HttpResponse(entry.read_bytes(), content_type="application/merge-patch+json")
            response["Cache-Control"] = f"public, max-age={FRESH}"
            response["Content-Language"] = "en"
            return response
    raise _gone("merge patch")


# --- services --------------------------------------------------------------------------------------------------------


def services(request: HttpRequest, asked: Query[ServiceListing]) -> HttpResponseBase:
    """Services; heads only unless ``full``."""
    speak = Speaker.of(request, asked)
    if asked.minimal:
        asked.per_page = asked.largest if "per_page" not in asked.model_fields_set else asked.per_page
        return speak.listing(asked, queries.services(asked), _minimal)
    return speak.listing(asked, queries.services(asked), lambda rows: _services(speak, rows, full=asked.full))


def service(request: HttpRequest, id: Path[Identifier], asked: Query[Language]) -> HttpResponseBase:
    """One service with all that belongs to it."""
    speak = Speaker.of(request, asked)
    found = exporting.export_services(_one(exporting.public_services(), id), full=True)
    if not found.services:
        kept = kept_instead_of(Kind.SERVICE, id)
        once = was_public(Kind.SERVICE, id)
        return _moved(request, kept, exporting.public_services(), "service", once_public=once)
    return speak.one(_service(speak.writer(found), found, found.services[0]), found.modified)


def _services(speak: Speaker, rows: QuerySet[Any], *, full: bool) -> list[Json]:
    found = exporting.export_services(rows, full=full)
    writer = speak.writer(found)
    write = _service if full else _service_head
    return [write(writer, found, record) for record in found.services]


def _service(writer: Writer, found: Export, record: ServiceRecord) -> Json:
    return writer.service(
        record,
        organisation=found.organisations.get(record.organisation_id or ""),
        programme=found.programmes.get(record.programme_id or ""),
        locations=found.locations,
    )


def _service_head(writer: Writer, found: Export, record: ServiceRecord) -> Json:
    return writer.service_summary(
        record,
        organisation=found.organisations.get(record.organisation_id or ""),
        programme=found.programmes.get(record.programme_id or ""),
    )


def _minimal(rows: QuerySet[Any]) -> list[Json]:
    chosen = rows.only("pk", "updated_at", "last_modified")
    return [
        {"id": str(row.pk), "last_modified": exporting.last_modified(row).isoformat().replace("+00:00", "Z")}
        for row in chosen
    ]


# --- services at locations -------------------------------------------------------------------------------------------


def service_at_locations(request: HttpRequest, asked: Query[SiteListing]) -> HttpResponseBase:
    """Services at their locations; heads only unless ``full``."""
    if problem := asked.nonsense():
        raise HttpError(400, problem)
    speak = Speaker.of(request, asked)
    return speak.listing(asked, queries.sites(asked), lambda rows: _sites(speak, rows, full=asked.full)[0])


def service_at_location(request: HttpRequest, id: Path[Identifier], asked: Query[Language]) -> HttpResponseBase:
    """One service at one of its locations, with all that belongs to it."""
    speak = Speaker.of(request, asked)
    written, modified = _sites(speak, _one(exporting.public_sites(), id), full=True)
    if not written:
        kept = site_kept_instead_of(id)
        # One that went with a merged location belonged to the service it is still of; one of a merged service may not.
        of = ServiceAtLocation.objects.filter(pk=id).values_list("service_id", flat=True).first()
        once = of is None or was_public(Kind.SERVICE, of)
        return _moved(request, kept, exporting.public_sites(), "service at a location", once_public=once)
    return speak.one(written[0], modified)


def _sites(speak: Speaker, rows: QuerySet[Any], *, full: bool) -> tuple[list[Json], datetime | None]:
    found = exporting.export_sites(rows, full=full)
    writer = speak.writer(found)
    by_id = {record.external_id: record for record in found.services}
    write = _service if full else _service_head
    written = [
        writer.service_at_location(
            site,
            by_id[service_id],
            location=found.locations[site.location_id],
            whole_service=write(writer, found, by_id[service_id]),
        )
        for service_id, site in found.sites
    ]
    return written, found.modified


# --- organisations ---------------------------------------------------------------------------------------------------


def organizations(request: HttpRequest, asked: Query[OrganisationListing]) -> HttpResponseBase:
    """Organisations; heads only unless ``full`` or ``full_service``."""
    speak = Speaker.of(request, asked)
    full = asked.full or asked.full_service
    return speak.listing(
        asked,
        queries.organisations(asked),
        lambda rows: _organisations(speak, rows, full=full, services=asked.full_service)[0],
    )


def organization(request: HttpRequest, id: Path[Identifier], asked: Query[OneOrganisation]) -> HttpResponseBase:
    """One organisation with its programmes, locations and services."""
    speak = Speaker.of(request, asked)
    rows = _one(exporting.public_organisations(), id)
    written, modified = _organisations(speak, rows, full=True, services=asked.full_service)
    if not written:
        kept = kept_instead_of(Kind.ORGANISATION, id)
        once = was_public(Kind.ORGANISATION, id)
        return _moved(request, kept, exporting.public_organisations(), "organisation", once_public=once)
    return speak.one(written[0], modified)


def _organisations(
    speak: Speaker, rows: QuerySet[Any], *, full: bool, services: bool
) -> tuple[list[Json], datetime | None]:
    found = exporting.export_organisations(rows, full=full, services=services)
    writer = speak.writer(found)
    if not full:
        return [writer.organisation_summary(record) for record in found.organisations.values()], found.modified
    written = []
    for key, record in found.organisations.items():
        head = writer.organisation(
            record,
            programmes=[p for p in found.programmes.values() if p.organisation_id == key],
            locations=[place for place in found.locations.values() if place.organisation_id == key],
        )
        written.append(head | {"services": _services_inside(writer, found, key, full=services)})
    return written, found.modified


def _services_inside(writer: Writer, found: Export, organisation_id: str, *, full: bool) -> list[Json]:
    """The services of an organisation, which need not say again whose they are."""
    records = found.services_of(organisation_id)
    if full:
        return [
            writer.service(
                record,
                programme=found.programmes.get(record.programme_id or ""),
                locations=found.locations,
            )
            for record in records
        ]
    return [writer.service_summary(record) for record in records]


# --- taxonomies ------------------------------------------------------------------------------------------------------


def taxonomies(request: HttpRequest, asked: Query[Listing]) -> HttpResponseBase:
    """The classifications that the services stand in."""
    speak = Speaker.of(request, asked)
    return speak.listing(asked, queries.taxonomies(asked), lambda rows: _taxonomies(speak, rows)[0])


def taxonomy(request: HttpRequest, id: Path[Identifier], asked: Query[Language]) -> HttpResponseBase:
    """One classification."""
    speak = Speaker.of(request, asked)
    written, modified = _taxonomies(speak, _one(Taxonomy.objects.all(), id))
    if not written:
        raise _gone("taxonomy")
    return speak.one(written[0], modified)


def _taxonomies(speak: Speaker, rows: QuerySet[Any]) -> tuple[list[Json], datetime | None]:
    found = exporting.export_taxonomies(rows)
    writer = speak.writer(found)
    return [writer.taxonomy(record) for record in found.taxonomies.values()], found.modified


def taxonomy_terms(request: HttpRequest, asked: Query[TermListing]) -> HttpResponseBase:
    """Terms of the classifications."""
    speak = Speaker.of(request, asked)
    return speak.listing(asked, queries.terms(asked), lambda rows: _terms(speak, rows)[0])


def taxonomy_term(request: HttpRequest, id: Path[Identifier], asked: Query[Language]) -> HttpResponseBase:
    """One term, with its classification."""
    speak = Speaker.of(request, asked)
    written, modified = _terms(speak, _one(Term.objects.all(), id))
    if not written:
        raise _gone("term")
    return speak.one(written[0], modified)


def _terms(speak: Speaker, rows: QuerySet[Any]) -> tuple[list[Json], datetime | None]:
    found = exporting.export_terms(rows)
    writer = speak.writer(found)
    return [
        writer.taxonomy_term(record, found.taxonomies[record.taxonomy]) for record in found.terms.values()
    ], found.modified
