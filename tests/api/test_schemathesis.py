"""Every operation against its own description, by schemathesis over real HTTP, with the standard's schemas inside it."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import requests
from django.core.cache import cache

from tests import factories as make
from tests.api.standard import VERSIONS, with_standard_schemas

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.conformance, pytest.mark.slow]

#: What these two ask is not so: a filter may be well formed and still find nothing (404), and OPTIONS and HEAD are answered.
EXCLUDED = "positive_data_acceptance,unsupported_method"


def description(server: str, version: str) -> dict[str, Any]:
    """Our description, with the standard's schemas put in, and with ids that are really there among those it makes up."""
    openapi = requests.get(f"{server}/api/hsds/{version}/openapi.json", timeout=30).json()
    found = with_standard_schemas(openapi, version)
    there = {
        name: [
            item["id"] for item in requests.get(f"{server}/api/hsds/{version}/{name}", timeout=30).json()["contents"]
        ]
        for name in ("services", "organizations", "service_at_locations", "taxonomies", "taxonomy_terms")
    }
    by_parameter = {
        "taxonomy_term_id": there["taxonomy_terms"],
        "parent_id": there["taxonomy_terms"],
        "taxonomy_id": there["taxonomies"],
        "organization_id": there["organizations"],
    }
    for path, item in found["paths"].items():
        for parameter in item["get"].get("parameters", ()):
            known = there[path.split("/")[1]] if parameter["name"] == "id" else by_parameter.get(parameter["name"])
            if known:
                _offer(parameter["schema"], known)
            if path == "/profile/{name}":
                parameter["schema"] = {"type": "string", "enum": ["service.json", "phone.json", "none.json"]}
    return found


def _offer(schema: dict[str, Any], known: list[str]) -> None:
    for inner in (schema, schema.get("items", {}), *schema.get("anyOf", ())):
        if inner.get("format") == "uuid":
            inner["anyOf"] = [{"enum": known}, {"format": inner.pop("format")}]


def run(live_server: Any, settings: Any, folder: Path, version: str, examples: int) -> str:
    settings.API_REQUESTS_PER_MINUTE = 10**9
    cache.clear()
    for _ in range(3):
        make.ServiceFactory(complete=True)
    make.TermFactory(parent=make.TermFactory())
    schema = folder / "openapi.json"
    schema.write_text(json.dumps(description(live_server.url, version)))
    command = [
        str(Path(sys.executable).with_name("schemathesis")),
        "run", str(schema), "--url", f"{live_server.url}/api/hsds/{version}", "--max-examples", str(examples),
        "--checks", "all", "--exclude-checks", EXCLUDED, "--no-color", "--seed", "2", "--generation-database", "none",
        "--phases", "examples,coverage,fuzzing", "--workers", "2",
    ]  # fmt: skip
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=3000)
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    return done.stdout


@pytest.mark.parametrize("version", VERSIONS)
def test_every_operation_answers_as_described(live_server: Any, settings: Any, tmp_path: Path, version: str) -> None:
    said = run(live_server, settings, tmp_path, version, 6)  # 500 in `make test-long`
    assert _cases(said) > 300, said


@pytest.mark.long
@pytest.mark.parametrize("version", VERSIONS)
def test_every_operation_answers_500_times(live_server: Any, settings: Any, tmp_path: Path, version: str) -> None:
    said = run(live_server, settings, tmp_path, version, 500)
    print(said[-1500:])
    assert _cases(said) > 5000, said


def _cases(said: str) -> int:
    found = re.search(r"(\d+) generated, (\d+) passed", said)
    assert found, said
    assert found[1] == found[2], said
    return int(found[1])
