"""``kesher load services PATH``: a directory of services, from a file or folder in a known format."""

import argparse
from importlib import import_module
from pathlib import Path

from kesher.cli.environment import Environment, Subparsers, database_up, set_up_django
from kesher.cli.errors import CommandError


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
    services.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Loads and prints the report; 1 when the file was refused."""
    for path in (args.path, args.mapping):
        if path is not None and not path.exists():
            raise CommandError(f"{path} is not there.", exit_code=2)
    with database_up(Environment.read()):
        set_up_django("app")
        try:
            importing = import_module("kesher.directory.importing")
        except ImportError as problem:
            raise CommandError(f"This version cannot load services yet ({problem}).")
        report = importing.load(
            args.path, format=args.format, dry_run=args.dry_run, mapping=args.mapping, language=args.language
        )
        print(report)
    return 0 if getattr(report, "succeeded", True) else 1
