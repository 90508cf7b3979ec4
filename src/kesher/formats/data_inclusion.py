"""France's data·inclusion: structures and services of social and work inclusion, as .xlsx, JSON or NDJSON.

Schema: https://www.data.inclusion.gouv.fr (package ``data-inclusion-schema``, MIT). Version 1 is checked by the
package's own models; version 0, which the package has left, by :mod:`kesher.formats.data_inclusion_v0`. What a field
cannot hold is refused alone; a record goes only when a required field fails. In a workbook, rows marked in the column
``__ignore__`` (explanations, examples) are passed over.

Whether an INSEE code exists today is not checked here: the importer knows the areas, this module only their form.
"""

import difflib
import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from data_inclusion.schema import v1
from pydantic import ValidationError

from kesher.formats import data_inclusion_v0 as v0
from kesher.formats.building import build
from kesher.formats.data_inclusion_files import Row, open_rows
from kesher.formats.data_inclusion_terms import Vocabulary, categories, slug_of, taxonomy, vocabularies
from kesher.formats.files import Ledger, clean_text, clean_url
from kesher.formats.opening_hours import parse_opening_hours
from kesher.formats.records import (
    AccessibilityRecord,
    AddressRecord,
    AreaRecord,
    ContactRecord,
    CostRecord,
    DocumentRecord,
    LinkRecord,
    LocationRecord,
    OrganisationRecord,
    PhoneRecord,
    Reading,
    ReferralMode,
    ScheduleRecord,
    ServiceAtLocationRecord,
    ServiceRecord,
    TermRecord,
    TermRef,
    UnreadableFile,
)
from kesher.formats.remarks import Said, say, standards
from kesher.formats.values import Unclean

SOURCE = "data-inclusion"
LANGUAGE = "fr"
EVERYONE = "tous-publics"

_V0_FIELDS = (v0.Structure.model_fields.keys() | v0.Service.model_fields.keys()) - (
    v1.Structure.model_fields.keys() | v1.Service.model_fields.keys()
)
_LISTED = re.compile(r"\b(set|list)\[")
_SENTENCES = frozenset({"pre_requis", "justificatifs"})  # lists whose items hold commas
_PADDED = {"code_postal": 5, "code_insee": 5, "siret": 14, "telephone": 10}


def read(path: str, /, *, language: str | None = None) -> Reading:
    """Structures as organisations and locations, services as services (see :class:`Reading`).

    ``path``: an .xlsx with the sheets ``Structures`` and ``Services``, a JSON or NDJSON file of either or both, or a
    folder or zip of such files. Raises :class:`UnreadableFile`.
    """
    ledger = Ledger()
    rows = open_rows(Path(path), ledger)
    version = v0 if any(_V0_FIELDS & row.fields.keys() for row in rows) else v1
    town = _Town(ledger, language or LANGUAGE, version is v0)
    seen: dict[tuple[str, str], Row] = {}
    models: list[tuple[Row, Any]] = []
    for row in rows:
        ledger.kind = _KINDS[row.kind]
        model = _validated(row, version.Service if row.kind == "services" else version.Structure, ledger)
        if model is None:
            continue
        first = seen.setdefault((row.kind, model.id), row)
        if first is not row:
            taken = standards.ID_TAKEN(id=model.id, row=first.number, file=first.file)
            ledger.refuse(row.file, row.number, "id", taken, record=model.id)
            continue
        models.append((row, model))
    ledger.kind = "organisation"
    for row, model in models:
        if row.kind == "structures":
            town.add_structure(row, model)
    ledger.kind = "service"
    for row, model in models:
        if row.kind == "services":
            town.add_service(row, model)
    if not models and not ledger.refusals:
        raise UnreadableFile(Path(path).name, standards.NO_RECORD())
    return Reading(
        source=SOURCE,
        language=language or LANGUAGE,
        taxonomies=(taxonomy(name) for name in sorted(town.vocabularies)),
        terms=iter(town.terms()),
        organisations=iter(town.organisations),
        locations=iter(town.locations.values()),
        services=iter(town.services),
        refusals=ledger.refusals,
    )


#: What a row of each table stands for.
_KINDS = {"structures": "organisation", "services": "service"}


# --- one row, checked ------------------------------------------------------------------------------------------------


def _validated(row: Row, kind: Any, ledger: Ledger) -> Any | None:
    """The row as a model of the schema, without the fields that failed; ``None`` when a required one did."""
    record = _plain_id(row.fields.get("id"))
    values: dict[str, Any] = {}
    for name, info in kind.model_fields.items():
        value = row.fields.get(name)
        if value is None or value == "":
            continue
        try:
            value = _prepared(name, value, listed=bool(_LISTED.search(str(info.annotation))))
        except Unclean as fault:
            ledger.refuse(row.file, row.number, name, fault.said, record=record, fatal=info.is_required())
            if info.is_required():
                return None
            continue
        if value is not None and value != []:
            values[name] = value
    values.setdefault("source", SOURCE)
    while True:
        try:
            return kind.model_validate(values, context={"ignore_warnings": False})
        except ValidationError as faults:
            if not _without_faults(values, faults, kind, row, record, ledger):
                return None


def _plain_id(value: object) -> str | None:
    return value[:255] if isinstance(value, str) and value else None


def _prepared(name: str, value: object, *, listed: bool) -> Any:
    if isinstance(value, datetime) and name.startswith("date_"):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, float) and math.isfinite(value) and value == int(value):
        value = int(value)  # a spreadsheet stores every number as a fraction
    if name in _PADDED and isinstance(value, int) and not isinstance(value, bool):
        value = str(value).zfill(_PADDED[name])  # and drops the zeros a code begins with
    if listed:
        parts = (
            value
            if isinstance(value, list | tuple)
            else re.split(r"[;\n]" if name in _SENTENCES else r"[,;\n]", str(value))
        )
        return [clean_text(part) if isinstance(part, str | int) else part for part in parts if part not in (None, "")]
    if isinstance(value, str):
        return clean_text(value)
    return value


def _without_faults(
    values: dict[str, Any], faults: ValidationError, kind: Any, row: Row, record: str | None, ledger: Ledger
) -> bool:
    """Take what failed out of ``values`` and note it; false when the record cannot be without it."""
    told: set[tuple[Any, ...]] = set()
    dropped: dict[str, set[int]] = {}
    whole = True
    for fault in faults.errors(include_url=False):
        name = str(fault["loc"][0])
        item = next((part for part in fault["loc"][1:2] if isinstance(part, int)), None)
        if (name, item) in told:
            continue
        told.add((name, item))
        value = values.get(name)
        if fault["type"] == "avertissement" and isinstance(value, str):
            ledger.refuse(row.file, row.number, name, _of_schema(fault, value), record=record, fatal=False)
            values[name] = value.rstrip(". ")
            continue
        required = kind.model_fields[name].is_required()
        one = value[item] if item is not None and isinstance(value, list) and item < len(value) else value
        ledger.refuse(row.file, row.number, name, explained(fault, name, one), record=record, fatal=required)
        if required:
            whole = False
        elif item is not None:
            dropped.setdefault(name, set()).add(item)
        else:
            values.pop(name, None)
    for name, items in dropped.items():
        if name in values:
            left = [part for place, part in enumerate(values[name]) if place not in items]
            if left:
                values[name] = left
            else:
                del values[name]
    return whole


_FRENCH = {
    "se terminer par un point": standards.NAME_ENDS_WITH_STOP,
    "au 21e siècle": standards.DATE_TOO_OLD,
    "dans le futur": standards.DATE_TO_COME,
    EVERYONE: standards.EVERYONE_AND_OTHERS,
}


def _of_schema(fault: Any, value: object) -> Said:
    """What the schema itself says, in French."""
    message = str(fault["msg"]).removeprefix("Value error, ")
    remark = next((remark for french, remark in _FRENCH.items() if french in message), None)
    return remark() if remark else say.CANNOT_BE_TAKEN(value=value, why=message)


def explained(fault: Any, name: str, value: object) -> Said:
    """The schema's error as a sentence and what to do, in words for the person who filled in the file."""
    kind, context = str(fault["type"]), fault.get("ctx") or {}
    if kind == "missing":
        return say.REQUIRED()
    if name == "zone_eligibilite":
        return standards.NOT_A_ZONE(value=value)
    if kind == "enum" or "admises" in str(fault["msg"]):
        known = re.findall(r"'([^']+)'", str(context.get("expected", ""))) or re.findall(
            r"[a-z0-9-]+(?=[,.])", str(fault["msg"]).partition("admises : ")[2]
        )
        near = difflib.get_close_matches(str(value), known, n=1, cutoff=0.6)
        if len(known) > 20:
            if near:
                return standards.NEARLY_IN_LONG_LIST(value=value, list=name, near=near[0])
            return standards.NOT_IN_LONG_LIST(value=value, list=name)
        if near:
            return standards.NEARLY_IN_SHORT_LIST(value=value, list=name, near=near[0], choices=known)
        return standards.NOT_IN_SHORT_LIST(value=value, list=name, choices=known)
    if name in {"code_postal", "code_insee", "siret"}:
        length = _PADDED[name]
        return standards.NOT_SO_MANY_DIGITS(value=value, digits=length)
    if kind.startswith("string_too"):
        if kind.endswith("short"):
            return say.TEXT_TOO_SHORT(count=len(str(value)), limit=context.get("min_length"))
        return say.TEXT_TOO_LONG(count=len(str(value)), limit=context.get("max_length"))
    if kind.startswith("url"):
        return say.NOT_A_WEB_ADDRESS(value=value)
    if name == "courriel":
        return say.NOT_AN_EMAIL(value=value)
    if kind.startswith("date"):
        return say.NOT_A_DATE(value=value)
    if kind.startswith("int"):
        return say.NOT_WHOLE(value=value)
    if kind.startswith(("float", "decimal")):
        return say.NOT_A_NUMBER(value=value)
    if kind.startswith(("greater", "less")):
        bound = next(context[key] for key in ("ge", "gt", "le", "lt") if key in context)
        if kind.startswith("greater"):
            return say.TOO_LOW(value=value, lowest=bound)
        return say.TOO_HIGH(value=value, highest=bound)
    if kind.endswith("_type"):
        return standards.WRONG_KIND(value=value)
    return _of_schema(fault, value)


# --- records ---------------------------------------------------------------------------------------------------------


@dataclass
class _Town:
    """Records made from checked rows, and which codes they used."""

    ledger: Ledger
    language: str
    old: bool
    organisations: list[OrganisationRecord] = field(default_factory=list)
    locations: dict[str, LocationRecord] = field(default_factory=dict)
    services: list[ServiceRecord] = field(default_factory=list)
    home: dict[str, tuple[str, tuple[Any, ...]]] = field(
        default_factory=dict
    )  # organisation -> its location, its place
    known: set[str] = field(default_factory=set)
    used: dict[str, set[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.vocabularies: dict[str, Vocabulary] = vocabularies(old=self.old)

    def terms(self) -> Iterator[TermRecord]:
        """Every term of the closed lists; of version 0's themes and labels those that occur, with their categories."""
        for name, vocabulary in sorted(self.vocabularies.items()):
            yield from vocabulary.terms(categories(self.used.get(name, ())))

    def text(self, words: str | None) -> dict[str, str]:
        return {self.language: words} if words else {}

    def refs(self, name: str, codes: Iterable[str] | str | None, link_type: str) -> list[TermRef]:
        if not codes:
            return []
        plain = sorted({str(code) for code in ([codes] if isinstance(codes, str) else codes)})
        slug = slug_of(name, old=self.old)
        self.used.setdefault(slug, set()).update(plain)
        return [TermRef(taxonomy=slug, code=code, link_type=link_type) for code in plain]

    def add_structure(self, row: Row, structure: Any) -> None:
        terms = self.refs("reseaux-porteurs", structure.reseaux_porteurs, "network")
        if self.old:
            terms += self.refs("thematiques", structure.thematiques, "topic")
            terms += self.refs("labels-nationaux", structure.labels_nationaux, "network")
            terms += self.refs("typologies-de-structures", structure.typologie, "organization_type")
        numbers = [("fr-siret", structure.siret), ("fr-rna", getattr(structure, "rna", None))]
        record = build(
            OrganisationRecord,
            self.ledger,
            row.file,
            row.number,
            structure.id,
            external_id=structure.id,
            name=self.text(structure.nom),
            description=self.text(structure.description),
            email=structure.courriel,
            website=_url(structure.site_web),
            uri=_url(structure.lien_source),
            tax_id=structure.siret,
            identifiers=tuple((scheme, number) for scheme, number in numbers if number),
            phones=_phones(structure.telephone),
            terms=tuple(terms),
        )
        if record is None:
            return
        self.organisations.append(record)
        self.known.add(structure.id)
        location = self._location(
            row,
            structure,
            structure.id,
            structure.id,
            schedules=self._schedules(structure.horaires_accueil),
            accessibility=(
                (AccessibilityRecord(url=_url(structure.accessibilite_lieu)),) if structure.accessibilite_lieu else ()
            ),
        )
        if location is not None:
            self.home[structure.id] = (location, _place(structure))

    def _location(self, row: Row, found: Any, key: str, organisation: str | None, **more: Any) -> str | None:
        """The location of a structure or service that says where it is; its id."""
        latitude, longitude = self._point(row, found)
        parts = (found.adresse, found.commune, found.code_postal)
        if not any(parts) and found.code_insee is None and latitude is None:
            return None
        address = AddressRecord(
            address_1=found.adresse,
            address_2=found.complement_adresse,
            city=found.commune,
            postal_code=found.code_postal,
            country="FR",
        )
        record = build(
            LocationRecord,
            self.ledger,
            row.file,
            row.number,
            found.id,
            external_id=key,
            organisation_id=organisation,
            name=self.text(found.nom if key in self.known else None),
            latitude=latitude,
            longitude=longitude,
            external_identifier=found.code_insee,
            external_identifier_type="insee-commune" if found.code_insee else None,
            addresses=(address,) if any(parts) else (),
            **more,
        )
        if record is None:
            return None
        self.locations[key] = record
        return key

    def _point(self, row: Row, found: Any) -> tuple[float | None, float | None]:
        latitude, longitude = found.latitude, found.longitude
        if latitude is None and longitude is None:
            return None, None
        for name, value, bound in (("latitude", latitude, 90), ("longitude", longitude, 180)):
            if value is None or not -bound <= value <= bound:  # a number that is none (NaN) is in no bounds
                said = standards.POINT_OUT_OF_BOUNDS(value=value, lowest=-bound, highest=bound)
                if value is None:
                    said = say.NO_LATITUDE() if name == "latitude" else say.NO_LONGITUDE()
                self.ledger.refuse(row.file, row.number, name, said, record=found.id, fatal=False)
                return None, None
        return latitude, longitude

    def _schedules(self, words: str | None) -> tuple[ScheduleRecord, ...]:
        if not words:
            return ()
        parsed = parse_opening_hours(words)
        return parsed if parsed else (ScheduleRecord(description=self.text(words)),)

    def add_service(self, row: Row, service: Any) -> None:
        organisation = service.structure_id if service.structure_id in self.known else None
        if organisation is None:
            missing = standards.NO_STRUCTURE(id=service.structure_id)
            self.ledger.refuse(row.file, row.number, "structure_id", missing, record=service.id, fatal=False)
        terms, referral, process = self._ways_in(service)
        modes = {str(mode) for mode in service.modes_accueil or ()}
        record = build(
            ServiceRecord,
            self.ledger,
            row.file,
            row.number,
            service.id,
            external_id=service.id,
            organisation_id=organisation,
            name=self.text(service.nom),
            description=self.text(service.description),
            url=_url(service.lien_source),
            additional_urls=(
                (LinkRecord(url=str(service.lien_mobilisation), label="mobilisation"),)
                if service.lien_mobilisation
                else ()
            ),
            email=service.courriel,
            application_process=self.text(process),
            fees_description=self.text(service.frais_precisions),
            eligibility_description=self.text(
                "\n".join(words for words in (service.publics_precisions, service.conditions_acces) if words)
            ),
            last_modified=(
                datetime.combine(service.date_maj, datetime.min.time(), tzinfo=UTC) if service.date_maj else None
            ),
            phones=_phones(service.telephone),
            schedules=self._schedules(service.horaires_accueil),
            areas=self._areas(service),
            costs=self._costs(service),
            documents=tuple(
                DocumentRecord(document=self.text(words)) for words in getattr(service, "justificatifs", None) or ()
            ),
            contacts=(
                (ContactRecord(name=service.contact_nom_prenom),)
                if service.contact_nom_prenom and getattr(service, "contact_public", True) is not False
                else ()
            ),
            terms=tuple(terms),
            at_locations=self._at(row, service, organisation, modes),
            open_to_all=self._for_everyone(service),
            referral_modes=referral,
            remote=("a-distance" in modes) if modes else None,
            weekly_hours=self._bounded(row, service, "volume_horaire_hebdomadaire", 168),
            weeks=self._bounded(row, service, "nombre_semaines", 520),
        )
        if record is not None:
            self.services.append(record)

    def _for_everyone(self, service: Any) -> bool:
        """Only "tous-publics" stands there, and no condition in words."""
        groups = {str(group) for group in getattr(service, "publics", None) or ()}
        return groups == {EVERYONE} and not (service.publics_precisions or service.conditions_acces)

    def _bounded(self, row: Row, service: Any, name: str, most: int) -> Any:
        value = getattr(service, name)
        if value is None:
            return None
        if not value <= most:
            above = say.TOO_HIGH(value=value, highest=most)
            self.ledger.refuse(row.file, row.number, name, above, record=service.id, fatal=False)
            return None
        return Decimal(str(value)) if isinstance(value, float) else value

    def _ways_in(self, service: Any) -> tuple[list[TermRef], tuple[ReferralMode, ...], str | None]:
        """Terms, who may refer, and how one applies, in words."""
        terms = self.refs("thematiques", service.thematiques, "topic")
        terms += self.refs("modes-accueil", service.modes_accueil, "delivery_mode")
        terms += self.refs("frais", service.frais, "cost_type")
        if self.old:
            terms += self.refs("types-de-services", service.types, "service_type")
            terms += self.refs("profils", service.profils, "target_population")
            person, professional = service.modes_orientation_beneficiaire, service.modes_orientation_accompagnateur
            terms += self.refs("modes-orientation-beneficiaire", person, "access_mode")
            terms += self.refs("modes-orientation-accompagnateur", professional, "access_mode")
            steps = [v0.REFERRAL_MODES[code] for code in sorted(person or professional or ()) if code != "autre"]
        else:
            terms += self.refs("types-de-services", service.type, "service_type")
            terms += self.refs("publics", service.publics, "target_population")
            terms += self.refs("modes-mobilisation", service.modes_mobilisation, "access_mode")
            terms += self.refs("personnes-mobilisatrices", service.mobilisable_par, "referral")
            who = {str(code) for code in service.mobilisable_par or ()}
            person, professional = "usagers" in who, "professionnels" in who
            steps = [mode.label for mode in sorted(service.modes_mobilisation or ())]
        referral = [ReferralMode.SELF] if person else []
        referral += [ReferralMode.PROFESSIONAL] if professional else []
        process = "\n".join(words for words in (" · ".join(steps), service.mobilisation_precisions) if words)
        return terms, tuple(referral), process or None

    def _costs(self, service: Any) -> tuple[CostRecord, ...]:
        fees = service.frais
        codes = {str(code) for code in (fees if isinstance(fees, set) else [fees] if fees else [])}
        names = {**v0.FEES, **{str(fee): fee.label for fee in v1.Frais}}
        costs = []
        for code in sorted(codes):
            free = code == "gratuit"
            costs.append(
                CostRecord(
                    amount=Decimal(0) if free else None,
                    currency="EUR" if free else None,
                    amount_description=self.text(names[code]),
                )
            )
        return tuple(costs)

    def _areas(self, service: Any) -> tuple[AreaRecord, ...]:
        if self.old:
            scheme, code = v0.ZONE_SCHEMES.get(service.zone_diffusion_type or ""), service.zone_diffusion_code
            if scheme == "insee-pays":
                return (_FRANCE,)
            name = self.text(service.zone_diffusion_nom)
            return (AreaRecord(name=name, code=code, scheme=scheme if code else None),) if code or name else ()
        return tuple(area_of(code) for code in service.zone_eligibilite or ())

    def _at(
        self, row: Row, service: Any, organisation: str | None, modes: set[str]
    ) -> tuple[ServiceAtLocationRecord, ...]:
        """Where the service is given: its own place, or its structure's if it names none and people come in person."""
        place = _place(service)
        home = self.home.get(organisation or "")
        if any(part is not None for part in place):
            if home is not None and place == home[1]:
                location: str | None = home[0]
            else:
                key = service.id if service.id not in self.locations else f"{service.id}--service"[:255]
                location = self._location(row, service, key, organisation)
        else:
            location = home[0] if home is not None and modes != {"a-distance"} else None
        return (ServiceAtLocationRecord(external_id=service.id, location_id=location),) if location else ()


_FRANCE = AreaRecord(name={"fr": "France", "en": "France"}, code="FR", scheme="iso-3166-1", extent_type="country")


def area_of(code: str) -> AreaRecord:
    """The area of one code of ``zone_eligibilite``, by the form of the code.

    >>> area_of("59350").scheme, area_of("2A").scheme, area_of("200093201").scheme, area_of("99100").code
    ('insee-commune', 'insee-departement', 'insee-epci', 'FR')
    """
    if code in {"france", "99100"}:
        return _FRANCE
    if len(code) == 9:
        return AreaRecord(code=code, scheme="insee-epci", extent_type="epci")
    if len(code) < 4:
        return AreaRecord(code=code, scheme="insee-departement", extent_type="departement")
    if re.fullmatch(r"99[0-5]\d\d", code):
        return AreaRecord(code=code, scheme="insee-pays", extent_type="country")
    return AreaRecord(code=code, scheme="insee-commune", extent_type="commune")


def _place(found: Any) -> tuple[Any, ...]:
    return (found.adresse, found.commune, found.code_postal, found.code_insee, found.latitude, found.longitude)


def _phones(number: str | None) -> tuple[PhoneRecord, ...]:
    return (PhoneRecord(number=number, type="voice"),) if number else ()


def _url(value: object) -> str | None:
    """An address the schema has taken; one we would not show (a password in it, an odd host) is left out."""
    if value is None:
        return None
    try:
        return clean_url(str(value))
    except Unclean:
        return None
