"""Broken files of every form: refused with a reason, or read in part with the faults told; never an unforeseen exception."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kesher.formats.records import UnreadableFile
from kesher.formats.statistics import read
from kesher.formats.statistics.records import WITHOUT_VALUE
from tests.shared import shared

pytestmark = pytest.mark.conformance
SAMPLES = (
    "conformance/sdmx/sdmx-test-data/ECB_EXR/ng-ts-ss.xml",
    "conformance/sdmx/sdmx-test-data/ECB_EXR/ng-flat.xml",
    "conformance/sdmx/sdmx-json-2.1.0/data-message/samples/exr/exr-time-series.json",
    "conformance/sdmx/sdmx-test-data/OECD/data-PART2-all-all.json",
    "conformance/sdmx/sdmx-test-data/v3/csv/example-04.csv",
    "conformance/sdmx/csv-dialects/eurostat_edge_SYNTHETIC.sdmx.csv",
    "conformance/json-stat/www.json-stat.org/oecd.json",
    "conformance/stats-israel/cbs_series_shape_SYNTHETIC.json",
)


def read_or_refuse(path: Path) -> None:
    try:
        reading = read(path)
        for one in reading.observations:
            assert len(one.codes) == len(one.dataset.dimensions)
            assert (one.value is None) == bool(one.status & WITHOUT_VALUE)
    except UnreadableFile as fault:
        assert fault.reason.endswith((".", "?"))
        assert fault.remedy
        return
    for refusal in reading.refusals:
        assert refusal.reason
        assert refusal.kind == "observation"


@pytest.mark.parametrize("name", SAMPLES)
@given(data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_file_is_told(name: str, tmp_path: Path, data: st.DataObject) -> None:
    content = bytearray(shared(name).read_bytes())
    kind = data.draw(st.sampled_from(["cut", "swap", "drop", "double", "noise"]))
    at = data.draw(st.integers(0, len(content) - 1))
    length = data.draw(st.integers(1, 60))
    if kind == "cut":
        content = content[:at]
    elif kind == "swap":
        content[at : at + length] = content[at : at + length][::-1]
    elif kind == "drop":
        del content[at : at + length]
    elif kind == "double":
        content[at:at] = content[at : at + length]
    else:
        content[at : at + length] = data.draw(st.binary(min_size=length, max_size=length))
    path = tmp_path / Path(name).name
    path.write_bytes(bytes(content))
    read_or_refuse(path)


WRONG_KINDS = [None, True, [], {}, "x", -1, 10**30, 1.5, [None], {"a": 1}, "2020", [[[]]]]


def places(node: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in a parsed JSON, as (what holds it, its key)."""
    pairs = node.items() if isinstance(node, dict) else enumerate(node[:30]) if isinstance(node, list) else ()
    for key, inner in list(pairs):
        yield node, key
        yield from places(inner)


@pytest.mark.parametrize("name", [name for name in SAMPLES if name.endswith(".json")])
@given(data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_json_of_the_wrong_kind_anywhere_is_told(name: str, tmp_path: Path, data: st.DataObject) -> None:
    content = json.loads(shared(name).read_text())
    found = list(places(content))
    holder, key = found[data.draw(st.integers(0, len(found) - 1))]
    holder[key] = data.draw(st.sampled_from(WRONG_KINDS))
    path = tmp_path / Path(name).name
    path.write_text(json.dumps(content))
    read_or_refuse(path)
