"""Records into rows: one function per table, its columns beside it. Pure: keys and look-ups are handed in."""

import json
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import models

from kesher.accounts.models import Organisation
from kesher.base.keys import uuid7
from kesher.directory.models import (
    Accessibility,
    Address,
    Capacity,
    Contact,
    Cost,
    Funding,
    Link,
    Location,
    OrganisationProfile,
    Phone,
    Programme,
    RequiredDocument,
    Schedule,
    Service,
    ServiceArea,
    ServiceAtLocation,
    ServiceLanguage,
    ServiceTerm,
)
from kesher.formats import records as r

Row = tuple[Any, ...]
Put = Callable[[type[models.Model], Row], None]
Dated = ("id", "created_at", "updated_at")

#: Columns of every table an import writes, in writing order: parents first.
COLUMNS: dict[type[models.Model], tuple[str, ...]] = {
    Organisation: (*Dated, "name", "kind", "state", "registration_number", "parent_id", "sensitive", "sensitive_why"),
    OrganisationProfile: (
        *Dated, "dataset_id", "external_id", "digest", "organisation_id", "alternate_name", "description", "email",
        "website", "legal_status", "tax_status", "tax_id", "year_incorporated", "logo", "uri", "identifiers",
    ),
    Programme: (
        *Dated, "dataset_id", "external_id", "digest", "organisation_id", "name", "alternate_name", "description",
    ),
    Location: (
        *Dated, "dataset_id", "external_id", "digest", "organisation_id", "location_type", "name", "alternate_name",
        "description", "transportation", "url", "latitude", "longitude", "external_identifier",
        "external_identifier_type", "area_id",
    ),
    Service: (
        *Dated, "dataset_id", "external_id", "digest", "organisation_id", "programme_id", "state", "status", "name",
        "alternate_name", "description", "url", "email", "interpretation_services", "application_process",
        "fees_description", "eligibility_description", "wait_time", "accreditations", "licenses", "alert",
        "open_to_all", "minimum_age", "maximum_age", "assured_date", "assurer_email", "last_modified",
        "referral_modes", "remote", "weekly_hours", "weeks", "learning_outcomes", "human_languages", "machine_languages",
        "check_every_months", "check_by", "absent_since", "edited_here",
    ),
    ServiceAtLocation: (*Dated, "service_id", "location_id", "external_id", "description"),
    Contact: (
        *Dated, "organisation_id", "service_id", "location_id", "service_at_location_id", "name", "title",
        "department", "email",
    ),
    Phone: (
        *Dated, "organisation_id", "service_id", "location_id", "service_at_location_id", "contact_id", "number",
        "extension", "type", "description", "languages",
    ),
    Schedule: (
        *Dated, "service_id", "location_id", "service_at_location_id", "byday", "opens_at", "closes_at", "valid_from",
        "valid_to", "freq", "interval", "bymonthday", "attending_type", "description", "notes", "schedule_link",
    ),
    ServiceLanguage: (*Dated, "service_id", "location_id", "code", "name", "cefr_minimum", "note"),
    Cost: (*Dated, "service_id", "option", "amount", "currency", "amount_description", "valid_from", "valid_to"),
    RequiredDocument: (*Dated, "service_id", "document", "uri"),
    ServiceArea: (
        *Dated, "service_id", "service_at_location_id", "area_id", "name", "code", "scheme", "extent", "extent_type",
        "uri",
    ),
    Capacity: (*Dated, "service_id", "unit", "available", "maximum", "updated", "description"),
    ServiceTerm: (*Dated, "service_id", "term_id", "link_type", "value"),
    Link: (*Dated, "organisation_id", "service_id", "url", "label"),
    Funding: (*Dated, "service_id", "source"),
    Address: (
        *Dated, "location_id", "attention", "address_1", "address_2", "city", "region", "state_province",
        "postal_code", "country", "address_type",
    ),
    Accessibility: (*Dated, "location_id", "description", "details", "url"),
}  # fmt: skip

#: Which tables hold details of which owner, by column: emptied before a changed owner's details are written anew.
DETAILS: dict[type[models.Model], tuple[tuple[type[models.Model], str], ...]] = {
    Organisation: ((Contact, "organisation_id"), (Phone, "organisation_id"), (Link, "organisation_id")),
    Location: (
        (Contact, "location_id"),
        (Phone, "location_id"),
        (Schedule, "location_id"),
        (ServiceLanguage, "location_id"),
        (Address, "location_id"),
        (Accessibility, "location_id"),
    ),
    Service: tuple(
        (model, "service_id")
        for model in (
            Contact, Phone, Schedule, ServiceLanguage, Cost, RequiredDocument, ServiceArea, Capacity, ServiceTerm,
            Link, Funding,
        )
    ),
    ServiceAtLocation: tuple(
        (model, "service_at_location_id") for model in (Contact, Phone, Schedule, ServiceArea)
    ),
}  # fmt: skip


def _words(text: Mapping[str, str]) -> str:
    return json.dumps(text, ensure_ascii=False) if text else "{}"


def _array(values: tuple[str, ...]) -> list[str]:
    return [str(value) for value in values]


class RowMaker:
    """Makes rows out of records; ``put(model, row)`` takes them. One ``now`` for the whole import."""

    def __init__(self, put: Put, *, now: datetime, dataset_id: uuid.UUID) -> None:
        self.put = put
        self.now = now
        self.dataset_id = dataset_id

    def _dated(self) -> Row:
        return (uuid7(), self.now, self.now)

    # Owners: rows to insert or to update, by the columns above.

    def organisation(self, key: uuid.UUID, record: r.OrganisationRecord, *, parent: uuid.UUID | None) -> Row:
        return (
            key, self.now, self.now, _words(record.name), Organisation.Kind.OTHER.value,
            Organisation.State.APPROVED.value, record.tax_id or "", parent, False, "",
        )  # fmt: skip

    def profile(self, key: uuid.UUID, organisation: uuid.UUID, record: r.OrganisationRecord, digest: bytes) -> Row:
        return (
            key, self.now, self.now, self.dataset_id, record.external_id, digest, organisation,
            _words(record.alternate_name), _words(record.description), record.email or "", record.website or "",
            record.legal_status or "", record.tax_status or "", record.tax_id or "", record.year_incorporated,
            record.logo or "", record.uri or "", json.dumps(record.identifiers, ensure_ascii=False),
        )  # fmt: skip

    def programme(
        self, key: uuid.UUID, record: r.ProgrammeRecord, digest: bytes, *, organisation: uuid.UUID | None
    ) -> Row:
        return (
            key, self.now, self.now, self.dataset_id, record.external_id, digest, organisation, _words(record.name),
            _words(record.alternate_name), _words(record.description),
        )  # fmt: skip

    def location(
        self,
        key: uuid.UUID,
        record: r.LocationRecord,
        digest: bytes,
        *,
        organisation: uuid.UUID | None,
        area: uuid.UUID | None,
    ) -> Row:
        both = record.latitude is not None and record.longitude is not None
        return (
            key, self.now, self.now, self.dataset_id, record.external_id, digest, organisation,
            record.location_type.value, _words(record.name), _words(record.alternate_name),
            _words(record.description), _words(record.transportation), record.url or "",
            record.latitude if both else None, record.longitude if both else None,
            record.external_identifier or "", record.external_identifier_type or "", area,
        )  # fmt: skip

    def service(
        self,
        key: uuid.UUID,
        record: r.ServiceRecord,
        digest: bytes,
        *,
        organisation: uuid.UUID | None,
        programme: uuid.UUID | None,
    ) -> Row:
        ended = record.status == r.ServiceStatus.DEFUNCT
        state = Service.State.ARCHIVED if ended else Service.State.PUBLISHED
        checked = Service(check_every_months=6)
        if record.assured_date:
            checked.confirm(record.assured_date)
        return (
            key, self.now, self.now, self.dataset_id, record.external_id, digest, organisation, programme,
            state.value, record.status.value, _words(record.name), _words(record.alternate_name),
            _words(record.description), record.url or "", record.email or "",
            _words(record.interpretation_services), _words(record.application_process),
            _words(record.fees_description), _words(record.eligibility_description), _words(record.wait_time),
            record.accreditations or "", record.licenses or "", _words(record.alert), record.open_to_all,
            record.minimum_age, record.maximum_age, record.assured_date, record.assurer_email or "", record.last_modified,
            _array(record.referral_modes), record.remote, record.weekly_hours, record.weeks,
            _words(record.learning_outcomes), _array(record.human_languages), _array(record.machine_languages), 6,
            checked.check_by, None, False,
        )  # fmt: skip

    # Details: always inserted.

    def details_of_organisation(self, key: uuid.UUID, record: r.OrganisationRecord) -> None:
        self._contacts(record.contacts, organisation=key)
        self._phones(record.phones, organisation=key)
        for link in record.additional_websites:
            self.put(Link, (*self._dated(), key, None, link.url, link.label or ""))

    def details_of_location(self, key: uuid.UUID, record: r.LocationRecord) -> None:
        self._contacts(record.contacts, location=key)
        self._phones(record.phones, location=key)
        self._schedules(record.schedules, location=key)
        for language in record.languages:
            self.put(ServiceLanguage, (*self._dated(), None, key, *self._language(language)))
        for a in record.addresses:
            self.put(
                Address,
                (
                    *self._dated(), key, a.attention or "", a.address_1 or "", a.address_2 or "", a.city or "",
                    a.region or "", a.state_province or "", a.postal_code or "", a.country or "",
                    a.address_type.value,
                ),
            )  # fmt: skip
        for item in record.accessibility:
            self.put(Accessibility, (*self._dated(), key, _words(item.description), item.details or "", item.url or ""))

    def details_of_service(
        self,
        key: uuid.UUID,
        record: r.ServiceRecord,
        *,
        terms: Mapping[tuple[str, str], uuid.UUID],
        area_of: Callable[[r.AreaRecord], uuid.UUID | None],
    ) -> None:
        self._contacts(record.contacts, service=key)
        self._phones(record.phones, service=key)
        self._schedules(record.schedules, service=key)
        self._areas(record.areas, area_of, service=key)
        put, dated = self.put, self._dated
        for language in record.languages:
            put(ServiceLanguage, (*dated(), key, None, *self._language(language)))
        for c in record.costs:
            put(
                Cost,
                (
                    *dated(), key, _words(c.option), c.amount, c.currency or "", _words(c.amount_description),
                    c.valid_from, c.valid_to,
                ),
            )  # fmt: skip
        for document in record.documents:
            put(RequiredDocument, (*dated(), key, _words(document.document), document.uri or ""))
        for capacity in record.capacities:
            put(
                Capacity,
                (
                    *dated(), key, capacity.unit, capacity.available, capacity.maximum, capacity.updated,
                    _words(capacity.description),
                ),
            )  # fmt: skip
        said = set()
        for ref in record.terms:
            term = terms.get((ref.taxonomy, ref.code))
            once = (term, ref.link_type or "")
            if term is not None and once not in said:
                said.add(once)
                put(ServiceTerm, (*dated(), key, term, ref.link_type or "", ref.value or ""))
        for link in record.additional_urls:
            put(Link, (*dated(), None, key, link.url, link.label or ""))
        for funding in record.funding:
            put(Funding, (*dated(), key, funding.source))

    def at_location(
        self,
        key: uuid.UUID,
        service: uuid.UUID,
        location: uuid.UUID,
        record: r.ServiceAtLocationRecord,
        area_of: Callable[[r.AreaRecord], uuid.UUID | None],
    ) -> None:
        self.put(
            ServiceAtLocation,
            (key, self.now, self.now, service, location, record.external_id, _words(record.description)),
        )
        self._contacts(record.contacts, at_location=key)
        self._phones(record.phones, at_location=key)
        self._schedules(record.schedules, at_location=key)
        self._areas(record.areas, area_of, at_location=key)

    def _phones(
        self,
        phones: tuple[r.PhoneRecord, ...],
        *,
        organisation: uuid.UUID | None = None,
        service: uuid.UUID | None = None,
        location: uuid.UUID | None = None,
        at_location: uuid.UUID | None = None,
        contact: uuid.UUID | None = None,
    ) -> None:
        for phone in phones:
            self.put(
                Phone,
                (
                    *self._dated(), organisation, service, location, at_location, contact, phone.number,
                    phone.extension or "", phone.type or "", _words(phone.description),
                    _array(phone.languages),
                ),
            )  # fmt: skip

    def _contacts(
        self,
        contacts: tuple[r.ContactRecord, ...],
        *,
        organisation: uuid.UUID | None = None,
        service: uuid.UUID | None = None,
        location: uuid.UUID | None = None,
        at_location: uuid.UUID | None = None,
    ) -> None:
        for contact in contacts:
            dated = self._dated()
            self.put(
                Contact,
                (
                    *dated, organisation, service, location, at_location, contact.name or "",
                    contact.title or "", contact.department or "", contact.email or "",
                ),
            )  # fmt: skip
            self._phones(contact.phones, contact=dated[0])

    def _schedules(
        self,
        schedules: tuple[r.ScheduleRecord, ...],
        *,
        service: uuid.UUID | None = None,
        location: uuid.UUID | None = None,
        at_location: uuid.UUID | None = None,
    ) -> None:
        for s in schedules:
            self.put(
                Schedule,
                (
                    *self._dated(), service, location, at_location, ",".join(s.byday), s.opens_at, s.closes_at,
                    s.valid_from, s.valid_to, s.freq or "", s.interval, s.bymonthday or "", s.attending_type or "",
                    _words(s.description), s.notes or "", s.schedule_link or "",
                ),
            )  # fmt: skip

    def _areas(
        self,
        areas: tuple[r.AreaRecord, ...],
        area_of: Callable[[r.AreaRecord], uuid.UUID | None],
        *,
        service: uuid.UUID | None = None,
        at_location: uuid.UUID | None = None,
    ) -> None:
        for area in areas:
            self.put(
                ServiceArea,
                (
                    *self._dated(), service, at_location, area_of(area), _words(area.name), area.code or "",
                    area.scheme or "", area.extent or "", area.extent_type or "", area.uri or "",
                ),
            )  # fmt: skip

    @staticmethod
    def _language(language: r.LanguageRecord) -> Row:
        return (
            language.code,
            language.name or "",
            language.cefr_minimum or "",
            language.note or "",
        )
