"""A table sent in the browser: received, its columns named, tried out, loaded. The importer itself is ``importing``.

upload = receive(b"...", file_name="services.csv", organisation=office, user_id=user.pk)
describe(upload, columns={"טלפון": ("phone", "")}, dataset="our-town", language="he")
start(upload, Upload.Doing.TRIAL)      # now, or as a background task when the table is large
start(upload, Upload.Doing.LOAD)       # exactly the file and the columns that were tried
"""

import hashlib
import json
import logging
import re
import tempfile
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from kesher.accounts.models import Organisation
from kesher.base.tasks import enqueue, task
from kesher.directory import importing
from kesher.directory.models import ImportRun, Upload
from kesher.formats import tables
from kesher.formats.files import MIB, Limits
from kesher.formats.records import UnreadableFile
from kesher.formats.refusals import as_data, said_as_data
from kesher.formats.remarks import say
from kesher.formats.table_mapping import THEMES, TableMapping, proposed_rules, rule_of
from kesher.formats.table_words import spoken_in

logger = logging.getLogger(__name__)

LARGEST = 5 * 1024 * 1024  # bytes
#: A workbook is packed: this much in it keeps a web server busy for seconds, a hundred times as much for minutes.
LIMITS = Limits(workbook_bytes=48 * MIB)
#: A table with more rows than this is worked on in the background.
ROWS_AT_ONCE = 200
ENDINGS = (".csv", ".tsv", ".xlsx")
_UNSAFE = re.compile(r"[^\w.\- ]+")
#: Column -> (field, language of its words or "").
Columns = Mapping[str, tuple[str, str]]


class CannotStart(Exception):
    """The step does not follow: ``code`` is ``busy``, ``untried``, ``refused`` or ``loaded``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def receive(content: bytes, *, file_name: str, organisation: Organisation, user_id: uuid.UUID) -> Upload:
    """Keep the file and read its headings. Raises :class:`UnreadableFile` for what is no table we read."""
    name = safe_name(file_name)
    if PurePosixPath(name).suffix.lower() not in ENDINGS:
        raise UnreadableFile(name, say.NOT_A_TABLE())
    if len(content) > LARGEST:
        raise UnreadableFile(name, say.FILE_TOO_LARGE(size=len(content), limit=LARGEST))
    with as_file(name, content) as path:
        seen = tables.peek(path, limits=LIMITS)
    language = spoken_in(seen.columns) or "en"
    upload = Upload(
        organisation=organisation,
        uploaded_by_id=user_id,
        file_name=name,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        rows=seen.rows,
        columns=[{"name": column, "examples": seen.examples[column]} for column in seen.columns],
        dataset=slugify(Path(name).stem)[:60].strip("-"),
        language=language,
    )
    upload.save()
    return upload


def safe_name(file_name: str) -> str:
    """The file's own name without folders and without letters that mean something to a file system."""
    name = _UNSAFE.sub("_", re.split(r"[\\/]", file_name)[-1]).strip(". ")[-120:]
    return name or "table.csv"


def proposed(upload: Upload) -> dict[str, tuple[str, str]]:
    """What each column seems to be, for the form: as said last, else by its heading."""
    names = [column["name"] for column in upload.columns]
    if upload.mapping:
        said = upload.mapping["columns"]
        return {name: (said[name]["field"], said[name].get("language") or "") for name in names if name in said}
    return {
        name: (rule.field, rule.language or "") for name, rule in proposed_rules(names, upload.language or "en").items()
    }


def mapping_of(upload: Upload, columns: Columns, *, language: str, separator: str = ";") -> TableMapping:
    """The mapping file those answers make. Raises pydantic's ``ValidationError``."""
    rules = {}
    for column, (field, spoken) in columns.items():
        rule = rule_of(field, spoken or None)
        rules[column] = rule.model_copy(update={"split": separator}) if rule.split else rule
    names = [column["name"] for column in upload.columns]
    return TableMapping(
        language=language,
        key=tuple(column for column, (field, _) in columns.items() if field == "id"),
        columns=rules,
        ignore=tuple(name for name in names if name not in columns),
        taxonomies={THEMES: {"en": "Themes", "he": "נושאים", "ar": "مواضيع"}},
    )


def describe(upload: Upload, mapping: TableMapping, *, dataset: str, close_anyway: bool = False) -> None:
    """Remember what the columns are. What was tried before is tried no more. Raises :class:`CannotStart`."""
    said = {
        "mapping": mapping.model_dump(mode="json", exclude_defaults=True),
        "dataset": dataset,
        "language": mapping.language,
        "close_anyway": close_anyway,
    }
    nothing_yet: dict[str, Any] = {"tried_at": None, "trouble": {}, "counts": {}, "remarks": []}
    # Not what is being worked on in another window, nor what has been loaded there: this one may have been read before.
    free = Upload.objects.filter(pk=upload.pk, doing=Upload.Doing.NOTHING, loaded_at=None)
    if not free.update(**said, **nothing_yet, updated_at=timezone.now()):
        raise CannotStart("busy")
    upload.refresh_from_db()


def start(upload: Upload, doing: str) -> None:
    """Try it, or load what was tried: at once when the table is small, else as a task. Raises :class:`CannotStart`."""
    with transaction.atomic():
        locked = Upload.objects.select_for_update(of=("self",)).defer("content", "remarks").get(pk=upload.pk)
        if locked.doing:
            raise CannotStart("busy")
        if locked.loaded_at is not None:
            raise CannotStart("loaded")
        if doing == Upload.Doing.LOAD:
            if locked.tried_at is None:
                raise CannotStart("untried")
            if locked.trouble or not can_load(locked):
                raise CannotStart("refused")
        locked.doing = doing
        locked.save(update_fields=["doing", "updated_at"])
        if locked.rows > ROWS_AT_ONCE:
            enqueue(work_on_upload, upload_id=str(upload.pk), doing=doing)
    if locked.rows <= ROWS_AT_ONCE:
        work(upload.pk, doing)
    upload.refresh_from_db()


def can_load(upload: Upload) -> bool:
    """Whether the trial found something to take in, or to close."""
    return any(
        kind["created"] + kind["changed"] + kind["unchanged"] + kind["kept"] + kind["closed"]
        for kind in upload.counts.values()
    )


@task(retry=False)
def work_on_upload(*, upload_id: str, doing: str) -> None:
    """The large ones. Started again after a worker died: an import is whole or not there, so it may simply run again."""
    work(uuid.UUID(upload_id), doing)


def work(upload_id: uuid.UUID, doing: str) -> None:
    """Do what was asked for, and write down what came of it."""
    upload = Upload.objects.filter(pk=upload_id, doing=doing).first()
    if upload is None:  # erased since, or done already
        return
    trial = doing == Upload.Doing.TRIAL
    found: dict[str, Any] = {"trouble": {}, "doing": Upload.Doing.NOTHING}
    try:
        with as_file(upload.file_name, bytes(upload.content)) as path:
            mapping = path.parent / "columns.json"
            mapping.write_text(json.dumps(upload.mapping, ensure_ascii=False), encoding="utf-8")
            report = importing.load(
                path,
                format="csv",
                dataset=upload.dataset,
                mapping=mapping,
                dry_run=trial,
                close_anyway=upload.close_anyway,
                actor=upload.uploaded_by_id,
            )
        found |= {"counts": report.as_data(), "remarks": as_data(report.refusals)}
        if not trial:
            found["loaded_at"] = timezone.now()
            found["run"] = ImportRun.objects.filter(dataset__slug=upload.dataset, sha256=report.sha256).first()
    except importing.NothingToLoad as refusal:
        found["trouble"] = {"reason": str(refusal), "closes": refusal.closes, "of": refusal.known}
        if refusal.fault is not None:
            found["trouble"] |= {"file": refusal.fault.file, "said": said_as_data(refusal.fault.said)}
    except Exception:
        logger.exception("an upload could not be worked on", extra={"upload_id": str(upload_id)})
        found["trouble"] = {"reason": "", "closes": 0, "of": 0}
    if trial:
        found["tried_at"] = timezone.now()
    # An update, never a save: a file that was erased meanwhile does not come back.
    Upload.objects.filter(pk=upload.pk, doing=doing).update(**found, updated_at=timezone.now())


@contextmanager
def as_file(name: str, content: bytes) -> Iterator[Path]:
    """The content under its own name in a folder nobody else can read, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="kesher-") as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        yield path
