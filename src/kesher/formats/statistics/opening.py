"""Files of statistics opened: in a folder, in a zip, packed by gzip; each with its hash, with limits against bombs."""

import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from kesher.formats.files import LIMITS, MIB, Encoding, Files, Ledger, Limits, find_encoding, open_files, read_rows
from kesher.formats.records import UnreadableFile
from kesher.formats.remarks import say, standards

_BLOCK = 1 * MIB
#: A whole message of JSON that is held in memory.
_JSON_BYTES = 256 * MIB


class _Unpacked(io.RawIOBase):
    """A gzip stream that stops a bomb and tells its faults as faults of the file."""

    def __init__(self, packed: IO[bytes], name: str, size: int, limits: Limits) -> None:
        self._stream = gzip.GzipFile(fileobj=packed)
        self._name, self._size, self._limits, self._given = name, max(1, size), limits, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        try:
            block = self._stream.read(len(buffer))
        except (OSError, EOFError, zlib.error) as error:
            raise UnreadableFile(self._name, say.FILE_BROKEN(why=error)) from error
        self._given += len(block)
        if self._given > self._limits.file_bytes:
            raise UnreadableFile(self._name, say.MEMBER_TOO_LARGE(limit=self._limits.file_bytes))
        if self._given > 16 * MIB and self._given > self._limits.ratio * self._size:
            times = self._given // self._size
            raise UnreadableFile(self._name, say.MEMBER_PACKED(name=self._name, times=times))
        buffer[: len(block)] = block
        return len(block)


class _Hashed(io.RawIOBase):
    """Passes bytes on and hashes them on the way."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream, self.digest = stream, hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        block = self._stream.read(len(buffer))
        self.digest.update(block)
        buffer[: len(block)] = block
        return len(block)


@dataclass(slots=True)
class StatisticsFile:
    """One file. ``name`` is without ``.gz``: what it is when unpacked."""

    files: Files
    member: str
    limits: Limits = LIMITS
    _sha256: str = ""
    _encoding: Encoding | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        return self.member[:-3] if self.packed else self.member

    @property
    def packed(self) -> bool:
        return self.member.lower().endswith(".gz")

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """Its bytes, unpacked. Raises :class:`UnreadableFile` wherever the file breaks."""
        with self.files.open(self.member) as stream:
            if self.packed:
                yield io.BufferedReader(_Unpacked(stream, self.member, self.files[self.member], self.limits), _BLOCK)
            else:
                yield stream

    def head(self, size: int = 64 * 1024) -> bytes:
        with self.open() as stream:
            return stream.read(size)

    def read(self) -> bytes:
        """The whole file; for JSON, which has no end before its last brace."""
        with self.open() as stream:
            content = stream.read(_JSON_BYTES + 1)
        if len(content) > _JSON_BYTES:
            raise UnreadableFile(self.name, say.FILE_TOO_LARGE(size=len(content), limit=_JSON_BYTES))
        self._sha256 = self._sha256 or hashlib.sha256(content).hexdigest()
        return content

    @property
    def sha256(self) -> str:
        if not self._sha256:
            digest = hashlib.sha256()
            with self.open() as stream:
                while block := stream.read(_BLOCK):
                    digest.update(block)
            self._sha256 = digest.hexdigest()
        return self._sha256

    @property
    def encoding(self) -> Encoding:
        """Found in one pass, in which the hash is made too."""
        if self._encoding is None:
            with self.open() as stream:
                hashed = _Hashed(stream)
                reader = io.BufferedReader(hashed, _BLOCK)
                self._encoding = find_encoding(reader, self.name)
                while reader.read(_BLOCK):  # a broken encoding ends the search early; the hash is of the whole
                    pass
                self._sha256 = hashed.digest.hexdigest()
        return self._encoding

    @contextmanager
    def text(self) -> Iterator[io.TextIOWrapper]:
        encoding = self.encoding
        with self.open() as stream:
            text = io.TextIOWrapper(stream, encoding.name, encoding.errors, newline="")
            try:
                yield text
            except UnicodeDecodeError:
                raise UnreadableFile(self.name, standards.NOT_TEXT()) from None
            finally:
                text.detach()

    def columns(self) -> list[str]:
        """The header of a CSV. Raises :class:`UnreadableFile` when there is none."""
        with self.text() as text:
            return read_rows(text, self.name, limits=self.limits)[0]

    def rows(self, ledger: Ledger) -> Iterator[tuple[int, list[str]]]:
        """The rows of a CSV as (row number, cells in the order of the columns)."""
        with self.text() as text:
            yield from read_rows(text, self.name, ledger, self.limits)[1]

    def delimiter(self) -> str:
        with self.text() as text:
            first = text.readline()
        return max(",;\t|", key=first.count)


def open_statistics(path: str | Path | Files, limits: Limits = LIMITS) -> list[StatisticsFile]:
    """The files at ``path``: a folder, a zip, or one file. Raises :class:`UnreadableFile`."""
    files = path if isinstance(path, Files) else open_files(path, limits)
    return [StatisticsFile(files, name, limits) for name in files]
