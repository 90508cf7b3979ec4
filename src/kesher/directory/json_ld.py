"""A service as search engines read it: JSON-LD in the words of schema.org (https://schema.org/GovernmentService).

Only what the record says: a service without a price is not called free, an hour that repeats every second week is not
called weekly.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from kesher.base.translated import in_language
from kesher.formats.records import (
    AddressRecord,
    CostRecord,
    LocationRecord,
    LocationType,
    OrganisationRecord,
    PhoneRecord,
    ScheduleRecord,
    ServiceRecord,
    Text,
    Weekday,
)

Json = dict[str, Any]

_DAYS = {
    Weekday.MONDAY: "Monday",
    Weekday.TUESDAY: "Tuesday",
    Weekday.WEDNESDAY: "Wednesday",
    Weekday.THURSDAY: "Thursday",
    Weekday.FRIDAY: "Friday",
    Weekday.SATURDAY: "Saturday",
    Weekday.SUNDAY: "Sunday",
}
#: Kinds of numbers that one can talk to somebody on; a fax is not a way to ask.
_VOICE = (None, "voice", "cell")
_NO_LANGUAGE = "und"


def service_json_ld(
    service: ServiceRecord,
    url: str,
    language: str,
    *,
    organisation: OrganisationRecord | None = None,
    locations: Mapping[str, LocationRecord] | None = None,
    of_government: bool = False,
) -> Json:
    """The service as a JSON-LD object, for a page at ``url`` (absolute) in ``language``.

    ``locations`` are those its service-at-locations point at, by external id. ``of_government`` for a service of a
    public body: schema.org tells these apart.
    """
    areas = [name for area in service.areas if (name := _words(area.name, language))]
    return _present(
        {
            "@context": "https://schema.org",
            "@type": "GovernmentService" if of_government else "Service",
            "@id": url,
            "url": url,
            "name": _words(service.name, language),
            "alternateName": _words(service.alternate_name, language),
            "description": _words(service.description, language),
            "provider": _provider(organisation, language, of_government=of_government) if organisation else None,
            "areaServed": [{"@type": "AdministrativeArea", "name": name} for name in areas],
            "availableChannel": _channels(service, locations or {}, language),
            "hoursAvailable": _hours(service.schedules),
            "offers": [offer for cost in service.costs if (offer := _offer(cost, language))],
        }
    )


def _provider(organisation: OrganisationRecord, language: str, *, of_government: bool) -> Json:
    return _present(
        {
            "@type": "GovernmentOrganization" if of_government else "Organization",
            "name": _words(organisation.name, language),
            "url": organisation.website,
            "email": organisation.email,
        }
    )


def _channels(service: ServiceRecord, locations: Mapping[str, LocationRecord], language: str) -> list[Json]:
    """One channel for each place one can go to, and one for telephone and web."""
    spoken = [code for code in dict.fromkeys(found.code for found in service.languages) if code != _NO_LANGUAGE]
    channels = []
    for site in service.at_locations:
        place = locations.get(site.location_id)
        if place is None or place.location_type is not LocationType.PHYSICAL:
            continue
        channels.append(
            {
                "@type": "ServiceChannel",
                "serviceLocation": _place(place, site.schedules or place.schedules, language),
                "servicePhone": _telephone([*site.phones, *place.phones], language),
                "availableLanguage": spoken,
            }
        )
    phone = _telephone(service.phones, language)
    if phone or service.url:
        channels.append(
            {
                "@type": "ServiceChannel",
                "serviceUrl": service.url,
                "servicePhone": phone,
                "availableLanguage": spoken,
            }
        )
    return [_present(channel) for channel in channels]


def _place(place: LocationRecord, schedules: Iterable[ScheduleRecord], language: str) -> Json:
    address = next((found for found in place.addresses if found.address_type is LocationType.PHYSICAL), None)
    geo = None
    if place.latitude is not None and place.longitude is not None:
        geo = {"@type": "GeoCoordinates", "latitude": place.latitude, "longitude": place.longitude}
    return _present(
        {
            "@type": "Place",
            "name": _words(place.name, language),
            "address": _address(address) if address else None,
            "geo": geo,
            "openingHoursSpecification": _hours(schedules),
        }
    )


def _address(address: AddressRecord) -> Json | None:
    street = ", ".join(part for part in (address.address_1, address.address_2) if part)
    found = _present(
        {
            "streetAddress": street,
            "addressLocality": address.city,
            "addressRegion": address.state_province or address.region,
            "postalCode": address.postal_code,
            "addressCountry": address.country,
        }
    )
    return {"@type": "PostalAddress"} | found if found else None


def _telephone(phones: Iterable[PhoneRecord], language: str) -> Json | None:
    phone = next((phone for phone in phones if phone.type in _VOICE), None)
    if phone is None:
        return None
    return _present(
        {
            "@type": "ContactPoint",
            "telephone": phone.number,
            "contactType": _words(phone.description, language),
            "availableLanguage": list(phone.languages),
        }
    )


def _hours(schedules: Iterable[ScheduleRecord]) -> list[Json]:
    """Weekly hours; schema.org cannot say more."""
    return [
        _present(
            {
                "@type": "OpeningHoursSpecification",
                "dayOfWeek": [f"https://schema.org/{_DAYS[day]}" for day in hours.byday],
                "opens": hours.opens_at.isoformat("minutes"),
                "closes": hours.closes_at.isoformat("minutes"),
                "validFrom": hours.valid_from.isoformat() if hours.valid_from else None,
                "validThrough": hours.valid_to.isoformat() if hours.valid_to else None,
            }
        )
        for hours in schedules
        if hours.byday
        and hours.opens_at
        and hours.closes_at
        and hours.freq in (None, "WEEKLY")
        and hours.interval in (None, 1)
    ]


def _offer(cost: CostRecord, language: str) -> Json | None:
    if cost.amount is None:
        return None
    return _present(
        {
            "@type": "Offer",
            "price": str(cost.amount) if cost.amount else "0",
            "priceCurrency": cost.currency,
            "description": " ".join(
                words for text in (cost.option, cost.amount_description) if (words := _words(text, language))
            ),
            "validFrom": cost.valid_from.isoformat() if cost.valid_from else None,
            "validThrough": cost.valid_to.isoformat() if cost.valid_to else None,
        }
    )


def _words(text: Text, language: str) -> str | None:
    return in_language(text, language).text or None


def _present(found: Json) -> Json:
    return {name: value for name, value in found.items() if value not in (None, "", [])}
