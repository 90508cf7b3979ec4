"""The parts of HSDS objects (phones, schedules, costs, ...) to records, and where the faults in them are told."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from pydantic import ValidationError

from kesher.formats.building import why_not
from kesher.formats.files import Ledger, Unclean
from kesher.formats.hsds import fields
from kesher.formats.hsds.languages import language_named
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
    LocationType,
    PhoneRecord,
    Record,
    ScheduleRecord,
    TermRef,
    Text,
)
from kesher.formats.remarks import Said, standards
from kesher.formats.values import (
    clean_email,
    clean_text,
    clean_url,
    parse_date,
    parse_datetime,
    parse_integer,
)

Object = dict[Any, Any]
Limit = Callable[[Any], str | None]
Value = TypeVar("Value")
Item = TypeVar("Item", bound=Record)


@dataclass(slots=True)
class _LeftOut:
    """A taxonomy that may not be passed on: where it was first met, and how much of it there was."""

    file: str
    row: int
    record: str
    terms: set[str] = field(default_factory=set)
    links: int = 0


ORIGIN = object()
"""Key under which an object from a table carries its ``(file, row)``. Not a string, so that no file can set it."""


class Parts:
    """What :class:`~kesher.formats.hsds.mapping.Mapper` is built on: faults, texts in many languages, and children."""

    def __init__(self, ledger: Ledger, language: str, taxonomies: Collection[str] = REDISTRIBUTABLE) -> None:
        self.ledger = ledger
        self.default = self.language = language
        self.taxonomies = taxonomies
        self.file, self.row, self.record = "", 0, ""  # where the object now being read stands
        self._left_out: dict[str, _LeftOut] = {}

    # --- faults ------------------------------------------------------------------------------------------------------

    def fault(self, source: Object | None, field: str | None, said: Said, *, fatal: bool = False) -> None:
        file, row = (source or {}).get(ORIGIN) or (self.file, self.row)
        self.ledger.refuse(file, row, field, said, record=self.record or None, fatal=fatal)

    def take(self, source: Object, key: str, parse: "Callable[[Any], Value | None]", path: str = "") -> Value | None:
        value = source.get(key)
        if value is None or value == "":
            return None
        try:
            return parse(value)
        except Unclean as unclean:
            self.fault(source, path + key, unclean.said)
            return None

    def text(self, source: Object, key: str, path: str = "", limit: Limit = fields.words) -> Text:
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
            self.fault(source, path + key, unclean.said)
            return {}
        return {self.language: words} if words else {}

    def _translated(self, source: Object, translations: object, key: str, path: str, limit: Limit) -> Text:
        found: Text = {}
        if not isinstance(translations, dict):
            return found
        for code, translated in translations.items():
            if isinstance(translated, dict) and isinstance(code, str) and key in translated:
                words = self.take(translated, key, limit, f"{path}translations.{code}.")
                tag = self.take({"code": code}, "code", fields.tag, f"{path}translations.{code}.") if words else None
                if words and tag:
                    found[tag] = words
        return found

    def children(self, source: Object, key: str, path: str = "") -> Iterable[tuple[str, Object]]:
        """``(path, child)`` of a list of objects; whatever is not one is a fault of the field."""
        found = source.get(key)
        return self._listed(source, key, path, found) if found is not None and found != "" and found != [] else ()

    def _listed(self, source: Object, key: str, path: str, found: object) -> Iterator[tuple[str, Object]]:
        if not isinstance(found, list):
            self.fault(source, path + key, standards.LIST_EXPECTED())
            return
        for index, child in enumerate(found):
            where = f"{path}{key}[{index}]"
            if isinstance(child, dict):
                yield where + ".", child
            elif child is not None:
                self.fault(source, where, standards.OBJECT_EXPECTED())

    def child(self, source: Object, key: str) -> Object | None:
        """A nested object, or nothing; whatever else stands there is a fault of the field."""
        found = source.get(key)
        if found is None or found == "":
            return None
        if not isinstance(found, dict):
            self.fault(source, key, standards.OBJECT_EXPECTED())
            return None
        return found

    def enter(self, source: Object, file: str, row: int) -> str | None:
        """Begin a top-level object: its id, or ``None`` and a fatal refusal. Sets where faults are said to be."""
        self.file, self.row = source.get(ORIGIN) or (file, row)
        self.record = ""
        self.language = self.default
        try:
            identifier = fields.code(source.get("id"))
        except Unclean as unclean:
            self.fault(source, "id", unclean.said, fatal=True)
            return None
        if identifier is None:
            self.fault(source, "id", standards.NO_ID(), fatal=True)
            return None
        self.record = identifier
        if source.get("content_language"):
            self.language = self.take(source, "content_language", fields.tag) or self.default
        return identifier

    def build(self, record: type[Item], source: Object, values: dict[str, Any]) -> Item | None:
        """The record, or a fatal refusal if a value is not as the record asks: the last net under all readers."""
        try:
            return record(**values)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            place = ".".join(str(part) for part in first["loc"])
            self.fault(source, place or None, why_not(first), fatal=True)
            return None

    def name(self, source: Object) -> Text | None:
        """The name a record cannot be without: ``None`` and a fatal refusal if there is none."""
        name = self.text(source, "name", limit=fields.name)
        if not name:
            self.fault(source, "name", standards.NO_NAME(), fatal=True)
            return None
        return name

    # --- parts -------------------------------------------------------------------------------------------------------

    def phones(self, source: Object, path: str = "") -> tuple[PhoneRecord, ...]:
        if not source.get("phones"):
            return ()
        found = []
        for where, child in self.children(source, "phones", path):
            number = self.take(child, "number", fields.code, where)
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
                    extension=self.take(child, "extension", fields.extension, where)
                    if not child.get("extension_text")
                    else self.take(child, "extension_text", fields.extension, where),
                    type=self.take(child, "type", fields.code, where),
                    description=self.text(child, "description", where),
                    languages=tuple(languages),
                )
            )
        return tuple(found)

    def _code_of(self, source: Object, path: str) -> tuple[str, str | None]:
        name = self.take(source, "name", fields.name, path)
        code = self.take(source, "code", fields.tag, path)
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
                cefr_minimum=self.take(child, "cefr_minimum", fields.cefr, where),
                note=self.take(child, "note", fields.words, where),
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
                name=self.take(child, "name", fields.name, where),
                title=self.take(child, "title", fields.name, where),
                department=self.take(child, "department", fields.name, where),
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
            days = self.take(child, "byday", fields.weekdays, where)
            opens = self.take(child, "opens_at", fields.clock, where)
            closes = self.take(child, "closes_at", fields.clock, where)
            first = self.take(child, "valid_from", parse_date, where)
            last = self.take(child, "valid_to", parse_date, where)
            broken = len(self.ledger.refusals) > faults
            description = self.text(child, "description", where)
            notes = self.take(child, "notes", fields.words, where)
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
                    freq=self.take(child, "freq", fields.freq, where),
                    interval=self.take(child, "interval", partial(parse_integer, lowest=1, highest=1000), where),
                    bymonthday=self.take(child, "bymonthday", fields.code, where),
                    attending_type=self.take(child, "attending_type", fields.name, where),
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
                found.append(LinkRecord(url=url, label=self.take(child, "label", fields.name, where)))
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
                code=self.take(child, "code", fields.code, where),
                scheme=self.take(child, "scheme", fields.code, where),
                extent=self.take(child, "extent", partial(clean_text, limit=5_000_000), where),  # shapes are long
                extent_type=self.take(child, "extent_type", fields.code, where),
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
                amount=self.take(child, "amount", fields.amount, where),
                currency=self.take(child, "currency", fields.currency, where),
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
        sources = (self.take(child, "source", fields.words, where) for where, child in self.children(source, "funding"))
        return tuple(FundingRecord(source=words) for words in sources if words)

    def capacities(self, source: Object) -> tuple[CapacityRecord, ...]:
        found = []
        for where, child in self.children(source, "capacities"):
            unit = child.get("unit")
            name = (
                self.take(unit, "name", fields.name, where + "unit.")
                if isinstance(unit, dict)
                else self.take(child, "unit", fields.name, where)
            )
            available = self.take(child, "available", partial(parse_integer, lowest=0, highest=10**9), where)
            updated = self.take(child, "updated", parse_datetime, where)
            if name is None or available is None or updated is None:
                self.fault(child, where.rstrip("."), standards.CAPACITY_INCOMPLETE())
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
                    key: self.take(child, key, fields.name, where)
                    for key in ("address_1", "address_2", "attention", "city", "region", "state_province")
                },
                postal_code=self.take(child, "postal_code", fields.code, where),
                country=self.take(child, "country", fields.country, where),
                address_type=self.take(child, "address_type", fields.location_type, where) or LocationType.PHYSICAL,
            )
            if address != AddressRecord(address_type=address.address_type):
                found.append(address)
        return tuple(found)

    def accessibility(self, source: Object) -> tuple[AccessibilityRecord, ...]:
        found = []
        for where, child in self.children(source, "accessibility"):
            access = AccessibilityRecord(
                description=self.text(child, "description", where) or self.text(child, "accessibility", where),
                details=self.take(child, "details", fields.words, where),
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
            if slug := permitted(word[: fields.CODE], self.taxonomies):
                return slug
        left_out = self.refuse_taxonomy(term, names[0] if names else "")
        left_out.terms.add(str(term.get("id") or term.get("code") or term.get("name") or "")[: fields.CODE])
        return None

    def refuse_taxonomy(self, source: Object, name: str) -> _LeftOut:
        """Remember that this taxonomy is left out; told once, with its counts, by :meth:`tell_left_out`."""
        name = name[: fields.CODE]
        file, row = source.get(ORIGIN) or (self.file, self.row)
        self._last_left_out = self._left_out.setdefault(name, _LeftOut(file, row, self.record))
        return self._last_left_out

    def tell_left_out(self) -> None:
        """Say which taxonomies were left out and how much of each. Call when everything has been read."""
        for name, found in self._left_out.items():
            said = standards.TAXONOMY_WITHOUT_NAME(terms=len(found.terms), links=found.links)
            if name:
                said = standards.TAXONOMY_LEFT_OUT(name=name, terms=len(found.terms), links=found.links)
            self.ledger.refuse(
                found.file,
                found.row,
                "taxonomy",
                said,
                record=found.record or None,
                fatal=False,
                kind="taxonomy",
            )
        self._left_out.clear()

    def terms(self, source: Object, path: str = "") -> tuple[TermRef, ...]:
        if not source.get("attributes"):
            return ()
        found = []
        for where, child in self.children(source, "attributes", path):
            term = child.get("taxonomy_term")
            if not isinstance(term, dict):
                if term is not None:
                    self.fault(child, where + "taxonomy_term", standards.OBJECT_EXPECTED())
                continue
            slug = self.taxonomy_of(term)
            if slug is None:
                self._last_left_out.links += 1
            code = (
                self.take(term, "code", fields.code, where) or self.take(term, "id", fields.code, where)
                if slug
                else None
            )
            if slug and code:
                found.append(
                    TermRef(
                        taxonomy=slug,
                        code=code,
                        link_type=self.take(child, "link_type", fields.code, where),
                        value=self.take(child, "value", fields.words, where),
                    )
                )
        return tuple(dict.fromkeys(found))
