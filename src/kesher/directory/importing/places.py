"""Which area of ours a place lies in: by official code, else by the town's name in any script, else by coordinates."""

import uuid
from collections.abc import Iterable

import numpy as np

from kesher.areas.models import Area
from kesher.engine.distance import kilometres
from kesher.engine.text import fold
from kesher.formats.records import AreaRecord, LocationRecord

#: Farther than this from an area's centre, coordinates alone do not say that a place lies in it. Kilometres.
NEAR = 15.0


class AreaFinder:
    """Knows all areas once; answers from memory."""

    def __init__(self) -> None:
        areas = list(Area.objects.order_by("path"))
        self._by_code = {(area.scheme, area.code): area.pk for area in areas}
        #: lists of codes that areas are here of
        self.schemes = {area.scheme for area in areas}
        #: every name, folded -> as it is written
        self.spellings = {fold(name): name for area in areas for name in area.name.values()}
        self._by_name: dict[str, uuid.UUID] = {}
        # The most particular level wins: a town before the district that bears its name.
        rank = {level: place for place, level in enumerate(Area.Level.values)}
        for area in sorted(areas, key=lambda area: (-rank[area.level], area.path)):
            for name in area.name.values():
                self._by_name[fold(name)] = area.pk
        low = [a for a in areas if a.centre and a.level in (Area.Level.LOCALITY, Area.Level.AUTHORITY)]
        self._keys = [area.pk for area in low]
        self._latitudes = np.array([area.latitude for area in low], dtype=float)
        self._longitudes = np.array([area.longitude for area in low], dtype=float)

    def of_record(self, record: AreaRecord) -> uuid.UUID | None:
        """The area a service says it serves."""
        if record.scheme and record.code and (found := self._by_code.get((record.scheme, record.code))):
            return found
        return self._named(record.name.values())

    def of_location(self, record: LocationRecord) -> uuid.UUID | None:
        """The area a location lies in."""
        if found := self._named(address.city for address in record.addresses if address.city):
            return found
        if record.latitude is None or record.longitude is None or not self._keys:
            return None
        distances = kilometres(record.latitude, record.longitude, self._latitudes, self._longitudes)
        nearest = int(distances.argmin())
        return self._keys[nearest] if distances[nearest] <= NEAR else None

    def is_known(self, name: str) -> bool:
        """Whether an area here bears the name, in any language."""
        return self.folded(name) in self._by_name

    @staticmethod
    def folded(name: str) -> str:
        """A name as names are compared here."""
        return fold(name)

    def _named(self, names: Iterable[str]) -> uuid.UUID | None:
        for name in names:
            if found := self._by_name.get(fold(name)):
                return found
        return None
