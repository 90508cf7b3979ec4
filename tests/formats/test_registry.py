"""Which format a file is, and that every reader keeps to the one contract."""

import csv
from pathlib import Path

import pytest

from kesher.formats.records import UnreadableFile
from kesher.formats.registry import DESCRIPTIONS, READERS, sniff
from kesher.formats.tables import template_csv
from tests.formats.malformed import exhaust
from tests.shared import shared

REAL = {
    "data/us_miami_open211_hsds": "hsds-1.1",
    "conformance/hsds/3.1.1/examples": "hsds",
    "conformance/data-inclusion/fixtures/dataset.xlsx": "data-inclusion",
    "data/il_services_kolsherut": "kolsherut",
    "data/il_services_kolsherut/mental_health_clinics.csv": "kolsherut",
    "data/il_services_kolsherut/openeligibility_taxonomy_he_en.yaml": "kolsherut",
    "data/ca_toronto_newcomer": "toronto",
    "data/ca_toronto_newcomer/refugee_services_211.csv": "toronto",
    "data/il_services_kolsherut/service_names_he_unique.csv": None,
}


@pytest.mark.parametrize("path", REAL)
def test_real_files_are_known(path: str) -> None:
    assert sniff(shared(path)) == REAL[path]


def test_every_reader_is_described() -> None:
    assert READERS.keys() == DESCRIPTIONS.keys()
    assert all(words and "\n" not in words for words in DESCRIPTIONS.values())


def test_made_files_are_known(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(template_csv(), "utf-8")
    assert sniff(tmp_path / "t.csv") == "csv"
    (tmp_path / "s.ndjson").write_text('{"id": "x", "structure_id": "y", "date_maj": "2025-01-01"}', "utf-8")
    assert sniff(tmp_path / "s.ndjson") == "data-inclusion"
    (tmp_path / "o.json").write_text('[{"id": "x", "organization": {"name": "y"}}]', "utf-8")
    assert sniff(tmp_path / "o.json") == "hsds"


@pytest.mark.parametrize("content", [b"", b"\x00" * 100, b"PK\x03\x04", b"{", b"a,b\n1,2\n"])
@pytest.mark.parametrize("name", ["x.csv", "x.xlsx", "x.json", "x.zip", "x.yaml", "x"])
def test_what_is_nothing_has_no_format(content: bytes, name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    assert sniff(tmp_path / name) is None


def test_what_is_not_there(tmp_path: Path) -> None:
    assert sniff(tmp_path / "nowhere") is None
    for name, read in READERS.items():
        with pytest.raises(UnreadableFile):
            exhaust(read(str(tmp_path / "nowhere")))
        assert name


@pytest.mark.parametrize("path", [path for path, name in REAL.items() if name not in {None, "hsds-1.1", "hsds"}])
def test_a_reading_holds_together(path: str) -> None:
    """Identifiers once per kind, references to what came before, and only taxonomies that are told of or well known."""
    reading = READERS[str(REAL[path])](str(shared(path)))
    found = exhaust(reading)
    for kind in ("organisations", "programmes", "locations", "services"):
        ids = [one.external_id for one in found[kind]]
        assert len(ids) == len(set(ids))
    organisations = {one.external_id for one in found["organisations"]}
    locations = {one.external_id for one in found["locations"]}
    for one in (*found["locations"], *found["services"]):
        assert one.organisation_id is None or one.organisation_id in organisations
    for service in found["services"]:
        assert {at.location_id for at in service.at_locations} <= locations
        assert reading.language in service.name
    told = {taxonomy.slug for taxonomy in found["taxonomies"]}
    assert {term.taxonomy for term in found["terms"]} <= told
    parents = {(term.taxonomy, term.code) for term in found["terms"]}
    assert all((t.taxonomy, t.parent_code) in parents for t in found["terms"] if t.parent_code is not None)


def test_the_language_asked_for_is_that_of_the_texts(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([["name", "city"], ["שירות", "ערד"]])
    (service,) = READERS["csv"](str(path), language="he").services
    assert service.name == {"he": "שירות"}
