"""Any table of figures, CSV or .xlsx, read by its mapping (:mod:`.mapping`)."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from kesher.formats.files import Ledger
from kesher.formats.records import UnreadableFile
from kesher.formats.remarks import say as tables_say
from kesher.formats.remarks import statistics as say
from kesher.formats.sheets import is_workbook, sheet_cells
from kesher.formats.statistics.building import Teller, number_of, settled
from kesher.formats.statistics.mapping import DimensionRule, StatisticsMapping, status_named
from kesher.formats.statistics.opening import StatisticsFile
from kesher.formats.statistics.periods import Frequency, Period, parse_period, period_of
from kesher.formats.statistics.records import Dataset, Observation, Provenance, Status
from kesher.formats.values import Unclean

_BETWEEN = " / "


def table_of(
    file: StatisticsFile, mapping: StatisticsMapping, ledger: Ledger
) -> tuple[list[str], Callable[[], Iterator[tuple[int, list[str]]]]]:
    """The columns of a table and its rows, each as text. Raises :class:`UnreadableFile`."""
    if not is_workbook(file.name):
        return file.columns(), lambda: file.rows(ledger)
    rows = sheet_cells(file.files, file.member, mapping.sheet, ledger)
    wanted = mapping.header_rows or (1,)
    heads: list[list[str]] = []
    for number, cells in rows:
        if number in wanted:
            heads.append([_text(cell) for cell in cells])
        if number >= max(wanted):
            break
    if not heads:
        raise UnreadableFile(file.name, tables_say.NO_HEADER_ROW())
    return _joined(heads), lambda: ((number, [_text(cell) for cell in cells]) for number, cells in rows)


def _joined(heads: list[list[str]]) -> list[str]:
    """Header rows as one: a heading above several columns holds for each, as merged cells are stored in the first."""
    width = max(map(len, heads))
    columns = [""] * width
    for place, head in enumerate(heads):
        last, carried = place == len(heads) - 1, ""
        for at in range(width):
            own = " ".join((head[at] if at < len(head) else "").split())
            carried = own or ("" if last else carried)
            if carried:
                columns[at] = f"{columns[at]}{_BETWEEN}{carried}" if columns[at] else carried
    return columns


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell)


def read_table(
    file: StatisticsFile, mapping: StatisticsMapping, ledger: Ledger, provenance: Provenance, skipped: dict[str, int]
) -> Iterator[Observation]:
    """The observations of one table. Raises :class:`UnreadableFile` when a column of the mapping is not there."""
    columns, rows = table_of(file, mapping, ledger)
    places = {name: place for place, name in reversed(list(enumerate(columns)))}
    for name in mapping.columns():
        if name not in places:
            raise UnreadableFile(file.name, say.MAPPED_COLUMN_NOT_THERE(column=name, columns=columns))
    own = replace(
        provenance,
        source=mapping.source or provenance.source,
        licence=mapping.licence or provenance.licence,
        url=mapping.url or provenance.url,
        retrieved=mapping.retrieved or provenance.retrieved,
    )
    return _Table(file.name, mapping, columns, places, ledger, own, skipped).observations(rows())


@dataclass(slots=True)
class _Value:
    """One column of values: its measure, and for melted columns the code it stands for."""

    place: int
    measure: str
    code: str | None
    scale: float


@dataclass(slots=True)
class _Table:
    file: str
    mapping: StatisticsMapping
    columns: Sequence[str]
    places: Mapping[str, int]
    ledger: Ledger
    provenance: Provenance
    skipped: dict[str, int]
    codes: dict[tuple[str, str], str] = field(default_factory=dict)
    periods: dict[tuple[str, ...], Period | None] = field(default_factory=dict)
    labels: dict[str, dict[str, str]] = field(default_factory=dict)

    def observations(self, rows: Iterator[tuple[int, list[str]]]) -> Iterator[Observation]:
        mapping, teller = self.mapping, Teller(self.file, self.ledger)
        dataset = self._dataset()
        values = self._values()
        comma = mapping.decimal == ","
        nothing = {word: status_named(meaning) for word, meaning in mapping.nothing.items()}
        breaks = [(rule.period, rule.codes) for rule in mapping.breaks]
        first = max(mapping.header_rows, default=1)
        at_status = self.places[mapping.status.column] if mapping.status else None
        notes_at = [(name, self.places[column]) for name, column in mapping.notes.items()]
        for row, cells in rows:
            if row <= first or self._skips(cells):
                continue
            codes = self._codes(cells, row, teller)
            if codes is None:
                continue
            try:
                period = self._period(cells)
            except Unclean as fault:
                teller.refuse(row, "period", fault.said)
                continue
            flags = self._status(cells, at_status, row, teller)
            if period is not None and breaks:
                for start, of in breaks:
                    if start.start == period.start and all(
                        codes[dataset.dimensions.index(n)] == c for n, c in of.items()
                    ):
                        flags |= Status.BREAK
            notes = {name: cells[place] for name, place in notes_at if cells[place]} if notes_at else {}
            for value in values:
                text = cells[value.place].strip()
                if text in nothing:
                    number, status = None, nothing[text]
                else:
                    try:
                        number, status = number_of(text, decimal_comma=comma)
                    except Unclean as fault:
                        teller.refuse(row, self.columns[value.place], fault.said)
                        continue
                if number is not None and value.scale != 1.0:
                    number *= value.scale
                status |= flags
                if status:
                    number, status = settled(number, status, {}, row, teller)
                yield Observation(
                    dataset,
                    codes if value.code is None else (*codes, value.code),
                    period,
                    number,
                    status,
                    row,
                    value.measure,
                    notes,
                )

    def _dataset(self) -> Dataset:
        mapping = self.mapping
        names = tuple(mapping.dimensions)
        if mapping.melt is not None:
            names = (*names, mapping.melt.dimension)
        units = {f"unit {name}": rule.unit for name, rule in mapping.measures.items() if rule.unit}
        if mapping.melt is not None and mapping.melt.unit:
            units[f"unit {mapping.melt.measure}"] = mapping.melt.unit
        reasons = {f"break {rule.start}": rule.reason for rule in mapping.breaks}
        return Dataset(
            id=mapping.dataset,
            dimensions=names,
            provenance=replace(self.provenance, dialect="table"),
            title=mapping.title,
            labels=self.labels,
            attributes={**mapping.constants, **units, **reasons},
        )

    def _values(self) -> list[_Value]:
        melt = self.mapping.melt
        if melt is None:
            return [
                _Value(self.places[rule.column], name, None, rule.scale) for name, rule in self.mapping.measures.items()
            ]
        form = re.compile(melt.columns)
        found = [(place, name) for place, name in enumerate(self.columns) if form.fullmatch(name)]
        if not found:
            raise UnreadableFile(self.file, say.MAPPED_COLUMN_NOT_THERE(column=melt.columns, columns=self.columns))
        return [_Value(place, melt.measure, name, melt.scale) for place, name in found]

    def _skips(self, cells: Sequence[str]) -> bool:
        for rule in self.mapping.skip:
            member = cells[self.places[rule.member]].strip() if rule.member else ""
            if rule.skips(cells[self.places[rule.column]].strip(), member):
                self.skipped[rule.reason] = self.skipped.get(rule.reason, 0) + 1
                return True
        return False

    def _codes(self, cells: Sequence[str], row: int, teller: Teller) -> tuple[str, ...] | None:
        codes: list[str] = []
        for name, rule in self.mapping.dimensions.items():
            if rule.constant is not None:
                codes.append(rule.constant)
                continue
            text = rule.join.join(cells[self.places[origin]].strip() for origin in rule.origins)
            code = self.codes.get((name, text))
            if code is None:
                code = self.codes[name, text] = coded(text, rule)
            if not code:
                teller.refuse(row, rule.origins[0], say.DIMENSION_EMPTY(name=name))
                return None
            if rule.labels and (words := cells[self.places[rule.labels]].strip()):
                self.labels.setdefault(name, {})[code] = words
            codes.append(code)
        return tuple(codes)

    def _period(self, cells: Sequence[str]) -> Period | None:
        rule = self.mapping.period
        if rule is None:
            return None
        if rule.constant is not None:
            key: tuple[str, ...] = (rule.constant,)
        elif rule.columns is not None:
            key = tuple(cells[self.places[name]].strip() for name in rule.columns)
        else:
            key = (cells[self.places[rule.column or ""]].strip(),)
        if key not in self.periods:
            if len(key) == 2:
                self.periods[key] = _of_two(key[0], key[1], rule.frequency or Frequency.MONTH)
            else:
                self.periods[key] = parse_period(key[0], rule.frequency)
        return self.periods[key]

    def _status(self, cells: Sequence[str], place: int | None, row: int, teller: Teller) -> Status:
        rule = self.mapping.status
        if rule is None or place is None or not (word := cells[place].strip()):
            return Status.NORMAL
        meaning = rule.values.get(word)
        if meaning is None:
            teller.once(row, rule.column, say.FLAG_UNKNOWN(value=word), word)
            return Status.OTHER
        return status_named(meaning)


def coded(text: str, rule: DimensionRule) -> str:
    """A cell as the code of a dimension.

    >>> coded("7.0", DimensionRule(column="x", whole=True, pad=4))
    '0007'
    """
    if not text:
        return rule.empty or ""
    if text in rule.values:
        return rule.values[text]
    if rule.whole and re.fullmatch(r"\d+\.0+", text):
        text = text.partition(".")[0]
    return text.zfill(rule.pad) if rule.pad else text


def _of_two(year: str, part: str, frequency: Frequency) -> Period:
    """A year in one column and a month or quarter in another; also ``2013.0`` and ``Q1``."""
    try:
        return period_of(int(float(year)), int(float(part.lstrip("QqMm"))), frequency)
    except (ValueError, OverflowError):
        raise Unclean(say.NOT_A_PERIOD(value=f"{year} {part}")) from None
