"""The standards of what a person brings and takes along, on their own material: CVs, referrals, appointments.

The material is not part of Kesher: its folder is passed in. Each check is a name, whether it passed, and what was seen.
"""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jsonschema import Draft6Validator, Draft7Validator
from pydantic import TypeAdapter, ValidationError

from kesher.formats import fhir, icalendar, jsonresume
from kesher.formats.profile import UnreadableProfile

Check = tuple[str, bool, str]
JSON_RESUME = Path("conformance/jsonresume")
FHIR = Path("conformance/fhir-sdoh")
ICALENDAR = Path("conformance/icalendar")


def _verdict(content: bytes) -> str:
    """ "" for what is read, else why not."""
    try:
        jsonresume.read(content)
    except UnreadableProfile as fault:
        return str(fault)
    return ""


def jsonresume_checks(shared: Path) -> Iterator[Check]:
    """Every fixture gives the verdict of its name; what is read can be written again and passes the schema."""
    folder = shared / JSON_RESUME
    schema = json.loads((folder / "schema.json").read_bytes())
    plain = Draft7Validator(schema)
    strict = Draft7Validator(schema, format_checker=Draft7Validator.FORMAT_CHECKER)
    for file in sorted((folder / "test" / "__test__").glob("*.json")):
        fixtures: dict[str, Any] = json.loads(file.read_bytes())
        if file.stem == "dates":
            yield from _dates(fixtures)
            continue
        for name, resume in fixtures.items():
            expected = "invalid" not in name.lower()
            said = _verdict(json.dumps(resume).encode())
            passed = expected == (not said)
            yield f"{file.stem}: {name}", passed, said or "it was read, and should not be"
            if passed and expected:
                again = json.loads(jsonresume.write(jsonresume.read(json.dumps(resume))))
                yield f"{file.stem}: {name}, written again", again == resume, f"{again} is not {resume}"
                ours = json.loads(
                    jsonresume.write(
                        jsonresume.from_profile(jsonresume.to_profile(jsonresume.read(json.dumps(resume))))
                    )
                )
                wrong = [error.message for error in strict.iter_errors(ours)]
                yield f"{file.stem}: {name}, through Kesher", not wrong, "; ".join(wrong)
    sample = (folder / "sample.resume.json").read_bytes()
    yield "sample.resume.json", not _verdict(sample), _verdict(sample)
    written = json.loads(jsonresume.write(jsonresume.read(sample)))
    yield "sample.resume.json, written again", written == json.loads(sample) and plain.is_valid(written), "it differs"


def _dates(texts: dict[str, str]) -> Iterator[Check]:
    """``dates.json`` holds dates, not résumés."""
    adapter = TypeAdapter[str](jsonresume.Iso8601)
    for name, text in texts.items():
        try:
            adapter.validate_python(text)
            said = ""
        except ValidationError as fault:
            said = str(fault)
        yield f"dates: {name}", (name == "invalid") == bool(said), said or f"{text} was taken for a date"


def fhir_schema(shared: Path) -> Draft6Validator:
    """What validates a Bundle of the resources that referrals need."""
    schema = json.loads((shared / FHIR / "fhir.r4.subset.schema.json").read_bytes())
    return Draft6Validator({**schema, "$ref": "#/definitions/Bundle"}, format_checker=Draft6Validator.FORMAT_CHECKER)


def fhir_checks(shared: Path) -> Iterator[Check]:
    """The given Bundle is read and written again, every negative Task refused for its own rule, the states are the guide's."""
    folder, schema = shared / FHIR, fhir_schema(shared)
    bundle = json.loads((folder / "closed_loop_referral_bundle.r4.json").read_bytes())
    yield "the given Bundle is valid", schema.is_valid(bundle), "the schema refuses it"
    referrals = fhir.from_bundle(bundle)
    states = [one.state.value for one in referrals]
    given = [entry["resource"]["status"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == "Task"]
    yield "the given Bundle is read", states == given, f"{states} were read"
    for referral in referrals:
        ours = fhir.to_bundle(referral, base="https://example.org/fhir")
        yield f"{referral.state}: what we write is valid", schema.is_valid(ours), "the schema refuses it"
        yield f"{referral.state}: there and back", fhir.from_bundle(ours) == (referral,), f"{fhir.from_bundle(ours)}"
    for negative in json.loads((folder / "negative_tasks.json").read_bytes()):
        entries = [entry for entry in bundle["entry"] if entry["resource"]["id"] != negative["resource"]["id"]]
        try:
            fhir.from_bundle({**bundle, "entry": [*entries, {"resource": negative["resource"]}]})
            said = ""
        except fhir.FhirRefusal as fault:
            said = str(fault)
        place = f"Bundle.entry[{len(entries)}].resource.{NEGATIVE_FIELDS[negative['name']]}"
        yield f"refused: {negative['name']}", said.startswith(f"{place}: "), said or "it was read, and should not be"
    allowed = json.loads((folder / "value_sets.json").read_bytes())["referral_task_status"]
    yield "states are those of the guide", set(allowed) == set(fhir.State), f"{allowed}"


#: The field each negative Task is wrong in.
NEGATIVE_FIELDS = {
    "no-focus": "focus",
    "rejected-without-reason": "statusReason",
    "status-ready": "status",
    "intent-plan": "intent",
}


def icalendar_checks(shared: Path) -> Iterator[Check]:
    """Every file is read with the components it has, or refused where it has none; so are its appointments."""
    folder = shared / ICALENDAR
    for entry in json.loads((folder / "READ_MATRIX.json").read_bytes()):
        data = (folder / entry["file"]).read_bytes()
        expected = entry["components"] if entry["icalendar"] == "ok" else {}
        try:
            seen = Counter(one.name for component in icalendar.parse(data) for one in component.walk())
            said = f"{dict(seen)} were found"
        except icalendar.UnreadableCalendar as fault:
            seen, said = Counter(), str(fault)
        yield f"{entry['file']}: components", dict(seen) == expected, said
        try:
            found = len(icalendar.read(data))
            yield f"{entry['file']}: appointments", found == seen["VEVENT"], f"{found} were read"
        except icalendar.UnreadableCalendar as fault:
            # What has no start, or none that is a time, is refused and says which it is.
            clean = not seen or str(fault).startswith("appointment ")
            yield f"{entry['file']}: appointments", clean, str(fault)
