"""CSV of Eurostat, the OECD, the ILO, and the field guide's own examples."""

from pathlib import Path

import pytest

from kesher.formats.records import UnreadableFile
from kesher.formats.statistics import Action, Observation, Status, read
from tests.shared import shared

pytestmark = pytest.mark.conformance
DIALECTS = "conformance/sdmx/csv-dialects"
EXAMPLES = "conformance/sdmx/sdmx-test-data/v3/csv"


def observations(relative: str, **options: object) -> list[Observation]:
    return list(read(shared(relative), **options).observations)  # type: ignore[arg-type]


def test_eurostat() -> None:
    first, second = observations(f"{DIALECTS}/eurostat_LFSA_ARGAN.sdmx.csv")
    assert first.key == {"freq": "A", "unit": "PC", "sex": "T", "age": "Y15-64", "citizen": "FOR", "geo": "FR"}
    assert (str(first.period), first.value, first.status) == ("2021", 66.5, Status.BREAK | Status.DEFINITION)
    assert second.status == Status.DEFINITION
    released = first.dataset.provenance.released
    assert released is not None
    assert released.isoformat() == "2026-06-11T23:00:00"
    assert first.dataset.structure == "ESTAT:LFSA_ARGAN(1.0)"


def test_eurostat_with_what_is_missing_hidden_or_named_like_nothing() -> None:
    low, missing, hidden = observations(f"{DIALECTS}/eurostat_edge_SYNTHETIC.sdmx.csv")
    assert (low.value, low.status) == (7.7, Status.UNRELIABLE)
    assert (missing.value, missing.status) == (None, Status.MISSING)
    assert (hidden.value, hidden.status) == (None, Status.SUPPRESSED)
    assert hidden.key["geo"] == "NA"  # Namibia, not "not available"


def test_ilostat() -> None:
    (one,) = observations(f"{DIALECTS}/ilostat_SDG_0852_SEX_AGE_RT_A.csv")
    assert (one.key["ref_area"], one.key["indicator"], str(one.period), one.value) == (
        "JPN",
        "SDG_0852_SEX_AGE_RT",
        "2025",
        2.5,
    )


def test_oecd_with_labels() -> None:
    first, second = observations(f"{DIALECTS}/oecd_csvfilewithlabels_IDD.csv")
    assert (first.key["REF_AREA"], first.key["MEASURE"], first.key["UNIT_MEASURE"]) == (
        "FRA",
        "INC_DISP_GINI",
        "0_TO_1",
    )
    assert (str(first.period), first.value, str(second.period), second.value) == ("2022", 0.297, "2021", 0.298)
    assert first.dataset.labels["MEASURE"]["INC_DISP_GINI"] == "Gini (disposable income)"


@pytest.mark.parametrize("name", ["01", "04", "05", "06", "07", "11", "15"])
def test_examples_of_the_field_guide(name: str) -> None:
    found = observations(f"{EXAMPLES}/example-{name}.csv")
    assert [one.value for one in found] == [12.4, 10.8]
    assert [one.codes[:2] for one in found] == [("A", "B"), ("A", "B")]


def test_labels_in_the_cells() -> None:
    first, _ = observations(f"{EXAMPLES}/example-04.csv")
    assert first.dataset.title == "Principaux agrégats des comptes nationaux"
    assert first.dataset.labels["DIM_1"] == {"A": "Value A"}
    assert first.attributes["ATTR_2"] == "Y"


def test_several_measures_and_columns_in_any_order() -> None:
    found = observations(f"{EXAMPLES}/example-02.csv", dimensions=("DIM_1", "DIM_2", "DIM_3"))
    assert [(one.codes, one.measure, one.value) for one in found[:2]] == [
        (("A", "B", "2014-01"), "OBS_VALUE1", 12.4),
        (("A", "B", "2014-01"), "OBS_VALUE2", 12.5),
    ]
    assert found[0].attributes["ATTR_1"] == "X;Y"


def test_actions() -> None:
    assert [one.dataset.action for one in observations(f"{EXAMPLES}/example-10.csv")] == [Action.MERGE, Action.REPLACE]
    for name in ("16", "17", "18", "19A", "19B"):
        found = observations(f"{EXAMPLES}/example-{name}.csv")
        assert found
        assert all(one.dataset.action == Action.DELETE and one.value is None for one in found)
    all_of_it = observations(f"{EXAMPLES}/example-17.csv")
    assert [one.codes for one in all_of_it] == [("", "A", ""), ("", "B", "")]


def test_a_confidential_value_is_not_kept(tmp_path: Path) -> None:
    path = tmp_path / "secret.csv"
    path.write_text(
        "DATAFLOW,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG,CONF_STATUS\nX:Y(1.0),FR,2024,3,,C\nX:Y(1.0),FR,2025,7,p,F\n"
    )
    reading = read(path)
    first, second = reading.observations
    assert (first.value, first.status) == (None, Status.SUPPRESSED)
    assert (second.value, second.status) == (7.0, Status.PROVISIONAL)
    assert "confidential" in {one.code for one in reading.refusals}


def test_faults_are_told_with_their_row(tmp_path: Path) -> None:
    path = tmp_path / "faults.csv"
    path.write_text(
        "DATAFLOW,geo,TIME_PERIOD,OBS_VALUE\nX:Y(1.0),FR,2024-13,3\nX:Y(1.0),,2024,3\nX:Y(1.0),FR,2024,many\nX:Y(1.0),FR,2024,4\n"
    )
    reading = read(path)
    assert [one.value for one in reading.observations] == [4.0]
    assert [(one.row, one.field, one.code) for one in reading.refusals if one.fatal] == [
        (2, "TIME_PERIOD", "not-a-period"),
        (3, "geo", "dimension-empty"),
        (4, "OBS_VALUE", "not-a-number"),
    ]


def test_a_table_of_no_dialect_asks_for_a_mapping(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("town,jobs\nArad,5\n")
    with pytest.raises(UnreadableFile) as refused:
        read(path)
    assert refused.value.said.code == "form-unknown"
    assert "mapping" in refused.value.remedy
