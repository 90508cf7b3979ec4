"""The papers people gave, in a backup: an archive of the files as they lie there, encrypted, and bringing them back."""

import hashlib
import io
import os
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg

from kesher.adapters.errors import explained
from kesher.base.stored_files import NAME, StoredFiles
from kesher.cli.errors import CommandError

_TABLE: Final = "public.people_attachment"
#: No paper is larger as it lies there (10 MiB, a third more by its encryption).
_LARGEST: Final = 16 << 20


@dataclass(frozen=True)
class Papers:
    """What the archive holds: its SHA-256, its bytes, how many papers, and how many had a row and no file."""

    sha256: str
    bytes: int
    count: int
    missing: int = 0


def papers_path(dump: Path) -> Path:
    """Where the papers of a dump are."""
    return dump.with_name(f"{dump.name}.papers.tar")


def named_papers(connection: "psycopg.Connection[tuple[Any, ...]]") -> list[str]:
    """The names of all papers that have a row, seen by this connection's snapshot; none before there was such a table."""
    if connection.execute("SELECT to_regclass(%s)", [_TABLE]).fetchone() == (None,):
        return []
    rows = connection.execute("SELECT stored_as FROM public.people_attachment WHERE stored_as IS NOT NULL ORDER BY 1")
    return [str(name) for (name,) in rows.fetchall()]


def pack(folder: Path, names: Sequence[str], archive: Path) -> Papers:
    """Write the archive, whole or not at all; no file where there are no papers."""
    store, missing = StoredFiles(folder), 0
    if not names:
        return Papers("", 0, 0)
    unfinished = archive.with_name(f".{archive.name}.part")
    with explained(archive.parent):
        try:
            unfinished.touch(mode=0o600)
            with unfinished.open("wb") as file:
                with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as packed:
                    for name in names:
                        try:
                            content = store.path(name).read_bytes()
                        except FileNotFoundError:
                            missing += 1
                            continue
                        member = tarfile.TarInfo(name)
                        member.size, member.mode = len(content), 0o600
                        packed.addfile(member, io.BytesIO(content))
                file.flush()
                os.fsync(file.fileno())
            sha256, size = _sha256(unfinished), unfinished.stat().st_size
            unfinished.replace(archive)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
    return Papers(sha256, size, len(names) - missing, missing)


def verify_papers(archive: Path, papers: Papers) -> None:
    """Raises CommandError where the archive is missing, cut or changed."""
    if not papers.sha256:
        return
    if not archive.is_file():
        raise CommandError(
            f"{archive} is missing: it holds the papers of this backup. Keep the files together.", exit_code=2
        )
    if archive.stat().st_size != papers.bytes or _sha256(archive) != papers.sha256:
        raise CommandError(
            f"{archive} is not the file its manifest describes (it was cut or changed). Use another backup.",
            exit_code=2,
        )


def put_back(folder: Path, archive: Path, papers: Papers) -> None:
    """Each paper back under its own name, those that lie there left alone. Raises CommandError for what is none of ours."""
    if not papers.sha256:
        return
    store, count = StoredFiles(folder), 0
    with explained(folder), tarfile.open(archive, mode="r:") as packed:
        for member in packed:
            file = packed.extractfile(member) if member.isreg() and NAME.fullmatch(member.name) else None
            if file is None or member.size > _LARGEST:
                raise CommandError(
                    f"{archive} holds something that is no paper. Nothing was changed; use another backup."
                )
            count += 1
            store.put_back(member.name, file.read(_LARGEST))
    if count != papers.count:
        raise CommandError(f"{archive} holds {count} papers, its manifest says {papers.count}. Use another backup.")


def _sha256(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
