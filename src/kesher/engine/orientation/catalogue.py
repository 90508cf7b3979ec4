"""What orientation knows of the services and of the person who asks.

A `Catalogue` is made once, when services change: their rules compiled, their places, languages and dates as arrays. A
`Situation` is one visitor's: facts for the rules, what is needed, where they are, what they speak, and the day.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from hashlib import blake2b
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kesher.engine.eligibility import SharedRules
from kesher.engine.eligibility.values import Json

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Numbers = NDArray[Any]  # whole


@dataclass(frozen=True, slots=True)
class Service:
    """One service. `rule`: a valid expression (`engine.eligibility`), None when none was written; `unsaid`: whom else it is for
    no rule says, so that only whoever gives it knows: it fits nobody for certain. `needs`: codes of the themes it
    serves. `places`: (latitude, longitude) of each place where it is, in degrees, WGS 84; `remote`: also by phone or
    online. `languages`: codes, empty when nobody wrote them down. `next_start`: None when one can begin any day;
    `free_places`: None when not known. `checked`: when somebody last looked whether the page is true.
    `kind`: the same for services that are one thing at several places; empty for one of its own. `areas`: the paths of those
    its rule asks one to live in, for whoever tells the reasons."""

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
    unsaid: bool = False
    areas: tuple[str, ...] = ()


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


class Codes(Mapping[str, Mask]):
    """Which services have which code: as a mapping, code -> shape (n,).

    `owner`: shape (memberships,), numbers of services, those of one code together; `starts`: where those of each code begin,
    and the end; `numbers`: the place of each code in `starts`. Held so and not as masks: a hundred themes of 100,000 services
    are 3 MB, and their masks would be three times that, copied whenever one service changes.
    """

    def __init__(self, names: Sequence[str], owner: Numbers, code: Numbers, size: int) -> None:
        self._names, self._size = names, size
        self._numbers = {name: number for number, name in enumerate(names)}
        order = np.argsort(code, kind="stable")
        self._owner, self._code = owner[order], code[order]
        self._starts = np.searchsorted(self._code, np.arange(len(names) + 1))

    @classmethod
    def of(cls, codes: Sequence[frozenset[str]]) -> "Codes":
        numbers: dict[str, int] = {}
        code = [numbers.setdefault(one, len(numbers)) for mine in codes for one in sorted(mine)]
        owner = np.repeat(np.arange(len(codes), dtype=np.int32), np.fromiter(map(len, codes), np.int64, len(codes)))
        return cls(list(numbers), owner, np.array(code, dtype=np.int32), len(codes))

    def __getitem__(self, code: str) -> Mask:
        found = np.zeros(self._size, dtype=bool)
        number = self._numbers[code]
        begin, end = self._starts[number : number + 2]
        if begin == end:
            raise KeyError(code)
        found[self._owner[begin:end]] = True
        return found

    def __contains__(self, code: object) -> bool:
        number = self._numbers.get(code) if isinstance(code, str) else None
        return number is not None and bool(self._starts[number] < self._starts[number + 1])

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._names if name in self)

    def __len__(self) -> int:
        return int((np.diff(self._starts) > 0).sum())

    def replaced(self, moved: Numbers, fresh: "Codes", places: Numbers) -> "Codes":
        """As `SharedRules.replaced`: some of these services at new places, others between them."""
        numbers = dict(self._numbers)
        code = np.array([numbers.setdefault(name, len(numbers)) for name in fresh._names], dtype=np.int32)
        stays = moved[self._owner] >= 0
        owner = np.concatenate((moved[self._owner[stays]], places[fresh._owner])).astype(np.int32)
        codes = np.concatenate((self._code[stays], code[fresh._code]))
        return Codes(list(numbers), owner, codes, int((moved >= 0).sum()) + len(places))


class Catalogue:
    """The services, as arrays of length n in the order given.

    `place_of`, `latitude`, `longitude`: shape (places,), which service it is of, and degrees. `needs`, `languages`: for each
    code, which services have it. `starts`, `checks`: day numbers (`date.toordinal`), NaN where unknown; `free`: places, NaN
    where unknown. `kinds`: numbers, the same for services of one kind. `remote`, `unsaid`: as of each service.
    """

    def __init__(self, services: Iterable[Service]) -> None:
        self.services: Sequence[Service] = tuple(services)
        self.rules = SharedRules.compile(True if service.rule is None else service.rule for service in self.services)
        where = [(number, *place) for number, service in enumerate(self.services) for place in service.places]
        places = np.array(where, dtype=float).reshape(-1, 3)
        self.place_of, self.latitude, self.longitude = places[:, 0].astype(np.int64), places[:, 1], places[:, 2]
        self.remote = np.array([service.remote for service in self.services], dtype=bool)
        self.unsaid = np.array([service.unsaid for service in self.services], dtype=bool)
        self.kinds = np.array([_mark(service) for service in self.services], dtype=np.int64)
        self.needs = Codes.of([service.needs for service in self.services])
        self.languages = Codes.of([service.languages for service in self.services])
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

    def changed(self, services: Iterable[Service], gone: Iterable[str] = ()) -> "Catalogue":
        """The catalogue with these services as they are now, new ones among them, and without those whose keys are `gone`.

        As if made anew of all of them in the order of their keys, in which this one must stand: only what has changed is
        read and compiled. A copy of arrays, a few milliseconds for 100,000 services.
        """
        new = {service.key: service for service in services}
        gone = set(gone) - new.keys()
        fresh = Catalogue(new[key] for key in sorted(new))
        keep = np.ones(len(self), dtype=bool)
        keep[[self.number_of[key] for key in (*new, *gone) if key in self.number_of]] = False
        before = np.append(0, np.cumsum(keep))
        between = [bisect_left(self.services, one.key, key=attrgetter("key")) for one in fresh.services]
        places = before[np.array(between, dtype=np.int64)] + np.arange(len(fresh))
        stays = np.ones(int(keep.sum()) + len(fresh), dtype=bool)
        stays[places] = False
        moved = np.full(len(self), -1, dtype=np.int64)
        moved[keep] = np.flatnonzero(stays)
        return self._with(fresh, keep, moved, places)

    def _with(self, fresh: "Catalogue", keep: Mask, moved: Numbers, places: Numbers) -> "Catalogue":
        """`keep`, `moved`: shape (n,), which services stay, and where; `places`: shape (fresh,), where the others stand."""
        made = Catalogue.__new__(Catalogue)
        size = int(keep.sum()) + len(fresh)

        def both(mine: NDArray[Any], theirs: NDArray[Any]) -> NDArray[Any]:
            found = np.empty(size, dtype=mine.dtype)
            found[moved[keep]], found[places] = mine[keep], theirs
            return found

        held = np.empty(len(self) + len(fresh), dtype=object)
        held[:] = [*self.services, *fresh.services]
        made.services = tuple(both(held[: len(self)], held[len(self) :]).tolist())
        if size == len(self) and (moved[keep] == np.flatnonzero(keep)).all():  # each in its place still
            same = [service.key for service in fresh.services] == [
                self.services[place].key for place in places.tolist()
            ]
            if same and "number_of" in self.__dict__:
                made.__dict__["number_of"] = self.number_of
        for name in ("remote", "unsaid", "kinds", "speaks", "starts", "checks", "free"):
            setattr(made, name, both(getattr(self, name), getattr(fresh, name)))
        stays = keep[self.place_of]
        owner = np.concatenate((moved[self.place_of[stays]], places[fresh.place_of]))
        order = np.argsort(owner, kind="stable")
        made.place_of = owner[order]
        made.latitude = np.concatenate((self.latitude[stays], fresh.latitude))[order]
        made.longitude = np.concatenate((self.longitude[stays], fresh.longitude))[order]
        made.needs = self.needs.replaced(moved, fresh.needs, places)
        made.languages = self.languages.replaced(moved, fresh.languages, places)
        made.rules = self.rules.replaced(moved, fresh.rules, places)
        if made.rules.overgrown:
            made.rules = SharedRules.compile(
                True if service.rule is None else service.rule for service in made.services
            )
        return made


def _mark(service: Service) -> int:
    """A number that services of one kind share, and by which they stay of one kind in whatever catalogue they are."""
    of = f"kind {service.kind}" if service.kind else f"one {service.key}"
    return int.from_bytes(blake2b(of.encode(), digest_size=8).digest(), "big", signed=True)


def _days(dates: Sequence[date | None]) -> Floats:
    return np.array([np.nan if day is None else day.toordinal() for day in dates], dtype=float)
