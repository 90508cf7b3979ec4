"""A condition of the ORM that is written down as one line of SQL.

    class Open(Condition):
        def written(self, door: Compiled) -> Compiled:
            return Compiled(f"{door.sql} = %s", [*door.values, "open"])

For what nearly every list asks: the ORM's ``Exists`` says the same, but taking a subquery apart and writing it down costs a
millisecond of this process each time. A test of each holds it to the form that the ORM would have written.
"""

from typing import Any, NamedTuple

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
