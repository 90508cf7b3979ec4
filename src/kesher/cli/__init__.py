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
    "count",
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
    if (
        sys.stderr is None
    ):  # closed by whoever started us: what is told would go to standard output instead, into a table
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 (for as long as the process lives)
    args = build_parser().parse_args(argv)
    try:
        code: int = args.run(args)
        return code if _flushed() else 1
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
        _give_up_output()
        return 1


def _flushed() -> bool:
    """Whether all that was printed is out; a full disk is told, a reader that went away (`kesher check | head`) is not."""
    if sys.stdout is None:
        return True
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as problem:
        print(f"kesher: standard output cannot be written: {problem.strerror}.", file=sys.stderr)
        _give_up_output()
        return False
    return True


def _give_up_output() -> None:
    """Keeps Python from complaining once more, at exit, of an output that cannot be written."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
