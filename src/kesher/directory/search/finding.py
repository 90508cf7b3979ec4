"""Finding services: one question, one answer, four SQL statements with words and one without, however large the town.

**How a service scores.** With words asked, each with a weight w (rare words tell more, see ``understanding``):

    text(s)  = Σ w · f(where the word stands in s) / Σ w      f: name 1, organisation or other form of the name 0.6,
                                                                 text 0.4, other form in a text 0.2
    theme(s) = 1 - Π (1 - 0.9 · score of the term), over the terms meant that s carries or that stand above one it
               carries: as chances that add up ("sheltered work" is sheltered work before it is a shelter)
    score(s) = (0.6 · theme(s) + 0.4 · text(s)) · (0.95 if it should have been checked again by now)

A service is found when it holds a word asked or carries a term meant, and scores at least 0.4 of the best there is for
those words (in everything one may see, before filters: a filter never lets in what the words did not). Words that stand
in more than a tenth of all services bring none in by themselves when rarer ones or themes were asked.
Order: score; with ``near``, score in steps of a twentieth of the best, then distance. Without words: distance with
``near``, else the name in the reader's language. The key of the service comes last, so that pages never overlap.

Why not ``ts_rank_cd``: it knows no rarity, so "help for my mother" finds help; it wants positions; and its number cannot
be said in one line to the person who asks why. No model decides anything here.

**Filters and counts.** Each row carries the kinds of filters it misses, as bits. A row that misses none is found; one
that misses only the theme is counted among the themes one could choose instead. One pass groups by whole arrays, of
which there are few, before it takes them apart.
"""

import json
import math
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import connection
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
from kesher.directory.search.understanding import Group, Understood, understand

THEME_SHARE = 0.6
IN_NAME, IN_ORGANISATION, IN_TEXT, IN_FORM = 1.0, 0.6, 0.4, 0.2
OF_THE_BEST = 0.4
STALE = 0.95
COMMON = 0.1
STEPS_OF_SCORE = 20
BELIEF = 0.9
#: Mean radius of the earth in kilometres (IUGG); the haversine formula is off by at most 0.5 %.
EARTH = 6371.0088

#: Bits of a row's ``missed``.
THEME, AREA, LANGUAGE, COST, REMOTE, REFERRAL, OTHER = 1, 2, 4, 8, 16, 32, 64
WHERE = {"A": "name", "B": "organisation", "C": "text", "D": "text"}

Parameters = dict[str, Any]


def find(query: SearchQuery) -> Found:
    """Answer one question. Never raises for anything typed; filters of values that do not exist find nothing."""
    text = query.text[:LONGEST_TEXT]
    understood = understand(text) if text.strip() else None
    if understood is not None and not understood.groups:
        understood = None  # marks only: as if nothing was asked
    statement, parameters = _Statement(query, understood).build()
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        row = cursor.fetchone()
    answer = row[0] if row else {}
    if isinstance(answer, str):
        answer = json.loads(answer)
    return _found(answer, understood)


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
            themes={UUID(key): count for key, count in (answer["themes"] or {}).items()},
            areas={UUID(key): count for key, count in (answer["areas"] or {}).items()},
            languages=dict(sorted((answer["languages"] or {}).items(), key=lambda item: (-item[1], item[0]))),
            referral={mode: counts.get(mode, 0) for mode in ("self", "professional")},
            free=counts.get("free", 0),
            remote=counts.get("remote", 0),
            on_site=counts.get("on_site", 0),
        ),
        words=tuple(Word(group.word, group.known, group.guesses) for group in groups),
    )


class _Statement:
    """Builds the one statement that answers. Every value travels as a parameter; the text is made of constants only."""

    def __init__(self, query: SearchQuery, understood: Understood | None) -> None:
        self.query = query
        self.understood = understood
        self.parameters: Parameters = {}

    def give(self, value: Any, cast: str = "") -> str:
        """Hand over a value; returns what stands for it in the statement."""
        name = f"p{len(self.parameters)}"
        self.parameters[name] = _storable(value)
        return f"%({name})s{'::' + cast if cast else ''}"

    def build(self) -> tuple[str, Parameters]:
        parts = [self._near(), self._found(), _COUNTED]
        page = self._page()
        statement = f"WITH {', '.join(part for part in parts if part)}, page AS ({page}) {_ANSWER}"
        return statement, self.parameters

    # --- whose eyes, which words

    def _scope(self) -> str:
        scope: Scope = self.query.scope
        if scope.everything:
            return "true"
        if scope == PUBLIC:
            return "d.public"
        return f"(d.public OR d.organisation_id = ANY({self.give(sorted(scope.organisation_ids), 'uuid[]')}))"

    def _retrieval(self) -> str:
        """Which documents the words bring in."""
        assert self.understood is not None
        understood = self.understood
        rare = [group for group in understood.groups if group.documents <= COMMON * understood.documents]
        bringing: Iterable[Group] = rare if rare or understood.terms else understood.groups
        ways = []
        spellings = [spelling for group in bringing for spelling in group.every]
        if spellings:
            ways.append(f"d.words @@ {self._any_of(spellings)}")
        if understood.terms:
            ways.append(f"d.terms && {self.give([term.term_id for term in understood.terms], 'uuid[]')}")
        return f"({' OR '.join(ways)})" if ways else "false"

    def _any_of(self, spellings: Iterable[str], weights: str = "") -> str:
        mark = f":{weights}" if weights else ""
        return self.give("|".join(f"{quoted(spelling)}{mark}" for spelling in dict.fromkeys(spellings)), "tsquery")

    def _score(self) -> str:
        assert self.understood is not None
        whole = sum(group.weight for group in self.understood.groups)
        text = [
            f"""CASE WHEN NOT d.words @@ {self._any_of(group.every)} THEN 0
                     WHEN d.words @@ {self._any_of(group.every, "A")} THEN {self.give(IN_NAME * group.weight / whole)}
                     WHEN d.words @@ {self._any_of(group.every, "B")}
                     THEN {self.give(IN_ORGANISATION * group.weight / whole)}
                     WHEN d.words @@ {self._any_of(group.every, "C")} THEN {self.give(IN_TEXT * group.weight / whole)}
                     ELSE {self.give(IN_FORM * group.weight / whole)} END"""
            for group in self.understood.groups
        ]
        doubts = [
            f"CASE WHEN d.terms @> {self.give([term.term_id], 'uuid[]')} THEN {self.give(1 - BELIEF * term.score)} ELSE 1 END"
            for term in self.understood.terms
        ]
        theme = f"(1 - {' * '.join(doubts)})" if doubts else "0"
        return f"""(({THEME_SHARE} * {theme} + {1 - THEME_SHARE} * ({" + ".join(text)}))
                    * CASE WHEN d.check_by < {self.give(self._today(), "date")} THEN {STALE} ELSE 1 END)::float8"""

    def _today(self) -> Any:
        return self.query.today or timezone.localdate(timezone=timezone.get_default_timezone())

    # --- filters

    def _missed(self) -> str:
        """The bits of the kinds of filters a row does not meet."""
        query = self.query
        conditions: list[tuple[int, str]] = []
        if query.themes:
            codes = self.give(list(query.themes), "text[]")
            conditions.append((THEME, f"d.terms && ARRAY(SELECT id FROM directory_term WHERE code = ANY({codes}))"))
        if query.area is not None:
            area = self.give(query.area, "uuid")
            conditions.append(
                (
                    AREA,
                    f"""(d.areas @> ARRAY[{area}] OR d.serves && ARRAY(
                         SELECT above.id FROM areas_area AS above JOIN areas_area AS here ON here.id = {area}
                          WHERE starts_with(here.path, above.path)))""",
                )
            )
        if query.languages:
            conditions.append((LANGUAGE, f"d.languages && {self.give(list(query.languages), 'varchar[]')}"))
        if query.free_only:
            conditions.append((COST, "d.is_free IS TRUE"))
        if query.remote is not None:
            conditions.append((REMOTE, f"d.remote IS NOT DISTINCT FROM {self.give(query.remote, 'boolean')}"))
        if query.referral is not None:
            conditions.append((REFERRAL, f"d.referral_modes @> ARRAY[{self.give(query.referral, 'varchar')}]"))
        others = []
        if query.organisation is not None:
            others.append(f"d.organisation_id = {self.give(query.organisation, 'uuid')}")
        if query.open_at is not None:
            local = timezone.localtime(query.open_at, timezone.get_default_timezone())
            minute = local.weekday() * MINUTES_OF_DAY + local.hour * 60 + local.minute
            others.append(f"d.hours @> {self.give(minute, 'integer')}")
        if query.near is not None and query.within_km is not None:
            others.append(f"near.kilometres <= {self.give(query.within_km, 'float8')}")
        if others:
            conditions.append((OTHER, " AND ".join(others)))
        return (
            " + ".join(f"CASE WHEN {condition} THEN 0 ELSE {bit} END" for bit, condition in conditions)
            if conditions
            else "0"
        )

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
        """``found``: what the words bring in and at most one kind of filter leaves out, with score and distance."""
        near = self.query.near is not None
        columns = f"""d.service_id, d.terms, d.languages, d.areas, d.serves, d.is_free, d.remote, d.referral_modes,
                      {self._sort_name()} AS sort_name, {"near.kilometres" if near else "NULL::float8"} AS kilometres,
                      {self._missed()} AS missed"""
        tables = "directory_searchdocument AS d" + (
            " LEFT JOIN near ON near.document_id = d.service_id" if near else ""
        )
        allowed = f"missed IN (0, {THEME}, {AREA}, {LANGUAGE}, {COST}, {REMOTE}, {REFERRAL})"
        if self.understood is None:
            return f"""found AS NOT MATERIALIZED (
                SELECT * FROM (SELECT {columns}, NULL::float8 AS score FROM {tables} WHERE {self._scope()}) AS d
                 WHERE {allowed})"""
        return f"""candidate AS MATERIALIZED (
                SELECT {columns}, {self._score()} AS score FROM {tables} WHERE {self._scope()} AND {self._retrieval()}),
            best AS (SELECT max(score) AS score FROM candidate),
            found AS NOT MATERIALIZED (
                SELECT * FROM candidate
                 WHERE {allowed} AND score > 0 AND score >= {OF_THE_BEST} * (SELECT score FROM best))"""

    def _sort_name(self) -> str:
        return f'coalesce(d.sort_names ->> {self.give(self.query.language[:35])}, d.sort_name) COLLATE "C"'

    def _page(self) -> str:
        query = self.query
        order = ["sort_name", "service_id"]
        if query.near is not None:
            order.insert(0, "kilometres NULLS LAST")
        if self.understood is not None:
            step = f"floor({STEPS_OF_SCORE} * score / (SELECT score FROM best))" if query.near is not None else "score"
            order.insert(0, f"{step} DESC")
            if query.near is not None:
                order.insert(2, "score DESC")
        size = min(max(query.page_size, 1), LARGEST_PAGE)
        skipped = min((max(query.page, 1) - 1) * size, 10_000_000)
        by = ", ".join(order)
        rows = f"""SELECT service_id, kilometres, score, row_number() OVER (ORDER BY {by}) AS place
                     FROM found WHERE missed = 0 ORDER BY {by}
                    LIMIT {self.give(size, "bigint")} OFFSET {self.give(skipped, "bigint")}"""
        if self.understood is None:
            return f"SELECT service_id, kilometres, score, place, NULL AS places, NULL AS terms FROM ({rows}) AS chosen"
        places = ", ".join(
            "CASE "
            + " ".join(f"WHEN d.words @@ {self._any_of(group.every, weight)} THEN '{weight}'" for weight in WHERE)
            + " END"
            for group in self.understood.groups
        )
        terms = self.give([term.term_id for term in self.understood.terms], "uuid[]")
        return f"""SELECT chosen.*, to_jsonb(ARRAY[{places}]) AS places,
                          to_jsonb(ARRAY(SELECT unnest(d.terms) INTERSECT SELECT unnest({terms}))) AS terms
                     FROM ({rows}) AS chosen JOIN directory_searchdocument AS d ON d.service_id = chosen.service_id"""


def _storable(value: Any) -> Any:
    """Without what PostgreSQL refuses in a text: NUL and half surrogates."""
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")
    if isinstance(value, list):
        return [_storable(item) for item in value]
    return value


_COUNTED = f"""
counted AS MATERIALIZED (
    SELECT grouping(terms) = 0 AS by_terms, grouping(languages) = 0 AS by_languages, grouping(areas) = 0 AS by_areas,
           terms, languages, areas, serves,
           count(*) FILTER (WHERE missed = 0) AS total,
           count(*) FILTER (WHERE missed IN (0, {THEME})) AS but_theme,
           count(*) FILTER (WHERE missed IN (0, {AREA})) AS but_area,
           count(*) FILTER (WHERE missed IN (0, {LANGUAGE})) AS but_language,
           count(*) FILTER (WHERE missed IN (0, {COST}) AND is_free) AS free,
           count(*) FILTER (WHERE missed IN (0, {REMOTE}) AND remote) AS remote,
           count(*) FILTER (WHERE missed IN (0, {REMOTE}) AND NOT remote) AS on_site,
           count(*) FILTER (WHERE missed IN (0, {REFERRAL}) AND 'self' = ANY(referral_modes)) AS self,
           count(*) FILTER (WHERE missed IN (0, {REFERRAL}) AND 'professional' = ANY(referral_modes)) AS professional
      FROM found
     GROUP BY GROUPING SETS ((terms), (languages), (areas, serves), ())),
served AS (
    SELECT served.id, array_agg(below.id) AS ids
      FROM areas_area AS served JOIN areas_area AS below ON starts_with(below.path, served.path)
     WHERE served.id IN (SELECT unnest(serves) FROM counted WHERE by_areas)
     GROUP BY served.id)"""

_ANSWER = """
SELECT jsonb_build_object(
    'page', (SELECT jsonb_agg(jsonb_build_object('id', service_id, 'kilometres', kilometres, 'score', score,
                                                 'places', places, 'terms', terms) ORDER BY place) FROM page),
    'counts', (SELECT jsonb_build_object('total', total, 'free', free, 'remote', remote, 'on_site', on_site,
                                         'self', self, 'professional', professional)
                 FROM counted WHERE NOT by_terms AND NOT by_languages AND NOT by_areas),
    'themes', (SELECT jsonb_object_agg(key, count) FROM (
                   SELECT key, sum(but_theme) AS count FROM counted, unnest(terms) AS key
                    WHERE by_terms GROUP BY key HAVING sum(but_theme) > 0) AS themes),
    'languages', (SELECT jsonb_object_agg(key, count) FROM (
                   SELECT key, sum(but_language) AS count FROM counted, unnest(languages) AS key
                    WHERE by_languages GROUP BY key HAVING sum(but_language) > 0) AS languages),
    'areas', (SELECT jsonb_object_agg(key, count) FROM (
                   SELECT key, sum(but_area) AS count
                     FROM counted CROSS JOIN LATERAL (
                          SELECT unnest(areas) AS key
                           UNION
                          SELECT unnest(served.ids) FROM served WHERE served.id = ANY(serves)) AS here
                    WHERE by_areas GROUP BY key HAVING sum(but_area) > 0) AS areas))"""
