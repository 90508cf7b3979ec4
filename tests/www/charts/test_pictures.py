"""Drawing, table and sentence say the same, whatever the figures; what is missing is never a number."""

import csv
import io
import itertools
import math
from datetime import date

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from kesher.www.charts import (
    Axis,
    CannotDraw,
    Corners,
    Every,
    Happened,
    Mark,
    Missing,
    Part,
    Picture,
    Place,
    Reading,
    Role,
    Series,
    Sign,
    Slope,
    Spot,
    Unit,
    as_csv,
    bars,
    choropleth,
    dots,
    lines,
    multiples,
    quadrant,
    slopes,
    waterfall,
)
from kesher.www.charts.dots import lanes, swarm
from kesher.www.charts.layout import bare, dodged, nice, ticks, with_figure, wrapped
from kesher.www.charts.maps import Flat, inside
from kesher.www.front.design_charts import boundaries, samples
from tests.www.charts.taking_apart import dictionaries, drawn, specs, told

PERCENT = Unit("of all", Sign.PERCENT, 1)
COUNT = Unit("jobs")

numbers = st.floats(-1e6, 1e6, allow_nan=False).map(lambda number: round(number, 3))
missing = st.sampled_from(list(Missing)).map(lambda why: Reading(missing=why))
plain = numbers.map(Reading)
spans = st.tuples(numbers, numbers, numbers).map(sorted).map(lambda three: Reading(three[1], three[0], three[2]))
readings = st.one_of(plain, spans, missing)
whole_readings = st.one_of(plain, missing)
names = st.text(min_size=1, max_size=40)
roles = st.sampled_from(list(Role))
places = st.builds(Place, names, readings, roles, st.integers(0, 10**7))


@st.composite
def series(draw: st.DrawFn) -> Series:
    days = draw(st.lists(st.dates(date(1990, 1, 1), date(2030, 1, 1)), min_size=1, max_size=20, unique=True))
    return Series(draw(names), tuple((day, draw(readings)) for day in sorted(days)))


def agrees(picture: Picture) -> None:
    """The law of this room."""
    assert told(picture) == drawn(picture)
    for row in picture.twin.rows:
        assert len(row) == len(picture.twin.headings)
        for cell in row:
            if cell.missing:
                assert cell.value is None
                assert cell.text == cell.missing.said()
                assert cell.raw == cell.text, "a missing figure is its word, also for a spreadsheet"
            if cell.value is not None:
                assert float(cell.raw) == cell.value
    assert picture.sentence.endswith(".")
    assert picture.sentence == bare(picture.sentence)
    read = list(csv.reader(io.StringIO(as_csv(picture).decode("utf-8-sig"))))
    assert len(read) == len(picture.twin.rows) + 1
    named = {name for part in specs(picture) for one in dictionaries(part) if (name := one.get("name"))}
    assert named <= set(picture.datasets), "a drawing names rows there are none of"


@given(st.lists(places, min_size=1, max_size=12))
def test_bars(some: list[Place]) -> None:
    picture = bars("Title", PERCENT, some)
    agrees(picture)
    for row in picture.datasets["rows"]:
        assert (row["end"] is None) == (row["value"] is None)
        if row["value"] is None:
            assert bare(row["word"]) in {why.said() for why in Missing}


@given(st.lists(series(), min_size=1, max_size=4))
def test_lines(some: list[Series]) -> None:
    picture = lines("Title", PERCENT, Every.MONTH, some)
    agrees(picture)
    rows = picture.datasets["rows"]
    for number, one in enumerate(some):
        mine = [row for row in rows if row["series"] == str(number)]
        joined = [row["part"] for row in mine if row["value"] is not None]
        holes = [reading.is_known for _day, reading in one.points]
        runs = sum(known and (index == 0 or not holes[index - 1]) for index, known in enumerate(holes))
        assert len(set(joined)) == runs, "what is missing is a gap, and nothing else is"


@given(st.lists(st.tuples(names, series()), min_size=1, max_size=5))
def test_multiples(some: list[tuple[str, Series]]) -> None:
    charts = [(heading, [Series("ours", one.points, Role.OURS)]) for heading, one in some]
    picture = multiples("Title", COUNT, Every.YEAR, charts)
    agrees(picture)
    assert len(picture.panels) == len(some)
    domains = {str(one["domain"]) for spec in specs(picture) for one in dictionaries(spec) if one.get("zero") is False}
    assert len(domains) <= 2, "one scale for all: one of figures and one of time"


@given(st.lists(places, min_size=1, max_size=60))
@settings(deadline=None)
def test_dots(some: list[Place]) -> None:
    picture = dots("Title", PERCENT, some)
    agrees(picture)
    shown = str(picture.payload)
    for place in some:
        if (
            place.role is Role.OTHER
            and len(place.name) > 12
            and not any(place.name in one.name for one in some if one.is_named)
        ):
            assert place.name not in shown, "others are context and carry no name"
    known = sorted(place.reading.value for place in some if place.reading.value is not None)
    if known:
        middle = picture.datasets["median"][0]["value"]
        assert sum(value < middle for value in known) <= len(known) / 2
        assert sum(value > middle for value in known) <= len(known) / 2


@given(st.lists(st.tuples(names, whole_readings), min_size=1, max_size=6))
def test_waterfall(some: list[tuple[str, Reading]]) -> None:
    parts = [Part(name, reading) for name, reading in some]
    known = [part.reading.value for part in parts if part.reading.value is not None]
    total = Reading(math.fsum(known)) if len(known) == len(parts) else Reading(missing=Missing.UNKNOWN)
    picture = waterfall("Title", COUNT, parts, Part("all", total))
    agrees(picture)
    rows = picture.datasets["rows"]
    lost = False
    for row, part in zip(rows, parts, strict=False):
        lost = lost or not part.reading.is_known
        assert (row["to"] is None) == lost, "after a missing part nobody knows where the next begins"
    if not lost:
        assert rows[-1]["to"] == pytest.approx(rows[-2]["to"], abs=1e-5 + 1e-9 * sum(abs(one) for one in known))


@given(st.lists(st.builds(Spot, names, whole_readings, whole_readings, st.booleans()), min_size=1, max_size=20))
@settings(deadline=None)
def test_quadrant(some: list[Spot]) -> None:
    corners = Corners("high low", "high high", "low low", "low high")
    picture = quadrant("Title", Axis("across", COUNT, 10.0), Axis("up", PERCENT, 5.0), corners, some)
    agrees(picture)
    for spot, row in zip(some, picture.datasets["rows"], strict=True):
        if spot.across.value is None or spot.up.value is None:
            assert row["corner"] == ""
        else:
            up = "high" if spot.up.value > 5 else "low"
            across = "high" if spot.across.value > 10 else "low"
            assert row["corner"] == f"{up} {across}"


@given(st.lists(st.builds(Slope, names, whole_readings, whole_readings, roles), min_size=1, max_size=12))
def test_slopes(some: list[Slope]) -> None:
    picture = slopes("Title", PERCENT, ("2015", "2025"), some)
    agrees(picture)
    for row in picture.twin.rows:
        before, after, change = row[1:]
        if before.value is None or after.value is None:
            assert change.value is None
        else:  # of what is written, so that the table adds up
            assert change.value == pytest.approx(round(after.value, 1) - round(before.value, 1), abs=1e-6)


@given(st.lists(readings, min_size=1, max_size=30))
@settings(deadline=None)
def test_map(some: list[Reading]) -> None:
    all_of_them = [
        Place(f"p{number}", reading, Role.OTHER, number * 100, f"A{number:02}") for number, reading in enumerate(some)
    ]
    picture = choropleth("Title", PERCENT, all_of_them, boundaries())
    agrees(picture)
    assert len(picture.datasets["shapes"]) == 30
    classes = {row["class"] for row in picture.datasets["rows"] if row["value"] is not None}
    assert classes <= set(range(5))
    by_value = sorted((row["value"], row["class"]) for row in picture.datasets["rows"] if row["value"] is not None)
    assert [one for _value, one in by_value] == sorted(one for _value, one in by_value), "a greater figure is no paler"
    for feature in picture.datasets["shapes"]:
        if feature.get("missing"):
            assert feature["class"] is None


def test_a_break_parts_the_line_and_is_told() -> None:
    days = [date(2019, month, 1) for month in range(1, 7)]
    one = Series("Town", tuple((day, Reading(float(number))) for number, day in enumerate(days)), Role.OURS)
    broken = Mark(Happened.BREAK, date(2019, 4, 1), "a new questionnaire")
    picture = lines("Title", COUNT, Every.MONTH, [one], [broken])
    assert [row["part"] for row in picture.datasets["rows"]] == [0, 0, 0, 1, 1, 1]
    assert "a new questionnaire" in picture.notes[0]
    assert [row[-1].text for row in picture.twin.rows] == ["", "", "", "a new questionnaire", "", ""]
    agrees(picture)


def test_a_figure_between_two_gaps_is_a_dot() -> None:
    gap = Reading(missing=Missing.TOO_FEW)
    days = [date(2000 + number, 1, 1) for number in range(20)]
    points = tuple((day, Reading(3.0) if number in (0, 5, 6) else gap) for number, day in enumerate(days))
    rows = lines("Title", COUNT, Every.YEAR, [Series("Town", points)]).datasets["rows"]
    assert [number for number, row in enumerate(rows) if row["dot"]] == [0]
    assert all(row["value"] is None for number, row in enumerate(rows) if number not in (0, 5, 6))


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Reading(),
        lambda: Reading(1.0, missing=Missing.UNKNOWN),
        lambda: Reading(math.nan),
        lambda: Reading(1.0, 2.0, 3.0),
        lambda: Reading(1.0, 0.5),
        lambda: bars("Title", COUNT, []),
        lambda: dots("Title", COUNT, [Place("A", Reading(1.0))]),
        lambda: lines("Title", COUNT, Every.YEAR, []),
        lambda: lines("Title", COUNT, Every.YEAR, [Series("A", ((date(2020, 1, 1), Reading(1.0)),) * 2)]),
        lambda: waterfall("Title", COUNT, [Part("A", Reading(1.0))], Part("all", Reading(2.0))),
        lambda: slopes("Title", COUNT, ("2020", "2020"), [Slope("A", Reading(1.0), Reading(2.0))]),
        lambda: choropleth("Title", COUNT, [Place("A", Reading(1.0), code="nowhere")], boundaries()),
        lambda: choropleth("Title", COUNT, [], {"features": []}),
    ],
)
def test_what_cannot_be_drawn_is_refused(wrong) -> None:
    with pytest.raises(CannotDraw):
        wrong()


@pytest.mark.parametrize("language", ["en", "he", "ar"])
def test_lengths_begin_where_one_begins_to_read_and_time_does_not(language: str) -> None:
    """Decision 0061: names on the side where one begins, bars from there; time and number lines from left to right."""
    with translation.override(language):
        made = samples()
    turned = language != "en"
    for name in ("bars", "waterfall"):
        for spec in specs(made[name]):
            assert {one["reverse"] for one in dictionaries(spec) if "reverse" in one} == {turned}, name
        sides = {
            one["orient"] for one in dictionaries(made[name].panels[0].wide) if one.get("orient") in ("left", "right")
        }
        assert sides == {"right" if turned else "left"}
    for name in ("lines", "multiples", "dots", "quadrant", "slopes"):
        for spec in specs(made[name]):
            assert not any("reverse" in one for one in dictionaries(spec)), name
            assert not any(one.get("orient") == "right" for one in dictionaries(spec)), name


def test_nothing_but_missing_figures_is_said_so() -> None:
    picture = samples()["nothing"]
    assert picture.is_empty
    assert "too few to show" in picture.sentence
    assert " 0" not in picture.sentence


def test_a_file_is_known_by_all_it_shows() -> None:
    made = samples()
    assert len({picture.digest for picture in made.values()}) == len(made)
    assert samples()["bars"].digest == made["bars"].digest
    assert made["bars"].with_words(source="another").digest != made["bars"].digest
    with translation.override("he"):
        assert samples()["bars"].digest != made["bars"].digest


def test_a_name_that_looks_like_a_formula_is_none_for_a_spreadsheet() -> None:
    told_as = as_csv(bars("Title", COUNT, [Place("=HYPERLINK(1)", Reading(-4.0), Role.OURS)])).decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in told_as
    assert ",-4" in told_as, "a number below nought stays one"


@given(numbers, numbers)
def test_an_axis_holds_what_it_shows(one: float, other: float) -> None:
    low, high, step = nice(min(one, other), max(one, other))
    assert low <= min(one, other) + 1e-6
    assert high >= max(one, other) - 1e-6
    assert 2 <= len(ticks(low, high, step)) <= 9


@given(st.lists(st.floats(0, 300), max_size=12))
def test_labels_are_moved_apart(wanted: list[float]) -> None:
    placed = sorted(dodged(wanted, 19, 0, 300))
    assert all(after - before >= 18.5 for before, after in itertools.pairwise(placed))


@given(st.lists(st.tuples(st.floats(0, 300), st.floats(1, 20)), max_size=40))
@settings(deadline=None)
def test_no_dot_covers_another(circles: list[tuple[float, float]]) -> None:
    heights = swarm(circles, gap=1.0)
    for index, (x, radius) in enumerate(circles):
        for other in range(index):
            px, pr = circles[other]
            assert math.hypot(x - px, heights[index] - heights[other]) >= radius + pr + 1 - 1e-3


@given(st.lists(st.tuples(st.floats(0, 400), st.floats(10, 120)), max_size=8))
def test_no_label_covers_another(labels: list[tuple[float, float]]) -> None:
    boxes: dict[int, list[tuple[float, float]]] = {}
    for (at, wide), (lane, lean) in zip(labels, lanes(labels, 400), strict=True):
        start = at - wide * lean / 2
        for since, until in boxes.get(lane, []):
            assert start >= until or start + wide <= since
        boxes.setdefault(lane, []).append((start, start + wide))


def test_words_are_wrapped_and_lose_nothing_they_need_not() -> None:
    assert wrapped("Nahal Tamar Regional Council", 16) == "Nahal Tamar\nRegional Council"
    assert wrapped("Nahal Tamar Regional Council of the South", 16).endswith("…")
    assert max(len(line) for line in wrapped("x" * 90, 16).split("\n")) <= 16


@given(names, st.floats(0, 1e9), st.integers(14, 30))
def test_a_label_never_loses_its_figure(name: str, value: float, width: int) -> None:
    figure = COUNT.said(value)
    label = with_figure(name, figure, width)
    assert label.split("\n")[-1].endswith(figure)
    assert label.count("\n") <= 1


def test_boundaries_are_flat_whole_and_shared() -> None:
    flat = Flat(boundaries(), "code")
    for geometry in flat.shapes.values():
        for polygon in geometry["coordinates"]:
            for ring in polygon:
                assert ring[0] == ring[-1]
                assert all(isinstance(number, int) for point in ring for number in point)
    edges: dict[frozenset[tuple[int, ...]], int] = {}
    for geometry in flat.shapes.values():
        for (ring,) in geometry["coordinates"]:
            for a, b in itertools.pairwise(ring):
                edge = frozenset((tuple(a), tuple(b)))
                edges[edge] = edges.get(edge, 0) + 1
    assert max(edges.values()) == 2, "an edge has at most two sides"
    assert sum(count == 2 for count in edges.values()) > 150, "neighbours keep one border"


def test_an_area_that_is_bent_is_marked_within_itself() -> None:
    bent = [[0, 0], [10, 0], [10, 10], [8, 10], [8, 2], [2, 2], [2, 10], [0, 10], [0, 0]]
    x, y = inside(bent)
    assert 0 < x < 10
    assert y < 2 or not 2 < x < 8
