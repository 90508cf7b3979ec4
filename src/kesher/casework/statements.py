"""Statements that are written once for a kind of user and a day, and prepared: the database plans them once a connection.

Two or three dozen queries in one statement are found by the database in less time than this process takes to write them down,
and than the database takes to plan them. What is kept is the text. In it stand, in the place of what was written down then,
the user, each of their organisations, the people of the list and the moment: all four are given when it is sent (``EXECUTE``).
So whoever has the same roles in as many organisations sends the same text. A statement with any other key or any other moment
in it (midnights stay) is not kept: whose it is, or what it would be later, nobody here can say.
"""

import sys
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from functools import cached_property
from hashlib import sha256
from typing import Any, Final, Generic, TypeVar
from uuid import UUID
from weakref import WeakKeyDictionary

from django.db import connection
from django.utils import timezone
from psycopg.sql import Literal

#: In the text: the keys of the people, the moment at which it is sent, the user; then their organisations.
PEOPLE, NOW, USER, FIRST_ORGANISATION = "$1", "$2", "$3", 4
#: How many are kept in a process, and prepared on a connection: those who asked first are forgotten. Of a kind and a day there
#: are a few; a plan takes the database some megabytes.
MOST_KEPT, MOST_PREPARED = 100, 12

Part = TypeVar("Part")


@dataclass(frozen=True, slots=True)
class Statement(Generic[Part]):
    """SQL with its values in their order, and by what the rows of each part of it are read. The first value is the keys."""

    sql: str
    values: tuple[Any, ...]
    told: tuple[Part, ...]


@dataclass(frozen=True)
class Prepared(Generic[Part]):
    """The same as the database prepares it: ``sql`` with $1, $2 … for what is given when it is sent, of whoever belongs to so
    many organisations."""

    sql: str
    organisations: int
    told: tuple[Part, ...]

    @cached_property
    def prepare(self) -> str:
        types = ["uuid[]", "timestamptz", "uuid", *["uuid"] * self.organisations]
        return f"PREPARE {self.name} ({', '.join(types)}) AS {self.sql}"

    @cached_property
    def name(self) -> str:
        """The same text may be asked with one more organisation that it does not name."""
        return f"kesher_{self.organisations}_{sha256(self.sql.encode()).hexdigest()[:32]}"


_KEPT: Final[dict[Hashable, Prepared[Any]]] = {}
_PREPARED: Final[WeakKeyDictionary[Any, dict[str, None]]] = WeakKeyDictionary()


def kept(
    key: Hashable, write: Callable[[], Statement[Part]], *, user: UUID, organisations: Sequence[UUID]
) -> Prepared[Part] | Statement[Part]:
    """The statement of this key, written if it was not yet. ``key``: all that it follows from, but for who they are and the
    moment."""
    found = _KEPT.get(key)  # one look: another thread may forget it meanwhile
    if found is not None:
        return found
    begun = timezone.now()
    statement = write()
    lasting = to_keep(statement, begun, timezone.now(), user=user, organisations=organisations)
    if lasting is None:
        return statement
    while len(_KEPT) >= MOST_KEPT:
        _KEPT.pop(next(iter(_KEPT)), None)
    _KEPT[key] = lasting
    return lasting


def to_keep(
    statement: Statement[Part], begun: datetime, ended: datetime, *, user: UUID, organisations: Sequence[UUID]
) -> Prepared[Part] | None:
    """The same for whoever is of the same kind, at another moment of the day; or None. It was written between ``begun`` and
    ``ended``."""
    keys = {user: USER} | {one: f"${number}" for number, one in enumerate(organisations, FIRST_ORGANISATION)}
    _people, *values = statement.values
    placed: list[str] = [PEOPLE]
    for value in values:
        place = _place(value, keys, begun, ended)
        if place is None:
            return None
        placed.append(place)
    sql = statement.sql % tuple(placed)
    return Prepared(sys.intern(sql), len(organisations), statement.told)


def _place(value: Any, keys: Mapping[UUID, str], begun: datetime, ended: datetime) -> str | None:
    """What stands in the text for this value; None: that cannot be said for others."""
    if isinstance(value, UUID):
        return keys.get(value)
    if isinstance(value, datetime):
        if begun <= value <= ended:
            return NOW
        return _written(value) if timezone.localtime(value).time() == time.min else None
    if isinstance(value, list | tuple | set | frozenset) and value:
        if all(isinstance(one, UUID) for one in value):
            those = [keys.get(one) for one in value]
            return None if None in those else f"ARRAY[{', '.join(map(str, those))}]::uuid[]"
        if any(isinstance(one, UUID | datetime) for one in value):
            return None
    return _written(value)


def _written(value: Any) -> str:
    return Literal(value).as_string(connection.connection)


def send(
    statement: Prepared[Part] | Statement[Part], people: Sequence[UUID], *, user: UUID, organisations: Sequence[UUID]
) -> list[tuple[Any, ...]]:
    """What the database answers."""
    with connection.cursor() as cursor:
        if isinstance(statement, Statement):
            cursor.execute(statement.sql, [list(people), *statement.values[1:]])
            return list(cursor.fetchall())
        _see_to_it(statement)
        given: list[Any] = [list(people), timezone.now(), user, *organisations]
        # one plan for all: by itself the database would plan the first five times anew
        execute = f"EXECUTE {statement.name} ({', '.join(['%s'] * len(given))})"
        cursor.execute(f"SET LOCAL plan_cache_mode = force_generic_plan; {execute}", given)
        while cursor.nextset():
            pass
        return list(cursor.fetchall())


def _see_to_it(statement: Prepared[Any]) -> None:
    """That it is prepared on this connection. A prepared statement outlives the transaction, also one that is rolled back."""
    there = _PREPARED.setdefault(connection.connection, {})
    if statement.name in there:
        return
    with connection.cursor() as cursor:
        while len(there) >= MOST_PREPARED:
            cursor.execute(f"DEALLOCATE {next(iter(there))}")
            there.pop(next(iter(there)))
        cursor.execute(statement.prepare)
    there[statement.name] = None
