"""Records to HSDS 3.1.1 objects, ready for JSON and valid under the standard's schemas.

The texts are written in one language, with fallback; with the profile on (the default), ``translations`` beside them
holds every language, ``content_language`` says which was asked for, and what HSDS has no place for (referral modes,
weekly hours, CEFR levels, ...) stands where Kesher's profile (``kesher_profile/``) defines it. Reading such an object
gives the record back.

Ids: the caller says what UUID a record has (``identify``). Children, which have none of their own in a directory,
get a UUID made from their parent's and from what they say (RFC 4122, version 5): the same at each export, and
untouched by the order they stand in.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

from kesher.formats.records import (
    AddressRecord,
    AreaRecord,
    ContactRecord,
    FundingRecord,
    LanguageRecord,
    LinkRecord,
    LocationRecord,
    OrganisationRecord,
    PhoneRecord,
    ProgrammeRecord,
    Record,
    ScheduleRecord,
    ServiceAtLocationRecord,
    ServiceRecord,
    TaxonomyRecord,
    TermRecord,
    TermRef,
    Text,
)

Json = dict[str, Any]


class Kind(StrEnum):
    """What ``identify`` is asked about. A taxonomy's external id is its slug, a term's is ``slug:code``."""

    ORGANISATION = "organization"
    PROGRAMME = "program"
    LOCATION = "location"
    SERVICE = "service"
    SERVICE_AT_LOCATION = "service_at_location"
    TAXONOMY = "taxonomy"
    TERM = "taxonomy_term"


Identify = Callable[[Kind, str], UUID]
"""``identify(kind, external_id)`` -> the UUID that we gave this record."""

FindTerm = Callable[[TermRef], TermRecord | None]
"""The term a reference points at; ``None`` leaves the term's name to be its code."""


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes records of one source, in one language.

    ``fallback`` are the languages tried, in order, where a text is not in ``language``; after them comes whichever
    there is. ``profile=False`` writes plain HSDS 3.1.1 with nothing of ours.
    """

    identify: Identify
    language: str = "en"
    fallback: Sequence[str] = ("en",)
    profile: bool = True
    find_term: FindTerm = lambda reference: None

    # --- words -------------------------------------------------------------------------------------------------------

    def words(self, text: Text) -> str | None:
        """The text in our language, else in one of the fallbacks, else in any."""
        for language in (self.language, *self.fallback):
            if language in text:
                return text[language]
        return next(iter(text.values()), None)

    def _texts(self, **texts: Text) -> Json:
        """Fields of one object, and its ``translations`` where one language does not say it all."""
        found: Json = {}
        translations: dict[str, dict[str, str]] = {}
        for name, text in texts.items():
            words = self.words(text)
            if words is None:
                continue
            found[name] = words
            if self.profile and text.keys() != {self.language}:
                for language, translated in text.items():
                    translations.setdefault(language, {})[name] = translated
        if translations:
            found["translations"] = translations
        return found

    def _extra(self, **fields: Any) -> Json:
        """Fields of the profile."""
        return _present(**fields) if self.profile else {}

    # --- children ----------------------------------------------------------------------------------------------------

    def _each(self, parent: UUID, kind: str, records: Iterable[Any], write: Callable[[Any, UUID], Json]) -> list[Json]:
        seen: dict[str, int] = {}
        found = []
        for record in records:
            content = f"{kind}:{record.model_dump_json() if isinstance(record, Record) else record!r}"
            times = seen[content] = seen.get(content, -1) + 1
            child = uuid5(parent, f"{content}:{times}" if times else content)
            found.append({"id": str(child)} | write(record, child))
        return found

    def _phone(self, phone: PhoneRecord, own: UUID) -> Json:
        number = int(phone.extension) if phone.extension and _counts(phone.extension) else None
        return _present(
            number=phone.number,
            extension=number,
            type=phone.type,
            languages=self._each(own, "language", phone.languages, lambda code, _: {"code": code}),
            **self._texts(description=phone.description),
            **self._extra(extension_text=phone.extension if number is None else None),
        )

    def _contact(self, contact: ContactRecord, own: UUID) -> Json:
        return _present(
            name=contact.name,
            title=contact.title,
            department=contact.department,
            email=contact.email,
            phones=self._each(own, "phone", contact.phones, self._phone),
        )

    def _schedule(self, schedule: ScheduleRecord, _: UUID) -> Json:
        return _present(
            valid_from=schedule.valid_from,
            valid_to=schedule.valid_to,
            freq=schedule.freq,
            interval=schedule.interval,
            byday=",".join(schedule.byday) or None,
            bymonthday=schedule.bymonthday,
            opens_at=schedule.opens_at,
            closes_at=schedule.closes_at,
            schedule_link=schedule.schedule_link,
            attending_type=schedule.attending_type,
            notes=schedule.notes,
            **self._texts(description=schedule.description),
        )

    def _language(self, language: LanguageRecord, _: UUID) -> Json:
        return _present(
            name=language.name,
            code=None if language.code == "und" and language.name else language.code,
            note=language.note,
            **self._extra(cefr_minimum=language.cefr_minimum),
        )

    def _area(self, area: AreaRecord, _: UUID) -> Json:
        return _present(
            extent=area.extent,
            extent_type=area.extent_type,
            uri=area.uri,
            **self._texts(name=area.name),
            **self._extra(code=area.code, scheme=area.scheme),
        )

    def _link(self, link: LinkRecord, _: UUID) -> Json:
        return _present(url=link.url, label=link.label)

    def _funding(self, funding: FundingRecord, _: UUID) -> Json:
        return {"source": funding.source}

    def _address(self, address: AddressRecord, _: UUID) -> Json:
        # HSDS requires these five: one that is not known is empty, which the reader takes as not there.
        required = ("address_1", "city", "state_province", "postal_code", "country")
        return {name: getattr(address, name) or "" for name in required} | _present(
            attention=address.attention,
            address_2=address.address_2,
            region=address.region,
            address_type=address.address_type,
        )

    def _attribute(self, reference: TermRef, _: UUID) -> Json:
        term = self.find_term(reference) or TermRecord(
            taxonomy=reference.taxonomy, code=reference.code, name={self.language: reference.code}
        )
        return _present(link_type=reference.link_type, value=reference.value, taxonomy_term=self.taxonomy_term(term))

    # --- records -----------------------------------------------------------------------------------------------------

    def _head(self, kind: Kind, external_id: str) -> tuple[UUID, Json]:
        own = self.identify(kind, external_id)
        return own, {"id": str(own)} | self._extra(content_language=self.language)

    def organisation_summary(self, record: OrganisationRecord) -> Json:
        """The organisation as lists show it: no children."""
        _, head = self._head(Kind.ORGANISATION, record.external_id)
        parent = self.identify(Kind.ORGANISATION, record.parent_id) if record.parent_id else None
        return (
            head
            | {"description": ""}
            | _present(
                email=record.email,
                website=record.website,
                tax_status=record.tax_status,
                tax_id=record.tax_id,
                year_incorporated=record.year_incorporated,
                legal_status=record.legal_status,
                logo=record.logo,
                uri=record.uri,
                parent_organization_id=str(parent) if parent else None,
                **self._texts(name=record.name, alternate_name=record.alternate_name, description=record.description),
            )
        )

    def organisation(
        self,
        record: OrganisationRecord,
        *,
        programmes: Iterable[ProgrammeRecord] = (),
        locations: Iterable[LocationRecord] = (),
    ) -> Json:
        """The organisation with all that belongs to it."""
        own = self.identify(Kind.ORGANISATION, record.external_id)

        def identifier(pair: tuple[str, str], _: UUID) -> Json:
            return {"identifier_scheme": pair[0], "identifier_type": pair[0], "identifier": pair[1]}

        return self.organisation_summary(record) | _present(
            additional_websites=self._each(own, "url", record.additional_websites, self._link),
            organization_identifiers=self._each(own, "identifier", record.identifiers, identifier),
            phones=self._each(own, "phone", record.phones, self._phone),
            contacts=self._each(own, "contact", record.contacts, self._contact),
            attributes=self._each(own, "attribute", record.terms, self._attribute),
            programs=[self.programme(programme) for programme in programmes],
            locations=[self.location(location) for location in locations],
        )

    def programme(self, record: ProgrammeRecord) -> Json:
        _, head = self._head(Kind.PROGRAMME, record.external_id)
        owner = self.identify(Kind.ORGANISATION, record.organisation_id) if record.organisation_id else None
        return (
            head
            | {"description": ""}
            | _present(
                organization_id=str(owner) if owner else None,
                **self._texts(name=record.name, alternate_name=record.alternate_name, description=record.description),
            )
        )

    def location(self, record: LocationRecord) -> Json:
        own, head = self._head(Kind.LOCATION, record.external_id)
        owner = self.identify(Kind.ORGANISATION, record.organisation_id) if record.organisation_id else None
        return head | _present(
            organization_id=str(owner) if owner else None,
            location_type=record.location_type,
            url=record.url,
            latitude=record.latitude,
            longitude=record.longitude,
            external_identifier=record.external_identifier,
            external_identifier_type=record.external_identifier_type,
            addresses=self._each(own, "address", record.addresses, self._address),
            phones=self._each(own, "phone", record.phones, self._phone),
            schedules=self._each(own, "schedule", record.schedules, self._schedule),
            languages=self._each(own, "language", record.languages, self._language),
            accessibility=self._each(
                own,
                "accessibility",
                record.accessibility,
                lambda access, _: _present(
                    details=access.details, url=access.url, **self._texts(description=access.description)
                ),
            ),
            contacts=self._each(own, "contact", record.contacts, self._contact),
            attributes=self._each(own, "attribute", record.terms, self._attribute),
            **self._texts(
                name=record.name,
                alternate_name=record.alternate_name,
                description=record.description,
                transportation=record.transportation,
            ),
        )

    def service_at_location(
        self,
        record: ServiceAtLocationRecord,
        service: ServiceRecord,
        *,
        location: LocationRecord | None = None,
        whole_service: Json | None = None,
    ) -> Json:
        """A service at one of its locations. ``whole_service`` (:meth:`service_summary`) goes inside if given."""
        own, head = self._head(Kind.SERVICE_AT_LOCATION, record.external_id)
        return head | _present(
            service_id=str(self.identify(Kind.SERVICE, service.external_id)),
            location_id=str(self.identify(Kind.LOCATION, record.location_id)),
            service_areas=self._each(own, "area", record.areas, self._area),
            contacts=self._each(own, "contact", record.contacts, self._contact),
            phones=self._each(own, "phone", record.phones, self._phone),
            schedules=self._each(own, "schedule", record.schedules, self._schedule),
            location=self.location(location) if location else None,
            service=whole_service,
            **self._texts(description=record.description),
        )

    def service_summary(
        self,
        record: ServiceRecord,
        *,
        organisation: OrganisationRecord | None = None,
        programme: ProgrammeRecord | None = None,
    ) -> Json:
        """The service as lists show it: its own fields, the heads of its organisation and programme, no children."""
        _, head = self._head(Kind.SERVICE, record.external_id)
        owner = self.identify(Kind.ORGANISATION, record.organisation_id) if record.organisation_id else None
        under = self.identify(Kind.PROGRAMME, record.programme_id) if record.programme_id else None
        return head | _present(
            organization_id=str(owner) if owner else None,
            program_id=str(under) if under else None,
            url=record.url,
            email=record.email,
            status=record.status,
            accreditations=record.accreditations,
            licenses=record.licenses,
            minimum_age=record.minimum_age,
            maximum_age=record.maximum_age,
            assured_date=record.assured_date,
            assurer_email=record.assurer_email,
            last_modified=record.last_modified,
            organization=self.organisation_summary(organisation) if organisation else None,
            program=self.programme(programme) if programme else None,
            **self._texts(
                name=record.name,
                alternate_name=record.alternate_name,
                description=record.description,
                interpretation_services=record.interpretation_services,
                application_process=record.application_process,
                fees_description=record.fees_description,
                eligibility_description=record.eligibility_description,
                wait_time=record.wait_time,
                alert=record.alert,
                **({"learning_outcomes": record.learning_outcomes} if self.profile else {}),
            ),
            **self._extra(
                open_to_all=record.open_to_all or None,
                referral_modes=[mode.value for mode in record.referral_modes],
                remote=record.remote,
                weekly_hours=record.weekly_hours,
                weeks=record.weeks,
                human_languages=[*record.human_languages],
                machine_languages=[*record.machine_languages],
            ),
        )

    def service(
        self,
        record: ServiceRecord,
        *,
        organisation: OrganisationRecord | None = None,
        programme: ProgrammeRecord | None = None,
        locations: Mapping[str, LocationRecord] | None = None,
    ) -> Json:
        """The service with everything nested; ``locations`` (by external id) go into its service-at-locations."""
        own = self.identify(Kind.SERVICE, record.external_id)
        places = locations or {}
        found = self.service_summary(record, organisation=organisation, programme=programme) | _present(
            additional_urls=self._each(own, "url", record.additional_urls, self._link),
            phones=self._each(own, "phone", record.phones, self._phone),
            schedules=self._each(own, "schedule", record.schedules, self._schedule),
            service_areas=self._each(own, "area", record.areas, self._area),
            languages=self._each(own, "language", record.languages, self._language),
            funding=self._each(own, "funding", record.funding, self._funding),
            cost_options=self._each(
                own,
                "cost",
                record.costs,
                lambda cost, _: _present(
                    valid_from=cost.valid_from,
                    valid_to=cost.valid_to,
                    currency=cost.currency,
                    amount=cost.amount,
                    **self._texts(option=cost.option, amount_description=cost.amount_description),
                ),
            ),
            required_documents=self._each(
                own,
                "document",
                record.documents,
                lambda document, _: _present(uri=document.uri, **self._texts(document=document.document)),
            ),
            contacts=self._each(own, "contact", record.contacts, self._contact),
            capacities=self._each(
                own,
                "capacity",
                record.capacities,
                lambda capacity, child: _present(
                    unit={"id": str(uuid5(child, "unit")), "name": capacity.unit},
                    available=capacity.available,
                    maximum=capacity.maximum,
                    updated=capacity.updated,
                    **self._texts(description=capacity.description),
                ),
            ),
            attributes=self._each(own, "attribute", record.terms, self._attribute),
            service_at_locations=[
                self.service_at_location(site, record, location=places.get(site.location_id))
                for site in record.at_locations
            ],
        )
        if organisation:
            found["organization"] = self.organisation(organisation)
        return found

    def taxonomy(self, record: TaxonomyRecord) -> Json:
        _, head = self._head(Kind.TAXONOMY, record.slug)
        texts = self._texts(name=record.name, description=record.description)
        return (
            head
            | {"description": ""}
            | _present(
                uri=record.uri, version=record.version, **texts, **self._extra(licence=record.licence, slug=record.slug)
            )
        )

    def taxonomy_term(self, record: TermRecord, taxonomy: TaxonomyRecord | None = None) -> Json:
        """A term; with its ``taxonomy`` in full if given. ``taxonomy`` of HSDS is the slug."""
        _, head = self._head(Kind.TERM, f"{record.taxonomy}:{record.code}")
        parent = self.identify(Kind.TERM, f"{record.taxonomy}:{record.parent_code}") if record.parent_code else None
        return (
            head
            | {"description": ""}
            | _present(
                code=record.code,
                taxonomy=record.taxonomy,
                taxonomy_id=str(self.identify(Kind.TAXONOMY, record.taxonomy)),
                taxonomy_detail=self.taxonomy(taxonomy) if taxonomy else None,
                language=self._said_in(record.name),
                parent_id=str(parent) if parent else None,
                term_uri=record.uri,
                **self._texts(name=record.name, description=record.description),
                **self._extra(parent_code=record.parent_code),
            )
        )

    def _said_in(self, text: Text) -> str | None:
        return next((code for code in (self.language, *self.fallback, *text) if code in text), None)


def _counts(extension: str) -> bool:
    """Whether an extension survives as a number, which is all HSDS gives it: "012" does not."""
    return extension.isascii() and extension.isdigit() and len(extension) < 15 and str(int(extension)) == extension


def _present(**fields: Any) -> Json:
    """The fields that hold something, as JSON writes them."""
    return {name: _json(value) for name, value in fields.items() if value is not None and value != []}


def _json(value: Any) -> Any:
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value.isoformat() if hasattr(value, "isoformat") else value
