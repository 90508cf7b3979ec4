"""Writes rows by ``COPY``, many tables at once, in the order their keys need.

Each flush is one statement per table, so that history's statement triggers write one set-based insert for all its rows.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection, models
from psycopg import sql

FLUSH_AT = 50_000
Row = tuple[Any, ...]


class Sink:
    """Collects rows per model and writes them when there are many, parents before children."""

    def __init__(self, columns: Mapping[type[models.Model], Sequence[str]]) -> None:
        self._columns = columns  # in writing order
        self._waiting: dict[type[models.Model], list[Row]] = {model: [] for model in columns}
        self._count = 0
        self.written = 0

    def add(self, model: type[models.Model], row: Row) -> None:
        self._waiting[model].append(row)
        self._count += 1

    @property
    def is_full(self) -> bool:
        return self._count >= FLUSH_AT

    def flush(self) -> None:
        for model, rows in self._waiting.items():
            if rows:
                copy_rows(model._meta.db_table, self._columns[model], rows)
                self.written += len(rows)
                rows.clear()
        self._count = 0


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """``COPY table (columns) FROM STDIN`` inside the current transaction. Values as psycopg adapts them; JSON as str."""
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.cursor() as cursor, cursor.cursor.copy(statement) as copy:
        write = copy.write_row
        for row in rows:
            write(row)


def delete_details(models_of_owner: Sequence[tuple[type[models.Model], str]], owners: Sequence[uuid.UUID]) -> None:
    """Remove the details of these owners, one statement per table."""
    if not owners:
        return
    with connection.cursor() as cursor:
        for model, column in models_of_owner:
            statement = sql.SQL("DELETE FROM {} WHERE {} = ANY(%s)").format(
                sql.Identifier(model._meta.db_table), sql.Identifier(column)
            )
            cursor.execute(_text(statement), [list(owners)])


def update_rows(table: str, columns: Sequence[str], rows: Sequence[Row], *, key: str = "id") -> None:
    """Set-based update: ``COPY`` into a temporary table of the same shape, then one ``UPDATE … FROM``."""
    if not rows:
        return
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    with connection.cursor() as cursor:
        shape = sql.SQL("CREATE TEMPORARY TABLE coming ON COMMIT DROP AS SELECT {} FROM {} WITH NO DATA").format(
            names, sql.Identifier(table)
        )
        cursor.execute(_text(shape))
        copy_rows("coming", columns, rows)
        assignments = sql.SQL(", ").join(
            sql.SQL("{0} = coming.{0}").format(sql.Identifier(column)) for column in columns if column != key
        )
        change = sql.SQL("UPDATE {0} SET {1} FROM coming WHERE {0}.{2} = coming.{2}").format(
            sql.Identifier(table), assignments, sql.Identifier(key)
        )
        cursor.execute(_text(change))
        cursor.execute("DROP TABLE coming")


def _text(statement: sql.Composed) -> str:
    """History's wrapper around the cursor reads statements as text. Identifiers are quoted here, values never inlined."""
    return statement.as_string(None)
