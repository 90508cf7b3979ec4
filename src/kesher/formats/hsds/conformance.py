"""The checks of HSDS against the standard's own material, for ``kesher conformance`` and for the tests.

The material is not part of Kesher: its folder is passed in. Each check is a function that raises
:class:`AssertionError` with what is wrong, or returns what it saw.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from kesher.formats.files import Ledger
from kesher.formats.hsds import read
from kesher.formats.hsds.mapping import Mapper
from kesher.formats.hsds.profile import KESHER_PROFILE, build
from kesher.formats.hsds.taxonomies import REDISTRIBUTABLE
from kesher.formats.hsds.write import Json, Kind, Writer
from kesher.formats.records import (
    LocationRecord,
    OrganisationRecord,
    ProgrammeRecord,
    Reading,
    Record,
    ServiceRecord,
    TaxonomyRecord,
    TermRecord,
    TermRef,
)
from kesher.formats.remarks import standards

HSDS = Path("conformance/hsds")
MIAMI = Path("data/us_miami_open211_hsds")
EXAMPLE_TAXONOMIES = frozenset({*REDISTRIBUTABLE, "name", "taxonomy"})  # what the published examples call theirs


def validator(schemas: Mapping[str, Any], name: str) -> Draft202012Validator:
    """A validator, formats checked, for one of ``schemas`` (file name -> schema), which refer to each other by name."""
    resources = [(key, Resource.from_contents(value, DRAFT202012)) for key, value in schemas.items()]
    registry: Registry[Any] = Registry().with_resources(resources)
    return Draft202012Validator({"$ref": name}, registry=registry, format_checker=Draft202012Validator.FORMAT_CHECKER)


def schemas_of(folder: Path) -> dict[str, Any]:
    return {file.name: json.loads(file.read_bytes()) for file in folder.glob("*.json") if file.name != "openapi.json"}


class Everything:
    """A reading, read to its end and held."""

    def __init__(self, reading: Reading) -> None:
        self.taxonomies = list[TaxonomyRecord](reading.taxonomies)
        self.terms = list[TermRecord](reading.terms)
        self.organisations = {record.external_id: record for record in reading.organisations}
        self.programmes = {record.external_id: record for record in reading.programmes}
        self.locations = {record.external_id: record for record in reading.locations}
        self.services = list[ServiceRecord](reading.services)
        self.refusals = reading.refusals

    def writer(self, *, language: str = "en") -> Writer:
        terms = {(term.taxonomy, term.code): term for term in self.terms}

        def find(reference: TermRef) -> TermRecord | None:
            return terms.get((reference.taxonomy, reference.code))

        return Writer(identify, language=language, find_term=find)

    def write(self, writer: Writer) -> Iterator[tuple[str, Json]]:
        """Every record as HSDS 3.1.1: ``(schema name, object)``; full services carry what they point at."""
        for taxonomy in self.taxonomies:
            yield "taxonomy.json", writer.taxonomy(taxonomy)
        for term in self.terms:
            yield "taxonomy_term.json", writer.taxonomy_term(term)
        for organisation in self.organisations.values():
            yield "organization.json", writer.organisation(organisation)
        for location in self.locations.values():
            yield "location.json", writer.location(location)
        for service in self.services:
            organisation_of = self.organisations.get(service.organisation_id or "")
            programme = self.programmes.get(service.programme_id or "")
            yield (
                "service.json",
                writer.service(service, organisation=organisation_of, programme=programme, locations=self.locations),
            )
            yield "service.json", writer.service_summary(service, organisation=organisation_of, programme=programme)
            for site in service.at_locations:
                yield "service_at_location.json", writer.service_at_location(site, service)


def identify(kind: Kind, external_id: str) -> UUID:
    """A UUID for a record that has none of ours: its own if that is one, else one made from its kind and id."""
    try:
        found = UUID(external_id)
    except ValueError:
        return uuid5(NAMESPACE_URL, f"hsds:{kind}:{external_id}")
    return found if str(found) == external_id else uuid5(NAMESPACE_URL, f"hsds:{kind}:{external_id}")


# --- checks ----------------------------------------------------------------------------------------------------------


#: An example shows a part of a directory: what it points at is often elsewhere.
_OUTSIDE = {standards.POINTS_NOWHERE.code, standards.ROW_OF_NOBODY.code, standards.TABLE_OF_NOBODY.code}


def readable(path: Path) -> str:
    """Every record of a published example is read: nothing is fatally refused but what points out of the example."""
    everything = Everything(read(path, taxonomies=EXAMPLE_TAXONOMIES))
    fatal = [refusal for refusal in everything.refusals if refusal.fatal and refusal.code not in _OUTSIDE]
    if fatal:
        raise AssertionError(f"{fatal[0].file} row {fatal[0].row} {fatal[0].field}: {fatal[0].reason}")
    counts = {
        "services": len(everything.services),
        "organisations": len(everything.organisations),
        "locations": len(everything.locations),
        "terms": len(everything.terms),
        "taxonomies": len(everything.taxonomies),
    }
    if not any(counts.values()) and path.name != "base.json":
        raise AssertionError("no record was read")
    return ", ".join(f"{number} {name}" for name, number in counts.items() if number) or "the root of an API, no record"


def valid(path: Path, schemas: Mapping[str, Any]) -> str:
    """All that we write of what ``path`` holds is valid under ``schemas``."""
    everything = Everything(read(path, taxonomies=EXAMPLE_TAXONOMIES))
    validators: dict[str, Draft202012Validator] = {}
    count = 0
    for name, found in everything.write(everything.writer()):
        if name not in validators:
            validators[name] = validator(schemas, name)
        for error in validators[name].iter_errors(json.loads(json.dumps(found))):
            raise AssertionError(f"{name} {found.get('id')} {error.json_path}: {error.message[:200]}")
        count += 1
    if not everything.services:
        raise AssertionError("there was no service to write")
    return f"{count} objects of {len(everything.services)} services"


def round_trip(path: Path) -> str:
    """What is read, written and read again is equal to what was read, ids apart."""
    everything = Everything(read(path, taxonomies=EXAMPLE_TAXONOMIES))
    writer = everything.writer()
    again = Mapper(Ledger(), "en", EXAMPLE_TAXONOMIES)
    count = 0
    for kind, record, back in _there_and_back(everything, writer, again):
        expected = _renamed(record)
        if back is None or back.model_dump() != expected.model_dump():
            different = [
                key for key, value in expected.model_dump().items() if back is None or back.model_dump()[key] != value
            ]
            raise AssertionError(
                f"{kind} {getattr(record, 'external_id', '')}: {', '.join(different)} came back changed"
            )
        count += 1
    if again.ledger.refusals:
        refusal = again.ledger.refusals[0]
        raise AssertionError(f"our own output was refused: {refusal.field} {refusal.reason}")
    return f"{count} records"


def _there_and_back(
    everything: Everything, writer: Writer, again: Mapper
) -> Iterator[tuple[str, Record, Record | None]]:
    for organisation in everything.organisations.values():
        yield "organisation", organisation, again.organisation(writer.organisation(organisation), "", 1)
    for programme in everything.programmes.values():
        written = writer.programme(programme)
        yield "programme", programme, again.programme(written, "", 1, written.get("organization_id"))
    for location in everything.locations.values():
        written = writer.location(location)
        yield "location", location, again.location(written, "", 1, written.get("organization_id"))
    for service in everything.services:
        yield "service", service, service_back(writer.service(service), again)


def service_back(written: Json, again: Mapper) -> ServiceRecord | None:
    """A written service as a record, whatever it points at taken as there."""
    identifier = again.enter(written, "", 1)
    if identifier is None:
        return None
    sites = [
        again.at_location(site, "", identifier, site["location_id"]) for site in written.get("service_at_locations", ())
    ]
    return again.service(
        written,
        identifier,
        organisation_id=written.get("organization_id"),
        programme_id=written.get("program_id"),
        at_locations=tuple(site for site in sites if site),
    )


def _renamed(record: Record) -> Record:
    """The record with the ids that ``identify`` gives."""

    def to(kind: Kind, external_id: str | None) -> str | None:
        return str(identify(kind, external_id)) if external_id else None

    if isinstance(record, OrganisationRecord):
        return record.model_copy(
            update={
                "external_id": to(Kind.ORGANISATION, record.external_id),
                "parent_id": to(Kind.ORGANISATION, record.parent_id),
            }
        )
    if isinstance(record, ProgrammeRecord | LocationRecord):
        kind = Kind.PROGRAMME if isinstance(record, ProgrammeRecord) else Kind.LOCATION
        return record.model_copy(
            update={
                "external_id": to(kind, record.external_id),
                "organisation_id": to(Kind.ORGANISATION, record.organisation_id),
            }
        )
    if isinstance(record, ServiceRecord):
        sites = tuple(
            site.model_copy(
                update={
                    "external_id": to(Kind.SERVICE_AT_LOCATION, site.external_id),
                    "location_id": to(Kind.LOCATION, site.location_id),
                }
            )
            for site in record.at_locations
        )
        return record.model_copy(
            update={
                "external_id": to(Kind.SERVICE, record.external_id),
                "organisation_id": to(Kind.ORGANISATION, record.organisation_id),
                "programme_id": to(Kind.PROGRAMME, record.programme_id),
                "at_locations": sites,
            }
        )
    return record


def uk_profile(folder: Path) -> str:
    """The United Kingdom's profile, built from HSDS 3.0 and its patches, equals what its owners publish."""
    built = build(folder / "3.0/schema", folder / "uk-profile-3.0/profile")
    published = schemas_of(folder / "uk-profile-3.0/schema")
    patched = {file.name for file in (folder / "uk-profile-3.0/profile").glob("*.json")} & published.keys()
    different = sorted(name for name, schema in published.items() if built.get(name) != schema)
    if different:
        raise AssertionError(f"not equal: {', '.join(different)}")
    if len(patched) < 16:
        raise AssertionError(f"only {len(patched)} schemas are there to compare")
    return f"{len(published)} schemas equal, {len(patched)} of them patched"


def conformance(shared: str | Path) -> list[tuple[str, bool, str]]:
    """Run every HSDS check on the material in ``shared``: ``(name, passed, what was seen or what is wrong)``."""
    root = Path(shared)
    folder, miami, mock = root / HSDS, root / MIAMI, root / HSDS / "mock-hsds-api-3.1/data"
    plain = schemas_of(folder / "3.1.1/schema")
    checks: list[tuple[str, Callable[[], str]]] = []
    for version in ("3.0", "3.1", "3.1.1", "uk-profile-3.0"):
        examples = folder / version / "examples"
        for path in sorted([*examples.glob("*.json"), *examples.glob("csv")]):
            checks.append((f"{version}: example {path.stem} is read", partial(readable, path)))
    checks.append(("mock API: its data are read", partial(readable, mock)))
    for path in (folder / "datasets/sample-HSDS-datapackage-1.x/simple", miami):
        checks.append((f"1.x: {path.name} is read", partial(readable, path)))

    def kesher_profile() -> str:
        schemas = build(folder / "3.1.1/schema", KESHER_PROFILE)
        return valid(mock, {name: schema for name, schema in schemas.items() if name != "openapi.json"})

    for name, path in (("mock API", mock), ("Miami", miami)):
        checks.append((f"{name}: what we write is valid HSDS 3.1.1", partial(valid, path, plain)))
        checks.append((f"{name}: round trip", partial(round_trip, path)))
    checks.append(("mock API: what we write is valid under Kesher's profile", kesher_profile))
    checks.append(("UK profile is rebuilt from its merge patches", partial(uk_profile, folder)))
    return [_run(name, check) for name, check in checks]


def _run(name: str, check: Callable[[], str]) -> tuple[str, bool, str]:
    try:
        return name, True, check()
    except Exception as error:
        return name, False, f"{type(error).__name__}: {error}"
