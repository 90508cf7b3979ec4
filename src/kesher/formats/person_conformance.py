"""The standards of what a person brings and takes along, on their own material: CVs, referrals, appointments.

The material is not part of Kesher: its folder is passed in. Each check is a name, whether it passed, and what was seen.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator
from pydantic import TypeAdapter, ValidationError

from kesher.formats import jsonresume
from kesher.formats.profile import UnreadableProfile

Check = tuple[str, bool, str]
JSON_RESUME = Path("conformance/jsonresume")


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
