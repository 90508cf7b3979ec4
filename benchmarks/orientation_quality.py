"""Whether people find the right service at the door: a hundred written situations over the demo town.

Run: ``python benchmarks/orientation_quality.py [--missed]``. Builds the demo town in a database of its own; each situation of
``tests/orientation_quality/situations.csv`` is asked as the pages ask: words to needs, the facts as answers, the centre of the
demo's home town as the place, the language of the words as the language spoken. A service is right when it is made of one of
the offers named. Counted: situations with a right service among the first five; situations in which a right service is shown
as "does not fit", whichever.

Bars: at least 90 of 100 among the first five, none wrongly "does not fit". Exits with 1 where missed.
"""

import argparse
import csv
import json
import os
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.utils import timezone
from tests import database

from kesher.areas.models import Area
from kesher.demo.build import build
from kesher.directory.models import Service
from kesher.directory.orienting import catalogue, needs_of
from kesher.directory.search import index
from kesher.engine.orientation import Colour, Situation, orient

SITUATIONS = ROOT / "tests" / "orientation_quality" / "situations.csv"
FIRST = 5


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--missed", action="store_true", help="print what came instead")
    arguments = parser.parse_args()
    database.server().start()
    name = database.make_test_database("orientation")
    build(seed=1948, people=0, progress=lambda line: None)
    index()
    offer_of = {
        str(key): identity.partition(".")[0] for key, identity in Service.objects.values_list("pk", "external_id")
    }
    home = Area.objects.home().first()
    known, today = catalogue(), timezone.localdate()
    hits: Counter[str] = Counter()
    asked_in: Counter[str] = Counter()
    wrongly = []
    with SITUATIONS.open(encoding="utf-8", newline="") as file:
        situations = list(csv.DictReader(file))
    for row in situations:
        right, cell = set(row["right"].split("|")), f"{row['language']} {row['who']}"
        asked = needs_of(row["words"])
        result = orient(
            known,
            Situation(
                today,
                json.loads(row["facts"]),
                needs=asked.codes,
                found=asked.found,
                place=home.centre if home else None,
                languages=frozenset({row["language"]}),
            ),
        )
        first = result.results(FIRST)
        hit = any(offer_of[one.service.key] in right for one in first)
        hits[cell] += hit
        asked_in[cell] += 1
        refused = [
            one for one in result.results(len(known), colour=Colour.DOES_NOT_FIT) if offer_of[one.service.key] in right
        ]
        if refused:
            wrongly.append(f"{row['n']}: {', '.join(sorted({offer_of[one.service.key] for one in refused}))}")
        if arguments.missed and not hit:
            print(f"{row['n']:>4} {row['words']}\n     right {sorted(right)}")
            print(f"     needs {asked.codes}, {len(asked.found)} by words")
            print("     came  " + ", ".join(f"{offer_of[one.service.key]} ({one.colour})" for one in first))
    total = sum(hits.values())
    for cell, count in sorted(asked_in.items()):
        print(f"{cell:12} {hits[cell]:3} of {count}")
    print(f"right service among the first {FIRST}: {total} of {len(situations)} (bar 90 %)")
    print(f"right services shown as not fitting: {len(wrongly)} situations (bar 0) {'; '.join(wrongly)}")
    database.drop_test_database(name)
    return 0 if total >= 0.9 * len(situations) and not wrongly else 1


if __name__ == "__main__":
    sys.exit(main())
