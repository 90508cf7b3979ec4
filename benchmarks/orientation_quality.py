"""Whether people find the right service at the door: written situations with judged services, over a directory.

Run: ``python benchmarks/orientation_quality.py [--set tuned|development|held-out|held-out-2|miami|miami-2|miami-3]
[--missed] [--limit N]``. The sets and how they were judged: ``tests/orientation_quality/README.md``. Most are asked of the
demo town, ``miami``, ``miami-2`` and ``miami-3`` of Miami-Dade's real directory (4,089 services; ``KESHER_SHARED``), loaded
as ``search_speed.py --miami`` does, each in a database of its own.

Each situation is asked as a visitor asks the page: their words at their door, the middle of the town as the place, the
language of the words as the language spoken; once before anything is answered, once with all that the row says of this
person or business as answers. What is counted are the cards in the order of the page. A service of the demo is right when
it is made of one of the offers named, one of Miami when its identifier in the file is named. Counted for both: situations
with a right service among the first five cards, and situations in which the answers rule a right service out, shown or not.

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
from uuid import UUID

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from benchmarks.search_speed import load_miami
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone, translation
from tests import database
from tests.orientation_quality.sets import FILES, Written, load_set

from kesher.areas.models import Area
from kesher.demo.build import build
from kesher.directory.catalogue import catalogue
from kesher.directory.facts import Who
from kesher.directory.models import Service
from kesher.directory.search import index, tend
from kesher.engine.eligibility.rule_set import NO
from kesher.www.front.orientation.answers import Answers
from kesher.www.front.orientation.finding import Found, find_for

FIRST = 5
#: Asked of Miami-Dade's directory; the others of the demo town.
MIAMI_SETS = frozenset({"miami", "miami-2", "miami-3"})
BAR = 0.9
#: Downtown, degrees WGS84.
MIAMI = Area(scheme="x", code="miami", name={"en": "Miami"}, latitude=25.7743, longitude=-80.1937)
BEFORE, ANSWERED = "before anything is answered", "with all answers"


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
    parser.add_argument("--set", choices=tuple(FILES), default="tuned", dest="which")
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


def load_directory(which: str) -> Area | None:
    """Fill the empty database with what the set is asked of; the place from which everybody asks."""
    if which in MIAMI_SETS:
        load_miami()
        index()
        tend()
        return MIAMI
    build(seed=1948, people=0, progress=lambda line: None)
    index()
    tend()
    return Area.objects.home().first()


def run(situations: Sequence[Written], place: Area | None, *, missed: bool) -> dict[str, Count]:
    judged_as = {key: identity.partition(".")[0] for key, identity in Service.objects.values_list("pk", "external_id")}
    counts = {BEFORE: Count(), ANSWERED: Count()}
    for row in situations:
        for moment, count in counts.items():
            facts = row.facts if moment == ANSWERED else {}
            found = asked(row, facts, place)
            first = list(found.cards)[:FIRST]
            hit = any(judged_as[card.pk] in row.right for card in first)
            count.hits[row.cell] += hit
            count.asked[row.cell] += 1
            if refused := ruled_out(facts, judged_as) & row.right:
                count.wrongly.append(f"{row.number}: {', '.join(sorted(refused))}")
            if missed and moment == ANSWERED and not hit:
                print(f"{row.number:>4} {row.words}\n     right {sorted(row.right)}; themes {', '.join(found.codes)}")
                print("     came  " + ", ".join(f"{judged_as[card.pk]} ({card.result.colour})" for card in first))
    return counts


def asked(row: Written, facts: Mapping[str, Any], place: Area | None) -> Found:
    """The page of one situation."""
    answers = Answers(door=Who(row.who), words=row.words, facts=facts, speaks=(row.language,))
    with translation.override(row.language):
        return find_for(answers, AnonymousUser(), area=place)


def ruled_out(facts: Mapping[str, Any], judged_as: Mapping[UUID, str]) -> set[str]:
    """The services that do not fit these answers, as the set names them."""
    known = catalogue()
    verdicts = known.rules.verdicts({"today": timezone.localdate().isoformat(), **facts})
    return {judged_as[UUID(one.key)] for one, verdict in zip(known.services, verdicts, strict=True) if verdict == NO}


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
