"""Crosswalks between classifications of occupations: ISCO-08, the American SOC of 2010 and 2018, the American census's of
2010, O*NET, ESCO.

    soc = read(Path("crosstable_soc2010_isco08.csv"))          # soc2010 -> isco08, 840 codes
    soc.of("29-1141")                                          # ("2221",)
    read(newer).turned().then(soc).parts("29-1141")            # soc2018 -> isco08: {"2221": 1.0}

Tables are recognised by their headings (:data:`LAYOUTS`). Their traps, met in the files that are in use: SOC codes with and
without a hyphen, ISCO's minor group where a table means all of its unit groups, a mark for "in part", codes of O*NET with two
decimals, one SOC code that O*NET's makers took from its draft, codes of the census without their zeros in front and ones that
are not in use. Workbooks (.xls, .xlsx) are not read: each program that opens one saves it as CSV.

A code that is none raises :class:`BrokenCrosswalk` with file, row and field: a crosswalk with a hole would move people's work
elsewhere without a word.
"""

import csv
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

SYSTEMS: Final = ("isco08", "soc2010", "soc2018", "census2010", "onet", "esco")
_SOC: Final = re.compile(r"(\d{2})-?(\d{4})")
_CENSUS: Final = re.compile(r"\d{1,4}")
_ONET: Final = re.compile(r"\d{2}-\d{4}\.\d{2}")
_ESCO: Final = re.compile(r"http://data\.europa\.eu/esco/occupation/[0-9a-f-]{36}")
_ISCO: Final = re.compile(r"\d{3,4}")


class BrokenCrosswalk(ValueError):
    """A table is no crosswalk, or holds a code that is none; the message names file, row and field."""


@dataclass(frozen=True, slots=True, order=True)
class Pair:
    """One code and one it corresponds to. `part`: to a part of it only, as far as the table says."""

    source: str
    target: str
    part: bool = False


@dataclass(frozen=True)
class Crosswalk:
    """Which codes of `source` correspond to which of `target`: many to many. `pairs`: sorted, each once."""

    source: str
    target: str
    pairs: tuple[Pair, ...]

    @cached_property
    def _targets(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for pair in self.pairs:
            found.setdefault(pair.source, []).append(pair.target)
        return {code: tuple(targets) for code, targets in found.items()}

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of `source`, sorted."""
        return tuple(self._targets)

    def of(self, code: str) -> tuple[str, ...]:
        """What a code corresponds to, sorted; nothing for a code the table has not."""
        return self._targets.get(code, ())

    def parts(self, code: str) -> dict[str, float]:
        """Shares of one that a count of `code` gives to each target: equal ones, for nobody has counted."""
        targets = self.of(code)
        return {target: 1 / len(targets) for target in targets}

    def turned(self) -> "Crosswalk":
        """The other way round."""
        return _crosswalk(self.target, self.source, (Pair(one.target, one.source, one.part) for one in self.pairs))

    def then(self, other: "Crosswalk") -> "Crosswalk":
        """Through a third classification: every way there is. Raises ValueError where the two do not meet."""
        if self.target != other.source:
            raise ValueError(f"a crosswalk to {self.target} does not meet one from {other.source}")
        onward: dict[str, list[Pair]] = {}
        for pair in other.pairs:
            onward.setdefault(pair.source, []).append(pair)
        ways = (
            Pair(one.source, more.target, one.part or more.part)
            for one in self.pairs
            for more in onward.get(one.target, ())
        )
        return _crosswalk(self.source, other.target, ways)


def _crosswalk(source: str, target: str, pairs: Iterable[Pair]) -> Crosswalk:
    """Each pair once; of two that differ in `part` alone, the one that is whole."""
    kept: dict[tuple[str, str], bool] = {}
    for pair in pairs:
        way = pair.source, pair.target
        kept[way] = kept.get(way, True) and pair.part
    return Crosswalk(source, target, tuple(sorted(Pair(*way, part) for way, part in kept.items())))


# --- codes -----------------------------------------------------------------------------------------------------------

#: A cell -> the codes it stands for; none raises ValueError with what was expected.
Codes = Callable[[str, Collection[str]], tuple[str, ...]]


def _soc(cell: str, unit_groups: Collection[str]) -> tuple[str, ...]:
    found = _SOC.fullmatch(cell)
    if found is None:
        raise ValueError("an SOC code has six digits, such as 29-1141")
    return (f"{found[1]}-{found[2]}",)


def _census(cell: str, unit_groups: Collection[str]) -> tuple[str, ...]:
    if not _CENSUS.fullmatch(cell):
        raise ValueError("a code of the census has at most four digits, such as 0010")
    return (cell.zfill(4),)


def _soc_of_onet(cell: str, unit_groups: Collection[str]) -> tuple[str, ...]:
    if not _ONET.fullmatch(cell):
        raise ValueError("an O*NET code has six digits and two decimals, such as 29-1141.00")
    return (cell,)


def _esco(cell: str, unit_groups: Collection[str]) -> tuple[str, ...]:
    if not _ESCO.fullmatch(cell):
        raise ValueError("an occupation of ESCO is an address that begins with http://data.europa.eu/esco/occupation/")
    return (cell,)


def _isco(cell: str, unit_groups: Collection[str]) -> tuple[str, ...]:
    """A unit group, or all unit groups of a minor group: three digits are no unit group that lost its zero."""
    found = tuple(sorted(code for code in unit_groups if code.startswith(cell))) if _ISCO.fullmatch(cell) else ()
    if not found:
        raise ValueError("a group of ISCO-08 has four digits, or three for all of a minor group")
    return found


# --- tables ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Layout:
    """A table by its headings. `part`: the column with a mark where a code corresponds in part, "" for none. `unused`: a column
    and what stands in it where a code is not in use, or is no work; such rows are left out where they name no target."""

    source: str
    target: str
    columns: tuple[str, str]
    codes: tuple[Codes, Codes]
    part: str = ""
    unused: tuple[str, frozenset[str]] = ("", frozenset())


#: How workbooks begin: of the old kind (.xls), and of the new (.xlsx).
_WORKBOOKS: Final = (b"\xd0\xcf\x11\xe0", b"PK\x03\x04")
LAYOUTS: Final = (
    Layout(
        "census2010",
        "isco08",
        ("Census", "ISCO"),
        (_census, _isco),
        part="part",
        unused=("SOC", frozenset({"", "none"})),
    ),
    Layout("soc2010", "isco08", ("SOC", "ISCO"), (_soc, _isco), part="part"),
    Layout("soc2010", "isco08", ("soc10", "isco08"), (_soc, _isco)),
    Layout("soc2010", "soc2018", ("2010 SOC Code", "2018 SOC Code"), (_soc, _soc)),
    Layout("esco", "onet", ("concept_uri", "onet_code"), (_esco, _soc_of_onet)),
)


def read(path: Path, unit_groups: Collection[str]) -> Crosswalk:
    """The crosswalk of a table (CSV, UTF-8). unit_groups: those of ISCO-08, as four digits.

    The order of columns does not matter: it is turned with :meth:`Crosswalk.turned`. Raises BrokenCrosswalk, OSError.
    """
    with path.open("rb") as packed:
        if packed.read(4).startswith(_WORKBOOKS):
            raise BrokenCrosswalk(f"{path.name}: a workbook. Open it and save the sheet as CSV in UTF-8")
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.reader(stream))
    except (UnicodeDecodeError, csv.Error) as problem:
        raise BrokenCrosswalk(f"{path.name}: no table in CSV and UTF-8 ({problem})") from problem
    headings = [one.strip() for one in rows[0]] if rows else []
    layout = next((one for one in LAYOUTS if set(one.columns) <= set(headings)), None)
    if layout is None or len(set(headings)) != len(headings):
        known = "; ".join(" and ".join(one.columns) for one in LAYOUTS)
        raise BrokenCrosswalk(f"{path.name}, row 1: the headings are those of no crosswalk known here ({known})")
    return _crosswalk(layout.source, layout.target, _pairs(path.name, rows, headings, layout, unit_groups))


def _pairs(
    name: str, rows: list[list[str]], headings: list[str], layout: Layout, unit_groups: Collection[str]
) -> Iterator[Pair]:
    places = [headings.index(column) for column in layout.columns]
    part = headings.index(layout.part) if layout.part in headings else None
    column, not_used = layout.unused
    in_use = headings.index(column) if column in headings else None
    for number, cells in enumerate(rows[1:], 2):
        if not cells:
            continue
        if len(cells) != len(headings):
            raise BrokenCrosswalk(f"{name}, row {number}: {len(cells)} cells, where the headings are {len(headings)}")
        if in_use is not None and cells[in_use].strip() in not_used and not cells[places[1]].strip():
            continue
        sides = []
        for place, column, codes in zip(places, layout.columns, layout.codes, strict=True):
            cell = cells[place].strip()
            try:
                sides.append(codes(cell, unit_groups))
            except ValueError as problem:
                raise BrokenCrosswalk(f"{name}, row {number}, {column}: {cell!r}: {problem}") from problem
        for source in sides[0]:
            for target in sides[1]:
                yield Pair(source, target, part is not None and bool(cells[part].strip()))


def soc_of_onet(onet: Iterable[str]) -> Crosswalk:
    """O*NET's codes to the SOC they refine: the same without decimals."""
    return _crosswalk("onet", "soc2010", (Pair(code, code.partition(".")[0]) for code in onet))


def joined(tables: Iterable[Crosswalk], source: str, target: str) -> Crosswalk | None:
    """The way from one classification to another through as few of the tables as possible, either way round; None for none.

    Of several tables between the same two, the pairs of all. O*NET meets SOC 2010 by its codes.
    """
    between: dict[tuple[str, str], Crosswalk] = {}
    tables = list(tables)
    for table in (*tables, *(soc_of_onet({p.target for p in one.pairs}) for one in tables if one.target == "onet")):
        for one in (table, table.turned()):
            way = one.source, one.target
            before = between[way].pairs if way in between else ()
            between[way] = _crosswalk(*way, (*before, *one.pairs))
    reached: dict[str, Crosswalk] = {}
    edge: list[str] = [source]
    while edge and target not in reached:
        after: list[str] = []
        for here in edge:
            for (begin, end), table in sorted(between.items()):
                if begin == here and end != source and end not in reached:
                    reached[end] = reached[here].then(table) if here in reached else table
                    after.append(end)
        edge = after
    return reached.get(target)


def as_written(code: str, system: str) -> str:
    """A code as the crosswalks here write it: SOC with its hyphen, the census's with four digits; others as they are."""
    if system == "census2010" and _CENSUS.fullmatch(code):
        return code.zfill(4)
    found = _SOC.fullmatch(code) if system.startswith("soc") else None
    return f"{found[1]}-{found[2]}" if found else code
