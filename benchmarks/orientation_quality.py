"""Whether people find the right service at the door: written situations with judged services, over a directory.

Run: ``python benchmarks/orientation_quality.py [--set tuned|held-out|miami] [--missed] [--limit N]``. The sets and how
they were judged: ``tests/orientation_quality/README.md``. ``tuned`` and ``held-out`` are asked of the demo town,
``miami`` of Miami-Dade's real directory (4,089 services; ``KESHER_SHARED``), loaded as ``search_speed.py --miami`` does,
each in a database of its own.

Each situation is asked as the pages ask: words to needs, the middle of the town as the place, the language of the words
as the language spoken; once before anything is answered, once with all that the row says of this person or business as
answers. A service of the demo is right when it is made of one of the offers named, one of Miami when its identifier in
the file is named. Counted for both: situations with a right service among the first five, and situations in which a
right service is shown as "does not fit", whichever.

Bars: with all answers at least 90 % among the first five; never wrongly "does not fit". Exits with 1 where missed. The
last line is the row for the table of the README.
"""

import argparse
import os
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from benchmarks.search_speed import load_miami
from django.utils import timezone
from tests import database
from tests.orientation_quality.sets import Written, load_set

from kesher.areas.models import Area
from kesher.demo.build import build
from kesher.directory.models import Service
from kesher.directory.orienting import catalogue, needs_of
from kesher.directory.search import index
from kesher.engine.orientation import Colour, Situation, orient

FIRST = 5
BAR = 0.9
MIAMI = (25.7743, -80.1937)  # degrees WGS84, downtown
BEFORE, ANSWERED = "before anything is answered", "with all answers"

Place = tuple[float, float] | None


@dataclass
class Count:
    """What one way of asking found: ``hits`` and ``asked`` by language and door, ``wrongly`` refused ones by row."""

    hits: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    wrongly: list[str] = field(default_factory=list)

    @property
    def share(self) -> str:
        return f"{self.hits.total()} of {self.asked.total()}"

    @property
    def enough(self) -> bool:
        return self.hits.total() >= BAR * self.asked.total()


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--set", choices=("tuned", "held-out", "miami"), default="tuned", dest="which")
    parser.add_argument("--missed", action="store_true", help="print what came instead, with all answers")
    parser.add_argument("--limit", type=int, help="only the first N situations")
    arguments = parser.parse_args()
    situations = load_set(arguments.which)[: arguments.limit]
    database.server().start()
    name = database.make_test_database(f"orientation_{arguments.which.replace('-', '_')}")
    place = load_directory(arguments.which)
    counts = run(situations, place, missed=arguments.missed)
    report(arguments.which, counts)
    database.drop_test_database(name)
    good = counts[ANSWERED].enough and not any(count.wrongly for count in counts.values())
    return 0 if good else 1


def load_directory(which: str) -> Place:
    """Fill the empty database with what the set is asked of; the place from which everybody asks."""
    if which == "miami":
        load_miami()
        index()
        return MIAMI
    build(seed=1948, people=0, progress=lambda line: None)
    index()
    home = Area.objects.home().first()
    return home.centre if home else None


def run(situations: Sequence[Written], place: Place, *, missed: bool) -> dict[str, Count]:
    judged_as = {
        str(key): identity.partition(".")[0] for key, identity in Service.objects.values_list("pk", "external_id")
    }
    known, today = catalogue(), timezone.localdate()
    counts = {BEFORE: Count(), ANSWERED: Count()}
    for row in situations:
        asked = needs_of(row.words)
        answers: Mapping[str, Mapping[str, Any]] = {BEFORE: {}, ANSWERED: row.facts}
        for moment, count in counts.items():
            result = orient(
                known,
                Situation(
                    today,
                    answers[moment],
                    needs=asked.codes,
                    found=asked.found,
                    place=place,
                    languages=frozenset({row.language}),
                ),
            )
            first = result.results(FIRST)
            hit = any(judged_as[one.service.key] in row.right for one in first)
            count.hits[row.cell] += hit
            count.asked[row.cell] += 1
            if (
                refused := {
                    judged_as[one.service.key] for one in result.results(len(known), colour=Colour.DOES_NOT_FIT)
                }
                & row.right
            ):
                count.wrongly.append(f"{row.number}: {', '.join(sorted(refused))}")
            if missed and moment == ANSWERED and not hit:
                print(f"{row.number:>4} {row.words}\n     right {sorted(row.right)}")
                print(f"     needs {asked.codes}, {len(asked.found)} by words")
                print("     came  " + ", ".join(f"{judged_as[one.service.key]} ({one.colour})" for one in first))
    return counts


def report(which: str, counts: Mapping[str, Count]) -> None:
    print(f"{which:16}" + "".join(f"{moment:>30}" for moment in counts))
    for cell in sorted(counts[ANSWERED].asked):
        print(
            f"{cell:16}" + "".join(f"{f'{count.hits[cell]} of {count.asked[cell]}':>30}" for count in counts.values())
        )
    print(f"right among {FIRST:<4}" + "".join(f"{count.share:>30}" for count in counts.values()))
    print(f"{'wrongly refused':16}" + "".join(f"{len(count.wrongly):>30}" for count in counts.values()))
    for moment, count in counts.items():
        for line in count.wrongly:
            print(f"  shown as not fitting {moment}: {line}")
    print(f"bars: {BAR:.0%} among the first {FIRST} {ANSWERED}; never wrongly refused")
    before, answered = counts[BEFORE], counts[ANSWERED]
    wrongly = f"{len(before.wrongly)}, {len(answered.wrongly)}"
    print(f"| {timezone.localdate()} | {which} | {before.share} | {answered.share} | {wrongly} |")


if __name__ == "__main__":
    sys.exit(main())
