"""Data messages of SDMX-JSON 1.0 and 2.x, in all their layouts: flat, time series, cross sections.

Both say once which values a dimension or attribute has, and then point at them by place. Layouts differ only in which
dimensions stand in the key of a series and which in that of an observation.

Source: https://github.com/sdmx-twg/sdmx-json, data-message/docs/1-sdmx-json-field-guide.md (1.0 and 2.1.0).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from kesher.formats.files import Ledger
from kesher.formats.records import UnreadableFile
from kesher.formats.remarks import Said, standards
from kesher.formats.remarks import statistics as say
from kesher.formats.statistics.building import Teller, number_of, settled
from kesher.formats.statistics.opening import StatisticsFile
from kesher.formats.statistics.periods import Period, parse_period
from kesher.formats.statistics.records import OBS_VALUE, Action, Dataset, Observation, Provenance
from kesher.formats.statistics.sdmx_ml import action_of, moment
from kesher.formats.values import Unclean

_TIMES = {"TIME_PERIOD", "TIME"}


class _Outside(Exception):
    """Something points at a place that is not there."""

    def __init__(self, said: Said) -> None:
        super().__init__(said.reason)
        self.said = said


@dataclass(frozen=True, slots=True)
class _Component:
    id: str
    values: list[Mapping[str, Any]]
    is_time: bool
    default: str | None

    def code(self, at: object) -> str:
        """The code at a place; in 2.x an attribute may also be given as it is."""
        if isinstance(at, int) and not isinstance(at, bool):
            if not 0 <= at < len(self.values):
                raise _Outside(say.POSITION_OUTSIDE(at=at, name=self.id, count=len(self.values)))
            found = self.values[at]
            return _words(found.get("id", found.get("value", found.get("name", ""))))
        return _words(at)


@dataclass(slots=True)
class _Table:
    """One structure of a message: its components by the level they stand on."""

    reference: str
    title: str
    fixed: list[_Component]
    series: list[_Component]
    observation: list[_Component]
    order: dict[str, int]
    series_notes: list[_Component]
    observation_notes: list[_Component]
    fixed_notes: list[_Component]
    measures: list[str]
    labels: dict[str, dict[str, str]] = field(default_factory=dict)


def parse_json(file: StatisticsFile) -> Any:
    """The JSON of a file. Raises :class:`UnreadableFile`."""
    try:
        return json.loads(file.read())
    except json.JSONDecodeError as error:
        if error.pos >= len(error.doc.rstrip()):
            raise UnreadableFile(file.name, standards.JSON_CUT()) from None
        raise UnreadableFile(file.name, standards.JSON_WRONG(at=error.pos + 1, why=error.msg)) from None
    except UnicodeDecodeError:
        raise UnreadableFile(file.name, standards.NOT_TEXT()) from None
    except RecursionError:
        raise UnreadableFile(file.name, standards.JSON_TOO_DEEP()) from None
    except ValueError as error:  # a number of more digits than Python takes
        raise UnreadableFile(file.name, standards.JSON_BROKEN(why=error)) from None


def read_sdmx_json(
    file: StatisticsFile, message: Mapping[str, Any], ledger: Ledger, provenance: Provenance
) -> Iterator[Observation]:
    """The observations of one parsed data message. Raises :class:`UnreadableFile` for a message of another kind."""
    inner = message.get("data")
    data: Mapping[str, Any] = inner if isinstance(inner, dict) else message
    sets = data.get("dataSets", message.get("dataSets"))
    if not isinstance(sets, list):
        kind = "metadata" if "metadataSets" in data else "structure"
        raise UnreadableFile(file.name, say.NO_OBSERVATIONS_IN_KIND(kind=kind))
    head = message.get("header") or message.get("meta") or {}
    released = moment(str(head.get("prepared", ""))) if isinstance(head, dict) else None
    provenance = replace(provenance, released=released or provenance.released)
    structures = data.get("structures", data.get("structure", message.get("structure")))
    if isinstance(structures, dict):
        structures = [structures]
    if not isinstance(structures, list) or not structures:
        raise UnreadableFile(file.name, say.NOT_OF_FORM(form="SDMX-JSON", why="no structure"))
    teller = Teller(file.name, ledger)
    return _observations(file, sets, structures, teller, provenance)


def _observations(
    file: StatisticsFile,
    sets: Sequence[Any],
    structures: Sequence[Any],
    teller: Teller,
    provenance: Provenance,
) -> Iterator[Observation]:
    row = 0
    for found in sets:
        if not isinstance(found, dict):
            teller.refuse(None, "dataSets", standards.OBJECT_EXPECTED())
            continue
        try:
            table = _table(structures[found.get("structure", 0)])
            fixed = {one.id: one.code(0) for one in table.fixed if one.values}
            notes = _attributes(found.get("attributes"), table.fixed_notes, None, teller)
        except (_Outside, IndexError, TypeError, KeyError, AttributeError, ValueError) as error:
            why = error if not isinstance(error, _Outside) else error.said.reason.removesuffix(".")
            raise UnreadableFile(file.name, say.NOT_OF_FORM(form="SDMX-JSON", why=why)) from None
        dataset = _dataset(table, provenance, action_of(str(found.get("action", ""))), notes)
        row += 1
        place = row
        flat = found.get("observations")
        if isinstance(flat, dict):
            for key, cells in flat.items():
                yield from _observation(table, dataset, fixed, {}, key, cells, place, teller)
                place += 1
        by_series = found.get("series") or {}
        if not isinstance(by_series, dict):
            teller.refuse(place, "series", standards.OBJECT_EXPECTED())
            continue
        for series_key, series in by_series.items():
            try:
                codes = fixed | _key(series_key, table.series)
                own = _attributes(series.get("attributes"), table.series_notes, place, teller)
                observations = series.get("observations") or {}
                items = list(observations.items())
            except (_Outside, AttributeError, TypeError, ValueError) as error:
                said = error.said if isinstance(error, _Outside) else standards.OBJECT_EXPECTED()
                teller.refuse(place, str(series_key), said)
                continue
            for key, cells in items:
                yield from _observation(table, dataset, codes, own, key, cells, place, teller)
                place += 1
        row = place - 1


def _observation(
    table: _Table,
    dataset: Dataset,
    codes: Mapping[str, str],
    notes: Mapping[str, str],
    key: str,
    cells: object,
    row: int,
    teller: Teller,
) -> Iterator[Observation]:
    try:
        if not isinstance(cells, list):
            cells = [cells]
        codes = {**codes, **_key(key, table.observation)}
        count = len(table.measures)
        own = _attributes(cells[count:], table.observation_notes, row, teller)
        period: Period | None = None
        for component in (*table.fixed, *table.series, *table.observation):
            if component.is_time and codes.get(component.id):
                period = parse_period(codes[component.id])
        ordered = tuple(codes.get(name, "") for name in dataset.dimensions)
        notes = {**notes, **own}
        if not cells:
            if not dataset.action & Action.DELETE:
                teller.once(row, key, say.ATTRIBUTES_ALONE())  # only keys were asked for
                return
            cells = [None]
        for measure, cell in zip(table.measures, cells, strict=False):
            value, status = number_of("" if cell is None else str(cell))
            value, status = settled(value, status, notes, row, teller)
            yield Observation(dataset, ordered, period, value, status, row, measure, notes)
    except _Outside as fault:
        teller.refuse(row, key, fault.said)
    except Unclean as fault:
        teller.refuse(row, key, fault.said)
    except ValueError as error:
        teller.refuse(row, key, say.NOT_OF_FORM(form="SDMX-JSON", why=error))


def _key(text: str, components: Sequence[_Component]) -> dict[str, str]:
    """``"0:1"`` as codes. In 2.x a place may be empty: not of this level."""
    places = text.split(":") if text else []
    if len(places) > len(components):
        raise _Outside(say.POSITION_OUTSIDE(at=len(places), name="key", count=len(components)))
    return {
        component.id: component.code(int(place))
        for component, place in zip(components, places, strict=False)
        if place.strip()
    }


def _attributes(places: object, components: Sequence[_Component], row: int | None, teller: Teller) -> dict[str, str]:
    """Notes by name. One that points at nothing is told and left out: the figure beside it is none the worse."""
    found: dict[str, str] = {}
    if not isinstance(places, list):
        places = []
    for at, component in enumerate(components):
        place = places[at] if at < len(places) else None
        if place is None:
            if component.default is not None:
                found[component.id] = component.default
            continue
        try:
            found[component.id] = component.code(place)
        except _Outside as fault:
            teller.once(row, component.id, fault.said)
    return found


def _table(structure: Mapping[str, Any]) -> _Table:
    dimensions = structure.get("dimensions") or {}
    attributes = structure.get("attributes") or {}
    measures = (structure.get("measures") or {}).get("observation") or []
    levels = [_components(dimensions.get(level)) for level in ("dataSet", "series", "observation")]
    order: dict[str, int] = {}
    for level in ("dataSet", "series", "observation"):
        for place, component in enumerate(dimensions.get(level) or []):
            order[str(component.get("id"))] = int(component.get("keyPosition", 1000 + place))
    labels = {
        str(component.get("id")): {
            str(value.get("id")): _name(value) for value in component.get("values") or [] if "id" in value
        }
        for level in ("dataSet", "series", "observation")
        for component in dimensions.get(level) or []
    }
    links = structure.get("links") or []
    urns = [str(link.get("urn", "")) for link in links if link.get("rel") in ("dataflow", "datastructure", "structure")]
    return _Table(
        reference=next((urn.partition("=")[2] for urn in urns if "=" in urn), ""),
        title=_name(structure) if "name" in structure or "names" in structure else "",
        fixed=levels[0],
        series=levels[1],
        observation=levels[2],
        order=order,
        fixed_notes=_components(attributes.get("dataSet")),
        series_notes=_components(attributes.get("series")),
        observation_notes=_components(attributes.get("observation")),
        measures=[str(one.get("id", OBS_VALUE)) for one in measures] or [OBS_VALUE],
        labels=labels,
    )


def _components(found: object) -> list[_Component]:
    components = []
    for one in found if isinstance(found, list) else []:
        roles = one.get("roles") or [one.get("role")]
        name = str(one.get("id", ""))
        default = one.get("default")
        components.append(
            _Component(
                name,
                [value if isinstance(value, dict) else {} for value in one.get("values") or []],
                name in _TIMES or "TIME_PERIOD" in roles or "time" in roles,
                None if default is None else _words(default),
            )
        )
    return components


def _dataset(table: _Table, provenance: Provenance, action: Action, notes: Mapping[str, str]) -> Dataset:
    components = [one for one in (*table.fixed, *table.series, *table.observation) if not one.is_time]
    components.sort(key=lambda one: table.order.get(one.id, 0))
    return Dataset(
        id=table.reference or table.title or provenance.file,
        dimensions=tuple(one.id for one in components),
        provenance=provenance,
        structure=table.reference,
        title=table.title,
        action=action,
        labels=table.labels,
        attributes=notes,
    )


def _name(found: Mapping[str, Any]) -> str:
    name = found.get("name")
    if isinstance(name, str):
        return name
    names = found.get("names") or name
    if isinstance(names, dict):
        return str(names.get("en", next(iter(names.values()), "")))
    return str(found.get("id", ""))


def _words(value: object) -> str:
    """An uncoded value: text, words by language, or several of them."""
    if isinstance(value, dict):
        return str(value.get("en", next(iter(value.values()), "")))
    if isinstance(value, list):
        return ";".join(_words(one) for one in value)
    return "" if value is None else str(value)
