"""Rows of a town's own table as records: cells parsed by the rules of the mapping, and what a row implies made once."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from kesher.formats.building import build, derived_id
from kesher.formats.files import Ledger
from kesher.formats.opening_hours import parse_opening_hours
from kesher.formats.records import (
    AccessibilityRecord,
    AddressRecord,
    AreaRecord,
    DocumentRecord,
    LinkRecord,
    LocationRecord,
    OrganisationRecord,
    Origin,
    PhoneRecord,
    ProgrammeRecord,
    ScheduleRecord,
    ServiceAtLocationRecord,
    ServiceRecord,
    ServiceStatus,
    TermRecord,
    TermRef,
)
from kesher.formats.remarks import say
from kesher.formats.sheets import Cell
from kesher.formats.table_mapping import LIST_FIELDS, TEXT_FIELDS, ColumnRule, TableMapping
from kesher.formats.table_values import (
    first_words,
    parse_cost,
    parse_days,
    parse_language,
    parse_referrers,
    term_code,
)
from kesher.formats.values import (
    Unclean,
    clean_email,
    clean_text,
    clean_url,
    parse_date,
    parse_datetime,
    parse_flag,
    parse_integer,
    parse_number,
    parse_time,
)


@dataclass
class _Taken:
    """The cells of one row by field: texts by language, lists, single values; and the column each came from."""

    number: int
    texts: dict[str, dict[str, str]] = field(default_factory=dict)
    lists: dict[str, list[tuple[ColumnRule, Any]]] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)

    def text(self, name: str) -> dict[str, str]:
        return self.texts.get(name, {})

    def every(self, name: str) -> list[Any]:
        return [value for _, value in self.lists.get(name, ())]


@dataclass
class TableRows:
    """Records gathered from the rows of one table."""

    file: str
    rules: TableMapping
    ledger: Ledger
    terms: dict[tuple[str, str], TermRecord] = field(default_factory=dict)
    organisations: dict[str, OrganisationRecord] = field(default_factory=dict)
    programmes: dict[str, ProgrammeRecord] = field(default_factory=dict)
    locations: dict[str, LocationRecord] = field(default_factory=dict)
    services: list[ServiceRecord] = field(default_factory=list)
    keys: dict[str, int] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)  # location -> the first row that names it

    def add(self, number: int, cells: Mapping[str, Cell]) -> None:
        if not any(cell is not None and str(cell).strip() for cell in cells.values()):
            return
        taken = self._taken(number, cells)
        if taken is None:
            return
        name = taken.text("name")
        if not name:
            column = next(column for column, rule in self.rules.columns.items() if rule.field == "name")
            self.ledger.refuse(self.file, number, column, say.NO_SERVICE_NAME())
            return
        key = self._key(taken, cells)
        if key is None:
            return
        if key in self.keys:
            key_column = self.rules.key[0] if self.rules.key else None
            twice = say.KEY_TWICE(row=self.keys[key])
            self.ledger.refuse(self.file, number, key_column, twice, record=key[:255])
            return
        self.keys[key] = number
        organisation = self._organisation(taken)
        programme = self._programme(taken, organisation)
        location = self._location(taken, organisation)
        values = taken.values
        machine = tuple(dict.fromkeys(one.code for one in taken.every("machine_languages")))
        record = build(
            ServiceRecord,
            self.ledger,
            self.file,
            number,
            key,
            external_id=key,
            organisation_id=organisation,
            programme_id=programme,
            **{
                text: taken.text(text)
                for text in TEXT_FIELDS[:10]  # those of the service itself
            },
            **{
                plain: values.get(plain)
                for plain in [
                    "url",
                    "email",
                    "assurer_email",
                    "licenses",
                    "accreditations",
                    "minimum_age",
                    "maximum_age",
                    "assured_date",
                    "last_modified",
                    "remote",
                    "weekly_hours",
                    "weeks",
                ]
            },
            status=values.get("status", ServiceStatus.ACTIVE),
            additional_urls=tuple(LinkRecord(url=url) for url in taken.every("link")),
            phones=tuple(PhoneRecord(number=phone, type="voice") for phone in taken.every("phone")),
            languages=tuple(taken.every("languages")),
            areas=tuple(taken.every("area")),
            costs=tuple(taken.every("cost")),
            documents=tuple(taken.every("document")),
            terms=tuple(dict.fromkeys(taken.every("term"))),
            referral_modes=tuple(dict.fromkeys(mode for modes in taken.every("who_may_refer") for mode in modes)),
            human_languages=tuple(
                dict.fromkeys(one.code for one in taken.every("human_languages") if one.code not in machine)
            ),
            machine_languages=machine,
            schedules=self._schedules(taken),
            at_locations=(ServiceAtLocationRecord(external_id=key, location_id=location),) if location else (),
        )
        if record is not None:
            self.services.append(record)

    def origin(self) -> Origin:
        """Where services and locations stand. Complete once all rows are added."""
        columns: dict[str, str] = {}
        for column, rule in self.rules.columns.items():
            columns.setdefault(rule.field, column)
        rows = {("service", key): number for key, number in self.keys.items()}
        return Origin(self.file, rows | {("location", key): row for key, row in self.places.items()}, columns)

    # --- cells ---

    def _taken(self, number: int, cells: Mapping[str, Cell]) -> _Taken | None:
        taken = _Taken(number)
        for column, rule in self.rules.columns.items():
            cell = cells.get(column)
            found = self._cell(number, column, rule, cell) if cell is not None else []
            if rule.required and not found:
                self.ledger.refuse(self.file, number, column, say.REQUIRED())
                return None
            self._put(taken, column, rule, found)
        for name, constant in self.rules.constants.items():
            if name not in taken.columns:
                rule = ColumnRule.model_construct(field=name, values={}, others="keep")
                self._put(taken, name, rule, self._cell(number, name, rule, constant))
        return taken

    def _put(self, taken: _Taken, column: str, rule: ColumnRule, found: list[Any]) -> None:
        if not found:
            return
        taken.columns.setdefault(rule.field, column)
        if rule.field in TEXT_FIELDS:
            taken.texts.setdefault(rule.field, {})[rule.language or self.rules.language] = found[0]
        elif rule.field in _LISTED:
            taken.lists.setdefault(rule.field, []).extend((rule, value) for value in found)
        elif rule.field in {"opens", "closes"}:
            taken.values[rule.field] = found
        else:
            taken.values[rule.field] = found[0]

    def _cell(self, number: int, column: str, rule: ColumnRule, cell: Cell) -> list[Any]:
        """The clean values of a cell; what cannot be taken is refused."""
        found = []
        for part in self._parts(rule, cell):
            try:
                word = self._worded(rule, part)
                value = None if word is None else self._parser(rule)(word)
            except Unclean as fault:
                self.ledger.refuse(self.file, number, column, fault.said, fatal=False)
                continue
            if value is not None:
                found.append(value)
        return found

    @staticmethod
    def _parts(rule: ColumnRule, cell: Cell) -> list[Cell]:
        if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
            cell = int(cell)  # a spreadsheet stores every number as a fraction
        if isinstance(cell, int) and not isinstance(cell, bool):
            cell = str(cell)
        if not isinstance(cell, str):
            return [cell]
        split = rule.split or (";" if rule.field in {"opens", "closes"} else None)
        return [part.strip() for part in cell.split(split) if part.strip()] if split else [cell]

    @staticmethod
    def _worded(rule: ColumnRule, part: Cell) -> Cell:
        """The word the mapping says to read instead; ``None`` for one to be left out."""
        if not rule.values or not isinstance(part, str):
            return part
        word = (clean_text(part) or "").casefold()
        for written, meant in rule.values.items():
            if written.strip().casefold() == word:
                return meant or None
        if rule.others == "refuse":
            raise Unclean(say.NOT_IN_MAPPING(value=part, choices=rule.values.keys()))
        return None if rule.others == "leave" else part

    def _parser(self, rule: ColumnRule) -> Callable[[Any], Any]:
        language = rule.language or self.rules.language
        if rule.field in _SPECIAL:
            return _SPECIAL[rule.field]
        match rule.field:
            case "cost":
                return lambda part: parse_cost(part, language, rule.currency)
            case "term":
                return lambda part: self._term(rule, part, language)
            case "area":
                return lambda part: _area(rule, part, language)
            case "document":
                return lambda part: _document(part, language)
            case "opens" | "closes":
                return lambda part: _formatted(part, rule.format, parse_time, "time")
            case "assured_date":
                return lambda part: _formatted(
                    part, rule.format, lambda value: parse_date(value, day_first=self.rules.day_first), "date"
                )
            case "last_modified":
                return lambda part: _formatted(part, rule.format, parse_datetime, "datetime")
        return lambda part: clean_text(_as_words(part), 20_000)

    def _term(self, rule: ColumnRule, part: Cell, language: str) -> TermRef | None:
        words = clean_text(part, 500)
        if words is None or rule.taxonomy is None:
            return None
        own = rule.taxonomy in self.rules.taxonomies
        code = term_code(words) if own else words
        if own:
            self.terms.setdefault(
                (rule.taxonomy, code), TermRecord(taxonomy=rule.taxonomy, code=code, name={language: words})
            )
        return TermRef(taxonomy=rule.taxonomy, code=code, link_type=rule.link_type)

    # --- records beside the service ---

    def _key(self, taken: _Taken, cells: Mapping[str, Cell]) -> str | None:
        if not self.rules.key:
            words = (first_words([taken.text("name")]), first_words([taken.text("organisation")]))
            place = (taken.values.get("address"), taken.values.get("city"))
            return derived_id(*words, *place)
        parts = []
        for column in self.rules.key:
            try:
                part = clean_text(_as_words(self._parts(ColumnRule(field="id"), cells.get(column))[0]), 200)
            except Unclean as fault:
                self.ledger.refuse(self.file, taken.number, column, fault.said)
                return None
            if part is None:
                self.ledger.refuse(self.file, taken.number, column, say.NO_KEY())
                return None
            parts.append(part)
        return "|".join(parts)

    def _organisation(self, taken: _Taken) -> str | None:
        name, given = taken.text("organisation"), taken.values.get("organisation_id")
        if not name and given is None:
            return None
        key = given or f"organisation-{derived_id(first_words([name]))}"
        before = self.organisations.get(key)
        if before is not None:
            if new := {tag: words for tag, words in name.items() if tag not in before.name}:
                self.organisations[key] = before.model_copy(update={"name": {**before.name, **new}})
            return key
        record = build(
            OrganisationRecord,
            self.ledger,
            self.file,
            taken.number,
            key,
            external_id=key,
            name=name or {self.rules.language: key},
            description=taken.text("organisation_description"),
            email=taken.values.get("organisation_email"),
            website=taken.values.get("organisation_url"),
            phones=tuple(PhoneRecord(number=phone, type="voice") for phone in taken.every("organisation_phone")),
        )
        if record is None:
            return None
        self.organisations[key] = record
        return key

    def _programme(self, taken: _Taken, organisation: str | None) -> str | None:
        name = taken.text("programme")
        if not name:
            return None
        key = f"programme-{derived_id(organisation, first_words([name]))}"
        if key not in self.programmes:
            self.programmes[key] = ProgrammeRecord(external_id=key, organisation_id=organisation, name=name)
        return key

    def _location(self, taken: _Taken, organisation: str | None) -> str | None:
        values = taken.values
        latitude, longitude = values.get("latitude"), values.get("longitude")
        if (latitude is None) != (longitude is None):
            missing = say.NO_LONGITUDE() if longitude is None else say.NO_LATITUDE()
            column = taken.columns.get("latitude") or taken.columns.get("longitude")
            self.ledger.refuse(self.file, taken.number, column, missing, fatal=False)
            latitude = longitude = None
        parts = [values.get(part) for part in ("address", "address_2", "city", "region", "postal_code")]
        name = taken.text("location")
        if not any(parts) and latitude is None and not name:
            return None
        said = [None if part is None else str(part) for part in (*parts, latitude, longitude)]
        key = f"location-{derived_id(organisation, first_words([name]), *said)}"
        if key in self.locations:
            return key
        address = AddressRecord(
            address_1=values.get("address"),
            address_2=values.get("address_2"),
            city=values.get("city"),
            region=values.get("region"),
            state_province=values.get("state_province"),
            postal_code=values.get("postal_code"),
            country=values.get("country"),
        )
        accessibility = taken.text("accessibility")
        record = build(
            LocationRecord,
            self.ledger,
            self.file,
            taken.number,
            key,
            external_id=key,
            organisation_id=organisation,
            name=name,
            latitude=None if latitude is None else float(latitude),
            longitude=None if longitude is None else float(longitude),
            transportation=taken.text("transportation"),
            addresses=(address,) if any(parts) else (),
            accessibility=(AccessibilityRecord(description=accessibility),) if accessibility else (),
        )
        if record is None:
            return None
        self.locations[key] = record
        self.places[key] = taken.number
        return key

    def _schedules(self, taken: _Taken) -> tuple[ScheduleRecord, ...]:
        found: list[ScheduleRecord] = []
        hours = taken.text("hours")
        if hours:
            parsed = parse_opening_hours(next(iter(hours.values())))
            found += parsed if parsed else [ScheduleRecord(description=hours)]
        days = taken.values.get("days")
        opens, closes = taken.values.get("opens", []), taken.values.get("closes", [])
        if len(opens) != len(closes):
            column = taken.columns.get("opens") or taken.columns.get("closes")
            uneven = say.HOURS_UNEVEN(opens=len(opens), closes=len(closes))
            self.ledger.refuse(self.file, taken.number, column, uneven, fatal=False)
            opens = closes = []
        spans: list[tuple[time | None, time | None]] = list(zip(opens, closes, strict=True))
        if days or spans:
            for start, end in spans or [(None, None)]:
                found.append(ScheduleRecord(byday=days or (), opens_at=start, closes_at=end, freq="WEEKLY", interval=1))
        return tuple(found)


def _as_words(cell: Cell) -> object:
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    return cell.isoformat() if isinstance(cell, date | time) else cell


def _formatted(part: Cell, form: str | None, parse: Callable[[Any], Any], kind: str) -> Any:
    if form is None or not isinstance(part, str):
        return parse(part)
    text = clean_text(part, 60)
    if text is None:
        return None
    try:
        moment = datetime.strptime(text, form)  # noqa: DTZ007 - a wall date or time; a moment is taken as UTC below
    except (ValueError, re.error):
        raise Unclean(say.WRONG_FORM(value=text, form=form)) from None
    return parse(moment.date() if kind == "date" else moment.time() if kind == "time" else moment)


def _area(rule: ColumnRule, part: Cell, language: str) -> AreaRecord | None:
    words = clean_text(_as_words(part), 200)
    if words is None:
        return None
    return AreaRecord(code=words, scheme=rule.scheme) if rule.scheme else AreaRecord(name={language: words})


def _document(part: Cell, language: str) -> DocumentRecord | None:
    words = clean_text(part, 1_000)
    return DocumentRecord(document={language: words}) if words else None


def _phone(part: Cell) -> str | None:
    words = clean_text(part, 60)
    if words is not None and not 3 <= sum(letter.isdigit() for letter in words) <= 20:
        raise Unclean(say.NOT_A_PHONE(value=words))
    return words


def _status(part: Cell) -> ServiceStatus | None:
    words = clean_text(part, 60)
    if words is None:
        return None
    try:
        return ServiceStatus(words.lower())
    except ValueError:
        raise Unclean(say.NOT_A_STATUS(value=words, choices=[status.value for status in ServiceStatus])) from None


def _country(part: Cell) -> str | None:
    words = clean_text(part, 60)
    if words is not None and not (len(words) == 2 and words.isascii() and words.isalpha()):
        raise Unclean(say.NOT_A_COUNTRY(value=words))
    return words.upper() if words else None


_LISTED = frozenset(LIST_FIELDS)
_SPECIAL: dict[str, Callable[[Any], Any]] = {
    "phone": _phone,
    "organisation_phone": _phone,
    "languages": parse_language,
    "human_languages": parse_language,
    "machine_languages": parse_language,
    "who_may_refer": parse_referrers,
    "days": parse_days,
    "status": _status,
    "country": _country,
    "remote": parse_flag,
    "url": clean_url,
    "link": clean_url,
    "organisation_url": clean_url,
    "email": clean_email,
    "assurer_email": clean_email,
    "organisation_email": clean_email,
    "latitude": lambda part: parse_number(part, lowest=-90, highest=90),
    "longitude": lambda part: parse_number(part, lowest=-180, highest=180),
    "minimum_age": lambda part: parse_integer(part, lowest=0, highest=150),
    "maximum_age": lambda part: parse_integer(part, lowest=0, highest=150),
    "weeks": lambda part: parse_integer(part, lowest=0, highest=520),
    "weekly_hours": lambda part: parse_number(part, lowest=0, highest=168),
}
