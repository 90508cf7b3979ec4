"""Finding services: one question, one answer, five SQL statements at most, however large the town.

**How a service scores.** With words asked, each with a weight w (rare words tell more, see ``understanding``):

    text(s)  = Σ w · f(where the word stands in s) / Σ w      f: name 1, organisation or other form of the name 0.6,
                                                                 text 0.4, other form in a text 0.2
    theme(s) = 1 - Π (1 - 0.9 · score of the term), over the terms meant that s carries or that stand above one it
               carries: as chances that add up ("sheltered work" is sheltered work before it is a shelter)
    score(s) = (0.6 · theme(s) + 0.4 · text(s)) · (0.95 if it should have been checked again by now)

A service is found when it holds a word asked or carries a term meant, and scores at least 0.4 of the best there is for
those words (in everything one may see, before filters: a filter never lets in what the words did not). Words that stand
in more than a tenth of all services bring none in by themselves when rarer ones or themes were asked, nor do terms that score
less than 0.55 of the best term.
Order: score; with ``near``, score in steps of a twentieth of the best, then distance. Without words: distance with
``near``, else the name in the reader's language. The key of the service comes last, so that pages never overlap.

Why not ``ts_rank_cd``: it knows no rarity, so "help for my mother" finds help; it wants positions; and its number cannot
be said in one line to the person who asks why. No model decides anything here.

**Where the time goes.** The indexes alone say which documents hold a word, with what weight (its first letter), and which
carry a term: scoring reads no text. Counts are made per kind, each over what all filters but those of its kind leave;
what is counted without any filter is kept in the process while no document changes (``_everything``), since a list by one
theme is counted by the other themes as the whole directory is.
"""

import json
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from kesher.directory.search.documents import MINUTES_OF_DAY, quoted
from kesher.directory.search.query import (
    LARGEST_PAGE,
    LONGEST_TEXT,
    PUBLIC,
    Facets,
    Found,
    Hit,
    Match,
    Scope,
    SearchQuery,
    Word,
)
from kesher.directory.search.understanding import Understood, understand
from kesher.engine.distance import EARTH_RADIUS

THEME_SHARE = 0.6
IN_NAME, IN_ORGANISATION, IN_TEXT, IN_FORM = 1.0, 0.6, 0.4, 0.2
OF_THE_BEST = 0.4
STALE = 0.95
COMMON = 0.1
STEPS_OF_SCORE = 20
BELIEF = 0.9
EARTH = EARTH_RADIUS

WORTH = {"A": IN_NAME, "B": IN_ORGANISATION, "C": IN_TEXT, "D": IN_FORM}
#: Of the best term's score: terms that score less count, but bring no services in by themselves.
BRINGING = 0.55
#: Kinds of filters that are counted, and the figures in which.
COUNTED = frozenset({"themes", "areas", "languages", "total", "cost", "remote", "referral"})
FIGURES = {"cost": ("free",), "remote": ("remote", "on_site"), "referral": ("self", "professional")}
KEPT_SECONDS, KEPT_SCOPES = 60.0, 64
WHERE = {"A": "name", "B": "organisation", "C": "text", "D": "text"}

Parameters = dict[str, Any]
Answer = dict[str, Any]


def find(query: SearchQuery) -> Found:
    """Answer one question. Never raises for anything typed; filters of values that do not exist find nothing."""
    understood = _understood(query.text)
    with transaction.atomic(savepoint=False):
        _make_room()
        statement = _Statement(query, understood)
        known: Answer = {}
        if understood is None and "other" not in statement.conditions and len(statement.conditions) <= 1:
            # Counts of a kind are made without the filters of that kind: here, without any.
            everything = _everything(query.scope)
            own = statement.conditions.keys() or COUNTED
            known = {name: everything[name] for name in own if name in everything}
            counts = dict(everything["counts"] or {})
            if statement.conditions:
                counts = {key: counts.get(key, 0) for kind in own for key in FIGURES.get(kind, ())}
            statement = _Statement(query, None, counted=COUNTED - own)
            answer = _run(statement)
            known["counts"] = (answer["counts"] or {}) | counts
        else:
            answer = _run(statement)
    return _found(answer | known, understood)


def find_keys(text: str, scope: Scope, *, most: int = 10_000) -> list[UUID]:
    """The keys of all services a text finds, best first, at most ``most``; none for a text without words."""
    understood = _understood(text)
    if understood is None:
        return []
    with transaction.atomic(savepoint=False):
        _make_room()
        with connection.cursor() as cursor:
            cursor.execute(*_Statement(SearchQuery(scope=scope), understood).keys(most))
            return [key for (key,) in cursor.fetchall()]


def _understood(text: str) -> Understood | None:
    text = text[:LONGEST_TEXT]
    understood = understand(text) if text.strip() else None
    return understood if understood is not None and understood.groups else None  # marks only: as if nothing was asked


def _make_room() -> None:
    """Until the end of the transaction: counts stay in memory; looks into an index are as cheap as they are on a disk
    without a moving head; no compiling and no further processes for statements that take less time than starting those."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('work_mem', '32MB', true), set_config('random_page_cost', '1.1', true),"
            " set_config('jit', 'off', true), set_config('max_parallel_workers_per_gather', '0', true)"
        )


def _run(statement: "_Statement") -> Answer:
    with connection.cursor() as cursor:
        cursor.execute(*statement.build())
        row = cursor.fetchone()
    answer: Answer = json.loads(row[0]) if isinstance(row[0], str) else row[0]
    return answer


# --- counts of all there is ------------------------------------------------------------------------------------------

_kept: OrderedDict[Scope, tuple[tuple[Any, ...], float, Answer]] = OrderedDict()
_keeping = threading.Lock()


def _everything(scope: Scope) -> Answer:
    """The counts over everything one may see; kept in this process while no document one may see changes.

    Which transaction wrote each row and where it lies changes with every write; the sums over all rows take a tenth
    of the time of the counts. The tree of areas is not in the documents: what it says is at most a minute old.
    """
    statement = _Statement(SearchQuery(scope=scope), None, page=False)
    with connection.cursor() as cursor:
        cursor.execute(*statement.fingerprint())
        fingerprint = (connection.settings_dict["NAME"], *cursor.fetchone())
    with _keeping:
        kept = _kept.get(scope)
    if kept and kept[0] == fingerprint and time.monotonic() - kept[1] < KEPT_SECONDS:
        return kept[2]
    answer = _run(statement)
    with _keeping:
        _kept[scope] = fingerprint, time.monotonic(), answer
        _kept.move_to_end(scope)
        while len(_kept) > KEPT_SCOPES:
            _kept.popitem(last=False)
    return answer


def _found(answer: dict[str, Any], understood: Understood | None) -> Found:
    groups = understood.groups if understood else ()
    terms = understood.terms if understood else ()
    hits = []
    for item in answer["page"] or ():
        carried = set(item["terms"] or ())
        because = [
            Match(group.word, WHERE[place])
            for group, place in zip(groups, item["places"] or (), strict=False)
            if place is not None
        ]
        because += [
            Match(group.word, "theme", term.term_id)
            for term in terms
            if str(term.term_id) in carried
            for group in groups
            if group.word in term.words
        ]
        hits.append(Hit(UUID(item["id"]), tuple(because), item["kilometres"], item["score"]))
    counts = answer["counts"] or {}
    return Found(
        hits=tuple(hits),
        total=counts.get("total", 0),
        facets=Facets(
            themes={UUID(key): count for key, count in (answer.get("themes") or {}).items()},
            areas={UUID(key): count for key, count in (answer.get("areas") or {}).items()},
            languages=dict(sorted((answer.get("languages") or {}).items(), key=lambda item: (-item[1], item[0]))),
            referral={mode: counts.get(mode, 0) for mode in ("self", "professional")},
            free=counts.get("free", 0),
            remote=counts.get("remote", 0),
            on_site=counts.get("on_site", 0),
        ),
        words=tuple(Word(group.word, group.known, group.guesses) for group in groups),
    )


class _Statement:
    """Builds the one statement that answers. Every value travels as a parameter; the text is made of constants only."""

    def __init__(
        self, query: SearchQuery, understood: Understood | None, *, counted: frozenset[str] = COUNTED, page: bool = True
    ) -> None:
        self.query = query
        self.understood = understood
        self.counted = counted
        self.page = page
        self.parameters: Parameters = {}
        self.conditions = self._conditions()

    def give(self, value: Any, cast: str = "") -> str:
        """Hand over a value; returns what stands for it in the statement."""
        name = f"p{len(self.parameters)}"
        self.parameters[name] = _storable(value)
        return f"%({name})s{'::' + cast if cast else ''}"

    def build(self) -> tuple[str, Parameters]:
        parts = [self._near(), *self._source(), self._found(), *self._counts()]
        page = self._page() if self.page else _NO_PAGE
        statement = f"WITH {', '.join(part for part in parts if part)}, page AS ({page}) {self._answer()}"
        return statement, self.parameters

    def keys(self, most: int) -> tuple[str, Parameters]:
        """Only the keys, best first."""
        parts = [self._near(), *self._source(), self._found()]
        statement = f"""WITH {", ".join(part for part in parts if part)}
                        SELECT service_id FROM found ORDER BY {self._order()} LIMIT {self.give(most, "bigint")}"""
        return statement, self.parameters

    def fingerprint(self) -> tuple[str, Parameters]:
        """Three numbers that change when any document one may see does."""
        return (
            f"""SELECT count(*), sum(d.xmin::text::bigint), sum(hashtid(d.ctid)::bigint)
                  FROM directory_searchdocument AS d WHERE {self._scope()}""",
            self.parameters,
        )

    # --- whose eyes, which words

    def _scope(self) -> str:
        scope: Scope = self.query.scope
        if scope.everything:
            return "true"
        if scope == PUBLIC:
            return "d.public"
        return f"(d.public OR d.organisation_id = ANY({self.give(sorted(scope.organisation_ids), 'uuid[]')}))"

    def _source(self) -> list[str]:
        """``source``: the documents one may see that the words bring in, with their score; without words, all of them."""
        near = self.query.near is not None
        columns = f"""d.service_id, d.organisation_id, d.terms, d.languages, d.areas, d.serves, d.is_free, d.remote,
                      d.referral_modes, d.hours, {self._sort_name()} AS sort_name,
                      {"near.kilometres" if near else "NULL::float8"} AS kilometres"""
        tables = "directory_searchdocument AS d" + (
            " LEFT JOIN near ON near.document_id = d.service_id" if near else ""
        )
        if self.understood is None:
            return [
                f"""source AS NOT MATERIALIZED (
                    SELECT {columns}, NULL::float8 AS score FROM {tables} WHERE {self._scope()})"""
            ]
        stale = f"CASE WHEN d.check_by < {self.give(self._today(), 'date')} THEN {STALE} ELSE 1 END"
        return [
            self._held(self.understood),
            # Keys and scores first, all else only of what is found: most of what the words bring in scores too little.
            f"""candidate AS MATERIALIZED (
                SELECT d.service_id, round((held.score * {stale})::numeric, 9)::float8 AS score
                  FROM directory_searchdocument AS d JOIN held ON held.service_id = d.service_id
                 WHERE {self._scope()})""",
            "best AS MATERIALIZED (SELECT max(score) AS score FROM candidate)",
            f"""source AS MATERIALIZED (
                SELECT {columns}, candidate.score
                  FROM {tables} JOIN candidate ON candidate.service_id = d.service_id
                 WHERE candidate.score > 0 AND candidate.score >= {OF_THE_BEST} * (SELECT score FROM best))""",
        ]

    def _held(self, understood: Understood) -> str:
        """``held``: every document the words bring in, and its score before its age is looked at.

        One look into an index per word and weight and per term; what stands in the documents is never read.
        """
        groups, terms = understood.groups, understood.terms
        whole = sum(group.weight for group in groups)
        ways = []
        for number, group in enumerate(groups):
            for weight, worth in WORTH.items():
                ways.append(
                    f"""SELECT document_id AS service_id, {number} AS way,
                               {self.give(worth * group.weight / whole, "float8")} AS worth
                          FROM directory_searchtext WHERE words @@ {self._any_of(group.every, weight)}"""
                )
        for number, term in enumerate(terms, len(groups)):
            ways.append(
                f"""SELECT service_id, {number}, {self.give(1 - BELIEF * term.score, "float8")}
                      FROM directory_searchdocument WHERE terms @> ARRAY[{self.give(term.term_id, "uuid")}]"""
            )
        text = " + ".join(f"coalesce(max(worth) FILTER (WHERE way = {n}), 0)" for n in range(len(groups)))
        doubt = " * ".join(
            f"coalesce(min(worth) FILTER (WHERE way = {n}), 1)" for n in range(len(groups), len(groups) + len(terms))
        )
        rare = [n for n, group in enumerate(groups) if group.documents <= COMMON * understood.documents]
        bringing = rare if rare or terms else list(range(len(groups)))
        best = max((term.score for term in terms), default=0.0)
        bringing += [n for n, term in enumerate(terms, len(groups)) if term.score >= BRINGING * best]
        return f"""held AS (
            SELECT service_id, {THEME_SHARE} * {f"(1 - {doubt})" if doubt else "0"} + {1 - THEME_SHARE} * ({text}) AS score
              FROM ({" UNION ALL ".join(ways)}) AS ways
             GROUP BY service_id HAVING bool_or(way IN ({", ".join(map(str, bringing)) or "NULL"})))"""

    def _any_of(self, spellings: Iterable[str], weight: str) -> str:
        return self.give("|".join(quoted(weight + spelling) for spelling in dict.fromkeys(spellings)), "tsquery")

    def _today(self) -> Any:
        return self.query.today or timezone.localdate(timezone=timezone.get_default_timezone())

    # --- filters

    def _conditions(self) -> dict[str, str]:
        """What each kind of filters asks of a row."""
        query = self.query
        conditions: dict[str, str] = {}
        if query.themes:
            codes = self.give(list(query.themes), "text[]")
            conditions["themes"] = f"d.terms && ARRAY(SELECT id FROM directory_term WHERE code = ANY({codes}))"
        if query.area is not None:
            area = self.give(query.area, "uuid")
            conditions["areas"] = f"""(d.areas @> ARRAY[{area}] OR d.serves && ARRAY(
                         SELECT above.id FROM areas_area AS above JOIN areas_area AS here ON here.id = {area}
                          WHERE starts_with(here.path, above.path)))"""
        if query.languages:
            conditions["languages"] = f"d.languages && {self.give(list(query.languages), 'varchar[]')}"
        if query.free_only:
            conditions["cost"] = "d.is_free IS TRUE"
        if query.remote is not None:
            conditions["remote"] = f"d.remote IS NOT DISTINCT FROM {self.give(query.remote, 'boolean')}"
        if query.referral is not None:
            conditions["referral"] = f"d.referral_modes @> ARRAY[{self.give(query.referral, 'varchar')}]"
        others = []
        if query.organisation is not None:
            others.append(f"d.organisation_id = {self.give(query.organisation, 'uuid')}")
        if query.open_at is not None:
            local = timezone.localtime(query.open_at, timezone.get_default_timezone())
            minute = local.weekday() * MINUTES_OF_DAY + local.hour * 60 + local.minute
            others.append(f"d.hours @> {self.give(minute, 'integer')}")
        if query.near is not None and query.within_km is not None:
            others.append(f"d.kilometres <= {self.give(query.within_km, 'float8')}")
        if others:
            conditions["other"] = " AND ".join(others)
        return conditions

    def _but(self, kind: str) -> str:
        """Where all filters hold but those of one kind."""
        return " AND ".join(condition for key, condition in self.conditions.items() if key != kind) or "true"

    # --- distance

    def _near(self) -> str:
        """Kilometres to the nearest place of each service, by the haversine formula, within a box around the circle."""
        if self.query.near is None:
            return ""
        latitude, longitude = self.query.near
        box = "true"
        if self.query.within_km is not None:
            box = self._box(latitude, longitude, self.query.within_km)
        here, there = self.give(latitude, "float8"), self.give(longitude, "float8")
        return f"""near AS (
            SELECT document_id, min({2 * EARTH} * asin(least(1, sqrt(
                       sin(radians(latitude - {here}) / 2) ^ 2
                       + cos(radians({here})) * cos(radians(latitude)) * sin(radians(longitude - {there}) / 2) ^ 2
                   )))) AS kilometres
              FROM directory_searchplace WHERE {box} GROUP BY document_id)"""

    def _box(self, latitude: float, longitude: float, kilometres: float) -> str:
        reach = max(kilometres, 0.0) / EARTH * 1.001  # radians, and a hair more than the circle
        south, north = latitude - math.degrees(reach), latitude + math.degrees(reach)
        box = f"latitude BETWEEN {self.give(south, 'float8')} AND {self.give(north, 'float8')}"
        if south <= -90 or north >= 90:
            return box  # a pole is within: every longitude is
        wide = math.degrees(math.asin(min(1.0, math.sin(reach) / math.cos(math.radians(latitude)))))
        west, east = longitude - wide, longitude + wide
        if wide >= 90:
            return box
        if west < -180 or east > 180:
            west, east = (west + 360 if west < -180 else west), (east - 360 if east > 180 else east)
            between = "OR"
        else:
            between = "AND"
        return (
            f"{box} AND (longitude >= {self.give(west, 'float8')} {between} longitude <= {self.give(east, 'float8')})"
        )

    # --- the parts

    def _found(self) -> str:
        return f"found AS (SELECT * FROM source AS d WHERE {self._but('')})"

    def _counts(self) -> list[str]:
        """One part per kind counted, each over what all filters but those of its kind leave."""

        def rows(kind: str) -> str:
            return f"source AS d WHERE {self._but(kind)}" if kind in self.conditions else "found AS d WHERE true"

        parts = []
        if "areas" in self.counted:
            parts.append(
                f"""around AS MATERIALIZED (
                    SELECT areas, serves, count(*) AS count FROM (SELECT d.areas, d.serves FROM {rows("areas")}) AS d
                     GROUP BY areas, serves),
                served AS MATERIALIZED (
                    SELECT served.id, array_agg(below.id) AS ids
                      FROM areas_area AS served JOIN areas_area AS below ON starts_with(below.path, served.path)
                     WHERE served.id IN (SELECT unnest(serves) FROM around)
                     GROUP BY served.id)"""
            )
        for name, column in (("themes", "terms"), ("languages", "languages")):
            if name in self.counted:
                parts.append(
                    f"""by_{name} AS (SELECT key, count(*) AS count
                          FROM (SELECT unnest(d.{column}) AS key FROM {rows(name)}) AS d GROUP BY key)"""
                )
        figures = {
            "total": "count(*)",
            "cost": "count(*) FILTER (WHERE d.is_free) AS free",
            "remote": "count(*) FILTER (WHERE d.remote) AS remote, count(*) FILTER (WHERE NOT d.remote) AS on_site",
            "referral": """count(*) FILTER (WHERE 'self' = ANY(d.referral_modes)) AS self,
                           count(*) FILTER (WHERE 'professional' = ANY(d.referral_modes)) AS professional""",
        }
        together = []
        for kind, figure in figures.items():
            if kind not in self.counted:
                continue
            if kind in self.conditions:
                parts.append(f"by_{kind} AS (SELECT {figure} FROM {rows(kind)})")
            else:
                together.append(f"{figure} AS total" if kind == "total" else figure)
        parts.append(
            f"together AS (SELECT {', '.join(together) or 'NULL AS nothing'} FROM found AS d)" if together else ""
        )
        return parts

    def _answer(self) -> str:
        pieces = [
            """'page', (SELECT jsonb_agg(jsonb_build_object('id', service_id, 'kilometres', kilometres, 'score', score,
                                                            'places', places, 'terms', terms) ORDER BY place) FROM page)"""
        ]
        for name in ("themes", "languages"):
            if name in self.counted:
                pieces.append(f"'{name}', (SELECT jsonb_object_agg(key, count) FROM by_{name})")
        if "areas" in self.counted:
            pieces.append(
                """'areas', (SELECT jsonb_object_agg(key, count) FROM (
                       SELECT key, sum(count) AS count FROM (
                           SELECT unnest(areas) AS key, count FROM around WHERE serves = '{}'
                            UNION ALL
                           SELECT here.key, count
                             FROM around CROSS JOIN LATERAL (
                                  SELECT unnest(areas) AS key
                                   UNION
                                  SELECT unnest(served.ids) FROM served WHERE served.id = ANY(serves)) AS here
                            WHERE serves <> '{}') AS keys
                        GROUP BY key) AS areas)"""
            )
        counts = []
        if self.counted & {"total", "cost", "remote", "referral"} - set(self.conditions):
            counts.append("(SELECT to_jsonb(together) FROM together)")
        counts += [
            f"(SELECT to_jsonb(by_{kind}) FROM by_{kind})"
            for kind in ("cost", "remote", "referral")
            if kind in self.counted and kind in self.conditions
        ]
        pieces.append(f"'counts', {' || '.join(counts) or 'NULL'}")
        return f"SELECT jsonb_build_object({', '.join(pieces)})"

    def _sort_name(self) -> str:
        return f'coalesce(d.sort_names ->> {self.give(self.query.language[:35])}, d.sort_name) COLLATE "C"'

    def _order(self) -> str:
        query = self.query
        order = ["sort_name", "service_id"]
        if query.near is not None:
            order.insert(0, "kilometres NULLS LAST")
        if self.understood is not None:
            step = f"floor({STEPS_OF_SCORE} * score / (SELECT score FROM best))" if query.near is not None else "score"
            order.insert(0, f"{step} DESC")
            if query.near is not None:
                order.insert(2, "score DESC")
        return ", ".join(order)

    def _page(self) -> str:
        query = self.query
        size = min(max(query.page_size, 1), LARGEST_PAGE)
        skipped = min((max(query.page, 1) - 1) * size, 10_000_000)
        by = self._order()
        chosen = f"""SELECT service_id, kilometres, score, sort_name FROM found ORDER BY {by}
                      LIMIT {self.give(size, "bigint")} OFFSET {self.give(skipped, "bigint")}"""
        rows = f"SELECT service_id, kilometres, score, row_number() OVER (ORDER BY {by}) AS place FROM ({chosen}) AS chosen"
        if self.understood is None:
            return f"SELECT service_id, kilometres, score, place, NULL AS places, NULL AS terms FROM ({rows}) AS chosen"
        places = ", ".join(
            "CASE "
            + " ".join(f"WHEN t.words @@ {self._any_of(group.every, weight)} THEN '{weight}'" for weight in WHERE)
            + " END"
            for group in self.understood.groups
        )
        terms = self.give([term.term_id for term in self.understood.terms], "uuid[]")
        return f"""SELECT chosen.*, to_jsonb(ARRAY[{places}]) AS places,
                          to_jsonb(ARRAY(SELECT unnest(d.terms) INTERSECT SELECT unnest({terms}))) AS terms
                     FROM ({rows}) AS chosen JOIN directory_searchdocument AS d ON d.service_id = chosen.service_id
                     JOIN directory_searchtext AS t ON t.document_id = chosen.service_id"""


_NO_PAGE = """SELECT NULL::uuid AS service_id, NULL AS kilometres, NULL AS score, 1 AS place, NULL AS places,
                     NULL AS terms WHERE false"""


def _storable(value: Any) -> Any:
    """Without what PostgreSQL refuses in a text: NUL and half surrogates."""
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")
    if isinstance(value, list):
        return [_storable(item) for item in value]
    return value
