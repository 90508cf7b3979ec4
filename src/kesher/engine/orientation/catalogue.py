"""What orientation knows of the services and of the person who asks.

A `Catalogue` is made once, when services change: their rules compiled, their places, languages and dates as arrays. A
`Situation` is one visitor's: facts for the rules, what is needed, where they are, what they speak, and the day.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from kesher.engine.eligibility import RuleSet
from kesher.engine.eligibility.values import Json

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Service:
    """One service. `rule`: a valid expression (`engine.eligibility`), None when open to all. `needs`: codes of the themes it
    serves. `places`: (latitude, longitude) of each place where it is, in degrees, WGS 84; `remote`: also by phone or
    online. `languages`: codes, empty when nobody wrote them down. `next_start`: None when one can begin any day;
    `free_places`: None when not known. `checked`: when somebody last looked whether the page is true.
    `kind`: the same for services that are one thing at several places; empty for one of its own."""

    key: str
    rule: Json = None
    needs: frozenset[str] = frozenset()
    places: tuple[tuple[float, float], ...] = ()
    remote: bool = False
    languages: frozenset[str] = frozenset()
    next_start: date | None = None
    free_places: int | None = None
    checked: date | None = None
    kind: str = ""


@dataclass(frozen=True)
class Situation:
    """One visitor. `facts`: JSON for the rules; what is not there is not known. `needs`: what they look for, the first most;
    empty for everything. `found`: services by key that their own words found, with how well each answers them (0..1).
    `languages`: what they speak, empty when not said."""

    today: date
    facts: Mapping[str, Json] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    found: Mapping[str, float] = field(default_factory=dict)
    place: tuple[float, float] | None = None
    languages: frozenset[str] = frozenset()

    @property
    def asked(self) -> dict[str, Json]:
        """The facts, with the day among them."""
        return {"today": self.today.isoformat(), **self.facts}


class Catalogue:
    """The services, as arrays of length n in the order given.

    `place_of`, `latitude`, `longitude`: shape (places,), which service it is of, and degrees. `needs`, `languages`: for each
    code, which services have it. `starts`, `checks`: day numbers (`date.toordinal`), NaN where unknown; `free`: places, NaN
    where unknown. `kinds`: numbers, the same for services of one kind.
    """

    def __init__(self, services: Iterable[Service]) -> None:
        self.services: Sequence[Service] = tuple(services)
        self.rules = RuleSet.compile(True if service.rule is None else service.rule for service in self.services)
        where = [(number, *place) for number, service in enumerate(self.services) for place in service.places]
        places = np.array(where, dtype=float).reshape(-1, 3)
        self.place_of, self.latitude, self.longitude = places[:, 0].astype(np.int64), places[:, 1], places[:, 2]
        self.remote = np.array([service.remote for service in self.services], dtype=bool)
        kinds: dict[tuple[bool, str], int] = {}
        self.kinds = np.array(
            [kinds.setdefault((bool(one.kind), one.kind or one.key), len(kinds)) for one in self.services], np.int64
        )
        self.needs = self._masks([service.needs for service in self.services])
        self.languages = self._masks([service.languages for service in self.services])
        self.speaks = np.array([bool(service.languages) for service in self.services], dtype=bool)
        self.starts = _days([service.next_start for service in self.services])
        self.checks = _days([service.checked for service in self.services])
        self.free = np.array(
            [np.nan if service.free_places is None else service.free_places for service in self.services], dtype=float
        )

    def __len__(self) -> int:
        return len(self.services)

    @cached_property
    def number_of(self) -> Mapping[str, int]:
        """The place of each service in the arrays, by its key."""
        return {service.key: number for number, service in enumerate(self.services)}

    def any_of(self, masks: Mapping[str, Mask], codes: Iterable[str]) -> Mask:
        """Which services have at least one of the codes."""
        found = np.zeros(len(self), dtype=bool)
        for code in codes:
            if code in masks:
                found |= masks[code]
        return found

    def _masks(self, codes: Sequence[frozenset[str]]) -> dict[str, Mask]:
        found: dict[str, Mask] = {}
        for place, of_service in enumerate(codes):
            for code in of_service:
                if code not in found:
                    found[code] = np.zeros(len(self), dtype=bool)
                found[code][place] = True
        return found


def _days(dates: Sequence[date | None]) -> Floats:
    return np.array([np.nan if day is None else day.toordinal() for day in dates], dtype=float)
