"""SDMX: every file of the agencies' own samples reads, or is refused with the reason; never worse than ``sdmx1`` alone."""

import io
import json
import math
from contextlib import redirect_stdout
from pathlib import Path

import pytest
import sdmx

from kesher.formats.records import UnreadableFile
from kesher.formats.statistics import (
    Action,
    Observation,
    StatisticsReading,
    Status,
    open_statistics,
    read,
    read_structures,
)
from tests.shared import SHARED, shared

pytestmark = pytest.mark.conformance
FOLDER = "conformance/sdmx"
MATRIX = SHARED / FOLDER / "READ_MATRIX_sdmx1-2.28.0.json"
ROWS = json.loads(MATRIX.read_text()) if MATRIX.is_file() else []
#: Files whose content is no data and no structure, or is broken by design: refused, with these remarks.
REFUSED = {
    "generated-sample.json": "position-outside",  # random places that its structure does not have
    "example-02.csv": "dimensions-unknown",  # columns in no order: only the structure tells dimensions
    "example-03.csv": "dimensions-unknown",
    "example-09B.csv": "dimension-empty",  # three structures in one table, none of them given
    "geospatial_geographiccodelist.xml": "structure-wrong",  # an id that is not the one of its URN
}


def whole(path: Path, **options: object) -> tuple[list[Observation], StatisticsReading]:
    reading = read(path, **options)  # type: ignore[arg-type]
    return list(reading.observations), reading


def test_the_matrix_is_there() -> None:
    shared(FOLDER)
    assert len(ROWS) == 134


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["file"])
def test_never_worse_than_the_matrix(row: dict[str, str]) -> None:
    path = shared(f"{FOLDER}/{row['file']}")
    before, note = row["sdmx1_2.28"], row["note"]
    if before == "StructureMessage":
        (file,) = open_statistics(path)
        assert read_structures(file).artefacts > 0
        with pytest.raises(UnreadableFile) as refused:  # as data it is refused, by what it is
            read(path)
        assert refused.value.said.code == "no-observations-in-kind"
        return
    try:
        observations, reading = whole(path)
    except UnreadableFile as fault:
        assert fault.said.code in {"no-observations-in-kind", "agency-answers", "structure-wrong", "dimensions-unknown"}
        assert before.startswith("ERR") or not note  # what sdmx1 reads without a figure in it holds none
        if fault.said.code in {"structure-wrong", "dimensions-unknown"}:
            assert REFUSED[path.name] == fault.said.code
        return
    fatal = [one for one in reading.refusals if one.fatal]
    if note.startswith("obs="):
        assert len(observations) == int(note.removeprefix("obs="))
        assert not fatal
    elif not observations:
        told = {one.code for one in reading.refusals}
        assert told & {"attributes-alone", REFUSED.get(path.name, "")}, told
    elif fatal:
        assert (
            path.name == "constructed-sample-full.json"
        )  # its later data sets have keys that its structure has no place for
        assert {one.code for one in fatal} == {"position-outside"}


@pytest.mark.parametrize("row", [row for row in ROWS if row["note"].startswith("obs=")], ids=lambda row: row["file"])
def test_observations_are_those_that_sdmx1_reads(row: dict[str, str]) -> None:
    """Key by key: ours holds the codes of each of theirs (and, without a structure, notes that were taken as dimensions)."""
    path = shared(f"{FOLDER}/{row['file']}")
    ours, _ = whole(path)
    with redirect_stdout(io.StringIO()):
        message = sdmx.read_sdmx(io.BytesIO(path.read_bytes()))
    theirs = [one for data in message.data for one in data.obs]
    assert len(ours) == len(theirs)
    left = [(_codes(one), one.value) for one in ours]
    for one in theirs:
        value = None if one.value in (None, "") else float(one.value)
        key = {str(name): str(found.value) for name, found in one.key.values.items()}
        match = next(
            (place for place, (codes, got) in enumerate(left) if _within(key, codes) and _same(value, got)), None
        )
        assert match is not None, (key, value, left[:2])
        left.pop(match)


def _codes(one: Observation) -> dict[str, str]:
    return {**one.attributes, **one.key, **({"TIME_PERIOD": str(one.period)} if one.period else {})}


def _within(key: dict[str, str], codes: dict[str, str]) -> bool:
    return (
        all(codes.get(name) == value for name, value in key.items() if name in codes)
        and len(key.keys() & codes.keys()) > 0
    )


def _same(one: float | None, other: float | None) -> bool:
    if one is None or other is None or math.isnan(one):
        return other is None
    return one == other


def test_with_its_structure_a_message_knows_its_dimensions(tmp_path: Path) -> None:
    folder = tmp_path / "both"
    folder.mkdir()
    for name in ("ng-ts-ss.xml", "ng-structure-full.xml"):
        (folder / name).write_bytes(shared(f"{FOLDER}/sdmx-test-data/ECB_EXR/{name}").read_bytes())
    observations, reading = whole(folder)
    assert not reading.refusals
    assert len(observations) == 12
    first = observations[0]
    assert first.dataset.dimensions == ("FREQ", "CURRENCY", "CURRENCY_DENOM", "EXR_TYPE", "EXR_VAR")
    assert (first.codes, str(first.period), first.value) == (("M", "CHF", "EUR", "SP00", "E"), "2010-08", 1.3413)
    assert first.attributes["DECIMALS"] == "4"
    assert first.dataset.labels["CURRENCY"]["CHF"] == "Swiss franc"
    assert first.dataset.structure == "ECB:ECB_EXR_NG(1.0)"
    assert len(first.dataset.provenance.sha256) == 64
    assert first.dataset.provenance.released is not None


def test_a_code_that_is_not_in_the_list_is_refused(tmp_path: Path) -> None:
    for name in ("ng-ts-ss.xml", "ng-structure-full.xml"):
        text = shared(f"{FOLDER}/sdmx-test-data/ECB_EXR/{name}").read_text()
        (tmp_path / name).write_text(text.replace('EXR_VAR="E"', 'EXR_VAR="Q"', 1) if "ts" in name else text)
    observations, reading = whole(tmp_path)
    assert len(observations) == 9
    assert observations[0].dataset.labels["CURRENCY"]["CHF"] == "Swiss franc"  # a list given in part checks nothing
    assert {(one.field, one.code, one.said.params["value"]) for one in reading.refusals} == {
        ("EXR_VAR", "code-not-in-list", "Q")
    }


def test_notes_of_several_values_are_kept_and_all_count(tmp_path: Path) -> None:
    path = shared(f"{FOLDER}/sdmx-ml-3.0/samples/Data - Complex Data Attributes/ECB_EXR_CA.xml")
    observations, _ = whole(path)
    assert [one.attributes["OBS_STATUS"] for one in observations] == ["A;F", "J;U;N", "A"]
    assert observations[0].status == Status.FORECAST
    assert observations[1].status & Status.UNRELIABLE
    assert observations[2].attributes["SOURCE_AGENCY"] == "4F0;4D0;CZ2"


def test_deletions_are_told_apart() -> None:
    observations, _ = whole(shared(f"{FOLDER}/sdmx-test-data/ECB_EXR/action-delete.json"))
    assert [(one.dataset.action, one.value) for one in observations] == [
        (Action.REPLACE, 40.3426),
        (Action.REPLACE, 40.3),
        (Action.DELETE, None),
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("<?xml version='1.0'?><!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", "xml-declares"),
        ("<GenericData><DataSet>", "xml-wrong"),
        ("<CompactData xmlns='http://www.SDMX.org/resources/SDMXML/schemas/v2_0/message'/>", "sdmx-too-old"),
        ("<html><body>Error 500</body></html>", "no-observations-in-kind"),
    ],
)
def test_what_is_no_message_is_refused(tmp_path: Path, text: str, code: str) -> None:
    path = tmp_path / "file.xml"
    path.write_text(text)
    with pytest.raises(UnreadableFile) as refused:
        whole(path)
    assert refused.value.said.code == code


def test_a_bomb_of_entities_never_reaches_the_library(tmp_path: Path) -> None:
    path = tmp_path / "structure.xml"
    space = "http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message"
    entity = "<?xml version='1.0'?><!DOCTYPE s [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"
    path.write_text(f"{entity}<s:Structure xmlns:s='{space}'>&x;</s:Structure>")
    with pytest.raises(UnreadableFile) as refused:
        read_structures(open_statistics(path)[0])
    assert refused.value.said.code == "xml-declares"
