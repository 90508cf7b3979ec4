"""Profiles of HSDS: the standard's schemas changed by JSON merge patches (RFC 7386), as Open Referral defines profiles.

A profile is a folder with one patch for each schema it changes, under the schema's name (https://docs.openreferral.org/
en/latest/hsds/profiles.html). A patch that is ``null`` takes the schema away, and with it every property that points at
it, as Open Referral's own builder does; a patch without a base is a new schema.
"""

import json
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

KESHER_PROFILE = files("kesher.formats.hsds") / "kesher_profile"
"""Kesher's own profile of HSDS 3.1.1: what its API adds, as merge patches."""


def merge(target: Any, patch: Any) -> Any:
    """``MergePatch(target, patch)`` of RFC 7386, section 2. Neither argument is changed."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merge(result.get(name), value)
    return result


def build(base: str | Path | Traversable, profile: str | Path | Traversable) -> dict[str, Any]:
    """The schemas of a profile: file name ("service.json") -> schema, from two folders of JSON.

    ``base`` holds the standard's schemas (its subfolders, which hold compiled copies, are passed over), ``profile`` the
    patches. Raises :class:`ValueError`, with the file, for what is not JSON.
    """
    schemas = _folder(base)
    gone = set()
    for name, patch in _folder(profile).items():
        if patch is None:
            schemas.pop(name, None)
            gone.add(name)
        else:
            schemas[name] = merge(schemas.get(name), patch)
    return {name: _without(schema, gone) for name, schema in schemas.items()}


def _without(schema: Any, gone: set[str]) -> Any:
    """The schema without the properties that point at schemas which are gone."""
    properties = schema.get("properties") if isinstance(schema, dict) else None
    if not gone or not isinstance(properties, dict):
        return schema
    kept = {name: value for name, value in properties.items() if not _points_at(value) & gone}
    return {**schema, "properties": kept}


def _points_at(value: Any) -> set[str]:
    if not isinstance(value, dict):
        return set()
    items = value.get("items")
    return {place["$ref"] for place in (value, items) if isinstance(place, dict) and isinstance(place.get("$ref"), str)}


def _folder(folder: str | Path | Traversable) -> dict[str, Any]:
    folder = Path(folder) if isinstance(folder, str) else folder
    found = {}
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".json") and entry.is_file():
            try:
                found[entry.name] = json.loads(entry.read_text(encoding="utf-8-sig"))
            except ValueError as error:
                raise ValueError(f"{entry.name} is not JSON ({error}): correct the file") from None
    return found
