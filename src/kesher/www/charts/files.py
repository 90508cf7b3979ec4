"""A picture as a file that leaves the page: SVG, PNG or CSV. What a page says around it is drawn in, or it would be lost.

vl-convert comes with the extra ``print``; without it :func:`can_draw` is false and pages offer the table alone. A picture takes
some 50 ms, the first one 2 s: callers keep what they get under ``picture.digest``.
"""

import copy
import json
import re
import textwrap
from functools import lru_cache
from html import escape
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from django.utils import translation
from django.utils.translation import gettext as _

import kesher
from kesher.www.charts.figures import CannotDraw
from kesher.www.charts.layout import END_OF_ISOLATE, ISOLATES, width_of
from kesher.www.charts.look import FONT, PAPER, configuration, on_paper
from kesher.www.charts.picture import Key, Picture, Spec

#: Made by assets/chart_fonts.py.
FONTS: Final = Path(kesher.__file__).parent / "data" / "charts"
FAMILY: Final = f"Kesher Noto Sans Charts, {FONT}"
WIDTH: Final = 720
EDGE: Final = 20
LINE: Final = 20
#: Small charts in a row, and the room between them.
COLUMNS, GAP = 3, 20
HATCHING: Final = (
    '<defs><pattern id="kesher-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="6" height="6" fill="{nothing}"/><line x1="0" y1="0" x2="0" y2="6" stroke="{line}" stroke-width="2"/>'
    "</pattern></defs>"
)
DASHES: Final = {"line": "", "dash": "7 3", "dots": "3 2", "dashdot": "8 3 2 3", "rule": "5 3"}
_SIZE = re.compile(r'<svg[^>]*?\bwidth="([\d.]+)" height="([\d.]+)"[^>]*>(.*)</svg>', re.DOTALL)


@lru_cache(maxsize=1)
def can_draw() -> bool:
    return find_spec("vl_convert") is not None


@lru_cache(maxsize=1)
def _converter() -> Any:
    if not can_draw():
        raise CannotDraw("vl-convert is not installed: pip install kesher[print]")
    converter = import_module("vl_convert")
    converter.register_font_directory(str(FONTS))
    return converter


def as_csv(picture: Picture) -> bytes:
    """The table, with the mark by which spreadsheets know UTF-8."""
    return picture.twin.as_csv().encode("utf-8-sig")


def as_png(picture: Picture, *, scale: float = 2.0) -> bytes:
    """For who writes a message; ``scale`` 2 is sharp on paper as wide as a hand."""
    drawn: bytes = _converter().svg_to_png(as_svg(picture).decode(), scale=scale)
    return drawn


def as_svg(picture: Picture) -> bytes:
    """For who sets a paper: words stay words. Title, what is counted, keys, drawing, notes, sentence, caveat and source."""
    with translation.override(picture.language):
        sheet = _Sheet(rtl=translation.get_language_bidi())
        sheet.write(picture.title, size=20, ink="ink", bold=True, letters=58)
        sheet.write(picture.unit, size=14, ink="soft", letters=92)
        sheet.leave(10)
        if picture.keys and not picture.names_itself:
            sheet.draw_keys(picture.keys)
        drawn = [_drawn(spec, picture) for spec in specifications(picture)]
        if len(drawn) == 1:
            sheet.place(*drawn[0])
        else:
            sheet.place_in_rows([(panel.title, *one) for panel, one in zip(picture.panels, drawn, strict=True)])
        sheet.leave(12)
        for line in _below(picture):
            sheet.write(line, size=13, ink="soft", letters=104)
        return sheet.done(picture.title, picture.sentence).encode()


def specifications(picture: Picture) -> list[Spec]:
    """Each drawing of a picture in the colours of paper, at a width of its own, ready for Vega-Lite."""
    config = configuration(picture.language)
    config["font"] = config["text"]["font"] = FAMILY
    room = WIDTH - 2 * EDGE
    each = room if len(picture.panels) == 1 else (room - (COLUMNS - 1) * GAP) // COLUMNS
    specs = []
    for panel in picture.panels:
        spec = copy.deepcopy(panel.wide)
        told = spec.pop("usermeta", {})
        width = min(each, told.get("widest", each))
        spec |= {"width": width, "config": config, "datasets": _used(spec, picture)}
        if told:
            spec["height"] = round(width * told["aspect"])
        told_again = on_paper(json.dumps(spec, ensure_ascii=False)).replace(json.dumps(FONT), json.dumps(FAMILY))
        specs.append(json.loads(told_again))
    return specs


def _used(spec: Spec, picture: Picture) -> dict[str, Any]:
    """The rows a drawing names: small charts each have their own."""
    named = set(re.findall(r'"data": \{"name": "([^"]+)"\}', json.dumps(spec)))
    return {name: rows for name, rows in picture.datasets.items() if name in named}


def _drawn(spec: Spec, picture: Picture) -> tuple[float, float, str]:
    """A drawing's width, height and what is inside its SVG element."""
    svg: str = _converter().vegalite_to_svg(vl_spec=spec, vl_version="6.4")
    found = _SIZE.search(svg)
    if not found:
        raise CannotDraw(f"{picture.kind}: the drawing library gave no picture")
    return float(found.group(1)), float(found.group(2)), found.group(3)


def _below(picture: Picture) -> list[str]:
    """Each paragraph under the drawing."""
    told = list(picture.notes)
    if picture.kind == "lines":  # the drawing carries their numbers
        told = [f"{number}. {note}" for number, note in enumerate(picture.notes, 1)]
    elif picture.kind == "quadrant":  # numbers are for phones: here there is room for the names themselves
        told = []
    told += [picture.sentence, picture.caveat]
    if picture.source:
        told.append(_("Source:") + " " + picture.source)
    return [line for line in told if line]


class _Sheet:
    """A page of its own, filled from the top; words begin on the side their language does."""

    def __init__(self, *, rtl: bool) -> None:
        self.rtl = rtl
        self.height = float(EDGE)
        self.parts: list[str] = []
        self.number = 0

    def leave(self, room: float) -> None:
        self.height += room

    def write(self, text: str, *, size: int, ink: str, letters: int, bold: bool = False) -> None:
        for line in textwrap.wrap(text, letters):
            self.height += size * 1.5
            self._word(
                line, WIDTH - EDGE if self.rtl else EDGE, self.height - size * 0.4, size=size, ink=ink, bold=bold
            )

    def _word(self, text: str, x: float, y: float, *, size: float, ink: str, bold: bool = False) -> None:
        turned = f"{ISOLATES['rtl' if self.rtl else 'ltr']}{text}{END_OF_ISOLATE}"
        anchor = "end" if self.rtl else "start"
        weight = ' font-weight="bold"' if bold else ""
        self.parts.append(
            f'<text x="{x:g}" y="{y:g}" font-family="{escape(FAMILY)}" font-size="{size:g}"{weight} text-anchor="{anchor}" '
            f'fill="{PAPER[ink]}">{escape(turned)}</text>'
        )

    def place(self, width: float, height: float, inside: str) -> None:
        x = WIDTH - EDGE - width if self.rtl else EDGE
        self._put(x, self.height, inside)
        self.height += height

    def place_in_rows(self, panels: list[tuple[str, float, float, str]]) -> None:
        """Small charts, each under its title, from the side one reads from."""
        each = (WIDTH - 2 * EDGE - (COLUMNS - 1) * GAP) / COLUMNS
        for start in range(0, len(panels), COLUMNS):
            row = panels[start : start + COLUMNS]
            for number, (title, width, _height, inside) in enumerate(row):
                near = EDGE + number * (each + GAP)
                x = WIDTH - near - width if self.rtl else near
                self._word(title, WIDTH - near if self.rtl else near, self.height + 16, size=14, ink="ink", bold=True)
                self._put(x, self.height + 22, inside)
            self.height += max(height for _title, _width, height, _inside in row) + 34

    def _put(self, x: float, y: float, inside: str) -> None:
        self.number += 1  # names within one drawing are not those of the next
        own = re.sub(r'(\bid="|url\(#)(?!kesher-hatch)', rf"\g<1>d{self.number}-", inside)
        self.parts.append(f'<g transform="translate({x:g},{y:g})">{own}</g>')

    def draw_keys(self, keys: tuple[Key, ...]) -> None:
        """In rows, from the side where one begins to read."""
        x, room = 0.0, WIDTH - 2 * EDGE
        self.height += 24
        for key in keys:
            wide = width_of(key.word) + 52
            if x and x + wide > room:
                x = 0.0
                self.height += 24
            place = WIDTH - EDGE - x - 24 if self.rtl else EDGE + x
            self.parts.append(f'<g transform="translate({place:g},{self.height - 17:g})">{_key(key)}</g>')
            self._word(key.word, place - 8 if self.rtl else place + 32, self.height - 5, size=13, ink="ink")
            x += wide
        self.height += 10

    def done(self, title: str, sentence: str) -> str:
        height = self.height + EDGE
        spaces = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        size = f'width="{WIDTH}" height="{height:g}"'
        told = f"<title>{escape(title)}</title><desc>{escape(sentence)}</desc>{HATCHING.format(**PAPER)}"
        paper = f'<rect {size} fill="{PAPER["sheet"]}"/>'
        return f'<svg {spaces} role="img" {size} viewBox="0 0 {WIDTH} {height:g}">{told}{paper}{"".join(self.parts)}</svg>\n'


def _key(key: Key) -> str:
    """As components/chart_key.html draws it."""
    ink = PAPER[key.colour]
    if key.mark in DASHES:
        return f'<path d="M1 7H23" stroke="{ink}" stroke-width="2.5" stroke-dasharray="{DASHES[key.mark]}"/>'
    if key.mark == "dot":
        return f'<circle cx="12" cy="7" r="6" fill="{ink}"/>'
    if key.mark == "ring":
        return f'<circle cx="12" cy="7" r="4.5" fill="{PAPER["sheet"]}" stroke="{ink}" stroke-width="3.5"/>'
    fill = "url(#kesher-hatch)" if key.mark == "hatch" else ink
    return f'<rect x="0.5" y="0.5" width="23" height="13" fill="{fill}" stroke="{PAPER["line"]}"/>'
