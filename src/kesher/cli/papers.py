"""``kesher papers``: whether every paper in a person's file has its file on the disk, and every file its row."""

import argparse

from kesher.cli.environment import Environment, Subparsers, database_up, say, set_up_django, warn
from kesher.cli.errors import CommandError


def add_parser(subparsers: Subparsers) -> None:
    """Adds the command."""
    parser = subparsers.add_parser(
        "papers",
        help="compare the papers in people's files with what lies on the disk; with --apply, take away what is left over",
    )
    parser.add_argument(
        "--apply", action="store_true", help="take away files that no row names; without it nothing is changed"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """One line of numbers, one for each paper without its file; 1 when there is one."""
    with database_up(Environment.read()):
        set_up_django("owner")
        from django.conf import settings
        from django.db import Error

        from kesher.people.attachments import sweep

        try:
            found = sweep(apply=args.apply)
        except Error as problem:
            raise CommandError(
                f"Not every row can be seen: {' '.join(str(problem).split())[:200]} "
                "Let DATABASE_OWNER_URL name the role that owns the tables, with BYPASSRLS."
            )
    say(
        f"{found.papers} papers in {settings.ATTACHMENTS}, {len(found.left_over)} files without a row, "
        f"{found.waiting} not looked through."
    )
    for key in found.missing:
        warn(f"paper {key} has no file")
    if found.left_over and found.busy:
        say("A backup is being made: nothing was taken away.")
    elif found.left_over and not args.apply:
        say("Nothing was changed. With --apply they are taken away.")
    return 1 if found.missing else 0
