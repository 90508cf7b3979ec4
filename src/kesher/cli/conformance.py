"""``kesher conformance``: every standard's own checks, counted per standard.

A group belongs to one standard and yields one Outcome per check. Rooms add theirs to GROUPS as they are built.
"""

import argparse
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from kesher.cli.environment import Subparsers


class Result(StrEnum):
    """How one check ended."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Outcome:
    """One check: its name, how it ended, and for a failure or a skip the reason."""

    name: str
    result: Result
    reason: str = ""


@dataclass(frozen=True)
class Group:
    """The checks of one standard, such as "HSDS 3.1.1"; `run` yields one Outcome for each."""

    standard: str
    run: Callable[[], Iterable[Outcome]]


GROUPS: list[Group] = []


def add_parser(subparsers: Subparsers) -> None:
    """Adds the command."""
    parser = subparsers.add_parser("conformance", help="run the checks of every standard")
    parser.add_argument("--standard", metavar="NAME", help="only standards whose name holds this")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Prints the table; 1 when a check failed."""
    chosen = [group for group in GROUPS if not args.standard or args.standard.lower() in group.standard.lower()]
    print(f"{'standard':<36} {'passed':>7} {'failed':>7} {'skipped':>7} {'seconds':>8}")
    failures = 0
    for group in chosen:
        begun = time.monotonic()
        outcomes = list(group.run())
        counts = Counter(outcome.result for outcome in outcomes)
        numbers = " ".join(f"{counts[result]:>7}" for result in Result)
        print(f"{group.standard:<36} {numbers} {time.monotonic() - begun:>8.1f}")
        for outcome in outcomes:
            if outcome.result is Result.FAILED:
                failures += 1
                print(f"    failed: {outcome.name}: {outcome.reason}")
        for reason in sorted({outcome.reason for outcome in outcomes if outcome.result is Result.SKIPPED}):
            print(f"    skipped: {reason}")
    if not chosen:
        print("(no standard has checks here)")
    return 1 if failures else 0
