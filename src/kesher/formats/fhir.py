"""A referral as a FHIR R4 Bundle, out and in: the closed loop of HL7's SDOH Clinical Care guide (Gravity), ``SDOHCC Task for
Referral Management``. http://hl7.org/fhir/R4, https://build.fhir.org/ig/HL7/fhir-sdoh-clinicalcare

What goes in and comes out is :class:`Referral`, a plain value that knows no database. In the Bundle it is a ServiceRequest
(what is asked for), a Task (where it stands; its states are those of HOUSE.md, section 5, letter by letter), the Patient (the
person, by the name they go by), the two Organizations, and where there is one the Consent, and the Procedure of a result.

Reading is strict where the guide is: what has no focus, no reason for a no, another intent or a state of its own is refused
with the place in the Bundle and a sentence. Everything beside is passed over; nothing is guessed.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Final, Literal, TypeVar

import pydantic_core
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    ValidationError,
    ValidationInfo,
)
from pydantic.alias_generators import to_camel

from kesher.formats.values import UNREADABLE

LARGEST = 5_000_000
"""Bytes of a Bundle."""
SDOH: Final = "http://hl7.org/fhir/us/sdoh-clinicalcare/CodeSystem/SDOHCC-CodeSystemTemporaryCodes"
TASK_CODES: Final = "http://hl7.org/fhir/CodeSystem/task-code"
REASONS: Final = "urn:kesher:referral-reason"
SNOMED: Final = "http://snomed.info/sct"
_SOCIAL_SERVICE: Final = "410606002"
_IDENTITY = re.compile(r"[A-Za-z0-9\-.]{1,64}", re.ASCII)


class State(StrEnum):
    """Where a referral stands: codes of ``Task.status`` that the guide allows for referrals (*ready*, *received* are not)."""

    DRAFT = "draft"
    REQUESTED = "requested"
    ACCEPTED = "accepted"
    IN_PROGRESS = "in-progress"
    ON_HOLD = "on-hold"
    COMPLETED = "completed"
    FAILED = "failed"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    ENTERED_IN_ERROR = "entered-in-error"


WITH_REASON: Final = frozenset({State.ON_HOLD, State.FAILED, State.REJECTED, State.CANCELLED})
"""States that must say why."""

#: http://hl7.org/fhir/R4/valueset-request-status.html
RequestStatus = Literal["draft", "active", "on-hold", "revoked", "completed", "entered-in-error", "unknown"]
#: ``ServiceRequest.status`` that goes with a state.
_REQUEST_STATUS: Final[Mapping[State, RequestStatus]] = {
    State.DRAFT: "draft",
    State.REQUESTED: "active",
    State.ACCEPTED: "active",
    State.IN_PROGRESS: "active",
    State.ON_HOLD: "on-hold",
    State.COMPLETED: "completed",
    State.FAILED: "revoked",
    State.REJECTED: "revoked",
    State.CANCELLED: "revoked",
    State.ENTERED_IN_ERROR: "entered-in-error",
}


class Reason(StrEnum):
    """Why a referral was refused, stopped or paused; what is none of them is OTHER with words."""

    UNREACHABLE = "unreachable"
    NO_SHOW = "no-show"
    STARTED_WORK = "started-work"
    IN_TRAINING = "in-training"
    NOT_ELIGIBLE = "not-eligible"
    CANNOT_TRAVEL = "cannot-travel"
    NOT_INTERESTED = "not-interested"
    BARRIER_FIRST = "barrier-first"
    NO_CAPACITY = "no-capacity"
    NO_SUCH_SERVICE = "no-such-service"
    DUPLICATE = "duplicate"
    CONSENT_WITHDRAWN = "consent-withdrawn"
    OTHER = "other"


class FhirRefusal(ValueError):
    """A Bundle that is not taken in: ``where`` is the place in it, ``why`` what is wrong and what to do."""

    def __init__(self, where: str, why: str) -> None:
        super().__init__(f"{where}: {why}")
        self.where, self.why = where, why


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation that sends or receives; or the person, by the name they go by. ``country``: as an address says it."""

    id: str
    name: str
    country: str = ""

    def __post_init__(self) -> None:
        if not _IDENTITY.fullmatch(self.id):
            raise ValueError(f"“{self.id[:80]}” is no id for FHIR: 1 to 64 Latin letters, digits, hyphens or dots")


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    """The person's consent to this referral: when, and the words of what for."""

    id: str
    given: date
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Referral:
    """One referral. Times carry their zone; ``category``: a domain of the guide, such as ``employment-status``.

    ``reason`` must be there in the states :data:`WITH_REASON`. ``result`` is what was done, when it is completed.
    ``business_status``: finer than the state, in the receiver's words. ``replaces``: the id of the referral it follows.
    """

    id: str
    state: State
    person: Party
    sender: Party
    receiver: Party
    service: str
    authored: datetime
    changed: datetime | None = None
    category: str = "employment-status"
    reason: str = ""
    reason_code: Reason | None = None
    business_status: str = ""
    result: str = ""
    replaces: str | None = None
    consent: ConsentGiven | None = field(default=None)

    def __post_init__(self) -> None:
        if not _IDENTITY.fullmatch(self.id):
            raise ValueError(f"“{self.id[:80]}” is no id for FHIR: 1 to 64 Latin letters, digits, hyphens or dots")
        if self.authored.tzinfo is None or (self.changed and self.changed.tzinfo is None):
            raise ValueError("the times of a referral need their zone")
        if self.sender.id == self.receiver.id and self.sender != self.receiver:
            raise ValueError("sender and receiver are one organisation with two names")
        if not self.service.strip():
            raise ValueError("a referral says what is asked for")
        if self.state in WITH_REASON and not self.reason.strip():
            raise ValueError(f"a referral that is {self.state.value} says why")


# --- the resources, as far as a referral needs them -------------------------------------------------------------------

#: What a resource is checked with that comes in: what goes out was checked where it was typed.
_FROM_OUTSIDE: Final = {"from": "outside"}


def _readable(text: str, info: ValidationInfo) -> str:
    """Past what a database refuses (NUL), and what makes a text read as another than it is stored."""
    if info.context is _FROM_OUTSIDE and UNREADABLE.search(text):
        raise pydantic_core.PydanticCustomError("unreadable", "there are signs in it that cannot be shown")
    return text


_Text = Annotated[str, StringConstraints(min_length=1, max_length=100_000, pattern=r"\S"), AfterValidator(_readable)]


def _fhir_name(name: str) -> str:
    """The name FHIR gives a field; "for" is none that Python has."""
    return "for" if name == "beneficiary" else to_camel(name)


#: As R4 writes an id.
_Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.-]{1,64}$")]


def _written(value: object) -> object:
    """A number is no date, though it could be read as the seconds since 1970."""
    if isinstance(value, int | float):
        raise ValueError("a date is written like 2026-05-01 or 2026-05-01T10:00:00+03:00")
    return value


Moment = Annotated[datetime, BeforeValidator(_written)]


class _Resource(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="ignore", alias_generator=_fhir_name, validate_by_name=True, validate_by_alias=True
    )


class Reference(_Resource):
    reference: _Text
    display: _Text | None = None


class Coding(_Resource):
    system: _Text | None = None
    code: _Text | None = None
    display: _Text | None = None


class Concept(_Resource):
    """CodeableConcept."""

    coding: tuple[Coding, ...] | None = None
    text: _Text | None = None

    def holds(self, system: str, code: str) -> bool:
        return any(one.system == system and one.code == code for one in self.coding or ())

    def words(self) -> str:
        """Its text, else the first name of a code."""
        return self.text or next((one.display for one in self.coding or () if one.display), "") or ""


class HumanName(_Resource):
    text: _Text | None = None
    family: _Text | None = None
    given: tuple[_Text, ...] | None = None

    def words(self) -> str:
        return self.text or " ".join(filter(None, (*(self.given or ()), self.family)))


class Address(_Resource):
    """Of an address the country alone: nothing else of where somebody lives is read."""

    country: _Text | None = None


class Patient(_Resource):
    resource_type: Literal["Patient"] = "Patient"
    id: _Id
    name: tuple[HumanName, ...] | None = None
    address: tuple[Address, ...] | None = None


class Organization(_Resource):
    resource_type: Literal["Organization"] = "Organization"
    id: _Id
    active: bool | None = None
    name: _Text | None = None
    address: tuple[Address, ...] | None = None


class PractitionerRole(_Resource):
    resource_type: Literal["PractitionerRole"] = "PractitionerRole"
    id: _Id
    organization: Reference


class ServiceRequest(_Resource):
    resource_type: Literal["ServiceRequest"] = "ServiceRequest"
    id: _Id
    status: RequestStatus
    intent: Literal["order"]
    category: tuple[Concept, ...] | None = None
    code: Concept
    subject: Reference
    replaces: tuple[Reference, ...] | None = None
    supporting_info: tuple[Reference, ...] | None = None


class Output(_Resource):
    type: Concept
    value_reference: Reference | None = None


class Task(_Resource):
    resource_type: Literal["Task"] = "Task"
    id: _Id
    status: State
    status_reason: Concept | None = None
    business_status: Concept | None = None
    intent: Literal["order"]
    code: Concept
    focus: Reference
    beneficiary: Reference  # "for"
    authored_on: Moment
    last_modified: Moment | None = None
    requester: Reference
    owner: Reference
    output: tuple[Output, ...] | None = None


class Procedure(_Resource):
    resource_type: Literal["Procedure"] = "Procedure"
    id: _Id
    status: _Text
    code: Concept | None = None
    subject: Reference
    based_on: tuple[Reference, ...] | None = None


class Policy(_Resource):
    uri: _Text


class Consent(_Resource):
    resource_type: Literal["Consent"] = "Consent"
    id: _Id
    status: _Text
    scope: Concept
    category: tuple[Concept, ...]
    patient: Reference
    date_time: Annotated[date | datetime, BeforeValidator(_written)] | None = None
    policy: tuple[Policy, ...] | None = None


# --- out --------------------------------------------------------------------------------------------------------------


def to_bundle(referral: Referral, *, base: str) -> dict[str, Any]:
    """The referral as a Bundle of type *collection*. ``base``: the address under which the portal's resources stand."""
    resources: list[_Resource] = [
        Patient(id=referral.person.id, name=(HumanName(text=referral.person.name),) if referral.person.name else None),
        *(
            Organization(id=one.id, active=True, name=one.name or None)
            for one in dict.fromkeys((referral.sender, referral.receiver))
        ),
    ]
    person = Reference(reference=f"Patient/{referral.person.id}")
    if referral.consent:
        resources.append(_consent(referral.consent, person))
    request = Reference(reference=f"ServiceRequest/{referral.id}")
    resources.append(
        ServiceRequest(
            id=referral.id,
            status=_REQUEST_STATUS[referral.state],
            intent="order",
            category=(
                _concept(SNOMED, _SOCIAL_SERVICE, display="Social service procedure"),
                _concept(SDOH, referral.category),
            ),
            code=Concept(text=referral.service),
            subject=person,
            replaces=(Reference(reference=f"ServiceRequest/{referral.replaces}"),) if referral.replaces else None,
            supporting_info=(Reference(reference=f"Consent/{referral.consent.id}"),) if referral.consent else None,
        )
    )
    result = Reference(reference=f"Procedure/{referral.id}") if referral.result else None
    resources.append(
        Task(
            id=referral.id,
            status=referral.state,
            status_reason=_reason(referral),
            business_status=Concept(text=referral.business_status) if referral.business_status else None,
            intent="order",
            code=_concept(TASK_CODES, "fulfill", display="Fulfill the focal request"),
            focus=request,
            beneficiary=person,
            authored_on=referral.authored,
            last_modified=referral.changed,
            requester=Reference(reference=f"Organization/{referral.sender.id}"),
            owner=Reference(reference=f"Organization/{referral.receiver.id}"),
            output=(
                (
                    Output(
                        type=_concept(SDOH, "resulting-activity", display="Resulting Activity"), value_reference=result
                    ),
                )
                if result
                else None
            ),
        )
    )
    if result:
        done = Concept(text=referral.result)
        resources.append(Procedure(id=referral.id, status="completed", code=done, subject=person, based_on=(request,)))
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [
            {
                "fullUrl": f"{base.rstrip('/')}/{type(one).__name__}/{getattr(one, 'id')}",  # noqa: B009  # every resource has one
                "resource": one.model_dump(mode="json", by_alias=True, exclude_none=True),
            }
            for one in resources
        ],
    }


def _concept(system: str, code: str, *, display: str | None = None) -> Concept:
    return Concept(coding=(Coding(system=system, code=code, display=display),))


def _reason(referral: Referral) -> Concept | None:
    if not referral.reason and not referral.reason_code:
        return None
    coding = (Coding(system=REASONS, code=referral.reason_code.value),) if referral.reason_code else None
    return Concept(coding=coding, text=referral.reason or None)


def _consent(consent: ConsentGiven, person: Reference) -> Consent:
    """Consent to what is shared; its words stand in the category, since R4 has no other place for a sentence."""
    return Consent(
        id=consent.id,
        status="active",
        scope=_concept(
            "http://terminology.hl7.org/CodeSystem/consentscope", "patient-privacy", display="Privacy Consent"
        ),
        category=(
            Concept(
                coding=(Coding(system="http://loinc.org", code="59284-0", display="Consent Document"),),
                text=consent.purpose or None,
            ),
        ),
        patient=person,
        date_time=consent.given,
        policy=(Policy(uri="https://eur-lex.europa.eu/eli/reg/2016/679/oj"),),
    )


# --- in ---------------------------------------------------------------------------------------------------------------


_Kind = TypeVar("_Kind", bound=_Resource)
#: http://hl7.org/fhir/R4/valueset-bundle-type.html
_TYPES: Final = (
    "document",
    "message",
    "transaction",
    "transaction-response",
    "batch",
    "batch-response",
    "history",
    "searchset",
    "collection",
)


class _Resources:
    """The resources of a Bundle by what references call them, each with its place."""

    def __init__(self, entries: list[Any]) -> None:
        self.places: dict[str, tuple[str, Mapping[str, Any]]] = {}
        self.tasks: list[tuple[str, Mapping[str, Any]]] = []
        for number, entry in enumerate(entries):
            where = f"Bundle.entry[{number}]"
            resource = entry.get("resource") if isinstance(entry, dict) else None
            if not isinstance(resource, dict) or not isinstance(resource.get("resourceType"), str):
                raise FhirRefusal(f"{where}.resource", "it is no resource of FHIR")
            names = {f"{resource['resourceType']}/{resource.get('id')}"}
            if "fullUrl" in entry:
                if not isinstance(entry["fullUrl"], str) or not entry["fullUrl"].strip():
                    raise FhirRefusal(f"{where}.fullUrl", "it is no address")
                names.add(entry["fullUrl"])
            for name in names:
                if name in self.places:
                    raise FhirRefusal(where, f"{name[:100]} is there twice")
                self.places[name] = (f"{where}.resource", resource)
            if resource["resourceType"] == "Task":
                self.tasks.append((f"{where}.resource", resource))

    def find(self, model: type[_Kind], reference: Reference, where: str) -> _Kind:
        """The resource a reference points to; one that is not in the Bundle or of another kind is refused."""
        name = reference.reference.partition("/_history/")[0]
        if name not in self.places:
            raise FhirRefusal(where, f"{name[:100]} is not in the Bundle")
        place, resource = self.places[name]
        if resource["resourceType"] != model.__name__:
            raise FhirRefusal(where, f"it points to {name[:100]}, which is no {model.__name__}")
        return _read(model, resource, place)

    def kind(self, reference: Reference) -> str:
        """What a reference points to, "" where it is not here."""
        found = self.places.get(reference.reference.partition("/_history/")[0])
        return found[1]["resourceType"] if found else ""


_RULES: Final = {
    "focus": "a Task for a referral has exactly one focus, its ServiceRequest",
    "for": "a Task for a referral says for whom it is",
    "intent": "the intent of a referral is “order”",
    "owner": "a Task for a referral names its receiver",
    "requester": "a Task for a referral names its sender",
    "authoredOn": "a Task for a referral says since when it is, with the zone of the time",
    "status": "the state of a referral is one of " + ", ".join(State) + " (“ready” and “received” are for other tasks)",
}


def _read(model: type[_Kind], resource: Mapping[str, Any], where: str) -> _Kind:
    try:
        return model.model_validate(resource, context=_FROM_OUTSIDE)
    except ValidationError as fault:
        first = fault.errors(include_url=False, include_input=False, include_context=False)[0]
        path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in first["loc"])
        rule = _RULES.get(str(first["loc"][0])) if model is Task and len(first["loc"]) == 1 else None
        raise FhirRefusal(f"{where}{path}", rule or first["msg"]) from None


def from_json(data: bytes | str) -> tuple[Referral, ...]:
    """The referrals of a Bundle that came as JSON."""
    if len(data) > LARGEST:
        raise FhirRefusal("Bundle", f"it is larger than {LARGEST:,} bytes")
    try:
        return from_bundle(pydantic_core.from_json(data))
    except FhirRefusal:
        raise
    except ValueError as fault:
        raise FhirRefusal("Bundle", f"it is not JSON: {fault}") from None


def from_bundle(bundle: object) -> tuple[Referral, ...]:
    """The referrals of a Bundle, one for each Task, in their order. :class:`FhirRefusal` for the first that is wrong."""
    if not isinstance(bundle, dict) or bundle.get("resourceType") != "Bundle":
        raise FhirRefusal("Bundle", "this is no Bundle of FHIR R4")
    if bundle.get("type") not in _TYPES:
        raise FhirRefusal("Bundle.type", "it says what kind of Bundle it is: " + ", ".join(_TYPES))
    entries = bundle.get("entry", [])
    if not isinstance(entries, list):
        raise FhirRefusal("Bundle.entry", "it is no list")
    resources = _Resources(entries)
    if not resources.tasks:
        raise FhirRefusal("Bundle.entry", "there is no Task in it, so no referral")
    return tuple(_referral(resource, where, resources) for where, resource in resources.tasks)


def _referral(resource: Mapping[str, Any], where: str, resources: _Resources) -> Referral:
    task = _read(Task, resource, where)
    if not task.code.holds(TASK_CODES, "fulfill"):
        raise FhirRefusal(f"{where}.code", "the code of a Task for a referral is “fulfill”")
    reason = task.status_reason.words().strip() if task.status_reason else ""
    if task.status in WITH_REASON and not reason:
        raise FhirRefusal(f"{where}.statusReason", f"a referral that is {task.status.value} says why, in words")
    for name, at in (("authoredOn", task.authored_on), ("lastModified", task.last_modified)):
        if at and at.tzinfo is None:
            raise FhirRefusal(f"{where}.{name}", "the time has no zone")
    request = resources.find(ServiceRequest, task.focus, f"{where}.focus")
    patient = resources.find(Patient, task.beneficiary, f"{where}.for")
    if resources.find(Patient, request.subject, f"{where}.focus → subject").id != patient.id:
        raise FhirRefusal(f"{where}.for", "the Task and its ServiceRequest are for two persons")
    service = request.code.words().strip()
    if not service:
        raise FhirRefusal(f"{where}.focus → code", "the ServiceRequest does not say in words what is asked for")
    categories = [one.code for concept in request.category or () for one in concept.coding or () if one.system == SDOH]
    codes = [
        one.code for one in (task.status_reason.coding or () if task.status_reason else ()) if one.system == REASONS
    ]
    try:
        return Referral(
            id=task.id,
            state=task.status,
            person=Party(patient.id, next((one.words() for one in patient.name or ()), ""), _country(patient.address)),
            sender=_party(task.requester, f"{where}.requester", resources),
            receiver=_party(task.owner, f"{where}.owner", resources),
            service=service,
            authored=task.authored_on,
            changed=task.last_modified,
            category=next(filter(None, categories), "sdoh-category-unspecified"),
            reason=reason,
            reason_code=next((Reason(code) for code in codes if code in list(Reason)), None),
            business_status=task.business_status.words() if task.business_status else "",
            result="\n".join(filter(None, _results(task, where, resources))),
            replaces=next((one.reference.rpartition("/")[2] for one in request.replaces or ()), None),
            consent=next(_consents(request, patient, where, resources), None),
        )
    except ValueError as fault:
        if isinstance(fault, FhirRefusal):
            raise
        raise FhirRefusal(where, str(fault)) from None


def _party(reference: Reference, where: str, resources: _Resources) -> Party:
    """The organisation a reference leads to, also through the role of somebody who works there."""
    if resources.kind(reference) == "PractitionerRole":
        role = resources.find(PractitionerRole, reference, where)
        reference, where = role.organization, f"{where} → organization"
    found = resources.find(Organization, reference, where)
    return Party(found.id, found.name or "", _country(found.address))


def _country(addresses: tuple[Address, ...] | None) -> str:
    return next((one.country.strip() for one in addresses or () if one.country), "")


def _results(task: Task, where: str, resources: _Resources) -> Iterator[str]:
    for number, output in enumerate(task.output or ()):
        if output.value_reference and output.type.holds(SDOH, "resulting-activity"):
            done = resources.find(Procedure, output.value_reference, f"{where}.output[{number}].valueReference")
            yield done.code.words() if done.code else ""


def _consents(request: ServiceRequest, patient: Patient, where: str, resources: _Resources) -> Iterator[ConsentGiven]:
    """Active consents of the person themselves that the request names."""
    for reference in request.supporting_info or ():
        if resources.kind(reference) == "Consent":
            consent = resources.find(Consent, reference, f"{where}.focus → supportingInfo")
            if resources.find(Patient, consent.patient, f"{where}.focus → supportingInfo → patient").id != patient.id:
                raise FhirRefusal(f"{where}.focus → supportingInfo", "the consent is another person's")
            if consent.status == "active" and consent.date_time:
                given = consent.date_time.date() if isinstance(consent.date_time, datetime) else consent.date_time
                yield ConsentGiven(consent.id, given, next((one.text for one in consent.category if one.text), ""))
