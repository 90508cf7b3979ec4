"""Toronto's services for newcomers: 211 Toronto's list as the City published it in 2018.

One CSV: ID, NAME, ADDRESS, LATITUDE, LONGITUDE (Open Government Licence - Toronto). A name holds agency,
site and programme with commas between (``COSTI Immigrant Services, North York Centre, Family Services``), an address a
building, street, city, province and postal code on two or three lines.
"""

import re
from pathlib import Path, PurePosixPath

from kesher.formats.building import build, derived_id
from kesher.formats.files import Ledger, Table, open_files, open_table
from kesher.formats.records import (
    AddressRecord,
    LocationRecord,
    OrganisationRecord,
    Reading,
    ServiceAtLocationRecord,
    ServiceRecord,
    TermRef,
    UnreadableFile,
)
from kesher.formats.remarks import say, standards
from kesher.formats.values import Unclean, clean_text, parse_number

SOURCE = "ca-toronto-newcomer"
LANGUAGE = "en"
COLUMNS = ("ID", "NAME", "ADDRESS", "LATITUDE", "LONGITUDE")

# the whole list is of services to refugees and immigrants
FOR_WHOM = (
    TermRef(taxonomy="open-eligibility", code="human_situations:citizenship:refugees", link_type="target_population"),
)

_SITE = re.compile(
    r"\b(office|site|centre|center|branch|hub|location|campus|mall|library|region|building|block|accesspoint)\b"
    r"|\b(st|road|residence|house|place)$"
    r"|^(toronto|scarborough|etobicoke|north york)( (north|south|east|west|central))+$",
    re.IGNORECASE,
)
_CITY_LINE = re.compile(
    r"(?P<city>[^,\d]+?)(?:,\s*(?P<province>[A-Z]{2}))?\s+(?P<code>[A-Z]\d[A-Z]\s?\d[A-Z]\d)", re.ASCII
)


def read(path: str, /, *, language: str | None = None) -> Reading:
    """The list as organisations, locations and services. Raises :class:`UnreadableFile`."""
    files = open_files(path)
    names = [name for name in files if PurePosixPath(name).suffix.lower() == ".csv"]
    if len(names) != 1:
        raise UnreadableFile(Path(path).name, standards.ONE_CSV(count=len(names)))
    ledger = Ledger()
    table = open_table(files, names[0], ledger=ledger)
    missing = [column for column in COLUMNS if column not in table.columns]
    if missing:
        raise UnreadableFile(names[0], say.COLUMN_MISSING(column=missing[0]))
    gathered = _Gathered(table, ledger, language or LANGUAGE)
    for number, row in table:
        gathered.add(number, row)
    if not gathered.services and not ledger.refusals:
        raise UnreadableFile(names[0], say.NO_SERVICE())
    return Reading(
        source=SOURCE,
        language=language or LANGUAGE,
        organisations=iter(gathered.organisations.values()),
        locations=iter(gathered.locations.values()),
        services=iter(gathered.services.values()),
        refusals=ledger.refusals,
    )


class _Gathered:
    def __init__(self, table: Table, ledger: Ledger, language: str) -> None:
        self.file, self.ledger, self.language = table.file, ledger, language
        self.organisations: dict[str, OrganisationRecord] = {}
        self.locations: dict[str, LocationRecord] = {}
        self.services: dict[str, ServiceRecord] = {}

    def add(self, number: int, row: dict[str, str]) -> None:
        try:
            key, name = clean_text(row["ID"], 255), clean_text(row["NAME"], 1_000)
            address = clean_text(row["ADDRESS"], 2_000)
        except Unclean as fault:
            self.ledger.refuse(self.file, number, None, fault.said)
            return
        if key is None or name is None:
            column = "ID" if key is None else "NAME"
            self.ledger.refuse(self.file, number, column, say.REQUIRED(), record=key)
            return
        if key in self.services:
            self.ledger.refuse(self.file, number, "ID", standards.ID_TWICE(id=key), record=key)
            return
        agency, site, programme = split_name(name)
        organisation = f"agency-{derived_id(agency)}"
        record = build(
            OrganisationRecord,
            self.ledger,
            self.file,
            number,
            key,
            external_id=organisation,
            name={self.language: agency},
        )
        if record is None:
            return
        self.organisations.setdefault(organisation, record)
        location = self._location(number, row, key, organisation, site, address)
        service = build(
            ServiceRecord,
            self.ledger,
            self.file,
            number,
            key,
            external_id=key,
            organisation_id=organisation,
            name={self.language: programme or (f"{agency}, {site}" if site else agency)},
            terms=FOR_WHOM,
            at_locations=(ServiceAtLocationRecord(external_id=key, location_id=location),) if location else (),
        )
        if service is not None:
            self.services[key] = service

    def _location(
        self, number: int, row: dict[str, str], key: str, organisation: str, site: str | None, address: str | None
    ) -> str | None:
        latitude = self.ledger.take(
            lambda cell: parse_number(cell, lowest=-90, highest=90), row["LATITUDE"], self.file, number, "LATITUDE", key
        )
        longitude = self.ledger.take(
            lambda cell: parse_number(cell, lowest=-180, highest=180),
            row["LONGITUDE"],
            self.file,
            number,
            "LONGITUDE",
            key,
        )
        if latitude is None or longitude is None:
            latitude = longitude = None
        parsed = None
        if address is not None:
            parsed = parse_address(address)
            if parsed is None:
                self.ledger.refuse(self.file, number, "ADDRESS", standards.NOT_A_CITY_LINE(), record=key, fatal=False)
                parsed = AddressRecord(address_1=" ".join(address.split()), country="CA")
        if parsed is None and latitude is None:
            return None
        location = f"place-{derived_id(organisation, address, str(latitude), str(longitude))}"
        record = build(
            LocationRecord,
            self.ledger,
            self.file,
            number,
            key,
            external_id=location,
            organisation_id=organisation,
            name={self.language: site} if site else {},
            latitude=None if latitude is None else float(latitude),
            longitude=None if longitude is None else float(longitude),
            addresses=(parsed,) if parsed else (),
        )
        if record is None:
            return None
        self.locations.setdefault(location, record)
        return location


def split_name(name: str) -> tuple[str, str | None, str | None]:
    """Agency, site and programme of a name; the two last may be missing.

    >>> split_name("COSTI Immigrant Services, North York Centre, Family and Mental Health Services")
    ('COSTI Immigrant Services', 'North York Centre', 'Family and Mental Health Services')
    >>> split_name("Cross-Cultural Community Services Association, The, Toronto Centre")
    ('The Cross-Cultural Community Services Association', 'Toronto Centre', None)
    >>> split_name("Vietnamese Association, Toronto, North York Office")
    ('Vietnamese Association, Toronto', 'North York Office', None)
    """
    agency, *parts = [part.strip() for part in name.split(",") if part.strip()] or [name]
    if parts and parts[0].lower() == "the":
        agency = f"The {agency}"
        parts.pop(0)
    elif parts and parts[0] == "Toronto":  # where the agency works is a part of its name
        agency = f"{agency}, {parts.pop(0)}"
    parts = [part for part in parts if part != agency]
    sites = [part for part in parts if _SITE.search(part)]
    if len(parts) > 1 and len(sites) == len(parts):
        sites = parts[:-1]
    programme = [part for part in parts if part not in sites]
    return agency, ", ".join(sites) or None, ", ".join(programme) or None


def parse_address(text: str) -> AddressRecord | None:
    """Two or three lines (building, street, ``City, PR  A1A 1A1``) as an address; ``None`` when the last is not so.

    >>> parse_address("100 Lippincott St\\nToronto, ON     M5S 2P1").postal_code
    'M5S 2P1'
    """
    *lines, last = [" ".join(line.split()) for line in text.split("\n") if line.strip()] or [""]
    found = _CITY_LINE.fullmatch(last)
    if found is None:
        return None
    code = found["code"].replace(" ", "")
    return AddressRecord(
        address_1=lines[-1] if lines else None,
        address_2=", ".join(lines[:-1]) or None,
        city=found["city"].strip(),
        state_province=found["province"],
        postal_code=f"{code[:3]} {code[3:]}",
        country="CA",
    )
