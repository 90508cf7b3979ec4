"""What the application's database role may do: read and write rows, never define tables, never rewrite history."""

from typing import Any

import pghistory.models
from django.apps import apps
from django.db import connections
from django.db.models import Model

from kesher.base.history import ATTACH

APPLICATION_ROLE = "kesher_app"
CONTEXT = pghistory.models.Context._meta.db_table  # who, why and in which request, for every piece of history


def append_only_tables() -> list[str]:
    """Tables where rows are only ever added: history, events, reads of files."""
    tables = [
        model._meta.db_table
        for model in apps.get_models()
        if issubclass(model, pghistory.models.Event) or getattr(model, "append_only", False)
    ]
    return sorted(set(tables))


def guard_history(sender: Any, using: str, **kwargs: Any) -> None:
    """After a migration: what refuses history without an actor is ours, whatever a package has put in its place."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if not is_guarded(cursor) and CONTEXT in connection.introspection.table_names(cursor):
            cursor.execute(ATTACH)


def is_guarded(cursor: Any) -> bool:
    """Whether the database holds :data:`kesher.base.history.ATTACH`."""
    cursor.execute(
        "SELECT coalesce(max(prosrc), ''), coalesce(bool_and(prosecdef), false) FROM pg_proc"
        " WHERE proname = '_pgh_attach_context'"
    )
    source, as_owner = cursor.fetchone() or ("", False)
    return bool(as_owner) and str(source).strip() == ATTACH.split("$$")[1].strip()


def grant_application_rights(sender: Any, using: str, **kwargs: Any) -> None:
    """After a migration: give ``kesher_app``, where it exists and is not us, the rights of an application."""
    connection = connections[using]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = %s), current_user = %s",
            [APPLICATION_ROLE, APPLICATION_ROLE],
        )
        exists, is_us = cursor.fetchone() or (False, False)
        if not exists or is_us:
            return
        quote = connection.ops.quote_name
        role = quote(APPLICATION_ROLE)
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}")
        cursor.execute(f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {role}")
        existing = set(connection.introspection.table_names(cursor))
        for table in append_only_tables():
            if table in existing:
                cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {quote(table)} FROM {role}")
        if CONTEXT in existing:
            # Who and why stand here alone. Written by a function that runs as the owner (kesher.base.history.ATTACH).
            cursor.execute(f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON {quote(CONTEXT)} FROM {role}")


def is_append_only(model: type[Model]) -> bool:
    return model._meta.db_table in append_only_tables()
