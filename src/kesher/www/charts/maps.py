"""A map of areas: boundaries shaded in classes, a circle for the people who live there. No tiles: nothing is asked of anybody.

Boundaries are GeoJSON, whose features carry the area's code. They are laid flat here (each degree of longitude as long as it is
in the middle of the map) and on a fine grid, so that neighbours keep one border, the page carries small whole numbers, and no
ring can be taken for the rest of the globe because somebody wound it the other way round.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext as _

from kesher.www.charts.figures import CannotDraw, Missing, Place, Role, Unit, ours
from kesher.www.charts.layout import SCHEMA, isolated, nominal, quantitative, words
from kesher.www.charts.look import colour
from kesher.www.charts.picture import Cell, Key, Panel, Picture, Rows, Spec, Twin, headings, number_cell
from kesher.www.charts.telling import among, told_as_one

GRID: Final = 1000
CLASSES: Final = 5
#: Whatever shape the land has, the drawing is at most so much higher than wide, and at least so flat.
TALLEST, FLATTEST = 1.8, 0.4
HATCH: Final = "url(#kesher-hatch)"


def choropleth(
    title: str,
    unit: Unit,
    places: Sequence[Place],
    boundaries: Mapping[str, Any],
    *,
    code: str = "code",
    breaks: Sequence[float] = (),
) -> Picture:
    """``boundaries``: a FeatureCollection of polygons; ``code``: the property that names the area. Every place needs a boundary
    and every boundary that has no place is drawn empty. ``breaks``: where classes part; else so that each holds as many places.
    """
    known = sorted(place.reading.value for place in places if place.reading.value is not None)
    parted = _breaks(known, breaks, unit)
    flat = Flat(boundaries, code)
    if lost := sorted({place.code for place in places} - set(flat.shapes)):
        raise CannotDraw(f"no boundary for {', '.join(lost)}")
    rows, features = _rows(unit, places, flat, parted)
    shown = _colours(len(parted) + 1)
    specs = [_spec(flat, shown, width, narrow=narrow) for narrow, width in ((False, 520), (True, 270))]
    return Picture(
        kind="map",
        title=title,
        sentence=_sentence(title, unit, places),
        unit=_("%(unit)s; the larger a circle, the more people live there") % {"unit": unit.words}
        if any(place.people for place in places)
        else unit.words,
        twin=_twin(unit, places),
        panels=(Panel(specs[0], specs[1]),),
        datasets={"rows": rows, "shapes": features},
        keys=(*_class_keys(unit, known, parted, shown), *_missing_keys(places)),
    )


def _breaks(known: Sequence[float], given: Sequence[float], unit: Unit) -> list[float]:
    """Where one class ends and the next begins (the number itself belongs to the upper one); fewer where figures are few."""
    if given:
        if sorted(set(given)) != list(given) or len(given) >= CLASSES:
            raise CannotDraw(f"at most {CLASSES - 1} places to part classes, in order, each once: {list(given)}")
        return list(given)
    if len(set(known)) < 2:
        return []
    classes = min(CLASSES, len(set(known)))
    found = [
        round(known[math.ceil(len(known) * number / classes) % len(known)], unit.decimals)
        for number in range(1, classes)
    ]
    return [one for one in dict.fromkeys(found) if known[0] < one <= known[-1]]


def _class_of(value: float, parted: Sequence[float]) -> int:
    return sum(value >= one for one in parted)


def _colours(classes: int) -> list[str]:
    """Of the ladder of five those that lie furthest apart."""
    chosen = {1: [3], 2: [2, 4], 3: [1, 3, 5], 4: [1, 2, 4, 5], 5: [1, 2, 3, 4, 5]}[classes]
    return [f"step-{number}" for number in chosen]


class Flat:
    """Boundaries on a grid: ``shapes`` code -> GeoJSON geometry in whole numbers, y downwards; ``aspect``: height by width."""

    def __init__(self, boundaries: Mapping[str, Any], code: str) -> None:
        found: dict[str, list[list[list[Sequence[float]]]]] = {}
        for number, feature in enumerate(boundaries.get("features", ())):
            name = str((feature.get("properties") or {}).get(code, ""))
            if not name:
                raise CannotDraw(f"boundary {number} has no {code!r}")
            found.setdefault(name, []).extend(_polygons(feature.get("geometry") or {}, name))
        points = [point for shape in found.values() for polygon in shape for ring in polygon for point in ring]
        if not points:
            raise CannotDraw("no boundaries")
        west, east = min(point[0] for point in points), max(point[0] for point in points)
        south, north = min(point[1] for point in points), max(point[1] for point in points)
        self.shrink = math.cos(math.radians((south + north) / 2))
        self.west, self.north = west, north
        self.scale = GRID / max((east - west) * self.shrink, north - south, 1e-9)
        self.aspect = (north - south) / max((east - west) * self.shrink, 1e-9)
        self.shapes = {name: self._laid(shape) for name, shape in found.items()}

    def point(self, longitude: float, latitude: float) -> list[int]:
        return [round((longitude - self.west) * self.shrink * self.scale), round((self.north - latitude) * self.scale)]

    def _laid(self, polygons: Iterable[Iterable[Iterable[Sequence[float]]]]) -> dict[str, Any]:
        laid = []
        for polygon in polygons:
            rings = [ring for ring in (self._ring(ring) for ring in polygon) if len(ring) > 3]
            if rings:
                laid.append(rings)
        return {"type": "MultiPolygon", "coordinates": laid}

    def _ring(self, ring: Iterable[Sequence[float]]) -> list[list[int]]:
        points: list[list[int]] = []
        for longitude, latitude, *_height in ring:
            point = self.point(longitude, latitude)
            if not points or points[-1] != point:
                points.append(point)
        return points

    def centre(self, name: str) -> list[float]:
        """Of the largest part of an area its middle, moved onto it where that lies outside."""
        parts = [polygon[0] for polygon in self.shapes[name]["coordinates"]]
        if not parts:
            raise CannotDraw(f"the boundary of {name} is smaller than the grid")
        ring = max(parts, key=lambda ring: abs(_area(ring)))
        middle = _middle(ring)
        return middle if _holds(ring, middle) else inside(ring)


def _area(ring: Sequence[Sequence[float]]) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, [*ring[1:], ring[0]], strict=True)) / 2


def _middle(ring: Sequence[Sequence[float]]) -> list[float]:
    """The centre of gravity; of a line its first point."""
    twice = 2 * _area(ring)
    if not twice:
        return [float(ring[0][0]), float(ring[0][1])]
    pairs = [(a, b, a[0] * b[1] - b[0] * a[1]) for a, b in zip(ring, [*ring[1:], ring[0]], strict=True)]
    sums = (sum((a[axis] + b[axis]) * cross for a, b, cross in pairs) for axis in (0, 1))
    return [round(one / (3 * twice), 1) for one in sums]


def _holds(ring: Sequence[Sequence[float]], point: Sequence[float]) -> bool:
    x, y = point
    edges = zip(ring, [*ring[1:], ring[0]], strict=True)
    return (
        sum((a[1] > y) != (b[1] > y) and x < a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0]) for a, b in edges) % 2
        == 1
    )


def inside(ring: Sequence[Sequence[float]]) -> list[float]:
    """A point within a ring, as near to its middle as the widest line across allows.

    >>> inside([[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]])
    [2.0, 2.0]
    """
    low, high = min(point[1] for point in ring), max(point[1] for point in ring)
    best: tuple[float, list[float]] = (-1.0, [float(ring[0][0]), float(ring[0][1])])
    for number in range(1, 20):
        y = low + (high - low) * number / 20
        edges = zip(ring, [*ring[1:], ring[0]], strict=True)
        crossed = sorted(
            a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0]) for a, b in edges if (a[1] > y) != (b[1] > y)
        )
        for start, end in zip(crossed[::2], crossed[1::2], strict=False):
            # wide, and not at the rim: the height it stands in counts a little
            worth = (end - start) - abs(y - (low + high) / 2) * 0.4
            if worth > best[0]:
                best = worth, [round((start + end) / 2, 1), round(y, 1)]
    return best[1]


def _polygons(geometry: Mapping[str, Any], name: str) -> list[list[list[Sequence[float]]]]:
    kind, coordinates = geometry.get("type"), geometry.get("coordinates", [])
    if kind == "Polygon":
        return [coordinates]
    if kind == "MultiPolygon":
        return list(coordinates)
    if kind == "GeometryCollection":
        return [polygon for one in geometry.get("geometries", ()) for polygon in _polygons(one, name)]
    raise CannotDraw(f"the boundary of {name} is a {kind}, not a polygon")


def _rows(unit: Unit, places: Sequence[Place], flat: Flat, parted: Sequence[float]) -> tuple[Rows, Rows]:
    most = max((place.people or 0 for place in places), default=0) or 1
    rows: Rows = []
    drawn: dict[str, dict[str, Any]] = {}
    for index, place in enumerate(places):
        reading = place.reading
        x, y = flat.centre(place.code)
        row = {
            "id": str(index),
            "value": reading.value,
            "class": _class_of(reading.value, parted) if reading.value is not None else None,
            "missing": reading.missing.value if reading.missing else None,
            "people": place.people,
            "role": place.role.value,
            "x": x,
            "y": y,
            "share": round(math.sqrt((place.people or 0) / most), 3),
            "word": isolated(place.name),
            "said": isolated(f"{place.name}: {unit.told_whole(reading)}"),
        }
        rows.append(row)
        if place.code in drawn:
            raise CannotDraw(f"two figures for the area {place.code}")
        drawn[place.code] = row
    features = []
    for name, geometry in flat.shapes.items():
        told = drawn.get(name)
        kept = (
            {key: told[key] for key in ("id", "class", "missing", "role", "said")} if told else {"role": "", "said": ""}
        )
        features.append({"type": "Feature", "geometry": geometry, **kept})
    rows.sort(key=lambda row: -row["share"])  # the small are drawn over the great
    return rows, features


def _spec(flat: Flat, shown: Sequence[str], width: int, *, narrow: bool) -> Spec:
    aspect = min(max(flat.aspect, FLATTEST), TALLEST)
    height = round(width * aspect)
    greatest = (11 if narrow else 18) * (1.0 if len(flat.shapes) <= 60 else 0.8)
    flat_projection = {"type": "identity"}
    scale = {"domain": list(range(len(shown))), "range": [colour(name) for name in shown]}
    fills = {"field": "class", "type": "ordinal", "scale": scale, "legend": None}
    shape = {"type": "geoshape", "stroke": colour("sheet"), "strokeWidth": 0.75, "strokeJoin": "round"}
    data = {"name": "shapes"}
    layers: list[dict[str, Any]] = [
        {
            "data": data,
            "transform": [{"filter": "!isValid(datum.class)"}],
            "mark": {**shape, "fill": colour("nothing"), "stroke": colour("line")},
        },
        {
            "data": data,
            "transform": [{"filter": "isValid(datum.missing)"}],
            "mark": {**shape, "fill": HATCH, "stroke": colour("line")},
            "encoding": {"tooltip": nominal("said")},
        },
        {
            "data": data,
            "transform": [{"filter": "isValid(datum.class)"}],
            "mark": {**shape, "stroke": colour("line")},
            "encoding": {
                "fill": fills,
                "tooltip": nominal("said"),
            },
        },
        {
            "data": data,
            "transform": [{"filter": "datum.role === 'ours'"}],
            "mark": {**shape, "fill": None, "filled": False, "stroke": colour("ink"), "strokeWidth": 2.5},
        },
    ]
    at = {"longitude": quantitative("x"), "latitude": quantitative("y")}
    lived_in = [{"filter": "datum.share > 0"}]
    for test, fill in (("isValid(datum.class)", fills), ("!isValid(datum.class)", {"value": HATCH})):
        # a pale ring parts circles that cover one another, a dark one around it parts them from a pale ground
        for ring, thick, more in (("line", 1.0, 1.0), ("sheet", 1.25, 0.0)):
            sized = {"calculate": f"pow(2 * ({greatest} * datum.share + {more}), 2)", "as": "size"}
            layers.append(
                {
                    "transform": [*lived_in, {"filter": test}, sized],
                    "mark": {"type": "circle", "opacity": 1, "stroke": colour(ring), "strokeWidth": thick},
                    "encoding": {
                        **at,
                        "fill": {"value": colour("sheet")} if more else fill,
                        "size": quantitative("size", scale=None, legend=None),
                        "tooltip": nominal("said"),
                    },
                }
            )
    halo = {"stroke": colour("sheet"), "strokeWidth": 4, "strokeJoin": "round"}
    for around in (halo, {}):
        mark = words(fontWeight="bold", align="center", baseline="bottom", dy=-12, tooltip=None, **around)
        layers.append(
            {
                "transform": [{"filter": "datum.role === 'ours'"}],
                "mark": mark,
                "encoding": {**at, "text": nominal("word")},
            }
        )
    return {
        "$schema": SCHEMA,
        "width": "container",
        "height": height,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "projection": flat_projection,
        "data": {"name": "rows"},
        "layer": layers,
        "usermeta": {"aspect": round(aspect, 3), "widest": round(min(620, 600 / aspect))},
    }


def _class_keys(unit: Unit, known: Sequence[float], parted: Sequence[float], shown: Sequence[str]) -> list[Key]:
    """Each class by its limits. The upper one is where the next begins."""
    if not known:
        return []
    edges = [known[0], *parted, known[-1]]
    keys = []
    for number, name in enumerate(shown):
        said = {"low": unit.said(edges[number]), "high": unit.said(edges[number + 1])}
        last = number == len(shown) - 1
        if said["low"] == said["high"] and last:
            word = said["low"]
        else:
            word = _("%(low)s to %(high)s") % said if last else _("%(low)s to below %(high)s") % said
        keys.append(Key(word, "step", name))
    return keys


def _missing_keys(places: Sequence[Place]) -> list[Key]:
    reasons = {place.reading.missing for place in places}
    return (
        [Key(", ".join(why.said() for why in Missing if why in reasons), "hatch", "nothing")]
        if reasons - {None}
        else []
    )


def _twin(unit: Unit, places: Sequence[Place]) -> Twin:
    counted = Unit("")
    people = any(place.people is not None for place in places)
    columns = headings(_("Place"), *([[_("People")]] if people else []), [_("Figure")])
    rows = []
    for index, place in enumerate(places):
        lives = []
        if people:
            known = place.people is not None
            text = counted.said(place.people or 0) if known else Missing.UNKNOWN.said()
            value = float(place.people) if place.people is not None else None
            lives = [Cell(text, value, None if known else Missing.UNKNOWN, f"{index}.people")]
        rows.append((Cell(place.name), *lives, number_cell(unit, place.reading, f"{index}.value")))
    return Twin(columns, tuple(rows))


def _sentence(title: str, unit: Unit, places: Sequence[Place]) -> str:
    parts = []
    if mine := ours(places):
        parts.append(_("%(place)s %(value)s") % {"place": mine.name, "value": unit.told_whole(mine.reading)})
    others = [place.reading for place in places if place.role is not Role.OURS]
    if told := among(others, unit):
        parts.append(_("the other areas %(values)s") % {"values": told})
    return told_as_one(title, parts)
