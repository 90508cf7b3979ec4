"""HSDS, the Human Services Data Specification of Open Referral (https://docs.openreferral.org/), read and written.

* :func:`read` - any HSDS: JSON or tables, 3.x or 1.x, a file, a folder or a zip.
* :class:`~kesher.formats.hsds.write.Writer` - records to HSDS 3.1.1 objects.
* :mod:`~kesher.formats.hsds.profile` - profiles as JSON merge patches, ours among them.
* :mod:`~kesher.formats.hsds.conformance` - the checks against the standard's own material.
"""

import re
from collections.abc import Collection
from pathlib import Path

from kesher.formats.files import LIMITS, Files, Ledger, Limits, open_files, open_tables
from kesher.formats.hsds.json_reader import JsonReader
from kesher.formats.hsds.kinds import kind_of_file
from kesher.formats.hsds.languages import language_tag
from kesher.formats.hsds.mapping import Mapper
from kesher.formats.hsds.tables import MemoryTable, TablesReader
from kesher.formats.hsds.taxonomies import REDISTRIBUTABLE
from kesher.formats.json_stream import read_objects
from kesher.formats.records import Reading, UnreadableFile
from kesher.formats.remarks import standards

__all__ = ["read", "read_json", "read_tables"]

_JSON = (".json", ".ndjson", ".jsonl")


def read(
    path: str | Path,
    *,
    language: str | None = None,
    source: str | None = None,
    taxonomies: Collection[str] = REDISTRIBUTABLE,
    limits: Limits = LIMITS,
) -> Reading:
    """Read HSDS of whatever kind ``path`` holds.

    ``language`` (BCP 47) is that of texts which do not say theirs; English if not given. ``taxonomies`` are the slugs
    of those that may be taken in. Raises :class:`UnreadableFile` when nothing can be read; all other faults are in the
    reading's ``refusals``.
    """
    files = open_files(path, limits)
    json_names = [name for name in files if name.lower().endswith(_JSON) and not name.endswith("datapackage.json")]
    if any(name.lower().endswith((".csv", ".tsv")) for name in files):
        return read_tables(files, language=language, source=source, taxonomies=taxonomies, limits=limits)
    if json_names:
        return read_json(files, language=language, source=source, taxonomies=taxonomies)
    raise UnreadableFile(Path(path).name, standards.NEITHER_JSON_NOR_CSV())


def read_json(
    path: str | Path | Files,
    *,
    language: str | None = None,
    source: str | None = None,
    taxonomies: Collection[str] = REDISTRIBUTABLE,
) -> Reading:
    """Read HSDS 3.x JSON: an object, an array, a page, lines, ``tabular.json``, or a folder or zip of these."""
    files = path if isinstance(path, Files) else open_files(path)
    names = [name for name in files if name.lower().endswith(_JSON) and not name.endswith("datapackage.json")]
    if len(files) == 1 and not names:
        names = list(files)
    if not names:
        raise UnreadableFile(files.path.name, standards.NO_JSON())
    mapper = _mapper(language, taxonomies)
    if len(names) == 1:
        for _, first in read_objects(files, names[0]):
            if first and all(key.endswith(".csv") and isinstance(rows, list) for key, rows in first.items()):
                tables = {key.removesuffix(".csv").lower(): MemoryTable(key, rows) for key, rows in first.items()}
                return TablesReader(tables, mapper).reading(source or _source(files.path))
            break
    return JsonReader(files, names, mapper).reading(source or _source(files.path))


def read_tables(
    path: str | Path | Files,
    *,
    language: str | None = None,
    source: str | None = None,
    taxonomies: Collection[str] = REDISTRIBUTABLE,
    limits: Limits = LIMITS,
) -> Reading:
    """Read a datapackage of HSDS 3.x or 1.x: a folder or zip of CSV files, named as the standard names its tables."""
    files = path if isinstance(path, Files) else open_files(path, limits)
    mapper = _mapper(language, taxonomies)
    tables = open_tables(files, ledger=mapper.ledger, limits=limits)
    return TablesReader(tables, mapper).reading(source or _source(files.path))


def _mapper(language: str | None, taxonomies: Collection[str]) -> Mapper:
    tag = language_tag(language) if language else "en"
    if tag is None:
        raise ValueError(f"language {language!r} is not a BCP 47 tag such as 'he' or 'es'")
    return Mapper(Ledger(kind_of_file=kind_of_file), tag, taxonomies)


def _source(path: Path) -> str:
    """A name for the dataset from that of its file: ``Open211 Miami.zip`` -> ``open211-miami``."""
    return re.sub(r"[\W_]+", "-", path.resolve().stem.lower()).strip("-") or "hsds"
