"""Backups of the whole database, and bringing them back: a dump and a manifest that says what must be in it.

Papers that people gave lie beside the database: where there are any, a third file holds them, encrypted as they lie there.
"""

import hashlib
import json
import secrets
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

import kesher
from kesher.adapters.errors import explained
from kesher.adapters.postgres_tools import dump_database, restore_database
from kesher.base.stored_files import STILL
from kesher.cli.environment import Environment
from kesher.cli.errors import CommandError
from kesher.cli.stored_papers import Papers, named_papers, pack, papers_path, put_back, verify_papers

Connection = psycopg.Connection[tuple[Any, ...]]


@dataclass(frozen=True)
class Manifest:
    """What a dump holds: the version that made it, the last migration of each app, and every table's number of rows."""

    created_at: str
    kesher: str
    postgresql: int
    dump: str
    sha256: str
    bytes: int
    migrations: dict[str, str]
    rows: dict[str, int]
    papers: Papers | None = None  # None: the backup is older than papers

    @classmethod
    def read(cls, path: Path) -> "Manifest":
        """Raises CommandError when the manifest is missing or is none."""
        try:
            content = json.loads(path.read_text())
            papers = content.pop("papers", None)
            return cls(**content, papers=Papers(**papers) if papers is not None else None)
        except FileNotFoundError:
            raise CommandError(
                f"{path} is missing. A backup is two files, the dump and its manifest; keep them together.", exit_code=2
            )
        except (OSError, ValueError, TypeError) as problem:
            raise CommandError(f"{path} is no manifest of a backup: {problem}", exit_code=2)


def manifest_path(dump: Path) -> Path:
    """Where the manifest of a dump is."""
    return dump.with_name(f"{dump.name}.json")


def make_backup(environment: Environment, dump: Path) -> Manifest:
    """Writes `dump`, the papers of that moment and the manifest. An existing file is refused."""
    if dump.exists() or manifest_path(dump).exists() or papers_path(dump).exists():
        raise CommandError(f"{dump} exists already; choose another name.", exit_code=2)
    with explained(dump.parent):
        dump.parent.mkdir(parents=True, exist_ok=True)
    parameters = environment.owner_parameters()
    with _connect(parameters) as connection:
        major = connection.info.server_version // 10000
        # Until the papers are copied none of them is taken away; held by the session, beyond the transaction.
        connection.execute("SELECT pg_advisory_lock(%s)", [STILL])
        # The counts and the dump look through one snapshot, so that they agree however busy the portal is.
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        connection.execute("SET LOCAL row_security = off")
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        assert row is not None
        rows, heads, names = count_rows(connection), _migration_heads(connection), named_papers(connection)
        dump_database(parameters, dump, program=environment.tool("pg_dump", major), snapshot=row[0])
        connection.execute("COMMIT")
        papers = pack(environment.attachments, names, papers_path(dump))
    manifest = Manifest(
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        kesher=kesher.__version__,
        postgresql=major,
        dump=dump.name,
        sha256=_sha256(dump),
        bytes=dump.stat().st_size,
        migrations=heads,
        rows=rows,
        papers=papers,
    )
    with explained(dump.parent):
        unfinished = manifest_path(dump).with_name(f".{dump.name}.json.part")
        unfinished.touch(mode=0o600)
        unfinished.write_text(json.dumps(asdict(manifest), indent=1, ensure_ascii=False) + "\n")
        unfinished.replace(manifest_path(dump))
    return manifest


def restore_backup(environment: Environment, dump: Path, *, replace: bool) -> Manifest:
    """Brings a backup back, all or nothing, and returns its manifest.

    It is restored into a database of its own, counted, and put in place by renaming; until that moment the old
    database serves on. Without `replace`, a database that holds anything is refused. Raises CommandError.
    """
    manifest = verify_backup(dump)
    parameters = environment.owner_parameters()
    name = parameters["dbname"]
    with _connect(parameters) as connection:
        major = connection.info.server_version // 10000
        held = sum(count_rows(connection).values())
        may_create = connection.execute(
            "SELECT rolsuper OR rolcreatedb FROM pg_roles WHERE rolname = current_user"
        ).fetchone() == (True,)
    if held and not replace:
        raise CommandError(
            f"The database {name} holds {held} rows, which a restore replaces. "
            "Make a backup of it if you may want it back, and then say --yes."
        )
    if not may_create:
        raise CommandError(
            f"The role {parameters.get('user', '')} may not create databases, which a restore that is all or nothing "
            "needs. As an administrator: ALTER ROLE … CREATEDB; and take it back afterwards."
        )
    new = f"{name[:40]}_restore_{secrets.token_hex(4)}"
    with _connect(parameters | {"dbname": "postgres"}) as maintenance:
        _create_like(maintenance, new, name)
        try:
            program = environment.tool("pg_restore", major)
            restore_database(parameters | {"dbname": new}, dump, program=program)
            with _connect(parameters | {"dbname": new}) as restored:
                found = count_rows(restored)
                restored.execute("ANALYZE")
            if found != manifest.rows:
                differing = sorted(t for t in found.keys() | manifest.rows if found.get(t) != manifest.rows.get(t))
                raise CommandError(
                    f"After the restore these tables hold other numbers of rows than the manifest says: "
                    f"{', '.join(differing[:5])}. Nothing was changed; use another backup."
                )
            # Under names nobody has yet, so before the swap: those of the old database stay, and are swept when no row
            # names them any more.
            if manifest.papers is not None:
                put_back(environment.attachments, papers_path(dump), manifest.papers)
            _swap(maintenance, name, new)
        except BaseException:
            maintenance.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(new)))
            raise
    return manifest


def verify_backup(dump: Path) -> Manifest:
    """The manifest of a dump that is whole. Raises CommandError when it is missing, cut or changed."""
    if not dump.is_file():
        raise CommandError(f"{dump} is not there.", exit_code=2)
    manifest = Manifest.read(manifest_path(dump))
    if dump.stat().st_size != manifest.bytes or _sha256(dump) != manifest.sha256:
        raise CommandError(
            f"{dump} is not the file its manifest describes (it was cut or changed). Use another backup.", exit_code=2
        )
    if manifest.papers is not None:
        verify_papers(papers_path(dump), manifest.papers)
    return manifest


def count_rows(connection: Connection) -> dict[str, int]:
    """The number of rows of every table of the portal."""
    tables = connection.execute(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname"
    ).fetchall()
    counts = {}
    for (table,) in tables:
        row = connection.execute(sql.SQL("SELECT count(*) FROM public.{}").format(sql.Identifier(table))).fetchone()
        counts[str(table)] = int(row[0]) if row else 0
    return counts


def _create_like(maintenance: Connection, new: str, old: str) -> None:
    row = maintenance.execute(
        "SELECT datcollate, datctype, datlocprovider::text FROM pg_database WHERE datname = %s", [old]
    ).fetchone()
    assert row is not None
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE {} LC_CTYPE {}").format(
        sql.Identifier(new), sql.Literal(row[0]), sql.Literal(row[1])
    )
    if row[2] == "c":
        statement += sql.SQL(" LOCALE_PROVIDER libc")
    maintenance.execute(statement)


def _swap(maintenance: Connection, name: str, new: str) -> None:
    """Puts `new` in the place of `name`. The portal must not slip in between, so nobody may connect meanwhile."""
    current, fresh = sql.Identifier(name), sql.Identifier(new)
    old = sql.Identifier(f"{name[:40]}_before_{secrets.token_hex(4)}")
    maintenance.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(current))
    try:
        maintenance.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
            [name],
        )
        with maintenance.transaction():  # renaming is transactional: both, or neither
            maintenance.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(current, old))
            maintenance.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(fresh, current))
    except BaseException:
        maintenance.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(current))
        raise
    maintenance.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(old))


def _migration_heads(connection: Connection) -> dict[str, str]:
    if connection.execute("SELECT to_regclass('public.django_migrations')").fetchone() == (None,):
        return {}
    rows = connection.execute("SELECT app, max(name) FROM django_migrations GROUP BY app ORDER BY app").fetchall()
    return {str(app): str(name) for app, name in rows}


def _connect(parameters: dict[str, str]) -> Connection:
    try:
        return psycopg.connect(make_conninfo(**parameters, connect_timeout="10"), autocommit=True)
    except psycopg.OperationalError as problem:
        raise CommandError(
            f"The database {parameters.get('dbname', '')} cannot be reached: {' '.join(str(problem).split())} "
            "Check DATABASE_OWNER_URL and that the server runs."
        )


def _sha256(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
