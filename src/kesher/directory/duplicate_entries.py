"""The rows of the directory as the engine compares them (:mod:`kesher.engine.duplicates`): one light record per row."""

import uuid
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db.models import Q

from kesher.accounts.models import Organisation
from kesher.directory.models import Address, Kind, Location, Merge, Phone, Service, ServiceAtLocation
from kesher.engine.duplicates import PLACE, Entry


def entries(kind: Kind) -> Iterator[Entry]:
    """The records of a kind as the engine compares them. What was merged, and services that ended, are left out."""
    gone = Merge.objects.gone(kind)
    match kind:
        case Kind.SERVICE:
            return _service_entries(gone)
        case Kind.ORGANISATION:
            return _organisation_entries(gone)
        case Kind.LOCATION:
            return _location_entries(gone)


def _service_entries(gone: Any) -> Iterator[Entry]:
    phones: dict[uuid.UUID, list[str]] = defaultdict(list)
    for service, through, number in Phone.objects.filter(
        Q(service__isnull=False) | Q(service_at_location__isnull=False)
    ).values_list("service_id", "service_at_location__service_id", "number"):
        phones[service or through].append(number)
    located: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    for service, location in ServiceAtLocation.objects.values_list("service_id", "location_id"):
        located[service].append(location)
    points, addresses, towns = _places()
    for key, organisation, dataset, name, alternate, email, url in (
        Service.objects.exclude(state=Service.State.ARCHIVED)
        .exclude(pk__in=gone)
        .order_by("pk")
        .values_list("pk", "organisation_id", "dataset_id", "name", "alternate_name", "email", "url")
    ):
        here = located.get(key, ())
        yield Entry(
            key,
            _names(name, alternate),
            Kind.SERVICE.value,
            source=dataset,
            organisation=organisation,
            phones=tuple(phones.get(key, ())),
            addresses=tuple(text for place in here for text in addresses.get(place, ())),
            towns=tuple(town for place in here for town in towns.get(place, ())),
            points=tuple(points[place] for place in here if place in points),
            emails=(email,) if email else (),
            websites=(url,) if url else (),
        )


def _organisation_entries(gone: Any) -> Iterator[Entry]:
    phones: dict[uuid.UUID, list[str]] = defaultdict(list)
    for organisation, number in Phone.objects.filter(organisation__isnull=False).values_list(
        "organisation_id", "number"
    ):
        phones[organisation].append(number)
    located: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    theirs = Location.objects.filter(organisation__isnull=False).exclude(pk__in=Merge.objects.gone(Kind.LOCATION))
    for organisation, location in theirs.values_list("organisation_id", "pk"):
        located[organisation].append(location)
    points, addresses, towns = _places()
    for key, name, dataset, alternate, email, website in (
        Organisation.objects.exclude(pk__in=gone)
        .order_by("pk")
        .values_list(
            "pk", "name", "profile__dataset_id", "profile__alternate_name", "profile__email", "profile__website"
        )
    ):
        here = located.get(key, ())
        yield Entry(
            key,
            _names(name, alternate),
            Kind.ORGANISATION.value,
            source=dataset,
            phones=tuple(phones.get(key, ())),
            addresses=tuple(text for place in here for text in addresses.get(place, ())),
            towns=tuple(town for place in here for town in towns.get(place, ())),
            points=tuple(points[place] for place in here if place in points),
            emails=(email,) if email else (),
            websites=(website,) if website else (),
        )


def _location_entries(gone: Any) -> Iterator[Entry]:
    """Places one can go to. One that has no name of its own is called like the organisation whose it is."""
    phones: dict[uuid.UUID, list[str]] = defaultdict(list)
    for location, through, number in Phone.objects.filter(
        Q(location__isnull=False) | Q(service_at_location__isnull=False)
    ).values_list("location_id", "service_at_location__location_id", "number"):
        phones[location or through].append(number)
    points, addresses, towns = _places()
    for key, organisation, dataset, name, alternate, whose, url in (
        Location.objects.filter(location_type=Location.Type.PHYSICAL)
        .exclude(pk__in=gone)
        .order_by("pk")
        .values_list("pk", "organisation_id", "dataset_id", "name", "alternate_name", "organisation__name", "url")
    ):
        yield Entry(
            key,
            _names(name, alternate) or _names(whose),
            PLACE,
            source=dataset,
            organisation=organisation,
            phones=tuple(phones.get(key, ())),
            addresses=tuple(addresses.get(key, ())),
            towns=tuple(towns.get(key, ())),
            points=(points[key],) if key in points else (),
            websites=(url,) if url else (),
        )


def _names(*texts: dict[str, str] | None) -> tuple[str, ...]:
    return tuple(word for text in texts for word in (text or {}).values())


def _places() -> tuple[dict[uuid.UUID, tuple[float, float]], dict[uuid.UUID, list[str]], dict[uuid.UUID, list[str]]]:
    """Points, street addresses and towns by location."""
    points = {
        key: (latitude, longitude)
        for key, latitude, longitude in Location.objects.filter(latitude__isnull=False).values_list(
            "pk", "latitude", "longitude"
        )
        if latitude is not None and longitude is not None
    }
    addresses: dict[uuid.UUID, list[str]] = defaultdict(list)
    towns: dict[uuid.UUID, list[str]] = defaultdict(list)
    for location, street, town in Address.objects.values_list("location_id", "address_1", "city"):
        if street:
            addresses[location].append(street)
        if town:
            towns[location].append(town)
    return points, addresses, towns
