"""What the columns of a table of figures are, said in a mapping file (YAML, JSON) or in a pack (TOML, several tables).

.. code-block:: yaml

    dataset: il-lfs-monthly
    source: Israel Central Bureau of Statistics, Labour Force Survey
    licence: free use with citation
    retrieved: 2022-10-24
    period: {columns: [year, month]}        # or {column: dt, frequency: M}, or {constant: "2019"}
    dimensions:
      geo: {constant: IL}
      sex: {column: Sex, values: {Total: T, Men: M}}
      area: {column: code, pad: 4}          # 7 -> 0007: a spreadsheet took the zeros away
    measures:
      unemployed: {column: unemployed, unit: persons}
      saving: {column: dissaving, scale: -1}   # printed with the sign turned
    melt: {dimension: fap, columns: "[A-Z][0-9][A-Z]", measure: employed}   # instead: one column for each code
    nothing: {"null": suppressed, "..": missing}
    status: {column: flag, values: {b: break, p: provisional}}
    skip:
      - {column: level, values: [total], reason: totals are computed}
      - {column: StatAreaCmb, first_of: "+", member: stat_area, reason: repeats its first member}
    breaks:
      - {from: 2020-03, reason: people on unpaid leave are counted as employed}

A fault is told with the line of the mapping file it stands on.
"""

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from fnmatch import fnmatch
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator, model_validator

from kesher.formats.area_tables import AreaTable
from kesher.formats.files import open_files
from kesher.formats.records import UnreadableFile
from kesher.formats.remarks import say
from kesher.formats.statistics.periods import Frequency, Period, parse_period
from kesher.formats.statistics.records import Status
from kesher.formats.values import Unclean
from kesher.formats.yaml_files import Document, parse_yaml

Model = TypeVar("Model", bound=BaseModel)
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+([-_.][a-z0-9]+)*$", max_length=100)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
StatusWord = Literal[
    "normal",
    "missing",
    "suppressed",
    "not-applicable",
    "break",
    "provisional",
    "estimated",
    "forecast",
    "revised",
    "unreliable",
    "definition",
]


def status_named(word: str) -> Status:
    return Status[word.upper().replace("-", "_")]


class _Rule(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DimensionRule(_Rule):
    """Where the code of a dimension comes from: one column, several joined by ``join``, or the same for all rows."""

    column: Name | None = None
    columns: tuple[Name, ...] = ()
    join: str = ""
    constant: str | None = None
    pad: Annotated[int, Field(ge=1, le=20)] | None = None  # leading zeros up to this length
    whole: bool = False  # 11.0 is 11: the codes went through a spreadsheet
    values: dict[str, str] = {}  # word in the cell -> code
    empty: str | None = None  # code of an empty cell, such as that of the total
    labels: Name | None = None  # column of the words of the codes

    @model_validator(mode="after")
    def one_origin(self) -> "DimensionRule":
        if sum((self.column is not None, bool(self.columns), self.constant is not None)) != 1:
            raise ValueError("a dimension has one of `column`, `columns`, `constant`")
        return self

    @property
    def origins(self) -> tuple[str, ...]:
        return self.columns or ((self.column,) if self.column is not None else ())


class MeasureRule(_Rule):
    column: Name
    unit: str = ""
    scale: float = 1.0
    whole_numbers: bool = False


class MeltRule(_Rule):
    """Columns that are codes of one dimension. ``columns``: a regular expression that their whole names match."""

    dimension: Name
    columns: str
    measure: Name = "OBS_VALUE"
    unit: str = ""
    scale: float = 1.0

    @field_validator("columns")
    @classmethod
    def compiles(cls, columns: str) -> str:
        try:
            re.compile(columns)
        except re.error as error:
            raise ValueError(f"not a regular expression: {error}") from None
        return columns


class PeriodRule(_Rule):
    column: Name | None = None
    columns: tuple[Name, Name] | None = None  # year, and month or quarter
    constant: str | None = None
    frequency: Frequency | None = None

    @model_validator(mode="after")
    def one_origin(self) -> "PeriodRule":
        if sum(one is not None for one in (self.column, self.columns, self.constant)) != 1:
            raise ValueError("a period has one of `column`, `columns`, `constant`")
        if self.constant is not None:
            try:
                parse_period(self.constant)
            except Unclean as fault:
                raise ValueError(fault.said.reason) from None
        return self


class StatusRule(_Rule):
    column: Name
    values: dict[str, StatusWord] = {}


class SkipRule(_Rule):
    """Rows that are passed over, and why. ``first_of``: those that repeat the first member of a combined area."""

    column: Name
    values: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    first_of: Annotated[str, Field(min_length=1, max_length=5)] | None = None
    member: Name | None = None
    reason: Annotated[str, Field(min_length=1, max_length=300)]

    @model_validator(mode="after")
    def one_test(self) -> "SkipRule":
        if sum((bool(self.values), bool(self.keep), self.first_of is not None)) != 1:
            raise ValueError("a rule to skip rows has one of `values`, `keep`, `first_of`")
        if (self.first_of is None) != (self.member is None):
            raise ValueError("`first_of` needs `member`, the column of the area's own code")
        return self

    def skips(self, cell: str, member: str) -> bool:
        if self.values:
            return cell in self.values
        if self.keep:
            return cell not in self.keep
        parts = [part.strip() for part in cell.split(self.first_of or "+")]
        return len(parts) > 1 and member != parts[0]


class BreakRule(_Rule):
    """The figures of this period are not comparable with those before: of all, or of those with these codes."""

    start: Annotated[str, Field(alias="from")]
    codes: dict[str, str] = {}
    reason: Annotated[str, Field(min_length=1, max_length=500)]

    @field_validator("start")
    @classmethod
    def is_period(cls, start: str) -> str:
        try:
            parse_period(start)
        except Unclean as fault:
            raise ValueError(fault.said.reason) from None
        return start

    @property
    def period(self) -> Period:
        return parse_period(self.start)


class PlacesRule(_Rule):
    """Which of the dimensions is the place, and in which list of codes it stands (``Area.scheme``)."""

    dimension: Name
    scheme: Name


class PartsRule(_Rule):
    """Each code of this dimension is a part of the indicators that are served: an occupation, an industry. ``prefix``: of which
    list the codes are, such as ``isco08-``. ``only``: other dimensions -> the code of the rows that are meant.
    """

    dimension: Name
    prefix: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*-$", max_length=30)]
    only: dict[Name, str] = {}


class StatisticsMapping(_Rule):
    """One table.

    ``serves``: measure, or code of the melted dimension -> the indicator it is, as ``code`` or ``code:part`` (one industry of
    many). Those figures come into the database, for pages; all the others stay in the vintage. ``places``: needed for that.
    ``parts``: where the part is a column.
    """

    dataset: Slug
    title: str = ""
    source: str = ""
    licence: str = ""
    url: str = ""
    retrieved: date | None = None
    file: str = ""  # in a pack: the file's name, with * for any characters
    sheet: str | None = None
    header_rows: tuple[Annotated[int, Field(ge=1, le=50)], ...] = ()  # of a workbook; joined by " / "
    decimal: Literal[".", ","] = "."
    dimensions: dict[Name, DimensionRule]
    period: PeriodRule | None = None
    measures: dict[Name, MeasureRule] = {}
    melt: MeltRule | None = None
    nothing: dict[str, Literal["missing", "suppressed", "not-applicable"]] = {}
    status: StatusRule | None = None
    notes: dict[Name, Name] = {}  # attribute -> column
    skip: tuple[SkipRule, ...] = ()
    breaks: tuple[BreakRule, ...] = ()
    constants: dict[Name, str] = {}  # what holds for the whole data set
    places: PlacesRule | None = None
    parts: PartsRule | None = None
    serves: dict[Name, Name] = {}

    @field_validator("dimensions", mode="before")
    @classmethod
    def short_dimensions(cls, given: object) -> object:
        return _short(given)

    @field_validator("measures", mode="before")
    @classmethod
    def short_measures(cls, given: object) -> object:
        """A list of columns stands for measures of the same names."""
        if isinstance(given, list):
            return {name: {"column": name} for name in given if isinstance(name, str)}
        return _short(given)

    @model_validator(mode="after")
    def whole_mapping(self) -> "StatisticsMapping":
        if bool(self.measures) == (self.melt is not None):
            raise ValueError("the values are said by one of `measures` and `melt`")
        if self.melt is not None and self.melt.dimension in self.dimensions:
            raise ValueError(f"the dimension {self.melt.dimension} is there already")
        if self.serves and (self.places is None or self.period is None):
            raise ValueError("figures that are served need `places` and `period`")
        if self.places is not None and self.places.dimension not in self.dimensions:
            raise ValueError(f"`places` names the dimension {self.places.dimension}, which is not there")
        if self.parts is not None:
            for name in (self.parts.dimension, *self.parts.only):
                if name not in self.dimensions:
                    raise ValueError(f"`parts` names the dimension {name}, which is not there")
        if self.melt is None and (unknown := sorted(self.serves.keys() - self.measures.keys())):
            raise ValueError(f"`serves` names {', '.join(unknown)}, which is no measure here")
        for rule in self.breaks:
            for name in rule.codes:
                if name not in self.dimensions:
                    raise ValueError(f"a break names the dimension {name}, which is not there")
        return self

    def columns(self) -> list[str]:
        """The columns that the table must have."""
        names = [
            name
            for rule in self.dimensions.values()
            for name in (*rule.origins, *([rule.labels] if rule.labels else []))
        ]
        if self.period is not None:
            names += [self.period.column] if self.period.column else list(self.period.columns or ())
        names += [rule.column for rule in self.measures.values()]
        names += [self.status.column] if self.status else []
        names += list(self.notes.values())
        for rule in self.skip:
            names += [rule.column, *([rule.member] if rule.member else [])]
        return list(dict.fromkeys(names))

    def matches(self, name: str) -> bool:
        return bool(self.file) and fnmatch(name.removesuffix(".gz"), self.file.removesuffix(".gz"))


class Pack(_Rule):
    """Places and tables of figures under one name: what ``kesher load pack NAME`` reads from a folder."""

    name: Slug
    title: str
    areas: tuple[AreaTable, ...] = ()
    table: tuple[StatisticsMapping, ...]


def _short(given: object) -> object:
    """``geo: code`` stands for ``geo: {column: code}``."""
    if not isinstance(given, dict):
        return given
    return {name: {"column": rule} if isinstance(rule, str) else rule for name, rule in given.items()}


def load_statistics_mapping(path: str | Path) -> tuple[StatisticsMapping, ...]:
    """The tables of a mapping file: one of YAML or JSON, several of TOML. Raises :class:`UnreadableFile` with the line."""
    files = open_files(path)
    if len(files) != 1:
        raise UnreadableFile(Path(path).name, say.NOT_ONE_MAPPING())
    name = next(iter(files))
    try:
        text = files.read(name, limit=1 << 20).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFile(name, say.NOT_UTF8(byte=error.start)) from None
    if name.lower().endswith(".toml"):
        return parse_pack(text, name).table
    document = parse_yaml(text, name)
    if not isinstance(document.content, dict):
        raise UnreadableFile(name, say.NO_MAPPING())
    return (_validated(StatisticsMapping, document.content, name, document),)


def parse_pack(text: str, name: str) -> Pack:
    """A pack's manifest. Raises :class:`UnreadableFile`."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UnreadableFile(name, say.MAPPING_WRONG(why=str(error))) from None
    shared = {key: value for key, value in content.items() if key not in ("name", "title", "areas", "table")}
    tables = [{**shared, **table} for table in content.get("table", [])]
    return _validated(
        Pack,
        {
            "name": content.get("name"),
            "title": content.get("title", ""),
            "areas": content.get("areas", []),
            "table": tables,
        },
        name,
        None,
    )


def _validated(model: type[Model], content: Mapping[str, Any], name: str, document: Document | None) -> Model:
    try:
        return model.model_validate(content)
    except ValidationError as faults:
        told = []
        for fault in faults.errors(include_url=False, include_context=False)[:10]:
            path = tuple(part for part in fault["loc"] if part != "[key]")
            line = f"Line {document.line(path)} " if document is not None else ""
            told.append(f"{line}({'.'.join(map(str, path))}): {str(fault['msg']).removeprefix('Value error, ')[:300]}.")
        raise UnreadableFile(name, say.MAPPING_WRONG(why=" ".join(told).removesuffix("."))) from None
