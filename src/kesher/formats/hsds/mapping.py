"""One HSDS 3.x object (nested, as JSON writes it) to one record.

Both readers end here: the JSON reader with the objects as they are, the tabular reader with objects it has put
together from its tables. Faults go to the ledger with the file, the row and the path of the field.
"""

from decimal import Decimal
from functools import partial

from kesher.formats.hsds import fields
from kesher.formats.hsds.parts import ORIGIN, Object, Parts
from kesher.formats.hsds.taxonomies import permitted
from kesher.formats.records import (
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
)
from kesher.formats.remarks import standards
from kesher.formats.values import (
    clean_email,
    clean_url,
    parse_date,
    parse_datetime,
    parse_flag,
    parse_integer,
    parse_number,
)

__all__ = ["ORIGIN", "Mapper", "Object"]


class Mapper(Parts):
    """Objects to records. One mapper per reading: it knows the language of the texts and the taxonomies allowed."""

    def taxonomy(self, source: Object, file: str, row: int) -> TaxonomyRecord | None:
        self.ledger.kind = "taxonomy"
        if self.enter(source, file, row) is None:
            return None
        name = self.text(source, "name", limit=fields.name)
        words = source.get("slug") or source.get("name")
        slug = next(
            (
                slug
                for word in [words, *name.values()]
                if isinstance(word, str) and (slug := permitted(word, self.taxonomies))
            ),
            None,
        )
        if not slug:
            self.refuse_taxonomy(source, words if isinstance(words, str) else "")
            return None
        return self.build(
            TaxonomyRecord,
            source,
            {
                "slug": slug,
                "name": name,
                "description": self.text(source, "description"),
                "version": self.take(source, "version", fields.code),
                "uri": self.take(source, "uri", clean_url),
                "licence": self.take(source, "licence", fields.name),
            },
        )

    def term(self, source: Object, file: str, row: int, codes: dict[str, str]) -> TermRecord | None:
        """A taxonomy term. ``codes`` (id -> code) resolves its parent, and is filled with its own."""
        self.ledger.kind = "term"
        identifier = self.enter(source, file, row)
        slug = self.taxonomy_of(source) if identifier else None
        if identifier is None or slug is None:
            return None
        name = self.text(source, "name", limit=fields.name) or self.text(source, "term", limit=fields.name)
        if not name:
            self.fault(source, "name", standards.NO_TERM_NAME(), fatal=True)
            return None
        parent = self.take(source, "parent_id", fields.code)
        above = self.take(source, "parent_code", fields.code) or (codes.get(parent, parent) if parent else None)
        return self.build(
            TermRecord,
            source,
            {
                "taxonomy": slug,
                "code": self.take(source, "code", fields.code) or identifier,
                "name": name,
                "description": self.text(source, "description"),
                "parent_code": above,
                "uri": self.take(source, "term_uri", clean_url),
            },
        )

    # --- records -----------------------------------------------------------------------------------------------------

    def organisation(self, source: Object, file: str, row: int) -> OrganisationRecord | None:
        self.ledger.kind = "organisation"
        identifier = self.enter(source, file, row)
        name = self.name(source) if identifier else None
        if not name:
            return None
        identifiers = []
        for where, child in self.children(source, "organization_identifiers"):
            scheme = self.take(child, "identifier_scheme", fields.code, where) or self.take(
                child, "identifier_type", fields.code, where
            )
            value = self.take(child, "identifier", fields.code, where)
            if scheme and value:
                identifiers.append((scheme, value))
        return self.build(
            OrganisationRecord,
            source,
            {
                "external_id": identifier,
                "name": name,
                "alternate_name": self.text(source, "alternate_name", limit=fields.name),
                "description": self.text(source, "description"),
                "email": self.take(source, "email", clean_email),
                "website": self.take(source, "website", clean_url) or self.take(source, "url", clean_url),
                "additional_websites": self.links(source, "additional_websites"),
                "legal_status": self.take(source, "legal_status", fields.name),
                "tax_status": self.take(source, "tax_status", fields.name),
                "tax_id": self.take(source, "tax_id", fields.code),
                "year_incorporated": self.take(source, "year_incorporated", fields.year),
                "logo": self.take(source, "logo", clean_url),
                "uri": self.take(source, "uri", clean_url),
                "parent_id": self.take(source, "parent_organization_id", fields.code),
                "identifiers": tuple(identifiers),
                "phones": self.phones(source),
                "contacts": self.contacts(source),
                "terms": self.terms(source),
            },
        )

    def programme(self, source: Object, file: str, row: int, organisation_id: str | None) -> ProgrammeRecord | None:
        self.ledger.kind = "programme"
        identifier = self.enter(source, file, row)
        name = self.name(source) if identifier else None
        if not name:
            return None
        return self.build(
            ProgrammeRecord,
            source,
            {
                "external_id": identifier,
                "organisation_id": organisation_id,
                "name": name,
                "alternate_name": self.text(source, "alternate_name", limit=fields.name),
                "description": self.text(source, "description"),
            },
        )

    def location(self, source: Object, file: str, row: int, organisation_id: str | None) -> LocationRecord | None:
        self.ledger.kind = "location"
        identifier = self.enter(source, file, row)
        if identifier is None:
            return None
        latitude = self.take(source, "latitude", fields.latitude)
        longitude = self.take(source, "longitude", fields.longitude)
        if (latitude is None) != (longitude is None):
            latitude = longitude = None  # half a point is no point
        return self.build(
            LocationRecord,
            source,
            {
                "external_id": identifier,
                "organisation_id": organisation_id,
                "location_type": self.take(source, "location_type", fields.location_type) or LocationType.PHYSICAL,
                "name": self.text(source, "name", limit=fields.name),
                "alternate_name": self.text(source, "alternate_name", limit=fields.name),
                "description": self.text(source, "description"),
                "transportation": self.text(source, "transportation"),
                "url": self.take(source, "url", clean_url),
                "latitude": _float(latitude),
                "longitude": _float(longitude),
                "external_identifier": self.take(source, "external_identifier", fields.code),
                "external_identifier_type": self.take(source, "external_identifier_type", fields.code),
                "addresses": self.addresses(source),
                "phones": self.phones(source),
                "schedules": self.schedules(source),
                "languages": self.languages(source),
                "accessibility": self.accessibility(source),
                "contacts": self.contacts(source),
                "terms": self.terms(source),
            },
        )

    def at_location(
        self, source: Object, path: str, service_id: str, location_id: str
    ) -> ServiceAtLocationRecord | None:
        return self.build(
            ServiceAtLocationRecord,
            source,
            {
                "external_id": self.take(source, "id", fields.code, path)
                or f"{service_id}@{location_id}"[: fields.CODE],
                "location_id": location_id,
                "description": self.text(source, "description", path),
                "phones": self.phones(source, path),
                "schedules": self.schedules(source, path),
                "contacts": self.contacts(source, path),
                "areas": self.areas(source, path),
            },
        )

    def service(
        self,
        source: Object,
        identifier: str,
        *,
        organisation_id: str | None,
        programme_id: str | None,
        at_locations: tuple[ServiceAtLocationRecord, ...],
    ) -> ServiceRecord | None:
        """A service after :meth:`enter`; the caller has resolved what it points at."""
        self.ledger.kind = "service"
        name = self.name(source)
        if not name:
            return None
        lowest, highest = self.take(source, "minimum_age", fields.age), self.take(source, "maximum_age", fields.age)
        if lowest is not None and highest is not None and lowest > highest:
            self.fault(source, "minimum_age", standards.AGES_REVERSED())
            lowest = highest = None
        status = self.take(source, "status", fields.status)
        if status is None:
            # Silence means active, as most directories leave the column empty; an unknown word does not.
            status = ServiceStatus.INACTIVE if source.get("status") else ServiceStatus.ACTIVE
        return self.build(
            ServiceRecord,
            source,
            {
                "external_id": identifier,
                "organisation_id": organisation_id,
                "programme_id": programme_id,
                "name": name,
                "alternate_name": self.text(source, "alternate_name", limit=fields.name),
                "description": self.text(source, "description"),
                "url": self.take(source, "url", clean_url),
                "additional_urls": self.links(source, "additional_urls"),
                "email": self.take(source, "email", clean_email),
                "status": status,
                "interpretation_services": self.text(source, "interpretation_services"),
                "application_process": self.text(source, "application_process"),
                "fees_description": self.text(source, "fees_description") or self.text(source, "fees"),
                "eligibility_description": self.text(source, "eligibility_description"),
                "wait_time": self.text(source, "wait_time"),
                "accreditations": self.take(source, "accreditations", fields.words),
                "licenses": self.take(source, "licenses", fields.words),
                "alert": self.text(source, "alert"),
                "minimum_age": lowest,
                "maximum_age": highest,
                "assured_date": self.take(source, "assured_date", parse_date),
                "assurer_email": self.take(source, "assurer_email", clean_email),
                "last_modified": self.take(source, "last_modified", parse_datetime),
                "phones": self.phones(source),
                "schedules": self.schedules(source),
                "languages": self.languages(source),
                "areas": self.areas(source),
                "costs": self.costs(source),
                "documents": self.documents(source),
                "funding": self.funding(source),
                "contacts": self.contacts(source),
                "capacities": self.capacities(source),
                "terms": self.terms(source),
                "at_locations": at_locations,
                "open_to_all": self.take(source, "open_to_all", parse_flag) or False,
                "referral_modes": self._referral_modes(source),
                "remote": self.take(source, "remote", parse_flag),
                "weekly_hours": self.take(source, "weekly_hours", partial(parse_number, lowest=0, highest=168)),
                "weeks": self.take(source, "weeks", partial(parse_integer, lowest=0, highest=520)),
                "learning_outcomes": self.text(source, "learning_outcomes"),
                **self._text_origins(source),
            },
        )

    def _text_origins(self, source: Object) -> dict[str, tuple[str, ...]]:
        """By whom the texts are, by language. What is said to be both is not known: a machine's counts, the more careful."""
        machine, human = (self._tags(source, name) for name in ("machine_languages", "human_languages"))
        return {"machine_languages": machine, "human_languages": tuple(tag for tag in human if tag not in machine)}

    def _tags(self, source: Object, key: str) -> tuple[str, ...]:
        found = source.get(key)
        if not found:
            return ()
        words = found if isinstance(found, list) else str(found)[: fields.CODE].split(",")
        tags = (self.take({key: word}, key, fields.tag) for word in words)
        return tuple(dict.fromkeys(tag for tag in tags if tag))

    def _referral_modes(self, source: Object) -> tuple[ReferralMode, ...]:
        found = source.get("referral_modes")
        if not found:
            return ()
        words = found if isinstance(found, list) else str(found)[: fields.CODE].split(",")
        modes = []
        for word in words:
            try:
                modes.append(ReferralMode(word.strip().lower() if isinstance(word, str) else word))
            except ValueError:
                self.fault(source, "referral_modes", standards.NOT_A_REFERRAL_MODE(value=word))
        return tuple(dict.fromkeys(modes))


def _float(number: Decimal | None) -> float | None:
    return None if number is None else float(number)
