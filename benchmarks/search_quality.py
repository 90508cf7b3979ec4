"""How well the search finds what a need is answered by, in and across languages, beside PostgreSQL's plain full text.

Run: ``python benchmarks/search_quality.py [--split train|test]`` (default: both, the test split decides). Loads real
directories into a database of its own on the private test server:

* Hebrew: the municipal departments and mental-health clinics of Israel; their importer gives them taxonomy terms;
* English: the services of Miami-Dade. They come without terms of ours, so ``miami_coding.csv`` assigns them by keywords
  in their English names and descriptions, one regular expression per term. Relevance there is by *assigned* term: what
  the table misses counts as not relevant, for both searches alike.

Relevance: ``tests/search_quality/README.md``. A need without any relevant service in the language of the services is left
out of that cell (its number of queries is printed). Only services of one language are public at a time, so that each cell
answers: somebody asks in this language, the services are written in that one.

The plain search in the same run: names and descriptions as ``to_tsvector('simple')``, the words of the question joined by
OR (joined by AND it finds next to nothing in questions of four words; both are printed), ordered by ``ts_rank``.

Bars: success@10 at least 0.9 in the same language and 0.75 across; nDCG@10 above the plain search with a paired bootstrap
interval (by need) that excludes 0. Exits with 1 where one is missed on the test split.
"""

import argparse
import csv
import os
import re
import sys
from collections import defaultdict
from pathlib import Path
from uuid import UUID

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

import numpy as np
from django.db import connection
from tests import database
from tests.search_quality.queries import SearchQuery as Need
from tests.search_quality.queries import load_queries
from tests.shared import SHARED

from kesher.directory.importing import load
from kesher.directory.models import Service, ServiceTerm, Term
from kesher.directory.search import SearchQuery, count_words, find, index
from kesher.directory.taxonomies import load_open_eligibility
from kesher.engine.ranking import ndcg_at, paired_difference, success_at

DEPTH = 10
ORGANISATION_STATE = "approved"


def build() -> None:
    """Load both directories, code the English one, write the search documents."""
    load_open_eligibility()
    data = SHARED / "data"
    print(load(data / "il_services_kolsherut", dataset="il-kolsherut"))
    load(data / "us_miami_open211_hsds", dataset="miami-211")
    with connection.cursor() as cursor:
        # The services of the benchmark are all published; whose organisations wait for a moderator is not its question.
        cursor.execute("UPDATE accounts_organisation SET state = 'approved'")
        cursor.execute("UPDATE directory_service SET state = 'published'")
    code_by_keyword("miami-211")
    index()


def code_by_keyword(dataset: str) -> None:
    with (Path(__file__).with_name("miami_coding.csv")).open(encoding="utf-8", newline="") as file:
        patterns = [(f"human_services:{row['code']}", re.compile(row["pattern"], re.I)) for row in csv.DictReader(file)]
    terms = {term.code: term for term in Term.objects.filter(taxonomy__slug="open-eligibility")}
    rows = []
    for service in Service.objects.filter(dataset__slug=dataset).only("id", "name", "description"):
        text = " ".join([*service.name.values(), *service.description.values()])
        rows += [
            ServiceTerm(service=service, term=terms[code], link_type="assigned_by_keyword")
            for code, pattern in patterns
            if pattern.search(text)
        ]
    ServiceTerm.objects.bulk_create(rows, batch_size=5_000)
    coded = len({row.service_id for row in rows})
    print(f"miami: {len(rows):,} terms assigned by keyword to {coded:,} services\n")


def show_only(dataset: str) -> dict[UUID, set[str]]:
    """Make the services of one dataset the public ones; returns their taxonomy codes."""
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE directory_service AS service SET state = CASE WHEN dataset.slug = %s THEN 'published' ELSE 'draft' END
                 FROM directory_dataset AS dataset WHERE dataset.id = service.dataset_id""",
            [dataset],
        )
        cursor.execute("DROP TABLE IF EXISTS written")
        cursor.execute(
            """CREATE TEMPORARY TABLE written AS
               SELECT id, to_tsvector('simple', (SELECT string_agg(value, ' ') FROM (
                          SELECT value FROM jsonb_each_text(name) UNION ALL
                          SELECT value FROM jsonb_each_text(alternate_name) UNION ALL
                          SELECT value FROM jsonb_each_text(description)) AS texts)) AS words
                 FROM directory_service WHERE state = 'published'"""
        )
    count_words()
    codes: dict[UUID, set[str]] = {key: set() for key in Service.objects.published().values_list("id", flat=True)}
    for key, code in ServiceTerm.objects.filter(service__in=list(codes)).values_list("service_id", "term__code"):
        codes[key].add(code)
    return codes


def plain(text: str, *, joined: str) -> list[UUID]:
    """PostgreSQL's plain full-text search: the 'simple' configuration, no folding, no taxonomy."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH asked AS (SELECT replace(plainto_tsquery('simple', %s)::text, '&', %s)::tsquery AS words)
            SELECT id FROM written, asked WHERE written.words @@ asked.words
             ORDER BY ts_rank(written.words, asked.words) DESC, id LIMIT %s
            """,
            [text, joined, DEPTH],
        )
        return [key for (key,) in cursor.fetchall()]


def measure(queries: list[Need], codes: dict[UUID, set[str]]) -> list[tuple[Need, dict[str, tuple[float, float]]]]:
    """Per query that something answers: success@10 and nDCG@10 of each search."""
    answering: dict[str, set[UUID]] = {}
    measured = []
    for query in queries:
        if query.need not in answering:
            answering[query.need] = {key for key, carried in codes.items() if query.relevant(carried)}
        relevant = answering[query.need]
        if not relevant:
            continue
        shown = {
            "kesher": find(SearchQuery(text=query.query, language=query.language, page_size=DEPTH)).service_ids,
            "plain or": plain(query.query, joined="|"),
            "plain and": plain(query.query, joined="&"),
        }
        possible = np.ones(len(relevant))
        results = {}
        for name, keys in shown.items():
            gains = np.array([float(key in relevant) for key in keys])
            results[name] = (success_at(gains, DEPTH), ndcg_at(gains, DEPTH, possible=possible))
        measured.append((query, results))
    return measured


def report(split: str, datasets: dict[str, str], *, misses: bool) -> bool:
    """Print the table of one split; returns whether all bars are kept."""
    kept = True
    print(f"== {split} split ==")
    heads = ("queries", "needs", "success@10", "or", "and", "nDCG@10", "or", "and", "nDCG gain over OR [95 %]")
    print(f"{'asked in -> written in':24}" + "".join(f"{head:>11}" for head in heads))
    pooled: dict[str, list[tuple[Need, dict[str, tuple[float, float]]]]] = defaultdict(list)
    for written, dataset in datasets.items():
        codes = show_only(dataset)
        for asked in ("en", "he", "ar"):
            measured = measure([query for query in load_queries(split) if query.language == asked], codes)
            pooled["same language" if asked == written else "across"] += measured
            kept &= line(f"{asked} -> {written}", measured, None)
            if misses:
                for query, results in measured:
                    if not results["kesher"][0]:
                        print("      missed:", query.need, query.query, "|", *query.codes)
    kept &= line("same language", pooled["same language"], 0.9)
    kept &= line("across", pooled["across"], 0.75)
    print()
    return kept


def line(name: str, measured: list[tuple[Need, dict[str, tuple[float, float]]]], bar: float | None) -> bool:
    if not measured:
        print(f"{name:24}  nothing to measure")
        return True
    means = {
        search: np.mean([results[search] for _, results in measured], axis=0)
        for search in ("kesher", "plain or", "plain and")
    }
    gain = paired_difference(
        [results["kesher"][1] for _, results in measured],
        [results["plain or"][1] for _, results in measured],
        np.random.default_rng(20261122),
        groups=[query.need for query, _ in measured],
    )
    figures = [f"{len(measured):>11}", f"{gain.groups:>11}"]
    for metric in (0, 1):
        figures += [f"{means[search][metric]:>11.3f}" for search in ("kesher", "plain or", "plain and")]
    verdict = ""
    good = True
    if bar is not None:
        good = bool(means["kesher"][0] >= bar) and gain.low > 0
        verdict = f"  bar {bar}: {'kept' if good else 'MISSED'}"
    print(f"{name:24}" + "".join(figures) + f"     {gain.mean:+.3f} [{gain.low:+.3f}, {gain.high:+.3f}]{verdict}")
    return good


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--split", choices=("train", "test"))
    parser.add_argument("--misses", action="store_true", help="list the train queries that found nothing relevant")
    parser.add_argument("--keep", action="store_true", help="reuse and keep the database, for tuning on train")
    arguments = parser.parse_args()
    if not (SHARED / "data").exists():
        print(f"The directories are missing: set KESHER_SHARED (looked in {SHARED}).")
        return 2
    database.server().start()
    name = "test_kesher_quality"
    if arguments.keep and _exists(name):
        connection.close()
        connection.settings_dict["NAME"] = name
        index()
    else:
        database.make_test_database("quality")
        build()
    try:
        datasets = {"he": "il-kolsherut", "en": "miami-211"}
        kept = True
        for split in [arguments.split] if arguments.split else ["train", "test"]:
            result = report(split, datasets, misses=arguments.misses and split == "train")
            if split == "test":
                kept = result
        return 0 if kept else 1
    finally:
        if not arguments.keep:
            database.drop_test_database(name)


def _exists(name: str) -> bool:
    with database._maintenance() as maintenance:
        return maintenance.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


if __name__ == "__main__":
    sys.exit(main())
