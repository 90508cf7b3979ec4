"""``kesher backup``: everything in the database in one file, the papers people gave in another, and a manifest."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from kesher.cli.environment import Environment, Subparsers, database_up, say, warn


def add_parser(subparsers: Subparsers) -> None:
    """Adds the command."""
    parser = subparsers.add_parser("backup", help="write a backup of the database and of the papers people gave")
    parser.add_argument(
        "path", nargs="?", type=Path, help="the file to write (default: dated, in the data folder's backups/)"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Writes the backup and says where it is."""
    from kesher.cli.backups import make_backup
    from kesher.cli.stored_papers import papers_path

    environment = Environment.read()
    dump = args.path or environment.data / "backups" / f"kesher-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.dump"
    with database_up(environment):
        manifest = make_backup(environment, dump)
    say(f"{dump}: {manifest.bytes / 1e6:.1f} MB, {sum(manifest.rows.values())} rows of {len(manifest.rows)} tables.")
    if manifest.papers is not None and manifest.papers.count:
        say(f"{papers_path(dump)}: {manifest.papers.count} papers, {manifest.papers.bytes / 1e6:.1f} MB.")
    if manifest.papers is not None and manifest.papers.missing:
        warn(f"{manifest.papers.missing} papers have a row and no file; `kesher papers` names them.")
    return 0
