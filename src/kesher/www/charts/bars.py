"""Bars with intervals: one indicator, here and beside the district, the nation and places like ours."""

import json
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from kesher.www.charts.figures import CannotDraw, Place, Role, Unit, compared, ours
from kesher.www.charts.layout import (
    chart,
    distinct,
    is_rtl,
    isolated,
    nice,
    nominal,
    quantitative,
    ticks,
    width_of,
    words,
    wrapped,
)
from kesher.www.charts.look import SIZE, by_role, colour
from kesher.www.charts.picture import Cell, Panel, Picture, Rows, Spec, Twin, headings, interval_cells, number_cell
from kesher.www.charts.telling import VERDICTS, among, told_as_one

#: About how wide the bars are drawn in each layout: how much room the figures at their ends need is reckoned with it.
WIDE, NARROW = 430, 270
#: On a phone a bar and the room around it, without its name.
ROOM = 30


def bars(title: str, unit: Unit, places: Sequence[Place]) -> Picture:
    """Lengths from nought, in the order given: sort by nothing that ranks places. At least one; each named.

    A missing figure has no bar but its word.
    """
    if not places:
        raise CannotDraw("bars of no place")
    rows = _rows(unit, places)
    return Picture(
        kind="bars",
        title=title,
        sentence=_sentence(title, unit, places),
        unit=unit.words,
        twin=_twin(unit, places),
        panels=(Panel(_spec(unit, rows, narrow=False), _spec(unit, rows, narrow=True)),),
        datasets={"rows": rows},
        names_itself=True,
    )


def _rows(unit: Unit, places: Sequence[Place]) -> Rows:
    names = [place.name for place in places]
    wide = distinct([isolated(_with_role(place, 26)) for place in places])
    narrow = distinct([isolated(wrapped(_in_a_line(place), 40)) for place in places])
    rows: Rows = []
    for index, place in enumerate(places):
        reading = place.reading
        known = reading.is_known
        rows.append(
            {
                "id": str(index),
                "name": names[index],
                "wide": wide[index],
                "narrow": narrow[index],
                "role": place.role.value,
                "value": reading.value,
                "low": reading.low,
                "high": reading.high,
                "end": max(0.0, *reading.ends) if known else None,
                "word": isolated(unit.told(reading)),
                "said": isolated(f"{place.name}: {unit.told_whole(reading)}"),
            }
        )
    return rows


def _in_a_line(place: Place) -> str:
    return f"{place.name} ({place.role.said()})" if place.role is Role.SIMILAR else place.name


def _with_role(place: Place, width: int) -> str:
    """The name; of a similar place that it is one, in a line of its own."""
    if place.role is not Role.SIMILAR:
        return wrapped(place.name, width)
    return f"{wrapped(place.name, width)}\n({place.role.said()})"


def _spec(unit: Unit, rows: Rows, *, narrow: bool) -> Spec:
    known = [row for row in rows if row["value"] is not None]
    ends = [end for row in known for end in (row["value"], row["low"], row["high"]) if end is not None] or [0.0]
    low, high, step = nice(min(ends), max(ends), count=3 if narrow else 5, zero=True)
    longest = max((width_of(row["word"]) for row in known), default=0) + 14
    room = (high - low) * longest / ((NARROW if narrow else WIDE) - longest)
    end = max(high, max((row["end"] for row in known), default=0.0) + room)
    start = min(low, *ends)
    field = "narrow" if narrow else "wide"
    lines = max(row[field].count("\n") + 1 for row in rows)
    height, down = (ROOM + 17 * lines, (ROOM + 17 * lines) / 2 - 14) if narrow else (max(38, 12 + 17 * lines), 0.0)
    turned = is_rtl()
    y = nominal(field, sort=None, scale={"paddingInner": 0, "paddingOuter": 0})
    y["axis"] = None if narrow else _names(rows, turned)
    x = quantitative(
        "value",
        scale={"domain": [start, end], "nice": False, "zero": True, "reverse": turned},
        axis={
            "values": ticks(low, high, step),
            "labelExpr": unit.axis_label(step),
            "orient": "bottom",
            "labelFlush": True,
        },
    )
    beside: dict[str, Any] = {"align": "right", "dx": -8} if turned else {"align": "left", "dx": 8}
    hover = nominal("said")
    has_interval = [{"filter": "isValid(datum.low)"}]
    layers: list[dict[str, Any]] = [
        {
            "transform": [{"filter": "isValid(datum.value)"}],
            "mark": {"type": "bar", "height": 16, "yOffset": down, "cornerRadiusEnd": 2},
            "encoding": {"x": x, "color": by_role(), "tooltip": hover},
        },
    ]
    for width, ink in ((4, "sheet"), (2, "ink")):
        span = {"x": quantitative("low"), "x2": {"field": "high"}, "tooltip": hover}
        mark = {"type": "rule", "yOffset": down, "stroke": colour(ink), "strokeWidth": width}
        layers.append({"transform": has_interval, "mark": mark, "encoding": span})
    for name in ("low", "high"):
        mark = {
            "type": "tick",
            "yOffset": down,
            "orient": "vertical",
            "color": colour("ink"),
            "thickness": 2,
            "height": 9,
        }
        layers.append({"transform": has_interval, "mark": mark, "encoding": {"x": quantitative(name)}})
    layers += [
        {
            "transform": [{"filter": "isValid(datum.value)"}],
            "mark": words(yOffset=down, baseline="middle", **beside),
            "encoding": {"x": quantitative("end"), "text": nominal("word")},
        },
        {
            "transform": [{"filter": "!isValid(datum.value)"}],
            "mark": words(yOffset=down, baseline="middle", **beside, fill=colour("soft"), fontStyle="italic"),
            "encoding": {"x": {"datum": 0, "type": "quantitative"}, "text": nominal("word")},
        },
    ]
    if narrow:
        layers += names_above(turned, down - 13, lines)
    return chart(
        zero_line(down if narrow else None, y),
        *(along(layer, y) for layer in layers),
        data="rows",
        height=height * len(rows),
    )


def along(layer: dict[str, Any], y: dict[str, Any]) -> dict[str, Any]:
    """A layer with the channel that says in which row it is drawn."""
    return {**layer, "encoding": {**layer["encoding"], "y": y}}


def zero_line(down: float | None, y: dict[str, Any]) -> dict[str, Any]:
    """Where lengths begin: one line for all, or on a phone one for each bar, under its name."""
    at = {"x": {"datum": 0, "type": "quantitative"}}
    if down is None:
        mark = {"type": "rule", "stroke": colour("line"), "strokeWidth": 1}
        return {"data": {"values": [{}]}, "mark": mark, "encoding": at}
    mark = {
        "type": "tick",
        "orient": "vertical",
        "color": colour("line"),
        "thickness": 1,
        "height": 24,
        "yOffset": down,
    }
    return along({"mark": mark, "encoding": at}, y)


def _names(rows: Rows, turned: bool) -> dict[str, Any]:
    """The axis of names, each in up to two lines, ours in bold; on the side where one begins to read."""
    mine = " || ".join(f"datum.value === {json.dumps(row['wide'])}" for row in rows if row["role"] == Role.OURS)
    return {
        "orient": "right" if turned else "left",
        "labelExpr": "split(datum.value, '\\n')",
        "labelLimit": 230,
        "labelColor": colour("ink"),
        "labelFontWeight": {"condition": {"test": mine or "false", "value": "bold"}, "value": "normal"},
    }


def names_above(turned: bool, at: float, most: int) -> list[dict[str, Any]]:
    """On a phone: each name over its bar, from the edge where one begins to read, ours in bold; up to ``most`` lines of it."""
    edge = {"value": "width"} if turned else {"value": 0}
    layers = []
    for lines in range(1, most + 1):
        for test, weight in (("===", "bold"), ("!==", "normal")):
            which = f"datum.role {test} '{Role.OURS.value}' && length(split(datum.narrow, '\\n')) === {lines}"
            up = at - (lines - 1) * (SIZE + 2)  # a name of two lines is not moved up by its baseline
            mark = words(align="right" if turned else "left", baseline="bottom", yOffset=up, fontWeight=weight)
            encoding = {"x": edge, "text": nominal("narrow")}
            layers.append({"transform": [{"filter": which}], "mark": mark, "encoding": encoding})
    return layers


def _twin(unit: Unit, places: Sequence[Place]) -> Twin:
    with_role = any(place.role in (Role.OURS, Role.SIMILAR) for place in places)
    columns = headings(_("Place"), *([_("What it is here")] if with_role else []), [_("Figure")])
    spans = any(place.reading.has_interval for place in places)
    if spans:
        columns += headings([_("Likely from")], [_("Likely to")])
    rows = []
    for index, place in enumerate(places):
        role = [Cell(place.role.said() or "–")] if with_role else []
        cells = [Cell(place.name), *role, number_cell(unit, place.reading, f"{index}.value")]
        rows.append((*cells, *(interval_cells(unit, place.reading, str(index)) if spans else ())))
    return Twin(columns, tuple(rows))


def _sentence(title: str, unit: Unit, places: Sequence[Place]) -> str:
    """Ours first, then what stands beside it; whether it differs from the nation beyond what the intervals leave open."""
    mine = ours(places)
    ordered = sorted(places, key=lambda place: place is not mine)
    told = [
        _("%(place)s %(value)s") % {"place": place.name, "value": unit.told_whole(place.reading)}
        for place in ordered
        if place.role is not Role.SIMILAR
    ]
    if similar := among([place.reading for place in places if place.role is Role.SIMILAR], unit):
        told.append(_("similar places %(values)s") % {"values": similar})
    if mine is not None:
        nation = next((place for place in places if place.role is Role.NATION), None)
        if nation is not None and (verdict := compared(mine.reading, nation.reading)):
            told.append(VERDICTS[verdict]() % {"place": mine.name, "other": nation.name})
    return told_as_one(title, told)
