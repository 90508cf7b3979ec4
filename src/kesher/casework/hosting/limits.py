"""What the law allows by age: longest day, longest week, the night, the lowest pay. Read from data that name their source.

    law = limits_of("IL")                       a member of the European Union without a table of its own has that of the Union
    band = law.band(age=16, in_school=None)     raises Ask where one of the two must be asked first: nothing is guessed
    band.day, band.night                        Decimal("8"), (time(22), time(6))
    law.minimum(band, date(2025, 9, 1))         Decimal("27.08"); None on a day whose wage is not known here

Figures: ``casework/data/work_limits.toml``. No clock, no database.
"""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from decimal import ROUND_DOWN, Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

FILE: Final = Path(__file__).resolve().parent.parent / "data" / "work_limits.toml"
ADULT: Final = "adult"
#: From this age on nobody is asked about school, and no guardian is told.
OF_AGE: Final = 18
_AGORA: Final = Decimal("0.01")


class NoLaw(LookupError):
    """This file knows nothing of that country; the message says where to add it."""


class Ask(LookupError):
    """``what`` ("age" or "in_school") must be asked first: the law tells the two apart."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


@dataclass(frozen=True, slots=True)
class Band:
    """One age in one country. Hours per day and week; ``night``: from, until; None = this law sets no limit."""

    code: str
    begins: int
    below: int | None
    in_school: bool | None
    may_work: bool
    day: Decimal | None
    week: Decimal | None
    night: tuple[time, time] | None
    wage: tuple[Decimal, Decimal] | None
    source: str

    @property
    def minor(self) -> bool:
        return self.code != ADULT


@dataclass(frozen=True, slots=True)
class Wage:
    """The minimum wage of grown-ups by the month, and the days from the first to the last on which it is known to hold."""

    begins: date
    until: date
    monthly: Decimal
    source: str


@dataclass(frozen=True, slots=True)
class Law:
    """The table of one country; ``wages`` in the order of their days, none of which has two."""

    country: str
    name: str
    as_of: date
    currency: str
    wages: tuple[Wage, ...]
    bands: tuple[Band, ...]

    def band(self, *, age: int | None, in_school: bool | None = None) -> Band:
        """The band of somebody of this age (whole years). Raises :class:`Ask` where an answer is missing that decides."""
        if age is None:
            raise Ask("age")
        of_age = [one for one in self.bands if one.begins <= age and (one.below is None or age < one.below)]
        if in_school is None and any(one.in_school is not None for one in of_age):
            raise Ask("in_school")
        fits = [one for one in of_age if one.in_school in (None, in_school)]
        return fits[0]  # the last band has no end: load() has asked

    def by_code(self, code: str) -> Band:
        """Raises :class:`NoLaw` for a code that this table does not have (any more)."""
        for one in self.bands:
            if one.code == code:
                return one
        raise NoLaw(f"{self.country} has no band {code!r} in {FILE.name}")

    @property
    def asks_school(self) -> bool:
        return any(one.in_school is not None for one in self.bands)

    def wage_on(self, day: date) -> Wage | None:
        """The one in force on this day, as far as it is known here."""
        return next((one for one in self.wages if one.begins <= day <= one.until), None)

    @property
    def known_until(self) -> date | None:
        """The last day of which a minimum wage is known; None where none ever was."""
        return self.wages[-1].until if self.wages else None

    def minimum(self, band: Band, day: date) -> Decimal | None:
        """The lowest pay of an hour on this day; None where it is not known here."""
        wage = self.wage_on(day)
        return None if wage is None else _by_the_hour(wage, band)

    def last_minimum(self, band: Band, day: date) -> Decimal | None:
        """The same, or of the latest day before of which it is known: for no page, it may be more by now."""
        wage = max((one for one in self.wages if one.begins <= day), key=lambda one: one.begins, default=None)
        return None if wage is None else _by_the_hour(wage, band)


def _by_the_hour(wage: Wage, band: Band) -> Decimal | None:
    """Rounded down to a hundredth: whoever pays what the law says is never called below it."""
    if band.wage is None:
        return None
    share, hours = band.wage
    return (wage.monthly * share / hours).quantize(_AGORA, rounding=ROUND_DOWN)


def limits_of(country: str) -> Law:
    """The law of a country by its ISO 3166 code. Raises :class:`NoLaw`."""
    laws = load()
    for law, _members in laws:
        if law.country == country:
            return law
    for law, members in laws:
        if country in members:
            return law
    raise NoLaw(f"{country!r} has no table in {FILE.name}: add one, with its source")


@cache
def load() -> tuple[tuple[Law, frozenset[str]], ...]:
    """All tables. Raises :class:`ValueError` that names the table and what is wrong in it."""
    with FILE.open("rb") as file:
        return tuple((_law(code, one), frozenset(one.get("members", ()))) for code, one in tomllib.load(file).items())


def _law(code: str, said: dict[str, Any]) -> Law:
    bands = tuple(_band(code, one) for one in said["bands"])
    if bands[-1].below is not None or bands[-1].code != ADULT:
        raise ValueError(f"{FILE.name}: {code}: the last band is {ADULT!r} and has no end")
    for age in range(OF_AGE):
        if not any(one.begins <= age < (one.below or 999) and one.in_school is not True for one in bands):
            raise ValueError(f"{FILE.name}: {code}: nothing is said of the age of {age}")
    return Law(
        country=code,
        name=said["name"],
        as_of=said["as_of"],
        currency=said["currency"],
        wages=_wages(code, said.get("wages", ())),
        bands=bands,
    )


def _wages(country: str, said: Iterable[dict[str, Any]]) -> tuple[Wage, ...]:
    found = sorted(
        (Wage(one["from"], one["until"], Decimal(one["monthly"]), one.get("source", "")) for one in said),
        key=lambda one: one.begins,
    )
    for one in found:
        if not one.source:
            raise ValueError(f"{FILE.name}: {country}: the wage from {one.begins}: the source is missing")
        if one.until < one.begins:
            raise ValueError(f"{FILE.name}: {country}: the wage from {one.begins} ends before it begins")
    for before, one in pairwise(found):
        if one.begins <= before.until:
            raise ValueError(f"{FILE.name}: {country}: two wages on {one.begins}")
    return tuple(found)


def _band(country: str, said: dict[str, Any]) -> Band:
    if not said.get("source"):
        raise ValueError(f"{FILE.name}: {country}: {said.get('code')}: the source is missing")
    night, wage = said.get("night"), said.get("wage")
    return Band(
        code=said["code"],
        begins=said["from"],
        below=said.get("below"),
        in_school=said.get("in_school"),
        may_work=said.get("may_work", True),
        day=_hours(said, "day"),
        week=_hours(said, "week"),
        night=(time.fromisoformat(night[0]), time.fromisoformat(night[1])) if night else None,
        wage=(Decimal(wage[0]), Decimal(wage[1])) if wage else None,
        source=said["source"],
    )


def _hours(said: dict[str, Any], name: str) -> Decimal | None:
    return Decimal(said[name]) if name in said else None
