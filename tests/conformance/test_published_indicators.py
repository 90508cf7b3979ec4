"""Published values, to half a unit of their last printed digit; and what is only recomputed, shown as such.

``golden_values.json`` lists values of the R package REAT's manual, of papers and of statistical offices. Entries without a
published value say "verified": false, and the registry must not claim more for them. Published values beyond that file:
588 Theil indices of the OECD, 276 quarters of Michaillat and Saez, the examples of IPEA's ``accessibility``, of ``sae`` and of
Newcombe.
"""

import csv
import gzip
import io
import json
from collections import defaultdict
from typing import Any

import numpy as np
import openpyxl
import pytest

from kesher.engine.indicators import (
    Standing,
    access,
    exposure,
    inequality,
    mismatch,
    rates,
    registry,
    small_area,
    structure,
    tightness,
)
from tests.shared import shared

pytestmark = pytest.mark.conformance
FOLDER = "data/reference_regional_indicators"
#: Product of the German regions 2015 (billion euros) and their people, as printed in REAT's manual (pages of gini, hoover).
GDP = [460.69, 549.19, 124.16, 65.29, 31.59, 109.27, 263.44, 39.87, 258.53, 645.59, 131.95, 35.03, 112.66, 56.22, 85.61]
GDP = [*GDP, 56.81]
PEOPLE = [10879618, 12843514, 3520031, 2484826, 671489, 1787408, 6176172, 1612362, 7926599, 17865516, 4052803, 995597]
PEOPLE = [*PEOPLE, 4084851, 2245470, 2858714, 2170714]


def golden(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(shared(f"{FOLDER}/golden_values.json").read_text())[name]
    return found


def table(relative: str) -> list[dict[str, str]]:
    content = shared(relative).read_bytes()
    text = (gzip.decompress(content) if relative.endswith(".gz") else content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def column(rows: list[dict[str, str]], name: str) -> np.ndarray:
    return np.array([float(row[name]) if row[name] not in ("", "-", "NA") else np.nan for row in rows])


# --- golden values: published ----------------------------------------------------------------------------------------


def test_location_quotient() -> None:
    entry = golden("locq(1714,79006,879213,15593224)")
    found = float(structure.location_quotient(1714, 79006, 879213, 15593224))
    assert found == pytest.approx(entry["published"], abs=entry["tolerance"])


def test_herfindahl() -> None:
    entry = golden("herf")
    found = structure.concentration([20, 50, 20, 10])
    assert [found.hhi, found.normalised, found.equivalent] == pytest.approx(entry["published"], abs=entry["tolerance"])
    entry = golden("herf_gdp_DE")
    assert structure.concentration(GDP).hhi == pytest.approx(entry["published"], abs=entry["tolerance"])


def test_gini() -> None:
    entry = golden("gini")
    values = [20, 50, 20, 10]
    found = [inequality.gini(values), inequality.gini(values, corrected=True)]
    assert found == pytest.approx(entry["published"], abs=entry["tolerance"])
    entry = golden("gini_gdp_DE")
    assert inequality.gini(GDP) == pytest.approx(entry["published"], abs=entry["tolerance"])


def test_gini_of_classes_weighted_by_their_people() -> None:
    """Dörsam's income classes, as in REAT's manual: 0.5278."""
    income, people = [500, 1500, 2500, 4000, 7500, 15000], [1000, 1200, 1600, 400, 200, 600]
    assert inequality.gini(income, people) == pytest.approx(0.5278, abs=5e-5)


def test_theil() -> None:
    entry = golden("theil_REAT_example_10_10_10_20_50")
    values = [10, 10, 10, 20, 50]
    assert inequality.theil_l(values) == pytest.approx(entry["published"], abs=entry["tolerance"])
    assert inequality.theil_t(values) == pytest.approx(entry["got_T"], abs=1e-12)


def test_krugman() -> None:
    """Farhauer and Kröll's example in REAT's manual: two regions with nothing in common."""
    assert structure.krugman_specialisation([20, 10, 70, 0, 0], [0, 0, 0, 60, 40]) == pytest.approx(2.0)


def test_two_rates_from_single_records() -> None:
    """Bertrand and Mullainathan (2004), table 1: 9.65 and 6.45 per cent were called back."""
    entry = golden("bertrand_mullainathan")
    rows = table("data/microdata_evaluation_profiling/bertrand_mullainathan_2004.csv")
    found = {}
    for race in ("w", "b"):
        called = [float(row["call"]) for row in rows if row["race"] == race]
        found[race] = rates.wilson(sum(called), len(called))
    assert [found["w"].value, found["b"].value] == pytest.approx(entry["published"], abs=entry["tolerance"])
    assert rates.difference(found["w"], found["b"]).low > 0


def test_nestas_quotients_of_british_regions() -> None:
    entry = golden("nesta_uk_LQ")
    rows = table("data/esco_transitions_mcc/demographic_analysis__uk_nuts_LQ.csv")
    assert len(rows) == entry["rows"]
    regions: dict[str, float] = defaultdict(float)
    categories: dict[str, float] = defaultdict(float)
    for row in rows:
        regions[row["NUTS"]] += float(row["average"])
        categories[row["risk_category"]] += float(row["average"])
    found = structure.location_quotient(
        column(rows, "average"),
        [regions[row["NUTS"]] for row in rows],
        [categories[row["risk_category"]] for row in rows],
        sum(regions.values()),
    )
    assert np.abs(found - column(rows, "LQ")).max() < entry["tolerance"]


def test_location_quotients_of_the_bureau_of_labor_statistics() -> None:
    """From the rounded employment of the same file: 98.5 per cent of 51,475 cells of 1,000 jobs and more within 0.0101."""
    entry = golden("bls_oews_LQ")
    rows = table("data/us_oews_2025/oews_2025_area_x_soc_cross_industry.csv.gz")
    totals = {row["area_code"]: row["employment"] for row in rows if row["soc2018"] == "00-0000"}
    nation = {row["soc2018"]: row["employment"] for row in rows if row["area_code"] == "0000000"}
    cells = [
        (
            float(row["employment"]),
            float(totals[row["area_code"]]),
            float(nation[row["soc2018"]]),
            float(row["location_quotient"]),
        )
        for row in rows
        if row["area_code"] != "0000000"
        and row["soc2018"] != "00-0000"
        and _number(row["employment"]) >= 1000
        and _number(row["location_quotient"]) >= 0
        and _number(nation.get(row["soc2018"], "")) > 0
        and _number(totals.get(row["area_code"], "")) > 0
    ]
    local, local_total, reference, published = np.array(cells).T
    found = structure.location_quotient(local, local_total, reference, float(nation["00-0000"]))
    assert (
        abs(len(cells) - entry["cells_with_emp_ge_1000"]) <= 1100
    )  # with or without the states' and territories' totals
    assert len(cells) == 51_475
    within = float((np.abs(found - published) <= entry["tolerance"]).mean())
    print(f"location quotients of BLS: {100 * within:.2f} % of {len(cells):,} within {entry['tolerance']}")
    assert within >= 0.985


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return -1.0


# --- other published values ------------------------------------------------------------------------------------------


def test_theil_of_oecd_regions() -> None:
    """All 588 indices of large regions, unweighted, to the last of fifteen digits."""
    rows = table("data/oecd_regional_gdp_theil/gdp_pop_tl2_2000_2020.csv")
    regions: dict[tuple[str, str], list[float]] = defaultdict(list)
    for row in rows:
        regions[row["iso3"], row["TIME"]].append(float(row["GDP_PC"]))
    published = [
        row for row in table("data/oecd_regional_gdp_theil/theil_published_2000_2020.csv") if "tl2" in row["level"]
    ]
    assert len(published) == 588
    for row in published:
        assert inequality.theil_t(regions[row["iso3"], row["TIME"]]) == pytest.approx(float(row["theil"]), abs=1e-14)


def test_tightness_and_efficient_unemployment_of_michaillat_and_saez() -> None:
    """Figures 1B, 7A and 8A, every quarter from 1951 to 2019, from their unemployment rate, vacancy rate and elasticity."""
    vacancies = _sheet("figure1B")[:, 2]
    seven, eight = _sheet("figure7A"), _sheet("figure8A")
    unemployment = eight[:, 2]
    assert len(vacancies) == 276
    assert tightness.tightness(vacancies, unemployment) == pytest.approx(seven[:, 2], abs=5e-7)
    elasticity = np.array([(1 - 0.26) / (0.92 * theta) for theta in seven[:, 3]])
    assert tightness.efficient_tightness(float(elasticity[0])) == pytest.approx(float(seven[0, 3]))
    found = tightness.efficient_unemployment(unemployment, vacancies, elasticity)
    assert found == pytest.approx(eight[:, 3], abs=5e-7)


def _sheet(name: str) -> np.ndarray:
    path = shared(f"data/us_beveridge_1951_2019/{name}_published.xlsx")
    workbook = openpyxl.load_workbook(path, read_only=True)
    rows = [
        row[:4]
        for row in workbook.worksheets[0].iter_rows(min_row=3, values_only=True)
        if isinstance(row[0], int | float)
    ]
    workbook.close()
    return np.array([[np.nan if cell is None else float(cell) for cell in row] for row in rows])


@pytest.fixture(scope="module")
def belo_horizonte() -> tuple[list[dict[str, str]], dict[str, int], access.Trips]:
    land = table("data/br_bho_job_access/land_use.csv")
    places = {row["id"]: place for place, row in enumerate(land)}
    trips = table("data/br_bho_job_access/travel_matrix.csv.gz")
    return (
        land,
        places,
        access.Trips(
            np.array([places[row["from_id"]] for row in trips]),
            np.array([places[row["to_id"]] for row in trips]),
            np.array([float(row["travel_time"]) for row in trips]),
            len(land),
        ),
    )


def test_two_step_catchment_areas_of_ipea(belo_horizonte: Any) -> None:
    """``accessibility``, tests of floating_catchment_area: five cells, 45 minutes."""
    land, places, trips = belo_horizonte
    ids = ["89a88cdb57bffff", "89a88cdb597ffff", "89a88cdb5b3ffff", "89a88cdb5cfffff", "89a88cd909bffff"]
    numbers = [places[one] for one in ids]
    kept = np.isin(trips.origin, numbers) & np.isin(trips.destination, numbers)
    few = access.Trips(trips.origin[kept], trips.destination[kept], trips.cost[kept], trips.places)
    jobs, people = column(land, "jobs"), column(land, "population")
    found = access.two_step(few, jobs, people, access.within(45))
    assert found[numbers] == pytest.approx([0.0152, 0.1491, 0.1491, 0.1068, 0], abs=5e-5)
    found = access.balanced(few, jobs, people, access.within(45))
    assert found[numbers] == pytest.approx([0.0094, 0.1993, 0.1993, 0.1147, 0], abs=5e-5)
    two = access.two_step(
        _from(trips, [places["89a88cdb57bffff"], places["89a88cdb597ffff"]]), jobs, people, access.within(45)
    )
    assert [int(two[places[one]]) for one in ids[:2]] == [233, 195]


def _from(trips: access.Trips, origins: list[int]) -> access.Trips:
    kept = np.isin(trips.origin, origins)
    return access.Trips(trips.origin[kept], trips.destination[kept], trips.cost[kept], trips.places)


def test_inequality_of_access_of_ipea(belo_horizonte: Any) -> None:
    """The same package: Gini 0.1386, Palma 1.0911, Theil 0.0852 = 0.0515 between deciles of income + 0.0337 within."""
    land, places, trips = belo_horizonte
    jobs, people = column(land, "jobs"), column(land, "population")
    reach = access.cumulative(trips, jobs, access.within(30))
    common = ["89a88cdb57bffff", "89a88cdb597ffff", "89a88cdb5b3ffff", "89a88cdb5cfffff"]
    five = [places[one] for one in [*common, "89a88cd909bffff"]]
    assert inequality.gini(reach[five], people[five]) == pytest.approx(0.1386, abs=5e-5)
    income = column(land, "income_per_capita")
    known = np.full(len(land), np.nan)
    known[five] = reach[five]  # the tenths are those of the whole city
    found = inequality.palma_ratio(known, income, people)
    assert found == pytest.approx(1.0911, abs=5e-5)
    five = [places[one] for one in [*common, "89a88cd900bffff"]]
    deciles = [land[one]["income_decile"] for one in five]
    parts = inequality.theil_decomposition(reach[five], deciles, people[five])
    assert [parts.total, parts.between, parts.within] == pytest.approx([0.0852, 0.0515, 0.0337], abs=5e-5)
    assert parts.share_between == pytest.approx(0.6044, abs=5e-5)
    own = dict(zip(parts.groups, parts.between_of, strict=True))
    assert [own[one] for one in ("1", "3", "6", "10")] == pytest.approx([0.0243, -0.0579, -0.0042, 0.0894], abs=5e-5)


def test_small_areas_of_molina_and_marhuenda() -> None:
    """``sae``, example of eblupFH: milk expenditure in 43 areas, four major areas, REML.

    Their scoring stops at a change of 0.0001 of the variance between areas, ours at the maximum, hence the fifth digit.
    """
    rows = table("data/microdata_evaluation_profiling/sae_milk_43_areas.csv")
    major = column(rows, "MajorArea")
    predictors = np.column_stack([np.ones(43), *[(major == one).astype(float) for one in (2, 3, 4)]])
    found = small_area.fay_herriot(column(rows, "yi"), column(rows, "SD") ** 2, predictors)
    assert found.variance == pytest.approx(0.01855022, abs=5e-7)
    assert found.coefficients == pytest.approx([0.9681890, 0.1327801, 0.2269462, -0.2413011], abs=5e-6)


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_intervals_of_one_share_of_newcombe(part: int, whole: int, low: float, high: float) -> None:
    """Newcombe (Statistics in Medicine 17, 1998, 857-872), table I, method 3."""
    found = rates.wilson(part, whole)
    assert [found.low, found.high] == pytest.approx([low, high], abs=5e-5)


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((6, 7, 2, 7), 0.0582, 0.8062),
        ((5, 56, 0, 29), -0.0381, 0.1926),
        ((0, 10, 0, 20), -0.1611, 0.2775),
    ],
)
def test_intervals_of_a_difference_of_newcombe(counts: tuple[int, int, int, int], low: float, high: float) -> None:
    """Newcombe (Statistics in Medicine 17, 1998, 873-890), table II, method 10."""
    found = rates.difference(rates.wilson(counts[0], counts[1]), rates.wilson(counts[2], counts[3]))
    assert [found.low, found.high] == pytest.approx([low, high], abs=5e-5)


# --- recomputed, not verified ----------------------------------------------------------------------------------------


def test_hoover_is_recomputed() -> None:
    entry = golden("hoover_gdp_pop_DE")
    assert inequality.hoover(GDP, PEOPLE) == pytest.approx(entry["got"], abs=1e-12)
    assert not entry["verified"]


def test_shift_share_is_recomputed() -> None:
    entry = golden("shift_share_Freiburg_2008_2014(classical NS+IM+RS)")
    rows = table(f"{FOLDER}/REAT_Freiburg.csv")
    found = structure.shift_share(
        column(rows, "e_Freiburg2008"),
        column(rows, "e_Freiburg2014"),
        column(rows, "e_Germany2008"),
        column(rows, "e_Germany2014"),
    )
    parts = [found.total, found.national.sum(), found.mix.sum(), found.local.sum()]
    assert parts == pytest.approx([entry[name] for name in ("total", "national", "industry_mix", "regional")], abs=1e-6)


def test_mismatch_is_recomputed() -> None:
    rows = table("data/us_jolts_cps_mismatch/jolts_cps_17_industries_2000_2020.csv")
    entry = golden("mismatch_M_alpha0.5")
    reference = {row["date"]: row for row in table("data/us_jolts_cps_mismatch/mismatch_index_reference.csv")}
    by_month: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for row in rows:
        by_month[row["date"]].append((float(row["unemployed_nsa_thous"]), float(row["job_openings_sa_thous"])))
    assert len(by_month) == 231
    for month, pairs in by_month.items():
        unemployed, openings = np.array(pairs).T
        found = mismatch.mismatch(unemployed, openings)
        assert found.lost_hires == pytest.approx(float(reference[month]["M_h_alpha_0.5"]), abs=1e-8)
        assert found.misplaced == pytest.approx(float(reference[month]["M_u_dissimilarity"]), abs=1e-8)
        if month in entry:
            assert found.lost_hires == pytest.approx(entry[month], abs=5e-8)


def test_frey_and_osborne_differ_from_their_own_scores_by_the_weights() -> None:
    """47 per cent of the paper is not reached from its table: 45.6 per cent of occupations, 50.4 of the employment of 2016."""
    entry = golden("frey_osborne")
    rows = table("data/ai_automation_exposure/frey_osborne_soc2010.csv")
    assert len(rows) == entry["n"]
    assert exposure.share_above(column(rows, "Probability"), 0.7) == pytest.approx(entry["unweighted"], abs=1e-12)
    weighted = table("data/ai_automation_exposure/frey_osborne_wages_2016_plotly.csv")
    found = exposure.share_above(column(weighted, "prob"), 0.7, column(weighted, "numbEmployed"))
    assert found == pytest.approx(entry["employment_weighted_2016"], abs=1e-9)
    note = registry()["exposure-automation"].check.note
    assert "45.6" in note
    assert "50.4" in note


def test_israels_income_by_district_is_recomputed() -> None:
    entry = golden("cbs_2019")
    rows = [
        row
        for row in table("data/il_cbs_socioeconomic_2019/local_authorities_2019.csv")
        if row["avg_monthly_income_per_capita_nis"]
    ]
    income, people = column(rows, "avg_monthly_income_per_capita_nis"), column(rows, "population_2019")
    assert float(income @ people / people.sum()) == pytest.approx(entry["weighted_income"], abs=0.01)
    assert abs(entry["weighted_income"] / entry["published_nationwide"] - 1) < 0.0005
    assert inequality.theil_t(income, people) == pytest.approx(entry["theil_T"], abs=5e-7)


def test_the_registry_claims_no_more_than_the_golden_values() -> None:
    claims = {one.check.golden: one.check.standing for one in registry().values() if one.check.golden}
    for name, standing in claims.items():
        assert (standing is Standing.VERIFIED) == golden(name)["verified"], name
    unverified = {"hoover_gdp_pop_DE", "frey_osborne", "mismatch_M_alpha0.5", "dares"}
    assert unverified <= claims.keys()
    for one in registry().standing(Standing.RECOMPUTED):
        assert one.check.golden
