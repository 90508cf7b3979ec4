"""A dot for each place, as large as its people are many, along one line of figures, with the median.

No ranking: ours and the places like ours carry their names, the others are context. What they are called stands neither in the
picture nor in its table.
"""

import math
from collections.abc import Sequence
from statistics import median
from typing import Any, Final

from django.utils.translation import gettext as _

from kesher.www.charts.figures import CannotDraw, Missing, Place, Role, Unit, ours
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
from kesher.www.charts.look import by_role, colour
from kesher.www.charts.picture import Cell, Key, Panel, Picture, Rows, Spec, Twin, headings, number_cell
from kesher.www.charts.telling import told_as_one

#: Width that is reckoned with, and radius of the greatest place.
SIZES: Final = {"wide": (620.0, 20.0), "narrow": (250.0, 13.0)}
#: Height of a lane of labels, by how many lines the longest has.
LANES: Final = {1: 20.0, 2: 35.0}
LINE: Final = 15.0


def dots(title: str, unit: Unit, places: Sequence[Place]) -> Picture:
    """Every place needs ``people``. Those of role OTHER are drawn without a name."""
    if not places or any(place.people is None or place.people < 0 for place in places):
        raise CannotDraw("a place among the dots does not say how many people live there")
    ordered = sorted(places, key=lambda place: (-(place.people or 0), place.name))
    rows = _rows(unit, ordered)
    known = [row["value"] for row in rows if row["value"] is not None]
    datasets: dict[str, Rows] = {"rows": rows, "median": [{"value": median(known)}] if known else []}
    panels = {}
    for layout in SIZES:
        panels[layout] = _laid_out(unit, rows, layout, median(known) if known else None)
    keys = [
        Key(_("this place"), "dot", "ours"),
        Key(_("similar place"), "ring", "similar"),
        Key(_("another place"), "dot", "other"),
    ]
    roles = [Role.OURS, Role.SIMILAR, Role.OTHER]
    present = {place.role for place in places}
    shown = [key for key, role in zip(keys, roles, strict=True) if role in present]
    missing = [place for place in ordered if not place.reading.is_known]
    for name in SIZES:
        datasets[f"labels-{name}"] = panels[name][1]
    return Picture(
        kind="dots",
        title=title,
        sentence=_sentence(title, unit, places, median(known) if known else None),
        unit=_("%(unit)s; the larger a dot, the more people live there") % {"unit": unit.words},
        twin=_twin(unit, ordered),
        panels=(Panel(panels["wide"][0], panels["narrow"][0]),),
        datasets=datasets,
        keys=(*shown, Key(_("median: half of the places are below"), "rule", "ink")),
        notes=tuple(
            _("%(count)s without a dot: %(why)s") % {"count": len(of_these), "why": why.said()}
            for why in Missing
            if (of_these := [place for place in missing if place.reading.missing is why])
        ),
    )


def _rows(unit: Unit, places: Sequence[Place]) -> Rows:
    counted = Unit("")
    return [
        {
            "id": str(index),
            "name": place.shown_name if place.is_named else "",
            "role": place.role.value if place.is_named else Role.OTHER.value,
            "value": place.reading.value,
            "people": place.people,
            "said": isolated(
                _("%(place)s: %(value)s, %(people)s people")
                % {
                    "place": place.shown_name,
                    "value": unit.told_whole(place.reading),
                    "people": counted.said(place.people or 0),
                }
            ),
        }
        for index, place in enumerate(places)
    ]


def _laid_out(unit: Unit, rows: Rows, layout: str, middle: float | None) -> tuple[Spec, Rows]:
    """The specification, the labels with their lanes; the rows get the height of their dot in this layout."""
    width, greatest = SIZES[layout]
    known = [row for row in rows if row["value"] is not None]
    values = [row["value"] for row in known] or [0.0, 1.0]
    low, high, step = nice(min(values), max(values), count=3 if layout == "narrow" else 6, zero=wants_zero(values))
    most = max((row["people"] for row in known), default=1) or 1
    for row in known:
        row[f"r-{layout}"] = max(2.5, greatest * math.sqrt(row["people"] / most))
    at = {row["id"]: (row["value"] - low) / (high - low) * width for row in known}
    heights = swarm([(at[row["id"]], row[f"r-{layout}"]) for row in known], gap=1.0)
    deepest = max((abs(y) + row[f"r-{layout}"] for y, row in zip(heights, known, strict=True)), default=20.0)
    named = [row for row in known if row["name"]]
    labels: Rows = []
    if middle is not None:
        said = _("median %(value)s") % {"value": unit.said(middle)}
        labels.append(
            {"value": middle, "word": isolated(said), "role": "median", "x": (middle - low) / (high - low) * width}
        )
    labels += [
        {
            "value": row["value"],
            "word": _label(row["name"], layout),
            "role": row["role"],
            "id": row["id"],
            "x": at[row["id"]],
        }
        for row in sorted(named, key=lambda row: row["role"] != Role.OURS)
    ]
    above = lanes([(label["x"], width_of(label["word"]) + 10) for label in labels], width)
    highest = max((lane for lane, _shift in above), default=-1)
    lane_height = LANES[max((label["word"].count("\n") + 1 for label in labels), default=1)]
    top = lane_height * (highest + 1) + 12
    centre = top + deepest
    for row, y in zip(known, heights, strict=True):
        row[f"y-{layout}"] = round(centre + y, 1)
        row[f"size-{layout}"] = round((2 * row[f"r-{layout}"]) ** 2)
        row[f"r-{layout}"] = round(row[f"r-{layout}"], 1)
    heads = {row["id"]: row[f"y-{layout}"] - row[f"r-{layout}"] for row in known}
    bottom = centre + deepest + 8
    for label, (lane, shift) in zip(labels, above, strict=True):
        label["y"] = lane_height * (highest - lane) + 8
        label["shift"] = ["start", "middle", "end"][shift]
        # a label that stands around its line has the line below it; one that flies from it has it beside it
        label["head"] = label["y"] + (9 + LINE * label["word"].count("\n") if shift == 1 else -8)
        label["foot"] = bottom if label["role"] == "median" else heads[label["id"]]
        label["x"] = round(label["x"], 1)
    return _spec(unit, layout, (low, high, step), bottom), labels


def _label(name: str, layout: str) -> str:
    return isolated(name if layout == "wide" else wrapped(name, 15))


def swarm(circles: Sequence[tuple[float, float]], *, gap: float) -> list[float]:
    """How far from the middle line each circle (where along it, radius) lies so that none covers another; largest first, each
    as near to the line as it can be."""
    placed: list[tuple[float, float, float]] = []
    found: list[float] = []
    for x, radius in circles:
        near = [(px, py, pr) for px, py, pr in placed if abs(px - x) < pr + radius + gap]
        wanted = [0.0]
        for px, py, pr in near:
            away = math.sqrt(max(0.0, (pr + radius + gap) ** 2 - (px - x) ** 2))
            wanted += [py + away, py - away]
        free = (
            y
            for y in sorted(wanted, key=lambda y: (abs(y), y))
            if all((px - x) ** 2 + (py - y) ** 2 >= (pr + radius + gap) ** 2 - 1e-6 for px, py, pr in near)
        )
        y = next(free, 0.0)
        placed.append((x, y, radius))
        found.append(y)
    return found


def lanes(labels: Sequence[tuple[float, float]], width: float) -> list[tuple[int, int]]:
    """A lane for each label (where its dot is, how wide it is), counted upwards from the dots, and which way it flies like a
    flag from the line to its dot: 0 begins there, 1 stands around it, 2 ends there. None covers another, and no line runs
    through one.
    """
    placed: list[tuple[int, float, float, float]] = []  # lane, from, to, where its line comes down
    found: dict[int, tuple[int, int]] = {}
    # from the right, each flying to the right, a free lane is always there; near the right edge they fly to the left
    for index in sorted(range(len(labels)), key=lambda index: -labels[index][0]):
        at, wide = labels[index]
        leans = [lean for lean in (0, 1, 2) if at - wide * lean / 2 >= 0 and at + wide * (2 - lean) / 2 <= width] or [0]
        choices = [(lane, lean) for lane in range(12) for lean in leans]
        free = (one for one in choices if _is_free(placed, one[0], at - wide * one[1] / 2, wide, at))
        lane, lean = next(free, (1 + max((one[0] for one in placed), default=-1), leans[0]))
        start = at - wide * lean / 2
        placed.append((lane, start, start + wide, at))
        found[index] = lane, lean
    return [found[index] for index in range(len(labels))]


def _is_free(
    placed: Sequence[tuple[int, float, float, float]], lane: int, start: float, wide: float, at: float
) -> bool:
    end = start + wide
    return not any(
        (other == lane and start < till and since < end)
        or (other < lane and since - 3 < at < till + 3)
        or (other > lane and start - 3 < line < end + 3)
        for other, since, till, line in placed
    )


def _spec(unit: Unit, layout: str, domain: tuple[float, float, float], height: float) -> Spec:
    low, high, step = domain
    x = quantitative(
        "value",
        scale={"domain": [low, high], "nice": False, "zero": False},
        axis={
            "values": ticks(low, high, step),
            "labelExpr": unit.axis_label(step),
            "orient": "bottom",
            "labelFlush": True,
        },
    )
    y = quantitative(f"y-{layout}", scale=None, axis=None)
    labels = {"name": f"labels-{layout}"}
    at = {"x": x, "y": quantitative("y", scale=None, axis=None)}
    leader = {"x": x, "y": quantitative("head", scale=None, axis=None), "y2": {"field": "foot"}}
    layers: list[dict[str, Any]] = [
        {
            "data": labels,
            "transform": [{"filter": "datum.role === 'median'"}],
            "mark": {"type": "rule", "color": colour("ink"), "strokeWidth": 1.5, "strokeDash": [5, 3]},
            "encoding": leader,
        },
        {
            "data": labels,
            "transform": [{"filter": "datum.role !== 'median'"}],
            "mark": {"type": "rule", "color": colour("line"), "strokeWidth": 1},
            "encoding": leader,
        },
        {
            "transform": [{"filter": "isValid(datum.value)"}],
            "mark": {"type": "circle", "stroke": colour("sheet"), "strokeWidth": 1, "opacity": 1},
            "encoding": {
                "x": x,
                "y": y,
                "size": quantitative(f"size-{layout}", scale=None, legend=None),
                "color": by_role(),
                "tooltip": nominal("said"),
            },
        },
        {  # a ring tells similar places from ours where colours do not
            "transform": [{"filter": "isValid(datum.value) && datum.role === 'similar'"}],
            "mark": {"type": "point", "shape": "circle", "filled": True, "color": colour("sheet"), "opacity": 1},
            "encoding": {
                "x": x,
                "y": y,
                "size": {"field": f"inner-{layout}", "type": "quantitative", "scale": None, "legend": None},
            },
        },
    ]
    layers[3]["transform"].append({"calculate": f"datum['size-{layout}'] * 0.3", "as": f"inner-{layout}"})
    halo = {"stroke": colour("sheet"), "strokeWidth": 4, "strokeJoin": "round"}
    for align, shift, dx in (("left", "start", 4), ("center", "middle", 0), ("right", "end", -4)):
        for weight, test in (("bold", "==="), ("normal", "!==")):
            for around in (halo, {}):
                which = f"datum.shift === '{shift}' && datum.role {test} 'ours'"
                mark = words(align=align, baseline="middle", dx=dx, fontWeight=weight, **around)
                encoding = {**at, "text": nominal("word")}
                layers.append({"data": labels, "transform": [{"filter": which}], "mark": mark, "encoding": encoding})
    return chart(*layers, data="rows", height=round(height))


def _twin(unit: Unit, places: Sequence[Place]) -> Twin:
    counted = Unit("")
    columns = headings(_("Place"), _("What it is here"), [_("People")], [_("Figure")])
    rows = []
    for index, place in enumerate(places):
        people = Cell(counted.said(place.people or 0), float(place.people or 0), shows=f"{index}.people")
        figure = number_cell(unit, place.reading, f"{index}.value")
        rows.append((Cell(place.shown_name), Cell(place.role.said() or "–"), people, figure))
    return Twin(columns, tuple(rows))


def _sentence(title: str, unit: Unit, places: Sequence[Place], middle: float | None) -> str:
    parts = []
    if mine := ours(places):
        parts.append(_("%(place)s %(value)s") % {"place": mine.name, "value": unit.told_whole(mine.reading)})
    known = sum(place.reading.is_known for place in places)
    if middle is not None:
        said = {"count": known, "value": unit.said(middle)}
        parts.append(_("half of %(count)s places are below %(value)s") % said)
    if known < len(places):
        parts.append(_("without a figure: %(count)s") % {"count": len(places) - known})
    return told_as_one(title, parts)
