"""Services at locations near a point or in a postcode's reach: the standard's ``postcode`` and ``proximity``."""

from typing import NamedTuple

import numpy as np
from django.db.models import Avg, CharField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.expressions import RawSQL

from kesher.api.hsds.parameters import SiteListing
from kesher.areas.models import Area
from kesher.directory.exporting import public_sites
from kesher.directory.models import Location, ServiceArea, ServiceAtLocation
from kesher.engine.distance import kilometres

KILOMETRES_A_DEGREE = 110.0  # of latitude; the smallest there is is 110.57


class Point(NamedTuple):
    latitude: float
    longitude: float


def narrowed(sites: QuerySet[ServiceAtLocation], asked: SiteListing) -> QuerySet[ServiceAtLocation]:
    """Those of ``sites`` (all public ones that the other filters leave) that lie, or serve, where was asked."""
    if asked.proximity is None:
        return _serving(sites, asked.postcode) if asked.postcode else sites
    if asked.latitude is not None and asked.longitude is not None:
        point: Point | None = Point(asked.latitude, asked.longitude)
    else:
        point = centre_of(asked.postcode or "")
    return _within(sites, point, asked.proximity / 1000) if point else sites.none()


def _bearing(postcode: str) -> QuerySet[Location]:
    """Published locations with this postcode in their address."""
    here = public_sites().order_by().values("location_id")
    return Location.objects.filter(addresses__postal_code__iexact=postcode.strip(), pk__in=here)


def centre_of(postcode: str) -> Point | None:
    """The middle of the locations that bear the postcode; None when there are none on the map."""
    middle = _bearing(postcode).aggregate(latitude=Avg("latitude"), longitude=Avg("longitude"))
    if middle["latitude"] is None:
        return None
    return Point(middle["latitude"], middle["longitude"])


def _within(sites: QuerySet[ServiceAtLocation], point: Point, reach: float) -> QuerySet[ServiceAtLocation]:
    """Within ``reach`` kilometres. A strip of latitudes is cut out by the database, the circle by the formula."""
    degrees = reach / KILOMETRES_A_DEGREE
    strip = sites.filter(
        location__latitude__range=(point.latitude - degrees, point.latitude + degrees),
        location__longitude__isnull=False,
    )
    rows = list(strip.order_by().values_list("pk", "location__latitude", "location__longitude"))
    if not rows:
        return sites.none()
    keys, latitudes, longitudes = zip(*rows, strict=True)
    near = np.flatnonzero(kilometres(point.latitude, point.longitude, latitudes, longitudes) <= reach)
    return sites.filter(pk__in=RawSQL("SELECT unnest(%s::uuid[])", [[keys[place] for place in near]]))


def _serving(sites: QuerySet[ServiceAtLocation], postcode: str) -> QuerySet[ServiceAtLocation]:
    """Services that serve where the postcode lies, and those that name no area."""
    areas = Area.objects.filter(pk__in=_bearing(postcode).order_by().values("area_id"))
    said = ServiceArea.objects.filter(service=OuterRef("service"))
    fits = ~Q(Exists(said))
    for path in areas.values_list("path", flat=True).distinct().order_by("path"):
        # The postcode's area is the one served, or lies in it: its path begins with that one's.
        fits |= Q(Exists(said.annotate(here=Value(path, CharField())).filter(here__startswith=F("area__path"))))
    return sites.filter(fits)
