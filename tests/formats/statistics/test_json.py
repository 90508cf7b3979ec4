"""JSON-stat and the answers of Israel's CBS."""

import csv
import json
import math
from pathlib import Path

import pytest

from kesher.formats.records import UnreadableFile
from kesher.formats.statistics import Status, open_statistics, read
from kesher.formats.statistics.json_stat import cubes
from kesher.formats.statistics.sdmx_json import parse_json
from tests.shared import SHARED, shared

pytestmark = pytest.mark.conformance
FOLDER = SHARED / "conformance" / "json-stat"
FILES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.json")) if FOLDER.is_dir() else []


def listed(path: Path) -> list[tuple[list[str], list[int]]]:
    """Dimensions and sizes as the file lists them, of each data set, by the plain JSON."""
    content = json.loads(path.read_text())
    if "value" in content:
        found = [content]
    elif "link" in content:
        found = [one for one in content["link"]["item"] if "value" in one]
    else:
        found = list(content.values())
    return [(one.get("id") or one["dimension"]["id"], one.get("size") or one["dimension"]["size"]) for one in found]


def test_the_files_are_there() -> None:
    shared("conformance/json-stat")
    assert len(FILES) == 14


@pytest.mark.parametrize("name", FILES)
def test_every_file_has_its_listed_dimensions_and_cells(name: str) -> None:
    path = shared(f"conformance/json-stat/{name}")
    expected = listed(path)
    if not expected:
        assert name.endswith("/collection.json")
        with pytest.raises(UnreadableFile) as refused:
            read(path)
        assert refused.value.said.code == "only-links"
        assert refused.value.said.params["count"] == 8
        return
    (file,) = open_statistics(path)
    found = cubes(parse_json(file), file.name)
    assert [(list(one.dimensions), list(one.sizes)) for one in found] == expected
    reading = read(path)
    observations = list(reading.observations)
    fatal = [one for one in reading.refusals if one.fatal]
    assert len(observations) + len(fatal) == sum(math.prod(sizes) for _, sizes in expected)
    if name.endswith("/order.json"):
        assert not observations  # its values are words that tell their place
        assert fatal[0].said.params["value"] == "A1B1C1"
    else:
        assert not fatal


def test_values_stand_where_the_official_table_has_them() -> None:
    """The table that the reference program of the format makes of the same file."""
    path = shared("conformance/json-stat/output_from_nodejs/oecd-canada-to_table.csv")
    table = list(csv.reader(path.read_text().splitlines()))[1:]
    reading = read(shared("conformance/json-stat/www.json-stat.org/oecd-canada.json"))
    ours = [one for one in reading.observations if one.dataset.id == "oecd"]
    assert len(ours) == len(table) == 432
    for one, (_, area, year, value) in zip(ours, table, strict=True):
        assert (one.dataset.labels["area"][one.key["area"]], str(one.period)) == (area, year)
        assert one.value == pytest.approx(float(value), abs=1e-9)


def test_flags_and_places_of_a_list() -> None:
    oecd = list(read(shared("conformance/json-stat/www.json-stat.org/oecd.json")).observations)
    assert [place for place, one in enumerate(oecd) if one.status & Status.ESTIMATED][:3] == [10, 11, 22]
    eurostat = list(
        read(shared("conformance/json-stat/www.ec.europa.eu_eurostat/eurostat-name_gpd_c-geo_IT_FR.json")).observations
    )
    assert sum(one.value is None for one in eurostat) == sum(one.status == Status.MISSING for one in eurostat) > 0


def test_a_size_that_is_not_its_categories_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "wrong.json"
    content = {
        "version": "2.0",
        "class": "dataset",
        "id": ["a"],
        "size": [3],
        "dimension": {"a": {"category": {"index": ["x", "y"]}}},
        "value": [1, 2, 3],
    }
    path.write_text(json.dumps(content))
    with pytest.raises(UnreadableFile) as refused:
        read(path)
    assert refused.value.said.code == "not-of-form"
    content["size"] = [2]
    path.write_text(json.dumps(content))
    reading = read(path)
    assert [one.value for one in reading.observations] == [1.0, 2.0]
    assert [one.code for one in reading.refusals] == ["cells-and-values"]


def test_three_numbers_do_not_fill_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "bomb.json"
    names = ["a", "b", "c"]
    dimension = {name: {"category": {"index": {}}} for name in names}
    path.write_text(
        json.dumps({"class": "dataset", "id": names, "size": [10**6] * 3, "dimension": dimension, "value": {}})
    )
    with pytest.raises(UnreadableFile):
        read(path)


def test_series_of_israels_cbs_come_in_order_of_time() -> None:
    reading = read(shared("conformance/stats-israel/cbs_series_shape_SYNTHETIC.json"), licence="free use, source named")
    first, second = reading.observations
    assert [(str(one.period), one.value, one.codes) for one in (first, second)] == [
        ("2026-01", 3.1, ("41097",)),
        ("2026-02", 2.9, ("41097",)),
    ]
    assert first.dataset.attributes == {"unit": "percent"}
    assert first.dataset.provenance.source == "Israel Central Bureau of Statistics"
    assert first.dataset.provenance.licence == "free use, source named"


def test_a_month_without_a_figure_is_missing_not_nought(tmp_path: Path) -> None:
    path = tmp_path / "cbs.json"
    obs = [{"TimePeriod": "2026-02", "Value": None}, {"TimePeriod": "soon", "Value": 1}]
    path.write_text(json.dumps({"DataSet": {"Series": [{"id": 1, "obs": obs}]}}))
    reading = read(path)
    (one,) = reading.observations
    assert (one.value, one.status) == (None, Status.MISSING)
    assert [one.code for one in reading.refusals] == ["not-a-period"]


@pytest.mark.parametrize(
    ("text", "code"),
    [('{"DataSet": ', "json-cut"), ('{"a": 1}', "form-unknown"), ("[1, 2]", "form-unknown"), ('{"a" 1}', "json-wrong")],
)
def test_json_of_another_kind_is_refused(tmp_path: Path, text: str, code: str) -> None:
    path = tmp_path / "file.json"
    path.write_text(text)
    with pytest.raises(UnreadableFile) as refused:
        read(path)
    assert refused.value.said.code == code
