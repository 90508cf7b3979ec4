"""``kesher crosswalk``: codes of one classification of occupations to those of another, from a table to a table."""

import argparse
from collections.abc import Iterator
from pathlib import Path

from kesher.cli.coding_files import read_texts, write_rows
from kesher.cli.environment import Subparsers
from kesher.cli.errors import CommandError
from kesher.formats import crosswalks, isco


def add_parser(subparsers: Subparsers) -> None:
    """Adds the command."""
    parser = subparsers.add_parser(
        "crosswalk",
        help="turn codes of one classification of occupations into another's (ISCO-08, SOC, the US census, O*NET, ESCO)",
    )
    parser.add_argument("table", type=Path, nargs="+", help="crosswalks as CSV, known by their headings")
    parser.add_argument(
        "--from", dest="source", choices=crosswalks.SYSTEMS, required=True, help="what the codes are of"
    )
    parser.add_argument("--to", dest="target", choices=crosswalks.SYSTEMS, required=True, help="what they are to be of")
    parser.add_argument(
        "--in", dest="codes", metavar="Q.tsv", required=True, help="rows of id, tab, code; - is standard input"
    )
    parser.add_argument(
        "--out", metavar="R.tsv", required=True, help="rows of id, code, share of one; - is standard output"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Reads all, then writes: a row for each code that corresponds, one with empty fields where none does. 2 for bad input."""
    asked = read_texts(args.codes)
    unit_groups = isco.read().unit_groups
    try:
        tables = [crosswalks.read(path, unit_groups) for path in args.table]
    except crosswalks.BrokenCrosswalk as problem:
        raise CommandError(f"{problem}.", exit_code=2) from problem
    except OSError as problem:
        raise CommandError(f"{problem.filename} cannot be read: {problem.strerror}.", exit_code=2) from problem
    way = crosswalks.joined(tables, args.source, args.target)
    if way is None:
        there = ", ".join(sorted({f"{one.source} to {one.target}" for one in tables}))
        raise CommandError(f"These tables lead from {there}, and not from {args.source} to {args.target}.", exit_code=2)
    write_rows(args.out, (row for name, code in asked for row in _rows(name, code.strip(), way)))
    return 0


def _rows(name: str, code: str, way: crosswalks.Crosswalk) -> Iterator[tuple[str, ...]]:
    parts = way.parts(crosswalks.as_written(code, way.source))
    if not parts:
        yield name, "", ""
    for target, share in parts.items():
        yield name, target, f"{share:.6f}"
