"""data·inclusion against its own material: the dataset with deliberate faults, the reference lists, both versions."""

import csv
import json
import unicodedata
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from data_inclusion.schema import v1
from hypothesis import given
from hypothesis import strategies as st

from kesher.formats.data_inclusion import area_of, read
from kesher.formats.records import Reading, ReferralMode
from tests.shared import shared

FIXTURE = "conformance/data-inclusion/fixtures/dataset.xlsx"


def rows_of_fixture(sheet: str) -> list[tuple[int, dict[str, object]]]:
    """An independent reading: rows with an id that are not marked to be ignored."""
    book = openpyxl.load_workbook(shared(FIXTURE))
    header, *rows = book[sheet].iter_rows(values_only=True)
    found = []
    for number, row in enumerate(rows, start=2):
        cells = dict(zip((str(name) for name in header), row, strict=False))
        if cells["id"] and cells["__ignore__"] is not True:
            found.append((number, cells))
    return found


@pytest.fixture
def fixture() -> Reading:
    return read(str(shared(FIXTURE)))


@pytest.mark.conformance
def test_counts_are_those_of_the_workbook(fixture: Reading) -> None:
    structures, services = rows_of_fixture("Structures"), rows_of_fixture("Services")
    assert [one.external_id for one in fixture.organisations] == [row["id"] for _, row in structures]
    assert [one.external_id for one in fixture.services] == [row["id"] for _, row in services]
    assert (len(structures), len(services)) == (1, 2)  # as counted by eye


# sheet, row, field -> a word of the reason; every fault the makers put into the workbook that its schema can see
DELIBERATE = {
    ("Structures", 1, "colonne en trop"): "not one of the schema",
    ("Structures", 1, "colonne en double"): "not one of the schema",
    ("Structures", 1, "date_maj"): "headed by the date",
    ("Structures", 4, "nom"): "full stop",
    ("Structures", 4, "code_postal"): "750121",
    ("Structures", 4, "courriel"): "pas une adresse",
    ("Structures", 4, "site_web"): "pas une url !",
    ("Services", 1, "date_maj"): "headed by the date",
    ("Services", 1, "lien_source"): "there twice",
    ("Services", 1, "lien_url_gen"): "not one of the schema",
    ("Services", 1, "lien_url_widget"): "not one of the schema",
    ("Services", 4, "thematiques"): "louer-un-appartement",
    ("Services", 4, "mobilisable_par"): "autres",
    ("Services", 4, "nombre_semaines"): "beaucoup",
    ("Services", 5, "mobilisable_par"): "autres",
    ("Services", 5, "nombre_semaines"): "beaucoup",
}


@pytest.mark.conformance
def test_each_deliberate_fault_is_told_once_with_its_place(fixture: Reading) -> None:
    told = {(refusal.file, refusal.row, refusal.field): refusal for refusal in fixture.refusals}
    assert len(told) == len(fixture.refusals)
    assert set(told) == {(f"dataset.xlsx [{sheet}]", row, field) for sheet, row, field in DELIBERATE}
    for (sheet, row, field), word in DELIBERATE.items():
        refusal = told[f"dataset.xlsx [{sheet}]", row, field]
        assert word in refusal.reason
        assert refusal.remedy
        assert not refusal.fatal
        assert "Input should" not in refusal.reason  # the package's own words, which no office understands


@pytest.mark.conformance
def test_what_is_wrong_is_left_out_and_the_rest_kept(fixture: Reading) -> None:
    (organisation,) = fixture.organisations
    assert organisation.name == {"fr": "AGENCE ACTION LOGEMENT"}
    assert organisation.email is None
    assert organisation.website is None
    assert organisation.identifiers == (("fr-siret", "82454114801871"),)
    locations = {location.external_id: location for location in fixture.locations}
    assert locations[organisation.external_id].addresses[0].postal_code is None
    first, second = fixture.services
    assert first.referral_modes == (ReferralMode.SELF, ReferralMode.PROFESSIONAL)
    assert first.remote is True
    assert first.weekly_hours == Decimal("10.5")
    assert first.weeks is None
    assert first.costs[0].amount == 0
    assert first.last_modified == datetime(2026, 2, 27, tzinfo=UTC)
    assert {term.code for term in first.terms if term.taxonomy == "data-inclusion-thematiques"} == {
        "logement-hebergement--louer-un-logement"
    }
    # a commune code that does not exist has the form of one: the importer, which knows the communes, finds it
    assert locations[second.at_locations[0].location_id].external_identifier == "59999"


@pytest.mark.conformance
@pytest.mark.parametrize(
    ("slug", "file"),
    [
        ("thematiques", "thematiques_v1.csv"),
        ("publics", "publics_v1.csv"),
        ("frais", "frais_v1.csv"),
        ("modes-accueil", "modes_accueil_v1.csv"),
        ("modes-mobilisation", "modes_mobilisation_v1.csv"),
        ("personnes-mobilisatrices", "personne_mobilisatrice_v1.csv"),
        ("types-de-services", "types_de_services_v1.csv"),
        ("reseaux-porteurs", "reseaux_porteurs_v1.csv"),
    ],
)
def test_code_lists_are_the_published_ones(fixture: Reading, slug: str, file: str) -> None:
    with shared(f"conformance/data-inclusion/referentiels/v1/{file}").open(encoding="utf-8") as stream:
        published = {row["value"]: row["label"] for row in csv.DictReader(stream)}
    terms = [term for term in fixture.terms if term.taxonomy == f"data-inclusion-{slug}"]
    parents = {term.code for term in terms} - published.keys()
    labels = {term.code: term.name["fr"] for term in terms if term.code in published}
    assert {code: plain(label) for code, label in labels.items()} == {c: plain(label) for c, label in published.items()}
    assert parents == ({code.value for code in v1.Categorie} if slug == "thematiques" else set())
    known = {term.code for term in terms}
    assert all(term.parent_code is None or term.parent_code in known for term in terms)


def plain(label: str) -> str:
    """Without accents: the package has mended "Aide materielle", the published list not yet."""
    return "".join(letter for letter in unicodedata.normalize("NFD", label) if not unicodedata.combining(letter))


OLD_STRUCTURE = {
    "source": "dora",
    "id": "dora--1",
    "nom": "Mission locale",
    "date_maj": "2023-05-01T10:00:00+02:00",
    "siret": "82454114801871",
    "typologie": "ML",
    "commune": "Lille",
    "code_postal": "59000",
    "presentation_resume": "Accueil des jeunes…",
    "presentation_detail": "Accueil des jeunes de 16 à 25 ans.",
    "labels_nationaux": ["mission-locale"],
}
OLD_SERVICE = {
    "source": "dora",
    "id": "dora--s1",
    "structure_id": "dora--1",
    "nom": "Aide au permis",
    "types": ["aide-financiere", "inconnu"],
    "thematiques": ["mobilite--preparer-un-permis"],
    "frais": ["gratuit-sous-conditions"],
    "profils": ["jeunes-16-26"],
    "justificatifs": ["Pièce d’identité, en cours de validité"],
    "modes_accueil": ["en-presentiel"],
    "modes_orientation_beneficiaire": ["telephoner"],
    "modes_orientation_accompagnateur": ["envoyer-un-mail"],
    "zone_diffusion_type": "departement",
    "zone_diffusion_code": "59",
    "contact_nom_prenom": "Camille Test",
    "contact_public": False,
}


def test_version_0(tmp_path: Path) -> None:
    path = tmp_path / "old.json"
    path.write_text(json.dumps({"structures": [OLD_STRUCTURE], "services": [OLD_SERVICE]}), "utf-8")
    reading = read(str(path))
    (organisation,) = reading.organisations
    (service,) = reading.services
    assert organisation.description == {"fr": "Accueil des jeunes de 16 à 25 ans."}
    assert service.referral_modes == (ReferralMode.SELF, ReferralMode.PROFESSIONAL)
    assert service.remote is False
    assert service.contacts == ()  # not to be shown, the source says
    assert service.documents[0].document == {"fr": "Pièce d’identité, en cours de validité"}
    assert [(area.code, area.scheme) for area in service.areas] == [("59", "insee-departement")]
    codes = {(term.taxonomy, term.code) for term in service.terms}
    assert ("data-inclusion-v0-profils", "jeunes-16-26") in codes
    terms = {(term.taxonomy, term.code): term for term in reading.terms}
    assert codes <= terms.keys()
    assert terms["data-inclusion-v0-thematiques", "mobilite--preparer-un-permis"].parent_code == "mobilite"
    assert [(refusal.field, refusal.row, refusal.fatal) for refusal in reading.refusals] == [("types", 1, False)]


@pytest.mark.conformance
@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("frais", "FEES"),
        ("modes_accueil", "DELIVERY_MODES"),
        ("profils", "PROFILES"),
        ("typologies_de_services", "SERVICE_TYPES"),
    ],
)
def test_code_lists_of_version_0_are_the_published_ones(file: str, name: str) -> None:
    from kesher.formats import data_inclusion_v0

    with shared(f"conformance/data-inclusion/referentiels/v0/{file}.csv").open(encoding="utf-8") as stream:
        assert {row["value"] for row in csv.DictReader(stream)} == getattr(data_inclusion_v0, name).keys()


def written(folder: Path, services: list[dict], structures: list[dict] | None = None) -> Reading:
    path = folder / "data.ndjson"
    path.write_text("\n".join(json.dumps(one) for one in [*(structures or []), *services]), "utf-8")
    return read(str(path))


SERVICE = {
    "source": "x",
    "id": "v",
    "structure_id": "s",
    "nom": "Atelier",
    "description": "Un atelier.",
    "date_maj": "2025-01-01",
}
STRUCTURE = {"source": "x", "id": "s", "nom": "Centre", "date_maj": "2025-01-01", "commune": "Lille"}


@pytest.mark.parametrize("field", ["id", "structure_id", "nom", "description", "date_maj"])
def test_a_required_field_missing_refuses_the_record(field: str, tmp_path: Path) -> None:
    reading = written(tmp_path, [{**SERVICE, field: ""}], [STRUCTURE])
    assert list(reading.services) == []
    assert [(one.row, one.field, one.fatal) for one in reading.refusals] == [(2, field, True)]


def test_a_service_without_its_structure_stays_and_is_told(tmp_path: Path) -> None:
    reading = written(tmp_path, [SERVICE])
    (service,) = reading.services
    assert service.organisation_id is None
    assert [(one.field, one.fatal) for one in reading.refusals] == [("structure_id", False)]


@pytest.mark.parametrize(("said", "open_to_all"), [
    ({"publics": ["tous-publics"]}, True),
    ({"publics": ["tous-publics"], "conditions_acces": "Sur orientation"}, False),
    ({"publics": ["tous-publics"], "publics_precisions": "Habitants de Lille"}, False),
    ({"publics": ["femmes"]}, False),
    ({}, False),  # silence is no yes
])  # fmt: skip
def test_open_to_all_is_what_a_source_says_and_never_its_silence(
    said: dict[str, object], open_to_all: bool, tmp_path: Path
) -> None:
    (service,) = written(tmp_path, [{**SERVICE, **said}], [STRUCTURE]).services
    assert service.open_to_all is open_to_all


def test_the_same_id_twice(tmp_path: Path) -> None:
    reading = written(tmp_path, [SERVICE, SERVICE], [STRUCTURE])
    assert len(list(reading.services)) == 1
    assert [(one.row, one.field) for one in reading.refusals] == [(3, "id")]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"latitude": 91.0, "longitude": 2.0}, "latitude"),
        ({"latitude": float("nan"), "longitude": 2.0}, "latitude"),
        ({"latitude": 48.0}, "longitude"),
        ({"volume_horaire_hebdomadaire": 200}, "volume_horaire_hebdomadaire"),
        ({"nombre_semaines": 0}, "nombre_semaines"),
        ({"date_maj": "1999-01-01"}, "date_maj"),
        ({"publics": ["tous-publics", "femmes"]}, "publics"),
        ({"publics": {"a": 1}}, "publics"),
        ({"zone_eligibilite": ["nowhere at all"]}, "zone_eligibilite"),
        ({"nom": {"fr": "x"}}, "nom"),
        ({"telephone": ["1", "2"]}, "telephone"),
        ({"description": "x" * 10_001}, "description"),
    ],
)
def test_one_field_wrong(fields: dict, field: str, tmp_path: Path) -> None:
    reading = written(tmp_path, [{**SERVICE, **fields}], [STRUCTURE])
    found = list(reading.services)
    assert [one.field for one in reading.refusals] == [field]
    required = v1.Service.model_fields[field].is_required()
    assert reading.refusals[0].fatal == required
    assert len(found) == (0 if required else 1)


def test_a_spreadsheet_loses_no_zero(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Structures"
    book.active.append(["id", "nom", "date_maj", "commune", "code_postal", "telephone", "siret"])
    book.active.append(["s", "Mairie", date(2025, 1, 1), "Ambérieu", 1500, 474461700, 210100046000])
    book.save(tmp_path / "x.xlsx")
    reading = read(str(tmp_path / "x.xlsx"))
    (organisation,), (location,) = reading.organisations, reading.locations
    assert location.addresses[0].postal_code == "01500"
    assert organisation.phones[0].number == "0474461700"
    assert organisation.tax_id == "00210100046000"


@given(st.from_regex(r"\A([0-9]{5}|2[AB][0-9]{3}|[0-9]{2,3}|2A|2B|[0-9]{9}|99[0-5][0-9]{2})\Z"))
def test_every_code_has_one_scheme_and_stays_itself(code: str) -> None:
    area = area_of(code)
    assert area.scheme is not None
    assert area.code == code or (code == "99100" and area.code == "FR")
