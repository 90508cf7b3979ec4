"""A taxonomy in one file, read without being loaded.

The file is a zip of ``.npy`` columns (so numpy's own ``load`` reads it too) beside ``about.json``. Columns are stored, not
packed, and begin at multiples of 64 bytes: opening one costs a look at its header, its pages come from disk when they are
touched, and processes that read the same index share them. Writing goes to a new file that takes the old one's place
whole, so that a reader never meets half an index.
"""

import io
import json
import math
import os
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import asdict, fields
from pathlib import Path
from typing import IO, Any, BinaryIO, Final, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from kesher.formats.esco.sources import Source
from kesher.formats.esco.taxonomy import GROUPS, Taxonomy, columns
from kesher.formats.esco.texts import Texts
from kesher.formats.esco.vocabulary import ConceptKind

FORMAT: Final = "kesher esco index"
#: Raised when a column changes its meaning; an index of another number is made anew from its sources.
VERSION: Final = 1
ABOUT: Final = "about.json"
ALIGNMENT: Final = 64
_LOCAL_HEADER: Final = 30  # bytes before a member's name (APPNOTE 4.3.7)
_PADDING_FIELD: Final = 0xD935  # of the extra field that zipalign pads with


#: What reading a damaged zip or column may raise.
_BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    KeyError,
)


class UnreadableIndex(Exception):
    """The file is no index, or one of another version; the message says so and what to do."""


class About(BaseModel):
    """What an index says of itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: str
    version: int
    notice: str
    esco: str
    releases: tuple[str, ...]
    languages: tuple[str, ...]
    statuses: tuple[str, ...]
    collections: tuple[str, ...]
    complete: tuple[int, ...]
    sources: tuple[dict[str, str | int], ...]
    counts: dict[str, int]
    columns: dict[str, tuple[Literal["|u1", "<i4", "<i8"], tuple[int, ...]]]  # name -> numpy's type, shape


def write_index(taxonomy: Taxonomy, path: str | Path) -> None:
    """Writes the index, or leaves what was there. Equal taxonomies of equal sources give equal bytes."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            _write(taxonomy, stream)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # the new name, too, survives a power cut
    finally:
        os.close(folder)


def _write(taxonomy: Taxonomy, stream: IO[bytes]) -> None:
    arrays: dict[str, NDArray[Any]] = {}
    for name, column in columns(taxonomy):
        if isinstance(column, Texts):
            arrays[f"{name}.data"], arrays[f"{name}.starts"] = column.data, column.starts
        else:
            arrays[name] = column
    arrays = {name: np.ascontiguousarray(array, array.dtype.newbyteorder("<")) for name, array in arrays.items()}
    about = About(
        format=FORMAT,
        version=VERSION,
        notice=taxonomy.notice,
        esco=taxonomy.version,
        releases=taxonomy.releases,
        languages=taxonomy.languages,
        statuses=taxonomy.statuses,
        collections=taxonomy.collections,
        complete=tuple(int(kind) for kind in taxonomy.complete),
        sources=tuple(asdict(source) for source in taxonomy.sources),
        counts={**taxonomy.counts(), "labels": len(taxonomy.labels), "texts": len(taxonomy.labels.text)},
        columns={name: (_type(array), array.shape) for name, array in arrays.items()},
    )
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(zipfile.ZipInfo(ABOUT), about.model_dump_json(indent=1))
        for name, array in arrays.items():
            member = io.BytesIO()
            np.lib.format.write_array(member, array, allow_pickle=False)
            info = zipfile.ZipInfo(f"{name}.npy")
            begin = stream.tell() + _LOCAL_HEADER + len(info.filename)
            padding = -(begin + 4) % ALIGNMENT
            info.extra = _PADDING_FIELD.to_bytes(2, "little") + padding.to_bytes(2, "little") + bytes(padding)
            archive.writestr(info, member.getvalue())


def read_about(path: str | Path) -> About:
    """What an index says of itself, without its columns. Raises UnreadableIndex."""
    with _stream(Path(path)) as stream, _opened(stream, Path(path)) as archive:
        return _about(archive, Path(path))


def open_index(path: str | Path) -> Taxonomy:
    """The taxonomy of an index; its columns are read when they are used. Raises UnreadableIndex.

    The file may be replaced meanwhile: what is open stays as it was.
    """
    path = Path(path)
    with _stream(path) as stream, _opened(stream, path) as archive:  # opened once: it may be replaced at any moment
        about = _about(archive, path)
        arrays: dict[str, NDArray[Any]] = {}
        for name, (dtype, shape) in about.columns.items():
            try:
                arrays[name] = _column(archive.getinfo(f"{name}.npy"), stream, np.dtype(dtype), shape)
            except _BROKEN as error:
                raise _damaged(path, name) from error
    try:
        parts = {group: kind(**_columns(group, kind, arrays)) for group, kind in GROUPS.items()}
    except KeyError as error:
        raise _damaged(path, str(error)) from error
    return Taxonomy(
        version=about.esco,
        releases=about.releases,
        languages=about.languages,
        statuses=about.statuses,
        collections=about.collections,
        sources=tuple(Source(**source) for source in about.sources),  # type: ignore[arg-type]
        complete=tuple(ConceptKind(kind) for kind in about.complete),
        **parts,
    )


def faults_of(path: str | Path) -> list[str]:
    """What is broken in an index, found by reading it whole: nothing for a sound one. Raises UnreadableIndex."""
    with _stream(Path(path)) as stream, _opened(stream, Path(path)) as archive:
        _about(archive, Path(path))
        try:
            broken = archive.testzip()
        except _BROKEN as error:
            return [str(error)]
    return [f"{broken} does not hold what was written"] if broken else []


def _columns(group: str, kind: Callable[..., Any], arrays: dict[str, NDArray[Any]]) -> dict[str, Any]:
    held: dict[str, Any] = {}
    for column in fields(kind):  # type: ignore[arg-type]
        name = f"{group}.{column.name}"
        held[column.name] = (
            Texts(arrays[f"{name}.data"], arrays[f"{name}.starts"]) if column.type is Texts else arrays[name]
        )
    return held


def _stream(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise UnreadableIndex(f"{path} cannot be opened ({error.strerror}). Load ESCO again.") from error


def _opened(stream: BinaryIO, path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(stream)
    except _BROKEN as error:
        raise UnreadableIndex(f"{path} is no index of ESCO ({error}). Load ESCO again.") from error


def _about(archive: zipfile.ZipFile, path: Path) -> About:
    try:
        held = json.loads(archive.read(ABOUT))
        if held.get("format") == FORMAT and held.get("version") != VERSION:
            raise UnreadableIndex(f"{path} was written by another version of Kesher. Load ESCO again.")
        about = About.model_validate(held)
    except (*_BROKEN, AttributeError, TypeError) as error:
        raise UnreadableIndex(f"{path} is no index of ESCO. Load ESCO again.") from error
    if about.format != FORMAT:
        raise UnreadableIndex(f"{path} is no index of ESCO. Load ESCO again.")
    return about


def _damaged(path: Path, name: str) -> UnreadableIndex:
    return UnreadableIndex(f"{path} is damaged ({name}). Load ESCO again.")


def _type(array: NDArray[Any]) -> Any:
    return array.dtype.str


def _column(info: zipfile.ZipInfo, stream: BinaryIO, dtype: np.dtype[Any], shape: tuple[int, ...]) -> NDArray[Any]:
    """A stored column as an array over the file's own pages: the last bytes of its member, after numpy's header."""
    stream.seek(info.header_offset)
    header = stream.read(_LOCAL_HEADER)
    begin = info.header_offset + _LOCAL_HEADER
    begin += int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    size = math.prod(shape) * dtype.itemsize
    if info.compress_type != zipfile.ZIP_STORED or min(shape, default=-1) < 0 or not 0 <= size <= info.file_size:
        raise ValueError("not a stored column")
    if not size:
        return np.empty(shape, dtype)
    return np.memmap(stream, dtype, "r", begin + info.file_size - size, shape)
