"""What every reader of statistics yields: observations, each with its data set, and the data set with its provenance.

An observation is one figure: the codes of its dimensions, a period, a value or none, and what the source says of it. It
holds its codes beside the names that its :class:`Dataset` has once, so that a million of them stay small.

A revised figure is a new observation of a later vintage, never a change of an earlier one: readers tell the vintage
(:attr:`Provenance.released`, :attr:`Provenance.sha256`), who stores them keeps all.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntFlag
from typing import NamedTuple

from kesher.formats.records import Refusal
from kesher.formats.statistics.periods import Period

OBS_VALUE = "OBS_VALUE"


class Status(IntFlag):
    """What the source says of a figure. Several may hold. ``0`` is an ordinary value."""

    NORMAL = 0
    MISSING = 1  # not there, and the source does not say that it hides it
    SUPPRESSED = 2  # hidden by the source: confidential, or too few behind it
    NOT_APPLICABLE = 4  # there can be no such figure
    BREAK = 8  # not comparable with the periods before
    PROVISIONAL = 16
    ESTIMATED = 32  # estimated or imputed by the source
    FORECAST = 64
    REVISED = 128
    UNRELIABLE = 256  # few behind it, or a large error
    DEFINITION = 512  # the definition differs; see the source's notes
    OTHER = 1024  # flagged in a way that we do not know


#: With one of these there is no value.
WITHOUT_VALUE = Status.MISSING | Status.SUPPRESSED | Status.NOT_APPLICABLE


class Action(IntFlag):
    """What the sender wants done with the observations of a data set (SDMX). Kept for who stores them."""

    MERGE = 0  # also "information", "append" and "replace" of single observations
    REPLACE = 1
    DELETE = 2


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where figures come from. ``sha256`` is that of the file as it was given, unpacked from a zip or gzip."""

    file: str
    sha256: str
    dialect: str
    source: str = ""
    licence: str = ""
    url: str = ""
    retrieved: date | None = None
    released: datetime | None = None  # when the source says that it made this edition


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """The table that observations belong to.

    ``dimensions``: their names in order, the period not among them. ``labels``: name of a dimension -> code -> words,
    as far as the file holds them. ``attributes``: what holds for all its observations. ``structure``: the source's own
    name, ``ESTAT:LFSA_ARGAN(1.0)``.
    """

    id: str
    dimensions: tuple[str, ...]
    provenance: Provenance
    structure: str = ""
    title: str = ""
    action: Action = Action.MERGE
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    attributes: Mapping[str, str] = field(default_factory=dict)


class Observation(NamedTuple):
    """One figure. ``codes`` stand in the order of ``dataset.dimensions``; ``""`` only where all are meant (deletions).

    ``value`` is None if and only if ``status`` has one of :data:`WITHOUT_VALUE`. ``row``: the line of a table, else the
    place of the observation in the file, from 1.
    """

    dataset: Dataset
    codes: tuple[str, ...]
    period: Period | None
    value: float | None
    status: Status
    row: int
    measure: str = OBS_VALUE
    attributes: Mapping[str, str] = {}

    @property
    def key(self) -> dict[str, str]:
        """Dimension -> code."""
        return dict(zip(self.dataset.dimensions, self.codes, strict=True))


@dataclass(slots=True)
class StatisticsReading:
    """Observations as they come, each once; ``refusals`` and ``skipped`` are whole when they are exhausted."""

    observations: Iterator[Observation]
    refusals: list[Refusal] = field(default_factory=list)
    #: why rows were passed over, as the mapping says -> how many
    skipped: dict[str, int] = field(default_factory=dict)
