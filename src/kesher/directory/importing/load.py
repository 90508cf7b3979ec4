"""The import itself: one transaction, one dataset, set-based.

What is read is compared by digest with what the same source said last time. Same: nothing is touched. Changed: the row
is updated and its details are written anew. New: rows are copied in. Gone from the source: services are archived, and
come back when the source names them again. History writes itself by trigger, one insert per statement.
"""

import hashlib
import time
import uuid
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone
from django.utils.text import slugify

from kesher.base.history import THE_SYSTEM, acting, begin_statement_free_writing
from kesher.directory import search
from kesher.directory.importing.kinds import Import
from kesher.directory.importing.notes import Notes
from kesher.directory.importing.places import AreaFinder
from kesher.directory.importing.report import Report
from kesher.directory.importing.themes import Themes
from kesher.directory.importing.vocabulary import take_vocabulary
from kesher.directory.models import Dataset, ImportRun
from kesher.formats import tables
from kesher.formats.records import Reading, UnreadableFile
from kesher.formats.refusals import as_data
from kesher.formats.registry import READERS, sniff

Progress = Callable[[str, int], object]

#: A file that would close more than half of a directory of this size is more likely cut short than right.
LARGE_ENOUGH_TO_DOUBT = 20
KEPT_REFUSALS = 10_000
A_PLAIN_TABLE = "table"


class NothingToLoad(Exception):
    """The file cannot be taken in as it is. The message says why and what to do; nothing was written.

    ``closes`` of ``known``: how many services it would close, when that is what is wrong. ``fault``: what the reader said.
    """

    def __init__(self, message: str, *, closes: int = 0, known: int = 0, fault: UnreadableFile | None = None) -> None:
        super().__init__(message)
        self.closes, self.known, self.fault = closes, known, fault


def load(
    path: str | Path,
    *,
    format: str | None = None,
    dataset: str | None = None,
    language: str | None = None,
    mapping: str | Path | None = None,
    dry_run: bool = False,
    close_anyway: bool = False,
    actor: uuid.UUID | None = None,
    progress: Progress | None = None,
) -> Report:
    """Read ``path`` (sniffed, or in the named ``format``) and take it in as ``dataset`` (default: the reader's name).

    Raises :class:`NothingToLoad` when the format is unknown or the file as a whole cannot be read.
    """
    path = Path(path)
    name = format or ("csv" if mapping else sniff(path))
    if name is None or name not in READERS:
        raise NothingToLoad(
            f"{path}: this is not a format we know. Name one with --format: {', '.join(READERS)}; "
            "a spreadsheet of services can use the plain template (see docs/importing.md)."
        )
    try:
        if mapping is not None:
            reading = tables.read(str(path), language=language, mapping=str(mapping))
        else:
            reading = READERS[name](str(path), language=language)
        return load_reading(
            reading,
            # A plain table names no source; two partners' files must not close one another's services.
            dataset=dataset or (slugify(path.stem) if reading.source == A_PLAIN_TABLE else None),
            format=name,
            file_name=path.name,
            sha256=_fingerprint(path),
            dry_run=dry_run,
            close_anyway=close_anyway,
            actor=actor,
            progress=progress,
        )
    except UnreadableFile as fault:
        raise NothingToLoad(str(fault), fault=fault) from fault


def load_reading(
    reading: Reading,
    *,
    dataset: str | None = None,
    format: str = "records",
    file_name: str = "",
    sha256: str = "",
    dry_run: bool = False,
    close_anyway: bool = False,
    actor: uuid.UUID | None = None,
    progress: Progress | None = None,
    now: datetime | None = None,
) -> Report:
    """Take records in, all or nothing; see the module's docstring."""
    slug = dataset or reading.source
    report = Report(slug, format, file_name, sha256, dry_run)
    begun = time.perf_counter()
    with transaction.atomic(), acting(actor=actor or THE_SYSTEM, reason=f"import {slug}"):
        with connection.cursor() as cursor:
            # Two imports of one dataset at once would each believe in their own picture of it.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"import {slug}"])
        begin_statement_free_writing()
        source, _ = Dataset.objects.get_or_create(slug=slug, defaults={"language": reading.language})
        themes = Themes(reading.word_taxonomies)
        terms = take_vocabulary(reading, report, themes)
        areas = AreaFinder()
        notes = Notes(report, reading.origin, areas, themes)
        work = Import(source, terms, report, notes, areas, now=now or timezone.now(), progress=progress)
        work.organisations(reading.organisations)
        work.programmes(reading.programmes)
        work.locations(reading.locations)
        work.services(reading.services)
        report.refusals.extend(reading.refusals)
        report.refusals.extend(work.cut_values())
        notes.tell_unknown()
        report.count_refused()
        gone = work.gone(refused={refusal.record for refusal in reading.refusals if refusal.record})
        _doubt(len(gone), work.known_open, close_anyway)
        work.close(gone)
        report.rows = work.rows_written
        report.seconds = time.perf_counter() - begun
        if dry_run:
            transaction.set_rollback(True)
        else:
            _keep(source, report, actor)
    if not dry_run:
        report.indexed = _make_findable(work.touched, progress)
    return report


def _doubt(gone: int, known: int, close_anyway: bool) -> None:
    if known >= LARGE_ENOUGH_TO_DOUBT and gone * 2 > known and not close_anyway:
        raise NothingToLoad(
            f"This file would close {gone} of the {known} services this dataset has here. It may be cut short. "
            "Nothing was written. If the services did end, load it again with --close-anyway.",
            closes=gone,
            known=known,
        )


def _keep(source: Dataset, report: Report, actor: uuid.UUID | None) -> None:
    ImportRun.objects.create(
        dataset=source,
        actor_id=actor,
        file_name=report.file_name[:255],
        sha256=report.sha256,
        format=report.format,
        counts=report.as_data(),
        report=as_data(report.refusals[:KEPT_REFUSALS]),
        seconds=round(report.seconds, 3),
    )


def _fingerprint(path: Path) -> str:
    """SHA-256 over the file, or over names and contents of a folder's files in order."""
    digest = hashlib.sha256()
    for file in [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file()):
        digest.update(file.relative_to(path).as_posix().encode() + b"\0")
        with file.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


def _make_findable(services: list[uuid.UUID], progress: Progress | None) -> int:
    """Bring the search up to date with what was written, after the commit: a directory is findable or it is not there."""
    if not services:
        return 0

    def told(done: int, total: int) -> None:
        if progress is not None:
            progress("findable", done)

    return search.index(services, progress=told)
