"""What hangs on services, places and organisations, as records. Rows in, records out; no queries of its own."""

from collections.abc import Iterable

from kesher.directory.models import (
    Accessibility,
    Address,
    Capacity,
    Contact,
    Cost,
    Funding,
    Phone,
    RequiredDocument,
    Schedule,
    ServiceArea,
    ServiceLanguage,
)
from kesher.formats.records import (
    AccessibilityRecord,
    AddressRecord,
    AreaRecord,
    CapacityRecord,
    ContactRecord,
    CostRecord,
    DocumentRecord,
    FundingRecord,
    LanguageRecord,
    LocationType,
    PhoneRecord,
    ScheduleRecord,
    Weekday,
)

_WEEKDAYS = {day.value: day for day in Weekday}


def phones(rows: Iterable[Phone]) -> tuple[PhoneRecord, ...]:
    return tuple(
        PhoneRecord(
            number=row.number,
            extension=row.extension or None,
            type=row.type or None,
            description=row.description,
            languages=tuple(row.languages),
        )
        for row in rows
    )


def contacts(rows: Iterable[Contact]) -> tuple[ContactRecord, ...]:
    return tuple(
        ContactRecord(
            name=row.name or None,
            title=row.title or None,
            department=row.department or None,
            email=row.email or None,
            phones=phones(row.phones.all()),
        )
        for row in rows
    )


def schedules(rows: Iterable[Schedule]) -> tuple[ScheduleRecord, ...]:
    return tuple(
        ScheduleRecord(
            # a day that no calendar knows says nothing: better left out than passed on
            byday=tuple(_WEEKDAYS[day] for day in row.byday.split(",") if day in _WEEKDAYS),
            opens_at=row.opens_at,
            closes_at=row.closes_at,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            freq=row.freq or None,
            interval=row.interval,
            bymonthday=row.bymonthday or None,
            attending_type=row.attending_type or None,
            description=row.description,
            notes=row.notes or None,
            schedule_link=row.schedule_link or None,
        )
        for row in rows
    )


def languages(rows: Iterable[ServiceLanguage]) -> tuple[LanguageRecord, ...]:
    return tuple(
        LanguageRecord(
            code=row.code, name=row.name or None, cefr_minimum=row.cefr_minimum or None, note=row.note or None
        )
        for row in rows
    )


def areas(rows: Iterable[ServiceArea]) -> tuple[AreaRecord, ...]:
    return tuple(
        AreaRecord(
            name=row.name,
            code=row.code or None,
            scheme=row.scheme or None,
            extent=row.extent or None,
            extent_type=row.extent_type or None,
            uri=row.uri or None,
        )
        for row in rows
    )


def costs(rows: Iterable[Cost]) -> tuple[CostRecord, ...]:
    return tuple(
        CostRecord(
            option=row.option,
            amount=row.amount,
            currency=row.currency or None,
            amount_description=row.amount_description,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
        )
        for row in rows
    )


def documents(rows: Iterable[RequiredDocument]) -> tuple[DocumentRecord, ...]:
    return tuple(DocumentRecord(document=row.document, uri=row.uri or None) for row in rows)


def funding(rows: Iterable[Funding]) -> tuple[FundingRecord, ...]:
    return tuple(FundingRecord(source=row.source) for row in rows)


def capacities(rows: Iterable[Capacity]) -> tuple[CapacityRecord, ...]:
    return tuple(
        CapacityRecord(
            unit=row.unit,
            available=row.available,
            maximum=row.maximum,
            updated=row.updated,
            description=row.description,
        )
        for row in rows
    )


def addresses(rows: Iterable[Address]) -> tuple[AddressRecord, ...]:
    return tuple(
        AddressRecord(
            address_1=row.address_1 or None,
            address_2=row.address_2 or None,
            attention=row.attention or None,
            city=row.city or None,
            region=row.region or None,
            state_province=row.state_province or None,
            postal_code=row.postal_code or None,
            country=row.country or None,
            address_type=LocationType(row.address_type),
        )
        for row in rows
    )


def accessibility(rows: Iterable[Accessibility]) -> tuple[AccessibilityRecord, ...]:
    return tuple(
        AccessibilityRecord(description=row.description, details=row.details or None, url=row.url or None)
        for row in rows
    )
