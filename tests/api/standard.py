"""The standard's own schemas, and our answers held against them."""

import json
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from kesher.formats.hsds.conformance import schemas_of, validator
from kesher.formats.hsds.profile import KESHER_PROFILE, build
from tests.shared import shared

VERSIONS = ("3.1.1", "3.0")


@cache
def schemas(version: str) -> dict[str, Any]:
    return schemas_of(shared(f"conformance/hsds/{version}/schema"))


@cache
def _validator(version: str, name: str, *, ours: bool) -> Draft202012Validator:
    if not ours:
        return validator(schemas(version), name)
    merged = build(shared(f"conformance/hsds/{version}/schema"), KESHER_PROFILE)
    merged.pop("openapi.json", None)
    return validator(merged, name)


def faults(version: str, name: str, found: Any) -> list[str]:
    """What is wrong with an object under the standard's schema, and under our profile of it where that is in use."""
    wrong = []
    for ours in (False, True) if version == "3.1.1" else (False,):
        for error in _validator(version, name, ours=ours).iter_errors(found):
            wrong.append(f"{'profile' if ours else 'standard'} {name} {error.json_path}: {error.message[:200]}")
    return wrong


def keys_not_in(version: str, name: str, found: Any) -> set[str]:
    """Properties, at any depth, that the standard's schema does not know: it allows them, but they are ours."""
    return set(_strangers(schemas(version), schemas(version)[name], found))


def _strangers(all_schemas: dict[str, Any], schema: dict[str, Any], found: Any) -> list[str]:
    if "$ref" in schema:
        schema = all_schemas[schema["$ref"]]
    if isinstance(found, list):
        return [name for item in found for name in _strangers(all_schemas, schema.get("items", {}), item)]
    if not isinstance(found, dict) or "properties" not in schema:
        return []
    strangers = []
    for key, value in found.items():
        if key in schema["properties"]:
            strangers += _strangers(all_schemas, schema["properties"][key], value)
        else:
            strangers.append(f"{schema.get('name', '')}.{key}")
    return strangers


def with_standard_schemas(openapi: dict[str, Any], version: str) -> dict[str, Any]:
    """An OpenAPI description whose references to the published schemas are answered by the copies we hold."""
    found: dict[str, Any] = json.loads(json.dumps(openapi))
    for name, schema in schemas(version).items():
        key = name.removesuffix(".json")
        found["components"]["schemas"][f"hsds_{key}"] = _pointing_inside(schema)

    def answered(value: Any) -> Any:
        if isinstance(value, dict):
            reference = value.get("$ref", "")
            if reference.startswith("https://raw.githubusercontent.com/openreferral/specification/"):
                name = reference.rpartition("/")[2].removesuffix(".json")
                return {"$ref": f"#/components/schemas/hsds_{name}"}
            return {key: answered(inner) for key, inner in value.items()}
        return [answered(inner) for inner in value] if isinstance(value, list) else value

    result: dict[str, Any] = answered(found)
    return result


def _pointing_inside(value: Any) -> Any:
    if isinstance(value, dict):
        reference = value.get("$ref")
        if isinstance(reference, str) and reference.endswith(".json"):
            return {"$ref": f"#/components/schemas/hsds_{reference.removesuffix('.json')}"}
        return {
            key: _pointing_inside(inner)
            for key, inner in value.items()
            # the standard's schemas carry table descriptions and examples that are no JSON Schema
            if key not in ("example", "constraints", "datapackage_metadata", "tabular_required", "core", "$schema")
            or (key == "example" and isinstance(inner, dict))
        }
    return [_pointing_inside(inner) for inner in value] if isinstance(value, list) else value
