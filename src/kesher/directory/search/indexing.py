"""Writing the search documents: all of them, some of them, one after an edit, and the nightly look whether they are true.

Rows are gathered with a fixed number of queries per batch and written with ``COPY``, not one by one.
"""

import json
import logging
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from kesher.accounts.models import Organisation
from kesher.areas.models import Area
from kesher.base.events import on
from kesher.base.models import Event
from kesher.base.tasks import enqueue, every, task
from kesher.directory.models import (
    Cost,
    OrganisationProfile,
    Programme,
    Schedule,
    SearchDocument,
    SearchPhrase,
    Service,
    ServiceArea,
    ServiceAtLocation,
    ServiceLanguage,
    ServiceTerm,
    Term,
)
from kesher.directory.search import documents
from kesher.directory.search.documents import Hours, Source
from kesher.engine.text import query_tokens

logger = logging.getLogger(__name__)

BATCH = 4_000
#: Above this share of all services a rebuild counts the words anew instead of adding what is missing.
SOME = 1_000

#: Columns in the order they are copied.
COLUMNS = (
    "service_id",
    "public",
    "organisation_id",
    "words",
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
Places = Sequence[tuple[float, float]]


def index(service_ids: Iterable[UUID] | None = None, *, progress: Progress | None = None) -> int:
    """Write the documents of these services anew, or of all; returns how many were written.

    ``progress(done, of)`` is called after each batch. Services that are gone lose their documents with them. Each batch
    is a transaction of its own: the search goes on meanwhile, and a build that was cut short is completed by the next.
    Words of the taxonomies are written anew when everything is.
    """
    ids: list[UUID] = (
        list(Service.objects.order_by("id").values_list("id", flat=True))
        if service_ids is None
        else sorted(set(service_ids))
    )
    if service_ids is None:
        index_phrases()
    tree = _Tree()
    done = 0
    for begin in range(0, len(ids), BATCH):
        batch = ids[begin : begin + BATCH]
        rows = list(_rows(batch, tree))
        with transaction.atomic():
            _write(batch, rows)
            if service_ids is not None and len(ids) <= SOME:
                _add_words(batch)
        done += len(rows)
        if progress:
            progress(min(begin + BATCH, len(ids)), len(ids))
    if service_ids is None or len(ids) > SOME:
        count_words()
    return done


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


def _rows(ids: Sequence[UUID], tree: _Tree, today: date | None = None) -> Iterator[tuple[Row, Places]]:
    """The column values of the documents of these services, and their places: eleven queries, however many."""
    today = today or timezone.localdate(timezone=timezone.get_default_timezone())
    languages = [code for code, _ in settings.LANGUAGES]
    for source in _sources(ids).values():
        areas = source.place_areas | source.service_areas
        sort_name, others = documents.sort_names(source.names[0], languages)
        row = (
            source.service_id,
            source.public,
            source.organisation_id,
            documents.vector(documents.weighted_words(source.names, source.organisation_names, source.texts)),
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
        )
        yield row, sorted(source.places)


def _sorted(keys: Iterable[UUID]) -> list[UUID]:
    """The same set, the same array: the facets group by whole arrays."""
    return sorted(keys)


def _sources(ids: Sequence[UUID]) -> dict[UUID, Source]:
    names, texts = NAMES, TEXTS
    services = list(
        Service.objects.filter(id__in=ids)
        .order_by("id")
        .values(
            "id", "state", "organisation_id", "programme_id", "remote", "referral_modes", "check_by", *names, *texts
        )
    )
    organisation_ids = {row["organisation_id"] for row in services} - {None}
    approved: dict[UUID, bool] = {}
    organisation_names: dict[UUID, list[Mapping[str, str]]] = defaultdict(list)
    for key, name, state in Organisation.objects.filter(id__in=organisation_ids).values_list("id", "name", "state"):
        approved[key] = state == Organisation.State.APPROVED
        organisation_names[key].append(name)
    for key, name in OrganisationProfile.objects.filter(organisation__in=organisation_ids).values_list(
        "organisation_id", "alternate_name"
    ):
        organisation_names[key].append(name)
    programmes = dict(
        Programme.objects.filter(id__in={row["programme_id"] for row in services} - {None}).values_list("id", "name")
    )
    found = {
        row["id"]: Source(
            service_id=row["id"],
            public=row["state"] == Service.State.PUBLISHED
            and (row["organisation_id"] is None or approved[row["organisation_id"]]),
            organisation_id=row["organisation_id"],
            organisation_names=[
                *organisation_names.get(row["organisation_id"], ()),
                programmes.get(row["programme_id"], {}),
            ],
            names=[row[name] for name in names],
            texts=[row[text] for text in texts],
            fees=row["fees_description"],
            remote=row["remote"],
            referral_modes=row["referral_modes"],
            check_by=row["check_by"],
        )
        for row in services
    }
    _gather_details(found, list(found))
    return found


def _gather_details(found: Mapping[UUID, Source], ids: Sequence[UUID]) -> None:
    for service, term in ServiceTerm.objects.filter(service__in=ids).values_list("service_id", "term_id"):
        found[service].terms.add(term)
    for service, amount in Cost.objects.filter(service__in=ids).values_list("service_id", "amount"):
        found[service].costs.append(amount)
    here: dict[UUID, list[UUID]] = defaultdict(list)  # location -> services at it
    for service, location, latitude, longitude, area in ServiceAtLocation.objects.filter(service__in=ids).values_list(
        "service_id", "location_id", "location__latitude", "location__longitude", "location__area_id"
    ):
        here[location].append(service)
        if latitude is not None and longitude is not None:
            found[service].places.add((latitude, longitude))
        if area is not None:
            found[service].place_areas.add(area)
    for service, location, code in ServiceLanguage.objects.filter(
        Q(service__in=ids) | Q(location__in=list(here))
    ).values_list("service_id", "location_id", "code"):
        if language := documents.primary_language(code):
            for owner in [service] if service else here[location]:
                found[owner].languages.add(language)
    for direct, through, area in ServiceArea.objects.filter(
        Q(service__in=ids) | Q(service_at_location__service__in=ids), area__isnull=False
    ).values_list("service_id", "service_at_location__service_id", "area_id"):
        found[direct or through].service_areas.add(area)
    for (
        direct,
        through,
        location,
        byday,
        opens_at,
        closes_at,
        valid_from,
        valid_to,
        freq,
        interval,
    ) in Schedule.objects.filter(
        Q(service__in=ids) | Q(service_at_location__service__in=ids) | Q(location__in=list(here))
    ).values_list(
        "service_id",
        "service_at_location__service_id",
        "location_id",
        "byday",
        "opens_at",
        "closes_at",
        "valid_from",
        "valid_to",
        "freq",
        "interval",
    ):
        for owner in [direct or through] if direct or through else here[location]:
            found[owner].hours.append(Hours(byday, opens_at, closes_at, valid_from, valid_to, freq, interval))


# --- writing ---------------------------------------------------------------------------------------------------------


def _write(ids: Sequence[UUID], rows: Sequence[tuple[Row, Places]]) -> None:
    from psycopg.types.json import Jsonb

    columns = ", ".join(COLUMNS)
    changes = ", ".join(f"{column} = EXCLUDED.{column}" for column in COLUMNS[1:])
    json_at = COLUMNS.index("sort_names")
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE IF NOT EXISTS fresh_document (LIKE directory_searchdocument) ON COMMIT DROP"
        )
        cursor.execute("TRUNCATE fresh_document")
        with cursor.copy(f"COPY fresh_document ({columns}) FROM STDIN") as copy:
            for row, _places in rows:
                copy.write_row([*row[:json_at], Jsonb(row[json_at]), *row[json_at + 1 :]])
        # In the order of the keys, as every writer does it: two at once wait for one another, never in a circle.
        cursor.execute(
            f"""INSERT INTO directory_searchdocument ({columns}) SELECT {columns} FROM fresh_document ORDER BY service_id
                ON CONFLICT (service_id) DO UPDATE SET {changes}"""
        )
        cursor.execute("DELETE FROM directory_searchplace WHERE document_id = ANY(%s)", [list(ids)])
        with cursor.copy("COPY directory_searchplace (document_id, latitude, longitude) FROM STDIN") as copy:
            for row, places in rows:
                for latitude, longitude in places:
                    copy.write_row((row[0], latitude, longitude))


def index_phrases() -> int:
    """Cut the names and everyday words of all taxonomy terms into words; returns how many phrases there are."""
    cut = [
        (term, is_name, language, groups)
        for term in Term.objects.order_by("id").only("id", "name", "synonyms")
        for is_name, language, text in _phrases_of(term)
        if (groups := query_tokens(text))
    ]
    count = Counter(group[0] for _, _, _, groups in cut for group in groups)
    phrases = [
        SearchPhrase(
            term=term,
            language=language,
            is_name=is_name,
            words=["|".join(group) for group in groups],
            weights=[math.log(1 + len(cut) / count[group[0]]) for group in groups],
            spellings=sorted({spelling for group in groups for spelling in group}),
        )
        for term, is_name, language, groups in cut
    ]
    with transaction.atomic():
        SearchPhrase.objects.all().delete()
        SearchPhrase.objects.bulk_create(phrases, batch_size=2_000)
    return len(phrases)


def _phrases_of(term: Term) -> Iterator[tuple[bool, str, str]]:
    for language, name in term.name.items():
        yield True, language, name
    for language, words in term.synonyms.items():
        for synonym in words:
            yield False, language, synonym


def count_words() -> None:
    """Count in how many public documents and in how many phrases each word stands."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE directory_searchword IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute("DELETE FROM directory_searchword")
        cursor.execute(
            """
            INSERT INTO directory_searchword (word, documents, phrases)
            SELECT word, sum(documents), sum(phrases)
              FROM (SELECT word, ndoc AS documents, 0 AS phrases
                      FROM ts_stat('SELECT words FROM directory_searchdocument WHERE public')
                     UNION ALL
                    SELECT word, 0, count(*) FROM directory_searchphrase, unnest(spellings) AS word GROUP BY word
                     UNION ALL
                    SELECT '#' || term, count(*), 0 FROM directory_searchdocument, unnest(terms) AS term
                     WHERE public GROUP BY term
                     UNION ALL
                    SELECT '', (SELECT count(*) FROM directory_searchdocument WHERE public),
                           (SELECT count(*) FROM directory_searchphrase)) AS counted
             GROUP BY word
            """
        )
        cursor.execute("ANALYZE directory_searchword")
        cursor.execute("ANALYZE directory_searchdocument")
        cursor.execute("ANALYZE directory_searchplace")


def _add_words(ids: Sequence[UUID]) -> None:
    """Make the words of a few new documents known; the exact counts wait for the night."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO directory_searchword (word, documents, phrases)
            SELECT lexeme, 1, 0 FROM directory_searchdocument, unnest(words) WHERE service_id = ANY(%s) AND public
             UNION
            SELECT '#' || term, 1, 0 FROM directory_searchdocument, unnest(terms) AS term
             WHERE service_id = ANY(%s) AND public
             ORDER BY 1
                ON CONFLICT (word) DO NOTHING
            """,
            [list(ids), list(ids)],
        )


# --- after edits, and at night ---------------------------------------------------------------------------------------


@task()
def index_services(*, service_ids: list[str]) -> None:
    """Task: write these documents anew."""
    index(UUID(key) for key in service_ids)


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
    columns = ", ".join(f"{column}::text" if column in ("words", "hours") else column for column in COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM directory_searchdocument WHERE service_id = ANY(%s)", [ids])
        stored = {row[0]: row for row in cursor.fetchall()}
        cursor.execute(
            "SELECT document_id, latitude, longitude FROM directory_searchplace WHERE document_id = ANY(%s)", [ids]
        )
        places: dict[UUID, list[tuple[float, float]]] = defaultdict(list)
        for key, latitude, longitude in cursor.fetchall():
            places[key].append((latitude, longitude))
    return [
        row[0]
        for row, points in _rows(ids, _Tree())
        if row[0] not in stored or _plain(stored[row[0]]) != _plain(row) or sorted(places[row[0]]) != list(points)
    ]


def _plain(row: Row) -> list[Any]:
    """A row as written or as read back, in one form: PostgreSQL sorts the words and leaves out the weight D."""
    plain = list(row)
    words, names = COLUMNS.index("words"), COLUMNS.index("sort_names")
    plain[words] = sorted(word.removesuffix("D") for word in plain[words].split(" "))
    if isinstance(plain[names], str):
        plain[names] = json.loads(plain[names])
    return plain


@every("41 1 * * *")
def keep_documents_true() -> None:
    """Nightly: write what opened or ended today, compare 1,000 documents drawn at random, count the words anew."""
    check_documents(sample=1_000)
    count_words()


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
