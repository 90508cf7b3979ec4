"""Small areas, seasons, similar places, the shortage board: against brute force and on series made with a known answer."""

import csv
import io
import itertools

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import stats

from kesher.engine.indicators import IndicatorError, seasonal, shortage, similar, small_area
from tests.shared import shared


def restricted_likelihood(variance: float, y: np.ndarray, d: np.ndarray, x: np.ndarray) -> float:
    v = variance + d
    information = x.T @ (x / v[:, None])
    beta = np.linalg.solve(information, x.T @ (y / v))
    residual = y - x @ beta
    return float(0.5 * (np.log(v).sum() + np.linalg.slogdet(information)[1] + (residual**2 / v).sum()))


@given(st.integers(0, 10_000))
@example(1648)  # a step of the scoring jumps over the peak to 0
@settings(max_examples=25, deadline=None)
def test_the_variance_between_areas_is_where_the_restricted_likelihood_is_highest(seed: int) -> None:
    generator = np.random.default_rng(seed)
    areas = 30
    x = np.column_stack([np.ones(areas), generator.normal(size=areas)])
    d = generator.uniform(0.05, 0.5, areas)
    y = x @ [1.0, 0.5] + generator.normal(scale=0.5, size=areas) + generator.normal(scale=np.sqrt(d))
    found = small_area.fay_herriot(y, d, x)
    grid = np.concatenate([[0.0], np.geomspace(1e-6, 10, 2000)])
    heights = np.array([restricted_likelihood(variance, y, d, x) for variance in grid])
    own = restricted_likelihood(found.variance, y, d, x)
    if found.adjusted:
        assert heights.argmin() == 0
        assert found.variance > 0
        assert own - np.log(found.variance) <= (heights[1:] - np.log(grid[1:])).min() + 1e-7
    else:
        assert own <= heights.min() + 1e-7
    # the EBLUP by its definition
    v = found.variance + d
    beta = np.linalg.lstsq(x / np.sqrt(v)[:, None], y / np.sqrt(v), rcond=None)[0]
    assert found.coefficients == pytest.approx(beta, abs=1e-9)
    gamma = found.variance / v
    assert found.value == pytest.approx(gamma * y + (1 - gamma) * (x @ beta), abs=1e-9)
    assert ((found.own_weight >= 0) & (found.own_weight < 1)).all()
    low, high = found.interval()
    assert (low < high).all()


def test_areas_without_a_survey_get_what_is_expected_of_them_with_a_wider_interval() -> None:
    generator = np.random.default_rng(1)
    x = np.column_stack([np.ones(40), generator.normal(size=40)])
    d = np.full(40, 0.2)
    y = x @ [0.3, 0.1] + generator.normal(scale=1.1, size=40)  # areas differ far more than the survey errs
    y[5] = np.nan
    d[5] = np.nan
    found = small_area.fay_herriot(y, d, x)
    assert found.value[5] == pytest.approx(found.synthetic[5])
    assert found.own_weight[5] == 0
    assert found.error[5] > np.delete(found.error, 5).max()


def test_small_areas_are_nearer_the_truth_than_the_survey() -> None:
    generator = np.random.default_rng(7)
    gains, told, seen = [], [], []
    for _ in range(40):
        x = np.column_stack([np.ones(60), generator.normal(size=60)])
        truth = x @ [1.0, 0.5] + generator.normal(scale=0.3, size=60)
        d = generator.uniform(0.1, 0.6, 60)
        direct = truth + generator.normal(scale=np.sqrt(d))
        found = small_area.fay_herriot(direct, d, x)
        gains.append(((found.value - truth) ** 2).mean() / ((direct - truth) ** 2).mean())
        told.append((found.error**2).mean())
        seen.append(((found.value - truth) ** 2).mean())
    assert np.mean(gains) < 0.5
    assert np.mean(told) / np.mean(seen) == pytest.approx(1, abs=0.25)  # the errors told are those made


def test_too_few_areas_are_refused() -> None:
    with pytest.raises(IndicatorError, match="cannot carry"):
        small_area.fay_herriot([1, 2, 3], [1, 1, 1], np.ones((3, 2)))
    with pytest.raises(IndicatorError, match="the same twice"):
        small_area.fay_herriot(np.arange(9.0), np.ones(9), np.ones((9, 2)))
    with pytest.raises(IndicatorError, match="sampling_variance"):
        small_area.fay_herriot(np.arange(9.0), np.zeros(9), np.ones((9, 1)))


# --- seasons ---------------------------------------------------------------------------------------------------------


def series(years: int = 8, noise: float = 0.0, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    time = np.arange(12 * years)
    season = 6 * np.sin(2 * np.pi * time / 12) + 3 * np.cos(4 * np.pi * time / 12)
    return 100 + 0.1 * time + season + np.random.default_rng(seed).normal(scale=noise, size=time.size), season


def test_a_known_season_is_found_and_taken_out() -> None:
    values, season = series(noise=0.3)
    found = seasonal.seasonally_adjusted(values, 12)
    assert found.seasonal == pytest.approx(season, abs=1.0)
    assert found.adjusted == pytest.approx(values - found.seasonal)
    assert found.strength > 0.95


def test_a_break_is_a_step_not_a_slope() -> None:
    values, _season = series(noise=0.2)
    values[50:] += 15
    known = seasonal.seasonally_adjusted(values, 12, breaks=[50])
    assert known.steps == (pytest.approx(15, abs=0.6),)
    assert known.trend[50] - known.trend[49] == pytest.approx(15, abs=1.0)
    blind = seasonal.seasonally_adjusted(values, 12)
    assert abs(blind.trend[50] - blind.trend[49]) < 10


def test_a_shock_is_not_taken_for_the_season() -> None:
    values, season = series(years=8, noise=0.2)
    values[86:90] += 40  # one spring
    known = seasonal.seasonally_adjusted(values, 12, shocks=[(86, 89)])
    assert known.seasonal == pytest.approx(season, abs=1.2)
    assert known.adjusted[86:90].mean() > 135  # the shock stays in what is shown


def test_a_season_that_grows_with_the_level() -> None:
    time = np.arange(96)
    factor = 1 + 0.2 * np.sin(2 * np.pi * time / 12)
    values = 50 * 1.01**time * factor
    found = seasonal.seasonally_adjusted(values, 12, multiplicative=True)
    assert found.adjusted * found.seasonal == pytest.approx(values)
    assert found.adjusted == pytest.approx(50 * 1.01**time, rel=0.03)


def test_israels_unemployment_with_the_months_of_unpaid_leave_left_aside() -> None:
    text = shared("conformance/stats-israel/il_lfs_monthly_unemployed_2013_2021.csv").read_text()
    rows = list(csv.DictReader(io.StringIO(text)))
    values = np.array([float(row["percent"]) for row in rows])
    first = next(place for place, row in enumerate(rows) if row["dt"] == "2020-03-01")
    found = seasonal.seasonally_adjusted(values, 12, shocks=[(first, len(rows) - 1)])
    assert found.adjusted.std() < values.std()
    before = np.diff(found.adjusted[:first])
    assert before.std() < np.diff(values[:first]).std()


def test_too_short_a_series_is_refused() -> None:
    with pytest.raises(IndicatorError, match="fewer than 3 cycles"):
        seasonal.seasonally_adjusted(np.arange(30.0) + 1, 12)
    values, _ = series()
    with pytest.raises(IndicatorError, match="whole cycle"):
        seasonal.seasonally_adjusted(values, 12, breaks=[5])


# --- similar places --------------------------------------------------------------------------------------------------


def test_the_nearest_places_are_found_and_named_in_the_same_order() -> None:
    codes = ["a", "b", "c", "d", "e"]
    variables = {"age": [30, 31, 50, 30, 31], "people": [1000, 1100, 900, 1_000_000, 1100]}
    found = similar.similar_places(codes, variables, "a", count=3, logarithm=frozenset({"people"}))
    assert [one.code for one in found] == ["b", "e", "c"]  # b and e are equally near: by code
    assert found[0].distance == found[1].distance
    assert found[0].gaps["age"] > 0
    order = [4, 2, 0, 3, 1]
    shuffled = similar.similar_places(
        [codes[at] for at in order],
        {name: [column[at] for at in order] for name, column in variables.items()},
        "a",
        count=3,
        logarithm=frozenset({"people"}),
    )
    assert [one.code for one in shuffled] == ["b", "e", "c"]


def test_a_place_of_which_little_is_known_is_no_neighbour() -> None:
    nan = np.nan
    variables = {"x": [1, 1, 2, 3, 9], "y": [1, nan, 2, 3, 9], "z": [1, nan, 2, 3, 9]}
    found = similar.similar_places(list("abcde"), variables, "a", count=5)
    assert [one.code for one in found] == ["c", "d", "e"]
    with pytest.raises(IndicatorError, match="no place"):
        similar.similar_places(list("abcde"), variables, "q")


# --- shortage board --------------------------------------------------------------------------------------------------


def test_uwv() -> None:
    found = shortage.uwv([40, 15, 10, 0, 0], [10, 10, 10, 10, 0])
    assert found.verdict == ("shortage", "shortage", "watched", "none", "unknown")


def test_dares_weighs_its_three_parts() -> None:
    figures = {
        "hiring_difficulty": [1.0, 2.0, 3.0, np.nan],
        "offers_per_jobseeker": [1.0, 2.0, 3.0, 4.0],
        "outflow": [3.0, 2.0, 1.0, 0.0],
    }
    reference = {name: shortage.Reference(2.0, 1.0) for name in figures}
    found = shortage.dares(figures, reference)
    assert found.score[:3] == pytest.approx([-0.5 - 0.3 + 0.2, 0.0, 0.5 + 0.3 - 0.2])
    assert found.verdict == ("none", "watched", "shortage", "unknown") or found.verdict[3] == "unknown"
    assert np.isnan(found.score[3])


def test_dares_classes_follow_the_published_scores() -> None:
    """DARES grades its tension 1 to 5 by fifths: a higher score never has a lower class (186 occupations, 2019)."""
    text = shared("data/fr_dares_tensions/tensions_fap_nat_reg_dep_2019.csv").read_text()
    rows = [
        {name.strip(): cell for name, cell in row.items()}
        for row in csv.DictReader(io.StringIO(text))
        if row["niveau_geo"].strip() == "nat"
    ]
    assert len(rows) == 263
    scored = [(float(row["Tension"]), float(row["Catégorie Tension"])) for row in rows if row["Catégorie Tension"]]
    by_score = sorted(scored)
    assert all(one[1] <= other[1] for one, other in itertools.pairwise(by_score))


def test_six_signs_score_0_to_3_and_average() -> None:
    thresholds = {
        name: shortage.Thresholds(*(direction * bound for bound in (1.0, 2.0, 3.0)))
        for name, direction in shortage.BA_SIGNS.items()
    }
    clear = {name: [direction * 3.5] for name, direction in shortage.BA_SIGNS.items()}
    far = {name: [direction * 0.5] for name, direction in shortage.BA_SIGNS.items()}
    assert shortage.ba(clear, thresholds).score == pytest.approx([3.0])
    assert shortage.ba(far, thresholds).score == pytest.approx([0.0])
    mixed = {name: [clear[name][0], np.nan if place > 2 else clear[name][0]] for place, name in enumerate(clear)}
    found = shortage.ba(mixed, thresholds)
    assert found.verdict == ("shortage", "unknown")  # three signs of six are too few
    assert shortage.ba_points([1.0, 2.0, 3.0], shortage.Thresholds(1, 2, 3)).tolist() == [1, 2, 3]


def test_ba_verdicts_begin_at_two_and_at_one_and_a_half() -> None:
    thresholds = {name: shortage.Thresholds(*(d * b for b in (1, 2, 3))) for name, d in shortage.BA_SIGNS.items()}
    points = {2.0: [2.5, 2.5, 2.5, 2.5, 2.5, 2.5], 1.5: [2.5, 2.5, 2.5, 1.5, 1.5, 1.5], 1.0: [1.5] * 6}
    figures = {
        name: [d * values[place] for values in points.values()]
        for place, (name, d) in enumerate(shortage.BA_SIGNS.items())
    }
    found = shortage.ba(figures, thresholds)
    assert found.score == pytest.approx(list(points))
    assert found.verdict == ("shortage", "watched", "none")


def test_the_panel_needs_three_people() -> None:
    said = [shortage.PanelJudgement(0, points) for points in (2, 1, 2)] + [shortage.PanelJudgement(1, 2)]
    found = shortage.panel(said, 3)
    assert found.score[0] == 2
    assert found.verdict == ("shortage", "unknown", "unknown")
    with pytest.raises(IndicatorError):
        shortage.PanelJudgement(0, 3)


def test_agreement_is_kendalls() -> None:
    verdict = (shortage.Verdict.UNKNOWN,) * 5
    one = shortage.MethodResult("one", np.array([1.0, 2, 3, 4, 5]), verdict)
    reverse = shortage.MethodResult("reverse", -one.score, verdict)
    gaps = shortage.MethodResult("gaps", np.array([np.nan, 1, 2, 2, 4]), verdict)
    found = shortage.agreement([one, reverse, gaps])
    assert found.tau[0, 0] == pytest.approx(1)
    assert found.tau[0, 1] == pytest.approx(-1)
    assert found.occupations[0, 2] == 4
    assert found.tau[0, 2] == pytest.approx(stats.kendalltau([2, 3, 4, 5], [1, 2, 2, 4]).statistic)
    assert found.mean == pytest.approx(np.mean([-1, found.tau[0, 2], -found.tau[0, 2]]))
    few = shortage.agreement([one, shortage.MethodResult("few", np.array([1.0, 2, np.nan, np.nan, np.nan]), verdict)])
    assert np.isnan(few.tau[0, 1])


def test_oecd_measures_against_the_whole_economy() -> None:
    figures = {name: [direction * 2.0, 0.0, -direction * 2.0] for name, direction in shortage.OECD_SIGNS.items()}
    found = shortage.oecd(figures, dict.fromkeys(shortage.OECD_SIGNS, 0.0))
    assert found.verdict == ("shortage", "none", "none")
    assert found.score[0] == pytest.approx(-found.score[2])
    with pytest.raises(IndicatorError, match="are missing"):
        shortage.oecd({"wage_growth": [1.0]}, {})
