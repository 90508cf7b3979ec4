"""How fast rules are decided: many rules at once, beside the plain interpreter and a public CertLogic, in the same run.

Run: ``python benchmarks/eligibility_speed.py [--peer FOLDER]``. One process, nothing remembered between calls. The rules
are distinct, with a median of 6 conditions; a quarter of the visitors' facts is unknown (`made_up_rules`).
``--peer``: a folder in which ``panzi-json-logic`` is installed (``pip install --target FOLDER panzi-json-logic``), a
CertLogic in pure Python; it knows no unknown, so it and the plain interpreter beside it get visitors whose facts are all
known. The bars, on 10,000 rules at least 200,000 verdicts a second, and on 100,000 all verdicts for one visitor in at
most 60 ms (the share of a page whose p95 is 200 ms), are checked on the best of the rounds. The verdicts are compared with the
plain interpreter's: of up to 10,000 rules each with each visitor, of more a sample; the last column says how many. Exits with
1 where a bar is missed.
"""

import argparse
import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

import numpy as np
from benchmarks.common.made_up_rules import distinct_rules, visitor

from kesher.engine.eligibility import RuleSet, verdict, verdict_of

SIZES = (1_000, 10_000, 100_000)
VISITORS = 20
ROUNDS = 5
LEAST_PER_SECOND = 200_000
MOST_FOR_ONE = 0.060
#: Up to so many rules each verdict is compared; of more, 2,000 rules and five visitors.
ALL_COMPARED = 10_000


def best(function: Callable[[], object], rounds: int = ROUNDS) -> float:
    """The shortest of some rounds, in seconds."""
    found = float("inf")
    for _ in range(rounds):
        start = time.perf_counter()
        function()
        found = min(found, time.perf_counter() - start)
    return found


def plain_speed(rules: list[Any], people: list[dict[str, Any]]) -> float:
    sample = rules[:2000]
    return len(sample) * 2 / best(lambda: [verdict(rule, person) for person in people[:2] for rule in sample], 3)


def peer_speed(folder: str | None, rules: list[Any], people: list[dict[str, Any]]) -> float | None:
    if folder is None:
        return None
    sys.path.append(folder)
    from json_logic.cert_logic import certLogic  # type: ignore[import-not-found]

    sample = rules[:2000]
    return len(sample) * 2 / best(lambda: [certLogic(rule, person) for person in people[:2] for rule in sample], 3)


def unlike_plain(expressions: list[Any], people: list[dict[str, Any]], found: Any) -> tuple[int, int]:
    """How many verdicts were compared with the plain interpreter's, and how many of them differ."""
    every = len(expressions) <= ALL_COMPARED
    chosen = range(0, len(expressions), 1 if every else len(expressions) // 2000)
    some = people if every else people[:5]
    differ = sum(
        verdict_of(found[row, place]) is not verdict(expressions[place], person)
        for row, person in enumerate(some)
        for place in chosen
    )
    return len(some) * len(chosen), differ


def main() -> int:
    parser = argparse.ArgumentParser(description="Speed of eligibility rules.")
    parser.add_argument("--peer", metavar="FOLDER", help="where panzi-json-logic is installed")
    parser.add_argument("--largest", type=int, default=SIZES[-1], help="leave out more rules than this")
    given = parser.parse_args()
    chance = random.Random(20261122)
    people = [visitor(chance, unknown=0.25) for _ in range(VISITORS)]
    whole = [visitor(chance, unknown=0.0) for _ in range(2)]
    heads = (
        "rules",
        "conditions",
        "unknown %",
        "compile s",
        "verdicts/s",
        "growth",
        "one person ms",
        "an answer ms",
        "missing ms",
        "compared",
    )
    print("".join(f"{head:>14}" for head in heads))
    missed, before, last = [], 0.0, []
    for size in (size for size in SIZES if size <= given.largest):
        expressions, counts = distinct_rules(size, chance)
        start = time.perf_counter()
        rules = RuleSet.compile(expressions)
        compiled = time.perf_counter() - start
        found = rules.verdicts_of(people)
        batch = best(lambda rules=rules: rules.verdicts_of(people))
        one = best(lambda rules=rules: rules.verdicts(people[0]), 15)
        answers = rules.answers(people[0])
        again = best(lambda answers=answers: answers.with_fact("number_3", 50).verdicts)
        missing = best(lambda answers=answers: answers.missing())
        speed = size * VISITORS / batch
        unknown = 100 * float(np.mean(found == 0))
        compared, differ = unlike_plain(expressions, people, found)
        figures = (
            f"{size:,}", f"{statistics.median(counts):.0f}", f"{unknown:.1f}", f"{compiled:.2f}", f"{speed:,.0f}",
            f"{batch / before:.1f}x" if before else "", f"{one * 1e3:.2f}", f"{again * 1e3:.2f}", f"{missing * 1e3:.1f}",
            f"{compared:,}",
        )  # fmt: skip
        print("".join(f"{figure:>14}" for figure in figures))
        before, last = batch, expressions
        if differ:
            missed.append(f"{size:,} rules: {differ:,} of {compared:,} verdicts differ from the plain interpreter's")
        if size == 10_000 and speed < LEAST_PER_SECOND:
            missed.append(f"{speed:,.0f} verdicts a second over 10,000 rules")
        if size == 100_000 and one > MOST_FOR_ONE:
            missed.append(f"{one * 1e3:.0f} ms for one person over 100,000 rules")
    print(f"\nplain interpreter, a quarter unknown: {plain_speed(last, people):,.0f} verdicts/s")
    ours, peer = plain_speed(last, whole), peer_speed(given.peer, last, whole)
    known = len(last) / best(lambda: rules.verdicts(whole[0]))
    print(f"all facts known: columns {known:,.0f}, plain interpreter {ours:,.0f} verdicts/s", end="")
    print("" if peer is None else f", panzi-json-logic {peer:,.0f}: columns {known / peer:,.0f} times as fast")
    for said in missed:
        print(f"bar missed: {said}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
