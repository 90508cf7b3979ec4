"""Figures of statistical offices, whatever form they come in, as observations with their provenance.

    reading = read("lfsa_argan.csv")              # SDMX-ML, SDMX-JSON, SDMX-CSV, ILOSTAT, OECD, JSON-stat, Israel's CBS
    reading = read("table.csv", mapping="table.yaml")
    for observation in reading.observations: ...   # each with .dataset.provenance
    reading.refusals                               # what could not be taken, file, row, field, what to do

A folder or zip may hold several files; SDMX structure messages among them serve the data messages beside them. What is
read is told by the content, not by the name.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

from kesher.formats.files import LIMITS, Files, Ledger, Limits
from kesher.formats.records import OBSERVATION, UnreadableFile
from kesher.formats.remarks import statistics as say
from kesher.formats.sheets import is_workbook
from kesher.formats.statistics.cbs import is_cbs, read_cbs
from kesher.formats.statistics.csv_dialects import layout_of, read_csv_dialect
from kesher.formats.statistics.json_stat import is_json_stat, read_json_stat
from kesher.formats.statistics.mapping import StatisticsMapping, load_statistics_mapping
from kesher.formats.statistics.opening import StatisticsFile, open_statistics
from kesher.formats.statistics.periods import Frequency, Period, parse_period
from kesher.formats.statistics.records import (
    OBS_VALUE,
    Action,
    Dataset,
    Observation,
    Provenance,
    StatisticsReading,
    Status,
)
from kesher.formats.statistics.sdmx_json import parse_json, read_sdmx_json
from kesher.formats.statistics.sdmx_ml import kind_of, read_sdmx_ml
from kesher.formats.statistics.structures import Structures, read_structures
from kesher.formats.statistics.tables import read_table

__all__ = [
    "OBS_VALUE",
    "Action",
    "Dataset",
    "Frequency",
    "Observation",
    "Period",
    "Provenance",
    "StatisticsMapping",
    "StatisticsReading",
    "Status",
    "Structures",
    "form_of",
    "load_statistics_mapping",
    "open_statistics",
    "parse_period",
    "read",
    "read_structures",
]
#: The root element of what holds structures only.
_STRUCTURE = "Structure"
_MAPPINGS = (".yaml", ".yml", ".toml")


def form_of(file: StatisticsFile) -> str:
    """``sdmx-ml``, ``json``, ``workbook`` or ``csv``: by its first bytes. Raises :class:`UnreadableFile` for an empty
    file.
    """
    if is_workbook(file.name):
        return "workbook"
    head = file.head(4096)
    for mark in (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"):
        head = head.removeprefix(mark)
    head = head.replace(b"\x00", b"").lstrip()
    if head.startswith(b"<"):
        return "sdmx-ml"
    if head[:1] in (b"{", b"["):
        return "json"
    return "csv"


def read(
    path: str | Path | Files,
    *,
    mapping: str | Path | Sequence[StatisticsMapping] | None = None,
    structures: Structures | None = None,
    dimensions: Sequence[str] = (),
    source: str = "",
    licence: str = "",
    url: str = "",
    retrieved: date | None = None,
    limits: Limits = LIMITS,
) -> StatisticsReading:
    """The observations of a file, folder or zip. Raises :class:`UnreadableFile` when there is nothing to read in it.

    ``mapping``: of tables that do not say what they are. ``structures``: of SDMX, when they are not beside the data.
    ``dimensions``: names those of an SDMX-CSV that comes without its structure, in any order of columns. ``source``,
    ``licence``, ``url``, ``retrieved``: provenance, where the file does not tell it. Of several files those that cannot
    be read are refused in ``refusals``; of one file it is raised.
    """
    ledger = Ledger(kind=OBSERVATION)
    files = open_statistics(path, limits)
    maps = _mappings(path, mapping)
    known = Structures()
    if structures is not None:
        known.add(structures)
    data: list[StatisticsFile] = []
    alone = len(files) == 1
    for file in files:
        if file.name.lower().endswith(_MAPPINGS) or file.name.lower().endswith((".md", ".pdf", ".geojson")):
            continue
        try:
            if form_of(file) == "sdmx-ml" and kind_of(file)[0] == _STRUCTURE:
                found = read_structures(file)
                if alone:
                    raise UnreadableFile(file.name, say.NO_OBSERVATIONS_IN_KIND(kind=_STRUCTURE))
                known.add(found)
            else:
                data.append(file)
        except UnreadableFile as fault:
            if alone:
                raise
            ledger.refuse(fault.file, None, None, fault.said)
    if not data:
        raise UnreadableFile(Path(str(path)).name, say.FORM_UNKNOWN())
    reading = StatisticsReading(iter(()), ledger.refusals)
    provenance = Provenance("", "", "", source, licence, url, retrieved)

    def opened(file: StatisticsFile) -> Iterator[Observation]:
        return _open(file, ledger, provenance, known, maps, dimensions, reading.skipped)

    if alone or len(data) == 1:
        reading.observations = _with_first(opened(data[0]))
    else:
        reading.observations = _all(data, opened, ledger)
    return reading


def _with_first(observations: Iterator[Observation]) -> Iterator[Observation]:
    """The same, begun: what makes a file unreadable is raised here, not by who iterates."""
    first = next(observations, None)

    def all_of_them() -> Iterator[Observation]:
        if first is not None:
            yield first
            yield from observations

    return all_of_them()


def _all(
    files: Sequence[StatisticsFile], opened: Callable[[StatisticsFile], Iterator[Observation]], ledger: Ledger
) -> Iterator[Observation]:
    for file in files:
        try:
            yield from opened(file)
        except UnreadableFile as fault:
            ledger.refuse(fault.file, None, None, fault.said)


def _mappings(
    path: str | Path | Files, mapping: str | Path | Sequence[StatisticsMapping] | None
) -> tuple[StatisticsMapping, ...]:
    if mapping is None and not isinstance(path, Files) and Path(path).is_dir():
        beside = [Path(path) / f"mapping{ending}" for ending in _MAPPINGS]
        mapping = next((one for one in beside if one.is_file()), None)
    if mapping is None:
        return ()
    if isinstance(mapping, str | Path):
        return load_statistics_mapping(mapping)
    return tuple(mapping)


def _open(
    file: StatisticsFile,
    ledger: Ledger,
    provenance: Provenance,
    structures: Structures,
    mappings: Sequence[StatisticsMapping],
    dimensions: Sequence[str],
    skipped: dict[str, int],
) -> Iterator[Observation]:
    form = form_of(file)
    wanted = [one for one in mappings if one.matches(file.name)] or ([mappings[0]] if _only(mappings) else [])
    if form in ("csv", "workbook") and wanted:
        for one in wanted:
            yield from read_table(file, one, ledger, _of(file, provenance, "table"), skipped)
    elif form == "sdmx-ml":
        yield from read_sdmx_ml(file, ledger, _of(file, provenance, form), structures)
    elif form == "json":
        message = parse_json(file)
        if is_cbs(message):
            yield from read_cbs(file, message, ledger, _of(file, provenance, "il-cbs"))
        elif is_json_stat(message):
            yield from read_json_stat(file, message, ledger, _of(file, provenance, "json-stat"))
        elif isinstance(message, dict) and _is_sdmx(message):
            yield from read_sdmx_json(file, message, ledger, _of(file, provenance, "sdmx-json"))
        else:
            raise UnreadableFile(file.name, say.FORM_UNKNOWN())
    elif form == "csv":
        columns = file.columns()
        layout = layout_of(columns, file.delimiter())
        if layout is None:
            raise UnreadableFile(file.name, say.FORM_UNKNOWN())
        own = _of(file, provenance, layout.dialect)
        yield from read_csv_dialect(file, layout, columns, ledger, own, structures, dimensions)
    else:
        raise UnreadableFile(file.name, say.FORM_UNKNOWN())


def _only(mappings: Sequence[StatisticsMapping]) -> bool:
    return len(mappings) == 1 and not mappings[0].file


def _is_sdmx(message: dict[str, object]) -> bool:
    return bool({"dataSets", "structure", "data", "header", "meta"} & message.keys())


def _of(file: StatisticsFile, provenance: Provenance, dialect: str) -> Provenance:
    return Provenance(
        file.name,
        file.sha256,
        dialect,
        provenance.source,
        provenance.licence,
        provenance.url,
        provenance.retrieved,
        provenance.released,
    )
