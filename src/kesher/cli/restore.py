"""``kesher restore``: brings a backup back, all of it or nothing."""

import argparse
from pathlib import Path

from kesher.cli.environment import Environment, Subparsers, database_up, say


def add_parser(subparsers: Subparsers) -> None:
    """Adds the command."""
    parser = subparsers.add_parser("restore", help="bring a backup back")
    parser.add_argument("path", type=Path, help="the dump that `kesher backup` wrote; its manifest lies beside it")
    parser.add_argument("--yes", action="store_true", help="replace what the database holds now")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Verifies, restores, counts, and puts in place."""
    from kesher.cli.backups import restore_backup, verify_backup

    environment = Environment.read()
    verify_backup(args.path)  # before anything is started for it
    with database_up(environment):
        manifest = restore_backup(environment, args.path, replace=args.yes)
    if manifest.papers is not None and manifest.papers.count:
        say(f"Restored {manifest.papers.count} papers.")
    say(
        f"Restored {sum(manifest.rows.values())} rows of {len(manifest.rows)} tables, as of {manifest.created_at} "
        f"(kesher {manifest.kesher}). Now run `kesher migrate` and restart the web server and the worker."
    )
    return 0
