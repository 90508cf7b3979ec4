"""One HSDS 3.x object (nested, as JSON writes it) to one record.

Both readers end here: the JSON reader with the objects as they are, the tabular reader with objects it has put
together from its tables. Faults go to the ledger with the file, the row and the path of the field.
"""

from collections.abc import Callable, Collection, Iterator
from datetime import time
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any, TypeVar

from pydantic import ValidationError

from kesher.formats.files import Ledger, Unclean
from kesher.formats.hsds.languages import language_named, language_tag
from kesher.formats.hsds.taxonomies import REDISTRIBUTABLE, permitted
from kesher.formats.records import (
    AccessibilityRecord,
    AddressRecord,
    AreaRecord,
    CapacityRecord,
    ContactRecord,
    CostRecord,
    DocumentRecord,
    FundingRecord,
    LanguageRecord,
    LinkRecord,
    LocationRecord,
    LocationType,
    OrganisationRecord,
    PhoneRecord,
    ProgrammeRecord,
    Record,
    ReferralMode,
    ScheduleRecord,
    ServiceAtLocationRecord,
    ServiceRecord,
    ServiceStatus,
    TaxonomyRecord,
    TermRecord,
    TermRef,
    Text,
    Weekday,
)
from kesher.formats.values import (
    clean_email,
    clean_text,
    clean_url,
    parse_date,
    parse_datetime,
    parse_flag,
    parse_integer,
    parse_number,
    parse_time,
    shown,
)

Object = dict[Any, Any]
Value = TypeVar("Value")
Item = TypeVar("Item", bound=Record)

ORIGIN = object()
"""Key under which an object from a table carries its ``(file, row)``. Not a string, so that no file can set it."""

NAME, WORDS, CODE = 1_000, 100_000, 255  # characters; the longest description seen in a public directory is 9,000

_name = partial(clean_text, limit=NAME)
_words = partial(clean_text, limit=WORDS)
_code = partial(clean_text, limit=CODE)
_latitude = partial(parse_number, lowest=-90, highest=90)
_longitude = partial(parse_number, lowest=-180, highest=180)
_age = partial(parse_integer, lowest=0, highest=150)
_year = partial(parse_integer, lowest=1, highest=9999)
_amount = partial(parse_number, lowest=0, digits=12)
_time_of = lru_cache(maxsize=4096)(parse_time)

_STATUSES = {status.value: status for status in ServiceStatus} | {
    "temporarily_closed": ServiceStatus.TEMPORARILY_CLOSED,
    "temporarily-closed": ServiceStatus.TEMPORARILY_CLOSED,
    "closed": ServiceStatus.DEFUNCT,
}
_DAYS = {day.value: day for day in Weekday}
for _number, _day in enumerate(Weekday, start=1):  # HSDS 1.1 names the days or numbers them, Monday first
    _DAYS[_day.name] = _DAYS[_day.name[:3]] = _DAYS[str(_number)] = _day
_DAYS |= {"TUES": Weekday.TUESDAY, "THUR": Weekday.THURSDAY, "THURS": Weekday.THURSDAY, "WEDS": Weekday.WEDNESDAY}


def _clock(value: object) -> time | None:
    return _time_of(value) if isinstance(value, str) else parse_time(value)


def _status(value: object) -> ServiceStatus | None:
    word = (_code(value) or "").lower()
    if word and word not in _STATUSES:
        raise Unclean(
            f"{shown(word)} is not a status of HSDS; the service is taken as inactive.",
            "Use active, inactive, defunct or temporarily closed.",
        )
    return _STATUSES.get(word)


def _weekdays(value: object) -> tuple[Weekday, ...] | None:
    text = _code(value)
    if text is None:
        return None
    days = []
    for part in text.replace(";", ",").split(","):
        word = part.strip().upper()
        if word not in _DAYS:
            raise Unclean(f"{shown(part.strip())} is not a weekday.", "Use MO, TU, WE, TH, FR, SA, SU, with commas.")
        if _DAYS[word] not in days:
            days.append(_DAYS[word])
    return tuple(days)


def _freq(value: object) -> str | None:
    word = (_code(value) or "").upper()
    if word and word not in {"WEEKLY", "MONTHLY"}:
        raise Unclean(f"{shown(word)} is not a frequency of HSDS.", "Use WEEKLY or MONTHLY.")
    return word or None


def _location_type(value: object) -> LocationType | None:
    word = (_code(value) or "").lower()
    try:
        return LocationType(word) if word else None
    except ValueError:
        raise Unclean(f"{shown(word)} is not a type of HSDS.", "Use physical, postal or virtual.") from None


def _country(value: object) -> str | None:
    word = (_code(value) or "").upper()
    if word and not (len(word) == 2 and word.isascii() and word.isalpha()):
        raise Unclean(f"{shown(word)} is not a country code.", "Use two letters of ISO 3166-1, like US.")
    return word or None


def _currency(value: object) -> str | None:
    word = (_code(value) or "").upper()
    if word and not (len(word) == 3 and word.isascii() and word.isalpha()):
        raise Unclean(f"{shown(word)} is not a currency code.", "Use three letters of ISO 4217, like USD.")
    return word or None


def _tag(value: object) -> str | None:
    text = _code(value)
    if text is None:
        return None
    tag = language_tag(text) or language_named(text)
    if tag is None:
        raise Unclean(f"{shown(text)} is not a language code.", "Use a code of BCP 47, like he or es.")
    return tag


def _cefr(value: object) -> str | None:
    word = (_code(value) or "").upper()
    if word and word not in {"A1", "A2", "B1", "B2", "C1", "C2"}:
        raise Unclean(f"{shown(word)} is not a level of the CEFR.", "Use A1, A2, B1, B2, C1 or C2.")
    return word or None


def _extension(value: object) -> str | None:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return clean_text(value, 40)


class Mapper:
    """Objects to records. One mapper per reading: it knows the language of the texts and the taxonomies allowed."""

    def __init__(self, ledger: Ledger, language: str, taxonomies: Collection[str] = REDISTRIBUTABLE) -> None:
        self.ledger = ledger
        self.default = self.language = language
        self.taxonomies = taxonomies
        self.file, self.row, self.record = "", 0, ""  # where the object now being read stands
        self._taxonomies_refused: set[str] = set()

    # --- faults ------------------------------------------------------------------------------------------------------

    def fault(self, source: Object | None, field: str | None, reason: str, remedy: str, *, fatal: bool = False) -> None:
        file, row = (source or {}).get(ORIGIN) or (self.file, self.row)
        self.ledger.refuse(file, row, field, reason, remedy, record=self.record or None, fatal=fatal)

    def take(self, source: Object, key: str, parse: "Callable[[Any], Value | None]", path: str = "") -> Value | None:
        value = source.get(key)
        if value is None or value == "":
            return None
        try:
            return parse(value)
        except Unclean as unclean:
            self.fault(source, path + key, unclean.reason, unclean.remedy)
            return None

    def text(self, source: Object, key: str, path: str = "", limit: "Callable[[Any], str | None]" = _words) -> Text:
        value = source.get(key)
        translations = source.get("translations")
        if translations:
            found = self._translated(source, translations, key, path, limit)
            if found:
                return found
        if value is None or value == "":
            return {}
        try:
            words = limit(value)
        except Unclean as unclean:
            self.fault(source, path + key, unclean.reason, unclean.remedy)
            return {}
        return {self.language: words} if words else {}

    def _translated(
        self, source: Object, translations: object, key: str, path: str, limit: "Callable[[Any], str | None]"
    ) -> Text:
        found: Text = {}
        if not isinstance(translations, dict):
            return found
        for code, fields in translations.items():
            if isinstance(fields, dict) and isinstance(code, str) and key in fields:
                words = self.take(fields, key, limit, f"{path}translations.{code}.")
                tag = self.take({"code": code}, "code", _tag, f"{path}translations.{code}.") if words else None
                if words and tag:
                    found[tag] = words
        return found

    def children(self, source: Object, key: str, path: str = "") -> Iterator[tuple[str, Object]]:
        """``(path, child)`` of a list of objects; whatever is not one is a fault of the field."""
        found = source.get(key)
        if found is None or found == "" or found == []:
            return
        if not isinstance(found, list):
            self.fault(source, path + key, f"A list was expected, not {type(found).__name__}.", "Write a list [...].")
            return
        for index, child in enumerate(found):
            where = f"{path}{key}[{index}]"
            if isinstance(child, dict):
                yield where + ".", child
            elif child is not None:
                self.fault(
                    source, where, f"An object was expected, not {type(child).__name__}.", "Write an object {...}."
                )

    def child(self, source: Object, key: str) -> Object | None:
        """A nested object, or nothing; whatever else stands there is a fault of the field."""
        found = source.get(key)
        if found is None or found == "":
            return None
        if not isinstance(found, dict):
            self.fault(source, key, f"An object was expected, not {type(found).__name__}.", "Write an object {...}.")
            return None
        return found

    def enter(self, source: Object, file: str, row: int) -> str | None:
        """Begin a top-level object: its id, or ``None`` and a fatal refusal. Sets where faults are said to be."""
        self.file, self.row = source.get(ORIGIN) or (file, row)
        self.record = ""
        self.language = self.default
        try:
            identifier = _code(source.get("id"))
        except Unclean as unclean:
            self.fault(source, "id", unclean.reason, unclean.remedy, fatal=True)
            return None
        if identifier is None:
            self.fault(source, "id", "The record has no id.", "Give every record an id of its own.", fatal=True)
            return None
        self.record = identifier
        if source.get("content_language"):
            self.language = self.take(source, "content_language", _tag) or self.default
        return identifier

    def build(self, record: type[Item], source: Object, values: dict[str, Any]) -> Item | None:
        """The record, or a fatal refusal if a value is not as the record asks: the last net under all readers."""
        try:
            return record(**values)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            place = ".".join(str(part) for part in first["loc"])
            self.fault(source, place or None, f"{first['msg']}.", "Correct the value.", fatal=True)
            return None

    def name(self, source: Object) -> Text | None:
        """The name a record cannot be without: ``None`` and a fatal refusal if there is none."""
        name = self.text(source, "name", limit=_name)
        if not name:
            self.fault(source, "name", "The record has no name that can be read.", "Give it a name.", fatal=True)
            return None
        return name

    # --- parts -------------------------------------------------------------------------------------------------------

    def phones(self, source: Object, path: str = "") -> tuple[PhoneRecord, ...]:
        if not source.get("phones"):
            return ()
        found = []
        for where, child in self.children(source, "phones", path):
            number = self.take(child, "number", _code, where)
            if number is None:
                continue
            languages = []
            for place, language in self.children(child, "languages", where):
                code = self._code_of(language, place)[0]
                if code not in languages:
                    languages.append(code)
            found.append(
                PhoneRecord(
                    number=number.strip("\"'").strip() or number,  # the published examples put quotes in the value
                    extension=self.take(child, "extension", _extension, where)
                    if not child.get("extension_text")
                    else self.take(child, "extension_text", _extension, where),
                    type=self.take(child, "type", _code, where),
                    description=self.text(child, "description", where),
                    languages=tuple(languages),
                )
            )
        return tuple(found)

    def _code_of(self, source: Object, path: str) -> tuple[str, str | None]:
        name = self.take(source, "name", _name, path)
        code = self.take(source, "code", _tag, path)
        if code is None:
            code = (language_named(name) if name else None) or "und"
        return code, name

    def languages(self, source: Object, path: str = "") -> tuple[LanguageRecord, ...]:
        if not source.get("languages"):
            return ()
        found = []
        for where, child in self.children(source, "languages", path):
            code, name = self._code_of(child, where)
            if code == "und" and name is None:
                continue
            record = LanguageRecord(
                code=code,
                name=name,
                cefr_minimum=self.take(child, "cefr_minimum", _cefr, where),
                note=self.take(child, "note", _words, where),
            )
            if record not in found:
                found.append(record)
        return tuple(found)

    def contacts(self, source: Object, path: str = "") -> tuple[ContactRecord, ...]:
        if not source.get("contacts"):
            return ()
        found = []
        for where, child in self.children(source, "contacts", path):
            contact = ContactRecord(
                name=self.take(child, "name", _name, where),
                title=self.take(child, "title", _name, where),
                department=self.take(child, "department", _name, where),
                email=self.take(child, "email", clean_email, where),
                phones=self.phones(child, where),
            )
            if contact != ContactRecord():
                found.append(contact)
        return tuple(found)

    def schedules(self, source: Object, path: str = "") -> tuple[ScheduleRecord, ...]:
        if not source.get("schedules"):
            return ()
        found = []
        for where, child in self.children(source, "schedules", path):
            faults = len(self.ledger.refusals)
            days = self.take(child, "byday", _weekdays, where)
            opens = self.take(child, "opens_at", _clock, where)
            closes = self.take(child, "closes_at", _clock, where)
            first = self.take(child, "valid_from", parse_date, where)
            last = self.take(child, "valid_to", parse_date, where)
            broken = len(self.ledger.refusals) > faults
            description = self.text(child, "description", where)
            notes = self.take(child, "notes", _words, where)
            if broken:
                # Half a rule would say that a place is open when it is not: the words stay, the rule goes.
                if not description and not notes:
                    continue
                schedule = ScheduleRecord(description=description, notes=notes)
            else:
                schedule = ScheduleRecord(
                    byday=days or (),
                    opens_at=opens,
                    closes_at=closes,
                    valid_from=first,
                    valid_to=last,
                    freq=self.take(child, "freq", _freq, where),
                    interval=self.take(child, "interval", partial(parse_integer, lowest=1, highest=1000), where),
                    bymonthday=self.take(child, "bymonthday", _code, where),
                    attending_type=self.take(child, "attending_type", _name, where),
                    description=description,
                    notes=notes,
                    schedule_link=self.take(child, "schedule_link", clean_url, where),
                )
            if schedule not in found:
                found.append(schedule)
        return tuple(found)

    def links(self, source: Object, key: str) -> tuple[LinkRecord, ...]:
        found = []
        for where, child in self.children(source, key):
            url = self.take(child, "url", clean_url, where)
            if url:
                found.append(LinkRecord(url=url, label=self.take(child, "label", _name, where)))
        return tuple(found)

    def areas(self, source: Object, path: str = "") -> tuple[AreaRecord, ...]:
        if not source.get("service_areas"):
            return ()
        found = []
        for where, child in self.children(source, "service_areas", path):
            area = AreaRecord(
                name=self.text(child, "name", where)
                or self.text(child, "service_area", where)  # UK profile
                or self.text(child, "description", where),
                code=self.take(child, "code", _code, where),
                scheme=self.take(child, "scheme", _code, where),
                extent=self.take(child, "extent", partial(clean_text, limit=5_000_000), where),  # shapes are long
                extent_type=self.take(child, "extent_type", _code, where),
                uri=self.take(child, "uri", clean_url, where),
            )
            if area != AreaRecord():
                found.append(area)
        return tuple(found)

    def costs(self, source: Object) -> tuple[CostRecord, ...]:
        found = []
        for where, child in self.children(source, "cost_options"):
            cost = CostRecord(
                option=self.text(child, "option", where),
                amount=self.take(child, "amount", _amount, where),
                currency=self.take(child, "currency", _currency, where),
                amount_description=self.text(child, "amount_description", where),
                valid_from=self.take(child, "valid_from", parse_date, where),
                valid_to=self.take(child, "valid_to", parse_date, where),
            )
            if cost != CostRecord():
                found.append(cost)
        return tuple(found)

    def documents(self, source: Object) -> tuple[DocumentRecord, ...]:
        found = []
        for where, child in self.children(source, "required_documents"):
            document = self.text(child, "document", where)
            if document:
                found.append(DocumentRecord(document=document, uri=self.take(child, "uri", clean_url, where)))
        return tuple(found)

    def funding(self, source: Object) -> tuple[FundingRecord, ...]:
        sources = (self.take(child, "source", _words, where) for where, child in self.children(source, "funding"))
        return tuple(FundingRecord(source=words) for words in sources if words)

    def capacities(self, source: Object) -> tuple[CapacityRecord, ...]:
        found = []
        for where, child in self.children(source, "capacities"):
            unit = child.get("unit")
            name = (
                self.take(unit, "name", _name, where + "unit.")
                if isinstance(unit, dict)
                else self.take(child, "unit", _name, where)
            )
            available = self.take(child, "available", partial(parse_integer, lowest=0, highest=10**9), where)
            updated = self.take(child, "updated", parse_datetime, where)
            if name is None or available is None or updated is None:
                self.fault(
                    child,
                    where.rstrip("."),
                    "A capacity needs a unit, the number available and when it was counted.",
                    "Give unit, available and updated.",
                )
                continue
            found.append(
                CapacityRecord(
                    unit=name,
                    available=available,
                    maximum=self.take(child, "maximum", partial(parse_integer, lowest=0, highest=10**9), where),
                    updated=updated,
                    description=self.text(child, "description", where),
                )
            )
        return tuple(found)

    def addresses(self, source: Object) -> tuple[AddressRecord, ...]:
        found = []
        for where, child in self.children(source, "addresses"):
            address = AddressRecord(
                **{
                    key: self.take(child, key, _name, where)
                    for key in ("address_1", "address_2", "attention", "city", "region", "state_province")
                },
                postal_code=self.take(child, "postal_code", _code, where),
                country=self.take(child, "country", _country, where),
                address_type=self.take(child, "address_type", _location_type, where) or LocationType.PHYSICAL,
            )
            if address != AddressRecord(address_type=address.address_type):
                found.append(address)
        return tuple(found)

    def accessibility(self, source: Object) -> tuple[AccessibilityRecord, ...]:
        found = []
        for where, child in self.children(source, "accessibility"):
            access = AccessibilityRecord(
                description=self.text(child, "description", where) or self.text(child, "accessibility", where),
                details=self.take(child, "details", _words, where),
                url=self.take(child, "url", clean_url, where),
            )
            if access != AccessibilityRecord():
                found.append(access)
        return tuple(found)

    # --- taxonomies --------------------------------------------------------------------------------------------------

    def taxonomy_of(self, term: Object) -> str | None:
        """Slug of the taxonomy of a term, if it may be passed on; otherwise refused, once for each taxonomy."""
        detail = term.get("taxonomy_detail")
        name = detail.get("name") if isinstance(detail, dict) else None
        names = [
            word for word in (name, term.get("taxonomy"), term.get("vocabulary")) if isinstance(word, str) and word
        ]
        for word in names:
            if slug := permitted(word[:CODE], self.taxonomies):
                return slug
        self.refuse_taxonomy(term, names[0] if names else "")
        return None

    def refuse_taxonomy(self, source: Object, name: str) -> None:
        name = name[:CODE]
        if name in self._taxonomies_refused:
            return
        self._taxonomies_refused.add(name)
        named = f"The taxonomy {shown(name)}" if name else "A taxonomy without a name"
        self.fault(
            source,
            "taxonomy",
            f"{named} is not known to be free to pass on: its terms and the links to them are left out.",
            "Re-code the services to Open Eligibility, or have the taxonomy added to those allowed.",
        )

    def terms(self, source: Object, path: str = "") -> tuple[TermRef, ...]:
        if not source.get("attributes"):
            return ()
        found = []
        for where, child in self.children(source, "attributes", path):
            term = child.get("taxonomy_term")
            if not isinstance(term, dict):
                if term is not None:
                    self.fault(child, where + "taxonomy_term", "An object was expected.", "Write an object {...}.")
                continue
            slug = self.taxonomy_of(term)
            code = self.take(term, "code", _code, where) or self.take(term, "id", _code, where) if slug else None
            if slug and code:
                found.append(
                    TermRef(
                        taxonomy=slug,
                        code=code,
                        link_type=self.take(child, "link_type", _code, where),
                        value=self.take(child, "value", _words, where),
                    )
                )
        return tuple(dict.fromkeys(found))

    def taxonomy(self, source: Object, file: str, row: int) -> TaxonomyRecord | None:
        if self.enter(source, file, row) is None:
            return None
        name = self.text(source, "name", limit=_name)
        words = source.get("name")
        slug = next(
            (
                slug
                for word in [words, *name.values()]
                if isinstance(word, str) and (slug := permitted(word, self.taxonomies))
            ),
            None,
        )
        if not slug:
            self.refuse_taxonomy(source, words if isinstance(words, str) else "")
            return None
        return self.build(
            TaxonomyRecord,
            source,
            {
                "slug": slug,
                "name": name,
                "description": self.text(source, "description"),
                "version": self.take(source, "version", _code),
                "uri": self.take(source, "uri", clean_url),
                "licence": self.take(source, "licence", _name),
            },
        )

    def term(self, source: Object, file: str, row: int, codes: dict[str, str]) -> TermRecord | None:
        """A taxonomy term. ``codes`` (id -> code) resolves its parent, and is filled with its own."""
        identifier = self.enter(source, file, row)
        slug = self.taxonomy_of(source) if identifier else None
        if identifier is None or slug is None:
            return None
        name = self.text(source, "name", limit=_name) or self.text(source, "term", limit=_name)
        if not name:
            self.fault(source, "name", "The term has no name.", "Give it a name.", fatal=True)
            return None
        parent = self.take(source, "parent_id", _code)
        return self.build(
            TermRecord,
            source,
            {
                "taxonomy": slug,
                "code": self.take(source, "code", _code) or identifier,
                "name": name,
                "description": self.text(source, "description"),
                "parent_code": codes.get(parent, parent) if parent else None,
                "uri": self.take(source, "term_uri", clean_url),
            },
        )

    # --- records -----------------------------------------------------------------------------------------------------

    def organisation(self, source: Object, file: str, row: int) -> OrganisationRecord | None:
        identifier = self.enter(source, file, row)
        name = self.name(source) if identifier else None
        if not name:
            return None
        identifiers = []
        for where, child in self.children(source, "organization_identifiers"):
            scheme = self.take(child, "identifier_scheme", _code, where) or self.take(
                child, "identifier_type", _code, where
            )
            value = self.take(child, "identifier", _code, where)
            if scheme and value:
                identifiers.append((scheme, value))
        return self.build(
            OrganisationRecord,
            source,
            {
                "external_id": identifier,
                "name": name,
                "alternate_name": self.text(source, "alternate_name", limit=_name),
                "description": self.text(source, "description"),
                "email": self.take(source, "email", clean_email),
                "website": self.take(source, "website", clean_url) or self.take(source, "url", clean_url),
                "additional_websites": self.links(source, "additional_websites"),
                "legal_status": self.take(source, "legal_status", _name),
                "tax_status": self.take(source, "tax_status", _name),
                "tax_id": self.take(source, "tax_id", _code),
                "year_incorporated": self.take(source, "year_incorporated", _year),
                "logo": self.take(source, "logo", clean_url),
                "uri": self.take(source, "uri", clean_url),
                "parent_id": self.take(source, "parent_organization_id", _code),
                "identifiers": tuple(identifiers),
                "phones": self.phones(source),
                "contacts": self.contacts(source),
                "terms": self.terms(source),
            },
        )

    def programme(self, source: Object, file: str, row: int, organisation_id: str | None) -> ProgrammeRecord | None:
        identifier = self.enter(source, file, row)
        name = self.name(source) if identifier else None
        if not name:
            return None
        return self.build(
            ProgrammeRecord,
            source,
            {
                "external_id": identifier,
                "organisation_id": organisation_id,
                "name": name,
                "alternate_name": self.text(source, "alternate_name", limit=_name),
                "description": self.text(source, "description"),
            },
        )

    def location(self, source: Object, file: str, row: int, organisation_id: str | None) -> LocationRecord | None:
        identifier = self.enter(source, file, row)
        if identifier is None:
            return None
        latitude = self.take(source, "latitude", _latitude)
        longitude = self.take(source, "longitude", _longitude)
        if (latitude is None) != (longitude is None):
            latitude = longitude = None  # half a point is no point
        return self.build(
            LocationRecord,
            source,
            {
                "external_id": identifier,
                "organisation_id": organisation_id,
                "location_type": self.take(source, "location_type", _location_type) or LocationType.PHYSICAL,
                "name": self.text(source, "name", limit=_name),
                "alternate_name": self.text(source, "alternate_name", limit=_name),
                "description": self.text(source, "description"),
                "transportation": self.text(source, "transportation"),
                "url": self.take(source, "url", clean_url),
                "latitude": _float(latitude),
                "longitude": _float(longitude),
                "external_identifier": self.take(source, "external_identifier", _code),
                "external_identifier_type": self.take(source, "external_identifier_type", _code),
                "addresses": self.addresses(source),
                "phones": self.phones(source),
                "schedules": self.schedules(source),
                "languages": self.languages(source),
                "accessibility": self.accessibility(source),
                "contacts": self.contacts(source),
                "terms": self.terms(source),
            },
        )

    def at_location(
        self, source: Object, path: str, service_id: str, location_id: str
    ) -> ServiceAtLocationRecord | None:
        return self.build(
            ServiceAtLocationRecord,
            source,
            {
                "external_id": self.take(source, "id", _code, path) or f"{service_id}@{location_id}"[:CODE],
                "location_id": location_id,
                "description": self.text(source, "description", path),
                "phones": self.phones(source, path),
                "schedules": self.schedules(source, path),
                "contacts": self.contacts(source, path),
                "areas": self.areas(source, path),
            },
        )

    def service(
        self,
        source: Object,
        identifier: str,
        *,
        organisation_id: str | None,
        programme_id: str | None,
        at_locations: tuple[ServiceAtLocationRecord, ...],
    ) -> ServiceRecord | None:
        """A service after :meth:`enter`; the caller has resolved what it points at."""
        name = self.name(source)
        if not name:
            return None
        lowest, highest = self.take(source, "minimum_age", _age), self.take(source, "maximum_age", _age)
        if lowest is not None and highest is not None and lowest > highest:
            self.fault(source, "minimum_age", "The lowest age is above the highest.", "Correct one of the two.")
            lowest = highest = None
        status = self.take(source, "status", _status)
        if status is None:
            # Silence means active, as most directories leave the column empty; an unknown word does not.
            status = ServiceStatus.INACTIVE if source.get("status") else ServiceStatus.ACTIVE
        return self.build(
            ServiceRecord,
            source,
            {
                "external_id": identifier,
                "organisation_id": organisation_id,
                "programme_id": programme_id,
                "name": name,
                "alternate_name": self.text(source, "alternate_name", limit=_name),
                "description": self.text(source, "description"),
                "url": self.take(source, "url", clean_url),
                "additional_urls": self.links(source, "additional_urls"),
                "email": self.take(source, "email", clean_email),
                "status": status,
                "interpretation_services": self.text(source, "interpretation_services"),
                "application_process": self.text(source, "application_process"),
                "fees_description": self.text(source, "fees_description") or self.text(source, "fees"),
                "eligibility_description": self.text(source, "eligibility_description"),
                "wait_time": self.text(source, "wait_time"),
                "accreditations": self.take(source, "accreditations", _words),
                "licenses": self.take(source, "licenses", _words),
                "alert": self.text(source, "alert"),
                "minimum_age": lowest,
                "maximum_age": highest,
                "assured_date": self.take(source, "assured_date", parse_date),
                "assurer_email": self.take(source, "assurer_email", clean_email),
                "last_modified": self.take(source, "last_modified", parse_datetime),
                "phones": self.phones(source),
                "schedules": self.schedules(source),
                "languages": self.languages(source),
                "areas": self.areas(source),
                "costs": self.costs(source),
                "documents": self.documents(source),
                "funding": self.funding(source),
                "contacts": self.contacts(source),
                "capacities": self.capacities(source),
                "terms": self.terms(source),
                "at_locations": at_locations,
                "referral_modes": self._referral_modes(source),
                "remote": self.take(source, "remote", parse_flag),
                "weekly_hours": self.take(source, "weekly_hours", partial(parse_number, lowest=0, highest=168)),
                "weeks": self.take(source, "weeks", partial(parse_integer, lowest=0, highest=520)),
                "learning_outcomes": self.text(source, "learning_outcomes"),
            },
        )

    def _referral_modes(self, source: Object) -> tuple[ReferralMode, ...]:
        found = source.get("referral_modes")
        if not found:
            return ()
        words = found if isinstance(found, list) else str(found)[:CODE].split(",")
        modes = []
        for word in words:
            try:
                modes.append(ReferralMode(word.strip().lower() if isinstance(word, str) else word))
            except ValueError:
                self.fault(source, "referral_modes", f"{shown(word)} is unknown.", "Use self or professional.")
        return tuple(dict.fromkeys(modes))


def _float(number: Decimal | None) -> float | None:
    return None if number is None else float(number)
