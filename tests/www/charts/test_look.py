"""Colours: those of the style sheet and of files are the same, can be told from the ground and from one another."""

import re
from itertools import combinations
from pathlib import Path

import pytest

from kesher.www.charts.look import PAPER, SERIES, STROKES

STATIC = Path(__file__).resolve().parents[3] / "src/kesher/www/static"
SHEET = (STATIC / "kesher/charts.css").read_text()
THEME = (STATIC / "vendor/designsystemet.css").read_text()


def properties(block: str) -> dict[str, str]:
    return dict(re.findall(r"--chart-([a-z0-9-]+):\s*([^;}]+?)\s*;", block))


def block_of(beginning: str) -> str:
    start = SHEET.index("{", SHEET.index(beginning)) + 1
    return SHEET[start : SHEET.index("}", start)]


def resolved(scheme: str) -> dict[str, str]:
    """The colours of a scheme, the design system's names looked up."""
    found = properties(block_of("\n:root {"))
    if scheme == "dark":
        found |= properties(block_of('[data-color-scheme="dark"]'))
    marker = {"light": ":root,[data-color-scheme=light]", "dark": "[data-color-scheme=dark]"}[scheme]
    blocks = re.findall(re.escape(marker) + r"\{([^}]*--ds-color-accent-base-default[^}]*)\}", THEME)
    tokens = dict(re.findall(r"(--ds-color-[a-z0-9-]+):(#[0-9a-f]+)", blocks[0]))
    full = {name: tokens[value[4:-1]] if value.startswith("var(") else value for name, value in found.items()}
    return {
        name: value if len(value) == 7 else "#" + "".join(2 * one for one in value[1:]) for name, value in full.items()
    }


def linear(colour: str) -> list[float]:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]


def luminance(colour: str) -> float:
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    less, more = sorted((luminance(one), luminance(other)))
    return (more + 0.05) / (less + 0.05)


def test_a_file_has_the_colours_of_the_page_in_light() -> None:
    assert resolved("light") == PAPER


def test_paper_has_them_whatever_the_screen_had() -> None:
    assert properties(block_of(":root, [data-color-scheme] {")) == PAPER


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_marks_stand_out_from_the_ground(scheme: str) -> None:
    """WCAG 1.4.11: 3 to 1; words 4.5 to 1. The ladder of a map has a line around each area instead."""
    colours = resolved(scheme)
    for name in ("ours", "similar", "third", "fourth", "district", "nation", "other", "up", "down", "total", "line"):
        assert contrast(colours[name], colours["sheet"]) >= 3, name
    for name in ("ink", "soft"):
        assert contrast(colours[name], colours["sheet"]) >= 4.5, name


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_classes_of_a_map_are_a_ladder(scheme: str) -> None:
    colours = resolved(scheme)
    steps = [luminance(colours[f"step-{number}"]) for number in range(1, 6)]
    assert steps == sorted(steps, reverse=scheme == "light"), "more is further from the ground"
    for one, other in zip(range(1, 5), range(2, 6), strict=True):
        assert contrast(colours[f"step-{one}"], colours[f"step-{other}"]) >= 1.4


#: Machado, Oliveira and Fernandes 2009, full strength.
SEEN_WITHOUT = {
    "red": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "green": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "blue": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


def lab(colour: list[float]) -> tuple[float, float, float]:
    red, green, blue = colour
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883
    x, y, z = (one ** (1 / 3) if one > 0.008856 else 7.787 * one + 16 / 116 for one in (x, y, z))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("without", SEEN_WITHOUT)
def test_ours_is_told_from_what_stands_beside_it_by_who_sees_fewer_colours(scheme: str, without: str) -> None:
    colours = resolved(scheme)

    def seen(name: str) -> tuple[float, float, float]:
        parts = linear(colours[name])
        rows = SEEN_WITHOUT[without]
        return lab([min(1.0, max(0.0, sum(a * b for a, b in zip(row, parts, strict=True)))) for row in rows])

    for one, other in combinations(("ours", "similar", "nation"), 2):
        apart = sum((a - b) ** 2 for a, b in zip(seen(one), seen(other), strict=True)) ** 0.5
        assert apart >= 12, (one, other, apart)


def test_never_by_colour_alone() -> None:
    """Each line has a dash and a shape of its own."""
    drawn = {role: stroke for role, stroke in STROKES.items() if role != "other"}
    for strokes in (list(drawn.values()), list(SERIES)):
        assert len({str(stroke[1]) for stroke in strokes}) == len(strokes)
        assert len({stroke[2] for stroke in strokes}) == len(strokes)
