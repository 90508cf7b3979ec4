"""The guide to importing: its table is the template, its mapping file can be read, its columns are known."""

import csv
import io
import re
from pathlib import Path

import pytest

from kesher.formats.registry import READERS
from kesher.formats.table_mapping import default_mapping, load_mapping
from kesher.formats.tables import read, template_csv

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "importing.md").read_text(encoding="utf-8")
HEADER = next(csv.reader(io.StringIO(template_csv())))


def part(heading: str) -> str:
    return PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]


def test_the_plain_table_is_the_template():
    told = [
        name for row in re.findall(r"^\| (`.*?) \|", part("The plain table"), re.MULTILINE) for name in row.split(", ")
    ]
    assert [name.strip("`") for name in told] == HEADER


def test_the_other_columns_are_understood():
    others = re.findall(r"`([a-z_]+)`", part("The plain table").split("Other columns")[1])
    assert len(others) > 20
    rules = default_mapping(["name", *others])
    assert rules is not None
    assert set(rules.columns) == {"name", *others}


def test_the_mapping_file_reads_a_table(tmp_path):
    (tmp_path / "arad.yaml").write_text(re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL)[1], encoding="utf-8")
    rules, _, _ = load_mapping(tmp_path / "arad.yaml")
    with (tmp_path / "arad.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*rules.columns, *rules.ignore])
        writer.writerow(["7", "אולפן ערב", "Evening Hebrew", "08-1111111/08-2222222", "עבודה", "x"])
        writer.writerow(["8", "מועדון", "Club", "", "פנאי", ""])
    reading = read(str(tmp_path / "arad.csv"), mapping=str(tmp_path / "arad.yaml"))
    service, club = reading.services
    assert (service.external_id, service.name) == ("7", {"he": "אולפן ערב", "en": "Evening Hebrew"})
    assert len(service.phones) == 2
    assert [term.code for term in service.terms] == ["work"]
    assert not club.terms
    assert [refusal.field for refusal in reading.refusals] == ["kind"]


@pytest.mark.parametrize("name", READERS)
def test_every_format_is_named(name):
    assert f"`{name}`" in PAGE
