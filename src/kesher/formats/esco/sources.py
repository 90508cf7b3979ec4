"""What was given (zips, folders, single files), sorted out: which table, which language, which version of ESCO."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Final

from kesher.formats.esco.cells import LARGEST, Cells, clean_whole, read_cells, read_header
from kesher.formats.esco.remarks import Remarks, unreadable
from kesher.formats.esco.vocabulary import (
    COLLECTION,
    LAYOUTS,
    Layout,
    collection_name,
    language_at_end,
    layout_of,
    named,
    version_in,
)
from kesher.formats.files import Files, open_files
from kesher.formats.records import UnreadableFile

TABLES: Final = {".csv", ".tsv", ".txt"}
#: What else ESCO offers, and what a zip of zips holds.
OTHER_FORMATS: Final = {".ods", ".xlsx", ".xls", ".rdf", ".ttl", ".xml", ".json", ".zip"}
ENGLISH: Final = "en"
#: Languages, and versions: their numbers are stored in a byte.
MOST: Final = 250


@dataclass(frozen=True, slots=True)
class Source:
    """One file that was read: a zip, or a table of a folder. The hash says later whether it is still the same."""

    name: str
    sha256: str
    size: int  # bytes
    version: str


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a release, not yet read."""

    files: Files
    name: str  # within `files`
    file: str  # as remarks name it
    layout: Layout
    table: str  # "occupations", "greenSkillsCollection"
    language: str  # "" for tables that are the same in all languages
    version: str

    @property
    def size(self) -> int:
        """Bytes, unpacked."""
        return self.files[self.name]

    def data(self) -> bytes:
        """The bytes. Raises UnreadableFile, also when there are more than any table of ESCO has."""
        if self.size > LARGEST:
            raise unreadable("too large", self.file, size=self.size, limit=LARGEST)
        return self.files.read(self.name, LARGEST)

    def cells(self, remarks: Remarks) -> Cells | None:
        """Its columns; None, with a remark, when one is missing without which nothing can be read."""
        cells = read_cells(self.data(), self.file, remarks)
        missing = [column for column in self.layout.needed if column not in cells.columns]
        if missing:
            remarks.tell("column missing", self.file, 1, missing[0], table=self.table, column=missing[0])
            return None
        return cells

    @property
    def order(self) -> tuple[int, bool, str, str]:
        """Concepts before what relates them, and English first: its facts are what other languages are held to."""
        place = LAYOUTS.index(self.layout) if self.layout in LAYOUTS else len(LAYOUTS)
        return place, self.language != ENGLISH, self.language, self.file


@dataclass(frozen=True, slots=True)
class Found:
    """What `find` found: the tables in reading order, and the files they came from."""

    tables: tuple[Table, ...]
    sources: tuple[Source, ...]


def find(
    paths: Iterable[str | Path], remarks: Remarks, *, version: str | None = None, language: str | None = None
) -> Found:
    """The tables in `paths`. `version` and `language` count for all; without them names say both.

    Raises UnreadableFile: nothing there, hostile or broken zips (:func:`kesher.formats.files.open_files`), a table of
    words without a language, a version that cannot be told, the same table twice with other content.
    """
    given = [Path(path) for path in paths]
    found: list[Table] = []
    sources: list[Source] = []
    for path in given:
        files = open_files(path)
        prefix = f"{path.name}/" if len(given) > 1 and (files.zipped or path.is_dir()) else ""
        place = path.name if files.zipped or path.is_dir() else f"{path.absolute().parent.name}/{path.name}"
        tables = list(_tables(files, prefix, place, remarks, version, language))
        found += tables
        sources += _sources(path, files, tables)
    if not found:
        raise unreadable("nothing", ", ".join(path.name for path in given))
    known = {table.version for table in found} - {""}
    for what, number in (("languages", len({table.language for table in found})), ("versions", len(known))):
        if number > MOST:
            raise unreadable("too many", found[0].file, number=number, what=what, limit=MOST)
    if len(known) > 1 and (unsure := next((table for table in found if not table.version), None)) is not None:
        raise unreadable("no version", unsure.file)
    only = known.pop() if len(known) == 1 else None
    if only is not None:
        found = [replace(table, version=only) for table in found]
        sources = [replace(source, version=only) for source in sources]
    return Found(tuple(_without_twins(sorted(found, key=lambda table: table.order), remarks)), tuple(sources))


def _tables(
    files: Files, prefix: str, place: str, remarks: Remarks, version: str | None, language: str | None
) -> Iterator[Table]:
    for name in files:
        pure, file = PurePosixPath(name), prefix + name
        suffix = pure.suffix.lower()
        if suffix in OTHER_FORMATS:
            remarks.tell("other format", file, suffix=suffix)
        if suffix not in TABLES:
            continue
        word, tongue = named(pure.stem)
        layout = layout_of(word, [])
        if layout is None:
            layout = _by_columns(files, name)
            if layout is None:
                remarks.tell("not a table", file)
                continue
            word, tongue = layout.name, language_at_end(pure.stem)
        tongue = "" if layout.of_all_languages else language or tongue
        if tongue is None:
            raise unreadable("no language", file)
        yield Table(files, name, file, layout, word, tongue, version or version_in(f"{place}/{name}") or "")


def _by_columns(files: Files, name: str) -> Layout | None:
    """For a file whose name says nothing: what its first line says."""
    with files.open(name) as stream:
        head = stream.read(1 << 16)
    try:
        text = clean_whole(head[: head.rfind(b"\n") + 1] or head, name, Remarks())
        return layout_of("", read_header(text.partition("\n")[0], name)[0])
    except UnreadableFile:
        return None


def _sources(path: Path, files: Files, tables: list[Table]) -> Iterator[Source]:
    if not path.is_dir():
        versions = {table.version for table in tables}
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        yield Source(path.name, digest, path.stat().st_size, versions.pop() if len(versions) == 1 else "")
        return
    for table in tables:
        digest = hashlib.sha256(table.data()).hexdigest()
        yield Source(f"{path.name}/{table.name}", digest, table.size, table.version)


def _without_twins(tables: list[Table], remarks: Remarks) -> Iterator[Table]:
    """Each table once. The download of each language brings the relations along: the same bytes are read once.

    Relations with other bytes may follow each other, as rows have no order; a table of concepts may not.
    """
    seen: dict[tuple[str, str, str], list[tuple[str, bytes]]] = {}
    kept: list[Table] = []
    keys = [(table.version, _key(table), table.language) for table in tables]
    for table, key in zip(tables, keys, strict=True):
        if keys.count(key) > 1:
            digest = hashlib.sha256(table.data()).digest()
            others = seen.setdefault(key, [])
            twin = next((file for file, other in others if other == digest), None)
            if twin is not None:
                remarks.tell("same file", table.file, first=twin)
                continue
            if others and not table.layout.of_all_languages:
                raise unreadable("another file", table.file, first=others[0][0])
            others.append((table.file, digest))
        kept.append(table)
    yield from kept


def _key(table: Table) -> str:
    return (collection_name(table.table) or table.table) if table.layout is COLLECTION else table.layout.name
