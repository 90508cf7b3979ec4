"""Figures kept as arrays in files, one file for each vintage: what the indicators compute on.

    keeper = Keeper(date(2026, 11, 28))
    counted(read("lfsa_argan.csv"), sink=keeper)
    keeper.write(folder)                                 # all vintages or none
    figures = open_vintage(vintages(folder, "LFSA_ARGAN")[-1])
    figures.codes("geo")                                 # (n,) texts
    figures.values                                       # (n,) float64, NaN where there is none; figures.status says why

A vintage is what a source said of one data set at one time. It is never changed: a revised file becomes another vintage
beside it, and the same figures again become none. Codes, periods and notes are kept once each, with a number per figure,
so a figure takes some 4 bytes for each dimension and note, and 20 more.
"""

import hashlib
import io
import json
import os
import re
import zipfile
import zlib
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import IO, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from kesher.formats.statistics.records import Action, Dataset, Observation

Whole: TypeAlias = NDArray[np.int32]
#: The version of the file; another one is refused, not guessed at.
FORMAT = 1
ABOUT = "about.json"
ENDING = ".npz"
#: Numbers of a figure that stand beside its dimensions and notes.
_PERIOD, _MEASURE = "period", "measure"
_SLUG = re.compile(r"[^A-Za-z0-9._-]+")


class UnreadableVintage(Exception):
    """The file is not a whole vintage of this version; the message names it and says what to do."""


class _Texts:
    """Texts of a column of figures, each kept once; -1 stands for none."""

    def __init__(self) -> None:
        self.places: dict[str, int] = {}
        self.numbers = array("i")

    def add(self, text: str | None) -> None:
        self.numbers.append(-1 if text is None else self.places.setdefault(text, len(self.places)))

    def fill(self, count: int) -> None:
        """None for each figure up to ``count``."""
        self.numbers.extend([-1] * (count - len(self.numbers)))


@dataclass(slots=True)
class _Kept:
    """The figures of one data set as they come."""

    first: Dataset
    dimensions: list[_Texts] = field(default_factory=list)
    fixed: dict[str, _Texts] = field(default_factory=lambda: {_PERIOD: _Texts(), _MEASURE: _Texts()})
    notes: dict[str, _Texts] = field(default_factory=dict)
    values: Any = field(default_factory=lambda: array("d"))
    status: Any = field(default_factory=lambda: array("H"))
    datasets: dict[int, Dataset] = field(default_factory=dict)

    def add(self, one: Observation) -> None:
        if id(one.dataset) not in self.datasets:
            self.datasets[id(one.dataset)] = one.dataset
        for texts, code in zip(self.dimensions, one.codes, strict=True):
            texts.add(code)
        self.fixed[_PERIOD].add(None if one.period is None else str(one.period))
        self.fixed[_MEASURE].add(one.measure)
        for name, text in one.attributes.items():
            if name not in self.notes:
                self.notes[name] = _Texts()
            self.notes[name].fill(len(self.values))
            self.notes[name].add(text)
        self.values.append(np.nan if one.value is None else one.value)
        self.status.append(int(one.status))


@dataclass(frozen=True, slots=True)
class Written:
    """What became of one data set: ``path`` of its vintage, whether it is ``new``, ``figures`` kept, and ``repeated``
    ones that were left out because their key was there already.
    """

    dataset: str
    path: Path
    new: bool
    figures: int
    repeated: int


class Keeper:
    """A sink (:class:`~kesher.formats.statistics.report.Sink`) that holds figures until all of them are read.

    ``deletions``: figures that the source wants taken away. They are counted and not carried out, because a vintage
    stays what it was.
    """

    def __init__(self, loaded: date) -> None:
        self.loaded = loaded
        self.deletions = 0
        self._kept: dict[tuple[str, str, tuple[str, ...]], _Kept] = {}

    def __call__(self, batch: Sequence[Observation], /) -> None:
        for one in batch:
            dataset = one.dataset
            if dataset.action & Action.DELETE:
                self.deletions += 1
                continue
            key = (dataset.id, dataset.structure, dataset.dimensions)
            kept = self._kept.get(key)
            if kept is None:
                kept = self._kept[key] = _Kept(dataset, dimensions=[_Texts() for _ in dataset.dimensions])
            kept.add(one)

    def write(self, folder: Path, *, dry_run: bool = False) -> list[Written]:
        """Writes each data set's vintage into ``folder``, all or none. What is there already is left as it is.

        Raises :class:`OSError`, and then nothing of this has been written. ``dry_run`` only says what would be.
        """
        found: list[Written] = []
        beside: dict[Path, Path] = {}
        try:
            for kept in self._kept.values():
                content, mark, repeated = _content(kept)
                home = folder / slug(kept.first.id)
                before = next((path for path in _files(home) if path.name.endswith(f".{mark}{ENDING}")), None)
                path = before or home / f"{_stamp(kept, self.loaded)}.{mark}{ENDING}"
                found.append(Written(kept.first.id, path, before is None, len(content["values"]), repeated))
                if before is None and not dry_run:
                    home.mkdir(parents=True, exist_ok=True)
                    beside[path] = home / f".{path.name}.{os.getpid()}"
                    with beside[path].open("wb") as stream:
                        _write(stream, content, _about(kept, self.loaded, mark))
                        stream.flush()
                        os.fsync(stream.fileno())
            for path, written in beside.items():
                written.replace(path)
        except BaseException:
            for written in beside.values():
                written.unlink(missing_ok=True)
            raise
        return found


def slug(dataset: str) -> str:
    """A folder's name for a data set: its id, with a mark of the id where letters had to be left out."""
    plain = _SLUG.sub("-", dataset).strip("-.")[:80]
    if plain and plain == dataset:
        return plain
    return f"{plain or 'dataset'}-{hashlib.sha256(dataset.encode()).hexdigest()[:8]}"


def _stamp(kept: _Kept, loaded: date) -> str:
    """When the source released it, else when it was fetched, else when it was loaded."""
    dates = [one.provenance.released.date() for one in kept.datasets.values() if one.provenance.released]
    dates = dates or [one.provenance.retrieved for one in kept.datasets.values() if one.provenance.retrieved]
    return max(dates, default=loaded).isoformat()


def _content(kept: _Kept) -> tuple[dict[str, NDArray[Any]], str, int]:
    """The arrays, each key once, with a mark of what they say; and how many figures repeated a key."""
    count = len(kept.values)
    columns = {f"dimension.{place}": texts for place, texts in enumerate(kept.dimensions)} | kept.fixed
    numbers = {name: np.frombuffer(texts.numbers, dtype=np.int32) for name, texts in columns.items()}
    for texts in kept.notes.values():
        texts.fill(count)
    for place, texts in enumerate(kept.notes.values()):
        numbers[f"note.{place}"] = np.frombuffer(texts.numbers, dtype=np.int32)
    chosen = _once_each([numbers[name] for name in columns], count)
    content: dict[str, NDArray[Any]] = {name: one[chosen] for name, one in numbers.items()}
    content["values"] = np.frombuffer(kept.values, dtype=np.float64)[chosen]
    content["status"] = np.frombuffer(kept.status, dtype=np.uint16)[chosen]
    digest = hashlib.sha256(json.dumps(_words(kept), sort_keys=True, ensure_ascii=False).encode())
    for name, one in sorted(content.items()):
        digest.update(name.encode())
        digest.update(np.ascontiguousarray(one, one.dtype.newbyteorder("<")).tobytes())
    return content, digest.hexdigest()[:16], count - len(chosen)


def _once_each(columns: Sequence[Whole], count: int) -> NDArray[np.int64]:
    """The place of the first figure of each key, in the order they were read."""
    key, size = np.zeros(count, dtype=np.int64), 1
    for column in columns:
        span = int(column.max(initial=-1)) + 2
        if size > (1 << 62) // span:  # too many combinations for one number: those that there are take their places
            _, key = np.unique(key, return_inverse=True)
            size = count
        key, size = key * span + (column.astype(np.int64) + 1), size * span
    return np.sort(np.unique(key, return_index=True)[1])


def _words(kept: _Kept) -> dict[str, Any]:
    """What is said once of a data set and its columns, and belongs to what it says."""
    attributes: dict[str, str] = {}
    labels: dict[str, dict[str, str]] = {}
    for one in kept.datasets.values():
        attributes |= one.attributes
        for name, words in one.labels.items():
            labels.setdefault(name, {}).update(words)
    return {
        "dataset": kept.first.id,
        "structure": kept.first.structure,
        "title": kept.first.title,
        "dimensions": list(kept.first.dimensions),
        "attributes": attributes,
        "labels": labels,
        "texts": {
            **{f"dimension.{place}": list(texts.places) for place, texts in enumerate(kept.dimensions)},
            **{name: list(texts.places) for name, texts in kept.fixed.items()},
            **{f"note.{place}": list(texts.places) for place, texts in enumerate(kept.notes.values())},
        },
        "notes": list(kept.notes),
    }


def _about(kept: _Kept, loaded: date, mark: str) -> dict[str, Any]:
    sources = {one.provenance: None for one in kept.datasets.values()}
    return {
        "format": FORMAT,
        "mark": mark,
        "loaded": loaded.isoformat(),
        "sources": [
            {
                "file": one.file,
                "sha256": one.sha256,
                "dialect": one.dialect,
                "source": one.source,
                "licence": one.licence,
                "url": one.url,
                "retrieved": one.retrieved and one.retrieved.isoformat(),
                "released": one.released and one.released.isoformat(),
            }
            for one in sources
        ],
        **_words(kept),
    }


def _write(stream: IO[bytes], content: Mapping[str, NDArray[Any]], about: Mapping[str, Any]) -> None:
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(ABOUT), json.dumps(about, ensure_ascii=False, indent=1))
        for name, one in content.items():
            info = zipfile.ZipInfo(f"{name}.npy")
            info.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(info, "w", force_zip64=True) as member:
                np.lib.format.write_array(member, np.ascontiguousarray(one, one.dtype.newbyteorder("<")))


# --- reading it back -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Figures:
    """One vintage. All arrays are (n,): ``values`` float64, NaN where there is none; ``status`` the numbers of
    :class:`~kesher.formats.statistics.records.Status`. ``about`` holds sources, labels and attributes as JSON does.
    """

    about: Mapping[str, Any]
    values: NDArray[np.float64]
    status: NDArray[np.uint16]
    numbers: Mapping[str, Whole] = field(repr=False)

    def __len__(self) -> int:
        return len(self.values)

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Their names in order."""
        return tuple(self.about["dimensions"])

    def codes(self, dimension: str) -> NDArray[np.str_]:
        """The codes of a dimension, (n,). Raises :class:`KeyError` for one that is not there."""
        if dimension not in self.dimensions:
            raise KeyError(f"{self.about['dataset']} has no dimension {dimension!r}; it has {self.dimensions}")
        return self._texts(f"dimension.{self.dimensions.index(dimension)}")

    @property
    def periods(self) -> NDArray[np.str_]:
        """As SDMX writes them, (n,); "" where the data set has none."""
        return self._texts(_PERIOD)

    @property
    def measures(self) -> NDArray[np.str_]:
        """What each figure measures, (n,)."""
        return self._texts(_MEASURE)

    def notes(self, name: str) -> NDArray[np.str_]:
        """A note of each figure, such as its unit, (n,); "" where it has none. Raises :class:`KeyError`."""
        if name not in self.about["notes"]:
            raise KeyError(f"{self.about['dataset']} has no note {name!r}; it has {self.about['notes']}")
        return self._texts(f"note.{self.about['notes'].index(name)}")

    def _texts(self, column: str) -> NDArray[np.str_]:
        # The last text stands for none, whose number is -1.
        return np.array([*self.about["texts"][column], ""], dtype=np.str_)[self.numbers[column]]


def vintages(folder: Path, dataset: str) -> list[Path]:
    """The files of a data set in the order of their dates; empty where there is none."""
    return _files(folder / slug(dataset))


def _files(home: Path) -> list[Path]:
    return sorted(home.glob(f"[!.]*{ENDING}")) if home.is_dir() else []


def open_vintage(path: Path) -> Figures:
    """Reads a vintage whole. Raises :class:`UnreadableVintage`."""
    again = "Move it away and load the source's file again."
    try:
        with zipfile.ZipFile(path) as archive:
            about = json.loads(archive.read(ABOUT))
            if about["format"] != FORMAT:
                raise UnreadableVintage(f"{path}: it is of format {about['format']!r}; this program reads {FORMAT}.")
            arrays = dict(_arrays(archive))
        values, status = arrays.pop("values"), arrays.pop("status")
        for name, texts in about["texts"].items():
            numbers = arrays[name]
            if len(numbers) != len(values) or numbers.min(initial=-1) < -1 or numbers.max(initial=-1) >= len(texts):
                raise UnreadableVintage(f"{path}: its column {name} is broken. {again}")
    except OSError as problem:
        raise UnreadableVintage(f"{path}: it cannot be read ({problem.strerror or problem}). {again}") from problem
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, TypeError, ValueError) as fault:
        raise UnreadableVintage(f"{path}: it is not a whole vintage ({fault}). {again}") from fault
    return Figures(about, values, status, arrays)


def _arrays(archive: zipfile.ZipFile) -> Iterator[tuple[str, NDArray[Any]]]:
    for name in archive.namelist():
        if name.endswith(".npy"):
            content = io.BytesIO(archive.read(name))
            yield name.removesuffix(".npy"), np.lib.format.read_array(content, allow_pickle=False)
