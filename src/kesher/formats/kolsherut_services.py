"""Rows of the Israeli directories as records: a department or a clinic, the body that runs it, where it is."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kesher.formats.building import build, derived_id
from kesher.formats.files import Ledger
from kesher.formats.kolsherut_places import Authority, Places, split_address
from kesher.formats.phones import israeli_phones
from kesher.formats.records import (
    AddressRecord,
    AreaRecord,
    LocationRecord,
    OrganisationRecord,
    PhoneRecord,
    ServiceAtLocationRecord,
    ServiceRecord,
    TermRef,
)
from kesher.formats.remarks import standards
from kesher.formats.values import Unclean, clean_text, parse_flag, parse_integer, parse_number

TAXONOMY = "open-eligibility"
COUNTRY = "IL"

DEPARTMENT_COLUMNS = {"authority_num", "semel_machlaka", "location", "city", "sort", "adress", "machlaka_phone"}

INSURED, CLINIC, TOWN, ADDRESS, PHONE = "למבוטחי איזו קופה?", "שם המרפאה", "ישוב", "כתובת", "טלפון"
OWNER, AUDIENCE = "בעלות", "מבוגרים / ילדים"
WAITS = {  # column -> what one waits for
    "המתנה ממוצעת לאינטק - בשבועות": "לאינטק (פגישת קבלה)",
    "המתנה ממוצעת למעקב רפואי - בשבועות": "למעקב רפואי",
    "המתנה ממוצעת לפסיכותרפיה פרטנית (אחרי אינטק) - בשבועות": "לפסיכותרפיה פרטנית, אחרי האינטק",
    "המתנה לפסיכותרפיה קבוצתית (אחרי אינטק) - בשבועות": "לפסיכותרפיה קבוצתית, אחרי האינטק",
}
FOLLOW_UP, SINGLE, GROUP = list(WAITS)[1:]
TREATMENTS = "סוגי התערבויות טיפוליות במרפאה (למשל טיפול משפחתי, קבוצתי, CBT, DBT...)"
EXPERTISE = "מומחיות המרפאה, אם יש (למשל - טיפול בהפרעות אכילה, התמכרויות וכד')"
CLINIC_COLUMNS = {INSURED, CLINIC, TOWN, ADDRESS, PHONE, OWNER, AUDIENCE, TREATMENTS, EXPERTISE, *WAITS}

NO_DATA = "אין נתונים"
_NOTHING = {NO_DATA, "אין", "לא קיים", "לא", "אין מומחיות מיוחדת"}
_NO_SERVICE = ("אין שירות", "אין טיפול")
OUTSIDE_PROVIDER = "ספק חיצוני"
ALL_FUNDS = "כל הקופות"

FUNDS = {
    "כללית": ("health-fund-clalit", {"he": "שירותי בריאות כללית", "en": "Clalit Health Services"}),
    "מכבי": ("health-fund-maccabi", {"he": "מכבי שירותי בריאות", "en": "Maccabi Healthcare Services"}),
    "מאוחדת": ("health-fund-meuhedet", {"he": "קופת חולים מאוחדת", "en": "Meuhedet Health Services"}),
    "לאומית": ("health-fund-leumit", {"he": "לאומית שירותי בריאות", "en": "Leumit Health Services"}),
}

# what a row says -> Open Eligibility; services under human_services, for whom under human_situations
MENTAL_HEALTH = "human_services:health:mental_health_care"
ADULTS, CHILDREN, TEENS = (f"human_situations:age_group:{group}" for group in ("adults", "children", "teens"))
CLINIC_TERMS = {
    "משפחתי": f"{MENTAL_HEALTH}:counseling:family_counseling",
    "הפרעות אכילה": "human_situations:mental_health:mental_conditions_and_diseases:eating_disorder",
    "התמכרויות": "human_services:health:addiction_recovery",
    "סמים": "human_services:health:addiction_recovery",
    "חרדה": "human_situations:mental_health:mental_conditions_and_diseases:anxiety",
    "סכיזופרני": "human_situations:mental_health:mental_conditions_and_diseases:schizophrenia",
    "פוסט טראומה": "human_situations:mental_health:mental_conditions_and_diseases:ptsd",
    "ptsd": "human_situations:mental_health:mental_conditions_and_diseases:ptsd",
    "אוטיז": "human_situations:disability:autistic_spectrum",
    "קשב": "human_situations:disability:learning_disability:add_adhd",
    "קשישים": "human_situations:age_group:seniors",
    "פסיכוגריאטרי": "human_situations:age_group:seniors",
    "שפת סימנים": "human_situations:language:sign_language",
}
PSYCHIATRY = f"{MENTAL_HEALTH}:psychiatric_treatment"
SINGLE_THERAPY = f"{MENTAL_HEALTH}:counseling:individual_counseling"
GROUP_THERAPY = f"{MENTAL_HEALTH}:counseling:group_therapy"
DEPARTMENT_TERMS = ("human_services:care", "human_places:welfare_bureau")
POVERTY_TERMS = (
    "human_services:legal:advocacy_legal_aid:understand_government_programs",
    "human_situations:deprivation:low_income",
)


def said(row: Mapping[str, str], column: str) -> str | None:
    """The words of a cell on one line, without marks of direction and width; ``None`` where it says it has none."""
    words = clean_text(re.sub("[\u200b-\u200f\u202a-\u202e\u2066-\u2069]", "", row.get(column) or ""), 5_000)
    words = " ".join(words.split()) if words else None
    return None if words in _NOTHING else words


def terms_of(codes: "list[str] | tuple[str, ...]") -> tuple[TermRef, ...]:
    link = {"human_services": "service_type", "human_situations": "target_population", "human_places": "place_type"}
    return tuple(
        TermRef(taxonomy=TAXONOMY, code=code, link_type=link[code.partition(":")[0]]) for code in dict.fromkeys(codes)
    )


@dataclass
class _Rows:
    """What both directories share: records gathered by external id, and cells taken with their refusals."""

    places: Places
    ledger: Ledger
    language: str
    organisations: dict[str, OrganisationRecord] = field(default_factory=dict)
    locations: dict[str, LocationRecord] = field(default_factory=dict)
    services: list[ServiceRecord] = field(default_factory=list)

    def text(self, words: str | None) -> dict[str, str]:
        return {self.language: words} if words else {}

    def phones(self, file: str, number: int, row: Mapping[str, str], column: str, record: str | None) -> Any:
        cell = said(row, column)
        if cell is None or cell == "0":
            return ()
        found, faults = israeli_phones(row[column])
        for fault in faults:
            self.ledger.refuse(file, number, column, fault.said, record=record, fatal=False)
        return found

    def cells(self, file: str, number: int, row: Mapping[str, str], columns: set[str]) -> dict[str, str | None] | None:
        """All cells cleaned; a row with one that is far too long is refused."""
        cells: dict[str, str | None] = {}
        for column in columns:
            try:
                cells[column] = said(row, column)
            except Unclean as fault:
                self.ledger.refuse(file, number, column, fault.said)
                return None
        return cells


@dataclass
class Departments(_Rows):
    """Municipal departments of social services, each one service of its authority."""

    codes: dict[str, int] = field(default_factory=dict)  # code of a department -> the row that has it
    rows: dict[str, int] = field(default_factory=dict)
    authority_of: dict[str, OrganisationRecord] = field(default_factory=dict)  # the ministry's number -> authority

    def add(self, file: str, number: int, row: Mapping[str, str]) -> None:
        columns = DEPARTMENT_COLUMNS | {"authority_phone", "noshmim_lirvacha", "otzma_center"}
        cells = self.cells(file, number, row, columns)
        if cells is None:
            return
        name = cells["location"]
        if name is None:
            self.ledger.refuse(file, number, "location", standards.NO_DEPARTMENT_NAME())
            return
        key = self._key(file, number, cells, name)
        if key in self.rows:
            twice = standards.DEPARTMENT_TWICE(row=self.rows[key])
            self.ledger.refuse(file, number, "semel_machlaka", twice, record=key)
            return
        self.rows[key] = number
        localities = [part.strip() for part in (cells["city"] or "").split(",") if part.strip()]
        authority = self._authority(file, number, row, cells, name, localities)
        city = localities[0] if len(localities) == 1 else None
        if city is None and self.places.locality(name):
            city = name
        street, postal_code = split_address(cells["adress"] or "", city)
        at: tuple[ServiceAtLocationRecord, ...] = ()
        if street is not None or city is not None:
            place = build(
                LocationRecord,
                self.ledger,
                file,
                number,
                key,
                external_id=key,
                organisation_id=authority.external_id if authority else None,
                name=self.text(name),
                addresses=(AddressRecord(address_1=street, city=city, postal_code=postal_code, country=COUNTRY),),
            )
            if place is not None:
                self.locations[key] = place
                at = (ServiceAtLocationRecord(external_id=key, location_id=key),)
        otzma, breathing = (
            self._flag(file, number, cells, "otzma_center", key),
            self._flag(file, number, cells, "noshmim_lirvacha", key),
        )
        service = build(
            ServiceRecord,
            self.ledger,
            file,
            number,
            key,
            external_id=key,
            organisation_id=authority.external_id if authority else None,
            name=self.text(f"המחלקה לשירותים חברתיים – {name}"),
            description=self.text(_department_words(otzma, breathing)),
            phones=self.phones(file, number, row, "machlaka_phone", key),
            areas=tuple(self.places.area(part, self.language) for part in localities or ([city] if city else [])),
            terms=terms_of([*DEPARTMENT_TERMS, *(POVERTY_TERMS if otzma or breathing else ())]),
            at_locations=at,
        )
        if service is not None:
            self.services.append(service)

    def _flag(self, file: str, number: int, cells: Mapping[str, str | None], column: str, key: str) -> bool | None:
        return self.ledger.take(parse_flag, cells[column], file, number, column, key)

    def _key(self, file: str, number: int, cells: Mapping[str, str | None], name: str) -> str:
        """The ministry's code; of a department without one, or with the code of another, words from its name too."""
        try:
            code = parse_integer(cells["semel_machlaka"], lowest=1)
        except Unclean as fault:
            self.ledger.refuse(file, number, "semel_machlaka", fault.said, fatal=False)
            code = None
        own = derived_id(cells["city"], name, cells["adress"])
        if code is None:
            return f"department-{own}"
        first = self.codes.setdefault(str(code), number)
        if first == number:
            return f"department-{code}"
        shared = standards.CODE_SHARED(code=code, row=first)
        self.ledger.refuse(file, number, "semel_machlaka", shared, record=f"department-{code}", fatal=False)
        return f"department-{code}-{own[:8]}"

    def _authority(
        self,
        file: str,
        number: int,
        row: Mapping[str, str],
        cells: Mapping[str, str | None],
        name: str,
        localities: list[str],
    ) -> OrganisationRecord | None:
        """The authority of the row: the one its number was first read with, so that it stays one organisation."""
        numbered = cells["authority_num"]
        if numbered in self.authority_of:
            return self.authority_of[numbered or ""]
        regional = "א" in (cells["sort"] or "") and "זורית" in (cells["sort"] or "")
        found = self.places.authority(name, localities)
        if found is None:
            plain = localities[0] if len(localities) == 1 else re.split(r"\s+-\s+", name)[0]
            found = Authority(None, f"מועצה אזורית {plain}" if regional else plain)
        key = f"authority-{found.number or derived_id(found.name)}"
        if key not in self.organisations:
            phones: dict[str, PhoneRecord] = {}
            for phone in (
                *self.phones(file, number, row, "authority_phone", key),
                *israeli_phones(found.phones if found.phones != "0" else None)[0],
            ):
                phones.setdefault(phone.number, phone)
            record = build(
                OrganisationRecord,
                self.ledger,
                file,
                number,
                key,
                external_id=key,
                name=self.text(found.name),
                website=found.website,
                identifiers=(("il-authority", found.number),) if found.number else (),
                phones=tuple(phones.values()),
            )
            if record is None:
                return None
            self.organisations[key] = record
        if numbered:
            self.authority_of[numbered] = self.organisations[key]
        return self.organisations[key]


def _department_words(otzma: bool | None, breathing: bool | None) -> str:
    words = ["ייעוץ, ליווי וסיוע לתושבים, למשפחות ולקהילה מטעם הרשות המקומית."]
    if otzma:
        words.append("במחלקה פועל מרכז עוצמה: ליווי במיצוי זכויות וביציאה מעוני.")
    if breathing:
        words.append("במחלקה פועלת התוכנית ״נושמים לרווחה״ למשפחות החיות בעוני.")
    return "\n".join(words)


@dataclass
class Clinics(_Rows):
    """Mental-health clinics: one service per row, which is one clinic for the insured of one fund and one age group."""

    rows: dict[tuple[str | None, ...], int] = field(default_factory=dict)
    keys: dict[str, int] = field(default_factory=dict)

    def add(self, file: str, number: int, row: Mapping[str, str]) -> None:
        cells = self.cells(file, number, row, CLINIC_COLUMNS)
        if cells is None:
            return
        name, audience = cells[CLINIC], cells[AUDIENCE]
        if name is None:
            self.ledger.refuse(file, number, CLINIC, standards.NO_CLINIC_NAME())
            return
        same = tuple(cells[column] for column in sorted(CLINIC_COLUMNS))
        told_apart = (cells[INSURED], name, cells[TOWN], cells[ADDRESS], audience)
        key = f"clinic-{derived_id(*told_apart)}"
        if same in self.rows:
            self.ledger.refuse(file, number, None, standards.SAME_ROW(row=self.rows[same]), record=key)
            return
        if key in self.keys:
            self.ledger.refuse(file, number, CLINIC, standards.SAME_CLINIC(row=self.keys[key]), record=key)
            return
        self.rows[same], self.keys[key] = number, number
        organisation = self._owner(file, number, cells)
        location = self._location(file, number, cells, name, organisation)
        treatments, expertise = cells[TREATMENTS], cells[EXPERTISE]
        description = [
            words
            for words in (
                f"שיטות טיפול: {treatments}" if treatments else None,
                f"מומחיות: {expertise}" if expertise else None,
                "השירות ניתן על ידי ספק חיצוני." if cells[OWNER] == OUTSIDE_PROVIDER else None,
            )
            if words
        ]
        insured = cells[INSURED]
        record = build(
            ServiceRecord,
            self.ledger,
            file,
            number,
            key,
            external_id=key,
            organisation_id=organisation,
            name=self.text(f"מרפאה לבריאות הנפש – {name}" + (f" ({audience})" if audience else "")),
            alternate_name=self.text(name),
            description=self.text("\n".join(description)),
            eligibility_description=self.text(
                None if insured is None else "למבוטחי כל קופות החולים" if insured == ALL_FUNDS else f"למבוטחי {insured}"
            ),
            wait_time=self.text(self._waits(file, number, cells, key)),
            phones=self.phones(file, number, row, PHONE, key),
            areas=self._area(cells),
            terms=terms_of(_clinic_terms(cells)),
            at_locations=(ServiceAtLocationRecord(external_id=key, location_id=location),) if location else (),
        )
        if record is not None:
            self.services.append(record)

    def _area(self, cells: Mapping[str, str | None]) -> tuple[AreaRecord, ...]:
        return (self.places.area(cells[TOWN] or "", self.language),) if cells[TOWN] else ()

    def _owner(self, file: str, number: int, cells: Mapping[str, str | None]) -> str | None:
        """The body that runs the clinic: a fund, a hospital (under its fund, where the list says so), else the fund."""
        owner = cells[OWNER]
        if owner is None or owner == OUTSIDE_PROVIDER:
            owner = cells[INSURED]
        if owner is None or owner == ALL_FUNDS:
            return None
        name, hyphen, fund = owner.rpartition("-")
        if hyphen and fund.strip() in FUNDS:
            parent = self._fund(fund.strip())
            key = f"provider-{derived_id(name)}"
            return self._keep(file, number, key, self.text(name.strip()), parent)
        first = owner.split()[0]
        if first in FUNDS:
            return self._fund(first)
        return self._keep(file, number, f"provider-{derived_id(owner)}", self.text(owner), None)

    def _fund(self, name: str) -> str:
        key, names = FUNDS[name]
        if key not in self.organisations:
            self.organisations[key] = OrganisationRecord(external_id=key, name=names, alternate_name=self.text(name))
        return key

    def _keep(self, file: str, number: int, key: str, name: dict[str, str], parent: str | None) -> str | None:
        if key not in self.organisations:
            record = build(
                OrganisationRecord, self.ledger, file, number, key, external_id=key, name=name, parent_id=parent
            )
            if record is None:
                return None
            self.organisations[key] = record
        return key

    def _location(
        self, file: str, number: int, cells: Mapping[str, str | None], name: str, organisation: str | None
    ) -> str | None:
        town, line = cells[TOWN], cells[ADDRESS]
        if town is None and line is None:
            return None
        key = f"place-{derived_id(town, line or name)}"
        if key not in self.locations:
            street, postal_code = split_address(line or "", town)
            record = build(
                LocationRecord,
                self.ledger,
                file,
                number,
                key,
                external_id=key,
                organisation_id=organisation,
                name=self.text(name),
                addresses=(AddressRecord(address_1=street, city=town, postal_code=postal_code, country=COUNTRY),),
            )
            if record is None:
                return None
            self.locations[key] = record
        return key

    def _waits(self, file: str, number: int, cells: Mapping[str, str | None], key: str) -> str | None:
        lines = []
        for column, purpose in WAITS.items():
            words = cells[column]
            if words is None:
                continue
            if re.fullmatch(r"[\d.,+-]+", words):
                try:
                    weeks = parse_number(words, lowest=0, highest=520)
                except Unclean as fault:
                    self.ledger.refuse(file, number, column, fault.said, record=key, fatal=False)
                    continue
                words = weeks_in_words(str(weeks))
            lines.append(f"{purpose}: {words}")
        return "\n".join(lines) or None


def weeks_in_words(number: str) -> str:
    """``1`` -> שבוע, ``2`` -> שבועיים, ``8`` -> 8 שבועות, ``0`` -> ללא המתנה."""
    return {"0": "ללא המתנה", "1": "שבוע", "2": "שבועיים"}.get(number, f"{number} שבועות")


def _clinic_terms(cells: Mapping[str, str | None]) -> list[str]:
    codes = [MENTAL_HEALTH, "human_places:health:clinic:mental_health_clinic"]
    audience = cells[AUDIENCE] or ""
    if "פסיכיאטר" in audience or _offered(cells[FOLLOW_UP]):
        codes.append(PSYCHIATRY)
    if _offered(cells[SINGLE]):
        codes.append(SINGLE_THERAPY)
    if _offered(cells[GROUP]):
        codes.append(GROUP_THERAPY)
    words = f"{cells[TREATMENTS] or ''} {cells[EXPERTISE] or ''}".lower()
    codes += [code for part, code in CLINIC_TERMS.items() if part in words]
    if "מבוגרים" in audience:
        codes.append(ADULTS)
    if "ילדים" in audience:
        codes.append(CHILDREN)
    if "נוער" in audience:
        codes.append(TEENS)
    return codes


def _offered(wait: str | None) -> bool:
    """A wait is told for what is given; ``אין שירות…`` says it is not."""
    return wait is not None and not wait.startswith(_NO_SERVICE)
