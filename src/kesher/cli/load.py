"""``kesher load services PATH``: a directory of services, from a file or folder in a known format.

``kesher load areas PATH``: the places it is for, from a table.
``kesher load esco PATH…``: occupations and skills, into a file of the data folder (:mod:`kesher.cli.taxonomy`).
``kesher load stats PATH…``: figures of statistical offices, into files of the data folder (:mod:`kesher.cli.statistics`).
``kesher load pack NAME FOLDER``: places and figures of a country, for pages (:mod:`kesher.cli.statistics`).
"""

import argparse
import re
from pathlib import Path
from typing import TYPE_CHECKING

from kesher.cli import statistics
from kesher.cli.environment import Environment, Subparsers, database_up, set_up_django
from kesher.cli.errors import CommandError
from kesher.cli.taxonomy import add_load_parser

if TYPE_CHECKING:
    from kesher.areas.importing import AreaReport
    from kesher.directory.importing import Report


def add_parser(subparsers: Subparsers) -> None:
    """Adds the command."""
    parser = subparsers.add_parser("load", help="load data from outside")
    kinds = parser.add_subparsers(title="what to load", metavar="KIND", required=True)
    services = kinds.add_parser("services", help="a directory of organisations, services and locations")
    services.add_argument("path", type=Path, help="the file or folder")
    services.add_argument("--format", metavar="F", help="its format (default: seen from the file)")
    services.add_argument("--dry-run", action="store_true", help="report what would change, and change nothing")
    services.add_argument("--mapping", type=Path, metavar="M", help="for CSV: the file that says what each column is")
    services.add_argument("--language", metavar="L", help="the language of texts that name none, such as he")
    services.add_argument(
        "--dataset", type=dataset_name, metavar="D", help="the name this source keeps here (default: the format's own)"
    )
    services.add_argument(
        "--close-anyway", action="store_true", help="the file is right although it would close most of the services"
    )
    services.add_argument(
        "--report", type=Path, metavar="FILE", help="write the whole report here: .json, else a table (CSV)"
    )
    services.set_defaults(run=run)
    areas = kinds.add_parser("areas", help="places and what they lie in")
    areas.add_argument("path", type=Path, help="the table, CSV or .xlsx")
    areas.add_argument("--dry-run", action="store_true", help="report what would change, and change nothing")
    areas.add_argument(
        "--scheme",
        type=dataset_name,
        metavar="S",
        help="the list the codes are of, where a row says none: il-cbs-locality",
    )
    areas.add_argument("--report", type=Path, metavar="FILE", help="write the whole report here: .json, else a table")
    areas.set_defaults(run=run_areas)
    add_load_parser(kinds)
    statistics.add_load_parser(kinds)
    statistics.add_pack_parser(kinds)


def dataset_name(text: str) -> str:
    """A short name such as ``arad-services``; argparse ends with 2 and this message when it is none."""
    if len(text) > 60 or not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", text):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no name for a dataset; use up to 60 small letters and digits with hyphens, like arad-services"
        )
    return text


def write_report(report: "Report | AreaReport", path: Path) -> None:
    """Writes it, or says in a sentence why it cannot be written."""
    try:
        report.write(path)
    except OSError as problem:
        raise CommandError(f"The report could not be written to {path}: {problem.strerror}.") from problem


def run(args: argparse.Namespace) -> int:
    """Loads and prints the report; 1 when the file was refused."""
    for path in (args.path, args.mapping):
        if path is not None and not path.exists():
            raise CommandError(f"{path} is not there.", exit_code=2)
    with database_up(Environment.read()):
        set_up_django("app")
        from kesher.directory import importing

        try:
            report = importing.load(
                args.path,
                format=args.format,
                dataset=args.dataset,
                language=args.language,
                mapping=args.mapping,
                dry_run=args.dry_run,
                close_anyway=args.close_anyway,
            )
        except importing.NothingToLoad as refusal:
            raise CommandError(str(refusal)) from refusal
    print(report)
    if args.report is not None:
        write_report(report, args.report)
    return 0 if report.succeeded else 1


def run_areas(args: argparse.Namespace) -> int:
    """Loads a table of areas and prints the report; 1 when it was refused."""
    if not args.path.exists():
        raise CommandError(f"{args.path} is not there.", exit_code=2)
    with database_up(Environment.read()):
        set_up_django("app")
        from kesher.areas.importing import load_reading
        from kesher.directory.search.areas import index_what_stands_in_areas
        from kesher.formats.areas import read
        from kesher.formats.records import UnreadableFile

        try:
            report = load_reading(read(args.path, scheme=args.scheme), dry_run=args.dry_run)
        except UnreadableFile as fault:
            raise CommandError(str(fault)) from fault
        if report.succeeded and report.changed and not args.dry_run:
            index_what_stands_in_areas()
    print(report)
    if args.report is not None:
        write_report(report, args.report)
    return 0 if report.succeeded else 1
