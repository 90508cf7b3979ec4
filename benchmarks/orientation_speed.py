"""How long the find page takes in a directory of 100,000 services with eligibility rules over 30 facts.

Run: ``python benchmarks/orientation_speed.py [--services N] [--keep]``. The directory of ``search_speed.py``, and before
60 % of its services one or two of 4,000 published rules (median 6 conditions over a vocabulary of 30 facts,
``common/thirty_facts.py``), before a third of all an age limit; free places at 30 %, a next start at 10 %, a day of the last
check at 70 %. What they speak of by their meaning is that of 800 of them, which are really read (all would take an hour).
Then 200 distinct visitors, printed with --list: their words in three languages (one wish or several), or
themes, or nothing; from none to five questions answered; an area, languages, filters; all in the signed cookie that the
page itself would have set. Every request is a whole page: the words understood, a verdict for each of the 100,000, all put in
order, the next question chosen, the cards with their reasons.

Asked first in this process (CPU and statements a page), then over HTTP under the load that ``common/load.py`` describes.
Besides: how long the catalogue takes to build, and to take in one changed service and one withdrawn rule; what a server
process holds in memory. Bar: p95 below 200 ms, no errors. Exits with 1 where missed.
"""

import argparse
import cProfile
import os
import pstats
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as `kesher serve` has it

from benchmarks.common.thirty_facts import answer, extend, rule

extend()

import django

django.setup()

from benchmarks.common import load
from benchmarks.search_speed import copy_rows, database_url, generate
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.utils import timezone
from tests import database
from tests.search_quality.queries import load_queries

from kesher.areas.models import Area
from kesher.base.history import System, acting
from kesher.directory import catalogue as held
from kesher.directory.facts import QUESTIONS, VOCABULARY, Who
from kesher.directory.models import (
    Capacity,
    EligibilityRule,
    RuleVersion,
    Schedule,
    SearchDocument,
    Service,
    ServiceRule,
    Term,
)
from kesher.directory.search import index, indexing, meaning
from kesher.directory.search.columns import warm
from kesher.engine.eligibility import facts_in
from kesher.www.front.orientation.answers import COOKIE, Answers

SEED = 20261128
RULES = 4_000
RULED, TWO_RULES, AGED = 0.6, 0.2, 0.33
PORT = 8766
SECRET = "benchmark"


# --- the directory ---------------------------------------------------------------------------------------------------


def generate_rules() -> None:
    """Rules before 60 % of the services there are, and what else the order looks at."""
    draw, today = random.Random(SEED), timezone.localdate()
    keys = list(Service.objects.order_by("pk").values_list("pk", flat=True))
    rules = [EligibilityRule(name={"en": f"Rule {number}"}) for number in range(RULES)]
    versions = [
        RuleVersion(
            rule=one,
            number=number,
            state="published",
            valid_from=today - timedelta(days=400 - 100 * number),
            source_title="A law",
            when=rule(draw),
        )
        for one in rules
        for number in ((1,) if draw.random() < 0.8 else (1, 2))
    ]
    links, capacities, schedules, ages, checks = [], [], [], [], []
    for key in keys:
        if draw.random() < RULED:
            # some rules stand before hundreds of services, most before a few
            chosen = {int(draw.paretovariate(0.4)) % RULES for _ in range(1 + (draw.random() < TWO_RULES))}
            links += [ServiceRule(service_id=key, rule=rules[number]) for number in sorted(chosen)]
        if draw.random() < 0.3:
            capacities.append(Capacity(service_id=key, available=draw.randrange(0, 15), updated=timezone.now()))
        if draw.random() < 0.1:
            schedules.append(Schedule(service_id=key, valid_from=today + timedelta(days=draw.randrange(1, 120))))
        if draw.random() < AGED:
            youngest = draw.choice((None, 6, 14, 16, 18, 18, 18, 45, 60, 67))
            oldest = draw.choice((None, None, None, 12, 18, 25, 30, 67))
            ages.append((key, youngest, oldest if oldest is None or oldest > (youngest or 0) else None))
        if draw.random() < 0.7:
            checks.append((key, today - timedelta(days=draw.randrange(0, 500))))
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # the history of made-up rows is not what is measured
        for model, rows in (
            (EligibilityRule, rules),
            (RuleVersion, versions),
            (ServiceRule, links),
            (Capacity, capacities),
            (Schedule, schedules),
        ):
            copy_rows(model, rows)
        cursor.execute(
            """UPDATE directory_service AS service SET minimum_age = youngest, maximum_age = oldest
                 FROM unnest(%s::uuid[], %s::int[], %s::int[]) AS given (key, youngest, oldest) WHERE id = key""",
            [list(part) for part in zip(*ages, strict=True)],
        )
        cursor.execute(
            """UPDATE directory_service AS service SET assured_date = day
                 FROM unnest(%s::uuid[], %s::date[]) AS given (key, day) WHERE id = key""",
            [list(part) for part in zip(*checks, strict=True)],
        )
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("ANALYZE")


READ = 800


def generate_meanings() -> None:
    """Some services are read for their meaning as the worker does it; each other gets what one of the same theme says."""
    draw = random.Random(SEED)
    rows = list(SearchDocument.objects.order_by("pk").values_list("pk", "terms"))
    sources = indexing._sources([key for key, _ in draw.sample(rows, min(READ, len(rows)))])
    meaning.write(
        {
            key: (meaning.digest_of(one.names, one.texts), *meaning.said_by(one.names, one.texts))
            for key, one in sources.items()
        }
    )
    known: dict[Any, list[bytes]] = {None: []}
    for terms, said in SearchDocument.objects.exclude(meaning=None).order_by("pk").values_list("terms", "meaning"):
        for term in (None, *terms):
            known.setdefault(term, []).append(bytes(said))
    chosen = [
        (key, draw.choice(known.get(draw.choice(terms), known[None]) if terms else known[None]))
        for key, terms in rows
        if key not in sources
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE directory_searchdocument AS document SET meaning = given.said, meaning_of = document.said
                 FROM unnest(%s::uuid[], %s::bytea[]) AS given (key, said) WHERE service_id = key""",
            [list(part) for part in zip(*chosen, strict=True)],
        )


# --- the visitors ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Visit:
    """One request: the page's address, and the cookie a visitor's browser would send."""

    path: str
    answers: Answers

    @property
    def cookie(self) -> str:
        response = HttpResponse()
        with override_settings(SECRET_KEY=SECRET):
            self.answers.keep(response)
        return next(morsel.value for name, morsel in response.cookies.items() if name.startswith(COOKIE))

    @property
    def label(self) -> str:
        said = self.answers
        return f"{self.path} {said.words or said.needs or said.topic!r} {dict(said.facts)} {said.within or ''}"


def visits() -> list[Visit]:
    """200 distinct ones: 120 with one wish in their own words, 30 with two, 20 by theme, 10 who said nothing, 20 businesses."""
    draw = random.Random(SEED)
    asked = draw.sample(load_queries("train"), 150)
    towns = list(Area.objects.filter(level="locality").order_by("code").values_list("pk", flat=True))
    themes = list(Term.objects.order_by("path").values_list("code", flat=True))
    found = []
    for number in range(200):
        language, path, said = ("he", "en", "ar")[number % 3], "person", Answers()
        if number < 150:
            one = asked[number]
            other = next(query.query for query in asked[number + 1 :] + asked if query.language == one.language)
            language = one.language
            said = replace(said, words=f"{one.query}, {other}" if number >= 120 else one.query)
        elif number < 170:
            said = replace(said, needs=tuple(draw.sample(themes, 1 + number % 2)))
        elif number >= 180:
            path, said = (
                "business",
                replace(Answers(door=Who.BUSINESS), words=("loan", "staff", "training")[number % 3]),
            )
        questions = [question for question in QUESTIONS if question.who is said.door]
        draw.shuffle(questions)
        told = min(draw.choice((0, 1, 2, 3, 4, 5)), len(questions))
        facts = {fact: answer(fact, draw) for question in questions[:told] for fact in question.facts}
        area = draw.choice(towns) if draw.random() < 0.6 else None
        said = replace(
            said,
            area=area,
            within=draw.choice((5, 10, 25)) if area and draw.random() < 0.3 else None,
            speaks=tuple(draw.sample(("he", "ar", "ru", "am", "fr"), draw.choice((0, 1, 1, 2)))),
            spoken_only=draw.random() < 0.1,
            remote=draw.random() < 0.05,
            facts=facts,
            skipped=(questions[-1].key,) if told < 5 and draw.random() < 0.2 else (),
        )
        every = "?show=1" if draw.random() < 0.05 else ""
        found.append(Visit(f"/{language}/find/{path}/{every}", said))
    assert len({(visit.path, repr(visit.answers)) for visit in found}) == 200
    return found


# --- measuring -------------------------------------------------------------------------------------------------------


def timed(what: str, work: Callable[[], object]) -> None:
    """Do it and print how long it took, by the clock and of this process."""
    begin, cpu = time.perf_counter(), time.process_time()
    work()
    seconds, cpu = time.perf_counter() - begin, time.process_time() - cpu
    print(f"{what}: {seconds * 1000:,.0f} ms, {cpu * 1000:,.0f} ms of it this process")


def building() -> None:
    """The catalogue from nothing, and after changes."""
    warm()
    held._keepers.clear()
    timed("catalogue from nothing", held.catalogue)
    timed("catalogue when nothing has changed", held.catalogue)
    known = held.catalogue()
    ruled = sum(service.rule is not None for service in known.services)
    distinct = {id(service.rule): service.rule for service in known.services}
    named = {fact for expression in distinct.values() for fact in facts_in(expression)}
    print(f"  {len(known):,} services, {ruled / len(known):.0%} of them with a rule or an age; {len(named)} facts")
    for attempt in ("first", "second"):
        key = Service.objects.filter(state="published").order_by("pk").values_list("pk", flat=True)[7]
        Service.objects.filter(pk=key).update(
            assured_date=date(2026, 1, 1) if attempt == "first" else date(2026, 2, 1), fees_description={"en": attempt}
        )
        Schedule.objects.create(service_id=key, byday="MO", opens_at="07:00", closes_at="07:30", freq="WEEKLY")
        index([key])
        timed(f"after one service has changed ({attempt} time)", held.catalogue)
    version = RuleVersion.objects.in_force(timezone.localdate()).order_by("rule_id", "-number")[11]
    links = ServiceRule.objects.filter(rule=version.rule_id).count()
    RuleVersion.objects.filter(pk=version.pk).update(state="withdrawn", updated_at=timezone.now())
    timed(f"after a rule before {links} services was withdrawn", held.catalogue)
    with connection.cursor() as cursor:  # a published version stays as it was; the benchmark's own is put back
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE directory_ruleversion SET state = 'published' WHERE id = %s", [version.pk])
        cursor.execute("SET session_replication_role = DEFAULT")
    held._keepers.clear()


def in_this_process(asked: Sequence[Visit], profile: str) -> None:
    """Each page three times in a shuffled order."""
    with override_settings(SECRET_KEY=SECRET, ALLOWED_HOSTS=["testserver"]):
        client = Client()

        def page(visit: Visit) -> int:
            client.cookies[COOKIE] = cookies[visit.path, visit.answers.words, id(visit)]
            return client.get(visit.path).status_code

        cookies = {(visit.path, visit.answers.words, id(visit)): visit.cookie for visit in asked}
        for visit in asked[:20]:
            assert page(visit) == 200, visit.label
        order = [visit for visit in asked for _ in range(3)]
        random.Random(SEED).shuffle(order)
        times: list[tuple[float, Visit]] = []
        profiler = cProfile.Profile()
        if profile:
            profiler.enable()
        for visit in order:
            cpu = time.process_time()
            page(visit)
            times.append(((time.process_time() - cpu) * 1000, visit))
        profiler.disable()
        if profile:
            profiler.dump_stats(profile)
            pstats.Stats(profiler).sort_stats("cumulative").print_stats(70)
        counts = []
        for visit in asked[::10]:
            with CaptureQueriesContext(connection) as captured:
                page(visit)
            counts.append(len(captured))
    times.sort(key=lambda item: item[0])
    at = [times[min(int(share * len(times)), len(times) - 1)][0] for share in (0.5, 0.9, 0.95, 0.99)]
    said = ", ".join(f"p{p} {value:.0f} ms" for p, value in zip((50, 90, 95, 99), at, strict=True))
    print(f"{len(times)} pages of 200 distinct visitors, CPU of this process: mean {mean(times):.0f} ms, {said}")
    print(f"statements a page: median {statistics.median(counts):.0f}, most {max(counts)}")
    print("dearest:")
    for value, visit in times[-8:]:
        print(f"  {value:6.0f} ms  {visit.label}")


def mean(times: Sequence[tuple[float, Any]]) -> float:
    return statistics.mean(value for value, _ in times)


def over_http(asked: Sequence[Visit], name: str, *, seconds: float) -> bool:
    """The same visitors at the real server; whether the bar is held."""
    requests = [(visit.path, f"{COOKIE}={visit.cookie}") for visit in asked]
    connection.close()
    environment = {
        "DATABASE_URL": database_url(name),
        "KESHER_DB_ROLE": "owner",
        "KESHER_SECRET_KEY": SECRET,
        "KESHER_FIELD_KEYS": "YSBrZXkgZm9yIHRlc3RzIG9ubHksIDMyIGJ5dGVzISE=",
        "KESHER_HOSTS": "127.0.0.1",
        "DJANGO_SETTINGS_MODULE": "benchmarks.common.thirty_facts_settings",
        "KESHER_LOG": "json",
    }
    with load.serving(PORT, environment) as server:
        time.sleep(2)  # a process that starts reads the directory beside its first requests
        found = load.measure(PORT, requests, server=server, seconds=seconds)
        memory = load.memory(server)
    print(f"pages over HTTP, {len(set(requests))} distinct: {found}")
    print("memory of the server's processes: " + ", ".join(f"{one:.0f} MB" for one in memory))
    print("bar: p95 below 200 ms, no errors")
    return found.at(0.95) < 200 and not found.errors


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--services", type=int, default=100_000)
    parser.add_argument("--list", action="store_true", help="print the visitors")
    parser.add_argument("--keep", action="store_true", help="reuse and keep the database")
    parser.add_argument("--generate-only", action="store_true", help="write the directory, for a later run with --keep")
    parser.add_argument("--profile", default="", metavar="FILE", help="where the time goes; written there, too")
    parser.add_argument("--no-http", action="store_true", help="only in this process")
    parser.add_argument("--seconds", type=float, default=load.FOR_SECONDS, help="how long to load the server (120)")
    arguments = parser.parse_args()
    assert len(VOCABULARY) == 30
    database.server().start()
    name = "test_kesher_orientation"
    with database._maintenance() as maintenance:
        there = maintenance.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
    if arguments.keep and there:
        connection.close()
        connection.settings_dict["NAME"] = name
    else:
        database.make_test_database("orientation")
        generate(arguments.services)
        generate_rules()
    if not SearchDocument.objects.exists():
        index()
    if not SearchDocument.objects.exclude(meaning=None).exists():
        generate_meanings()
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    if arguments.generate_only:
        return 0
    asked = visits()
    if arguments.list:
        for visit in asked:
            print("  ", visit.label)
    with acting(actor=System("benchmark"), reason="changed"):
        building()
    in_this_process(asked, arguments.profile)
    good = arguments.no_http or over_http(asked, name, seconds=arguments.seconds)
    if not arguments.keep:
        database.drop_test_database(name)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
