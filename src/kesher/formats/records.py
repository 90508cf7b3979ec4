"""The one shape every directory file is read into, and every directory export is written from.

Each reader in :mod:`kesher.formats` (HSDS 3.x, HSDS 1.1, data·inclusion, spreadsheets, ...) turns its file into these
records; the importer in ``directory`` knows only these. The names are those of HSDS 3.1.1
(https://docs.openreferral.org/), with Kesher's profile added at the end of :class:`ServiceRecord`.

A text that people read is a :data:`Text`: BCP 47 language tag -> words. Identifiers are those of the *source*, as
strings, unique per record type within one source; the importer keeps them beside keys of our own.

Records hold what was read, already cleaned: no empty strings (``None`` or absent instead), no control characters,
URLs with a scheme, times as :class:`datetime.time`. Whatever could not be cleaned is a :class:`Refusal`, never a guess.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Protocol

from pydantic import BaseModel, ConfigDict, Field

from kesher.formats.remarks import Said

Text = dict[str, str]
"""Words for people: BCP 47 language tag ("he", "ar", "es") -> text. Never holds an empty text."""

ExternalId = Annotated[str, Field(min_length=1, max_length=255)]


class Record(BaseModel):
    """Base of all records: immutable, and a misspelt field is an error, not a silence."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Weekday(StrEnum):
    """Weekday codes of RFC 5545, which HSDS schedules use in ``byday``."""

    MONDAY = "MO"
    TUESDAY = "TU"
    WEDNESDAY = "WE"
    THURSDAY = "TH"
    FRIDAY = "FR"
    SATURDAY = "SA"
    SUNDAY = "SU"


class ServiceStatus(StrEnum):
    """HSDS ``service.status``."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    DEFUNCT = "defunct"
    TEMPORARILY_CLOSED = "temporarily closed"


class LocationType(StrEnum):
    """HSDS ``location.location_type``."""

    PHYSICAL = "physical"
    POSTAL = "postal"
    VIRTUAL = "virtual"


class ReferralMode(StrEnum):
    """Who may refer a person to a service (Kesher's profile)."""

    SELF = "self"  # the person comes by themselves
    PROFESSIONAL = "professional"  # a caseworker or another partner sends them


class PhoneRecord(Record):
    number: str
    extension: str | None = None
    type: str | None = None  # voice, cell, fax, sms, textphone, ... as HSDS
    description: Text = {}
    languages: tuple[str, ...] = ()  # BCP 47


class ContactRecord(Record):
    """A role one may ask for. Names of staff are personal data: kept only when the source publishes them."""

    name: str | None = None
    title: str | None = None
    department: str | None = None
    email: str | None = None
    phones: tuple[PhoneRecord, ...] = ()


class ScheduleRecord(Record):
    """Opening hours, one row per rule; ``byday`` lists the weekdays of a weekly rule."""

    byday: tuple[Weekday, ...] = ()
    opens_at: time | None = None
    closes_at: time | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    freq: str | None = None  # WEEKLY or MONTHLY
    interval: int | None = None
    bymonthday: str | None = None
    attending_type: str | None = None  # "on-site", "online", ...
    description: Text = {}
    notes: str | None = None
    schedule_link: str | None = None


class CostRecord(Record):
    option: Text = {}  # who pays this ("newcomers in the first year")
    amount: Decimal | None = None
    currency: str | None = None  # ISO 4217
    amount_description: Text = {}
    valid_from: date | None = None
    valid_to: date | None = None


class DocumentRecord(Record):
    document: Text
    uri: str | None = None


class LanguageRecord(Record):
    code: str  # BCP 47; "und" with a name when the source gave only a name we do not know
    name: str | None = None
    cefr_minimum: str | None = None  # A1..C2: the level a person needs to follow (profile)
    note: str | None = None


class AreaRecord(Record):
    """Where a service is offered. ``code`` points at an area of ours when the source uses official codes."""

    name: Text = {}
    code: str | None = None
    scheme: str | None = None  # "il-cbs-locality", "insee-commune", "iso-3166-2", ...
    extent: str | None = None
    extent_type: str | None = None
    uri: str | None = None


class CapacityRecord(Record):
    unit: str  # "place", "bed", "seat", ...
    available: int
    maximum: int | None = None
    updated: datetime
    description: Text = {}


class TermRef(Record):
    """Points at a taxonomy term by the code it has in its taxonomy."""

    taxonomy: str  # slug: "open-eligibility", "data-inclusion-thematiques", ...
    code: str
    link_type: str | None = None  # HSDS attribute.link_type: "service_type", "target_population", ...
    value: str | None = None


class LinkRecord(Record):
    url: str
    label: str | None = None


class FundingRecord(Record):
    source: str


class AddressRecord(Record):
    address_1: str | None = None
    address_2: str | None = None
    attention: str | None = None
    city: str | None = None
    region: str | None = None
    state_province: str | None = None
    postal_code: str | None = None
    country: str | None = None  # ISO 3166-1 alpha-2
    address_type: LocationType = LocationType.PHYSICAL


class AccessibilityRecord(Record):
    description: Text = {}
    details: str | None = None
    url: str | None = None


class OrganisationRecord(Record):
    external_id: ExternalId
    name: Text
    alternate_name: Text = {}
    description: Text = {}
    email: str | None = None
    website: str | None = None
    additional_websites: tuple[LinkRecord, ...] = ()
    legal_status: str | None = None
    tax_status: str | None = None
    tax_id: str | None = None
    year_incorporated: int | None = None
    logo: str | None = None
    uri: str | None = None
    parent_id: str | None = None
    identifiers: tuple[tuple[str, str], ...] = ()  # (scheme, identifier): ("il-amuta", "580000000")
    phones: tuple[PhoneRecord, ...] = ()
    contacts: tuple[ContactRecord, ...] = ()
    terms: tuple[TermRef, ...] = ()


class ProgrammeRecord(Record):
    external_id: ExternalId
    organisation_id: str | None = None
    name: Text
    alternate_name: Text = {}
    description: Text = {}


class LocationRecord(Record):
    external_id: ExternalId
    organisation_id: str | None = None
    location_type: LocationType = LocationType.PHYSICAL
    name: Text = {}
    alternate_name: Text = {}
    description: Text = {}
    transportation: Text = {}
    url: str | None = None
    latitude: float | None = Field(default=None, ge=-90, le=90)
    longitude: float | None = Field(default=None, ge=-180, le=180)
    external_identifier: str | None = None
    external_identifier_type: str | None = None
    addresses: tuple[AddressRecord, ...] = ()
    phones: tuple[PhoneRecord, ...] = ()
    schedules: tuple[ScheduleRecord, ...] = ()
    languages: tuple[LanguageRecord, ...] = ()
    accessibility: tuple[AccessibilityRecord, ...] = ()
    contacts: tuple[ContactRecord, ...] = ()
    terms: tuple[TermRef, ...] = ()


class ServiceAtLocationRecord(Record):
    external_id: ExternalId
    location_id: str
    description: Text = {}
    phones: tuple[PhoneRecord, ...] = ()
    schedules: tuple[ScheduleRecord, ...] = ()
    contacts: tuple[ContactRecord, ...] = ()
    areas: tuple[AreaRecord, ...] = ()


class ServiceRecord(Record):
    external_id: ExternalId
    organisation_id: str | None = None
    programme_id: str | None = None
    name: Text
    alternate_name: Text = {}
    description: Text = {}
    url: str | None = None
    additional_urls: tuple[LinkRecord, ...] = ()
    email: str | None = None
    status: ServiceStatus = ServiceStatus.ACTIVE
    interpretation_services: Text = {}
    application_process: Text = {}
    fees_description: Text = {}
    eligibility_description: Text = {}
    wait_time: Text = {}
    accreditations: str | None = None
    licenses: str | None = None
    alert: Text = {}
    minimum_age: int | None = Field(default=None, ge=0, le=150)
    maximum_age: int | None = Field(default=None, ge=0, le=150)
    assured_date: date | None = None
    assurer_email: str | None = None
    last_modified: datetime | None = None
    phones: tuple[PhoneRecord, ...] = ()
    schedules: tuple[ScheduleRecord, ...] = ()
    languages: tuple[LanguageRecord, ...] = ()
    areas: tuple[AreaRecord, ...] = ()
    costs: tuple[CostRecord, ...] = ()
    documents: tuple[DocumentRecord, ...] = ()
    funding: tuple[FundingRecord, ...] = ()
    contacts: tuple[ContactRecord, ...] = ()
    capacities: tuple[CapacityRecord, ...] = ()
    terms: tuple[TermRef, ...] = ()
    at_locations: tuple[ServiceAtLocationRecord, ...] = ()
    # Kesher's profile
    open_to_all: bool = False  # said by the source, never concluded from silence
    referral_modes: tuple[ReferralMode, ...] = ()
    remote: bool | None = None
    weekly_hours: Decimal | None = Field(default=None, ge=0, le=168)
    weeks: int | None = Field(default=None, ge=0, le=520)
    learning_outcomes: Text = {}
    human_languages: tuple[str, ...] = ()  # in these a person wrote the texts, or has read them
    machine_languages: tuple[str, ...] = ()  # into these a machine translated them; of others it is not known


class TermRecord(Record):
    taxonomy: str  # slug of the taxonomy
    code: str
    name: Text
    description: Text = {}
    parent_code: str | None = None
    uri: str | None = None


class TaxonomyRecord(Record):
    slug: str
    name: Text
    description: Text = {}
    version: str | None = None
    uri: str | None = None
    licence: str | None = None


#: What a row of a source may stand for. "detail": a part of a record in a row of its own, such as a phone or a schedule.
RECORD_KINDS = ("taxonomy", "term", "organisation", "programme", "location", "service", "detail")
#: What stands in the files of statistics (:mod:`kesher.formats.statistics`).
OBSERVATION = "observation"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One thing in a file that could not be taken in, said so that the person who owns the file can mend it.

    ``row`` counts as the person sees it: the line of the record in a spreadsheet or CSV (header = 1), or the position
    (from 1) in a JSON array. ``fatal`` means that the whole record was left out; otherwise only the field was.
    """

    file: str
    row: int | None
    field: str | None
    said: Said
    record: str | None = None  # external id, when known
    fatal: bool = True
    kind: str = "service"  # of record it stood for: one of RECORD_KINDS, or OBSERVATION

    @property
    def code(self) -> str:
        return self.said.code

    @property
    def reason(self) -> str:
        return self.said.reason

    @property
    def remedy(self) -> str:
        return self.said.remedy


class UnreadableFile(Exception):
    """The file as a whole cannot be read (not a zip, no such column, wrong encoding): nothing is imported."""

    def __init__(self, file: str, said: Said) -> None:
        super().__init__(f"{file}: {said.reason} {said.remedy}")
        self.file, self.said = file, said

    @property
    def reason(self) -> str:
        return self.said.reason

    @property
    def remedy(self) -> str:
        return self.said.remedy


@dataclass(slots=True)
class Origin:
    """Where in a file its records and their fields stand, for remarks that can only be made later."""

    file: str
    rows: dict[tuple[str, str], int] = field(default_factory=dict)  # (kind, external id) -> row
    columns: dict[str, str] = field(default_factory=dict)  # field -> its column, as headed in the file


@dataclass(slots=True)
class Reading:
    """What a reader returns: records as they come, and a list of refusals that is complete once they are exhausted.

    Iterate in the order of the fields (organisations before services), each once. ``language`` is the language of texts
    whose source does not say.
    """

    source: str  # default name of the dataset, "miami-211"; one dataset = one namespace of external ids
    language: str
    taxonomies: Iterator[TaxonomyRecord] = field(default_factory=lambda: iter(()))
    terms: Iterator[TermRecord] = field(default_factory=lambda: iter(()))
    organisations: Iterator[OrganisationRecord] = field(default_factory=lambda: iter(()))
    programmes: Iterator[ProgrammeRecord] = field(default_factory=lambda: iter(()))
    locations: Iterator[LocationRecord] = field(default_factory=lambda: iter(()))
    services: Iterator[ServiceRecord] = field(default_factory=lambda: iter(()))
    refusals: list[Refusal] = field(default_factory=list)
    origin: Origin | None = None  # of a format that is one table
    word_taxonomies: frozenset[str] = frozenset()  # those whose terms are nothing but the words of the file


class Reader(Protocol):
    """Reads one file or folder. Raises :class:`UnreadableFile` before the first record when nothing can be read."""

    def __call__(self, path: str, /, *, language: str | None = None) -> Reading: ...
