"""HSDS as tables: the datapackage of 3.x, and of 1.x with its other names, from a folder or a zip of CSV files.

The children (phones, schedules, languages, ...) are grouped by what they belong to, as plain tuples; organisations,
locations and services are then read one row after the other and yielded with their children. A child that names
several parents (HSDS lets a phone name its service, its location and its organisation in one row) goes to the most
particular of them that is in the file, so that nothing is shown three times.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from kesher.formats.hsds.mapping import ORIGIN, Mapper, Object
from kesher.formats.records import (
    LocationRecord,
    OrganisationRecord,
    ProgrammeRecord,
    Reading,
    ServiceRecord,
    TaxonomyRecord,
    TermRecord,
    UnreadableFile,
)
from kesher.formats.remarks import standards


class Cells(Protocol):
    """What is asked of a table; :class:`kesher.formats.files.Table` is one."""

    file: str
    columns: list[str]

    def cells(self) -> Iterator[tuple[int, list[str]]]: ...


@dataclass(slots=True)
class MemoryTable:
    """A table given as JSON rows (the standard's ``tabular.json``)."""

    file: str
    rows: list[Any]
    columns: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        names = dict.fromkeys(key for row in self.rows if isinstance(row, dict) for key in row)
        self.columns = list(names)

    def cells(self) -> Iterator[tuple[int, list[str]]]:
        for number, row in enumerate(self.rows, start=1):
            if isinstance(row, dict):
                yield number, [_cell(row.get(column)) for column in self.columns]


def _cell(value: object) -> str:
    if value is None or isinstance(value, list | dict):
        return ""
    try:
        return str(value)
    except ValueError:  # an integer of more digits than Python prints
        return ""


# Our name for a table -> the names it goes by. The first found is read.
NAMES: dict[str, tuple[str, ...]] = {
    "organizations": ("organizations", "organization"),
    "programs": ("programs", "program"),
    "locations": ("locations", "location"),
    "services": ("services", "service"),
    "service_at_locations": ("service_at_location", "service_at_locations", "services_at_location"),
    "taxonomies": ("taxonomies",),
    "taxonomy_terms": ("taxonomy_terms", "taxonomy_term"),
    "taxonomy": ("taxonomy",),  # of 3.x: the taxonomies; of 1.x: the terms
    "attributes": ("attributes", "attribute"),
    "services_taxonomy": ("services_taxonomy", "service_taxonomy", "service_attributes"),
    "phones": ("phones", "phone"),
    "contacts": ("contacts", "contact"),
    "schedules": ("schedules", "schedule"),
    "regular_schedules": ("regular_schedules", "regular_schedule"),
    "holiday_schedules": ("holiday_schedules", "holiday_schedule"),
    "languages": ("languages", "language"),
    "addresses": ("addresses", "address"),
    "physical_addresses": ("physical_addresses", "physical_address"),
    "postal_addresses": ("postal_addresses", "postal_address"),
    "accessibility": ("accessibility", "accessibility_for_disabilities"),
    "service_areas": ("service_areas", "service_area"),
    "cost_options": ("cost_options", "cost_option"),
    "required_documents": ("required_documents", "required_document"),
    "funding": ("funding",),
    "capacities": ("service_capacity", "service_capacities"),
    "units": ("units", "unit"),
    "urls": ("url", "urls"),
    "organization_identifiers": ("organization_identifiers", "organization_identifier"),
    "eligibility": ("eligibility",),
}
#: Codes written into the services themselves, which 1.x allowed: of which taxonomy, nobody says.
_CODES_IN_SERVICES = ("taxonomy_ids", "taxonomy_terms")
_LEGACY = {"regular_schedules", "physical_addresses", "postal_addresses", "eligibility", "services_taxonomy"}
_KNOWN = {alias for aliases in NAMES.values() for alias in aliases}
_NOT_READ = {"metadata", "meta_table_descriptions", "meta_table_description"}  # who changed what at the source

# Child table -> the parents it may name, most particular first, and the field of the parent it fills.
Parent = tuple[str, str]  # kind, column
_SITE, _SERVICE, _PLACE, _BODY = (
    ("site", "service_at_location_id"),
    ("service", "service_id"),
    ("location", "location_id"),
    ("organisation", "organization_id"),
)
_CHILDREN: dict[str, tuple[str, tuple[Parent, ...]]] = {
    "contacts": ("contacts", (_SITE, _SERVICE, _PLACE, _BODY)),
    "phones": ("phones", (("contact", "contact_id"), _SITE, _SERVICE, _PLACE, _BODY)),
    "languages": ("languages", (("phone", "phone_id"), _SERVICE, _PLACE)),
    "schedules": ("schedules", (_SITE, _SERVICE, _PLACE)),
    "regular_schedules": ("schedules", (_SITE, _SERVICE, _PLACE)),
    "holiday_schedules": ("schedules", (_SITE, _SERVICE, _PLACE)),
    "addresses": ("addresses", (_PLACE,)),
    "physical_addresses": ("addresses", (_PLACE,)),
    "postal_addresses": ("addresses", (_PLACE,)),
    "accessibility": ("accessibility", (_PLACE,)),
    "service_areas": ("service_areas", (_SITE, _SERVICE)),
    "cost_options": ("cost_options", (_SERVICE,)),
    "required_documents": ("required_documents", (_SERVICE,)),
    "funding": ("funding", (_SERVICE, _BODY)),
    "capacities": ("capacities", (_SERVICE,)),
    "urls": ("urls", (_SERVICE, _BODY)),
    "organization_identifiers": ("organization_identifiers", (_BODY,)),
    "eligibility": ("eligibility", (_SERVICE,)),
    "service_at_locations": ("service_at_locations", (_SERVICE,)),
    "attributes": ("attributes", ()),
    "services_taxonomy": ("attributes", (_SERVICE,)),
}
_ENTITIES = {
    "service": "service",
    "organization": "organisation",
    "organisation": "organisation",
    "location": "location",
}
_PARENT_NAMES = {"site": "service-at-location", "organisation": "organisation"}

Stored = tuple[Any, ...]  # table, row number, then the cells of its columns


@dataclass(slots=True)
class _Group:
    """One child table, its rows grouped by parent. ``make`` turns a stored row into an HSDS 3.x object."""

    name: str
    file: str
    columns: list[str]
    rows: dict[tuple[str, str], tuple[Stored, ...] | list[Stored]] = field(default_factory=dict)


class TablesReader:
    """Reads HSDS ``tables``. Raises :class:`UnreadableFile` at once if none of them is one of HSDS."""

    def __init__(self, tables: Mapping[str, Cells], mapper: Mapper) -> None:
        self.mapper = mapper
        self.ledger = mapper.ledger
        self.tables: dict[str, Cells] = {}
        for ours, aliases in NAMES.items():
            named = next((tables[alias] for alias in aliases if alias in tables), None)
            if named is not None:
                self.tables[ours] = named
        if not self.tables.keys() & {"organizations", "locations", "services", "taxonomy_terms"}:
            found = ", ".join(sorted(table.file for table in tables.values())[:5]) or "the folder"
            raise UnreadableFile(found, standards.NO_HSDS_TABLE())
        self.legacy = bool(self.tables.keys() & _LEGACY)
        for name, table in sorted(tables.items()):
            if name not in _KNOWN and name not in _NOT_READ:
                self.ledger.refuse(table.file, None, None, standards.TABLE_NOT_READ(), fatal=False)
        for name in ("organizations", "programs", "locations", "services"):
            if name in self.tables and "id" not in self.tables[name].columns:
                raise UnreadableFile(self.tables[name].file, standards.NO_ID_COLUMN())
        self._ids: dict[str, set[str]] = {}
        self._groups: dict[tuple[str, str], list[_Group]] = {}  # kind and field of the parent -> tables that fill it
        self._units: dict[str, Object] = {}
        self._term_objects: dict[str, Object] | None = None
        self._loaded = False

    def reading(self, source: str) -> Reading:
        return Reading(
            source=source,
            language=self.mapper.default,
            taxonomies=self.taxonomies(),
            terms=self.terms(),
            organisations=self.organisations(),
            programmes=self.programmes(),
            locations=self.locations(),
            services=self.services(),
            refusals=self.ledger.refusals,
        )

    # --- loading -----------------------------------------------------------------------------------------------------

    def _load(self) -> None:
        """Group the children. Once; the first iteration pays for it."""
        if self._loaded:
            return
        self._loaded = True
        for kind, name in (
            ("organisation", "organizations"),
            ("programme", "programs"),
            ("location", "locations"),
            ("service", "services"),
            ("contact", "contacts"),
            ("phone", "phones"),
            ("site", "service_at_locations"),
        ):
            self._ids[kind] = self._identifiers(kind, name)
        for unit in self._objects("units"):
            self._units[unit.get("id", "")] = unit
        for name, (parent_field, parents) in _CHILDREN.items():
            table = self.tables.get(name)
            if table is not None:
                group = self._group(name, table, parents)
                for kind in {kind for kind, _ in group.rows}:
                    self._groups.setdefault((kind, parent_field), []).append(group)

    def _identifiers(self, kind: str, name: str) -> set[str]:
        """Ids of the rows of a table, if another table may point at them."""
        table = self.tables.get(name)
        pointed = {"contact": ("phones", "contact_id"), "phone": ("languages", "phone_id")}.get(kind)
        if table is None or "id" not in table.columns:
            return set()
        if pointed and (pointed[0] not in self.tables or pointed[1] not in self.tables[pointed[0]].columns):
            return set()
        at = table.columns.index("id")
        before = len(self.ledger.refusals)
        found = {identifier for _, cells in table.cells() if (identifier := cells[at].strip())}
        del self.ledger.refusals[before:]  # faults of rows are told when the rows are read for good
        return found

    def _group(self, name: str, table: Cells, parents: Collection[Parent]) -> _Group:
        columns = table.columns
        group = _Group(name, table.file, columns)
        named = [(kind, columns.index(column)) for kind, column in parents if column in columns]
        by_link = name == "attributes" and "link_id" in columns
        if not named and not by_link:
            nobody = standards.TABLE_OF_NOBODY(columns=[column for _, column in parents])
            self.ledger.refuse(table.file, 1, None, nobody, kind="detail")
            return group
        link = columns.index("link_id") if by_link else 0
        entity = columns.index("link_entity") if by_link and "link_entity" in columns else None
        ids, rows, shared = self._ids, group.rows, dict[str, str]()
        for number, cells in table.cells():
            key: tuple[str, str] | None = None
            if by_link:
                key = self._linked(cells[link].strip(), cells[entity] if entity is not None else "")
            for kind, at in named:
                identifier = cells[at].strip()
                if identifier and identifier in ids[kind]:
                    key = (kind, identifier)
                    break
            if key is None:
                if any(cells):
                    self._orphan(table.file, number, columns, cells, named, link if by_link else None)
                continue
            stored = (number, *[shared.setdefault(cell, cell) if len(cell) < 48 else cell for cell in cells])
            found = rows.get(key)
            # Tuples of plain values are smaller than lists and need no walking by the garbage collector; a list only
            # where a parent has so many children that adding to a tuple would cost more.
            if found is None:
                rows[key] = (stored,)
            elif isinstance(found, list):
                found.append(stored)
            elif len(found) < 32:
                rows[key] = (*found, stored)
            else:
                rows[key] = [*found, stored]
        return group

    def _linked(self, identifier: str, entity: str) -> tuple[str, str] | None:
        kinds = [_ENTITIES[entity.strip().lower()]] if entity.strip().lower() in _ENTITIES else _ENTITIES.values()
        return next(((kind, identifier) for kind in kinds if identifier in self._ids[kind]), None)

    def _orphan(
        self,
        file: str,
        number: int,
        columns: list[str],
        cells: list[str],
        named: Iterable[tuple[str, int]],
        link: int | None,
    ) -> None:
        places = [at for _, at in named] if link is None else [link]
        pointed = next((at for at in places if cells[at].strip()), None)
        said = standards.ROW_OF_NOBODY() if pointed is None else standards.POINTS_NOWHERE(id=cells[pointed])
        at = columns.index("id") if "id" in columns else None
        self.ledger.refuse(
            file,
            number,
            columns[places[0] if pointed is None else pointed],
            said,
            record=(cells[at][:255] or None) if at is not None else None,
            kind="detail",
        )

    # --- rows to objects ---------------------------------------------------------------------------------------------

    def _objects(self, name: str) -> Iterator[Object]:
        table = self.tables.get(name)
        if table is None:
            return
        for number, cells in table.cells():
            yield self._object(table.file, table.columns, number, cells)

    def _object(self, file: str, columns: list[str], number: int, cells: Iterable[str]) -> Object:
        found: Object = {column: cell for column, cell in zip(columns, cells, strict=True) if cell}
        if self.legacy:
            for column, cell in found.items():
                if "\\n" in cell:  # line breaks that an exporter wrote as backslash and n
                    found[column] = cell.replace("\\n", "\n")
        found[ORIGIN] = (file, number)
        return found

    def _children(self, kind: str, identifier: str | None, parent_field: str) -> list[Object]:
        """The children of one parent as HSDS 3.x objects. They are given out once: memory goes as services go."""
        groups = self._groups.get((kind, parent_field))
        if not identifier or not groups:
            return []
        made: list[Object] = []
        for group in groups:
            stored = group.rows.pop((kind, identifier), None)
            if stored:
                objects = [self._object(group.file, group.columns, row[0], row[1:]) for row in stored]
                make = _MAKERS.get(group.name)
                made += make(self, objects) if make else objects
        return made

    def _fill(self, found: Object, kind: str, fields: Iterable[str]) -> Object:
        for parent_field in fields:
            children = self._children(kind, found.get("id", "").strip(), parent_field)
            if children:
                found[parent_field] = children
        return found

    def _phones(self, objects: list[Object]) -> list[Object]:
        for phone in objects:
            languages = self._children("phone", phone.get("id", "").strip(), "languages")
            for code in phone.get("language", "").replace(";", ",").split(","):  # 1.x: "en, es"
                if code.strip():
                    key = "code" if len(code.strip()) <= 3 else "name"
                    languages.append({key: code.strip(), ORIGIN: phone[ORIGIN]})
            phone["languages"] = languages
        return objects

    def _contacts(self, objects: list[Object]) -> list[Object]:
        return [self._fill(contact, "contact", ("phones",)) for contact in objects]

    def _weekly(self, objects: list[Object]) -> list[Object]:
        """1.x has one row for each weekday: the days with the same hours become one rule."""
        rules: dict[tuple[str | None, ...], Object] = {}
        for row in objects:
            hours = (row.get("opens_at"), row.get("closes_at"), row.get("original_text"))
            day = row.get("weekday")
            rule = rules.get(hours)
            if rule is None:
                rules[hours] = rule = {**row, "byday": day, "description": row.get("original_text")}
                if day:
                    rule["freq"] = "WEEKLY"
            elif day:
                rule["byday"] = f"{rule['byday']},{day}" if rule["byday"] else day
        return list(rules.values())

    def _holidays(self, objects: list[Object]) -> list[Object]:
        for row in objects:
            row["valid_from"], row["valid_to"] = row.get("start_date"), row.get("end_date")
            if row.get("closed", "").lower() in {"true", "t", "yes", "1"}:
                row["notes"] = "closed"
        return objects

    def _languages(self, objects: list[Object]) -> list[Object]:
        for row in objects:
            row.setdefault("name", row.get("language"))
        return objects

    def _postal(self, objects: list[Object]) -> list[Object]:
        for row in objects:
            row["address_type"] = "postal"
        return objects

    def _physical(self, objects: list[Object]) -> list[Object]:
        for row in objects:
            row["address_type"] = "physical"
        return objects

    def _capacity(self, objects: list[Object]) -> list[Object]:
        for row in objects:
            if "unit_id" in row and "unit" not in row:
                row["unit"] = self._units.get(row["unit_id"])
        return objects

    def _attributes(self, objects: list[Object]) -> list[Object]:
        terms = self._term_table()
        for row in objects:
            identifier = row.get("taxonomy_term_id") or row.get("taxonomy_id") or ""
            term = terms.get(identifier)
            if term is None:
                self.mapper.fault(row, "taxonomy_term_id", standards.POINTS_NOWHERE(id=identifier))
            row["taxonomy_term"] = term
        return objects

    # --- taxonomies --------------------------------------------------------------------------------------------------

    def _taxonomy_table(self) -> str:
        """3.x keeps taxonomies in ``taxonomies`` (its UK profile in ``taxonomy``); 1.x keeps terms in ``taxonomy``."""
        if "taxonomies" in self.tables:
            return "taxonomies"
        table = self.tables.get("taxonomy")
        return "taxonomy" if table is not None and not {"vocabulary", "parent_id"} & set(table.columns) else ""

    def _term_table(self) -> dict[str, Object]:
        if self._term_objects is None:
            names = {
                found["id"]: found["name"]
                for found in self._objects(self._taxonomy_table())
                if "id" in found and "name" in found
            }
            legacy = "taxonomy" in self.tables and self._taxonomy_table() != "taxonomy"
            self._term_objects = {}
            for found in self._objects(
                "taxonomy" if legacy and "taxonomy_terms" not in self.tables else "taxonomy_terms"
            ):
                if found.get("taxonomy_id") in names:
                    found["taxonomy"] = names[found["taxonomy_id"]]
                self._term_objects.setdefault(found.get("id", ""), found)
        return self._term_objects

    def taxonomies(self) -> Iterator[TaxonomyRecord]:
        seen: set[str] = set()
        for found in self._objects(self._taxonomy_table()):
            record = self.mapper.taxonomy(found, "", 0)
            if record and record.slug not in seen:
                seen.add(record.slug)
                yield record
        for found in self._term_table().values():  # 1.x names the vocabulary in each term and nowhere else
            slug = self.mapper.taxonomy_of(found)
            if slug and slug not in seen:
                seen.add(slug)
                name = found.get("taxonomy") or found.get("vocabulary") or slug
                yield TaxonomyRecord(slug=slug, name={self.mapper.default: name})

    def terms(self) -> Iterator[TermRecord]:
        found = self._term_table()
        codes = {identifier: term["code"] for identifier, term in found.items() if term.get("code")}
        seen: set[tuple[str, str]] = set()
        for term in found.values():
            record = self.mapper.term(term, "", 0, codes)
            if record and (record.taxonomy, record.code) not in seen:
                seen.add((record.taxonomy, record.code))
                yield record

    # --- records -----------------------------------------------------------------------------------------------------

    def _main(self, name: str) -> Iterator[Object]:
        """Rows of a main table whose id is new; one seen before is refused."""
        seen: set[str] = set()
        self._load()
        for found in self._objects(name):
            identifier = found.get("id", "").strip()
            if identifier and identifier in seen:
                file, row = found[ORIGIN]
                self.ledger.refuse(file, row, "id", standards.SAME_ID(), record=identifier[:255])
                continue
            seen.add(identifier)
            yield found

    def _pointed(self, found: Object, column: str, kind: str) -> str | None:
        identifier = str(found.get(column, "")).strip()
        if not identifier or identifier in self._ids[kind]:
            return identifier or None
        self.mapper.fault(found, column, standards.POINTS_NOWHERE(id=identifier))
        return None

    def organisations(self) -> Iterator[OrganisationRecord]:
        for found in self._main("organizations"):
            self._fill(found, "organisation", ("phones", "contacts", "organization_identifiers", "attributes"))
            found["additional_websites"] = self._children("organisation", found.get("id", "").strip(), "urls")
            record = self.mapper.organisation(found, "", 0)
            if record:
                yield record

    def programmes(self) -> Iterator[ProgrammeRecord]:
        for found in self._main("programs"):
            self.mapper.record = found.get("id", "")[:255]
            organisation_id = self._pointed(found, "organization_id", "organisation")
            record = self.mapper.programme(found, "", 0, organisation_id)
            if record:
                yield record

    def locations(self) -> Iterator[LocationRecord]:
        fields = ("phones", "contacts", "schedules", "languages", "addresses", "accessibility", "attributes")
        for found in self._main("locations"):
            self.mapper.record = found.get("id", "")[:255]
            organisation_id = self._pointed(found, "organization_id", "organisation")
            self._fill(found, "location", fields)
            record = self.mapper.location(found, "", 0, organisation_id)
            if record:
                yield record

    def services(self) -> Iterator[ServiceRecord]:
        fields: tuple[str, ...] = ("phones", "contacts", "schedules", "languages", "service_areas", "cost_options")
        fields += ("required_documents", "funding", "capacities", "attributes", "service_at_locations")
        sites_seen: set[str] = set()
        for found in self._main("services"):
            identifier = self.mapper.enter(found, "", 0)
            if identifier is None:
                continue
            for column in _CODES_IN_SERVICES:
                if column in found:
                    self.mapper.refuse_taxonomy(found, "").links += 1
            organisation_id = self._pointed(found, "organization_id", "organisation")
            programme_id = self._pointed(found, "program_id", "programme")
            self._fill(found, "service", fields)
            found["additional_urls"] = self._children("service", identifier, "urls")
            eligible = [
                row["eligibility"]
                for row in self._children("service", identifier, "eligibility")
                if "eligibility" in row
            ]
            if eligible and not found.get("eligibility_description"):
                found["eligibility_description"] = "\n".join(eligible)
            sites = []
            for index, site in enumerate(found.get("service_at_locations", ())):
                location_id = self._pointed(site, "location_id", "location")
                if location_id is None:
                    if not site.get("location_id"):
                        self.mapper.fault(site, "location_id", standards.NO_LOCATION(), fatal=True)
                    continue
                self._fill(site, "site", ("phones", "contacts", "schedules", "service_areas"))
                record = self.mapper.at_location(site, f"service_at_locations[{index}].", identifier, location_id)
                if record is None:
                    continue
                if record.external_id in sites_seen:
                    self.mapper.fault(site, "id", standards.SAME_ID(), fatal=True)
                    continue
                sites_seen.add(record.external_id)
                sites.append(record)
            service = self.mapper.service(
                found,
                identifier,
                organisation_id=organisation_id,
                programme_id=programme_id,
                at_locations=tuple(sites),
            )
            if service:
                yield service
        self.mapper.tell_left_out()


_MAKERS: dict[str, Callable[[TablesReader, list[Object]], list[Object]]] = {
    "phones": TablesReader._phones,
    "contacts": TablesReader._contacts,
    "regular_schedules": TablesReader._weekly,
    "holiday_schedules": TablesReader._holidays,
    "languages": TablesReader._languages,
    "physical_addresses": TablesReader._physical,
    "postal_addresses": TablesReader._postal,
    "capacities": TablesReader._capacity,
    "attributes": TablesReader._attributes,
    "services_taxonomy": TablesReader._attributes,
}
