"""What the API answers, held against the standard's own schemas, for ``kesher conformance`` and for the tests.

Asked like a stranger would ask, of the directory as it is: every list, in heads and in full, every page of the standard's
``Page``, and each of the first objects by its id.
"""

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from django.test import Client
from jsonschema import Draft202012Validator

from kesher.api.hsds.versions import Version
from kesher.formats.hsds.conformance import HSDS, schemas_of, validator
from kesher.formats.hsds.profile import KESHER_PROFILE, build

SCHEMA_OF = {
    "services": "service.json",
    "organizations": "organization.json",
    "service_at_locations": "service_at_location.json",
    "taxonomies": "taxonomy.json",
    "taxonomy_terms": "taxonomy_term.json",
}
BY_ID = 20  # objects of each kind that are asked for one by one
_PAGE = ("total_items", "total_pages", "page_number", "size", "first_page", "last_page", "empty", "contents")


class Asker:
    """Asks the API of one version and holds what it answers against the schemas in ``shared``."""

    def __init__(self, version: Version, shared: Path) -> None:
        self.version = version
        self.folder = shared / HSDS / version.value / "schema"
        self.schemas = [schemas_of(self.folder)]
        if version.has_profile:
            ours = build(self.folder, KESHER_PROFILE)
            ours.pop("openapi.json", None)
            self.schemas.append(ours)
        self.validators: dict[str, list[Draft202012Validator]] = {}
        self.client = Client(SERVER_NAME="127.0.0.1")

    def get(self, path: str) -> Any:
        response = self.client.get(f"/api/hsds/{self.version.value}/{path}")
        if response.status_code != 200:
            raise AssertionError(f"{path}: {response.status_code}")
        return response.json()

    def check(self, name: str, found: Any) -> None:
        if name not in self.validators:
            self.validators[name] = [validator(schemas, name) for schemas in self.schemas]
        for each in self.validators[name]:
            for error in each.iter_errors(found):
                raise AssertionError(f"{name} {found.get('id')} {error.json_path}: {error.message[:200]}")

    def about(self) -> str:
        found = self.get("")
        if found["version"] != self.version.value:
            raise AssertionError(f"it says version {found['version']}")
        described = self.client.get(found["openapi_url"]).json()["paths"]
        asked = json.loads((self.folder / "openapi.json").read_bytes())["paths"]
        if missing := asked.keys() - described.keys():
            raise AssertionError(f"operations missing: {', '.join(sorted(missing))}")
        return f"{len(asked)} operations"

    def everything(self, kind: str, *, full: bool) -> str:
        """Every object of a list, all pages."""
        number, count = 1, 0
        while True:
            page = self.get(f"{kind}?full={'true' if full else 'false'}&per_page=200&page={number}")
            if tuple(page) != _PAGE or page["size"] != len(page["contents"]) or page["page_number"] != number:
                raise AssertionError(f"page {number} is not the standard's Page")
            for found in page["contents"]:
                self.check(SCHEMA_OF[kind], found)
                count += 1
            if page["last_page"]:
                break
            number += 1
        if count != page["total_items"]:
            raise AssertionError(f"{count} objects on all pages, {page['total_items']} announced")
        return f"{count} objects"

    def one_by_one(self, kind: str) -> str:
        contents = self.get(f"{kind}?per_page={BY_ID}")["contents"]
        for listed in contents:
            self.check(SCHEMA_OF[kind], self.get(f"{kind}/{listed['id']}"))
        return f"{len(contents)} objects"


def conformance(version: Version, shared: Path) -> Iterator[tuple[str, bool, str]]:
    """Every check of one version: ``(name, passed, what was seen or what is wrong)``."""
    asker = Asker(version, shared)
    checks: list[tuple[str, Callable[[], str]]] = [("root and description", asker.about)]
    for kind in SCHEMA_OF:
        checks.append((f"{kind}: heads", partial(asker.everything, kind, full=False)))
        checks.append((f"{kind}: in full", partial(asker.everything, kind, full=True)))
        checks.append((f"{kind}: one by one", partial(asker.one_by_one, kind)))
    for name, check in checks:
        try:
            yield name, True, check()
        except Exception as error:
            yield name, False, f"{type(error).__name__}: {error}"
