"""Which services to judge for written situations: a pool of what several ways of finding put first; the judgement read back.

Run: ``python benchmarks/orientation_pool.py SITUATIONS [--over miami|demo] --out POOL`` and, once it has been judged,
``python benchmarks/orientation_pool.py SITUATIONS [--over …] --judged POOL [--judged …] [--out REST] [--right COMPLETED]``.

Of a directory of thousands nobody reads everything for each situation; what was overlooked counts as wrong when it is shown.
So, as in TREC, a judge reads what *any* of several ways of finding puts among its first ten (``--first``), without being told
which way it was or how high it stood: the rows of a situation stand in an order that hangs on ``--seed`` and on nothing else.

SITUATIONS: a file as those in ``tests/orientation_quality``, or the name of a set there; ``right`` may be empty.
POOL: a table, one row per situation and service, with an empty column ``right``: 1 where a professional would be content to
name this service first for what was asked, 0 where not. ``--judged`` reads it back, and prints for the page, with all answers:

* right among the first five, and how many of the first five were judged at all (all must be, or the figure is a lower bound,
  and the upper one stands beside it). ``--out`` with ``--judged`` writes what is still to be judged, and other ways' too.
* bpref: of the services judged wrong, how few stand above those judged right; what was not judged plays no part.
  Buckley and Voorhees, *Retrieval evaluation with incomplete information*, SIGIR 2004.
* of the right services, how many no other way but the page found: where many, the pool flatters the page.

``--right`` writes SITUATIONS with what was judged right added to the column. Ways: the page with all answers and before any, by
words alone, by the themes alone, and the nearest by the encoder of stories (whole text, nearest piece) and by the untuned one.
What encoders have read is remembered in the data folder (``vectors-….npz``). Exits with 2 for a file that cannot be read.
"""

import argparse
import csv
import hashlib
import json
import os
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

import numpy as np
from benchmarks.common.remembered import Remembering
from benchmarks.orientation_quality import FIRST, asked, directory
from django.conf import settings
from tests import database
from tests.orientation_quality.sets import FILES, FOLDER, Written, load_file

from kesher.adapters.encoders import choose, tuned
from kesher.areas.models import Area
from kesher.directory.models import Address, Service
from kesher.directory.search import meaning
from kesher.directory.search.columns import columns
from kesher.engine.coding.embedding import Floats, highest, unit
from kesher.engine.orientation.themes import agreement, in_small_letters, pieces_of_service

COLUMNS = ("n", "language", "who", "words", "facts", "service", "name", "organisation", "place", "description", "right")
JUDGED = {"1": True, "0": False}
PAGE = "page"
LONGEST_DESCRIPTION = 900
DEEPEST = 40  # of the page, for bpref

#: A way of finding: the situations -> for each the identifiers of services, best first.
Way = Callable[[Sequence[Written]], list[list[str]]]
Judgement = Mapping[tuple[int, str], bool]


class Refused(Exception):
    """A file cannot be read; the message says where and why."""


@dataclass(frozen=True)
class Described:
    """What a judge reads of a service."""

    name: str
    organisation: str
    place: str
    description: str


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("situations", help=f"a file, or one of {', '.join(FILES)}")
    parser.add_argument("--over", choices=("miami", "demo"), default="miami")
    parser.add_argument("--first", type=int, default=10, help="so many of each way")
    parser.add_argument("--seed", type=int, default=1948)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--judged", type=Path, action="append", default=[])
    parser.add_argument("--right", type=Path, help="write the situations with what was judged right")
    parser.add_argument(
        "--without", action="append", default=[], help="leave a way out, by its name: untuned takes longest"
    )
    parser.add_argument("--keep", action="store_true", help="keep the directory's database for the next run, or use it")
    arguments = parser.parse_args()
    try:
        path = FOLDER / FILES.get(arguments.situations, arguments.situations)
        path = path if path.is_file() else Path(arguments.situations)
        situations = read_situations(path)
        judgement = {one: right for file in arguments.judged for one, right in read_judgement(file, situations).items()}
    except (Refused, OSError) as problem:
        print(f"orientation_pool: {problem}", file=sys.stderr)
        return 2
    kept = settings.ENVIRONMENT.data
    stories = Remembering.over(tuned(), kept)
    meaning.provide(lambda: stories)
    name, place = directory(arguments.over, keep=arguments.keep)
    found = {way: find(situations) for way, find in ways(place, stories, kept).items() if way not in arguments.without}
    if arguments.out is not None:
        rows = pool(situations, found, first=arguments.first, seed=arguments.seed, judged=judgement)
        write_pool(arguments.out, rows, described({key for _, key in rows}))
        print(f"{arguments.out}: {len(rows):,} to judge for {len(situations)} situations")
    if judgement:
        known = {(row.number, key): True for row in situations for key in row.right} | dict(judgement)
        report(situations, found, known, first=arguments.first)
    if arguments.right is not None:
        write_right(path, arguments.right, judgement)
    if not arguments.keep:
        database.drop_test_database(name)
    return 0


# --- files -----------------------------------------------------------------------------------------------------------


def read_situations(path: Path) -> list[Written]:
    try:
        return load_file(path)
    except (KeyError, ValueError, UnicodeDecodeError) as problem:
        raise Refused(f"{path}: not a table of situations ({problem!r})") from problem


def read_judgement(path: Path, situations: Sequence[Written]) -> dict[tuple[int, str], bool]:
    """(number of the situation, service) -> right; rows that are still empty are left out."""
    there = {row.number: row.words for row in situations}
    found = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        for line, row in enumerate(csv.DictReader(file), 2):
            if any(name not in row for name in ("n", "words", "service", "right")):
                raise Refused(f"{path}: row 1: a pool has the columns {', '.join(COLUMNS)}")
            said = (row["right"] or "").strip()
            number = int(row["n"]) if (row["n"] or "").isdigit() else None
            if number is None or there.get(number) != row["words"]:
                raise Refused(f"{path}: row {line}, n, words: no such situation")
            if said and said not in JUDGED:
                raise Refused(f"{path}: row {line}, right: {said!r} is neither 1 nor 0 nor empty")
            if said:
                found[number, row["service"]] = JUDGED[said]
    return found


def write_pool(path: Path, rows: Sequence[tuple[Written, str]], texts: Mapping[str, Described]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        for row, key in rows:
            one = texts[key]
            facts = json.dumps(dict(row.facts), ensure_ascii=False)
            said = (one.name, one.organisation, one.place, one.description)
            table.writerow([row.number, row.language, row.who, row.words, facts, key, *said, ""])


def write_right(path: Path, completed: Path, judgement: Judgement) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        named = [key for key in row["right"].split("|") if key]
        more = sorted(key for (number, key), right in judgement.items() if right and number == int(row["n"]))
        wrong = {key for (number, key), right in judgement.items() if not right and number == int(row["n"])}
        row["right"] = "|".join(key for key in dict.fromkeys([*named, *more]) if key not in wrong)
    with completed.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        table.writeheader()
        table.writerows(rows)


def described(keys: Iterable[str]) -> dict[str, Described]:
    """By the identifier in the file."""
    found: dict[str, Described] = {}
    services = Service.objects.order_by("pk").values_list(
        "pk", "external_id", "name", "organisation__name", "description"
    )
    towns: dict[object, dict[str, None]] = defaultdict(dict)
    cities = Address.objects.exclude(city="").order_by("pk")
    for key, city in cities.values_list("location__services_here__service", "city"):
        towns[key][city.strip()] = None
    wanted = set(keys)
    for key, identity, name, organisation, description in services:
        if judged_as(identity) in wanted:
            text = " ".join(next(iter(description.values()), "").split())[:LONGEST_DESCRIPTION]
            said = [next(iter((one or {}).values()), "") for one in (name, organisation)]
            found.setdefault(judged_as(identity), Described(*said, ", ".join(list(towns[key])[:3]), text))
    return found


def judged_as(identity: str) -> str:
    return identity.partition(".")[0]


# --- ways of finding -------------------------------------------------------------------------------------------------


def ways(place: Area | None, stories: Remembering | None, kept: Path) -> dict[str, Way]:
    """By name. What an encoder is needed for is left out where there is none."""
    found: dict[str, Way] = {
        PAGE: lambda situations: [by_page(row, place, answered=True) for row in situations],
        "before": lambda situations: [by_page(row, place, answered=False) for row in situations],
        "words": lambda situations: by_words(situations, place, stories),
    }
    if stories is None:
        return found
    plain = Remembering.over(choose().encoder, kept)
    found["themes"] = by_themes
    found["stories, whole"] = lambda situations: by_encoder(situations, stories, whole=True)
    found["stories, pieces"] = lambda situations: by_encoder(situations, stories, whole=False)
    if plain is not None:
        found["untuned"] = lambda situations: by_encoder(situations, plain, whole=True)
    return found


def by_page(row: Written, place: Area | None, *, answered: bool) -> list[str]:
    """The cards in the order of the page, then nothing: it shows no more."""
    cards = [card.pk for card in asked(row, row.facts if answered else {}, place).cards]
    named = dict(Service.objects.filter(pk__in=cards).values_list("pk", "external_id"))
    return [judged_as(named[key]) for key in cards][:DEEPEST]


def by_words(situations: Sequence[Written], place: Area | None, stories: Remembering | None) -> list[list[str]]:
    meaning.provide(None)
    try:
        return [by_page(row, place, answered=True) for row in situations]
    finally:
        meaning.provide(lambda: stories)


def by_themes(situations: Sequence[Written]) -> list[list[str]]:
    held = columns()
    named = dict(Service.objects.values_list("pk", "external_id"))
    keys = [judged_as(named[row.key]) for row in held.rows]
    found = []
    for row in situations:
        question = meaning.understood(row.words)
        best = highest(agreement(question, held.offers), DEEPEST) if question is not None else []
        found.append([keys[number] for number in best])
    return found


def by_encoder(situations: Sequence[Written], encoder: Remembering, *, whole: bool) -> list[list[str]]:
    """The nearest by their vectors, less what all have in common; the whole text of each, or its nearest piece."""
    keys, pieces, of = [], [], []
    rows = Service.objects.order_by("pk").values_list("external_id", "name", "description")
    for number, (identity, name, description) in enumerate(rows):
        keys.append(judged_as(identity))
        every = pieces_of_service(*(next(iter(text.values()), "") for text in (name, description)))
        some = every[:1] if whole else every
        pieces += some
        of += [number] * len(some)
    said = encoder.encode([in_small_letters(row.words) for row in situations])
    there = unit(encoder.encode(pieces))
    encoder.keep()
    middle = there.mean(axis=0)
    near = unit(unit(said) - unit(said).mean(axis=0)) @ unit(there - middle).T
    return [[keys[number] for number in best_of(scores, of, len(keys))] for scores in near]


def best_of(scores: Floats, of: Sequence[int], size: int) -> list[int]:
    """The numbers of the services with the highest piece."""
    best = np.full(size, -np.inf, np.float32)
    np.maximum.at(best, np.asarray(of), scores)
    return highest(best, DEEPEST).tolist()


# --- the pool and what it says ---------------------------------------------------------------------------------------


def pool(
    situations: Sequence[Written],
    found: Mapping[str, Sequence[Sequence[str]]],
    *,
    first: int,
    seed: int,
    judged: Judgement,
) -> list[tuple[Written, str]]:
    """What is still to be judged: of each situation all that any way puts among its first, each once, in an order that
    tells nothing."""
    rows = []
    for at, row in enumerate(situations):
        some = {key for way in found.values() for key in way[at][:first]}
        drawn = sorted(some, key=lambda key: hashlib.sha256(f"{seed}:{row.number}:{key}".encode()).digest())
        rows += [(row, key) for key in drawn if (row.number, key) not in judged]
    return rows


def report(
    situations: Sequence[Written],
    found: Mapping[str, Sequence[Sequence[str]]],
    judged: Judgement,
    *,
    first: int,
) -> None:
    page = found[PAGE]
    hits = possible = seen = shown = 0
    for row, keys in zip(situations, page, strict=True):
        said = [judged.get((row.number, key)) for key in keys[:FIRST]]
        hits += True in said
        possible += True in said or None in said
        seen += sum(one is not None for one in said)
        shown += len(said)
        if True not in said:
            print(f"  not among {FIRST}: {row.number} {row.words}" + (" (not all judged)" if None in said else ""))
    print(f"{'right among the first ' + str(FIRST):32} {hits} of {len(situations)}")
    print(
        f"{'judged of the first ' + str(FIRST):32} {seen} of {shown}" + ("" if seen == shown else f": up to {possible}")
    )
    for way, lists in found.items():
        among = sum(
            any(judged.get((row.number, key)) for key in keys[:FIRST])
            for row, keys in zip(situations, lists, strict=True)
        )
        values = [bpref(row.number, keys, judged) for row, keys in zip(situations, lists, strict=True)]
        print(
            f"  {way:30} right among {FIRST}: {among:3}   bpref {np.mean([one for one in values if one is not None]):.3f}"
        )
    right, alone = only_by(situations, found, judged, first)
    print(f"{'right services in the pool':32} {right}, of them only the page found {alone}")


def bpref(number: int, keys: Sequence[str], judged: Judgement) -> float | None:
    """1 where no service judged wrong stands above one judged right, 0 where none judged right is found; None where nothing
    was judged right."""
    right = sum(said for (row, _), said in judged.items() if row == number)
    wrong = sum(not said for (row, _), said in judged.items() if row == number)
    if not right:
        return None
    least = max(1, min(right, wrong))
    above, total = 0, 0.0
    for key in keys:
        said = judged.get((number, key))
        if said is True:
            total += 1 - min(above, least) / least
        elif said is False:
            above += 1
    return total / right


def only_by(
    situations: Sequence[Written], found: Mapping[str, Sequence[Sequence[str]]], judged: Judgement, first: int
) -> tuple[int, int]:
    """How many right services are among the first of any way, and how many of them only among the page's."""
    right = alone = 0
    others = [lists for way, lists in found.items() if way not in (PAGE, "before")]
    for at, row in enumerate(situations):
        mine = {key for way in (PAGE, "before") for key in found[way][at][:first]}
        theirs = {key for lists in others for key in lists[at][:first]}
        good = {key for key in mine | theirs if judged.get((row.number, key))}
        right += len(good)
        alone += len(good - theirs)
    return right, alone


if __name__ == "__main__":
    sys.exit(main())
