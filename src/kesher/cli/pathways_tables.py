"""The tables of ``kesher pathways``: courses, and what is known of occupations. CSV; ``.gz`` and ``-`` too.

Nothing is guessed: a cell that cannot be taken is a :class:`kesher.formats.columns.ColumnError` that names file, row and
column.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from kesher.engine.pathways import Course, Facts, Levels, PathwayError, Speaks, all_at, catalogue, facts, isco_levels
from kesher.engine.pathways.languages import level
from kesher.formats.columns import ColumnError, Columns, as_number, is_blank, read_columns
from kesher.words.pathways import Atlas

T = TypeVar("T")
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

EXPOSURE: Final = "exposure:"
#: Columns of numbers of the table of occupations.
OF_OCCUPATION: Final = ("level", "wage", "licence", "waiting")
OF_AREA: Final = ("vacancies", "seekers")


def speaks(text: str) -> dict[str, Levels]:
    """``he=B1; ar=C2`` or, one level per use as the CEFR has them, ``he=B1/A2/B1/B1/A1``; ``-`` is none."""
    found: dict[str, Levels] = {}
    for part in _parts(text):
        language, equals, said = part.partition("=")
        language = language.strip()
        if not equals or not language or language in found:
            raise ValueError(f"{part!r} is not LANGUAGE=LEVEL, or stands twice; write he=B1 or he=B1/A2/B1/B1/A1")
        marks = [level("" if one.strip() == "-" else one) for one in said.split("/")]
        if len(marks) == 1:
            found[language] = all_at(marks[0])
        elif len(marks) == 5:
            a, b, c, d, e = marks
            found[language] = (a, b, c, d, e)
        else:
            uses = "listening, reading, interaction, production and writing"
            raise ValueError(f"{said!r} has {len(marks)} levels; write one, or five for {uses}")
    return found


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


# --- courses ---------------------------------------------------------------------------------------------------------


def read_courses(path: str, atlas: Atlas, today: date) -> tuple[dict[str, Course], dict[tuple[str, int], date]]:
    """Columns: id, weeks (empty: as long as what it accompanies), teaches (skills by address or name, with ``;``), and
    where there are such name, gives, entry (:func:`speaks`), hours, travel, fee, income, starts (dates with ``;``), places,
    before, together, excludes (ids with ``;``). Dates before today are past and left out; a course all of whose dates are
    past raises.
    """
    table = read_columns(path, needed=("id", "weeks", "teaches"))
    found: list[Course] = []
    days: dict[tuple[str, int], date] = {}
    for row in range(len(table)):
        cell = _Row(table, row)
        if not cell.text("id"):
            raise table.fault("the id is empty", row, "id")
        begins: dict[int, date] = cell.of("starts", lambda text: _starts(text, today), {})
        days |= {(cell.text("id"), week): day for week, day in begins.items()}
        found.append(
            Course(
                cell.of("id", str, ""),
                cell.whole("weeks"),
                cell.of("teaches", lambda text: _skills(text, atlas), frozenset()),
                cell.of("gives", speaks, {}),
                cell.of("entry", speaks, {}),
                cell.amount("hours"),
                cell.amount("travel"),
                cell.amount("fee"),
                cell.amount("income"),
                tuple(sorted(begins)),
                cell.whole("places"),
                cell.of("before", _ids, frozenset()),
                cell.of("together", _ids, frozenset()),
                cell.of("excludes", _ids, frozenset()),
                cell.of("name", str, ""),
            )
        )
        try:
            catalogue([found[-1]])
        except PathwayError as refusal:
            _, _, rest = str(refusal).partition(", ")
            field, _, what = rest.partition(": ")
            raise table.fault(what, row, field) from refusal
    try:
        return dict(catalogue(found)), days
    except PathwayError as refusal:
        raise ColumnError(table.file, str(refusal)) from refusal


@dataclass(frozen=True)
class _Row:
    """One row; an empty cell and a column that is not there are both nothing."""

    table: Columns
    row: int

    def text(self, column: str) -> str:
        text = self.table.texts(column)[self.row] if column in self.table.headings else ""
        return "" if is_blank(text) else text

    def of(self, column: str, read: Callable[[str], T], default: T) -> T:
        """The cell as ``read`` takes it."""
        text = self.text(column)
        if not text:
            return default
        try:
            return read(text)
        except ValueError as fault:
            raise self.table.fault(str(fault), self.row, column) from fault

    def amount(self, column: str) -> float:
        """A number of at least 0; 0 for nothing."""
        return self.of(column, _amount, 0.0)

    def whole(self, column: str) -> int | None:
        """A whole number of at least 0; None for nothing."""
        return self.of(column, _whole, None)


def _amount(text: str) -> float:
    found = as_number(text)
    if found is None or found < 0:
        raise ValueError(f"{text!r} is not a number of at least 0")
    return found


def _whole(text: str) -> int | None:
    if not text.isascii() or not text.isdecimal() or len(text) > 6:
        raise ValueError(f"{text!r} is not a whole number of at least 0")
    return int(text)


def _ids(text: str) -> frozenset[str]:
    return frozenset(_parts(text))


def _skills(text: str, atlas: Atlas) -> frozenset[int]:
    found: set[int] = set()
    for part in _parts(text):
        meant = atlas.skills(part)
        if len(meant) != 1:
            many = ": " + ", ".join(atlas.graph.skills[one] for one in meant[:3]) if meant else ""
            raise ValueError(f"the skill {part!r} is {'not clear' if meant else f'not in the {atlas.source}'}{many}")
        found.add(meant[0])
    return frozenset(found)


def _starts(text: str, today: date) -> dict[int, date]:
    """Week from today, rounded up, → the first day in it on which the course begins."""
    weeks: dict[int, date] = {}
    for part in _parts(text):
        try:
            day = date.fromisoformat(part)
        except ValueError:
            raise ValueError(f"{part!r} is no date; write 2027-03-01") from None
        if day >= today:
            week = -(-(day - today).days // 7)  # rounded up: what must be over before is over by then
            weeks[week] = min(day, weeks.get(week, day))
    if not weeks:
        raise ValueError(f"all dates are before {today.isoformat()}; take the course out, or write when it begins next")
    return weeks


# --- occupations -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Known:
    """What the table says, and remarks that must stand beside the answers."""

    facts: Facts
    languages: dict[int, Speaks]
    remarks: tuple[str, ...]


def read_facts(path: str, atlas: Atlas, area: str | None) -> Known:
    """Columns: occupation (address, code or name; a unit group's code stands for all its occupations), and where there are
    such area, level (1…4 or job zones 1…5), wage, licence and waiting (weeks), vacancies, seekers, language
    (:func:`speaks`), and ``exposure:NAME``.

    A row without an area holds everywhere, one of the area asked for goes before it, and an occupation's own row before its
    unit group's. Vacancies and people of a unit group are shared equally among its occupations.
    """
    table = read_columns(path, needed=("occupation",))
    graph = atlas.graph
    scores = [one for one in table.headings if one.startswith(EXPOSURE)]
    unknown = set(table.headings) - {"occupation", "area", "language", "name", *OF_OCCUPATION, *OF_AREA, *scores}
    if unknown:
        raise ColumnError(table.file, "no such column is known", row=1, column=min(unknown))
    areas = sorted(set(table.texts("area"))) if "area" in table.headings else [""]
    values = {one: np.full(graph.n, np.nan) for one in (*OF_OCCUPATION, *scores)}
    counts = {one: np.full((len(areas), graph.n), np.nan) for one in OF_AREA}
    rank = {one: np.full(graph.n, -1, np.int64) for one in (*values, "language")}
    languages: dict[int, Speaks] = {}
    seen: dict[tuple[str, str], int] = {}
    shared = False
    numbers = {one: table.numbers(one, blank=True) for one in (*values, *OF_AREA) if one in table.headings}
    for row, (said, where) in enumerate(zip(table.texts("occupation"), _areas(table), strict=True)):
        meant = atlas.occupations(said)
        group = [one for one in meant if graph.isco[one] == said] if said.isdecimal() else []
        if not meant or (len(meant) > 1 and not group):
            raise table.fault(f"the occupation {said!r} is {'not clear' if meant else 'not known'}", row, "occupation")
        if (said, where) in seen:
            raise table.fault(f"{said!r} stands for this area in row {seen[said, where]} already", row, "occupation")
        seen[said, where] = table.rows[row]
        own = 0 if group else 2
        for name, column in numbers.items():
            if np.isnan(column[row]):
                continue
            if column[row] < 0 and not name.startswith(EXPOSURE):
                raise table.fault(f"{column[row]:g} is less than 0", row, name)
            if name in OF_AREA:
                place = areas.index(where)
                empty = [one for one in meant if own or np.isnan(counts[name][place, one])]
                counts[name][place, empty] = column[row] / len(meant)
                shared = shared or len(meant) > 1
            elif where in ("", area or ""):
                _put(values[name], rank[name], meant, column[row], own + (where != ""))
        text = table.texts("language")[row] if "language" in table.headings else ""
        if not is_blank(text) and where in ("", area or ""):
            try:
                needs = speaks(text)
            except ValueError as fault:
                raise table.fault(str(fault), row, "language") from fault
            for one in meant:
                if rank["language"][one] < own + (where != ""):
                    languages[one], rank["language"][one] = needs, own + (where != "")
    if "" in areas and len(areas) > 1 and any((~np.isnan(each[areas.index("")])).any() for each in counts.values()):
        twice = "vacancies or seekers stand with and without an area: they would count twice"
        raise ColumnError(table.file, twice, column="area")
    levels = values["level"]
    return Known(
        facts(
            graph,
            # Levels of two scales cannot stand side by side: ISCO's where the table says none, else the table's alone.
            level=isco_levels(graph.isco) if np.isnan(levels).all() else levels,
            wage=values["wage"],
            licence=values["licence"],
            waiting=values["waiting"],
            areas=areas,
            vacancies=counts["vacancies"],
            seekers=counts["seekers"],
            exposure={one.removeprefix(EXPOSURE): values[one] for one in scores},
        ),
        languages,
        ("Vacancies and people of a unit group are shared equally among its occupations.",) if shared else (),
    )


def _areas(table: Columns) -> list[str]:
    return table.texts("area") if "area" in table.headings else [""] * len(table)


def _put(values: Floats, rank: Integers, meant: Iterable[int], value: float, own: int) -> None:
    """Where nothing that goes before it stands already."""
    for one in meant:
        if rank[one] < own:
            values[one], rank[one] = value, own
