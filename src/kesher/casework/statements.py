"""Statements that are written once for a user and a day, and sent as often as they ask.

Two or three dozen queries in one statement are found by the database in less time than this process takes to write them down.
What is kept is the text and the values; where a value is the moment of writing, the moment of sending takes its place. A
statement with any other moment in it than that and midnights is not kept: what it would be later, nobody here can say.
"""

import sys
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Any, Final, Generic, TypeVar

from django.utils import timezone

#: In the values of a statement: the moment at which it is sent.
NOW: Final = object()
#: How many are kept in a process, those of the users who asked first being forgotten; each is some kilobytes of values, and
#: texts that are the same are there once.
MOST_KEPT: Final = 500

Part = TypeVar("Part")


@dataclass(frozen=True, slots=True)
class Statement(Generic[Part]):
    """SQL with its values in their order, and by what the rows of each part of it are read."""

    sql: str
    values: tuple[Any, ...]
    told: tuple[Part, ...]

    def values_now(self) -> list[Any]:
        now = timezone.now()
        return [now if one is NOW else one for one in self.values]


_KEPT: Final[dict[Hashable, Statement[Any]]] = {}


def kept(key: Hashable, write: Callable[[], Statement[Part]]) -> Statement[Part]:
    """The statement of this key, written if it was not yet. ``key``: all that it follows from, but for the moment."""
    found = _KEPT.get(key)  # one look: another thread may forget it meanwhile
    if found is not None:
        return found
    begun = timezone.now()
    statement = write()
    lasting = to_keep(statement, begun, timezone.now())
    if lasting is None:
        return statement
    while len(_KEPT) >= MOST_KEPT:
        _KEPT.pop(next(iter(_KEPT)), None)
    _KEPT[key] = lasting
    return lasting


def to_keep(statement: Statement[Part], begun: datetime, ended: datetime) -> Statement[Part] | None:
    """The same for another moment of the day, or None; it was written between ``begun`` and ``ended``."""
    values: list[Any] = []
    for value in statement.values:
        if not isinstance(value, datetime) or timezone.localtime(value).time() == time.min:
            values.append(value)
        elif begun <= value <= ended:
            values.append(NOW)
        else:
            return None
    return replace(statement, sql=sys.intern(statement.sql), values=tuple(values))
