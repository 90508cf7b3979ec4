"""Tables by a mapping, packs over the real folders with their traps, and the report."""

import csv
import gzip
import io
import re
import zipfile
from collections import Counter
from pathlib import Path

import openpyxl
import pytest

from kesher.formats.files import Limits
from kesher.formats.records import UnreadableFile
from kesher.formats.statistics import (
    Observation,
    StatisticsMapping,
    StatisticsReading,
    Status,
    load_statistics_mapping,
    read,
)
from kesher.formats.statistics.report import counted
from tests.shared import ROOT, SHARED, shared

PACKS = ROOT / "src" / "kesher" / "data" / "packs"
MAPPING = """
dataset: towns
source: A town
licence: CC BY 4.0
retrieved: 2026-11-01
period: {column: month}
dimensions:
  town: {column: code, pad: 4, whole: true, labels: name}
  sex: {column: sex, values: {men: M, women: F}, empty: T}
measures:
  jobs: {column: jobs, unit: jobs}
  saving: {column: dissaving, scale: -1}
nothing: {s: suppressed, "-": not-applicable}
status: {column: flag, values: {b: break, p: provisional}}
notes: {remark: remark}
skip:
  - {column: name, values: [Total], reason: totals are computed}
breaks:
  - {from: 2024-03, codes: {town: "0007"}, reason: the border of the town was moved}
"""
TABLE = """name,code,sex,month,jobs,dissaving,flag,remark
Arad,7.0,men,2024-02,10,2,,
Arad,7.0,women,2024-03,s,-1,p,few
Arad,7.0,,2024-04,-,0,b,
Total,0,,2024-02,99,0,,
Yeruham,31,men,soon,1,1,,
Yeruham,,men,2024-02,1,1,,
Yeruham,31,men,2024-02,many,4,x,
"""


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    path = tmp_path / "mapping.yaml"
    path.write_text(MAPPING)
    return path


def rows(reading: StatisticsReading) -> list[tuple[object, ...]]:
    return [(one.codes, str(one.period), one.measure, one.value, one.status) for one in reading.observations]


def test_a_table_is_read_as_its_mapping_says(tmp_path: Path, mapping: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(TABLE)
    reading = read(path, mapping=mapping)
    assert rows(reading) == [
        (("0007", "M"), "2024-02", "jobs", 10.0, Status.NORMAL),
        (("0007", "M"), "2024-02", "saving", -2.0, Status.NORMAL),
        (("0007", "F"), "2024-03", "jobs", None, Status.SUPPRESSED | Status.PROVISIONAL | Status.BREAK),
        (("0007", "F"), "2024-03", "saving", 1.0, Status.PROVISIONAL | Status.BREAK),
        (("0007", "T"), "2024-04", "jobs", None, Status.NOT_APPLICABLE | Status.BREAK),
        (("0007", "T"), "2024-04", "saving", 0.0, Status.BREAK),
        (("0031", "M"), "2024-02", "saving", -4.0, Status.OTHER),
    ]
    assert [(one.row, one.field, one.code, one.fatal) for one in reading.refusals] == [
        (6, "period", "not-a-period", True),
        (7, "code", "dimension-empty", True),
        (8, "flag", "flag-unknown", False),
        (8, "jobs", "not-a-number", True),
    ]
    assert reading.skipped == {"totals are computed": 1}


def test_provenance_goes_with_each_observation(tmp_path: Path, mapping: Path) -> None:
    packed = tmp_path / "table.csv.gz"
    packed.write_bytes(gzip.compress(TABLE.encode()))
    plain = tmp_path / "plain.csv"
    plain.write_text(TABLE)
    with zipfile.ZipFile(tmp_path / "table.zip", "w") as archive:
        archive.writestr("table.csv", TABLE)
    found = [next(read(path, mapping=mapping).observations) for path in (packed, plain, tmp_path / "table.zip")]
    origins = [one.dataset.provenance for one in found]
    assert [one.file for one in origins] == ["table.csv", "plain.csv", "table.csv"]
    assert len({one.sha256 for one in origins}) == 1  # of the content, however it was packed
    assert {(one.source, one.licence, str(one.retrieved)) for one in origins} == {("A town", "CC BY 4.0", "2026-11-01")}
    assert found[0].dataset.labels["town"] == {"0007": "Arad"}
    assert found[0].dataset.attributes["break 2024-03"] == "the border of the town was moved"


def test_a_bomb_in_gzip_is_stopped(tmp_path: Path, mapping: Path) -> None:
    path = tmp_path / "bomb.csv.gz"
    path.write_bytes(gzip.compress(TABLE.encode() + b"x" * 40_000_000))
    with pytest.raises(UnreadableFile) as refused:
        read(path, mapping=mapping, limits=Limits(file_bytes=1 << 22))
    assert refused.value.said.code == "member-too-large"
    with pytest.raises(UnreadableFile) as refused:
        read(path, mapping=mapping)
    assert refused.value.said.code == "member-packed"
    path.write_bytes(gzip.compress(TABLE.encode())[:-20])
    with pytest.raises(UnreadableFile) as refused:
        read(path, mapping=mapping)
    assert refused.value.said.code == "file-broken"


def test_columns_that_are_codes(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    path.write_text("Annee;A0Z;A1Z;note\n1983;1610,5;332,25;x\n")
    rules = {
        "dataset": "wide",
        "decimal": ",",
        "period": {"column": "Annee"},
        "dimensions": {"geo": {"constant": "FR"}},
        "melt": {"dimension": "fap", "columns": "[A-Z][0-9][A-Z]", "measure": "employment"},
    }
    assert rows(read(path, mapping=[StatisticsMapping.model_validate(rules)])) == [
        (("FR", "A0Z"), "1983", "employment", 1610.5, Status.NORMAL),
        (("FR", "A1Z"), "1983", "employment", 332.25, Status.NORMAL),
    ]


def test_a_workbook_with_a_header_of_several_rows(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(["Table 1"])
    sheet.append([None, "MEDIAN AGE", None, "INCOME", None])
    sheet.append(["CODE", "VALUE", "RANK", "VALUE", "RANK"])
    sheet.append([472, 26, 91, 3000.5, 3])
    sheet.append([473, "=1+1", 92, None, 4])
    path = tmp_path / "table.xlsx"
    workbook.save(path)
    rules = {
        "dataset": "sheet",
        "header_rows": [2, 3],
        "period": {"constant": "2019"},
        "dimensions": {"geo": {"column": "CODE"}},
        "measures": {"age": {"column": "MEDIAN AGE / VALUE"}, "income": {"column": "INCOME / VALUE"}},
    }
    reading = read(path, mapping=[StatisticsMapping.model_validate(rules)])
    assert rows(reading) == [
        (("472",), "2019", "age", 26.0, Status.NORMAL),
        (("472",), "2019", "income", 3000.5, Status.NORMAL),
        (("473",), "2019", "age", None, Status.MISSING),
        (("473",), "2019", "income", None, Status.MISSING),
    ]
    assert [one.code for one in reading.refusals] == ["formula"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("period: {column: month}", "period: {column: month, constant: '2024'}"), "Line 6"),
        (("{column: code, pad: 4, whole: true, labels: name}", "{constant: A, column: code}"), "Line 8"),
        (("scale: -1", "scal: -1"), "Line 12"),
        (("from: 2024-03", "from: soon"), "Line 19"),
        (("{b: break", "{b: brake"), "Line 14"),
        (('{town: "0007"}', "{country: IL}"), "names the dimension country"),
    ],
)
def test_a_faulty_mapping_is_told_with_its_line(tmp_path: Path, change: tuple[str, str], told: str) -> None:
    path = tmp_path / "mapping.yaml"
    assert change[0] in MAPPING
    path.write_text(MAPPING.replace(*change))
    with pytest.raises(UnreadableFile) as refused:
        load_statistics_mapping(path)
    assert refused.value.said.code == "mapping-wrong"
    assert told in refused.value.reason


def test_a_column_that_is_gone_is_named(tmp_path: Path, mapping: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(TABLE.replace("dissaving", "saving"))
    with pytest.raises(UnreadableFile) as refused:
        read(path, mapping=mapping)
    assert refused.value.said.params["column"] == "dissaving"


def test_the_report_counts_and_finds_what_is_there_twice(tmp_path: Path, mapping: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(TABLE + "Arad,7.0,men,2024-02,11,2,,\n")
    batches: list[int] = []
    stored: list[Observation] = []

    def sink(batch: object) -> None:
        batches.append(len(batch))  # type: ignore[arg-type]
        stored.extend(batch)  # type: ignore[arg-type]

    report = counted(read(path, mapping=mapping), sink=sink, batch=4)
    assert (report.observations, report.left_out, report.twice, report.repeated) == (9, 3, 1, 1)
    assert (batches, len(stored)) == ([4, 4, 1], 9)
    (towns,) = report.datasets
    assert (towns.series, towns.values, str(towns.first), str(towns.last)) == (7, 7, "2024-02", "2024-04")
    text = "\n".join(report.lines())
    assert "source: A town; licence: CC BY 4.0" in text
    assert "passed over: 1 rows: totals are computed" in text
    assert "left out: table.csv, row 6, period: “soon” is not a period." in text
    assert "in all: 9 observations, 3 left out" in text


def test_repetitions_are_looked_for_among_the_first_only(
    tmp_path: Path, mapping: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kesher.formats.statistics.report.LOOKED_AT", 4)
    path = tmp_path / "table.csv"
    path.write_text(TABLE)
    report = counted(read(path, mapping=mapping))
    assert report.unlooked == report.observations - 4
    assert "not looked for repetitions: 3" in "\n".join(report.lines())


# --- packs: the real folders -----------------------------------------------------------------------------------------

TABLES = [(path.stem, table) for path in sorted(PACKS.glob("*.toml")) for table in load_statistics_mapping(path)]
#: Read whole only in the long run.
LARGE = {"us-oews-2025", "il-census-2008-stat-areas", "us-laus-counties", "fr-dares-tensions-2019"}


def counted_plainly(path: Path, table: StatisticsMapping) -> tuple[int, int]:
    """Cells of the value columns, and those of them that are numbers, by ``csv`` and ``float`` alone."""
    content = path.read_bytes()
    text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode("utf-8-sig", "replace")
    reader = csv.reader(io.StringIO(text), delimiter=";" if text.split("\n")[0].count(";") > 2 else ",")
    header = [name.strip() for name in next(reader)]
    if table.melt is not None:
        places = [place for place, name in enumerate(header) if re.fullmatch(table.melt.columns, name)]
    else:
        places = [header.index(rule.column) for rule in table.measures.values()]
    cells = [row[place] for row in reader for place in places]
    return len(cells), sum(bool(re.fullmatch(r"-?\d+(\.\d*)?(e[+-]?\d+)?", cell.strip(), re.I)) for cell in cells)


def file_of(table: StatisticsMapping) -> Path:
    shared("data")
    folder = SHARED / "data"
    found = [path for path in sorted(folder.glob("*/*")) if table.matches(path.relative_to(folder).as_posix())]
    assert len(found) == 1, (table.dataset, found)
    return found[0]


def of_pack(table: StatisticsMapping) -> StatisticsReading:
    return read(file_of(table), mapping=[table.model_copy(update={"file": ""})])


@pytest.mark.parametrize(
    "table",
    [
        pytest.param(table, id=table.dataset, marks=[pytest.mark.long] if table.dataset in LARGE else [])
        for _, table in TABLES
    ],
)
def test_every_table_of_every_pack_is_read(table: StatisticsMapping) -> None:
    report = counted(of_pack(table))
    assert report.observations
    assert report.twice == 0, [one for one in report.refusals if one.code == "observation-twice"][:3]
    cells, numbers = counted_plainly(file_of(table), table)
    passed_over = sum(report.skipped.values()) + report.left_out
    if not passed_over:
        assert (report.observations, report.datasets[0].values) == (cells, numbers)
    elif table.melt is None:
        assert report.observations == cells - passed_over * len(table.measures)
    left_out = Counter((one.field, one.code) for one in report.refusals if one.fatal)
    # 21 years of one region of Germany come without country and name
    assert left_out == ({("iso3", "dimension-empty"): 21} if table.dataset == "oecd-regions-tl3" else {})
    assert table.source
    assert table.licence


def test_codes_keep_their_zeros_and_lose_what_a_spreadsheet_added() -> None:
    found = {table.dataset: table for _, table in TABLES}
    counties = {one.codes[0] for one in of_pack(found["aige-us-counties"]).observations}
    assert "01001" in counties
    assert {len(code) for code in counties} == {5}
    localities = {one.codes[0] for one in of_pack(found["il-census-2008-localities"]).observations}
    assert "5000" in localities
    assert not [code for code in localities if "." in code]


def test_israels_months_of_unpaid_leave_are_flagged() -> None:
    table = next(table for _, table in TABLES if table.dataset == "il-lfs-monthly")
    flagged = [one for one in of_pack(table).observations if one.status & Status.BREAK]
    assert {str(one.period) for one in flagged} == {"2020-03"}
    assert "unpaid leave" in flagged[0].dataset.attributes["break 2020-03"]


@pytest.mark.conformance
@pytest.mark.parametrize(
    ("name", "columns"),
    [
        (
            "il_lfs_monthly_unemployed_2013_2021.csv",
            {"unemployed": "unemployed", "labour_force": "labour", "rate": "percent"},
        ),
        ("il_employment_service_weekly_registrations_2014_2020.csv", {"registrations": "IES_IN_W_ADJ"}),
    ],
)
def test_israels_series_are_equal_to_their_files(name: str, columns: dict[str, str]) -> None:
    path = shared(f"conformance/stats-israel/{name}")
    table = next(table for _, table in TABLES if table.matches(f"conformance/stats-israel/{name}"))
    observations = list(read(path, mapping=[table.model_copy(update={"file": ""})]).observations)
    plain = list(csv.DictReader(io.StringIO(path.read_text())))
    for measure, column in columns.items():
        ours = [one for one in observations if one.measure == measure]
        assert [one.value for one in ours] == [float(row[column]) for row in plain]
        days = [row.get("dt", row.get("date", "")) for row in plain]
        assert [one.period.start.isoformat() for one in ours if one.period] == days


@pytest.mark.long
def test_combined_areas_of_the_census_count_once() -> None:
    table = next(table for _, table in TABLES if table.dataset == "il-census-2008-stat-areas")
    reading = of_pack(table)
    places = {one.codes[0] for one in reading.observations}
    assert "1034-7" in places
    assert "1034-8" not in places  # "7+8" repeats the figures of 7
    assert sum(reading.skipped.values()) == 226 + 81


def test_the_bureaus_own_workbook_says_what_its_tidy_table_says() -> None:
    """Table 1 of 2019 as published: eight rows of headings in two languages, notes below, codes as numbers."""
    rules = {
        "dataset": "raw",
        "header_rows": [6, 8],
        "period": {"constant": "2019"},
        "dimensions": {"geo": {"column": "CODE OF LOCALITY", "empty": "none"}},
        "measures": {
            "median_age": {"column": "MEDIAN AGE / VALUE"},
            "dependency_ratio": {"column": "DEPENDENCY RATIO / VALUE"},
        },
        "nothing": {"..": "suppressed"},  # "data that cannot be published", says the note below
        "skip": [
            {"column": "CODE OF LOCALITY", "values": ["", "*", "**", "***", "(1)", ".."], "reason": "means and notes"}
        ],
    }
    path = shared("data/il_cbs_socioeconomic_2019/raw_authorities.xlsx")
    reading = read(path, mapping=[StatisticsMapping.model_validate(rules)])
    raw = {(one.codes[0], one.measure): one.value for one in reading.observations}
    tidy = list(
        csv.DictReader(io.StringIO(shared("data/il_cbs_socioeconomic_2019/local_authorities_2019.csv").read_text()))
    )
    for measure in ("median_age", "dependency_ratio"):
        for row in tidy:
            own = raw[row["authority_code"], measure]
            assert own == (pytest.approx(float(row[measure])) if row[measure] else None), row["name_he"]
    assert len(tidy) == 255


@pytest.mark.parametrize(
    "folder",
    ["il_geo", "crosswalks", "il_localities", "il_time_series", "br_bho_job_access", "oecd_regional_gdp_theil"],
)
def test_without_a_mapping_a_table_is_refused_by_name_and_nothing_breaks(folder: str) -> None:
    """Boundaries, code lists and matrices are no figures: each file is refused with the reason, whatever its form."""
    for path in sorted(shared(f"data/{folder}").iterdir()):
        with pytest.raises(UnreadableFile) as refused:
            list(read(path).observations)
        assert refused.value.said.code in {"form-unknown", "encoding-unknown", "column-twice", "first-row-empty"}, (
            path.name
        )
