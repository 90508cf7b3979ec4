"""What the profile of a place shows: each figure beside places like it, its district and the nation; never a ranking."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _

from kesher.areas.models import Area
from kesher.base.translated import in_language
from kesher.engine.indicators import Family, Indicator, registry
from kesher.insights.latest import Figure, Latest, Place, Spread
from kesher.www.insights import saying
from kesher.www.insights.strips import Strip, strip


@dataclass(frozen=True, slots=True)
class Item:
    """One indicator of the place."""

    indicator: Indicator
    figure: Figure
    alike: Spread | None
    district: Spread | None
    nation: Figure | None
    strip: Strip | None

    @property
    def value(self) -> str:
        return saying.said(self.figure, self.indicator)

    @property
    def period(self) -> str:
        return saying.period(self.figure.period)

    @property
    def remarks(self) -> list[str]:
        return saying.remarks(self.figure.status)

    @property
    def facts(self) -> list[tuple[str, str]]:
        """(who, how much) of those it stands beside."""
        found: list[tuple[str, str]] = []
        if self.alike is not None:
            found.append((_("Places like it, the middle one"), saying.number(self.alike.middle)))
        if self.district is not None:
            found.append((_("The district, the middle one"), saying.number(self.district.middle)))
        if self.nation is not None:
            found.append((_("The whole country"), saying.said(self.nation)))
        return found

    @property
    def sentence(self) -> str:
        """The strip in words."""
        parts = [_("%(name)s: %(value)s.") % {"name": _(self.indicator.name), "value": self.value}]
        parts += [_("%(who)s: %(value)s.") % {"who": who, "value": value} for who, value in self.facts]
        return " ".join(parts)


@dataclass(frozen=True, slots=True)
class Section:
    family: Family
    items: Sequence[Item]

    @property
    def heading(self) -> str:
        return str(saying.FAMILIES[self.family])


@dataclass(frozen=True, slots=True)
class Company:
    """Beside whom a place stands: keys of all of its level in the nation, of those most like it, of those in its district."""

    peers: Sequence[uuid.UUID]
    alike: Sequence[uuid.UUID]
    near: Sequence[uuid.UUID]
    nation: uuid.UUID | None


def company(now: Latest, area: Area) -> Company:
    above = ancestors(now, area)
    district = next((one for one in above if one.level == Area.Level.DISTRICT), None)
    nation = next((one for one in above if one.level == Area.Level.COUNTRY), None)
    peers = now.level(area.level, area.path.split("/", 1)[0] + "/")
    return Company(
        peers=[one.key for one in peers],
        alike=[place.key for place in places_like(now, area)],
        near=[one.key for one in peers if district is not None and one.path.startswith(district.path)],
        nation=None if nation is None else nation.pk,
    )


def sections(now: Latest, area: Area) -> list[Section]:
    """The indicators without parts that have a figure for the place, by family, in the order of the families."""
    beside = company(now, area)
    found: dict[Family, list[Item]] = {}
    for code in now.indicators(area.pk):
        figure = now.figure(code, area.pk)
        if figure is not None:
            indicator = registry()[code]
            found.setdefault(indicator.family, []).append(_item(now, indicator, figure, beside))
    return [Section(family, found[family]) for family in saying.FAMILIES if family in found]


def item_of(now: Latest, area: Area, indicator: Indicator) -> Item | None:
    """One of them; None where the indicator has parts alone."""
    figure = now.figure(indicator.code, area.pk)
    return None if figure is None else _item(now, indicator, figure, company(now, area))


def ancestors(now: Latest, area: Area) -> list[Area]:
    """What the place lies in, the nearest first."""
    found, one = [], area.parent
    while one is not None:
        found.append(one)
        one = one.parent
    return found


def _item(now: Latest, indicator: Indicator, figure: Figure, beside: Company) -> Item:
    spread = now.spread(indicator.code, beside.alike)
    whole = None if beside.nation is None else now.figure(indicator.code, beside.nation)
    if whole is not None and not _comparable(indicator):
        whole = None
    by_area = now.figures[(indicator.code, "")]
    others = [value for key in beside.peers if key in by_area and (value := by_area[key].value) is not None]
    drawn = None
    if figure.value is not None and len(others) > 1:
        of_nation = whole.value if whole is not None else None
        drawn = strip(figure.value, others, spread or now.spread(indicator.code, beside.peers), of_nation)
    return Item(indicator, figure, spread, now.spread(indicator.code, beside.near), whole, drawn)


def _comparable(indicator: Indicator) -> bool:
    """Whether a place and the nation can stand on one line: not where it is a number of people."""
    return not indicator.unit.startswith("people")


def places_like(now: Latest, area: Area) -> list[Place]:
    return [place for place, _neighbour in now.similar(area.pk)]


def by_name(places: Iterable[Place]) -> list[Place]:
    """In the order of their names in the reader's language."""
    language = translation.get_language() or "en"
    return sorted(places, key=lambda place: in_language(place.name, language).text)
