"""The tables of a placement round, as CSV: prospects, needs, capacities, groups, preferences, fixed placements, prices.

The first row names columns; the first column of each table is the household's id (prospects, needs, groups, preferences,
fixed) or the place's (capacities, prices). ``.gz`` is unpacked, ``-`` is standard input, UTF-8, comma, semicolon or tab.
Whatever cannot be taken is a :class:`TableError` that names file, row and column; nothing is guessed or left out.

An empty cell, ``NA`` or ``NaN`` among the prospects means: not allowed. Everywhere else it is an error.
"""

import csv
import gzip
import io
import math
import sys
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

NOTHING = frozenset(["", "na", "n/a", "nan", "null", "none"])
SOFT = ":soft"
WEIGHT = "weight"
GZIP = b"\x1f\x8b"
#: More prospects than this are kept in half the room.
LARGE = 5_000_000


class TableError(ValueError):
    """A table cannot be taken; ``file``, ``row`` (1 is the row of names) and ``column`` say where, as does the message."""

    def __init__(self, file: str, row: int | None, column: str | None, what: str) -> None:
        where = ", ".join([file, *([f"row {row}"] if row else []), *([f"column {column!r}"] if column else [])])
        super().__init__(f"{where}: {what}")
        self.file, self.row, self.column, self.what = file, row, column, what


@dataclass(frozen=True)
class Tables:
    """One round as it was read. Rows of all arrays are ``households`` or ``places``, in the order of the prospects.

    ``prospects`` (n, m), NaN = not allowed; ``needs`` (n, K); ``hard`` and ``soft`` (m, K); ``weights`` (n,); ``groups``
    column → label of each household; ``wishes`` household → places, most wanted first; ``fixed`` (n,), -1 = not.
    """

    households: tuple[str, ...]
    places: tuple[str, ...]
    services: tuple[str, ...]
    prospects: NDArray[np.floating]
    needs: Floats
    hard: Floats
    soft: Floats
    weights: Floats
    fixed: Integers
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    wishes: Mapping[int, tuple[int, ...]] = field(default_factory=dict)


def read(
    prospects: str,
    needs: str,
    capacities: str,
    *,
    groups: str | None = None,
    preferences: str | None = None,
    fixed: str | None = None,
) -> Tables:
    """Reads and joins the tables. Raises :class:`TableError` for the first thing that cannot be taken."""
    households, places, values = _prospects(prospects)
    if capacities != "-":  # a place that is unknown is said before anything else
        _refuse_unknown_places(capacities, places, prospects)
    services, needed = _needs(needs, households, prospects)
    hard, soft = _capacities(capacities, places, services, prospects, needs)
    at = {household: row for row, household in enumerate(households)}
    to = {place: column for column, place in enumerate(places)}
    labels, weights = _groups(groups, at, prospects) if groups else ({}, np.ones(len(households)))
    return Tables(
        households,
        places,
        services,
        values,
        needed,
        hard,
        soft,
        weights,
        _fixed(fixed, at, to, prospects) if fixed else np.full(len(households), -1),
        labels,
        _wishes(preferences, at, to, prospects) if preferences else {},
    )


def read_prices(path: str, places: tuple[str, ...], services: tuple[str, ...]) -> Floats:
    """Prices (m, K) of an earlier round: a row per place, a column per service. Places that are new cost nothing."""
    table = _Table(path)
    columns = table.columns_of(services)
    known = {place: number for number, place in enumerate(places)}
    prices = np.zeros((len(places), len(services)))
    for row, cells in table.rows():
        if (place := known.get(cells[0].strip())) is not None:
            for service, column in enumerate(columns):
                prices[place, service] = table.number(row, column, cells[column], least=0.0)
    return prices


def write_prices(stream: IO[str], places: tuple[str, ...], services: tuple[str, ...], prices: Floats) -> None:
    """What :func:`read_prices` reads."""
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["place", *services])
    for place, row in zip(places, prices, strict=True):
        writer.writerow([place, *(repr(float(price)) for price in row)])


def _unpacked(path: str) -> Any:
    """The bytes of a file or of standard input (``-``), unpacked where they are packed by gzip."""
    if path == "-":
        stdin: Any = sys.stdin.buffer
        return gzip.open(stdin) if stdin.peek(2)[:2] == GZIP else stdin
    with Path(path).open("rb") as head:
        packed = head.read(2) == GZIP
    return gzip.open(path) if packed else Path(path).open("rb")


# --- one table -------------------------------------------------------------------------------------------------------


class _Table:
    """Numbered rows of a CSV with names in the first."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.name = "standard input" if path == "-" else path
        self._lines = self._open()
        try:
            names = next(self._lines)
        except StopIteration:
            raise TableError(self.name, None, None, "the file is empty; its first row must name the columns") from None
        self.names = [name.strip() for name in names]
        for number, name in enumerate(self.names[1:], 2):
            if not name:
                raise TableError(self.name, 1, None, f"the {number}th column has no name")
            if name in self.names[: number - 1]:
                raise TableError(self.name, 1, name, "this column is there twice")

    def _open(self) -> Iterator[list[str]]:
        try:
            with io.TextIOWrapper(_unpacked(self.path), encoding="utf-8-sig", newline="") as text:
                first = text.readline()
                delimiter = max(",;\t", key=first.count)
                yield from csv.reader([first], delimiter=delimiter) if first else ()
                yield from csv.reader(text, delimiter=delimiter)
        except UnicodeDecodeError as fault:
            raise TableError(
                self.name, None, None, f"it is not in UTF-8 (byte {fault.start}); save it as UTF-8"
            ) from None
        except csv.Error as fault:
            raise TableError(self.name, None, None, f"it cannot be read as CSV: {fault}") from None
        except (OSError, EOFError, zlib.error) as fault:
            why = getattr(fault, "strerror", None) or str(fault)
            raise TableError(self.name, None, None, f"it cannot be read: {why}") from None

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """(row number, cells) without empty rows. Raises for a row that is not as wide as the names, or without an id."""
        for number, cells in enumerate(self._lines, 2):
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(self.names):
                raise TableError(
                    self.name, number, None, f"the row has {len(cells)} cells, the names in row 1 are {len(self.names)}"
                )
            if not cells[0].strip():
                raise TableError(self.name, number, self.names[0], "the id is missing")
            yield number, cells

    def ids(self, known: Mapping[str, int] | None = None, whose: str = "") -> Iterator[tuple[int, str, list[str]]]:
        """(row number, id, cells), each id once; where ``known`` is given, only those in it."""
        seen: dict[str, int] = {}
        for row, cells in self.rows():
            identity = cells[0].strip()
            if identity in seen:
                raise TableError(
                    self.name, row, self.names[0], f"{identity!r} is there already, in row {seen[identity]}"
                )
            if known is not None and identity not in known:
                raise TableError(
                    self.name, row, self.names[0], f"{identity!r} is not in {whose}{near(identity, known)}"
                )
            seen[identity] = row
            yield row, identity, cells

    def number(self, row: int, column: int, cell: str, *, least: float = -math.inf) -> float:
        """The cell as a finite number of at least ``least``."""
        text, name = cell.strip(), self.names[column]
        if text.casefold() in NOTHING:
            raise TableError(self.name, row, name, f"the number is missing ({text or 'the cell is empty'})")
        try:
            value = float(text)
        except ValueError:
            raise TableError(self.name, row, name, f"{text!r} is not a number") from None
        if not math.isfinite(value):
            raise TableError(self.name, row, name, f"{text!r} is not a finite number")
        if value < least:
            raise TableError(self.name, row, name, f"{text} is less than {least:g}; it may not be negative")
        return value

    def columns_of(self, services: tuple[str, ...]) -> list[int]:
        """The number of each service's column."""
        for service in services:
            if service not in self.names[1:]:
                raise TableError(self.name, 1, service, "this column is missing")
        return [self.names.index(service, 1) for service in services]


def near(name: str, known: Mapping[str, int]) -> str:
    """What to add to an error where the same name stands in other letters."""
    folded = {other.casefold().strip(): other for other in known}
    like = folded.get(name.casefold())
    return f"; is {like!r} meant?" if like else ""


# --- each table ------------------------------------------------------------------------------------------------------


def _prospects(path: str) -> tuple[tuple[str, ...], tuple[str, ...], NDArray[np.floating]]:
    table = _Table(path)
    places = tuple(table.names[1:])
    if not places:
        raise TableError(table.name, 1, None, "there is no place: the columns after the first are the places")
    households: list[str] = []
    rows: list[NDArray[np.floating]] = []
    for row, household, cells in table.ids():
        texts = ["nan" if cell.strip().casefold() in NOTHING else cell for cell in cells[1:]]
        try:
            values = np.array(texts, dtype=np.float64)
            wrong = np.isinf(values) | (values < 0)
        except ValueError:
            wrong = np.ones(len(texts), dtype=bool)
        if wrong.any():  # say which; a cell that is none of these is right after all
            for column, text in enumerate(texts, 1):
                if text != "nan":
                    table.number(row, column, text, least=0.0)
            values = np.array([float(text) for text in texts])
        households.append(household)
        rows.append(values.astype(np.float32) if len(places) * (len(rows) + 1) > LARGE else values)
    if not rows:
        raise TableError(table.name, None, None, "there is no household")
    kind = np.float32 if len(rows) * len(places) > LARGE else np.float64
    return tuple(households), places, np.array(rows, dtype=kind)


def _needs(path: str, households: tuple[str, ...], prospects: str) -> tuple[tuple[str, ...], Floats]:
    table = _Table(path)
    services = tuple(table.names[1:])
    if not services:
        raise TableError(table.name, 1, None, "there is no service: the columns after the first are the services")
    at = {household: row for row, household in enumerate(households)}
    needs = np.full((len(households), len(services)), np.nan)
    for row, household, cells in table.ids(at, prospects):
        needs[at[household]] = [table.number(row, column, cell, least=0.0) for column, cell in enumerate(cells[1:], 1)]
    if (missing := np.isnan(needs).any(axis=1)).any():
        raise TableError(
            table.name,
            None,
            table.names[0],
            f"household {households[int(missing.argmax())]!r} of {prospects} is missing",
        )
    return services, needs


def _refuse_unknown_places(path: str, places: tuple[str, ...], prospects: str) -> None:
    known = {place: column for column, place in enumerate(places)}
    table = _Table(path)
    told = {place: row for row, place, _ in table.ids(known, f"the columns of {prospects}")}
    for place in places:
        if place not in told:
            raise TableError(prospects, 1, place, f"this place is unknown: it has no row in {table.name}")


def _capacities(
    path: str, places: tuple[str, ...], services: tuple[str, ...], prospects: str, needs: str
) -> tuple[Floats, Floats]:
    table = _Table(path)
    hard_columns = table.columns_of(services)
    for name in table.names[1:]:
        service = name.removesuffix(SOFT).strip()
        if service not in services:
            raise TableError(table.name, 1, name, f"{needs} has no service {service!r}")
    soft_column = {
        name.removesuffix(SOFT).strip(): at for at, name in enumerate(table.names) if at and name.endswith(SOFT)
    }
    to = {place: column for column, place in enumerate(places)}
    hard = np.full((len(places), len(services)), np.nan)
    soft = np.full_like(hard, np.nan)
    for row, place, cells in table.ids(to, f"the columns of {prospects}"):
        for number, column in enumerate(hard_columns):
            capacity = table.number(row, column, cells[column], least=0.0)
            limit, at = capacity, soft_column.get(services[number])
            if at is not None and cells[at].strip():
                limit = table.number(row, at, cells[at], least=0.0)
                if limit > capacity:
                    raise TableError(
                        table.name,
                        row,
                        table.names[at],
                        f"the soft capacity {limit:g} is above the hard one, {capacity:g}",
                    )
            hard[to[place], number], soft[to[place], number] = capacity, limit
    if (missing := np.isnan(hard).any(axis=1)).any():
        place = places[int(missing.argmax())]
        raise TableError(prospects, 1, place, f"this place is unknown: it has no row in {table.name}")
    return hard, soft


def _groups(path: str, at: Mapping[str, int], prospects: str) -> tuple[dict[str, tuple[str, ...]], Floats]:
    table = _Table(path)
    weight = next((number for number, name in enumerate(table.names) if number and name.casefold() == WEIGHT), None)
    columns = [number for number in range(1, len(table.names)) if number != weight]
    labels = {column: [""] * len(at) for column in columns}
    weights = np.ones(len(at))
    for row, household, cells in table.ids(at, prospects):
        for column in columns:
            labels[column][at[household]] = cells[column].strip()
        if weight is not None and cells[weight].strip():
            weights[at[household]] = table.number(row, weight, cells[weight], least=0.0)
    return {
        table.names[column]: tuple(label or "not stated" for label in labels[column]) for column in columns
    }, weights


def _wishes(path: str, at: Mapping[str, int], to: Mapping[str, int], prospects: str) -> dict[int, tuple[int, ...]]:
    table = _Table(path)
    if len(table.names) != 3:
        raise TableError(
            table.name, 1, None, f"there must be 3 columns: household, place, rank; there are {len(table.names)}"
        )
    ranked: dict[int, list[tuple[int, int]]] = {}
    for row, cells in table.rows():
        household, place = _pair(table, row, cells, at, to, prospects)
        rank = table.number(row, 2, cells[2], least=1.0)
        if rank != int(rank):
            raise TableError(
                table.name, row, table.names[2], f"a rank is a whole number, 1 for the best; this is {rank:g}"
            )
        known = ranked.setdefault(household, [])
        if any(place == other for _, other in known):
            raise TableError(
                table.name, row, table.names[1], f"{cells[0].strip()!r} has ranked {cells[1].strip()!r} already"
            )
        if any(int(rank) == other for other, _ in known):
            raise TableError(
                table.name, row, table.names[2], f"{cells[0].strip()!r} has given rank {int(rank)} already"
            )
        known.append((int(rank), place))
    return {household: tuple(place for _, place in sorted(pairs)) for household, pairs in ranked.items()}


def _fixed(path: str, at: Mapping[str, int], to: Mapping[str, int], prospects: str) -> Integers:
    table = _Table(path)
    if len(table.names) != 2:
        raise TableError(
            table.name, 1, None, f"there must be two columns: household, place; there are {len(table.names)}"
        )
    fixed = np.full(len(at), -1)
    for row, _, cells in table.ids(at, prospects):
        household, place = _pair(table, row, cells, at, to, prospects)
        fixed[household] = place
    return fixed


def _pair(
    table: _Table, row: int, cells: list[str], at: Mapping[str, int], to: Mapping[str, int], prospects: str
) -> tuple[int, int]:
    household, place = cells[0].strip(), cells[1].strip()
    if household not in at:
        raise TableError(
            table.name, row, table.names[0], f"household {household!r} is not in {prospects}{near(household, at)}"
        )
    if place not in to:
        raise TableError(
            table.name,
            row,
            table.names[1],
            f"the place {place!r} is unknown: it is not in {prospects}{near(place, to)}",
        )
    return at[household], to[place]
