"""``kesher migrate``: brings the database to this version's shape, working as its owner."""

import argparse

from kesher.cli.environment import Environment, Subparsers, database_up, set_up_django


def add_parser(subparsers: Subparsers) -> None:
    """Adds the command."""
    parser = subparsers.add_parser("migrate", help="bring the database and the static files to this version")
    parser.add_argument("--quiet", action="store_true", help="say only what goes wrong")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Migrates, makes the cache table, collects the static files. Repeating it changes nothing."""
    with database_up(Environment.read()):
        set_up_django("owner")
        from django.core.management import call_command

        from kesher.base.migrating import few_new_models

        verbosity = 0 if args.quiet else 1
        with few_new_models():
            call_command("migrate", interactive=False, verbosity=verbosity)
        call_command("createcachetable", verbosity=verbosity)
        call_command("collectstatic", interactive=False, verbosity=verbosity)
    return 0
