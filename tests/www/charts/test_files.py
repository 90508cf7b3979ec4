"""Every picture compiles, and leaves the page as SVG and PNG with all that is said around it."""

import re

import pytest
from defusedxml import ElementTree
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from kesher.www.charts import Missing, Picture, Place, Reading, Role, Unit, as_png, as_svg, bars
from kesher.www.charts.files import FONTS, specifications
from kesher.www.charts.look import PAPER, on_paper
from kesher.www.front.design_charts import samples
from tests.www.charts.taking_apart import dictionaries, specs

pytest.importorskip("vl_convert")
SVG = "{http://www.w3.org/2000/svg}"


def written(svg: bytes) -> str:
    """All words of a drawing, without the signs around them."""
    texts = ElementTree.fromstring(svg.decode()).iter(f"{SVG}text")
    return re.sub(
        "[\N{LEFT-TO-RIGHT ISOLATE}-\N{POP DIRECTIONAL ISOLATE}\N{ZERO WIDTH SPACE}]",
        "",
        " ".join("".join(one.itertext()) for one in texts),
    )


@pytest.fixture(scope="module", params=["en", "he", "ar"])
def made(request: pytest.FixtureRequest) -> dict[str, Picture]:
    with translation.override(request.param):
        return samples()


def test_every_layout_compiles_without_a_complaint(made: dict[str, Picture], capfd: pytest.CaptureFixture[str]) -> None:
    from vl_convert import vegalite_to_vega

    for picture in made.values():
        for spec in specs(picture):
            drawn = vegalite_to_vega({**spec, "width": 300, "config": picture.payload["config"]}, vl_version="6.4")
            assert drawn["marks"]
        assert all(vegalite_to_vega(spec, vl_version="6.4")["marks"] for spec in specifications(picture))


def test_a_file_says_what_the_page_says_around_it(made: dict[str, Picture]) -> None:
    for name, picture in made.items():
        if picture.is_empty:
            continue
        svg = as_svg(picture)
        words = written(svg)
        for told in (picture.title, picture.unit, picture.source, picture.caveat):
            assert "".join(told.split()) in "".join(words.split()), (name, told)
        assert picture.sentence in ElementTree.fromstring(svg.decode()).findtext(f"{SVG}desc", "")
        for key in () if picture.names_itself else picture.keys:
            assert key.word in words, name
        assert "var(" not in svg.decode(), "a colour nobody resolves"
        assert "NaN" not in svg.decode()
        names = re.findall(r'\bid="([^"]+)"', svg.decode())
        assert len(names) == len(set(names)), "two drawings share a name"


def test_a_picture_is_a_picture(made: dict[str, Picture]) -> None:
    data = as_png(made["map"], scale=1)
    assert data.startswith(b"\x89PNG")
    width = int.from_bytes(data[16:20])
    assert width == 720


@given(
    st.lists(
        st.one_of(
            st.floats(-1e5, 1e5).map(lambda one: Reading(round(one, 2))),
            st.sampled_from(Missing).map(lambda why: Reading(missing=why)),
        ),
        min_size=1,
        max_size=8,
    )
)
@settings(max_examples=8, deadline=None)
def test_each_known_figure_has_a_bar_and_no_other_has(readings: list[Reading]) -> None:
    picture = bars(
        "Title", Unit("", decimals=2), [Place(f"P{number}", one, Role.OURS) for number, one in enumerate(readings)]
    )
    (spec,) = specifications(picture)
    from vl_convert import vegalite_to_svg

    svg = ElementTree.fromstring(vegalite_to_svg(spec, vl_version="6.4"))
    bars_drawn = [
        path
        for group in svg.iter(f"{SVG}g")
        if "mark-rect" in group.get("class", "")
        for path in group.iter(f"{SVG}path")
        if path.get("fill") == PAPER["ours"]
    ]
    assert len(bars_drawn) == sum(one.is_known for one in readings)


def test_the_font_of_files_holds_all_our_letters() -> None:
    assert sorted(file.name for file in FONTS.glob("*.ttf")) == ["noto-sans-charts-400.ttf", "noto-sans-charts-700.ttf"]


def test_colours_of_paper_are_known() -> None:
    assert on_paper("var(--chart-ours)") == PAPER["ours"]
    for picture in samples().values():
        for spec in specs(picture):
            on_paper(str(list(dictionaries(spec))))
