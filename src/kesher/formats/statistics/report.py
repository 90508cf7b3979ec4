"""What is in a file of statistics, counted: the report of ``kesher load stats PATH --dry-run``.

Nothing is stored. A later floor gives a ``sink`` that stores each batch (:class:`Sink`); the counts are the same.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Protocol

from kesher.formats.files import Ledger
from kesher.formats.records import OBSERVATION, Refusal
from kesher.formats.refusals import told
from kesher.formats.remarks import statistics as say
from kesher.formats.statistics.periods import Period
from kesher.formats.statistics.records import Action, Dataset, Observation, Provenance, StatisticsReading, Status

BATCH = 10_000
#: Observations among which repeated keys are looked for: some 250 bytes each.
LOOKED_AT = 4_000_000
#: Remarks that are printed; all of them are in the reading.
SHOWN = 20


class Sink(Protocol):
    """Where observations are stored. Called with whole batches in order; a fault leaves nothing half-written behind it."""

    def __call__(self, batch: Sequence[Observation], /) -> None: ...


@dataclass(slots=True)
class DatasetCount:
    """What one data set holds."""

    dataset: Dataset
    observations: int = 0
    values: int = 0
    series: int = 0
    first: Period | None = None
    last: Period | None = None
    statuses: dict[Status, int] = field(default_factory=dict)
    _keys: set[int] = field(default_factory=set, repr=False)

    @property
    def provenance(self) -> Provenance:
        return self.dataset.provenance


@dataclass(slots=True)
class StatisticsReport:
    """The whole. ``twice``: observations whose key, period and measure had been read, with another value or flag."""

    datasets: list[DatasetCount]
    refusals: list[Refusal]
    skipped: dict[str, int]
    twice: int = 0
    repeated: int = 0  # the same again, value and all: kept once by who stores
    unlooked: int = 0  # beyond the first LOOKED_AT, of which repetitions were not looked for

    @property
    def observations(self) -> int:
        return sum(one.observations for one in self.datasets)

    @property
    def left_out(self) -> int:
        return sum(1 for one in self.refusals if one.fatal)

    def lines(self) -> Iterator[str]:
        """The report in words, for the command line."""
        for one in self.datasets:
            origin = one.provenance
            yield f"{one.dataset.id}{f': {one.dataset.title}' if one.dataset.title else ''}"
            yield f"  {origin.file} ({origin.dialect}), sha256 {origin.sha256[:16]}"
            if origin.source or origin.licence:
                yield f"  source: {origin.source or 'not given'}; licence: {origin.licence or 'not given'}"
            if origin.retrieved or origin.released:
                released = origin.released.date().isoformat() if origin.released else "not given"
                yield f"  released: {released}; retrieved: {origin.retrieved or 'not given'}"
            span = f", {one.first} to {one.last}" if one.first else ""
            yield f"  {one.observations:,} observations in {one.series:,} series{span}; {one.values:,} have a value"
            yield f"  dimensions: {', '.join(one.dataset.dimensions) or 'none'}"
            marked = [f"{name(status)} {count:,}" for status, count in sorted(one.statuses.items()) if status]
            if marked:
                yield f"  marked: {'; '.join(marked)}"
        for reason, count in self.skipped.items():
            yield f"passed over: {count:,} rows: {reason}"
        if self.twice or self.repeated:
            yield f"read twice: {self.twice:,} with another value, {self.repeated:,} the same"
        if self.unlooked:
            yield f"not looked for repetitions: {self.unlooked:,}, beyond the first {LOOKED_AT:,}"
        for refusal in self.refusals[:SHOWN]:
            yield told(refusal)
        if len(self.refusals) > SHOWN:
            yield f"and {len(self.refusals) - SHOWN:,} more remarks"
        yield f"in all: {self.observations:,} observations, {self.left_out:,} left out"


def name(status: Status) -> str:
    """``break, provisional``."""
    words = [one.name.lower().replace("_", " ") for one in Status if one and one in status and one.name]
    return ", ".join(words) or "normal"


def counted(
    reading: StatisticsReading,
    *,
    sink: Sink | None = None,
    progress: Callable[[int], None] | None = None,
    batch: int = BATCH,
) -> StatisticsReport:
    """Read everything, count it, and hand it to ``sink`` by batches. ``progress`` is called with the count so far.

    A repeated key is found by a 64-bit hash of data set, codes, period and measure, among the first :data:`LOOKED_AT`.
    """
    ledger = Ledger(reading.refusals, kind=OBSERVATION)
    counts: dict[int, DatasetCount] = {}
    seen: dict[int, tuple[float | None, Status, int]] = {}
    report = StatisticsReport([], reading.refusals, reading.skipped)
    total = 0
    while chunk := list(islice(reading.observations, batch)):
        for one in chunk:
            count = counts.get(id(one.dataset))
            if count is None:
                count = counts[id(one.dataset)] = DatasetCount(one.dataset)
                report.datasets.append(count)
            _add(count, one)
            if one.dataset.action & Action.DELETE:
                continue
            key = hash((one.dataset.id, one.dataset.dimensions, one.codes, one.period, one.measure))
            if len(seen) >= LOOKED_AT and key not in seen:
                report.unlooked += 1
                continue
            own = (one.value, one.status, one.row)
            before = seen.setdefault(key, own)
            if before is not own:  # not by the row: two files of a folder may have it in the same one
                if before[:2] == own[:2]:
                    report.repeated += 1
                else:
                    report.twice += 1
                    file = one.dataset.provenance.file
                    ledger.refuse(file, one.row, one.measure, say.OBSERVATION_TWICE(row=before[2]), fatal=False)
        if sink is not None:
            sink(chunk)
        total += len(chunk)
        if progress is not None:
            progress(total)
    for count in report.datasets:
        count.series = len(count._keys)
        count._keys.clear()
    return report


def _add(count: DatasetCount, one: Observation) -> None:
    count.observations += 1
    if one.value is not None:
        count.values += 1
    count.statuses[one.status] = count.statuses.get(one.status, 0) + 1
    count._keys.add(hash((one.codes, one.measure)))
    period = one.period
    if period is not None:
        if count.first is None or period < count.first:
            count.first = period
        if count.last is None or period > count.last:
            count.last = period
