"""A test database in a tenth of a second: migrate once per set of migrations, then copy the result."""

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from psycopg import sql

from kesher.adapters.local_postgres import OWNER, LocalPostgres
from kesher.base.migrating import few_new_models
from tests.writing import name_the_tests

ROOT = Path(__file__).resolve().parent.parent


def server() -> LocalPostgres:
    return LocalPostgres(settings.ENVIRONMENT.data / "postgres", fast=True)


def migrations_fingerprint() -> str:
    """Changes whenever a migration, or what migrations install, changes."""
    import kesher

    digest = hashlib.sha256()
    root = Path(kesher.__file__).parent
    own = [
        *root.glob("*/migrations/*.py"),
        root / "base" / "rows.py",
        root / "base" / "rights.py",
        root / "base" / "history.py",
    ]
    for path in [*sorted(own), *sorted((ROOT / "tests" / "base" / "safe").rglob("*.py"))]:
        digest.update(path.read_bytes())
    digest.update(repr(settings.INSTALLED_APPS).encode())  # libraries bring tables, too
    digest.update((root.parent.parent / "requirements" / "dev.lock").read_bytes())
    return digest.hexdigest()[:16]


@contextmanager
def locked(name: str = "template") -> Iterator[None]:
    """One process of this folder at a time."""
    settings.ENVIRONMENT.data.mkdir(parents=True, exist_ok=True)
    with (settings.ENVIRONMENT.data / f"{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _maintenance() -> psycopg.Connection:
    """A connection to the server's own database, where databases are made and dropped."""
    parameters = dict(connection.settings_dict)
    return psycopg.connect(
        host=parameters["HOST"] or None,
        port=parameters["PORT"] or None if "PORT" in parameters else None,
        user=parameters["USER"] or OWNER,
        password=parameters["PASSWORD"] or None,
        dbname="postgres",
        autocommit=True,
    )


def make_template() -> str:
    """The name of a migrated, empty database; made when there is none for these migrations."""
    name = f"kesher_template_{migrations_fingerprint()}"
    with locked(), _maintenance() as maintenance:
        exists = maintenance.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s AND NOT datallowconn", [name]
        ).fetchone()
        if exists:
            return name
        maintenance.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
        maintenance.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        original = connection.settings_dict["NAME"]
        connection.close()
        connection.settings_dict["NAME"] = name
        try:
            from kesher.adapters.local_postgres import prepare_database

            with _to(name) as fresh:
                prepare_database(fresh)
            with few_new_models():
                call_command("migrate", verbosity=0, interactive=False)
        finally:
            connection.close()
            connection.settings_dict["NAME"] = original
        # Closed to connections: a template in use cannot be copied, and "complete" is thereby marked too.
        maintenance.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(sql.Identifier(name)))
    return name


def _to(name: str) -> psycopg.Connection:
    parameters = connection.settings_dict
    return psycopg.connect(
        host=parameters["HOST"] or None,
        port=parameters["PORT"] or None,
        user=parameters["USER"] or OWNER,
        password=parameters["PASSWORD"] or None,
        dbname=name,
        autocommit=True,
    )


def make_test_database(suffix: str, template: str = "") -> str:
    """Copy the template (an empty one, unless another is named) as a database of this worker's own and point Django at it."""
    template = template or make_template()
    name = f"test_kesher_{suffix}"
    with locked(), _maintenance() as maintenance:
        maintenance.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        maintenance.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        )
    use(name)
    return name


def is_there(name: str) -> bool:
    """Whether the server has a database of this name."""
    with _maintenance() as maintenance:
        return maintenance.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def rename(name: str, to: str) -> None:
    """Give a database another name; one that has it already is dropped."""
    connection.close()
    with _maintenance() as maintenance:
        maintenance.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(to)))
        maintenance.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(name), sql.Identifier(to)))


def keep_as_template(name: str, to: str) -> None:
    """Close a database for ever, under another name, so that it can be copied."""
    rename(name, to)
    with _maintenance() as maintenance:
        maintenance.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(sql.Identifier(to)))


def drop_templates(prefix: str, *, but: str = "") -> None:
    """Drop what was kept under names that begin so, but one."""
    with _maintenance() as maintenance:
        found = maintenance.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s) AND datname <> %s", [prefix, but]
        ).fetchall()
        for (name,) in found:
            maintenance.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def use(name: str) -> None:
    """Point Django at a database that is there."""
    connection.close()
    connection.settings_dict["NAME"] = name
    settings.DATABASES["default"]["NAME"] = name
    name_the_tests()


def drop_test_database(name: str) -> None:
    connection.close()
    with _maintenance() as maintenance:
        maintenance.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def copied(name: str) -> Iterator[str]:
    """A further copy of the template, for other processes to work on; gives its address as DATABASE_URL takes it."""
    template = make_template()
    parameters = connection.settings_dict
    with locked(), _maintenance() as maintenance:
        maintenance.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        maintenance.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        )
    try:
        host = quote(str(parameters["HOST"]), safe="")
        secret = f":{quote(parameters['PASSWORD'])}" if parameters["PASSWORD"] else ""
        port = f"&port={parameters['PORT']}" if parameters["PORT"] else ""
        yield f"postgresql://{parameters['USER'] or OWNER}{secret}@/{name}?host={host}{port}"
    finally:
        with _maintenance() as maintenance:
            maintenance.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
