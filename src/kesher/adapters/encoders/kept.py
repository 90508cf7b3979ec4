"""What was worked out for a list of labels, kept as one file: the stored index of coding.

The file: ``KESHER-INDEX-1`` and a line feed, one line of JSON (the key, and each array's name, type, shape and place), then the
arrays, each at a multiple of 64 bytes. It is mapped, not read: `kesher code` touches only the pages it looks at, and
processes of one machine share them. A file that is not whole, or was made for other labels or another encoder, is made anew.
"""

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

MAGIC: Final = b"KESHER-INDEX-1\n"
ALIGNED: Final = 64
#: Heads longer than this are no heads of ours.
LONGEST_HEAD: Final = 100_000
_KINDS: Final = frozenset({"<f2", "<f4", "<f8", "<i4", "<i8", "<u8"})


@dataclass(frozen=True)
class KeptFile:
    """One file; a :class:`kesher.engine.coding.Keeper`. What it holds for another key is overwritten.

    beside: files of other lists, whose vectors may serve for this one.
    """

    path: Path
    beside: tuple[Path, ...] = ()

    def find(self, key: str) -> dict[str, NDArray[Any]] | None:
        """The arrays kept for `key`, mapped, or None."""
        with suppress(OSError, ValueError, KeyError, TypeError):
            return self._found(key)
        return None

    def found_before(self, embedder: str) -> Iterator[dict[str, NDArray[Any]]]:
        """What this file and those beside hold of an embedder; files that hold something else, or nothing, are passed by."""
        for path in (self.path, *self.beside):
            with suppress(OSError, ValueError, KeyError, TypeError):
                found = KeptFile(path)._found(f"{embedder}-", any_texts=True)
                if found is not None:
                    yield found

    def _found(self, key: str, *, any_texts: bool = False) -> dict[str, NDArray[Any]] | None:
        with self.path.open("rb") as stream:
            if stream.read(len(MAGIC)) != MAGIC:
                return None
            line = stream.readline(LONGEST_HEAD)
        head = json.loads(line)
        if head["key"] != key and not (any_texts and head["key"].startswith(key)):
            return None
        begin = _aligned(len(MAGIC) + len(line))
        if self.path.stat().st_size != begin + int(head["bytes"]):
            return None
        data = np.memmap(self.path, np.uint8, mode="r")
        found: dict[str, NDArray[Any]] = {}
        for name, (kind, shape, place) in head["arrays"].items():
            if kind not in _KINDS:
                return None
            size = int(np.dtype(kind).itemsize * np.prod(shape, dtype=np.int64))
            part = data[begin + place : begin + place + size]
            found[name] = np.asarray(part).view(kind).reshape(shape)
        return found

    def keep(self, key: str, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Writes the file whole, or leaves what was there; a folder that cannot be written is no error."""
        places: dict[str, tuple[str, list[int], int]] = {}
        place = 0
        plain = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
        for name, array in plain.items():
            places[name] = array.dtype.newbyteorder("<").str, list(array.shape), place
            place = _aligned(place + array.nbytes)
        line = json.dumps({"key": key, "bytes": place, "arrays": places}).encode("ascii") + b"\n"
        with suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            handle, part = tempfile.mkstemp(dir=self.path.parent, prefix=f".{self.path.name}.")
            try:
                with os.fdopen(handle, "wb") as stream:
                    stream.write(MAGIC + line)
                    begin = _aligned(stream.tell())
                    for name, array in plain.items():
                        stream.write(bytes(begin + places[name][2] - stream.tell()))
                        stream.write(array.data if array.size else b"")
                    stream.write(bytes(begin + place - stream.tell()))
                    stream.flush()
                    os.fsync(
                        stream.fileno()
                    )  # or a power cut may leave the new name over pages that were never written
                os.chmod(part, 0o644)
                os.replace(part, self.path)
            except BaseException:
                Path(part).unlink(missing_ok=True)
                raise


def _aligned(place: int) -> int:
    return -(-place // ALIGNED) * ALIGNED
