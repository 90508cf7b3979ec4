"""Empty the test database between tests that commit: only what is full, and nothing is installed anew.

Django's own truncates every table and makes all rights again, 30 times as long as the few rows a test writes need."""

from typing import Any

from django.core.management.commands.flush import Command as Flush
from django.db import connections, transaction

from tests.written_by_migrations import write_again

#: What migrations put there and no test changes.
KEPT = {"django_content_type", "auth_permission", "django_migrations"}
#: Where a NULL tells processes that all they hold of the directory has changed, as truncating does (directory's migrations
#: 0006 and 0011).
TOLD = (("directory_searchchange", "document_id"), ("directory_servicechange", "key"))


class Command(Flush):
    def handle(self, **options: Any) -> None:
        connection = connections[options.get("database") or "default"]
        with connection.cursor() as cursor:
            cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
            if cursor.fetchone() != (True,):  # an ordinary user (.ci/second-engine) may not set triggers at rest
                super().handle(**options)
                return
        tables = set(connection.introspection.django_table_names(only_existing=True, include_views=False)) - KEPT
        quoted = {table: connection.ops.quote_name(table) for table in sorted(tables)}
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute(
                " UNION ALL ".join(f"(SELECT '{name}' FROM {table} LIMIT 1)" for name, table in quoted.items())
            )
            full = [name for (name,) in cursor.fetchall()]
            cursor.execute("SET LOCAL session_replication_role = replica")  # neither triggers nor foreign keys
            for name in full:
                cursor.execute(f"DELETE FROM {quoted[name]}")
            for name, column in TOLD:
                cursor.execute(f"INSERT INTO {name} ({column}) VALUES (NULL)")
        write_again()
