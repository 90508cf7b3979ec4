"""The tables of ``kesher code`` and ``kesher rank``: UTF-8, LF, tabs, no headings, no quoting.

A name that ends in ``.gz`` means packed. Reading is strict and whole, writing is last and at once: a fault anywhere leaves
what was there.
"""

import gzip
import os
import sys
import tempfile
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from kesher.cli.errors import CommandError

#: A file packed by gzip begins so; no UTF-8 text does.
_PACKED: Final = b"\x1f\x8b"


def read_texts(path: str) -> list[tuple[str, str]]:
    """The rows ``id<TAB>text`` of a file, or of standard input for "-". Raises CommandError with exit code 2."""
    name = "standard input" if path == "-" else path
    try:
        data = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except OSError as problem:
        raise _refused(f"{name} cannot be read: {problem.strerror}.") from problem
    if data.startswith(_PACKED):
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError, zlib.error) as problem:
            raise _refused(f"{name} is packed by gzip, but damaged: {problem}.") from problem
    elif path.endswith(".gz") and data:
        raise _refused(f"{name} is not packed by gzip, though its name says so.")
    return [_row(line, f"{name}, line {number}") for number, line in enumerate(_lines(data), 1)]


def _lines(data: bytes) -> list[bytes]:
    """The lines, without their ends; the last may lack its own."""
    return data.removesuffix(b"\n").split(b"\n") if data else []


def _row(line: bytes, where: str) -> tuple[str, str]:
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise _refused(f"{where}: byte {fault.start + 1} is not UTF-8. Save the file as UTF-8.") from fault
    cells = text.split("\t")
    if text.startswith("\ufeff"):
        raise _refused(f"{where}: the line begins with a byte order mark. Save the file as UTF-8 without one.")
    if "\r" in text:
        raise _refused(f"{where}: there is a carriage return. Lines end with a line feed alone.")
    if len(cells) != 2:
        raise _refused(f"{where}: {len(cells)} cells instead of 2. Write id, tab, text; no tab inside the text.")
    if not cells[0]:
        raise _refused(f"{where}: the id is empty.")
    return cells[0], cells[1]


def write_rows(path: str, rows: Iterable[Iterable[str]]) -> None:
    """Writes a table whole, or leaves what was there; "-" is standard output. Equal rows give equal bytes."""
    data = "".join("\t".join(row) + "\n" for row in rows).encode("utf-8")
    if path == "-":
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    if path.endswith(".gz"):
        data = gzip.compress(data, mtime=0)
    target = Path(path)
    if target.exists() and not target.is_file():  # /dev/stdout, a pipe: nothing to put another file in the place of
        try:
            target.write_bytes(data)
        except OSError as problem:
            raise _refused(f"{path} cannot be written: {problem.strerror}.") from problem
        return
    if target.is_symlink():  # it stays one: what it leads to is written. /dev/stdout is a link, too, often to a file
        target = target.resolve()
    part = None
    try:
        handle, part = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(part, 0o666 & ~umask)
        os.replace(part, target)
    except OSError as problem:
        if part is not None:
            Path(part).unlink(missing_ok=True)
        raise _refused(f"{path} cannot be written: {problem.strerror}.") from problem


def cell(text: str) -> str:
    """A text that stays in its cell: white space of any kind becomes one space."""
    return " ".join(text.split())


def _refused(message: str) -> CommandError:
    return CommandError(message, exit_code=2)
