"""The one command, ``kesher``. Each of its verbs is a module here with ``add_parser(subparsers)`` and ``run(args)``.

Exit codes: 0 done, 1 failed, 2 bad input. Nothing here imports Django before a verb needs it.
"""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

import kesher
from kesher.adapters.errors import LocalPostgresError
from kesher.cli.errors import CommandError

VERBS: tuple[str, ...] = (
    "demo",
    "serve",
    "worker",
    "migrate",
    "admin",
    "check",
    "backup",
    "restore",
    "load",
    "taxonomy",
)
VERBS += (
    "keys",
    "papers",
    "code",
    "rank",
    "pathways",
    "encode",
    "crosswalk",
    "place",
    "match",
    "evaluate",
    "pool",
    "card",
    "fhir",
    "conformance",
    "manage",
)


def build_parser() -> argparse.ArgumentParser:
    """The parser of the whole command."""
    parser = argparse.ArgumentParser(
        prog="kesher", description="The employment table of a town: one front door, every programme behind it."
    )
    parser.add_argument("--version", action="version", version=f"kesher {kesher.__version__}")
    subparsers = parser.add_subparsers(title="what to do", metavar="COMMAND", required=True)
    for verb in VERBS:
        importlib.import_module(f"kesher.cli.{verb}").add_parser(subparsers)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code; problems are said on standard error in plain sentences."""
    args = build_parser().parse_args(argv)
    try:
        code: int = args.run(args)
        sys.stdout.flush()
        return code
    except CommandError as problem:
        print(f"kesher: {problem}", file=sys.stderr)
        return problem.exit_code
    except LocalPostgresError as problem:
        print(f"kesher: {problem.problem}\n        {problem.remedy}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("kesher: stopped before it was done.", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # The reader went away (`kesher check | head`); keep Python from complaining once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
