"""Two figures against one another, and four corners with names: "wanted and scarce", "wanted and plenty" …"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from kesher.www.charts.figures import CannotDraw, Reading, Unit
from kesher.www.charts.layout import (
    chart,
    isolated,
    nice,
    nominal,
    quantitative,
    ticks,
    wants_zero,
    width_of,
    words,
    wrapped,
)
from kesher.www.charts.look import colour
from kesher.www.charts.picture import Cell, Panel, Picture, Rows, Spec, Twin, headings, number_cell
from kesher.www.charts.telling import told_as_one

#: Size that is reckoned with in each layout.
SIZES: Final = {"wide": (600, 400), "narrow": (250, 300)}


@dataclass(frozen=True, slots=True)
class Spot:
    """One thing with two figures. ``is_marked``: drawn in our colour and always named."""

    name: str
    across: Reading
    up: Reading
    is_marked: bool = False


@dataclass(frozen=True, slots=True)
class Axis:
    """One of the two figures: what it is called, how it is written, where the line between its two halves runs."""

    name: str
    unit: Unit
    split: float


@dataclass(frozen=True, slots=True)
class Corners:
    """What it means to lie there: high or low on the upright axis, then low or high on the one across."""

    high_low: str
    high_high: str
    low_low: str
    low_high: str

    def of(self, across: float, up: float, splits: tuple[float, float]) -> str:
        """On the line is still the lower half."""
        if up > splits[1]:
            return self.high_high if across > splits[0] else self.high_low
        return self.low_high if across > splits[0] else self.low_low


def quadrant(title: str, across: Axis, up: Axis, corners: Corners, spots: Sequence[Spot]) -> Picture:
    """A spot with a missing figure is in the table, and in no corner."""
    if not spots:
        raise CannotDraw("corners without anything in them")
    rows = _rows(across, up, corners, spots)
    domains = {"x": _domain(rows, "x", across), "y": _domain(rows, "y", up)}
    datasets: dict[str, Rows] = {"rows": rows, "corners": _corner_rows(corners)}
    for layout in SIZES:
        datasets[f"names-{layout}"] = _names(rows, datasets["corners"], domains, layout)
    numbered = [row for row in rows if row["number"]]
    return Picture(
        kind="quadrant",
        title=title,
        sentence=_sentence(title, corners, rows, across, up),
        unit="; ".join(f"{axis.name}: {axis.unit.words}" for axis in (across, up) if axis.unit.words),
        twin=_twin(across, up, corners, spots, rows),
        panels=(Panel(_spec(across, up, domains, "wide"), _spec(across, up, domains, "narrow")),),
        datasets=datasets,
        notes=tuple(row["name"] for row in numbered),
        names_itself=True,
    )


def _rows(across: Axis, up: Axis, corners: Corners, spots: Sequence[Spot]) -> Rows:
    rows: Rows = []
    number = 0
    for index, spot in enumerate(spots):
        x, y = spot.across.value, spot.up.value
        drawn = x is not None and y is not None
        number += drawn
        corner = "" if x is None or y is None else corners.of(x, y, (across.split, up.split))
        rows.append(
            {
                "id": str(index),
                "name": spot.name,
                "word": isolated(wrapped(spot.name, 30, 1)),
                "number": str(number) if drawn else "",
                "x": x,
                "y": y,
                "marked": spot.is_marked,
                "corner": corner,
                "said": isolated(
                    f"{spot.name} · {across.name}: {across.unit.told(spot.across)} · {up.name}: {up.unit.told(spot.up)}"
                ),
            }
        )
    return rows


def _corner_rows(corners: Corners) -> Rows:
    texts = {
        "high_low": corners.high_low,
        "high_high": corners.high_high,
        "low_low": corners.low_low,
        "low_high": corners.low_high,
    }
    return [
        {"key": key, "word": isolated(wrapped(text, 40, 1)), "short": isolated(wrapped(text, 17, 2))}
        for key, text in texts.items()
    ]


def _domain(rows: Rows, name: str, axis: Axis) -> tuple[float, float, float]:
    """Ends that leave the names of the corners room above what lies highest."""
    values = [row[name] for row in rows if row["x"] is not None and row["y"] is not None] + [axis.split]
    spread = (max(values) - min(values)) or 1.0
    low = min(values) - spread * 0.06
    if min(values) >= 0:
        low = max(0.0, low)
    return nice(low, max(values) + spread * (0.16 if name == "y" else 0.06), zero=wants_zero(values))


def _names(rows: Rows, corners: Rows, domains: dict[str, tuple[float, float, float]], layout: str) -> Rows:
    """The names that find room beside their spot, the marked ones first: on a phone numbers, explained below."""
    width, height = SIZES[layout]

    def place(row: dict[str, Any]) -> tuple[float, float]:
        (x0, x1, _sx), (y0, y1, _sy) = domains["x"], domains["y"]
        return (row["x"] - x0) / (x1 - x0) * width, (1 - (row["y"] - y0) / (y1 - y0)) * height

    drawn = [row for row in rows if row["number"]]
    at = {row["id"]: place(row) for row in drawn}
    # spots are in the way of names, and so are the names of the corners
    taken = [(x - 7, y - 7, x + 7, y + 7) for x, y in at.values()]
    for corner, where in zip(corners, ((0, 0), (1, 0), (0, 1), (1, 1)), strict=True):
        said = corner["word"] if layout == "wide" else corner["short"]
        wide, tall = width_of(said, 12) + 10, 22.0 * (said.count("\n") + 1)
        left, top = where[0] * (width - wide), where[1] * (height - tall)
        taken.append((left, top, left + wide, top + tall))
    told: Rows = []
    for row in sorted(drawn, key=lambda row: not row["marked"]):
        x, y = at[row["id"]]
        word = row["word"] if layout == "wide" else row["number"]
        wide = width_of(word, 12) + 4
        sides = {
            "left": (x + 9, y - 9),
            "right": (x - 9 - wide, y - 9),
            "below": (x - wide / 2, y + 8),
            "above": (x - wide / 2, y - 26),
        }
        for side, (left, top) in sides.items():
            box = (left, top, left + wide, top + 18)
            free = all(box[2] <= a or box[0] >= c or box[3] <= b or box[1] >= d for a, b, c, d in taken)
            if free and box[0] >= 0 and box[2] <= width and box[1] >= 0 and box[3] <= height:
                taken.append(box)
                kept = {name: row[name] for name in ("id", "x", "y", "marked")}
                told.append({**kept, "word": word, "side": side})
                break
    return told


def _spec(across: Axis, up: Axis, domains: dict[str, tuple[float, float, float]], layout: str) -> Spec:
    def axis(name: str, axis_of: Axis, orient: str) -> dict[str, Any]:
        low, high, step = domains[name]
        values = ticks(low, high, step)
        return {
            "scale": {"domain": [low, high], "nice": False, "zero": False},
            "axis": {
                "values": values[:: 2 if layout == "narrow" and orient == "bottom" and len(values) > 4 else 1],
                "labelExpr": axis_of.unit.axis_label(step),
                "orient": orient,
                "grid": False,
                "domain": True,
                "title": isolated(axis_of.name),
                "labelFlush": True,
                **(
                    {"titleAngle": 0, "titleAlign": "left", "titleAnchor": "start", "titleX": 0, "titleY": -12}
                    if orient == "left"
                    else {}
                ),
            },
        }

    x, y = quantitative("x", **axis("x", across, "bottom")), quantitative("y", **axis("y", up, "left"))
    middle = {"x": {"datum": across.split}, "y": {"datum": up.split}}
    rule = {"type": "rule", "color": colour("line"), "strokeDash": [4, 4], "strokeWidth": 1.25}
    layers: list[dict[str, Any]] = [
        {"data": {"values": [{}]}, "mark": rule, "encoding": {one: {**middle[one], "type": "quantitative"}}}
        for one in "xy"
    ]
    places = {
        "high_low": (0, 0, "left", 6, 13),
        "high_high": ("width", 0, "right", -6, 13),
        "low_low": (0, "height", "left", 6, -13),
        "low_high": ("width", "height", "right", -6, -13),
    }
    for key, (at_x, at_y, align, dx, dy) in places.items():
        layers.append(
            {
                "data": {"name": "corners"},
                "transform": [{"filter": f"datum.key === '{key}'"}],
                "mark": words(
                    align=align,
                    dx=dx,
                    dy=dy,
                    baseline="middle" if layout == "wide" else "top" if at_y == 0 else "bottom",
                    fill=colour("soft"),
                    fontWeight="bold",
                    fontSize=12,
                ),
                "encoding": {
                    "x": {"value": at_x},
                    "y": {"value": at_y},
                    "text": nominal("word" if layout == "wide" else "short"),
                },
            }
        )
    ink = {"condition": {"test": "datum.marked", "value": colour("ours")}, "value": colour("other")}
    layers.append(
        {
            "transform": [{"filter": "isValid(datum.x) && isValid(datum.y)"}],
            "mark": {"type": "point", "filled": True, "opacity": 1},
            "encoding": {
                "x": x,
                "y": y,
                "color": ink,
                "size": {"condition": {"test": "datum.marked", "value": 130}, "value": 80},
                "shape": {"condition": {"test": "datum.marked", "value": "diamond"}, "value": "circle"},
                "tooltip": nominal("said"),
            },
        }
    )
    sides = {
        "left": {"align": "left", "dx": 9},
        "right": {"align": "right", "dx": -9},
        "below": {"align": "center", "dy": 16},
        "above": {"align": "center", "dy": -17},
    }
    for side, placed in sides.items():
        for weight, test in (("bold", "datum.marked"), ("normal", "!datum.marked")):
            for halo in ({"stroke": colour("sheet"), "strokeWidth": 4, "strokeJoin": "round"}, {}):
                layers.append(
                    {
                        "data": {"name": f"names-{layout}"},
                        "transform": [{"filter": f"datum.side === '{side}' && {test}"}],
                        "mark": words(**placed, baseline="middle", fontSize=12, fontWeight=weight, **halo),
                        "encoding": {"x": x, "y": y, "text": nominal("word")},
                    }
                )
    return chart(*layers, data="rows", height=SIZES[layout][1])


def _twin(across: Axis, up: Axis, corners: Corners, spots: Sequence[Spot], rows: Rows) -> Twin:
    told = []
    for index, (spot, row) in enumerate(zip(spots, rows, strict=True)):
        x = number_cell(across.unit, spot.across, f"{index}.x")
        y = number_cell(up.unit, spot.up, f"{index}.y")
        told.append((Cell(spot.name), x, y, Cell(row["corner"] or _("in no corner"))))
    return Twin(headings(_("Name"), [across.name], [up.name], _("Corner")), tuple(told))


def _sentence(title: str, corners: Corners, rows: Rows, across: Axis, up: Axis) -> str:
    """Who is in each corner, up to four names."""
    parts = []
    for corner in dict.fromkeys((corners.high_low, corners.high_high, corners.low_low, corners.low_high)):
        names = [row["name"] for row in sorted(rows, key=lambda row: not row["marked"]) if row["corner"] == corner]
        if names:
            more = len(names) - 4
            listed = ", ".join(names[:4])
            if more > 0:
                listed = _("%(names)s and others: %(count)s") % {"names": listed, "count": more}
            parts.append(_("%(corner)s (%(names)s)") % {"corner": corner, "names": listed})
    if lost := sum(not row["corner"] for row in rows):
        parts.append(_("without a figure: %(count)s") % {"count": lost})
    return told_as_one(title, parts)
