"""Places out of tables that somebody else made, as a pack says: which file, which column is the code, what they lie in.

.. code-block:: toml

    [[areas]]
    level = "authority"
    scheme = "il-cbs-locality"
    file = "il_cbs_socioeconomic_2019/local_authorities_2019.csv"
    code = "authority_code"
    names = { he = "name_he", en = "name_en" }
    only = { column = "municipal_status_code", values = ["0", "99"] }
    population = "population_2019"
    population_year = 2019
    [areas.parent]                      # the area it lies in: a column of the row, always the same, or looked up elsewhere
    scheme = "il-cbs-sub-district"
    file = "il_localities/localities_2021.csv"
    match = { authority_code = "id" }   # our column = theirs
    column = "sub_district_id"
    weight = "population"               # of several, the one in which most of this is

A column that is not there, a code that is none and a place without a name are refused with file, row and field.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from kesher.formats.areas import AreaReading, AreaRow
from kesher.formats.files import LIMITS, Files, Ledger, Limits, open_files
from kesher.formats.records import UnreadableFile
from kesher.formats.remarks import say
from kesher.formats.remarks import statistics as packs
from kesher.formats.sheets import csv_sheet
from kesher.formats.values import Unclean, clean_text, parse_number

Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
Level = Literal["locality", "authority", "sub-district", "district", "country"]
Row = Mapping[str, str]


class _Rule(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class OnlyRule(_Rule):
    """The rows that are taken: those whose cell is one of ``values``, or none of ``but``."""

    column: Name
    values: tuple[str, ...] = ()
    but: tuple[str, ...] = ()

    def takes(self, row: Row) -> bool:
        cell = row[self.column]
        return cell in self.values if self.values else cell not in self.but


class ParentRule(_Rule):
    """Where the code of the area it lies in stands: ``column`` of the same row, ``constant``, or ``column`` of the rows of
    ``file`` in which ``match`` holds; of several codes the one with the largest sum of ``weight``.
    """

    scheme: Name
    column: Name | None = None
    constant: str | None = None
    file: Name | None = None
    match: dict[Name, Name] = {}
    weight: Name | None = None

    @model_validator(mode="after")
    def one_origin(self) -> "ParentRule":
        if (self.column is None) == (self.constant is None):
            raise ValueError("what it lies in is said by one of `column` and `constant`")
        if (self.file is None) != (not self.match):
            raise ValueError("`file` needs `match`, and the other way round")
        return self


class BoundaryRule(_Rule):
    """A GeoJSON file, and the property of a feature that is the area's code."""

    file: Name
    property: Name


class AreaTable(_Rule):
    """One table of places; rows with a code that stood before are passed over, so a table of villages gives districts."""

    level: Level
    scheme: Name
    file: Name | None = None
    code: Name | None = None
    names: dict[Language, Name] = {}
    words: dict[str, dict[Language, str]] = {}  # code -> language -> name, besides those of the file
    only: OnlyRule | None = None
    parent: ParentRule | None = None
    latitude: Name | None = None
    longitude: Name | None = None
    population: Name | None = None
    population_year: Annotated[int, Field(ge=1800, le=2200)] | None = None
    boundaries: BoundaryRule | None = None
    source: str = ""

    @model_validator(mode="after")
    def rows_from_somewhere(self) -> "AreaTable":
        if (self.file is None) != (self.code is None):
            raise ValueError("`file` needs `code`, the column of the codes")
        if self.file is None and not self.words:
            raise ValueError("without a `file` the areas are said in `words`")
        if self.file is not None and not self.names:
            raise ValueError("`names` says which column is the name in which language")
        return self


def read_area_tables(folder: str | Path, tables: Sequence[AreaTable], *, limits: Limits = LIMITS) -> AreaReading:
    """All places of a pack, in the order of its tables. Raises :class:`UnreadableFile`."""
    ledger = Ledger(kind="area")
    reader = _Reader(open_files(folder, limits), ledger, limits)
    rows: list[AreaRow] = []
    for table in tables:
        rows += reader.areas(table)
    return AreaReading(Path(folder).name, rows, ledger.refusals)


class _Reader:
    def __init__(self, files: Files, ledger: Ledger, limits: Limits) -> None:
        self.files, self.ledger, self.limits = files, ledger, limits
        self.tables: dict[str, list[tuple[int, dict[str, str]]]] = {}
        self.above: dict[tuple[str, str], dict[tuple[str, ...], Counter[str]]] = {}

    def rows(self, name: str, needed: Sequence[str | None]) -> list[tuple[int, dict[str, str]]]:
        """(row number, column -> text). Raises for a file or column that is not there."""
        if name not in self.tables:
            if name not in self.files:
                raise UnreadableFile(name, packs.PACK_FILE_MISSING())
            sheet = csv_sheet(self.files, name, self.ledger, self.limits)
            self.tables[name] = [
                (number, {column: str(cell or "").strip() for column, cell in cells.items()})
                for number, cells in sheet.named_rows()
            ]
        found = self.tables[name]
        for column in needed:
            if column is not None and found and column not in found[0][1]:
                raise UnreadableFile(name, packs.PACK_COLUMN_MISSING(column=column))
        return found

    def areas(self, table: AreaTable) -> list[AreaRow]:
        if table.file is None:
            return [self._row(table, number, code, {}, {}) for number, code in enumerate(table.words, 1)]
        parent = table.parent
        needed = [table.code, *table.names.values(), table.latitude, table.longitude, table.population]
        needed += [table.only.column] if table.only else []
        needed += list(parent.match) if parent and parent.file else [parent.column] if parent else []
        boundaries = self._boundaries(table.boundaries)
        found: dict[str, AreaRow] = {}
        for number, cells in self.rows(table.file, needed):
            code = cells[table.code or ""]
            if code in found or not code or (table.only is not None and not table.only.takes(cells)):
                continue
            found[code] = self._row(table, number, code, cells, boundaries)
        return [one for one in found.values() if one.name]

    def _row(self, table: AreaTable, number: int, code: str, cells: Row, boundaries: Mapping[str, Any]) -> AreaRow:
        file = table.file or ""
        name = {language: cells[column] for language, column in table.names.items() if cells.get(column)}
        name = {
            language: words
            for language, text in {**name, **table.words.get(code, {})}.items()
            if (words := self.ledger.take(lambda value: clean_text(value, 200), text, file, number, language))
        }
        if not name:
            self.ledger.refuse(file, number, next(iter(table.names.values()), None), say.NO_AREA_NAME(), record=code)

        def figure(column: str | None, lowest: float, highest: float) -> float | None:
            if column is None:
                return None
            number_of = partial(parse_number, lowest=lowest, highest=highest)
            taken = self.ledger.take(number_of, cells.get(column), file, number, column, code)
            return None if taken is None else float(taken)

        population = figure(table.population, 0, 2e9)
        latitude, longitude = figure(table.latitude, -90, 90), figure(table.longitude, -180, 180)
        row = AreaRow(
            row=number,
            scheme=table.scheme,
            code=code,
            level=table.level,
            name=name,
            parent=self._parent(table.parent, number, cells, file),
            population=None if population is None else round(population),
            population_year=table.population_year if population is not None else None,
            source=table.source,
            boundary=boundaries.get(code),
        )
        whole = latitude is not None and longitude is not None
        return replace(row, latitude=latitude, longitude=longitude) if whole else row

    def _parent(self, rule: ParentRule | None, number: int, cells: Row, file: str) -> tuple[str, str] | None:
        if rule is None:
            return None
        if rule.constant is not None:
            return rule.scheme, rule.constant
        column = cast(str, rule.column)
        if rule.file is None:
            return (rule.scheme, cells[column]) if cells[column] else None
        key = tuple(cells[ours] for ours in rule.match)
        codes = self._looked_up(rule, column).get(key)
        if not codes:
            self.ledger.refuse(file, number, next(iter(rule.match)), say.NO_SUCH_AREA(code=" ".join(key)), fatal=False)
            return None
        return rule.scheme, max(sorted(codes), key=lambda code: codes[code])

    def _looked_up(self, rule: ParentRule, column: str) -> dict[tuple[str, ...], Counter[str]]:
        file = cast(str, rule.file)
        at = (file, f"{sorted(rule.match.items())} {column} {rule.weight}")
        if at not in self.above:
            found: dict[tuple[str, ...], Counter[str]] = {}
            for _number, cells in self.rows(file, [*rule.match.values(), column, rule.weight]):
                if cells[column]:
                    heavy = _number_or_one(cells.get(rule.weight or "", ""))
                    found.setdefault(tuple(cells[theirs] for theirs in rule.match.values()), Counter())[
                        cells[column]
                    ] += heavy
            self.above[at] = found
        return self.above[at]

    def _boundaries(self, rule: BoundaryRule | None) -> dict[str, Any]:
        if rule is None:
            return {}
        if rule.file not in self.files:
            raise UnreadableFile(rule.file, packs.PACK_FILE_MISSING())
        try:
            features = json.loads(self.files.read(rule.file, limit=256 << 20).decode("utf-8-sig"))["features"]
            return {
                str(one["properties"][rule.property]): one["geometry"]
                for one in features
                if one["geometry"]["type"] in ("Polygon", "MultiPolygon")
            }
        except (ValueError, KeyError, TypeError) as fault:
            raise UnreadableFile(rule.file, packs.BOUNDARIES_WRONG(why=str(fault)[:200])) from None


def _number_or_one(text: str) -> int:
    """People of a village that nobody counted weigh as one."""
    try:
        return max(1, round(float(parse_number(text, lowest=0, highest=2e9) or 1)))
    except Unclean:
        return 1
