"""JSON-stat 1.x and 2.0: a cube of values under the product of its dimensions.

Source: https://json-stat.org/full/ (2.0), https://json-stat.org/format/ (1.x, bundles of data sets by name).
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from kesher.formats.files import Ledger
from kesher.formats.records import UnreadableFile
from kesher.formats.remarks import standards
from kesher.formats.remarks import statistics as say
from kesher.formats.statistics.building import Teller, number_of, settled
from kesher.formats.statistics.opening import StatisticsFile
from kesher.formats.statistics.periods import Period, parse_period
from kesher.formats.statistics.records import OBS_VALUE, Dataset, Observation, Provenance
from kesher.formats.statistics.sdmx_ml import moment
from kesher.formats.values import Unclean

#: More cells than this are a mistake, or an attempt to fill the memory by three numbers.
CELLS = 50_000_000


@dataclass(frozen=True, slots=True)
class Cube:
    """One data set as it stands: names of its dimensions, their sizes, codes and words."""

    name: str
    content: Mapping[str, Any]
    dimensions: tuple[str, ...]
    sizes: tuple[int, ...]
    codes: tuple[tuple[str, ...], ...]
    labels: Mapping[str, Mapping[str, str]]
    time: frozenset[str]
    metric: frozenset[str]

    @property
    def cells(self) -> int:
        return math.prod(self.sizes)


def is_json_stat(message: object) -> bool:
    if not isinstance(message, dict):
        return False
    if message.get("class") in ("dataset", "collection", "bundle", "dimension"):
        return True
    return any(isinstance(one, dict) and "dimension" in one and "value" in one for one in (message, *message.values()))


def cubes(message: Mapping[str, Any], file: str) -> list[Cube]:
    """The data sets of a response: one, a bundle of 1.x, or those that a collection holds. Raises
    :class:`UnreadableFile`.
    """
    try:
        return [_cube(name, found) for name, found in _contents(message, file)]
    except (KeyError, TypeError, AttributeError, ValueError, IndexError) as error:
        raise UnreadableFile(file, say.NOT_OF_FORM(form="JSON-stat", why=f"{type(error).__name__}: {error}")) from None


def _contents(message: Mapping[str, Any], file: str) -> list[tuple[str, Mapping[str, Any]]]:
    if "value" in message and "dimension" in message:
        return [(str(message.get("label") or file), message)]
    links = message.get("link", {}).get("item", []) if isinstance(message.get("link"), dict) else []
    held = [
        (str(one.get("label") or one.get("href") or place), one) for place, one in enumerate(links) if "value" in one
    ]
    if not held:
        held = [(str(name), one) for name, one in message.items() if isinstance(one, dict) and "value" in one]
    if not held and links:
        raise UnreadableFile(file, say.ONLY_LINKS(count=len(links)))
    if not held:
        raise UnreadableFile(file, say.NO_OBSERVATIONS_IN_KIND(kind=str(message.get("class", "JSON-stat"))))
    return held


def _cube(name: str, content: Mapping[str, Any]) -> Cube:
    dimension = content["dimension"]
    names = tuple(str(one) for one in content.get("id") or dimension["id"])
    sizes = tuple(int(one) for one in content.get("size") or dimension["size"])
    roles = content.get("role") or dimension.get("role") or {}
    if len(names) != len(sizes) or any(size < 0 for size in sizes) or math.prod(sizes) > CELLS:
        raise ValueError(f"sizes {sizes} of {len(names)} dimensions")
    codes: list[tuple[str, ...]] = []
    labels: dict[str, dict[str, str]] = {}
    for one, size in zip(names, sizes, strict=True):
        category = dimension[one].get("category") or {}
        index, words = category.get("index"), category.get("label") or {}
        if isinstance(index, dict):
            ordered = sorted(index, key=lambda code, index=index: int(index[code]))  # type: ignore[misc]
        elif isinstance(index, list):
            ordered = [str(code) for code in index]
        else:
            ordered = list(words)  # a dimension of one category needs no index
        if len(ordered) != size:
            raise ValueError(f"dimension {one} has {len(ordered)} categories, not {size}")
        codes.append(tuple(ordered))
        labels[one] = {str(code): str(text) for code, text in words.items()}
    time = frozenset(roles.get("time", ())) or frozenset(one for one in names if one.lower() in ("time", "year"))
    metric = frozenset(roles.get("metric", ()))
    return Cube(name, content, names, sizes, tuple(codes), labels, time, metric)


def read_json_stat(
    file: StatisticsFile, message: Mapping[str, Any], ledger: Ledger, provenance: Provenance
) -> Iterator[Observation]:
    """One observation for each cell of each cube, missing cells with them. Raises :class:`UnreadableFile`."""
    found = cubes(message, file.name)  # faults before the first observation
    return _observations(found, Teller(file.name, ledger), provenance)


def _observations(found: list[Cube], teller: Teller, provenance: Provenance) -> Iterator[Observation]:
    row = 0
    for cube in found:
        released = moment(str(cube.content.get("updated", "")))
        source = str(cube.content.get("source") or provenance.source)
        own = replace(provenance, source=source, released=released or provenance.released)
        time = next((one for one in cube.dimensions if one in cube.time), None)
        at = cube.dimensions.index(time) if time is not None else None
        names = tuple(one for one in cube.dimensions if one != time)
        dataset = Dataset(
            id=cube.name,
            dimensions=names,
            provenance=own,
            title=str(cube.content.get("label", "")),
            labels={one: cube.labels[one] for one in cube.dimensions},
        )
        values, count = _values(cube.content["value"], cube.cells)
        if count is not None and count != cube.cells:
            teller.once(None, "value", say.CELLS_AND_VALUES(count=count, cells=cube.cells), cube.name)
        statuses = _statuses(cube.content.get("status"))
        periods = _periods(cube, at)
        for place, codes in enumerate(product(*cube.codes)):
            row += 1
            period = None
            if at is not None:
                period = periods.get(codes[at])
                if period is None:
                    teller.refuse(row, time, say.NOT_A_PERIOD(value=codes[at]))
                    continue
                codes = (*codes[:at], *codes[at + 1 :])
            flag = statuses(place)
            notes = {"OBS_STATUS": flag} if flag and flag != ":" else {}
            cell = values(place)
            try:
                value, status = number_of("" if cell is None or isinstance(cell, bool) else str(cell))
            except Unclean as fault:
                teller.refuse(row, "value", fault.said)
                continue
            value, status = settled(value, status, notes, row, teller, "eurostat")
            yield Observation(dataset, codes, period, value, status, row, OBS_VALUE, notes)


def _periods(cube: Cube, at: int | None) -> dict[str, Period]:
    """Code of a time -> period: from the code, else from its words (Ireland's CSO counts its quarters)."""
    found: dict[str, Period] = {}
    if at is None:
        return found
    labels = cube.labels[cube.dimensions[at]]
    for code in cube.codes[at]:
        for text in (code, labels.get(code, "")):
            try:
                found[code] = parse_period(text)
                break
            except Unclean:
                continue
    return found


def _values(given: object, cells: int) -> tuple[Any, int | None]:
    """Value by place, and how many there are where the form needs one for each cell."""
    if isinstance(given, list):
        return (lambda place: given[place] if place < len(given) else None), len(given)
    if isinstance(given, dict):
        return (lambda place: given.get(str(place))), None
    raise UnreadableFile("value", standards.LIST_EXPECTED())


def _statuses(given: object) -> Any:
    """Flag by place: one for all, a list, or an object of those that are flagged."""
    if isinstance(given, str):
        return lambda place: given
    if isinstance(given, list) and len(given) == 1:
        return lambda place: str(given[0] or "")
    if isinstance(given, dict) and isinstance(given.get("value"), list):  # Eurostat's service of 2013 to 2015
        given = given["value"]
    if isinstance(given, list):
        flags = given
        return lambda place: str(flags[place] or "") if place < len(flags) else ""
    if isinstance(given, dict):
        known = given
        return lambda place: str(known.get(str(place)) or "")
    return lambda place: ""
