"""HSDS 3.x as JSON (3.0, 3.1, 3.1.1, and profiles such as the United Kingdom's), from one file, a folder or a zip.

What is nested may be nested anywhere: a file of full services alone gives its organisations, programmes, locations and
terms too. To yield these before the services without holding the services, the files are read three times: once for
what is few (organisations, programmes, terms), once for locations, once for services.
"""

import re
from collections.abc import Iterator

from kesher.formats.files import Files, Ledger
from kesher.formats.hsds.mapping import Mapper, Object
from kesher.formats.json_stream import read_objects
from kesher.formats.records import (
    LocationRecord,
    OrganisationRecord,
    ProgrammeRecord,
    Reading,
    ServiceAtLocationRecord,
    ServiceRecord,
    TaxonomyRecord,
    TermRecord,
    UnreadableFile,
)
from kesher.formats.remarks import standards

# Fields that only one type of object has, most telling first.
_TELLING: tuple[tuple[str, frozenset[str]], ...] = (
    ("root", frozenset({"openapi_url"})),
    (
        "service",
        frozenset(
            {"service_at_locations", "status", "organization", "application_process", "eligibility_description"}
            | {"fees_description", "interpretation_services", "cost_options", "required_documents", "capacities"}
        ),
    ),
    ("location", frozenset({"location_type", "latitude", "longitude", "addresses", "transportation"})),
    ("service_at_location", frozenset({"location", "location_id", "service"})),
    ("taxonomy_term", frozenset({"taxonomy_detail", "taxonomy_id", "taxonomy", "term_uri", "term"})),
    (
        "organization",
        frozenset(
            {"organization_identifiers", "website", "tax_status", "tax_id", "legal_status", "year_incorporated"}
            | {"parent_organization_id", "programs", "additional_websites", "logo", "locations"}
        ),
    ),
    ("taxonomy", frozenset({"version", "taxonomy_terms"})),
)
_HINT = re.compile(r"(?:^|/)(service_at_location|service|organi[sz]ation|location|taxonomy_term|taxonom|program)", re.I)


def kind_of(source: Object, file: str) -> str | None:
    """Which HSDS object this is, by its fields, else by the name of its file or folder; ``None`` if neither tells."""
    for kind, fields in _TELLING:
        if not fields.isdisjoint(source):
            return kind
    hints = _HINT.findall(file)
    if not hints:
        return None
    hint = str(hints[-1]).lower()
    return {"taxonom": "taxonomy", "organisation": "organization"}.get(hint, hint)


Located = tuple[str, int, Object]  # file, row, object


class JsonReader:
    """Reads JSON ``files``. Constructing it makes the first pass, so that a broken file is known at once."""

    def __init__(self, files: Files, names: list[str], mapper: Mapper) -> None:
        self.files, self.names, self.mapper = files, names, mapper
        self.ledger: Ledger = mapper.ledger
        self._organisations: dict[str, OrganisationRecord] = {}
        self._programmes: dict[str, ProgrammeRecord] = {}
        self._taxonomies: dict[str, TaxonomyRecord] = {}
        self._terms: dict[tuple[str, str], TermRecord] = {}
        self._sites: dict[str, list[Located]] = {}  # service id -> service-at-location objects that stand alone
        self._locations: set[str] = set()
        self._alone: set[tuple[str, str]] = set()  # ids of objects that stand at the top, not inside another
        self._site_ids: set[str] = set()
        self._recognised = 0
        self._survey()

    def _objects(self, ledger: Ledger) -> Iterator[tuple[str, int, str | None, Object]]:
        for name in self.names:
            for row, found in read_objects(self.files, name, ledger):
                yield name, row, kind_of(found, name), found

    # --- first pass --------------------------------------------------------------------------------------------------

    def _survey(self) -> None:
        terms: list[Located] = []
        for file, row, kind, found in self._objects(self.ledger):
            self._recognised += kind is not None
            here = (file, row, found)
            if kind is None:
                self.ledger.refuse(file, row, None, standards.UNKNOWN_OBJECT())
            elif kind == "organization":
                self._organisation(*here, alone=True)
                self._inside_organisation(file, row, found, terms)
            elif kind == "program":
                self._programme(*here, None)
            elif kind == "taxonomy":
                self._taxonomy(*here)
                terms += [(file, row, child) for child in _objects_in(found, "taxonomy_terms")]
            elif kind == "taxonomy_term":
                terms.append(here)
            elif kind == "location":
                self._remember_location(found)
                terms += _embedded_terms(file, row, found)
            elif kind == "service_at_location":
                self._site(*here)
                service = found.get("service")
                if isinstance(service, dict):
                    self._inside_service(file, row, service, terms)
                location = found.get("location")
                if isinstance(location, dict):
                    self._remember_location(location)
                    terms += _embedded_terms(file, row, location)
            elif kind == "service":
                self._inside_service(file, row, found, terms)
        self._read_terms(terms)

    def _inside_service(self, file: str, row: int, found: Object, terms: list[Located]) -> None:
        terms += _embedded_terms(file, row, found)
        organisation = found.get("organization")
        if isinstance(organisation, dict):
            self._organisation(file, row, organisation, alone=False)
            self._inside_organisation(file, row, organisation, terms)
        programme = found.get("program")
        if isinstance(programme, dict):
            self._programme(file, row, programme, _identifier(organisation) or _identifier(found, "organization_id"))
        for site in _objects_in(found, "service_at_locations"):
            location = site.get("location")
            if isinstance(location, dict):
                self._remember_location(location)
                terms += _embedded_terms(file, row, location)

    def _inside_organisation(self, file: str, row: int, found: Object, terms: list[Located]) -> None:
        terms += _embedded_terms(file, row, found)
        for programme in _objects_in(found, "programs"):
            self._programme(file, row, programme, _identifier(found))
        for location in _objects_in(found, "locations"):
            self._remember_location(location)
            terms += _embedded_terms(file, row, location)

    def _organisation(self, file: str, row: int, found: Object, *, alone: bool) -> None:
        identifier = _identifier(found)
        if identifier in self._organisations:
            if alone and ("organization", identifier) in self._alone:
                self._duplicate(file, row, identifier, "organisation")
                return
            if not alone:
                return
        if alone and identifier:
            self._alone.add(("organization", identifier))
        record = self.mapper.organisation(found, file, row)
        if record:
            self._organisations[record.external_id] = record

    def _programme(self, file: str, row: int, found: Object, organisation_id: str | None) -> None:
        identifier = _identifier(found)
        if identifier in self._programmes:
            return
        record = self.mapper.programme(found, file, row, _identifier(found, "organization_id") or organisation_id)
        if record:
            self._programmes[record.external_id] = record

    def _taxonomy(self, file: str, row: int, found: Object) -> None:
        record = self.mapper.taxonomy(found, file, row)
        if record:
            self._taxonomies.setdefault(record.slug, record)

    def _read_terms(self, found: list[Located]) -> None:
        codes = {}
        for _, _, term in found:
            identifier, code = _identifier(term), _identifier(term, "code")
            if identifier and code:
                codes[identifier] = code
        for file, row, term in found:
            self.mapper.file, self.mapper.row, self.mapper.record = file, row, _identifier(term) or ""
            detail = term.get("taxonomy_detail")
            if isinstance(detail, dict):
                slug = self.mapper.taxonomy_of(term)
                if slug and slug not in self._taxonomies:
                    self._taxonomy(file, row, detail)
            record = self.mapper.term(term, file, row, codes)
            if record:
                self._terms.setdefault((record.taxonomy, record.code), record)

    def _remember_location(self, found: Object) -> None:
        identifier = _identifier(found)
        if identifier:
            self._locations.add(identifier)

    def _site(self, file: str, row: int, found: Object) -> None:
        service_id = _identifier(found, "service_id") or _identifier(found.get("service"))
        if service_id:
            light = {key: value for key, value in found.items() if key not in {"service", "location"}}
            light.setdefault("location_id", _identifier(found.get("location")))
            self._sites.setdefault(service_id, []).append((file, row, light))

    def _duplicate(self, file: str, row: int, identifier: str | None, what: str) -> None:
        self.ledger.refuse(file, row, "id", standards.SAME_ID(), record=identifier, kind=what)

    # --- what the reading yields -------------------------------------------------------------------------------------

    def reading(self, source: str) -> Reading:
        if not self._recognised:
            raise UnreadableFile(", ".join(self.names[:3]), standards.NO_HSDS_OBJECT())
        return Reading(
            source=source,
            language=self.mapper.default,
            taxonomies=iter(self._taxonomies.values()),
            terms=iter(self._terms.values()),
            organisations=self.organisations(),
            programmes=self.programmes(),
            locations=self.locations(),
            services=self.services(),
            refusals=self.ledger.refusals,
        )

    def organisations(self) -> Iterator[OrganisationRecord]:
        yield from self._organisations.values()

    def programmes(self) -> Iterator[ProgrammeRecord]:
        for programme in self._programmes.values():
            known = programme.organisation_id in self._organisations
            yield programme if known else programme.model_copy(update={"organisation_id": None})

    def locations(self) -> Iterator[LocationRecord]:
        seen: set[str] = set()
        alone: set[str] = set()
        for file, row, kind, found in self._objects(Ledger()):
            for location, organisation_id in _locations_in(kind, found):
                identifier = _identifier(location)
                if identifier and identifier in seen:
                    if kind == "location" and identifier in alone:
                        self._duplicate(file, row, identifier, "location")
                    continue
                wanted = _identifier(location, "organization_id")
                record = self.mapper.location(
                    location,
                    file,
                    row,
                    wanted
                    if wanted in self._organisations
                    else organisation_id
                    if organisation_id in self._organisations
                    else None,
                )
                if record is None:
                    continue
                if wanted and wanted not in self._organisations:
                    self._missing(location, "organization_id", wanted)
                seen.add(record.external_id)
                if kind == "location":
                    alone.add(record.external_id)
                yield record

    def _missing(self, source: Object, field: str, identifier: str) -> None:
        said = standards.POINTS_NOWHERE(id=identifier) if identifier else standards.NO_LOCATION()
        self.mapper.fault(source, field, said)

    def services(self) -> Iterator[ServiceRecord]:
        seen: set[str] = set()
        inside: list[Located] = []
        for file, row, kind, found in self._objects(Ledger()):
            if kind == "service":
                record = self._service(file, row, found, seen)
                if record:
                    yield record
            elif kind == "service_at_location" and isinstance(found.get("service"), dict):
                inside.append((file, row, found["service"]))
        for file, row, found in inside:
            if _identifier(found) not in seen:
                record = self._service(file, row, found, seen)
                if record:
                    yield record
        for service_id, sites in self._sites.items():
            file, row, site = sites[0]
            missing = standards.POINTS_NOWHERE(id=service_id)
            self.ledger.refuse(file, row, "service_id", missing, record=_identifier(site), kind="detail")
        self.mapper.tell_left_out()

    def _service(self, file: str, row: int, found: Object, seen: set[str]) -> ServiceRecord | None:
        mapper = self.mapper
        self.ledger.kind = "service"
        identifier = mapper.enter(found, file, row)
        if identifier is None:
            return None
        if identifier in seen:
            self._duplicate(file, row, identifier, "service")
            return None
        seen.add(identifier)
        nested = mapper.child(found, "organization")
        organisation_id = _identifier(nested) or _identifier(found, "organization_id")
        if organisation_id and organisation_id not in self._organisations:
            self._missing(found, "organization_id", organisation_id)
            organisation_id = None
        programme_id = _identifier(mapper.child(found, "program")) or _identifier(found, "program_id")
        if programme_id and programme_id not in self._programmes:
            self._missing(found, "program_id", programme_id)
            programme_id = None
        sites: dict[str, ServiceAtLocationRecord] = {}
        for where, site in mapper.children(found, "service_at_locations"):
            self._at_location(identifier, site, where, sites)
        for _, _, site in self._sites.pop(identifier, ()):
            if _identifier(site) not in sites:
                self._at_location(identifier, site, "service_at_locations.", sites)
        return mapper.service(
            found,
            identifier,
            organisation_id=organisation_id,
            programme_id=programme_id,
            at_locations=tuple(sites.values()),
        )

    def _at_location(
        self, service_id: str, site: Object, where: str, sites: dict[str, ServiceAtLocationRecord]
    ) -> None:
        location_id = _identifier(site.get("location")) or _identifier(site, "location_id")
        if location_id is None or location_id not in self._locations:
            self._missing(site, where + "location", location_id or "")
            return
        record = self.mapper.at_location(site, where, service_id, location_id)
        if record and record.external_id in self._site_ids:
            self.mapper.fault(site, where + "id", standards.SAME_ID())
        elif record:
            self._site_ids.add(record.external_id)
            sites[record.external_id] = record


def _identifier(found: object, key: str = "id") -> str | None:
    """An id as the records spell it, without telling faults: the record itself tells them."""
    value = found.get(key) if isinstance(found, dict) else None
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    text = str(value).strip()
    return text if 0 < len(text) <= 255 else None


def _objects_in(found: object, key: str) -> list[Object]:
    inside = found.get(key) if isinstance(found, dict) else None
    return [child for child in inside if isinstance(child, dict)] if isinstance(inside, list) else []


def _embedded_terms(file: str, row: int, found: Object) -> list[Located]:
    return [
        (file, row, attribute["taxonomy_term"])
        for attribute in _objects_in(found, "attributes")
        if isinstance(attribute.get("taxonomy_term"), dict)
    ]


def _locations_in(kind: str | None, found: Object) -> Iterator[tuple[Object, str | None]]:
    """Every location in a top-level object, with the organisation it stands in."""
    if kind == "location":
        yield found, None
    elif kind == "organization":
        for location in _objects_in(found, "locations"):
            yield location, _identifier(found)
    elif kind == "service_at_location":
        if isinstance(found.get("location"), dict):
            yield found["location"], None
        if isinstance(found.get("service"), dict):
            yield from _locations_in("service", found["service"])
    elif kind == "service":
        organisation = found.get("organization")
        for site in _objects_in(found, "service_at_locations"):
            if isinstance(site.get("location"), dict):
                yield site["location"], None
        for location in _objects_in(organisation, "locations"):
            yield location, _identifier(organisation)
