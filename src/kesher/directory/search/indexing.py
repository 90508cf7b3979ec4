"""Writing the search documents: all of them, some of them, one after an edit, and the nightly look whether they are true.

Rows are gathered with a fixed number of queries per batch and written with ``COPY``, not one by one.
"""

import json
import logging
import multiprocessing
import os
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta
from functools import cache
from itertools import repeat
from typing import Any
from uuid import UUID

import django
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from kesher.areas.models import Area
from kesher.base.events import on
from kesher.base.models import Event
from kesher.base.tasks import enqueue, every, task
from kesher.directory.models import (
    Schedule,
    SearchChange,
    SearchDocument,
    Service,
    ServiceChange,
    Term,
)
from kesher.directory.search import documents, meaning
from kesher.directory.search.documents import Hours, Source
from kesher.directory.search.turns import alone, take_turn
from kesher.directory.search.vocabulary import add_new_words, count_words, index_phrases, terms_without_phrases

logger = logging.getLogger(__name__)

BATCH = 4_000
#: From this many batches on a second process helps: starting it takes a second or two.
SHARED_FROM = 4
#: Above this share of all services a rebuild counts the words anew instead of adding what is missing.
SOME = 1_000
#: Of each minute, so many seconds go into reading meanings where many wait.
READING_SECONDS = 45.0

#: Columns in the order they are copied.
COLUMNS = (
    "service_id",
    "public",
    "organisation_id",
    "sort_name",
    "sort_names",
    "terms",
    "languages",
    "areas",
    "serves",
    "is_free",
    "remote",
    "referral_modes",
    "check_by",
    "hours",
    "said",
)
NAMES = ("name", "alternate_name")
TEXTS = (
    "description",
    "application_process",
    "eligibility_description",
    "interpretation_services",
    "learning_outcomes",
    "fees_description",
)
Progress = Callable[[int, int], None]
Row = tuple[Any, ...]
Words = str  # as PostgreSQL writes a ``tsvector``
Places = Sequence[tuple[float, float]]


def index(service_ids: Iterable[UUID] | None = None, *, progress: Progress | None = None) -> int:
    """Write the documents of these services anew, or of all; returns how many were written.

    ``progress(done, of)`` is called after each batch. Services that are gone lose their documents with them. Each batch
    is a transaction of its own: the search goes on meanwhile, and a build that was cut short is completed by the next.
    Words of the taxonomies are written anew when everything is, and when there are terms that were not there before.
    """
    ids: list[UUID] = (
        list(Service.objects.order_by("id").values_list("id", flat=True))
        if service_ids is None
        else sorted(set(service_ids))
    )
    new_terms = bool(ids) and terms_without_phrases()
    if service_ids is None or new_terms:
        index_phrases()
    few = len(ids) <= SOME
    batches = [ids[begin : begin + BATCH] for begin in range(0, len(ids), BATCH)]
    done = seen = 0
    with alone(len(batches) > 1), _without_index(rebuilt=service_ids is None and not few):
        for batch, written in zip(batches, _written(batches, add_words=service_ids is not None and few), strict=True):
            done += written
            seen += len(batch)
            if progress:
                progress(seen, len(ids))
    if service_ids is None or new_terms or not few:
        count_words()
    return done


def _written(batches: Sequence[list[UUID]], *, add_words: bool) -> Iterator[int]:
    """Write each batch; yields how many documents it gave. Many batches are shared with a second process: gathering and
    cutting words is this side's work, keeping the indexes the database's, and both wait for the other otherwise."""
    if len(batches) < SHARED_FROM or (os.cpu_count() or 1) < 2 or connection.in_atomic_block:
        tree = _Tree()
        for batch in batches:
            yield _write_batch(batch, tree, add_words=add_words, beside=len(batches) > 1)
        return
    # spawn: a forked process would talk to the database through this one's connection
    context = multiprocessing.get_context("spawn")
    here = {part: connection.settings_dict[part] for part in ("NAME", "HOST", "PORT", "USER", "PASSWORD")}
    with ProcessPoolExecutor(2, mp_context=context, initializer=django.setup) as pool:
        yield from pool.map(_help, repeat(here), batches)


def _help(database: Mapping[str, str], batch: list[UUID]) -> int:
    """Write a batch in the database this build was started for, which need not be the one the settings name."""
    connection.settings_dict.update(database)
    return _write_batch(batch, _tree(), add_words=False, beside=True)


@cache
def _tree() -> "_Tree":
    """The tree as a helping process first saw it; it lives as long as one build."""
    return _Tree()


def _write_batch(batch: list[UUID], tree: "_Tree", *, add_words: bool, beside: bool) -> int:
    """``beside``: one of several batches that have no document in common, and may be written at the same time."""
    waits = not connection.in_atomic_block
    with transaction.atomic():
        # Before reading: of two who write one document, the later one must have read what the earlier one did not know.
        # Whoever is inside a transaction holds documents already (a trigger hides what is suspended): waiting here, they
        # might wait in a circle. They write what they know, and the task that follows has the last word.
        if not take_turn(shared=beside, wait=waits):
            index_later(*batch)
        rows = list(_rows(batch, tree))
        _write(batch, rows)
        if add_words:
            add_new_words(batch)
    return len(rows)


@contextmanager
def _without_index(*, rebuilt: bool) -> Iterator[None]:
    """A first build writes the words without their index and makes it in one go: a fifth of the time.

    Only where nothing is there to be searched meanwhile, and where the role that writes owns the table. A build that
    was killed leaves no index, and a search that is slow; the next build of everything makes it.
    """
    if not rebuilt or connection.in_atomic_block or not _owns_text():
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM directory_searchtext)")
        if not cursor.fetchone()[0]:
            cursor.execute("DROP INDEX IF EXISTS search_text_words")
    try:
        yield
    finally:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
            cursor.execute(
                "CREATE INDEX IF NOT EXISTS search_text_words ON directory_searchtext USING gin (words)"
                " WITH (fastupdate = off)"
            )


def _owns_text() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = 'directory_searchtext'::regclass"
        )
        return bool(cursor.fetchone()[0])


class _Tree:
    """What stands above a term or an area."""

    def __init__(self) -> None:
        self.terms = _ancestors(Term.objects.values_list("id", "parent_id").order_by("id"))
        self.areas = _ancestors(Area.objects.values_list("id", "parent_id").order_by("id"))


def _ancestors(pairs: Iterable[tuple[UUID, UUID | None]]) -> dict[UUID, tuple[UUID, ...]]:
    """Each key -> itself and all above it. A circle, which no form allows, ends where it closes."""
    parent = dict(pairs)
    found: dict[UUID, tuple[UUID, ...]] = {}
    for key in parent:
        line: list[UUID] = []
        step: UUID | None = key
        while step is not None and step not in line:
            line.append(step)
            step = parent.get(step)
        found[key] = tuple(line)
    return found


def _rows(ids: Sequence[UUID], tree: _Tree, today: date | None = None) -> Iterator[tuple[Row, Words, Places]]:
    """The column values of the documents of these services, and their places: ten queries, however many."""
    today = today or timezone.localdate(timezone=timezone.get_default_timezone())
    languages = [code for code, _ in settings.LANGUAGES]
    for source in _sources(ids).values():
        areas = source.place_areas | source.service_areas
        sort_name, others = documents.sort_names(source.names[0], languages)
        row = (
            source.service_id,
            source.public,
            source.organisation_id,
            sort_name,
            others,
            _sorted({above for term in source.terms for above in tree.terms.get(term, ())}),
            sorted(source.languages),
            _sorted({above for area in areas for above in tree.areas.get(area, ())}),
            _sorted(source.service_areas),
            documents.is_free(source.costs, source.fees),
            source.remote,
            sorted(source.referral_modes),
            source.check_by,
            documents.multirange(documents.weekly_minutes(source.hours, today)),
            meaning.digest_of(source.names, source.texts),
        )
        words = documents.weighted_words(source.names, source.organisation_names, source.texts)
        yield row, documents.vector(words), sorted(source.places)


def _sorted(keys: Iterable[UUID]) -> list[UUID]:
    """The same set, the same array: the facets group by whole arrays."""
    return sorted(keys)


def _sources(ids: Sequence[UUID]) -> dict[UUID, Source]:
    columns = ", ".join(f"service.{column}" for column in (*NAMES, *TEXTS))
    found: dict[UUID, Source] = {}
    for row in _select(
        f"""SELECT service.id, service.state = 'published' AND (owner.id IS NULL OR owner.state = 'approved'),
                   service.organisation_id, service.remote, service.referral_modes, service.check_by,
                   owner.name, profile.alternate_name, programme.name, {columns}
              FROM directory_service AS service
              LEFT JOIN accounts_organisation AS owner ON owner.id = service.organisation_id
              LEFT JOIN directory_organisationprofile AS profile ON profile.organisation_id = owner.id
              LEFT JOIN directory_programme AS programme ON programme.id = service.programme_id
             WHERE service.id = ANY(%(ids)s) ORDER BY service.id""",
        ids,
    ):
        key, public, owner, remote, referral_modes, check_by = row[:6]
        of_owner = [_text(value) for value in row[6:9]]
        said = [_text(value) for value in row[9:]]
        names, texts = said[: len(NAMES)], said[len(NAMES) :]
        found[key] = Source(
            service_id=key,
            public=public,
            organisation_id=owner,
            organisation_names=of_owner,
            names=names,
            texts=texts,
            fees=texts[TEXTS.index("fees_description")],
            remote=remote,
            referral_modes=referral_modes,
            check_by=check_by,
        )
    _gather_details(found, list(found))
    return found


def _text(value: Any) -> Mapping[str, str]:
    """A translated text as it comes from the database: JSON not yet read, or nothing."""
    if isinstance(value, str):
        return json.loads(value) if value != "{}" else {}
    return value or {}


def _select(statement: str, ids: Sequence[UUID]) -> list[tuple[Any, ...]]:
    """Plain rows. The keys travel as one array: a list of 4,000 parameters costs more to write than the rows to read."""
    with connection.cursor() as cursor:
        cursor.execute(statement, {"ids": list(ids)})
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _gather_details(found: Mapping[UUID, Source], ids: Sequence[UUID]) -> None:
    for service, term in _select(
        "SELECT service_id, term_id FROM directory_serviceterm WHERE service_id = ANY(%(ids)s)", ids
    ):
        found[service].terms.add(term)
    for service, amount in _select(
        "SELECT service_id, amount FROM directory_cost WHERE service_id = ANY(%(ids)s)", ids
    ):
        found[service].costs.append(amount)
    here: dict[UUID, list[UUID]] = defaultdict(list)  # location -> services at it
    sites: dict[UUID, UUID] = {}
    for site, service, location, latitude, longitude, area in _select(
        """SELECT site.id, site.service_id, site.location_id, location.latitude, location.longitude, location.area_id
             FROM directory_serviceatlocation AS site JOIN directory_location AS location ON location.id = site.location_id
            WHERE site.service_id = ANY(%(ids)s)""",
        ids,
    ):
        sites[site] = service
        here[location].append(service)
        if latitude is not None and longitude is not None:
            found[service].places.add((latitude, longitude))
        if area is not None:
            found[service].place_areas.add(area)
    # One statement per way something can hang on a service: each has an index of its own, an OR of them has none.
    for column, keys, owners in (
        ("service_id", ids, {key: [key] for key in ids}),
        ("service_at_location_id", list(sites), {site: [service] for site, service in sites.items()}),
        ("location_id", list(here), here),
    ):
        _gather_through(column, keys, owners, found)


def _gather_through(
    column: str, keys: Sequence[UUID], owners: Mapping[UUID, Sequence[UUID]], found: Mapping[UUID, Source]
) -> None:
    """Languages, service areas and opening rules that hang on services, on services at places, or on places."""
    if not keys:
        return
    if column != "service_at_location_id":
        for key, code in _select(
            f"SELECT {column}, code FROM directory_servicelanguage WHERE {column} = ANY(%(ids)s)", keys
        ):
            if language := documents.primary_language(code):
                for owner in owners[key]:
                    found[owner].languages.add(language)
    if column != "location_id":
        for key, area in _select(
            f"SELECT {column}, area_id FROM directory_servicearea WHERE {column} = ANY(%(ids)s) AND area_id IS NOT NULL",
            keys,
        ):
            for owner in owners[key]:
                found[owner].service_areas.add(area)
    for key, *rule in _select(
        f"""SELECT {column}, byday, opens_at, closes_at, valid_from, valid_to, freq, interval
              FROM directory_schedule WHERE {column} = ANY(%(ids)s)""",
        keys,
    ):
        hours = Hours(*rule)
        for owner in owners[key]:
            found[owner].hours.append(hours)


# --- writing ---------------------------------------------------------------------------------------------------------


def _write(ids: Sequence[UUID], rows: Sequence[tuple[Row, Words, Places]]) -> None:
    from psycopg.types.json import Jsonb

    columns = ", ".join(COLUMNS)
    changes = ", ".join(f"{column} = EXCLUDED.{column}" for column in COLUMNS[1:])
    old = ", ".join(f"directory_searchdocument.{column}" for column in COLUMNS[1:])
    new = ", ".join(f"EXCLUDED.{column}" for column in COLUMNS[1:])
    json_at = COLUMNS.index("sort_names")
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE IF NOT EXISTS fresh_document (LIKE directory_searchdocument) ON COMMIT DROP"
        )
        cursor.execute("TRUNCATE fresh_document")
        with cursor.copy(f"COPY fresh_document ({columns}) FROM STDIN") as copy:
            for row, _words, _places in rows:
                copy.write_row([*row[:json_at], Jsonb(row[json_at]), *row[json_at + 1 :]])
        # In the order of the keys, as every writer does it: two at once wait for one another, never in a circle.
        cursor.execute(
            f"""INSERT INTO directory_searchdocument ({columns}) SELECT {columns} FROM fresh_document ORDER BY service_id
                ON CONFLICT (service_id) DO UPDATE SET {changes}
                WHERE ROW({old}) IS DISTINCT FROM ROW({new})"""
        )
        cursor.execute(
            "CREATE TEMPORARY TABLE IF NOT EXISTS fresh_text (document_id uuid, words tsvector) ON COMMIT DROP"
        )
        cursor.execute("TRUNCATE fresh_text")
        with cursor.copy("COPY fresh_text (document_id, words) FROM STDIN") as copy:
            for row, words, _places in rows:
                copy.write_row((row[0], words))
        # What says the same is left alone: most of a rebuild changes nothing, and the index of words is the dear part.
        cursor.execute(
            """INSERT INTO directory_searchtext (document_id, words)
               SELECT document_id, words FROM fresh_text ORDER BY document_id
                   ON CONFLICT (document_id) DO UPDATE SET words = EXCLUDED.words
                WHERE directory_searchtext.words IS DISTINCT FROM EXCLUDED.words"""
        )
        cursor.execute(
            """CREATE TEMPORARY TABLE IF NOT EXISTS fresh_place (document_id uuid, latitude float8, longitude float8)
               ON COMMIT DROP"""
        )
        cursor.execute("TRUNCATE fresh_place")
        with cursor.copy("COPY fresh_place (document_id, latitude, longitude) FROM STDIN") as copy:
            for row, _words, places in rows:
                for latitude, longitude in places:
                    copy.write_row((row[0], latitude, longitude))
        cursor.execute(
            """DELETE FROM directory_searchplace AS old WHERE document_id = ANY(%s) AND NOT EXISTS (
                   SELECT FROM fresh_place AS fresh WHERE fresh.document_id = old.document_id
                      AND (fresh.latitude, fresh.longitude) = (old.latitude, old.longitude))""",
            [list(ids)],
        )
        cursor.execute(
            """INSERT INTO directory_searchplace (document_id, latitude, longitude)
               SELECT document_id, latitude, longitude FROM fresh_place
               EXCEPT SELECT document_id, latitude, longitude FROM directory_searchplace WHERE document_id = ANY(%s)""",
            [list(ids)],
        )


# --- after edits, and at night ---------------------------------------------------------------------------------------


@task()
def index_services(*, service_ids: list[str]) -> None:
    """Task: write these documents anew."""
    index(UUID(key) for key in service_ids)


@every("* * * * *")
def read_meanings() -> None:
    """Each minute: the themes by meaning of documents that wait for them, for at most some of the minute."""
    tend(seconds=READING_SECONDS)


def tend(*, seconds: float | None = None, progress: Progress | None = None) -> int:
    """Write the themes by meaning of all documents that wait for them; returns how many. Nothing without an encoder.

    seconds: begin no further batch after so long.
    """
    begun, done = time.monotonic(), 0
    while (seconds is None or time.monotonic() - begun < seconds) and (ids := meaning.waiting(meaning.BATCH)):
        said = {
            key: (meaning.digest_of(one.names, one.texts), *meaning.said_by(one.names, one.texts))
            for key, one in _sources(ids).items()
        }
        meaning.write(said)
        done += len(ids)
        if progress:
            progress(done, done)
        if len(said) < len(ids):  # services that are gone; their documents go with them
            break
    return done


def index_later(*service_ids: UUID) -> None:
    """Have the documents written anew once the transaction has committed. Call it wherever a service, or what hangs on
    it, was changed."""
    if service_ids:
        enqueue(index_services, service_ids=sorted(map(str, service_ids)))


@on(
    *(
        f"service.{verb}"
        for verb in ("create", "change", "publish", "suspend", "restore", "archive", "reopen", "confirm")
    )
)
def service_changed(event_id: UUID) -> None:
    """Something happened to a service."""
    index([Event.objects.get(pk=event_id).about_id])


@on("organisation.approve", "organisation.suspend", "organisation.restore", "organisation.change")
def organisation_changed(event_id: UUID) -> None:
    """Something happened to an organisation: its name and its state are in the documents of its services."""
    about = Event.objects.get(pk=event_id).about_id
    index(Service.objects.filter(organisation=about).values_list("id", flat=True))


def differing(service_ids: Iterable[UUID]) -> list[UUID]:
    """Those of these services whose document is missing or says something else than it would if written now."""
    ids = sorted(set(service_ids))
    columns = ", ".join(f"{column}::text" if column == "hours" else column for column in COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM directory_searchdocument WHERE service_id = ANY(%s)", [ids])
        stored = {row[0]: row for row in cursor.fetchall()}
        cursor.execute(
            "SELECT document_id, latitude, longitude FROM directory_searchplace WHERE document_id = ANY(%s)", [ids]
        )
        places: dict[UUID, list[tuple[float, float]]] = defaultdict(list)
        for key, latitude, longitude in cursor.fetchall():
            places[key].append((latitude, longitude))
        cursor.execute("SELECT document_id, words::text FROM directory_searchtext WHERE document_id = ANY(%s)", [ids])
        held = {key: sorted(words.split(" ")) for key, words in cursor.fetchall()}
    return [
        row[0]
        for row, words, points in _rows(ids, _Tree())
        if row[0] not in stored
        or _plain(stored[row[0]]) != _plain(row)
        or held.get(row[0]) != sorted(words.split(" "))
        or sorted(places[row[0]]) != list(points)
    ]


def _plain(row: Row) -> list[Any]:
    """A row as written or as read back, in one form."""
    plain = list(row)
    names = COLUMNS.index("sort_names")
    if isinstance(plain[names], str):
        plain[names] = json.loads(plain[names])
    return plain


@every("41 1 * * *")
def keep_documents_true() -> None:
    """Nightly: write what opened or ended today, compare 1,000 documents drawn at random, cut and count the words anew,
    and drop the changes of the day before."""
    check_documents(sample=1_000)
    index_phrases()
    count_words()
    forget_changes()


def forget_changes() -> None:
    """Drop the changes that every process has read: columns nobody used for half a day are read anew anyway."""
    for log in (SearchChange.objects, ServiceChange.objects):
        log.filter(at__lt=timezone.now() - timedelta(days=1)).delete()


def check_documents(*, sample: int) -> list[UUID]:
    """Compare ``sample`` random services with their documents and repair; returns those that were wrong.

    When any was, everything is written anew: a thousand clean ones say that fewer than 0.3 % are wrong (95 %), one
    wrong one says that some way of writing forgets the search.
    """
    today = timezone.localdate(timezone=timezone.get_default_timezone())
    turning = (
        Schedule.objects.filter(Q(valid_from=today) | Q(valid_to=today - timedelta(days=1)))
        .order_by("id")
        .values_list("service_id", "service_at_location__service_id", "location__services_here__service_id")
    )
    index({key for keys in turning for key in keys if key is not None})
    SearchDocument.objects.filter(service=None).delete()
    drawn = list(Service.objects.order_by("?").values_list("id", flat=True)[:sample])
    wrong = differing(drawn)
    if wrong:
        logger.error("%s of %s search documents were not true; all are written anew", len(wrong), len(drawn))
        index()
    return wrong
