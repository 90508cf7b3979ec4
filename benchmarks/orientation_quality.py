"""Whether people find the right service at the door: written situations with judged services, over a directory.

Run: ``python benchmarks/orientation_quality.py [--set tuned|development|held-out|held-out-2|miami|miami-2|miami-3]
[--missed] [--limit N] [--keep] [--ask QUESTIONS] [--answers ANSWERED …]``. The sets and how they were judged:
``tests/orientation_quality/README.md``. Most are asked of the demo town, ``miami``, ``miami-2`` and ``miami-3`` of
Miami-Dade's real directory (4,089 services; ``KESHER_SHARED``), loaded as ``search_speed.py --miami`` does, each in a
database of its own.

Each situation is asked as a visitor asks the page: their words at their door, the middle of the town as the place, the
language of the words as the language spoken; once before anything is answered, once with all that the row says of this
person or business as answers. What is counted are the cards in the order of the page. A service of the demo is right when
it is made of one of the offers named, one of Miami when its identifier in the file is named. Counted for both: situations
with a right service among the first five cards, and situations in which the answers rule a right service out, shown or not.

"What is it most about?": ``--ask`` writes a table of what the page would ask of each situation, to be answered by
somebody who reads nothing else (``tests/orientation_quality/needs.py``), and stops; ``--answers`` reads such tables
back, and counts as well what stands first once that is answered, alone and with all other answers. Given both, it
writes the second time the page asks. ``--keep`` keeps the directory's database, and what encoders have read, for the
next run, or uses them.

Bars: with all answers at least 90 % among the first five; never wrongly "does not fit". Exits with 1 where missed. The
last line is the row for the table of the README.
"""

import argparse
import os
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import UUID

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from benchmarks.common.remembered import Remembering
from benchmarks.search_speed import load_miami
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone, translation
from tests import database
from tests.orientation_quality.needs import NONE, Needs, Refused, read_answers, write_questions
from tests.orientation_quality.sets import FILES, Written, load_set

from kesher.adapters.encoders import tuned
from kesher.areas.models import Area
from kesher.demo.build import build
from kesher.directory.catalogue import catalogue
from kesher.directory.facts import Who
from kesher.directory.models import Service
from kesher.directory.search import index, meaning, tend
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
ABOUT, BOTH = "once it is said what about", "that, and all answers"


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
    parser.add_argument("--keep", action="store_true", help="keep the directory's database for the next run, or use it")
    parser.add_argument("--ask", type=Path, help="write what the page would ask it to be most about, and stop")
    parser.add_argument("--answers", type=Path, nargs="+", default=[], help="what was answered to that")
    arguments = parser.parse_args()
    situations = load_set(arguments.which)[: arguments.limit]
    try:
        needs = read_answers(arguments.answers, load_set(arguments.which))
    except (Refused, OSError) as problem:
        print(f"orientation_quality: {problem}", file=sys.stderr)
        return 2
    if arguments.keep:
        stories = Remembering.over(tuned(), settings.ENVIRONMENT.data)
        meaning.provide(lambda: stories)
    name, place = directory("miami" if arguments.which in MIAMI_SETS else "demo", keep=arguments.keep)
    if arguments.ask is not None:
        print(
            f"{arguments.ask}: {ask(arguments.ask, situations, place, needs)} questions, {len(situations)} situations"
        )
        good = True
    else:
        counts = run(situations, place, needs, missed=arguments.missed)
        report(arguments.which, counts)
        report_asking(situations, place, needs)
        good = counts[BOTH if needs else ANSWERED].enough and not any(count.wrongly for count in counts.values())
    if arguments.keep:
        stories.keep() if stories is not None else None
    else:
        database.drop_test_database(name)
    return 0 if good else 1


def directory(over: str, *, keep: bool) -> tuple[str, Area | None]:
    """The name of the database, loaded, and the place from which everybody asks. keep: one that was loaded before is used as
    it is, though its services are read anew where the model is another."""
    database.server().start()
    name = f"test_kesher_pool_{over}"
    if not (keep and database.is_there(name)):
        made = database.make_test_database(f"pool_{over}_loading")
        load_directory("miami" if over == "miami" else "tuned")
        database.rename(made, name)
    database.use(name)
    tend()
    return name, MIAMI if over == "miami" else Area.objects.home().first()


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


def run(situations: Sequence[Written], place: Area | None, needs: Needs, *, missed: bool) -> dict[str, Count]:
    judged_as = {key: identity.partition(".")[0] for key, identity in Service.objects.values_list("pk", "external_id")}
    counts = {moment: Count() for moment in ((BEFORE, ANSWERED, ABOUT, BOTH) if needs else (BEFORE, ANSWERED))}
    for row in situations:
        said = told_about(row, place, needs)[0] if needs else None
        for moment, count in counts.items():
            facts = row.facts if moment in (ANSWERED, BOTH) else {}
            found = asked(row, facts, place, said=said if moment in (ABOUT, BOTH) else None)
            first = list(found.cards)[:FIRST]
            hit = any(judged_as[card.pk] in row.right for card in first)
            count.hits[row.cell] += hit
            count.asked[row.cell] += 1
            if refused := ruled_out(facts, judged_as) & row.right:
                count.wrongly.append(f"{row.number}: {', '.join(sorted(refused))}")
            if missed and moment == list(counts)[-1] and not hit:
                print(f"{row.number:>4} {row.words}\n     right {sorted(row.right)}; themes {', '.join(found.codes)}")
                print("     came  " + ", ".join(f"{judged_as[card.pk]} ({card.result.colour})" for card in first))
    return counts


def told_about(row: Written, place: Area | None, needs: Needs) -> tuple[Answers, Found, list[str]]:
    """What the visitor has said once they were asked what it is about as often as the page asks: the answers, the
    page after them, and what was answered each time. Answers to other choices than those offered count for
    nothing."""
    answers = said_at_first(row)
    given: list[str] = []
    while True:
        found = page_of(row, answers, place)
        offered = tuple(one.code for one in found.unclear)
        mine = next((one for one in needs.get(row.number, ()) if one.offered == offered), None)
        if mine is None:
            return answers, found, given
        given.append(mine.code)
        answers = answers.passing(offered) if mine.code == NONE else answers.being_about(mine.code)


def ask(path: Path, situations: Sequence[Written], place: Area | None, needs: Needs) -> int:
    """Write what the page would ask next of each situation, after the answers known. Returns how many."""
    rows = []
    for row in situations:
        _, found, given = told_about(row, place, needs)
        if found.unclear:
            options = [(one.code, one.name[row.language]) for one in found.unclear]
            rows.append((row, len(given) + 1, options))
    return write_questions(path, rows)


def report_asking(situations: Sequence[Written], place: Area | None, needs: Needs) -> None:
    """How often it was asked what it is about, and what came of it."""
    asked_once = questions = none = left = 0
    for row in situations:
        _, found, given = told_about(row, place, needs)
        open_still = bool(found.unclear)
        asked_once += bool(given) or open_still
        questions += len(given) + open_still
        none += NONE in given[-1:]
        left += open_still
    print(
        f"asked what it is about: {asked_once} of {len(situations)} situations, {questions} questions;"
        f" {none} end with none of these, {left} without an answer in the tables"
    )


def said_at_first(row: Written) -> Answers:
    return Answers(door=Who(row.who), words=row.words, speaks=(row.language,))


def page_of(row: Written, answers: Answers, place: Area | None) -> Found:
    with translation.override(row.language):
        return find_for(answers, AnonymousUser(), area=place)


def asked(row: Written, facts: Mapping[str, Any], place: Area | None, *, said: Answers | None = None) -> Found:
    """The page of one situation. said: what the visitor has said besides the facts; their words alone if None."""
    return page_of(row, replace(said or said_at_first(row), facts=facts), place)


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
    print(f"bars: {BAR:.0%} among the first {FIRST} {list(counts)[-1]}; never wrongly refused")
    wrongly = ", ".join(str(len(count.wrongly)) for count in counts.values())
    shares = " | ".join(count.share for count in counts.values())
    print(f"| {timezone.localdate()} | {which} | {shares} | {wrongly} |")


if __name__ == "__main__":
    sys.exit(main())
