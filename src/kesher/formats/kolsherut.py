"""Israel's public directories as Kolsherut publishes them: social-service departments, mental-health clinics, taxonomy.

A folder (or zip) with any of

* ``social_service_departments.csv``: the municipal departments of the Ministry of Welfare,
* ``mental_health_clinics.csv``: the health funds' clinics of the Ministry of Health, with waits in weeks,
* a ``.yaml`` file: Open Eligibility in English and Hebrew (https://github.com/kolzchut/openeligibility, CC BY-SA 3.0),
* ``cities_to_local_authorities.csv`` and ``local_authorities_websites.csv``: which locality (CBS code) belongs to which
  authority (corporation number), used to give each authority one identity and each area its code;

or one of the first three alone. Texts are Hebrew.
"""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from kesher.formats.files import Files, Ledger, Table, open_files, open_table
from kesher.formats.kolsherut_places import Places
from kesher.formats.kolsherut_services import CLINIC_COLUMNS, DEPARTMENT_COLUMNS, Clinics, Departments
from kesher.formats.records import (
    LocationRecord,
    OrganisationRecord,
    Reading,
    ServiceRecord,
    TaxonomyRecord,
    TermRecord,
    UnreadableFile,
)
from kesher.formats.remarks import say, standards
from kesher.formats.values import Unclean, clean_text
from kesher.formats.yaml_files import Document, parse_yaml

SOURCE = "il-kolsherut"
LANGUAGE = "he"
TAXONOMY = "open-eligibility"

DEPARTMENTS = "social_service_departments"
CLINICS = "mental_health_clinics"
CITIES = "cities_to_local_authorities"
AUTHORITIES = "local_authorities_websites"


def read(path: str, /, *, language: str | None = None) -> Reading:
    """The directories of a folder, zip or single file as one dataset. Raises :class:`UnreadableFile`."""
    files = open_files(path)
    ledger = Ledger()
    names = {PurePosixPath(name).stem.lower(): name for name in files if _suffix(name) == ".csv"}
    yamls = [name for name in files if _suffix(name) in {".yaml", ".yml"}]
    if not (DEPARTMENTS in names or CLINICS in names or yamls):
        nothing = standards.NO_DIRECTORY(departments=f"{DEPARTMENTS}.csv", clinics=f"{CLINICS}.csv")
        raise UnreadableFile(Path(path).name, nothing)
    taxonomies, terms = _taxonomy(files, yamls, ledger) if yamls else ([], [])
    places = Places.read(
        _table(files, names, CITIES, {"city_code", "city", "counsil_id"}, ledger),
        _table(files, names, AUTHORITIES, {"id", "counsil_short_name", "name"}, ledger),
        ledger,
    )
    language = language or LANGUAGE
    departments = Departments(places, ledger, language)
    clinics = Clinics(places, ledger, language)
    for table, reader in (
        (_table(files, names, DEPARTMENTS, DEPARTMENT_COLUMNS, ledger), departments),
        (_table(files, names, CLINICS, CLINIC_COLUMNS, ledger), clinics),
    ):
        if table is not None:
            for number, row in table:
                reader.add(table.file, number, row)
            if not reader.services and not any(refusal.file == table.file for refusal in ledger.refusals):
                raise UnreadableFile(table.file, standards.NO_ROW())
    organisations: dict[str, OrganisationRecord] = {**departments.organisations, **clinics.organisations}
    locations: dict[str, LocationRecord] = {**departments.locations, **clinics.locations}
    services: list[ServiceRecord] = [*departments.services, *clinics.services]
    return Reading(
        source=SOURCE,
        language=language,
        taxonomies=iter(taxonomies),
        terms=iter(terms),
        organisations=iter(organisations.values()),
        locations=iter(locations.values()),
        services=iter(services),
        refusals=ledger.refusals,
    )


def _suffix(name: str) -> str:
    return PurePosixPath(name).suffix.lower()


def _table(files: Files, names: dict[str, str], stem: str, columns: set[str], ledger: Ledger) -> Table | None:
    if stem not in names:
        return None
    table = open_table(files, names[stem], ledger=ledger)
    missing = sorted(columns - set(table.columns))
    if missing:
        raise UnreadableFile(names[stem], say.COLUMN_MISSING(column=missing[0]))
    return table


# --- Open Eligibility ------------------------------------------------------------------------------------------------


def _taxonomy(files: Files, yamls: list[str], ledger: Ledger) -> tuple[list[TaxonomyRecord], list[TermRecord]]:
    if len(yamls) > 1:
        raise UnreadableFile(yamls[1], standards.TWO_TAXONOMIES())
    name = yamls[0]
    try:
        text = files.read(name).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFile(name, say.NOT_UTF8(byte=error.start)) from None
    if "\x00" in text:
        raise UnreadableFile(name, say.NUL_INSIDE())
    document = parse_yaml(text, name)
    if not isinstance(document.content, list):
        raise UnreadableFile(name, standards.NO_LIST_OF_TERMS())
    terms: dict[str, TermRecord] = {}
    for term in _terms(document, document.content, (), None, name, ledger):
        if term.code in terms:
            twice = standards.TERM_TWICE(code=term.code)
            ledger.refuse(name, None, "slug", twice, record=term.code, kind="term")
        else:
            terms[term.code] = term
    if not terms:
        raise UnreadableFile(name, standards.NO_TERM())
    taxonomy = TaxonomyRecord(
        slug=TAXONOMY,
        name={"en": "Open Eligibility", "he": "טקסונומיית המענים והמצבים"},
        description={
            "en": "Human services, situations and places, by Aunt Bertha; Hebrew by the Public Knowledge Workshop."
        },
        uri="https://github.com/kolzchut/openeligibility",
        licence="CC-BY-SA-3.0",
    )
    return [taxonomy], list(terms.values())


def _terms(
    document: Document, items: Any, path: tuple[str | int, ...], parent: str | None, file: str, ledger: Ledger
) -> Iterator[TermRecord]:
    """The terms of ``items`` and all below them, a term before what stands under it."""
    if not isinstance(items, list):
        ledger.refuse(file, document.line(path), "items", standards.NOT_A_LIST_OF_TERMS(), kind="term")
        return
    for place, item in enumerate(items):
        here = (*path, place)
        try:
            term = _term(item, parent)
        except Unclean as fault:
            ledger.refuse(file, document.line(here), "slug or name", fault.said, record=parent, kind="term")
            continue
        yield term
        if item.get("items"):
            yield from _terms(document, item["items"], (*here, "items"), term.code, file, ledger)


def _term(item: Any, parent: str | None) -> TermRecord:
    if not isinstance(item, dict):
        raise Unclean(standards.NOT_A_TERM())
    code = clean_text(item.get("slug"), 255)
    named = item.get("name")
    said = {"en": named.get("source")} if isinstance(named, dict) else {"en": named}
    if isinstance(named, dict) and isinstance(named.get("tx"), dict):
        said["he"] = named["tx"].get("he")
    name = {tag: words for tag in said if (words := clean_text(said[tag], 500))}
    if code is None or not name:
        raise Unclean(standards.TERM_INCOMPLETE())
    return TermRecord(taxonomy=TAXONOMY, code=code, name=name, parent_code=parent)
