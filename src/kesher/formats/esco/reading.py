"""Reads releases of ESCO: zips, folders or single CSV files in, a Taxonomy and what could not be taken out."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from kesher.formats.esco.combining import completed
from kesher.formats.esco.gathering import Gatherer, Tally
from kesher.formats.esco.relating import Dangling, Relator
from kesher.formats.esco.remarks import Remarks, unreadable
from kesher.formats.esco.sources import Found, Table, find
from kesher.formats.esco.taxonomy import Taxonomy
from kesher.formats.esco.vocabulary import HIERARCHY, version_order
from kesher.formats.records import Refusal

#: Called before each table: its name, how many bytes of tables were read so far, how many there are.
Progress = Callable[[str, int, int], None]


@dataclass(slots=True)
class Reading:
    """One release as it was read. `refusals` of all releases of one call stand in the newest."""

    taxonomy: Taxonomy
    tally: Tally
    dangling: tuple[Dangling, ...] = ()
    refusals: list[Refusal] = field(default_factory=list)


def read_releases(
    paths: Iterable[str | Path],
    *,
    version: str | None = None,
    language: str | None = None,
    progress: Progress | None = None,
) -> list[Reading]:
    """Each version of ESCO among `paths`, the newest first.

    `version` and `language` are for files whose names say neither. Raises UnreadableFile when a file as a whole cannot
    be taken (see :func:`kesher.formats.esco.sources.find`), or when no concept is in any.
    """
    paths, remarks = list(paths), Remarks()
    found = find(paths, remarks, version=version, language=language)
    total, done = sum(table.size for table in found.tables), 0
    readings = []
    for one in sorted({table.version for table in found.tables}, key=version_order, reverse=True):
        gathered = Gatherer(remarks)
        relator = Relator(gathered)
        for table in (table for table in found.tables if table.version == one):
            if progress is not None:
                progress(table.file, done, total)
            done += table.size
            _read(table, gathered, relator, remarks)
        readings.append(_reading(one, found, gathered, relator))
    if progress is not None:
        progress("", total, total)
    if not any(len(reading.taxonomy) for reading in readings):
        raise unreadable("no concepts", ", ".join(Path(path).name for path in paths))
    readings[0].refusals = remarks.ledger.refusals
    return readings


def read(
    *paths: str | Path, version: str | None = None, language: str | None = None, progress: Progress | None = None
) -> Reading:
    """One taxonomy: the newest release among `paths`, its languages completed from older ones (`combining`)."""
    newest, *older = read_releases(paths, version=version, language=language, progress=progress)
    for reading in older:
        newest.taxonomy = completed(newest.taxonomy, reading.taxonomy)
    return newest


def _read(table: Table, gathered: Gatherer, relator: Relator, remarks: Remarks) -> None:
    cells = table.cells(remarks)
    if cells is None:
        return
    gathered.tally.count(table, cells)
    if table.layout.kind is not None:
        gathered.concepts(table, cells)
    elif table.layout is HIERARCHY:
        relator.hierarchy(table, cells)
    else:
        relator.relation(table, cells)


def _reading(version: str, found: Found, gathered: Gatherer, relator: Relator) -> Reading:
    schemes = relator.schemes()  # first: it may add schemes known by their address only
    uris, final = gathered.order()
    statuses, concepts = gathered.table(uris, final)
    languages, labels, notes = gathered.labels(final)
    collections, relations = relator.arrays(final, schemes)
    taxonomy = Taxonomy(
        version=version,
        releases=(version,),
        languages=languages,
        statuses=statuses,
        collections=collections,
        sources=tuple(source for source in found.sources if source.version in {version, ""}),
        concepts=concepts,
        labels=labels,
        notes=notes,
        relations=relations,
        complete=tuple(sorted(gathered.complete)),
    )
    return Reading(taxonomy, gathered.tally, tuple(relator.dangling))
