"""CSV as statistical offices write it: SDMX-CSV 1.0 and 2.x (Eurostat, OECD), ILOSTAT, the older OECD.Stat.

All are flat tables with one observation in each row; they differ in which columns name the table, in how labels stand
beside codes, and in how flags are written. :func:`layout_of` tells the dialect by the header and says what each column
is.

Sources: SDMX-CSV field guides 1.0 and 2.1 (https://github.com/sdmx-twg/sdmx-csv); Eurostat, "API - Detailed guidelines
- SDMX-CSV"; OECD, "OECD Data API documentation", format csvfilewithlabels; ILOSTAT, "Bulk download facility".
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from kesher.formats.files import Ledger
from kesher.formats.records import UnreadableFile
from kesher.formats.remarks import statistics as say
from kesher.formats.statistics.building import Teller, number_of, settled
from kesher.formats.statistics.opening import StatisticsFile
from kesher.formats.statistics.periods import Period, parse_period
from kesher.formats.statistics.records import OBS_VALUE, Action, Dataset, Observation, Provenance, Status
from kesher.formats.statistics.sdmx_ml import ATTRIBUTES, action_of, moment
from kesher.formats.statistics.structures import Structure, Structures
from kesher.formats.values import Unclean

_MEASURE = re.compile(r"OBS_VALUE\d*|MEAS(URE)?_\w+", re.ASCII)
_SUFFIX = re.compile(r"\[.*\]$")
_TIME_NAMES = {"TIME_PERIOD", "TIME", "time"}
_ILOSTAT_NOTES = {"obs_status", "note_classif", "note_indicator", "note_source"}
_WITH_LABEL = ": "


@dataclass(slots=True)
class Layout:
    """What the columns of one table are, by their places."""

    dialect: str  # sdmx-csv-1, sdmx-csv-2, ilostat, oecd-stat
    dimensions: list[tuple[str, int]]
    attributes: list[tuple[str, int]]
    measures: list[tuple[str, int]]
    time: int | None = None
    structure: int | None = None  # column that names the data structure
    action: int | None = None
    released: int | None = None
    labels: dict[str, int] = field(default_factory=dict)  # dimension -> column of its words
    combined: bool = False  # cells are "CODE: words"
    known: str = "sdmx"  # whose flags
    guessed: bool = False
    delimiter: str = ","


def layout_of(columns: Sequence[str], delimiter: str = ",") -> Layout | None:
    """The layout of a table with these columns, ``None`` when it is none of the dialects."""
    first = _SUFFIX.sub("", columns[0]) if columns else ""
    if first == "STRUCTURE" and "STRUCTURE_ID" in columns[:2]:
        return _sdmx(columns, "sdmx-csv-2", delimiter)
    if first == "DATAFLOW":
        return _sdmx(columns, "sdmx-csv-1", delimiter)
    lower = {name.lower() for name in columns}
    if {"ref_area", "indicator", "time", "obs_value"} <= lower and "ref_area" in columns:
        return _ilostat(columns, delimiter)
    if {"LOCATION", "TIME", "Value"} <= set(columns):
        return _oecd_stat(columns, delimiter)
    return None


def _sdmx(columns: Sequence[str], dialect: str, delimiter: str) -> Layout:
    layout = Layout(dialect, [], [], [], structure=1 if dialect == "sdmx-csv-2" else 0, delimiter=delimiter)
    paired = "STRUCTURE_NAME" in columns
    skip = {"STRUCTURE", "STRUCTURE_ID", "STRUCTURE_NAME", "DATAFLOW", "DATAFLOW_NAME", "SERIES_KEY", "OBS_KEY"}
    after_measure = False
    place = -1
    while place + 1 < len(columns):
        place += 1
        heading, combined, _words = columns[place].partition(_WITH_LABEL)
        name = _SUFFIX.sub("", heading)
        if name in skip:
            continue
        if name == "ACTION":
            layout.action = place
            continue
        if name in ("LAST UPDATE", "UPDATED"):
            layout.released = place
            continue
        layout.combined = layout.combined or bool(combined)
        # with labels=name, the words of a component stand in the column after its codes
        label = place + 1 if paired and place + 1 < len(columns) else None
        if name in _TIME_NAMES:
            layout.time = place
        elif _MEASURE.fullmatch(name) and not _is_dimension_like(name):
            layout.measures.append((name, place))
            after_measure = True
        elif name in ATTRIBUTES or after_measure or _SUFFIX.search(heading):
            layout.attributes.append((name, place))
        else:
            layout.dimensions.append((name, place))
            if label is not None:
                layout.labels[name] = label
        if label is not None:
            place += 1
    layout.guessed = True
    return layout


def _is_dimension_like(name: str) -> bool:
    """``MEASURE`` and what begins so is a dimension at the OECD; ``MEAS_1`` is a measure of the field guide."""
    return name.startswith("MEASURE")


def _ilostat(columns: Sequence[str], delimiter: str) -> Layout:
    layout = Layout("ilostat", [], [], [], known="ilostat", delimiter=delimiter)
    for place, heading in enumerate(columns):
        name, is_label, _ = heading.partition(".label")
        if is_label:
            layout.labels[name] = place
        elif name == "time":
            layout.time = place
        elif name == "obs_value":
            layout.measures.append((OBS_VALUE, place))
        elif name in _ILOSTAT_NOTES:
            layout.attributes.append((name, place))
        else:
            layout.dimensions.append((name, place))
    return layout


def _oecd_stat(columns: Sequence[str], delimiter: str) -> Layout:
    """OECD.Stat until 2024: ``LOCATION,Country,SUBJECT,Subject,…,TIME,Time,Unit Code,…,Value,Flag Codes,Flags``."""
    layout = Layout("oecd-stat", [], [], [], delimiter=delimiter)
    notes = {"Unit Code", "PowerCode Code", "Reference Period Code", "Flag Codes"}
    for place, name in enumerate(columns):
        if name == "TIME":
            layout.time = place
        elif name == "Value":
            layout.measures.append((OBS_VALUE, place))
        elif name in notes:
            layout.attributes.append((name, place))
        elif name.isupper():
            layout.dimensions.append((name, place))
            after = columns[place + 1] if place + 1 < len(columns) else ""
            if after and not after.isupper() and after not in notes and after != "Value":
                layout.labels[name] = place + 1
    return layout


def by_structure(layout: Layout, columns: Sequence[str], structure: Structure) -> Layout:
    """The layout with roles as the structure tells them, whatever the order of the columns."""
    places: dict[str, int] = {}
    for place, heading in enumerate(columns):
        places.setdefault(_SUFFIX.sub("", heading.partition(_WITH_LABEL)[0]), place)
    fallback = {name.upper(): place for name, place in places.items()}

    def at(name: str) -> int | None:
        return places.get(name, fallback.get(name.upper()))

    def placed(names: Iterable[str]) -> list[tuple[str, int]]:
        return [(name, place) for name in names if (place := at(name)) is not None]

    return replace(
        layout,
        dimensions=placed(structure.dimensions),
        attributes=placed(sorted(structure.attributes)),
        measures=placed(structure.measures or (OBS_VALUE,)),
        time=at(structure.time) if structure.time else layout.time,
        guessed=False,
    )


def read_csv_dialect(
    file: StatisticsFile,
    layout: Layout,
    columns: Sequence[str],
    ledger: Ledger,
    provenance: Provenance,
    structures: Structures,
    dimensions: Sequence[str] = (),
) -> Iterator[Observation]:
    """The observations of a table. ``dimensions`` names them where neither structure nor order tells them.

    Raises :class:`UnreadableFile` when no column can be a dimension.
    """
    structure = next(iter(structures.by_id.values())) if len(structures.by_id) == 1 else None
    if dimensions:
        structure = Structure("", tuple(dimensions), frozenset(), tuple(name for name, _ in layout.measures))
        rest = [one for one in (*layout.attributes, *layout.dimensions) if one[0] not in dimensions]
        layout = replace(by_structure(layout, columns, structure), attributes=rest)
        structure = None
    elif structure is not None:
        layout = by_structure(layout, columns, structure)
    if not layout.dimensions and (layout.measures or layout.attributes):
        raise UnreadableFile(file.name, say.DIMENSIONS_UNKNOWN())
    return _Rows(file, layout, ledger, provenance, structures, structure).observations()


@dataclass(slots=True)
class _Rows:
    file: StatisticsFile
    layout: Layout
    ledger: Ledger
    provenance: Provenance
    structures: Structures
    structure: Structure | None
    datasets: dict[tuple[str, str, str], Dataset] = field(default_factory=dict)
    periods: dict[str, Period] = field(default_factory=dict)
    notes: dict[tuple[str, ...], Mapping[str, str]] = field(default_factory=dict)
    words: dict[str, dict[str, str]] = field(default_factory=dict)

    def observations(self) -> Iterator[Observation]:
        layout = self.layout
        teller = Teller(self.file.name, self.ledger)
        comma = layout.delimiter == ";"  # where columns are parted by ";", the comma is free for decimals
        if layout.guessed and layout.dimensions:
            names = [name for name, _ in layout.dimensions]
            teller.once(None, None, say.TAKEN_AS_DIMENSIONS(columns=names))
        note_places = [place for _, place in layout.attributes]
        dimension_places = [place for _, place in layout.dimensions]
        for row, cells in self.file.rows(self.ledger):
            dataset = self._dataset(cells)
            deleting = bool(dataset.action & Action.DELETE)
            codes = tuple(map(cells.__getitem__, dimension_places))
            if layout.combined:
                codes = tuple(self._split(name, code) for (name, _), code in zip(layout.dimensions, codes, strict=True))
            if layout.labels:
                self._learn(cells)
            if not deleting and "" in codes and not any(cells[place].strip() for _, place in layout.measures):
                teller.once(row, None, say.ATTRIBUTES_ALONE())  # notes of a part of the key
                continue
            if not deleting and not self._whole(codes, row, teller):
                continue
            notes = self._notes(tuple(map(cells.__getitem__, note_places)))
            period = None
            if layout.time is not None and cells[layout.time].strip():
                try:
                    period = self._period(cells[layout.time])
                except Unclean as fault:
                    teller.refuse(row, "TIME_PERIOD", fault.said)
                    continue
            if deleting:
                yield Observation(dataset, codes, period, None, Status.MISSING, row, OBS_VALUE, notes)
                continue
            if not layout.measures:
                teller.once(row, None, say.ATTRIBUTES_ALONE())
                continue
            several = len(layout.measures) > 1
            for measure, place in layout.measures:
                text = cells[place]
                if several and not text:
                    continue
                try:
                    value, status = number_of(text, decimal_comma=comma)
                except Unclean as fault:
                    teller.refuse(row, measure, fault.said)
                    continue
                value, status = settled(value, status, notes, row, teller, self._flags(notes))
                yield Observation(dataset, codes, period, value, status, row, measure, notes)

    def _flags(self, notes: Mapping[str, str]) -> str:
        return "eurostat" if "OBS_FLAG" in notes else self.layout.known

    def _whole(self, codes: tuple[str, ...], row: int, teller: Teller) -> bool:
        for (name, _), code in zip(self.layout.dimensions, codes, strict=True):
            if not code.strip():
                teller.refuse(row, name, say.DIMENSION_EMPTY(name=name))
                return False
            if self.structure is not None and not self.structure.knows(name, code):
                teller.refuse(row, name, say.CODE_NOT_IN_LIST(value=code, name=name))
                return False
        return True

    def _period(self, text: str) -> Period:
        found = self.periods.get(text)
        if found is None:
            found = self.periods[text] = parse_period(text.partition(_WITH_LABEL)[0])
        return found

    def _notes(self, cells: tuple[str, ...]) -> Mapping[str, str]:
        """Notes repeat from row to row: equal ones are one object."""
        found = self.notes.get(cells)
        if found is None:
            if len(self.notes) > 50_000:
                self.notes.clear()
            found = {name: cell for (name, _), cell in zip(self.layout.attributes, cells, strict=True) if cell}
            if self.layout.combined:
                found = {name: cell.partition(_WITH_LABEL)[0] for name, cell in found.items()}
            self.notes[cells] = found
        return found

    def _split(self, name: str, cell: str) -> str:
        code, found, words = cell.partition(_WITH_LABEL)
        if found:
            self.words.setdefault(name, {})[code] = words
        return code

    def _learn(self, cells: Sequence[str]) -> None:
        for name, place in self.layout.dimensions:
            at = self.layout.labels.get(name)
            if at is not None and cells[at]:
                self.words.setdefault(name, {})[cells[place]] = cells[at]

    def _dataset(self, cells: Sequence[str]) -> Dataset:
        layout = self.layout
        reference = cells[layout.structure] if layout.structure is not None else ""
        action = cells[layout.action] if layout.action is not None else ""
        released = cells[layout.released] if layout.released is not None else ""
        key = (reference, action, released)
        found = self.datasets.get(key)
        if found is None:
            name, _, title = reference.partition(_WITH_LABEL)
            when = moment(released) or _eurostat_moment(released) or self.provenance.released
            found = self.datasets[key] = Dataset(
                id=name or self.file.name,
                dimensions=tuple(name for name, _ in layout.dimensions),
                provenance=replace(self.provenance, dialect=layout.dialect, released=when),
                structure=name,
                title=title,
                action=action_of(action) if action else Action.MERGE,
                labels=self.structure.codes if self.structure is not None else self.words,
            )
        return found


def _eurostat_moment(text: str) -> datetime | None:
    """``11/06/26 23:00:00``: day, month, year of two digits."""
    found = re.fullmatch(r"(\d\d)/(\d\d)/(\d\d) (\d\d):(\d\d):(\d\d)", text)
    if not found:
        return None
    day, month, year, hour, minute, second = map(int, found.groups())
    return moment(f"20{year:02d}-{month:02d}-{day:02d}T{hour:02d}:{minute:02d}:{second:02d}")
