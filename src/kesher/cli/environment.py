"""What the commands need to know of the environment before Django is there (kesher.settings reads the same names)."""

import argparse
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict
from threadpoolctl import threadpool_limits

from kesher.adapters.local_postgres import LocalPostgres
from kesher.adapters.postgres_binaries import find_tools
from kesher.cli.errors import CommandError

#: What libraries of linear algebra (OpenBLAS, MKL, Accelerate, OpenMP) read when they are loaded.
THREADS_OF_ALGEBRA = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS", "OMP_NUM_THREADS")

#: What a command's ``add_parser`` is given.
Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


@dataclass(frozen=True)
class Environment:
    """KESHER_DATA, KESHER_ATTACHMENTS, DATABASE_URL, DATABASE_OWNER_URL and PORT, as this process was given them."""

    data: Path
    attachments: Path
    database_url: str = field(repr=False)
    owner_url: str = field(repr=False)
    port: int

    @classmethod
    def read(cls, environ: Mapping[str, str] = os.environ) -> "Environment":
        """Raises CommandError (exit 2) for a PORT that is none."""
        database_url = environ.get("DATABASE_URL", "")
        data = Path(environ.get("KESHER_DATA") or ".kesher").absolute()
        return cls(
            data=data,
            attachments=Path(environ.get("KESHER_ATTACHMENTS") or data / "attachments").absolute(),
            database_url=database_url,
            owner_url=environ.get("DATABASE_OWNER_URL") or database_url,
            port=port_number(environ.get("PORT") or "8000", "PORT"),
        )

    @property
    def private(self) -> bool:
        """True when the data is in the private PostgreSQL of the data folder."""
        return not self.database_url

    def postgres(self) -> LocalPostgres:
        """The private PostgreSQL."""
        return LocalPostgres(self.data / "postgres")

    def owner_parameters(self) -> dict[str, str]:
        """libpq's parameters of the owner role, such as host, user, password and dbname."""
        if self.private:
            return self.postgres().dsn("owner")
        try:
            return {name: str(value) for name, value in conninfo_to_dict(self.owner_url).items() if value is not None}
        except ProgrammingError:
            raise CommandError(
                "DATABASE_OWNER_URL (or DATABASE_URL) cannot be read. Write it as postgresql://user:password@host/name, "
                "with characters such as @ and / in the password as %40 and %2F.",
                exit_code=2,
            )

    def tool(self, name: str, server_major: int) -> Path:
        """The full path of pg_dump or pg_restore fit for the server."""
        if self.private:
            return self.postgres().program(name)
        encrypted = self.owner_parameters().get("sslmode", "") in ("require", "verify-ca", "verify-full")
        return find_tools(server_major, encrypted=encrypted).program(name)


def port_number(text: str, name: str) -> int:
    """A port number from 1 to 65535; `name` says where it was given. Raises CommandError with exit code 2."""
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise CommandError(f"{name} is {text!r}; it must be a number from 1 to 65535.", exit_code=2)
    return int(text)


@contextmanager
def database_up(environment: Environment) -> Iterator[None]:
    """Sees to it that the private PostgreSQL runs; one that this call started is stopped at the end."""
    if not environment.private:
        yield
        return
    server = environment.postgres()
    started = server.start()
    try:
        yield
    finally:
        if started:
            server.stop(seconds=5.0)


def one_thread_for_algebra() -> None:
    """Has numpy and scipy multiply on one thread, here and in processes started from here, where the environment does not
    say otherwise.

    For processes that share the cores with others like them: OpenBLAS's threads do not sleep between two products, they spin
    for some hundredths of a second. A find page over 100,000 services took 175 ms of two cores so, and takes 89 on one thread.
    """
    for name in THREADS_OF_ALGEBRA:  # for what is not loaded yet
        os.environ.setdefault(name, "1")
    if os.environ["OPENBLAS_NUM_THREADS"] == "1":
        threadpool_limits(limits=1, user_api="blas")  # for what is


def set_up_django(role: str) -> None:
    """Loads Django with the settings of this process, working as ``app`` or ``owner``."""
    os.environ["DJANGO_SETTINGS_MODULE"] = os.environ.get("DJANGO_SETTINGS_MODULE") or "kesher.settings"
    os.environ["KESHER_DB_ROLE"] = role
    import django
    from django.core.exceptions import ImproperlyConfigured

    from kesher.www.messages import compile_catalogues

    try:
        compile_catalogues()
    except OSError as problem:  # an installation that this account may not write
        warn(
            f"Texts are in English where they cannot be compiled: {problem}. Run `python -m kesher.www.messages` as its owner."
        )
    try:
        django.setup()
    except ImproperlyConfigured as problem:
        raise CommandError(str(problem), exit_code=2)


def say(message: str) -> None:
    """One line of progress, at once."""
    print(message, flush=True)


def warn(message: str) -> None:
    """One line on standard error."""
    print(message, file=sys.stderr, flush=True)
