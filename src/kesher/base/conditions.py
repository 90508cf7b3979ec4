"""A condition of the ORM that is written down as one line of SQL.

    class Open(Condition):
        def written(self, door: Compiled) -> Compiled:
            return Compiled(f"{door.sql} = %s", [*door.values, "open"])

For what nearly every list asks: the ORM's ``Exists`` says the same, but taking a subquery apart and writing it down costs a
millisecond of this process each time. A test of each holds it to the form that the ORM would have written.
"""

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final, NamedTuple

from django.db.models import BooleanField, Func


class Compiled(NamedTuple):
    """SQL and the values for its placeholders, in their order."""

    sql: str
    values: list[Any]


class Condition(Func):
    """What :meth:`written` says of its expressions; can stand wherever a ``Q`` can."""

    output_field = BooleanField()
    conditional = True

    def written(self, *expressions: Compiled) -> Compiled:
        """The condition, from what became of its expressions."""
        raise NotImplementedError  # each condition says its own; Django's expressions cannot be abstract classes

    def as_sql(self, compiler: Any, connection: Any, **_context: Any) -> Compiled:  # type: ignore[override]  # fewer arguments
        compiled = (compiler.compile(one) for one in self.get_source_expressions())
        return self.written(*(Compiled(sql, list(values)) for sql, values in compiled))


class Keys(NamedTuple):
    """The keys that a condition finds, for the WITH of a statement in which it is asked many times: under what name they stand
    there, for whom, and how they are found."""

    name: str
    of: Hashable
    sql: str
    values: list[Any]

    @property
    def in_with(self) -> str:
        return f"{self.name}(key) AS MATERIALIZED ({self.sql})"


_SAID_BEFORE: Final[ContextVar[frozenset[tuple[str, Hashable]]]] = ContextVar("keys said before", default=frozenset())


@contextmanager
def said_before(*those: Keys) -> Iterator[None]:
    """While a statement is written in whose WITH these stand: conditions ask of them what they would find anew each."""
    before = _SAID_BEFORE.set(frozenset((one.name, one.of) for one in those))
    try:
        yield
    finally:
        _SAID_BEFORE.reset(before)


def is_said_before(name: str, of: Hashable) -> bool:
    return (name, of) in _SAID_BEFORE.get()


def among(key: Compiled, name: str) -> Compiled:
    """That this key is one of those that stand under this name."""
    return Compiled(f"{key.sql} IN (SELECT {name}.key FROM {name})", key.values)  # noqa: S608 - a word of ours
