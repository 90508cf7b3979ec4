"""Lines over time, with the band a figure lies in, breaks and shocks marked with their reason; and small charts of them.

A missing figure is a gap. A break in the series parts the line: what was counted otherwise is not joined. Nothing is drawn
beyond the last figure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from django.utils.translation import gettext as _

from kesher.www.charts.figures import CannotDraw, Reading, Role, Unit
from kesher.www.charts.layout import (
    chart,
    dodged,
    isolated,
    nice,
    nominal,
    quantitative,
    ticks,
    wants_zero,
    with_figure,
    words,
)
from kesher.www.charts.look import SERIES, STROKES, colour
from kesher.www.charts.periods import Every, milliseconds, time_axis
from kesher.www.charts.picture import (
    Cell,
    Key,
    Panel,
    Picture,
    Rows,
    Spec,
    Twin,
    headings,
    interval_cells,
    number_cell,
)
from kesher.www.charts.telling import told_as_one

HEIGHT: Final = {"wide": 300, "narrow": 240, "small": 130}
#: More than so many points of a line are a line, and no dots on it.
FEW: Final = 14
MOST: Final = 5
MARKS: Final = ("line", "dash", "dots", "dashdot")


@dataclass(frozen=True, slots=True)
class Series:
    """A line: its name and a figure per period, in order. ``role`` where it is of a place."""

    name: str
    points: tuple[tuple[date, Reading], ...]
    role: Role | None = None


class Happened(StrEnum):
    BREAK = "break"  # counted otherwise since
    SHOCK = "shock"  # something happened


@dataclass(frozen=True, slots=True)
class Mark:
    """Something one must know to read a line: since when (until when), and why."""

    kind: Happened
    since: date
    reason: str
    until: date | None = None


def lines(title: str, unit: Unit, every: Every, series: Sequence[Series], marks: Sequence[Mark] = ()) -> Picture:
    """Up to five lines over time; more are :func:`multiples`."""
    if not 1 <= len(series) <= MOST:
        raise CannotDraw(f"{len(series)} lines in one chart: from 1 to {MOST} can be told apart; use small multiples")
    strokes = _strokes(series)
    rows = _rows(unit, every, series, marks)
    domain = _domain(rows)
    ends = _ends(unit, series, rows, domain)
    datasets = {"rows": rows, "ends": ends, "marks": _mark_rows(marks, series)}
    specs = {
        layout: _spec(unit, series, datasets, domain, strokes, layout=layout, span=_span(series))
        for layout in ("wide", "narrow")
    }
    return Picture(
        kind="lines",
        title=title,
        sentence=told_as_one(title, [_told(unit, every, one) for one in series]),
        unit=unit.words,
        twin=_twin(unit, every, series, marks),
        panels=(Panel(specs["wide"], specs["narrow"]),),
        datasets=datasets,
        keys=tuple(
            Key(one.name, MARKS[_dash_number(stroke[1])], stroke[0])
            for one, stroke in zip(series, strokes, strict=True)
        ),
        names_itself=True,
        notes=tuple(_note(every, mark) for mark in marks),
    )


def multiples(title: str, unit: Unit, every: Every, charts: Sequence[tuple[str, Sequence[Series]]]) -> Picture:
    """Small charts with one scale: of each its heading and its lines (ours, and grey beside it what it is compared with)."""
    if not charts:
        raise CannotDraw("small charts of nothing")
    every_series = [one for _heading, some in charts for one in some]
    names = list(dict.fromkeys(one.name for one in every_series))
    if len(names) > 3 or any(len({one.name for one in some}) != len(some) for _heading, some in charts):
        raise CannotDraw(f"at most three lines in each small chart, each of another name, not {names}")
    firsts = [next(one for one in every_series if one.name == name) for name in names]
    strokes = dict(zip(names, _strokes(firsts), strict=True))
    datasets: dict[str, Rows] = {}
    for number, (_heading, some) in enumerate(charts):
        datasets[f"rows-{number}"] = _rows(unit, every, some, (), prefix=f"{number}-")
    domain = _domain([row for rows in datasets.values() for row in rows])
    panels = []
    for number, (heading, some) in enumerate(charts):
        own = {"rows": datasets[f"rows-{number}"]}
        spec = _spec(
            unit,
            some,
            own,
            domain,
            [strokes[one.name] for one in some],
            layout="small",
            span=_span(every_series),
            suffix=f"-{number}",
        )
        label = told_as_one(heading, [_told(unit, every, one) for one in some])
        panels.append(Panel(spec, spec, title=heading, label=label))
    shown = [_told_of(heading, _told(unit, every, some[0], named=False)) for heading, some in charts[:4]]
    if len(charts) > 4:
        shown.append(_("more in the table: %(count)s") % {"count": len(charts) - 4})
    return Picture(
        kind="multiples",
        title=title,
        sentence=told_as_one(title, shown),
        unit=unit.words,
        twin=_twin_of_many(unit, every, charts),
        panels=tuple(panels),
        datasets=datasets,
        keys=tuple(Key(name, MARKS[_dash_number(strokes[name][1])], strokes[name][0]) for name in names),
    )


def _strokes(series: Sequence[Series]) -> list[tuple[str, list[int], str]]:
    """Colour, dash and shape of each line: by what the place is to us, else one after the other; never two alike."""
    if all(one.role for one in series) and len({one.role for one in series}) == len(series):
        return [STROKES[one.role] for one in series if one.role]
    if len(series) > len(SERIES):
        raise CannotDraw(f"{len(series)} lines of one kind: {len(SERIES)} can be told apart")
    return list(SERIES[: len(series)])


def _dash_number(dash: list[int]) -> int:
    return [stroke[1] for stroke in SERIES].index(dash)


def _rows(unit: Unit, every: Every, series: Sequence[Series], marks: Sequence[Mark], prefix: str = "") -> Rows:
    breaks = sorted(mark.since for mark in marks if mark.kind is Happened.BREAK)
    rows: Rows = []
    for number, one in enumerate(series):
        days = [day for day, _reading in one.points]
        if not days or sorted(set(days)) != days:
            raise CannotDraw(f"the points of {one.name!r} are not one per period, in order")
        part = band = 0
        before: date | None = None
        for index, (day, reading) in enumerate(one.points):
            if before and any(before < since <= day for since in breaks):
                part, band = part + 1, band + 1
            before = day
            rows.append(
                {
                    "id": f"{prefix}{number}.{index}",
                    "series": str(number),
                    "at": milliseconds(day),
                    "value": reading.value,
                    "low": reading.low,
                    "high": reading.high,
                    "part": part,
                    "band": band,
                    "said": isolated(f"{one.name}, {every.said(day)}: {unit.told_whole(reading)}"),
                }
            )
            part += not reading.is_known
            band += not reading.has_interval
    lengths: dict[tuple[str, int], int] = {}
    for row in rows:
        if row["value"] is not None:
            lengths[row["series"], row["part"]] = lengths.get((row["series"], row["part"]), 0) + 1
    for row in rows:  # a figure between two gaps would be a line of no length
        few = len(series[int(row["series"])].points) <= FEW
        row["dot"] = row["value"] is not None and (few or lengths[row["series"], row["part"]] == 1)
    return rows


def _domain(rows: Rows) -> tuple[float, float, float]:
    known = [number for row in rows for number in (row["value"], row["low"], row["high"]) if number is not None]
    if not known:
        return 0.0, 1.0, 0.5
    return nice(min(known), max(known), count=4, zero=wants_zero(known))


def _span(series: Sequence[Series]) -> tuple[date, date]:
    return min(one.points[0][0] for one in series), max(one.points[-1][0] for one in series)


def _ends(unit: Unit, series: Sequence[Series], rows: Rows, domain: tuple[float, float, float]) -> Rows:
    """The name and last figure of each line beside its end, moved apart where two end near one another."""
    low, high, _step = domain
    told: Rows = []
    for number, one in enumerate(series):
        known = [row for row in rows if row["series"] == str(number) and row["value"] is not None]
        if known:
            y = (1 - (known[-1]["value"] - low) / (high - low)) * HEIGHT["wide"]
            label = with_figure(one.name, unit.said(known[-1]["value"]), 22)
            told.append({"series": str(number), "name": isolated(label), "wanted": y})
    places = dodged([end["wanted"] for end in told], 34, 6, HEIGHT["wide"] - 4)
    # the first line of two stands at its place: moved up by half a line
    return [
        {**end, "y": round(place - 7.5 * end["name"].count("\n"), 1)} for end, place in zip(told, places, strict=True)
    ]


def _mark_rows(marks: Sequence[Mark], series: Sequence[Series]) -> Rows:
    first, last = _span(series)
    rows: Rows = []
    for number, mark in enumerate(marks, 1):
        if not first <= mark.since <= last:
            raise CannotDraw(f"{mark.reason!r} is marked outside the time that is drawn")
        until = min(mark.until, last) if mark.until else None
        rows.append(
            {
                "number": str(number),
                "kind": mark.kind.value,
                "since": milliseconds(mark.since),
                "until": milliseconds(until) if until else None,
                "said": isolated(f"{number}: {mark.reason}"),
            }
        )
    return rows


def _spec(
    unit: Unit,
    series: Sequence[Series],
    datasets: dict[str, Rows],
    domain: tuple[float, float, float],
    strokes: Sequence[tuple[str, list[int], str]],
    *,
    layout: str,
    span: tuple[date, date],
    suffix: str = "",
) -> Spec:
    low, high, step = domain
    height = HEIGHT[layout]
    numbers = [str(number) for number in range(len(series))]
    first, last = span
    if first == last:
        first, last = date(first.year - 1, first.month, 1), date(last.year + 1, last.month, 1)
    at = {
        "field": "at",
        "type": "quantitative",
        "scale": {"domain": [milliseconds(first), milliseconds(last)], "nice": False, "zero": False},
        "axis": time_axis(first, last, {"wide": 8, "narrow": 4, "small": 2}[layout]),
    }
    shown = ticks(low, high, step)
    every_other = 2 if layout == "small" and len(shown) > 3 else 1
    axis = {"values": shown[::every_other], "labelExpr": unit.axis_label(step), "orient": "left"}
    y = quantitative("value", scale={"domain": [low, high], "nice": False, "zero": False}, axis=axis)
    ink = nominal("series", scale={"domain": numbers, "range": [colour(one[0]) for one in strokes]}, legend=None)
    dash = nominal("series", scale={"domain": numbers, "range": [one[1] for one in strokes]}, legend=None)
    shape = nominal("series", scale={"domain": numbers, "range": [one[2] for one in strokes]}, legend=None)
    layers: list[dict[str, Any]] = []
    if datasets.get("marks"):
        layers += _drawn_marks(at)
    band = {"x": at, "y": quantitative("low", scale=y["scale"], axis=axis), "y2": {"field": "high"}, "color": ink}
    layers.append(
        {
            "transform": [{"filter": "isValid(datum.low)"}],
            "mark": {"type": "area", "opacity": 0.16, "tooltip": None},
            "encoding": {**band, "detail": [nominal("series"), nominal("band")]},
        }
    )
    line = {"type": "line", "strokeWidth": 2.5, "tooltip": None}
    layers.append(
        {
            "transform": [{"filter": "isValid(datum.value)"}],
            "mark": line,
            "encoding": {
                "x": at,
                "y": y,
                "color": ink,
                "strokeDash": dash,
                "detail": [nominal("series"), nominal("part")],
            },
        }
    )
    # those that are not drawn as dots can be pointed at all the same
    for test, look in (("datum.dot", {"size": 46}), ("!datum.dot", {"size": 160, "opacity": 0})):
        layers.append(
            {
                "transform": [{"filter": f"isValid(datum.value) && {test}"}],
                "mark": {"type": "point", "filled": True, "opacity": 1, **look},
                "encoding": {"x": at, "y": y, "color": ink, "shape": shape, "tooltip": nominal("said")},
            }
        )
    if layout == "wide":
        mark = words(align="left", baseline="middle", dx=10)
        place = {"x": {"value": "width"}, "y": quantitative("y", scale=None, axis=None), "text": nominal("name")}
        layers.append({"data": {"name": "ends"}, "mark": mark, "encoding": place})
    return chart(*layers, data=f"rows{suffix}", height=height)


def _drawn_marks(at: dict[str, Any]) -> list[dict[str, Any]]:
    """What happened, behind the lines: a time as a field, a day as a broken rule; on top the number of its note."""
    since = {**at, "field": "since"}
    data = {"name": "marks"}
    hover = nominal("said")
    return [
        {
            "data": data,
            "transform": [{"filter": "isValid(datum.until)"}],
            "mark": {"type": "rect", "color": colour("nothing")},
            "encoding": {"x": since, "x2": {"field": "until"}, "tooltip": hover},
        },
        {
            "data": data,
            "transform": [{"filter": "!isValid(datum.until)"}],
            "mark": {"type": "rule", "color": colour("soft"), "strokeDash": [4, 4], "strokeWidth": 1.5},
            "encoding": {"x": since, "tooltip": hover},
        },
        {
            "data": data,
            "mark": {
                "type": "point",
                "filled": True,
                "size": 330,
                "color": colour("soft"),
                "opacity": 1,
                "shape": "circle",
            },
            "encoding": {"x": since, "y": {"value": -4}, "tooltip": hover},
        },
        {
            "data": data,
            "mark": words(fill=colour("sheet"), align="center", baseline="middle", fontWeight="bold", fontSize=12),
            "encoding": {"x": since, "y": {"value": -4}, "text": nominal("number")},
        },
    ]


def _note(every: Every, mark: Mark) -> str:
    when = every.said(mark.since)
    if mark.until:
        return _("%(reason)s (%(since)s to %(until)s)") % {
            "reason": mark.reason,
            "since": when,
            "until": every.said(mark.until),
        }
    if mark.kind is Happened.BREAK:
        return _("Break in the series since %(since)s, the figures before and after are not joined: %(reason)s") % {
            "reason": mark.reason,
            "since": when,
        }
    return _("%(reason)s (%(since)s)") % {"reason": mark.reason, "since": when}


def _told(unit: Unit, every: Every, one: Series, *, named: bool = True) -> str:
    """The first and last figure of a line, and the highest where that is neither."""
    known = [(day, reading.value) for day, reading in one.points if reading.value is not None]
    if not known:
        told = _("no figure")
    else:
        chosen = [known[0]] if len(known) == 1 else [known[0], known[-1]]
        parts = [
            _("%(value)s (%(period)s)") % {"value": unit.said(value), "period": every.said(day)}
            for day, value in chosen
        ]
        told = _("%(first)s, then %(last)s") % {"first": parts[0], "last": parts[1]} if len(parts) == 2 else parts[0]
        day, top = max(known, key=lambda one: one[1])
        if len(known) > 2 and (day, top) not in chosen and top > max(value for _day, value in chosen):
            peak = _("%(value)s (%(period)s)") % {"value": unit.said(top), "period": every.said(day)}
            told = _("%(told)s, highest %(peak)s") % {"told": told, "peak": peak}
    return _told_of(one.name, told) if named else told


def _told_of(name: str, told: str) -> str:
    return _("%(place)s %(value)s") % {"place": name, "value": told}


def _twin(unit: Unit, every: Every, series: Sequence[Series], marks: Sequence[Mark]) -> Twin:
    """A row per period, newest last, as the line runs; for each line its figure and, if it has one, its interval."""
    days = sorted({day for one in series for day, _reading in one.points})
    columns = headings(_("Period"))
    for one in series:
        columns += headings([one.name])
        if _spans(one):
            columns += headings(
                [_("%(name)s, likely from") % {"name": one.name}], [_("%(name)s, likely to") % {"name": one.name}]
            )
    if marks:
        columns += headings(_("To know"))
    where = [{day: (index, reading) for index, (day, reading) in enumerate(one.points)} for one in series]
    rows = []
    for position, day in enumerate(days):
        cells = [Cell(every.said(day))]
        for number, one in enumerate(series):
            index, reading = where[number].get(day, (-1, None))
            row = f"{number}.{index}"
            cells.append(number_cell(unit, reading, f"{row}.value") if reading else Cell("–"))
            if _spans(one):
                cells += interval_cells(unit, reading, row) if reading else (Cell("–"), Cell("–"))
        if marks:
            following = days[position + 1] if position + 1 < len(days) else date.max
            said = [
                mark.reason for mark in marks if day <= mark.since < following or (position == 0 and mark.since < day)
            ]
            cells.append(Cell("; ".join(said)))
        rows.append(tuple(cells))
    return Twin(columns, tuple(rows))


def _spans(one: Series) -> bool:
    return any(reading.has_interval for _day, reading in one.points)


def _twin_of_many(unit: Unit, every: Every, charts: Sequence[tuple[str, Sequence[Series]]]) -> Twin:
    """A row per figure: which chart, which line, which period."""
    spans = any(_spans(one) for _heading, some in charts for one in some)
    columns = headings(_("Chart"), _("Line"), _("Period"), [_("Figure")])
    if spans:
        columns += headings([_("Likely from")], [_("Likely to")])
    rows = []
    for place, (heading, some) in enumerate(charts):
        for number, one in enumerate(some):
            for index, (day, reading) in enumerate(one.points):
                row = f"{place}-{number}.{index}"
                cells = (
                    Cell(heading),
                    Cell(one.name),
                    Cell(every.said(day)),
                    number_cell(unit, reading, f"{row}.value"),
                )
                rows.append((*cells, *(interval_cells(unit, reading, row) if spans else ())))
    return Twin(columns, tuple(rows))
