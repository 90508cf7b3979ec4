"""The report: each refusal under its own kind, every one of them on demand, nothing left out in silence."""

import csv
import json
from pathlib import Path

import pytest

from kesher.cli import main
from kesher.directory.importing import load
from kesher.directory.models import Dataset, ImportRun

pytestmark = pytest.mark.django_db

TABLES = {
    "organizations": "id,name\no1,School\no1,Twice\no2,\n",
    "locations": "id,organization_id,name\nl1,o1,Here\n,o1,No id\n",
    "services": "id,organization_id,name\ns1,o1,Course\ns2,o1,\n",
    "phones": "id,service_id,number\np1,s1,08-1\np2,nobody,08-2\np3,,08-3\n",
    "taxonomy": "id,name,parent_id,vocabulary\nBD,Food,,AIRS\nBH,Home,,AIRS\n1130,Work,,Open Eligibility\n",
    "services_taxonomy": "id,service_id,taxonomy_id\n1,s1,BD\n2,s1,BH\n3,s1,1130\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "hsds"
    place.mkdir()
    for name, content in TABLES.items():
        (place / f"{name}.csv").write_text(content)
    return place


def test_refusals_are_counted_under_their_own_kind(folder: Path) -> None:
    report = load(folder, dataset="town")
    assert {kind: counts.refused for kind, counts in report.counts.items() if counts.refused} == {
        "organisation": 2,
        "location": 1,
        "service": 1,
        "detail": 2,
    }
    assert "detail" in str(report)
    kept = ImportRun.objects.get()
    assert kept.counts["detail"]["refused"] == 2
    assert {one["kind"] for one in kept.report if one["fatal"]} == {"organisation", "location", "service", "detail"}


def test_a_taxonomy_left_out_is_told_once_with_how_much_of_it(folder: Path) -> None:
    notes = [one for one in load(folder, dataset="town").refusals if one.kind == "taxonomy"]
    assert len(notes) == 1
    assert "“AIRS”" in notes[0].reason
    assert "terms (2)" in notes[0].reason
    assert "(2) are left out" in notes[0].reason
    assert not notes[0].fatal


def test_codes_written_into_the_services_are_not_dropped_in_silence(folder: Path) -> None:
    (folder / "services.csv").write_text("id,organization_id,name,taxonomy_ids\ns1,o1,Course,BD\ns3,o1,Other,\n")
    notes = [one for one in load(folder, dataset="town").refusals if one.kind == "taxonomy"]
    assert any("without a name" in one.reason and "(1) are left out" in one.reason for one in notes)


def test_a_record_wrong_in_several_fields_counts_once(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text("id,name,minimum_age\n1,Course,\n2,,300\n3,,\n")
    report = load(path, dataset="town")
    assert report.counts["service"].refused == 2


@pytest.mark.parametrize("dry_run", [True, False])
def test_the_command_prints_twenty_and_writes_them_all(tmp_path: Path, capsys, monkeypatch, dry_run: bool) -> None:
    monkeypatch.setenv("KESHER_DB_ROLE", "owner")
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "tests.settings")
    table, report = tmp_path / "services.csv", tmp_path / "report.csv"
    table.write_text("id,name\n1,Course\n" + "".join(f"{number},\n" for number in range(2, 32)))
    arguments = ["load", "services", str(table), "--dataset", "town", *(["--dry-run"] if dry_run else [])]
    assert main([*arguments, "--report", str(report)]) == 0
    said = capsys.readouterr().out
    assert said.count("left out:") == 20
    assert "and 10 more: --report FILE writes them all" in said
    with report.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["row"]) for row in rows] == list(range(3, 33))
    assert {row["kind"] for row in rows} == {"service"}

    assert main([*arguments, "--report", str(tmp_path / "report.json")]) == 0
    whole = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert len(whole["refusals"]) == 30
    assert whole["counts"]["service"]["refused"] == 30
    assert whole["dry_run"] is dry_run
    assert Dataset.objects.filter(slug="town").exists() is not dry_run


def test_a_report_that_cannot_be_written_is_said(tmp_path: Path, capsys, monkeypatch) -> None:
    monkeypatch.setenv("KESHER_DB_ROLE", "owner")
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "tests.settings")
    (tmp_path / "services.csv").write_text("id,name\n1,Course\n")
    assert main(["load", "services", str(tmp_path / "services.csv"), "--report", str(tmp_path / "no" / "r.csv")]) == 1
    assert "could not be written" in capsys.readouterr().err
