"""Dumping and restoring one database with PostgreSQL's own programs, of any server we may connect to."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from kesher.adapters.errors import LocalPostgresError, disk_full, explained
from kesher.adapters.postgres_binaries import CLEAN_ENVIRONMENT

#: libpq's environment variables. A password goes this way, never on the command line, where every user may read it.
_VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
}


class CopyFailed(LocalPostgresError):
    """pg_dump or pg_restore gave up."""


def dump_database(dsn: Mapping[str, str], path: Path, *, program: Path) -> None:
    """Writes a database to `path` in pg_dump's compressed custom format.

    `dsn` holds libpq's parameters. The file appears under its name only when it is whole. Raises LocalPostgresError.
    """
    unfinished = path.with_name(f".{path.name}.part")
    try:
        with explained(path.parent):
            # Made by us with mode 0600 first: a dump holds everything about everyone.
            os.close(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
            _run(program, dsn, "--format=custom", f"--file={unfinished}", "--no-password", place=path.parent)
            with unfinished.open("rb") as handle:
                os.fsync(handle.fileno())
            unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def restore_database(dsn: Mapping[str, str], path: Path, *, program: Path) -> None:
    """Reads a dump into an empty database in one transaction: all of it, or nothing. Raises LocalPostgresError."""
    _run(
        program,
        dsn,
        "--single-transaction",
        "--exit-on-error",
        "--no-owner",
        "--no-password",
        f"--dbname={dsn['dbname']}",
        str(path),
        place=path,
    )


def _run(program: Path, dsn: Mapping[str, str], *arguments: str, place: Path) -> None:
    environment = CLEAN_ENVIRONMENT | {_VARIABLES[name]: str(value) for name, value in dsn.items() if value}
    answer = subprocess.run(
        [program, *arguments], env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )
    if answer.returncode == 0:
        return
    if "No space left on device" in answer.stderr:
        raise disk_full(place)
    quoted = " ".join(answer.stderr.split())[:600]
    raise CopyFailed(
        f"{program.name} failed: {quoted}", "Nothing was changed; mend what it names and run the command again."
    )
