"""Every operation against its own description, by schemathesis over real HTTP."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import requests
from django.core.cache import cache

from tests.api.insights.conftest import Land
from tests.api.test_schemathesis import EXCLUDED

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.conformance, pytest.mark.slow]


def test_every_operation_answers_as_described(live_server: Any, settings: Any, tmp_path: Path, land: Land) -> None:
    settings.API_REQUESTS_PER_MINUTE = 10**9
    cache.clear()
    openapi = requests.get(f"{live_server.url}/api/insights/openapi.json", timeout=30).json()
    there = {
        "place": str(land.towns[0].pk),
        "vintage": str(land.first.pk),
        "indicator": "unemployment-rate",
        "dataset": land.work.code,
    }
    for path, item in openapi["paths"].items():
        for parameter in item["get"].get("parameters", ()):
            name = parameter["name"]
            known = {"id": land.work.pk if "datasets" in path else land.towns[0].pk, "code": "median-age"}.get(name)
            if name in there or (known and "{" in path):
                parameter["examples"] = {"there": {"value": str(known or there[name])}}
    schema = tmp_path / "openapi.json"
    schema.write_text(json.dumps(openapi))
    command = [
        str(Path(sys.executable).with_name("schemathesis")),
        "run", str(schema), "--url", f"{live_server.url}/api/insights", "--max-examples", "6",
        "--checks", "all", "--exclude-checks", EXCLUDED, "--no-color", "--seed", "2", "--generation-database", "none",
        "--phases", "examples,coverage,fuzzing", "--workers", "2",
    ]  # fmt: skip
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=1500)
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    found = re.search(r"(\d+) generated, (\d+) passed", done.stdout)
    assert found, done.stdout
    assert found[1] == found[2], done.stdout
    assert int(found[1]) > 200, done.stdout
