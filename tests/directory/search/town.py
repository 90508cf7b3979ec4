"""A small directory to search in."""

from datetime import time
from typing import Any

from kesher.accounts.models import Organisation
from kesher.areas.models import Area
from kesher.directory.models import (
    Cost,
    Location,
    Schedule,
    Service,
    ServiceArea,
    ServiceAtLocation,
    ServiceLanguage,
    ServiceTerm,
    Term,
)


def organisation(name: str = "Town", state: str = Organisation.State.APPROVED) -> Organisation:
    return Organisation.objects.create(name={"en": name}, state=state)


def area(code: str, parent: Area | None = None) -> Area:
    path = f"{parent.path if parent else ''}{code}/"
    return Area.objects.create(scheme="test", code=code, level="locality", name={"en": code}, parent=parent, path=path)


def service(
    name: str | dict[str, str],
    *,
    text: str = "",
    language: str = "en",
    state: str = "published",
    terms: tuple[str, ...] = (),
    languages: tuple[str, ...] = (),
    amounts: tuple[int, ...] = (),
    at: tuple[float, float] | None = None,
    place_area: Area | None = None,
    serves: Area | None = None,
    hours: tuple[str, time, time] | None = None,
    **fields: Any,
) -> Service:
    made = Service.objects.create(
        name=name if isinstance(name, dict) else {language: name},
        description={language: text} if text else {},
        state=state,
        **fields,
    )
    for code in terms:
        ServiceTerm.objects.create(service=made, term=Term.objects.get(code=code))
    for code in languages:
        ServiceLanguage.objects.create(service=made, code=code)
    for amount in amounts:
        Cost.objects.create(service=made, amount=amount, currency="ILS")
    if at or place_area:
        latitude, longitude = at or (None, None)
        location = Location.objects.create(latitude=latitude, longitude=longitude, area=place_area)
        ServiceAtLocation.objects.create(service=made, location=location)
    if serves:
        ServiceArea.objects.create(service=made, area=serves)
    if hours:
        Schedule.objects.create(service=made, byday=hours[0], opens_at=hours[1], closes_at=hours[2], freq="WEEKLY")
    return made
