"""Whether people find the right service at the door: written situations over the demo town.

Run: ``python benchmarks/orientation_quality.py [--set situations|development|FILE] [--missed]``. Builds the demo town in a
database of its own; each situation of ``tests/orientation_quality/`` is asked as a visitor asks the page: their words at
their door, the facts as answers, the centre of the demo's home town as the place, the language of the words as the language
spoken. What is counted are the cards in the order of the page. A service is right when it is made of one of the offers named.

Counted, once with all facts answered and once before anything was: situations with a right service among the first five
cards; situations in which a right service is said not to fit, whichever.

Bars: at least 90 of 100 among the first five once the facts are answered, none wrongly "does not fit". Exits with 1 where
missed.
"""

import argparse
import csv
import json
import os
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.utils import translation
from tests import database

from kesher.areas.models import Area
from kesher.demo.build import build
from kesher.directory.facts import Who
from kesher.directory.models import Service
from kesher.directory.orienting import catalogue
from kesher.directory.search import index
from kesher.engine.eligibility.rule_set import NO
from kesher.www.front.orientation.answers import Answers
from kesher.www.front.orientation.finding import Found, find_for

SETS = ROOT / "tests" / "orientation_quality"
FIRST = 5
BAR = 0.9
Row = Mapping[str, str]


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument(
        "--set", default="situations", help="the name of a file of tests/orientation_quality, or a path"
    )
    parser.add_argument("--missed", action="store_true", help="print what came instead")
    parser.add_argument("--keep", action="store_true", help="reuse and keep the database, for tuning")
    arguments = parser.parse_args()
    named = SETS / f"{arguments.set}.csv"
    with (named if named.exists() else Path(arguments.set)).open(encoding="utf-8", newline="") as file:
        situations = list(csv.DictReader(file))
    name = _town(keep=arguments.keep)
    offer_of = {key: identity.partition(".")[0] for key, identity in Service.objects.values_list("pk", "external_id")}
    refused = [line for row in situations if (line := _wrongly(row, {str(key): one for key, one in offer_of.items()}))]
    shares = {}
    for answered in (True, False):
        hits: Counter[str] = Counter()
        asked_in: Counter[str] = Counter()
        for row in situations:
            found = _asked(row, answered=answered)
            first = [offer_of[card.pk] for card in found.cards][:FIRST]
            cell = f"{row['language']} {row['who']}"
            hit = bool(set(row["right"].split("|")) & set(first))
            asked_in[cell] += 1
            hits[cell] += hit
            if arguments.missed and not hit:
                print(f"{row['n']:>4} {row['words']}\n     right {row['right']}; themes {', '.join(found.codes)}")
                print(
                    "     came  "
                    + ", ".join(f"{offer_of[c.pk]} ({c.result.colour})" for c in list(found.cards)[:FIRST])
                )
        print("all facts answered" if answered else "nothing answered yet")
        for cell, count in sorted(asked_in.items()):
            print(f"   {cell:12} {hits[cell]:3} of {count}")
        print(f"   right service among the first {FIRST}: {sum(hits.values())} of {len(situations)}")
        shares[answered] = sum(hits.values()) / len(situations)
    print(f"right services shown as not fitting: {len(refused)} situations (bar 0) {'; '.join(refused)}")
    print(f"bar {BAR:.0%} with all facts answered: {'kept' if shares[True] >= BAR else 'MISSED'} ({shares[True]:.0%})")
    if not arguments.keep:
        database.drop_test_database(name)
    return 0 if shares[True] >= BAR and not refused else 1


def _town(*, keep: bool) -> str:
    """The name of a database with the demo town in it."""
    database.server().start()
    name = "test_kesher_orientation"
    with database._maintenance() as maintenance:
        exists = maintenance.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None
    if keep and exists:
        connection.close()
        connection.settings_dict["NAME"] = name
        return name
    database.make_test_database("orientation")
    build(seed=1948, people=0, progress=lambda line: None)
    index()
    return name


def _asked(row: Row, *, answered: bool) -> Found:
    """The page of one situation."""
    answers = Answers(
        door=Who(row["who"]),
        words=row["words"],
        facts=json.loads(row["facts"]) if answered else {},
        speaks=(row["language"],),
    )
    with translation.override(row["language"]):
        return find_for(answers, AnonymousUser(), area=Area.objects.home().first())


def _wrongly(row: Row, offer_of: Mapping[str, str]) -> str:
    """The right services that the situation's facts rule out, in a line; empty where there is none."""
    known = catalogue()
    verdicts = known.rules.answers(json.loads(row["facts"])).verdicts
    right = row["right"].split("|")
    refused: Sequence[str] = sorted(
        {offer_of[one.key] for one, verdict in zip(known.services, verdicts, strict=True) if verdict == NO} & set(right)
    )
    return f"{row['n']}: {', '.join(refused)}" if refused else ""


if __name__ == "__main__":
    sys.exit(main())
