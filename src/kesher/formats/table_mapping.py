"""The mapping file of a table: which column is which field of a record, in YAML or JSON.

.. code-block:: yaml

    source: arad-services         # name of the dataset
    language: he                  # of texts whose column says none
    key: [number]                 # columns that identify a row; else name, organisation and address do
    columns:
      number: id
      שם השירות: {field: name, language: he}
      phones: {field: phone, split: "/"}
      kind: {field: term, taxonomy: themes, values: {עבודה: work}, others: refuse}
    constants: {country: IL}
    ignore: [remarks]
    taxonomies: {themes: {en: Themes}}

A fault is told with the line of the mapping file it stands on.
"""

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator, model_validator

from kesher.formats.files import open_files
from kesher.formats.records import UnreadableFile
from kesher.formats.remarks import brief, say
from kesher.formats.table_words import field_of_heading, spoken_in
from kesher.formats.yaml_files import Document, parse_yaml

TEXT_FIELDS = (
    "name",
    "alternate_name",
    "description",
    "application_process",
    "fees_description",
    "eligibility_description",
    "wait_time",
    "alert",
    "interpretation_services",
    "learning_outcomes",
    "organisation",
    "organisation_description",
    "programme",
    "location",
    "transportation",
    "accessibility",
    "hours",
)
LIST_FIELDS = (
    "phone", "languages", "area", "document", "term", "link", "who_may_refer", "cost", "organisation_phone",
    "human_languages", "machine_languages",
)  # fmt: skip
DATE_FIELDS = ("assured_date", "last_modified")
TIME_FIELDS = ("opens", "closes")
PLAIN_FIELDS = (
    "id",
    "url",
    "email",
    "status",
    "assurer_email",
    "licenses",
    "accreditations",
    "minimum_age",
    "maximum_age",
    "remote",
    "weekly_hours",
    "weeks",
    "organisation_id",
    "organisation_email",
    "organisation_url",
    "address",
    "address_2",
    "city",
    "region",
    "state_province",
    "postal_code",
    "country",
    "latitude",
    "longitude",
    "days",
    *DATE_FIELDS,
    *TIME_FIELDS,
)
FIELDS = frozenset((*TEXT_FIELDS, *LIST_FIELDS, *PLAIN_FIELDS))

Tag = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=100)]


def _known(name: str) -> str:
    if name not in FIELDS:
        raise ValueError(f"“{brief(name)}” is not a field; fields are {', '.join(sorted(FIELDS))}")
    return name


class ColumnRule(BaseModel):
    """How the cells of one column are read."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    field: str
    language: Tag | None = None  # of the words in this column
    split: Annotated[str, Field(min_length=1, max_length=10)] | None = None  # what stands between several values
    values: dict[str, str] = {}  # word in the cell -> word to read instead; "" leaves it out
    others: Literal["keep", "refuse", "leave"] = "keep"  # what to do with words that are not in `values`
    format: Annotated[str, Field(min_length=2, max_length=40)] | None = None  # of dates and times, as strptime
    taxonomy: Slug | None = None  # of terms
    link_type: str | None = None
    scheme: str | None = None  # of areas: the cells hold its codes; without it they hold names
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] | None = None
    required: bool = False  # a row without it is refused

    _field_known = field_validator("field")(_known)

    @model_validator(mode="after")
    def fits_its_field(self) -> "ColumnRule":
        if self.field == "term" and self.taxonomy is None:
            raise ValueError("a column of terms must say their taxonomy, as `taxonomy: themes`")
        if self.language is not None and self.field not in (*TEXT_FIELDS, "cost", "document", "area", "term"):
            raise ValueError(f"{self.field} has no language")
        if self.format is not None and self.field not in (*DATE_FIELDS, *TIME_FIELDS):
            raise ValueError(f"{self.field} is neither a date nor a time and takes no format")
        if self.split is not None and self.field in TEXT_FIELDS:
            raise ValueError(f"{self.field} is one text and is not split")
        return self


class TableMapping(BaseModel):
    """A whole mapping file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: Slug = "table"
    language: Tag = "en"
    sheet: str | None = None  # of a workbook; else its first with the columns
    key: tuple[str, ...] = ()
    columns: dict[str, ColumnRule]
    constants: dict[str, str] = {}
    ignore: tuple[str, ...] = ()
    taxonomies: dict[Slug, dict[Tag, str]] = {}  # those whose terms are the words of the table -> names
    day_first: bool | None = None  # of dates like 03/04/2024

    @field_validator("columns", mode="before")
    @classmethod
    def short_rules(cls, columns: object) -> object:
        """``phone`` alone stands for ``{field: phone}``, ``name@he`` for ``{field: name, language: he}``."""
        if not isinstance(columns, dict):
            return columns
        rules: dict[object, object] = {}
        for column, rule in columns.items():
            if isinstance(rule, str):
                field, _, language = rule.partition("@")
                rules[column] = {"field": field, **({"language": language} if language else {})}
            else:
                rules[column] = rule
        return rules

    @field_validator("constants")
    @classmethod
    def constants_known(cls, constants: dict[str, str]) -> dict[str, str]:
        for name in constants:
            _known(name)
            if name in {"id", "name"}:
                raise ValueError(f"{name} cannot be the same for all rows")
        return constants

    @model_validator(mode="after")
    def whole(self) -> "TableMapping":
        if not any(rule.field == "name" for rule in self.columns.values()):
            raise ValueError("no column is the name of the service; map one with `field: name`")
        seen: dict[tuple[str, str], str] = {}
        for column, rule in self.columns.items():
            if rule.field in LIST_FIELDS:
                continue
            place = (rule.field, rule.language or self.language) if rule.field in TEXT_FIELDS else (rule.field, "")
            if place in seen:
                raise ValueError(f"columns “{brief(seen[place])}” and “{brief(column)}” are both {rule.field}")
            seen[place] = column
        for column in self.key:
            if column not in self.columns:
                raise ValueError(f"the key column “{brief(column)}” is not among the columns")
        return self


def load_mapping(path: str | Path) -> tuple[TableMapping, Document, str]:
    """The mapping, with its document for lines and its name. Raises :class:`UnreadableFile` with the line at fault."""
    files = open_files(path)
    if len(files) != 1:
        raise UnreadableFile(Path(path).name, say.NOT_ONE_MAPPING())
    name = next(iter(files))
    try:
        text = files.read(name, limit=1 << 20).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFile(name, say.NOT_UTF8(byte=error.start)) from None
    document = parse_yaml(text, name)
    if not isinstance(document.content, dict):
        raise UnreadableFile(name, say.NO_MAPPING())
    try:
        return TableMapping.model_validate(document.content), document, name
    except ValidationError as faults:
        told = [_told(fault, document) for fault in faults.errors(include_url=False, include_context=False)]
        raise UnreadableFile(name, say.MAPPING_WRONG(why=" ".join(told[:10]).removesuffix("."))) from None


def _told(fault: object, document: Document) -> str:
    assert isinstance(fault, dict)
    path = tuple(part for part in fault["loc"] if part != "[key]")
    where = ".".join(str(part) for part in path)
    message = str(fault["msg"]).removeprefix("Value error, ")
    return f"Line {document.line(path)}{f' ({where})' if where else ''}: {message[:300]}."


# --- tables without a mapping file -----------------------------------------------------------------------------------

# column of the plain template -> field; texts may carry a language (name_he, description_ar)
_TEMPLATE = {
    **{field: field for field in FIELDS},
    "organization": "organisation",
    "service": "name",
    "title": "name",
    "website": "url",
    "web": "url",
    "phones": "phone",
    "telephone": "phone",
    "mail": "email",
    "e_mail": "email",
    "street": "address",
    "address_1": "address",
    "language": "languages",
    "theme": "term",
    "themes": "term",
    "price": "cost",
    "referral": "who_may_refer",
    "opening_hours": "hours",
    "areas": "area",
    "documents": "document",
    "lat": "latitude",
    "lon": "longitude",
    "lng": "longitude",
}
_SPLIT = {
    "phone": ";",
    "languages": ";",
    "human_languages": ";",
    "machine_languages": ";",
    "area": ";",
    "document": ";",
    "term": ";",
    "organisation_phone": ";",
    "link": ";",
}
THEMES = "themes"


def default_mapping(columns: list[str], language: str | None = None) -> TableMapping | None:
    """The mapping of a table made after the plain template; ``None`` when no column is a service's name.

    ``language``: of texts whose column says none; else the one the headings are written in.
    """
    default = language or spoken_in(columns) or "en"
    rules = proposed_rules(columns, default)
    if not any(rule.field == "name" for rule in rules.values()):
        return None
    identified = [column for column, rule in rules.items() if rule.field == "id"]
    return TableMapping(
        language=default, key=tuple(identified), columns=rules, taxonomies={THEMES: {"en": "Themes", "he": "נושאים"}}
    )


def proposed_rules(columns: list[str], language: str) -> dict[str, ColumnRule]:
    """What the columns seem to be, by their headings in English, Hebrew or Arabic; those we do not know are left out."""
    rules: dict[str, ColumnRule] = {}
    taken: set[tuple[str, str | None]] = set()
    for column in columns:
        found = _field_of(column)
        if found is None:
            continue
        field, tag = found
        place = (field, tag or language) if field in TEXT_FIELDS else (field, None)
        if place in taken and field not in LIST_FIELDS:
            continue
        taken.add(place)
        rules[column] = rule_of(field, tag)
    return rules


def rule_of(field: str, language: str | None = None) -> ColumnRule:
    """How a column of this field is read when nobody has said more: lists have ``;`` between their parts."""
    return ColumnRule(
        field=field,
        language=language if field in TEXT_FIELDS else None,
        split=_SPLIT.get(field),
        taxonomy=THEMES if field == "term" else None,
    )


def _field_of(column: str) -> tuple[str, str | None] | None:
    word = re.sub(r"[\s-]+", "_", column.strip().lower())
    if field := _TEMPLATE.get(word):
        return field, None
    base, _, ending = word.rpartition("_")
    if re.fullmatch(r"[a-z]{2,3}", ending) and _TEMPLATE.get(base) in TEXT_FIELDS:
        return _TEMPLATE[base], ending
    return field_of_heading(column)
