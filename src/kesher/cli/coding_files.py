"""The tables of ``kesher code`` and ``kesher rank``: UTF-8, LF, tabs, no headings, no quoting.

A name that ends in ``.gz`` means packed. Reading is strict and whole, writing is last and at once: a fault anywhere leaves
what was there.
"""

import errno
import gzip
import os
import shutil
import sys
import tempfile
import zlib
from collections.abc import Iterable
from contextlib import nullcontext
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Final

from kesher.cli.errors import CommandError

#: A file packed by gzip begins so; no UTF-8 text does.
_PACKED: Final = b"\x1f\x8b"
#: Bytes of a table for standard output that wait in memory; a longer one waits on the disk.
IN_MEMORY: Final = 32_000_000


def read_texts(path: str) -> list[tuple[str, str]]:
    """The rows ``id<TAB>text`` of a file, or of standard input for "-". Raises CommandError with exit code 2."""
    name = "standard input" if path == "-" else path
    if path == "-" and sys.stdin is None:
        raise _refused("standard input cannot be read: it is closed.")
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
    """Writes a table whole, or leaves what was there; "-" is standard output. Equal rows give equal bytes.

    Rows are taken one by one and wait in a file without a name, which is gone however the process ends; only when the last
    is there anything is written. Raises CommandError with exit code 2, and whatever making the rows raises.
    """
    target = None if path == "-" else Path(path)
    try:
        # /dev/stdout, a pipe: nothing to put another file in the place of
        straight = target is None or (target.exists() and not target.is_file())
        if target is not None and not straight and target.is_symlink():  # it stays one: what it leads to is written
            target = target.resolve()
        with SpooledTemporaryFile(IN_MEMORY, dir=None if straight or target is None else str(target.parent)) as waiting:
            if target is not None and not straight:  # a folder that is not there is told before the work, not after it
                waiting.rollover()
            _fill(waiting, rows, packed=path.endswith(".gz"))
            waiting.seek(0)
            if target is None:
                _to_standard_output(waiting)
            elif straight:
                with target.open("wb") as stream:
                    shutil.copyfileobj(waiting, stream)
            else:
                _replace(waiting, target)
    except BrokenPipeError:
        raise  # whoever read standard output went away: no fault of the table
    except OSError as problem:
        name = "standard output" if target is None else path
        raise _refused(f"{name} cannot be written: {problem.strerror or problem}.") from problem


def _fill(waiting: IO[bytes], rows: Iterable[Iterable[str]], *, packed: bool) -> None:
    with gzip.GzipFile("", "wb", fileobj=waiting, mtime=0) if packed else nullcontext(waiting) as stream:
        for row in rows:  # not writelines, which would keep them all in memory
            stream.write("\t".join(row).encode("utf-8") + b"\n")


def _to_standard_output(waiting: IO[bytes]) -> None:
    if sys.stdout is None:
        raise OSError(errno.EBADF, "it is closed")
    sys.stdout.flush()
    # Not through sys.stdout: what it could not write it would try to write once more at exit.
    with open(sys.stdout.fileno(), "wb", closefd=False) as stream:
        shutil.copyfileobj(waiting, stream)


def _replace(waiting: IO[bytes], target: Path) -> None:
    handle, part = tempfile.mkstemp(prefix=".kesher-", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            shutil.copyfileobj(waiting, stream)
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(part, 0o666 & ~umask)
        os.replace(part, target)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise


def cell(text: str) -> str:
    """A text that stays in its cell: white space of any kind becomes one space."""
    return " ".join(text.split())


def _refused(message: str) -> CommandError:
    return CommandError(message, exit_code=2)
