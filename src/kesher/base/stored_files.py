"""Files that people give us: each encrypted, under a random name, in a folder that no web server serves.

    store = StoredFiles(settings.ATTACHMENTS)
    name = store.keep(content)          # whole and on the disk when it returns, or not there
    store.read(name)                    # raises Missing, Unreadable
    store.remove(name)

A file is written before the row that names it, and taken away after the row is gone: whatever is killed in between leaves a
file without a row, never a row without its file, and :func:`kesher.people.attachments.sweep` takes it away. Keys are those of
encrypted fields (:mod:`kesher.base.encrypted`). In each file stands its own name, so that two of them cannot be exchanged.
"""

import os
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

NAME: Final = re.compile(r"[0-9a-f]{32}")
_UNFINISHED: Final = ".part"
#: Of the lock (``pg_advisory_lock``) under which no stored file is taken away: a backup holds it while it copies them.
STILL: Final = 0x6B657368_66696C65


class Missing(Exception):
    """There is no file of this name: somebody took it away from outside, or the folder is another one."""


@dataclass(frozen=True, slots=True)
class StoredFiles:
    """The files of one folder, 256 folders in it by the first two signs of their names."""

    folder: Path

    def keep(self, content: bytes) -> str:
        """Write a file; its random name."""
        name = secrets.token_hex(16)
        self._write(name, content)
        return name

    def read(self, name: str) -> bytes:
        """The content. Raises :class:`Missing`, and :class:`~kesher.base.encrypted.Unreadable` for what was tampered with."""
        return self._read(name)[0]

    def remove(self, name: str) -> None:
        """Twice is once."""
        self.path(name).unlink(missing_ok=True)

    def has(self, name: str) -> bool:
        return self.path(name).is_file()

    def path(self, name: str) -> Path:
        """Where it lies. Raises ValueError for what is no name of ours: it never becomes a path."""
        if not NAME.fullmatch(name):
            raise ValueError("no name of a stored file")
        return self.folder / name[:2] / name

    def names(self, *, older_than: float = 0.0, tidy: bool = False) -> Iterator[str]:
        """All that lie there whole, for at least ``older_than`` seconds; ``tidy``: what was left half written goes."""
        before = time.time() - older_than
        for path in sorted(self.folder.glob("[0-9a-f][0-9a-f]/*")):
            with suppress(FileNotFoundError):  # removed meanwhile
                if path.stat().st_mtime > before:
                    continue
                if NAME.fullmatch(path.name):
                    yield path.name
                elif tidy and path.name.endswith(_UNFINISHED):
                    path.unlink()

    def renew(self, name: str, *, apply: bool) -> bool:
        """Whether an older key wrote it; with ``apply`` it is written anew under the newest, in one step."""
        content, is_newest = self._read(name)
        if not is_newest and apply:
            self._write(name, content)
        return not is_newest

    def _read(self, name: str) -> tuple[bytes, bool]:
        from kesher.base.encrypted import Unreadable, decrypt_bytes

        try:
            token = self.path(name).read_bytes()
        except FileNotFoundError:
            raise Missing(name) from None
        inside, is_newest = decrypt_bytes(token)
        own, _, content = inside.partition(b"\n")
        if own.decode("ascii", "replace") != name:
            raise Unreadable("It is another file than its name says.")
        return content, is_newest

    def put_back(self, name: str, token: bytes) -> None:
        """A file out of a backup, as it lay there; one that is there already is left alone."""
        if not self.has(name):
            self._put(name, token)

    def _write(self, name: str, content: bytes) -> None:
        from kesher.base.encrypted import encrypt_bytes  # here: commands move such files without Django

        self._put(name, encrypt_bytes(name.encode() + b"\n" + content))

    def _put(self, name: str, token: bytes) -> None:
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f".{name}.{secrets.token_hex(4)}{_UNFINISHED}")
        try:
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(token)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        for folder in (path.parent, path.parent.parent):  # so that the name is on the disk, too, before the row is
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
