"""What is stored of a service's rows, in the shape of the forms that show them."""

from typing import Any
from uuid import UUID

from django.utils import translation

from kesher.base.translated import in_language
from kesher.directory.editing import plain_hours
from kesher.directory.models import Service
from kesher.www.provider.services.row_forms import RowForm


def stored_rows(service: Service | None, kind: str, form: type[RowForm]) -> dict[UUID, dict[str, Any]]:
    """Key of the row -> its values by the names of the form's fields and texts; none of a new service."""
    if service is None:
        return {}
    if kind == "places":
        sites = service.at_locations.select_related("location__area").prefetch_related(
            "schedules", "location__addresses"
        )
        return {site.pk: _place(site) for site in sites}
    if kind == "service_areas":
        return {served.pk: _served(served) for served in service.service_areas.select_related("area")}
    if kind == "capacities":
        return {row.pk: _capacity(row, form) for row in service.capacities.select_related("cohort")}
    names = [*form.translated, *(name for name in form.base_fields if name != "id")]
    return {detail.pk: {name: getattr(detail, name) for name in names} for detail in getattr(service, kind).all()}


def _named(area: Any) -> str:
    return in_language(area.name, translation.get_language() or "en").text


def _served(served: Any) -> dict[str, Any]:
    return {"name": served.name, "town": _named(served.area) if served.area else "", "area": served.area}


def _capacity(row: Any, form: type[RowForm]) -> dict[str, Any]:
    """``cohort``: the key of the group whose seats are counted here; None: the provider says how many are free."""
    cohort = getattr(row, "cohort", None)
    said = {name: getattr(row, name) for name in (*form.translated, *form.base_fields) if name != "id"}
    return said | {"cohort": cohort.pk if cohort else None}


def _place(site: Any) -> dict[str, Any]:
    location = site.location
    address = min(location.addresses.all(), key=lambda one: one.pk, default=None)
    city = address.city if address else ""
    return {
        "name": location.name,
        "latitude": location.latitude,
        "longitude": location.longitude,
        "address_1": address.address_1 if address else "",
        "address_2": address.address_2 if address else "",
        "postal_code": address.postal_code if address else "",
        "town": _named(location.area) if location.area else city,
        "area": location.area,
        "hours": plain_hours(site.schedules.all()),
    }
