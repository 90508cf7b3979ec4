"""Two times beside one another, joined: what rose and what fell. Earlier stands left in every language (decision 0061)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from kesher.www.charts.figures import CannotDraw, Reading, Role, Unit
from kesher.www.charts.layout import chart, dodged, isolated, nominal, quantitative, with_figure, words, wrapped
from kesher.www.charts.look import by_role, colour
from kesher.www.charts.picture import Cell, Key, Panel, Picture, Rows, Spec, Twin, headings, number_cell
from kesher.www.charts.telling import told_as_one

HEIGHT: Final = 320
MOST: Final = 12
LINE: Final = 15
#: How far apart labels are: of one line on a desk, of two on a phone.
GAPS: Final = {"wide": 19.0, "narrow": 33.0}


@dataclass(frozen=True, slots=True)
class Slope:
    """One line: a figure then and now."""

    name: str
    before: Reading
    after: Reading
    role: Role = Role.OTHER


def slopes(title: str, unit: Unit, times: tuple[str, str], items: Sequence[Slope]) -> Picture:
    """At most twelve. Of one with a missing end the other end is drawn, and the missing one said in words."""
    if not 1 <= len(items) <= MOST:
        raise CannotDraw(f"{len(items)} slopes: from 1 to {MOST} can be read")
    if len(set(times)) != 2:
        raise CannotDraw("two times that are one")
    rows = _rows(unit, items)
    twin = Twin(
        headings(_("Name"), [times[0]], [times[1]], [_("Change")]),
        tuple(
            (
                Cell(item.name),
                number_cell(unit, item.before, f"{index}.before"),
                number_cell(unit, item.after, f"{index}.after"),
                _change(unit, item),
            )
            for index, item in enumerate(items)
        ),
    )
    datasets = {"rows": rows, "times": [{"at": 0, "word": isolated(times[0])}, {"at": 1, "word": isolated(times[1])}]}
    return Picture(
        kind="slopes",
        title=title,
        sentence=_sentence(title, unit, times, items),
        unit=unit.words,
        twin=twin,
        panels=(Panel(_spec(rows, "wide"), _spec(rows, "narrow")),),
        datasets=datasets,
        keys=tuple(
            Key(role.said() or _("others"), "line", name)
            for role, name in ((Role.OURS, "ours"), (Role.SIMILAR, "similar"))
            if any(item.role is role for item in items)
        ),
        names_itself=True,
    )


def _change(unit: Unit, item: Slope) -> Cell:
    if item.before.value is None or item.after.value is None:
        return Cell("–")
    # of what is written, or the table would not add up
    change = round(item.after.value, unit.decimals) - round(item.before.value, unit.decimals)
    change = round(change, unit.decimals + 6)
    return Cell(unit.said(change, signed=True), change)


def _rows(unit: Unit, items: Sequence[Slope]) -> Rows:
    known = [one.value for item in items for one in (item.before, item.after) if one.value is not None]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    span = (high - low) or 1.0

    def height(value: float | None) -> float | None:
        return None if value is None else round(10 + (1 - (value - low) / span) * (HEIGHT - 20), 1)

    rows: Rows = []
    for index, item in enumerate(items):
        left, right = height(item.before.value), height(item.after.value)
        fallback = right if left is None else left
        gap = HEIGHT / 2 if fallback is None else fallback
        rows.append(
            {
                "id": str(index),
                "role": item.role.value,
                "before": item.before.value,
                "after": item.after.value,
                "left": left,
                "right": right,
                **{f"left-label-{layout}": gap if left is None else left for layout in GAPS},
                **{f"right-label-{layout}": gap if right is None else right for layout in GAPS},
                "left-wide": isolated(unit.told(item.before)),
                "left-narrow": isolated(wrapped(unit.told(item.before), 13, 2)),
                "right-wide": isolated(f"{wrapped(item.name, 40, 1)}  {unit.told(item.after)}"),
                "right-narrow": isolated(with_figure(item.name, unit.told(item.after), 17)),
                "said": isolated(f"{item.name}: {unit.told(item.before)}, {unit.told(item.after)}"),
            }
        )
    for layout, wanted in GAPS.items():
        apart = min(wanted, (HEIGHT - 8) / max(1, len(rows) - 1))
        for side in (f"left-label-{layout}", f"right-label-{layout}"):
            for row, y in zip(rows, dodged([row[side] for row in rows], apart, 4, HEIGHT - 4), strict=True):
                lines = row[f"{side.split('-')[0]}-{layout}"].count("\n") + 1
                row[side] = round(y - (lines - 1) * LINE / 2, 1)  # the first line stands at its place
    return rows


def _spec(rows: Rows, layout: str) -> Spec:
    ends = {"x": {"value": 0}, "x2": {"value": "width"}}
    sides = ("left", 0, "right", -10), ("right", "width", "left", 10)
    layers: list[dict[str, Any]] = []
    for x in (0, "width"):
        mark = {"type": "rule", "color": colour("line"), "strokeWidth": 1}
        layers.append({"data": {"values": [{}]}, "mark": mark, "encoding": {"x": {"value": x}}})
    for test, thick in (("!==", 1.75), ("===", 3.25)):  # ours over the others
        layers.append(
            {
                "transform": [{"filter": f"isValid(datum.left) && isValid(datum.right) && datum.role {test} 'ours'"}],
                "mark": {"type": "rule", "strokeWidth": thick, "strokeCap": "round"},
                "encoding": {
                    **ends,
                    "y": quantitative("left", scale=None, axis=None),
                    "y2": {"field": "right"},
                    "color": by_role(),
                    "tooltip": nominal("said"),
                },
            }
        )
    for side, x, align, dx in sides:
        at = {"x": {"value": x}}
        layers.append(
            {
                "transform": [{"filter": f"isValid(datum.{side})"}],
                "mark": {"type": "point", "filled": True, "size": 60, "opacity": 1},
                "encoding": {
                    **at,
                    "y": quantitative(side, scale=None, axis=None),
                    "color": by_role(),
                    "tooltip": nominal("said"),
                },
            }
        )
        for test, weight in (("===", "bold"), ("!==", "normal")):
            layers.append(
                {
                    "transform": [{"filter": f"datum.role {test} 'ours'"}],
                    "mark": words(align=align, baseline="middle", dx=dx, fontWeight=weight),
                    "encoding": {
                        **at,
                        "y": quantitative(f"{side}-label-{layout}", scale=None, axis=None),
                        "text": nominal(f"{side}-{layout}"),
                    },
                }
            )
        number = 0 if side == "left" else 1
        layers.append(
            {
                "data": {"name": "times"},
                "transform": [{"filter": f"datum.at === {number}"}],
                "mark": words(align=align, baseline="middle", dx=dx, fill=colour("soft")),
                "encoding": {**at, "y": {"value": -18}, "text": nominal("word")},
            }
        )
    return chart(*layers, data="rows", height=HEIGHT)


def _sentence(title: str, unit: Unit, times: tuple[str, str], items: Sequence[Slope]) -> str:
    told = []
    for item in items:
        if item.role is Role.OURS:
            pair = {"first": unit.told(item.before), "last": unit.told(item.after)}
            told.append(_("%(place)s %(value)s") % {"place": item.name, "value": _("%(first)s, then %(last)s") % pair})
    changes = [_change(unit, item).value for item in items]
    counted = {
        _("rose: %(count)s"): sum(change is not None and change > 0 for change in changes),
        _("fell: %(count)s"): sum(change is not None and change < 0 for change in changes),
        _("stayed: %(count)s"): sum(change == 0 for change in changes),
        _("without a figure: %(count)s"): sum(change is None for change in changes),
    }
    told += [said % {"count": count} for said, count in counted.items() if count]
    both = _("%(title)s, %(first)s and %(last)s") % {"title": title, "first": times[0], "last": times[1]}
    return told_as_one(both, told)
