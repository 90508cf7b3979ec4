"""The search documents as columns in this process: what filters, counts and orders a hundred thousand in milliseconds.

One array per fact, one place in each per document. What a document carries several of (themes, languages, areas) is
kept as the number of a *set*: towns have few distinct ones, and a count is made per set first, then shared out.
Counting 100,000 rows by theme takes PostgreSQL a fifth of a second, and this three thousandths.

**Always true.** Every statement that changes a document leaves its key, with the number of its transaction, in
``directory_searchchange`` (triggers, migration 0006). ``columns()`` asks before every use for the keys left by any
transaction that was not yet visible the last time, and reads those documents anew: what another process has committed
is seen by the next search here. A transaction that has changed documents itself gets columns of its own, read then and
there and thrown away: what is rolled back must not stay.

Nothing is decided here and nothing is stored: what a page shows is fetched by key, through ``visible_to``.
"""

import json
import re
import threading
from bisect import bisect_left
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Any, Generic, TypeVar
from uuid import UUID

import numpy as np
from django.conf import settings
from django.db import connection
from numpy.typing import NDArray

from kesher.base.moment import kept_for_the_moment
from kesher.directory.search import meaning
from kesher.engine.orientation.themes import Offers

Key = TypeVar("Key", bound=Hashable)
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]
Marks = NDArray[np.uint64]

#: Documents read with one statement.
CHUNK = 20_000
#: Changes are kept for a day: columns that nobody asked for longer than this are read anew.
OLDEST_SECONDS = 12 * 3600.0
#: More new documents than these are put in order together with all others, not one by one.
MOST_INSERTED = 2_000
#: Long lists of keys whose documents are remembered: of the two doors, and of the two before a service has changed.
LISTS_HELD = 4
#: Databases held at a time: one, and in tests one more.
MOST_HELD = 2
NEVER = np.iinfo(np.int32).max
NO_NAMES: Mapping[str, str] = {}

_SELECT = """
SELECT service_id, public, organisation_id, terms::text, languages::text, referral_modes::text, areas::text,
       serves::text, is_free, remote, check_by - DATE '1970-01-01', hours::text, sort_name, sort_names::text,
       meaning
  FROM directory_searchdocument WHERE {} ORDER BY service_id LIMIT {}
"""
_PLACES = "SELECT document_id, latitude, longitude FROM directory_searchplace WHERE {} ORDER BY id"


@dataclass(frozen=True)
class Sets(Generic[Key]):
    """Which set each document carries, and what is in the sets.

    ``of``: shape (documents,), the number of the set. ``owner``, ``member``: shape (memberships,), set and value.
    """

    of: Numbers
    owner: Numbers
    member: Numbers
    values: Sequence[Key]
    number: Mapping[Key, int]
    size: int  # how many sets

    @cached_property
    def sizes(self) -> Numbers:
        """Shape (sets,): how many values each set holds."""
        sizes: Numbers = np.bincount(self.owner, minlength=self.size)
        return sizes

    def holding(self, wanted: Iterable[Key]) -> Bools:
        """Shape (documents,): which documents carry any of these values."""
        numbers = [self.number[value] for value in wanted if value in self.number]
        holds = np.zeros(self.size, dtype=bool)
        for number in numbers:  # one comparison each: a question names few
            holds[self.owner[self.member == number]] = True
        found: Bools = holds[self.of]
        return found

    def counts(self, among: Bools) -> dict[Key, int]:
        """How many of the documents ``among`` carry each value; values that none does are left out."""
        per_set = np.bincount(self.of[among], minlength=self.size)
        per_value = np.bincount(self.member, weights=per_set[self.owner], minlength=len(self.values))
        return {self.values[number]: int(per_value[number]) for number in np.flatnonzero(per_value).tolist()}

    def carried(self, place: int) -> frozenset[Key]:
        """What one document carries."""
        begin, end = np.searchsorted(
            self.owner, [self.of[place], self.of[place] + 1]
        )  # sets were numbered as they came
        return frozenset(self.values[number] for number in self.member[begin:end].tolist())


class _Dictionary(Generic[Key]):
    """Numbers for sets and for values as they are met. Grows only; written under the lock, read as frozen arrays."""

    def __init__(self) -> None:
        self.sets: dict[Any, int] = {}
        self.values: list[Key] = []
        self.number: dict[Key, int] = {}
        self._owner: list[int] = []
        self._member: list[int] = []

    def code(self, name: Hashable, members: Iterable[Key] | None = None) -> int:
        """The number of a set by its name; its members are read from ``members``, else from the name."""
        code = self.sets.get(name)
        if code is None:
            code = self.sets[name] = len(self.sets)
            for member in self.read(str(name)) if members is None else members:
                number = self.number.setdefault(member, len(self.values))
                if number == len(self.values):
                    self.values.append(member)
                self._owner.append(code)
                self._member.append(number)
        return code

    def read(self, written: str) -> Iterable[Any]:
        return words_of(written)

    def frozen(self, of: Numbers) -> Sets[Key]:
        return Sets(
            of,
            np.array(self._owner, np.int64),
            np.array(self._member, np.int64),
            self.values,
            self.number,
            len(self.sets),
        )


class _Keys(_Dictionary[UUID]):
    """Keys repeat in thousands of sets: each is made of its text once."""

    def __init__(self) -> None:
        super().__init__()
        self._of_text: dict[str, UUID] = {}

    def read(self, written: str) -> Iterable[UUID]:
        for text in written[1:-1].split(",") if written != "{}" else ():
            key = self._of_text.get(text)
            if key is None:
                key = self._of_text[text] = UUID(text)
            yield key


_ITEM = re.compile(r'"((?:[^"\\]|\\.)*)"|([^,{}]+)')


def words_of(array: str) -> list[str]:
    """The items of an array as PostgreSQL writes it: ``{he,"a b"}``."""
    return [
        re.sub(r"\\(.)", r"\1", quoted) if plain == "" else plain
        for quoted, plain in _ITEM.findall(array.removeprefix("{").removesuffix("}"))
    ]


_SPAN = re.compile(r"\[(\d+),(\d+)\)")


@dataclass(frozen=True, slots=True)
class Row:
    """What of a document is no number."""

    key: UUID
    name: str
    names: Mapping[str, str]


@dataclass
class Columns:
    """All documents. Arrays of shape (documents,), in one order, never written to after they were made."""

    rows: NDArray[np.object_]  # Row
    high: Marks  # the first and the second half of the key
    low: Marks
    public: Bools
    organisation: Numbers  # number in ``organisations``; -1 = none
    organisations: Mapping[UUID, int]
    free: Numbers  # 1 yes, 0 no, -1 nobody said; so is ``remote``
    remote: Numbers
    check_by: Numbers  # days since 1970; NEVER where there is none
    hours: Numbers  # number of a timetable
    timetables: Sequence[Sequence[tuple[int, int]]]
    terms: Sets[UUID]
    languages: Sets[str]
    referral: Sets[str]
    areas: Sets[UUID]  # the areas it is found under: its own, all above them, and all below those it serves
    place_of: Numbers  # shape (places,): which document
    latitude: Floats
    longitude: Floats
    offers: Offers  # what each speaks of by its meaning; nothing where it was not read yet
    orders: dict[str, Floats] = field(default_factory=dict)  # per language; NaN = not put in order yet
    lists: dict[bytes, Bools] = field(default_factory=dict)  # as :meth:`among` found them
    ordering: threading.Lock = field(default_factory=threading.Lock)

    @property
    def size(self) -> int:
        return len(self.rows)

    @cached_property
    def _by_mark(self) -> tuple[Numbers, Marks, np.uint64]:
        """Documents in the order of a mark of 64 bits that no two share, the marks, and the factor they are made with."""
        factor = np.uint64(0x9E3779B97F4A7C15)
        while True:
            marks = self.low ^ (self.high * factor)
            order = np.argsort(marks)
            ordered = marks[order]
            if self.size < 2 or (ordered[1:] != ordered[:-1]).all():
                return order, ordered, factor
            factor += np.uint64(2)

    def positions(self, keys: bytes) -> Numbers:
        """Where the documents of these keys stand, 16 bytes each; keys of no document are left out."""
        halves = np.frombuffer(keys, dtype=">u8").astype(np.uint64).reshape(-1, 2)
        order, marks, factor = self._by_mark
        if not len(marks) or not len(halves):
            return np.empty(0, np.int64)
        at = np.searchsorted(marks, halves[:, 1] ^ (halves[:, 0] * factor))
        found = order[np.minimum(at, len(marks) - 1)]
        right = (self.high[found] == halves[:, 0]) & (self.low[found] == halves[:, 1])
        places: Numbers = found[right].astype(np.int64)
        return places

    def among(self, keys: bytes) -> Bools:
        """Shape (documents,): which documents are of these keys, 16 bytes each.

        For lists of half the directory that are asked for with every question: looked up once, then known by the very object
        (whose hash Python keeps).
        """
        found = self.lists.get(keys)
        if found is None:
            found = np.zeros(self.size, dtype=bool)
            found[self.positions(keys)] = True
            if len(self.lists) >= LISTS_HELD:
                self.lists.clear()
            self.lists[keys] = found
        return found

    @cached_property
    def _places(self) -> tuple[Numbers, Numbers]:
        """Places in the order of their documents, and these documents."""
        order = np.argsort(self.place_of, kind="stable")
        return order, self.place_of[order]

    def places_at(self, place: int) -> Numbers:
        """The places of one document, in the order in which they were read."""
        order, owner = self._places
        begin, end = np.searchsorted(owner, [place, place + 1])
        places: Numbers = order[begin:end]
        return places

    def open_at(self, minute: int) -> Bools:
        """Which are open in this minute of the week; those whose hours nobody gave are not."""
        opened = np.array([any(a <= minute < b for a, b in spans) for spans in self.timetables], dtype=bool)
        return opened[self.hours]

    def in_order(self, language: str) -> Floats:
        """A number per document that grows with its name in this language (by code point), then with its key."""
        with self.ordering:
            order = self.orders.get(language)
            if order is None or np.isnan(order).any():
                order = self.orders[language] = self._ordered(language, order)
            return order

    def _name(self, place: int, language: str) -> tuple[str, bytes]:
        row: Row = self.rows[place]
        return row.names.get(language, row.name), row.key.bytes

    def _ordered(self, language: str, known: Floats | None) -> Floats:
        new = np.flatnonzero(np.isnan(known)) if known is not None else None
        if known is not None and new is not None and len(new) <= min(MOST_INSERTED, self.size / 4):
            order = known.copy()
            line = [int(place) for place in np.argsort(known)[: self.size - len(new)]]
            for place in new:
                at = bisect_left(line, self._name(int(place), language), key=lambda other: self._name(other, language))
                before = order[line[at - 1]] if at else order[line[0]] - 2.0
                after = order[line[at]] if at < len(line) else order[line[-1]] + 2.0
                order[place] = (before + after) / 2
                if not before < order[place] < after or after - before < 1e-9:
                    break  # no room left between two
                line.insert(at, int(place))
            else:
                return order
        order = np.empty(self.size)
        order[sorted(range(self.size), key=lambda place: self._name(place, language))] = np.arange(self.size)
        return order


class _Reader:
    """Columns of one database, and the way to newer ones. Used under the lock."""

    def __init__(self) -> None:
        self.terms, self.languages, self.referral, self.areas = _Keys(), _Dictionary[str](), _Dictionary[str](), _Keys()
        self.pairs: dict[tuple[str, str], int] = {}  # areas and areas served, as written -> number
        self.organisations: dict[UUID, int] = {}
        self.hours: dict[str | None, int] = {None: 0}
        self.timetables: list[list[tuple[int, int]]] = [[]]
        self.columns: Columns | None = None
        self.seen = NOTHING  # the transactions that are in the columns
        self.table = ""  # a database that was restored has the same name and another table, or another start
        self.tree: tuple[Any, ...] = ()
        self.read_at = 0.0  # seconds since 1970 by the database's clock, by which changes are dropped, too

    def overgrown(self) -> bool:
        """Whether most of the sets that were ever met are carried by no document any more."""
        return self.columns is not None and len(self.terms.sets) + len(self.pairs) > 4 * self.columns.size + 10_000

    def newest(self) -> Columns:
        seen, table, now, keys = changes(DOCUMENTS, self.seen)
        # An age below nothing: the clock was put back, and nobody knows by how much.
        if self.columns is None or None in keys or table != self.table or not 0 <= now - self.read_at <= OLDEST_SECONDS:
            self.columns = self._read("true", [])
        elif keys:
            self.columns = self._changed(self.columns, [key for key in keys if key is not None])
        self.seen, self.table, self.read_at = seen, table, now
        self._look_at_tree()
        return self.columns

    def _read(self, where: str, parameters: list[Any]) -> Columns:
        """Documents as columns; ``where`` is a constant of this module."""
        rows: list[tuple[Any, ...]] = []
        with connection.cursor() as cursor:
            last: list[Any] = []
            while True:
                more = f"{where} AND service_id > %s" if last else where
                cursor.execute(_SELECT.format(more, CHUNK), [*parameters, *last])
                chunk = cursor.fetchall()
                rows += map(self._numbers, chunk)
                if len(chunk) < CHUNK:
                    break
                last = [chunk[-1][0]]
            place = {row[0].key: number for number, row in enumerate(rows)}
            cursor.execute(_PLACES.format(where.replace("service_id", "document_id")), parameters)
            places = [
                (place[key], latitude, longitude) for key, latitude, longitude in cursor.fetchall() if key in place
            ]
        columns = list(zip(*rows, strict=True)) or [()] * 12
        halves = (
            np.frombuffer(b"".join(row.key.bytes for row in columns[0]), dtype=">u8").astype(np.uint64).reshape(-1, 2)
        )
        held = np.empty(len(rows), dtype=object)
        held[:] = columns[0]
        numbers = [np.array(column, dtype=np.int64) for column in columns[1:-1]]
        points = np.array(places, dtype=np.float64).reshape(-1, 3)
        return self._columns(
            held,
            halves[:, 0],
            halves[:, 1],
            numbers,
            meaning.read(columns[-1]),
            points[:, 0].astype(np.int64),
            points[:, 1],
            points[:, 2],
        )

    def _columns(
        self,
        rows: NDArray[np.object_],
        high: Marks,
        low: Marks,
        numbers: Sequence[Numbers],
        offers: Offers,
        place_of: Numbers,
        latitude: Floats,
        longitude: Floats,
    ) -> Columns:
        public, organisation, terms, languages, referral, areas, free, remote, check_by, hours = numbers
        return Columns(
            rows=rows,
            high=high,
            low=low,
            public=public.astype(bool),
            organisation=organisation,
            organisations=self.organisations,
            free=free,
            remote=remote,
            check_by=check_by,
            hours=hours,
            timetables=tuple(self.timetables),
            terms=self.terms.frozen(terms),
            languages=self.languages.frozen(languages),
            referral=self.referral.frozen(referral),
            areas=self.areas.frozen(areas),
            place_of=place_of,
            latitude=latitude,
            longitude=longitude,
            offers=offers,
        )

    def _numbers(self, row: Sequence[Any]) -> tuple[Any, ...]:
        """A row as read -> its numbers, in the order of :meth:`_columns`."""
        (
            key,
            public,
            organisation,
            terms,
            languages,
            referral,
            areas,
            serves,
            free,
            remote,
            check_by,
            hours,
            name,
            names,
            meant,
        ) = row
        if hours not in self.hours:
            self.hours[hours] = len(self.timetables)
            self.timetables.append([(int(begin), int(end)) for begin, end in _SPAN.findall(hours)])
        return (
            Row(key, name, json.loads(names) if names != "{}" else NO_NAMES),
            public,
            -1 if organisation is None else self.organisations.setdefault(organisation, len(self.organisations)),
            self.terms.code(terms),
            self.languages.code(languages),
            self.referral.code(referral),
            self.pairs.setdefault((areas, serves), len(self.pairs)),
            -1 if free is None else int(free),
            -1 if remote is None else int(remote),
            NEVER if check_by is None else check_by,
            self.hours[hours],
            meant,
        )

    def _changed(self, old: Columns, keys: Sequence[UUID]) -> Columns:
        """The old columns without these documents, and these as they are now behind them."""
        new = self._read("service_id = ANY(%s)", [list(keys)])
        keep = np.ones(old.size, dtype=bool)
        keep[old.positions(b"".join(key.bytes for key in keys))] = False
        moved = np.cumsum(keep) - 1
        kept = keep[old.place_of]

        def join(one: NDArray[Any], other: NDArray[Any]) -> NDArray[Any]:
            return np.concatenate((one[keep], other))

        def parts(columns: Columns) -> list[Numbers]:
            return [
                columns.public.astype(np.int64),
                columns.organisation,
                columns.terms.of,
                columns.languages.of,
                columns.referral.of,
                columns.areas.of,
                columns.free,
                columns.remote,
                columns.check_by,
                columns.hours,
            ]

        columns = self._columns(
            join(old.rows, new.rows),
            join(old.high, new.high),
            join(old.low, new.low),
            [join(one, other) for one, other in zip(parts(old), parts(new), strict=True)],
            old.offers.at(keep).and_then(new.offers),
            np.concatenate((moved[old.place_of[kept]], new.place_of + int(keep.sum()))),
            np.concatenate((old.latitude[kept], new.latitude)),
            np.concatenate((old.longitude[kept], new.longitude)),
        )
        nothing = np.full(new.size, np.nan)
        with old.ordering:
            columns.orders = {language: join(order, nothing) for language, order in old.orders.items()}
        return columns

    def _look_at_tree(self) -> None:
        """What stands below the areas served; read anew when the tree of areas, or what is served, has changed."""
        columns = self.columns
        assert columns is not None
        served = {key for _, serves in self.pairs if serves != "{}" for key in words_of(serves)}
        tree: tuple[Any, ...] = (len(self.pairs),)
        with connection.cursor() as cursor:
            if served:
                cursor.execute("SELECT count(*), sum(xmin::text::bigint), sum(hashtid(ctid)::bigint) FROM areas_area")
                tree += cursor.fetchone()
            if tree != self.tree:
                cursor.execute(
                    """SELECT served.id::text, array_agg(below.id) FROM areas_area AS served
                         JOIN areas_area AS below ON starts_with(below.path, served.path)
                        WHERE served.id = ANY(%s::uuid[]) GROUP BY served.id""",
                    [sorted(served)],
                )
                below: dict[str, list[UUID]] = dict(cursor.fetchall())
                self.areas = _Keys()
                for areas, serves in self.pairs:
                    under = chain.from_iterable(below.get(key, ()) for key in words_of(serves))
                    self.areas.code((areas, serves), {*map(UUID, words_of(areas)), *under})
                self.tree = tree
        if columns.areas.values is not self.areas.values:
            columns.areas = self.areas.frozen(columns.areas.of)


@dataclass(frozen=True, slots=True)
class Log:
    """A table of keys that triggers leave, with the numbers of the transactions; and the table these keys are from."""

    table: str
    key: str
    of: str


DOCUMENTS = Log("directory_searchchange", "document_id", "directory_searchdocument")


#: A snapshot in which no transaction had ended yet.
NOTHING = "1:1:"


def changes(log: Log, since: str) -> tuple[str, str, float, list[UUID | None]]:
    """What is visible now, as PostgreSQL writes a snapshot; which table this is, and since when its server runs; the time
    there; and the keys changed by transactions that are visible now and were not in the snapshot ``since``.

    In one statement, so that all speak of the same moment. By snapshots and not by the oldest transaction under way: a long
    one (a backup, an import) would have everything that came after it read again each time, until it ends.
    Numbers that no transaction here has had yet came with a backup, from another server: whoever restores it has a
    table of another number, and has read them. A server whose files were put back to an earlier day gives numbers out
    a second time; it was started anew for that.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT pg_current_snapshot()::text,
                      (SELECT oid FROM pg_database WHERE datname = current_database())
                      || '/' || '{log.of}'::regclass::oid
                      || '/' || extract(epoch FROM pg_postmaster_start_time()),
                      extract(epoch FROM clock_timestamp())::float8,
                      (SELECT array_agg(DISTINCT {log.key}) FROM {log.table}
                        WHERE xid >= pg_snapshot_xmin(%s::text::pg_snapshot)
                          AND xid < pg_snapshot_xmax(pg_current_snapshot())
                          AND NOT pg_visible_in_snapshot(xid, %s::text::pg_snapshot))""",
            [since, since],
        )
        seen, table, now, keys = cursor.fetchone()
    return seen, table, now, keys or []


def changed_here(log: Log) -> bool:
    """Whether the transaction under way has itself left keys."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT FROM {log.table} WHERE xid = pg_current_xact_id_if_assigned())")
        return bool(cursor.fetchone()[0])


def database_name() -> str:
    """What tells the database of this thread from others a process may work on."""
    here = connection.settings_dict
    return f"{here['HOST']}/{here['PORT']}/{here['NAME']}"


_readers: dict[str, _Reader] = {}
_reading = threading.Lock()


@kept_for_the_moment
def columns() -> Columns:
    """The documents as they are now."""
    if changed_here(DOCUMENTS):
        return _Reader().newest()
    name = database_name()
    with _reading:
        reader = _readers.pop(name, None) or _Reader()
        if reader.overgrown():
            reader = _Reader()
        found = reader.newest()
        _readers[name] = reader  # only now: half-read columns are no columns
        while len(_readers) > MOST_HELD:
            del _readers[next(iter(_readers))]
        return found


def warm() -> None:
    """Read the documents and put them in the order of each of the site's languages, before anybody asks."""
    try:
        now = columns()
        for language, _ in settings.LANGUAGES:
            now.in_order(language)
    finally:
        connection.close()
