"""Series of Israel's Central Bureau of Statistics, as its series API gives them in JSON.

``DataSet.Series[]`` hold ``id``, names, ``unit``, ``time`` and ``obs[]`` with ``TimePeriod`` and ``Value``, the newest
first. Source: https://www.cbs.gov.il/en/Pages/Api-interface.aspx, ``/series/data/list``. Its tables (workbooks with
headers of several rows) are read by a mapping, see :mod:`.tables`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from kesher.formats.files import Ledger
from kesher.formats.records import UnreadableFile
from kesher.formats.remarks import standards
from kesher.formats.remarks import statistics as say
from kesher.formats.statistics.building import Teller, number_of, settled
from kesher.formats.statistics.opening import StatisticsFile
from kesher.formats.statistics.periods import parse_period
from kesher.formats.statistics.records import Dataset, Observation, Provenance
from kesher.formats.statistics.sdmx_ml import moment
from kesher.formats.values import Unclean

SOURCE = "Israel Central Bureau of Statistics"


def is_cbs(message: object) -> bool:
    return isinstance(message, dict) and isinstance(message.get("DataSet"), dict) and "Series" in message["DataSet"]


def read_cbs(
    file: StatisticsFile, message: Mapping[str, Any], ledger: Ledger, provenance: Provenance
) -> Iterator[Observation]:
    """The observations of the series of one answer, in the order of time. Raises :class:`UnreadableFile`."""
    series = message["DataSet"]["Series"]
    if isinstance(series, dict):
        series = [series]
    if not isinstance(series, list):
        raise UnreadableFile(file.name, standards.LIST_EXPECTED())
    provenance = replace(provenance, source=provenance.source or SOURCE)
    return _observations(series, Teller(file.name, ledger), provenance)


def _observations(series: list[Any], teller: Teller, provenance: Provenance) -> Iterator[Observation]:
    row = 0
    for place, one in enumerate(series, start=1):
        if not isinstance(one, dict) or "id" not in one or not isinstance(one.get("obs"), list):
            teller.refuse(place, "Series", standards.NOT_AN_OBJECT())
            continue
        words = _path(one)
        unit = _name(one.get("unit"))
        dataset = Dataset(
            id="il-cbs-series",
            dimensions=("series",),
            provenance=replace(provenance, released=moment(str(one.get("update", ""))) or provenance.released),
            title=words,
            labels={"series": {str(one["id"]): words}} if words else {},
            attributes={"unit": unit} if unit else {},
        )
        found: list[Observation] = []
        for cell in one["obs"]:
            row += 1
            if not isinstance(cell, dict):
                teller.refuse(row, "obs", standards.NOT_AN_OBJECT())
                continue
            given = cell.get("Value")
            try:
                period = parse_period(cell.get("TimePeriod", ""))
                value, status = number_of("" if given is None else str(given))
            except Unclean as fault:
                teller.refuse(row, "TimePeriod", fault.said)
                continue
            value, status = settled(value, status, {}, row, teller)
            found.append(Observation(dataset, (str(one["id"]),), period, value, status, row))
        if not one["obs"]:
            teller.once(place, "obs", say.NO_OBSERVATION(), str(one["id"]))
        yield from sorted(found, key=lambda each: (each.period or (), each.row))


def _name(found: object) -> str:
    return str(found.get("name", "")) if isinstance(found, dict) else ""


def _path(one: Mapping[str, Any]) -> str:
    """The words of a series: the levels of its path, from the widest to itself."""
    path = one.get("path")
    if isinstance(path, dict):
        words = [_name(path[level]) for level in sorted(path)]
        return " / ".join(word for word in words if word)
    return str(one.get("name", ""))
