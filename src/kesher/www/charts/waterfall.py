"""A waterfall: how a change is put together (shift-share: the nation's growth, our mix of trades, what is our own)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from kesher.www.charts.bars import ROOM, along, names_above, zero_line
from kesher.www.charts.figures import CannotDraw, Reading, Role, Unit
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
from kesher.www.charts.look import colour
from kesher.www.charts.picture import Cell, Key, Panel, Picture, Rows, Spec, Twin, headings, number_cell
from kesher.www.charts.telling import told_as_one

#: Parts that add up to within so much of the whole do; more is a mistake of who calls.
TOLERANCE: Final = 1e-6
INK: Final = {"up": "up", "down": "down", "total": "total"}


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a change, with its sign."""

    name: str
    reading: Reading


def waterfall(title: str, unit: Unit, parts: Sequence[Part], total: Part) -> Picture:
    """Each part begins where the one before ends; the last bar is the whole. Where a part is missing nobody knows where the
    next begins: they are told in words, and the whole is drawn if it is known."""
    if not parts:
        raise CannotDraw("a change without parts")
    known = [part.reading.value for part in parts if part.reading.value is not None]
    whole = total.reading.value
    if len(known) == len(parts) and whole is not None and abs(sum(known) - whole) > TOLERANCE * max(1.0, abs(whole)):
        raise CannotDraw(f"the parts add up to {sum(known)}, the whole is {whole}")
    rows = _rows(unit, parts, total)
    told = [
        _("%(place)s %(value)s") % {"place": part.name, "value": _signed(unit, part.reading)}
        for part in (total, *parts)
    ]
    return Picture(
        kind="waterfall",
        title=title,
        sentence=told_as_one(title, told),
        unit=unit.words,
        twin=_twin(unit, parts, total),
        panels=(Panel(_spec(unit, rows, narrow=False), _spec(unit, rows, narrow=True)),),
        datasets={"rows": rows},
        keys=(Key(_("more"), "bar", "up"), Key(_("less"), "bar", "down"), Key(_("in all"), "bar", "total")),
    )


def _signed(unit: Unit, reading: Reading) -> str:
    return unit.told(reading) if reading.value is None else unit.said(reading.value, signed=True)


def _rows(unit: Unit, parts: Sequence[Part], total: Part) -> Rows:
    everything = [*parts, total]
    wide = distinct([isolated(wrapped(part.name, 24)) for part in everything])
    narrow = distinct([isolated(wrapped(part.name, 34)) for part in everything])
    rows: Rows = []
    begin: float | None = 0.0
    for index, part in enumerate(everything):
        is_total = index == len(parts)
        value = part.reading.value
        start = 0.0 if is_total else begin
        stop = None if value is None or start is None else start + value
        rows.append(
            {
                "id": str(index),
                "wide": wide[index],
                "narrow": narrow[index],
                "value": value,
                "from": start if stop is not None else None,
                "to": stop,
                "edge": max(start, stop) if start is not None and stop is not None else 0.0,
                "role": Role.OURS.value if is_total else "",  # in bold
                "kind": "total" if is_total else "up" if (value or 0) >= 0 else "down",
                "word": isolated(_signed(unit, part.reading)),
                "said": isolated(f"{part.name}: {_signed(unit, part.reading)}"),
                "next": wide[index + 1] if index + 1 < len(everything) else wide[index],
                "next-narrow": narrow[index + 1] if index + 1 < len(everything) else narrow[index],
            }
        )
        begin = stop
    return rows


def _spec(unit: Unit, rows: Rows, *, narrow: bool) -> Spec:
    ends = [row[name] for row in rows for name in ("from", "to") if row[name] is not None] or [0.0]
    low, high, step = nice(min(ends), max(ends), count=3 if narrow else 5, zero=True)
    room = (high - low) * (max(width_of(row["word"]) for row in rows) + 16) / (200 if narrow else 360)
    turned = is_rtl()
    field = "narrow" if narrow else "wide"
    lines = max(row[field].count("\n") + 1 for row in rows)
    height, down = (ROOM + 17 * lines, (ROOM + 17 * lines) / 2 - 14) if narrow else (max(40, 12 + 17 * lines), 0.0)
    y = nominal(field, sort=None, scale={"paddingInner": 0, "paddingOuter": 0})
    y["axis"] = (
        None
        if narrow
        else {
            "orient": "right" if turned else "left",
            "labelExpr": "split(datum.value, '\\n')",
            "labelLimit": 230,
            "labelColor": colour("ink"),
        }
    )
    x = quantitative(
        "from",
        scale={"domain": [low, high + room], "nice": False, "zero": True, "reverse": turned},
        axis={
            "values": ticks(low, high, step),
            "labelExpr": unit.axis_label(step),
            "orient": "bottom",
            "labelFlush": True,
        },
    )
    ink = nominal("kind", scale={"domain": list(INK), "range": [colour(name) for name in INK.values()]}, legend=None)
    beside: dict[str, Any] = {"align": "right", "dx": -8} if turned else {"align": "left", "dx": 8}
    layers: list[dict[str, Any]] = [
        {
            "transform": [{"filter": "isValid(datum.to)"}],
            "mark": {"type": "bar", "height": 18, "yOffset": down, "cornerRadius": 1},
            "encoding": {"x": x, "x2": {"field": "to"}, "color": ink, "tooltip": nominal("said")},
        },
        {
            "transform": [{"filter": "isValid(datum.to) && datum.kind !== 'total'"}],
            "mark": {"type": "rule", "yOffset": down, "stroke": colour("line"), "strokeDash": [2, 2]},
            "encoding": {"x": quantitative("to"), "y2": {"field": "next-narrow" if narrow else "next"}},
        },
        {
            "mark": words(yOffset=down, baseline="middle", **beside),
            "encoding": {"x": quantitative("edge"), "text": nominal("word")},
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


def _twin(unit: Unit, parts: Sequence[Part], total: Part) -> Twin:
    rows = []
    for index, part in enumerate((*parts, total)):
        cell = number_cell(unit, part.reading, f"{index}.value")
        rows.append((Cell(part.name), Cell(_signed(unit, part.reading), cell.value, cell.missing, cell.shows)))
    return Twin(headings(_("Part"), [_("Change")]), tuple(rows))
