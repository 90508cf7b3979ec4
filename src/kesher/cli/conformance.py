"""``kesher conformance``: every standard's own checks, counted per standard.

A group belongs to one standard and yields one Outcome per check. Rooms add theirs to GROUPS as they are built.
"""

import argparse
import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path

from kesher.cli.environment import Environment, Subparsers, database_up, set_up_django


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


def material() -> Path | None:
    """The standards' own test material: the folder KESHER_SHARED names, by default ``../shared``; None if not there."""
    folder = Path(os.environ.get("KESHER_SHARED") or Path.cwd().parent / "shared").resolve()
    return folder if (folder / "conformance").is_dir() else None


_NO_MATERIAL = Outcome(
    "all",
    Result.SKIPPED,
    "the standards' test material is not here: set KESHER_SHARED to the folder that holds `conformance`",
)


def _outcomes(checks: Iterable[tuple[str, bool, str]]) -> Iterator[Outcome]:
    for name, passed, said in checks:
        yield Outcome(name, Result.PASSED if passed else Result.FAILED, "" if passed else said)


def hsds_files() -> Iterator[Outcome]:
    """Readers, writers and profiles of every version of HSDS."""
    from kesher.formats.hsds.conformance import conformance

    shared = material()
    if shared is None:
        yield _NO_MATERIAL
        return
    yield from _outcomes(conformance(shared))


def hsds_api(version: str) -> Iterator[Outcome]:
    """The answers of this portal's API, on the directory it holds."""
    shared, environment = material(), Environment.read()
    if shared is None:
        yield _NO_MATERIAL
        return
    if environment.private and not (environment.data / "postgres").is_dir():
        yield Outcome("all", Result.SKIPPED, "there is no portal here yet: run `kesher demo` or set DATABASE_URL")
        return
    with database_up(environment):
        set_up_django("app")
        from kesher.api.hsds.conformance import conformance
        from kesher.api.hsds.versions import Version

        yield from _outcomes(conformance(Version(version), shared))


def rules(standard: str) -> Iterator[Outcome]:
    """Eligibility rules and decision tables, on the suites of the standards they follow."""
    from kesher.cli import rule_conformance

    shared = material()
    if shared is None:
        yield _NO_MATERIAL
        return
    for name, passed, said in getattr(rule_conformance, f"{standard}_checks")(shared):
        result = Result.SKIPPED if passed is None else Result.PASSED if passed else Result.FAILED
        yield Outcome(name, result, "" if passed else said)


def esco_files() -> Iterator[Outcome]:
    """The reader of ESCO's releases, on their published counts and known traps."""
    from kesher.formats.esco.conformance import conformance

    shared = material()
    if shared is None:
        yield _NO_MATERIAL
        return
    for name, passed, said in conformance(shared):
        result = Result.SKIPPED if passed is None else Result.PASSED if passed else Result.FAILED
        yield Outcome(name, result, "" if passed else said)


def person_files(standard: str) -> Iterator[Outcome]:
    """What a person brings and takes along: CVs, referrals, appointments."""
    from kesher.formats import person_conformance

    shared = material()
    if shared is None:
        yield _NO_MATERIAL
        return
    yield from _outcomes(getattr(person_conformance, f"{standard}_checks")(shared))


GROUPS: list[Group] = [
    Group("HSDS 1.1 to 3.1.1, files and profiles", hsds_files),
    Group("HSDS 3.1.1, API", partial(hsds_api, "3.1.1")),
    Group("HSDS 3.0, API", partial(hsds_api, "3.0")),
    Group("CertLogic 1.3.3", partial(rules, "certlogic")),
    Group("JSONLogic, compatible.json", partial(rules, "jsonlogic")),
    Group("DMN 1.5, TCK level 2 tables", partial(rules, "dmn")),
    Group("ESCO 1.0.8 to 1.2.0, CSV", esco_files),
    Group("JSON Resume 1.0", partial(person_files, "jsonresume")),
    Group("FHIR R4, SDOH closed-loop referral", partial(person_files, "fhir")),
    Group("iCalendar, RFC 5545 and its extensions", partial(person_files, "icalendar")),
]


def add_parser(subparsers: Subparsers) -> None:
    """Adds the command."""
    parser = subparsers.add_parser("conformance", help="run the checks of every standard")
    parser.add_argument("--standard", metavar="NAME", help="only standards whose name holds this")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Prints the table; 1 when a check failed."""
    chosen = [group for group in GROUPS if not args.standard or args.standard.lower() in group.standard.lower()]
    print(f"{'standard':<38} {'passed':>7} {'failed':>7} {'skipped':>7} {'seconds':>8}")
    failures = 0
    for group in chosen:
        begun = time.monotonic()
        outcomes = list(group.run())
        counts = Counter(outcome.result for outcome in outcomes)
        numbers = " ".join(f"{counts[result]:>7}" for result in Result)
        print(f"{group.standard:<38} {numbers} {time.monotonic() - begun:>8.1f}")
        for outcome in outcomes:
            if outcome.result is Result.FAILED:
                failures += 1
                print(f"    failed: {outcome.name}: {outcome.reason}")
        for reason in sorted({outcome.reason for outcome in outcomes if outcome.result is Result.SKIPPED}):
            print(f"    skipped: {reason}")
    if not chosen:
        print("(no standard has checks here)")
    return 1 if failures else 0
